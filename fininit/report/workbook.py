"""``workbook.xlsx``: the report for a spreadsheet, written from the :class:`~fininit.report.model.ReportModel` alone.

openpyxl writes the package: sheets, headings, styles, filters, properties. The rows below the headings are written here
and put into the sheets while they are zipped: one object a cell takes nine tenths of the time, and openpyxl would put
every row on disk, in the shared temporary folder, where a killed run leaves it.

The bytes depend on the model only: fixed properties, fixed dates in the archive, members in the order of their names.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import quoteattr

import polars as pl

from fininit.report import cells
from fininit.report.model import ReportModel
from fininit.report.sheets import ROWS, Column, Table, measured, quoted, tables
from fininit.strings import PAGE, WORKBOOK, whole

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

LINKS: Final = 65_530
"""Links that a sheet may hold."""

_CHUNK: Final = 10_000  # rows turned into XML at a time
_STAMP: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001  (no clock: the first day that a zip archive knows)
_WIDE: Final = {"raw": 90, "note": 60, "message": 60, "hint": 60, "reason": 90, "sha256": 66}
_WIDEST: Final = 40  # a longer text is read in the cell, not in the column
_FONT: Final = "Calibri"  # the one openpyxl gives to cells without a style
_LARGE: Final = 1 << 30  # beyond it a member may not fit the plain zip format

Shown = Callable[[str], str]
"""A cell that only needs to be told where it stands ("B7") to become XML."""


def write_workbook(model: ReportModel, *, rows_per_sheet: int = ROWS) -> bytes:
    """The workbook for ``model``; the same model gives the same bytes.

    A table of more than ``rows_per_sheet`` rows goes on in a second sheet ("Transfers 2"). An amount is a number where
    a spreadsheet keeps each of its digits (15), else text; the first sheet says how many are text, and how many texts
    were cut because a cell holds 32,767 characters. No cell holds a formula and no link leaves the file.
    """
    return _Writer(model, tables(model, rows_per_sheet)).write()


class _Styles:
    """Numbers of the cell styles that the rows use."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        from openpyxl.styles import Alignment, Font

        self._sheet = sheet
        self._amounts: dict[int, int] = {}
        self.text = self._add("@")
        self.right = self._add("@", alignment=Alignment(horizontal="right"))
        self.wrapped = self._add("@", alignment=Alignment(wrap_text=True, vertical="top"))
        self.link = self._add("@", font=Font(name=_FONT, size=11, color="0563C1", underline="single"))
        self.title = self._add("@", font=Font(name=_FONT, size=14, bold=True))
        self.part = self._add("@", font=Font(name=_FONT, size=11, bold=True))
        self.int = self._add("#,##0")
        self.left = self._add("#,##0", alignment=Alignment(horizontal="left", vertical="top"))
        self.date = self._add("yyyy\\-mm\\-dd")
        self.date_left = self._add("yyyy\\-mm\\-dd", alignment=Alignment(horizontal="left", vertical="top"))

    def amount(self, places: int) -> int:
        """Style of a number with so many decimals."""
        if places not in self._amounts:
            self._amounts[places] = self._add(cells.number_format(places))
        return self._amounts[places]

    def _add(self, number_format: str, **parts: Any) -> int:
        from openpyxl.cell import WriteOnlyCell

        cell: Any = WriteOnlyCell(self._sheet)
        cell.number_format = number_format
        # Text stays text when a person enters the cell and leaves it again, even if it begins with "=".
        cell.quotePrefix = number_format == "@"
        for name, part in parts.items():
            setattr(cell, name, part)
        return int(cell.style_id)


@dataclass(frozen=True, slots=True)
class _Part:
    """What goes into one sheet below its headings: rows as XML, links (cells, place), an upper bound of its bytes."""

    rows: Callable[[], Iterator[str]]
    links: list[tuple[str, str]]
    bound: int


