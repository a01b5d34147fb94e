"""Tables nobody has described: read only when the whole file proves what its columns mean, else asked about.

``vocabulary`` and ``words`` know headers and coded words, ``columns`` says which column may be what, ``proof`` and
``decide`` settle or leave open, ``draft`` makes the dialect. The table is then read by the same engine as every other
(:func:`fininit.importers.dialect.read_grid`), and what was proved is tested once more on what was read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import polars as pl

from fininit.errors import DialectError, SourceRefused
from fininit.importers.base import Options, Reading, Rows, Source, refused_reading
from fininit.importers.cells import CellSheet
from fininit.importers.csvfile import TextSheet
from fininit.importers.dialect import read_grid
from fininit.importers.propose.columns import (
    Column,
    Open,
    arrange,
    header_at,
    header_words,
    is_date,
    names_card,
    payment_like,
    table_columns,
)
from fininit.importers.propose.decide import Decision, decide
from fininit.importers.propose.draft import NAME, Plan, derived, dialect, headless_draft, skeleton, write
from fininit.importers.propose.headless import begins_at, name
from fininit.importers.propose.notes import taken_apart, totals
from fininit.importers.propose.pins import IGNORE, pinned, pins
from fininit.importers.propose.proof import beginning, exponents
from fininit.importers.propose.words import footer_word, heading
from fininit.importers.table import Footer, Grid, Sheet, letter, open_sheets
from fininit.issues import Issue
from fininit.schema import ENTRIES, STATEMENTS

__all__ = ["propose"]

_ARITHMETIC = frozenset({"balance-broken", "opening-differs", "closing-differs", "count-differs"})

_PRIORITY = ("header", "sheet", "columns", "date", "decimal", "currency", "sign", "sides", "fee", "status")


def propose(source: Source, options: Options) -> Reading:
    """What an unknown table says, if the file itself proves it; else what would settle it.

    Read: ``how`` is ``proved``, the sentences are in ``proof``. Asked: status ``needs-decision``, one issue for each
    open point (codes ``date-undecided``, ``sign-undecided``, …), ``draft`` a TOML dialect with the points marked and
    ``question`` the first thing to state. Refused: ``format-unknown`` or what the reader of the container says.
    """
    try:
        sheets = _sheets(source, options)
    except SourceRefused as e:
        return refused_reading(source, e)
    found = [(s, at) for s in sheets if (at := header_at(s.head)) is not None]
    if not found:
        try:
            return _unknown(source, sheets, options)
        except SourceRefused as e:
            return refused_reading(source, e)
    if len(found) > 1:
        return _asked(
            source,
            [
                Open(
                    "sheet",
                    f"{len(found)} sheets hold a table of money.",
                    "Ask for one file per sheet, or write a dialect for each with its sheet named.",
                )
            ],
        )
    sheet, at = found[0]
    try:
        reading = _read(source, sheet, at, options)
    except SourceRefused as e:
        return refused_reading(source, e)
    return replace(reading, issues=(*reading.issues, *_beside(sheets, sheet)))


def _beside(sheets: Sequence[Sheet], read: Sheet) -> list[Issue]:
    """What is to be said of the file's sheets: hidden rows and sheets, macros, and each sheet that was not read."""
    out: list[Issue] = []
    for sheet in sheets:
        out += sheet.issues
        if sheet is not read and sheet.head:
            text = "This sheet holds no table of money and was not read."
            out.append(Issue("warning", "unread-sheet", text, sheet=sheet.name or None))
    return out


# --------------------------------------------------------------------------------------------------------------- sheets


