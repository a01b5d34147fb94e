"""Decisions that people took about a case: what, by whom, why, when. They stand in ``case.toml``, one table each.

A decision on how a file is to be read settles what the file itself leaves open. The action log has the same facts,
sealed; ``case.toml`` is where a person reads them. ``options`` are the names and values of what was stated.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fininit.errors import CaseError, UsageError
from fininit.evidence.custody import Manifest
from fininit.ledger.files import write

__all__ = ["Decision", "keep", "load", "record", "toml"]


@dataclass(frozen=True)
class Decision:
    """One decision: ``source`` is the SHA-256 of the file, ``by`` who took it, ``why`` the reason, ``options`` what was
    stated, ``at`` when it was logged (UTC) and ``line`` where in the action log.

    Raises :class:`UsageError` when nobody, or no reason, is named.
    """

    source: str
    by: str
    why: str
    options: dict[str, str] = field(default_factory=dict)
    exhibit: str = ""
    at: str = ""
    line: int = 0

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.why.strip():
            raise UsageError(
                "A decision needs who takes it and why.", hint='Say both: --by "A. Analyst" --why "the bank\'s letter"'
            )


def record(manifest: Manifest, decision: Decision) -> Decision:
    """Log a decision (``decision``) and give it with the time and the line of the log.

    The value of an account stays out of the log, which holds nobody's identifiers; that it was stated is logged.
    """
    told = {k: ("stated" if k == "account" else v) for k, v in decision.options.items()}
    manifest.append("decision", {"source": decision.source, "by": decision.by, "why": decision.why, "options": told})
    last = manifest.lines()[-1]
    return Decision(
        decision.source,
        decision.by,
        decision.why,
        dict(sorted(decision.options.items())),
        decision.exhibit,
        str(last["at"]),
        int(last["seq"]),
    )


def keep(path: Path, decision: Decision) -> None:
    """Add a decision at the end of ``case.toml``. Raises :class:`CaseError` when it cannot be written."""
    lines = [
        "",
        "[[decisions]]",
        f"at = {toml(decision.at)}",
        f"by = {toml(decision.by)}",
        f"why = {toml(decision.why)}",
    ]
    lines += [f"source = {toml(decision.source)}"]
    lines += [f"exhibit = {toml(decision.exhibit)}"] if decision.exhibit else []
    stated = ", ".join(f"{k} = {toml(v)}" for k, v in sorted(decision.options.items()))
    lines += [f"options = {{ {stated} }}", f"log_line = {decision.line}", ""]
    write(path, path.read_bytes().rstrip(b"\n") + b"\n" + "\n".join(lines).encode("utf-8"))


def load(path: Path) -> list[Decision]:
    """The decisions in ``case.toml``, oldest first. Raises :class:`CaseError` when one is damaged."""
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return [
            Decision(
                d["source"],
                d["by"],
                d["why"],
                dict(d["options"]),
                d.get("exhibit", ""),
                d["at"],
                int(d["log_line"]),
            )
            for d in data.get("decisions", [])
        ]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, UsageError):
        raise CaseError(
            "The decisions in case.toml cannot be read.",
            code="case-damaged",
            hint="Restore it from a copy of the case folder; the action log has them as well.",
        ) from None


def toml(text: str) -> str:
    """A TOML basic string. Unlike JSON it knows no surrogates, and DEL must be escaped."""
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
