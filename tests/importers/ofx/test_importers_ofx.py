"""OFX, QFX and QBO: what banks send read as it is meant, every payment accounted for, nothing made up.

Beside each file here lies what it is read as, checked by eye. After a change that is meant, delete the golden file and
run ``python tests/importers/ofx/test_importers_ofx.py``: it writes the missing ones and never overwrites.
"""

from __future__ import annotations

import csv
import json
import re
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fininit.errors import SourceRefused
from fininit.importers.base import Options, Reading, Source
from fininit.importers.ofx import Ofx
from fininit.importers.ofx.document import read as parse
from fininit.importers.registry import read_source

HERE = Path(__file__).parent
FILES = sorted(p for p in HERE.iterdir() if p.suffix in (".ofx", ".qfx", ".qbo"))

HEADER = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"


def read(data: str | bytes, **options: Any) -> Reading:
    raw = data.encode() if isinstance(data, str) else data
    return Ofx().read(Source.from_bytes("made.ofx", raw), Options(**options))


def statement(
    body: str, *, currency: str = "USD", account: str = "<BANKID>900000017<ACCTID>4000123456", end: str = ""
) -> str:
    return (
        f"{HEADER}<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>{currency}<BANKACCTFROM>{account}</BANKACCTFROM>"
        f"<BANKTRANLIST>{body}</BANKTRANLIST>{end}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )


def payment(amount: str = "-10.00", posted: str = "20240102", more: str = "", kind: str = "OTHER") -> str:
    return f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{posted}<TRNAMT>{amount}{more}</STMTTRN>"


def one(*args: str, currency: str = "USD", **options: Any) -> dict[str, Any]:
    """The only entry of a statement with one payment."""
    entries = read(statement(payment(*args), currency=currency), **options).entries
    assert entries.height == 1
    return entries.row(0, named=True)


def codes(reading: Reading) -> list[str]:
    return [i.code for i in reading.issues]


# --- golden files


def golden(reading: Reading) -> str:
    def plain(row: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in row.items():
            if value in (None, "") or key in ("source", "entry_id"):
                continue
            if isinstance(value, Decimal):
                text = f"{value:f}"
                out[key] = text.rstrip("0").rstrip(".") if "." in text else text
            else:
                out[key] = value.isoformat() if isinstance(value, date) else value
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
    assert Ofx().matches(source)
    assert golden(Ofx().read(source, Options())) == golden_of(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_registry_takes_the_file_for_ofx(path: Path) -> None:
    assert read_source(Source.from_path(path), Options()).format == "ofx"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_raw_is_the_text_of_the_payment(path: Path) -> None:
    text = path.read_bytes().decode("cp1252" if "cp1252" in path.name else "utf-8")
    starts = [m.start() for m in re.finditer("<(?:STMTTRNP?|BUYSTOCK|INCOME)>", text)]
    for entry in Ofx().read(Source.from_path(path), Options()).entries.iter_rows(named=True):
        assert text.startswith(entry["raw"], starts[entry["row"] - 1])
        assert entry["raw"].startswith("<STMTTRN")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_day_and_month_changed_round_fail_the_golden(path: Path) -> None:
    def swap(m: re.Match[bytes]) -> bytes:
        return m[1] + m[2][:4] + m[2][6:8] + m[2][4:6] + m[2][8:]

    data = re.sub(rb"(<DT(?:POSTED|TRAN)>)([0-9]{8})", swap, path.read_bytes())
    assert golden(read(data)) != golden_of(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_turned_sign_fails_the_golden(path: Path) -> None:
    data = re.sub(rb"<TRNAMT>-", b"<TRNAMT>", path.read_bytes())
    assert golden(read(data)) != golden_of(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_line_ends_change_only_the_raw_text(path: Path) -> None:
    text = path.read_bytes().replace(b"\r\n", b"\n")
    readings = [read(text.replace(b"\n", mark)) for mark in (b"\n", b"\r\n", b"\r")]
    seen = [(r.entries.drop("raw", "source", "entry_id").rows(), r.issues) for r in readings]
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_truncated_file_never_gains_or_alters_a_payment(path: Path) -> None:
    """Cut anywhere: what is read is what the whole file says, from the start; the cut shows."""
    data = path.read_bytes()
    whole = {
        e["row"]: e for e in read(data).entries.drop("entry_id", "source", "flags", "status").iter_rows(named=True)
    }
    refusals: set[str] = set()
    for at in range(200, len(data) - 8, 41):
        try:
            cut = read(data[:at])
        except SourceRefused as e:
            refusals.add(e.code)
            continue
        if cut.status == "needs-decision":
            continue
        assert "file-truncated" in codes(cut)
        for e in cut.entries.drop("entry_id", "source", "flags", "status").iter_rows(named=True):
            assert e == whole[e["row"]]
    assert refusals <= {"no-statement", "not-ofx"}


# --- which files are ours


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("hello", False),
        ("", False),
        ("<html><body>OFXHEADER:100", False),
        ("OFXHEADER:100\nDATA:OFXSGML\n", True),
        ("\ufeff\r\n\r\nOFXHEADER:100 DATA:OFXSGML VERSION:102 <OFX>", True),
        ('<?xml version="1.0"?>\n<!-- x -->\n<?OFX OFXHEADER="200" VERSION="220"?><OFX>', True),
        ('<?xml version="1.0"?><OFX xmlns="urn:x">', True),
        ('<?xml version="1.0"?><Document><OFX>', False),
        ("\n\n <OFX>", True),
        ("<ofx>", True),
        ("<OFC>", False),
        ("notes about <OFX>", False),
    ],
)
def test_matches(text: str, ours: bool) -> None:
    assert Ofx().matches(Source.from_bytes("x", text.encode())) is ours


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"hello", "not-ofx"),
        (b"", "not-ofx"),
        (b"\0" * 4096, "not-ofx"),
        (b"<OFX></OFX>", "no-statement"),
        (b"<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>15500<SEVERITY>ERROR</STATUS></SONRS></OFX>", "no-statement"),
        (b'<?xml version="1.0"?><!DOCTYPE OFX [<!ENTITY a SYSTEM "file:///etc/passwd">]><OFX>', "entity-declared"),
    ],
)
def test_a_file_without_a_statement_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        read(data)
    assert caught.value.code == code


