"""The importer: goes through a file and checks what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from fininit.errors import ValueRefused
from fininit.importers import fixed
from fininit.importers.base import Entry, Options, Stated, refusal
from fininit.importers.coda import fields
from fininit.importers.coda.fields import DECIMALS, WIDTH
from fininit.importers.coda.movement import Block, Movement
from fininit.importers.fixed import Record
from fininit.issues import Issue
from fininit.values.money import exact_sum

_HEAD: Final = re.compile(r"\s*0{5}[0-9]{6}[^\n]{100,140}(?:\n\s*(?:1[0-9]|2[1-3]|3[1-3]|4 |[89])[^\n]{20}|\n?\s*\Z)")
_COUNTED: Final = frozenset({"1", "2", "3", "8"})
"""Records that the trailer counts; whether it counts free communications (4) differs between banks."""

_CUT: Final = {"0": 11, "1": 64, "8": 63, "9": 52, "4": 10}
"""Columns that must be there; records 2 and 3 must be whole, because texts stand before dates in them."""


@dataclass(slots=True)
class _Statement:
    number: int
    row: int
    account: str | None = None
    currency: str | None = None
    columns: str = ""
    name: str | None = None
    opening: Decimal | None = None
    first: date | None = None
    movements: list[Movement] = field(default_factory=list)


class Coda(fixed.Records):
    """Coded statements of account (CODA): one or more files of one or more statements in a source.

    Row: the line of the record 2.1 with detail number 0000. Raw: from there to the last record of the booking. A
    batch is one entry, as it is one booking: its payments stand in the note, each with name and account, under the
    flag ``batch``. ``booking_date`` is the entry date, ``servicer_ref`` the bank's reference, ``transaction_code`` all
    eight digits, ``end_to_end_id`` the customer reference of record 2.2 (version 2).

    Declared, not read: sequence numbers of statements, globalisation code, description of the account, address and
    number of the addressee, purpose codes, address of the other side (information 001), free communications (4).
    """

    name = "coda"
    title = "CODA coded statement of account (Belgium)"
    kind = "bank"

    shape = _HEAD
    other = (
        "This is not a CODA statement.",
        "not-coda",
        "Such a file has lines of 128 columns, the first with five zeros and a date.",
    )

    def records(self, text: str, options: Options) -> Iterator[Entry | Issue | Stated]:
        """Entries, refused lines and warnings, and what each statement says of itself."""
        return _Reader(text, options).read()


class _Reader:
    """One pass over the records of a source."""

    def __init__(self, text: str, options: Options) -> None:
        self.text = text
        self.options = options
        self.chain = fixed.Chain()
        self.statements = 0
        self.statement: _Statement | None = None
        self.block: Block | None = None
        self.awaited: Record | None = None
        self.version = "2"
        self._begin()

    def _begin(self) -> None:
        """A header begins a file within the source: its trailer counts from here."""
        self.counted = self.free = 0
        self.debits: list[Decimal] = []
        self.credits: list[Decimal] = []
        self.closed = False

    def read(self) -> Iterator[Entry | Issue | Stated]:
        last = 0
        for record in fixed.cut(self.text, WIDTH):
            kind, last = record.text[0], record.row
            if self.awaited is not None:
                yield from self._continued(self.awaited, record)
            if kind in _COUNTED:
                self.counted += 1
            if self.closed and kind != "0":
                self.closed = False
            steps = {"0": self._header, "1": self._open, "2": self._two, "3": self._three, "8": self._close}
            steps |= {"4": self._free, "9": self._trailer}
            try:
                fixed.check(record, _CUT.get(kind, WIDTH), WIDTH)
                if kind not in steps:
                    raise ValueRefused("The line does not begin with a record code.", code="unknown-record")
            except ValueRefused as e:
                yield from self._damaged(record, e)
                continue
            yield from steps[kind](record)
        if self.statement is not None:
            yield from self._unclosed(self.statement)
        if not self.closed:
            message = "The file has no trailer record (9): its end may be missing."
            hint = "Ask for the file again, or compare the number of lines with the producer's."
            yield Issue("warning", "file-not-closed", message, last, hint=hint)

    def _damaged(self, record: Record, error: ValueRefused) -> Iterator[Issue]:
        """A line that cannot be read as a record. One that continues a booking costs its text, any other its row."""
        movement = self._movement(record)
        if record.text[:2] in ("22", "23", "31", "32", "33") and movement is not None:
            movement.end = record.end
            message = f"A continuation cannot be read, so its text is missing: {error.message}"
            yield Issue("warning", "bad-detail", message, record.row, record.text[:2])
            return
        self.block = None
        yield refusal(record.row, error, column="1-2")

    def _continued(self, before: Record, record: Record) -> Iterator[Issue]:
        """A next code (column 126) promises a continuation of the same booking."""
        self.awaited = None
        if record.text[:1] != before.text[:1] or record.field(3, 10) != before.field(3, 10):
            message = "A record announces a continuation that does not follow: a line is missing."
            yield Issue("warning", "continuation-missing", message, before.row, "126")

    def _header(self, record: Record) -> Iterator[Entry | Issue | Stated]:
        if self.statement is not None:
            yield from self._unclosed(self.statement)
        self._begin()
        self.version = record.field(128, 128)
        if record.field(17, 17) == "D":
            message = "The file says that it is a duplicate of one sent before."
            yield Issue("warning", "duplicate-file", message, record.row, "17")

    # ------------------------------------------------------------------------------------------------------ accounts

    def _open(self, record: Record) -> Iterator[Entry | Issue | Stated]:
        if self.statement is not None:
            yield from self._unclosed(self.statement)
        self.statements += 1
        self.block = None
        s = self.statement = _Statement(self.statements, record.row, columns=record.field(6, 42).strip())
        try:
            s.name = fixed.clean(record.field(65, 90))
            s.account, s.currency = fields.holder(record, self.options)
            yield from fixed.check_iban(s.account, record.row)
            s.opening = fields.money(record.field(44, 58), record.field(43, 43), s.currency)
            s.first = fixed.day_or_none(record.field(59, 64), "dmy")
        except ValueRefused as e:
            yield refusal(record.row, e, column="1")

    def _unclosed(self, s: _Statement) -> Iterator[Entry | Issue | Stated]:
        """A statement without its new balance. One without any movement may do without; another misses its end."""
        yield from self._entries(s)
        message = "The statement has no new balance (8): lines may be missing at its end."
        yield Issue("refused" if s.movements else "warning", "statement-not-closed", message, s.row, "8")
        yield Stated(s.number, s.account, s.currency, opening=s.opening, first=s.first, row=s.row)
        self.statement = self.block = None

    def _close(self, record: Record) -> Iterator[Entry | Issue | Stated]:
        s = self.statement
        self.block = None
        if s is None:
            message = "A new balance (8) without an old one (1): the lines before it are missing."
            yield Issue("refused", "closing-without-opening", message, record.row, "8")
            return
        yield from self._entries(s)
        closing: Decimal | None = None
        try:
            if record.field(5, 41).strip() != s.columns:
                raise ValueRefused("The new balance names another account or currency.", code="account-differs")
            if s.currency is not None:
                closing = fields.money(record.field(43, 57), record.field(42, 42), s.currency)
        except ValueRefused as e:
            yield refusal(record.row, e, column="8")
        last = fixed.day_or_none(record.field(58, 63), "dmy")
        yield from self.chain.join(s.account, s.currency, s.opening, closing, s.row)
        yield Stated(
            s.number,
            s.account,
            s.currency,
            opening=s.opening,
            closing=closing,
            first=s.first,
            last=last,
            row=record.row,
        )
        self.statement = None

    def _free(self, record: Record) -> Iterator[Issue]:
        self.free += 1
        if fixed.clean(record.field(33, 112)):
            message = "Free communications of the bank (4) were not read into any line."
            yield Issue("warning", "statement-text", message, record.row, "4")

    def _trailer(self, record: Record) -> Iterator[Entry | Issue | Stated]:
        if self.statement is not None:
            yield from self._unclosed(self.statement)
        self.closed = True
        count = record.field(17, 22)
        if not count.isdigit() or int(count) not in (self.counted, self.counted + self.free):
            message = "The trailer (9) states another number of records than the file has."
            hint = "Lines were taken out or put in; ask for the file again."
            yield Issue("warning", "record-count-differs", message, record.row, "9", hint=hint)
        for side, at, mine in (("debits", 23, self.debits), ("credits", 38, self.credits)):
            try:
                same = fixed.amount(record.field(at, at + 14), DECIMALS) == exact_sum(mine)
            except ValueRefused:
                same = False
            if not same:
                message = f"The trailer's total of {side} is not that of the lines, or cannot be read."
                hint = "Lines are missing, or the producer altered the statement; ask for it again."
                yield Issue("warning", "total-differs", message, record.row, "9", hint=hint)

    # ----------------------------------------------------------------------------------------------------- movements

    def _movement(self, record: Record) -> Movement | None:
        """The booking that a record continues: the last one, if it has the same sequence number."""
        s = self.statement
        last = s.movements[-1] if s is not None and s.movements else None
        return last if last is not None and last.main.key[0] == record.field(3, 6) else None

    def _two(self, record: Record) -> Iterator[Issue]:
        article, number = record.field(2, 2), record.field(7, 10)
        if record.field(126, 126) == "1":
            self.awaited = record
        movement = self._movement(record)
        if article == "1" and number == "0000":
            yield from self._main(record)
        elif article == "1" and movement is not None:
            self.block = Block(record)
            movement.details.append(self.block)
            movement.end = record.end
        elif article in ("2", "3") and movement is not None and self._same(record, "2"):
            self._continue(record, movement)
        else:
            self.block = None
            message = "A detail or continuation that belongs to no booking: the line before it is missing."
            yield Issue("refused", "detail-without-line", message, record.row, f"2{article}")

    def _three(self, record: Record) -> Iterator[Issue]:
        article = record.field(2, 2)
        if record.field(126, 126) == "1":
            self.awaited = record
        movement = self._movement(record)
        if article == "1" and movement is not None:
            self.block = Block(record)
            movement.last.infos.append(self.block)
            movement.end = record.end
        elif article in ("2", "3") and movement is not None and self._same(record, "3"):
            self._continue(record, movement)
        else:
            self.block = None
            message = "A detail or continuation that belongs to no booking: the line before it is missing."
            yield Issue("refused", "detail-without-line", message, record.row, f"3{article}")

    def _same(self, record: Record, kind: str) -> bool:
        """Whether a continuation has the numbers of the record before it."""
        b = self.block
        return b is not None and b.first.text[0] == kind and b.key == (record.field(3, 6), record.field(7, 10))

    def _continue(self, record: Record, movement: Movement) -> None:
        assert self.block is not None
        if record.field(2, 2) == "2":
            self.block.second = record
        else:
            self.block.third = record
        movement.end = record.end

    def _main(self, record: Record) -> Iterator[Issue]:
        s = self.statement
        self.block = Block(record)
        movement = Movement(self.block, record.end)
        if s is None:
            self.block = None
            message = "A booking outside a statement: no old balance (1) stands before it."
            yield Issue("refused", "outside-statement", message, record.row, "21")
            return
        number = record.field(3, 6)
        before = int(s.movements[-1].main.key[0]) if s.movements else 0
        if not re.fullmatch("[0-9]{4}", number):
            movement.refused = Issue("refused", "bad-sequence", "The sequence number is none.", record.row, "3-6")
            number = "0000"
        elif int(number) != before + 1 and before != 9999:
            message = "The sequence numbers of the bookings have a gap, or one comes twice."
            hint = "A line was taken out or put in; ask for the file again."
            yield Issue("warning", "sequence-gap", message, record.row, "3-6", hint=hint)
        s.movements.append(movement)
        try:
            if s.currency is None:
                raise ValueRefused("The statement's old balance cannot be read: whose line is this?", code="no-account")
            if not re.fullmatch("[0-9]{8}", movement.main.code):
                raise ValueRefused("The transaction code is not made of eight digits.", code="bad-code")
            if movement.main.code[0] not in "0123":
                raise ValueRefused("The transaction type is that of a detail, not of a booking.", code="bad-code")
            amount = movement.main.amount(s.currency)
            movement.booked = fixed.day(record.field(116, 121), "dmy")
        except ValueRefused as e:
            movement.refused = movement.refused or refusal(record.row, e, column="21")
            return
        if movement.refused is None:
            movement.amount = amount
            (self.debits if record.field(32, 32) == "1" else self.credits).append(amount.copy_abs())

    def _entries(self, s: _Statement) -> Iterator[Entry | Issue]:
        for m in s.movements:
            if m.refused is not None:
                yield m.refused
            elif m.amount is not None and s.currency is not None:
                yield from self._entry(s, m, s.currency)

    def _entry(self, s: _Statement, m: Movement, currency: str) -> Iterator[Entry | Issue]:
        r, second = m.main.first, m.main.second
        if not m.sums_up(currency):
            message = "The details of a booking do not sum up to its amount; only the amount was used."
            yield Issue("warning", "details-differ", message, r.row, "21")
        account, name, rest = m.parties(currency)
        yield from fixed.check_iban(account, r.row)
        payments = m.payments()
        if payments and (account, name) == (None, None):
            message = "One booking stands for several payments; who they are from or to stands in its note."
            yield Issue("warning", "batch", message, r.row, "21")
        customer = reason = None
        if second is not None:
            customer = fields.reference(second.field(64, 98))
            reason = fixed.clean(second.field(113, 117)) if not second.field(110, 112).strip() else None
            if second.field(110, 112).strip():
                rest = f"{rest} {second.field(110, 125)}"
        if rest.strip():
            message = "Columns that the standard leaves blank are filled; they stand in the raw line only."
            yield Issue("warning", "unread-field", message, r.row, "22-23")
        valued = fixed.day_or_none(r.field(48, 53), "dmy")
        if valued is None and r.field(48, 53).strip(" 0"):
            yield Issue("warning", "bad-value-date", "A value date is no day; none is given.", r.row, "48-53")
        original, original_currency = m.original(currency) or (None, None)
        note = m.note(currency)
        if customer and self.version != "2":
            note, customer = fixed.clean(f"{note or ''} {customer}"), None
        flags = [w for w, on in (("batch", payments), ("r-transaction", reason)) if on]
        yield Entry(
            r.row,
            self.text[r.start : m.end],
            statement=s.number,
            account=s.account,
            account_name=s.name,
            amount=m.amount,
            currency=currency,
            booking_date=m.booked,
            value_date=valued,
            counterparty_account=account,
            counterparty_name=name,
            remittance_info=note,
            servicer_ref=fields.reference(r.field(11, 31)),
            end_to_end_id=customer,
            transaction_code=m.main.code,
            original_amount=original,
            original_currency=original_currency,
            channel=fields.channel(m.main.code),
            flags=" ".join(flags) or None,
        )
