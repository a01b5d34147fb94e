"""HTML tables: what a cell is, how tables nest and span, what a page may not do to a row, and hostile pages."""

from __future__ import annotations

import random
import time
from decimal import Decimal
from pathlib import Path

import pytest

from fininit.errors import SourceRefused
from fininit.importers import dialect, registry
from fininit.importers.base import Options, Reading, Source
from fininit.importers.htmlfile import HtmlSheet, decode, sheets

HERE = Path(__file__).parent

TOML = """
name = "xx_page"
currency = "EUR"
[match]
header = ["Date", "Text", "Amount", "Balance"]
[account]
from_preamble = 'Account:? (?P<account>DE[0-9]{20})'
[format]
date = "%d.%m.%Y"
decimal = ","
thousands = "."
[columns]
booking_date = "Date"
remittance_info = "Text"
amount = "Amount"
balance_after = "Balance"
[footer]
starts = ["Total"]
[stated]
closing = 'New balance (?P<amount>[0-9.,]+)'
"""
HEAD = "<tr><th>Date<th>Text<th>Amount<th>Balance</tr>"
ONE = "<tr><td>02.01.2026<td>rent<td>-1.000,00<td>500,00</tr>"
TWO = "<tr><td>03.01.2026<td>pay<td>10,00<td>510,00</tr>"


def source(text: str | bytes, name: str = "page.xls") -> Source:
    return Source.from_bytes(name, text.encode() if isinstance(text, str) else text)


def tables(text: str | bytes) -> list[list[tuple[int, tuple[str, ...]]]]:
    return [list(s.head) for s in sheets(source(text))]


def read(text: str | bytes, **options: str) -> Reading:
    format_ = registry.Declared(dialect.Dialect.from_toml(TOML))
    return format_.read(source(text), Options(**options))


def codes(reading: Reading) -> list[tuple[str, str, int | None]]:
    return [(i.kind, i.code, i.row) for i in reading.issues]


def row(cells: str) -> tuple[str, ...]:
    return tables(f"<table><tr>{cells}</tr></table>")[0][0][1]


# ----------------------------------------------------------------------------------------------------------- container


