"""Writing so that a power cut, a full disk or a second process leaves the old file or the new one, never half."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fininit.errors import CaseError


def write(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put ``data`` in ``path``: temporary name in the same folder, fsync, rename, fsync of the folder.

    Raises :class:`CaseError` ``storage`` when the disk is full or the folder cannot be written; the old file stays.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
        with os.fdopen(fd, "wb") as f:
            f.write(data)
            f.flush()
            os.fsync(f.fileno())
        temporary.replace(path)
        _sync(path.parent)
    except OSError as e:
        with suppress(OSError):
            temporary.unlink()
        raise CaseError(
            f"{path.name} cannot be written: {e.strerror}.",
            code="storage",
            hint="Free some space or choose another folder; what was there before is untouched.",
        ) from None


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_folder(path: Path) -> None:
    """A private folder (0700), with its parents. Raises :class:`CaseError` ``storage``."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as e:
        raise CaseError(
            f"The folder {path} cannot be made: {e.strerror}.", code="storage", hint="Choose a folder you may write to."
        ) from None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` for the block; :class:`CaseError` ``case-locked`` when another process has it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CaseError(
                "Another fininit is working on this case.",
                code="case-locked",
                hint="Wait for it to end, then try again.",
            ) from None
        yield
    finally:
        os.close(fd)
