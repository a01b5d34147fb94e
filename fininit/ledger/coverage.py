"""Is everything there: statements that follow from each other, months without lines, what was asked for and not given.

Whether lines are missing between two statements is decided by the balances alone: the one ends with what the other
begins with, or not. A statement's own balance, stated beside its lines, verifies its end; a running balance does not,
because it begins wherever the first line that was left in begins.

Pure functions over frames; results are sorted and do not depend on the order of rows or files.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from functools import cached_property
from itertools import groupby
from typing import Any, Final

import polars as pl

from fininit.errors import UsageError
from fininit.identifiers.account import stated_account
from fininit.ledger.checks import follow
from fininit.schema import COVERAGE, MISSING, MISSING_KINDS

_EXACT: Final = Context(prec=80)
_ZERO: Final = Decimal(0)

_MONTHS: Final = 1_200
"""Months that are drawn of a period that somebody states; a hundred years are a slip of the pen."""

WHAT: Final[dict[str, str]] = {
    "not-produced": "It was asked for; the case holds no line of it.",
    "produced-not-found": "It is stated to be produced; the case holds no line of it.",
    "gap": "A statement does not begin with the balance the one before it ended with: lines between them are missing.",
    "overlap-differs": "Two statements of the same days do not show the same.",
    "broken": "The arithmetic of a statement does not hold: lines are missing in it, or it was altered.",
    "period-before": "Whole months at the beginning of the period asked for have no lines.",
    "period-after": "Whole months at the end of the period asked for have no lines.",
    "period-empty": "The period asked for has no lines.",
    "not-shown": "No balance shows whether lines are missing between its statements.",
    "no-balance": "No balance tests its lines: any of them could be missing.",
    "both-ends": "Completeness at both ends not verified: no balance is stated there, and nothing before or after "
    "tests it.",
    "beginning": "Completeness at the beginning not verified: no opening balance is stated, and nothing before "
    "tests it.",
    "end": "Completeness at the end not verified: no closing balance is stated, and nothing after tests it.",
}
"""What a row of ``schema.MISSING`` says."""


@dataclass(frozen=True)
class Coverage:
    """``months`` (``schema.COVERAGE``) and ``missing`` (``schema.MISSING``), the gravest first."""

    months: pl.DataFrame
    missing: pl.DataFrame


def coverage(entries: pl.DataFrame, statements: pl.DataFrame, sources: pl.DataFrame) -> Coverage:
    """What the case holds of each account that has records or was asked for, and what of it is missing.

    ``entries``: those of the ledger, with ``line``; ``statements`` and ``sources`` (``schema.STATEMENTS``,
    ``schema.SOURCES``) of the same files.
    """
    own = entries.filter(pl.col("sides") == "one", pl.col("status") == "booked")
    series = _series(own, statements)
    found = [row for one in series for row in one.missing()]
    months = _counted(own)
    asked = _asked(sources, entries, statements)
    for one in asked:
        found += one.missing(months)
    return Coverage(_drawn(months, series, asked), _missing(found))


# ---------------------------------------------------------------------------------------------------------- one by one


@dataclass(frozen=True, slots=True)
class _Statement:
    source: str
    number: int
    first: date
    last: date
    opening: Decimal | None
    closing: Decimal | None
    balance: str
    stated: str
    total: Decimal | None

    @property
    def sound(self) -> bool:
        return self.balance == "ok"

    def begins(self) -> bool:
        """It states what it begins with, and its lines lead from there to where it ends."""
        return self.sound and self.stated in ("opening", "both")

    def ends(self) -> bool:
        """It states what it ends with."""
        return self.sound and self.stated in ("closing", "both")


@dataclass
class _Series:
    """The statements of one account in one currency, in the order of their days."""

    account: str
    currency: str
    statements: list[_Statement]
    lines: pl.DataFrame
    spans: list[tuple[date, date, str]] = field(default_factory=list)
    """What is known of the days between lines: from, to, a state of ``schema.COVERED``."""
    breaks: list[date] = field(default_factory=list)

    def missing(self) -> Iterator[dict[str, Any]]:
        """Rows of ``schema.MISSING``. Fills ``spans`` and ``breaks`` on the way."""
        untested = [s for s in self.statements if s.balance == "absent"]
        if untested:
            ends = min(s.first for s in untested), max(s.last for s in untested)
            yield self._row("no-balance", *ends, count=len(untested))
        for s in self.statements:
            self.spans.append((s.first, s.last, "none" if s.sound else "not-shown"))
            if s.balance == "broken":
                yield self._broken(s)
        yield from self._joins()
        yield from self._ends()

    def _row(self, kind: str, start: date | None, end: date | None, **more: Any) -> dict[str, Any]:
        what = more.pop("what", kind)
        made = {"account": self.account, "currency": self.currency, "kind": kind, "from_date": start, "to_date": end}
        return made | {"count": 1, "what": WHAT[what]} | more

    def _broken(self, s: _Statement) -> dict[str, Any]:
        lines = self._of(s)
        moves = [_EXACT.subtract(a, f or _ZERO) for a, f in lines.select("amount", "fee").iter_rows()]
        chain = follow(
            moves, lines["balance_after"].to_list(), list(range(lines.height)), lines["booking_date"].to_list()
        )
        days = [lines["booking_date"][at] for at in chain.breaks] if chain is not None else []
        difference = None
        if not days and None not in (s.opening, s.closing, s.total):
            assert s.opening is not None
            assert s.closing is not None
            assert s.total is not None
            difference = _EXACT.subtract(s.closing, _EXACT.add(s.opening, s.total))
        days = days or [s.last]
        self.breaks += days
        return self._row("broken", s.first, s.last, source=s.source, difference=difference, count=len(days))

    @cached_property
    def _parts(self) -> dict[tuple[Any, ...], pl.DataFrame]:
        return self.lines.partition_by("source", "statement", as_dict=True, maintain_order=True)

    def _of(self, s: _Statement) -> pl.DataFrame:
        """The lines of one statement in the order of the file."""
        return self._parts.get((s.source, s.number), self.lines.clear())

    def _joins(self) -> Iterator[dict[str, Any]]:
        """Each statement against what went before it. ``run``: statements that overlap or follow without a break."""
        unshown: list[tuple[date, date]] = []
        run = _Run(self)
        for s in self._ordered():
            last = run.last
            if last is None:
                run.start(s)
                continue
            between = min(last.last, s.first), max(last.last, s.first)
            known = last.closing is not None and s.opening is not None
            if s.first >= last.last and known and last.closing == s.opening:
                self.spans.append((*between, "none"))
                run.extend(s)
                continue
            if s.first <= last.last:
                shared, differs, difference = run.overlap(last, s)
                if shared and not differs:
                    run.extend(s)
                    continue
                if differs and (shared or s.first < last.last):
                    self.breaks.append(s.first)
                    until = min(last.last, s.last)
                    yield self._row("overlap-differs", s.first, until, source=s.source, difference=difference)
                    run.start(s, last)
                    continue
            if known:
                assert last.closing is not None
                assert s.opening is not None
                self.spans.append((*between, "gap"))
                self.breaks.append(s.first)
                jump = _EXACT.subtract(s.opening, last.closing)
                yield self._row("gap", *between, source=s.source, difference=jump)
            else:
                self.spans.append((*between, "not-shown"))
                unshown.append(between)
            run.start(s)
        if unshown:
            yield self._row("not-shown", unshown[0][0], max(u[1] for u in unshown), count=len(unshown))

    def _ordered(self) -> Iterator[_Statement]:
        """By days; of several that begin on one day the one that follows from the balance so far comes first."""
        balance: Decimal | None = None
        for _, group in groupby(self.statements, key=lambda s: s.first):
            day = list(group)
            while day:
                ended = {s.closing for s in day if s.last == s.first}
                follows = [s for s in day if balance is not None and s.opening == balance]
                starts = [s for s in day if s.opening not in ended]
                s = (follows or starts or day)[0]
                day.remove(s)
                balance = s.closing
                yield s

    def _ends(self) -> Iterator[dict[str, Any]]:
        first, last = min(s.first for s in self.statements), max(s.last for s in self.statements)
        begins = any(s.begins() for s in self.statements if s.first == first)
        ends = any(s.ends() for s in self.statements if s.last == last)
        if not begins and not ends:
            yield self._row("ends-not-verified", None, None, what="both-ends")
        elif not begins:
            yield self._row("ends-not-verified", None, first, what="beginning")
        elif not ends:
            yield self._row("ends-not-verified", last, None, what="end")


class _Run:
    """Statements that overlap or follow without a break. ``last`` is the one that reaches furthest."""

    def __init__(self, series: _Series) -> None:
        self.series = series
        self.last: _Statement | None = None
        self._members: list[_Statement] = []
        self._lines: set[str] = set()
        self._gathered = 0

    def start(self, s: _Statement, before: _Statement | None = None) -> None:
        """Begin anew with ``s``; ``before`` still counts as the last where it reaches further."""
        self._members, self._lines, self._gathered = [s], set(), 0
        self.last = before if before is not None and before.last > s.last else s

    def extend(self, s: _Statement) -> None:
        """Take one more."""
        self._members.append(s)
        if self.last is None or s.last >= self.last.last:
            self.last = s

    def _seen(self) -> set[str]:
        for s in self._members[self._gathered :]:
            self._lines.update(self.series._of(s)["line"])
        self._gathered = len(self._members)
        return self._lines

    def overlap(self, last: _Statement, s: _Statement) -> tuple[bool, bool, Decimal | None]:
        """Whether a statement shares lines with those before it, whether it contradicts them, and by how much.

        Where both have balances these decide: the balance before, and the lines that only the later one shows, give
        the balance after. Else the lines of the days that lie inside both are compared.
        """
        theirs, own = self._seen(), self.series._of(s)
        new = [n for n, line in enumerate(own["line"]) if line not in theirs]
        shared = len(new) < own.height
        if s.sound and last.sound and s.last < last.last:
            return shared, bool(new), None
        if s.sound and last.sound and s.closing is not None and last.closing is not None:
            difference = _EXACT.subtract(s.closing, _EXACT.add(last.closing, _moved(own[new])))
            # Where the later one shows other lines for the same days, no sum says what is missing.
            plain = all(d >= last.last for d in own[new]["booking_date"])
            return shared, difference != 0, difference if plain else None
        inside = (pl.col("booking_date") > s.first) & (pl.col("booking_date") < min(s.last, last.last))
        before = pl.concat(self.series._of(m) for m in self._members)
        return shared, set(own.filter(inside)["line"]) != set(before.filter(inside)["line"]), None


def _moved(lines: pl.DataFrame) -> Decimal:
    """What lines change the balance by."""
    moved = _ZERO
    for amount, fee in lines.select("amount", "fee").iter_rows():
        moved = _EXACT.add(moved, _EXACT.subtract(amount, fee or _ZERO))
    return moved


def _series(own: pl.DataFrame, statements: pl.DataFrame) -> list[_Series]:
    known = statements.drop_nulls(["account", "currency", "first", "last"]).sort(
        "account", "currency", "first", "last", "opening", "closing", "source", "statement"
    )
    place = pl.col("entry_id").str.split(":")
    lines = own.with_columns(
        _sheet=place.list.get(1, null_on_oob=True).cast(pl.Int64, strict=False),
        _part=place.list.last().str.split(".").list.get(1, null_on_oob=True).cast(pl.Int64, strict=False),
    ).sort("source", "_sheet", "row", "_part", nulls_last=False)
    lines = lines.select(
        "account", "currency", "source", "statement", "line", "amount", "fee", "balance_after", "booking_date"
    )
    of = lines.partition_by("account", "currency", as_dict=True, include_key=False)
    out = []
    for key, part in known.partition_by("account", "currency", as_dict=True, include_key=False).items():
        listed = [
            _Statement(
                r["source"],
                r["statement"],
                r["first"],
                r["last"],
                r["opening"],
                r["closing"],
                r["balance"],
                r["stated"] or "",
                r["sum"],
            )
            for r in part.iter_rows(named=True)
        ]
        account, currency = str(key[0]), str(key[1])
        out.append(_Series(account, currency, listed, of.get(key, lines.clear().drop("account", "currency"))))
    return out


# ------------------------------------------------------------------------------------------------- what was asked for


@dataclass(frozen=True)
class _Asked:
    """An account that somebody asked for, or that is stated to be produced."""

    account: str
    held: tuple[str, ...]
    produced: bool
    start: date | None
    end: date | None

    def missing(self, months: pl.DataFrame) -> Iterator[dict[str, Any]]:
        """Rows of ``schema.MISSING``."""
        row = {"account": self.account, "from_date": self.start, "to_date": self.end, "count": 1}
        if not self.held:
            kind = "produced-not-found" if self.produced else "not-produced"
            yield row | {"kind": kind, "what": WHAT[kind]}
            return
        if self.start is None or self.end is None:
            return
        for account in self.held:
            had = months.filter(pl.col("account") == account)["month"]
            period = _span(self.start, self.end)
            here = row | {"account": account, "kind": "period-without-lines"}
            first, last = had.min(), had.max()
            if not isinstance(first, date) or not isinstance(last, date):
                yield here | {"count": len(period), "what": WHAT["period-empty"]}
                continue
            before = [m for m in period if m < first]
            after = [m for m in period if m > last]
            if before:
                yield here | {"to_date": first, "count": len(before), "what": WHAT["period-before"]}
            if after:
                yield here | {"from_date": last, "count": len(after), "what": WHAT["period-after"]}

    def months(self, currencies: dict[str, list[str]]) -> Iterator[tuple[str, str | None, date]]:
        """Account, currency and each month of the period."""
        if self.start is None or self.end is None:
            return
        for account in self.held or (self.account,):
            known: list[str | None] = [*currencies.get(account, [])]
            for currency in known or [None]:
                for month in _span(self.start, self.end):
                    yield account, currency, month


def _asked(sources: pl.DataFrame, entries: pl.DataFrame, statements: pl.DataFrame) -> list[_Asked]:
    own = entries.filter(pl.col("sides") == "one").select("account", "source")
    own = pl.concat([own, statements.select("account", "source")]).drop_nulls().unique()
    two = entries.filter(pl.col("sides") == "two")
    both = pl.concat(
        [two.select("account", "source"), two.select(account="counterparty_account", source="source")]
    ).drop_nulls()
    names = set(own["account"])
    in_source: dict[str, set[str]] = {}
    for account, source in pl.concat([own, both]).unique().iter_rows():
        in_source.setdefault(source, set()).add(account)
    wanted: dict[str, dict[str, Any]] = {}
    for r in sources.sort("source").iter_rows(named=True):
        for column in ("accounts_asked", "accounts_produced"):
            for account in _named(r[column]):
                one = wanted.setdefault(account, {"sources": set(), "produced": False, "days": []})
                one["sources"].add(r["source"])
                one["produced"] |= column == "accounts_produced"
                if column == "accounts_asked":
                    one["days"].append((r["period_from"], r["period_to"]))
    out = []
    for account, one in sorted(wanted.items()):
        near = {a for s in one["sources"] for a in in_source.get(s, ())}
        same = {a for a in near if _tail(a) == _tail(account)}
        held = sorted(({account} & names) | same)
        starts = [d[0] for d in one["days"] if d[0] is not None]
        ends = [d[1] for d in one["days"] if d[1] is not None]
        out.append(_Asked(account, tuple(held), one["produced"], min(starts, default=None), max(ends, default=None)))
    return out


def _named(text: str | None) -> list[str]:
    """Accounts of a list separated by blanks, as files give them."""
    out = []
    for word in (text or "").replace(",", " ").replace(";", " ").split():
        try:
            out.append(stated_account(word))
        except UsageError:
            out.append(word)
    return out


def _tail(account: str) -> str:
    """What a bank calls it: a person who lists an account may leave out the bank."""
    return account.rpartition(":")[2].casefold()


# ------------------------------------------------------------------------------------------------------------- as drawn


def _counted(own: pl.DataFrame) -> pl.DataFrame:
    return own.group_by("account", "currency", month=pl.col("booking_date").dt.truncate("1mo")).agg(
        lines=pl.col("line").n_unique().cast(pl.Int64),
        first=pl.col("booking_date").min(),
        last=pl.col("booking_date").max(),
        sources=pl.col("source").n_unique().cast(pl.Int64),
    )


def _span(first: date, last: date) -> list[date]:
    """First days of the months from ``first`` to ``last``."""
    n = (last.year - first.year) * 12 + last.month - first.month + 1
    start = first.year * 12 + first.month - 1
    return [date((start + k) // 12, (start + k) % 12 + 1, 1) for k in range(min(max(n, 0), _MONTHS))]


def _drawn(months: pl.DataFrame, series: list[_Series], asked: list[_Asked]) -> pl.DataFrame:
    rows: dict[tuple[str, str | None, date], dict[str, Any]] = {
        (r["account"], r["currency"], r["month"]): r | {"state": "lines", "breaks": 0}
        for r in months.iter_rows(named=True)
    }
    ends: dict[tuple[str, str], tuple[date, date]] = {}
    currencies: dict[str, list[str]] = {}
    for account, currency, first, last in (
        months.group_by("account", "currency")
        .agg(first=pl.col("month").min(), last=pl.col("month").max())
        .sort("account", "currency")
        .iter_rows()
    ):
        ends[account, currency] = (first, last)
        currencies.setdefault(account, []).append(currency)
    of = {(s.account, s.currency): s for s in series}
    for (account, currency), (first, last) in ends.items():
        known = of.get((account, currency))
        for month in _span(first, last):
            empty = {"lines": 0, "sources": 0, "breaks": 0, "state": _state(month, known.spans if known else [])}
            rows.setdefault((account, currency, month), empty)
    for one in series:
        for day in one.breaks:
            row = rows.get((one.account, one.currency, day.replace(day=1)))
            if row is not None:
                row["breaks"] += 1
    for wanted in asked:
        for key in wanted.months(currencies):
            rows.setdefault(key, {"lines": 0, "sources": 0, "breaks": 0, "state": "asked"})
    made = [{"account": k[0], "currency": k[1], "month": k[2]} | r for k, r in rows.items()]
    frame = pl.DataFrame(made, schema=COVERAGE.polars(), orient="row")
    return COVERAGE.conform(frame).sort("account", "currency", "month", nulls_last=True)


def _state(month: date, spans: Iterable[tuple[date, date, str]]) -> str:
    """What is known of a month without lines: it lies inside a statement, or between some."""
    last = month.replace(day=monthrange(month.year, month.month)[1])
    states = {state for start, end, state in spans if start <= last and end >= month}
    if any(state == "none" and start <= month and end >= last for start, end, state in spans):
        return "none"
    return next((s for s in ("gap", "not-shown", "none") if s in states), "not-shown")


def _missing(found: list[dict[str, Any]]) -> pl.DataFrame:
    frame = pl.DataFrame(found, schema=MISSING.polars(), orient="row") if found else MISSING.empty()
    gravity = pl.col("kind").replace_strict({k: i for i, k in enumerate(MISSING_KINDS)}, return_dtype=pl.Int64)
    order = ["account", "currency", "from_date", "to_date", "source", "what"]
    return MISSING.conform(frame.unique().with_columns(_g=gravity).sort("_g", *order, nulls_last=True).drop("_g"))
