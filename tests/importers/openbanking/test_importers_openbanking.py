"""Open-banking JSON: each shape read as its interface means it, every record accounted for, no number through a float.

Beside each file here lies what it is read as, checked by eye. After a change that is meant, delete the golden file and
run ``python tests/importers/openbanking/test_importers_openbanking.py``: it writes the missing ones, never overwrites.
"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.errors import SourceRefused
from fininit.importers.base import Options, Reading, Source
from fininit.importers.openbanking import OpenBanking, berlin, document, obie, truelayer
from fininit.importers.registry import read_source
from fininit.values.money import format_amount

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.json"))
DATED = [p for p in FILES if p.stem != "refused"]


def read(data: Any, **options: Any) -> Reading:
    raw = data if isinstance(data, bytes) else (data if isinstance(data, str) else json.dumps(data)).encode()
    return OpenBanking().read(Source.from_bytes("made.json", raw), Options(**options))


def codes(reading: Reading) -> list[str]:
    return [i.code for i in reading.issues if i.code != "account-not-named"]


def refused(data: Any, **options: Any) -> SourceRefused:
    with pytest.raises(SourceRefused) as caught:
        read(data, **options)
    return caught.value


def record(amount: Any = "-10.00", **fields: Any) -> dict[str, Any]:
    return {"transactionAmount": {"currency": "EUR", "amount": amount}, "bookingDate": "2024-02-01"} | fields


def report(*booked: Any, account: str | None = "DE89370400440532013000", **fields: Any) -> dict[str, Any]:
    whose = {"account": {"iban": account}} if account else {}
    return whose | {"transactions": {"booked": list(booked), "pending": []}} | fields


def one(**fields: Any) -> dict[str, Any]:
    entries = read(report(record(**fields))).entries
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
    lines: list[dict[str, Any]] = [
        {"reading": reading.status, "rows": r.total, "skipped": r.skipped, "refused": r.refused}
    ]
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
    assert OpenBanking().matches(source)
    assert golden(OpenBanking().read(source, Options())) == expected(path)
    assert read_source(source, Options()).format == "openbanking"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_raw_is_the_text_of_the_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for raw in OpenBanking().read(Source.from_path(path), Options()).entries["raw"]:
        assert raw in text
        assert isinstance(json.loads(raw), dict)


@pytest.mark.parametrize("path", DATED, ids=lambda p: p.stem)
def test_day_and_month_changed_round_fail_the_golden(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def turned(value: Any, *at: str) -> Any:
        found = stated(value, *at)
        day = found and found.day
        return replace(found, day=day.replace(month=day.day, day=day.month)) if found and day.day <= 12 else found

    stated = berlin.when
    for module in (berlin, obie, truelayer):
        monkeypatch.setattr(module, "when", turned)
    assert golden(OpenBanking().read(Source.from_path(path), Options())) != expected(path)


@pytest.mark.parametrize("name", ["berlin_report", "gocardless", "list_with_marks", "obie"])
def test_payer_and_payee_changed_round_fail_the_golden(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = HERE / f"{name}.json"
    party, other = berlin._party, obie._other
    turn = {"debtor": "creditor", "creditor": "debtor"}
    monkeypatch.setattr(berlin, "_party", lambda r, which: party(r, turn[which]))
    monkeypatch.setattr(obie, "_other", lambda r, *, credit: other(r, credit=not credit))
    try:
        turned = golden(OpenBanking().read(Source.from_path(path), Options()))
    except SourceRefused as e:  # by the names alone the signs no longer fit
        turned = e.code
    assert turned != expected(path)


def test_a_turned_sign_is_seen_by_the_banks_own_arithmetic() -> None:
    text = (HERE / "berlin_report.json").read_text().replace('"1500.00"', '"-1500.00"')
    assert "closing-differs" in codes(read(text))
    text = (HERE / "gocardless.json").read_text().replace('"-15.2"', '"15.2"').replace('"100", ', '"-100", ')
    assert "balance-broken" in codes(read(text))
    text = (HERE / "obie.json").read_text().replace('"Debit", "Status": "Booked"', '"Credit", "Status": "Booked"')
    assert "balance-broken" in codes(read(text))


# --- which files are ours


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("", False),
        ("hello", False),
        ('{"transactions": []}', False),
        ('{"transactions": [{"amount": {"value": 1}}]}', False),  # a payment app's own interface
        ('[{"address": "bc1", "category": "send", "amount": -1}]', False),
        ('{"transactions": {"booked": []}}', True),
        ('\ufeff [{"transactionAmount": {"amount": "1"}}]', True),
        ('{"Data": {"Transaction": []}}', True),
        ('{"timestamp": "x", "transaction_type": "CREDIT", "transaction_id": "1"}', True),
        ('{"transaction_type": "CREDIT"}', False),
        ('note: {"booked": []}', False),
    ],
)
def test_matches(text: str, ours: bool) -> None:
    assert OpenBanking().matches(Source.from_bytes("x", text.encode())) is ours


def test_lists_and_wrappers_are_the_same_report() -> None:
    rows = [record(), record("5")]
    shapes = [
        report(*rows, account=None),
        {"booked": rows, "pending": []},
        rows,
        [report(*rows, account=None)],
        [report(rows[0], account=None), report(rows[1], account=None)],
    ]
    for shape in shapes:
        reading = read(shape)
        assert reading.entries["amount"].to_list() == [-10, 5], shape
        assert reading.entries["row"].to_list() == [1, 2]
        assert [json.loads(raw) for raw in reading.entries["raw"]] == rows
    assert read(record()).entries.height == 1


def test_no_transactions_is_said() -> None:
    assert codes(read(report())) == ["no-transactions"]
    assert codes(read({"Data": {"Transaction": []}})) == ["no-transactions"]


# --- JSON as it is written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[",
        '{"a"',
        '{"a":',
        '{"a": 1',
        '{"a": 1,}',
        "[1,]",
        "[1",
        "{'a': 1}",
        "{} {}",
        '{"a": 01}',
        '{"a": NaN}',
        "[-Infinity]",
        '["a\nb"]',
        '{"a": tru}',
        "{1: 2}",
    ],
)
def test_what_is_not_json_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        document.parse(text)
    assert caught.value.code == "broken-json"


@given(st.integers(1, 2000))
@settings(max_examples=60, deadline=None)
def test_a_file_cut_off_anywhere_is_refused(at: int) -> None:
    text = (HERE / "berlin_report.json").read_text().rstrip()
    assert refused(text[: min(at, len(text) - 1)]).code == "broken-json"


def test_broken_json_says_where() -> None:
    error = refused('{"transactions": {"booked": [\n{"a": 1},\n{"a" 2}]}}')
    assert "line 3, column 6" in error.message


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False).map(float)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN, st.sampled_from([None, 1]))
@settings(max_examples=150, deadline=None)
def test_the_reader_of_json_agrees_with_pythons(value: Any, indent: int | None) -> None:
    def plain(x: Any) -> Any:
        if isinstance(x, document.Number):
            return json.loads(x)
        if isinstance(x, list):
            return [plain(v) for v in x]
        return {k: plain(v) for k, v in x.items()} if isinstance(x, dict) else x

    assert plain(document.parse(json.dumps(value, indent=indent))) == value


def test_nesting_without_end_is_refused() -> None:
    assert refused('{"booked": [' + "[" * 200_000).code in ("too-deep", "broken-json")
    deep = '{"transactions": {"booked": [{"transactionAmount": ' + '{"a":' * 200_000 + "1" + "}" * 200_000 + "}]}}"
    assert refused(deep).code == "too-deep"


@pytest.mark.parametrize("number", ["1" + "0" * 10_000, "1e1000000", "1E+3000000", "-0.1e-999999"])
def test_numbers_that_stop_others_cost_their_own_row(number: str) -> None:
    text = json.dumps(report(record("NUMBER"), record("1"))).replace('"NUMBER"', number)
    reading = read(text)
    assert reading.rows.refused == 1
    assert reading.entries["amount"].to_list() == [1]


def test_json_numbers_keep_every_digit() -> None:
    text = json.dumps(report(record("NUMBER"))).replace('"NUMBER"', "-90071992547409.93")
    assert read(text).entries["amount"].to_list() == [Decimal("-90071992547409.93")]


def test_a_key_twice_costs_the_record_or_the_file() -> None:
    twice = '{"transactionAmount": {"amount": "1", "currency": "EUR", "amount": "1000"}, "bookingDate": "2024-01-01"}'
    reading = read(f'{{"transactions": {{"booked": [{twice}]}}}}')
    assert (reading.entries.height, codes(reading)) == (0, ["duplicate-key"])
    assert "1000" not in reading.issues[0].message
    for text in ('{"booked": [], "booked": []}', '{"transactions": {}, "transactions": {"booked": []}}'):
        assert refused(text).code == "duplicate-key"
    spelled = record(value_date="2024-01-01", valueDate="2024-01-02")
    assert codes(read([spelled])) == ["duplicate-key"]


def test_a_file_of_another_kind_is_refused_with_a_sentence() -> None:
    for data in ("{}", "[]", "1", '{"transactions": [{"amount": 1}]}', '{"results": [{}]}', b"PK\x03\x04"):
        assert refused(data).code == "not-openbanking"


def test_encodings() -> None:
    text = json.dumps(report(record(creditorName="Łódź Müller")), ensure_ascii=False)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert read(text.encode(encoding)).entries["counterparty_name"].to_list() == ["Łódź Müller"]
    assert refused(text.encode("cp1250")).code == "encoding-undecided"
    assert read(text.encode("cp1250"), encoding="cp1250").entries["counterparty_name"].to_list() == ["Łódź Müller"]


# --- the record


@pytest.mark.parametrize("amount", ["", " ", "1,00", "1.", ".5", "1 000", "--1", "1-", "(1)", "٣", "NaN", [], {}, None])
def test_an_amount_that_is_none_costs_its_own_row(amount: Any) -> None:
    reading = read(report(record(amount), record("-2")))
    assert reading.entries["amount"].to_list() == [-2]
    assert reading.rows.refused == 1


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({"amount": "-7"}, "-7"),
        ({"amount": "+7"}, "7"),
        ({"amount": "7", "creditDebitIndicator": "DBIT"}, "-7"),
        ({"amount": "-7", "creditDebitIndicator": "DBIT"}, "-7"),
        ({"amount": "7", "creditDebitIndicator": "CRDT"}, "7"),
    ],
)
def test_sign(fields: dict[str, str], amount: str) -> None:
    assert one(**fields)["amount"] == Decimal(amount)


def test_unsigned_amounts_are_asked_about() -> None:
    out = record("10", creditorName="Shop Example")
    unsigned = report(out, record("5", debtorName="Payer"))
    assert refused(unsigned).code == "needs-decision"
    reading = read_source(Source.from_bytes("a.json", json.dumps(unsigned).encode()), Options())
    assert reading.status == "needs-decision"
    assert "--sign" in reading.question
    assert read(unsigned, sign="holder").entries["amount"].to_list() == [10, 5]
    assert read(unsigned, sign="inverted").entries["amount"].to_list() == [-10, -5]
    refund = read(report(out, record("-5")))
    assert refund.entries["amount"].to_list() == [10, -5]
    assert refund.entries["remittance_info"].to_list() == ["creditorName: Shop Example", None]
    proved = report(
        out,
        balances=[
            {"balanceType": kind, "balanceAmount": {"currency": "EUR", "amount": amount}}
            for kind, amount in (("openingBooked", "1"), ("closingBooked", "11"))
        ],
    )
    assert codes(read(proved)) == ["sign-contradicts"]
    assert read(proved).statements["balance"].to_list() == ["ok"]


ME = {"iban": "DE89370400440532013000"}
YOU = {"iban": "NL91ABNA0417164300"}


@pytest.mark.parametrize(
    ("amount", "parties", "name"),
    [
        ("-1", {"creditorName": "You", "debtorName": "Me"}, "You"),
        ("1", {"creditorName": "Me", "debtorName": "You"}, "You"),
        ("1", {"creditorName": "You", "creditorAccount": YOU, "debtorName": "Me", "debtorAccount": ME}, "You"),
        ("-1", {"creditorName": "Me", "creditorAccount": ME, "debtorName": "You", "debtorAccount": YOU}, "You"),
        ("-1", {"debtorName": "Me", "debtorAccount": ME}, None),
    ],
)
def test_the_holders_own_account_is_never_the_other_side(
    amount: str, parties: dict[str, Any], name: str | None
) -> None:
    assert one(amount=amount, **parties)["counterparty_name"] == name


@pytest.mark.parametrize(
    ("account", "kept"),
    [
        ({"iban": "NL91 ABNA 0417 1643 00"}, "iban:NL91ABNA0417164300"),
        ({"iban": "NL91ABNA0417164301"}, "acct:NL91ABNA0417164301"),
        ({"bban": "0532013000"}, "acct:0532013000"),
        ({"other": {"identification": "42"}}, "acct:42"),
        ({"iban": "NOTPROVIDED"}, None),
        ({"maskedPan": "XXXX1234"}, None),
        ({}, None),
    ],
)
def test_counterparty_account(account: dict[str, Any], kept: str | None) -> None:
    row = one(creditorAccount=account)
    assert row["counterparty_account"] == kept
    if "maskedPan" in account:
        assert row["remittance_info"] == "maskedPan: XXXX1234"


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"bookingDate": "2024-02-01"}, ("2024-02-01", None)),
        (
            {"bookingDate": "2024-02-01", "bookingDateTime": "2024-02-01T23:30:00-0500"},
            ("2024-02-01", "2024-02-01T23:30:00"),
        ),
        ({"bookingDate": "2024-02-01T00:00:00Z"}, ("2024-02-01", None)),
        (
            {"bookingDate": "2024-02-01", "bookingDateTime": "2024-02-02T01:00:00Z"},
            ("2024-02-01", "2024-02-02T01:00:00"),
        ),
        ({"bookingDate": None, "valueDate": "2024-02-03"}, ("2024-02-03", None)),
    ],
)
def test_days(fields: dict[str, Any], kept: tuple[str, str | None]) -> None:
    row = one(**fields)
    assert (str(row["booking_date"]), row["local_time"]) == kept


def test_a_balance_that_is_not_booked_is_no_running_balance() -> None:
    box = {"balanceAmount": {"currency": "EUR", "amount": "5"}}
    kinds = ("interimBooked", "closingBooked", "interimAvailable", "expected", "authorised")
    kept = [one(balanceAfterTransaction=box | {"balanceType": k})["balance_after"] for k in kinds]
    assert kept == [5, 5, None, None, None]
    assert one(balanceAfterTransaction={"balanceAmount": {"currency": "USD", "amount": "5"}})["balance_after"] is None


def test_free_text_never_reaches_a_column_that_leaves_unprotected() -> None:
    row = one(proprietaryBankTransactionCode="Maria Muster 555-0142", bankTransactionCode="for Maria")
    assert row["transaction_code"] is None
    assert "Maria Muster 555-0142" in row["remittance_info"] and "for Maria" in row["remittance_info"]
    assert one(maskedPan="Maria 1234")["card_last4"] is None
    assert one(merchantCategoryCode="Mari")["mcc"] is None


def test_accounts_of_the_uk_interface_are_kept_apart() -> None:
    text = (HERE / "obie.json").read_text()
    rows = json.loads(text)["Data"]["Transaction"]
    rows[1] |= {"AccountId": "9"}
    reading = read({"Data": {"Transaction": rows}})
    assert reading.statements["account"].to_list() == ["acct:22289", "acct:9"]
    assert "account-by-interface-id" in codes(reading)
    assert read(text, account="acct:bank:1").statements["account"].to_list() == ["acct:bank:1"]
    del rows[2]["AccountId"]
    assert "no-account" in codes(read({"Data": {"Transaction": rows}}))


def true(amount: str, kind: str, category: str, **fields: Any) -> dict[str, Any]:
    return {
        "timestamp": "2024-07-02T00:00:00Z",
        "description": "x",
        "transaction_type": kind,
        "transaction_category": category,
        "amount": document.Number(amount),
        "currency": "GBP",
        "transaction_id": "1",
    } | fields


@pytest.mark.parametrize(
    ("rows", "amounts", "code"),
    [
        ([true("-5", "DEBIT", "PURCHASE"), true("5", "CREDIT", "TRANSFER")], [-5, 5], ""),
        ([true("-5", "CREDIT", "PURCHASE")], [-5], "sign-contradicts"),
        ([true("5", "DEBIT", "DEBIT"), true("-3", "CREDIT", "CREDIT")], [-5, 3], "card-signs"),
        ([true("-5", "DEBIT", "DEBIT"), true("-3", "CREDIT", "CREDIT")], [-5], "sign-contradicts"),
        ([true("5", "DEBIT", "PURCHASE")], None, "needs-decision"),
        ([true("5", "DEBIT", "OTHER")], None, "needs-decision"),
    ],
)
def test_signs_of_accounts_and_cards(rows: list[dict[str, Any]], amounts: list[int] | None, code: str) -> None:
    if amounts is None:
        assert refused({"results": rows}).code == code
        assert read({"results": rows}, sign="inverted").entries["amount"].to_list() == [-5]
        return
    reading = read({"results": rows})
    assert reading.entries["amount"].to_list() == amounts
    assert codes(reading) == ([code] if code else [])


def test_a_missing_record_breaks_the_balance() -> None:
    whole = json.loads((HERE / "berlin_report.json").read_text())
    booked = whole["transactions"]["booked"]
    for n in range(len(booked)):
        for changed in (booked[:n] + booked[n + 1 :], [*booked, booked[n]]):
            assert "closing-differs" in codes(read(whole | {"transactions": {"booked": changed}})), n


def test_messages_never_hold_a_value_of_the_file() -> None:
    for path in FILES:
        reading = OpenBanking().read(Source.from_path(path), Options())
        said = " ".join(i.message + i.hint for i in reading.issues)
        for column in ("counterparty_name", "counterparty_account", "remittance_info", "servicer_ref"):
            assert not [v for v in reading.entries[column].drop_nulls() if len(v) > 3 and v in said]


# --- writer and reader

TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=30)
NAME = TEXT.filter(lambda x: x.upper() not in ("NOTPROVIDED", "NOTPROVIDED.", "NONREF", "NOTPROV", "NOTAVAILABLE"))


@st.composite
def movements(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "amount": Decimal(draw(st.integers(-(10**13), -1) | st.integers(1, 10**13))).scaleb(-2),
        "booking_date": draw(st.dates(date(1990, 1, 1), date(2090, 12, 31))),
        "value_date": draw(st.none() | st.dates(date(1990, 1, 1), date(2090, 12, 31))),
        "status": draw(st.sampled_from(["booked", "pending"])),
        "servicer_ref": draw(st.none() | NAME),
        "end_to_end_id": draw(st.none() | NAME),
        "counterparty_name": draw(st.none() | NAME),
        "counterparty_account": draw(st.sampled_from([None, "iban:NL91ABNA0417164300", "acct:77"])),
        "remittance_info": draw(st.none() | TEXT),
    }


def write(lines: list[dict[str, Any]], *, numbers: bool, marks: bool) -> str:
    """A small writer of the Berlin Group's report; amounts as texts or numbers, signed or with a mark."""
    groups: dict[str, list[dict[str, Any]]] = {"booked": [], "pending": []}
    for m in lines:
        side = "debtor" if m["amount"] > 0 else "creditor"
        scheme, _, number = (m["counterparty_account"] or "").partition(":")
        written = f"{abs(m['amount']) if marks else m['amount']:f}"
        out = {
            "transactionAmount": {"currency": "EUR", "amount": f"<{written}>" if numbers else written},
            "creditDebitIndicator": ("CRDT" if m["amount"] > 0 else "DBIT") if marks else None,
            "bookingDate": str(m["booking_date"]),
            "valueDate": str(m["value_date"]) if m["value_date"] else None,
            "entryReference": m["servicer_ref"],
            "endToEndId": m["end_to_end_id"],
            f"{side}Name": m["counterparty_name"],
            f"{side}Account": {"iban" if scheme == "iban" else "bban": number} if number else None,
            "remittanceInformationUnstructured": m["remittance_info"],
        }
        groups[m["status"]].append({k: v for k, v in out.items() if v is not None})
    text = json.dumps({"account": ME, "transactions": groups})
    return text.replace('"<', "").replace('>"', "") if numbers else text


