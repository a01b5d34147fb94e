"""Writing so that a power cut, a full disk or a second process leaves the old file or the new one, never half."""

from __future__ import annotations

import fcntl
import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from fininit.errors import CaseError

_PART: Final = ".part"


def write(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put ``data`` in ``path``; see :func:`write_all`."""
    write_all({path: data}, mode)


def write_all(files: Mapping[Path, bytes], mode: int = 0o600) -> None:
    """Put each of ``files`` in its place: temporary names in the same folder, fsync, then all renamed at once.

    Raises :class:`CaseError` ``storage`` when the disk is full or the folder cannot be written; every old file stays.
    """
    staged: dict[Path, Path] = {}
    at = next(iter(files))
    try:
        for at, data in files.items():
            staged[at] = temporary = at.with_name(f".{at.name}.{os.getpid()}{_PART}")
            fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
            with os.fdopen(fd, "wb") as f:
                f.write(data)
                f.flush()
                os.fsync(f.fileno())
        for at, temporary in staged.items():
            temporary.replace(at)
        for folder in {path.parent for path in files}:
            _sync(folder)
    except OSError as e:
        raise CaseError(
            f"{at.name} cannot be written: {e.strerror}.",
            code="storage",
            hint="Free some space or choose another folder; what was there before is untouched.",
        ) from None
    finally:
        for temporary in staged.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def sweep(folder: Path, names: Iterable[str] = ("",)) -> None:
    """Remove what a killed process left half-written under a temporary name. Only while the case is locked.

    ``names``: the files whose rests are meant; default all of the folder.
    """
    for name in names:
        for rest in folder.glob(f".{glob.escape(name)}*{_PART}"):
            with suppress(OSError):
                rest.unlink()


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
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as e:
        raise CaseError(
            f"The case cannot be written to: {e.strerror}.",
            code="storage",
            hint="A case is logged in its own folder; make it writable for you, or copy it.",
        ) from None
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
