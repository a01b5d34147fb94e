"""The ledger fingerprint: one hash over what the lines say, whatever files and order they came in."""

from __future__ import annotations

import hashlib

import polars as pl

from fininit.schema import ENTRIES

_PROVENANCE = frozenset({"entry_id", "source", "sheet", "row", "raw", "statement", "flags"})

CANONICAL: tuple[str, ...] = tuple(c for c in ENTRIES.names if c not in _PROVENANCE)
"""The columns that make up the canonical form of a line: what it says, not where it stands."""


def fingerprint(entries: pl.DataFrame) -> str:
    """SHA-256, lower-case hex, over the canonical lines of ``entries`` (``ledger.entries.once``), each counted once.

    A line is its ``CANONICAL`` columns in order as text (dates and instants in ISO 8601, amounts with 18 decimals),
    each preceded by its length so that no two lines can share a form; lines are sorted as bytes and joined by LF.
    """
    primary = entries.filter(pl.col("entry_id") == pl.col("line"))
    text = [pl.col(c).cast(pl.String).fill_null("\x00") for c in CANONICAL]
    lines = primary.select(pl.concat_str([pl.format("{}:{}", t.str.len_bytes(), t) for t in text], separator=" "))
    digest = hashlib.sha256()
    for line in lines.to_series().sort():
        digest.update(line.encode("utf-8", "surrogatepass"))
        digest.update(b"\n")
    return digest.hexdigest()
