"""The bank's arithmetic is the test: running balances, opening + sum = closing, declared counts (law 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from fininit.issues import Issue
from fininit.schema import STATEMENTS


@dataclass(frozen=True, slots=True)
class Stated:
    """What a source states of one statement itself. ``statement`` is its number in the file, from 1."""

    statement: int
    account: str | None = None
    currency: str | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    count: int | None = None
    first: date | None = None
    last: date | None = None
    row: int | None = None


def check_statements(entries: pl.DataFrame, stated: list[Stated]) -> tuple[pl.DataFrame, list[Issue]]:
    """Statements of a source with their sums and balances, and one issue for each break.

    ``entries`` has the columns of ``schema.ENTRIES``, in file order. Only booked entries count; stated fees are taken
    off. Returns a frame of ``schema.STATEMENTS`` sorted by statement number, and warnings ``balance-broken``,
    ``closing-differs`` and ``count-differs`` with the row where the break shows.
    """
    return STATEMENTS.empty(), []
