"""Listings from JSON Lines, a JSON list or CSV: every record a row, every row kept, refused or skipped with a reason.

Capture facts (where, when, by whom, with what, hashes of what was kept elsewhere) come along as stated. Images are
neither fetched nor looked for; a hash that the source states is kept as text. A listing without text or date is kept
and said; a record that cannot be read is refused alone.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args

import polars as pl

from fininit.errors import SourceRefused, ValueRefused
from fininit.evidence.custody import canonical
from fininit.identifiers.numbering import region_codes
from fininit.importers.base import Reading, Rows, Source, fold_issues, refused_reading
from fininit.importers.csvfile import DELIMITERS, Text, decode, first_records, looks_utf16
from fininit.importers.table import MAX_FIELD, bare, open_sheets
from fininit.issues import Issue
from fininit.listings.fields import CAPTURE_FACTS, DEFAULT, FIELDS, FieldMap
from fininit.schema import ENTRIES, LISTINGS, STATEMENTS
from fininit.values.dates import DateFormat, local_to_utc, parse_date, parse_datetime

Form = Literal["listings-jsonl", "listings-json", "listings-csv"]

TITLES: Final[dict[str, str]] = {
    "listings-jsonl": "Listings, one JSON object a line",
    "listings-json": "Listings, a JSON list",
    "listings-csv": "Listings, a table (CSV)",
}
"""The forms as people read them."""

FORMS: Final[tuple[Form, ...]] = get_args(Form)
"""Names of the forms, as ``--format`` takes them."""


# --------------------------------------------------------------------------------------------------------- recognising


def matches(source: Source, fields: FieldMap = DEFAULT) -> bool:
    """Whether a file holds listings: a text column, and one that says where or when it was captured. Never raises."""
    try:
        if source.container != "text":
            return False
        lines = _first_lines(source)
        form = _form(lines)
        if form == "listings-csv":
            return _find_header(lines, fields) is not None
        records = _lines(Text(lines, "")) if form == "listings-jsonl" else _list(lines, frozenset())
        return _known(_names(records), fields)
    except (SourceRefused, ValueError, RecursionError):
        return False


_HEAD: Final = 262_144
"""Bytes that are looked at to recognise a file; more where its first records are longer."""


def _first_lines(source: Source) -> list[str]:
    """Whole lines from the beginning. One record that is too long must not hide what the others are."""
    size = _HEAD
    while True:
        lines = source.head(size).removeprefix("\ufeff").split("\n")
        if size < source.size and len(lines) <= _FEW and lines[0].startswith("{"):
            size *= 8
            continue
        # The cut may go through the last one.
        return lines[:-1] if size < source.size and len(lines) > 1 else lines


def _names(records: Iterable[_Record | _Refused]) -> tuple[str, ...]:
    """Every name in the records of a head, up to the first one that cannot be found the end of."""
    names: dict[str, None] = {}
    try:
        for _, _, value in records:
            names |= {} if isinstance(value, str) else dict.fromkeys(value)
    except SourceRefused:
        pass
    return tuple(names)


def _known(headers: tuple[str, ...], fields: FieldMap) -> bool:
    taken, _ = fields.of(headers)
    return "text" in taken and bool({"url", "captured"} & taken.keys())


_LIST: Final = re.compile(r"\[\s*(?:[{\[\]\"]|-?[0-9]|(?:true|false|null|NaN)\b|$)")


def _form(lines: list[str]) -> Form:
    """JSON where the file begins as a list, or most of its lines are objects, whatever damage there is; else a table.

    The objects of a list have a comma behind them, or a bracket.
    """
    filled = [line for line in (line.strip(_AROUND) for line in lines[:_SAMPLE]) if line]
    whole = sum(line.startswith("{") and line.endswith("}") for line in filled)
    if filled and (filled[0].startswith("{") or 2 * whole > len(filled)):
        return "listings-jsonl"
    return "listings-json" if filled and _LIST.match(filled[0]) else "listings-csv"


_AROUND: Final = " \t\r\ufeff"
_SAMPLE: Final = 1000
_FEW: Final = 3


def _find_header(lines: list[str], fields: FieldMap) -> tuple[str, tuple[str, ...]] | None:
    """Delimiter and cells of the row that names the columns; None when no row does."""
    head = "\n".join(lines[:_SAMPLE])
    tables = [(d, [bare(cells) for cells in first_records(head, d)]) for d in DELIMITERS]
    sure = [(d, cells) for d, records in tables for cells in records if _known(cells, fields)]
    return max(sure, key=lambda found: len(fields.of(found[1])[0]), default=None)


# ------------------------------------------------------------------------------------------------------------- reading


class _Number(str):
    """A number of a JSON file as it is written there."""

    __slots__ = ()


class _TwiceError(ValueError):
    """A key stands twice in an object: which value counts, nobody can say."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _TwiceError
    return made


