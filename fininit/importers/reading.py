"""Reading a table by a dialect, compiled to polars expressions: every row becomes an entry, or is skipped, or refused.

One rule holds throughout: what a dialect does not settle is not settled here. A cell that does not parse refuses its
row with the code of :mod:`fininit.values` and the column; a word that a closed list does not know refuses its row; what
only the whole file could settle (an order of day and month, a sign that the words of the file contradict, a currency
nobody names) asks. A filled column that nobody mapped or ignored is a warning (law 2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Context, Decimal
from hashlib import sha256
from typing import Final, Literal

import polars as pl

from fininit.errors import SourceRefused, ValueRefused
from fininit.identifiers.account import name_id, stated_account, unknown_side
from fininit.identifiers.iban import parse_iban
from fininit.identifiers.wallet import parse_wallet
from fininit.importers import further, several
from fininit.importers.base import Options, Reading, Rows, Source, reading_from_frame, refused_reading
from fininit.importers.declaring import resolve
from fininit.importers.dialect import PAYMENT, TEXTS, Dialect
from fininit.importers.heading import Free, fit, in_form, names
from fininit.importers.leg import Leg
from fininit.importers.odd import flags
from fininit.importers.record import Record
from fininit.importers.records import Taken, read_record
from fininit.importers.stating import WALLETS, account_of, app_account
from fininit.importers.table import SHOWN, Grid, unread
from fininit.importers.undecided import currency_open
from fininit.issues import Issue
from fininit.ledger.checks import Stated
from fininit.schema import ENTRIES
from fininit.values.assets import is_currency
from fininit.values.dates import (
    DateFormat,
    date_expr,
    datetime_expr,
    excel_serial,
    local_to_utc,
    parse_date,
    zone_offset,
)
from fininit.values.money import BLANKS, NumberFormat, amount_expr, decimals_expr, parse_amount

_EXACT: Final = Context(prec=80)
_POINT: Final = NumberFormat(".")
_ISO: Final = ("%Y-%m-%d",)
_ISO_TIME: Final = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f")
_KEPT: Final = frozenset(TEXTS) - {
    *("currency", "account", "counterparty_account", "status", "channel", "card_last4"),
    *PAYMENT,
}
_ORDERS: Final = {"dmy": "dmY", "mdy": "mdY", "ymd": "Ymd"}
_ABSENT: Final = "absent"
"""Stands for a column that the layout may have, and this file has not."""

_NOON: Final = datetime(2000, 6, 1, 12)  # noqa: DTZ001  (a local time on purpose)
_EXAMINED: Final = 10_000
"""Different unreadable cells of a column that are looked at one by one to say what is wrong with each."""

Why = tuple[str, str, str, str]
"""Code, message, column and hint of a refused row."""


_NO_LINES: Final = (
    ENTRIES.empty().drop("entry_id", "source", "statement").with_columns(pl.lit(value=False).alias("_by_balance"))
)

_WITHOUT: Final = Issue(
    "warning",
    "no-transactions",
    "Subscriber data without transactions: the file says who holds accounts, and not what moved on them.",
    hint="Ask the producer for the transactions of these accounts, or for a statement that there are none.",
)


class _Asks(SourceRefused):
    """Only a person can say what the file means; the row shows where."""

    def __init__(
        self, message: str, *, code: str, hint: str, row: int | None = None, column: str | None = None
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self.row, self.column = row, column


@dataclass
class _Part:
    """What one grid gave."""

    frame: pl.DataFrame
    issues: list[Issue] = field(default_factory=list)
    skipped: int = 0
    refused: int = 0
    around: tuple[str, ...] = ()
    balances: dict[str, set[Decimal]] = field(default_factory=dict)


def read_grids(
    source: Source,
    grids: Sequence[Grid],
    dialect: Dialect,
    options: Options,
    *,
    records: Sequence[tuple[Record, Grid]] = (),
    issues: Sequence[Issue] = (),
    how: Literal["declared", "proved"] = "declared",
    proof: tuple[str, ...] = (),
) -> Reading:
    """The tables of one file (sheets of one layout) as one reading: statement lines, and what ``records`` state."""
    try:
        parts = [_whole(source, grid, dialect, options) for grid in grids]
        frame = pl.concat([p.frame for p in parts], how="vertical") if parts else _NO_LINES.clear()
        stated_of = [
            read_record(source, grid, record, dialect, _Reader(source, grid, dialect, options).days_of)
            for record, grid in records
        ]
        taken = Taken.together(stated_of)
        found = [*issues, *(i for p in parts for i in p.issues), *taken.issues]
        if taken.rows and not any(p.frame.height + p.refused for p in parts):
            found.append(_WITHOUT)
        frame = further.judged(_numbered(frame), "_by_balance").drop("_by_balance")
        stated = _stated(dialect, parts, frame, found)
    except _Asks as e:
        issue = Issue("refused", e.code, e.message, row=e.row, column=e.column, hint=e.hint)
        asked = refused_reading(source, e, format=dialect.name)
        return replace(asked, status="needs-decision", issues=(issue,), question=f"{e.message} {e.hint}")
    one = frame.filter(pl.col("sides") == "one")
    if one.height and one["account"].null_count():
        found.append(
            Issue(
                "warning",
                "account-not-named",
                "The file does not say whose account this is.",
                count=one["account"].null_count(),
                hint="Name it: --account iban:… or --account acct:BANK:NUMBER",
            )
        )
    reading = reading_from_frame(
        source,
        dialect.name,
        frame,
        found,
        stated,
        how=how,
        skipped=sum(p.skipped for p in parts) + taken.skipped,
        refused=sum(p.refused for p in parts) + taken.refused,
        proof=proof,
        once=_several(dialect),
    )
    if dialect.match.proof and (bad := _unproved(reading)):
        return refused_reading(source, bad, format=dialect.name)
    r = reading.rows
    rows = Rows(r.total + taken.rows, r.entries + taken.rows, r.skipped, r.refused)
    reading = replace(reading, rows=rows, more=taken.tables)
    # no row of it could be read: that is not a file with some refusals
    return replace(reading, status="refused") if reading.rows.refused and not reading.rows.entries else reading


def _several(dialect: Dialect) -> bool:
    """Whether a row may give several entries."""
    return bool(dialect.legs) or dialect.fees.when_failed


def _whole(source: Source, grid: Grid, dialect: Dialect, options: Options) -> _Part:
    """What one grid gives, with all that its rows move. A row that one part refuses is refused."""
    main = _Reader(source, grid, dialect, options)
    part = main.part()
    if not _several(dialect):
        return part
    frames, lost, refused = [part.frame], main.absent, set[int]()
    said = {(i.kind, i.code, i.column) for i in part.issues}
    for leg in dialect.legs:
        taken = [*main.frame.filter(main.rest())["row"], *main.absent]
        reader = _Reader(source, grid, leg.of(dialect), options, leg=leg, only=sorted(set(taken) - refused))
        made = reader.part()
        refused |= set(reader.frame.filter(~reader.rest())["row"])
        lost = lost - set(made.frame["row"])
        frames.append(made.frame)
        part.issues += [i for i in made.issues if i.kind == "refused" or (i.kind, i.code, i.column) not in said]
    for row in sorted(lost - refused):
        text = "The row moves nothing: none of its amounts is filled."
        part.issues.append(Issue("refused", "no-amount", text, row=row, column=main.dialect.amount.columns[0]))
    f = dialect.fees
    frames = [frame.filter(~pl.col("row").is_in(sorted(refused))) for frame in frames]
    by_time = dialect.format.order == "time"
    frame = several.together(frames, grid.rows, failed=f.when_failed, by_time=by_time)
    return replace(part, frame=frame, refused=part.refused + len(refused | lost))


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """One statement for each account and currency, numbered in their sorted order; a two-sided table is one."""
    keys = frame.select("account", "currency").unique().sort("account", "currency", nulls_last=True)
    keys = keys.with_columns(statement=pl.int_range(1, keys.height + 1, dtype=pl.Int64))
    joined = frame.join(keys, on=["account", "currency"], how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(statement=pl.when(pl.col("sides") == "two").then(1).otherwise(pl.col("statement")))


def _unproved(reading: Reading) -> SourceRefused | None:
    """Why a layout that must be proved by its running balance is not."""
    balances = set(reading.statements["balance"].to_list())
    if balances == {"ok"} and reading.entries.height > 1:
        return None
    return SourceRefused(
        "The rows are of the form of this format, which has no header; the running balance does not bear it out.",
        code="needs-decision",
        hint="If it is that format, describe it in a dialect of your own; docs/dialects.md shows how.",
    )


def _stated(dialect: Dialect, parts: Sequence[_Part], frame: pl.DataFrame, issues: list[Issue]) -> list[Stated]:
    """Opening and closing balance as the file states them beside its lines, when it is one statement."""
    amounts: dict[str, Decimal] = {}
    around = [line for part in parts for line in part.around]
    for name, pattern in (("opening", dialect.opening), ("closing", dialect.closing)):
        found = {m["amount"] for line in around if pattern and (m := re.search(pattern, line)) is not None}
        try:
            values = {parse_amount(text or "", dialect.format.number()) for text in found}
        except ValueRefused:
            values = set()
        printed = [part.balances[name] for part in parts if name in part.balances]
        found |= {str(value) for each in printed for value in each}
        values = values.union(*printed)
        if len(values) == 1:
            amounts[name] = values.pop()
        elif found:
            text = f"The {name} balance stated beside the table could not be read."
            issues.append(Issue("warning", "stated-balance-unread", text))
    statements = frame["statement"].n_unique()
    if not amounts or statements > 1 or dialect.sides == "two":
        return []
    return [Stated(1, opening=amounts.get("opening"), closing=amounts.get("closing"))]


class _Reader:
    """One grid on its way. ``frame`` grows by typed columns; ``checks`` say in order why a row cannot be read."""

    def __init__(
        self,
        source: Source,
        grid: Grid,
        dialect: Dialect,
        options: Options,
        *,
        leg: Leg | None = None,
        only: Sequence[int] = (),
    ) -> None:
        self.source, self.grid, self.dialect, self.options = source, grid, dialect, options
        self.leg, self.absent = leg, set[int]()
        self.optional = leg is not None or bool(dialect.legs)
        self.workbook = not grid.delimiter
        self.issues: list[Issue] = list(grid.issues) if leg is None else []
        self.frame = grid.cells.with_columns(row=grid.rows, raw=grid.raw, why=pl.lit(None, pl.UInt32))
        self.frame = self.frame.with_columns(s.alias(f"number_{name}") for name, s in grid.mixed.items())
        if leg is not None:
            self.frame = self.frame.filter(pl.col("row").is_in(list(only)))
        self.whys: list[Why] = []
        self.flags: list[pl.Series] = []
        self.beside: list[pl.DataFrame] = []
        self.fit = fit(dialect.match.headers, (*grid.header, *[""] * len(dialect.match.header)))
        self.free = isinstance(next(iter(dialect.match.headers), None), Free) and self.fit is not None
        self.printed: dict[str, set[Decimal]] = {}
        self.around = [" ".join(c.strip() for c in cells if c.strip()) for _, cells in (*grid.preamble, *grid.footer)]
        # a column without a name at the end of the header is not there where no row fills it
        missing = [
            n for n in range(len(grid.header), len(dialect.match.header)) if self.fit is not None and not self.free
        ]
        self.frame = self.frame.with_columns(pl.lit(None, pl.String).alias(f"c{n}") for n in missing)
        self.frame = self.frame.with_columns(pl.lit(None, pl.String).alias(_ABSENT))

    # ------------------------------------------------------------------------------------------------------ columns

    def at(self, column: str) -> str:
        """The cell column that a declared column is."""
        declared = [h.strip() for h in self.dialect.match.header]
        if self.free and resolve(declared, column) is not None and resolve(self.grid.header, column) is None:
            return _ABSENT
        index = resolve(declared if self.fit is not None and not self.free else self.grid.header, column)
        if index is None:
            raise SourceRefused(
                "The table does not have the header that the dialect declares.",
                code="header-not-found",
                hint="Compare the header with the dialect's [match] header.",
            )
        return f"c{index}"

    def text(self, field_name: str) -> pl.Expr | None:
        """The text of a field, joined by one blank from its filled columns; None when it is not mapped."""
        columns = self.dialect.columns.get(field_name, ())
        if not columns:
            return None
        cells = [pl.col(self.at(c)) for c in columns]
        filled = [pl.when(c.str.strip_chars() != "").then(c) for c in cells]
        if len(filled) == 1:
            return filled[0]
        joined = pl.concat_str(filled, separator=" ", ignore_nulls=True)
        return pl.when(joined != "").then(joined)

    def filled(self, text: pl.Expr) -> pl.Expr:
        """A cell of a date or a number; null where it is blank or says that it is empty."""
        bare = text.str.strip_chars(BLANKS)
        return pl.when((bare != "") & ~bare.is_in(list(self.dialect.format.empty))).then(text)

    def label(self, field_name: str) -> str:
        """The column a person would look at for a field."""
        columns = self.dialect.columns.get(field_name, ())
        return columns[0] if columns else ""

    # ------------------------------------------------------------------------------------------------------ refusals

    def refuse(self, bad: pl.Expr, code: str, message: str, column: str = "", hint: str = "") -> None:
        """Rows where ``bad`` holds are refused, unless they were before."""
        self.whys.append((code, message, column, hint))
        number = pl.lit(len(self.whys) - 1, pl.UInt32)
        self.frame = self.frame.with_columns(
            why=pl.when(pl.col("why").is_null() & bad.fill_null(value=False)).then(number).otherwise("why")
        )

    def refuse_cells(self, bad: pl.Expr, text: pl.Expr, column: str, examine: Callable[[str], None]) -> None:
        """Rows where ``bad`` holds, each refused with what ``examine`` raises for its cell."""
        cells = self.frame.filter(bad.fill_null(value=False) & pl.col("why").is_null()).select(t=text)["t"].unique()
        reasons: dict[tuple[str, str, str], list[str]] = {}
        for cell in cells.sort().to_list()[:_EXAMINED]:
            try:
                examine(cell or "")
            except ValueRefused as e:
                reasons.setdefault((e.code, e.message, e.hint), []).append(cell)
        for (code, message, hint), texts in sorted(reasons.items(), key=lambda r: r[0]):
            sentence = f"{message[0].upper()}{message[1:]}."
            self.refuse(bad & text.is_in(texts, nulls_equal=True), code, sentence, column, hint)
        self.refuse(bad, "bad-value", "The cell is not what its column should hold.", column)

    def rest(self) -> pl.Expr:
        """Rows that are not refused so far."""
        return pl.col("why").is_null()

    # ---------------------------------------------------------------------------------------------------------- part

    def part(self) -> _Part:
        """All of it."""
        skipped = self._skip() if self.leg is None else self._where(self.leg)
        self._form()
        if self.leg is None:
            self._unread()
        self._dates()
        self._amounts()
        self._absent()
        self._currency()
        self._words()
        self._accounts()
        self._texts()
        self._precision()
        self._signs()
        entries, refused = self._finish()
        balances = self.printed
        for name in ("opening", "closing"):
            if f"_{name}" in entries.columns:
                balances.setdefault(name, set()).update(entries[f"_{name}"].drop_nulls().to_list())
        entries = entries.drop("_opening", "_closing", strict=False)
        if self.leg is None:
            skipped, refused = self.grid.skipped + skipped, self.grid.refused + refused
        return _Part(entries, self._named_as_in_file(), skipped, refused, tuple(self.around), balances)

    def _named_as_in_file(self) -> list[Issue]:
        """The issues; a column is called what it is called in the file, whatever variant of the header that is."""
        if self.fit is None or self.free:
            return self.issues
        actual = dict(names(self.dialect.match.header, self.grid.header))
        return [replace(i, column=actual.get(i.column or "", i.column)) for i in self.issues]

    def _form(self) -> None:
        """Without a header the form of its cells is what makes a row one of this layout."""
        forms = self.dialect.match.rows
        if not forms:
            return
        cells = self.frame.select(f"c{n}" for n in range(len(forms)))
        bad = [not in_form([c or "" for c in row], forms) for row in cells.iter_rows()]
        self.frame = self.frame.with_columns(pl.Series("_unlike", bad, dtype=pl.Boolean))
        self.refuse(pl.col("_unlike"), "unlike-format", "The row does not have the form of this format's rows.")
        self.frame = self.frame.drop("_unlike")

    def _skip(self) -> int:
        """Rows that the dialect declares not to be transactions."""
        total = 0
        for rule in self.dialect.skip:
            fits = self._fits(rule)
            hit = self.frame.filter(fits)
            if hit.height:
                total += hit.height
                self.issues.append(
                    Issue(
                        "skipped",
                        "declared-skip",
                        "The format declares such rows not to be transactions.",
                        row=hit["row"][0],
                        column=next(iter(rule)),
                        sheet=self.grid.sheet or None,
                        count=hit.height,
                    )
                )
                cells_of = hit.select(
                    pl.concat_list(pl.col(f"c{n}").fill_null("") for n in range(len(self.grid.header)))
                )
                self.around += [" ".join(c.strip() for c in row if c.strip()) for row in cells_of.to_series().to_list()]
                self._balances_of(hit)
                self.beside.append(hit)
                self.frame = self.frame.filter(~fits)
        return total

    def _where(self, leg: Leg) -> int:
        """Only the rows that have this leg."""
        if leg.where:
            self.frame = self.frame.filter(self._fits(leg.where))
        return 0

    def _absent(self) -> None:
        """Where a row may move several things, those that this part does not move."""
        if not self.optional:
            return
        none = pl.col("amount").is_null()
        if self.leg is not None:
            none = none | (pl.col("amount") == 0)
        gone = none & self.rest()
        self.absent = set(self.frame.filter(gone)["row"])
        self.frame = self.frame.filter(~gone)
        if self.leg is not None and self.leg.fee:
            self.frame = self.frame.with_columns(fee=pl.col("amount"), amount=pl.col("amount") - pl.col("amount"))

    def _fits(self, rule: further.Rule) -> pl.Expr:
        """Whether all columns of a rule hold one of their words."""
        cells = {self.at(c): [w.strip() for w in words] for c, words in rule.items()}
        return pl.all_horizontal(pl.col(c).str.strip_chars().fill_null("").is_in(w) for c, w in cells.items())

    def _balances_of(self, skipped: pl.DataFrame) -> None:
        """Balances that rows which are no transactions print in the columns of opening and closing balance."""
        for name in ("opening", "closing"):
            column = getattr(self.dialect, f"{name}_column")
            for text in skipped[self.at(column)].drop_nulls().to_list() if column else []:
                if text.strip(BLANKS):
                    try:
                        value = parse_amount(text, self.dialect.format.number())
                    except ValueRefused:
                        continue
                    self.printed.setdefault(name, set()).add(value)

    def _unread(self) -> None:
        """Law 2: a filled column that is neither mapped nor ignored."""
        self.issues += unread(self.grid, self.frame, {self.at(c) for c in self.dialect.used})

    # --------------------------------------------------------------------------------------------------------- dates

    def _patterns(self, timed: bool) -> list[DateFormat]:
        f = self.dialect.format
        stated = f.datetime if timed else f.date
        iso = (_ISO_TIME if timed else _ISO) if self.workbook else ()
        return [DateFormat(p, f.language) for p in dict.fromkeys((*iso, *stated))]

    def _serials(self, columns: Sequence[str], text: pl.Expr) -> pl.Expr | None:
        """A workbook column of plain numbers, where a day is wanted, holds serial numbers."""
        if len(columns) != 1 or not self.workbook or self.at(columns[0]) not in self.grid.numeric:
            return None
        days: dict[str, date] = {}
        for cell in self.frame.select(t=text)["t"].drop_nulls().unique().to_list():
            try:
                value = excel_serial(cell)
            except ValueRefused:
                continue
            days[cell] = date(value.year, value.month, value.day)
        return text.replace_strict(days, default=None, return_dtype=pl.Date)

    def _settle(
        self, name: str, patterns: list[DateFormat], column: str, beside: Sequence[pl.DataFrame] = ()
    ) -> list[DateFormat]:
        """The patterns of a column. Where two would read a cell differently, the whole column decides, or asks.

        ``beside`` is the same column in rows that are no transactions: they are written by the same hand.
        """
        left = list(patterns)
        texts = _distinct(pl.concat([self.frame.select("row", name), *beside]), name)
        for i, p in enumerate(patterns):
            for q in patterns[i + 1 :]:
                if p not in left or q not in left or not _clash(p, q):
                    continue
                days = texts.select("row", p=date_expr(pl.col(name), p), q=date_expr(pl.col(name), q))
                only_p = days.filter(pl.col("p").is_not_null() & pl.col("q").is_null())
                only_q = days.filter(pl.col("q").is_not_null() & pl.col("p").is_null())
                differ = days.filter(pl.col("p") != pl.col("q"))
                order = _ORDERS.get(self.options.date or "", "")
                hint = "State it: --date dmy (day first) or --date mdy (month first)."
                if only_p.height and only_q.height:
                    raise _Asks(
                        "Some dates of this column can only have the day first, others only the month.",
                        code="date-order-conflict",
                        hint="Ask the producer for a fresh export; two sources were put together.",
                        row=only_q["row"][0],
                        column=column,
                    )
                if only_p.height or only_q.height:
                    left.remove(q if only_p.height else p)
                elif differ.height and order in (_order(p), _order(q)):
                    left.remove(q if _order(p) == order else p)
                elif differ.height:
                    raise _Asks(
                        "The dates of this column could have the day or the month first.",
                        code="date-order-undecided",
                        hint=hint,
                        row=differ["row"][0],
                        column=column,
                    )
        return [self._turned(name, p, left, column) for p in left]

    def _turned(self, name: str, pattern: DateFormat, others: list[DateFormat], column: str) -> DateFormat:
        """A pattern, or the same with day and month changed round, when a person says so.

        A spreadsheet program of another country writes a file back in its own order. Then some days do not fit, and
        those that fit are wrong: one date that only fits the other order asks about the whole file.
        """
        other = _other_order(pattern)
        if other is None or other in others:
            return pattern
        stated = _ORDERS.get(self.options.date or "")
        if stated == _order(other):
            return other
        if stated is None:
            unread = pl.all_horizontal(date_expr(pl.col(name), p).is_null() for p in others)
            texts = _distinct(self.frame.select("row", name), name)
            against = texts.filter(unread & date_expr(pl.col(name), other).is_not_null())
            if against.height:
                raise _Asks(
                    "The format has day and month in one order; a date of this file can only have the other.",
                    code="date-order-conflict",
                    hint="Has a spreadsheet program written it back? State the order: --date dmy or --date mdy.",
                    row=against["row"][0],
                    column=column,
                )
        return pattern

    def days_of(self, column: str) -> tuple[list[date | None], list[bool]]:
        """The days of a column, row by row, and whether a filled cell is none. Refuses no row; may ask."""
        self._read_days("_said", self.filled(pl.col(self.at(column))), column)
        bad = self.frame.select(pl.col("_said").is_not_null() & pl.col("_said_day").is_null()).to_series()
        days: list[date | None] = self.frame["_said_day"].to_list()
        self.frame = self.frame.drop("_said", "_said_day")
        return days, bad.to_list()

    def _read_days(self, name: str, text: pl.Expr, column: str) -> None:
        """Adds ``name``, the text of a column of days or of times, and ``name_day``, null where it is none."""
        patterns = self._patterns(timed=False) + self._patterns(timed=True)
        serials = self._serials([column], text)
        self.frame = self.frame.with_columns(text.alias(name))
        if serials is not None:
            self.frame = self.frame.with_columns(serials.alias(f"{name}_day"))
        else:
            beside = [rows.select("row", text.alias(name)) for rows in self.beside]
            patterns = self._settle(name, patterns, column, beside)
            made = pl.coalesce(date_expr(pl.col(name), p) for p in patterns).alias(f"{name}_day")
            # A column of days has few different texts: each is read once.
            days = self.frame.select(pl.col(name).unique()).select(name, made)
            self.frame = self.frame.join(days, on=name, how="left", nulls_equal=True, maintain_order="left")

    def _days(self, name: str, text: pl.Expr, column: str) -> None:
        """Adds ``name``, the days of a column of days or of times."""
        self._read_days(name, text, column)
        bad = pl.col(name).is_not_null() & pl.col(f"{name}_day").is_null()
        self.refuse(bad, "bad-date", "The cell is not a date as the format writes it.", column)
        self.frame = self.frame.with_columns(pl.col(f"{name}_day").alias(name)).drop(f"{name}_day")

    def _dates(self) -> None:
        none = pl.lit(None, pl.String)
        self.frame = self.frame.with_columns(
            booked_at=pl.lit(None, pl.Datetime("us", "UTC")), local_time=none, local_zone=none
        )
        if "booked_at" in self.dialect.columns:
            self._times()
        else:
            self.frame = self.frame.with_columns(time_day=pl.lit(None, pl.Date))
        for name in ("booking_date", "value_date", "pending_date"):
            text = self.text(name)
            if text is None:
                self.frame = self.frame.with_columns(pl.lit(None, pl.Date).alias(name))
            else:
                self._days(name, self.filled(text), self.label(name))
        if "booking_date" not in self.dialect.columns:
            self.frame = self.frame.with_columns(booking_date="time_day")

    def _times(self) -> None:
        """``booked_at``: the local time as stated, its zone, and the instant where the zone is known."""
        column = self.label("booked_at")
        text = self.text("booked_at")
        assert text is not None
        self.frame = self.frame.with_columns(_text=self.filled(text).str.strip_chars(BLANKS))
        zone = self.dialect.format.zone
        stated = self.text("local_zone")
        if zone == "suffix":
            word = pl.col("_text").str.extract(f"[{BLANKS}]([A-Za-z][A-Za-z/_+-]*|[-+][0-9:]+)$", 1)
            self.frame = self.frame.with_columns(local_zone=word)
            cut = pl.col("_text").str.strip_suffix(pl.col("local_zone")).str.strip_chars(BLANKS)
            self.frame = self.frame.with_columns(_text=pl.when(word.is_null()).then("_text").otherwise(cut))
        elif stated is not None:
            self.frame = self.frame.with_columns(local_zone=self._listed("local_zone", stated.str.strip_chars(BLANKS)))
        timed, untimed = self._patterns(timed=True), self._patterns(timed=False)
        serials = self._serials(self.dialect.columns["booked_at"], pl.col("_text"))
        settled = self._settle("_text", [*timed, *untimed], column) if serials is None else []
        timed, untimed = [p for p in timed if p in settled], [p for p in untimed if p in settled]
        if any(p.has_zone for p in timed):
            offset = pl.col("_text").str.extract(r"(Z|UTC|GMT|[-+][0-9]{2}(?::?[0-9]{2})?)$", 1)
            self.frame = self.frame.with_columns(local_zone=pl.coalesce(offset, "local_zone"))
        naive = [self._naive(p) for p in timed]
        days = [date_expr(pl.col("_text"), p) for p in (*timed, *untimed)]
        none = pl.lit(None, pl.Datetime("us"))
        self.frame = self.frame.with_columns(
            _naive=pl.coalesce([*naive, none]), time_day=serials if serials is not None else pl.coalesce(days)
        )
        bad = pl.col("_text").is_not_null() & pl.col("time_day").is_null()
        self.refuse(bad, "bad-date", "The cell is not a date as the format writes it.", column)
        if zone and zone != "suffix":
            self.frame = self.frame.with_columns(local_zone=pl.when(pl.col("_naive").is_not_null()).then(pl.lit(zone)))
        self._instants(column)
        whole = pl.col("_naive").dt.strftime("%Y-%m-%dT%H:%M:%S")
        if timed and not any("%S" in p.pattern for p in timed):
            whole = pl.col("_naive").dt.strftime("%Y-%m-%dT%H:%M")
        known = pl.col("_naive").is_not_null()
        self.frame = self.frame.with_columns(
            local_time=whole, local_zone=pl.when(known).then(pl.col("local_zone"))
        ).drop("_text", "_naive")

    def _naive(self, pattern: DateFormat) -> pl.Expr:
        """The time as stated, without its offset."""
        if not pattern.has_zone:
            return datetime_expr(pl.col("_text"), pattern)
        as_utc = pl.col("_text").str.replace(r"[-+][0-9]{2}(?::?[0-9]{2})?$", "Z")
        return datetime_expr(as_utc, pattern).dt.replace_time_zone(None)

    def _instants(self, column: str) -> None:
        """``booked_at`` from the local time and its zone: an abbreviation, an offset, or a place."""
        naive = pl.col("_naive")
        zones = self.frame.filter(naive.is_not_null())["local_zone"].drop_nulls().unique().sort().to_list()
        instant: pl.Expr = pl.lit(None, pl.Datetime("us", "UTC"))
        for word in zones:
            here = pl.col("local_zone") == word
            try:
                minutes = _offset_minutes(word)
                if minutes is not None:
                    made = (naive - pl.duration(minutes=minutes)).dt.replace_time_zone("UTC")
                else:
                    local_to_utc(_NOON, word)
                    made = naive.dt.replace_time_zone(word, ambiguous="null", non_existent="null")
                    made = made.dt.convert_time_zone("UTC")
                    self._gaps(here, word)
            except ValueRefused as e:
                self.refuse(here, e.code, f"{e.message[0].upper()}{e.message[1:]}.", column, e.hint)
                continue
            instant = pl.when(here).then(made).otherwise(instant)
        self.frame = self.frame.with_columns(booked_at=instant)

    def _gaps(self, here: pl.Expr, zone: str) -> None:
        """Flags for local times that the clocks of a place showed twice, or never."""
        rows = self.frame.with_row_index("_i").filter(here & pl.col("_naive").is_not_null())
        utc = pl.col("_naive").dt.replace_time_zone(zone, ambiguous="null", non_existent="null")
        flags: list[str | None] = [None] * self.frame.height
        for i, when in rows.filter(utc.is_null()).select("_i", "_naive").iter_rows():
            flags[i] = local_to_utc(when, zone)[1] or None
        self.frame = self.frame.with_columns(pl.Series(f"_flag{len(self.frame.columns)}", flags, dtype=pl.String))

    # ------------------------------------------------------------------------------------------------------- amounts

    def _number(self, column: str, name: str) -> None:
        """Adds ``name``, the numbers of a column; a filled cell that is none refuses its row."""
        cell = self.at(column)
        fmt = self.dialect.format.number()
        text = self.filled(pl.col(cell))
        if self._with_unit(column):
            text = text.str.replace(f"[{BLANKS}]+[A-Za-z][A-Za-z0-9]*[{BLANKS}]*$", "")
        value = amount_expr(text, fmt)
        if cell in self.grid.numeric:
            value = amount_expr(text, _POINT)
        elif cell in self.grid.mixed:
            stored = pl.col(f"number_{cell}")
            value = pl.when(stored).then(amount_expr(text, _POINT)).otherwise(value)
        self.frame = self.frame.with_columns(value.alias(name))
        if self.dialect.format.places:
            self._smallest(name)
        bad = text.is_not_null() & pl.col(name).is_null()

        def examine(written: str) -> None:
            parse_amount(written, fmt)

        self.refuse_cells(bad, text, column, examine)

    def _with_unit(self, column: str) -> bool:
        """Whether the cells of a column of amounts end with the asset they are in."""
        return self.dialect.kind == "crypto" and column in self.dialect.columns.get("currency", ())

    def _smallest(self, name: str) -> None:
        """Numbers that count the smallest part of the unit; a fraction of it is none."""
        whole = {v: v for v in self.frame[name].drop_nulls().unique().to_list() if v == v.to_integral_value()}
        made = {v: v.scaleb(-self.dialect.format.places, _EXACT) for v in whole}
        column = self.frame[name].replace_strict(made, default=None, return_dtype=pl.Decimal(38, 18))
        self.frame = self.frame.with_columns(column.alias(name))

    def _amounts(self) -> None:
        a = self.dialect.amount
        if a.column:
            self._number(a.column, "amount")
            self._needed(pl.col("amount").is_null(), "There is no amount.", a.column)
            sign = self.options.sign or a.sign
            if sign == "inverted":
                self.frame = self.frame.with_columns(amount=-pl.col("amount"))
        elif a.debit:
            self._two_columns()
        else:
            self._flagged()
        for name in ("balance_after", "fee", "net", "original_amount"):
            columns = self.dialect.columns.get(name, ())
            if columns:
                self._number(columns[0], name)
            else:
                self.frame = self.frame.with_columns(pl.lit(None, pl.Decimal(38, 18)).alias(name))
        for name in ("opening", "closing"):
            column = getattr(self.dialect, f"{name}_column")
            if column:
                self._number(column, f"_{name}")
        fee = pl.col("fee")
        if self.dialect.fee_sign == "negative":
            fee = -fee
        if "net" in self.dialect.columns:
            taken = pl.col("amount") - pl.col("net")
            column = self.label("net")
            self.refuse(pl.col("net").is_null(), "no-amount", "There is no net amount.", column)
            differs = taken.abs() != pl.col("fee").fill_null(0).abs()
            self.refuse(differs, "net-differs", "Amount, fee and net amount do not fit together.", column)
            fee = pl.when(pl.col("fee").is_not_null()).then(taken)
        self.frame = self.frame.with_columns(fee=fee)
        self._fees()

    def _fees(self) -> None:
        """Who bears the fee, and whether the amount has it in it."""
        f = self.dialect.fees
        if f.by_payer and self.dialect.sides == "one":
            self.frame = self.frame.with_columns(fee=pl.when(pl.col("amount") <= 0).then("fee"))
        if f.within:
            over = (pl.col("amount") <= 0) & (pl.col("fee") > -pl.col("amount"))
            self.refuse(over, "fee-exceeds-amount", "The fee is more than the amount it is in.", self.label("fee"))
            self.frame = self.frame.with_columns(amount=pl.col("amount") + pl.col("fee").fill_null(0))

    def _needed(self, empty: pl.Expr, message: str, column: str) -> None:
        """A row without its amount, unless another part of the row has one."""
        if not self.optional:
            self.refuse(empty, "no-amount", message, column)

    def _two_columns(self) -> None:
        a = self.dialect.amount
        self._number(a.debit, "_debit")
        self._number(a.credit, "_credit")
        for name, column, side in (("_debit", a.debit, a.debit_sign), ("_credit", a.credit, a.credit_sign)):
            if side == "same":
                self._one_sign(name, column)
                continue
            wrong = pl.col(name) < 0 if side == "positive" else pl.col(name) > 0
            text = f"The format prints this column {side}; the row has the other sign."
            self.refuse(wrong, "bad-sign", text, column)
        debit, credit = pl.col("_debit"), pl.col("_credit")
        both = (debit.fill_null(0) != 0) & (credit.fill_null(0) != 0)
        self.refuse(both, "debit-and-credit", "The row has both a debit and a credit.", a.debit)
        empty = debit.is_null() & credit.is_null()
        self._needed(empty, "There is neither a debit nor a credit.", a.debit)
        out = debit.abs().fill_null(0)
        if self.dialect.sides == "two":
            out = -out  # other columns say who pays
        amount = pl.when(~empty).then(credit.abs().fill_null(0) - out)
        self.frame = self.frame.with_columns(amount=amount).drop("_debit", "_credit")

    def _one_sign(self, name: str, column: str) -> None:
        """Exports of this layout differ in the sign; within one file it must not."""
        less = self.frame.filter(self.rest() & (pl.col(name) < 0))
        more = self.frame.filter(self.rest() & (pl.col(name) > 0))
        if less.height and more.height:
            raise _Asks(
                "Some cells of this column have a minus and some have none; it could mean a reversal, or nothing.",
                code="sign-contradicts",
                hint="Ask the producer what a minus means in this column.",
                row=(less if less.height <= more.height else more)["row"][0],
                column=column,
            )

    def _flagged(self) -> None:
        a = self.dialect.amount
        self._number(a.unsigned, "amount")
        self._needed(pl.col("amount").is_null(), "There is no amount.", a.unsigned)
        text = "The format prints this column without a sign; the row has one."
        words = [pl.col(self.at(c)).str.strip_chars().fill_null("") for c in (a.flag, a.also) if c]
        word = pl.concat_str(words, separator=" ").str.strip_chars()
        plus, minus = (word.is_in([w for w in side if not w.endswith("*")]) for side in (a.plus, a.minus))
        for less, side in ((False, a.plus), (True, a.minus)):
            for begin in (w[:-1] for w in side if w.endswith("*")):
                open_ = word.str.starts_with(begin) & ~plus & ~minus
                plus, minus = (plus, minus | open_) if less else (plus | open_, minus)
        still = word.is_in(list(a.still))
        self.refuse((pl.col("amount") < 0) & ~(minus & pl.lit(a.either)), "bad-sign", text, a.unsigned)
        unknown = ~(plus | minus | still) & pl.col("amount").is_not_null()
        self.refuse(unknown, "unknown-code", "The format does not list this word.", a.flag)
        size = pl.col("amount").abs()
        amount = pl.when(minus).then(-size).when(still).then(size - size).otherwise(size)
        self.frame = self.frame.with_columns(amount=amount)

    def _currency(self) -> None:
        text = self.text("currency")
        if text is not None and set(self.dialect.columns["currency"]) & set(self.dialect.amount.columns):
            behind = f"(?:^|[0-9{BLANKS}])([A-Z]{{3}})[{BLANKS}]*$"  # the code behind the amount
            if self._with_unit(self.label("currency")):
                behind = f"[{BLANKS}]([A-Za-z][A-Za-z0-9]*)[{BLANKS}]*$"
            text = text.str.extract(behind, 1)
        named = (self.fit.currency if self.fit is not None else "") or self._stated_currency()
        fallback = named or self.dialect.currency or (self.options.currency or "").strip().upper()
        if text is None and not fallback:
            rows = self.frame.filter(self.rest())
            if rows.height:
                self.issues.append(currency_open(rows["row"][0], rows.height))
            nothing = pl.lit(None, pl.String)
            self.frame = self.frame.with_columns(currency=nothing, original_currency=nothing)
            return
        words = self._listed(
            "currency", (text if text is not None else pl.lit(None, pl.String)).str.strip_chars(BLANKS)
        )
        upper = words.str.to_uppercase()
        distinct = self.frame.select(w=words)["w"].drop_nulls().unique().to_list()
        crypto = self.dialect.kind == "crypto"
        known = [w for w in distinct if is_currency(w.upper())]
        other = [
            w for w in distinct if crypto and w not in known and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.*_-]{0,39}", w)
        ]
        column = self.label("currency")
        value: pl.Expr = pl.when(words.is_in(known)).then(upper).when(words.is_in(other)).then(words)
        bad = words.is_not_null() & ~words.is_in([*known, *other])
        if self.dialect.contracts:
            # a token is its contract; what it calls itself is only a label, and anybody may take any
            tokens = {w: t for w in distinct if (t := _token(w, self.dialect.contracts)) is not None}
            own = {w: w for w in distinct if w in self.dialect.values.get("currency", {}).values()}
            value = words.replace_strict(tokens | own, default=None, return_dtype=pl.String)
            bad = words.is_not_null() & ~words.is_in([*tokens, *own])
        if crypto and "?" in self.dialect.values.get("currency", {}).values():
            unnamed, one = words == "?", self._unnamed()
            value = pl.when(unnamed).then(one).otherwise(value)
            bad = bad & (~unnamed | one.is_null())
            self.frame = self.frame.with_columns(_flag_asset=pl.when(unnamed).then(pl.lit("asset-not-named")))
        self.refuse(bad, "unknown-currency", "The cell is not a currency or asset that is known.", column)
        filled = pl.when(words.is_null()).then(pl.lit(fallback or None, pl.String)).otherwise(value)
        self.frame = self.frame.with_columns(currency=filled)
        missing = pl.col("currency").is_null()
        self.refuse(missing, "currency-missing", "The row names no currency.", column, "Name it: --currency EUR")
        original = self.text("original_currency")
        self.frame = self.frame.with_columns(
            original_currency=original.str.strip_chars(BLANKS) if original is not None else pl.lit(None, pl.String)
        )

    def _unnamed(self) -> pl.Expr:
        """For each row an asset that is no other: a token that the file does not identify adds up with nothing.

        It is the same in another export of the same transaction, and does not give its hash away.
        """
        prefix = self.dialect.account.prefix or "asset"
        text = self.text("tx_hash")
        hashes = self.frame.select(h=(text if text is not None else pl.lit(None, pl.String)).str.strip_chars())["h"]
        made = _mapped(hashes, lambda h: f"{prefix}:?{sha256(h.encode()).hexdigest()[:8]}" if h else None)
        return pl.lit(made)

    def _stated_currency(self) -> str:
        """The currency that the lines around the table name, if they name one."""
        pattern = self.dialect.stated_currency
        if not pattern:
            return ""
        found = {m["currency"] for line in self.around if (m := re.search(pattern, line)) is not None}
        words = self.dialect.values.get("currency", {})
        codes = {words.get(word, word) for word in found}
        return codes.pop() if len(codes) == 1 and all(is_currency(code) for code in codes) else ""

    # --------------------------------------------------------------------------------------------------------- words

    def _listed(self, name: str, words: pl.Expr) -> pl.Expr:
        """A field's words by its closed list, where it has one: an unknown word refuses its row."""
        table = self.dialect.values.get(name)
        if table is None:
            return words
        bare = words.str.strip_chars().fill_null("")
        meanings = {w.strip(): m or None for w, m in table.items() if w != "*"}
        if "" not in meanings and name not in ("status",):
            meanings[""] = None
        if table.get("*") == "*":
            return bare.replace_strict(meanings, default=words, return_dtype=pl.String)
        value = bare.replace_strict(meanings, default=table.get("*") or None, return_dtype=pl.String)
        unknown = ~bare.is_in(list(meanings))
        column = self.label(name)
        if "*" not in table:
            self.refuse(unknown, "unknown-code", "The format does not list this word.", column)
            return value
        rows = self.frame.filter(unknown & self.rest())
        if rows.height:
            text = "The format does not list this word; it was taken for the general kind."
            self.issues.append(
                Issue("warning", "unlisted-word", text, row=rows["row"][0], column=column, count=rows.height)
            )
        return value

    def _words(self) -> None:
        for name in sorted(_KEPT - {"original_currency", "local_zone", "account_name", "counterparty_name"}):
            text = self.text(name)
            words = self._listed(name, text) if text is not None else pl.lit(None, pl.String)
            self.frame = self.frame.with_columns(words.alias(name))
        for name, default in (("status", "booked"), ("channel", None)):
            text = self.text(name)
            words = self._listed(name, text) if text is not None else pl.lit(default, pl.String)
            self.frame = self.frame.with_columns(words.alias(name))
        for rule in self.dialect.pending:
            waits = self._fits(rule) & (pl.col("status") == "booked")
            self.frame = self.frame.with_columns(status=pl.when(waits).then(pl.lit("pending")).otherwise("status"))
        card = self.text("card_last4")
        four = card.str.extract(r"([0-9]{4})[^0-9]*$", 1) if card is not None else pl.lit(None, pl.String)
        self.frame = self.frame.with_columns(four.alias("card_last4"))
        undated = pl.col("booking_date").is_null()
        pending = undated & (pl.col("status") != "booked")
        column = self.label("booking_date") or self.label("booked_at")
        self.frame = self.frame.with_columns(
            booking_date=pl.when(pending).then("pending_date").otherwise("booking_date")
        )
        self.refuse(pl.col("booking_date").is_null(), "bad-date", "There is no date.", column)

    # ------------------------------------------------------------------------------------------------------ accounts

    def _accounts(self) -> None:
        two = self.dialect.sides == "two"
        rule = self.dialect.account
        column = rule.from_column or self.label("account")
        none = pl.lit(None, pl.String)
        for name in ("account_name", "counterparty_name"):
            text = self.text(name)
            self.frame = self.frame.with_columns((text if text is not None else none).alias(name))
        if column:
            self._ids("account", self._named(pl.col(self.at(column))), rule.prefix)
        else:
            self.frame = self.frame.with_columns(none.alias("account"))
        other = self.text("counterparty_account")
        others = rule.prefix if two else rule.others
        self._ids("counterparty_account", self._named(other) if other is not None else none, others)
        if set(PAYMENT) & set(self.dialect.columns):
            self._payment(rule.prefix)
        self._addresses(rule.prefix)
        if two:
            for known, name in (("account", "account_name"), ("counterparty_account", "counterparty_name")):
                ids = _mapped(self.frame[name], name_id)
                self.frame = self.frame.with_columns(pl.coalesce(pl.col(known), pl.lit(ids)).alias(known))
            if column and rule.none:
                # as for a payee who is not named: one node for each account at the other end
                says = pl.col(self.at(column)).str.strip_chars().is_in(list(rule.none))
                other_side = _mapped(self.frame["counterparty_account"], unknown_side)
                unnamed = pl.col("account").is_null() & says
                self.frame = self.frame.with_columns(
                    account=pl.when(unnamed).then(pl.lit(other_side)).otherwise("account")
                )
            label = column or self.label("account_name")
            self.refuse(pl.col("account").is_null(), "no-account", "The row does not say who pays.", label)
            return
        if rule.one:
            self._one_account()
        found = self._named_elsewhere()
        if found is None and self.options.account:
            found = stated_account(self.options.account)
        if found is not None:
            self.frame = self.frame.with_columns(account=pl.col("account").fill_null(pl.lit(found)))

    def _payment(self, prefix: str) -> None:
        """Holder and counterparty of a row that prints who pays and who is paid: money out is paid by the holder.

        Where nothing moved, neither is known to be the holder.
        """
        out, come = pl.col("amount") < 0, pl.col("amount") > 0
        none = pl.lit(None, pl.String)
        for name in ("name", "account"):
            ends: dict[str, pl.Expr] = {}
            for end in ("payer", "payee"):
                text = self.text(f"{end}_{name}")
                ends[end] = self._named(text) if text is not None else none
            for rule in self.dialect.turned:
                there, payer, payee = self._fits(rule), ends["payer"], ends["payee"]
                ends["payer"] = pl.when(there).then(payee).otherwise(payer)
                ends["payee"] = pl.when(there).then(payer).otherwise(payee)
            own: pl.Expr = pl.when(out).then(ends["payer"]).when(come).then(ends["payee"])
            other = pl.when(out).then(ends["payee"]).when(come).then(ends["payer"])
            if name == "name":
                self.frame = self.frame.with_columns(
                    account_name=pl.coalesce("account_name", own),
                    counterparty_name=pl.coalesce(other, "counterparty_name"),
                )
                continue
            stated = self.frame.select("account", "counterparty_account")
            if self.dialect.account.wallet:
                self._change(own, other, come, out)
                own = none
            self._ids("account", own, prefix)
            self._ids("counterparty_account", other, self.dialect.account.others)
            for column in ("account", "counterparty_account"):
                self.frame = self.frame.with_columns(pl.coalesce(pl.lit(stated[column]), pl.col(column)).alias(column))

    def _change(self, own: pl.Expr, other: pl.Expr, come: pl.Expr, out: pl.Expr) -> None:
        """Flags money out to an address at which the same wallet was paid: change, or moved within the wallet."""
        mine = self.frame.filter(come & self.rest()).select(own=own)["own"].drop_nulls().unique().to_list()
        back = (out & other.is_in(mine)).fill_null(value=False)
        self.frame = self.frame.with_columns(_flag_own=pl.when(back).then(pl.lit("own-address")))
        rows = self.frame.filter(back & self.rest())
        if rows.height:
            text = "Money out to an address at which this wallet was paid: it may not have left the wallet."
            column = self.label("payee_account")
            self.issues.append(
                Issue("warning", "own-address", text, row=rows["row"][0], column=column, count=rows.height)
            )

    def _named(self, cell: pl.Expr) -> pl.Expr:
        """The cell of an account; null where it says that there is none."""
        words = list(self.dialect.account.none)
        return pl.when(~cell.str.strip_chars().is_in(words)).then(cell) if words else cell

    def _ids(self, name: str, text: pl.Expr, prefix: str) -> None:
        texts = self.frame.with_columns(text.alias("_text"))["_text"]
        made = _mapped(texts, lambda cell: self._account_of(cell, prefix))
        self.frame = self.frame.with_columns(made.alias(name))

    def _one_account(self) -> None:
        """A file about one account: rows that name it speak for those that do not; no account is its own other side."""
        named = self.frame.filter(self.rest())["account"].drop_nulls().unique().sort().to_list()
        if len(named) > 1:
            text = "The file is about one account, and its rows name several as the holder's; none was taken."
            hint = "They may be several addresses of one account: state it with --account."
            self.issues.append(Issue("warning", "several-accounts", text, count=len(named), hint=hint))
        own = pl.lit(named[0] if len(named) == 1 else None, pl.String)
        other = pl.when(pl.col("counterparty_account").is_in(named)).then(None).otherwise("counterparty_account")
        self.frame = self.frame.with_columns(account=own, counterparty_account=other)

    def _texts(self) -> None:
        """Facts within texts, by the stated forms."""
        for number, said in enumerate(self.dialect.texts):
            text = pl.col(self.at(said.column)).str.strip_chars()
            found = further.taken(said, self.frame.select(t=text)["t"])
            if not found:
                continue
            filled: list[pl.Expr] = []
            for name in further.GROUPS:
                values = {t: groups[name] for t, groups in found.items() if name in groups}
                if name == "counterparty_account":
                    made = {t: self._account_of(v, self.dialect.account.others) for t, v in values.items()}
                    values = {t: v for t, v in made.items() if v}
                if values:
                    said_there = text.replace_strict(values, default=None, return_dtype=pl.String)
                    filled.append(pl.coalesce(name, said_there).alias(name))
            hit = text.is_in(list(found))
            if said.channel:
                filled.append(pl.coalesce("channel", pl.when(hit).then(pl.lit(said.channel))).alias("channel"))
            if said.flag:
                filled.append(pl.when(hit).then(pl.lit(said.flag)).alias(f"_flag_text{number}"))
            self.frame = self.frame.with_columns(filled)

    def _account_of(self, cell: str, prefix: str) -> str | None:
        """The account in a cell: an IBAN, a number of the country, or with its institution before it."""
        rule = self.dialect.account
        iban = parse_iban(rule.country + cell.replace(" ", "")) if rule.country else None
        if iban is not None:
            return f"iban:{iban}"
        if rule.others == "chain" and (wallet := parse_wallet(cell.strip())) is not None:
            return wallet
        if prefix == "chain":
            return account_of(cell, "")
        if prefix.startswith("app:") and (rule.others or rule.region):
            return app_account(cell, prefix, rule.region)
        return account_of(cell, prefix)

    def _addresses(self, prefix: str) -> None:
        """Flags rows with an address of a chain that its checksum does not bear out."""

        def unproved(account: str) -> str | None:
            kind, _, address = account.partition(":")
            return "checksum-failed" if kind == prefix and parse_wallet(address) is None else None

        if prefix in WALLETS:
            ends = [pl.lit(_mapped(self.frame[name], unproved)) for name in ("account", "counterparty_account")]
            self.frame = self.frame.with_columns(pl.coalesce(ends).alias("_flag_address"))

    def _named_elsewhere(self) -> str | None:
        """The account in the file's name, or in the lines around the table."""
        rule = self.dialect.account
        if rule.from_filename and (m := re.search(rule.from_filename, self.source.name)) is not None:
            return self._from_match(m)
        if rule.from_preamble:
            for _, cells in (*self.grid.preamble, *self.grid.footer):
                line = " ".join(c.strip() for c in cells if c.strip())
                if (m := re.search(rule.from_preamble, line)) is not None:
                    return self._from_match(m)
        return None

    def _from_match(self, match: re.Match[str]) -> str | None:
        groups: Mapping[str, str | None] = match.groupdict()
        prefix = self.dialect.account.prefix
        if groups.get("account"):
            return self._account_of(groups["account"] or "", prefix)
        last4 = groups.get("last4")
        return f"{prefix or 'acct'}:…{last4}" if last4 else None

    # -------------------------------------------------------------------------------------------------------- checks

    def _precision(self) -> None:
        """More decimals than the currency has: refused, never rounded."""
        if self.dialect.format.fractions:
            return
        currency = pl.col("currency")
        text = "More decimals than the currency has; nothing is rounded."
        a = self.dialect.amount
        columns = {"amount": a.column or a.debit or a.unsigned}
        columns |= {n: self.label(n) for n in ("balance_after", "fee") if n in self.dialect.columns}
        for name, column in columns.items():
            self.refuse(decimals_expr(pl.col(name), currency), "too-many-decimals", text, column)

    def _signs(self) -> None:
        """A word that must be money out, on a row that is money in: the whole file may be turned round."""
        amount = pl.col("amount")
        for column, words in self.dialect.signs.items():
            word = pl.col(self.at(column)).str.strip_chars()
            still = word.is_in([w for w, s in words.items() if s == "0"]) & (amount != 0)
            text = "By the format such a row moves no money of this currency, but it prints an amount."
            self.refuse(still, "not-money", text, column)
            if self.options.sign:
                continue
            plus = word.is_in([w for w, s in words.items() if s == "+"])
            minus = word.is_in([w for w, s in words.items() if s == "-"])
            against = self.frame.filter(self.rest() & ((plus & (amount < 0)) | (minus & (amount > 0))))
            if against.height:
                raise _Asks(
                    "The sign of an amount contradicts what the row says it is.",
                    code="sign-contradicts",
                    hint="State it: --sign holder (+ is money in) or --sign inverted (charges are printed positive).",
                    row=against["row"][0],
                    column=column,
                )

    def _flags(self, frame: pl.DataFrame) -> pl.DataFrame:
        series, found = flags(frame, self.grid.sheet or None)
        self.issues += found
        return frame.with_columns(series)

    def _finish(self) -> tuple[pl.DataFrame, int]:
        bad = self.frame.filter(~self.rest())
        seen: dict[int, int] = {}
        sheet = self.grid.sheet or None
        for row, why in bad.select("row", "why").iter_rows():
            seen[why] = seen.get(why, 0) + 1
            if seen[why] <= SHOWN:
                code, message, column, hint = self.whys[why]
                self.issues.append(
                    Issue("refused", code, message, row=row, column=column or None, sheet=sheet, hint=hint)
                )
        for why, count in seen.items():
            if count > SHOWN:
                code, message, column, hint = self.whys[why]
                row = bad.filter(pl.col("why") == why)["row"][SHOWN]
                text = Issue("refused", code, message, row=row, column=column or None, sheet=sheet, hint=hint)
                self.issues.append(replace(text, count=count - SHOWN))
        good = self._flags(self.frame.filter(self.rest()))
        if self.leg is not None and self.leg.fee:
            good = good.with_columns(channel=pl.lit("fee"))
        if self.dialect.format.order == "time":
            good = good.sort("local_time", nulls_last=True, maintain_order=True)
        columns = [
            *("row", "raw", "account", "account_name", "amount", "currency", "booking_date", "value_date", "booked_at"),
            *("local_time", "local_zone", "counterparty_account", "counterparty_name", "remittance_info"),
            *("servicer_ref", "end_to_end_id", "transaction_code", "status", "balance_after", "fee", "original_amount"),
            *(
                "original_currency",
                "tx_hash",
                "channel",
                "merchant",
                "mcc",
                "place",
                "cheque_no",
                "card_last4",
                "flags",
            ),
        ]
        columns += [name for name in ("_opening", "_closing") if name in good.columns]
        marked = [self._fits(rule) for rule in self.dialect.by_balance]
        return (
            good.select(
                pl.lit(self.grid.sheet).alias("sheet"),
                pl.lit(self.dialect.sides).alias("sides"),
                *columns,
                pl.any_horizontal(marked or [pl.lit(value=False)]).alias("_by_balance"),
            ),
            bad.height,
        )


