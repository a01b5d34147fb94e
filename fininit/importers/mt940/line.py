"""Field 61, the statement line: dates, mark, amount, type and references.

``6!n[4!n]2a[1!a]15d1!a3!c16x[//16x]`` and on a second line ``34x`` (SWIFT Standards MT, category 9). Read part by part,
so that a refusal can say which part is wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from fininit.errors import ValueRefused
from fininit.values.assets import ISO_4217
from fininit.values.money import NumberFormat, parse_amount

COMMA: Final = NumberFormat(",", trailing_mark=True)
"""The standard's: a decimal comma that is always there, decimals that may be missing."""

POINT: Final = NumberFormat(".", trailing_mark=True)
"""Rabobank's of 2003: a decimal point, zero-padded."""

_MARK: Final = re.compile(r"(?P<mark>[RE]?[CD])(?P<funds>[A-Z]?) ?(?P<amount>[0-9.,]+)(?P<rest>.*)", re.IGNORECASE)
_TYPE: Final = re.compile(r" *(?P<type>[A-Z][A-Z0-9 ]{0,3})(?P<ref>.*)")
_POINTED: Final = re.compile(r"[0-9]+\.(?P<decimals>[0-9]*)")
_NONE: Final = frozenset({"", "NONREF", "NOTPROVIDED", "NOTPROV"})


@dataclass(frozen=True, slots=True)
class Movement:
    """One field 61. ``amount`` has the holder's sign.

    ``doubt`` says that a letter in the line may be a damaged digit of the amount: ``prove`` where the balances must
    bear the amount out (a letter before it that is not the currency's), ``unless`` where they must not deny it (a
    transaction type that starts with another letter than the standard's N, F and S).
    """

    amount: Decimal
    booking_date: date
    value_date: date | None
    entry_date_stated: bool
    reversal: bool
    expected: bool
    doubt: Literal["", "unless", "prove"]
    code: str | None
    customer_ref: str | None
    bank_ref: str | None
    supplement: tuple[str, ...]


def money(text: str, currency: str | None, *, point: bool) -> Decimal:
    """An amount of this format, unsigned. Raises ``ValueRefused``.

    A point is a decimal mark only where the whole file uses points and no comma (``point``), and only before exactly
    the decimals of the currency; three decimals could be thousands, unless zero padding shows that nothing is grouped.
    """
    pointed = _POINTED.fullmatch(text)
    if pointed is None:
        return parse_amount(text, COMMA, currency=currency)
    places = ISO_4217.get(currency or "", -1)
    if point and len(pointed["decimals"]) == places and (places != 3 or text.startswith("0")):
        return parse_amount(text, POINT, currency=currency)
    raise ValueRefused("The amount has a point where the standard has a comma.", code="bad-amount")


def reference(text: str) -> str | None:
    """A reference, or None for the words by which banks say that there is none."""
    value = " ".join(text.split())
    return None if value.replace(" ", "").upper() in _NONE else value


def parse_movement(lines: list[str], currency: str | None, *, point: bool) -> Movement:
    """Read the lines of one field 61. Raises ``ValueRefused``: ``bad-date``, ``bad-mark``, ``bad-amount`` …"""
    text = lines[0].strip()
    booking, value, stated, rest = _dates(text)
    found = _MARK.match(rest)
    if found is None:
        if re.match(r"[RE]?[CD]", rest, re.IGNORECASE):
            raise ValueRefused("There is no amount where the standard has one.", code="bad-amount")
        raise ValueRefused("Neither credit nor debit is marked where the standard has the mark.", code="bad-mark")
    amount = money(found["amount"], currency, point=point)
    code, customer, bank = _references(found["amount"], found["rest"])
    mark, odd = found["mark"].upper(), found["funds"] and found["funds"].upper() != (currency or "")[2:3]
    # C and the reversal of a debit come in; D and the reversal of a credit go out
    incoming = mark in ("C", "EC", "RD")
    return Movement(
        amount=amount if incoming else amount.copy_negate() if amount else amount,
        booking_date=booking,
        value_date=value,
        entry_date_stated=stated,
        reversal=mark.startswith("R"),
        expected=mark.startswith("E"),
        doubt="prove" if odd else "unless" if code is not None and code[0] not in "NFS" else "",
        code=code,
        customer_ref=customer,
        bank_ref=bank,
        supplement=tuple(line.strip() for line in lines[1:] if line.strip()),
    )


def _references(amount: str, rest: str) -> tuple[str | None, str | None, str | None]:
    code: str | None = None
    if rest.strip() and not rest.lstrip().startswith("//"):
        kind = _TYPE.fullmatch(rest)
        if kind is None:
            raise ValueRefused("What follows the amount is not a transaction type.", code="bad-amount")
        code, rest = kind["type"].strip(), kind["ref"]
        if "," not in amount and "." not in amount and re.match(r" *[0-9]*[.,][0-9]", rest):
            raise ValueRefused("The amount is interrupted by a letter.", code="bad-amount")
    customer, _, bank = rest.partition("//")
    return code, customer.rstrip() or None, reference(bank)


def _dates(text: str) -> tuple[date, date | None, bool, str]:
    """Booking date, value date, whether the entry date is stated, and the rest of the line.

    The entry date has no year: it is the one within half a year of the value date. Banks that count interest by 30-day
    months state a value date of 29 or 30 February; it is not in the calendar, so no value date is given, and the line
    is read only when it states its entry date.
    """
    if not re.match(r"[0-9]{6}", text):
        raise ValueRefused("The line does not start with a value date.", code="bad-date")
    year, month, day = (int(text[i : i + 2]) for i in (0, 2, 4))
    year += 1900 if year >= 69 else 2000
    rest = text[6:]
    value = _day(year, month, day)
    entry = re.match(r"[0-9]{4}| {4}", rest)
    rest = rest[4:] if entry else rest
    stated = entry is not None and entry[0].strip(" 0") != ""
    near = value or (date(year, 3, 1) if month == 2 and day in (29, 30) else None)
    if near is None:
        raise ValueRefused("There is no such day in the calendar.", code="bad-date")
    if entry is not None and stated:
        days = [_day(near.year + shift, int(entry[0][:2]), int(entry[0][2:])) for shift in (-1, 0, 1)]
        close = [d for d in days if d is not None and abs(d - near) <= timedelta(days=183)]
        if not close:
            raise ValueRefused("The entry date is not a day in the half year around the value date.", code="bad-date")
        return min(close, key=lambda d: (abs(d - near), d)), value, True, rest
    if value is None:
        raise ValueRefused("The value date is not in the calendar and no entry date is stated.", code="bad-date")
    return value, value, False, rest


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
