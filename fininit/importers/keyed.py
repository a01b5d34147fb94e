"""Paper statements that two people typed into the workbook of ``fininit keying new``.

All or nothing: a file is read when the two sheets say the same and the printed balances bear every line out. Otherwise
each place that differs, cannot be read, or does not add up is listed by page and line, never with its value, and a
person looks at the paper.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final

from fininit.errors import SourceRefused, UsageError
from fininit.identifiers.account import stated_account
from fininit.importers.base import Draft, Entry, Options, Reading, Source, Stated, refused_reading
from fininit.importers.cells import Cell, CellSheet
from fininit.importers.keying import COLUMNS, FACTS, GUIDE, HEADER_ROW, MARK, VERSION
from fininit.importers.registry import workbook
from fininit.importers.table import letter
from fininit.issues import Issue, Kind
from fininit.values.assets import exponent, is_currency

_EXACT: Final = Context(prec=80)
_LISTED: Final = 200
"""Places that are listed one by one; of more it is said how many there are."""

_AGAIN: Final = "Look at each place on the paper, correct the sheet that is wrong, save the workbook and try again."

Value = str | date | Decimal | None


@dataclass(frozen=True, slots=True)
class _Line:
    """One typed line: where it stands, what it says, its cells as they are."""

    row: int
    page: int
    line: int
    day: date
    note: str
    out: Decimal | None
    into: Decimal | None
    balance: Decimal | None
    raw: str

    @property
    def place(self) -> str:
        return f"Page {self.page}, line {self.line}"

    @property
    def amount(self) -> Decimal:
        return self.into if self.into is not None else (self.out or Decimal(0)).copy_negate()

    def said(self) -> dict[str, Value]:
        """What both keyers must say alike, by column. Runs of blanks are set aside."""
        return dict(zip(COLUMNS[2:], (self.day, self.note, self.out, self.into, self.balance), strict=True))


@dataclass
class _Sheet:
    """One keyer's sheet."""

    name: str
    facts: dict[str, Value] = field(default_factory=dict)
    lines: dict[tuple[int, int], _Line] = field(default_factory=dict)
    faults: list[Issue] = field(default_factory=list)
    filled: bool = False

    def ordered(self) -> list[_Line]:
        """The lines as they stand on paper."""
        return [self.lines[k] for k in sorted(self.lines)]

    def amount(self, fact: str) -> Decimal | None:
        """A balance that is typed once."""
        value = self.facts.get(fact)
        return value if isinstance(value, Decimal) else None

    def fault(self, code: str, message: str, row: int, column: str, hint: str = "", kind: Kind = "refused") -> None:
        """Note what is wrong."""
        self.faults.append(Issue(kind, code, message, row=row, column=column, sheet=self.name, hint=hint))


