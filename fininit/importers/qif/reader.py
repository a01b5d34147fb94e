"""The importer: the records of registers to entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from fininit.errors import SourceRefused, ValueRefused
from fininit.identifiers.account import stated_account
from fininit.importers.base import Draft, Entry, Options, Reading, Source, Stated, refusal
from fininit.importers.qif.accounts import Accounts, accounts, transfer_label
from fininit.importers.qif.records import LISTS, REGISTERS, Cut, Record, Section, cut, is_qif
from fininit.importers.undecided import (
    FALLBACK,
    Days,
    Open,
    Settled,
    asked,
    currency_open,
    days,
    decimal_mark,
    decimal_open,
    encoding_doubt,
    number,
    settle_days,
    settle_decimal,
)
from fininit.issues import Issue
from fininit.values.assets import is_currency
from fininit.values.money import exact_sum, parse_amount

_READ: Final = frozenset("DTUPMNLASE$")
_IGNORED: Final = frozenset("CF%X")
"""Declared: cleared or reconciled, reimbursable, the percentage of a split, additions of business versions."""

_SECURITIES: Final = frozenset("YIQO")
"""Lines of an investment register beside those: security, price, quantity, commission."""

CASH_ACTIONS: Final = {"xin": 1, "contribx": 1, "xout": -1, "withdrwx": -1, "cash": 0}
"""Actions of an investment register that only move cash into or out of it; 0: the amount has its own sign."""

_OPENING: Final = "opening balance"


@dataclass(slots=True)
class _Line:
    """A record of a register on its way."""

    section: Section
    record: Record
    days: Days
    glued: bool
    sign: int = 0
    day: date | None = None
    amount: Decimal | None = None
    refused: Issue | None = None


class Qif:
    """QIF: registers of bank, cash, card, asset and liability accounts, and the cash side of investments.

    Row: the line on which the record begins. Raw: its lines. One statement an account. A file states neither currency
    nor the order of day and month: the first is asked for, the second proved from all dates of the file or asked for,
    and so is the decimal mark. A split payment is one entry; its parts must add up to it. The record *Opening Balance*
    with which a register begins is the opening balance and no payment.
    """

    name = "qif"
    title = "QIF (Quicken Interchange Format)"
    kind = "bank"

    def matches(self, source: Source) -> bool:
        """Yes when the file begins with ``!Type:``, ``!Account``, ``!Option:`` or ``!Clear:``."""
        return source.container == "text" and is_qif(source.head())

    def read(self, source: Source, options: Options) -> Reading:
        """The whole file. Raises :class:`SourceRefused`: ``not-qif``, ``encoding-undecided``, ``undecodable-bytes``."""
        if source.container != "text":
            raise SourceRefused("This is not text, so not a QIF file.", code="not-qif")
        text, doubt = _decoded(source, options)
        if not is_qif(text[:200]):
            hint = "A QIF file begins with a line such as !Type:Bank or !Account."
            raise SourceRefused("The file does not begin as QIF does.", code="not-qif", hint=hint)
        whole = cut(text)
        registers = [s for s in whole.sections if s.kind in REGISTERS]
        for s in registers:
            _name_by_opening(s)
        lines = [_line(s, r) for s in registers for r in s.records]
        order = settle_days([x.days for x in lines], options.date)
        mark, amounts = _settle_decimal(lines, options)
        opens = [order.open(lines[order.at].record.row)] if order.problem else []
        opens += amounts
        named = (options.currency or "").strip().upper()
        currency = named if is_currency(named) else None
        money = [x for x in lines if _is_cash(x)]
        if opens:
            return asked(source, self.name, opens)
        for x in lines:
            _read_line(x, order, mark, currency)
        draft = Draft(source, self.name)
        for issue in doubt:
            draft.add(issue)
        if money and currency is None:
            draft.add(currency_open(money[0].record.row, len(money)))
        stated = stated_account(options.account) if options.account else None
        _fill(draft, whole, lines, accounts(registers, source.sha256, stated), (mark, currency))
        reading = draft.finish()
        return replace(reading, status="refused") if reading.rows.refused and not reading.rows.entries else reading


# ------------------------------------------------------------------------------------------------------ the whole file


def _decoded(source: Source, options: Options) -> tuple[str, list[Issue]]:
    """The text; where neither the file nor a person says its encoding, by that of the programs that wrote QIF, with a
    warning. Everything that is read for meaning is ASCII: letters of names and notes depend on it, nothing else does.

    Raises :class:`SourceRefused` ``encoding-undecided`` for bytes that are no letters there either.
    """
    if options.encoding:
        return source.text((options.encoding,))[0], []
    text, encoding = source.text((FALLBACK,))
    if encoding != FALLBACK:
        return text, []
    known = "cp1252 (Western), cp1250 (Central European), cp1251 (Cyrillic)"
    return text, [encoding_doubt(known, "amounts and dates")]


def _is_opening(section: Section, record: Record) -> bool:
    """Whether a record is the opening balance: the first, named so, and a transfer from the account to itself."""
    label = transfer_label(record.first("L"))
    return (
        section.kind != "invst"
        and record is section.records[0]
        and record.first("P").casefold() == _OPENING
        and label is not None
        and label == (section.label or label)
    )


def _name_by_opening(section: Section) -> None:
    """A register without an account that begins with its opening balance is named there."""
    if section.records and section.label is None and _is_opening(section, section.records[0]):
        section.label = transfer_label(section.records[0].first("L"))


def _line(section: Section, record: Record) -> _Line:
    """A record with the days that it can mean. Some banks print the payee right behind the date."""
    text, payee = record.first("D"), record.first("P")
    found = days(text[:40])
    glued = False
    if not found.by_order and payee and text.endswith(payee):
        found = days(text.removesuffix(payee))
        glued = bool(found.by_order)
    action = record.first("N").casefold() if section.kind == "invst" else ""
    return _Line(section, record, found, glued, CASH_ACTIONS.get(action, 0))


def _is_cash(x: _Line) -> bool:
    """Whether a record moves money of its account: all but trades and their like."""
    return x.section.kind != "invst" or x.record.first("N").casefold() in CASH_ACTIONS


def _settle_decimal(lines: list[_Line], options: Options) -> tuple[str, list[Open]]:
    if options.decimal in (".", ","):
        return options.decimal, []
    texts = [(v, x.record.row) for x in lines for code in "TU$" for v in x.record.all(code)]
    found = settle_decimal(t for t, _ in texts)
    if found in (".", ","):
        return found, []
    at = next(row for t, row in texts if decimal_mark(t) in ("?", ","))
    if found == "?":
        return "", [decimal_open(at)]
    text = "Some amounts of the file can only have a decimal point, others only a comma."
    settle = "Ask for a fresh export; or state the mark, and lose the other amounts: --decimal . or --decimal ,"
    return "", [Open("decimal-conflict", text, settle, at)]


# ------------------------------------------------------------------------------------------------------------ a record


def _read_line(x: _Line, order: Settled, mark: str, currency: str | None) -> None:
    """Date and amount of a record, or why it is refused."""
    if not _is_cash(x):
        return
    r = x.record
    column = "T"
    try:
        if r.state == "cut":
            hint = "Ask for a fresh export."
            raise ValueRefused("The file ends in the middle of this record.", code="cut-off", hint=hint)
        if "\0" in r.raw:
            raise ValueRefused("The record holds a NUL character.", code="nul-byte")
        if any(len(set(r.all(code))) > 1 for code in "DTU"):
            raise ValueRefused("The record states two dates or two amounts.", code="stated-twice")
        column = "D"
        x.day = order.day(x.days)
        if x.day is None:
            message = "The date is no day of the calendar." if r.first("D") else "There is no date."
            raise ValueRefused(message, code="bad-date")
        column = "T"
        values = [parse_amount(t, number(mark), currency=currency) for t in (r.first("T"), r.first("U")) if t]
        if len(set(values)) > 1:
            raise ValueRefused("The record states two amounts (T and U).", code="stated-twice")
        if not values:
            raise ValueRefused("There is no amount.", code="no-amount")
        x.amount = values[0]
        if x.sign and x.amount < 0:
            x.amount = None
            raise ValueRefused("The amount has a minus where its action has the sign.", code="bad-sign")
        if x.sign < 0 and x.amount:
            x.amount = x.amount.copy_negate()
    except ValueRefused as e:
        shown = column if e.code not in ("cut-off", "nul-byte") else None
        text = f"{e.message[0].upper()}{e.message[1:]}"
        x.refused = replace(refusal(r.row, e, column=shown), message=text.rstrip(".") + ".")


def _splits(record: Record) -> list[dict[str, str]]:
    """The parts of a split payment: each begins with its category (S)."""
    out: list[dict[str, str]] = []
    for code, value in record.lines:
        if code == "S":
            out.append({"S": value})
        elif code in "E$" and value:
            if not out or code in out[-1]:
                out.append({})
            out[-1][code] = value
    return out


def _entry(x: _Line, acc: Accounts, statement: int, currency: str | None) -> Entry:
    r, s = x.record, x.section
    splits = [] if s.kind == "invst" else _splits(r)
    labels = {transfer_label(p.get("S", "")) for p in splits} if splits else {transfer_label(r.first("L"))}
    label = labels.pop() if len(labels) == 1 else None  # a payment split over several is a transfer to none of them
    n = r.first("N") if s.kind != "invst" else ""
    return Entry(
        r.row,
        r.raw,
        statement=statement,
        account=acc.own(s),
        account_name=s.label,
        amount=x.amount,
        currency=currency,
        booking_date=x.day,
        counterparty_account=acc.other(label, s) if label else None,
        counterparty_name=" ".join(r.all("P")) or None,
        remittance_info=_note(x, splits, n),
        channel="atm" if n.casefold() == "atm" else None,
        cheque_no=n if re.fullmatch("[0-9]{1,12}", n) and n.strip("0") else None,
        status="booked",
    )


def _note(x: _Line, splits: list[dict[str, str]], n: str) -> str | None:
    """The memo; behind it, with their letters, category, parts, number and address, which have no column."""
    r = x.record
    note = list(r.all("M"))
    category = r.first("L")
    if category and not splits:
        note.append(f"L:{category}")
    note += [" ".join(f"{code}:{p[code]}" for code in "SE$" if p.get(code)) for p in splits]
    if n and not re.fullmatch("[0-9]{1,12}", n):
        note.append(f"N:{n}")
    if r.all("A"):
        note.append("A:" + " ".join(r.all("A")))
    return " ".join(note) or None


def _remarks(x: _Line, mark: str) -> Iterator[Issue]:
    """What a reader of this record must know; equal remarks on many become one with a count."""
    r = x.record
    row = r.row
    known = _READ | _IGNORED | (_SECURITIES if x.section.kind == "invst" else frozenset())
    unread = sum(1 for c, v in r.lines if c not in known and v)
    if unread:
        text = "Lines begin with a letter that the format does not have; they stand in the raw text only."
        yield Issue("warning", "unread-line", text, row=row, count=unread)
    if r.state == "open":
        text = "A record is not closed; it ends where the next section begins."
        yield Issue("warning", "unclosed-record", text, row=row)
    if x.glued:
        text = "The payee stands behind the date; the date before it was read."
        yield Issue("warning", "odd-date", text, row=row)
    if x.section.kind == "invst":
        return
    parts = [t for p in _splits(r) if (t := p.get("$"))]
    if not parts:
        return
    try:
        total = exact_sum(parse_amount(t, number(mark)) for t in parts)
    except ValueRefused:
        text = "A part of a split payment has no amount that can be read."
        yield Issue("warning", "split-unread", text, row=row, column="$")
        return
    if total != x.amount:
        text = "The parts of a split payment do not add up to it; the payment stands as it is."
        yield Issue("warning", "split-differs", text, row=row, column="$")


# ------------------------------------------------------------------------------------------------------------- entries


def _fill(draft: Draft, whole: Cut, lines: list[_Line], acc: Accounts, how: tuple[str, str | None]) -> None:
    mark, currency = how
    numbers = {key: n for n, key in enumerate(acc.keys, 1)}
    openings: dict[int, Decimal] = {}
    owners: dict[int, str | None] = {}
    for x in lines:
        r, s = x.record, x.section
        statement = numbers[acc.key(s)]
        owners.setdefault(statement, acc.own(s))
        if not _is_cash(x):
            text = "An event of securities; of an investment account only payments are read."
            draft.issue("skipped", "securities", text, row=r.row)
        elif x.refused is not None:
            draft.add(x.refused)
        elif _is_opening(s, r) and statement not in openings:
            assert x.amount is not None
            openings[statement] = x.amount
            text = "The record states the balance with which the account begins; it is no payment."
            draft.issue("skipped", "opening-balance", text, row=r.row)
        else:
            for issue in _remarks(x, mark):
                draft.add(issue)
            draft.add(_entry(x, acc, statement, currency))
    for statement, owner in owners.items():
        draft.add(Stated(statement, account=owner, currency=currency, opening=openings.get(statement)))
    for issue in _about(whole, lines, acc):
        draft.add(issue)


def _about(whole: Cut, lines: list[_Line], acc: Accounts) -> Iterator[Issue]:
    """What is to be said of the file as a whole, and its sections that hold no payments."""
    for s in whole.sections:
        if s.kind in REGISTERS or not s.records:
            continue
        if s.kind in LISTS:
            text = "Lists of categories, classes, securities and memorised payments are no payments."
            yield Issue("skipped", "list", text, row=s.records[0].row, count=len(s.records))
            continue
        for r in s.records:
            text = "The section has a type that is not read."
            yield Issue("refused", "unknown-section", text, row=r.row)
    if whole.outside:
        text = "Lines before the first section were not read."
        yield Issue("warning", "text-outside-section", text, row=whole.outside[0], count=len(whole.outside))
    listed = [s.row for s in whole.sections if s.listed and s.records]
    if listed:
        text = "A list of several accounts stands before a register; whose it is, is not said."
        yield Issue("warning", "account-list", text, row=listed[0], count=len(listed))
    if not lines:
        yield Issue("warning", "no-transactions", "The file has no payment in it.")
        return
    read = [x for x in lines if x.amount is not None and not _is_opening(x.section, x.record)]
    nameless = [x for x in read if acc.own(x.section) is None]
    local = [x for x in read if (acc.own(x.section) or "").startswith("source:")]
    hint = "Name it: --account iban:… or --account acct:BANK:NUMBER"
    if nameless:
        text = "The file does not say whose account this is."
        yield Issue("warning", "account-not-named", text, count=len(nameless), hint=hint)
    if local:
        text = "The accounts have labels and no numbers; each label is an account of this file only."
        yield Issue("warning", "account-is-a-label", text, count=len(local))
