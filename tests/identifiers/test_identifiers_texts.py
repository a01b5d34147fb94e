"""Mail addresses, handles, IBANs and wallets in text; folding; and that no pattern can be made slow."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants as sre
from re import _parser as sre_parser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fininit.identifiers
from fininit.identifiers import extract
from fininit.identifiers.email import find_emails
from fininit.identifiers.find import find_all, scan
from fininit.identifiers.found import Found
from fininit.identifiers.handle import account_of_handle, find_handles
from fininit.identifiers.iban_text import find_ibans
from fininit.identifiers.keccak import keccak256
from fininit.identifiers.obfuscation import folded, plain
from fininit.identifiers.wallet import checksummed, find_wallets, parse_wallet


def shown(found: list[Found], text: str) -> list[tuple[str, str, bool]]:
    return [(f.canonical, text[f.start : f.end], f.as_written) for f in found]


# ----------------------------------------------------------------------------------------------------------------- mail


@pytest.mark.parametrize(
    ("text", "address", "span", "as_written"),
    [
        ("Mail: Jane.Doe+x@Example.co.uk, or", "jane.doe+x@example.co.uk", "Jane.Doe+x@Example.co.uk", True),
        ("jane@example.com.", "jane@example.com", "jane@example.com", True),
        ("jane@example.com.Call me", "jane@example.com", "jane@example.com", True),
        ("jane (at) example (dot) com", "jane@example.com", "jane (at) example (dot) com", False),
        ("jane[at]example.com", "jane@example.com", "jane[at]example.com", False),
        ("jane at example dot com now", "jane@example.com", "jane at example dot com", False),
        ("jane AT example PUNKT com", "jane@example.com", "jane AT example PUNKT com", False),
        ("jane_at_example_dot_com", "jane@example.com", "jane_at_example_dot_com", False),
        ("jane＠example．com", "jane@example.com", "jane＠example．com", False),
        ("ja\u200bne@exa\u200bmple.com", "jane@example.com", "ja\u200bne@exa\u200bmple.com", False),
        ("jane @ example.com", "jane@example.com", "jane @ example.com", False),
        ("me at gmail.com", "me@gmail.com", "me at gmail.com", False),
    ],
)
def test_mail_addresses(text: str, address: str, span: str, as_written: bool) -> None:
    assert shown(find_emails(text), text) == [(address, span, as_written)]


@pytest.mark.parametrize(
    "text",
    [
        "look at example.com",
        "meet me @ home. Tonight",
        "a@b",
        "@name",
        "jane@",
        "@example.com",
        "good at dot com",
        "é@x.de",
    ],
)
def test_no_mail_addresses(text: str) -> None:
    assert find_emails(text) == []


def test_nobody_sits_behind_no_reply() -> None:
    assert [f.pivot for f in find_emails("no-reply@example.com kim@example.com")] == [False, True]


# -------------------------------------------------------------------------------------------------------------- handles


@pytest.mark.parametrize(
    ("text", "handle", "span"),
    [
        ("Cash App $KimExample9 ok", "cashapp:$kimexample9", "$KimExample9"),
        ("telegram @kim_example", "telegram:@kim_example", "@kim_example"),
        ("@kim_example on Telegram", "telegram:@kim_example", "@kim_example"),
        ("tg: kim_example", "telegram:@kim_example", "kim_example"),
        ("snap: kim99", "snapchat:kim99", "kim99"),
        ("https://t.me/Kim_Example", "telegram:@kim_example", "https://t.me/Kim_Example"),
        ("cash.app/$KimExample", "cashapp:$kimexample", "cash.app/$KimExample"),
        ("venmo @Kim-Example-9", "venmo:@kim-example-9", "@Kim-Example-9"),
    ],
)
def test_handles(text: str, handle: str, span: str) -> None:
    assert [(h, s) for h, s, _ in shown(find_handles(text), text)] == [(handle, span)]


@pytest.mark.parametrize(
    "text",
    [
        "@kim_example",  # no app near
        "telegram\nor else: @kim_example",
        "write @kim, telegram or snapchat",  # two apps behind it
        "$200hr $80qv $USD US$ABC",
        "t.me/+12025550147",
        "signal: 2025550147",
        "telegram: call me",
        "instagram.com/p/xyz",
        "kim@example.com telegram",
    ],
)
def test_no_handles(text: str) -> None:
    assert find_handles(text) == []


def test_a_cashtag_without_its_app_says_so() -> None:
    assert [f.note for f in find_handles("$kimexample")] == ["app-not-named"]
    assert [f.note for f in find_handles("cashapp $kimexample")] == [""]
    assert account_of_handle("cashapp:$kimexample") == "app:cashapp:$kimexample"


# ---------------------------------------------------------------------------------------------------------------- IBANs


@pytest.mark.parametrize(
    ("text", "as_written"),
    [
        ("to DE89370400440532013000.", True),
        ("IBAN: DE89 3704 0044 0532 0130 00, thanks", True),
        ("de89370400440532013000", True),
        ("DE89-3704-0044-0532-0130-00", False),
        ("DE89\u200b370400440532013000", False),
    ],
)
def test_ibans(text: str, as_written: bool) -> None:
    (f,) = find_ibans(text)
    assert (f.identifier, f.as_written) == ("iban:DE89370400440532013000", as_written)
    assert text[f.start : f.end].upper().startswith("DE89") and text[f.start : f.end].endswith("00")


@pytest.mark.parametrize(
    "text", ["DE89370400440532013001", "DE8937040044053201300", "DE893704004405320130000", "XDE89370400440532013000"]
)
def test_no_ibans(text: str) -> None:
    assert find_ibans(text) == []


# -------------------------------------------------------------------------------------------------------------- wallets

WALLETS = [  # examples of the standards: genesis block, BIP 173, BIP 350, EIP-55; a token contract of Tron
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "btc:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "btc:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    (
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "btc:bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "eth:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
    ("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "eth:0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359"),
    ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "tron:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
]


@pytest.mark.parametrize(("address", "account"), WALLETS)
def test_wallets(address: str, account: str) -> None:
    assert parse_wallet(address) == account
    text = f"send ({address})!"
    (f,) = find_wallets(text)
    assert (f.canonical, text[f.start : f.end], f.as_written, f.pivot, f.note) == (account, address, True, True, "")


@pytest.mark.parametrize(("address", "account"), WALLETS)
def test_one_wrong_character_is_seen(address: str, account: str) -> None:
    letters = [i for i, c in enumerate(address) if c.isalpha() and i > 3]
    wrong = address[: letters[-1]] + address[letters[-1]].swapcase() + address[letters[-1] + 1 :]
    assert parse_wallet(wrong) is None
    assert [f.pivot for f in find_wallets(wrong)] in ([], [False])


@pytest.mark.parametrize(
    "address",
    [
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",  # Bech32 where BIP 350 asks for Bech32m
        "bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du",
        "bc1gmk9yu",
        "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",  # the test network
        "2NBFNJTktNa7GZusGbDbGKRZTxdK9VVez3n",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
        "x" * 34,
    ],
)
def test_no_wallets(address: str) -> None:
    assert parse_wallet(address) is None


def test_an_address_without_checksum_says_so_and_a_wrong_one_never_links() -> None:
    low = "0x" + "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
    assert [(f.canonical, f.pivot, f.note) for f in find_wallets(low)] == [(f"eth:{low}", True, "no-checksum")]
    assert find_wallets("0x" + low[2:].upper())[0].canonical == f"eth:{low}"
    wrong = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"
    assert [(f.canonical, f.pivot, f.note) for f in find_wallets(wrong)] == [(f"eth:{wrong}", False, "checksum-failed")]
    assert [(f.pivot, f.note) for f in find_wallets("0x" + "0" * 40)] == [(False, "zero-address")]


@given(st.binary(max_size=300))
def test_the_sponge_is_the_one_of_the_standard_library(data: bytes) -> None:
    assert keccak256(data, padding=0x06) == hashlib.sha3_256(data).digest()


def test_keccak_as_ethereum_uses_it() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


@given(st.binary(min_size=20, max_size=20))
def test_eip_55_is_its_own_canonical_form(data: bytes) -> None:
    address = checksummed(data.hex())
    assert checksummed(address) == address
    assert parse_wallet(address) in (f"eth:{address.lower()}",)


# -------------------------------------------------------------------------------------------------------------- folding

TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("0123456789@.$+- aeio\u200b\u202e\u0301\ufe0f\u20e3٣５②½ﬁİßΣ\ud800\U0001f51f\U000e0041"),
    ),
    max_size=50,
)


@given(TEXTS)
def test_every_folded_character_knows_its_place(text: str) -> None:
    for fold in (folded(text), plain(text)):
        assert len(fold.chars) == len(fold.at)
        assert list(fold.at) == sorted(fold.at)
        for i in range(len(fold.chars)):
            start, end = fold.span(i, i + 1)
            assert 0 <= start < end <= len(text)
            assert fold.place(start) <= i


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = folded(text).chars
    assert folded(once).chars == once


def test_what_is_hidden_and_what_is_a_digit() -> None:
    assert folded("5\ufe0f\u20e3\u200b\u202e５②٣५").chars == "55235"
    assert folded("ÉÜß ½ m² Ⅷ").chars == "euss \u2423 m\u2423 \u2423"
    assert plain("Ｊosé\u200b²").chars == "José²"


# ----------------------------------------------------------------------------------------------------------------- all


def test_all_of_a_text_in_its_order() -> None:
    text = "Kim 202-555-0147, kim@example.com, telegram @kim_example, DE89370400440532013000, $kimexample"
    assert [f.identifier for f in find_all(text, "US")] == [
        "phone:+12025550147",
        "email:kim@example.com",
        "handle:telegram:@kim_example",
        "iban:DE89370400440532013000",
        "handle:cashapp:$kimexample",
    ]
    assert [i.scheme for i in extract(f"{text} {text}", region="US")] == ["phone", "email", "handle", "iban", "handle"]


@given(TEXTS)
def test_offsets_and_idempotence_of_all(text: str) -> None:
    for f in scan(text, "US").found:
        assert 0 <= f.start < f.end <= len(text)
        if f.kind in ("email", "iban"):
            again = find_all(f.canonical)
            assert [g.identifier for g in again] == [f.identifier]


# ------------------------------------------------------------------------------------------------------------- patterns


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for info in pkgutil.iter_modules(fininit.identifiers.__path__):
        module = importlib.import_module(f"fininit.identifiers.{info.name}")
        for name, value in vars(module).items():
            for i, one in enumerate(value if isinstance(value, tuple) else (value,)):
                if isinstance(one, re.Pattern):
                    yield f"{info.name}.{name}[{i}]", one


def nested(tree: Any, inside: bool = False) -> bool:
    """Whether a repeat without a bound stands inside another repeat that may run more than once."""
    for op, value in tree:
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            _, most, body = value
            if most == sre.MAXREPEAT and inside:
                return True
            if nested(body, inside or most == sre.MAXREPEAT or most > 25):
                return True
        elif op == sre.SUBPATTERN:
            if nested(value[3], inside):
                return True
        elif op == sre.BRANCH:
            if any(nested(branch, inside) for branch in value[1]):
                return True
        elif op in (sre.ASSERT, sre.ASSERT_NOT) and nested(value[1], inside):
            return True
    return False


def test_no_pattern_repeats_a_repeat() -> None:
    found = dict(patterns())
    assert len(found) > 25
    assert [n for n, p in found.items() if nested(sre_parser.parse(p.pattern, p.flags & ~re.UNICODE))] == []


@pytest.mark.parametrize("bad", [r"(a+)+b", r"(?:(?:[0-9]+[ -]?)*x)+", r"(?=(x*)*y)"])
def test_a_repeated_repeat_would_be_seen(bad: str) -> None:
    assert nested(sre_parser.parse(bad))
