"""Routes through accounts: against networkx, sampled, whatever the order of rows."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.errors import UsageError
from fininit.graph import betweenness as module
from fininit.graph.betweenness import betweenness
from fininit.graph.build import Graph, build

node = st.integers(0, 11).map("acct:{:02d}".format)
payments = st.lists(st.tuples(node, node), min_size=1, max_size=40)


def by_networkx(graph: Graph, *, normalized: bool) -> list[float]:
    simple = nx.DiGraph()
    simple.add_nodes_from(graph.accounts)
    simple.add_edges_from((a, b) for a, b in graph.to_networkx().edges() if a != b)
    found = nx.betweenness_centrality(simple, normalized=normalized)
    return [found[a] for a in graph.accounts]


@given(rows=payments)
@settings(max_examples=100, deadline=None)
def test_exact_equals_networkx(paid: Any, rows: list[tuple[str, str]]) -> None:
    graph = build(paid(rows))
    found = betweenness(graph)
    assert found.exact and found.sources == len(graph.accounts)
    assert found.score == pytest.approx(by_networkx(graph, normalized=True), abs=1e-9)
    assert found.routes == pytest.approx(by_networkx(graph, normalized=False), abs=1e-6)


def test_payers_and_payees_that_are_alike_are_searched_once(paid: Any) -> None:
    rows = [(f"acct:buyer{i}", f"acct:hub{i % 3}") for i in range(90)]
    rows += [(f"acct:hub{i}", "acct:top") for i in range(3)] + [("acct:top", f"acct:shop{i}") for i in range(50)]
    graph = build(paid(rows))
    assert len(set(module._twins(graph).tolist())) == 3 + 3 + 1 + 1
    found = betweenness(graph)
    assert found.routes == pytest.approx(by_networkx(graph, normalized=False), abs=1e-6)
    assert found.routes[graph.position["acct:top"]] == 93 * 50
    assert found.routes[graph.position["acct:hub0"]] == 30 * 51
    assert found.routes[graph.position["acct:shop7"]] == 0


@given(rows=payments, seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_order_of_rows_does_not_matter(paid: Any, rows: list[tuple[str, str]], seed: int) -> None:
    frame = paid(rows)
    one = betweenness(build(frame))
    two = betweenness(build(frame.sample(fraction=1, shuffle=True, seed=seed)))
    assert one.score.tobytes() == two.score.tobytes()
    assert one.routes.tobytes() == two.routes.tobytes()


@given(rows=payments)
@settings(max_examples=40, deadline=None)
def test_payments_turned_round_run_through_the_same_accounts(paid: Any, rows: list[tuple[str, str]]) -> None:
    there = betweenness(build(paid(rows)))
    back = betweenness(build(paid([(b, a) for a, b in rows])))
    assert there.routes == pytest.approx(back.routes, abs=2e-6)


def test_sample_is_drawn_by_its_seed_and_estimates_the_whole(paid: Any) -> None:
    random = np.random.Generator(np.random.PCG64(1))
    ends = [(int(a), int(b)) for a, b in random.integers(0, 120, (500, 2))]
    graph = build(paid([(f"acct:{a:03d}", f"acct:{b:03d}") for a, b in ends]))
    n = len(graph.accounts)
    exact = betweenness(graph)
    some = betweenness(graph, sample=40, seed=3)
    assert (some.exact, some.sources, some.seed) == (False, 40, 3)
    assert some.score.tobytes() == betweenness(graph, sample=40, seed=3).score.tobytes()
    assert some.score.tobytes() != betweenness(graph, sample=40, seed=4).score.tobytes()
    assert betweenness(graph, sample=n).exact and betweenness(graph, sample=10 * n).sources == n
    mean = np.mean([betweenness(graph, sample=40, seed=s).routes for s in range(60)], axis=0)
    busy = exact.routes > np.median(exact.routes)
    assert mean[busy] == pytest.approx(exact.routes[busy], rel=0.25)


def test_no_source_is_drawn_twice(paid: Any) -> None:
    # Ten payers, a hub, a payee: eleven sources of twelve leave out one payer, or one that starts no counted route.
    graph = build(paid([(f"acct:p{i}", "acct:hub") for i in range(10)] + [("acct:hub", "acct:z")]))
    for seed in range(10):
        routes = betweenness(graph, sample=11, seed=seed).routes[graph.position["acct:hub"]]
        assert routes in (round(9 * 12 / 11, 6), round(10 * 12 / 11, 6))


def test_more_work_than_the_limit_is_sampled(paid: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = build(paid([(f"acct:{i}", f"acct:{(i + k) % 30}") for i in range(30) for k in (1, 2)]))
    monkeypatch.setattr(module, "EXACT_WORK", 60 * 12)
    found = betweenness(graph)
    assert (found.exact, found.sources) == (False, 12)


def test_a_sample_of_nobody_is_refused(paid: Any) -> None:
    graph = build(paid([("acct:a", "acct:b")]))
    with pytest.raises(UsageError, match="at least one"):
        betweenness(graph, sample=0)
    with pytest.raises(UsageError, match="seed"):
        betweenness(graph, seed=-1)


@pytest.mark.parametrize("rows", [[], [("acct:a", "acct:a")], [("acct:a", "acct:b"), ("acct:b", "acct:a")]])
def test_too_few_accounts_for_a_route(paid: Any, rows: list[tuple[str, str]]) -> None:
    found = betweenness(build(paid(rows)))
    assert found.exact and not found.score.any()


def test_repeated_payments_and_currencies_do_not_make_more_routes(paid: Any) -> None:
    once = paid([("acct:a", "acct:b"), ("acct:b", "acct:c")])
    often = pl.concat([once, once, paid([("acct:a", "acct:b", "5", "USD"), ("acct:b", "acct:b")])])
    assert betweenness(build(once)).routes.tolist() == betweenness(build(often)).routes.tolist() == [0.0, 1.0, 0.0]
