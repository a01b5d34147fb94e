"""The two tables that a link's strength is made of."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fininit.linking.weights import BASE, BY_ACCOUNTS, BY_LISTINGS, CROWDED, LEAST, specificity
from fininit.schema import LINK_KINDS


@pytest.mark.parametrize(
    ("listings", "accounts", "weight"),
    [
        (0, 0, "1.0"),
        (1, 1, "1.0"),
        (100, 5, "1.0"),
        (101, 1, "0.7"),
        (1000, 1, "0.7"),
        (1001, 1, "0.3"),
        (10_000, 1, "0.3"),
        (10_001, 1, "0.1"),
        (1, 6, "0.7"),
        (1, 20, "0.7"),
        (1, 21, "0.3"),
        (1, 100, "0.3"),
        (1, 101, "0.1"),
        (500, 50, "0.3"),
        (10**9, 10**9, "0.1"),
    ],
)
def test_an_identifier_says_less_the_more_share_it(listings: int, accounts: int, weight: str) -> None:
    assert specificity(listings, accounts) == Decimal(weight)


@given(st.integers(0, 20_000), st.integers(0, 200), st.integers(0, 20_000), st.integers(0, 200))
def test_more_sharing_never_says_more(listings: int, accounts: int, more: int, others: int) -> None:
    assert specificity(listings + more, accounts + others) <= specificity(listings, accounts)


def test_the_tables() -> None:
    assert {kind for kind, _ in BASE} == set(LINK_KINDS) - {"chain"}
    assert all(0 < weight <= 1 for weight in BASE.values())
    for kind, hidden in BASE:
        if hidden:
            assert BASE[kind, True] <= BASE[kind, False]
    for table in (BY_LISTINGS, BY_ACCOUNTS):
        assert [n for n, _ in table] == sorted(n for n, _ in table)
        assert [w for _, w in table] == sorted((w for _, w in table), reverse=True)
        assert table[-1][1] > CROWDED
    assert CROWDED < LEAST <= min(w for _, w in (*BY_LISTINGS, *BY_ACCOUNTS))
