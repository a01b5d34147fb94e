"""A whole scene in memory: people, payments, listings, the app's subscribers, and which trace is planted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fininit.training import ads, apps, everyday, neighbours, network, wallets
from fininit.training.ads import Listing
from fininit.training.apps import Subscriber
from fininit.training.everyday import Household, TopUp
from fininit.training.fifo import Traced, trace
from fininit.training.money import Account, Book, Payment
from fininit.training.neighbours import Neighbours
from fininit.training.network import Network
from fininit.training.people import People, firms, stream


@dataclass(eq=False)
class World:
    """Everything that is true in a scene."""

    scenario: str
    seed: int
    size: float
    people: People
    homes: list[Household]
    networks: list[Network]
    near: Neighbours
    payments: list[Payment]
    top_ups: list[TopUp]
    listings: list[Listing]
    subscribers: list[Subscriber]
    traces: list[Traced]


def build(scenario: str, seed: int, size: float) -> World:
    """A world of the scenario ``apartments``. The same three arguments give the same world."""
    towns = max(3, round(8 * min(size, 4) ** 0.5))
    people = People(stream(scenario, seed, "people"), towns)
    trades = firms(people, size)
    homes = everyday.households(people, trades, max(16, round(186 * size)))
    scale = min(1.0, size) ** 0.5
    networks = [network.network(people, trades, homes, n, scale) for n in range(1, max(1, round(size)) + 1)]
    near = neighbours.neighbours(people)
    book, notes = Book(), everyday.Notes()
    neighbours.act(book, notes, trades, people, near, homes, networks, stream(scenario, seed, "neighbours"))
    for net in networks:
        rng = stream(scenario, seed, net.id)
        network.act(book, notes, trades, people, net, rng, 3 if scale > 0.5 else 2)
    rng = stream(scenario, seed, "everyday")
    for home in homes:
        everyday.live(book, notes, trades, home, rng)
    rng = stream(scenario, seed, "app")
    subscribers = apps.subscribers(book, trades, people, homes, networks, near, rng)
    wallets.noise(book, people, stream(scenario, seed, "chain"), max(12, round(120 * size)))
    everyday.fees(book, people.accounts)
    payments = book.settle()
    lawful = [(home.account.party, home.phone) for home in homes if home.phone is not None]
    made = ads.listings(people, networks, near, lawful, stream(scenario, seed, "listings"), size)
    return World(
        scenario, seed, size, people, homes, networks, near, payments, notes.tops, made, subscribers,
        _traces(people.accounts, payments, networks[0]),
    )  # fmt: skip


# --- the planted traces

MANY: Final = 60
"""Payments tried as the start of the first trace."""


def followed(accounts: list[Account]) -> list[Account]:
    """The accounts whose own one-sided statement is among the returns, with its opening balance."""
    return [a for a in accounts if a.records and a.bank in ("A", "B")]


def _traces(accounts: list[Account], payments: list[Payment], net: Network) -> list[Traced]:
    """``TR-1`` from a single payment of a buyer, ``TR-2`` from all that was paid into one account.

    The single payment is one whose money stays among the network's accounts until it leaves the records, and passes
    through as many of them as any that was tried: small enough to be checked by hand.
    """
    known = followed(accounts)
    ids, mine = {a.id for a in known}, {a.id for a in net.members}
    flows = [p for p in payments if p.shown == "returns"]
    near = [p for p in flows if any(a is not None and a.id in mine for a in (p.debtor, p.creditor))]
    inside = [a for a in known if a.id in mine]
    bought = [p for p in near if p.plant == "buyer" and p.moves and p.creditor is not None and p.creditor.id in ids]
    payers = {p.debtor.id for p in flows if p.debtor is not None}

    def closed(found: Traced) -> bool:
        """No other account of which there are records was reached, nor one that anybody's records show paying."""
        reached = {p.creditor.id for p, _ in found.portions if p.creditor is not None}
        return not any(a in ids - mine or a in payers - ids for a in reached)

    tried = [trace("TR-1", near, [p], inside) for p in bought[len(bought) // 4 :: max(1, len(bought) // MANY)]]
    best = max(tried, key=lambda t: (closed(t), len(t.portions), t.start[0][0].id))
    first = trace("TR-1", flows, [best.start[0][0]], known)
    victim = next(v.account for v in net.victims if v.account.id in ids)
    return [first, trace("TR-2", flows, [p for p in flows if p.creditor is victim], known, victim.id)]


Progress = Callable[[str, int, int], None]
"""Called with what is being done, how far, and how much there is."""
