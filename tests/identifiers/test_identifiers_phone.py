"""Phones in text: found however they are written, and nothing else taken for one.

All numbers are of ranges that are kept for fiction: NANP 555-01xx, Ofcom 07700 900xxx and 020 7946 0xxx, ACMA
0491 570 156 ff., ARCEP 06 39 98 xx xx, Bundesnetzagentur 030 23125 xxx.
"""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fininit.errors import ValueRefused
from fininit.identifiers import extract
from fininit.identifiers.numbering import region_codes, resolve
from fininit.identifiers.phone import find_phones, scan_phones

US, GB, AU, FR, DE = "+12025550147", "+447700900147", "+61491570156", "+33639980047", "+493023125042"


def numbers(text: str, regions: str | None) -> list[str]:
    """The numbers found, each once, in the order of the text."""
    return list(dict.fromkeys(f.canonical for f in find_phones(text, regions)))


PLAIN = [
    ("(202) 555-0147", "US", US),
    ("202.555.0147", "US", US),
    ("202 555 0147", "US", US),
    ("2025550147", "US", US),
    ("1-202-555-0147", "US", US),
    ("+1 (202) 555 0147", None, US),
    ("+1.202.555.0147", None, US),
    ("tel:+12025550147", None, US),
    ("2 0 2 5 5 5 0 1 4 7", "US", US),
    ("2-0-2-5-5-5-0-1-4-7", "US", US),
    ("202 / 555 / 0147", "US", US),
    ("07700 900147", "GB", GB),
    ("07700 900 147", "GB", GB),
    ("+44 (0)7700 900147", None, GB),
    ("0044 7700 900147", None, GB),
    ("44 7700 900147", "GB", GB),
    ("0491 570 156", "AU", AU),
    ("0491 57 01 56", "AU", AU),
    ("0011 61 491 570 156", "AU", AU),
    ("+61 491 570 156", "AU", AU),
    ("06.39.98.00.47", "FR", FR),
    ("06 39 98 00 47", "FR", FR),
    ("030/23125042", "DE", DE),
    ("030 - 231 250 42", "DE", DE),
    ("+49 (0) 30 23125042", None, DE),
    ("011 44 7700 900147", "US", GB),
]


@pytest.mark.parametrize(("text", "region", "number"), PLAIN)
def test_as_people_write_them(text: str, region: str | None, number: str) -> None:
    found = find_phones(f"Hello, {text}, bye", region)
    assert [f.canonical for f in found] == [number]
    assert found[0].as_written


HIDDEN = [
    ("two zero two five five five zero one four seven", "US", US),
    ("TWO OH TWO, FIVE FIVE FIVE, OH ONE FOUR SEVEN", "US", US),
    ("two-oh-two five-five-five oh-one-four-seven", "US", US),
    ("two zero two, triple five, zero one forty seven", "US", US),
    ("202 five five five 01 four 7", "US", US),
    ("twozerotwofivefivefivezeroonefourseven", "US", US),
    ("2zero2 5five5 0one4seven", "US", US),
    ("202 fivefivefive 01for7", "US", US),
    ("2o2-555-o147", "US", US),
    ("2O2 S5S OI47", "US", US),
    ("tw0 zer0 tw0 5 5 5 0 0ne f0ur s3ven", "US", US),
    ("2️⃣0️⃣2️⃣5️⃣5️⃣5️⃣0️⃣1️⃣4️⃣7️⃣", "US", US),
    ("２０２－５５５－０１４７", "US", US),
    ("٢٠٢ ٥٥٥ ٠١٤٧", "US", US),
    ("२०२५५५०१४७", "US", US),
    ("𝟐𝟎𝟐-𝟓𝟓𝟓-𝟎𝟏𝟒𝟕", "US", US),
    ("②⓪②⑤⑤⑤⓪①④⑦", "US", US),
    ("二〇二五五五〇一四七", "US", US),
    ("2\u200b02\u200b555\u200b0147", "US", US),
    ("202\u202e\u2066555\u20690147", "US", US),
    ("202\n555\n0147", "US", US),
    ("202*555*0147", "US", US),
    ("2🔥0🔥2🔥5🔥5🔥5🔥0🔥1🔥4🔥7", "US", US),
    ("202 dash 555 dash 0147", "US", US),
    ("202 call 555 me 0147", "US", US),
    ("<b>202</b>-<i>555</i>-<span class='x'>0147</span>", "US", US),
    ("plus one two zero two five five five zero one four seven", None, US),
    ("oh seven seven double oh nine double oh one four seven", "GB", GB),
    ("o77oo 9oo l47", "GB", GB),
    ("zero four nine one, five seven oh, one five six", "AU", AU),
    ("null drei null zwei drei eins zwei fünf null vier zwei", "DE", DE),
    ("null dreißig dreiundzwanzig zwölf fünfzig zweiundvierzig", "DE", DE),
    ("zéro six trente-neuf quatre-vingt-dix-huit zéro zéro quarante-sept", "FR", FR),
    ("cero seis tres nueve nueve ocho cero cero cuatro siete", "FR", FR),
    ("zero sei tre nove nove otto zero zero quattro sette", "FR", FR),
    ("zero seis três nove nove oito zero zero quatro sete", "FR", FR),
    ("nul zes drie negen negen acht nul nul vier zeven", "FR", FR),
    ("zero sześć trzy dziewięć dziewięć osiem zero zero cztery siedem", "FR", FR),
    ("zero șase trei nouă nouă opt zero zero patru șapte", "FR", FR),
    ("ноль шесть три девять девять восемь ноль ноль четыре семь", "FR", FR),
    ("nula šest tři devět devět osm nula nula čtyři sedm", "FR", FR),
    ("nulla hat három kilenc kilenc nyolc nulla nulla négy hét", "FR", FR),
]


