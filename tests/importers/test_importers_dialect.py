"""Dialects: what a declaration may say, and what each part of it does to a row."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fininit.errors import DialectError
from fininit.importers.base import Options, Reading, Source
from fininit.importers.dialect import FIELDS, AccountRule, Amount, Dialect, Format, Match, read_grid
from fininit.importers.reading import read_grids
from fininit.importers.record import KINDS, IdentifierColumn, PartyColumns, Record
from fininit.importers.table import find_header, open_sheets

BASE = """
name = "xx_bank"
title = "A made-up bank"
[match]
header = ["Date", "Amount", "Currency", "Note"]
[format]
date = "%Y-%m-%d"
[columns]
booking_date = "Date"
amount = "Amount"
currency = "Currency"
remittance_info = "Note"
"""


def dialect(text: str = BASE, **more: Any) -> Dialect:
    made = Dialect.from_toml(text, "xx.toml")
    return replace(made, **more) if more else made


def read(d: Dialect, body: str, name: str = "t.csv", above: str = "", **options: Any) -> Reading:
    head = ",".join('"' + h.replace('"', '""') + '"' for h in d.match.header)
    source = Source.from_bytes(name, f"{above}{head}\n{body}".encode())
    sheet = open_sheets(source, header=d.match.header)[0]
    at = find_header(sheet, d.match.header)
    assert at is not None
    return read_grid(source, sheet.grid(at, d.footer), d, Options(**options))


def issues(r: Reading, kind: str = "refused") -> list[tuple[str, int | None, str | None]]:
    return [(i.code, i.row, i.column) for i in r.issues if i.kind == kind]


def columns(d: Dialect, **more: str | tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return dict(d.columns) | {k: (v,) if isinstance(v, str) else v for k, v in more.items()}


def made(header: str, amount: Amount | None = None, **fields: Any) -> Dialect:
    """A dialect of a few columns, named by single words."""
    names = tuple(header.split())
    maps = {k: v for k, v in fields.items() if k not in Dialect.__dataclass_fields__}
    rest = {k: v for k, v in fields.items() if k in Dialect.__dataclass_fields__}
    maps = {"booking_date": "date"} | maps
    return Dialect(
        name="xx",
        match=Match(names),
        amount=amount or Amount(column="amount"),
        columns={k: (v,) if isinstance(v, str) else v for k, v in maps.items()},
        **({"format": Format(date=("%Y-%m-%d",)), "currency": "EUR"} | rest),
    )


# --------------------------------------------------------------------------------------------------------- declaration


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("[format]", "[format]\ndecmal = ','"), ("[format]", "decmal", "Did you mean 'decimal'?")),
        (("title =", "titel ="), ("top level", "titel", "Did you mean 'title'?")),
        (("booking_date =", "bookingdate ="), ("[columns]", "bookingdate", "Did you mean 'booking_date'?")),
        (('amount = "Amount"', 'amount = "Amout"'), ("[columns] amount", "Amout", "Did you mean 'Amount'?")),
        (('remittance_info = "Note"', 'remittance_info = "Nota"'), ("remittance_info", "Nota", "Did you mean 'Note'?")),
        (('"%Y-%m-%d"', '"%Y-%q"'), ("[format] date", "%q", "")),
        (('"%Y-%m-%d"', '"%Y-%m-%d %H:%M"'), ("[format] date", "a time of day", "")),
        (("[format]", "[format]\ndecimal = ';'"), ("[format]", "decimal mark", "")),
        (("[format]", '[format]\nthousands = "."\ndecimal = "."'), ("[format]", "thousands", "")),
        (("[format]", "[format]\nzone = 'EST'"), ("[format] zone", "place", "")),
        (("[format]", "[format]\nencoding = 'utf-9'"), ("[format] encoding", "utf-9", "")),
        (("[format]", "[format]\nexponent = 'yes'"), ("[format] exponent", "true or false", "")),
        (("title =", "currency = 'EURO'\ntitle ="), ("currency", "EURO", "")),
        (("title =", "kind = 'banks'\ntitle ="), ("kind", "banks", "Did you mean 'bank'?")),
        (("title =", "sides = 'both'\ntitle ="), ("sides", "both", "")),
        (('"xx_bank"', '"XX Bank"'), ("name", "small letters", "")),
        (("[columns]", "[columns]\nignore = ['Note']"), ("[columns] ignore", "Note", "")),
        (("[columns]", "[columns]\nstatus = 'Note'"), ("[columns]", "status needs its closed list", "")),
        (("[columns]", "[values.status]\nx = 'booked'\n[columns]"), ("[values.status]", "not mapped", "")),
        (("[columns]", "[signs.Note]\nx = 'minus'\n[columns]"), ("[signs.Note]", '"+", "-" or "0"', "")),
        (("[columns]", "[skip]\nNota = ['x']\n[columns]"), ("[skip]", "Nota", "Did you mean 'Note'?")),
        (("[columns]", "[footer]\nstarts = ['']\n[columns]"), ("[footer] starts", "every row", "")),
        (("[columns]", "[stated]\nclosing = 'x'\n[columns]"), ("[stated] closing", "(?P<amount>…)", "")),
        (("[columns]", "[account]\nfrom_filename = '('\n[columns]"), ("from_filename", "regular expression", "")),
        (("[match]", "[macht]"), ("top level", "macht", "Did you mean 'match'?")),
        (("= ", "== "), ("TOML", "", "")),
        (('amount = "Amount"', ""), ("[columns] amount", "is missing", "")),
        (('booking_date = "Date"', ""), ("[columns]", "needs booking_date", "")),
        (('date = "%Y-%m-%d"', ""), ("[format] date", "is missing", "")),
        (
            ('amount = "Amount"', 'amount = { debit = "Amount", credit = "Note" }'),
            ("[columns] amount", "debit_sign", ""),
        ),
    ],
)
def test_what_is_wrong_is_named_with_file_table_and_key(change: tuple[str, str], says: tuple[str, str, str]) -> None:
    with pytest.raises(DialectError) as e:
        dialect(BASE.replace(*change, 1))
    assert e.value.message.startswith("xx.toml: ")
    assert says[0] in e.value.message
    assert says[1] in e.value.message
    assert says[2] in e.value.hint


def test_a_closed_list_may_only_mean_what_the_ledger_knows() -> None:
    status = BASE.replace('remittance_info = "Note"', 'status = "Note"')
    with pytest.raises(DialectError, match="'done' is not one of"):
        dialect(status + '[values.status]\nok = "done"\n')
    with pytest.raises(DialectError, match="could move money"):
        dialect(status + '[values.status]\n"*" = "booked"\n')


def test_a_dialect_made_in_code_survives_being_written_out() -> None:
    d = made(
        "date amount flag text text",
        Amount(unsigned="amount", flag="flag", plus=("C", "+"), minus=("D",)),
        remittance_info="text#2",
        skip=({"flag": ("",), "text#1": ("x", "y")}, {"flag": ("B",)}),
        signs={"flag": {"C": "+"}},
        format=Format(date=("%d/%m/%Y", "%m/%d/%Y"), affixes=("$", "€"), empty=("-",), decimal=",", thousands=(".",)),
        opening=r"Opening\s(?P<amount>\S+)",
        title='A "quoted" \\ title\twith a tab',
    )
    assert Dialect.from_toml(d.to_toml()) == d


def test_a_header_that_occurs_twice_needs_a_number() -> None:
    with pytest.raises(DialectError, match="several columns 'text'"):
        made("date amount text text", remittance_info="text")
    r = read(made("date amount text text", remittance_info="text#2", ignore=("text#1",)), "2024-01-02,1,a,b\n")
    assert r.entries["remittance_info"].to_list() == ["b"]


# ---------------------------------------------------------------------------------------------------------------- rows


def test_a_plain_row() -> None:
    r = read(dialect(), '2024-01-02,-10.50,EUR,"rent, ""May"""\n', account="acct:xx:1")
    (row,) = r.entries.iter_rows(named=True)
    assert row["amount"] == Decimal("-10.5")
    assert (row["booking_date"], row["currency"], row["status"]) == (date(2024, 1, 2), "EUR", "booked")
    assert (row["remittance_info"], row["raw"]) == ('rent, "May"', '2024-01-02,-10.50,EUR,"rent, ""May"""')
    assert (row["account"], row["row"], row["statement"], row["sides"]) == ("acct:xx:1", 2, 1, "one")
    assert (r.status, r.how, r.format, r.issues) == ("read", "declared", "xx_bank", ())


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("2024-02-30,1,EUR,x", "bad-date", "Date"),
        ("02.01.2024,1,EUR,x", "bad-date", "Date"),
        (",1,EUR,x", "bad-date", "Date"),
        ("2024-01-02,,EUR,x", "no-amount", "Amount"),
        ("2024-01-02,NaN,EUR,x", "non-finite", "Amount"),
        ("2024-01-02,1e3,EUR,x", "exponent", "Amount"),
        ('2024-01-02,"1,5",EUR,x', "bad-amount", "Amount"),
        ("2024-01-02,1.005,EUR,x", "too-many-decimals", "Amount"),
        ("2024-01-02,1.5,JPY,x", "too-many-decimals", "Amount"),
        ("2024-01-02,1,EURO,x", "unknown-currency", "Currency"),
        ("2024-01-02,1,,x", "currency-missing", "Currency"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_column(row: str, code: str, column: str) -> None:
    r = read(dialect(), f"2024-01-01,1,EUR,ok\n{row}\n", account="acct:xx:1")
    assert issues(r) == [(code, 3, column)]
    assert (r.rows.total, r.rows.entries, r.rows.refused, r.status) == (2, 1, 1, "read-with-refusals")
    text = row.split(",")[1].strip('"')
    assert not text or all(text not in i.message + i.hint for i in r.issues)


def test_a_file_of_which_no_row_can_be_read_is_refused() -> None:
    assert read(dialect(), "x,1,EUR,a\ny,1,EUR,b\n").status == "refused"


def test_every_row_is_an_entry_or_skipped_or_refused() -> None:
    d = dialect(BASE + '[skip]\nNote = ["Opening balance"]\n[footer]\nstarts = "Total"\n')
    body = "2024-01-01,1,EUR,Opening balance\n2024-01-02,1,EUR,x\nbad,1,EUR,x\nshort,1\n"
    body += "Total,2,,\nDate,Amount,Currency,Note\n"
    r = read(d, body, account="acct:xx:1")
    assert (r.rows.total, r.rows.entries, r.rows.skipped, r.rows.refused) == (6, 1, 3, 2)
    assert sum(i.count for i in r.issues if i.kind == "skipped") == 3
    assert sum(i.count for i in r.issues if i.kind == "refused") == 2


def test_a_skip_rule_needs_all_its_columns() -> None:
    d = dialect(BASE + '[[skip]]\nAmount = ""\nNote = ["b"]\n[[skip]]\nNote = ["c"]\n')
    r = read(d, "2024-01-01,1,EUR,b\n2024-01-02,,EUR,b\n2024-01-03,1,EUR,c\n", account="acct:xx:1")
    assert (r.entries["row"].to_list(), r.rows.skipped) == ([2], 2)


def test_a_filled_column_nobody_mapped_is_signalled() -> None:
    r = read(made("date amount note"), "2024-01-02,1,\n2024-01-03,1,x\n", account="acct:xx:1")
    assert issues(r, "warning") == [("unread-column", 3, "note")]


def test_texts_are_kept_exactly_and_marked() -> None:
    d = made("date amount note", remittance_info="note")
    notes = [" two  blanks ", "\u202eEUR 5\u202c", "pay\u200bpal", "a\x0bb", "plain"]
    r = read(d, "".join(f"2024-01-02,1,{n}\n" for n in notes), account="acct:xx:1")
    assert r.entries["remittance_info"].to_list() == notes
    assert r.entries["flags"].to_list() == [None, "bidi", "invisible", "control", None]


def test_several_columns_are_joined_by_one_blank() -> None:
    d = made("date amount a b c", remittance_info=("a", "b", "c"))
    r = read(d, "2024-01-02,1,x,,z\n2024-01-02,1,,,\n", account="acct:xx:1")
    assert r.entries["remittance_info"].to_list() == ["x z", None]


def test_two_equal_rows_stay_two() -> None:
    r = read(dialect(), "2024-01-02,1,EUR,x\n" * 2, account="acct:xx:1")
    assert r.entries["entry_id"].n_unique() == 2


# ------------------------------------------------------------------------------------------------------------- amounts


def amounts(r: Reading) -> list[Decimal]:
    return r.entries.sort("row")["amount"].to_list()


@pytest.mark.parametrize(
    ("sides", "body", "want"),
    [
        (("positive", "positive"), "10,\n,5\n0.00,5\n", [-10, 5, 5]),
        (("negative", "positive"), "-10,\n,5\n", [-10, 5]),
        (("positive", "negative"), "10,\n,-5\n", [-10, 5]),
        (("same", "same"), "-10,\n-1,\n,5\n", [-10, -1, 5]),
        (("same", "same"), "10,\n1,\n,5\n", [-10, -1, 5]),
    ],
)
def test_debit_and_credit(sides: tuple[Any, Any], body: str, want: list[int]) -> None:
    a = Amount(debit="debit", credit="credit", debit_sign=sides[0], credit_sign=sides[1])
    rows = "".join(f"2024-01-02,{line}\n" for line in body.splitlines())
    assert amounts(read(made("date debit credit", a), rows, account="acct:xx:1")) == want


def test_both_sides_neither_side_and_the_wrong_sign() -> None:
    a = Amount(debit="debit", credit="credit")
    body = "2024-01-02,10.00,10.00\n2024-01-02,,\n2024-01-02,-5.00,\n2024-01-02,0,0\n2024-01-02,0,\n"
    r = read(made("date debit credit", a), body, account="acct:xx:1")
    assert issues(r) == [
        ("debit-and-credit", 2, "debit"),
        ("no-amount", 3, "debit"),
        ("bad-sign", 4, "debit"),
    ]
    assert amounts(r) == [0, 0]


def test_a_column_of_one_sign_that_has_two_is_asked_about() -> None:
    a = Amount(debit="debit", credit="credit", debit_sign="same", credit_sign="positive")
    r = read(made("date debit credit", a), "2024-01-02,-5,\n2024-01-03,-6,\n2024-01-04,7,\n")
    assert (r.status, issues(r)) == ("needs-decision", [("sign-contradicts", 4, "debit")])


def test_an_unsigned_amount_with_a_flag() -> None:
    a = Amount(unsigned="amount", flag="flag", plus=("C",), minus=("D",))
    body = "2024-01-02,10,C\n2024-01-02,10,D\n2024-01-02,10,X\n2024-01-02,-10,C\n"
    r = read(made("date amount flag", a), body, account="acct:xx:1")
    assert amounts(r) == [10, -10]
    assert issues(r) == [("unknown-code", 4, "flag"), ("bad-sign", 5, "amount")]


def test_inverted_and_what_a_person_states() -> None:
    d = made("date amount", Amount(column="amount", sign="inverted"))
    assert amounts(read(d, "2024-01-02,10\n")) == [-10]
    assert amounts(read(d, "2024-01-02,10\n", sign="holder")) == [10]


def test_words_that_contradict_the_sign_ask_about_the_whole_file() -> None:
    d = made("date amount kind", signs={"kind": {"Sale": "-", "Moved": "0"}})
    good = read(d, "2024-01-02,-10,Sale\n2024-01-03,5,Payment\n2024-01-04,0,Moved\n", account="acct:xx:1")
    assert good.status == "read"
    asked = read(d, "2024-01-02,-10,Sale\n2024-01-03,10,Sale\n")
    assert (asked.status, issues(asked), asked.rows.total) == ("needs-decision", [("sign-contradicts", 3, "kind")], 0)
    assert "--sign" in asked.question
    assert amounts(read(d, "2024-01-03,10,Sale\n", sign="inverted")) == [-10]
    assert issues(read(d, "2024-01-02,1,Moved\n2024-01-02,1,x\n")) == [("not-money", 2, "kind")]


def test_fees_apart() -> None:
    d = made("date amount fee balance", fee="fee", balance_after="balance")
    r = read(d, "2024-01-02,-10,0.35,89.65\n2024-01-03,-1,,88.65\n", account="acct:xx:1")
    assert r.entries["fee"].to_list() == [Decimal("0.35"), None]
    assert (r.statements["sum"][0], r.statements["balance"][0]) == (Decimal("-11.35"), "ok")
    turned = read(replace(d, fee_sign="negative"), "2024-01-02,-10,-0.35,89.65\n", account="acct:xx:1")
    assert turned.entries["fee"].to_list() == [Decimal("0.35")]


def test_a_net_amount_settles_the_sign_of_the_fee_and_must_fit() -> None:
    d = made("date amount fee net", fee="fee", net="net")
    body = "2024-01-02,100,-3,97\n2024-01-02,100,3,97\n2024-01-02,-10,3,-13\n2024-01-02,5,,5\n2024-01-02,100,3,98\n"
    r = read(d, body, account="acct:xx:1")
    assert r.entries["fee"].to_list() == [3, 3, 3, None]
    assert issues(r) == [("net-differs", 6, "net")]


@pytest.mark.parametrize(
    ("how", "text", "want"),
    [
        (Format(decimal=",", thousands=(".",)), "-1.234,56", "-1234.56"),
        (Format(thousands=(" ", "'")), "1'234.50", "1234.5"),
        (Format(affixes=("$",)), "-$25.00", "-25"),
        (Format(), "(10.00)", "-10"),
        (Format(), "\u221210.00", "-10"),
        (Format(exponent=True), "-1.2e+07", "-12000000"),
        (Format(thousands=(",",), grouping="indian"), "12,34,567.00", "1234567"),
    ],
)
def test_numbers_as_the_format_says(how: Format, text: str, want: str) -> None:
    d = made("date amount", format=replace(how, date=("%Y-%m-%d",)))
    assert amounts(read(d, f'2024-01-02,"{text}"\n')) == [Decimal(want)]


# --------------------------------------------------------------------------------------------------------------- dates


def test_an_order_of_day_and_month_that_the_file_does_not_have_asks() -> None:
    d = made("date amount", format=Format(date=("%m/%d/%Y",)))
    r = read(d, "03/04/2024,1\n13/04/2024,1\n")
    assert (r.status, issues(r)) == ("needs-decision", [("date-order-conflict", 3, "date")])
    stated = read(d, "03/04/2024,1\n13/04/2024,1\n", date="dmy")
    assert stated.entries["booking_date"].to_list() == [date(2024, 4, 3), date(2024, 4, 13)]
    strict = read(d, "03/04/2024,1\n13/04/2024,1\n", date="mdy")
    assert (strict.entries["booking_date"].to_list(), issues(strict)) == (
        [date(2024, 3, 4)],
        [("bad-date", 3, "date")],
    )


def test_a_format_that_allows_two_orders_lets_the_column_decide_or_asks() -> None:
    d = made("date amount", format=Format(date=("%m/%d/%Y", "%d/%m/%Y")))
    assert read(d, "03/04/2024,1\n03/14/2024,1\n").entries["booking_date"][0] == date(2024, 3, 4)
    assert read(d, "03/04/2024,1\n14/03/2024,1\n").entries["booking_date"][0] == date(2024, 4, 3)
    assert read(d, "05/05/2024,1\n").entries["booking_date"][0] == date(2024, 5, 5)
    assert issues(read(d, "03/04/2024,1\n")) == [("date-order-undecided", 2, "date")]
    assert issues(read(d, "14/03/2024,1\n03/14/2024,1\n"))[0][0] == "date-order-conflict"
    assert read(d, "03/04/2024,1\n", date="dmy").entries["booking_date"][0] == date(2024, 4, 3)


def test_a_row_that_is_not_booked_may_have_another_day_and_a_booked_one_may_not() -> None:
    d = made(
        "done begun amount state",
        booking_date="done",
        pending_date="begun",
        status="state",
        values={"status": {"OK": "booked", "WAIT": "pending"}},
    )
    r = read(d, ",2024-01-02,1,WAIT\n,2024-01-02,1,OK\n2024-01-04,2024-01-02,1,OK\n", account="acct:xx:1")
    assert r.entries["booking_date"].to_list() == [date(2024, 1, 2), date(2024, 1, 4)]
    assert issues(r) == [("bad-date", 3, "done")]


def test_texts_that_stand_for_nothing() -> None:
    d = made("date value amount", value_date="value", format=Format(date=("%Y-%m-%d",), empty=("-",)))
    assert read(d, "2024-01-02,-,1\n").entries["value_date"].to_list() == [None]


def times(d: Dialect, *cells: str) -> list[tuple[Any, ...]]:
    d = replace(d, ignore=() if "local_zone" in d.columns else ("zone",))
    r = read(d, "".join(c + "\n" for c in cells), account="acct:xx:1")
    return r.entries.select("booking_date", "booked_at", "local_time", "local_zone", "flags").rows()


def build_timed(zone: str = "", **more: Any) -> Dialect:
    f = Format(datetime=("%Y-%m-%d %H:%M:%S",), date=("%Y-%m-%d",), zone=zone)
    return Dialect(
        name="xx",
        match=Match(("at", "amount", "zone")),
        amount=Amount(column="amount"),
        columns={"booked_at": ("at",)} | more,
        currency="EUR",
        format=f,
    )


def test_a_time_without_a_zone_makes_no_instant() -> None:
    assert times(build_timed(), "2024-01-02 23:30:00,1,") == [
        (date(2024, 1, 2), None, "2024-01-02T23:30:00", None, None)
    ]


def test_a_zone_behind_the_time() -> None:
    got = times(build_timed("suffix"), "2024-01-02 23:30:00 EST,1,", "2024-01-02 23:30:00 +01:00,1,")
    assert got == [
        (date(2024, 1, 2), datetime(2024, 1, 3, 4, 30, tzinfo=UTC), "2024-01-02T23:30:00", "EST", None),
        (date(2024, 1, 2), datetime(2024, 1, 2, 22, 30, tzinfo=UTC), "2024-01-02T23:30:00", "+01:00", None),
    ]


def test_a_zone_in_its_own_column() -> None:
    d = build_timed(local_zone=("zone",))
    got = times(d, "2024-07-02 12:00:00,1,PDT", "2024-07-02 12:00:00,1,Europe/Berlin", "2024-07-02,1,PDT")
    assert [(g[1] and g[1].hour, g[3]) for g in got] == [(19, "PDT"), (10, "Europe/Berlin"), (None, None)]


def test_a_declared_zone_and_the_hours_that_summer_time_makes_odd() -> None:
    d = build_timed("Europe/Berlin")
    got = times(d, "2024-10-27 02:30:00,1,", "2024-03-31 02:30:00,1,", "2024-03-31 03:30:00,1,")
    assert [(g[1], g[4]) for g in got] == [
        (None, "tz-ambiguous"),
        (None, "tz-gap"),
        (datetime(2024, 3, 31, 1, 30, tzinfo=UTC), None),
    ]


def test_a_zone_nobody_knows_refuses_its_row() -> None:
    d = replace(build_timed("suffix"), ignore=("zone",))
    r = read(d, "2024-01-02 12:00:00 XYZ,1,\n2024-01-02 12:00:00 IST,1,\n2024-01-02 12:00:00 GMT,1,\n")
    assert issues(r) == [("unknown-zone", 2, "at"), ("tz-ambiguous", 3, "at")]


def test_the_offset_in_the_text_keeps_the_day_as_written() -> None:
    d = replace(build_timed(), format=Format(datetime=("%Y-%m-%dT%H:%M:%S%z",)), ignore=("zone",))
    (row,) = read(d, "2024-01-02T23:30:00-05:00,1,\n").entries.iter_rows(named=True)
    assert row["booking_date"] == date(2024, 1, 2)
    assert row["booked_at"] == datetime(2024, 1, 3, 4, 30, tzinfo=UTC)
    assert (row["local_time"], row["local_zone"]) == ("2024-01-02T23:30:00", "-05:00")


def test_the_balance_may_follow_the_time_and_not_the_rows() -> None:
    f = Format(datetime=("%Y-%m-%d %H:%M:%S",), order="time")
    d = Dialect(
        name="xx",
        match=Match(("at", "amount", "balance")),
        amount=Amount(column="amount"),
        columns={"booked_at": ("at",), "balance_after": ("balance",)},
        currency="EUR",
        format=f,
    )
    body = "2024-01-02 12:00:00,-1,97\n2024-01-02 09:00:00,-2,98\n2024-01-02 15:00:00,-4,93\n"
    assert read(d, body).statements["balance"].to_list() == ["ok"]
    assert read(replace(d, format=replace(f, order="file")), body).statements["balance"].to_list() == ["broken"]


# ----------------------------------------------------------------------------------------------- currencies and lists


def test_a_currency_nobody_names_is_null_and_said() -> None:
    d = made("date amount", currency="")
    r = read(d, "2024-01-02,1\n")
    assert r.status == "read" and "currency-not-named" in {i.code for i in r.issues}
    assert r.entries["currency"].to_list() == r.statements["currency"].to_list() == [None]
    assert read(d, "2024-01-02,1\n", currency="chf").entries["currency"].to_list() == ["CHF"]


def test_currencies_in_small_letters_and_assets_of_a_crypto_file() -> None:
    d = made("date amount cur", currency="", kind="crypto")
    d = replace(d, columns=columns(d, currency="cur"))
    r = read(d, "2024-01-02,1,usd\n2024-01-02,0.123456789012345678,PEPE2.0\n2024-01-02,1,=x\n")
    assert r.entries["currency"].to_list() == ["USD", "PEPE2.0"]
    assert issues(r) == [("unknown-currency", 4, "cur")]


def test_closed_lists() -> None:
    d = made(
        "date amount kind",
        channel="kind",
        transaction_code="kind",
        values={"channel": {"A": "card", "B": ""}},
    )
    r = read(d, "2024-01-02,1,A\n2024-01-02,1,B\n2024-01-02,1,\n2024-01-02,1,C\n", account="acct:xx:1")
    assert r.entries["channel"].to_list() == ["card", None, None]
    assert r.entries["transaction_code"].to_list() == ["A", "B", None]
    assert issues(r) == [("unknown-code", 5, "kind")]
    loose = replace(d, values={"channel": {"A": "card", "*": "other"}})
    r = read(loose, "2024-01-02,1,A\n2024-01-02,1,C\n", account="acct:xx:1")
    assert r.entries["channel"].to_list() == ["card", "other"]
    assert issues(r, "warning") == [("unlisted-word", 3, "kind")]


def test_only_booked_rows_move_money() -> None:
    words = {"completed": "booked", "pending": "pending", "denied": "failed", "reverted": "reversed"}
    d = made("date amount state", status="state", values={"status": words})
    body = (
        "".join(f"2024-01-02,-{i},{w}\n" for i, w in enumerate(words, 1)) + "2024-01-02,-9,Ausstehend\n2024-01-02,-9,\n"
    )
    r = read(d, body, account="acct:xx:1")
    assert r.entries["status"].to_list() == ["booked", "pending", "failed", "reversed"]
    assert (r.statements["entries"][0], r.statements["sum"][0]) == (1, -1)
    assert issues(r) == [("unknown-code", 6, "state"), ("unknown-code", 7, "state")]


# ------------------------------------------------------------------------------------------------------------ accounts


def test_an_account_nobody_names_stays_open_with_one_warning() -> None:
    r = read(dialect(), "2024-01-02,1,EUR,x\n2024-01-03,1,EUR,x\n")
    assert r.entries["account"].to_list() == [None, None]
    assert r.statements["account"].to_list() == [None]
    assert [(i.code, i.count) for i in r.issues] == [("account-not-named", 2)]


@pytest.mark.parametrize(
    ("rule", "name", "above", "want"),
    [
        ("from_filename = 'Bank(?P<last4>[0-9]{4})_'\nprefix = 'acct:xx'", "Bank1234_May.csv", "", "acct:xx:…1234"),
        ("from_filename = '(?P<account>[0-9]+)'", "12 345.csv", "", "acct:12"),
        (
            "from_preamble = 'IBAN (?P<account>[A-Z0-9 ]+)'",
            "t.csv",
            "IBAN,AT61 1904 3002 3457 3201\n",
            "iban:AT611904300234573201",
        ),
        ("from_preamble = 'No (?P<account>[0-9]+)'\nprefix='acct:xx'", "t.csv", "My,No 00123\n", "acct:xx:00123"),
    ],
)
def test_where_a_file_names_its_account(rule: str, name: str, above: str, want: str) -> None:
    d = dialect(BASE + f"[account]\n{rule}\n")
    assert read(d, "2024-01-02,1,EUR,x\n", name, above, account="acct:other:9").entries["account"].to_list() == [want]


def test_accounts_in_a_column_are_statements_of_their_own() -> None:
    d = replace(
        made("date amount own other", counterparty_account="other"),
        account=replace(dialect().account, from_column="own", prefix="acct:xx"),
    )
    others = ("AT61 1904 3002 3457 3201", "at611904300234573201", "AT611904300234573202")
    body = "".join(f"2024-01-02,1,{own},{other}\n" for own, other in zip(("B 2", "A1", ""), others, strict=True))
    r = read(d, body, account="typed")
    assert r.entries["account"].to_list() == ["acct:xx:B2", "acct:xx:A1", "acct:typed"]
    assert r.entries["statement"].to_list() == [3, 2, 1]
    assert r.entries["counterparty_account"].to_list() == [
        "iban:AT611904300234573201",
        "iban:AT611904300234573201",
        "acct:AT611904300234573202",
    ]


def two(**fields: Any) -> Dialect:
    return made("date payer payee amount", sides="two", account_name="payer", counterparty_name="payee", **fields)


def test_a_two_sided_row_keeps_its_sign_and_both_parties() -> None:
    r = read(two(), "2024-01-02,A Ltd,B  LLP,-10\n2024-01-03,B llp,C,5\n2024-01-04,,C,5\n")
    rows = r.entries.select("account", "account_name", "counterparty_account", "counterparty_name", "amount").rows()
    assert rows == [
        ("name:a ltd", "A Ltd", "name:b llp", "B  LLP", Decimal(-10)),
        ("name:b llp", "B llp", "name:c", "C", Decimal(5)),
    ]
    assert r.entries["sides"].to_list() == ["two", "two"]
    assert r.entries["statement"].to_list() == [1, 1]
    assert issues(r) == [("no-account", 4, "payer")]
    assert (r.statements["account"].to_list(), r.statements["sum"].to_list()) == ([None], [Decimal(-5)])


def test_payer_and_payee_changed_round_are_other_transfers() -> None:
    body = "2024-01-02,A,B,10\n"
    turned = replace(two(), columns=columns(two(), account_name="payee", counterparty_name="payer"))
    one, other = (read(d, body).entries.select("account", "counterparty_account").rows() for d in (two(), turned))
    assert one == [tuple(reversed(other[0]))]


def test_balances_stated_around_the_table_are_checked() -> None:
    stated = "".join(f"{w.lower()} = '{w} (?P<amount>\\S+)'\n" for w in ("Opening", "Closing"))
    d = dialect(BASE + "[footer]\nstarts = 'Closing'\n[stated]\n" + stated)
    good = read(d, "2024-01-02,5,EUR,x\nClosing,15,,\n", above="Opening,10\n", account="acct:xx:1")
    assert good.statements.select("opening", "closing", "balance").rows() == [(Decimal(10), Decimal(15), "ok")]
    bad = read(d, "2024-01-02,5,EUR,x\nClosing,16,,\n", above="Opening,10\n", account="acct:xx:1")
    assert "closing-differs" in {i.code for i in bad.issues}
    odd = read(d, "2024-01-02,5,EUR,x\nClosing,none,,\n", above="Opening,10\n", account="acct:xx:1")
    assert "stated-balance-unread" in {i.code for i in odd.issues}


def test_two_sheets_of_one_layout_are_one_reading() -> None:
    d = dialect()
    source = Source.from_bytes("t.csv", b"Date,Amount,Currency,Note\n2024-01-02,1,EUR,x\n")
    g = open_sheets(source)[0].grid(0)
    r = read_grids(source, [replace(g, sheet="a"), replace(g, sheet="b")], d, Options(account="acct:xx:1"))
    assert r.rows.entries == 2
    assert r.entries["entry_id"].n_unique() == 2


# ------------------------------------------------------------------------------------------------------------ document


def test_every_key_is_explained(repository: Path) -> None:
    text = (repository / "docs" / "dialects.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`([a-z_0-9]+)`", text))
    keys = {*FIELDS, *Format.__dataclass_fields__, *Match.__dataclass_fields__, *AccountRule.__dataclass_fields__}
    keys |= {"name", "title", "kind", "institution", "documented", "sides", "currency", "ignore", "sign", "fee_sign"}
    keys |= {"starts", "ends", "opening", "closing", "amount", "from", "to", *KINDS}
    for section in (Record, PartyColumns, IdentifierColumn):
        keys |= set(section.__dataclass_fields__) - {"start", "end"}
    assert keys <= explained, sorted(keys - explained)


