"""Nothing that is given out can be real; the rules that say so can be broken."""

from __future__ import annotations

import random
import re

import pytest

from fininit.errors import UsageError
from fininit.identifiers.iban import parse_iban
from fininit.training import fiction
from fininit.training.ads import STYLES, Style, written
from fininit.training.fiction import Names, Phone, Phones


@pytest.mark.parametrize("region", ["US", "GB", "DE"])
def test_every_phone_is_reserved_and_given_out_once(region: str) -> None:
    phones = Phones(random.Random(1))
    taken = [phones.take(region) for _ in range({"US": 2200, "GB": 1000, "DE": 5000}[region])]
    with pytest.raises(UsageError):
        phones.take(region)
    assert len({p.e164 for p in taken}) == len(taken)
    assert all(fiction.is_reserved_phone(p.e164) and p.region == region for p in taken)


@pytest.mark.parametrize(
    ("number", "reserved"),
    [
        ("+12025550100", True),
        ("+12025550199", True),
        ("+12025550200", False),
        ("+12025551212", False),
        ("+442079460999", True),
        ("+442079461000", False),
        ("+447700900123", True),
        ("+447700901123", False),
        ("+493023125999", True),
        ("+493023126000", False),
        ("+4922147101234", False),
    ],
)
def test_reserved_phones(number: str, reserved: bool) -> None:
    assert fiction.is_reserved_phone(number) is reserved


def test_ibans_are_right_and_of_no_bank() -> None:
    text = fiction.iban("99010000", 1)
    assert parse_iban(text) == text
    assert fiction.is_reserved_iban(text)
    assert not fiction.is_reserved_iban("DE89370400440532013000")
    with pytest.raises(AssertionError):
        fiction.iban("37040044", 1)


def test_hosts_addresses_and_wallets() -> None:
    rng = random.Random(1)
    assert fiction.is_reserved_host("board-one.example.org")
    assert not fiction.is_reserved_host("example.org.evil.test")
    assert not fiction.is_reserved_host("notexample.com")
    assert all(fiction.is_reserved_ip(fiction.ip(rng)) for _ in range(50))
    assert not fiction.is_reserved_ip("8.8.8.8")
    assert fiction.is_reserved_hex(fiction.wallet(rng)) and fiction.is_reserved_hex(fiction.tx_hash(rng))
    assert not fiction.is_reserved_hex("0x" + "ab" * 20)


def test_names_are_made_up_and_new() -> None:
    names = Names(random.Random(1))
    made = [names.person() for _ in range(2000)] + [names.firm("Market") for _ in range(100)]
    assert len(set(made)) == len(made)
    assert all(fiction.is_made_up_name(n) and fiction.is_made_up_name(n.upper()) for n in made)
    assert not fiction.is_made_up_name("Jane Doe")
    with pytest.raises(UsageError):
        [names.firm("Market") for _ in range(1000)]


_DIGITS = dict(
    zip(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], "0123456789", strict=True)
)


def digits(text: str) -> str:
    """The digits that a hidden number stands for; ``+`` stays."""
    words = re.sub(r"[a-z]{3,}", lambda m: _DIGITS[m[0]], text)
    return re.sub(r"[^0-9+]", "", words.replace("O", "0").replace("l", "1"))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "phone", [Phone("1", "202", "5550143"), Phone("44", "20", "79460123"), Phone("49", "221", "4710123")]
)
def test_a_number_can_be_read_back_however_it_is_written(phone: Phone, style: Style) -> None:
    rng = random.Random(3)
    for _ in range(30):
        assert digits(written(phone, style, phone.region, rng)) in (phone.national, phone.e164)
    if style == "plain":
        assert digits(written(phone, style, "FR", rng)) == phone.e164
