"""The payment app: whose accounts there are, their phones, e-mails, devices and linked bank accounts.

The exports of some accounts are returns; of the others only the answer to a subpoena speaks. No payment stands in both,
because one record-keeper's two papers would otherwise be counted twice by whoever reads only one of them well.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from fininit.training.everyday import Household
from fininit.training.fiction import Phone, email, ip
from fininit.training.money import DAYS, Account, Book
from fininit.training.neighbours import Neighbours
from fininit.training.network import NOTES, PRICES, Network, pay_out, receive
from fininit.training.people import Firms, People


@dataclass(eq=False)
class Device:
    """A device seen with an account: its name, the address it came from, first and last day."""

    name: str
    address: str
    first: int
    last: int


@dataclass(eq=False)
class Subscriber:
    """What the app knows of one account. ``export``: its activity is among the returns."""

    account: Account
    phone: Phone
    email: str
    created: int
    bank: Account
    devices: list[Device]
    export: bool


def subscribers(
    book: Book,
    firms: Firms,
    people: People,
    homes: list[Household],
    networks: list[Network],
    near: Neighbours,
    rng: random.Random,
) -> list[Subscriber]:
    """The subscribers, with payments planned for those that have none so far."""
    made: list[Subscriber] = []
    number = 0

    def device() -> str:
        nonlocal number
        number += 1
        return f"device-{number:04}"

    def add(account: Account, phone: Phone, bank: Account, devices: list[str], *, export: bool) -> None:
        seen = []
        for name in devices:
            first = rng.randrange(20)
            seen.append(Device(name, ip(rng), first, rng.randrange(DAYS - 20, DAYS)))
        name = account.party.name
        host = rng.choice(("example.org", "example.net", "example.com"))
        account.party.email = email(name, host)
        made.append(Subscriber(account, phone, account.party.email, rng.randrange(30, 400), bank, seen, export))

    for net in networks:
        shared = [device(), device()]
        for n, victim in enumerate(v for v in net.victims if v.app is not None):
            assert victim.app is not None
            add(victim.app, victim.phones[0], victim.account, [device(), shared[n % 2]], export=True)
        others = [a for a in net.apps if a not in [v.app for v in net.victims]]
        for account, bank, devices in zip(
            others, (net.controllers[0], net.mules[0]), (shared, [device()]), strict=True
        ):
            add(account, people.phone("DE"), bank, devices, export=False)
            _direct(book, people, net.services.app, account, bank, rng, "buyer", net.id, 3)
    add(near.worker_app, near.worker_phone, near.worker, [device()], export=True)
    add(near.driver_app, near.driver_phone, near.driver, [device()], export=False)
    _direct(book, people, firms.services[0].app, near.driver_app, near.driver, rng, "", "", 5)
    for home in homes[:: max(4, len(homes) // 6)]:
        app = people.app(home.account.party)
        add(app, home.phone or people.phone("DE"), home.account, [device()], export=True)
        payers = [people.names.person() for _ in range(8)]
        receive(book, app, payers, rng, 2, "", "")
        pay_out(book, home.services.app, app, home.account, rng, "", every=30)
    return made


def _direct(
    book: Book,
    people: People,
    client: Account,
    app: Account,
    bank: Account,
    rng: random.Random,
    plant: str,
    name: str,
    weekly: int,
) -> None:
    """Payments between app accounts that only the subpoena return shows, and their way to the bank."""
    payers = [people.app(people.person("buyer" if plant else "third_party"), records=False) for _ in range(12)]
    for payer in payers:
        payer.position, payer.network = plant, name
    for week in range(DAYS // 7):
        for _ in range(rng.randint(1, weekly)):
            day, minute = 7 * week + rng.randrange(7), rng.randint(15 * 60, 1439)
            note = rng.choice(NOTES).capitalize()
            payment = book.pay(day, minute, rng.choice(payers), app, rng.choice(PRICES), "p2p", note, plant, name)
            payment.shown = "subpoena"
            payment.status = "failed" if rng.random() < 0.03 else "booked"
    pay_out(book, client, app, bank, rng, name, every=14, shown="subpoena")
