"""Dates: patterns, months, readings, serial numbers, zones; and that cell and column read alike."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.errors import ValueRefused
from fininit.values.dates import (
    DateFormat,
    date_expr,
    datetime_expr,
    excel_serial,
    local_to_utc,
    parse_date,
    parse_datetime,
    readings,
    zone_offset,
)
from fininit.values.months import LANGUAGES, months

ISO = "%Y-%m-%d"


def column(texts: list[str | None], pattern: str | DateFormat, *, times: bool = False) -> list[date | None]:
    expression = (datetime_expr if times else date_expr)(pl.col("when"), pattern)
    frame = pl.DataFrame({"when": texts}, schema={"when": pl.String}).select(expression)
    assert frame.columns == ["when"]
    return frame["when"].to_list()


@pytest.mark.parametrize(
    ("text", "pattern", "language", "day"),
    [
        *(("2024-02-29", ISO, "en", date(2024, 2, 29)), (" 2024-01-02\u00a0\n", ISO, "en", date(2024, 1, 2))),
        *(("1900-01-01", ISO, "en", date(1900, 1, 1)), ("2100-12-31", ISO, "en", date(2100, 12, 31))),
        *(("20240102", "%Y%m%d", "en", date(2024, 1, 2)), ("13/02/2024", "%d/%m/%Y", "en", date(2024, 2, 13))),
        *(("1/2/2024", "%-m/%-d/%Y", "en", date(2024, 1, 2)), ("01/02/2024", "%-m/%-d/%Y", "en", date(2024, 1, 2))),
        *(("02.01.69", "%d.%m.%y", "en", date(1969, 1, 2)), ("02.01.68", "%d.%m.%y", "en", date(2068, 1, 2))),
        *(("02.01.99", "%d.%m.%y", "en", date(1999, 1, 2)), ("02.01.00", "%d.%m.%y", "en", date(2000, 1, 2))),
        *(("2-JAN-2024", "%-d-%b-%Y", "en", date(2024, 1, 2)), ("2-jan.-2024", "%-d-%b-%Y", "en", date(2024, 1, 2))),
        *(
            ("Sept. 2, 2024", "%b %-d, %Y", "en", date(2024, 9, 2)),
            ("March 2, 2024", "%b %-d, %Y", "en", date(2024, 3, 2)),
        ),
        *(("2. März 2024", "%-d. %B %Y", "de", date(2024, 3, 2)), ("02.Jän.2024", "%d.%b.%Y", "de", date(2024, 1, 2))),
        *(
            ("2 FÉVR. 2024", "%-d %b %Y", "fr", date(2024, 2, 2)),
            ("2 fe\u0301vr. 2024", "%-d %b %Y", "fr", date(2024, 2, 2)),
        ),
        *(("2 aout 2024", "%-d %b %Y", "fr", date(2024, 8, 2)), ("2 ene 2024", "%-d %b %Y", "es", date(2024, 1, 2))),
        *(
            ("2 Gennaio 2024", "%-d %B %Y", "it", date(2024, 1, 2)),
            ("2 mrt. 2024", "%-d %b %Y", "nl", date(2024, 3, 2)),
        ),
        *(
            ("2 PAŹDZIERNIKA 2024", "%-d %B %Y", "pl", date(2024, 10, 2)),
            ("2 dez 2024", "%-d %b %Y", "pt", date(2024, 12, 2)),
        ),
        *(
            ("02Jan2024", "%d%b%Y", "en", date(2024, 1, 2)),
            ("2024-01-02T23:30:00-05:00", "%Y-%m-%dT%H:%M:%S%z", "en", date(2024, 1, 2)),
        ),
        ("(2024) [01]+02?", "(%Y) [%m]+%d?", "en", date(2024, 1, 2)),
        ("2 of January\u202f2024", "%-d of %B %Y", "en", date(2024, 1, 2)),
    ],
)
def test_days_are_read(text: str, pattern: str, language: str, day: date) -> None:
    fmt = DateFormat(pattern, language)
    assert parse_date(text, fmt) == day
    assert type(parse_date(text, fmt)) is date
    assert column([text, None], fmt) == [day, None]


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        *((text, ISO) for text in ("2023-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "2024-04-31", "0000-00-00")),
        *(
            (text, ISO)
            for text in ("10", "", " ", "2024-1-2", "24-01-02", "2024/01/02", "2024-01-02 00:00", "2024-01-02x")
        ),
        *(
            (text, ISO)
            for text in ("1899-12-31", "2101-01-01", "9999-12-31", "-2024-01-02", "02024-01-02", "2024-01-2")
        ),
        *(
            (text, ISO)
            for text in (
                "２０２４-01-02",
                "2024-٠١-02",
                "2024–01–02",
                "2024-01-02\x00",
                "\u200e2024-01-02",
                "2024- 1-02",
            )
        ),
        *((text, "%m/%d/%Y") for text in ("13/02/2024", "02/30/2024", "1/2/2024", "01/02/24")),
        *(
            (text, "%-d %b %Y")
            for text in ("2 ſep 2024", "2 Маr 2024", "2 Janu 2024", "2  Jan 2024", "2 Mär 2024", "30 Feb 2024")
        ),
        *((text, "%-d %b %Y") for text in ("2 Jan.. 2024", "002 Jan 2024", "2Jan 2024")),
    ],
)
def test_what_is_not_such_a_day_is_refused(text: str, pattern: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        parse_date(text, pattern)
    assert caught.value.code == "bad-date"
    assert len(text) < 3 or text not in str(caught.value)
    assert column([text], pattern) == [None]


@pytest.mark.parametrize("stray", ["\x1c", "\x85", "\u3000", "\u2028", "\x0b", "\u200b", "\ufeff"])
def test_only_the_listed_blanks_are_taken_off(stray: str) -> None:
    for text in (stray + "2024-01-02", "2024-01-02" + stray):
        with pytest.raises(ValueRefused):
            parse_date(text, ISO)
        assert column([text], ISO) == [None]


STAMP = "%Y-%m-%dT%H:%M:%S.%f%z"
US_CLOCK = "%-m/%-d/%Y, %-I:%M %p"


@pytest.mark.parametrize(
    ("text", "pattern", "utc"),
    [
        ("2024-01-02T03:04:05.1Z", STAMP, datetime(2024, 1, 2, 3, 4, 5, 100_000, UTC)),
        ("2024-01-02T03:04:05.123456+01:00", STAMP, datetime(2024, 1, 2, 2, 4, 5, 123_456, UTC)),
        ("2024-01-02T23:30:00.000-0500", STAMP, datetime(2024, 1, 3, 4, 30, tzinfo=UTC)),
        ("2024-01-02T03:04:05.1234560+0530", STAMP, datetime(2024, 1, 1, 21, 34, 5, 123_456, UTC)),
        ("2024-01-02T03:04:05.0-14", STAMP, datetime(2024, 1, 2, 17, 4, 5, tzinfo=UTC)),
        ("2024-01-02T03:04:05.0UTC", STAMP, datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2100-12-31T23:00:00.0-10:00", STAMP, datetime(2101, 1, 1, 9, tzinfo=UTC)),
    ],
)
def test_instants_keep_their_offset_and_the_column_is_utc(text: str, pattern: str, utc: datetime) -> None:
    stated = parse_datetime(text, pattern)
    assert stated == utc
    assert stated.strftime("%Y-%m-%dT%H:%M") == text[:16]  # as written, not moved to another day
    assert column([text], pattern, times=True) == [utc]


@pytest.mark.parametrize(
    ("text", "pattern", "local"),
    [
        ("2024-01-02 03:04", "%Y-%m-%d %H:%M", (2024, 1, 2, 3, 4)),
        ("2024-01-02 3:04", "%Y-%m-%d %-H:%M", (2024, 1, 2, 3, 4)),
        ("02.01.2024 23:59:59", "%d.%m.%Y %H:%M:%S", (2024, 1, 2, 23, 59, 59)),
        ("20240102030405123", "%Y%m%d%H%M%S%f", (2024, 1, 2, 3, 4, 5, 123_000)),
        ("01/02/2024, 12:00 AM", US_CLOCK, (2024, 1, 2, 0, 0)),
        ("01/02/2024, 12:59 pm", US_CLOCK, (2024, 1, 2, 12, 59)),
        ("1/2/2024, 1:05\u202fp.m.", US_CLOCK, (2024, 1, 2, 13, 5)),
        ("1/2/2024, 11:05 A.M.", US_CLOCK, (2024, 1, 2, 11, 5)),
        ("12:30 AM 02.01.24", "%I:%M %p %d.%m.%y", (2024, 1, 2, 0, 30)),
    ],
)
def test_local_times_stay_local(text: str, pattern: str, local: tuple[int, ...]) -> None:
    naive = datetime(*local)  # type: ignore[misc,arg-type]  # noqa: DTZ001
    assert parse_datetime(text, pattern) == naive
    assert parse_datetime(text, pattern).tzinfo is None
    assert column([text, None, "x"], pattern, times=True) == [naive, None, None]


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        *(("2024-01-02T24:00:00.0Z", STAMP), ("2024-01-02T23:59:60.0Z", STAMP), ("2024-01-02T03:60:00.0Z", STAMP)),
        *(("2024-01-02T03:04:05.1234567Z", STAMP), ("2024-01-02T03:04:05.Z", STAMP), ("2024-01-02T03:04:05Z", STAMP)),
        *(("2024-01-02T03:04:05.0", STAMP), ("2024-01-02T03:04:05.0z", STAMP), ("2024-01-02T03:04:05.0+1", STAMP)),
        *(
            ("2024-01-02T03:04:05.0+14:30", STAMP),
            ("2024-01-02T03:04:05.0+01:60", STAMP),
            ("2024-01-02T03:04:05.0EST", STAMP),
        ),
        *(
            ("2024-01-02T03:04:05.0\u221201:00", STAMP),
            ("2024-01-02 03:04:05.0Z", STAMP),
            ("2023-02-29T03:04:05.0Z", STAMP),
        ),
        *(("1/2/2024, 13:05 PM", US_CLOCK), ("1/2/2024, 0:05 AM", US_CLOCK), ("1/2/2024, 1:05", US_CLOCK)),
        *(("1/2/2024, 1:05 p.m", US_CLOCK), ("1/2/2024, 1:05PM", US_CLOCK), ("1/2/2024, 001:05 PM", US_CLOCK)),
    ],
)
def test_what_is_not_such_a_time_is_refused(text: str, pattern: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        parse_datetime(text, pattern)
    assert caught.value.code == "bad-date"
    assert column([text], pattern, times=True) == [None]


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        *(
            ("%Q-%m-%d", "%Q"),
            ("%Y-%m-%d %", "%"),
            ("%Y-%m-%e", "%e"),
            ("%%Y-%m-%d", "%%"),
            ("%Y-%j", "%j"),
            ("%-", "%-"),
        ),
        *(
            ("%Y-%m-%d %d", "%d"),
            ("%Y-%-m-%m-%d", "%m"),
            ("%b %B %d %Y", "%B"),
            ("%Y-%m", "%d"),
            ("", "%Y"),
            ("%d.%m.", "%Y"),
        ),
        *(
            ("%Y-%y-%m-%d", "%Y"),
            ("%Y-%m-%b-%d", "%b"),
            ("%Y-%m-%d %M", "%M"),
            ("%Y-%m-%d %H", "%M"),
            ("%Y-%m-%d%z", "%z"),
        ),
        *(
            ("%Y-%m-%d %I:%M", "%p"),
            ("%Y-%m-%d %H:%M %p", "%I"),
            ("%Y-%m-%d %H:%M.%f", "%S"),
            ("%Y-%m-%d %H%I:%M %p", "%I"),
        ),
        # who could say whose digit it is
        *(("%-d%-m%Y", "%-d"), ("%-d1%m%Y", "%-d"), ("%Y-%m-%d %-H%M", "%-H"), ("%H:%M:%S.%f%Y-%m-%d", "%f")),
    ],
)
def test_a_pattern_that_makes_no_sense_is_refused_by_name(pattern: str, named: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        DateFormat(pattern)
    assert caught.value.code == "bad-date-format"
    assert named in caught.value.message


def test_other_misuse_of_patterns() -> None:
    for call in (
        lambda: DateFormat(ISO, "tlh"),
        lambda: parse_datetime("2024-01-02", ISO),  # midnight would be made up
        lambda: datetime_expr(pl.col("a"), ISO),
        lambda: parse_date("2024-01-02", "%s-%m"),
    ):
        with pytest.raises(ValueRefused) as caught:
            call()
        assert caught.value.code == "bad-date-format"
    assert not DateFormat(ISO).has_time
    assert DateFormat(STAMP).has_time
    assert DateFormat(STAMP).has_zone
    assert not DateFormat(US_CLOCK).has_zone
    with pytest.raises(pl.exceptions.ComputeError):
        date_expr(pl.col("a", "b"), ISO)


def test_every_language_names_every_month_once() -> None:
    assert {"en", "de", "fr", "es", "it", "nl", "pl", "pt"} <= set(LANGUAGES)
    for language in LANGUAGES:
        names = months(language)
        assert sorted(set(names.values())) == list(range(1, 13))
        assert all(name == name.lower() and "." not in name for name in names)
        for number in range(1, 13):
            mine = [name for name in names if names[name] == number]
            assert all(len(name) >= 3 for name in mine)
            # a name that begins another month's name could be cut out of it
            others = [name for name in names if names[name] != number]
            assert not [(a, b) for a in mine for b in others if b.startswith(a)]


def test_month_tables_hold_no_name_twice() -> None:
    from fininit.values import months as module

    for forms in module._NAMES.values():
        assert len(forms) == 12
        spelled = [name for month in forms for name in month.split()]
        assert len(spelled) == len(set(spelled))


_PATTERNS = (
    *(ISO, "%Y%m%d", "%d.%m.%y", "%-d/%-m/%Y", "%-m/%-d/%y", "%d-%b-%Y", "%B %-d, %Y", "%y%m%d"),
    *("%Y-%m-%d %H:%M", "%d.%m.%Y %-H:%M:%S", STAMP, US_CLOCK, "%b %d %Y %I:%M:%S.%f %p %z", "%Y%m%d%H%M%S%z"),
)
_STRAY = st.sampled_from(
    [
        *"0123456789",
        *"-/.:, T+Zz",
        "\u00a0",
        "\u202f",
        "am",
        "PM",
        "a.m.",
        "Jan",
        "feb",
        "Март",
        "ſ",
        "UTC",
        "\n",
        "٣",
        "31",
        "29",
    ]
)


@st.composite
def _dated(draw: st.DrawFn, pattern: str) -> str:
    """A text near what the pattern means: fields right or slightly out of range, then perhaps spoilt."""
    text = pattern
    padded = st.booleans().map(lambda b: "{:02}" if b else "{}")
    for directive, low, high in (
        *(("m", 0, 13), ("d", 0, 32), ("H", 0, 24), ("I", 0, 13), ("M", 0, 60), ("S", 0, 60)),
        *(("y", 0, 99), ("Y", 1898, 2102)),
    ):
        number = draw(st.integers(low, high))
        text = text.replace(f"%-{directive}", draw(padded).format(number)).replace(f"%{directive}", f"{number:02}")
    name = draw(st.sampled_from([*months("en"), "mai", "x"]))
    name = draw(st.sampled_from([name, name.upper(), name.title(), name + "."]))
    text = text.replace("%b", name).replace("%B", name)
    text = text.replace("%f", draw(st.sampled_from(["0", "1", "123456", "999999000", "1234567", ""])))
    text = text.replace("%p", draw(st.sampled_from(["AM", "pm", "p.m.", "Pm", "M"])))
    text = text.replace("%z", draw(st.sampled_from(["Z", "UTC", "+01:00", "-0530", "+14", "-14:30", "+1", ""])))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(_STRAY) + text[at + draw(st.integers(0, 1)) :]
    return text


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_PATTERNS).flatmap(lambda p: st.tuples(st.just(p), st.lists(_dated(p), min_size=1, max_size=12)))
)
def test_cell_and_column_agree(case: tuple[str, list[str]]) -> None:
    pattern, texts = case
    days: list[date | None] = []
    times: list[datetime | None] = []
    fmt = DateFormat(pattern)
    for text in texts:
        try:
            days.append(parse_date(text, fmt))
        except ValueRefused:
            days.append(None)
        try:
            times.append(parse_datetime(text, fmt) if fmt.has_time else None)
        except ValueRefused:
            times.append(None)
    assert column([*texts], fmt) == days
    if fmt.has_time:
        assert [t is None for t in times] == [d is None for d in days]
        found = pl.DataFrame({"t": texts}).select(datetime_expr(pl.col("t"), fmt))["t"]
        assert found.dtype == pl.Datetime("us", "UTC" if fmt.has_zone else None)
        assert found.to_list() == times


@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(datetime(1969, 1, 1), datetime(2068, 12, 31)),  # noqa: DTZ001
    st.sampled_from(["%Y-%m-%d", "%d.%m.%y", "%d-%b-%Y", "%B %d, %Y", "%Y%m%d"]),
    st.sampled_from([" %H:%M:%S.%f", "T%H%M%S%f", " %I:%M:%S.%f %p"]),
)
def test_what_python_writes_is_read_back(moment: datetime, day: str, clock: str) -> None:
    text = moment.strftime(day + clock)
    assert parse_datetime(text, day + clock) == moment
    assert parse_date(text, day + clock) == moment.date()


# --- which pattern is it


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["02/01/2024", "03/01/2024"], ["%d/%m/%Y", "%m/%d/%Y"]),
        (["02/01/2024", "03/01/2024", "13/01/2024"], ["%d/%m/%Y"]),
        (["02/01/2024", "01/13/2024"], ["%m/%d/%Y"]),
        (["12/13/2024", "13/12/2024"], []),
        (["02-01-2024"], ["%d-%m-%Y", "%m-%d-%Y"]),
        (["02.01.2024"], ["%d.%m.%Y"]),
        (["2024-01-02"], [ISO]),
        (["2024/01/02"], ["%Y/%m/%d"]),
        (["2024.01.02"], ["%Y.%m.%d"]),
        (["20240102"], ["%Y%m%d"]),
        (["1/2/2024", "12/13/2024"], ["%-m/%-d/%Y"]),
        (["2024-1-2", "2024-01-12"], ["%Y-%-m-%-d"]),
        (["01/01/2024"], ["%d/%m/%Y", "%m/%d/%Y"]),
        (["13/01/24"], ["%d/%m/%y", "%y/%m/%d"]),
        (["32/01/13"], ["%y/%m/%d"]),
        (["13/01/32"], ["%d/%m/%y"]),
        (["01-02-03"], ["%d-%m-%y", "%m-%d-%y", "%y-%m-%d"]),
        (["240113"], ["%y%m%d"]),
        (["02-Jan-2024", "13-DEC-2023"], ["%d-%b-%Y"]),
        (["2 January 2024"], ["%-d %b %Y"]),
        (["Jan 2, 2024"], ["%b %-d, %Y"]),
        (["Jan. 28, 2022, 12:13 AM", "March 3, 2022, 1:13 PM"], ["%b %-d, %Y, %-I:%M %p"]),
        (["2024-01-02T03:04:05Z"], ["%Y-%m-%dT%H:%M:%S%z"]),
        (["2024-01-02T03:04:05.123+01:00", "", " "], ["%Y-%m-%dT%H:%M:%S.%f%z"]),
        (["2024-01-02 03:04"], ["%Y-%m-%d %H:%M"]),
        (["2024-01-02 3:04", "2024-01-02 13:04"], ["%Y-%m-%d %-H:%M"]),
        (["2024-01-02 03:04:05 UTC"], ["%Y-%m-%d %H:%M:%S %z"]),
        (["2024-01-02 03:04:05,123"], ["%Y-%m-%d %H:%M:%S,%f"]),
        (["02/01/2024, 1:04:05 PM"], ["%d/%m/%Y, %-I:%M:%S %p", "%m/%d/%Y, %-I:%M:%S %p"]),
        *(
            ([text], [])
            for text in ("", "x", "10", "2024-02-30", "29/02/2023", "2024-01-02 25:00", "1.234,50", "\ud800")
        ),
        *(
            ([text], [])
            for text in ("0000-00-00", "2024-13-01", "45293", "2024-01-02T03:04.5", "٢٠٢٤-01-02", "2024-01-02 EST")
        ),
        (["2024-01-02", "02.01.2024"], []),
        (["2024-01-02", "2024-01-02 10:00"], []),
        (["2024-01-02", "2024-01-03", "n/a"], []),
        ([], []),
    ],
)
def test_which_patterns_read_a_column(texts: list[str], expected: list[str]) -> None:
    assert readings(texts) == expected
    assert readings(texts[::-1]) == expected
    assert readings(iter([*texts, *texts])) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dates(date(1900, 1, 1), date(2100, 12, 31)), min_size=1, max_size=6), st.sampled_from("/-."))
def test_the_true_order_is_always_among_the_readings(days: list[date], mark: str) -> None:
    for pattern in (f"%d{mark}%m{mark}%Y", f"%m{mark}%d{mark}%Y"):
        if pattern == "%m.%d.%Y":
            continue
        texts = [day.strftime(pattern) for day in days]
        found = readings(texts)
        assert pattern in found
        # one reading only where a day above 12 proves it
        assert (len(found) == 1) == (mark == "." or any(day.day > 12 for day in days))


def test_a_large_column_is_read_in_linear_time() -> None:
    start = datetime(2000, 1, 1)  # noqa: DTZ001
    texts = [(start + timedelta(seconds=613 * n)).strftime("%d/%m/%Y %H:%M:%S") for n in range(200_000)]
    started = time.process_time()
    assert readings(texts) == ["%d/%m/%Y %H:%M:%S"]
    assert time.process_time() - started < 10


# --- serial numbers


@pytest.mark.parametrize(
    ("serial", "when"),
    [
        *(("1", date(1900, 1, 1)), ("59", date(1900, 2, 28)), ("61", date(1900, 3, 1)), ("45293", date(2024, 1, 2))),
        *(("45293.0", date(2024, 1, 2)), ("73415", date(2100, 12, 31)), (" 45293 ", date(2024, 1, 2))),
        ("45293.5", datetime(2024, 1, 2, 12)),  # noqa: DTZ001
        ("45293.999999", datetime(2024, 1, 2, 23, 59, 59, 913_600)),  # noqa: DTZ001
        ("45293." + "9" * 30, datetime(2024, 1, 2, 23, 59, 59, 999_999)),  # noqa: DTZ001
        ("59.25", datetime(1900, 2, 28, 6)),  # noqa: DTZ001
    ],
)
def test_serial_numbers(serial: str, when: date) -> None:
    assert excel_serial(serial) == when
    assert excel_serial(Decimal(serial.strip())) == when
    assert type(excel_serial(serial)) is type(when)


def test_a_serial_number_is_never_rounded_up_to_the_next_day() -> None:
    assert excel_serial(Decimal("45293." + "9" * 40)) == datetime(2024, 1, 2, 23, 59, 59, 999_999)  # noqa: DTZ001


@pytest.mark.parametrize(
    "serial",
    [
        *(
            "60",
            "60.5",
            "0",
            "0.99",
            "-3",
            "-4.5",
            "73416",
            "999999",
            "1000000",
            "1e5",
            "4.5293E4",
            "",
            "x",
            "NaN",
            "inf",
        ),
        *("45,293", "45293.", ".5", "٤٥٢٩٣", "45293.5.5", "45 293", "2024-01-02", "45293\x00"),
    ],
)
def test_what_is_no_serial_date_is_refused(serial: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        excel_serial(serial)
    assert caught.value.code == "bad-date"


@pytest.mark.parametrize("serial", ["NaN", "sNaN", "Infinity", "-1", "60", "1e999999", "1e-999999", "0"])
def test_what_is_no_serial_date_as_a_number_is_refused(serial: str) -> None:
    with pytest.raises(ValueRefused):
        excel_serial(Decimal(serial))


def test_the_1904_system_has_no_false_leap_day() -> None:
    assert excel_serial("60", epoch1904=True) == date(1904, 3, 1)
    assert excel_serial("43831", epoch1904=True) == date(2024, 1, 2)
    assert excel_serial("45293") == excel_serial(str(45293 - 1462), epoch1904=True)
    with pytest.raises(ValueRefused):
        excel_serial("0", epoch1904=True)


@settings(max_examples=100, deadline=None)
@given(st.integers(61, 73415), st.integers(0, 86_399))
def test_serial_numbers_of_whole_seconds(days: int, seconds: int) -> None:
    serial = Decimal(days) + (Decimal(seconds) / Decimal(86_400)).quantize(Decimal("1e-15"))
    when = excel_serial(serial)
    moment = when if isinstance(when, datetime) else datetime(when.year, when.month, when.day)  # noqa: DTZ001
    true = datetime(1899, 12, 30) + timedelta(days=days, seconds=seconds)  # noqa: DTZ001
    assert abs(moment - true) <= timedelta(microseconds=1)


# --- zones


def at(*fields: int) -> datetime:
    return datetime(*fields)  # type: ignore[misc,arg-type]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("local", "zone", "utc", "flag"),
    [
        (at(2024, 1, 2, 12), "Europe/Berlin", datetime(2024, 1, 2, 11, tzinfo=UTC), ""),
        (at(2024, 7, 2, 12), "America/New_York", datetime(2024, 7, 2, 16, tzinfo=UTC), ""),
        (at(2024, 10, 27, 2, 30), "Europe/Berlin", None, "tz-ambiguous"),
        (at(2024, 10, 27, 3), "Europe/Berlin", datetime(2024, 10, 27, 2, tzinfo=UTC), ""),
        (at(2024, 10, 27, 2), "Europe/Berlin", None, "tz-ambiguous"),
        (at(2024, 3, 31, 2, 30), "Europe/Berlin", None, "tz-gap"),
        (at(2024, 3, 31, 2), "Europe/Berlin", None, "tz-gap"),
        (at(2024, 3, 31, 1, 59), "Europe/Berlin", datetime(2024, 3, 31, 0, 59, tzinfo=UTC), ""),
        (at(2024, 3, 31, 3), "Europe/Berlin", datetime(2024, 3, 31, 1, tzinfo=UTC), ""),
        (at(2011, 12, 30, 5), "Pacific/Apia", None, "tz-gap"),  # the whole day was skipped
        (at(2024, 1, 2, 12), "Asia/Kolkata", datetime(2024, 1, 2, 6, 30, tzinfo=UTC), ""),
        (at(2024, 1, 2, 12), "UTC", datetime(2024, 1, 2, 12, tzinfo=UTC), ""),
    ],
)
def test_local_time_to_utc(local: datetime, zone: str, utc: datetime | None, flag: str) -> None:
    assert local_to_utc(local, zone) == (utc, flag)
    assert local_to_utc(local.replace(fold=1), zone) == (utc, flag)


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "CET",
        "EST",
        "Europe",
        "europe/berlin",
        "../../etc/passwd",
        "/etc/localtime",
        "right/Europe/Berlin",
        "A\x00/B",
        "x",
    ],
)
def test_a_zone_is_a_place(zone: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        local_to_utc(at(2024, 1, 2), zone)
    assert caught.value.code == "unknown-zone"


def test_times_that_no_zone_can_be_put_to() -> None:
    for moment in (datetime(2024, 1, 2, tzinfo=UTC), at(1, 1, 1), at(9999, 12, 31)):
        with pytest.raises(ValueRefused) as caught:
            local_to_utc(moment, "Europe/Berlin")
        assert caught.value.code == "bad-date"


def test_abbreviations_of_zones() -> None:
    expected = {
        hours: names.split()
        for hours, names in (
            *((0, "UTC GMT WET"), (1, "CET BST WEST"), (2, "CEST EET"), (3, "EEST EAT"), (-4, "EDT")),
            *((-5, "EST CDT"), (-6, "CST MDT"), (-7, "MST PDT"), (-8, "PST")),
        )
    }
    for hours, names in expected.items():
        assert {zone_offset(name) for name in names} == {timedelta(hours=hours)}
    for name, code in (
        ("IST", "tz-ambiguous"),
        ("est", "unknown-zone"),
        ("", "unknown-zone"),
        ("EST ", "unknown-zone"),
    ):
        with pytest.raises(ValueRefused) as caught:
            zone_offset(name)
        assert caught.value.code == code


def test_seconds_since_1970_are_times_in_utc() -> None:
    frame = pl.DataFrame({"a": ["1717243200", " 1717243199 ", "0", "17172432001", "-1717243200", "1717243200.5", None]})
    times = frame.select(datetime_expr(pl.col("a"), "%s"))["a"].to_list()
    noon = datetime(2024, 6, 1, 12, tzinfo=UTC).replace(tzinfo=None)
    assert times == [noon, noon - timedelta(seconds=1), *[None] * 5]
    assert frame.select(date_expr(pl.col("a"), "%s"))["a"].to_list() == [date(2024, 6, 1)] * 2 + [None] * 5
    assert parse_datetime("1717243200", "%s") == times[0]
    assert parse_date("1717243200", "%s") == date(2024, 6, 1)
