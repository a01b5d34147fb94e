"""Accounts, edges, exact sums, CSR arrays and the networkx graph."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from fininit.errors import FininitError, UsageError
from fininit.graph.build import build
from fininit.graph.totals import totals
from fininit.schema import TRANSFERS

ROWS = [
    ("acct:b", "acct:c", "10.01", "EUR", 3),
    ("acct:a", "acct:b", "5", "EUR", 9),
    ("acct:b", "acct:c", "10.02", "EUR", 1),
    ("acct:b", "acct:c", "7", "USD", 2),
    ("acct:c", "acct:b", "1", "EUR", 4),
    ("acct:c", "acct:c", "99", "EUR", 4),
]


def test_edges_sum_exactly_by_pair_and_currency(paid: Any) -> None:
    graph = build(paid(ROWS))
    assert graph.accounts == ("acct:a", "acct:b", "acct:c")
    assert graph.self_transfers == 1
    assert graph.edges.rows() == [
        (0, 1, "EUR", 1, Decimal("5"), date(2023, 5, 9), date(2023, 5, 9)),
        (1, 2, "EUR", 2, Decimal("20.03"), date(2023, 5, 1), date(2023, 5, 3)),
        (1, 2, "USD", 1, Decimal("7"), date(2023, 5, 2), date(2023, 5, 2)),
        (2, 1, "EUR", 1, Decimal("1"), date(2023, 5, 4), date(2023, 5, 4)),
        (2, 2, "EUR", 1, Decimal("99"), date(2023, 5, 4), date(2023, 5, 4)),
    ]
    assert graph.edges.schema["amount"] == pl.Decimal(38, 18)
    assert graph.edges.schema["debtor"] == graph.edges.schema["transfers"] == pl.Int64


def test_arrays_hold_each_pair_once_and_no_loop(paid: Any) -> None:
    graph = build(paid(ROWS))
    assert graph.out_indptr.tolist() == [0, 1, 2, 3]
    assert graph.out_indices.tolist() == [1, 2, 1]
    assert [part.tolist() for part in graph.pairs] == [[0, 1], [1, 2], [1, 4]]


def test_eighteen_decimals_survive_the_sum(paid: Any) -> None:
    wei = "1234567890123456.000000000000000001"
    graph = build(paid([("eth:a", "eth:b", wei, "ETH")] * 1000))
    assert graph.edges["amount"].to_list() == [Decimal("1234567890123456000.000000000000001000")]


@pytest.mark.parametrize("count", [2, 3, 10, 127, 128, 500, 1025])
def test_a_sum_that_does_not_fit_is_refused_not_wrapped(paid: Any, count: int) -> None:
    largest = "99999999999999999999.999999999999999999"
    assert build(paid([("eth:a", "eth:b", largest)])).edges["amount"].to_list() == [Decimal(largest)]
    with pytest.raises(FininitError) as caught:
        build(paid([("eth:a", "eth:b", largest)] * count))
    assert caught.value.code == "sum-too-large"
    assert "9999" not in str(caught.value)


def test_whole_wei_sum_up_to_the_bound(paid: Any) -> None:
    frame = paid([("eth:a", "eth:b", str(10**18 + 1), "WEI")] * 99)
    assert totals(frame, ["currency"])["amount"].to_list() == [Decimal(99 * (10**18 + 1))]
    with pytest.raises(FininitError, match="larger than the ledger"):
        totals(paid([("eth:a", "eth:b", str(10**18 + 1), "WEI")] * 100), ["currency"])


def test_order_of_rows_does_not_matter(paid: Any) -> None:
    frame = paid(ROWS * 3)
    one, two = build(frame), build(frame.sample(fraction=1, shuffle=True, seed=7))
    assert one.accounts == two.accounts
    assert one.edges.equals(two.edges)
    assert np.array_equal(one.out_indices, two.out_indices)


def test_no_transfers() -> None:
    graph = build(TRANSFERS.empty())
    assert graph.accounts == ()
    assert graph.out_indptr.tolist() == [0]
    assert graph.self_transfers == 0
    assert len(graph.to_networkx()) == 0


def test_networkx_keeps_repeated_payments(paid: Any) -> None:
    frame = paid(ROWS)
    single = build(frame).to_networkx(frame)
    assert single.number_of_edges() == len(ROWS)
    payments = single.get_edge_data("acct:b", "acct:c")
    assert {key: data["amount"] for key, data in payments.items()} == {
        "t:000000": Decimal("10.01"),
        "t:000002": Decimal("10.02"),
        "t:000003": Decimal("7"),
    }
    assert all(isinstance(data["amount"], Decimal) for *_, data in single.edges(data=True))
    summed = build(frame).to_networkx()
    assert summed.number_of_edges() == 5
    assert summed["acct:b"]["acct:c"]["EUR"] == {
        "amount": Decimal("20.03"),
        "currency": "EUR",
        "transfers": 2,
        "first": date(2023, 5, 1),
        "last": date(2023, 5, 3),
    }
    assert list(summed) == ["acct:a", "acct:b", "acct:c"]


def test_networkx_edges_come_in_the_same_order_from_shuffled_rows(paid: Any) -> None:
    frame = paid(ROWS)
    one = list(build(frame).to_networkx(frame).edges(keys=True, data=True))
    for seed in range(5):
        shuffled = frame.sample(fraction=1, shuffle=True, seed=seed)
        assert one == list(build(shuffled).to_networkx(shuffled).edges(keys=True, data=True))


def test_networkx_refuses_what_is_too_large_and_says_what_to_do(paid: Any) -> None:
    frame = paid(ROWS)
    with pytest.raises(FininitError, match="Narrow the transfers by date") as caught:
        build(frame).to_networkx(frame, limit=5)
    assert caught.value.code == "graph-too-large"
    assert build(frame).to_networkx(limit=5).number_of_edges() == 5


def test_networkx_refuses_transfers_of_another_graph(paid: Any) -> None:
    with pytest.raises(UsageError) as caught:
        build(paid(ROWS)).to_networkx(paid([("acct:x", "acct:y")]))
    assert caught.value.code == "other-graph"
    assert "acct:x" not in str(caught.value)
