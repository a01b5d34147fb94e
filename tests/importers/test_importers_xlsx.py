"""Workbooks: cells as they are stored, containers that are not sound, and what a spreadsheet cannot keep."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from fininit.errors import SourceRefused
from fininit.importers import xlsxfile
from fininit.importers.base import Source
from fininit.importers.table import Footer, Grid, Sheet, open_sheets

NS = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = "</sheetData></worksheet>"
BASE = [["date", "amount"], ["2024-01-02", -10]]


def workbook(rows: list[list[Any]], change: Callable[[Workbook, Worksheet], object] | None = None) -> bytes:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    for row in rows:
        page.append(row)
    if change is not None:
        change(book, page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, content: str | bytes) -> bytes:
    """The workbook with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    return with_part(workbook(BASE), "xl/worksheets/sheet1.xml", xml)


def opened(data: bytes) -> list[Sheet]:
    return open_sheets(Source.from_bytes("t.xlsx", data))


def grid(data: bytes, footer: Footer | None = None) -> Grid:
    return opened(data)[0].grid(0, footer)


def grids(data: bytes) -> list[Grid]:
    return [sheet.grid(0) for sheet in opened(data) if sheet.head]


def refusal(data: bytes) -> str:
    with pytest.raises(SourceRefused) as e:
        grids(data)
    return e.value.code


def refused(g: Grid) -> list[tuple[str, int | None]]:
    return [(i.code, i.row) for i in g.issues if i.kind == "refused"]


# -------------------------------------------------------------------------------------------------------------- cells


def test_each_kind_of_cell_as_text() -> None:
    at = datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001  (a cell has no zone)
    values = [date(2024, 1, 2), at, -10, 0.1 + 0.2, True, "  4.47912E+11 ", clock(1, 2, 3)]
    g = grid(workbook([["a", "b", "c", "d", "e", "f", "g"], values]))
    assert g.cells.rows() == [("2024-01-02", "2024-01-02T03:04:05", "-10", "0.3", "TRUE", "  4.47912E+11 ", "01:02:03")]
    assert g.dated == {"c0", "c1"}
    assert g.numeric == {"c2", "c3"}


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("123456789.12", "123456789.12"),
        ("123456789.12000001", "123456789.12"),
        ("0.30000000000000004", "0.3"),
        ("1E5", "100000"),
        ("-1.5e-7", "-0.00000015"),
        ("-0", "-0"),
        ("007", "007"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_a_number_keeps_its_fifteen_digits(stored: str, text: str) -> None:
    assert xlsxfile.number_text(stored) == text


@pytest.mark.parametrize("stored", ["", "nan", "inf", "1_0", "0x1", "1e999", "9" * 500, "1,5", "٣"])
def test_what_is_no_number_is_refused(stored: str) -> None:
    with pytest.raises(ValueError):
        xlsxfile.number_text(stored)


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        ("45293", "2024-01-02"),
        ("45293.999999", "2024-01-02T23:59:59.914"),
        ("45293.9999999999", "2024-01-02T23:59:59.999991"),
        ("45293.1283101852", "2024-01-02T03:04:46"),
        ("1", "1900-01-01"),
        ("61", "1900-03-01"),
    ],
)
def test_a_serial_keeps_its_day(serial: str, text: str) -> None:
    assert xlsxfile.date_text(serial, epoch1904=False) == text


def test_the_day_that_never_was_refuses_its_row() -> None:
    def day_format(_: Workbook, page: Worksheet) -> None:
        for row in (2, 3, 4):
            page.cell(row, 1).number_format = "yyyy-mm-dd"

    g = grid(workbook([["date", "n"], [60, 1], [0.5, 2], [61, 3]], day_format))
    assert refused(g) == [("bad-date", 2), ("bad-date", 3)]
    assert g.cells.rows() == [("1900-03-01", "3")]


def test_the_1904_system_is_four_years_off() -> None:
    def old_mac(book: Workbook, _: Worksheet) -> None:
        book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001

    assert grid(workbook([["date"], [date(2024, 1, 2)]], old_mac)).cells.rows() == [("2024-01-02",)]


