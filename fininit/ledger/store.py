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
from fininit.ledger.files import make_folder, write
from fininit.schema import ENTRIES, ISSUES, SOURCES, STATEMENTS, Table

FOLDERS: Final = ("evidence", "sources", "entries", "statements", "issues")

SEGMENTS: Final[dict[str, Table]] = {"entries": ENTRIES, "statements": STATEMENTS, "issues": ISSUES}


def parquet(frame: pl.DataFrame) -> bytes:
    """``frame`` as Parquet; equal frames give equal bytes (fixed row groups, no clock)."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=3, row_group_size=100_000, statistics=True)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Store:
    """The segments under one case folder."""

    root: Path

    def create(self) -> None:
        """Make the folders, private to the owner."""
        make_folder(self.root)
        for name in FOLDERS:
            make_folder(self.root / name)

    def known(self) -> list[str]:
        """SHA-256 of every stored source, sorted."""
        return sorted(p.stem for p in (self.root / "sources").glob("*.json"))

    def record(self, sha256: str) -> dict[str, Any] | None:
        """What is stored about a source (``schema.SOURCES`` plus ``options``), or None."""
        try:
            text = (self.root / "sources" / f"{sha256}.json").read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        record: dict[str, Any] = json.loads(text)
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

    def write(self, record: dict[str, Any], segments: dict[str, pl.DataFrame]) -> dict[str, str]:
        """Write the segments of a source and give their SHA-256; :meth:`seal` then makes them count."""
        sha256 = record["source"]
        hashes = {}
        for name, table in SEGMENTS.items():
            data = parquet(table.conform(segments[name]))
            write(self.root / name / f"{sha256}.parquet", data)
            hashes[name] = hashlib.sha256(data).hexdigest()
        return hashes

    def seal(self, record: dict[str, Any]) -> None:
        """The commit point of an import: the source's own record."""
        body = json.dumps(record, sort_keys=True, ensure_ascii=True, indent=1) + "\n"
        write(self.root / "sources" / f"{record['source']}.json", body.encode("ascii"))

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
        """All rows of ``entries``, ``statements`` or ``issues`` of the stored sources (or of ``only`` those)."""
        table = SEGMENTS[name]
        frames = []
        for sha256 in self.known() if only is None else sorted(only):
            path = self.root / name / f"{sha256}.parquet"
            try:
                frames.append(table.conform(pl.read_parquet(path, memory_map=False)))
            except (OSError, pl.exceptions.PolarsError, KeyError):
                raise CaseError(
                    f"The segment {name}/{sha256[:16]}… is missing or damaged.",
                    code="segment-damaged",
                    hint="Import the file again from its exhibit; fininit case verify names every damaged file.",
                ) from None
        return pl.concat(frames) if frames else table.empty()
