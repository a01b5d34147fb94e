"""Tables of web pages: banks deliver them as ``.html``, and as ``.xls`` that no spreadsheet program ever wrote.

The text is walked once by a small reader of our own, in time linear in its size: nothing is fetched, no script is run
and no style sheet applied. Tags, comments, character references and the closing of cells and rows follow the HTML
standard (WHATWG, "Parsing HTML documents"): a nested table belongs to no cell of the outer one, a table that begins
between two cells ends the one before it. Every table is a sheet (``table 1``, ``table 2`` … in the order in which they
begin), a row's number is that of its ``tr``.

What a page can do and a table of evidence must not: a cell that spans others keeps its text in its first place and the
places it covers stay empty, with a warning (copied, an amount would count twice); raised and lowered text is set off by
``^`` and ``_`` (a footnote must not become a digit); a row with text that is hidden inside a cell is refused; a row in
which the file ends is refused.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from fininit.errors import SourceRefused
from fininit.importers.cells import Cells, CellSheet, limit
from fininit.importers.table import MAX_COLUMNS, Footer, Grid, Record, Sheet, bare
from fininit.issues import Issue

if TYPE_CHECKING:
    from fininit.importers.base import Source

MAX_BYTES: Final = 256 * 1024**2
MAX_TABLES: Final = 10_000
MAX_STEPS: Final = 5_000_000
"""Places covered by spanning cells that may be stepped over in a file; honest pages have a few thousand."""
AROUND: Final = 200
"""Lines before and after a table that are kept as its preamble and footer."""
SMALL: Final = 20
"""Rows up to which another table counts as text around a table (an account number, a period, a balance)."""

_CHARSET: Final = re.compile(rb"<meta\b[^>]{0,400}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})[\"']")
_LABELS: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874"}
"""The standard reads these labels as the Windows page of the same letters (WHATWG, "Encoding", names and labels)."""
_ALLOWED: Final = re.compile(
    r"utf-8|cp125[0-8]|cp874|cp866|iso8859-\d+|koi8-[ru]|mac-\w+|gbk|gb2312|gb18030|big5|shift_jis|cp932|euc_jp|euc_kr"
)

_ATTRIBUTE: Final = re.compile(
    r"[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|(?![\"'])([^\s>]*+)))?+"
)
_OPEN_QUOTE: Final = re.compile(r"\s*+=\s*+[\"']")
_NAME: Final = re.compile(r"[A-Za-z][^\s/>]*+")
_COMMENT_END: Final = re.compile(r"--!?>")
_RAW: Final = ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
_RAW_END: Final = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}
_WHOLE: Final = re.compile(r"<html[\s>]", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    ("p", "div", "li", "ul", "ol", "dl", "dt", "dd", "pre", "blockquote", "hr", "h1", "h2", "h3", "h4", "h5", "h6")
).union(("center", "address", "section", "article", "option", "tr"))
_HIDES: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_MARK: Final = "\x00\n"
"""A line break that the page asks for, as opposed to one that only its source has; NUL is refused in text."""


def sheets(source: Source, *, encodings: Sequence[str] = (), encoding: str | None = None) -> list[Sheet]:
    """Every table of a page. Raises :class:`SourceRefused`."""
    if source.size > MAX_BYTES:
        raise limit(f"{source.size:,} bytes; the limit for a web page is {MAX_BYTES:,}", "file")
    text, used = decode(source, encodings, encoding)
    return list(_read(text, used))


def heads(source: Source, encodings: Sequence[str] = ()) -> list[Sheet]:
    """The tables for recognising a format: as :func:`sheets`, and where that cannot decode, with U+FFFD."""
    try:
        return sheets(source, encodings=encodings)
    except SourceRefused as e:
        if e.code != "encoding-undecided" or source.size > MAX_BYTES:
            raise
        return list(_read(source.data.decode("utf-8", "replace"), "utf-8"))


def decode(source: Source, encodings: Sequence[str] = (), stated: str | None = None) -> tuple[str, str]:
    """The text of a page and its encoding: by BOM, by its own declaration, else as any text file.

    Where the page declares one encoding and its bytes are plainly another (UTF-8 with letters in it), a person has to
    say which. Raises :class:`SourceRefused` ``encoding-undecided`` or ``undecodable-bytes``.
    """
    data = source.data
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return source.text(())
    declared = _charset(data)
    if declared is None:
        return source.text((stated,) if stated else tuple(encodings))
    utf8 = _fits(data, "utf-8")
    if declared != "utf-8" and utf8 and not data.isascii():
        if stated is None:
            raise SourceRefused(
                "The page says one encoding, and its bytes are UTF-8.",
                code="encoding-undecided",
                hint=f"Say which: --encoding utf-8, or as the page says: --encoding {declared}",
            )
        declared = stated
    for name in (declared, stated or declared):
        if _fits(data, name):
            return data.decode(name), name
    raise SourceRefused(
        f"The page says that it is {declared}, and holds bytes that are not.",
        code="encoding-undecided",
        hint="If you know the encoding, name it: --encoding cp1252 (Western), cp1250 (Central European); or ask for "
        "a fresh export.",
    )


def _charset(data: bytes) -> str | None:
    """The encoding that a page declares, by Python's name; None for none, or one that no page may have."""
    match = _DECLARED.search(data[:1024]) or _CHARSET.search(data[:8192])
    if match is None:
        return None
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
    except LookupError:
        return None
    name = _LABELS.get(name, name)
    return name if _ALLOWED.fullmatch(name) else None


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


