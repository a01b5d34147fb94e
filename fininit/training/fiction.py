"""Numbers, names and addresses that belong to nobody, and the rules by which a test knows them.

Phones come from ranges that the numbering authorities keep free: North America, the line numbers 0100 to 0199 behind
555 (ATIS, 555 NXX assignment guidelines); Great Britain, 020 7946 0000 to 0999 (Ofcom, numbers for drama use); Germany,
five local ranges of a thousand (Bundesnetzagentur, Mitteilung 148/2021, numbers for media productions). Ofcom's mobile
range 07700 900000 to 900999 is known here and not given out, because numbering data calls it invalid.

IBANs have right check digits (ISO 13616) and a German bank code that begins with 99: the clearing areas end at 8.
Hosts are those of RFC 2606, IP addresses those of RFC 5737. Wallets and hashes begin with eight zeros, handles end in
``_example``, and names are put together from syllables that no register of names would own to.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Final

from fininit.errors import UsageError


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# --- phones


@dataclass(frozen=True, slots=True, order=True)
class Phone:
    """One number: country code, area code without trunk prefix, the rest. ``region`` is its ISO 3166 country."""

    country: str
    area: str
    rest: str

    @property
    def e164(self) -> str:
        """``+`` and digits (ITU-T E.164)."""
        return f"+{self.country}{self.area}{self.rest}"

    @property
    def region(self) -> str:
        """US, GB or DE."""
        return {"1": "US", "44": "GB", "49": "DE"}[self.country]

    @property
    def local(self) -> tuple[str, ...]:
        """The groups in which it is written within its country, with the trunk prefix where there is one."""
        if self.country == "1":
            return self.area, self.rest[:3], self.rest[3:]
        if self.country == "44":
            return f"0{self.area}", self.rest[:4], self.rest[4:]
        return f"0{self.area}", self.rest

    @property
    def national(self) -> str:
        """Its digits as dialled within its country."""
        return "".join(self.local)


NANP: Final = _words("202 206 212 213 214 303 305 312 313 404 415 503 504 512 602 614 615 617 702 713 718 808")
GERMAN: Final = {"30": "23125", "40": "66969", "69": "90009", "89": "99998", "221": "4710"}

_RESERVED: Final = re.compile(
    r"\+(?:1[2-9][0-9]{2}55501[0-9]{2}|442079460[0-9]{3}|447700900[0-9]{3}"
    r"|49(?:3023125|4066969|6990009|8999998|2214710)[0-9]{3})"
)


def is_reserved_phone(e164: str) -> bool:
    """Whether a number in E.164 lies in a range that is kept free for fiction."""
    return _RESERVED.fullmatch(e164) is not None


class Phones:
    """Gives out reserved numbers, each once, in an order that the seed decides."""

    def __init__(self, rng: random.Random) -> None:
        self._free: dict[str, list[Phone]] = {
            "US": [Phone("1", area, f"55501{n:02}") for area in NANP for n in range(100)],
            "GB": [Phone("44", "20", f"79460{n:03}") for n in range(1000)],
            "DE": [Phone("49", area, f"{lead}{n:03}") for area, lead in GERMAN.items() for n in range(1000)],
        }
        for numbers in self._free.values():
            rng.shuffle(numbers)

    def take(self, region: str) -> Phone:
        """The next number of a region. Raises ``UsageError`` when its reserved ranges are used up."""
        if not self._free[region]:
            raise UsageError(
                "There are no more reserved phone numbers for a scene of this size.", hint="Make it smaller."
            )
        return self._free[region].pop()


# --- accounts, wallets, hosts

BLZ: Final = "99"
"""First digits of every bank code here. German clearing areas are 1 to 8."""

_IBAN: Final = re.compile(r"DE[0-9]{2}99[0-9]{16}")


def iban(bank: str, number: int) -> str:
    """A German IBAN with right check digits (ISO 13616) on an eight-digit bank code that begins with 99."""
    if not bank.startswith(BLZ) or len(bank) != 8:
        raise AssertionError(f"bank code {bank} could be a real one")
    bban = f"{bank}{number:010d}"
    return f"DE{98 - int(bban + '131400') % 97:02d}{bban}"


def is_reserved_iban(text: str) -> bool:
    """Whether an IBAN is on a bank code that is not given out."""
    return _IBAN.fullmatch(text) is not None


def wallet(rng: random.Random) -> str:
    """An address of a made-up test network: 0x, eight zeros, 32 hexadecimal digits."""
    return f"0x{'0' * 8}{rng.getrandbits(128):032x}"


def tx_hash(rng: random.Random) -> str:
    """A transaction hash of the same network: 0x, eight zeros, 56 hexadecimal digits."""
    return f"0x{'0' * 8}{rng.getrandbits(224):056x}"


def is_reserved_hex(text: str) -> bool:
    """Whether an address or hash is of the made-up network."""
    return re.fullmatch(r"0x0{8}(?:[0-9a-f]{32}|[0-9a-f]{56})", text) is not None


def is_reserved_host(host: str) -> bool:
    """Whether a host name is one of RFC 2606 or below one."""
    return re.fullmatch(r"(?:[a-z0-9-]+\.)*example\.(?:com|org|net)", host) is not None


def ip(rng: random.Random) -> str:
    """An address of one of the three networks for documentation (RFC 5737)."""
    return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randint(1, 254)}"


def is_reserved_ip(text: str) -> bool:
    """Whether an IPv4 address is one for documentation."""
    return re.fullmatch(r"(?:192\.0\.2|198\.51\.100|203\.0\.113)\.[0-9]{1,3}", text) is not None


# --- names and places

_GIVEN: Final = (
    _words("Vau Zel Quo Myr Thi Oxa Bru Fyn Kel Dra Ulv Pho Jez Wex Gli Ryx Sno Cwe Ybo Tzi"),
    _words("nix lor vye bis tuk zam pho gry dax mui quel rho"),
)
_FAMILY: Final = (
    _words("Quarn Zemb Vosk Threl Ompf Yulk Brox Drev Kolv Snerr Plund Thrum Wyzz Grelt Uxb Fjork"),
    _words("imbel ozant urvik ewyn askett illop ondry ezzaq ophim uldax"),
)
_FIRM: Final = (
    _words("Xan Velq Ozr Kwim Pryz Tolq Umzi Blyf Gnar Dwol Hyxe Jorz Srib Ekvo Zwu Fthe Cyrz Obq Ryv Tsa Wugh Plyx"),
    _words("adune ibrix ovell ustra enkoq yphar omzed arvyn iltho uqqen axxo ebrult izwen oggar uvith ydrol"),
)
_TOWN: Final = (
    _words("Quarn Vosk Thrum Zemb Yulk Drev Kolv Snerr Plund Grelt"),
    _words("haven minster wick stede"),
)
_STREET: Final = ("gasse", "weg", "row", "lane")

_PERSON: Final = re.compile(
    rf"(?:{'|'.join(_GIVEN[0])})(?:{'|'.join(_GIVEN[1])}) (?:{'|'.join(_FAMILY[0])})(?:{'|'.join(_FAMILY[1])})", re.I
)
_FIRM_NAME: Final = re.compile(rf"(?:{'|'.join(_FIRM[0])})(?:{'|'.join(_FIRM[1])})(?: [A-Za-z]+)*", re.I)


def is_made_up_name(text: str) -> bool:
    """Whether a name of a person or a firm was put together here, in whatever case."""
    return _PERSON.fullmatch(text) is not None or _FIRM_NAME.fullmatch(text) is not None


class Names:
    """Gives out names of persons and firms, each once, and places."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def _once(self, make: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]) -> list[str]:
        for _ in range(10_000):
            words = [self._rng.choice(first) + self._rng.choice(second) for first, second in make]
            if " ".join(words) not in self._taken:
                self._taken.add(" ".join(words))
                return words
        raise UsageError("There are no more made-up names for a scene of this size.", hint="Make it smaller.")

    def person(self) -> str:
        """Given and family name, new."""
        return " ".join(self._once((_GIVEN, _FAMILY)))

    def given(self) -> str:
        """A given name alone; it may come again."""
        return self._rng.choice(_GIVEN[0]) + self._rng.choice(_GIVEN[1])

    def firm(self, trade: str) -> str:
        """A firm of a trade. Firms of one trade never share a name; those of two may share the stem."""
        for _ in range(10_000):
            name = f"{self._rng.choice(_FIRM[0])}{self._rng.choice(_FIRM[1])} {trade}"
            if name not in self._taken:
                self._taken.add(name)
                return name
        raise UsageError("There are no more made-up names for a scene of this size.", hint="Make it smaller.")

    def towns(self, count: int) -> list[str]:
        """Different towns, at most 40."""
        every = [first + second for first in _TOWN[0] for second in _TOWN[1]]
        return self._rng.sample(every, min(count, len(every)))

    def street(self) -> str:
        """A street that is nowhere, with a house number that no street reaches; there are no postcodes."""
        return f"{self._rng.choice(_FAMILY[0])}{self._rng.choice(_STREET)} {self._rng.randint(9000, 9999)}"


def tag(name: str) -> str:
    """The handle of a name, without its sign: ``zelnix_quarnimbel_example``."""
    return f"{name.lower().replace(' ', '_')}_example"


def email(name: str, host: str = "example.org") -> str:
    """The e-mail address of a name."""
    return f"{name.lower().replace(' ', '.')}@{host}"
