"""What statements print of the transfers of a trace: in which order, and which balance they begin with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, Final

import polars as pl

from fininit.ledger.checks import Chain, follow
from fininit.ledger.transfers import Ledger
from fininit.schema import STATEMENTS

_EXACT: Final = Context(prec=80)
_ZERO: Final = Decimal(0)
_KEY: Final = ("source", "sides", "statement", "who")
_LINE: Final = ("entry_id", "booking_date", "amount", "fee", "balance_after", "status", "row")


@dataclass(frozen=True, slots=True)
class Printed:
    """One statement of one account, or one two-sided file (``account`` None), in the currency of the trace.

    ``positions``: which transfers it prints, oldest line first, a stated fee after what it was charged for. The rest as
    in ``schema.STATEMENTS``, as far as the lines show it.
    """

    source: str
    statement: int
    account: str | None
    positions: tuple[int, ...]
    first: date
    last: date
    opening: Decimal | None
    closing: Decimal | None
    balance: str


def read(ledger: Ledger, ids: Sequence[str], currency: str) -> list[Printed]:
    """The statements that print transfers of ``ids`` (positions are those in it), sorted by file and number."""
    wanted = pl.DataFrame({"transfer_id": ids}, schema={"transfer_id": pl.String}).with_row_index("position")
    shown = ledger.evidence.join(wanted, on="transfer_id").select(
        "entry_id", "position", pl.col("transfer_id").str.starts_with("fee:").alias("late")
    )
    lines = ledger.entries.filter(pl.col("currency") == currency).select(
        pl.when(pl.col("sides") == "one").then("account").otherwise(pl.lit("")).alias("who"),
        *_KEY[:3],
        *_LINE,
        pl.col("entry_id").str.extract(r":([0-9]*):", 1).cast(pl.Int64, strict=False).fill_null(0).alias("sheet"),
        pl.col("entry_id").str.extract(r"\.([0-9]+)$", 1).cast(pl.Int64, strict=False).fill_null(0).alias("part"),
    )
    keys = lines.join(shown, on="entry_id", how="semi").select(_KEY).unique()
    lines = lines.join(keys, on=_KEY, how="semi").sort(*_KEY, "sheet", "row", "part")
    positions: dict[str, list[int]] = defaultdict(list)
    for entry, position in shown.sort("late", "position").select("entry_id", "position").iter_rows():
        positions[entry].append(position)
    width = len(_LINE)
    rows = lines.select(*_LINE, *_KEY).iter_rows()
    return [_statement(list(mine), positions) for _, mine in groupby(rows, key=itemgetter(slice(width, None)))]


def _statement(lines: list[tuple[Any, ...]], positions: dict[str, list[int]]) -> Printed:
    """One statement; ``lines`` hold ``_LINE`` and ``_KEY`` in the order of the file."""
    source, sides, statement, who = lines[0][len(_LINE) :]
    entries = [line[0] for line in lines]
    days = [line[1] for line in lines]
    chain, opening, closing = _balances(lines) if sides == "one" else (None, None, None)
    if chain is not None and chain.links and not chain.breaks:
        back = chain.order in ("reversed", "by-date-reversed")
    else:
        turns = [b - a for a, b in pairwise(days) if a != b]
        back = sum(t.days < 0 for t in turns) > sum(t.days > 0 for t in turns)
    return Printed(
        source=source,
        statement=statement,
        account=who or None,
        positions=tuple(p for entry in (entries[::-1] if back else entries) for p in positions.get(entry, ())),
        first=min(days),
        last=max(days),
        opening=opening,
        closing=closing,
        balance="absent" if chain is None else "broken" if chain.breaks else "ok",
    )


def _balances(lines: list[tuple[Any, ...]]) -> tuple[Chain | None, Decimal | None, Decimal | None]:
    """The running balance of a statement, and what it begins and ends with (``fininit.ledger.checks``)."""
    booked = [line for line in lines if line[5] == "booked"]
    balances = [line[4] for line in booked]
    if not any(b is not None for b in balances):
        return None, None, None
    moves = [_EXACT.subtract(line[2], line[3] or _ZERO) for line in booked]
    chain = follow(moves, balances, [line[6] for line in booked], [line[1] for line in booked])
    if chain is not None:
        return chain, chain.opening, chain.closing
    if len(booked) == 1:
        return None, _EXACT.subtract(balances[0], moves[0]), balances[0]
    return None, None, None


def as_statements(printed: Iterable[Printed], currency: str) -> pl.DataFrame:
    """What the lines show of the statements, as a frame of ``schema.STATEMENTS``; counts and sums are not filled in."""
    names = ("source", "statement", "account", "opening", "closing", "first", "last", "balance")
    rows = [{name: getattr(p, name) for name in names} | {"currency": currency} for p in printed if p.account]
    return STATEMENTS.conform(pl.DataFrame(rows, schema={n: STATEMENTS.polars()[n] for n in (*names, "currency")}))
