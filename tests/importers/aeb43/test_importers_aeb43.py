"""Norma 43: sign, dates, texts and account of every line; every total checked; nothing lost without a word.

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
from fininit.importers import aeb43, fixed
from fininit.importers.aeb43 import Aeb43
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
GOOD: Final = HERE / "two_accounts.n43"
IDS: Final = [c.stem for c in CASES]


# ---------------------------------------------------------------------------------------------------------- a writer


def header(opening: int = 100000, *, currency: str = "978", days: tuple[str, str] = ("240101", "240131")) -> str:
    flag = "1" if opening < 0 else "2"
    return f"11210004180200051332{days[0]}{days[1]}{flag}{abs(opening):014d}{currency}3{'ACME SL':<26}   "


def line(cents: int, booked: str = "240102", valued: str = "240103", item: str = "04091", refs: str = "") -> str:
    return f"22    0418{booked}{valued}{item}{1 if cents < 0 else 2}{abs(cents):014d}0000000000{refs:<28.28}"


def text(number: int, words: str) -> str:
    return f"23{number:02d}{words:<76.76}"


def footer(opening: int, cents: list[int], *, currency: str = "978") -> str:
    out, into, end = [-c for c in cents if c < 0], [c for c in cents if c >= 0], opening + sum(cents)
    sums = f"{len(out):05d}{sum(out):014d}{len(into):05d}{sum(into):014d}"
    return f"33210004180200051332{sums}{1 if end < 0 else 2}{abs(end):014d}{currency}    "


def write(opening: int, moves: list[tuple[int, str, str, str]], *, currency: str = "978") -> str:
    """A file of one account; a move is cents, booking date, value date and note."""
    lines = [header(opening, currency=currency)]
    for cents, booked, valued, note in moves:
        lines.append(line(cents, booked, valued))
        lines += [text(i + 1, note[76 * i : 76 * i + 76]) for i in range((len(note) + 75) // 76)]
    lines.append(footer(opening, [m[0] for m in moves], currency=currency))
    return "\n".join([*lines, f"88{'9' * 18}{len(lines):06d}{'':54}"]) + "\n"


def read(data: str | bytes, **options: Any) -> Any:
    return coded.read(Aeb43(), data, **options)


def one(*lines: str, cents: int = -1000) -> dict[str, Any]:
    """The only entry of a statement with these lines behind its header."""
    body = [header(), *lines, footer(100000, [cents])]
    found = coded.entries(read("\n".join([*body, f"88{'9' * 18}{len(body):06d}"])))
    assert len(found) == 1
    return dict(found[0])


# ---------------------------------------------------------------------------------------------------------- goldens


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_golden(case: Path) -> None:
    assert coded.golden(Aeb43(), case) == coded.golden_of(case).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_raw_text_and_line_ends(case: Path) -> None:
    coded.holds_laws(Aeb43(), case.read_bytes(), "cp1252")


def test_a_turned_sign_fails_the_golden(monkeypatch: pytest.MonkeyPatch) -> None:
    turned = lambda value, *, out: value if out else value.copy_negate()  # noqa: E731
    monkeypatch.setattr(fixed, "signed", turned)
    assert coded.golden(Aeb43(), GOOD) != coded.golden_of(GOOD).read_text(encoding="utf-8")


def test_day_and_month_changed_round_fail_the_golden(monkeypatch: pytest.MonkeyPatch) -> None:
    day = fixed.day
    monkeypatch.setattr(fixed, "day", lambda text, order: day(text, "ydm"))
    assert coded.golden(Aeb43(), GOOD) != coded.golden_of(GOOD).read_text(encoding="utf-8")


def test_booking_and_value_date_changed_round_fail_the_golden() -> None:
    rows = GOOD.read_bytes().decode("cp1252").split("\r\n")
    turned = [r[:10] + r[16:22] + r[10:16] + r[22:] if r.startswith("22") else r for r in rows]
    assert coded.render(read("\r\n".join(turned).encode("cp1252"))) != coded.golden_of(GOOD).read_text("utf-8")


# ------------------------------------------------------------------------------------------------- which files are ours


@pytest.mark.parametrize(
    ("data", "ours"),
    [
        ("", False),
        ("11,22,33\n", False),
        (header(), True),
        (f"0021002402290000{'':64}\n{header()}", True),
        (line(-1), True),
        ("11" + "1" * 18 + "240101240131" + "3" + "0" * 14, False),
        ("22" + " " * 78, False),
    ],
)
def test_matches(data: str, ours: bool) -> None:
    source = Source.from_bytes("x", data.encode())
    assert Aeb43().matches(source) is ours
    if not ours:
        with pytest.raises(SourceRefused) as caught:
            Aeb43().read(source, Options())
        assert caught.value.code == "not-aeb43"


# ------------------------------------------------------------------------------------------------------- single fields


@pytest.mark.parametrize(
    ("cents", "amount"), [(-1000, "-10"), (1000, "10"), (-1, "-0.01"), (99999999999999, "999999999999.99"), (0, "0")]
)
def test_amount_and_mark(cents: int, amount: str) -> None:
    assert one(line(cents), cents=cents)["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("columns", "value", "code"),
    [
        ((29, 42), "0000000000100O", "bad-amount"),
        ((29, 42), "00000000010.00", "bad-amount"),
        ((29, 42), " " * 14, "bad-amount"),
        ((29, 42), "-0000000000100", "bad-amount"),
        ((29, 42), "٠" * 14, "bad-amount"),
        ((28, 28), "0", "bad-mark"),
        ((28, 28), "D", "bad-mark"),
        ((11, 16), "240230", "bad-date"),
        ((11, 16), "241301", "bad-date"),
        ((11, 16), "      ", "bad-date"),
        ((80, 80), "\0", "nul-byte"),
        ((80, 80), "  X", "bad-length"),
    ],
)
def test_a_bad_field_refuses_its_line_only(columns: tuple[int, int], value: str, code: str) -> None:
    bad = line(-1000)
    bad = bad[: columns[0] - 1] + value + bad[columns[1] :]
    reading = read("\n".join([header(), bad, line(-2000), footer(100000, [-1000, -2000]), "88" + "9" * 18 + "000004"]))
    assert reading.entries["amount"].to_list() == [Decimal(-20)]
    assert reading.rows.refused == 1
    assert [i.row for i in reading.issues if i.code == code] == [2]
    assert "closing-differs" in coded.codes(reading)


def test_a_value_date_that_is_none_costs_only_itself() -> None:
    entry = one(line(-1000, valued="240230"))
    assert "value_date" not in entry and entry["booking_date"] == date(2024, 1, 2)


@pytest.mark.parametrize(("years", "year"), [("690102", 1969), ("991231", 1999), ("000101", 2000), ("681231", 2068)])
def test_century(years: str, year: int) -> None:
    assert one(line(-1000, booked=years))["booking_date"].year == year


def test_texts_follow_their_numbers_and_full_ones_go_on_without_a_blank() -> None:
    words = "PAGO A PROVEEDORES DEL MES DE ENERO 202"[:38] + "4 SEGUN CONTRATO"
    assert one(line(-1000), text(1, words), text(2, "SEGUNDA"))["remittance_info"] == (
        "PAGO A PROVEEDORES DEL MES DE ENERO 204 SEGUN CONTRATO SEGUNDA"
    )
    reading = read("\n".join([header(), line(-1000), *[text(n, f"T{n}") for n in (1, 2, 3, 4, 5, 6)]]))
    assert reading.entries["remittance_info"][0] == "T1 T2 T3 T4 T5 T6"
    assert "detail-number" in coded.codes(reading)


def test_the_references_are_one_text_and_zeros_are_none() -> None:
    assert one(line(-1000, refs="220101PC10200123456789012345"))["servicer_ref"] == "220101PC10200123456789012345"
    assert one(line(-1000, refs="000000000000NOMINA"))["servicer_ref"] == "NOMINA"
    assert "servicer_ref" not in one(line(-1000, refs="0" * 28))


@pytest.mark.parametrize(
    ("item", "channel", "flags"),
    [("11120", "atm", None), ("12543", "card", None), ("03666", "direct_debit", None), ("98000", None, "reversal")],
)
def test_items(item: str, channel: str | None, flags: str | None) -> None:
    entry = one(line(-1000, item=item))
    assert (entry.get("channel"), entry.get("flags")) == (channel, flags)
    assert entry["transaction_code"] == f"{item[:2]}/{item[2:]}"


@pytest.mark.parametrize(
    ("number", "code"), [("978", "EUR"), ("840", "USD"), ("724", "ESP"), ("000", None), ("EUR", None)]
)
def test_currency_by_number(number: str, code: str | None) -> None:
    reading = read(write(0, [(-100, "240102", "240102", "")], currency=number))
    assert reading.entries["currency"].to_list() == ([code] if code else [])
    assert ("unknown-currency" in coded.codes(reading)) is (code is None)


@pytest.mark.parametrize(
    ("bank", "branch", "account", "iban"),
    [
        ("2100", "0418", "0200051332", "ES9121000418450200051332"),  # SWIFT's example
        ("0000", "0418", "0200051332", None),
        ("2100", "0418", "0000000000", None),
        ("21O0", "0418", "0200051332", None),
    ],
)
def test_iban_of_a_spanish_account(bank: str, branch: str, account: str, iban: str | None) -> None:
    assert fixed.spanish_iban(bank, branch, account) == iban


def test_an_account_that_has_no_iban_keeps_its_number() -> None:
    reading = read(write(0, [(5, "240102", "240102", "")]).replace("210004180200051332", "21000418X200051332"))
    assert reading.entries["account"][0] == "acct:21000418:X200051332"


def test_an_account_of_zeros_is_none_and_can_be_stated() -> None:
    data = write(0, [(5, "240102", "240102", "")]).replace("210004180200051332", "0" * 18)
    assert read(data).entries["account"].to_list() == [None]
    stated = read(data, account="ES9121000418450200051332")
    assert stated.entries["account"].to_list() == ["iban:ES9121000418450200051332"]


def test_a_final_balance_without_a_mark_needs_the_lines_for_proof() -> None:
    data = write(1000, [(500, "240102", "240102", "")])
    unmarked = data.replace("200000000001500978", "000000000001500978")
    reading = read(unmarked)
    assert (coded.codes(reading), reading.statements["closing"][0]) == (["unmarked-balance"], 15)
    wrong = read(unmarked.replace("1500978", "1501978"))
    assert (wrong.statements["closing"][0], wrong.rows.refused) == (None, 1)


# --------------------------------------------------------------------------------------------------------- encodings


def test_a_dos_file_is_proved_by_its_letters_and_a_doubtful_one_is_read_with_a_warning() -> None:
    data = write(0, [(5, "240102", "240102", "AÑO NUEVO")])
    assert read(data.encode("cp850")).entries["remittance_info"][0] == "AÑO NUEVO"
    assert read(data.encode("cp1252")).entries["remittance_info"][0] == "AÑO NUEVO"
    doubtful = read(data.replace("Ñ", "é").encode("cp1252"))
    assert doubtful.entries["remittance_info"][0] == "AéO NUEVO"
    assert coded.codes(doubtful) == ["encoding-fallback"]
    stated = read(data.replace("Ñ", "Ú").encode("cp850"), encoding="cp850")
    assert stated.entries["remittance_info"][0] == "AÚO NUEVO"
    assert stated.issues == ()


def test_utf_8_that_is_padded_by_bytes_keeps_its_columns() -> None:
    padded = "2301ÑOÑO".ljust(40).encode() + b"SEGUNDO"
    data = write(0, [(5, "240102", "240102", "X")]).encode().replace(text(1, "X").encode(), padded.ljust(80)[:80])
    assert read(data).entries["remittance_info"][0] == "ÑOÑO SEGUNDO"


def test_a_file_without_line_ends_is_cut_into_blocks() -> None:
    data = write(500, [(5, "240102", "240102", "UNO"), (-7, "240103", "240103", "DOS")])
    block = "".join(row.ljust(80) for row in data.splitlines())
    for end in ("", "\n", "\x1a"):
        a, b = read(data), read(block + end)
        assert a.entries.drop("raw", "source", "entry_id").equals(b.entries.drop("raw", "source", "entry_id"))
        assert b.issues == ()


# ------------------------------------------------------------------------------------------------------------ laws

NOTE: Final = st.text("ABCÑ12 /.-", max_size=300).map(lambda s: " ".join(s.split()))
DAY: Final = st.dates(date(2000, 1, 1), date(2060, 12, 31))
MOVES: Final = st.lists(st.tuples(st.integers(-(10**13), 10**13), DAY, DAY, NOTE), max_size=6)


@settings(max_examples=60, deadline=None)
@given(opening=st.integers(-(10**12), 10**12), moves=MOVES)
def test_what_is_written_is_read(opening: int, moves: list[tuple[int, date, date, str]]) -> None:
    day = "{:%y%m%d}".format
    reading = read(write(opening, [(c, day(b), day(v), n) for c, b, v, n in moves]))
    assert reading.status == "read" and reading.issues == ()
    got = list(reading.entries.select("amount", "booking_date", "value_date").iter_rows())
    assert got == [(Decimal(c).scaleb(-2), b, v) for c, b, v, _ in moves]
    # a blank that falls on a border of columns cannot be told from padding
    notes = ["".join((n or "").split()) for n in reading.entries["remittance_info"]]
    assert notes == ["".join(n.split()) for *_, n in moves]
    statement = reading.statements.row(0, named=True)
    assert statement["opening"] == Decimal(opening).scaleb(-2)
    assert statement["balance"] == "ok"


def test_a_statement_cut_off_anywhere_says_so() -> None:
    moves = [(-1000, "240102", "240102", "UNO"), (250, "240103", "240103", "DOS")]
    coded.truncations_are_signalled(Aeb43(), write(5000, moves).rstrip().encode())


def test_every_altered_digit_flag_or_missing_or_doubled_line_is_caught() -> None:
    """Rate: all of them, because each number of record 22 goes into counts and sums of record 33 and into 88."""
    moves = [(-1000, "240102", "240102", "UNO"), (250, "240103", "240103", "DOS"), (-1000, "240104", "240104", "")]
    rows = write(5000, moves).splitlines()
    mutants = []
    for i, row in enumerate(rows):
        if not row.startswith("22"):
            continue
        mutants += [[*rows[:i], *rows[i + 1 :]], [*rows[:i], row, *rows[i:]]]
        mutants.append([*rows[:i], row[:27] + ("2" if row[27] == "1" else "1") + row[28:], *rows[i + 1 :]])
        for at in range(28, 42):
            digit = str((int(row[at]) + 1) % 10)
            mutants.append([*rows[:i], row[:at] + digit + row[at + 1 :], *rows[i + 1 :]])
    caught = [read("\n".join(m)) for m in mutants]
    assert all(r.issues for r in caught)
    assert len(mutants) == 3 * 17


def test_accounts_that_do_not_join_are_signalled() -> None:
    first = write(1000, [(5, "240102", "240102", "")])
    assert coded.codes(read(first + write(1005, [(5, "240202", "240202", "")]))) == []
    assert coded.codes(read(first + write(1006, [(5, "240202", "240202", "")]))) == ["statements-do-not-join"]


def test_damage_gives_a_reading_or_a_sentence() -> None:
    data, dice = GOOD.read_bytes(), random.Random(43)
    for _ in range(150):
        at, length = dice.randrange(len(data)), dice.randrange(1, 40)
        junk = dice.randbytes(dice.randrange(20))
        coded.survives(Aeb43(), data, lambda d, a=at, n=length, j=junk: d[:a] + j + d[a + n :])


def test_messages_never_hold_a_cell() -> None:
    for case in CASES:
        reading = read(case.read_bytes())
        words = {w for r in reading.entries["remittance_info"] if r for w in r.split() if len(w) > 4}
        assert not any(w in i.message + i.hint for i in reading.issues for w in words)
    assert aeb43.WIDTH == 80