# --- dates


@pytest.mark.parametrize(
    ("text", "day", "local", "zone", "instant"),
    [
        ("20240113", "2024-01-13", None, None, None),
        ("20240113120000", "2024-01-13", "2024-01-13T12:00:00", None, None),
        ("20240113233000.000[-5:EST]", "2024-01-13", "2024-01-13T23:30:00", "-5:EST", "2024-01-14T04:30:00"),
        ("20240113001500[+5.5:IST]", "2024-01-13", "2024-01-13T00:15:00", "+5.5:IST", "2024-01-12T18:45:00"),
        ("20240113100000[-3:GMT]", "2024-01-13", "2024-01-13T10:00:00", "-3:GMT", "2024-01-13T13:00:00"),
        ("20240113100000[EST]", "2024-01-13", "2024-01-13T10:00:00", "EST", "2024-01-13T15:00:00"),
        ("202401131000[-5]", "2024-01-13", "2024-01-13T10:00", "-5", "2024-01-13T15:00:00"),
        ("20240113[-5:EST]", "2024-01-13", None, None, None),
        ("20240113100000[5.30:IST]", "2024-01-13", "2024-01-13T10:00:00", None, None),
        ("20240113100000[IST]", "2024-01-13", "2024-01-13T10:00:00", None, None),
        ("20240113996000", "2024-01-13", None, None, None),
        ("20240113093914:014", "2024-01-13", None, None, None),
        ("2024-01-13", "2024-01-13", None, None, None),
        ("13/01/2024", "2024-01-13", None, None, None),
        ("13012024", "2024-01-13", None, None, None),
        ("13.01.24", "2024-01-13", None, None, None),
    ],
)
def test_dates(text: str, day: str, local: str | None, zone: str | None, instant: str | None) -> None:
    entry = one("-1.00", text)
    assert str(entry["booking_date"]) == day
    assert (entry["local_time"], entry["local_zone"]) == (local, zone)
    assert entry["booked_at"] == (datetime.fromisoformat(instant).replace(tzinfo=UTC) if instant else None)


@pytest.mark.parametrize(
    "text", ["", "00000000", "20240230", "20241301", "201120000000", "soon", "2024011", "202401150"]
)
def test_a_day_that_does_not_exist_is_never_made_up(text: str) -> None:
    reading = read(statement(payment("-1.00", text) + payment("-2.00")))
    assert reading.entries["amount"].to_list() == [-2]
    assert [i.code for i in reading.issues if i.kind == "refused"] == ["bad-date"]


