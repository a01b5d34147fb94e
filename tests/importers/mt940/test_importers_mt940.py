"""MT940 and MT942: every dialect read as its bank means it, every line accounted for, nothing made up.

Beside each file here lies what it is read as, checked by eye. After a change that is meant, delete the golden file and
run ``python tests/importers/mt940/test_importers_mt940.py``: it writes the missing ones and never overwrites.
"""

from __future__ import annotations

import csv
import json
import logging
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import mt940 as witness
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fininit.errors import SourceRefused
from fininit.importers.base import Options, Reading, Source
from fininit.importers.mt940 import Mt940, tags

HERE = Path(__file__).parent
FILES = sorted(p for p in HERE.iterdir() if p.suffix in (".sta", ".swi", ".txt", ".mt940"))

HEAD = ":20:TEST\n:25:DE89370400440532013000\n:28C:1/1\n:60F:C240101EUR100,00\n"


def read(data: str | bytes, **options: Any) -> Reading:
    raw = data.encode() if isinstance(data, str) else data
    return Mt940().read(Source.from_bytes("made.sta", raw), Options(**options))


def one(line: str, details: str = "", *, closing: str = "") -> dict[str, Any]:
    """The only entry of a statement with one line."""
    end = f":62F:C240131EUR{closing}\n" if closing else ""
    entries = read(f"{HEAD}:61:{line}\n{details}{end}-\n").entries
    assert entries.height == 1
    return entries.row(0, named=True)


def codes(reading: Reading) -> list[str]:
    return [i.code for i in reading.issues]


# --- golden files


def golden(reading: Reading) -> str:
    def plain(row: dict[str, Any]) -> dict[str, Any]:
        out = {}
        for key, value in row.items():
            if value in (None, "") or key in ("source", "entry_id"):
                continue
            if isinstance(value, Decimal):
                text = f"{value:f}"
                out[key] = text.rstrip("0").rstrip(".")
            else:
                out[key] = value.isoformat() if isinstance(value, date) else value
        return out

    lines: list[dict[str, Any]] = [
        {"reading": reading.status, "rows": reading.rows.total, "refused": reading.rows.refused}
    ]
    lines += [{"entry": plain(row)} for row in reading.entries.iter_rows(named=True)]
    lines += [{"statement": plain(row)} for row in reading.statements.iter_rows(named=True)]
    lines += [
        {"issue": {"kind": i.kind, "code": i.code, "row": i.row, "count": i.count, "message": i.message}}
        for i in reading.issues
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_golden(path: Path) -> None:
    source = Source.from_path(path)
    assert Mt940().matches(source)
    expected = path.with_suffix(".golden.jsonl").read_text(encoding="utf-8")
    assert golden(Mt940().read(source, Options())) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_line_ends_change_only_the_raw_text(path: Path) -> None:
    text = path.read_bytes().replace(b"\r\n", b"\n")
    readings = [read(text.replace(b"\n", mark)) for mark in (b"\n", b"\r\n", b"\r")]
    seen = [(r.entries.drop("raw", "source", "entry_id").rows(), r.issues) for r in readings]
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_raw_is_the_text_of_the_file_from_the_row_it_names(path: Path) -> None:
    data = path.read_bytes()
    text = data.decode("cp1252" if "cp1252" in path.name else "utf-8")
    for entry in read(data).entries.iter_rows(named=True):
        at = text.index(entry["raw"]) if text.count(entry["raw"]) == 1 else None
        assert entry["raw"] in text
        assert entry["raw"].startswith(":61:")
        if at is not None:
            assert text[:at].count("\n") + 1 == entry["row"]


# --- mt-940 as a witness

DISAGREE = {
    "asn.txt": "mt-940 wants its ASN reader for an account as the customer reference, and raises",
    "damaged.sta": "mt-940 raises on a day that does not exist, and loses the file",
    "german_sepa.sta": "mt-940 gives a reversed credit (RC) a plus, and 30 February the 29th",
    "mt942.sta": "mt-940 does not know EC, an expected credit, and raises",
    "ns_1999.sta": "mt-940 reads the year 99 as 2099",
    "rabobank_2003.swi": "mt-940 leaves out lines whose amount has a point and decimals",
}


def witnessed(path: Path) -> list[tuple[date, Decimal, str]]:
    found = []
    for statement in witness.parse_statements(str(path)):
        for t in statement:
            amount = t.data["amount"]
            found.append((date.fromisoformat(str(t.data["date"])), amount.amount, amount.currency))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_agrees_with_mt_940_or_says_why_not(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    entries = Mt940().read(Source.from_path(path), Options()).entries
    ours = list(entries.select("value_date", "amount", "currency").iter_rows())
    try:
        theirs = witnessed(path)
    except (RuntimeError, ValueError):
        theirs = []
    assert (ours != theirs) == (path.name in DISAGREE)


def test_mt_940_still_has_the_sign_of_a_reversed_credit_wrong() -> None:
    """When this fails, mt-940 was repaired and ``DISAGREE`` has one reason less."""
    theirs = witnessed(HERE / "german_sepa.sta")
    ours = Mt940().read(Source.from_path(HERE / "german_sepa.sta"), Options())
    assert theirs[4][1] == 1250
    assert ours.entries["amount"][4] == -1250
    assert ours.statements["balance"].to_list() == ["ok", "ok", "ok"]


# --- which files are ours


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("hello", False),
        ("", False),
        (":20:X\n:25:1\n:28C:1\n:60M:C240101EUR1,\n", True),
        ("\x01:20:X\r\n:25:1\r\n:34F:EUR0,\r\n", True),
        ("{1:F01X}{2:O940X}{4::20:X\n:25P:1\nBANKDEFF\n:60F:C240101EUR1,\n", True),
        (":20:X\n:25:1\n", False),
        (":60F:C240101EUR1,\n:25:1\n:20:X\n", False),
        ("note :20: :25: :60F:\n", False),
    ],
)
def test_matches(text: str, ours: bool) -> None:
    assert Mt940().matches(Source.from_bytes("x", text.encode())) is ours


