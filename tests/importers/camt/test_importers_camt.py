"""CAMT.052, 053 and 054: each version read as the standard means it, every entry accounted for, nothing made up.

Beside each file here lies what it is read as, checked by eye. After a change that is meant, delete the golden file and
run ``python tests/importers/camt/test_importers_camt.py``: it writes the missing ones and never overwrites.
"""

from __future__ import annotations

import csv
import json
import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fininit.errors import SourceRefused
from fininit.importers.base import Options, Reading, Source
from fininit.importers.camt import Camt, reader, stream
from fininit.importers.camt.channels import codes as bank_codes
from fininit.importers.camt.party import Side, other
from fininit.importers.registry import read_source
from fininit.values.money import format_amount

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.xml"))


def read(data: str | bytes, **options: Any) -> Reading:
    raw = data.encode() if isinstance(data, str) else data
    return Camt().read(Source.from_bytes("made.xml", raw), Options(**options))


def codes(reading: Reading) -> list[str]:
    return [i.code for i in reading.issues]


def refused(data: str | bytes, **options: Any) -> SourceRefused:
    with pytest.raises(SourceRefused) as caught:
        read(data, **options)
    return caught.value


ACCOUNT = "<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ownr><Nm>Rosa Beispiel</Nm></Ownr></Acct>"


