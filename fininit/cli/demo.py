"""``fininit demo``: a made-up case from files to report."""

from __future__ import annotations

from pathlib import Path

import click

from fininit.cli import terminal
from fininit.cli.run import found


@click.command("demo")
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-out"),
    show_default=True,
    help="Folder for the report.",
)
def command(out: Path) -> int:
    """A made-up case from files to report, to look around in.

    Nobody in it exists. It is shown with names, because there is nobody to protect.
    """
    from fininit.case import run
    from fininit.training.made_up import files

    with terminal.progress() as step:
        done = run(
            files(), out, name="Made-up case", identify="all", reason="made-up case, nobody in it exists", progress=step
        )
    terminal.outcomes(done.outcomes)
    found(done.report)
    click.echo(str(done.report.page))
    return terminal.exit_code(done.outcomes, strict=False)
