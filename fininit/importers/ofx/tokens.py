"""Tags and texts of an OFX file, SGML and XML alike (OFX 1.6 and 2.2, section 2.3), in one pass of linear time.

A tokenizer of our own for both: no document type is read, no entity but the ones of the specification is replaced, and
nothing is fetched. A ``<`` that begins no tag is text, as banks do not escape it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9_.-]{0,63})((?:[ \t\r\n][^<>]{0,1000})?)>|<([A-Za-z0-9_.]{1,64})/>")
_ENTITY: Final = re.compile(r"&(?:(amp|lt|gt|quot|apos|nbsp)|#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6}));")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}


@dataclass(frozen=True, slots=True)
class Token:
    """A tag (``open``, ``close``, ``empty``), its name in capitals, or a ``text``; and where it stands.

    ``comment`` tokens hold the text of a comment, so that what it hides can be signalled.
    """

    kind: Literal["open", "close", "empty", "text", "comment"]
    value: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a decoded file in order. Instructions (``<?``) and declarations (``<!``) are left out."""
    done = 0  # everything before it has been given out
    at = text.find("<")
    ends: dict[str, int] = {}

    def after(mark: str, start: int) -> int:
        """Where ``mark`` ends at or after ``start``; -1 where there is none. Never looks at a place twice."""
        known = ends.get(mark, 0)
        if known >= 0 and known < start:
            known = text.find(mark, start)
            ends[mark] = known
        return known + len(mark) if known >= 0 else -1

    while at >= 0:
        kind: Literal["open", "close", "empty", "text", "comment", ""] = ""
        value, end = "", -1
        if text.startswith("<!--", at):
            end = after("-->", at + 4)
            kind, value = "comment", text[at + 4 : end - 3]
        elif text.startswith("<![CDATA[", at):
            end = after("]]>", at + 9)
            kind, value = "text", text[at + 9 : end - 3]
        elif text.startswith("<?", at) or re.match("<![A-Za-z]", text[at : at + 3]):
            end = after(">", at + 2)
        else:
            tag = _TAG.match(text, at)
            if tag is not None:
                end = tag.end()
                value = (tag[2] or tag[4]).upper()
                closed = tag[4] is not None or tag[3].endswith("/")
                kind = "close" if tag[1] else "empty" if closed else "open"
        if end < 0:
            at = text.find("<", at + 1)
            continue
        if at > done:
            yield Token("text", unescape(text[done:at]), done, at)
        if kind:
            yield Token(kind, value, at, end)
        done = end
        at = text.find("<", end)
    if done < len(text):
        yield Token("text", unescape(text[done:]), done, len(text))


def unescape(text: str) -> str:
    """The entities of the specification and character references replaced, once; any other ampersand stays."""
    if "&" not in text:
        return text
    return _ENTITY.sub(_character, text)


def _character(m: re.Match[str]) -> str:
    if m[1]:
        return _NAMED[m[1]]
    code = int(m[2]) if m[2] else int(m[3], 16)
    # half a surrogate pair and what lies beyond Unicode is no character
    return chr(code) if code < 0xD800 or 0xE000 <= code <= 0x10FFFF else m[0]
