"""The importer: entries of a report, statement or notification to lines of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from xml.etree.ElementTree import Element

from fininit.errors import SourceRefused, ValueRefused
from fininit.identifiers.account import stated_account
from fininit.identifiers.iban import is_iban_like, parse_iban
from fininit.importers.base import Entry, Options, RowImporter, Source, Stated, refusal
from fininit.importers.camt import detail as details
from fininit.importers.camt.channels import codes
from fininit.importers.camt.detail import Detail
from fininit.importers.camt.party import Side, other
from fininit.importers.camt.read import (
    Money,
    When,
    flag,
    given,
    incoming,
    joined,
    moment_or_none,
    money,
    one,
    text,
    texts,
    when,
)
from fininit.importers.camt.statement import Line, Statement
from fininit.importers.camt.stream import Raw, is_camt, parts
from fininit.issues import Issue
from fininit.values.money import exact_sum

_STATUS: Final = {"BOOK": "booked", "PDNG": "pending", "FUTR": "pending", "INFO": "pending"}
"""ISO 20022 external code set EntryStatus. INFO: shown for information, nothing was booked; FUTR: it will be."""

_KNOWN: Final = frozenset(
    (
        *("NtryRef", "Amt", "CdtDbtInd", "RvslInd", "Sts", "BookgDt", "ValDt", "AcctSvcrRef", "BkTxCd", "AmtDtls"),
        *("Chrgs", "CardTx", "NtryDtls", "TxDtls", "Btch", "AddtlNtryInf"),
        # declared ignored: they stand in the raw text
        *("Avlbty", "ComssnWvrInd", "AddtlInfInd", "TechInptChanl", "Intrst", "SplmtryData"),
    )
)


@dataclass(slots=True)
class _Head:
    """What an entry says of itself as a whole."""

    row: int
    raw: Raw
    money: Money
    credit: bool
    reversal: bool
    status: str | None
    information: bool
    booked: When | None
    valued: When | None
    servicer_ref: str | None
    code: str | None
    channel: str | None
    charges: list[Money]
    originals: list[Money]
    card_last4: str | None
    mcc: str | None
    note: list[str]

    @property
    def signed(self) -> Decimal:
        """The amount with the holder's sign. A reversal has its own mark already: the booking that undoes a credit is
        a debit."""
        return self.money.amount if self.credit or not self.money.amount else self.money.amount.copy_negate()


class Camt(RowImporter):
    """ISO 20022 account report (camt.052), statement (camt.053) and debit/credit notification (camt.054).

    Row: the running number of the entry (``Ntry``) in the file, from 1. Raw: that entry as compact XML; of a batch
    booked as one, the entry with the one transaction. An entry with several transactions (``TxDtls``) becomes one line
    for each (parts from 1) when each states its amount in the entry's currency and they add up to the entry, charges
    taken into account; else one line for the batch, without a counterparty, and a warning. ``amount`` is what was
    booked, its sign that of ``CdtDbtInd``; a reversal (``RvslInd``) carries the flag ``reversal``. Charges are inside
    the booked amount and stand in the note. ``original_amount`` is as printed, without a sign. One statement for each
    currency of a report, statement or notification. Broken or forbidden XML refuses the whole file.
    """

    name = "camt"
    title = "CAMT.052, CAMT.053 and CAMT.054 (ISO 20022 XML)"
    kind = "bank"

    def matches(self, source: Source) -> bool:
        """Yes when the head of the file names one of the three messages."""
        return is_camt(source)

    def rows(self, source: Source, options: Options) -> Iterator[Entry | Issue | Stated]:
        """Entries, refused ones and warnings in the order of the file, and what each statement says of itself.

        Raises :class:`SourceRefused`: ``forbidden-xml``, ``broken-xml``, ``too-deep``, ``encoding-undecided``,
        ``not-camt``.
        """
        if source.container != "text":
            raise SourceRefused(f"{source.name}: this is not text, so not a CAMT file.", code="not-camt")
        account = stated_account(options.account) if options.account else None
        closed: dict[tuple[str | None, str], Decimal] = {}
        row, number = 0, 1
        now: Statement | None = None
        more_pages = False
        for part in parts(source, options.encoding):
            if now is None or now.index != part.statement:
                now = Statement(part.kind, part.statement, row + 1)
            if part.what == "message":
                more_pages = more_pages or text(part.element, "MsgPgntn/LastPgInd") in ("false", "0")
            elif part.what == "head":
                now.take(part.element, options.currency)
            elif part.entry is not None:
                row += 1
                _complete(now, account)
                now.lines.append(_Reader(now, row, part.entry, options.currency).line())
            elif part.what == "end":
                _complete(now, account)
                yield from now.close(number, closed)
                number += max(1, len(now.currencies()))
                if part.kind == "054" and now.lines:
                    yield Issue(
                        "warning",
                        "notification",
                        "A notification: the account's statement shows the same bookings once more.",
                        row=now.row,
                        hint="Count one of the two, or compare them; a batch there can be single payments here.",
                    )
        if more_pages:
            message = "The file says that it is not the last page of its message."
            yield Issue("warning", "more-pages", message, hint="Ask for the other pages.")
        if row == 0:
            yield Issue("warning", "no-transactions", "The file holds no entry.")


def _complete(s: Statement, account: str | None) -> None:
    """A person's word stands in where the statement names no account; said once."""
    if s.account is None and not s.asked:
        s.account, s.asked = account, True
        if account is None:
            hint = "State it: --account iban:… or acct:bank:number."
            s.warn("account-not-named", "The statement does not name its account.", hint=hint)


