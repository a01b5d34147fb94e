"""A table without a header row: what its columns are, as far as the table itself proves it.

A column of days is told by its form, and so is one of currency codes. Which column is the amount and which the balance
is shown by the running balance alone: every assignment of the columns of numbers is tried, and the one that holds on
every line is taken, when there is only one and it holds on at least :data:`STEPS` lines. Else a person is asked, with
the columns that could be meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import polars as pl

from fininit.importers.base import Options
from fininit.importers.propose import proof
from fininit.importers.propose.columns import Column, Open, is_date, is_number
from fininit.importers.table import Record, letter
from fininit.values.dates import DateFormat, date_expr
from fininit.values.money import NumberFormat

__all__ = ["STEPS", "Named", "begins_at", "name"]

STEPS: Final = 3
"""Steps that a running balance must hold on before it says what columns mean: two could be chance."""

NUMBERS: Final = 8
"""Columns of numbers among which an amount and a balance are looked for."""

_MARKED: Final = re.compile(r"[-+(\u2212]|[.,'][0-9]")


@dataclass(frozen=True)
class Named:
    """What the columns are (position -> field of ``pins.FIELDS``), the sentence that proves it, or the open point."""

    fields: dict[int, str]
    proof: tuple[str, ...] = ()
    open: Open | None = None


def begins_at(head: Sequence[Record]) -> tuple[int, int | None] | None:
    """Where the first payment of a table of unknown words stands, and the header above it if there is one.

    None when most records are no payments: a day, a number and at least two filled cells.
    """
    wide = [(i, cells) for i, (_, cells) in enumerate(head) if sum(bool(c.strip()) for c in cells) >= 2]
    payments = [i for i, cells in wide if any(map(is_date, cells)) and any(is_number(c) for c in cells)]
    if not payments or 2 * len(payments) < len(wide):
        return None
    first = payments[0]
    width = len(head[first][1])
    above = [
        i
        for i, cells in wide
        if i < first and abs(len(cells) - width) < 2 and not any(is_date(c) or is_number(c) for c in cells)
    ]
    return first, above[-1] if above else None


def name(columns: Sequence[Column], stated: dict[int, str], options: Options) -> Named:
    """What the columns of a table without a header are; ``stated`` is what a person says of some of them."""
    have = set(stated.values())
    fields: dict[int, str] = {}
    days = [c for c in columns if c.dates and c.index not in stated]
    numbers = [c for c in columns if c.numbers and c.index not in stated]
    codes = [c for c in columns if c.codes and c.index not in stated]
    if "currency" not in have and len(codes) == 1:
        fields[codes[0].index] = "currency"
    if "booking_date" not in have and len(days) == 1:
        fields[days[0].index] = "booking_date"
    said: tuple[str, ...] = ()
    if not have & {"amount", "debit", "credit"}:
        day = next((c for c in columns if (fields | stated).get(c.index) == "booking_date"), None)
        found = _by_balance(numbers[:NUMBERS], day or next(iter(days), None), options)
        if found is not None:
            fields |= found[0]
            letters = " and ".join(letter(i) for i in sorted(found[0]))
            said = (
                f"No row names the columns; what {letters} are is shown by the running balance, which holds on "
                f"{found[1]} steps in this way only.",
            )
    known = fields | stated
    texts = [c for c in columns if c.index not in known and _words(c)]
    fulfilled = {*known.values()}
    if "booking_date" not in fulfilled or not ("amount" in fulfilled or {"debit", "credit"} <= fulfilled):
        return Named(fields, open=_open(known, days, numbers))
    if "remittance_info" not in have:
        fields |= {c.index: "remittance_info" for c in texts}
    return Named(fields, said)


def _words(column: Column) -> bool:
    """Whether most cells are text with letters: neither days, numbers nor codes."""
    if column.dates or column.numbers or column.codes or not column.unique:
        return False
    return 2 * sum(any(ch.isalpha() for ch in v) for v in column.unique) > len(column.unique)


def _open(known: dict[int, str], days: Sequence[Column], numbers: Sequence[Column]) -> Open:
    """The question what the columns are, with the readings that remain."""
    named = {field: letter(i) for i, field in known.items()}
    day = [named["booking_date"]] if "booking_date" in named else [letter(c.index) for c in days]
    marked = [c for c in numbers if any(_MARKED.search(v) is not None for v in c.unique)]
    money = [named["amount"]] if "amount" in named else [letter(c.index) for c in marked or numbers]
    ways = [f"--columns booking_date={d},amount={m}" for d in day for m in money]
    more = "; where two columns hold the amounts, state debit=… and credit=…" if len(money) > 1 else ""
    return Open(
        "header",
        f"No row names the columns: days stand in {_listed(day)}, numbers in {_listed(money)}.",
        f"State what they are: {' or '.join(ways[:4])}{more}.",
        row=0,
    )


def _listed(letters: Sequence[str]) -> str:
    if not letters:
        return "no column"
    return f"column{'s' if len(letters) > 1 else ''} " + " and ".join(letters)


# ------------------------------------------------------------------------------------------------------ running balance


def _by_balance(columns: Sequence[Column], day: Column | None, options: Options) -> tuple[dict[int, str], int] | None:
    """The one assignment of the columns of numbers under which a running balance holds, and on how many steps."""
    if len(columns) < 2 or day is None:
        return None
    live = day.cells.is_not_null().to_list()
    days = _days(day, options)
    found: dict[tuple[tuple[int, str], ...], int] = {}
    for number in proof.numbers(list(columns), options.decimal).formats:
        values = {c.index: _live(c, number, live) for c in columns}
        for fields, links in _holding(values, days):
            key = tuple(sorted(fields.items()))
            found[key] = max(found.get(key, 0), links)
    if len(found) != 1:
        return None
    (key, links), *_ = found.items()
    return dict(key), links


def _days(day: Column, options: Options) -> list[int | None]:
    known = proof.dates([day], options.date)
    pattern = known.patterns.get(day.index)
    if pattern is None or known.open is not None:
        return [None] * day.cells.len()
    read = day.cells.to_frame("t").select(date_expr(pl.col("t"), DateFormat(pattern)).to_physical())
    return read.to_series().to_list()


def _live(column: Column, number: NumberFormat, live: Sequence[bool]) -> list[int | None]:
    return [v if ok else None for v, ok in zip(proof.values(column, number).to_list(), live, strict=True)]


def _holding(values: dict[int, list[int | None]], days: list[int | None]) -> list[tuple[dict[int, str], int]]:
    """Every assignment that holds: one column of amounts, or one of debits and one of credits, with a balance."""
    rows = [i for i in range(len(days)) if any(v[i] is not None for v in values.values())]
    whole = [c for c, v in values.items() if all(v[i] is not None for i in rows)]
    out: list[tuple[dict[int, str], int]] = []
    for balance in whole:
        for amount in whole:
            if amount == balance or not all(values[amount][i] for i in rows):
                continue  # a line that moves nothing is explained by another column
            chain = proof.follow(values[amount], values[balance], days)
            if chain.signs and chain.links >= STEPS:
                out.append(({amount: "amount", balance: "balance_after"}, chain.links))
        for debit, credit in permutations([c for c in values if c != balance], 2):
            moves = _moves(values[debit], values[credit], rows)
            if moves is None:
                continue
            chain = proof.follow(moves, values[balance], days)
            if 1 in chain.signs and chain.links >= STEPS:
                out.append(({debit: "debit", credit: "credit", balance: "balance_after"}, chain.links))
    return out


def _moves(debit: list[int | None], credit: list[int | None], rows: Sequence[int]) -> list[int | None] | None:
    """Credit less debit, where exactly one of them is filled on every line and both occur; else None."""
    out: list[int | None] = [None] * len(debit)
    for i in rows:
        out_, in_ = debit[i] or 0, credit[i] or 0
        if bool(out_) == bool(in_) or out_ < 0 or in_ < 0:
            return None
        out[i] = in_ - out_
    return out if any(debit[i] for i in rows) and any(credit[i] for i in rows) else None
