"""QIF: what Quicken and its like write read as it is meant, every record accounted for, nothing made up.

Beside each file here lies what it is read as with ``--currency``, checked by eye. After a change that is meant, delete
the golden file and run ``python tests/importers/qif/test_importers_qif.py``: it writes the missing ones and never
overwrites.
"""

from __future__ import annotations

import csv
import json
import re
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fininit.errors import SourceRefused
from fininit.importers.base import Options, Reading, Source
from fininit.importers.qif import Qif
from fininit.importers.qif.records import LISTS, REGISTERS, cut
from fininit.importers.registry import read_source
from fininit.importers.undecided import Days, Settled, days, decimal_mark, settle_days, settle_decimal

HERE = Path(__file__).parent
FILES = sorted(p for p in HERE.iterdir() if p.suffix == ".qif")


def read(data: str | bytes, currency: str | None = "USD", **options: Any) -> Reading:
    raw = data.encode() if isinstance(data, str) else data
    return Qif().read(Source.from_bytes("made.qif", raw), Options(currency=currency, **options))


def register(*records: str, kind: str = "Bank") -> str:
    """A register of records given as lines between semicolons."""
    return f"!Type:{kind}\n" + "".join(r.replace(";", "\n") + "\n^\n" for r in records)


def one(record: str, **options: Any) -> dict[str, Any]:
    entries = read(register(record), **options).entries
    assert entries.height == 1
    return entries.row(0, named=True)


def codes(reading: Reading) -> list[str]:
    return [i.code for i in reading.issues if i.code not in ("account-not-named", "account-is-a-label")]


# --- golden files


