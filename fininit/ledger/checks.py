"""The bank's arithmetic is the test: running balances, opening + sum = closing, declared counts (law 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Final

import polars as pl

from fininit.issues import Issue
from fininit.schema import STATEMENTS

_EXACT: Final = Context(prec=80)
"""Sums of Decimal(38, 18) stay exact here; Python's default context would round at 28 digits without a word."""

_ZERO: Final = Decimal(0)

_USED: Final = (
    *("source", "row", "statement", "sides", "account", "amount", "currency", "booking_date", "status"),
    *("balance_after", "fee"),
)
"""Columns of ``schema.ENTRIES`` that the arithmetic needs."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a source states of one statement itself. ``statement`` is its number in the file, from 1."""

    statement: int
    account: str | None = None
    currency: str | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    count: int | None = None
    first: date | None = None
    last: date | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """A running balance that was followed: in which order it was taken, where it breaks, what it starts and ends with.

    ``order`` is file, reversed, by-date or by-date-reversed. ``breaks`` are row numbers. ``opening`` and ``closing``
    are None when the chain breaks, because then they prove nothing.
    """

    order: str
    links: int
    breaks: tuple[int, ...]
    opening: Decimal | None
    closing: Decimal | None


def follow(
    moves: list[Decimal], balances: list[Decimal | None], rows: list[int], dates: list[date | None]
) -> Chain | None:
    """Follow a running balance: ``previous + move = balance`` on every line that prints one.

    ``moves`` are the changes of the account (amount less stated fee), in file order like the other lists. Lines without
    a printed balance are carried along. Statements are printed oldest or newest first, some by day only, so four
    orders are tried and the one with the fewest breaks stands; on equal breaks the file's own. Returns None when fewer
    than two lines print a balance: one balance proves nothing.
    """
    if sum(b is not None for b in balances) < 2:
        return None
    n = len(moves)
    file_order = list(range(n))
    reverse = file_order[::-1]
    orders: dict[str, list[int]] = {"file": file_order, "reversed": reverse}
    if all(d is not None for d in dates):
        by_date: Callable[[int], date] = lambda i: dates[i]  # type: ignore[assignment,return-value]  # noqa: E731
        orders["by-date"] = sorted(file_order, key=by_date)
        orders["by-date-reversed"] = sorted(reverse, key=by_date)
    best: Chain | None = None
    for name, order in orders.items():
        chain = _walk(name, order, moves, balances, rows)
        if best is None or len(chain.breaks) < len(best.breaks):
            best = chain
        if not best.breaks:
            break
    return best


def _walk(name: str, order: list[int], moves: list[Decimal], balances: list[Decimal | None], rows: list[int]) -> Chain:
    add, subtract = _EXACT.add, _EXACT.subtract
    running: Decimal | None = None
    since = _ZERO
    opening: Decimal | None = None
    breaks: list[int] = []
    links = 0
    for i in order:
        since = add(since, moves[i])
        balance = balances[i]
        if balance is None:
            continue
        if running is None:
            opening = subtract(balance, since)
        else:
            links += 1
            if add(running, since) != balance:
                breaks.append(rows[i])
        running, since = balance, _ZERO
    closing = None if running is None else add(running, since)
    if breaks:
        return Chain(name, links, tuple(breaks), None, None)
    return Chain(name, links, (), opening, closing)


