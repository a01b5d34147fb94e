"""Printed statements (PDF) with a text layer: read only where a dialect states the columns and the bank proves it.

A page has words at places, not cells. So a PDF is read only by a dialect that names ``container = "pdf"``, the header
and the opening balance that are printed. Words are put under the names of the header, and what comes out is taken only
if no line was refused and opening balance, every line and every printed balance fit together. Everything else is
refused with what to ask for.

A line with a day or with money in its column begins a row; the lines of text below it belong to it. Each page is a
sheet (``page 1`` …), a row's number is that of its line on the page.

pdfplumber (MIT) finds the words, in a process of its own (``pdfwords``); it comes with ``pip install 'fininit[pdf]'``.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from fininit.errors import SourceRefused, ValueRefused
from fininit.importers.base import Options, Reading, Source
from fininit.importers.declaring import resolve
from fininit.importers.table import Grid, Odd, Record, cut
from fininit.issues import Issue
from fininit.values.dates import DateFormat, parse_date

if TYPE_CHECKING:
    from fininit.importers.dialect import Dialect

MAX_BYTES: Final = 64 * 1024**2
CPU_SECONDS = 120
MEMORY = 3 * 1024**3
"""What the other process may use of the machine, in seconds and bytes."""
SAME_LINE: Final = 2.5
"""Points by which the feet of words on one line may differ."""
NEAR: Final = 0.6
"""Gap between words, in heights of the line, up to which they belong together."""
BELOW: Final = 2.2
"""Distance of a line from the one above, in heights, up to which it may belong to it."""

_ASK: Final = "Ask the producer for CSV, XLSX, MT940 or CAMT; a printed page loses columns."
_BREAKS: Final = frozenset(
    {"balance-broken", "opening-differs", "closing-differs", "count-differs", "stated-balance-unread"}
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place in points, from the left and from the top of its page."""

    x0: float
    x1: float
    top: float
    bottom: float
    text: str


Line = tuple[Word, ...]


@dataclass(frozen=True)
class Page:
    """One page: its lines from top to bottom. ``picture``: one picture covers nearly all of it."""

    number: int
    lines: tuple[Line, ...]
    picture: bool = False
    outside: int = 0

    @property
    def name(self) -> str:
        """What the page is called as a sheet."""
        return f"page {self.number}"


def pages(source: Source) -> list[Page]:
    """The pages of a PDF. Raises :class:`SourceRefused` for one without text, with a password, damaged or absurd."""
    if importlib.util.find_spec("pdfplumber") is None:
        raise SourceRefused(
            "This is a PDF, and the part of fininit that reads PDF is not installed.",
            code="extra-missing",
            hint="Install it: pip install 'fininit[pdf]'. Or ask the producer for CSV, XLSX or MT940.",
        )
    if source.size > MAX_BYTES:
        raise _limit()
    found = _words(source.data)
    error = found.get("error")
    if error == "password":
        raise SourceRefused(
            "This PDF is encrypted with a password.",
            code="encrypted-source",
            hint="Open it with the password, save it without one, and keep both files; or ask for CSV or XLSX.",
        )
    if error == "pages":
        raise _limit()
    if error is not None:
        raise SourceRefused("This PDF is damaged.", code="corrupt-container", hint="Ask for a fresh copy.")
    out = [
        Page(n, _lines([Word(*w) for w in page["words"]]), page["picture"], page["outside"])
        for n, page in enumerate(found["pages"], 1)
    ]
    if not any(page.lines for page in out):
        raise SourceRefused(
            "This PDF has no text in it: it is a scan, or a picture of a page.",
            code="no-text-layer",
            hint="Ask for the data as CSV, XLSX or MT940; a scan has to be typed in by hand.",
        )
    return out


def _limit() -> SourceRefused:
    return SourceRefused(
        "This PDF is too large, or made so that reading it does not end.",
        code="resource-limit",
        hint="Ask for smaller files, or for the data as CSV or XLSX.",
    )


