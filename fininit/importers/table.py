"""A table as it stands in a file: text cells, row numbers, raw text; from CSV, TSV or XLSX. No meaning yet."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from fininit.issues import Issue


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
    preamble: tuple[tuple[int, tuple[str, ...]], ...] = ()
    footer: tuple[tuple[int, tuple[str, ...]], ...] = ()
    dated: frozenset[str] = field(default_factory=frozenset)
    numeric: frozenset[str] = field(default_factory=frozenset)
    delimiter: str = ""
    encoding: str = ""
