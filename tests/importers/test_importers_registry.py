"""Which format a file is: one, two or none of those known; and nothing a file holds ever raises."""

from __future__ import annotations

import io
import zipfile
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from fininit.errors import SourceRefused, UsageError
from fininit.importers import registry
from fininit.importers.base import Importer, Options, Reading, Source
from fininit.importers.registry import formats, get, importers, nearest, problems, read_source

STARLING = b"Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP)\n03/02/2021,A,b,CARD,-4.20,495.80\n"
TOML = """
name = "my_bank"
title = "My bank"
[match]
header = ["Day", "Sum"]
[format]
date = "%Y-%m-%d"
[columns]
booking_date = "Day"
amount = "Sum"
"""


def source(data: bytes | str, name: str = "t.csv") -> Source:
    return Source.from_bytes(name, data.encode() if isinstance(data, str) else data)


def read(data: bytes | str, name: str = "t.csv", extra: tuple[Path, ...] = (), **options: Any) -> Reading:
    return read_source(source(data, name), Options(**options), extra)


def code(reading: Reading) -> str:
    return reading.issues[0].code


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No dialects of the person who runs the tests."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


# ------------------------------------------------------------------------------------------------------------- loading


def test_every_format_keeps_the_protocol() -> None:
    names = [i.name for i in importers()]
    assert len(set(names)) == len(names)
    for i in importers():
        assert isinstance(i, Importer)
        assert i.title
        assert i.kind in ("bank", "app", "crypto", "table")
    assert problems() == []
    assert {"mt940", "gb_starling", "us_cashapp"} <= set(names)
    assert [f.name for f in formats()] == sorted(names)


@pytest.mark.parametrize("place", ["formats", "config/fininit/formats", "mine"])
def test_a_persons_dialect_is_known_by_being_there(place: str, tmp_path: Path, mine: Path) -> None:
    folder = Path("formats") if place == "formats" else tmp_path / place
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "b.toml").write_text(TOML, encoding="utf-8")
    extra = (mine,) if place == "mine" else ()
    r = read("Day,Sum\n2024-01-02,1\n", extra=extra, currency="EUR", account="x")
    assert (r.format, r.rows.entries) == ("my_bank", 1)


def test_a_broken_dialect_is_reported_and_stops_nothing(mine: Path) -> None:
    (mine / "a.toml").write_text(TOML.replace("Sum", "Summe", 1), encoding="utf-8")
    (mine / "b.toml").write_text(TOML, encoding="utf-8")
    (mine / "c.toml").write_bytes(b"\xff")
    (mine / "d.toml").write_text(TOML, encoding="utf-8")
    said = problems((mine,))
    assert [(i.kind, i.code) for i in said] == [("warning", "broken-format")] * 3
    assert said[0].message.startswith("a.toml: [columns] amount")
    assert said[0].hint == "Did you mean 'Summe'?"
    assert "c.toml" in said[1].message
    assert "another format called 'my_bank'" in said[2].message
    assert read("Day,Sum\n2024-01-02,1\n", extra=(mine,), currency="EUR").format == "my_bank"


class Plugin:
    name, title, kind = "my_plugin", "A plug-in", "app"

    def matches(self, source: Source) -> bool:
        return source.data.startswith(b"PLUG")

    def read(self, source: Source, options: Options) -> Reading:
        raise ZeroDivisionError("SECRET")


class Half:
    name = "half"


def test_plug_ins_are_found_and_a_broken_one_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point(EntryPoint):
        def load(self) -> Any:
            if self.name == "gone":
                raise ImportError("SECRET")
            return {"good": Plugin, "half": Half}[self.name]

    points = [Point(name=n, value="x:y", group=registry.GROUP) for n in ("good", "half", "gone")]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    assert "my_plugin" in [i.name for i in importers()]
    said = [i.message for i in problems()]
    assert said == [
        "gone: the plug-in could not be loaded: ImportError.",
        "half: the plug-in could not be loaded: TypeError.",
    ]
    fault = read("PLUG in")
    assert (fault.status, code(fault), fault.format) == ("refused", "reader-fault", "my_plugin")
    assert "SECRET" not in fault.issues[0].message + fault.issues[0].hint


def test_get_knows_the_nearest_name() -> None:
    assert get("gb_starling").name == "gb_starling"
    with pytest.raises(UsageError) as e:
        get("gb_starlink")
    assert e.value.hint == "Did you mean 'gb_starling'?"


def test_a_dialect_shows_its_own_text() -> None:
    assert getattr(get("gb_starling"), "toml", "").startswith('name = "gb_starling"')


# ------------------------------------------------------------------------------------------------------------- reading


def test_one_fitting_format_reads() -> None:
    r = read(STARLING)
    assert (r.format, r.status, r.rows.entries) == ("gb_starling_2018", "read", 1)


def test_two_fitting_formats_are_asked_about(mine: Path) -> None:
    for name in ("my_bank", "other_bank"):
        (mine / f"{name}.toml").write_text(TOML.replace("my_bank", name), encoding="utf-8")
    data = "Day,Sum\n2024-01-02,1\n"
    r = read(data, extra=(mine,))
    assert (r.status, code(r)) == ("needs-decision", "two-formats")
    assert "my_bank and other_bank" in r.issues[0].message
    assert r.question.endswith("Say which: --format my_bank")
    assert read(data, extra=(mine,), format="other_bank", currency="EUR").format == "other_bank"