def test_every_example_of_the_document_is_valid(repository: Path) -> None:
    text = (repository / "docs" / "dialects.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", text, re.S)
    assert len(examples) == 9
    header = ["Date", "Money out", "Money in", "Amount", "D/C", "Type", "State", "Fee", "Fee asset"]
    header += ["Sold amount", "Sold asset"]
    for example in examples:
        amount = example if example.startswith("amount") else 'amount = "Amount"\n'
        more = "" if example.startswith("amount") else example
        status = 'status = "State"\n' if "[values.status]" in example else ""
        d = Dialect.from_toml(
            f'name = "xx"\ncurrency = "EUR"\n[match]\nheader = {header}\n[format]\ndate = "%Y-%m-%d"\n'
            f'[columns]\nbooking_date = "Date"\n{amount}{status}{more}'
        )
        assert d.columns


def test_every_code_of_the_document_exists(repository: Path) -> None:
    text = (repository / "docs" / "dialects.md").read_text(encoding="utf-8")
    text = text[text.index("## What comes out of it") :]
    folder = repository / "fininit"
    code = "".join(p.read_text(encoding="utf-8") for p in [*folder.glob("importers/*.py"), *folder.glob("values/*.py")])
    for word in set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", text)) - {"needs-decision"}:
        assert f'"{word}"' in code, word
