"""BAI2: the type code's sign, fields and texts over continuations, control totals, lines that may repeat others.

Beside each file lies what it is read as, checked by eye (``tests/importers/coded.py`` writes a missing one).
"""

from __future__ import annotations

import importlib.util
import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.errors import SourceRefused
from fininit.importers import fixed
from fininit.importers.bai2 import Bai2, codes
from fininit.importers.base import Options, Source

HERE: Final = Path(__file__).parent


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coded", HERE.parent / "coded.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coded: Final = _load()
CASES: Final[list[Path]] = coded.cases(HERE)
GOOD: Final = HERE / "two_days.bai"


# ---------------------------------------------------------------------------------------------------------- a writer


def file(
    rows: list[str],
    total: int,
    *,
    summary: str = "",
    head: str = "240131,2400,USD,2",
    status: str = "1",
    length: str = "",
) -> str:
    """A file of one group and account: its rows, the sum of their amounts, and what the account record says."""
    extra = sum(int(a) for a in summary.split(",")[1::4] if a)
    account = [f"03,000123456789,,{summary}/", *rows]
    out = [
        f"01,SENDER,RECEIVER,240201,0600,1,{length},,2/",
        f"02,RECEIVER,021000021,{status},{head}/",
        *account,
        f"49,{total + extra},{len(account) + 1}/",
        f"98,{total + extra},1,{len(account) + 3}/",
        f"99,{total + extra},1,{len(account) + 5}/",
    ]
    return "\n".join(out) + "\n"


def write(opening: int, moves: list[tuple[int, date, str]]) -> str:
    """A file of one account; a move is cents, value date and note."""
    rows = []
    for cents, day, note in moves:
        rows.append(f"16,{'409' if cents < 0 else '108'},{abs(cents)},V,{day:%y%m%d},,REF,,{note[:40]}")
        rows += [f"88,{note[i : i + 60]}" for i in range(40, len(note), 60)]
    closing = opening + sum(m[0] for m in moves)
    return file(rows, sum(abs(m[0]) for m in moves), summary=f"010,{opening},,,015,{closing},,")


def read(data: str | bytes, **options: Any) -> Any:
    return coded.read(Bai2(), data, **options)


def one(*rows: str, cents: int = 100, **more: str) -> dict[str, Any]:
    """The only entry of an account with these rows."""
    found = coded.entries(read(file(list(rows), cents, **more)))
    assert len(found) == 1
    return dict(found[0])


# ---------------------------------------------------------------------------------------------------------- goldens


@pytest.mark.parametrize("case", CASES, ids=[c.stem for c in CASES])
def test_golden(case: Path) -> None:
    assert coded.golden(Bai2(), case) == coded.golden_of(case).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=[c.stem for c in CASES])
def test_raw_text_and_line_ends(case: Path) -> None:
    coded.holds_laws(Bai2(), case.read_bytes(), "utf-8")


def test_a_turned_sign_fails_the_golden(monkeypatch: pytest.MonkeyPatch) -> None:
    way = codes.way
    monkeypatch.setattr(codes, "way", lambda code: {"in": "out", "out": "in"}.get(way(code), way(code)))
    assert coded.golden(Bai2(), GOOD) != coded.golden_of(GOOD).read_text(encoding="utf-8")


@pytest.mark.parametrize("order", ["ydm", "dmy"])
def test_another_order_of_the_date_fails_the_golden(monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    day = fixed.day
    monkeypatch.setattr(fixed, "day", lambda text, _: day(text, order))
    assert coded.golden(Bai2(), GOOD) != coded.golden_of(GOOD).read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------- which files are ours


@pytest.mark.parametrize(
    ("data", "ours"),
    [
        ("", False),
        ("01,A,B,240131,2400,1,,,2/", True),
        ("\n 01,A,B,240131,,1,,,2/", True),
        ("01,A,B,240131,14:59:35,1,,,2/", True),
        ("01;A;B;240131;2400", False),
        ("01,A,B,31.01.2024,2400", False),
        ("02,A,B,1,240131,2400,USD,2/", False),
    ],
)
def test_matches(data: str, ours: bool) -> None:
    source = Source.from_bytes("x", data.encode())
    assert Bai2().matches(source) is ours
    if not ours:
        with pytest.raises(SourceRefused) as caught:
            Bai2().read(source, Options())
        assert caught.value.code == "not-bai2"


def test_version_three_is_another_format() -> None:
    with pytest.raises(SourceRefused) as caught:
        read(file([], 0).replace(",,2/", ",,3/", 1))
    assert caught.value.code == "btrs-3"


# ------------------------------------------------------------------------------------------------------- single fields


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("001", "none"),
        ("015", "none"),
        ("100", "in"),
        ("399", "in"),
        ("400", "out"),
        ("699", "out"),
        ("701", "none"),
        ("721", "in"),
        ("760", "out"),
        ("800", "unknown"),
        ("890", "none"),
        ("919", "none"),
        ("920", "in"),
        ("959", "in"),
        ("960", "out"),
        ("999", "out"),
        ("1٠0", "unknown"),
        ("16", "unknown"),
        ("", "unknown"),
    ],
)
def test_which_way_the_money_went(code: str, way: str) -> None:
    assert codes.way(code) == way


