"""Networks: ranked by counts, sums exact, borders and reasons add up, whatever the order of rows."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.errors import UsageError
from fininit.graph.betweenness import betweenness
from fininit.graph.build import build
from fininit.graph.communities import communities
from fininit.networks.find import Networks, find
from fininit.schema import TRANSFERS

node = st.one_of(st.integers(0, 11).map("acct:{:02d}".format), st.sampled_from(["unknown:acct:01", "fee:acct:02"]))
currency = st.sampled_from(["EUR", "USD"])
payments = st.lists(st.tuples(node, node, st.sampled_from(["0.01", "7", "12.50"]), currency), min_size=1, max_size=45)


def networks(transfers: pl.DataFrame) -> Networks:
    graph = build(transfers)
    return find(graph, communities(graph), betweenness(graph), transfers)


def ring(letter: str, size: int, times: int = 1) -> list[tuple[str, str, str, str, int]]:
    """Everybody of a group pays everybody else ``times`` times."""
    names = [f"acct:{letter}{i}" for i in range(size)]
    return [(a, b, "10.10", "EUR", 5) for a in names for b in names if a != b] * times


ROWS = [
    *ring("b", 4),  # 12 payments
    *ring("a", 4),  # 12 payments, and the border below
    *ring("c", 3, 4),  # 24 payments
    ("acct:a0", "acct:b0", "3", "USD", 9),
    ("acct:a1", "acct:a1", "55", "EUR", 20),
    ("acct:a0", "acct:a1", "2.5", "USD", 1),
    ("acct:d0", "unknown:acct:d0", "1", "EUR", 2),
    ("acct:d0", "fee:acct:d0", "1", "EUR", 2),
]


def test_networks_come_by_payments_then_accounts_then_name(paid: Any) -> None:
    table = networks(paid(ROWS)).table
    assert table["network"].to_list() == ["N1", "N2", "N3"]
    assert table["transfers"].to_list() == [24, 13, 12]
    assert table["accounts"].to_list() == [3, 4, 4]
    members = networks(paid(ROWS)).members
    assert members.rows() == sorted(members.rows())
    assert members.filter(network="N2")["account"].to_list() == ["acct:a0", "acct:a1", "acct:a2", "acct:a3"]
    assert table["first"].dt.day().to_list() == [5, 1, 5]
    assert table["last"].dt.day().to_list() == [5, 5, 5]


def test_equal_counts_are_settled_by_size_then_by_the_smallest_account(paid: Any) -> None:
    pairs = [*[("acct:z", "acct:y")] * 6, *[("acct:m", "acct:n")] * 6, *ring("x", 3)]
    table = networks(paid(pairs))
    assert table.table["accounts"].to_list() == [3, 2, 2]
    assert table.members.filter(network="N2")["account"].to_list() == ["acct:m", "acct:n"]


def test_ten_networks_stay_in_order(paid: Any) -> None:
    found = networks(paid([(f"acct:{i}x", f"acct:{i}y") for i in range(12) for _ in range(i + 1)]))
    wanted = [f"N{i}" for i in range(1, 13)]
    assert found.table["network"].to_list() == wanted
    assert found.totals["network"].to_list() == wanted
    assert found.reasons["network"].unique(maintain_order=True).to_list() == wanted


def test_sums_are_exact_by_currency(paid: Any) -> None:
    found = networks(paid(ROWS))
    assert found.totals.rows() == [
        ("N1", "EUR", 24, Decimal("242.4")),
        ("N2", "EUR", 12, Decimal("121.2")),
        ("N2", "USD", 1, Decimal("2.5")),
        ("N3", "EUR", 12, Decimal("121.2")),
    ]
    assert found.border.rows() == [("N2", "out", "USD", 1, Decimal("3")), ("N3", "in", "USD", 1, Decimal("3"))]


def test_reasons_are_counts_that_can_be_recounted(paid: Any) -> None:
    reasons = networks(paid(ROWS)).reasons
    assert reasons.filter(network="N2").drop("network").rows() == [
        ("payments-inside", "13", None, None),
        ("inside-share", "13 of 14", None, None),
        ("repeated-pairs", "1 of 12", None, None),
        ("largest-pair", "2 of 13", "acct:a0", "acct:a1"),
        ("both-ways", "6 of 6", None, None),
        ("self-transfers", "1", None, None),
    ]
    assert "self-transfers" not in reasons.filter(network="N1")["reason_code"].to_list()


def test_equal_pairs_are_settled_by_the_smallest_accounts(paid: Any) -> None:
    reasons = networks(paid([("acct:b", "acct:c"), ("acct:a", "acct:c"), ("acct:a", "acct:b")])).reasons
    assert reasons.filter(reason_code="largest-pair").row(0)[2:] == ("1 of 3", "acct:a", "acct:b")


def test_most_between_is_the_account_that_passes_money_on(paid: Any) -> None:
    rows = [("acct:b", "acct:hub"), ("acct:c", "acct:hub"), ("acct:hub", "acct:a")] * 3
    assert networks(paid(rows)).table["most_between"].to_list() == ["acct:hub"]
    assert networks(paid([("acct:b", "acct:a")])).table["most_between"].to_list() == [None]


@pytest.mark.parametrize(
    "rows",
    [
        [("acct:a", "fee:acct:a"), ("unknown:acct:a", "acct:a"), ("acct:a", "unknown:acct:a")],
        [("acct:a", "acct:a")],
        [("unknown:acct:a", "fee:acct:a")],
        [],
    ],
)
def test_open_ends_and_fees_make_no_network(paid: Any, rows: list[tuple[str, str]]) -> None:
    found = networks(paid(rows))
    full = networks(paid(ROWS))
    for field in fields(Networks):
        frame = getattr(found, field.name)
        assert frame.height == 0
        assert frame.schema == getattr(full, field.name).schema


def test_open_ends_belong_to_the_network_of_their_account(paid: Any) -> None:
    found = networks(paid([("acct:a", "acct:b"), ("unknown:acct:a", "acct:a"), ("acct:a", "fee:acct:a")]))
    assert found.table.row(0)[:3] == ("N1", 4, 3)


@given(rows=payments, seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_order_of_rows_does_not_matter(paid: Any, rows: list[Any], seed: int) -> None:
    frame = paid(rows)
    one, two = networks(frame), networks(frame.sample(fraction=1, shuffle=True, seed=seed))
    for field in fields(Networks):
        assert getattr(one, field.name).equals(getattr(two, field.name))


@given(rows=payments)
@settings(max_examples=40, deadline=None)
def test_turning_every_payment_round_swaps_in_and_out(paid: Any, rows: list[Any]) -> None:
    there = networks(paid(rows))
    back = networks(paid([(b, a, *rest) for a, b, *rest in rows]))
    turned = back.border.with_columns(pl.col("direction").replace_strict({"in": "out", "out": "in"}))
    assert there.border.sort(pl.all()).equals(turned.sort(pl.all()))
    assert there.totals.equals(back.totals)
    assert there.members.equals(back.members)
    assert there.table.drop("most_between").equals(back.table.drop("most_between"))


@given(rows=payments)
@settings(max_examples=40, deadline=None)
def test_strangers_leave_every_network_as_it_was(paid: Any, rows: list[Any]) -> None:
    one = networks(paid(rows))
    two = networks(paid([*rows, ("acct:zz1", "acct:zz2", "1", "EUR")]))
    far = two.members.filter(pl.col("account") == "acct:zz1")["network"].item()
    numbers = {n: i for i, n in enumerate(n for n in two.table["network"] if n != far)}
    for field in fields(Networks):
        before, after = getattr(one, field.name), getattr(two, field.name).filter(pl.col("network") != far)
        renamed = after.with_columns(
            pl.col("network").replace_strict({n: f"N{i + 1}" for n, i in numbers.items()}, return_dtype=pl.String)
        )
        assert before.equals(renamed)


@given(rows=payments)
@settings(max_examples=60, deadline=None)
def test_every_payment_is_counted_once(paid: Any, rows: list[Any]) -> None:
    """A payment is inside one network, or crosses one border or two, or has no network at either end, or is its own."""
    found = networks(paid(rows))
    home = dict(found.members.select("account", "network").iter_rows())
    inside = out = into = 0
    for debtor, creditor, *_ in rows:
        a, b = home.get(debtor), home.get(creditor)
        inside += debtor != creditor and a is not None and a == b
        out += a is not None and a != b
        into += b is not None and a != b
    assert found.totals["transfers"].sum() == found.table["transfers"].sum() == inside
    assert found.border.filter(direction="out")["transfers"].sum() == out
    assert found.border.filter(direction="in")["transfers"].sum() == into
    money = sum(
        (Decimal(r[2]) for r in rows if home.get(r[0]) is not None and home.get(r[0]) == home.get(r[1])), Decimal()
    )
    own = sum((Decimal(r[2]) for r in rows if r[0] == r[1] and r[0] in home), Decimal())
    assert sum(found.totals["amount"].to_list(), Decimal()) == money - own


def test_transfers_of_another_graph_are_refused(paid: Any) -> None:
    graph = build(paid(ROWS))
    with pytest.raises(UsageError):
        find(graph, communities(graph), betweenness(graph), paid([("acct:x", "acct:y")]))


def test_an_empty_ledger() -> None:
    assert networks(TRANSFERS.empty()).table.height == 0
