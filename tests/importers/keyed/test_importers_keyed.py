"""Paper typed by two people: read when they say the same and the balances bear it out; else each place is named."""

from __future__ import annotations

import importlib.util
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from fininit.cli.keying import command
from fininit.errors import UsageError
from fininit.importers.base import Options, Reading, Source
from fininit.importers.keyed import Keyed
from fininit.importers.keying import COLUMNS, HEADER_ROW, KEYERS, MARK, form
from fininit.importers.registry import read_source

ACCOUNT = "acct:bank:7731"
FIRST = HEADER_ROW + 1

LINES: list[list[Any]] = [
    [1, 1, date(2026, 1, 5), "RENT  JANUARY", 310.55, None, 689.45],
    [1, 2, date(2026, 1, 5), "WAGES", None, 1200, None],
    [2, 1, date(2026, 2, 1), "CASH 1=1", 89.45, None, 1800],
]
"""A statement from 1000.00 to 1800.00."""


@lru_cache
def blank(currency: str) -> bytes:
    """A form."""
    return form(ACCOUNT, currency, lines=20)


def typed(
    lines: list[list[Any]] | None = None,
    second: list[list[Any]] | None = None,
    *,
    change: Callable[[Workbook], None] | None = None,
    keyers: int = 2,
    currency: str = "EUR",
) -> bytes:
    """A form that was filled in."""
    book = load_workbook(io.BytesIO(blank(currency)))
    one = LINES if lines is None else lines
    for name, rows in list(zip(KEYERS, (one, one if second is None else second), strict=True))[:keyers]:
        sheet = book[name]
        sheet["B4"], sheet["B5"], sheet["B6"] = 1000, 1800, "AB"
        for n, row in enumerate(rows):
            for column, value in enumerate(row, 1):
                sheet.cell(FIRST + n, column).value = value
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, **options: Any) -> Reading:
    return Keyed().read(Source.from_bytes("keyed.xlsx", data), Options(**options))


def known(data: bytes) -> Reading:
    """As a person's file is read, whatever format it is."""
    return read_source(Source.from_bytes("keyed.xlsx", data), Options())


def changed(row: int, column: int, value: Any) -> list[list[Any]]:
    """The lines with another cell."""
    lines = [line[:] for line in LINES]
    lines[row][column] = value
    return lines


def refused(reading: Reading) -> list[tuple[str, int | None, str | None]]:
    return [(i.code, i.row, i.column) for i in reading.issues if i.kind == "refused"][1:]


# ---------------------------------------------------------------------------------------------------------- the form


def test_the_form_is_the_same_twice_and_says_how() -> None:
    data = form("DE46990100000000001001", "eur")
    assert data == form("DE46990100000000001001", "eur")
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Read me", *KEYERS]
    for name in KEYERS:
        sheet = book[name]
        assert [sheet.cell(n, 2).value for n in (2, 3)] == ["iban:DE46990100000000001001", "EUR"]
        assert tuple(sheet.cell(HEADER_ROW, n).value for n in range(1, 8)) == COLUMNS
        assert {str(v.sqref).split(":")[0] for v in sheet.data_validations.dataValidation} == {
            f"{letter}{FIRST}" for letter in "ABCEFG"
        }
        assert sheet.cell(FIRST, 3).number_format == "yyyy\\-mm\\-dd"
    assert any("formula" in str(row[0].value) for row in book["Read me"].iter_rows())


def test_a_form_for_no_account_or_currency_is_refused() -> None:
    for account, currency in (("unknown:x", "EUR"), ("acct:1", "XYZ"), ("iban:DE00123", "EUR")):
        with pytest.raises(UsageError):
            form(account, currency)


def test_an_empty_form_asks_to_be_filled() -> None:
    reading = known(form(ACCOUNT, "EUR"))
    assert (reading.format, reading.status, reading.issues[0].code) == ("keyed", "needs-decision", "empty-form")


def test_the_command_writes_a_private_file_once(tmp_path: Path) -> None:
    path = tmp_path / "march.xlsx"
    words = ["new", str(path), "--account", ACCOUNT, "--currency", "EUR"]
    done = CliRunner().invoke(command, words, standalone_mode=False)
    assert done.exception is None and path.stat().st_mode & 0o777 == 0o600
    assert Keyed().matches(Source.from_path(path))
    assert isinstance(CliRunner().invoke(command, words, standalone_mode=False).exception, UsageError)
    words[1] = str(tmp_path / "march.csv")
    assert isinstance(CliRunner().invoke(command, words, standalone_mode=False).exception, UsageError)


# ----------------------------------------------------------------------------------------------------------- it is read