@pytest.mark.parametrize(("code", "amount"), [("142", "1"), ("495", "-1"), ("930", "1"), ("970", "-1")])
def test_sign(code: str, amount: str) -> None:
    assert one(f"16,{code},100,,,,")["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("currency", "amount"), [("USD", "123.45"), ("JPY", "12345"), ("BHD", "12.345"), ("", "123.45")]
)
def test_decimals_are_those_of_the_currency(currency: str, amount: str) -> None:
    entry = one("16,142,12345,,,,", cents=12345, head=f"240131,2400,{currency},2")
    assert (entry["amount"], entry["currency"]) == (Decimal(amount), currency or "USD")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("16,142,1O0,,,,X", "bad-amount"),
        ("16,142,1.00,,,,X", "bad-amount"),
        ("16,142,1e3,,,,X", "bad-amount"),
        ("16,142,٣٠٠,,,,X", "bad-amount"),
        ("16,142,,,,,X", "no-amount"),
        ("16,142,100,Q,,,X", "bad-funds-type"),
        ("16,142,100,D,x,,,X", "bad-funds-type"),
        ("16,850,100,,,,X", "unknown-code"),
        ("16,015,100,,,,X", "unknown-code"),
        ("16,,100,,,,X", "unknown-code"),
        ("16,142,-100,,,,X", "doubtful-line"),
        ("16,400,100,,,,X", "doubtful-line"),
        ("16,142,100,,,,\0", "nul-byte"),
        ("l6,142,100,,,,X", "damaged-record"),
        ("16;142;100;;;;X", "damaged-record"),
    ],
)
def test_a_bad_field_refuses_its_line_only(row: str, code: str) -> None:
    reading = read(file([row, "16,142,200,,,,"], 300))
    assert reading.entries["amount"].to_list() == [2]
    assert reading.rows.refused == 1
    assert [i.row for i in reading.issues if i.code == code and i.kind == "refused"] == [4]


@pytest.mark.parametrize(
    ("funds", "valued", "issue"),
    [
        ("", None, None),
        ("Z", None, None),
        ("1", None, None),
        ("V,240202,1200", date(2024, 2, 2), None),
        ("V,,", None, None),
        ("V,240231,", None, "bad-value-date"),
        ("S,50,30,20", None, None),
        ("S,,30,70", None, None),
        ("S,50,30,21", None, "availability-differs"),
        ("D,2,0,60,1,40", None, None),
        ("D,2,0,60,1,41", None, "availability-differs"),
        ("D,0", None, None),
    ],
)
def test_availability(funds: str, valued: date | None, issue: str | None) -> None:
    reading = read(file([f"16,142,100,{funds},BANK,CUSTOMER,TEXT"], 100))
    entry = coded.entries(reading)[0]
    assert (entry["servicer_ref"], entry["remittance_info"]) == ("BANK", "TEXT CUSTOMER")
    assert entry.get("value_date") == valued
    assert coded.codes(reading) == ([issue] if issue else [])


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        (["16,142,100,,,,PLAIN"], "PLAIN"),
        (["16,142,100,,,,WITH, COMMAS/AND SLASHES/"], "WITH, COMMAS/AND SLASHES"),
        (["16,142,100,,,/", "88,ONLY BEHIND"], "ONLY BEHIND"),
        (["16,142,100,,/", "88,,SPLIT BEFORE THE TEXT"], "SPLIT BEFORE THE TEXT"),
        (["16,142,100,S,40/", "88,30,30,,,SPLIT IN THE FUNDS"], "SPLIT IN THE FUNDS"),
        (["16,142,100,,,,ONE/", "88,TWO", "88, THREE/"], "ONE TWO THREE"),
        (["16,142,100,,,,ONE", "A LINE WITHOUT A CODE", "88,THREE"], "ONE A LINE WITHOUT A CODE THREE"),
        (["16,142,100,,,,"], None),
        (["16,142,100/"], None),
    ],
)
def test_texts_and_continuations(rows: list[str], note: str | None) -> None:
    reading = read(file(rows, 100))
    entry = coded.entries(reading)[0]
    assert entry.get("remittance_info") == note
    assert entry["raw"] == "\n".join(rows)
    assert not [i for i in reading.issues if i.code == "control-total-differs"]


