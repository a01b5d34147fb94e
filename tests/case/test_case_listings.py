"""Listings and records of subscribers in a case: stored, linked, counted once, seen through the door only."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from fininit.case import Case, Exhibit, Tracing, understood
from fininit.errors import UsageError
from fininit.evidence.redaction import Policy
from fininit.importers.base import Options, Source

PHONE = "+12025550147"
OWN = "DE46990100000000001001"

LISTING = {
    "url": "https://board.example.org/1",
    "text": "Calm flat. Call 202-555-0147.",
    "region": "US",
    "posted_at": "2026-01-03",
    "captured_at": "2026-01-04T10:00:00Z",
    "captured_by": "analyst 1",
    "captured_with": "saver 1",
}

STATEMENT = f"""\
:20:T\r
:25:{OWN}\r
:28C:1/1\r
:60F:C260105EUR100,00\r
:61:2601060106D20,00NTRFNONREF\r
:86:166?00UEBERWEISUNG?20SVWZ+TOP UP {PHONE}?31DE19990100000000001002?32PHONE SHOP\r
:62F:C260106EUR80,00\r
-\r
"""


@pytest.fixture
def case(tmp_path: Path) -> Case:
    files = tmp_path / "in"
    files.mkdir()
    again = LISTING | {"url": "https://board.example.org/2", "posted_at": "2026-02-01"}
    (files / "listings.jsonl").write_text(json.dumps(LISTING) + "\n" + json.dumps(again) + "\n")
    (files / "a.sta").write_bytes(STATEMENT.encode())
    made = Case.new(tmp_path / "case", region="DE")
    outcomes = made.add(files / "*")
    assert [o.status for o in outcomes] == ["read", "read"]
    return made


def test_an_export_of_payments_with_texts_and_days_is_no_list_of_ads() -> None:
    """Those columns are in many exports: what a format knows by its whole header is not taken for listings."""
    importers = Path(__file__).parents[1] / "importers"
    for name in ("stripe_payments", "revolut_2021", "paypal", "us_mercury", "wise"):
        source = Source.from_path(next(iter(sorted((importers / name).glob("*.csv")))))
        assert understood(source, Options()).format == name


def test_a_listing_leads_to_the_account_that_paid_for_its_phone(case: Case) -> None:
    who = case.linked()
    (chain,) = who.links.filter(pl.col("kind") == "chain").to_dicts()
    assert (chain["via"], chain["b"]) == (f"phone:{PHONE}", f"iban:{OWN}")
    assert who.listings.height == 2 and who.listings["listing_id"].n_unique() == 1


def test_listings_are_evidence_like_everything_else(case: Case, tmp_path: Path) -> None:
    assert {o.state for o in case.add(tmp_path / "in" / "*")} == {"again"}
    assert case.linked().listings.height == 2 and case.verify() == []
    (segment,) = (case.path / "listings").glob("*.parquet")
    segment.write_bytes(segment.read_bytes()[:-1] + b"x")
    (said,) = case.verify()
    assert said.startswith("listings/")
    assert case.sources()["rows_entries"].to_list() in ([1, 2], [2, 1])


def test_tables_leave_through_the_door(case: Case) -> None:
    for table in ("listings", "identifiers", "links"):
        shut = case.frame(table).write_csv()
        assert PHONE not in shut and "202-555" not in shut and OWN not in shut and "board.example" not in shut, table
    assert PHONE in case.frame("links", identify="all", reason="test").write_csv()
    assert set(case.frame("links")["a"].str.slice(0, 3)) <= {"LI-", "PH-", "AC-"}


def test_what_came_under_a_closed_code_links_nothing(tmp_path: Path, case: Case) -> None:
    closed = tmp_path / "closed.jsonl"
    closed.write_text(json.dumps(LISTING | {"text": "Another flat. 202-555-0199"}) + "\n")
    case.add(closed, exhibit=Exhibit(handling="sar"))
    assert case.linked().listings.height == 2
    assert case.linked(Policy.stated(None, None, "sar")).listings.height == 3
    assert case.model().listings.height == 1


def test_a_report_shows_one_trace_and_logs_it(case: Case, tmp_path: Path) -> None:
    start = case.ledger().transfers["transfer_id"][0]
    with pytest.raises(UsageError) as refused:
        case.report(tmp_path / "out", tracing=Tracing((start,), None))
    assert refused.value.code == "no-rule" and not (tmp_path / "out" / "report.html").exists()
    report = case.report(tmp_path / "out", tracing=Tracing((start,), "fifo"))
    (trace,) = report.model.traces.to_dicts()
    assert (trace["rule"], trace["traced_in"], trace["difference"]) == ("fifo", "20.00", "0.00")
    assert "--rule fifo" in report.model.facts.command and start not in report.model.facts.command
    assert [line.get("refused") for line in case.manifest.lines() if line["what"] == "trace"] == ["no-rule", None]


def test_amounts_of_no_currency_wait_for_a_person(tmp_path: Path) -> None:
    register = tmp_path / "bank.qif"
    register.write_text("!Type:Bank\nD2024-01-31\nT-12.50\nPSHOP\n^\n")
    made = Case.new(tmp_path / "other")
    (asked,) = made.add(register)
    assert (asked.status, asked.question) == (
        "needs-decision",
        "The file does not say the currency of its amounts. State it: --currency EUR",
    )
    assert made.ledger().transfers.height == 0
    (read,) = made.add(register, options=Options(currency="EUR"))
    assert read.status == "read" and made.ledger().transfers["currency"].to_list() == ["EUR"]


def _ordered_by(frame: pl.DataFrame, column: str) -> bool:
    shown = frame[column].to_list()
    return shown == sorted(shown)


def test_no_id_that_leaves_can_be_found_by_trying(case: Case) -> None:
    who = case.linked()
    links, rows = case.frame("links"), case.frame("link_rows")
    assert not set(links["link_id"]) & set(who.links["link_id"])
    assert set(links["link_id"].str.slice(0, 3)) == {"LK-"} and set(rows["link_id"]) == set(links["link_id"])
    known = case.frame("links", identify="all", reason="test")
    assert set(known["link_id"]) == set(who.links["link_id"])


def test_pseudonyms_leave_in_their_own_order(case: Case, tmp_path: Path) -> None:
    more = [f"DE00990100000000002{n:03}" for n in range(12)]
    lines = "".join(
        f":61:2601060106D1,00NTRFNONREF\r\n:86:166?00X?20SVWZ+X?31{iban}?32SHOP {iban}\r\n" for iban in more
    )
    (tmp_path / "b.sta").write_bytes(
        f":20:T\r\n:25:DE19990100000000001002\r\n:28C:1/1\r\n:60F:C260105EUR100,00\r\n{lines}-\r\n".encode()
    )
    assert [o.status for o in case.add(tmp_path / "b.sta")] == ["read"]
    assert _ordered_by(case.frame("accounts"), "account") and _ordered_by(case.frame("links"), "link_id")
    assert _ordered_by(case.frame("accounts", identify="all", reason="test"), "account")


def test_what_is_withheld_does_not_depend_on_how_a_start_is_typed(case: Case, tmp_path: Path) -> None:
    account = "iban:DE19990100000000001002"
    token = case.door().token(account, "account")
    one, other = (case.report(tmp_path / n, tracing=Tracing((n,), "fifo")) for n in (account, token))
    assert one.hashes == other.hashes


def test_opening_closed_codes_is_logged_wherever_they_are_opened(case: Case) -> None:
    case.frame("links")
    case.frame("links", handling="sar")
    case.trace(case.ledger().transfers["transfer_id"][0], rule="fifo", handling="sar")
    logged = [
        (line["what"], line["handling"]) for line in case.manifest.lines() if line["what"] in ("identify", "trace")
    ]
    assert logged == [("identify", ["sar"]), ("trace", ["sar"])]
