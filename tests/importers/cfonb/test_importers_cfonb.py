"""CFONB120: the sign in the last digit, who is the other side, what only the balances prove; every line accounted for.

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
from fininit.importers import cfonb, fixed
from fininit.importers.base import Options, Source
from fininit.importers.cfonb import Cfonb

HERE: Final = Path(__file__).parent


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coded", HERE.parent / "coded.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coded: Final = _load()
CASES: Final[list[Path]] = coded.cases(HERE)
GOOD: Final = HERE / "two_accounts.cfo"
ACCOUNT: Final = "0500013M026"


# ---------------------------------------------------------------------------------------------------------- a writer


def signed(cents: int) -> str:
    digits = f"{abs(cents):014d}"
    return digits[:13] + ("}JKLMNOPQR" if cents < 0 else "{ABCDEFGHI")[int(digits[13])]


def balance(kind: str, cents: int, *, day: str = "310124", account: str = ACCOUNT, money: str = "EUR2") -> str:
    return f"{kind}20041    01005{money} {account}  {day}{'':50}{signed(cents)}{'':16}"


def line(
    cents: int, booked: str = "010224", valued: str = "020224", label: str = "VIR", *, reject: str = "  ", ref: str = ""
) -> str:
    return (
        f"0420041    01005EUR2 {ACCOUNT}B1{booked}{reject}{valued}{label:<31.31}  0000000  {signed(cents)}{ref:<16.16}"
    )


def detail(qualifier: str, words: str) -> str:
    return f"0520041    01005EUR2 {ACCOUNT}B1010224     {qualifier}{words:<70.70}  "


def write(opening: int, moves: list[tuple[int, str, str, str]]) -> str:
    """A file of one account; a move is cents, booking date, value date and note."""
    rows = [balance("01", opening)]
    for cents, booked, valued, note in moves:
        rows.append(line(cents, booked, valued, ""))
        rows += [detail("LIB", note[70 * i : 70 * i + 70]) for i in range((len(note) + 69) // 70)]
    rows.append(balance("07", opening + sum(m[0] for m in moves), day="290224"))
    return "\n".join(rows) + "\n"


def read(data: str | bytes, **options: Any) -> Any:
    return coded.read(Cfonb(), data, **options)


def one(*rows: str, cents: int = -1000) -> dict[str, Any]:
    """The only entry of a statement with these rows between its balances."""
    found = coded.entries(read("\n".join([balance("01", 0), *rows, balance("07", cents)])))
    assert len(found) == 1
    return dict(found[0])


# ---------------------------------------------------------------------------------------------------------- goldens


@pytest.mark.parametrize("case", CASES, ids=[c.stem for c in CASES])
def test_golden(case: Path) -> None:
    assert coded.golden(Cfonb(), case) == coded.golden_of(case).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=[c.stem for c in CASES])
def test_raw_text_and_line_ends(case: Path) -> None:
    coded.holds_laws(Cfonb(), case.read_bytes(), "utf-8")


def test_a_turned_sign_fails_the_golden(monkeypatch: pytest.MonkeyPatch) -> None:
    turned = lambda value, *, out: value if out else value.copy_negate()  # noqa: E731
    monkeypatch.setattr(fixed, "signed", turned)
    assert coded.golden(Cfonb(), GOOD) != coded.golden_of(GOOD).read_text(encoding="utf-8")


def test_day_and_month_changed_round_fail_the_golden(monkeypatch: pytest.MonkeyPatch) -> None:
    day = fixed.day
    monkeypatch.setattr(fixed, "day", lambda text, order: day(text, "mdy"))
    assert coded.golden(Cfonb(), GOOD) != coded.golden_of(GOOD).read_text(encoding="utf-8")


def test_payer_and_payee_changed_round_fail_the_golden() -> None:
    text = GOOD.read_text(encoding="utf-8")
    turned = text.replace("     NBE", "     ???").replace("     NPY", "     NBE").replace("     ???", "     NPY")
    assert coded.render(read(turned)) != coded.golden_of(GOOD).read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------- which files are ours


@pytest.mark.parametrize(
    ("data", "ours"),
    [
        ("", False),
        ("04,1,2\n", False),
        (balance("01", 1), True),
        ("\n\n" + line(1), True),
        (detail("LIB", "X"), True),
        (balance("01", 1, money="    "), True),
        (balance("02", 1), False),
        ("0" * 128, False),
    ],
)
def test_matches(data: str, ours: bool) -> None:
    source = Source.from_bytes("x", data.encode())
    assert Cfonb().matches(source) is ours
    if not ours:
        with pytest.raises(SourceRefused) as caught:
            Cfonb().read(source, Options())
        assert caught.value.code == "not-cfonb"


# ------------------------------------------------------------------------------------------------------- single fields


@pytest.mark.parametrize(("last", "cents"), [*zip("{ABCDEFGHIé", [*range(100, 110), 100], strict=True)])
def test_plus_stands_in_the_last_digit(last: str, cents: int) -> None:
    entry = one(line(0).replace("0000000000000{", f"0000000000010{last}"))
    assert entry["amount"] == Decimal(cents).scaleb(-2)


@pytest.mark.parametrize(("last", "cents"), [*zip("}JKLMNOPQRè", [*range(100, 110), 100], strict=True)])
def test_minus_stands_in_the_last_digit(last: str, cents: int) -> None:
    entry = one(line(0).replace("0000000000000{", f"0000000000010{last}"))
    assert entry["amount"] == Decimal(-cents).scaleb(-2)


@pytest.mark.parametrize(
    ("columns", "value", "code"),
    [
        ((104, 104), "0", "bad-amount"),
        ((104, 104), "S", "bad-amount"),
        ((104, 104), "|", "bad-amount"),
        ((91, 103), "000000000,10,", "bad-amount"),
        ((91, 104), " " * 14, "bad-amount"),
        ((91, 103), "٠" * 13, "bad-amount"),
        ((35, 40), "300224", "bad-date"),
        ((35, 40), "      ", "bad-date"),
        ((17, 19), "USD", "currencies-differ"),
        ((17, 19), "QQQ", "no-currency"),
        ((20, 20), "X", "no-decimals"),
        ((22, 32), "00000000999", "account-differs"),
        ((120, 120), "\0", "nul-byte"),
        ((120, 120), "  X", "bad-length"),
        ((49, 79), "SHORT", "bad-length"),
        ((49, 79), "X" * 32, "bad-amount"),
    ],
)
def test_a_bad_field_refuses_its_line_only(columns: tuple[int, int], value: str, code: str) -> None:
    bad = line(-1000)
    bad = bad[: columns[0] - 1] + value + bad[columns[1] :]
    reading = read("\n".join([balance("01", 0), bad, line(-2000), balance("07", -3500)]))
    assert reading.entries["amount"].to_list() == [Decimal(-20)]
    assert reading.rows.refused == 1
    assert [i.row for i in reading.issues if i.code == code and i.kind == "refused"] == [2]
    assert "closing-differs" in coded.codes(reading)


def test_a_line_of_another_account_stands_only_where_the_balances_prove_it() -> None:
    strange = line(-1000).replace(ACCOUNT, "00000000999")
    proved = read("\n".join([balance("01", 0), strange, balance("07", -1000)]))
    assert proved.entries["amount"].to_list() == [Decimal(-10)]
    assert coded.codes(proved) == ["account-differs"]
    for closing in (-900, 0):
        assert read("\n".join([balance("01", 0), strange, balance("07", closing)])).rows.entries == 0
    assert read("\n".join([balance("01", 0), strange])).rows.entries == 0


def test_a_new_balance_of_another_account_is_not_taken() -> None:
    other = balance("07", -1500, account="00000000999")
    reading = read("\n".join([balance("01", 0), line(-1000), other]))
    assert reading.statements["closing"].to_list() == [None]
    assert "account-differs" in [i.code for i in reading.issues if i.kind == "refused"]
    # the bank code alone, as some banks change it between records, is only signalled
    moved = balance("07", -1000).replace("20041", "20042")
    assert coded.codes(read("\n".join([balance("01", 0), line(-1000), moved]))) == ["account-differs"]


@pytest.mark.parametrize(
    ("money", "stated", "amount"), [("XPF0", None, "-1000"), ("BHD3", None, "-1"), ("    ", "EUR", "-10")]
)
def test_decimals_are_those_of_the_record(money: str, stated: str | None, amount: str) -> None:
    rows = [balance("01", 0, money=money), line(-1000).replace("EUR2", money), balance("07", -1000, money=money)]
    reading = read("\n".join(rows), currency=stated)
    assert reading.entries["amount"].to_list() == [Decimal(amount)]
    assert reading.statements["balance"][0] == "ok"


def test_a_currency_that_nobody_names_is_asked_for() -> None:
    reading = read("\n".join(r.replace("EUR2", "    ") for r in (balance("01", 0), line(-1), balance("07", -1))))
    assert reading.rows.entries == 0
    assert any(i.code == "no-currency" and "--currency" in i.hint for i in reading.issues)


# ------------------------------------------------------------------------------------------------------------- parties


@pytest.mark.parametrize(
    ("cents", "qualifiers", "name", "flag"),
    [
        (-1000, {"NBE": "PAYEE"}, "PAYEE", None),
        (1000, {"NPY": "PAYER"}, "PAYER", None),
        (-1000, {"NBE": "PAYEE", "NPY": "HOLDER"}, "PAYEE", None),
        (1000, {"NBE": "HOLDER", "NPY": "PAYER"}, "PAYER", None),
        (-1000, {"NPY": "WHO"}, None, "party-on-own-side"),
        (1000, {"NBE": "WHO"}, None, "party-on-own-side"),
        (-1000, {}, None, None),
    ],
)
def test_the_other_side_follows_from_the_sign(
    cents: int, qualifiers: dict[str, str], name: str | None, flag: str | None
) -> None:
    entry = one(line(cents), *[detail(q, w) for q, w in qualifiers.items()], cents=cents)
    assert (entry.get("counterparty_name"), entry.get("flags")) == (name, flag)
    assert all(w in (name, entry.get("account_name")) or w in entry["remittance_info"] for w in qualifiers.values())
    assert entry.get("account_name") == ("HOLDER" if "HOLDER" in qualifiers.values() else None)


def test_a_reject_names_no_other_side() -> None:
    entry = one(line(1000, reject="02"), detail("NPY", "PAYER"), detail("NBE", "PAYEE"), cents=1000)
    assert "counterparty_name" not in entry
    assert (entry["flags"], entry["transaction_code"]) == ("rejected", "B1/02")
    assert entry["remittance_info"] == "VIR NPY PAYER NBE PAYEE"


def test_account_references_and_original_amount() -> None:
    entry = one(
        line(-1000, ref="ZONE"),
        detail("CBE", "FR7630006000011234567890189"),
        detail("RCN", f"{'E2E-1':<35}NATURE"),
        detail("REF", "BANKREF"),
        detail("MMO", "JPY000000000001600"),
        detail("LCC", "A" * 70),
        detail("LC2", "B C"),
    )
    assert entry["counterparty_account"] == "iban:FR7630006000011234567890189"
    assert (entry["end_to_end_id"], entry["servicer_ref"]) == ("E2E-1", "BANKREF")
    assert (entry["original_amount"], entry["original_currency"]) == (Decimal(1600), "JPY")
    assert entry["remittance_info"] == "VIR " + "A" * 70 + "B C NATURE ZONE"


def test_an_account_that_is_no_iban_is_signalled() -> None:
    reading = read("\n".join([balance("01", 0), line(-1), detail("CBE", "FR7630006000011234567890188")]))
    assert "not-an-iban" in coded.codes(reading)


@pytest.mark.parametrize(
    ("bank", "branch", "account", "iban"),
    [
        ("20041", "01005", "0500013M026", "FR1420041010050500013M02606"),  # SWIFT's example
        ("30006", "00001", "12345678901", "FR7630006000011234567890189"),
        ("00000", "01005", "0500013M026", None),
        ("2004A", "01005", "0500013M026", None),
        ("20041", "01005", "0500013m026", None),
    ],
)
def test_iban_of_a_french_account(bank: str, branch: str, account: str, iban: str | None) -> None:
    assert fixed.french_iban(bank, branch, account) == iban


# ------------------------------------------------------------------------------------------------------------ laws

NOTE: Final = st.text("ABCÉ12 /.-", max_size=200).map(lambda s: " ".join(s.split()))
DAY: Final = st.dates(date(2000, 1, 1), date(2060, 12, 31))
MOVES: Final = st.lists(st.tuples(st.integers(-(10**12), 10**12), DAY, DAY, NOTE), max_size=6)


@settings(max_examples=60, deadline=None)
@given(opening=st.integers(-(10**12), 10**12), moves=MOVES)
def test_what_is_written_is_read(opening: int, moves: list[tuple[int, date, date, str]]) -> None:
    day = "{:%d%m%y}".format
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
    # the last 16 columns are blank: a file that lacks only those is whole
    data = write(5000, [(-1000, "010224", "010224", "UN"), (250, "020224", "020224", "DEUX")]).rstrip()
    coded.truncations_are_signalled(Cfonb(), data.encode())


def test_every_altered_amount_and_missing_or_doubled_line_is_caught() -> None:
    """Rate: all of them; the balances catch one change each. Two changes that cancel each other they cannot."""
    moves = [(-1000, "010224", "010224", ""), (250, "020224", "020224", ""), (-77, "030224", "030224", "")]
    rows = write(5000, moves).splitlines()
    mutants = []
    for i, row in enumerate(rows):
        if not row.startswith("04"):
            continue
        mutants += [[*rows[:i], *rows[i + 1 :]], [*rows[:i], row, *rows[i:]]]
        mutants.append([*rows[:i], row.translate(str.maketrans("}JKLMNOPQR{A", "{ABCDEFGHI}J")), *rows[i + 1 :]])
        for at in range(90, 103):
            digit = str((int(row[at]) + 1) % 10)
            mutants.append([*rows[:i], row[:at] + digit + row[at + 1 :], *rows[i + 1 :]])
    assert all(read("\n".join(m)).issues for m in mutants)
    assert len(mutants) == 3 * 16


def test_accounts_that_do_not_join_are_signalled() -> None:
    first = write(1000, [(5, "010224", "010224", "")])
    assert coded.codes(read(first + write(1005, []))) == []
    assert coded.codes(read(first + write(1006, []))) == ["statements-do-not-join"]


def test_a_file_without_line_ends_is_cut_into_blocks() -> None:
    data = write(500, [(5, "010224", "010224", "UN"), (-7, "020224", "020224", "DEUX")])
    block = "".join(row.ljust(120) for row in data.splitlines())
    for end in ("", "\n", "\r\n", "\x1a"):
        a, b = read(data), read(block + end)
        assert a.entries.drop("raw", "source", "entry_id").equals(b.entries.drop("raw", "source", "entry_id"))
        assert b.issues == ()


def test_an_account_of_zeros_is_none_and_can_be_stated() -> None:
    data = write(0, [(5, "010224", "010224", "")]).replace(ACCOUNT, "0" * 11)
    assert read(data).entries["account"].to_list() == [None]
    stated = read(data, account="FR1420041010050500013M02606")
    assert stated.entries["account"].to_list() == ["iban:FR1420041010050500013M02606"]


def test_a_text_that_the_bank_gives_twice_stands_once() -> None:
    assert (
        one(line(-1000), detail("LIB", "FACTURE 7"), detail("LCC", "FACTURE 7"))["remittance_info"] == "VIR FACTURE 7"
    )


def test_a_dos_file_is_proved_by_its_letters() -> None:
    data = write(0, [(5, "010224", "010224", "ÎLE D'OLÉRON")])
    assert read(data.encode("cp850")).entries["remittance_info"][0] == "ÎLE D'OLÉRON"
    assert read(data.encode("cp1252")).entries["remittance_info"][0] == "ÎLE D'OLÉRON"


def test_damage_gives_a_reading_or_a_sentence() -> None:
    data, dice = GOOD.read_bytes(), random.Random(120)
    for _ in range(150):
        at, length = dice.randrange(len(data)), dice.randrange(1, 40)
        junk = dice.randbytes(dice.randrange(20))
        coded.survives(Cfonb(), data, lambda d, a=at, n=length, j=junk: d[:a] + j + d[a + n :])


def test_messages_never_hold_a_cell() -> None:
    for case in CASES:
        reading = read(case.read_bytes())
        words = {w for r in reading.entries["remittance_info"] if r for w in r.split() if len(w) > 4}
        assert not any(w in i.message + i.hint for i in reading.issues for w in words)
    assert cfonb.WIDTH == 120
