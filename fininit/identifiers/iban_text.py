"""IBANs in free text: by country, length and check digits, with blanks or hyphens between their groups or none."""

from __future__ import annotations

import re
from typing import Final

from fininit.identifiers.found import Found, cut, in_order
from fininit.identifiers.iban import LENGTHS, parse_iban
from fininit.identifiers.obfuscation import plain

_START: Final = re.compile(r"(?<![A-Za-z0-9])(?P<country>[A-Za-z]{2})[ ]?[0-9]{2}")
_GAPS: Final = " \u00a0\u202f-.\u2011"


def find_ibans(text: str) -> list[Found]:
    """Every IBAN in ``text`` whose check digits are right, exactly as long as those of its country are."""
    head, upto = cut(text)
    fold = plain(head)
    chars = fold.chars
    out = []
    behind = 0
    for m in _START.finditer(chars):
        length = LENGTHS.get(m["country"].upper())
        if length is None or m.start() < behind:
            continue
        got: list[str] = []
        at = m.start()
        while at < len(chars) and len(got) < length:
            ch = chars[at]
            if ch.isascii() and ch.isalnum():
                got.append(ch)
            elif ch not in _GAPS or (at + 1 < len(chars) and chars[at + 1] in _GAPS):
                break
            at += 1
        if len(got) < length or (at < len(chars) and chars[at].isalnum()):
            continue
        iban = parse_iban("".join(got))
        if iban is None:
            continue
        start, end = fold.span(m.start(), at)
        behind = at
        if end <= upto:
            out.append(Found("iban", iban, start, end, text[start:end].replace(" ", "") == "".join(got)))
    return in_order(out)
