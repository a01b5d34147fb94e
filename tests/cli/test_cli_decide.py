"""``fininit decide``: lists what is open, settles it, and says what it takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fininit.cli.app import call

OPEN = "Date,Description,Amount\n02/03/2024,rent,-5.00\n04/03/2024,pay,7.00\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.setenv("FININIT_KEYS", str(tmp_path / "keys"))
    path = tmp_path / "ada-lovelace.csv"
    path.write_text(OPEN)
    assert call(["case", "new", str(tmp_path / "case")]) == 0
    assert call(["import", str(tmp_path / "case"), str(path), "--exhibit", "A-7"]) == 3
    assert f"fininit decide {tmp_path / 'case'}" in capsys.readouterr().err
    return tmp_path / "case"


def test_without_options_it_lists_what_is_open(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["decide", str(folder)]) == 3
    said = capsys.readouterr()
    assert "--date dmy or --date mdy" in said.out and said.out.count("Then: ") == 2
    assert "ada" not in said.out + said.err
    assert call(["decide", str(folder), "--json"]) == 3
    (one,) = json.loads(capsys.readouterr().out)
    assert [i["code"] for i in one["open"]] == ["date-undecided", "currency-undecided", "sign-undecided"]
    assert one["open"][0]["row"] == 2 and one["stated"] == {}


def test_a_decision_settles_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    who = ["--by", "A. Analyst", "--why", "The bank's letter"]
    assert call(["decide", str(folder), "A-7", "--date", "dmy", *who]) == 3
    assert call(["decide", str(folder), "A-7", "--currency", "EUR", "--sign", "holder", "--json", *who]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["rows"]["entries"], answer["question"]) == ("read", 2, "")
    assert call(["decide", str(folder)]) == 0
    assert "Nothing is open" in capsys.readouterr().err
    assert call(["case", "verify", str(folder)]) == 0


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["A-7", "--date", "dmy"], "who takes it"),
        (["--date", "dmy", "--by", "A", "--why", "b"], "needs the file"),
        (["A-7", "--date", "ymd", "--by", "A", "--why", "b"], "contradicts"),
        (["A-7", "--columns", "amount", "--by", "A", "--why", "b"], "NAME=LETTER"),
        (["A-9", "--date", "dmy", "--by", "A", "--why", "b"], "no exhibit"),
    ],
)
def test_a_wrong_call_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], given: list[str], says: str
) -> None:
    before = (folder / "manifest.jsonl").read_bytes(), (folder / "case.toml").read_bytes()
    assert call(["decide", str(folder), *given]) == 2
    assert says in capsys.readouterr().err
    assert ((folder / "manifest.jsonl").read_bytes(), (folder / "case.toml").read_bytes()) == before
