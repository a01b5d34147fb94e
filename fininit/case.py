"""A case: one folder with the evidence, the ledger made of it, and the log of everything that was done.

``Case`` is the one object that command line, notebook and report hold. It writes only inside its own folder; what
leaves (frames, reports) leaves through the one door.
"""

from __future__ import annotations

import glob
import hashlib
import secrets
import stat
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl

from fininit.errors import CaseError, SourceRefused, UsageError, ValueRefused
from fininit.evidence import decisions, keys
from fininit.evidence.custody import Manifest
from fininit.evidence.decisions import Decision
from fininit.evidence.redaction import Door, Policy
from fininit.identifiers.account import stated_account
from fininit.identifiers.numbering import region_codes
from fininit.importers.base import Options, Reading, Source, refused_reading
from fininit.issues import Issue
from fininit.ledger.files import locked, make_folder, sweep, write, write_all
from fininit.ledger.fingerprint import fingerprint
from fininit.ledger.store import FOLDERS, Store, same
from fininit.ledger.transfers import Ledger, build
from fininit.schema import CONFIDENTIAL, HANDLING, ISSUES, TABLES

if TYPE_CHECKING:
    from fininit.ledger.coverage import Coverage
    from fininit.tracing.flow import Flow

Method = Literal["leiden", "louvain"]

FORMAT: Final = 1
"""Version of the case folder. A folder of a newer one is refused, not misread."""

_OWN: Final = frozenset({*FOLDERS, ".lock", ".gitignore", "manifest.jsonl"})
"""What a case folder may hold before it is a case: the beginnings of one."""

_UNDERSTOOD: Final = frozenset({"read", "read-with-refusals"})

_BY_VALUE: Final = frozenset({"accounts", "links", "link_rows", "coverage", "missing"})
"""Tables that are kept in the order of protected values. Pseudonyms leave in their own: the other one tells on them."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how far, and how much there is (0: not known)."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What a person states about the files of one production: who produced them, under what authority.

    Days are ``YYYY-MM-DD``. ``handling`` None means not stated: a new file is then ``open``, one that is in the case
    keeps its code. Raises :class:`UsageError` for a code or a day that is none.
    """

    exhibit_no: str | None = None
    producer: str | None = None
    legal_authority: str | None = None
    legal_reference: str | None = None
    received_on: str | None = None
    received_by: str | None = None
    period_from: str | None = None
    period_to: str | None = None
    accounts_asked: str | None = None
    accounts_produced: str | None = None
    handling: str | None = None

    def __post_init__(self) -> None:
        if self.handling not in (None, *HANDLING):
            raise UsageError(
                f"There is no handling code {self.handling!r}.", hint=f"The codes are: {', '.join(HANDLING)}."
            )
        for name in ("received_on", "period_from", "period_to"):
            if (text := getattr(self, name)) is not None:
                try:
                    object.__setattr__(self, name, date.fromisoformat(text).isoformat())
                except ValueError:
                    words = name.replace("_", " ")
                    raise UsageError(f"The day of {words!r} is not a date.", hint="Write it as 2026-05-03.") from None

    def stated(self) -> dict[str, str]:
        """The facts that were stated."""
        return {k: v for k, v in asdict(self).items() if v is not None}


@dataclass(frozen=True)
class Outcome:
    """What became of one file: its reading, or why there is none.

    ``state``: new, again (nothing changed), restated (other exhibit facts), read-anew, kept (it could not be read as
    stated this time; what is in the case stays) or unreadable.
    """

    name: str
    state: Literal["new", "again", "restated", "read-anew", "kept", "unreadable"]
    status: str
    format: str | None
    rows: dict[str, int]
    issues: tuple[Issue, ...]
    draft: str = field(default="", repr=False)
    question: str = ""

    @property
    def understood(self) -> bool:
        """True when the file was read."""
        return self.status in _UNDERSTOOD


