"""IBANs: the registry's shape, ISO 7064 check digits, and no repairs."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fininit.identifiers.iban import LENGTHS, is_iban_like, parse_iban


def check_digits(country: str, bban: str) -> str:
    """The two digits that ISO 7064 MOD 97-10 gives; a second way to the same number than the code under test."""
    rest = 0
    for ch in bban + country + "00":
        for digit in str(string.digits.find(ch) if ch.isdigit() else string.ascii_uppercase.index(ch) + 10):
            rest = (rest * 10 + int(digit)) % 97
    return f"{98 - rest:02d}"


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country = draw(st.sampled_from(sorted(LENGTHS)))
    size = LENGTHS[country] - 4
    bban = draw(st.text(string.digits + string.ascii_uppercase, min_size=size, max_size=size))
    return country + check_digits(country, bban) + bban


# The examples of the standard's own registry pages, one for each kind of length; no account behind any of them.
REGISTRY = [
    "AD1200012030200359100100",
    "AT611904300234573201",
    "BE68539007547034",
    "CH9300762011623852957",
    "DE89370400440532013000",
    "ES9121000418450200051332",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "IT60X0542811101000000123456",
    "LC55HEMM000100010012001200023015",
    "MT84MALT011000012345MTLCAST001S",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "PL61109010140000071219812874",
    "SE4550000000058398257466",
    "TR330006100519786457841326",
    "UA213223130000026007233566001",
    "XK051212012345678906",
]


@pytest.mark.parametrize("iban", REGISTRY)
def test_examples_of_the_registry(iban: str) -> None:
    assert parse_iban(iban) == iban
    assert parse_iban(" ".join(iban[i : i + 4] for i in range(0, len(iban), 4)).lower()) == iban


@given(ibans())
def test_computed_check_digits_are_accepted(iban: str) -> None:
    assert parse_iban(iban) == iban
    assert is_iban_like(iban)


@given(ibans(), st.data())
def test_one_wrong_character_is_always_seen(iban: str, data: st.DataObject) -> None:
    """ISO 7064 MOD 97-10 sees every substitution of one character by another of its kind."""
    at = data.draw(st.integers(2, len(iban) - 1))
    kind = string.digits if iban[at].isdigit() else string.ascii_uppercase
    other = data.draw(st.sampled_from([c for c in kind if c != iban[at]]))
    assert parse_iban(iban[:at] + other + iban[at + 1 :]) is None


@given(ibans(), st.data())
def test_two_neighbours_exchanged_are_seen(iban: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(4, len(iban) - 2))
    a, b = iban[at], iban[at + 1]
    if a != b and a.isdigit() == b.isdigit():
        assert parse_iban(iban[:at] + b + a + iban[at + 2 :]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "DE",
        "DE8937040044053201300",  # one digit short
        "DE893704004405320130000",  # one too many
        "DE89370400440532O13000",  # a letter O
        "DE89-3704-0044-0532-0130-00",
        "DE89\t370400440532013000",
        "DE89\u00a0370400440532013000",
        "DE8937040044053201300\u0660",  # an Arabic zero
        "ＤＥ89370400440532013000",
        "IBAN DE89370400440532013000",
        "US64SVBKUS6S3300958879",  # a country without IBANs
        "0532013000",
    ],
)
def test_not_an_iban(text: str) -> None:
    assert parse_iban(text) is None


def test_check_digits_outside_the_range_are_refused_although_congruent() -> None:
    """Check digits 98 minus (n mod 97) never give 00, 01 or 99; each is congruent to one that can be given."""
    found = {}
    for n in range(97):
        bban = f"37040044{n:010d}"
        found[check_digits("DE", bban)] = bban
    for wrong, right in (("00", "97"), ("01", "98"), ("99", "02")):
        assert parse_iban("DE" + right + found[right]) is not None
        assert parse_iban("DE" + wrong + found[right]) is None


def test_all_zeros_are_not_an_account() -> None:
    assert parse_iban("PL" + "0" * 26) is None


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("DE89 3704 0044 0532 0130 01", True),
        ("NL91ABNA041716430", True),  # cut short: meant as an IBAN all the same
        ("US64SVBKUS6S3300958879", False),
        ("12345678/1020304050", False),
        ("", False),
    ],
)
def test_meant_as_an_iban(text: str, like: bool) -> None:
    assert is_iban_like(text) is like
    assert parse_iban(text) is None


@given(st.text())
@example("\x00")
@example("DE²²370400440532013000")
def test_any_text_gives_a_canonical_iban_or_none(text: str) -> None:
    iban = parse_iban(text)
    assert iban is None or (iban == parse_iban(iban) and is_iban_like(iban) and iban.isascii())


def test_the_table_is_whole() -> None:
    assert len(LENGTHS) == 89
    assert min(LENGTHS.values()) == 15 and max(LENGTHS.values()) == 33
