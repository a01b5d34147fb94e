"""Statement lines of a case: overlapping files counted once, every line kept."""

from __future__ import annotations

import polars as pl

from fininit.engine.occurrences import number, smallest
from fininit.ledger.fingerprint import CANONICAL

_SQUEEZED = ("remittance_info", "counterparty_name", "merchant")

_SAME_LINE = (*(c for c in CANONICAL if c not in (*_SQUEEZED, "account_name")), *(f"_{c}" for c in _SQUEEZED))
"""What must be equal for lines of two files to be the same line: all that it says of the payment, runs of blanks set
aside. Whatever is left out here would let two payments of one day pass as one. A bank that rewrites a text breaks it:
such pairs are shown to a person as near-duplicates and never merged by themselves."""


def once(entries: pl.DataFrame) -> pl.DataFrame:
    """``entries`` (``schema.ENTRIES``) with ``line``: the entry_id that stands for this line among all files.

    Overlap is a multiset maximum: of equal lines, as many count as the file that has most of them shows. So a second
    export adds nothing and two equal payments on one day stay two. Sorted by entry_id; the order of files and rows
    changes nothing but the ids.
    """
    keyed = entries.with_columns(
        pl.col(c).str.replace_all(r"\s+", " ").str.strip_chars().alias(f"_{c}") for c in _SQUEEZED
    )
    numbered = number(keyed, _SAME_LINE, ["source"], ["row", "entry_id"])
    lined = smallest(numbered, [*_SAME_LINE, "occurrence"], "entry_id", "line")
    return lined.drop("occurrence", *(f"_{c}" for c in _SQUEEZED)).sort("entry_id")
