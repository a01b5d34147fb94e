"""A table as it stands in a file: text cells, row numbers, raw text; from CSV, TSV or XLSX. No meaning yet.

A file gives sheets (a text file one, a workbook several). A :class:`Sheet` shows its first records; once somebody has
said which of them is the header, :meth:`Sheet.grid` cuts the table below it out, strictly: a record that does not have
the header's width, or is damaged, is refused alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

Odd = tuple[int, tuple[str, ...], str]
"""A row that is no row of the table: its number, its cells and the code it is refused with (unless it is a footer)."""

SHOWN = 200
"""Refused rows of one kind that get an issue each; the rest are counted in one."""

MESSAGES = {
    "field-count": "The number of fields is not that of the header.",
    "bad-quote": "A quote mark is not closed, or a line break or text stands where none may.",
    "nul-byte": "The row holds a NUL byte.",
    "undecodable-bytes": "The row holds bytes that are not in the file's encoding.",
    "formula-no-value": "The row holds a formula whose result was not saved.",
    "id-precision-lost": "The row holds a number of 16 digits or more, of which a spreadsheet keeps only 15.",
    "cell-error": "The row holds a spreadsheet error instead of a value.",
    "columns-unclear": "A word on this line stands in two columns.",
    "cut-off": "The file ends within this row.",
    "hidden-text": "The row holds text that the page does not show.",
    "bad-date": "The row holds a serial number formatted as a date that is no day.",
}
"""What each code says of a row that could not be taken from its file."""

HINTS = {
    "formula-no-value": "Open it in a spreadsheet program, save it, and note that you did.",
    "id-precision-lost": "The file itself has lost the digits; ask for them as text, or as CSV.",
    "undecodable-bytes": "Ask for a fresh export; the row is damaged.",
}


@dataclass(frozen=True)
class Grid:
    """One table of one source, every cell as text.

    ``cells`` has columns ``c0``, ``c1`` … (String, null where the cell is empty), one row per data row, in file order.
    ``rows`` holds their row numbers as a spreadsheet counts them, ``raw`` their text as it stands in the file (for a
    workbook the cells as a JSON list). ``header`` is verbatim, stripped of outer blanks. ``preamble`` and ``footer``
    are rows outside the table, as (row number, cells). ``issues`` holds what was refused or skipped on the way, each
    with its row; ``skipped`` and ``refused`` count them. In a workbook ``dated`` names columns whose filled cells are
    all real dates (given as ISO text) and ``numeric`` those whose filled cells are all numbers (given with a point);
    ``mixed`` says for a column that holds numbers beside other cells which of its rows are numbers.
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
    mixed: Mapping[str, pl.Series] = field(default_factory=dict)
    delimiter: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Footer:
    """Rows below or between the lines that are no transactions: totals, closing balances, remarks.

    A row whose first filled cell begins with one of ``starts`` (after outer blanks) is one, whatever its width; one
    that begins with one of ``ends`` ends the table.
    """

    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()

    def covers(self, cells: Sequence[str]) -> bool:
        """Whether a row with these cells is outside the table."""
        return self._begins(cells, (*self.starts, *self.ends))

    def stops(self, cells: Sequence[str]) -> bool:
        """Whether a row with these cells ends the table."""
        return self._begins(cells, self.ends)

    def _begins(self, cells: Sequence[str], words: Sequence[str]) -> bool:
        first = next((c.strip() for c in cells if c.strip()), "")
        return bool(first) and first.startswith(tuple(s.strip() for s in words))


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
    from fininit.importers import csvfile, htmlfile, xlsxfile, xmlsheet

    container = source.container
    if container == "empty":
        return []
    if container in ("xlsx", "ole"):
        return list(xlsxfile.sheets(source))
    if container == "xmlsheet":
        return xmlsheet.sheets(source)
    if container == "html":
        return htmlfile.sheets(source, encodings=encodings, encoding=encoding)
    if container == "text" or (container == "binary" and (encoding is not None or csvfile.looks_utf16(source.data))):
        return list(csvfile.sheets(source, encodings=encodings, encoding=encoding, delimiter=delimiter, header=header))
    raise SourceRefused(
        f"This is not a table ({container}).",
        code="unsupported-type",
        hint="Ask the producer for CSV or XLSX.",
    )


def unread(grid: Grid, rows: pl.DataFrame, used: set[str]) -> list[Issue]:
    """Law 2: a warning for each filled column of ``rows`` (``row`` and the cells of ``grid``) that is not ``used``."""
    out: list[Issue] = []
    for i, header in enumerate(grid.header):
        if f"c{i}" in used:
            continue
        filled = rows.filter(pl.col(f"c{i}").str.strip_chars() != "")
        if filled.height:
            text = "This column is filled, and the format does not say what it means; it was not read."
            column, where = header or letter(i), grid.sheet or None
            out.append(
                Issue(
                    "warning",
                    "unread-column",
                    text,
                    row=filled["row"][0],
                    column=column,
                    sheet=where,
                    count=filled.height,
                )
            )
    return out