def test_a_file_that_is_no_statement_is_refused_with_a_sentence() -> None:
    for data in (b"hello", b"", b"\0" * 4096, b"PK\x03\x04", b":20:X\n-\n"):
        with pytest.raises(SourceRefused) as caught:
            read(data)
        assert caught.value.code == "not-mt940"


# --- field 61


@pytest.mark.parametrize(
    ("mark", "amount", "status", "flags"),
    [
        ("C", "12.5", "booked", None),
        ("D", "-12.5", "booked", None),
        ("RC", "-12.5", "booked", "reversal"),
        ("RD", "12.5", "booked", "reversal"),
        ("CR", "12.5", "booked", None),  # the third letter of EUR
        ("DR", "-12.5", "booked", None),
        ("RCR", "-12.5", "booked", "reversal"),
        ("RDR", "12.5", "booked", "reversal"),
        ("EC", "12.5", "pending", "expected"),
        ("ED", "-12.5", "pending", "expected"),
        ("d", "-12.5", "booked", None),
    ],
)
def test_mark(mark: str, amount: str, status: str, flags: str | None) -> None:
    entry = one(f"2401020102{mark}12,5NTRFNONREF")
    assert (entry["amount"], entry["status"], entry["flags"]) == (Decimal(amount), status, flags)


@pytest.mark.parametrize(
    ("dates", "booked", "valued"),
    [
        ("2312310102", "2024-01-02", "2023-12-31"),
        ("2401021231", "2023-12-31", "2024-01-02"),
        ("2403150315", "2024-03-15", "2024-03-15"),
        ("2402280229", "2024-02-29", "2024-02-28"),
        ("2402300301", "2024-03-01", None),
        ("2302290228", "2023-02-28", None),
        ("240102", "2024-01-02", "2024-01-02"),
        ("240102    ", "2024-01-02", "2024-01-02"),
        ("2401020000", "2024-01-02", "2024-01-02"),
        ("9912310103", "2000-01-03", "1999-12-31"),
    ],
)
def test_dates(dates: str, booked: str, valued: str | None) -> None:
    entry = one(f"{dates}C1,NTRFNONREF")
    assert str(entry["booking_date"]) == booked
    assert entry["value_date"] == (valued and date.fromisoformat(valued))


