"""Listings and traces at the command line: what a person is told of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fininit.cli.app import app, call
from fininit.errors import Exit

LISTING = {"url": "https://board.example.org/1", "text": "Calm flat. Call 202-555-0147.", "region": "US"}
STATEMENT = """\
:20:T\r
:25:DE46990100000000001001\r
:28C:1/1\r
:60F:C260105EUR100,00\r
:61:2601060106D20,00NTRFNONREF\r
:86:166?00UEBERWEISUNG?20SVWZ+TOP UP +12025550147?31DE19990100000000001002?32PHONE SHOP\r
:62F:C260106EUR80,00\r
-\r
"""


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FININIT_KEYS", str(tmp_path / "keys"))


def fininit(*args: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in args], standalone_mode=False, catch_exceptions=False)


def test_inspect_reads_listings_as_an_import_does(tmp_path: Path) -> None:
    path = tmp_path / "ads.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in (LISTING, LISTING | {"text": ""})))
    said = json.loads(fininit("inspect", path, "--json").stdout)
    assert (said["format"], said["status"], said["rows"]["entries"]) == ("listings-jsonl", "read", 2)
    assert "no-text" in {issue["code"] for issue in said["issues"]}
    assert "202-555" not in json.dumps(said)


def test_a_report_speaks_of_listings_only_where_there_are_any(tmp_path: Path) -> None:
    money, ads = tmp_path / "a.sta", tmp_path / "ads.jsonl"
    money.write_text(STATEMENT, newline="")
    ads.write_text(json.dumps(LISTING) + "\n")
    without = fininit("run", money, "-o", tmp_path / "without").stderr
    assert "Routes " in without and "listing" not in without
    assert "1 of 1 listing leads to 1 account" in fininit("run", money, ads, "-o", tmp_path / "with").stderr


def test_numbers_whose_country_is_not_certain_are_told(tmp_path: Path) -> None:
    ads = tmp_path / "ads.jsonl"
    both = LISTING | {"region": "AT DE", "text": "Call 0664 1234567"}
    none = {k: v for k, v in LISTING.items() if k != "region"}
    ads.write_text(json.dumps(both) + "\n" + json.dumps(none) + "\n")
    said = fininit("run", ads, "-o", tmp_path / "out").stderr
    assert "2 numbers not taken: right in two countries, or written without its own; --region says which" in said
    assert "none of 2 listings leads to an account" in said and "0664" not in said
    assert "1 number not taken" in fininit("run", ads, "-o", tmp_path / "us", "--region", "US").stderr


@pytest.mark.parametrize(
    "choice", [["--depth", "0"], ["--since", "2026-01-01"], ["--order", "debits-first"], ["--through"]]
)
def test_a_choice_of_a_trace_without_a_start_is_not_passed_over(
    tmp_path: Path, choice: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(["report", str(tmp_path), *choice]) == Exit.USAGE
    assert f"{choice[0]} needs a start." in capsys.readouterr().err


def test_a_region_is_checked_before_anything_is_kept_and_never_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ads, out = tmp_path / "ads.jsonl", str(tmp_path / "out")
    ads.write_text(json.dumps(LISTING | {"region": ""}) + "\n")
    assert call(["case", "new", str(tmp_path / "case"), "--region", "Narnia"]) == Exit.USAGE
    assert "two letters" in capsys.readouterr().err and not (tmp_path / "case").exists()
    assert call(["run", str(ads), "-o", out, "--region", "Narnia"]) == Exit.USAGE
    assert call(["run", str(ads), "-o", out, "--region", "US"]) == Exit.OK
    assert call(["run", str(ads), "-o", out, "--region", "US"]) == Exit.OK
    for other in (["--region", "DE"], []):
        assert call(["run", str(ads), "-o", out, *other]) == Exit.USAGE
        assert "another region" in capsys.readouterr().err
