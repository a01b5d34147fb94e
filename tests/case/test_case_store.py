"""A case counts a file once, keeps what it received, and shows when anything was changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from fininit.case import Case, Exhibit, run
from fininit.errors import CaseError, UsageError
from fininit.importers.base import Options

Returns = Callable[[], list[Path]]


def made(tmp_path: Path, files: list[Path]) -> Case:
    case = Case.new(tmp_path / "case", "Test")
    case.add(files)
    return case


def test_both_sides_of_a_payment_are_one_transfer(tmp_path: Path, returns: Returns) -> None:
    case = made(tmp_path, returns())
    ledger = case.ledger()
    assert ledger.entries.height == 4
    assert ledger.transfers.height == 3
    assert ledger.transfers["amount"].sum() == Decimal("87.50")
    assert ledger.merged == 1
    assert case.verify() == []


def test_importing_again_or_in_another_order_changes_nothing(tmp_path: Path, returns: Returns) -> None:
    files = returns()
    one, two = Case.new(tmp_path / "one"), Case.new(tmp_path / "two")
    one.add(files)
    before = one.ledger().transfers
    assert {o.state for o in one.add(files)} == {"again"}
    two.add(files[::-1])
    assert one.ledger().transfers.equals(before)
    assert two.ledger().transfers.equals(before)
    for name in ("entries", "statements", "issues"):
        for p in sorted((tmp_path / "one" / name).iterdir()):
            assert p.read_bytes() == (tmp_path / "two" / name / p.name).read_bytes()


def test_modes_are_private(tmp_path: Path, returns: Returns) -> None:
    case = made(tmp_path, returns())
    for p in [case.path, *case.path.rglob("*")]:
        mode = p.stat().st_mode & 0o777
        assert mode == (0o700 if p.is_dir() else 0o400 if p.parent.name == "evidence" else 0o600), p
    case.path.chmod(0o755)
    with pytest.raises(CaseError, match="open to other users"):
        Case(case.path)


@pytest.mark.parametrize("victim", ["evidence", "entries", "statements", "issues", "manifest.jsonl"])
def test_verify_names_a_changed_file(tmp_path: Path, returns: Returns, victim: str) -> None:
    case = made(tmp_path, returns())
    path = case.path / victim
    if path.is_dir():
        path = sorted(path.iterdir())[0]
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert len(case.verify()) >= 1


def test_a_removed_source_is_missed(tmp_path: Path, returns: Returns) -> None:
    case = made(tmp_path, returns())
    next((case.path / "sources").iterdir()).unlink()
    assert any("in the log and not in the case" in s for s in case.verify())


def test_an_import_cut_off_before_the_end_is_done_again(
    tmp_path: Path, returns: Returns, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = returns()
    case = Case.new(tmp_path / "case")
    from fininit.ledger.store import Store

    seal = Store.seal
    for broken in ("write", "seal"):

        def fail(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Store, broken, fail)
        with pytest.raises(KeyboardInterrupt):
            case.add(files[0])
        monkeypatch.undo()
        monkeypatch.setenv("FININIT_KEYS", str(tmp_path / "keys"))
        assert case.ledger().entries.height == 0
    assert Store.seal is seal
    case.add(files)
    assert case.ledger().transfers.height == 3
    assert case.verify() == []


def test_one_bad_file_stops_only_itself(tmp_path: Path, returns: Returns) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"\x00" * 4096)
    folder = tmp_path / "folder"
    folder.mkdir()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "link.sta"
    files = returns()
    link.symlink_to(files[0])
    case = Case.new(tmp_path / "case")
    done = case.add([bad, folder, pipe, link, tmp_path / "none.csv", *files])
    assert [o.understood for o in done] == [False] * 5 + [True] * 3
    assert all(o.issues and o.issues[0].message and o.issues[0].hint for o in done[:5])
    assert case.ledger().transfers.height == 3


def test_an_account_that_the_file_does_not_name_can_be_named_later(tmp_path: Path) -> None:
    path = tmp_path / "starling.csv"
    path.write_text(
        "Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP)\n"
        "02/03/2026,ACME,RENT,FASTER PAYMENT,-10.00,90.00\n03/03/2026,ACME,BACK,FASTER PAYMENT,10.00,100.00\n"
    )
    case = Case.new(tmp_path / "case")
    first = case.add(path)[0]
    assert [i.code for i in first.issues] == ["account-not-named"]
    (account,) = case.ledger().entries["account"].unique()
    assert account == f"source:{case.store.known()[0][:8]}"
    again = case.add(path, options=Options(account="acct:starling:1"))[0]
    assert again.state == "read-anew"
    assert case.ledger().entries["account"].unique().to_list() == ["acct:starling:1"]
    assert case.verify() == []
    assert case.add(path)[0].state == "again", "a later import without the account must not take it away"
    assert case.ledger().entries["account"].unique().to_list() == ["acct:starling:1"]


def test_exhibit_facts_are_kept_and_confidential_sources_stay_out(tmp_path: Path, returns: Returns) -> None:
    from fininit.evidence.redaction import Policy

    files = returns()
    case = Case.new(tmp_path / "case")
    case.add(files[:2], exhibit=Exhibit(producer="A bank", legal_authority="Order 1", received_on="2026-02-01"))
    case.add(files[2], exhibit=Exhibit(handling="sar"))
    assert case.sources().height == 2
    assert case.sources()["producer"].unique().to_list() == ["A bank"]
    assert case.ledger().transfers.height == 1
    assert case.ledger(Policy(handling=frozenset({"sar"}))).transfers.height == 3
    with pytest.raises(UsageError, match="handling"):
        Exhibit(handling="secret")


def test_frames_leave_through_the_door_and_opening_is_logged(tmp_path: Path, returns: Returns) -> None:
    case = made(tmp_path, returns())
    shut = case.frame("transfers")
    assert not shut["debtor_name"].str.contains("VANDERLOO").any()
    assert shut["amount"].sum() == Decimal("87.50")
    opened = case.frame("transfers", identify="all", reason="test")
    assert opened["debtor_name"].str.contains("VANDERLOO").any()
    assert [line["what"] for line in case.manifest.lines()].count("identify") == 1
    with pytest.raises(UsageError, match="tables are"):
        case.frame("people")
    assert "VANDERLOO" not in repr(case)


def test_pandas_keeps_text_and_decimals(tmp_path: Path, returns: Returns) -> None:
    case = made(tmp_path, returns())
    frame = case.frame("transfers", identify="all", reason="test")
    pandas = frame.to_pandas()
    assert sorted(pandas["amount"]) == sorted(frame["amount"]) and isinstance(pandas["amount"][0], Decimal)
    assert list(pandas["debtor_account"]) == frame["debtor_account"].to_list()
    entries = case.frame("entries", identify="all", reason="test").with_columns(cheque_no=pl.lit("000123"))
    assert entries.to_pandas()["cheque_no"][0] == "000123"


def test_a_case_of_a_newer_version_is_not_misread(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    toml = case.path / "case.toml"
    toml.write_text(toml.read_text().replace("format = 1", "format = 2"))
    with pytest.raises(CaseError, match="version 2"):
        Case(case.path)
    with pytest.raises(CaseError, match="not a case folder"):
        Case(tmp_path)
    with pytest.raises(CaseError, match="already"):
        Case.new(case.path)


def test_a_second_process_waits_its_turn(tmp_path: Path, returns: Returns) -> None:
    from fininit.ledger.files import locked

    case = Case.new(tmp_path / "case")
    with locked(case.path / ".lock"), pytest.raises(CaseError, match="Another fininit"):
        case.add(returns())


@pytest.mark.parametrize("method", ["leiden", "louvain"])
def test_two_runs_give_the_same_bytes(tmp_path: Path, returns: Returns, method: str) -> None:
    files = returns()
    one = run(files, tmp_path / "one", method=method)
    two = run(files[::-1], tmp_path / "two", method=method)
    assert one.report.hashes == two.report.hashes
    for name in ("report.html", "workbook.xlsx", "summary.json"):
        data = (tmp_path / "one" / name).read_bytes()
        assert data == (tmp_path / "two" / name).read_bytes()
        assert str(tmp_path).encode() not in data
    again = run(files, tmp_path / "one", method=method)
    assert again.report.hashes == one.report.hashes


def test_shuffled_rows_give_the_same_networks_and_totals(tmp_path: Path, returns: Returns) -> None:
    files = returns()
    one = run(files, tmp_path / "one").report.model
    head, *rows = files[2].read_text().splitlines(keepends=True)
    files[2].write_text(head + "".join(rows[::-1]))
    two = run(files, tmp_path / "two").report.model
    for name in ("totals", "accounts", "account_totals", "networks", "network_totals", "reasons", "edges"):
        assert getattr(one, name).equals(getattr(two, name)), name
    assert one.facts.fingerprint == two.facts.fingerprint


def test_a_folder_with_a_run_over_other_files_is_refused(tmp_path: Path, returns: Returns) -> None:
    files = returns()
    run(files, tmp_path / "out")
    before = (tmp_path / "out" / "report.html").read_bytes()
    with pytest.raises(UsageError, match="1 other file"):
        run(files[:2], tmp_path / "out")
    assert (tmp_path / "out" / "report.html").read_bytes() == before


def test_a_run_in_which_nothing_was_understood_still_reports(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"hello\n")
    done = run(bad, tmp_path / "out")
    assert not done.outcomes[0].understood
    assert done.report.model.transfers.height == 0
    assert (tmp_path / "out" / "report.html").exists()
