"""Links between listings, identifiers, accounts and parties: kind, reason, strength, and every row that shows them.

    listing --contact-- identifier --subscriber, own, counterparty, note-- account --capacity-- party
       `----------------------------- chain, via the identifier -----------------'
    account --instrument-- account

An identifier that may not link (``pivot`` is false) makes none. A payment note is taken to be its payer's: whoever pays
for a phone or a listing names it there. Where a statement leaves the other side open, no link is made to it.

Deterministic: the result depends on what the rows say, not on their order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import polars as pl

from fininit.evidence.custody import canonical
from fininit.identifiers.account import FEE, UNKNOWN, name_id
from fininit.linking.mentions import SEARCHED, own_account, own_identifier
from fininit.linking.weights import BASE, LEAST, specificity
from fininit.schema import CAPACITIES_TABLE, ENTRIES, IDENTIFIERS, LINK_ROWS, LINKS, LISTINGS, PARTIES

_AT: Final = ("source", "sheet", "row")
_ENDS: Final = ("kind", "a_kind", "a", "b_kind", "b", "via", "capacity", "stated_from", "stated_to")
_SHOWN: Final[dict[str, Any]] = {
    "kind": pl.String,
    "a_kind": pl.String,
    "a": pl.String,
    "b_kind": pl.String,
    "b": pl.String,
    "via": pl.String,
    "capacity": pl.String,
    "stated_from": pl.Date,
    "stated_to": pl.Date,
    "day": pl.Date,
    "recovered": pl.Boolean,
    "record": pl.String,
    "source": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "found_in": pl.String,
    "start": pl.Int64,
    "end": pl.Int64,
}
"""One row that shows one link, before rows are counted."""


@dataclass(frozen=True)
class Links:
    """``links`` (``schema.LINKS``) sorted by kind and ends, and ``rows`` (``schema.LINK_ROWS``) that show them."""

    links: pl.DataFrame
    rows: pl.DataFrame

    def showing(self, link_id: str) -> pl.DataFrame:
        """The rows that show one link."""
        return self.rows.filter(pl.col("link_id") == link_id)


def links(
    *,
    listings: pl.DataFrame | None = None,
    contacts: pl.DataFrame | None = None,
    entries: pl.DataFrame | None = None,
    mentions: pl.DataFrame | None = None,
    subscribers: pl.DataFrame | None = None,
    parties: pl.DataFrame | None = None,
    capacities: pl.DataFrame | None = None,
) -> Links:
    """All links that the rows show.

    ``listings`` (``schema.LISTINGS``) and ``contacts``, the identifiers in them; ``entries`` (``schema.ENTRIES``) and
    ``mentions``, the identifiers in those; ``subscribers``, identifiers that a record of a servicer states
    (``schema.IDENTIFIERS``), each for its ``account`` and for the ``parties`` (``schema.PARTIES``) of the same row;
    ``capacities`` (``schema.CAPACITIES_TABLE``) of those. An identifier that is itself the number of an account is an
    instrument: it ties the two accounts.
    """
    listings = _sound(listings, LISTINGS.empty())
    contacts = _pivots(contacts)
    entries = _sound(entries, ENTRIES.empty())
    mentions = _pivots(mentions)
    subscribers = _pivots(subscribers)
    parties = _sound(parties, PARTIES.empty())
    capacities = _sound(capacities, CAPACITIES_TABLE.empty())
    named = pl.concat(f.select("account", *_AT) for f in (capacities, subscribers)).drop_nulls("account").unique()
    found = [
        _contacts(listings, contacts),
        *_mentioned(entries, mentions),
        *_subscribed(subscribers, parties),
        _capacities(capacities),
    ]
    stated = subscribers.filter(_instruments(subscribers).is_null())
    known = pl.concat([contacts["identifier"], mentions["identifier"], stated["identifier"]]).unique()
    found.append(_own(entries, named, known))
    shown = pl.concat(_shaped(f) for f in found)
    direct = _grouped(shown)
    return _finished(shown, direct)


# -------------------------------------------------------------------------------------------------------------- inputs


def _sound(frame: pl.DataFrame | None, empty: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with sheets that are never null, so that equal places are equal."""
    return (empty.clear() if frame is None else frame).with_columns(pl.col("sheet").fill_null(""))


def _pivots(frame: pl.DataFrame | None) -> pl.DataFrame:
    return _sound(frame, IDENTIFIERS.empty()).filter(pl.col("pivot"))


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    have = set(frame.columns)
    shaped = frame.select((pl.col(n) if n in have else pl.lit(None)).cast(t).alias(n) for n, t in _SHOWN.items())
    return shaped.drop_nulls(["a", "b"])