def _token(word: str, chain: str) -> str | None:
    """A token by its contract; on Tron also by the number that the chain gave it (TRC-10, from 1000001 on)."""
    if chain == "tron" and re.fullmatch("1[0-9]{6}", word):
        return f"tron:{word}"
    wallet = parse_wallet(word)
    return wallet if wallet is not None and wallet.startswith(f"{chain}:") else None


_OFFSET: Final = re.compile(r"([-+])([0-9]{2}):?([0-9]{2})?")


def _offset_minutes(word: str) -> int | None:
    """Minutes east of UTC for an offset or an abbreviation; None for the name of a place.

    Raises ``ValueRefused`` (``unknown-zone``, ``tz-ambiguous``).
    """
    if word == "Z":
        return 0
    match = _OFFSET.fullmatch(word)
    if match is not None:
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return -minutes if match[1] == "-" else minutes
    if "/" in word:
        return None
    return round(zone_offset(word).total_seconds()) // 60


def _distinct(texts: pl.DataFrame, name: str) -> pl.DataFrame:
    """``row`` and each text of a column once, at the first row that has it."""
    return texts.group_by(name).agg(pl.col("row").min()).sort("row")


def _order(pattern: DateFormat) -> str:
    """The order of day, month and year: dmY, mdY, Ymd."""
    letters = {"d": "d", "m": "m", "b": "m", "B": "m", "y": "Y", "Y": "Y"}
    return "".join(letters[t] for t in re.findall(r"%-?([dmbByY])", pattern.pattern))