def test_elapsed_time_is_no_date() -> None:
    assert grid(workbook([["t"], [timedelta(hours=30)]])).dated == frozenset()


def test_a_formula_without_a_saved_value_refuses_its_row() -> None:
    g = grid(workbook([["amount"], [100], ["=A2*2"]]))
    assert refused(g) == [("formula-no-value", 3)]
    assert g.cells.rows() == [("100",)]


def test_a_formula_with_a_saved_value_is_its_value_and_one_that_gave_no_text_is_empty() -> None:
    g = grid(
        with_sheet(
            NS + '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c>'
            '</row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>' + END
        )
    )
    assert g.cells.rows() == [("2", None)]


def test_numbers_of_sixteen_digits_have_lost_some() -> None:
    g = grid(workbook([["account", "amount"], [1234567890123456, -1], ["1234567890123456", -2], [123456789012345, -3]]))
    assert refused(g) == [("id-precision-lost", 2)]
    assert g.cells["c0"].to_list() == ["1234567890123456", "123456789012345"]


def test_an_error_cell_refuses_its_row() -> None:
    g = grid(with_sheet(NS + _row(1, "a") + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>' + END))
    assert refused(g) == [("cell-error", 2)]


def test_rich_text_is_one_text_and_a_phonetic_reading_is_none() -> None:
    cell = '<c r="A1" t="inlineStr"><is><r><t>Zü</t></r><r><t>rich</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>'
    assert opened(with_sheet(NS + f'<row r="1">{cell}</row>' + END))[0].head == ((1, ("Zürich",)),)


def test_raw_is_the_row_as_a_json_list() -> None:
    g = grid(workbook([["a", "b", "c"], ["Łódź", None, 1.5]]))
    assert json.loads(g.raw[0]) == ["Łódź", None, "1.5"]


def test_a_column_of_numbers_and_texts_says_which_is_which() -> None:
    g = grid(workbook([["a"], [1.5], ["1.500,00"]]))
    assert g.mixed["c0"].to_list() == [True, False]


def test_rows_keep_the_numbers_of_the_sheet() -> None:
    g = grid(workbook([["title"], [], ["x"], [], [], ["y"]]))
    assert g.rows.to_list() == [3, 6]


def test_remarks_beside_the_table_are_kept_and_far_ones_refuse_their_row() -> None:
    g = grid(workbook([["a", "b"], [1, 2, "remark"], [3, 4, *[None] * 30, "far"]]))
    assert g.header == ("a", "b", "")
    assert g.cells.rows() == [("1", "2", "remark")]
    assert refused(g) == [("field-count", 3)]


# ------------------------------------------------------------------------------------------------------ hidden things


def test_hidden_rows_and_sheets_are_read_and_said() -> None:
    def hide(book: Workbook, page: Worksheet) -> None:
        page.row_dimensions[2].hidden = True
        other = book.create_sheet("H")
        other.sheet_state = "veryHidden"
        other.append(["x"])

    first, second = opened(workbook(BASE, hide))
    assert [i.code for i in first.issues] == ["hidden-rows"]
    assert first.grid(0).cells.height == 1
    assert [i.code for i in second.issues] == ["hidden-sheet"]
    assert second.head == ((1, ("x",)),)


def test_macros_are_said() -> None:
    data = with_part(workbook(BASE), "xl/vbaProject.bin", b"x")
    assert [i.code for i in opened(data)[0].issues] == ["macro-present"]


def test_the_second_reader_agrees_on_text() -> None:
    rows = [["a", "b"], ["x  y", "_x000D_ü"], ["\u202e", "1E5"], ["line\nbreak", "'"]]
    assert opened(workbook(rows))[0].issues == ()


def test_where_the_second_reader_differs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = opened(workbook([["a"], ["x"], ["y"]]))[0]
    assert isinstance(sheet, xlsxfile.BookSheet)
    sheet.walked.rows[3][0] = ("text", "z")
    assert [(i.code, i.row) for i in sheet.issues] == [("readers-disagree", 3)]


# -------------------------------------------------------------------------------------------------------- containers


def _row(number: int, *texts: str) -> str:
    cells = "".join(f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{t}</t></is></c>' for i, t in enumerate(texts))
    return f'<row r="{number}">{cells}</row>'


DTD = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "xml",
    [
        NS + '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>' + END,
        NS + _row(2, "a") + _row(2, "b") + END,
        NS + _row(3, "a") + _row(2, "b") + END,
        NS + '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>' + END,
        NS + '<row r="1"><c r="A2"><v>1</v></c></row>' + END,
        NS + '<row r="1"><c r="A1" t="s"><v>99</v></c></row>' + END,
        NS + '<row r="1048577"><c><v>1</v></c></row>' + END,
        NS + '<row r="1"><c r="XFE1"><v>1</v></c></row>' + END,
        NS + '<row r="1">',
    ],
    ids=["cell-twice", "row-twice", "row-order", "cell-order", "other-row", "no-text", "below", "beside", "cut-off"],
)
def test_a_sheet_that_two_programs_would_read_differently_is_refused(xml: str) -> None:
    assert refusal(with_sheet(xml)) == "corrupt-container"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "docProps/app.xml", "xl/_rels/workbook.xml.rels"])
