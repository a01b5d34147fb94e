"""The field map of listings: what it takes, and what it says about a map that is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from fininit.errors import DialectError
from fininit.importers.base import Source
from fininit.listings.fields import CAPTURE_FACTS, DEFAULT, FIELDS, FieldMap, column_name
from fininit.listings.importer import matches, read
from fininit.schema import LISTINGS

MAP = """
ignore   = ["crawl_no"]
posted   = ["%d.%m.%Y", "%d.%m.%Y %H:%M"]
captured = ["%d.%m.%Y %H:%M"]
zone     = "Europe/Vienna"
region   = "AT"
site     = "board-one"
encoding = "cp1252"

[columns]
text  = ["inserat"]
phone = ["kontakt", "phone"]
title = "überschrift"
"""


def test_every_field_is_a_column_of_the_table() -> None:
    assert set(FIELDS) <= set(LISTINGS.names) and set(CAPTURE_FACTS) <= set(FIELDS)
    assert set(DEFAULT.columns) == set(FIELDS)


def test_a_map_in_toml_is_read_by_it() -> None:
    fields = FieldMap.from_toml(MAP)
    text = "Inserat;Kontakt;Überschrift;posted;captured;crawl-no;url;body\n"
    text += "Ruf an;0664 555;Anna;3.4.2026;03.04.2026 10:00;7;u;was\n" + "Ruf;1;A;04.04.2026;4.4.2026;8;u;\n"
    file = Source.from_bytes("a.csv", text.encode("cp1252"))
    reading = read(file, fields)
    assert matches(file, fields) and reading.rows.entries == 2
    first, second = reading.more["listings"].to_dicts()
    assert (first["text"], first["phone"], first["title"], first["url"]) == ("Ruf an", "0664 555", "Anna", "u")
    assert (first["region"], first["site"]) == ("AT", "board-one")
    assert first["posted_on"] is None and str(second["posted_on"]) == "2026-04-04"
    assert str(first["captured_at"]) == "2026-04-03 08:00:00+00:00" and second["captured_at"] is None
    said = sorted((i.code, i.column, i.row) for i in reading.issues if i.code not in ("capture-fact-missing",))
    assert said == [("bad-date", "captured", 3), ("bad-date", "posted", 2), ("unread-column", "column 8", 2)]
    bare = Source.from_bytes("b.csv", b"Inserat;url\nRuf an;u\n")
    assert matches(bare, fields) and not matches(bare)


def test_a_map_as_a_dict_is_the_same_as_in_toml() -> None:
    stated: dict[str, Any] = {
        "ignore": ["crawl_no"],
        "posted": ["%d.%m.%Y", "%d.%m.%Y %H:%M"],
        "captured": ("%d.%m.%Y %H:%M",),
        "zone": "Europe/Vienna",
        "region": "AT",
        "site": "board-one",
        "encoding": ["cp1252"],
        "columns": {"text": "inserat", "phone": ["kontakt", "phone"], "title": ["überschrift"]},
    }
    assert FieldMap.from_dict(stated) == FieldMap.from_toml(MAP)
    assert FieldMap.from_dict({}) == DEFAULT == FieldMap.from_toml("")


@pytest.mark.parametrize(
    ("toml", "message", "hint"),
    [
        ("[columns]\ntxet = 'a'", "columns.txet", "Did you mean 'text'?"),
        ("[columns]\ncolour = 'a'", "columns.colour", "There are: url, site"),
        ("colums = 1", "There is no key 'colums'", "Did you mean 'columns'?"),
        ("zzz = 1", "There is no key 'zzz'", "There are: columns, ignore"),
        ("columns = 1", "columns is not a table", "[columns]"),
        ("[columns]\ntext = 1", "columns.text is neither a text nor a list", 'columns.text = ["…"]'),
        ("ignore = [1]", "ignore is neither a text nor a list", 'ignore = ["…"]'),
        ("zone = 1", "zone is not a text", 'zone = "…"'),
        ("zone = 'Europe/Wien'", "zone: ", ""),
        ("region = 'Austria'", "region: ", "two letters"),
        ("encoding = 'latin-minus-one'", "encoding: there is none called 'latin-minus-one'", "cp1252"),
        ("posted = '%d.%m'", "posted: ", "directives"),
        ("captured = ['%Y-%m-%d', '%Q']", "captured: ", "directives"),
        ("[columns]\ntext = 'a'\ntitle = 'A'", "The column 'a' stands for two things", "once"),
        ("ignore = 'A b'\n[columns]\ntext = 'a-B'", "The column 'a_b' stands for two things", "once"),
        ("[columns", "The map of listings is not TOML", "Quote texts"),
    ],
)
def test_a_wrong_map_says_where_and_what_instead(toml: str, message: str, hint: str) -> None:
    with pytest.raises(DialectError) as caught:
        FieldMap.from_toml(toml)
    assert message in caught.value.message and hint in caught.value.hint


def test_usual_names_go_to_what_a_map_states() -> None:
    fields = FieldMap.from_dict({"columns": {"title": "text"}, "ignore": ["URL"]})
    taken, left = fields.of(("text", "body", "url", "City", "x"))
    assert taken == {"title": "text", "text": "body", "place": "City"} and left == ["x"]


def test_headers_are_compared_without_case_blanks_and_hyphens() -> None:
    assert {column_name(h) for h in (" Post-Date", "post_date", "POST  DATE ", "post__date")} == {"post_date"}
    taken, left = DEFAULT.of(("URL", "Ad-Text", "body", "Phone Number", "phone"))
    assert taken == {"url": "URL", "text": "body", "phone": "phone"}  # the first of the usual names that is there
    assert left == ["Ad-Text", "Phone Number"]  # the others are said, not dropped
