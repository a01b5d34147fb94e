"""XML spreadsheets of 2003: typed cells, places, and what is refused."""

from __future__ import annotations

import pytest

from fininit.errors import SourceRefused
from fininit.importers.base import Options, Source
from fininit.importers.registry import read_source
from fininit.importers.table import Sheet, open_sheets

HEAD = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
ACROSS, THIRD = "ss:MergeAcross='1'", "ss:Index='3'"
ROOT = (
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
)


def book(rows: str, *, head: str = HEAD, more: str = "") -> bytes:
    return f'{head}{ROOT}<Worksheet ss:Name="S"><Table>{rows}</Table>{more}</Worksheet></Workbook>'.encode()


def c(text: object, kind: str = "String", places: str = "") -> str:
    return f'<Cell {places}><Data ss:Type="{kind}">{text}</Data></Cell>'


def opened(data: bytes) -> list[Sheet]:
    source = Source.from_bytes("t.xls", data)
    assert source.container == "xmlsheet"
    return open_sheets(source)


def refused(rows: str) -> list[tuple[str, int | None]]:
    grid = opened(book("<Row>" + c("a") + "</Row>" + rows))[0].grid(0)
    return [(i.code, i.row) for i in grid.issues if i.kind == "refused"]


@pytest.mark.parametrize(
    ("cell", "text", "kind"),
    [
        (c("a &amp; b &#65;"), "a & b A", ""),
        (c("12.50", "Number"), "12.50", "numeric"),
        (c("1.2345E3", "Number"), "1234.5", "numeric"),
        (c("2026-01-02T00:00:00.000", "DateTime"), "2026-01-02", "dated"),
        (c("2026-01-02T10:30:00.000", "DateTime"), "2026-01-02T10:30:00", "dated"),
        (c("1899-12-31T10:30:00.000", "DateTime"), "10:30:00", ""),
        (c("1", "Boolean"), "TRUE", ""),
        (c("5", "Number", 'ss:Formula="=A1"'), "5", "numeric"),
        ('<Cell><Data ss:Type="String">x<B>y</B></Data><Comment><ss:Data>z</ss:Data></Comment></Cell>', "xy", ""),
        ('<ss:Cell><ss:Data ss:Type="String">x</ss:Data></ss:Cell>', "x", ""),
    ],
)
def test_a_cell_has_the_type_that_it_states(cell: str, text: str, kind: str) -> None:
    grid = opened(book(f"<Row>{c('a')}</Row><Row>{cell}</Row>"))[0].grid(0)
    assert grid.cells["c0"].to_list() == [text]
    assert grid.dated == ({"c0"} if kind == "dated" else set())
    assert grid.numeric == ({"c0"} if kind == "numeric" else set())


def test_places_are_counted_or_stated() -> None:
    rows = (
        f"<Row>{c('a', places=ACROSS)}{c('b')}</Row><Row ss:Span='2'/>"
        f"<Row>{c('x')}{c('y', places=THIRD)}</Row><Row ss:Index='9' ss:Hidden='1'>{c('z')}</Row>"
    )
    (sheet,) = opened(book(rows, more="<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>"))
    assert sheet.head == ((1, ("a", "", "b")), (5, ("x", "", "y")), (9, ("z",)))
    assert [i.code for i in sheet.issues] == ["hidden-sheet", "hidden-rows"]


def test_what_cannot_be_taken_refuses_its_row_alone() -> None:
    rows = [c("#N/A", "Error"), c("1234567890123456", "Number"), c("2026-13-01T00:00:00", "DateTime")]
    rows += ['<Cell ss:Formula="=A1"/>', c("x", "Unknown"), c("good")]
    assert refused("".join(f"<Row>{r}</Row>" for r in rows)) == [
        ("cell-error", 2),
        ("id-precision-lost", 3),
        ("bad-date", 4),
        ("formula-no-value", 5),
        ("cell-error", 6),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (
            book("<Row/>", head='<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
            "forbidden-xml",
        ),
        (book("<Row ss:Index='5'/><Row ss:Index='2'/>"), "corrupt-container"),
        (book("<Row>" + c(1) + c(2, places="ss:Index='1'") + "</Row>"), "corrupt-container"),
        (book("<Row ss:Index='1048577'/>"), "corrupt-container"),
        (book("<Row ss:Index='x'/>"), "corrupt-container"),
        (book("<Row>" + c(1, places="ss:Index='16385'") + "</Row>"), "corrupt-container"),
        (book("<Row>" + c("x"))[:-40], "corrupt-container"),
        ((HEAD + ROOT + "</Workbook>").encode(), "corrupt-container"),
    ],
    ids=["doctype", "rows", "cells", "below", "nonsense", "beside", "cut", "empty"],
)
def test_a_file_that_is_not_sound_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(SourceRefused) as e:
        opened(data)
    assert e.value.code == code


def test_an_unknown_table_in_it_is_proved() -> None:
    days = ((2, 10, 110), (13, -30.5, 79.5), (20, 1, 80.5))
    rows = "<Row>" + "".join(map(c, ["Booking date", "Description", "Amount", "Currency", "Balance"])) + "</Row>"
    for d, a, b in days:
        day = c(f"2026-01-{d:02}T00:00:00.000", "DateTime")
        rows += f"<Row>{day}{c('x')}{c(a, 'Number')}{c('EUR')}{c(b, 'Number')}</Row>"
    r = read_source(Source.from_bytes("t.xls", book(rows)), Options())
    assert (r.how, r.status, r.rows.entries) == ("proved", "read", 3)
    assert [str(d) for d in r.entries["booking_date"]] == ["2026-01-02", "2026-01-13", "2026-01-20"]
