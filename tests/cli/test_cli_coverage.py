"""``case show`` draws what is there against the months, marks breaks, and says what is missing and whom to ask."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from fininit.case import Case, Exhibit, Options
from fininit.cli.case import command
from fininit.cli.coverage import COLUMNS, ROWS, grid

TOKEN = "AC-ABCD-EFGH-IJKL-MNOP"
OWN = "DE46990100000000001001"


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FININIT_KEYS", str(tmp_path / "keys"))


def month(year: int, n: int, lines: int = 1, state: str = "lines", **more: Any) -> dict[str, Any]:
    made = {"account": TOKEN, "currency": "EUR", "month": date(year, n, 1), "lines": lines, "state": state, "breaks": 0}
    return made | more


def drawn(rows: list[dict[str, Any]], width: int = 100) -> list[str]:
    out = io.StringIO()
    grid(rows, Console(file=out, width=width, markup=False, emoji=False, highlight=False))
    return [line.rstrip() for line in out.getvalue().splitlines() if line.strip()]


def test_twelve_months_fit_in_a_hundred_columns() -> None:
    rows = [month(2026, n, 9_999, breaks=1) for n in range(1, 13)]
    text = drawn(rows)
    assert max(map(len, text)) <= 100
    assert text[-1].split() == [TOKEN, "EUR", *["9999!"] * 12]
    assert text[0].split()[-12:] == ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def test_each_state_has_its_mark() -> None:
    rows = [
        month(2026, 1, 12_345),
        month(2026, 2, 0, "none"),
        month(2026, 3, 0, "not-shown"),
        month(2026, 4, 0, "gap"),
        month(2026, 5, 3, breaks=2),
        month(2026, 7, 0, "asked"),
    ]
    assert drawn(rows)[-1].split() == [TOKEN, "EUR", "12k", "0", "?", "!", "3!", "-"]


def test_many_months_are_folded_and_a_break_is_not_folded_away(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [month(y, n, 1, breaks=int((y, n) == (2025, 5))) for y in (2024, 2025, 2026) for n in range(1, 13)]
    text = drawn(rows)
    assert text[0].split() == ["Q1", "Q2", "Q3", "Q4"] * 3
    assert text[-1].split()[2:] == [*["3"] * 5, "3!", *["3"] * 6]
    rows += [month(2020, 1, 0, "gap")]
    assert drawn(rows)[0].split() == ["account", "2020", "2021", "2022", "2023", "2024", "2025", "2026"]
    assert drawn(rows)[-1].split()[2:] == ["!", "12", "12!", "12"]
    assert "a quarter" in capsys.readouterr().out


def test_what_is_not_drawn_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [month(y, 6) for y in range(2000, 2027)]
    assert len(drawn(rows)[0].split()) == COLUMNS + 1
    assert "15 years before" in capsys.readouterr().out
    drawn([month(2026, 1, account=f"AC-{n:03}") for n in range(ROWS + 5)])
    assert "5 accounts with fewer lines" in capsys.readouterr().out


# ------------------------------------------------------------------------------------------------------------ a case


def statement(day: int, opening: int, amount: int) -> bytes:
    lines = [
        ":20:T", f":25:{OWN}", ":28C:1/1", f":60F:C2601{day:02}EUR{opening},00",
        f":61:2601{day:02}01{day:02}D{amount},00NTRFNONREF",
        ":86:166?00UEBERWEISUNG?20SVWZ+TO +12025550147?31DE19990100000000001002?32TESS VANDERLOO",
        f":62F:C2601{day:02}EUR{opening - amount},00", "-", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def shown(case: Case, *more: str) -> str:
    done = CliRunner().invoke(command, ["show", str(case.path), *more], standalone_mode=False)
    assert done.exception is None
    return done.stdout


def test_a_case_shows_what_is_missing_and_whom_to_ask(tmp_path: Path) -> None:
    files = tmp_path / "in"
    files.mkdir()
    (files / "a.sta").write_bytes(statement(2, 100, 10))
    (files / "b.sta").write_bytes(statement(9, 70, 5))
    case = Case.new(tmp_path / "case")
    case.add(files / "*", exhibit=Exhibit(accounts_asked=f"{OWN} acct:hidden:77"))
    text = shown(case)
    assert "not produced" in text and "gap" in text and "-20.00" in text and "2!" in text
    assert "Whom to ask next" in text and "PH-" in text
    answer = json.loads(shown(case, "--json"))
    assert [r["lines"] for r in answer["coverage"]] == [2]
    assert text.index("not produced") < text.index("gap")
    assert {(r["kind"], r["difference"]) for r in answer["missing"]} == {("not-produced", None), ("gap", "-20.00")}
    assert [(r["rank"], r["money"], r["first"]) for r in answer["next_requests"]] == [
        (1, "15.00", "2026-01-02"),
        (2, "15.00", "2026-01-02"),
    ]
    for out in (text, json.dumps(answer)):
        for secret in (OWN, "DE1999", "2025550147", "hidden", "VANDERLOO"):
            assert secret not in out
    assert OWN in shown(case, "--identify", "all", "--reason", "test", "--json")


def test_where_nothing_is_missing_nothing_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "a.sta").write_bytes(statement(2, 100, 10))
    case = Case.new(tmp_path / "case")
    case.add(tmp_path / "a.sta")
    assert "Nothing is missing" in shown(case)
    assert "not verified" not in shown(case)


def test_what_holds_of_many_accounts_is_said_once(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    for n in range(5):
        path = tmp_path / f"{n}.csv"
        lines = f"01/13/2026,01/14/2026,SHOP,Shopping,Sale,-{n}.50,\n01/15/2026,01/16/2026,SHOP,Shopping,Sale,-2.00,\n"
        path.write_text("Transaction Date,Post Date,Description,Category,Type,Amount,Memo\n" + lines)
        case.add(path, options=Options(account=f"acct:bank:{n}"))
    assert case.missing().height == 10
    text = shown(case)
    assert text.count("5 accounts") == 2 and text.count("both ends not verified") == 1
