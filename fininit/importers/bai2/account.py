"""One account of a group: what record 03 says, the lines, and what record 49 says against both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from fininit.errors import ValueRefused
from fininit.identifiers.account import account_id
from fininit.importers.bai2 import codes
from fininit.importers.bai2.detail import Detail, Summary, detail, money, summaries
from fininit.importers.bai2.records import Logical, split_fields
from fininit.importers.base import Stated, refusal
from fininit.issues import Issue
from fininit.values.money import exact_sum

DEFAULT_CURRENCY: Final = "USD"
"""The specification's, where neither the account nor the group names one."""

_DELETED: Final = "2"
_CORRECTION: Final = "3"
_TEST: Final = "4"
_INTERIM: Final = ("1", "3")


@dataclass(frozen=True, slots=True)
class Group:
    """Record 02: whose accounts, of which day, and whether the data are real."""

    row: int
    originator: str = ""
    status: str = ""
    day: date | None = None
    currency: str = ""
    modifier: str = ""

    @property
    def correction(self) -> bool:
        """Whether the group corrects one sent before."""
        return self.status == _CORRECTION

    @property
    def real(self) -> bool:
        """Whether the group says what happened: no test, and nothing taken back."""
        return self.status not in (_TEST, _DELETED)

    @property
    def interim(self) -> bool:
        """Whether the day was not over."""
        return self.modifier in _INTERIM


@dataclass(slots=True)
class Line:
    """A record 16 and what became of it: an amount with the holder's sign, or an issue."""

    record: Logical
    detail: Detail | None = None
    amount: Decimal | None = None
    doubt: bool = False
    issue: Issue | None = None
    warnings: list[Issue] = field(default_factory=list)


