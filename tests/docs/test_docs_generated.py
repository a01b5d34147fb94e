"""The documents say what is so: generated files are fresh, links resolve, commands exist, nothing of a desk leaks."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator, ValidationError
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from fininit.cli.app import COMMANDS
from fininit.errors import Exit
from fininit.importers.base import Options, Source
from fininit.importers.dialect import Dialect
from fininit.schema import TABLES, Column, Table

ROOT = Path(__file__).resolve().parents[2]

HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("python" + "hosted", "org"),
        ("npm" + "js", "org"),
        ("npm" + "js", "com"),
        ("debian", "org"),
        ("crates", "io"),
        ("golang", "org"),
        ("anaconda", "org"),
        ("conda", "io"),
    )
)
"""Package registries; put together here so that this file does not name one."""

PATHS = re.compile(r"(?<![\w.:/~-])/(?:work|root|home|opt|Users|mnt|private)/|[A-Z]:\\\\?Users\\")
"""Beginnings of paths that exist on somebody's machine only."""


# ------------------------------------------------------------------------------------------------------ what there is


@cache
def tracked() -> tuple[Path, ...]:
    """Files of the repository: those git knows, or in an unpacked archive all of them."""
    try:
        told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        out = [p for p in ROOT.rglob("*") if not any(part.startswith(".") for part in p.relative_to(ROOT).parts)]
    else:
        out = [ROOT / name for name in told.stdout.decode().split("\0") if name]
    return tuple(sorted(p for p in out if p.is_file()))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def documents() -> list[Path]:
    return [p for p in tracked() if p.suffix == ".md"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs/build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---------------------------------------------------------------------------------------------------------- generated


def test_generated_files_are_fresh() -> None:
    assert builder().stale() == [], "run: make docs"


def test_a_stale_a_missing_and_a_left_over_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "docs").mkdir()
    for path, text in builder().wanted().items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert builder().stale(tmp_path) == []
    (tmp_path / "docs/columns.md").write_text("old", encoding="utf-8")
    (tmp_path / "schemas/entries.schema.json").unlink()
    (tmp_path / "schemas/gone.schema.json").write_text("{}", encoding="utf-8")
    assert builder().stale(tmp_path) == ["docs/columns.md", "schemas/entries.schema.json", "schemas/gone.schema.json"]


def _sample(column: Column) -> Any:
    if column.values:
        return column.values[0]
    return {
        "text": "x",
        "int": 1,
        "decimal": "-1200.500000000000000001",
        "date": date(2026, 1, 5).isoformat(),
        "instant": "2026-01-05T10:00:00Z",
        "bool": True,
    }[column.type]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_schemas_are_valid_and_hold(table: Table) -> None:
    schema = json.loads(builder().wanted()[f"schemas/{table.name}.schema.json"])
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    columns = table.columns
    full = {c.name: _sample(c) for c in columns}
    check.validate(full)
    check.validate({c.name: full[c.name] if c.required else None for c in columns})
    assert not check.is_valid(full | {"nobody_declared_this": "x"})
    for c in columns:
        if c.required:
            assert not check.is_valid({k: v for k, v in full.items() if k != c.name}), c.name
            assert not check.is_valid(full | {c.name: None}), c.name
        if c.type == "decimal":
            for wrong in (12.5, 12, "1e3", "1,5", "0." + "0" * 19, "1" * 21, "+1", "1."):
                assert not check.is_valid(full | {c.name: wrong}), (c.name, wrong)
        if c.values:
            assert not check.is_valid(full | {c.name: "another word"}), c.name


