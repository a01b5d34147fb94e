"""Flags on rows that were read all the same: what is odd about each, and one warning a file."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from fininit.importers.odd import flags


def frame(*raws: str, day: date = date(2024, 1, 2)) -> pl.DataFrame:
    return pl.DataFrame({"row": range(2, 2 + len(raws)), "raw": raws, "booking_date": [day] * len(raws)})


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        ("Müller".encode().decode("latin-1"), "control mojibake"),  # its second byte is a control character there
        ("5 €".encode().decode("cp1252"), "mojibake"),
        ("naïve café".encode().decode("cp1252"), "mojibake"),
        ("£5".encode().decode("latin-1"), "mojibake"),
        ("SÃO PAULO, IRMÃ, Â, Müller, Spaß", None),
        ("a\u200bb", "invisible"),
        ("a\u202eb", "bidi"),
    ],
)
def test_what_a_text_shows(raw: str, flag: str | None) -> None:
    series, issues = flags(frame(raw), None)
    shown = series.to_list()[0]
    assert shown == flag or (shown, flag) == ("mojibake", "control mojibake")
    assert [i.code for i in issues] == (["mojibake-suspected"] if flag and "mojibake" in flag else [])


def test_rows_given_twice_are_each_flagged_and_counted_in_one_warning() -> None:
    series, (issue,) = flags(frame("a", "b", "a", "c", "a"), None)
    assert series.to_list() == ["identical-row", None, "identical-row", None, "identical-row"]
    assert (issue.code, issue.row, issue.count) == ("identical-rows", 2, 3)


def test_day_zero_is_flagged() -> None:
    series, (issue,) = flags(frame("a", day=date(1970, 1, 1)), "Sheet")
    assert series.to_list() == ["epoch-date"] and (issue.code, issue.sheet) == ("epoch-date", "Sheet")


def test_flags_that_a_row_has_already_stay() -> None:
    series, _ = flags(frame("a", "b").with_columns(_flag1=pl.Series(["tz-gap", None])), None)
    assert series.to_list() == ["tz-gap", None]
