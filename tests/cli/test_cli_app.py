"""The command line: quick to answer, errors as sentences, exit codes as promised, hostile text inert."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from fininit.cli.app import COMMANDS, PLANNED
from fininit.errors import Exit


def fininit(
    *args: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the installed command as a user does, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "fininit", *map(str, args)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env=os.environ | (env or {}),
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FININIT_KEYS", str(tmp_path / "keys"))


STARLING = (
    "Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP)\n"
    "02/03/2026,ACME,RENT,FASTER PAYMENT,-10.00,90.00\n03/03/2026,ACME,BACK,FASTER PAYMENT,10.00,100.00\n"
)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_text(STARLING)
    return path


@pytest.mark.parametrize("name", [*COMMANDS, "case new", "case show", "case verify"])
def test_every_command_explains_itself(name: str) -> None:
    for flag in ("-h", "--help"):
        done = fininit(*name.split(), flag)
        assert done.returncode == 0 and "Usage: fininit" in done.stdout and not done.stderr
    if name != "case":
        assert "xample" in done.stdout or name in ("demo",), name


def test_help_and_import_cost_next_to_nothing() -> None:
    code = """
import sys, time
start = time.process_time()
import fininit
assert time.process_time() - start < 0.2
heavy = {"polars", "pandas", "numpy", "numba", "networkx", "narwhals", "openpyxl", "pyvis", "rich", "jinja2"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
from fininit.cli.app import call
call(["--help"])
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_a_command_the_help_is_shown_and_it_is_a_usage_error() -> None:
    done = fininit()
    assert done.returncode == Exit.USAGE and "Commands:" in done.stderr


@pytest.mark.parametrize("name", PLANNED)
def test_what_cannot_be_called_yet_says_so(name: str) -> None:
    done = fininit(name, "x")
    assert done.returncode == Exit.USAGE and "not yet built" in done.stderr


def test_a_mistyped_command_or_format_is_answered_with_the_nearest(tmp_path: Path, good: Path) -> None:
    done = fininit("inspct", good)
    assert done.returncode == Exit.USAGE and "Did you mean 'inspect'?" in done.stderr
    done = fininit("inspect", good, "--format", "wise_205")
    assert done.returncode == Exit.USAGE and "wise_2025" in done.stderr and "Traceback" not in done.stderr


def answer(path: Path, *more: str) -> tuple[int, dict[str, Any]]:
    done = fininit("inspect", path, "--json", *more)
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def test_inspect_answers_in_the_promised_shape(good: Path) -> None:
    code, got = answer(good)
    assert code == 0
    assert (got["format"], got["how"], got["status"]) == ("gb_starling_2018", "declared", "read")
    assert got["rows"] == {"total": 2, "entries": 2, "skipped": 0, "refused": 0}
    (s,) = got["statements"]
    assert s == {
        "account": None,
        "currency": "GBP",
        "entries": 2,
        "sum": "0.00",
        "opening": "100.00",
        "closing": "100.00",
        "first": "2026-03-02",
        "last": "2026-03-03",
        "balance": "ok",
    }
    assert [i["code"] for i in got["issues"]] == ["account-not-named"]


def test_inspect_changes_nothing(good: Path, tmp_path: Path) -> None:
    before = sorted(p.name for p in tmp_path.iterdir())
    fininit("inspect", good, cwd=tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "keys") == before


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.csv", b"", "empty-source"),
        ("zeros.csv", b"\0" * 4096, None),
        ("hello.sta", b"hello", None),
        ("cut.xlsx", b"PK\x03\x04" + b"\0" * 30, None),
        ("latin.csv", "datum;betrag\n01.02.2026;Łódź".encode("cp1250"), None),
        ("dates.csv", b"date,amount\n02/01/2026,-1.00\n03/01/2026,2.00\n", None),
        ("statement.pdf", b"%PDF-1.7\n", "corrupt-container"),
    ],
)
def test_what_is_not_understood_has_a_cause_and_a_next_step(
    tmp_path: Path, name: str, data: bytes, code: str | None
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    ended, got = answer(path)
    assert ended == Exit.NOT_UNDERSTOOD
    assert got["status"] in ("refused", "needs-decision")
    first = got["issues"][0]
    assert first["message"].endswith((".", "?")) and (first["hint"] or got["question"]), first
    assert code is None or first["code"] == code
    done = fininit("inspect", path)
    assert done.returncode == Exit.NOT_UNDERSTOOD and first["message"][:20] in done.stderr.replace("\n", " ")


@pytest.mark.parametrize("missing", ["none.csv", "folder"])
def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path, missing: str) -> None:
    (tmp_path / "folder").mkdir()
    code, got = answer(tmp_path / missing)
    assert code == Exit.NOT_UNDERSTOOD and got["status"] == "refused" and got["issues"][0]["hint"]


