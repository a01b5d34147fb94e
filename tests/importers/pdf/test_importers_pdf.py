"""Printed statements: read only by a dialect and only if the balances prove it, from the first line on."""

from __future__ import annotations

import importlib.util
import zlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fininit.errors import DialectError, SourceRefused
from fininit.importers import pdffile, pdfwords, registry
from fininit.importers.base import Options, Reading, Source
from fininit.importers.dialect import Dialect

HERE = Path(__file__).parent


def _load() -> ModuleType:
    """The writer beside this file; test folders are no packages."""
    spec = importlib.util.spec_from_file_location("pages", HERE / "pages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


made = _load()

TOML = """
name = "xx_printed"
currency = "EUR"
[match]
container = "pdf"
header = ["Date", "Details", "Paid out", "Paid in", "Balance"]
[account]
from_preamble = 'IBAN (?P<account>[A-Z0-9 ]+)'
[format]
date = "%d.%m.%Y"
decimal = ","
thousands = "."
[columns]
booking_date = "Date"
remittance_info = "Details"
amount = { debit = "Paid out", debit_sign = "positive", credit = "Paid in", credit_sign = "positive" }
balance_after = "Balance"
[skip]
Details = ["Brought forward"]
[footer]
starts = ["Closing balance"]
[stated]
opening = '(?:Opening balance|Brought forward) (?P<amount>[0-9.,]+)'
closing = 'Closing balance (?P<amount>[0-9.,]+)'
"""
COLUMNS = (40, 120, 400, 480, 560)
"""Left edges of the first two columns, right edges of the others."""


def line(y: float, *cells: str) -> list[Any]:
    """A line of the table: texts from the left, amounts to the right."""
    out = [(x, y, c) for x, c in zip(COLUMNS[:2], cells[:2], strict=True) if c]
    return out + [made.right(x, y, c) for x, c in zip(COLUMNS[2:], cells[2:], strict=True) if c]


HEADER = line(100, "Date", "Details", "Paid out", "Paid in", "Balance")
TOP = [(40, 40, "Example Bank"), (40, 60, "IBAN DE02 1203 0000 0000 2020 51"), (40, 75, "Opening balance 1.000,00")]
ROWS = [
    *line(115, "02.01.2026", "Rent January", "750,50", "", "249,50"),
    (120, 127, "to a landlord"),
    *line(139, "13.01.2026", "Salary", "", "2.000,00", "2.249,50"),
]
SECOND = [
    *HEADER,
    *line(115, "14.01.2026", "Shop", "0,50", "", "2.249,00"),
    *line(130, "Closing balance", "", "", "", "2.249,00"),
    (40, 700, "Page 2 of 2"),
]


def source(*pages: Sequence[Any], **more: Any) -> Source:
    return Source.from_bytes("statement.pdf", made.pdf(*pages, **more))


def read(*pages: Sequence[Any], toml: str = TOML, **more: Any) -> Reading:
    declared = registry.Declared(Dialect.from_toml(toml))
    found = source(*pages, **more)
    assert declared.matches(found)
    return declared.read(found, Options())


def why(*pages: Sequence[Any], toml: str = TOML) -> str:
    with pytest.raises(SourceRefused) as e:
        read(*pages, toml=toml)
    assert e.value.code == "pdf-not-proved" and "CSV" in e.value.hint
    return e.value.message


# -------------------------------------------------------------------------------------------------------------- proved


def test_a_statement_that_its_balances_prove_is_read() -> None:
    r = read([*TOP, *HEADER, *ROWS], SECOND)
    assert (r.status, r.rows.total, r.rows.entries, r.rows.skipped) == ("read", 4, 3, 1)
    assert r.entries["amount"].to_list() == [Decimal("-750.5"), Decimal(2000), Decimal("-0.5")]
    assert r.entries["booking_date"].to_list() == [date(2026, 1, 2), date(2026, 1, 13), date(2026, 1, 14)]
    assert r.entries["remittance_info"].to_list() == ["Rent January to a landlord", "Salary", "Shop"]
    assert r.entries["account"].unique().to_list() == ["iban:DE02120300000000202051"]
    assert list(zip(r.entries["sheet"], r.entries["row"], strict=True)) == [("page 1", 5), ("page 1", 7), ("page 2", 2)]
    assert r.entries["raw"][0] == "02.01.2026 Rent January 750,50 249,50\nto a landlord"
    s = r.statements.row(0, named=True)
    assert (s["opening"], s["closing"], s["balance"]) == (Decimal(1000), Decimal(2249), "ok")
    assert r.proof
    assert [i.code for i in r.issues] == ["footer-row"]


def test_an_opening_balance_among_the_lines_counts() -> None:
    carried = line(112, "01.01.2026", "Brought forward", "", "", "1.000,00")
    shifted = [(x, y + 20, t) for x, y, t in ROWS]
    r = read([TOP[1], *HEADER, *carried, *shifted])
    assert (r.rows.entries, r.rows.skipped) == (2, 1)
    assert r.statements["opening"].to_list() == [Decimal(1000)]


def test_lines_far_below_or_under_the_table_belong_to_no_payment() -> None:
    r = read([*TOP, *HEADER, *ROWS, (120, 700, "Terms and conditions"), (120, 712, "of this bank")])
    assert r.entries["remittance_info"].to_list() == ["Rent January to a landlord", "Salary"]


def test_letters_printed_twice_are_one_and_letters_outside_are_none() -> None:
    r = read([*TOP, *HEADER, *ROWS, *ROWS], [*HEADER, *line(115, "14.01.2026", "Shop", "0,50", "", "2.249,00")])
    assert r.rows.entries == 3
    r = read([*TOP, *HEADER, *ROWS, (700, 115, "9")])
    assert r.rows.entries == 2 and "text-outside-page" in [i.code for i in r.issues]


def test_a_page_behind_a_picture_is_said() -> None:
    assert "page-picture" in [i.code for i in read([*TOP, *HEADER, *ROWS], pictures=True).issues]


# ---------------------------------------------------------------------------------------------------------- not proved


@pytest.mark.parametrize(
    ("old", "new"),
    [("750,50", "750,60"), ("249,50", "294,50"), ("2.000,00", "2.100,00"), ("Opening balance 1.000,00", "x")],
)
def test_one_wrong_digit_and_nothing_is_read(old: str, new: str) -> None:
    page = [(x, y, new if t == old else t) for x, y, t in [*TOP, *HEADER, *ROWS]]
    assert "balance" in why(page)


def test_an_amount_in_the_wrong_column_is_found_out() -> None:
    """Under the other name of the header: the sign turns, and the balance no longer follows; in the first line, too."""
    for text, x in (("2.000,00", 400), ("750,50", 480)):
        page = [made.right(x, y, t) if t == text else (left, y, t) for left, y, t in [*TOP, *HEADER, *ROWS]]
        assert "balances do not follow" in why(page)


def test_a_line_that_is_missing_is_found_out() -> None:
    assert "balances" in why([*TOP, *HEADER, *line(139, "13.01.2026", "Salary", "", "2.000,00", "2.249,50")])


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (line(151, "14.01.2026", "x", "1,00", "1,00", "2.249,50"), "could not be read (page 1, line 8)"),
        (line(151, "14.13.2026", "x", "1,00", "", "2.248,50"), "could not be read"),
        (line(151, "", "x", "1,00", "", "2.248,50"), "could not be read"),
        (
            [
                (40, 151, "14.01.2026"),
                (120, 151, "a text that runs on and on under two names"),
                made.right(560, 151, "1,00"),
            ],
            "could not be read",
        ),
    ],
)
def test_a_line_that_cannot_be_read_stops_the_whole(more: Sequence[Any], what: str) -> None:
    assert what in why([*TOP, *HEADER, *ROWS, *more])


