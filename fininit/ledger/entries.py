"""Statement lines of a case: overlapping files counted once, every line kept."""

from __future__ import annotations

import polars as pl

from fininit.engine.occurrences import number, smallest

_SAME_LINE = (
    "sides",
    "account",
    "counterparty_account",
    "counterparty_key",
    "booking_date",
    "value_date",
    "amount",
    "currency",
    "fee",
    "status",
    "text_key",
    "servicer_ref",
    "end_to_end_id",
    "tx_hash",
    "balance_after",
    "local_time",
)
"""What must be equal for lines of two files to be the same line. A bank that rewrites a text breaks it: such pairs are
shown to a person as near-duplicates and never merged by themselves."""


def once(entries: pl.DataFrame) -> pl.DataFrame:
    """``entries`` (``schema.ENTRIES``) with ``line``: the entry_id that stands for this line among all files.

    Overlap is a multiset maximum: of equal lines, as many count as the file that has most of them shows. So a second
    export adds nothing and two equal payments on one day stay two. Sorted by entry_id; the order of files and rows
    changes nothing but the ids.
    """
    squeezed = {
        "text_key": pl.col("remittance_info"),
        "counterparty_key": pl.col("counterparty_name"),
    }
    keyed = entries.with_columns(
        c.str.replace_all(r"\s+", " ").str.strip_chars().alias(name) for name, c in squeezed.items()
    )
    numbered = number(keyed, _SAME_LINE, ["source"], ["row", "entry_id"])
    lined = smallest(numbered, [*_SAME_LINE, "occurrence"], "entry_id", "line")
    return lined.drop("occurrence", *squeezed).sort("entry_id")
