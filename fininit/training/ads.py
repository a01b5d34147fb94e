"""Listings: what is printed in them, how a phone is hidden, how they come again, and the facts of their capture.

The texts are sober and everybody in them is an adult. A network's listings are put together from a few templates, come
again every week and follow the stays; the sex worker on their own writes one; the rest of a board is ordinary.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal

from fininit.training.fiction import Phone
from fininit.training.money import DAYS, START, Party
from fininit.training.neighbours import Neighbours
from fininit.training.network import Network, Victim
from fininit.training.people import BOARDS, People

Style = Literal["plain", "spaced", "spelled", "leet", "keycaps"]

STYLES: Final[tuple[Style, ...]] = ("plain", "spaced", "spelled", "leet", "keycaps")

_WORDS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SHARES: Final = (56, 14, 16, 7, 7)
"""Of a hundred phones in a network's listings, so many in each style."""

_LEET: Final = {"0": "O", "1": "l"}


@dataclass(eq=False)
class Listing:
    """One listing as captured. ``start`` and ``end`` are the offsets of the phone in ``text``."""

    site: str
    region: str
    category: str
    town: str
    title: str
    text: str
    price: str
    posted_at: str
    captured_at: str
    captured_by: str
    captured_with: str
    phone: Phone
    style: Style
    start: int
    end: int
    handle: str
    """Name on a messenger, with its sign."""

    email: str
    party: Party | None
    """Whose account or phone it leads to, where that is anybody in the scene."""

    id: str = ""
    page_sha256: str = ""

    @property
    def url(self) -> str:
        """Where it stood."""
        return f"https://{self.site}.example.org/listing/{self.id}"

    @property
    def node(self) -> str:
        """Its id in the answer key."""
        return f"listing:{self.site}/{self.id}"


def written(phone: Phone, style: Style, region: str, rng: random.Random) -> str:
    """A phone as a listing prints it. What is not plain is written as dialled within the country."""
    groups = phone.local
    digits = "".join(groups)
    if style == "plain":
        international = [f"+{phone.country}", phone.area, *groups[1:]]
        forms = [" ".join(international)]
        if phone.region == region:
            forms += [" ".join(groups), "-".join(groups), f"({groups[0]}) {'-'.join(groups[1:])}"]
            forms += ["/".join(groups)] if region == "DE" else [".".join(groups)]
        return rng.choice(forms)
    if style == "spaced":
        return rng.choice((" ", "-", ".", " * ")).join(digits)
    if style == "spelled":
        some = rng.random() < 0.4  # now and then only a part is in words
        return " ".join(d if some and rng.random() < 0.5 else _WORDS[int(d)] for d in digits)
    if style == "leet":
        return "-".join("".join(_LEET.get(d, d) for d in group) for group in groups)
    return "".join(f"{d}\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}" for d in digits)


_NETWORK: Final = (
    (
        "{alias} in {town}",
        "{alias} is in {town} from today. Calm private flat near the station. Every day from 11:00 until late, also at "
        "the weekend. Call or write {phone}. {price} for one hour.",
    ),
    (
        "New this week: {alias}",
        "New this week in {town}: {alias}. Good company, quiet house, discreet entrance. Open 12:00 to 02:00. "
        "Telephone {phone}. From {price}.",
    ),
    (
        "{town} centre, {alias}",
        "{town}, city centre. {alias} looks forward to your call, day and night. By appointment, hotel possible. "
        "{phone} - ask for {alias}. One hour {price}.",
    ),
)
_AGAIN: Final = ("", "", " Back again.", " Only a few days.", " Till Sunday.", " Same house as before.")
_WORKER: Final = (
    "{alias}, independent",
    "{alias}, independent and on my own, by appointment only. Please write first and say who you are; a deposit "
    "confirms. Own flat in {town}. {phone} or {email}. {price} for one hour.",
)
_OTHERS: Final = (
    ("services", "Van and two hands", "Moving house in {town}? Van with driver, {price} a morning. {phone}."),
    ("lessons", "Piano lessons", "Piano lessons for beginners in {town}, first hour free, then {price}. Ring {phone}."),
    ("rooms", "Room to let", "Room to let in {town}, 14 square metres, {price} a month, from the first. {phone}"),
    ("for sale", "Bicycle", "Bicycle, 28 inch, hardly used, {price}. Collect in {town}. {phone}"),
    (
        "services",
        "Beauty studio",
        "Nails and massage in {town}, open until 22:00, from {price}. Book at {phone}.",
    ),
    ("services", "Night rides", "Rides in and around {town}, also at night, fixed prices from {price}. Call {phone}."),
)
_KNOWN: Final = 48
"""Of the ordinary listings so many may be of the studio and the driver."""

_TOOLS: Final = (("analyst 1", "page saver 2.1"), ("analyst 2", "page saver 2.1"), ("night crawl", "board reader 0.9"))


