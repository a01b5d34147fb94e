"""What the tests of coded bank formats share: goldens, and the laws that every reading of them keeps.

To write a golden that is missing: ``python tests/importers/coded.py tests/importers/aeb43/case.n43``. It never
overwrites: delete the file, write it again, and read ``git diff`` with your own eyes.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fininit.errors import SourceRefused
from fininit.importers.base import Importer, Options, Reading, Source

SUFFIX = ".golden.jsonl"


def cases(folder: Path) -> list[Path]:
    """The fixtures of a folder, sorted."""
    return sorted(p for p in folder.iterdir() if p.suffix not in (".py", ".jsonl") and p.is_file())


def read(importer: Importer, data: bytes | str, **options: Any) -> Reading:
    """The reading of a text or of bytes."""
    raw = data.encode() if isinstance(data, str) else data
    return importer.read(Source.from_bytes("made", raw), Options(**options))


def codes(reading: Reading) -> list[str]:
    """The codes of all issues, in order."""
    return [i.code for i in reading.issues]


def entries(reading: Reading) -> list[dict[str, Any]]:
    """The entries without their empty columns."""
    return [{k: v for k, v in row.items() if v is not None} for row in reading.entries.iter_rows(named=True)]


def render(reading: Reading) -> str:
    """A reading as JSON Lines: rows, statements, issues, entries with their raw text."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in _lines(reading))


def _lines(reading: Reading) -> Iterator[dict[str, Any]]:
    r = reading.rows
    rows = {"total": r.total, "entries": r.entries, "skipped": r.skipped, "refused": r.refused}
    yield {"format": reading.format, "status": reading.status, "rows": rows}
    for row in reading.statements.drop("source", "stated").iter_rows(named=True):
        yield {"statement": _plain(row)}
    for i in reading.issues:
        yield {"issue": {"kind": i.kind, "code": i.code, "row": i.row, "column": i.column, "count": i.count}}
    for row in reading.entries.drop("entry_id", "source").iter_rows(named=True):
        yield _plain(row)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in row.items():
        if value is None or value == "":
            continue
        if isinstance(value, Decimal):
            text = f"{value:f}"
            out[key] = text.rstrip("0").rstrip(".")
        else:
            out[key] = value.isoformat() if isinstance(value, date) else value
    return out


def golden_of(case: Path) -> Path:
    """Where the golden of a fixture lies."""
    return case.with_name(case.stem + SUFFIX)


def golden(importer: Importer, case: Path) -> str:
    """The fixture as it is read now, after it was recognised by its content."""
    source = Source.from_path(case)
    assert importer.matches(source)
    return render(importer.read(source, Options()))


def holds_laws(importer: Importer, data: bytes, encoding: str) -> None:
    """Raw text stands in the file at the row it names; line ends change nothing but the raw text."""
    text = data.decode(encoding)
    lines = text.split("\n")
    reading = read(importer, data)
    for entry in reading.entries.iter_rows(named=True):
        assert entry["raw"] in text
        assert entry["raw"].split("\n")[0].strip() in lines[entry["row"] - 1]
    plain = data.replace(b"\r\n", b"\n")
    seen = []
    for mark in (b"\n", b"\r\n", b"\r"):
        r = read(importer, plain.replace(b"\n", mark))
        seen.append((r.entries.drop("raw", "source", "entry_id").rows(), r.issues, r.rows))
    assert seen[0] == seen[1] == seen[2]


def truncations_are_signalled(importer: Importer, data: bytes) -> None:
    """Wherever a good file is cut off, the reading is refused, or says that something is missing."""
    whole = read(importer, data)
    assert whole.status == "read"
    for end in range(len(data.rstrip())):
        try:
            reading = read(importer, data[:end])
        except SourceRefused:
            continue
        assert reading.issues != whole.issues or reading.rows != whole.rows, end
        assert reading.status != "read" or reading.issues, end


def survives(importer: Importer, data: bytes, mutate: Callable[[bytes], bytes]) -> None:
    """A damaged file gives a reading or a sentence, never another exception."""
    with contextlib.suppress(SourceRefused):
        read(importer, mutate(data))


def main(arguments: list[str]) -> int:
    """Write the goldens of the given fixtures that do not exist yet."""
    from fininit.importers.registry import read_source

    for case in map(Path, arguments):
        path = golden_of(case)
        if path.exists():
            print(f"kept     {path.name}")
            continue
        path.write_text(render(read_source(Source.from_path(case), Options())), encoding="utf-8")
        print(f"written  {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