def golden(reading: Reading) -> str:
    local = f"source:{reading.source.sha256[:8]}:"

    def plain(row: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in row.items():
            if value in (None, "") or key in ("source", "entry_id"):
                continue
            if isinstance(value, Decimal):
                text = f"{value:f}"
                out[key] = text.rstrip("0").rstrip(".") if "." in text else text
            elif isinstance(value, date):
                out[key] = value.isoformat()
            else:
                out[key] = value.replace(local, "source:…:") if isinstance(value, str) else value
        return out

    r = reading.rows
    lines: list[dict[str, Any]] = [
        {"reading": reading.status, "rows": r.total, "skipped": r.skipped, "refused": r.refused}
    ]
    lines += [{"entry": plain(row)} for row in reading.entries.drop("raw").iter_rows(named=True)]
    lines += [{"statement": plain(row)} for row in reading.statements.iter_rows(named=True)]
    lines += [
        {"issue": {"kind": i.kind, "code": i.code, "row": i.row, "count": i.count, "message": i.message}}
        for i in reading.issues
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def golden_of(path: Path) -> Path:
    return path.with_suffix(".golden.jsonl")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_golden(path: Path) -> None:
    source = Source.from_path(path)
    assert Qif().matches(source)
    assert golden(Qif().read(source, Options(currency="USD"))) == golden_of(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_registry_takes_the_file_for_qif_and_says_that_it_names_no_currency(path: Path) -> None:
    reading = read_source(Source.from_path(path), Options())
    assert reading.format == "qif" and reading.status.startswith("read")
    assert reading.entries["currency"].null_count() == reading.entries.height > 0
    (said,) = [i for i in reading.issues if i.code == "currency-not-named"]
    assert said.count >= reading.rows.entries and "--currency" in said.hint


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_raw_is_the_text_of_the_record_from_the_row_it_names(path: Path) -> None:
    rows = re.split(r"\r\n|\n|\r", path.read_bytes().decode())
    for entry in read(path.read_bytes()).entries.iter_rows(named=True):
        text = entry["raw"].split("\n")
        assert rows[entry["row"] - 1 :][: len(text)] == text
        assert text[0].startswith("D")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_day_and_month_changed_round_fail_the_golden(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Settled.day

    def turned(self: Settled, found: Days) -> date | None:
        day = right(self, found)
        return day.replace(month=day.day, day=day.month) if day is not None and day.day <= 12 else day

    monkeypatch.setattr(Settled, "day", turned)
    assert golden(read(path.read_bytes())) != golden_of(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_turned_sign_fails_the_golden(path: Path) -> None:
    data = path.read_bytes().replace(b"T-", b"T")
    assert golden(read(data)) != golden_of(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_line_ends_change_nothing(path: Path) -> None:
    text = re.sub(rb"\r\n|\r", b"\n", path.read_bytes())
    readings = [read(text.replace(b"\n", mark)) for mark in (b"\n", b"\r\n", b"\r")]
    assert golden(readings[0]) == golden(readings[1]) == golden(readings[2])


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_truncated_file_never_gains_or_alters_a_record(path: Path) -> None:
    data = path.read_bytes()
    order = {"quicken_us": "mdy", "investment": "mdy", "glued_1999": "mdy"}.get(path.stem)
    fixed: dict[str, Any] = {"date": order, "decimal": "," if path.stem == "points_utf8" else "."}
    columns = ["booking_date", "amount", "remittance_info", "counterparty_name", "raw"]
    whole = {e["row"]: [e[c] for c in columns] for e in read(data, **fixed).entries.iter_rows(named=True)}
    for at in range(14, len(data), 17):
        if data[:at][-1] >= 0x80 or data[at] & 0xC0 == 0x80:
            continue
        for e in read(data[:at], **fixed).entries.iter_rows(named=True):
            assert [e[c] for c in columns] == whole[e["row"]]


# --- which files are ours


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("hello", False),
        ("", False),
        ("!Type:Bank\n", True),
        ("\ufeff\r\n!type:bank \r\n", True),
        ("!Account\nNx\n^\n", True),
        ("!Option:AutoSwitch\n", True),
        ("!Accounts\n", False),
        ("!x,b\n1,2\n", False),
        ("Text\n!Type:Bank\n", False),
    ],
)
def test_matches(text: str, ours: bool) -> None:
    assert Qif().matches(Source.from_bytes("x", text.encode())) is ours


def test_a_file_that_is_no_qif_is_refused_with_a_sentence() -> None:
    for data in (b"hello", b"", b"\0" * 4096, b"PK\x03\x04"):
        with pytest.raises(SourceRefused) as caught:
            read(data)
        assert caught.value.code == "not-qif"


# --- what the file does not say


def test_every_open_point_is_asked_at_once_and_each_answer_settles_it() -> None:
    text = register("D01/02/2024;T1,000")
    reading = read(text, None)
    assert reading.status == "needs-decision"
    assert codes(reading) == ["date-order-undecided", "decimal-undecided"]
    assert reading.rows.total == 0
    settled = read(text, "EUR", date="dmy", decimal=".").entries.row(0, named=True)
    assert (settled["booking_date"], settled["amount"], settled["currency"]) == (date(2024, 2, 1), 1000, "EUR")
    other = read(text, "EUR", date="mdy", decimal=",").entries.row(0, named=True)
    assert (other["booking_date"], other["amount"]) == (date(2024, 1, 2), 1)


def test_a_word_that_is_no_currency_is_not_taken_for_one() -> None:
    assert codes(read(register("D2024-01-02;T1.00"), "EURO")) == ["currency-not-named"]


def test_an_encoding_that_is_not_utf_8_stands_with_a_warning() -> None:
    data = register("D2024-01-02;T1.00;PMüller").encode("cp1252")
    reading = read(data)
    assert "encoding-fallback" in codes(reading) and reading.entries["counterparty_name"].to_list() == ["Müller"]
    assert "encoding-fallback" not in codes(read(data, encoding="cp1252"))
    assert read(data, encoding="cp1250").entries["amount"].to_list() == reading.entries["amount"].to_list()
    with pytest.raises(SourceRefused) as caught:
        read(data + b"^\nP\x81\n^\n")
    assert caught.value.code == "encoding-undecided"


# --- days


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1/15'04", "2004-01-15"),
        ("1/15' 4", "2004-01-15"),
        ("15/1'2004", "2004-01-15"),
        ("01/15/2004", "2004-01-15"),
        ("1/15/99", "1999-01-15"),
        ("15.01.2004", "2004-01-15"),
        ("5.1.04", "2004-01-05"),
        ("2004-01-15", "2004-01-15"),
        ("2004/1/5", "2004-01-05"),
        ("20040115", "2004-01-15"),
        ("15-01-2004", "2004-01-15"),
        ("15 January 2004", "2004-01-15"),
        ("15-Jan-04", "2004-01-15"),
        ("01/15/104", "2004-01-15"),
        ("01/15/099", "1999-01-15"),
        ("2/2/04", "2004-02-02"),
        ("99/1/15", "1999-01-15"),
    ],
)
def test_days(text: str, day: str) -> None:
    assert str(one(f"D{text};T1.00")["booking_date"]) == day


@pytest.mark.parametrize(
    "text", ["", "0/0/00", "30.02.2024", "13/13/2024", "2024-13-01", "01/15/009", "soon", "1/2", "1/2/3/4"]
)
def test_a_day_that_does_not_exist_is_never_made_up(text: str) -> None:
    reading = read(register(f"D{text};T1.00", "D2024-01-02;T2.00"))
    assert reading.entries["amount"].to_list() == [2]
    assert codes(reading) == ["bad-date"]


def test_the_order_is_proved_by_the_whole_file() -> None:
    def read_days(*texts: str, **options: Any) -> list[str]:
        return [str(d) for d in read(register(*(f"D{t};T1.00" for t in texts)), **options).entries["booking_date"]]

    assert read_days("01/02/2024", "13/02/2024") == ["2024-02-01", "2024-02-13"]
    assert read_days("01/02/2024", "02/13/2024") == ["2024-01-02", "2024-02-13"]
    assert read_days("01/02/2024", "15.02.2024", date="mdy") == ["2024-01-02", "2024-02-15"]
    # a register of securities is written by the same program
    both = register("D01/02/2024;T1.00") + register("D02/13/2024;NBuy;T5.00", kind="Invst")
    assert str(read(both).entries["booking_date"][0]) == "2024-01-02"
    conflict = read(register("D13/02/2024;T1.00", "D02/13/2024;T1.00"))
    assert (conflict.status, codes(conflict)) == ("needs-decision", ["date-order-conflict"])
    stated = read(register("D13/02/2024;T1.00", "D02/13/2024;T1.00"), date="dmy")
    assert (stated.rows.entries, stated.rows.refused) == (1, 1)


def test_a_day_above_12_proves_nothing_against_the_year_being_first() -> None:
    """24/01/13, 24/01/14 and so on: the first number stands still as a year does."""
    found = [days(f"24/01/{n:02}") for n in range(1, 20)]
    assert settle_days(found).problem == "year"
    assert settle_days(found, "ymd").day(found[0]) == date(2024, 1, 1)
    assert settle_days([days(f"{n:02}/01/24") for n in range(1, 20)]).order == "dmy"
    assert settle_days([days(f"01/{n:02}/24") for n in range(1, 20)]).order == "mdy"


@given(
    st.lists(st.dates(date(1970, 1, 1), date(2060, 12, 31)), min_size=1, max_size=8), st.sampled_from(["dmy", "mdy"])
)
@settings(max_examples=150, deadline=None)
def test_an_order_is_found_right_or_not_at_all(wanted: list[date], order: str) -> None:
    pattern = "%d/%m/%y" if order == "dmy" else "%m/%d/%y"
    found = [days(d.strftime(pattern)) for d in wanted]
    settled = settle_days(found)
    if settled.order in ("dmy", "mdy"):
        # a file of one order can only be taken for the other where each of its days has one meaning in both
        assert [settled.day(d) for d in found] == wanted
    else:
        assert settled.problem or settled.order == "ymd"
    assert [settle_days(found, order).day(d) for d in found] == wanted


# --- amounts


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("-1,250.40", "-1250.4"),
        ("1.250,40", "1250.4"),
        ("-12,5", "-12.5"),
        ("+7", "7"),
        ("1'250.00", "1250"),
        ("1 250,00", "1250"),
        (".50", "0.5"),
        ("12.", "12"),
        ("1,234,567", "1234567"),
    ],
)
def test_amount(text: str, amount: str) -> None:
    assert one(f"D2024-01-02;T{text}")["amount"] == Decimal(amount)


