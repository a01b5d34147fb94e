"""Identifiers in free text: what is written, what is hidden, what only looks like one."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.identifiers import extract
from fininit.identifiers.find import scan
from fininit.identifiers.found import MAX_TEXT
from fininit.identifiers.keccak import keccak256


def found(text: str, region: str | None = None) -> list[tuple[str, str, str]]:
    """(kind, canonical, the text it was read from)."""
    return [(f.kind, f.canonical, text[f.start : f.end]) for f in scan(text, region).found]


@pytest.mark.parametrize(
    ("text", "region", "canonical"),
    [
        ("+44 7700 900123", None, "+447700900123"),
        ("07700 900123", "GB", "+447700900123"),
        ("(212) 555-0147", "US", "+12125550147"),
        ("2 one 2 five five five 0 1 4 seven", "US", "+12125550147"),
        ("２１２-５５５-０１４７", "US", "+12125550147"),
        ("2\u200b125550147", "US", "+12125550147"),
        ("0491 570 156", "AU", "+61491570156"),
    ],
)
def test_phones_as_people_write_and_hide_them(text: str, region: str | None, canonical: str) -> None:
    around = f"call {text} now"
    (got,) = scan(around, region).found
    assert (got.kind, got.canonical) == ("phone", canonical)
    assert around[got.start : got.end] in text


@pytest.mark.parametrize(
    "text",
    [
        "150 2hr, 250 overnight",
        "age 21, 36-24-36, 5 ft 7",
        "on 12.03.2026 at 20:30",
        "order 2125550",
        "(212) 555-01xx",
        "ref 202603121234567890",
    ],
)
def test_prices_ages_dates_and_masks_are_no_phones(text: str) -> None:
    assert [f for f in scan(text, "US").found if f.kind == "phone"] == []


def test_a_national_number_needs_a_stated_region() -> None:
    assert found("212-555-0147") == []


def test_what_is_recovered_is_told_from_what_is_written() -> None:
    written, hidden = (
        scan(t, "US").found[0].as_written for t in ("212-555-0147", "2 one 2 five five five 0 1 4 seven")
    )
    assert written is True and hidden is False


@pytest.mark.parametrize(
    ("text", "kind", "canonical"),
    [
        ("write JANE@Example.com today", "email", "jane@example.com"),
        ("jane (at) example [dot] com", "email", "jane@example.com"),
        ("cashapp $janex", "handle", "cashapp:$janex"),
        ("pay DE46 9901 0000 0000 0010 01", "iban", "DE46990100000000001001"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "wallet", "btc:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        (
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "wallet",
            "eth:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        ),
    ],
)
def test_other_identifiers(text: str, kind: str, canonical: str) -> None:
    assert [(k, c) for k, c, _ in found(text, "US")] == [(kind, canonical)]


def test_a_wrong_check_digit_never_merges() -> None:
    assert found("DE47 9901 0000 0000 0010 01") == []
    good, bad = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"
    one, two = scan(f"{good} {bad}").found
    assert one.canonical != two.canonical and two.note == "checksum-failed"
    assert found("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb") == []


def test_each_identifier_comes_once_out_of_extract() -> None:
    text = "212-555-0147 or 2 1 2 5 5 5 0 1 4 7, jane@example.com"
    assert [(f.scheme, f.value) for f in extract(text, "US")] == [
        ("phone", "+12125550147"),
        ("email", "jane@example.com"),
    ]


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="0123456789 -()+oOlI.@$abcxthrefive\u200b\u202e２٣", max_size=80),
    st.sampled_from(["US", "GB", None]),
)
def test_offsets_lie_in_the_text_and_no_text_is_too_strange(text: str, region: str | None) -> None:
    last = 0
    for f in scan(text, region).found:
        assert 0 <= f.start < f.end <= len(text) and f.start >= last and text[f.start : f.end].strip()
        last = f.start


def test_a_very_long_text_is_searched_to_a_stated_end() -> None:
    text = "x" * MAX_TEXT + " 212-555-0147"
    got = scan(text, "US")
    assert got.found == () and [r.code for r in got.remarks] == ["text-cut"]
    for hostile in ("1" * 28 + "x", "(+43 664 " * 20_000, "@" * 50_000, "one " * 50_000):
        scan(hostile, "AT")


def test_keccak_is_not_sha3_and_matches_its_published_empty_digest() -> None:
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"").hex() == empty
    assert hashlib.sha3_256(b"").hexdigest() != empty


def test_the_reference_strings(shared: object, repository: object) -> None:
    """The measure beside the project, run as it is: nothing missed, nothing made up."""
    import subprocess
    import sys
    from pathlib import Path

    script = Path(str(shared)) / "check" / "phones.py"
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, cwd=str(repository), check=False
    )
    words = done.stdout.split()
    recall, precision = (words[words.index(w) + 1].split("/") for w in ("recall", "precision"))
    assert recall[0] == recall[1] and precision[0] == precision[1], done.stdout
