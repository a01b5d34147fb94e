"""The exhibit and action log: an append-only chain in which every line seals all lines before it.

``manifest.jsonl`` holds one JSON object a line: ``seq`` from 1, ``prev`` (the ``hash`` of the line before, 64 zeros for
the first), ``at`` (UTC), ``who``, ``version``, ``what`` (case-new, import, decision, report, …), the facts of it, and
``hash`` = SHA-256 over the line without ``hash``, as canonical JSON (sorted keys, no blanks, ASCII). A chain alone does
not stop its owner from rewriting all of it: pin its head elsewhere (docs/case-folder.md).
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import pwd
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from fininit._version import __version__
from fininit.errors import CaseError

START: Final = "0" * 64
FORMAT: Final = 1


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no blanks, ASCII only: equal values give equal bytes. Floats are refused."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _who() -> str:
    # Not getpass: that believes $LOGNAME, which anybody can set.
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


@dataclass(frozen=True)
class Manifest:
    """The log of one case. ``now`` and ``who`` can be replaced in tests; nothing else reads a clock."""

    path: Path
    now: Callable[[], str] = _now
    who: Callable[[], str] = _who

    def lines(self) -> list[dict[str, Any]]:
        """All lines, chain verified. Raises :class:`CaseError` naming the first line that does not fit.

        A last line without its line end was never finished (power cut): it was acknowledged to nobody and is left out.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as e:
            raise CaseError(
                f"The action log cannot be read: {e.strerror}.", code="storage", hint="Make the case folder readable."
            ) from None
        out: list[dict[str, Any]] = []
        prev = START
        for n, raw in enumerate(data.split(b"\n")[:-1], 1):
            try:
                line = json.loads(raw)
                stated = line.pop("hash")
                sound = (
                    raw == canonical(line | {"hash": stated})
                    and hashlib.sha256(canonical(line)).hexdigest() == stated
                    and line["seq"] == n
                    and line["prev"] == prev
                )
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                sound = False
            if not sound:
                raise CaseError(
                    f"The action log does not fit together at line {n}: it was changed, cut or damaged.",
                    code="manifest-broken",
                    hint="Restore manifest.jsonl from a copy; compare its head with the one pinned elsewhere.",
                )
            prev = stated
            out.append(line | {"hash": stated})
        return out

    def head(self) -> str:
        """Hash of the last line, or 64 zeros."""
        lines = self.lines()
        return str(lines[-1]["hash"]) if lines else START

    def append(self, what: str, facts: dict[str, Any]) -> str:
        """Add one line and give its hash. The line is on disk when this returns.

        Raises :class:`CaseError` when the chain is broken, or ``storage`` when the line cannot be written; then none
        of it counts.
        """
        try:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as e:
            raise _unwritten(e) from None
        try:
            # Two processes that log at the same time must not write the same line number.
            fcntl.flock(fd, fcntl.LOCK_EX)
            lines = self.lines()
            body = facts | {
                "seq": len(lines) + 1,
                "prev": lines[-1]["hash"] if lines else START,
                "at": self.now(),
                "who": self.who(),
                "version": __version__,
                "format": FORMAT,
                "what": what,
            }
            seal = hashlib.sha256(canonical(body)).hexdigest()
            line = canonical(body | {"hash": seal}) + b"\n"
            # Cut an unfinished last line off, then write behind the last finished one.
            whole = self.path.read_bytes().rfind(b"\n") + 1
            os.ftruncate(fd, whole)
            if os.pwrite(fd, line, whole) != len(line):
                os.ftruncate(fd, whole)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(fd)
        except OSError as e:
            raise _unwritten(e) from None
        finally:
            os.close(fd)
        return seal


def _unwritten(error: OSError) -> CaseError:
    return CaseError(
        f"The action log cannot be written: {error.strerror}.",
        code="storage",
        hint="Free some space, or make the case folder writable; what nobody logged is not done.",
    )