class Keyed:
    """Reads the workbook of ``fininit keying new``."""

    name = "keyed"
    title = "Paper statement typed by hand (fininit keying new)"
    kind = "bank"

    def matches(self, source: Source) -> bool:
        """Whether a sheet begins with the mark of the form."""
        if source.container != "xlsx":
            return False
        try:
            return any(_marked(sheet) for sheet in workbook(source))
        except SourceRefused:
            return False

    def read(self, source: Source, options: Options) -> Reading:
        """The whole file. Raises :class:`SourceRefused` for a workbook that is no form."""
        found = [s for s in workbook(source) if isinstance(s, CellSheet)] if source.container == "xlsx" else []
        forms = [s for s in found if _marked(s)]
        if not forms:
            raise SourceRefused(
                "The workbook is no form of fininit keying new.",
                code="header-not-found",
                hint="fininit keying new FILE",
            )
        sheets = [_read(s) for s in forms]
        typed = [s for s in sheets if s.filled]
        around = [i for s in forms for i in s.issues]
        around += [_not_read(s.name) for s in found if s not in forms and s.name != GUIDE and s.head]
        if not typed:
            return _asked(
                source, "empty-form", "Nothing is typed into the form.", "Type the statement, then try again."
            )
        faults = [i for s in typed for i in s.faults if i.kind == "refused"]
        if faults:
            text = f"{len(faults)} cells or rows cannot be read as the form asks."
            return _asked(source, "keying-unreadable", text, _AGAIN, faults + around)
        if len(typed) > 2:
            return _asked(source, "keying-differs", "More than two sheets are filled.", "Keep the two that count.")
        currency = str(typed[0].facts.get("Currency") or options.currency or "").strip().upper()
        if not is_currency(currency):
            return _asked(source, "currency-not-named", "The form names no currency.", "Name it: --currency EUR")
        differ = list(_differences(*typed)) if len(typed) == 2 else []
        if differ:
            text = f"The two keyers differ in {len(differ)} place{'' if len(differ) == 1 else 's'}."
            return _asked(source, "keying-differs", f"{text} {_who_adds_up(typed)}".strip(), _AGAIN, differ + around)
        unproved = list(_unproved(typed[0], alone=len(typed) == 1))
        unproved += _too_fine(typed[0], currency)
        if unproved:
            text = "The balances on paper do not bear out what was typed."
            return _asked(source, "keying-not-proved", text, _AGAIN, unproved + around)
        around += [i for s in typed for i in s.faults]
        return self._taken(source, typed, currency, options, around)

    def _taken(
        self, source: Source, typed: list[_Sheet], currency: str, options: Options, around: list[Issue]
    ) -> Reading:
        """The reading of sheets that agree and add up."""
        draft = Draft(source, self.name)
        for issue in around:
            draft.add(issue)
        first = typed[0]
        account = str(first.facts.get("Account") or "") or None
        account = stated_account(account) if account else None
        if account is None and options.account:
            account = stated_account(options.account)
        if account is None:
            text = "The form does not say whose account this is."
            hint = "Name it: --account iban:… or --account acct:BANK:NUMBER"
            draft.issue("warning", "account-not-named", text, hint=hint)
        for line in first.ordered():
            columns: dict[str, Any] = {
                "account": account,
                "amount": line.amount,
                "currency": currency,
                "booking_date": line.day,
                "remittance_info": line.note or None,
                "balance_after": line.balance,
                "flags": f"page-{line.page} line-{line.line}",
            }
            draft.add(Entry(line.row, line.raw, sheet=first.name, **columns))
        for other in typed[1:]:
            for line in other.ordered():
                text = "The second keying of a line; it says the same."
                draft.issue("skipped", "keyed-again", text, row=line.row, sheet=other.name)
        if len(typed) == 1:
            text = "One person typed this statement; nobody compared the notes and dates."
            draft.issue("warning", "keyed-once", text, sheet=first.name)
        draft.add(
            Stated(
                1,
                account=account,
                currency=currency,
                opening=first.amount("Opening balance"),
                closing=first.amount("Closing balance"),
                count=len(first.lines),
                row=HEADER_ROW,
            )
        )
        balances = sum(line.balance is not None for line in first.lines.values())
        proof = [f"The lines lead from the opening balance over {balances} printed balances to the closing balance."]
        proof += ["Two people typed it and say the same."] if len(typed) == 2 else []
        return replace(draft.finish(), proof=tuple(proof))


def _marked(sheet: object) -> bool:
    head = sheet.head if isinstance(sheet, CellSheet) else ()
    return bool(head) and head[0][0] == 1 and head[0][1][:1] == (MARK,)


def _not_read(name: str) -> Issue:
    text = "This sheet is no sheet of the form; it was not read."
    return Issue("warning", "sheet-not-read", text, sheet=name)


def _asked(source: Source, code: str, message: str, question: str, places: list[Issue] | None = None) -> Reading:
    """A reading that waits for a person."""
    listed = places or []
    head = Issue("refused", code, message, hint=question)
    shown = [*listed[:_LISTED]]
    if len(listed) > _LISTED:
        shown.append(Issue("warning", code, f"… and {len(listed) - _LISTED} more places.", count=len(listed) - _LISTED))
    reading = refused_reading(source, SourceRefused(message, code="needs-decision", hint=question), format=Keyed.name)
    return replace(reading, issues=(head, *shown), question=question)


# ---------------------------------------------------------------------------------------------------------- one sheet


