"""Which formats there are, and which of them a file is.

Formats come from four places: coded importers and dialects of the package, dialects in ``./formats/``, in
``~/.config/fininit/formats/`` and in folders that a person names, and plug-ins (entry point group
``fininit.importers``). A broken dialect or plug-in is reported by :func:`problems` and never stops the rest.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import entry_points
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from fininit.errors import DialectError, SourceRefused, UsageError
from fininit.importers.base import Importer, Options, Reading, Source, refused_reading
from fininit.importers.declaring import resolve
from fininit.importers.dialect import Dialect
from fininit.importers.heading import Free, fit, header_at, rows_at
from fininit.importers.record import Record
from fininit.importers.table import Grid, Sheet, bare, open_sheets
from fininit.issues import Issue

if TYPE_CHECKING:
    from fininit.importers.pdffile import Page

GROUP: Final = "fininit.importers"
"""Entry point group of plug-ins."""

BOOKS: Final = ("xlsx", "ole", "xmlsheet")
"""Containers of workbooks."""

_HEAD: Final = 65_536

Row = tuple[str, str, tuple[str, ...]]
"""Sheet, delimiter and cells of a row in the head of a file."""


# ---------------------------------------------------------------------------------------------------- declared formats


class Declared:
    """A dialect as an importer. ``toml`` is its text, to copy from; ``kind`` is bank, app, crypto or table."""

    def __init__(self, dialect: Dialect, toml: str = "") -> None:
        self.dialect = dialect
        self.toml = toml or dialect.to_toml()
        self.name = dialect.name
        self.title = dialect.title
        self.kind = dialect.kind

    def matches(self, source: Source) -> bool:
        """Whether a header row of the dialect, or rows of its form, stand in the head of the file. Never raises."""
        try:
            if self.dialect.match.container == "pdf":
                from fininit.importers import pdffile

                return source.container == "pdf" and pdffile.matches(printed(source), self.dialect)
            return self._seen(source) is not None
        except SourceRefused:
            return False

    def _seen(self, source: Source) -> tuple[str, ...] | None:
        """The header row in the head of the file that is one of the dialect's; names of columns where it has none."""
        match = self.dialect.match
        if match.rows and _container_fits(source, self.dialect) and source.container == "text":
            for encoding in _encodings(self.dialect):
                records = _text_records(source, encoding, self.dialect.format.delimiter)
                if rows_at(records, match.rows, match.above) is not None:
                    return match.header
        if self._elsewhere(source):
            return None
        seen = list(heads(source, self.dialect))
        if match.holds:
            of = {row[:2] for at, row in enumerate(seen) if self._holds(row, seen[at + 1 :])}
            seen = [s for s in seen if s[:2] in of]
        found = list(dict.fromkeys((name, cells) for name, _, cells in seen))
        for header, sheet in self.dialect.tables:
            first = header[0].strip()
            for name, cells in found:
                begins = isinstance(header, Free) or cells[:1] == (first,) or "{" in first
                likely = begins and (not sheet or name in ("", sheet))
                if likely and fit([header], cells) is not None:
                    return cells
        return None

    def _elsewhere(self, source: Source) -> bool:
        """Whether no row in the head of a text begins as a header of the dialect does: a quick no for most of them."""
        headers = [header for header, _ in self.dialect.tables]
        firsts = {header[0].strip() for header in headers}
        if source.container not in ("text", "binary") or any(isinstance(h, Free) for h in headers):
            return False
        if any("{" in first for first in firsts):
            return False
        return not any(firsts & _text_firsts(source, encoding) for encoding in _encodings(self.dialect))

    def _holds(self, row: Row, below: Sequence[Row]) -> bool:
        """Whether a row is the header, and rows below it hold what the format must hold."""
        match = self.dialect.match
        sheet, mark, cells = row
        if fit(match.headers, cells) is None:
            return False
        for column, form in match.holds.items():
            at = resolve([h.strip() for h in match.header], column) or 0
            rows = (found for name, delimiter, found in below if (name, delimiter) == (sheet, mark))
            if not any(len(found) > at and re.fullmatch(form, found[at]) for found in rows):
                return False
        return True

    def read(self, source: Source, options: Options) -> Reading:
        """The whole file. Raises :class:`SourceRefused` for one that cannot be read at all."""
        from fininit.importers.reading import read_grids

        d = self.dialect
        if not _container_fits(source, d):
            raise _header_not_found(source, [self])
        if source.container == "pdf":
            from fininit.importers import pdffile

            if not pdffile.matches(printed(source), d):
                raise _header_not_found(source, [self])
            return pdffile.read(source, printed(source), d, options)
        if source.container in BOOKS:
            sheets = workbook(source)
        else:
            sheets = open_sheets(
                source,
                encodings=d.format.encoding,
                encoding=options.encoding,
                delimiter=d.format.delimiter or None,
                header=self._seen(source) or (d.tables[0][0] if d.tables else d.match.header),
            )
        if d.match.rows:
            return self._rows(source, sheets, options)
        grids: list[Grid] = []
        records: list[tuple[Record, Grid]] = []
        issues: list[Issue] = []
        for sheet in sheets:
            at = _table_at(sheet, d.match.headers, d.match.sheet)
            of = [(r, n) for r in d.records if (n := _table_at(sheet, [r.header], r.sheet)) is not None]
            if at is not None:
                grids.append(sheet.grid(at, d.footer))
            elif of:
                records.append((of[0][0], sheet.grid(of[0][1])))
            elif sheet.head:
                text = "This sheet does not have the header of the format; it was not read."
                issues.append(Issue("warning", "sheet-not-read", text, row=sheet.head[0][0], sheet=sheet.name or None))
            if at is not None or of:
                issues += sheet.issues
        if not grids and not records:
            raise _header_not_found(source, [self])
        if source.container in BOOKS:
            read = [r for r, _ in records]
            issues += [_sheet_missing(r.sheet) for r in d.records if r.sheet and r not in read]
        reading = read_grids(source, grids, d, options, records=records, issues=issues)
        return self._or_empty(reading)

    def _rows(self, source: Source, sheets: Sequence[Sheet], options: Options) -> Reading:
        """A file without a header row, known by the form of its rows."""
        from fininit.importers.csvfile import TextSheet
        from fininit.importers.reading import read_grids

        d = self.dialect
        for sheet in sheets:
            start = rows_at([cells for _, cells in sheet.head], d.match.rows, d.match.above)
            if isinstance(sheet, TextSheet) and start is not None:
                grid = sheet.rows(start, d.match.header, d.footer)
                return self._or_empty(read_grids(source, [grid], d, options, issues=sheet.issues))
        raise _header_not_found(source, [self])

    def _or_empty(self, reading: Reading) -> Reading:
        if reading.rows.total == 0 and reading.status == "read":
            empty = Issue("warning", "no-transactions", "The table has a header and no rows.")
            reading = replace(reading, issues=(*reading.issues, empty))
        return reading


