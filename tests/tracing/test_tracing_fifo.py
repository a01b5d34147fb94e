"""First in, first out: examples that were worked out by hand, and every way in which a trace can end."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from fininit.errors import FininitError, UsageError
from fininit.ledger.transfers import Ledger, build
from fininit.schema import TABLES
from fininit.tracing import run
from fininit.tracing.breaks import WHY, kind
from fininit.tracing.flow import Flow
from fininit.tracing.order import ORDERS
from fininit.tracing.reference import first_difference
from fininit.tracing.start import Limits, Start
from fininit.tracing.trace import trace


def fifo(ledger: Ledger, *starts: Start, **more: Any) -> Flow:
    """The trace, checked against the second program."""
    flow = trace(ledger, starts, rule="fifo", **more)
    assert first_difference(flow, ledger, more.get("statements")) is None
    return flow


# ------------------------------------------------------------------------------------------------ one account, by hand


def one_account(book: Any, rows: list[tuple[str, str, str | None]]) -> tuple[Ledger, dict[str, Start]]:
    """The statement of account x: (name of the row, signed amount, tag). A start for each tagged credit."""
    pays = [
        book.Pay(day, "x", f"name:{name}", value[1:], "d")
        if value.startswith("-")
        else book.Pay(day, f"name:{name}", "x", value, "c")
        for day, (name, value, _) in enumerate(rows, 1)
    ]
    ledger = book.ledger(pays)
    starts = {
        name: Start(transfer_id=book.transfer(ledger, f"name:{name.lower()}@acct:x", "x"), whom=tag)
        for name, _, tag in rows
        if tag is not None
    }
    return ledger, starts


def taken(book: Any, flow: Flow, name: str) -> dict[str, str]:
    """Tag -> what a withdrawal took of it."""
    out: dict[str, Decimal] = {}
    whom = dict(flow.tags.select("tag", "whom").iter_rows())
    for tag, value in book.parts(flow, "x", f"name:{name.lower()}@acct:x"):
        if tag is not None:
            out[whom[tag]] = out.get(whom[tag], Decimal(0)) + Decimal(value)
    return {t: f"{v:.2f}" for t, v in out.items()}


def left(book: Any, flow: Flow) -> dict[str, str]:
    whom = dict(flow.tags.select("tag", "whom").iter_rows())
    return {whom[t]: v for (a, t), v in book.left(flow).items() if a == "x"}


def test_every_published_case(book: Any, shared: Path) -> None:
    cases = json.loads((shared / "check" / "tracing_cases.json").read_text(encoding="utf-8"))["cases"]
    cents = lambda n: f"{Decimal(n) / 100:.2f}"  # noqa: E731
    checked = 0
    for case in cases:
        expected = case.get("rules", {}).get("fifo")
        if expected is None:
            continue
        checked += 1
        ledger, starts = one_account(book, [(i, cents(a), tag) for i, a, tag in case["rows"]])
        flow = fifo(ledger, *starts.values())
        for name in (i for i, a, _ in case["rows"] if a < 0):
            assert taken(book, flow, name) == {t: cents(v) for t, v in expected[name].items()}, case["name"]
        assert left(book, flow) == {t: cents(v) for t, v in expected["left"].items()}, case["name"]
    assert checked == sum("fifo" in c.get("rules", {}) for c in cases) >= 2


def test_two_payers_and_own_money(book: Any) -> None:
    """Ana 120, own 80, out 150: takes Ana 120 and own 30. Bea 60, out 90: takes own 50 and Bea 40. Bea 20 is left."""
    rows = [
        ("ana", "120.00", "Ana"),
        ("own", "80.00", None),
        ("w1", "-150.00", None),
        ("bea", "60.00", "Bea"),
        ("w2", "-90.00", None),
    ]
    ledger, starts = one_account(book, rows)
    flow = fifo(ledger, *starts.values())
    assert taken(book, flow, "w1") == {"Ana": "120.00"}
    assert taken(book, flow, "w2") == {"Bea": "40.00"}
    assert left(book, flow) == {"Bea": "20.00"}
    # By hand, lot by lot: number, before, change, after.
    lots = flow.lots.select("order", "lot", "before", "change", "after").rows()
    assert [(o, n, int(b), int(c), int(a)) for o, n, b, c, a in lots] == [
        (1, 1, 0, 120, 120),
        (2, 2, 0, 80, 80),
        (3, 1, 120, -120, 0),
        (3, 2, 80, -30, 50),
        (4, 3, 0, 60, 60),
        (5, 2, 50, -50, 0),
        (5, 3, 60, -40, 20),
    ]
    totals = flow.totals.select("tag", "traced_in", "ended", "remaining", "difference").rows()
    assert [(t, *map(int, n)) for t, *n in totals] == [
        ("S1", 120, 120, 0, 0),
        ("S2", 60, 40, 20, 0),
        (None, 180, 160, 20, 0),
    ]


def test_later_money_does_not_come_back_to_the_claimant(book: Any) -> None:
    """Own 50, Ana 40, out 70: own 50 and Ana 20. Own 500 later changes nothing: Ana 20 is left."""
    rows = [("own", "50.00", None), ("ana", "40.00", "Ana"), ("w1", "-70.00", None), ("more", "500.00", None)]
    ledger, starts = one_account(book, rows)
    flow = fifo(ledger, *starts.values())
    assert taken(book, flow, "w1") == {"Ana": "20.00"}
    assert left(book, flow) == {"Ana": "20.00"}


def test_the_order_of_a_day_changes_the_result(book: Any) -> None:
    """Ana 50 the day before; on the day in 40 and out 80. Credits first: Ana 50 goes and 10 of the 40. Debits first:
    Ana 50 goes, 30 is overdrawn, and the 40 repays it. With the day's credit tagged the two ends differ."""
    pays = [
        book.Pay(1, "name:ana", "x", "50.00", "c"),
        book.Pay(2, "x", "name:shop", "80.00", "d"),
        book.Pay(2, "name:bea", "x", "40.00", "c"),
    ]
    ledger = book.ledger(pays, {"x": "0"})
    start = Start(transfer_id=book.transfer(ledger, "name:bea@acct:x", "x"))
    ends = {
        order: book.breaks(fifo(ledger, start, order=order))
        for order in ("as-printed", "credits-first", "debits-first")
    }
    assert ends["credits-first"] == [
        ("account-without-records", "name:shop@acct:x", "S1", "30.00"),
        ("still-held", "x", "S1", "10.00"),
    ]
    assert ends["debits-first"] == [("overdraft-repaid", "x", "S1", "30.00"), ("still-held", "x", "S1", "10.00")]
    assert ends["as-printed"] == ends["debits-first"]


