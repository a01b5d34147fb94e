"""Columns that people choose, one account for a file, payers the other way round, facts in texts, doubtful rows."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from fininit.errors import DialectError
from fininit.importers.base import Options, Reading, Source
from fininit.importers.dialect import Dialect
from fininit.importers.heading import Free, fit
from fininit.importers.registry import Declared
from fininit.importers.stating import app_account

HEADER = ["Date", "Type", "Status", "Amount", "From", "To", "Balance", "Note"]
TOML = f"""
name = "xx"
kind = "app"
currency = "USD"
[match]
header = {HEADER}
required = ["Date", "Status", "Amount"]
[account]
prefix = "app:pay"
others = "app:pay"
one = true
[format]
date = "%Y-%m-%d"
[columns]
booking_date = "Date"
amount = "Amount"
payer_account = "From"
payee_account = "To"
balance_after = "Balance"
remittance_info = "Note"
transaction_code = "Type"
status = "Status"
[values.status]
done = "booked"
waits = "pending"
denied = "failed"
[turned]
Type = ["Request"]
[[by_balance]]
Status = ["waits", "denied"]
[[by_balance]]
Type = ["Hold", "Release"]
[[texts]]
column = "Note"
form = 'to (?P<counterparty_name>[A-Z][a-z]+) by card'
channel = "card"
flag = "by-card"
"""


def read(*rows: str, header: str = ",".join(HEADER), toml: str = TOML, **options: Any) -> Reading:
    importer = Declared(Dialect.from_toml(toml))
    source = Source.from_bytes("made.csv", "\n".join([header, *rows, ""]).encode())
    assert importer.matches(source)
    return importer.read(source, Options(**options))


def column(reading: Reading, name: str) -> list[Any]:
    return reading.entries[name].to_list()


# --- columns that people choose


def test_a_file_may_leave_columns_out_and_have_them_in_any_order() -> None:
    for names in permutations(["Date", "Status", "Amount"]):
        cells = {"Date": "2026-01-31", "Status": "done", "Amount": "5.00"}
        reading = read(",".join(cells[n] for n in names), header=",".join(names))
        assert (reading.status, column(reading, "amount"), column(reading, "balance_after")) == ("read", [5], [None])


@pytest.mark.parametrize("header", ["Date,Status", "Date,Status,Amount,Colour", "Date,Status,Amount,Amount"])
def test_what_is_another_layout(header: str) -> None:
    source = Source.from_bytes("made.csv", f"{header}\n".encode())
    assert not Declared(Dialect.from_toml(TOML)).matches(source)


def test_a_name_with_a_hole_stands_for_any_such_column() -> None:
    header = Free(["id", "{any} (metadata)"], ["id"])
    assert fit([header], ["id", "phone (metadata)", "age (metadata)"]) is not None
    assert fit([header], ["id", "phone"]) is None


def test_a_filled_column_that_nobody_mapped_is_signalled() -> None:
    more = TOML.replace('"Note"]', '"Note", "{any} (x)"]').replace(
        "'Balance', 'Note']", "'Balance', 'Note', '{any} (x)']"
    )
    reading = read("2026-01-31,done,5,red", header="Date,Status,Amount,colour (x)", toml=more)
    assert [(i.code, i.column) for i in reading.issues if i.code == "unread-column"] == [
        ("unread-column", "colour (x)")
    ]


# --- whose account


def test_rows_that_name_the_account_speak_for_those_that_do_not() -> None:
    reading = read(
        "2026-01-01,Pay,done,-5,Me@Example.com,you@example.org,,",
        "2026-01-02,Fee,done,-1,,,,",
        "2026-01-03,Self,done,-1,me@example.com,ME@example.com,,",
    )
    assert column(reading, "account") == ["app:pay:me@example.com"] * 3
    assert column(reading, "counterparty_account") == ["app:pay:you@example.org", None, None]


def test_several_accounts_in_a_file_of_one_are_none() -> None:
    reading = read(
        "2026-01-01,Pay,done,-5,me@example.com,you@example.org,,",
        "2026-01-02,Pay,done,5,x@example.org,two@example.com,,",
    )
    assert column(reading, "account") == [None, None]
    assert {"several-accounts", "account-not-named"} <= {i.code for i in reading.issues}
    named = read(
        "2026-01-01,Pay,done,-5,me@example.com,you@example.org,,",
        "2026-01-02,Pay,done,5,x@example.org,two@example.com,,",
        account="app:pay:me",
    )
    assert column(named, "account") == ["app:pay:me"] * 2


def test_a_request_that_was_paid_is_paid_by_whom_it_went_to() -> None:
    reading = read("2026-01-01,Request,done,-5,you@example.org,me@example.com,,")
    assert column(reading, "account") == ["app:pay:me@example.com"]
    assert column(reading, "counterparty_account") == ["app:pay:you@example.org"]


@pytest.mark.parametrize(
    ("cell", "account"),
    [
        ("Jane@Example.com", "app:x:jane@example.com"),
        ("+1 202 555 0147", "app:x:+12025550147"),
        ("(202) 555-0147", "app:x:+12025550147"),
        ("0700***001", None),
        ("2547xxxxx678", None),
        ("account 7", "app:x:account7"),
        ("DE89 3704 0044 0532 0130 00", "iban:DE89370400440532013000"),
    ],
)
def test_accounts_of_apps(cell: str, account: str | None) -> None:
    assert app_account(cell, "app:x", ("US",)) == account


def test_handles_are_compared_in_small_letters() -> None:
    assert app_account("@Jane-Doe", "app:venmo") == app_account("jane-doe", "app:venmo") == "app:venmo:@jane-doe"
    assert app_account("$JaneDoe", "app:cashapp") == "app:cashapp:$janedoe"


# --- rows that the balance judges


def statuses(*rows: str) -> list[str]:
    return column(read(*(f"2026-01-0{n},{row}" for n, row in enumerate(rows, 1))), "status")


def test_a_doubtful_row_counts_where_the_balance_says_so() -> None:
    rows = ("Pay,done,10,,,10,", "Pay,waits,5,,,15,", "Pay,denied,-3,,,12,", "Hold,done,-2,,,10,")
    assert statuses(*rows) == ["booked"] * 4
    reading = read(*(f"2026-01-0{n},{row}" for n, row in enumerate(rows, 1)))
    assert column(reading, "flags") == [None, "counted-in-balance", "counted-in-balance", None]
    assert (reading.statements["sum"][0], reading.statements["balance"][0]) == (Decimal(10), "ok")


def test_a_doubtful_row_moves_nothing_where_the_balance_says_so() -> None:
    rows = ("Pay,done,10,,,10,", "Pay,waits,5,,,10,", "Pay,denied,-3,,,10,", "Release,done,2,,,10,", "Pay,done,1,,,11,")
    assert statuses(*rows) == ["booked", "pending", "failed", "pending", "booked"]


def test_without_a_balance_a_doubtful_row_moves_nothing() -> None:
    assert statuses("Pay,done,10,,,,", "Pay,waits,5,,,,", "Hold,done,-2,,,,") == ["booked", "pending", "pending"]


def test_the_newest_row_may_stand_first() -> None:
    rows = ["2026-01-03,Pay,done,1,,,16,", "2026-01-02,Pay,waits,5,,,15,", "2026-01-01,Pay,done,10,,,10,"]
    assert column(read(*rows), "status") == ["booked"] * 3


def test_a_row_that_does_not_follow_is_not_settled_by_another() -> None:
    """Behind a row of which nobody knows whether it moved, nothing can be compared."""
    rows = ("Pay,done,10,,,10,", "Hold,done,-2,,,,", "Pay,waits,5,,,15,", "Pay,done,1,,,16,")
    assert statuses(*rows) == ["booked", "pending", "pending", "booked"]


# --- facts in texts


def test_a_text_gives_what_no_column_does() -> None:
    reading = read("2026-01-01,Pay,done,-5,,,,to Jane by card", "2026-01-02,Pay,done,-5,,,,to jane by card")
    assert column(reading, "counterparty_name") == ["Jane", None]
    assert column(reading, "channel") == ["card", None]
    assert column(reading, "flags") == ["by-card", None]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('channel = "card"', 'channel = "carrd"', "card"),
        ('flag = "by-card"', 'flag = "By Card"', "flag"),
        ("P<counterparty_name>", "P<counterparty_nam>", "counterparty_name"),
        ("form = 'to (", "form = 'to ((", "regular expression"),
        ('column = "Note"', 'column = "Notes"', "Note"),
        ('required = ["Date"', 'required = ["Datum"', "Date"),
        ('[turned]\nType = ["Request"]', "[turned]", "empty"),
        ('balance_after = "Balance"', "", "balance_after"),
        ('others = "app:pay"', 'others = "app:pay"\nregion = "XX"', "region"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, says: str) -> None:
    assert old in TOML
    with pytest.raises(DialectError) as caught:
        Dialect.from_toml(TOML.replace(old, new))
    assert says in caught.value.message + caught.value.hint


def test_it_survives_being_written_out() -> None:
    d = Dialect.from_toml(TOML)
    assert Dialect.from_toml(d.to_toml()) == d
