"""``fininit inspect FILE``: what is this file, what would be read, does it add up. Changes nothing."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fininit.cli import options, terminal
from fininit.errors import Exit

if TYPE_CHECKING:
    import polars as pl

    from fininit.importers.base import Reading


@click.command("inspect")
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@options.reading
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON on stdout.")
@click.option("--draft", is_flag=True, help="Print the TOML dialect of an unknown table: derived, or to complete.")
def command(file: Path, as_json: bool, draft: bool, **values: Any) -> int:
    """What is this file, what would be read, does it add up. Changes nothing.

    Accounts are shown as pseudonyms. Exit code 0: read; 3: not understood, or a person has to decide.

    \b
    Examples:
      fininit inspect statement.sta
      fininit inspect export.csv --json
      fininit inspect export.csv --draft > formats/my_bank.toml
    """
    from fininit.case import understood
    from fininit.errors import SourceRefused
    from fininit.importers.base import Source, refused_reading

    try:
        source = Source.from_path(file)
    except SourceRefused as e:
        reading = refused_reading(Source.from_bytes(file.name, b""), e)
    else:
        reading = understood(source, options.stated(values), values["folders"])
    terminal.broken_formats(values["folders"])
    if draft:
        if reading.draft or reading.dialect:
            click.echo(reading.draft or reading.dialect, nl=False)
            return int(Exit.OK)
        terminal.complain("There is no draft: the file is of a known format, or not a table.")
        return int(Exit.NOT_UNDERSTOOD)
    shown = answer(reading)
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=True, indent=1))
    else:
        _print(reading, shown)
    return int(Exit.OK if reading.status.startswith("read") else Exit.NOT_UNDERSTOOD)


def answer(reading: Reading) -> dict[str, Any]:
    """The answer as JSON values: amounts are text, accounts pseudonyms (``schemas/inspect.schema.json``)."""
    s = reading.source
    return {
        "source": {"name": s.name, "sha256": s.sha256, "bytes": s.size},
        "format": reading.format,
        "how": reading.how,
        "status": reading.status,
        "rows": {
            "total": reading.rows.total,
            "entries": reading.rows.entries,
            "skipped": reading.rows.skipped,
            "refused": reading.rows.refused,
        },
        "statements": _statements(reading.statements),
        "issues": [terminal.issue(i) for i in reading.issues],
        "proof": list(reading.proof),
        "question": reading.question,
    }


def _statements(frame: pl.DataFrame) -> list[dict[str, Any]]:
    from fininit.errors import CaseError
    from fininit.evidence import keys
    from fininit.evidence.redaction import Door, Policy
    from fininit.values.money import format_amount

    if not frame.height:
        return []
    try:
        key = keys.key_for("run")
    except CaseError:
        key = secrets.token_bytes(32)  # nowhere to keep one: the pseudonyms hold for this answer only
    door = Door(Policy(), key)

    def money(value: Any, currency: str | None) -> str | None:
        return None if value is None else format_amount(value, currency)

    return [
        {
            "account": door.render(r["account"], "account") or None,
            "currency": r["currency"],
            "entries": r["entries"],
            "sum": money(r["sum"], r["currency"]),
            "opening": money(r["opening"], r["currency"]),
            "closing": money(r["closing"], r["currency"]),
            "first": None if r["first"] is None else r["first"].isoformat(),
            "last": None if r["last"] is None else r["last"].isoformat(),
            "balance": r["balance"],
        }
        for r in frame.iter_rows(named=True)
    ]


def _print(reading: Reading, shown: dict[str, Any]) -> None:
    t, rows = terminal, shown["rows"]
    how = {"declared": "a known format", "proved": "an unknown table, its meaning proved from the whole file", None: ""}
    state = {
        "read": "read",
        "read-with-refusals": "read, some rows not",
        "needs-decision": "needs a decision",
        "refused": "not understood",
    }
    click.echo(f"File      {t.plain(shown['source']['name'])} ({t.number(shown['source']['bytes'])} bytes)")
    click.echo(f"SHA-256   {shown['source']['sha256']}")
    click.echo(f"Format    {t.plain(reading.format or 'none')}{', ' + how[reading.how] if reading.how else ''}")
    click.echo(f"Result    {state[reading.status]}")
    click.echo(
        f"Rows      {t.number(rows['total'])} = {t.number(rows['entries'])} read"
        f" + {t.number(rows['skipped'])} not transactions + {t.number(rows['refused'])} not read"
    )
    if shown["statements"]:
        two = (reading.entries["sides"] == "two").any()
        unnamed = "payer and payee in each row" if two else "not named"
        t.statements(shown["statements"], unnamed=unnamed)
    for sentence in reading.proof:
        click.echo(f"Proof     {t.plain(sentence)}")
    t.issues(reading.issues)
    if reading.question:
        t.say(f"To settle it: {reading.question}")
    if reading.draft:
        t.say("A TOML dialect to complete: fininit inspect FILE --draft")
    if reading.dialect:
        t.say("The TOML dialect it was read by: fininit inspect FILE --draft")
