"""Dates: text to a calendar day or an instant, by a declared pattern and never by a guess.

A pattern is made of literals and a closed set of directives, those of POSIX ``strptime`` unless said:

========  ==========================================================================================================
``%Y``    year, four digits, 1900 to 2100
``%y``    year, two digits: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068 (POSIX)
``%m``    month, two digits; ``%-m`` one or two
``%d``    day, two digits; ``%-d`` one or two
``%b``    name of the month, abbreviated or in full, large or small letters, a point behind it or not; ``%B`` the same
``%H``    hour 00 to 23, two digits; ``%-H`` one or two
``%I``    hour 01 to 12, two digits; ``%-I`` one or two; with ``%p``: AM, PM, a.m., p.m.
``%M``    minute, ``%S`` second (00 to 59; no leap second)
``%f``    fraction of a second, one to six digits; zeros may follow to the ninth
``%s``    seconds since 1 January 1970 in UTC, nine or ten digits, alone: day and time are those of UTC
``%z``    ``Z``, ``UTC``, ``GMT``, or an offset from UTC: +01:00, +0100, +01; at most 14 hours
========  ==========================================================================================================

A blank in a pattern is one space, no-break, thin or narrow no-break space (newer Java puts the last before AM and PM);
outer blanks are taken off; digits are ASCII. The regular expression made of a pattern is read by Python's ``re`` for
one cell and by polars' Rust regex for a column, so both accept the same.

Refusals are ``ValueRefused`` with the codes ``bad-date``, ``bad-date-format``, ``unknown-zone``, ``tz-ambiguous``.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Literal

import polars as pl

from fininit.errors import ValueRefused
from fininit.values.money import BLANKS
from fininit.values.months import LANGUAGES, months, months_pattern

FIRST_YEAR = 1900
LAST_YEAR = 2100

_BLANK = "[ \u00a0\u2009\u202f]"

# directive -> (its group, that is what it states; its regular expression; whether its width varies)
_DIRECTIVES: dict[str, tuple[str, str, bool]] = {
    "%Y": ("Y", "19[0-9]{2}|20[0-9]{2}|2100", False),
    "%y": ("y", "[0-9]{2}", False),
    "%m": ("m", "0[1-9]|1[0-2]", False),
    "%-m": ("m", "0?[1-9]|1[0-2]", True),
    "%d": ("d", "0[1-9]|[12][0-9]|3[01]", False),
    "%-d": ("d", "0?[1-9]|[12][0-9]|3[01]", True),
    "%b": ("b", "", False),
    "%B": ("b", "", False),
    "%H": ("H", "[01][0-9]|2[0-3]", False),
    "%-H": ("H", "[01]?[0-9]|2[0-3]", True),
    "%I": ("I", "0[1-9]|1[0-2]", False),
    "%-I": ("I", "0?[1-9]|1[0-2]", True),
    "%M": ("M", "[0-5][0-9]", False),
    "%S": ("S", "[0-5][0-9]", False),
    "%f": ("f", "[0-9]{1,6}0{0,3}", True),
    "%p": ("p", r"[AaPp](?:[Mm]|\.[Mm]\.)", False),
    "%s": ("s", "[0-9]{9,10}", False),
    "%z": ("z", "Z|UTC|GMT|[-+](?:(?:0[0-9]|1[0-3])(?::?[0-5][0-9])?|14(?::?00)?)", True),
}
_TOKEN = re.compile(r"%-?.|%|[^%]+", re.DOTALL)
_DIGIT_GROUPS = frozenset("YymdHIMSf")


@dataclass(frozen=True)
class DateFormat:
    """A pattern of the directives at the head of this module, and the language of its month names.

    Raises ``ValueRefused`` (``bad-date-format``), naming the directive: unknown, given twice, missing for what the
    pattern states, or of varying width right before another digit, where nobody could say which is whose.
    """

    pattern: str
    language: str = "en"

    def __post_init__(self) -> None:
        _compile(self)

    @property
    def has_time(self) -> bool:
        """Whether the pattern states a time of day."""
        return bool({"M", "s"} & _compile(self).groups)

    @property
    def has_zone(self) -> bool:
        """Whether the pattern states an offset from UTC."""
        return "z" in _compile(self).groups


@dataclass(frozen=True, slots=True)
class _Compiled:
    regex: re.Pattern[str]
    anchored: str
    groups: frozenset[str]
    language: str


@lru_cache(maxsize=1024)
def _compile(fmt: DateFormat) -> _Compiled:
    if fmt.language not in LANGUAGES:
        raise ValueRefused(
            f"no month names for that language; there are {', '.join(LANGUAGES)}", code="bad-date-format"
        )
    parts: list[str] = []
    groups: list[str] = []
    open_width = ""  # the directive just before, when its width varies
    for token in _TOKEN.findall(fmt.pattern):
        if not token.startswith("%"):
            if open_width and token[0].isdigit():
                raise ValueRefused(f"{open_width} needs a separator behind it", code="bad-date-format")
            parts.append("".join(_literal(ch) for ch in token))
            open_width = ""
            continue
        if token not in _DIRECTIVES:
            raise ValueRefused(f"unknown directive {token}", code="bad-date-format")
        group, regex, varies = _DIRECTIVES[token]
        if group in groups:
            raise ValueRefused(f"{token} states what was stated before", code="bad-date-format")
        if open_width and group in _DIGIT_GROUPS:
            raise ValueRefused(f"{open_width} needs a separator behind it", code="bad-date-format")
        groups.append(group)
        parts.append(
            f"(?P<{group}>(?:{months_pattern(fmt.language)})\\.?)" if group == "b" else f"(?P<{group}>{regex})"
        )
        open_width = token if varies else ""
    _check_complete(frozenset(groups))
    whole = "".join(parts)
    return _Compiled(re.compile(whole), f"^(?:{whole})$", frozenset(groups), fmt.language)


def _check_complete(groups: frozenset[str]) -> None:
    if "s" in groups:
        if len(groups) > 1:
            raise ValueRefused("%s states day and time alone", code="bad-date-format")
        return
    for names, directives in (("Yy", "%Y or %y"), ("mb", "%m or %b"), ("d", "%d")):
        if len(groups & set(names)) != 1:
            raise ValueRefused(f"a date needs {directives}, once", code="bad-date-format")
    for needs, given in (("M", "HI"), ("HI", "MSfpz"), ("M", "Sfz"), ("S", "f"), ("I", "p"), ("p", "I")):
        if groups & set(given) and not groups & set(needs):
            raise ValueRefused(
                f"%{sorted(groups & set(given))[0]} needs {' or '.join('%' + n for n in needs)}", code="bad-date-format"
            )
    if {"H", "I"} <= groups:
        raise ValueRefused("%H and %I both state the hour", code="bad-date-format")


def _literal(ch: str) -> str:
    if ch == " ":
        return _BLANK
    return "\\" + ch if ch in "\\.+*?()|[]{}^$" else ch


def _format(pattern: str | DateFormat) -> DateFormat:
    return pattern if isinstance(pattern, DateFormat) else DateFormat(pattern)


def _refused() -> ValueRefused:
    return ValueRefused("not a date of the declared pattern", code="bad-date")


def _match(text: str, compiled: _Compiled) -> dict[str, str]:
    match = compiled.regex.fullmatch(text.strip(BLANKS))
    if match is None:
        raise _refused()
    return match.groupdict()


def _day(found: dict[str, str], language: str) -> date:
    if "s" in found:
        return datetime.fromtimestamp(int(found["s"]), UTC).date()
    year = int(found["Y"]) if "Y" in found else int(found["y"]) + (1900 if found["y"] >= "69" else 2000)
    month = int(found["m"]) if "m" in found else months(language)[found["b"].rstrip(".").lower()]
    try:
        return date(year, month, int(found["d"]))
    except ValueError:
        raise ValueRefused("no such day in the calendar", code="bad-date") from None


def parse_date(text: str, pattern: str | DateFormat) -> date:
    """The day that ``text`` states. A pattern with a time is read whole and its day returned as written.

    Raises ``ValueRefused``: ``bad-date`` (also for an empty text), ``bad-date-format``.
    """
    compiled = _compile(_format(pattern))
    return _day(_match(text, compiled), compiled.language)


def parse_datetime(text: str, pattern: str | DateFormat) -> datetime:
    """Day and time that ``text`` states: aware, with the offset as written, when the pattern has ``%z``, else naive.

    Raises ``ValueRefused``: ``bad-date``; ``bad-date-format`` also for a pattern without a time, as midnight would be
    made up.
    """
    compiled = _compile(_with_time(pattern))
    found = _match(text, compiled)
    if "s" in found:
        return datetime.fromtimestamp(int(found["s"]), UTC).replace(tzinfo=None)
    hour = int(found["H"]) if "H" in found else int(found["I"]) % 12 + (12 if found["p"][0] in "Pp" else 0)
    return datetime.combine(
        _day(found, compiled.language),
        datetime.min.time().replace(
            hour=hour,
            minute=int(found["M"]),
            second=int(found.get("S", "0")),
            microsecond=int(found.get("f", "0")[:6].ljust(6, "0")),
        ),
        tzinfo=timezone(timedelta(minutes=_offset_minutes(found["z"]))) if "z" in found else None,
    )


def _offset_minutes(zone: str) -> int:
    if zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if zone[0] == "-" else minutes


def _with_time(pattern: str | DateFormat) -> DateFormat:
    fmt = _format(pattern)
    if not fmt.has_time:
        raise ValueRefused("the pattern states no time of day", code="bad-date-format")
    return fmt


def date_expr(column: pl.Expr, pattern: str | DateFormat) -> pl.Expr:
    """The days of one text column as ``Date``; null where ``parse_date`` would refuse."""
    compiled = _compile(_format(pattern))
    if "s" in compiled.groups:
        return datetime_expr(column, pattern).dt.date()
    found = column.str.strip_chars(BLANKS).str.extract_groups(compiled.anchored)
    return _iso_day(found, compiled).str.to_date("%Y-%m-%d", strict=False).alias(column.meta.output_name())


def datetime_expr(column: pl.Expr, pattern: str | DateFormat) -> pl.Expr:
    """The times of one text column; null where ``parse_datetime`` would refuse.

    ``Datetime("us", "UTC")``, converted, when the pattern has ``%z``; else ``Datetime("us")`` as written.
    """
    compiled = _compile(_with_time(pattern))
    found = column.str.strip_chars(BLANKS).str.extract_groups(compiled.anchored)
    if "s" in compiled.groups:
        seconds = found.struct.field("s").cast(pl.Int64)
        return pl.from_epoch(seconds, time_unit="s").dt.cast_time_unit("us").alias(column.meta.output_name())

    def field(name: str) -> pl.Expr:
        return found.struct.field(name)

    if "H" in compiled.groups:
        hour = field("H").str.zfill(2)
    else:
        afternoon = field("p").str.starts_with("P") | field("p").str.starts_with("p")
        hour = (field("I").cast(pl.Int32) % 12 + pl.when(afternoon).then(12).otherwise(0)).cast(pl.String).str.zfill(2)
    clock = [hour, field("M"), field("S") if "S" in compiled.groups else pl.lit("00")]
    micro = field("f").str.slice(0, 6).str.pad_end(6, "0") if "f" in compiled.groups else pl.lit("000000")
    iso = pl.concat_str(
        [_iso_day(found, compiled), pl.lit("T"), pl.concat_str(clock, separator=":"), pl.lit("."), micro]
    )
    when = iso.str.to_datetime("%Y-%m-%dT%H:%M:%S.%6f", strict=False, time_unit="us")
    if "z" in compiled.groups:
        digits = field("z").str.extract("^[-+]([0-9:]+)$", 1).str.replace_all(":", "", literal=True).str.pad_end(4, "0")
        minutes = digits.str.slice(0, 2).cast(pl.Int32) * 60 + digits.str.slice(2, 2).cast(pl.Int32)
        minutes = pl.when(field("z").str.starts_with("-")).then(-minutes).otherwise(minutes).fill_null(0)
        when = (when - pl.duration(minutes=minutes, time_unit="us")).dt.replace_time_zone("UTC")
    return when.alias(column.meta.output_name())


def _iso_day(found: pl.Expr, compiled: _Compiled) -> pl.Expr:
    """YYYY-MM-DD of the matched groups, still text: whether the calendar has that day is left to the cast."""
    if "Y" in compiled.groups:
        year = found.struct.field("Y")
    else:
        short = found.struct.field("y")
        year = pl.concat_str([pl.when(short >= "69").then(pl.lit("19")).otherwise(pl.lit("20")), short])
    if "m" in compiled.groups:
        month = found.struct.field("m").str.zfill(2)
    else:
        names = months(compiled.language)
        month = (
            found.struct.field("b")
            .str.strip_chars_end(".")
            .str.to_lowercase()
            .replace_strict(list(names), [f"{n:02}" for n in names.values()], default=None, return_dtype=pl.String)
        )
    return pl.concat_str([year, month, found.struct.field("d").str.zfill(2)], separator="-")


# Every order of day, month and year in use. Not among them: year-day-month (ISO 8601 settles Y-m-d, and nobody prints
# the other), and month first with points, which no locale of the CLDR writes: 02.01.2024 is the second of January.
# With two digits the year may stand first too: 24/01/13 can be 2024 or the 24th, and no day above 12 settles that.
_DAYS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%d-%b-%Y", "%d %b %Y", "%d/%b/%Y", "%b %d, %Y", "%b %d %Y"),
    *("%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d", "%y/%m/%d", "%y.%m.%d", "%y%m%d"),
    *("%d-%b-%y", "%d %b %y", "%d/%b/%y", "%b %d, %y"),
)
_CLOCK = re.compile(
    rf"(?P<gap>T|,?{_BLANK})[0-9]{{1,2}}:[0-9]{{2}}(?P<second>:[0-9]{{2}})?(?:(?P<point>[.,])[0-9]+)?"
    rf"(?:(?P<noon_gap>{_BLANK}?)[AaPp]\.?[Mm]\.?)?(?:(?P<zone_gap>{_BLANK}?)(?:Z|UTC|GMT|[-+][0-9]{{2}}(?::?[0-9]{{2}})?))?$"
)


def readings(texts: Iterable[str]) -> list[str]:
    """The usual patterns that could read every non-empty text of a column, in a fixed order.

    Orders of day, month and year: ISO and with ``/``, ``.`` or nothing between, the year in four digits or two, or an
    English month name; each alone or with a time (HH:MM, seconds, fraction, AM/PM, and an offset). Two readings: the
    column does not say which; none: it is not a column of such dates, or more than one order occurs in it. Where a
    text has no leading zeros the pattern has ``%-d`` and so on, which read both. Readings that differ in the
    order are all given even when every day equals its month: the next column of the file may not be so kind.
    A column without any text has no reading.
    """
    unique = sorted({bare for text in texts if (bare := text.strip(BLANKS))})
    if not unique:
        return []
    found: list[str] = []
    for day in _DAYS:
        for pattern in _variants(day, unique[0]):
            if _reads_all(DateFormat(pattern), unique):
                found.append(pattern)
                break
    return found


def _variants(day: str, text: str) -> Iterator[str]:
    """``day`` with the clock that ``text`` ends in: first all padded, then not the hour, not the day, neither."""
    clock = ""
    if (match := _CLOCK.search(text[-40:])) is not None:  # no clock is longer, some cells are
        noon = match["noon_gap"]
        gap = "T" if match["gap"] == "T" else match["gap"][:-1] + " "
        clock = f"{gap}{'%H' if noon is None else '%I'}:%M"
        clock += "" if match["second"] is None else ":%S"
        clock += "" if match["point"] is None else f"{match['point']}%f"
        clock += "" if noon is None else (" %p" if noon else "%p")
        clock += "" if match["zone_gap"] is None else (" %z" if match["zone_gap"] else "%z")
        if match["point"] is not None and match["second"] is None:
            return
    loose_day = day if day in {"%Y%m%d", "%y%m%d"} else day.replace("%d", "%-d").replace("%m", "%-m")
    loose_clock = clock.replace("%H", "%-H").replace("%I", "%-I")
    yield from dict.fromkeys((day + clock, day + loose_clock, loose_day + clock, loose_day + loose_clock))


def _reads_all(fmt: DateFormat, unique: list[str]) -> bool:
    compiled = _compile(fmt)
    head = islice(unique, 100)  # most patterns fail at once, without a column being built
    if not all(compiled.regex.fullmatch(text) for text in head):
        return False
    try:
        column = pl.Series(unique, dtype=pl.String).to_frame("text")
    except UnicodeEncodeError:  # half a surrogate pair: no date has one
        return False
    expression = datetime_expr if fmt.has_time else date_expr
    return column.select(expression(pl.col("text"), fmt)).to_series().null_count() == 0


_SERIAL = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,30})?")
_DAY = 24 * 60 * 60 * 10**6  # microseconds


def excel_serial(value: Decimal | str, *, epoch1904: bool = False) -> date | datetime:
    """The day, or with a fraction the day and time, of a spreadsheet's serial number.

    1900 system (ECMA-376 part 1, 18.17.4.1): 1 is 1 January 1900, and 60 is refused, being the 29 February 1900 that
    never was. 1904 system: 0 would be 1 January 1904. Below 1 is refused in both: an empty or zero cell is no date.
    A fraction becomes time down to the microsecond, cut and never rounded, so that the day cannot move.
    Raises ``ValueRefused`` (``bad-date``).
    """
    if isinstance(value, str):
        bare = value.strip(BLANKS)
        if _SERIAL.fullmatch(bare) is None:
            raise ValueRefused("not a serial date", code="bad-date")
        value = Decimal(bare)
    if not value.is_finite() or not 1 <= value < 10**6:
        raise ValueRefused("a serial date must be 1 or more, and before the year 2101", code="bad-date")
    above, below = value.as_integer_ratio()  # integers from here: a context could round .999... up to the next day
    days, rest = divmod(above, below)
    if days == 60 and not epoch1904:
        raise ValueRefused("serial 60 is 29 February 1900, a day that never was", code="bad-date")
    before = date(1904, 1, 1) if epoch1904 else date(1899, 12, 31 if days < 60 else 30)
    day = before + timedelta(days=days)
    if day.year > LAST_YEAR:
        raise ValueRefused("a serial date must be 1 or more, and before the year 2101", code="bad-date")
    if not rest:
        return day
    return datetime.combine(day, datetime.min.time()) + timedelta(microseconds=rest * _DAY // below)


# Fixed offsets in minutes. The American four are those of RFC 5322 (section 4.3); BST is the British one, CST not the
# Chinese. IST is left out: India, Ireland and Israel share it.
_ABBREVIATIONS = dict(
    (
        *(("UTC", 0), ("GMT", 0), ("WET", 0), ("WEST", 60), ("BST", 60), ("CET", 60), ("CEST", 120)),
        *(("EET", 120), ("EEST", 180), ("EAT", 180), ("EST", -300), ("EDT", -240), ("CST", -360), ("CDT", -300)),
        *(("MST", -420), ("MDT", -360), ("PST", -480), ("PDT", -420)),
    )
)


def zone_offset(abbreviation: str) -> timedelta:
    """The offset from UTC that a zone's abbreviation stands for, from a closed table of fixed ones.

    Raises ``ValueRefused``: ``tz-ambiguous`` for one with several meanings (IST), ``unknown-zone``.
    """
    if abbreviation == "IST":
        raise ValueRefused("IST is the time of India, of Ireland or of Israel: state the zone", code="tz-ambiguous")
    if abbreviation not in _ABBREVIATIONS:
        raise ValueRefused("no fixed offset is known for this zone abbreviation", code="unknown-zone")
    return timedelta(minutes=_ABBREVIATIONS[abbreviation])


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(name for name in zoneinfo.available_timezones() if "/" in name) | {"UTC", "GMT"}


@lru_cache(maxsize=64)
def _zone(name: str) -> zoneinfo.ZoneInfo:
    # only names of places: "EST" and "CET" are also keys of the database, where CET changes to summer time and EST
    # does not, while on a statement each is one fixed offset (zone_offset)
    if name not in _zone_names():
        raise ValueRefused(
            "no such time zone", code="unknown-zone", hint="Name a place, as in Europe/Berlin or America/New_York."
        )
    return zoneinfo.ZoneInfo(name)


def local_to_utc(naive: datetime, zone_name: str) -> tuple[datetime | None, Literal["", "tz-ambiguous", "tz-gap"]]:
    """The UTC instant of a local time in a zone of the IANA database, and a flag.

    ``tz-ambiguous``: the clocks showed that time twice; ``tz-gap``: they never did. There is no instant for either.
    Raises ``ValueRefused``: ``unknown-zone``; ``bad-date`` for a time that states its zone or is not of 1900 to 2100.
    """
    if naive.tzinfo is not None:
        raise ValueRefused("the time already states its zone", code="bad-date")
    if not FIRST_YEAR <= naive.year <= LAST_YEAR:
        raise ValueRefused(f"no time between {FIRST_YEAR} and {LAST_YEAR}", code="bad-date")
    zone = _zone(zone_name)
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    instant = first.astimezone(UTC)
    if first.utcoffset() == second.utcoffset():
        return instant, ""
    # the offset depends on the fold: either both instants show this local time, or neither does
    return None, "tz-ambiguous" if instant.astimezone(zone).replace(tzinfo=None) == naive else "tz-gap"
