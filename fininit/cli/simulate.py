"""``fininit simulate SCENARIO DIR``: write a made-up case with its answer key."""

from __future__ import annotations

from pathlib import Path

import click

from fininit.cli import terminal
from fininit.errors import Exit


@click.command("simulate")
@click.argument("scenario")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Another seed, another world.")
@click.option(
    "--size", type=click.FloatRange(0.01, 20), default=1.0, show_default=True, help="1: 2,000 accounts or more."
)
def command(scenario: str, folder: Path, seed: int, size: float) -> int:
    """Write a made-up case: returns, listings, and the answer key kept apart from them.

    Nobody in it exists; numbers and names come from ranges that are given to nobody.

    \b
    Example:
      fininit simulate apartments practice --seed 7
    """
    from fininit.training.scene import KEY, write

    with terminal.progress() as step:
        written = write(folder, scenario=scenario, seed=seed, size=size, progress=step)
    terminal.say(f"Wrote {terminal.counted(len(written.files), 'file')}; the answer key lies in {folder / KEY}.")
    click.echo(str(folder))
    return int(Exit.OK)