_VALUES: dict[str, Any] = {
    "text": "x",
    "int": 1,
    "decimal": Decimal("-1200.500000000000000001"),
    "date": date(2026, 1, 5),
    "instant": datetime(2026, 1, 5, 10, tzinfo=UTC),
    "bool": True,
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_rows_of_the_tables_fit_their_schemas(table: Table) -> None:
    row = {c.name: c.values[0] if c.values else _VALUES[c.type] for c in table.columns}
    frame = table.conform(pl.DataFrame([row], schema=table.polars()))
    as_text = [pl.col(c.name).cast(pl.String) for c in table.columns if c.type in ("decimal", "date", "instant")]
    Draft202012Validator(table.json_schema()).validate(frame.with_columns(as_text).row(0, named=True))


def test_a_schema_that_lets_floats_in_would_be_noticed() -> None:
    with pytest.raises(ValidationError):
        Draft202012Validator(TABLES["transfers"].json_schema()["properties"]["amount"]).validate(0.1)


# -------------------------------------------------------------------------------------------------------------- links

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def _anchors(text: str) -> set[str]:
    heads = re.findall(r"^#{1,6} +(.+?) *$", re.sub(r"```.*?```", "", text, flags=re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}


def _links(path: Path) -> Iterator[str]:
    yield from _LINK.findall(re.sub(r"```.*?```", "", text_of(path), flags=re.S))


def broken_links(path: Path) -> list[str]:
    """Links of a document that lead nowhere: a missing file, or a heading that is not there."""
    out = []
    for link in _links(path):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        target, _, anchor = link.partition("#")
        there = (path.parent / target).resolve() if target else path
        found = there.exists() and there.is_relative_to(ROOT)
        if not found or (anchor and anchor not in _anchors(text_of(there))):
            out.append(link)
    return out


def test_links_resolve() -> None:
    assert {name(p): found for p in documents() if (found := broken_links(p))} == {}


def test_a_link_that_leads_nowhere_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    page = tmp_path / "a.md"
    page.write_text("# One head\n[x](gone.md) [y](#one-head) [z](#no-head) [o](../out.md) [w](https://example.com)\n")
    assert broken_links(page) == ["gone.md", "#no-head", "../out.md"]


def test_every_document_is_reached_from_the_readme() -> None:
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in reached:
            continue
        reached.add(page)
        for link in _links(page):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file():
                ahead.append(target)
    assert [name(p) for p in documents() if p not in reached] == []


# ----------------------------------------------------------------------------------------------------------- commands


def _shell_lines(text: str) -> Iterator[str]:
    for block in re.findall(r"```(?:sh|bash|console)?\n(.*?)```", text, re.S):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S))


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.M))


def _called(program: str) -> Iterator[tuple[str, list[str]]]:
    for page in documents():
        for line in _shell_lines(text_of(page)):
            words = line.replace("`", "").split()
            if words and words[0].rpartition("/")[2] == program:
                yield name(page), words[1:]


def test_make_targets_in_documents_exist() -> None:
    called = {w[0] for _, w in _called("make") if w}
    assert {"demo", "test"} <= called
    assert called <= _targets(), called - _targets()


def test_commands_in_documents_exist() -> None:
    called = [(page, w) for page, w in _called("fininit") if w and re.fullmatch(r"[a-z]+", w[0])]
    assert {w[0] for page, w in called if page == "README.md"} >= {"run", "inspect", "formats", "case", "import"}
    assert [(page, w[0]) for page, w in called if w[0] not in COMMANDS] == []


def test_options_in_documents_exist() -> None:
    import importlib

    import click

    unknown = []
    for page, words in _called("fininit"):
        if not words or words[0] not in COMMANDS:
            continue
        command: Any = importlib.import_module(COMMANDS[words[0]][0]).command
        if isinstance(command, click.Group):
            if len(words) < 2:
                continue
            assert words[1] in command.commands, (page, words)
            command = command.commands[words[1]]
        known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"-h", "--help"}
        unknown += [
            (page, words[0], w)
            for w in words[1:]
            if w.startswith("-") and w != "-" and w.partition("=")[0] not in known
        ]
    assert unknown == []


def test_formats_named_in_the_readme_can_be_read() -> None:
    from fininit.importers.registry import importers

    told = re.search(r"^- \*\*By name\*\*: (.+?), in\s+the layouts", text_of(ROOT / "README.md"), re.M | re.S)
    assert told is not None
    names = re.split(r", | and ", " ".join(told[1].split()))
    titles = [i.title for i in importers(())]
    assert len(names) >= 9
    assert [n for n in names if not any(n in title for title in titles)] == []


def test_exit_codes_are_documented() -> None:
    told = re.findall(r"^\| (\d+) \|", text_of(ROOT / "docs/exit-codes.md"), re.M)
    assert [int(n) for n in told] == sorted(Exit)