@pytest.mark.parametrize(
    "dates", ["240230", "2402300230", "2302280229", "241301", "240431", "24010", "2401021332", "xx0102"]
)
def test_a_day_that_does_not_exist_is_never_made_up(dates: str) -> None:
    reading = read(f"{HEAD}:61:{dates}C1,NTRFNONREF\n:62F:C240131EUR101,00\n")
    assert reading.entries.height == 0
    assert "bad-date" in codes(reading)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1234,56", "1234.56"), ("500,", "500"), ("500", "500"), ("0,5", "0.5"), ("000000001234,50", "1234.50")],
)
def test_amount(text: str, amount: str) -> None:
    assert one(f"2401020102C{text}NTRFNONREF")["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["1.234,56", "1.000", "1,2,3", ",", "X5,00", "1X5,00", "1,005", "1e3", "9" * 21 + ",", "-5,00", "", "٣,00"]
)
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    reading = read(f"{HEAD}:61:2401020102C{text}NTRFNONREF\n:61:2401020102C2,00NTRFNONREF\n")
    assert reading.entries["amount"].to_list() == [2]
    assert reading.rows.refused == 1


def test_a_point_is_a_decimal_mark_only_where_the_whole_file_says_so() -> None:
    pointed = HEAD.replace("100,00", "100.00")
    assert read(f"{pointed}:61:2401020102C5.25NTRFNONREF\n").entries["amount"].to_list() == [Decimal("5.25")]
    mixed = read(f"{pointed}:61:2401020102C5.25NTRFNONREF\n:61:2401020102C5,25NTRFNONREF\n")
    assert (mixed.rows.entries, mixed.rows.refused) == (1, 1)
    assert read(f"{pointed}:61:2401020102C5.250NTRFNONREF\n").rows.refused == 1


def test_a_letter_before_the_amount_is_a_digit_lost_until_the_balances_prove_otherwise() -> None:
    """``DX0,00`` may have been 10,00: the bank's balances say so. With another closing balance it is what it says."""
    damaged = "2401020102DX0,00NTRFX\n:86:Rent\n"
    reading = read(f"{HEAD}:61:{damaged}:62F:C240102EUR90,00\n")
    assert (reading.rows.entries, reading.rows.refused) == (0, 1)
    assert codes(reading) == ["bad-amount", "closing-differs"]
    assert read(f"{HEAD}:61:{damaged}").rows.refused == 1
    proved = read(f"{HEAD}:61:2401020102CP10,00NTRFX\n:62F:C240102EUR110,00\n")
    assert proved.entries["amount"].to_list() == [10]
    assert codes(proved) == ["odd-funds-letter"]
    # where another line is refused, the balances prove nothing any more
    both = read(f"{HEAD}:61:2401020102CP10,00NTRFX\n:61:2401020102X0,00NTRF\n:62F:C240102EUR110,00\n")
    assert both.rows.entries == 0


def test_a_type_of_its_own_is_read_unless_the_balances_deny_the_amount() -> None:
    line = "2401020102C5,00QRS0NONREF"
    assert one(line)["transaction_code"] == "QRS0"
    assert one(line, closing="105,00")["amount"] == 5
    assert read(f"{HEAD}:61:{line}\n:62F:C240102EUR105,09\n").rows.refused == 1


@pytest.mark.parametrize(
    ("line", "code", "bank", "note"),
    [
        ("NTRFNONREF//BANK1", "NTRF", "BANK1", None),
        ("NTRFNONREF//", "NTRF", None, None),
        ("FMSC01917//NONREF", "FMSC", None, "01917"),
        ("NGT KASSA 17", "NGT", None, "KASSA 17"),
        ("S   X", "S", None, "X"),
        ("NTRFKREF+//B", "NTRF", "B", None),
        ("NCHK0000123", "NCHK", None, None),
        ("", None, None, None),
        ("//B", None, "B", None),
    ],
)
def test_type_and_references(line: str, code: str | None, bank: str | None, note: str | None) -> None:
    entry = one(f"2401020102C1,00{line}")
    assert (entry["transaction_code"], entry["servicer_ref"], entry["remittance_info"]) == (code, bank, note)
    assert entry["cheque_no"] == ("0000123" if code == "NCHK" else None)


# --- field 86


def details(text: str) -> dict[str, Any]:
    return one("2401020102C1,00NTRFNONREF", f":86:{text}\n")