@dataclass(frozen=True)
class Settings:
    """What a case is told once (``case.toml``)."""

    id: str
    name: str
    jurisdiction: str = ""
    zone: str = ""
    base_currency: str = ""
    region: str = ""
    contact: str = ""

    def to_toml(self) -> str:
        """The file as it is written."""
        lines = [f"format = {FORMAT}", *(f"{k} = {decisions.toml(v)}" for k, v in asdict(self).items())]
        return "\n".join(lines) + "\n"

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Read ``case.toml``. Raises :class:`CaseError` when it is missing, damaged or of a newer version."""
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise CaseError(
                f"{path.parent} is not a case folder.", code="no-case", hint=f"Make one: fininit case new {path.parent}"
            ) from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            raise CaseError(
                "case.toml cannot be read.", code="case-damaged", hint="Restore it from a copy of the case folder."
            ) from None
        made = data.pop("format", None)
        if made != FORMAT:
            raise CaseError(
                f"This case folder is of version {made}; this fininit knows version {FORMAT}.",
                code="newer-version",
                hint="Use the fininit that made it, or a newer one.",
            )
        known = {k: v for k, v in data.items() if k in cls.__dataclass_fields__}
        if "id" not in known or "name" not in known or not all(isinstance(v, str) for v in known.values()):
            raise CaseError("case.toml has no id or name.", code="case-damaged", hint="Restore it from a copy.")
        return cls(**known)


def read(path: str | Path, **options: Any) -> Reading:
    """What one file says; nothing is stored. ``options`` are the fields of ``importers.base.Options``.

    Never raises for a file that cannot be understood: look at ``Reading.status`` and ``Reading.issues``.
    """
    try:
        source = Source.from_path(Path(path))
    except SourceRefused as e:
        return refused_reading(Source.from_bytes(Path(path).name, b""), e)
    return understood(source, Options(**options))


def understood(source: Source, options: Options, formats: Sequence[Path] = ()) -> Reading:
    """What a source says, be it listings or records of money; as :func:`read`, and nothing is stored."""
    from fininit.importers.registry import importers, read_source
    from fininit.listings import importer as listings

    # A text and a day are in many exports of payments too: what a format knows by its whole header is not an ad.
    ads = options.format is None and listings.matches(source)
    if options.format in listings.FORMS or (ads and not any(i.matches(source) for i in importers(formats))):
        return listings.read(source, encoding=options.encoding)
    return read_source(source, options, formats)


def _with_currency(reading: Reading) -> Reading:
    """``reading``, unless it has amounts of no currency: those must not reach the ledger, and the file waits for a
    person. (``inspect`` shows them: nothing of it is stored.)"""
    if not reading.entries["currency"].null_count():
        return reading
    asked = SourceRefused(
        "The file does not say the currency of its amounts.", code="needs-decision", hint="State it: --currency EUR"
    )
    return refused_reading(reading.source, asked, format=reading.format)


def _after_receipt(reading: Reading, received_on: str | None) -> Reading:
    """``reading`` with a warning when lines have a day after the one on which the file is stated to have come in."""
    if received_on is None:
        return reading
    late = reading.entries.filter(pl.col("booking_date") > date.fromisoformat(received_on))
    if not late.height:
        return reading
    text = "Lines have a day after the one on which the file came in."
    issue = Issue("warning", "future-date", text, row=late["row"][0], count=late.height)
    return replace(reading, issues=(*reading.issues, issue))


def expand(patterns: Iterable[str | Path]) -> list[Path]:
    """Paths as given, with shell patterns expanded where the shell did not; sorted within a pattern."""
    paths: list[Path] = []
    for p in patterns:
        text = str(p)
        shell = glob.has_magic(text) and not Path(text).exists()
        found = sorted(glob.glob(text, recursive=True)) if shell else []  # noqa: PTH207  (a pattern may be absolute)
        paths.extend(Path(f) for f in found) if found else paths.append(Path(text))
    return paths


class Case:
    """A case folder. Open one with ``Case(path)``, make one with :meth:`new`.

    Raises :class:`CaseError` when the folder is not a case, is open to other users, or was made by a newer fininit.
    """

    def __init__(self, path: str | Path, *, key: str | Path | None = None) -> None:
        self.path = Path(path)
        self.settings = Settings.load(self.path / "case.toml")
        if stat.S_IMODE(self.path.stat().st_mode) & 0o077:
            raise CaseError(
                f"The case folder {self.path} is open to other users of this machine.",
                code="case-open",
                hint=f"Close it: chmod 700 {self.path}",
            )
        self.store = Store(self.path)
        self.manifest = Manifest(self.path / "manifest.jsonl")
        self._key_path = Path(key) if key is not None else None

    @classmethod
    def new(
        cls,
        path: str | Path,
        name: str | None = None,
        *,
        case_id: str | None = None,
        key: str | Path | None = None,
        **settings: str,
    ) -> Case:
        """Make a case folder (0700) and open it. ``settings`` are the further fields of :class:`Settings`.

        Raises :class:`CaseError` ``case-exists`` for a folder that is a case or holds anything else, and
        :class:`UsageError` for a setting that is none, or a ``region`` that is no country.
        """
        folder = Path(path)
        if (folder / "case.toml").exists():
            raise CaseError(f"{folder} is a case already.", code="case-exists", hint="Open it, or choose another name.")
        if folder.is_dir() and any(p.name not in _OWN and not p.name.endswith(".part") for p in folder.iterdir()):
            raise CaseError(
                f"{folder} holds other files; a case gets a folder of its own, closed to everybody else.",
                code="case-exists",
                hint=f"For example: fininit case new {folder / 'case'}",
            )
        unknown = sorted(set(settings) - set(Settings.__dataclass_fields__))
        if unknown:
            raise UsageError(f"A case has no setting {unknown[0]!r}.")
        try:
            region_codes(settings.get("region"))
        except ValueRefused as e:
            raise UsageError("The region of the case is none.", hint=e.hint, code=e.code) from None
        made = Settings(id=case_id or secrets.token_hex(8), name=name or folder.name or "case", **settings)
        Store(folder).create()
        folder.chmod(0o700)
        Manifest(folder / "manifest.jsonl").append("case-new", {"case": made.id})
        # Written last: only with it is the folder a case.
        write(folder / "case.toml", made.to_toml().encode("utf-8"))
        return cls(folder, key=key)

    def __repr__(self) -> str:
        n = len(self._visible(Policy()))
        return f"<fininit case, {n} exhibit{'' if n == 1 else 's'}>"

    def door(self, policy: Policy | None = None) -> Door:
        """The one door for this case: pseudonyms under the case key unless ``policy`` opens it."""
        secret = keys.load(self._key_path) if self._key_path is not None else keys.key_for(self.settings.id)
        return Door(policy or Policy(), secret)

    # --- in

    def add(
        self,
        files: str | Path | Iterable[str | Path],
        *,
        options: Options | None = None,
        exhibit: Exhibit | None = None,
        formats: Sequence[Path] = (),
        progress: Progress | None = None,
    ) -> list[Outcome]:
        """Import files; a file that is refused stops only itself. A file that is in the case already adds nothing.

        What was stated about a file stays stated: a later import that states more reads it with both, and one that
        cannot be read that way changes nothing. Stated facts of ``exhibit`` replace the earlier ones, and are logged.
        A file whose segments were damaged is read again.

        Where a file does not name its account and ``options.account`` does not either, its lines go to
        ``source:<first 8 of the hash>`` until someone names it by importing it again with an account.
        """
        listed = expand([files] if isinstance(files, str | Path) else files)
        outcomes = []
        with locked(self.path / ".lock"):
            self.manifest.lines()
            self.store.sweep()
            for n, path in enumerate(listed):
                if progress is not None:
                    progress(path.name, n, len(listed))
                outcomes.append(self._add(path, options or Options(), exhibit or Exhibit(), formats))
        for made in ("_ledgers", "_linked"):
            self.__dict__.pop(made, None)
        return outcomes

    def _add(self, path: Path, options: Options, exhibit: Exhibit, formats: Sequence[Path]) -> Outcome:
        try:
            source = Source.from_path(path)
        except SourceRefused as e:
            issue = Issue("refused", e.code, e.message, hint=e.hint)
            self.manifest.append("unreadable", {"code": e.code})
            return Outcome(path.name, "unreadable", "refused", None, _no_rows(), (issue,))
        return self._take(source, options, exhibit, formats)

    def _take(
        self,
        source: Source,
        options: Options,
        exhibit: Exhibit,
        formats: Sequence[Path],
        decision: Decision | None = None,
    ) -> Outcome:
        before = self.store.record(source.sha256)
        told = dict.fromkeys(Exhibit.__dataclass_fields__) | {"handling": "open"}
        told |= {k: before[k] for k in told} if before is not None else {}
        told |= exhibit.stated()
        earlier: dict[str, str] = before["options"] if before is not None else {}
        options = Options(**(earlier | {k: v for k, v in asdict(options).items() if v is not None}))
        stated = {k: v for k, v in asdict(options).items() if v is not None}
        sound = before is not None and self.store.sound(before)
        # A file that was not understood is tried again: by now there may be a format for it.
        if before is not None and sound and stated == earlier and before["status"] in _UNDERSTOOD:
            return self._as_stored(source, before, before | told)
        self.store.keep(source.sha256, source.data)
        reading = understood(replace(source, data=self.store.data(source.sha256)), options, formats)
        reading = _after_receipt(_with_currency(self._named(reading, options)), told["received_on"])
        if before is not None and sound and before["status"] in _UNDERSTOOD and reading.status not in _UNDERSTOOD:
            return _outcome(source.name, "kept", reading)
        if decision is not None:
            _heeded(decision, reading)
            decisions.keep(self.path / "case.toml", decisions.record(self.manifest, decision))
        packed = self.store.packed(
            {
                "entries": reading.entries,
                "statements": reading.statements,
                "issues": _issue_frame(source.sha256, reading.issues),
                **{name: frame for name, frame in reading.more.items() if frame.height},
            }
        )
        segments = {name: hashlib.sha256(data).hexdigest() for name, data in packed.items()}
        record = self._record(reading, before) | told | {"options": stated, "segments": segments}
        if before is not None and sound and record | told == before | told:
            return replace(self._as_stored(source, before, before | told), draft=reading.draft)
        self.store.write(source.sha256, packed)
        self._log("import" if before is None else "import-anew", record)
        self.store.seal(record)
        return _outcome(source.name, "new" if before is None else "read-anew", reading)

    def _log(self, what: str, record: dict[str, Any]) -> None:
        """One line on a source. The record itself holds what people stated; of that only the hash is logged."""
        facts = {k: record[k] for k in ("source", "format", "how", "status", "handling", "segments")}
        rows = {k: record[f"rows_{k}"] for k in ("total", "entries", "skipped", "refused")}
        seal = hashlib.sha256(self.store.body(record)).hexdigest()
        self.manifest.append(what, facts | {"rows": rows, "record": seal, "options": sorted(record["options"])})

    def _as_stored(self, source: Source, before: dict[str, Any], record: dict[str, Any]) -> Outcome:
        if record != before:
            self._log("exhibit", record)
            self.store.seal(record)
        issues = self.issues_of(source.sha256)
        rows = {k: record[f"rows_{k}"] for k in ("total", "entries", "skipped", "refused")}
        state: Literal["again", "restated"] = "again" if record == before else "restated"
        return Outcome(
            source.name, state, record["status"], record["format"], rows, issues, record["draft"], record["question"]
        )

    def _named(self, reading: Reading, options: Options) -> Reading:
        if not reading.entries["account"].null_count() and not reading.statements["account"].null_count():
            if options.account and (reading.entries["account"] != stated_account(options.account)).any():
                text = "The file names its accounts itself; the account that was stated is another and was not used."
                return replace(reading, issues=(*reading.issues, Issue("warning", "account-not-used", text)))
            return reading
        if options.account:
            named = reading.named(stated_account(options.account))
            return replace(named, issues=tuple(i for i in named.issues if i.code != "account-not-named"))
        if (reading.entries["sides"] == "two").any():
            return reading
        return reading.named(f"source:{reading.source.sha256[:8]}")

    @staticmethod
    def _record(reading: Reading, before: dict[str, Any] | None) -> dict[str, Any]:
        return {
            "source": reading.source.sha256,
            "name": reading.source.name if before is None else before["name"],
            "bytes": reading.source.size,
            "format": reading.format,
            "how": reading.how,
            "status": reading.status,
            "rows_total": reading.rows.total,
            "rows_entries": reading.rows.entries,
            "rows_skipped": reading.rows.skipped,
            "rows_refused": reading.rows.refused,
            "proof": list(reading.proof),
            "draft": reading.draft,
            "question": reading.question,
            "dialect": reading.dialect,
        }

    # --- decisions

    @property
    def decisions(self) -> list[Decision]:
        """The decisions taken in this case, oldest first. Raises :class:`CaseError` when ``case.toml`` is damaged."""
        return decisions.load(self.path / "case.toml")

    def undecided(self, policy: Policy | None = None) -> list[dict[str, Any]]:
        """The records of visible sources that wait for a person, as :meth:`source` gives them."""
        records = (self.store.record(s) for s in self._visible(policy or Policy()))
        waiting = [r for r in records if r is not None and r["status"] == "needs-decision"]
        return sorted(waiting, key=lambda r: (r["exhibit_no"] or "", r["name"], r["source"]))

    def issues_of(self, sha256: str) -> tuple[Issue, ...]:
        """The issues of one stored source, as its reading gave them."""
        frame = self.store.segment("issues", [sha256]).select(
            "kind", "code", "message", "row", "column", "sheet", "count", "hint"
        )
        return tuple(Issue(**(r | {"hint": r["hint"] or ""})) for r in frame.iter_rows(named=True))

    def source(self, which: str, policy: Policy | None = None) -> dict[str, Any]:
        """The record of the one visible source with that exhibit number, name, or beginning of its hash (four letters
        or more). One without an exhibit number is numbered as in :meth:`model`: in the order of the hashes, from 1.

        Raises :class:`UsageError` when there is none, or more than one.
        """
        records = [r for s in self._visible(policy or Policy()) if (r := self.store.record(s)) is not None]
        found = [r for r in records if which in (r["exhibit_no"], r["name"], r["source"])]
        if not found and len(which) >= 4:
            found = [r for r in records if r["source"].startswith(which.lower())]
        if not found and which.isdecimal():
            found = [r for r in records[int(which) - 1 : int(which)] if not r["exhibit_no"]]
        if len(found) != 1:
            said = "no exhibit" if not found else f"{len(found)} exhibits"
            raise UsageError(
                f"There {'is' if len(found) < 2 else 'are'} {said} of that number, name or hash in this case.",
                hint="fininit case show CASE lists them; the first characters of the hash name one for certain.",
            )
        return found[0]

    def decide(
        self,
        which: str,
        options: Options,
        *,
        by: str,
        why: str,
        formats: Sequence[Path] = (),
        policy: Policy | None = None,
    ) -> Outcome:
        """Settle how a source is to be read: read it again from its evidence copy with what a person states.

        ``which`` as for :meth:`source`. The decision (who, why, what, when) goes into the action log and into
        ``case.toml``, before the file is read anew; one question may follow another, so the outcome may still need a
        decision. Nothing is written when the file contradicts what was stated, or cannot be read that way.
        Raises :class:`UsageError` for an unknown source, no option, nobody or no reason, or a contradiction.
        """
        stated = {k: v for k, v in asdict(options).items() if v is not None}
        if not stated:
            raise UsageError("Nothing was stated.", hint="For example: --date dmy, --sign holder, --currency EUR.")
        with locked(self.path / ".lock"):
            self.manifest.lines()
            self.store.sweep()
            record = self.source(which, policy)
            if not same(self.path / "evidence" / record["source"], record["source"]):
                raise CaseError(
                    f"The evidence copy {record['source'][:16]}… is not what was received.",
                    code="evidence-changed",
                    hint="Restore it from the exhibit; fininit case verify lists every such file.",
                )
            source = Source(record["name"], self.store.data(record["source"]), record["source"])
            decision = Decision(record["source"], by, why, stated, record["exhibit_no"] or "")
            outcome = self._take(source, options, Exhibit(), formats, decision)
        for made in ("_ledgers", "_linked"):
            self.__dict__.pop(made, None)
        return outcome

    # --- what there is

    def _visible(self, policy: Policy) -> list[str]:
        """Sources that may be shown: confidential ones only when their handling code is asked for by name (law 12)."""
        hidden = CONFIDENTIAL - policy.handling
        return [s for s in self.store.known() if (self.store.record(s) or {})["handling"] not in hidden]

    @cached_property
    def _ledgers(self) -> dict[tuple[str, ...], Ledger]:
        return {}

    def ledger(self, policy: Policy | None = None) -> Ledger:
        """The ledger of the visible sources, values as they are. For code; people see :meth:`frame`."""
        visible = tuple(self._visible(policy or Policy()))
        if visible not in self._ledgers:
            self._ledgers[visible] = build(self.store.segment("entries", list(visible)))
        return self._ledgers[visible]

    @cached_property
    def _linked(self) -> dict[tuple[str, ...], Linked]:
        return {}

    def linked(self, policy: Policy | None = None) -> Linked:
        """Listings, parties, identifiers and links of the visible sources, values as they are. For code; people see
        :meth:`frame`. National phone numbers are read in the case's ``region``, unless a listing states its own."""
        from fininit.linking.links import links
        from fininit.linking.mentions import mentions
        from fininit.listings.contacts import contacts

        visible = tuple(self._visible(policy or Policy()))
        if visible not in self._linked:
            listings, parties, capacities, stated = (
                self.store.segment(name, list(visible)) for name in ("listings", "parties", "capacities", "identifiers")
            )
            entries = self.ledger(policy).entries
            region = self.settings.region or None
            printed, named = contacts(listings, region), mentions(entries, region)
            joined = links(
                listings=listings,
                contacts=printed.identifiers,
                entries=entries,
                mentions=named,
                subscribers=stated,
                parties=parties,
                capacities=capacities,
            )
            found = pl.concat([printed.identifiers, named, stated])
            self._linked[visible] = Linked(
                listings, parties, capacities, found, printed.issues, joined.links, joined.rows
            )
        return self._linked[visible]

    def sources(self, policy: Policy | None = None) -> pl.DataFrame:
        """``schema.SOURCES`` of the visible sources."""
        return self.store.sources().filter(pl.col("source").is_in(self._visible(policy or Policy())))

    def issues(self, policy: Policy | None = None) -> pl.DataFrame:
        """``schema.ISSUES`` of the visible sources: of their reading, and of the contacts in their listings."""
        policy = policy or Policy()
        read = self.store.segment("issues", self._visible(policy))
        remarks = self.linked(policy).remarks
        alike = [c for c in ISSUES.names if c not in ("row", "count")]
        folded = remarks.sort("source", "row").group_by(alike, maintain_order=True)
        return pl.concat([read, ISSUES.conform(folded.agg(pl.col("row").min(), pl.col("count").sum()))])

    def coverage(self, **policy: str | None) -> pl.DataFrame:
        """``schema.COVERAGE``: lines by account and month, through the door; arguments as of :meth:`frame`."""
        return self.frame("coverage", **policy)

    def missing(self, **policy: str | None) -> pl.DataFrame:
        """``schema.MISSING``: what is missing or not shown to be complete; arguments as of :meth:`frame`."""
        return self.frame("missing", **policy)

    def next_requests(self, **policy: str | None) -> pl.DataFrame:
        """``schema.NEXT_REQUESTS``: whom to ask next, the most money first; arguments as of :meth:`frame`."""
        return self.frame("next_requests", **policy)

    def _covered(self, policy: Policy) -> Coverage:
        from fininit.ledger.coverage import coverage

        statements = self.store.segment("statements", self._visible(policy))
        return coverage(self.ledger(policy).entries, statements, self.sources(policy))

    def _requests(self, policy: Policy) -> pl.DataFrame:
        from fininit.linking.requests import next_requests

        ledger, who = self.ledger(policy), self.linked(policy)
        return next_requests(
            transfers=ledger.transfers,
            evidence=ledger.evidence,
            entries=ledger.entries,
            accounts=ledger.accounts,
            identifiers=who.identifiers,
            links=who.links,
        )

    def frame(
        self, table: str, *, identify: str | None = None, reason: str | None = None, handling: str | None = None
    ) -> pl.DataFrame:
        """A table of ``fininit.schema`` as it may be seen: pseudonymised, unless ``identify`` and ``reason`` are given.

        Roles open the accounts of their holders; names, references and free text of a table open with ``all`` only.

        ``table`` is sources, entries, statements, issues, transfers, evidence, proposals, accounts, listings, parties,
        capacities, identifiers, links, link_rows, coverage, missing or next_requests. Opening one writes a line
        into the action log. ``handling`` names confidential codes that may be shown. ``.to_pandas()`` of the result
        keeps text and decimals.
        """
        policy = Policy.stated(identify, reason, handling)
        tables: dict[str, Callable[[], pl.DataFrame]] = {
            "sources": lambda: self.sources(policy),
            "statements": lambda: self.store.segment("statements", self._visible(policy)),
            "issues": lambda: self.issues(policy),
            "coverage": lambda: self._covered(policy).months,
            "missing": lambda: self._covered(policy).missing,
            "next_requests": lambda: self._requests(policy),
            **{
                name: (lambda name=name: getattr(self.ledger(policy), name))  # type: ignore[misc]
                for name in ("entries", "transfers", "evidence", "proposals", "accounts")
            },
            **{
                name: (lambda name=name: getattr(self.linked(policy), name))  # type: ignore[misc]
                for name in ("listings", "parties", "capacities", "identifiers", "links", "link_rows")
            },
        }
        if table not in tables:
            raise UsageError(f"There is no table {table!r}.", hint=f"The tables are: {', '.join(sorted(tables))}.")
        raw = tables[table]()
        if policy.roles or policy.handling:
            opened = {"roles": sorted(policy.roles), "reason": policy.reason, "handling": sorted(policy.handling)}
            self.manifest.append("identify", opened | {"output": f"frame {table}"})
        door = self.door(policy)
        if policy.roles:
            door.roles = dict(self.ledger(policy).accounts.select("account", "role").iter_rows())
        protected = [c for c in TABLES[table].columns if c.protect]
        shown = raw.select(TABLES[table].names).with_columns(
            door.column(raw[c.name], c.protect).alias(c.name) for c in protected
        )
        return shown.sort(TABLES[table].key, nulls_last=False) if policy.redacted and table in _BY_VALUE else shown

    # --- out

    def trace(
        self,
        start: str | Sequence[str] | Tracing,
        *,
        rule: str | None = None,
        identify: str | None = None,
        reason: str | None = None,
        handling: str | None = None,
        **choices: Any,
    ) -> Traced:
        """Follow the money from accounts or transfers under one rule (``fininit.tracing.trace``), as it may be seen.

        ``start``: transfer ids, or accounts as stored, as typed or as shown in a report; or a :class:`Tracing`, whose
        further fields are ``choices``. ``rule`` has no default: a court follows no tracing whose rule nobody chose.
        Every trace is written into the action log, refused ones with their reason. Raises ``UsageError`` as
        ``fininit.tracing.trace.trace`` and ``find_start`` do.
        """
        from fininit.tracing.schedule import schedule

        policy = Policy.stated(identify, reason, handling)
        door = self.door(policy)
        if isinstance(start, Tracing):
            asked = start
        else:
            asked = Tracing((start,) if isinstance(start, str) else tuple(start), rule, **choices)
        flow = self._flow(asked, policy, door)
        frames = {
            "tags": flow.tags,
            "steps": flow.steps,
            "portions": flow.portions,
            "lots": flow.lots,
            "breaks": flow.breaks,
            "remaining": flow.remaining,
            "totals": flow.totals,
            "coverage": flow.coverage,
            "schedule": schedule(flow),
        }
        rendered = {name: self._rendered(door, f"flow_{name}", frame) for name, frame in frames.items()}
        return Traced(flow.parameters.rule, flow.parameters.currency, flow.parameters.order, rendered)

    def _flow(self, asked: Tracing, policy: Policy, door: Door) -> Flow:
        """One trace, logged with its choices whatever becomes of it. Sets the roles of ``door``."""
        from fininit.tracing import rules
        from fininit.tracing.start import Limits, find_start
        from fininit.tracing.trace import trace

        ledger = self.ledger(policy)
        door.roles = dict(ledger.accounts.select("account", "role").iter_rows())

        asking = replace(door)  # what is rendered to find a start does not leave: it is not counted

        def shown(account: str) -> str:
            return asking.render(account, "account", door.roles.get(account, "unknown"))

        chosen = {
            "rule": asked.rule if asked.rule in rules.RULES else "",  # what was typed may be anything
            "order": asked.order,
            "through": asked.through,
            "identified": sorted(policy.roles),
            "handling": sorted(policy.handling),
        }
        try:
            starts = [find_start(ledger, text, since=asked.since, render=shown) for text in asked.start]
            flow = trace(
                ledger,
                starts,
                rule=asked.rule,
                order=asked.order,  # type: ignore[arg-type]
                limits=Limits(depth=asked.depth, until=asked.until),
                currency=asked.currency,
                through=asked.through,
                statements=self.store.segment("statements", self._visible(policy)),
            )
        except UsageError as e:
            self.manifest.append("trace", chosen | {"refused": e.code})
            raise
        from_ = [door.token(s.account, "account") if s.account else str(s.transfer_id) for s in starts]
        facts = {"start": from_, "currency": flow.parameters.currency, "reason": policy.reason}
        self.manifest.append("trace", chosen | facts)
        return flow

    @staticmethod
    def _rendered(door: Door, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame`` as it may leave, what it keeps in the order of accounts in that of the pseudonyms."""
        protected = [c for c in TABLES[table].columns if c.protect]
        shown = frame.with_columns(door.column(frame[c.name], c.protect).alias(c.name) for c in protected)
        if table == "flow_breaks":
            place = pl.when(pl.col("transfer_id").is_not_null()).then(pl.int_range(pl.len()))
            return shown.sort(place, "account", "tag", nulls_last=True)
        return shown.sort(TABLES[table].key) if "account" in TABLES[table].key else shown

    def model(
        self,
        *,
        policy: Policy | None = None,
        method: str = "leiden",
        resolution: float = 1.0,
        seed: int = 0,
        tracing: Tracing | None = None,
        command: str = "",
    ) -> Any:
        """The frozen report model (``fininit.report.model.ReportModel``) of this case, with one trace if asked for."""
        from fininit.graph.betweenness import betweenness
        from fininit.graph.build import build as build_graph
        from fininit.graph.communities import communities
        from fininit.networks.find import find
        from fininit.networks.ties import ties, weighted
        from fininit.report.build import Material
        from fininit.report.build import build as build_model

        policy = policy or Policy()
        ledger = self.ledger(policy)
        visible = self._visible(policy)
        graph = build_graph(ledger.transfers)
        who = self.linked(policy)
        together = weighted(graph, ties(who.links))
        groups = communities(graph, method=method, resolution=resolution, seed=seed, ties=together)  # type: ignore[arg-type]
        routes = betweenness(graph, seed=seed)
        door = self.door(policy)
        flows = [self._flow(tracing, policy, door)] if tracing is not None else []
        called = self.door().column(pl.Series(graph.accounts, dtype=pl.String), "account")
        material = Material(
            title=self.settings.name,
            command=command,
            fingerprint=fingerprint(ledger.entries),
            ledger=ledger,
            sources=self.sources(policy),
            statements=self.store.segment("statements", visible),
            issues=self.issues(policy),
            graph=graph,
            communities=groups,
            betweenness=routes,
            networks=find(graph, groups, routes, ledger.transfers, who.links, called),
            listings=who.listings,
            parties=who.parties,
            links=who.links,
            link_rows=who.link_rows,
            flows=flows,
            contact=self.settings.contact,
        )
        return build_model(material, door)

    def report(
        self,
        out: str | Path | None = None,
        *,
        identify: str | None = None,
        reason: str | None = None,
        handling: str | None = None,
        method: str = "leiden",
        resolution: float = 1.0,
        seed: int = 0,
        tracing: Tracing | None = None,
        command: str | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Write ``report.html``, ``workbook.xlsx`` and ``summary.json`` into ``out`` (default: ``reports/``).

        All three come from one model. ``identify`` opens names of the given roles (or ``all``) and needs a ``reason``;
        both are written into the action log, as is the hash of every file that went out. ``tracing``: the trace that
        the report shows, if any; it needs a start and a rule, and is logged like every trace.
        """
        from fininit.report.page import write_page
        from fininit.report.summary import write_summary
        from fininit.report.workbook import write_workbook

        policy = Policy.stated(identify, reason, handling)
        folder = Path(out) if out is not None else self.path / "reports"
        make_folder(folder)
        step = progress or (lambda *_: None)
        step("counting", 0, 4)
        model = self.model(
            policy=policy,
            method=method,
            resolution=resolution,
            seed=seed,
            tracing=tracing,
            command=command
            if command is not None
            else command_line(
                "report", method=method, resolution=resolution, seed=seed, policy=policy, tracing=tracing
            ),
        )
        hashes = {}
        files = {}
        for n, (name, writer) in enumerate(
            {"report.html": write_page, "workbook.xlsx": write_workbook, "summary.json": write_summary}.items(), 1
        ):
            step(name, n, 4)
            data = writer(model)
            files[name] = data
            hashes[name] = hashlib.sha256(data).hexdigest()
        with locked(self.path / ".lock"):
            # Logged before the files leave: an output that nobody wrote down must not exist.
            self.manifest.append(
                "report",
                {
                    "files": hashes,
                    "fingerprint": model.facts.fingerprint,
                    "identified": sorted(policy.roles),
                    "reason": policy.reason,
                    "handling": sorted(policy.handling),
                    "method": method,
                    "resolution": f"{resolution:g}",
                    "seed": seed,
                },
            )
            sweep(folder, files)
            write_all({folder / name: data for name, data in files.items()})
        step("", 4, 4)
        return Report(folder, model, hashes)

    def verify(self) -> list[str]:
        """Check log, evidence and segments; one sentence for each thing that does not fit, none when all is well."""
        found: list[str] = []
        try:
            lines = self.manifest.lines()
        except CaseError as e:
            found.append(e.message)
            lines = []
        new = [line for line in lines if line["what"] == "case-new"]
        if not found and (not new or new[-1].get("case") != self.settings.id):
            found.append("The action log is missing, or is not the log of this case.")
        latest = {line["source"]: line for line in lines if line["what"] in ("import", "import-anew", "exhibit")}
        known: set[str] = set()
        try:
            known = set(self.store.known())
        except CaseError as e:
            found.append(e.message)
        found += [f"Exhibit {s[:16]}… is in the log and not in the case." for s in sorted(set(latest) - known)]
        found += [f"Exhibit {s[:16]}… is in the case and not in the log." for s in sorted(known - set(latest))]
        for sha256, line in sorted(latest.items()):
            if not same(self.path / "evidence" / sha256, sha256):
                found.append(f"evidence/{sha256[:16]}… is not what was received.")
            if sha256 in known and not same(self.path / "sources" / f"{sha256}.json", line["record"]):
                found.append(f"sources/{sha256[:16]}… is not what was written.")
            for name, stated in sorted(line["segments"].items()):
                if not same(self.path / name / f"{sha256}.parquet", stated):
                    found.append(f"{name}/{sha256[:16]}… is not what was written.")
        return found


@dataclass(frozen=True)
class Linked:
    """Who is who in the visible sources: tables of ``fininit.schema`` by their names. ``remarks`` (``schema.ISSUES``):
    what a reader must know of contacts, such as a phone that fits two countries."""

    listings: pl.DataFrame = field(repr=False)
    parties: pl.DataFrame = field(repr=False)
    capacities: pl.DataFrame = field(repr=False)
    identifiers: pl.DataFrame = field(repr=False)
    remarks: pl.DataFrame = field(repr=False)
    links: pl.DataFrame = field(repr=False)
    link_rows: pl.DataFrame = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tracing:
    """A trace as it is asked for. ``start``: accounts or transfers, as people name them (they may be names: not shown).

    ``rule`` has no default; the other choices have those of ``fininit.tracing.trace.trace``.
    """

    start: tuple[str, ...] = field(repr=False)
    rule: str | None
    since: date | None = None
    order: str = "as-printed"
    currency: str | None = None
    through: bool = False
    depth: int | None = None
    until: date | None = None

    def words(self) -> list[str]:
        """The choices as they are typed, the starts left out."""
        said = ["--from …"] * len(self.start) + [f"--rule {self.rule or ''}".strip()]
        said += [f"--since {self.since}"] if self.since else []
        said += [f"--order {self.order}"] if self.order != "as-printed" else []
        said += [f"--currency {self.currency}"] if self.currency else []
        said += ["--through"] if self.through else []
        said += [f"--depth {self.depth}"] if self.depth is not None else []
        return said + ([f"--until {self.until}"] if self.until else [])


@dataclass(frozen=True)
class Traced:
    """A trace as it may be seen. ``frames``: tags, steps, portions, lots, breaks, remaining, totals, coverage and
    schedule, with the columns of ``flow_…`` in ``fininit.schema``."""

    rule: str
    currency: str
    order: str
    frames: dict[str, pl.DataFrame] = field(repr=False)

    @property
    def total(self) -> dict[str, Decimal]:
        """All tags together: ``traced_in`` = ``ended`` + ``remaining``; ``difference`` is zero."""
        row = self.frames["totals"].filter(pl.col("tag").is_null()).row(0, named=True)
        return {n: row[n] for n in ("traced_in", "ended", "remaining", "difference")}

    @property
    def stops(self) -> dict[str, Decimal]:
        """Kind of break (``schema.BREAK_KINDS``, still-held among them) -> sum; together: what was traced in."""
        sums: dict[str, Decimal] = {}
        for kind, amount in self.frames["breaks"].select("kind", "amount").sort("kind").iter_rows():
            sums[kind] = sums.get(kind, Decimal(0)) + amount
        return sums


@dataclass(frozen=True)
class Report:
    """What a report run wrote: the folder, the model everything came from, and the SHA-256 of each file."""

    folder: Path
    model: Any = field(repr=False)
    hashes: dict[str, str]

    @property
    def page(self) -> Path:
        """The HTML report."""
        return self.folder / "report.html"


@dataclass(frozen=True)
class Run:
    """What ``fininit run`` did: the outcome of each file and the report."""

    outcomes: list[Outcome]
    report: Report


def command_line(
    what: str, *, method: str, resolution: float, seed: int, policy: Policy, tracing: Tracing | None = None
) -> str:
    """The command as it stands in a report: every choice that shapes the numbers, no path, no file name, and of the
    start of a trace only that there is one (the report's own table of starts renders it)."""
    words = [f"fininit {what}", f"--method {method}", f"--resolution {resolution:g}", f"--seed {seed}"]
    words += tracing.words() if tracing is not None else []
    if policy.roles:
        words.append(f"--identify {','.join(sorted(policy.roles))}")
    if policy.handling:
        words.append(f"--handling {','.join(sorted(policy.handling))}")
    return " ".join(words)


def run(
    files: str | Path | Iterable[str | Path],
    out: str | Path,
    *,
    name: str | None = None,
    options: Options | None = None,
    exhibit: Exhibit | None = None,
    formats: Sequence[Path] = (),
    identify: str | None = None,
    reason: str | None = None,
    handling: str | None = None,
    method: str = "leiden",
    resolution: float = 1.0,
    seed: int = 0,
    region: str | None = None,
    tracing: Tracing | None = None,
    key: str | Path | None = None,
    progress: Progress | None = None,
) -> Run:
    """Everything at once: files in, ``report.html``, ``workbook.xlsx``, ``summary.json`` and the case folder out.

    ``region``: where national phone numbers belong (ISO 3166-1, e.g. DE). ``tracing``: a trace to show.

    Same files, same choices, same key: same bytes. ``out`` must be new, or hold a run over the same files; a folder
    that holds a run over others is refused, so that nobody mixes two.
    """
    from fininit.tracing import rules

    policy = Policy.stated(identify, reason, handling)
    if tracing is not None:
        rules.rule(tracing.rule)  # before the files are read: that takes longer
    out = Path(out)
    # Sorted: of two copies of a file the name of the first is kept.
    listed = sorted(expand([files] if isinstance(files, str | Path) else files), key=lambda p: (p.name, str(p)))
    if not listed:
        raise UsageError("No file was named.", hint="fininit run FILES… -o DIR")
    folder = out / "case"
    if (folder / "case.toml").exists():
        case = Case(folder, key=key)
        _same_files(case, listed, policy)
        if (region or "") != case.settings.region:
            raise UsageError(
                "This folder holds a run with another region of phone numbers.",
                hint="Choose another folder with -o, or state the same --region as before.",
            )
    else:
        make_folder(out)
        case = Case.new(folder, name or "fininit report", case_id="run", key=key, region=region or "")
    case.door()
    outcomes = case.add(listed, options=options, exhibit=exhibit, formats=formats, progress=progress)
    try:
        report = case.report(
            out,
            identify=identify,
            reason=reason,
            handling=handling,
            method=method,
            resolution=resolution,
            seed=seed,
            tracing=tracing,
            command=command_line(
                "run", method=method, resolution=resolution, seed=seed, policy=policy, tracing=tracing
            ),
            progress=progress,
        )
    except UsageError as e:
        # Reading takes long: whoever mistyped a start must know that it need not be done again.
        kept = f"The files are read and lie in {folder}: type the command again, and only the report is made."
        raise UsageError(e.message, hint=f"{e.hint}\n{kept}".strip(), code=e.code) from None
    return Run(outcomes, report)


def _same_files(case: Case, listed: list[Path], policy: Policy) -> None:
    given = set()
    for path in listed:
        try:
            given.add(Source.from_path(path).sha256)
        except SourceRefused:
            continue
    if extra := set(case._visible(policy)) - given:
        raise UsageError(
            f"This folder holds a run over {len(extra)} other file{'' if len(extra) == 1 else 's'}.",
            hint="Choose another folder with -o, or add files to the case in it: fininit import DIR/case FILES…",
        )


def _outcome(name: str, state: Literal["new", "read-anew", "kept"], reading: Reading) -> Outcome:
    rows = asdict(reading.rows)
    return Outcome(name, state, reading.status, reading.format, rows, reading.issues, reading.draft, reading.question)


def _heeded(decision: Decision, reading: Reading) -> None:
    """Raises :class:`UsageError` when a point that was stated is still open: then the file contradicts it."""
    for name in decision.options:
        for issue in reading.issues:
            if issue.code in (f"{name}-undecided", f"{name}-not-named"):
                raise UsageError(f"The file contradicts what was stated: {issue.message}", hint=issue.hint)


def _no_rows() -> dict[str, int]:
    return {"total": 0, "entries": 0, "skipped": 0, "refused": 0}


def _issue_frame(sha256: str, issues: tuple[Issue, ...]) -> pl.DataFrame:
    rows = [
        {
            "source": sha256,
            "kind": i.kind,
            "code": i.code,
            "message": i.message,
            "sheet": i.sheet,
            "row": i.row,
            "column": i.column,
            "count": i.count,
            "hint": i.hint or None,
        }
        for i in issues
    ]
    return ISSUES.conform(pl.DataFrame(rows, schema=ISSUES.polars())) if rows else ISSUES.empty()
