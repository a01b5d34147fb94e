"""Cells that say what they are (text, number, date, time, truth), by row and column, and the table that they make.

Workbooks of every kind (``xlsxfile``, ``xlsfile``, ``xmlsheet``) and HTML tables (``htmlfile``) are walked into a
:class:`Cells`; a :class:`CellSheet` shows its head and cuts the table out. Only filled cells are held, so a sheet that
claims a million empty columns costs nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Final

import polars as pl

from fininit.errors import SourceRefused, ValueRefused
from fininit.importers.table import HEAD, MAX_COLUMNS, MAX_FIELD, Footer, Grid, Odd, Record, cut
from fininit.issues import Issue
from fininit.values.dates import excel_serial

MAX_ROWS: Final = 1_048_576
MAX_CELLS: Final = 30_000_000
BESIDE: Final = 16
"""Columns to the right of the header that may hold remarks; a row that is filled further out is refused."""
DENSE: Final = 2_000_000
"""Cells of the rectangle around a sheet's contents up to which the second reader is let in; it fills the whole."""

_LOST: Final = Decimal(10**15)
_SIMPLE: Final = re.compile(r"-?[0-9]{1,15}|-?(?=[0-9.]{1,16}$)[0-9]+\.[0-9]+")
_STORED: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")

# ECMA-376 part 1, 18.8.30: built-in formats that show a day, or only a time
_DAY_FORMATS: Final = frozenset([14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58])
_TIME_FORMATS: Final = frozenset([18, 19, 20, 21, 32, 33, 34, 35, 55, 56])
_NOT_CODE: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')

Cell = tuple[str, str]
"""Kind (text, number, date, time, bool) and the cell as text."""


def corrupt(what: str) -> SourceRefused:
    """A workbook that is damaged as a whole."""
    return SourceRefused(f"The workbook is damaged: {what}.", code="corrupt-container", hint="Ask for a fresh export.")


def limit(what: str, whole: str = "workbook") -> SourceRefused:
    """A file of an absurd size."""
    return SourceRefused(f"The {whole} is too large: {what}.", code="resource-limit", hint="Ask for smaller files.")


def format_kind(number: int, code: str | None) -> str:
    """``date`` or ``time`` for a cell format that shows one, else nothing; ``code`` is that of the file itself."""
    if code is None:
        return "date" if number in _DAY_FORMATS else "time" if number in _TIME_FORMATS else ""
    bare = _NOT_CODE.sub("", code).lower()
    return "date" if "y" in bare or "d" in bare else "time" if "h" in bare or "s" in bare else ""