def test_sepa_keys_split_over_subfields() -> None:
    entry = details(
        "166?00GUTSCHRIFT?20EREF+ABCDEFGHIJKLMNOPQRSTUV?21WXYZ-1 KREF+K1 MREF+MANDAT-?2217 SVWZ+Zimmer 4 KREF+?23 nicht"
    )
    assert entry["end_to_end_id"] == "ABCDEFGHIJKLMNOPQRSTUVWXYZ-1"
    assert entry["remittance_info"] == "Zimmer 4 KREF+ nicht KREF+K1 MREF+MANDAT-17"


@pytest.mark.parametrize("word", ["NOTPROVIDED", "NONREF", "notprovided", ""])
def test_words_for_no_reference(word: str) -> None:
    assert details(f"166?20EREF+{word}?21SVWZ+x")["end_to_end_id"] is None
    assert details(f"/IBAN/NL91ABNA0417164300/EREF/{word}")["end_to_end_id"] is None


def test_a_reference_too_long_to_be_one_stays_in_the_note() -> None:
    entry = details("166?20EREF+" + "A" * 22 + "?21" + "B" * 14)
    assert entry["end_to_end_id"] is None
    assert entry["remittance_info"] == "EREF+" + "A" * 22 + "B" * 14


@pytest.mark.parametrize(
    "text",
    [
        "166?00GUT?20SVWZ+for you ?31GB29NWBK60161331926819?32Forged?30BANKDEFF?31DE89370400440532013000?32Real",
        "/NAME/Real/REMI/for you /NAME/Forged/IBAN/GB29NWBK60161331926819/IBAN/DE89370400440532013000",
    ],
)
def test_a_note_cannot_put_another_party_in_place_of_the_banks(text: str) -> None:
    reading = read(f"{HEAD}:61:2401020102C1,00NTRFNONREF\n:86:{text}\n")
    entry = reading.entries.row(0, named=True)
    assert entry["counterparty_account"] is None
    assert entry["counterparty_name"] is None
    assert "Forged" in entry["remittance_info"] and "Real" in entry["remittance_info"]
    assert "details-muddled" in codes(reading)


def test_an_iban_or_a_name_in_the_note_is_not_the_counterparty() -> None:
    entry = details("166?00GUT?20SVWZ+pay IBAN+GB29NWBK60161331926819 EREF+E1?21ABWA+Ultimate")
    assert entry["counterparty_account"] is None
    assert entry["end_to_end_id"] is None
    assert "ABWA+Ultimate" in entry["remittance_info"]


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("166?30DEUTDEFF?31DE89 3704 0044 0532 0130 00", "iban:DE89370400440532013000"),
        ("166?30DEUTDEFF?31DE89370400440532013001", "acct:DE89370400440532013001"),
        ("051?3037040044?310532013000", "acct:37040044:0532013000"),
        ("051?310532013000", "acct:0532013000"),
        ("051?3037040044?310000000000", None),
        ("020?3010600076?310000777?38PL61109010140000071219812874", "iban:PL61109010140000071219812874"),
        ("/BBAN/12345678/BIC/BANKNL2A/NAME/X", "acct:BANKNL2A:12345678"),
    ],
)
def test_counterparty_account(text: str, account: str | None) -> None:
    assert details(text)["counterparty_account"] == account


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("166?00X", "sepa"),
        ("105?00X", "direct_debit"),
        ("152?00X", "standing_order"),
        ("083?00X", "cash"),
        ("106?00X", "card"),
        ("999?00X", None),
        ("/TRTP/SEPA INCASSO ALGEMEEN/NAME/X", "direct_debit"),
        ("free text", None),
    ],
)
def test_channel(text: str, channel: str | None) -> None:
    assert details(text)["channel"] == channel


def test_free_text_never_reaches_a_column_that_leaves_unprotected() -> None:
    entry = details("166?00MARIA MUSTER 555-0142?10931?20SVWZ+x")
    assert entry["transaction_code"] == "NTRF/166"
    assert "MARIA" not in json.dumps({k: str(v) for k, v in entry.items() if k != "raw"})


