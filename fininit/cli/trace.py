"""``fininit trace CASE --from … --rule …``: follow money under one rule."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fininit.cli import options, terminal
from fininit.errors import Exit, UsageError

if TYPE_CHECKING:
    from fininit.case import Traced

SHOWN = 40
"""Steps and ends printed at the terminal; --json has all."""


@click.command("trace")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="CASE")
@options.tracing
@options.leaving
@click.option("--json", "as_json", is_flag=True, help="All tables of the trace as JSON on stdout.")
def command(folder: Path, as_json: bool, key: Path | None, **values: Any) -> int:
    """Follow the money from an account or a transfer under one rule.

    Every unit that is tagged ends in exactly one row: paid out in cash, gone to an account without records, still held.
    The trace is written into the action log with its rule, whatever its result.

    \b
    Examples:
      fininit trace op-lantern --from AC-35W5-ESUN-IR75-NNEK --rule fifo
      fininit trace op-lantern --from iban:DE89370400440532013000 --rule fifo --since 2026-02-01 --json
    """
    from fininit.case import Case

    asked = options.traced(values)
    if asked is None:
        raise UsageError("A trace needs a start.", hint="Name an account or a transfer with --from.")
    traced = Case(folder, key=key).trace(asked, **values)
    if as_json:
        click.echo(json.dumps(answer(traced), ensure_ascii=True, indent=1))
    else:
        _print(traced)
    return int(Exit.OK)


def answer(traced: Traced) -> dict[str, Any]:
    """The trace as JSON values; amounts are text."""
    from decimal import Decimal

    from fininit.values.money import format_amount

    def cell(value: Any) -> Any:
        if isinstance(value, Decimal):
            return format_amount(value, traced.currency)
        return value.isoformat() if isinstance(value, date) else value

    tables = {
        name: [{k: cell(v) for k, v in row.items()} for row in frame.iter_rows(named=True)]
        for name, frame in traced.frames.items()
    }
    return {"rule": traced.rule, "currency": traced.currency, "order": traced.order} | tables


def _print(traced: Traced) -> None:
    t, tables = terminal, answer(traced)
    total = next(r for r in tables["totals"] if r["tag"] is None)
    click.echo(f"Rule       {traced.rule}, {traced.order} within a day, {traced.currency}")
    click.echo(
        f"Traced in  {t.grouped(total['traced_in'])} = {t.grouped(total['ended'])} ended"
        f" + {t.grouped(total['remaining'])} still held (difference {total['difference']})"
    )
    t.table(
        (
            ("posted", "whole"),
            ("paid by", "whole"),
            ("paid to", "whole"),
            ("amount", "right"),
            ("traced", "right"),
            ("payments on", "right"),
        ),
        [
            (
                r["booking_date"],
                r["debtor_account"],
                r["creditor_account"],
                t.grouped(r["amount"]),
                t.grouped(r["traced"]),
                r["depth"],
            )
            for r in tables["steps"][:SHOWN]
        ],
        title="Transfers that carried it",
    )
    _more(len(tables["steps"]))
    t.table(
        (("posted", "whole"), ("account", "whole"), ("amount", "right"), ("trace stops here", "left")),
        [(r["booking_date"] or "", r["account"], t.grouped(r["amount"]), r["why"]) for r in tables["breaks"][:SHOWN]],
        title="Where it ended",
    )
    _more(len(tables["breaks"]))
    t.say("A trace shows what follows from the records under this rule; another rule may show another result.")


def _more(n: int) -> None:
    if n > SHOWN:
        terminal.say(f"… and {terminal.counted(n - SHOWN, 'more row')}; --json has all.")
