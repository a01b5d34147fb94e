"""Finding what a person names, and saying what is near without saying who it is."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from fininit.errors import UsageError
from fininit.ledger.transfers import Ledger
from fininit.tracing.start import Start, find_start

IBAN = "DE89370400440532013000"


@pytest.fixture(scope="module")
def ledger(book: Any) -> Ledger:
    pays = [
        book.Pay(1, "bank:1001", "bank:1002", "10.00"),
        book.Pay(2, "bank:1002", f"iban:{IBAN}", "10.00", "d"),
        book.Pay(3, "name:maria example", "acct:bank:7777", "5.00", "c"),
    ]
    made: Ledger = book.ledger([book.Pay(p.day, *map(_full, (p.debtor, p.creditor)), p.amount, p.seen) for p in pays])
    return made


def _full(name: str) -> str:
    return name if name.startswith(("acct:", "iban:", "name:")) else f"acct:{name}"


def shown(account: str) -> str:
    return "AC-" + hashlib.sha256(account.encode()).hexdigest()[:6]


@pytest.mark.parametrize(
    ("written", "account"),
    [
        ("acct:bank:1001", "acct:bank:1001"),
        ("  bank:1001 ", "acct:bank:1001"),
        (f"iban:{IBAN}", f"iban:{IBAN}"),
        ("DE89 3704 0044 0532 0130 00", f"iban:{IBAN}"),
        (shown("acct:bank:1002"), "acct:bank:1002"),
    ],
)
def test_an_account_as_stored_as_typed_and_as_shown(ledger: Ledger, written: str, account: str) -> None:
    assert find_start(ledger, written, render=shown) == Start(account=account)


def test_a_transfer_by_its_id(ledger: Ledger) -> None:
    transfer = ledger.transfers["transfer_id"][0]
    assert find_start(ledger, transfer, whom="Ana") == Start(transfer_id=transfer, whom="Ana")


@pytest.mark.parametrize("written", ["acct:bank:10011", "bank 1003", "acct:bank:1O01"])
def test_an_unknown_account_tells_near_ones_as_they_may_be_seen(ledger: Ledger, written: str) -> None:
    with pytest.raises(UsageError) as told:
        find_start(ledger, written, render=shown)
    assert told.value.code == "unknown-account"
    assert shown("acct:bank:1001") in told.value.hint
    assert told.value.hint.count("AC-") <= 3
    text = str(told.value)
    assert not any(part in text for part in ("1001", "1002", "7777", IBAN, "maria", written))


def test_a_name_finds_the_account_near_it(ledger: Ledger) -> None:
    with pytest.raises(UsageError) as told:
        find_start(ledger, "Maria Exmaple", render=shown)
    assert told.value.hint == f"Near ones: {shown('name:maria example@acct:bank:7777')}."


def test_without_a_renderer_only_the_number_is_told(ledger: Ledger) -> None:
    with pytest.raises(UsageError) as told:
        find_start(ledger, "Maria Exmaple")
    assert told.value.hint.startswith("1 in the ledger is near")
    with pytest.raises(UsageError) as told:
        find_start(ledger, "acct:bank:10012")
    assert "are near" in told.value.hint and "bank" not in told.value.hint


def test_nothing_near_is_said_too(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="None is near") as told:
        find_start(ledger, "xyzzy plugh", render=shown)
    assert told.value.code == "unknown-account"


def test_an_unknown_transfer_tells_near_ids(ledger: Ledger) -> None:
    transfer = str(ledger.transfers["transfer_id"][0])
    with pytest.raises(UsageError) as told:
        find_start(ledger, transfer + "9")
    assert told.value.code == "unknown-transfer" and transfer in told.value.hint
    with pytest.raises(UsageError, match="None is near"):
        find_start(ledger, "t:zzzzzz::1")


def test_the_nearest_stand_first_and_ties_go_by_id(book: Any) -> None:
    made = book.ledger([book.Pay(1, "abcd1", f"abcd{n}", "1.00") for n in (5, 4, 3, 2)])
    with pytest.raises(UsageError) as told:
        find_start(made, "acct:abcd22", render=lambda a: a)
    assert told.value.hint == "Near ones: acct:abcd2, acct:abcd1, acct:abcd3."
