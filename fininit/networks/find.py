"""Networks: groups of connected accounts, ranked by counts that anyone can recount. Leads, not findings.

A network is a community (see ``fininit.graph.communities``) with at least two accounts of which the records say whose
they are: the sides that a statement leaves open (scheme ``unknown``) and the servicer's own fees (scheme ``fee``)
belong to the network of the account they hang on and never make one.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from fininit.graph.betweenness import Betweenness
from fininit.graph.build import Graph, require_accounts
from fininit.graph.communities import Communities
from fininit.graph.totals import totals
from fininit.identifiers.account import FEE, UNKNOWN
from fininit.networks.ties import listed, ties
from fininit.schema import LINKS

OPEN = (f"{UNKNOWN}:", f"{FEE}:")
"""Beginnings of the accounts that do not count towards a network: the ledger makes one for each statement account."""

REASONS = (
    "listings-linked",
    "payments-inside",
    "inside-share",
    "repeated-pairs",
    "largest-pair",
    "both-ways",
    "ties-inside",
    "self-transfers",
)
"""Codes of the reasons, in the order they are listed for each network (see :class:`Networks`)."""

TABLE = {
    "network": pl.String(),
    "accounts": pl.Int64(),
    "transfers": pl.Int64(),
    "listings": pl.Int64(),
    "first": pl.Date(),
    "last": pl.Date(),
    "most_between": pl.String(),
}

REASON_COLUMNS = {
    "network": pl.String(),
    "reason_code": pl.String(),
    "value": pl.String(),
    "debtor_account": pl.String(),
    "creditor_account": pl.String(),
}


@dataclass(frozen=True, eq=False)
class Networks:
    """Networks and what they rest on. Every frame is in the order of the networks (N1, N2, ... N10).

    ``table``: one row each. ``network``: N1, N2, ... ranked by the listings that lead to its members (most first), then
    transfers inside (most first), accounts (most first), smallest account id. ``accounts``: members. ``transfers``:
    payments from one member to another one. ``listings``: different listings that lead to a member by a link.
    ``first``, ``last``: booking dates of those. ``most_between``: the member with the most routes through it (the
    smallest id among equals), null when no route passes through any.

    ``members``: ``network``, ``account``; sorted by account within a network.

    ``totals``: ``network``, ``currency``, ``transfers``, ``amount`` of the payments inside, exact, by currency.

    ``border``: ``network``, ``direction`` (``in``: paid by an account outside to a member; ``out``: the other way),
    ``currency``, ``transfers``, ``amount``. What one network pays another is ``out`` here and ``in`` there.

    ``reasons``: ``network``, ``reason_code``, ``value`` (text, never a cell value), ``debtor_account`` and
    ``creditor_account`` (null but for ``largest-pair``), why the group is shown; ``repeated-pairs``, ``largest-pair``
    and ``both-ways`` only where members pay each other:

    * ``listings-linked``: "31 of 52", listings that lead to members, of all that lead to any account; only where there
      are any.
    * ``payments-inside``: "812", payments between members.
    * ``inside-share``: "812 of 900", how many of all payments with a member at either end stay inside.
    * ``repeated-pairs``: "35 of 120", how many of the pairs (debtor, creditor) that paid inside did so more than once.
    * ``largest-pair``: "57 of 812", payments of the pair with the most of them; the smallest ids among equals.
    * ``both-ways``: "4 of 116", how many of the connected couples paid each other in both directions.
    * ``ties-inside``: "9", pairs of members that a link ties (``fininit.networks.ties``); only where there are any.
    * ``self-transfers``: "3", payments of members to themselves, in no other number here; only where there are any.
    """

    table: pl.DataFrame
    members: pl.DataFrame
    totals: pl.DataFrame
    border: pl.DataFrame
    reasons: pl.DataFrame


def find(
    graph: Graph,
    communities: Communities,
    betweenness: Betweenness,
    transfers: pl.DataFrame,
    links: pl.DataFrame | None = None,
    called: pl.Series | None = None,
) -> Networks:
    """The networks among ``communities``.

    ``links`` (``fininit.schema.LINKS``): for the listings that lead to members, and the ties between them.

    ``called``: what the accounts of ``graph`` are called outside, in their order. It decides among equals, wherever ids
    do here, so that the order of pseudonymised networks says nothing about accounts.

    ``transfers`` is the frame that ``graph`` was built from (columns of ``fininit.schema.TRANSFERS``); the order of its
    rows does not matter. Raises ``UsageError`` when an account of it is not in the graph, ``FininitError`` when an
    exact sum does not fit the ledger's decimals.
    """
    require_accounts(graph, transfers)
    groups = _groups(graph, communities, called)
    moved = _moved(groups, transfers)
    inside = moved.filter((pl.col("from") == pl.col("to")) & ~pl.col("itself"))
    links = LINKS.empty() if links is None else links
    joined = _joined_by(groups, links)
    names = _ranked(groups, inside, joined)
    sums = _named(names, totals(inside.rename({"from": "group"}), ["group", "currency"]), ["currency"])
    crossing = moved.filter(pl.col("from").ne_missing(pl.col("to")))
    border = pl.concat(
        crossing.drop_nulls(end).select(
            pl.col(end).alias("group"), pl.lit(word).alias("direction"), "currency", "amount", "booking_date"
        )
        for end, word in (("to", "in"), ("from", "out"))
    )
    by = ["group", "direction", "currency"]
    return Networks(
        table=_table(graph, betweenness, groups, names),
        members=_named(names, groups, ["account"]).select("network", "account"),
        totals=sums.select("network", "currency", "transfers", "amount"),
        border=_named(names, totals(border, by), by[1:]).select("network", *by[1:], "transfers", "amount"),
        reasons=_reasons(names, groups, moved, inside, joined),
    )


def _groups(graph: Graph, communities: Communities, called: pl.Series | None) -> pl.DataFrame:
    """``account``, ``called``, ``position``, ``group`` (label) of the accounts in communities that are networks."""
    accounts = pl.Series("account", graph.accounts, dtype=pl.String)
    outside = (accounts if called is None else called).rename("called")
    frame = pl.DataFrame([accounts, outside, pl.Series("group", communities.label, dtype=pl.Int64)])
    stated = ~pl.any_horizontal(pl.col("account").str.starts_with(scheme) for scheme in OPEN)
    return (
        frame.with_row_index("position")
        .cast({"position": pl.Int64})
        .filter(stated.sum().over("group") >= 2)
        .sort("position")
    )


def _moved(groups: pl.DataFrame, transfers: pl.DataFrame) -> pl.DataFrame:
    """The transfers with the group at each end: ``from``, ``to`` (null outside every network), and ``itself``."""
    ends = groups.lazy().select("account", "group")
    return (
        transfers.lazy()
        .select("debtor_account", "creditor_account", "currency", "amount", "booking_date")
        .join(ends.rename({"group": "from"}), left_on="debtor_account", right_on="account", how="left")
        .join(ends.rename({"group": "to"}), left_on="creditor_account", right_on="account", how="left")
        .with_columns((pl.col("debtor_account") == pl.col("creditor_account")).alias("itself"))
        .collect()
    )


@dataclass(frozen=True)
class _Joined:
    """By group: different listings that lead to it and pairs of members that are tied; ``all``: listings that lead to
    any account."""

    listings: pl.DataFrame
    ties: pl.DataFrame
    all: int


def _joined_by(groups: pl.DataFrame, links: pl.DataFrame) -> _Joined:
    member = groups.select("account", "group")
    listing = listed(links)
    leads = listing.join(member, on="account").group_by("group").agg(pl.col("listing").n_unique().alias("listings"))
    pairs = ties(links).join(member.rename({"account": "a"}), on="a")
    pairs = pairs.join(member.rename({"account": "b", "group": "other"}), on="b")
    pairs = pairs.filter(pl.col("group") == pl.col("other"))
    tied = pairs.group_by("group").agg(pl.len().cast(pl.Int64).alias("ties"))
    return _Joined(leads.with_columns(pl.col("listings").cast(pl.Int64)), tied, listing["listing"].n_unique())


def _ranked(groups: pl.DataFrame, inside: pl.DataFrame, joined: _Joined) -> pl.DataFrame:
    """One row per network in its order: ``group``, ``network``, ``rank``, ``accounts``, ``transfers``, ``first``,
    ``last``."""
    paid = inside.group_by(pl.col("from").alias("group")).agg(
        pl.len().cast(pl.Int64).alias("transfers"),
        pl.col("booking_date").min().alias("first"),
        pl.col("booking_date").max().alias("last"),
    )
    return (
        groups.group_by("group")
        .agg(pl.len().cast(pl.Int64).alias("accounts"), pl.col("called").min().alias("smallest"))
        .join(paid, on="group", how="left")
        .join(joined.listings, on="group", how="left")
        .with_columns(pl.col("listings", "transfers").fill_null(0))
        .sort("listings", "transfers", "accounts", "smallest", descending=[True, True, True, False])
        .with_row_index("rank", offset=1)
        .with_columns(pl.format("N{}", "rank").alias("network"))
        .drop("smallest")
    )


def _named(names: pl.DataFrame, frame: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """``frame`` with ``network`` for its ``group``, in the order of the networks, then ``by``."""
    return frame.join(names.select("group", "rank", "network"), on="group").sort("rank", *by)


def _table(graph: Graph, betweenness: Betweenness, groups: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    routes = betweenness.routes[groups["position"].to_numpy()]
    through = groups.with_columns(pl.Series("routes", routes, dtype=pl.Float64)).filter(pl.col("routes") > 0)
    top = (
        through.sort("group", "routes", "called", descending=[False, True, False])
        .unique("group", keep="first", maintain_order=True)
        .select("group", pl.col("account").alias("most_between"))
    )
    return names.join(top, on="group", how="left").sort("rank").select(pl.col(c).cast(t) for c, t in TABLE.items())


def _reasons(
    names: pl.DataFrame, groups: pl.DataFrame, moved: pl.DataFrame, inside: pl.DataFrame, joined: _Joined
) -> pl.DataFrame:
    pairs = inside.group_by("from", "debtor_account", "creditor_account").agg(pl.len().alias("count"))
    ends = ("debtor_account", "creditor_account")
    couple = (pl.min_horizontal(ends).alias("a"), pl.max_horizontal(ends).alias("b"))
    couples = pairs.group_by("from", *couple).agg(pl.len().alias("directions"))
    known = pairs
    for end in ends:
        known = known.join(groups.select(pl.col("account").alias(end), pl.col("called").alias(f"{end}_called")), on=end)
    largest = (
        known.sort("from", "count", *(f"{end}_called" for end in ends), descending=[False, True, False, False])
        .unique("from", keep="first", maintain_order=True)
        .select("count", *ends, group="from")
    )
    crossing = moved.filter(pl.col("from").ne_missing(pl.col("to")))
    counted = names.join(largest, on="group", how="left")
    for name, frame, group in (
        ("sent", crossing, "from"),
        ("got", crossing, "to"),
        ("itself", moved.filter("itself"), "from"),
        ("pairs", pairs, "from"),
        ("repeated", pairs.filter(pl.col("count") > 1), "from"),
        ("couples", couples, "from"),
        ("both", couples.filter(pl.col("directions") > 1), "from"),
    ):
        number = frame.drop_nulls(group).group_by(pl.col(group).alias("group")).agg(pl.len().cast(pl.Int64).alias(name))
        counted = counted.join(number, on="group", how="left").with_columns(pl.col(name).fill_null(0))
    counted = counted.join(joined.ties, on="group", how="left").with_columns(pl.col("ties").fill_null(0))
    nobody = pl.lit(None, dtype=pl.String)
    values = {
        "listings-linked": pl.format("{} of {}", "listings", pl.lit(joined.all)),
        "ties-inside": pl.format("{}", "ties"),
        "payments-inside": pl.format("{}", "transfers"),
        "inside-share": pl.format("{} of {}", "transfers", pl.sum_horizontal("transfers", "sent", "got")),
        "repeated-pairs": pl.format("{} of {}", "repeated", "pairs"),
        "largest-pair": pl.format("{} of {}", "count", "transfers"),
        "both-ways": pl.format("{} of {}", "both", "couples"),
        "self-transfers": pl.format("{}", "itself"),
    }
    only_if = {"listings-linked": "listings", "ties-inside": "ties", "self-transfers": "itself"}
    # A group that only ties hold together has no payments inside to speak of.
    only_if |= dict.fromkeys(("repeated-pairs", "largest-pair", "both-ways"), "transfers")
    rows = [
        counted.filter(pl.col(only_if[code]) > 0 if code in only_if else pl.lit(value=True)).select(
            "rank",
            pl.lit(order).alias("order"),
            "network",
            pl.lit(code).alias("reason_code"),
            values[code].alias("value"),
            *(pl.col(c) if code == "largest-pair" else nobody.alias(c) for c in ends),
        )
        for order, code in enumerate(REASONS)
    ]
    return pl.concat(rows).sort("rank", "order").select(pl.col(c).cast(t) for c, t in REASON_COLUMNS.items())
