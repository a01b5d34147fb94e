"""From statement lines to transfers: debtor to creditor, each with the rows that show it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from fininit.engine.pairing import by_reference, pair
from fininit.identifiers.account import fee_side, name_id, scheme, unknown_side
from fininit.ledger.entries import once
from fininit.schema import ACCOUNTS, EVIDENCE, PROPOSALS, TRANSFERS

_ZERO = pl.lit(0).cast(pl.Decimal(38, 18))


@dataclass(frozen=True)
class Ledger:
    """The ledger of a case. Frames have the columns of ``fininit.schema``; ``entries`` has ``line`` besides.

    ``duplicates`` counts lines seen again in another file, ``merged`` transfers that more than one record-keeper
    shows, ``unmoved`` entries that move no money (pending, failed, reversed, or of amount zero).
    """

    entries: pl.DataFrame
    transfers: pl.DataFrame
    evidence: pl.DataFrame
    accounts: pl.DataFrame
    proposals: pl.DataFrame
    duplicates: int
    merged: int
    unmoved: int


def build(entries: pl.DataFrame) -> Ledger:
    """The ledger of ``entries`` (``schema.ENTRIES``, account never null). Row and file order change nothing."""
    lines = once(entries)
    primary = lines.filter(pl.col("entry_id") == pl.col("line"))
    booked = primary.filter((pl.col("status") == "booked") & (pl.col("amount") != _ZERO))
    moves = pair(by_reference(_movements(booked)))
    transfers = _transfers(moves)
    evidence = moves.select(transfer_id=pl.format("t:{}", "transfer"), entry_id="entry_id", seen_by="seen_by")
    charged = _charged(primary, moves)
    fees = _fees(charged)
    repeats = lines.filter(pl.col("entry_id") != pl.col("line")).select("entry_id", line="line")
    evidence = pl.concat(
        [
            evidence,
            charged.select(transfer_id=pl.format("fee:{}", "first"), entry_id="entry_id", seen_by=pl.lit("debtor")),
        ]
    )
    again = repeats.join(evidence, left_on="line", right_on="entry_id", how="inner").select(
        "transfer_id", "entry_id", seen_by=pl.lit("duplicate")
    )
    transfers = pl.concat([transfers, fees]).sort("booking_date", "transfer_id")
    return Ledger(
        entries=lines,
        transfers=transfers,
        evidence=EVIDENCE.conform(pl.concat([evidence, again])).sort("transfer_id", "entry_id"),
        accounts=_accounts(transfers, entries),
        proposals=_proposals(moves),
        duplicates=repeats.height,
        merged=transfers.filter(pl.col("how") == "both-sides").height,
        unmoved=primary.height - booked.height,
    )


def _ids(names: pl.Series, accounts: pl.Series) -> pl.Series:
    """Node ids of counterparties known by name only, scoped to the statement they stand in."""
    pairs = pl.DataFrame({"n": names, "a": accounts})
    unique = pairs.unique()
    ids = [name_id(n, a) or unknown_side(a) for n, a in unique.iter_rows()]
    return pairs.join(
        unique.with_columns(id=pl.Series(ids, dtype=pl.String)),
        on=["n", "a"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )["id"]


def _movements(booked: pl.DataFrame) -> pl.DataFrame:
    """Each booked line as a movement: who pays, who is paid, who recorded it."""
    other = pl.coalesce("counterparty_account", _ids(booked["counterparty_name"], booked["account"]))
    pays = (pl.col("sides") == "two") | (pl.col("amount") < _ZERO)
    return booked.with_columns(other=other).select(
        "entry_id",
        "row",
        "sides",
        "currency",
        "value_date",
        "booked_at",
        "remittance_info",
        "channel",
        pl.col("amount").alias("amount_printed"),
        view=pl.when(pl.col("sides") == "two")
        .then(pl.format("two:{}", "source"))
        .otherwise(pl.format("one:{}", "account")),
        debtor=pl.when(pays).then("account").otherwise("other"),
        creditor=pl.when(pays).then("other").otherwise("account"),
        debtor_name=pl.when(pays).then("account_name").otherwise("counterparty_name"),
        creditor_name=pl.when(pays).then("counterparty_name").otherwise("account_name"),
        amount=pl.col("amount").abs(),
        day="booking_date",
        reference=pl.coalesce("tx_hash", "end_to_end_id"),
        seen_by=pl.when(pl.col("sides") == "two")
        .then(pl.lit("both"))
        .when(pays)
        .then(pl.lit("debtor"))
        .otherwise(pl.lit("creditor")),
    )


def _transfers(moves: pl.DataFrame) -> pl.DataFrame:
    first = pl.col("entry_id") == pl.col("transfer")
    grouped = moves.group_by("transfer").agg(
        pl.col("debtor").filter(first).first(),
        pl.col("creditor").filter(first).first(),
        pl.col("debtor_name").min(),
        pl.col("creditor_name").min(),
        pl.col("amount").filter(first).first(),
        pl.col("currency").filter(first).first(),
        pl.col("day").min(),
        pl.col("value_date").min(),
        pl.col("booked_at").min(),
        note=pl.coalesce(pl.col("remittance_info").filter(first).first(), pl.col("remittance_info").min()),
        channel=pl.coalesce(pl.col("channel").filter(first).first(), pl.col("channel").min()),
        rows=pl.len(),
        views=pl.col("view").n_unique(),
        sides=pl.col("sides").min(),
    )
    return TRANSFERS.conform(
        grouped.select(
            pl.format("t:{}", "transfer").alias("transfer_id"),
            "debtor_name",
            "creditor_name",
            "amount",
            "currency",
            "value_date",
            "booked_at",
            "channel",
            "rows",
            debtor_account="debtor",
            creditor_account="creditor",
            booking_date="day",
            remittance_info="note",
            how=pl.when(pl.col("views") > 1)
            .then(pl.lit("both-sides"))
            .when(pl.col("sides") == "two")
            .then(pl.lit("two-sided"))
            .otherwise(pl.lit("one-side")),
        )
    )


def _charged(primary: pl.DataFrame, moves: pl.DataFrame) -> pl.DataFrame:
    """Lines that state a fee apart, with ``first``: the smallest entry_id of those that state the same fee.

    A payment that two record-keepers show may have its fee in both; equal fees of one account on one payment are one.
    A payment that failed, or moved nothing, is known by its hash where the account is an address: one transaction
    charges an address once.
    """
    charged = primary.filter((pl.col("status") == "booked") & (pl.col("fee").fill_null(0) != _ZERO))
    charged = charged.join(moves.select("entry_id", "transfer"), on="entry_id", how="left", maintain_order="left")
    on_chain = pl.col("account").str.contains("^(btc|eth|tron):") & pl.col("tx_hash").is_not_null()
    by_hash = pl.when(on_chain).then(pl.format("tx:{}", "tx_hash"))
    payment = pl.coalesce("transfer", by_hash, "entry_id")
    return charged.with_columns(first=pl.col("entry_id").min().over(payment, "account", "fee", "currency"))


def _fees(charged: pl.DataFrame) -> pl.DataFrame:
    """Fees stated apart, as transfers of their own; a refunded fee (negative) comes back from the servicer."""
    charged = charged.with_columns(shown=pl.len().over("first")).filter(pl.col("entry_id") == pl.col("first"))
    servicer = pl.Series([fee_side(a) for a in charged["account"]], dtype=pl.String)
    back = pl.col("fee") < _ZERO
    return TRANSFERS.conform(
        charged.with_columns(servicer=servicer).select(
            transfer_id=pl.format("fee:{}", "entry_id"),
            debtor_account=pl.when(back).then("servicer").otherwise("account"),
            creditor_account=pl.when(back).then("account").otherwise("servicer"),
            debtor_name=pl.when(back).then(pl.lit(None, pl.String)).otherwise("account_name"),
            creditor_name=pl.when(back).then("account_name").otherwise(pl.lit(None, pl.String)),
            amount=pl.col("fee").abs(),
            currency="currency",
            booking_date="booking_date",
            value_date="value_date",
            booked_at="booked_at",
            channel=pl.lit("fee"),
            rows="shown",
            how=pl.lit("fee"),
        )
    )


def _accounts(transfers: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    ends = pl.concat(
        [
            transfers.select(account="debtor_account", name="debtor_name", day="booking_date", way=pl.lit("out")),
            transfers.select(account="creditor_account", name="creditor_name", day="booking_date", way=pl.lit("in")),
        ]
    )
    counted = ends.group_by("account").agg(
        transfers_in=(pl.col("way") == "in").sum(),
        transfers_out=(pl.col("way") == "out").sum(),
        first=pl.col("day").min(),
        last=pl.col("day").max(),
    )
    names = (
        ends.drop_nulls("name")
        .group_by("account", "name")
        .len()
        .sort("account", "len", "name", descending=[False, True, False])
        .unique("account", keep="first", maintain_order=True)
        .select("account", "name")
    )
    own = entries.filter(pl.col("sides") == "one")["account"].unique()
    table = counted.join(names, on="account", how="left").with_columns(
        scheme=pl.Series([scheme(a) for a in counted["account"]], dtype=pl.String)
        if counted.height
        else pl.lit(None, pl.String),
        role=pl.lit("unknown"),
        has_records=pl.col("account").is_in(own.implode()),
    )
    return ACCOUNTS.conform(table).sort("account")


def _proposals(moves: pl.DataFrame) -> pl.DataFrame:
    """Transfers that look like one: a person decides, nothing is merged."""
    same = ["debtor", "creditor", "amount", "currency", "day"]
    two = moves.filter(pl.col("sides") == "two").with_columns(
        sign=pl.when(pl.col("amount_printed") < _ZERO).then(pl.lit("-")).otherwise(pl.lit("+")),
    )
    k = pl.col("entry_id").rank("ordinal").over(*same, "view", "sign")
    two = two.with_columns(k=k)
    plus, minus = (two.filter(pl.col("sign") == s).select(*same, "view", "k", transfer="transfer") for s in ("+", "-"))
    mirrors = plus.join(minus, on=[*same, "view", "k"], how="inner", suffix="_b").select(
        kind=pl.lit("mirror"),
        transfer_a=pl.format("t:{}", pl.min_horizontal("transfer", "transfer_b")),
        transfer_b=pl.format("t:{}", pl.max_horizontal("transfer", "transfer_b")),
        reason=pl.lit("Same payer, payee, amount and day in one file, printed once with plus and once with minus."),
    )
    return (
        PROPOSALS.conform(pl.concat([mirrors, _unnamed(moves), _near(moves)]))
        .unique()
        .sort("kind", "transfer_a", "transfer_b")
    )


def _unnamed(moves: pl.DataFrame) -> pl.DataFrame:
    """A payment that one record shows with both accounts, and a line of one of them, of the same day and amount, that
    does not say who the other side is. Counted as two until a person decides: they may be two."""
    same = ["account", "way", "amount", "currency", "day"]
    one = moves.filter(pl.col("sides") == "one").with_columns(account=pl.col("view").str.slice(4), way="seen_by")
    other = pl.when(pl.col("way") == "debtor").then("creditor").otherwise("debtor")
    bare = one.filter(other.str.contains(r"^(unknown|name):")).select(*same, "transfer").unique()
    ends = [moves.with_columns(account=end, way=pl.lit(end)) for end in ("debtor", "creditor")]
    named = pl.concat(ends).select(*same, "transfer").unique()
    named = named.join(one.select("transfer", "account").unique(), on=["transfer", "account"], how="anti")
    bare, named = (f.with_columns(k=pl.col("transfer").rank("ordinal").over(same)) for f in (bare, named))
    return named.join(bare, on=[*same, "k"], how="inner", suffix="_b").select(
        kind=pl.lit("mirror"),
        transfer_a=pl.format("t:{}", pl.min_horizontal("transfer", "transfer_b")),
        transfer_b=pl.format("t:{}", pl.max_horizontal("transfer", "transfer_b")),
        reason=pl.lit("Same amount and day; one record names the account, whose own statement names nobody's account."),
    )


def _near(moves: pl.DataFrame) -> pl.DataFrame:
    """Lines of one account that two files print with the same day and amount but not the same words."""
    one = moves.filter(pl.col("sides") == "one").with_columns(file=pl.col("entry_id").str.slice(0, 16))
    same = ["view", "amount", "currency", "day", "seen_by"]
    several = one.filter(pl.col("file").n_unique().over(same) > 1)
    k = pl.col("entry_id").rank("ordinal").over(*same, "file")
    several = several.with_columns(k=k)
    pairs = several.join(several, on=[*same, "k"], how="inner", suffix="_b").filter(
        (pl.col("file") < pl.col("file_b")) & (pl.col("transfer") != pl.col("transfer_b"))
    )
    return pairs.select(
        kind=pl.lit("near-duplicate"),
        transfer_a=pl.format("t:{}", pl.min_horizontal("transfer", "transfer_b")),
        transfer_b=pl.format("t:{}", pl.max_horizontal("transfer", "transfer_b")),
        reason=pl.lit("Two files of one account show the same day and amount with different words."),
    )
