"""What a later import may change, what it may never take away, and what a killed one leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from fininit.case import Case, Exhibit, run
from fininit.cli.app import app
from fininit.errors import CaseError, UsageError
from fininit.evidence.redaction import Policy
from fininit.importers.base import Options
from fininit.ledger.store import Store

Returns = Callable[[], list[Path]]

STARLING = (
    "Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP)\n"
    "02/03/2026,ACME,RENT,FASTER PAYMENT,-10.00,90.00\n03/03/2026,ACME,BACK,FASTER PAYMENT,10.00,100.00\n"
)


@pytest.fixture
def starling(tmp_path: Path) -> Path:
    path = tmp_path / "starling.csv"
    path.write_text(STARLING)
    return path


def test_a_handling_code_stated_later_holds(tmp_path: Path, starling: Path) -> None:
    case = Case.new(tmp_path / "case")
    case.add(starling)
    assert case.add(starling, exhibit=Exhibit(handling="sar", producer="A bank"))[0].state == "restated"
    assert case.sources().height == 0 and case.ledger().transfers.height == 0
    assert case.add(starling, exhibit=Exhibit(exhibit_no="E1"))[0].state == "restated"
    (record,) = case.sources(Policy(handling=frozenset({"sar"}))).iter_rows(named=True)
    assert (record["handling"], record["producer"], record["exhibit_no"]) == ("sar", "A bank", "E1")
    assert case.add(starling)[0].state == "again"
    assert case.verify() == []
    assert "0 exhibits" in repr(case)


def test_what_was_stated_once_stays_stated(tmp_path: Path) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("Date,Amount,Description,Currency\n02/01/2026,-3.00,x,EUR\n03/01/2026,4.00,y,EUR\n")
    case = Case.new(tmp_path / "case")
    assert not case.add(path)[0].understood
    assert not case.add(path, options=Options(date="dmy"))[0].understood
    assert case.add(path, options=Options(sign="holder"))[0].understood
    assert case.ledger().transfers.height == 2
    assert case.add(path, options=Options(account="acct:a:1"))[0].understood
    assert case.ledger().entries["account"].unique().to_list() == ["acct:a:1"]


def test_a_reading_that_fails_takes_nothing_away(tmp_path: Path, starling: Path) -> None:
    case = Case.new(tmp_path / "case")
    case.add(starling)
    before = case.ledger().transfers
    done = case.add(starling, options=Options(format="mt940"))[0]
    assert done.state == "kept" and not done.understood
    assert case.ledger().transfers.equals(before)
    assert case.verify() == []


def test_a_file_that_was_not_understood_is_tried_again(tmp_path: Path) -> None:
    words = {"Date": "Qa", "Counter Party": "Qb", "Reference": "Qc", "Type": "Qd", "Amount (GBP)": "Qe"}
    words |= {"Balance (GBP)": "Qf"}
    text = STARLING
    toml = CliRunner().invoke(app, ["formats", "gb_starling_2018"], standalone_mode=False).output
    for word, strange in words.items():
        text = text.replace(word, strange, 1)
        toml = toml.replace(f'"{word}"', f'"{strange}"')
    path = tmp_path / "x.csv"
    path.write_text(text)
    case = Case.new(tmp_path / "case")
    assert not case.add(path)[0].understood
    lines = len(case.manifest.lines())
    assert case.add(path)[0].state == "again" and len(case.manifest.lines()) == lines
    folder = tmp_path / "formats"
    folder.mkdir()
    (folder / "mine.toml").write_text(toml.replace("gb_starling_2018", "mine"))
    done = case.add(path, formats=[folder])[0]
    assert (done.state, done.format, done.understood) == ("read-anew", "mine", True)
    assert case.verify() == []


@pytest.mark.parametrize("victim", ["entries", "statements", "issues"])
def test_importing_again_heals_a_damaged_segment(tmp_path: Path, starling: Path, victim: str) -> None:
    case = Case.new(tmp_path / "case")
    case.add(starling, options=Options(account="acct:starling:1"))
    (segment,) = (case.path / victim).iterdir()
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-1])
    with pytest.raises(CaseError, match="missing or damaged"):
        case.model()
    case.add(starling)
    assert segment.read_bytes() == whole
    assert case.verify() == []
    assert case.ledger().entries["account"].unique().to_list() == ["acct:starling:1"]


@pytest.mark.parametrize("broken", ["write", "seal"])
def test_a_reading_anew_that_is_cut_off_is_seen_and_healed(
    tmp_path: Path, starling: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    case = Case.new(tmp_path / "case")
    case.add(starling, exhibit=Exhibit(handling="sar"))
    true = getattr(Store, broken)

    def cut(self: Store, *args: object) -> None:
        if broken == "write":
            true(self, *args)
        raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr(Store, broken, cut)
        with pytest.raises(KeyboardInterrupt):
            case.add(starling, options=Options(account="acct:starling:1"))
    assert case.verify()
    case.add(starling)
    assert case.verify() == []
    assert case.sources().height == 0, "the handling code must outlive it"


def test_what_a_killed_process_left_is_swept_away(tmp_path: Path, returns: Returns) -> None:
    files = returns()
    run(files, tmp_path / "out")
    rests = [tmp_path / "out" / ".report.html.77.part", tmp_path / "out" / "case" / "evidence" / ".abc.77.part"]
    for rest in rests:
        rest.write_bytes(b"half")
        rest.chmod(0o400)
    run(files, tmp_path / "out")
    assert not any(rest.exists() for rest in rests)


def test_a_changed_record_is_named(tmp_path: Path, starling: Path) -> None:
    case = Case.new(tmp_path / "case")
    case.add(starling, exhibit=Exhibit(handling="sar"))
    (path,) = (case.path / "sources").iterdir()
    path.write_text(path.read_text().replace('"sar"', '"open"'))
    assert [s for s in case.verify() if s.startswith("sources/")]
    path.write_text("{")
    assert [s for s in case.verify() if s.startswith("sources/")]
    with pytest.raises(CaseError, match="damaged"):
        case.ledger()


def test_a_case_that_lost_its_sources_is_not_an_empty_one(tmp_path: Path, starling: Path) -> None:
    case = Case.new(tmp_path / "case")
    case.add(starling)
    (case.path / "sources").rename(tmp_path / "elsewhere")
    with pytest.raises(CaseError, match="cannot be read"):
        case.report()
    assert any("sources" in s for s in case.verify())


def test_a_missing_log_or_the_log_of_another_case_is_named(tmp_path: Path) -> None:
    one, two = Case.new(tmp_path / "one"), Case.new(tmp_path / "two")
    assert one.verify() == two.verify() == []
    one.manifest.path.write_bytes(two.manifest.path.read_bytes())
    assert any("not the log of this case" in s for s in one.verify())
    one.manifest.path.unlink()
    assert any("missing" in s for s in one.verify())


@pytest.mark.parametrize("name", ["Op 🔥", 'a"b\\c\n\x7f\x00', "caf\udce9", "Ł\u2028"])
def test_any_name_makes_a_case_that_opens(tmp_path: Path, name: str) -> None:
    made = Case.new(tmp_path / "case", name)
    assert Case(made.path).settings.name == name.encode("utf-8", "backslashreplace").decode()


@pytest.mark.parametrize("name", ["op[1]", "op*", "caf\udce9", "a b"])
def test_a_case_lives_in_a_folder_of_any_name(tmp_path: Path, starling: Path, name: str) -> None:
    done = run(starling, tmp_path / name)
    assert done.report.model.transfers.height == 2 and done.report.page.exists()


def test_a_case_takes_no_folder_that_holds_other_things(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    (home / "letter.txt").write_text("x")
    with pytest.raises(CaseError, match="other files"):
        Case.new(home)
    assert home.stat().st_mode & 0o777 == 0o755
    begun = Case.new(tmp_path / "begun")
    (begun.path / "case.toml").unlink()
    assert Case.new(tmp_path / "begun").verify() == [], "a making that was cut off is done again"


@pytest.mark.parametrize("fact", [{"received_on": "3 May"}, {"period_to": "2026-02-30"}, {"handling": "secret"}])
def test_a_fact_that_is_none_is_refused_before_it_is_stored(fact: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        Exhibit(**fact)
    assert Exhibit(received_on="20260503").received_on == "2026-05-03"


def test_two_copies_of_a_file_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "b.txt", tmp_path / "a.csv"]
    for p in paths:
        p.write_text(STARLING)
    assert run(paths, tmp_path / "1").report.hashes == run(paths[::-1], tmp_path / "2").report.hashes


def test_a_row_leads_to_one_file_when_files_share_an_exhibit_number(tmp_path: Path, returns: Returns) -> None:
    case = Case.new(tmp_path / "case")
    case.add(returns(), exhibit=Exhibit(exhibit_no="E1"))
    model = case.model(policy=Policy.stated("all", "test"))
    assert model.sources["exhibit"].to_list() == ["E1/1", "E1/2", "E1/3"]
    assert model.evidence["exhibit"].n_unique() == 3


def test_an_account_that_the_file_contradicts_is_remarked(tmp_path: Path, returns: Returns) -> None:
    done = Case.new(tmp_path / "case").add(returns()[0], options=Options(account="acct:x:1"))[0]
    assert "account-not-used" in [i.code for i in done.issues]


def test_what_is_confidential_leaves_no_trace(tmp_path: Path, returns: Returns) -> None:
    """Law 12: the outputs of a case with a coded source are those of a case without it, to the byte."""
    a, b, table = returns()
    runner = CliRunner()

    def call(*args: object) -> str:
        result = runner.invoke(app, [str(x) for x in args], standalone_mode=False)
        assert result.exception is None, result.exception
        return result.output

    key = tmp_path / "key"
    key.write_text("0" * 64)
    for name in ("with", "without"):
        call("run", a, b, "-o", tmp_path / name, "--key", key)
    call("import", tmp_path / "with" / "case", table, "--code", "sar")
    talk = {}
    for name in ("with", "without"):
        folder = tmp_path / name
        talk[name] = call("run", a, b, "-o", folder, "--key", key)
        talk[name] += call("report", folder / "case", "-o", folder, "--key", key, "--json")
        talk[name] += call("case", "show", folder / "case", "--key", key)
        talk[name] += repr(Case(folder / "case"))
        for table_name in ("sources", "entries", "statements", "issues", "transfers", "evidence", "accounts"):
            talk[name] += Case(folder / "case", key=key).frame(table_name).write_json()
        talk[name] = "\n".join(
            line.replace(str(folder), "") for line in talk[name].splitlines() if not line.startswith("Log head")
        )
    assert talk["with"] == talk["without"]
    for file in ("report.html", "workbook.xlsx", "summary.json"):
        assert (tmp_path / "with" / file).read_bytes() == (tmp_path / "without" / file).read_bytes()
    # negative control: asked for by name it is there
    assert call("case", "show", tmp_path / "with" / "case", "--key", key, "--handling", "sar") not in talk["with"]
    shown = Case(tmp_path / "with" / "case", key=key).model(policy=Policy(handling=frozenset({"sar"})))
    assert shown.sources.height == 3
