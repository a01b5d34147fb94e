"""What is missing in a case: seen through the door only, from visible exhibits only, the same twice."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from fininit.case import Case, Exhibit
from fininit.schema import COVERAGE, MISSING, NEXT_REQUESTS

OWN, OTHER = "DE46990100000000001001", "DE19990100000000001002"
PHONE = "+12025550147"


def statement(month: int, opening: int, amount: int, *, note: str = "RENT", account: str = OWN) -> bytes:
    """An MT940 statement of one line."""
    closing = opening - amount
    return "\r\n".join(
        [
            ":20:T",
            f":25:{account}",
            ":28C:1/1",
            f":60F:C26{month:02}01EUR{opening},00",
            f":61:26{month:02}06{month:02}06D{amount},00NTRFNONREF",
            f":86:166?00UEBERWEISUNG?20SVWZ+{note}?31{OTHER}?32TESS VANDERLOO",
            f":62F:C26{month:02}28EUR{closing},00",
            "-",
            "",
        ]
    ).encode()


@pytest.fixture
def case(tmp_path: Path) -> Case:
    files = tmp_path / "in"
    files.mkdir()
    (files / "1.sta").write_bytes(statement(1, 100, 10))
    (files / "2.sta").write_bytes(statement(2, 90, 20, note=f"TOP UP {PHONE}"))
    (files / "5.sta").write_bytes(statement(5, 50, 5))
    made = Case.new(tmp_path / "case")
    made.add(
        files / "*", exhibit=Exhibit(accounts_asked=f"{OWN} acct:77", period_from="2026-01-01", period_to="2026-06-30")
    )
    return made


def test_the_tables_say_what_is_there_and_what_is_not(case: Case) -> None:
    months = case.coverage(identify="all", reason="test")
    own = months.filter(account=f"iban:{OWN}")
    assert months.columns == list(COVERAGE.names)
    assert own.select("lines", "state", "breaks").rows() == [
        (1, "lines", 0),
        (1, "lines", 0),
        (0, "gap", 0),
        (0, "gap", 0),
        (1, "lines", 1),
        (0, "asked", 0),
    ]
    missing = case.missing(identify="all", reason="test")
    assert missing.columns == list(MISSING.names)
    assert missing["kind"].to_list() == ["not-produced", "gap", "period-without-lines"]
    wanted = case.next_requests(identify="all", reason="test")
    assert wanted.columns == list(NEXT_REQUESTS.names)
    assert wanted["subject"].to_list() == [f"iban:{OTHER}", f"phone:{PHONE}"]


def test_they_leave_through_the_door(case: Case) -> None:
    for frame in (case.coverage(), case.missing(), case.next_requests()):
        text = frame.write_csv()
        assert OWN not in text and OTHER not in text and "2025550147" not in text and "acct:77" not in text
    accounts = set(case.frame("accounts")["account"])
    assert set(case.coverage()["account"]) - accounts == {case.door().render("acct:77", "account")}
    assert set(case.next_requests()["subject"].str.slice(0, 3)) == {"AC-", "PH-"}


def test_a_closed_exhibit_is_not_told_of(case: Case, tmp_path: Path) -> None:
    before = [f.write_json() for f in (case.coverage(), case.missing(), case.next_requests())]
    closed = tmp_path / "closed.sta"
    closed.write_bytes(statement(3, 70, 20, note="TO +12025550199"))
    case.add(closed, exhibit=Exhibit(handling="sar", accounts_asked="acct:88"))
    assert [f.write_json() for f in (case.coverage(), case.missing(), case.next_requests())] == before
    opened = case.coverage(handling="sar")
    assert opened.filter(pl.col("lines") > 0).height == 4


def test_a_listing_that_leads_there_is_named(case: Case, tmp_path: Path) -> None:
    ad = {
        "url": "https://board.example.org/1", "text": f"Calm flat. {PHONE}", "region": "US", "posted_at": "2026-01-03",
        "captured_at": "2026-01-04T10:00:00Z", "captured_by": "analyst 1", "captured_with": "saver 1",
    }  # fmt: skip
    (tmp_path / "ads.jsonl").write_text(json.dumps(ad) + "\n")
    case.add(tmp_path / "ads.jsonl")
    (row,) = case.next_requests().filter(kind="phone").to_dicts()
    assert row["listings"] == 1 and row["listing"].startswith("LI-")
