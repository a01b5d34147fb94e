"""Text tables: what is split, what is refused, and that the fast ways agree with the definition."""

from __future__ import annotations

import time
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fininit.errors import SourceRefused
from fininit.importers import csvfile
from fininit.importers.base import Source
from fininit.importers.table import Footer, Grid, find_header, letter, open_sheets

HEADER = ("date", "amount", "note")
HEAD = "date,amount,note\n"


def sheet(data: str | bytes, **how: object) -> csvfile.TextSheet:
    raw = data.encode() if isinstance(data, str) else data
    found = csvfile.sheets(Source.from_bytes("t.csv", raw), **how)  # type: ignore[arg-type]
    assert isinstance(found[0], csvfile.TextSheet)
    return found[0]


def grid(data: str | bytes, header: tuple[str, ...] = HEADER, footer: Footer | None = None, **how: object) -> Grid:
    one = sheet(data, header=header, **how)
    at = find_header(one, header)
    assert at is not None
    return one.grid(at, footer)


def refused(g: Grid) -> list[tuple[str, int | None]]:
    return [(i.code, i.row) for i in g.issues if i.kind == "refused"]


# --------------------------------------------------------------------------------------------------------- splitting


def test_cells_are_text_and_keep_every_character() -> None:
    g = grid(HEAD + "2024-01-02,007.50,  two  blanks \n2024-01-03,1E5,\u20281-2\x0b\x85\n")
    assert g.cells.rows() == [("2024-01-02", "007.50", "  two  blanks "), ("2024-01-03", "1E5", "\u20281-2\x0b\x85")]
    assert g.rows.to_list() == [2, 3]


def test_an_empty_cell_is_null() -> None:
    assert grid(HEAD + "2024-01-02,,\n").cells.rows() == [("2024-01-02", None, None)]


def test_raw_is_the_record_as_it_stands() -> None:
    g = grid(HEAD + 'a,"1,5","say ""hi""\r\nthere"\r\nb,2,c\r\n')
    assert g.raw.to_list() == ['a,"1,5","say ""hi""\r\nthere"', "b,2,c"]
    assert g.cells.rows() == [("a", "1,5", 'say "hi"\r\nthere'), ("b", "2", "c")]


def test_a_quoted_line_break_does_not_add_a_row_and_a_blank_line_does() -> None:
    g = grid(HEAD + 'a,1,"x\ny"\n\n\nb,2,z\n')
    assert g.rows.to_list() == [2, 5]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    g = grid((HEAD + "a,1,x\nb,2,y\n").replace("\n", end))
    assert g.cells.rows() == [("a", "1", "x"), ("b", "2", "y")]


def test_a_last_line_without_end_counts() -> None:
    assert grid(HEAD + "a,1,x").cells.height == 1


def test_rows_of_empty_cells_are_blank() -> None:
    g = grid(HEAD + ',,\n"","",""\na,1,x\n , ,\n')
    assert g.rows.to_list() == [4]
    assert (g.refused, g.skipped) == (0, 0)


