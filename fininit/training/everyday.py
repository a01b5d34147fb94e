"""Everyday life: what most lines of most statements are."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final

from fininit.training.fiction import Phone
from fininit.training.money import DAYS, MONTHS, Account, Amount, Bank, Book, Kind, Payment, month_start, workday
from fininit.training.people import Firms, People, Services

_BANKS: Final[tuple[Bank, ...]] = ("A", "B", "A", "C", "A", "B", "A", "B", "C", "A")

NOTES: Final = ("DINNER", "CONCERT", "FUEL SHARE", "BIRTHDAY", "WEEKEND", "GROCERIES", "TRIP", "BOOK CLUB", "THANK YOU")


@dataclass(slots=True, eq=False)
class Household:
    """One person whose statement is among the files, and what is particular to them."""

    account: Account
    salary: int
    employer: Account
    landlord: Account
    friends: list[Account]
    services: Services
    phone: Phone | None = None
    uses_app: bool = False
    uses_coins: bool = False


@dataclass
class TopUp:
    """A payment whose note names a phone: the payer's account and the number are tied by that row."""

    payment: Payment
    phone: Phone


@dataclass
class Notes:
    """Payments whose notes name a phone, collected for the answer key."""

    tops: list[TopUp] = field(default_factory=list)


def top_up(
    book: Book,
    notes: Notes,
    payer: Account,
    firm: Account | None,
    phone: Phone,
    day: int,
    minute: int,
    units: int,
    *,
    words: str = "PREPAID TOP UP",
    local: bool = False,
    plant: str = "",
    network: str = "",
) -> None:
    """A payment to a phone company or a site, with the number it is for in the note. ``local``: without country code,
    where the number is of the country of the banks."""
    written = phone.national if local and phone.region == "DE" else phone.e164
    note = f"{words} {written}"
    book.pay(
        workday(day), minute, payer, firm, units, "card", note, plant, network,
        then=lambda p: notes.tops.append(TopUp(p, phone)),
    )  # fmt: skip


def households(people: People, firms: Firms, count: int) -> list[Household]:
    """Persons with a job, a flat and friends."""
    rng = people.rng
    made = []
    for n in range(count):
        person = people.person("third_party")
        salary = rng.randrange(1_650_00, 4_400_00, 5_00)
        account = people.account(
            person, _BANKS[n % len(_BANKS)], records=True, opening=rng.randrange(250_00, 7_000_00, 1_37)
        )
        friends = [people.account(people.person("third_party", person.town)) for _ in range(rng.randint(6, 8))]
        job, flat, online = rng.choice(firms.employers), rng.choice(firms.landlords), rng.choice(firms.services)
        home = Household(account, salary, job, flat, friends, online)
        home.phone = people.phone("DE") if n % 3 == 0 else None
        home.uses_app, home.uses_coins = n % 2 == 1, n % 5 == 2
        made.append(home)
    return made


def live(book: Book, notes: Notes, firms: Firms, home: Household, rng: random.Random) -> None:
    """Six months of a household."""
    life = _Life(book, firms, home.account, rng)
    rent = home.salary * rng.randint(24, 33) // 10_000 * 100
    fixed = [
        (home.landlord, rent, "standing order", "RENT"),
        (rng.choice(firms.power), rng.randrange(42_00, 130_00, 50), "direct debit", "POWER AND GAS"),
        (rng.choice(firms.telecom), rng.randrange(15_99, 49_99, 1_00), "direct debit", "MOBILE AND INTERNET"),
        (rng.choice(firms.insurers), rng.randrange(18_50, 95_00, 25), "direct debit", "INSURANCE"),
        (rng.choice(firms.online), rng.choice((7_99, 9_99, 12_99, 17_99)), "card", "SUBSCRIPTION"),
    ]
    due = [rng.randint(0, 9) for _ in fixed]
    payday = rng.randint(24, 27)
    for month, length in enumerate(MONTHS):
        first = month_start(month)
        book.pay(
            workday(first + payday),
            300,
            home.employer,
            home.account,
            home.salary,
            "salary",
            f"SALARY {month + 1:02}/2026",
        )
        for (payee, units, kind, note), day in zip(fixed, due, strict=True):
            life.pay(first + day, 360, payee, units, note, kind)  # type: ignore[arg-type]
        life.month(first, length, rng.randint(24, 31))
        for _ in range(rng.randint(1, 3)):
            life.pay(
                first + rng.randrange(length),
                _evening(rng),
                rng.choice(home.friends),
                _round(rng, 10, 60),
                rng.choice(NOTES),
            )
        for _ in range(rng.randint(1, 2)):
            day, friend = first + rng.randrange(length), rng.choice(home.friends)
            book.pay(day, _evening(rng), friend, home.account, _round(rng, 8, 70), "transfer", rng.choice(NOTES))
        _now_and_then(book, firms, home, rng, first, length)
        if home.phone is not None:
            top_up(
                book,
                notes,
                home.account,
                firms.telecom[0],
                home.phone,
                first + rng.randrange(length),
                rng.randint(500, 1200),
                15_00,
                local=month % 2 == 1,
            )


