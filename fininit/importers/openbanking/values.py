"""Single values of a record: texts, amounts, days, accounts. What has another type than it should is refused."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from fininit.errors import ValueRefused
from fininit.identifiers.account import account_id
from fininit.importers.camt.read import When, clean, given, moment
from fininit.importers.openbanking.document import Number
from fininit.values.assets import is_currency
from fininit.values.money import NumberFormat, parse_amount

_AMOUNT: Final = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
_POINT: Final = NumberFormat(".")
_ZONE: Final = re.compile(r"([-+][0-9]{2})([0-9]{2})$")
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9+./_-]{0,34}")
_SNAKE: Final = re.compile("(?<=[A-Za-z0-9])_([a-z])")


def at(value: Any, *path: str) -> Any:
    """The value at a path of keys; None where there is none, or null."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def text(value: Any, *path: str) -> str | None:
    """The text at a path, blanks made one; None where there is none. Raises ``ValueRefused`` (``bad-type``)."""
    found = at(value, *path)
    if found is None:
        return None
    if not isinstance(found, str):
        raise ValueRefused("A field that should be a text is none.", code="bad-type")
    return clean(found)


def texts(value: Any, *path: str) -> list[str]:
    """All texts at a path: one, a list of them, or what the objects of a list say under ``reference``."""
    found = at(value, *path)
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list):
        one = text(value, *path)
        return [one] if one else []
    out: list[str] = []
    for item in found:
        if isinstance(item, dict):
            out += [t for key in sorted(item) if isinstance(item[key], str) and (t := clean(item[key]))]
        elif isinstance(item, str) and (t := clean(item)):
            out.append(t)
    return out


def reference(value: Any, *path: str) -> str | None:
    """A reference or name, None for the words by which banks say that there is none."""
    return given(text(value, *path))


def code(value: str | None) -> str | None:
    """A code as banks write them, None for what could be a text."""
    return value if value is not None and _CODE.fullmatch(value) else None


def currency(value: Any, *path: str) -> str | None:
    """An ISO 4217 code. Raises ``ValueRefused`` (``unknown-currency``)."""
    found = text(value, *path)
    if found is not None and not is_currency(found):
        raise ValueRefused("The currency is not one of ISO 4217.", code="unknown-currency")
    return found


def amount(found: Any, unit: str | None) -> Decimal:
    """An amount: a text or a JSON number, with a sign or without, never an exponent.

    Raises ``ValueRefused``: ``no-amount``, ``no-currency``, ``bad-amount`` and the other codes of ``parse_amount``.
    """
    if found is None or found == "":
        raise ValueRefused("The record has no amount.", code="no-amount")
    if unit is None:
        raise ValueRefused("The amount names no currency.", code="no-currency", hint="State it: --currency EUR.")
    if not isinstance(found, str):
        raise ValueRefused("The amount is neither a text nor a number.", code="bad-amount")
    written = found.strip()
    if _AMOUNT.fullmatch(written) is None and not (isinstance(found, Number) and "e" in written.lower()):
        raise ValueRefused("The amount is not written as the interface has it.", code="bad-amount")
    return parse_amount(written, _POINT, currency=unit)


def when(value: Any, *path: str) -> When | None:
    """The day or time at a path. Midnight in UTC is how interfaces write a day without a time, so it gives none.

    Raises ``ValueRefused`` (``bad-date``).
    """
    written = text(value, *path)
    if written is None:
        return None
    found = moment(_ZONE.sub(r"\1:\2", written) if "T" in written else written)
    midnight = found.instant is not None and found.local_time is not None and found.local_time.endswith("T00:00:00")
    return When(found.day) if midnight and found.zone in ("Z", "+00:00") else found


def account(found: Any) -> str | None:
    """An account reference of the Berlin Group: ``iban``, ``bban`` or another identification.

    A masked card number names no account; a telephone number (``msisdn``) is for the note.
    """
    if not isinstance(found, dict):
        return None
    number = reference(found, "iban") or reference(found, "bban")
    if number is None and isinstance(found.get("other"), dict):
        number = reference(found, "other", "identification")
    if number is None:
        number = reference(found, "identification")
    return account_id(number) if number and number.replace(" ", "").strip("0") else None


def last4(masked: str | None) -> str | None:
    """The last four digits of a masked card number."""
    return masked[-4:] if masked and re.fullmatch(r"[0-9Xx* .…-]*[0-9]{4}", masked) else None


def camel(key: str) -> str:
    """``booking_date`` as ``bookingDate``: one interface of this family writes its keys so."""
    return _SNAKE.sub(lambda m: m[1].upper(), key)
