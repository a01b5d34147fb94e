"""A file cut into records: a code of two digits, a comma, fields; a slash ends the record, an 88 continues it.

Producers leave the slash away, break a text without an 88, or put several records on a line. What stands on a line is
first taken as one record; the other reading (``split``) is for the reader to prove.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

CODES: Final = ("01", "02", "03", "16", "49", "98", "99")
CONTINUED: Final = "88"

_CODE: Final = re.compile(r"\s*(01|02|03|16|88|49|98|99),")
_NEXT: Final = re.compile(r"(?<=/)[ \t]*(?=(?:01|02|03|16|88|49|98|99),)")
_DAMAGED: Final = re.compile(r"\s*\S{0,3}[,;.:|][0-9]{3}[,;.:|][-+]?[0-9]{1,18}[,;.:|/]")
"""The shape of a record 16 whose code or commas are damaged: its amount must not pass as a text."""

STANDARD_LENGTH: Final = 80
"""Characters of a physical record where the file header does not say otherwise; a full one was cut mid-word."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One physical record: its fields without the code (``text``), its row, its place within the row and the file."""

    code: str
    text: str
    row: int
    part: int
    start: int
    end: int

    @property
    def length(self) -> int:
        """Characters of the physical record."""
        return self.end - self.start


@dataclass(slots=True)
class Logical:
    """A record with its continuations. ``stray`` counts lines without any code that were taken into it."""

    code: str
    pieces: list[Piece] = field(default_factory=list)
    stray: int = 0

    @property
    def row(self) -> int:
        """The row of its first line."""
        return self.pieces[0].row

    @property
    def count(self) -> int:
        """Physical records, as the trailers count them: lines without a code are none."""
        return len(self.pieces) - self.stray

    def fields(self) -> list[str]:
        """All fields, continuations included, without outer blanks."""
        return [f for piece in self.pieces for f in split_fields(piece.text)]


def split_fields(text: str) -> list[str]:
    """The fields of a physical record, without its slash."""
    return [f.strip() for f in text.strip().removesuffix("/").split(",")]


def shares_lines(text: str) -> bool:
    """Whether a slash is followed by what looks like another record on the same line."""
    return any(_NEXT.search(line.rstrip()) for line in text.splitlines())


def pieces(text: str, *, split: bool) -> Iterator[Piece]:
    """Physical records in order. A line without a code has the code ``""``; one that is a damaged 16 has ``"?"``."""
    mark = "\n" if "\n" in text else "\r"
    start, row = 0, 0
    while start < len(text):
        row += 1
        at = text.find(mark, start)
        end = len(text) if at < 0 else at
        line = text[start:end].rstrip(" \t\r\x1a")
        cuts = [m.end() for m in _NEXT.finditer(line)] if split else []
        for part, (a, b) in enumerate(zip([0, *cuts], [*cuts, len(line)], strict=True)):
            body = line[a:b].rstrip(" \t")
            if not body.strip():
                continue
            found = _CODE.match(body)
            code = found[1] if found else "?" if _DAMAGED.match(body) else ""
            rest = body[found.end() :] if found else body
            yield Piece(code, rest, row, part, start + a, start + a + len(body))
        start = end + 1


def logical(found: Iterator[Piece]) -> Iterator[Logical]:
    """Records with their continuations. A continuation of nothing comes as a record of its own, code 88 or empty."""
    current: Logical | None = None
    for piece in found:
        if piece.code in ("", CONTINUED) and current is not None and current.code in CODES:
            current.pieces.append(piece)
            current.stray += piece.code == ""
            continue
        if current is not None:
            yield current
        current = Logical(piece.code, [piece])
    if current is not None:
        yield current
