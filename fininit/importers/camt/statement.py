"""One account report, statement or notification: account, balances, totals, and what it proves of its own entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element

from fininit.errors import ValueRefused
from fininit.identifiers.iban import is_iban_like, parse_iban
from fininit.importers.base import Entry, Stated
from fininit.importers.camt import party
from fininit.importers.camt.read import incoming, moment_or_none, money, text, when
from fininit.importers.camt.stream import Kind
from fininit.issues import Issue
from fininit.values.money import exact_sum

_BALANCES: Final = frozenset({"OPBD", "PRCD", "CLBD", "ITBD"})
"""Booked balances; available, expected and forward ones are declared ignored."""

_KNOWN: Final = frozenset(
    (
        *("Id", "StmtPgntn", "RptPgntn", "NtfctnPgntn", "ElctrncSeqNb", "RptgSeq", "LglSeqNb", "CreDtTm", "FrToDt"),
        *("CpyDplctInd", "RptgSrc", "Acct", "RltdAcct", "Intrst", "Bal", "TxsSummry", "SplmtryData"),
        *("AddtlStmtInf", "AddtlRptInf", "AddtlNtfctnInf"),
    )
)
_TEXTS: Final = ("AddtlStmtInf", "AddtlRptInf", "AddtlNtfctnInf")
_PAGES: Final = ("StmtPgntn", "RptPgntn", "NtfctnPgntn", "MsgPgntn")


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance, credit as plus. ``day`` as stated."""

    amount: Decimal
    day: date | None


@dataclass(slots=True)
class Line:
    """What became of one entry of the file: ledger entries, or a refusal. One without a status (``unstated``) is
    settled when the whole statement has been seen."""

    row: int
    currency: str | None
    credit: bool | None
    amount: Decimal | None
    made: list[Entry | Issue]
    unstated: bool = False