def test_a_date_of_another_order_is_proved_by_the_file_or_asked_about() -> None:
    open_ = statement(payment("-1.00", "02/01/2024"))
    reading = read(open_)
    assert (reading.status, codes(reading)) == ("needs-decision", ["date-order-undecided"])
    assert "--date dmy" in reading.question and "--date mdy" in reading.question
    assert str(read(open_, date="dmy").entries["booking_date"][0]) == "2024-01-02"
    assert str(read(open_, date="mdy").entries["booking_date"][0]) == "2024-02-01"
    proved = read(statement(payment("-1.00", "02/01/2024") + payment("-2.00", "31/01/2024")))
    assert [str(d) for d in proved.entries["booking_date"]] == ["2024-01-02", "2024-01-31"]
    against = read(statement(payment("-1.00", "31/01/2024") + payment("-2.00", "01/31/2024")))
    assert codes(against) == ["date-order-conflict"]
    # six digits: the year may stand first as well, and no day above 12 settles that
    assert codes(read(statement(payment("-1.00", "240113")))) == ["date-order-undecided"]


# --- amounts


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("-10.00", "-10"),
        ("+12.5", "12.5"),
        ("+ 12.00", "12"),
        ("-2,60", "-2.6"),
        ("-0", "0"),
        ("7", "7"),
        (".50", "0.5"),
        ("-33.7200", "-33.72"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234,567", "1234567"),
    ],
)
def test_amount(text: str, amount: str) -> None:
    assert one(text)["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["", "$120", "1e3", "1.2.3,4", "--5", "5-5", "10.005", "NaN", "9" * 21, "٣", "12,34.56"]
)
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    reading = read(statement(payment(text) + payment("2.00")))
    assert reading.entries["amount"].to_list() == [2]
    assert reading.rows.refused == 1


def test_a_mark_before_three_digits_is_settled_by_the_file_or_asked_about() -> None:
    asked = read(statement(payment("1,000")))
    assert (asked.status, codes(asked)) == ("needs-decision", ["decimal-undecided"])
    assert read(statement(payment("1,000")), decimal=".").entries["amount"][0] == 1000
    assert read(statement(payment("1,000")), decimal=",").entries["amount"][0] == 1
    for other, value in (("2.50", 1000), ("2,50", 1)):
        assert read(statement(payment("1,000") + payment(other))).entries["amount"][0] == value
    # a currency of three decimals, in a format that groups nothing
    assert read(statement(payment("1.250"), currency="KWD")).entries["amount"][0] == Decimal("1.25")


def test_the_type_never_turns_the_sign() -> None:
    for kind, amount in (("DEBIT", "5.00"), ("CREDIT", "-5.00"), ("debit", "5.00")):
        reading = read(statement(payment(amount, kind=kind)))
        assert reading.entries["amount"].to_list() == [Decimal(amount)]
        assert codes(reading) == ["type-contradicts-sign"]
    assert codes(read(statement(payment("-5.00", kind="DEBIT") + payment("5.00", kind="INT")))) == []


# --- parties, texts, references


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("<BANKID>1<ACCTID>22", "acct:1:22"),
        ("<BANKID>1<BRANCHID>007<ACCTID>22", "acct:1-007:22"),
        ("<BANKID>1<BRANCHID>000<ACCTID>2 2", "acct:1:22"),
        ("<BANKID></BANKID><ACCTID>22</ACCTID>", "acct:22"),
        ("<BANKID>1<ACCTID>DE89 3704 0044 0532 0130 00", "iban:DE89370400440532013000"),
        ("<BANKID>1<ACCTID>DE89370400440532013001", "acct:DE89370400440532013001"),
        ("<BANKID>1<ACCTID>", None),
        ("<BANKID>1<ACCTID>0000", None),
        ("", None),
    ],
)
def test_whose_account(account: str, expected: str | None) -> None:
    reading = read(statement(payment(), account=account))
    assert reading.entries["account"].to_list() == [expected]
    assert ("account-not-named" in codes(reading)) == (expected is None)
    named = read(statement(payment(), account=account), account="acct:bank:9")
    assert named.entries["account"].to_list() == [expected or "acct:bank:9"]