def test_a_full_record_was_cut_mid_word() -> None:
    full = "16,142,100,,,," + "W" * 66
    assert one(full, "88,ORD")["remittance_info"] == "W" * 66 + "ORD"
    assert one(full[:60], "88,ORD", length="60")["remittance_info"] == "W" * 46 + "ORD"
    assert one(full[:60], "88,ORD")["remittance_info"] == "W" * 46 + " ORD"


def test_the_customer_reference_of_a_cheque_is_its_number() -> None:
    entry = one("16,475,100,,BANK,001042,CHECK PAID")
    assert (entry["cheque_no"], entry["remittance_info"], entry["channel"]) == ("001042", "CHECK PAID", "cheque")
    assert "cheque_no" not in one("16,475,100,,BANK,NONREF,CHECK PAID")


@pytest.mark.parametrize(
    ("summary", "opening", "closing"),
    [
        ("010,500,,,015,600,,", 5, 6),
        ("010,500,,/\n88,015,600,,", 5, 6),
        ("010,500/\n88,015,600", 5, 6),
        ("010,500,,,015/\n88,600,,", 5, 6),
        ("010,500,,,015,600,,,/\n88,045,600,,", 5, 6),
        (",,,,010,500,,,015,600,,", 5, 6),
        ("010,500,,D,2,0,1,1,2,015,600,3,Z", 5, 6),
        ("010,500,,S,1,2,3,015,600,,V,240131,", 5, 6),
        ("010,,,,015,600,,", None, 6),
        ("010,500,,,010,501,,,015,600,,", None, 6),
        ("010,500,,,015,x,,", None, None),
        ("", None, None),
    ],
)
def test_balances(summary: str, opening: int | None, closing: int | None) -> None:
    data = file(["16,142,100,,,,X"], 1200).replace("03,000123456789,,/", f"03,000123456789,,{summary}/")
    statement = read(data).statements.row(0, named=True)
    assert (statement["opening"], statement["closing"]) == (opening, closing)


# ---------------------------------------------------------------------------------------------- groups and their states


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        ("1", None, None),
        ("2", "refused", "deleted-by-bank"),
        ("3", "warning", "correction"),
        ("4", "skipped", "test-data"),
    ],
)
def test_group_status(status: str, kind: str | None, code: str | None) -> None:
    reading = read(file(["16,142,100,,,,X"], 100, status=status))
    assert [(i.kind, i.code) for i in reading.issues] == ([(kind, code)] if code else [])
    assert reading.rows.entries == (status in "13")
    assert (reading.entries["flags"].to_list() == ["correction"]) is (status == "3")


def test_a_day_that_is_not_over_is_flagged() -> None:
    assert one("16,142,100,,,,X", head="240131,1200,USD,3")["flags"] == "interim"


def test_an_account_needs_its_originator_and_keeps_its_number() -> None:
    data = file(["16,142,100,,,,X"], 100)
    assert read(data).entries["account"][0] == "acct:021000021:000123456789"
    german = read(data.replace("000123456789", "DE89370400440532013000"))
    assert german.entries["account"][0] == "iban:DE89370400440532013000"
    nobody = read(data.replace("03,000123456789", "03,"))
    assert (nobody.rows.entries, nobody.rows.refused) == (0, 1)


def test_reports_of_following_days_must_join() -> None:
    first = write(1000, [(5, date(2024, 1, 31), "")])
    later = first.replace(",1,240131,", ",1,240201,")
    assert "statements-do-not-join" in coded.codes(read(first + later))
    assert "statements-do-not-join" not in coded.codes(read(first + first))  # one day twice repeats its balance


