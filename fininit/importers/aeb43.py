"""AEB43 (Norma 43, Cuaderno 43, CSB43): account statements of Spanish banks, 80 columns a line.

Sources: Asociación Española de Banca, *Información normalizada de cuenta corriente*, Serie normas y procedimientos
bancarios no. 43 (1986, with the changes for the euro and of June 2012), records 00, 11, 22, 23, 24, 33 and 88 and the
annex on the account code; the IBAN rule stands in :mod:`fininit.importers.fixed`.

Row: the line of record 22. Raw: that line and its records 23 and 24. A debit (1) is minus, a credit (2) plus. The
account is the IBAN of bank, branch and number. ``transaction_code``: common and own item (``12/543``).
``servicer_ref``: references 1 and 2 in one. ``place``: the branch that booked the line. The format names no other
party: who paid or was paid stands, if at all, in the note, in words of each bank's own.

Declared, not read: the free columns 3-6 of record 22, the information mode and the client code of record 11, the free
columns of 33 and 88, the check digits that some banks put into references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fininit.errors import ValueRefused
from fininit.importers import fixed
from fininit.importers.base import Entry, Options, Stated, refusal
from fininit.importers.fixed import Record
from fininit.issues import Issue
from fininit.values.assets import ISO_4217_NUMERIC
from fininit.values.money import exact_sum

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH: Final = 80
DECIMALS: Final = 2
"""Implied in every amount, whatever the currency."""

_TEXT: Final = 38
_TEXTS: Final = 5

_HEAD: Final = re.compile(
    r"\s*(?:00[0-9]{10}[^\n]*\n\s*)?"
    r"(?:11[0-9]{8}.{10}[0-9]{12}[12][0-9]{14}|22.{8}[0-9]{12}.{5}[12][0-9]{14}|23[0-9]{2}.*\n22.{8}[0-9]{12}.{5}[12][0-9])"
)

PESETA: Final = MappingProxyType({"724": "ESP"})
"""The currency of these files until 2002. Its number was not given out again."""

_CHANNELS: Final[Mapping[str, str]] = MappingProxyType({"03": "direct_debit", "11": "atm", "12": "card"})
"""Common item -> channel, where it says so for certain; the others name several things at once."""

_CHEQUE: Final = "01"
_CANCELLED: Final = "98"


@dataclass(slots=True)
class _Line:
    record: Record
    amount: Decimal | None = None
    refused: Issue | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, Record] = field(default_factory=dict)
    original: tuple[Decimal, str] | None = None
    end: int = 0


@dataclass(slots=True)
class _Statement:
    number: int
    row: int
    account: str | None = None
    parts: str = ""
    name: str | None = None
    currency: str | None = None
    opening: Decimal | None = None
    first: date | None = None
    last: date | None = None
    lines: list[_Line] = field(default_factory=list)


class Aeb43(fixed.Records):
    """Statements of Norma 43: several accounts a file, each with its opening and closing balance and its totals."""

    name = "aeb43"
    title = "AEB43 / Norma 43 account statement (Spain)"
    kind = "bank"

    shape = _HEAD
    other = (
        "This is not a Norma 43 statement.",
        "not-aeb43",
        "Such a file has lines of 80 columns that begin with 11, 22, 23, 33 and 88.",
    )

    def records(self, text: str, options: Options) -> Iterator[Entry | Issue | Stated]:
        """Entries, refused lines and warnings, and what each statement says of itself."""
        return _Reader(text, options).read()


class _Reader:
    """One pass over the records of a file."""

    def __init__(self, text: str, options: Options) -> None:
        self.text = text
        self.options = options
        self.statement: _Statement | None = None
        self.chain = fixed.Chain()
        self.statements = 0
        self.counted = 0
        self.last: Record | None = None
        self.ended = False

    def read(self) -> Iterator[Entry | Issue | Stated]:
        for record in fixed.cut(self.text, WIDTH):
            self.last = record
            kind = record.text[:2]
            self.counted += kind not in ("00", "88")
            if self.ended and kind != "88":
                self.ended, self.counted = False, int(kind != "00")
            if kind == "11":
                yield from self._open(record)
            elif kind == "22":
                yield from self._movement(record)
            elif kind in ("23", "24"):
                yield from self._detail(record, kind)
            elif kind == "33":
                yield from self._close(record)
            elif kind == "88":
                yield from self._end(record)
            elif kind != "00":
                yield Issue(
                    "refused", "unknown-record", "The line does not begin with a record code.", record.row, "1-2"
                )
        if self.statement is not None:
            yield from self._unclosed(self.statement)
        if not self.ended and self.last is not None:
            yield Issue(
                "warning",
                "file-not-closed",
                "The file has no end record (88): its end may be missing.",
                row=self.last.row,
                hint="Ask for the file again, or compare the number of lines with the producer's.",
            )

    # ------------------------------------------------------------------------------------------------------ accounts

    def _open(self, record: Record) -> Iterator[Entry | Issue | Stated]:
        if self.statement is not None:
            yield from self._unclosed(self.statement)
        self.statements += 1
        s = self.statement = _Statement(self.statements, record.row)
        try:
            fixed.check(record, 51, WIDTH)
            bank, branch, number = record.field(3, 6), record.field(7, 10), record.field(11, 20)
            s.parts = bank + branch + number
            iban = fixed.spanish_iban(bank, branch, number)
            s.account = fixed.account_of(number, bank + branch, iban) or fixed.stated(self.options)
            s.currency = _currency(record.field(48, 50))
            s.name = fixed.clean(record.field(52, 77))
            s.first, s.last = fixed.day(record.field(21, 26), "ymd"), fixed.day(record.field(27, 32), "ymd")
            s.opening = _balance(record.field(33, 33), record.field(34, 47))
        except ValueRefused as e:
            yield refusal(record.row, e, column="11")

    def _unclosed(self, s: _Statement) -> Iterator[Entry | Issue | Stated]:
        """A statement without its closing record: its lines stand, its end does not."""
        yield from self._lines(s)
        yield Issue(
            "refused",
            "statement-not-closed",
            "The statement has no closing record (33): lines may be missing at its end.",
            row=s.row,
            column="33",
        )
        yield Stated(s.number, s.account, s.currency, opening=s.opening, first=s.first, last=s.last, row=s.row)
        self.statement = None

    def _close(self, record: Record) -> Iterator[Entry | Issue | Stated]:
        s = self.statement
        if s is None:
            message = "A closing record (33) without an opening one (11): the lines before it are missing."
            yield Issue("refused", "closing-without-opening", message, record.row, "33")
            return
        yield from self._lines(s)
        closing: Decimal | None = None
        count: int | None = None
        try:
            fixed.check(record, 76, WIDTH)
            yield from self._totals(s, record)
            count = int(record.field(21, 25)) + int(record.field(40, 44))
            closing = self._closing(s, record)
            if closing is not None and record.field(59, 59) not in ("1", "2"):
                message = "The final balance is marked neither debit nor credit; the lines prove it."
                yield Issue("warning", "unmarked-balance", message, record.row, "59")
            if _currency(record.field(74, 76)) != s.currency:
                closing = None
                message = "The closing record is in another currency than the account; its balance was not used."
                yield Issue("warning", "currencies-differ", message, record.row, "33")
        except ValueRefused as e:
            yield refusal(record.row, e, column="33")
        if record.field(3, 20) != s.parts:
            message = "The closing record names another account than the opening one."
            yield Issue("warning", "account-differs", message, record.row, "33")
        yield from self.chain.join(s.account, s.currency, s.opening, closing, s.row)
        yield Stated(s.number, s.account, s.currency, s.opening, closing, count, s.first, s.last, record.row)
        self.statement = None

    def _closing(self, s: _Statement, record: Record) -> Decimal:
        """The final balance. Without a mark it stands as credit where opening and lines come to that."""
        try:
            return _balance(record.field(59, 59), record.field(60, 73))
        except ValueRefused:
            value = fixed.amount(record.field(60, 73), DECIMALS)
            moved = [x.amount for x in s.lines if x.amount is not None]
            if s.opening is None or exact_sum([s.opening, *moved]) != value:
                raise
            return value

    def _totals(self, s: _Statement, record: Record) -> Iterator[Issue]:
        """Number and sum of debits and credits against the lines. Raises ``ValueRefused`` where they are no numbers."""
        for side, at in (("debits", 21), ("credits", 40)):
            if not re.fullmatch("[0-9]{5}", record.field(at, at + 4)):
                raise ValueRefused("The number of lines is not made of digits.", code="bad-total")
            total = fixed.amount(record.field(at + 5, at + 18), DECIMALS)
            mine = [x.amount for x in s.lines if x.amount is not None and _is_out(x.record) == (side == "debits")]
            if int(record.field(at, at + 4)) != len(mine) or exact_sum(a.copy_abs() for a in mine) != total:
                yield Issue(
                    "warning",
                    "total-differs",
                    f"The statement's own number or total of its {side} is not that of its lines.",
                    row=record.row,
                    column="33",
                    hint="Lines are missing, or the producer altered the statement; ask for it again.",
                )

    def _end(self, record: Record) -> Iterator[Entry | Issue | Stated]:
        if self.statement is not None:
            yield from self._unclosed(self.statement)
        self.ended = True
        count = record.field(21, 26)
        if not re.fullmatch("[0-9]{6}", count) or int(count) != self.counted:
            yield Issue(
                "warning",
                "record-count-differs",
                "The end record (88) states another number of records than the file has.",
                row=record.row,
                column="88",
                hint="Lines were taken out or put in; ask for the file again.",
            )

    # --------------------------------------------------------------------------------------------------------- lines

    def _movement(self, record: Record) -> Iterator[Issue]:
        s = self.statement
        if s is None:
            message = "A movement (22) outside a statement: no record names its account and currency."
            yield Issue("refused", "outside-statement", message, record.row, "22")
            return
        line = _Line(record, end=record.end)
        s.lines.append(line)
        try:
            fixed.check(record, 42, WIDTH)
            if s.currency is None:
                raise ValueRefused("The statement's header cannot be read: whose line is this?", code="no-account")
            flag = record.field(28, 28)
            if flag not in ("1", "2"):
                raise ValueRefused("Neither debit (1) nor credit (2) is marked.", code="bad-mark")
            value = fixed.amount(record.field(29, 42), DECIMALS)
            booked = fixed.day(record.field(11, 16), "ymd")
        except ValueRefused as e:
            line.refused = refusal(record.row, e, column="22")
            return
        common, own = record.field(23, 24), record.field(25, 27)
        document = record.field(43, 52).strip()
        document = document if document.strip("0") else ""
        cheque = common == _CHEQUE and document.isdigit()
        branch = record.field(7, 10).strip()
        line.amount = fixed.signed(value, out=flag == "1")
        valued = fixed.day_or_none(record.field(17, 22), "ymd")
        if valued is None and record.field(17, 22).strip(" 0"):
            yield Issue("warning", "bad-value-date", "A value date is no day; none is given.", record.row, "17-22")
        line.columns = {
            "booking_date": booked,
            "value_date": valued,
            "servicer_ref": _reference(record),
            "transaction_code": fixed.clean(f"{common}/{own}"),
            "channel": _CHANNELS.get(common),
            "cheque_no": document if cheque else None,
            "place": branch if branch.strip("0") else None,
            "remittance_info": document if document and not cheque else None,
            "flags": "reversal" if common == _CANCELLED else None,
        }

    def _detail(self, record: Record, kind: str) -> Iterator[Issue]:
        line = self.statement.lines[-1] if self.statement is not None and self.statement.lines else None
        if line is None:
            message = "A complement (23, 24) that belongs to no movement."
            yield Issue("refused", "detail-without-line", message, record.row, kind)
            return
        line.end = record.end
        try:
            fixed.check(record, 4, WIDTH)
            if kind == "24":
                currency = _currency(record.field(5, 7))
                line.original = fixed.amount(record.field(8, 21), DECIMALS), currency
                return
        except ValueRefused as e:
            message = f"A complement cannot be read, so its text or original amount is missing: {e.message}"
            yield Issue("warning", "bad-detail", message, record.row, kind)
            return
        number = record.field(3, 4)
        if number in line.texts or number not in [f"{n:02}" for n in range(1, _TEXTS + 1)]:
            message = "A complement (23) has a number twice or beyond 05; it was read in the order of the file."
            yield Issue("warning", "detail-number", message, record.row, "3-4")
            number = f"{number}+{record.row}"
        line.texts[number] = record

    def _lines(self, s: _Statement) -> Iterator[Entry | Issue]:
        for line in s.lines:
            if line.refused is not None:
                yield line.refused
                continue
            note = line.columns.pop("remittance_info")
            pieces = [r.field(a, a + _TEXT - 1).ljust(_TEXT) for r in line.texts.values() for a in (5, 43)]
            words = fixed.clean(fixed.flow([p for p in pieces if p.strip()], _TEXT))
            original, original_currency = line.original or (None, None)
            yield Entry(
                line.record.row,
                self.text[line.record.start : line.end],
                statement=s.number,
                account=s.account,
                account_name=s.name,
                amount=line.amount,
                currency=s.currency,
                remittance_info=fixed.clean(f"{words or ''} {note or ''}"),
                original_amount=original,
                original_currency=original_currency,
                **line.columns,
            )


def _is_out(record: Record) -> bool:
    return record.field(28, 28) == "1"


def _reference(record: Record) -> str | None:
    """References 1 and 2: banks write across the border between them, so they are one text. Zeros alone are none."""
    parts = [text for text in (record.field(53, 64), record.field(65, 80)) if text.strip(" 0")]
    return fixed.clean("".join(parts))


def _currency(number: str) -> str:
    code = ISO_4217_NUMERIC.get(number) or PESETA.get(number)
    if code is None:
        raise ValueRefused("The currency is not a number of ISO 4217.", code="unknown-currency")
    return code


def _balance(flag: str, digits: str) -> Decimal:
    if flag not in ("1", "2"):
        raise ValueRefused("The balance is marked neither debit (1) nor credit (2).", code="bad-balance")
    return fixed.signed(fixed.amount(digits, DECIMALS), out=flag == "1")
