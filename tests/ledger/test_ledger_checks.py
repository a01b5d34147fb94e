"""The bank's arithmetic is the test of what was read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.ledger import checks
from fininit.ledger.checks import Stated, check_statements, follow
from fininit.schema import ENTRIES

D = Decimal


def entries(amounts: list[str], balances: list[str | None], **columns: list[Any]) -> pl.DataFrame:
    n = len(amounts)
    return ENTRIES.conform(
        pl.DataFrame(
            {
                "source": ["s"] * n,
                "row": list(range(2, n + 2)),
                "statement": [1] * n,
                "sides": ["one"] * n,
                "status": ["booked"] * n,
                "account": ["acct:1"] * n,
                "currency": ["EUR"] * n,
                "booking_date": [date(2026, 1, 1) + timedelta(days=i) for i in range(n)],
                "amount": [D(a) for a in amounts],
                "balance_after": pl.Series([None if b is None else D(b) for b in balances], dtype=pl.Decimal(38, 18)),
            }
            | columns
        )
    )


def test_a_chain_that_holds_gives_both_ends() -> None:
    frame, issues = check_statements(entries(["10", "-3", "1"], ["110", "107", "108"]), [])
    assert frame.select("entries", "sum", "opening", "closing", "balance").rows() == [(3, D(8), D(100), D(108), "ok")]
    assert issues == []


def test_newest_first_and_sparse_balances_are_followed() -> None:
    frame, _ = check_statements(entries(["1", "-3", "10"], ["108", None, "110"]), [])
    assert frame.select("opening", "closing", "balance").rows() == [(D(100), D(108), "ok")]


def test_a_break_is_shown_at_its_row_and_proves_nothing() -> None:
    frame, issues = check_statements(entries(["10", "-3", "1"], ["110", "107", "109"]), [])
    assert frame.select("opening", "closing", "balance").rows() == [(None, None, "broken")]
    assert [(i.kind, i.code, i.row, i.count) for i in issues] == [("warning", "balance-broken", 4, 1)]


def test_one_balance_proves_nothing() -> None:
    frame, _ = check_statements(entries(["10", "-3"], ["110", None]), [])
    assert frame["balance"].to_list() == ["absent"]
    one, _ = check_statements(entries(["10"], ["110"]), [])
    assert one.select("opening", "closing", "balance").rows() == [(D(100), D(110), "absent")]


def test_fees_come_off_and_only_booked_lines_count() -> None:
    frame, issues = check_statements(
        entries(
            ["-10", "-7", "5"],
            ["89.5", None, "94.5"],
            fee=[D("0.5"), D(0), None],
            status=["booked", "pending", "booked"],
        ),
        [],
    )
    assert frame.select("entries", "sum", "opening", "closing", "balance").rows() == [
        (2, D("-5.5"), D(100), D("94.5"), "ok")
    ]
    assert issues == []


@pytest.mark.parametrize(
    ("stated", "state", "codes"),
    [
        (Stated(1, opening=D(100), closing=D(107)), "ok", []),
        (Stated(1, opening=D(100), closing=D(108)), "broken", ["closing-differs"]),
        (Stated(1, opening=D(100), closing=D(107), count=2), "ok", []),
        (Stated(1, opening=D(100), closing=D(107), count=3), "broken", ["count-differs"]),
        (Stated(1, closing=D(107)), "absent", []),
    ],
)
def test_what_a_statement_says_of_itself_is_tested(stated: Stated, state: str, codes: list[str]) -> None:
    frame, issues = check_statements(entries(["10", "-3"], [None, None]), [stated])
    assert frame["balance"].to_list() == [state]
    assert [i.code for i in issues] == codes


def test_a_statement_without_lines_is_there() -> None:
    frame, _ = check_statements(ENTRIES.empty(), [Stated(1, "acct:1", "EUR", D(5), D(5))])
    assert frame.select("account", "entries", "opening", "closing", "balance").rows() == [
        ("acct:1", 0, D(5), D(5), "ok")
    ]
    _, issues = check_statements(ENTRIES.empty(), [Stated(1, "acct:1", "EUR", D(5), D(6))])
    assert [i.code for i in issues] == ["closing-differs"]


def test_two_sided_lines_are_summed_by_currency_as_printed() -> None:
    frame, _ = check_statements(
        entries(["10", "-3", "4"], [None] * 3, sides=["two"] * 3, currency=["EUR", "EUR", "USD"]), []
    )
    assert frame.select("account", "currency", "entries", "sum", "balance").rows() == [
        (None, "EUR", 2, D(7), "absent"),
        (None, "USD", 1, D(4), "absent"),
    ]


def test_sums_are_exact_beyond_28_digits() -> None:
    big = "99999999999999999999.999999999999999999"
    frame, _ = check_statements(entries([big, "-0.000000000000000001"], [None, None]), [])
    assert frame["sum"][0] == D("99999999999999999999.999999999999999998")


lines = st.lists(st.integers(-500, 500).filter(bool), min_size=4, max_size=12)


@settings(max_examples=200, deadline=None)
@given(moves=lines, opening=st.integers(0, 5000), data=st.data())
def test_mutants_of_an_inner_line_are_caught(moves: list[int], opening: int, data: st.DataObject) -> None:
    """Deleting, doubling or changing an inner line breaks the chain whatever the order it is read in."""
    balances: list[Decimal | None] = []
    running = D(opening)
    for m in moves:
        running += m
        balances.append(running)
    amounts = [D(m) for m in moves]
    rows = list(range(len(moves)))
    whole = follow(amounts, balances, rows, [None] * len(rows))
    assert whole is not None and not whole.breaks
    assert (whole.opening, whole.closing) == (D(opening), running) or whole.order != "file"
    at = data.draw(st.integers(1, len(moves) - 2))
    kind = data.draw(st.sampled_from(["delete", "double", "change"]))
    a, b = list(amounts), list(balances)
    if kind == "delete":
        del a[at], b[at]
    elif kind == "double":
        a.insert(at, a[at])
        b.insert(at, b[at])
    else:
        a[at] += data.draw(st.integers(1, 90))
    mutant = follow(a, b, list(range(len(a))), [None] * len(a))
    assert mutant is not None
    # Reading backwards can make a short symmetric mutant fit; reading forwards it never does.
    assert mutant.breaks or mutant.order == "reversed"


def test_an_opening_balance_that_the_lines_do_not_continue_is_said() -> None:
    frame, issues = check_statements(entries(["10", "-3"], ["110", "107"]), [Stated(1, opening=D(90))])
    assert frame["balance"].to_list() == ["broken"]
    assert [i.code for i in issues] == ["opening-differs"]
    frame, issues = check_statements(entries(["10", "-3"], ["110", "107"]), [Stated(1, opening=D(100))])
    assert frame["balance"].to_list() == ["ok"] and issues == []


def test_what_a_file_states_itself_is_told_from_what_its_lines_show() -> None:
    lines = entries(["10", "-3"], ["110", "107"])
    for opening, closing, said in ((D(100), D(107), "both"), (D(100), None, "opening"), (None, D(107), "closing")):
        frame, _ = check_statements(lines, [Stated(1, opening=opening, closing=closing)])
        assert frame.select("opening", "closing", "stated").rows() == [(D(100), D(107), said)]
    frame, _ = check_statements(lines, [])
    assert frame.select("opening", "closing", "stated").rows() == [(D(100), D(107), None)]


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.sampled_from([None, 0, 0, 1]), st.booleans()), min_size=1, max_size=7),
    st.sampled_from([D(1), D("0.000000000000000001"), D(10**11), D(10**17)]),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_chains_seen_by_columns_are_those_that_are_followed_line_by_line(
    lines: list[tuple[int, int | None, bool]], unit: D, turned: bool
) -> None:
    running, moves, balances, fees = D(5) * unit, [], [], []
    for n, fee, right in lines:
        moves.append(n * unit - (fee or 0) * unit)
        running += moves[-1]
        fees.append(None if fee is None else fee * unit)
        balances.append(running if right else running + unit if n else None)
    frame = entries(
        [str(n * unit) for n, _, _ in lines],
        [None if b is None else str(b) for b in balances],
        fee=pl.Series(fees, dtype=pl.Decimal(38, 18)),  # type: ignore[dict-item]
    )
    if turned:
        frame, moves, balances = frame.reverse(), moves[::-1], balances[::-1]
    want = follow(moves, balances, frame["row"].to_list(), frame["booking_date"].to_list())
    assert checks._followed(frame) == (sum(moves, D(0)), want)
