"""The result of a trace: frozen tables, the parameters it was made with, and the proof that nothing was lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from fininit.errors import FininitError
from fininit.schema import (
    FLOW_BREAKS,
    FLOW_LOTS,
    FLOW_PORTIONS,
    FLOW_REMAINING,
    FLOW_STEPS,
    FLOW_TAGS,
    FLOW_TOTALS,
    Table,
)
from fininit.tracing.lots import amount
from fininit.tracing.order import Order
from fininit.tracing.start import Limits, Start

MissingOpening = Literal["zero", "unseen"]
"""What stands for an opening balance that nothing shows (accounts with records). ``zero``: nothing was there, and what
lots cannot cover is an overdraft, which later credits repay first. ``unseen``: what lots cannot cover was there before
the data, however much; no later credit repays it. Accounts without records are always taken as ``unseen``."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """All that a trace was asked for. ``places``: decimals of the whole units it counted in."""

    rule: str
    order: Order
    currency: str
    places: int
    starts: tuple[Start, ...]
    limits: Limits
    through: bool
    missing_opening: MissingOpening


@dataclass(frozen=True, eq=False)
class Flow:
    """Where the money of the starts went under one rule. Tables have the columns of ``fininit.schema``.

    ``tags`` (``flow_tags``), ``steps`` (``flow_steps``), ``portions`` (``flow_portions``), ``lots`` (``flow_lots``),
    ``breaks`` (``flow_breaks``), ``remaining`` (``flow_remaining``), ``totals`` (``flow_totals``), ``coverage``
    (``flow_coverage``), all sorted by their keys or in the order of the trace. ``order`` counts the transfers of the
    accounts that ever held tagged money, so the steps have gaps where a transfer carried none.

    Accounts and ``whom`` are values as they are: they leave through the one door only.
    """

    parameters: Parameters
    tags: pl.DataFrame = field(repr=False)
    steps: pl.DataFrame = field(repr=False)
    portions: pl.DataFrame = field(repr=False)
    lots: pl.DataFrame = field(repr=False)
    breaks: pl.DataFrame = field(repr=False)
    remaining: pl.DataFrame = field(repr=False)
    totals: pl.DataFrame = field(repr=False)
    coverage: pl.DataFrame = field(repr=False)

    def __repr__(self) -> str:
        return f"<fininit flow, rule {self.parameters.rule}, {self.steps.height} steps, {self.breaks.height} ends>"


def frame(table: Table, rows: Iterable[Sequence[Any]], places: int) -> pl.DataFrame:
    """Rows in the order of ``table``'s columns, whole units in its amount columns, as a frame of it."""
    columns = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    series = []
    for column, cells in zip(table.columns, columns, strict=True):
        values: Sequence[Any] = cells
        if column.type == "decimal":
            # A ledger holds few different amounts many times: each is made once.
            made = {v: amount(v, places) for v in set(cells)}
            values = [made[v] for v in cells]
        series.append(pl.Series(column.name, values, dtype=table.polars()[column.name]))
    return pl.DataFrame(series)


@dataclass(slots=True)
class Collected:
    """The rows of a trace in whole units, as it goes along; each in the order of its table's columns."""

    tags: list[tuple[Any, ...]] = field(default_factory=list)
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    portions: list[tuple[Any, ...]] = field(default_factory=list)
    lots: list[tuple[Any, ...]] = field(default_factory=list)
    breaks: list[tuple[Any, ...]] = field(default_factory=list)
    remaining: list[tuple[Any, ...]] = field(default_factory=list)


def not_conserved() -> FininitError:
    """What is said when a unit is missing or too many."""
    return FininitError(
        "This trace does not add up: what went in is not what ended or remained.",
        hint="This is a fault of fininit, not of the records. Please report it; do not use the result.",
        code="not-conserved",
    )


def settle(parameters: Parameters, rows: Collected, coverage: pl.DataFrame) -> Flow:
    """The flow of ``rows``. Raises ``FininitError`` ``not-conserved`` when a unit is missing or too many.

    The totals are counted from the finished tables, not kept along the way, so that they prove something.
    """
    places, currency = parameters.places, parameters.currency
    came = _sums(FLOW_TAGS, rows.tags)
    ended = _sums(FLOW_BREAKS, [r for r in rows.breaks if r[0] != "still-held"])
    kept = _sums(FLOW_BREAKS, [r for r in rows.breaks if r[0] == "still-held"])
    held = _sums(FLOW_REMAINING, rows.remaining)
    if kept != held or (ended.keys() | kept.keys()) - came.keys():
        raise not_conserved()
    totals: list[tuple[Any, ...]] = []
    for tag in sorted(came, key=lambda t: int(t[1:])):
        difference = came[tag] - ended[tag] - kept[tag]
        if difference:
            raise not_conserved()
        totals.append((tag, currency, came[tag], ended[tag], kept[tag], difference))
    totals.append((None, currency, *(sum(t[n] for t in totals) for n in range(2, 6))))
    return Flow(
        parameters=parameters,
        tags=frame(FLOW_TAGS, rows.tags, places),
        steps=frame(FLOW_STEPS, rows.steps, places),
        portions=frame(FLOW_PORTIONS, rows.portions, places),
        lots=frame(FLOW_LOTS, rows.lots, places),
        breaks=frame(FLOW_BREAKS, rows.breaks, places),
        remaining=frame(FLOW_REMAINING, rows.remaining, places),
        totals=frame(FLOW_TOTALS, totals, places),
        coverage=coverage,
    )


def _sums(table: Table, rows: Iterable[tuple[Any, ...]]) -> Counter[str]:
    """Tag -> sum of the amounts of its rows; 0 for a tag without rows."""
    tag, value = table.names.index("tag"), table.names.index("amount")
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row[tag]] += row[value]
    return sums
