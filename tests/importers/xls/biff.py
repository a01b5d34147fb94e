"""Writes old binary workbooks by hand, record by record, so that tests can hold sound ones and damaged ones.

Only for tests: one container of 512-byte sectors (MS-CFB), a stream of records (MS-XLS), BIFF8 or BIFF5.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

BOF, EOF = 0x0809, 0x000A
END, FREE, FATSECT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def record(number: int, data: bytes = b"") -> bytes:
    """One record; longer ones are continued."""
    out = struct.pack("<HH", number, min(len(data), 8224)) + data[:8224]
    for at in range(8224, len(data), 8224):
        part = data[at : at + 8224]
        out += struct.pack("<HH", 0x003C, len(part)) + part
    return out


def wide(text: str) -> bytes:
    """A Unicode text with its length in two bytes; in one byte a character where it fits."""
    if all(ord(c) < 256 for c in text):
        return struct.pack("<HB", len(text), 0) + text.encode("latin-1")
    raw = text.encode("utf-16-le", "surrogatepass")
    return struct.pack("<HB", len(raw) // 2, 1) + raw


def container(streams: dict[str, bytes], folders: Sequence[str] = ()) -> bytes:
    """An OLE container with these streams in its root; those below 4096 bytes lie in the small stream."""
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(data: bytes) -> int:
        if not data:
            return END
        count = -(-len(data) // 512)
        first = len(sectors)
        for i in range(count):
            sectors.append(data[i * 512 : i * 512 + 512].ljust(512, b"\0"))
            fat.append(first + i + 1 if i + 1 < count else END)
        return first

    small, small_fat, entries = b"", [], []
    for name, data in streams.items():
        if len(data) >= 4096:
            entries.append((name, 2, put(data), len(data)))
            continue
        first, count = len(small_fat), -(-len(data) // 64)
        small_fat += [first + i + 1 if i + 1 < count else END for i in range(count)]
        small += data.ljust(count * 64, b"\0")
        entries.append((name, 2, first if count else END, len(data)))
    entries += [(name, 1, 0, 0) for name in folders]
    root_at, small_at = put(small), put(struct.pack(f"<{len(small_fat)}I", *small_fat)) if small_fat else END
    rows = [("Root Entry", 5, root_at, len(small), 1 if entries else FREE, FREE)]
    rows += [
        (n, k, at, size, FREE, i + 2 if i + 1 < len(entries) else FREE) for i, (n, k, at, size) in enumerate(entries)
    ]
    directory = b""
    for name, kind, at, size, child, right in rows:
        raw = name.encode("utf-16-le") + b"\0\0"
        directory += raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
        directory += struct.pack("<III", FREE, right, child if kind == 5 else FREE)
        directory += b"\0" * 36 + struct.pack("<III", at, size, 0)
    directory_at = put(directory.ljust(-(-len(directory) // 512) * 512, b"\0"))
    tables = 1
    while tables * 128 < len(fat) + tables:
        tables += 1
    where = list(range(len(sectors), len(sectors) + tables))
    fat += [FATSECT] * tables
    raw = struct.pack(f"<{len(fat)}I", *fat).ljust(tables * 512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIIII", 0, tables, directory_at, 0, 4096, small_at, 1, END, 0, where[0])
    head += struct.pack("<108I", *(where[1:] + [FREE] * (109 - len(where))))
    return head + b"".join(sectors) + raw


@dataclass
class Sheet:
    """Cells by place: text, int or float, bool, or bytes that are a whole record without its head."""

    name: str
    cells: dict[tuple[int, int], Any]
    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    state: int = 0
    kind: int = 0
    extra: bytes = b""


def stream(
    sheets: Sequence[Sheet],
    *,
    new: bool = True,
    formats: Sequence[tuple[int, str]] = (),
    styles: Sequence[int] = (0,),
    epoch1904: bool = False,
    before: bytes = b"",
    codepage: int | None = 1200,
) -> bytes:
    """The stream of a workbook. ``styles`` are the cell formats in use: built-in numbers or those of ``formats``."""
    version = 0x0600 if new else 0x0500
    texts: list[str] = []
    bodies = []
    for sheet in sheets:
        body = record(BOF, struct.pack("<HHIII", version, 0x0010, 0, 0, 0)[: 16 if new else 8])
        body += sheet.extra
        for (row, column), value in sheet.cells.items():
            head = struct.pack("<HHH", row, column, sheet.styles.get((row, column), 0))
            if isinstance(value, bytes):
                body += value
            elif isinstance(value, bool):
                body += record(0x0205, head + struct.pack("<BB", value, 0))
            elif isinstance(value, int | float):
                body += record(0x0203, head + struct.pack("<d", value))
            elif new:
                texts.append(value)
                body += record(0x00FD, head + struct.pack("<I", len(texts) - 1))
            else:
                raw = value.encode(f"cp{codepage}" if codepage else "latin-1")
                body += record(0x0204, head + struct.pack("<H", len(raw)) + raw)
        bodies.append(body + record(EOF))
    start = record(BOF, struct.pack("<HHIII", version, 0x0005, 0, 0, 0)[: 16 if new else 8])
    start += before
    start += record(0x0042, struct.pack("<H", codepage)) if codepage else b""
    start += record(0x0022, struct.pack("<H", epoch1904))
    for number, code in formats:
        start += record(0x041E, struct.pack("<H", number) + (wide(code) if new else bytes([len(code)]) + code.encode()))
    for number in styles:
        start += record(0x00E0, struct.pack("<HH", 0, number) + b"\0" * 16)
    table = record(0x00FC, struct.pack("<II", len(texts), len(texts)) + b"".join(map(wide, texts))) if new else b""
    listed = sum(len(_listed(0, s, new)) for s in sheets)
    at = len(start) + listed + len(table) + 4
    out = start
    for sheet, body in zip(sheets, bodies, strict=True):
        out += _listed(at, sheet, new)
        at += len(body)
    return out + table + record(EOF) + b"".join(bodies)


def _listed(at: int, sheet: Sheet, new: bool) -> bytes:
    raw = sheet.name.encode("latin-1")
    return record(0x0085, struct.pack("<IBBB", at, sheet.state, sheet.kind, len(raw)) + (b"\0" if new else b"") + raw)


def workbook(*sheets: Sheet, **options: Any) -> bytes:
    """A whole file."""
    name = "Workbook" if options.get("new", True) else "Book"
    return container({name: stream(sheets, **options)})


def rows(*lines: Sequence[Any]) -> dict[tuple[int, int], Any]:
    """Cells of lines from the top; None is an empty cell."""
    return {(r, c): v for r, line in enumerate(lines) for c, v in enumerate(line) if v is not None}
