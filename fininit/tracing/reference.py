"""The same trace computed another way, slowly, so that two programs have to be wrong alike for an error to pass.

Nothing here keeps lots. Under first in, first out, all money that ever comes into an account can be laid out on one
line, credit after credit, and all money that ever leaves it on another, debit after debit: position for position they
are the same money. What a payment carries is then the stretch of the first line under its own stretch of the second.
Where a debit reaches beyond what has come in, the account is overdrawn, and a later credit that falls on that stretch
repays it. Amounts are fractions of the currency unit, orders are found by trying.

Shared with ``fininit.tracing.trace``: what the ledger says (which statement prints what in which direction, opening
balances, accounts with records) and the words for breaks. For hundreds of transfers, not for thousands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import polars as pl

from fininit.errors import UsageError
from fininit.identifiers.account import scheme
from fininit.ledger.transfers import Ledger
from fininit.tracing import cover
from fininit.tracing.breaks import OPEN_ENDED, goes_on, kind, without_records
from fininit.tracing.flow import Flow, Parameters
from fininit.tracing.order import Moves, row_key
from fininit.tracing.printed import Printed, as_statements, read

_NOUGHT = Fraction(0)


@dataclass
class Answer:
    """What came of it. ``steps``: (transfer, tag) -> traced. ``breaks``: (kind, account, transfer or None, tag) ->
    amount. ``remaining``: (account, tag) -> amount. ``order``: the steps' transfers in the order of the trace."""

    steps: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    breaks: dict[tuple[str, str, str | None, str], Fraction] = field(default_factory=dict)
    remaining: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)


class _Part(NamedTuple):
    """A stretch of money: how much, whose, and how many payments it has made since its start."""

    amount: Fraction
    tag: str | None
    depth: int


class _Row(NamedTuple):
    """A transfer of the ledger."""

    id: str
    debtor: str
    creditor: str
    amount: Fraction
    day: Any
    stamp: Any
    channel: str | None


def answer_of(flow: Flow) -> Answer:
    """The figures of a flow in the form of an answer."""
    out = Answer(order=flow.steps["transfer_id"].to_list())
    for transfer, tag, value in flow.portions.select("transfer_id", "tag", "amount").iter_rows():
        if tag is not None:
            _add(out.steps, (transfer, tag), Fraction(value))
    for what, account, transfer, tag, value in flow.breaks.select(
        "kind", "account", "transfer_id", "tag", "amount"
    ).iter_rows():
        _add(out.breaks, (what, account, transfer, tag), Fraction(value))
    for account, tag, value in flow.remaining.select("account", "tag", "amount").iter_rows():
        _add(out.remaining, (account, tag), Fraction(value))
    return out


def first_difference(flow: Flow, ledger: Ledger, statements: pl.DataFrame | None = None) -> str | None:
    """Compute ``flow`` again from ``ledger``: None when every figure agrees, else where the first difference is.

    The text names a transfer (or says that the ends differ), never an account.
    """
    mine, theirs = answer_of(flow), reference(ledger, flow.parameters, statements)
    for a, b in zip([*mine.order, None], [*theirs.order, None], strict=False):
        if a != b:
            return f"Step {a or b} is in one of them only, or at another place."
        if a is not None and any(x.get(k) != y.get(k) for x, y, k in _of_step(mine, theirs, a)):
            return f"Step {a} carries or ends other amounts."
    return None if mine == theirs else "What is still held differs."


def _of_step(mine: Answer, theirs: Answer, transfer: str) -> Iterator[tuple[Any, Any, Any]]:
    for k in mine.steps.keys() | theirs.steps.keys():
        if k[0] == transfer:
            yield mine.steps, theirs.steps, k
    for e in mine.breaks.keys() | theirs.breaks.keys():
        if e[2] == transfer:
            yield mine.breaks, theirs.breaks, e


def reference(ledger: Ledger, parameters: Parameters, statements: pl.DataFrame | None = None) -> Answer:
    """The figures of the trace that ``parameters`` describe. Raises ``UsageError`` for a rule but FIFO."""
    if parameters.rule != "fifo":
        raise UsageError("The reference computes the rule fifo only.", code="rule-not-built")
    return _Reference(ledger, parameters, statements).answer()