def document(*entries: str, kind: str = "053", version: str = "08", head: str = ACCOUNT) -> str:
    """A message with one statement."""
    outer, inner = {
        "052": ("BkToCstmrAcctRpt", "Rpt"),
        "053": ("BkToCstmrStmt", "Stmt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    }[kind]
    return (
        f'<?xml version="1.0"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}">'
        f"<{outer}><GrpHdr><MsgId>1</MsgId></GrpHdr><{inner}><Id>1</Id>{head}{''.join(entries)}</{inner}></{outer}></Document>"
    )


def entry(inner: str = "", *, amount: str = "10", currency: str = "EUR", mark: str = "CRDT", before: str = "") -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd>{before}<Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>2024-02-01</Dt></BookgDt>{inner}</Ntry>"
    )


def details(*inner: str) -> str:
    return "<NtryDtls>" + "".join(f"<TxDtls>{x}</TxDtls>" for x in inner) + "</NtryDtls>"


def balance(kind: str, amount: str, day: str, *, mark: str = "CRDT", currency: str = "EUR") -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>'
        f"<CdtDbtInd>{mark}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def one(inner: str = "", **how: str) -> dict[str, Any]:
    """The only line of a statement with one entry."""
    entries = read(document(entry(inner, **how))).entries
    assert entries.height == 1
    return entries.row(0, named=True)


# --- golden files


def golden(reading: Reading) -> str:
    def plain(row: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in row.items():
            if value in (None, "") or key in ("source", "raw", "sides"):
                continue
            if key == "entry_id":
                out["part"] = value.rpartition(":")[2]
            elif isinstance(value, Decimal):
                out[key] = format_amount(value)
            else:
                out[key] = value.isoformat() if isinstance(value, date) else value
        return out

    r = reading.rows
    lines: list[dict[str, Any]] = [{"reading": reading.status, "rows": r.total, "refused": r.refused}]
    lines += [{"entry": plain(row)} for row in reading.entries.iter_rows(named=True)]
    lines += [{"statement": plain(row)} for row in reading.statements.iter_rows(named=True)]
    lines += [
        {"issue": {"kind": i.kind, "code": i.code, "row": i.row, "count": i.count, "message": i.message}}
        for i in reading.issues
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def expected(path: Path) -> str:
    return path.with_suffix(".golden.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_golden(path: Path) -> None:
    source = Source.from_path(path)
    assert Camt().matches(source)
    assert golden(Camt().read(source, Options())) == expected(path)
    assert read_source(source, Options()).format == "camt"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_raw_is_the_entry_as_it_stands(path: Path) -> None:
    """Each value of the raw text stands in the file, and the whole entries together hold every value of all entries."""
    text = path.read_bytes().decode("latin-1" if "latin1" in path.name else "utf-8")
    reading = Camt().read(Source.from_path(path), Options())
    for row in reading.entries.iter_rows(named=True):
        assert row["raw"].startswith("<Ntry>") and row["raw"].endswith("</Ntry>")
        for value in re.findall(">([^<>]+)<", row["raw"]):
            assert value in text
    if reading.rows.refused == 0:
        values = re.findall(">([^<>]*[^<>\\s][^<>]*)<", text[text.index("Ntry>") :].split("</Stmt")[0])
        raws = "".join(reading.entries["raw"])
        assert [v for v in values if v not in raws] == []


@pytest.mark.parametrize(
    "path", [p for p in FILES if "refused" not in p.name and "01" not in p.name], ids=lambda p: p.stem
)
def test_day_and_month_changed_round_fail_the_golden(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def turned(element: Any) -> Any:
        found = stated(element)
        day = found and found.day
        return replace(found, day=day.replace(month=day.day, day=day.month)) if found and day.day <= 12 else found

    stated = reader.when
    monkeypatch.setattr(reader, "when", turned)
    assert golden(Camt().read(Source.from_path(path), Options())) != expected(path)


@pytest.mark.parametrize("name", ["sepa_v02", "batches_v08", "notification_v04", "first_v01"])
def test_payer_and_payee_changed_round_fail_the_golden(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = HERE / f"{name}.xml"
    monkeypatch.setattr(reader, "other", lambda debtor, creditor, **how: other(creditor, debtor, **how))
    assert golden(Camt().read(Source.from_path(path), Options())) != expected(path)


def test_a_turned_sign_is_seen_by_the_banks_own_arithmetic() -> None:
    text = (HERE / "sepa_v02.xml").read_text()
    first = text.index("<CdtDbtInd>", text.index("<Ntry>"))
    turned = text[:first] + text[first:].replace("CRDT", "DBIT", 1)
    assert {"closing-differs", "count-differs"} <= set(codes(read(turned)))


# --- which files are ours


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("hello", False),
        ("", False),
        ("<html>tech:xsd:camt.060.001</html>", False),
        ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.14">', True),
        ('<Document xmlns="urn:swift:xsd:$camt.054.001.01">', True),
        ("<Document><BkToCstmrStmt>", True),
        ("\ufeff\n<a:Document><a:BkToCstmrAcctRptV01>", True),
        ("note: <BkToCstmrStmt>", False),
        ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03">', False),
    ],
)
def test_matches(text: str, ours: bool) -> None:
    assert Camt().matches(Source.from_bytes("x", text.encode())) is ours


@pytest.mark.parametrize("version", [f"{n:02}" for n in range(1, 15)])
@pytest.mark.parametrize("kind", ["052", "053", "054"])
def test_the_version_decides_nothing(kind: str, version: str) -> None:
    old = document(entry(), kind=kind, version=version).replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>")
    for text in (old, document(entry(), kind=kind, version=version)):
        reading = read(text)
        assert reading.entries["amount"].to_list() == [10]
        assert reading.entries["status"].to_list() == ["booked"]


def test_prefixes_envelopes_and_several_messages_in_a_file() -> None:
    plain = document(entry()).partition("\n")[2]
    prefixed = re.sub("<(/?)([A-Z])", r"<\1x:\2", plain).replace("xmlns=", "xmlns:x=")
    reading = read(f"<Envelope><AppHdr>{entry()}</AppHdr>{plain}<Other/>{prefixed}</Envelope>")
    assert reading.entries["row"].to_list() == [1, 2]
    assert reading.statements["statement"].to_list() == [1, 2]


# --- broken and hostile files

BOMB = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    "dtd",
    [
        f'<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa">{BOMB}]>',
        '<!DOCTYPE Document [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Document SYSTEM "http://192.0.2.1/x.dtd">',
        "<!DOCTYPE Document>",
    ],
)
def test_a_document_type_or_entity_refuses_the_file_at_once(dtd: str) -> None:
    text = document(entry("<AddtlNtryInf>&j;</AddtlNtryInf>")).replace("?>\n", f"?>{dtd}\n", 1)
    started = time.perf_counter()
    assert refused(text).code == "forbidden-xml"
    assert time.perf_counter() - started < 1


def test_broken_xml_refuses_the_whole_file_and_says_where() -> None:
    text = document(entry(), "\n", entry("<AddtlNtryInf>a & b</AddtlNtryInf>"))
    error = refused(text)
    assert error.code == "broken-xml"
    assert "line 3, column 1" in error.message
    reading = read_source(Source.from_bytes("a.xml", text.encode()), Options())
    assert (reading.status, reading.rows.total, reading.entries.height) == ("refused", 0, 0)


@given(st.integers(1, 3000))
@settings(max_examples=60, deadline=None)
def test_a_file_cut_off_anywhere_is_refused(at: int) -> None:
    text = document(*[entry(details("<RmtInf><Ustrd>é</Ustrd></RmtInf>"))] * 12).encode()
    assert refused(text[: min(at, len(text) - 1)]).code == "broken-xml"


def test_elements_nested_without_end_are_refused() -> None:
    deep = "<a>" * 100_000 + "</a>" * 100_000
    assert refused(document(entry(deep))).code == "too-deep"


def test_letters_in_another_encoding_than_stated_are_not_guessed() -> None:
    text = document(entry("<AddtlNtryInf>Müller</AddtlNtryInf>"))
    assert refused(text.encode("cp1252")).code == "broken-xml"
    assert read(text.encode("cp1252"), encoding="cp1252").entries["remittance_info"].to_list() == ["Müller"]
    stated = text.replace('"1.0"', '"1.0" encoding="windows-1250"').encode("cp1250")
    assert read(stated).entries["remittance_info"].to_list() == ["Müller"]
    utf16 = text.replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")
    assert read(utf16).entries["remittance_info"].to_list() == ["Müller"]
    assert refused(text.replace('"1.0"', '"1.0" encoding="klingon"')).code == "encoding-undecided"
    assert refused(text, encoding="klingon").code == "encoding-undecided"


def test_a_file_without_a_statement_is_refused_with_a_sentence() -> None:
    for data in (
        b"<Document/>",
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>',
        b"PK\x03\x04",
        b"",
    ):
        assert refused(data).code == "not-camt"
    assert codes(read(document())) == ["no-transactions"]


def test_what_hides_in_other_places_is_no_entry() -> None:
    hidden = entry(amount="9999")
    text = document(
        entry(f"<SplmtryData><Envlp>{hidden}<TxDtls><Amt Ccy='EUR'>5</Amt></TxDtls></Envlp></SplmtryData>"),
        head=f"{ACCOUNT}<SplmtryData>{hidden}</SplmtryData>",
    )
    assert read(text).entries["amount"].to_list() == [10]
    beside = document(entry("<SplmtryData><TxDtls><Amt Ccy='EUR'>5</Amt></TxDtls></SplmtryData>"))
    assert codes(read(beside)) == []


def test_elements_that_the_standard_does_not_have_are_signalled() -> None:
    reading = read(document(entry("<Amount>1</Amount>" + details("<Who>x</Who>")), head=f"{ACCOUNT}<Extra>1</Extra>"))
    assert codes(reading) == ["unread-element"]
    assert reading.issues[0].count == 3


WORDS = (
    "<Ntry>|</Ntry>|<Amt Ccy='EUR'>|1.5|</Amt>|<CdtDbtInd>|CRDT|</CdtDbtInd>|<Sts>|BOOK|</Sts>|<BookgDt>|2024-01-02"
    "|</BookgDt>|<TxDtls>|</TxDtls>|<NtryDtls>|</NtryDtls>|<Bal>|</Bal>|<Stmt>|</Stmt>|<Acct>|</Acct>|\0|&amp;|<Dt>|</Dt>"
)


@given(st.lists(st.sampled_from(WORDS.split("|")), max_size=40).map("".join))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_elements_are_read_or_refused(soup: str) -> None:
    text = document(entry(), soup)
    why = ""
    try:
        reading = read(text)
    except SourceRefused as e:
        why = e.code
    else:
        assert reading.rows.total == reading.entries.height + reading.rows.refused >= 1
    assert why in ("", "broken-xml")


# --- the entry


@pytest.mark.parametrize(
    ("mark", "reversal", "amount", "flags"),
    [
        ("CRDT", "", "10", None),
        ("DBIT", "", "-10", None),
        ("CRDT", "true", "10", "reversal"),  # a debit taken back
        ("DBIT", "true", "-10", "reversal"),  # a credit taken back
        ("DBIT", "1", "-10", "reversal"),
        ("DBIT", "false", "-10", None),
    ],
)
def test_sign(mark: str, reversal: str, amount: str, flags: str | None) -> None:
    found = one(mark=mark, before=f"<RvslInd>{reversal}</RvslInd>" if reversal else "")
    assert (found["amount"], found["flags"], found["status"]) == (Decimal(amount), flags, "booked")


@pytest.mark.parametrize(
    ("status", "kept", "flags"),
    [
        ("<Sts>BOOK</Sts>", "booked", None),
        ("<Sts><Cd>PDNG</Cd></Sts>", "pending", None),
        ("<Sts><Cd>FUTR</Cd></Sts>", "pending", None),
        ("<Sts><Cd>INFO</Cd></Sts>", "pending", "for-information"),
        ("<Sts><Prtry>Book</Prtry></Sts>", "booked", None),
    ],
)
def test_status(status: str, kept: str, flags: str | None) -> None:
    reading = read(document(entry().replace("<Sts><Cd>BOOK</Cd></Sts>", status)))
    row = reading.entries.row(0, named=True)
    assert (row["status"], row["flags"]) == (kept, flags)
    assert reading.statements["entries"][0] == (1 if kept == "booked" else 0)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<Dt>2024-02-01</Dt>", (date(2024, 2, 1), None, None)),
        ("<Dt>2024-02-01+01:00</Dt>", (date(2024, 2, 1), None, None)),
        (
            "<DtTm>2024-02-01T23:30:00-05:00</DtTm>",
            (date(2024, 2, 1), datetime(2024, 2, 2, 4, 30, tzinfo=UTC), "2024-02-01T23:30:00"),
        ),
        (
            "<Dt>2024-02-01T00:10:00.500Z</Dt>",
            (date(2024, 2, 1), datetime(2024, 2, 1, 0, 10, tzinfo=UTC), "2024-02-01T00:10:00"),
        ),
        ("<DtTm>2024-02-01T08:00:00</DtTm>", (date(2024, 2, 1), None, "2024-02-01T08:00:00")),
    ],
)
def test_day_and_instant(written: str, kept: tuple[Any, ...]) -> None:
    row = read(document(entry().replace("<Dt>2024-02-01</Dt>", written))).entries.row(0, named=True)
    assert (row["booking_date"], row["booked_at"], row["local_time"]) == kept


@pytest.mark.parametrize(
    "amount",
    ["", "1,00", "-1", "1e3", "0x1", "NaN", "INF", "1 000", "1.001", "9" * 21, "٣", "1.0.0", "(1)", "1-", "€1"],
)
def test_an_amount_that_is_none_costs_its_own_entry(amount: str) -> None:
    reading = read(document(entry(amount=amount), entry(amount="2")))
    assert reading.entries["amount"].to_list() == [2]
    assert reading.rows.refused == 1
    assert not amount or amount not in reading.issues[0].message


@pytest.mark.parametrize(
    ("amount", "value"), [("5", "5"), ("5.", "5"), (".5", "0.5"), ("+5.10", "5.1"), ("1.50000", "1.5")]
)
def test_amounts_as_xml_schema_has_them(amount: str, value: str) -> None:
    assert one(amount=amount)["amount"] == Decimal(value)


def test_amounts_are_exact_where_binary_numbers_are_not() -> None:
    row = one(amount="90071992547409.93")
    assert row["amount"] == Decimal("90071992547409.93")
    assert one(amount="1.234", currency="KWD")["amount"] == Decimal("1.234")
    assert read(document(entry(amount="1.5", currency="JPY"))).rows.refused == 1


# --- whose side is whose

ME, YOU = Side("Rosa Beispiel", "A1", "acct:A1"), Side("Karl Muster", "B2", "acct:B2")
NOBODY = Side()


@pytest.mark.parametrize(
    ("debtor", "creditor", "credit", "certain", "found"),
    [
        (YOU, ME, True, True, YOU),
        (ME, YOU, False, True, YOU),
        (ME, YOU, True, True, YOU),  # the holder's own account is never the other side
        (YOU, NOBODY, True, True, YOU),
        (YOU, NOBODY, False, True, NOBODY),
        (YOU, NOBODY, False, False, YOU),  # a return that still names the original payer
        (Side("Rosa Beispiel"), NOBODY, False, False, NOBODY),
        (Side("Rosa Beispiel"), Side("Karl Muster"), True, False, Side("Karl Muster")),
        (Side("R. B."), Side("Karl Muster"), True, False, None),
        (Side("R. B."), Side("Karl Muster"), True, True, Side("R. B.")),
        (NOBODY, NOBODY, True, False, NOBODY),
    ],
)
def test_the_other_side(debtor: Side, creditor: Side, credit: bool, certain: bool, found: Side | None) -> None:
    assert other(debtor, creditor, written="A1", holder="ROSA BEISPIEL", credit=credit, certain=certain) == found


@pytest.mark.parametrize(
    ("account", "kept"),
    [
        ("<IBAN>NL91 ABNA 0417 1643 00</IBAN>", "iban:NL91ABNA0417164300"),
        ("<Othr><Id>NL91ABNA0417164300</Id></Othr>", "iban:NL91ABNA0417164300"),
        ("<IBAN>NL91ABNA0417164301</IBAN>", "acct:NL91ABNA0417164301"),
        ("<Othr><Id>0012 34</Id></Othr>", "acct:BANKNL2A:001234"),
        ("<BBAN>0012</BBAN>", "acct:BANKNL2A:0012"),
        ("<Othr><Id>NOTPROVIDED</Id></Othr>", None),
        ("<Othr><Id>0000</Id></Othr>", None),
    ],
)
def test_counterparty_account(account: str, kept: str | None) -> None:
    row = one(
        details(
            f"<RltdPties><DbtrAcct><Id>{account}</Id></DbtrAcct></RltdPties>"
            "<RltdAgts><DbtrAgt><FinInstnId><BICFI>BANKNL2AXXX</BICFI></FinInstnId></DbtrAgt></RltdAgts>"
        )
    )
    assert row["counterparty_account"] == kept


def test_the_same_bank_and_number_is_one_account_on_both_sides() -> None:
    number = "<Id><Othr><Id>42</Id></Othr></Id>"
    holder = f"<Acct>{number}<Svcr><FinInstnId><BICFI>BANKNL2A</BICFI></FinInstnId></Svcr></Acct>"
    agent = "<RltdAgts><DbtrAgt><FinInstnId><BIC>BANKNL2AXXX</BIC></FinInstnId></DbtrAgt></RltdAgts>"
    row = one(details(f"<RltdPties><DbtrAcct>{number}</DbtrAcct></RltdPties>{agent}"))
    assert read(document(head=holder)).statements["account"][0] == row["counterparty_account"] == "acct:BANKNL2A:42"


def test_free_text_never_reaches_a_column_that_leaves_unprotected() -> None:
    code = "<BkTxCd><Domn><Cd>Maria</Cd></Domn><Prtry><Cd>Maria Muster 555-0142</Cd></Prtry></BkTxCd>"
    card = "<CardTx><Card><PlainCardData><PAN>Maria1234</PAN></PlainCardData></Card></CardTx>"
    row = one(code + card)
    assert (row["transaction_code"], row["card_last4"]) == (None, None)
    assert row["remittance_info"] == "Maria Muster 555-0142"


@pytest.mark.parametrize(
    ("code", "channel"),
    [
        ("PMNT/RCDT/ESCT", "sepa"),
        ("PMNT/ICDT/XBCT", "wire"),
        ("PMNT/ICDT/STDO", "standing_order"),
        ("PMNT/RCDT/DMCT", None),
        ("PMNT/RDDT/ESDD", "direct_debit"),
        ("PMNT/CCRD/POSD", "card"),
        ("PMNT/CCRD/CWDL", "atm"),
        ("PMNT/CNTR/CDPT", "cash"),
        ("PMNT/RCHQ/CCHQ", "cheque"),
        ("ACMT/MDOP/CHRG", "fee"),
        ("ACMT/MCOP/INTR", "interest"),
        ("SECU/SETT/TRAD", None),
    ],
)
def test_channel(code: str, channel: str | None) -> None:
    domain, family, sub = code.split("/")
    row = one(
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>"
    )
    assert (row["transaction_code"], row["channel"]) == (code, channel)
    assert bank_codes(None) == (None, None, None)


# --- several transactions in an entry


def tx(amount: str, *, mark: str = "", currency: str = "EUR", name: str = "X") -> str:
    stated = f"<CdtDbtInd>{mark}</CdtDbtInd>" if mark else ""
    return f'<Amt Ccy="{currency}">{amount}</Amt>{stated}<RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties>'


def test_transactions_that_add_up_are_a_line_each() -> None:
    reading = read(document(entry(details(tx("4", name="Ada"), tx("6", name="Ben")))))
    assert reading.entries["amount"].to_list() == [4, 6]
    assert reading.entries["counterparty_name"].to_list() == ["Ada", "Ben"]
    assert [i.rpartition(":")[2] for i in reading.entries["entry_id"]] == ["1.1", "1.2"]
    assert reading.rows.total == 2
    assert ["Ada" in raw for raw in reading.entries["raw"]] == [True, False]
    assert ["Ben" in raw for raw in reading.entries["raw"]] == [False, True]


def test_each_line_of_a_batch_has_its_own_part_of_the_raw_text() -> None:
    group = "<NtryDtls><Btch><NbOfTxs>{}</NbOfTxs></Btch>{}</NtryDtls>"
    txs = [f"<TxDtls>{tx('1', name=f'Name{n}')}</TxDtls>" for n in range(5)]
    reading = read(document(entry(group.format(2, "".join(txs[:2])) + group.format(3, "".join(txs[2:])), amount="5")))
    assert reading.entries["counterparty_name"].to_list() == [f"Name{n}" for n in range(5)]
    for n, raw in enumerate(reading.entries["raw"]):
        assert re.findall("Name[0-9]", raw) == [f"Name{n}"]
        assert f"<NbOfTxs>{2 if n < 2 else 3}</NbOfTxs>" in raw
    many = read(document(entry(details(*[tx("1")] * 1000), amount="1000")))
    assert many.entries.height == 1000
    assert max(map(len, many.entries["raw"])) < 400  # the text of a batch does not grow with its square


@pytest.mark.parametrize(
    ("transactions", "inner"),
    [
        ([tx("4"), tx("5.99")], ""),
        ([tx("4"), tx("6", currency="USD")], ""),
        ([tx("4"), "<RltdPties><Dbtr><Nm>X</Nm></Dbtr></RltdPties>"], ""),
        ([tx("4"), tx("6", mark="DBIT")], ""),
        ([tx("4"), tx("6", mark="PLUS")], ""),
        ([tx("4"), tx("6"), tx("six")], ""),
        ([tx("4"), tx("6")], "<NtryDtls><Btch><NbOfTxs>3</NbOfTxs></Btch></NtryDtls>"),
    ],
)
def test_transactions_that_do_not_add_up_are_one_line_without_a_party(transactions: list[str], inner: str) -> None:
    found = details(*transactions)
    if inner:
        found = found.replace("<NtryDtls>", inner.removesuffix("</NtryDtls>"), 1)
    reading = read(document(entry(found)))
    row = reading.entries.row(0, named=True)
    assert reading.entries.height == 1
    assert (row["amount"], row["counterparty_name"], row["flags"]) == (10, None, "batch")
    assert codes(reading) == ["batch-not-split"]
    assert row["raw"].count("<TxDtls>") == len(transactions)


def test_amounts_of_version_02_stand_among_the_details() -> None:
    found = [f'<AmtDtls><TxAmt><Amt Ccy="EUR">{n}</Amt></TxAmt></AmtDtls>' for n in (3, 7)]
    assert read(document(entry(details(*found), mark="DBIT"))).entries["amount"].to_list() == [-3, -7]


@pytest.mark.parametrize(
    ("entry_charge", "own", "amounts"),
    [("1", "", [5, 6, -1]), ("", "0.50", [5, 6, -1]), ("", "", [10]), ("2", "", [10])],
)
def test_charges_that_make_an_entry_add_up_are_a_line(entry_charge: str, own: str, amounts: list[int]) -> None:
    charge = '<Chrgs><Rcrd><Amt Ccy="EUR">{}</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>'
    parts = [tx(a) + (charge.format(own) if own else "") for a in ("5", "6")]
    reading = read(document(entry((charge.format(entry_charge) if entry_charge else "") + details(*parts))))
    assert reading.entries["amount"].to_list() == amounts
    assert reading.entries["fee"].null_count() == len(amounts)
    if len(amounts) == 3:
        assert reading.entries["channel"].to_list() == [None, None, "fee"]


def test_a_charge_inside_the_amount_is_noted_and_moves_nothing_twice() -> None:
    charge = '<Chrgs><Amt Ccy="EUR">1.50</Amt></Chrgs>'
    row = one(details(tx("11.50") + charge))
    assert (row["amount"], row["fee"]) == (10, None)
    assert "Chrgs: -1.50 EUR" in row["remittance_info"]
    assert codes(read(document(entry(details(tx("11.50") + charge))))) == []
    assert codes(read(document(entry(details(tx("11.00") + charge))))) == ["detail-differs"]


# --- the statement


def test_statements_of_several_days_open_with_the_first_and_close_with_the_last() -> None:
    head = ACCOUNT + "".join(
        balance(kind, amount, day)
        for kind, amount, day in (
            ("CLBD", "30", "2024-02-02"),
            ("OPBD", "20", "2024-02-02"),
            ("CLBD", "20", "2024-02-01"),
            ("OPBD", "10", "2024-02-01"),
        )
    )
    reading = read(document(entry(), entry(), head=head))
    assert reading.statements.select("opening", "closing", "balance").row(0) == (10, 30, "ok")


@pytest.mark.parametrize(
    ("head", "day"),
    [
        (balance("OPBD", "0", "2024-03-04") + balance("CLBD", "10", "2024-03-04"), "2024-03-04"),
        (balance("OPBD", "0", "2024-03-03") + balance("CLBD", "10", "2024-03-04"), None),
        (balance("PRCD", "0", "2024-03-03") + balance("CLBD", "10", "2024-03-04"), "2024-03-04"),
        (balance("PRCD", "0", "2024-03-01") + balance("CLBD", "10", "2024-03-04"), None),
        ("<FrToDt><FrDtTm>2024-03-04T00:00:00</FrDtTm><ToDtTm>2024-03-04T23:59:59</ToDtTm></FrToDt>", "2024-03-04"),
        ("<FrToDt><FrDtTm>2024-03-04T00:00:00</FrDtTm><ToDtTm>2024-03-05T23:59:59</ToDtTm></FrToDt>", None),
        ("", None),
    ],
)
def test_a_day_that_no_entry_states_is_that_of_a_statement_of_one_day(head: str, day: str | None) -> None:
    reading = read(document(entry().replace("<BookgDt><Dt>2024-02-01</Dt></BookgDt>", ""), head=ACCOUNT + head))
    assert [str(d) for d in reading.entries["booking_date"]] == ([day] if day else [])
    assert reading.rows.refused == (0 if day else 1)


def test_two_different_balances_of_one_kind_are_not_chosen_from() -> None:
    head = ACCOUNT + balance("OPBD", "10", "2024-02-01") + balance("OPBD", "11", "2024-02-01")
    reading = read(document(entry(), head=head))
    assert reading.statements["opening"][0] is None
    assert "second-balance" in codes(reading)


def test_a_missing_or_added_entry_breaks_the_balance() -> None:
    text = (HERE / "sepa_v02.xml").read_text()
    entries = re.findall("(?s)<Ntry>.*?</Ntry>", text)
    for n, found in enumerate(entries[:-1]):  # the last is pending
        for changed in (text.replace(found, "", 1), text.replace(found, found + found, 1)):
            assert "closing-differs" in codes(read(changed)), n
    twice = read(text.replace(entries[1], entries[1] + entries[1], 1))
    assert twice.entries["entry_id"].n_unique() == 9  # two equal rows stay two


def test_an_account_that_is_not_named_is_asked_for() -> None:
    text = document(entry(), head="")
    assert "account-not-named" in codes(read(text))
    assert read(text).entries["account"].to_list() == [None]
    assert read(text, account="acct:bank:1").entries["account"].to_list() == ["acct:bank:1"]
    assert read(document(entry()), account="acct:bank:1").entries["account"][0] == "iban:DE89370400440532013000"


def test_a_currency_that_is_not_named_is_the_accounts_or_a_persons_word() -> None:
    text = document(entry().replace(' Ccy="EUR"', ""))
    assert codes(read(text)) == ["no-currency"]
    assert read(text, currency="CHF").entries["currency"].to_list() == ["CHF"]
    named = text.replace("</Acct>", "<Ccy>SEK</Ccy></Acct>")
    assert read(named, currency="CHF").entries["currency"].to_list() == ["SEK"]


def test_messages_never_hold_a_value_of_the_file() -> None:
    for path in FILES:
        reading = Camt().read(Source.from_path(path), Options())
        said = " ".join(i.message + i.hint for i in reading.issues)
        for column in ("counterparty_name", "counterparty_account", "remittance_info", "servicer_ref"):
            assert not [v for v in reading.entries[column].drop_nulls() if len(v) > 3 and v in said]


def test_what_was_read_is_dropped_at_once() -> None:
    """Memory is bounded: after an entry was handed out, neither it nor its transactions stand in the tree."""
    source = Source.from_bytes("x", document(*[entry(details(tx("10")))] * 400).encode())
    left = []
    for part in stream.parts(source, None):
        if part.what == "end":
            left = list(part.element)
        elif part.entry is not None:
            assert [len(x) for x in part.element.iter("TxDtls")] == [0]
    assert left == []


# --- writer and reader

TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=30)
KEY = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=30).filter(
    lambda x: x.upper() not in ("NOTPROVIDED", "NONREF", "NOTPROV", "NOTAVAILABLE")
)


