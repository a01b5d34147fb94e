"""Accounts, amounts and communications as CODA writes them into its columns."""

from __future__ import annotations

import re
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fininit.errors import ValueRefused
from fininit.importers import fixed
from fininit.importers.base import Options
from fininit.importers.fixed import Record
from fininit.values.assets import ISO_4217, is_currency

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH: Final = 128
DECIMALS: Final = 3
"""Implied in every amount, whatever the currency."""

_FAMILIES: Final[Mapping[str, str]] = MappingProxyType(
    {"03": "cheque", "04": "card", "05": "direct_debit", "41": "wire", "43": "cheque", "80": "fee"}
)
"""Family of the transaction code (annex II) -> channel, where it says so for certain."""

_OPERATIONS: Final[Mapping[str, str]] = MappingProxyType({"0103": "standing_order", "0404": "atm"})
"""Family and transaction -> channel, where the family alone would say it wrong or not at all."""

REFERENCES: Final = frozenset({"101", "102"})
"""Structured communications of 12 digits, the reference that a Belgian invoice asks for (OGM-VCS)."""

_ORIGINAL: Final = re.compile(r"105[0-9]{15}(?P<amount>[0-9]{15})[0-9]{12}(?P<currency>[A-Z]{3})")
_NONE: Final = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF", ""})


def money(text: str, flag: str, currency: str) -> Decimal:
    """An amount with its sign, 0 for credit and 1 for debit. Raises ``ValueRefused``."""
    if flag not in ("0", "1"):
        raise ValueRefused("Neither credit (0) nor debit (1) is marked.", code="bad-mark")
    value = fixed.amount(text, DECIMALS)
    places = ISO_4217.get(currency, DECIMALS)
    if places < DECIMALS and text[places - DECIMALS :].strip("0"):
        raise ValueRefused("The amount has more decimals than the currency.", code="too-many-decimals")
    return fixed.signed(value, out=flag == "1")


def holder(record: Record, options: Options) -> tuple[str | None, str]:
    """Account and currency of record 1, by its account structure. Raises ``ValueRefused``."""
    structure = record.field(2, 2)
    if structure == "0":
        number, currency = record.field(6, 17), record.field(19, 21)
    elif structure in ("1", "2", "3"):
        number, currency = record.field(6, 39), record.field(40, 42)
    else:
        raise ValueRefused("The structure of the account number is not one of 0 to 3.", code="bad-account")
    if not is_currency(currency):
        raise ValueRefused("The currency of the account is not one of ISO 4217.", code="unknown-currency")
    number = number.strip()
    iban = fixed.belgian_iban(number) if structure == "0" else None
    return fixed.account_of(number, "", iban) or fixed.stated(options), currency


def counterparty(record: Record, bank: str) -> tuple[str | None, str]:
    """The other side's account in record 2.3, and what else its columns hold.

    34 columns of number and 3 of currency. Twelve digits alone that pass the Belgian check are a Belgian account, as
    the standard has them there. ``bank`` (a BIC) goes before a number that is no IBAN.
    """
    number, _, rest = record.field(11, 44).strip().partition("  ")
    currency = record.field(45, 47).strip()
    rest = " ".join([*rest.split(), *([] if not currency or is_currency(currency) else [currency])])
    if is_currency(rest):
        rest = ""
    return fixed.account_of(number, bank, fixed.belgian_iban(number)), rest


def reference(text: str) -> str | None:
    """A reference, or None for blanks, zeros and the words for none."""
    value = fixed.clean(text)
    return None if value is None or value.upper() in _NONE or not value.strip("0 ") else value


def note(structured: bool, text: str) -> str | None:
    """A communication as a note. An invoice reference is written as on paper: ``+++123/4567/89012+++``."""
    code, rest = text[:3], text[3:].strip()
    if structured and code in REFERENCES and re.fullmatch("[0-9]{12}", rest):
        return f"+++{rest[:3]}/{rest[3:7]}/{rest[7:]}+++"
    return fixed.clean(f"{code} {rest}" if structured else text)


def original(text: str, account_currency: str, booked: Decimal) -> tuple[Decimal, str] | None:
    """Amount in another currency, from structured communication 105 of a detail.

    None where it is the booked amount: then either the currency or the amount in it is not what it says.
    """
    found = _ORIGINAL.match(text)
    if found is None or found["currency"] == account_currency or found["currency"] not in ISO_4217:
        return None
    value = fixed.amount(found["amount"], DECIMALS)
    return (value, found["currency"]) if value not in (0, booked.copy_abs()) else None


def channel(code: str) -> str | None:
    """One of ``schema.CHANNELS`` or None, from the eight digits of a transaction code."""
    return _OPERATIONS.get(code[1:5]) or _FAMILIES.get(code[1:3])
