"""What a chain charges for an attempt is paid by the sender, once, whether the payment went through or not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from fininit.ledger.transfers import Ledger, build
from fininit.schema import ENTRIES

ME, YOU, THEM = "eth:0xaa", "eth:0xbb", "eth:0xcc"
ONE, TWO = "1" * 64, "2" * 64


def line(row: int, part: int = 0, source: str = ONE, **more: Any) -> dict[str, Any]:
    entry = f"{source[:16]}::{row}" + (f".{part}" if part else "")
    base: dict[str, Any] = {
        "account": ME,
        "counterparty_account": YOU,
        "currency": "ETH",
        "status": "booked",
        "sides": "two",
    }
    base |= {"statement": 1, "booking_date": date(2026, 3, 2), "tx_hash": f"0x{row:064x}", "channel": "crypto"}
    return base | {"source": source, "row": row, "sheet": "", "entry_id": entry, "raw": ""} | more


def failed(row: int, fee: str, source: str = ONE, **more: Any) -> list[dict[str, Any]]:
    """What a reader gives for a failed row: the payment, and the fee alone."""
    gas = {"amount": Decimal(0), "fee": Decimal(fee), "channel": "fee"}
    payment = line(row, 0, source, amount=Decimal(7), status="failed", **more)
    return [payment, line(row, 1, source, **gas, **more)]


def ledger(*rows: dict[str, Any]) -> Ledger:
    types = {c: t for c, t in ENTRIES.polars().items() if t == pl.Decimal(38, 18)}
    return build(ENTRIES.conform(pl.DataFrame(list(rows), schema_overrides=types, infer_schema_length=None)))


def moved(made: Ledger) -> list[tuple[str, str, Decimal, str]]:
    return sorted(made.transfers.select("debtor_account", "creditor_account", "amount", "how").iter_rows())


def test_gas_of_a_failed_payment_moves_and_the_payment_does_not() -> None:
    made = ledger(*failed(2, "0.000000000000000021"), line(3, amount=Decimal(1), fee=Decimal("0.5")))
    assert moved(made) == [
        (ME, YOU, Decimal(1), "two-sided"),
        (ME, f"fee:{ME}", Decimal("0.000000000000000021"), "fee"),
        (ME, f"fee:{ME}", Decimal("0.5"), "fee"),
    ]
    gas = made.transfers.filter(pl.col("amount") == Decimal("0.000000000000000021"))["transfer_id"].item()
    shown = made.evidence.filter(pl.col("transfer_id") == gas)["entry_id"].to_list()
    assert shown == [f"{ONE[:16]}::2.1"]
    assert made.unmoved == 2  # the failed payment, and the entry whose fee alone moves


def test_two_exports_of_one_failed_transaction_charge_it_once() -> None:
    noted = {"remittance_info": "out of gas"}  # the other explorer says more: not the same line
    made = ledger(*failed(2, "0.25"), *failed(2, "0.25", TWO, **noted))
    assert moved(made) == [(ME, f"fee:{ME}", Decimal("0.25"), "fee")]
    assert made.evidence.height == 2


def test_other_transactions_other_senders_and_other_fees_stay_apart() -> None:
    made = ledger(
        *failed(2, "0.25"),
        *failed(3, "0.25", TWO),
        *failed(2, "0.25", TWO, account=THEM),
        *failed(4, "0.25"),
        *failed(4, "0.125", TWO),
    )
    assert [a for _, _, a, _ in moved(made)] == [Decimal(x) for x in ("0.125", "0.25", "0.25", "0.25", "0.25")]


def test_off_the_chain_equal_fees_of_one_reference_are_several() -> None:
    account = "app:meadow:1"
    one, two = (
        line(2, n, amount=Decimal(0), fee=Decimal(1), account=account, channel="fee", sides="one") for n in (1, 2)
    )
    assert len(moved(ledger(one, two))) == 2


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [*failed(2, "0.25"), *failed(2, "0.25", TWO), line(3, amount=Decimal(1), fee=Decimal("0.5"))]
    one, other = ledger(*rows), ledger(*rows[::-1])
    assert one.transfers.equals(other.transfers)
    assert one.evidence.equals(other.evidence)