class _Reference:
    """All rows of the currency, and for each account its two lines."""

    def __init__(self, ledger: Ledger, parameters: Parameters, statements: pl.DataFrame | None) -> None:
        self.p = parameters
        table = ledger.transfers.filter(pl.col("currency") == parameters.currency)
        ends = ["transfer_id", "debtor_account", "creditor_account", "amount", "booking_date", "booked_at", "channel"]
        rows = [_Row(i, d, c, Fraction(a), day, at, how) for i, d, c, a, day, at, how in table.select(ends).iter_rows()]
        self.why = self._followed(rows, cover.own_records(ledger, parameters.currency))
        starts = {s.transfer_id for s in parameters.starts}
        rows = [r for r in rows if r.id in starts or r.debtor in self.why or r.creditor in self.why]
        rows = [r for r in rows if r.debtor != r.creditor]
        prints = read(ledger, [r.id for r in rows], parameters.currency)
        self.rows = self._in_order(rows, prints)
        unit = 10**parameters.places
        moves = Moves(
            [r.id for r in rows],
            [r.debtor for r in rows],
            [r.creditor for r in rows],
            [int(r.amount * unit) for r in rows],
            [r.day for r in rows],
            [r.stamp for r in rows],
            [r.channel for r in rows],
        )
        stated = as_statements(prints, parameters.currency) if statements is None else statements
        opened = cover.openings(stated, moves, self.why, parameters.currency, parameters.places)
        self.credits: dict[str, list[tuple[Fraction, list[_Part]]]] = {a: [] for a in self.why}
        """Account -> where on its line each credit begins, and its parts as they lie there."""
        self.came: dict[str, Fraction] = dict.fromkeys(self.why, _NOUGHT)
        self.left: dict[str, Fraction] = dict.fromkeys(self.why, _NOUGHT)
        self.debt = {a for a, why in self.why.items() if why == "records" and parameters.missing_opening == "zero"}
        for account, opening in opened.items():
            if opening.value is not None:
                self.debt.add(account)
                value = Fraction(opening.value, unit)
                if value > 0:
                    self._lay(account, [_Part(value, None, 0)])
                else:
                    self.left[account] = -value
        self.out = Answer()

    def answer(self) -> Answer:
        for r in self.rows:
            self._pay(r)
        for account in self.why:
            for part in self._stretch(account, self.left[account], self.came[account]):
                if part.tag is not None:
                    _add(self.out.remaining, (account, part.tag), part.amount)
                    _add(self.out.breaks, ("still-held", account, None, part.tag), part.amount)
        return self.out

    def _pay(self, r: _Row) -> None:
        parts = self._carried(r)
        start = self._start(r)
        followed = r.creditor in self.why and (self.why[r.creditor] != "through" or goes_on(r.channel))
        tagged = sum((p.amount for p in parts if p.tag is not None), _NOUGHT)
        limits = self.p.limits
        late = limits.until is not None and r.day > limits.until
        small = limits.least is not None and tagged < Fraction(limits.least)
        arriving = []
        for p in parts:
            stop = None
            if p.tag is None and start is not None:
                p = _Part(p.amount, start, 0)
            elif p.tag is not None and (late or small or (limits.depth is not None and p.depth > limits.depth)):
                stop = "out-of-scope"
            if p.tag is not None and not followed:
                stop = kind(without_records(r.creditor, r.channel))
            if p.tag is not None:
                _add(self.out.steps, (r.id, p.tag), p.amount)
            if p.tag is not None and stop is not None:
                _add(self.out.breaks, (stop, r.creditor, r.id, p.tag), p.amount)
            arriving.append(p if stop is None else _Part(p.amount, None, 0))
        if any(k[0] == r.id for k in self.out.steps):
            self.out.order.append(r.id)
        if followed:
            begins = self.came[r.creditor]
            self._lay(r.creditor, arriving)
            for p in self._stretch(r.creditor, begins, min(self.left[r.creditor], self.came[r.creditor])):
                if p.tag is not None:
                    _add(self.out.breaks, ("overdraft-repaid", r.creditor, r.id, p.tag), p.amount)

    def _carried(self, r: _Row) -> list[_Part]:
        """What lies under the stretch of this debit; beyond what has come in, nobody's."""
        if r.debtor not in self.why:
            return [_Part(r.amount, None, 0)]
        begins, came = self.left[r.debtor], self.came[r.debtor]
        ends = begins + r.amount
        self.left[r.debtor] = ends if r.debtor in self.debt else min(ends, max(came, begins))
        parts = [_Part(p.amount, p.tag, p.depth + 1) for p in self._stretch(r.debtor, begins, min(ends, came))]
        covered = sum((p.amount for p in parts), _NOUGHT)
        return parts if covered == r.amount else [*parts, _Part(r.amount - covered, None, 0)]

    def _lay(self, account: str, parts: list[_Part]) -> None:
        self.credits[account].append((self.came[account], parts))
        self.came[account] += sum((p.amount for p in parts), _NOUGHT)

    def _stretch(self, account: str, begins: Fraction, ends: Fraction) -> list[_Part]:
        """What lies between two positions of what came into an account."""
        found = []
        for at, parts in self.credits[account]:
            for p in parts:
                low, high = max(begins, at), min(ends, at + p.amount)
                if low < high:
                    found.append(_Part(high - low, p.tag, p.depth))
                at += p.amount
        return found

    def _start(self, r: _Row) -> str | None:
        if self.p.limits.until is not None and r.day > self.p.limits.until:
            return None
        by_transfer = [n for n, s in enumerate(self.p.starts) if s.transfer_id == r.id]
        by_account = [
            n for n, s in enumerate(self.p.starts) if s.account == r.creditor and (s.since is None or r.day >= s.since)
        ]
        for n in by_transfer or by_account:
            names = [s.whom or str(i) + "\0" for i, s in enumerate(self.p.starts)]
            return f"S{list(dict.fromkeys(names)).index(names[n]) + 1}"
        return None

    def _followed(self, rows: list[_Row], own: frozenset[str]) -> dict[str, str]:
        """Reached accounts and why each is followed, found by going round until nothing changes."""
        named = {s.account for s in self.p.starts}
        reached = named | {r.creditor for r in rows for s in self.p.starts if s.transfer_id == r.id}
        accounts = sorted({r.debtor for r in rows} | {r.creditor for r in rows})
        reasons = {
            a: "records" if a in own else "start" if a in named else "through"
            for a in accounts
            if a in own or (scheme(a) not in OPEN_ENDED and (a in named or self.p.through))
        }
        reached &= reasons.keys()
        while True:
            more = {r.creditor for r in rows if r.debtor in reached and r.creditor in reasons} - reached
            if not more:
                return {a: reasons[a] for a in sorted(str(a) for a in reached)}
            reached |= more

    # --- the order of a day, by trying

    def _in_order(self, rows: list[_Row], prints: list[Printed]) -> list[_Row]:
        chains = [[rows[n].id for n in p.positions] for p in prints]
        out: list[_Row] = []
        for day in sorted({r.day for r in rows}):
            mine = sorted((r for r in rows if r.day == day), key=lambda r: row_key(r.id))
            mine = _try(mine, [[i for i in dict.fromkeys(c) if i in {r.id for r in mine}] for c in chains])
            if self.p.order != "as-printed":
                mine = _try(self._layered(mine), [])
            out += mine
        return out

    def _layered(self, mine: list[_Row]) -> list[_Row]:
        """The payments of a day, each account's credits (or debits) first, circles as they stand."""
        forward = self.p.order == "credits-first"
        edges = {(r.debtor, r.creditor) if forward else (r.creditor, r.debtor) for r in mine}
        edges = {(a, b) for a, b in edges if a in self.why and b in self.why}
        reach = {a: {a} for e in edges for a in e}
        for _ in reach:
            for a, b in sorted(edges):
                reach[a] |= reach[b]
        together = {a: frozenset(b for b in reach[a] if a in reach[b]) for a in reach}

        def layer(a: str) -> int:
            return max((layer(x) + 1 for x, y in edges if y in together[a] and x not in together[a]), default=0)

        def place(r: _Row) -> tuple[int, bool]:
            near, far = (r.debtor, r.creditor) if forward else (r.creditor, r.debtor)
            if near not in self.why:
                return (-1, False)
            return (layer(near), far not in together[near]) if near in together else (0, True)

        return sorted(mine, key=place)


def _try(mine: list[_Row], queues: Sequence[Sequence[str]]) -> list[_Row]:
    """Again and again the first row whose time has come and that nothing left stands before in a statement."""
    left, out = list(mine), []
    while left:
        stamps = [r.stamp for r in left if r.stamp is not None]
        due = [r for r in left if r.stamp is None or r.stamp == min(stamps)]
        ids = {r.id for r in left}
        free = [r for r in due if all(r.id not in q or r.id == next(i for i in q if i in ids) for q in queues)]
        out.append((free or due)[0])
        left.remove(out[-1])
    return out


def _add(where: dict[Any, Fraction], key: Any, value: Fraction) -> None:
    where[key] = where.get(key, _NOUGHT) + value
