"""A trace by the simulator's own bookkeeping: first in, first out, over all accounts at once, payment by payment.

Deliberately small and independent of ``fininit.tracing``, which is scored against it. Each account with a statement of
its own holds portions in the order they came; its opening balance is the first of them and is not tagged. A payment
takes the oldest portions; what it takes goes on in the same order into the payee's account when that has a statement of
its own, and else the trace stops there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from fininit.training.money import Account, Payment

Lot = tuple[int, bool]
"""Minor units, and whether they are tagged."""


@dataclass
class Traced:
    """What became of the tagged money, in minor units.

    ``start``: what each payment that it starts from tagged (less what came tagged already). ``portions``: of each
    further payment that carried some, in order. ``stops``: where it left the accounts followed, and why, in the words
    of ``fininit.schema.BREAK_KINDS``. ``left``: what still lies in an account.
    """

    name: str
    account: str = ""
    """The account all of whose credits were tagged, where it is one that the trace starts from."""

    start: list[tuple[Payment, int]] = field(default_factory=list)
    portions: list[tuple[Payment, int]] = field(default_factory=list)
    stops: list[tuple[Payment, int, str]] = field(default_factory=list)
    left: list[tuple[Account, int]] = field(default_factory=list)


def trace(
    name: str, payments: Iterable[Payment], start: Collection[Payment], follow: Collection[Account], account: str = ""
) -> Traced:
    """Follow ``start`` (payments into followed accounts) through ``payments``, which are in the order of time."""
    lots: dict[str, deque[Lot]] = {a.id: deque([(a.opening, False)]) for a in follow}
    out = Traced(name, account)
    starts = {p.id for p in start}
    for p in payments:
        if not p.moves:
            continue
        pieces: list[Lot] = [(p.units, False)]
        if p.debtor is not None and p.debtor.id in lots:
            pieces = _take(lots[p.debtor.id], p.units)
        if p.id in starts:
            out.start.append((p, sum(units for units, tagged in pieces if not tagged)))
            pieces = [(p.units, True)]
        if p.creditor is not None and p.creditor.id in lots:
            lots[p.creditor.id].extend(pieces)
        share = sum(units for units, tagged in pieces if tagged)
        if share and p.id not in starts:
            out.portions.append((p, share))
        if share and p.creditor is None:
            out.stops.append((p, share, "fee" if p.kind == "fee" else "cash-out"))
        elif share and p.creditor is not None and p.creditor.id not in lots:
            out.stops.append((p, share, "account-without-records"))
    for followed in sorted(follow, key=lambda a: a.id):
        held = sum(units for units, tagged in lots[followed.id] if tagged)
        if held:
            out.left.append((followed, held))
    return out


def _take(lots: deque[Lot], units: int) -> list[Lot]:
    """The oldest portions that make up ``units``."""
    pieces: list[Lot] = []
    while units:
        held, tagged = lots.popleft()
        taken = min(held, units)
        pieces.append((taken, tagged))
        if held > taken:
            lots.appendleft((held - taken, tagged))
        units -= taken
    return pieces
