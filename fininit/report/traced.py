"""A trace on its way into the report model: accounts and transfers by their numbers, amounts as text."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from fininit.report import model as sheets
from fininit.report.model import Sheet
from fininit.tracing.flow import Flow
from fininit.tracing.schedule import schedule
from fininit.values.money import format_amount


def traced(flows: Sequence[Flow], accounts: dict[str, str], transfers: dict[str, str]) -> dict[str, pl.DataFrame]:
    """The tables ``traces`` and ``trace_…`` of the report. ``accounts`` and ``transfers``: their numbers in it."""
    parts: dict[str, list[pl.DataFrame]] = {s.name: [] for s in _SHEETS}
    for n, flow in enumerate(flows, 1):
        for name, frame in _tables(flow, f"T{n}", accounts, transfers).items():
            parts[name].append(frame)
    return {s.name: pl.concat(parts[s.name]) if parts[s.name] else s.empty() for s in _SHEETS}


_SHEETS = (
    sheets.TRACES,
    sheets.TRACE_STARTS,
    sheets.TRACE_STEPS,
    sheets.TRACE_BREAKS,
    sheets.TRACE_COVERAGE,
    sheets.TRACE_SCHEDULE,
)


def _tables(flow: Flow, name: str, accounts: dict[str, str], transfers: dict[str, str]) -> dict[str, pl.DataFrame]:
    p = flow.parameters
    total = flow.totals.filter(pl.col("tag").is_null()).with_columns(
        id=pl.lit(name),
        rule=pl.lit(p.rule),
        order=pl.lit(p.order),
        through=pl.lit("yes" if p.through else "no"),
        depth=pl.lit(p.limits.depth, pl.Int64),
        until=pl.lit(p.limits.until, pl.Date),
    )
    found = (
        (sheets.TRACES, total),
        (sheets.TRACE_STARTS, flow.tags.rename({"transfer_id": "transfer"})),
        (
            sheets.TRACE_STEPS,
            flow.steps.rename({"transfer_id": "transfer", "debtor_account": "debtor", "creditor_account": "creditor"}),
        ),
        (sheets.TRACE_BREAKS, flow.breaks.rename({"transfer_id": "transfer"})),
        (sheets.TRACE_COVERAGE, flow.coverage),
        (sheets.TRACE_SCHEDULE, schedule(flow).rename({"transfer_id": "transfer"})),
    )
    numbers = {"account": accounts, "other_account": accounts, "debtor": accounts, "creditor": accounts}
    numbers["transfer"] = transfers
    return {
        sheet.name: _numbered(frame.with_columns(trace=pl.lit(name)), sheet, numbers, p.currency)
        for sheet, frame in found
    }


def _numbered(frame: pl.DataFrame, sheet: Sheet, numbers: dict[str, dict[str, str]], currency: str) -> pl.DataFrame:
    columns = []
    for name, cell in sheet.columns.items():
        values = frame[name]
        if cell == "amount":
            text = {v: format_amount(v, currency) for v in values.drop_nulls().unique()}
            columns.append(pl.Series(name, [text.get(v) for v in values], dtype=pl.String))
        elif name in numbers:
            # A number that is missing would be an account that the report does not know: that must not happen.
            columns.append(pl.Series(name, [None if v is None else numbers[name][v] for v in values], dtype=pl.String))
        else:
            columns.append(values)
    return sheet.conform(_ordered(pl.DataFrame(columns), sheet))


def _ordered(frame: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    """What a trace keeps in the order of accounts, in that of their numbers: the other one tells on pseudonyms."""
    number = pl.col("account").str.slice(1).cast(pl.Int64)
    if sheet.name == sheets.TRACE_BREAKS.name:
        place = pl.when(pl.col("transfer").is_not_null()).then(pl.int_range(pl.len()))
        return frame.sort(place, number, "tag", nulls_last=True)
    if sheet.name in (sheets.TRACE_COVERAGE.name, sheets.TRACE_SCHEDULE.name):
        return frame.sort(number, maintain_order=True)
    return frame
