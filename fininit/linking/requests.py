"""Whom to ask next: accounts, phones, mail addresses and handles that payments name, of which no records are held.

Ranked by money within each currency; sums of different currencies are never added. A party of whom only the name is
known is no account that anybody could be asked for, and neither is the side that a statement leaves open: both are left
out. A row is a lead: an identifier in a payment note may be anybody's.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from fininit.identifiers.account import FEE, UNKNOWN
from fininit.linking.mentions import SEARCHED, own_account, own_identifier
from fininit.schema import NEXT_REQUESTS

_NOBODY: Final = ("name", UNKNOWN, FEE, "source")
"""Schemes of ends that nobody can be asked for."""

_NAMED: Final = ("phone", "email", "handle", "iban", "wallet", "account")
"""Kinds of identifiers in texts that somebody keeps records of."""

_AT: Final = ("source", "sheet", "row")
_PAIR: Final = {"subject": pl.String, "kind": pl.String, "transfer_id": pl.String, "way": pl.String, "by": pl.String}


def next_requests(
    *,
    transfers: pl.DataFrame,
    evidence: pl.DataFrame,
    entries: pl.DataFrame,
    accounts: pl.DataFrame,
    identifiers: pl.DataFrame,
    links: pl.DataFrame,
) -> pl.DataFrame:
    """``schema.NEXT_REQUESTS``, sorted by currency and rank. All arguments are tables of ``fininit.schema``.

    Records are held of an account that has its own statement, or that is an end of every row of a two-sided source; of
    a phone or mail address that a record of its servicer states, or that is the number of such an account.
    """
    held = _held(accounts, entries)
    known = pl.concat([accounts["account"], entries["account"], entries["counterparty_account"].drop_nulls()]).unique()
    own = {i: a for a in sorted(known.drop_nulls()) if (i := own_identifier(a)) is not None}
    ends = _ends(transfers, held)
    pairs = pl.concat([ends, _numbers(ends), _mentioned(entries, evidence, identifiers, own)])
    stated = set(links.filter(pl.col("kind") == "subscriber")["a"])
    answered = held | stated | {i for i, a in own.items() if a in held}
    asked = (
        pairs.filter(~pl.col("subject").is_in(sorted(answered)))
        .sort("subject", "transfer_id", "way", "by", nulls_last=True)
        .unique(["subject", "transfer_id"], keep="first", maintain_order=True)
    )
    dealt = pairs.filter(pl.col("by").is_in(sorted(held))).group_by("subject").agg(accounts=pl.col("by").n_unique())
    money = asked.join(transfers.select("transfer_id", "amount", "currency", "booking_date"), on="transfer_id")
    grouped = money.group_by("subject", "kind", "currency").agg(
        money=pl.col("amount").sum(),
        paid_to=pl.col("amount").filter(pl.col("way") == "to").sum(),
        paid_by=pl.col("amount").filter(pl.col("way") == "by").sum(),
        is_end=pl.col("way").is_not_null().any(),
        transfers=pl.len(),
        first=pl.col("booking_date").min(),
        last=pl.col("booking_date").max(),
    )
    whole = (
        grouped.join(dealt, on="subject", how="left")
        .join(_listings(grouped["subject"].unique(), links), on="subject", how="left")
        .with_columns(
            pl.col("accounts", "listings").fill_null(0),
            *(pl.when("is_end").then(n).alias(n) for n in ("paid_to", "paid_by")),
        )
        .drop("is_end")
        .sort("currency", "money", "transfers", "subject", descending=[False, True, True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("currency"))
    )
    return NEXT_REQUESTS.conform(whole)


def _held(accounts: pl.DataFrame, entries: pl.DataFrame) -> set[str]:
    """Accounts of which there are records: their own statement, or a two-sided source that is all about them."""
    own = set(accounts.filter("has_records")["account"]) | set(entries.filter(pl.col("sides") == "one")["account"])
    two = entries.filter(pl.col("sides") == "two")
    total = two.group_by("source").len("rows")
    ends = pl.concat(
        [two.select("source", "entry_id", end="account"), two.select("source", "entry_id", end="counterparty_account")]
    ).unique()
    about = ends.drop_nulls().group_by("source", "end").len("seen").join(total, on="source")
    return own | set(about.filter((pl.col("seen") == pl.col("rows")) & (pl.col("rows") > 1))["end"])


def _ends(transfers: pl.DataFrame, held: set[str]) -> pl.DataFrame:
    """Ends of transfers that are accounts without records, and who is at the other end."""
    table = transfers.filter(pl.col("debtor_account") != pl.col("creditor_account"))
    both = pl.concat(
        [
            table.select("transfer_id", subject="creditor_account", by="debtor_account", way=pl.lit("to")),
            table.select("transfer_id", subject="debtor_account", by="creditor_account", way=pl.lit("by")),
        ]
    )
    somebody = ~pl.col("subject").str.split(":").list.first().is_in(_NOBODY)
    asked = both.filter(somebody & ~pl.col("subject").is_in(sorted(held))).with_columns(kind=pl.lit("account"))
    return asked.select(pl.col(n).cast(t) for n, t in _PAIR.items())


def _numbers(ends: pl.DataFrame) -> pl.DataFrame:
    """Phones and mail addresses that an app uses as the number of the account: its operator has records, too."""
    told = {a: i for a in ends["subject"].unique() if (i := own_identifier(a)) is not None}
    told = {a: i for a, i in told.items() if i.startswith(("phone:", "email:"))}
    mapped = ends.filter(pl.col("subject").is_in(sorted(told)))
    subject = pl.Series("subject", [told[a] for a in mapped["subject"]], dtype=pl.String)
    return mapped.with_columns(subject).with_columns(kind=pl.col("subject").str.split(":").list.first())


def _mentioned(
    entries: pl.DataFrame, evidence: pl.DataFrame, identifiers: pl.DataFrame, own: dict[str, str]
) -> pl.DataFrame:
    """Transfers whose lines name an identifier. One that is the number of an account stands for that account."""
    found = identifiers.filter("pivot", pl.col("kind").is_in(_NAMED), pl.col("found_in").is_in(SEARCHED))
    lines = entries.select("entry_id", *_AT, *SEARCHED, by="account").join(evidence, on="entry_id")
    joined = found.with_columns(pl.col("sheet").fill_null("")).join(
        lines.with_columns(pl.col("sheet").fill_null("")), on=_AT
    )
    # A row may hold several lines; an identifier belongs to those whose text it stands in.
    text = pl.coalesce(pl.when(pl.col("found_in") == name).then(name) for name in SEARCHED)
    stands = text.str.slice(pl.col("start"), pl.col("end") - pl.col("start")) == pl.col("as_written")
    joined = joined.filter(stands).select("kind", "identifier", "transfer_id", "by").unique()
    subjects = {
        (kind, identifier): own.get(identifier, account) if (account := own_account(kind, identifier)) else identifier
        for kind, identifier in joined.select("kind", "identifier").unique().iter_rows()
    }
    pairs = list(joined.select("kind", "identifier").iter_rows())
    subject = pl.Series("subject", [subjects[p] for p in pairs], dtype=pl.String)
    kind = pl.Series("kind", ["account" if own_account(*p) else p[0] for p in pairs], dtype=pl.String)
    made = joined.with_columns(subject, kind, way=pl.lit(None, pl.String))
    return made.select(pl.col(n).cast(t) for n, t in _PAIR.items())


def _listings(subjects: pl.Series, links: pl.DataFrame) -> pl.DataFrame:
    """How many listings lead to each subject, and the one with the strongest link."""
    direct = links.filter(pl.col("kind").is_in(["contact", "chain"])).select(
        subject="b", listing="a", strength="strength"
    )
    numbers = {i: s for s in sorted(subjects) if (i := own_identifier(s)) is not None}
    other = direct.filter(pl.col("subject").is_in(sorted(numbers)))
    renamed = pl.Series("subject", [numbers[i] for i in other["subject"]], dtype=pl.String)
    every = pl.concat([direct, other.with_columns(renamed)])
    ranked = every.sort("subject", "strength", "listing", descending=[False, True, False])
    return ranked.group_by("subject").agg(
        listings=pl.col("listing").n_unique().cast(pl.Int64), listing=pl.col("listing").first()
    )
