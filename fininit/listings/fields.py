"""Which column of a file is what: the field map of listings, declared once and as data.

Sources of listings name their columns as they like. :data:`DEFAULT` knows the usual names; for any other file a person
writes a map, in TOML or as a dict of the same form::

    ignore   = ["crawl_no"]                 # columns that are known and left out
    posted   = ["%d.%m.%Y", "%d.%m.%Y %H:%M"]
    captured = ["%Y-%m-%dT%H:%M:%S%z"]
    zone     = "Europe/Vienna"              # of capture times that state none
    region   = "AT"                         # of listings that state none
    site     = "board-one"                  # of files that are of one site and do not say so

    [columns]
    text  = ["body"]
    phone = ["contact_phone", "phone"]      # the first that the file has

Names are compared without regard to case, with blanks and hyphens as underscores. Nothing is guessed: a date that no
pattern reads stays text, with an issue.
"""

from __future__ import annotations

import codecs
import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fininit.errors import DialectError, ValueRefused
from fininit.identifiers.numbering import region_codes
from fininit.values.dates import DateFormat, local_to_utc, parse_datetime

FIELDS: Final = (
    "url",
    "site",
    "site_ref",
    "category",
    "title",
    "text",
    "phone",
    "place",
    "region",
    "price",
    "posted",
    "captured",
    "captured_by",
    "captured_with",
    "screenshot_sha256",
    "page_sha256",
    "image_hash",
)
"""What a column can be; each is a column of ``schema.LISTINGS``."""

CAPTURE_FACTS: Final = ("url", "captured", "captured_by", "captured_with")
"""Where, when, by whom and with what: a listing without one of these is weaker evidence, and it is said."""

_USUAL: Final[dict[str, tuple[str, ...]]] = {
    "url": ("url", "link", "address_url"),
    "site": ("site", "website", "source_site"),
    "site_ref": ("listing_id", "ad_id", "post_id", "site_ref"),
    "category": ("category", "section"),
    "title": ("title", "headline"),
    "text": ("text", "body", "ad_text", "description"),
    "phone": ("phone", "telephone", "phone_number", "contact_phone"),
    "place": ("place", "town", "city", "location"),
    "region": ("region", "country", "country_code"),
    "price": ("price", "prices", "rate", "rates"),
    "posted": ("posted", "posted_at", "posted_on", "post_date", "date_posted"),
    "captured": ("captured", "captured_at", "captured_on", "capture_time", "scraped_at"),
    "captured_by": ("captured_by", "scraped_by"),
    "captured_with": ("captured_with", "tool", "scraped_with"),
    "screenshot_sha256": ("screenshot_sha256", "screenshot_hash"),
    "page_sha256": ("page_sha256", "html_sha256"),
    "image_hash": ("image_hash", "image_hashes", "phash", "image_phash"),
}

_ISO: Final = (
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M%z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M%z",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S.%f%z",
)
"""ISO 8601, which reads one way only; any other form of a date is declared."""

_KEYS: Final = ("columns", "ignore", "posted", "captured", "zone", "region", "site", "encoding")


def column_name(header: str) -> str:
    """A header as it is compared: outer blanks off, lower case, blanks and hyphens as underscores."""
    return "_".join(header.strip().casefold().replace("-", " ").replace("_", " ").split())


@dataclass(frozen=True)
class FieldMap:
    """A declared map, valid once it exists. Raises :class:`DialectError`, naming the key, for whatever is wrong."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(_USUAL))
    ignore: tuple[str, ...] = ()
    posted: tuple[str, ...] = _ISO
    captured: tuple[str, ...] = _ISO
    zone: str = ""
    region: str = ""
    site: str = ""
    encoding: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.columns:
            if name not in FIELDS:
                raise DialectError(f"columns.{name}: a listing has no such field.", hint=_nearest(name, FIELDS))
        names = [column_name(n) for of in self.columns.values() for n in of] + [column_name(n) for n in self.ignore]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise DialectError(f"The column {twice[0]!r} stands for two things.", hint="Name it once.")
        for name in self.encoding:
            try:
                codecs.lookup(name)
            except LookupError:
                raise DialectError(f"encoding: there is none called {name!r}.", hint="For example cp1252.") from None
        for key in ("posted", "captured"):
            for pattern in getattr(self, key):
                try:
                    DateFormat(pattern)
                except ValueRefused as e:
                    raise DialectError(f"{key}: {e.message}.", hint="docs/dialects.md lists the directives.") from None
        try:
            region_codes(self.region)
            if self.zone:
                local_to_utc(parse_datetime("2000-06-01T12:00", "%Y-%m-%dT%H:%M"), self.zone)
        except ValueRefused as e:
            key = "region" if e.code == "region-unknown" else "zone"
            raise DialectError(f"{key}: {e.message}.", hint=e.hint) from None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FieldMap:
        """A map from a dict of the form at the head of this module. Fields not named keep their usual names."""
        for key in data:
            if key not in _KEYS:
                raise DialectError(f"There is no key {key!r} in a map of listings.", hint=_nearest(key, _KEYS))
        columns = dict(_USUAL)
        stated = data.get("columns", {})
        if not isinstance(stated, Mapping):
            raise DialectError("columns is not a table.", hint='Write [columns], then text = ["body"].')
        stated = {k: _texts(f"columns.{k}", v) for k, v in stated.items()}
        claimed = {column_name(n) for of in stated.values() for n in of}
        lists = {k: _texts(k, data[k]) for k in ("ignore", "posted", "captured", "encoding") if k in data}
        claimed |= {column_name(n) for n in lists.get("ignore", ())}
        columns = {k: tuple(n for n in of if n not in claimed) for k, of in columns.items()} | stated
        single: dict[str, Any] = {k: data[k] for k in ("zone", "region", "site") if k in data}
        for k, v in single.items():
            if not isinstance(v, str):
                raise DialectError(f"{k} is not a text.", hint=f'Write {k} = "…".')
        return cls(columns=columns, **(single | lists))

    @classmethod
    def from_toml(cls, text: str) -> FieldMap:
        """The same from TOML."""
        try:
            return cls.from_dict(tomllib.loads(text))
        except tomllib.TOMLDecodeError as e:
            raise DialectError(f"The map of listings is not TOML: {e}.", hint="Quote texts.") from None

    def of(self, headers: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
        """Field -> the header that holds it, and the headers that nobody maps or ignores, in order."""
        by_name: dict[str, str] = {}
        for h in headers:
            by_name.setdefault(column_name(h), h)
        taken: dict[str, str] = {}
        for name in FIELDS:
            for candidate in self.columns.get(name, ()):
                if column_name(candidate) in by_name:
                    taken[name] = by_name[column_name(candidate)]
                    break
        left_out = {column_name(n) for n in self.ignore}
        used = set(taken.values())
        return taken, [h for h in headers if h not in used and column_name(h) not in left_out]


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
        return tuple(value)
    raise DialectError(f"{key} is neither a text nor a list of texts.", hint=f'Write {key} = ["…"].')


def _nearest(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."


DEFAULT: Final = FieldMap()
"""The usual names, dates in ISO 8601, no zone and no region but what the file states."""
