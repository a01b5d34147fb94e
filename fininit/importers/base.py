"""What an importer is: the contract between a file and the ledger.

An importer has ``name``, ``title``, ``kind``, ``matches(source)`` and ``read(source, options)``. ``matches`` looks at
the head only and answers yes or no. ``read`` gives a :class:`Reading`; it never raises for a bad row. Three laws hold
for every reading and are checked here, once, for all importers: rows = entries + skipped + refused; every filled
column is mapped, declared ignored or signalled (the table engine does that); a bank's own arithmetic is checked.

A format that needs logic subclasses :class:`RowImporter` and yields :class:`Entry`, :class:`Stated` and
:class:`~fininit.issues.Issue`, one per row, in the order of the file.
"""

from __future__ import annotations

import difflib
import errno
import hashlib
import os
import re
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, Protocol, runtime_checkable

import polars as pl

from fininit.errors import SourceRefused, ValueRefused
from fininit.issues import Issue, Kind
from fininit.ledger.checks import Stated, check_statements
from fininit.schema import CAPACITIES_TABLE, ENTRIES, EVENTS, IDENTIFIERS, LISTINGS, PARTIES
from fininit.values.money import MAX_DECIMALS, MAX_INTEGER_DIGITS

__all__ = [
    "MAX_BYTES",
    "MORE",
    "Draft",
    "Entry",
    "Importer",
    "Issue",
    "Options",
    "Reading",
    "RowImporter",
    "Rows",
    "Source",
    "Stated",
]

MAX_BYTES = 2 * 1024**3
"""Larger files are refused with a sentence, not with a lack of memory."""

SHOWN_REFUSALS = 200
"""Refused rows listed one by one; further ones of the same kind are counted."""

Container = Literal["empty", "text", "html", "xmlsheet", "xlsx", "ole", "zip", "pdf", "gzip", "binary"]

_HTML: Final = re.compile(
    r"\s*+(?:<\?xml\b[^>]*+>\s*+)?(?:(?><!--.*?-->)\s*+)*+"
    r"<(?:!doctype\s+html|(?:html|head|body|table|meta|title|style|script|link|div|center|font|p|br|b|h[1-6])[\s/>])",
    re.IGNORECASE | re.DOTALL,
)
"""How a web page begins. Banks call such files .xls, too."""

_XML_SHEET: Final = "urn:schemas-microsoft-com:office:spreadsheet"
"""The namespace of Microsoft's XML spreadsheets of 2003, which also go by .xls."""

