"""Workbooks (XLSX): the container is checked first, then every cell is read as it is stored, as text.

fininit walks the parts itself, with expat, because the checks need each cell anyway and because only the stored text is
exact: measured with fastexcel 0.21 as text, 123456789.12 becomes 123456789.120000005, a cell with an error becomes an
empty one, and serial 60 (the 29 February 1900 that never was) becomes 28 February. fastexcel is the second witness: it
reads the same sheet, and every text cell must come out the same (``readers-disagree``).

What is refused as a whole: any DOCTYPE (``forbidden-xml``); duplicate members, bad checksums, cells or rows given
twice or out of order (``corrupt-container``); encryption (``encrypted-source``); absurd sizes (``resource-limit``).
Nothing is ever unpacked to disk, no formula or macro is run, no external part is fetched. Rules of the format are those
of ECMA-376 part 1 (SpreadsheetML).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from fininit.errors import SourceRefused
from fininit.importers.cells import (
    MAX_ROWS,
    Cells,
    CellSheet,
    corrupt,
    date_text,
    disagreement,
    format_kind,
    limit,
    number_text,
    read_otherwise,
)
from fininit.importers.table import MAX_COLUMNS, Sheet
from fininit.issues import Issue

if TYPE_CHECKING:
    from fininit.importers.base import Source

MAX_UNPACKED: Final = 2 * 1024**3
MAX_RATIO: Final = 300
"""Unpacked bytes per packed byte beyond which a large container is taken for a bomb; honest sheets stay below 100."""
MAX_MEMBERS: Final = 10_000
LISTED: Final = 20
"""Cells and rows out of order that a refusal names."""

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def sheets(source: Source) -> list[Sheet]:
    """Every worksheet of a workbook, hidden ones too. Raises :class:`SourceRefused`, see the head of this module."""
    if source.container == "ole":
        from fininit.importers import xlsfile

        return xlsfile.sheets(source)
    book = _Book(source)
    return [BookSheet(book, *s) for s in book.worksheets()]


def _parser() -> expat.XMLParserType:
    """An XML parser that stops at any document type declaration: entities never get as far as being declared."""
    parser = expat.ParserCreate()

    def doctype(*_: object) -> None:
        raise SourceRefused(
            "A part of this workbook declares a document type (DTD), which no spreadsheet program writes.",
            code="forbidden-xml",
            hint="The file is forged or tampered with; ask the producer for a fresh export.",
        )

    parser.StartDoctypeDeclHandler = doctype
    return parser


@dataclass(frozen=True)
class _Book:
    """A checked container and what all its sheets share."""

    source: Source
    strings: list[str] = field(default_factory=list)
    dates: dict[int, str] = field(default_factory=dict)
    epoch1904: list[bool] = field(default_factory=list)

    @cached_property
    def parts(self) -> zipfile.ZipFile:
        """The container, its structure and checksums tested."""
        try:
            z = zipfile.ZipFile(io.BytesIO(self.source.data))
            infos = z.infolist()
        # zipfile raises NotImplementedError for a compression it does not know.
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            raise corrupt("it is not a readable ZIP container") from None
        names = [i.filename.replace("\\", "/").lstrip("/").casefold() for i in infos]
        if len(names) != len(set(names)):
            raise corrupt("a part is in it twice")
        if len(names) > MAX_MEMBERS:
            raise limit(f"{len(names):,} parts")
        if any(i.flag_bits & 1 for i in infos):
            raise SourceRefused(
                "A part of this workbook is encrypted.",
                code="encrypted-source",
                hint="Ask for it without a password, or unpack it and keep both files.",
            )
        unpacked = sum(i.file_size for i in infos)
        if unpacked > MAX_UNPACKED:
            raise limit(f"{unpacked:,} bytes unpacked; the limit is {MAX_UNPACKED:,}")
        if unpacked > 100 * 1024**2 and unpacked > MAX_RATIO * len(self.source.data):
            raise limit(f"it unpacks to {unpacked // max(1, len(self.source.data))} times its size")
        for i in infos:
            if not i.is_dir():
                self._test(z, i)
        return z

    @staticmethod
    def _test(z: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        """Read a part through: its checksum, and for XML that no document type is declared in it."""
        xml = info.filename.casefold().endswith((".xml", ".rels", ".vml"))
        parser = _parser()
        try:
            with z.open(info) as part:
                while chunk := part.read(1 << 20):
                    if xml:
                        parser.Parse(chunk)
            if xml:
                parser.Parse(b"", True)
        except expat.ExpatError:
            raise corrupt("a part is not well-formed XML") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError):
            raise corrupt("a part does not fit its checksum") from None

    def part(self, name: str) -> bytes | None:
        """The bytes of a part, or None when there is none of that name."""
        try:
            return self.parts.read(name)
        except KeyError:
            return None

    def worksheets(self) -> list[tuple[int, str, str, tuple[Issue, ...]]]:
        """Position in the workbook, name, part and warnings of each worksheet, in order."""
        root = self._relations("", "_rels/.rels")
        main = next((t for kind, t in root.values() if kind.endswith("/officeDocument")), "xl/workbook.xml")
        data = self.part(main)
        if main.endswith(".bin"):
            raise SourceRefused(
                "This is a binary workbook (.xlsb), which is not yet built.",
                code="not-yet-built",
                hint="Open it in a spreadsheet program and save it as XLSX, keeping both.",
            )
        if data is None:
            raise corrupt("it has no workbook part")
        folder = main.rpartition("/")[0]
        relations = self._relations(folder, f"{folder}/_rels/{main.rpartition('/')[2]}.rels".lstrip("/"))
        listed: list[tuple[str, str, str]] = []

        def start(name: str, attrs: list[str]) -> None:
            pairs = dict(zip(attrs[::2], attrs[1::2], strict=True))
            if name == "workbookPr":
                self.epoch1904.append(pairs.get("date1904", "0") in ("1", "true"))
            elif name == "sheet":
                link = next((v for k, v in pairs.items() if k.endswith(":id")), "")
                listed.append((pairs.get("name", ""), pairs.get("state", "visible"), link))

        parse(data, start)
        for kind, target in relations.values():
            if kind.endswith("/sharedStrings"):
                self.strings.extend(_shared(self.part(target) or b"<sst/>"))
            elif kind.endswith("/styles"):
                self.dates.update(_styles(self.part(target) or b"<styleSheet/>"))
        out: list[tuple[int, str, str, tuple[Issue, ...]]] = []
        macros = any(re.search(r"vbaProject\.bin$|macrosheets/", n) for n in self.parts.namelist())
        for position, (name, state, link) in enumerate(listed):
            kind, target = relations.get(link, ("", ""))
            if not kind.endswith("/worksheet"):
                continue
            if target not in self.parts.namelist():
                raise corrupt("a sheet is listed that is not in it")
            issues: list[Issue] = []
            if state != "visible":
                text = "This sheet is hidden in the workbook; it was read like the others."
                issues.append(Issue("warning", "hidden-sheet", text, sheet=name))
            if macros and not out:
                text = "The workbook carries macros; they were not run."
                issues.append(Issue("warning", "macro-present", text))
            out.append((position, name, target, tuple(issues)))
        return out

    def _relations(self, folder: str, name: str) -> dict[str, tuple[str, str]]:
        """Id -> (kind, part) of a relations part."""
        out: dict[str, tuple[str, str]] = {}

        def start(element: str, attrs: list[str]) -> None:
            if element == "Relationship":
                a = dict(zip(attrs[::2], attrs[1::2], strict=True))
                target = a.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") or not folder else f"{folder}/{target}"
                out[a.get("Id", "")] = (a.get("Type", ""), path)

        parse(self.part(name) or b"<Relationships/>", start)
        return out


def parse(
    data: bytes,
    start: Callable[[str, list[str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Walk a part. Element names come without their prefix."""
    parser = _parser()
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attrs: start(name if ":" not in name else name.rpartition(":")[2], attrs)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name if ":" not in name else name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise corrupt("a part is not well-formed XML") from None