def _read(sheet: CellSheet) -> _Sheet:
    """What one keyer typed. Each cell is read strictly: numbers are numbers, dates are dates."""
    walked = sheet.walked
    made = _Sheet(sheet.name, filled=True)
    rows = walked.rows
    if rows.get(1, {}).get(1) != ("number", str(VERSION)):
        made.fault("bad-form", "The form is of another version.", 1, "B", "Use the fininit that made it.")
        return made
    header = tuple(rows.get(HEADER_ROW, {}).get(n, ("", ""))[1] for n in range(len(COLUMNS)))
    labels = tuple(rows.get(n, {}).get(0, ("", ""))[1] for n in range(2, 2 + len(FACTS)))
    if header != COLUMNS or labels != FACTS:
        made.fault("bad-form", "Labels or headings of the form were changed.", HEADER_ROW, "A", "Make a new form.")
        return made
    typed = {r: {c: v for c, v in cells.items() if c < len(COLUMNS) and v[1].strip()} for r, cells in rows.items()}
    balances = [n for n, label in enumerate(FACTS, 2) if "balance" in label]
    if not any(typed[r] for r in rows if r > HEADER_ROW) and not any(1 in typed[r] for r in balances):
        made.filled = False
        return made
    for n, label in enumerate(FACTS, 2):
        made.facts[label] = _fact(made, n, label, rows[n].get(1))
    for row, column in sorted(walked.formulas):
        text = "A formula stands here: what the spreadsheet computes proves nothing."
        made.fault("keying-formula", text, row, _column(column), "Type what is printed.")
    for row, code in sorted(walked.problems.items()):
        made.fault(code, "The row holds a cell that cannot be read.", row, "")
    beside = [(r, c) for r, cells in rows.items() for c in cells if c >= (2 if r < HEADER_ROW else len(COLUMNS))]
    for row, column in sorted(beside):
        text = "This cell is outside the form; it was not read."
        made.fault("unread-column", text, row, letter(column), kind="warning")
    for row in sorted(r for r in rows if r > HEADER_ROW and r not in walked.problems):
        if typed[row]:
            _line(made, row, typed[row])
    return made


def _column(index: int) -> str:
    return COLUMNS[index] if index < len(COLUMNS) else letter(index)


def _fact(sheet: _Sheet, row: int, label: str, cell: Cell | None) -> Value:
    kind, text = cell or ("", "")
    text = text.strip()
    if not text:
        if "balance" in label:
            sheet.fault("no-balance", "The balance is not typed.", row, label, "Without it nothing proves the lines.")
        return None
    if "balance" in label:
        return _number(sheet, row, label, (kind, text))
    if label == "Account":
        try:
            return stated_account(text)
        except UsageError as e:
            sheet.fault("bad-account", e.message, row, label, e.hint)
            return None
    return text


def _line(sheet: _Sheet, row: int, cells: dict[int, Cell]) -> None:
    before = len(sheet.faults)
    page, line = (_whole(sheet, row, COLUMNS[n], cells.get(n)) for n in (0, 1))
    day = _day(sheet, row, cells.get(2))
    note = " ".join(cells.get(3, ("", ""))[1].split())
    out, into, balance = (_number(sheet, row, COLUMNS[n], cells[n]) if n in cells else None for n in (4, 5, 6))
    for column, value in (("Amount out", out), ("Amount in", into)):
        if value is not None and value <= 0:
            sheet.fault("bad-sign", "An amount is typed without a sign, and is not zero.", row, column)
    if not {4, 5} & cells.keys():
        sheet.fault("no-amount", "There is no amount.", row, "Amount out")
    elif {4, 5} <= cells.keys():
        sheet.fault("debit-and-credit", "An amount stands in one of the two columns, not in both.", row, "Amount in")
    if page is not None and line is not None and (page, line) in sheet.lines:
        sheet.fault("line-twice", f"Page {page}, line {line} is typed twice.", row, "Line")
    if len(sheet.faults) > before or page is None or line is None or day is None:
        return
    raw = json.dumps([cells.get(n, ("", None))[1] for n in range(len(COLUMNS))], ensure_ascii=False)
    sheet.lines[page, line] = _Line(row, page, line, day, note, out, into, balance, raw)