_BOMS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True)
class Source:
    """One file as received: its bytes, their SHA-256 and its name without the folder. Never modified.

    Build it with :meth:`from_path` (regular files only; never follows a link, never blocks on a pipe) or
    :meth:`from_bytes`.
    """

    name: str
    data: bytes = field(repr=False)
    sha256: str

    @classmethod
    def from_bytes(cls, name: str, data: bytes) -> Source:
        """A source from bytes in memory."""
        return cls(name, data, hashlib.sha256(data).hexdigest())

    @classmethod
    def from_path(cls, path: Path) -> Source:
        """Read a regular file once. Raises :class:`SourceRefused` for anything else, with a sentence."""
        name = path.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise SourceRefused(
                "There is no such file.", code="no-such-file", hint="Check the path; quote names with blanks."
            ) from None
        except PermissionError:
            raise SourceRefused(
                "You may not read this file.",
                code="permission-denied",
                hint="Ask its owner for read permission (ls -l shows who that is).",
            ) from None
        except OSError as e:
            link = e.errno == errno.ELOOP
            what = "a symbolic link" if link else f"not a file that can be opened ({e.strerror})"
            raise SourceRefused(
                f"This is {what}.",
                code="not-a-regular-file",
                hint="Name the file itself." if link else "Check the path.",
            ) from None
        try:
            st = os.fstat(fd)
            if not stat.S_ISREG(st.st_mode):
                what = "a folder" if stat.S_ISDIR(st.st_mode) else "not a regular file (a pipe or device)"
                hint = (
                    "Name the files in it, e.g. FOLDER/*." if stat.S_ISDIR(st.st_mode) else "Save it to a file first."
                )
                raise SourceRefused(f"This is {what}.", code="not-a-regular-file", hint=hint)
            if st.st_size > MAX_BYTES:
                raise SourceRefused(
                    f"It has {st.st_size:,} bytes; the limit is {MAX_BYTES:,}.",
                    code="resource-limit",
                    hint="Ask the producer for several smaller files (by month), or split it by rows.",
                )
            with os.fdopen(fd, "rb", closefd=False) as f:
                data = f.read(MAX_BYTES + 1)
        except OSError as e:
            raise SourceRefused(
                f"It cannot be read to its end ({e.strerror}).",
                code="unreadable",
                hint="The disk or the connection to it is at fault; copy the file again.",
            ) from None
        finally:
            os.close(fd)
        return cls.from_bytes(name, data)

    @property
    def size(self) -> int:
        """Size in bytes."""
        return len(self.data)

    @cached_property
    def container(self) -> Container:
        """What the bytes are, by content; the extension decides nothing."""
        d = self.data
        if not d:
            return "empty"
        if d.startswith(b"PK\x03\x04"):
            return "xlsx" if b"xl/" in d[:65536] or b"xl/" in d[-65536:] else "zip"
        if d.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            return "ole"
        if d.startswith(b"%PDF-"):
            return "pdf"
        if d.startswith(b"\x1f\x8b"):
            return "gzip"
        if any(d.startswith(bom) for bom, _ in _BOMS):
            return self._markup() or "text"
        head = d[:65536]
        # Text may hold a stray NUL (a damaged row); a file of them is not text.
        return "binary" if head.count(0) * 20 > len(head) else self._markup() or "text"

    def _markup(self) -> Literal["html", "xmlsheet"] | None:
        """A web page or an XML spreadsheet, both of which are text."""
        head = self.head().lstrip("\ufeff")
        if not head.lstrip().startswith("<"):
            return None
        if _HTML.match(head):
            return "html"
        return "xmlsheet" if _XML_SHEET in head[:4096] and "Workbook" in head[:4096] else None

    def head(self, n: int = 65536) -> str:
        """The first ``n`` bytes as text for recognising a format; undecodable bytes become U+FFFD. Never evidence."""
        for bom, encoding in _BOMS:
            if self.data.startswith(bom):
                return self.data[:n].decode(encoding, "replace")
        return self.data[:n].decode("utf-8", "replace")

    def text(self, encodings: Iterable[str] = ()) -> tuple[str, str]:
        """The whole file decoded strictly, and the encoding: by BOM, else UTF-8, else the first stated one that fits.

        Statistics decide nothing (law 3). Raises :class:`SourceRefused` ``encoding-undecided`` when none fits.
        """
        for bom, encoding in _BOMS:
            if self.data.startswith(bom):
                try:
                    return self.data.decode(encoding), encoding
                except UnicodeDecodeError as e:
                    raise SourceRefused(
                        f"Its first bytes say {encoding}, but byte {e.start} is not.",
                        code="undecodable-bytes",
                        hint="Ask for a fresh export; the file is damaged.",
                    ) from None
        tried = ["utf-8", *encodings]
        for encoding in tried:
            try:
                return self.data.decode(encoding), encoding
            except (UnicodeError, LookupError):
                continue
        raise SourceRefused(
            f"The encoding is not stated and is not {' or '.join(tried)}.",
            code="encoding-undecided",
            hint="If you know it, name it: --encoding cp1252 (Western), cp1250 (Central European), cp1251 (Cyrillic).",
        )