# -------------------------------------------------------------------------------------------- through several accounts


def test_composition_passes_on_in_the_order_it_was_taken(book: Any) -> None:
    pays = [
        book.Pay(1, "name:own", "x", "10.00", "c"),
        book.Pay(2, "name:ana", "x", "20.00", "c"),
        book.Pay(3, "name:own", "y", "5.00", "c"),
        book.Pay(4, "x", "y", "25.00"),  # own 10, Ana 15
        book.Pay(5, "y", "z", "22.00"),  # y's own 5, x's own 10, Ana 7
        book.Pay(6, "z", "unknown:acct:z", "16.00", "d", "atm"),  # 5, 10, Ana 1
    ]
    flow = fifo(
        ledger := book.ledger(pays), Start(transfer_id=book.transfer(ledger, "name:ana@acct:x", "x"), whom="Ana")
    )
    assert book.parts(flow, "x", "y") == [(None, "10.00"), ("S1", "15.00")]
    assert book.parts(flow, "y", "z") == [(None, "5.00"), (None, "10.00"), ("S1", "7.00")]
    assert book.parts(flow, "z", "unknown:acct:z") == [(None, "15.00"), ("S1", "1.00")]
    assert book.breaks(flow) == [
        ("cash-out", "unknown:acct:z", "S1", "1.00"),
        ("still-held", "x", "S1", "5.00"),
        ("still-held", "y", "S1", "8.00"),
        ("still-held", "z", "S1", "6.00"),
    ]
    assert flow.steps["depth"].to_list() == [0, 1, 2, 3]
    assert flow.steps["order"].to_list() == [2, 4, 5, 6]


