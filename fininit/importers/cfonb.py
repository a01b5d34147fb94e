"""CFONB120 (AFB120): account statements of French banks, 120 columns a line.

Sources: Comité français d'organisation et de normalisation bancaires, *Relevé de compte sur support informatique*
(July 2004; records 01, 04, 05 and 07, signs of amounts) and *Évolutions du relevé de compte 120 caractères pour les
opérations de virement* (August 2007; qualifiers of record 05). The rule by which the IBAN follows from bank, branch
and account stands in :mod:`fininit.importers.fixed`.

Row: the line of record 04. Raw: that line and its records 05. The last column of an amount carries its sign: ``{``
and ``A`` to ``I`` are plus 0 to 9, ``}`` and ``J`` to ``R`` minus 0 to 9 (in the French set of ISO 646 the braces are
``é`` and ``è``). An amount without a sign is refused.

Who is the other side follows from the sign: the beneficiary (NBE, account CBE) where money goes out, the payer (NPY)
where it comes in; the party on the holder's own side is then the holder. Some lines name a party on the holder's own
side only: whether that is the holder or the other side is then not proved, so the name stays in the note, with a flag
and a warning. So it does where a line is a reject.

Declared, not read: the reserved columns, the marks for exemption (89) and availability (90) of record 04, its internal
code beside the interbank one, the bank of the beneficiary (BDB).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from fininit.errors import ValueRefused
from fininit.identifiers.account import account_id
from fininit.importers import fixed
from fininit.importers.base import Entry, Options, Stated, refusal
from fininit.importers.fixed import Record
from fininit.issues import Issue
from fininit.values.assets import ISO_4217
from fininit.values.money import exact_sum

WIDTH: Final = 120
AMOUNT_END: Final = 104

_HEAD: Final = re.compile(r"\s*0[1457][0-9]{5}[0-9A-Z ]{4}[0-9]{5}(?:[A-Z]{3}[0-9]| {4}).[0-9A-Z ]{11}")
_SIGNED: Final = re.compile("([0-9]{13})([{A-I}J-Réè])")
_FRENCH: Final = str.maketrans("éè", "{}")
_NONE: Final = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF"})

_WORDS: Final = ("LIB", "LCC", "LCS", "LEM")
"""Qualifiers of the note proper, in the order in which they are joined."""

_KEPT: Final = ("NPO", "NBU", "IPY", "IBE", "RUM", "RET", "FEE", "CBE", "MMO")
"""Qualifiers that stay in the note under their own name where no column takes them."""

_QUIET: Final = ("BDB",)
_GOES_ON: Final = {"LC2": "LCC"}

_LABELS: Final = ((re.compile(r"PRLV +SEPA\b"), "direct_debit"), (re.compile(r"VIR +SEPA\b"), "sepa"))
"""The bank's own words at the start of record 04 that say how the money moved."""


@dataclass(slots=True)
class _Line:
    record: Record
    end: int
    amount: Decimal | None = None
    booked: date | None = None
    refused: Issue | None = None
    strange: bool = False
    details: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Statement:
    number: int
    record: Record
    account: str | None = None
    currency: str | None = None
    places: int | None = None
    opening: Decimal | None = None
    first: date | None = None
    lines: list[_Line] = field(default_factory=list)

    @property
    def row(self) -> int:
        return self.record.row

    def total(self) -> Decimal:
        return exact_sum(x.amount for x in self.lines if x.amount is not None)