@pytest.mark.parametrize("text", ["", "ten", "1e3", "$5", "1-2", "5.005", "9" * 21, "٣", "12,34.56"])
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    reading = read(register(f"D2024-01-02;T{text}", "D2024-01-02;T2.00"))
    assert reading.entries["amount"].to_list() == [2]
    assert reading.rows.refused == 1


def test_the_decimal_mark_is_proved_by_the_whole_file() -> None:
    def amounts(*texts: str) -> list[Decimal]:
        return read(register(*(f"D2024-01-02;T{t}" for t in texts))).entries["amount"].to_list()

    assert amounts("1,000", "2.50") == [1000, Decimal("2.5")]
    assert amounts("1,000", "2,50") == [1, Decimal("2.5")]
    assert amounts("1.000", "1.000.000") == [1000, 1000000]
    conflict = read(register("D2024-01-02;T1,50", "D2024-01-02;T1.50"))
    assert (conflict.status, codes(conflict)) == ("needs-decision", ["decimal-conflict"])
    assert [decimal_mark(t) for t in ("1,000", "0,125", "1000,125", "1,00", "1,000.5", "12", "1.1.1")] == [
        *("?", ",", ",", ",", ".", "", ","),
    ]
    assert settle_decimal([]) == "."


def test_two_amounts_or_days_refuse_the_record() -> None:
    for more in ("T2.00", "D2024-01-03", "U2.00"):
        assert codes(read(register(f"D2024-01-02;T1.00;{more}"))) == ["stated-twice"]
    assert one("D2024-01-02;T1.00;U1.00")["amount"] == 1
    assert one("D2024-01-02;U1.00")["amount"] == 1