@pytest.mark.parametrize(("text", "region", "number"), HIDDEN)
def test_as_people_hide_them(text: str, region: str | None, number: str) -> None:
    found = find_phones(f"Hello! {text} !", region)
    assert [f.canonical for f in found] == [number]
    assert not found[0].as_written


CONTEXTS = [
    "{}",
    "call {} now",
    "{} 24/7",
    "{} xx",
    "hi im Kim, 22 yo, 5'4\" 120lbs 34-24-36, {}",
    "$100 hh $180 hr {} incall",
    "{}\nRates 100/150/200",
    "posted 2026-05-03 18:30, {}",
    "only 60 min. {} 80 hh 120 hr",
    "{} - 23",
    "{} (age 23)",
    "Mon-Fri 9:00-17:00 | {} | 2 girls",
    "{} for 1 hour",
    "IBAN GB29 NWBK 6016 1331 9268 19, {}",
    "jane@example.com {} 36C",
    "call {} or {} or {}",
]
WRITTEN = [t for t, r, n in PLAIN if r == "US" and n == US] + [t for t, r, _ in HIDDEN if r == "US" and "call" not in t]


@pytest.mark.parametrize(("context", "text"), list(product(CONTEXTS, WRITTEN)))
def test_whatever_stands_around_them(context: str, text: str) -> None:
    assert numbers(context.replace("{}", text), "US") == [US]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("202-555-0147 / 202-555-0148", [US, "+12025550148"]),
        ("202 555 0147 202 555 0148", [US, "+12025550148"]),
        ("2025550147 2025550147 2025550147", [US]),
        ("Kim 22 202-555-0147", [US]),
        ("Kim 22 202 555 0147 23", [US]),
        ("for 202 555 0147", [US]),
        ("call2025550147now", [US]),
        ("http://2025550147.example.com/", [US]),
        ("https://example.com/city/kim-202-555-0147-22/12345678", [US]),
        ("https://wa.me/12025550147?text=hi", [US]),
        ("https://api.whatsapp.com/send?text=a&phone=%2B12025550147", [US]),
        ("viber://chat?number=%2B12025550147", [US]),
        ("202-555-0147 ext 5", [US]),
        ("one eight hundred 555 0199", ["+18005550199"]),
    ],
)
def test_places_and_pairs(text: str, found: list[str]) -> None:
    assert numbers(text, "US") == found


