"""A trace has no rule of its own accord: a person chooses one from a list that says what each does."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fininit.errors import UsageError
from fininit.tracing.lots import Lot
from fininit.tracing.rules import RULES, rule, take_fifo

BUILT = ["fifo"]


@pytest.mark.parametrize(
    ("name", "code"),
    [(None, "no-rule"), ("", "no-rule"), ("  ", "no-rule"), ("guess", "unknown-rule"), ("lifo", "rule-not-built")],
)
def test_without_a_rule_that_can_be_chosen_all_are_listed(name: str | None, code: str) -> None:
    with pytest.raises(UsageError) as told:
        rule(name)
    assert told.value.code == code
    lines = told.value.hint.splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(RULES)
    for line, found in zip(lines, RULES.values(), strict=True):
        assert found.line in line
        assert line.endswith("(not yet built)") == (found.take is None)


def test_only_what_is_built_can_be_chosen() -> None:
    assert [name for name, found in RULES.items() if found.take is not None] == BUILT
    for name in RULES:
        if name not in BUILT:
            with pytest.raises(UsageError, match="not yet built"):
                rule(name)


@pytest.mark.parametrize("written", ["fifo", "FIFO", " Fifo "])
def test_case_and_blanks_do_not_matter(written: str) -> None:
    assert rule(written).name == "fifo"


def test_a_word_with_another_joint_is_the_same_rule() -> None:
    with pytest.raises(UsageError, match="pro-rata"):
        rule("Pro_Rata")


def test_names_and_lines_never_call_money_dirty() -> None:
    for found in RULES.values():
        assert "dirty" not in found.line.lower() and "clean" not in found.line.lower()
        assert len(found.line) <= 100


def lots(*amounts: int) -> deque[Lot]:
    return deque(Lot(n, n % 2 or None, value, 0) for n, value in enumerate(amounts, 1))


def test_fifo_takes_the_oldest_and_the_last_in_part() -> None:
    held = lots(30, 20, 50)
    taken = take_fifo(held, 60)
    assert [(t.seq, t.before, t.amount) for t in taken] == [(1, 30, 30), (2, 20, 20), (3, 50, 10)]
    assert [(lot.seq, lot.amount) for lot in held] == [(3, 40)]


def test_fifo_leaves_no_empty_lot_and_never_takes_more_than_there_is() -> None:
    held = lots(30, 20)
    assert sum(t.amount for t in take_fifo(held, 30)) == 30
    assert [lot.seq for lot in held] == [2]
    assert sum(t.amount for t in take_fifo(held, 10**40)) == 20
    assert not held and take_fifo(held, 1) == []


@given(st.lists(st.integers(1, 10**30), max_size=6), st.integers(1, 10**31))
def test_fifo_neither_makes_nor_loses_a_unit(amounts: list[int], wanted: int) -> None:
    held = lots(*amounts)
    taken = take_fifo(held, wanted)
    assert sum(t.amount for t in taken) == min(wanted, sum(amounts))
    assert sum(t.amount for t in taken) + sum(lot.amount for lot in held) == sum(amounts)
    assert all(0 < t.amount <= t.before for t in taken) and all(lot.amount > 0 for lot in held)
    assert [t.seq for t in taken] == sorted(t.seq for t in taken)
