"""Several entries of one row: put together, in the order of the file, each with its part number.

Part 0 is the row's first entry. A row counts once, however many entries it gives (law 1).
"""

from __future__ import annotations

import polars as pl

_ZERO = pl.lit(0).cast(pl.Decimal(38, 18))
_NOTHING = ("balance_after", "original_amount", "original_currency", "fee")


def together(parts: list[pl.DataFrame], rows: pl.Series, *, failed: bool, by_time: bool) -> pl.DataFrame:
    """The entries of all ``parts`` (the row's own, then those of each leg) with ``_part``, rows in file order.

    ``rows`` are the row numbers in file order. An entry that moves nothing and bears no fee is left out where the row
    has another. With ``failed`` a payment that failed and bears a fee gives a second, booked entry that moves the fee
    alone: on a chain the fee is paid for the attempt. ``by_time`` orders by local time first.
    """
    frame = pl.concat([p.with_columns(_part=pl.lit(2 * n, pl.Int64)) for n, p in enumerate(parts)], how="vertical")
    still = (pl.col("amount") == _ZERO) & (pl.col("fee").fill_null(0) == _ZERO)
    frame = frame.with_columns(_still=still)
    first = pl.col("_part") == pl.col("_part").min().over("row")
    frame = frame.filter(~pl.col("_still") | (pl.col("_still").all().over("row") & first)).drop("_still")
    if failed:
        alone = (pl.col("status") == "failed") & (pl.col("channel") == "fee")
        frame = frame.with_columns(status=pl.when(alone).then(pl.lit("booked")).otherwise("status"))
        paid = (pl.col("status") == "failed") & (pl.col("fee").fill_null(0) != _ZERO)
        nothing = [pl.lit(None, frame.schema[c]).alias(c) for c in _NOTHING if c != "fee"]
        gas = frame.filter(paid).with_columns(
            *nothing, amount=_ZERO, status=pl.lit("booked"), channel=pl.lit("fee"), _part=pl.col("_part") + 1
        )
        frame = frame.with_columns(fee=pl.when(paid).then(None).otherwise("fee"))
        frame = pl.concat([frame, gas], how="vertical")
    at = pl.DataFrame({"row": rows, "_at": pl.int_range(rows.len(), eager=True)})
    frame = frame.join(at, on="row", how="left", maintain_order="left")
    order = ["local_time", "_at", "_part"] if by_time else ["_at", "_part"]
    frame = frame.sort(order, nulls_last=True).drop("_at")
    return frame.with_columns(_part=pl.col("_part").cum_count().over("row").cast(pl.Int64) - 1)
