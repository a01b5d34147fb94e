"""JSON (RFC 8259) read exactly: numbers stay text, a key given twice is remembered, a record knows its own text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from fininit.errors import SourceRefused

_WRAPPERS: Final = frozenset({"transactions", "cardTransactions", "Data", "results", "booked", "pending"})
"""Keys of an object that is no record but holds a list of them."""

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_ODD: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_MAX_DESCENT: Final = 8


class Number(str):
    """A number as written: never a float, which would hold another one."""

    __slots__ = ()


class Record(dict[str, Any]):
    """A JSON object. ``raw`` is its text, where it was read as a record; ``twice`` says that a key stands twice."""

    __slots__ = ("raw", "twice")

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.raw = ""
        self.twice = len(self) != len(pairs)

    def doubled(self) -> bool:
        """Whether a key stands twice in it or anywhere inside."""
        return self.twice or any(r.twice for r in _inside(self))

    def odd_text(self) -> bool:
        """Whether a text in it holds a NUL or half a surrogate pair, which no text of a bank has."""
        if not _ODD.search(self.raw):
            return False
        return any("\0" in t or any("\ud800" <= c <= "\udfff" for c in t) for t in _texts(self))


def _inside(value: Any) -> Iterator[Record]:
    if isinstance(value, Record):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _inside(item)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Record):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


class _NotJsonError(ValueError):
    """Something that Python reads and JSON does not have."""


def _constant(_: str) -> NoReturn:
    raise _NotJsonError


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=Record, parse_float=Number, parse_int=Number, parse_constant=_constant
)


def parse(text: str) -> Any:
    """The document. Objects are :class:`Record`, numbers :class:`Number`.

    Raises :class:`SourceRefused`: ``broken-json`` with line and column, ``duplicate-key`` for one outside a record,
    ``too-deep``.
    """
    try:
        value, end = _value(text, _skip(text, 0), 0)
        end = _skip(text, end)
        if end != len(text):
            raise json.JSONDecodeError("", text, end)
    except json.JSONDecodeError as e:
        raise SourceRefused(
            f"The JSON breaks off or is damaged at line {e.lineno}, column {e.colno}; nothing of the file was taken.",
            code="broken-json",
            hint="Ask for a fresh export; a file must hold one JSON document.",
        ) from None
    except _NotJsonError:
        raise SourceRefused(
            "The file holds NaN or Infinity, which JSON does not have; nothing of the file was taken.",
            code="broken-json",
            hint="Ask for a fresh export.",
        ) from None
    except RecursionError:
        raise SourceRefused(
            "Values are nested too deep; no list of transactions is.", code="too-deep", hint="Ask for a fresh export."
        ) from None
    return value


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    """A value, taken apart by hand down to the lists of records: only so each record keeps its own text."""
    first = text[at : at + 1]
    if depth < _MAX_DESCENT and first == "{":
        return _object(text, at, depth)
    if depth < _MAX_DESCENT and first == "[":
        return _array(text, at, depth)
    return _decode(text, at)


def _decode(text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except StopIteration:
        raise json.JSONDecodeError("", text, at) from None


def _object(text: str, at: int, depth: int) -> tuple[Record, int]:
    pairs: list[tuple[str, Any]] = []
    start, at = at, _skip(text, at + 1)
    if text[at : at + 1] != "}":
        while True:
            if text[at : at + 1] != '"':
                raise json.JSONDecodeError("", text, at)
            key, at = _decode(text, at)
            at = _skip(text, at)
            if text[at : at + 1] != ":":
                raise json.JSONDecodeError("", text, at)
            value, at = _value(text, _skip(text, at + 1), depth + 1)
            pairs.append((key, value))
            at = _skip(text, at)
            if text[at : at + 1] != ",":
                break
            at = _skip(text, at + 1)
        if text[at : at + 1] != "}":
            raise json.JSONDecodeError("", text, at)
    record = Record(pairs)
    record.raw = text[start : at + 1]
    if record.twice and not record.keys().isdisjoint(_WRAPPERS):
        raise SourceRefused(
            "A key stands twice in an object that holds transactions; which holds is not said.",
            code="duplicate-key",
            hint="Ask for a fresh export.",
        )
    return record, at + 1


def _array(text: str, at: int, depth: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    at = _skip(text, at + 1)
    if text[at : at + 1] == "]":
        return items, at + 1
    while True:
        item, end = _decode(text, at)
        if isinstance(item, Record):
            if not item.keys().isdisjoint(_WRAPPERS):
                item, end = _value(text, at, depth + 1)
            item.raw = text[at:end]
        items.append(item)
        at = _skip(text, end)
        if text[at : at + 1] != ",":
            break
        at = _skip(text, at + 1)
    if text[at : at + 1] != "]":
        raise json.JSONDecodeError("", text, at)
    return items, at + 1
