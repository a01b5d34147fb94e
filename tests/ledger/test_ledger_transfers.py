"""The ledger counts every payment once, whatever files and order it comes in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.ledger.fingerprint import fingerprint
from fininit.ledger.transfers import Ledger, build
from fininit.schema import ENTRIES, TABLES


def lines(*rows: dict[str, Any], source: str = "a" * 64) -> pl.DataFrame:
    """Entries of one source, row numbers from 2."""
    base = {"sides": "one", "currency": "EUR", "status": "booked", "booking_date": date(2026, 3, 2), "statement": 1}
    made = [
        base | {"source": source, "row": n, "sheet": "", "entry_id": f"{source[:16]}::{n}", "raw": ""} | row
        for n, row in enumerate(rows, 2)
    ]
    return ENTRIES.conform(pl.DataFrame(made, schema_overrides={"amount": pl.Decimal(38, 18)}))


def out(account: str, amount: str, to: str | None = None, **more: Any) -> dict[str, Any]:
    return {"account": account, "amount": Decimal("-" + amount), "counterparty_account": to} | more


def into(account: str, amount: str, of: str | None = None, **more: Any) -> dict[str, Any]:
    return {"account": account, "amount": Decimal(amount), "counterparty_account": of} | more


A, B, C = "acct:one", "acct:two", "acct:three"
S1, S2, S3 = "1" * 64, "2" * 64, "3" * 64


def sums(ledger: Ledger) -> dict[tuple[str, str], tuple[int, Decimal]]:
    return {
        (d, c): (n, a)
        for d, c, n, a in ledger.transfers.group_by("debtor_account", "creditor_account")
        .agg(pl.len(), pl.col("amount").sum())
        .iter_rows()
    }


def test_every_frame_has_the_declared_columns() -> None:
    ledger = build(lines(out(A, "10", B)))
    for name in ("transfers", "evidence", "accounts", "proposals"):
        frame = getattr(ledger, name)
        assert frame.schema == pl.Schema(TABLES[name].polars()), name
        required = [c.name for c in TABLES[name].columns if c.required]
        assert frame.select(required).null_count().row(0) == (0,) * len(required)


def test_an_empty_case_has_a_ledger() -> None:
    ledger = build(ENTRIES.empty())
    assert ledger.transfers.height == ledger.accounts.height == ledger.evidence.height == 0


def test_both_statements_of_a_payment_give_one_transfer_with_two_rows() -> None:
    ledger = build(pl.concat([lines(out(A, "10", B), source=S1), lines(into(B, "10", A), source=S2)]))
    assert ledger.transfers.select("debtor_account", "creditor_account", "rows", "how").rows() == [
        (A, B, 2, "both-sides")
    ]
    assert sorted(ledger.evidence["seen_by"]) == ["creditor", "debtor"]
    assert ledger.merged == 1


def test_two_equal_payments_on_one_day_stay_two() -> None:
    ledger = build(
        pl.concat(
            [lines(out(A, "10", B), out(A, "10", B), source=S1), lines(into(B, "10", A), into(B, "10", A), source=S2)]
        )
    )
    assert sums(ledger) == {(A, B): (2, Decimal(20))}


def test_one_side_may_hold_more_lines_than_the_other() -> None:
    ledger = build(pl.concat([lines(out(A, "10", B), out(A, "10", B), source=S1), lines(into(B, "10", A), source=S2)]))
    assert sums(ledger) == {(A, B): (2, Decimal(20))}
    assert sorted(ledger.transfers["how"]) == ["both-sides", "one-side"]


@pytest.mark.parametrize(
    "other",
    [
        into(B, "10.01", A),
        into(B, "10", C),
        into(B, "10", A, booking_date=date(2026, 3, 3)),
        into(B, "10", A, currency="USD"),
        out(B, "10", A),
    ],
)
def test_what_does_not_agree_is_not_paired(other: dict[str, Any]) -> None:
    ledger = build(pl.concat([lines(out(A, "10", B), source=S1), lines(other, source=S2)]))
    assert ledger.transfers.height == 2


def test_different_references_keep_equal_payments_apart() -> None:
    ledger = build(
        pl.concat(
            [
                lines(out(A, "10", B, end_to_end_id="R1"), source=S1),
                lines(into(B, "10", A, end_to_end_id="R2"), source=S2),
            ]
        )
    )
    assert ledger.transfers.height == 2


def test_a_reference_pairs_lines_that_do_not_name_the_other_account() -> None:
    ledger = build(
        pl.concat(
            [
                lines(out(A, "10", None, end_to_end_id="R1", counterparty_name="Two"), source=S1),
                lines(into(B, "10", None, end_to_end_id="R1"), source=S2),
            ]
        )
    )
    assert sums(ledger) == {(A, B): (1, Decimal(10))}


def test_a_reference_never_overrules_a_stated_account() -> None:
    ledger = build(
        pl.concat(
            [
                lines(out(A, "10", C, end_to_end_id="R1"), source=S1),
                lines(into(B, "10", None, end_to_end_id="R1"), source=S2),
            ]
        )
    )
    assert ledger.transfers.height == 2


def test_references_that_one_bank_prints_and_the_other_does_not_do_not_double_the_payments() -> None:
    ours = lines(out(A, "10", B, end_to_end_id="R1"), out(A, "10", B, end_to_end_id="R2"), source=S1)
    ledger = build(pl.concat([ours, lines(into(B, "10", A), into(B, "10", A), source=S2)]))
    assert sums(ledger) == {(A, B): (2, Decimal(20))}
    table = lines(*([out(A, "10", B) | {"sides": "two"}] * 3), source=S3)
    assert sums(build(pl.concat([ours, table]))) == {(A, B): (3, Decimal(30))}


def test_a_row_without_a_reference_takes_the_place_that_is_left() -> None:
    ours = lines(out(A, "10", B, end_to_end_id="R1"), out(A, "10", B), source=S1)
    theirs = lines(into(B, "10", A), into(B, "10", A, end_to_end_id="R1"), source=S2)
    shown = build(pl.concat([ours, theirs])).evidence.group_by("transfer_id").agg(pl.col("entry_id").sort())
    assert sorted(shown["entry_id"].to_list()) == [
        [f"{S1[:16]}::2", f"{S2[:16]}::3"],
        [f"{S1[:16]}::3", f"{S2[:16]}::2"],
    ]


@pytest.mark.parametrize("column", ["merchant", "place", "cheque_no", "card_last4", "transaction_code", "mcc"])
def test_lines_of_two_files_that_differ_in_a_word_are_two_payments(column: str) -> None:
    one, two = (lines(out(A, "5", **{column: word}), source=s) for word, s in (("101", S1), ("102", S2)))
    ledger = build(pl.concat([one, two]))
    assert ledger.transfers["amount"].sum() == Decimal(10)
    assert ledger.proposals["kind"].to_list() == ["near-duplicate"]


def test_a_fee_that_two_records_of_a_payment_state_is_charged_once() -> None:
    fee = {"fee": Decimal("0.35")}
    ledger = build(
        pl.concat([lines(out(A, "10", B) | fee, source=S1), lines(out(A, "10", B) | fee | {"sides": "two"}, source=S2)])
    )
    fees = ledger.transfers.filter(pl.col("how") == "fee")
    assert fees.select("amount", "rows").rows() == [(Decimal("0.35"), 2)]
    assert ledger.evidence.filter(pl.col("transfer_id").str.starts_with("fee:")).height == 2


def test_an_overlapping_export_adds_nothing_and_keeps_its_rows() -> None:
    first = lines(out(A, "10", B, remittance_info="rent"), out(A, "10", B, remittance_info="rent"), source=S1)
    second = lines(out(A, "10", B, remittance_info="rent "), out(A, "7", B), source=S2)
    ledger = build(pl.concat([first, second]))
    assert sums(ledger) == {(A, B): (3, Decimal(27))}
    assert ledger.duplicates == 1
    assert ledger.evidence.filter(pl.col("seen_by") == "duplicate").height == 1
    assert set(ledger.evidence["entry_id"]) == set(first["entry_id"]) | set(second["entry_id"])


def test_rows_of_one_two_sided_file_are_never_merged_but_mirrors_are_shown() -> None:
    two = {"sides": "two"}
    ledger = build(lines(into(A, "10", B) | two, out(A, "10", B) | two))
    assert sums(ledger) == {(A, B): (2, Decimal(20))}
    assert ledger.proposals["kind"].to_list() == ["mirror"]


def test_a_rewritten_text_is_proposed_and_not_merged() -> None:
    ledger = build(
        pl.concat(
            [
                lines(out(A, "10", B, remittance_info="rent May"), source=S1),
                lines(out(A, "10", B, remittance_info="RENT 05"), source=S2),
            ]
        )
    )
    assert ledger.transfers.height == 2
    assert ledger.proposals["kind"].to_list() == ["near-duplicate"]


@pytest.mark.parametrize("sides", ["one", "two"])
@pytest.mark.parametrize("name", [None, "Mira"])
def test_a_payment_that_one_side_names_and_the_other_does_not_is_proposed(sides: str, name: str | None) -> None:
    ours = lines(out(A, "40", B, sides=sides), out(A, "40", B, sides=sides), out(A, "7", B, sides=sides), source=S1)
    theirs = lines(into(B, "40", None, counterparty_name=name), out(B, "7", None), source=S2)
    ledger = build(pl.concat([ours, theirs]))
    assert ledger.transfers.height == 5, "nothing is merged on a guess"
    assert ledger.proposals["kind"].to_list() == ["mirror"]
    pair = {ledger.proposals["transfer_a"][0], ledger.proposals["transfer_b"][0]}
    assert pair == {f"t:{S1[:16]}::2", f"t:{S2[:16]}::2"}
    # what both sides show is not asked about
    full = build(pl.concat([lines(out(A, "40", B), source=S1), lines(into(B, "40", A), into(B, "40"), source=S2)]))
    assert full.proposals.height == 0


def test_only_booked_lines_move_money() -> None:
    ledger = build(
        lines(*(out(A, "10", B, status=s) for s in ("booked", "pending", "failed", "reversed")), out(A, "0", B))
    )
    assert sums(ledger) == {(A, B): (1, Decimal(10))}
    assert ledger.unmoved == 4


def test_a_stated_fee_is_a_transfer_of_its_own() -> None:
    ledger = build(lines(out(A, "10", B, fee=Decimal("0.35")), into(A, "4", B, fee=Decimal("-0.05"))))
    fees = ledger.transfers.filter(pl.col("how") == "fee")
    assert fees.select("debtor_account", "creditor_account", "amount").sort("amount").rows() == [
        (f"fee:{A}", A, Decimal("0.05")),
        (A, f"fee:{A}", Decimal("0.35")),
    ]
    assert set(ledger.evidence["transfer_id"]) == set(ledger.transfers["transfer_id"])


def test_a_name_is_a_node_of_its_statement_only() -> None:
    ledger = build(
        lines(out(A, "1", counterparty_name="Jane  Doe"), out(A, "2", counterparty_name="JANE DOE"), out(A, "3"))
    )
    assert set(ledger.accounts["account"]) == {A, f"name:jane doe@{A}", f"unknown:{A}"}
    other = build(
        pl.concat(
            [
                lines(out(A, "1", counterparty_name="Jane Doe"), source=S1),
                lines(out(B, "1", counterparty_name="Jane Doe"), source=S2),
            ]
        )
    )
    assert other.accounts.height == 4, "two people of one name in two statements are not one person"


moves = st.builds(
    lambda frm, to, amount, day, ref, sides: {
        "account": frm,
        "counterparty_account": to,
        "amount": Decimal(amount),
        "booking_date": date(2026, 3, day),
        "end_to_end_id": ref,
        "sides": sides,
    },
    st.sampled_from([A, B, C]),
    st.sampled_from([A, B, C, None]),
    st.integers(-3, 3),
    st.integers(1, 2),
    st.sampled_from([None, None, "R1", "R2"]),
    st.just("one"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(moves, min_size=1, max_size=12), st.lists(moves, max_size=8), st.randoms(use_true_random=False))
def test_order_and_repetition_of_files_change_nothing(
    one: list[dict[str, Any]], two: list[dict[str, Any]], random: Any
) -> None:
    files = [lines(*one, source=S1)] + ([lines(*two, source=S2)] if two else [])
    ledger = build(pl.concat(files))
    shuffled = pl.concat(files[::-1]).sample(fraction=1, shuffle=True, seed=random.randrange(1000))
    again = build(shuffled)
    assert again.transfers.equals(ledger.transfers)
    assert again.evidence.equals(ledger.evidence)
    # the same lines in another file, in another order: nothing is added, the fingerprint stays
    copied = random.sample(one, len(one))
    more = build(pl.concat([*files, lines(*copied, source=S3)]))
    assert sums(more) == sums(ledger)
    assert fingerprint(more.entries) == fingerprint(ledger.entries)
    # conservation: what leaves the accounts with records is what their lines say
    assert ledger.evidence["entry_id"].n_unique() == sum(r["amount"] != 0 for r in [*one, *two])


def test_the_fingerprint_knows_every_word_and_no_file() -> None:
    base = lines(out(A, "10", B, remittance_info="rent"))
    assert fingerprint(build(base).entries) == fingerprint(
        build(lines(out(A, "10", B, remittance_info="rent"), source=S2)).entries
    )
    for change in ({"remittance_info": "rant"}, {"amount": Decimal("-10.01")}, {"counterparty_name": "x"}):
        other = lines(out(A, "10", B, remittance_info="rent") | change)
        assert fingerprint(build(other).entries) != fingerprint(build(base).entries)
