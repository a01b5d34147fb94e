"""The tracing schedule: what a court reads can be computed again by hand, line from line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from fininit.schema import FLOW_SCHEDULE
from fininit.tracing.flow import Flow
from fininit.tracing.schedule import schedule
from fininit.tracing.start import Start
from fininit.tracing.trace import trace


def flow_of(book: Any) -> Flow:
    """x: opening 5, own 70, Ana 30, out 80 to y, own 9; y draws 90, of which it never had 10."""
    pays = [
        book.Pay(1, "name:own", "x", "70.00", "c"),
        book.Pay(2, "name:ana", "x", "30.00", "c"),
        book.Pay(3, "x", "y", "80.00"),
        book.Pay(4, "name:own", "x", "9.00", "c"),
        book.Pay(5, "y", "unknown:acct:y", "90.00", "d", "cash"),
        book.Pay(6, "name:own", "y", "12.00", "c"),
    ]
    ledger = book.ledger(pays, {"x": "5.00"})
    return trace(ledger, Start(transfer_id=book.transfer(ledger, "name:ana@acct:x", "x")), rule="fifo")


def rows(table: pl.DataFrame) -> list[tuple[Any, ...]]:
    columns = ["account", "line", "direction", "amount", "traced", "lots", "balance", "held"]
    return [(*r[:3], *map(int, r[3:5]), r[5], *map(int, r[6:])) for r in table.select(columns).iter_rows()]


def test_each_account_from_its_first_tagged_line_to_its_last(book: Any) -> None:
    assert rows(schedule(flow_of(book))) == [
        ("acct:x", 1, "brought-forward", 75, 0, "#1 opening balance: 5.00; #2: 70.00", 75, 0),
        ("acct:x", 2, "in", 30, 30, "#3 (S1): 0.00 → 30.00", 105, 30),
        (
            "acct:x",
            3,
            "out",
            80,
            5,
            "#1 opening balance: 5.00 → 0.00; #2: 70.00 → 0.00; #3 (S1): 30.00 → 25.00",
            25,
            25,
        ),
        ("acct:x", 4, "in", 9, 0, "#4: 0.00 → 9.00", 34, 25),
        ("acct:y", 1, "in", 80, 5, "#1: 0.00 → 75.00; #2 (S1): 0.00 → 5.00", 80, 5),
        ("acct:y", 2, "out", 90, 5, "#1: 75.00 → 0.00; #2 (S1): 5.00 → 0.00; overdrawn: 0.00 → 10.00", -10, 0),
    ]


def test_the_whole_account_when_asked(book: Any) -> None:
    table = schedule(flow_of(book), whole=True)
    assert table.group_by("account").len().sort("account")["len"].to_list() == [5, 3]
    assert rows(table)[0] == ("acct:x", 1, "brought-forward", 5, 0, "#1 opening balance: 0.00 → 5.00", 5, 0)
    assert rows(table)[-1] == ("acct:y", 3, "in", 12, 0, "overdrawn: 10.00 → 0.00; #3: 0.00 → 2.00", 2, 0)


def test_an_account_that_was_overdrawn_brings_that_forward(book: Any) -> None:
    pays = [book.Pay(1, "x", "y", "20.00"), book.Pay(2, "name:ana", "x", "50.00", "c")]
    ledger = book.ledger(pays, {"x": "0"})
    table = schedule(trace(ledger, Start(account="acct:x"), rule="fifo"))
    assert rows(table) == [
        ("acct:x", 1, "brought-forward", 20, 0, "overdrawn: 20.00", -20, 0),
        ("acct:x", 2, "in", 50, 50, "overdrawn (S1): 20.00 → 0.00; #1 (S1): 0.00 → 30.00", 30, 30),
    ]


def test_money_that_no_record_shows_is_named(book: Any) -> None:
    ledger = book.ledger([book.Pay(1, "x", "y", "20.00", "d"), book.Pay(2, "y", "z", "25.00", "c")])
    table = schedule(trace(ledger, Start(account="acct:y"), rule="fifo"))
    assert rows(table)[1] == (
        *("acct:y", 2, "out", 25, 20),
        *("#1 (S1): 20.00 → 0.00; money the records do not show: 5.00", 0, 0),
    )


def test_every_line_follows_from_the_one_before(book: Any) -> None:
    for whole in (False, True):
        table = schedule(flow_of(book), whole=whole)
        assert table.schema == pl.Schema(FLOW_SCHEDULE.polars())
        for _, mine in table.group_by("account"):
            mine = mine.sort("line")
            assert mine["balance_before"].to_list()[1:] == mine["balance"].to_list()[:-1]
            assert mine["held_before"].to_list()[1:] == mine["held"].to_list()[:-1]
            for r in mine.iter_rows(named=True):
                sign = {"in": 1, "out": -1, "brought-forward": 0}[r["direction"]]
                if r["direction"] != "brought-forward":
                    assert r["balance"] - r["balance_before"] == sign * r["amount"]
                    assert r["held"] - r["held_before"] == sign * r["traced"]
                assert Decimal(0) <= r["held"] <= max(r["balance"], Decimal(0))


def test_the_columns_that_name_someone_are_protected() -> None:
    assert {c.name for c in FLOW_SCHEDULE.columns if c.protect} == {"account", "other_account"}