def test_a_circle_ends_and_conserves(book: Any) -> None:
    """40 goes round a, b, c three times; nothing else is there. Then 15 is drawn."""
    pays = [book.Pay(1, "name:ana", "a", "40.00", "c")]
    pays += [book.Pay(day, "abc"[(day - 2) % 3], "abc"[(day - 1) % 3], "40.00") for day in range(2, 11)]
    pays.append(book.Pay(11, "a", "unknown:acct:a", "15.00", "d", "cash"))
    ledger = book.ledger(pays)
    flow = fifo(ledger, Start(account="acct:a"))
    assert [t for *_, t in book.steps(flow)] == ["40.00"] * 10 + ["15.00"]
    assert flow.tags["amount"].to_list() == [40]
    assert book.breaks(flow) == [("cash-out", "unknown:acct:a", "S1", "15.00"), ("still-held", "a", "S1", "25.00")]
    assert flow.steps["depth"].to_list() == list(range(11))


def test_a_circle_on_one_day_ends_under_every_order(book: Any) -> None:
    pays = [book.Pay(1, "name:ana", "a", "9.00", "c")]
    pays += [book.Pay(1, a, b, "9.00") for a, b in ("ab", "bc", "ca", "ab", "bd", "db")]
    ledger = book.ledger(pays)
    for order in ORDERS:
        flow = fifo(ledger, Start(transfer_id=book.transfer(ledger, "name:ana@acct:a", "a")), order=order)
        assert flow.breaks["amount"].sum() == 9


def test_a_self_transfer_moves_nothing(book: Any) -> None:
    pays = [
        book.Pay(1, "name:ana", "x", "10.00", "c"),
        book.Pay(2, "name:own", "x", "10.00", "c"),
        book.Pay(3, "x", "x", "15.00"),
        book.Pay(4, "x", "y", "10.00"),
    ]
    ledger = book.ledger(pays)
    flow = fifo(ledger, Start(transfer_id=book.transfer(ledger, "name:ana@acct:x", "x")))
    assert book.steps(flow) == [("name:ana@acct:x", "x", "10.00"), ("x", "y", "10.00")]
    with pytest.raises(UsageError, match="itself") as told:
        trace(ledger, Start(transfer_id=book.transfer(ledger, "x", "x")), rule="fifo")
    assert told.value.code == "nothing-to-trace"


# ------------------------------------------------------------------------------------------------------- where it ends


def test_each_kind_of_end(book: Any) -> None:
    pays = [
        book.Pay(1, "name:ana", "x", "100.00", "c"),
        book.Pay(2, "x", "unknown:acct:x", "10.00", "d", "cash"),
        book.Pay(3, "x", "name:machine", "11.00", "d", "atm"),
        book.Pay(4, "x", "unknown:acct:x", "12.00", "d"),
        book.Pay(5, "x", "name:shop", "13.00", "d", "card"),
        book.Pay(6, "x", "elsewhere", "14.00", "d", "wire"),
        book.Pay(7, "x", "unknown:acct:x", "1.00", "d", "fee"),
        book.Pay(8, "x", "y", "15.00", "dc", "cash"),
    ]
    flow = fifo(book.ledger(pays), Start(account="acct:x"))
    assert book.breaks(flow) == [
        ("cash-out", "unknown:acct:x", "S1", "10.00"),
        ("cash-out", "name:machine@acct:x", "S1", "11.00"),
        ("unknown-side", "unknown:acct:x", "S1", "12.00"),
        ("account-without-records", "name:shop@acct:x", "S1", "13.00"),
        ("account-without-records", "elsewhere", "S1", "14.00"),
        ("fee", "unknown:acct:x", "S1", "1.00"),
        ("still-held", "x", "S1", "24.00"),
        ("still-held", "y", "S1", "15.00"),
    ]
    assert flow.breaks["transfer_id"].null_count() == 2


def test_a_stated_fee_is_a_fee(book: Any) -> None:
    entries = book.entries([book.Pay(1, "name:ana", "x", "100.00", "c"), book.Pay(2, "x", "y", "40.00")])
    pays = (pl.col("account") == "acct:x") & (pl.col("amount") < 0)
    entries = entries.with_columns(fee=pl.when(pays).then(pl.lit(Decimal("0.75"), pl.Decimal(38, 18))))
    flow = fifo(build(entries), Start(account="acct:x"))
    assert book.steps(flow) == [
        ("name:ana@acct:x", "x", "100.00"),
        ("x", "y", "40.00"),
        ("x", "fee:acct:x", "0.75"),
    ]
    assert ("fee", "fee:acct:x", "S1", "0.75") in book.breaks(flow)


def test_every_break_has_its_sentence() -> None:
    assert {kind(w) for w in WHY} == set(TABLES["flow_breaks"].column("kind").values)
    assert all(why.endswith(".") and why.count(".") == 1 for why in WHY.values())


