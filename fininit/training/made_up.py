"""The small made-up case behind ``fininit demo`` (written by ``examples/make_made_up_case.py``)."""

from __future__ import annotations

from pathlib import Path

from fininit.errors import FininitError


def files() -> list[Path]:
    """Its files, sorted. They lie in the wheel, or in ``examples/`` of a source tree."""
    here = Path(__file__).resolve()
    for folder in (here.with_name("made_up_case"), here.parents[2] / "examples" / "made-up-case"):
        found = sorted(p for p in folder.glob("*") if p.is_file())
        if found:
            return found
    raise FininitError(
        "The made-up case is missing from this installation.",
        code="no-demo",
        hint="Install fininit again, or run it from a source tree that has examples/made-up-case.",
    )