def _table_at(sheet: Sheet, headers: Sequence[Sequence[str]], name: str) -> int | None:
    """Where a declared header stands in a sheet, if the sheet is the one that is meant."""
    if name and sheet.name and sheet.name != name:
        return None
    return header_at(sheet, headers)


def _sheet_missing(name: str) -> Issue:
    return Issue(
        "warning",
        "sheet-missing",
        f"The format has records in a sheet {name!r}; the workbook has none of that name and header.",
        sheet=name,
        hint="Ask the producer whether there was nothing to state, or the sheet was left out.",
    )


def _container_fits(source: Source, dialect: Dialect) -> bool:
    """A workbook of any age is ``xlsx``. A layout that names no container may be in all but PDF, which it must name."""
    wanted, container = dialect.match.container, source.container
    have = "xlsx" if container in BOOKS else container if container in ("html", "pdf") else "text"
    return have == wanted if wanted else have != "pdf"


def heads(source: Source, dialect: Dialect) -> Iterator[Row]:
    """Sheet, delimiter and cells of the first rows, split in each way the dialect allows. For recognising only."""
    if not _container_fits(source, dialect):
        return
    if source.container == "html":
        for sheet in _page(source, dialect.format.encoding):
            yield from ((sheet.name, "", bare(cells)) for _, cells in sheet.head)
        return
    if source.container in BOOKS:
        named = {sheet for _, sheet in dialect.tables}
        for sheet in workbook(source):
            if "" in named or sheet.name in named:
                yield from ((sheet.name, "", _stripped(cells)) for _, cells in sheet.head)
        return
    if source.container not in ("text", "binary"):
        return
    for encoding in _encodings(dialect):
        for delimiter, cells in _text_head(source, encoding):
            if not dialect.format.delimiter or delimiter == dialect.format.delimiter:
                yield "", delimiter, cells


