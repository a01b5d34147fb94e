"""A file cut into its parts with bounded memory: heads of statements, and entries one at a time.

Elements are read by local name: the namespace of a version decides nothing. What has been handed out is emptied, so
that a file of a gigabyte never stands in memory as a tree. There are no document types, no entities and no network:
``defusedxml`` forbids them, and a file with one is refused as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Final, Literal
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from fininit.errors import SourceRefused
from fininit.importers.base import Source
from fininit.importers.camt.detail import Detail, detail

Kind = Literal["052", "053", "054"]

_MESSAGES: Final[dict[str, tuple[Kind, str]]] = {
    "BkToCstmrAcctRpt": ("052", "Rpt"),
    "BkToCstmrStmt": ("053", "Stmt"),
    "BkToCstmrDbtCdtNtfctn": ("054", "Ntfctn"),
}
"""Element of the message -> what kind it is, and the element of one statement in it."""

_VERSION: Final = re.compile(r"V[0-9]{2}$")
"""Version 01 wrote its number into the name of the message's element."""

_HEAD: Final = re.compile(
    r"<(?:[A-Za-z_][\w.-]*:)?BkToCstmr(?:AcctRpt|Stmt|DbtCdtNtfctn)(?:V[0-9]{2})?[\s/>]"
    r"|xmlns(?::[\w.-]+)?\s*=\s*[\"'][^\"'<>]*camt\.05[234]\.001\b"
)

MAX_DEPTH: Final = 60
"""The deepest path of the standard has some twenty elements; supplementary data may add their own."""

_MAX_NAME: Final = 200
_CHUNK: Final = 65_536
_UNKNOWN_ENCODING: Final = 18
"""Number of that error in expat."""


def is_camt(source: Source) -> bool:
    """Yes when the head of the file names one of the three messages, as an element or as a namespace."""
    if source.container != "text":
        return False
    head = source.head().lstrip("\ufeff \t\r\n")
    return head.startswith("<") and _HEAD.search(head) is not None


@dataclass(slots=True)
class Raw:
    """One entry as it stands in the file: its element, and the transactions in it, read and cut off as they came.

    ``details`` are a transaction's text and what was read of it; in ``element`` they are empty.
    """

    element: Element
    details: list[tuple[str, Detail]] = field(default_factory=list)
    _pieces: tuple[str, list[tuple[str, int]], str] | None = None

    def text(self) -> str:
        """The whole entry as compact XML without prefixes."""
        before, groups, after = self._cut()
        out, at = [before], 0
        for opening, count in groups:
            out += [opening, *(t for t, _ in self.details[at : at + count]), "</NtryDtls>" if opening else ""]
            at += count
        return "".join([*out, after])

    def alone(self) -> Iterator[str]:
        """For each transaction in turn, the entry with only that one in it."""
        before, groups, after = self._cut()
        details = iter(self.details)
        for opening, count in groups:
            closing = "</NtryDtls>" if opening else ""
            for text, _ in islice(details, count):
                yield f"{before}{opening}{text}{closing}{after}"

    def bare(self) -> str:
        """The entry without its transactions."""
        before, _, after = self._cut()
        return before + after

    def _cut(self) -> tuple[str, list[tuple[str, int]], str]:
        """What stands before the transactions; each group of them as its beginning and their number; what follows."""
        if self._pieces is None:
            around: tuple[list[str], list[str]] = [], []
            groups: list[tuple[str, int]] = []
            for child in self.element:
                if child.tag == "NtryDtls":
                    own = "".join(compact(c) for c in child if c.tag != "TxDtls")
                    groups.append((f"<NtryDtls>{own}", sum(c.tag == "TxDtls" for c in child)))
                elif child.tag == "TxDtls":
                    groups.append(("", 1))
                else:
                    around[bool(groups)].append(compact(child))
            self._pieces = f"<Ntry>{''.join(around[0])}", groups, f"{''.join(around[1])}</Ntry>"
        return self._pieces


@dataclass(slots=True)
class Part:
    """A part of a file: ``message`` (its group header), ``head`` (any element of a statement but entries), ``entry``,
    ``end`` (of a statement). ``statement`` counts statements from 1 through the file."""

    what: Literal["message", "head", "entry", "end"]
    kind: Kind
    statement: int
    element: Element
    entry: Raw | None = None


