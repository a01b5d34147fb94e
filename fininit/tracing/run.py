"""The engine of a trace: one pass over the transfers in their order, lots in whole units.

``fininit.tracing.trace`` says what is laid down and calls it; ``fininit.tracing.reference`` computes the same another
way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

from fininit.errors import UsageError
from fininit.tracing.breaks import WHY, goes_on, kind, without_records
from fininit.tracing.flow import Collected, Parameters, not_conserved
from fininit.tracing.lots import Lot, at_least
from fininit.tracing.order import Moves
from fininit.tracing.rules import Take
from fininit.tracing.start import Start


@dataclass(frozen=True, slots=True)
class Network:
    """The accounts that money of the starts could reach by any route, and why each is followed.

    ``why`` values are those of ``flow_coverage.followed``. ``start_accounts`` and ``start_transfers``: account or
    transfer -> position of the start.
    """

    why: Mapping[str, str]
    start_accounts: Mapping[str, int]
    start_transfers: Mapping[str, int]


_Row = tuple[int, str, str, int | None, int | None, int, int]
"""A change under way: the fields of ``_Change``, of which only those of touched accounts are ever made."""


class _Change(NamedTuple):
    """One change of one lot, or of the amount an account is overdrawn by (``lot`` None)."""

    place: int
    direction: str
    kind: str
    lot: int | None
    tag: int | None
    before: int
    change: int


class _Account:
    """One account as the trace goes along: its lots, what it is overdrawn by, and every change so far."""

    __slots__ = ("debt", "log", "lots", "name", "net", "number", "opening_lot", "short", "touched")

    def __init__(self, name: str, opening: int, debt: bool) -> None:
        self.name = name
        self.debt = debt
        """Whether what lots cannot cover makes an overdraft; else it was there unseen."""
        self.lots: deque[Lot] = deque()
        self.number = 0
        self.short = max(-opening, 0)
        self.net = opening
        """What the lots less the overdraft must be, counted apart from them."""
        self.touched = False
        self.opening_lot = 0
        self.log: list[_Row] = []
        if opening > 0:
            self.opening_lot = self.put(0, None, opening, 0, "before-the-data")
        elif opening < 0:
            self.log.append((0, "out", "overdraft", None, None, 0, opening))

    def put(self, place: int, tag: int | None, value: int, depth: int, what: str = "lot") -> int:
        """A new lot; gives its number."""
        self.number += 1
        self.lots.append(Lot(self.number, tag, value, depth))
        self.log.append((place, "in", what, self.number, tag, 0, value))
        if tag is not None:
            self.touched = True
        return self.number

    def repay(self, place: int, tag: int | None, value: int) -> None:
        """Money that arrives and covers a part of the overdraft."""
        self.log.append((place, "in", "overdraft", None, tag, -self.short, value))
        self.short -= value
        if tag is not None:
            self.touched = True

    def receive(self, place: int, value: int) -> None:
        """Money that is not attributed arrives, an overdraft first."""
        if self.short:
            covered = min(self.short, value)
            self.repay(place, None, covered)
            value -= covered
        if value:
            self.put(place, None, value, 0)

    def uncovered(self, place: int, value: int) -> None:
        """Money that is paid out and that no lot covers."""
        if self.debt:
            self.log.append((place, "out", "overdraft", None, None, -self.short, -value))
            self.short += value
        else:
            self.log.append((place, "out", "unseen", None, None, value, -value))
            self.net += value

    def sound(self) -> bool:
        """Whether the lots are what the payments make them, and none stands beside an overdraft."""
        held = sum(lot.amount for lot in self.lots)
        return held - self.short == self.net and not (held and self.short)


@dataclass(slots=True)
class _Portion:
    """A part of a payment under way. ``why``: key of ``breaks.WHY`` when the trace stops at it."""

    tag: int | None
    value: int
    depth: int
    from_lot: int | None
    to_lot: int | None = None
    why: str | None = None

    @property
    def kept(self) -> int | None:
        """The tag it arrives with: none when the trace stops at it."""
        return None if self.why is not None else self.tag


class Run:
    """One trace under way: :meth:`move` takes the transfers in their order, :meth:`finish` tells what came of it.

    ``opened``: account -> opening balance in whole units, None where nothing shows it.
    """

    def __init__(
        self, parameters: Parameters, take: Take, moves: Moves, network: Network, opened: Mapping[str, int | None]
    ) -> None:
        self._parameters = parameters
        self._take = take
        self._moves = moves
        self._network = network
        self._depth = parameters.limits.depth
        self._until = parameters.limits.until
        self._least = at_least(parameters.limits.least, parameters.places)
        self._accounts: dict[str, _Account] = {}
        for name in sorted(network.why):
            value = opened[name]
            zero = network.why[name] == "records" and parameters.missing_opening == "zero"
            self._accounts[name] = _Account(name, value or 0, value is not None or zero)
        self._tags, self._labels = _labels(parameters.starts)
        self._tagged = [0] * len(parameters.starts)
        # Place in the order -> position in the moves; place 0 is what was there before.
        self._at: list[int] = [-1]
        self._steps: list[tuple[int, list[_Portion], int]] = []

    def touched(self) -> list[str]:
        """The accounts that ever held tagged money, sorted."""
        return [name for name, account in self._accounts.items() if account.touched]

    def move(self, n: int) -> None:
        """Take the transfer at position ``n`` of the moves."""
        place = len(self._at)
        self._at.append(n)
        value = self._moves.amounts[n]
        payer, payee = self._accounts.get(self._moves.debtors[n]), self._payee(n)
        if payee is not None:
            payee.net += value
        start = self._start(n)
        portions = None if payer is None else self._leave(place, payer, value, start is not None)
        if portions is None and start is None:
            if payee is not None:
                payee.receive(place, value)
            return
        portions = portions or [_Portion(None, value, 0, None)]
        started = self._mark(n, portions, start, payee is not None)
        if payee is not None:
            portions = self._arrive(place, payee, portions)
        self._steps.append((place, portions, started))

    def _payee(self, n: int) -> _Account | None:
        """The account that the transfer reaches, where it is followed."""
        creditor = self._moves.creditors[n]
        if self._network.why.get(creditor) == "through" and not goes_on(self._moves.channels[n]):
            return None
        return self._accounts.get(creditor)

    def _start(self, n: int) -> int | None:
        """The start that tags what this transfer brings."""
        day = self._moves.dates[n]
        if self._until is not None and day > self._until:
            return None
        found = self._network.start_transfers.get(self._moves.ids[n])
        if found is None:
            found = self._network.start_accounts.get(self._moves.creditors[n])
            since = None if found is None else self._parameters.starts[found].since
            if since is not None and day < since:
                return None
        return found

    def _leave(self, place: int, payer: _Account, value: int, wanted: bool) -> list[_Portion] | None:
        """What a payment takes with it, in the order the rule takes it; what no lot covers comes last.

        None when nothing of it is tagged, unless ``wanted``: what it is made of does not matter then.
        """
        payer.net -= value
        taken = self._take(payer.lots, value)
        tagged = wanted
        for t in taken:
            what = "before-the-data" if t.seq == payer.opening_lot else "lot"
            payer.log.append((place, "out", what, t.seq, t.tag, t.before, -t.amount))
            tagged = tagged or t.tag is not None
            value -= t.amount
        if value:
            payer.uncovered(place, value)
        if not tagged:
            return None
        portions = [_Portion(t.tag, t.amount, 0 if t.tag is None else t.depth + 1, t.seq) for t in taken]
        return [*portions, _Portion(None, value, 0, None)] if value else portions

    def _mark(self, n: int, portions: list[_Portion], start: int | None, followed: bool) -> int:
        """Tag what the start tags, and end what is not carried on; gives how much was newly tagged."""
        limit = None
        if self._until is not None and self._moves.dates[n] > self._until:
            limit = "out-of-scope/date"
        elif sum(p.value for p in portions if p.tag is not None) < self._least:
            limit = "out-of-scope/amount"
        beyond = None if followed else without_records(self._moves.creditors[n], self._moves.channels[n])
        started = 0
        for p in portions:
            if p.tag is not None:
                p.why = beyond or limit
                if p.why is None and self._depth is not None and p.depth > self._depth:
                    p.why = "out-of-scope/depth"
            elif start is not None:
                p.tag, p.depth, p.why = self._tags[start], 0, beyond
                self._tagged[start] += p.value
                started += p.value
        return started

    def _arrive(self, place: int, payee: _Account, portions: list[_Portion]) -> list[_Portion]:
        """Put a payment into the lots of its payee, an overdraft first; gives its portions as they ended up."""
        covered, rest = self._repay(place, payee, portions) if payee.short else ([], portions)
        for (tag, depth), group in groupby(rest, key=lambda p: (p.kept, 0 if p.kept is None else p.depth)):
            together = list(group)
            number = payee.put(place, tag, sum(p.value for p in together), depth)
            for p in together:
                p.to_lot = number
        return covered + rest

    def _repay(self, place: int, payee: _Account, portions: list[_Portion]) -> tuple[list[_Portion], list[_Portion]]:
        """What of a payment covers the overdraft of its payee, taken by the rule, and what is left of it."""
        lots = deque(Lot(i, p.kept, p.value, p.depth) for i, p in enumerate(portions))
        covered: list[_Portion] = []
        for t in self._take(lots, payee.short):
            p = portions[t.seq]
            payee.repay(place, p.kept, t.amount)
            covered.append(replace(p, value=t.amount, why=p.why if p.kept is None else "overdraft-repaid"))
        return covered, [replace(portions[lot.seq], value=lot.amount) for lot in lots]

    def finish(self) -> Collected:
        """The rows of the flow.

        Raises ``UsageError`` ``nothing-to-trace`` when the starts tagged nothing, ``FininitError`` ``not-conserved``
        when the lots of an account are not what its payments make them.
        """
        if not any(self._tagged):
            raise nothing_to_trace()
        if not all(account.sound() for account in self._accounts.values()):
            raise not_conserved()
        touched = [self._accounts[name] for name in self.touched()]
        places = {place for place, _, _ in self._steps} | {row[0] for account in touched for row in account.log}
        order = {place: n for n, place in enumerate(sorted(places - {0}), 1)} | {0: 0}
        rows = Collected()
        for n, start in enumerate(self._parameters.starts):
            stated = (start.whom or None, start.account, start.transfer_id, start.since)
            rows.tags.append((n + 1, self._labels[self._tags[n]], *stated, self._tagged[n]))
        for place, portions, started in self._steps:
            self._step(order[place], self._at[place], portions, started, rows)
        for account in touched:
            self._held(account, rows)
            for line, c in _numbered(account.log):
                what = (c.direction, c.kind, c.lot, self._label(c.tag))
                state = (c.before, c.change, c.before + c.change)
                which = (order[c.place], line, account.name, *self._when(c.place, account.name))
                rows.lots.append((*which, *what, *state))
        rows.lots.sort(key=lambda r: (r[0], r[2], r[1]))
        return rows

    def _when(self, place: int, account: str) -> tuple[str | None, date | None, str | None]:
        """The transfer at a place, its day, and who is at its other end as seen from ``account``."""
        n = self._at[place]
        if n < 0:
            return None, None, None
        moves = self._moves
        other = moves.creditors[n] if moves.debtors[n] == account else moves.debtors[n]
        return moves.ids[n], moves.dates[n], other

    def _label(self, tag: int | None) -> str | None:
        return None if tag is None else self._labels[tag]

    def _step(self, order: int, n: int, portions: list[_Portion], started: int, rows: Collected) -> None:
        moves = self._moves
        transfer, debtor, creditor, day = moves.ids[n], moves.debtors[n], moves.creditors[n], moves.dates[n]
        ended: dict[tuple[str, int], int] = {}
        traced, depths = 0, []
        for number, p in enumerate(portions, 1):
            far = end = None
            if p.tag is not None:
                far = p.depth
                traced += p.value
                depths.append(far)
                if p.why is not None:
                    end = kind(p.why)
                    ended[p.why, p.tag] = ended.get((p.why, p.tag), 0) + p.value
            label = self._label(p.tag)
            rows.portions.append((order, number, transfer, label, p.value, far, p.from_lot, p.to_lot, end))
        amounts = (moves.amounts[n], traced, started, sum(ended.values()))
        rows.steps.append((order, transfer, debtor, creditor, self._parameters.currency, day, *amounts, min(depths)))
        for (why, tag), value in ended.items():
            rows.breaks.append((kind(why), creditor, transfer, day, self._labels[tag], value, WHY[why]))

    def _held(self, account: _Account, rows: Collected) -> None:
        held: dict[int, int] = {}
        for lot in account.lots:
            if lot.tag is not None:
                held[lot.tag] = held.get(lot.tag, 0) + lot.amount
                rows.remaining.append((account.name, lot.seq, self._labels[lot.tag], lot.amount, lot.depth))
        for tag in sorted(held):
            why = "still-held"
            rows.breaks.append((why, account.name, None, None, self._labels[tag], held[tag], WHY[why]))


def nothing_to_trace() -> UsageError:
    """What is said when no money arrives at any start."""
    return UsageError(
        "No money arrives at this start, so there is nothing to trace.",
        hint="Look at the account's credits: their currency, and their days if the trace was limited to some. "
        "Where an account only pays, start at its payments (transfer ids).",
        code="nothing-to-trace",
    )


def _labels(starts: tuple[Start, ...]) -> tuple[list[int], list[str]]:
    """The tag of each start, and the labels of the tags; starts that name the same ``whom`` share one."""
    known: dict[str, int] = {}
    tags = [known.setdefault(s.whom or f"\0{n}", len(known)) for n, s in enumerate(starts)]
    return tags, [f"S{n}" for n in range(1, len(known) + 1)]


def _numbered(log: list[_Row]) -> Iterator[tuple[int, _Change]]:
    """The changes of an account with their number among those of one payment, from 1."""
    for _, together in groupby(map(_Change._make, log), key=lambda c: c.place):
        yield from enumerate(together, 1)
