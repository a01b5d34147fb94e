"""What a case makes of a scene, scored; and that the scores notice what is wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import fininit
from fininit.errors import UsageError
from fininit.graph.betweenness import betweenness
from fininit.graph.build import build
from fininit.graph.communities import communities
from fininit.importers.base import Options
from fininit.ledger.transfers import Ledger
from fininit.networks.find import find
from fininit.training import score
from fininit.training.scene import SETTINGS
from fininit.training.score import Key

BOTH = pytest.mark.parametrize("which", ["made", "other"])


def members(ledger: Ledger) -> pl.DataFrame:
    """Networks of a ledger as the report has them."""
    graph = build(ledger.transfers)
    return find(graph, communities(graph), betweenness(graph), ledger.transfers).members


# --- a scene as it is read today


@BOTH
def test_every_return_is_read_without_help(which: str, request: pytest.FixtureRequest) -> None:
    readings = request.getfixturevalue(which).readings
    assert len(readings) > 8
    for file, reading in readings.items():
        assert (reading.status, reading.rows.refused, reading.rows.skipped) == ("read", 0, 0), file
        states = set(reading.statements["balance"])
        assert states == ({"ok"} if file.startswith(("returns/bank-a", "returns/bank-b")) else {"absent"}), file
        codes = {i.code for i in reading.issues}
        assert codes <= ({"account-not-named"} if file.startswith("returns/app-") else set()), file


@BOTH
def test_every_payment_is_counted_once(which: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(which)
    found = score.payments(made.ledger, made.key)
    assert found.perfect, found
    assert found.expected > 5000 and found.planted_once == found.planted > 500 and found.in_two > 200
    assert made.ledger.merged == found.in_two and made.ledger.duplicates == 0


def test_naming_the_apps_and_another_order_of_files_change_nothing(made: Any, tmp_path: Path) -> None:
    case = fininit.Case.new(tmp_path / "case", **SETTINGS)
    for path in reversed(made.written.of("returns")):
        account = made.written.accounts.get(path)
        case.add(path, options=Options(account=account))
    assert score.payments(case.ledger(), made.key) == score.payments(made.ledger, made.key)
    names = set(case.ledger().accounts["account"])
    assert set(made.written.accounts.values()) <= names and not any(n.startswith("source:") for n in names)


@BOTH
def test_the_planted_network_is_found(which: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(which)
    (found,) = score.networks(members(made.ledger), made.key)
    assert found.jaccard >= 0.9, found
    assert found.members > 50


# --- the scores notice


def without(ledger: Ledger, transfer: str) -> Ledger:
    """A ledger that has lost a transfer."""
    keep = pl.col("transfer_id") != transfer
    return replace(ledger, transfers=ledger.transfers.filter(keep), evidence=ledger.evidence.filter(keep))


def test_a_lost_payment_is_missing(made: Any) -> None:
    of = score.payment_of(made.ledger, made.key)
    transfer, payment = sorted(of.items())[100]
    found = score.payments(without(made.ledger, transfer), made.key)
    assert found.missing == (payment,) and not found.perfect and found.once == found.expected - 1


def test_a_payment_counted_for_each_side_is_there_twice(made: Any) -> None:
    ledger: Ledger = made.ledger
    pairs = ledger.transfers.filter(pl.col("how") == "both-sides").head(1)
    name = pairs["transfer_id"][0]
    rows = ledger.evidence.filter(pl.col("transfer_id") == name)
    split = pairs.with_columns(transfer_id=pl.lit("t:split"))
    moved = (pl.col("entry_id") == rows["entry_id"][1]) & (pl.col("transfer_id") == name)
    broken = replace(
        ledger,
        transfers=pl.concat([ledger.transfers, split]),
        evidence=ledger.evidence.with_columns(
            transfer_id=pl.when(moved).then(pl.lit("t:split")).otherwise("transfer_id")
        ),
    )
    found = score.payments(broken, made.key)
    assert len(found.twice) == 1 and not found.perfect


def test_wrong_merged_moved_and_unplanned(made: Any) -> None:
    ledger: Ledger = made.ledger
    of = score.payment_of(ledger, made.key)
    both = ledger.transfers.filter(pl.col("how") == "both-sides")["transfer_id"]
    first, second = sorted(both)[:2]  # each end is named
    dearer = pl.when(pl.col("transfer_id") == first).then(pl.col("amount") + 1).otherwise("amount")
    found = score.payments(replace(ledger, transfers=ledger.transfers.with_columns(amount=dearer)), made.key)
    assert found.wrong == (of[first],)
    turned = ledger.transfers.with_columns(
        debtor_account=pl.when(pl.col("transfer_id") == first).then("creditor_account").otherwise("debtor_account")
    )
    assert score.payments(replace(ledger, transfers=turned), made.key).wrong == (of[first],)
    one = pl.when(pl.col("transfer_id") == second).then(pl.lit(first)).otherwise("transfer_id")
    gone = ledger.transfers.filter(pl.col("transfer_id") != second)
    merged = replace(ledger, transfers=gone, evidence=ledger.evidence.with_columns(transfer_id=one))
    assert score.payments(merged, made.key).merged == tuple(sorted((of[first], of[second])))
    idle = next(
        p for p in made.key.payments if p["status"] == "failed" and p["shown_by"][0]["file"].startswith("returns")
    )
    place = idle["shown_by"][0]
    sha = {f["file"]: f["sha256"] for f in made.key.files}[place["file"]]
    entry = ledger.entries.filter((pl.col("source") == sha) & (pl.col("row") == place["row"]))["entry_id"][0]
    shown = ledger.evidence.filter(pl.col("transfer_id") == first).head(1).with_columns(entry_id=pl.lit(entry))
    moved = score.payments(replace(ledger, evidence=pl.concat([ledger.evidence, shown])), made.key)
    assert moved.moved == (idle["payment"],)
    more = ledger.transfers.head(1).with_columns(transfer_id=pl.lit("t:nobody"))
    assert score.payments(replace(ledger, transfers=pl.concat([ledger.transfers, more])), made.key).unplanned == (
        "t:nobody",
    )


def test_a_row_that_was_not_read_is_told(made: Any) -> None:
    entry = made.ledger.entries["entry_id"][0]
    found = score.payments(replace(made.ledger, entries=made.ledger.entries.slice(1)), made.key)
    assert len(found.unread) == 1 and not found.perfect, entry


def test_the_legs_of_one_movement_may_be_joined(made: Any) -> None:
    """A reader who sees that the app's pay-out is the bank's credit shows one transfer, from the app to the account."""
    ledger: Ledger = made.ledger
    back = {p: t for t, p in score.payment_of(ledger, made.key).items()}
    legs: dict[str, list[dict[str, Any]]] = {}
    for p in made.key.payments:
        if p["movement"] and p["payment"] in back:
            legs.setdefault(p["movement"], []).append(p)
    out, into = next(v for v in legs.values() if len(v) == 2)
    a, b = back[out["payment"]], back[into["payment"]]
    creditor = ledger.transfers.filter(pl.col("transfer_id") == b)["creditor_account"][0]
    transfers = ledger.transfers.filter(pl.col("transfer_id") != b).with_columns(
        creditor_account=pl.when(pl.col("transfer_id") == a).then(pl.lit(creditor)).otherwise("creditor_account")
    )
    evidence = ledger.evidence.with_columns(
        transfer_id=pl.when(pl.col("transfer_id") == b).then(pl.lit(a)).otherwise("transfer_id")
    )
    assert score.payments(replace(ledger, transfers=transfers, evidence=evidence), made.key).perfect


def test_networks_with_a_stranger_or_without_a_member(made: Any) -> None:
    planted = made.key.networks[0]
    wanted = [m["account"] for m in planted["members"] if m["joined_by"] == "payments"]
    frame = pl.DataFrame({"network": "N1", "account": [*wanted, "unknown:x", "fee:x"]})
    (whole,) = score.networks(frame, made.key)
    assert (whole.jaccard, whole.missed, whole.extra) == (1.0, (), ())
    (less,) = score.networks(frame.slice(1), made.key)
    assert less.missed == (wanted[0],) and less.jaccard == pytest.approx(1 - 1 / len(wanted))
    (more,) = score.networks(pl.concat([frame, pl.DataFrame({"network": "N1", "account": ["acct:x"]})]), made.key)
    assert more.extra == ("acct:x",) and more.jaccard < 1
    (every,) = score.networks(frame, made.key, joined_by=("payments", "links"))
    assert every.members == len(planted["members"]) > len(wanted) and every.jaccard < 1
    (none,) = score.networks(frame.clear(), made.key)
    assert none.jaccard == 0 and none.found == ""


def test_links_found_missed_and_false(made: Any) -> None:
    key: Key = made.key
    true = [(line["kind"], line["b"], line["a"]) for line in key.links]
    whole = score.links(true, key)
    assert whole.perfect and whole.found == whole.planted > 50 and whole.everyday > 10
    assert sum(of for _, of in whole.by_style.values()) < whole.planted
    url = {line["a"]: line["url"] for line in key.links if "url" in line}
    by_url = [(kind, url.get(a, a), url.get(b, b)) for kind, a, b in true]
    assert score.links(by_url, key).perfect
    planted = next(line for line in key.links if line["kind"] == "phone-account" and line["group"])
    less = score.links([x for x in true if x != ("phone-account", planted["b"], planted["a"])], key)
    assert less.missed == (planted["link"],) and less.found == whole.planted - 1
    wrong = ("phone-account", "phone:+12025550100", planted["b"])
    assert score.links([*true, wrong], key).false == (("phone-account", *sorted(wrong[1:])),)
    assert score.links([*true, ("listing-handle", "x", "y")], key).perfect
    through = score.links(true, key, kinds=("listing-account",))
    assert through.perfect and through.planted > 50


def test_a_trace_is_equal_to_the_cent_or_not_at_all(made: Any) -> None:
    back = {p: t for t, p in score.payment_of(made.ledger, made.key).items()}
    lines = [x for x in made.key.trace if x["trace"] == "TR-2" and x["what"] in ("start", "portion")]
    portions = {back[x["payment"]]: Decimal(x["amount"]) for x in lines}
    whole = score.trace(portions, made.ledger, made.key, "TR-2")
    assert whole.perfect and whole.equal == whole.expected > 50
    last = lines[-1]
    off = score.trace(portions | {back[last["payment"]]: Decimal("0.01")}, made.ledger, made.key, "TR-2")
    assert list(off.differing) == [last["payment"]] and off.equal == whole.equal - 1
    assert not score.trace({}, made.ledger, made.key).perfect
    with pytest.raises(UsageError):
        score.trace({}, made.ledger, made.key, "TR-9")


def test_where_a_trace_starts(made: Any) -> None:
    transfer, account = (score.start_of(made.ledger, made.key, name) for name in ("TR-1", "TR-2"))
    assert transfer in set(made.ledger.transfers["transfer_id"])
    assert account in set(made.ledger.accounts.filter("has_records")["account"])
    with pytest.raises(UsageError):
        score.start_of(made.ledger, made.key, "TR-9")


def test_a_folder_without_a_key(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Key.load(tmp_path)
