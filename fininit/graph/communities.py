"""Groups of closely connected accounts, found by Leiden or Louvain. A lead, not a finding.

Two accounts are tied by the number of transfers between them, in both directions and over all currencies: amounts of
different currencies do not add up, and one large payment ties no closer than one small one. Self-transfers tie nothing.

``leiden`` (graspologic-native): Traag, Waltman and van Eck (2019): From Louvain to Leiden: guaranteeing well-connected
communities. Scientific Reports 9, 5233. ``louvain`` (python-louvain): Blondel, Guillaume, Lambiotte and Lefebvre
(2008): Fast unfolding of communities in large networks. Journal of Statistical Mechanics P10008. Both look for high
modularity.

Each connected part of the graph is divided on its own, with the same seed, so that accounts which have nothing to do
with a group never change it. Louvain may return a community that hangs together only through an account outside it
(Traag and others, section "Badly connected communities"); such a community is split into its connected parts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from fininit.errors import UsageError
from fininit.graph.build import Graph
from fininit.kernels.components import components

Ints = NDArray[np.int64]

Method = Literal["leiden", "louvain"]

METHODS: tuple[str, ...] = get_args(Method)

TRIALS = 10
"""Independent Leiden runs of which the best is kept, and rounds in each: a run costs milliseconds, and ten of them find
what a single one misses on small graphs (karate club: 0.4198 instead of 0.4188)."""

ROUNDS = 5

DIGITS = 6


@dataclass(frozen=True, eq=False)
class Communities:
    """A division of the accounts.

    ``label``: int64 of shape ``(accounts,)``. Labels count from 0 by size, largest first, then by the smallest member;
    an account without a transfer to another one is alone. Every community is connected.
    ``modularity``: of the whole division at ``resolution`` 1 (Newman and Girvan 2004), six decimals; 0 without edges.
    """

    label: Ints
    modularity: float
    method: str
    resolution: float
    seed: int


def communities(
    graph: Graph,
    *,
    method: Method = "leiden",
    resolution: float = 1.0,
    seed: int = 0,
    ties: tuple[Ints, Ints, Ints] | None = None,
) -> Communities:
    """Divides the accounts of ``graph``. The order of the transfers it was built from does not matter.

    ``ties``: further ties between accounts, as positions ``u``, ``v`` and whole weights above 0 in units of transfers;
    they are added to the number of transfers.

    ``resolution`` above 1 gives more and smaller communities, below 1 fewer and larger ones; ``louvain`` takes 1 only,
    because the library judges its progress by another measure than it moves by, and stops too early below 1.
    Raises ``UsageError`` for an unknown method, a resolution or a seed out of range.
    """
    if method not in METHODS:
        raise UsageError("There is no such method.", hint=f"Methods: {', '.join(METHODS)}.", code="unknown-method")
    if not (isfinite(resolution) and resolution > 0):
        raise UsageError("The resolution is a number above 0.", hint="1 is usual; more gives smaller groups.")
    if method == "louvain" and resolution != 1.0:
        raise UsageError("louvain works with resolution 1 only.", hint="Use leiden for another resolution.")
    if not 0 <= seed < 2**32:
        raise UsageError("A seed is a whole number from 0 to 4294967295.")
    divide = _leiden if method == "leiden" else _louvain
    n = len(graph.accounts)
    u, v, weight = graph.pairs if ties is None else _joined(graph.pairs, ties)
    label = _by_part(n, u, v, weight, lambda a, b, w: divide(a, b, w, resolution, seed))
    inside = label[u] == label[v]
    label = ordered(components(n, u[inside], v[inside]))
    return Communities(label, modularity(label, u, v, weight), method, resolution, seed)


def _joined(pairs: tuple[Ints, Ints, Ints], ties: tuple[Ints, Ints, Ints]) -> tuple[Ints, Ints, Ints]:
    """Pairs and ties as one list of pairs ``u < v``, each once, sorted, weights added up."""
    low = np.concatenate((pairs[0], np.minimum(ties[0], ties[1])))
    high = np.concatenate((pairs[1], np.maximum(ties[0], ties[1])))
    weight = np.concatenate((pairs[2], ties[2]))
    ends, place = np.unique(np.column_stack((low, high)), axis=0, return_inverse=True)
    summed = np.zeros(len(ends), np.int64)
    np.add.at(summed, place.ravel(), weight)
    return ends[:, 0].copy(), ends[:, 1].copy(), summed


def ordered(label: Ints) -> Ints:
    """The same division with labels from 0 by size (largest first), then by smallest member."""
    _, first, inverse, size = np.unique(label, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(first), np.int64)
    rank[np.lexsort((first, -size))] = np.arange(len(first))
    return rank[inverse]


def modularity(label: Ints, u: Ints, v: Ints, weight: Ints) -> float:
    """Modularity of a division of an undirected graph without loops; 0.0 without edges. Counted in whole numbers: it is
    rounded once, at the end."""
    total = int(weight.sum())
    if total == 0:
        return 0.0
    degree = [0] * (int(label.max()) + 1)
    inside = 0
    for a, b, w in zip(label[u].tolist(), label[v].tolist(), weight.tolist(), strict=True):
        degree[a] += w
        degree[b] += w
        inside += w if a == b else 0
    return round((4 * total * inside - sum(d * d for d in degree)) / (4 * total * total), DIGITS)


def _by_part(n: int, u: Ints, v: Ints, weight: Ints, divide: Callable[[Ints, Ints, Ints], dict[int, int]]) -> Ints:
    """Divides each connected part by ``divide``, its nodes numbered from 0; the result labels a community by some
    member of it."""
    part = components(n, u, v)
    label = part.copy()
    order = np.argsort(part[u], kind="stable")
    starts = np.unique(part[u][order], return_index=True)[1]
    for edges in np.split(order, starts[1:]):
        if len(edges) <= 1:
            continue  # two accounts (or no edge at all): nothing to divide
        nodes, local = np.unique(np.concatenate((u[edges], v[edges])), return_inverse=True)
        found = divide(local[: len(edges)], local[len(edges) :], weight[edges])
        community = np.array([found[k] for k in range(len(nodes))], np.int64)
        _, first, inverse = np.unique(community, return_index=True, return_inverse=True)
        label[nodes] = nodes[first][inverse]
    return label


def _leiden(u: Ints, v: Ints, weight: Ints, resolution: float, seed: int) -> dict[int, int]:
    import graspologic_native

    edges = [(str(a), str(b), float(w)) for a, b, w in zip(u.tolist(), v.tolist(), weight.tolist(), strict=True)]
    _, found = graspologic_native.leiden(
        edges=edges,
        starting_communities=None,
        resolution=resolution,
        randomness=0.001,
        iterations=ROUNDS,
        use_modularity=True,
        seed=seed,
        trials=TRIALS,
    )
    return {int(node): community for node, community in found.items()}


def _louvain(u: Ints, v: Ints, weight: Ints, resolution: float, seed: int) -> dict[int, int]:
    import community
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(int(v.max()) + 1))  # sorted: the library visits nodes in the order they were added
    graph.add_weighted_edges_from(zip(u.tolist(), v.tolist(), weight.tolist(), strict=True))
    found: dict[int, int] = community.best_partition(graph, resolution=resolution, random_state=seed)
    return found