def test_two_keyers_who_agree_are_read() -> None:
    reading = known(typed())
    assert (reading.format, reading.status, reading.how) == ("keyed", "read", "declared")
    r = reading.rows
    assert (r.total, r.entries, r.skipped, r.refused) == (6, 3, 3, 0)
    columns = ("row", "booking_date", "amount", "balance_after", "remittance_info", "flags", "account")
    assert reading.entries.select(columns).rows() == [
        (FIRST, date(2026, 1, 5), Decimal("-310.55"), Decimal("689.45"), "RENT JANUARY", "page-1 line-1", ACCOUNT),
        (FIRST + 1, date(2026, 1, 5), Decimal(1200), None, "WAGES", "page-1 line-2", ACCOUNT),
        (FIRST + 2, date(2026, 2, 1), Decimal("-89.45"), Decimal(1800), "CASH 1=1", "page-2 line-1", ACCOUNT),
    ]
    (statement,) = reading.statements.to_dicts()
    assert (statement["opening"], statement["closing"], statement["balance"]) == (Decimal(1000), Decimal(1800), "ok")
    assert statement["stated"] == "both" and len(reading.proof) == 2
    assert [i.code for i in reading.issues] == ["keyed-again"]
    assert json.loads(reading.entries["raw"][0])[:3] == ["1", "1", "2026-01-05"]


def test_the_reading_is_what_the_golden_says() -> None:
    """A form that a spreadsheet program saved, kept as a file."""
    spec = importlib.util.spec_from_file_location("coded", Path(__file__).parents[1] / "coded.py")
    assert spec is not None and spec.loader is not None
    coded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(coded)
    case = Path(__file__).with_name("march.xlsx")
    assert coded.golden(Keyed(), case) == coded.golden_of(case).read_text(encoding="utf-8")


def test_one_keyer_is_read_only_with_every_balance() -> None:
    reading = read(typed(keyers=1))
    assert reading.status == "needs-decision" and refused(reading) == [("no-balance", FIRST + 1, "Balance")]
    reading = read(typed(changed(1, 6, 1889.45), keyers=1))
    assert reading.status == "read" and "keyed-once" in [i.code for i in reading.issues]


def test_lines_are_taken_in_the_order_of_the_paper() -> None:
    whole, mixed = read(typed()), read(typed(LINES[::-1], LINES))
    assert mixed.status == "read"
    assert whole.entries.drop("row", "entry_id", "source").equals(mixed.entries.drop("row", "entry_id", "source"))


def test_what_the_form_does_not_say_is_asked() -> None:
    def bare(book: Workbook) -> None:
        for name in KEYERS:
            book[name]["B2"] = book[name]["B3"] = None

    assert read(typed(change=bare)).issues[0].code == "currency-not-named"
    reading = read(typed(change=bare), currency="EUR")
    assert reading.status == "read" and "account-not-named" in [i.code for i in reading.issues]
    assert reading.entries["account"].null_count() == 3
    assert read(typed(change=bare), currency="EUR", account="acct:x:1").entries["account"].unique().to_list() == [
        "acct:x:1"
    ]


# ---------------------------------------------------------------------------------------------------- keyers who differ


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (0, 2, date(2026, 5, 1)),
        (0, 3, "RENT JANUARY."),
        (1, 5, 1200.5),
        (0, 6, 689.54),
        (2, 4, 98.45),
    ],
)
def test_each_cell_that_differs_is_named_and_its_value_is_not(row: int, column: int, value: Any) -> None:
    reading = read(typed(LINES, changed(row, column, value)))
    assert reading.status == "needs-decision" and reading.entries.is_empty() and reading.question
    assert refused(reading) == [("keying-differs", FIRST + row, COLUMNS[column])]
    page, line = LINES[row][:2]
    assert f"Page {page}, line {line}, {COLUMNS[column]}: differs." in [i.message for i in reading.issues]
    told = " ".join(i.message + i.hint for i in reading.issues)
    assert not any(str(v) in told for v in (value, LINES[row][column]))


def test_which_of_two_sheets_adds_up_is_said() -> None:
    reading = read(typed(LINES, changed(2, 4, 98.45)))
    assert "sheet 1" in reading.issues[0].message
    assert "bear out" not in read(typed(LINES, changed(0, 3, "X"))).issues[0].message


def test_lines_and_balances_of_one_keyer_only_differ() -> None:
    assert refused(read(typed(LINES, LINES[:2]))) == [("keying-differs", FIRST + 2, "Line")]

    def other(book: Workbook) -> None:
        book[KEYERS[1]]["B5"] = 1801

    assert refused(read(typed(change=other))) == [("keying-differs", 5, "Closing balance")]


