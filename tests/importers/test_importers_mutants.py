"""What the bank's arithmetic can see of a damaged statement, and what it cannot: each single change, counted.

A statement of twelve lines is written in two ways: with a running balance, and with opening and closing balance. Every
change of one kind is made once, and read. A change is caught when the reading does not say that the statement adds up.
:data:`SEEN` states how many are caught, and why no more can be:

- a running balance begins with its first line and ends with its last: taking one of these two away, or altering the
  amount of the first, leaves a chain that holds;
- opening and closing balance see the sum of the lines and nothing else: two amounts exchanged leave it as it was.

A test that says 12 of 12 where 11 are possible would be wrong, and so would a reader that catches fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

import pytest

from fininit.errors import SourceRefused
from fininit.importers.base import Importer, Options, Source
from fininit.importers.mt940 import Mt940
from fininit.importers.propose import propose
from fininit.importers.registry import get

N = 12
CENTS = (-1050, 31275, -864, -20999, 4410, -137, -5806, 70032, -3321, 1948, -9907, 2563)
"""Amounts no two of which are equal, and no two sums of which meet by chance in what is tested here."""


@dataclass(frozen=True)
class Line:
    day: date
    cents: int
    balance: int
    note: str


def lines() -> list[Line]:
    """Twelve lines, some of one day."""
    out, balance = [], 100_000
    for n, cents in enumerate(CENTS):
        balance += cents
        out.append(Line(date(2026, 1, 14) + timedelta(days=n // 2 * 3), cents, balance, f"NOTE {n:02}"))
    return out


# ------------------------------------------------------------------------------------------------------------- mutants

Mutants = Iterator[list[Line]]


def deleted(whole: list[Line]) -> Mutants:
    for n in range(len(whole)):
        yield whole[:n] + whole[n + 1 :]


def doubled(whole: list[Line]) -> Mutants:
    for n in range(len(whole)):
        yield [*whole[: n + 1], *whole[n:]]


def exchanged(whole: list[Line]) -> Mutants:
    """The amounts of two lines."""
    for a, b in combinations(range(len(whole)), 2):
        mixed = whole[:]
        mixed[a], mixed[b] = replace(whole[a], cents=whole[b].cents), replace(whole[b], cents=whole[a].cents)
        yield mixed


def turned(whole: list[Line]) -> Mutants:
    """The sign of an amount."""
    for n, line in enumerate(whole):
        yield [*whole[:n], replace(line, cents=-line.cents), *whole[n + 1 :]]


def miswritten(whole: list[Line]) -> Mutants:
    """One digit of an amount, each by another."""
    for n, line in enumerate(whole):
        text = f"{abs(line.cents)}"
        for k, digit in enumerate(text):
            other = text[:k] + str((int(digit) + 3) % 10 or 1) + text[k + 1 :]
            cents = int(other) * (1 if line.cents > 0 else -1)
            yield [*whole[:n], replace(line, cents=cents), *whole[n + 1 :]]


def misprinted(whole: list[Line]) -> Mutants:
    """One digit of a running balance."""
    for n, line in enumerate(whole):
        text = f"{line.balance}"
        other = text[:2] + str((int(text[2]) + 3) % 10) + text[3:]
        yield [*whole[:n], replace(line, balance=int(other)), *whole[n + 1 :]]


# ------------------------------------------------------------------------------------------------------------- writers


def money(cents: int) -> str:
    return f"{Decimal(cents) / 100:.2f}"


def starling(body: list[Line]) -> bytes:
    """A bank's CSV with a running balance."""
    rows = [f"{x.day:%d/%m/%Y},{x.note},REF,FASTER PAYMENT,{money(x.cents)},{money(x.balance)}" for x in body]
    head = "Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP)"
    return "\n".join([head, *rows, ""]).encode()


def unknown(body: list[Line]) -> bytes:
    """A CSV that nobody has described, with a running balance and a bank reference."""
    rows = [f"{x.day:%d.%m.%Y};{x.note};{money(x.cents)};{money(x.balance)};EUR" for x in body]
    return "\n".join(["Datum;Verwendungszweck;Betrag;Saldo;Währung", *rows, ""]).encode()


