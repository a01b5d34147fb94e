"""The segments of a case: one set of files a source, written all or nothing, readable by any Parquet engine.

A source counts as stored once ``sources/<sha256>.json`` stands, which is written last; whatever else lies there without
it is the rest of an interrupted import and is written over by the next.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from fininit.errors import CaseError
from fininit.ledger.files import make_folder, sweep, write, write_all
from fininit.schema import (
    CAPACITIES_TABLE,
    ENTRIES,
    EVENTS,
    IDENTIFIERS,
    ISSUES,
    LISTINGS,
    PARTIES,
    SOURCES,
    STATEMENTS,
    Table,
)

ALWAYS: Final[dict[str, Table]] = {"entries": ENTRIES, "statements": STATEMENTS, "issues": ISSUES}
"""Segments that every source has, be they empty."""

SEGMENTS: Final[dict[str, Table]] = ALWAYS | {
    t.name: t for t in (LISTINGS, PARTIES, CAPACITIES_TABLE, IDENTIFIERS, EVENTS)
}
"""All segments; the further ones only a source has that says such a thing."""

FOLDERS: Final = ("evidence", "sources", *SEGMENTS)


def parquet(frame: pl.DataFrame) -> bytes:
    """``frame`` as Parquet; equal frames give equal bytes (fixed row groups, no clock)."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=3, row_group_size=100_000, statistics=True)
    return buffer.getvalue()


def same(path: Path, sha256: str) -> bool:
    """Whether ``path`` can be read and has that hash."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _damaged(sha256: str) -> CaseError:
    return CaseError(
        f"The record sources/{sha256[:16]}… is damaged.",
        code="source-damaged",
        hint="Restore it from a copy of the case folder.",
    )


@dataclass(frozen=True, slots=True)
class Store:
    """The segments under one case folder."""

    root: Path

    def create(self) -> None:
        """Make the folders, private to the owner."""
        make_folder(self.root)
        for name in FOLDERS:
            make_folder(self.root / name)
        # A case folder inside somebody's repository must not be committed by accident.
        write(self.root / ".gitignore", b"*\n")

    def known(self) -> list[str]:
        """SHA-256 of every stored source, sorted. Raises :class:`CaseError` when the folder of them is not readable:
        a case that lost it must not look like an empty one."""
        try:
            paths = list((self.root / "sources").iterdir())
        except OSError as e:
            raise CaseError(
                f"The folder sources of the case cannot be read: {e.strerror}.",
                code="case-damaged",
                hint="Restore it from a copy of the case folder.",
            ) from None
        return sorted(p.stem for p in paths if p.suffix == ".json")

    def record(self, sha256: str) -> dict[str, Any] | None:
        """What is stored about a source (``schema.SOURCES``, ``options``, ``segments`` …), or None.

        Raises :class:`CaseError` ``source-damaged``.
        """
        try:
            text = (self.root / "sources" / f"{sha256}.json").read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as e:
            raise _damaged(sha256) from e
        try:
            record: dict[str, Any] = json.loads(text)
            parts = record["segments"].keys()
            known = record["source"] == sha256 and record["handling"] and ALWAYS.keys() <= parts <= SEGMENTS.keys()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
            raise _damaged(sha256) from e
        if not known:
            raise _damaged(sha256)
        return record

    def keep(self, sha256: str, data: bytes) -> None:
        """Put the bytes of a source into ``evidence/``, read-only. A copy that is there already must be the same."""
        path = self.root / "evidence" / sha256
        if path.exists():
            if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                raise CaseError(
                    f"The evidence copy {sha256[:16]}… is not what was received.",
                    code="evidence-changed",
                    hint="Restore it from the exhibit; fininit case verify lists every such file.",
                )
            return
        write(path, data, mode=0o400)

    def data(self, sha256: str) -> bytes:
        """The bytes of a stored source."""
        return (self.root / "evidence" / sha256).read_bytes()

    @staticmethod
    def packed(segments: dict[str, pl.DataFrame]) -> dict[str, bytes]:
        """The segments of a source as the files they become."""
        return {name: parquet(table.conform(segments[name])) for name, table in SEGMENTS.items() if name in segments}

    def write(self, sha256: str, packed: dict[str, bytes]) -> None:
        """Write the segments of a source; :meth:`seal` then makes them count."""
        for name in packed:
            make_folder(self.root / name)  # a case of an earlier version has not all of them
        write_all({self.root / name / f"{sha256}.parquet": data for name, data in packed.items()})

    @staticmethod
    def body(record: dict[str, Any]) -> bytes:
        """A source's own record as it is written."""
        return (json.dumps(record, sort_keys=True, ensure_ascii=True, indent=1) + "\n").encode("ascii")

    def seal(self, record: dict[str, Any]) -> None:
        """The commit point of an import: the source's own record, with ``segments``: the SHA-256 of each segment."""
        write(self.root / "sources" / f"{record['source']}.json", self.body(record))

    def sound(self, record: dict[str, Any]) -> bool:
        """Whether the segments of a source are those its record was sealed with."""
        path = f"{record['source']}.parquet"
        return all(same(self.root / name / path, stated) for name, stated in record["segments"].items())

    def sweep(self) -> None:
        """Remove what a killed import left half-written. Only while the case is locked."""
        for name in ("", *FOLDERS):
            sweep(self.root / name)

    def sources(self) -> pl.DataFrame:
        """``schema.SOURCES``, sorted by hash."""
        records = [{k: v for k, v in (self.record(s) or {}).items() if k in SOURCES.names} for s in self.known()]
        if not records:
            return SOURCES.empty()
        types = {n: pl.String() if t == pl.Date else t for n, t in SOURCES.polars().items()}
        frame = pl.DataFrame([{n: r.get(n) for n in types} for r in records], schema=types)
        return SOURCES.conform(
            frame.with_columns(pl.col(n).str.to_date() for n, t in SOURCES.polars().items() if t == pl.Date)
        )

    def segment(self, name: str, only: list[str] | None = None) -> pl.DataFrame:
        """All rows of one of :data:`SEGMENTS` of the stored sources (or of ``only`` those).

        Raises :class:`CaseError` ``segment-damaged`` for a segment that is not the one that was written.
        """
        table = SEGMENTS[name]
        frames = []
        for sha256 in self.known() if only is None else sorted(only):
            path = self.root / name / f"{sha256}.parquet"
            stated = (self.record(sha256) or {"segments": {}})["segments"]
            if name not in stated and name not in ALWAYS:
                continue
            try:
                data = path.read_bytes()
                if hashlib.sha256(data).hexdigest() != stated.get(name):
                    raise OSError("changed")
                frames.append(table.conform(pl.read_parquet(io.BytesIO(data))))
            except (OSError, pl.exceptions.PolarsError, KeyError):
                raise CaseError(
                    f"The segment {name}/{sha256[:16]}… is missing or damaged.",
                    code="segment-damaged",
                    hint="Import the file again from its exhibit; fininit case verify names every damaged file.",
                ) from None
        return pl.concat(frames) if frames else table.empty()
