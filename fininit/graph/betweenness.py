"""Through which accounts the payment routes run. A lead, not a finding.

A payment route leads from one account to another along payments, each in its direction. For every two accounts the
shortest routes between them are taken (fewest payments passed on, whatever the amounts and dates). The *routes* of an
account say on how many of these it lies between the two ends; where several shortest routes tie, each counts its
share. An account that only pays or only receives has none. Amounts, dates and intent play no part: a payroll bank
scores as high as a shell company.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fininit.errors import UsageError
from fininit.graph.build import Graph
from fininit.kernels.betweenness import dependencies

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EXACT_WORK = 300_000_000
"""Distinct sources times distinct pairs up to which every source is taken: a few seconds compiled. Above, the ranking
is an estimate, and the report says so."""

DIGITS = 9


@dataclass(frozen=True, eq=False)
class Betweenness:
    """How many routes pass through each account.

    ``score``: float64 of shape ``(accounts,)``, the share of the shortest routes between two other accounts, from 0 to
    1 as networkx normalises directed graphs: divided by (n-1)(n-2); nine decimals.
    ``routes``: float64 of the same shape, the same before dividing: how many pairs of other accounts, six decimals.
    Rank by this one: nine decimals of a share are too few to tell small scores apart among many thousand accounts.
    ``exact``: every account served as a source; else ``sources`` of them did, drawn with ``seed``, and both are
    estimates scaled up to all.
    """

    score: Floats
    routes: Floats
    exact: bool
    sources: int
    seed: int


def betweenness(graph: Graph, *, sample: int | None = None, seed: int = 0) -> Betweenness:
    """Betweenness of every account over distinct directed pairs, self-transfers left out.

    Without ``sample``: exact while the work (sources that differ, times distinct pairs) stays within ``EXACT_WORK``;
    above, as many sources are drawn as fit. With ``sample``: that many sources (all of them when there are no more
    accounts). Sources are drawn without replacement by ``numpy.random.Generator(PCG64(seed))`` from the sorted
    accounts, so the result depends on nothing but the graph and the seed. Raises ``UsageError`` when ``sample`` is
    below 1 or ``seed`` below 0.
    """
    n = len(graph.accounts)
    if sample is not None and sample < 1:
        raise UsageError("A sample needs at least one account.", hint="Leave it out for the exact result.")
    if seed < 0:
        raise UsageError("A seed is a whole number from 0.")
    twin = _twins(graph)
    number = np.bincount(twin, minlength=n)
    if sample is None:
        pairs = max(1, len(graph.out_indices))
        starts = int(((number > 0) & (np.diff(graph.out_indptr) > 0)).sum())
        sample = n if starts * pairs <= EXACT_WORK else max(1, EXACT_WORK // pairs)
    exact = sample >= n
    taken = np.arange(n) if exact else np.sort(np.random.Generator(np.random.PCG64(seed)).choice(n, sample, False))
    times = np.bincount(twin[taken], minlength=n)
    times[np.diff(graph.out_indptr) == 0] = 0  # who never pays starts no route
    keep = (number > 0)[np.repeat(np.arange(n), np.diff(graph.out_indptr))] & (number > 0)[graph.out_indices]
    raw = dependencies(*_kept(graph, keep), np.flatnonzero(times), size=number, times=times[times > 0])
    raw *= n / max(1, len(taken))
    return Betweenness(
        score=np.round(raw / max(1, (n - 1) * (n - 2)), DIGITS),
        routes=np.round(raw, 6),
        exact=exact,
        sources=len(taken),
        seed=seed,
    )


def _kept(graph: Graph, keep: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """The CSR arrays with only the arcs that ``keep`` marks."""
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(keep, dtype=np.int64)))
    return before[graph.out_indptr], graph.out_indices[keep]


def _twins(graph: Graph) -> Ints:
    """For each account the first account that stands for it; shape ``(accounts,)``.

    Accounts that only pay, and pay the same others, start the same routes; accounts that only receive, and from the
    same others, end the same routes. One of each kind is searched for all of them, which changes no result: none of
    them lies between two others. Statements are full of such accounts (the buyers, the shops), so that most graphs
    shrink to the accounts that pass money on.
    """
    n = len(graph.accounts)
    indptr, indices = graph.out_indptr, graph.out_indices
    debtors = np.repeat(np.arange(n, dtype=np.int64), np.diff(indptr))
    order = np.lexsort((debtors, indices))
    in_indptr = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.bincount(indices, minlength=n), dtype=np.int64)))
    twin = np.arange(n, dtype=np.int64)
    for starts, others, opposite in ((indptr, indices, in_indptr), (in_indptr, debtors[order], indptr)):
        first: dict[bytes, int] = {}
        for i in np.flatnonzero((np.diff(starts) > 0) & (np.diff(opposite) == 0)).tolist():
            twin[i] = first.setdefault(others[starts[i] : starts[i + 1]].tobytes(), i)
    return twin