def _encodings(dialect: Dialect) -> tuple[str, ...]:
    return ("utf-8", *(e for e in dialect.format.encoding if not e.lower().startswith("utf")))


def _stripped(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(c.strip() for c in cells)


def _text_records(source: Source, encoding: str, delimiter: str) -> list[tuple[str, ...]]:
    """The first records, split at one delimiter; without the last where it may be cut off."""
    records = [cells for found, cells in _text_head(source, encoding) if found == delimiter]
    return records[:-1] if len(source.data) > _HEAD else records


T = TypeVar("T")


class _Once(Generic[T]):
    """What is opened at most once, be it the thing itself or why there is none."""

    def __init__(self) -> None:
        self.found: T | SourceRefused | None = None

    def get(self, make: Callable[[], T]) -> T:
        """What ``make`` gave the first time. Raises the :class:`SourceRefused` that it raised then."""
        if self.found is None:
            try:
                self.found = make()
            except SourceRefused as e:
                self.found = e
        if isinstance(self.found, SourceRefused):
            raise self.found
        return self.found


class _Cache:
    """What was seen of the last file; one file is looked at by many formats."""

    def __init__(self) -> None:
        self.key = ""
        self.heads: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self.pages: dict[tuple[str, ...], list[Sheet]] = {}
        self.firsts: dict[str, frozenset[str]] = {}
        self.sheets: _Once[list[Sheet]] = _Once()
        self.printed: _Once[list[Page]] = _Once()

    def turn(self, source: Source) -> _Cache:
        """This cache, emptied when it holds another file."""
        if self.key != source.sha256:
            self.sheets, self.printed, self.firsts = _Once(), _Once(), {}
            self.key, self.heads, self.pages = source.sha256, {}, {}
        return self


_CACHE: Final = _Cache()


def workbook(source: Source) -> list[Sheet]:
    """The sheets of a workbook, opened once. Raises :class:`SourceRefused`."""
    return _CACHE.turn(source).sheets.get(lambda: open_sheets(source))


def printed(source: Source) -> list[Page]:
    """The pages of a PDF, taken apart once. Raises :class:`SourceRefused`."""
    from fininit.importers.pdffile import pages

    return _CACHE.turn(source).printed.get(lambda: pages(source))


def _page(source: Source, encodings: tuple[str, ...]) -> list[Sheet]:
    """The tables of a web page, for recognising a format."""
    from fininit.importers.htmlfile import heads as tables

    cache = _CACHE.turn(source)
    if encodings not in cache.pages:
        cache.pages[encodings] = tables(source, encodings)
    return cache.pages[encodings]


def _text_head(source: Source, encoding: str) -> list[tuple[str, tuple[str, ...]]]:
    from fininit.importers.csvfile import DELIMITERS, first_records

    cache = _CACHE.turn(source)
    if encoding not in cache.heads:
        bom = source.data[:4].startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
        text = source.head(_HEAD) if bom else source.data[:_HEAD].decode(encoding, "replace")
        out: list[tuple[str, tuple[str, ...]]] = []
        for delimiter in DELIMITERS:
            out += [(delimiter, _stripped(cells)) for cells in first_records(text.removeprefix("\ufeff"), delimiter)]
        cache.heads[encoding] = out
    return cache.heads[encoding]


def _text_firsts(source: Source, encoding: str) -> frozenset[str]:
    """The first cells of the rows in the head of a text, split in every way."""
    rows = _text_head(source, encoding)
    cache = _CACHE.turn(source)
    if encoding not in cache.firsts:
        cache.firsts[encoding] = frozenset(cells[0] if cells else "" for _, cells in rows)
    return cache.firsts[encoding]


# ------------------------------------------------------------------------------------------------------------- loading


@dataclass(frozen=True)
class _Loaded:
    importers: tuple[Importer, ...]
    problems: tuple[Issue, ...]


def folders(extra: Sequence[Path] = ()) -> list[Path]:
    """Where a person's own dialects lie, in the order they are looked at."""
    config = os.environ.get("XDG_CONFIG_HOME")
    home = Path(config) if config else Path.home() / ".config"
    return [*extra, Path("formats"), home / "fininit" / "formats"]


def _load(extra: Sequence[Path] = ()) -> _Loaded:
    found: dict[str, Importer] = {}
    issues: list[Issue] = []

    def add(importer: Importer, where: str) -> None:
        if importer.name in found:
            issues.append(_broken(where, f"there is another format called {importer.name!r}; rename this one."))
        else:
            found[importer.name] = importer

    for coded in _coded():
        add(coded, coded.name)
    for declared in _packaged():
        add(declared, declared.name)
    seen: set[Path] = set()
    for folder in folders(extra):
        place = folder.absolute()
        if place in seen or not folder.is_dir():
            continue
        seen.add(place)
        for path in sorted(folder.glob("*.toml")):
            try:
                add(Declared(Dialect.load(path), path.read_text(encoding="utf-8")), path.name)
            except DialectError as e:
                issues.append(_broken(path.name, e.message, e.hint))
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        try:
            made = point.load()()
            if not isinstance(made, Importer):
                raise TypeError("it lacks name, title, kind, matches or read")
            add(made, point.name)
        except Exception as e:  # a plug-in may raise anything, and must not stop the rest
            issues.append(_broken(point.name, f"the plug-in could not be loaded: {type(e).__name__}."))
    return _Loaded(tuple(found.values()), tuple(issues))


def _broken(where: str, what: str, hint: str = "") -> Issue:
    message = what if what.startswith(where) else f"{where}: {what}"
    return Issue("warning", "broken-format", message, hint=hint)


def _coded() -> list[Importer]:
    from fininit.importers.aeb43 import Aeb43
    from fininit.importers.bai2 import Bai2
    from fininit.importers.camt import Camt
    from fininit.importers.cfonb import Cfonb
    from fininit.importers.coda import Coda
    from fininit.importers.keyed import Keyed
    from fininit.importers.listtransactions import ListTransactions
    from fininit.importers.mpesa import MpesaMessages
    from fininit.importers.mt940 import Mt940
    from fininit.importers.ofx import Ofx
    from fininit.importers.openbanking import OpenBanking
    from fininit.importers.qif import Qif
    from fininit.importers.wise_json import WiseJson

    return [
        Aeb43(),
        Bai2(),
        Camt(),
        Cfonb(),
        Coda(),
        Keyed(),
        ListTransactions(),
        MpesaMessages(),
        Mt940(),
        Ofx(),
        OpenBanking(),
        Qif(),
        WiseJson(),
    ]


@lru_cache(maxsize=1)
def _packaged() -> tuple[Declared, ...]:
    """The dialects of the package; a broken one is a fault of fininit and raises."""
    folder = files("fininit.importers").joinpath("dialects")
    texts = sorted((f.name, f.read_text(encoding="utf-8")) for f in folder.iterdir() if f.name.endswith(".toml"))
    return tuple(Declared(Dialect.from_toml(text, name), text) for name, text in texts)


def importers(extra: Sequence[Path] = ()) -> list[Importer]:
    """Every format there is: coded, packaged, a person's own, plug-ins."""
    return list(_load(extra).importers)


def problems(extra: Sequence[Path] = ()) -> list[Issue]:
    """Dialects and plug-ins that could not be loaded, each with its file and the reason (``broken-format``)."""
    return list(_load(extra).problems)


class FormatInfo(NamedTuple):
    """One format: its name, kind (bank, app, crypto, table) and title."""

    name: str
    kind: str
    title: str


def formats(extra: Sequence[Path] = ()) -> list[FormatInfo]:
    """What can be read, sorted by name."""
    return sorted(FormatInfo(i.name, i.kind, i.title) for i in importers(extra))


def get(name: str, extra: Sequence[Path] = ()) -> Importer:
    """The format of that name. Raises :class:`UsageError` with the nearest name."""
    known = {i.name: i for i in importers(extra)}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, 1)
    raise UsageError(
        f"There is no format called {name!r}.",
        hint=f"Did you mean {near[0]!r}?" if near else '"fininit formats" lists them.',
    )


