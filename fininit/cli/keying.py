"""``fininit keying new FILE``: a workbook to type a paper statement into."""

from __future__ import annotations

from pathlib import Path

import click

from fininit.cli import terminal
from fininit.errors import Exit


@click.group("keying")
def command() -> None:
    """Type a paper statement into a workbook that proves itself.

    \b
    Example:
      fininit keying new march.xlsx --account acct:bank:1234567 --currency EUR
    """


@command.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--account", required=True, help="Whose statement it is: iban:… or acct:BANK:NUMBER.")
@click.option("--currency", required=True, help="Currency of the statement, e.g. EUR.")
@click.option(
    "--lines", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="Rows that are checked."
)
def new(file: Path, account: str, currency: str, lines: int) -> int:
    """Write a workbook to type one paper statement into: a sheet for each of two keyers, and how to.

    The file holds the account number. Read it back with fininit inspect FILE, then fininit import CASE FILE.

    \b
    Example:
      fininit keying new march.xlsx --account iban:DE46990100000000001001 --currency EUR
    """
    from fininit.errors import UsageError
    from fininit.importers.keying import form
    from fininit.ledger.files import write

    if file.suffix.casefold() != ".xlsx":
        raise UsageError("The form is a workbook.", hint=f"Call it {file.with_suffix('.xlsx').name}")
    if file.exists():
        raise UsageError("There is such a file already; what was typed into it must not be lost.", hint="Another name.")
    write(file, form(account, currency, lines=lines))
    terminal.say(f"Type the statement into it. Then: fininit inspect {file}")
    click.echo(str(file))
    return int(Exit.OK)
