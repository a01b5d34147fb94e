"""Case keys: 32 random bytes each, kept outside the case folder, so that a copied folder undoes no pseudonym."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Final

from fininit.errors import CaseError

_HEX: Final = re.compile(r"[0-9a-f]{64}")


def folder() -> Path:
    """Where keys live: ``$FININIT_KEYS``, else ``fininit/keys`` in ``$XDG_DATA_HOME`` or ``~/.local/share``."""
    stated = os.environ.get("FININIT_KEYS")
    if stated:
        return Path(stated)
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "fininit" / "keys"


def key_for(case_id: str) -> bytes:
    """The key of a case, made on first use. Raises :class:`CaseError` when it can be neither read nor made."""
    return load(folder() / f"{case_id}.key", make=True)


def load(path: Path, *, make: bool = False) -> bytes:
    """The key in ``path`` (64 hex digits). ``make`` writes a fresh one, mode 0600, when there is none."""
    try:
        if make and not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                pass  # another process made it just now
            else:
                with os.fdopen(fd, "w", encoding="ascii") as f:
                    f.write(secrets.token_hex(32) + "\n")
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