@given(st.lists(movements(), max_size=6), st.booleans(), st.booleans())
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_read(lines: list[dict[str, Any]], numbers: bool, marks: bool) -> None:
    numbers = numbers and not any(
        '"<' in json.dumps(m, default=str) or '>"' in json.dumps(m, default=str) for m in lines
    )
    reading = read(write(lines, numbers=numbers, marks=marks), sign="holder")
    wanted = [m for m in lines if m["status"] == "booked"] + [m for m in lines if m["status"] == "pending"]
    got = [{k: row[k] for k in lines[0]} for row in reading.entries.iter_rows(named=True)] if lines else []
    assert got == wanted
    assert codes(reading) == ([] if lines else ["no-transactions"])


def test_reference_files_give_the_expected_figures(shared: Path) -> None:
    with (shared / "fixtures" / "EXPECTED.tsv").open(newline="", encoding="utf-8") as f:
        rows = [
            r for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE) if r["file"].startswith("bank/json/")
        ]
    assert rows
    for row in rows:
        statements = OpenBanking().read(Source.from_path(shared / "fixtures" / row["file"]), Options()).statements
        assert statements["entries"].sum() == int(row["rows"]), row["file"]
        assert sum(statements["sum"], Decimal(0)) == Decimal(row["sum_of_amounts"]), row["file"]
        assert statements["closing"][0] == Decimal(row["closing"]), row["file"]


if __name__ == "__main__":
    for file in FILES:
        beside = file.with_suffix(".golden.jsonl")
        if not beside.exists():
            beside.write_text(golden(OpenBanking().read(Source.from_path(file), Options())), encoding="utf-8")
            print("written", beside.name)
