"""Old binary workbooks: cells as they are stored, what is no workbook, and containers that are not sound.

The files are written by ``biff.py``; that they are files at all is shown by fastexcel, which must read the same texts
(else every test here would find ``readers-disagree``).
"""

from __future__ import annotations

import importlib.util
import random
import struct
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fininit.errors import SourceRefused
from fininit.importers import registry
from fininit.importers.base import Options, Source
from fininit.importers.table import Footer, Grid, Sheet, open_sheets
from fininit.importers.xlsfile import XlsSheet

HERE = Path(__file__).parent


def _load() -> ModuleType:
    """The writer beside this file; test folders are no packages."""
    spec = importlib.util.spec_from_file_location("biff", HERE / "biff.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["biff"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


biff = _load()
BASE = [["date", "amount"], ["2026-01-02", -10]]


def book(*lines: Any, **options: Any) -> bytes:
    made: bytes = biff.workbook(biff.Sheet("S", biff.rows(*lines)), **options)
    return made


def cell(number: int, data: bytes, *, row: int = 1, column: int = 0, after: bytes = b"") -> bytes:
    """A workbook with the header ``a`` and one record below it."""
    raw = biff.record(number, struct.pack("<HHH", row, column, 0) + data) + after
    made: bytes = biff.workbook(biff.Sheet("S", biff.rows(["a"]) | {(row, column): raw}))
    return made


def opened(data: bytes) -> list[Sheet]:
    return open_sheets(Source.from_bytes("t.xls", data))


def grid(data: bytes, footer: Footer | None = None) -> Grid:
    return opened(data)[0].grid(0, footer)


def values(data: bytes) -> list[tuple[str | None, ...]]:
    return list(grid(data).cells.iter_rows())


def refused(data: bytes) -> list[tuple[str, int | None]]:
    return [(i.code, i.row) for i in grid(data).issues if i.kind == "refused"]


def refusal(data: bytes) -> str:
    with pytest.raises(SourceRefused) as e:
        _ = [sheet.head for sheet in opened(data)]
    assert e.value.hint
    return e.value.code


# --------------------------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (1234.0, "1234"),
        (-12.5, "-12.5"),
        (123456789.12, "123456789.12"),
        (0.1 + 0.2, "0.3"),
        (999999999999999.0, "999999999999999"),
        (1e-7, "0.0000001"),
        (0.0, "0"),
        (-0.0, "0"),
        (99999999999.99, "99999999999.99"),
    ],
)
def test_numbers_have_all_the_digits_that_were_typed(stored: float, text: str) -> None:
    assert values(book(["a"], [stored])) == [(text,)]
    assert grid(book(["a"], [stored])).numeric == {"c0"}


@pytest.mark.parametrize("stored", [1e15, 1234567890123456.0, -5e15, 1e300])
def test_numbers_of_sixteen_digits_are_refused(stored: float) -> None:
    assert refused(book(["a"], [stored], [1.5])) == [("id-precision-lost", 2)]


@pytest.mark.parametrize("stored", [float("nan"), float("inf")])
def test_what_is_no_number_is_an_error(stored: float) -> None:
    assert refused(book(["a"], [stored])) == [("cell-error", 2)]


def _rk(value: int, *, integer: bool, hundred: bool) -> bytes:
    return struct.pack("<I", (value << 2 & 0xFFFFFFFF) | integer << 1 | hundred)