def test_the_python_of_the_documents_parses() -> None:
    blocks = [(p, b) for p in documents() for b in re.findall(r"```python\n(.*?)```", text_of(p), re.S)]
    assert blocks
    for page, block in blocks:
        compile(block, name(page), "exec")


def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block = re.search(r"```python\n(.*?)```", text_of(ROOT / "README.md"), re.S)
    assert block is not None
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns/a.csv").write_text(
        "Payer,Beneficiary,Date,Amount,Currency\nMIRA TEST,KIOSK TEST,2026-01-07,35.50,EUR\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FININIT_KEYS", str(tmp_path / "keys"))
    exec(compile(block[1], "README.md", "exec"), {})
    for wanted in ("report.html", "workbook.xlsx", "summary.json"):
        assert (tmp_path / "out" / wanted).stat().st_size > 0, wanted


def test_the_log_check_of_the_documents_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fininit.evidence.custody import Manifest

    block = re.search(r"```python\n(.*?)```", text_of(ROOT / "docs/case-folder.md"), re.S)
    assert block is not None
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "op-lantern/manifest.jsonl"
    log.parent.mkdir()
    for what in ("case-new", "import", "report"):
        Manifest(log).append(what, {"note": "é"})
    script = [sys.executable, "-c", block[1]]
    good = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert good.stdout.split() == ["head", Manifest(log).head()]
    log.write_bytes(log.read_bytes().replace(b'"import"', b'"impord"'))
    bad = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "line 2" in bad.stderr


def test_the_dialect_of_the_documents_reads(tmp_path: Path) -> None:
    from fininit.importers.registry import read_source

    block = re.search(r"```toml\n(.*?)```", text_of(ROOT / "CONTRIBUTING.md"), re.S)
    assert block is not None
    Dialect.from_toml(block[1])
    (tmp_path / "xx_meadowbank.toml").write_text(block[1], encoding="utf-8")
    rows = [
        "Booked;Valued;Partner;Partner IBAN;Text;Amount;Balance;Branch code",
        "05.01.2026;05.01.2026;MIRA TEST;;Miete für Jänner;-1.250,00;750,00;9",
        "06.01.2026;07.01.2026;KIOSK TEST;;Tagesumsatz;100,50;850,50;9",
        "31.02.2026;07.01.2026;KIOSK TEST;;Tagesumsatz;1,00;851,50;9",
    ]
    source = Source.from_bytes("meadowbank_12345678_2026.csv", "\r\n".join(rows).encode("cp1252"))
    reading = read_source(source, Options(), [tmp_path])
    assert (reading.format, reading.rows.entries, reading.rows.refused) == ("xx_meadowbank", 2, 1)
    assert reading.entries["account"].unique().to_list() == ["acct:meadowbank:12345678"]
    assert reading.entries["amount"].to_list() == [Decimal("-1250"), Decimal("100.5")]


# ------------------------------------------------------------------------------------------------------- dependencies


def _declared() -> tuple[list[Requirement], list[Requirement]]:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    extras = project["project"]["optional-dependencies"]
    run = [Requirement(r) for part in (project["project"]["dependencies"], *extras.values()) for r in part]
    return run, [Requirement(r) for r in project["dependency-groups"]["dev"]]


def _pins() -> dict[NormalizedName, str]:
    lines = [x for x in text_of(ROOT / "constraints.txt").splitlines() if x and not x.startswith("#")]
    pins = [re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!+]+)( ; .+)?", x) for x in lines]
    assert [x for x, p in zip(lines, pins, strict=True) if p is None] == [], "only name==version, perhaps with a marker"
    return {canonicalize_name(p[1]): p[2] for p in pins if p}


def _reasons() -> dict[NormalizedName, str]:
    """Package -> reason, from the tables of docs/dependencies.md that are headed "why it is here"."""
    out: dict[NormalizedName, str] = {}
    inside = False
    for line in text_of(ROOT / "docs/dependencies.md").splitlines():
        inside = line.startswith("| package | why it is here |") or (inside and line.startswith("|"))
        cells = [c.strip() for c in line.strip("|").split("|")]
        if inside and len(cells) >= 3 and cells[0] != "package" and set(cells[0]) != {"-"}:
            out[canonicalize_name(cells[0].strip("*"))] = cells[1]
    return out


