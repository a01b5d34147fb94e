"""XML spreadsheets of 2003 (SpreadsheetML), which banks deliver under the name .xls.

The rules are those of Microsoft's "XML Spreadsheet Reference" (Office 2003). Every value states its type, so dates need
no cell format. As in every workbook a document type is refused, a formula is never run, and a row with an error, a
formula without a result or a number of 16 digits is refused alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from fininit.importers.cells import MAX_ROWS, Cells, CellSheet, corrupt
from fininit.importers.table import MAX_COLUMNS, Sheet
from fininit.importers.xlsxfile import parse
from fininit.issues import Issue

if TYPE_CHECKING:
    from fininit.importers.base import Source

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?")
_APART: Final = ("Comment", "PhoneticText")
"""Parts of a cell whose text is not its value."""


@dataclass(frozen=True)
class XmlSheet(CellSheet):
    """One worksheet."""

    name: str
    cells: Cells
    warnings: list[Issue] = field(default_factory=list)

    @property
    def walked(self) -> Cells:
        """The cells."""
        return self.cells

    def own_issues(self) -> list[Issue]:
        """Warnings about the sheet as a whole."""
        return [*self.warnings, *super().own_issues()]


def sheets(source: Source) -> list[Sheet]:
    """Every worksheet, hidden ones too. Raises :class:`SourceRefused` for XML that is damaged or has a DOCTYPE."""
    walk = _Walk()
    parse(source.data, walk.start, walk.end, walk.text)
    if not walk.sheets:
        raise corrupt("it has no sheet")
    return list(walk.sheets)


class _Walk:
    """One pass over the file."""

    def __init__(self) -> None:
        self.sheets: list[XmlSheet] = []
        self.row = self.column = self.across = 0
        self.skipped = 0
        self.cell = self.formula = self.data = self.visible = False
        self.apart = 0
        self.kind = ""
        self.parts: list[str] = []

    def start(self, name: str, attrs: list[str]) -> None:
        given = {k.rpartition(":")[2]: v for k, v in zip(attrs[::2], attrs[1::2], strict=True)}
        if name == "Worksheet":
            if any(s.name == given.get("Name", "") for s in self.sheets):
                raise corrupt("a sheet is in it twice")
            self.sheets.append(XmlSheet(given.get("Name", ""), Cells()))
            self.row = self.skipped = 0
        elif name == "Visible":
            self.visible, self.parts = True, []
        elif not self.sheets:
            return
        elif name == "Row":
            self._row(given)
        elif name == "Cell":
            self._cell(given)
        elif self.cell and name in _APART:
            self.apart += 1
        elif self.cell and name == "Data" and not self.apart:
            self.data, self.kind, self.parts = True, given.get("Type", ""), []

    def _row(self, given: dict[str, str]) -> None:
        at = _index(given, "Index", self.row + self.skipped + 1)
        if at <= self.row:
            raise corrupt("rows stand twice or out of order")
        self.row, self.column, self.across = at, 0, 0
        self.skipped = _index(given, "Span", 0)
        if self.row + self.skipped > MAX_ROWS:
            raise corrupt("a row lies outside the sheet")
        self.sheets[-1].cells.hidden += given.get("Hidden", "0") in ("1", "true")

    def _cell(self, given: dict[str, str]) -> None:
        at = _index(given, "Index", self.column + self.across + 1)
        if at <= self.column or not self.row:
            raise corrupt("cells stand twice or out of order")
        if at > MAX_COLUMNS:
            raise corrupt("a cell lies outside the sheet")
        self.column, self.across = at, _index(given, "MergeAcross", 0)
        self.cell, self.formula, self.kind, self.parts = True, "Formula" in given, "", []

    def text(self, chunk: str) -> None:
        if (self.data and not self.apart) or self.visible:
            self.parts.append(chunk)

    def end(self, name: str) -> None:
        if name == "Visible" and self.visible:
            self.visible = False
            if "".join(self.parts).strip() != "SheetVisible" and self.sheets:
                text = "This sheet is hidden in the workbook; it was read like the others."
                sheet = self.sheets[-1]
                sheet.warnings.append(Issue("warning", "hidden-sheet", text, sheet=sheet.name))
        elif self.cell and name in _APART:
            self.apart -= 1
        elif name == "Data" and not self.apart:
            self.data = False
        elif name == "Cell" and self.cell:
            self.cell = False
            self._finish("".join(self.parts))

    def _finish(self, stored: str) -> None:
        cells, row, column = self.sheets[-1].cells, self.row, self.column - 1
        if self.formula and not stored and self.kind != "String":
            cells.problem(row, column, "formula-no-value", ("text", "="))
        elif not stored:
            return
        elif self.kind == "String":
            cells.keep(row, column, ("text", stored))
        elif self.kind == "Number":
            cells.number(row, column, stored, "")
        elif self.kind == "DateTime":
            self._date(cells, row, column, stored)
        elif self.kind == "Boolean":
            cells.keep(row, column, ("bool", "TRUE" if stored.strip() in ("1", "true") else "FALSE"))
        else:
            cells.problem(row, column, "cell-error", ("text", stored))

    @staticmethod
    def _date(cells: Cells, row: int, column: int, stored: str) -> None:
        """A day, a day with its time, or (on the day before the epoch) a time alone."""
        text = stored.strip()
        try:
            value = datetime.fromisoformat(text) if _DATE.fullmatch(text) else None
        except ValueError:
            value = None
        if value is None:
            cells.problem(row, column, "bad-date", ("text", stored))
        elif (value.year, value.month, value.day) == (1899, 12, 31):
            cells.keep(row, column, ("time", value.time().isoformat("seconds")))
        elif value.time() == datetime.min.time():
            cells.keep(row, column, ("date", value.date().isoformat()))
        else:
            exact = "milliseconds" if value.microsecond else "seconds"
            cells.keep(row, column, ("date", value.isoformat(timespec=exact)))


def _index(given: dict[str, str], name: str, default: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise corrupt("a place in it is no number")
    return int(text)


__all__ = ["XmlSheet", "sheets"]
