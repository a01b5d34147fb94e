"""What must hold for any ledger: nothing is lost, order of rows does not matter, and two programs agree."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from fininit.errors import UsageError
from fininit.ledger.transfers import Ledger, build
from fininit.tracing.flow import Flow
from fininit.tracing.order import ORDERS
from fininit.tracing.reference import first_difference
from fininit.tracing.start import Limits, Start
from fininit.tracing.trace import trace

KNOWN = ["a", "b", "c", "d"]
OTHERS = ["bare", "name:payer", "unknown", "unknown"]

# Enough to go red within seconds when a law is broken (each was broken once); more of them found nothing else.
MANY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def payments(draw: st.DrawFn, book: Any, most: int = 14) -> list[Any]:
    """Few accounts, few days, few amounts: so that circles, ties and overdrafts are the rule."""
    made = []
    for _ in range(draw(st.integers(1, most))):
        debtor = draw(st.sampled_from(KNOWN * 2 + OTHERS))
        creditor = draw(st.sampled_from(KNOWN * 2 + OTHERS if debtor in KNOWN else KNOWN))
        if debtor == "unknown":
            debtor = f"unknown:acct:{creditor}"
        if creditor == "unknown":
            creditor = f"unknown:acct:{debtor}"
        seen = "".join(
            side for side, who in (("d", debtor), ("c", creditor)) if who in KNOWN and draw(st.integers(0, 5))
        )
        if not seen:
            seen = "d" if debtor in KNOWN else "c"
        day = draw(st.integers(1, 3))
        hour = draw(st.sampled_from([None, None, None, 9, 10]))
        at = None if hour is None else datetime(2026, 3, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)
        channel = draw(st.sampled_from([None, None, None, None, "wire", "cash", "cash", "fee"]))
        cents = draw(st.sampled_from([1, 2, 3, 5, 8, 30]))
        made.append(book.Pay(day, debtor, creditor, f"0.{cents:02d}", seen, channel, "EUR", at))
    return made


@st.composite
def cases(draw: st.DrawFn, book: Any) -> tuple[list[Any], dict[str, Any], list[Start], dict[str, Any]]:
    """Payments, how they are printed, starts, and the parameters of a trace."""
    pays = draw(payments(book))
    known = draw(st.lists(st.sampled_from(KNOWN), unique=True))
    printing = {
        "openings": {a: draw(st.sampled_from(["0", "0.04", "0.50", "-0.03"])) for a in known},
        "newest_first": draw(st.lists(st.sampled_from(KNOWN), unique=True)),
        "mixed": draw(st.sampled_from([None, 1, 2])),
    }
    ledger = made(book, pays, printing)
    table = ledger.transfers.filter(pl.col("debtor_account") != pl.col("creditor_account"))
    assume(table.height)
    starts = [
        Start(transfer_id=i, whom=draw(st.sampled_from(["", "A", "B"])))
        for i in draw(st.lists(st.sampled_from(table["transfer_id"].to_list()), unique=True, max_size=3))
    ]
    paid = sorted(a for a in table["creditor_account"].unique() if a.startswith("acct:"))
    if paid:
        starts += [
            Start(account=a, since=draw(st.sampled_from([None, book.day(2)])))
            for a in draw(st.lists(st.sampled_from(paid), unique=True, max_size=2))
        ]
    assume(starts)
    limits = Limits(
        depth=draw(st.sampled_from([None, None, 0, 1, 2])),
        until=draw(st.sampled_from([None, None, book.day(2)])),
        least=draw(st.sampled_from([None, None, Decimal("0.03"), Decimal("0.025")])),
    )
    parameters = {
        "order": draw(st.sampled_from(list(ORDERS))),
        "limits": limits,
        "through": draw(st.booleans()),
        "missing_opening": draw(st.sampled_from(["zero", "unseen"])),
    }
    return pays, printing, starts, parameters


def made(book: Any, pays: list[Any], printing: dict[str, Any]) -> Ledger:
    seed = printing["mixed"]
    ledger: Ledger = book.quick(pays, **printing | {"mixed": None if seed is None else random.Random(seed)})
    return ledger


def traced(ledger: Ledger, starts: list[Start], parameters: dict[str, Any]) -> Flow:
    """The flow; a case in which no money arrives at any start is set aside, when that is so."""
    until = parameters["limits"].until or date.max
    moved = ledger.transfers.filter(pl.col("debtor_account") != pl.col("creditor_account"))
    arrives = False
    for s in starts:
        here = pl.col("transfer_id") == s.transfer_id if s.transfer_id else pl.col("creditor_account") == s.account
        arrives |= any((s.since or date.min) <= day <= until for day in moved.filter(here)["booking_date"])
    if not arrives:
        with pytest.raises(UsageError, match="No money arrives"):
            trace(ledger, starts, rule="fifo", **parameters)
        event("no money arrives")
        assume(False)
    return trace(ledger, starts, rule="fifo", **parameters)


@given(st.data())
@MANY
def test_it_agrees_with_the_reference_and_loses_nothing(book: Any, data: st.DataObject) -> None:
    pays, printing, starts, parameters = data.draw(cases(book))
    ledger = made(book, pays, printing)
    flow = traced(ledger, starts, parameters)
    for kind in flow.breaks["kind"].unique():
        event(f"ends: {kind}")
    conserved(flow)
    assert first_difference(flow, ledger) is None


def conserved(flow: Flow) -> None:
    """Law 6, counted from the tables only."""
    zero = Decimal(0)
    assert flow.totals["difference"].to_list() == [zero] * flow.totals.height
    ended = dict(flow.breaks.group_by("tag").agg(pl.col("amount").sum()).iter_rows())
    came = dict(flow.tags.group_by("tag").agg(pl.col("amount").sum()).iter_rows())
    assert ended == {t: v for t, v in came.items() if v}
    still = flow.breaks.filter(pl.col("kind") == "still-held")["amount"].sum()
    assert still == flow.remaining["amount"].sum()
    assert ((flow.steps["traced"] > zero) & (flow.steps["traced"] <= flow.steps["amount"])).all()
    assert flow.steps["started"].sum() == flow.tags["amount"].sum()
    # A step is the sum of its portions; what left a lot is what the portion says; what arrived too.
    sums = flow.portions.group_by("order").agg(
        pl.col("amount").sum(), traced=pl.col("amount").filter(pl.col("tag").is_not_null()).sum()
    )
    assert flow.steps.select("order", "amount", "traced").sort("order").equals(sums.sort("order"))
    # Every lot: before + change = after, and the next before is the last after.
    lots = flow.lots
    assert (lots["before"] + lots["change"] == lots["after"]).all()
    chain = lots.filter(pl.col("kind") != "unseen").with_columns(
        last=pl.col("after").shift(1, fill_value=zero).over("account", "lot", order_by=["order", "line"])
    )
    assert (chain["last"] == chain["before"]).all()
    # Lots are never negative, an overdraft never positive, and they never stand side by side (TRACING 5.1).
    whole = lots.filter(~pl.col("kind").is_in(["unseen", "overdraft"]))
    assert (whole["after"] >= zero).all() and (lots.filter(pl.col("kind") == "overdraft")["after"] <= zero).all()
    for _, mine in lots.filter(pl.col("kind") != "unseen").group_by("account"):
        state: dict[int | None, Decimal] = {}
        for _, payment in mine.group_by("order", maintain_order=True):
            for row in payment.iter_rows(named=True):
                state[row["lot"]] = row["after"]
            held = sum((v for lot, v in state.items() if lot is not None), zero)
            assert not (held and state.get(None, zero))
            assert held == max(sum(state.values(), zero), zero)


def told(flow: Flow) -> dict[str, list[Any]]:
    """All that a flow says, for comparing."""
    names = ("tags", "steps", "portions", "lots", "breaks", "remaining", "totals", "coverage")
    return {name: getattr(flow, name).rows() for name in names}


@given(st.data())
@SOME
def test_the_order_of_rows_changes_nothing(book: Any, data: st.DataObject) -> None:
    pays, printing, starts, parameters = data.draw(cases(book))
    seed = data.draw(st.integers(0, 9))
    ledger = made(book, pays, printing)
    flow = traced(ledger, starts, parameters)
    frames = ("entries", "transfers", "evidence", "accounts")
    shuffled = {name: getattr(ledger, name).sample(fraction=1, shuffle=True, seed=seed) for name in frames}
    assert told(trace(replace(ledger, **shuffled), starts, rule="fifo", **parameters)) == told(flow)


@given(st.data())
@SOME
def test_from_files_in_any_order_it_is_the_same(book: Any, data: st.DataObject) -> None:
    """The whole way: lines of several files in any order, a file twice, through the pairing of the ledger."""
    pays, printing, starts, parameters = data.draw(cases(book))
    seed = printing["mixed"]
    mixed = lambda: None if seed is None else random.Random(seed)  # noqa: E731
    entries = book.entries(pays, **printing | {"mixed": mixed()})
    ledger = build(entries)
    ids = set(ledger.transfers["transfer_id"])
    starts = [s for s in starts if s.account or s.transfer_id in ids]
    assume(starts)
    flow = traced(ledger, starts, parameters)
    assert first_difference(flow, ledger) is None
    shuffled = build(entries.sample(fraction=1, shuffle=True, seed=data.draw(st.integers(0, 9))))
    assert told(trace(shuffled, starts, rule="fifo", **parameters)) == told(flow)
    source = data.draw(st.sampled_from(sorted(entries["source"].unique())))
    again = entries.filter(pl.col("source") == source).with_columns(
        source=pl.lit("f" * 64), entry_id=pl.lit("f" * 16) + pl.col("entry_id").str.slice(16)
    )
    twice = build(pl.concat([again, entries]))
    assert told(trace(twice, starts, rule="fifo", **parameters)) == told(flow)


@given(st.data())
@SOME
def test_all_amounts_times_k_carry_k_times_as_much(book: Any, data: st.DataObject) -> None:
    pays, printing, starts, parameters = data.draw(cases(book))
    k = data.draw(st.sampled_from([2, 7, 10**9]))
    times = lambda text: str(Decimal(text) * k)  # noqa: E731
    flow = traced(made(book, pays, printing), starts, parameters)
    printing["openings"] = {a: times(v) for a, v in printing["openings"].items()}
    limits = parameters["limits"]
    larger = parameters | {"limits": replace(limits, least=None if limits.least is None else limits.least * k)}
    more = trace(
        made(book, [replace(p, amount=times(p.amount)) for p in pays], printing), starts, rule="fifo", **larger
    )
    for name in ("steps", "portions", "lots", "breaks", "remaining"):
        one, many = getattr(flow, name), getattr(more, name)
        decimals = [c for c, t in one.schema.items() if t == pl.Decimal(38, 18)]
        assert one.drop(decimals).equals(many.drop(decimals)), name
        for c in decimals:
            assert [v * k for v in one[c]] == many[c].to_list(), (name, c)


@given(st.data())
@SOME
def test_unrelated_accounts_change_nothing(book: Any, data: st.DataObject) -> None:
    pays, printing, starts, parameters = data.draw(cases(book))
    flow = traced(made(book, pays, printing), starts, parameters)
    strangers = [
        book.Pay(data.draw(st.integers(1, 3)), *ends, "0.07")
        for ends in data.draw(st.lists(st.sampled_from([("m", "n"), ("n", "m"), ("n", "o")]), max_size=4))
    ]
    assert told(trace(made(book, pays + strangers, printing), starts, rule="fifo", **parameters)) == told(flow)


@given(st.data())
@SOME
def test_splitting_an_untouched_payer_changes_nothing(book: Any, data: st.DataObject) -> None:
    """Who paid in money that nobody traces does not matter: one payer or two."""
    pays, printing, starts, parameters = data.draw(cases(book))
    parameters |= {"through": False}
    ledger = made(book, pays, printing)
    flow = traced(ledger, starts, parameters)
    halves = data.draw(st.lists(st.booleans(), min_size=ledger.transfers.height, max_size=ledger.transfers.height))
    payer = pl.col("debtor_account")
    untouched = payer.str.starts_with("name:") | (payer == "acct:bare")
    split = ledger.transfers.with_columns(
        debtor_account=pl.when(untouched & pl.Series(halves)).then(payer + pl.lit(" two")).otherwise(payer)
    )
    accounts = ledger.accounts
    more = accounts.with_columns(pl.col("account") + pl.lit(" two"), has_records=pl.lit(False))
    assume(not any(s.account == "acct:bare" for s in starts))
    other = trace(
        replace(ledger, transfers=split, accounts=pl.concat([accounts, more])), starts, rule="fifo", **parameters
    )
    mine, theirs = told(flow), told(other)
    for rows in (mine, theirs):
        rows["steps"] = [(r[0], r[1], r[3:]) for r in rows["steps"]]
        rows["lots"] = [(*r[:5], *r[6:]) for r in rows["lots"]]
    assert mine == theirs


@given(st.data())
@SOME
def test_a_self_transfer_changes_nothing(book: Any, data: st.DataObject) -> None:
    pays, printing, starts, parameters = data.draw(cases(book))
    ledger = made(book, pays, printing)
    flow = traced(ledger, starts, parameters)
    without = ledger.transfers.filter(pl.col("debtor_account") != pl.col("creditor_account"))
    other = trace(replace(ledger, transfers=without), starts, rule="fifo", **parameters)
    mine, theirs = told(flow), told(other)
    for rows in (mine, theirs):
        del rows["coverage"]
    assert mine == theirs


def test_the_quick_ledger_is_the_real_one(book: Any) -> None:
    pays = [
        book.Pay(1, "name:payer", "a", "0.30", "c"),
        book.Pay(1, "a", "b", "0.20"),
        book.Pay(2, "a", "b", "0.20", "d"),
        book.Pay(2, "b", "b", "0.05"),
        book.Pay(3, "b", "unknown:acct:b", "0.02", "d", "cash"),
    ]
    quick, real = book.quick(pays, {"a": "1.00"}), book.ledger(pays, {"a": "1.00"})
    drop = ["debtor_name", "creditor_name"]
    assert quick.transfers.drop(drop).sort("transfer_id").equals(real.transfers.drop(drop).sort("transfer_id"))
    assert quick.evidence.sort("entry_id").equals(real.evidence.sort("entry_id"))
    assert quick.entries.sort("entry_id").equals(real.entries)
    assert quick.accounts["has_records"].to_list() == real.accounts["has_records"].to_list()
