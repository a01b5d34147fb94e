"""What writers do to keep a number from being read by a machine, undone character by character, with offsets kept.

Two foldings of a text. Both take out what cannot be seen (zero-width and direction marks, variation selectors, the
enclosing keycap, soft hyphens) and put compatibility forms (full-width, mathematical, ligatures) into plain ones by
Unicode NFKC. :func:`plain` keeps case, accents and scripts, for what is compared letter by letter: mail addresses,
handles, wallets. :func:`folded` also lowers case, takes accents off and turns the digits of every script, circled
digits and the CJK numerals into 0 to 9, for what is read as a number.

No folding can merge two things: what comes of a folded text is *recovered*, not *as written*.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_HIDDEN: Final = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u20e3\u00ad\u034f")
"""Invisible though no format characters: Hangul and Khmer fillers, the keycap, the soft hyphen, the grapheme joiner."""

_LETTERS: Final = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"}
"""Letters that Unicode does not decompose, as number words need them."""

_HAN: Final = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))

_OTHER: Final = "\u2423"
"""Stands for a sign that has a number in it but is no digit: a fraction, a superscript, a Roman numeral."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where each of its characters stood: ``text[at[i]]`` is what ``chars[i]`` came from."""

    text: str
    chars: str
    at: range | list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original text of ``chars[start:end]`` (not empty), a keycap behind it included."""
        first, last = self.at[start], self.at[end - 1] + 1
        while last < len(self.text) and self.text[last] in "\ufe0f\u20e3":
            last += 1
        return first, last

    def place(self, offset: int) -> int:
        """The first position in ``chars`` whose character stood at or behind ``offset``."""
        low, high = 0, len(self.at)
        while low < high:
            middle = (low + high) // 2
            if self.at[middle] < offset:
                low = middle + 1
            else:
                high = middle
        return low


def is_hidden(ch: str) -> bool:
    """Whether a character leaves no mark on paper."""
    return ch in _HIDDEN or unicodedata.category(ch) == "Cf" or "\ufe00" <= ch <= "\ufe0f" or ch >= "\U000e0100"


@lru_cache(maxsize=8192)
def _plain(ch: str) -> str:
    if is_hidden(ch):
        return ""
    if unicodedata.category(ch) in ("No", "Nl"):
        return ch
    return unicodedata.normalize("NFKC", ch)


@lru_cache(maxsize=8192)
def _folded(ch: str) -> str:
    category = unicodedata.category(ch)
    if is_hidden(ch) or category in ("Mn", "Me"):
        return ""
    if ch in _HAN:
        return _HAN[ch]
    if category == "Nd":
        return str(unicodedata.decimal(ch))
    if ch == "\U0001f51f":  # the keycap ten has no decomposition
        return "10"
    if category in ("No", "Nl"):
        digit = unicodedata.digit(ch, None)
        raised = unicodedata.decomposition(ch).startswith(("<super>", "<sub>"))
        return _OTHER if digit is None or raised else str(digit)
    if category == "Cs":
        return _OTHER
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", ch).lower())
    return "".join(_LETTERS.get(c, c) for c in apart if unicodedata.category(c) not in ("Mn", "Me"))


def plain(text: str) -> Folded:
    """``text`` without what cannot be seen, compatibility forms made plain; case, accents and scripts kept."""
    if text.isascii():
        return Folded(text, text, range(len(text)))
    chars: list[str] = []
    at: list[int] = []
    for i, ch in enumerate(text):
        piece = ch if ch.isascii() else _plain(ch)
        chars.append(piece)
        at.extend([i] * len(piece))
    return Folded(text, "".join(chars), at)


def folded(text: str) -> Folded:
    """``text`` as it is read for numbers: visible, lower case, without accents, every digit one of 0 to 9."""
    if text.isascii():
        return Folded(text, text.lower(), range(len(text)))
    chars: list[str] = []
    at: list[int] = []
    for i, ch in enumerate(text):
        piece = ch.lower() if ch.isascii() else _folded(ch)
        chars.append(piece)
        at.extend([i] * len(piece))
    return Folded(text, "".join(chars), at)


_NUMBER_AS_WRITTEN: Final = re.compile(
    r"\(?\+?[ \u00a0(]{0,2}[0-9](?:[ \u00a0\u2009\u202f\t().\-\u2010-\u2014/]{0,3}[0-9]){6,20}"
)


def is_plain_number(text: str) -> bool:
    """Whether a number stands in ``text`` as people write them: digits 0 to 9, and blanks, points, hyphens, slashes or
    brackets between them. Anything else had to be put together."""
    return _NUMBER_AS_WRITTEN.fullmatch(text) is not None
