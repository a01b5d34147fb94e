"""The whole mission on a made-up case: a scene is written, imported, linked, traced and reported.

What ``fininit demo``, the first notebook, the examples and the end-to-end tests run. Nobody in it exists.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from fininit.case import Case, Outcome, Progress, Report, Tracing
from fininit.errors import UsageError
from fininit.importers.base import Options
from fininit.training import scene
from fininit.training.score import Key, start_of

REASON: Final = "made-up case, nobody in it exists"
"""Given where its names are shown: there is nobody to protect."""

TRACE: Final = "TR-2"
"""The planted trace that a demo follows: the credits of one account of the network."""


@dataclass(frozen=True)
class Practice:
    """A made-up case: its folder, what became of each file, the answer key, and the report if one was written."""

    case: Case
    outcomes: list[Outcome] = field(repr=False)
    key: Key = field(repr=False)
    report: Report | None = None


def practice_case(
    folder: str | Path, *, seed: int = 1, size: float = 1.0, progress: Progress | None = None
) -> Practice:
    """Write a scene into ``folder/scene`` and import its files into the case ``folder/case``.

    Exports that do not name their account are imported with it, as an investigator would state it from the cover
    letter. Raises ``UsageError`` when ``folder`` holds another case or another scene.
    """
    out = Path(folder)
    step = progress or (lambda *_: None)
    place = out / "case"
    case = Case(place) if (place / "case.toml").exists() else None
    if case is not None and case.settings.name != _name(seed, size):
        raise UsageError(
            "This folder holds another practice case.", hint="Name a new folder with -o.", code="other-practice-case"
        )
    written = scene.write(out / "scene", seed=seed, size=size, progress=progress)
    if case is None:
        case = Case.new(place, _name(seed, size), case_id="practice", **scene.SETTINGS)
    outcomes = []
    for n, path in enumerate(written.files):
        step(path.name, n, len(written.files))
        outcomes += case.add(path, options=Options(account=written.accounts.get(path)))
    return Practice(case, outcomes, Key.load(out / "scene" / scene.KEY))


def _name(seed: int, size: float) -> str:
    return f"Practice case (seed {seed}, size {size:g})"


def practice_report(
    folder: str | Path,
    *,
    seed: int = 1,
    size: float = 1.0,
    rule: str = "fifo",
    redacted: bool = False,
    progress: Progress | None = None,
) -> Practice:
    """The same, and the report in ``folder`` with the trace :data:`TRACE` under ``rule``; names shown unless
    ``redacted``."""
    made = practice_case(folder, seed=seed, size=size, progress=progress)
    start = start_of(made.case.ledger(), made.key, TRACE)
    report = made.case.report(
        folder,
        identify=None if redacted else "all",
        reason=None if redacted else REASON,
        tracing=Tracing((start,), rule),
        progress=progress,
    )
    return replace(made, report=report)
