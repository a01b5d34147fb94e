"""``trace`` and ``simulate`` as a user meets them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fininit.case import Case, Tracing
from fininit.cli.app import app, call
from fininit.errors import Exit

MADE_UP = Path(__file__).resolve().parents[2] / "examples" / "made-up-case"
COLLECTOR = "iban:DE46990100000000001001"


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setenv("FININIT_KEYS", str(tmp_path / "keys"))
    made = Case.new(tmp_path / "case")
    made.add(MADE_UP / "*")
    return made


def fininit(*args: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in args], standalone_mode=False, catch_exceptions=False)


def test_a_trace_adds_up_and_names_nobody(case: Case) -> None:
    done = fininit("trace", case.path, "--from", COLLECTOR, "--rule", "fifo", "--json")
    got = json.loads(done.stdout)
    assert got["rule"] == "fifo"
    total = next(r for r in got["totals"] if r["tag"] is None)
    assert total["difference"] == "0.00" and total["traced_in"] != "0.00"
    # By hand: 812.40 was there and 640.00 of it paid the rent, so 172.40 of the first payment on is not attributed.
    first = next(r for r in got["steps"] if r["depth"] == 1)
    assert Decimal(first["amount"]) - Decimal(first["traced"]) == Decimal("172.40")
    assert "990100" not in done.output and "OLDENBROOK" not in done.output
    shown = fininit("trace", case.path, "--from", COLLECTOR, "--rule", "fifo")
    assert "still held (difference 0.00)" in shown.output and "990100" not in shown.output


def test_a_pseudonym_from_a_report_is_a_start_too(case: Case) -> None:
    token = case.door().render(COLLECTOR, "account")
    by_token = json.loads(fininit("trace", case.path, "--from", token, "--rule", "fifo", "--json").stdout)
    by_account = json.loads(fininit("trace", case.path, "--from", COLLECTOR, "--rule", "fifo", "--json").stdout)
    assert by_token == by_account


def test_every_trace_is_logged_the_refused_ones_too(case: Case) -> None:
    assert call(["trace", str(case.path), "--from", COLLECTOR]) == Exit.USAGE
    assert call(["trace", str(case.path), "--from", "nobody", "--rule", "fifo"]) == Exit.USAGE
    assert call(["trace", str(case.path), "--from", COLLECTOR, "--rule", "fifo"]) == Exit.OK
    logged = [line for line in case.manifest.lines() if line["what"] == "trace"]
    assert [(line["rule"], line.get("refused")) for line in logged] == [
        ("", "no-rule"),
        ("fifo", "unknown-account"),
        ("fifo", None),
    ]
    assert "990100" not in json.dumps(logged)


def test_without_a_rule_the_rules_are_listed(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    call(["trace", str(case.path), "--from", COLLECTOR])
    said = capsys.readouterr().err
    assert "no default" in said and "fifo" in said and "not yet built" in said


def test_an_unknown_start_shows_near_ones_as_pseudonyms(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    call(["trace", str(case.path), "--from", "MIRA OLDENBROOC", "--rule", "fifo"])
    said = capsys.readouterr().err
    assert case.door().render(COLLECTOR, "account") in said
    assert "990100" not in said and "OLDENBROOK" not in said


def test_a_scene_is_written_with_its_key_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["simulate", "apartments", str(tmp_path / "scene"), "--size", "0.05"]) == Exit.OK
    assert capsys.readouterr().out.strip() == str(tmp_path / "scene")
    assert (tmp_path / "scene" / "answer-key").is_dir() and list((tmp_path / "scene" / "returns").iterdir())
    assert call(["simulate", "nowhere", str(tmp_path / "other")]) == Exit.USAGE
    assert "apartments" in capsys.readouterr().err


def test_a_run_and_a_report_show_a_trace_when_start_and_rule_are_given(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = fininit("report", case.path, "-o", out, "--from", COLLECTOR, "--rule", "fifo")
    assert "Trace      fifo: EUR" in done.output and "990100" not in done.output
    (trace,) = json.loads((out / "summary.json").read_text())["traces"]
    ends = sum((Decimal(v) for v in trace["stops"].values()), Decimal(0))
    assert ends == Decimal(trace["traced_in"]) == Decimal(trace["ended"]) + Decimal(trace["remaining"])
    files = sorted(str(p) for p in MADE_UP.iterdir())
    again = fininit("run", *files, "-o", tmp_path / "run", "--from", COLLECTOR, "--rule", "fifo")
    assert "Trace      fifo: EUR" in again.output
    plain = fininit("report", case.path, "-o", out)
    assert "Trace" not in plain.output and json.loads((out / "summary.json").read_text())["traces"] == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--rule", "fifo"], "A rule needs a start"),
        (["--from", COLLECTOR], "fifo           First in, first out"),
        (["--from", COLLECTOR, "--rule", "fifi"], "Did you mean"),
    ],
)
def test_a_run_is_refused_before_it_reads_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    files = sorted(str(p) for p in MADE_UP.iterdir())
    assert call(["run", *files, "-o", str(tmp_path / "out"), *given]) == Exit.USAGE
    assert said in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_a_trace_leaves_in_the_order_of_pseudonyms_and_numbers(case: Case, tmp_path: Path) -> None:
    frames = case.trace(COLLECTOR, rule="fifo", through=True).frames
    assert frames["coverage"].height > 3
    for name in ("coverage", "remaining", "schedule"):
        shown = frames[name]["account"].to_list()
        assert shown == sorted(shown), name
    held = frames["breaks"].filter(frames["breaks"]["transfer_id"].is_null())["account"].to_list()
    assert held == sorted(held) and frames["breaks"]["transfer_id"][-len(held) :].is_null().all()
    model = case.report(tmp_path / "out", tracing=Tracing((COLLECTOR,), "fifo", through=True)).model
    for table in (model.trace_coverage, model.trace_schedule):
        numbers = [int(a[1:]) for a in table["account"]]
        assert numbers == sorted(numbers)
    assert set(model.trace_schedule["line"].head(2)) == {1, 2}


def test_a_run_with_an_unknown_start_says_that_the_files_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted(str(p) for p in MADE_UP.iterdir())
    asked = ["run", *files, "-o", str(tmp_path / "out"), "--rule", "fifo", "--from"]
    assert call([*asked, "nobody"]) == Exit.USAGE
    said = capsys.readouterr().err
    assert "There is no account like that" in said and "only the report is made" in said
    assert not (tmp_path / "out" / "report.html").exists()
    assert call([*asked, COLLECTOR]) == Exit.OK and (tmp_path / "out" / "report.html").exists()
