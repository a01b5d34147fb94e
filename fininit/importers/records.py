"""Reading a table that says who holds an account and what belongs to it, by a ``[[records]]`` section of a dialect.

Every row of it gives rows of ``parties``, ``capacities`` and ``identifiers``, or is skipped (it states nothing), or is
refused. A cell that is not what its column should hold is a warning with its column, and is not taken; a row of which
nothing could be taken is refused. Nobody is merged: one name under one account of one source is one party.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import polars as pl

from fininit.errors import SourceRefused, ValueRefused
from fininit.evidence.custody import canonical
from fininit.identifiers.account import name_id
from fininit.importers import stating
from fininit.importers.base import Source
from fininit.importers.declaring import resolve
from fininit.importers.dialect import Dialect
from fininit.importers.record import Choice, IdentifierColumn, PartyColumns, Record
from fininit.importers.table import Grid, unread
from fininit.issues import Issue
from fininit.schema import CAPACITIES_TABLE, IDENTIFIERS, PARTIES

_TABLES: Final = {t.name: t for t in (PARTIES, CAPACITIES_TABLE, IDENTIFIERS)}

Days = Callable[[str], tuple[list[date | None], list[bool]]]
"""Column -> its days, row by row, and whether a filled cell is none."""


def party_id(source: str, account: str, name: str) -> str:
    """The id of a name under one account of one source (its SHA-256): case and blanks of the name are set aside.

    The same name under another account, or in another source, is another party until a person says otherwise.
    """
    plain = (name_id(name) or "").removeprefix("name:")
    return f"party:{hashlib.sha256(canonical([source, account, plain])).hexdigest()[:16]}"


@dataclass(frozen=True)
class Taken:
    """What tables of records gave: frames by table of ``fininit.schema`` (empty ones left out), how many rows of the
    file stand behind them, issues, and rows skipped and refused."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    rows: int = 0
    issues: tuple[Issue, ...] = ()
    skipped: int = 0
    refused: int = 0

    @classmethod
    def together(cls, parts: Sequence[Taken]) -> Taken:
        """Several tables as one, each frame sorted by its place in the file."""
        tables = {}
        for name, table in _TABLES.items():
            frames = [p.tables[name] for p in parts if name in p.tables]
            if frames:
                rest = [c for c in table.names if c not in ("sheet", "row")]
                tables[name] = pl.concat(frames).unique().sort("sheet", "row", *rest, nulls_last=False)
        return cls(
            tables,
            sum(p.rows for p in parts),
            tuple(i for p in parts for i in p.issues),
            sum(p.skipped for p in parts),
            sum(p.refused for p in parts),
        )


def read_record(source: Source, grid: Grid, record: Record, dialect: Dialect, days: Days) -> Taken:
    """What ``grid`` states by ``record``. Never raises for a row; ``days`` may ask about the whole column."""
    return _Table(source, grid, record, dialect, days).read()


@dataclass
class _Row:
    """One row on its way: what was taken of it, and what could not be."""

    number: int
    place: dict[str, Any]
    cells: dict[str, str | None]
    days: dict[str, date | None]
    taken: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in _TABLES})
    faults: list[Issue] = field(default_factory=list)

    def cell(self, column: str) -> str | None:
        return self.cells.get(column)

    def day(self, column: str) -> date | None:
        return self.days.get(column)

    def fault(self, code: str, message: str, column: str, hint: str = "") -> None:
        sheet = self.place["sheet"] or None
        self.faults.append(Issue("warning", code, message, row=self.number, column=column, sheet=sheet, hint=hint))