def refused(odd: Sequence[Odd], sheet: str = "") -> list[Issue]:
    """One issue for each refused row, from :data:`SHOWN` on of a kind one for all."""
    out: list[Issue] = []
    seen: dict[str, list[int]] = {}
    for row, _, code in odd:
        rows = seen.setdefault(code, [])
        rows.append(row)
        if len(rows) <= SHOWN:
            out.append(_refused(code, row, 1, sheet))
    out += [_refused(c, rows[SHOWN], len(rows) - SHOWN, sheet) for c, rows in seen.items() if len(rows) > SHOWN]
    return out


def _refused(code: str, row: int, count: int, sheet: str) -> Issue:
    return Issue("refused", code, MESSAGES[code], row=row, sheet=sheet or None, count=count, hint=HINTS.get(code, ""))


def cut(
    *,
    header: Sequence[str],
    header_row: int,
    body: pl.DataFrame,
    odd: Sequence[Odd],
    footer: Footer,
    preamble: Sequence[Record] = (),
    issues: Sequence[Issue] = (),
    sheet: str = "",
    dated: frozenset[str] = frozenset(),
    numeric: frozenset[str] = frozenset(),
    mixed: Sequence[str] = (),
    delimiter: str = "",
    encoding: str = "",
) -> Grid:
    """A grid from the rows below a header: ``body`` (``row``, ``raw``, ``c0`` …) as wide as it, and the odd ones.

    Blank rows are left out and not counted; repeated headers and footers are skipped and counted; what is left of
    ``odd`` is refused. For a column in ``mixed`` the frame has a Boolean ``number_<column>`` besides.
    """
    names = [f"c{i}" for i in range(len(header))]
    wanted = [c.strip() for c in header]
    text = [pl.col(n).str.strip_chars() for n in names]
    filled = [pl.when(t != "").then(t) for t in text]
    body = body.with_columns(pl.when(pl.col(n) != "").then(pl.col(n)).alias(n) for n in names)
    # The first column mostly shows that no row is blank and that the header does not stand here again.
    begins = body.select(text[0].fill_null("")).to_series() if names else pl.Series([""])
    if (begins == "").any():
        body = body.filter(pl.any_horizontal(f.is_not_null() for f in filled))
    repeat = pl.lit(value=False)
    if not names or (begins == wanted[0]).any():
        repeat = pl.all_horizontal(t.fill_null("") == pl.lit(w) for t, w in zip(text, wanted, strict=True))
    closes = pl.lit(value=False)
    last: int | None = None
    if footer.starts or footer.ends:
        first = pl.coalesce(filled)
        closes = pl.any_horizontal(first.str.starts_with(s.strip()) for s in (*footer.starts, *footer.ends))
    if footer.ends:
        ends = [row for row, cells, _ in odd if footer.stops(cells)]
        ends += body.filter(pl.any_horizontal(first.str.starts_with(s.strip()) for s in footer.ends))["row"].to_list()
        last = min(ends, default=None)
        closes = closes | (pl.col("row") >= last) if last is not None else closes
    body = body.with_columns(_repeat=repeat, _closes=closes)
    repeats = body.filter(pl.col("_repeat"))["row"].to_list()
    below: list[Record] = [
        (r[0], tuple(c or "" for c in r[1:]))
        for r in body.filter(pl.col("_closes") & ~pl.col("_repeat")).select("row", *names).iter_rows()
    ]
    outside = {row for row, cells, _ in odd if footer.covers(cells) or (last is not None and row >= last)}
    below += [(row, cells) for row, cells, _ in odd if row in outside]
    odd = [o for o in odd if o[0] not in outside]
    where = sheet or None
    found = list(issues)
    if repeats:
        found.append(
            Issue(
                "skipped",
                "header-repeated",
                "The header row stands here again.",
                row=repeats[0],
                sheet=where,
                count=len(repeats),
            )
        )
    if below:
        below.sort()
        found.append(
            Issue(
                "skipped",
                "footer-row",
                "A total, balance or remark of the format, not a transaction.",
                row=below[0][0],
                sheet=where,
                count=len(below),
            )
        )
    if repeats or below:
        body = body.filter(~pl.col("_repeat") & ~pl.col("_closes"))
    return Grid(
        sheet=sheet,
        header_row=header_row,
        header=tuple(wanted),
        cells=body.select(names),
        rows=body["row"],
        raw=body["raw"],
        issues=(*found, *refused(odd, sheet)),
        skipped=len(repeats) + len(below),
        refused=len(odd),
        preamble=tuple(preamble),
        footer=tuple(below),
        dated=dated,
        numeric=numeric,
        mixed={name: body[f"number_{name}"] for name in mixed},
        delimiter=delimiter,
        encoding=encoding,
    )
