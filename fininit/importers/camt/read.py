"""Values in elements: texts, amounts, days and times, by the types of ISO 20022 (XML Schema part 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element

from fininit.errors import ValueRefused
from fininit.values.assets import is_currency
from fininit.values.dates import parse_date, parse_datetime
from fininit.values.money import NumberFormat, parse_amount

_DECIMAL: Final = re.compile(r"\+?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
"""``xs:decimal`` without a minus: an amount of ISO 20022 is never negative, its sign stands beside it."""

_POINT: Final = NumberFormat(".", trailing_mark=True)
_WHEN: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?)?"
    r"(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?"
)
_FEW: Final = 100
"""More texts than that are not compared with each other: the time would grow with their square."""

_NONE: Final = frozenset({"", "NOTPROVIDED", "NOTPROVIDED.", "NOTAVAILABLE", "NONREF", "NOTPROV"})


def clean(value: str | None) -> str | None:
    """Text with runs of blanks made one, or None when nothing is left."""
    return " ".join((value or "").split()) or None


def joined(parts: list[str]) -> str | None:
    """Texts as one, each once: banks repeat the payer's text in their own."""
    unique = list(dict.fromkeys(p for p in parts if p))
    if len(unique) > _FEW:
        return clean(" ".join(unique))
    kept: list[str] = []
    for part in unique:
        if not any(len(part) > 3 and part in had for had in kept):
            kept.append(part)
    return clean(" ".join(kept))


def text(element: Element | None, *paths: str) -> str | None:
    """The text at the first of some paths that has any."""
    if element is None:
        return None
    return next((found for path in paths if (found := clean(element.findtext(path)))), None)


def texts(element: Element | None, path: str) -> list[str]:
    """All texts at a path."""
    if element is None:
        return []
    return [found for e in element.findall(path) if (found := clean(e.text))]


def given(value: str | None) -> str | None:
    """A name or reference, or None for the words by which banks say that there is none."""
    return None if value is None or value.replace(" ", "").upper() in _NONE else value


def one(element: Element, name: str) -> Element | None:
    """The only child of that name. Raises ``ValueRefused`` (``element-twice``) where there are two."""
    found = element.findall(name)
    if len(found) > 1:
        raise ValueRefused(
            "An element that may stand once stands twice; which holds is not said.", code="element-twice"
        )
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount without a sign, and its currency; ``written`` is the text of the file."""

    amount: Decimal
    currency: str
    written: str


def money(element: Element, currency: str | None) -> Money:
    """The amount in an element; ``currency`` stands in where the element names none.

    Raises ``ValueRefused``: ``bad-amount`` and the other codes of ``parse_amount``, ``no-currency``,
    ``unknown-currency``.
    """
    written = (element.text or "").strip()
    code = (element.get("Ccy") or "").strip() or currency
    if code is None:
        raise ValueRefused("The amount names no currency.", code="no-currency", hint="State it: --currency EUR.")
    if not is_currency(code):
        raise ValueRefused("The currency is not one of ISO 4217.", code="unknown-currency")
    if written and _DECIMAL.fullmatch(written) is None:
        raise ValueRefused("The amount is not written as ISO 20022 has it.", code="bad-amount")
    return Money(parse_amount(written, _POINT, currency=code), code, written)


def money_or_none(element: Element | None, currency: str | None = None) -> Money | None:
    """Like :func:`money`, None where there is none or it cannot be read."""
    if element is None:
        return None
    try:
        return money(element, currency)
    except ValueRefused:
        return None


@dataclass(frozen=True, slots=True)
class When:
    """A day as written and, where the file states them, its time, zone and instant."""

    day: date
    local_time: str | None = None
    zone: str | None = None
    instant: datetime | None = None


def when(element: Element | None) -> When | None:
    """The day of a choice of ``Dt`` and ``DtTm`` (banks also write a time into ``Dt``), None where it is empty.

    The day is the one written: a time near midnight is not moved to another zone.
    Raises ``ValueRefused`` (``bad-date``).
    """
    if element is None:
        return None
    written = text(element, "Dt", "DtTm", ".")
    return None if written is None else moment(written)


def moment(written: str) -> When:
    """An ``xs:date`` or ``xs:dateTime``. Raises ``ValueRefused`` (``bad-date``)."""
    found = _WHEN.fullmatch(written)
    if found is None:
        raise ValueRefused("The day is not written as ISO 20022 has it.", code="bad-date")
    day = parse_date(found["day"], "%Y-%m-%d")
    if found["time"] is None:
        return When(day)
    zone = found["zone"]
    local = f"{found['day']}T{found['time']}"
    pattern = "%Y-%m-%dT%H:%M:%S"
    if zone is None:
        parse_datetime(local, pattern)
        return When(day, local)
    return When(day, local, zone, parse_datetime(local + zone, pattern + "%z").astimezone(UTC))


def moment_or_none(written: str | None) -> When | None:
    """Like :func:`moment`, None where there is none or it cannot be read."""
    try:
        return moment(written) if written else None
    except ValueRefused:
        return None


def incoming(element: Element) -> bool | None:
    """Whether ``CdtDbtInd`` says credit; None where it is missing. Raises ``ValueRefused`` (``bad-mark``)."""
    mark = one(element, "CdtDbtInd")
    word = clean(mark.text) if mark is not None else None
    if word not in ("CRDT", "DBIT", None):
        raise ValueRefused("What should say credit or debit says something else.", code="bad-mark")
    return None if word is None else word == "CRDT"


def flag(element: Element, name: str) -> bool:
    """An indicator, false where it is missing. Raises ``ValueRefused`` (``bad-indicator``)."""
    found = one(element, name)
    word = clean(found.text) if found is not None else None
    if word not in ("true", "false", "1", "0", None):
        raise ValueRefused("An indicator is neither true nor false.", code="bad-indicator")
    return word in ("true", "1")
