"""One booking: its record 2.1 with detail number 0000, and every record that belongs to it.

The amount of a booking is the one of detail 0000. Details with other numbers say what it is made of and are never
counted beside it: payments of a batch (transaction types 5, 6 and 7 under a total of type 1 or 2), or amount, charges
and tax of one payment (type 8 under type 3, type 9 under 7).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from fininit.errors import ValueRefused
from fininit.importers import fixed
from fininit.importers.coda import fields
from fininit.importers.fixed import Record
from fininit.issues import Issue
from fininit.values.money import exact_sum

_PAYMENTS: Final = {"1": ("5", "0"), "2": ("6", "7", "0")}
"""Type of a total -> types of its details, each of which is a payment. Some banks give a payment its own type, 0."""

_PARTS: Final = _PAYMENTS | {"3": ("8",)}
"""Type of an amount -> types of the details that must sum up to it."""

_PARTY: Final = "001"
"""Structured information: name and address of the other side."""


@dataclass(slots=True)
class Block:
    """A record 2.1 or 3.1 with its continuations, and the information records behind a 2.1."""

    first: Record
    second: Record | None = None
    third: Record | None = None
    infos: list[Block] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """Sequence and detail number."""
        return self.first.field(3, 6), self.first.field(7, 10)

    @property
    def code(self) -> str:
        """The transaction code, eight digits."""
        return self.first.field(54, 61)

    @property
    def structured(self) -> bool:
        """Whether the communication has a structure that its first three digits name."""
        column = 62 if self.first.text[0] == "2" else 40
        return self.first.field(column, column) == "1"

    @property
    def communication(self) -> str:
        """The communication over all records, blanks kept."""
        if self.first.text[0] == "3":
            parts = [(self.first, 41, 113), (self.second, 11, 115), (self.third, 11, 100)]
        else:
            parts = [(self.first, 63, 115), (self.second, 11, 63), (self.third, 83, 125)]
        return "".join(r.field(a, b).ljust(b - a + 1) for r, a, b in parts if r is not None)

    def amount(self, currency: str) -> Decimal:
        """The amount with its sign. Raises ``ValueRefused``."""
        return fields.money(self.first.field(33, 47), self.first.field(32, 32), currency)

    def party(self) -> tuple[str | None, str | None, str]:
        """Account and name of the other side, and what else stands in the account's columns.

        Where the name fills its 35 columns in record 2.3 or is missing, information 001 has it at length.
        """
        account, name, rest, full = None, None, "", True
        bank = "" if self.second is None else self.second.field(99, 109).strip()
        if self.third is not None:
            account, rest = fields.counterparty(self.third, bank)
            name, full = fixed.clean(self.third.field(48, 82)), self.third.field(82, 82) != " "
        for info in self.infos:
            text = info.communication
            if info.structured and text.startswith(_PARTY):
                long = fixed.clean(text[3:73])
                if long and (name is None or (full and long.startswith(name))):
                    name = long
        return account, name, rest

    def notes(self) -> list[str]:
        """The communication and the information behind it. Name and address (001) are not part of the note."""
        told = [i for i in self.infos if not (i.structured and i.communication.startswith(_PARTY))]
        out = (fields.note(b.structured, b.communication) for b in (self, *told))
        return [x for x in out if x]


@dataclass(slots=True)
class Movement:
    """One booking on its way to an entry. ``refused`` says why there is none."""

    main: Block
    end: int
    details: list[Block] = field(default_factory=list)
    amount: Decimal | None = None
    booked: date | None = None
    refused: Issue | None = None

    @property
    def last(self) -> Block:
        """The block that further records belong to."""
        return self.details[-1] if self.details else self.main

    def payments(self) -> list[Block]:
        """The payments of a batch; empty where the booking is none."""
        return [d for d in self.details if d.code[:1] in _PAYMENTS.get(self.main.code[:1], ())]

    def sums_up(self, currency: str) -> bool:
        """Whether the details that must make up the amount do; true where there are none."""
        parts = [d for d in self.details if d.code[:1] in _PARTS.get(self.main.code[:1], ())]
        try:
            return not parts or exact_sum(d.amount(currency) for d in parts) == self.amount
        except ValueRefused:
            return False

    def original(self, currency: str) -> tuple[Decimal, str] | None:
        """Amount in another currency, where a detail states one."""
        if self.amount is None:
            return None
        blocks = [b for b in (self.main, *self.details) if b.structured]
        found = [fields.original(b.communication, currency, self.amount) for b in blocks]
        return next((x for x in found if x is not None), None)

    def parties(self, currency: str) -> tuple[str | None, str | None, str]:
        """Account and name of the other side. A batch of one payment, of its whole amount, has that payment's."""
        account, name, rest = self.main.party()
        payments = self.payments()
        if account is None and name is None and len(payments) == 1 and self.sums_up(currency):
            return payments[0].party()
        return account, name, rest

    def note(self, currency: str) -> str | None:
        """The note; for a batch, each payment of it with amount, name, account and communication."""
        out = self.main.notes()
        for d in self.payments():
            account, name, _ = d.party()
            try:
                amount = f"{d.amount(currency):f}"
            except ValueRefused:
                amount = ""
            number = (account or "").partition(":")[2]
            out.append(" ".join(filter(None, [f"[{d.key[1]}]", amount, name, number, *d.notes()])))
        return fixed.clean(" ".join(out))
