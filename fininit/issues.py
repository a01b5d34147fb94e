"""An issue: something about a source that a reader must know. It never holds the value of a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["skipped", "refused", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """One remark about a source.

    ``kind``: ``skipped`` (a row that the format declares not to be a transaction), ``refused`` (a row or file that
    could not be read safely) or ``warning`` (read, but look at it).
    ``code``: a stable word, kebab-case. ``message``: one sentence, no cell value. ``row``: the row as a spreadsheet
    counts it, the header being row 1. ``column``: a header declared by a dialect, or a spreadsheet letter.
    ``count``: how many rows this stands for (``row`` is then the first of them).
    """

    kind: Kind
    code: str
    message: str
    row: int | None = None
    column: str | None = None
    sheet: str | None = None
    count: int = 1
    hint: str = ""
