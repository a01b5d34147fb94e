"""Text tables (CSV, TSV, semicolons, pipes): bytes to records, exactly and strictly.

Quoting is that of RFC 4180: a field that begins with a quote mark ends with one, two of them inside stand for one, and
a line break inside belongs to the field. Anything else is a damaged row and costs only itself: an open quote never
swallows the rows below it. A quote mark inside a field that does not begin with one is text, as every reader of RFC
4180 takes it. Only LF and CRLF end a line (a bare CR where the file has no LF at all); form feeds, U+0085 and U+2028
are text.

Lines without a quote mark, nearly all there are, are split by polars in bulk; the others by Python's ``csv`` in strict
mode, one line at a time; what that will not take, by ``_record``, which defines what is right. A test holds the three
equal.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from fininit.errors import SourceRefused
from fininit.importers.table import (
    HEAD,
    MAX_COLUMNS,
    MAX_FIELD,
    Footer,
    Grid,
    Odd,
    Record,
    Sheet,
    bare,
    cut,
    find_header,
)
from fininit.issues import Issue

if TYPE_CHECKING:
    from fininit.importers.base import Source

DELIMITERS: Final = (",", ";", "\t", "|")
"""What is tried when nobody states the delimiter."""

SAMPLE: Final = 1000
"""Records looked at to find the delimiter of a table whose header is not known."""

_BLANK: Final = " \t\u00a0"
_UTF16: Final = ("utf-16", "utf-32", "utf16", "utf32")


@dataclass(frozen=True)
class Text:
    """A decoded file: its lines without LF, the encoding, and the lines that could not be decoded (shown as U+FFFD)."""

    lines: list[str]
    encoding: str
    bad: frozenset[int] = frozenset()


def decode(source: Source, encodings: Sequence[str] = (), stated: str | None = None) -> Text:
    """The lines of a text file.

    By BOM, else strict UTF-8, else what a person states, else the first of a format's ``encodings`` that fits. A file
    that is UTF-8 but for single damaged lines keeps the others; that it is UTF-8 must be shown by at least as many
    lines with proper multi-byte characters as there are damaged ones, because a Western file with three accents in a
    thousand lines is not UTF-8 with three damaged lines. Raises :class:`SourceRefused` ``encoding-undecided``.
    """
    if (
        stated is not None
        and stated.lower().startswith(_UTF16)
        and not source.data.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        try:
            return Text(_lines(source.data.decode(stated)), stated)
        except (UnicodeDecodeError, LookupError):
            pass
    if stated is None and not source.data.startswith((b"\xff\xfe", b"\xfe\xff")) and looks_utf16(source.data):
        order = "le" if source.data[1:2] == b"\x00" else "be"
        raise SourceRefused(
            "The encoding is not stated; every second byte is zero, as in UTF-16.",
            code="encoding-undecided",
            hint=f"If it is UTF-16, say so: --encoding utf-16-{order}",
        )
    bom = source.data.startswith(b"\xef\xbb\xbf")
    try:
        text, encoding = source.text(())
        return Text(_lines(text), encoding)
    except SourceRefused:
        if source.data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise
    if stated is not None:
        text, encoding = source.text((stated,))
        return Text(_lines(text), encoding)
    data = source.data[3:] if bom else source.data
    lines, bad, shown = _damaged(data)
    if bom or shown >= len(bad) or all(_is_noise(data, i) for i in sorted(bad)[:SAMPLE]):
        return Text(lines, "utf-8-sig" if bom else "utf-8", bad)
    text, encoding = source.text(tuple(encodings))
    return Text(_lines(text), encoding)


def looks_utf16(data: bytes) -> bool:
    """Whether every second byte of the head is zero, as in UTF-16 of Latin letters without a byte order mark."""
    head = data[:4096]
    even, odd = head[0::2], head[1::2]
    return len(head) > 3 and any(
        a.count(0) > 0.7 * len(a) and b.count(0) < 0.3 * len(b) for a, b in ((even, odd), (odd, even))
    )


def _lines(text: str) -> list[str]:
    lines = text.split("\n") if "\n" in text else text.split("\r")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def _damaged(data: bytes) -> tuple[list[str], frozenset[int], int]:
    """Lines decoded one by one, which of them could not be, and how many show that the file is UTF-8."""
    lines: list[str] = []
    bad: set[int] = set()
    shown = 0
    for i, line in enumerate(data.split(b"\n")):
        try:
            lines.append(line.decode("utf-8"))
            shown += not line.isascii()
        except UnicodeDecodeError:
            bad.add(i)
            lines.append(line.decode("utf-8", "replace"))
    if lines and not lines[-1]:
        lines.pop()
    return lines, frozenset(bad), shown


def _is_noise(data: bytes, line: int) -> bool:
    """Whether a line is no transaction in any encoding: one field, and not a letter or digit of ASCII in it."""
    content = data.split(b"\n")[line]
    return not any(c < 128 and chr(c).isalnum() for c in content) and not any(d.encode() in content for d in DELIMITERS)


# ------------------------------------------------------------------------------------------------------------- records


def _record(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The cells of the record that begins at a line, and how many lines it takes; None when its quoting is damaged.

    This is the definition; the faster ways must agree with it.
    """
    cells: list[str] = []
    line, i, pos, size = lines[at], at, 0, 0
    while True:
        if line.startswith('"', pos):
            parts: list[str] = []
            pos += 1
            while True:
                k = line.find('"', pos)
                if k < 0:
                    parts += (line[pos:], "\n")
                    size += len(line)
                    i += 1
                    if i >= len(lines) or size > MAX_FIELD:
                        return None, 1
                    line, pos = lines[i], 0
                elif line.startswith('"', k + 1):
                    parts.append(line[pos : k + 1])
                    pos = k + 2
                else:
                    parts.append(line[pos:k])
                    pos = k + 1
                    break
            cells.append("".join(parts))
            rest = line[pos:] if len(line) - pos < 2 else "…"
            if rest in ("", "\r"):
                return cells, i - at + 1
            if not line.startswith(delimiter, pos):
                return None, 1
            pos += 1
        else:
            k = line.find(delimiter, pos)
            cell = (line[pos:] if k < 0 else line[pos:k]).removesuffix("\r" if k < 0 else "")
            if "\r" in cell:
                return None, 1
            cells.append(cell)
            if k < 0:
                return cells, i - at + 1
            pos = k + 1