# ------------------------------------------------------------------------------------------------------------- reading


def read_source(source: Source, options: Options, extra: Sequence[Path] = ()) -> Reading:
    """What a file says. Never raises for what the file holds; an unknown ``options.format`` raises ``UsageError``.

    One format that knows the file reads it. Two: the reading asks (``two-formats``). None: what is known but not yet
    built is named, any other table is read if it proves its own meaning.
    """
    named: str | None = None
    try:
        if not source.data:
            raise SourceRefused("The file is empty.", code="empty-source", hint="Ask the producer to export it again.")
        if options.format:
            chosen = get(options.format, extra)
            named = chosen.name
            return _remarks(source, chosen.read(source, options))
        fitting = [i for i in importers(extra) if i.matches(source)]
        if len(fitting) > 1:
            names = " and ".join(sorted(i.name for i in fitting))
            raise SourceRefused(
                f"The file fits two formats: {names}.",
                code="two-formats",
                hint=f"Say which: --format {min(i.name for i in fitting)}",
            )
        if fitting:
            named = fitting[0].name
            return _remarks(source, fitting[0].read(source, options))
        other = not_yet_built(source)
        if other is not None:
            raise other
        return _remarks(source, _unknown(source, options, extra))
    except SourceRefused as e:
        return _remarks(source, refused_reading(source, e, format=named))
    except UsageError:
        raise
    except Exception as e:  # law: a file never stops the others; the reader is at fault, and says so without its cells
        fault = SourceRefused(
            f"A fault of fininit stopped the reading ({type(e).__name__}); nothing of this file was taken.",
            code="reader-fault",
            hint="Please report it with the format's name; run again with -v for the details.",
        )
        fault.__cause__ = e
        return refused_reading(source, fault, format=named)