# -------------------------------------------------------------------------------------------------------------- tables


@dataclass
class _Table:
    """A table while it is read. ``until`` says to which row a column is covered by a cell from further up."""

    number: int
    cells: Cells = field(default_factory=Cells)
    stray: list[str] = field(default_factory=list)
    row: int = 0
    column: int = 0
    in_row: bool = False
    hidden_row: bool = False
    hidden: bool = False
    text: list[str] | None = None
    span: tuple[int, int] = (1, 1)
    secret: bool = False
    until: dict[int, int] = field(default_factory=dict)
    cut_off: bool = False


@dataclass
class _Page:
    """All tables of a page, and what stands between them: lines, and the numbers of tables where they begin."""

    encoding: str
    tables: list[_Table] = field(default_factory=list)
    flow: list[str | int] = field(default_factory=list)
    cut_off: bool = False


@dataclass(frozen=True)
class HtmlSheet(CellSheet):
    """One table of a page."""

    page: _Page
    table: _Table

    @property
    def name(self) -> str:  # type: ignore[override]
        """``table`` and its number in the page."""
        return f"table {self.table.number}"

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding the page was decoded with."""
        return self.page.encoding

    @property
    def walked(self) -> Cells:
        """The cells."""
        return self.table.cells

    def own_issues(self) -> list[Issue]:
        """Warnings about the table as a whole."""
        out = super().own_issues()
        if self.table.cells.merged:
            text = "Cells of this table span several places; their text stands in the first, the others stay empty."
            out.append(Issue("warning", "merged-cells", text, sheet=self.name, count=self.table.cells.merged))
        if self.table.cut_off or self.page.cut_off:
            text = "The page ends before its tables do; rows may be missing."
            hint = "Ask for a fresh export, or compare the last line with the original."
            out.append(Issue("warning", "cut-off", text, sheet=self.name, hint=hint))
        return out

    def grid(self, header_at: int, footer: Footer | None = None) -> Grid:
        """The table under ``head[header_at]``; the text around it is preamble (row 0, the nearest line first)."""
        grid = super().grid(header_at, footer)
        header = bare(self.head[header_at][1])
        at = self.page.flow.index(self.table.number)
        before: list[Record] = [(0, (line,)) for line in [*self.table.stray, *self._around(at, -1, header)]]
        last = max(self.walked.rows)
        # Text that stands below this table and above another of the same kind may belong to either.
        again = any(isinstance(x, int) and self._repeats(x, header) for x in self.page.flow[at + 1 :])
        after: list[Record] = [] if again else [(last, (line,)) for line in self._around(at, 1, header)]
        return replace(grid, preamble=(*grid.preamble, *before), footer=(*grid.footer, *after))

    def _repeats(self, number: int, header: tuple[str, ...]) -> bool:
        return any(bare(cells) == header for _, cells in self._other(number).head)

    def _other(self, number: int) -> HtmlSheet:
        return HtmlSheet(self.page, self.page.tables[number - 1])

    def _around(self, at: int, step: int, header: tuple[str, ...]) -> Iterator[str]:
        """Lines from a table outwards, up to the next table that has the same header."""
        left = AROUND
        at += step
        while 0 <= at < len(self.page.flow) and left > 0:
            item = self.page.flow[at]
            at += step
            if isinstance(item, str):
                left -= 1
                yield item
                continue
            if self._repeats(item, header):
                return
            rows = list(self._other(item).walked.rows.values())
            if len(rows) > SMALL:
                continue
            for cells in rows[::step]:
                left -= 1
                yield " ".join(cells[c][1] for c in sorted(cells))


def _read(text: str, encoding: str) -> list[HtmlSheet]:
    page = _Builder(encoding).build(text)
    return [HtmlSheet(page, t) for t in page.tables if t.cells.rows]


class _Builder:
    """Puts tokens together to tables. ``stack`` holds the tables that are open, the innermost last."""

    def __init__(self, encoding: str) -> None:
        self.page = _Page(encoding)
        self.stack: list[_Table] = []
        self.line: list[str] = []
        self.steps = 0

    def build(self, text: str) -> _Page:
        if _WHOLE.search(text[:4096]) and "</html" not in text[-4096:].lower():
            self.page.cut_off = True
        for kind, name, attributes in self._tokens(text):
            if kind == "text":
                self._text(name)
            elif kind == "start":
                self._start(name, attributes)
            else:
                self._end(name)
        for table in self.stack:
            table.cut_off = True
            if table.in_row:
                table.cells.problems.setdefault(table.row, "cut-off")
                self._close_row(table)
        self._break()
        return self.page

    # ------------------------------------------------------------------------------------------------------ tokens

    def _tokens(self, text: str) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Start tags, end tags and text. A comment, a script or a style gives nothing."""
        none: dict[str, str] = {}
        at, size, begin = 0, len(text), 0
        while at < size:
            i = text.find("<", at)
            if i < 0 or i + 1 >= size:
                break
            mark = text[i + 1]
            name = _NAME.match(text, i + 2 if mark == "/" else i + 1) if mark == "/" or mark.isascii() else None
            if name is None and mark not in "!?/":
                at = i + 1  # a "<" that begins no tag is text
                continue
            if i > begin:
                yield "text", text[begin:i], none
            if name is None:
                end = self._skip(text, i)
                if end < 0:
                    self.page.cut_off = True
                    return
                at = begin = end
                continue
            tag = name[0].lower()
            attributes, end = _attributes(text, name.end())
            if end < 0:
                self.page.cut_off = True
                return
            yield ("end" if mark == "/" else "start"), tag, attributes
            if mark != "/" and tag in _RAW_END:
                closing = _RAW_END[tag].search(text, end)
                if closing is None:
                    self.page.cut_off = True
                    return
                end = closing.start()
            at = begin = end
        if begin < size:
            yield "text", text[begin:], none

    @staticmethod
    def _skip(text: str, i: int) -> int:
        """Where a comment, declaration or nonsense in angle brackets ends; -1 for nowhere."""
        if text.startswith("<!--", i):
            if text.startswith((">", "->"), i + 4):
                return text.index(">", i) + 1
            match = _COMMENT_END.search(text, i + 4)
            return match.end() if match else -1
        return text.find(">", i) + 1 or -1

    # --------------------------------------------------------------------------------------------------------- tree

    def _text(self, raw: str) -> None:
        try:
            text = html.unescape(raw)
        except ValueError:  # a character reference of thousands of digits
            text = raw
        table = self.stack[-1] if self.stack else None
        if table is not None and table.text is not None:
            if "\x00" in text:
                table.cells.problems.setdefault(table.row, "nul-byte")
                text = text.replace("\x00", "\ufffd")
            table.text.append(text)
        elif table is not None:
            if text.strip():
                table.stray.append(_tidy(text.replace("\x00", "\ufffd")))
        else:
            self.line.append(text.replace("\x00", "\ufffd"))

    def _break(self) -> None:
        """The end of a line: in a cell a line break, outside of tables the end of a line of text."""
        if self.stack:
            table = self.stack[-1]
            if table.text is not None:
                table.text.append(_MARK)
            return
        text = _tidy("".join(self.line))
        self.line = []
        if text:
            self.page.flow.append(text)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        table = self.stack[-1] if self.stack else None
        if tag == "table":
            if table is not None and table.text is None:
                self._close_table()
            self._open_table(attributes)
        elif table is not None and tag == "tr":
            self._close_row(table)
            self._open_row(table, attributes)
        elif table is not None and tag in ("td", "th"):
            self._close_cell(table)
            if not table.in_row:
                self._open_row(table, {})
            table.text = []
            table.secret = False
            table.span = (_span(attributes, "colspan", 1000), _span(attributes, "rowspan", 65534))
            if _is_hidden(attributes):
                table.hidden_row = True
        elif table is not None and tag in ("tbody", "thead", "tfoot"):
            self._close_row(table)
            table.until = {}
        elif tag == "br" or tag in _BLOCKS:
            self._break()
        elif tag in ("sup", "sub") and table is not None and table.text is not None:
            table.text.append("^" if tag == "sup" else "_")
        if tag not in ("table", "tr", "td", "th") and table is not None and _is_hidden(attributes):
            if table.text is None:
                table.hidden = True
            else:
                table.secret = True

    def _end(self, tag: str) -> None:
        table = self.stack[-1] if self.stack else None
        if tag in _BLOCKS and tag != "tr":
            self._break()
        if table is None:
            return
        if tag == "table":
            self._close_table()
        elif tag == "tr":
            self._close_row(table)
        elif tag in ("td", "th"):
            self._close_cell(table)
        elif tag in ("tbody", "thead", "tfoot"):
            self._close_row(table)
            table.until = {}

    def _open_table(self, attributes: dict[str, str]) -> None:
        if not self.stack:
            self._break()
        if len(self.page.tables) == MAX_TABLES:
            raise limit(f"more than {MAX_TABLES:,} tables", "file")
        table = _Table(len(self.page.tables) + 1, hidden=_is_hidden(attributes))
        self.page.tables.append(table)
        self.page.flow.append(table.number)
        self.stack.append(table)

    def _close_table(self) -> None:
        self._close_row(self.stack[-1])
        self.stack.pop()

    def _open_row(self, table: _Table, attributes: dict[str, str]) -> None:
        table.row += 1
        table.column = 0
        table.in_row = True
        table.hidden_row = table.hidden or _is_hidden(attributes)

    def _close_row(self, table: _Table) -> None:
        self._close_cell(table)
        if table.in_row and table.hidden_row and table.row in table.cells.rows:
            table.cells.hidden += 1
        table.in_row = False

    def _close_cell(self, table: _Table) -> None:
        """Puts the open cell into the first place of its row that no cell from further up covers."""
        if table.text is None:
            return
        text, table.text = _tidy("".join(table.text)), None
        wide, high = table.span
        column = table.column
        while table.until and table.until.get(column, 0) >= table.row:
            column += 1
            self.steps += 1
        table.column = column + wide
        if table.column > MAX_COLUMNS:
            raise limit(f"a row of more than {MAX_COLUMNS:,} columns", "file")
        if high != 1:
            # 0 stands for "to the end of the rows that belong together"
            last = table.row + high - 1 if high else 1 << 40
            table.until.update(dict.fromkeys(range(column, table.column), last))
            self.steps += wide
        if self.steps > MAX_STEPS:
            raise limit("cells that span others without end", "file")
        if not text:
            return
        if (wide, high) != (1, 1):
            table.cells.merged += 1
        if table.secret:
            table.cells.problem(table.row, column, "hidden-text", ("text", text))
        else:
            table.cells.keep(table.row, column, ("text", text))


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """The attributes of a tag that are of use, and where it ends; -1 when the file ends in it. The first of a name
    counts."""
    out: dict[str, str] = {}
    size = len(text)
    while True:
        while at < size and (text[at] == "/" or text[at].isspace()):
            at += 1
        if at >= size:
            return out, -1
        if text[at] == ">":
            return out, at + 1
        match = _ATTRIBUTE.match(text, at)
        if match is None:
            return out, -1
        name = match[1].lower()
        at = match.end()
        if match[2] is match[3] is match[4] is None and _OPEN_QUOTE.match(text, at):
            return out, -1  # a quote that is never closed
        if name in ("colspan", "rowspan", "style", "hidden") and name not in out:
            value = next((g for g in match.groups()[1:] if g is not None), "")
            out[name] = html.unescape(value) if len(value) < 10_000 else ""


def _span(attributes: dict[str, str], name: str, most: int) -> int:
    """How many places a cell covers; what is no number is 1 (HTML standard, attributes of td and th)."""
    match = re.match(r"\s*\+?([0-9]+)", attributes.get(name, "1"))
    if match is None:
        return 1
    number = int(match[1]) if len(match[1]) < 10 else most
    if number == 0:
        return 0 if name == "rowspan" else 1
    return min(number, most)


def _is_hidden(attributes: dict[str, str]) -> bool:
    return "hidden" in attributes or _HIDES.search(attributes.get("style", "")) is not None


def _tidy(text: str) -> str:
    """A cell's text: line breaks of the source are blanks, those of the page stay; outer blanks go, inner ones stay."""
    lines = (
        " ".join(p for piece in line.replace("\r", "\n").split("\n") if (p := piece.strip()))
        for line in text.split(_MARK)
    )
    return "\n".join(line for line in lines if line)


__all__ = ["HtmlSheet", "decode", "heads", "sheets"]