def _words(data: bytes) -> dict[str, Any]:
    """What the other process says. ``-P``: a file in the working folder must not pose as a module."""
    try:
        run = subprocess.run(
            [sys.executable, "-P", "-m", "fininit.importers.pdfwords", str(CPU_SECONDS), str(MEMORY)],
            input=data,
            capture_output=True,
            timeout=2 * CPU_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _limit() from None
    if run.returncode != 0:
        raise _limit()
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def _lines(words: Sequence[Word]) -> tuple[Line, ...]:
    """Words that stand on the same foot, from left to right."""
    out: list[list[Word]] = []
    foot = 0.0
    for word in sorted(words, key=lambda w: (w.bottom, w.x0)):
        if not out or word.bottom - foot > SAME_LINE:
            out.append([])
            foot = word.bottom
        out[-1].append(word)
    return tuple(tuple(sorted(line, key=lambda w: w.x0)) for line in out)


def _text(line: Line) -> str:
    return " ".join(w.text for w in line)


# ------------------------------------------------------------------------------------------------------------- columns


def _header(page: Page, dialect: Dialect) -> tuple[int, tuple[str, ...], list[tuple[float, float]]] | None:
    """The line of a page that is the header: where, which of its variants, and the place of each name."""
    for header in (dialect.match.header, *dialect.match.variants):
        wanted = [w for name in header for w in name.split()]
        for at, line in enumerate(page.lines):
            if [w.text for w in line] != wanted:
                continue
            places: list[tuple[float, float]] = []
            i = 0
            for name in header:
                n = len(name.split())
                places.append((line[i].x0, line[i + n - 1].x1))
                i += n
            return at, header, places
    return None


def _cells(line: Line, places: Sequence[tuple[float, float]]) -> tuple[list[str], bool]:
    """The cells of a line, and whether each group of words stands under one name of the header at most."""
    cells: list[list[str]] = [[] for _ in places]
    clear = True
    for piece in _pieces(line):
        x0, x1 = piece[0].x0, piece[-1].x1
        over = [i for i, (a, b) in enumerate(places) if min(x1, b) - max(x0, a) > 0]
        if len(over) > 1:
            clear = False
        gaps = [max(a - x1, x0 - b, 0.0) for a, b in places]
        column = over[0] if over else gaps.index(min(gaps))
        cells[column].append(_text(piece))
    return [" ".join(c) for c in cells], clear


def _pieces(line: Line) -> list[Line]:
    """Words of a line that stand close together."""
    out: list[list[Word]] = []
    for word in line:
        height = max(1.0, word.bottom - word.top)
        if out and word.x0 - out[-1][-1].x1 <= NEAR * height:
            out[-1].append(word)
        else:
            out.append([word])
    return [tuple(piece) for piece in out]


def matches(found: Sequence[Page], dialect: Dialect) -> bool:
    """Whether a page has the header of the dialect."""
    return any(_header(page, dialect) is not None for page in found)


# ------------------------------------------------------------------------------------------------------------- reading


@dataclass
class _Row:
    """A row while its lines are gathered."""

    number: int
    cells: list[str]
    raw: list[str]
    clear: bool


def _grid(page: Page, dialect: Dialect) -> Grid | None:
    """The table of a page; None where its header is not on it."""
    found = _header(page, dialect)
    if found is None:
        return None
    at, header, places = found
    known = [h.strip() for h in dialect.match.header]
    a = dialect.amount
    amounts = [c for c in (a.column, a.debit, a.credit, a.unsigned) if c]
    moves = {i for c in amounts if (i := resolve(known, c)) is not None}
    money = [*amounts, *dialect.columns.get("balance_after", ())]
    days = [c for f in ("booking_date", "value_date", "booked_at") for c in dialect.columns.get(f, ())]
    sums = {i for c in money if (i := resolve(known, c)) is not None}
    dated = {i for c in days if (i := resolve(known, c)) is not None}
    patterns = [DateFormat(p, dialect.format.language) for p in (*dialect.format.date, *dialect.format.datetime)]
    outside: list[Record] = [(n + 1, (_text(line),)) for n, line in enumerate(page.lines[:at])]
    rows: list[_Row] = []
    closed: list[tuple[int, str]] = []
    last: Line | None = page.lines[at]
    for n, line in enumerate(page.lines[at + 1 :], at + 2):
        cells, clear = _cells(line, places)
        near = last is not None and line[0].bottom - last[0].bottom <= BELOW * (last[0].bottom - last[0].top)
        if dialect.footer.covers(cells):
            rows.append(_Row(n, cells, [_text(line)], True))
            last = None
        elif any(cells[i] for i in sums) or any(_is_day(cells[i], patterns) for i in dated):
            rows.append(_Row(n, cells, [_text(line)], clear))
            last = line
        elif rows and near and last is not page.lines[at] and not any(cells[i] for i in dated):
            row = rows[-1]
            row.cells = [f"{a} {b}".strip() for a, b in zip(row.cells, cells, strict=True)]
            row.raw.append(_text(line))
            row.clear = row.clear and clear
            last = line
        else:
            closed.append((n, _text(line)))
            last = None
    odd: list[Odd] = [(r.number, tuple(r.cells), "columns-unclear") for r in rows if not r.clear]
    good = [r for r in rows if r.clear]
    names = [f"c{i}" for i in range(len(header))]
    body = pl.DataFrame(
        {"row": [r.number for r in good], "raw": ["\n".join(r.raw) for r in good]}
        | {name: [r.cells[i] for r in good] for i, name in enumerate(names)},
        schema={"row": pl.Int64, "raw": pl.String} | dict.fromkeys(names, pl.String),
    )
    grid = cut(
        header=header,
        header_row=at + 1,
        body=body,
        odd=odd,
        footer=dialect.footer,
        preamble=outside,
        sheet=page.name,
    )
    # "Balance brought forward" stands among the lines on many pages; a dialect skips it, and it states the opening
    carried = [(r.number, r.raw[0]) for r in good if not any(r.cells[i] for i in moves)]
    return replace(grid, footer=(*grid.footer, *((n, (text,)) for n, text in [*closed, *carried])))


def _is_day(text: str, patterns: Sequence[DateFormat]) -> bool:
    """Whether a cell is a day as the dialect writes it; a page number in the same place is none."""
    for pattern in patterns:
        try:
            parse_date(text, pattern)
        except ValueRefused:
            continue
        return True
    return False


def read(source: Source, found: Sequence[Page], dialect: Dialect, options: Options) -> Reading:
    """The statement, or :class:`SourceRefused` ``pdf-not-proved`` where the bank's own balances do not bear it out."""
    from fininit.importers.reading import read_grids

    grids: list[tuple[Page, Grid | None]] = []
    above: list[Record] = []
    for page in found:
        grid = _grid(page, dialect)
        if grid is not None:
            # what the first page says of the account holds on the next, unless that says it anew
            own = list(grid.preamble)
            grid = replace(grid, preamble=(*own, *above))
            above = [*own, *above]
        grids.append((page, grid))
    issues: list[Issue] = []
    for page, grid in grids:
        if page.picture:
            text = (
                "A picture covers this page: if it is a scan, its text was recognised by a program, and may be wrong."
            )
            issues.append(Issue("warning", "page-picture", text, sheet=page.name))
        if page.outside:
            text = "There are letters outside of this page, which nobody sees; they were left out."
            issues.append(Issue("warning", "text-outside-page", text, sheet=page.name, count=page.outside))
        if grid is None and page.lines:
            text = "This page does not have the header of the format; it was not read."
            issues.append(Issue("warning", "sheet-not-read", text, row=1, sheet=page.name))
    reading = read_grids(source, [g for _, g in grids if g is not None], dialect, options, issues=issues)
    if reading.status == "needs-decision":
        return reading
    why = _unproved(reading, dialect, [g for _, g in grids if g is not None])
    if why:
        raise SourceRefused(
            f"This printed statement was not read: {why}.",
            code="pdf-not-proved",
            hint=_ASK,
        )
    proof = "Opening balance, every line and every printed balance fit together."
    return replace(reading, proof=(*reading.proof, proof))


def _unproved(reading: Reading, dialect: Dialect, grids: Sequence[Grid]) -> str:
    """Why the running balance does not prove a reading; nothing where it does."""
    if reading.rows.refused:
        row = next((i for i in reading.issues if i.kind == "refused"), None)
        where = f" ({row.sheet}, line {row.row})" if row is not None and row.row is not None else ""
        return f"a line of it could not be read{where}"
    if not reading.entries.height:
        return "it has no lines under its header"
    if reading.statements.height != 1:
        return "it is not the statement of one account in one currency"
    around = [" ".join(c for c in cells if c) for g in grids for _, cells in (*g.preamble, *g.footer)]
    if not any(re.search(dialect.opening, line) for line in around):
        return "its opening balance was not found"
    if any(i.code in _BREAKS for i in reading.issues) or set(reading.statements["balance"].to_list()) != {"ok"}:
        return "its balances do not follow from its lines"
    if reading.entries["balance_after"].null_count() == reading.entries.height:
        return "it prints no running balance"
    return ""


def refusal(source: Source) -> SourceRefused:
    """Why a PDF that no dialect describes is not read: what is wrong with it, or that its layout is not known."""
    try:
        pages(source)
    except SourceRefused as e:
        return e
    return SourceRefused(
        "This is a printed statement (PDF) in a layout that nobody has described.",
        code="format-unknown",
        hint=f"{_ASK} A layout can be described in a dialect; docs/formats/pdf.md shows how.",
    )


__all__ = ["Page", "Word", "matches", "pages", "read", "refusal"]
