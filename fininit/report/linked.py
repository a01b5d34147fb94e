"""Listings, identifiers, parties and links on their way into the report model: numbered, placed and rendered once."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from fininit.evidence.redaction import BRIEF, TOKEN, Door
from fininit.graph.layout import MIN_DISTANCE, ring
from fininit.schema import LISTINGS, PARTIES

CLOSE: Final = MIN_DISTANCE // 2
"""Distance between listings: they are small and carry no label until one is asked for."""


class LinkedTables:
    """The tables of the report about who is who.

    ``accounts``: ``key`` (as stored), ``id``, ``network``, ``x``, ``y`` of every account of the report. ``exhibits``:
    ``source`` and ``exhibit``. The other frames have the columns of ``fininit.schema``.
    """

    def __init__(
        self,
        accounts: pl.DataFrame,
        exhibits: pl.DataFrame,
        door: Door,
        *,
        listings: pl.DataFrame,
        parties: pl.DataFrame,
        links: pl.DataFrame,
        link_rows: pl.DataFrame,
    ) -> None:
        self.door, self.exhibits, self.raw_rows = door, exhibits, link_rows
        self.accounts = accounts.select("key", "id", "network", "x", "y")
        self.raw_links = links
        self.identifiers = self._identifiers()
        self.listings = self._listings(listings)
        self.captures = self._captures(listings)
        self.parties = self._parties(parties)
        self.links = self._links()
        self.link_rows = self._link_rows()

    def tables(self) -> dict[str, pl.DataFrame]:
        """The frames of the model, by name."""
        return {
            name: getattr(self, name).drop("key", strict=False)
            for name in ("identifiers", "listings", "captures", "parties", "links", "link_rows")
        }

    # --- ends

    def _identifiers(self) -> pl.DataFrame:
        """One row each, numbered by listings, then accounts, then by what may be seen of it."""
        links = self.raw_links
        named = pl.concat(
            links.filter(pl.col(f"{end}_kind") == "identifier").select(
                pl.col(end).alias("key"), "specificity", "from_date", "to_date"
            )
            for end in ("a", "b")
        )
        found = named.group_by("key").agg(
            pl.col("specificity").max(), first=pl.col("from_date").min(), last=pl.col("to_date").max()
        )
        contact = links.filter(pl.col("kind") == "contact")
        tied = links.filter((pl.col("a_kind") == "identifier") & (pl.col("b_kind") == "account"))
        tied = tied.select(key="a", account="b").unique()
        found = found.join(
            contact.group_by(key="b").agg(listings=pl.col("a").n_unique().cast(pl.Int64)), on="key", how="left"
        ).join(tied.group_by("key").agg(accounts=pl.len().cast(pl.Int64)), on="key", how="left")
        found = found.with_columns(
            pl.col("listings", "accounts").fill_null(0),
            identifier=self.door.column(found["key"], "account"),
            kind=pl.col("key").str.split(":").list.first(),
        )
        found = found.sort("listings", "accounts", "identifier", descending=[True, True, False])
        found = found.with_row_index("n", offset=1).with_columns(
            id=pl.format("i{}", "n"), specificity=_plain(found["specificity"].fill_null(1))
        )
        places = tied.join(self.accounts, left_on="account", right_on="key")
        return self._placed(_labelled(found, "identifier"), places, MIN_DISTANCE, 1).drop("n")

    def _listings(self, listings: pl.DataFrame) -> pl.DataFrame:
        day = pl.coalesce("posted_on", pl.col("captured_at").dt.date())
        found = listings.group_by(key="listing_id").agg(
            captures=pl.len().cast(pl.Int64), first=day.min(), last=day.max()
        )
        found = found.with_columns(listing=self.door.column(found["key"], "account"))
        found = found.sort("first", "listing", nulls_last=True).with_row_index("n", offset=1)
        found = found.with_columns(id=pl.format("l{}", "n"))
        contact = self.raw_links.filter(pl.col("kind") == "contact").select(key="a", identifier="b")
        places = contact.join(self.identifiers.select("id", "network", "x", "y", identifier="key"), on="identifier")
        # Its first identifier: the one that most listings print.
        places = places.with_columns(order=pl.col("id").str.slice(1).cast(pl.Int64)).sort("key", "order")
        first = places.unique("key", keep="first", maintain_order=True).drop("order")
        return self._placed(_labelled(found, "listing"), first, CLOSE, 3).drop("n")

    def _placed(self, found: pl.DataFrame, places: pl.DataFrame, distance: int, away: int) -> pl.DataFrame:
        """``found`` with ``network`` (of most of its ``places``, the first number among equals), ``x`` and ``y``.

        ``places``: ``key``, ``network``, ``x``, ``y`` of what each is tied to. They stand on rings around the accounts
        of the network, ``away`` steps outside, each near its own.
        """
        inside = places.filter(pl.col("network") != "")
        inside = inside.with_columns(rank=pl.col("network").str.slice(1).cast(pl.Int64, strict=False).fill_null(10**9))
        groups = inside.group_by("key", "network", "rank").agg(
            pl.len().alias("ties"), ax=pl.col("x").mean(), ay=pl.col("y").mean()
        )
        best = groups.sort("key", "ties", "rank", descending=[False, True, False])
        best = best.unique("key", keep="first", maintain_order=True).select("key", "network", "ax", "ay")
        out = found.join(best, on="key", how="left", maintain_order="left").with_columns(
            pl.col("network").fill_null("")
        )
        x, y = np.zeros(out.height, np.int64), np.zeros(out.height, np.int64)
        radius = self._radius()
        network = out["network"].to_numpy()
        angle = np.arctan2(out["ay"].fill_null(0.0).to_numpy(), out["ax"].fill_null(0.0).to_numpy())
        for name in np.unique(network[network != ""]):
            at = np.flatnonzero(network == name)
            spots = ring(angle[at], inner=radius[str(name)] + away * 2 * MIN_DISTANCE, distance=distance)
            x[at], y[at] = spots[:, 0], spots[:, 1]
        return out.with_columns(x=pl.Series(x), y=pl.Series(y)).drop("ax", "ay")

    def _radius(self) -> dict[str, int]:
        """How far the accounts of each network reach from its middle."""
        far = (pl.col("x") ** 2 + pl.col("y") ** 2).sqrt().max().ceil().cast(pl.Int64)
        return dict(self.accounts.group_by("network").agg(far.alias("r")).iter_rows())

    def _captures(self, listings: pl.DataFrame) -> pl.DataFrame:
        c = listings.join(self.exhibits, on="source", how="left").join(
            self.listings.select(listing_id="key", number="id"), on="listing_id"
        )
        c = c.with_columns(order=pl.col("number").str.slice(1).cast(pl.Int64)).sort("order", "exhibit", "row")
        shown = {n: self.door.column(c[n], LISTINGS.column(n).protect) for n in _RENDERED}
        return c.select(
            "exhibit",
            "row",
            listing="number",
            posted="posted_on",
            captured=pl.col("captured_at").dt.strftime("%Y-%m-%d %H:%M:%S").fill_null(""),
            **shown,
        )

    def _parties(self, parties: pl.DataFrame) -> pl.DataFrame:
        """One row a party; where several records name it, the first of them."""
        one = parties.sort("party_id", "source", "sheet", "row").unique("party_id", keep="first", maintain_order=True)
        held = self.raw_links.filter(pl.col("kind") == "capacity").select("a", "b").unique()
        one = one.join(
            held.group_by(party_id="b").agg(accounts=pl.len().cast(pl.Int64)), on="party_id", how="left"
        ).with_columns(
            pl.col("accounts").fill_null(0),
            party=self.door.column(one["party_id"], "account"),
            name=self.door.column(one["name"], PARTIES.column("name").protect, one["role"]),
        )
        one = one.sort("accounts", "party", descending=[True, False]).with_row_index("n", offset=1)
        closed = pl.col("name").str.contains(TOKEN) | (pl.col("name") == "")
        one = _labelled(one.rename({"party_id": "key"}), "party").with_columns(
            label=pl.when(closed).then("label").otherwise("name")
        )
        return one.select("key", "party", "name", "label", "kind", "role", "accounts", id=pl.format("p{}", "n"))

    # --- links

    def _links(self) -> pl.DataFrame:
        ends = pl.concat(
            f.select("key", "id", end_kind=pl.lit(kind))
            for kind, f in (
                ("account", self.accounts),
                ("identifier", self.identifiers),
                ("listing", self.listings),
                ("party", self.parties),
            )
        )
        order = pl.col("id").str.slice(1).cast(pl.Int64)
        ends = ends.with_columns(rank=order)
        k = self.raw_links
        for end in ("a", "b"):
            known = ends.select(
                pl.col("key").alias(end),
                pl.col("end_kind").alias(f"{end}_kind"),
                pl.col("id").alias(f"{end}_id"),
                pl.col("rank").alias(f"{end}_rank"),
            )
            k = k.join(known, on=[end, f"{end}_kind"])
        k = k.join(self.identifiers.select(via="key", via_id="id"), on="via", how="left")
        by = ["kind", "a_kind", "a_rank", "b_kind", "b_rank", "capacity", "from_date", "to_date", "via_id", "reason"]
        k = k.sort(by, nulls_last=False).with_row_index("n", offset=1)
        return k.select(
            "kind",
            "a_kind",
            "b_kind",
            "reason",
            "rows",
            pl.col("capacity").fill_null(""),
            key="link_id",
            id=pl.format("k{}", "n"),
            a="a_id",
            b="b_id",
            via=pl.col("via_id").fill_null(""),
            first="from_date",
            last="to_date",
            strength=_plain(k["strength"]),
            recovered=pl.when("recovered").then(pl.lit("yes")).otherwise(pl.lit("no")),
        )

    def _link_rows(self) -> pl.DataFrame:
        own = self.links.filter(pl.col("kind") != "chain").select(link_id="key", link="id")
        rows = self.raw_rows.join(own, on="link_id").join(self.exhibits, on="source", how="left")
        rows = rows.with_columns(
            order=pl.col("link").str.slice(1).cast(pl.Int64), sheet=self.door.column(rows["sheet"], "reference")
        )
        rows = rows.select("link", "exhibit", "sheet", "row", "found_in", "order").unique()
        return rows.sort("order", "exhibit", "sheet", "row", "found_in").drop("order")


_RENDERED: Final = ("site", "url", "captured_by", "captured_with", "place", "price", "title", "text")


def _labelled(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """``frame`` with ``label``: a pseudonym to its first two groups, else the value without its kind, shortened."""
    shut = pl.col(column).str.contains(TOKEN)
    value = pl.col(column).str.splitn(":", 2).struct[1]
    shown = pl.when(pl.lit(column) == "listing").then(value.str.slice(0, 8)).otherwise(value)
    return frame.with_columns(label=pl.when(shut).then(pl.col(column).str.slice(0, BRIEF)).otherwise(shown))


def _plain(values: pl.Series) -> pl.Series:
    """Numbers from 0 to 1 as text, to four places and without trailing zeros."""
    text = [f"{v:.4f}".rstrip("0").rstrip(".") for v in values.to_list()]
    return pl.Series(values.name, text, dtype=pl.String)