def test_the_other_side_is_named_as_its_own_statement_names_it() -> None:
    to = "<BANKACCTTO><BANKID>1<BRANCHID>7<ACCTID>22<ACCTTYPE>SAVINGS</BANKACCTTO>"
    entry = read(statement(payment(more=to))).entries.row(0, named=True)
    own = read(statement(payment(), account="<BANKID>1<BRANCHID>7<ACCTID>22")).entries["account"][0]
    assert entry["counterparty_account"] == own
    # an aggregate that is not closed ends where an element comes that it does not have
    entry = read(statement(payment(more="<BANKACCTTO><BANKID>1<ACCTID>22<MEMO>x"))).entries.row(0, named=True)
    assert (entry["counterparty_account"], entry["remittance_info"]) == ("acct:1:22", "x")


def test_the_own_account_is_never_its_own_other_side() -> None:
    to = "<BANKACCTTO><BANKID>900000017<ACCTID>4000123456</BANKACCTTO>"
    reading = read(statement(payment(more=to)))
    assert reading.entries["counterparty_account"].to_list() == [None]
    assert codes(reading) == ["other-side-is-own"]


def test_texts_are_unescaped_once_and_the_rest_is_text() -> None:
    entry = one("-1.00", "20240102", "<NAME>A &amp;lt; B & C < D<MEMO>&#233;&#xE9;&bogus;&#xD800;&lt;NAME&gt;x")
    assert entry["counterparty_name"] == "A &lt; B & C < D"
    assert entry["remittance_info"] == "éé&bogus;&#xD800;<NAME>x"


def test_what_has_no_column_stands_in_the_note() -> None:
    more = "<FITID>F1<REFNUM>R9<SIC>5812<NAME>Kiosk<EXTDNAME>Kiosk at the pier<MEMO>two tickets"
    entry = one("-1.00", "20240102", more)
    assert entry["counterparty_name"] == "Kiosk at the pier"
    assert entry["remittance_info"] == "two tickets REFNUM:R9 SIC:5812"
    assert entry["servicer_ref"] == "F1"


def test_free_text_never_reaches_a_column_that_leaves_unprotected() -> None:
    entry = one("-1.00", "20240102", "<TRNUID>x", "MARIA 555-0142")
    assert entry["transaction_code"] is None
    zone = one("-1.00", "20240102100000[MARIA 555-0142]")
    assert (zone["local_zone"], zone["booked_at"]) == (None, None)


def test_repeated_references_are_signalled_and_every_payment_is_kept() -> None:
    same = payment(more="<FITID>A<NAME>x")
    other = payment("-11.00", more="<FITID>A<NAME>x")
    reading = read(statement(same + same + other))
    assert reading.entries.height == 3
    assert codes(reading) == ["reference-repeated", "reference-reused"]
    assert codes(read(statement(payment(more="<FITID>") * 2))) == []


def test_a_correction_takes_the_corrected_payment_out_of_the_count() -> None:
    wrong = payment("-9.00", more="<FITID>A")
    right = payment("-9.90", more="<FITID>B<CORRECTFITID>A<CORRECTACTION>REPLACE")
    gone = payment("-9.00", more="<FITID>C<CORRECTFITID>A<CORRECTACTION>DELETE")
    assert read(statement(wrong + right)).entries["status"].to_list() == ["reversed", "booked"]
    assert read(statement(wrong + gone)).entries["status"].to_list() == ["reversed", "reversed"]
    self_named = payment("-9.00", more="<FITID>A<CORRECTFITID>A<CORRECTACTION>REPLACE")
    assert read(statement(self_named)).entries["status"].to_list() == ["booked"]
    assert "correction" in codes(read(statement(self_named)))


def test_currencies() -> None:
    foreign = payment(more="<CURRENCY><CURRATE>0.86<CURSYM>GBP</CURRENCY>")
    reading = read(statement(payment() + foreign, end="<LEDGERBAL><BALAMT>1.00<DTASOF>20240131</LEDGERBAL>"))
    assert reading.entries["currency"].to_list() == ["USD", "GBP"]
    assert reading.statements.select("currency", "entries", "closing").rows() == [("USD", 1, 1), ("GBP", 1, None)]
    entry = one("-10.00", "20240102", "<ORIGCURRENCY><CURRATE>1.35<CURSYM>CAD</ORIGCURRENCY>")
    assert (entry["currency"], entry["original_currency"], entry["original_amount"]) == ("USD", "CAD", None)
    unnamed = read(statement(payment(), currency=""))
    assert (unnamed.status, codes(unnamed)) == ("read", ["currency-not-named"])
    assert unnamed.entries["currency"].to_list() == [None]
    assert read(statement(payment(), currency=""), currency="chf").entries["currency"].to_list() == ["CHF"]
    assert read(statement(payment()), currency="CHF").entries["currency"].to_list() == ["USD"]