def check_statements(
    entries: pl.DataFrame, stated: list[Stated], *, once: bool = False
) -> tuple[pl.DataFrame, list[Issue]]:
    """Statements of a source with their sums and balances, and one issue for each break.

    ``entries`` has the columns of ``schema.ENTRIES``, in file order. Only booked entries count; stated fees are taken
    off. With ``once`` a row that gives several entries (both assets of a trade) is counted in the statement of its
    first booked one alone, so that the counts add up to the rows of the file. A two-sided source has no statements of
    one account: its sums are by currency, account null, amounts as printed. Returns a frame of ``schema.STATEMENTS``
    sorted by statement number, and warnings ``balance-broken``, ``opening-differs``, ``closing-differs`` and
    ``count-differs`` with the row where the break shows.
    """
    issues: list[Issue] = []
    records: list[dict[str, object]] = []
    facts = {s.statement: s for s in stated}
    entries = entries.select(*_USED, *(("entry_id", "sheet") if once else ()))
    first = _first(entries) if once else []
    two = entries.filter(pl.col("sides") == "two")
    one = entries.filter(pl.col("sides") == "one")
    for (number,), part in one.group_by(["statement"], maintain_order=True):
        assert isinstance(number, int)
        records.append(_one(number, part, facts.pop(number, None), issues))
        if once:
            records[-1]["entries"] = part.filter(pl.col("entry_id").is_in(first)).height
    records += [_one(s.statement, entries.clear(), s, issues) for s in facts.values()]
    number = max([int(str(r["statement"])) for r in records], default=0)
    for (currency,), part in sorted(two.group_by(["currency"]), key=lambda g: str(g[0][0])):
        number += 1
        booked = part.filter(pl.col("status") == "booked")
        records.append(
            {
                "statement": number,
                "account": None,
                "currency": currency,
                "entries": booked.filter(pl.col("entry_id").is_in(first)).height if once else booked.height,
                "sum": _sum(booked["amount"].to_list()),
                "first": part["booking_date"].min(),
                "last": part["booking_date"].max(),
                "balance": "absent",
            }
        )
    source = entries["source"][0] if entries.height else ""
    frame = (
        pl.DataFrame([{"source": source} | r for r in records], schema=STATEMENTS.polars(), orient="row")
        if records
        else STATEMENTS.empty()
    )
    return STATEMENTS.conform(frame).sort("statement"), issues


def _first(entries: pl.DataFrame) -> list[str]:
    """The first booked entry of each row."""
    moved = entries.filter(pl.col("status") == "booked")
    return moved.unique(["sheet", "row"], keep="first", maintain_order=True)["entry_id"].to_list()


def _sum(values: list[Decimal]) -> Decimal:
    total = _ZERO
    for v in values:
        total = _EXACT.add(total, v)
    return total


_SAFE: Final = Decimal(10**12)
"""Below it, ten million amounts and their sums fit ``Decimal(38, 18)``, in which polars would wrap without a word."""


def _followed(booked: pl.DataFrame) -> tuple[Decimal, Chain | None]:
    """The sum of the moves of a statement's lines, and its running balance (:func:`follow`).

    A chain that holds in the order of the file, or in the reverse, is seen by columns; for all else :func:`follow`
    decides, line by line.
    """
    move, balance = pl.col("amount") - pl.col("fee").fill_null(_ZERO), pl.col("balance_after")
    largest = booked.select(pl.max_horizontal(pl.col(c).abs().max() for c in ("amount", "fee", "balance_after"))).item()
    if booked.height and largest is not None and largest < _SAFE and booked.height <= 10**7:
        facts = booked.select(
            total=move.sum(),
            printed=balance.count(),
            down=(balance.shift(1) + move == balance).slice(1).all(),
            up=(balance.shift(-1) + move == balance).slice(0, pl.len() - 1).all(),
            first=balance.first() - move.first(),
            last=balance.last() - move.last(),
            top=balance.first(),
            bottom=balance.last(),
        ).row(0, named=True)
        total, n = facts["total"], booked.height
        if facts["printed"] < 2:
            return total, None
        if facts["printed"] == n and facts["down"]:
            return total, Chain("file", n - 1, (), facts["first"], facts["bottom"])
        if facts["printed"] == n and facts["up"]:
            return total, Chain("reversed", n - 1, (), facts["last"], facts["top"])
    fees = booked["fee"].fill_null(_ZERO).to_list()
    moves = [_EXACT.subtract(a, f) for a, f in zip(booked["amount"].to_list(), fees, strict=True)]
    balances, rows, dates = (booked[c].to_list() for c in ("balance_after", "row", "booking_date"))
    return _sum(moves), follow(moves, balances, rows, dates)


