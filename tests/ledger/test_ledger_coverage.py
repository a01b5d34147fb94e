"""What is missing is found by the balances, and nothing is said to be missing that is there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from fininit.ledger.checks import Stated, check_statements
from fininit.ledger.coverage import WHAT, Coverage, coverage
from fininit.ledger.entries import once
from fininit.schema import ENTRIES, SOURCES, STATEMENTS

D = Decimal
A = "acct:bank:1"

Line = tuple[date, str]
"""A day and an amount."""


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def source(name: str, lines: Sequence[Line], opening: str | None, *, how: str = "stated", **more: Any) -> Any:
    """One file: its entries and statements. ``how``: balances are stated, running, or absent."""
    account, currency = more.get("account", A), more.get("currency", "EUR")
    balance, running = D(opening or 0), []
    for _, amount in lines:
        balance += D(amount)
        running.append(balance if how == "running" else None)
    frame = ENTRIES.conform(
        pl.DataFrame(
            {
                "entry_id": [f"{name}::{n}" for n in range(2, len(lines) + 2)],
                "source": [name] * len(lines),
                "row": list(range(2, len(lines) + 2)),
                "statement": [1] * len(lines),
                "sides": ["one"] * len(lines),
                "status": ["booked"] * len(lines),
                "account": [account] * len(lines),
                "currency": [currency] * len(lines),
                "booking_date": [d for d, _ in lines],
                "amount": pl.Series([D(a) for _, a in lines], dtype=pl.Decimal(38, 18)),
                "balance_after": pl.Series(running, dtype=pl.Decimal(38, 18)),
                "remittance_info": [more.get("note")] * len(lines),
            },
            schema_overrides={"booking_date": pl.Date, "remittance_info": pl.String},
        )
    )
    stated = []
    if how == "stated":
        closing = more.get("closing", balance)
        first, last = (lines[0][0], lines[-1][0]) if lines else more["days"]
        stated = [Stated(1, account, currency, D(opening or 0), D(closing), first=first, last=last)]
    statements, _ = check_statements(frame, stated)
    return frame, statements.with_columns(source=pl.lit(name))


def asked(name: str, **facts: Any) -> dict[str, Any]:
    return {"source": name, "name": name, "bytes": 1, "status": "read", "handling": "open"} | facts


def covered(*parts: Any, sources: Sequence[dict[str, Any]] = ()) -> Coverage:
    entries = pl.concat([ENTRIES.empty(), *(p[0] for p in parts)])
    statements = pl.concat([STATEMENTS.empty(), *(p[1] for p in parts)])
    held = SOURCES.conform(pl.DataFrame(list(sources), schema=SOURCES.polars())) if sources else SOURCES.empty()
    return coverage(once(entries), statements, held)


def kinds(found: Coverage) -> list[str]:
    return found.missing["kind"].to_list()


def cells(found: Coverage) -> list[tuple[str, int, str, int]]:
    return [(m.isoformat()[:7], *r) for m, *r in found.months.select("month", "lines", "state", "breaks").iter_rows()]


JAN: list[Line] = [(day("01-05"), "-10"), (day("01-20"), "30")]
FEB: list[Line] = [(day("02-03"), "-5"), (day("02-11"), "7")]
APR: list[Line] = [(day("04-02"), "1")]


def test_statements_that_follow_from_each_other_leave_nothing_missing() -> None:
    found = covered(source("a", JAN, "100"), source("b", FEB, "120"), source("c", APR, "122"))
    assert kinds(found) == []
    assert cells(found) == [
        ("2026-01", 2, "lines", 0),
        ("2026-02", 2, "lines", 0),
        ("2026-03", 0, "none", 0),
        ("2026-04", 1, "lines", 0),
    ]


def test_a_missing_statement_is_a_gap_with_its_days_and_its_sum() -> None:
    found = covered(source("a", JAN, "100"), source("c", APR, "122"))
    (row,) = found.missing.to_dicts()
    assert (row["kind"], row["from_date"], row["to_date"]) == ("gap", day("01-20"), day("04-02"))
    assert (row["difference"], row["source"], row["what"]) == (D(2), "c", WHAT["gap"])
    assert [c[1:] for c in cells(found)] == [(2, "lines", 0), (0, "gap", 0), (0, "gap", 0), (1, "lines", 1)]


@pytest.mark.parametrize("how", ["running", "absent"])
def test_without_a_stated_balance_the_ends_are_not_verified(how: str) -> None:
    found = covered(source("a", JAN, "100", how=how))
    assert kinds(found)[-1] == "ends-not-verified"
    assert found.missing["what"][-1] == WHAT["both-ends"]
    assert ("no-balance" in kinds(found)) == (how == "absent")


def test_an_end_that_is_stated_is_not_called_unverified() -> None:
    """A running balance begins wherever the first line left in begins; a stated one does not."""
    stated, running = source("a", JAN, "100"), source("b", FEB, "120", how="running")
    found = covered(stated, running)
    assert found.missing.select("kind", "what").rows() == [("ends-not-verified", WHAT["end"])]
    found = covered(source("a", JAN, "100", how="running"), source("b", FEB, "120"))
    assert found.missing.select("kind", "what").rows() == [("ends-not-verified", WHAT["beginning"])]


def test_a_statement_that_does_not_add_up_verifies_nothing() -> None:
    found = covered(source("a", JAN, "100", closing="121"))
    (broken, ends) = found.missing.to_dicts()
    assert (broken["kind"], broken["difference"]) == ("broken", D(1))
    assert (ends["kind"], ends["what"]) == ("ends-not-verified", WHAT["both-ends"])
    assert found.months["breaks"].to_list() == [1]


def test_a_running_balance_is_marked_in_the_month_where_it_breaks() -> None:
    entries, statements = source("a", [*JAN, *FEB], "100", how="running")
    entries = entries.filter(pl.col("booking_date") != day("02-03"))
    statements, _ = check_statements(entries, [])
    found = covered((entries, statements.with_columns(source=pl.lit("a"))))
    assert cells(found) == [("2026-01", 2, "lines", 0), ("2026-02", 1, "lines", 1)]
    assert kinds(found) == ["broken", "ends-not-verified"]


def test_overlapping_statements_that_agree_are_no_break() -> None:
    whole = [*JAN, *FEB]
    for how in ("stated", "running", "absent"):
        found = covered(source("a", whole, "100", how=how), source("b", whole[1:] + APR, "90", how=how))
        assert set(kinds(found)) <= {"ends-not-verified", "no-balance"}
        assert found.months["lines"].to_list() == [2, 2, 0, 1]
        assert found.months["sources"].to_list() == [2, 2, 0, 1]


@pytest.mark.parametrize("how", ["stated", "running", "absent"])
def test_overlapping_statements_that_differ_are_shown(how: str) -> None:
    whole = [*JAN, *FEB, (day("03-01"), "4")]
    less = [line for line in whole[1:] if line[0] != day("02-03")] + APR
    found = covered(source("a", whole, "100", how=how), source("b", less, "90", how=how))
    assert "overlap-differs" in kinds(found)
    (row,) = found.missing.filter(kind="overlap-differs").to_dicts()
    assert (row["from_date"], row["to_date"]) == (day("01-20"), day("03-01"))
    assert row["difference"] == (D(5) if how == "stated" else None)


def test_a_copy_within_another_that_shows_a_further_line_is_shown() -> None:
    more = [JAN[1], (day("01-25"), "3"), FEB[0]]
    found = covered(source("a", [*JAN, *FEB], "100"), source("b", more, "90"))
    assert kinds(found) == ["overlap-differs"]


def test_statements_of_one_day_are_taken_in_the_order_of_their_balances() -> None:
    d = day("01-05")
    parts = [source("z", [(d, "-10")], "100"), source("a", [(d, "4")], "90"), source("m", [(d, "6")], "94")]
    for order in (parts, parts[::-1], [parts[1], parts[2], parts[0]]):
        assert kinds(covered(*order)) == []


def test_statements_without_a_line_bridge_the_days_they_state() -> None:
    quiet = source("q", [], "120", days=(day("02-01"), day("02-28")))
    found = covered(source("a", JAN, "100"), quiet, source("c", [(day("03-09"), "1")], "120"))
    assert kinds(found) == []
    assert [c[2] for c in cells(found)] == ["lines", "none", "lines"]


def test_where_no_balance_is_printed_an_empty_month_is_not_called_complete() -> None:
    found = covered(source("a", JAN, None, how="absent"), source("c", APR, None, how="absent"))
    assert [c[2] for c in cells(found)] == ["lines", "not-shown", "not-shown", "lines"]
    assert kinds(found) == ["not-shown", "no-balance", "ends-not-verified"]


def test_currencies_and_accounts_are_kept_apart() -> None:
    found = covered(
        source("a", JAN, "100"), source("b", FEB, "7", currency="USD"), source("c", FEB, "3", account="x:1")
    )
    assert kinds(found) == []
    assert found.months.select("account", "currency").unique().height == 3


def test_what_was_asked_for_and_not_given() -> None:
    facts = {"accounts_asked": "acct:bank:1 77 78", "accounts_produced": "78"}
    period = {"period_from": day("01-01"), "period_to": day("03-31")}
    found = covered(source("a", JAN, "100"), sources=[asked("a", **facts, **period)])
    rows = found.missing.select("kind", "account", "count").rows()
    assert rows == [
        ("not-produced", "acct:77", 1),
        ("produced-not-found", "acct:78", 1),
        ("period-without-lines", A, 2),
    ]
    drawn = found.months.filter(pl.col("state") == "asked")
    assert drawn.group_by("account").len().sort("account").rows() == [("acct:77", 3), ("acct:78", 3), (A, 2)]


def test_a_bank_s_own_number_answers_for_an_account_in_that_bank_s_file_only() -> None:
    one = asked("a", accounts_asked="1")
    assert kinds(covered(source("a", JAN, "100"), sources=[one])) == []
    assert kinds(covered(source("b", JAN, "100"), sources=[one])) == ["not-produced"]


def test_order_changes_nothing() -> None:
    parts = [
        source("a", [*JAN, *FEB], "100"),
        source("b", FEB[1:] + APR, "115", how="running"),
        source("c", [(day("06-01") + timedelta(days=n), str(n + 1)) for n in range(40)], "200", how="running"),
        source("d", JAN, None, how="absent", account="acct:bank:2"),
    ]
    facts = [asked("a", accounts_asked="acct:bank:1 9", period_from=day("01-01"), period_to=day("12-31")), asked("b")]
    whole = covered(*parts, sources=facts)
    assert {"gap", "not-produced", "period-without-lines"} <= set(kinds(whole))
    for seed in range(5):
        mixed = parts[:]
        random.Random(seed).shuffle(mixed)
        mixed = [(e.sample(fraction=1, shuffle=True, seed=seed), s) for e, s in mixed]
        again = covered(*mixed, sources=facts[::-1])
        assert again.months.equals(whole.months) and again.missing.equals(whole.missing)


def test_nothing_at_all_is_nothing() -> None:
    found = covered()
    assert found.months.height == found.missing.height == 0
