"""The planted network: accounts in the names of potential victims, operated by a controller, and what lies behind them.

Buyers pay in the evening; in the morning nearly all of it goes on to a mule's account; the mules pass it to a firm that
gives events, to cash machines and to an exchange; the firm pays two companies abroad. The sizes of payments, the hours
and the rhythm follow what published indicators describe (FinCEN 2014 and 2020, FINTRAC 2016, AUSTRAC 2022: many payers
in a price band, evenings and nights, rapid turnover, one person topping up several phones, short stays in several
places). Roles are the truth of the scene; no return states them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final

from fininit.training import wallets
from fininit.training.everyday import Household, Notes, machine, shopping, top_up, withdraw
from fininit.training.fiction import Phone
from fininit.training.money import DAYS, MONTHS, Account, Bank, Book, Party, Payment, Role, Shown, month_start, workday
from fininit.training.people import BOARDS, Firms, People, Services

NOTES: Final = ("THANKS", "AS AGREED", "EVENING", "TICKET", "GIFT", "FOR FRIDAY", "SEE YOU", "MEETING", "DEPOSIT")
PRICES: Final = (60_00, 80_00, 80_00, 100_00, 100_00, 100_00, 120_00, 150_00, 150_00, 180_00, 200_00, 250_00, 300_00)

_VICTIM_BANKS: Final[tuple[Bank, ...]] = ("A", "B", "A", "A", "C", "B", "A", "B")
_MULE_BANKS: Final[tuple[Bank, ...]] = ("A", "B", "B", "A", "B")


@dataclass(frozen=True, slots=True)
class Share:
    """An amount that depends on the balance: so many per cent of what is above ``keep``, in whole steps."""

    share: int
    keep: int
    least: int
    most: int = 10**12
    step: int = 1_00

    def __call__(self, balance: int) -> int:
        units = min((balance - self.keep) * self.share // 100, self.most) // self.step * self.step
        return units if units >= self.least else 0


@dataclass(eq=False)
class Victim:
    """A potential victim: somebody in whose name an account runs and listings are placed. Adult, as all are here."""

    party: Party
    account: Account
    mule: Account
    buyers: list[Account]
    phones: list[Phone]
    alias: str
    stays: list[tuple[int, str]]
    """First day and town of each stay."""

    app: Account | None = None

    def town(self, day: int) -> str:
        """Where the listings of a day place them."""
        return [place for first, place in self.stays if first <= day][-1]


@dataclass(eq=False)
class Network:
    """One planted network with all that belongs to it."""

    id: str
    controllers: list[Account]
    victims: list[Victim]
    mules: list[Account]
    firm: Account
    companies: list[Account]
    buyers: list[Account]
    phones: list[Phone]
    services: Services
    apps: list[Account] = field(default_factory=list)
    wallets: list[Account] = field(default_factory=list)

    @property
    def members(self) -> list[Account]:
        """The accounts that payments tie together."""
        core = [*self.controllers, *(w.account for w in self.victims), *self.mules, self.firm, *self.companies]
        return [*core, *self.buyers]


def network(people: People, firms: Firms, homes: list[Household], number: int, scale: float) -> Network:
    """The people and accounts of a network. ``scale`` is at most 1."""
    rng, name = people.rng, f"NET-{number}"

    def some(full: int, least: int) -> int:
        return max(least, round(full * scale))

    def member(position: str, bank: Bank, role: Role, opening: int = 0, trade: str = "") -> Account:
        party = people.firm(trade, role) if trade else people.person(role)
        records = bank != "other"
        return people.account(party, bank, records=records, opening=opening, position=position, network=name)

    controllers = [member("controller", "B", "controller", 1_900_00), member("controller", "A", "controller", 1_900_00)]
    mules = [member("mule", _MULE_BANKS[n % 5], "facilitator", rng.randrange(40_00, 200_00)) for n in range(some(5, 2))]
    firm = member("front", "B", "facilitator", 2_400_00, "Events")
    companies = [member("cash-out", "other", "facilitator", trade=trade) for trade in ("Trading Ltd", "Consult Ltd")]
    count = some(8, 4)
    phones = [people.phone(BOARDS[n % 3][1] if n % 2 else "DE") for n in range(count + 1)]
    victims, buyers = [], []
    for n in range(count):
        opening = rng.randrange(5_00, 90_00)
        account = member("collector", _VICTIM_BANKS[n % len(_VICTIM_BANKS)], "potential_victim", opening)
        own = [member("buyer", "other", "buyer") for _ in range(14 + round(18 * scale))]
        buyers += own
        stays, day = [], 0
        while day < DAYS:
            stays.append((day, rng.choice(people.towns)))
            day += rng.randint(9, 26)
        # Two share the last number, as happens where one person answers for several.
        mine = [phones[n], phones[-1]] if n < 2 else [phones[n]]
        victims.append(Victim(account.party, account, mules[n % len(mules)], own, mine, people.names.given(), stays))
    free = [home for home in homes if not home.account.network]
    for home in rng.sample(free, min(len(free), round(7 * scale**1.5))):
        home.account.party.role, home.account.position, home.account.network = "buyer", "buyer", name
        rng.choice(victims).buyers.append(home.account)
        buyers.append(home.account)
    online = firms.services[(number - 1) % len(firms.services)]
    made = Network(name, controllers, victims, mules, firm, companies, buyers, phones, online)
    _apps(people, made)
    return made


def _apps(people: People, made: Network) -> None:
    """App accounts: of two or three victims (their exports are returns), a controller and a mule (subpoena only)."""
    for victim in made.victims[: max(2, len(made.victims) // 3)]:
        victim.app = people.app(victim.party, position="collector", network=made.id)
        made.apps.append(victim.app)
    for account in (made.controllers[0], made.mules[0]):
        made.apps.append(people.app(account.party, position=account.position, network=made.id))
    made.wallets = wallets.path(people, made.services.exchange.party, made.controllers[1].party, made.id)


def act(book: Book, notes: Notes, firms: Firms, people: People, made: Network, rng: random.Random, nights: int) -> None:
    """Six months of a network, with so many busy nights a week."""
    for victim in made.victims:
        _evenings(book, made, victim, rng, nights)
        _spending(book, notes, firms, made, victim, rng)
    for mule in made.mules:
        _pass_on(book, firms, made, mule, rng)
    _firm(book, firms, made, rng)
    _controllers(book, notes, firms, made, rng)
    for n, victim in enumerate(w for w in made.victims if w.app is not None):
        _app(book, people, made, victim, rng, 18 + 4 * n)


def _evenings(book: Book, made: Network, victim: Victim, rng: random.Random, nights: int) -> None:
    """Payments of an evening, cash paid in now and then, and the sweep of the next morning."""
    for week in range(DAYS // 7 + 1):
        for weekday in sorted(rng.sample(range(7), nights)):
            day = 7 * week + weekday
            for _ in range(rng.choice((1, 1, 2, 2, 3))):
                # A few come back often, most once or twice; now and then one goes to somebody else's account.
                pool = victim.buyers if rng.random() > 0.07 else made.buyers
                buyer = pool[min(int(rng.random() ** 1.6 * len(pool)), len(pool) - 1)]
                minute = rng.randint(18 * 60, 23 * 60 + 40)
                units, note = rng.choice(PRICES), rng.choice(NOTES)
                book.pay(day, minute, buyer, victim.account, units, "transfer", note, "buyer", made.id)
            if victim.account.bank != "C" and rng.random() < 0.2:
                note = f"CASH PAID IN ATM {rng.randint(41, 69)} {victim.town(day).upper()}"
                units = rng.randrange(200_00, 820_00, 10_00)
                minute = rng.randint(20 * 60, 23 * 60)
                book.pay(day, minute, None, victim.account, units, "cash in", note, "cash in", made.id)
            way = rng.random()
            to = victim.mule if way < 0.75 else rng.choice(made.mules if way < 0.85 else made.controllers)
            keep, share = rng.randrange(5_00, 45_00), rng.randint(90, 99)
            sweep = Share(share, keep, 30_00)
            dawn = rng.randint(5 * 60, 9 * 60)
            book.pay(day + 1, dawn, victim.account, to, sweep, "transfer", "RENT SHARE", "sweep", made.id)


def _spending(book: Book, notes: Notes, firms: Firms, made: Network, victim: Victim, rng: random.Random) -> None:
    """What is left for daily things, and the listings paid for with the card."""
    for week in range(DAYS // 7):
        day = 7 * week + rng.randrange(7)
        shops = firms.shops[victim.town(day)] or firms.online
        book.pay(
            workday(day), 900, victim.account, rng.choice(shops), rng.randrange(3_00, 24_00), "card", "CARD PURCHASE"
        )
        if week % 3 == 0:
            units = rng.choice((3_00, 12_00, 24_00))
            top_up(
                book, notes, victim.account, made.services.board, victim.phones[0], day, 600, units,
                words="LISTING TEL", local=week % 6 == 3, plant="listing fee", network=made.id,
            )  # fmt: skip


def _pass_on(book: Book, firms: Firms, made: Network, mule: Account, rng: random.Random) -> None:
    """A mule's account: in, and out again within a day or two, in several directions."""
    for day in range(1, DAYS):
        if rng.random() > 0.45:
            continue
        minute, way = rng.randint(10 * 60, 15 * 60), rng.random()
        if way < 0.52:
            to, note = made.firm, f"TICKETS {rng.randint(100, 999)}"
            share = Share(rng.randint(70, 95), 20_00, 50_00)
        elif way < 0.62:
            place = machine(rng.randint(41, 69), rng.choice(sorted(firms.shops)), minute)
            withdraw(book, mule, day, minute, Share(90, 10_00, 100_00, 500_00, 50_00), place, "cash out", made.id)
            continue
        elif way < 0.84:
            to, note = rng.choice(made.controllers), "LOAN BACK"
            share = Share(rng.randint(40, 70), 20_00, 50_00)
        elif way < 0.90 and len(made.mules) > 1:
            to, note = rng.choice([m for m in made.mules if m is not mule]), "SPLIT"
            share = Share(rng.randint(40, 80), 20_00, 50_00)
        else:
            to, note = made.services.exchange, f"COIN ORDER {rng.randint(1000, 9999)}"
            share = Share(rng.randint(50, 90), 20_00, 100_00, 900_00)
        then = wallets.buy(book, made.wallets, rng) if to is made.services.exchange else None
        payment = book.pay(day, minute, mule, to, share, "transfer", note, "layer", made.id, then)
        if then is not None:
            payment.movement = f"{made.id}-X{day:03}{made.mules.index(mule)}"


