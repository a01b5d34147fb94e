"""What one file shows of its own way of writing days and amounts, for formats that leave it open (QIF, odd OFX).

A day with the year last can have day or month first; a mark before three digits can be decimal or group thousands. Each
text says which readings it allows, the whole file says which one is left (law 3). What stays open is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from fininit.errors import SourceRefused, ValueRefused
from fininit.importers.base import Reading, Source, refused_reading
from fininit.issues import Issue
from fininit.values.dates import FIRST_YEAR, LAST_YEAR, DateFormat, parse_date
from fininit.values.money import BLANKS, NumberFormat

# ------------------------------------------------------------------------------------------------------------- asking


@dataclass(frozen=True, slots=True)
class Open:
    """One point that only a person can settle: what it is, and the one line that settles it."""

    code: str
    message: str
    settle: str
    row: int | None = None


def currency_open(row: int | None, count: int = 1) -> Issue:
    """A remark on amounts without a currency: like an account that the file does not name, it is null in a reading, and
    a case asks for it before anything is stored."""
    text = "Neither the file nor the format says which currency the amounts are in."
    return Issue("warning", "currency-not-named", text, row=row, count=count, hint="Name it: --currency EUR")


FALLBACK: Final = "cp1252"
"""ISO 8859-1 and its superset: what banks and programs of western countries write. Only letters depend on it."""


def encoding_doubt(known: str, sure: str = "amounts, dates and accounts") -> Issue:
    """A remark on a text that was read by :data:`FALLBACK`. ``known``: encodings that a person may name; ``sure``: what
    does not depend on it."""
    text = f"The encoding is not stated; letters outside ASCII may be wrong, {sure} are not."
    return Issue("warning", "encoding-fallback", text, hint=f"If you know it, name it: --encoding {known}.")


def decimal_open(row: int | None) -> Open:
    """A mark before three digits, and nothing in the file that shows what it is."""
    text = "A mark before three digits could be the decimal mark or group thousands."
    return Open("decimal-undecided", text, "State it: --decimal . or --decimal ,", row)


def asked(source: Source, name: str, opens: Sequence[Open]) -> Reading:
    """Nothing is read; every open point is an issue, the first one the question."""
    first = SourceRefused(opens[0].message, code=opens[0].code, hint=opens[0].settle)
    issues = tuple(Issue("refused", o.code, o.message, row=o.row, hint=o.settle) for o in opens)
    reading = refused_reading(source, first, format=name)
    return replace(reading, status="needs-decision", issues=issues, question=f"{first.message} {first.hint}")


# --------------------------------------------------------------------------------------------------------------- days

Order = Literal["dmy", "mdy", "ymd"]
_ORDERS: Final[Mapping[str | None, Order]] = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd"}

_SEPARATED: Final = re.compile(
    r"([0-9]{1,2}|[0-9]{4}) ?([-/.']) ?([0-9]{1,2}) ?([-/.']) ?([0-9]{4}|1[0-9]{2}|0[0-9]{2}|[0-9]{1,2})"
)
_EIGHT: Final = re.compile(r"[0-9]{8}")
_SIX: Final = re.compile(r"[0-9]{6}")
_NAMED: Final = tuple(
    DateFormat(p) for p in ("%-d %b %Y", "%-d-%b-%Y", "%-d-%b-%y", "%-d %b %y", "%b %-d, %Y", "%-d/%b/%Y")
)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that one text can mean, by order, and its three numbers where the form leaves the order open.

    ``tight``: six digits without a separator, where the year is as often first as last.
    """

    by_order: Mapping[Order, date]
    parts: tuple[str, str, str] = ("", "", "")
    tight: bool = False


def days(text: str) -> Days:
    """Every day that ``text`` can mean. One entry where the form leaves no choice, none where it is no day.

    Fixed by their form: the year first with four digits, points (no locale of the CLDR writes the month first with
    points), names of months. A year of two digits follows POSIX; one of three is counted from 1900, as programs printed
    it around 2000, and is read only where that and its last two digits mean the same.
    """
    bare = " ".join(text.strip(BLANKS).split())
    if _EIGHT.fullmatch(bare):
        first = _day(bare[:4], bare[4:6], bare[6:])
        if first is not None:
            return Days({"ymd": first})
        return _either(bare[:2], bare[2:4], bare[4:])
    if _SIX.fullmatch(bare):
        return replace(_either(bare[:2], bare[2:4], bare[4:]), tight=True)
    m = _SEPARATED.fullmatch(bare)
    if m is not None:
        a, b, c = m[1], m[3], m[5]
        if len(a) == 4:
            found = _day(a, b, c) if len(c) <= 2 else None
            return Days({"ymd": found} if found else {})
        year = _year(c)
        if year is None:
            return Days({})
        if m[2] == m[4] == ".":
            found = _day(year, b, a)
            return Days({"dmy": found} if found else {})
        found_days = _either(a, b, c, year)
        # Quicken's apostrophe stands before a year
        late: dict[Order, date] = {o: d for o, d in found_days.by_order.items() if o != "ymd"}
        return replace(found_days, by_order=late) if m[4] == "'" else found_days
    for fmt in _NAMED:
        try:
            return Days({"dmy": parse_date(bare, fmt)})
        except ValueRefused:
            continue
    return Days({})


