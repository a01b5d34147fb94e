"""How a table was taken apart, and whether the totals that stand around it are those of its lines: for the record."""

from __future__ import annotations

import polars as pl

from fininit.importers.base import Options, Reading, Source
from fininit.importers.propose import proof
from fininit.importers.propose.columns import Column
from fininit.importers.propose.draft import Plan
from fininit.importers.propose.words import footer_word
from fininit.importers.table import Grid
from fininit.issues import Issue
from fininit.values.money import amount_expr

__all__ = ["taken_apart", "totals"]

_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def taken_apart(source: Source, grid: Grid, plan: Plan, options: Options) -> list[str]:
    """Sentences on encoding, line ends, delimiter, lines above the header and odd ways to write a minus."""
    said: list[str] = []
    if source.data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        said.append(f"The byte order mark of the file says {grid.encoding.removesuffix('-sig').upper()}.")
    elif options.encoding and grid.encoding == options.encoding:
        said.append(f"You stated the encoding ({options.encoding}).")
    if grid.delimiter and b"\r" in source.data and b"\n" not in source.data:
        said.append("Lines end with a carriage return; no line feed occurs in the file.")
    if grid.delimiter in _DELIMITERS:
        said.append(f"Cells are separated by {_DELIMITERS[grid.delimiter]}, which gives the rows the header's width.")
    blank = grid.header_row - 1 - len(grid.preamble)
    if blank > 0 and grid.delimiter:
        said.append(f"{_lines(blank, 'blank line')} above the header {'was' if blank == 1 else 'were'} left out.")
    if grid.preamble and not plan.headless:
        said.append(f"{_lines(len(grid.preamble), 'line')} above the header {_are(len(grid.preamble))} no payments.")
    written = [v for c in plan.layout.money for v in c.written]
    if any("(" in v for v in written):
        said.append("Amounts in parentheses are minus.")
    if any("\u2212" in v for v in written):
        said.append("The minus sign U+2212 is minus, as the hyphen is.")
    return said


def _lines(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def totals(grid: Grid, plan: Plan, reading: Reading) -> tuple[list[str], list[Issue]]:
    """The lines outside the table that state a total: what they prove, or a warning where the sum is another.

    A total stands in the column that it adds up. With several of them (by month, by page) one that is the sum of all
    lines proves that none is missing; that none is proves nothing.
    """
    if plan.number is None or reading.entries.height == 0:
        return [], []
    columns = [c for c in (plan.layout.amount, plan.layout.debit, plan.layout.credit) if c is not None]
    rows = [
        (row, cells) for row, cells in grid.footer if any(footer_word(c.strip()) == "total" for c in cells if c.strip())
    ]
    held, missed = 0, []
    for row, cells in rows:
        stated = {c.index: v for c in columns if (v := _number(plan, cells, c)) is not None}
        if not stated:
            continue
        if all(any(stated[c.index] == s for s in _sums(grid, plan, reading, c)) for c in columns if c.index in stated):
            held += 1
        else:
            missed.append(row)
    if held:
        return ["The total that the file states is the sum of its lines."], []
    if len(missed) == 1:
        text = "The total that the file states is not the sum of its lines."
        hint = "Lines are missing, or the producer altered the file; ask for it again."
        return [], [Issue("warning", "total-differs", text, row=missed[0], hint=hint)]
    return [], []


def _number(plan: Plan, cells: tuple[str, ...], column: Column) -> int | None:
    assert plan.number is not None
    text = cells[column.index] if column.index < len(cells) else ""
    if not text.strip():
        return None
    value = pl.select(amount_expr(pl.lit(text), plan.number).to_physical()).item()
    return None if value is None else int(value)


def _sums(grid: Grid, plan: Plan, reading: Reading, column: Column) -> list[int]:
    """The column added up over all lines read, and over those that are booked; as printed."""
    assert plan.number is not None
    values = pl.DataFrame({"row": grid.rows, "v": proof.values(column, plan.number)})
    of = reading.entries.select("row", "status").unique("row")
    joined = values.join(of, on="row", how="inner")
    booked = joined.filter(pl.col("status") == "booked")
    return [sum(v for v in f["v"].to_list() if v is not None) for f in (joined, booked)]
