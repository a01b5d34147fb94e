"""Write what is derived from the declarations in the code: the JSON Schemas and the column tables.

Tables are declared in ``fininit.schema``, the shape of ``summary.json`` in ``fininit.report.summary``.

python docs/build.py            writes schemas/*.schema.json and docs/columns.md
python docs/build.py --check    writes nothing; names every file that is stale, missing or left over, and ends with 1
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fininit.report.summary import summary_schema
from fininit.schema import TABLES, Column, Table

REPOSITORY = Path(__file__).resolve().parent.parent

_TYPES = {
    "text": "text",
    "int": "whole number",
    "decimal": "amount",
    "date": "day",
    "instant": "instant (UTC)",
    "bool": "yes or no",
}

_HEAD = """\
# Tables and columns

Written by `docs/build.py` from `fininit/schema.py`; change that file, then run `make docs`.

Names follow ISO 20022 in snake_case where it has one. An *amount* is a `Decimal(38, 18)`: 20 digits before the decimal
point and 18 after it, never a float; in JSON it is text. A *day* is a calendar day as the file states it, without a
zone. **Bold** columns are always filled.

*Protected as* says how a column leaves fininit unless somebody opens it with `--identify … --reason …`:
`text` is withheld, a `filename` keeps its ending only, everything else becomes a keyed pseudonym. An empty cell means
that the value leaves as it is.

The same declarations as JSON Schemas, one a table, and that of `summary.json`: [schemas](../schemas).
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _row(column: Column) -> str:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    doc = column.doc
    if column.values:
        doc += "; one of " + ", ".join(f"`{v}`" for v in column.values)
    protect = f"`{column.protect}`" if column.protect else ""
    return f"| {name} | {_TYPES[column.type]} | {_cell(doc)} | {protect} |"


def _section(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    lines = [f"## {table.name}", "", table.doc, "", f"A row is identified by {key}.", ""]
    lines += ["| column | type | meaning | protected as |", "| --- | --- | --- | --- |"]
    lines += [_row(c) for c in table.columns]
    return "\n".join(lines) + "\n"


def columns() -> str:
    """The text of ``docs/columns.md``."""
    contents = "\n".join(f"- [{t.name}](#{t.name}): {t.doc}" for t in TABLES.values())
    return "\n".join([_HEAD, contents, "", *(_section(t) for t in TABLES.values())])


def _json(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def wanted() -> dict[str, str]:
    """Path in the repository -> text, of every generated file."""
    files = {f"schemas/{t.name}.schema.json": _json(t.json_schema()) for t in TABLES.values()}
    return files | {"schemas/summary.schema.json": _json(summary_schema()), "docs/columns.md": columns()}


def stale(root: Path = REPOSITORY) -> list[str]:
    """Generated files under ``root`` that are not what the declarations say, that are missing or that are left over."""
    files = wanted()
    there = {f"schemas/{p.name}" for p in (root / "schemas").glob("*.schema.json")}
    wrong = {
        path
        for path, text in files.items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text
    }
    return sorted(wrong | (there - set(files)))


def main(arguments: list[str]) -> int:
    """Write or check; gives the exit code."""
    if arguments not in ([], ["--check"]):
        print("python docs/build.py [--check]", file=sys.stderr)
        return 2
    changed = stale()
    if arguments:
        for path in changed:
            print(f"stale     {path}: run make docs", file=sys.stderr)
        return 1 if changed else 0
    files = wanted()
    for path in changed:
        if path in files:
            (REPOSITORY / path).write_text(files[path], encoding="utf-8")
            print(f"written   {path}")
        else:
            (REPOSITORY / path).unlink()
            print(f"removed   {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
