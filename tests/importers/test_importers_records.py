"""Records of a dialect: who holds an account and what belongs to it, read from sheets beside the transactions."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest

from fininit.errors import DialectError
from fininit.importers.base import Options, Reading, Source
from fininit.importers.dialect import Dialect
from fininit.importers.records import party_id
from fininit.importers.registry import Declared, read_source
from fininit.importers.stating import card, device, email, handle, ip, phone, wallet

WHO = ["Account", "Name", "Phone", "E-mail", "Since", "Remarks"]
MOVED = ["Day", "From", "To", "Amount"]

BASE = f"""
name = "xx_return"
title = "A made-up return"
kind = "app"
sides = "two"
currency = "USD"
[match]
header = {MOVED}
sheet = "Moved"
[account]
prefix = "app:xx"
none = ["own bank"]
[format]
date = "%Y-%m-%d"
empty = ["n/a"]
[columns]
booking_date = "Day"
amount = "Amount"
account = "From"
counterparty_account = "To"
[[records]]
sheet = "Who"
header = {WHO}
account = "Account"
parties = [{{ name = "Name", capacity = "holder", from = "Since" }}]
identifiers = [{{ column = "Phone", kind = "phone" }}, {{ column = "E-mail", kind = "email" }}]
"""
PLAIN = BASE + 'ignore = ["Remarks"]\n'
KNOWN = """
[[records]]
sheet = "Known"
header = ["Account", "What", "Value", "Bank", "Owner", "Role", "Until"]
account = "Account"
[[records.parties]]
name = "Owner"
of = "Value"
capacity = { column = "Role", words = { owner = "holder", "may sign" = "signatory" } }
kind = "person"
[[records.identifiers]]
column = "Value"
institution = "Bank"
app = "telegram"
to = "Until"
[records.identifiers.kind]
column = "What"
words = { bank = "account", card = "card", chat = "handle", phone = "phone", coin = "wallet", iban = "iban" }
"""
KNOWN_HEADER = ["Account", "What", "Value", "Bank", "Owner", "Role", "Until"]
PAID = ["2024-01-02", "$ada", "$bo", 5]
IBAN = "DE89370400440532013000"


def book(**sheets: Sequence[Sequence[Any]]) -> Source:
    """A workbook in memory."""
    from openpyxl import Workbook

    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return Source.from_bytes("t.xlsx", out.getvalue())


def read(source: Source, text: str = PLAIN, **options: Any) -> Reading:
    return Declared(Dialect.from_toml(text, "xx.toml")).read(source, Options(**options))


def who(*rows: Sequence[Any], text: str = PLAIN, moved: Sequence[Any] = PAID) -> Reading:
    return read(book(Who=[WHO, *rows], Moved=[MOVED, moved]), text)


def known(*rows: Sequence[Any], text: str = PLAIN + KNOWN) -> Reading:
    return read(book(Known=[KNOWN_HEADER, *rows], Moved=[MOVED, PAID]), text)


def said(r: Reading) -> list[tuple[str, str, int | None, str | None, str | None]]:
    return [(i.kind, i.code, i.row, i.column, i.sheet) for i in r.issues if i.code != "sheet-missing"]


def column(r: Reading, table: str, name: str) -> list[Any]:
    return r.more[table][name].to_list() if table in r.more else []


# ------------------------------------------------------------------------------------------------------------- reading


def test_a_row_gives_party_capacity_and_identifiers() -> None:
    r = who(["$ada", "Ada  B", "+12125550147", "Ada@Example.com", date(2024, 1, 1), "x"])
    assert (r.status, said(r)) == ("read", [])
    assert (r.rows.total, r.rows.entries, r.entries.height) == (2, 2, 1)
    party = party_id(r.source.sha256, "app:xx:$ada", "ADA b")
    place = {"source": r.source.sha256, "sheet": "Who", "row": 2}
    assert r.more["parties"].rows(named=True) == [
        place
        | {
            "party_id": party,
            "name": "Ada  B",
            "kind": "unknown",
            "role": "unknown",
            "role_from": None,
            "role_to": None,
        }
    ]
    assert r.more["capacities"].drop("source", "sheet", "row").rows() == [
        ("app:xx:$ada", party, "holder", date(2024, 1, 1), None)
    ]
    names = ("identifier", "as_written", "recovered", "pivot", "found_in", "account", "from_date")
    assert r.more["identifiers"].select(names).rows() == [
        ("email:ada@example.com", "Ada@Example.com", False, True, "E-mail", "app:xx:$ada", None),
        ("phone:+12125550147", "+12125550147", False, True, "Phone", "app:xx:$ada", None),
    ]


def test_a_filled_column_that_nobody_mapped_is_signalled() -> None:
    rows = [["$ada", "Ada", None, None, None, "secret"], ["$bo", "Bo", None, None, None, None]]
    assert said(who(*rows, text=BASE)) == [("warning", "unread-column", 2, "Remarks", "Who")]
    assert said(who(*rows)) == []


def test_a_column_beside_the_header_is_signalled() -> None:
    r = who(["$ada", "Ada", None, None, None, None, "beside"])
    assert said(r) == [("warning", "unread-column", 2, "G", "Who")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("212 555 0147", "phone-needs-region"),
        ("call me", "bad-phone"),
        ("+1 212", "bad-phone"),
        ("+12125550147 or +12125550148", "bad-phone"),
        ("+1212555014x", "bad-phone"),
    ],
)
def test_a_broken_phone_is_an_issue_and_not_taken(text: str, code: str) -> None:
    r = who(["$ada", "Ada", text, "ada@example.com", None, None])
    assert said(r) == [("warning", code, 2, "Phone", "Who")]
    assert column(r, "identifiers", "identifier") == ["email:ada@example.com"]
    assert not any(text in i.message + i.hint for i in r.issues)
    if code == "phone-needs-region":
        assert "region" in r.issues[-1].message + r.issues[-1].hint


def test_a_region_of_the_dialect_settles_national_numbers() -> None:
    text = PLAIN.replace('kind = "phone"', 'kind = "phone", region = "US"')
    r = who(["$ada", "Ada", "(212) 555-0147", None, None, None], text=text)
    assert column(r, "identifiers", "identifier") == ["phone:+12125550147"]
    two = PLAIN.replace('kind = "phone"', 'kind = "phone", region = ["GB", "DE"]')
    assert [i[1] for i in said(who(["$ada", "A", "020 7946 0018", None, None, None], text=two))] in (
        [],
        ["phone-fits-two-regions"],
    )


def test_a_row_of_which_nothing_could_be_taken_is_refused() -> None:
    r = who(["$ada", None, "none", "nobody", None, None], ["$bo", None, None, None, None, "only remarks"])
    assert said(r) == [
        ("refused", "bad-phone", 2, "Phone", "Who"),
        ("warning", "bad-email", 2, "E-mail", "Who"),
        ("skipped", "nothing-stated", 3, None, "Who"),
    ]
    assert (r.rows.total, r.rows.entries, r.rows.skipped, r.rows.refused) == (3, 1, 1, 1)
    assert r.status == "read-with-refusals"
    assert r.more == {}


def test_a_row_without_an_account_is_refused() -> None:
    for account in (None, "own bank", "n/a"):
        r = who([account, "Ada", "bad", "ada@example.com", "bad", None])
        assert said(r) == [("refused", "no-account", 2, "Account", "Who")]


def test_a_date_that_is_none_is_an_issue_and_the_rest_is_taken() -> None:
    r = who(["$ada", "Ada", None, None, "soon", None])
    assert said(r) == [("warning", "bad-date", 2, "Since", "Who")]
    assert column(r, "capacities", "from_date") == [None]


def test_dates_of_two_orders_ask() -> None:
    text = PLAIN.replace('"%Y-%m-%d"', '["%d/%m/%Y", "%m/%d/%Y"]')
    header, row = ",".join(WHO), "$ada,Ada,,,03/04/2024,\n"
    r = read(Source.from_bytes("t.csv", f"{header}\n{row}".encode()), text)
    assert (r.status, r.issues[0].code, r.issues[0].column) == ("needs-decision", "date-order-undecided", "Since")
    r = read(Source.from_bytes("t.csv", f"{header}\n{row}".encode()), text, date="dmy")
    assert column(r, "capacities", "from_date") == [date(2024, 4, 3)]


def test_one_name_under_two_accounts_is_two_parties() -> None:
    row = ["Ada B", None, None, None, None]
    r = who(["$ada", *row], ["$bo", *row], ["$ada", "ada  b", *row[1:]])
    ids = column(r, "parties", "party_id")
    assert ids[0] == ids[2] != ids[1]
    other = who(["$ada", *row], moved=["2024-01-03", "$ada", "$bo", 5])
    assert column(other, "parties", "party_id")[0] != ids[0]


def test_the_id_of_a_party_is_as_documented() -> None:
    import hashlib

    whole = json.dumps(["ab" * 32, "app:xx:$ada", "ada b"], separators=(",", ":")).encode()
    assert party_id("ab" * 32, "app:xx:$ada", " ADA\u00a0 B ") == f"party:{hashlib.sha256(whole).hexdigest()[:16]}"


# --------------------------------------------------------------------------------------------------------- instruments


def test_the_holder_of_an_instrument_has_the_capacity_there() -> None:
    r = known(
        ["$ada", "bank", "DE89 3704 0044 0532 0130 00", "Bank One", "Ada", "owner", date(2024, 2, 1)],
        ["$ada", "bank", "123 456", "Bank One", "Bo", "may sign", None],
        ["$ada", "bank", "123 456", "Bank Two", "Ada", None, None],
    )
    assert said(r) == []
    first, second = (party_id(r.source.sha256, "app:xx:$ada", n) for n in ("Ada", "Bo"))
    assert r.more["capacities"].select("account", "party_id", "capacity").rows() == [
        (f"iban:{IBAN}", first, "holder"),
        ("acct:bankone:123456", second, "signatory"),
    ]
    assert column(r, "parties", "kind") == ["person"] * 3
    assert r.more["identifiers"].select("identifier", "kind", "account", "to_date").rows() == [
        (f"iban:{IBAN}", "iban", "app:xx:$ada", date(2024, 2, 1)),
        ("acct:bankone:123456", "account", "app:xx:$ada", None),
        ("acct:banktwo:123456", "account", "app:xx:$ada", None),
    ]


def test_a_number_that_is_not_whole_or_of_nobody_knows_whom_never_links() -> None:
    r = known(
        ["$ada", "bank", "*****789", "Bank One", "Ada", "owner", None],
        ["$ada", "bank", "123456", None, "Ada", "owner", None],
        ["$ada", "card", "4111 11** **** 1111", None, None, None, None],
        ["$ada", "card", "1111", None, None, None, None],
    )
    assert r.more["identifiers"].select("pivot", "note").rows() == [
        (False, "number-masked"),
        (False, "institution-not-stated"),
        (False, "number-masked"),
        (False, "number-masked"),
    ]
    assert "capacities" not in r.more


def test_an_iban_that_fails_its_check_is_not_taken() -> None:
    for what in ("bank", "iban"):
        r = known(["$ada", what, "DE88370400440532013000", "Bank One", "Ada", "owner", None])
        assert said(r) == [("warning", "bad-iban", 2, "Value", "Known")]
        assert set(r.more) == {"parties"}


def test_words_that_are_not_listed_take_nothing() -> None:
    r = known(["$ada", "voucher", "77", None, "Ada", "boss", None])
    what, role = (("warning", "unknown-code", 2, c, "Known") for c in ("What", "Role"))
    assert said(r) == [what, role]
    assert set(r.more) == {"parties"}
    empty = known(["$ada", None, "77", None, "Ada", None, None])
    assert said(empty) == [what]


def test_kinds_of_identifiers_by_word() -> None:
    r = known(
        ["$ada", "chat", "Ada_B", None, None, None, None],
        ["$ada", "card", "4111-1111-1111-1111", None, None, None, None],
        ["$ada", "coin", "0x00000000E9F12548E11901B2FD0430D340B2A1FB", None, None, None, None],
        ["$ada", "phone", "+44 20 7946 0018", None, None, None, None],
    )
    assert column(r, "identifiers", "identifier") == [
        "handle:telegram:@ada_b",
        "card:4111111111111111",
        "wallet:eth:0x00000000e9f12548e11901b2fd0430d340b2a1fb",
        "phone:+442079460018",
    ]
    assert column(r, "identifiers", "pivot") == [True] * 4


# --------------------------------------------------------------------------------------------------------------- cells


def test_an_internet_address_does_not_link_unless_the_dialect_says_so() -> None:
    assert ip("2001:DB8:0::1") == ("ip", "ip:2001:db8::1", False, "ip-shared")
    for pivot, wanted in (("", False), (", pivot = true", True), (", pivot = false", False)):
        text = PLAIN.replace('"Phone", kind = "phone"', f'"Phone", kind = "ip"{pivot}')
        r = who(["$ada", None, "192.0.2.1", None, None, None], text=text)
        assert r.more["identifiers"].select("identifier", "pivot", "note").rows() == [
            ("ip:192.0.2.1", wanted, None if wanted else "ip-shared")
        ]


def test_what_may_not_link_of_itself_is_not_made_to() -> None:
    text = PLAIN.replace('kind = "email"', 'kind = "email", pivot = true')
    assert column(who(["$a", None, None, "noreply@example.com", None, None], text=text), "identifiers", "pivot") == [
        False
    ]
    text = PLAIN.replace('kind = "email"', 'kind = "email", pivot = false')
    assert column(who(["$a", None, None, "ada@example.com", None, None], text=text), "identifiers", "pivot") == [False]


@pytest.mark.parametrize(
    ("take", "text", "code"),
    [
        (email, "ada at example", "bad-email"),
        (email, "ada (at) example.com", "bad-email"),
        (email, "a@example.com, b@example.com", "bad-email"),
        (card, "4111 1111 1111 1112", "bad-card"),
        (card, "visa", "bad-card"),
        (wallet, "0x123", "bad-wallet"),
        (ip, "192.0.2.1:443", "bad-ip"),
        (ip, "192.0.2.999", "bad-ip"),
    ],
)
def test_cells_that_are_not_what_they_should_be(take: Any, text: str, code: str) -> None:
    from fininit.errors import ValueRefused

    with pytest.raises(ValueRefused) as caught:
        take(text)
    assert caught.value.code == code
    assert text not in caught.value.message + caught.value.hint


def test_cells_that_are() -> None:
    assert phone("0049 30 23125001").identifier == phone("+49 (30) 2312-5001").identifier == "phone:+493023125001"
    assert card("3782 822463 10005").identifier == "card:378282246310005"
    assert card("xxxx-xxxx-xxxx-1234") == ("card", "card:…1234", False, "number-masked")
    assert device("  Phone   X ").identifier == "device:Phone X"
    assert handle("@Ada_B", "telegram").identifier == "handle:telegram:@ada_b"
    assert handle("$Ada", "cashapp").identifier == "handle:cashapp:$ada"


# -------------------------------------------------------------------------------------------------------------- sheets


def test_subscriber_data_without_transactions_is_read_and_said() -> None:
    row = ["$ada", "Ada", None, None, None, None]
    for sheets in ({"Who": [WHO, row]}, {"Who": [WHO, row], "Moved": [MOVED]}):
        r = read(book(**sheets))
        assert (r.status, r.rows.entries, r.entries.height) == ("read", 1, 0)
        [found] = [i for i in r.issues if i.code == "no-transactions"]
        assert found.message.startswith("Subscriber data without transactions")
        assert "producer" in found.hint
    assert "no-transactions" not in {i.code for i in who(row).issues}


def test_a_file_of_headers_only_has_nothing() -> None:
    r = read(book(Who=[WHO], Moved=[MOVED]))
    assert [(i.code, i.message) for i in r.issues] == [("no-transactions", "The table has a header and no rows.")]


def test_sheets_that_are_missing_or_not_known_are_said() -> None:
    r = read(book(Moved=[MOVED, PAID], Other=[["hello"]]))
    assert [(i.code, i.sheet, i.kind) for i in r.issues] == [
        ("sheet-not-read", "Other", "warning"),
        ("sheet-missing", "Who", "warning"),
    ]
    renamed = read(book(Moved=[MOVED, PAID], People=[WHO, ["$ada", "Ada", None, None, None, None]]))
    assert {(i.code, i.sheet) for i in renamed.issues} == {("sheet-not-read", "People"), ("sheet-missing", "Who")}


def test_a_dialect_of_records_alone() -> None:
    text = f"""
