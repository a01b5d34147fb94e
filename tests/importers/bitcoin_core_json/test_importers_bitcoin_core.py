"""Bitcoin Core's list of a wallet: against its golden, and what its reader promises."""

from __future__ import annotations

import importlib.util
import json
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fininit.errors import SourceRefused
from fininit.importers.base import Options, Source
from fininit.importers.listtransactions import ListTransactions
from fininit.importers.registry import importers, read_source

HERE = Path(__file__).resolve().parent
CASE = HERE / "case.json"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coded", HERE.parent / "coded.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coded = _load()
OTHER = "ltc1fixture"


def element(**more: Any) -> dict[str, Any]:
    base = {"address": OTHER, "category": "receive", "amount": 1, "confirmations": 6, "txid": "aa" * 32}
    return base | {"time": 1717243200, "blocktime": 1717243200} | more


def read(*elements: Any, **options: str) -> Any:
    return coded.read(ListTransactions(), json.dumps(list(elements)), **options)


def test_the_golden() -> None:
    assert coded.golden(ListTransactions(), CASE) == coded.golden_of(CASE).read_text(encoding="utf-8")


def test_one_format_knows_it() -> None:
    source = Source.from_path(CASE)
    assert [i.name for i in importers() if i.matches(source)] == ["bitcoin_core_json"]
    assert read_source(source, Options()).format == "bitcoin_core_json"


def test_every_fee_is_charged_once() -> None:
    sent = [element(category="send", amount=-n, fee=-0.5, vout=n) for n in (1, 2)]
    got = read(*sent, element(category="send", amount=-3, fee=-0.25, txid="bb" * 32))
    assert got.entries["fee"].to_list() == [Decimal("0.5"), None, Decimal("0.25")]


def test_the_coin_is_proved_or_stated_and_else_open() -> None:
    proved = read(element(address="148UA4rjEAJFPnKSAQEucVjCQiDZFrLefA"), element())
    assert proved.entries["currency"].to_list() == ["BTC", "BTC"]
    assert read(element(), currency="LTC").entries["currency"].to_list() == ["LTC"]
    unnamed = read(element())
    assert unnamed.entries["currency"].to_list() == [None]
    assert "currency-not-named" in coded.codes(unnamed)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"category": "move"}, "unknown-code"),
        ({"amount": -1}, "bad-sign"),
        ({"category": "send"}, "bad-sign"),
        ({"amount": "1"}, "no-amount"),
        ({"amount": None}, "no-amount"),
        ({"amount": 0.123456789}, "too-many-decimals"),
        ({"blocktime": None}, "bad-date"),
        ({"blocktime": "1717243200"}, "bad-date"),
        ({"confirmations": "many"}, "bad-value"),
        ({"txid": 7}, "bad-type"),
    ],
)
def test_an_element_that_says_something_else_is_refused_alone(wrong: dict[str, Any], code: str) -> None:
    got = read(element(), element(**wrong))
    assert (got.rows.total, got.rows.entries, got.rows.refused) == (2, 1, 1)
    assert [i.code for i in got.issues if i.kind == "refused"] == [code]


def test_what_did_not_go_through_moves_nothing() -> None:
    got = read(
        element(confirmations=-1),
        element(confirmations=0),
        element(category="send", amount=-1, fee=-0.1, abandoned=True),
        element(category="immature"),
        element(category="orphan"),
    )
    assert got.entries["status"].to_list() == ["failed", "pending", "failed", "pending", "failed"]
    assert got.entries["fee"].to_list() == [None] * 5


def test_the_answer_of_the_interface_and_of_listsinceblock() -> None:
    listed = {"transactions": [element()], "removed": [element()], "lastblock": "00"}
    for document in (listed, {"result": listed, "error": None}, {"result": [element()], "error": None}):
        assert coded.read(ListTransactions(), json.dumps(document)).rows.total == 1
    with pytest.raises(SourceRefused, match="no list of a wallet"):
        coded.read(ListTransactions(), '{"category": "txid"}')


def test_damage_never_raises_another_exception() -> None:
    data = CASE.read_bytes()
    for end in range(0, len(data), 97):
        coded.survives(ListTransactions(), data, lambda d, end=end: d[:end])
