"""CODA: one entry a booking, its details checked and never counted beside it, texts over six records, all totals.

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
from fininit.importers.base import Options, Source
from fininit.importers.coda import Coda
from fininit.importers.coda.movement import Movement

HERE: Final = Path(__file__).parent


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coded", HERE.parent / "coded.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coded: Final = _load()
CASES: Final[list[Path]] = coded.cases(HERE)
GOOD: Final = HERE / "two_files.cod"
IBAN: Final = "BE68539007547034"


# ---------------------------------------------------------------------------------------------------------- a writer


def signed(mills: int) -> str:
    return f"{1 if mills < 0 else 0}{abs(mills):015d}"


def header(*, version: str = "2") -> str:
    return f"0000001032472505{' ' * 8}{'REF':<10}{'ACME BV':<26}{'BBRUBEBB':<11}00403200393 00000{'':39}{version}"


def old(mills: int, account: str = f"2001{IBAN:<34}EUR") -> str:
    return f"1{account:<41}{signed(mills)}290224{'ACME BV':<26}{'REKENING':<35}001"


def r21(n: int, mills: int, **f: Any) -> str:
    d, code, kind = f.get("detail", 0), f.get("code", "00101000"), f.get("kind", 0)
    booked, valued = f.get("booked", "010324"), f.get("valued", "020324")
    more, link = f.get("more", 0), f.get("link", 0)
    return (
        f"21{n:04d}{d:04d}{f.get('ref', 'BANKREF'):<21}{signed(mills)}{valued}{code}{kind}{f.get('text', ''):<53.53}"
        f"{booked}0010{more} {link}"
    )


def r22(n: int, **f: Any) -> str:
    return (
        f"22{n:04d}{f.get('detail', 0):04d}{f.get('text', ''):<53.53}{f.get('customer', ''):<35.35}"
        f"{f.get('bic', ''):<11.11}{f.get('reason', ''):<16.16}{f.get('more', 0)} 0"
    )


def r23(n: int, **f: Any) -> str:
    return (
        f"23{n:04d}{f.get('detail', 0):04d}{f.get('account', ''):<34.34}{f.get('currency', ''):<3}"
        f"{f.get('name', ''):<35.35}{f.get('text', ''):<43.43}0 0"
    )


def r31(n: int, d: int, text: str, kind: int = 1) -> str:
    return f"31{n:04d}{d:04d}{'BANKREF':<21}00101000{kind}{text:<73.73}{'':12}0 0"


def new(mills: int, account: str = f"{IBAN:<34}EUR") -> str:
    return f"8001{account:<37}{signed(mills)}310324{'':64}0"


def trailer(count: int, debits: int, credits: int) -> str:  # noqa: A002
    return f"9{'':15}{count:06d}{debits:015d}{credits:015d}{'':75}2"


def file(opening: int, rows: list[str], mills: list[int]) -> str:
    """A file of one statement: the rows of its bookings, and their amounts for the totals."""
    body = [old(opening), *rows, new(opening + sum(mills))]
    out, into = -sum(m for m in mills if m < 0), sum(m for m in mills if m > 0)
    return "\n".join([header(), *body, trailer(len(body), out, into)]) + "\n"


def write(opening: int, moves: list[tuple[int, str, str, str]]) -> str:
    """A file of one account; a move is thousandths, booking date, value date and note."""
    rows = []
    for n, (mills, booked, valued, note) in enumerate(moves, 1):
        rows.append(r21(n, mills, booked=booked, valued=valued, text=note[:53], more=1))
        rows += [r22(n, text=note[53:106], more=1), r23(n, text=note[106:])]
    return file(opening, rows, [m[0] for m in moves])


def read(data: str | bytes, **options: Any) -> Any:
    return coded.read(Coda(), data, **options)


def one(*rows: str, mills: int = -1000) -> dict[str, Any]:
    """The only entry of a statement with these rows."""
    found = coded.entries(read(file(0, list(rows), [mills])))
    assert len(found) == 1
    return dict(found[0])


# ---------------------------------------------------------------------------------------------------------- goldens


@pytest.mark.parametrize("case", CASES, ids=[c.stem for c in CASES])
def test_golden(case: Path) -> None:
    assert coded.golden(Coda(), case) == coded.golden_of(case).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=[c.stem for c in CASES])
def test_raw_text_and_line_ends(case: Path) -> None:
    coded.holds_laws(Coda(), case.read_bytes(), "utf-8")


def test_a_turned_sign_fails_the_golden(monkeypatch: pytest.MonkeyPatch) -> None:
    turned = lambda value, *, out: value if out else value.copy_negate()  # noqa: E731
    monkeypatch.setattr(fixed, "signed", turned)
    assert coded.golden(Coda(), GOOD) != coded.golden_of(GOOD).read_text(encoding="utf-8")


def test_day_and_month_changed_round_fail_the_golden(monkeypatch: pytest.MonkeyPatch) -> None:
    day = fixed.day
    monkeypatch.setattr(fixed, "day", lambda text, order: day(text, "mdy"))
    assert coded.golden(Coda(), GOOD) != coded.golden_of(GOOD).read_text(encoding="utf-8")


def test_holder_and_other_side_changed_round_fail_the_golden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Movement, "parties", lambda self, currency: (f"iban:{IBAN}", "ATELIER VERBEKE BV", ""))
    assert coded.golden(Coda(), GOOD) != coded.golden_of(GOOD).read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------- which files are ours


@pytest.mark.parametrize(
    ("data", "ours"),
    [
        ("", False),
        (header(), True),
        (f"{header()}\r\n{old(0)}", True),
        ("0" * 128, True),
        (f"{header()}\nnothing of this kind, whatever it is", False),
        (old(0), False),
        ("00000" + "1" * 40, False),
    ],
)
def test_matches(data: str, ours: bool) -> None:
    source = Source.from_bytes("x", data.encode())
    assert Coda().matches(source) is ours
    if not ours:
        with pytest.raises(SourceRefused) as caught:
            Coda().read(source, Options())
        assert caught.value.code == "not-coda"


# ------------------------------------------------------------------------------------------------------- single fields


@pytest.mark.parametrize(
    ("mills", "amount"), [(-1000, "-1"), (1000, "1"), (-10, "-0.01"), (0, "0"), (999999999999990, "999999999999.99")]
)
def test_amount_and_sign(mills: int, amount: str) -> None:
    assert one(r21(1, mills), mills=mills)["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("columns", "value", "code"),
    [
        ((33, 47), "00000000000100O", "bad-amount"),
        ((33, 47), " " * 15, "bad-amount"),
        ((33, 47), "٠" * 15, "bad-amount"),
        ((33, 47), "000000000001001", "too-many-decimals"),
        ((32, 32), "2", "bad-mark"),
        ((32, 32), " ", "bad-mark"),
        ((116, 121), "300224", "bad-date"),
        ((116, 121), "000000", "bad-date"),
        ((54, 61), "5010100X", "bad-code"),
        ((54, 54), "5", "bad-code"),
        ((63, 115), "X" * 52, "bad-length"),
        ((63, 115), "X" * 54, "bad-length"),
        ((63, 63), "\0", "nul-byte"),
    ],
)
def test_a_bad_field_refuses_its_line_only(columns: tuple[int, int], value: str, code: str) -> None:
    bad = r21(1, -1000)
    bad = bad[: columns[0] - 1] + value + bad[columns[1] :]
    reading = read(file(0, [bad, r21(2, -2000)], [-1000, -2000]))
    assert reading.entries["amount"].to_list() == [Decimal(-2)]
    assert reading.rows.refused == 1
    assert [i.row for i in reading.issues if i.code == code] == [3]
    assert {"closing-differs", "total-differs"} <= set(coded.codes(reading))


def test_a_value_date_may_be_missing() -> None:
    assert "value_date" not in one(r21(1, -1000, valued="000000"))
    entry = one(r21(1, -1000, valued="310224"))
    assert "value_date" not in entry and entry["booking_date"] == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("columns", "account", "currency"),
    [
        (f"0001{'539007547034':<12} EUR0BE", f"iban:{IBAN}", "EUR"),
        (f"0001{'539007547035':<12} EUR0BE", "acct:539007547035", "EUR"),
        (f"1001{'12-345 678':<34}USD", "acct:12-345678", "USD"),
        (f"2001{IBAN:<34}EUR", f"iban:{IBAN}", "EUR"),
        (f"3001{'NL91ABNA0417164300':<34}JPY", "iban:NL91ABNA0417164300", "JPY"),
        (f"4001{IBAN:<34}EUR", None, None),
        (f"2001{IBAN:<34}E R", None, None),
        (f"2001{'':<34}EUR", None, "EUR"),
        (f"0001{'000000000000':<12} EUR0BE", None, "EUR"),
    ],
)
def test_account_by_structure(columns: str, account: str | None, currency: str | None) -> None:
    reading = read("\n".join([header(), old(0, columns), r21(1, -1000)]))
    found = reading.entries.select("account", "currency").rows()
    assert found == ([(account, currency)] if currency else [])
    assert reading.status == "read-with-refusals"


def test_an_account_that_nobody_names_can_be_stated() -> None:
    data = file(0, [r21(1, -1000)], [-1000]).replace(IBAN, " " * 16)
    assert read(data).entries["account"].to_list() == [None]
    assert read(data, account=IBAN).entries["account"].to_list() == [f"iban:{IBAN}"]


@pytest.mark.parametrize(
    ("account", "bic", "expected"),
    [
        ("BE71096123456769", "", "iban:BE71096123456769"),
        ("539007547034", "", f"iban:{IBAN}"),
        ("539007547035", "KREDBEBB", "acct:KREDBEBB:539007547035"),
        ("0123456789", "", "acct:0123456789"),
        ("000000000000", "", None),
        ("", "KREDBEBB", None),
    ],
)
def test_the_other_sides_account(account: str, bic: str, expected: str | None) -> None:
    rows = [r21(1, -1000, more=1), r22(1, bic=bic, more=1), r23(1, account=account, currency="EUR", name="WHO")]
    entry = one(*rows)
    assert entry.get("counterparty_account") == expected
    assert entry["counterparty_name"] == "WHO"


def test_an_iban_with_a_wrong_digit_is_signalled() -> None:
    reading = read(
        file(0, [r21(1, -1), r23(1, account="BE71096123456760")], [-1000]).replace(signed(-1), signed(-1000))
    )
    assert "not-an-iban" in coded.codes(reading)


def test_the_communication_runs_over_three_records_and_a_full_one_goes_on_without_a_blank() -> None:
    first, second = "A" * 53, "B" * 20
    rows = [r21(1, -1000, text=first, more=1), r22(1, text=second, more=1), r23(1, text="C")]
    assert one(*rows)["remittance_info"] == f"{first}{second} C"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("101090933755493", "+++090/9337/55493+++"),
        ("102090933755493", "+++090/9337/55493+++"),
        ("10109093375549", "101 09093375549"),
        ("113CARD", "113 CARD"),
    ],
)
def test_structured_communications(text: str, note: str) -> None:
    assert one(r21(1, -1000, text=text, kind=1))["remittance_info"] == note


def test_information_is_part_of_the_note_but_the_other_sides_name_is_not() -> None:
    rows = [r21(1, -1000, link=1), r31(1, 1, "001LONG NAME"), r31(1, 2, "004BANK"), r31(1, 3, "FREE", 0)]
    entry = one(*rows)
    assert (entry["counterparty_name"], entry["remittance_info"]) == ("LONG NAME", "004 BANK FREE")
    assert "1 address" not in entry["remittance_info"]


@pytest.mark.parametrize(
    ("short", "long", "name"),
    [
        ("N" * 35, "N" * 40, "N" * 40),
        ("N" * 35, "M" * 40, "N" * 35),
        ("SHORT", "SHORT AND MORE", "SHORT"),
        ("", "ONLY HERE", "ONLY HERE"),
    ],
)
def test_a_cut_name_is_completed(short: str, long: str, name: str) -> None:
    rows = [r21(1, -1000, more=1), r22(1, more=1), r23(1, name=short), r31(1, 1, "001" + long)]
    assert one(*rows)["counterparty_name"] == name


def test_customer_reference_and_reason_of_a_return() -> None:
    entry = one(r21(1, -1000, more=1), r22(1, customer="E2E-1", reason="   1AC04"))
    assert (entry["end_to_end_id"], entry["flags"]) == ("E2E-1", "r-transaction")
    assert "end_to_end_id" not in one(r21(1, -1000, more=1), r22(1, customer="NOTPROVIDED"))
    reading = read(file(0, [r21(1, -1000, more=1), r22(1, reason="OWNDATA 00000180")], [-1000]))
    assert coded.codes(reading) == ["unread-field"]


@pytest.mark.parametrize(
    ("code", "channel"),
    [
        ("00101000", None),
        ("00103000", "standing_order"),
        ("00404000", "atm"),
        ("00402000", "card"),
        ("00501000", "direct_debit"),
    ],
)
def test_channel(code: str, channel: str | None) -> None:
    assert one(r21(1, -1000, code=code)).get("channel") == channel


# ------------------------------------------------------------------------------------------------------------- batches


def batch(*parts: int, code: str = "50105000") -> list[str]:
    rows = [r21(1, -3000, code="10105000", text="SALARIES")]
    for i, mills in enumerate(parts, 1):
        rows.append(r21(1, mills, detail=i, code=code, text=f"PAY {i}", more=1))
        rows += [r22(1, detail=i, more=1), r23(1, detail=i, account="BE71096123456769", name=f"WORKER {i}")]
    return rows


def test_a_batch_is_one_entry_and_its_payments_stand_in_the_note() -> None:
    reading = read(file(0, batch(-1000, -2000), [-3000]))
    entry = coded.entries(reading)[0]
    assert (reading.rows.entries, entry["amount"], entry["flags"]) == (1, Decimal(-3), "batch")
    assert "counterparty_name" not in entry
    assert entry["remittance_info"] == (
        "SALARIES [0001] -1.000 WORKER 1 BE71096123456769 PAY 1 [0002] -2.000 WORKER 2 BE71096123456769 PAY 2"
    )
    assert coded.codes(reading) == ["batch"]
    assert reading.statements["balance"][0] == "ok"


def test_a_batch_of_one_payment_has_its_other_side() -> None:
    assert one(*batch(-3000), mills=-3000)["counterparty_name"] == "WORKER 1"
    assert "counterparty_name" not in one(*batch(-2000), mills=-3000)


def test_details_that_do_not_sum_up_are_signalled() -> None:
    assert "details-differ" in coded.codes(read(file(0, batch(-1000, -1000), [-3000])))
    assert "details-differ" in coded.codes(read(file(0, batch(-1000, 2000), [-3000])))


def test_charges_are_part_of_the_amount_and_give_the_original_one() -> None:
    other = f"105{5000:015d}{60000:015d}{'000008333300'}NOK"
    rows = [
        r21(1, 4000, code="34150000"),
        r21(1, 5000, detail=1, code="84150001", kind=1, text=other),
        r21(1, -1000, detail=2, code="84150006"),
    ]
    entry = one(*rows, mills=4000)
    assert (entry["amount"], entry["original_amount"], entry["original_currency"]) == (4, 60, "NOK")
    assert "flags" not in entry


# ------------------------------------------------------------------------------------------------------- completeness


def test_lines_taken_out_are_signalled() -> None:
    rows = write(5000, [(-1000, "010324", "010324", "A" * 120), (250, "020324", "020324", "")]).splitlines()
    assert read("\n".join(rows)).issues == ()
    for i in range(1, len(rows)):
        assert read("\n".join([*rows[:i], *rows[i + 1 :]])).issues, i
    gone = [r for r in rows if not r.startswith(("220001", "230001"))]
    assert "continuation-missing" in coded.codes(read("\n".join(gone)))


def test_numbers_out_of_order_are_signalled() -> None:
    reading = read(file(0, [r21(1, -1000), r21(3, -1000)], [-1000, -1000]))
    assert coded.codes(reading) == ["sequence-gap"]
    assert coded.codes(read(file(0, [r21(1, -1000), r21(1, -1000)], [-1000, -1000]))) == ["sequence-gap"]


def test_an_account_without_movements_may_lack_its_new_balance() -> None:
    reading = read("\n".join([header(), old(0), trailer(1, 0, 0)]))
    assert (reading.status, coded.codes(reading)) == ("read", ["statement-not-closed"])


def test_statements_that_do_not_join_are_signalled() -> None:
    first = write(1000, [(5000, "010324", "010324", "")])
    assert coded.codes(read(first + write(6000, []))) == []
    assert coded.codes(read(first + write(7000, []))) == ["statements-do-not-join"]


# ------------------------------------------------------------------------------------------------------------ laws

NOTE: Final = st.text("ABCÉ12 /.-", max_size=149).map(lambda s: " ".join(s.split()))
DAY: Final = st.dates(date(2000, 1, 1), date(2060, 12, 31))
MOVES: Final = st.lists(st.tuples(st.integers(-(10**12), 10**12), DAY, DAY, NOTE), max_size=6)


@settings(max_examples=60, deadline=None)
@given(opening=st.integers(-(10**12), 10**12), moves=MOVES)
def test_what_is_written_is_read(opening: int, moves: list[tuple[int, date, date, str]]) -> None:
    day = "{:%d%m%y}".format
    reading = read(write(opening * 10, [(10 * c, day(b), day(v), n) for c, b, v, n in moves]))
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
    data = write(5000, [(-1000, "010324", "010324", "EEN"), (250, "020324", "020324", "TWEE")])
    # the trailer is read by its totals: what stands behind them adds nothing
    coded.truncations_are_signalled(Coda(), data[: data.rindex("\n9") + 53].encode())


def test_every_altered_digit_sign_or_missing_or_doubled_line_is_caught() -> None:
    """Rate: all of them, because each number of record 2.1 goes into the balance and the totals of record 9."""
    rows = write(5000, [(-1000, "010324", "010324", ""), (250, "020324", "020324", "")]).splitlines()
    mutants = []
    for i, row in enumerate(rows):
        if not row.startswith("21"):
            continue
        mutants += [[*rows[:i], *rows[i + 1 :]], [*rows[:i], row, *rows[i:]]]
        mutants.append([*rows[:i], row[:31] + ("0" if row[31] == "1" else "1") + row[32:], *rows[i + 1 :]])
        for at in range(32, 47):
            digit = str((int(row[at]) + 1) % 10)
            mutants.append([*rows[:i], row[:at] + digit + row[at + 1 :], *rows[i + 1 :]])
    assert all(read("\n".join(m)).issues for m in mutants)
    assert len(mutants) == 2 * 18


def test_utf_8_that_is_padded_by_bytes_keeps_its_columns() -> None:
    row = r21(1, -1000, text="CAFÉ")
    padded = row.replace("CAFÉ ", "CAFÉ").encode()
    assert len(padded) == 128
    data = file(0, [row], [-1000]).encode().replace(row.encode(), padded)
    entry = coded.entries(read(data))[0]
    assert (entry["remittance_info"], entry["booking_date"]) == ("CAFÉ", date(2024, 3, 1))


def test_damage_gives_a_reading_or_a_sentence() -> None:
    data, dice = GOOD.read_bytes(), random.Random(128)
    for _ in range(150):
        at, length = dice.randrange(len(data)), dice.randrange(1, 40)
        junk = dice.randbytes(dice.randrange(20))
        coded.survives(Coda(), data, lambda d, a=at, n=length, j=junk: d[:a] + j + d[a + n :])


def test_messages_never_hold_a_cell() -> None:
    for case in CASES:
        reading = read(case.read_bytes())
        words = {w for r in reading.entries["remittance_info"] if r for w in r.split() if len(w) > 4}
        assert not any(w in i.message + i.hint for i in reading.issues for w in words)
