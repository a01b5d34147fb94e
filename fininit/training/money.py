"""Payments of a scene: planned, then settled in the order of time against the balances that there really are.

Amounts are whole minor units. A payment that its payer cannot fund does not happen, so no balance ever falls below
zero; a payment whose amount depends on the balance (a sweep) is valued when its turn comes. What is settled here is the
one truth that every file and the answer key are written from.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

START: Final = date(2026, 1, 1)
"""First day of every scene; fixed, because the same seed gives the same bytes on any day."""

MONTHS: Final = (31, 28, 31, 30, 31, 30)
"""Days of the six months from :data:`START`."""

DAYS: Final = sum(MONTHS)

MINUTES: Final = 24 * 60

Bank = Literal["A", "B", "C", "other", "app", "chain"]

Kind = Literal[
    "transfer",
    "standing order",
    "direct debit",
    "card",
    "salary",
    "cash out",
    "cash in",
    "fee",
    "p2p",
    "app cash out",
    "chain",
]

Role = Literal["potential_victim", "controller", "buyer", "facilitator", "third_party", "unknown"]

Shown = Literal["returns", "subpoena", "chain"]


@dataclass(slots=True, eq=False)
class Party:
    """A person or firm. ``role`` is the truth of the scene, which no return states."""

    id: str
    name: str
    kind: Literal["person", "firm"]
    role: Role = "unknown"
    town: str = ""
    street: str = ""
    email: str = ""


@dataclass(slots=True, eq=False)
class Account:
    """One account. ``records``: its own statement is among the files, so it has a balance and can run dry.

    ``id`` is scheme:value as the ledger writes it, ``number`` as a file prints it.
    """

    id: str
    number: str
    bank: Bank
    party: Party
    records: bool = False
    opening: int = 0
    balance: int = 0
    position: str = ""
    network: str = ""

    @property
    def name(self) -> str:
        """Name of its holder."""
        return self.party.name


@dataclass(frozen=True, slots=True)
class Row:
    """Where a payment stands: file within the scene's folder, sheet, and row as a spreadsheet counts it."""

    file: str
    sheet: str
    row: int


@dataclass(slots=True, eq=False)
class Payment:
    """One movement of value as it was settled. An end is None where no record names an account (cash, a fee).

    ``movement`` ties the legs of one movement across institutions: out of an app, into a bank.
    """

    day: int
    minute: int
    debtor: Account | None
    creditor: Account | None
    units: int
    kind: Kind
    note: str
    plant: str = ""
    network: str = ""
    status: Literal["booked", "pending", "failed"] = "booked"
    fee: int = 0
    movement: str = ""
    other_name: str = ""
    asset: str = "EUR"
    decimals: int = 2
    shown: Shown = "returns"
    id: str = ""
    reference: str = ""
    tx_hash: str = ""
    rows: list[Row] = field(default_factory=list)

    @property
    def on(self) -> date:
        """The day it is booked."""
        return START + timedelta(days=self.day)

    @property
    def clock(self) -> str:
        """Hour and minute, local."""
        return f"{self.minute // 60:02d}:{self.minute % 60:02d}"

    @property
    def amount(self) -> str:
        """The amount in whole units of its asset, exact."""
        return exact(self.units, self.decimals)

    @property
    def moves(self) -> bool:
        """Whether it moved money."""
        return self.status == "booked"


def exact(units: int, decimals: int = 2) -> str:
    """Minor units as text: ``-1234.50``."""
    whole, part = divmod(abs(units), 10**decimals)
    return f"{'-' if units < 0 else ''}{whole}.{part:0{decimals}d}"


def month_start(month: int) -> int:
    """First day of a month of the scene, counted from 0."""
    return sum(MONTHS[:month])


def workday(day: int) -> int:
    """The day itself, or the Monday after it."""
    weekday = (START + timedelta(days=day)).weekday()
    return day + (7 - weekday if weekday > 4 else 0)


Amount = int | Callable[[int], int]
"""Minor units, or what they are given the payer's balance."""

Then = Callable[[Payment], None]


@dataclass(slots=True)
class _Plan:
    payment: Payment
    amount: Amount
    then: Then | None


class Book:
    """Plans payments and settles them. Use: ``plan`` any number, then ``settle`` once."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, _Plan]] = []
        self._planned = 0
        self._now = (-1, 0)
        self.payments: list[Payment] = []
        self.dropped = 0

    def plan(self, payment: Payment, amount: Amount = 0, then: Then | None = None) -> None:
        """Plan a payment of ``payment.units`` or, where they are 0, of ``amount``.

        ``then`` is called when it has been settled, and may plan what follows from it, not earlier than itself.
        A payment beyond the last day of the scene is left out.
        """
        if payment.day >= DAYS:
            return
        # Midnight is what a spreadsheet shows as a day without a time: never booked then, so that no column mixes both.
        payment.minute = max(1, payment.minute)
        if (payment.day, payment.minute) < self._now:
            raise AssertionError("a payment was planned in the past")
        self._planned += 1
        plan = _Plan(payment, amount or payment.units, then)
        heapq.heappush(self._heap, (payment.day, payment.minute, self._planned, plan))

    def pay(
        self,
        day: int,
        minute: int,
        debtor: Account | None,
        creditor: Account | None,
        amount: Amount,
        kind: Kind,
        note: str,
        plant: str = "",
        network: str = "",
        then: Then | None = None,
    ) -> Payment:
        """Plan a payment and return it; what else is known of it may be put into it until it is settled."""
        payment = Payment(day, minute, debtor, creditor, 0, kind, note, plant, network)
        self.plan(payment, amount, then)
        return payment

    def settle(self) -> list[Payment]:
        """Settle everything in the order of time. Gives each payment its id and reference."""
        while self._heap:
            day, minute, _, plan = heapq.heappop(self._heap)
            self._now = day, minute
            self._settle(plan)
        return self.payments

    def _settle(self, plan: _Plan) -> None:
        p = plan.payment
        held = p.debtor.balance if p.debtor is not None else 0
        p.units = plan.amount if isinstance(plan.amount, int) else plan.amount(held)
        short = p.moves and p.debtor is not None and p.debtor.records and p.units + p.fee > held
        if p.units <= 0 or short:
            self.dropped += 1
            return
        if p.moves:
            if p.debtor is not None and p.debtor.records:
                p.debtor.balance -= p.units + p.fee
            if p.creditor is not None and p.creditor.records:
                p.creditor.balance += p.units
        self.payments.append(p)
        n = len(self.payments)
        p.id = f"P{n:06d}"
        # One in seven has no reference, as in life. A reference that two payments share would prove nothing.
        if p.kind in ("transfer", "direct debit", "standing order", "salary") and n % 7:
            p.reference = f"E2E-{n:06d}"
        if plan.then is not None:
            plan.then(p)