class _Writer:
    def __init__(self, model: ReportModel, sheets: list[Table]) -> None:
        from openpyxl import Workbook

        self.model, self.tables = model, sheets
        self.book: Any = Workbook(write_only=True)
        self.summary: Any = self.book.create_sheet(WORKBOOK["sheet.summary"])
        self.styles = _Styles(self.summary)
        self.long_amounts = self.cut_texts = 0

    def write(self) -> bytes:
        """The file. All styles are known before openpyxl writes them, all counts before the first sheet says them."""
        parts = []
        for table in self.tables:
            self._measure(table)
            for title, rows, targets in table.parts():
                self._sheet(title, table, rows)
                parts.append(self._part(table, rows, targets))
        front = self._front()
        return _packed(self._package(), [front, *parts])

    def _measure(self, table: Table) -> None:
        for column in table.columns:
            values = pl.col(column.source)
            if column.kind == "amount":
                table.frame = measured(table.frame, column.source)
                self._count_long(table.frame, column.source)
            elif column.kind == "text":
                long = table.frame.filter(values.str.len_chars() > cells.SHORT).get_column(column.source)
                self.cut_texts += sum(map(cells.is_cut, long.to_list()))

    def _count_long(self, frame: pl.DataFrame, amount: str) -> None:
        self.long_amounts += frame.filter((pl.col(amount) != "") & ~pl.col(f"{amount}?")).height
        for places in sorted(frame.get_column(f"{amount}#").unique().to_list()):
            self.styles.amount(places)

    # --- a table

    def _sheet(self, title: str, table: Table, rows: pl.DataFrame) -> None:
        """A sheet with bold headings that stay in view, filters, and columns as wide as what stands in them."""
        sheet = self.book.create_sheet(title)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{cells.letter(len(table.columns) - 1)}{rows.height + 1}"
        sheet.print_title_rows = "1:1"
        _on_paper(sheet)
        headings = [WORKBOOK[column.heading] for column in table.columns]
        for index, column in enumerate(table.columns):
            width = max(8, len(headings[index]) + 4, _width(rows, column))  # 4: the filter's arrow
            sheet.column_dimensions[cells.letter(index)].width = width
        sheet.append(self._bold(sheet, headings))

    @staticmethod
    def _bold(sheet: Any, headings: list[str]) -> list[Any]:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill

        row = []
        for heading in headings:
            cell: Any = WriteOnlyCell(sheet, heading)
            cell.font = Font(name=_FONT, size=11, bold=True)
            cell.fill = PatternFill("solid", fgColor="E7E6E6")
            cell.alignment = Alignment(vertical="top")
            row.append(cell)
        return row

    def _part(self, table: Table, rows: pl.DataFrame, targets: list[str | None]) -> _Part:
        linked = [i for i, column in enumerate(table.columns) if column.source == table.linked]
        links = _links(cells.letter(linked[0]), targets) if linked else []
        text = sum(int(rows.get_column(c.source).str.len_bytes().sum()) for c in table.columns if c.kind == "text")
        bound = rows.height * len(table.columns) * 120 + 8 * text
        return _Part(partial(self._rows, table, rows), links, bound)

    def _rows(self, table: Table, rows: pl.DataFrame) -> Iterator[str]:
        letters = [cells.letter(i) for i in range(len(table.columns))]
        for start in range(0, rows.height, _CHUNK):
            chunk = rows.slice(start, _CHUNK)
            numbers = range(start + 2, start + 2 + chunk.height)
            made = [
                self._cells(column, chunk, [f"{letter}{n}" for n in numbers], table.linked)
                for letter, column in zip(letters, table.columns, strict=True)
            ]
            lines = zip(numbers, zip(*made, strict=True), strict=True)
            yield "".join([f'<row r="{n}">{"".join(line)}</row>' for n, line in lines])

    def _cells(self, column: Column, chunk: pl.DataFrame, refs: list[str], linked: str) -> list[str]:
        s = self.styles
        values = chunk.get_column(column.source).to_list()
        if column.kind == "text":
            style = s.link if column.source == linked else s.text
            return [cells.text_cell(ref, value, style) for ref, value in zip(refs, values, strict=True)]
        if column.kind == "int":
            return [cells.int_cell(ref, value, s.int, s.right) for ref, value in zip(refs, values, strict=True)]
        if column.kind == "date":
            return [cells.date_cell(ref, value, s.date, s.right) for ref, value in zip(refs, values, strict=True)]
        places = chunk.get_column(f"{column.source}#").to_list()
        exact = chunk.get_column(f"{column.source}?").to_list()
        return [
            cells.number_cell(ref, value, s.amount(n)) if ok else cells.text_cell(ref, value, s.right)
            for ref, value, n, ok in zip(refs, values, places, exact, strict=True)
        ]

    # --- the first sheet

    def _front(self) -> _Part:
        for letter, width in (("A", 50), ("B", 72), ("C", 32)):
            self.summary.column_dimensions[letter].width = width
        _on_paper(self.summary)
        self.summary.append(self._bold(self.summary, [str(PAGE["document"])]))
        lines = [
            *self._state(),
            *self._read(),
            *self._totals(),
            *self._method(),
            *self._check(),
            *self._part_line("sheets"),
        ]
        links: list[tuple[str, str]] = []
        for table in self.tables:
            for title, rows, _ in table.parts():
                lines.append([self._text(title, self.styles.link), self._number(rows.height)])
                links.append((f"A{len(lines) + 1}", f"{quoted(title)}!A1"))
        lines += self._notes()
        xml = "".join(
            f'<row r="{n}">{"".join(cell(f"{cells.letter(i)}{n}") for i, cell in enumerate(line))}</row>'
            for n, line in enumerate(lines, start=2)
        )
        return _Part(lambda: iter((xml,)), links, 4 * len(xml))

    def _text(self, text: str, style: int | None = None) -> Shown:
        return lambda ref: cells.text_cell(ref, text, self.styles.wrapped if style is None else style)

    def _number(self, value: int) -> Shown:
        return lambda ref: cells.int_cell(ref, value, self.styles.left, self.styles.wrapped)

    def _date(self, value: Any) -> Shown:
        return lambda ref: cells.date_cell(ref, value, self.styles.date_left, self.styles.wrapped)

    def _line(self, key: str, value: str | int) -> list[Shown]:
        return [self._text(WORKBOOK[key]), self._number(value) if isinstance(value, int) else self._text(value)]

    def _sentence(self, text: str) -> list[Shown]:
        return [self._text(text, self.styles.text)]  # not wrapped: it runs on over the empty cells beside it

    def _part_line(self, key: str) -> list[list[Shown]]:
        return [[], [self._text(WORKBOOK[f"part_{key}"], self.styles.part)]]

    def _state(self) -> Iterator[list[Shown]]:
        f = self.model.facts
        yield [self._text(f.title, self.styles.title)]
        yield self._sentence(WORKBOOK["leads"])
        if f.redacted:
            yield self._line("redacted", f.withheld)
            yield self._sentence(WORKBOOK["redacted_long"])
        else:
            yield self._sentence(WORKBOOK["redacted_no"])
        if f.identified:
            yield self._line("identified", f.identified)
            yield self._line("identified_reason", f.reason)
        if f.contact:
            yield self._line("contact", f.contact)

    def _read(self) -> Iterator[list[Shown]]:
        m, f = self.model, self.model.facts
        yield from self._part_line("read")
        yield self._line("exhibits", m.sources.height)
        for name in ("rows_total", "rows_entries", "rows_skipped", "rows_refused"):
            yield self._line(name, int(m.sources.get_column(name).sum()))
        yield self._line("entries", f.entries)
        yield self._line("booked", f.booked)
        yield self._line("duplicates", f.duplicates)
        yield self._line("transfers", m.transfers.height)
        yield self._line("merged", f.merged)
        yield self._line("self_transfers", f.self_transfers)
        yield self._line("accounts", m.accounts.height)
        yield self._line("groups", m.networks.height)
        dates = m.transfers.get_column("booking_date")
        for key, date in (("first_date", dates.min()), ("last_date", dates.max())):
            yield [self._text(WORKBOOK[key]), self._date(date)]

    def _totals(self) -> Iterator[list[Shown]]:
        yield from self._part_line("totals")
        yield [self._text(WORKBOOK[key], self.styles.part) for key in ("currency", "transfers", "sum")]
        frame = measured(self.model.totals, "amount")
        self._count_long(frame, "amount")
        for row in frame.iter_rows(named=True):
            yield [self._text(row["currency"]), self._number(row["transfers"]), self._sum(row)]

    def _sum(self, row: dict[str, Any]) -> Shown:
        if row["amount?"]:
            return lambda ref: cells.number_cell(ref, row["amount"], self.styles.amount(row["amount#"]))
        return self._text(row["amount"], self.styles.right)

    def _method(self) -> Iterator[list[Shown]]:
        f = self.model.facts
        yield from self._part_line("method")
        yield self._line("method", str(PAGE.get(f"term.method.{f.method}", f.method)) or WORKBOOK["no_groups"])
        yield self._line("resolution", f.resolution)
        yield self._line("seed", f.seed)
        yield self._line("modularity", f.modularity)
        sampled = WORKBOOK["routes_sampled"].format(n=whole(f.routes_sources))
        yield self._line("routes_method", WORKBOOK["routes_exact"] if f.routes_exact else sampled)

    def _check(self) -> Iterator[list[Shown]]:
        f = self.model.facts
        yield from self._part_line("check")
        yield self._line("version", f.version)
        yield self._line("command", f.command)
        yield self._line("fingerprint", f.fingerprint)
        yield self._sentence(WORKBOOK["check"])

    def _notes(self) -> Iterator[list[Shown]]:
        yield from self._part_line("numbers")
        yield self._line("long_amounts", self.long_amounts)
        yield self._line("cut_texts", self.cut_texts)
        yield self._sentence(WORKBOOK["control"])
        yield self._sentence(WORKBOOK["links"].format(n=whole(LINKS)))

    # --- the package

    def _package(self) -> bytes:
        """What openpyxl writes: everything but the rows."""
        from openpyxl.writer.excel import ExcelWriter

        properties = self.book.properties
        properties.creator, properties.title = "fininit", PAGE["document"]
        properties.created = properties.modified = _STAMP
        out = io.BytesIO()
        # Workbook.save would put the hour into the properties.
        ExcelWriter(self.book, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED)).save()
        return out.getvalue()