@dataclass(slots=True)
class Account:
    """Made in this order: the record 03, ``take`` each record 16, ``settle`` with or without the record 49."""

    number: int
    head: Logical
    group: Group
    length: int
    lines: list[Line] = field(default_factory=list)
    account: str | None = None
    currency: str = ""
    summary: list[Summary] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    breaks: int = 0
    total: Decimal | None = None
    """The control total, as record 49 states it."""

    def __post_init__(self) -> None:
        holder, currency, *_ = [*split_fields(self.head.pieces[0].text), "", ""]
        self.account = account_id(holder, "".join(self.group.originator.split()))
        self.currency = currency or self.group.currency or DEFAULT_CURRENCY

    @property
    def count(self) -> int:
        """Physical records from 03 to the last line."""
        return self.head.count + sum(line.record.count for line in self.lines)

    def warn(self, code: str, message: str, row: int, *, hint: str = "") -> None:
        """Add a warning about this account."""
        self.issues.append(Issue("warning", code, message, row=row, hint=hint))

    # --------------------------------------------------------------------------------------------------------- lines

    def take(self, record: Logical) -> None:
        """Read a record 16."""
        line = Line(record)
        self.lines.append(line)
        row = record.row
        try:
            if any("\0" in p.text for p in record.pieces):
                raise ValueRefused("The line holds a NUL character.", code="nul-byte")
            d = line.detail = detail(record, self.length)
            if self.account is None:
                raise ValueRefused("The account record does not say whose line this is.", code="no-account")
            if d.code == codes.NON_MONETARY:
                message = "By its type code (890) the line says something without money."
                line.issue = Issue("skipped", "non-monetary", message, row, "16")
                return
            way = codes.way(d.code)
            if way == "unknown":
                raise ValueRefused("The type code does not say which way the money went.", code="unknown-code")
            if way == "none":
                raise ValueRefused("The type code is that of a balance, not of money that moved.", code="unknown-code")
            value = money(d.amount, self.currency)
            if self.group.day is None:
                raise ValueRefused("The group does not say which day this is.", code="bad-date")
        except ValueRefused as e:
            line.issue = refusal(row, e, column="16")
            return
        line.amount = value.copy_negate() if way == "out" and value else value
        line.doubt = codes.doubtful(d.code) or value < 0
        if self.group.status == _TEST:
            line.issue = Issue("skipped", "test-data", "The group says that it is a test.", row, "02")
        elif self.group.status == _DELETED:
            message = "The group takes back lines that were sent before; they are not taken for new ones."
            line.issue = Issue("refused", "deleted-by-bank", message, row, "02")
        if d.funds.bad_day:
            line.warnings.append(
                Issue("warning", "bad-value-date", "A value date is no day; none is given.", row, "16")
            )
        if d.funds.differs(value, self.currency):
            message = "The parts by day of availability do not sum up to the amount; only the amount was used."
            line.warnings.append(Issue("warning", "availability-differs", message, row, "16"))
        if record.stray:
            message = "A text goes on in a line without a record code; it was taken into the note."
            line.warnings.append(Issue("warning", "line-without-code", message, row, "16"))

    def booked(self) -> list[Line]:
        """The lines that are entries."""
        return [x for x in self.lines if x.amount is not None and x.issue is None]

    # ------------------------------------------------------------------------------------------------------- totals

    def settle(self, trailer: Logical | None) -> None:
        """Read the balances, hold the totals of 03 and 49 against the lines, decide about doubtful lines."""
        if trailer is not None:
            self._control(trailer)
        readings = summaries(self.head)
        if not readings:
            self.breaks += 1
            self.warn("bad-summary", "The balances of the account cannot be read.", self.head.row)
        else:
            fitting = [r for r in readings if self._printed(r) == self.total]
            self.summary = fitting[0] if fitting else readings[0]
            if trailer is not None and self.total is not None and not fitting:
                self.breaks += 1
                message = "The account's control total (49) is not the sum of its amounts."
                hint = "Lines are missing, or the producer altered the report; ask for it again."
                self.warn("control-total-differs", message, trailer.row, hint=hint)
        self._doubts()
        self._totals()

    def _control(self, trailer: Logical) -> None:
        total, count, *_ = [*trailer.fields(), "", ""]
        try:
            self.total = money(total, self.currency)
        except ValueRefused:
            self.breaks += 1
            self.warn("control-total-missing", "The account's control total (49) cannot be read.", trailer.row)
        if not count.isdigit() or int(count) != self.count + trailer.count:
            self.breaks += 1
            message = "The account trailer (49) states another number of records than the file has."
            hint = "Lines were taken out or put in; ask for the file again."
            self.warn("record-count-differs", message, trailer.row, hint=hint)

    def _printed(self, summary: list[Summary]) -> Decimal | None:
        """The sum of all amounts as printed, which is what a control total is."""
        texts = [s.amount for s in summary] + [x.detail.amount for x in self.lines if x.detail is not None]
        try:
            return exact_sum(money(t, self.currency) for t in texts if t)
        except ValueRefused:
            return None

    def stated(self, code: str) -> Decimal | None:
        """A balance or total of record 03; None where it is missing or given twice with different amounts."""
        found = {s.amount for s in self.summary if s.code == code and s.amount}
        try:
            return money(found.pop(), self.currency) if len(found) == 1 else None
        except ValueRefused:
            return None

    def _needed(self) -> Decimal | None:
        """What the lines must sum up to: closing less opening ledger balance, or total credits less total debits."""
        opening, closing = self.stated(codes.OPENING), self.stated(codes.CLOSING)
        if opening is not None and closing is not None:
            return exact_sum([closing, opening.copy_negate()])
        came, went = self.stated(codes.CREDITS), self.stated(codes.DEBITS)
        return None if came is None or went is None else exact_sum([came, went.copy_negate()])

    def _doubts(self) -> None:
        """Lines that may repeat others stand, or are left out, only where the balances say which."""
        doubtful = [x for x in self.booked() if x.doubt]
        if not doubtful:
            return
        needed, lost = self._needed(), any(x.issue is not None and x.issue.kind == "refused" for x in self.lines)
        every = exact_sum(x.amount for x in self.booked() if x.amount is not None)
        certain = exact_sum(x.amount for x in self.booked() if x.amount is not None and not x.doubt)
        for line in doubtful:
            row = line.record.row
            if lost or needed is None or needed not in (every, certain) or every == certain:
                message = "The line may repeat others (a sum, an item of a deposit, a sign), and no balance proves it."
                line.issue = Issue("refused", "doubtful-line", message, row, "16")
            elif needed == certain:
                message = "The balances prove that the line repeats others (a sum or an item of a deposit)."
                line.issue = Issue("skipped", "repeats-others", message, row, "16")

    def _totals(self) -> None:
        """Balances given twice, and total credits and debits of record 03 against the lines, where there are lines."""
        for code in (codes.OPENING, codes.CLOSING):
            if len({s.amount for s in self.summary if s.code == code and s.amount}) > 1:
                message = "The account has two different opening or closing balances; neither was used."
                self.warn("second-balance", message, self.head.row)
        if not self.group.real:
            return
        mine = [x.amount for x in self.booked() if x.amount is not None]
        for code, side in ((codes.CREDITS, "credits"), (codes.DEBITS, "debits")):
            total = self.stated(code)
            of_side = [a for a in mine if (a < 0) == (code == codes.DEBITS)]
            counts = {int(s.count) for s in self.summary if s.code == code and s.count}
            if not self.lines:
                if total:
                    message = "The account has totals but no lines: its money moved in lines that this file leaves out."
                    self.warn("no-details", message, self.head.row, hint="Ask for the report with transaction details.")
                    return
            elif (total is not None and exact_sum(a.copy_abs() for a in of_side) != total.copy_abs()) or (
                counts and counts != {len([a for a in of_side if a])}
            ):
                message = f"The account's own number or total of its {side} is not that of its lines."
                self.warn("total-differs", message, self.head.row)

    def facts(self, row: int) -> Stated:
        """What the account states of itself; a test, or what takes back another report, states no balance."""
        real = self.group.real
        return Stated(
            statement=self.number,
            account=self.account,
            currency=self.currency,
            opening=self.stated(codes.OPENING) if real else None,
            closing=self.stated(codes.CLOSING) if real else None,
            first=self.group.day,
            last=self.group.day,
            row=row,
        )


def read_group(record: Logical, day: date | None) -> Group:
    """Record 02. ``day`` is the as-of date, read."""
    _, originator, status, _, _, currency, modifier, *_ = [*record.fields(), *[""] * 7]
    return Group(record.row, originator, status, day, currency, modifier)


def group_issues(group: Group) -> Iterator[Issue]:
    """What a reader must know of a group."""
    if group.day is None:
        yield Issue(
            "warning", "bad-date", "The as-of date of the group is no day; its lines are refused.", group.row, "02"
        )
    if group.correction:
        message = "The group corrects one that was sent before: both must not be counted."
        yield Issue("warning", "correction", message, group.row, "02", hint="Find the report that it replaces.")
    if not re.fullmatch("[1-4]?", group.status):
        yield Issue("warning", "group-status", "The status of the group is not one of 1 to 4.", group.row, "02")
