"""Every packaged dialect against its goldens, and what its own declaration promises, tried on its fixture."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Final

import polars as pl
import pytest

from fininit.importers.base import Options, Reading, Source
from fininit.importers.csvfile import TextSheet
from fininit.importers.declaring import resolve
from fininit.importers.dialect import Dialect, read_grid
from fininit.importers.heading import fit, header_at
from fininit.importers.reading import read_grids
from fininit.importers.registry import Declared, importers, read_source
from fininit.importers.table import Grid, letter, open_sheets


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("golden", Path(__file__).with_name("golden.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


golden = _load()
CASES: Final[list[Path]] = golden.cases()
DIALECTS: Final[dict[str, Dialect]] = {i.name: i.dialect for i in importers() if isinstance(i, Declared)}
GOOD: Final = [c for c in CASES if '"needs-decision"' not in golden.golden_of(c).read_text(encoding="utf-8")]
FIRST: Final = [next(c for c in GOOD if c.parent.name == name) for name in sorted(DIALECTS)]


def ids(cases: list[Path]) -> list[str]:
    return [f"{c.parent.name}/{c.stem}" for c in cases]


def table(case: Path) -> tuple[Source, Grid, Dialect]:
    d = DIALECTS[case.parent.name]
    source = Source.from_path(case)
    f = d.format
    seen = Declared(d)._seen(source)
    sheets = open_sheets(source, encodings=f.encoding, delimiter=f.delimiter or None, header=seen)
    if d.match.rows:
        text = sheets[0]
        assert isinstance(text, TextSheet)
        return source, text.rows(len(d.match.above), d.match.header, d.footer), d
    found = [(s, header_at(s, d.match.headers)) for s in sheets]
    sheet, at = next((s, n) for s, n in found if n is not None)
    return source, sheet.grid(at, d.footer), d


def cell(grid: Grid, column: str) -> str:
    at = resolve(grid.header, column)
    if at is None:  # called otherwise in this variant of the header, or its name holds what differs from file to file
        headers = [d.match.header for d in DIALECTS.values() if fit(d.match.headers, grid.header) is not None]
        at = resolve([name.strip() for name in headers[0]], column)
    assert at is not None
    return f"c{at}"


def changed(grid: Grid, column: str, text: str | None) -> Grid:
    """The grid with one text in every row of a column."""
    name = cell(grid, column)
    cells = grid.cells.with_columns(pl.lit(text, pl.String).alias(name))
    return replace(grid, cells=cells, dated=grid.dated - {name}, numeric=grid.numeric - {name}, mixed={})


def booked(reading: Reading) -> int:
    return reading.entries.filter(pl.col("status") == "booked").height


# ------------------------------------------------------------------------------------------------------------- goldens


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_golden(case: Path) -> None:
    assert golden.render(golden.read(case)) == golden.golden_of(case).read_text(encoding="utf-8")


def test_every_dialect_has_a_fixture_and_says_where_it_is_documented() -> None:
    assert {c.parent.name for c in CASES} == set(DIALECTS)
    for d in DIALECTS.values():
        assert d.title
        assert d.institution
        synthetic = d.name.startswith("synthetic_") and d.documented.startswith("synthetic: no published layout")
        assert synthetic or re.search(r"https://\S+\.\S+", d.documented), d.name


def test_no_two_dialects_fit_one_fixture() -> None:
    for case in CASES:
        source = Source.from_path(case)
        assert [i.name for i in importers() if i.matches(source)] == [case.parent.name]


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_a_dialect_survives_being_written_out(name: str) -> None:
    d = DIALECTS[name]
    assert Dialect.from_toml(d.to_toml(), d.file) == d


# --------------------------------------------------------------------------------------- what the declaration promises


@pytest.mark.parametrize("case", FIRST, ids=ids(FIRST))
def test_each_required_column_blanked_refuses_its_rows(case: Path) -> None:
    source, grid, d = table(case)
    columns = [*d.columns.get("booking_date", ()), *d.columns.get("booked_at", ())][:1]  # a day will do
    columns += [c for c in d.amount.columns if c == d.amount.column and not d.legs]
    columns += () if "" in d.values.get("status", {}) else d.columns.get("status", ())
    columns += () if d.currency or d.legs else d.columns.get("currency", ())
    columns += d.columns.get("net", ())
    was = booked(read_grid(source, grid, d, golden.stated(case)))
    assert was
    for column in columns:
        got = read_grid(source, changed(grid, column, None), d, golden.stated(case))
        assert booked(got) == 0, column
        assert {i.code for i in got.issues if i.kind == "refused"} & {
            *("bad-date", "no-amount", "unknown-code", "currency-missing", "unlike-format", "needs-decision")
        }, column


@pytest.mark.parametrize("case", FIRST, ids=ids(FIRST))
def test_an_extra_column_is_signalled(case: Path) -> None:
    source, grid, d = table(case)
    if d.match.rows or any("{" in h or not h for h in d.match.header) or grid.header != d.match.header:
        return  # here a further column makes it another layout
    extra = f"c{len(grid.header)}"
    more = replace(grid, header=(*grid.header, "Extra"), cells=grid.cells.with_columns(pl.lit("x").alias(extra)))
    issues = read_grid(source, more, d, golden.stated(case)).issues
    read = grid.cells.height - sum(i.count for i in issues if i.code == "declared-skip")
    assert [i.count for i in issues if (i.code, i.column) == ("unread-column", "Extra")] == [read]


@pytest.mark.parametrize("case", FIRST, ids=ids(FIRST))
def test_a_column_taken_out_of_ignore_is_signalled(case: Path) -> None:
    source, grid, d = table(case)
    for column in d.ignore:
        less = replace(d, ignore=tuple(c for c in d.ignore if c != column))
        said = {
            i.column for i in read_grid(source, grid, less, golden.stated(case)).issues if i.code == "unread-column"
        }
        filled = grid.cells[cell(grid, column)].drop_nulls().len()
        at = int(cell(grid, column)[1:])
        assert ((grid.header[at] or letter(at)) in said) == bool(filled)


@pytest.mark.parametrize("case", FIRST, ids=ids(FIRST))
def test_an_unknown_word_refuses_or_is_signalled(case: Path) -> None:
    source, grid, d = table(case)
    for name, words in d.values.items():
        if name not in d.columns or d.match.rows or words.get("*") == "*":
            continue  # a word beside the table; a row that is not in form; other words stay as they are
        got = read_grid(source, changed(grid, d.columns[name][0], "NO SUCH WORD"), d, golden.stated(case))
        codes = {i.code for i in got.issues}
        if "*" in words:
            assert "unlisted-word" in codes
            assert got.entries.height
        else:
            assert "unknown-code" in codes
            assert got.entries.height == 0
        assert not any("NO SUCH WORD" in i.message + i.hint for i in got.issues)


@pytest.mark.parametrize("case", FIRST, ids=ids(FIRST))
def test_day_and_month_changed_round_fail_the_golden(case: Path) -> None:
    source, grid, d = table(case)

    def turn(pattern: str) -> str:
        if "%b" in pattern:
            return pattern  # a month that is a word cannot be taken for a day
        return re.sub(r"%(-?)([dm])", lambda m: f"%{m[1]}{'m' if m[2] == 'd' else 'd'}", pattern)

    f = replace(d.format, date=tuple(map(turn, d.format.date)), datetime=tuple(map(turn, d.format.datetime)))
    if d.format.date and set(f.date) == set(d.format.date):
        return  # both orders are declared, and the column shows which
    if grid.dated or f == d.format:
        return  # real dates of a workbook cannot be changed round
    got = read_grid(source, grid, replace(d, format=f), golden.stated(case))
    assert golden.render(got) != golden.golden_of(case).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", GOOD, ids=ids(GOOD))
def test_a_turned_sign_fails_the_golden(case: Path) -> None:
    source, grid, d = table(case)
    a = d.amount
    if a.debit and d.sides == "two":
        return  # who pays stands in other columns
    if a.column:
        turned = replace(a, sign="holder" if a.sign == "inverted" else "inverted")
    else:
        turned = replace(a, debit=a.credit, credit=a.debit, plus=a.minus, minus=a.plus)
    got = read_grid(source, grid, replace(d, amount=turned), golden.stated(case))
    assert golden.render(got) != golden.golden_of(case).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", GOOD, ids=ids(GOOD))
def test_two_columns_exchanged_fail_the_golden(case: Path) -> None:
    source, grid, d = table(case)
    texts = [n for n in ("counterparty_name", "remittance_info", "servicer_ref", "merchant") if n in d.columns]
    for one, other in pairwise(texts):
        columns = dict(d.columns) | {one: d.columns[other][:1], other: d.columns[one][:1]}
        got = read_grid(source, grid, replace(d, columns=columns), golden.stated(case))
        assert golden.render(got) != golden.golden_of(case).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", FIRST, ids=ids(FIRST))
def test_the_order_of_rows_changes_nothing(case: Path) -> None:
    source, grid, d = table(case)
    turned = replace(grid, cells=grid.cells.reverse(), rows=grid.rows.reverse(), raw=grid.raw.reverse())
    turned = replace(turned, mixed={k: v.reverse() for k, v in grid.mixed.items()})
    one, other = (read_grids(source, [g], d, golden.stated(case)) for g in (grid, turned))
    assert one.entries.sort("row", "entry_id").equals(other.entries.sort("row", "entry_id"))
    assert one.statements.equals(other.statements)


@pytest.mark.parametrize("case", FIRST, ids=ids(FIRST))
def test_raw_text_is_that_of_the_file(case: Path) -> None:
    source, grid, d = table(case)
    for raw in read_grid(source, grid, d, golden.stated(case)).entries["raw"]:
        text = source.data.decode(grid.encoding) if grid.encoding else ""
        assert case.suffix in (".xlsx", ".html") or raw in text


# ----------------------------------------------------------------------------------------- the reference files beside

REFERENCE: Final = {
    "bank/csv_uk/starling__statement.csv": "gb_starling_2018",
    "bank/csv_de/n26_en.csv": "de_n26_2017",
    "bank/csv_nl/bank2ynab__2019-03-02_11-50-46_bunq-statement.csv": "nl_bunq",
    "bank/csv_us/beanhub__chase_credit_card.csv": "us_chase_card",
    "bank/csv_us/minance__amex_credit.csv": "us_amex_2021",
    "payments/cashapp/bitcoin_withdrawal_tz.csv": "us_cashapp_2020",
    "payments/cashapp/minance__cash_app_debit.csv": "us_cashapp_2023",
    "payments/revolut/mlaitinen__2021-october.csv": "revolut_2021",
    "payments/revolut/mlaitinen__2022-january.csv": "revolut_2021",
    "payments/wise/wigny__sample-statement-brl.csv": "wise_2025",
    "payments/wise/wigny__sample-statement-gbp.csv": "wise_2025",
}


def test_the_figures_of_reference_files(shared: Path) -> None:
    import csv
    from decimal import Decimal

    with (shared / "fixtures" / "EXPECTED.tsv").open(encoding="utf-8", newline="") as f:
        expected = {r["file"]: r for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)}
    for file, name in REFERENCE.items():
        got = read_source(Source.from_path(shared / "fixtures" / file), Options())
        want = expected[file]
        assert (got.format, got.status) == (name, "read"), file
        assert got.statements["entries"].sum() == int(want["rows"]), file
        assert sum(got.statements["sum"], Decimal(0)) == Decimal(want["sum_of_amounts"]), file