def test_run_goes_on_behind_a_bad_file_and_says_so(tmp_path: Path, good: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"\0" * 4096)
    done = fininit("run", bad, good, "-o", tmp_path / "out")
    assert done.returncode == Exit.NOT_UNDERSTOOD
    assert done.stdout.strip() == str(tmp_path / "out" / "report.html")
    assert "bad.csv" in done.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["rows"] == {"total": 2, "entries": 2, "skipped": 0, "refused": 0}


def test_strict_ends_with_four_when_a_row_was_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(STARLING + "13/13/2026,ACME,X,FASTER PAYMENT,1.00,101.00\n")
    assert fininit("run", path, "-o", tmp_path / "a").returncode == Exit.OK
    assert fininit("run", path, "-o", tmp_path / "b", "--strict").returncode == Exit.REFUSED_ROWS


def test_identities_need_a_reason(tmp_path: Path, good: Path) -> None:
    done = fininit("run", good, "-o", tmp_path / "out", "--identify", "all")
    assert done.returncode == Exit.USAGE and "--reason" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_case_from_new_to_verify(tmp_path: Path, good: Path) -> None:
    case = tmp_path / "op"
    assert fininit("case", "new", case, "--region", "GB").returncode == 0
    assert fininit("import", case, good, "--account", "acct:starling:1").returncode == 0
    again = fininit("import", case, good, "--json")
    assert json.loads(again.stdout)[0]["state"] == "again"
    shown = fininit("case", "show", case)
    assert shown.returncode == 0 and "adds up" in shown.stdout and "acct:starling:1" not in shown.stdout
    done = fininit("report", case)
    assert done.returncode == 0 and (case / "reports" / "report.html").exists()
    verified = json.loads(fininit("case", "verify", case, "--json").stdout)
    assert verified["ok"] is True
    assert fininit("case", "verify", case, "--head", verified["head"]).returncode == 0
    assert fininit("case", "verify", case, "--head", "0" * 64).returncode == Exit.ERROR
    missing = fininit("report", tmp_path / "none")
    assert missing.returncode == Exit.ERROR and "fininit case new" in missing.stderr


def test_hostile_names_and_settings_reach_no_terminal_raw(tmp_path: Path, good: Path) -> None:
    evil = tmp_path / "a\x1b]52;c;ZXZpbA==\x07[b]\u202e.csv"
    evil.write_bytes(good.read_bytes())
    for call in (["inspect", evil], ["run", evil, "-o", tmp_path / "out"]):
        done = fininit(*call)
        assert done.returncode == 0, done.stderr
        talk = done.stdout + done.stderr
        assert "\x1b" not in talk and "\x07" not in talk and "\u202e" not in talk
        assert "[U+001B]" in talk and "[b]" in talk


def test_formats_lists_and_prints_what_can_be_copied() -> None:
    listed = json.loads(fininit("formats", "--json").stdout)
    names = [f["name"] for f in listed]
    assert "mt940" in names and "gb_starling_2018" in names and len(names) >= 6
    assert 'name = "gb_starling_2018"' in fininit("formats", "gb_starling_2018").stdout
    assert fininit("formats", "gb_starling_201").returncode == Exit.USAGE


def test_a_closed_pipe_is_no_error(good: Path) -> None:
    line = f"{sys.executable} -m fininit formats --json | head -c 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr


def test_the_demo_ends_with_the_path_of_its_report(tmp_path: Path) -> None:
    done = fininit("demo", "-o", tmp_path / "demo", "--size", "0.05")
    assert done.returncode == 0, done.stderr
    page = Path(done.stdout.strip())
    assert page == tmp_path / "demo" / "report.html" and page.stat().st_size > 50_000
    summary = json.loads((tmp_path / "demo" / "summary.json").read_text())
    assert summary["rows"]["refused"] == 0 and summary["networks"][0]["listings"] > 0
    assert summary["listings"]["linked"] > 0 and summary["links"]["instrument"] > 0
    (trace,) = summary["traces"]
    assert trace["rule"] == "fifo" and trace["difference"] == "0.00" and trace["stops"]["still-held"]
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert [line.split()[0] for line in lines[-6:]] == ["Read", "Transfers", "Groups", "Links", "Trace", "Report"]