def _other_order(pattern: DateFormat) -> DateFormat | None:
    """The pattern with day and month changed round; None where only one order is in use (ISO, names of months)."""
    if _order(pattern) not in ("dmY", "mdY") or "%b" in pattern.pattern or "%B" in pattern.pattern:
        return None
    turned = re.sub(r"%(-?)([dm])", lambda m: f"%{m[1]}{'m' if m[2] == 'd' else 'd'}", pattern.pattern)
    return DateFormat(turned, pattern.language)


def _clash(p: DateFormat, q: DateFormat) -> bool:
    """Whether there is a text that both read, as different days."""
    for day in (date(2003, 4, 5), date(2012, 11, 10)):
        text = p.pattern.replace("%-", "%")
        for directive, value in (
            ("%Y", f"{day.year}"),
            ("%y", f"{day.year % 100:02}"),
            ("%m", f"{day.month:02}"),
            ("%d", f"{day.day:02}"),
            ("%f", "000"),
            ("%p", "AM"),
            ("%z", "Z"),
        ):
            text = text.replace(directive, value)
        for directive in ("%H", "%I", "%M", "%S"):
            text = text.replace(directive, "10")
        try:
            if parse_date(text, q) != day:
                return True
        except ValueRefused:
            continue
    return False


def _mapped(texts: pl.Series, make: Callable[[str], str | None]) -> pl.Series:
    """Each different text made once."""
    made = {t: v for t in texts.drop_nulls().unique().to_list() if (v := make(t)) is not None}
    return texts.replace_strict(
        pl.Series(list(made), dtype=pl.String),
        pl.Series(list(made.values()), dtype=pl.String),
        default=None,
        return_dtype=pl.String,
    )


__all__ = ["read_grids"]