@st.composite
def movements(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "amount": Decimal(draw(st.integers(-(10**13), 10**13))).scaleb(-2),
        "booking_date": draw(st.dates(date(1990, 1, 1), date(2090, 12, 31))),
        "value_date": draw(st.none() | st.dates(date(1990, 1, 1), date(2090, 12, 31))),
        "status": draw(st.sampled_from(["booked", "pending"])),
        "flags": draw(st.sampled_from([None, "reversal"])),
        "servicer_ref": draw(st.none() | KEY),
        "end_to_end_id": draw(st.none() | KEY),
        "counterparty_name": draw(st.none() | TEXT.filter(lambda x: x.upper() not in ("NOTPROVIDED", "NOTPROVIDED."))),
        "counterparty_account": draw(st.sampled_from([None, "iban:NL91ABNA0417164300", "acct:77"])),
        "remittance_info": draw(st.none() | TEXT),
    }


def tag(name: str, value: str | None) -> str:
    return f"<{name}>{escape(value)}</{name}>" if value is not None else ""


def write(lines: list[dict[str, Any]], *, new: bool) -> str:
    """A small writer of CAMT.053, version 02 or 08."""
    out = []
    for m in lines:
        credit = m["amount"] >= 0
        side, mine = ("Dbtr", "Cdtr") if credit else ("Cdtr", "Dbtr")
        name = tag("Nm", m["counterparty_name"])
        party = f"<{side}>{f'<Pty>{name}</Pty>' if new else name}</{side}>" if name else ""
        scheme, _, number = (m["counterparty_account"] or "").partition(":")
        identity = tag("IBAN", number) if scheme == "iban" else f"<Othr>{tag('Id', number)}</Othr>"
        account = f"<{side}Acct><Id>{identity}</Id></{side}Acct>" if number else ""
        own = f"<{mine}Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></{mine}Acct>"
        status = {"booked": "BOOK", "pending": "PDNG"}[m["status"]]
        day = f"<ValDt><Dt>{m['value_date']}</Dt></ValDt>" if m["value_date"] else ""
        out.append(
            f'<Ntry><Amt Ccy="EUR">{abs(m["amount"]):f}</Amt><CdtDbtInd>{"CRDT" if credit else "DBIT"}</CdtDbtInd>'
            + ("<RvslInd>true</RvslInd>" if m["flags"] else "")
            + f"<Sts>{f'<Cd>{status}</Cd>' if new else status}</Sts>"
            + f"<BookgDt><Dt>{m['booking_date']}</Dt></BookgDt>{day}"
            + tag("AcctSvcrRef", m["servicer_ref"])
            + f"<NtryDtls><TxDtls><Refs>{tag('EndToEndId', m['end_to_end_id'])}</Refs>"
            + f"<RltdPties>{party}{account}{own}</RltdPties>"
            + f"<RmtInf>{tag('Ustrd', m['remittance_info'])}</RmtInf></TxDtls></NtryDtls></Ntry>"
        )
    booked = sum((m["amount"] for m in lines if m["status"] == "booked"), Decimal("-7.5"))
    head = ACCOUNT + balance("OPBD", "7.50", "2024-01-01", mark="DBIT")
    head += balance("CLBD", f"{abs(booked):f}", "2024-01-31", mark="CRDT" if booked >= 0 else "DBIT")
    return document(*out, head=head, version="08" if new else "02")