class Board:
    """Makes listings; :meth:`done` puts them in order and numbers them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.made: list[Listing] = []

    def post(
        self,
        day: int,
        minute: int,
        form: tuple[str, str],
        words: dict[str, str],
        phone: Phone,
        style: Style,
        *,
        more: str = "",
        category: str = "adult services",
        party: Party | None = None,
        handle: str = "",
    ) -> None:
        """One listing, captured a few hours to days after it was posted."""
        rng = self.rng
        # A number that is hidden is written as dialled within the country, so it stands on a board of that country.
        at = next(n for n, (_, region) in enumerate(BOARDS) if region == phone.region)
        if style == "plain" and rng.random() < 0.25:
            at = rng.randrange(len(BOARDS))
        site, region = BOARDS[at]
        shown = written(phone, style, region, rng)
        before, _, after = form[1].partition("{phone}")
        text = before.format(**words) + shown + after.format(**words) + more + (f" Telegram {handle}" if handle else "")
        start = len(before.format(**words))
        posted = datetime.combine(START, time()) + timedelta(days=day, minutes=minute)
        seen = posted + timedelta(hours=rng.randint(2, 70), minutes=rng.randrange(60))
        who, tool = rng.choice(_TOOLS)
        self.made.append(
            Listing(
                site=site,
                region=region,
                category=category,
                town=words["town"],
                title=form[0].format(**words),
                text=text,
                price=words["price"],
                posted_at=f"{posted:%Y-%m-%dT%H:%M:%S}",
                captured_at=f"{seen:%Y-%m-%dT%H:%M:%SZ}",
                captured_by=who,
                captured_with=tool,
                phone=phone,
                style=style,
                start=start,
                end=start + len(shown),
                handle=handle,
                email=words.get("email", ""),
                party=party,
            )
        )

    def done(self) -> list[Listing]:
        """All listings by the time they were posted, with number, address and hash of the page."""
        made = sorted(self.made, key=lambda x: (x.posted_at, x.site, x.text))
        for n, listing in enumerate(made):
            listing.id = f"{20_011 + 7 * n}"
            listing.page_sha256 = hashlib.sha256(f"{listing.url} {listing.text}".encode()).hexdigest()
        return made


def listings(
    people: People,
    networks: list[Network],
    near: Neighbours,
    lawful: list[tuple[Party, Phone]],
    rng: random.Random,
    size: float,
) -> list[Listing]:
    """All listings of a scene. ``lawful``: phones of other account holders, some of whom offer something."""
    board = Board(rng)
    for net in networks:
        for victim in net.victims:
            _victim(board, net, victim)
    for week in range(DAYS // 7):
        party = near.worker.party
        words = {"alias": near.worker_alias, "town": party.town, "price": "160 EUR", "email": party.email}
        day, minute = 7 * week + rng.randrange(7), rng.randint(10 * 60, 20 * 60)
        style: Style = "spaced" if week % 6 == 5 else "plain"
        board.post(day, minute, _WORKER, words, near.worker_phone, style, party=party)
    known: dict[int, tuple[Party | None, Phone | None]] = {
        4: (near.studio.party, near.studio_phone),
        5: (near.driver.party, near.driver_phone),
    }
    for n in range(max(12, round(170 * size))):
        at = n % len(_OTHERS)
        category, title, text = _OTHERS[at]
        who, phone = known.get(at, (None, None)) if n < _KNOWN else (None, None)
        if phone is None and lawful and n % 4 == 0:
            who, phone = lawful[n // 4 % len(lawful)]
        words = {"town": who.town if who else rng.choice(people.towns), "price": f"{rng.randint(2, 40) * 10} EUR"}
        day, minute = rng.randrange(DAYS), rng.randint(8 * 60, 21 * 60)
        phone = phone or people.phone(rng.choice(("DE", "US", "GB")))
        board.post(day, minute, (title, text), words, phone, "plain", category=category, party=who)
    return board.done()


def _victim(board: Board, net: Network, victim: Victim) -> None:
    """The listings of one person: one or two a week, from a template that is sometimes changed for another."""
    rng = board.rng
    usual = rng.randrange(len(_NETWORK))
    handle = f"@{victim.alias.lower()}_{net.id[4:]}_example" if rng.random() < 0.5 else ""
    for week in range(DAYS // 7):
        for _ in range(rng.choice((1, 1, 2))):
            day, minute = 7 * week + rng.randrange(7), rng.randint(9 * 60, 21 * 60)
            form = _NETWORK[usual if rng.random() < 0.8 else rng.randrange(len(_NETWORK))]
            words = {
                "alias": victim.alias,
                "town": victim.town(day),
                "price": f"{rng.choice((12, 15, 15, 18, 20)) * 10} EUR",
            }
            phone = victim.phones[0] if rng.random() < 0.8 else victim.phones[-1]
            style = rng.choices(STYLES, _SHARES)[0]
            board.post(
                day, minute, form, words, phone, style, more=rng.choice(_AGAIN), party=victim.party,
                handle=handle if rng.random() < 0.5 else "",
            )  # fmt: skip
