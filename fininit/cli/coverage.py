"""Coverage at the terminal: accounts against months, what is missing, whom to ask next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import click

from fininit.cli import terminal
from fininit.schema import MISSING_KINDS

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

COLUMNS: Final = 12
"""Columns of time that fit beside an account in 100 characters."""

ROWS: Final = 30
"""Accounts that are drawn, those with most lines first."""

LISTED: Final = 12
"""Rows of what is missing, and of the next requests, that are printed."""

ALIKE: Final = 3

_SOFT: Final = ("not-shown", "no-balance", "ends-not-verified")

LEGEND: Final = (
    "Statement lines a {}. 0: none, and the balances show that none is missing.  !: the balances break here.\n"
    "?: none, and nothing shows whether any is missing.  -: asked for, nothing there."
)

_NAMES: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

_WORDS: Final = {
    "not-produced": "not produced",
    "produced-not-found": "produced, not found",
    "gap": "gap",
    "overlap-differs": "overlap differs",
    "broken": "does not add up",
    "period-without-lines": "no lines",
    "not-shown": "gap not excluded",
    "no-balance": "no balance to test",
    "ends-not-verified": "ends not verified",
}


def show(months: pl.DataFrame, missing: pl.DataFrame, requests: pl.DataFrame) -> None:
    """Print all three, as they came through the door."""
    if months.height:
        grid(months.to_dicts(), terminal.console())
    # Pseudonyms leave in their own order; a person reads the gravest first.
    _missing(sorted(missing.to_dicts(), key=lambda r: MISSING_KINDS.index(r["kind"])))
    _requests(requests.to_dicts())


def values(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as JSON values: amounts as text, days as YYYY-MM-DD."""
    from decimal import Decimal

    from fininit.values.money import format_amount

    def plain(value: object, currency: str | None) -> object:
        if isinstance(value, Decimal):
            return format_amount(value, currency)
        return value.isoformat() if isinstance(value, date) else value

    return [{k: plain(v, r.get("currency")) for k, v in r.items()} for r in frame.iter_rows(named=True)]


# ---------------------------------------------------------------------------------------------------------- the table


def grid(rows: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Accounts against months, or quarters or years where there are too many; breaks are marked with ``!``."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    periods, size, left_out = _periods([r["month"] for r in rows])
    cells: dict[tuple[str, str], dict[tuple[int, int], list[Mapping[str, Any]]]] = {}
    for r in rows:
        cells.setdefault((r["account"], r["currency"] or ""), {}).setdefault(_period(r["month"], size), []).append(r)
    ranked = sorted(cells, key=lambda k: (-sum(r["lines"] for part in cells[k].values() for r in part), k))
    shown = sorted(ranked[:ROWS])
    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False, show_edge=False)
    table.add_column("account", overflow="fold", min_width=10)
    table.add_column("", no_wrap=True)
    for p in periods:
        table.add_column(_heading(p, size), justify="right", no_wrap=True)
    for key in shown:
        marks = [_mark(cells[key].get(p, [])) for p in periods]
        table.add_row(*(Text(terminal.plain(c)) for c in (*key, *marks)))
    console.print(table)
    click.echo(LEGEND.format({1: "month", 3: "quarter", 12: "year"}[size]))
    if left_out:
        click.echo(f"… and {terminal.counted(left_out, 'year')} before; --json shows all.")
    if len(ranked) > ROWS:
        click.echo(f"… and {terminal.counted(len(ranked) - ROWS, 'account')} with fewer lines; --json shows all.")


def _periods(months: Iterable[date]) -> tuple[list[tuple[int, int]], int, int]:
    """The columns, how many months each has, and how many years at the beginning are left out."""
    seen = sorted(set(months))
    for size in (1, 3, 12):
        first, last = _period(seen[0], size), _period(seen[-1], size)
        n = 12 // size
        a, b = first[0] * n + first[1], last[0] * n + last[1]
        if b - a < COLUMNS:
            return [divmod(k, n) for k in range(a, b + 1)], size, 0
    last_year = seen[-1].year
    kept = [(y, 0) for y in range(last_year - COLUMNS + 1, last_year + 1)]
    return kept, 12, kept[0][0] - seen[0].year


