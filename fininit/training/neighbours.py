"""Lawful lives that look alike in places: the scene has to give a reader something to be wrong about.

A sex worker on their own: many payers in a price band and listings, but no sweep, one phone, rent and tax. A landlord:
rent from many, some of it for flats that the network uses. A driver: small payments at night from many. A remitting
family: several pay one, who pays a money remitter. A small firm with late hours: card takings, wages, tax.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from fininit.training.everyday import Household, Notes, shopping, top_up
from fininit.training.fiction import Phone
from fininit.training.money import DAYS, MONTHS, Account, Book, Kind, month_start, workday
from fininit.training.network import NOTES, PRICES, Network, Share, pay_out, receive
from fininit.training.people import Firms, People


@dataclass(eq=False)
class Neighbours:
    """The five, with what listings and the answer key need of them."""

    worker: Account
    worker_app: Account
    worker_phone: Phone
    worker_alias: str
    landlord: Account
    driver: Account
    driver_app: Account
    driver_phone: Phone
    family: list[Account]
    studio: Account
    studio_phone: Phone

    @property
    def accounts(self) -> list[tuple[str, Account]]:
        """Each account with the kind of life it belongs to."""
        kinds = [("sex-worker", self.worker), ("sex-worker", self.worker_app), ("landlord", self.landlord)]
        kinds += [("driver", self.driver), ("driver", self.driver_app), ("small-firm", self.studio)]
        return kinds + [("remitting-family", account) for account in self.family]


def neighbours(people: People) -> Neighbours:
    """The five and their accounts."""
    worker, driver = people.person("third_party"), people.person("third_party")
    family = [people.person("third_party") for _ in range(4)]
    return Neighbours(
        worker=people.account(worker, "A", records=True, opening=2_150_00),
        worker_app=people.app(worker),
        worker_phone=people.phone("DE"),
        worker_alias=people.names.given(),
        landlord=people.account(people.firm("Property"), "B", records=True, opening=6_400_00),
        driver=people.account(driver, "C", records=True, opening=1_310_00),
        driver_app=people.app(driver),
        driver_phone=people.phone("US"),
        family=[people.account(p, b, records=True, opening=900_00) for p, b in zip(family, "ABCA", strict=True)],  # type: ignore[arg-type]
        studio=people.account(people.firm("Beauty Studio"), "B", records=True, opening=5_200_00),
        studio_phone=people.phone("DE"),
    )


def act(
    book: Book,
    notes: Notes,
    firms: Firms,
    people: People,
    made: Neighbours,
    homes: list[Household],
    networks: list[Network],
    rng: random.Random,
) -> None:
    """Their six months."""
    _worker(book, notes, firms, people, made, networks, rng)
    _landlord(book, firms, made, homes, networks, rng)
    _driver(book, notes, firms, people, made, homes, networks, rng)
    _family(book, firms, made, rng)
    _studio(book, notes, firms, people, made, rng)


def _monthly(book: Book, payer: Account, to: Account | None, units: int, day: int, kind: Kind, note: str) -> None:
    assert to is not None
    for month in range(len(MONTHS)):
        book.pay(workday(month_start(month) + day), 6 * 60, payer, to, units, kind, note)


def _worker(
    book: Book,
    notes: Notes,
    firms: Firms,
    people: People,
    made: Neighbours,
    networks: list[Network],
    rng: random.Random,
) -> None:
    clients = [people.account(people.person("third_party")) for _ in range(26)]
    # Two of the network's buyers see them as well: a shared client is no link between the two.
    clients += [b for net in networks[:1] for b in net.victims[0].buyers[6:8]]
    for week in range(DAYS // 7):
        for _ in range(rng.randint(3, 6)):
            day, minute = 7 * week + rng.randrange(7), rng.randint(14 * 60, 23 * 60)
            book.pay(day, minute, rng.choice(clients), made.worker, rng.choice(PRICES), "transfer", rng.choice(NOTES))
        if week % 2 == 0:
            top_up(
                book, notes, made.worker, firms.services[0].board, made.worker_phone, 7 * week + 1, 700, 12_00,
                words="LISTING TEL", local=week % 4 == 2,
            )  # fmt: skip
    _monthly(book, made.worker, firms.landlords[0], 890_00, 1, "standing order", "RENT")
    _monthly(book, made.worker, firms.insurers[0], 214_00, 3, "direct debit", "HEALTH INSURANCE")
    _monthly(book, made.worker, firms.tax, 430_00, 9, "transfer", "INCOME TAX ADVANCE")
    _monthly(book, made.worker, firms.bank, 300_00, 28, "standing order", "SAVINGS PLAN")
    shopping(book, firms, made.worker, rng, 18)
    payers = [people.names.person() for _ in range(14)]
    receive(book, made.worker_app, payers, rng, 3, "", "")
    pay_out(book, firms.services[0].app, made.worker_app, made.worker, rng, "", every=14)


def _landlord(
    book: Book, firms: Firms, made: Neighbours, homes: list[Household], networks: list[Network], rng: random.Random
) -> None:
    for home in rng.sample(homes, min(len(homes), max(2, len(homes) // 16))):
        home.landlord = made.landlord
    tenants = [home.friends[0] for home in homes[:6]]
    for n, tenant in enumerate(tenants):
        for month in range(len(MONTHS)):
            day = workday(month_start(month) + n % 4)
            book.pay(day, 420, tenant, made.landlord, 640_00 + 35_00 * n, "standing order", f"RENT FLAT {n + 1}")
    for net in networks:
        for n, payer in enumerate((net.controllers[0], net.firm)):
            for month in range(len(MONTHS)):
                day, note = workday(month_start(month) + 4 + n), f"RENT FLAT {20 + n}"
                book.pay(day, 620, payer, made.landlord, 540_00, "transfer", note, "flat", net.id)
    _monthly(book, made.landlord, firms.bank, 2_950_00, 5, "standing order", "LOAN INSTALMENT")
    _monthly(book, made.landlord, firms.insurers[-1], 310_00, 8, "direct debit", "BUILDING INSURANCE")
    for day in range(10, DAYS, 17):
        shop = rng.choice(firms.shops[made.landlord.party.town] or firms.online)
        book.pay(workday(day), 800, made.landlord, shop, rng.randrange(40_00, 900_00), "transfer", f"REPAIR {day}")


def _driver(
    book: Book,
    notes: Notes,
    firms: Firms,
    people: People,
    made: Neighbours,
    homes: list[Household],
    networks: list[Network],
    rng: random.Random,
) -> None:
    riders = [people.account(people.person("third_party")) for _ in range(40)]
    riders += [home.account for home in rng.sample(homes, min(len(homes), 5))]
    for week in range(DAYS // 7):
        for _ in range(rng.randint(12, 18)):
            day, minute = 7 * week + rng.randrange(7), rng.choice((rng.randint(18 * 60, 1439), rng.randint(0, 5 * 60)))
            book.pay(day, minute, rng.choice(riders), made.driver, rng.randrange(9_00, 46_00, 50), "transfer", "RIDE")
        fuel = rng.choice(firms.shops[made.driver.party.town] or firms.online)
        book.pay(workday(7 * week + 3), 500, made.driver, fuel, rng.randrange(70_00, 140_00), "card", "FUEL")
    for net in networks:
        for day in range(6, DAYS, 11):
            fare = rng.randrange(18_00, 60_00, 1_00)
            book.pay(day, 1410, net.controllers[1], made.driver, fare, "transfer", "RIDES", "ride", net.id)
    _monthly(book, made.driver, firms.bank, 389_00, 4, "standing order", "CAR LEASE")
    _monthly(book, made.driver, firms.landlords[-1], 720_00, 1, "standing order", "RENT")
    for month in range(len(MONTHS)):
        day = month_start(month) + 6
        top_up(book, notes, made.driver, firms.telecom[-1], made.driver_phone, day, 640, 20_00)
    shopping(book, firms, made.driver, rng, 14)


def _family(book: Book, firms: Firms, made: Neighbours, rng: random.Random) -> None:
    mother, *others = made.family
    for n, account in enumerate(others):
        wage = 1_750_00 + 120_00 * n
        for month in range(len(MONTHS)):
            first = month_start(month)
            job = firms.employers[n % len(firms.employers)]
            book.pay(workday(first + 25), 300, job, account, wage, "salary", f"SALARY {month + 1:02}/2026")
            for day in (workday(first + 2), workday(first + 15)):
                gift = rng.randrange(150_00, 260_00, 5_00)
                book.pay(day, 12 * 60 + n, account, mother, gift, "transfer", "FOR MOTHER")
        shopping(book, firms, account, rng, 16)
    for month in range(len(MONTHS)):
        for day in (4, 17):
            on, note = workday(month_start(month) + day), f"FAMILY ABROAD {month + 1}"
            book.pay(on, 15 * 60, mother, firms.remitter, Share(80, 200_00, 100_00), "transfer", note)
    shopping(book, firms, mother, rng, 8)


def _studio(book: Book, notes: Notes, firms: Firms, people: People, made: Neighbours, rng: random.Random) -> None:
    staff = [people.account(people.person("third_party")) for _ in range(4)]
    for day in range(DAYS):
        if day % 7 != 3:
            takings, note = rng.randrange(180_00, 640_00), f"CARD TAKINGS {day:03}"
            book.pay(day, 23 * 60, firms.acquirer, made.studio, takings, "transfer", note)
    for month in range(len(MONTHS)):
        for n, person in enumerate(staff):
            day = workday(month_start(month) + 25)
            book.pay(day, 200 + n, made.studio, person, 1_480_00 + 60_00 * n, "salary", f"WAGE {month + 1:02}/2026")
        day = month_start(month) + 12
        line = "BUSINESS LINE"
        top_up(book, notes, made.studio, firms.telecom[0], made.studio_phone, day, 650, 25_00, words=line)
    _monthly(book, made.studio, firms.landlords[0], 1_350_00, 2, "standing order", "SHOP RENT")
    _monthly(book, made.studio, firms.tax, 1_240_00, 9, "transfer", "WAGE TAX AND VAT")
    _monthly(book, made.studio, firms.online[0], 260_00, 14, "direct debit", "SUPPLIES")
    shopping(book, firms, made.studio, rng, 6)