def mt940(body: list[Line]) -> bytes:
    """MT940: opening and closing balance, no running one."""

    def sign(cents: int) -> str:
        return "D" if cents < 0 else "C"

    def amount(cents: int) -> str:
        return money(abs(cents)).replace(".", ",")

    whole = lines()
    out = [":20:T", ":25:DE46990100000000001001", ":28C:1/1", ":60F:C260113EUR1000,00"]
    for x in body:
        out += [f":61:{x.day:%y%m%d}{x.day:%m%d}{sign(x.cents)}{amount(x.cents)}NTRFNONREF", f":86:{x.note}"]
    return "\r\n".join([*out, f":62F:C260301EUR{amount(whole[-1].balance)}", "-", ""]).encode()


# --------------------------------------------------------------------------------------------------------------- rates

LAYOUTS: dict[str, tuple[Callable[[list[Line]], bytes], Callable[[], Importer]]] = {
    "running balance": (starling, lambda: get("gb_starling_2018")),
    "opening and closing balance": (mt940, Mt940),
}

PAIRS = N * (N - 1) // 2
DIGITS = sum(len(str(abs(c))) for c in CENTS)

SEEN: dict[tuple[str, str], tuple[int, int]] = {
    ("running balance", "deleted"): (N - 2, N),
    ("running balance", "doubled"): (N, N),
    ("running balance", "exchanged"): (PAIRS, PAIRS),
    ("running balance", "turned"): (N - 1, N),
    ("running balance", "miswritten"): (DIGITS - len(str(abs(CENTS[0]))), DIGITS),
    ("running balance", "misprinted"): (N, N),
    ("opening and closing balance", "deleted"): (N, N),
    ("opening and closing balance", "doubled"): (N, N),
    ("opening and closing balance", "exchanged"): (0, PAIRS),
    ("opening and closing balance", "turned"): (N, N),
    ("opening and closing balance", "miswritten"): (DIGITS, DIGITS),
}
"""How many mutants of a kind are caught, of how many."""

KINDS = {f.__name__: f for f in (deleted, doubled, exchanged, turned, miswritten, misprinted)}


def adds_up(importer: Importer, data: bytes) -> bool:
    """Whether a file is read and its statement said to add up."""
    try:
        reading = importer.read(Source.from_bytes("made", data), Options())
    except SourceRefused:
        return False
    return reading.status == "read" and reading.statements["balance"].to_list() == ["ok"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_statement_itself_adds_up(layout: str) -> None:
    write, importer = LAYOUTS[layout]
    assert adds_up(importer(), write(lines()))
    assert len({abs(c) for c in CENTS}) == N


@pytest.mark.parametrize(("layout", "kind"), SEEN, ids=[f"{k} / {x}" for x, k in SEEN])
def test_damage_is_caught_as_often_as_the_arithmetic_allows(layout: str, kind: str) -> None:
    write, importer = LAYOUTS[layout]
    reader = importer()
    files = [write(mutant) for mutant in KINDS[kind](lines())]
    caught = sum(not adds_up(reader, data) for data in files)
    assert (caught, len(files)) == SEEN[layout, kind]


def test_what_a_running_balance_cannot_see_are_its_two_ends() -> None:
    whole, reader = lines(), get("gb_starling_2018")
    passed = [n for n, mutant in enumerate(deleted(whole)) if adds_up(reader, starling(mutant))]
    assert passed == [0, N - 1]
    assert [n for n, mutant in enumerate(turned(whole)) if adds_up(reader, starling(mutant))] == [0]


def test_a_table_of_an_unknown_layout_is_not_taken_as_proved_once_it_is_damaged() -> None:
    """Its columns are proved by the running balance: where that breaks, nothing is said to add up."""

    def proved(body: list[Line]) -> bool:
        reading = propose(Source.from_bytes("made.csv", unknown(body)), Options())
        return reading.status == "read" and reading.statements["balance"].to_list() == ["ok"]

    whole = lines()
    assert proved(whole)
    for kind in (deleted, turned):
        passed = [n for n, mutant in enumerate(kind(whole)) if proved(mutant)]
        assert set(passed) <= {0, N - 1}, kind.__name__
    assert not any(proved(mutant) for mutant in doubled(whole))