def test_a_document_type_in_any_part_is_refused(part: str) -> None:
    assert refusal(with_part(workbook(BASE), part, DTD + "<x>&e;</x>")) == "forbidden-xml"


def test_a_billion_laughs_are_refused_at_once() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    )
    started = time.process_time()
    assert refusal(with_sheet(bomb + "]>" + NS + _row(1, "&j;") + END)) == "forbidden-xml"
    assert time.process_time() - started < 0.5


def test_a_part_given_twice_is_refused() -> None:
    out = io.BytesIO(workbook(BASE))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "a") as z:
        z.writestr("xl/worksheets/sheet1.xml", NS + END)
    assert refusal(out.getvalue()) == "corrupt-container"


def test_a_flipped_bit_is_refused_wherever_it_hits() -> None:
    good = workbook(BASE)
    with zipfile.ZipFile(io.BytesIO(good)) as z:
        starts = [i.header_offset + 60 + len(i.filename) for i in z.infolist()]
    for at in starts:
        bad = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        assert refusal(bad) == "corrupt-container"


def test_a_truncated_container_is_refused() -> None:
    assert refusal(workbook(BASE)[:-200]) == "corrupt-container"


def test_a_bomb_is_refused_by_its_size() -> None:
    data = with_part(workbook(BASE), "xl/media/big.bin", b"\0" * (120 * 1024**2))
    assert refusal(data) == "resource-limit"


def test_two_cells_at_the_ends_of_a_sheet_build_no_grid() -> None:
    xml = NS + _row(1, "a") + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + END
    started = time.process_time()
    sheet = opened(with_sheet(xml))[0]
    assert sheet.issues == ()
    g = sheet.grid(0)
    assert (g.cells.width, g.cells.height, refused(g)) == (1, 0, [("field-count", 1048576)])
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("inside", "code"),
    [(b"\0" * 4088, "unsupported-type"), ("EncryptedPackage".encode("utf-16-le"), "encrypted-source")],
)
def test_old_and_encrypted_workbooks_are_told_apart(inside: bytes, code: str) -> None:
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + inside) == code


def test_binary_workbooks_are_named() -> None:
    rels = '<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>'
    assert refusal(with_part(workbook(BASE), "_rels/.rels", rels)) == "not-yet-built"


def test_no_message_holds_a_cell() -> None:
    data = workbook([["a"], ["SECRET-VALUE"], ["=SECRET()"], [1234567890123456789]])
    for issue in grid(data).issues:
        assert "SECRET" not in issue.message + issue.hint
        assert "1234" not in issue.message + issue.hint
