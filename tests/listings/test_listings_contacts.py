"""Contacts of listings: each with its place in the text as it was read, and none that could be two numbers."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.errors import ValueRefused
from fininit.importers.base import Source
from fininit.listings.contacts import ACROSS, Contacts, contacts
from fininit.listings.importer import read
from fininit.schema import IDENTIFIERS, ISSUES


def listings(*records: dict[str, Any]) -> pl.DataFrame:
    """Listings as they are read."""
    lines = "\n".join(json.dumps({"url": "https://a.example"} | r, ensure_ascii=False) for r in records)
    return read(Source.from_bytes("listings.jsonl", lines.encode())).more["listings"]


def find(regions: str | None = None, **record: Any) -> Contacts:
    """The contacts of one listing."""
    return contacts(listings(record), regions)


def ids(found: Contacts) -> list[str]:
    """What was found, in order."""
    return found.identifiers["identifier"].to_list()


def check_places(made: pl.DataFrame, found: pl.DataFrame) -> None:
    """Law: ``text[start:end]`` is ``as_written``."""
    fields = {(r["row"], n): r[n] or "" for r in made.to_dicts() for n in ("title", "text", "phone")}
    for row in made["row"]:
        fields[row, ACROSS] = f"{fields[row, 'title']}\n{fields[row, 'text']}"
    for row, name, start, end, written in found.select("row", "found_in", "start", "end", "as_written").iter_rows():
        assert 0 <= start < end and fields[row, name][start:end] == written


# --- what is found


def test_every_kind_with_its_place() -> None:
    text = (
        "Call 202-555-0147 or +44 7700 900123, Telegram @anna_example, anna@example.com, "
        "IBAN DE89 3704 0044 0532 0130 00, 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
    )
    made = listings({"text": text, "title": "Anna", "region": "US"})
    found = contacts(made)
    assert ids(found) == [
        "phone:+12025550147",
        "phone:+447700900123",
        "handle:telegram:@anna_example",
        "email:anna@example.com",
        "iban:DE89370400440532013000",
        "wallet:btc:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
    ]
    assert found.identifiers["kind"].to_list() == ["phone", "phone", "handle", "email", "iban", "wallet"]
    assert found.identifiers["pivot"].all() and not found.identifiers["recovered"].any()
    assert set(found.identifiers["found_in"]) == {"text"} and found.issues.is_empty()
    assert dict(found.identifiers.schema) == IDENTIFIERS.polars() and dict(found.issues.schema) == ISSUES.polars()
    check_places(made, found.identifiers)


@pytest.mark.parametrize(
    "text",
    [
        "two zero two five five five zero one four seven",
        "202-five55-o1four7",
        "2\u200b0\u200b2 555\u2060 0147",
        "\ufe0f\u20e3 ".join("2025550147") + "\ufe0f\u20e3",
        "２０２ ５５５ ０１４７",
        "\U0001f600\U0001f600 202<b>555</b>0147",
    ],
)
def test_what_is_hidden_is_found_and_marked_with_offsets_into_the_original(text: str) -> None:
    made = listings({"text": f"\U0001f48b call {text} \u202enow\u202c", "region": "US"})
    found = contacts(made)
    assert ids(found) == ["phone:+12025550147"] and found.identifiers["recovered"].to_list() == [True]
    check_places(made, found.identifiers)


def test_title_text_and_the_stated_phone_each_for_itself() -> None:
    number = "202 555 0147"
    made = listings({"title": f"{number} Anna", "text": f"Call {number}", "phone": f" {number} ", "region": "US"})
    found = contacts(made).identifiers
    assert found.select("identifier", "found_in", "start", "end").rows() == [
        ("phone:+12025550147", "phone", 0, 12),
        ("phone:+12025550147", "text", 5, 17),
        ("phone:+12025550147", "title", 0, 12),
    ]
    check_places(made, found)


def test_several_stated_phones() -> None:
    made = listings({"text": "a", "phone": ["202 555 0147", "+44 7700 900123"], "region": "US"})
    found = contacts(made)
    assert ids(found) == ["phone:+12025550147", "phone:+447700900123"]
    check_places(made, found.identifiers)


# --- a number that goes from the title into the text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Anna 202", "555 0147 call me"),
        ("Anna 202 555", "0147"),
        ("two zero two five five", "five zero one four seven, Anna"),
        ("x" * 500 + " 202", "555 0147 " + "y" * 500),
    ],
)
def test_a_number_across_title_and_text(title: str, text: str) -> None:
    made = listings({"title": title, "text": text, "region": "US"})
    found = contacts(made)
    assert ids(found) == ["phone:+12025550147"] and found.identifiers["found_in"].to_list() == [ACROSS]
    check_places(made, found.identifiers)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Anna 24", "Call 202 555 0147"),
        ("Call 202 555 0147", "24 years"),
        ("Call 202 555 0147", "202 555 0148 as well"),
        ("Anna", "202 555 0147"),
        ("00 202 555 0147", "1 hour"),
        ("00 202 555 0147", "1"),
    ],
)
def test_a_number_that_stands_in_one_of_them_is_not_read_across(title: str, text: str) -> None:
    found = contacts(listings({"title": title, "text": text, "region": "US"}))
    assert ACROSS not in found.identifiers["found_in"].to_list()
    assert "phone:+12025550147" in ids(found)


def test_what_the_title_adds_to_a_number_of_the_text() -> None:
    split = {"title": "Call +1", "text": "202 555 0147"}
    at_home = contacts(listings(split | {"region": "US"})).identifiers
    abroad = contacts(listings(split | {"region": "GB"})).identifiers
    assert at_home.select("identifier", "found_in").rows() == [("phone:+12025550147", "text")]
    assert abroad.select("identifier", "found_in").rows() == [("phone:+12025550147", ACROSS)]


_SPOKEN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def spoken(digits: str, filler: str) -> str:
    """Digits in words, a filler behind each."""
    return "".join(_SPOKEN[int(d)] + filler for d in digits)


@pytest.mark.parametrize("filler", [" dot dot dot ", " dash dash dash ", " dot dot dash ", " dash dash dot "])
@pytest.mark.parametrize("cut", range(1, 10))
@pytest.mark.parametrize("more", ["7" * 12, "9" * 12, "3456789"])
def test_a_number_is_never_read_out_of_a_longer_row_of_digits(filler: str, cut: int, more: str) -> None:
    """The look at where the title ends and the text begins is cut off somewhere, and that may be in such a row."""
    number = "2025550147"
    pairs = [
        (spoken(more + number[:cut], filler), spoken(number[cut:], filler).removesuffix(filler)),
        (spoken(number[:cut], filler), spoken(number[cut:] + more, filler)),
    ]
    for title, text in pairs:
        whole = contacts(listings({"text": f"{title}\n{text}", "region": "US"}))
        assert set(ids(contacts(listings({"title": title, "text": text, "region": "US"})))) <= set(ids(whole))


# --- regions


def test_a_number_that_fits_two_countries_is_said_and_not_taken() -> None:
    text = "Ring 06 39 98 00 47 today"
    both = contacts(listings({"text": text}), "FR NL")
    assert ids(both) == []
    (issue,) = both.issues.to_dicts()
    assert (issue["code"], issue["kind"], issue["column"]) == ("phone-fits-two-regions", "warning", "text")
    assert "FR and in NL" in issue["message"] and "39" not in issue["message"] + issue["hint"]
    one, other = (contacts(listings({"text": text}), r) for r in ("FR", "NL"))
    assert len(ids(one)) == len(ids(other)) == 1 and ids(one) != ids(other)
    stated = contacts(listings({"text": text, "region": "FR"}), "NL")
    assert ids(stated) == ids(one) and stated.issues.is_empty()
    two = contacts(listings({"text": text, "region": ["FR", "NL"]}), "US")
    assert not ids(two) and "FR and in NL" in two.issues["message"][0]


def test_a_remark_that_is_true_twice_is_made_once() -> None:
    text = "Ring 06 39 98 00 47 or ring 06 39 98 00 48"
    found = contacts(listings({"text": text, "phone": "06 39 98 00 47"}), "FR NL")
    assert found.issues.select("column", "code", "count").rows() == [
        ("phone", "phone-fits-two-regions", 1),
        ("text", "phone-fits-two-regions", 1),
    ]


def test_no_region_no_national_number() -> None:
    found = find(text="Call 202-555-0147 or +44 7700 900123", phone="202 555 0148")
    assert ids(found) == ["phone:+447700900123"]
    assert found.issues.select("column", "code").rows() == [
        ("phone", "phone-needs-region"),
        ("text", "phone-needs-region"),
    ]
    assert all("555" not in m for m in found.issues["message"])


def test_the_listing_decides_before_the_case() -> None:
    assert ids(find("US", text="Call 07700 900123", region="GB")) == ["phone:+447700900123"]
    assert ids(find("GB", text="Call 07700 900123")) == ["phone:+447700900123"]
    assert ids(find("US", text="Call 07700 900123")) == []


def test_a_region_that_is_none_is_not_replaced_by_that_of_the_case() -> None:
    assert ids(find("US", text="Call 202-555-0147", region="Narnia")) == []
    assert ids(find("US", text="Call +1 202-555-0147", region="Narnia")) == ["phone:+12025550147"]


def test_an_unknown_region_of_the_case_is_an_error() -> None:
    with pytest.raises(ValueRefused):
        contacts(listings({"text": "a"}), "Narnia")


@pytest.mark.parametrize("phone", ["call me", "555", "0147 12"])
def test_a_stated_phone_that_is_none_is_said(phone: str) -> None:
    found = find("US", text="a", phone=phone)
    assert ids(found) == [] and found.issues["code"].to_list() == ["phone-not-read"]
    assert phone not in found.issues["message"][0]


def test_a_text_that_is_too_long_is_searched_as_far_as_it_says() -> None:
    long = "Call 202-555-0147 " + "word " * 5000 + "call 202-555-0148"
    found = find("US", text=long)
    assert ids(found) == ["phone:+12025550147"]
    assert found.issues.select("code", "column").rows() == [("text-cut", "text")]


def test_identifiers_that_may_not_link_are_listed_as_such() -> None:
    found = find("US", text="noreply@example.com 0x0000000000000000000000000000000000000000")
    assert found.identifiers["pivot"].to_list() == [False, False]


# --- laws


def test_equal_content_gives_equal_contacts_in_every_row() -> None:
    record = {"text": "Call 202-555-0147", "region": "US"}
    found = contacts(listings(record, record | {"url": "u2"}, record | {"region": "GB"}))
    assert found.identifiers.select("identifier", "row").rows() == [
        ("phone:+12025550147", 1),
        ("phone:+12025550147", 2),
    ]


def test_order_of_rows_changes_nothing() -> None:
    records = [{"text": f"Call 202-555-01{n:02} or 202-555-01{99 - n}", "region": "US"} for n in range(40)]
    made = listings(*records, {"text": "06 39 98 00 47", "region": "FR NL", "phone": "x"})
    want = contacts(made)
    for seed in range(4):
        got = contacts(made.sample(fraction=1, shuffle=True, seed=seed))
        assert got.identifiers.equals(want.identifiers) and got.issues.equals(want.issues)


def test_no_listings_no_contacts() -> None:
    found = contacts(listings({"title": "a"}).clear())
    assert found.identifiers.is_empty() and dict(found.identifiers.schema) == IDENTIFIERS.polars()


_PIECES = st.sampled_from(
    [
        *(
            "202-555-0147",
            "+1 202 555 0148",
            "two zero two",
            "five five five",
            "zero one four nine",
            "202",
            "555",
            "0147",
        ),
        *("anna@example.com", "anna (at) example (dot) com", "@anna_x", "telegram", "$anna_pay", "t.me/anna_x", "call"),
        *("DE89370400440532013000", "\u200b", "\u202e", "<b>", "</b>", "\n", " ", ".", "-", "for", "ﬁ", "½", "é", "ß"),
        *("\U0001f1fa\U0001f1f8", "e\u0301", "2\ufe0f\u20e3", "é5", "０", "Ⅷ", "\U0001d7db"),
    ]
)
_TEXT = st.lists(_PIECES, max_size=14).map(" ".join) | st.lists(_PIECES, max_size=14).map("".join)


@settings(max_examples=200, deadline=None)
@given(_TEXT, _TEXT, _TEXT, st.sampled_from(["US", "GB US", ""]))
def test_a_place_is_where_it_says(title: str, text: str, phone: str, region: str) -> None:
    made = listings({"title": title, "text": text, "phone": phone, "region": region})
    found = contacts(made)
    check_places(made, found.identifiers)
    assert found.identifiers.select(IDENTIFIERS.key).is_unique().all()
    assert found.issues.select(ISSUES.key).is_unique().all()