@pytest.mark.parametrize(
    ("rk", "text"),
    [
        (_rk(12345, integer=True, hundred=False), "12345"),
        (_rk(-12345, integer=True, hundred=True), "-123.45"),
        (_rk(-5, integer=True, hundred=True), "-0.05"),
        (_rk(-100, integer=True, hundred=True), "-1"),
        (_rk(0, integer=True, hundred=True), "0"),
        (_rk(struct.unpack("<Q", struct.pack("<d", 2.5))[0] >> 34, integer=False, hundred=False), "2.5"),
        (_rk(struct.unpack("<Q", struct.pack("<d", 1999.0))[0] >> 34, integer=False, hundred=True), "19.99"),
    ],
)
def test_numbers_in_four_bytes(rk: bytes, text: str) -> None:
    assert values(cell(0x027E, rk)) == [(text,)]
    several = struct.pack("<HH", 1, 0) + (b"\0\0" + rk) * 3 + struct.pack("<H", 2)
    data = biff.workbook(biff.Sheet("S", biff.rows(["a", "b", "c"]) | {(1, 0): biff.record(0x00BD, several)}))
    assert values(data) == [(text, text, text)]


def test_texts_are_kept_as_stored() -> None:
    lines = [["a", "b"], ["x  y ", "grüße"], ["Łódź € 𝄞", "1E5"], ["line\nbreak", "'=1"], ["0012", "\u202e"]]
    assert values(book(*lines)) == [tuple(line) for line in lines[1:]]
    assert opened(book(*lines))[0].issues == ()


def test_texts_that_go_on_in_the_next_record() -> None:
    """Each piece says anew how wide its letters are; the longest text runs over three of them."""
    long = "x" * 20_000
    texts = struct.pack("<H", 20_004) + b"\0" + long.encode()[: 8224 - 11]
    rest = long.encode()[8224 - 11 :]
    first = struct.pack("<II", 1, 1) + texts
    second, third = b"\0" + rest[:8000], b"\1" + rest[8000:].decode().encode("utf-16-le") + "Łódź".encode("utf-16-le")
    table = b"".join(struct.pack("<HH", n, len(d)) + d for n, d in ((0xFC, first), (0x3C, second), (0x3C, third)))
    stream = biff.stream([biff.Sheet("S", biff.rows(["a"], ["b"]))])
    old = stream.index(struct.pack("<HH", 0xFC, 8 + 2 * 4))
    cells = biff.record(0x00FD, struct.pack("<HHHI", 1, 0, 0, 0))
    made = stream[:old] + table + stream[old + 4 + 16 :]
    grown = len(table) - 20
    at = made.index(struct.pack("<HH", 0x85, 9)) + 4
    made = made[:at] + struct.pack("<I", struct.unpack_from("<I", made, at)[0] + grown) + made[at + 4 :]
    made = made.replace(biff.record(0x00FD, struct.pack("<HHHI", 1, 0, 0, 1)), cells)
    (sheet,) = opened(biff.container({"Workbook": made}))
    assert sheet.head[1] == (2, (long + "Łódź",))


def test_half_a_character_refuses_its_row() -> None:
    assert refused(book(["a"], ["x\ud83d"], ["y"])) == [("undecodable-bytes", 2)]


def test_truths_and_errors() -> None:
    assert values(book(["a"], [True], [False])) == [("TRUE",), ("FALSE",)]
    assert refused(cell(0x0205, b"\x2a\x01")) == [("cell-error", 2)]


TEXT_RESULT = b"\0\0\0\0\0\0\xff\xff"


@pytest.mark.parametrize(
    ("result", "after", "text"),
    [
        (struct.pack("<d", -7.25), b"", "-7.25"),
        (b"\1\0\1\0\0\0\xff\xff", b"", "TRUE"),
        (TEXT_RESULT, biff.record(0x0207, biff.wide("Łódź")), "Łódź"),
        (TEXT_RESULT, biff.record(0x04BC, b"\0" * 10) + biff.record(0x0207, biff.wide("x")), "x"),
    ],
)
def test_a_formula_gives_its_stored_result(result: bytes, after: bytes, text: str) -> None:
    assert values(cell(0x0006, result + b"\0" * 8, after=after)) == [(text,)]