# --- accounts


def test_one_account_without_a_number_is_a_persons_to_name() -> None:
    text = "!Account\nNChecking\n^\n" + register("D2024-01-02;T1.00;L[Savings]")
    reading = read(text)
    entry = reading.entries.row(0, named=True)
    assert (entry["account"], entry["account_name"]) == (None, "Checking")
    assert entry["counterparty_account"] == f"source:{reading.source.sha256[:8]}:Savings"
    assert "account-not-named" in [i.code for i in reading.issues]
    named = read(text, account="acct:bank:9")
    assert named.entries["account"].to_list() == named.statements["account"].to_list() == ["acct:bank:9"]


def test_a_label_is_an_account_of_its_own_file_only() -> None:
    """Two people both call an account Checking: it must not become one account."""
    accounts = (
        "!Account\nN{}\n^\n" + register("D2024-01-02;T{}") + "!Account\nNVisa\n^\n" + register("D2024-01-02;T9.00")
    )
    first, second = (read(accounts.format("Checking", t)) for t in ("1.00", "2.00"))
    ours, theirs = (set(r.entries["account"]) for r in (first, second))
    assert len(ours) == len(theirs) == 2
    assert not ours & theirs


def test_a_label_with_a_number_is_an_account_everywhere() -> None:
    for label, account in (
        ("DE89 3704 0044 0532 0130 00", "iban:DE89370400440532013000"),
        ("0123 45678901.23A", "acct:012345678901.23A"),
        ("Visa 1234", None),
    ):
        entry = read(f"!Account\nN{label}\n^\n" + register("D2024-01-02;T1.00")).entries.row(0, named=True)
        assert entry["account"] == account


def test_two_sides_of_a_transfer_in_one_file_name_each_other() -> None:
    text = (
        "!Account\nNA\n^\n"
        + register("D2024-01-02;T-5.00;L[B]/Class")
        + "!Account\nNB\n^\n"
        + register("D2024-01-02;T5.00;L[A]")
    )
    a, b = read(text).entries.select("account", "counterparty_account").rows()
    assert a == b[::-1]
    assert None not in a


def test_a_list_of_accounts_is_not_the_account_of_a_register() -> None:
    text = "!Account\nNA\n^\nNB\n^\n" + register("D2024-01-02;T1.00")
    reading = read(text)
    assert reading.entries["account"].to_list() == [None]
    assert codes(reading) == ["account-list"]


def test_registers_of_different_types_are_different_accounts() -> None:
    text = register("D2024-01-02;T1.00") + register("D2024-01-02;T2.00", kind="CCard") + register("D2024-01-03;T3.00")
    assert read(text).statements["entries"].to_list() == [2, 1]
    assert len(set(read(text).entries["account"])) == 2


# --- records


def test_the_opening_balance_is_no_payment() -> None:
    text = register("D2024-01-01;T100.00;POpening Balance;L[Main]", "D2024-01-02;T-1.00;L[Main]")
    reading = read(text)
    assert reading.statements.select("opening", "entries", "sum").rows() == [(100, 1, -1)]
    assert (reading.rows.skipped, codes(reading)) == (1, ["opening-balance"])
    assert reading.entries["account_name"].to_list() == ["Main"]
    assert reading.entries["counterparty_account"].to_list() == [None]  # the account itself is not its other side
    # only the first record of a register, and only with the account itself in brackets
    for other in ("D2024-01-01;T100.00;POpening Balance", "D2024-01-01;T100.00;PStarting;L[Main]"):
        assert read(register(other)).rows.entries == 1
    assert read(register("D2024-01-01;T1.00", "D2024-01-01;T100.00;POpening Balance;L[Main]")).rows.entries == 2
    foreign = "!Account\nNOther\n^\n" + register("D2024-01-01;T100.00;POpening Balance;L[Main]")
    assert read(foreign).rows.entries == 1