def _constant(name: str) -> Any:
    raise ValueError(name)


_DECODER: Final = json.JSONDecoder(
    parse_float=_Number, parse_int=_Number, parse_constant=_constant, object_pairs_hook=_object
)
_LENIENT: Final = json.JSONDecoder(parse_float=_Number, parse_int=_Number)
"""Finds where a record ends that is refused."""

_Record = tuple[int, str, Mapping[str, Any]]
_Refused = tuple[int, str, str]

_SAID: Final = {
    "bad-json": "The record is not valid JSON.",
    "not-an-object": "The record is JSON, but not an object with named values.",
    "duplicate-key": "A name stands twice in the record; which value counts cannot be said.",
    "undecodable-bytes": "The record holds bytes that are not in the file's encoding.",
    "record-too-long": f"The record has more than {4 * MAX_FIELD:,} characters.",
    "nothing-known": "Nothing in the record is what a listing has (a text, a title, an address, a phone).",
}


def _record(text: str) -> Mapping[str, Any] | str:
    """The object in ``text``, or the code it is refused with."""
    if len(text) > 4 * MAX_FIELD:
        return "record-too-long"
    try:
        value, end = _DECODER.raw_decode(text)
    except _TwiceError:
        return "duplicate-key"
    except (ValueError, RecursionError):
        return "bad-json"
    if text[end:].strip():
        return "bad-json"
    return value if isinstance(value, dict) else "not-an-object"


def _lines(text: Text) -> Iterator[_Record | _Refused]:
    for row, line in enumerate(text.lines, 1):
        stripped = line.strip(_AROUND)
        if not stripped:
            continue
        if row - 1 in text.bad:
            yield row, "undecodable-bytes", ""
            continue
        got = _record(stripped)
        yield (row, got, "") if isinstance(got, str) else (row, stripped, got)


_BETWEEN: Final = re.compile(r"[\s,]*")


def _list(lines: list[str], bad: frozenset[int]) -> Iterator[_Record | _Refused]:
    """The records of a list. One that is wrong in itself costs only itself, as long as its end can be found."""
    text = "\n".join(lines)
    damaged = _places(lines, bad)
    at, row = text.find("[") + 1, 0
    while True:
        between = _BETWEEN.match(text, at)
        at = between.end() if between is not None else at
        if text.startswith("]", at):
            if text[at + 1 :].strip(_AROUND + "\n"):
                raise SourceRefused(
                    f"Something stands behind the end of the list (record {row}); what it is cannot be said.",
                    code="bad-json",
                    hint="Ask for one list, or for JSON Lines.",
                )
            return
        row += 1
        code, value = "", None
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as e:
            code = "duplicate-key" if isinstance(e, _TwiceError) else "bad-json"
            try:
                _, end = _LENIENT.raw_decode(text, at)
            except (ValueError, RecursionError):
                raise _not_json(row) from None
        if any(start < end and at < stop for start, stop in damaged):
            code = "undecodable-bytes"
        elif not code and not isinstance(value, dict):
            code = "not-an-object"
        elif end - at > 4 * MAX_FIELD:
            code = "record-too-long"
        yield (row, code, "") if code or not isinstance(value, dict) else (row, text[at:end], value)
        at = end


def _places(lines: list[str], bad: frozenset[int]) -> list[tuple[int, int]]:
    """Where the damaged lines stand in the text that the lines are joined to."""
    out, at = [], 0
    for n, line in enumerate(lines):
        if n in bad:
            out.append((at, at + len(line)))
        at += len(line) + 1
    return out


def _not_json(row: int) -> SourceRefused:
    return SourceRefused(
        f"Record {row} of the list is not valid JSON, and nobody can say where the next one begins.",
        code="bad-json",
        hint="Ask for JSON Lines, one listing a line: there a damaged record costs only itself.",
    )


