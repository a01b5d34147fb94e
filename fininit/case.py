"""A case: one folder with the evidence, the ledger made of it, and the log of everything that was done.

``Case`` is the one object that command line, notebook and report hold. It writes only inside its own folder; what
leaves (frames, reports) leaves through the one door.
"""

from __future__ import annotations

import glob
import hashlib
import json
import secrets
import stat
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl

from fininit.errors import CaseError, SourceRefused, UsageError
from fininit.evidence import keys
from fininit.evidence.custody import Manifest
from fininit.evidence.redaction import Door, Policy
from fininit.identifiers.account import stated_account
from fininit.importers.base import Options, Reading, Source, refused_reading
from fininit.issues import Issue
from fininit.ledger.files import locked, make_folder, write
from fininit.ledger.fingerprint import fingerprint
from fininit.ledger.store import Store
from fininit.ledger.transfers import Ledger, build
from fininit.schema import CONFIDENTIAL, HANDLING, ISSUES, TABLES

Method = Literal["leiden", "louvain"]

FORMAT: Final = 1
"""Version of the case folder. A folder of a newer one is refused, not misread."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how far, and how much there is (0: not known)."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What a person states about the files of one production: who produced them, under what authority."""

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
    handling: str = "open"

    def __post_init__(self) -> None:
        if self.handling not in HANDLING:
            raise UsageError(
                f"There is no handling code {self.handling!r}.", hint=f"The codes are: {', '.join(HANDLING)}."
            )