def _unknown(source: Source, options: Options, extra: Sequence[Path]) -> Reading:
    from fininit.importers.propose import propose

    reading = propose(source, options)
    if reading.status != "refused":
        return reading
    codes = {i.code for i in reading.issues if i.kind == "refused"}
    if codes != {"format-unknown"}:
        return reading
    near = nearest(source, extra)
    if not near:
        return reading
    first = reading.issues[0]
    return replace(reading, issues=(replace(first, message=f"{first.message} {near}"), *reading.issues[1:]))


def nearest(source: Source, extra: Sequence[Path] = ()) -> str:
    """The known headers that are nearest to one in the file, and what differs. Names declared columns only."""
    ranked: list[tuple[float, str, str]] = []
    for importer in importers(extra):
        if not isinstance(importer, Declared):
            continue
        tables = [[h.strip() for h in bare(header) if h.strip()] for header, _ in importer.dialect.tables]
        best = (0.0, "")
        try:
            for (_, _, cells), wanted in product(heads(source, importer.dialect), tables):
                have = {c.casefold() for c in cells if c}
                shared = [h for h in wanted if h.casefold() in have]
                score = len(shared) / max(1, len({*have, *(h.casefold() for h in wanted)}))
                if score > best[0]:
                    missing = [h for h in wanted if h.casefold() not in have]
                    more = len(have) - len(shared)
                    says = f"{len(shared)} of {len(wanted)} columns"
                    says += f", missing: {', '.join(missing)}" if missing else ", in another order or spelling"
                    says += f", {more} more in the file" if more > 0 else ""
                    best = (score, says)
        except SourceRefused:
            continue
        if best[0] >= 0.3:
            ranked.append((-best[0], importer.name, best[1]))
    return " ".join(f"Near is {name} ({says})." for _, name, says in sorted(ranked)[:3])


def _header_not_found(source: Source, tried: Sequence[Declared]) -> SourceRefused:
    names = " or ".join(d.name for d in tried)
    return SourceRefused(
        f"The file does not have the header row of {names}.",
        code="header-not-found",
        hint='"fininit formats NAME" shows the header; without --format the file is tried with every format.',
    )


_TEXTUAL: Final = frozenset({".csv", ".tsv", ".txt", ".dat", ".tab"})
_BOOKS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb"})