def _table(
    source: Source, text: Text, encoding: str | None, fields: FieldMap, issues: list[Issue]
) -> Iterator[_Record | _Refused]:
    found = _find_header(text.lines, fields)
    delimiter = found[0] if found else None
    for sheet in open_sheets(source, encodings=fields.encoding, encoding=encoding, delimiter=delimiter):
        heads = [bare(cells) for _, cells in sheet.head]
        at = heads.index(found[1]) if found and found[1] in heads else 0
        if not (_TELLING & fields.of(heads[at])[0].keys() if heads else ()):
            raise SourceRefused(
                "No row of the table names a column of listings (text, title, url or phone).",
                code="header-not-found",
                hint="Say in a map of fields which column is which.",
            )
        grid = sheet.grid(at)
        if grid.preamble:
            above, count = "A row above the one that names the columns.", len(grid.preamble)
            issues.append(Issue("skipped", "above-header", above, row=grid.preamble[0][0], count=count))
        issues += [i for i in (*sheet.issues, *grid.issues) if i.kind != "refused"]
        names = _apart(grid.header)
        records: list[_Record | _Refused] = [
            (row, raw, dict(zip(names, cells, strict=True)))
            for row, raw, cells in zip(grid.rows, grid.raw, grid.cells.iter_rows(), strict=True)
        ]
        for i in grid.issues:
            if i.kind == "refused" and i.row is not None:
                records += [(i.row, i.code, i.message)] * i.count
        yield from sorted(records, key=lambda r: r[0])


_TELLING: Final = frozenset({"text", "title", "url", "phone"})
"""Without any of these a table is not read as one of listings: its first row may be a listing itself."""


def _apart(header: tuple[str, ...]) -> list[str]:
    """Names of columns, each once: one without a name, or with that of an earlier one, is called by its place."""
    names: list[str] = []
    for n, name in enumerate(header, 1):
        names.append(name if name and name not in names else f"column {n}")
    return names


def read(source: Source, fields: FieldMap = DEFAULT, *, encoding: str | None = None) -> Reading:
    """The listings of a file: ``Reading.more["listings"]`` (``schema.LISTINGS``, in file order), no statement line.

    Never raises for what the file holds: a file that cannot be read is a refused reading.
    """
    try:
        return _read(source, fields, encoding)
    except SourceRefused as e:
        return refused_reading(source, e)


def _read(source: Source, fields: FieldMap, encoding: str | None) -> Reading:
    if not source.data.strip():
        raise SourceRefused("The file is empty.", code="empty-source", hint="Ask the producer to export it again.")
    wide = source.container == "binary" and (encoding is not None or looks_utf16(source.data))
    if source.container != "text" and not wide:
        raise SourceRefused(
            f"Listings are read from JSON Lines, JSON and CSV; this is none of them ({source.container}).",
            code="unsupported-type",
            hint="Ask for JSON Lines or CSV.",
        )
    decoded = decode(source, fields.encoding, encoding)
    form = _form(decoded.lines)
    issues: list[Issue] = []
    records: Iterable[_Record | _Refused]
    if form == "listings-csv":
        records = _table(source, decoded, encoding, fields, issues)
    else:
        records = _lines(decoded) if form == "listings-jsonl" else _list(decoded.lines, decoded.bad)
    reader = _Reader(source, fields, issues)
    refused = 0
    for row, text, value in records:
        code = text if isinstance(value, str) else reader.take(row, text, value)
        if code:
            refused += 1
            message = value if isinstance(value, str) and value else _SAID[code]
            issues.append(Issue("refused", code, message, row=row))
    if form == "listings-jsonl" and not reader.made and isinstance(_record("\n".join(decoded.lines)), dict):
        raise SourceRefused(
            "The file is one JSON object, not one for each listing.",
            code="not-json-lines",
            hint="Ask for JSON Lines, one listing a line, or for a JSON list of listings.",
        )
    if not reader.made and not refused:
        issues.append(Issue("warning", "no-listings", "The file has no listing."))
    skipped = sum(i.count for i in issues if i.kind == "skipped")
    frame = LISTINGS.conform(
        pl.DataFrame(reader.made, schema={n: t for n, t in LISTINGS.polars().items() if n in _MADE}, orient="row")
    )
    return Reading(
        source,
        form,
        "declared",
        "read-with-refusals" if refused else "read",
        Rows(len(reader.made) + skipped + refused, len(reader.made), skipped, refused),
        ENTRIES.empty(),
        STATEMENTS.empty(),
        fold_issues([*issues, *reader.missing()]),
        more={"listings": frame},
    )