def test_every_dependency_has_a_reason() -> None:
    reasons = _reasons()
    declared = {canonicalize_name(r.name) for part in _declared() for r in part}
    assert declared - set(reasons) == set(), "no reason in docs/dependencies.md"
    assert set(reasons) - declared == set(), "a reason for what is not declared"
    assert [n for n, why in reasons.items() if len(why) < 10] == []


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    pins = _pins()
    for part in _declared():
        for r in part:
            pin = pins.get(canonicalize_name(r.name))
            assert pin is not None, f"{r.name} is not in constraints.txt"
            assert pin in r.specifier, f"{r.name} {pin} is outside {r.specifier}"


def test_pins_reach_what_the_dependencies_need() -> None:
    from importlib.metadata import PackageNotFoundError, requires

    pins, ahead = _pins(), [canonicalize_name(r.name) for part in _declared() for r in part]
    missing, seen = set(), set()
    while ahead:
        one = ahead.pop()
        if one in seen:
            continue
        seen.add(one)
        if one not in pins:
            missing.add(one)
        try:
            needs = requires(one) or []
        except PackageNotFoundError:
            continue
        for r in map(Requirement, needs):
            if r.marker is None or r.marker.evaluate({"extra": ""}):
                ahead.append(canonicalize_name(r.name))
    assert missing == set()


MODULES = {
    "community": "python-louvain",
    "graspologic_native": "graspologic-native",
    "markupsafe": "jinja2",  # jinja2's own type for markup that is safe, and always there with it
}


def test_what_the_code_imports_is_declared() -> None:
    run, _ = _declared()
    declared = {canonicalize_name(r.name) for r in run}
    found: dict[str, set[str]] = {}
    for path in tracked():
        if path.suffix != ".py" or not name(path).startswith("fininit/"):
            continue
        for node in ast.walk(ast.parse(text_of(path))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module]
            for top in {m.partition(".")[0] for m in modules} - sys.stdlib_module_names - {"fininit", "__future__"}:
                found.setdefault(canonicalize_name(MODULES.get(top, top)), set()).add(name(path))
    assert {k: sorted(v) for k, v in found.items() if k not in declared} == {}


# ------------------------------------------------------------------------------------------------------ nothing leaks


def leaks(text: str) -> list[str]:
    """Registry hosts and paths of somebody's machine that stand in ``text``."""
    return [h for h in HOSTS if h in text] + sorted(set(PATHS.findall(text)))


def test_no_registry_and_no_path_of_a_machine_is_named() -> None:
    found = {}
    for path in tracked():
        # Bytes as they are: a host or a path is ASCII in every file we keep, and in a workbook it would be compressed.
        if what := leaks(path.read_bytes().decode("latin-1")):
            found[name(path)] = what
    assert found == {}


@pytest.mark.parametrize(
    "parts",
    [("see py", "pi.org/simple"), ("open('/wo", "rk/x')"), ("(/ho", "me/me)"), ("C:\\Us", "ers\\me")],
)
def test_a_leak_would_be_found(parts: tuple[str, str]) -> None:
    assert leaks("".join(parts))


@pytest.mark.parametrize("text", ["https://example.com/home/x", "~/.local/share", "/usr/bin/chromium", "a/wo" + "rk/b"])
def test_what_is_no_leak_passes(text: str) -> None:
    assert not leaks(text)


def test_the_makefile_and_ci_name_no_index() -> None:
    text = text_of(ROOT / "Makefile") + text_of(ROOT / ".ci/run") + text_of(ROOT / "constraints.txt")
    assert [w for w in shlex.split(text, comments=True) if "://" in w or "index-url" in w or "find-links" in w] == []


# ----------------------------------------------------------------------------------------------------------- the laws


def test_each_law_names_its_guards_or_says_that_there_is_none() -> None:
    text = text_of(ROOT / "docs/architecture.md")
    rows = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|$", text, re.M)
    assert [int(n) for n, _, _ in rows] == list(range(1, 16))
    for n, _, guard in rows:
        files = re.findall(r"\]\(\.\./(tests/[^)#]+)\)", guard)
        assert files or guard.startswith("not yet guarded"), f"law {n}"
        assert [f for f in files if not (ROOT / f).is_file()] == [], f"law {n}"