def test_only_the_ledger_balance_closes() -> None:
    available = "<AVAILBAL><BALAMT>7.00<DTASOF>20240131</AVAILBAL>"
    ledger = "<LEDGERBAL><BALAMT>8.00<DTASOF>20240131</LEDGERBAL>"
    assert read(statement(payment(), end=available)).statements["closing"].to_list() == [None]
    assert read(statement(payment(), end=ledger + available)).statements["closing"].to_list() == [8]
    assert read(statement(payment(), end=available + ledger)).statements["closing"].to_list() == [8]
    early = read(statement(payment(), end=ledger.replace("20240131", "20240101")))
    assert codes(early) == ["balance-before-last-line"]


# --- structure


def test_a_tag_closed_or_not_says_the_same() -> None:
    open_ = payment(more="<FITID>F1<NAME>Kiosk<MEMO>x")
    closed = re.sub(r"<(TRNTYPE|DTPOSTED|TRNAMT|FITID|NAME|MEMO)>([^<]*)", r"<\1>\2</\1>\n", open_)
    one_, two = read(statement(open_)), read(statement(closed))
    assert one_.entries.drop("raw", "source", "entry_id").equals(two.entries.drop("raw", "source", "entry_id"))


def test_a_payment_that_is_not_closed_ends_where_the_next_begins() -> None:
    lost = statement(payment("-1.00") + payment("-2.00")).replace("</STMTTRN>", "")
    reading = read(lost)
    assert reading.entries["amount"].to_list() == [-1, -2]
    assert codes(reading) == ["unclosed-payment"]


def test_two_amounts_in_one_payment_refuse_it() -> None:
    for twice in ("<TRNAMT>-2.00", "<DTPOSTED>20240103"):
        reading = read(statement(payment("-1.00", more=twice)))
        assert (reading.status, codes(reading)) == ("refused", ["stated-twice"])
    assert read(statement(payment("-1.00", more="<TRNAMT>-1.00"))).entries.height == 1


def test_payments_outside_a_statement_and_a_second_account_are_signalled() -> None:
    loose = read("<OFX>" + payment() + "</OFX>", currency="USD")
    assert codes(loose) == ["payment-outside-statement", "account-not-named"]
    second = statement(payment() + "</BANKTRANLIST><BANKACCTFROM><BANKID>5<ACCTID>6</BANKACCTFROM>" + payment("-3.00"))
    reading = read(second)
    assert reading.entries["account"].to_list() == ["acct:900000017:4000123456", "acct:5:6"]
    assert reading.statements.height == 2
    assert codes(reading) == ["account-changes"]


def test_a_comment_that_hides_a_payment_is_signalled() -> None:
    reading = read(statement(payment("-1.00") + "<!-- " + payment("-9000.00") + " -->"))
    assert reading.entries["amount"].to_list() == [-1]
    assert codes(reading) == ["commented-out"]
    open_ended = read(statement(payment("-1.00", more="<MEMO>a <!-- b") + payment("-2.00")))
    assert open_ended.entries["amount"].to_list() == [-1, -2]


def test_parts_of_the_file_that_are_not_read_are_signalled() -> None:
    loan = "<LOANMSGSRSV1><LOANSTMTRS><LOANTRANLIST><LOANSTMTTRN><DTPOSTED>20240101</LOANSTMTTRN></LOANTRANLIST>"
    reading = read(statement(payment()).replace("</OFX>", loan + "</LOANSTMTRS></LOANMSGSRSV1></OFX>"))
    assert (reading.rows.entries, reading.rows.refused) == (1, 1)
    assert codes(reading) == ["unread-part", "loan-line"]
    failed = "<STMTTRNRS><STATUS><CODE>2000<SEVERITY>ERROR</STATUS></STMTTRNRS>"
    assert codes(read(statement(payment()).replace("<STMTTRNRS>", failed + "<STMTTRNRS>"))) == ["error-answer"]


def test_a_nul_costs_its_own_payment() -> None:
    reading = read(statement(payment("-1.00", more="<NAME>a\0b") + payment("-2.00")))
    assert reading.entries["amount"].to_list() == [-2]
    assert codes(reading) == ["nul-byte"]