def test_going_on_through_accounts_without_records(book: Any) -> None:
    """y has no records of its own: x's and z's records show what it got and paid."""
    pays = [
        book.Pay(1, "name:ana", "x", "30.00", "c"),
        book.Pay(2, "x", "y", "30.00", "d"),
        book.Pay(3, "y", "z", "50.00", "c"),
        book.Pay(4, "x", "y", "5.00", "d", "cash"),
    ]
    ledger = book.ledger(pays, {"x": "20.00"})
    start = Start(transfer_id=book.transfer(ledger, "name:ana@acct:x", "x"))
    flow = fifo(ledger, start)
    assert book.breaks(flow) == [
        ("account-without-records", "y", "S1", "10.00"),
        ("cash-out", "y", "S1", "5.00"),
        ("still-held", "x", "S1", "15.00"),
    ]
    on = fifo(ledger, start, through=True)
    # y paid 50 and is known to have got 30: the 20 beyond that were there unseen, and nobody is overdrawn.
    assert book.parts(on, "y", "z") == [(None, "20.00"), ("S1", "10.00"), (None, "20.00")]
    assert ("cash-out", "y", "S1", "5.00") in book.breaks(on)
    assert on.coverage.filter(pl.col("account") == "acct:y")["followed"][0] == "through"
    assert on.lots.filter(pl.col("kind") == "unseen")["change"].to_list() == [-20]


def test_an_account_without_records_that_is_the_start_is_followed(book: Any) -> None:
    pays = [book.Pay(1, "x", "y", "30.00", "d"), book.Pay(2, "y", "z", "20.00", "c")]
    flow = fifo(book.ledger(pays), Start(account="acct:y"))
    assert book.steps(flow) == [("x", "y", "30.00"), ("y", "z", "20.00")]
    assert flow.coverage.filter(pl.col("account") == "acct:y")["followed"][0] == "start"
    assert "no records of this account" in flow.coverage.filter(pl.col("account") == "acct:y")["note"][0]


def test_a_transfer_to_an_account_without_records_ends_at_once(book: Any) -> None:
    ledger = book.ledger([book.Pay(1, "x", "y", "30.00", "d"), book.Pay(2, "y", "z", "20.00", "c")])
    flow = fifo(ledger, Start(transfer_id=book.transfer(ledger, "x", "y")))
    assert book.breaks(flow) == [("account-without-records", "y", "S1", "30.00")]
    assert flow.coverage.height == flow.lots.height == 0


# -------------------------------------------------------------------------------------------------- opening, overdraft


def test_the_opening_balance_is_the_oldest_lot_and_nobodys(book: Any) -> None:
    pays = [book.Pay(1, "name:ana", "x", "30.00", "c"), book.Pay(2, "x", "y", "50.00")]
    ledger = book.ledger(pays, {"x": "45.00"})
    flow = fifo(ledger, Start(account="acct:x"))
    assert book.parts(flow, "x", "y") == [(None, "45.00"), ("S1", "5.00")]
    first = flow.lots.filter(pl.col("order") == 0).row(0, named=True)
    assert (first["kind"], first["lot"], first["tag"], first["after"]) == ("before-the-data", 1, None, 45)
    assert flow.coverage.filter(pl.col("account") == "acct:x")["opening"][0] == 45


def test_statements_that_are_given_state_the_opening(book: Any) -> None:
    """MT940 and camt state it outside the lines."""
    pays = [book.Pay(3, "name:ana", "x", "30.00", "c"), book.Pay(4, "x", "y", "50.00")]
    ledger = book.ledger(pays)
    known = stated(book, (3, 4, "45.00", "25.00"))
    flow = fifo(ledger, Start(account="acct:x"), statements=known)
    assert book.parts(flow, "x", "y") == [(None, "45.00"), ("S1", "5.00")]
    # Another payment of the day before, which only another's records show, belongs to the opening of the third.
    more = book.ledger([*pays, book.Pay(2, "w", "x", "40.00", "d")])
    flow = fifo(more, Start(account="acct:x"), statements=known)
    assert flow.coverage.filter(pl.col("account") == "acct:x")["opening"][0] == 5
    assert book.parts(flow, "x", "y") == [(None, "5.00"), ("S1", "40.00"), ("S1", "5.00")]
    # More than the opening cannot have been there before: then nothing is known, and it is said.
    more = book.ledger([*pays, book.Pay(2, "w", "x", "400.00", "d")])
    told = fifo(more, Start(account="acct:x"), statements=known).coverage.row(0, named=True)
    assert told["opening"] is None and "does not fit" in told["note"]