def test_a_forced_format_that_does_not_fit_is_refused() -> None:
    r = read(STARLING, format="de_n26_2017")
    assert (r.status, code(r)) == ("refused", "header-not-found")
    with pytest.raises(UsageError):
        read(STARLING, format="no_such_format")


def test_a_header_and_no_rows() -> None:
    r = read(STARLING.splitlines()[0] + b"\n")
    assert (r.status, r.rows.total, [i.code for i in r.issues]) == ("read", 0, ["no-transactions"])


def test_an_empty_file() -> None:
    r = read(b"")
    assert (r.status, code(r), r.rows.total) == ("refused", "empty-source", 0)


def test_the_nearest_known_header_is_named_and_what_differs() -> None:
    near = nearest(source("Date,Counter Party,Reference,Type,Betrag,Balance (GBP)\n"))
    assert "Near is gb_starling_2018 (5 of 6 columns, missing: Amount (GBP), 1 more in the file)." in near
    assert "Betrag" not in near


def test_a_header_in_another_encoding_is_recognised(mine: Path) -> None:
    text = TOML.replace("Day", "Währungstag").replace("[format]", '[format]\nencoding = ["cp1252"]')
    (mine / "x.toml").write_text(text, encoding="utf-8")
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        data = "Währungstag,Sum\n2024-01-02,1\n".encode(encoding)
        assert read(data, extra=(mine,), currency="EUR").format == "my_bank", encoding


def test_a_preamble_and_another_delimiter_do_not_hide_the_header(mine: Path) -> None:
    (mine / "x.toml").write_text(TOML, encoding="utf-8")
    assert read("Bank\nPeriod;May\n\nDay;Sum\n2024-01-02;1\n", extra=(mine,), currency="EUR").rows.entries == 1


def test_a_stated_encoding_reaches_the_reader() -> None:
    data = STARLING.decode().replace(",A,", ",Zoë,").encode("cp1252")
    assert (read(data).status, code(read(data))) == ("needs-decision", "encoding-undecided")
    assert read(data, encoding="cp1252").entries["counterparty_name"].to_list() == ["Zoë"]


def test_utf16_without_a_mark_is_asked_about() -> None:
    data = STARLING.decode().encode("utf-16-le")
    asked = read(data)
    assert (asked.status, code(asked)) == ("needs-decision", "encoding-undecided")
    assert "--encoding utf-16-le" in asked.question
    assert read(data, encoding="utf-16-le", format="gb_starling_2018").rows.entries == 1


def test_a_name_that_promises_something_else_is_said() -> None:
    r = read(STARLING, "statement.xlsx")
    assert r.rows.entries == 1
    assert "extension-differs" in {i.code for i in r.issues}
    assert "extension-differs" not in {i.code for i in read(STARLING, "statement.csv").issues}


def test_sheets_that_were_not_read_are_said() -> None:
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["remarks"])
    other = book.create_sheet("Data")
    other.append(["Date", "Counter Party", "Reference", "Type", "Amount (GBP)", "Balance (GBP)"])
    other.append(["03/02/2021", "A", "b", "CARD", -4.2, 495.8])
    out = io.BytesIO()
    book.save(out)
    r = read(out.getvalue(), "t.xlsx")
    assert (r.format, r.rows.entries) == ("gb_starling_2018", 1)
    assert next((i.code, i.sheet) for i in r.issues) == ("sheet-not-read", "Sheet")


def test_a_fault_of_a_reader_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("SECRET")

    monkeypatch.setattr(registry.Declared, "read", broken)
    r = read(STARLING)
    assert (r.status, code(r)) == ("refused", "reader-fault")
    assert "SECRET" not in r.issues[0].message


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 4096,
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"PK\x03\x04",
        b"PK\x03\x04xl/",
        b"\n",
        b'"',
        b"\r",
        b",",
        b"a,b\n\xff,1\n",
    ],
)
def test_no_content_ever_raises(data: bytes) -> None:
    r = read(data)
    assert r.status in ("refused", "needs-decision")
    assert code(r) != "reader-fault"


# ------------------------------------------------------------------------------------------------------- not yet built


def _zip(name: str = "a.csv") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<OFC>\n<ACCTSTMT>\n", "OFC"),
        (b"<report><rentity_id>1</rentity_id></report>", "goAML"),
        (b'<?xml version="1.0"?><EFilingBatchXML>', "FinCEN"),
        (b"MIME-Version: 1.0\n", "MHTML"),
        (b'<?xml version="1.0"?><x/>', "XML"),
        (b'{"transactions": []}', "JSON"),
        (b"[{}]", "JSON"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x89PNG\r\n", "PNG"),
        (b"{\\rtf1", "RTF"),
        (_zip(), "ZIP"),
    ],
)
def test_what_is_known_but_not_built_is_named_with_a_next_step(data: bytes, what: str) -> None:
    r = read(data, "anything.csv")
    assert (r.status, code(r)) == ("refused", "not-yet-built")
    assert what in r.issues[0].message
    assert r.issues[0].hint


def test_a_plain_table_is_not_taken_for_something_else() -> None:
    for text in ("a,b\n1,2\n", "01,2,3\n01,4,5\n", "[note],b\n1,2\n", "<5,b\n1,2\n", "!x,b\n1,2\n"):
        assert registry.not_yet_built(source(text)) is None, text


def test_matches_never_raises_for_a_damaged_workbook() -> None:
    bad = source(b"PK\x03\x04 xl/ broken", "t.xlsx")
    assert not any(i.matches(bad) for i in importers())
    with pytest.raises(SourceRefused):
        registry.workbook(bad)
    assert code(read(bad.data, "t.xlsx")) == "corrupt-container"