def _sheets(source: Source, options: Options) -> list[Sheet]:
    """The sheets of the file, split at the delimiter at which a header of known words appears."""
    refused: SourceRefused | None = None
    try:
        sheets = open_sheets(source, encoding=options.encoding)
        if any(header_at(s.head) is not None for s in sheets):
            return sheets
    except SourceRefused as e:
        if e.code != "dialect-undecided":
            raise
        refused, sheets = e, []
    if source.container in ("text", "binary"):
        paying: list[list[Sheet]] = []
        for delimiter in (",", ";", "\t", "|"):
            tried = open_sheets(source, encoding=options.encoding, delimiter=delimiter)
            if any(header_at(s.head) is not None for s in tried):
                return tried
            if any(begins_at(s.head) is not None for s in tried):
                paying.append(tried)
        if refused is not None and len(paying) == 1:
            return paying[0]  # only so do its rows hold a day and a number
    if refused is not None:
        raise refused
    return sheets


def _unknown(source: Source, sheets: Sequence[Sheet], options: Options) -> Reading:
    """No header that the vocabulary knows: a table to be described, a table without a header, or no table of money."""
    for sheet in sheets:
        begins = begins_at(sheet.head)
        if begins is None:
            continue
        first, above = begins
        if above is None and isinstance(sheet, TextSheet | CellSheet):
            return _headless(source, sheet, first, options)
        if above is None:
            continue
        if options.columns:
            return _read(source, sheet, above, options)
        header = [c.strip() for c in sheet.head[above][1]]
        columns = table_columns(sheet.grid(above))
        asked = name(columns, {}, options).open
        message = "The words of the header row are not known, so its columns have no meaning yet."
        settle = asked.settle if asked is not None else "Write the columns of the day and the amount into the draft."
        return replace(_asked(source, [Open("header", message, settle)]), draft=skeleton(header))
    return refused_reading(
        source,
        SourceRefused(
            "This is no table of payments: no row names both a day and an amount.",
            code="format-unknown",
            hint="fininit formats lists what is read; a bank can be added in one TOML file.",
        ),
    )


# -------------------------------------------------------------------------------------------------------------- reading


def _headless(source: Source, sheet: TextSheet | CellSheet, first: int, options: Options) -> Reading:
    """A table without a header row: its columns are what the running balance shows, or what a person states."""
    width = max(len(cells) for _, cells in sheet.head[first:])
    widths = Counter(len(cells) for _, cells in sheet.head[first:])
    usual = max(widths, key=lambda w: (widths[w], w))
    header = [letter(i) for i in range(usual if sheet.delimiter else width)]
    stated = pins(options.columns)
    columns = table_columns(sheet.rows(first, header))
    named = name(pinned(columns, stated), stated, options)
    if named.open is not None:
        row = sheet.head[first][0]
        return replace(_asked(source, [replace(named.open, row=row)]), draft=headless_draft(len(header)))
    fields = named.fields | stated
    reading = _table(source, lambda footer: sheet.rows(first, header, footer), fields, options, headless=True)
    if reading.status == "needs-decision":
        return replace(reading, proof=(*named.proof, *reading.proof))
    kept = [letter(i) for i, field in sorted(named.fields.items()) if field == "remittance_info"]
    issues = list(reading.issues)
    if kept:
        text = "No row names these columns; their text was kept as payment note."
        row = sheet.head[first][0]
        issues.append(Issue("warning", "columns-unnamed", text, row=row, column=kept[0], count=len(kept)))
    return replace(reading, issues=tuple(issues), proof=(*named.proof, *reading.proof))


def _read(source: Source, sheet: Sheet, at: int, options: Options) -> Reading:
    return _table(source, lambda footer: sheet.grid(at, footer), pins(options.columns), options)