def stated(book: Any, *rows: tuple[int, int, str, str]) -> pl.DataFrame:
    """Statements of x: first day, last day, opening, closing."""
    columns = ("first", "last", "opening", "closing")
    made = [dict(zip(columns, (book.day(a), book.day(b), Decimal(o), Decimal(c)), strict=True)) for a, b, o, c in rows]
    same = {"statement": 1, "account": "acct:x", "currency": "EUR", "entries": 1, "balance": "ok"}
    frame = pl.DataFrame([{"source": f"{n}" * 64} | same | row for n, row in enumerate(made)])
    return TABLES["statements"].conform(frame)


def test_the_earliest_statement_decides_the_opening(book: Any) -> None:
    pays = [book.Pay(1, "name:ana", "x", "30.00", "c"), book.Pay(8, "x", "y", "50.00")]
    ledger = book.ledger(pays)
    for rows, gaps in (
        ([(8, 9, "90", "40"), (1, 2, "60", "90")], 0),
        ([(1, 2, "60", "90"), (1, 9, "60", "40")], 0),
        ([(8, 9, "95", "45"), (1, 2, "60", "90")], 1),
    ):
        row = fifo(ledger, Start(account="acct:x"), statements=stated(book, *rows)).coverage.row(0, named=True)
        assert (row["opening"], row["gaps"], bool(row["note"])) == (60, gaps, bool(gaps))
    two = stated(book, (1, 2, "60", "90"), (1, 9, "61", "40"))
    assert fifo(ledger, Start(account="acct:x"), statements=two).coverage["opening"][0] is None


def test_what_lots_cannot_cover_is_nobodys_and_is_repaid_first(book: Any) -> None:
    """Opening 10, out 25: 15 overdrawn. Ana 40: 15 of it repays, 25 stays."""
    pays = [
        book.Pay(1, "x", "y", "25.00"),
        book.Pay(2, "name:ana", "x", "40.00", "c"),
        book.Pay(3, "x", "y", "30.00"),
    ]
    flow = fifo(book.ledger(pays, {"x": "10.00"}), Start(account="acct:x"))
    assert book.breaks(flow) == [("overdraft-repaid", "x", "S1", "15.00"), ("still-held", "y", "S1", "25.00")]
    assert book.parts(flow, "x", "y") == [("S1", "25.00"), (None, "5.00")]


def test_an_account_that_begins_overdrawn(book: Any) -> None:
    pays = [book.Pay(1, "name:ana", "x", "40.00", "c"), book.Pay(2, "x", "y", "30.00")]
    flow = fifo(book.ledger(pays, {"x": "-25.00"}), Start(account="acct:x"))
    assert book.breaks(flow) == [("overdraft-repaid", "x", "S1", "25.00"), ("still-held", "y", "S1", "15.00")]
    assert flow.lots.row(0, named=True)["after"] == -25


@pytest.mark.parametrize(
    ("missing", "repaid", "note"), [("zero", "25.00", "taken as zero"), ("unseen", None, "money unseen")]
)
def test_an_opening_that_nothing_shows(book: Any, missing: str, repaid: str | None, note: str) -> None:
    pays = [book.Pay(1, "x", "y", "25.00"), book.Pay(2, "name:ana", "x", "40.00", "c")]
    flow = fifo(book.ledger(pays), Start(account="acct:x"), missing_opening=missing)
    ends = {k: v for k, _, _, v in book.breaks(flow)}
    assert ends.get("overdraft-repaid") == repaid
    assert ends["still-held"] == ("15.00" if repaid else "40.00")
    assert note in flow.coverage["note"][0]


# -------------------------------------------------------------------------------------------------------------- starts


def test_all_credits_of_an_account_from_a_day_on(book: Any) -> None:
    pays = [
        book.Pay(1, "name:own", "x", "10.00", "c"),
        book.Pay(2, "w", "x", "20.00"),
        book.Pay(3, "name:ana", "x", "30.00", "c"),
        book.Pay(4, "x", "y", "40.00"),
    ]
    ledger = book.ledger(pays)
    assert fifo(ledger, Start(account="acct:x")).tags["amount"].to_list() == [60]
    flow = fifo(ledger, Start(account="acct:x", since=book.day(2)))
    assert flow.tags["amount"].to_list() == [50]
    assert book.parts(flow, "x", "y") == [(None, "10.00"), ("S1", "20.00"), ("S1", "10.00")]


