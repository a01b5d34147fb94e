"""``fininit report CASE``: write the report of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fininit.cli import options, terminal
from fininit.cli.run import found
from fininit.errors import Exit


@click.command("report")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="CASE")
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for it (default: CASE/reports).",
)
@options.grouping
@options.tracing
@options.leaving
@click.option("--json", "as_json", is_flag=True, help="Print summary.json on stdout.")
def command(folder: Path, out: Path | None, as_json: bool, key: Path | None, **values: Any) -> int:
    """Write report.html, workbook.xlsx and summary.json of a case; with --from and --rule, one trace in it.

    \b
    Examples:
      fininit report op-lantern
      fininit report op-lantern --from AC-35W5-ESUN-IR75-NNEK --rule fifo
      fininit report op-lantern -o disclosure --identify controller --reason "charging decision"
    """
    from fininit.case import Case

    tracing = options.traced(values)
    with terminal.progress() as step:
        report = Case(folder, key=key).report(out, progress=step, tracing=tracing, **values)
    found(report)
    if as_json:
        click.echo((report.folder / "summary.json").read_text(encoding="ascii"), nl=False)
    else:
        click.echo(str(report.page))
    return int(Exit.OK)
