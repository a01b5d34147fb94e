"""The relational steps give the same answer on every engine they are run with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from fininit.engine.occurrences import number, smallest
from fininit.engine.pairing import by_reference, pair

MOVES = pl.DataFrame(
    [
        ("e1", 1, "one:A", "A", "B", "10.00", "R1", "debtor"),
        ("e2", 2, "one:A", "A", "unknown:A", "7.00", "R2", "debtor"),
        ("e3", 1, "one:B", "A", "B", "10.00", None, "creditor"),
        ("e4", 2, "one:B", "unknown:B", "B", "7.00", "R2", "creditor"),
        ("e5", 3, "one:B", "A", "B", "10.00", None, "creditor"),
        ("e6", 3, "one:A", "A", "C", "5.00", None, "debtor"),
    ],
    schema=["entry_id", "row", "view", "debtor", "creditor", "amount", "reference", "seen_by"],
    orient="row",
).with_columns(
    amount=pl.col("amount").cast(pl.Decimal(38, 18)),
    currency=pl.lit("EUR"),
    day=pl.lit(date(2026, 3, 2)),
    sides=pl.lit("one"),
)


def as_polars(frame: Any) -> pl.DataFrame:
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    return frame if isinstance(frame, pl.DataFrame) else pl.from_pandas(frame)


ENGINES = {
    "polars": lambda f: f,
    "polars-lazy": lambda f: f.lazy(),
    "pandas": lambda f: f.to_pandas(use_pyarrow_extension_array=True),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_pairing_is_the_same_everywhere(engine: str) -> None:
    paired = as_polars(pair(by_reference(ENGINES[engine](MOVES))))
    got = {r["entry_id"]: (r["transfer"], r["debtor"], r["creditor"]) for r in paired.iter_rows(named=True)}
    assert got == {
        "e1": ("e1", "A", "B"),
        "e2": ("e2", "A", "B"),
        "e3": ("e1", "A", "B"),
        "e4": ("e2", "A", "B"),
        "e5": ("e5", "A", "B"),
        "e6": ("e6", "A", "C"),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_occurrences_are_counted_within_their_file(engine: str) -> None:
    frame = ENGINES[engine](MOVES)
    counted = as_polars(smallest(number(frame, ["amount"], ["view"], ["row", "entry_id"]), ["amount"], "row", "first"))
    got = {r["entry_id"]: (r["occurrence"], r["first"]) for r in counted.iter_rows(named=True)}
    assert got == {"e1": (1, 1), "e2": (1, 2), "e3": (1, 1), "e4": (1, 2), "e5": (2, 1), "e6": (1, 3)}


def test_amounts_are_compared_exactly() -> None:
    near = MOVES.with_columns(
        amount=pl.when(pl.col("entry_id") == "e3")
        .then(pl.lit(Decimal("10.000000000000000001"), pl.Decimal(38, 18)))
        .otherwise("amount")
    ).filter(pl.col("entry_id").is_in(["e1", "e3"]))
    assert pair(near)["transfer"].n_unique() == 2
