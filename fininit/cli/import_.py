"""``fininit import CASE FILES…``: add files to a case."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from fininit.cli import options, terminal


@click.command("import")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="CASE")
@click.argument("files", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@options.reading
@options.exhibit
@click.option("--strict", is_flag=True, help="End with code 4 when a row was not read.")
@click.option("--json", "as_json", is_flag=True, help="What became of each file, as JSON on stdout.")
def command(folder: Path, files: tuple[Path, ...], as_json: bool, strict: bool, **values: Any) -> int:
    """Add files to a case. A file that is in it already adds nothing.

    Where a file does not name its account you are asked; without a terminal its lines go to an account named after the
    file, until you import it again with --account.

    \b
    Examples:
      fininit import op-lantern returns/*.csv --authority "Order 12/26" --received 2026-05-03
      fininit import op-lantern export.csv --account iban:DE89370400440532013000
    """
    from fininit.case import Case, expand

    case = Case(folder)
    listed = expand(files)
    stated, exhibit = options.stated(values), options.production(values)
    with terminal.progress() as step:
        done = case.add(listed, options=stated, exhibit=exhibit, formats=values["folders"], progress=step)
    if sys.stdin.isatty() and sys.stderr.isatty() and stated.account is None:
        for n, (path, o) in enumerate(zip(listed, done, strict=True)):
            if o.state == "new" and any(i.code == "account-not-named" for i in o.issues):
                terminal.say(f"{o.name} does not say whose account it is.")
                account = click.prompt(
                    "Account (iban:…, acct:bank:number; empty to leave it open)",
                    default="",
                    show_default=False,
                    value_proc=_account,
                    err=True,
                )
                if account:
                    named = replace(stated, account=account)
                    done[n] = case.add(path, options=named, formats=values["folders"])[0]
    terminal.broken_formats(values["folders"])
    terminal.outcomes(done)
    if any(o.status == "needs-decision" and o.state != "kept" for o in done):
        terminal.say(f"What waits for you, and how to settle it: fininit decide {folder}")
    if as_json:
        answer = [
            {
                "name": o.name,
                "state": o.state,
                "status": o.status,
                "format": o.format,
                "rows": o.rows,
                "issues": [terminal.issue(i) for i in o.issues],
                "question": o.question,
            }
            for o in done
        ]
        click.echo(json.dumps(answer, indent=1))
    return terminal.exit_code(done, strict=strict)


def _account(text: str) -> str:
    """What was typed at the prompt; asked again when it is no account."""
    from fininit.errors import UsageError
    from fininit.identifiers.account import stated_account

    try:
        return stated_account(text) if text.strip() else ""
    except UsageError as e:
        raise click.UsageError(str(e)) from None
