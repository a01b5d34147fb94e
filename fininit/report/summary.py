"""``summary.json``: the main facts of a run for programs, from the :class:`~fininit.report.model.ReportModel` alone.

Everything in it is declared once, in this module: the shape makes ``schemas/summary.schema.json``, and a test holds
the writer to it. Amounts are strings, dates are ``YYYY-MM-DD`` or null, and currencies are never added up.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

import polars as pl

from fininit.report.cells import zero
from fininit.report.model import ISSUES, ReportModel
from fininit.schema import LINK_KINDS
from fininit.strings import WORKBOOK
from fininit.values.money import format_amount

ACCOUNTS: Final = 1_000
"""Accounts that the summary names; ``accounts_total`` says how many there are, the workbook holds all."""

Shape = dict[str, Any]


def _text(doc: str) -> Shape:
    return {"type": "string", "description": doc}


def _count(doc: str) -> Shape:
    return {"type": "integer", "minimum": 0, "description": doc}


def _date(doc: str) -> Shape:
    return {
        "type": ["string", "null"],
        "format": "date",
        "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "description": doc,
    }


def _flag(doc: str) -> Shape:
    return {"type": "boolean", "description": doc}


def _amount(doc: str) -> Shape:
    return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "description": doc}


def _object(doc: str, **properties: Shape) -> Shape:
    return {
        "type": "object",
        "description": doc,
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _list(items: Shape, doc: str, **more: Any) -> Shape:
    return {"type": "array", "description": doc, "items": items, **more}


def _by_currency(value: Shape, doc: str) -> Shape:
    return {"type": "object", "description": doc, "additionalProperties": value}


def _rows(doc: str) -> Shape:
    return _object(
        doc,
        total=_count("Rows in the file."),
        entries=_count("Rows that are statement lines."),
        skipped=_count("Rows that are declared to be no transactions."),
        refused=_count("Rows not read, each with a reason."),
    )


def _totals(doc: str) -> Shape:
    value = _object("Transfers in one currency.", transfers=_count("How many."), sum=_amount("Their exact sum."))
    return _by_currency(value, doc)


_SUMMARY: Final = _object(
    "Main facts of one run. Networks and positions are leads to be tested, not findings.",
    fininit=_text("Version that wrote it."),
    title=_text("Name of the case or run."),
    command=_text("Command as typed, without the place of the output."),
    fingerprint=_text("Ledger fingerprint: SHA-256 over the canonical statement lines."),
    notice=_text("How networks and positions are to be read."),
    redacted=_flag("Whether names, accounts and texts are replaced by stable stand-ins."),
    identified=_text("Roles whose names were asked for, or empty."),
    withheld=_count("Values replaced by stand-ins."),
    rows=_rows("Rows of all sources together."),
    entries=_count("Statement lines in the ledger."),
    booked=_count("Statement lines that move money."),
    duplicates=_count("Statement lines seen again in another source and counted once."),
    merged=_count("Transfers that both sides show, counted once."),
    self_transfers=_count("Transfers from an account to itself; in no network."),
    transfers=_count("Transfers."),
    totals=_totals("All transfers by original currency, most transfers first in the workbook, by code here."),
    accounts=_list(
        _object(
            "One account.",
            id=_text("The account, rendered as scheme:value or as its stand-in."),
            name=_text("Name, rendered, or empty."),
            network=_text("Id of its network, or empty."),
            routes=_amount("Share of the shortest payment routes that pass through it. A lead."),
            paid_in=_by_currency(_amount("Sum."), "Paid in by others; a key for each currency of the account."),
            paid_out=_by_currency(_amount("Sum."), "Paid out to others; a key for each currency of the account."),
            transfers_in=_count("Transfers paid in."),
            transfers_out=_count("Transfers paid out."),
        ),
        f"Accounts, most routes first, at most {ACCOUNTS}.",
        maxItems=ACCOUNTS,
    ),
    accounts_total=_count("How many accounts there are."),
    networks=_list(
        _object(
            "One group of connected accounts.",
            id=_text("N1, N2 ...; rest: what does not fit the first view."),
            label=_text("Label in the picture."),
            accounts=_count("Accounts in it."),
            listings=_count("Different listings that lead to its accounts."),
            transfers=_count("Transfers between them."),
            totals=_totals("Those transfers by currency."),
            first=_date("Posted date of the first of them."),
            last=_date("Posted date of the last of them."),
            reasons=_list(_text("One sentence."), "Why the group is shown."),
        ),
        "Groups of connected accounts. Leads.",
    ),
    listings=_object(
        "Listings.",
        captures=_count("Captures read."),
        different=_count("Different listings, re-posts of the same content counted once."),
        linked=_count("Of those, listings that lead to an account."),
        identifiers=_count("Phones, addresses, handles and devices that link."),
    ),
    links=_object("Links by kind. Leads.", **{kind: _count("How many.") for kind in LINK_KINDS}),
    traces=_list(
        _object(
            "One trace under one rule.",
            id=_text("T1, T2 ..."),
            rule=_text("Rule, as it was chosen."),
            currency=_text("Currency."),
            order=_text("Order of the payments of one day."),
            traced_in=_amount("What the starts tagged."),
            ended=_amount("What ended."),
            remaining=_amount("What is still held."),
            difference=_amount("traced_in - ended - remaining: always zero."),
            transfers=_count("Transfers that carried it."),
            stops=_by_currency(_amount("Sum."), "Where it stops, by kind; what is still held is among them."),
        ),
        "Traces that were asked for.",
    ),
    sources=_list(
        _object(
            "One exhibit.",
            exhibit=_text("Exhibit number."),
            name=_text("File name, rendered."),
            sha256=_text("SHA-256 of the file as received."),
            bytes=_count("Size of the file."),
            format=_text("Importer or dialect."),
            how=_text("declared or proved."),
            status=_text("read, read-with-refusals, needs-decision or refused."),
            handling=_text("Handling code."),
            rows=_rows("Its rows."),
        ),
        "Exhibits.",
    ),
    issues=_list(
        _object(
            "One import exception; never the value of a cell.",
            exhibit=_text("Exhibit number."),
            kind=_text("refused, skipped or warning."),
            code=_text("Rule."),
            message=_text("What happened."),
            sheet=_text("Sheet, or empty."),
            row={"type": ["integer", "null"], "description": "Row in the file."},
            column=_text("Column, or empty."),
            count={"type": ["integer", "null"], "description": "Rows concerned."},
            hint=_text("What to do next."),
        ),
        "What was not read, and why.",
    ),
    method=_object(
        "How networks and routes were found.",
        method=_text("leiden or louvain."),
        resolution=_text("Resolution."),
        seed={"type": "integer", "description": "Seed."},
        modularity=_text("Modularity of the result."),
        routes_exact=_flag("Whether all shortest routes were counted."),
        routes_sources=_count("Accounts from which routes were counted, where not all."),
    ),
)


def summary_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of ``summary.json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:fininit:schema:summary",
        "title": "summary",
        **_SUMMARY,
    }


def write_summary(model: ReportModel) -> bytes:
    """``summary.json`` for ``model``: ASCII, sorted keys, one blank of indent, a line feed at the end."""
    text = json.dumps(_summary(model), ensure_ascii=True, allow_nan=False, sort_keys=True, indent=1)
    return text.encode("ascii") + b"\n"


def _summary(model: ReportModel) -> dict[str, Any]:
    f = model.facts
    sources = [_source(row) for row in model.sources.iter_rows(named=True)]
    return {
        "fininit": f.version.removeprefix("fininit "),
        "title": f.title,
        "command": f.command,
        "fingerprint": f.fingerprint,
        "notice": WORKBOOK["leads"],
        "redacted": f.redacted,
        "identified": f.identified,
        "withheld": f.withheld,
        "rows": {key: sum(s["rows"][key] for s in sources) for key in ("total", "entries", "skipped", "refused")},
        "entries": f.entries,
        "booked": f.booked,
        "duplicates": f.duplicates,
        "merged": f.merged,
        "self_transfers": f.self_transfers,
        "transfers": model.transfers.height,
        "totals": _money(model.totals),
        "accounts": _accounts(model),
        "accounts_total": model.accounts.height,
        "networks": _networks(model),
        "listings": {
            "captures": model.captures.height,
            "different": model.listings.height,
            "linked": model.links.filter(pl.col("kind") == "chain").get_column("a").n_unique(),
            "identifiers": model.identifiers.height,
        },
        "links": {kind: model.links.filter(pl.col("kind") == kind).height for kind in LINK_KINDS},
        "traces": _traces(model),
        "sources": sources,
        "issues": model.issues.select(*ISSUES.columns).to_dicts(),
        "method": {
            "method": f.method,
            "resolution": f.resolution,
            "seed": f.seed,
            "modularity": f.modularity,
            "routes_exact": f.routes_exact,
            "routes_sources": f.routes_sources,
        },
    }


def _source(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("exhibit", "name", "sha256", "bytes", "format", "how", "status", "handling")
    rows = {key: row[f"rows_{key}"] or 0 for key in ("total", "entries", "skipped", "refused")}
    return {**{key: row[key] for key in kept}, "bytes": row["bytes"] or 0, "rows": rows}


def _money(frame: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {
        currency: {"transfers": transfers, "sum": amount}
        for currency, transfers, amount in frame.select("currency", "transfers", "amount").iter_rows()
    }


def _accounts(model: ReportModel) -> list[dict[str, Any]]:
    shown = model.accounts.head(ACCOUNTS)
    known = model.account_totals.filter(pl.col("account").is_in(shown.get_column("id").implode()))
    sums: dict[str, dict[str, dict[str, str]]] = {"in": {}, "out": {}}
    for account, direction, currency, amount in known.select("account", "direction", "currency", "amount").iter_rows():
        sums[direction].setdefault(account, {})[currency] = amount
    made = []
    for row in shown.iter_rows(named=True):
        paid_in, paid_out = sums["in"].get(row["id"], {}), sums["out"].get(row["id"], {})
        currencies = {*paid_in, *paid_out}
        made.append(
            {
                "id": row["account"],
                "name": row["name"],
                "network": row["network"],
                "routes": row["routes"],
                "paid_in": {c: paid_in.get(c, zero(c)) for c in currencies},
                "paid_out": {c: paid_out.get(c, zero(c)) for c in currencies},
                "transfers_in": row["transfers_in"],
                "transfers_out": row["transfers_out"],
            }
        )
    return made


def _traces(model: ReportModel) -> list[dict[str, Any]]:
    kept = ("id", "rule", "currency", "order", "traced_in", "ended", "remaining", "difference")
    made = []
    for row in model.traces.iter_rows(named=True):
        stops: dict[str, Decimal] = {}
        mine = model.trace_breaks.filter(pl.col("trace") == row["id"])
        for kind, amount in mine.select("kind", "amount").iter_rows():
            stops[kind] = stops.get(kind, Decimal(0)) + Decimal(amount)
        steps = model.trace_steps.filter(pl.col("trace") == row["id"]).height
        sums = {kind: format_amount(total, row["currency"]) for kind, total in sorted(stops.items())}
        made.append({key: row[key] for key in kept} | {"transfers": steps, "stops": sums})
    return made


def _networks(model: ReportModel) -> list[dict[str, Any]]:
    inside = model.network_totals.filter(pl.col("scope") == "inside").partition_by("network", as_dict=True)
    reasons: dict[str, list[str]] = {}
    for network, reason in model.reasons.iter_rows():
        reasons.setdefault(network, []).append(reason)
    return [
        {
            **{key: row[key] for key in ("id", "label", "accounts", "transfers")},
            "listings": row["listings"] or 0,
            "totals": _money(inside[row["id"],]) if (row["id"],) in inside else {},
            "first": None if row["first"] is None else row["first"].isoformat(),
            "last": None if row["last"] is None else row["last"].isoformat(),
            "reasons": reasons.get(row["id"], []),
        }
        for row in model.networks.iter_rows(named=True)
    ]
