"""Wise statements as JSON: exact amounts, fees counted once, balances of the statement checked.

To write the golden anew, delete it and run ``python tests/importers/coded.py tests/importers/wise_json/gbp.json``.
"""

from __future__ import annotations

import importlib.util
import json
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from fininit.errors import SourceRefused
from fininit.importers.base import Source
from fininit.importers.registry import importers, read_source
from fininit.importers.wise_json import WiseJson

HERE: Final = Path(__file__).parent
CASE: Final = HERE / "gbp.json"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coded", HERE.parent / "coded.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coded = _load()


def record(value: float | str = 5, **more: Any) -> dict[str, Any]:
    kind = "DEBIT" if str(value).startswith("-") else "CREDIT"
    amount = {"value": value, "currency": "EUR"}
    return {"type": kind, "date": "2026-03-01T10:00:00Z", "amount": amount, "details": {"type": "TRANSFER"}} | more


def statement(*records: Any, **more: Any) -> str:
    ends = {"endOfStatementBalance": {"value": 5, "currency": "EUR"}}
    return json.dumps({"accountHolder": {}, "transactions": list(records)} | ends | more)


def test_golden() -> None:
    assert coded.golden(WiseJson(), CASE) == coded.golden_of(CASE).read_text(encoding="utf-8")


def test_only_this_format_knows_it() -> None:
    assert [i.name for i in importers() if i.matches(Source.from_path(CASE))] == ["wise_json"]
    assert read_source(Source.from_path(CASE), coded.Options()).format == "wise_json"


def test_fees_are_part_of_the_amount() -> None:
    reading = coded.read(WiseJson(), CASE.read_bytes())
    (found,) = reading.statements.iter_rows(named=True)
    assert (found["sum"], found["opening"], found["closing"], found["balance"]) == (
        Decimal("76.80"),
        Decimal(0),
        Decimal("76.80"),
        "ok",
    )
    assert reading.entries["fee"].null_count() == reading.entries.height


def test_a_closing_balance_that_differs_is_shown() -> None:
    start = {"startOfStatementBalance": {"value": 1, "currency": "EUR"}}
    assert "closing-differs" in coded.codes(coded.read(WiseJson(), statement(record(), **start)))


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (record(type="CREDITS"), "bad-mark"),
        (record(-5, type="CREDIT"), "sign-contradicts"),
        (record(date=None), "bad-date"),
        (record(amount={"value": 5, "currency": "EURO"}), "unknown-currency"),
        (record("5,0"), "bad-amount"),
        (record(amount={"currency": "EUR"}), "no-amount"),
        (7, "bad-type"),
    ],
)
def test_refused(bad: Any, code: str) -> None:
    reading = coded.read(WiseJson(), statement(record(), bad))
    assert (reading.rows.entries, reading.rows.refused) == (1, 1)
    assert code in coded.codes(reading)


def test_a_key_given_twice_is_refused() -> None:
    text = statement(record()).replace('"type": "CREDIT"', '"type": "DEBIT", "type": "CREDIT"')
    assert "duplicate-key" in coded.codes(coded.read(WiseJson(), text))


def test_what_is_no_statement_is_refused() -> None:
    for text in ('{"accountHolder": {}, "transactions": {}}', "[]"):
        with pytest.raises(SourceRefused):
            coded.read(WiseJson(), text)
    assert not WiseJson().matches(Source.from_bytes("made", b'{"transactions": [{"id": 1}]}'))


def test_whose_account_it_is() -> None:
    query = {"query": {"accountId": 900001}}
    accounts = [coded.read(WiseJson(), statement(record(), **more)).entries["account"][0] for more in (query, {})]
    assert accounts == ["app:wise:900001", None]
