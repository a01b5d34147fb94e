"""A table as it stands in a file: text cells, row numbers, raw text; from CSV, TSV or XLSX. No meaning yet.

A file gives sheets (a text file one, a workbook several). A :class:`Sheet` shows its first records; once somebody has
said which of them is the header, :meth:`Sheet.grid` cuts the table below it out, strictly: a record that does not have
the header's width, or is damaged, is refused alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import polars as pl

from fininit.errors import SourceRefused
from fininit.issues import Issue

if TYPE_CHECKING:
    from fininit.importers.base import Source

MAX_COLUMNS = 16_384
"""As many as a spreadsheet has; a file with more is refused."""

MAX_FIELD = 1024 * 1024
"""Characters in one cell; a file with a longer one is refused."""

HEAD = 200
"""Non-blank records of a sheet in which a header is looked for."""

Record = tuple[int, tuple[str, ...]]
"""A row number, as a spreadsheet counts it, and the cells as written."""


@dataclass(frozen=True)
class Grid:
    """One table of one source, every cell as text.

    ``cells`` has columns ``c0``, ``c1`` … (String, null where the cell is empty), one row per data row, in file order.
    ``rows`` holds their row numbers as a spreadsheet counts them, ``raw`` their text as it stands in the file (for a
    workbook the cells as a JSON list). ``header`` is verbatim, stripped of outer blanks. ``preamble`` and ``footer``
    are rows outside the table, as (row number, cells). ``issues`` holds what was refused or skipped on the way, each
    with its row; ``skipped`` and ``refused`` count them. In a workbook ``dated`` names columns whose filled cells are
    all real dates (given as ISO text) and ``numeric`` those whose filled cells are all numbers (given with a point).
    """

    sheet: str
    header_row: int
    header: tuple[str, ...]
    cells: pl.DataFrame
    rows: pl.Series
    raw: pl.Series
    issues: tuple[Issue, ...] = ()
    skipped: int = 0
    refused: int = 0
    preamble: tuple[Record, ...] = ()
    footer: tuple[Record, ...] = ()
    dated: frozenset[str] = field(default_factory=frozenset)
    numeric: frozenset[str] = field(default_factory=frozenset)
    delimiter: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Footer:
    """Rows below or between the lines that are no transactions: totals, closing balances, remarks.

    A row whose first filled cell begins with one of ``starts`` (after outer blanks) is one, whatever its width.
    """

    starts: tuple[str, ...] = ()

    def covers(self, cells: Sequence[str]) -> bool:
        """Whether a row with these cells is outside the table."""
        first = next((c.strip() for c in cells if c.strip()), "")
        return bool(first) and first.startswith(self.starts)


class Sheet(Protocol):
    """One sheet of a workbook, or a whole text file, before anybody has said which row is the header.

    ``name`` is empty for a text file. ``head`` holds the first :data:`HEAD` non-blank records. ``issues`` are warnings
    about the sheet itself (``hidden-sheet``). ``delimiter`` and ``encoding`` are empty for a workbook.
    """

    @property
    def name(self) -> str: ...
    @property
    def head(self) -> tuple[Record, ...]: ...
    @property
    def issues(self) -> tuple[Issue, ...]: ...
    @property
    def delimiter(self) -> str: ...
    @property
    def encoding(self) -> str: ...

    def grid(self, header_at: int, footer: Footer | None = None) -> Grid:
        """The table under ``head[header_at]``. Raises :class:`SourceRefused` ``resource-limit`` for absurd sizes."""
        ...


def letter(index: int) -> str:
    """The spreadsheet's letters of a column, 0 being A."""
    out = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        out = chr(65 + rest) + out
    return out


def bare(cells: Sequence[str]) -> tuple[str, ...]:
    """Cells without outer blanks, and without the empty ones at the end."""
    out = [c.strip() for c in cells]
    while out and not out[-1]:
        out.pop()
    return tuple(out)


def find_header(sheet: Sheet, header: Sequence[str]) -> int | None:
    """Where in ``sheet.head`` the record stands that is ``header``, cell by cell after outer blanks are taken off."""
    wanted = bare(header)
    for i, (_, cells) in enumerate(sheet.head):
        if bare(cells) == wanted:
            return i
    return None


def open_sheets(
    source: Source,
    *,
    encodings: Sequence[str] = (),
    encoding: str | None = None,
    delimiter: str | None = None,
    header: Sequence[str] | None = None,
) -> list[Sheet]:
    """The sheets of a text file or workbook, whichever the content is; an empty file has none.

    ``encodings`` are those a format allows, in order; ``encoding`` is what a person states. ``delimiter`` is stated, or
    found by ``header``, or else by all rows having one width. Raises :class:`SourceRefused` for anything that is not a
    table, cannot be decoded, is damaged as a whole, or could be split in two ways (``dialect-undecided``).
    """
    from fininit.importers import csvfile, xlsxfile

    container = source.container
    if container == "empty":
        return []
    if container in ("xlsx", "ole"):
        return list(xlsxfile.sheets(source))
    if container == "text" or (container == "binary" and encoding is not None):
        return list(csvfile.sheets(source, encodings=encodings, encoding=encoding, delimiter=delimiter, header=header))
    raise SourceRefused(
        f"{source.name}: this is not a table ({container}).",
        code="unsupported-type",
        hint="Ask the producer for CSV or XLSX.",
    )
