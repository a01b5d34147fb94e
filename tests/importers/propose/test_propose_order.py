"""The order of day and month: shown by the running balance, or by a date beside the table; never by a guess."""

from __future__ import annotations

import pytest

from fininit.importers.base import Options, Reading, Source
from fininit.importers.propose import propose

HEAD = "Date,Text,Amount,Balance,Currency\n"


def read(text: str, **options: str) -> Reading:
    return propose(Source.from_bytes("x.csv", text.encode()), Options(**options))


def lines(*days: str) -> str:
    """Payments of one each, the balance running with them."""
    return "".join(f"{day},a,1.00,{100 + i}.00,EUR\n" for i, day in enumerate(days))


def days(reading: Reading) -> list[str]:
    return reading.entries["booking_date"].cast(str).to_list()


@pytest.mark.parametrize(
    ("written", "read_as", "words"),
    [
        (["05/01/2024", "03/02/2024", "01/03/2024"], ["2024-01-05", "2024-02-03", "2024-03-01"], "Day comes first"),
        (["01/05/2024", "02/03/2024", "03/01/2024"], ["2024-01-05", "2024-02-03", "2024-03-01"], "Month comes first"),
    ],
)
def test_days_run_as_the_balance_does(written: list[str], read_as: list[str], words: str) -> None:
    reading = read(HEAD + lines(*written))
    assert reading.status == "read" and days(reading) == read_as
    assert reading.proof[0] == f"{words}: only so do the days run in the order of the running balance."


def test_newest_first() -> None:
    rows = lines("05/01/2024", "03/02/2024", "01/03/2024").splitlines(keepends=True)
    assert days(read(HEAD + "".join(rows[::-1]))) == ["2024-03-01", "2024-02-03", "2024-01-05"]


@pytest.mark.parametrize(
    "written",
    [
        ["01/02/2024", "02/03/2024", "03/04/2024"],  # both rise
        ["05/01/2024", "03/02/2024", "04/01/2024"],  # both jump
        ["05/01/2024", "03/02/2024", "03/02/2024"],  # two days only
    ],
)
def test_what_both_orders_allow_is_asked_about(written: list[str]) -> None:
    assert "date-undecided" in [i.code for i in read(HEAD + lines(*written)).issues]


def test_without_a_balance_the_order_of_the_rows_shows_nothing() -> None:
    text = "Date,Text,Amount,Currency\n05/01/2024,a,1.00,EUR\n03/02/2024,a,1.00,EUR\n01/03/2024,a,1.00,EUR\n"
    assert "date-undecided" in [i.code for i in read(text, sign="holder").issues]


def test_a_break_in_the_balance_shows_nothing() -> None:
    text = HEAD + lines("05/01/2024", "03/02/2024", "01/03/2024").replace("101.00", "101.50")
    assert "date-undecided" in [i.code for i in read(text).issues]


@pytest.mark.parametrize(
    ("period", "first"), [("01/03/2024 - 31/03/2024", "2024-03-02"), ("03/01/2024 to 03/31/2024", "2024-02-03")]
)
def test_the_period_beside_the_table_shows_it(period: str, first: str) -> None:
    reading = read(f"Period: {period}\n\n" + HEAD + lines("02/03/2024", "03/03/2024"))
    assert reading.status == "read" and days(reading)[0] == first
    assert "so it is in a date beside the table, in row 1" in reading.proof[0]


@pytest.mark.parametrize("period", ["31.03.2024", "01/02/2024 - 02/02/2024", "31/03/2024 and 03/31/2024", "31/03/24"])
def test_a_date_of_another_form_or_of_both_orders_shows_nothing(period: str) -> None:
    reading = read(f"Period: {period}\n\n" + HEAD + lines("02/03/2024", "03/03/2024"))
    assert [i.code for i in reading.issues] == ["date-undecided"]
