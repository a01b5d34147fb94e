"""What the case can see of an account: its records, its opening balance, the gaps between its statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from fininit.ledger.transfers import Ledger
from fininit.schema import FLOW_COVERAGE
from fininit.tracing.lots import amount, whole
from fininit.tracing.order import Moves


@dataclass(frozen=True, slots=True)
class Opening:
    """The balance of an account before its first known transfer, in whole units.

    ``value`` is None when nothing shows it. ``contradicted``: a statement states one, but with what others' records
    show from before that statement the account would have begun below zero, so it proves nothing about the beginning.
    """

    value: int | None = None
    contradicted: bool = False


def own_records(ledger: Ledger, currency: str) -> frozenset[str]:
    """Accounts whose own records in ``currency`` are in the case.

    An account of which there are lines, but none in this currency, has none here.
    """
    has = set(ledger.accounts.filter("has_records")["account"])
    lines = ledger.entries.filter(pl.col("sides") == "one").select("account", "currency").unique()
    elsewhere = set(lines["account"]) - set(lines.filter(pl.col("currency") == currency)["account"])
    return frozenset(has - elsewhere)


def openings(
    statements: pl.DataFrame, moves: Moves, accounts: Iterable[str], currency: str, places: int
) -> dict[str, Opening]:
    """The opening balance of each of ``accounts``, before the first of ``moves``.

    The earliest statement that shows one decides; what others' records show from before that statement is taken off.
    Two statements that begin on one day with different balances decide nothing.
    """
    wanted = set(accounts)
    first: dict[str, tuple[date, set[Decimal]]] = {}
    known = statements.filter(
        pl.col("currency") == currency, pl.col("opening").is_not_null(), pl.col("first").is_not_null()
    )
    for account, day, opening in known.sort("account", "first").select("account", "first", "opening").iter_rows():
        if account in wanted:
            begins, values = first.setdefault(account, (day, set()))
            if begins == day:
                values.add(opening)
    before: dict[str, int] = {}
    for debtor, creditor, value, day in zip(moves.debtors, moves.creditors, moves.amounts, moves.dates, strict=True):
        for account, sign in ((debtor, -1), (creditor, 1)):
            if account in first and day < first[account][0]:
                before[account] = before.get(account, 0) + sign * value
    out = {}
    for account in wanted:
        values = first[account][1] if account in first else set()
        exact = whole(next(iter(values)), places) if len(values) == 1 else None
        if exact is None:
            out[account] = Opening()
        elif account not in before:
            out[account] = Opening(exact)
        else:
            value = exact - before[account]
            out[account] = Opening(value) if value >= 0 else Opening(contradicted=True)
    return out


def coverage(
    ledger: Ledger,
    statements: pl.DataFrame,
    currency: str,
    followed: dict[str, str],
    opened: dict[str, Opening],
    missing: str,
    places: int,
) -> pl.DataFrame:
    """``schema.FLOW_COVERAGE`` of the accounts ``followed`` (account -> why), sorted."""
    wanted = pl.DataFrame({"account": sorted(followed)}, schema={"account": pl.String})
    lines = (
        ledger.entries.filter(pl.col("sides") == "one", pl.col("currency") == currency)
        .group_by("account")
        .agg(pl.col("booking_date").min().alias("records_first"), pl.col("booking_date").max().alias("records_last"))
    )
    frame = (
        wanted.join(lines, on="account", how="left")
        .join(_transfers(ledger, currency), on="account", how="left")
        .join(_statements(statements, currency), on="account", how="left")
        .sort("account")
    )
    rows = []
    for row in frame.iter_rows(named=True):
        account = row["account"]
        opening = opened[account]
        value = None if opening.value is None else amount(opening.value, places)
        made = row | {
            "followed": followed[account],
            "opening": value,
            "transfers": row["transfers"] or 0,
            "not_in_own_records": row["not_in_own_records"] or 0,
        }
        rows.append(made | {"note": _note(made, opening, missing)})
    return FLOW_COVERAGE.conform(pl.DataFrame(rows, schema=FLOW_COVERAGE.polars(), orient="row"))


def _transfers(ledger: Ledger, currency: str) -> pl.DataFrame:
    """``account``, ``transfers``, ``not_in_own_records``; a transfer from an account to itself counts once."""
    table = ledger.transfers.filter(pl.col("currency") == currency)
    ends = pl.concat(
        [
            table.select("transfer_id", account="debtor_account", seen_by=pl.lit("debtor")),
            table.select("transfer_id", account="creditor_account", seen_by=pl.lit("creditor")),
        ]
    )
    own = ledger.evidence.select("transfer_id", "seen_by", own=pl.lit(True)).unique()
    # A fee given back is shown by the account it comes back to, though that is its creditor.
    fee = pl.col("transfer_id").str.starts_with("fee:")
    return (
        ends.join(own, on=["transfer_id", "seen_by"], how="left")
        .with_columns(own=pl.col("own").fill_null(False) | fee)
        .group_by("account", "transfer_id")
        .agg(pl.col("own").any())
        .group_by("account")
        .agg(transfers=pl.len().cast(pl.Int64), not_in_own_records=(~pl.col("own")).sum().cast(pl.Int64))
    )


def _statements(statements: pl.DataFrame, currency: str) -> pl.DataFrame:
    """``account``, ``gaps``, ``broken`` of accounts with statements.

    Overlapping statements have no gap, and a statement that came twice counts once.
    """
    own = statements.filter(pl.col("currency") == currency, pl.col("account").is_not_null())
    chained = (
        own.drop_nulls(["opening", "closing", "first", "last"])
        .unique(["account", "first", "last", "opening", "closing"])
        .sort("account", "first", "last", "opening", "closing")
        .with_columns(
            end=pl.col("last").shift(1).over("account"), balance_then=pl.col("closing").shift(1).over("account")
        )
    )
    gaps = chained.group_by("account").agg(
        gaps=((pl.col("first") >= pl.col("end")) & (pl.col("opening") != pl.col("balance_then"))).sum().cast(pl.Int64)
    )
    broken = (
        own.unique(["account", "first", "last", "balance"])
        .group_by("account")
        .agg(broken=(pl.col("balance") == "broken").sum().cast(pl.Int64))
    )
    return broken.join(gaps, on="account", how="left")


def _note(row: dict[str, object], opening: Opening, missing: str) -> str:
    """What a reader must know of an account before relying on what the trace says of it."""
    said: list[str] = []
    if row["followed"] != "records":
        said.append("There are no records of this account: only payments that others' records show are followed.")
    elif opening.contradicted:
        said.append(
            "What others' records show from before its first statement does not fit the balance it begins with, "
            "so its opening balance is not known."
        )
    if row["followed"] == "records" and opening.value is None:
        said.append(
            "Its opening balance is not known; it was taken as zero."
            if missing == "zero"
            else "Its opening balance is not known; payments it could not cover were taken as made from money unseen."
        )
    if row["followed"] == "records" and row["not_in_own_records"]:
        said.append(f"{row['not_in_own_records']} of its {row['transfers']} transfers are not in its own records.")
    if row["gaps"]:
        said.append(f"Statements of it are missing: its balance jumps between statements ({row['gaps']}).")
    if row["broken"]:
        said.append(f"The arithmetic of {row['broken']} of its statements does not hold.")
    return " ".join(said)
