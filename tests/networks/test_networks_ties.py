"""Ties between accounts that pay each other nowhere, and what they do to groups and their order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from fininit.graph.betweenness import betweenness
from fininit.graph.build import Graph, build
from fininit.graph.communities import communities
from fininit.networks.find import Networks, find
from fininit.networks.ties import listed, ties, weighted
from fininit.schema import LINKS, TRANSFERS


def transfers(*pairs: tuple[str, str]) -> pl.DataFrame:
    rows = [
        {
            "transfer_id": f"t:{n}", "debtor_account": a, "creditor_account": b, "amount": Decimal(10),
            "currency": "EUR", "booking_date": date(2026, 1, 1), "rows": 1, "how": "one-side",
        }
        for n, (a, b) in enumerate(pairs)
    ]  # fmt: skip
    return TRANSFERS.conform(pl.DataFrame(rows))


def link(kind: str, a_kind: str, a: str, b_kind: str, b: str, **more: Any) -> dict[str, Any]:
    said = {"link_id": f"link:{kind}{a}{b}", "reason": "made up", "strength": Decimal(1), "recovered": False, "rows": 1}
    return said | {"kind": kind, "a_kind": a_kind, "a": a, "b_kind": b_kind, "b": b} | more


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    types = {n: t for n, t in LINKS.polars().items() if any(n in r for r in rows)}
    return LINKS.conform(pl.DataFrame(list(rows), schema=types)) if rows else LINKS.empty()


def star(middle: str, leaves: int) -> list[tuple[str, str]]:
    return [(f"{middle}{n}", middle) for n in range(leaves)]


STARS = transfers(*star("a", 9), *star("b", 2), *star("c", 40), ("c", "a"))
"""Two small groups in a larger world, joined to it by one payment: alone, modularity would keep them apart."""

INSTRUMENT = link("instrument", "account", "a", "account", "b")


def groups(moved: pl.DataFrame, links: pl.DataFrame) -> tuple[Graph, Networks]:
    graph = build(moved)
    found = communities(graph, ties=weighted(graph, ties(links)))
    return graph, find(graph, found, betweenness(graph), moved, links)


def test_a_linked_account_is_a_tie() -> None:
    assert ties(table(INSTRUMENT)).rows() == [("a", "b", Decimal(1))]
    assert ties(table(INSTRUMENT | {"a": "b", "b": "a"})).rows() == [("a", "b", Decimal(1))]


def test_a_shared_phone_ties_by_its_weaker_link_and_a_crowded_one_does_not() -> None:
    def phone(specificity: str) -> pl.DataFrame:
        return table(
            link("subscriber", "identifier", "phone:1", "account", "a", specificity=Decimal(specificity)),
            link(
                "note",
                "identifier",
                "phone:1",
                "account",
                "b",
                strength=Decimal("0.7"),
                specificity=Decimal(specificity),
            ),
        )

    assert ties(phone("1")).rows() == [("a", "b", Decimal("0.7"))]
    assert ties(phone("0.1")).height == 0


def test_a_party_with_capacities_in_two_accounts_is_a_tie_and_a_listing_is_none() -> None:
    held = table(link("capacity", "account", "a", "party", "p"), link("capacity", "account", "b", "party", "p"))
    assert ties(held).rows() == [("a", "b", Decimal(1))]
    advertised = table(*(link("chain", "listing", "l", "account", x, via="phone:1") for x in "ab"))
    assert ties(advertised).height == 0 and listed(advertised).height == 2


def test_a_tie_weighs_what_the_smaller_account_moves() -> None:
    graph = build(transfers(*star("a", 6), *star("b", 2)))
    u, v, weight = weighted(graph, ties(table(INSTRUMENT)))
    assert ({graph.accounts[u[0]], graph.accounts[v[0]]}, weight.tolist()) == ({"a", "b"}, [2])
    elsewhere = table(link("instrument", "account", "a", "account", "nobody paid this one"))
    assert weighted(graph, ties(elsewhere))[2].tolist() == []


def test_ties_join_what_payments_leave_apart() -> None:
    _, apart = groups(STARS, table())
    _, joined = groups(STARS, table(INSTRUMENT))
    assert (apart.table["accounts"].to_list(), joined.table["accounts"].to_list()) == ([41, 10, 3], [41, 13])
    reasons = dict(joined.reasons.filter(pl.col("network") == "N2").select("reason_code", "value").iter_rows())
    assert reasons["ties-inside"] == "1" and "ties-inside" not in set(apart.reasons["reason_code"])


def test_the_group_that_listings_lead_to_comes_first_whatever_moves_in_others() -> None:
    moved = transfers(*star("a", 9), *star("b", 3))
    _, plain = groups(moved, table())
    assert plain.table["transfers"].to_list() == [9, 3] and plain.table["listings"].to_list() == [0, 0]
    chains = [link("chain", "listing", f"l{n}", "account", "b", via="phone:1") for n in range(2)]
    other = link("chain", "listing", "l9", "account", "nobody", via="phone:1")
    _, found = groups(moved, table(*chains, other))
    assert found.table["transfers"].to_list() == [3, 9] and found.table["listings"].to_list() == [2, 0]
    first = found.reasons.filter(pl.col("network") == "N1")
    assert first.row(0)[:3] == ("N1", "listings-linked", "2 of 3")


def test_a_group_that_only_ties_hold_together_is_not_said_to_pay() -> None:
    _, found = groups(transfers(("a", "a"), ("b", "b")), table(INSTRUMENT))
    assert found.table["accounts"].to_list() == [2] and found.table["transfers"].to_list() == [0]
    said = dict(found.reasons.select("reason_code", "value").iter_rows())
    assert said == {"payments-inside": "0", "inside-share": "0 of 0", "ties-inside": "1", "self-transfers": "2"}


def test_among_equals_the_name_outside_decides() -> None:
    moved = transfers(("a", "b"), ("c", "d"), ("e", "f"))
    graph = build(moved)
    called = pl.Series([{"a": "z", "b": "y", "c": "x", "d": "w", "e": "v", "f": "u"}[a] for a in graph.accounts])
    found = find(graph, communities(graph), betweenness(graph), moved, None, called)
    assert found.members["account"].to_list() == ["e", "f", "c", "d", "a", "b"]
