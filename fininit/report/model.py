"""The report model: everything a page, a workbook or a summary may say, already rendered and redacted.

It is built once (``fininit.report.build``) and read by every writer, so that the picture, the tables and the JSON
cannot disagree (law 15). Every text cell in it has passed the one door; the writers never see a raw value.

Cells are text, whole numbers or dates; amounts are text in plain notation with at least the digits of their currency
(``"1200.50"``), because JavaScript and spreadsheets lose digits of long numbers. A missing value is ``""`` in text
columns and null elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Cell = Literal["text", "int", "date", "amount"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of the report: its columns with the kind of cell in each, in order."""

    name: str
    columns: dict[str, Cell]

    def polars(self) -> dict[str, pl.DataType]:
        """Column name -> polars type; amounts are text."""
        types: dict[Cell, pl.DataType] = {
            "text": pl.String(),
            "int": pl.Int64(),
            "date": pl.Date(),
            "amount": pl.String(),
        }
        return {name: types[cell] for name, cell in self.columns.items()}

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame`` with exactly these columns and types; a column too many or too few raises ``KeyError``."""
        if set(frame.columns) != set(self.columns):
            raise KeyError(f"{self.name}: {sorted(set(frame.columns) ^ set(self.columns))}")
        out = frame.select(pl.col(n).cast(t) for n, t in self.polars().items())
        return out.with_columns(pl.col(n).fill_null("") for n, c in self.columns.items() if c in ("text", "amount"))


TOTALS = Sheet("totals", {"currency": "text", "transfers": "int", "amount": "amount"})
"""All transfers by original currency. Currencies are never added up."""

SOURCES = Sheet(
    "sources",
    {
        "exhibit": "text",  # exhibit number as given, else "1", "2" in the order of the hashes
        "name": "text",  # file name, redacted by default
        "sha256": "text",
        "bytes": "int",
        "format": "text",  # importer or dialect
        "how": "text",  # declared | proved
        "status": "text",
        "rows_total": "int",
        "rows_entries": "int",
        "rows_skipped": "int",
        "rows_refused": "int",
        "producer": "text",
        "legal_authority": "text",
        "legal_reference": "text",
        "received_on": "date",
        "received_by": "text",
        "handling": "text",
    },
)

STATEMENTS = Sheet(
    "statements",
    {
        "exhibit": "text",
        "account": "text",
        "currency": "text",
        "entries": "int",
        "sum": "amount",
        "opening": "amount",
        "closing": "amount",
        "first": "date",
        "last": "date",
        "balance": "text",  # ok | broken | absent
    },
)

ISSUES = Sheet(
    "issues",
    {
        "exhibit": "text",
        "kind": "text",  # refused | skipped | warning
        "code": "text",
        "message": "text",
        "sheet": "text",
        "row": "int",
        "column": "text",
        "count": "int",
        "hint": "text",
    },
)

ACCOUNTS = Sheet(
    "accounts",
    {
        "id": "text",  # "a1", "a2" ... most routes first; never the account itself
        "account": "text",  # rendered scheme:value (a pseudonym unless identified)
        "name": "text",
        "label": "text",  # what stands under the node: short, rendered
        "scheme": "text",  # iban, acct, app, btc, eth, name, unknown, fee, source
        "role": "text",
        "records": "text",  # "yes": a source holds its own statement; "no": seen only from the other side
        "network": "text",  # id of its network, or ""
        "transfers_in": "int",
        "transfers_out": "int",
        "routes": "amount",  # betweenness, share of shortest payment routes, "0.123456789"
        "first": "date",
        "last": "date",
        "x": "int",  # place inside its group, group centre = 0,0
        "y": "int",
    },
)

ACCOUNT_TOTALS = Sheet(
    "account_totals",
    {"account": "text", "direction": "text", "currency": "text", "transfers": "int", "amount": "amount"},
)
"""direction: in | out. Transfers from an account to itself are in neither; they are counted in facts."""

NETWORKS = Sheet(
    "networks",
    {
        "id": "text",  # "N1", "N2" ... ; the last may be "rest": what does not fit the first view
        "label": "text",
        "accounts": "int",
        "transfers": "int",  # inside
        "first": "date",
        "last": "date",
        "x": "int",
        "y": "int",
    },
)

NETWORK_TOTALS = Sheet(
    "network_totals",
    {"network": "text", "scope": "text", "currency": "text", "transfers": "int", "amount": "amount"},
)
"""scope: inside | in | out (across its border)."""

REASONS = Sheet("reasons", {"network": "text", "reason": "text"})
"""Why the group is shown, one sentence each, in order."""

EDGES = Sheet(
    "edges",
    {
        "debtor": "text",  # account ids of ACCOUNTS
        "creditor": "text",
        "currency": "text",
        "transfers": "int",
        "amount": "amount",
        "first": "date",
        "last": "date",
    },
)
"""Transfers from an account to itself stand here too (debtor = creditor); no picture draws them."""

TRANSFERS = Sheet(
    "transfers",
    {
        "id": "text",  # "t1", "t2" ... by date
        "debtor": "text",
        "creditor": "text",
        "amount": "amount",
        "currency": "text",
        "booking_date": "date",
        "note": "text",  # remittance_info, rendered
        "channel": "text",
        "how": "text",
        "rows": "int",
    },
)

EVIDENCE = Sheet(
    "evidence",
    {
        "transfer": "text",  # id of TRANSFERS
        "exhibit": "text",
        "sheet": "text",
        "row": "int",
        "raw": "text",  # the row as it stands in the file, rendered
        "seen_by": "text",
    },
)

PROPOSALS = Sheet("proposals", {"kind": "text", "transfer_a": "text", "transfer_b": "text", "reason": "text"})

SHEETS: tuple[Sheet, ...] = (
    TOTALS,
    SOURCES,
    STATEMENTS,
    ISSUES,
    ACCOUNTS,
    ACCOUNT_TOTALS,
    NETWORKS,
    NETWORK_TOTALS,
    REASONS,
    EDGES,
    TRANSFERS,
    EVIDENCE,
    PROPOSALS,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """Single facts of a report, all rendered text or whole numbers."""

    title: str
    version: str  # fininit 0.1.0
    command: str  # as typed, without output path; file names rendered
    fingerprint: str  # ledger fingerprint: SHA-256 over the canonical entries
    redacted: bool
    identified: str  # roles opened by --identify, blank-separated, or ""
    reason: str  # the reason given for it
    withheld: int  # how many values the door replaced
    method: str  # leiden | louvain
    resolution: str
    seed: int
    modularity: str
    routes_exact: bool
    routes_sources: int  # sources sampled when not exact
    self_transfers: int  # from an account to itself: counted, in no network
    entries: int
    booked: int  # entries that move money
    duplicates: int  # rows seen again in another file, counted once
    merged: int  # transfers shown by both sides
    contact: str = ""


@dataclass(frozen=True, slots=True)
class ReportModel:
    """All there is to a report. Frames conform to the :class:`Sheet` of the same name."""

    facts: Facts
    totals: pl.DataFrame
    sources: pl.DataFrame
    statements: pl.DataFrame
    issues: pl.DataFrame
    accounts: pl.DataFrame
    account_totals: pl.DataFrame
    networks: pl.DataFrame
    network_totals: pl.DataFrame
    reasons: pl.DataFrame
    edges: pl.DataFrame
    transfers: pl.DataFrame
    evidence: pl.DataFrame
    proposals: pl.DataFrame

    def __post_init__(self) -> None:
        for sheet in SHEETS:
            object.__setattr__(self, sheet.name, sheet.conform(getattr(self, sheet.name)))

    def table(self, sheet: Sheet) -> pl.DataFrame:
        """The frame of ``sheet``."""
        frame: pl.DataFrame = getattr(self, sheet.name)
        return frame
