"""Tables without a header row, and columns that a person states: proved by the balance, else asked, never guessed."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from fininit.errors import UsageError
from fininit.importers.base import Options, Reading, Source
from fininit.importers.propose import propose

LINES = (
    "2024-03-14,corner shop,-5.00,95.00,EUR\n2024-03-15,bakery,-6.00,89.00,EUR\n"
    "2024-03-16,salary,100.00,189.00,EUR\n2024-03-17,refund,1.00,190.00,EUR\n"
)
SIDES = (
    "11/21/2014,0,Deposit,0,500.00,500.00\n11/22/2014,101,Cheque,120.00,0,380.00\n"
    "11/23/2014,102,Cheque,30.00,0,350.00\n11/24/2014,103,Deposit,0,10.00,360.00\n"
)


def read(text: str, **options: str) -> Reading:
    return propose(Source.from_bytes("unknown.csv", text.encode()), Options(**options))


def codes(reading: Reading) -> list[str]:
    return [i.code for i in reading.issues]


def amounts(reading: Reading) -> list[str]:
    return [f"{a:.2f}" for a in reading.entries["amount"].to_list()]


def test_the_running_balance_names_the_columns() -> None:
    reading = read(LINES)
    assert (reading.status, reading.how) == ("read", "proved")
    assert amounts(reading) == ["-5.00", "-6.00", "100.00", "1.00"]
    assert reading.entries["currency"].to_list() == ["EUR"] * 4
    assert reading.entries["remittance_info"].to_list() == ["corner shop", "bakery", "salary", "refund"]
    assert reading.entries["row"].to_list() == [1, 2, 3, 4]
    assert "shown by the running balance" in reading.proof[0]
    assert codes(reading) == ["account-not-named", "columns-unnamed"]


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [3, 0, 4, 2, 1]])
def test_the_order_of_the_columns_changes_nothing(order: list[int]) -> None:
    text = "".join(",".join(line.split(",")[i] for i in order) + "\n" for line in LINES.splitlines())
    assert amounts(read(text)) == ["-5.00", "-6.00", "100.00", "1.00"]


def test_debit_and_credit_columns_are_told_from_one_that_only_falls() -> None:
    """The debits alone follow the balance from the second line on; they say nothing of the first."""
    reading = read(SIDES, currency="USD")
    assert amounts(reading) == ["500.00", "-120.00", "-30.00", "10.00"]
    assert reading.entries["booking_date"][0] == date(2014, 11, 21)


def test_a_break_in_the_balance_is_asked_about() -> None:
    reading = read(LINES.replace("95.00", "96.00"))
    assert (reading.status, codes(reading)) == ("needs-decision", ["header-undecided"])
    assert "--columns booking_date=A,amount=C or --columns booking_date=A,amount=D" in reading.question
    assert 'header = ["A", "B", "C", "D", "E"]' in reading.draft


def test_two_steps_of_a_balance_could_be_chance() -> None:
    assert read("".join(LINES.splitlines(keepends=True)[:3])).status == "needs-decision"


def test_two_columns_that_could_be_the_balance_are_asked_about() -> None:
    twice = "".join(f"{line},{line.split(',')[3]}\n" for line in LINES.splitlines())
    assert codes(read(twice)) == ["header-undecided"]


def test_stated_columns_settle_it_and_the_next_question_follows() -> None:
    broken = LINES.replace("95.00", "96.00")
    asked = read(broken, columns="booking_date=A,amount=C")
    assert codes(asked) == ["sign-undecided"]
    done = read(broken, columns="booking_date=A,amount=C", sign="holder")
    assert amounts(done) == ["-5.00", "-6.00", "100.00", "1.00"]
    other = read(broken, columns="booking_date=A,amount=D", sign="holder")
    assert amounts(other)[0] == "96.00"


def test_a_header_of_unknown_words_is_settled_the_same_way() -> None:
    text = "Quand,Combien,Zut\n2024-03-14,-5.00,a\n2024-03-15,7.00,b\n"
    assert "--columns booking_date=A,amount=B" in read(text).question
    done = read(text, columns="booking_date=A,amount=B,remittance_info=C", sign="holder", currency="EUR")
    assert amounts(done) == ["-5.00", "7.00"]
    assert done.entries["remittance_info"].to_list() == ["a", "b"]
    assert codes(done) == ["account-not-named"]


def test_a_stated_column_has_no_rivals() -> None:
    text = "Date,Amount,Transaction amount,Balance,Currency\n2024-03-14,-5.00,-6.00,94.00,EUR\n"
    text += "2024-03-15,-1.00,-2.00,92.00,EUR\n"
    assert "columns-undecided" in codes(read(text))
    done = read(text, columns="amount=C")
    assert amounts(done) == ["-6.00", "-2.00"]
    assert [i.column for i in done.issues if i.code == "unread-column"] == ["Amount"]
    assert codes(read(text, columns="amount=C,ignore=B")) == ["account-not-named"]


def test_a_workbook_without_a_header() -> None:
    book = openpyxl.Workbook()
    for line in LINES.splitlines():
        day, text, amount, balance, currency = line.split(",")
        book.active.append([day, text, float(amount), float(balance), currency])
    out = io.BytesIO()
    book.save(out)
    assert amounts(propose(Source.from_bytes("x.xlsx", out.getvalue()), Options())) == [
        "-5.00",
        "-6.00",
        "100.00",
        "1.00",
    ]


@pytest.mark.parametrize("text", ["amount", "amount=1", "sum=A", "amount=A,booking_date=A", "amount=ZZ"])
def test_what_is_no_statement_of_columns_is_an_error_of_the_call(text: str) -> None:
    with pytest.raises(UsageError):
        read(LINES, columns=text)


def test_days_that_carry_a_zone_are_seen_as_days_and_asked_about() -> None:
    reading = read("OUT,20240314120000[0:GMT],shop,-5.00\nIN,20240315120000[0:GMT],pay,7.00\n")
    assert reading.status == "needs-decision"
    assert "days stand in column B" in reading.question


def test_the_delimiter_is_the_one_at_which_rows_hold_a_day_and_a_number() -> None:
    text = "00123;14/03/2024;a, b;-5,00;\n00123;15/03/2024;c, d;-6,00;\n"
    assert "days stand in column B, numbers in column D" in read(text).question
    both = "14/03/2024,5.00,16/03/2024;6.00;x\n15/03/2024,5.00,17/03/2024;6.00;x\n"
    assert codes(read(both)) == ["dialect-undecided"]