def parts(source: Source, encoding: str | None) -> Iterator[Part]:
    """The parts of a file in their order.

    Raises :class:`SourceRefused`: ``forbidden-xml`` (a document type or entity), ``broken-xml`` with line and column
    (whatever was read before is the caller's to drop), ``too-deep``, ``not-camt``.
    """
    target = _Cutter()
    try:
        parser = XMLParser(
            target=target, encoding=encoding, forbid_dtd=True, forbid_entities=True, forbid_external=True
        )
        data = memoryview(source.data)
        for at in range(0, len(data), _CHUNK):
            parser.feed(bytes(data[at : at + _CHUNK]))
            yield from target.take()
        parser.close()
        yield from target.take()
    except DefusedXmlException:
        raise SourceRefused(
            "The XML holds a document type or an entity; a bank statement needs neither, and both can be an attack.",
            code="forbidden-xml",
            hint="Ask the producer for the statement as the bank's system writes it.",
        ) from None
    except ParseError as e:
        if e.code == _UNKNOWN_ENCODING:
            raise _unknown_encoding() from None
        line, column = e.position
        raise SourceRefused(
            f"The XML breaks off or is damaged at line {line}, column {column + 1}; nothing of the file was taken.",
            code="broken-xml",
            hint="Ask for a fresh export. If its letters are in another encoding than it says: --encoding cp1252.",
        ) from None
    except (LookupError, ValueError):
        raise _unknown_encoding() from None
    if not target.found:
        raise SourceRefused(
            "There is no account report, statement or notification in this XML file.",
            code="not-camt",
            hint="A CAMT file has an element BkToCstmrAcctRpt, BkToCstmrStmt or BkToCstmrDbtCdtNtfctn.",
        )


def _unknown_encoding() -> SourceRefused:
    return SourceRefused(
        "The XML states an encoding that cannot be read.",
        code="encoding-undecided",
        hint="If you know it, name it: --encoding cp1252 (Western), cp1250 (Central European), cp1251 (Cyrillic).",
    )


class _Cutter(TreeBuilder):
    """Builds the tree, knows where in the file it stands, and cuts off what is complete."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False
        self._names: list[str] = []
        self._path: list[Element] = []
        self._statement = 0
        self._message: tuple[int, Kind, str] | None = None  # depth of the message's element, kind, name of statements
        self._details: list[tuple[str, Detail]] = []
        self._out: list[Part] = []

    def take(self) -> list[Part]:
        """What is complete since the last time."""
        out, self._out = self._out, []
        return out

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """An element begins."""
        name = _local(tag)
        element = super().start(name, attrs)
        self._names.append(name)
        self._path.append(element)
        depth = len(self._names)
        if depth > MAX_DEPTH:
            raise SourceRefused(
                f"Elements are nested more than {MAX_DEPTH} deep; no bank statement is.",
                code="too-deep",
                hint="Ask the producer for the statement as the bank's system writes it.",
            )
        if self._message is None:
            known = _MESSAGES.get(_VERSION.sub("", name))
            if known is not None:
                self.found = True
                self._message = depth, *known
        elif depth == self._message[0] + 1 and name == self._message[2]:
            self._statement += 1
        return element

    def end(self, tag: str, /) -> Element:
        """The last element begun is complete."""
        names = self._names
        element = super().end(names[-1])
        depth = len(names)
        if self._message is not None and depth <= self._message[0] + 4:
            self._complete(element, depth)
        elif depth > 1 and self._message is None:
            self._path[-2].remove(element)  # nothing outside a message is read
        names.pop()
        self._path.pop()
        return element

    def _complete(self, element: Element, depth: int) -> None:
        assert self._message is not None
        at, kind, statement = self._message
        names = self._names
        of_statement = depth > at + 1 and names[at] == statement
        if depth == at:
            self._message = None
        elif depth == at + 1:
            self._out.append(Part("end" if names[at] == statement else "message", kind, self._statement, element))
        elif of_statement and depth == at + 2:
            entry = names[-1] == "Ntry"
            raw = Raw(element, self._details) if entry else None
            self._out.append(Part("entry" if entry else "head", kind, self._statement, element, raw))
            self._details = [] if entry else self._details
        elif of_statement and names[at + 1 :] in (["Ntry", "NtryDtls", "TxDtls"], ["Ntry", "TxDtls"]):
            # version 01 has a transaction in the entry itself
            whole = Element("TxDtls")
            whole.extend(list(element))
            self._details.append((compact(whole), detail(whole)))
            element.clear()
        if depth > 1 and (depth <= at + 1 or (of_statement and depth == at + 2)):
            self._path[-2].remove(element)


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2][:_MAX_NAME]


def compact(element: Element) -> str:
    """An element as XML in one line: local names, blanks between elements left out, values as they are."""
    out: list[str] = []
    _write(element, out)
    return "".join(out)


def _write(element: Element, out: list[str]) -> None:
    out.append(f"<{element.tag}")
    out.extend(f' {_local(str(k))}="{_escape(v)}"' for k, v in element.items())
    inside = element.text if element.text and (not len(element) or element.text.strip()) else ""
    if not inside and not len(element):
        out.append("/>")
        return
    out.append(f">{_escape(inside)}")
    for child in element:
        _write(child, out)
        if child.tail and child.tail.strip():
            out.append(_escape(child.tail))
    out.append(f"</{element.tag}>")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