class _Reader:
    """Reads one entry of a statement."""

    def __init__(self, statement: Statement, row: int, raw: Raw, currency: str | None) -> None:
        self.s, self.row, self.raw = statement, row, raw
        self.currency = statement.named_currency or currency

    def line(self) -> Line:
        """What becomes of the entry; what cannot be read is refused, with a reason."""
        e = self.raw.element
        line = Line(self.row, None, None, None, [])
        try:
            head = self._head(e)
        except ValueRefused as error:
            line.made = [refusal(self.row, error, column="Ntry")]
            return line
        line.currency, line.credit, line.amount = head.money.currency, head.credit, head.money.amount
        line.unstated = head.status is None
        if unread := sum(1 for child in e if child.tag not in _KNOWN):
            self._warn("unread-element", "Elements that the standard does not have were not read.", count=unread)
        try:
            line.made = list(self._entries(head, [d for _, d in self.raw.details]))
        except ValueRefused as error:
            line.made = [refusal(self.row, error, column="Ntry")]
        return line

    def _warn(self, code: str, message: str, *, hint: str = "", count: int = 1) -> None:
        self.s.warn(code, message, self.row, hint=hint, count=count)

    def _head(self, e: Element) -> _Head:
        amount = one(e, "Amt")
        if amount is None:
            raise ValueRefused("The entry has no amount.", code="no-amount")
        found = money(amount, self.currency)
        credit = incoming(e)
        if credit is None:
            raise ValueRefused("The entry says neither credit nor debit.", code="bad-mark")
        status, information = self._status(e)
        code, channel, spare = codes(e.find("BkTxCd"))
        return _Head(
            row=self.row,
            raw=self.raw,
            money=found,
            credit=credit,
            reversal=flag(e, "RvslInd"),
            status=status,
            information=information,
            booked=when(one(e, "BookgDt")),
            valued=when(one(e, "ValDt")),
            servicer_ref=given(text(e, "AcctSvcrRef")) or given(text(e, "NtryRef")),
            code=code,
            channel=channel,
            charges=details.charges(e),
            originals=details.originals(e),
            card_last4=details.last4(e),
            mcc=details.category(e),
            note=[*texts(e, "AddtlNtryInf"), *([spare] if spare else [])],
        )

    def _status(self, e: Element) -> tuple[str | None, bool]:
        """The status, None where none is stated, and whether the entry is only shown for information.

        Plain text up to version 07, then a choice of code and proprietary word.
        """
        element = one(e, "Sts")
        word = text(element, "Cd", "Prtry", ".")
        if word is None:
            return None, False
        if word.upper() not in _STATUS:
            raise ValueRefused("The entry's status is none that the standard has.", code="status-unknown")
        return _STATUS[word.upper()], word.upper() == "INFO"

    # ------------------------------------------------------------------------------------------------------- entries

    def _entries(self, head: _Head, found: list[Detail]) -> Iterator[Entry]:
        if unread := sum(d.unread for d in found):
            self._warn("unread-element", "Elements that the standard does not have were not read.", count=unread)
        count = self._batch_count()
        if len(found) < 2 and count in (None, len(found)):
            yield from self._single(head, found[0] if found else None)
            return
        if len(found) == 1 and found[0].amount(head.money.currency) == head.money.amount:
            yield from self._single(head, found[0], batch=True)
            return
        shares = self._shares(head, found) if count in (None, len(found)) else None
        if shares is None:
            if found:
                self._warn(
                    "batch-not-split",
                    "The transactions of an entry do not add up to it, or not all are given; it was read as one.",
                    hint="Their names and accounts stand in the raw entry only.",
                )
            yield self._entry(head, None, head.signed, 0, head.raw.text(), {"batch"})
            return
        amounts, charge = shares
        for n, (d, amount, raw) in enumerate(zip(found, amounts, head.raw.alone(), strict=True), 1):
            yield self._entry(head, d, amount, n, raw, {"part-of-batch"})
        if charge:
            yield self._charge(head, charge, found, len(found) + 1)

    def _batch_count(self) -> int | None:
        """How many transactions the file says the entry has (``Btch``), None where it does not."""
        e = self.raw.element
        stated = [text(b, "NbOfTxs") for path in ("Btch", "NtryDtls/Btch") for b in e.findall(path)]
        numbers = [int(x[:9]) for x in stated if x is not None and x.isdecimal()]
        if not numbers or len(numbers) != len(stated):
            return None
        return sum(numbers) if len(e.findall("NtryDtls")) <= len(numbers) else None

    def _shares(self, head: _Head, found: list[Detail]) -> tuple[list[Decimal], Decimal] | None:
        """The amounts of the transactions with the holder's sign, and a charge that makes them add up; else None."""
        currency = head.money.currency
        amounts: list[Decimal] = []
        for d in found:
            amount = d.amount(currency)
            if amount is None or d.odd_mark:
                return None
            credit = head.credit if d.credit is None else d.credit
            amounts.append(amount if credit or not amount else amount.copy_negate())
        plain = exact_sum(amounts)
        inner = [m for d in found for m in d.charges]
        for charge in (Decimal(0), details.total(head.charges, currency), details.total(inner, currency)):
            if exact_sum([plain, charge]) == head.signed:
                return amounts, charge
        return None

    def _single(self, head: _Head, d: Detail | None, *, batch: bool = False) -> Iterator[Entry]:
        if d is not None:
            amount = d.amount(head.money.currency)
            charged = [details.total(x, head.money.currency) for x in (head.charges, d.charges)]
            taken = [c.copy_negate() if head.credit else c for c in charged]
            booked = {exact_sum([head.money.amount, c]) for c in (Decimal(0), *taken)}
            if amount is not None and amount not in booked:
                message = "The transaction in an entry states another amount than was booked; the booked one was read."
                self._warn("detail-differs", message)
        yield self._entry(head, d, head.signed, 0, head.raw.text(), {"batch"} if batch else set())

    def _charge(self, head: _Head, amount: Decimal, found: list[Detail], part: int) -> Entry:
        of_entry = details.total(head.charges, head.money.currency) == amount
        charged = head.charges if of_entry else [m for d in found for m in d.charges]
        columns = self._common(head, {"part-of-batch"})
        columns |= {"amount": amount, "channel": "fee", "remittance_info": joined(details.charge_notes(charged))}
        return Entry(head.row, head.raw.bare(), part=part, **columns)

    def _common(self, head: _Head, flags: set[str], d: Detail | None = None) -> dict[str, Any]:
        day = self._day(head, d, flags)
        kinds = {"052": "interim", "054": "notification"}
        flags |= {kinds[self.s.kind]} if self.s.kind in kinds else set()
        flags |= {"reversal"} if head.reversal else set()
        flags |= {"for-information"} if head.information else set()
        booked = head.booked
        return {
            "account": self.s.account,
            "account_name": self.s.account_name,
            "currency": head.money.currency,
            "booking_date": day,
            "value_date": head.valued.day if head.valued else None,
            "booked_at": booked.instant if booked else None,
            "local_time": booked.local_time if booked else None,
            "local_zone": booked.zone if booked else None,
            "servicer_ref": head.servicer_ref,
            "status": head.status or "booked",
            "transaction_code": head.code,
            "flags": " ".join(sorted(flags)) or None,
        }

    def _day(self, head: _Head, d: Detail | None, flags: set[str]) -> date:
        """The booking day. Where none is stated: the value date, the only day of the statement; for what is not booked
        the day of settlement or of the message."""
        if head.booked is not None:
            return head.booked.day
        if head.valued is not None:
            self._warn(
                "booking-date-is-value-date",
                "The bank states no booking date for an entry; the value date stands for it.",
            )
            return head.valued.day
        only = self.s.only_day(head.money.currency)
        if only is not None:
            message = "An entry states no day; the one day that the statement is of stands for it."
            self._warn("booking-date-is-statement-day", message)
            flags.add("date-not-stated")
            return only
        settled = moment_or_none(d.settled) if d is not None else None
        near = settled.day if settled else self.s.created
        if head.status == "pending" and near is not None:
            message = "An entry that is not booked states no day; that of settlement or of the message stands for it."
            self._warn("day-of-message", message)
            flags.add("date-not-stated")
            return near
        raise ValueRefused("The entry states no day, and the statement is not of one day.", code="bad-date")

    def _entry(self, head: _Head, d: Detail | None, amount: Decimal, part: int, raw: str, flags: set[str]) -> Entry:
        note: list[str] = []
        side = Side()
        if d is not None:
            side = self._other(head, d, flags, note)
        if d is not None and d.returned:
            flags.add("return")
        charged = [*(head.charges if part == 0 else []), *(d.charges if d else [])]
        first = d.note if d else ()
        more = [*head.note, *note, *(d.more if d else ()), *details.charge_notes(charged)]
        original = self._original(head, d, part)
        columns = self._common(head, flags, d)
        columns |= {
            "amount": amount,
            "counterparty_account": side.account,
            "counterparty_name": side.name,
            "remittance_info": joined([*first, *more]),
            "servicer_ref": (d.servicer_ref if d else None) or head.servicer_ref,
            "end_to_end_id": d.end_to_end_id if d else None,
            "transaction_code": (d.code if d else None) or head.code,
            "channel": (d.channel if d else None) or head.channel,
            "original_amount": original.amount if original else None,
            "original_currency": original.currency if original else None,
            "cheque_no": d.cheque_no if d else None,
            "card_last4": (d.card_last4 if d else None) or head.card_last4,
            "mcc": (d.mcc if d else None) or head.mcc,
        }
        return Entry(head.row, raw, part=part, **columns)

    def _other(self, head: _Head, d: Detail, flags: set[str], note: list[str]) -> Side:
        """The other side of a transaction; what has no column goes into ``note``."""
        credit = head.credit if d.credit is None else d.credit
        certain = not (head.reversal or d.returned or d.odd_mark or credit != head.credit)
        if "part-of-batch" in flags:
            certain = not (head.reversal or d.returned)  # its own mark proved itself in the sum
        side = other(
            d.debtor,
            d.creditor,
            written=self.s.written,
            holder=self.s.account_name,
            credit=credit,
            certain=certain,
        )
        if side is None:
            self._warn(
                "counterparty-undecided",
                "A reversal or return names both parties and does not show which is the holder; neither was taken.",
                hint="Both stand in the payment note.",
            )
            flags.add("counterparty-undecided")
            for label, x in (("Dbtr", d.debtor), ("Cdtr", d.creditor)):
                note += [f"{label}: {v}" for v in (x.name, x.written) if v] + list(x.notes)
            side = Side()
        if side.written and is_iban_like(side.written) and parse_iban(side.written) is None:
            message = "An account looks like an IBAN but its check digits are wrong; it stays a number of its own."
            self._warn("not-an-iban", message)
        note += side.notes
        note += [f"UltmtDbtr: {d.debtor.ultimate}"] if d.debtor.ultimate else []
        note += [f"UltmtCdtr: {d.creditor.ultimate}"] if d.creditor.ultimate else []
        if side.empty and side.ultimate:
            flags.add("ultimate-party")
            return Side(side.ultimate)
        return side

    def _original(self, head: _Head, d: Detail | None, part: int) -> Money | None:
        """The first amount in another currency than the entry's."""
        found = [*(d.originals if d else ()), *(head.originals if part == 0 else ())]
        return next((m for m in found if m.currency != head.money.currency), None)
