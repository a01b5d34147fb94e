"""All identifiers in a text: one call, one order, offsets into the text as it was handed in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from fininit.identifiers.email import find_emails
from fininit.identifiers.found import MAX_TEXT, Found, Remark, Scan, in_order
from fininit.identifiers.handle import find_handles
from fininit.identifiers.iban_text import find_ibans
from fininit.identifiers.phone import scan_phones
from fininit.identifiers.wallet import find_wallets


def scan(text: str, regions: str | Iterable[str] | None = None) -> Scan:
    """Phones, mail addresses, handles, IBANs and wallets of ``text`` in the order they stand there, and remarks.

    ``regions``: see :func:`fininit.identifiers.phone.scan_phones`. Linear in the text; of a text longer than
    :data:`~fininit.identifiers.found.MAX_TEXT` only the beginning is searched, which the remark ``text-cut`` says.
    """
    phones = scan_phones(text, regions)
    rest = [*find_emails(text), *find_ibans(text), *find_wallets(text)]
    spans = sorted((f.start, f.end) for f in rest)
    handles = [h for h in find_handles(text) if not _inside(h, spans)]
    remarks = list(phones.remarks)
    if len(text) > MAX_TEXT:
        remarks.append(Remark("text-cut", MAX_TEXT, len(text)))
    return Scan(tuple(in_order([*phones.found, *rest, *handles])), tuple(remarks))


def _inside(found: Found, spans: list[tuple[int, int]]) -> bool:
    at = bisect_right(spans, (found.start, found.end))
    return any(s < found.end and found.start < e for s, e in spans[max(0, at - 2) : at + 1])


def find_all(text: str, regions: str | Iterable[str] | None = None) -> list[Found]:
    """The identifiers of :func:`scan`, every time each of them stands in the text."""
    return list(scan(text, regions).found)


def unique(found: Iterable[Found]) -> list[Found]:
    """Each identifier once: where it is as written rather than recovered, and there where it stands first."""
    best: dict[str, Found] = {}
    for f in in_order(found):
        had = best.get(f.identifier)
        if had is None or (f.as_written and not had.as_written):
            best[f.identifier] = f
    return in_order(best.values())