_MADE: Final = LISTINGS.names

REGION_UNKNOWN: Final = "region-unknown"
"""Flag of a listing that states a region which is none: the region of the case must not stand in for it."""

_LISTS: Final = frozenset({"phone", "region", "image_hash"})
"""Fields that may hold several values."""

_EXPONENT: Final = re.compile(r"\s*[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+\s*|\s*[0-9]{4,}[.,]0+\s*")
"""A phone that a spreadsheet or a program has turned into a number: digits are lost, and nobody knows which."""

_MARKS: Final = {
    "bidi": re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"),
    "invisible": re.compile(
        "[\u00ad\u115f\u1160\u180e\u200b-\u200d\u2060-\u2064\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
    ),
    "control": re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"),
}
"""What a row is flagged for. Variation selectors are part of ordinary emoji and are no mark here."""


class _Reader:
    """Turns records into rows of ``schema.LISTINGS`` and says what is wrong with them."""

    def __init__(self, source: Source, fields: FieldMap, issues: list[Issue]) -> None:
        self.source, self.fields, self.issues = source, fields, issues
        self.made: list[tuple[Any, ...]] = []
        self._maps: dict[tuple[str, ...], tuple[dict[str, str], list[str]]] = {}
        self._posted = [DateFormat(p) for p in fields.posted]
        self._captured = [DateFormat(p) for p in fields.captured]
        self._lacking: dict[str, list[int]] = {}

    def warn(self, code: str, message: str, row: int, column: str | None = None, hint: str = "") -> None:
        """One remark; those alike are folded into one with a count."""
        self.issues.append(Issue("warning", code, message, row=row, column=column, hint=hint))

    def take(self, row: int, raw: str, record: Mapping[str, Any]) -> str:
        """One record; gives the code it is refused with, empty when it was taken."""
        headers = tuple(record)
        if headers not in self._maps:
            self._maps[headers] = self.fields.of(headers)
        taken, left = self._maps[headers]
        if all(record[h] in _EMPTY for h in taken.values()):
            return "nothing-known"
        for h in left:
            if record[h] not in _EMPTY:
                text = "This column is filled, and the map of fields does not say what it is; it was not read."
                hint = "Add it to the map of fields, or to its ignore list."
                # By its place: a name that nobody declared may be anybody's, and an issue is shown to everybody.
                self.warn("unread-column", text, row, f"column {headers.index(h) + 1}", hint)
        cells = {name: self._text(name, record[h], row, h) for name, h in taken.items()}
        flags = self._flags(cells)
        got: dict[str, Any] = {name: cells.get(name) for name in FIELDS}
        got["site"] = got["site"] or self.fields.site or None
        stated = got["region"]
        got["region"] = self._region(stated, row, taken)
        if stated and not got["region"]:
            flags.append(REGION_UNKNOWN)
        posted_on = self._day(got["posted"], row, taken)
        captured_at = self._instant(got["captured"], row, taken)
        if got["text"] is None:
            self.warn("no-text", "The listing has no text.", row, taken.get("text"))
        if got["posted"] is None and got["captured"] is None:
            self.warn("no-date", "The listing says neither when it was posted nor when it was captured.", row)
        for name in CAPTURE_FACTS:
            if got[name] is None:
                self._lacking.setdefault(name, []).append(row)
        whole = got | {
            "capture_id": f"{self.source.sha256[:16]}:{row}",
            "listing_id": listing_id(
                got["title"], got["text"], got["phone"], got["url"] or f"{self.source.sha256}:{row}"
            ),
            "source": self.source.sha256,
            "sheet": "",
            "row": row,
            "raw": _sound(raw),
            "posted_on": posted_on,
            "captured_at": captured_at,
            "flags": " ".join(flags) or None,
        }
        self.made.append(tuple(whole[n] for n in _MADE))
        return ""

    def missing(self) -> list[Issue]:
        """Capture facts that rows lack, one issue a fact."""
        text = (
            "This capture fact is missing: where, when, by whom and with what a listing was captured makes it evidence."
        )
        return [
            Issue("warning", "capture-fact-missing", text, row=rows[0], column=name, count=len(rows))
            for name, rows in sorted(self._lacking.items())
        ]

    # -------------------------------------------------------------------------------------------------------- cells

    def _text(self, name: str, value: Any, row: int, column: str) -> str | None:
        if isinstance(value, list) and name in _LISTS and all(isinstance(v, str) for v in value):
            value = " ".join(v.strip() for v in value)
        if isinstance(value, bool):
            value = "true" if value else "false"
        if value is None:
            return None
        if not isinstance(value, str):
            self.warn(
                "nested-value", "The value is a list or an object, not a text; it was not read.", row, column[:60]
            )
            return None
        if name == "phone" and _EXPONENT.fullmatch(value):
            text = "The phone was turned into a number and has lost digits; it was not read."
            self.warn("id-precision-lost", text, row, column[:60], hint="Ask for it as text.")
            return None
        text = _sound(value)
        if not text.strip():
            return None
        return text if name in ("title", "text") else text.strip()

    def _flags(self, cells: Mapping[str, str | None]) -> list[str]:
        shown = "\n".join(cells[n] or "" for n in ("title", "text", "phone") if n in cells)
        out = [name for name, pattern in _MARKS.items() if pattern.search(shown)] if not shown.isascii() else []
        if shown.isascii() and _MARKS["control"].search(shown):
            out = ["control"]
        if "\ufffd" in shown:
            out.append("replaced")
        return out

    def _region(self, stated: str | None, row: int, taken: Mapping[str, str]) -> str | None:
        try:
            return " ".join(region_codes(stated if stated else self.fields.region)) or None
        except ValueRefused as e:
            self.warn(
                e.code,
                "The region is not the two letters of a country; it was not used.",
                row,
                taken.get("region"),
                e.hint,
            )
            return None

    def _day(self, stated: str | None, row: int, taken: Mapping[str, str]) -> Any:
        if stated is None:
            return None
        for pattern in self._posted:
            try:
                return parse_date(stated, pattern)
            except ValueRefused:
                continue
        text = "The day of posting is in none of the declared forms; it is kept as text."
        hint = 'Declare its form in the map of fields, for example posted = ["%d.%m.%Y"].'
        self.warn("bad-date", text, row, taken.get("posted"), hint)
        return None

    def _instant(self, stated: str | None, row: int, taken: Mapping[str, str]) -> datetime | None:
        if stated is None:
            return None
        read = False
        for pattern in self._captured:
            try:
                parse_date(stated, pattern)
                read = True
                if not pattern.has_time:
                    continue
                when = parse_datetime(stated, pattern)
                if when.tzinfo is not None:
                    return when.astimezone(UTC)
                if self.fields.zone:
                    instant, flag = local_to_utc(when, self.fields.zone)
                    if flag:
                        self.warn(
                            flag, "The clocks showed this time of capture twice or never.", row, taken.get("captured")
                        )
                    return instant
            except ValueRefused:
                continue
        if read:
            text = "The time of capture does not state its zone; it is kept as text."
            self.warn("zone-missing", text, row, taken.get("captured"), 'Declare it: zone = "Europe/Vienna".')
        else:
            text = "The time of capture is in none of the declared forms; it is kept as text."
            self.warn("bad-date", text, row, taken.get("captured"), "Declare its form in the map of fields.")
        return None


def _sound(text: str) -> str:
    """``text`` with pairs of surrogates joined and lone ones replaced: no table and no file can hold those."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})


def listing_id(title: str | None, text: str | None, phone: str | None, otherwise: str = "") -> str:
    """The id of what a listing says: ``listing:`` and 16 hex digits of a SHA-256.

    Title, text and stated phone, in Unicode NFC with runs of blanks as one. Address, place, price and dates are facts
    of a capture: the same listing posted again, or in another town, is the same content. Where nothing is said, not
    everything that is silent is the same: then ``otherwise``, its address or its place in the source, is its content.
    """
    said = [" ".join(unicodedata.normalize("NFC", part or "").split()) for part in (title, text, phone)]
    if not any(said):
        said = [otherwise]
    return f"listing:{hashlib.sha256(canonical(said)).hexdigest()[:16]}"
