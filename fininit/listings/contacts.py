"""The contacts of listings: every identifier in title, text and stated phone, with its place and how it was written.

National numbers are read in the region that the listing states, else in that of the case; a listing whose stated region
is none gets neither. A number that would be two different ones in two of the regions is no identifier, and an issue
names both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import polars as pl

from fininit.identifiers.find import scan
from fininit.identifiers.found import MAX_TEXT, Found, Remark
from fininit.identifiers.numbering import region_codes
from fininit.identifiers.worth import has_digits
from fininit.issues import Issue
from fininit.listings.importer import REGION_UNKNOWN
from fininit.schema import IDENTIFIERS, ISSUES

ACROSS: Final = "title+text"
"""``found_in`` of a number that begins in the title and ends in the text: offsets into both, a line break between."""

_REACH: Final = 160
"""Characters on either side of that line break which are looked at."""

_MARGIN: Final = 24
"""What comes this near to where such a look is cut off is not taken: it may go on there, and be another number."""


@dataclass(frozen=True)
class Contacts:
    """What stands in listings. ``identifiers`` has the columns of ``schema.IDENTIFIERS``, one row for every place in
    every capture, sorted; ``issues`` those of ``schema.ISSUES``."""

    identifiers: pl.DataFrame
    issues: pl.DataFrame


class _Place(NamedTuple):
    found_in: str
    as_written: str
    found: Found


class _Said(NamedTuple):
    places: tuple[_Place, ...]
    issues: tuple[Issue, ...]


_TEXTS: Final = {
    "phone-fits-two-regions": "A number is a right one in {regions}, and not the same; it was not taken.",
    "phone-needs-region": "A number is written without its country, and no region is stated; it was not taken.",
    "phone-not-read": "The stated phone is no number of {regions} and no international one.",
    "text-cut": f"The text is longer than {MAX_TEXT:,} characters; what stands behind them was not searched.",
}
_HINTS: Final = {
    "phone-fits-two-regions": "State the region of the listing, or one region for the case.",
    "phone-needs-region": "State the region of the listing or of the case.",
}


def contacts(listings: pl.DataFrame, regions: str | Iterable[str] | None = None) -> Contacts:
    """The identifiers in ``listings`` (``schema.LISTINGS``); ``regions``: those of the case.

    Equal content is searched once. Raises :class:`~fininit.errors.ValueRefused` for an unknown region of the case.
    """
    case = region_codes(regions)
    seen: dict[tuple[Any, ...], _Said] = {}
    rows: list[dict[str, Any]] = []
    issues: list[dict[str, Any]] = []
    columns = ("source", "sheet", "row", "title", "text", "phone", "region", "flags")
    for source, sheet, row, title, text, phone, region, flags in listings.select(columns).iter_rows():
        unknown = REGION_UNKNOWN in (flags or "").split()
        codes = () if unknown else region_codes(region) or case
        key = (title, text, phone, codes)
        if key not in seen:
            seen[key] = _search(title or "", text or "", phone or "", codes)
        where = {"source": source, "sheet": sheet, "row": row}
        rows += [p.found.facts(p.as_written) | {"found_in": p.found_in} | where for p in seen[key].places]
        issues += [_issue(i) | where for i in seen[key].issues]
    found = pl.DataFrame(rows, schema={n: t for n, t in IDENTIFIERS.polars().items() if n != "specificity"})
    said = pl.DataFrame(issues, schema=ISSUES.polars())
    return Contacts(
        IDENTIFIERS.conform(found).sort("source", "sheet", "row", "found_in", "start", "end", "identifier"),
        ISSUES.conform(said).sort("source", "sheet", "row", "column", "code", "message"),
    )


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "kind": issue.kind,
        "code": issue.code,
        "message": issue.message,
        "column": issue.column,
        "count": issue.count,
        "hint": issue.hint or None,
    }


def _search(title: str, text: str, phone: str, regions: tuple[str, ...]) -> _Said:
    places: list[_Place] = []
    issues: list[Issue] = []
    for name, value in (("title", title), ("text", text)):
        got = scan(value, regions)
        places += [_Place(name, value[f.start : f.end], f) for f in got.found]
        issues += _warnings(name, got.remarks)
    places += _across(title, text, regions, places)
    if phone:
        lead = "tel "  # the field says that it is a number to call
        got = scan(lead + phone, regions)
        found = [replace(f, start=f.start - len(lead), end=f.end - len(lead)) for f in got.found]
        places += [_Place("phone", phone[f.start : f.end], f) for f in found]
        issues += _warnings("phone", got.remarks)
        if not found and not got.remarks:
            bare = not regions and sum(ch.isdigit() for ch in phone) >= 7
            issues.append(
                _warning("phone-needs-region" if bare else "phone-not-read", "phone", Remark("", 0, 0, regions))
            )
    return _Said(tuple(places), tuple(issues))


def _warnings(column: str, remarks: Iterable[Remark]) -> list[Issue]:
    """Each remark once, however often it is true of a field."""
    return list(dict.fromkeys(_warning(r.code, column, r) for r in remarks))


def _warning(code: str, column: str, remark: Remark) -> Issue:
    names = " and in ".join(remark.regions) or "any region"
    return Issue("warning", code, _TEXTS[code].format(regions=names), column=column, hint=_HINTS.get(code, ""))


def _across(title: str, text: str, regions: tuple[str, ...], places: list[_Place]) -> list[_Place]:
    """Phones that begin in the title and end in the text."""
    border = len(title)
    left = max(0, border - _REACH)
    if not text or not has_digits(title[left:]):
        return []
    near = f"{title[left:]}\n{text[:_REACH]}"
    first = _MARGIN if left else 0
    last = len(near) - (_MARGIN if len(text) > _REACH else 0)
    out = []
    for f in scan(near, regions).found:
        start, end = f.start + left, f.end + left
        if f.kind != "phone" or f.start < first or f.end > last or not start < border < end:
            continue
        taken = any(
            (p.found_in == "title" and p.found.end > start)
            or (p.found_in == "text" and p.found.start < end - border - 1)
            for p in places
        )
        if not taken:
            out.append(_Place(ACROSS, near[f.start : f.end], replace(f, start=start, end=end)))
    return out