def _either(a: str, b: str, c: str, year: str | None = None) -> Days:
    year = year or _year(c)
    out: dict[Order, date] = {}
    if year is not None and (found := _day(year, b, a)) is not None:
        out["dmy"] = found
    if year is not None and (found := _day(year, a, b)) is not None:
        out["mdy"] = found
    if len(c) <= 2 and (found := _day(_year(a) or "", b, c)) is not None:
        out["ymd"] = found
    return Days(out, (a, b, c))


def _year(text: str) -> str | None:
    if len(text) == 4:
        return text
    if len(text) == 3:
        year = 1900 + int(text)
        return str(year) if text[0] == "1" or year >= 1969 else None
    return str((1900 if int(text) >= 69 else 2000) + int(text))


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


@dataclass(frozen=True, slots=True)
class Settled:
    """The order of day, month and year of a file, or why there is none; ``at`` is a text that shows the problem.

    ``problem``: ``undecided`` (day or month first), ``year`` (the year could be first too), ``conflict``.
    """

    order: Order | None
    problem: Literal["", "undecided", "year", "conflict"] = ""
    at: int = 0

    def day(self, found: Days) -> date | None:
        """The day that a text of the file means, or None where it is none."""
        if not found.parts[0]:
            return next(iter(found.by_order.values()), None)
        return found.by_order.get(self.order) if self.order is not None else None

    def open(self, row: int | None) -> Open:
        """The question, where the order is not settled."""
        settle = "State it: --date dmy (day first) or --date mdy (month first)."
        if self.problem == "conflict":
            text = "Some dates of the file can only have the day first, others only the month."
            settle = "Ask for a fresh export; or state the order, and lose the other dates: --date dmy or --date mdy."
            return Open("date-order-conflict", text, settle, row)
        if self.problem == "year":
            text = "The dates of the file could have the year first: their first number changes less than their last."
            settle = "State it: --date dmy (day first), --date mdy (month first) or --date ymd (year first)."
            return Open("date-order-undecided", text, settle, row)
        return Open("date-order-undecided", "The dates of the file could have the day or the month first.", settle, row)


def settle_days(found: Sequence[Days], stated: str | None = None) -> Settled:
    """The order that all days of a file have in common; what a person stated goes before.

    Statements have the day or the month first. A day above 12 proves nothing against the year being first: where its
    two digits could be, and the first number of the dates changes less often than the last, that is asked.
    """
    if stated in _ORDERS:
        return Settled(_ORDERS[stated])
    free = [(i, d) for i, d in enumerate(found) if d.parts[0] and d.by_order]
    left: set[Order] = {"dmy", "mdy", "ymd"}
    for i, d in free:
        if not left & set(d.by_order):
            return Settled(None, "conflict", i)
        left &= set(d.by_order)
    usual: list[Order] = [o for o in ("dmy", "mdy") if o in left]
    if not free or left == {"ymd"}:
        return Settled("ymd" if free else None)
    if "ymd" in left:
        firsts, lasts = len({d.parts[0] for _, d in free}), len({d.parts[2] for _, d in free})
        if firsts < lasts or (firsts == lasts and any(d.tight for _, d in free)):
            return Settled(None, "year", free[0][0])
    differ = [i for i, d in free if len({d.by_order[o] for o in usual}) == 2]
    # where every day equals its month, both orders say the same
    return Settled(None, "undecided", differ[0]) if differ else Settled(usual[0])


# ------------------------------------------------------------------------------------------------------------ amounts


def decimal_mark(text: str) -> Literal[".", ",", "?", ""]:
    """The decimal mark that an amount shows by itself; ``?`` where its one mark could group thousands; empty without.

    Marks of both kinds: the last is the decimal one. One kind, several times: it groups. One mark: three digits behind
    it and one to three before it can be a thousand; anything else is decimal.
    """
    body = text.strip(BLANKS + "+-−()")
    points, commas = body.count("."), body.count(",")
    if not points and not commas:
        return ""
    if points and commas:
        return "." if body.rfind(".") > body.rfind(",") else ","
    if points + commas > 1:
        return "," if points else "."
    before, mark, after = body.partition("." if points else ",")
    if len(after) == 3 and 1 <= len(before) <= 3 and before[0] != "0":
        return "?"
    return "." if mark == "." else ","


def settle_decimal(texts: Iterable[str]) -> Literal[".", ",", "?", "!"]:
    """The decimal mark of a file: ``?`` where its amounts leave it open, ``!`` where they contradict each other."""
    seen = {decimal_mark(t) for t in texts}
    certain = seen & {".", ","}
    if len(certain) == 2:
        return "!"
    if certain:
        return "." if "." in certain else ","
    return "?" if "?" in seen else "."


def number(decimal: str) -> NumberFormat:
    """The format with that decimal mark: thousands may be grouped by the other mark, a blank or an apostrophe."""
    point: Literal[".", ","] = "," if decimal == "," else "."
    return NumberFormat(point, (",", " ", "'") if point == "." else (".", " ", "'"), trailing_mark=True)
