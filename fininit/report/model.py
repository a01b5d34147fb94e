"""The report model: everything a page, a workbook or a summary may say, already rendered and redacted.

It is built once (``fininit.report.build``) and read by every writer, so that the picture, the tables and the JSON
cannot disagree (law 15). Every text cell in it has passed the one door; the writers never see a raw value.

Cells are text, whole numbers or dates; amounts are text in plain notation with at least the digits of their currency
(``"1200.50"``), because JavaScript and spreadsheets lose digits of long numbers. A missing value is ``""`` in text
columns and null elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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

    def empty(self) -> pl.DataFrame:
        """The table without rows: a case without listings, a report without a trace."""
        return pl.DataFrame(schema=self.polars())

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
        "listings": "int",  # different listings that lead to its accounts
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

IDENTIFIERS = Sheet(
    "identifiers",
    {
        "id": "text",  # "i1", "i2" ... most listings first
        "identifier": "text",  # rendered kind:value (a pseudonym unless identified)
        "kind": "text",  # phone, email, handle, wallet, device, ip ...
        "label": "text",  # what stands under the node
        "network": "text",  # network of the accounts it is tied to most, or ""
        "listings": "int",  # different listings that print it
        "accounts": "int",  # accounts it is tied to
        "specificity": "amount",  # 0 to 1: 1 where few share it
        "first": "date",
        "last": "date",
        "x": "int",  # place inside its group, on a ring around the accounts; group centre = 0,0
        "y": "int",
    },
)
"""What links: phones, addresses, handles, devices. Those that may not link (an IP address) are not here."""

LISTINGS = Sheet(
    "listings",
    {
        "id": "text",  # "l1", "l2" ... by first day
        "listing": "text",  # rendered
        "label": "text",
        "network": "text",  # network of the identifier it prints first, or ""
        "captures": "int",
        "first": "date",
        "last": "date",
        "x": "int",  # place inside its group, outside its identifier; group centre = 0,0
        "y": "int",
    },
)
"""Listings of the same content are one; each time it was seen is a row of :data:`CAPTURES`."""

CAPTURES = Sheet(
    "captures",
    {
        "listing": "text",  # id of LISTINGS
        "exhibit": "text",
        "row": "int",
        "site": "text",
        "url": "text",  # rendered
        "posted": "date",
        "captured": "text",  # UTC, "2026-01-03 07:20:00", or ""
        "captured_by": "text",  # rendered
        "captured_with": "text",
        "place": "text",  # rendered
        "price": "text",  # rendered
        "title": "text",  # rendered
        "text": "text",  # rendered
    },
)

PARTIES = Sheet(
    "parties",
    {
        "id": "text",  # "p1", "p2" ...
        "party": "text",  # rendered
        "name": "text",  # rendered
        "label": "text",
        "kind": "text",  # person, firm, unknown
        "role": "text",
        "accounts": "int",  # accounts in which it has a capacity
    },
)

LINKS = Sheet(
    "links",
    {
        "id": "text",  # "k1", "k2" ...
        "kind": "text",  # contact, subscriber, own, counterparty, note, instrument, capacity, chain
        "a_kind": "text",  # listing, identifier, account, party
        "a": "text",  # id in LISTINGS, IDENTIFIERS, ACCOUNTS or PARTIES
        "b_kind": "text",
        "b": "text",
        "via": "text",  # id of the identifier that a chain goes through, or ""
        "capacity": "text",
        "first": "date",
        "last": "date",
        "strength": "amount",
        "recovered": "text",  # "yes": hidden in the text and put together
        "reason": "text",
        "rows": "int",
    },
)

LINK_ROWS = Sheet(
    "link_rows",
    {
        "link": "text",  # id of LINKS
        "exhibit": "text",
        "sheet": "text",
        "row": "int",
        "found_in": "text",
    },
)
"""Rows that show a link. A chain is shown by the rows of its two parts and has none of its own here."""

TRACES = Sheet(
    "traces",
    {
        "id": "text",  # "T1", "T2" ...
        "rule": "text",
        "currency": "text",
        "order": "text",  # order of the payments of one day
        "through": "text",  # "yes": also through accounts without records
        "depth": "int",
        "until": "date",
        "traced_in": "amount",
        "ended": "amount",
        "remaining": "amount",
        "difference": "amount",  # traced_in - ended - remaining: always zero
    },
)

TRACE_STARTS = Sheet(
    "trace_starts",
    {
        "trace": "text",
        "tag": "text",  # S1, S2 ...
        "account": "text",  # id of ACCOUNTS: all credits of it are tagged; or ""
        "transfer": "text",  # id of TRANSFERS, or ""
        "since": "date",
        "amount": "amount",
    },
)

TRACE_STEPS = Sheet(
    "trace_steps",
    {
        "trace": "text",
        "order": "int",
        "transfer": "text",  # id of TRANSFERS
        "debtor": "text",  # id of ACCOUNTS
        "creditor": "text",
        "booking_date": "date",
        "amount": "amount",
        "traced": "amount",
        "started": "amount",
        "ended": "amount",
        "depth": "int",
    },
)

TRACE_BREAKS = Sheet(
    "trace_breaks",
    {
        "trace": "text",
        "kind": "text",  # schema.BREAK_KINDS
        "account": "text",  # id of ACCOUNTS
        "transfer": "text",  # id of TRANSFERS; "": still held
        "booking_date": "date",
        "tag": "text",
        "amount": "amount",
        "why": "text",
    },
)

TRACE_COVERAGE = Sheet(
    "trace_coverage",
    {
        "trace": "text",
        "account": "text",  # id of ACCOUNTS
        "followed": "text",
        "opening": "amount",
        "records_first": "date",
        "records_last": "date",
        "transfers": "int",
        "not_in_own_records": "int",
        "gaps": "int",
        "broken": "int",
        "note": "text",
    },
)

TRACE_SCHEDULE = Sheet(
    "trace_schedule",
    {
        "trace": "text",
        "account": "text",  # id of ACCOUNTS
        "line": "int",
        "transfer": "text",  # id of TRANSFERS; "": brought forward
        "booking_date": "date",
        "direction": "text",  # brought-forward, in, out
        "other_account": "text",  # id of ACCOUNTS
        "amount": "amount",
        "traced": "amount",
        "lots": "text",
        "balance_before": "amount",
        "balance": "amount",
        "held_before": "amount",
        "held": "amount",
    },
)
"""The tracing schedule: every line can be computed again by hand from the line before."""

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
    IDENTIFIERS,
    LISTINGS,
    CAPTURES,
    PARTIES,
    LINKS,
    LINK_ROWS,
    TRACES,
    TRACE_STARTS,
    TRACE_STEPS,
    TRACE_BREAKS,
    TRACE_COVERAGE,
    TRACE_SCHEDULE,
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
    identifiers: pl.DataFrame = field(default_factory=IDENTIFIERS.empty)
    listings: pl.DataFrame = field(default_factory=LISTINGS.empty)
    captures: pl.DataFrame = field(default_factory=CAPTURES.empty)
    parties: pl.DataFrame = field(default_factory=PARTIES.empty)
    links: pl.DataFrame = field(default_factory=LINKS.empty)
    link_rows: pl.DataFrame = field(default_factory=LINK_ROWS.empty)
    traces: pl.DataFrame = field(default_factory=TRACES.empty)
    trace_starts: pl.DataFrame = field(default_factory=TRACE_STARTS.empty)
    trace_steps: pl.DataFrame = field(default_factory=TRACE_STEPS.empty)
    trace_breaks: pl.DataFrame = field(default_factory=TRACE_BREAKS.empty)
    trace_coverage: pl.DataFrame = field(default_factory=TRACE_COVERAGE.empty)
    trace_schedule: pl.DataFrame = field(default_factory=TRACE_SCHEDULE.empty)

    def __post_init__(self) -> None:
        for sheet in SHEETS:
            object.__setattr__(self, sheet.name, sheet.conform(getattr(self, sheet.name)))

    def table(self, sheet: Sheet) -> pl.DataFrame:
        """The frame of ``sheet``."""
        frame: pl.DataFrame = getattr(self, sheet.name)
        return frame
