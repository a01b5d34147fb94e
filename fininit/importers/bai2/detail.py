"""Amounts, availability of funds and record 16, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from fininit.errors import ValueRefused
from fininit.importers import fixed
from fininit.importers.bai2.records import STANDARD_LENGTH, Logical, Piece, split_fields
from fininit.values.assets import ISO_4217
from fininit.values.money import exact_sum

_AMOUNT: Final = re.compile(r"([-+]?)([0-9]{1,20})")
_NO_MORE: Final = frozenset({"", "Z", "0", "1", "2"})
_REFERENCE_NONE: Final = frozenset({"", "NONREF", "NOTPROVIDED"})


def money(text: str, currency: str) -> Decimal:
    """A printed amount, its decimals implied by the currency. Raises ``ValueRefused``."""
    if currency not in ISO_4217:
        raise ValueRefused("The currency is not one of ISO 4217, so its decimals are not known.", code="bad-currency")
    found = _AMOUNT.fullmatch(text)
    if found is None:
        code = "bad-amount" if text else "no-amount"
        raise ValueRefused("The amount is not made of digits only." if text else "There is no amount.", code=code)
    return fixed.signed(fixed.amount(found[2], ISO_4217[currency]), out=found[1] == "-")


@dataclass(frozen=True, slots=True)
class Funds:
    """Availability: type, value date (V), amounts by days (S, D) as printed."""

    kind: str = ""
    day: date | None = None
    amounts: tuple[str, ...] = ()
    bad_day: bool = False

    def differs(self, amount: Decimal, currency: str) -> bool:
        """Whether the parts are all stated and do not sum up to the amount."""
        parts = [p for p in self.amounts if p]
        try:
            return bool(parts) and exact_sum(money(p, currency) for p in parts) != amount.copy_abs()
        except ValueRefused:
            return True


def funds(kind: str, following: Iterator[str]) -> Funds:
    """Take the fields that belong to a funds type. Raises ``ValueRefused`` ``bad-funds-type``."""
    if kind in _NO_MORE:
        return Funds(kind)
    if kind == "V":
        text, _ = next(following, ""), next(following, "")  # date and time, the time for reference only
        day = fixed.day_or_none(text, "ymd")
        return Funds(kind, day, bad_day=day is None and bool(text))
    if kind == "S":
        return Funds(kind, amounts=tuple(next(following, "") for _ in range(3)))
    if kind == "D":
        count = next(following, "")
        if not re.fullmatch("[0-9]{1,3}", count):
            raise ValueRefused("The number of distributed amounts is none.", code="bad-funds-type")
        pairs = [(next(following, ""), next(following, "")) for _ in range(int(count))]
        return Funds(kind, amounts=tuple(amount for _, amount in pairs))
    raise ValueRefused("The funds type is not one of Z, 0, 1, 2, V, S and D.", code="bad-funds-type")


@dataclass(frozen=True, slots=True)
class Summary:
    """One balance or total of record 03."""

    code: str
    amount: str
    count: str


def summaries(record: Logical) -> list[list[Summary]]:
    """The ways in which the balances of a record 03 can be read, the likelier first; none where no way fits.

    Producers break a record between two groups of fields and leave empty fields at its end away, or anywhere; the
    control total says which.
    """
    each = [split_fields(p.text) for p in record.pieces]
    each[0] = each[0][2:]  # account and currency
    out: list[list[Summary]] = []
    for groups in (each, [[f for fields in each for f in fields]]):
        try:
            read = [s for fields in groups for s in _summaries(fields)]
        except ValueRefused:
            continue
        if read not in out:
            out.append(read)
    return out


def _summaries(fields: list[str]) -> Iterator[Summary]:
    following = iter(fields)
    for code in following:
        if not code:
            continue
        if not re.fullmatch("[0-9]{3}", code):
            raise ValueRefused("A balance has no type code.", code="bad-summary")
        amount, count = next(following, ""), next(following, "")
        if not re.fullmatch("[-+]?[0-9]*", amount) or not re.fullmatch("[0-9]*", count):
            raise ValueRefused("A balance is not made of digits.", code="bad-summary")
        funds(next(following, ""), following)
        yield Summary(code, amount, count)


@dataclass(frozen=True, slots=True)
class Detail:
    """One record 16. ``amount`` as printed, ``text`` with its continuations."""

    code: str
    amount: str
    funds: Funds
    bank_ref: str | None
    customer_ref: str | None
    text: str | None


def detail(record: Logical, length: int) -> Detail:
    """Read a record 16: the fields before the text wherever they stand, then the text. Raises ``ValueRefused``."""
    cursor = _Cursor(record.pieces)
    code, amount = cursor.field(), cursor.field()
    available = funds(cursor.field(), iter(cursor.field, None))
    bank_ref, customer_ref = _reference(cursor.field()), _reference(cursor.field())
    return Detail(code, amount, available, bank_ref, customer_ref, cursor.text(length))


def _reference(text: str) -> str | None:
    value = fixed.clean(text)
    return None if value is None or value.upper() in _REFERENCE_NONE or not value.strip("0") else value


class _Cursor:
    """Takes fields from a record and its continuations; what is left is text, in which commas and slashes are signs."""

    def __init__(self, found: list[Piece]) -> None:
        self.left = found
        self.rest: str | None = found[0].text

    def field(self) -> str:
        """The next field. A slash at the end of a line ends the field and the line."""
        while self.rest is None:
            if len(self.left) < 2:
                return ""
            self.left = self.left[1:]
            self.rest = self.left[0].text
        text, comma, rest = self.rest.partition(",")
        if comma:
            self.rest = rest
            return text.strip()
        self.rest = None
        return text.strip().removesuffix("/").strip()

    def text(self, length: int) -> str | None:
        """Everything that is left. A line of full length was cut mid-word; others end with a word."""
        lines = [self.left[0].text if self.rest is None else self.rest, *(p.text for p in self.left[1:])]
        lines = [line.rstrip().removesuffix("/") for line in lines]
        if self.rest is None:
            lines[0] = ""
        out = lines[0]
        for (before, _), line in zip(pairwise(self.left), lines[1:], strict=True):
            full = before.length == (length or STANDARD_LENGTH) and out and not out.endswith(" ")
            out += line if full else " " + line
        return fixed.clean(out)
