"""Listings from JSON Lines, JSON lists and CSV: every record a row, each kept, refused or skipped, nothing told on."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fininit.importers.base import Reading, Source
from fininit.listings.fields import FieldMap
from fininit.listings.importer import listing_id, matches, read
from fininit.schema import LISTINGS

FULL: dict[str, Any] = {
    "listing_id": "20011",
    "site": "board-one",
    "url": "https://board-one.example.org/listing/20011",
    "region": "US",
    "category": "adult services",
    "town": "Springfield",
    "title": "New in town",
    "text": "Calm flat near the station. Call 202-555-0147.",
    "phone": "202-555-0147",
    "price": "150 USD",
    "posted_at": "2026-01-02T21:30:00",
    "captured_at": "2026-01-03T08:15:00+01:00",
    "captured_by": "analyst 1",
    "captured_with": "page saver 2.1",
    "page_sha256": "ab" * 32,
    "screenshot_sha256": "cd" * 32,
    "image_hash": ["f0f0", "0f0f"],
}


def source(data: str | bytes, name: str = "listings.jsonl") -> Source:
    """A file in memory."""
    return Source.from_bytes(name, data.encode() if isinstance(data, str) else data)


def jsonl(*records: object) -> Source:
    """Records, one a line."""
    return source("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records))


def table(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def frame(reading: Reading) -> pl.DataFrame:
    """The listings of a reading."""
    return reading.more["listings"]


def codes(reading: Reading, kind: str = "warning") -> list[str]:
    """Codes of one kind of issue, without those about capture facts that a short test record lacks."""
    usual = ("capture-fact-missing", "no-date")
    return [i.code for i in reading.issues if i.kind == kind and i.code not in usual]


def counts(reading: Reading) -> tuple[int, int, int, int]:
    """Total, taken, skipped, refused."""
    r = reading.rows
    return r.total, r.entries, r.skipped, r.refused


# --- what is read


def test_a_listing_with_all_its_facts() -> None:
    reading = read(jsonl(FULL))
    assert (reading.status, reading.format, reading.how) == ("read", "listings-jsonl", "declared")
    assert counts(reading) == (1, 1, 0, 0) and reading.issues == ()
    (row,) = frame(reading).to_dicts()
    sha = jsonl(FULL).sha256
    assert row["capture_id"] == f"{sha[:16]}:1" and row["source"] == sha and (row["sheet"], row["row"]) == ("", 1)
    assert json.loads(row["raw"]) == FULL
    stated = {"url", "site", "category", "title", "text", "phone", "price", "captured_by", "captured_with"}
    assert {k: row[k] for k in stated} == {k: FULL[k] for k in stated}
    assert (row["site_ref"], row["place"], row["region"]) == ("20011", "Springfield", "US")
    assert (row["posted"], row["posted_on"]) == (FULL["posted_at"], date(2026, 1, 2))
    assert (row["captured"], row["captured_at"]) == (FULL["captured_at"], datetime(2026, 1, 3, 7, 15, tzinfo=UTC))
    assert (row["page_sha256"], row["screenshot_sha256"]) == ("ab" * 32, "cd" * 32)
    assert row["image_hash"] == "f0f0 0f0f" and row["flags"] is None
    assert reading.entries.is_empty() and reading.statements.is_empty()


def test_three_forms_say_the_same() -> None:
    records = [FULL | {"image_hash": "f0f0"}, FULL | {"image_hash": "f0f0", "text": 'Two\nlines, a "quote"; é'}]
    names = list(FULL)
    rows = [names, *([str(r[n]) for n in names] for r in records)]
    files = [jsonl(*records), source(json.dumps(records, indent=2)), source(json.dumps(records))]
    files += [source(table(rows, d, end)) for d in ",;\t|" for end in ("\n", "\r\n")]
    files += [source("\ufeff" + table(rows)), source(table(rows).encode("utf-16")), source("\ufeff" + files[1].head())]
    said = {n for n in LISTINGS.names if n not in ("source", "raw", "row", "capture_id")}
    want = frame(read(files[0])).select(sorted(said))
    for file in files:
        reading = read(file)
        assert matches(file) and counts(reading) == (2, 2, 0, 0), file.head(60)
        assert reading.issues == () and frame(reading).select(sorted(said)).equals(want)
        assert dict(frame(reading).schema) == LISTINGS.polars()


def test_rows_of_a_table_are_those_of_a_spreadsheet() -> None:
    text = 'url,text\nhttps://a.example,one\n\nhttps://b.example,"two\nthree"\nhttps://c.example,four\n'
    assert frame(read(source(text)))["row"].to_list() == [2, 4, 5]
    lines = '{"url":"u","text":"a"}\n\n{"url":"u","text":"b"}'
    assert frame(read(source(lines)))["row"].to_list() == [1, 3]


def test_the_form_is_known_by_content_whatever_the_damage() -> None:
    good = json.dumps({"url": "u", "text": "a"})
    for broken in ("{", '{"url":', "# dump of a board", "[", "\x00"):
        file = source(f"{broken}\n{good}\n{good}\n")
        assert matches(file), broken
        assert counts(read(file)) == (3, 2, 0, 1), broken
    late = jsonl({"url": "u"}, {"url": "u", "text": "a"})
    assert matches(late)  # the first listing has no text
    bracket = source("[no],text,url\n1,a,u\n")
    assert read(bracket).format == "listings-csv"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n",
        b"Date,Amount\n2026-01-01,1\n",
        b'{"a": 1}\n',
        b"[]",
        b"%PDF-1.4",
        b"PK\x03\x04xl/",
        b"\xff\xfe\x00",
    ],
)
def test_other_files_are_no_listings(data: bytes) -> None:
    assert not matches(source(data))
    reading = read(source(data))
    assert reading.rows.entries == 0 and reading.issues


# --- what is missing


def test_a_listing_without_text_or_date_is_kept_and_said() -> None:
    reading = read(jsonl({"url": "https://a.example/1", "title": "Anna"}, {"url": "https://a.example/2"}))
    assert counts(reading) == (2, 2, 0, 0) and reading.status == "read"
    said = {(i.code, i.row, i.count): i.message for i in reading.issues}
    assert said["no-text", 1, 2] == "The listing has no text."
    assert said["no-date", 1, 2] == "The listing says neither when it was posted nor when it was captured."
    assert frame(reading)["text"].to_list() == [None, None]


def test_each_capture_fact_that_is_missing_is_said_once() -> None:
    record = {"url": "u", "text": "a", "posted": "2026-01-01"}
    reading = read(jsonl(record, record | {"captured_by": "me"}, record | {"captured_by": " "}))
    said = [(i.code, i.column, i.row, i.count) for i in reading.issues]
    fact = "capture-fact-missing"
    assert said == [(fact, "captured", 1, 3), (fact, "captured_by", 1, 2), (fact, "captured_with", 1, 3)]


def test_silent_listings_are_not_the_same_listing() -> None:
    file = jsonl({"url": "u1"}, {"url": "u2"}, {"url": "u1"}, {"site_ref": "1"}, {"site_ref": "2"})
    ids = frame(read(file))["listing_id"].to_list()
    assert ids[0] == ids[2] and len(set(ids)) == 4


def test_a_record_with_nothing_of_a_listing_is_refused() -> None:
    reading = read(jsonl({"url": "u", "text": "a"}, {"colour": "red"}, {}, {"text": None, "url": ""}))
    assert counts(reading) == (4, 1, 0, 3)
    assert codes(reading, "refused") == ["nothing-known"] * 3
    one = read(source('{"listings": [{"url": "u", "text": "a"}]}'))
    assert (one.status, codes(one, "refused")) == ("refused", ["not-json-lines"])
    wide = read(source('{\n "url": "u",\n "text": "a"\n}\n'))
    assert (wide.status, codes(wide, "refused")) == ("refused", ["not-json-lines"])


# --- what is broken


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"url": "u", "text": ', "bad-json"),
        ('{"url": "u", "text": "a"} {"url": "v"}', "bad-json"),
        ('{"url": "u", "text": NaN}', "bad-json"),
        ('{"url": "u", "text": "a", "text": "b"}', "duplicate-key"),
        ('{"url": "u", "text": {"x": 1, "x": 2}}', "duplicate-key"),
        ('["u", "a"]', "not-an-object"),
        ("3", "not-an-object"),
        ('"text"', "not-an-object"),
        ("[" * 50_000, "bad-json"),
        ('{"url": "u", "text": "' + "a" * (4 * 1024 * 1024) + '"}', "record-too-long"),
    ],
    ids=lambda x: str(x)[:30],
)
def test_a_broken_line_is_refused_alone(line: str, code: str) -> None:
    good = json.dumps({"url": "u", "text": "a", "posted": "2026-01-01"})
    for lines, row in (([line, good, good], 1), ([good, line, good], 2), ([good, good, line], 3)):
        reading = read(source("\n".join(lines)))
        assert counts(reading) == (3, 2, 0, 1) and reading.status == "read-with-refusals"
        assert [(i.code, i.row) for i in reading.issues if i.kind == "refused"] == [(code, row)]


def test_bytes_that_are_not_in_the_encoding_cost_their_line() -> None:
    good = '{"url": "u", "text": "schön"}\n'.encode()
    bad = '{"url": "u", "text": "schön"}\n'.encode("cp1252")
    reading = read(source(good + bad + good))
    assert counts(reading) == (3, 2, 0, 1) and codes(reading, "refused") == ["undecodable-bytes"]
    lines = [b"[", good.strip() + b",", bad.strip() + b",", good.strip(), b"]"]
    listed = read(source(b"\n".join(lines)))
    assert counts(listed) == (3, 2, 0, 1) and codes(listed, "refused") == ["undecodable-bytes"]
    cells = "url,text\nu,schön\n".encode() + "u,schön\n".encode("cp1252") + "u,schön\n".encode()
    assert counts(read(source(cells))) == (3, 2, 0, 1)
    western = read(source("url,text\nu,schön\n".encode("cp1252")))
    assert western.status == "needs-decision" and codes(western, "refused") == ["encoding-undecided"]
    assert frame(read(source("url,text\nu,schön\n".encode("cp1252")), encoding="cp1252"))["text"][0] == "schön"
    declared = FieldMap.from_dict({"encoding": "cp1252"})
    assert frame(read(source("url,text\nu,schön\n".encode("cp1252")), declared))["text"][0] == "schön"


def test_wide_characters_without_a_mark_are_asked_for() -> None:
    file = source("url,text\nu,hello\n".encode("utf-16-le"))
    assert codes(read(file), "refused") == ["encoding-undecided"]
    assert frame(read(file, encoding="utf-16-le"))["text"].to_list() == ["hello"]


def test_a_list_loses_only_the_record_that_is_wrong_in_itself() -> None:
    text = '[{"url":"u","text":"a","text":"b"}, 7, {"url":"u","text":NaN}, {"url":"u","text":"c"}, "x", []]'
    reading = read(source(text))
    assert counts(reading) == (6, 1, 0, 5)
    said = [(i.row, i.code) for i in reading.issues if i.kind == "refused"]
    assert said == [
        (1, "duplicate-key"),
        (2, "not-an-object"),
        (3, "bad-json"),
        (5, "not-an-object"),
        (6, "not-an-object"),
    ]


@pytest.mark.parametrize(
    "text",
    ['[{"url":"u","text":"a"}, {"url":"u"', '[{"url":"u","text":"a"} nonsense]', '[{"url":"u","text":"a"}'],
)
def test_a_list_whose_next_record_cannot_be_found_is_refused(text: str) -> None:
    reading = read(source(text))
    assert reading.status == "refused" and codes(reading, "refused") == ["bad-json"]


def test_a_second_list_in_the_file_is_not_left_out_in_silence() -> None:
    reading = read(source('[{"url":"u","text":"a"}]\n[{"url":"v","text":"b"}]\n'))
    assert reading.status == "refused" and codes(reading, "refused") == ["bad-json"]
    assert counts(read(source('[{"url":"u","text":"a"}]\n\n'))) == (1, 1, 0, 0)


def test_rows_of_a_table_that_do_not_fit_are_refused_alone() -> None:
    text = 'url;text;price\nu1;dear, sweet, new;1\nu2;dear, sweet, new;2;3\nu3;"open;2\nu4;fine, too, thanks;4\n'
    reading = read(source(text))
    assert counts(reading) == (4, 2, 0, 2) and frame(reading)["url"].to_list() == ["u1", "u4"]
    assert codes(reading, "refused") == ["field-count", "bad-quote"]


def test_rows_beside_the_table_are_counted() -> None:
    text = "Board export\nurl,text\nu1,one\nurl,text\nu2,two\n"
    reading = read(source(text))
    assert counts(reading) == (4, 2, 2, 0)
    assert codes(reading, "skipped") == ["above-header", "header-repeated"]
    assert matches(source(text))


def test_a_table_without_a_header_is_not_read_and_tells_nothing() -> None:
    reading = read(source("https://a.example/1,Anna,Call 202-555-0147\nhttps://a.example/2,Bea,Call 202-555-0148\n"))
    assert reading.status == "refused" and codes(reading, "refused") == ["header-not-found"]
    assert "555" not in repr(reading.issues) and "Anna" not in repr(reading.issues)


def test_of_two_columns_of_one_name_neither_is_lost_in_silence() -> None:
    reading = read(source("url,text,text,\nu,one,two,three\n"))
    assert frame(reading)["text"].to_list() == ["one"]
    assert [(i.code, i.column) for i in reading.issues if i.code == "unread-column"] == [
        ("unread-column", "column 3"),
        ("unread-column", "column 4"),
    ]


# --- values


def test_nested_values_are_said_and_not_read() -> None:
    record = {"url": "u", "text": {"a": 1}, "title": ["x"], "phone": [["1"]], "image_hash": ["a", None], "rate": [1]}
    reading = read(jsonl(record))
    assert codes(reading) == ["nested-value"] * 5 + ["no-text"]
    columns = [i.column for i in reading.issues if i.code == "nested-value"]
    assert sorted(str(c) for c in columns) == ["image_hash", "phone", "rate", "text", "title"]
    row = frame(reading).to_dicts()[0]
    assert [row[n] for n in ("text", "title", "phone", "image_hash", "price")] == [None] * 5


def test_several_values_where_a_field_may_have_them() -> None:
    row = frame(read(jsonl({"url": "u", "text": "a", "phone": ["1", " 2 "], "region": ["US", "gb"]}))).to_dicts()[0]
    assert (row["phone"], row["region"]) == ("1 2", "GB US")


@pytest.mark.parametrize("phone", ["4.9176e11", "4,9176E+11", " 4.91761E+11 ", "491761234567.0", "4.9e11"])
def test_a_phone_that_was_turned_into_a_number_is_not_read(phone: str) -> None:
    for file in (jsonl({"url": "u", "text": "a", "phone": phone}), source(table([["url", "phone"], ["u", phone]]))):
        reading = read(file)
        assert frame(reading)["phone"].to_list() == [None]
        assert "id-precision-lost" in codes(reading)
    number = read(source(f'{{"url": "u", "text": "a", "phone": {phone.strip().replace(",", ".")}}}'))
    assert frame(number)["phone"].to_list() == [None] and "id-precision-lost" in codes(number)


def test_a_number_of_a_file_keeps_every_digit() -> None:
    file = source('{"url": "u", "text": "a", "phone": 12025550147, "price": 0.1000, "ad_id": 123456789012345678901234}')
    row = frame(read(file)).to_dicts()[0]
    assert (row["phone"], row["price"]) == ("12025550147", "0.1000")
    assert row["site_ref"] == "123456789012345678901234"
    assert frame(read(jsonl({"url": "u", "text": True})))["text"].to_list() == ["true"]


@pytest.mark.parametrize("stated", ["03/04/2026", "yesterday", "2026-02-30", "1767312000"])
def test_a_day_that_reads_two_ways_or_none_stays_text(stated: str) -> None:
    reading = read(jsonl({"url": "u", "text": "a", "posted": stated, "captured": stated}))
    row = frame(reading).to_dicts()[0]
    assert (row["posted"], row["captured"]) == (stated, stated)
    assert (row["posted_on"], row["captured_at"]) == (None, None)
    assert codes(reading) == ["bad-date", "bad-date"]


@pytest.mark.parametrize(
    ("stated", "instant"),
    [
        ("2026-01-03T08:15:00Z", "2026-01-03T08:15:00"),
        ("2026-01-03T08:15:00.250+0100", "2026-01-03T07:15:00.250"),
        ("2026-01-03 08:15:00.250000+00:00", "2026-01-03T08:15:00.250"),
        ("2026-01-03 08:15 UTC", None),
        ("2026-01-03 08:15:00 UTC", "2026-01-03T08:15:00"),
        ("2026-01-03T08:15-05:00", "2026-01-03T13:15:00"),
    ],
)
def test_instants_that_state_their_zone(stated: str, instant: str | None) -> None:
    row = frame(read(jsonl({"url": "u", "text": "a", "captured": stated}))).to_dicts()[0]
    want = datetime.fromisoformat(instant).replace(tzinfo=UTC) if instant else None
    assert row["captured_at"] == want and row["captured"] == stated


def test_a_capture_time_without_a_zone_is_text_until_the_zone_is_declared() -> None:
    file = jsonl(*({"url": "u", "text": "a", "captured": c} for c in ("2026-07-01T10:00:00", "2026-07-01")))
    bare = read(file)
    assert frame(bare)["captured_at"].to_list() == [None, None]
    assert [(i.code, i.count) for i in bare.issues if i.code == "zone-missing"] == [("zone-missing", 2)]
    declared = read(file, FieldMap.from_dict({"zone": "Europe/Vienna"}))
    assert frame(declared)["captured_at"].to_list() == [datetime(2026, 7, 1, 8, tzinfo=UTC), None]


def test_an_hour_that_comes_twice_is_said() -> None:
    fields = FieldMap.from_dict({"zone": "Europe/Vienna"})
    reading = read(jsonl({"url": "u", "text": "a", "captured": "2026-10-25T02:30:00"}), fields)
    assert len(codes(reading)) == 1
    assert "twice or never" in next(i.message for i in reading.issues if i.code == codes(reading)[0])


@pytest.mark.parametrize(("stated", "kept"), [("uk", "GB"), ("de / at", "AT DE"), ("Germany", None), ("XX", None)])
def test_regions(stated: str, kept: str | None) -> None:
    for fields in (FieldMap(), FieldMap.from_dict({"region": "US"})):
        reading = read(jsonl({"url": "u", "text": "a", "region": stated}), fields)
        row = frame(reading).to_dicts()[0]
        # what a listing states and nobody understands is not replaced by what the map says of others
        assert row["region"] == kept and row["flags"] == (None if kept else "region-unknown")
        assert codes(reading) == ([] if kept else ["region-unknown"])
    silent = read(jsonl({"url": "u", "text": "a"}), FieldMap.from_dict({"region": "US", "site": "one"}))
    assert frame(silent).select("region", "site").row(0) == ("US", "one")


# --- hostile text


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("call \u202e7410-555-202\u202c now", "bidi"),
        ("2\u200b0\u200b2 555 0147", "invisible"),
        ("a\x1b[31mred\x07", "control"),
        ("a\x00b", "control"),
        ("\u202ea\u200bb\x08", "bidi invisible control"),
        ("\ud83d\ude00 smile", None),
        ("\ud800 alone", "replaced"),
        ("<script>alert(1)</script> =cmd()|'/c calc'!A0", None),
        ("\ufe0f1\ufe0f\u20e3 keycap", None),
    ],
)
def test_hostile_text_is_kept_as_it_is_and_flagged(text: str, flags: str | None) -> None:
    reading = read(source(json.dumps({"url": "u", "text": text})))
    row = frame(reading).to_dicts()[0]
    assert row["flags"] == flags and counts(reading) == (1, 1, 0, 0)
    lone = "\ud800" in text
    if not lone:
        assert row["text"] == text.encode("utf-16", "surrogatepass").decode("utf-16")
    row["text"].encode("utf-8")


SECRET = "Z9Q7-secret-202-555-0147"


def test_no_issue_holds_a_value() -> None:
    """Every way to be wrong, each with the value beside it."""
    bad: dict[str, Any] = dict.fromkeys(
        ("posted", "captured", "region", "unknown_column", "text", "phone", "price", "url"), SECRET
    )
    files = [
        jsonl(bad),
        jsonl(bad | {"text": [SECRET], "phone": {SECRET: SECRET}}),
        jsonl({"url": "u", "text": "a", SECRET: SECRET, "\u202e\x1b[31m": SECRET}),
        source(f'{{"url": "{SECRET}", "text": {SECRET}}}\n["{SECRET}"]\n"{SECRET}"\n'),
        source(f'[{{"url": "{SECRET}", "text": "{SECRET}", "text": "{SECRET}"}}, "{SECRET}", {SECRET}]'),
        source(f'[{{"url": "{SECRET}", "text": "{SECRET}"}}] {SECRET}'),
        source(f"{SECRET},{SECRET}\n{SECRET},{SECRET}\n"),
        source(f"{SECRET}\nurl,text,{SECRET}\nu,{SECRET},{SECRET}\n{SECRET}\n"),
        source(f'url,text\nu,"{SECRET}\nu,{SECRET},{SECRET}\n'),
        source(f'{{"{SECRET}": {{"{SECRET}": 1}}}}'),
    ]
    for file in files:
        reading = read(file)
        assert reading.issues
        for i in reading.issues:
            said = f"{i.message} {i.hint} {i.column} {i.code} {i.sheet}"
            assert "Z9Q7" not in said and "0147" not in said and "\u202e" not in said, (file.data[:60], i)


def test_a_column_that_nobody_knows_is_said_by_its_place() -> None:
    reading = read(jsonl({"url": "u", "text": "a", "straße (alt)": "x", "n": 0}, {"url": "u", "text": "a", "n": 1}))
    said = [(i.column, i.count, bool(i.hint)) for i in reading.issues if i.code == "unread-column"]
    assert said == [("column 3", 2, True), ("column 4", 1, True)]
    ignoring = FieldMap.from_dict({"ignore": ["n", "Straße (alt)"]})
    assert "unread-column" not in codes(read(jsonl({"url": "u", "text": "a", "straße (alt)": "x", "n": 0}), ignoring))


# --- what makes a listing the same


def test_a_repost_is_the_same_listing_and_another_capture() -> None:
    again = FULL | {
        "listing_id": "9", "url": "https://b.example/9", "town": "Ogdenville", "price": "1", "site": "board-two",
        "posted_at": "2026-02-02T21:30:00", "text": "Calm  flat near\nthe station. Call 202-555-0147. ",
    }  # fmt: skip
    made = frame(read(jsonl(FULL, again, FULL | {"text": FULL["text"] + " New!"})))
    assert made["listing_id"].n_unique() == 2 and made["capture_id"].n_unique() == 3
    assert made["listing_id"][0] == made["listing_id"][1] != made["listing_id"][2]
    assert frame(read(source(json.dumps([FULL]))))["listing_id"][0] == made["listing_id"][0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("a", "b", None), ("a", "b", ""), True),
        (("a b", "c", None), ("a  b ", "c", None), True),
        (("e\u0301", "c", None), ("\u00e9", "c", None), True),
        (("a", "b c", None), ("a b", "c", None), False),
        (("a", None, "b"), ("a", "b", None), False),
        (("A", "b", None), ("a", "b", None), False),
        (("a", "b", "1"), ("a", "b", "2"), False),
        ((None, None, None), (None, None, None), True),
    ],
)
def test_what_a_listing_says(one: tuple[str | None, ...], other: tuple[str | None, ...], same: bool) -> None:
    assert (listing_id(*one) == listing_id(*other)) is same
    assert listing_id("a", "b", None, "x") == listing_id("a", "b", None, "y")
    assert listing_id(None, " ", "", "x") != listing_id(None, None, None, "y")


# --- laws


_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True), st.text(max_size=12),
    st.lists(st.text(max_size=3), max_size=2), st.dictionaries(st.text(max_size=3), st.none(), max_size=1),
)  # fmt: skip
_RECORDS = st.one_of(
    st.dictionaries(
        st.sampled_from(["url", "text", "title", "phone", "posted", "captured", "region", "Text", "rate", "x"]), _VALUES
    ),
    _VALUES,
)


@settings(max_examples=120, deadline=None)
@given(st.lists(_RECORDS, max_size=6), st.sampled_from(["lines", "list"]))
def test_rows_are_conserved(records: list[Any], form: str) -> None:
    records = [{"url": "u"}, *records]
    text = json.dumps(records) if form == "list" else "\n".join(map(json.dumps, records))
    reading = read(source(text))
    r = reading.rows
    assert r.total == r.entries + r.skipped + r.refused
    if reading.status != "refused":
        assert r.total == len(records) and r.entries == frame(reading).height
        assert r.refused == sum(i.count for i in reading.issues if i.kind == "refused")
        assert frame(reading)["capture_id"].n_unique() == r.entries
    matches(source(text))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=120) | st.text(alphabet='{}[]",:;\n\t|urltex1 \\', max_size=80).map(str.encode))
def test_nothing_in_a_file_raises(data: bytes) -> None:
    reading = read(source(data))
    assert reading.rows.total == reading.rows.entries + reading.rows.skipped + reading.rows.refused
    assert reading.rows.entries or reading.issues
    matches(source(data))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["u1", "u2"]), st.text(alphabet='ab ",;\n|\té', min_size=1, max_size=12)),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(list(",;\t|")),
)
def test_a_table_gives_back_what_was_written(rows: list[tuple[str, str]], delimiter: str) -> None:
    # a line inside a quoted cell that would be a whole row on its own is refused, not read: nobody can tell
    assume(all(line.count(delimiter) != 1 for _, text in rows for line in text.split("\n")[1:]))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["url", "text"], *rows])
    reading = read(source(out.getvalue()))
    got = {row: (url, text) for row, url, text in frame(reading).select("row", "url", "text").iter_rows()}
    refused = {i.row for i in reading.issues if i.kind == "refused"}
    want = {row: (url, text if text.strip() else None) for row, (url, text) in enumerate(rows, 2) if row not in refused}
    assert got == want
    # only where a quote mark stands before a delimiter may a row be given up for damaged
    assert all(f'"{delimiter}' in rows[int(row or 0) - 2][1] for row in refused)


@pytest.mark.parametrize("length", [300_000, 5_000_000])
def test_a_long_first_record_does_not_hide_what_the_file_is(length: int) -> None:
    records = [
        {"url": "https://board.example.org/1", "text": "x" * length},
        {"url": "https://board.example.org/2", "text": "y"},
    ]
    source = Source.from_bytes("ads.jsonl", "".join(json.dumps(r) + "\n" for r in records).encode())
    assert matches(source)
    assert read(source).rows.entries + read(source).rows.refused == 2
