"""Wallets on a made-up test network, and what moves between them. Amounts in 10**-18 of a coin that does not exist."""

from __future__ import annotations

import random
from typing import Final

from fininit.training.fiction import tx_hash
from fininit.training.money import DAYS, Account, Book, Party, Payment, Then
from fininit.training.people import People

COIN: Final = "tETH"
DECIMALS: Final = 18

WEI_PER_CENT: Final = 4_100_000_000_000
"""The made-up price: 2439.02… euros a coin, the same on every day."""


def path(people: People, dealer: Party, owner: Party, name: str) -> list[Account]:
    """The exchange's wallet, the one that is bought to, one in between, and two at the end."""
    return [
        people.wallet(dealer),
        *(people.wallet(owner, position=p, network=name) for p in ("layer", "layer", "cash-out", "cash-out")),
    ]


def buy(book: Book, wallets: list[Account], rng: random.Random) -> Then:
    """What follows a payment to the exchange: coins to the first wallet, and on from there."""
    exchange, first, between, *ends = wallets
    seed = rng.getrandbits(64)

    def bought(paid: Payment) -> None:
        own = random.Random(seed)
        wei = paid.units * WEI_PER_CENT - own.randrange(10**12, 10**13)
        hops = (
            (exchange, first, 1, 0),
            (first, between, 2, own.randrange(10**12)),
            (between, own.choice(ends), 4, own.randrange(10**13)),
        )
        for debtor, creditor, days, less in hops:
            wei -= less
            _move(book, own, debtor, creditor, wei, paid.day + days, "chain", paid.network, paid.movement)

    return bought


def noise(book: Book, people: People, rng: random.Random, count: int) -> list[Account]:
    """Other people's wallets and transactions."""
    made = [people.wallet(people.person("third_party")) for _ in range(max(4, count // 3))]
    for _ in range(count):
        debtor, creditor = rng.sample(made, 2)
        _move(book, rng, debtor, creditor, rng.randrange(10**15, 3 * 10**18), rng.randrange(DAYS), "", "", "")
    return made


def _move(
    book: Book,
    rng: random.Random,
    debtor: Account,
    creditor: Account,
    wei: int,
    day: int,
    plant: str,
    name: str,
    movement: str,
) -> None:
    payment = Payment(
        day, rng.randrange(1440), debtor, creditor, wei, "chain", "", plant, name,
        movement=movement, asset=COIN, decimals=DECIMALS, shown="chain", tx_hash=tx_hash(rng),
    )  # fmt: skip
    # A transfer on the chain in twenty-five fails and costs its fee only.
    payment.status = "failed" if not plant and rng.random() < 0.04 else "booked"
    payment.fee = rng.randrange(2 * 10**13, 9 * 10**13)
    book.plan(payment)
