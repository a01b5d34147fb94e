"""The action log: a chain in which no line can be changed, dropped or moved unseen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.errors import CaseError
from fininit.evidence import keys
from fininit.evidence.custody import START, Manifest


def log(folder: Path, n: int = 3) -> Manifest:
    m = Manifest(folder / "manifest.jsonl", now=lambda: "2026-03-02T10:00:00Z", who=lambda: "tester")
    for i in range(n):
        m.append("import", {"source": f"{i:064x}"})
    return m


def test_lines_are_chained_from_the_start(tmp_path: Path) -> None:
    lines = log(tmp_path).lines()
    assert [line["seq"] for line in lines] == [1, 2, 3]
    assert lines[0]["prev"] == START
    assert [line["prev"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]
    assert log(tmp_path, 0).head() == lines[-1]["hash"]


def test_the_same_deeds_at_the_same_time_seal_alike(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    assert log(tmp_path).head() == log(tmp_path / "b").head()


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_changed_byte_is_found(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    m = log(tmp_path_factory.mktemp("log"))
    body = bytearray(m.path.read_bytes())
    at = data.draw(st.integers(0, len(body) - 2))
    body[at] ^= data.draw(st.integers(1, 255))
    m.path.write_bytes(bytes(body))
    with pytest.raises(CaseError, match="line"):
        m.lines()


@pytest.mark.parametrize("order", [[1, 2], [0, 2], [0, 2, 1], [0, 1, 1, 2]])
def test_dropped_moved_and_doubled_lines_are_found(tmp_path: Path, order: list[int]) -> None:
    m = log(tmp_path)
    lines = m.path.read_bytes().splitlines(keepends=True)
    m.path.write_bytes(b"".join(lines[i] for i in order))
    with pytest.raises(CaseError):
        m.lines()


def test_a_cut_tail_fits_together_which_is_why_heads_are_pinned(tmp_path: Path) -> None:
    m = log(tmp_path)
    head = m.head()
    m.path.write_bytes(b"".join(m.path.read_bytes().splitlines(keepends=True)[:2]))
    assert m.head() != head


def test_an_unfinished_last_line_is_written_over(tmp_path: Path) -> None:
    m = log(tmp_path)
    whole = m.path.read_bytes()
    m.path.write_bytes(whole + b'{"seq":4,"wh')
    assert len(m.lines()) == 3
    m.append("report", {})
    assert m.path.read_bytes().startswith(whole)
    assert [line["what"] for line in m.lines()] == ["import", "import", "import", "report"]


def test_lines_are_canonical_json(tmp_path: Path) -> None:
    for raw in log(tmp_path).path.read_text(encoding="ascii").splitlines():
        assert raw == json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":"))


def test_a_key_is_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FININIT_KEYS", str(tmp_path / "keys"))
    first = keys.key_for("c1")
    assert keys.key_for("c1") == first and len(first) == 32
    assert keys.key_for("c2") != first
    assert (tmp_path / "keys" / "c1.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "keys" / "c1.key").write_text("hello")
    with pytest.raises(CaseError, match="not a case key"):
        keys.key_for("c1")
    with pytest.raises(CaseError):
        keys.load(tmp_path / "none.key")


def test_two_processes_that_log_at_once_break_no_chain(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from fininit.evidence.custody import Manifest
m = Manifest(Path(sys.argv[1]))
for _ in range(25):
    m.append("report", {})
"""
    path = tmp_path / "manifest.jsonl"
    running = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(3)]
    assert [p.wait(60) for p in running] == [0, 0, 0]
    assert len(Manifest(path).lines()) == 75


def test_a_line_that_does_not_fit_the_disk_is_not_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    m = log(tmp_path)
    whole = m.path.read_bytes()
    write = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: write(fd, data[:20], at))
    with pytest.raises(CaseError, match="action log cannot be written"):
        m.append("report", {})
    assert m.path.read_bytes() == whole


def test_the_log_does_not_believe_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody else")
    m = Manifest(tmp_path / "manifest.jsonl")
    m.append("report", {})
    assert m.lines()[0]["who"] != "somebody else"


def test_a_nested_line_is_a_broken_one(tmp_path: Path) -> None:
    m = log(tmp_path)
    m.path.write_bytes(m.path.read_bytes() + b"[" * 200_000 + b"\n")
    with pytest.raises(CaseError, match="line 4"):
        m.lines()


def test_a_key_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FININIT_KEYS", str(tmp_path / "keys"))

    def cut(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as c:
        c.setattr(os, "fsync", cut)
        with pytest.raises(KeyboardInterrupt):
            keys.key_for("c1")
    assert len(keys.key_for("c1")) == 32
    assert sorted(p.name for p in (tmp_path / "keys").iterdir()) == [".lock", "c1.key"]


def test_without_a_home_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("no home")

    for name in ("FININIT_KEYS", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(CaseError) as e:
        keys.key_for("c1")
    assert "FININIT_KEYS" in e.value.hint