def _now_and_then(book: Book, firms: Firms, home: Household, rng: random.Random, first: int, length: int) -> None:
    """What a household does in some months: a night in a hotel, something sold through a board, the app, coins."""

    def pay(to: Account | None, units: int, note: str, kind: Kind) -> None:
        book.pay(workday(first + rng.randrange(length)), 700, home.account, to, units, kind, note)

    if rng.random() < 0.4:
        pay(rng.choice([h for hotels in firms.hotels.values() for h in hotels]), _round(rng, 60, 190), "STAY", "card")
    if rng.random() < 0.3:
        pay(home.services.board, rng.choice((3_00, 6_00, 12_00)), "LISTING FOR SALE", "card")
    if home.uses_app:
        pay(home.services.app, _round(rng, 10, 80), "APP TOP UP", "transfer")
        day = first + rng.randrange(length)
        book.pay(day, 480, home.services.app, home.account, _round(rng, 10, 120), "transfer", "APP PAYOUT")
    if home.uses_coins:
        pay(home.services.exchange, _round(rng, 20, 150), "COIN SAVINGS", "transfer")


class _Life:
    """What an account pays in shops and machines."""

    def __init__(self, book: Book, firms: Firms, account: Account, rng: random.Random) -> None:
        self.book, self.firms, self.account, self.rng = book, firms, account, rng
        town = account.party.town
        here = firms.shops[town] or [shop for shops in firms.shops.values() for shop in shops]
        # Everybody has a few shops to go to, and hardly ever another one.
        self.usual = rng.sample(here, min(len(here), rng.randint(4, 8)))

    def pay(self, day: int, minute: int, to: Account, units: int, note: str, kind: Kind = "transfer") -> None:
        """A payment out of the account; what a bank books on working days only is booked on the next one."""
        day = workday(day) if kind in ("standing order", "direct debit", "card") else day
        self.book.pay(day, minute, self.account, to, units, kind, note)

    def month(self, first: int, length: int, times: int) -> None:
        """Shops and cash machines of one month."""
        rng = self.rng
        for _ in range(times):
            day, minute = first + rng.randrange(length), rng.randint(8 * 60, 20 * 60)
            share = rng.random()
            if share < 0.06:
                machine = (
                    f"ATM {rng.randint(11, 39)} {self.account.party.town.upper()} {minute // 60:02}.{minute % 60:02}"
                )
                withdraw(self.book, self.account, day, minute, rng.choice((50_00, 100_00, 150_00)), machine)
            elif share < 0.14:
                self.pay(day, minute, rng.choice(self.firms.online), rng.randrange(9_90, 89_00, 10), "ORDER")
            else:
                self.pay(day, minute, rng.choice(self.usual), rng.randrange(2_20, 68_00), "CARD PURCHASE", "card")


def machine(number: int, town: str, minute: int) -> str:
    """How a note names a cash machine: number, town, local time."""
    return f"ATM {number} {town.upper()} {minute // 60:02}.{minute % 60:02}"


def withdraw(
    book: Book,
    account: Account,
    day: int,
    minute: int,
    units: Amount,
    place: str,
    plant: str = "",
    network: str = "",
) -> None:
    """Cash out of a machine."""
    payment = book.pay(day, minute, account, None, units, "cash out", place, plant, network)
    payment.other_name = place.rpartition(" ")[0]


def _evening(rng: random.Random) -> int:
    return rng.randint(9 * 60, 22 * 60)


def _round(rng: random.Random, low: int, high: int) -> int:
    return rng.randint(low, high) * 1_00


def shopping(book: Book, firms: Firms, account: Account, rng: random.Random, times: int) -> None:
    """Six months of shopping with an account that has no household behind it."""
    life = _Life(book, firms, account, rng)
    for month, length in enumerate(MONTHS):
        life.month(month_start(month), length, times)


def fees(book: Book, accounts: list[Account]) -> None:
    """The bank's monthly charge on every account of a bank that states one."""
    for account in accounts:
        if account.records and account.bank in ("A", "B"):
            for month, length in enumerate(MONTHS):
                last = month_start(month) + length - 1
                if last < DAYS:
                    note = f"ACCOUNT FEE {month + 1:02}/2026"
                    book.pay(last, 23 * 60 + 50, account, None, 4_90 if account.bank == "A" else 3_50, "fee", note)