def test_original_amount_only_where_the_standard_puts_it() -> None:
    entry = one("2401020102D12,00NTRFNONREF\n/OCMT/EUR11,50//CHGS/EUR0,50/", ":86:x\n")
    assert (entry["original_amount"], entry["original_currency"]) == (Decimal("11.50"), "EUR")
    assert entry["fee"] is None and "/CHGS/EUR0,50/" in entry["remittance_info"]
    assert details("he wrote /OCMT/USD5,00/")["original_amount"] is None


# --- the statement


@pytest.mark.parametrize(
    ("field", "account"),
    [
        ("DE89370400440532013000", "iban:DE89370400440532013000"),
        ("DE89370400440532013000EUR", "iban:DE89370400440532013000"),
        ("NL91 ABNA 0417 1643 00 EUR", "iban:NL91ABNA0417164300"),
        ("NL91ABNA0417164300+EUR", "iban:NL91ABNA0417164300"),
        ("DEUTDEFF/DE89370400440532013000", "iban:DE89370400440532013000"),
        ("DE89370400440532013001", "acct:DE89370400440532013001"),
        ("37040044/0532013000", "acct:37040044:0532013000"),
        ("BANKHUHB/123456789/EUR", "acct:BANKHUHB:123456789"),
        ("1234.56.789EUR", "acct:1234.56.789"),
        ("1234567", "acct:1234567"),
        ("", None),
    ],
)
def test_whose_account(field: str, account: str | None) -> None:
    text = HEAD.replace("DE89370400440532013000", field) + ":61:2401020102C1,00NTRFNONREF\n"
    reading = read(text)
    assert reading.entries["account"].to_list() == [account]
    assert ("account-not-named" in codes(reading)) == (account is None)
    assert read(text, account="acct:bank:1").entries["account"].to_list() == [account or "acct:bank:1"]


def test_the_same_bank_and_number_is_one_account_on_both_sides() -> None:
    holder = read(HEAD.replace("DE89370400440532013000", "37040044/0532013000")).statements["account"][0]
    assert holder == details("051?3037040044?310532013000")["counterparty_account"]


def test_the_currency_is_the_statements_own_or_a_persons_word() -> None:
    text = ":20:X\n:25:1\n:28C:1\n:61:2401020102C1,00NTRFNONREF\n"
    assert codes(read(text))[0] == "no-currency"
    assert read(text, currency="CHF").entries["currency"].to_list() == ["CHF"]
    assert read(HEAD + ":61:2401020102C1,00NTRF\n", currency="CHF").entries["currency"].to_list() == ["EUR"]


def test_statements_that_do_not_join_are_signalled() -> None:
    first = HEAD + ":62F:C240101EUR100,00\n-\n"
    assert codes(read(first + first)) == []
    gap = read(first + first.replace("100,00", "90,00"))
    assert codes(gap) == ["statements-do-not-join"]


def test_totals_of_an_interim_report_are_checked() -> None:
    text = (HERE / "mt942.sta").read_text()
    assert codes(read(text)) == []
    assert codes(read(text.replace(":90C:1EUR100,00", ":90C:2EUR100,00"))) == ["count-differs"]
    assert codes(read(text.replace(":90D:1EUR0,42", ":90D:1EUR0,43"))) == ["total-differs"]


def test_a_line_that_a_note_forges_shows_in_the_balance() -> None:
    """A payer who knows where his note is wrapped can write what looks like a statement line."""
    text = f"{HEAD}:61:2401020102C1,00NTRFNONREF\n:86:gift\n:61:2401020102C9000,00NTRFNONREF\n:62F:C240102EUR101,00\n"
    reading = read(text)
    assert reading.statements["balance"].to_list() == ["broken"]
    assert "closing-differs" in codes(reading)


def test_a_nul_costs_its_own_line() -> None:
    reading = read(f"{HEAD}:61:2401020102C1,00NTRFNONREF\n:86:a\0b\n:61:2401020102C2,00NTRFNONREF\n")
    assert reading.entries["amount"].to_list() == [2]
    assert "nul-byte" in codes(reading)


def test_messages_never_hold_a_value_of_the_file() -> None:
    for path in FILES:
        reading = Mt940().read(Source.from_path(path), Options())
        said = " ".join(i.message + i.hint for i in reading.issues)
        for column in ("counterparty_name", "counterparty_account", "remittance_info", "servicer_ref"):
            assert not [v for v in reading.entries[column].drop_nulls() if v in said]