def test_splits_add_up_or_are_signalled_and_the_payment_is_one_entry() -> None:
    whole = "D2024-01-02;T-9.00;SA;Ex;$-5.00;SB;$-4.00"
    assert codes(read(register(whole))) == []
    assert one(whole)["remittance_info"] == "S:A E:x $:-5.00 S:B $:-4.00"
    short = read(register("D2024-01-02;T-9.00;SA;$-5.00;SB;$-3.00"))
    assert (short.entries["amount"].to_list(), codes(short)) == ([-9], ["split-differs"])
    assert codes(read(register("D2024-01-02;T-9.00;SA;$x"))) == ["split-unread"]


def test_a_split_payment_is_a_transfer_only_where_all_of_it_is() -> None:
    assert one("D2024-01-02;T-9.00;L[X];S[X];$-5.00;SB;$-4.00")["counterparty_account"] is None
    entry = one("D2024-01-02;T-9.00;L[X];S[X];$-5.00;S[X];$-4.00")
    assert entry["counterparty_account"].endswith(":X")


def test_parts_of_the_file_that_are_not_read_are_signalled() -> None:
    text = register("D2024-01-02;T1.00;Zx") + register("NA", kind="Cat") + register("D2024-01-02;T7.00", kind="Bill")
    reading = read("!Type:Bank\n" + text)
    assert (reading.rows.entries, reading.rows.skipped, reading.rows.refused) == (1, 1, 1)
    assert codes(reading) == ["unread-line", "list", "unknown-section"]
    unclosed = read("!Type:Bank\nD2024-01-02\nT1.00\n!Type:Cat\n")
    assert (unclosed.rows.entries, codes(unclosed)) == (1, ["unclosed-record"])
    cut_off = read("!Type:Bank\nD2024-01-02\nT1.00\n")
    assert (cut_off.status, codes(cut_off)) == ("refused", ["cut-off"])


def test_investment_registers_give_their_cash_side() -> None:
    def moved(record: str) -> list[Decimal]:
        return read(register(record, kind="Invst")).entries["amount"].to_list()

    assert moved("D2024-01-02;NXIn;T5.00;L[A]") == [5]
    assert moved("D2024-01-02;NXOut;T5.00;L[A]") == [-5]
    assert moved("D2024-01-02;NCash;T-5.00") == [-5]
    assert moved("D2024-01-02;NBuyX;T5.00;L[A];$5.00") == []
    assert codes(read(register("D2024-01-02;NXOut;T-5.00", kind="Invst"))) == ["bad-sign"]


def test_a_nul_costs_its_own_record() -> None:
    reading = read(register("D2024-01-02;T1.00;Pa\0b", "D2024-01-02;T2.00"))
    assert reading.entries["amount"].to_list() == [2]
    assert codes(reading) == ["nul-byte"]


# --- laws


WORD = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=20)


@st.composite
def payments(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "booking_date": draw(st.dates(date(1990, 1, 1), date(2060, 12, 31))),
        "amount": Decimal(draw(st.integers(-(10**11), 10**11))).scaleb(-2),
        "counterparty_name": draw(st.none() | WORD),
        "remittance_info": draw(st.none() | WORD),
        "cheque_no": draw(st.none() | st.integers(1, 99999).map(str)),
    }


STYLES = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%m/%d'%y", "%d/%m/%y")


def write(lines: list[dict[str, Any]], style: str, *, comma: bool) -> str:
    """A small writer of QIF, in one of the styles of days and with points or commas."""
    out = ["!Type:Bank"]
    for p in lines:
        amount = f"{p['amount']:,.2f}"
        out += [
            "D" + p["booking_date"].strftime(style),
            "T" + (amount.translate(str.maketrans(",.", ".,")) if comma else amount),
            *(code + p[key] for code, key in (("P", "counterparty_name"), ("M", "remittance_info")) if p[key]),
            *(["N" + p["cheque_no"]] if p["cheque_no"] else []),
            "^",
        ]
    return "\r\n".join(out)


COLUMNS = ("booking_date", "amount", "counterparty_name", "remittance_info", "cheque_no")


