"""Decisions: what a file leaves open is settled by a named person, for a reason, and stays on record."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from fininit.case import Case, Exhibit
from fininit.errors import CaseError, UsageError
from fininit.evidence.redaction import Policy
from fininit.importers.base import Options

OPEN = "Date,Description,Amount\n02/03/2024,rent,-5.00\n04/03/2024,pay,7.00\n"
PROVED = "Date,Description,Amount,Balance,Currency\n14/03/2024,rent,-5.00,95.00,EUR\n15/03/2024,pay,7.00,102.00,EUR\n"
BY, WHY = "A. Analyst", 'The bank\'s letter of 3 May says "day first"'


@pytest.fixture
def case(tmp_path: Path) -> Case:
    made = Case.new(tmp_path / "case")
    for name, text in (("open.csv", OPEN), ("proved.csv", PROVED)):
        (tmp_path / name).write_text(text)
    made.add(tmp_path / "open.csv", exhibit=Exhibit(exhibit_no="A-7"))
    made.add(tmp_path / "proved.csv")
    return made


def test_one_question_after_the_other_until_it_is_read(case: Case) -> None:
    (waiting,) = case.undecided()
    assert waiting["question"].startswith('"Date": no row shows') and "--date dmy" in waiting["question"]
    assert [i.code for i in case.issues_of(waiting["source"])] == [
        "date-undecided",
        "currency-undecided",
        "sign-undecided",
    ]
    first = case.decide("A-7", Options(date="dmy"), by=BY, why=WHY)
    assert (first.state, first.status) == ("read-anew", "needs-decision") and "currency" in first.question
    done = case.decide("A-7", Options(currency="EUR", sign="holder"), by=BY, why=WHY)
    assert (done.status, done.rows["entries"]) == ("read", 2)
    assert case.undecided() == []
    days = case.ledger().entries.filter(source=waiting["source"])["booking_date"].cast(str).to_list()
    assert days == ["2024-03-02", "2024-03-04"]


def test_who_when_why_and_what_stand_in_case_toml_and_in_the_log(case: Case) -> None:
    source = case.source("A-7")["source"]
    case.decide("A-7", Options(date="dmy", account="iban:DE89370400440532013000"), by=BY, why=WHY)
    data = tomllib.loads((case.path / "case.toml").read_text())
    (stands,) = data["decisions"]
    (logged,) = [line for line in case.manifest.lines() if line["what"] == "decision"]
    assert stands == {
        "at": logged["at"],
        "by": BY,
        "why": WHY,
        "source": source,
        "exhibit": "A-7",
        "options": {"account": "iban:DE89370400440532013000", "date": "dmy"},
        "log_line": logged["seq"],
    }
    assert (logged["by"], logged["why"], logged["source"]) == (BY, WHY, source)
    assert logged["options"] == {"account": "stated", "date": "dmy"}
    assert b"DE8937" not in (case.path / "manifest.jsonl").read_bytes()
    again = Case(case.path)
    assert [(d.by, d.options["date"]) for d in again.decisions] == [(BY, "dmy")]
    assert again.settings == case.settings and again.verify() == []


def test_the_log_has_the_decision_before_the_reading(case: Case) -> None:
    case.decide("A-7", Options(date="dmy"), by=BY, why=WHY)
    assert [line["what"] for line in case.manifest.lines()][-2:] == ["decision", "import-anew"]


def untouched(case: Case) -> tuple[int, bytes, str]:
    return len(case.manifest.lines()), (case.path / "case.toml").read_bytes(), json.dumps(case.source("A-7"))


@pytest.mark.parametrize(
    ("which", "options", "by", "why", "says"),
    [
        ("A-7", {"date": "ymd"}, BY, WHY, "contradicts"),
        ("A-7", {"decimal": ","}, BY, WHY, "contradicts"),
        ("A-7", {}, BY, WHY, "Nothing was stated"),
        ("A-7", {"date": "dmy"}, " ", WHY, "who takes it"),
        ("A-7", {"date": "dmy"}, BY, "", "who takes it"),
        ("A-8", {"date": "dmy"}, BY, WHY, "no exhibit"),
    ],
)
def test_what_cannot_be_decided_changes_nothing(
    case: Case, which: str, options: dict[str, str], by: str, why: str, says: str
) -> None:
    before = untouched(case)
    with pytest.raises(UsageError, match=says):
        case.decide(which, Options(**options), by=by, why=why)
    assert untouched(case) == before


def test_a_file_that_was_read_is_kept_when_it_cannot_be_read_as_stated(case: Case) -> None:
    case.decide("A-7", Options(date="dmy", currency="EUR", sign="holder"), by=BY, why=WHY)
    before = untouched(case)
    assert case.decide("A-7", Options(date="ymd"), by=BY, why=WHY).state == "kept"
    assert case.decide("A-7", Options(date="dmy"), by=BY, why=WHY).state == "again"
    assert untouched(case) == before
    turned = case.decide("A-7", Options(date="mdy"), by=BY, why="The bank corrected itself")
    assert turned.state == "read-anew" and len(case.decisions) == 2


def test_a_source_is_named_by_exhibit_name_hash_or_number(case: Case) -> None:
    source = case.source("A-7")["source"]
    for which in ("open.csv", source, source[:8], source[:8].upper()):
        assert case.source(which)["source"] == source
    number = str(case.store.known().index(case.source("proved.csv")["source"]) + 1)
    assert case.source(number)["name"] == "proved.csv"
    with pytest.raises(UsageError, match="no exhibit"):
        case.source(source[:3])


def test_a_confidential_source_is_not_there_unless_asked_for(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "sar.csv"
    path.write_text(OPEN.replace("rent", "hush"))
    case.add(path, exhibit=Exhibit(exhibit_no="S-1", handling="sar"))
    assert len(case.undecided()) == 1 and len(case.undecided(Policy.stated(None, None, "sar"))) == 2
    with pytest.raises(UsageError, match="no exhibit"):
        case.decide("S-1", Options(date="dmy"), by=BY, why=WHY)
    done = case.decide("S-1", Options(date="dmy"), by=BY, why=WHY, policy=Policy.stated(None, None, "sar"))
    assert done.state == "read-anew"


def test_a_changed_evidence_copy_decides_nothing(case: Case) -> None:
    copy = case.path / "evidence" / case.source("A-7")["source"]
    copy.chmod(0o600)
    copy.write_text(OPEN.replace("7.00", "8.00"))
    with pytest.raises(CaseError, match="not what was received"):
        case.decide("A-7", Options(date="dmy"), by=BY, why=WHY)


def test_damaged_decisions_are_said(case: Case) -> None:
    with (case.path / "case.toml").open("a") as f:
        f.write('\n[[decisions]]\nby = "x"\n')
    with pytest.raises(CaseError, match="cannot be read"):
        _ = case.decisions


def test_what_was_proved_is_kept_with_the_dialect_it_was_read_by(case: Case) -> None:
    record = case.source("proved.csv")
    assert record["proof"][0].startswith("Day comes first")
    data = tomllib.loads(record["dialect"])
    assert data["match"]["header"] == ["Date", "Description", "Amount", "Balance", "Currency"]
    assert data["format"]["date"] == "%d/%m/%Y" and data["format"]["decimal"] == "."
    assert case.source("A-7")["dialect"] == ""


def test_the_kept_dialect_reads_the_next_file_of_the_layout(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "formats"
    folder.mkdir()
    (folder / "proved_table.toml").write_text(case.source("proved.csv")["dialect"])
    path = tmp_path / "next.csv"
    path.write_text(PROVED.replace("14/03", "01/04").replace("15/03", "02/04"))
    (done,) = case.add(path, formats=[folder])
    assert (done.status, done.format) == ("read", "proved_table")
