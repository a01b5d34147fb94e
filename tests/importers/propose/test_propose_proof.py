"""What a whole column proves: date orders, number formats, running balances; and what stays open."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fininit.importers.propose import proof
from fininit.importers.propose.columns import Column
from fininit.importers.propose.words import heading
from fininit.values.money import NumberFormat

UNIT = 10**18


def column(header: str, *cells: str | None, index: int = 0) -> Column:
    return Column(index, header, heading(header), pl.Series(cells, dtype=pl.String))


# ----- days


@pytest.mark.parametrize(
    ("cells", "pattern", "sentence"),
    [
        (("2024-01-02", "2024-02-03"), "%Y-%m-%d", "Dates are written year first"),
        (("01/02/2024", "13/02/2024"), "%d/%m/%Y", "row {row:1} has a first number above 12"),
        (("01/02/2024", "02/13/2024"), "%m/%d/%Y", "row {row:1} has a second number above 12"),
        (("02.03.2024", "04.03.2024"), "%d.%m.%Y", "Day comes first in every date"),
        (("2 Mar 2024", "14 Mar 2024"), "%-d %b %Y", "Months are written as names"),
        (("2024.04.19.", "2024.04.02."), "%Y.%m.%d.", "year first"),
        (("05/05/2024", "06/06/2024"), "%d/%m/%Y", "Day comes first"),
        (("2024-01-02 10:00:00", None, "2024-01-13 11:30:00"), "%Y-%m-%d %H:%M:%S", "year first"),
        (("2024-01-02", "2024-13-45", "Total"), "%Y-%m-%d", "year first"),
    ],
)
def test_the_order_is_proved(cells: tuple[str | None, ...], pattern: str, sentence: str) -> None:
    found = proof.dates([column("Date", *cells)], None)
    assert found.open is None
    assert found.patterns == {0: pattern}
    assert sentence in found.proof[0]


def test_two_orders_are_asked_about_with_the_row_that_differs() -> None:
    found = proof.dates([column("Date", "05/05/2024", "03/04/2024")], None)
    assert found.open is not None
    assert found.open.point == "date"
    assert found.open.row == 1
    assert "--date dmy or --date mdy" in found.open.settle


def test_a_neighbour_written_alike_settles_the_order() -> None:
    date, value = column("Date", "03/04/2024", "04/04/2024"), column("Value date", "13/04/2024", "14/04/2024", index=1)
    found = proof.dates([date, value], None)
    assert found.open is None
    assert found.patterns == {0: "%d/%m/%Y", 1: "%d/%m/%Y"}
    other = column("Value date", "2024-04-13", "2024-04-14", index=1)
    assert proof.dates([date, other], None).open is not None


def test_a_person_states_the_order_and_cannot_state_a_wrong_one() -> None:
    date = column("Date", "03/04/2024", "04/04/2024")
    assert proof.dates([date], "mdy").patterns == {0: "%m/%d/%Y"}
    certain = column("Date", "13/04/2024")
    assert proof.dates([certain], "mdy").open is not None


def test_both_orders_in_one_column_are_a_conflict() -> None:
    found = proof.dates([column("Date", "12/13/2024", "13/12/2024")], None)
    assert found.open is not None
    assert "only have the day first" in found.open.message


# ----- numbers


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1,234.50", "-3.00"), NumberFormat(".", ",")),
        (("1.234,50", "-3,00"), NumberFormat(",", ".")),
        (("1 234,50", "3,00"), NumberFormat(",", " ")),
        (("11'373.94", "10.00"), NumberFormat(".", "'")),
        (("100", "-20"), NumberFormat(".")),
        (("-10,00 PLN", "5,50 PLN"), NumberFormat(",", affixes=("PLN",))),
        (("-2e+05", "1250.5"), NumberFormat(".", exponent=True)),
    ],
)
def test_the_number_format_is_proved(cells: tuple[str, ...], expected: NumberFormat) -> None:
    found = proof.numbers([column("Amount", *cells)], None)
    assert found.open is None
    assert found.formats == (expected,)


def test_a_lone_group_could_be_thousands_or_decimals() -> None:
    found = proof.numbers([column("Amount", "1.234", "2.500")], None)
    assert [f.decimal for f in found.formats] == [".", ","]
    row, where = proof.telling_number([column("Amount", "1", "2.500")], found.formats)
    assert row == 1
    assert where is not None
    assert [f.decimal for f in proof.numbers([column("Amount", "1.234", "2.500")], ",").formats] == [","]


def test_a_balance_column_settles_the_amounts() -> None:
    found = proof.numbers(
        [column("Amount", "1.234", "2.500"), column("Balance", "1.234,00", "3.734,00", index=1)], None
    )
    assert found.formats == (NumberFormat(",", "."),)


@pytest.mark.parametrize(
    "cells", [("1.234,50", "1,234.50"), ("1,5e3", "2,5"), ("1e5", "2.00 EUR"), ("12,34,567.00", "1.0")]
)
def test_numbers_written_in_two_ways_are_asked_about(cells: tuple[str, ...]) -> None:
    assert proof.numbers([column("Amount", *cells)], None).open is not None


def test_the_rows_with_an_exponent_are_found() -> None:
    assert proof.exponents(column("Amount", "1.5", "-2e+05", None, "3E2", "Renée 5")) == [1, 3]


# ----- balances


def chain(moves: list[int | None], balances: list[int | None], days: list[int | None] | None = None) -> proof.Chain:
    return proof.follow(moves, balances, days or [None] * len(moves))


def test_a_rising_statement_proves_the_sign() -> None:
    found = chain([-10, 30, -5], [90, 120, 115], [1, 2, 3])
    assert found.proves
    assert found.links == 2


def test_newest_first_proves_it_as_well() -> None:
    assert chain([-5, 30, -10], [115, 120, 90], [3, 2, 1]).proves


def test_the_other_sign_contradicts() -> None:
    found = chain([10, -30, 5], [90, 120, 115], [1, 2, 3])
    assert found.contradicts
    assert found.signs == {-1}


def test_a_break_proves_nothing() -> None:
    found = chain([-10, 30, -5], [90, 120, 114], [1, 2, 3])
    assert found.contradicts
    assert found.signs == frozenset()


def test_equal_amounts_without_days_hold_both_ways() -> None:
    """10, 10 with 100, 110: money in, oldest first; or charges, newest first."""
    assert chain([10, 10], [100, 110]).signs == {1, -1}
    assert not chain([10, 10], [100, 110]).proves
    assert chain([10, 10], [100, 110], [1, 2]).proves


def test_lines_without_a_balance_are_carried_along() -> None:
    assert chain([-10, 30, -5, 7], [90, None, None, 122], [1, 2, 3, 4]).proves


def test_one_balance_or_no_movement_proves_nothing() -> None:
    assert not chain([5, 7], [100, None]).proves
    assert not chain([0, 0], [100, 100]).proves
    assert not chain([0, 0], [100, 100]).contradicts


def test_each_account_has_a_chain_of_its_own() -> None:
    moves: list[int | None] = [5, -7, 5, 2]
    balances: list[int | None] = [105, 43, 110, 45]
    days: list[int | None] = [1, 1, 2, 2]
    assert proof.follow(moves, balances, days, ["a", "b", "a", "b"]).proves
    assert proof.follow(moves, balances, days).contradicts


@given(st.lists(st.integers(-(10**6), 10**6).filter(bool), min_size=3, max_size=40), st.integers(-(10**6), 10**6))
def test_every_true_chain_holds_and_every_flipped_inner_line_breaks_it(moves: list[int], opening: int) -> None:
    balances, total = [], opening
    for m in moves:
        total += m
        balances.append(total)
    days = list(range(len(moves)))
    assert 1 in chain(list(moves), list(balances), list(days)).signs
    for i in range(1, len(moves)):
        flipped = list(moves)
        flipped[i] = -flipped[i]
        assert not chain(list(flipped), list(balances), list(days)).proves


def test_fees_that_fit() -> None:
    def minor(*values: str) -> pl.Series:
        return pl.Series([int(Decimal(v) * UNIT) for v in values], dtype=pl.Int128)

    assert proof.fee_identity(minor("-10", "20"), minor("0.5", "0"), minor("-10.5", "20")) == "positive"
    assert proof.fee_identity(minor("-10", "20"), minor("-0.5", "0"), minor("-10.5", "20")) == "negative"
    assert proof.fee_identity(minor("-10", "20"), minor("0", "0"), minor("-10", "20")) == "none"
    assert proof.fee_identity(minor("-10", "20"), minor("0.5", "0"), minor("-10", "20")) == "broken"


def test_stated_balances_need_their_words_and_one_number() -> None:
    around = [(1, ("Opening balance 01/01/2024", "", "100.00")), (9, ("Closing balance", "EUR", "90.00"))]
    found = proof.declared(around, NumberFormat("."))
    assert found == {"opening": (100 * UNIT, "Opening balance"), "closing": (90 * UNIT, "Closing balance")}
    twice = [*around, (10, ("Closing balance", "91.00"))]
    assert set(proof.declared(twice, NumberFormat("."))) == {"opening"}
    assert proof.declared([(1, ("Balance", "5.00"))], NumberFormat(".")) == {}


def test_amounts_become_whole_units_exactly() -> None:
    read = proof.values(column("Amount", "12345678901234567890.123456789012345678", "x", None), NumberFormat("."))
    assert read.to_list() == [12345678901234567890123456789012345678, None, None]
