"""Which file is OFX, and in which encoding: the header says so (OFX 1.6 and 2.2, sections 2.2 and 5.1).

What the header states is often not so: ``ENCODING:USASCII CHARSET:1252`` stands above UTF-8. Text that is UTF-8 is read
as that, because nothing else looks like it; else the header's encoding is used, and without one the file asks (law 3).
"""

from __future__ import annotations

import re
from typing import Final

from fininit.importers.base import Source

_HEADER: Final = re.compile(
    r"(ENCODING|CHARSET)[ \t]*:[ \t]*([A-Za-z0-9._-]{1,40}?)(?=CHARSET|COMPRESSION|[^A-Za-z0-9._-]|$)"
)
_XML: Final = re.compile(r"<\?xml\b[^<>]{0,200}?\bencoding[ \t]*=[ \t]*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_SKIP: Final = re.compile(r"\s*(?:<!--(?:[^-]|-(?!->)){0,2000}-->|<[?!][^<>]{0,2000}>)")
_HEAD: Final = 8192


def is_ofx(head: str) -> bool:
    """Whether the head of a file is OFX: an OFX header, or ``<OFX>`` as its first tag."""
    head = head[:_HEAD].lstrip("\ufeff").lstrip()
    if re.match(r"OFXHEADER[ \t]*:|<\?OFX\b", head):
        return True
    first = head.find("<")
    lead = head[:first] if first >= 0 else head
    if first < 0 or ("OFXHEADER" not in lead.upper() and lead.strip()):
        return False
    at = first
    for _ in range(20):
        if re.match(r"<\?OFX\b|<OFX(?:>|[ \t\r\n][^<>]*>)", head[at:], re.IGNORECASE):
            return True
        skip = _SKIP.match(head, at)
        if skip is None:
            return False
        at = skip.end()
        at += len(head[at:]) - len(head[at:].lstrip())
    return False


def stated(data: bytes) -> str | None:
    """The encoding that the header names, as Python calls it; None where it names none, or none that is text."""
    head = data[:_HEAD].decode("latin-1")
    xml = _XML.search(head)
    if xml is not None:
        return _codec(xml[1])
    found: dict[str, str] = {}
    for key, value in _HEADER.findall(head[: head.find("<")] if "<" in head else head):
        found.setdefault(key, value)
    return _codec(found.get("CHARSET", "")) or _codec(found.get("ENCODING", ""))


def _codec(name: str) -> str | None:
    """A closed list: Python also has codecs that are no encodings of text."""
    name = name.upper().replace("_", "-")
    if name in ("UTF-8", "UTF8", "UNICODE"):
        return "utf-8"
    if (m := re.fullmatch(r"(?:WINDOWS-|CP-?|IBM-?)?(125[0-8]|437|737|775|85[0257-8]|86[0-6]|866)", name)) is not None:
        return f"cp{m[1]}"
    if (m := re.fullmatch(r"(?:ISO-?)?8859-?([0-9]{1,2})", name)) is not None and m[1] != "12" and 1 <= int(m[1]) <= 16:
        return f"iso8859-{int(m[1])}"
    return None


def decode(source: Source, option: str | None) -> tuple[str, bool]:
    """The text of a file, and whether it is UTF-8 with letters outside ASCII while its header states something else.

    A stated encoding that does not fit the bytes is left aside, then ``option`` is tried. Raises
    :class:`SourceRefused`: ``encoding-undecided``, ``undecodable-bytes``.
    """
    header = stated(source.data)
    text, used = source.text(tuple(e for e in (header, option) if e))
    return text, used == "utf-8" and header not in (None, "utf-8") and not text.isascii()
