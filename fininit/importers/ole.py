"""The container of old Office files: a small file system with sectors and chains (MS-CFB, "Compound File Binary").

Only what is needed to take one stream out of the root, checked on the way: every chain must end, stay inside the file
and never come back to itself. What is in it says what the file is.
"""

from __future__ import annotations

import struct
from functools import cached_property
from typing import Final

from fininit.errors import SourceRefused
from fininit.importers.cells import corrupt

_FREE: Final = 0xFFFFFFFF
_END: Final = 0xFFFFFFFE
_LAST: Final = 0xFFFFFFFA

_KINDS: Final = (
    ("WordDocument", "a word-processor file (.doc)", "Ask for the data as CSV or XLSX."),
    ("PowerPoint Document", "a presentation (.ppt)", "Ask for the data as CSV or XLSX."),
    ("VisioDocument", "a drawing (Visio)", "Ask for the data as CSV or XLSX."),
    ("__properties_version1.0", "a saved e-mail (.msg)", "Save what is attached to it and give that."),
)
"""What an old Office file is by a stream in its root, where it is no workbook."""


class Container:
    """An OLE container. Raises :class:`SourceRefused` ``corrupt-container`` for one that is not sound."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512:
            raise corrupt("it ends within its head")
        self.data = data
        major, order, shift, small = struct.unpack_from("<HHHH", data, 26)
        if order != 0xFFFE or (major, shift) not in ((3, 9), (4, 12)) or small != 6:
            raise SourceRefused(
                "This begins as an old Office file does, and is none.",
                code="unsupported-type",
                hint="Ask for the data as CSV or XLSX.",
            )
        self.size = 1 << shift
        self.sectors = max(0, -(-len(data) // self.size) - 1)
        (fats,) = struct.unpack_from("<I", data, 44)
        self.directory_at, _, self.cutoff, self.small_at = struct.unpack_from("<IIII", data, 48)
        (self.difat_at,) = struct.unpack_from("<I", data, 68)
        if fats > self.sectors:
            raise corrupt("its table of sectors is larger than the file")
        self.fat = self._fat(fats)

    def _sector(self, number: int) -> bytes:
        if number >= self.sectors:
            raise corrupt("a sector lies outside the file")
        start = (number + 1) * self.size
        return self.data[start : start + self.size]

    def _words(self, number: int) -> tuple[int, ...]:
        sector = self._sector(number)
        if len(sector) != self.size:
            raise corrupt("it ends within a table")
        return struct.unpack(f"<{self.size // 4}I", sector)

    def _fat(self, count: int) -> list[int]:
        """The table of sectors, put together from the sectors that hold it."""
        where = list(struct.unpack_from("<109I", self.data, 76))
        at, seen = self.difat_at, 0
        while at < _LAST and len(where) < count:
            *more, at = self._words(at)
            where += more
            seen += 1
            if seen > self.sectors:
                raise corrupt("a chain of sectors does not end")
        out: list[int] = []
        for number in where[:count]:
            if number >= _LAST:
                raise corrupt("a part of its table of sectors is missing")
            out += self._words(number)
        return out

    @staticmethod
    def _chain(table: list[int], at: int) -> list[int]:
        out: list[int] = []
        while at != _END:
            if at >= len(table) or len(out) >= len(table):
                raise corrupt("a chain of sectors does not end")
            out.append(at)
            at = table[at]
        return out

    def _long(self, at: int) -> bytes:
        return b"".join(self._sector(n) for n in self._chain(self.fat, at))

    @cached_property
    def entries(self) -> dict[str, tuple[int, int, int]]:
        """What stands in the root by its name: kind (1 folder, 2 stream), first sector, size."""
        raw = self._long(self.directory_at)
        count = len(raw) // 128
        out: dict[str, tuple[int, int, int]] = {}
        todo = [struct.unpack_from("<I", raw, 76)[0]] if count else []
        seen: set[int] = set()
        while todo:
            number = todo.pop()
            if number == _FREE:
                continue
            if number in seen or number >= count:
                raise corrupt("its directory leads back to itself or outside")
            seen.add(number)
            base = number * 128
            length, kind = struct.unpack_from("<HB", raw, base + 64)
            left, right = struct.unpack_from("<II", raw, base + 68)
            start, size = struct.unpack_from("<II", raw, base + 116)
            name = raw[base : base + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if name in out:
                raise corrupt("a part is in it twice")
            out[name] = (kind, start, size)
            todo += [left, right]
        return out

    @cached_property
    def _small(self) -> tuple[list[int], bytes]:
        """The table of small sectors, and the stream that they are cut from."""
        raw = self._long(self.directory_at)
        table = self._long(self.small_at) if self.small_at < _LAST else b""
        start, _ = struct.unpack_from("<II", raw, 116)
        whole = self._long(start) if start < _LAST else b""
        return list(struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])), whole

    def stream(self, name: str) -> bytes | None:
        """The bytes of a stream in the root; None when there is none of that name."""
        kind, start, size = self.entries.get(name, (0, 0, 0))
        if kind != 2:
            return None
        if size == 0:
            return b""
        if size < self.cutoff:
            table, whole = self._small
            found = b"".join(whole[n * 64 : n * 64 + 64] for n in self._chain(table, start))
        else:
            found = self._long(start)
        if len(found) < size:
            raise corrupt("a stream is shorter than it says")
        return found[:size]


def no_workbook(container: Container) -> SourceRefused:
    """Why an OLE container without a workbook is not read: what it is instead."""
    names = container.entries
    if "EncryptedPackage" in names:
        return encrypted()
    what, hint = "a file of the old Office kind that is no workbook", "Ask for the data as CSV or XLSX."
    for name, kind, then in _KINDS:
        if name in names:
            what, hint = kind, then
            break
    return SourceRefused(f"This is {what}.", code="unsupported-type", hint=hint)


def encrypted() -> SourceRefused:
    """A workbook with a password."""
    return SourceRefused(
        "This workbook is encrypted with a password.",
        code="encrypted-source",
        hint="Open it with the password, save it without one, and keep both files.",
    )
