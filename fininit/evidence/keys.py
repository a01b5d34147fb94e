"""Case keys: 32 random bytes each, kept outside the case folder, so that a copied folder undoes no pseudonym."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from pathlib import Path
from typing import Final

from fininit.errors import CaseError
from fininit.ledger.files import write

_HEX: Final = re.compile(r"[0-9a-f]{64}")


def folder() -> Path:
    """Where keys live: ``$FININIT_KEYS``, else ``fininit/keys`` in ``$XDG_DATA_HOME`` or ``~/.local/share``."""
    stated = os.environ.get("FININIT_KEYS")
    if stated:
        return Path(stated)
    data = os.environ.get("XDG_DATA_HOME")
    try:
        return (Path(data) if data else Path.home() / ".local" / "share") / "fininit" / "keys"
    except RuntimeError:
        raise CaseError(
            "There is no home folder to keep the case key in.",
            code="no-key",
            hint="Set FININIT_KEYS to a private folder you may write to, or name a key with --key FILE.",
        ) from None


def key_for(case_id: str) -> bytes:
    """The key of a case, made on first use. Raises :class:`CaseError` when it can be neither read nor made."""
    return load(folder() / f"{case_id}.key", make=True)


def load(path: Path, *, make: bool = False) -> bytes:
    """The key in ``path`` (64 hex digits). ``make`` writes a fresh one, mode 0600, when there is none."""
    try:
        if make and not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(path)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as e:
        raise CaseError(
            f"The case key cannot be read or made: {path} ({type(e).__name__}).",
            code="no-key",
            hint="Set FININIT_KEYS to a private folder you may write to, or name a key with --key FILE.",
        ) from None
    if not _HEX.fullmatch(text):
        raise CaseError(f"This is not a case key: {path}.", code="bad-key", hint="A key is 64 hexadecimal digits.")
    return bytes.fromhex(text)


def _make(path: Path) -> None:
    """A fresh key, whole or not at all, unless another process made one just now."""
    fd = os.open(path.parent / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        if not path.exists():
            write(path, f"{secrets.token_hex(32)}\n".encode("ascii"))
    finally:
        os.close(fd)
