"""The summary is what its schema says, and its sums are those of the model, as text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from fininit.report.model import SHEETS, ReportModel
from fininit.report.summary import ACCOUNTS, summary_schema, write_summary

Factory = Callable[..., ReportModel]
SCHEMA = Path(__file__).parents[2] / "schemas" / "summary.schema.json"


def _written(model: ReportModel) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(write_summary(model))
    jsonschema.Draft202012Validator(summary_schema()).validate(found)
    return found


def _empty(model: ReportModel) -> ReportModel:
    return replace(model, **{sheet.name: model.table(sheet).clear() for sheet in SHEETS})


def _numbers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner)
    elif isinstance(value, float):
        yield value


def test_the_schema_in_the_repository_is_the_declared_one() -> None:
    jsonschema.Draft202012Validator.check_schema(summary_schema())
    assert SCHEMA.read_text("utf-8") == json.dumps(summary_schema(), indent=2, ensure_ascii=False) + "\n"


def test_the_schema_knows_every_key_and_no_other(sample_model: Factory) -> None:
    found = _written(sample_model())
    for broken in ({k: v for k, v in found.items() if k != "totals"}, {**found, "more": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(summary_schema()).validate(broken)


def test_counts_and_totals_are_those_of_the_model(sample_model: Factory) -> None:
    model = sample_model()
    found = _written(model)
    rows = {k: int(model.sources[f"rows_{k}"].sum()) for k in ("total", "entries", "skipped", "refused")}
    assert found["rows"] == rows
    assert rows["total"] == rows["entries"] + rows["skipped"] + rows["refused"]
    assert found["transfers"] == model.transfers.height
    sums: dict[str, list[Decimal]] = {}
    for currency, amount in model.transfers.select("currency", "amount").iter_rows():
        sums.setdefault(currency, []).append(Decimal(amount))
    assert {c: (t["transfers"], Decimal(t["sum"])) for c, t in found["totals"].items()} == {
        c: (len(a), sum(a)) for c, a in sums.items()
    }
    assert [(s["exhibit"], s["sha256"]) for s in found["sources"]] == model.sources.select("exhibit", "sha256").rows()
    assert found["issues"] == model.issues.to_dicts()
    assert found["fininit"] == "0.1.0"
    assert (found["command"], found["fingerprint"]) == (model.facts.command, model.facts.fingerprint)
    assert found["redacted"] is True


def test_accounts_stand_in_the_order_of_the_model_with_every_currency_on_both_sides(sample_model: Factory) -> None:
    model = sample_model()
    found = _written(model)
    assert [a["id"] for a in found["accounts"]] == model.accounts["account"].to_list()
    assert found["accounts_total"] == model.accounts.height
    ids = model.accounts["id"].to_list()
    stated = {(a, d, c): amount for a, d, c, _, amount in model.account_totals.iter_rows()}
    for own, account in zip(ids, found["accounts"], strict=True):
        currencies = {c for a, _, c in stated if a == own}
        for side, direction in (("paid_in", "in"), ("paid_out", "out")):
            assert set(account[side]) == currencies
            for currency, amount in account[side].items():
                assert Decimal(amount) == Decimal(stated.get((own, direction, currency), "0"))
    quayside = next(a for a in found["accounts"] if a["name"] == "Quayside Rooms")
    assert quayside["paid_in"]["USD"] == "0.00"
    assert quayside["paid_out"]["USD"] == "150.00"


def test_networks_carry_sums_inside_dates_and_reasons(sample_model: Factory) -> None:
    model = sample_model()
    found = _written(model)["networks"]
    assert [n["id"] for n in found] == model.networks["id"].to_list()
    for network, row in zip(found, model.networks.iter_rows(named=True), strict=True):
        assert (network["first"], network["last"]) == (str(row["first"]), str(row["last"]))
        assert network["reasons"] == model.reasons.filter(pl.col("network") == row["id"])["reason"].to_list()
        inside = model.network_totals.filter((pl.col("network") == row["id"]) & (pl.col("scope") == "inside"))
        assert {c: (t["transfers"], t["sum"]) for c, t in network["totals"].items()} == {
            c: (n, a) for c, n, a in inside.select("currency", "transfers", "amount").iter_rows()
        }


def test_a_network_without_dates_says_null(sample_model: Factory) -> None:
    model = sample_model()
    undated = model.networks.with_columns(first=pl.lit(None, pl.Date), last=pl.lit(None, pl.Date))
    assert _written(replace(model, networks=undated))["networks"][0]["first"] is None


def test_only_the_first_thousand_accounts_are_named(sample_model: Factory) -> None:
    model = sample_model()
    many = model.accounts.head(1).select(pl.all().repeat_by(ACCOUNTS + 1).explode()).with_row_index("n")
    many = many.with_columns(id=pl.format("a{}", pl.col("n") + 1), account=pl.format("acct:{}", "n")).drop("n")
    found = _written(replace(model, accounts=many))
    assert len(found["accounts"]) == ACCOUNTS
    assert found["accounts"][-1]["id"] == f"acct:{ACCOUNTS - 1}"
    assert found["accounts_total"] == ACCOUNTS + 1


def test_no_amount_is_a_number(sample_model: Factory) -> None:
    model = sample_model()
    totals = model.totals.with_columns(amount=pl.lit("123456789012345678901234567890.123456789012345678"))
    found = _written(replace(model, totals=totals))
    assert {t["sum"] for t in found["totals"].values()} == {"123456789012345678901234567890.123456789012345678"}
    assert list(_numbers(found)) == []


def test_the_bytes_are_ascii_sorted_and_the_same_twice(sample_model: Factory) -> None:
    model = sample_model(title="Nøkk \u202e \u2028 </script> \ud800")
    data = write_summary(model)
    assert write_summary(model) == data
    assert data.isascii()
    assert data.endswith(b"}\n")
    assert b"\r" not in data
    keys = re.findall(r'^ "([a-z0-9_]+)":', data.decode("ascii"), re.MULTILINE)
    assert keys == sorted(keys)
    assert json.loads(data)["title"] == model.facts.title
    assert data == json.dumps(json.loads(data), sort_keys=True, indent=1).encode() + b"\n"


def test_an_empty_model_gives_a_valid_summary(sample_model: Factory) -> None:
    found = _written(_empty(sample_model()))
    assert found["rows"] == {"total": 0, "entries": 0, "skipped": 0, "refused": 0}
    assert (found["transfers"], found["totals"], found["accounts"], found["networks"]) == (0, {}, [], [])


def test_the_summary_says_that_networks_are_leads(sample_model: Factory) -> None:
    assert "not findings" in _written(sample_model())["notice"]
