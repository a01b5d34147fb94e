"""Coordinates: whole, apart, within their box, the same every time."""

from __future__ import annotations

import time
from math import sqrt

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.graph.layout import FORCE_LIMIT, MIN_DISTANCE, SPACING, around, layout


def ends(graph: nx.Graph) -> tuple[np.ndarray, np.ndarray]:
    pairs = np.array(sorted(graph.edges()), np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def closest(places: np.ndarray) -> float:
    wide = places.astype(np.int64)
    apart = ((wide[:, None] - wide[None]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, 10**15)
    return sqrt(apart.min(initial=10**15))


CASES = {
    "nothing": nx.empty_graph(0),
    "one": nx.empty_graph(1),
    "pair": nx.path_graph(2),
    "alone": nx.empty_graph(60),
    "star": nx.star_graph(199),
    "everyone": nx.complete_graph(40),
    "pairs": nx.disjoint_union_all([nx.path_graph(2)] * 60),
    "sparse": nx.gnm_random_graph(200, 260, seed=1),
    "large": nx.gnm_random_graph(FORCE_LIMIT + 200, 1500, seed=2),
}


@pytest.mark.parametrize("name", CASES)
def test_nodes_keep_their_distance_and_stay_in_the_box(name: str) -> None:
    graph = CASES[name]
    places = layout(len(graph), *ends(graph))
    assert places.dtype == np.int32 and places.shape == (len(graph), 2)
    assert closest(places) >= MIN_DISTANCE
    if len(graph):
        side = SPACING * sqrt(len(graph))
        assert (np.ptp(places, axis=0) <= 2 * side + SPACING).all()
        assert (np.abs(places.min(axis=0) + places.max(axis=0)) <= 3 * SPACING).all()


@given(
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30),
    st.randoms(use_true_random=False),
)
@settings(max_examples=25, deadline=None)
def test_order_and_direction_of_edges_do_not_matter(edges: list[tuple[int, int]], random: object) -> None:
    turned = [(b, a) for a, b in edges]
    random.shuffle(turned)  # type: ignore[attr-defined]
    one, two = (np.array(e, np.int64).reshape(-1, 2) for e in (edges, turned))
    weight = np.ones(len(edges), np.int64)
    first = layout(20, one[:, 0], one[:, 1], weight)
    assert first.tobytes() == layout(20, two[:, 0], two[:, 1], weight).tobytes()
    assert closest(first) >= MIN_DISTANCE


def test_repeated_edges_and_loops_count_as_one_heavier_edge() -> None:
    once = layout(4, np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([5, 1, 1]))
    often = layout(4, np.array([0, 1, 1, 2, 3]), np.array([1, 0, 2, 3, 3]), np.array([3, 2, 1, 1, 9]))
    assert once.tobytes() == often.tobytes()
    assert once.tobytes() != layout(4, np.array([0, 1, 2]), np.array([1, 2, 3])).tobytes()


def test_seed_draws_another_picture() -> None:
    u, v = ends(CASES["sparse"])
    assert layout(200, u, v, seed=1).tobytes() == layout(200, u, v, seed=1).tobytes()
    assert layout(200, u, v, seed=1).tobytes() != layout(200, u, v, seed=2).tobytes()


def test_neighbours_are_drawn_together() -> None:
    groups = nx.planted_partition_graph(4, 15, 0.4, 0.005, seed=3)
    places = layout(60, *ends(groups)).astype(float)
    block = np.arange(60) // 15
    apart = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    same = block[:, None] == block[None]
    assert apart[same].mean() < 0.6 * apart[~same].mean()


def test_three_hundred_nodes_take_less_than_a_second() -> None:
    graph = nx.gnm_random_graph(300, 500, seed=4)
    u, v = ends(graph)
    start = time.process_time()
    layout(300, u, v)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("n", [0, 1, 2, 7, 2000])
def test_around_puts_the_strongest_in_the_middle(n: int) -> None:
    strength = np.arange(n) % 50
    places = around(strength)
    assert places.dtype == np.int32 and places.shape == (n, 2)
    assert closest(places) >= MIN_DISTANCE
    if n:
        assert places[int(np.argmax(strength))].tolist() == [0, 0]
        far = np.hypot(*places.astype(float).T)
        assert (np.diff(far[np.argsort(-strength, kind="stable")]) > -2).all()
