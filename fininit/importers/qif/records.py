"""Sections and records of a QIF file; every line is accounted for, none is read for meaning.

A line that begins with ``!`` names what follows: a register of payments (``!Type:Bank``), a list (``!Type:Cat``), or
the accounts that the next register belongs to (``!Account``). A record is a few lines, each a letter and its value, and
ends with ``^``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

REGISTERS: Final = frozenset({"bank", "cash", "ccard", "oth a", "oth l", "oth s", "invst"})
"""Sections of payments. ``oth s`` is the German asset account; all but ``invst`` have the same lines."""

LISTS: Final = frozenset(
    {"cat", "category", "class", "memorized", "security", "prices", "budget", "invitem", "template", "tag"}
)
"""Sections that hold no payment, by declaration."""

_HEADER: Final = re.compile(r"!(type|option|clear|account)\b[ \t]*:?[ \t]*(.*)", re.IGNORECASE)
_LINE: Final = re.compile(r"\r\n|\n|\r")


@dataclass(slots=True)
class Record:
    """One record: the row of its first line, its lines as letter and value, its text.

    ``state`` is ``open`` where another section begins before its ``^``, ``cut`` where the file ends before it.
    """

    row: int
    lines: list[tuple[str, str]] = field(default_factory=list)
    raw: str = ""
    state: Literal["closed", "open", "cut"] = "closed"

    def all(self, code: str) -> list[str]:
        """The values of a letter that are not blank, in order."""
        return [v for c, v in self.lines if c == code and v]

    def first(self, code: str) -> str:
        """The first of them, or an empty text."""
        return next(iter(self.all(code)), "")


@dataclass(slots=True)
class Section:
    """One section: its type in small letters, the label of its account, its records.

    ``listed`` says that a list of several accounts stands where its own should.
    """

    kind: str
    row: int
    label: str | None = None
    listed: bool = False
    records: list[Record] = field(default_factory=list)


@dataclass(slots=True)
class Cut:
    """A whole file: its sections, and the rows of lines outside any."""

    sections: list[Section] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)
    accounts: list[Record] = field(default_factory=list)


def is_qif(head: str) -> bool:
    """Whether a file begins with a section of QIF."""
    m = _HEADER.match(head.lstrip("\ufeff").lstrip())
    return m is not None and (m[1].casefold() == "account" or bool(m[2].strip()))


def cut(text: str) -> Cut:
    """Cut a decoded file. Never raises; linear in the length of the text."""
    out = Cut()
    listed: list[str] = []
    section: Section | None = None
    record: Record | None = None
    raw: list[str] = []

    def close(state: Literal["closed", "open", "cut"]) -> None:
        nonlocal record
        if record is not None:
            record.state, record.raw = state, "\n".join(raw)
            if section is None:
                out.outside.append(record.row)
            elif section.kind == "account":
                out.accounts.append(record)
                listed.append(record.first("N"))
            else:
                section.records.append(record)
        record = None
        raw.clear()

    for row, line in enumerate(_LINE.split(text), 1):
        bare = line.strip(" \t\0\ufeff\x1a")
        header = _HEADER.fullmatch(bare)
        if header is not None:
            close("open")
            section = _section(section, header, row, listed, out)
        elif bare.startswith("^"):
            if record is not None:
                raw.append(line)
            close("closed")
        elif bare:
            if record is None:
                record = Record(row)
            record.lines.append((bare[0], " ".join(bare[1:].split())))
            raw.append(line)
    close("cut")
    return out


def _section(before: Section | None, header: re.Match[str], row: int, listed: list[str], out: Cut) -> Section | None:
    what, value = header[1].casefold(), " ".join(header[2].casefold().split())
    if what in ("option", "clear"):
        return before
    if what == "account":
        listed.clear()
        return Section("account", row)
    section = Section(value, row)
    if value in REGISTERS:
        same = next((s for s in reversed(out.sections) if s.kind in REGISTERS), None)
        if listed:
            section.label = listed[0] or None if len(listed) == 1 else None
            section.listed = len(listed) > 1
        elif same is not None and same.kind == value:
            section.label, section.listed = same.label, same.listed  # the same register goes on
        listed.clear()
    out.sections.append(section)
    return section