# ------------------------------------------------------------------------------------------------ what repeats others


@pytest.mark.parametrize(
    ("closing", "entries", "skipped", "refused"), [("600", 1, 2, 0), ("700", 3, 0, 0), ("650", 1, 0, 2), ("", 1, 0, 2)]
)
def test_items_of_a_deposit_count_only_as_the_balances_prove(
    closing: str, entries: int, skipped: int, refused: int
) -> None:
    rows = ["16,115,100,,,,LOCKBOX", "16,116,60,,,,ITEM", "16,116,40,,,,ITEM"]
    summary = f"010,500,,,015,{closing},," if closing else "010,500,,"
    counts = read(file(rows, 200, summary=summary)).rows
    assert (counts.entries, counts.skipped, counts.refused) == (entries, skipped, refused)


def test_total_credits_and_debits_prove_as_well() -> None:
    rows = ["16,142,100,,,,A", "16,100,100,,,,TOTAL", "16,495,30,,,,B"]
    reading = read(file(rows, 230, summary="100,100,1,,400,30,1,"))
    assert reading.entries["amount"].to_list() == [Decimal(1), Decimal("-0.3")]
    assert coded.codes(reading) == ["repeats-others"]


def test_a_printed_sign_stands_where_the_balances_bear_it_out() -> None:
    rows = ["16,142,-100,,,,CORRECTION"]
    assert read(file(rows, -100, summary="010,500,,,015,400,,")).entries["amount"].to_list() == [-1]
    assert read(file(rows, -100, summary="010,500,,,015,600,,")).rows.refused == 1


# ----------------------------------------------------------------------------------------------------- control totals


@pytest.mark.parametrize(
    ("old", "new", "row", "code"),
    [
        ("49,300,4/", "49,301,4/", 6, "control-total-differs"),
        ("49,300,4/", "49,300,5/", 6, "record-count-differs"),
        ("49,300,4/", "49,,4/", 6, "control-total-missing"),
        ("98,300,1,6/", "98,301,1,6/", 7, "control-total-differs"),
        ("98,300,1,6/", "98,300,2,6/", 7, "part-count-differs"),
        ("98,300,1,6/", "98,300,1,7/", 7, "record-count-differs"),
        ("99,300,1,8/", "99,301,1,8/", 8, "control-total-differs"),
        ("99,300,1,8/", "99,300,2,8/", 8, "part-count-differs"),
        ("99,300,1,8/", "99,300,1,9/", 8, "record-count-differs"),
        ("16,142,200", "16,142,201", 6, "control-total-differs"),
        ("99,300,1,8/", "", 7, "file-not-closed"),
        ("98,300,1,6/", "", 8, "group-not-closed"),
        ("49,300,4/", "", 3, "statement-not-closed"),
        ("02,RECEIVER", "88,RECEIVER", 3, "outside-group"),
    ],
)
def test_each_break_is_shown_at_its_row(old: str, new: str, row: int, code: str) -> None:
    data = file(["16,142,100,,,,A", "16,142,200,,,,B"], 300)
    assert old in data
    assert read(data).issues == ()
    reading = read(data.replace(old, new))
    assert (row, code) in [(i.row, i.code) for i in reading.issues]
    if code != "outside-group":
        assert reading.rows.entries == 2


def test_totals_of_the_account_against_its_lines() -> None:
    rows = ["16,142,100,,,,A", "16,495,30,,,,B"]
    assert read(file(rows, 130, summary="100,100,1,,400,30,1,")).issues == ()
    for summary in ("100,101,1,,400,30,1,", "100,100,2,,400,30,1,", "100,100,1,,400,31,1,"):
        assert coded.codes(read(file(rows, 130, summary=summary))) == ["total-differs"]
    assert coded.codes(read(file([], 0, summary="100,100,1,,400,30,1,"))) == ["no-details"]


# ------------------------------------------------------------------------------------------ several records on a line


def test_records_on_one_line_are_told_apart_where_the_totals_prove_it() -> None:
    data = file(["16,142,100,,,,A/", "16,495,30,,,,B/"], 130, summary="010,500,,,015,570,,")
    joined = data.replace("/\n", "/   ")
    reading = read(joined)
    assert coded.codes(reading) == ["records-share-a-line"]
    assert reading.entries["amount"].to_list() == [Decimal(1), Decimal("-0.3")]
    assert reading.entries["row"].to_list() == [1, 1]
    assert reading.entries["entry_id"].n_unique() == 2
    assert [r.startswith("16,") for r in reading.entries["raw"]] == [True, True]