def test_a_demo_again_is_the_same_and_another_does_not_mix_with_it(tmp_path: Path) -> None:
    first = fininit("demo", "-o", tmp_path / "demo", "--size", "0.05", "--redacted")
    page = (tmp_path / "demo" / "report.html").read_bytes()
    again = fininit("demo", "-o", tmp_path / "demo", "--size", "0.05", "--redacted")
    assert first.returncode == again.returncode == 0
    assert (tmp_path / "demo" / "report.html").read_bytes() == page
    other = fininit("demo", "-o", tmp_path / "demo", "--size", "0.05", "--seed", "2")
    assert other.returncode == 2 and "another practice case" in other.stderr


def test_the_name_of_a_sheet_is_in_no_answer(tmp_path: Path) -> None:
    book = Workbook()
    for n, sheet in enumerate((book.active, book.create_sheet("Quixby"))):
        assert sheet is not None
        if n == 0:
            for line in STARLING.splitlines():
                sheet.append(line.split(","))
        else:
            sheet.append(["something", "else"])
    path = tmp_path / "book.xlsx"
    book.save(path)
    case = tmp_path / "op"
    fininit("case", "new", case)
    done = fininit("import", case, path, "--json", "--format", "gb_starling_2018")
    (one,) = json.loads(done.stdout)
    assert "sheet-not-read" in [i["code"] for i in one["issues"]], one
    assert "Quixby" not in done.stdout + done.stderr


def test_inspect_needs_no_key_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    path = tmp_path / "x.sta"
    path.write_text(
        ":20:T\r\n:25:DE46990100000000001001\r\n:28C:1/1\r\n:60F:C260105EUR100,00\r\n"
        ":61:2601060106D40,00NTRFNONREF\r\n:62F:C260106EUR60,00\r\n-\r\n"
    )
    done = fininit("inspect", path, "--json", env={"FININIT_KEYS": str(tmp_path / "file" / "keys")})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["statements"][0]["account"].startswith("AC-")


def test_a_terminal_without_the_letters_ends_no_run(tmp_path: Path, good: Path) -> None:
    env = {"PYTHONIOENCODING": "ascii:strict", "LC_ALL": "C"}
    case = tmp_path / "op"
    assert fininit("case", "new", case, "--name", "Łódź 🔥", env=env).returncode == 0
    assert fininit("import", case, good, env=env).returncode == 0
    shown = fininit("case", "show", case, env=env)
    assert shown.returncode == 0 and "fault of fininit" not in shown.stderr
    out = tmp_path / "łódź"
    done = fininit("run", good, "-o", out, env=env)
    assert done.returncode == 0 and (out / "report.html").exists(), done.stderr


def test_a_case_that_cannot_be_written_is_a_sentence(tmp_path: Path, good: Path) -> None:
    case = tmp_path / "op"
    fininit("case", "new", case)
    (case / ".lock").unlink(missing_ok=True)
    (case / ".lock").mkdir()
    done = fininit("import", case, good)
    assert done.returncode == Exit.ERROR and "cannot be written to" in done.stderr
    occupied = tmp_path / "file"
    occupied.write_text("x")
    done = fininit("run", good, "-o", occupied)
    assert done.returncode == Exit.USAGE and occupied.read_text() == "x"


def test_a_broken_dialect_is_named_and_stops_nothing(tmp_path: Path, good: Path) -> None:
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "mine.toml").write_text('name = "mine"\nbogus = 1\n')
    for call in (["formats"], ["inspect", good], ["run", good, "-o", tmp_path / "out"]):
        done = fininit(*call, cwd=tmp_path)
        assert done.returncode == 0 and "mine.toml" in done.stderr, call


@pytest.mark.parametrize("command", ["run", "import", "inspect"])
def test_an_unreadable_file_does_not_stop_the_others(command: str) -> None:
    """click would end the whole call before the other files are opened."""
    (files,) = (p for p in import_module(COMMANDS[command][0]).command.params if p.name in ("files", "file"))
    assert files.type.readable is False