def _table(
    source: Source,
    cut: Callable[[Footer | None], Grid],
    stated: dict[int, str],
    options: Options,
    *,
    headless: bool = False,
) -> Reading:
    """One table, whose columns are what their headers say and what is ``stated`` of them."""
    grid = cut(None)
    columns = pinned(table_columns(grid), stated)
    second = None if headless else _second_table(grid)
    if second is not None:
        message = "There is more than one table here: lines stand above the header, or another header below it."
        settle = "Ask for one table in a file, or cut the file and keep both."
        return replace(_asked(source, [Open("header", message, settle, row=second)]), draft=skeleton(grid.header))
    layout = arrange(columns)
    if layout is None and grid.cells.height == 0:
        return _nothing(source, grid, columns)
    if layout is None:
        return _unreadable(source, grid)
    assert layout.booking is not None
    starts = _footers(columns, layout.booking)
    if starts:
        grid = cut(Footer(starts))
        columns = pinned(table_columns(grid), stated)
        layout = arrange(columns)
        if layout is None:
            return _unreadable(source, grid)
    layout.card = layout.card or names_card([*(c for _, cells in grid.preamble for c in cells), source.name])
    plan = Plan(
        layout,
        header=grid.header,
        container=source.container if source.container == "xlsx" else "",
        delimiter=grid.delimiter,
        encoding=grid.encoding,
        footer=starts,
        ignore=[c for c in columns if stated.get(c.index) == IGNORE],
        headless=headless,
        pinned=frozenset(stated.values()),
    )
    decision = decide(plan, grid, options)
    if decision.opens:
        return _ask(source, grid, decision)
    return _tested(source, grid, decision, options)


def _second_table(grid: Grid) -> int | None:
    """The row of a line above the header that looks like a payment, or of another header below it."""
    for row, cells in grid.preamble:
        if payment_like(cells):
            return row
    text = grid.cells.select(pl.all().str.contains(r"[0-9]").fill_null(value=False))
    plain = grid.cells.with_columns(_row=grid.rows).filter(~text.select(pl.any_horizontal(pl.all())).to_series())
    for cells in plain.head(1000).iter_rows():
        if header_words([c or "" for c in cells[:-1]]) > 2:
            return int(cells[-1])
    return None


def _unreadable(source: Source, grid: Grid) -> Reading:
    """A header of known words over cells that are no days or no amounts."""
    message = "A header names a day and an amount, but the cells under it are none that can be read."
    asked = _asked(source, [Open("header", message, "Write into the draft how they are written.")])
    return replace(asked, draft=skeleton(grid.header))


def _nothing(source: Source, grid: Grid, columns: Sequence[Column]) -> Reading:
    """A header of known words and no line under it: nothing to prove, nothing read."""
    return Reading(
        source=source,
        format=NAME,
        how="proved",
        status="read-with-refusals" if grid.refused else "read",
        rows=Rows(grid.skipped + grid.refused, 0, grid.skipped, grid.refused),
        entries=ENTRIES.empty(),
        statements=STATEMENTS.empty(),
        issues=(*grid.issues, Issue("warning", "no-transactions", "The table has a header and no line under it.")),
        proof=(f"{len(columns)} columns, no line.",),
    )


def _footers(columns: Sequence[Column], booking: Column) -> tuple[str, ...]:
    """How the lines begin that state a total or a balance: those without a day, where no payment begins so."""
    frame = pl.DataFrame({f"c{c.index}": c.cells for c in columns})
    first = frame.select(pl.coalesce(pl.all())).to_series()
    dated = booking.cells.is_in([v for v in booking.unique if is_date(v)]).fill_null(value=False)
    starts: set[str] = set()
    for text in first.filter(~dated).drop_nulls().unique().sort().to_list():
        if footer_word(text) is not None:
            starts.add(beginning(text))
    payments = first.filter(dated).drop_nulls().unique().to_list()
    return tuple(sorted(s for s in starts - {""} if not any(p.startswith(s) for p in payments)))


