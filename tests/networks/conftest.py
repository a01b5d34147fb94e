"""Made-up transfers for the network tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from fininit.schema import TRANSFERS

Paid = Callable[[Sequence[Sequence[Any]]], pl.DataFrame]


@pytest.fixture(scope="session")
def paid() -> Paid:
    """Rows of (debtor, creditor, amount = 1, currency = EUR, day of May 2023 = 1) as a transfers frame."""

    def frame(rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
        full = [(*row, *("1", "EUR", 1)[len(row) - 2 :]) for row in rows]
        return TRANSFERS.conform(
            pl.DataFrame(
                {
                    "transfer_id": [f"t:{i:06d}" for i in range(len(full))],
                    "debtor_account": [r[0] for r in full],
                    "creditor_account": [r[1] for r in full],
                    "amount": pl.Series([Decimal(r[2]) for r in full], dtype=pl.Decimal(38, 18)),
                    "currency": [r[3] for r in full],
                    "booking_date": [date(2023, 5, r[4]) for r in full],
                    "rows": [1] * len(full),
                    "how": ["two-sided"] * len(full),
                }
            )
        )

    return frame