def _integer(text: str, default: int) -> int:
    """A small whole number of ASCII digits, or the default."""
    return int(text) if 0 < len(text) < 10 and text.isascii() and text.isdigit() else default


def _unescape(text: str) -> str:
    """``_x000D_`` stands for the character; halves of surrogate pairs stay as written."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda m: m[0] if 0xD800 <= int(m[1], 16) < 0xE000 else chr(int(m[1], 16)), text)


def _shared(data: bytes) -> list[str]:
    """The table of texts; phonetic readings (``rPh``) are not part of them."""
    out: list[str] = []
    parts: list[str] = []
    inside = {"t": False, "rPh": False}

    def start(name: str, _: list[str]) -> None:
        if name == "si":
            parts.clear()
        elif name in inside:
            inside[name] = True

    def end(name: str) -> None:
        if name == "si":
            out.append(_unescape("".join(parts)))
        elif name in inside:
            inside[name] = False

    def text(chunk: str) -> None:
        if inside["t"] and not inside["rPh"]:
            parts.append(chunk)

    parse(data, start, end, text)
    return out


def _styles(data: bytes) -> dict[int, str]:
    """Cell format -> ``date`` or ``time``, for those that show one."""
    codes: dict[int, str] = {}
    used: list[int] = []
    where: list[str] = []

    def start(name: str, attrs: list[str]) -> None:
        a = dict(zip(attrs[::2], attrs[1::2], strict=True))
        if name == "numFmt":
            codes[_integer(a.get("numFmtId", ""), -1)] = a.get("formatCode", "")
        elif name == "cellXfs":
            where.append(name)
        elif name == "xf" and where:
            used.append(_integer(a.get("numFmtId", ""), 0))

    def end(name: str) -> None:
        if name == "cellXfs":
            where.clear()

    parse(data, start, end)
    out: dict[int, str] = {}
    for i, number in enumerate(used):
        kind = format_kind(number, codes.get(number))
        if kind:
            out[i] = kind
    return out


def _column(letters: str) -> int:
    number = 0
    for ch in letters:
        number = number * 26 + ord(ch) - 64
    return number - 1


class _Walk(Cells):
    """One pass over a sheet part: rows of cells, what is wrong with a row, and the order the format prescribes."""

    def __init__(self, book: _Book) -> None:
        super().__init__()
        self.book = book
        self.epoch1904 = any(book.epoch1904)
        self._row = self._column = 0
        self._type, self._style = "n", 0
        self._in_cell = self._formula = self._value = self._inline = self._phonetic = False
        self._has_value = self._in_formula = False
        self._text: list[str] = []
        self._formula_text: list[str] = []
        self.hidden_columns = 0
        self.disorder: list[str] = []
        self._skipped = False
        self._letters: dict[str, int] = {}

    def start(self, name: str, attrs: list[str]) -> None:
        if name == "c":
            self._cell(attrs)
        elif name == "row":
            self._next_row(dict(zip(attrs[::2], attrs[1::2], strict=True)))
        elif self._in_cell:
            if name == "v":
                self._value = self._has_value = True
            elif name == "f":
                self._formula = self._in_formula = True
            elif name == "t":
                self._inline = not self._phonetic
            elif name == "rPh":
                self._phonetic = True
        elif name == "col":
            a = dict(zip(attrs[::2], attrs[1::2], strict=True))
            if a.get("hidden", "0") in ("1", "true"):
                first = _integer(a.get("min", ""), 1)
                self.hidden_columns += max(1, min(_integer(a.get("max", ""), first), MAX_COLUMNS) - first + 1)
        elif name == "mergeCell":
            self.merged += 1

    def _next_row(self, a: dict[str, str]) -> None:
        number = _integer(a.get("r", ""), self._row + 1)
        self._skipped = number <= self._row
        if self._skipped:
            self._disordered(f"row {number}")
            return
        if number > MAX_ROWS:
            raise corrupt("a row lies outside the sheet")
        self._row, self._column = number, -1
        self.hidden += a.get("hidden", "0") in ("1", "true")

    def _disordered(self, what: str) -> None:
        """Note a cell or row that stands twice or out of order; two programs would not read it alike."""
        if len(self.disorder) < LISTED:
            self.disorder.append(what)

    def _cell(self, attrs: list[str]) -> None:
        if self._skipped:
            return
        reference, kind, style = "", "n", ""
        for i in range(0, len(attrs), 2):
            name = attrs[i]
            if name == "r":
                reference = attrs[i + 1]
            elif name == "t":
                kind = attrs[i + 1]
            elif name == "s":
                style = attrs[i + 1]
        column = self._column + 1
        if reference:
            match = _REFERENCE.fullmatch(reference)
            if match is None or int(match[2]) != self._row:
                raise corrupt("a cell stands in a row that is not its own")
            letters = match[1]
            if letters not in self._letters:
                self._letters[letters] = _column(letters)
            column = self._letters[letters]
        if column <= self._column:
            self._disordered(f"cell {reference}")
            return
        if column >= MAX_COLUMNS:
            raise corrupt("a cell lies outside the sheet")
        self._column = column
        self._type, self._style = kind, _integer(style, 0) if style else 0
        self._in_cell, self._formula, self._has_value = True, False, False
        self._text, self._formula_text = [], []

    def text(self, chunk: str) -> None:
        if self._in_formula:
            self._formula_text.append(chunk)
        elif self._value or self._inline:
            self._text.append(chunk)

    def end(self, name: str) -> None:
        if not self._in_cell:
            return
        if name == "v":
            self._value = False
        elif name == "t":
            self._inline = False
        elif name == "f":
            self._in_formula = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            self._in_cell = False
            self._finish("".join(self._text))

    def _finish(self, stored: str) -> None:
        kind = self._type
        if self._formula:
            self.formulas.add((self._row, self._column))
        if self._formula and not stored and not (self._has_value and kind == "str"):
            self.problem(self._row, self._column, "formula-no-value", ("text", "=" + "".join(self._formula_text)))
            return
        if not stored:
            return
        if kind == "s":
            index = _integer(stored, len(self.book.strings))
            if index >= len(self.book.strings):
                raise corrupt("a cell points to a text that is not there")
            self.keep(self._row, self._column, ("text", self.book.strings[index]))
        elif kind in ("str", "inlineStr"):
            self.keep(self._row, self._column, ("text", _unescape(stored)))
        elif kind == "b":
            self.keep(self._row, self._column, ("bool", "TRUE" if stored in ("1", "true") else "FALSE"))
        elif kind == "d":
            self.keep(self._row, self._column, ("text", stored))
        elif kind == "e":
            self.problem(self._row, self._column, "cell-error", ("text", stored))
        else:
            kind = self.book.dates.get(self._style, "")
            self.number(self._row, self._column, stored, kind, epoch1904=self.epoch1904)


@dataclass(frozen=True)
class BookSheet(CellSheet):
    """One worksheet."""

    book: _Book
    position: int
    name: str
    part: str
    warnings: tuple[Issue, ...] = ()

    @cached_property
    def walked(self) -> Cells:
        """The cells, read once."""
        walk = _Walk(self.book)
        parse(self.book.part(self.part) or b"<worksheet/>", walk.start, walk.end, walk.text)
        if walk.disorder:
            raise corrupt(f"cells or rows stand twice or out of order ({', '.join(walk.disorder)})")
        return walk

    def own_issues(self) -> list[Issue]:
        """Warnings about the sheet as a whole."""
        other = read_otherwise(self.book.source.data, self.position, self.walked)
        return [*self.warnings, *super().own_issues(), *self._seen(), *disagreement(other, self.name)]

    def _seen(self) -> list[Issue]:
        """Hidden columns, and cells merged into one, of which only the first holds the text."""
        walk, out = self.walked, []
        if isinstance(walk, _Walk) and walk.hidden_columns:
            text = "Columns are hidden in this sheet; they were read like the others."
            out.append(Issue("warning", "hidden-columns", text, sheet=self.name, count=walk.hidden_columns))
        if walk.merged:
            text = "Cells are merged in this sheet; the text counts for the first of them, the others are empty."
            out.append(Issue("warning", "merged-cells", text, sheet=self.name, count=walk.merged))
        return out


__all__ = ["BookSheet", "date_text", "number_text", "parse", "sheets"]
