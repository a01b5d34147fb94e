"""How records are cut into files, and in which order rows and files come, changes nothing in the ledger."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from fininit.importers.base import Importer, Options, Source
from fininit.importers.mt940 import Mt940
from fininit.importers.registry import get
from fininit.ledger.fingerprint import fingerprint
from fininit.ledger.transfers import Ledger, build

Row = tuple[int, int, int]
"""Day, cents, and which payee."""

rows = st.lists(
    st.tuples(st.integers(0, 8), st.integers(-5000, 5000).filter(bool), st.integers(0, 3)), min_size=2, max_size=12
)


def day(n: int) -> date:
    return date(2026, 1, 14) + timedelta(days=n)


def with_balance(listed: Sequence[Row]) -> list[str]:
    """Lines of a CSV with a running balance, by days."""
    out, balance = [], 100_000
    for d, cents, payee in sorted(listed, key=lambda r: r[0]):
        balance += cents
        text = f"{day(d):%d/%m/%Y},PAYEE {payee},REF,FASTER PAYMENT,{cents / 100:.2f},{balance / 100:.2f}"
        out.append(text)
    return out


def without_balance(listed: Sequence[Row]) -> list[str]:
    """Lines of a CSV without one: equal lines of one day are told apart by nothing."""
    made = []
    for d, cents, payee in listed:
        kind = "Sale" if cents < 0 else "Return"
        made.append(f"{day(d):%m/%d/%Y},{day(d):%m/%d/%Y},PAYEE {payee},Shopping,{kind},{cents / 100:.2f},")
    return sorted(made)


def statements(listed: Sequence[Row]) -> list[str]:
    """MT940 statements, one a day, each from the balance of the one before."""
    out, balance = [], 100_000
    for d in sorted({r[0] for r in listed}):
        own = [r for r in listed if r[0] == d]
        lines = [f":20:T\r\n:25:DE46990100000000001001\r\n:28C:{d + 1}/1\r\n:60F:C{day(d):%y%m%d}EUR{_comma(balance)}"]
        for _, cents, payee in own:
            sign = "D" if cents < 0 else "C"
            lines.append(
                f":61:{day(d):%y%m%d}{day(d):%m%d}{sign}{_comma(abs(cents))}NTRFNONREF\r\n:86:TO PAYEE {payee}"
            )
            balance += cents
        out.append("\r\n".join([*lines, f":62F:C{day(d):%y%m%d}EUR{_comma(balance)}\r\n-"]))
    return out


def _comma(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


@cache
def reader(name: str) -> Importer:
    return Mt940() if name == "mt940" else get(name)


HEADS = {
    "gb_starling_2018": "Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP)\n",
    "us_chase_card": "Transaction Date,Post Date,Description,Category,Type,Amount,Memo\n",
    "mt940": "",
}
RECORDS: dict[str, Callable[[Sequence[Row]], list[str]]] = {
    "gb_starling_2018": with_balance,
    "us_chase_card": without_balance,
    "mt940": statements,
}


def ledger(name: str, files: Sequence[Sequence[str]]) -> Ledger:
    """The ledger of files that hold these records."""
    parts = []
    # A file of the same bytes is the same file.
    for records in dict.fromkeys(tuple(f) for f in files):
        mark = "\r\n" if name == "mt940" else "\n"
        data = (HEADS[name] + mark.join([*records, ""])).encode()
        reading = reader(name).read(Source.from_bytes("made", data), Options())
        assert reading.status == "read"
        parts.append(reading.named("acct:made:1").entries)
    return build(pl.concat(parts))


def said(made: Ledger) -> tuple[str, list[tuple[object, ...]]]:
    """What a ledger says, whatever its files are called."""
    columns = ("debtor_account", "creditor_account", "amount", "currency", "booking_date", "remittance_info", "how")
    names = made.transfers.with_columns(
        pl.col(c).str.replace("source:[0-9a-f]+", "source:") for c in ("debtor_account", "creditor_account")
    )
    return fingerprint(made.entries), sorted(names.select(columns).rows(), key=str)


@pytest.mark.parametrize("name", RECORDS)
@given(listed=rows, seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_order_split_and_merge_of_files_leave_the_ledger_as_it_is(name: str, listed: list[Row], seed: int) -> None:
    records = RECORDS[name](listed)
    whole = said(ledger(name, [records]))
    chance = random.Random(seed)
    shuffled = chance.sample(records, len(records))
    assert said(ledger(name, [shuffled])) == whole
    # Two equal lines of one day are two payments in one file, and one seen twice in two: they stay together.
    cut = chance.randrange(len(records))
    while set(records[:cut]) & set(records[cut:]):
        cut -= 1
    first, second = records[:cut], records[cut:]
    files = [f for f in (first, second) if f]
    assert said(ledger(name, files)) == whole
    assert said(ledger(name, files[::-1])) == whole
    # Overlapping exports, and one that is in another whole, add nothing.
    reach = chance.randrange(cut, len(records) + 1)
    overlapping = [f for f in (records[:reach], second, records) if f]
    assert said(ledger(name, chance.sample(overlapping, len(overlapping)))) == whole


def test_a_line_that_is_left_out_is_another_ledger() -> None:
    listed = [(1, 500, 0), (2, -300, 1), (3, 700, 2)]
    for name, write in RECORDS.items():
        records = write(listed)
        assert said(ledger(name, [records])) != said(ledger(name, [records[:-1]]))
