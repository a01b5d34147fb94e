"""The whole mission against the answer key, from files to result: payments, links, the planted network, the traces."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from fininit.graph.betweenness import betweenness
from fininit.graph.build import build
from fininit.graph.communities import communities
from fininit.networks.find import find
from fininit.networks.ties import ties, weighted
from fininit.practice import Practice, practice_case
from fininit.tracing.start import find_start
from fininit.tracing.trace import trace
from fininit.training import score

WORLDS = [(1, 1.0), (1, 0.1), (7, 0.3), (23, 0.15)]


@pytest.fixture(scope="module", params=WORLDS, ids=lambda w: f"seed {w[0]}, size {w[1]}")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Practice:
    seed, size = request.param
    return practice_case(tmp_path_factory.mktemp("practice"), seed=seed, size=size)


def test_every_file_is_read_to_its_last_row(made: Practice) -> None:
    assert {o.status for o in made.outcomes} == {"read"}
    assert all(o.rows["refused"] == o.rows["skipped"] == 0 for o in made.outcomes)


def test_every_payment_is_counted_once(made: Practice) -> None:
    found = score.payments(made.case.ledger(), made.key)
    assert found.perfect, found
    assert found.planted == found.planted_once > 0
    assert found.in_two > 0


def test_all_planted_links_are_found_and_no_false_one(made: Practice) -> None:
    who = made.case.linked()
    found = score.found_links(who.links, who.link_rows, who.listings)
    scored = score.links(found, made.key)
    assert scored.perfect, (scored.missed, scored.false)
    assert scored.planted > 0


@pytest.mark.parametrize(("method", "least"), [("leiden", 0.9), ("louvain", 0.75)])
def test_the_planted_network_is_found(made: Practice, method: str, least: float) -> None:
    case = made.case
    ledger, links = case.ledger(), case.linked().links
    graph = build(ledger.transfers)
    groups = communities(graph, method=method, ties=weighted(graph, ties(links)))  # type: ignore[arg-type]
    networks = find(graph, groups, betweenness(graph), ledger.transfers, links)
    found = score.networks(networks.members, made.key, joined_by=("payments", "links"))
    assert found
    for planted in found:
        assert planted.jaccard >= least, planted
        assert planted.found == "N1"


@pytest.mark.parametrize("name", ["TR-1", "TR-2"])
def test_the_traces_equal_the_key_to_the_cent(made: Practice, name: str) -> None:
    case = made.case
    ledger = case.ledger()
    start = find_start(ledger, score.start_of(ledger, made.key, name))
    flow = trace(ledger, start, rule="fifo", statements=case.store.segment("statements"))
    portions = dict(flow.steps.select("transfer_id", "traced").iter_rows())
    scored = score.trace(portions, ledger, made.key, name)
    assert scored.perfect, scored.differing
    assert scored.expected > 0
    whole = flow.totals.filter(pl.col("tag").is_null())
    assert whole["difference"].item() == Decimal(0)
