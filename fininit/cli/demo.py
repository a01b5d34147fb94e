"""``fininit demo``: the whole mission on a made-up case."""

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
    help="Folder for it.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Another seed, another world.")
@click.option(
    "--size", type=click.FloatRange(0.01, 10), default=1.0, show_default=True, help="1: 2,000 accounts or more."
)
@click.option("--redacted", is_flag=True, help="Show it as a real case would be shown: pseudonymised.")
def command(out: Path, seed: int, size: float, redacted: bool) -> int:
    """A made-up case from ad to money and back, to look around in.

    Six months of a trafficking network between everyday payments: returns of three banks and a payment app, an answer
    to a subpoena, a chain export and listings are written, imported, linked, traced and reported. Nobody in it exists,
    so names are shown; the answer key lies in OUT/scene/answer-key.

    \b
    Examples:
      fininit demo
      fininit demo -o practice --seed 7 --size 0.3 --redacted
    """
    from fininit.practice import practice_report

    with terminal.progress() as step:
        done = practice_report(out, seed=seed, size=size, redacted=redacted, progress=step)
    terminal.outcomes(done.outcomes)
    assert done.report is not None
    found(done.report)
    click.echo(str(done.report.page))
    return terminal.exit_code(done.outcomes, strict=False)