def test_a_text_that_imitates_a_record_stays_a_text() -> None:
    """A payer writes a slash and a record into the note. The file's totals hold without it, so it is a note."""
    note = "RENT/ 16,495,999999,,,,STOLEN/"
    reading = read(file([f"16,142,100,,,,{note}"], 100, summary="010,500,,,015,600,,"))
    assert reading.issues == ()
    assert reading.entries["remittance_info"].to_list() == [note.removesuffix("/")]
    # nor where the totals are broken for another reason: the other reading does not hold them either
    broken = read(file([f"16,142,100,,,,{note}"], 101, summary="010,500,,,015,600,,"))
    assert broken.entries["amount"].to_list() == [1]
    assert "control-total-differs" in coded.codes(broken)


# ------------------------------------------------------------------------------------------------------------ laws

NOTE: Final = st.text("ABCÉ12 .-", max_size=150).map(lambda s: " ".join(s.split()))
DAY: Final = st.dates(date(2000, 1, 1), date(2060, 12, 31))
MOVES: Final = st.lists(st.tuples(st.integers(-(10**12), 10**12), DAY, NOTE), max_size=6)


@settings(max_examples=60, deadline=None)
@given(opening=st.integers(-(10**12), 10**12), moves=MOVES)
def test_what_is_written_is_read(opening: int, moves: list[tuple[int, date, str]]) -> None:
    reading = read(write(opening, moves))
    assert reading.status == "read" and reading.issues == ()
    got = list(reading.entries.select("amount", "value_date").iter_rows())
    assert got == [(Decimal(c).scaleb(-2), v) for c, v, _ in moves]
    # a note is cut where a record is full; whether a blank stood there is not written down
    notes = ["".join((n or "").split()) for n in reading.entries["remittance_info"]]
    assert notes == ["".join(n.split()) for *_, n in moves]
    statement = reading.statements.row(0, named=True)
    assert statement["opening"] == Decimal(opening).scaleb(-2)
    assert statement["balance"] == "ok"


def test_a_report_cut_off_anywhere_says_so() -> None:
    data = write(5000, [(-1000, date(2024, 2, 1), "ONE"), (250, date(2024, 2, 2), "TWO")])
    coded.truncations_are_signalled(Bai2(), data.rstrip().removesuffix("/").encode())


def test_every_altered_digit_or_missing_or_doubled_line_is_caught() -> None:
    """Rate: all of them. A credit code changed for a debit code is caught by the ledger balances alone."""
    rows = write(5000, [(-1000, date(2024, 2, 1), "ONE"), (250, date(2024, 2, 2), "TWO")]).splitlines()
    mutants = []
    for i, row in enumerate(rows):
        if not row.startswith("16"):
            continue
        mutants += [[*rows[:i], *rows[i + 1 :]], [*rows[:i], row, *rows[i:]]]
        turned = row.replace("16,409", "16,108") if "16,409" in row else row.replace("16,108", "16,409")
        mutants.append([*rows[:i], turned, *rows[i + 1 :]])
        for at in range(7, 7 + len(row.split(",")[2])):
            digit = str((int(row[at]) + 1) % 10)
            mutants.append([*rows[:i], row[:at] + digit + row[at + 1 :], *rows[i + 1 :]])
    assert all(read("\n".join(m)).issues for m in mutants)
    assert len(mutants) == 6 + 4 + 3


def test_damage_gives_a_reading_or_a_sentence() -> None:
    data, dice = GOOD.read_bytes(), random.Random(2)
    for _ in range(200):
        at, length = dice.randrange(len(data)), dice.randrange(1, 40)
        junk = dice.randbytes(dice.randrange(20))
        coded.survives(Bai2(), data, lambda d, a=at, n=length, j=junk: d[:a] + j + d[a + n :])


def test_messages_never_hold_a_cell() -> None:
    for case in CASES:
        reading = read(case.read_bytes())
        words = {w for r in reading.entries["remittance_info"] if r for w in r.split() if len(w) > 7}
        assert not any(w in i.message + i.hint for i in reading.issues for w in words)