@pytest.mark.parametrize(
    ("result", "after", "code"),
    [
        (TEXT_RESULT, b"", "formula-no-value"),
        (TEXT_RESULT, biff.record(0x0203, struct.pack("<HHHd", 2, 0, 0, 1.0)), "formula-no-value"),
        (b"\3\0\0\0\0\0\xff\xff", b"", "formula-no-value"),
        (b"\2\0\x0f\0\0\0\xff\xff", b"", "cell-error"),
    ],
)
def test_a_formula_without_a_result_refuses_its_row(result: bytes, after: bytes, code: str) -> None:
    assert refused(cell(0x0006, result + b"\0" * 8, after=after))[0] == (code, 2)


@pytest.mark.parametrize("new", [True, False])
def test_dates_are_told_by_the_format_of_the_cell(new: bool) -> None:
    cells = biff.rows(["a", "b", "c", "d"], [46024, 46024.75, 0.5, 46024])
    styles = {(1, 0): 1, (1, 1): 2, (1, 2): 3}
    sheet = biff.Sheet("S", cells, styles)
    options = {"formats": [(164, 'dd"x"/mm/yyyy')], "styles": (0, 14, 164, 20), "new": new, "codepage": 1252}
    assert values(biff.workbook(sheet, **options)) == [("2026-01-02", "2026-01-02T18:00:00", "12:00:00", "46024")]
    assert grid(biff.workbook(sheet, **options)).dated == {"c0", "c1"}
    later = biff.workbook(sheet, **options, epoch1904=True)
    assert values(later)[0][0] == "2030-01-03"


def test_a_day_that_never_was_is_refused() -> None:
    sheet = biff.Sheet("S", biff.rows(["a"], [60], [61]), {(1, 0): 1, (2, 0): 1})
    data = biff.workbook(sheet, styles=(0, 14))
    assert refused(data) == [("bad-date", 2)] and values(data) == [("1900-03-01",)]


def test_old_texts_are_read_by_their_code_page() -> None:
    data = book(["Opis"], ["Łódź"], new=False, codepage=1250)
    assert values(data) == [("Łódź",)] and opened(data)[0].issues == ()
    assert refusal(book(["Opis"], ["\xa3"], new=False, codepage=None)) == "unsupported-type"
    assert values(book(["a"], ["plain"], new=False, codepage=None)) == [("plain",)]


def test_rows_in_any_order_and_far_from_the_corner() -> None:
    cells = dict(
        reversed(biff.rows(*[[]] * 4, [None, None, "a", "b"], [None, None, 1, 2], [None, None, 3, "x"]).items())
    )
    (sheet,) = opened(biff.workbook(biff.Sheet("S", cells)))
    assert sheet.head[0] == (5, ("", "", "a", "b"))
    assert sheet.issues == ()
    g = sheet.grid(0)
    assert g.rows.to_list() == [6, 7]
    assert g.raw.to_list() == ['[null, null, "1", "2"]', '[null, null, "3", "x"]']
    assert g.mixed["c3"].to_list() == [True, False]


# ------------------------------------------------------------------------------------------------------------ workbook


def test_hidden_sheets_and_rows_are_read_and_said() -> None:
    row = biff.record(0x0208, struct.pack("<HHHHHHHH", 1, 0, 1, 255, 0, 0, 0x20, 0))
    second = biff.Sheet("H", biff.rows(["x"], ["y"]), state=2, extra=row)
    chart, macro = biff.Sheet("C", {}, kind=2), biff.Sheet("M", {}, kind=1)
    sheets = opened(biff.workbook(chart, biff.Sheet("S", biff.rows(["a"])), macro, second))
    assert [s.name for s in sheets] == ["S", "H"]
    assert [[i.code for i in s.issues] for s in sheets] == [["macro-present"], ["hidden-sheet", "hidden-rows"]]
    assert sheets[1].head == ((1, ("x",)), (2, ("y",)))