def test_keyers_who_make_the_same_mistake_meet_the_balance() -> None:
    for row, column, value in ((0, 4, 310.54), (0, 6, 698.45), (2, 4, 98.45)):
        reading = read(typed(changed(row, column, value)))
        assert reading.status == "needs-decision" and reading.issues[0].code == "keying-not-proved"
        assert {c for c, _, _ in refused(reading)} <= {"balance-broken", "closing-differs"}
    moved = changed(0, 4, None)
    moved[0][5] = 310.55
    assert read(typed(moved)).issues[0].code == "keying-not-proved"
    assert read(typed(LINES[:2])).issues[0].code == "keying-not-proved"


# ----------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        (0, 0, None, "no-place"),
        (0, 1, "a", "no-place"),
        (0, 1, 1.5, "no-place"),
        (1, 1, 1, "line-twice"),
        (0, 2, "05.01.2026", "bad-date"),
        (0, 2, 46027, "bad-date"),
        (0, 2, datetime(2026, 1, 5, 8, 30), "bad-date"),  # noqa: DTZ001
        (0, 2, None, "bad-date"),
        (0, 4, "310,55", "bad-amount"),
        (0, 4, "1.234", "bad-amount"),
        (0, 4, -310.55, "bad-sign"),
        (0, 4, None, "no-amount"),
        (0, 4, 0, "bad-sign"),
        (0, 5, 1, "debit-and-credit"),
        (0, 4, "=300+10.55", "keying-formula"),
        (0, 6, "=B4-E9", "keying-formula"),
    ],
)
def test_a_cell_that_is_not_as_the_form_asks_stops_the_file(row: int, column: int, value: Any, code: str) -> None:
    def general(book: Workbook) -> None:
        if column == 2 and isinstance(value, int):
            for name in KEYERS:
                book[name].cell(FIRST + row, 3).number_format = "General"

    reading = read(typed(changed(row, column, value), change=general))
    assert reading.status == "needs-decision" and reading.entries.is_empty()
    assert code in {c for c, _, _ in refused(reading)}
    assert all(i.sheet in KEYERS for i in reading.issues[1:])


def test_a_text_date_of_one_meaning_is_read() -> None:
    assert read(typed(changed(0, 2, "2026-01-05"))).status == "read"


def test_more_decimals_than_the_currency_has_are_refused() -> None:
    lines = changed(0, 4, 310.555)
    lines[0][6] = 689.445
    lines[2][4] = 89.445
    reading = read(typed(lines))
    assert {c for c, _, _ in refused(reading)} == {"too-many-decimals"}


def test_a_missing_balance_proves_nothing() -> None:
    def bare(book: Workbook) -> None:
        for name in KEYERS:
            book[name]["B4"] = None

    assert refused(read(typed(change=bare))) == [("no-balance", 4, "Opening balance")] * 2


@pytest.mark.parametrize("cell", ["A1", f"D{HEADER_ROW}", "A4"])
def test_a_form_that_was_changed_is_none(cell: str) -> None:
    def other(book: Workbook) -> None:
        for name in KEYERS:
            book[name][cell] = "something else"

    reading = known(typed(change=other))
    assert reading.entries.is_empty()
    assert reading.format != "keyed" if cell == "A1" else "bad-form" in {c for c, _, _ in refused(reading)}


def test_a_third_sheet_and_cells_beside_the_form_are_not_passed_over() -> None:
    def more(book: Workbook) -> None:
        book.create_sheet("Notes")["A1"] = "call the bank"
        book[KEYERS[0]].cell(FIRST, 9).value = "see page 4"

    found = [(i.code, i.column) for i in read(typed(change=more)).issues if i.kind == "warning"]
    assert found == [("sheet-not-read", None), ("unread-column", "I")]

    def copied(book: Workbook) -> None:
        book.copy_worksheet(book[KEYERS[0]])

    assert read(typed(change=copied)).issues[0].code == "keying-differs"


def test_hostile_notes_are_text() -> None:
    note = "<script>alert(1)</script> \u202e +cmd|' /C calc'!A0"
    reading = read(typed(changed(0, 3, note)))
    assert reading.status == "read" and reading.entries["remittance_info"][0] == note


def test_a_wall_of_differences_is_counted() -> None:
    lines = [[1, n, date(2026, 1, 1), "A", 1, None, None] for n in range(1, 301)]
    other = [[1, n, date(2026, 1, 1), "B", 1, None, None] for n in range(1, 301)]
    reading = read(typed(lines, other))
    assert len(reading.issues) == 202 and reading.issues[-1].count == 100


def test_a_sheet_is_known_by_its_mark_and_not_by_its_name() -> None:
    def named(book: Workbook) -> None:
        book[KEYERS[0]].title, book[KEYERS[1]].title = "Anna", "Ben"

    assert read(typed(change=named)).status == "read"
    assert not Keyed().matches(Source.from_bytes("x.csv", f"{MARK},1\n".encode()))
    assert not Keyed().matches(Source.from_bytes("x.xlsx", b"PK\x03\x04xl/" + b"\0" * 99))
