"""Report models made by hand: a small case with every kind of thing in it, and a large one for speed and caps."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from math import cos, sin, sqrt
from typing import Any

import polars as pl
import pytest

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
def large_model() -> Factory:
    """``large_model(accounts=3000, transfers=17000, networks=40)``."""
    return make_large
