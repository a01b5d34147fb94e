"""The tracing schedule: for paper, account by account, what came in, what went out, and the lots before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

import polars as pl

from fininit.schema import FLOW_SCHEDULE
from fininit.tracing.flow import Flow, frame
from fininit.tracing.lots import amount, fine
from fininit.values.money import MAX_DECIMALS

_WORDS: Final = {
    "before-the-data": "opening balance",
    "overdraft": "overdrawn",
    "unseen": "money the records do not show",
}


def schedule(flow: Flow, *, whole: bool = False) -> pl.DataFrame:
    """``schema.FLOW_SCHEDULE`` of the accounts that held tagged money, sorted by account, in the order of the trace.

    Each account begins with what is brought forward when the first tagged money arrives (where anything is) and ends
    with the last line before or after which there is tagged money in it; with ``whole`` it has all its lines. ``lots``
    says of each lot that a line changes what stood there and what stands there then; the others do not change. So every
    line can be computed again by hand from the line before.

    Accounts are values as they are: they leave through the one door only.
    """
    columns = ["account", "order", "transfer_id", "booking_date", "other_account", "direction", "kind", "lot", "tag"]
    table = flow.lots.sort("account", "order", "line")
    numbers = zip(*(fine(table[c]) for c in ("before", "change")), strict=True)
    changes = [_Change(*row, *n) for row, n in zip(table.select(columns).iter_rows(), numbers, strict=True)]
    rows: list[tuple[Any, ...]] = []
    for account, mine in groupby(changes, key=lambda c: c.account):
        lines = _lines(list(mine), flow.parameters.places, whole)
        rows += [(account, n, *line) for n, line in enumerate(lines, 1)]
    return frame(FLOW_SCHEDULE, rows, MAX_DECIMALS)


@dataclass(frozen=True, slots=True)
class _Change:
    """A row of ``flow_lots``, amounts in 10^-18."""

    account: str
    order: int
    transfer: str | None
    day: date | None
    other: str | None
    direction: str
    kind: str
    lot: int | None
    tag: str | None
    before: int
    change: int


def _lines(changes: list[_Change], places: int, whole: bool) -> Iterator[tuple[Any, ...]]:
    """The lines of one account: the columns of ``flow_schedule`` from ``order`` on."""
    payments = [list(together) for _, together in groupby(changes, key=lambda c: c.order)]
    told = [n for n, mine in enumerate(payments) if any(c.tag is not None for c in mine)]
    first = 0 if whole else told[0]
    state: dict[int, str] = {}
    balance = held = short = 0
    for n, mine in enumerate(payments):
        if n == first and balance:
            text = "; ".join(state[lot] for lot in sorted(state)) or f"{_WORDS['overdraft']}: {_digits(short, places)}"
            yield None, None, None, "brought-forward", None, abs(balance), 0, text, balance, balance, 0, 0
        if n > told[-1] and not held and not whole:
            return
        balance_before, held_before = balance, held
        for c in mine:
            after = c.before + c.change
            if c.kind != "unseen":
                balance += c.change
            if c.kind == "overdraft":
                short = -after
            elif c.lot is not None:
                held += c.change if c.tag is not None else 0
                state[c.lot] = _named(c, _digits(after, places))
                if not after:
                    del state[c.lot]
        if n >= first:
            value = abs(sum(c.change for c in mine))
            traced = abs(sum(c.change for c in mine if c.tag is not None))
            text = "; ".join(_changed(c, places) for c in mine)
            sums = (balance_before, balance, held_before, held)
            c = mine[0]
            direction = c.direction if c.order else "brought-forward"
            yield c.order or None, c.transfer, c.day, direction, c.other, value, traced, text, *sums


def _changed(c: _Change, places: int) -> str:
    """One change in words: number of the lot, its tag, before and after."""
    if c.kind == "unseen":
        return _named(c, _digits(-c.change, places))
    sign = -1 if c.kind == "overdraft" else 1
    return _named(c, " → ".join(_digits(sign * v, places) for v in (c.before, c.before + c.change)))


def _named(c: _Change, numbers: str) -> str:
    lot = f"#{c.lot}" if c.lot else ""  # a bare number before an amount reads as part of it
    words = [lot, _WORDS.get(c.kind, ""), f"({c.tag})" if c.tag is not None else ""]
    return f"{' '.join(w for w in words if w)}: {numbers}"


def _digits(value: int, places: int) -> str:
    """10^-18 as text with the decimals of the trace."""
    return f"{amount(value, MAX_DECIMALS):.{places}f}"