def _firm(book: Book, firms: Firms, made: Network, rng: random.Random) -> None:
    """The firm pays invoices of two companies, a hotel, and a wage to a controller."""
    towns = sorted(firms.hotels)
    for day in range(4, DAYS, 4):
        to = made.companies[(day // 4) % 2]
        minute, share = rng.randint(11 * 60, 16 * 60), Share(rng.randint(60, 85), 250_00, 150_00)
        note = f"INVOICE {200 + day}"
        book.pay(workday(day), minute, made.firm, to, share, "transfer", note, "cash-out", made.id)
    for day in range(9, DAYS, 15):
        hotel = rng.choice(firms.hotels[rng.choice(towns)])
        units = rng.randrange(120_00, 320_00, 10_00)
        book.pay(workday(day), 17 * 60, made.firm, hotel, units, "card", "STAY", "hotel", made.id)
    for month in range(len(MONTHS)):
        day = workday(month_start(month) + 27)
        book.pay(day, 9 * 60, made.firm, made.controllers[0], 650_00, "salary", "WAGE", "wage", made.id)


def _controllers(book: Book, notes: Notes, firms: Firms, made: Network, rng: random.Random) -> None:
    """One controller tops up every phone of the network; both live well."""
    payer = made.controllers[0]
    for n, phone in enumerate(made.phones):
        for month in range(len(MONTHS)):
            top_up(
                book, notes, payer, firms.telecom[0], phone, month_start(month) + 2 + n % 9,
                11 * 60 + n, 20_00, local=month % 3 == 2, plant="top up", network=made.id,
            )  # fmt: skip
    for controller in made.controllers:
        shopping(book, firms, controller, rng, 4)


def _app(book: Book, people: People, made: Network, victim: Victim, rng: random.Random, regulars: int) -> None:
    """Payments through the app, some of them never completed, and what is paid out to the bank account each week."""
    app = victim.app
    assert app is not None
    payers = [people.names.person() for _ in range(regulars)]
    receive(book, app, payers, rng, 3, "buyer", made.id)
    pay_out(book, made.services.app, app, victim.account, rng, made.id)


def receive(
    book: Book, app: Account, payers: list[str], rng: random.Random, weekly: int, plant: str, name: str
) -> None:
    """Payments from persons whom the app knows by name."""
    for week in range(DAYS // 7):
        for _ in range(rng.randint(1, weekly)):
            day, minute = 7 * week + rng.randrange(7), rng.randint(17 * 60, 23 * 60 + 50)
            note = rng.choice(NOTES).capitalize()
            payment = book.pay(day, minute, None, app, rng.choice(PRICES), "p2p", note, plant, name)
            payment.other_name = rng.choice(payers)
            chance = rng.random()
            payment.status = "failed" if chance < 0.04 else "pending" if chance < 0.06 else "booked"


def pay_out(
    book: Book,
    client: Account,
    app: Account,
    bank: Account,
    rng: random.Random,
    name: str,
    every: int = 7,
    shown: Shown = "returns",
) -> None:
    """What is paid out of the app, and its arrival at the bank the day after: two legs of one movement.

    ``client``: the app's own account, from which the bank is paid.
    """

    def arrive(leg: Payment) -> None:
        note = f"APP PAYOUT {leg.movement[-5:]}"
        credit = book.pay(leg.day + 1, 8 * 60, client, bank, leg.units, "transfer", note, leg.plant, name)
        credit.movement = leg.movement

    for n, day in enumerate(range(6, DAYS - 1, every)):
        minute, fee, plant = rng.randint(8 * 60, 11 * 60), rng.choice((0, 0, 75, 1_50)), "pay-out" if name else ""
        leg = book.pay(day, minute, app, None, Share(100, fee, 20_00), "app cash out", "", plant, name, arrive)
        leg.fee, leg.shown = fee, shown
        leg.movement = f"{app.number.removeprefix('$')}-{n:05}"
