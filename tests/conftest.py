"""What all tests share: where the reference material and a browser are, and what happens when they are not there.

On a desk a test that needs them is skipped and says why; where ``CI`` is set it fails, because a check that nobody
runs guards nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from fininit.schema import TRANSFERS

REPOSITORY = Path(__file__).resolve().parent.parent

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _absent(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{reason} CI is set, so this test may not be left out.", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """``../shared``: reference files that are not part of the project. Read and run them, copy nothing."""
    path = REPOSITORY.parent / "shared"
    if not path.is_dir():
        _absent("There is no folder ../shared beside the repository.")
    return path


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium for the browser tests."""
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), "")
    if not found:
        _absent("There is no Chromium on this machine (Debian: apt-get install chromium).")
    return found


@pytest.fixture(scope="session")
def strace() -> str:
    """Path of strace, which sees every system call, also those of compiled code."""
    found = shutil.which("strace")
    if found is None:
        _absent("There is no strace on this machine (Debian: apt-get install strace).")
    return str(found)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser or ``../shared``, so that ``-m 'not browser and not shared'`` leaves it out."""
    for item in items:
        needs = getattr(item, "fixturenames", ())
        if "chromium" in needs:
            item.add_marker("browser")
        if "shared" in needs:
            item.add_marker("shared")


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