def _one(number: int, part: pl.DataFrame, fact: Stated | None, issues: list[Issue]) -> dict[str, object]:
    booked = part.filter(pl.col("status") == "booked")
    total, chain = _followed(booked)
    account, currency = _single(part, "account"), _single(part, "currency")
    if fact is not None:
        account, currency = account or fact.account, currency or fact.currency
    state, opening, closing = "absent", None, None
    if chain is not None:
        state, opening, closing = ("broken" if chain.breaks else "ok"), chain.opening, chain.closing
        if chain.breaks:
            issues.append(
                Issue(
                    "warning",
                    "balance-broken",
                    "The running balance does not follow from the line before it; a line may be missing or altered.",
                    row=chain.breaks[0],
                    count=len(chain.breaks),
                    hint="Compare the lines around this row with the original; ask for the missing period.",
                )
            )
    elif booked.height == 1 and booked["balance_after"][0] is not None:
        closing = booked["balance_after"][0]
        opening = _EXACT.subtract(closing, total)
    if fact is not None:
        state = _stated(number, fact, total, booked.height, chain, state, issues)
        opening = fact.opening if fact.opening is not None else opening
        closing = fact.closing if fact.closing is not None else closing
    first, last = part["booking_date"].min(), part["booking_date"].max()
    return {
        "statement": number,
        "account": account,
        "currency": currency,
        "entries": booked.height,
        "sum": total,
        "opening": opening,
        "closing": closing,
        "first": first or (fact.first if fact else None),
        "last": last or (fact.last if fact else None),
        "balance": state,
        "stated": _said(fact),
    }


def _said(fact: Stated | None) -> str | None:
    """Which balances the source states beside its lines."""
    opening = fact is not None and fact.opening is not None
    closing = fact is not None and fact.closing is not None
    return "both" if opening and closing else "opening" if opening else "closing" if closing else None


def _stated(
    number: int, fact: Stated, total: Decimal, count: int, chain: Chain | None, state: str, issues: list[Issue]
) -> str:
    """Test what the statement says of itself against its lines; returns the state of its arithmetic."""
    if fact.count is not None and fact.count != count:
        issues.append(
            Issue(
                "warning",
                "count-differs",
                f"Statement {number} says it has {fact.count} lines; {count} were read.",
                row=fact.row,
            )
        )
        state = "broken"
    if chain is not None and chain.opening is not None and fact.opening not in (None, chain.opening):
        issues.append(
            Issue(
                "warning",
                "opening-differs",
                f"Statement {number}: its opening balance is not the balance before its first line.",
                row=fact.row,
                hint="Lines are missing at the beginning, or the producer altered the statement; ask for it again.",
            )
        )
        state = "broken"
    if fact.opening is not None and fact.closing is not None:
        if _EXACT.add(fact.opening, total) != fact.closing:
            issues.append(
                Issue(
                    "warning",
                    "closing-differs",
                    f"Statement {number}: opening balance and lines do not add up to its closing balance.",
                    row=fact.row,
                    hint="Lines are missing, or the producer altered the statement; ask for it again.",
                )
            )
            return "broken"
        return "ok" if state != "broken" else state
    if chain is not None and chain.closing is not None and fact.closing not in (None, chain.closing):
        issues.append(
            Issue(
                "warning",
                "closing-differs",
                f"Statement {number}: its closing balance is not the balance after its last line.",
                row=fact.row,
            )
        )
        return "broken"
    return state


def _single(part: pl.DataFrame, column: str) -> str | None:
    values = part[column].drop_nulls().unique().to_list()
    return str(values[0]) if len(values) == 1 else None
