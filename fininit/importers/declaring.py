"""What every declaration in TOML shares: naming a mistake with its nearest right word, asking a table for its keys."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import cast

from fininit.errors import DialectError


def bad(file: str, where: str, what: str, hint: str = "") -> DialectError:
    """The mistake at a place of a declaration, as a sentence."""
    return DialectError(f"{file}: {where}: {what}", hint=hint or "docs/dialects.md explains every key.")


def near(word: str, known: Iterable[str]) -> str:
    """What was probably meant, or nothing."""
    found = difflib.get_close_matches(word, list(known), 1)
    return f"Did you mean {found[0]!r}?" if found else ""


def resolve(header: Sequence[str], name: str) -> int | None:
    """The position of a column in a header; None when there is none.

    ``Name#2`` is the second of that name, ``#4`` the fourth column, where it has none.
    """
    if not name:
        return None
    at = [i for i, h in enumerate(header) if h == name]
    if len(at) == 1:
        return at[0]
    base, mark, number = name.rpartition("#")
    if mark and number.isdigit() and not base:
        place = int(number) - 1
        return place if 0 <= place < len(header) and not header[place] else None
    if mark and number.isdigit():
        at = [i for i, h in enumerate(header) if h == base]
        if 1 <= int(number) <= len(at) and len(at) > 1:
            return at[int(number) - 1]
    return None


class Keys:
    """One table of the TOML text; every key must be asked for, or ``close`` names it."""

    def __init__(self, file: str, where: str, data: object) -> None:
        if not isinstance(data, dict):
            raise bad(file, where, "must be a table.")
        self.file, self.where, self.data, self.asked = file, where, dict(data), set[str]()

    def _get(self, key: str, want: str, ok: bool) -> None:
        if not ok:
            raise bad(self.file, f"{self.where} {key}".strip(), f"must be {want}.")

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        self.asked.add(key)
        value = self.data.get(key, default)
        self._get(key, "a text in quotes", isinstance(value, str))
        return cast(str, value)

    def flag(self, key: str) -> bool:
        """True or false."""
        self.asked.add(key)
        value = self.data.get(key, False)
        self._get(key, "true or false", isinstance(value, bool))
        return cast(bool, value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one that stands alone."""
        self.asked.add(key)
        value = self.data.get(key, [])
        if isinstance(value, str):
            return (value,) if value else ()
        self._get(key, "a list of texts", isinstance(value, list) and all(isinstance(v, str) for v in value))
        return tuple(cast("list[str]", value))

    def words_or_blank(self, key: str) -> tuple[str, ...]:
        """Like ``texts``, but an empty text counts: it stands for an empty cell."""
        value = self.data.get(key)
        return ("",) if value == "" else self.texts(key)

    def lists(self, key: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of texts."""
        self.asked.add(key)
        value = self.data.get(key, [])
        fine = isinstance(value, list) and all(
            isinstance(v, list) and all(isinstance(text, str) for text in v) for v in value
        )
        self._get(key, "a list of lists of texts", fine)
        return tuple(tuple(v) for v in cast("list[list[str]]", value))

    def words(self, key: str) -> dict[str, str]:
        """A table of texts."""
        self.asked.add(key)
        value = self.data.get(key, {})
        self._get(key, "a table of texts", isinstance(value, dict) and all(isinstance(v, str) for v in value.values()))
        return dict(cast("dict[str, str]", value))

    def tables(self, key: str) -> list[Keys]:
        """A list of tables below this one."""
        self.asked.add(key)
        value = self.data.get(key, [])
        self._get(key, "a list of tables", isinstance(value, list))
        return [Keys(self.file, f"{self.where} {key}", v) for v in value]

    def close(self, known: Sequence[str] = ()) -> None:
        """Raises for a key that nobody asked for."""
        for key in self.data:
            if key not in self.asked:
                hint = near(key, [*self.asked, *known])
                raise bad(self.file, self.where or "top level", f"unknown key {key!r}.", hint)


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    out = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(f"\\u{ord(c):04X}" if ord(c) < 32 or ord(c) == 127 else c for c in out) + '"'


def listed(texts: Sequence[str]) -> str:
    """A list of texts as TOML writes it."""
    return "[" + ", ".join(quoted(t) for t in texts) + "]"


def key_text(text: str) -> str:
    """A key as TOML writes it: bare where it may be."""
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else quoted(text)
