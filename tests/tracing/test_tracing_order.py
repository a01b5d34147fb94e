"""In which order the transfers are taken: as the statements print them, whichever way they run."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.errors import UsageError
from fininit.ledger.transfers import build
from fininit.schema import ENTRIES
from fininit.tracing.order import ORDERS, Moves, Order, order_of, total_order
from fininit.tracing.printed import read

MONDAY = date(2026, 3, 2)


def moves(ends: Sequence[str], days: Sequence[int] = (), hours: Sequence[int | None] = ()) -> Moves:
    """Payments "ab" = a pays b, ids in their order; all on one day unless said otherwise."""
    n = len(ends)
    return Moves(
        ids=[f"t:{'0' * 16}::{row}" for row in range(2, n + 2)],
        debtors=[e[0] for e in ends],
        creditors=[e[1] for e in ends],
        amounts=[1] * n,
        dates=[MONDAY.replace(day=d) for d in days] or [MONDAY] * n,
        stamps=[None if h is None else datetime(2026, 3, 2, h, tzinfo=UTC) for h in hours] or [None] * n,
        channels=[None] * n,
    )


def ordered(
    found: Moves, chains: Sequence[Sequence[int]] = (), order: Order = "as-printed", followed: str = "abcdef"
) -> list[int]:
    return total_order(found, chains, frozenset(followed), order)


def test_days_come_first_whatever_statements_print() -> None:
    assert ordered(moves(["ab", "ab", "ab"], days=[3, 1, 2]), [[0, 1, 2]]) == [1, 2, 0]


def test_within_a_day_as_printed() -> None:
    assert ordered(moves(["ab", "ab", "ab"]), [[2, 0, 1]]) == [2, 0, 1]


def test_without_a_statement_by_row() -> None:
    assert ordered(moves(["ab"] * 12)) == list(range(12))


def test_two_statements_are_woven_together() -> None:
    """a prints 3 before 1; b prints 1 before 0: so 3, 1, 0, and 2 where its row stands among what is free."""
    assert ordered(moves(["bc", "ab", "cd", "ab"]), [[3, 1], [1, 0]]) == [2, 3, 1, 0]


def test_where_statements_contradict_each_other_the_smallest_row_goes() -> None:
    assert ordered(moves(["ab", "ab", "ab"]), [[1, 0], [0, 1], [1, 2]]) == [0, 1, 2]


def test_a_stated_instant_goes_before_what_is_printed() -> None:
    assert ordered(moves(["ab", "ab", "ab"], hours=[11, 9, 10]), [[0, 1, 2]]) == [1, 2, 0]


def test_equal_instants_stay_as_printed() -> None:
    assert ordered(moves(["ab", "ab", "ab"], hours=[9, 9, 8]), [[1, 0, 2]]) == [2, 1, 0]


def test_lines_without_an_instant_keep_their_printed_place() -> None:
    assert ordered(moves(["ab", "ab", "ab"], hours=[10, None, 9]), [[2, 1, 0]]) == [2, 1, 0]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        # b: in 1, out 0 and 2; c: in 0, out 3
        ("as-printed", [0, 1, 2, 3]),
        ("credits-first", [1, 0, 2, 3]),
        ("debits-first", [2, 3, 0, 1]),
    ],
)
def test_credits_or_debits_first_in_every_account(order: Order, expected: list[int]) -> None:
    found = moves(["bc", "ab", "bx", "cx"])
    assert ordered(found, [[0, 1, 2, 3]], order) == expected


def test_an_instant_goes_before_credits_first() -> None:
    found = moves(["bx", "ab"], hours=[9, 10])
    assert ordered(found, [], "credits-first") == [0, 1]
    assert ordered(moves(["bx", "ab"], hours=[9, 9]), [], "credits-first") == [1, 0]


def test_a_circle_stays_as_printed_and_what_leaves_it_comes_after() -> None:
    found = moves(["ax", "ab", "ba", "xa"])
    assert ordered(found, [], "credits-first", followed="ab") == [3, 1, 2, 0]
    assert ordered(found, [], "debits-first", followed="ab") == [0, 1, 2, 3]


days = st.lists(st.text("abcdx", min_size=2, max_size=2), min_size=1, max_size=8)


@given(days, st.randoms())
@settings(max_examples=200, deadline=None)
def test_credits_first_holds_wherever_no_circle_forbids_it(ends: list[str], dice: random.Random) -> None:
    """By trying: whatever a payment could have been made of on that day stands before it."""
    rows = list(range(len(ends)))
    printed = dice.sample(rows, len(rows))
    found = moves(ends)
    reach = {a: {a} for a in "abcd"}
    for _ in "abcd":
        for debtor, creditor in ends:
            if debtor in reach and creditor in reach:
                reach[debtor] |= reach[creditor]
    for order in ("credits-first", "debits-first"):
        out = ordered(found, [printed], order, followed="abcd")
        assert sorted(out) == rows
        place = {n: i for i, n in enumerate(out)}
        for i in rows:
            for j in rows:
                (payer, account), (same, payee) = ends[i], ends[j]
                if account != same or account == "x" or payer == account or account == payee:
                    continue
                into_circle = payer in reach and payer in reach[account]
                out_of_circle = payee in reach and account in reach[payee]
                first, last = (i, j) if order == "credits-first" else (j, i)
                if not (into_circle and out_of_circle):
                    assert place[first] < place[last], (order, ends, i, j)


@given(days, st.lists(st.sampled_from([None, 9, 10]), min_size=8, max_size=8), st.randoms())
@settings(max_examples=200, deadline=None)
def test_every_order_takes_each_once_and_time_never_runs_back(
    ends: list[str], hours: list[int | None], dice: random.Random
) -> None:
    rows = list(range(len(ends)))
    found = moves(ends, hours=hours[: len(ends)])
    chains = [dice.sample(rows, dice.randint(0, len(rows))) for _ in range(3)]
    for order in ORDERS:
        out = ordered(found, chains, order)
        assert sorted(out) == rows
        stamps = [s for n in out if (s := found.stamps[n]) is not None]
        assert stamps == sorted(stamps)
        assert out == ordered(found, chains[::-1], order)


def test_an_unknown_order_is_refused_with_a_list() -> None:
    assert order_of("Credits_First") == "credits-first"
    with pytest.raises(UsageError) as told:
        order_of("random")
    assert all(name in told.value.hint and line in told.value.hint for name, line in ORDERS.items())


# ------------------------------------------------------------------------------------------------- reading statements


def statement(rows: list[tuple[int, str, str | None]], **more: Any) -> pl.DataFrame:
    """Lines of acct:x as they stand in the file: (day, amount, balance)."""
    made = [
        {
            "entry_id": f"{'a' * 16}::{n}",
            "source": "a" * 64,
            "sheet": "",
            "row": n,
            "raw": "",
            "statement": 1,
            "sides": "one",
            "status": "booked",
            "account": "acct:x",
            "currency": "EUR",
            "booking_date": MONDAY.replace(day=day),
            "amount": Decimal(amount),
            "balance_after": None if balance is None else Decimal(balance),
            "counterparty_name": f"party {n}",
        }
        | more
        for n, (day, amount, balance) in enumerate(rows, 2)
    ]
    return ENTRIES.conform(pl.DataFrame(made, schema=ENTRIES.polars()))


def printed_rows(entries: pl.DataFrame) -> list[list[int]]:
    """For each statement the row numbers of what it prints, in order."""
    ledger = build(entries)
    ids = sorted(ledger.transfers["transfer_id"])
    rows = [int(i.rpartition(":")[2]) for i in ids]
    return [[rows[n] for n in p.positions] for p in read(ledger, ids, "EUR")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # oldest first; newest first; all on one day without balances: as in the file
        ([(2, "5", None), (2, "6", None), (3, "7", None)], [2, 3, 4]),
        ([(3, "5", None), (2, "6", None), (2, "7", None)], [4, 3, 2]),
        ([(2, "5", None), (2, "6", None)], [2, 3]),
        # one day, newest line first: only the running balance shows it
        ([(2, "-6", "4"), (2, "10", "10")], [3, 2]),
        ([(2, "10", "10"), (2, "-6", "4")], [2, 3]),
        # days from the newest, but within a day oldest first: the running balance shows that too
        ([(3, "1", "13"), (3, "2", "15"), (2, "10", "10"), (2, "2", "12")], [2, 3, 4, 5]),
        # a running balance that does not hold shows nothing: then the days decide
        ([(3, "1", "99"), (3, "2", "15"), (2, "10", "77")], [4, 3, 2]),
    ],
)
def test_which_way_a_statement_runs(rows: list[tuple[int, str, str | None]], expected: list[int]) -> None:
    assert printed_rows(statement(rows)) == [expected]


def test_a_fee_comes_after_what_it_was_charged_for_whichever_way_it_runs() -> None:
    lines = statement([(3, "-5", None), (2, "-6", None)]).with_columns(fee=pl.lit(Decimal("0.5"), pl.Decimal(38, 18)))
    ledger = build(lines)
    ids = sorted(ledger.transfers["transfer_id"])
    (one,) = read(ledger, ids, "EUR")
    assert [ids[n].partition(":")[0] + ids[n][-1] for n in one.positions] == ["t3", "fee3", "t2", "fee2"]


def test_sheets_and_parts_of_a_row_count_as_numbers() -> None:
    lines = statement([(2, "5", None), (2, "6", None), (2, "7", None)])
    source = "a" * 16
    lines = lines.with_columns(
        entry_id=pl.Series([f"{source}:10:2", f"{source}:9:3.10", f"{source}:9:3.9"]), row=pl.Series([2, 3, 3])
    )
    ledger = build(lines)
    ids = ledger.transfers["transfer_id"].to_list()
    (one,) = read(ledger, ids, "EUR")
    assert [ids[n] for n in one.positions] == [f"t:{source}:9:3.9", f"t:{source}:9:3.10", f"t:{source}:10:2"]


def test_a_two_sided_file_is_one_statement() -> None:
    lines = statement([(2, "5", None), (2, "6", None)], sides="two", counterparty_name=None).with_columns(
        counterparty_account=pl.Series(["acct:y", "acct:z"])
    )
    ledger = build(lines)
    (one,) = read(ledger, ledger.transfers["transfer_id"].to_list(), "EUR")
    assert one.account is None and len(one.positions) == 2