def test_money_that_comes_back_to_its_start_is_not_counted_twice(book: Any) -> None:
    pays = [
        book.Pay(1, "name:ana", "x", "30.00", "c"),
        book.Pay(2, "x", "y", "30.00"),
        book.Pay(3, "name:own", "y", "5.00", "c"),
        book.Pay(4, "y", "x", "35.00"),
    ]
    flow = fifo(book.ledger(pays), Start(account="acct:x"))
    assert flow.tags["amount"].to_list() == [35]
    assert flow.steps.select("traced", "started").rows()[-1] == (35, 5)


def test_what_a_limit_stopped_is_not_counted_twice_either(book: Any) -> None:
    pays = [book.Pay(1, "name:ana", "x", "30.00", "c"), book.Pay(2, "x", "y", "30.00"), book.Pay(3, "y", "x", "30.00")]
    flow = fifo(book.ledger(pays), Start(account="acct:x"), limits=Limits(depth=1))
    assert flow.tags["amount"].to_list() == [30]
    assert book.breaks(flow) == [("out-of-scope", "x", "S1", "30.00")]


def test_starts_of_one_person_share_a_tag_and_others_do_not(book: Any) -> None:
    pays = [book.Pay(n, f"name:p{n}", "x", f"{n}.00", "c") for n in range(1, 5)]
    ledger = book.ledger(pays)
    whom = ["Ana", "", "Ana", ""]
    starts = [Start(transfer_id=book.transfer(ledger, f"name:p{n}@acct:x", "x"), whom=w) for n, w in enumerate(whom, 1)]
    flow = fifo(ledger, *starts)
    assert flow.tags["tag"].to_list() == ["S1", "S2", "S1", "S3"]
    assert book.left(flow) == {("x", "S1"): "4.00", ("x", "S2"): "2.00", ("x", "S3"): "4.00"}


def test_a_named_transfer_goes_before_its_account(book: Any) -> None:
    pays = [book.Pay(1, "name:ana", "x", "3.00", "c"), book.Pay(2, "name:bea", "x", "4.00", "c")]
    ledger = book.ledger(pays)
    flow = fifo(
        ledger, Start(account="acct:x"), Start(transfer_id=book.transfer(ledger, "name:ana@acct:x", "x"), whom="Ana")
    )
    assert flow.tags["amount"].to_list() == [4, 3]


def test_starts_that_cannot_be(book: Any) -> None:
    ledger = book.ledger([book.Pay(1, "x", "y", "3.00"), book.Pay(1, "x", "y", "3.00", currency="USD")])
    for wrong in ({}, {"account": "acct:x", "transfer_id": "t:1"}, {"transfer_id": "t:1", "since": book.day(1)}):
        with pytest.raises(UsageError):
            Start(**wrong)
    with pytest.raises(UsageError, match="below zero"):
        Limits(least=Decimal(-1))
    with pytest.raises(UsageError, match="fewer than 0"):
        Limits(depth=-1)
    codes = {}
    for name, starts, more in [
        ("none", [], {}),
        ("twice", [Start(account="acct:y"), Start(account="acct:y")], {}),
        ("nothing", [Start(account="acct:x")], {}),
        ("several", [Start(account="acct:y")], {}),
        ("other", [Start(transfer_id=book.transfer(ledger, "x", "y"))], {"currency": "CHF"}),
        ("late", [Start(account="acct:y", since=book.day(9))], {"currency": "EUR"}),
        ("unknown", [Start(account="acct:nobody")], {}),
        ("no transfer", [Start(transfer_id="t:00")], {}),
        ("order", [Start(account="acct:y")], {"currency": "EUR", "order": "sideways"}),
        ("missing", [Start(account="acct:y")], {"currency": "EUR", "missing_opening": "guessed"}),
    ]:
        with pytest.raises(UsageError) as told:
            trace(ledger, starts, rule="fifo", **more)
        codes[name] = told.value.code
        assert "acct:" not in str(told.value)
    assert codes == {
        "none": "usage",
        "twice": "same-start",
        "nothing": "nothing-to-trace",
        "several": "several-currencies",
        "other": "other-currency",
        "late": "nothing-to-trace",
        "unknown": "unknown-account",
        "no transfer": "unknown-transfer",
        "order": "usage",
        "missing": "usage",
    }


