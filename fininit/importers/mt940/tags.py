"""A file in SWIFT's tag format, cut into messages and fields; every line is accounted for, none is read for meaning.

A field starts on a line of its own with ``:tag:`` and goes on until the next tag. What makes it hard is that banks wrap
a payment note wherever it is full, so that a line of a note can begin like a tag (``T13`` / ``:12:11``). Therefore a
note ends only at a tag that may follow it: 60 and above, one with a letter, or a 20 that begins a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

TAG: Final = re.compile(r":([0-9]{2}[A-Z]?|NS):")
"""The tag at the head of a line. ``NS`` is the German non-SWIFT field of the nineties."""

_START: Final = frozenset({"20", "21", "25", "25P", "28", "28C"})
_HEAD: Final = _START | {"13", "13D", "34F", "60", "60F", "60M"}
_REOPENS: Final = frozenset({"25", "25P", "60", "60F", "60M", "34F"})
_CLOSING: Final = frozenset({"62", "62F", "62M", "64", "65", "90C", "90D"})
_NOISE: Final = "".join(map(chr, range(32)))  # SOH, ETX and their like frame a message on some lines

_PREAMBLE: Final = re.compile(
    r"\{.*"  # SWIFT block headers
    r"|:?94[0-9]:?(?: 00)?"  # :940:  940  940 00
    r"|[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?"  # the bank's BIC
    r"|[0-9]{4} [0-9]{2}[A-Z]{6}[A-Z0-9]{2}[A-Z0-9]*"  # 0000 01INGBNL2AXXXX00001
    r"|-(?:\}.*|XXX)?"
    r"|\$"
)
_DAMAGED: Final = re.compile(
    r"(?:.?61:|:.?1:|:6.?:|:61.?|:.61:|:6.1:)(?=[0-9]{6}(?:[0-9]{4}| {4})?[RE]?[CD][A-Z]?[0-9])"
)  # one character away from :61:, and the shape of a statement line behind it
_INNER: Final = re.compile(r"\{(?:.*\{)?4:(?=:20:)")
_END: Final = re.compile(r"-(?:\}.*|XXX)?")


DAMAGED: Final = "61?"
"""What stands as the tag of a statement line whose own tag is damaged."""

_KNOWN: Final = _HEAD | _CLOSING | {"61", DAMAGED, "86", "NS"}


@dataclass(slots=True)
class Field:
    """One field: its tag, the row of its first line, its lines without tag and line ends, its place in the text."""

    tag: str
    row: int
    lines: list[str]
    start: int
    end: int


@dataclass(slots=True)
class Message:
    """One message, statement or page of one: its fields in order."""

    row: int
    fields: list[Field] = field(default_factory=list)


@dataclass(slots=True)
class Cut:
    """A whole file: its messages, rows outside them, rows that only look like a field, and the lines of its head."""

    messages: list[Message] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)
    tag_like: list[int] = field(default_factory=list)
    preamble: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    row: int
    start: int
    end: int
    text: str
    tag: str | None


def _lines(text: str) -> Iterator[_Line]:
    """Lines by LF (a CR before it is part of the line end), or by CR where the text has no LF at all."""
    mark = "\n" if "\n" in text else "\r"
    start, row = 0, 0
    while start < len(text):
        at = text.find(mark, start)
        end = len(text) if at < 0 else at
        row += 1
        line = text[start:end].rstrip("\r").lstrip(_NOISE)
        if not line.strip(" " + _NOISE):
            line = ""
        if line.startswith("{") and (inner := _INNER.match(line)):
            line = line[inner.end() :]  # {4: and the first field on one line
        found = TAG.match(line)
        tag = found[1] if found else None
        if tag != "61" and _DAMAGED.match(line):
            tag = DAMAGED
        yield _Line(row, start, end, line, tag)
        start = end + 1


def _following(lines: list[_Line]) -> list[str]:
    """For each line, what the next line that is a tag or a block header is: its tag, ``{``, or empty at the end."""
    out, nearest = [""] * len(lines), ""
    for i in range(len(lines) - 1, -1, -1):
        out[i] = nearest
        if lines[i].tag:
            nearest = str(lines[i].tag)
        elif lines[i].text.startswith("{"):
            nearest = "{"
    return out


def cut(text: str) -> Cut:
    """Cut a decoded file. Never raises; linear in the length of the text."""
    lines = list(_lines(text))
    following = _following(lines)
    out, preamble = Cut(), list[str]()
    message: Message | None = None
    current: Field | None = None
    state = "outside"  # then: head, entries, foot
    for line, after in zip(lines, following, strict=True):
        tag = line.tag
        if tag is not None and _is_text(tag, state, current, after):
            out.tag_like.append(line.row)
            tag = None
        if state == "outside" and tag not in _KNOWN:
            tag = None
        if tag is not None:
            if state == "outside" or message is None or tag == "20" or (state == "foot" and tag in _REOPENS):
                message = Message(line.row)
                out.messages.append(message)
                state = "head"
            rest = line.text if tag == DAMAGED else line.text[len(tag) + 2 :]
            current = Field(tag, line.row, [rest], line.start, line.end)
            message.fields.append(current)
            state = "entries" if tag in ("61", DAMAGED) else "foot" if tag in _CLOSING else state
        elif _ends(line.text, state, current, after):
            message, current, state = None, None, "outside"
        elif current is None:
            words = line.text.strip(" " + _NOISE)
            if words and not _PREAMBLE.fullmatch(words):
                out.outside.append(line.row)
            elif not out.messages:
                preamble.append(words)
        elif line.text:
            current.lines.append(line.text)
            current.end = line.end
    out.preamble = "\n".join(filter(None, preamble))
    return out


def _is_text(tag: str, state: str, current: Field | None, after: str) -> bool:
    """Whether a line that begins like a tag is the next line of a note."""
    if state in ("outside", "head") or current is None:
        return False
    if tag == "20":
        return state == "entries" and after not in _START
    wraps_like_a_time = tag.isdigit() and int(tag) < 60
    return wraps_like_a_time and (state == "entries" or current.tag == "86")


def _ends(text: str, state: str, current: Field | None, after: str) -> bool:
    """Whether a line ends the message: ``-``, ``-}`` and what follows it, or the block header of the next message."""
    if state == "outside":
        return False
    if text.startswith(("-}", "{1:")):
        return True
    if not _END.fullmatch(text.strip(" " + _NOISE)):
        return False
    # a single hyphen can also be a line of a note: then the statement goes on behind it
    in_note = state == "entries" and current is not None and current.tag in ("61", "86", "NS")
    return not in_note or after in ("", "{") or after in _HEAD


def is_message_start(head: str) -> bool:
    """Whether the head of a file is this format: 20, 25 and an opening balance, floor limit or movement, in order."""
    wanted: list[frozenset[str]] = [
        frozenset({"20"}),
        frozenset({"25", "25P"}),
        frozenset({"60", "60F", "60M", "34F", "61"}),
    ]
    for line in _lines(head):
        if line.tag in wanted[0]:
            wanted.pop(0)
            if not wanted:
                return True
    return False