# --- encodings


def test_encodings() -> None:
    text = HEAD + ":61:2401020102D10,00NTRFNONREF\n:86:Müller, Zimmer 4\n:62F:C240102EUR90,00\n"
    plain, windows, dos = (
        read(text.encode(e), encoding=o) for e, o in (("utf-8", None), ("cp1252", None), ("cp852", "cp852"))
    )
    assert [r.entries["remittance_info"][0] for r in (plain, windows, dos)] == ["Müller, Zimmer 4"] * 3
    assert [codes(r) for r in (plain, windows, dos)] == [[], ["encoding-fallback"], []]
    assert read(text.encode("utf-16")).entries["remittance_info"][0] == "Müller, Zimmer 4"
    with pytest.raises(SourceRefused) as caught:
        read(text.encode("cp852"))  # its ü is a byte that cp1252 does not have
    assert caught.value.code == "encoding-undecided"


# --- laws


LETTERS = st.characters(codec="ascii", categories=["L", "N"])


@st.composite
def movements(draw: st.DrawFn) -> dict[str, Any]:
    valued = draw(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
    return {
        "value_date": valued,
        "booking_date": valued + timedelta(days=draw(st.integers(-60, 60))),
        "amount": Decimal(draw(st.integers(-(10**11), 10**11))).scaleb(-2),
        "reversal": draw(st.booleans()),
        "servicer_ref": draw(st.none() | st.text(LETTERS, min_size=1, max_size=16)),
        "end_to_end_id": draw(st.none() | st.text(LETTERS, min_size=1, max_size=22)),
        "note": draw(st.text(LETTERS, min_size=1, max_size=22)),
        "name": draw(st.text(LETTERS, min_size=1, max_size=27)),
    }


NONE_WORDS = {"NONREF", "NOTPROVIDED", "NOTPROV"}


def write(lines: list[dict[str, Any]], opening: Decimal = Decimal(0)) -> list[str]:
    """A small writer of MT940: one statement, German structure, field 86 wrapped at 65."""
    out = [":20:W", ":25:DE89370400440532013000", ":28C:1/1", f":60F:{_balance(opening)}"]
    for m in lines:
        out_going = m["amount"] < 0
        mark = ("RC" if out_going else "RD") if m["reversal"] else ("D" if out_going else "C")
        amount = f"{abs(m['amount']):.2f}".replace(".", ",")
        ref = f"//{m['servicer_ref']}" if m["servicer_ref"] else ""
        out.append(f":61:{m['value_date']:%y%m%d}{m['booking_date']:%m%d}{mark}R{amount}NTRFNONREF{ref}")
        text = f"166?00X?20EREF+{m['end_to_end_id'] or 'NOTPROVIDED'}?21SVWZ+{m['note']}?32{m['name']}"
        out.append(":86:" + "\r\n".join(text[i : i + 65] for i in range(0, len(text), 65)))
    closing = opening + sum((m["amount"] for m in lines), Decimal(0))
    return [*out, f":62F:{_balance(closing)}", "-"]


def _balance(value: Decimal) -> str:
    return f"{'D' if value < 0 else 'C'}240101EUR{abs(value):.2f}".replace(".", ",")


def expected(lines: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    def ref(text: str | None) -> str | None:
        return None if text is None or text.upper() in NONE_WORDS else text

    return [
        (
            m["value_date"],
            m["booking_date"],
            m["amount"],
            "reversal" if m["reversal"] else None,
            ref(m["servicer_ref"]),
            ref(m["end_to_end_id"]),
            m["note"],
            m["name"],
        )
        for m in lines
    ]


COLUMNS = [
    "value_date",
    "booking_date",
    "amount",
    "flags",
    "servicer_ref",
    "end_to_end_id",
    "remittance_info",
    "counterparty_name",
]


@given(st.lists(movements(), max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read(lines: list[dict[str, Any]]) -> None:
    reading = read("\r\n".join(write(lines)))
    assert list(reading.entries.select(COLUMNS).iter_rows()) == expected(lines)
    assert reading.statements["balance"].to_list() == ["ok"]
    assert codes(reading) == []


PLAIN = [
    {
        "value_date": date(2024, 1, n),
        "booking_date": date(2024, 1, n),
        "amount": Decimal(n * (1 if n % 2 else -1)),
        "reversal": False,
        "servicer_ref": f"B{n}",
        "end_to_end_id": f"E{n}",
        "note": f"note{n}",
        "name": f"name{n}",
    }
    for n in range(1, 6)
]


@given(st.integers(0, 9), st.integers(0, 120), st.characters(codec="cp1252", exclude_characters="\r\n"), st.booleans())
@example(0, 1, "7", False)  # :71:
@example(0, 2, "6", False)  # :66:
@example(0, 3, "x", False)
@example(0, 0, "", True)
@example(1, 1, "6", False)  # :66: for :86:
@settings(max_examples=150, deadline=None)
def test_a_damaged_line_costs_at_most_its_own_entry(which: int, at: int, char: str, drop: bool) -> None:
    """One character of one field 61 or 86 replaced or lost: the other four entries stand as they were."""
    lines = write(PLAIN)
    hit = 4 + which
    text = lines[hit]
    at = min(at, len(text) - 1)
    lines[hit] = text[:at] + ("" if drop else char) + text[at + 1 :]
    reading = read("\r\n".join(lines))
    found = {e["row"]: tuple(e[c] for c in COLUMNS) for e in reading.entries.iter_rows(named=True)}
    wanted = dict(zip((5 + 2 * n for n in range(5)), expected(PLAIN), strict=True))
    mine = 5 + 2 * (which // 2)
    assert {r: v for r, v in found.items() if r != mine} == {r: v for r, v in wanted.items() if r != mine}
    assert reading.rows.total == 5
    if which % 2 == 0 and mine in found and found[mine][2] != wanted[mine][2]:
        assert "closing-differs" in codes(reading)  # an amount that changed is seen by the bank's own arithmetic


WORDS = (
    b":20:|:25:|:60F:C240101EUR|1,00|:61:2401020102|C|RD|X|NTRF|:86:|166?20|EREF+|/IBAN/|/NAME/|:6l:|\r\n|\n|\r|-|-}|{1:"
    b"|:NS:|:62F:|\0|\xff|\xc3\xbc| RACH.: |; OD: |; TYT.: |?31|>10|:90D:1EUR1,|:34F:EUR|//|999999999999999999999"
).split(b"|")


@given(st.binary(max_size=300) | st.lists(st.sampled_from(WORDS), max_size=60).map(b"".join))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read_or_refused_as_a_file(data: bytes) -> None:
    source = Source.from_bytes("soup", data)
    assert Mt940().matches(source) in (True, False)
    refused = ""
    try:
        reading = Mt940().read(source, Options())
    except SourceRefused as e:
        refused = e.code
    else:
        text, _ = source.text(("cp1252",))
        cut = [f.tag for m in tags.cut(text).messages for f in m.fields]
        assert reading.rows.total == cut.count("61") + cut.count(tags.DAMAGED)
    assert refused in ("", "not-mt940", "encoding-undecided", "undecodable-bytes")


def test_reference_files_give_the_expected_figures(shared: Path) -> None:
    """Files of other projects, with figures that most of their test suites assert."""
    with (shared / "fixtures" / "EXPECTED.tsv").open(newline="", encoding="utf-8") as f:
        rows = [
            r for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE) if r["file"].startswith("bank/mt940/")
        ]
    assert rows
    for row in rows:
        source = Source.from_path(shared / "fixtures" / row["file"])
        assert Mt940().matches(source), row["file"]
        statements = Mt940().read(source, Options()).statements
        assert statements["entries"].sum() == int(row["rows"]), row["file"]
        assert sum(statements["sum"], Decimal(0)) == Decimal(row["sum_of_amounts"]), row["file"]
        if statements.height == 1 and row["opening"]:
            assert statements["opening"][0] == Decimal(row["opening"]), row["file"]
            assert statements["closing"][0] == Decimal(row["closing"]), row["file"]


if __name__ == "__main__":
    for file in FILES:
        beside = file.with_suffix(".golden.jsonl")
        if not beside.exists():
            beside.write_text(golden(Mt940().read(Source.from_path(file), Options())), encoding="utf-8")
            print("written", beside.name)