def test_macros_and_a_second_workbook_are_said() -> None:
    new = biff.stream([biff.Sheet("S", biff.rows(["a"]))])
    data = biff.container({"Workbook": new, "Book": b"x"}, ["_VBA_PROJECT_CUR"])
    assert [i.code for i in opened(data)[0].issues] == ["macro-present", "two-workbooks"]


def test_parts_inside_a_sheet_are_passed_over() -> None:
    inner = biff.record(0x0809, struct.pack("<HHIII", 0x600, 0x20, 0, 0, 0))
    inner += biff.record(0x0203, struct.pack("<HHHd", 0, 0, 0, 1.0)) + biff.record(0x000A)
    assert values(biff.workbook(biff.Sheet("S", biff.rows(["a"], ["b"]), extra=inner))) == [("b",)]


def test_where_the_second_reader_differs_it_is_said() -> None:
    sheet = opened(book(["a"], ["x"], ["y"]))[0]
    assert isinstance(sheet, XlsSheet)
    sheet.walked.rows[3][0] = ("text", "z")
    assert [(i.code, i.row) for i in sheet.issues] == [("readers-disagree", 3)]


@pytest.mark.parametrize(
    ("streams", "what"),
    [
        ({"WordDocument": b"x"}, "word-processor"),
        ({"PowerPoint Document": b"x"}, "presentation"),
        ({"__properties_version1.0": b"x"}, "e-mail"),
        ({"Contents": b"x" * 5000}, "no workbook"),
        ({}, "no workbook"),
    ],
)
def test_what_is_no_workbook_is_named(streams: dict[str, bytes], what: str) -> None:
    data = biff.container(streams)
    assert refusal(data) == "unsupported-type"
    reading = registry.read_source(Source.from_bytes("statement.xls", data), Options())
    assert reading.status == "refused" and what in reading.issues[0].message and reading.issues[0].hint


def test_encrypted_workbooks_are_said() -> None:
    assert refusal(biff.container({"EncryptedPackage": b"x" * 100})) == "encrypted-source"
    assert refusal(book(["a"], before=biff.record(0x002F, b"\0" * 6))) == "encrypted-source"


# ------------------------------------------------------------------------------------------------------------- readings


def test_a_dialect_reads_it_like_any_workbook() -> None:
    cells = biff.rows(
        ["Statement of", "DE02120300000000202051"],
        ["Date", "Text", "Amount", "Balance"],
        [46024, "rent", -1000.5, 500.25],
        [46025, "pay", 10, 510.25],
        [46026, 1234567890123456.0, 1, 511.25],
        ["Total", None, None, 511.25],
    )
    styles = {(r, 0): 1 for r in (2, 3, 4)}
    source = Source.from_bytes("export.csv", biff.workbook(biff.Sheet("Data", cells, styles), styles=(0, 14)))
    toml = """
name = "xx_old"
currency = "EUR"
[match]
header = ["Date", "Text", "Amount", "Balance"]
container = "xlsx"
[account]
from_preamble = 'Statement of (?P<account>DE[0-9]+)'
[format]
date = "%d/%m/%Y"
decimal = ","
[columns]
booking_date = "Date"
remittance_info = "Text"
amount = "Amount"
balance_after = "Balance"
[footer]
starts = ["Total"]
"""
    declared = registry.Declared(registry.Dialect.from_toml(toml))
    assert declared.matches(source)
    r = declared.read(source, Options())
    assert (r.rows.total, r.rows.entries, r.rows.skipped, r.rows.refused) == (4, 2, 1, 1)
    assert r.entries["amount"].to_list() == [Decimal("-1000.5"), Decimal(10)]
    assert r.entries["booking_date"].to_list() == [date(2026, 1, 2), date(2026, 1, 3)]
    assert r.entries["account"].to_list() == ["iban:DE02120300000000202051"] * 2
    assert r.entries["row"].to_list() == [3, 4] and r.statements["balance"].to_list() == ["ok"]
    assert r.entries["raw"][0] == '["2026-01-02", "rent", "-1000.5", "500.25"]'


