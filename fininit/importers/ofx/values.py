"""Dates and amounts of OFX (OFX 1.6 and 2.2, sections 3.2.8 and 3.2.9), and what banks write instead.

A date is ``YYYYMMDD``, then perhaps a time ``HHMMSS.XXX`` and a zone ``[-5:EST]``, hours from UTC and a name that says
nothing more. The day is the one that is written: it is never moved to another zone. Without a zone the specification
says UTC; so many banks mean their own noon or midnight that no instant is made of it.

An amount has a point or a comma as decimal mark and no other mark. Where a bank groups thousands all the same, the
amount is read if the marks leave no doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from fininit.errors import ValueRefused
from fininit.importers.undecided import Days, days, decimal_mark, number
from fininit.values.assets import ISO_4217
from fininit.values.dates import zone_offset
from fininit.values.money import BLANKS, parse_amount

_STAMP: Final = re.compile(
    r"(?P<day>[0-9]{8})"
    r"(?:(?P<hour>[0-9]{2})(?:(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?)?(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r" *(?:\[(?P<zone>[^\[\]]{0,40})\]?)?"
)
_ZONE: Final = re.compile(r"(?P<hours>[-+]?[0-9]{1,2})(?:\.(?P<part>[0-9]{1,2}))?(?: *: *(?P<name>[A-Za-z0-9/_ +-]*))?")
_PARTS: Final = {"0": 0, "00": 0, "5": 30, "50": 30, "25": 15, "75": 45}
"""Hundredths of an hour. ``.30`` and ``.45`` are left out: those who write them may mean minutes."""


_GROUPING: Final = frozenset(".,'\u2019 \u00a0\u202f\u2009")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as stated. ``days`` holds the day, or what it can be where the text is no OFX date.

    ``local`` and ``zone`` are time and zone as written, ``at`` the instant where both are stated; ``odd`` names what
    could not be read, ``time`` or ``zone``.
    """

    days: Days
    local: str | None = None
    zone: str | None = None
    at: datetime | None = None
    odd: Literal["", "time", "zone"] = ""

    @property
    def only(self) -> date | None:
        """The day, where the form leaves no choice."""
        return next(iter(self.days.by_order.values()), None) if not self.days.parts[0] else None


def stamp(text: str) -> Stamp:
    """Read a date. Never raises: a text that is none has no day."""
    bare = text.strip()
    m = _STAMP.fullmatch(bare)
    if m is None:
        found = days(bare[:40])
        if found.by_order:
            return Stamp(found)
        head = days(bare[:8]) if re.match(r"[0-9]{8}(?:[^0-9]|[0-9]{4})", bare) else Days({})
        return Stamp(head if not head.parts[0] else Days({}), odd="time")
    found = days(m["day"])
    if m["hour"] is None:
        return Stamp(found, zone=m["zone"] or None)
    day = next(iter(found.by_order.values()), None) if not found.parts[0] else None
    if day is None:
        return Stamp(Days({}))  # a time behind another order of the day was never seen
    try:
        when = datetime(  # noqa: DTZ001  (the local time as written)
            day.year, day.month, day.day, int(m["hour"]), int(m["minute"] or 0), int(m["second"] or 0)
        )
    except ValueError:
        return Stamp(found, odd="time")
    local = when.isoformat() if m["second"] else when.isoformat(timespec="minutes")
    if m["zone"] is None:
        return Stamp(found, local)
    offset = _offset(m["zone"])
    if offset is None:
        return Stamp(found, local, odd="zone")
    micro = int((m["fraction"] or "0")[:6].ljust(6, "0"))
    return Stamp(found, local, m["zone"].strip(), when.replace(microsecond=micro, tzinfo=UTC) - offset)


def _offset(text: str) -> timedelta | None:
    """How far a zone is from UTC; None where that is not certain. The hours count, whatever name stands behind them."""
    bare = text.strip()
    m = _ZONE.fullmatch(bare)
    if m is None:
        try:
            return zone_offset(bare)
        except ValueRefused:
            return None
    if (m["part"] or "0") not in _PARTS:
        return None
    minutes = abs(int(m["hours"])) * 60 + _PARTS[m["part"] or "0"]
    minutes = -minutes if m["hours"].startswith("-") else minutes
    return timedelta(minutes=minutes) if -12 * 60 <= minutes <= 14 * 60 else None


def mark(text: str, currency: str | None) -> Literal[".", ",", "?", ""]:
    """The decimal mark of an amount; a currency of three decimals has them, as the format groups nothing."""
    found = decimal_mark(text)
    if found == "?" and ISO_4217.get(currency or "") == 3:
        return "." if "." in text else ","
    return found


def amount(text: str, currency: str | None, settled: str) -> Decimal:
    """An amount, its decimal mark its own or else ``settled``. Raises ``ValueRefused``."""
    own = mark(text, currency)
    return parse_amount(text, number(own if own in (".", ",") else settled or "."), currency=currency)


def grouped(text: str, currency: str | None, settled: str) -> bool:
    """Whether thousands are grouped in the text of an amount, against the specification."""
    own = mark(text, currency)
    decimal = own if own in (".", ",") else settled
    body = text.strip(BLANKS + "+-")
    whole = body.rpartition(decimal)[0] if decimal and decimal in body else body
    return any(ch in _GROUPING for ch in whole)
