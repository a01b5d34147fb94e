"""Counts, exact sums and dates of transfers, by any columns. Currencies are never added up."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from fininit.errors import FininitError


def totals(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """One row for each value of ``by``, sorted: ``transfers`` (count), ``amount`` (exact sum), ``first``, ``last``.

    ``frame`` has the columns ``amount`` (Decimal(38, 18)) and ``booking_date`` beside ``by``, which should hold a
    currency or an asset. A sum of twenty-one digits before the point does not fit the ledger's decimals: polars notices
    the overflow, and it is raised as ``FininitError``; a wrapped or rounded sum never comes back.
    """
    try:
        return (
            frame.lazy()
            .group_by(by)
            .agg(
                pl.len().cast(pl.Int64).alias("transfers"),
                pl.col("amount").sum(),
                pl.col("booking_date").min().alias("first"),
                pl.col("booking_date").max().alias("last"),
            )
            .sort(by)
            .collect()
        )
    except pl.exceptions.ComputeError:
        # "from None": the engine's own message may quote amounts.
        raise FininitError(
            "A sum of transfers is larger than the ledger can hold (20 digits before the decimal point).",
            hint="Check the decimals of the asset in the sources: amounts in wei or satoshi belong in whole coins.",
            code="sum-too-large",
        ) from None