@given(st.lists(payments(), max_size=6), st.sampled_from(STYLES), st.booleans())
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_read(lines: list[dict[str, Any]], style: str, comma: bool) -> None:
    order = "mdy" if style.startswith("%m") else "dmy"
    reading = read(write(lines, style, comma=comma), date=order)
    assert reading.entries.select(COLUMNS).rows() == [tuple(p[c] for c in COLUMNS) for p in lines]
    assert reading.rows.refused == 0
    # without being told, the file is read the same or asks
    untold = read(write(lines, style, comma=comma))
    assert untold.status == "needs-decision" or untold.entries.equals(reading.entries)


WORDS = (
    b"!Type:Bank\n|!Type:Cat\n|!Type:Invst\n|!Type:X\n|!Account\n|!Option:AutoSwitch\n|!Clear:AutoSwitch\n|^\n|^^|NA\n"
    b"|NXIn\n|D1/2/24\n|D13/2/24\n|D2/13/24\n|D2024-01-02\n|T1.00\n|T1,000\n|T1,00\n|POpening Balance\n|L[A]\n|SA\n"
    b"|$1.00\n|Ex\n|\n|\r|\0|\xff|\xc3\xbc|!|Z|U1.00\n|   "
).split(b"|")


@given(st.binary(max_size=300) | st.lists(st.sampled_from(WORDS), max_size=60).map(b"".join))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read_or_refused_as_a_file(data: bytes) -> None:
    source = Source.from_bytes("soup", b"!Type:Bank\n" + data)
    refused = ""
    try:
        reading = Qif().read(source, Options(currency="USD"))
    except SourceRefused as e:
        refused = e.code
    else:
        sections = cut(source.text(("cp1252",))[0]).sections
        total = sum(len(s.records) for s in sections)
        assert reading.status == "needs-decision" or reading.rows.total == total
        assert {"bank"} <= REGISTERS - LISTS
    assert refused in ("", "not-qif", "encoding-undecided", "undecodable-bytes")


@pytest.mark.parametrize(
    "part", ["^\n", "!Account\n", "!Type:Bank\n", "D1/2/24\n", "SA\n$1\n", "NA\n", "P[", "L[", "\n", "1,000", " "]
)
def test_time_is_linear_in_the_file(part: str) -> None:
    """Twice the text, about twice the time; a quadratic reader would need minutes for this one."""
    started = time.process_time()
    read("!Type:Bank\nD2024-01-02\nT1.00\nM" + part * 60_000, date="dmy", decimal=".")
    assert time.process_time() - started < 10


def test_messages_never_hold_a_value_of_the_file() -> None:
    for path in FILES:
        reading = read(path.read_bytes())
        said = " ".join(i.message + i.hint + str(i.column) for i in reading.issues)
        for column in ("counterparty_name", "counterparty_account", "remittance_info", "account_name"):
            assert not [v for v in reading.entries[column].drop_nulls() if v in said]


# --- reference files of other projects


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_reference_files_give_the_expected_figures(shared: Path) -> None:
    """With the currency stated, and the encoding and the order of day and month where a file leaves them open."""
    disputed = {(r["file"], r["field"]): r["value"] for r in lines_of(HERE.parent / "disputed.tsv")}
    asked = {r["file"] for r in lines_of(HERE.parent / "asked.tsv")}
    rows = [r for r in lines_of(shared / "fixtures" / "EXPECTED.tsv") if r["file"].startswith("bank/qif/")]
    assert rows
    for row in rows:
        source = Source.from_path(shared / "fixtures" / row["file"])
        if not Qif().matches(source):
            assert row["rows"] == "0"
            continue
        untold = read_source(source, Options())
        assert (untold.status == "needs-decision") == (row["file"] in asked), row["file"]
        reading = Qif().read(source, Options(currency="EUR", encoding="cp1252"))
        if reading.status == "needs-decision":
            assert codes(reading) == ["date-order-undecided"]
            reading = Qif().read(source, Options(currency="EUR", date="dmy"))
        s = reading.statements
        wanted = {f: disputed.get((row["file"], f), row[f]) for f in ("rows", "sum_of_amounts")}
        assert s["entries"].sum() == int(wanted["rows"]), row["file"]
        assert sum(s["sum"], Decimal(0)) == Decimal(wanted["sum_of_amounts"]), row["file"]
        assert reading.rows.refused == 0


if __name__ == "__main__":
    for file in FILES:
        if not golden_of(file).exists():
            golden_of(file).write_text(golden(read(file.read_bytes())), encoding="utf-8")
            print("written", golden_of(file).name)
