"""Whether it is worth looking for identifiers in a text at all: far cheaper than to look, and never wrong when it says
no. Most payment notes and names of a ledger hold none. A test holds this against the finders.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from fininit.identifiers import number_words as words
from fininit.identifiers.iban import LENGTHS
from fininit.identifiers.obfuscation import folded

_SIGNS: Final = re.compile(
    rf"[@$:=/<&%]|[0-9a-z]{{14}}|(?:{'|'.join(LENGTHS).lower()}) ?[0-9]{{2}}(?:[^0-9a-z]?[0-9a-z]){{11}}"
    r"|(?<![a-z0-9])(?:at|aet|arroba|chiocciola|arobase|malpa|klammeraffe|affe)(?![a-z0-9])"
)
"""What every address, handle, IBAN or wallet has at least, in a folded text; and markup, which may hide anything."""

_CHUNK: Final = re.compile(r"[^\W_]+")
_FEWEST: Final = 7
"""Digits of the shortest phone."""


def worth_a_look(text: str) -> bool:
    """Whether an identifier can stand in ``text``."""
    chars = folded(text).chars
    return _SIGNS.search(chars) is not None or sum(map(_most_digits, _CHUNK.findall(chars))) >= _FEWEST


def has_digits(text: str) -> bool:
    """Whether anything in ``text`` can be read as a digit of a phone."""
    return any(map(_most_digits, _CHUNK.findall(folded(text).chars)))


@lru_cache(maxsize=65_536)
def _most_digits(chunk: str) -> int:
    """As many digits as a word, or letters and digits without a blank between them, can be read as, at most."""
    if any(ch.isdigit() for ch in chunk):
        return len(chunk)
    if chunk in words.TIMES:
        return 2  # the digit behind it stands up to three times
    said = words.segment(chunk, weak=True)
    phrases = (len(digits) for _, digits, _ in words.phrases().get(chunk, ()))
    look_alike = len(chunk) if len(chunk) <= 4 and not chunk.strip("oli") else 0
    return max(len(said[0]) if said else 0, len(words.WEAK.get(chunk, "")), look_alike, *phrases)
