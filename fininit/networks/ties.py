"""Accounts that belong together by links rather than by payments: what joins them in one group beside the transfers.

A linked bank account, a phone, an address or a device that a record states for two accounts, a party with a capacity in
both. Each such tie weighs as much as the transfers of the account of the two that has fewer, times the strength of the
link: as if everything that this account moves were moved with the other one. It is a lead like every group.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fininit.graph.build import Graph
from fininit.linking.weights import LEAST

Ints = NDArray[np.int64]

TIES = {"a": pl.String(), "b": pl.String(), "strength": pl.Decimal(38, 18)}


def ties(links: pl.DataFrame) -> pl.DataFrame:
    """Pairs of accounts tied by ``links`` (``schema.LINKS``): ``a`` < ``b`` and the ``strength`` of the strongest tie;
    sorted. An identifier that too many share (specificity below ``linking.weights.LEAST``) ties nothing."""
    direct = links.filter(pl.col("kind") == "instrument").select("a", "b", "strength")
    held = links.filter((pl.col("a_kind") == "identifier") & (pl.col("b_kind") == "account"))
    held = held.filter(pl.col("specificity").fill_null(1) >= LEAST).select(by="a", account="b", strength="strength")
    party = links.filter(pl.col("kind") == "capacity").select(by="b", account="a", strength="strength")
    shared = pl.concat([held, party]).group_by("by", "account").agg(pl.col("strength").max())
    other = shared.rename({"account": "b", "strength": "second"})
    pairs = shared.rename({"account": "a"}).join(other, on="by").filter(pl.col("a") != pl.col("b"))
    pairs = pairs.select("a", "b", strength=pl.min_horizontal("strength", "second"))
    both = pl.concat([direct, pairs]).filter(pl.col("a") != pl.col("b"))
    low, high = pl.min_horizontal("a", "b"), pl.max_horizontal("a", "b")
    found = both.select(a=low, b=high, strength="strength").group_by("a", "b").agg(pl.col("strength").max())
    return found.sort("a", "b").select(pl.col(n).cast(t) for n, t in TIES.items())


def weighted(graph: Graph, found: pl.DataFrame) -> tuple[Ints, Ints, Ints]:
    """``(u, v, weight)`` of the ties between accounts of ``graph``, for ``graph.communities``; weights >= 1."""
    u, v, transfers = graph.pairs
    size = len(graph.accounts)
    busy = np.bincount(u, transfers, size) + np.bincount(v, transfers, size)
    rows = [
        (graph.position[a], graph.position[b], strength)
        for a, b, strength in found.iter_rows()
        if a in graph.position and b in graph.position
    ]
    made = [(x, y, _weight(strength, int(min(busy[x], busy[y])))) for x, y, strength in rows]
    columns = np.array(made, np.int64).reshape(-1, 3)
    return columns[:, 0], columns[:, 1], columns[:, 2]


def _weight(strength: Decimal, transfers: int) -> int:
    return max(1, int((strength * transfers).to_integral_value(ROUND_HALF_EVEN)))


def listed(links: pl.DataFrame) -> pl.DataFrame:
    """Which listings lead to which accounts, and through what: ``account``, ``listing``, ``via``; sorted."""
    chains = links.filter(pl.col("kind") == "chain").select(account="b", listing="a", via="via")
    return chains.unique().sort("account", "listing", "via")