def test_other_currencies_are_not_touched(book: Any) -> None:
    pays = [
        book.Pay(1, "name:ana", "x", "30.00", "c"),
        book.Pay(2, "name:bea", "x", "70.00", "c", currency="USD"),
        book.Pay(3, "x", "y", "50.00", currency="USD"),
        book.Pay(4, "x", "y", "20.00"),
    ]
    ledger = book.ledger(pays)
    flow = fifo(ledger, Start(account="acct:x"), currency="EUR")
    assert book.steps(flow) == [("name:ana@acct:x", "x", "30.00"), ("x", "y", "20.00")]
    assert set(flow.steps["currency"]) == {"EUR"}
    # z has records, but none in this currency.
    more = book.ledger([*pays, book.Pay(5, "x", "z", "5.00", "d"), book.Pay(5, "z", "y", "1.00", currency="USD")])
    assert ("account-without-records", "z", "S1", "5.00") in book.breaks(
        fifo(more, Start(account="acct:x"), currency="EUR")
    )


# -------------------------------------------------------------------------------------------------------------- limits


def chain(book: Any) -> Ledger:
    pays = [book.Pay(1, "name:ana", "a", "40.00", "c")]
    pays += [book.Pay(n, a, b, f"{40 - 10 * (n - 2)}.00") for n, (a, b) in enumerate(("ab", "bc", "cd"), 2)]
    ledger: Ledger = book.ledger([*pays, book.Pay(5, "d", "unknown:acct:d", "20.00", "d", "cash")])
    return ledger


@pytest.mark.parametrize(
    ("limits", "ends"),
    [
        (Limits(), ["cash-out", "still-held", "still-held"]),
        (Limits(depth=0), ["out-of-scope"]),
        (Limits(depth=1), ["out-of-scope", "still-held"]),
        (Limits(depth=2), ["out-of-scope", "still-held", "still-held"]),
        (Limits(depth=9), ["cash-out", "still-held", "still-held"]),
        (Limits(least=Decimal("30.01")), ["out-of-scope", "still-held"]),
        (Limits(least=Decimal("30.00")), ["out-of-scope", "still-held", "still-held"]),
        (Limits(least=Decimal("20.00")), ["cash-out", "still-held", "still-held"]),
    ],
)
def test_limits_stop_the_trace_and_say_so(book: Any, limits: Limits, ends: list[str]) -> None:
    flow = fifo(chain(book), Start(account="acct:a", since=book.day(1)), limits=limits)
    assert [k for k, *_ in book.breaks(flow)] == ends
    assert flow.breaks["amount"].sum() == 40


def test_the_last_day_stops_what_is_paid_on_later(book: Any) -> None:
    flow = fifo(chain(book), Start(account="acct:a"), limits=Limits(until=book.day(2)))
    assert book.breaks(flow) == [("out-of-scope", "c", "S1", "30.00"), ("still-held", "b", "S1", "10.00")]
    assert "last day" in flow.breaks["why"][0]


# ---------------------------------------------------------------------------------------------------- exact, and sound


def test_wei_stays_exact(book: Any) -> None:
    pays = [
        book.Pay(1, "name:ana", "x", "12345678901234567890.000000000000000001", "c", currency="ETH"),
        book.Pay(2, "x", "y", "0.000000000000000002", currency="ETH"),
        book.Pay(3, "x", "y", "12345678901234567889", currency="ETH"),
    ]
    flow = fifo(book.ledger(pays), Start(account="acct:x"))
    assert flow.steps["traced"].to_list() == [
        Decimal("12345678901234567890.000000000000000001"),
        Decimal("0.000000000000000002"),
        Decimal("12345678901234567889"),
    ]
    assert flow.remaining["amount"].to_list()[0] == Decimal("0.999999999999999999")
    assert flow.parameters.places == 18


def test_amounts_finer_than_the_currency_stay_exact(book: Any) -> None:
    pays = [book.Pay(1, "name:ana", "x", "1.005", "c"), book.Pay(2, "x", "y", "1.0049")]
    flow = fifo(book.ledger(pays), Start(account="acct:x"))
    assert flow.parameters.places == 4
    assert flow.remaining.sort("account")["amount"].to_list() == [Decimal("0.0001"), Decimal("1.0049")]


