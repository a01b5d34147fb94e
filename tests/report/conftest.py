"""Report models made by hand: a small case with every kind of thing in it, and a large one for speed and caps."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from math import cos, sin, sqrt
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from fininit.report import page as writer
from fininit.report.model import SHEETS, Facts, ReportModel

Row = dict[str, Any]
Factory = Callable[..., ReportModel]

DAY = dt.date(2023, 3, 1)


def _frame(name: str, rows: Iterable[Row]) -> pl.DataFrame:
    sheet = next(s for s in SHEETS if s.name == name)
    rows = list(rows)
    columns = {
        column: pl.Series(column, [row.get(column) for row in rows], dtype) for column, dtype in sheet.polars().items()
    }
    return sheet.conform(pl.DataFrame(columns))


def _facts(**given: Any) -> Facts:
    facts = Facts(
        title="Operation Lantern",
        version="fininit 0.1.0",
        command="fininit run harbour.csv pier.xlsx --title 'Operation Lantern'",
        fingerprint=hashlib.sha256(b"lantern").hexdigest(),
        redacted=True,
        identified="",
        reason="",
        withheld=64,
        method="leiden",
        resolution="1",
        seed=42,
        modularity="0.412371",
        routes_exact=True,
        routes_sources=0,
        self_transfers=0,
        entries=0,
        booked=0,
        duplicates=1,
        merged=2,
        contact="",
    )
    return replace(facts, **given)


def _model(
    facts: Facts,
    accounts: Sequence[Row],
    networks: Sequence[Row],
    transfers: Sequence[Row],
    evidence: Sequence[Row],
    *,
    sources: Sequence[Row],
    statements: Sequence[Row] = (),
    issues: Sequence[Row] = (),
    reasons: Sequence[Row] = (),
    proposals: Sequence[Row] = (),
) -> ReportModel:
    """A model whose sums, edges and counts are all made from ``transfers``, the slow and plain way."""
    network = {a["id"]: a.get("network", "") for a in accounts}
    moved = [t for t in transfers if t["debtor"] != t["creditor"]]
    edges: dict[tuple[str, str, str], list[Row]] = {}
    sides: dict[tuple[str, str, str], list[Row]] = {}
    scopes: dict[tuple[str, str, str], list[Row]] = {}
    totals: dict[str, list[Row]] = {}
    for t in transfers:
        totals.setdefault(t["currency"], []).append(t)
    for t in moved:
        debtor, creditor, currency = t["debtor"], t["creditor"], t["currency"]
        edges.setdefault((debtor, creditor, currency), []).append(t)
        sides.setdefault((debtor, "out", currency), []).append(t)
        sides.setdefault((creditor, "in", currency), []).append(t)
        here, there = network[debtor], network[creditor]
        if here and here == there:
            scopes.setdefault((here, "inside", currency), []).append(t)
        else:
            if here:
                scopes.setdefault((here, "out", currency), []).append(t)
            if there:
                scopes.setdefault((there, "in", currency), []).append(t)

    def total(found: list[Row]) -> Row:
        dates = [t["booking_date"] for t in found if t["booking_date"] is not None]
        return {
            "transfers": len(found),
            "amount": str(sum((Decimal(t["amount"]) for t in found), Decimal(0))),
            "first": min(dates, default=None),
            "last": max(dates, default=None),
        }

    order = {a["id"]: i for i, a in enumerate(accounts)}

    def stated(a: Row) -> Row:
        own = [t for t in moved if a["id"] in (t["debtor"], t["creditor"])] if len(accounts) < 500 else []
        counts = {
            "transfers_in": sum(s["transfers"] for k, s in summed.items() if k[:2] == (a["id"], "in")),
            "transfers_out": sum(s["transfers"] for k, s in summed.items() if k[:2] == (a["id"], "out")),
        }
        return {**({k: total(own)[k] for k in ("first", "last")} if own else {}), **counts, **a}

    summed = {key: total(found) for key, found in sides.items()}
    if len(accounts) >= 500:
        busy: Counter[tuple[str, str]] = Counter()
        for (account, direction, _), s in summed.items():
            busy[account, direction] += s["transfers"]
        full = [{**a, "transfers_in": busy[a["id"], "in"], "transfers_out": busy[a["id"], "out"]} for a in accounts]
    else:
        full = [stated(a) for a in accounts]
    members = Counter(network.values())
    inside: dict[str, list[Row]] = {}
    for t in moved:
        if network[t["debtor"]] and network[t["debtor"]] == network[t["creditor"]]:
            inside.setdefault(network[t["debtor"]], []).append(t)
    tables = {
        "totals": sorted(
            ({"currency": c, **total(found)} for c, found in totals.items()),
            key=lambda r: (-r["transfers"], r["currency"]),
        ),
        "sources": sources,
        "statements": statements,
        "issues": issues,
        "accounts": full,
        "account_totals": [
            {"account": a, "direction": d, "currency": c, **s}
            for (a, d, c), s in sorted(summed.items(), key=lambda kv: (order[kv[0][0]], kv[0]))
        ],
        "networks": [{"accounts": members[n["id"]], **total(inside.get(n["id"], [])), **n} for n in networks],
        "network_totals": [
            {"network": n, "scope": s, "currency": c, **total(found)} for (n, s, c), found in sorted(scopes.items())
        ],
        "reasons": reasons,
        "edges": [
            {"debtor": d, "creditor": c, "currency": k, **total(found)}
            for (d, c, k), found in sorted(edges.items(), key=lambda kv: (order[kv[0][0]], order[kv[0][1]], kv[0][2]))
        ],
        "transfers": transfers,
        "evidence": evidence,
        "proposals": proposals,
    }
    self_transfers = len(transfers) - len(moved)
    return ReportModel(
        facts=replace(facts, self_transfers=self_transfers, entries=len(evidence), booked=len(evidence)),
        **{name: _frame(name, rows) for name, rows in tables.items()},
    )


def _source(exhibit: str, name: str, rows: tuple[int, int, int, int], **more: Any) -> Row:
    total, entries, skipped, refused = rows
    return {
        "exhibit": exhibit,
        "name": name,
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "bytes": 2048 + 7 * total,
        "format": "table",
        "how": "proved",
        "status": "read-with-refusals" if refused else "read",
        "rows_total": total,
        "rows_entries": entries,
        "rows_skipped": skipped,
        "rows_refused": refused,
        **more,
    }


_CAST: tuple[tuple[str, str, str, str, str], ...] = (
    # name, scheme:value, records, network, role
    ("Harbour Lights Ltd", "iban:DE75512108001245126199", "yes", "N1", "controller"),
    ("Quayside Rooms", "acct:north:0441", "yes", "N1", "unknown"),
    ("M. Aldous", "acct:north:0442", "no", "N1", "potential_victim"),
    ("J. Brandt", "app:cashapp:$jbrandt", "no", "N1", "unknown"),
    ("Tidewater Advertising", "acct:east:7001", "no", "N1", "third_party"),
    ("Pier Nine Transfers", "acct:east:7002", "yes", "N2", "unknown"),
    ("L. Carver", "acct:east:7003", "no", "N2", "unknown"),
    ("Corner Exchange", "name:corner exchange", "no", "N2", "unknown"),
    ("D. Ember", "name:d. ember", "no", "N2", "unknown"),
    ("Far Shore Trading", "acct:south:9100", "no", "N3", "unknown"),
    ("Salt Road Wallet", "btc:bc1qexampleexampleexampleexampleexample0000", "no", "N3", "unknown"),
    ("Night Ferry Café", "acct:south:9101", "no", "N3", "unknown"),
    ("", "unknown:acct:north:0441", "no", "", "unknown"),
    ("", "fee:acct:north:0441", "no", "", "unknown"),
    ("Loner & Sons", "acct:west:1", "no", "", "unknown"),
)

_PAID: tuple[tuple[int, int, str, str, str], ...] = (
    # debtor, creditor, amount, currency, note
    (1, 2, "1200.50", "EUR", "rent march"),
    (1, 2, "1200.50", "EUR", "rent april"),
    (2, 1, "90.00", "EUR", "deposit back"),
    (3, 1, "450.00", "EUR", "as agreed"),
    (3, 1, "500.00", "EUR", "as agreed"),
    (3, 1, "475.00", "EUR", ""),
    (4, 1, "60.00", "EUR", "room 4"),
    (1, 5, "310.00", "EUR", "banner two weeks"),
    (2, 5, "150.00", "USD", "listing upgrade"),
    (1, 4, "20.00", "EUR", "float"),
    (6, 7, "2000.00", "EUR", "loan"),
    (7, 6, "100.00", "EUR", "loan 1/20"),
    (6, 8, "8000.00", "EUR", "cash for the week"),
    (8, 9, "7900.00", "EUR", ""),
    (9, 6, "30.00", "GBP", "taxi"),
    (10, 11, "0.123456789012345678", "BTC", "block 812345"),
    (11, 12, "0.020000000000000001", "BTC", ""),
    (12, 10, "640.00", "EUR", "supplies"),
    (1, 6, "5000.00", "EUR", "consulting"),
    (1, 6, "5000.00", "EUR", "consulting"),
    (6, 10, "9100.00", "EUR", "invoice 17"),
    (10, 1, "75.25", "EUR", "refund"),
    (13, 2, "40.00", "EUR", "cash in"),
    (2, 13, "300.00", "EUR", "cash out"),
    (2, 14, "3.50", "EUR", "account fee"),
    (15, 12, "18.00", "EUR", "lunch"),
    (1, 1, "250.00", "EUR", "own transfer"),
)


def make_sample(**facts: Any) -> ReportModel:
    """A small made-up case: three groups, every kind of account, four currencies, two exhibits, exceptions."""
    spots = ((0, 0), (120, 20), (-60, 110))
    accounts = [
        {
            "id": f"a{i}",
            "account": account,
            "name": name,
            "label": name or account.partition(":")[2],
            "scheme": account.partition(":")[0],
            "role": role,
            "records": records,
            "network": network,
            "routes": f"{max(0, 9 - i) * 0.012345678:.9f}",
            "x": round(72 * sqrt(i) * cos(2.4 * i)),
            "y": round(72 * sqrt(i) * sin(2.4 * i)),
        }
        for i, (name, account, records, network, role) in enumerate(_CAST, 1)
    ]
    networks = [
        {"id": f"N{i}", "label": f"N{i} around {name}", "x": x, "y": y}
        for i, (name, (x, y)) in enumerate(
            zip(("Harbour Lights Ltd", "Pier Nine Transfers", "Far Shore Trading"), spots, strict=True), 1
        )
    ]
    transfers: list[Row] = []
    evidence: list[Row] = []
    for i, (debtor, creditor, amount, currency, note) in enumerate(_PAID, 1):
        both = i in (1, 19)
        date = DAY + dt.timedelta(days=2 * i)
        transfers.append(
            {
                "id": f"t{i}",
                "debtor": f"a{debtor}",
                "creditor": f"a{creditor}",
                "amount": amount,
                "currency": currency,
                "booking_date": date,
                "note": note,
                "channel": "wire" if i % 3 else "cash",
                "how": "both-sides" if both else "one-side",
                "rows": 1 + both,
            }
        )
        raw = f"{date:%d.%m.%Y};{_CAST[debtor - 1][0]};{_CAST[creditor - 1][0]};{note};-{amount};{currency}"
        evidence.append(
            {"transfer": f"t{i}", "exhibit": "A-1", "sheet": "", "row": i + 1, "raw": raw, "seen_by": "debtor"}
        )
        if both:
            evidence.append(
                {
                    "transfer": f"t{i}",
                    "exhibit": "A-2",
                    "sheet": "March",
                    "row": i + 4,
                    "raw": raw[:-4],
                    "seen_by": "creditor",
                }
            )
    rows = len(_PAID)
    return _model(
        _facts(**facts),
        accounts,
        networks,
        transfers,
        evidence,
        sources=[
            _source(
                "A-1",
                "harbour.csv",
                (rows + 4, rows, 2, 2),
                producer="North Bank plc",
                legal_authority="Production order",
                legal_reference="PO 12/2023",
                received_on=dt.date(2023, 6, 2),
                received_by="DC 4411",
                handling="restricted",
            ),
            _source("A-2", "pier.xlsx", (3, 3, 0, 0), format="xlsx", handling="open"),
        ],
        statements=[
            {
                "exhibit": "A-1",
                "account": "iban:DE75512108001245126199",
                "currency": "EUR",
                "entries": 14,
                "sum": "-13731.25",
                "opening": "15000.00",
                "closing": "1268.75",
                "first": DAY,
                "last": DAY + dt.timedelta(days=60),
                "balance": "ok",
            },
            {
                "exhibit": "A-1",
                "account": "acct:north:0441",
                "currency": "EUR",
                "entries": 6,
                "sum": "12.00",
                "opening": "1.00",
                "closing": "15.00",
                "first": DAY,
                "last": DAY,
                "balance": "broken",
            },
            {
                "exhibit": "A-2",
                "account": "acct:east:7002",
                "currency": "EUR",
                "entries": 3,
                "sum": "-44.00",
                "first": DAY,
                "last": DAY,
                "balance": "absent",
            },
        ],
        issues=[
            {
                "exhibit": "A-1",
                "kind": "refused",
                "code": "bad-amount",
                "message": "The amount is not a number.",
                "row": 31,
                "column": "amount",
                "count": 1,
                "hint": "Look at the row in the file.",
            },
            {
                "exhibit": "A-1",
                "kind": "refused",
                "code": "bad-date",
                "message": "The date could be two days.",
                "row": 32,
                "column": "date",
                "count": 1,
            },
            {
                "exhibit": "A-1",
                "kind": "skipped",
                "code": "balance-line",
                "message": "A line that only carries a balance.",
                "count": 2,
            },
            {
                "exhibit": "A-2",
                "kind": "warning",
                "code": "unmapped-column",
                "message": "A filled column is not used.",
                "sheet": "March",
                "column": "memo 2",
                "count": 3,
            },
        ],
        reasons=[
            {"network": "N1", "reason": "9 of 13 transfers of its accounts stay inside the group."},
            {"network": "N1", "reason": "3 of 9 transfers inside go from M. Aldous to Harbour Lights Ltd."},
            {"network": "N2", "reason": "5 transfers between its accounts."},
            {"network": "N3", "reason": "3 transfers between its accounts."},
        ],
        proposals=[
            {"kind": "near-duplicate", "transfer_a": "t19", "transfer_b": "t20", "reason": "Same day, amount and note."}
        ],
    )


def make_large(
    accounts: int = 3000, transfers: int = 17000, networks: int = 40, *, seed: int = 7, raw: int = 140
) -> ReportModel:
    """A case of the size of a real one: groups of unequal size, most money inside them, six currencies."""
    dice = random.Random(seed)
    weights = [1 / (i + 1) for i in range(networks)] or [1.0]
    people = []
    for i in range(1, accounts + 1):
        network = f"N{dice.choices(range(1, networks + 1), weights)[0]}" if networks and dice.random() < 0.93 else ""
        scheme = dice.choices(("acct", "iban", "name", "unknown", "fee"), (60, 20, 16, 3, 1))[0]
        people.append(
            {
                "id": f"a{i}",
                "account": f"{scheme}:made:{i:06d}",
                "name": "" if scheme in ("unknown", "fee") else f"{dice.choice(_FIRST)} {dice.choice(_SECOND)} {i}",
                "scheme": scheme,
                "role": "unknown",
                "records": "yes" if i <= 4 else "no",
                "network": network,
                "routes": f"{max(0.0, 0.4 / i):.9f}",
            }
        )
    groups: dict[str, list[int]] = {}
    for i, a in enumerate(people):
        a["label"] = a["name"] or a["account"]
        group = groups.setdefault(a["network"], [])
        rank = len(group)
        a["x"], a["y"] = round(72 * sqrt(rank) * cos(2.39996 * rank)), round(72 * sqrt(rank) * sin(2.39996 * rank))
        group.append(i)
    known = [n for n in (f"N{i}" for i in range(1, networks + 1)) if n in groups]
    currencies = ("USD", "EUR", "RUB", "GBP", "CHF", "SEK")
    made = []
    rows = []
    for i in range(1, transfers + 1):
        group = groups[people[dice.randrange(accounts)]["network"]]
        debtor = group[min(int(dice.expovariate(12 / len(group))), len(group) - 1)]
        target = group if dice.random() < 0.85 else range(accounts)
        creditor = target[min(int(dice.expovariate(3 / len(target))), len(target) - 1)]
        if creditor == debtor:
            creditor = (debtor + 1) % accounts
        date = dt.date(2012, 6, 1) + dt.timedelta(days=i * 900 // transfers)
        amount = f"{dice.randrange(1, 2_000_000)}.{dice.randrange(100):02d}"
        currency = dice.choices(currencies, (70, 24, 2, 2, 1, 1))[0]
        made.append(
            {
                "id": f"t{i}",
                "debtor": f"a{debtor + 1}",
                "creditor": f"a{creditor + 1}",
                "amount": amount,
                "currency": currency,
                "booking_date": date,
                "note": f"INVOICE {dice.randrange(10**6)} DD {date}",
                "channel": "wire",
                "how": "two-sided",
                "rows": 1,
            }
        )
        text = f"{people[debtor]['name']},{people[creditor]['name']},{date},{currency},{amount},"
        rows.append(
            {"transfer": f"t{i}", "exhibit": "1", "row": i + 1, "raw": (text + "x" * raw)[:raw], "seen_by": "both"}
        )
    return _model(
        _facts(
            title="A large made-up case",
            redacted=False,
            identified="all",
            reason="speed test",
            routes_exact=False,
            routes_sources=256,
        ),
        people,
        [
            {
                "id": n,
                "label": f"{n} around {people[groups[n][0]]['label']}",
                "x": round(130 * sqrt(i) * cos(2.39996 * i)),
                "y": round(130 * sqrt(i) * sin(2.39996 * i)),
            }
            for i, n in enumerate(known)
        ],
        made,
        rows,
        sources=[_source("1", "edges.csv", (transfers, transfers, 0, 0))],
        reasons=[{"network": n, "reason": f"{len(groups[n])} accounts that mostly pay each other."} for n in known],
    )


LISTED: tuple[tuple[str, tuple[str, ...], str, int, int], ...] = (
    # listing, identifiers printed in it, network, days after DAY (first), captures
    ("Room by the pier", ("i1",), "N1", 1, 2),
    ("Evening company", ("i1", "i2"), "N1", 9, 1),
    ("New in town", ("i1",), "N1", 30, 1),
    ("By the harbour", ("i3",), "N2", 12, 3),
    ("No day stated", ("i2",), "N1", -1, 1),
    ("Only a handle", ("i5",), "", 20, 1),
)
"""Listings of the linked sample: words, contacts, group, first day (-1: none), captures."""

_TIED: tuple[tuple[str, str, str, str, str, str, int, int, str], ...] = (
    # kind, a_kind, a, b_kind, b, capacity, first and last as days after DAY (-1: open), strength
    ("subscriber", "identifier", "i1", "account", "a1", "", 0, 60, "0.95"),
    ("note", "identifier", "i1", "account", "a3", "", 6, 12, "0.7"),
    ("own", "identifier", "i2", "account", "a4", "", -1, -1, "1"),
    ("note", "identifier", "i2", "account", "a1", "", 50, 55, "0.7"),
    ("counterparty", "identifier", "i3", "account", "a6", "", 22, 22, "0.6"),
    ("subscriber", "identifier", "i4", "account", "a6", "", 5, -1, "0.35"),
    ("subscriber", "identifier", "i4", "account", "a1", "", 5, -1, "0.35"),
    ("subscriber", "identifier", "i1", "party", "p1", "", -1, -1, "1"),
    ("instrument", "account", "a1", "account", "a4", "", 3, -1, "1"),
    ("instrument", "account", "a2", "account", "a6", "", -1, 40, "1"),
    ("capacity", "account", "a1", "party", "p1", "holder", 0, 30, "1"),
    ("capacity", "account", "a1", "party", "p2", "signatory", 31, -1, "1"),
)


def make_linked(*, name: Callable[[str], str] = str, **facts: Any) -> ReportModel:
    """The small case with listings, identifiers, parties, links and one trace. ``name`` renders each shown value."""
    model = make_sample(**facts)

    def day(after: int) -> dt.date | None:
        return None if after < 0 else DAY + dt.timedelta(days=after)

    kinds = {"i1": "phone", "i2": "handle", "i3": "phone", "i4": "device", "i5": "handle"}
    values = {
        "i1": "+12125550147",
        "i2": "@pier_nine",
        "i3": "+12125550148",
        "i4": "device-77",
        "i5": "@nobody_here",
    }
    links: list[Row] = []
    rows: list[Row] = []

    def link(row: Row, places: Sequence[Row]) -> None:
        row["id"] = f"k{len(links) + 1}"
        row["rows"] = len(places)
        links.append(row)
        rows.extend({"link": row["id"], **place} for place in places)

    captures: list[Row] = []
    listings: list[Row] = []
    for n, (title, printed, network, first, count) in enumerate(LISTED, 1):
        days = [day(first + 7 * i if first >= 0 else -1) for i in range(count)]
        dated = [d for d in days if d is not None]
        at = len(captures)
        for i, posted in enumerate(days):
            captures.append(
                {
                    "listing": f"l{n}",
                    "exhibit": "B-1",
                    "row": at + i + 1,
                    "site": "board-one",
                    "url": name(f"https://board-one.example/{n}/{i}"),
                    "posted": posted,
                    "captured": f"{posted} 07:20:00" if posted else "",
                    "captured_by": name("Analyst Ferris"),
                    "captured_with": "page saver 2.1",
                    "place": name("Quarnhaven"),
                    "price": name(f"{100 + n} EUR"),
                    "title": name(title),
                    "text": name(f"{title}. Call {', '.join(values[i] for i in printed)}"),
                }
            )
        listings.append(
            {
                "id": f"l{n}",
                "listing": name(f"listing:{n:016x}"),
                "label": name(f"listing {n}"),
                "network": network,
                "captures": count,
                "first": min(dated, default=None),
                "last": max(dated, default=None),
                "x": 300 + n,
                "y": 40 * n,
            }
        )
        for i in printed:
            link(
                {
                    "kind": "contact",
                    "a_kind": "listing",
                    "a": f"l{n}",
                    "b_kind": "identifier",
                    "b": i,
                    "first": min(dated, default=None),
                    "last": max(dated, default=None),
                    "strength": "0.9",
                    "recovered": "yes" if n == 2 else "no",
                    "reason": "The listing prints it.",
                },
                [{"exhibit": "B-1", "sheet": "", "row": at + j + 1, "found_in": "text"} for j in range(count)],
            )
    for m, (kind, a_kind, a, b_kind, b, capacity, first, last, strength) in enumerate(_TIED):
        link(
            {
                "kind": kind,
                "a_kind": a_kind,
                "a": a,
                "b_kind": b_kind,
                "b": b,
                "capacity": capacity,
                "first": day(first),
                "last": day(last),
                "strength": strength,
                "recovered": "no",
                "reason": f"Reason number {m} of the sample.",
            },
            [{"exhibit": "A-2", "sheet": "Subscribers", "row": 50 + m, "found_in": "Phone"}],
        )
    for listing, via, account in (("l1", "i1", "a1"), ("l1", "i1", "a3"), ("l4", "i3", "a6")):
        link(
            {
                "kind": "chain",
                "a_kind": "listing",
                "a": listing,
                "b_kind": "account",
                "b": account,
                "via": via,
                "first": DAY,
                "last": DAY + dt.timedelta(days=40),
                "strength": "0.63",
                "recovered": "no",
                "reason": "One phone stands in the listing and belongs to the account.",
            },
            [],
        )

    def tied(i: str, kind: str) -> list[Row]:
        return [k for k in links if i in (k["a"], k["b"]) and kind in (k["a_kind"], k["b_kind"])]

    identifiers = []
    homes = {"i1": "N1", "i2": "N1", "i3": "N2", "i4": "N2", "i5": ""}
    for n, (i, kind) in enumerate(kinds.items(), 1):
        dates = [d for k in links if i in (k["a"], k["b"]) for d in (k["first"], k["last"]) if d is not None]
        identifiers.append(
            {
                "id": i,
                "identifier": name(f"{kind}:{values[i]}"),
                "kind": kind,
                "label": name(values[i]),
                "network": homes[i],
                "listings": len(tied(i, "listing")),
                "accounts": len(tied(i, "account")),
                "specificity": ("1", "0.5", "1", "0.05", "1")[n - 1],
                "first": min(dates, default=None),
                "last": max(dates, default=None),
                "x": 0 if i == "i5" else round(200 * cos(n)),
                "y": 0 if i == "i5" else round(200 * sin(n)),
            }
        )
    parties = [
        {
            "id": f"p{n}",
            "party": name(f"party:{n:016x}"),
            "name": name(who),
            "label": name(who),
            "kind": kind,
            "role": "unknown",
            "accounts": 1,
        }
        for n, (who, kind) in enumerate((("Ines Aldous", "person"), ("Pier Holdings", "firm")), 1)
    ]
    counts = {"N1": 4, "N2": 1, "N3": 0}
    sources = pl.concat(
        [
            model.sources,
            _frame("sources", [_source("B-1", "listings.jsonl", (9, 9, 0, 0), format="listings")]),
        ]
    )
    return replace(
        model,
        sources=sources,
        networks=model.networks.with_columns(listings=pl.col("id").replace_strict(counts, return_dtype=pl.Int64)),
        identifiers=_frame("identifiers", identifiers),
        listings=_frame("listings", listings),
        captures=_frame("captures", captures),
        parties=_frame("parties", parties),
        links=_frame("links", links),
        link_rows=_frame("link_rows", rows),
        **_small_trace(),
    )


def _small_trace() -> dict[str, pl.DataFrame]:
    """1 000.00 EUR from one transfer: part goes on and comes back, part ends at once, part is still held."""
    breaks = [
        ("overdraft-repaid", "a6", "t12", 24, "3.50", "Covered what the account it reached was overdrawn by."),
        ("cash-out", "a8", "t13", 26, "300.00", "Taken out in cash; the records do not show what became of it."),
        ("account-without-records", "a10", "t21", 42, "46.50", "Paid to an account of which no records are here."),
        ("still-held", "a6", "", -1, "300.00", "Not paid on as far as the records go."),
        ("still-held", "a7", "", -1, "350.00", "Not paid on as far as the records go."),
    ]
    # transfer, debtor, creditor, day, amount, traced, started, ended, depth
    steps = [
        ("t19", "a1", "a6", 38, "5000.00", "1000.00", "1000.00", "0.00", 0),
        ("t11", "a6", "a7", 22, "2000.00", "420.00", "0.00", "0.00", 1),
        ("t12", "a7", "a6", 24, "100.00", "70.00", "0.00", "3.50", 2),
        ("t13", "a6", "a8", 26, "8000.00", "300.00", "0.00", "300.00", 1),
        ("t21", "a6", "a10", 42, "9100.00", "46.50", "0.00", "46.50", 1),
    ]
    return _trace_frames(
        {
            "traced_in": "1000.00",
            "ended": "350.00",
            "remaining": "650.00",
            "difference": "0.00",
            "depth": 6,
            "until": DAY + dt.timedelta(days=90),
        },
        [{"tag": "S1", "transfer": "t19", "amount": "1000.00"}],
        steps,
        breaks,
    )


def _trace_frames(
    total: Row, starts: Sequence[Row], steps: Sequence[tuple[Any, ...]], breaks: Sequence[tuple[Any, ...]]
) -> dict[str, pl.DataFrame]:
    def day(after: int) -> dt.date | None:
        return None if after < 0 else DAY + dt.timedelta(days=after)

    names = ("transfer", "debtor", "creditor", "booking_date", "amount", "traced", "started", "ended", "depth")
    made = [dict(zip(names, row, strict=True)) | {"booking_date": day(row[3])} for row in steps]
    held = [s["creditor"] for s in made if any(s["creditor"] == other["debtor"] for other in made)] + [
        b[1] for b in breaks if b[0] == "still-held"
    ]
    accounts = sorted(set(held))
    schedule = [
        {
            "account": a,
            "line": n,
            "transfer": s["transfer"],
            "booking_date": s["booking_date"],
            "direction": "in" if s["creditor"] == a else "out",
            "other_account": s["debtor"] if s["creditor"] == a else s["creditor"],
            "amount": s["amount"],
            "traced": s["traced"],
            "lots": f"1 0.00 \u2192 {s['traced']}",
            "balance_before": "0.00",
            "balance": s["amount"],
            "held_before": "0.00",
            "held": s["traced"],
        }
        for a in accounts
        for n, s in enumerate((s for s in made if a in (s["debtor"], s["creditor"])), 1)
    ]
    tables: dict[str, list[Row]] = {
        "traces": [{"id": "T1", "rule": "fifo", "currency": "EUR", "order": "as-printed", "through": "no", **total}],
        "trace_starts": [{"trace": "T1", **s} for s in starts],
        "trace_steps": [{"trace": "T1", "order": n, **s} for n, s in enumerate(made, 1)],
        "trace_breaks": [
            {
                "trace": "T1",
                "kind": kind,
                "account": a,
                "transfer": t,
                "booking_date": day(d),
                "tag": "S1",
                "amount": x,
                "why": why,
            }
            for kind, a, t, d, x, why in breaks
        ],
        "trace_coverage": [
            {
                "trace": "T1",
                "account": a,
                "followed": "records",
                "opening": "12.00",
                "records_first": DAY,
                "records_last": DAY + dt.timedelta(days=60),
                "transfers": 9,
                "not_in_own_records": 1,
                "gaps": 0,
                "broken": 0,
                "note": "One statement is missing." if a == accounts[0] else "",
            }
            for a in accounts
        ],
        "trace_schedule": [{"trace": "T1", **line} for line in schedule],
    }
    return {name: _frame(name, rows) for name, rows in tables.items()}


def make_traced(steps: int = 500, *, seed: int = 3) -> ReportModel:
    """A case of some size with a trace of ``steps`` steps that spreads, comes together and goes round in circles."""
    model = make_large(400, max(2000, 2 * steps), 6, seed=seed)
    dice = random.Random(seed)
    transfers = [f"t{i}" for i in range(1, model.transfers.height + 1)]
    held: dict[str, int] = {"a1": 10_000_000}
    depth = {"a1": 0}
    made: list[tuple[Any, ...]] = [("t1", "a400", "a1", 0, "100000.00", "100000.00", "100000.00", "0.00", 0)]
    breaks: list[tuple[Any, ...]] = []
    kinds = ("account-without-records", "cash-out", "unknown-side", "fee", "out-of-scope")

    def text(cents: int) -> str:
        return f"{cents // 100}.{cents % 100:02d}"

    while len(made) < steps:
        payer = dice.choice([a for a, cents in sorted(held.items()) if cents > 0])
        cents = max(1, held[payer] // dice.choice((2, 3, 5, 40)))
        held[payer] -= cents
        transfer = transfers[len(made)]
        far = depth[payer] + 1
        if dice.random() < 0.4:
            kind = dice.choice(kinds)
            payee = f"a{dice.randrange(100, 400)}"
            made.append((transfer, payer, payee, len(made), text(cents + 7), text(cents), "0.00", text(cents), far))
            breaks.append((kind, payee, transfer, len(made), text(cents), "Made up."))
        else:
            payee = f"a{dice.randrange(1, 40)}"
            payee = payee if payee != payer else "a41"
            depth[payee] = min(depth.get(payee, far), far)
            held[payee] = held.get(payee, 0) + cents
            made.append((transfer, payer, payee, len(made), text(cents + 7), text(cents), "0.00", "0.00", far))
    rest = sorted((a, cents) for a, cents in held.items() if cents)
    breaks += [("still-held", a, "", -1, text(cents), "Made up.") for a, cents in rest]
    kept = sum(cents for _, cents in rest)
    total = {"traced_in": "100000.00", "ended": text(10_000_000 - kept), "remaining": text(kept), "difference": "0.00"}
    start = [{"tag": "S1", "transfer": "t1", "amount": "100000.00"}]
    return replace(model, **_trace_frames(total, start, made, breaks))


_FIRST = (
    "Amber",
    "Birch",
    "Cobalt",
    "Delta",
    "Ember",
    "Fjord",
    "Garnet",
    "Harbour",
    "Indigo",
    "Juniper",
    "Kestrel",
    "Lantern",
)
_SECOND = (
    "Trading LLP",
    "Services LP",
    "Invest Ltd",
    "Alliance OU",
    "Management Inc",
    "Holdings SA",
    "Export",
    "and Partners",
)


@pytest.fixture(scope="session")
def sample_model() -> Factory:
    """``sample_model(**facts)``: the small case; keyword arguments replace fields of ``Facts``."""
    return make_sample


@pytest.fixture(scope="session")
def linked_model() -> Factory:
    """``linked_model(name=str, **facts)``: the small case with listings, identifiers, parties, links and a trace."""
    return make_linked


@pytest.fixture(scope="session")
def traced_model() -> Factory:
    """``traced_model(steps=500)``: a case with a long trace."""
    return make_traced


@pytest.fixture(scope="session")
def large_model() -> Factory:
    """``large_model(accounts=3000, transfers=17000, networks=40)``."""
    return make_large


# --- a browser that watches

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

WATCH = """
globalThis.violations = [];
document.addEventListener('securitypolicyviolation', (e) => globalThis.violations.push(e.violatedDirective));
"""


class Opened:
    """A page and everything it did."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.trouble: list[str] = []

    def quiet(self) -> None:
        """Nothing asked for, nothing said, nothing refused, nothing run."""
        assert self.requests == []
        assert self.trouble == []
        assert self.page.evaluate("globalThis.violations") == []
        assert self.page.evaluate("globalThis.executed ?? 0") == 0

    def js(self, expression: str, argument: Any = None) -> Any:
        return self.page.evaluate(expression, argument)

    def spot(self, node: int) -> tuple[float, float]:
        """Where a node of the picture stands in the window."""
        box = self.page.locator("#graph").bounding_box()
        assert box is not None
        place = self.js("(node) => fininit.placeOf(node)", node)
        return box["x"] + place["x"], box["y"] + place["y"]

    def panel(self) -> str:
        return self.page.locator("#home").inner_text()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """``show(model or bytes, javascript=True, ...)``: written, opened from disk and watched."""
    contexts = []

    def opened(what: ReportModel | bytes, *, javascript: bool = True, fragment: str = "", **options: Any) -> Opened:
        path = tmp_path / f"report{len(contexts)}.html"
        path.write_bytes(what if isinstance(what, bytes) else writer.write_page(what))
        context = browser.new_context(
            java_script_enabled=javascript,
            reduced_motion="reduce",
            **{"viewport": {"width": 1366, "height": 768}, **options},
        )
        contexts.append(context)
        context.add_init_script(WATCH)
        seen = Opened(context.new_page())
        address = path.as_uri()
        seen.page.on("request", lambda r: None if r.url.partition("#")[0] == address else seen.requests.append(r.url))
        seen.page.on("console", lambda m: seen.trouble.append(f"{m.type}: {m.text}"))
        seen.page.on("pageerror", lambda e: seen.trouble.append(f"error: {e}"))
        seen.page.on("dialog", lambda d: (seen.trouble.append(f"dialog: {d.message}"), d.dismiss()))
        seen.page.goto(address + fragment)
        return seen

    yield opened
    for context in contexts:
        context.close()
