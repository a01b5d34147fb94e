"""Payment apps and money remitters in the texts of banks and cards: which one, who is named, what never links.

``services.toml`` declares them: how they are written, where the other side and the number of the payment stand, and
their own telephone lines. A line of a service stands in the statements of millions of people, so it may not link two
of them; nor may the control number of a remittance that happens to look like a telephone number.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

import polars as pl

from fininit.identifiers.found import Found, cut
from fininit.identifiers.obfuscation import plain

SEARCHED: Final = ("remittance_info", "counterparty_name", "merchant")
"""Columns of statement lines whose text is searched."""

_NAME: Final = r"[^\W\d_][^\d\n;*#@|/\x22]{0,58}?"
"""A name as it stands in a line: no digits, no signs that separate."""

_END: Final = r"\s*(?:[;,*#|/\x22+(]|\d|\$|\b(?:on|conf|ref|id|web|ppd|for|via|trn)\b|(?<!\S)\S{1,64}@|$)"
"""What stands behind a name."""


@dataclass(frozen=True)
class Service:
    """One service, as declared. ``lines`` are E.164 numbers, ``mails`` addresses in small letters."""

    name: str
    title: str
    channel: str
    words: re.Pattern[str]
    party: tuple[re.Pattern[str], ...] = ()
    reference: tuple[re.Pattern[str], ...] = ()
    control: bool = False
    lines: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()
    source: str = ""


class Use(NamedTuple):
    """A service in a text: its name and channel, where it is named, and the other side and the number as written."""

    service: str
    channel: str
    start: int
    end: int
    name: str = ""
    reference: str = ""


class Line(NamedTuple):
    """A statement line in which a service is named."""

    source: str
    sheet: str
    row: int
    found_in: str
    use: Use


@lru_cache(maxsize=1)
def services() -> tuple[Service, ...]:
    """All declared services, in the order of the file."""
    text = files("fininit.linking").joinpath("services.toml").read_text(encoding="utf-8")

    def forms(texts: list[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(t.replace("NAME", _NAME).replace("END", _END), re.IGNORECASE) for t in texts)

    return tuple(
        Service(
            name=s["name"],
            title=s["title"],
            channel=s["channel"],
            words=re.compile(rf"(?<![a-z0-9])(?:{'|'.join(s['words'])})(?:(?<=\*)|(?![a-z0-9]))", re.IGNORECASE),
            party=forms(s.get("party", [])),
            reference=forms(s.get("reference", [])),
            control=s.get("control", False),
            lines=frozenset(s.get("lines", [])),
            mails=frozenset(s.get("mails", [])),
            source=s["source"],
        )
        for s in tomllib.loads(text)["services"]
    )


@lru_cache(maxsize=1)
def _any() -> re.Pattern[str]:
    return re.compile("|".join(s.words.pattern for s in services()), re.IGNORECASE)


@lru_cache(maxsize=1)
def own_contacts() -> frozenset[str]:
    """Telephone lines and mail addresses of the services themselves, as identifiers."""
    lines = {f"phone:{line}" for s in services() for line in s.lines}
    return frozenset(lines | {f"email:{mail}" for s in services() for mail in s.mails})


def recognise(text: str) -> Use | None:
    """The service that is named first in a bank's text, with the other side and the number of the payment, if any.

    Nothing is repaired: a name that is cut off is given as it stands. Where two services begin at one place, the longer
    word is meant.
    """
    head, _ = cut(text)
    fold = plain(head)
    chars = fold.chars
    if _any().search(chars) is None:
        return None
    found = [(m.start(), -m.end(), n, m) for n, s in enumerate(services()) if (m := s.words.search(chars)) is not None]
    _, _, number, where = min(found, key=lambda f: f[:3])
    service = services()[number]

    def said(forms: tuple[re.Pattern[str], ...], group: str) -> str:
        for form in forms:
            # a sign that the word ends with may also be the one before the name
            for begin in (where.end(), where.end() - 1):
                m = form.match(chars, begin)
                if m is not None:
                    first, last = fold.span(*m.span(group))
                    return text[first:last].strip(" .-")
        return ""

    start, end = fold.span(where.start(), where.end())
    name, reference = said(service.party, "name"), said(service.reference, "reference")
    return Use(service.name, service.channel, start, end, name, re.sub(r"[ -]", "", reference))


def judged(found: Found, text: str) -> Found:
    """``found`` in a bank's ``text``, kept from linking where it is a service's own or may be a payment's number."""
    if found.identifier in own_contacts():
        return _still(found, "service-line")
    if found.kind == "phone" and text[found.start : found.end].isdigit():
        use = recognise(text)
        if use is not None and any(s.control for s in services() if s.name == use.service):
            return _still(found, "may-be-payment-number")
    return found


def _still(found: Found, why: str) -> Found:
    note = f"{found.note} {why}".strip()
    return Found(found.kind, found.canonical, found.start, found.end, found.as_written, False, note)


def recognised(entries: pl.DataFrame) -> list[Line]:
    """Statement lines (``schema.ENTRIES``) that name a service, by source, sheet, row and column.

    Equal texts are looked at once.
    """
    out: list[Line] = []
    for column in SEARCHED:
        places = entries.select("source", "sheet", "row", text=column).drop_nulls("text").unique()
        uses = {t: use for t in places["text"].unique() if (use := recognise(t)) is not None}
        hit = places.filter(pl.col("text").is_in(list(uses)))
        out += [Line(source, sheet or "", row, column, uses[text]) for source, sheet, row, text in hit.iter_rows()]
    return sorted(out)


__all__ = ["Line", "Service", "Use", "judged", "own_contacts", "recognise", "recognised", "services"]
