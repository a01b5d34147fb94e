"""One statement in every container: the golden of each, and that all of them say the same.

The files are made by ``make.py`` beside this one, from the same lines.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from fininit.importers import registry
from fininit.importers.base import Options, Reading, Source
from fininit.importers.dialect import Dialect

HERE = Path(__file__).resolve().parent
FILES = ("biff5.xls", "biff8.xls", "page.xls", "printed.pdf", "xml2003.xls")


def _load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


golden = _load("golden_of_containers", HERE.parent / "golden.py")


def read(path: Path) -> Reading:
    """The file by the dialect beside it."""
    name = "meadow_printed.toml" if path.suffix == ".pdf" else "meadow.toml"
    declared = registry.Declared(Dialect.load(HERE / name))
    source = Source.from_path(path)
    assert declared.matches(source)
    return declared.read(source, Options())


def render(path: Path) -> str:
    """What the golden of a file holds."""
    text: str = golden.render(read(path))
    return text


@pytest.mark.parametrize("name", FILES)
def test_golden(name: str) -> None:
    assert render(HERE / name) == (HERE / f"{name}.golden.jsonl").read_text(encoding="utf-8")


def test_every_container_says_the_same() -> None:
    apart = ("entry_id", "source", "sheet", "row", "raw")
    readings = {name: read(HERE / name) for name in FILES}
    first = readings["page.xls"]
    assert first.rows.entries == 5 and first.statements["balance"].to_list() == ["ok"]
    for name, reading in readings.items():
        assert reading.entries.drop(apart).equals(first.entries.drop(apart)), name
        assert reading.statements.drop("source").equals(first.statements.drop("source")), name
        assert (reading.status, reading.rows) == ("read", first.rows), name


def test_the_containers_are_what_they_are_called() -> None:
    kinds = {name: Source.from_path(HERE / name).container for name in FILES}
    assert kinds == {
        "biff5.xls": "ole",
        "biff8.xls": "ole",
        "page.xls": "html",
        "printed.pdf": "pdf",
        "xml2003.xls": "xmlsheet",
    }


@pytest.mark.parametrize(
    ("name", "called", "differs"),
    [
        ("page.xls", "x.xls", True),
        ("page.xls", "x.html", False),
        ("biff8.xls", "x.xls", False),
        ("biff8.xls", "x.csv", True),
        ("xml2003.xls", "x.xls", True),
        ("xml2003.xls", "x.xml", False),
        ("printed.pdf", "x.pdf", False),
    ],
)
def test_a_name_that_promises_something_else_is_said(name: str, called: str, differs: bool) -> None:
    source = Source.from_bytes(called, (HERE / name).read_bytes())
    found = registry.read_source(source, Options(), [])
    assert ("extension-differs" in [i.code for i in found.issues]) is differs