def test_a_page_without_the_header_is_said_and_the_closing_balance_tells() -> None:
    strange = [(40, 100, "Something else"), *ROWS]
    r = read([*TOP, *HEADER, *ROWS], strange)
    assert [(i.code, i.sheet) for i in r.issues] == [("sheet-not-read", "page 2")]
    closing = [(40, 160, "Closing balance 5.000,00")]
    assert "balances" in why([*TOP, *HEADER, *ROWS, *closing], strange)


def test_two_accounts_in_one_document_are_not_taken_for_one() -> None:
    other = [(x, y, t.replace("DE02 1203 0000 0000 2020 51", "DE02 5001 0517 0137 0750 30")) for x, y, t in TOP]
    assert "one account" in why([*TOP, *HEADER, *ROWS], [*other, *HEADER, *ROWS])


def test_a_header_without_lines_is_not_proved() -> None:
    assert "no lines" in why([*TOP, *HEADER])


@pytest.mark.parametrize("cut", ['balance_after = "Balance"\n', "opening = "])
def test_a_dialect_for_pages_says_how_it_is_proved(cut: str) -> None:
    toml = TOML.replace(cut, "ignore = ['Balance']\n" if cut.startswith("balance") else "#")
    with pytest.raises(DialectError, match="balance"):
        Dialect.from_toml(toml)