def test_letters_are_those_of_a_spreadsheet() -> None:
    assert [letter(i) for i in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


# ---------------------------------------------------------------------------------------------------------- refusals


def test_each_damaged_row_costs_only_itself() -> None:
    lines = ["a,1,ok", "b,2", "c,3,x\x00y", 'd,4,"open', "e,5,bro\rken", 'f,6,"x"y', "g,7,ok"]
    g = grid(HEAD + "\n".join(lines) + "\n")
    assert g.cells["c0"].to_list() == ["a", "g"]
    assert refused(g) == [
        ("field-count", 3),
        ("nul-byte", 4),
        ("bad-quote", 5),
        ("bad-quote", 6),
        ("bad-quote", 7),
    ]
    assert g.refused == 5


def test_an_open_quote_does_not_swallow_the_rows_below() -> None:
    body = "".join(f"2024-01-0{i},{i},n\n" for i in range(1, 6))
    g = grid(HEAD + 'x,1,"open\n' + body + 'y,2,"closed"\n')
    assert g.cells.height == 6
    assert refused(g) == [("bad-quote", 2)]


def test_an_open_quote_that_closes_on_a_later_line_does_not_swallow_whole_rows_between() -> None:
    g = grid(HEAD + 'x,1,"open\na,1,n\nb,2,n\nno"\nc,3,n\n')
    assert g.cells["c0"].to_list() == ["a", "b", "c"]
    assert refused(g) == [("bad-quote", 2), ("field-count", 5)]


def test_a_quote_inside_a_field_that_does_not_begin_with_one_is_text() -> None:
    assert grid(HEAD + 'a,1,5" pipe\n').cells["c2"].to_list() == ['5" pipe']


def test_many_refused_rows_are_counted() -> None:
    g = grid(HEAD + "short\n" * 1000 + "a,1,x\n")
    assert g.refused == 1000
    assert sum(i.count for i in g.issues if i.kind == "refused") == 1000
    assert len(g.issues) == 201


def test_trailing_fields_that_are_empty_on_every_row_are_tolerated_with_a_warning() -> None:
    g = grid(HEAD + 'a,1,x,\nb,2,y,""\nc,3,z\n')
    assert g.cells.rows() == [("a", "1", "x"), ("b", "2", "y"), ("c", "3", "z")]
    assert [(i.kind, i.code, i.count) for i in g.issues] == [("warning", "trailing-fields", 2)]


def test_one_filled_field_beyond_the_header_refuses_all_longer_rows() -> None:
    g = grid(HEAD + "a,1,x,\nb,2,y,7\nc,3,z\n")
    assert g.cells["c0"].to_list() == ["c"]
    assert refused(g) == [("field-count", 2), ("field-count", 3)]


def test_unnamed_columns_at_the_end_of_the_header_are_kept_and_may_be_left_out() -> None:
    g = grid("date,amount,note,\na,1,x,7\nb,2,y\n")
    assert g.header == ("date", "amount", "note", "")
    assert g.cells.rows() == [("a", "1", "x", "7"), ("b", "2", "y", None)]


# ------------------------------------------------------------------------------------------------- header and footer


def test_the_header_is_found_by_what_it_says_not_by_where_it_stands() -> None:
    g = grid("Bank X\nAccount;AT61 1904 3002 3457 3201\n\n" + HEAD + "a,1,x\n")
    assert (g.header_row, g.rows.to_list()) == (4, [5])
    assert g.preamble == ((1, ("Bank X",)), (2, ("Account;AT61 1904 3002 3457 3201",)))


def test_a_repeated_header_is_skipped_and_counted() -> None:
    g = grid(HEAD + "a,1,x\n" + HEAD + "b,2,y\n")
    assert (g.cells.height, g.skipped) == (2, 1)
    assert [(i.kind, i.code, i.row) for i in g.issues] == [("skipped", "header-repeated", 3)]


def test_footers_are_outside_the_table_whatever_their_width() -> None:
    g = grid(HEAD + "a,1,x\nTotal,1,\nClosing balance;90.00\n", footer=Footer(("Total", "Closing")))
    assert (g.cells.height, g.skipped, g.refused) == (1, 2, 0)
    assert [row for row, _ in g.footer] == [3, 4]


def test_without_a_rule_a_footer_is_a_row_like_any_other() -> None:
    g = grid(HEAD + "a,1,x\nTotal,1,\nClosing balance;90.00\n")
    assert (g.cells.height, g.refused) == (2, 1)


# ---------------------------------------------------------------------------------------------------------- delimiter


@pytest.mark.parametrize("d", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_header(d: str) -> None:
    g = grid(f"date{d}amount{d}note\na{d}1{d}x\n")
    assert (g.delimiter, g.cells.rows()) == (d, [("a", "1", "x")])


def test_without_a_header_all_rows_must_have_one_width() -> None:
    text = "date;amount;text\n02.01.2024;1.234,56;rent, May\n03.01.2024;-12,00;a,b,c\n"
    assert sheet(text).delimiter == ";"


def test_two_ways_to_split_are_asked_about() -> None:
    with pytest.raises(SourceRefused) as e:
        sheet("a;b,c\n1;2,3\n4;5,6\n")
    assert e.value.code == "dialect-undecided"


# ----------------------------------------------------------------------------------------------------------- encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert grid((HEAD + "a,1,Łódź\n").encode(encoding)).cells["c2"].to_list() == ["Łódź"]


def test_utf16_without_mark_is_asked_about_and_read_when_stated() -> None:
    data = (HEAD + "a,1,x\n").encode("utf-16-le")
    with pytest.raises(SourceRefused) as e:
        sheet(data)
    assert e.value.code == "encoding-undecided"
    assert "utf-16-le" in e.value.hint
    assert grid(data, encoding="utf-16-le").cells.rows() == [("a", "1", "x")]


def test_a_western_file_is_not_utf8_with_damaged_rows() -> None:
    rows = "".join(f"a,{i},plain\n" for i in range(1000)) + "a,1,Zürich\n"
    data = (HEAD + rows).encode("cp1252")
    with pytest.raises(SourceRefused) as e:
        sheet(data)
    assert e.value.code == "encoding-undecided"
    assert grid(data, encodings=["cp1252"]).cells["c2"].to_list()[-1] == "Zürich"
    assert grid(data, encoding="cp1252").refused == 0


def test_a_utf8_file_with_one_damaged_row_keeps_the_others_even_where_a_format_allows_cp1252() -> None:
    data = (HEAD + "a,1,é\nb,2,Łódź\n").encode() + "c,3,é\n".encode("cp1252") + b"d,4,x\n"
    g = grid(data, encodings=["cp1252"])
    assert g.cells.rows() == [("a", "1", "é"), ("b", "2", "Łódź"), ("d", "4", "x")]
    assert refused(g) == [("undecodable-bytes", 4)]


def test_noise_behind_the_last_row_costs_only_itself() -> None:
    g = grid((HEAD + "a,1,x\n").encode() + b"\x81\x8d")
    assert (g.cells.height, refused(g)) == (1, [("undecodable-bytes", 3)])


# -------------------------------------------------------------------------------------------------------------- limits


@pytest.mark.parametrize(
    "data",
    [
        ",".join(["c"] * 1_000_000) + "\n",
        HEAD + "a," * 20_000 + "\n",
        HEAD + "a,1," + "x" * (1 << 20) + "y\n",
        HEAD + 'a,1,"' + "x" * (1 << 20) + 'y"\n',
    ],
    ids=["columns", "columns-of-a-row", "cell", "quoted-cell"],
)
def test_absurd_sizes_are_refused_at_once(data: str) -> None:
    started = time.process_time()
    with pytest.raises(SourceRefused) as e:
        grid(data)
    assert e.value.code == "resource-limit"
    assert time.process_time() - started < 1


def test_a_wide_header_over_many_narrow_rows_costs_nothing() -> None:
    g = grid("date,amount,note" + "," * 16_000 + "\n" + "a,1,x\n" * 5000)
    assert (g.cells.height, g.cells.width) == (5000, 3)


def test_many_open_quotes_are_refused_in_time() -> None:
    started = time.process_time()
    g = grid(HEAD + 'a,1,"open\n' * 20_000)
    assert g.refused + g.cells.height == 20_000
    assert time.process_time() - started < 5


# ------------------------------------------------------------------------------------------------ fast equals careful

ODD = st.sampled_from(
    ['"', '""', ",", "\n", "\r", "\r\n", "\x00", "a", "b ", " ", "é", "\u2028", "x,1,y\n", '"q",1,"r"\n']
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ODD, max_size=40).map("".join))
@example('a,1,"x\ny"\n')
@example('"a","1","x, y"\n"b","2","z"""\n')
@example('a,1,"x"y\nb,2,c')
@example('"a,""1"",x"\n"",,""\n')
@example('" , "\n""\n"",""\n')
@example('"u2","\t,a"","","x"\n"a,"","b"\n"","",""\n')
@example('"u2","\t,a"","\n')
def test_the_fast_ways_agree_with_the_definition(body: str) -> None:
    fast = sheet(HEAD + body, delimiter=",")
    careful = replace(fast, careful=True)
    one, other = fast.grid(0), careful.grid(0)
    assert one.cells.equals(other.cells)
    assert one.rows.to_list() == other.rows.to_list()
    assert one.raw.to_list() == other.raw.to_list()
    assert [(i.kind, i.code, i.row, i.count) for i in one.issues] == [
        (i.kind, i.code, i.row, i.count) for i in other.issues
    ]
    assert (one.skipped, one.refused) == (other.skipped, other.refused)


CELL = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=12))
def test_what_is_written_by_rfc_4180_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    text = HEAD + "".join(",".join('"' + c.replace('"', '""') + '"' for c in r) + "\r\n" for r in rows)
    g = grid(text, delimiter=",")
    wanted = [tuple(c or None for c in r) for r in rows if any(c.strip() for c in r) and r != HEADER]
    wanted = [r for r in wanted if any(c and c.strip() for c in r)]
    got = [r for r in g.cells.rows() if tuple((c or "").strip() for c in r) != HEADER]
    assert got == wanted
    assert g.refused == 0


def test_no_bytes_at_all_is_no_sheet() -> None:
    assert open_sheets(Source.from_bytes("t.csv", b"")) == []
    assert csvfile.sheets(Source.from_bytes("t.csv", b"\n\n  \n")) == []


def test_columns_are_text_however_much_they_look_like_numbers() -> None:
    assert set(grid(HEAD + "1,2,3\n").cells.dtypes) == {pl.String}
