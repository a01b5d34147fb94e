"""How many shortest routes pass through each node: Brandes' accumulation on a directed, unweighted CSR graph.

Brandes, U. (2001): A faster algorithm for betweenness centrality. Journal of Mathematical Sociology 25(2), 163-177.
Sources may be a sample (pivots): Brandes, U. and Pich, C. (2007): Centrality estimation in large networks.
International Journal of Bifurcation and Chaos 17(7), 2303-2318.

One function, two ways to run it: as it stands on plain lists (no wait for a compiler; small graphs) and compiled by
numba on arrays. Both make the same floating-point operations in the same order, so they give the same bits.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fininit.kernels.compiled import compiled

PLAIN_WORK = 2_000_000
"""Up to this many arc visits (sources times arcs) plain Python is used: at about five million visits a second it is
done before numba is imported and its cached code loaded (0.4 s; 0.9 s when it has to compile)."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def accumulate(
    indptr: Any,
    indices: Any,
    size: Any,
    sources: Any,
    times: Any,
    one: Any,
    score: Any,
    paths: Any,
    dist: Any,
    delta: Any,
    order: Any,
) -> None:
    """Adds to ``score`` what each source contributes. Arguments are lists or arrays, all of them 64-bit.

    ``indptr``, ``indices``: out-neighbours, ascending. ``size[v]``: how many equal accounts node ``v`` stands for as an
    end of a route. ``sources``, ``times``: where to start, and how many equal sources each start stands for.
    ``one``: 1.0, or the whole number 1 where numbers of routes outgrow a float (plain lists only).
    ``score``: result, changed in place. ``paths`` (0), ``dist`` (-1), ``delta`` (0.0), ``order`` (0): work space of one
    cell a node, which is left as it was found.

    Predecessors are not stored: walking the nodes backwards, each one gathers from its out-neighbours one step
    further away, which visits the same arcs.
    """
    for i in range(len(sources)):
        s = sources[i]
        order[0] = s
        dist[s] = 0
        paths[s] = one
        found = 1
        head = 0
        while head < found:
            v = order[head]
            head += 1
            for k in range(indptr[v], indptr[v + 1]):
                w = indices[k]
                if dist[w] < 0:
                    dist[w] = dist[v] + 1
                    order[found] = w
                    found += 1
                if dist[w] == dist[v] + 1:
                    paths[w] += paths[v]
        for j in range(found - 1, 0, -1):
            v = order[j]
            gathered = 0.0
            for k in range(indptr[v], indptr[v + 1]):
                w = indices[k]
                if dist[w] == dist[v] + 1:
                    gathered += paths[v] / paths[w] * (size[w] + delta[w])
            delta[v] = gathered
            score[v] += times[i] * gathered
        for j in range(found):
            v = order[j]
            dist[v] = -1
            paths[v] = one - one
            delta[v] = 0.0


def dependencies(
    indptr: Ints,
    indices: Ints,
    sources: Ints,
    *,
    size: Ints | None = None,
    times: Ints | None = None,
    mode: Literal["auto", "plain", "compiled"] = "auto",
) -> Floats:
    """Sum over the sources of the share of shortest routes to every other node that pass through each node.

    Shape ``(n,)``, not normalised. ``size`` and ``times`` default to one each (see :func:`accumulate`). ``mode`` other
    than ``auto`` is for tests and measurements: the result is the same.
    """
    n = len(indptr) - 1
    size = np.ones(n, np.int64) if size is None else size
    times = np.ones(len(sources), np.int64) if times is None else times
    if mode == "auto":
        mode = "plain" if len(sources) * (len(indices) + 1) <= PLAIN_WORK else "compiled"
    if mode == "compiled":
        score = np.zeros(n, np.float64)
        work = (np.zeros(n, np.float64), np.full(n, -1, np.int64), np.zeros(n, np.float64), np.zeros(n, np.int64))
        compiled(accumulate)(indptr, indices, size, sources, times, 1.0, score, *work)
    else:
        score = _plain(indptr, indices, size, sources, times, 1.0)
    if not np.isfinite(score).all():
        # More than 10^308 shortest routes between two nodes: whole numbers of Python have no such bound.
        score = _plain(indptr, indices, size, sources, times, 1)
    return score


def _plain(indptr: Ints, indices: Ints, size: Ints, sources: Ints, times: Ints, one: float) -> Floats:
    n = len(indptr) - 1
    score = [0.0] * n
    graph = (indptr.tolist(), indices.tolist(), size.tolist(), sources.tolist(), times.tolist())
    accumulate(*graph, one, score, [one - one] * n, [-1] * n, [0.0] * n, [0] * n)
    return np.array(score, np.float64)
