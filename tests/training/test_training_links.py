"""What the listings and returns of a scene show together, scored against its key: every link, and none besides.

Links that only the subpoena workbook shows are left out here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from fininit.importers.base import Options, Source
from fininit.importers.registry import read_source
from fininit.linking.links import Links, links
from fininit.linking.mentions import mentions
from fininit.listings import importer
from fininit.listings.contacts import Contacts, contacts
from fininit.training import score
from fininit.training.scene import write
from fininit.training.score import Key

READ = ("listings/", "returns/")


@dataclass(frozen=True)
class Joined:
    """A scene's listings, the contacts in them, its statement lines, their links, and what of the key they show."""

    listings: pl.DataFrame
    contacts: Contacts
    entries: pl.DataFrame
    links: Links
    key: Key

    def found(self, which: Links | None = None) -> list[tuple[str, str, str]]:
        """Links as the score takes them."""
        have = which or self.links
        return score.found_links(have.links, have.rows, self.listings)


def shown(key: Key) -> Key:
    """The key without the links that no file shows which is read here."""
    rest = [x for x in key.links if any(r["file"].startswith(READ) for r in x["shown_by"])]
    chains = [x for x in rest if x["kind"] != "listing-account" or any(_returned(r) for r in x["shown_by"])]
    return replace(key, links=chains)


def _returned(row: dict[str, Any]) -> bool:
    return str(row["file"]).startswith("returns/")


def join(folder: Path, seed: int, size: float, region: str = "DE") -> Joined:
    """Write a scene and link what it shows."""
    written = write(folder, seed=seed, size=size)
    read = [importer.read(Source.from_path(f)) for f in written.of("listings")]
    assert {(r.status, r.rows.refused, r.rows.skipped) for r in read} == {("read", 0, 0)}
    listings = pl.concat(r.more["listings"] for r in read)
    entries = pl.concat(
        read_source(Source.from_path(f), Options(account=written.accounts.get(f)))
        .named(written.accounts.get(f, "acct:nobody"))
        .entries
        for f in written.of("returns")
    )
    printed = contacts(listings, regions=region)
    made = links(
        listings=listings, contacts=printed.identifiers, entries=entries, mentions=mentions(entries, regions=region)
    )
    return Joined(listings, printed, entries, made, shown(Key.load(folder / "answer-key")))


@pytest.fixture(scope="module", params=[(1, 0.05), (2, 0.05)], ids=["seed 1", "seed 2"])
def joined(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Joined:
    """A small scene; and another."""
    seed, size = request.param
    return join(tmp_path_factory.mktemp("links") / "scene", seed, size)


def test_every_planted_link_and_no_other(joined: Joined) -> None:
    found = score.links(joined.found(), joined.key)
    assert found.perfect, found
    assert found.found == found.planted > 100
    assert set(found.by_style) == {"plain", "spaced", "spelled", "leet", "keycaps"}


@pytest.mark.parametrize("kind", ["listing-handle", "listing-email", "listing-account"])
def test_handles_addresses_and_what_they_lead_to(joined: Joined, kind: str) -> None:
    found = score.links(joined.found(), joined.key, kinds=[kind])
    assert found.perfect, found
    assert found.planted


def test_a_link_stands_where_the_key_says(joined: Joined) -> None:
    sha = {f["sha256"]: f["file"] for f in joined.key.files}
    of = {x["url"]: x for x in joined.key.links if x["kind"] == "listing-phone"}
    url = dict(joined.listings.select("capture_id", "url").iter_rows())
    text = dict(joined.listings.select("capture_id", "text").iter_rows())
    contact = joined.links.links.filter((pl.col("kind") == "contact") & pl.col("b").str.starts_with("phone:"))
    rows = joined.links.rows.join(contact.select("link_id", "b"), on="link_id")
    seen: dict[str, set[tuple[str, int]]] = {}
    for record, source, row, where, start, end, phone in rows.select(
        "record", "source", "row", "found_in", "start", "end", "b"
    ).iter_rows():
        x = of[url[record]]
        assert (x["b"], where) == (phone, "text")
        assert (x["start"], x["end"]) == (start, end) and text[record][start:end] == x["written"]
        seen.setdefault(x["link"], set()).add((sha[source], row))
    assert seen == {x["link"]: {(r["file"], r["row"]) for r in x["shown_by"]} for x in of.values()}


def test_without_a_region_only_what_states_its_country_is_found(joined: Joined) -> None:
    bare = joined.listings.with_columns(region=pl.lit(None, pl.String))
    made = links(
        listings=bare,
        contacts=contacts(bare).identifiers,
        entries=joined.entries,
        mentions=mentions(joined.entries),
    )
    found = score.links(joined.found(made), joined.key)
    assert not found.false and found.missed
    assert set(joined.found(made)) < set(joined.found())
    hit = {style: n for style, (n, _) in found.by_style.items()}
    assert hit.pop("plain") > 10 and set(hit.values()) == {0}  # what is hidden is written as dialled at home


def test_every_link_has_rows_that_exist(joined: Joined) -> None:
    places = pl.concat([joined.listings.select("source", "row"), joined.entries.select("source", "row")])
    assert joined.links.rows.join(places, on=["source", "row"], how="anti").is_empty()
    assert set(joined.links.rows["link_id"]) == set(joined.links.links["link_id"])
