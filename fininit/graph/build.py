"""From transfers to a graph: sorted accounts as numbers, one edge per debtor, creditor and currency, CSR arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fininit.errors import FininitError, UsageError
from fininit.graph.totals import totals

if TYPE_CHECKING:
    import networkx as nx

Ints = NDArray[np.int64]

NETWORKX_LIMIT = 100_000
"""Edges up to which the graph is handed over as networkx objects, which take about 1 KB each."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Accounts and what they paid each other.

    ``accounts``: account ids, sorted; everywhere below an account is its position in this tuple.
    ``edges``: one row per debtor, creditor and currency, sorted by them: ``debtor`` and ``creditor`` (Int64
    positions), ``currency``, ``transfers`` (count), ``amount`` (Decimal(38, 18), exact sum), ``first`` and ``last``
    (booking dates).
    ``self_transfers``: how many transfers go from an account to itself. They stay in ``edges`` and are left out of the
    arrays below, and so of routes and communities.
    """

    accounts: tuple[str, ...]
    edges: pl.DataFrame
    self_transfers: int

    @cached_property
    def position(self) -> dict[str, int]:
        """Account id -> its position in ``accounts``."""
        return {account: i for i, account in enumerate(self.accounts)}

    @cached_property
    def _arcs(self) -> tuple[Ints, Ints]:
        pairs = (
            self.edges.filter(pl.col("debtor") != pl.col("creditor"))
            .select("debtor", "creditor")
            .unique()
            .sort("debtor", "creditor")
        )
        return pairs["debtor"].to_numpy(), pairs["creditor"].to_numpy()

    @cached_property
    def out_indptr(self) -> Ints:
        """CSR row starts over distinct directed pairs, shape ``(accounts + 1,)``: whom account ``i`` paid stands in
        ``out_indices[out_indptr[i]:out_indptr[i + 1]]``."""
        counts = np.bincount(self._arcs[0], minlength=len(self.accounts))
        return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))

    @property
    def out_indices(self) -> Ints:
        """CSR columns, ascending within a row: the creditors of each debtor, each once, itself left out."""
        return self._arcs[1]

    @cached_property
    def pairs(self) -> tuple[Ints, Ints, Ints]:
        """Who is connected with whom, whatever the direction: ``(u, v, transfers)`` with ``u < v``, each pair once,
        sorted. ``transfers`` counts both directions and all currencies, since amounts of different currencies do not
        add up."""
        low, high = pl.min_horizontal("debtor", "creditor"), pl.max_horizontal("debtor", "creditor")
        pairs = (
            self.edges.filter(pl.col("debtor") != pl.col("creditor"))
            .group_by(low.alias("u"), high.alias("v"))
            .agg(pl.col("transfers").sum())
            .sort("u", "v")
        )
        return pairs["u"].to_numpy(), pairs["v"].to_numpy(), pairs["transfers"].to_numpy()

    def to_networkx(
        self, transfers: pl.DataFrame | None = None, *, limit: int = NETWORKX_LIMIT
    ) -> nx.MultiDiGraph[str]:
        """The graph for people who work with networkx: nodes are account ids, repeated payments are kept.

        With ``transfers`` (the frame the graph was built from, or a part of it) one edge per transfer, its key the
        ``transfer_id``, with ``amount`` (Decimal), ``currency`` and ``booking_date``. Without it one edge per debtor,
        creditor and currency, its key the currency, with ``amount``, ``currency``, ``transfers``, ``first``, ``last``.
        Self-transfers are in it. Raises ``FininitError`` above ``limit`` edges, ``UsageError`` when a transfer's
        account is not in the graph.
        """
        count = self.edges.height if transfers is None else transfers.height
        if count > limit:
            raise FininitError(
                f"{count:,} edges are too many for networkx (limit {limit:,}).",
                hint="Narrow the transfers by date or to the accounts of one network, leave out the single transfers, "
                "or raise the limit if memory allows (about 1 KB an edge).",
                code="graph-too-large",
            )
        import networkx as nx

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        graph.add_nodes_from(self.accounts)
        if transfers is None:
            for debtor, creditor, currency, number, amount, first, last in self.edges.iter_rows():
                graph.add_edge(
                    self.accounts[debtor],
                    self.accounts[creditor],
                    key=currency,
                    amount=amount,
                    currency=currency,
                    transfers=number,
                    first=first,
                    last=last,
                )
            return graph
        require_accounts(self, transfers)
        columns = ["debtor_account", "creditor_account", "booking_date", "transfer_id", "amount", "currency"]
        for debtor, creditor, date, transfer, amount, currency in transfers.select(columns).sort(columns).iter_rows():
            graph.add_edge(debtor, creditor, key=transfer, amount=amount, currency=currency, booking_date=date)
        return graph


def require_accounts(graph: Graph, transfers: pl.DataFrame) -> None:
    """Raises ``UsageError`` unless every account of ``transfers`` is in ``graph``."""
    ends = pl.concat([transfers["debtor_account"], transfers["creditor_account"]]).unique()
    if not graph.position.keys() >= set(ends.to_list()):
        raise UsageError(
            "These transfers have accounts that are not in the graph.",
            hint="Build the graph from the same transfers (or from more of them).",
            code="other-graph",
        )


def build(transfers: pl.DataFrame) -> Graph:
    """The graph of ``transfers`` (columns of ``fininit.schema.TRANSFERS``). The order of the rows does not matter.

    Raises ``FininitError`` when an exact sum does not fit the ledger's decimals.
    """
    accounts = pl.concat([transfers["debtor_account"], transfers["creditor_account"]]).unique().sort()
    numbered = pl.DataFrame({"account": accounts}).with_row_index("position").cast({"position": pl.Int64})
    edges = totals(
        transfers.lazy()
        .select("debtor_account", "creditor_account", "currency", "amount", "booking_date")
        .join(numbered.lazy().rename({"position": "debtor"}), left_on="debtor_account", right_on="account")
        .join(numbered.lazy().rename({"position": "creditor"}), left_on="creditor_account", right_on="account")
        .collect(),
        ["debtor", "creditor", "currency"],
    )
    itself = edges.filter(pl.col("debtor") == pl.col("creditor"))
    return Graph(tuple(accounts.to_list()), edges, int(itself["transfers"].sum()))
