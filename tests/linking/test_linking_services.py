"""Apps and remitters in bank texts: which, who, which number; and what belongs to the service never links."""

from __future__ import annotations

import re
import time
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fininit.linking.mentions import mentions
from fininit.linking.services import own_contacts, recognise, recognised, services
from fininit.schema import CHANNELS, ENTRIES


def lines(*texts: str) -> pl.DataFrame:
    """Statement lines with these payment notes."""
    usual = {
        "source": "a" * 64, "sheet": "", "statement": 1, "sides": "one", "account": "acct:a", "amount": Decimal(-1),
        "currency": "USD", "booking_date": date(2026, 1, 1), "status": "booked",
    }  # fmt: skip
    rows = [usual | {"row": n, "entry_id": f"{n}", "remittance_info": t} for n, t in enumerate(texts, 2)]
    return ENTRIES.conform(pl.DataFrame(rows, schema_overrides={"amount": pl.Decimal(38, 18)}))


@pytest.mark.parametrize(
    ("text", "service", "name", "reference"),
    [
        ("ZELLE TO JANE DOE 202-555-0147", "zelle", "JANE DOE", ""),
        ("Zelle payment from JANE DOE 12345678901", "zelle", "JANE DOE", ""),
        ('Zelle payment to Jane O\'Doe for "rent"; Conf# q1w2e3r4t', "zelle", "Jane O'Doe", "q1w2e3r4t"),
        ("Zelle Transfer Conf# abc123; Doe, Jane", "zelle", "Doe, Jane", "abc123"),
        ("ZELLE TO jane@example.com ON 01/02", "zelle", "", ""),
        ("VENMO *JANE-DOE", "venmo", "JANE-DOE", ""),
        ("VENMO PAYMENT 1024938475 WEB ID: 1234567890", "venmo", "", ""),
        ("CASH APP*JANE DOE 8005550100", "cashapp", "JANE DOE", ""),
        ("SQC*CASH APP*JANE D", "cashapp", "JANE D", ""),
        ("PAYPAL *SHOP 402-935-7733 CA", "paypal", "SHOP", ""),
        ("PP*EXAMPLE SHOP", "paypal", "EXAMPLE SHOP", ""),
        ("PAYPAL INST XFER JANEDOE", "paypal", "JANEDOE", ""),
        ("APPLE CASH SENT MONEY TO JANE 1INFINITELOOP CA", "applecash", "JANE", ""),
        ("WESTERN UNION MTCN 123-456-7890", "westernunion", "", "1234567890"),
        ("WU*JANE DOE", "westernunion", "JANE DOE", ""),
        ("MONEYGRAM REF 12345678 TO JOHN ROE", "moneygram", "JOHN ROE", "12345678"),
        ("REMITLY* A12345678 202-555-0147", "remitly", "", "A12345678"),
        ("MPESA TO 0700000001 JANE DOE", "mpesa", "JANE DOE", ""),
    ],
)
def test_which_who_and_which_number(text: str, service: str, name: str, reference: str) -> None:
    use = recognise(text)
    assert use is not None
    assert (use.service, use.name, use.reference) == (service, name, reference)
    assert use.channel == ("remittance" if service in ("westernunion", "moneygram", "remitly") else "p2p")
    assert text[use.start : use.end].strip()


@pytest.mark.parametrize(
    "text", ["OTHERWISE INC", "GAZELLE TO THE ZOO", "SUPPLIES AND PPE", "A WISE CHOICE", "", "RIA"]
)
def test_words_within_words_are_no_service(text: str) -> None:
    assert recognise(text) is None


def test_the_other_side_is_an_identifier_that_links() -> None:
    found = mentions(lines("ZELLE TO JANE DOE 202-555-0147", "ZELLE TO jane@example.com", "CASH APP*$JANEDOE"), "US")
    assert dict(found.select("identifier", "pivot").rows()) == {
        "phone:+12025550147": True,
        "email:jane@example.com": True,
        "handle:cashapp:$janedoe": True,
    }


def test_what_is_the_service_s_own_never_links() -> None:
    for service in services():
        for line in service.lines:
            found = mentions(lines(f"{service.title} *SHOP {line}"))
            assert found.select("identifier", "pivot").rows() == [(f"phone:{line}", False)]
            assert "service-line" in str(found["note"][0])
        for mail in service.mails:
            assert mentions(lines(f"{service.title} {mail}"))["pivot"].to_list() == [False]


def test_a_control_number_never_links_and_a_telephone_beside_it_does() -> None:
    found = mentions(lines("WESTERN UNION 2025550147", "WESTERN UNION TO JANE 202-555-0148"), "US")
    assert dict(found.select("identifier", "pivot").rows()) == {"phone:+12025550147": False, "phone:+12025550148": True}


def test_lines_of_a_ledger_whatever_their_order() -> None:
    frame = lines("ZELLE TO JANE DOE", "groceries", "VENMO *JANE-DOE")
    found = recognised(frame)
    assert [(x.row, x.found_in, x.use.service, x.use.name) for x in found] == [
        (2, "remittance_info", "zelle", "JANE DOE"),
        (4, "remittance_info", "venmo", "JANE-DOE"),
    ]
    assert recognised(frame.reverse()) == found


def test_the_declaration_is_sound() -> None:
    names = [s.name for s in services()]
    assert len(set(names)) == len(names) == 15
    for s in services():
        assert s.channel in CHANNELS
        assert s.title
        assert s.source
        assert all(re.fullmatch(r"\+[1-9][0-9]{7,14}", line) for line in s.lines)
        assert all("name" in form.groupindex for form in s.party)
        assert all("reference" in form.groupindex for form in s.reference)
    assert "phone:+14029357733" in own_contacts()


@given(st.text(alphabet="zelpaywu*to from@#;JANE0123 .-\u200b", max_size=300))
def test_any_text_gives_an_answer_within_it(text: str) -> None:
    use = recognise(text)
    assert use is None or (0 <= use.start < use.end <= len(text) and use.name in text)


def test_a_hostile_text_stays_quick() -> None:
    begin = time.process_time()
    for text in ("zelle to " * 5_000, "zelle to " + "a" * 50_000, "conf # ; " * 5_000, "wu" * 20_000 + " to " * 5_000):
        recognise("zelle " + text)
    assert time.process_time() - begin < 5
