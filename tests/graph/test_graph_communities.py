"""Leiden and Louvain: planted groups found, order of rows without effect, every community connected."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.errors import UsageError
from fininit.graph import communities as module
from fininit.graph.build import Graph, build
from fininit.graph.communities import METHODS, communities, modularity

node = st.integers(0, 15).map("acct:{:02d}".format)
payments = st.lists(st.tuples(node, node), min_size=1, max_size=50)
both = pytest.mark.parametrize("method", METHODS)


def planted(paid: Any, groups: int = 4, size: int = 12) -> pl.DataFrame:
    random = np.random.Generator(np.random.PCG64(11))
    rows = []
    for g in range(groups):
        for i in range(size):
            others = [j for j in range(size) if j != i]
            rows += [(f"acct:{i:02d}-{g}", f"acct:{j:02d}-{g}") for j in random.choice(others, 4, replace=False)]
    rows += [(f"acct:00-{g}", f"acct:05-{(g + 1) % groups}") for g in range(groups)]
    return paid(rows)


def undirected(graph: Graph) -> nx.Graph:
    u, v, weight = graph.pairs
    simple = nx.Graph()
    simple.add_nodes_from(range(len(graph.accounts)))
    simple.add_weighted_edges_from(zip(u.tolist(), v.tolist(), weight.tolist(), strict=True))
    return simple


def blocks(label: np.ndarray) -> list[set[int]]:
    return [set(np.flatnonzero(label == c).tolist()) for c in range(int(label.max(initial=-1)) + 1)]


@both
def test_planted_groups_are_found(paid: Any, method: Any) -> None:
    graph = build(planted(paid))
    found = communities(graph, method=method)
    wanted = {frozenset(i for i, a in enumerate(graph.accounts) if a.endswith(f"-{g}")) for g in range(4)}
    assert {frozenset(b) for b in blocks(found.label)} == wanted
    assert found.modularity > 0.6
    assert (found.method, found.resolution, found.seed) == (method, 1.0, 0)


@both
@given(rows=payments, seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_order_of_rows_does_not_matter(paid: Any, method: Any, rows: list[tuple[str, str]], seed: int) -> None:
    frame = paid(rows)
    one = communities(build(frame), method=method)
    two = communities(build(frame.sample(fraction=1, shuffle=True, seed=seed)), method=method)
    assert one.label.tolist() == two.label.tolist()
    assert one.modularity == two.modularity


@both
@given(rows=payments)
@settings(max_examples=40, deadline=None)
def test_direction_and_loops_do_not_matter(paid: Any, method: Any, rows: list[tuple[str, str]]) -> None:
    one = communities(build(paid(rows)), method=method)
    two = communities(build(paid([(b, a) for a, b in rows] + [(rows[0][0], rows[0][0])])), method=method)
    assert one.label.tolist() == two.label.tolist()


@both
@given(rows=payments, at=st.sampled_from(["acct:!", "acct:zz"]))
@settings(max_examples=40, deadline=None)
def test_strangers_do_not_change_a_group(paid: Any, method: Any, rows: list[tuple[str, str]], at: str) -> None:
    graph = build(paid(rows))
    more = build(paid([*rows, (f"{at}1", f"{at}2"), (f"{at}2", f"{at}3"), (f"{at}3", f"{at}4")]))
    before = {frozenset(graph.accounts[i] for i in b) for b in blocks(communities(graph, method=method).label)}
    after = {frozenset(more.accounts[i] for i in b) for b in blocks(communities(more, method=method).label)}
    assert {b for b in after if not any(a.startswith(at) for a in b)} == before


@both
@given(rows=payments)
@settings(max_examples=40, deadline=None)
def test_labels_are_in_order_and_every_group_is_connected(paid: Any, method: Any, rows: list[tuple[str, str]]) -> None:
    graph = build(paid(rows))
    found = communities(graph, method=method)
    groups, simple = blocks(found.label), undirected(graph)
    assert found.label.dtype == np.int64 and found.label.shape == (len(graph.accounts),)
    assert [(-len(b), min(b)) for b in groups] == sorted((-len(b), min(b)) for b in groups)
    assert all(nx.is_connected(simple.subgraph(b)) for b in groups)
    wanted = nx.community.modularity(simple, groups) if simple.number_of_edges() else 0.0
    assert found.modularity == pytest.approx(wanted, abs=1e-6)


def test_a_disconnected_community_is_split(paid: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # What Louvain may return: the two ends of a chain in one community, its middle in another.
    monkeypatch.setattr(module, "_louvain", lambda *_: {0: 0, 1: 0, 2: 1, 3: 0, 4: 0})
    rows = [(f"acct:{i}", f"acct:{i + 1}") for i in range(4)]
    assert communities(build(paid(rows)), method="louvain").label.tolist() == [0, 0, 2, 1, 1]


def test_transfers_tie_by_number_not_by_amount(paid: Any) -> None:
    # b is paid once by a (a fortune) and five times by c, in two currencies and both directions.
    rows = [("acct:a", "acct:b", "1000000")]
    rows += [("acct:b", "acct:c", "1", "USD")] * 3 + [("acct:c", "acct:b", "1", "EUR")] * 2
    rows += [("acct:a", "acct:d")] * 5
    found = communities(build(paid(rows)))
    assert found.label.tolist() == [0, 1, 1, 0]


def test_resolution_makes_groups_smaller(paid: Any) -> None:
    graph = build(planted(paid))
    counts = [len(blocks(communities(graph, resolution=r).label)) for r in (0.02, 1.0, 4.0)]
    assert counts[0] < counts[1] < counts[2]


@both
def test_no_edges(paid: Any, method: Any) -> None:
    assert communities(build(paid([])), method=method).label.tolist() == []
    alone = communities(build(paid([("acct:a", "acct:a"), ("acct:b", "acct:b")])), method=method)
    assert (alone.label.tolist(), alone.modularity) == ([0, 1], 0.0)


def test_wrong_calls_are_refused(paid: Any) -> None:
    graph = build(paid([("acct:a", "acct:b")]))
    with pytest.raises(UsageError, match="leiden, louvain"):
        communities(graph, method="infomap")  # type: ignore[arg-type]
    for resolution in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(UsageError, match="above 0"):
            communities(graph, resolution=resolution)
    with pytest.raises(UsageError, match="resolution 1 only"):
        communities(graph, method="louvain", resolution=0.5)
    with pytest.raises(UsageError, match="seed"):
        communities(graph, seed=2**32)


def test_both_methods_on_zachary_karate_club(paid: Any) -> None:
    """Best known modularity without weights: 0.4198 (Brandes and others 2008, IEEE TKDE 20(2))."""
    club = nx.karate_club_graph()
    graph = build(paid([(f"acct:{a:02d}", f"acct:{b:02d}") for a, b in club.edges()]))
    assert communities(graph).modularity == 0.41979
    assert communities(graph, method="louvain").modularity >= 0.41


def test_modularity_of_one_block_is_nothing() -> None:
    u, v = np.array([0, 1]), np.array([1, 2])
    assert modularity(np.zeros(3, np.int64), u, v, np.array([3, 4])) == 0.0
