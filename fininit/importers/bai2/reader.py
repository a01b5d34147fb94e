"""The importer: files, groups and accounts, each held against its trailer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from fininit.errors import SourceRefused
from fininit.importers import fixed
from fininit.importers.bai2 import codes, records
from fininit.importers.bai2.account import Account, Group, Line, group_issues, read_group
from fininit.importers.bai2.records import Logical
from fininit.importers.base import Entry, Options, Stated
from fininit.issues import Issue, Kind
from fininit.values.money import exact_sum

_HEAD: Final = re.compile(r"\s*01,[^,\n]*,[^,\n]*,[0-9]{6},[0-9:]{0,8},")
_BTRS: Final = "3"
_TOTAL: Final = re.compile(r"([-+]?)([0-9]{1,25})")

Items = list[Entry | Issue | Stated]


class Bai2(fixed.Records):
    """BAI2 reports: groups of accounts, each with balances, lines and control totals.

    Row: the line of record 16. Raw: that record and its continuations. One statement an account and group.
    The type code gives the sign. ``booking_date`` is the group's as-of date, ``value_date`` that of funds type V,
    ``servicer_ref`` the bank reference; the customer reference goes to the note, or is the cheque's number. Decimals
    are those of the currency, which is US dollars where none is named. The format names no other party: who paid or
    was paid stands, if at all, in the note, in words of each bank's own.

    Declared, not read: sender, receiver, times and numbers of the file, block size, as-of time, availability beyond
    the value date, balances other than opening and closing ledger and the totals of credits and debits.
    """

    name = "bai2"
    title = "BAI2 balance and transaction report"
    kind = "bank"

    shape = _HEAD
    other = (
        "This is not a BAI2 report.",
        "not-bai2",
        "Such a file has lines that begin with 01, 02, 03, 16, 88, 49, 98 and 99 and a comma.",
    )

    def records(self, text: str, options: Options) -> Iterator[Entry | Issue | Stated]:
        """Entries, skipped and refused lines and warnings, and what each account states of itself.

        A line is one record. Only where that breaks the file's own control totals or counts, and taking each slash
        followed by a record code for the end of a record keeps all of them, is that reading taken. Raises
        :class:`SourceRefused` ``btrs-3``.
        """
        reader = _Reader(text, split=False)
        if reader.breaks and records.shares_lines(text):
            other = _Reader(text, split=True)
            if not other.breaks:
                reader = other
                message = "Several records stand on one line; the control totals prove where each of them ends."
                yield Issue("warning", "records-share-a-line", message)
        yield from reader.items


class _Reader:
    """One pass over the records; ``breaks`` counts what contradicts the file's own trailers."""

    def __init__(self, text: str, *, split: bool) -> None:
        self.text = text
        self.items: Items = []
        self.breaks = 0
        self.length = 0
        self.statements = 0
        self.chain = fixed.Chain()
        self.days: dict[tuple[str | None, str], date] = {}
        self.account: Account | None = None
        self.group: Group | None = None
        self.in_file = False
        self._new_file()
        self._new_group()
        last: Logical | None = None
        for record in records.logical(records.pieces(text, split=split)):
            last = record
            if record.code == "01":
                self._file(record)
            elif record.code == "02":
                self._group(record)
            elif record.code == "03":
                self._account(record)
            elif record.code == "16":
                self._line(record)
            elif record.code == "49":
                self._account_end(record)
            elif record.code == "98":
                self._group_end(record)
            elif record.code == "99":
                self._file_end(record)
            else:
                self._other(record)
        if last is not None and self.in_file:
            self._unclosed()
            hint = "Ask for the file again, or compare the number of lines with the producer's."
            self._break("file-not-closed", "The file has no trailer (99): its end may be missing.", last, hint=hint)

    def _new_file(self) -> None:
        self.file_totals: list[Decimal | None] = []
        self.file_count = self.groups = 0

    def _new_group(self) -> None:
        self.group_totals: list[Decimal | None] = []
        self.group_count = self.accounts = 0

    def _break(self, code: str, message: str, record: Logical, *, hint: str = "", refused: bool = False) -> None:
        self.breaks += 1
        kind: Kind = "refused" if refused else "warning"
        self.items.append(Issue(kind, code, message, record.row, record.code.strip("?") or None, hint=hint))

    # --------------------------------------------------------------------------------------------- files and groups

    def _file(self, record: Logical) -> None:
        fields = [*record.fields(), *[""] * 8]
        if fields[7] == _BTRS:
            raise SourceRefused(
                "This is BTRS, version 3 of the format, in which records and amounts mean something else.",
                code="btrs-3",
                hint="Ask the producer for BAI version 2.",
            )
        if self.in_file:
            self._unclosed()
            self._break("file-not-closed", "A file begins before the one before it has its trailer (99).", record)
        self._new_file()
        self._new_group()
        self.in_file = True
        self.file_count = record.count
        self.length = int(fields[5]) if re.fullmatch("[1-9][0-9]{0,3}", fields[5]) else 0

    def _group(self, record: Logical) -> None:
        if self.group is not None:
            self._unclosed()
            self._break("group-not-closed", "A group begins before the one before it has its trailer (98).", record)
        fields = [*record.fields(), *[""] * 4]
        self.group = read_group(record, fixed.day_or_none(fields[3], "ymd"))
        self.items += group_issues(self.group)
        self._new_group()
        self.group_count = record.count
        self.groups += 1

    def _group_end(self, record: Logical) -> None:
        self._close_account(None)
        if self.group is None:
            self._break("closing-without-opening", "A group trailer (98) without a group.", record)
        self._trailer(record, "group", self.group_totals, self.accounts, self.group_count + record.count)
        self.file_totals.append(_total(record))
        self.file_count += self.group_count + record.count
        self.group = None
        self._new_group()

    def _file_end(self, record: Logical) -> None:
        if self.group is not None:
            self._unclosed()
            self._break("group-not-closed", "The file ends before its last group has its trailer (98).", record)
        self._trailer(record, "file", self.file_totals, self.groups, self.file_count + record.count)
        self.in_file = False
        self._new_file()

    def _trailer(self, record: Logical, what: str, totals: list[Decimal | None], parts: int, count: int) -> None:
        """Hold a trailer 98 or 99 against what stands before it."""
        _, stated_parts, stated_count, *_ = [*record.fields(), "", "", ""]
        total = _total(record)
        hint = "Lines were taken out or put in; ask for the file again."
        # a part without a total counts for nothing here; it was signalled itself
        if total is None or exact_sum(t for t in totals if t is not None) != total:
            message = f"The control total of the {what} is not the sum of those of its parts."
            self._break("control-total-differs", message, record, hint=hint)
        if not stated_count.isdigit() or int(stated_count) != count:
            message = f"The {what} trailer states another number of records than there are."
            self._break("record-count-differs", message, record, hint=hint)
        if not stated_parts.isdigit() or int(stated_parts) != parts:
            message = f"The {what} trailer states another number of parts than there are."
            self._break("part-count-differs", message, record, hint=hint)

    def _unclosed(self) -> None:
        """Close what is open before its trailer."""
        self._close_account(None)
        self.file_count += self.group_count
        self.group = None
        self._new_group()

    # ------------------------------------------------------------------------------------------------------ accounts

    def _account(self, record: Logical) -> None:
        self._close_account(None)
        if self.group is None:
            self._break("outside-group", "An account (03) outside a group: no record says which day it is of.", record)
        self.statements += 1
        self.accounts += 1
        self.account = Account(self.statements, record, self.group or Group(record.row), self.length)

    def _line(self, record: Logical) -> None:
        if self.account is None:
            message = "A line (16) outside an account: no record says whose it is."
            self._break("outside-statement", message, record, refused=True)
            self.group_count += record.count
            return
        self.account.take(record)

    def _account_end(self, record: Logical) -> None:
        if self.account is None:
            message = "An account trailer (49) without an account (03): the lines before it are missing."
            self._break("closing-without-opening", message, record, refused=True)
            self.group_count += record.count
            return
        self._close_account(record)

    def _close_account(self, trailer: Logical | None) -> None:
        a, self.account = self.account, None
        if a is None:
            return
        a.settle(trailer)
        self.breaks += a.breaks
        self.group_totals.append(None if trailer is None else _total(trailer))
        self.group_count += a.count + (trailer.count if trailer is not None else 0)
        for line in a.lines:
            self.items += line.warnings
            if line.issue is not None:
                self.items.append(line.issue)
            elif line.amount is not None:
                self.items.append(self._entry(a, line))
        self.items += a.issues
        if trailer is None:
            message = "The account has no trailer (49): lines may be missing at its end."
            self._break("statement-not-closed", message, a.head, refused=True)
        facts = a.facts((trailer or a.head).row)
        before, day = self.days.get((a.account, a.currency)), a.group.day
        if day is not None and (before is None or before < day):  # reports of one day repeat its opening balance
            self.items += self.chain.join(a.account, a.currency, facts.opening, facts.closing, a.head.row)
            self.days[a.account, a.currency] = day
        self.items.append(facts)

    def _other(self, record: Logical) -> None:
        if record.code == "?":
            message = "The line has the shape of a transaction (16) but its code or commas are damaged."
            self._break("damaged-record", message, record, refused=True)
            return
        message = "Lines that belong to no record were not read."
        self._break("text-outside-record", message, record)

    def _entry(self, a: Account, line: Line) -> Entry:
        d, first, last = line.detail, line.record.pieces[0], line.record.pieces[-1]
        assert d is not None
        customer = d.customer_ref
        cheque = customer if d.code in codes.CHEQUES and customer and customer.isdigit() else None
        more = customer if customer and customer != cheque and customer not in (d.text or "") else ""
        flags = [w for w, on in (("correction", a.group.correction), ("interim", a.group.interim)) if on]
        return Entry(
            first.row,
            self.text[first.start : last.end],
            part=first.part,
            statement=a.number,
            account=a.account,
            amount=line.amount,
            currency=a.currency,
            booking_date=a.group.day,
            value_date=d.funds.day,
            remittance_info=fixed.clean(f"{d.text or ''} {more}"),
            servicer_ref=d.bank_ref,
            transaction_code=d.code,
            channel=codes.CHANNELS.get(d.code),
            cheque_no=cheque,
            flags=" ".join(flags) or None,
        )


def _total(record: Logical) -> Decimal | None:
    """A control total of a group or file: accounts of several currencies are added up digit by digit, as the format
    has it, so it has no decimals here."""
    found = _TOTAL.fullmatch(next(iter(record.fields()), ""))
    return None if found is None else Decimal(found[0])
