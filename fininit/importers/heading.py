"""How a file of a layout is known: its header row in each of the languages it comes in, or the form of its rows.

A header is compared cell by cell, verbatim, after outer blanks. ``{currency}`` in a declared name stands for one
ISO 4217 code or chain's own coin, the same everywhere in the row (``Credit in {currency}``), ``{any}`` for any text,
where an export writes a price or a day into its header. A file without a header row is known by the
form of all its rows alone, one regular expression for each cell (:func:`rows_at`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from fininit.importers.table import Sheet, bare
from fininit.values.assets import is_currency

CURRENCY: Final = "{currency}"
"""Stands in a declared header for the code of the currency that the file is in."""


class Free(tuple[str, ...]):
    """A header of which a file may have some columns only, in any order; the ``required`` ones must be there."""

    required: tuple[str, ...]

    def __new__(cls, header: Sequence[str], required: Sequence[str]) -> Free:
        """All columns that files of the layout may have, and those that all of them have."""
        made = super().__new__(cls, (h.strip() for h in header))
        made.required = tuple(h.strip() for h in required)
        return made

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether named cells are some of these columns, each once, all required ones among them."""
        named = [c for c in cells if c]
        holes = [_pattern(name) for name in self if ANY in name]
        rest = set(named) - set(self)
        known = all(any(hole.fullmatch(name) for hole in holes) for name in rest)
        return len(set(named)) == len(named) and set(self.required) <= set(named) and known


ANY: Final = "{any}"
"""Stands in a declared header for a text that differs from file to file."""

_HOLES: Final = {CURRENCY: "([A-Z]{3,5})", ANY: ".*"}


class Fit(NamedTuple):
    """A header row that is the declared one: which of its variants, and the currency it names (empty for none)."""

    variant: int = 0
    currency: str = ""


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    parts = re.split(f"({'|'.join(map(re.escape, _HOLES))})", name)
    return re.compile("".join(_HOLES.get(part) or re.escape(part) for part in parts))


def fit(headers: Sequence[Sequence[str]], cells: Sequence[str]) -> Fit | None:
    """Which of ``headers`` the cells are, or None.

    Where a header leaves cells unnamed at its end, at least one such must be there.
    """
    have = [c.strip() for c in cells]
    found = bare(have)
    for number, header in enumerate(headers):
        if isinstance(header, Free):
            if header.fits(found):
                return Fit(number)
            continue
        wanted = bare(header)
        if len(wanted) != len(found) or len(have) < min(len(header), len(wanted) + 1):
            continue
        codes: set[str] = set()
        for want, cell in zip(wanted, found, strict=True):
            if not any(hole in want for hole in _HOLES):
                if want != cell:
                    break
                continue
            match = _pattern(want).fullmatch(cell)
            if match is None or not all(is_currency(code) for code in match.groups()):
                break
            codes |= set(match.groups())
        else:
            if len(codes) <= 1:
                return Fit(number, next(iter(codes), ""))
    return None


def header_at(sheet: Sheet, headers: Sequence[Sequence[str]]) -> int | None:
    """Where in ``sheet.head`` the record stands that is one of ``headers``."""
    return next((i for i, (_, cells) in enumerate(sheet.head) if fit(headers, cells) is not None), None)


def in_form(cells: Sequence[str], forms: Sequence[str]) -> bool:
    """Whether a row has as many cells as there are forms, and each cell is of its form."""
    return len(cells) == len(forms) and all(
        re.fullmatch(form, cell.strip()) is not None for form, cell in zip(forms, cells, strict=True)
    )


def rows_at(records: Sequence[Sequence[str]], forms: Sequence[str], above: Sequence[str]) -> int | None:
    """Where the rows of a table without a header begin, or None where the file is not of that layout.

    ``above`` are the forms of the lines over the table, one each, their cells joined by one blank. Every record below
    must be in form: one that is not makes the file another layout.
    """
    if len(records) <= len(above):
        return None
    lines = (" ".join(c.strip() for c in cells if c.strip()) for cells in records)
    if any(re.fullmatch(form, line) is None for form, line in zip(above, lines, strict=False)):
        return None
    rows = records[len(above) :]
    return len(above) if all(in_form(cells, forms) for cells in rows) else None


def names(header: Sequence[str], found: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Declared and actual name of each column, where they differ."""
    for want, have in zip(header, found, strict=False):
        if want.strip() != have.strip():
            yield want.strip(), have.strip()