def _whole(sheet: _Sheet, row: int, column: str, cell: Cell | None) -> int | None:
    kind, text = cell or ("", "")
    if kind in ("number", "text") and text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 5:
        return int(text)
    sheet.fault("no-place", f"The {column.lower()} is not typed as a whole number.", row, column)
    return None


def _day(sheet: _Sheet, row: int, cell: Cell | None) -> date | None:
    """A real date of the spreadsheet, or text of the form 2026-05-03."""
    kind, text = cell or ("", "")
    if kind in ("date", "text") and len(text.strip()) == 10:
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            pass
    sheet.fault("bad-date", "The cell is not a date.", row, "Date", "Type a date; the cell then shows year-month-day.")
    return None


def _number(sheet: _Sheet, row: int, column: str, cell: Cell) -> Decimal | None:
    """A real number. Text that looks like one is refused: the program did not take the decimal mark that was typed."""
    kind, text = cell
    if kind == "number":
        try:
            return Decimal(text)
        except InvalidOperation:
            pass
    hint = "Type it with the decimal mark of your spreadsheet program; a number stands at the right of the cell."
    sheet.fault("bad-amount", "The cell is not a number.", row, column, hint)
    return None


# ------------------------------------------------------------------------------------------------- what must be so


def _differences(one: _Sheet, two: _Sheet) -> Iterator[Issue]:
    """Each place in which two keyers do not say the same."""

    def differs(what: str, sheet: _Sheet, row: int, column: str) -> Issue:
        return Issue("refused", "keying-differs", what, row=row, column=column, sheet=sheet.name)

    for n, label in enumerate(FACTS, 2):
        if label != "Keyed by" and one.facts.get(label) != two.facts.get(label):
            yield differs(f"{label}: differs.", two, n, label)
    for key in sorted(one.lines.keys() | two.lines.keys()):
        a, b = one.lines.get(key), two.lines.get(key)
        if a is None or b is None:
            sheet, line = (one, a) if a is not None else (two, b)
            assert line is not None
            yield differs(f"{line.place}: typed in one sheet only.", sheet, line.row, "Line")
            continue
        theirs = b.said()
        for column, value in a.said().items():
            if value != theirs[column]:
                yield differs(f"{a.place}, {column}: differs.", two, b.row, column)


def _unproved(sheet: _Sheet, *, alone: bool) -> Iterator[Issue]:
    """Where the printed balances do not follow from the lines, in the order of the paper."""
    running = sheet.amount("Opening balance")
    closing = sheet.amount("Closing balance")
    assert running is not None
    assert closing is not None
    for line in sheet.ordered():
        running = _EXACT.add(running, line.amount)
        if line.balance is not None and line.balance != running:
            text = f"{line.place}: the balance does not follow from the one before it."
            yield Issue("refused", "balance-broken", text, row=line.row, column="Balance", sheet=sheet.name)
            running = line.balance
        if line.balance is None and alone:
            text = f"{line.place}: no balance; where one person types, every line needs one."
            yield Issue("refused", "no-balance", text, row=line.row, column="Balance", sheet=sheet.name)
    if running != closing:
        text = "The lines do not lead to the closing balance."
        row = FACTS.index("Closing balance") + 2
        yield Issue("refused", "closing-differs", text, row=row, column="Closing balance", sheet=sheet.name)


def _too_fine(sheet: _Sheet, currency: str) -> Iterator[Issue]:
    """Amounts with more decimals than the currency has."""
    places = exponent(currency)
    if places is None:
        return
    for line in sheet.ordered():
        for column, value in (("Amount out", line.out), ("Amount in", line.into), ("Balance", line.balance)):
            if value is not None and value != round(value, places):
                text = f"{line.place}, {column}: more decimals than the currency has."
                yield Issue("refused", "too-many-decimals", text, row=line.row, column=column, sheet=sheet.name)


def _who_adds_up(typed: list[_Sheet]) -> str:
    """Says which of two sheets the balances bear out, where it is one of them."""
    right = [n for n, s in enumerate(typed, 1) if not list(_unproved(s, alone=False))]
    return (
        f"The balances bear out what stands in sheet {right[0]} of the two, and not the other."
        if len(right) == 1
        else ""
    )
