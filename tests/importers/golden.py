"""Goldens: what an importer says of a made-up file, written down and read by eye once.

A golden is JSON Lines without hashes, so that a change shows up as one line: first what the file is and how its rows
were counted, then statements, issues, and each entry with its nulls left out. Amounts are text.

    python tests/importers/golden.py [--force] [NAME ...]      # writes tests/importers/NAME/*.golden.jsonl

An existing golden is only replaced with ``--force``: look at ``git diff`` before you commit it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from fininit.importers.base import Options, Reading, Source
from fininit.values.money import format_amount

HERE = Path(__file__).resolve().parent
ENDINGS = (".csv", ".xlsx", ".tsv", ".txt", ".html")


def cases(name: str = "*") -> list[Path]:
    """Every fixture of a declared format, sorted; a folder is named after its dialect."""
    declared = {p.stem for p in (HERE.parent.parent / "fininit" / "importers" / "dialects").glob("*.toml")}
    found = [p for p in HERE.glob(f"{name}/*") if p.suffix in ENDINGS and p.parent.name in declared]
    return sorted(found)


def golden_of(case: Path) -> Path:
    """Where the golden of a fixture lies."""
    return case.with_name(case.stem + ".golden.jsonl")


def stated(case: Path) -> Options:
    """What a person states about a fixture: ``case.options.json`` beside it, where its layout leaves something open."""
    path = case.with_name(case.stem + ".options.json")
    return Options(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else Options()


def read(case: Path) -> Reading:
    """The fixture as the registry reads it."""
    from fininit.importers.registry import read_source

    return read_source(Source.from_path(case), stated(case))


def render(reading: Reading) -> str:
    """A reading as JSON Lines, without hashes and without nulls."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in _lines(reading))


def _lines(reading: Reading) -> Iterator[dict[str, Any]]:
    r = reading.rows
    rows = {"total": r.total, "entries": r.entries, "skipped": r.skipped, "refused": r.refused}
    yield {"format": reading.format, "how": reading.how, "status": reading.status, "rows": rows}
    for row in reading.statements.drop("source", "stated").iter_rows(named=True):
        yield {"statement": _plain(row)}
    for i in reading.issues:
        where = {"row": i.row, "column": i.column, "sheet": i.sheet, "count": i.count if i.count > 1 else None}
        yield {"issue": {"kind": i.kind, "code": i.code} | _plain(where)}
    for name, frame in sorted(reading.more.items()):
        for row in frame.drop("source").iter_rows(named=True):
            yield {name: _plain(row)}
    for row in reading.entries.drop("entry_id", "source", "raw").iter_rows(named=True):
        yield _plain(row)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in row.items():
        if value is None or value == "":
            continue
        if isinstance(value, Decimal):
            value = format_amount(value)
        elif isinstance(value, datetime):
            value = value.isoformat().replace("+00:00", "Z")
        elif isinstance(value, date):
            value = value.isoformat()
        out[key] = value
    return out


def main(arguments: list[str]) -> int:
    """Write goldens that do not exist yet; with ``--force`` all."""
    force = "--force" in arguments
    names = [a for a in arguments if not a.startswith("--")] or ["*"]
    for case in [c for name in names for c in cases(name)]:
        path = golden_of(case)
        if path.exists() and not force:
            print(f"kept     {path.relative_to(HERE)}")
            continue
        path.write_text(render(read(case)), encoding="utf-8")
        print(f"written  {path.relative_to(HERE)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