def number_text(stored: str) -> str:
    """A stored number as plain decimal text: its 15 significant digits, which is all a spreadsheet keeps.

    Raises ``ValueError`` when it is none.
    """
    if _SIMPLE.fullmatch(stored):
        return stored
    if len(stored) > 400 or not _STORED.fullmatch(stored):
        raise ValueError("not a number")
    value = float(stored)
    if value in (float("inf"), float("-inf")):
        raise ValueError("not a finite number")
    text = f"{Decimal(f'{value:.15g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_text(stored: str, *, epoch1904: bool) -> str:
    """A stored serial as ISO text: a day, or a day with its time to the millisecond; never moved to another day.

    Raises ``ValueRefused`` (``bad-date``).
    """
    value = excel_serial(Decimal(stored), epoch1904=epoch1904)
    if not isinstance(value, datetime):
        return value.isoformat()
    near = value + timedelta(microseconds=500)
    near = near.replace(microsecond=near.microsecond // 1000 * 1000)
    if near.date() == value.date():
        value = near
    if value.time() == datetime.min.time():
        return value.date().isoformat()
    return value.isoformat(timespec="milliseconds" if value.microsecond % 1000 == 0 else "microseconds").removesuffix(
        ".000"
    )


class Cells:
    """The filled cells of one sheet: ``rows`` by number, ``problems`` (a row's code of refusal), what is hidden.

    ``formulas``: cells, by row and column, whose value a formula gave (XLSX only).
    """

    def __init__(self) -> None:
        self.rows: dict[int, dict[int, Cell]] = {}
        self.problems: dict[int, str] = {}
        self.formulas: set[tuple[int, int]] = set()
        self.hidden = 0
        self.merged = 0
        self.count = 0

    def keep(self, row: int, column: int, cell: Cell) -> None:
        """Take a cell. Raises :class:`SourceRefused` ``resource-limit``."""
        if not cell[1]:
            return
        if len(cell[1]) > MAX_FIELD:
            raise limit(f"a cell has more than {MAX_FIELD:,} characters", "file")
        self.count += 1
        if self.count > MAX_CELLS:
            raise limit(f"more than {MAX_CELLS:,} cells in a sheet", "file")
        self.rows.setdefault(row, {})[column] = cell

    def problem(self, row: int, column: int, code: str, cell: Cell) -> None:
        """Take a cell whose row is refused for it; the first reason stands."""
        self.problems.setdefault(row, code)
        self.keep(row, column, cell)

    def number(self, row: int, column: int, stored: str, kind: str, *, epoch1904: bool = False) -> None:
        """Take a stored number; ``kind`` is what its cell format shows (:func:`format_kind`)."""
        try:
            text = number_text(stored.strip())
        except ValueError:
            self.problem(row, column, "cell-error", ("text", stored))
            return
        if kind == "date":
            try:
                self.keep(row, column, ("date", date_text(stored, epoch1904=epoch1904)))
            except (ValueRefused, ArithmeticError):
                self.problem(row, column, "bad-date", ("number", text))
        elif kind == "time" and Decimal(text).copy_abs() < 1:
            seconds = round(Decimal(text).copy_abs() * 86400)
            clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
            self.keep(row, column, ("time", clock))
        elif abs(Decimal(text)) >= _LOST:
            self.problem(row, column, "id-precision-lost", ("number", text))
        else:
            self.keep(row, column, ("number", text))


class CellSheet:
    """One sheet made of :class:`Cells`; a subclass gives ``name`` and ``walked``, and may add warnings of its own."""

    name: str
    delimiter: str = ""
    encoding: str = ""

    @property
    def walked(self) -> Cells:
        """The cells, read once."""
        raise AssertionError("a sheet says what its cells are")

    @cached_property
    def issues(self) -> tuple[Issue, ...]:
        """Warnings about the sheet as a whole."""
        return tuple(self.own_issues())

    def own_issues(self) -> list[Issue]:
        """Warnings that every kind of sheet may have."""
        if not self.walked.hidden:
            return []
        text = "Rows are hidden in this sheet; they were read like the others."
        return [Issue("warning", "hidden-rows", text, sheet=self.name, count=self.walked.hidden)]

    @cached_property
    def head(self) -> tuple[Record, ...]:
        """The first filled rows, as wide as each is filled."""
        out: list[Record] = []
        for row, cells in self.walked.rows.items():
            width = min(max(cells) + 1, MAX_COLUMNS)
            if any(c[1].strip() for c in cells.values()):
                out.append((row, tuple(cells[i][1] if i in cells else "" for i in range(width))))
            if len(out) == HEAD:
                break
        return tuple(out)

    def grid(self, header_at: int, footer: Footer | None = None) -> Grid:
        """The table under ``head[header_at]``."""
        header_row, header = self.head[header_at]
        while header and not header[-1].strip():
            header = header[:-1]
        return self._cut(header_row, header, self.head[:header_at], footer)

    def rows(self, start: int, header: Sequence[str], footer: Footer | None = None) -> Grid:
        """The table that begins with ``head[start]`` and has no header row; ``header`` names its columns."""
        return self._cut(self.head[start][0] - 1, tuple(header), self.head[:start], footer)

    def _cut(
        self, header_row: int, header: tuple[str, ...], preamble: tuple[Record, ...], footer: Footer | None
    ) -> Grid:
        below = {r: cells for r, cells in self.walked.rows.items() if r > header_row}
        reach = len(header) + BESIDE
        width = max([len(header), *(c + 1 for cells in below.values() for c in cells if c < reach)])
        if len(below) * width > 10 * MAX_CELLS:
            raise limit(f"a table of {len(below):,} rows by {width:,} columns", "file")
        header = (*header, *[""] * (width - len(header)))
        names = [f"c{i}" for i in range(width)]
        odd: list[Odd] = []
        rows: list[int] = []
        raws: list[str] = []
        columns: list[list[str | None]] = [[] for _ in names]
        kinds: list[set[str]] = [set() for _ in names]
        for row, cells in below.items():
            values = [cells[i][1] if i in cells else None for i in range(width)]
            problem = self.walked.problems.get(row) or ("field-count" if max(cells) >= width else "")
            if problem:
                odd.append((row, tuple(v or "" for v in values), problem))
                continue
            rows.append(row)
            raws.append(json.dumps(values, ensure_ascii=False))
            for i, value in enumerate(values):
                columns[i].append(value)
                if value is not None:
                    kinds[i].add(cells[i][0])
        body = pl.DataFrame(
            {"row": rows, "raw": raws} | dict(zip(names, columns, strict=True)),
            schema={"row": pl.Int64, "raw": pl.String} | dict.fromkeys(names, pl.String),
        )
        mixed = [i for i, k in enumerate(kinds) if "number" in k and len(k) > 1]
        body = body.with_columns(
            pl.Series(f"number_c{i}", [below[r].get(i, ("", ""))[0] == "number" for r in rows], dtype=pl.Boolean)
            for i in mixed
        )
        return cut(
            header=header,
            header_row=header_row,
            body=body,
            odd=odd,
            footer=footer or Footer(),
            preamble=preamble,
            sheet=self.name,
            dated=frozenset(n for n, k in zip(names, kinds, strict=True) if k == {"date"}),
            numeric=frozenset(n for n, k in zip(names, kinds, strict=True) if k == {"number"}),
            mixed=[names[i] for i in mixed],
        )


def read_otherwise(data: bytes, sheet: int | str, cells: Cells) -> list[int]:
    """Rows in which fastexcel, the second witness, reads a text cell of a workbook differently.

    Empty when it cannot be asked (too sparse a sheet, or one that it does not read).
    """
    rows: Mapping[int, Mapping[int, Cell]] = cells.rows
    if not rows:
        return []
    last, width = max(rows), max(max(c) for c in rows.values()) + 1
    if last * width > DENSE or cells.count == 0:
        return []
    import fastexcel

    try:
        loaded = fastexcel.read_excel(data).load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
        other = pl.DataFrame(loaded)
    except Exception:  # a second opinion that fails is none; its errors have no common base
        return []
    differ: list[int] = []
    # It may begin at the first filled row and column instead of the corner.
    first, left = min(rows), min(min(c) for c in rows.values())
    above = first - 1 if other.height == last - first + 1 else 0
    beside = left if other.width == width - left else 0
    given = {n + beside: other[:, n].to_list() for n in range(min(width, other.width))}
    for row, by_column in rows.items():
        for column, (kind, text) in by_column.items():
            if kind != "text" or row in cells.problems or not text.strip():
                continue
            theirs = given[column][row - 1 - above] if column in given and row - above <= other.height else None
            if theirs != text:
                differ.append(row)
                break
    return differ


def disagreement(differ: list[int], name: str) -> list[Issue]:
    """A warning where the two readers of a workbook differ."""
    if not differ:
        return []
    text = "A second program reads texts of this sheet differently; the stored text was taken."
    return [Issue("warning", "readers-disagree", text, row=differ[0], sheet=name, count=len(differ))]