name = "xx_who"
[match]
container = "xlsx"
[account]
prefix = "app:xx"
[[records]]
header = {WHO}
account = "Account"
parties = [{{ name = "Name", capacity = "holder", from = "Since" }}]
ignore = ["Phone", "E-mail", "Remarks"]
"""
    d = Dialect.from_toml(text)
    assert Dialect.from_toml(d.to_toml()) == d
    source = book(Any=[["A letter"], [], WHO, ["$ada", "Ada", None, None, date(2024, 1, 1), None]])
    assert Declared(d).matches(source)
    assert not Declared(d).matches(Source.from_bytes("t.csv", ",".join(WHO).encode()))
    r = read(source, text)
    assert (r.rows.entries, [i.code for i in r.issues]) == (1, ["no-transactions"])
    assert column(r, "capacities", "from_date") == [date(2024, 1, 1)]


def test_records_in_a_text_file() -> None:
    d = Dialect.from_toml(PLAIN, "xx.toml")
    source = Source.from_bytes("t.csv", (";".join(WHO) + "\n$ada;Ada;+12125550147;;2024-01-01;\n").encode())
    assert Declared(d).matches(source)
    r = Declared(d).read(source, Options())
    assert (r.rows.entries, [i.code for i in r.issues]) == (1, ["no-transactions"])
    assert column(r, "capacities", "from_date") == [date(2024, 1, 1)]


def test_the_order_of_rows_and_sheets_changes_nothing() -> None:
    rows = [["$ada", "Ada", "+12125550147", None, None, None], ["$bo", "Bo", None, "bo@example.com", None, None]]
    one = read(
        book(Who=[WHO, *rows], Known=[KNOWN_HEADER, ["$bo", "iban", IBAN, None, None, None, None]]), PLAIN + KNOWN
    )
    two = read(
        book(Known=[KNOWN_HEADER, ["$bo", "iban", IBAN, None, None, None, None]], Who=[WHO, *rows]), PLAIN + KNOWN
    )
    left, right = (r.more["identifiers"].drop("source") for r in (one, two))
    assert left.equals(right)


def test_no_account_stated_leaves_the_side_open() -> None:
    r = who(["$ada", "Ada", None, None, None, None], moved=["2024-01-02", "$ada", " own bank ", 5])
    assert r.entries.select("account", "counterparty_account").rows() == [("app:xx:$ada", None)]
    r = who(["$ada", "Ada", None, None, None, None], moved=["2024-01-02", "own bank", "$ada", 5])
    assert r.entries.select("account", "counterparty_account").rows() == [("unknown:app:xx:$ada", "app:xx:$ada")]
    r = who(["$ada", "Ada", None, None, None, None], moved=["2024-01-02", None, "$ada", 5])
    assert ("refused", "no-account", 2, "From", "Moved") in said(r)


def test_a_workbook_of_the_package_is_found_by_any_of_its_sheets(repository: Any) -> None:
    case = repository / "tests" / "importers" / "synthetic_app_return" / "no_transactions.xlsx"
    source = Source.from_path(case)
    assert read_source(source, Options()).format == "synthetic_app_return"


# ------------------------------------------------------------------------------------------------------- declarations


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('account = "Account"', 'account = "Acount"', "Did you mean 'Account'"),
        ('account = "Account"\n', "", "account"),
        ('kind = "phone"', 'kind = "fone"', "Did you mean 'phone'"),
        ('kind = "phone"', 'kinds = "phone"', "unknown key"),
        ('kind = "phone"', 'kind = "phone", region = "XX"', "region"),
        ('kind = "phone"', 'kind = "handle"', "app"),
        ('kind = "phone"', 'kind = "phone", prefix = "x"', "prefix"),
        ('capacity = "holder"', 'capacity = "owner"', "capacity"),
        ('capacity = "holder"', 'capacity = { column = "Name", words = { x = "owner" } }', "capacity"),
        (', capacity = "holder"', "", "capacity"),
        ('name = "Name", ', "", "name"),
        ('from = "Since"', 'from = "Sinse"', "Did you mean 'Since'"),
        ('from = "Since"', 'of = "Phone"', "of"),
        ('ignore = ["Remarks"]', 'ignore = ["Phone"]', "mapped as well"),
        (f"header = {WHO}", "header = []", "header"),
        ("[[records]]", "[records]", "[[records]]"),
    ],
)
def test_mistakes_in_a_section_are_named(old: str, new: str, where: str) -> None:
    assert old in PLAIN
    with pytest.raises(DialectError) as caught:
        Dialect.from_toml(PLAIN.replace(old, new), "xx.toml")
    assert where in caught.value.message + " " + caught.value.hint
    assert caught.value.message.startswith("xx.toml: ")


def test_columns_need_a_header_and_dates_a_pattern() -> None:
    with pytest.raises(DialectError, match="header"):
        Dialect.from_toml(PLAIN.replace(f"header = {MOVED}\n", ""), "xx.toml")
    records = PLAIN[PLAIN.index("[[records]]") :]
    with pytest.raises(DialectError, match="date"):
        Dialect.from_toml('name = "xx"\n' + records, "xx.toml")


def test_sections_survive_being_written_out() -> None:
    for text in (PLAIN, PLAIN + KNOWN, PLAIN.replace('kind = "phone"', 'kind = "phone", pivot = false, region = "US"')):
        d = Dialect.from_toml(text, "xx.toml")
        assert Dialect.from_toml(d.to_toml(), "xx.toml") == d


def test_frames_have_their_schema() -> None:
    from fininit.schema import TABLES

    r = who(["$ada", "Ada", "+12125550147", None, None, None])
    for name, frame in r.more.items():
        assert dict(frame.schema) == TABLES[name].polars()
        assert frame["source"].unique().to_list() == [r.source.sha256]
        assert frame.height == frame.unique().height
    assert r.more["identifiers"].filter(pl.col("recovered")).height == 0
