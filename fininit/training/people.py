"""Who lives in a scene: parties, their accounts and phones, and the firms that everybody pays."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final, Literal

from fininit.training.fiction import Names, Phone, Phones, email, iban, tag, wallet
from fininit.training.money import Account, Bank, Party, Role

BANKS: Final[dict[Bank, tuple[str, ...]]] = {
    "A": ("99010000",),
    "B": ("99020000",),
    "C": ("99030000",),
    "other": ("99050000", "99060000", "99070000", "99080000"),
}
"""Bank codes. Returns of A, B and C are among the files; of the others there is none."""

APP: Final = "app:cashapp"


def stream(scenario: str, seed: int, part: str) -> random.Random:
    """The random numbers of one part of a scene, so that a change to one part leaves the others as they are."""
    return random.Random(f"{scenario}/{seed}/{part}")


class People:
    """Makes parties and accounts and keeps them in the order they were made."""

    def __init__(self, rng: random.Random, towns: int) -> None:
        self.rng = rng
        self.names = Names(rng)
        self.phones = Phones(rng)
        self.towns = self.names.towns(towns)
        self.parties: list[Party] = []
        self.accounts: list[Account] = []
        self._numbers: set[tuple[str, int]] = set()

    def person(self, role: Role = "unknown", town: str = "") -> Party:
        """A new person."""
        return self._party(self.names.person(), "person", role, town)

    def firm(self, trade: str, role: Role = "third_party", town: str = "") -> Party:
        """A new firm of a trade."""
        return self._party(self.names.firm(f"{trade} {town}".strip()), "firm", role, town)

    def _party(self, name: str, kind: Literal["person", "firm"], role: Role, town: str) -> Party:
        party = Party(
            f"party:{len(self.parties) + 1:05d}",
            name,
            kind,
            role,
            town or self.rng.choice(self.towns),
            self.names.street(),
            email(name),
        )
        self.parties.append(party)
        return party

    def account(
        self,
        party: Party,
        bank: Bank = "other",
        *,
        records: bool = False,
        opening: int = 0,
        position: str = "",
        network: str = "",
    ) -> Account:
        """A bank account of a party, its number new."""
        code = self.rng.choice(BANKS[bank])
        number = self.rng.randrange(10**9, 10**10)
        while (code, number) in self._numbers:
            number = self.rng.randrange(10**9, 10**10)
        self._numbers.add((code, number))
        text = iban(code, number)
        return self._add(Account(f"iban:{text}", text, bank, party, records, opening, opening, position, network))

    def app(self, party: Party, *, records: bool = True, position: str = "", network: str = "") -> Account:
        """A payment-app account of a party."""
        handle = f"${tag(party.name)}"
        return self._add(Account(f"{APP}:{handle}", handle, "app", party, records, 0, 0, position, network))

    def wallet(self, party: Party, *, position: str = "", network: str = "") -> Account:
        """A wallet of a party on the made-up test network."""
        address = wallet(self.rng)
        return self._add(Account(f"eth:{address}", address, "chain", party, position=position, network=network))

    def _add(self, account: Account) -> Account:
        self.accounts.append(account)
        return account

    def phone(self, region: str) -> Phone:
        """A number that nobody else has."""
        return self.phones.take(region)


@dataclass(frozen=True, slots=True, eq=False)
class Services:
    """What one pays online: the company behind the boards, the client account of the payment app, a coin exchange.

    A large scene has several of each. If all networks of a scene used one, it alone would tie them together.
    """

    board: Account
    app: Account
    exchange: Account


@dataclass
class Firms:
    """Those whom everybody pays. None of their statements is among the files."""

    employers: list[Account] = field(default_factory=list)
    shops: dict[str, list[Account]] = field(default_factory=dict)
    online: list[Account] = field(default_factory=list)
    power: list[Account] = field(default_factory=list)
    telecom: list[Account] = field(default_factory=list)
    insurers: list[Account] = field(default_factory=list)
    landlords: list[Account] = field(default_factory=list)
    hotels: dict[str, list[Account]] = field(default_factory=dict)
    services: list[Services] = field(default_factory=list)
    acquirer: Account | None = None
    remitter: Account | None = None
    tax: Account | None = None
    bank: Account | None = None


_SHOPS: Final = ("Market", "Bakery", "Pharmacy", "Fuel", "Cafe", "Kiosk", "Drugstore", "Bistro", "Hardware", "Books")
_EMPLOYERS: Final = ("Logistics", "Works", "Clinic", "Systems", "Foods", "Print", "Schools", "Transit")

BOARDS: Final = (("board-one", "DE"), ("board-two", "US"), ("board-three", "GB"))
"""The sites of the listings and the region whose numbers are written there without country code."""


def firms(people: People, size: float) -> Firms:
    """The firms of a scene of some size."""

    def some(count: float, least: int) -> int:
        return max(least, round(count * size))

    rng, made = people.rng, Firms()
    made.employers = [people.account(people.firm(rng.choice(_EMPLOYERS))) for _ in range(some(48, 4))]
    shops = some(280, 12)
    made.shops = {town: [] for town in people.towns}
    for n in range(shops):
        town = people.towns[n % len(people.towns)]
        made.shops[town].append(people.account(people.firm(_SHOPS[n // len(people.towns) % len(_SHOPS)], town=town)))
    made.online = [people.account(people.firm("Online Shop")) for _ in range(some(30, 3))]
    made.power = [people.account(people.firm("Energy")) for _ in range(some(8, 2))]
    made.telecom = [people.account(people.firm("Telecom")) for _ in range(some(6, 2))]
    made.insurers = [people.account(people.firm("Insurance")) for _ in range(some(10, 2))]
    towns = [people.towns[n % len(people.towns)] for n in range(some(60, 3))]
    made.landlords = [people.account(people.firm("Housing", town=town)) for town in towns]
    made.hotels = {town: [people.account(people.firm("Hotel", town=town))] for town in people.towns}
    for _ in range(some(1, 1)):
        kinds = ("Classified Boards", "Payment App", "Coin Exchange")
        made.services.append(Services(*(people.account(people.firm(kind)) for kind in kinds)))
    made.acquirer = people.account(people.firm("Card Acquirer"))
    made.remitter = people.account(people.firm("Money Transfer"))
    made.tax = people.account(people.firm("Tax Office"))
    made.bank = people.account(people.firm("Savings Bank"))
    return made
