"""fininit: financial-intelligence link analysis against trafficking in human beings.

    >>> import fininit
    >>> reading = fininit.read("statement.sta")        # what one file says, nothing stored
    >>> case = fininit.Case.new("op-lantern")           # a folder: evidence, ledger, log
    >>> case.add("returns/*.csv")
    >>> case.report("out")                              # report.html, workbook.xlsx, summary.json

Everything here is loaded on first use, so that ``import fininit`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fininit._version import __version__

if TYPE_CHECKING:
    from fininit.case import Case as Case
    from fininit.case import Tracing as Tracing
    from fininit.case import read as read
    from fininit.case import run as run
    from fininit.errors import FininitError as FininitError
    from fininit.importers.registry import formats as formats
    from fininit.practice import practice_case as practice_case

_FACE = {
    "Case": "fininit.case",
    "FininitError": "fininit.errors",
    "Tracing": "fininit.case",
    "formats": "fininit.importers.registry",
    "practice_case": "fininit.practice",
    "read": "fininit.case",
    "run": "fininit.case",
}

__all__ = ["Case", "FininitError", "Tracing", "__version__", "formats", "practice_case", "read", "run"]


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name in _FACE:
        return getattr(import_module(_FACE[name]), name)
    raise AttributeError(f"fininit has no {name!r}; it has {', '.join(sorted(_FACE))}")


def __dir__() -> list[str]:
    return sorted([*_FACE, "__version__"])