# --- encodings


def test_encodings() -> None:
    text = statement(payment(more="<NAME>Müller"))
    plain = text.replace("CHARSET:1252", "CHARSET:NONE")
    stated = {"cp1252": text, "cp1250": text.replace("CHARSET:1252", "CHARSET:1250")}
    stated["iso8859-1"] = text.replace("CHARSET:1252", "CHARSET:8859-1")
    stated["utf-16"] = plain
    for encoding, written in stated.items():
        reading = read(written.encode(encoding))
        assert reading.entries["counterparty_name"].to_list() == ["Müller"], encoding
        assert codes(reading) == []
    assert codes(read(text.encode("utf-8"))) == ["encoding-differs"]
    assert codes(read(plain.encode("utf-8"))) == []
    glued = text.replace("ENCODING:USASCII\nCHARSET:1252\n", "ENCODING:USASCIICHARSET:1252COMPRESSION:NONE")
    assert read(glued.encode("cp1252")).entries["counterparty_name"].to_list() == ["Müller"]
    with pytest.raises(SourceRefused) as caught:
        read(plain.encode("cp1252"))
    assert caught.value.code == "encoding-undecided"
    assert read(plain.encode("cp850"), encoding="cp850").entries["counterparty_name"].to_list() == ["Müller"]
    for hostile in ("unicode_escape", "rot13", "UTF-7"):
        with pytest.raises(SourceRefused):
            read(text.replace("CHARSET:1252", f"CHARSET:{hostile}").encode("cp1252"))


# --- laws


WORD = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=20)
REF = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=20)