NOT_PHONES = [
    ("Oh, I see.", "US"),
    ("call 555-0147", "US"),
    ("202-555-01xx", "US"),
    ("202-555-01**", "US"),
    ("202-***-0147", "US"),
    ("07700 9**147", "GB"),
    ("07700xxx147", "GB"),
    ("030 23125xxx", "DE"),
    ("+44 7700 9•• 147", None),
    ("$150 $200 $300 $400", "US"),
    ("100/150/200/250", "US"),
    ("rates 250 350 4500", "US"),
    ("600 700 800", "ES"),
    ("500 600 700 zł", "PL"),
    ("1.500.000,00 € 2.000,50 €", "DE"),
    ("0.0412345678 -0.30123456", "DE"),
    ("2026-05-31T10:30:15Z 2026-05-31", "US"),
    ("31.05.2026 18:30 - 01.06.2026", "DE"),
    ("05/06/2026 - 07/08/2026", "US"),
    ("20260531", "DK"),
    ("31052026", "DK"),
    ("2025 2026", "DK"),
    ("12:30 - 14:45 - 18:15", "US"),
    ("open 10am-2am 7 days 365 nights", "US"),
    ("5'7 34DD 120lbs 36-24-36 90-60-90", "US"),
    ("1920x1080 2560x1440", "DK"),
    ("DE89 3704 0044 0532 0130 00", "DE"),
    ("GB29NWBK60161331926819", "GB"),
    ("AT61 1904 3002 3457 3201", "AT"),
    ("4111 1111 1111 1111", "US"),
    ("1Z 999 AA1 01 2345 6784", "US"),
    ("tracking 9400 1000 0000 0000 0000 00", "US"),
    ("ID: 2025550147", "US"),
    ("order no. 2025550147", "US"),
    ("account number 2025550147", "US"),
    ("licence no 0491570156", "AU"),
    ("EUR 2025550147", "US"),
    ("$2025550147", "US"),
    ("TX2025550147AB", "US"),
    ("a1b2c3d4e5f60718293a2025550147bc", "US"),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "US"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "US"),
    ("2025550147@example.com", "US"),
    ("https://example.com/listing/20255501", "US"),
    ("1234567890", "US"),
    ("one two three four five six seven eight nine ten", "US"),
    ("1 2 3 4 5 6 7 8 9 10", "US"),
    ("40.712776, -74.005974", "US"),
    ("30.267153, -97.743057", "US"),
    ("sizes 8 10 12 14 16 18 20", "US"),
    ("room 202 floor 5 apt 550 unit 147", "US"),
    ("2025 555 items 0147", "US"),
    ("738-2025550-96", "US"),
    ("four thousand seventy five hundred twelve", "US"),
    ("491 570 156", "AU"),  # without the trunk prefix, which Australia writes
    ("7700 900147", "GB"),
]


@pytest.mark.parametrize(("text", "region"), NOT_PHONES)
def test_other_numbers_are_no_phones(text: str, region: str | None) -> None:
    assert numbers(text, region) == []
    assert numbers(f"hello {text} bye", region) == []


def test_a_national_number_needs_a_stated_region() -> None:
    got = scan_phones("call 202-555-0147 or +44 7700 900147")
    assert [f.canonical for f in got.found] == [GB]
    assert [(r.code, r.start, r.end) for r in got.remarks] == [("phone-needs-region", 5, 17)]
    assert scan_phones("room 202-555-0147").remarks == ()


def test_a_number_that_fits_two_regions_is_none_and_names_both() -> None:
    text = "Ring 06 39 98 00 47 today"
    assert numbers(text, "FR") == [FR]
    assert numbers(text, "NL") == ["+31639980047"]
    got = scan_phones(text, ["NL", "FR"])
    assert got.found == ()
    assert [(r.code, text[r.start : r.end], r.regions) for r in got.remarks] == [
        ("phone-fits-two-regions", "06 39 98 00 47", ("FR", "NL"))
    ]


def test_regions_with_one_plan_are_one() -> None:
    assert numbers("202-555-0147", "US CA") == [US]
    assert numbers("+33 6 39 98 00 47", "NL FR") == [FR]


def test_regions_as_they_are_stated() -> None:
    assert region_codes(" us/CA ; uk") == ("CA", "GB", "US")
    assert region_codes(None) == region_codes("") == ()
    with pytest.raises(ValueRefused) as e:
        region_codes("Atlantis")
    assert e.value.code == "region-unknown"
    assert "Atlantis" not in str(e.value)


def test_a_stand_in_never_links() -> None:
    (f,) = find_phones("0400 000 000", "AU")
    assert not f.pivot
    assert f.note == "stand-in"
    (free,) = find_phones("+1 800 555 0199")
    assert free.pivot
    assert free.note == "toll-free"


def test_each_once_and_as_written_before_recovered() -> None:
    text = "two zero two five five five zero one four seven, that is 202-555-0147"
    both = find_phones(text, "US")
    assert [f.as_written for f in both] == [False, True]
    (one,) = extract(text, region="US")
    assert (one.scheme, one.value, one.as_written) == ("phone", US, True)
    assert text[one.start : one.end] == "202-555-0147"


