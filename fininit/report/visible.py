"""Text of others made safe to look at: what cannot be seen is shown by its number.

Bidirectional controls turn digits around, zero-width characters make two names look like one, and a long text hides
what follows it. The same rules hold in the page's script ``format.js``; a test holds the two together.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from markupsafe import Markup, escape

from fininit.strings import PAGE, phrase

CUT: Final = 2000
"""Characters of one text that a static table shows; the rest is counted."""

_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"})

_HIDDEN: Final = frozenset(
    [
        0x034F,  # combining grapheme joiner
        *range(0x115F, 0x1161),  # Hangul fillers
        *range(0x17B4, 0x17B6),  # Khmer inherent vowels
        *range(0x180B, 0x1810),  # Mongolian selectors
        0x2065,  # reserved among the invisible operators
        0x2800,  # blank Braille pattern
        0x3164,  # Hangul filler
        *range(0xFE00, 0xFE10),  # variation selectors
        0xFFA0,  # half-width Hangul filler
        *range(0xFDD0, 0xFDF0),  # noncharacters
        *range(0xFFF0, 0xFFF9),  # reserved, ignored where unknown
        *range(0xE0000, 0xE1000),  # tags, selectors, and what is reserved beside them
    ]
)


def hidden(char: str) -> bool:
    """True for a character that is not seen, or that moves or joins others; the plain blank is seen."""
    code = ord(char)
    return char != " " and (
        code in _HIDDEN or code & 0xFFFE == 0xFFFE or unicodedata.category(char) in _HIDDEN_CATEGORIES
    )


def mark(char: str) -> str:
    """``[U+202E]``"""
    return f"[U+{ord(char):04X}]"


def markup(text: str) -> Markup:
    """``text`` as HTML: isolated from its surroundings, hidden characters shown as marks, cut with a count."""
    shown, rest = text[:CUT], max(0, len(text) - CUT)
    parts = [Markup('<span class="ctrl">{}</span>').format(mark(c)) if hidden(c) else escape(c) for c in shown]
    more = Markup(' <span class="ctrl">{}</span>').format(phrase("characters_more", n=rest)) if rest else Markup()
    return Markup("<bdi>{}{}</bdi>").format(Markup("").join(parts), more)


def amount(text: str) -> str:
    """An amount with separators between thousands; the digits are those of ``text``."""
    whole, point, decimals = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if not digits.isdecimal():
        return text
    head = len(digits) % 3 or 3
    groups = [digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))]
    return sign + str(PAGE["thousands"]).join(groups) + point + decimals