# --------------------------------------------------------------------------------------------------------- not readable


def refused(data: bytes) -> tuple[str, str]:
    r = registry.read_source(Source.from_bytes("statement.pdf", data), Options())
    assert r.status == "refused" and r.issues[0].hint
    return r.issues[0].code, r.issues[0].message


def test_a_layout_that_nobody_described_is_refused() -> None:
    code, message = refused(made.pdf([*TOP, *HEADER, *ROWS]))
    assert code == "format-unknown" and "described" in message


def test_a_scan_is_said_to_be_one() -> None:
    assert refused(made.pdf([], pictures=True))[0] == "no-text-layer"


def test_a_password_is_said() -> None:
    lock = (
        "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + "41" * 32 + "> /U <" + "42" * 32 + "> >> /ID [<00> <00>]"
    )
    assert refused(made.pdf([*TOP], trailer=lock))[0] == "encrypted-source"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n" + b"\xff" * 500, b"%PDF-1.7\ntrailer << /Root 1 0 R >>"])
def test_damaged_files_are_said(data: bytes) -> None:
    assert refused(data)[0] in ("corrupt-container", "no-text-layer")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda *_: None)
    r = registry.read_source(Source.from_bytes("other.pdf", made.pdf([(1, 9, "no extra")])), Options())
    assert r.issues[0].code == "extra-missing" and "pip install 'fininit[pdf]'" in r.issues[0].hint


def test_limits_end_what_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdffile, "MAX_BYTES", 10)
    with pytest.raises(SourceRefused) as e:
        pdffile.pages(source(TOP))
    assert e.value.code == "resource-limit"


def test_time_and_memory_of_the_other_process_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream of half a gigabyte of blanks, packed into half a megabyte."""
    packer = zlib.compressobj(1)
    packed = b"".join([*(packer.compress(b" " * 2**24) for _ in range(32)), packer.flush()])
    data = made.pdf([*TOP])
    start = data.rindex(b"<<", 0, data.index(b"/Filter"))
    end = data.index(b"endobj", start)
    body = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\n" % (len(packed), packed)
    monkeypatch.setattr(pdffile, "MEMORY", 400 * 1024**2)
    assert pdffile.pages(source(TOP))[0].lines
    with pytest.raises(SourceRefused) as e:
        pdffile.pages(Source.from_bytes("bomb.pdf", data[:start] + body + data[end:]))
    assert e.value.code == "resource-limit"
    monkeypatch.setattr(pdffile, "CPU_SECONDS", 0)
    with pytest.raises(SourceRefused) as e:
        pdffile.pages(source(TOP))
    assert e.value.code == "resource-limit"


def test_a_file_in_the_working_folder_poses_as_no_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pdfplumber.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    assert pdffile.pages(source(TOP))[0].lines


def test_the_other_process_answers_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pdfwords.words(b"nonsense") == {"error": "damaged"}
    monkeypatch.setattr(pdfwords, "MAX_PAGES", 1)
    assert pdfwords.words(made.pdf(TOP, TOP)) == {"error": "pages"}
    found = pdfwords.words(made.pdf([(40, 40, "one (two)")]))
    assert [w[4] for w in found["pages"][0]["words"]] == ["one", "(two)"]