@st.composite
def payments(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "booking_date": draw(st.dates(date(1990, 1, 1), date(2060, 12, 31))),
        "value_date": draw(st.none() | st.dates(date(1990, 1, 1), date(2060, 12, 31))),
        "amount": Decimal(draw(st.integers(-(10**11), 10**11))).scaleb(-2),
        "servicer_ref": draw(st.none() | REF),
        "counterparty_name": draw(st.none() | WORD),
        "remittance_info": draw(st.none() | WORD),
        "counterparty_account": draw(st.none() | st.just("acct:77:123")),
    }


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write(lines: list[dict[str, Any]], *, xml: bool, comma: bool) -> str:
    """A small writer of OFX, SGML or XML, with points or commas."""

    def tag(name: str, value: str | None) -> str:
        if value is None:
            return ""
        return f"<{name}>{escaped(value)}" + (f"</{name}>" if xml else "") + "\n"

    body = ""
    for p in lines:
        amount = f"{p['amount']:.2f}"
        to = p["counterparty_account"] and "<BANKACCTTO>" + tag("BANKID", "77") + tag("ACCTID", "123") + "</BANKACCTTO>"
        body += (
            "<STMTTRN>"
            + tag("TRNTYPE", "OTHER")
            + tag("DTPOSTED", f"{p['booking_date']:%Y%m%d}")
            + tag("DTAVAIL", p["value_date"] and f"{p['value_date']:%Y%m%d}")
            + tag("TRNAMT", amount.replace(".", ",") if comma else amount)
            + tag("FITID", p["servicer_ref"])
            + tag("NAME", p["counterparty_name"])
            + (to or "")
            + tag("MEMO", p["remittance_info"])
            + "</STMTTRN>\n"
        )
    head = '<?xml version="1.0"?><?OFX OFXHEADER="200"?>\n' if xml else "OFXHEADER:100\nENCODING:UTF-8\n\n"
    account = "<BANKACCTFROM>" + tag("BANKID", "1") + tag("ACCTID", "2") + "</BANKACCTFROM>"
    return (
        f"{head}<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>{tag('CURDEF', 'EUR')}{account}<BANKTRANLIST>{body}"
        "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )


COLUMNS = (
    *("booking_date", "value_date", "amount", "servicer_ref", "counterparty_name", "remittance_info"),
    "counterparty_account",
)


@given(st.lists(payments(), max_size=6), st.booleans(), st.booleans())
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_read(lines: list[dict[str, Any]], xml: bool, comma: bool) -> None:
    reading = read(write(lines, xml=xml, comma=comma))
    assert reading.entries.select(COLUMNS).rows() == [tuple(p[c] for c in COLUMNS) for p in lines]
    assert reading.rows.refused == 0


@given(st.lists(payments(), min_size=2, max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_payments_changes_no_sum(lines: list[dict[str, Any]], random: Any) -> None:
    other = list(lines)
    random.shuffle(other)
    one_, two = (read(write(x, xml=False, comma=False)).statements for x in (lines, other))
    assert one_.select("sum", "entries", "first", "last").rows() == two.select("sum", "entries", "first", "last").rows()


WORDS = (
    b"<OFX>|</OFX>|<STMTTRN>|</STMTTRN>|<STMTRS>|</STMTRS>|<INVSTMTRS>|<BUYSTOCK>|</BUYSTOCK>|<CURDEF>USD|<TRNAMT>|-1.00"
    b"|1,000|<DTPOSTED>20240102|<DTPOSTED>010224|<FITID>A|<NAME>|x|&amp;|&#0;|<BANKACCTFROM>|<ACCTID>12|</BANKACCTFROM>"
    b"|<!--|-->|<![CDATA[|]]>|<?|<!|<|>|</|<A/>|<PAYEE>|<CURRENCY>|<CURSYM>EUR|<LEDGERBAL>|<BALAMT>|<STATUS>|<SEVERITY>ERROR"
    b"|OFXHEADER:100\n|CHARSET:1252\n|\0|\xff|\xc3\xbc|\n|<STMTTRNP>|<LOANSTMTTRN>|<CORRECTFITID>A|[-5:EST]"
).split(b"|")


@given(st.binary(max_size=300) | st.lists(st.sampled_from(WORDS), max_size=60).map(b"".join))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read_or_refused_as_a_file(data: bytes) -> None:
    source = Source.from_bytes("soup", data)
    assert Ofx().matches(source) in (True, False)
    refused = ""
    try:
        reading = Ofx().read(source, Options())
    except SourceRefused as e:
        refused = e.code
    else:
        found = parse(source.text(("cp1252",))[0])
        total = sum(len(s.rows) for s in found.statements) + len(found.loans)
        assert reading.status == "needs-decision" or reading.rows.total == total
    assert refused in ("", "not-ofx", "no-statement", "entity-declared", "encoding-undecided", "undecodable-bytes")


@pytest.mark.parametrize(
    "part",
    [
        "<",
        "<!--",
        "<![CDATA[",
        "<?",
        "<!D",
        "<A",
        "<A ",
        "&",
        "&#1",
        "<STMTTRN>",
        "<CURRENCY>",
        "</X>",
        "<X>",
        "<X>\n",
        "[-5:",
    ],
)
def test_time_is_linear_in_the_file(part: str) -> None:
    """Twice the text, about twice the time; a quadratic reader would need minutes for this one."""
    data = statement(payment(more="<MEMO>" + part * 60_000))
    started = time.process_time()
    read(data, currency="USD")
    assert time.process_time() - started < 10


def test_messages_never_hold_a_value_of_the_file() -> None:
    for path in FILES:
        reading = Ofx().read(Source.from_path(path), Options())
        said = " ".join(i.message + i.hint + str(i.column) for i in reading.issues)
        for column in ("counterparty_name", "counterparty_account", "remittance_info", "servicer_ref"):
            assert not [v for v in reading.entries[column].drop_nulls() if v in said]


# --- reference files of other projects


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_reference_files_give_the_expected_figures(shared: Path) -> None:
    asked = {r["file"] for r in lines(HERE.parent / "asked.tsv")}
    disputed = {(r["file"], r["field"]): r["value"] for r in lines(HERE.parent / "disputed.tsv")}
    rows = [r for r in lines(shared / "fixtures" / "EXPECTED.tsv") if r["file"].startswith("bank/ofx/")]
    assert rows
    for row in rows:
        reading = read_source(Source.from_path(shared / "fixtures" / row["file"]), Options())
        if row["file"] in asked:
            assert reading.status == "needs-decision", row["file"]
            continue
        s = reading.statements
        assert s["entries"].sum() == int(disputed.get((row["file"], "rows"), row["rows"])), row["file"]
        assert sum(s["sum"], Decimal(0)) == Decimal(row["sum_of_amounts"]), row["file"]
        if s.height == 1 and row["closing"] and reading.status == "read":
            assert s["closing"][0] == Decimal(row["closing"]), row["file"]


if __name__ == "__main__":
    for file in FILES:
        if not golden_of(file).exists():
            golden_of(file).write_text(golden(Ofx().read(Source.from_path(file), Options())), encoding="utf-8")
            print("written", golden_of(file).name)