@dataclass(slots=True)
class Statement:
    """One statement. ``take`` each head element, add ``lines``, then ``close``."""

    kind: Kind
    index: int
    row: int
    account: str | None = None
    account_name: str | None = None
    written: str | None = None
    named_currency: str | None = None
    created: date | None = None
    period: tuple[date | None, date | None] = (None, None)
    lines: list[Line] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    _balances: dict[tuple[str, str], list[Balance]] = field(default_factory=dict)
    asked: bool = False
    _summary: Element | None = None
    _chosen: dict[tuple[str, str], tuple[int, Balance | None]] = field(default_factory=dict)

    def warn(self, code: str, message: str, row: int | None = None, *, hint: str = "", count: int = 1) -> None:
        """Add a warning about this statement; without a row it stands at the first entry."""
        self.issues.append(Issue("warning", code, message, row=row, hint=hint, count=count))

    def take(self, element: Element, currency: str | None) -> None:
        """An element of the statement that is not an entry. ``currency`` is a person's word."""
        tag = str(element.tag)
        if tag == "Acct":
            self._holder(element)
        elif tag == "Bal":
            self._balance(element, currency)
        elif tag == "CreDtTm":
            made = moment_or_none(text(element, "."))
            self.created = made.day if made else None
        elif tag == "FrToDt":
            ends = (moment_or_none(text(element, f"{x}DtTm", f"{x}Dt")) for x in ("Fr", "To"))
            first, last = (x.day if x else None for x in ends)
            self.period = first, last
        elif tag == "TxsSummry":
            self._summary = element
        elif tag == "CpyDplctInd":
            self.warn("copy-or-duplicate", "The statement says that it is a copy or a duplicate of another.")
        elif tag in _PAGES:
            self.page(element)
        elif tag in _TEXTS and text(element, "."):
            self.warn("statement-text", "A note on the statement as a whole was not read into any line.")
        elif tag not in _KNOWN:
            self.warn("unread-element", "Elements that the standard does not have were not read.")

    def page(self, element: Element) -> None:
        """Page numbers: banks count them freely, so only the word that more pages follow is signalled."""
        if text(element, "LastPgInd") in ("false", "0"):
            hint = "Ask for the other pages; without them the balances cannot be checked."
            self.warn("more-pages", "The file says that it is not the last page.", hint=hint)

    def _holder(self, element: Element) -> None:
        self.written = party.number(element)
        self.account = party.account(self.written, party.bank(element.find("Svcr")))
        self.account_name = text(element, "Ownr/Nm", "Ownr/Pty/Nm", "Nm")
        self.named_currency = text(element, "Ccy")
        if self.written and is_iban_like(self.written) and parse_iban(self.written) is None:
            message = "An account looks like an IBAN but its check digits are wrong; it stays a number of its own."
            self.warn("not-an-iban", message)

    def _balance(self, element: Element, currency: str | None) -> None:
        kind = text(element, "Tp/CdOrPrtry/Cd", "Tp/Cd")
        if kind not in _BALANCES:
            return
        try:
            amount_of = element.find("Amt")
            if amount_of is None:
                raise ValueRefused("", code="no-amount")
            found = money(amount_of, self.named_currency or currency)
            credit = incoming(element)
            day = when(element.find("Dt"))
        except ValueRefused:
            self.warn("bad-balance", "A balance cannot be read.")
            return
        if credit is None:
            message = "A balance does not say whether it is a credit or a debit; it was taken for a credit."
            self.warn("balance-sign-not-stated", message)
        value = found.amount.copy_negate() if credit is False and found.amount else found.amount
        self._balances.setdefault((kind, found.currency), []).append(Balance(value, day.day if day else None))

    def _one(self, kind: str, currency: str) -> Balance | None:
        """The one balance of a kind: of several days, opening the first and closing the last; None where two differ."""
        found = self._balances.get((kind, currency), [])
        known = self._chosen.get((kind, currency))
        if known is not None and known[0] == len(found):
            return known[1]
        chosen = self._choose(kind, found)
        self._chosen[kind, currency] = len(found), chosen
        return chosen

    def _choose(self, kind: str, found: list[Balance]) -> Balance | None:
        days = sorted({b.day for b in found if b.day is not None})
        if len(found) > 1 and len(days) > 1 and all(b.day is not None for b in found):
            end = days[0] if kind in ("OPBD", "PRCD") else days[-1]
            found = [b for b in found if b.day == end]
        if len({b.amount for b in found}) > 1:
            self.warn("second-balance", "A statement has two different balances of one kind and day; neither was used.")
            return None
        return found[0] if found else None

    def opening(self, currency: str) -> Balance | None:
        """Opening booked balance, or the one that the statement before closed with."""
        return self._one("OPBD", currency) or self._one("PRCD", currency)

    def closing(self, currency: str) -> Balance | None:
        """Closing booked balance."""
        return self._one("CLBD", currency)

    def only_day(self, currency: str) -> date | None:
        """The day of all entries: where both balances, or both ends of the period, are of one day, or where the day
        before closed with the opening balance (PRCD)."""
        opening = self._one("OPBD", currency)
        closing = self._one("CLBD", currency) or self._one("ITBD", currency)
        if opening and closing and opening.day is not None:
            return opening.day if opening.day == closing.day else None
        before = self._one("PRCD", currency)
        if before and closing and before.day and closing.day:
            return closing.day if closing.day - before.day == timedelta(days=1) else None
        first, last = self.period
        return first if first is not None and first == last else None

    def currencies(self) -> list[str]:
        """Currencies of the statement's booked balances and entries, in the order of the file."""
        ends = [c for k, c in self._balances if k != "ITBD"]
        made = [line.currency for line in self.lines if line.currency]
        named = [self.named_currency] if self.named_currency else []
        return list(dict.fromkeys([*ends, *made])) or named

    def close(
        self, first_number: int, closed: dict[tuple[str | None, str], Decimal]
    ) -> Iterator[Entry | Issue | Stated]:
        """Everything of the statement: entries and refusals in the order of the file, warnings, and its own figures.

        A statement in several currencies is one statement each, numbered from ``first_number``. ``closed`` holds the
        closing balances of the statements before this one, by account and currency.
        """
        self._settle()
        numbers = {c: first_number + n for n, c in enumerate(self.currencies())}
        for line in self.lines:
            for item in line.made:
                if isinstance(item, Entry):
                    item.columns["statement"] = numbers.get(line.currency or "", first_number)
                yield item
        facts = [self._facts(number, currency, closed) for currency, number in numbers.items()]
        self._check_summary()
        first = self.row if self.lines else None
        yield from (replace(i, row=i.row or first) for i in self.issues)
        yield from facts or [Stated(first_number, account=self.account, row=self.row)]

    def _settle(self) -> None:
        """Entries without a status: a statement (053) holds booked ones by its definition, in a report the balances
        must prove it, else they are refused."""
        open_lines = [x for x in self.lines if x.unstated]
        if not open_lines:
            return
        proved = {c for c in self.currencies() if self._adds_up(c)}
        for line in open_lines:
            if self.kind == "053" or line.currency in proved:
                continue
            message = "The entry does not say whether it was booked, and no balances prove it."
            line.made = [Issue("refused", "status-missing", message, row=line.row, column="Sts")]
        if any(isinstance(item, Entry) for line in open_lines for item in line.made):
            by = "a statement holds booked entries" if self.kind == "053" else "the balances prove it"
            count = sum(isinstance(item, Entry) for line in open_lines for item in line.made)
            message = f"Entries do not say whether they were booked; {by}."
            self.warn("status-not-stated", message, open_lines[0].row, count=count)

    def _adds_up(self, currency: str) -> bool:
        opening, closing = self.opening(currency), self.closing(currency) or self._one("ITBD", currency)
        if opening is None or closing is None:
            return False
        booked = [
            item.columns["amount"]
            for line in self.lines
            for item in line.made
            if isinstance(item, Entry) and line.currency == currency and item.columns["status"] == "booked"
        ]
        return exact_sum([opening.amount, *booked]) == closing.amount

    def _facts(self, number: int, currency: str, closed: dict[tuple[str | None, str], Decimal]) -> Stated:
        opening, closing = self.opening(currency), self.closing(currency)
        before = closed.get((self.account, currency))
        if self.account and opening is not None and before is not None and opening.amount != before:
            self.warn(
                "statements-do-not-join",
                "A statement does not open with the balance that the one before it closed with.",
                hint="Statements may be missing between them, or stand out of order.",
            )
        if closing is not None:
            closed[self.account, currency] = closing.amount
        if opening is not None and closing is None and self.kind == "053":
            self.warn("no-closing-balance", "A statement has no closing balance; its end may be missing.")
        return Stated(
            statement=number,
            account=self.account,
            currency=currency,
            opening=opening.amount if opening else None,
            closing=closing.amount if closing else None,
            first=opening.day if opening else self.period[0],
            last=closing.day if closing else self.period[1],
            row=self.row,
        )

    def _check_summary(self) -> None:
        """The statement's own counts and totals (``TxsSummry``) against its entries, of whatever status."""
        if self._summary is None:
            return
        sums = len({x.currency for x in self.lines}) <= 1 and all(x.amount is not None for x in self.lines)
        for name, wanted in (("TtlNtries", None), ("TtlCdtNtries", True), ("TtlDbtNtries", False)):
            box = self._summary.find(name)
            if box is None:
                continue
            lines = [x for x in self.lines if wanted is None or x.credit is wanted]
            stated = text(box, "NbOfNtries")
            hint = "Lines are missing, or the producer altered the statement; ask for it again."
            if stated is not None and (not stated.isdecimal() or int(stated[:18]) != len(lines)):
                message = "The statement's own count of its entries is not that of the file."
                self.warn("count-differs", message, hint=hint)
            total = self._money(box.find("Sum"))
            if sums and total is not None and exact_sum(x.amount for x in lines if x.amount is not None) != total:
                message = "The statement's own total is not that of its entries."
                self.warn("total-differs", message, hint=hint)

    def _money(self, element: Element | None) -> Decimal | None:
        """A total; it names no currency, being in the statement's own."""
        try:
            return money(element, next(iter(self.currencies()), "XXX")).amount if element is not None else None
        except ValueRefused:
            self.warn("bad-total", "A total of the statement cannot be read.")
            return None