def _period(month: date, size: int) -> tuple[int, int]:
    return month.year, (month.month - 1) // size


def _heading(period: tuple[int, int], size: int) -> str:
    year, part = period
    if size == 12:
        return f"{year}"
    name = f"Q{part + 1}" if size == 3 else _NAMES[part]
    return f"{name}\n{year % 100:02}"


def _mark(rows: Sequence[Mapping[str, Any]]) -> str:
    """One cell: how many lines, and whether anything is wrong there."""
    if not rows:
        return ""
    lines = sum(r["lines"] for r in rows)
    states = {r["state"] for r in rows}
    broken = any(r["breaks"] for r in rows) or "gap" in states
    unsure = "?" if "not-shown" in states else ""
    if lines:
        return f"{_short(lines)}{unsure}{'!' if broken else ''}"
    return "!" if broken else unsure or ("0" if "none" in states else "-")


def _short(n: int) -> str:
    """A count in at most four characters: 9999, 123k, 12M."""
    for size, letter in ((1, ""), (1_000, "k"), (1_000_000, "M"), (10**9, "G")):
        if n < 10_000 * size or size == 10**9:
            return f"{n // size}{letter}"
    return str(n)


# ----------------------------------------------------------------------------------------------------- what is missing


def _folded(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What holds of more than :data:`ALIKE` accounts and is no break is said once, with how many."""
    out: list[Mapping[str, Any]] = []
    alike: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for r in rows:
        if r["kind"] in _SOFT:
            alike.setdefault((r["kind"], r["what"]), []).append(r)
        else:
            out.append(r)
    for same in alike.values():
        held = len({r["account"] for r in same})
        once = {"account": terminal.counted(held, "account"), "currency": "", "from_date": None, "to_date": None}
        out += same if held <= ALIKE else [{**same[0], **once, "count": 1}]
    return out


def _missing(rows: Sequence[Mapping[str, Any]]) -> None:
    rows = _folded(rows)
    if not rows:
        click.echo("Nothing is missing as far as the balances show.")
        return
    t = terminal
    columns = (("account", "left"), ("", "whole"), ("missing", "left"), ("from", "whole"), ("to", "whole"))
    t.table(
        (*columns, ("difference", "right"), ("what", "left")),
        [
            (
                r["account"],
                r["currency"] or "",
                _WORDS[r["kind"]] + (f" ({r['count']:,}x)" if r["count"] > 1 else ""),
                r["from_date"] or "",
                r["to_date"] or "",
                _amount(r["difference"], r["currency"]),
                r["what"],
            )
            for r in rows[:LISTED]
        ],
        title="What is missing, or not shown to be complete",
    )
    _more(len(rows))


def _requests(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    t = terminal
    top = sorted(rows, key=lambda r: (r["rank"], r["currency"]))[:LISTED]
    t.table(
        (
            ("", "whole"),
            ("no.", "right"),
            ("account, phone or handle", "left"),
            ("sum of transfers", "right"),
            ("transfers", "right"),
            ("first", "whole"),
            ("last", "whole"),
            ("listings", "right"),
        ),
        [
            (
                r["currency"],
                r["rank"],
                r["subject"],
                _amount(r["money"], r["currency"]),
                t.number(r["transfers"]),
                r["first"],
                r["last"],
                t.number(r["listings"]) if r["listings"] else "",
            )
            for r in sorted(top, key=lambda r: (r["currency"], r["rank"]))
        ],
        title="Whom to ask next: seen in payments, no records held",
    )
    _more(len(rows))


def _amount(value: Any, currency: str | None) -> str:
    from fininit.values.money import format_amount

    return "" if value is None else terminal.grouped(format_amount(value, currency))


def _more(total: int) -> None:
    if total > LISTED:
        click.echo(f"… and {terminal.number(total - LISTED)} more; --json shows all.")