@given(st.lists(movements(), max_size=6), st.booleans())
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_read(lines: list[dict[str, Any]], new: bool) -> None:
    reading = read(write(lines, new=new))
    assert reading.entries["row"].to_list() == list(range(1, len(lines) + 1))
    got = [{k: row[k] for k in lines[0]} for row in reading.entries.iter_rows(named=True)] if lines else []
    assert got == lines
    assert reading.statements["balance"].to_list() == ["ok"]
    assert codes(reading) == ([] if lines else ["no-transactions"])


def test_reference_files_give_the_expected_figures(shared: Path, repository: Path) -> None:
    """Files of other projects; where a figure is disputed, the reason stands in ``disputed.tsv``."""

    def table(path: Path) -> list[dict[str, str]]:
        with path.open(newline="", encoding="utf-8") as f:
            return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))

    rows = [r for r in table(shared / "fixtures" / "EXPECTED.tsv") if r["file"].startswith("bank/camt")]
    disputed = {(d["file"], d["field"]): d for d in table(repository / "tests" / "importers" / "disputed.tsv")}
    assert rows
    for row in rows:
        file = row["file"]
        for field in ("rows", "sum_of_amounts"):
            if (file, field) in disputed:
                assert disputed[file, field]["reason"].strip()
                row[field] = disputed[file, field]["value"]
        statements = Camt().read(Source.from_path(shared / "fixtures" / file), Options()).statements
        assert statements["entries"].sum() == int(row["rows"]), file
        assert sum(statements["sum"], Decimal(0)) == Decimal(row["sum_of_amounts"]), file


if __name__ == "__main__":
    for file in FILES:
        beside = file.with_suffix(".golden.jsonl")
        if not beside.exists():
            beside.write_text(golden(Camt().read(Source.from_path(file), Options())), encoding="utf-8")
            print("written", beside.name)