def _tested(source: Source, grid: Grid, decision: Decision, options: Options) -> Reading:
    """Read by the engine, and the proof tried again on what was read."""
    try:
        made = dialect(decision.plan)
    except DialectError as e:
        opens = [Open("columns", f"The columns do not make a whole table ({e.message}).", "Complete the draft.")]
        return _asked(source, opens)
    reading = read_grid(source, grid, made, replace(options, sign=None, date=None, decimal=None))
    if reading.status == "needs-decision":
        return replace(reading, format=None, how=None, draft=write(decision.plan, []))
    broken = decision.chain and (
        any(b == "broken" for b in reading.statements["balance"].to_list()) or _differs(reading, decision)
    )
    few = reading.rows.entries < reading.rows.refused or reading.rows.entries == 0
    if broken or few:
        message = (
            "The running balance does not hold on the lines that could be read, or is not the one stated beside them."
            if broken
            else "More lines were refused than read: the table does not mean what its header says."
        )
        opens = [Open("sign" if broken else "columns", message, "Look at the refused rows; the draft is a beginning.")]
        asked = _ask(source, grid, replace(decision, opens=opens))
        return replace(
            asked,
            issues=(
                *asked.issues,
                *(_nameless(i, grid) for i in reading.issues if i.kind == "refused" or i.code in _ARITHMETIC),
            ),
        )
    proved, differ = totals(grid, decision.plan, reading)
    found = [*reading.issues, *_exponents(grid, decision.plan), *differ]
    return replace(
        reading,
        format=NAME,
        how="proved",
        issues=tuple(_nameless(i, grid) for i in found),
        proof=(
            *(_with_rows(s, grid) for s in decision.proof),
            *proved,
            *taken_apart(source, grid, decision.plan, options),
        ),
        dialect=derived(decision.plan),
    )


def _differs(reading: Reading, decision: Decision) -> bool:
    """Whether a balance stated beside the table is not the one its running balance begins or ends with."""
    if reading.statements.height != 1:
        return False
    shown = reading.statements.select(pl.col("opening", "closing").to_physical()).row(0, named=True)
    return any(shown[word] not in (None, amount) for word, amount in decision.stated.items())


def _exponents(grid: Grid, plan: Plan) -> list[Issue]:
    """Amounts with an exponent were read exactly, but a machine wrote them, and may have rounded them before."""
    out: list[Issue] = []
    for c in plan.layout.money:
        rows = exponents(c)
        if rows:
            text = "Amounts stand here with an exponent, as a machine writes them; they were read exactly as written."
            hint = "Digits may have been lost before the file was written; ask for the original."
            first = _row(grid, rows[0])
            out.append(Issue("warning", "exponent", text, row=first, column=c.name, count=len(rows), hint=hint))
    return out


def _nameless(issue: Issue, grid: Grid) -> Issue:
    """An issue that names a column by its letter when no vocabulary knows its header: it could be data."""
    if issue.column is None or heading(issue.column).known:
        return issue
    names = [h.strip() for h in grid.header]
    base = issue.column.rpartition("#")[0] or issue.column
    for known in (issue.column, base):
        if known in names:
            return replace(issue, column=letter(names.index(known)))
    return issue


# --------------------------------------------------------------------------------------------------------------- asking


def _ask(source: Source, grid: Grid, decision: Decision) -> Reading:
    opens = sorted(decision.opens, key=lambda o: _PRIORITY.index(o.point))
    reading = _asked(source, [replace(o, row=_row(grid, o.row)) for o in opens])
    try:
        text = write(decision.plan, opens)
    except (DialectError, AssertionError):
        text = skeleton(grid.header)
    proof = tuple(_with_rows(s, grid) for s in decision.proof)
    return replace(reading, draft=text, proof=proof)


def _asked(source: Source, opens: Iterable[Open]) -> Reading:
    """Nothing is read; every open point is an issue, the first one the question."""
    points = list(opens)
    issues = tuple(
        Issue("refused", f"{o.point}-undecided", o.message, row=o.row, column=o.column, hint=o.settle) for o in points
    )
    return Reading(
        source=source,
        format=None,
        how=None,
        status="needs-decision",
        rows=Rows(),
        entries=ENTRIES.empty(),
        statements=STATEMENTS.empty(),
        issues=issues,
        question=f"{points[0].message} {points[0].settle}",
    )


def _row(grid: Grid, at: int | None) -> int | None:
    return int(grid.rows[at]) if at is not None and at < grid.rows.len() else None


def _with_rows(sentence: str, grid: Grid) -> str:
    """``{row:3}``, a row of the grid, as the row number of the file."""
    return re.sub(r"\{row:(\d+)\}", lambda m: str(_row(grid, int(m[1]))), sentence)
