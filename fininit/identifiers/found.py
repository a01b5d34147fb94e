"""What the finders give back: where in a text an identifier stands, and what else there a reader needs to know.

Offsets are those of the text as it was handed in, before any folding: ``text[start:end]`` is what was read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

MAX_TEXT: Final = 20_000
"""Characters of one text that are searched; a longer one is searched up to here and says so (``text-cut``)."""

TAIL: Final = 64
"""What ends in the last characters before the cut is not taken: it may go on behind it, and would be another thing."""

Kind = Literal["phone", "email", "handle", "iban", "wallet"]


@dataclass(frozen=True, slots=True)
class Found:
    """One identifier in a text.

    ``canonical`` is the one form that is compared (``+12125550147``, ``btc:bc1…``); ``as_written`` is False when it was
    hidden in the text and had to be put together, which weakens every link it makes; ``pivot`` is False when it may not
    link at all. ``note`` holds remarks, kebab-case, separated by blanks.
    """

    kind: Kind
    canonical: str
    start: int
    end: int
    as_written: bool = True
    pivot: bool = True
    note: str = ""

    @property
    def scheme(self) -> str:
        """The part of :attr:`identifier` before the first colon: the kind."""
        return self.kind

    @property
    def value(self) -> str:
        """The canonical value, without the kind."""
        return self.canonical

    @property
    def identifier(self) -> str:
        """``kind:canonical``, as in the tables: ``phone:+12125550147``."""
        return f"{self.kind}:{self.canonical}"

    def facts(self, text: str) -> dict[str, str | int | bool | None]:
        """What the table of identifiers says of it; ``text`` is what it was read from, as it is written there."""
        return {
            "identifier": self.identifier,
            "kind": self.kind,
            "as_written": text,
            "recovered": not self.as_written,
            "pivot": self.pivot,
            "start": self.start,
            "end": self.end,
            "note": self.note or None,
        }


@dataclass(frozen=True, slots=True)
class Remark:
    """Something at a place in a text that is no identifier and that a person should know of.

    Codes: ``phone-fits-two-regions`` (the national number is a right one in each of ``regions``, and a different one),
    ``phone-needs-region`` (it is introduced as a number, and no region is stated), ``text-cut`` (the text is longer
    than :data:`MAX_TEXT`).
    """

    code: str
    start: int
    end: int
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """All that was found in one text, and the remarks on it, each in the order of the text."""

    found: tuple[Found, ...] = ()
    remarks: tuple[Remark, ...] = ()


def cut(text: str) -> tuple[str, int]:
    """The part of ``text`` that is searched, and the offset behind which nothing may end."""
    if len(text) <= MAX_TEXT:
        return text, len(text)
    return text[:MAX_TEXT], MAX_TEXT - TAIL


def in_order(found: Iterable[Found]) -> list[Found]:
    """Sorted by place, then kind and value: the same list whichever finder ran first."""
    return sorted(found, key=lambda f: (f.start, f.end, f.kind, f.canonical, not f.as_written, f.note))


def apart(found: Iterable[Found]) -> list[Found]:
    """In order, and of two that overlap only the one that begins first, or is longer."""
    out: list[Found] = []
    upto = -1
    for f in sorted(found, key=lambda f: (f.start, -f.end, f.kind, f.canonical)):
        if f.start >= upto:
            out.append(f)
            upto = f.end
    return out