class _Table:
    """One grid."""

    def __init__(self, source: Source, grid: Grid, record: Record, dialect: Dialect, days: Days) -> None:
        self.source, self.grid, self.record, self.dialect = source, grid, record, dialect
        self.prefix = record.prefix or dialect.account.prefix
        self.at = {column: self._at(column) for column in sorted(record.used)}
        self.days = {column: days(column) for column in record.dated}

    def _at(self, column: str) -> str:
        index = resolve(self.grid.header, column)
        if index is None:
            raise SourceRefused(
                "The table does not have the header that the dialect declares.",
                code="header-not-found",
                hint="Compare the header with that of the [[records]] section.",
            )
        return f"c{index}"

    def read(self) -> Taken:
        frame = self.grid.cells.with_columns(row=self.grid.rows)
        issues = [*self.grid.issues, *unread(self.grid, frame, set(self.at.values()))]
        read = sorted(self.record.mapped)
        taken: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}
        rows = skipped = 0
        seen: dict[tuple[str, str | None], int] = {}
        for i, values in enumerate(frame.select("row", *(self.at[c] for c in read)).iter_rows()):
            row = self._row(i, values[0], dict(zip(read, map(self._filled, values[1:]), strict=True)))
            self._state(row)
            if any(row.taken.values()):
                rows += 1
                issues += row.faults
                for name, made in row.taken.items():
                    taken[name] += made
            elif not row.faults:
                skipped += 1
                issues.append(self._nothing(row.number))
            else:
                first, *rest = row.faults
                seen[first.code, first.column] = seen.get((first.code, first.column), 0) + 1
                issues += [_refused(first), *rest]
        refused = sum(seen.values())
        frames = {
            name: _TABLES[name].conform(pl.DataFrame(made, schema=_TABLES[name].polars()))
            for name, made in taken.items()
            if made
        }
        return Taken(frames, rows, tuple(issues), self.grid.skipped + skipped, self.grid.refused + refused)

    def _filled(self, cell: str | None) -> str | None:
        text = (cell or "").strip()
        return text if text and text not in self.dialect.format.empty else None

    def _nothing(self, number: int) -> Issue:
        text = "The row names an account and states nothing of it."
        return Issue("skipped", "nothing-stated", text, row=number, sheet=self.grid.sheet or None)

    def _row(self, i: int, number: int, cells: dict[str, str | None]) -> _Row:
        place = {"source": self.source.sha256, "sheet": self.grid.sheet, "row": number}
        row = _Row(number, place, cells, {column: said[i] for column, (said, _) in self.days.items()})
        for column, (_, wrong) in self.days.items():
            if wrong[i]:
                row.fault("bad-date", "The cell is not a date as the format writes it; it was not taken.", column)
        return row

    def _account(self, row: _Row) -> str | None:
        cell = row.cell(self.record.account)
        named = cell is not None and cell not in self.dialect.account.none
        account = stating.account_of(cell or "", self.prefix) if named else None
        if account is None:
            row.faults.clear()
            row.fault("no-account", "The row does not say whose account it is about.", self.record.account)
        return account

    def _state(self, row: _Row) -> None:
        account = self._account(row)
        if account is None:
            return
        instruments: dict[str, str] = {}
        for known in self.record.identifiers:
            said = self._said(row, known)
            if said is None:
                continue
            # a number that is not shown in full may be that of several accounts
            if said.kind in ("account", "iban", "wallet") and said.pivot:
                instruments[known.column] = said.identifier.removeprefix("wallet:")
            row.taken["identifiers"].append(
                row.place
                | {
                    "identifier": said.identifier,
                    "kind": said.kind,
                    "as_written": row.cell(known.column),
                    "recovered": False,
                    "pivot": said.pivot,
                    "found_in": known.column,
                    "note": said.note or None,
                    "account": account,
                    "from_date": row.day(known.start),
                    "to_date": row.day(known.end),
                }
            )
        for party in self.record.parties:
            self._party(row, party, account, instruments)

    def _said(self, row: _Row, known: IdentifierColumn) -> stating.Said | None:
        """What an identifier's cell states; None where it is empty or could not be taken."""
        text = row.cell(known.column)
        if text is None or text in self.dialect.account.none:
            return None
        kind = self._word(row, known.kind, known.column)
        if not kind:
            return None
        try:
            said = _read(text, kind, known, row)
        except ValueRefused as e:
            message = f"{e.message[0].upper()}{e.message[1:]}; it was not taken."
            row.fault(e.code, message, known.column, e.hint)
            return None
        if known.pivot is None:
            return said
        if known.pivot and said.kind == "ip":
            return said._replace(pivot=True, note="")
        return said._replace(pivot=said.pivot and known.pivot)

    def _word(self, row: _Row, choice: Choice, column: str) -> str:
        """What a choice comes to in a row; empty where its column does not say, or says what is not listed."""
        if not choice.column:
            return choice.value
        word = row.cell(choice.column) or ""
        meaning = choice.words.get(word, "")
        if not meaning and (word or column):
            row.fault("unknown-code", "The format does not list this word; nothing was taken by it.", choice.column)
        return meaning

    def _party(self, row: _Row, party: PartyColumns, account: str, instruments: dict[str, str]) -> None:
        name = " ".join(text for c in party.name if (text := row.cell(c)) is not None)
        if not name:
            return
        made = party_id(self.source.sha256, account, name)
        kind = self._word(row, party.kind, "") or "unknown"
        row.taken["parties"].append(row.place | {"party_id": made, "name": name, "kind": kind, "role": "unknown"})
        of = instruments.get(party.of) if party.of else account
        capacity = self._word(row, party.capacity, "")
        if of is None or not capacity:
            return
        dates = {"from_date": row.day(party.start), "to_date": row.day(party.end)}
        row.taken["capacities"].append(row.place | {"account": of, "party_id": made, "capacity": capacity} | dates)


def _read(text: str, kind: str, known: IdentifierColumn, row: _Row) -> stating.Said:
    if kind == "phone":
        return stating.phone(text, known.region)
    if kind == "handle":
        return stating.handle(text, known.app)
    if kind == "account":
        stated = row.cell(known.institution) if known.institution else None
        return stating.account(text, known.prefix or stating.institution_prefix(stated))
    return stating.PLAIN[kind](text)


def _refused(fault: Issue) -> Issue:
    return Issue(
        "refused", fault.code, fault.message, row=fault.row, column=fault.column, sheet=fault.sheet, hint=fault.hint
    )
