"""Identifiers in statement lines: all of them, where they stand, however the lines are ordered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.errors import ValueRefused
from fininit.identifiers.find import scan
from fininit.identifiers.handle import find_handles
from fininit.identifiers.worth import has_digits, worth_a_look
from fininit.linking.mentions import MESSENGERS, SEARCHED, mentions, own_account, own_identifier
from fininit.schema import ENTRIES, IDENTIFIERS


def entries(*lines: dict[str, Any]) -> pl.DataFrame:
    """Statement lines; what is not said is ordinary."""
    usual = {
        "source": "a" * 64, "sheet": "", "statement": 1, "sides": "one", "account": "acct:a", "amount": Decimal(-1),
        "currency": "EUR", "booking_date": date(2026, 1, 1), "status": "booked",
    }  # fmt: skip
    rows = [usual | {"row": n, "entry_id": f"{'a' * 16}::{n}"} | line for n, line in enumerate(lines, 2)]
    types = {n: t for n, t in ENTRIES.polars().items() if any(n in r for r in rows)}
    return ENTRIES.conform(pl.DataFrame(rows, schema=types))


def notes(*texts: str) -> pl.DataFrame:
    """Lines with these payment notes."""
    return entries(*({"remittance_info": t} for t in texts))


# --- what is found


def test_notes_names_and_merchants_are_searched() -> None:
    lines = entries(
        {"remittance_info": "top up +1 202 555 0147", "counterparty_name": "Shop anna@example.com"},
        {"merchant": "TEL* 202-555-0148", "counterparty_name": "Jane", "account_name": "+1 202 555 0149"},
    )
    found = mentions(lines, "US")
    assert dict(found.schema) == IDENTIFIERS.polars()
    columns = ("row", "found_in", "identifier", "as_written", "start", "end")
    assert found.select(columns).rows() == [
        (2, "counterparty_name", "email:anna@example.com", "anna@example.com", 5, 21),
        (2, "remittance_info", "phone:+12025550147", "+1 202 555 0147", 7, 22),
        (3, "merchant", "phone:+12025550148", "202-555-0148", 5, 17),
    ]


def test_regions_are_those_of_the_case() -> None:
    lines = notes("call 202 555 0147", "call +44 7700 900123")
    assert mentions(lines, "US")["identifier"].to_list() == ["phone:+12025550147", "phone:+447700900123"]
    assert mentions(lines)["identifier"].to_list() == ["phone:+447700900123"]
    assert mentions(notes("Ring 06 39 98 00 47"), "FR NL").is_empty()
    with pytest.raises(ValueRefused):
        mentions(lines, "Narnia")


def test_the_same_text_in_many_lines_is_found_in_each() -> None:
    lines = entries(*({"remittance_info": "call 202 555 0147", "sheet": s} for s in ("", "one", "two") * 5))
    found = mentions(lines, "US")
    assert found.height == 15 and set(found["identifier"]) == {"phone:+12025550147"}
    assert found.select("sheet", "row").unique().height == 15


def test_two_parts_of_one_row_are_one_place() -> None:
    part = {"row": 5, "remittance_info": "call 202 555 0147"}
    lines = entries(part | {"entry_id": "x::5"}, part | {"entry_id": "x::5.1"})
    assert mentions(lines, "US").height == 1


def test_no_lines_no_mentions() -> None:
    found = mentions(ENTRIES.empty(), "US")
    assert found.is_empty() and dict(found.schema) == IDENTIFIERS.polars()


# --- the look before the search is never wrong when it says no

HIDDEN = [
    "zero.two.zero two five five five", "O2O2 555 O147", "2o2 five55 o1four7", "insta: anna_example", "tg: anna77x",
    "cash app: anna_pay", "venmo.com/anna_pay", "x.com/anna_x", "pay 1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "anna at example dot com", "anna＠example.com", "anna{at}example.com", "anna ät example punkt com",
    "two zero two triple five zero one four seven", "twozerotwofivefivefivezeroonefourseven", "$anna_pay",
    "t.me/anna_x", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "NO93 8601 1117 947",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "②⓪② ⑤⑤⑤ ⓪①④⑦", "2️⃣0️⃣2️⃣5️⃣5️⃣5️⃣0️⃣1️⃣4️⃣7️⃣", "𝟚𝟘𝟚 𝟝𝟝𝟝 𝟘𝟙𝟜𝟟", "two 0 two 5 five 5 zero 1 four 7", "202<b>555</b>0147",
    "202&nbsp;555&nbsp;0147", "tel:%2B12025550147", "zwei null zwei funfundfunfzig funf null eins vier sieben",
    "dos cero dos triple cinco cero triple uno", "deux cent", "quatre vingt dix neuf", "double two treble five",
    "oh oh ate for to won",
    "ноль один два три четыре пять",
]  # fmt: skip


@pytest.mark.parametrize("text", HIDDEN)
def test_what_can_be_found_is_looked_for(text: str) -> None:
    assert worth_a_look(text) or not scan(text, "US").found
    found = mentions(notes(text, "rent"), "US")
    assert found["identifier"].to_list() == [f.identifier for f in scan(text, "US").found]


def test_most_of_these_are_found_at_all() -> None:
    assert sum(bool(scan(text, "US").found) for text in HIDDEN) > 20


@pytest.mark.parametrize(
    "text", ["", "Jane Doe", "RENT MARCH", "ATM 34 SPRINGFIELD", "CARD TAKINGS 125", "thanks for lunch", "INV 12345"]
)
def test_ordinary_notes_are_not_worth_it(text: str) -> None:
    assert not worth_a_look(text)


_WORDS = st.sampled_from(
    [
        *(word for text in HIDDEN for word in text.split()),
        *(
            "one",
            "two",
            "oh",
            "o",
            "to",
            "for",
            "double",
            "triple",
            "null",
            "eins",
            "zwei",
            "huit",
            "cent",
            "vingt",
            "et",
        ),
        *("ocho", "y", "ooo", "oil", "lol", "7", "55", "0176", "é", "ß", "K", "ſ"),
    ]
)
_TEXTS = st.lists(_WORDS, max_size=14).map(" ".join) | st.lists(_WORDS, max_size=9).map("".join)


@settings(max_examples=400, deadline=None)
@given(_TEXTS | st.text(max_size=40), st.sampled_from(["US", "DE GB", ""]))
def test_a_text_that_is_passed_over_holds_nothing(text: str, region: str) -> None:
    found = scan(text, region).found
    assert worth_a_look(text) or not found
    assert has_digits(text) or not any(f.kind == "phone" for f in found)


# --- order


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(HIDDEN))), st.integers(0, 3))
def test_order_of_lines_changes_nothing(order: list[int], cut: int) -> None:
    lines = notes(*HIDDEN)
    mixed = lines[order]
    parts = pl.concat([mixed[cut * 7 :], mixed[: cut * 7]])
    assert mentions(parts, "US").equals(mentions(lines, "US"))


# --- accounts and their numbers


@pytest.mark.parametrize(
    ("account", "identifier"),
    [
        ("iban:DE89370400440532013000", "iban:DE89370400440532013000"),
        ("btc:1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "wallet:btc:1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
        ("eth:0xAB00", "wallet:eth:0xab00"),
        ("tron:TXYZ", "wallet:tron:TXYZ"),
        ("app:cashapp:$Anna", "handle:cashapp:$anna"),
        ("app:zelle:+12025550147", "phone:+12025550147"),
        ("app:zelle:Anna@Example.com", "email:anna@example.com"),
        ("app:venmo:@anna", "handle:venmo:@anna"),
        ("app:cashapp:", None),
        ("app:cashapp", None),
        ("acct:bank:1234", None),
        ("name:jane@acct:1", None),
        ("unknown:acct:1", None),
        ("source:12345678", None),
    ],
)
def test_the_identifier_that_an_account_is_the_number_of(account: str, identifier: str | None) -> None:
    assert own_identifier(account) == identifier


@pytest.mark.parametrize(
    ("kind", "identifier", "account"),
    [
        ("iban", "iban:DE89370400440532013000", "iban:DE89370400440532013000"),
        ("account", "acct:bank:1234", "acct:bank:1234"),
        ("wallet", "wallet:eth:0xab", "eth:0xab"),
        ("handle", "handle:cashapp:$anna", "app:cashapp:$anna"),
        ("handle", "handle:someapp:anna", "app:someapp:anna"),
        ("handle", "handle:telegram:@anna", None),
        ("handle", "handle:instagram:@anna", None),
        ("phone", "phone:+12025550147", None),
        ("email", "email:anna@example.com", None),
        ("device", "device:1", None),
        ("card", "card:1234", None),
    ],
)
def test_the_account_that_an_identifier_is_the_number_of(kind: str, identifier: str, account: str | None) -> None:
    assert own_account(kind, identifier) == account


def test_messengers_are_apps_whose_handles_are_found() -> None:
    for app in MESSENGERS:
        name = {"line": "line id", "session": "session id"}.get(app, app)
        assert [f.identifier.split(":")[1] for f in find_handles(f"{name}: anna_7x")] == [app]
    assert set(SEARCHED) <= set(ENTRIES.names)
