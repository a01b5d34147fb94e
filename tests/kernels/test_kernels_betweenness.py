"""The kernel against networkx, and its plain run against its compiled one."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.kernels import betweenness as kernel
from fininit.kernels.betweenness import dependencies


def csr(n: int, arcs: set[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    kept = sorted((a, b) for a, b in arcs if a != b)
    heads = np.bincount(np.array([a for a, _ in kept], np.int64), minlength=n)
    return np.concatenate(([0], np.cumsum(heads))).astype(np.int64), np.array([b for _, b in kept], np.int64)


def reference(n: int, arcs: set[tuple[int, int]]) -> list[float]:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((a, b) for a, b in arcs if a != b)
    found = nx.betweenness_centrality(graph, normalized=False)
    return [found[i] for i in range(n)]


@st.composite
def digraphs(draw: st.DrawFn) -> tuple[int, set[tuple[int, int]]]:
    n = draw(st.integers(1, 14))
    node = st.integers(0, n - 1)
    return n, draw(st.sets(st.tuples(node, node), max_size=45))


@given(digraphs())
@settings(max_examples=60, deadline=None)
def test_plain_compiled_and_networkx_agree(case: tuple[int, set[tuple[int, int]]]) -> None:
    n, arcs = case
    graph, everyone = csr(n, arcs), np.arange(n)
    plain = dependencies(*graph, everyone, mode="plain")
    compiled = dependencies(*graph, everyone, mode="compiled")
    assert plain.tobytes() == compiled.tobytes()
    assert plain == pytest.approx(reference(n, arcs), abs=1e-9)


def test_large_random_digraph_agrees_bit_by_bit() -> None:
    graph = nx.gnm_random_graph(200, 900, seed=5, directed=True)
    arrays = csr(200, set(graph.edges()))
    plain = dependencies(*arrays, np.arange(200), mode="plain")
    assert plain.tobytes() == dependencies(*arrays, np.arange(200), mode="compiled").tobytes()
    assert plain == pytest.approx(reference(200, set(graph.edges())), abs=1e-8)


def test_sizes_and_times_stand_for_equal_nodes() -> None:
    # 0 and 1 pay 2, which pays 3, 4 and 5; folded: a stands twice, the sink three times.
    arcs = {(0, 2), (1, 2), (2, 3), (2, 4), (2, 5)}
    whole = dependencies(*csr(6, arcs), np.arange(6))
    folded = dependencies(*csr(3, {(0, 1), (1, 2)}), np.array([0, 1]), size=np.array([2, 1, 3]), times=np.array([2, 1]))
    assert whole[2] == folded[1] == 6.0


def test_more_routes_than_a_float_can_count() -> None:
    # 1100 diamonds in a row: 2^1100 shortest routes from end to end.
    arcs = {(3 * i + a, 3 * i + b) for i in range(1100) for a, b in ((0, 1), (0, 2), (1, 3), (2, 3))}
    n = 3 * 1100 + 1
    score = dependencies(*csr(n, arcs), np.array([0]), mode="plain")
    assert score[3] == n - 4  # every route from 0 to a node behind the first diamond passes its tip
    assert score[1] == score[2] == pytest.approx((n - 3) / 2)
    assert dependencies(*csr(n, arcs), np.array([0]), mode="compiled").tobytes() == score.tobytes()


def test_small_graphs_do_not_wait_for_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> object:
        raise AssertionError("compiled")

    monkeypatch.setattr(kernel, "compiled", refuse)
    path = csr(4, {(0, 1), (1, 2), (2, 3)})
    assert dependencies(*path, np.arange(4)).tolist() == [0.0, 2.0, 2.0, 0.0]
    monkeypatch.setattr(kernel, "PLAIN_WORK", 1)
    with pytest.raises(AssertionError, match="compiled"):
        dependencies(*path, np.arange(4))


def test_nothing_at_all() -> None:
    assert dependencies(*csr(0, set()), np.arange(0)).shape == (0,)