def test_what_was_undone_is_noted() -> None:
    notes = {t: find_phones(t, r)[0].note for t, r, _ in HIDDEN}
    assert notes["two zero two five five five zero one four seven"] == "spelled-out"
    assert notes["2O2 S5S OI47"] == "spelled-out letters-for-digits"
    assert notes["２０２－５５５－０１４７"] == "other-digits"


# ----------------------------------------------------------------------------------------------------------- properties

PIECES = st.sampled_from(
    [
        *"0123456789+-./()*xo lI,\n\t$€#@_:'\"%&<>🔥\u200b\u202e\ufe0f\u20e3٣５②½²\ud800",
        *("202", "555", "0147", "07700", "900", "+44", "0491", "six", "zero", "null", "for", "call", "double", "plus"),
        *("https://", "wa.me/", "DE89", "hour", "age ", " EUR", "dot", "(at)", "twenty", "quatre-vingt", "000"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))
REGIONS = st.sampled_from([None, "US", "DE", "GB", "AT DE", "FR NL", "DK", "ES"])


@given(TEXTS, REGIONS)
@example("\ud800202-555-0147", "US")
@example("2025550147\u0301", "US")
@example("½202 555 0147", "US")
def test_offsets_cover_what_was_found(text: str, regions: str | None) -> None:
    found = find_phones(text, regions)
    ends = 0
    for f in found:
        assert ends <= f.start < f.end <= len(text)
        ends = f.end
        shown = text[f.start : f.end]
        again = [g.canonical for g in find_phones(f"tel {shown}", regions)]
        assert f.canonical in again or "link" in f.note or not f.as_written, (shown, f)
        if f.as_written and "link" not in f.note:
            assert all(ch in "0123456789+-./() \t\u00a0\u2009\u202f\u2010\u2011\u2012\u2013\u2014" for ch in shown)


@given(TEXTS, REGIONS)
def test_canonical_is_canonical_again(text: str, regions: str | None) -> None:
    for f in find_phones(text, regions):
        assert [g.canonical for g in find_phones(f.canonical)] == [f.canonical]
        assert resolve(f.canonical[1:], True, ())[0].e164 == f.canonical


@given(
    st.integers(0, 99), st.sampled_from(["202", "212", "415", "617", "808"]), st.sampled_from(["-", " ", ".", "/", ""])
)
def test_any_reserved_number_in_any_grouping(last: int, area: str, mark: str) -> None:
    text = f"Kim, 22, {area}{mark}555{mark}01{last:02d} 150 hr"
    assert numbers(text, "US") == [f"+1{area}55501{last:02d}"]


# ---------------------------------------------------------------------------------------------------------- linear time

HOSTILE = {
    "a solid row": "12345098",
    "case 131": "(+43 664 ",
    "spaced digits": "2 0 7 5 3 9 4 ",
    "numbers": "2025550147 ",
    "triples": "204 553 917 ",
    "words": "two zero five ",
    "weak words": "for to oh ",
    "glued words": "onetwothree",
    "masks": "5**",
    "crosses": "5x",
    "zero-width": "5\u200b",
    "plus": "+1 ",
    "at": "a@",
    "signs": "(((",
    "links": "http://a.com/",
    "cue words": "call 20 255 ",
}


def steps(text: str, regions: str) -> int:
    """Calls of functions, Python's and C's, while a text is searched: work, counted instead of timed."""
    count = 0

    def tally(*_: object) -> None:
        nonlocal count
        count += 1

    resolve.cache_clear()
    sys.setprofile(tally)
    try:
        scan_phones(text, regions)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_is_at_most_twice_the_work(unit: str) -> None:
    small, large = (unit * (size // len(unit)) for size in (2_000, 8_000))
    scan_phones(small, "US DE")  # tables are built once
    assert steps(large, "US DE") <= 4.5 * steps(small, "US DE") + 2_000


def test_a_long_text_is_cut_and_no_number_with_it() -> None:
    from fininit.identifiers.find import scan
    from fininit.identifiers.found import MAX_TEXT

    number = "+44 7700 900147"
    early = scan(number + "." * MAX_TEXT + number)
    assert [f.start for f in early.found] == [0]
    assert [(r.code, r.start) for r in early.remarks] == [("text-cut", MAX_TEXT)]
    across = " " * (MAX_TEXT - len(number) + 1) + number
    assert scan(across).found == ()


# -------------------------------------------------------------------------------------------------------- given measure


def test_given_strings(shared: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(shared / "check/phones.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