@pytest.mark.parametrize(
    ("text", "container"),
    [
        ("<html>", "html"),
        ("\n <!DOCTYPE HTML PUBLIC '-//W3C//DTD'>", "html"),
        ("<!-- a --> <!-- b --><TABLE >", "html"),
        ('<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        ("<meta charset=utf-8><table>", "html"),
        ("<htmlx>", "text"),
        ("<OFX>", "text"),
        ("<Document xmlns='urn:iso'>", "text"),
        ("a,<html>\n", "text"),
        ("<!-- " * 30_000 + "-->" * 3, "text"),
        ("<!-- -->" * 8_000, "text"),
    ],
)
def test_content_says_what_is_a_page(text: str, container: str) -> None:
    started = time.process_time()
    assert source(text, "x.csv").container == container
    assert source("\ufeff" + text).container == container
    assert source(("\ufeff" + text).encode("utf-16-le")).container == container
    assert time.process_time() - started < 0.5


# --------------------------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("a &amp; b &lt;c&gt; &#65;&#x42; &euro;", "a & b <c> AB €"),
        ("&amp;lt;script&amp;gt;", "&lt;script&gt;"),
        ("1&nbsp;234,00&nbsp;", "1\u00a0234,00"),
        ("first<br>second<BR/>third", "first\nsecond\nthird"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("\n   a\n      b  c   d\n", "a b  c   d"),
        ("<b>1</b>2<i>3</i>", "123"),
        ("12<sup>3</sup> x<sub>4</sub>", "12^3 x_4"),
        ("a<!-- hidden --><!-->b<!--->c", "abc"),
        ("x<script>if (a<b) '</td>'</script>y<style>td{}</style>", "xy"),
        ("a < b <3 <> c", "a < b <3 <> c"),
        ("a</3>b<?php x ?>c<!x>d", "abcd"),
        ("<a href=\"x>y\" title='<td>'>z</a>", "z"),
        ("&#0;&#x110000;", "\ufffd\ufffd"),
        ("&#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_a_cell_is_the_text_a_reader_sees(cell: str, text: str) -> None:
    assert row(f"<td>{cell}<td>end") == (text, "end")


def test_cells_and_rows_close_by_themselves() -> None:
    assert tables("<table><td>a<td>b<tr><td>c<tbody><tr><th>d</th></tr><tfoot><td>e</table>after") == [
        [(1, ("a", "b")), (2, ("c",)), (3, ("d",)), (4, ("e",))]
    ]


def test_a_nested_table_belongs_to_no_cell_of_the_outer_one() -> None:
    page = "<table><tr><td>a<table><tr><td>1<td>2</tr></table>b<td>c</tr></table><table><tr><td>z</table>"
    assert tables(page) == [[(1, ("ab", "c"))], [(1, ("1", "2"))], [(1, ("z",))]]


def test_a_table_between_two_cells_ends_the_one_before() -> None:
    assert tables("<table><tr><td>a</td><table><tr><td>b</table>") == [[(1, ("a",))], [(1, ("b",))]]


def test_empty_rows_count_and_empty_tables_do_not() -> None:
    page = "<table></table><table><tr><tr><td>&nbsp;</tr><tr><td>x</tr></table>"
    assert [(s.name, s.head) for s in sheets(source(page))] == [("table 2", ((3, ("x",)),))]


def test_spans_keep_their_text_once_and_move_what_follows() -> None:
    page = (
        "<table><tr><td rowspan=2>a<td colspan=2>b<td>c</tr><tr><td>d<td>e<td>f</tr>"
        "<tr><td rowspan=0>g<td>h</tr><tr><td>i</tr><tbody><tr><td>j</tr></table>"
    )
    (found,) = sheets(source(page))
    assert [r for _, r in found.head] == [("a", "b", "", "c"), ("", "d", "e", "f"), ("g", "h"), ("", "i"), ("j",)]
    assert [(i.code, i.count) for i in found.issues] == [("merged-cells", 3)]


# ------------------------------------------------------------------------------------------------------------ encoding


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("<meta charset='windows-1250'><table><tr><td>Łódź".encode("cp1250"), "cp1250"),
        ('<meta http-equiv=Content-Type content="text/html; charset=ISO-8859-2">Łódź'.encode("iso8859-2"), "iso8859-2"),
        ("<meta charset=iso-8859-1>€".encode("cp1252"), "cp1252"),
        ('<?xml version="1.0" encoding="windows-1251"?><html>Ж'.encode("cp1251"), "cp1251"),
        ("<html>Łódź".encode(), "utf-8"),
        ("\ufeff<html>Łódź".encode("utf-16"), "utf-16"),
        (b"\xef\xbb\xbf<meta charset=windows-1250>x", "utf-8-sig"),
        (b"<meta charset=utf-7>+ADw-x", "utf-8"),
        (b"<meta charset=rot13>x", "utf-8"),
    ],
)
def test_the_encoding_is_what_the_page_says(data: bytes, encoding: str) -> None:
    text, used = decode(source(data))
    assert used.replace("utf-16-le", "utf-16") == encoding
    assert "Ł" in text or not any(b > 127 for b in data) or "Ж" in text or "€" in text or data.startswith(b"\xef")


def test_an_encoding_that_nobody_states_is_asked_for() -> None:
    data = f"<html><table>{HEAD}<tr><td>02.01.2026<td>Łódź<td>1,00<td>1,00</table>".encode("cp1250")
    with pytest.raises(SourceRefused) as e:
        read(data)
    assert e.value.code == "encoding-undecided"
    assert read(data, encoding="cp1250").entries["remittance_info"].to_list() == ["Łódź"]
    reading = registry.read_source(source(data), Options())
    assert (reading.status, reading.issues[0].code) == ("needs-decision", "encoding-undecided")


def test_a_page_that_contradicts_its_bytes_is_asked_about() -> None:
    data = "<meta charset=windows-1250><table><tr><td>ó".encode()
    with pytest.raises(SourceRefused) as e:
        decode(source(data))
    assert e.value.code == "encoding-undecided" and "utf-8" in e.value.hint
    assert "ó" in decode(source(data), (), "utf-8")[0]
    assert "Ăł" in decode(source(data), (), "cp1250")[0]
    bad = b"<meta charset=utf-8><table><tr><td>\xa3"
    with pytest.raises(SourceRefused):
        decode(source(bad))
    assert decode(source(bad), (), "cp1252") == ("<meta charset=utf-8><table><tr><td>£", "cp1252")


# ------------------------------------------------------------------------------------------------------------ readings


def test_a_page_is_read_by_a_dialect_with_its_rows_and_raw_text() -> None:
    page = (
        "<html><h1>Statement</h1>Account: <b>DE02120300000000202051</b><br><table><tr><td>x<td>y</table>"
        f"<table>{HEAD}{ONE}{TWO}{HEAD}<tr><td colspan=3>Total<td>510,00</tr></table>New balance 510,00</html>"
    )
    r = read(page)
    assert r.rows == type(r.rows)(total=4, entries=2, skipped=2, refused=0)
    assert r.entries["amount"].to_list() == [Decimal(-1000), Decimal(10)]
    assert r.entries["row"].to_list() == [2, 3] and set(r.entries["sheet"]) == {"table 2"}
    assert r.entries["raw"][1] == '["03.01.2026", "pay", "10,00", "510,00"]'
    assert set(r.entries["account"]) == {"iban:DE02120300000000202051"}
    assert r.statements["closing"].to_list() == [Decimal(510)] and r.statements["balance"].to_list() == ["ok"]
    found = {c for _, c, _ in codes(r)}
    assert found == {"sheet-not-read", "merged-cells", "header-repeated", "footer-row"}


def test_two_statements_in_a_page_keep_their_own_accounts() -> None:
    first, second = "DE02120300000000202051", "DE02500105170137075030"
    page = f"Account {first}<table>{HEAD}{ONE}</table>Account {second}<table>{HEAD}{TWO}</table>"
    page = f"<html>{page}</html>"
    assert read(page).entries["account"].to_list() == [f"iban:{first}", f"iban:{second}"]
    # the second says nothing of its account: it is not the first's, and the first's is not the second's
    assert read(page.replace(f"Account {second}", "")).entries["account"].to_list() == [f"iban:{first}", None]
    assert read(page.replace(f"Account {first}", "")).entries["account"].to_list() == [None, f"iban:{second}"]


def test_an_account_in_a_small_table_above_is_found() -> None:
    page = f"<html><table><tr><td>Account:<td>DE02120300000000202051</table><table>{HEAD}{ONE}</table></html>"
    assert read(page).entries["account"].to_list() == ["iban:DE02120300000000202051"]


def test_an_amount_under_a_spanning_cell_is_not_counted_twice() -> None:
    page = (
        f"<html><table>{HEAD}<tr><td>02.01.2026<td>a<td rowspan=2>5,00<td>5,00</tr>"
        "<tr><td>03.01.2026<td>b<td>5,00</tr></table></html>"
    )
    r = read(page)
    assert (r.rows.entries, r.rows.refused) == (1, 1)
    assert ("refused", "no-amount", 3) in codes(r)


def test_a_footnote_never_becomes_a_digit() -> None:
    r = read(f"<html><table>{HEAD}{ONE}<tr><td>03.01.2026<td>a<td>100<sup>2</sup><td>1,00</tr></table></html>")
    assert (r.rows.entries, r.rows.refused) == (1, 1)


@pytest.mark.parametrize(
    "cell", ['<span style="display: none">9</span>10,00', "<i hidden>9</i>10,00", "<b style='VISIBILITY:hidden'>9</b>1"]
)
def test_text_that_the_page_hides_in_a_cell_refuses_the_row(cell: str) -> None:
    r = read(f"<html><table>{HEAD}{ONE}<tr><td>03.01.2026<td>a<td>{cell}<td>510,00</tr></table></html>")
    assert codes(r)[0] == ("refused", "hidden-text", 3)
    assert r.rows.entries == 1


@pytest.mark.parametrize("where", ["<tr hidden>", '<tr style="display:none">', '<tbody style="display:none"><tr>'])
def test_hidden_rows_are_read_and_said(where: str) -> None:
    r = read(f"<html><table>{HEAD}{ONE}{TWO.replace('<tr>', where)}</table></html>")
    assert r.rows.entries == 2
    assert ("warning", "hidden-rows", None) in codes(r)


def test_wherever_a_page_is_cut_off_it_is_said() -> None:
    page = f"<html><body>x<table>{HEAD}{ONE}{TWO}</table><!-- end --></body></html>"
    whole = read(page)
    assert whole.status == "read" and codes(whole) == [("warning", "account-not-named", None)]
    for end in range(page.index(TWO) - len(ONE), len(page) - 1, 2):
        r = read(page[:end])
        assert ("warning", "cut-off", None) in codes(r), page[:end]
        amounts = r.entries["amount"].to_list()
        assert amounts == [Decimal(-1000), Decimal(10)][: len(amounts)], page[:end]


# -------------------------------------------------------------------------------------------------------------- hostile

BIG = 300_000


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>" * 5000 + "x",
        "<table>" * 9000,
        "<table><tr>" + "<td>" * 16_000,
        "<table><tr><td>" + "<b>" * BIG,
        "<table><tr><td>" + "<" * BIG,
        "<table><tr><td>" + "</" * BIG,
        "<table><tr><td>" + "<!" * BIG,
        "<table><tr><td>" + "<!--" * BIG,
        "<table><tr><td>" + "<a " * BIG,
        "<table><tr><td>" + '<a b="' * BIG,
        "<table><tr><td>" + "<a b='\"" * BIG,
        "<table><tr><td " + "a=b " * BIG + ">x</table>",
        "<table><tr><td " + "a" * BIG + "=" + "b" * BIG + ">x</table>",
        "<table><tr><td>" + "&" * BIG + "</table>",
        "<table><tr><td>" + "&#" * BIG + "</table>",
        "<table><tr><td>" + " " * BIG + "x" + "\n" * BIG + "</table>",
        "<table><tr><td>" + "<script>" * BIG,
        "<table>" + "<tr>" * BIG + "</table>",
        "<table><tr>" + "<td rowspan=65534>" * 300 + "<tr><td>x" * 10_000,
        "</table></tr></td>" * BIG,
    ],
    ids=lambda p: p[:24] + p[-8:],
)
def test_hostile_pages_cost_no_time(page: str) -> None:
    started = time.process_time()
    for sheet in sheets(source("<html>" + page)):
        assert isinstance(sheet, HtmlSheet)
        assert sheet.head
    assert time.process_time() - started < 4


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr>" + "<td colspan=1000>x" * 17,
        "<table><tr>" + "<td>" * 17_000,
        "<table>" * 10_001,
        "<table><tr>" + "<td rowspan=9999999999999 colspan=1000>" * 16 + "<tr><td>" * 1000,
        "<table><tr><td>" + "x" * (1024 * 1024 + 1),
    ],
    ids=["colspan", "columns", "tables", "rowspan", "cell"],
)
def test_bombs_are_refused_by_their_size(page: str) -> None:
    with pytest.raises(SourceRefused) as e:
        sheets(source("<html>" + page))
    assert e.value.code == "resource-limit"


def test_rows_are_conserved_whatever_the_bytes() -> None:
    page = f"<html>Account DE02120300000000202051<table>{HEAD}{ONE}{TWO}{ONE}</table>New balance 510,00</html>".encode()
    rng = random.Random(7)
    seen = set()
    for _ in range(150):
        data = bytearray(page)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(data))
            data[at : at + rng.randint(0, 6)] = rng.choice(
                [b"", b"<", b">", b"</td>", b"<table>", b'"', b"\x00", b"<!--"]
            )
        try:
            r = read(bytes(data))
        except SourceRefused as e:
            seen.add(e.code)
            continue
        seen.add(r.status)
        assert r.rows.total == r.rows.entries + r.rows.skipped + r.rows.refused
    assert {"read", "read-with-refusals", "header-not-found"} <= seen


def test_no_message_holds_a_cell() -> None:
    page = f"<html><table>{HEAD}{ONE}<tr><td>SECRET<td>SECRET<td>SECRET<td colspan=2>SECRET<b hidden>SECRET</table>"
    for issue in read(page).issues:
        assert "SECRET" not in issue.message + issue.hint
