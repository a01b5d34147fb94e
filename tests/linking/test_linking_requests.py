"""Whom to ask next: what payments name and nobody has produced, by money, and never what the case already holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from fininit.ledger.transfers import build
from fininit.linking.links import links
from fininit.linking.mentions import mentions
from fininit.linking.requests import next_requests
from fininit.listings.contacts import contacts
from fininit.schema import ENTRIES, IDENTIFIERS, LISTINGS, NEXT_REQUESTS

D = Decimal
PHONE = "+12025550147"


def line(n: int, amount: str, other: str | None = None, **more: Any) -> dict[str, Any]:
    usual = {
        "source": "a" * 64, "sheet": "", "row": n, "statement": 1, "sides": "one", "account": "acct:own:1",
        "currency": "USD", "booking_date": date(2026, 1, n), "status": "booked",
    }  # fmt: skip
    return usual | {"amount": D(amount), "counterparty_account": other} | more


def asked(*lines: dict[str, Any], listing: str = "", stated: tuple[dict[str, Any], ...] = ()) -> list[dict[str, Any]]:
    rows = [{"entry_id": f"{r['source'][:16]}::{r['row']}"} | r for r in lines]
    types = {n: t for n, t in ENTRIES.polars().items() if any(n in r for r in rows)}
    ledger = build(ENTRIES.conform(pl.DataFrame(rows, schema=types)))
    ads = LISTINGS.empty()
    if listing:
        ad = {
            "capture_id": "c:2",
            "listing_id": "listing:1",
            "source": "c" * 64,
            "sheet": "",
            "row": 2,
            "text": listing,
        }
        ads = LISTINGS.conform(pl.DataFrame([ad], schema={n: LISTINGS.polars()[n] for n in ad}))
    printed = contacts(ads, "US").identifiers
    named = mentions(ledger.entries, "US")
    told = IDENTIFIERS.conform(pl.DataFrame(list(stated), schema=IDENTIFIERS.polars())) if stated else None
    tied = links(listings=ads, contacts=printed, entries=ledger.entries, mentions=named, subscribers=told).links
    found = pl.concat([printed, named] + ([told] if told is not None else []))
    got = next_requests(
        transfers=ledger.transfers,
        evidence=ledger.evidence,
        entries=ledger.entries,
        accounts=ledger.accounts,
        identifiers=found,
        links=tied,
    )
    assert dict(got.schema) == NEXT_REQUESTS.polars()
    return got.to_dicts()


def test_accounts_are_ranked_by_money_in_each_currency() -> None:
    got = asked(
        line(2, "-10", "acct:x:1"),
        line(3, "-30", "acct:x:2"),
        line(4, "25", "acct:x:1"),
        line(5, "-1000", "acct:x:1", currency="JPY"),
    )
    seen = [(r["currency"], r["rank"], r["subject"], r["money"], r["paid_to"], r["paid_by"]) for r in got]
    assert seen == [
        ("JPY", 1, "acct:x:1", D(1000), D(1000), D(0)),
        ("USD", 1, "acct:x:1", D(35), D(10), D(25)),
        ("USD", 2, "acct:x:2", D(30), D(30), D(0)),
    ]
    assert [(r["transfers"], r["first"], r["last"], r["accounts"]) for r in got[1:]] == [
        (2, date(2026, 1, 2), date(2026, 1, 4), 1),
        (1, date(2026, 1, 3), date(2026, 1, 3), 1),
    ]


def test_names_open_sides_and_fees_can_be_asked_for_nowhere() -> None:
    assert asked(line(2, "-10", counterparty_name="JANE ROE"), line(3, "5"), line(4, "-3", fee=D(1))) == []


def test_what_has_records_is_not_asked_for() -> None:
    other = {"source": "b" * 64, "account": "acct:x:1"}
    assert asked(line(2, "-10", "acct:x:1"), line(2, "10", "acct:own:1", **other)) == []


def test_a_two_sided_return_holds_the_account_that_it_is_all_about() -> None:
    two = {"sides": "two", "source": "d" * 64, "account": "app:pay:$one"}
    got = asked(line(2, "10", "app:pay:$two", **two), line(3, "4", "app:pay:$three", **two))
    assert [r["subject"] for r in got] == ["app:pay:$two", "app:pay:$three"]
    # of a single row nobody can tell whose record it is
    assert len(asked(line(2, "10", "app:pay:$two", **two))) == 2


def test_a_phone_in_a_note_is_asked_for_with_the_money_of_its_payments() -> None:
    got = asked(line(2, "-10", remittance_info=f"top up {PHONE}"), line(3, "-7"))
    (row,) = got
    assert (row["subject"], row["kind"], row["money"]) == (f"phone:{PHONE}", "phone", D(10))
    assert (row["paid_to"], row["paid_by"], row["accounts"]) == (None, None, 1)


def test_a_phone_that_a_record_of_its_servicer_states_is_not() -> None:
    told = {
        "identifier": f"phone:{PHONE}", "kind": "phone", "recovered": False, "pivot": True, "found_in": "phone",
        "account": "app:pay:$x", "source": "e" * 64, "sheet": "", "row": 2,
    }  # fmt: skip
    assert asked(line(2, "-10", remittance_info=f"top up {PHONE}"), stated=(told,)) == []


def test_an_app_s_account_and_the_phone_it_is_the_number_of_are_two_requests() -> None:
    got = asked(line(2, "-10", f"app:zelle:{PHONE}"), line(3, "-2", remittance_info=f"for {PHONE}"))
    assert [(r["subject"], r["money"]) for r in got] == [
        (f"phone:{PHONE}", D(12)),
        (f"app:zelle:{PHONE}", D(10)),
    ]


def test_an_iban_in_a_note_stands_for_its_account() -> None:
    iban = "DE19990100000000001002"
    (row,) = asked(line(2, "-10", f"iban:{iban}"), line(3, "-4", remittance_info=f"TO {iban}"))
    assert (row["subject"], row["kind"], row["money"], row["paid_to"]) == (f"iban:{iban}", "account", D(14), D(10))


def test_listings_that_lead_there_are_counted() -> None:
    got = asked(line(2, "-10", remittance_info=f"top up {PHONE}"), listing=f"Call {PHONE}")
    assert [(r["listings"], r["listing"]) for r in got] == [(1, "listing:1")]


def test_a_line_of_two_files_counts_once() -> None:
    again = {"source": "b" * 64}
    (row,) = asked(line(2, "-10", "acct:x:1"), line(2, "-10", "acct:x:1", **again))
    assert (row["money"], row["transfers"]) == (D(10), 1)


@pytest.mark.parametrize("seed", range(3))
def test_order_changes_nothing(seed: int) -> None:
    lines = [
        line(n, f"-{n}", f"acct:x:{n % 3}", remittance_info=f"pay {PHONE}" if n % 2 else None) for n in range(2, 12)
    ]
    whole = asked(*lines)
    mixed = pl.Series(range(10)).shuffle(seed).to_list()
    assert asked(*(lines[k] for k in mixed)) == whole


def test_nothing_gives_nothing() -> None:
    assert asked(line(2, "0")) == []