# ------------------------------------------------------------------------------------------------------- what rows show


def _contacts(listings: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    day = pl.coalesce("posted_on", pl.col("captured_at").dt.date())
    places = listings.select(*_AT, a="listing_id", record="capture_id", day=day)
    return contacts.join(places, on=_AT).with_columns(
        b="identifier", kind=pl.lit("contact"), a_kind=pl.lit("listing"), b_kind=pl.lit("identifier")
    )


def _mentioned(entries: pl.DataFrame, mentions: pl.DataFrame) -> list[pl.DataFrame]:
    """Notes tie to the payer, everything else to the other side of the line.

    A row may hold several lines; an identifier belongs to those whose text it stands in. A line that moves nothing has
    no payer, unless it names one.
    """
    lines = entries.join(mentions.select(_AT).unique(), on=_AT, how="semi")
    other = pl.coalesce("counterparty_account", _by_name(lines))
    pays = (pl.col("sides") == "two") | (pl.col("amount") < 0)
    places = lines.with_columns(other=other).select(
        *_AT,
        *SEARCHED,
        "other",
        payer=pl.when(pays).then("account").when(pl.col("amount") > 0).then("other"),
        record="entry_id",
        day="booking_date",
    )
    text = pl.coalesce(pl.when(pl.col("found_in") == name).then(name) for name in SEARCHED)
    stands = text.str.slice(pl.col("start"), pl.col("end") - pl.col("start")) == pl.col("as_written")
    joined = (
        mentions.join(places, on=_AT)
        .filter(stands)
        .with_columns(a="identifier", a_kind=pl.lit("identifier"), b_kind=pl.lit("account"))
    )
    note = pl.col("found_in") == "remittance_info"
    # The side that a statement leaves open, and a servicer's fees, are nobody's account.
    named = ~pl.col("b").str.split(":").list.first().is_in([UNKNOWN, FEE])
    return [
        joined.filter(note).with_columns(kind=pl.lit("note"), b="payer").filter(named),
        joined.filter(~note).with_columns(kind=pl.lit("counterparty"), b="other").filter(named),
    ]


def _by_name(lines: pl.DataFrame) -> pl.Series:
    """Node of an other side that is known by name only, as the ledger calls it; null where not even a name stands."""
    pairs = lines.select("counterparty_name", "account")
    unique = {p: name_id(*p) if p[1] is not None else None for p in pairs.unique().iter_rows()}
    return pl.Series("by_name", [unique[p] for p in pairs.iter_rows()], dtype=pl.String)


def _instruments(stated: pl.DataFrame) -> pl.Series:
    """The account that each stated identifier is the number of; null for a contact."""
    pairs = stated.select("kind", "identifier").iter_rows()
    return pl.Series("other", [own_account(*pair) for pair in pairs], dtype=pl.String)


def _subscribed(subscribers: pl.DataFrame, parties: pl.DataFrame) -> list[pl.DataFrame]:
    """An instrument ties accounts; it is no contact of anybody's."""
    stated = subscribers.with_columns(
        other=_instruments(subscribers),
        recovered=pl.lit(value=False),
        stated_from="from_date",
        stated_to="to_date",
    )
    tied = stated.filter(pl.col("other").is_not_null() & (pl.col("account") != pl.col("other")))
    contact = stated.filter(pl.col("other").is_null()).with_columns(
        a="identifier", kind=pl.lit("subscriber"), a_kind=pl.lit("identifier")
    )
    people = parties.select(*_AT, b="party_id").unique()
    return [
        tied.with_columns(
            a="account", b="other", kind=pl.lit("instrument"), a_kind=pl.lit("account"), b_kind=pl.lit("account")
        ),
        contact.with_columns(b="account", b_kind=pl.lit("account")),
        contact.join(people, on=_AT).with_columns(b_kind=pl.lit("party")),
    ]


def _capacities(capacities: pl.DataFrame) -> pl.DataFrame:
    return capacities.with_columns(
        kind=pl.lit("capacity"),
        a_kind=pl.lit("account"),
        a="account",
        b_kind=pl.lit("party"),
        b="party_id",
        stated_from="from_date",
        stated_to="to_date",
        recovered=pl.lit(value=False),
        found_in=pl.lit("capacity"),
    )


def _own(entries: pl.DataFrame, named: pl.DataFrame, known: pl.Series) -> pl.DataFrame:
    """Accounts whose own number is an identifier found elsewhere, with the first row that names each."""
    seen = pl.concat(
        [
            entries.select("account", *_AT, record="entry_id", found_in=pl.lit("account")),
            entries.select(
                "counterparty_account", *_AT, record="entry_id", found_in=pl.lit("counterparty_account")
            ).rename({"counterparty_account": "account"}),
            named.select("account", *_AT, record=pl.lit(None, pl.String), found_in=pl.lit("account")),
        ]
    ).drop_nulls("account")
    first = seen.sort("account", *_AT, "found_in", "record").unique("account", keep="first", maintain_order=True)
    own = pl.Series("a", [own_identifier(a) for a in first["account"]], dtype=pl.String)
    return (
        first.with_columns(own)
        .filter(pl.col("a").is_in(known.implode()))
        .with_columns(
            b="account",
            kind=pl.lit("own"),
            a_kind=pl.lit("identifier"),
            b_kind=pl.lit("account"),
            recovered=pl.lit(value=False),
        )
    )


# ------------------------------------------------------------------------------------------------------------ together


def _grouped(shown: pl.DataFrame) -> pl.DataFrame:
    """One row a link: recovered when all of its rows are, first and last day, how many rows."""
    places = pl.struct(*_AT)
    grouped = shown.group_by(_ENDS).agg(
        pl.col("recovered").all(),
        rows=places.n_unique().cast(pl.Int64),
        first=pl.col("day").min(),
        last=pl.col("day").max(),
    )
    return grouped.with_columns(
        from_date=pl.coalesce("stated_from", "first"), to_date=pl.coalesce("stated_to", "last")
    ).sort(*_ENDS, nulls_last=False)


def _specific(direct: pl.DataFrame) -> pl.DataFrame:
    """Identifier -> how specific it is, by the different listings and accounts it is linked to."""
    listed = direct.filter(pl.col("kind") == "contact").group_by(identifier="b").agg(listings=pl.col("a").n_unique())
    tied = direct.filter((pl.col("a_kind") == "identifier") & (pl.col("b_kind") == "account"))
    held = tied.group_by(identifier="a").agg(accounts=pl.col("b").n_unique())
    both = listed.join(held, on="identifier", how="full", coalesce=True).with_columns(
        pl.col("listings", "accounts").fill_null(0)
    )
    weights = {pair: specificity(*pair) for pair in both.select("listings", "accounts").unique().iter_rows()}
    return both.with_columns(
        specificity=_decimals([weights[p] for p in both.select("listings", "accounts").iter_rows()])
    )


def _decimals(values: Iterable[Decimal | None]) -> pl.Series:
    return pl.Series("", list(values), dtype=pl.Decimal(38, 18))


def _chains(direct: pl.DataFrame) -> pl.DataFrame:
    """Listing and account that an identifier ties together, unless too many share it."""
    left = direct.filter((pl.col("kind") == "contact") & (pl.col("specificity") >= LEAST)).select(
        a="a",
        via="b",
        one="link_id",
        left="strength",
        spec="specificity",
        hidden="recovered",
        f1="from_date",
        t1="to_date",
    )
    tied = direct.filter((pl.col("a_kind") == "identifier") & (pl.col("b_kind") == "account"))
    # of several ways in which an identifier belongs to an account the strongest counts; all of them are listed
    order = ["strength", "kind", "link_id"]
    best = tied.sort(order, descending=[True, False, False]).unique(["a", "b"], keep="first", maintain_order=True)
    right = best.select(
        via="a",
        b="b",
        two="link_id",
        right="strength",
        how="kind",
        hidden_too="recovered",
        f2="from_date",
        t2="to_date",
    )
    joined = left.join(right, on="via")
    strength = {key: key[0] * key[1] / key[2] for key in joined.select("left", "right", "spec").unique().iter_rows()}
    return joined.with_columns(
        kind=pl.lit("chain"),
        a_kind=pl.lit("listing"),
        b_kind=pl.lit("account"),
        capacity=pl.lit(None, pl.String),
        stated_from=pl.lit(None, pl.Date),
        stated_to=pl.lit(None, pl.Date),
        recovered=pl.col("hidden") | pl.col("hidden_too"),
        strength=_decimals(strength[k] for k in joined.select("left", "right", "spec").iter_rows()),
        specificity="spec",
        from_date=pl.min_horizontal("f1", "f2"),
        to_date=pl.max_horizontal("t1", "t2"),
    )


def _link_ids(frame: pl.DataFrame) -> pl.Series:
    out = []
    for ends in frame.select(_ENDS).iter_rows():
        said = [*ends[:7], *(d.isoformat() if d is not None else None for d in ends[7:])]
        out.append(f"link:{hashlib.sha256(canonical(said)).hexdigest()[:16]}")
    return pl.Series("link_id", out, dtype=pl.String)


def _finished(shown: pl.DataFrame, grouped: pl.DataFrame) -> Links:
    specific = _specific(grouped)
    identifier = pl.when(pl.col("a_kind") == "identifier").then("a").when(pl.col("b_kind") == "identifier").then("b")
    direct = (
        grouped.with_columns(_link_ids(grouped), identifier=identifier)
        .join(specific, on="identifier", how="left")
        .sort(*_ENDS, nulls_last=False)
    )
    base = [BASE[kind, hidden] for kind, hidden in direct.select("kind", "recovered").iter_rows()]
    weights = [spec if spec is not None else Decimal(1) for spec in direct["specificity"]]
    direct = direct.with_columns(strength=_decimals(b * w for b, w in zip(base, weights, strict=True)))
    chains = _chains(direct)
    chains = chains.with_columns(_link_ids(chains))
    rows = (
        shown.join(direct.select("link_id", *_ENDS), on=_ENDS, nulls_equal=True)
        .select(LINK_ROWS.names)
        .sort(*LINK_ROWS.names, nulls_last=False)
        .unique(LINK_ROWS.key, keep="first", maintain_order=True)
    )
    through = pl.concat([chains.select("link_id", of="one"), chains.select("link_id", of="two")])
    of_chains = through.join(rows, left_on="of", right_on="link_id").select(LINK_ROWS.names)
    counts = of_chains.group_by("link_id").agg(rows=pl.struct(*_AT).n_unique().cast(pl.Int64))
    chains = chains.join(counts, on="link_id", how="left").join(
        specific.select("listings", "accounts", via="identifier"), on="via", how="left"
    )
    names = [*LINKS.names, "listings", "accounts"]
    chains = chains.with_columns(reason=_reasons(chains))
    direct = direct.with_columns(reason=_reasons(direct.with_columns(how="kind")))
    whole = pl.concat([direct.select(names), chains.select(names)])
    return Links(
        LINKS.conform(whole.select(LINKS.names)).sort("kind", "a", "b", "via", "link_id", nulls_last=False),
        LINK_ROWS.conform(pl.concat([rows, of_chains])).sort(*LINK_ROWS.names, nulls_last=False),
    )


# ------------------------------------------------------------------------------------------------------------- reasons

_WHY: Final = {
    "contact": "The listing prints it.",
    "subscriber": "A record of the servicer states it{dates}.",
    "own": "It is the account's own number.",
    "counterparty": "A statement line names it for the other side.",
    "note": "A payment note of the payer names it.",
    "instrument": "A record of the servicer states it as linked{dates}.",
    "capacity": "A record of the servicer states it as {capacity}{dates}.",
    "chain": "One {what} stands in the listing and belongs to the account: {how}",
}
_CHAINED: Final = {
    "subscriber": "a record of the servicer states it.",
    "own": "it is the account's own number.",
    "counterparty": "a statement line names it for the other side.",
    "note": "a payment note of the account names it.",
}
_HIDDEN: Final = " It was hidden in the text and put together."
_SHARED: Final = " It says less, because {listings} listings and {accounts} accounts share it."


def _reasons(frame: pl.DataFrame) -> pl.Series:
    columns = ("kind", "how", "via", "capacity", "stated_from", "stated_to", "recovered", "specificity")
    rows = frame.select(*columns, "listings", "accounts").iter_rows()
    return pl.Series("reason", [_reason(*values) for values in rows], dtype=pl.String)


def _reason(
    kind: str,
    how: str,
    via: str | None,
    capacity: str | None,
    first: Any,
    last: Any,
    recovered: bool,
    specific: Decimal | None,
    listings: int | None,
    accounts: int | None,
) -> str:
    what = (via or "").partition(":")[0]
    dates = (f" from {first}" if first else "") + (f" to {last}" if last else "")
    text = _WHY[kind].format(
        what=what, how=_CHAINED.get(how, ""), capacity=(capacity or "").replace("_", " "), dates=dates
    )
    if recovered:
        text += _HIDDEN
    if specific is not None and specific < 1:
        text += _SHARED.format(listings=listings or 0, accounts=accounts or 0)
    return text
