"""Connected components against networkx, whatever the order and direction of the edges."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.kernels.components import components


@given(st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=30), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_smallest_member_names_the_component(edges: list[tuple[int, int]], random: object) -> None:
    graph = nx.Graph()
    graph.add_nodes_from(range(25))
    graph.add_edges_from(edges)
    wanted = np.zeros(25, np.int64)
    for part in nx.connected_components(graph):
        wanted[list(part)] = min(part)
    turned = [(b, a) for a, b in edges]
    random.shuffle(turned)  # type: ignore[attr-defined]
    for these in (edges, turned):
        pairs = np.array(these, np.int64).reshape(-1, 2)
        assert components(25, pairs[:, 0], pairs[:, 1]).tolist() == wanted.tolist()


def test_a_long_chain() -> None:
    steps = np.arange(20_000)
    assert not components(20_001, steps[::-1] + 1, steps[::-1]).any()