class Cfonb(fixed.Records):
    """Statements in 120 columns: several accounts a file, each from its old balance (01) to its new one (07)."""

    name = "cfonb120"
    title = "CFONB120 / AFB120 account statement (France)"
    kind = "bank"

    shape = _HEAD
    other = (
        "This is not a CFONB statement of 120 columns.",
        "not-cfonb",
        "Such a file has lines that begin with 01, 04, 05 and 07 and the codes of bank and branch.",
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
        self.line: _Line | None = None
        self.chain = fixed.Chain()
        self.statements = 0

    def read(self) -> Iterator[Entry | Issue | Stated]:
        for record in fixed.cut(self.text, WIDTH):
            kind = record.text[:2]
            if kind == "01":
                yield from self._open(record)
            elif kind == "04":
                yield from self._movement(record)
            elif kind == "05":
                yield from self._detail(record)
            elif kind == "07":
                yield from self._close(record)
            else:
                message = "The line does not begin with a record code."
                yield Issue("refused", "unknown-record", message, record.row, "1-2")
                self.line = None
        if self.statement is not None:
            yield from self._unclosed(self.statement)

    # ------------------------------------------------------------------------------------------------------ accounts

    def _open(self, record: Record) -> Iterator[Entry | Issue | Stated]:
        if self.statement is not None:
            yield from self._unclosed(self.statement)
        self.statements += 1
        self.line = None
        s = self.statement = _Statement(self.statements, record)
        try:
            fixed.check(record, AMOUNT_END, WIDTH)
            bank, branch, number = record.field(3, 7), record.field(12, 16), record.field(22, 32).strip()
            iban = fixed.french_iban(bank, branch, number)
            s.account = fixed.account_of(number, bank + branch, iban) or fixed.stated(self.options)
            s.currency, s.places = self._money(record)
            s.first = fixed.day(record.field(35, 40), "dmy")
            s.opening = _amount(record, s.places)
        except ValueRefused as e:
            yield refusal(record.row, e, column="01")

    def _money(self, record: Record) -> tuple[str, int]:
        """Currency and decimals of a record; where both are blank, those that a person states."""
        currency, places = record.field(17, 19), record.field(20, 20)
        if not currency.strip() and not places.strip() and self.options.currency:
            currency = self.options.currency.strip().upper()
            places = str(ISO_4217.get(currency, ""))
        if currency not in ISO_4217:
            hint = "" if currency.strip() else "State it: --currency EUR."
            raise ValueRefused("The record names no currency that is known.", code="no-currency", hint=hint)
        if not re.fullmatch("[0-9]", places):
            raise ValueRefused("The record does not state its decimals.", code="no-decimals")
        return currency, int(places)

    def _unclosed(self, s: _Statement) -> Iterator[Entry | Issue | Stated]:
        """A statement without its new balance: its lines stand, its end does not."""
        yield from self._lines(s, closing=None)
        message = "The statement has no new balance (07): lines may be missing at its end."
        yield Issue("refused", "statement-not-closed", message, s.row, "07")
        yield Stated(s.number, s.account, s.currency, opening=s.opening, first=s.first, row=s.row)
        self.statement = self.line = None

    def _close(self, record: Record) -> Iterator[Entry | Issue | Stated]:
        s = self.statement
        self.line = None
        if s is None:
            message = "A new balance (07) without an old one (01): the lines before it are missing."
            yield Issue("refused", "closing-without-opening", message, record.row, "07")
            return
        closing: Decimal | None = None
        last: date | None = None
        refused: Issue | None = None
        try:
            fixed.check(record, AMOUNT_END, WIDTH)
            currency, places = self._money(record)
            if currency != s.currency:
                raise ValueRefused("The new balance is in another currency.", code="currencies-differ")
            closing = _amount(record, places)
            last = fixed.day(record.field(35, 40), "dmy")
            holds = s.opening is not None and exact_sum([s.opening, s.total()]) == closing
            if record.field(22, 32) != s.record.field(22, 32) and not holds:
                closing = None
                raise ValueRefused("The new balance is that of another account.", code="account-differs")
        except ValueRefused as e:
            refused = refusal(record.row, e, column="07")
        yield from self._lines(s, closing)
        if refused is not None:
            yield refused
        elif _key(record) != _key(s.record):
            message = "The new balance names another bank, branch or account than the old one."
            yield Issue("warning", "account-differs", message, record.row, "07")
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

    # --------------------------------------------------------------------------------------------------------- lines

    def _movement(self, record: Record) -> Iterator[Issue]:
        s = self.statement
        line = self.line = _Line(record, record.end)
        if s is None:
            message = "A movement (04) outside a statement: no old balance (01) stands before it."
            yield Issue("refused", "outside-statement", message, record.row, "04")
            return
        s.lines.append(line)
        try:
            fixed.check(record, AMOUNT_END, WIDTH)
            if s.currency is None:
                raise ValueRefused("The statement's old balance cannot be read: whose line is this?", code="no-account")
            currency, places = self._money(record)
            if currency != s.currency:
                raise ValueRefused("The line is in another currency than its statement.", code="currencies-differ")
            amount = _amount(record, places)
            line.booked = fixed.day(record.field(35, 40), "dmy")
            line.amount = amount
            line.strange = _key(record) != _key(s.record)
        except ValueRefused as e:
            line.refused = refusal(record.row, e, column="04")

    def _detail(self, record: Record) -> Iterator[Issue]:
        line = self.line
        if line is None:
            message = "A complement (05) that belongs to no movement."
            yield Issue("refused", "detail-without-line", message, record.row, "05")
            return
        line.end = record.end
        try:
            fixed.check(record, 46, WIDTH)
        except ValueRefused as e:
            message = f"A complement cannot be read, so its text is missing: {e.message}"
            yield Issue("warning", "bad-detail", message, record.row, "05")
            return
        line.details.append((record.field(46, 48), record.field(49, 118)))

    def _lines(self, s: _Statement, closing: Decimal | None) -> Iterator[Entry | Issue]:
        """The entries. A line of another account stands only where the balances prove that it is the statement's."""
        holds = s.opening is not None and closing is not None and exact_sum([s.opening, s.total()]) == closing
        for line in s.lines:
            row = line.record.row
            if line.strange and not holds:
                message = "The line names another bank, branch or account than its statement, and no balance proves it."
                line.amount, line.refused = None, Issue("refused", "account-differs", message, row, "3-32")
            elif line.strange:
                message = "A line names another bank, branch or account than its statement; the balances prove it."
                yield Issue("warning", "account-differs", message, row, "3-32")
            if line.refused is not None:
                yield line.refused
            elif line.amount is not None:
                yield from self._entry(s, line, line.amount)

    def _entry(self, s: _Statement, line: _Line, amount: Decimal) -> Iterator[Entry | Issue]:
        r = line.record
        found, unread = _collect(line.details)
        if unread:
            message = "A qualifier of record 05 has no meaning that is known; its text was added to the note."
            yield Issue("warning", "unread-qualifier", message, r.row, "46-48", count=unread)
        reject = r.field(41, 42).strip()
        own, other = ("NPY", "NBE") if amount < 0 else ("NBE", "NPY")
        name = None if reject else fixed.clean(found.pop(other, ""))
        doubtful = own in found and name is None and not reject
        if doubtful:
            message = "Only the party on the holder's own side is named; whether that is the other side is not proved."
            yield Issue("warning", "party-on-own-side", message, r.row, "05")
        account = None
        if amount < 0 and not reject and "CBE" in found:
            account = account_id(found.pop("CBE"))
            yield from fixed.check_iban(account, r.row)
        original, original_currency = _original(found.pop("MMO", ""))
        if original is None and (text := _first(line.details, "MMO")):
            found["MMO"] = text
            yield Issue("warning", "bad-original", "The original amount (MMO) cannot be read.", r.row, "05")
        client_and_nature = found.pop("RCN", "")  # 35 columns of reference, then the nature of the payment
        client, purpose = fixed.clean(client_and_nature[:35]), fixed.clean(client_and_nature[35:])
        end_to_end = client if client and client.upper() not in _NONE else None
        zone, reference = fixed.clean(r.field(105, 120)), fixed.clean(found.pop("REF", ""))
        number = r.field(82, 88).strip()
        holder = fixed.clean(found.pop(own, "")) if name else None
        parts = [fixed.clean(r.field(49, 79)), *(fixed.clean(found.pop(w, "")) for w in _WORDS), purpose]
        parts += [f"{k} {v}" for k, text in found.items() if (v := fixed.clean(text))]
        parts += [zone if reference and reference != zone else None, number if number.strip("0") else None]
        notes = [x for i, x in enumerate(parts) if x and x not in parts[:i]]  # banks give LIB again as LCC
        valued = fixed.day_or_none(r.field(43, 48), "dmy")
        if valued is None and r.field(43, 48).strip(" 0"):
            yield Issue("warning", "bad-value-date", "A value date is no day; none is given.", r.row, "43-48")
        label = r.field(49, 79).lstrip()
        flags = [w for w, on in (("party-on-own-side", doubtful), ("rejected", reject)) if on]
        yield Entry(
            r.row,
            self.text[r.start : line.end],
            statement=s.number,
            account=s.account,
            account_name=holder,
            amount=amount,
            currency=s.currency,
            booking_date=line.booked,
            value_date=valued,
            counterparty_account=account,
            counterparty_name=name,
            remittance_info=fixed.clean(" ".join(notes)),
            servicer_ref=reference or zone,
            end_to_end_id=end_to_end,
            transaction_code="/".join(filter(None, [r.field(33, 34).strip(), reject])) or None,
            original_amount=original,
            original_currency=original_currency,
            channel=next((c for shape, c in _LABELS if shape.match(label)), None),
            flags=" ".join(flags) or None,
        )


def _key(record: Record) -> tuple[str, str, str]:
    return record.field(3, 7), record.field(12, 16), record.field(22, 32)


def _amount(record: Record, places: int) -> Decimal:
    found = _SIGNED.fullmatch(record.field(91, 104))
    if found is None:
        raise ValueRefused("The amount is not 13 digits and one that carries the sign.", code="bad-amount")
    last = found[2].translate(_FRENCH)
    digit = "{ABCDEFGHI".find(last) if last in "{ABCDEFGHI" else "}JKLMNOPQR".find(last)
    return fixed.signed(fixed.amount(f"{found[1]}{digit}", places), out=last in "}JKLMNOPQR")


def _collect(details: list[tuple[str, str]]) -> tuple[dict[str, str], int]:
    """Texts by qualifier, in the order of the file; a qualifier that comes again goes on. How many are not known."""
    known = {*_WORDS, *_KEPT, "NPY", "NBE", "RCN", "REF"}
    found: dict[str, list[str]] = {}
    unread = 0
    for name, text in details:
        qualifier = _GOES_ON.get(name, name)
        unread += qualifier not in known and qualifier not in _QUIET and bool(text.strip())
        if qualifier not in _QUIET and text.strip():
            found.setdefault(qualifier, []).append(text)
    return {q: fixed.flow(texts, 70).strip() for q, texts in found.items()}, unread


def _first(details: list[tuple[str, str]], qualifier: str) -> str:
    return next((text for q, text in details if q == qualifier), "")


def _original(text: str) -> tuple[Decimal | None, str | None]:
    """MMO: currency, decimals, 14 digits; the rate behind them is not read."""
    found = re.match(r"([A-Z]{3})([0-9])([0-9]{14})", text)
    if found is None or found[1] not in ISO_4217:
        return None, None
    return fixed.amount(found[3], int(found[2])), found[1]
