"""The workbook to type a paper statement into: two sheets for two keyers, one of instructions.

The same choices give the same bytes: no clock stands in the file.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from fininit.errors import UsageError
from fininit.identifiers.account import stated_account
from fininit.values.assets import exponent, is_currency

if TYPE_CHECKING:
    from openpyxl import Workbook

MARK: Final = "fininit keying form"
"""Stands in the first cell of a sheet for a keyer, with :data:`VERSION` beside it."""

VERSION: Final = 1

FACTS: Final = ("Account", "Currency", "Opening balance", "Closing balance", "Keyed by")
"""Labels of what is typed once, in the rows below the mark: label in column A, value in column B."""

COLUMNS: Final = ("Page", "Line", "Date", "Payment note", "Amount out", "Amount in", "Balance")
"""The header of the lines."""

HEADER_ROW: Final = len(FACTS) + 3
"""Row of :data:`COLUMNS`, as a spreadsheet counts."""

KEYERS: Final = ("Keyer 1", "Keyer 2")
"""Names of the two sheets."""

GUIDE: Final = "Read me"
"""Name of the sheet of instructions."""

_WIDTHS: Final = (16, 16, 13, 48, 15, 15, 15)
_STAMP: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001  (no clock: the first day that a zip archive knows)

TEXT: Final = (
    "How to type a paper statement",
    "",
    "1. One workbook is one statement of one account in one currency. For the next statement make a new workbook.",
    "2. Two people type the same pages, each in a sheet of their own, without looking at the other's. If there is only "
    "one of you, fill the sheet 'Keyer 1'; then every line needs its balance or the file is not read.",
    "3. At the top, type the balance the statement begins with and the one it ends with. A debt has a minus.",
    "4. Below, one row is one printed line. Page is the page of the exhibit, line the place on that page, from 1 "
    "on. Neither may be left out: they lead from the ledger back to the paper.",
    "5. Type the date as your spreadsheet program takes dates. Then look at the cell: it shows year-month-day. If it "
    "does not, the program did not take it for a date.",
    "6. Type the payment note as it is printed, with its mistakes.",
    "7. An amount stands in one of the columns 'Amount out' and 'Amount in', always without a sign.",
    "8. Balance is what is printed beside the line. Leave it empty where none is printed. Never let the spreadsheet "
    "compute it: a formula would prove itself, and is refused.",
    "9. What you cannot read, do not guess: leave the row out and ask for a better copy.",
    "10. Save the file and look at it: fininit inspect FILE. It compares the two sheets cell by cell and adds the "
    "lines up. What differs is listed by page and line. Look there on the paper, correct the sheet that is wrong, "
    "inspect again.",
    "11. When nothing differs: fininit import CASE FILE. Keep the scan as an exhibit of its own.",
)
"""The instructions, a row each."""


def form(account: str, currency: str, *, lines: int = 1000) -> bytes:
    """The workbook for one statement, ready to be typed into. ``lines``: how many rows are checked while typing.

    Raises :class:`UsageError` for an account or a currency that is none.
    """
    from openpyxl import Workbook

    code = currency.strip().upper()
    if not is_currency(code):
        raise UsageError("This is not a currency that is known.", hint="Write its code, e.g. EUR.")
    if not 1 <= lines <= 100_000:
        raise UsageError("A form has 1 to 100,000 lines.")
    book = Workbook()
    guide = book.active
    assert guide is not None
    _guide(guide)
    for name in KEYERS:
        _sheet(book.create_sheet(name), stated_account(account), code, lines)
    book.active = 1
    return _saved(book)


def _guide(sheet: Any) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = GUIDE
    sheet.column_dimensions["A"].width = 110
    for row, text in enumerate(TEXT, 1):
        cell = sheet.cell(row, 1, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(bold=True, size=14)


def _sheet(sheet: Any, account: str, currency: str, lines: int) -> None:
    from openpyxl.styles import Font, PatternFill

    bold, shade = Font(bold=True), PatternFill("solid", fgColor="FFF2CC")
    places = exponent(currency)
    amount = "0" if places == 0 else "0." + "0" * (2 if places is None else places)
    formats = ("0", "0", "yyyy\\-mm\\-dd", "@", amount, amount, amount)
    for letter, width, form_ in zip("ABCDEFG", _WIDTHS, formats, strict=True):
        sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[letter].number_format = form_
    for row, (label, value) in enumerate(((MARK, VERSION), *zip(FACTS, (account, currency), strict=False)), 1):
        sheet.cell(row, 1, label).font = bold
        cell = sheet.cell(row, 2, value)
        cell.number_format = "0" if row == 1 else "@"
        cell.fill = shade
    for row in range(4, HEADER_ROW - 1):
        label = FACTS[row - 2]
        sheet.cell(row, 1, label).font = bold
        cell = sheet.cell(row, 2)
        cell.number_format = amount if "balance" in label else "@"
        cell.fill = shade
    for column, heading in enumerate(COLUMNS, 1):
        sheet.cell(HEADER_ROW, column, heading).font = bold
    for row in range(1, HEADER_ROW + 1):
        sheet.cell(row, 1).number_format = "@"
    first, last = HEADER_ROW + 1, HEADER_ROW + lines
    for row in range(first, last + 1):
        for column, form_ in enumerate(formats, 1):
            sheet.cell(row, column).number_format = form_
    sheet.freeze_panes = f"A{first}"
    _checks(sheet, first, last)


def _checks(sheet: Any, first: int, last: int) -> None:
    """What the spreadsheet program refuses while somebody types."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rules: dict[str, tuple[Any, Any, str, str | None, str]] = {
        "A": ("whole", "between", "1", "9999", "A whole number: the page of the exhibit."),
        "B": ("whole", "between", "1", "9999", "A whole number: the line on the page, from 1."),
        "C": ("date", "between", "1", "73050", "A date, as your spreadsheet program takes dates."),
        "E": ("decimal", "greaterThan", "0", None, "An amount without a sign; leave it empty if money came in."),
        "F": ("decimal", "greaterThan", "0", None, "An amount without a sign; leave it empty if money went out."),
        "G": ("decimal", "between", "-1E+14", "1E+14", "The balance as printed; a debt has a minus."),
    }
    for letter, (kind, operator, low, high, text) in rules.items():
        rule = DataValidation(
            type=kind, operator=operator, formula1=low, formula2=high, allow_blank=True, showErrorMessage=True
        )
        rule.error, rule.errorTitle = text, "Please look again"
        rule.add(f"{letter}{first}:{letter}{last}")
        sheet.add_data_validation(rule)


def _saved(book: Workbook) -> bytes:
    from openpyxl.writer.excel import ExcelWriter

    book.properties.creator, book.properties.title = "fininit", MARK
    book.properties.created = book.properties.modified = _STAMP
    made, out = io.BytesIO(), io.BytesIO()
    # Workbook.save would put the hour into the properties.
    ExcelWriter(book, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED)).save()
    with zipfile.ZipFile(made) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(given.namelist()):
            info = zipfile.ZipInfo(name, _STAMP.timetuple()[:6])
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            archive.writestr(info, given.read(name))
    return out.getvalue()
