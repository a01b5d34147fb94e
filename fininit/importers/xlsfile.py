"""Old binary workbooks (.xls, BIFF8 and BIFF5): the records are walked, every cell is read as it is stored, as text.

As for XLSX the cells are read by our own walk and fastexcel is the witness, because as text it changes digits, drops
errors and does not tell a formula without a result from an empty cell. A number is an IEEE double: it is given with the
15 significant digits that a spreadsheet keeps, so the same sheet saved as XLSX says the same; from 16 digits on the row
is refused. Records and their layouts are those of MS-XLS ("Excel Binary File Format") and, for BIFF5, of the OpenOffice
documentation of the format. A workbook is what has a stream ``Workbook`` (BIFF8) or ``Book`` (BIFF5) in its root.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final

from fininit.errors import SourceRefused
from fininit.importers.cells import Cells, CellSheet, corrupt, disagreement, format_kind, read_otherwise
from fininit.importers.ole import Container, encrypted, no_workbook
from fininit.importers.table import Sheet
from fininit.issues import Issue

if TYPE_CHECKING:
    from fininit.importers.base import Source

_BOF, _EOF, _CONTINUE, _FILEPASS = 0x0809, 0x000A, 0x003C, 0x002F
_BOUNDSHEET, _SST, _FORMAT, _XF, _DATEMODE, _CODEPAGE = 0x0085, 0x00FC, 0x041E, 0x00E0, 0x0022, 0x0042
_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING = 0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x00D6
_BOOLERR, _STRING, _ROW = 0x0205, 0x0207, 0x0208
_FORMULAS: Final = (0x0006, 0x0206, 0x0406)
_BESIDE_FORMULA: Final = (0x0221, 0x0021, 0x04BC, 0x0236, 0x0036)
"""Records that may stand between a formula and the text that is its result (arrays, shared formulas, data tables)."""

_ERRORS: Final = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_CODEPAGES: Final = {367: "ascii", 1200: "utf-16-le", 10000: "mac_roman", 32768: "mac_roman", 32769: "cp1252"}

Record = tuple[int, list[bytes], int]
"""Number of a record, its data (with those of the records that continue it) and where it begins."""


def sheets(source: Source) -> list[Sheet]:
    """Every worksheet, hidden ones too. Raises :class:`SourceRefused` for what is damaged, encrypted or no workbook."""
    try:
        container = Container(source.data)
    except SourceRefused:
        if "EncryptedPackage".encode("utf-16-le") in source.data:
            raise encrypted() from None
        raise
    for name in ("Workbook", "Book"):
        stream = container.stream(name)
        if stream is not None:
            return list(_Book(source, container, stream, name).worksheets())
    raise no_workbook(container)


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """The records from a place on, up to the end of the part that begins there; parts inside it are left out."""
    depth = 0
    size = len(stream)
    held: Record | None = None
    while at + 4 <= size:
        number, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > size:
            raise corrupt("it ends within a record")
        data = stream[at + 4 : at + 4 + length]
        if number == _CONTINUE:
            if held is not None:
                held[1].append(data)
        else:
            if held is not None:
                yield held
            held = None
            if number == _BOF:
                depth += 1
            elif number == _EOF:
                depth -= 1
                if depth <= 0:
                    return
            if depth == 1:
                held = (number, [data], at)
        at += 4 + length
    raise corrupt("a part of it does not end")


class _Bytes:
    """Reads over the pieces of a continued record. Texts begin anew in each piece with their own width."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = pieces
        self.piece = 0
        self.at = 0

    def left(self) -> int:
        return len(self.pieces[self.piece]) - self.at

    def ended(self) -> bool:
        """Whether nothing is left in any piece."""
        return not self.left() and self.piece + 1 == len(self.pieces)

    def _next(self) -> None:
        if self.piece + 1 >= len(self.pieces):
            raise corrupt("a text ends outside its record")
        self.piece, self.at = self.piece + 1, 0

    def take(self, count: int) -> bytes:
        out = b""
        while len(out) < count:
            if not self.left():
                self._next()
            part = self.pieces[self.piece][self.at : self.at + count - len(out)]
            self.at += len(part)
            out += part
        return out

    def skip(self, count: int) -> None:
        while count:
            if not self.left():
                self._next()
            step = min(count, self.left())
            self.at += step
            count -= step

    def word(self) -> int:
        return int.from_bytes(self.take(2), "little")

    def long(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def text(self, count: int, *, plain: bool = False) -> tuple[str, bool]:
        """A Unicode text of so many characters, and whether it is whole; ``plain`` has no runs of formats after it."""
        flags = self.take(1)[0]
        runs = self.word() if flags & 8 and not plain else 0
        beside = self.long() if flags & 4 and not plain else 0
        wide = bool(flags & 1)
        parts: list[bytes] = []
        while count:
            if not self.left():
                self._next()
                wide = bool(self.take(1)[0] & 1)
            width = 2 if wide else 1
            step = min(count, self.left() // width)
            if not step:
                raise corrupt("a text is cut within a character")
            part = self.take(step * width)
            parts.append(part if wide else part.decode("latin-1").encode("utf-16-le"))
            count -= step
        self.skip(4 * runs + beside)
        raw = b"".join(parts)
        try:
            return raw.decode("utf-16-le"), True
        except UnicodeDecodeError:
            return raw.decode("utf-16-le", "replace"), False


class _Book:
    """What all sheets share: texts, formats, epoch. Read once, from the first part of the stream."""

    def __init__(self, source: Source, container: Container, stream: bytes, name: str) -> None:
        self.source, self.stream = source, stream
        self.new = False
        self.codepage = ""
        self.epoch1904 = False
        self.strings: list[tuple[str, bool]] = []
        self.listed: list[tuple[int, int, int, bytes]] = []
        formats: dict[int, bytes] = {}
        self.used: list[int] = []
        if len(stream) < 8 or struct.unpack_from("<H", stream)[0] != _BOF:
            raise corrupt("its stream does not begin as a workbook does")
        self.new = struct.unpack_from("<H", stream, 4)[0] == 0x0600
        try:
            for number, pieces, _ in _records(stream, 0):
                data = pieces[0]
                if number == _FILEPASS:
                    raise encrypted()
                if number == _CODEPAGE:
                    (page,) = struct.unpack_from("<H", data)
                    self.codepage = _CODEPAGES.get(page, f"cp{page}")
                elif number == _DATEMODE:
                    self.epoch1904 = struct.unpack_from("<H", data)[0] == 1
                elif number == _FORMAT:
                    formats[struct.unpack_from("<H", data)[0]] = data[2:]
                elif number == _XF:
                    self.used.append(struct.unpack_from("<H", data, 2)[0])
                elif number == _BOUNDSHEET:
                    start, state, kind = struct.unpack_from("<IBB", data)
                    self.listed.append((start, state, kind, data[6:]))
                elif number == _SST:
                    self._texts(pieces)
        except (struct.error, IndexError):
            raise corrupt("a record is shorter than its kind") from None
        codes = {n: self._label(raw) for n, raw in formats.items()}
        self.kinds = [format_kind(n, codes.get(n)) for n in self.used]
        self.macros = "_VBA_PROJECT_CUR" in container.entries or any(k == 1 for _, _, k, _ in self.listed)
        self.twice = name == "Workbook" and "Book" in container.entries

    def _texts(self, pieces: Sequence[bytes]) -> None:
        reader = _Bytes(pieces)
        reader.skip(4)
        for _ in range(reader.long()):
            if reader.ended():
                break  # some writers count wrongly; a cell that points to a text beyond is found out
            self.strings.append(reader.text(reader.word()))

    def _label(self, raw: bytes, short: bool = False) -> str:
        """A name: of a sheet (``short``, its length in one byte), or the code of a format."""
        if not self.new:
            return self.decode(raw[1 : 1 + raw[0]])[0]
        reader = _Bytes([raw])
        return reader.text(reader.take(1)[0] if short else reader.word(), plain=True)[0]

    def decode(self, raw: bytes) -> tuple[str, bool]:
        """A text of bytes, by the code page of the workbook."""
        if raw.isascii():
            return raw.decode("ascii"), True
        try:
            return raw.decode(self.codepage or "ascii"), True
        except (LookupError, UnicodeDecodeError):
            if self.codepage:
                return raw.decode("ascii", "replace"), False
        raise SourceRefused(
            "This old workbook does not say which encoding its texts are in.",
            code="unsupported-type",
            hint="Open it in a spreadsheet program and save it as XLSX, keeping both.",
        )

    def worksheets(self) -> Iterator[XlsSheet]:
        """The worksheets in their order; charts and macro sheets are none."""
        try:
            named = [(at, state, kind, self._label(raw, short=True)) for at, state, kind, raw in self.listed]
        except IndexError:
            raise corrupt("a record is shorter than its kind") from None
        if len({name for *_, name in named}) != len(named):
            raise corrupt("a sheet is in it twice")
        first = True
        for at, state, kind, name in named:
            if kind != 0:
                continue
            if at + 8 > len(self.stream) or struct.unpack_from("<H", self.stream, at)[0] != _BOF:
                raise corrupt("a sheet is listed that is not in it")
            issues: list[Issue] = []
            if state & 3:
                text = "This sheet is hidden in the workbook; it was read like the others."
                issues.append(Issue("warning", "hidden-sheet", text, sheet=name))
            if self.macros and first:
                issues.append(Issue("warning", "macro-present", "The workbook carries macros; they were not run."))
            if self.twice and first:
                text = "The file holds its workbook twice, for old and for older programs; the newer one was read."
                issues.append(Issue("warning", "two-workbooks", text))
            first = False
            yield XlsSheet(self, name, at, tuple(issues))


@dataclass(frozen=True)
class XlsSheet(CellSheet):
    """One worksheet."""

    book: _Book
    name: str
    at: int
    warnings: tuple[Issue, ...] = ()

    @cached_property
    def walked(self) -> Cells:
        """The cells, read once."""
        walk = _Walk(self.book)
        try:
            for number, pieces, _ in _records(self.book.stream, self.at):
                walk.record(number, pieces)
        except (struct.error, IndexError):
            raise corrupt("a record is shorter than its kind") from None
        walk.finish()
        return walk

    def own_issues(self) -> list[Issue]:
        """Warnings about the sheet as a whole."""
        other = read_otherwise(self.book.source.data, self.name, self.walked)
        return [*self.warnings, *super().own_issues(), *disagreement(other, self.name)]


class _Walk(Cells):
    """One pass over the records of a sheet."""

    def __init__(self, book: _Book) -> None:
        super().__init__()
        self.book = book
        self.seen: set[tuple[int, int]] = set()
        self.waits: tuple[int, int] | None = None

    def record(self, number: int, pieces: list[bytes]) -> None:
        """Take one record; kinds that hold no cell are passed over."""
        data = pieces[0]
        if self.waits is not None:
            if number == _STRING:
                row, column = self.waits
                self.waits = None
                self._text(row, column, *self._string(_Bytes(pieces)))
                return
            if number not in _BESIDE_FORMULA:
                self._no_result()
        if number == _ROW:
            self.hidden += bool(struct.unpack_from("<H", data, 12)[0] & 0x20)
        elif number == _MULRK:
            row, column = struct.unpack_from("<HH", data)
            for i in range((len(data) - 6) // 6):
                style, rk = struct.unpack_from("<HI", data, 4 + 6 * i)
                self._number(*self._place(row, column + i), style, _rk(rk))
        elif number in (_NUMBER, _RK, _LABELSST, _LABEL, _RSTRING, _BOOLERR) or number in _FORMULAS:
            row, column, style = struct.unpack_from("<HHH", data)
            self._cell(number, *self._place(row, column), style, pieces)

    def finish(self) -> None:
        """The end of the sheet."""
        if self.waits is not None:
            self._no_result()
        self.rows = dict(sorted(self.rows.items()))

    def _place(self, row: int, column: int) -> tuple[int, int]:
        if (row, column) in self.seen:
            raise corrupt("a cell stands in it twice")
        self.seen.add((row, column))
        return row + 1, column

    def _cell(self, number: int, row: int, column: int, style: int, pieces: list[bytes]) -> None:
        data = pieces[0]
        if number == _NUMBER:
            self._number(row, column, style, _double(data[6:14]))
        elif number == _RK:
            self._number(row, column, style, _rk(struct.unpack_from("<I", data, 6)[0]))
        elif number == _LABELSST:
            (index,) = struct.unpack_from("<I", data, 6)
            if index >= len(self.book.strings):
                raise corrupt("a cell points to a text that is not there")
            self._text(row, column, *self.book.strings[index])
        elif number == _BOOLERR:
            self._truth(row, column, data[6], error=bool(data[7]))
        elif number in _FORMULAS:
            self._formula(row, column, style, data[6:14])
        else:
            self._text(row, column, *self._string(_Bytes([data[6:], *pieces[1:]])))

    def _string(self, reader: _Bytes) -> tuple[str, bool]:
        count = reader.word()
        return reader.text(count, plain=True) if self.book.new else self.book.decode(reader.take(count))

    def _text(self, row: int, column: int, text: str, whole: bool) -> None:
        if whole:
            self.keep(row, column, ("text", text))
        else:
            self.problem(row, column, "undecodable-bytes", ("text", text))

    def _truth(self, row: int, column: int, value: int, *, error: bool) -> None:
        if error:
            self.problem(row, column, "cell-error", ("text", _ERRORS.get(value, "#ERROR")))
        else:
            self.keep(row, column, ("bool", "TRUE" if value else "FALSE"))

    def _formula(self, row: int, column: int, style: int, result: bytes) -> None:
        """The stored result. An empty text is what programs write that did not compute it: no result."""
        if result[6:] != b"\xff\xff":
            self._number(row, column, style, _double(result))
        elif result[0] == 0:
            self.waits = (row, column)
        elif result[0] in (1, 2):
            self._truth(row, column, result[2], error=result[0] == 2)
        else:
            self.problem(row, column, "formula-no-value", ("text", "="))

    def _no_result(self) -> None:
        assert self.waits is not None
        self.problem(*self.waits, "formula-no-value", ("text", "="))
        self.waits = None

    def _number(self, row: int, column: int, style: int, stored: str) -> None:
        if style >= len(self.book.kinds):
            raise corrupt("a cell has a format that is not there")
        self.number(row, column, stored, self.book.kinds[style], epoch1904=self.book.epoch1904)


def _double(raw: bytes) -> str:
    """A stored double as the shortest text that gives it back; what is no number stays a word and is refused."""
    (value,) = struct.unpack("<d", raw)
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def _rk(rk: int) -> str:
    """A number in four bytes: 30 bits of a double or of an integer, and whether it is a hundred times too large."""
    if rk & 2:
        whole = (rk >> 2) - (1 << 30 if rk >> 31 else 0)
        return f"{Decimal(whole).scaleb(-2).normalize():f}" if rk & 1 else str(whole)
    raw = struct.pack("<Q", (rk & 0xFFFFFFFC) << 32)
    if not rk & 1:
        return _double(raw)
    return _double(struct.pack("<d", struct.unpack("<d", raw)[0] / 100))


__all__ = ["XlsSheet", "sheets"]