def _packed(package: bytes, parts: list[_Part]) -> bytes:
    """``package`` with the rows and links of ``parts`` in its sheets, as an archive that holds no clock."""
    out = io.BytesIO()
    members = {f"xl/worksheets/sheet{n}.xml": part for n, part in enumerate(parts, start=1)}
    with zipfile.ZipFile(io.BytesIO(package)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(made.namelist()):
            info = zipfile.ZipInfo(name, _STAMP.timetuple()[:6])
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            part = members.get(name)
            data = made.read(name)
            with archive.open(info, "w", force_zip64=part is not None and part.bound > _LARGE) as member:
                if part is None:
                    member.write(data)
                else:
                    member.writelines(text.encode("utf-8") for text in _filled(data.decode("utf-8"), part))
    return out.getvalue()


def _filled(sheet: str, part: _Part) -> Iterator[str]:
    """The XML of a sheet with rows after the headings, and links where the order of elements wants them."""
    head, end, rest = sheet.partition("</sheetData>")
    before, margins, after = rest.partition("<pageMargins")
    if not end or not margins:
        raise ValueError("openpyxl wrote a sheet in which rows or links have no place")
    yield head
    yield from part.rows()
    yield end + before
    if part.links:
        made = "".join(f"<hyperlink ref={quoteattr(ref)} location={quoteattr(place)}/>" for ref, place in part.links)
        yield f"<hyperlinks>{made}</hyperlinks>"
    yield margins + after


def _links(letter: str, targets: list[str | None]) -> list[tuple[str, str]]:
    """Cells and where they lead, one link for neighbours that lead to the same place; no more than a sheet may hold."""
    links: list[tuple[str, str]] = []
    start = 0
    for end in range(1, len(targets) + 1):
        target = targets[start]
        if end < len(targets) and targets[end] == target:
            continue
        if target is not None:
            cells_ = f"{letter}{start + 2}" if end == start + 1 else f"{letter}{start + 2}:{letter}{end + 1}"
            links.append((cells_, target))
        start = end
    return links[:LINKS]


def _width(rows: pl.DataFrame, column: Column) -> int:
    """Characters of the widest cell; a number too wide for its column would show as "####", so numbers have no cap."""
    values = rows.get_column(column.source)
    if column.kind == "date":
        return 12
    longest = _longest(values.cast(pl.String))
    if column.kind == "text":
        return min(longest + 2, _WIDE.get(column.source, _WIDEST))
    if column.kind == "int":
        return longest + longest // 3 + 2
    whole_part = _longest(values.str.extract("^(-?[0-9]*)"))
    places: Any = rows.get_column(f"{column.source}#").max()
    return min(max(longest, whole_part + whole_part // 3 + 1 + int(places or 0)) + 2, 255)


def _longest(texts: pl.Series) -> int:
    longest: Any = texts.str.len_chars().max()
    return int(longest or 0)


def _on_paper(sheet: Any) -> None:
    """Landscape, as wide as the paper, numbered pages."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&A - &P / &N"