class _Reader:
    """Python's csv in strict mode, one line at a time. None for whatever it will not take."""

    def __init__(self, delimiter: str) -> None:
        self._line: str | None = None
        self._csv = csv.reader(self, delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, self._line = self._line, None
        if line is None:
            raise StopIteration
        return line

    def read(self, line: str) -> list[str] | None:
        self._line = line
        try:
            return next(self._csv)
        except (csv.Error, StopIteration):
            return None


def _read(lines: Sequence[str], at: int, delimiter: str, width: int | None, reader: _Reader | None) -> _Got:
    """The record at a line that holds a quote mark, and how many lines it takes.

    A record over several lines one of which, alone, would be a whole record of the table, is an open quote that has
    begun to swallow the table: refused, and the next line is read for itself.
    """
    line = lines[at]
    if reader is not None and "\r" not in line[:-1]:
        cells = reader.read(line)
        if cells is not None:
            return cells, 1
    found, n = _record(lines, at, delimiter)
    if found is not None and n > 1 and width is not None:
        between = lines[at + 1 : at + n - 1]
        if any('"' not in x and x.count(delimiter) == width - 1 for x in between) and width > 1:
            return None, 1
    return found, n


_Got = tuple[list[str] | None, int]


def _walk(lines: Sequence[str], delimiter: str, most: int) -> Iterator[tuple[int, int, int, list[str] | None]]:
    """Records from the top: row number, first line, number of lines, cells. Stops after ``most`` that are not blank."""
    at, row, seen = 0, 0, 0
    while at < len(lines) and seen < most:
        row += 1
        line = lines[at]
        if '"' in line or "\r" in line[:-1]:
            cells, n = _record(lines, at, delimiter)
        else:
            cells, n = line.removesuffix("\r").split(delimiter), 1
        if cells is None or any(c.strip() for c in cells):
            seen += 1
            yield row, at, n, cells
        at += n


def first_records(text: str, delimiter: str) -> list[tuple[str, ...]]:
    """The cells of the first records of a text, for recognising a header; one with damaged quoting is left out."""
    return [tuple(cells) for *_, cells in _walk(_lines(text), delimiter, HEAD) if cells is not None]


# ----------------------------------------------------------------------------------------------------------- delimiter


def _find_delimiter(text: Text, header: Sequence[str] | None) -> str:
    present = [d for d in DELIMITERS if any(d in line for line in text.lines[:SAMPLE])]
    if header is not None:
        wanted = bare(header)
        for d in DELIMITERS:
            heads = (cells for *_, cells in _walk(text.lines, d, HEAD))
            if any(cells is not None and bare(cells) == wanted for cells in heads):
                return d
    fitting: dict[str, set[int]] = {}
    for d in present:
        widths = {at: len(cells) if cells else 0 for _, at, _, cells in _walk(text.lines, d, SAMPLE)}
        common = Counter(w for w in widths.values() if w > 1).most_common(1)
        if common and (common[0][1] > 1 or len(widths) == 1):
            fitting[d] = {at for at, w in widths.items() if w == common[0][0]}
    best = [d for d in fitting if all(fitting[d] > fitting[o] for o in fitting if o != d)]
    if best or not fitting:
        return best[0] if best else ","
    names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
    raise SourceRefused(
        f"It could be split at {' or '.join(names[d] for d in fitting)}.",
        code="dialect-undecided",
        hint="Write a dialect that states the delimiter; docs/dialects.md shows how.",
    )


# --------------------------------------------------------------------------------------------------------------- sheet


@dataclass(frozen=True)
class TextSheet:
    """A text file as one sheet. ``careful`` splits every line by the definition instead of in bulk; for tests."""

    source: Source
    text: Text
    delimiter: str
    careful: bool = False
    name: str = ""
    issues: tuple[Issue, ...] = ()

    @property
    def encoding(self) -> str:
        """The encoding the file was decoded with."""
        return self.text.encoding

    @cached_property
    def _records(self) -> list[tuple[int, int, int, list[str] | None]]:
        out = list(_walk(self.text.lines, self.delimiter, HEAD))
        for *_, cells in out:
            self._limits(cells or [])
        return out

    @cached_property
    def head(self) -> tuple[Record, ...]:
        """The first non-blank records; one with damaged quoting is a single cell with its line."""
        return tuple((row, tuple(cells or [self.text.lines[at]])) for row, at, _, cells in self._records)

    def _limits(self, cells: Sequence[str]) -> None:
        if len(cells) > MAX_COLUMNS:
            raise _limit(f"a row has {len(cells):,} columns; the limit is {MAX_COLUMNS:,}")
        if any(len(c) > MAX_FIELD for c in cells):
            raise _limit(f"a cell has more than {MAX_FIELD:,} characters")

    def grid(self, header_at: int, footer: Footer | None = None) -> Grid:
        """The table under ``head[header_at]``."""
        row, at, n, cells = self._records[header_at]
        body, odd, issues = self._split(at + n, row, len(cells or []), len(bare(cells or [])))
        return cut(
            header=(cells or [])[: body.width - 2],
            header_row=row,
            body=body,
            odd=odd,
            footer=footer or Footer(),
            preamble=self.head[:header_at],
            issues=issues,
            delimiter=self.delimiter,
            encoding=self.encoding,
        )

    def rows(self, start: int, header: Sequence[str], footer: Footer | None = None) -> Grid:
        """The table that begins with ``head[start]`` and has no header row; ``header`` names its columns."""
        row, at, _, _ = self._records[start]
        body, odd, issues = self._split(at, row - 1, len(header), len(header))
        return cut(
            header=header,
            header_row=row - 1,
            body=body,
            odd=odd,
            footer=footer or Footer(),
            preamble=self.head[:start],
            issues=issues,
            delimiter=self.delimiter,
            encoding=self.encoding,
        )

    def _split(self, first: int, row: int, full: int, named: int) -> tuple[pl.DataFrame, list[Odd], list[Issue]]:
        """Every record from line ``first`` on: those as wide as the header as a frame, the odd ones as a list.

        ``full`` is the header's width, ``named`` without the unnamed columns at its end: a row may leave those out.
        """
        d, lines = self.delimiter, self.text.lines[first:]
        frame = self._measure(lines, first)
        full = max(named, min(full, frame.select(pl.col("n").max()).item() or 0))
        if full * len(lines) > 4 * self.source.size + 10**6:
            raise _limit(f"a table of {len(lines):,} rows by {full:,} columns")
        slow, spans = self._quoted(lines, frame, full)
        frame = frame.with_columns(
            pl.Series(
                "slow", [at in slow for at in range(len(lines))] if slow else [False] * len(lines), dtype=pl.Boolean
            )
        )
        if spans:
            inside = [at for start, n in spans.items() for at in range(start + 1, start + n)]
            frame = frame.filter(~pl.col("at").is_in(inside))
            whole = {at: "\n".join(lines[at : at + n]).removesuffix("\r") for at, n in spans.items()}
            frame = frame.with_columns(
                pl.col("at").replace_strict(whole, default=pl.col("line"), return_dtype=pl.String).alias("line")
            )
        frame = frame.with_columns(pl.int_range(row + 1, row + 1 + pl.len(), dtype=pl.Int64).alias("row"))

        wide = [(at, c) for at, (c, _) in slow.items() if c is not None and len(c) > full]
        fits = ~pl.col("slow") & pl.col("code").is_null()
        over = frame.filter(fits & (pl.col("n") > full))
        ends = [
            over.filter(pl.col("n") == n).select(
                pl.col("line").str.ends_with(d * (n - full)) | pl.col("line").str.ends_with((d + '""') * (n - full))
            )
            for n in over["n"].unique().sort().to_list()[:64]
        ]
        tolerated = all(e.to_series().all() for e in ends) and not any(any(c[full:]) for _, c in wide)
        tolerated = tolerated and over["n"].n_unique() <= 64
        most = MAX_COLUMNS if tolerated else full
        issues = []
        if tolerated and (over.height or wide):
            count = over.height + len(wide)
            at = min(
                [*over["row"].head(1).to_list(), *(frame.filter(pl.col("at") == a)["row"][0] for a, _ in wide[:1])]
            )
            text = "The row has more fields than the header; they are empty on every row."
            issues.append(Issue("warning", "trailing-fields", text, row=at, count=count))

        in_width = pl.col("n").is_between(named, most)
        names = [f"c{i}" for i in range(full)]
        plain = frame.filter(fits & in_width & ~pl.col("all_quoted"))
        quoted = frame.filter(fits & in_width & pl.col("all_quoted"))
        parts = [
            _columns(plain, pl.col("line").str.split_exact(d, full - 1), names),
            _columns(
                quoted,
                pl.col("line").str.strip_prefix('"').str.strip_suffix('"').str.split_exact(f'"{d}"', full - 1),
                names,
            ),
        ]
        odd: list[Odd] = []
        rest = frame.filter(pl.col("code").is_not_null() | (~pl.col("slow") & ~in_width & ~pl.col("blank")))
        for r, line, code in rest.select("row", "line", "code").iter_rows():
            odd.append((r, tuple(line.split(d)), code or "field-count"))
        parsed = frame.filter(pl.col("slow") & pl.col("code").is_null())
        good: list[list[str]] = []
        rows: list[int] = []
        raws: list[str] = []
        for at, r, line in parsed.select("at", "row", "line").iter_rows():
            cells = slow[at][0]
            if cells is None:
                odd.append((r, (line,), "bad-quote"))
                continue
            if len(line) > MAX_FIELD or len(cells) > MAX_COLUMNS:
                self._limits(cells)
            if named <= len(cells) <= most:
                good.append((cells + [""] * full)[:full])
                rows.append(r)
                raws.append(line)
            elif any(c.strip(_BLANK) for c in cells):
                odd.append((r, tuple(cells), "field-count"))
        if good:
            columns = {name: list(column) for name, column in zip(names, zip(*good, strict=True), strict=True)}
            parts.append(
                pl.DataFrame(
                    {"row": rows, "raw": raws} | columns,
                    schema={"row": pl.Int64, "raw": pl.String} | dict.fromkeys(names, pl.String),
                )
            )
        return pl.concat(parts).sort("row"), sorted(odd), issues

    def _measure(self, lines: list[str], first: int) -> pl.DataFrame:
        """Line by line: its number, text without CR, number of fields, what is special about it."""
        d = self.delimiter
        line = pl.col("line")
        inner = line.str.count_matches(f'"{d}"', literal=True)
        cells = line.str.replace_all(f'"{d}"', "", literal=True)
        frame = pl.DataFrame({"line": pl.Series(lines, dtype=pl.String)}).with_row_index("at")
        if not any(mark in self.source.data for mark in (b'"', b"\r", b"\0")):
            frame = frame.with_columns(
                quotes=pl.lit(0, pl.UInt32),
                blank=line.str.strip_chars(_BLANK + d) == "",
                cr=pl.lit(value=False),
                n=(line.str.count_matches(d, literal=True) + 1).cast(pl.Int64),
                all_quoted=pl.lit(value=False),
                code=pl.lit(None, pl.String),
            )
            return self._within(frame, first)
        frame = (
            frame.with_columns(line.str.strip_suffix("\r"))
            .with_columns(
                quotes=line.str.count_matches('"', literal=True),
                blank=line.str.strip_chars(_BLANK + d) == "",
                cr=line.str.contains("\r", literal=True),
                n=line.str.count_matches(d, literal=True) + 1,
                all_quoted=line.str.starts_with('"') & line.str.ends_with('"') & (line.str.len_bytes() > 1),
                inner=inner,
                code=pl.when(line.str.contains("\x00", literal=True)).then(pl.lit("nul-byte")),
            )
            .with_columns(all_quoted=pl.col("all_quoted") & (pl.col("quotes") == 2 * (pl.col("inner") + 1)))
            .with_columns(all_quoted=pl.col("all_quoted") & ~line.str.contains(_doubled(d)))
            .with_columns(blank=pl.col("blank") | (pl.col("all_quoted") & (cells.str.strip_chars(_BLANK + '"') == "")))
            .with_columns(n=pl.when("all_quoted").then(pl.col("inner") + 1).otherwise(pl.col("n")).cast(pl.Int64))
        )
        return self._within(frame.drop("inner"), first)

    def _within(self, frame: pl.DataFrame, first: int) -> pl.DataFrame:
        """The measured lines with those marked that could not be decoded. Raises for absurd sizes."""
        d, line = self.delimiter, pl.col("line")
        bad = [at - first for at in self.text.bad if at >= first]
        if bad:
            frame = frame.with_columns(
                code=pl.when(pl.col("at").is_in(bad)).then(pl.lit("undecodable-bytes")).otherwise("code")
            )
        if frame.filter((pl.col("quotes") == 0) & (pl.col("n") > MAX_COLUMNS)).height:
            raise _limit(f"a row has more than {MAX_COLUMNS:,} columns")
        for long in frame.filter(line.str.len_bytes() > MAX_FIELD)["line"]:
            self._limits(max(long.split(d), key=len).split("\n", 1)[:1])
        return frame

    def _quoted(self, lines: list[str], frame: pl.DataFrame, full: int) -> tuple[dict[int, _Got], dict[int, int]]:
        """Records that need more than splitting at the delimiter, by their first line; and those of several lines."""
        damaged = pl.col("code").is_not_null()
        special = pl.col("cr") | ((pl.col("quotes") > 0) & ~pl.col("all_quoted"))
        if self.careful:
            special = pl.lit(value=True) & ~pl.col("blank")
        reader = None if self.careful else _Reader(self.delimiter)
        slow: dict[int, _Got] = {}
        spans: dict[int, int] = {}
        upto = 0
        for at in frame.filter(special & ~damaged)["at"]:
            if at < upto:
                continue
            got = _read(lines, at, self.delimiter, full, reader)
            slow[at] = got
            if got[1] > 1:
                spans[at] = got[1]
                upto = at + got[1]
        return slow, spans


def _doubled(delimiter: str) -> str:
    """Two quote marks that are no empty field: there a mark before a delimiter may be text and not the field's end."""
    d = f"\\x{{{ord(delimiter):X}}}"
    return f'[^{d}]""|""[^{d}]|(?:^|[^"])[{d}]""'


def _columns(frame: pl.DataFrame, split: pl.Expr, names: list[str]) -> pl.DataFrame:
    fields = split.struct.rename_fields(names)
    return frame.select("row", pl.col("line").alias("raw"), fields.alias("_")).unnest("_")


def _limit(what: str) -> SourceRefused:
    return SourceRefused(
        f"{what[0].upper()}{what[1:]}.",
        code="resource-limit",
        hint="Ask for a fresh export; if it is really so, split the file.",
    )


def sheets(
    source: Source,
    *,
    encodings: Sequence[str] = (),
    encoding: str | None = None,
    delimiter: str | None = None,
    header: Sequence[str] | None = None,
) -> list[Sheet]:
    """The one sheet of a text file, or none when it is empty. See :func:`fininit.importers.table.open_sheets`."""
    text = decode(source, encodings, encoding)
    if not any(line.strip() for line in text.lines[:SAMPLE]) and not any(line.strip() for line in text.lines):
        return []
    for line in text.lines[:HEAD]:
        if len(line) > MAX_FIELD and any(line.count(d) >= MAX_COLUMNS for d in DELIMITERS):
            raise _limit(f"a row has more than {MAX_COLUMNS:,} columns")
    return [TextSheet(source, text, delimiter or _find_delimiter(text, header))]


def grids(
    source: Source,
    header: Sequence[str],
    *,
    encodings: Sequence[str] = (),
    encoding: str | None = None,
    delimiter: str | None = None,
    footer: Footer | None = None,
) -> list[Grid]:
    """The table under a known header, if the file has it."""
    found = sheets(source, encodings=encodings, encoding=encoding, delimiter=delimiter, header=header)
    return [s.grid(at, footer) for s in found if (at := find_header(s, header)) is not None]