def test_a_sum_too_large_for_the_tables_is_refused(book: Any) -> None:
    pays = [book.Pay(n, f"name:p{n}", "x", "9" * 20, "c") for n in (1, 2)]
    with pytest.raises(FininitError) as told:
        trace(book.ledger(pays), Start(account="acct:x"), rule="fifo")
    assert told.value.code == "sum-too-large"


def test_a_lost_unit_is_noticed(book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the conservation on purpose: an account that drops a unit, and an end that is not written down."""
    ledger = chain(book)
    put = run._Account.put

    def thief(self: Any, place: int, tag: int | None, value: int, depth: int, what: str = "lot") -> int:
        return put(self, place, tag, value - (value > 3500), depth, what)

    with monkeypatch.context() as patched:
        patched.setattr(run._Account, "put", thief)
        with pytest.raises(FininitError) as told:
            trace(ledger, Start(account="acct:a"), rule="fifo")
        assert told.value.code == "not-conserved"
    with monkeypatch.context() as patched:
        patched.setattr(run.Run, "_held", lambda *_: None)
        with pytest.raises(FininitError) as told:
            trace(ledger, Start(account="acct:a"), rule="fifo")
        assert told.value.code == "not-conserved"


# -------------------------------------------------------------------------------------------- tables, and what is said


def test_the_tables_are_as_declared(book: Any) -> None:
    flow = fifo(chain(book), Start(account="acct:a"))
    for name in ("tags", "steps", "portions", "lots", "breaks", "remaining", "totals", "coverage"):
        table, frame = TABLES[f"flow_{name}"], getattr(flow, name)
        assert frame.schema == pl.Schema(table.polars()), name
        required = [c.name for c in table.columns if c.required]
        assert frame.select(required).null_count().row(0) == (0,) * len(required), name
        assert not frame.select(table.key).is_duplicated().any(), name
        for c in table.columns:
            assert not c.values or set(frame[c.name].drop_nulls()) <= set(c.values), (name, c.name)


def test_an_empty_table_still_has_its_columns(book: Any) -> None:
    ledger = book.ledger([book.Pay(1, "x", "unknown:acct:x", "3.00", "d")])
    flow = fifo(ledger, Start(transfer_id=book.transfer(ledger, "x", "unknown:acct:x")))
    for name in ("lots", "remaining", "coverage"):
        frame = getattr(flow, name)
        assert frame.height == 0 and frame.schema == pl.Schema(TABLES[f"flow_{name}"].polars()), name


def test_no_account_and_no_name_stand_in_what_is_printed(book: Any) -> None:
    ledger = book.ledger([book.Pay(1, "name:ana", "x", "30.00", "c")])
    start = Start(account="acct:x", whom="Ana Example")
    flow = fifo(ledger, start)
    for text in (repr(flow), repr(start), repr(flow.parameters)):
        assert "acct:x" not in text and "Ana" not in text and "ana" not in text


def test_what_an_account_does_not_show_is_said(book: Any) -> None:
    """x's records begin on day 3; a payment on day 5 is only in y's."""
    pays = [
        book.Pay(3, "name:ana", "x", "30.00", "c"),
        book.Pay(4, "x", "y", "10.00"),
        book.Pay(5, "x", "y", "5.00", "c"),
    ]
    row = fifo(book.ledger(pays), Start(account="acct:x")).coverage.row(0, named=True)
    assert (row["account"], row["transfers"], row["not_in_own_records"]) == ("acct:x", 3, 1)
    assert "1 of its 3 transfers are not in its own records." in row["note"]
    assert (row["records_first"], row["records_last"]) == (book.day(3), book.day(4))


def test_gaps_and_broken_statements_are_said(book: Any) -> None:
    ledger = book.ledger([book.Pay(3, "name:ana", "x", "30.00", "c"), book.Pay(20, "x", "y", "10.00")])
    both = stated(book, (3, 3, "0", "30"), (20, 20, "55", "45")).with_columns(balance=pl.Series(["ok", "broken"]))
    flow = fifo(ledger, Start(account="acct:x"), statements=both)
    row = flow.coverage.row(0, named=True)
    assert (row["gaps"], row["broken"]) == (1, 1)
    assert "missing" in row["note"] and "does not hold" in row["note"]