@dataclass(frozen=True)
class Outcome:
    """What became of one file: its reading, or why there is none. ``state``: new, again, read-anew or unreadable."""

    name: str
    state: Literal["new", "again", "read-anew", "unreadable"]
    status: str
    format: str | None
    rows: dict[str, int]
    issues: tuple[Issue, ...]
    draft: str = field(default="", repr=False)
    question: str = ""

    @property
    def understood(self) -> bool:
        """True when the file was read."""
        return self.status in ("read", "read-with-refusals")


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
        """The file as it is written; JSON strings are valid TOML basic strings."""
        lines = [f"format = {FORMAT}", *(f"{k} = {json.dumps(v)}" for k, v in asdict(self).items())]
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
    from fininit.importers.registry import read_source

    try:
        source = Source.from_path(Path(path))
    except SourceRefused as e:
        return refused_reading(Source.from_bytes(Path(path).name, b""), e)
    return read_source(source, Options(**options))


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
        """Make a case folder (0700) and open it. ``settings`` are the further fields of :class:`Settings`."""
        folder = Path(path)
        if (folder / "case.toml").exists():
            raise CaseError(f"{folder} is a case already.", code="case-exists", hint="Open it, or choose another name.")
        unknown = sorted(set(settings) - set(Settings.__dataclass_fields__))
        if unknown:
            raise UsageError(f"A case has no setting {unknown[0]!r}.")
        made = Settings(id=case_id or secrets.token_hex(8), name=name or folder.name or "case", **settings)
        Store(folder).create()
        folder.chmod(0o700)
        write(folder / "case.toml", made.to_toml().encode("utf-8"))
        case = cls(folder, key=key)
        case.manifest.append("case-new", {"case": made.id})
        return case

    def __repr__(self) -> str:
        n = len(self.store.known())
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

        Where a file does not name its account and ``options.account`` does not either, its lines go to
        ``source:<first 8 of the hash>`` until someone names it by importing it again with an account.
        """
        listed = expand([files] if isinstance(files, str | Path) else files)
        outcomes = []
        with locked(self.path / ".lock"):
            self.manifest.lines()
            for n, path in enumerate(listed):
                if progress is not None:
                    progress(path.name, n, len(listed))
                outcomes.append(self._add(path, options or Options(), exhibit or Exhibit(), formats))
        self.__dict__.pop("_ledgers", None)
        return outcomes

    def _add(self, path: Path, options: Options, exhibit: Exhibit, formats: Sequence[Path]) -> Outcome:
        from fininit.importers.registry import read_source

        try:
            source = Source.from_path(path)
        except SourceRefused as e:
            issue = Issue("refused", e.code, e.message, hint=e.hint)
            self.manifest.append("unreadable", {"code": e.code})
            return Outcome(path.name, "unreadable", "refused", None, _no_rows(), (issue,))
        stated = {k: v for k, v in asdict(options).items() if v is not None}
        before = self.store.record(source.sha256)
        if before is not None and (not stated or before["options"] == stated):
            return self._as_stored(source, before)
        self.store.keep(source.sha256, source.data)
        reading = read_source(replace(source, data=self.store.data(source.sha256)), options, formats)
        reading = self._named(reading, options)
        record = self._record(reading, exhibit if before is None else None, before, stated)
        segments = {
            "entries": reading.entries,
            "statements": reading.statements,
            "issues": _issue_frame(source.sha256, reading.issues),
        }
        hashes = self.store.write(record, segments)
        facts = {k: record[k] for k in ("source", "format", "how", "status", "handling")}
        rows = {k: record[f"rows_{k}"] for k in ("total", "entries", "skipped", "refused")}
        what = "import" if before is None else "import-anew"
        self.manifest.append(what, facts | {"rows": rows, "segments": hashes, "options": sorted(stated)})
        self.store.seal(record)
        return Outcome(
            path.name,
            "new" if before is None else "read-anew",
            reading.status,
            reading.format,
            rows,
            reading.issues,
            reading.draft,
            reading.question,
        )

    def _as_stored(self, source: Source, record: dict[str, Any]) -> Outcome:
        frame = self.store.segment("issues", [source.sha256]).select(
            "kind", "code", "message", "row", "column", "sheet", "count", "hint"
        )
        issues = tuple(Issue(**(r | {"hint": r["hint"] or ""})) for r in frame.iter_rows(named=True))
        rows = {k: record[f"rows_{k}"] for k in ("total", "entries", "skipped", "refused")}
        return Outcome(source.name, "again", record["status"], record["format"], rows, issues)

    def _named(self, reading: Reading, options: Options) -> Reading:
        if not reading.entries["account"].null_count() and not reading.statements["account"].null_count():
            return reading
        if options.account:
            named = reading.named(stated_account(options.account))
            return replace(named, issues=tuple(i for i in named.issues if i.code != "account-not-named"))
        if (reading.entries["sides"] == "two").any():
            return reading
        return reading.named(f"source:{reading.source.sha256[:8]}")

    @staticmethod
    def _record(
        reading: Reading, exhibit: Exhibit | None, before: dict[str, Any] | None, stated: dict[str, str]
    ) -> dict[str, Any]:
        if exhibit is not None:
            told = asdict(exhibit)
        else:
            told = {k: (before or {}).get(k) for k in Exhibit.__dataclass_fields__}
        record = {
            "source": reading.source.sha256,
            "name": reading.source.name,
            "bytes": reading.source.size,
            "format": reading.format,
            "how": reading.how,
            "status": reading.status,
            "rows_total": reading.rows.total,
            "rows_entries": reading.rows.entries,
            "rows_skipped": reading.rows.skipped,
            "rows_refused": reading.rows.refused,
        }
        return record | told | {"options": stated, "proof": list(reading.proof), "draft": reading.draft}

    # --- what there is

    def _visible(self, policy: Policy) -> list[str]:
        """Sources that may be shown: confidential ones only when their handling code is asked for by name (law 12)."""
        hidden = CONFIDENTIAL - policy.handling
        return [s for s in self.store.known() if (self.store.record(s) or {}).get("handling", "open") not in hidden]

    @cached_property
    def _ledgers(self) -> dict[tuple[str, ...], Ledger]:
        return {}

    def ledger(self, policy: Policy | None = None) -> Ledger:
        """The ledger of the visible sources, values as they are. For code; people see :meth:`frame`."""
        visible = tuple(self._visible(policy or Policy()))
        if visible not in self._ledgers:
            self._ledgers[visible] = build(self.store.segment("entries", list(visible)))
        return self._ledgers[visible]

    def sources(self, policy: Policy | None = None) -> pl.DataFrame:
        """``schema.SOURCES`` of the visible sources."""
        return self.store.sources().filter(pl.col("source").is_in(self._visible(policy or Policy())))

    def frame(self, table: str, *, identify: str | None = None, reason: str | None = None) -> pl.DataFrame:
        """A table of ``fininit.schema`` as it may be seen: pseudonymised, unless ``identify`` and ``reason`` are given.

        ``table`` is sources, entries, statements, issues, transfers, evidence, proposals or accounts. Opening it writes
        a line into the action log. ``.to_pandas()`` of the result keeps text and decimals.
        """
        policy = Policy.stated(identify, reason)
        tables: dict[str, Callable[[], pl.DataFrame]] = {
            "sources": lambda: self.sources(policy),
            "statements": lambda: self.store.segment("statements", self._visible(policy)),
            "issues": lambda: self.store.segment("issues", self._visible(policy)),
            **{
                name: (lambda name=name: getattr(self.ledger(policy), name))  # type: ignore[misc]
                for name in ("entries", "transfers", "evidence", "proposals", "accounts")
            },
        }
        if table not in tables:
            raise UsageError(f"There is no table {table!r}.", hint=f"The tables are: {', '.join(sorted(tables))}.")
        raw = tables[table]()
        if policy.roles:
            self.manifest.append(
                "identify", {"roles": sorted(policy.roles), "reason": policy.reason, "output": f"frame {table}"}
            )
        door = self.door(policy)
        protected = [c for c in TABLES[table].columns if c.protect]
        return raw.select(TABLES[table].names).with_columns(
            door.column(raw[c.name], c.protect).alias(c.name) for c in protected
        )

    # --- out

    def model(
        self,
        *,
        policy: Policy | None = None,
        method: str = "leiden",
        resolution: float = 1.0,
        seed: int = 0,
        command: str = "",
    ) -> Any:
        """The frozen report model (``fininit.report.model.ReportModel``) of this case."""
        from fininit.graph.betweenness import betweenness
        from fininit.graph.build import build as build_graph
        from fininit.graph.communities import communities
        from fininit.networks.find import find
        from fininit.report.build import Material
        from fininit.report.build import build as build_model

        policy = policy or Policy()
        ledger = self.ledger(policy)
        visible = self._visible(policy)
        graph = build_graph(ledger.transfers)
        groups = communities(graph, method=method, resolution=resolution, seed=seed)  # type: ignore[arg-type]
        routes = betweenness(graph, seed=seed)
        material = Material(
            title=self.settings.name,
            command=command,
            fingerprint=fingerprint(ledger.entries),
            ledger=ledger,
            sources=self.sources(policy),
            statements=self.store.segment("statements", visible),
            issues=self.store.segment("issues", visible),
            graph=graph,
            communities=groups,
            betweenness=routes,
            networks=find(graph, groups, routes, ledger.transfers),
            contact=self.settings.contact,
        )
        return build_model(material, self.door(policy))

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
        command: str | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Write ``report.html``, ``workbook.xlsx`` and ``summary.json`` into ``out`` (default: ``reports/``).

        All three come from one model. ``identify`` opens names of the given roles (or ``all``) and needs a ``reason``;
        both are written into the action log, as is the hash of every file that went out.
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
            command=command if command is not None else self._command("report", method, resolution, seed, policy),
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
            for name, data in files.items():
                write(folder / name, data)
        step("", 4, 4)
        return Report(folder, model, hashes)

    @staticmethod
    def _command(what: str, method: str, resolution: float, seed: int, policy: Policy) -> str:
        return command_line(what, method=method, resolution=resolution, seed=seed, policy=policy)

    def verify(self) -> list[str]:
        """Check log, evidence and segments; one sentence for each thing that does not fit, none when all is well."""
        found: list[str] = []
        try:
            lines = self.manifest.lines()
        except CaseError as e:
            found.append(e.message)
            lines = []
        latest = {line["source"]: line for line in lines if line["what"] in ("import", "import-anew")}
        known = set(self.store.known())
        found += [f"Exhibit {s[:16]}… is in the log and not in the case." for s in sorted(set(latest) - known)]
        found += [f"Exhibit {s[:16]}… is in the case and not in the log." for s in sorted(known - set(latest))]
        for sha256, line in sorted(latest.items()):
            if not self._same(self.path / "evidence" / sha256, sha256):
                found.append(f"evidence/{sha256[:16]}… is not what was received.")
            for name, stated in sorted(line["segments"].items()):
                if not self._same(self.path / name / f"{sha256}.parquet", stated):
                    found.append(f"{name}/{sha256[:16]}… is not what was written.")
        return found

    @staticmethod
    def _same(path: Path, sha256: str) -> bool:
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        except OSError:
            return False


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


def command_line(what: str, *, method: str, resolution: float, seed: int, policy: Policy) -> str:
    """The command as it stands in a report: every choice that shapes the numbers, no path, no file name."""
    words = [f"fininit {what}", f"--method {method}", f"--resolution {resolution:g}", f"--seed {seed}"]
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
    key: str | Path | None = None,
    progress: Progress | None = None,
) -> Run:
    """Everything at once: files in, ``report.html``, ``workbook.xlsx``, ``summary.json`` and the case folder out.

    Same files, same choices, same key: same bytes. ``out`` must be new, or hold a run over the same files; a folder
    that holds a run over others is refused, so that nobody mixes two.
    """
    policy = Policy.stated(identify, reason, handling)
    out = Path(out)
    listed = expand([files] if isinstance(files, str | Path) else files)
    if not listed:
        raise UsageError("No file was named.", hint="fininit run FILES… -o DIR")
    folder = out / "case"
    if (folder / "case.toml").exists():
        case = Case(folder, key=key)
        _same_files(case, listed)
    else:
        make_folder(out)
        case = Case.new(folder, name or "fininit run", case_id="run", key=key)
    case.door()
    outcomes = case.add(listed, options=options, exhibit=exhibit, formats=formats, progress=progress)
    report = case.report(
        out,
        identify=identify,
        reason=reason,
        handling=handling,
        method=method,
        resolution=resolution,
        seed=seed,
        command=command_line("run", method=method, resolution=resolution, seed=seed, policy=policy),
        progress=progress,
    )
    return Run(outcomes, report)


def _same_files(case: Case, listed: list[Path]) -> None:
    given = set()
    for path in listed:
        try:
            given.add(Source.from_path(path).sha256)
        except SourceRefused:
            continue
    if extra := set(case.store.known()) - given:
        raise UsageError(
            f"This folder holds a run over {len(extra)} other file{'' if len(extra) == 1 else 's'}.",
            hint="Choose another folder with -o, or add files to the case in it: fininit import DIR/case FILES…",
        )


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
