"""What stands in which sheet of the workbook: columns, headings, words for codes, and where links lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from fininit.report import cells
from fininit.report.model import (
    ACCOUNT_TOTALS,
    ACCOUNTS,
    CAPTURES,
    EDGES,
    EVIDENCE,
    IDENTIFIERS,
    ISSUES,
    LINK_ROWS,
    LINKS,
    LISTINGS,
    NETWORK_TOTALS,
    NETWORKS,
    PARTIES,
    PROPOSALS,
    REASONS,
    SOURCES,
    STATEMENTS,
    TRACE_BREAKS,
    TRACE_COVERAGE,
    TRACE_SCHEDULE,
    TRACE_STARTS,
    TRACE_STEPS,
    TRACES,
    TRANSFERS,
    Cell,
    ReportModel,
    Sheet,
)
from fininit.strings import PAGE, WORKBOOK

ROWS: Final = 1_048_575
"""Rows of a sheet below its headings."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: its column in the frame, what kind of cell, and the key of its heading."""

    source: str
    kind: Cell
    heading: str


@dataclass(slots=True)
class Table:
    """One table on its way into one or more sheets of at most ``limit`` rows.

    ``targets`` holds for each row the place (``'Evidence'!A17``) that the cell in column ``linked`` leads to.
    """

    name: str
    frame: pl.DataFrame
    columns: tuple[Column, ...]
    limit: int
    linked: str = ""
    targets: list[str | None] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        """Titles of its sheets: "Transfers", "Transfers 2" ..."""
        title = WORKBOOK[f"sheet.{self.name}"]
        sheets = max(1, -(-self.frame.height // self.limit))
        return [title, *(f"{title} {n}" for n in range(2, sheets + 1))]

    def places(self, rows: list[int]) -> list[str]:
        """Where the rows with these indexes stand."""
        sheets = [quoted(title) for title in self.titles]
        return [f"{sheets[row // self.limit]}!A{row % self.limit + 2}" for row in rows]

    def parts(self) -> Iterator[tuple[str, pl.DataFrame, list[str | None]]]:
        """Each of its sheets: title, rows, and where the linked cells lead."""
        for n, title in enumerate(self.titles):
            start = n * self.limit
            yield title, self.frame.slice(start, self.limit), self.targets[start : start + self.limit]


def tables(model: ReportModel, limit: int = ROWS) -> list[Table]:
    """The tables of the workbook in the order of their sheets; every number and text is the model's own."""
    limit = min(limit, ROWS)
    names = model.accounts.select("id", "account", "name")
    sources = Table(
        SOURCES.name,
        _spelled(model.sources, how="read", status="status", handling="handling"),
        _columns(SOURCES, name="file", how="how_read"),
        limit,
    )
    evidence = Table(
        EVIDENCE.name,
        _spelled(model.evidence, seen_by="seen_by"),
        # The raw row last: it is as long as it likes.
        tuple(sorted(_columns(EVIDENCE), key=lambda column: column.source == "raw")),
        limit,
        linked="exhibit",
    )
    evidence.targets = _leading_to(sources, "exhibit", model.evidence.get_column("exhibit"), unique=True)
    transfers = Table(
        TRANSFERS.name,
        _spelled(_named(_named(model.transfers, names, "debtor"), names, "creditor"), channel="channel", how="how"),
        (
            Column("id", "text", "transfer"),
            Column("booking_date", "date", "booking_date"),
            *_party("debtor"),
            *_party("creditor"),
            Column("amount", "amount", "amount"),
            Column("currency", "text", "currency"),
            Column("note", "text", "note"),
            Column("channel", "text", "channel"),
            Column("how", "text", "how"),
            Column("rows", "int", "rows"),
        ),
        limit,
        linked="id",
    )
    transfers.targets = _leading_to(evidence, "transfer", model.transfers.get_column("id"))
    return [
        Table(NETWORKS.name, model.networks, _columns(NETWORKS, id="network", transfers="transfers_inside"), limit),
        Table(REASONS.name, model.reasons, _columns(REASONS), limit),
        Table(NETWORK_TOTALS.name, _spelled(model.network_totals, scope="scope"), _columns(NETWORK_TOTALS), limit),
        Table(
            ACCOUNTS.name,
            _spelled(model.accounts, scheme="scheme", role="role", records="records"),
            _columns(ACCOUNTS, id="account_no"),
            limit,
        ),
        Table(
            ACCOUNT_TOTALS.name,
            _spelled(_named(model.account_totals, names, "account"), direction="direction"),
            (
                Column("account", "text", "account_no"),
                Column("account_account", "text", "account"),
                Column("account_name", "text", "name"),
                *_columns(ACCOUNT_TOTALS)[1:],
            ),
            limit,
        ),
        Table(
            EDGES.name,
            _named(_named(model.edges, names, "debtor"), names, "creditor"),
            (*_party("debtor"), *_party("creditor"), *_columns(EDGES)[2:]),
            limit,
        ),
        transfers,
        evidence,
        sources,
        Table(STATEMENTS.name, _spelled(model.statements, balance="balance"), _columns(STATEMENTS), limit),
        Table(ISSUES.name, _spelled(model.issues, kind="issue"), _columns(ISSUES), limit),
        Table(PROPOSALS.name, _spelled(model.proposals, kind="proposal"), _columns(PROPOSALS), limit),
        *(table for table in (*_linked(model, limit), *_traced(model, names, limit)) if table.frame.height),
    ]


def _linked(model: ReportModel, limit: int) -> list[Table]:
    """Who is who; a case without listings and records of subscribers has none of it."""
    shown = pl.concat(
        frame.select("id", pl.col(column).alias("shown"))
        for frame, column in (
            (model.accounts, "account"),
            (model.identifiers, "identifier"),
            (model.listings, "listing"),
            (model.parties, "party"),
        )
    )
    links = _spelled(model.links, kind="link", a_kind="end", b_kind="end", capacity="capacity", recovered="recovered")
    rows = Table(LINK_ROWS.name, model.link_rows, _columns(LINK_ROWS), limit)
    for end in ("a", "b", "via"):
        known = shown.rename({"id": end, "shown": f"{end}_shown"})
        links = links.join(known, on=end, how="left", maintain_order="left")
    table = Table(
        LINKS.name,
        links.with_columns(pl.col("a_shown", "b_shown", "via_shown").fill_null("")),
        (
            Column("id", "text", "link"),
            Column("kind", "text", "link_kind"),
            *(Column(f"{end}{part}", "text", f"link_{end}{part}") for end in ("a", "b") for part in _END),
            Column("via_shown", "text", "link_via"),
            *(c for c in _columns(LINKS) if c.source in _SAID),
        ),
        limit,
        linked="id",
    )
    table.targets = _leading_to(rows, "link", model.links.get_column("id"))
    return [
        Table(LISTINGS.name, model.listings, _columns(LISTINGS, id="listing_no"), limit),
        Table(CAPTURES.name, model.captures, _columns(CAPTURES, listing="listing_no"), limit),
        Table(
            IDENTIFIERS.name,
            _spelled(model.identifiers, kind="identifier"),
            _columns(IDENTIFIERS, id="identifier_no", kind="identifier_kind", accounts="accounts_tied"),
            limit,
        ),
        Table(
            PARTIES.name,
            _spelled(model.parties, kind="party", role="role"),
            _columns(PARTIES, id="party_no", kind="party_kind", accounts="accounts_held"),
            limit,
        ),
        table,
        rows,
    ]


_END: Final = ("_kind", "_shown", "")
_SAID: Final = frozenset({"capacity", "first", "last", "strength", "recovered", "reason", "rows"})


def _traced(model: ReportModel, names: pl.DataFrame, limit: int) -> list[Table]:
    """Traces: facts under a chosen rule, in the currency of each."""
    money = model.traces.select("currency", trace="id")
    account = (
        Column("account_account", "text", "account"),
        Column("account_name", "text", "name"),
        Column("account", "text", "account_no"),
    )
    parties = {
        "account": account,
        "debtor": _party("debtor"),
        "creditor": _party("creditor"),
        "other_account": (
            Column("other_account_account", "text", "other_side"),
            Column("other_account", "text", "other_no"),
        ),
    }
    found = [Table(TRACES.name, _spelled(model.traces, order="order"), _columns(TRACES, id="trace"), limit)]
    for sheet in (TRACE_STARTS, TRACE_STEPS, TRACE_BREAKS, TRACE_COVERAGE, TRACE_SCHEDULE):
        frame = model.table(sheet).join(money, on="trace", how="left", maintain_order="left")
        columns: list[Column] = []
        for column in _columns(
            sheet,
            kind="break_kind",
            order="trace_order",
            why="stops_why",
            note="coverage_note",
            balance="balance_after",
        ):
            if column.source in parties:
                frame = _named(frame, names, column.source)
                columns += parties[column.source]
            else:
                columns.append(column)
        spelled = {n: t for n, t in _TERMS.items() if n in frame.columns}
        currency = Column("currency", "text", "currency")
        found.append(Table(sheet.name, _spelled(frame, **spelled), (*columns, currency), limit))
    return found


_TERMS: Final = {"kind": "break", "direction": "schedule", "followed": "followed"}


def measured(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """``frame`` with, for the amounts in ``column``: ``#``, the decimals to show, and ``?``, whether a number is exact.

    The currency of a row stands in its column ``currency``, where the frame has one.
    """
    has = "currency" in frame.columns
    codes = frame.get_column("currency").unique().to_list() if has else []
    currency = pl.col("currency") if has else pl.lit("")
    return frame.with_columns(
        cells.decimals(pl.col(column), currency, codes).alias(f"{column}#"),
        cells.exact(pl.col(column)).alias(f"{column}?"),
    )


def quoted(title: str) -> str:
    """A sheet's title as a place names it."""
    return "'" + title.replace("'", "''") + "'"


def _columns(sheet: Sheet, **headings: str) -> tuple[Column, ...]:
    """The columns of ``sheet`` but those of the drawing, under the heading of the same name unless one is given."""
    return tuple(
        Column(name, kind, headings.get(name, name)) for name, kind in sheet.columns.items() if name not in ("x", "y")
    )


def _party(side: str) -> tuple[Column, ...]:
    return (
        Column(f"{side}_account", "text", side),
        Column(f"{side}_name", "text", f"{side}_name"),
        Column(side, "text", f"{side}_no"),
    )


def _named(frame: pl.DataFrame, names: pl.DataFrame, column: str) -> pl.DataFrame:
    """``frame`` with the account and the name that the id in ``column`` stands for, in the order it had."""
    known = names.rename({"id": column, "account": f"{column}_account", "name": f"{column}_name"})
    return frame.join(known, on=column, how="left", maintain_order="left").with_columns(
        pl.col(f"{column}_account", f"{column}_name").fill_null("")
    )


def _spelled(frame: pl.DataFrame, **terms: str) -> pl.DataFrame:
    """``frame`` with the codes of a column written as words; a code without a word stays as it is."""
    words = {**PAGE, **WORKBOOK}
    return frame.with_columns(
        pl.col(column).replace(
            {key.removeprefix(f"term.{term}."): text for key, text in words.items() if key.startswith(f"term.{term}.")}
        )
        for column, term in terms.items()
    )


def _leading_to(table: Table, key: str, values: pl.Series, *, unique: bool = False) -> list[str | None]:
    """For each value the place of its first row in ``table``; null where there is none (or, if ``unique``, several)."""
    rows = (
        table.frame.select(pl.col(key), row=pl.int_range(pl.len()))
        .group_by(key)
        .agg(pl.col("row").min(), found=pl.len())
    )
    if unique:
        rows = rows.filter(pl.col("found") == 1)
    known = dict(zip(rows.get_column(key), table.places(rows.get_column("row").to_list()), strict=True))
    return [known.get(value) for value in values.to_list()]