def test_an_unknown_old_workbook_is_proved_like_any_table() -> None:
    lines = [["Booking date", "Description", "Amount", "Currency", "Balance"]]
    lines += [[f"2026-01-{d:02}", "x", a, "EUR", b] for d, a, b in ((2, 10, 110), (13, -30.5, 79.5), (20, 1, 80.5))]
    r = registry.read_source(Source.from_bytes("t.xls", book(*lines)), Options())
    assert (r.how, r.status, r.rows.entries) == ("proved", "read", 3)


# -------------------------------------------------------------------------------------------------------------- hostile


def test_a_cell_given_twice_is_refused() -> None:
    twice = biff.record(0x0203, struct.pack("<HHHd", 0, 0, 0, 1.0))
    assert refusal(cell(0x0203, struct.pack("<d", 1), after=twice)) == "corrupt-container"


@pytest.mark.parametrize(
    ("number", "data"),
    [(0x00FD, struct.pack("<I", 99)), (0x0203, b"\0\0"), (0x0204, struct.pack("<HB", 500, 0)), (0x0205, b"\1")],
)
def test_records_that_point_outside_are_refused(number: int, data: bytes) -> None:
    assert refusal(cell(number, data)) == "corrupt-container"


def test_wherever_a_container_is_cut_off_it_is_refused() -> None:
    data = book(*BASE)
    for end in range(8, len(data) - 512, 61):
        assert refusal(data[:end]) == "corrupt-container", end


def test_damage_anywhere_gives_a_reading_or_a_sentence() -> None:
    data = book(*BASE, *[[f"2026-01-{d:02}", d] for d in range(3, 28)])
    rng = random.Random(11)
    codes = set()
    for _ in range(400):
        bad = bytearray(data)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(8, len(bad))
            bad[at] = rng.randrange(256)
        try:
            for sheet in opened(bytes(bad)):
                g = sheet.grid(0) if sheet.head else None
                codes.add("read")
                assert g is None or g.refused == sum(i.count for i in g.issues if i.kind == "refused")
        except SourceRefused as e:
            codes.add(e.code)
    assert {"read", "corrupt-container"} <= codes


def test_chains_that_never_end_cost_no_time() -> None:
    data = bytearray(book(*BASE, *[["x" * 50, i] for i in range(2000)]))
    (fat,) = struct.unpack_from("<I", data, 76)
    at = (fat + 1) * 512
    (directory,) = struct.unpack_from("<I", data, 48)
    started = time.process_time()
    for number in (0, 5, directory):
        bad = bytearray(data)
        struct.pack_into("<I", bad, at + 4 * number, number)
        assert refusal(bytes(bad)) == "corrupt-container"
    bad = bytearray(data)
    struct.pack_into("<I", bad, (directory + 1) * 512 + 128 + 68, 1)  # a directory entry that is its own neighbour
    assert refusal(bytes(bad)) == "corrupt-container"
    struct.pack_into("<I", data, 44, 0xFFFFFFF)  # a table larger than the file
    assert refusal(bytes(data)) == "corrupt-container"
    assert time.process_time() - started < 2


def test_a_table_of_texts_that_claims_billions_costs_nothing() -> None:
    stream = biff.stream([biff.Sheet("S", biff.rows(["a"], ["b"]))])
    at = stream.index(struct.pack("<HH", 0xFC, 16)) + 8
    made = stream[:at] + b"\xff\xff\xff\xff" + stream[at + 4 :]
    assert opened(biff.container({"Workbook": made}))[0].head == ((1, ("a",)), (2, ("b",)))


def test_no_message_holds_a_cell() -> None:
    data = book(["a"], ["SECRET"], [float("nan")], [1234567890123456.0])
    for issue in grid(data).issues:
        assert "SECRET" not in issue.message + issue.hint and "1234" not in issue.message + issue.hint
