"""Writer to reader: whatever stands in the cells comes back, from a page, an old workbook and an XML spreadsheet."""

from __future__ import annotations

import html
import importlib.util
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.importers.base import Source
from fininit.importers.table import Grid, open_sheets

HERE = Path(__file__).resolve().parent


def _load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


biff = _load("biff_identity", HERE.parent / "xls" / "biff.py")

XML_TEXT = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"])
"""Letters that XML may hold."""
TEXTS = st.text(XML_TEXT, max_size=20)
CENTS = st.integers(-(10**14), 10**14)


def tables(cell: st.SearchStrategy[Any]) -> st.SearchStrategy[list[list[Any]]]:
    return st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=6)


def grid(data: bytes) -> Grid:
    return open_sheets(Source.from_bytes("t.xls", data))[0].grid(0)


def wanted(rows: list[list[str]]) -> list[tuple[int, tuple[str | None, ...]]]:
    """Rows with their numbers; blank ones are none."""
    return [(n, tuple(c or None for c in row)) for n, row in enumerate(rows, 2) if any(c.strip() for c in row)]


def given_by(g: Grid) -> list[tuple[int, tuple[str | None, ...]]]:
    assert g.refused == 0 and g.skipped == 0
    return list(zip(g.rows.to_list(), g.cells.rows(), strict=True))


@given(tables(TEXTS))
@settings(deadline=None, max_examples=60)
def test_a_page_gives_its_texts_back(rows: list[list[str]]) -> None:
    lines = "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    g = grid(f"<html><table><tr><td>a<td>b<td>c</tr>{lines}</table></html>".encode())
    assert given_by(g) == wanted([[c.strip() for c in row] for row in rows])


@given(tables(TEXTS))
@settings(deadline=None, max_examples=60)
def test_an_old_workbook_gives_its_texts_back(rows: list[list[str]]) -> None:
    g = grid(biff.workbook(biff.Sheet("S", biff.rows(["a", "b", "c"], *rows))))
    assert given_by(g) == wanted(rows)


@given(tables(CENTS))
@settings(deadline=None, max_examples=60)
def test_an_old_workbook_gives_its_amounts_back(rows: list[list[int]]) -> None:
    """Sixteen digits with the cents are one more than a spreadsheet keeps; up to fifteen, every cent comes back."""
    rows = [[c // 10 for c in row] for row in rows]
    g = grid(biff.workbook(biff.Sheet("S", biff.rows(["a", "b", "c"], *[[c / 100 for c in row] for row in rows]))))
    assert [tuple(Decimal(c or "") for c in row) for row in g.cells.rows()] == [
        tuple(Decimal(c).scaleb(-2) for c in row) for row in rows
    ]


@given(tables(TEXTS))
@settings(deadline=None, max_examples=60)
def test_an_xml_spreadsheet_gives_its_texts_back(rows: list[list[str]]) -> None:
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    lines = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{html.escape(c)}</Data></Cell>' for c in row) + "</Row>"
        for row in [["a", "b", "c"], *rows]
    )
    book = f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}"><Worksheet ss:Name="S"><Table>{lines}'
    g = grid(f"{book}</Table></Worksheet></Workbook>".encode())
    assert given_by(g) == wanted(rows)
