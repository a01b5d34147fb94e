"""What a scene's subpoena workbook and chain export say, read by their dialects and held against the answer key."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

import fininit
from fininit.importers.base import Reading

WORKBOOK = "subpoena/app-subpoena-return.xlsx"
CHAIN = "chain/chain-export.csv"

Fact = tuple[str, str, str, str, int]
"""Kind of link, its ends, sheet, row."""


@pytest.fixture(scope="session", params=["made", "other"])
def scene(request: pytest.FixtureRequest) -> Any:
    """Two scenes: other seeds, other sizes."""
    return request.getfixturevalue(request.param)


def reading(scene: Any, name: str) -> Reading:
    return fininit.read(scene.written.folder / name)


def stated(scene: Any) -> Counter[Fact]:
    """Links of the key that the workbook itself states: who is behind a device is a conclusion, and no record."""
    kinds = {"account-party", "phone-account", "email-account", "device-account", "account-account"}
    return Counter(
        (line["kind"], line["a"], line["b"], at["sheet"], at["row"])
        for line in scene.key.links
        for at in line["shown_by"]
        if line["kind"] in kinds and at["file"] == WORKBOOK and line.get("capacity") != "controller"
    )


def found(scene: Any, r: Reading) -> Counter[Fact]:
    """The same of a reading. A party is the one of the key that has its name and is known to the account's owner."""
    out: Counter[Fact] = Counter()
    for x in r.more["identifiers"].iter_rows(named=True):
        if x["kind"] in ("iban", "account"):
            out["account-account", x["account"], x["identifier"], x["sheet"], x["row"]] += 1
        elif x["kind"] != "ip":
            out[f"{x['kind']}-account", x["identifier"], x["account"], x["sheet"], x["row"]] += 1
    names = {(p["name"], p["party"]) for p in scene.key.parties}
    owner = {a["account"]: a["party"] for a in scene.key.accounts}
    called = dict(r.more["parties"].select("party_id", "name").rows())
    for x in r.more["capacities"].iter_rows(named=True):
        party = owner[x["account"]]
        assert (called[x["party_id"]], party) in names
        assert x["capacity"] == "holder"
        out["account-party", x["account"], party, x["sheet"], x["row"]] += 1
    return out


def test_the_workbook_says_exactly_what_the_key_says(scene: Any) -> None:
    r = reading(scene, WORKBOOK)
    assert (r.format, r.status, r.issues) == ("synthetic_app_return", "read", ())
    assert found(scene, r) == stated(scene)
    assert min(Counter(k for k, *_ in stated(scene)).values()) >= 5


def test_a_subscriber_is_the_holder_of_the_linked_account(scene: Any) -> None:
    r = reading(scene, WORKBOOK)
    assert r.more["capacities"].group_by("party_id").len()["len"].unique().to_list() == [2]
    assert r.more["parties"]["role"].unique().to_list() == ["unknown"]
    accounts = r.more["identifiers"].filter(pl.col("kind") == "phone")["account"]
    assert r.more["capacities"]["party_id"].n_unique() == accounts.n_unique() == accounts.len()


def test_addresses_do_not_link_and_devices_do(scene: Any) -> None:
    known = reading(scene, WORKBOOK).more["identifiers"]
    links = {kind: set(part["pivot"]) for (kind,), part in known.group_by("kind")}
    assert links == {"phone": {True}, "email": {True}, "iban": {True}, "device": {True}, "ip": {False}}
    days = known.filter(pl.col("kind") == "device").select("from_date", "to_date")
    assert days.null_count().row(0) == (0, 0)


@pytest.mark.parametrize("name", [WORKBOOK, CHAIN])
def test_every_payment_stands_on_its_row(scene: Any, name: str) -> None:
    r = reading(scene, name)
    sha = next(f["sha256"] for f in scene.key.files if f["file"] == name)
    assert r.source.sha256 == sha
    rows = {place[1:]: p for place, p in scene.key.rows.items() if place[0] == sha}
    got = {(e["sheet"], e["row"]): e for e in r.entries.iter_rows(named=True) if e["channel"] != "fee"}
    # What a failed transaction moves is nothing; the gas it burns stands in a line of its own, which is booked.
    gas = {(e["sheet"], e["row"]): e for e in r.entries.iter_rows(named=True) if e["channel"] == "fee"}
    assert gas.keys() == {place for place, p in rows.items() if p["status"] == "failed" and Decimal(p["fee"])}
    assert got.keys() == rows.keys()
    for place, p in rows.items():
        e = got[place]
        if place in gas:
            assert (gas[place]["amount"], gas[place]["status"], e["fee"]) == (0, "booked", None)
            e["fee"] = gas[place]["fee"]
        assert (e["account"], e["counterparty_account"] or "", e["status"]) == (p["debtor"], p["creditor"], p["status"])
        assert (e["amount"], e["fee"], e["currency"]) == (Decimal(p["amount"]), Decimal(p["fee"]), p["currency"])


def test_the_chain_export_is_exact(scene: Any) -> None:
    r = reading(scene, CHAIN)
    assert (r.format, r.status, r.issues, r.more) == ("synthetic_chain_export", "read", (), {})
    moved = r.entries.filter(pl.col("channel") != "fee")
    assert set(moved["channel"]) == {"crypto"} and set(r.entries["channel"]) <= {"crypto", "fee"}
    assert moved["tx_hash"].n_unique() == moved.height == r.rows.entries
    assert any(a.as_tuple().exponent == -18 and a % Decimal("0.000001") for a in r.entries["amount"])