@dataclass(frozen=True, slots=True)
class Options:
    """What a person has stated about a file. Nothing here is guessed by fininit; every field becomes part of the log.

    ``account`` names the holder's account when the file does not (``iban:…``, ``acct:bank:number`` or free text);
    ``currency`` likewise; ``format`` forces one importer; ``encoding`` is used when BOM and UTF-8 do not fit;
    ``date`` (``dmy``/``mdy``/``ymd``), ``decimal`` (``.``/``,``), ``sign`` (``holder``/``inverted``) and ``columns``
    (``booking_date=A,amount=C``: what the columns are, by the letters of a spreadsheet) settle an unknown table's open
    questions.
    """

    account: str | None = None
    currency: str | None = None
    format: str | None = None
    encoding: str | None = None
    date: str | None = None
    decimal: str | None = None
    sign: str | None = None
    columns: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Row counts of one source: ``total = entries + skipped + refused``, always."""

    total: int = 0
    entries: int = 0
    skipped: int = 0
    refused: int = 0


Status = Literal["read", "read-with-refusals", "needs-decision", "refused"]

MORE: Final = {t.name: t.polars() for t in (LISTINGS, PARTIES, CAPACITIES_TABLE, IDENTIFIERS, EVENTS)}
"""Tables that a source may fill beside statement lines, with the types of their columns."""


@dataclass(frozen=True)
class Reading:
    """What one source says. ``entries`` and ``statements`` have the columns of ``fininit.schema``.

    ``account`` in both may be null when the file does not name it (``inspect`` shows that; ``import`` asks).
    ``more`` holds what a source says beside statement lines, by table of ``fininit.schema`` (:data:`MORE`), empty
    tables left out; ``rows.entries`` counts statement lines and the rows of these. ``legs`` are statement lines beyond
    the first of their row (the other asset of a trade, a fee in its own currency): they count with their row. ``proof``
    says in sentences why an unknown table was read as it was and ``dialect`` is what it was read by, as TOML; ``draft``
    is a ready TOML dialect and ``question`` the one thing to state when it was not.
    """

    source: Source
    format: str | None
    how: Literal["declared", "proved"] | None
    status: Status
    rows: Rows
    entries: pl.DataFrame
    statements: pl.DataFrame
    issues: tuple[Issue, ...]
    proof: tuple[str, ...] = ()
    draft: str = ""
    question: str = ""
    dialect: str = ""
    legs: int = 0
    more: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        r = self.rows
        if any(dict(frame.schema) != MORE[name] for name, frame in self.more.items()):
            raise AssertionError(f"{self.format}: a table beside the statement lines does not have its schema")
        # A row may say several things (of a subscriber: a party, a capacity, a phone); it is counted once.
        beside = [frame.select("sheet", "row") for frame in self.more.values()]
        taken = self.entries.height - self.legs + (pl.concat(beside).n_unique() if beside else 0)
        if r.total != r.entries + r.skipped + r.refused or r.entries != taken:
            raise AssertionError(f"conservation of rows broken by {self.format}: {r}")

    def named(self, account: str) -> Reading:
        """This reading with ``account`` put where the file names none."""
        fill = pl.col("account").fill_null(pl.lit(account))
        return replace(self, entries=self.entries.with_columns(fill), statements=self.statements.with_columns(fill))


def refused_reading(source: Source, error: SourceRefused, *, format: str | None = None) -> Reading:  # noqa: A002
    """A reading for a file that could not be read at all."""
    from fininit.schema import STATEMENTS

    asks = error.code in ASKS
    return Reading(
        source=source,
        format=format,
        how=None,
        status="needs-decision" if asks else "refused",
        rows=Rows(),
        entries=ENTRIES.empty(),
        statements=STATEMENTS.empty(),
        issues=(Issue("refused", error.code, error.message, hint=error.hint),),
        question=f"{error.message} {error.hint}".strip() if asks else "",
    )


ASKS = frozenset({"encoding-undecided", "dialect-undecided", "two-formats", "needs-decision"})
"""Codes of refusals that one statement by a person would settle."""


@runtime_checkable
class Importer(Protocol):
    """The protocol. ``kind`` is bank, app, crypto or table."""

    name: str
    title: str
    kind: str

    def matches(self, source: Source) -> bool:
        """Yes when the head of the file is this format. Pure, cheap, never raises."""
        ...

    def read(self, source: Source, options: Options) -> Reading:
        """The whole file. Raises only :class:`SourceRefused`, for a file that cannot be read at all."""
        ...


_AMOUNTS: Final = frozenset(c.name for c in ENTRIES.columns if c.type == "decimal")


def _fits(value: Decimal | None) -> bool:
    """Whether ``Decimal(38, 18)`` holds it exactly; polars would round the 19th decimal without a word."""
    if value is None:
        return True
    places = value.as_tuple().exponent
    return isinstance(places, int) and places >= -MAX_DECIMALS and value.adjusted() < MAX_INTEGER_DIGITS


class Entry:
    """One statement line on its way to the ledger: its row, its raw text and any columns of ``schema.ENTRIES``.

    A column name that the ledger does not have raises ``TypeError`` with the nearest one, as does an amount that is no
    ``Decimal``: a float has lost digits already.
    """

    __slots__ = ("columns", "part", "raw", "row", "sheet")

    _known: ClassVar[frozenset[str]] = frozenset(ENTRIES.names) - {"entry_id", "source", "sheet", "row", "raw"}

    def __init__(self, row: int, raw: str, *, sheet: str = "", part: int = 0, **columns: Any) -> None:
        for name in columns:
            if name not in self._known:
                near = difflib.get_close_matches(name, self._known, 1)
                raise TypeError(f"the ledger has no column {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
            value = columns[name]
            if name in _AMOUNTS and not isinstance(value, Decimal | None):
                raise TypeError(f"{name} must be a Decimal, not {type(value).__name__}")
        self.row, self.raw, self.sheet, self.part, self.columns = row, raw, sheet, part, columns


class Draft:
    """Collects what a reader finds and turns it into a :class:`Reading`, keeping the law of rows."""

    def __init__(self, source: Source, name: str) -> None:
        self.source, self.name = source, name
        self.entries: list[Entry] = []
        self.stated: list[Stated] = []
        self._issues: list[Issue] = []
        self._lost = {"skipped": 0, "refused": 0}

    def add(self, item: Entry | Issue | Stated) -> None:
        """Take one item: an entry, what a statement says of itself, or an issue (skipped and refused count as rows)."""
        if isinstance(item, Entry):
            unfit = sorted(c for c in _AMOUNTS if not _fits(item.columns.get(c)))
            if unfit:
                text = f"The {unfit[0]} has more digits than an amount may have."
                self.issue("refused", "amount-too-long", text, row=item.row, sheet=item.sheet or None)
                return
            self.entries.append(item)
        elif isinstance(item, Stated):
            self.stated.append(item)
        else:
            self._issues.append(item)
            if item.kind in self._lost and item.row is not None:
                self._lost[item.kind] += item.count

    def issue(self, kind: Kind, code: str, message: str, **where: Any) -> None:
        """Shorthand for ``add(Issue(...))``."""
        self.add(Issue(kind, code, message, **where))

    def finish(self, *, how: Literal["declared", "proved"] = "declared") -> Reading:
        """The reading, with ids given and the arithmetic checked."""
        frame = pl.DataFrame(
            [
                {
                    "sheet": e.sheet,
                    "row": e.row,
                    "raw": e.raw,
                    "_part": e.part,
                    "statement": 1,
                    "sides": "one",
                    "status": "booked",
                }
                | e.columns
                for e in self.entries
            ],
            schema={"sheet": pl.String, "row": pl.Int64, "raw": pl.String, "_part": pl.Int64}
            | {n: t for n, t in ENTRIES.polars().items() if n not in ("entry_id", "source", "sheet", "row", "raw")},
        )
        return reading_from_frame(
            self.source,
            self.name,
            frame,
            self._issues,
            self.stated,
            how=how,
            skipped=self._lost["skipped"],
            refused=self._lost["refused"],
        )


def reading_from_frame(
    source: Source,
    name: str,
    frame: pl.DataFrame,
    issues: Iterable[Issue],
    stated: Iterable[Stated] = (),
    *,
    how: Literal["declared", "proved"],
    skipped: int,
    refused: int,
    proof: tuple[str, ...] = (),
    once: bool = False,
) -> Reading:
    """A reading from a frame of entries in file order (any columns of ``schema.ENTRIES``; ``_part`` optional).

    Gives each entry its id, checks running balances and stated balances, folds repeated issues into one with a count.
    With ``once`` a row that gives several entries counts once, in the file and in the statement of its first.
    """
    part = pl.col("_part") if "_part" in frame.columns else pl.lit(0)
    entries = ENTRIES.conform(
        frame.with_columns(
            pl.lit(source.sha256).alias("source"),
            pl.format(
                "{}:{}:{}{}",
                pl.lit(source.sha256[:16]),
                _sheet_number(frame["sheet"]),
                pl.col("row"),
                pl.when(part > 0).then(pl.format(".{}", part)).otherwise(pl.lit("")),
            ).alias("entry_id"),
        ).drop("_part", strict=False)
    )
    if entries["entry_id"].n_unique() != entries.height:
        raise AssertionError(f"two entries of {name} have the same sheet, row and part")
    statements, found = check_statements(entries, list(stated), once=once)
    legs = entries.height - entries.select("sheet", "row").n_unique() if once else 0
    statements = statements.with_columns(pl.lit(source.sha256).alias("source"))
    lines = entries.height - legs
    rows = Rows(lines + skipped + refused, lines, skipped, refused)
    return Reading(
        source=source,
        format=name,
        how=how,
        status="read-with-refusals" if refused else "read",
        rows=rows,
        entries=entries,
        statements=statements,
        issues=fold_issues([*issues, *found]),
        proof=proof,
        legs=legs,
    )


def _sheet_number(sheets: pl.Series) -> pl.Series:
    """1 for the first sheet that has entries, 2 for the next; empty for a plain file. A sheet's name may tell on
    someone, so it is not part of an id."""
    names = [n for n in sheets.unique(maintain_order=True) if n]
    numbers = {name: str(i) for i, name in enumerate(names, 1)}
    return sheets.fill_null("").replace_strict(numbers, default="", return_dtype=pl.String)


def fold_issues(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Issues in order, repeated ones folded: the first row stands, ``count`` says how many.

    Refused rows are listed one by one up to ``SHOWN_REFUSALS`` of a kind, then counted.
    """
    out: dict[tuple[object, ...], Issue] = {}
    seen: dict[tuple[object, ...], int] = {}
    for i in issues:
        key: tuple[object, ...] = (i.kind, i.code, i.message, i.column, i.sheet)
        if i.kind == "refused":
            seen[key] = seen.get(key, 0) + 1
            if seen[key] <= SHOWN_REFUSALS:
                key = (*key, i.row, seen[key])
        had = out.get(key)
        out[key] = i if had is None else replace(had, count=had.count + i.count)
    return tuple(out.values())


class RowImporter(ABC):
    """Base for a format in code: write ``matches`` and ``rows``.

    ``rows`` yields one item per source row, in order. A ``ValueRefused`` that it raises is a fault of the importer and
    nothing of the file is taken; wrap each row in ``try`` and yield ``refusal(row, error)`` to lose only the row.
    """

    name: str
    title: str
    kind: str = "bank"

    @abstractmethod
    def matches(self, source: Source) -> bool:
        """Yes when the head of the file is this format."""

    @abstractmethod
    def rows(self, source: Source, options: Options) -> Iterator[Entry | Issue | Stated]:
        """One item per row of the source."""

    def read(self, source: Source, options: Options) -> Reading:
        """The whole file."""
        draft = Draft(source, self.name)
        for item in self.rows(source, options):
            draft.add(item)
        return draft.finish()


def refusal(row: int, error: ValueRefused, *, column: str | None = None, sheet: str | None = None) -> Issue:
    """A refused row for a cell that ``fininit.values`` would not read."""
    return Issue("refused", error.code, error.message, row=row, column=column, sheet=sheet, hint=error.hint)