def _remarks(source: Source, reading: Reading) -> Reading:
    """Adds what is to be said of the file whatever it is: an extension that promises something else."""
    suffix = Path(source.name).suffix.casefold()
    container = source.container
    differs = (suffix in _BOOKS and container in ("text", "html", "xmlsheet")) or (
        (suffix in _TEXTUAL and container in BOOKS) or (suffix == ".xls" and container == "xlsx")
    )
    if not differs:
        return reading
    what = {"text": "text", "html": "a web page", "xmlsheet": "an XML spreadsheet"}.get(container, "a workbook")
    issue = Issue("warning", "extension-differs", f"The file's name promises something else; its content is {what}.")
    return replace(reading, issues=(*reading.issues, issue))


# ------------------------------------------------------------------------------------------------------- not yet built

_ASK: Final = "Ask the producer for CSV, XLSX or MT940."

_SIGNATURES: Final[tuple[tuple[str, str, str], ...]] = (
    (r"\A\s*<OFC>", "an OFC file, which came before OFX", "Ask the producer for OFX, CSV or XLSX."),
    (r"tech:xsd:pain\.00|tech:xsd:pacs\.00", "an ISO 20022 payment message", "Ask for the account statement instead."),
    (r"<report\b[^>]*>[\s\S]{0,20000}<(?:rentity_id|submission_code)>", "a goAML report", _ASK),
    (r"<(?:\w+:)?EFilingBatchXML\b", "a FinCEN BSA report", _ASK),
    (r"\A\{\\rtf", "a word-processor file (RTF)", _ASK),
    (r"\AMIME-Version:", "a web archive (MHTML)", "Open it in a browser and save the page alone (HTML); keep both."),
    (r"\A\s*<\?xml\b|\A\s*<[A-Za-z][\w:.-]*[\s>]", "an XML file", _ASK),
    (
        r"\A\s*(?:\{\s*\"|\[\s*[\[{]|\{\s*\}|\[\s*\])",
        "a JSON file of no layout that is known",
        "Ask for CSV or XLSX. Are these listings? Then each needs a text, and an address or a time of capture.",
    ),
)
"""How the formats that are known but not yet built are recognised: regular expressions on the head of the text."""

_MAGIC: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"\x89PNG", "a picture (PNG)", "A scan cannot be read; ask for the data as CSV or XLSX."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "A scan cannot be read; ask for the data as CSV or XLSX."),
    (b"II*\x00", "a picture (TIFF)", "A scan cannot be read; ask for the data as CSV or XLSX."),
    (b"MM\x00*", "a picture (TIFF)", "A scan cannot be read; ask for the data as CSV or XLSX."),
    (b"7z\xbc\xaf", "an archive (7z)", "Unpack it and give the files in it."),
    (b"Rar!", "an archive (RAR)", "Unpack it and give the files in it."),
    (b"SQLite format 3\x00", "a database (SQLite)", "Export the tables in it as CSV."),
    (b"PAR1", "a Parquet file", "Export it as CSV."),
)


def not_yet_built(source: Source) -> SourceRefused | None:
    """Why a file of a known kind is not read yet (``not-yet-built``), what it is and what to do; None for a table."""
    container = source.container
    what, hint = "", ""
    if container == "pdf":
        from fininit.importers.pdffile import refusal

        return refusal(source)
    if container == "gzip":
        what, hint = "a compressed file (gzip)", "Unpack it and give the file in it."
    elif container == "zip":
        office = b"mimetypeapplication/vnd.oasis" in source.data[:200]
        what = "an OpenDocument file" if office else "an archive (ZIP)"
        hint = "Save the sheet as XLSX or CSV." if office else "Unpack it and give the files in it."
    elif container in ("text", "binary"):
        magic = [m for m in _MAGIC if source.data.startswith(m[0])]
        if magic:
            _, what, hint = magic[0]
        elif container == "text":
            head = source.head(_HEAD).lstrip("\ufeff")
            for pattern, name, then in _SIGNATURES:
                if re.search(pattern, head):
                    what, hint = name, then
                    break
    if not what:
        return None
    return SourceRefused(f"This is {what}; reading it is not yet built.", code="not-yet-built", hint=hint)
