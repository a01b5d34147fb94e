"""The importer: the transactions of bank and card statements, and of the cash account of investments, to entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fininit.errors import SourceRefused, ValueRefused
from fininit.identifiers.account import account_id, stated_account
from fininit.identifiers.iban import is_iban_like
from fininit.importers.base import Draft, Entry, Options, Reading, Source, Stated, refusal
from fininit.importers.ofx import document as parsed
from fininit.importers.ofx.document import SECURITIES, Document, Row, Statement
from fininit.importers.ofx.encoding import decode, is_ofx
from fininit.importers.ofx.values import Stamp, amount, grouped, mark, stamp
from fininit.importers.undecided import Open, Settled, asked, currency_open, decimal_open, settle_days
from fininit.issues import Issue
from fininit.values.assets import is_currency

if TYPE_CHECKING:
    from collections.abc import Mapping

CHANNELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "INT": "interest",
        "FEE": "fee",
        "SRVCHG": "fee",
        "ATM": "atm",
        "POS": "card",
        "CHECK": "cheque",
        "CASH": "cash",
        "DIRECTDEBIT": "direct_debit",
        "REPEATPMT": "standing_order",
    }
)
"""TRNTYPE where it says how the money moved (11.4.3.1); a deposit, a payment or a transfer can be several things."""

COMES_IN: Final = frozenset({"CREDIT", "DEP", "DIRECTDEP"})
GOES_OUT: Final = frozenset({"DEBIT", "FEE", "SRVCHG", "CHECK", "CASH", "DIRECTDEBIT", "REPEATPMT"})

_READ: Final = frozenset(
    [
        *("TRNTYPE", "DTPOSTED", "DTTRAN", "DTAVAIL", "TRNAMT", "FITID", "CORRECTFITID", "CORRECTACTION", "CHECKNUM"),
        *("CHKNUM", "REFNUM", "SIC", "NAME", "EXTDNAME", "MEMO"),
    ]
)
_IGNORED: Final = frozenset({"DTUSER", "DTEXPIRE", "SRVRTID", "PAYEEID", "INV401KSOURCE", "SUBACCTFUND"})
"""Declared: a server's and a payee's number, the day the holder acted; all of them stand in the raw text."""

_ESSENTIAL: Final = frozenset({"TRNAMT", "DTPOSTED", "DTTRAN"})


@dataclass(slots=True)
class _Line:
    """A payment on its way: its row, dates, amount and currency, and what became of it."""

    row: Row
    raw: str
    posted: Stamp
    available: Stamp
    currency: str | None
    day: date | None = None
    value_day: date | None = None
    amount: Decimal | None = None
    refused: Issue | None = None


@dataclass(slots=True)
class _Part:
    """A statement on its way: account, currency and lines, each with the number of its statement."""

    statement: Statement
    account: str | None
    currency: str | None
    lines: list[_Line] = field(default_factory=list)


class Ofx:
    """OFX 1 (SGML) and 2 (XML), QFX and QBO: banks, cards, and the cash account of investment statements.

    Row: the running number of the transaction in the file, from 1. Raw: its text. One statement for each STMTRS,
    CCSTMTRS or INVSTMTRS and each currency in it. The amount has the sign that TRNAMT has, whatever TRNTYPE says;
    ``booking_date`` is the day of DTPOSTED as written, ``booked_at`` its instant where time and zone are written. The
    closing balance is LEDGERBAL; AVAILBAL is none. A transaction given twice is kept twice and signalled.
    """

    name = "ofx"
    title = "OFX, QFX and QBO statements (Quicken, QuickBooks, Money)"
    kind = "bank"

    def matches(self, source: Source) -> bool:
        """Yes when the file begins with an OFX header, or its first tag is OFX."""
        return source.container == "text" and is_ofx(source.head())

    def read(self, source: Source, options: Options) -> Reading:
        """The whole file. Raises :class:`SourceRefused`: ``not-ofx``, ``no-statement``, ``entity-declared``,
        ``encoding-undecided``, ``undecodable-bytes``.
        """
        if source.container != "text":
            raise SourceRefused("This is not text, so not an OFX file.", code="not-ofx")
        text, differs = decode(source, options.encoding)
        found = _document(text)
        draft = Draft(source, self.name)
        for issue in _about(found, encoding_differs=differs):
            draft.add(issue)
        parts = [_part(text, s, options) for s in found.statements]
        lines = [line for p in parts for line in p.lines]
        days, dates = _settle_days(lines, options)
        decimal, amounts = _settle_decimal(parts, options)
        opens = [*dates, *amounts]
        for line in lines:
            _read_line(line, days, decimal)
        if opens:
            return asked(source, self.name, opens)
        nameless = [x for x in lines if x.amount is not None and x.currency is None]
        if nameless:
            draft.add(currency_open(nameless[0].row.number, len(nameless)))
        _fill(draft, parts, decimal)
        for row in found.loans:
            draft.issue("refused", "loan-line", "A line of a loan statement, which is not read.", row=row.number)
        if not lines and not found.loans:
            draft.issue("warning", "no-transactions", "The file has a statement and no payment in it.")
        reading = draft.finish()
        return replace(reading, status="refused") if reading.rows.refused and not reading.rows.entries else reading


# ------------------------------------------------------------------------------------------------------ the whole file


def _document(text: str) -> Document:
    if re.search(r"<!ENTITY", text, re.IGNORECASE):
        raise SourceRefused(
            "The file declares entities of its own, which no statement does; nothing was expanded or fetched.",
            code="entity-declared",
            hint="Ask the producer for a fresh export.",
        )
    found = parsed.read(text)
    if found.statements or found.loans:
        return found
    if found.errors:
        raise SourceRefused(
            "The file holds the bank's answer that something failed, and no statement.",
            code="no-statement",
            hint="Ask the producer to export it again.",
        )
    if not re.search(r"<OFX\b", text, re.IGNORECASE):
        raise SourceRefused("There is no OFX in this file.", code="not-ofx", hint="An OFX file holds the tag <OFX>.")
    raise SourceRefused(
        "The file is OFX, but no statement of an account is in it.",
        code="no-statement",
        hint="Ask for the statements: lists of accounts, profiles and requests hold no payments.",
    )


def _about(found: Document, *, encoding_differs: bool) -> Iterator[Issue]:
    """What is to be said of the file as a whole."""
    for count, code, message, hint in (
        (encoding_differs, "encoding-differs", "The file is UTF-8, although its header states something else.", ""),
        (
            not found.closed,
            "file-truncated",
            "The file does not end as OFX does (</OFX>); payments may be missing at its end.",
            "Ask for a fresh export, or compare the last payments with the account.",
        ),
        (found.errors, "error-answer", "The file reports that a request failed; a statement may be missing.", ""),
        (found.unread_sets, "unread-part", "A part of the file holds no account statements; it was not read.", ""),
        (found.orphans, "payment-outside-statement", "Payments stand outside any statement.", ""),
        (found.account_changes, "account-changes", "A statement names a second account; two were made of it.", ""),
        (
            found.hidden,
            "commented-out",
            "A comment in the file holds what looks like a payment; comments are not read.",
            "Look at the file: no bank writes payments into comments.",
        ),
        (found.stray, "stray-text", "Texts stand behind the end of an element; they are in the raw lines only.", ""),
    ):
        if count:
            yield Issue("warning", code, message, count=int(count), hint=hint)


# -------------------------------------------------------------------------------------------------------- one statement


def _account(fields: Mapping[str, str] | None) -> str | None:
    """``iban:…``, ``acct:<bank>:<number>``, with the branch where one is stated, or ``acct:<number>``."""
    number = "".join((fields or {}).get("ACCTID", "").split())
    if fields is None or not number.strip("0"):
        return None
    if is_iban_like(number):
        return account_id(number)
    bank = fields.get("BANKID") or fields.get("BROKERID") or ""
    branch = fields.get("BRANCHID", "")
    parts = ("".join(bank.split()), "".join(branch.split()) if branch.strip("0 ") else "")
    return account_id(number, "-".join(filter(None, parts)))


def _known(code: str) -> str | None:
    return code.upper() if is_currency(code.upper()) else None


def _part(text: str, s: Statement, options: Options) -> _Part:
    stated = stated_account(options.account) if options.account else None
    fallback = _known((options.currency or "").strip())
    currency = _known(s.fields.get("CURDEF", ""))
    part = _Part(s, _account(s.holder) or stated, currency or fallback)
    for row in s.rows:
        if row.tag in SECURITIES:
            continue
        own = _known(row.parts.get("CURRENCY", {}).get("CURSYM", ""))
        date_tag = "DTTRAN" if row.tag == "STMTTRNP" and "DTPOSTED" not in row.fields else "DTPOSTED"
        part.lines.append(
            _Line(
                row,
                text[row.start : row.end].rstrip(),
                stamp(row.fields.get(date_tag, "")),
                stamp(row.fields.get("DTAVAIL", "")),
                own or part.currency,
            )
        )
    return part


def _settle_days(lines: list[_Line], options: Options) -> tuple[Settled, list[Open]]:
    """The order of day and month where a file does not write its dates as OFX; one question where it stays open."""
    stamps = [(x.row.number, s) for x in lines for s in (x.posted, x.available)]
    settled = settle_days([s.days for _, s in stamps], options.date)
    return settled, [settled.open(stamps[settled.at][0])] if settled.problem else []


def _settle_decimal(parts: list[_Part], options: Options) -> tuple[str, list[Open]]:
    """The decimal mark for amounts that do not show their own, and a question where the file does not either."""
    marks: dict[str, int | None] = {}
    for p in parts:
        for x in p.lines:
            marks.setdefault(mark(x.row.fields.get("TRNAMT", ""), x.currency), x.row.number)
        balance = p.statement.places.get("LEDGERBAL", {}).get("BALAMT", "")
        marks.setdefault(mark(balance, p.currency), None)
    certain = sorted(m for m in marks if m in (".", ","))
    if options.decimal in (".", ","):
        return options.decimal, []
    if len(certain) == 1:
        return certain[0], []
    return "", [decimal_open(marks["?"])] if "?" in marks else []


def _read_line(x: _Line, days: Settled, decimal: str) -> None:
    """Date and amount of a payment, or why it is refused."""
    row = x.row
    try:
        if row.state == "cut":
            hint = "Ask for a fresh export."
            raise ValueRefused("The file ends in the middle of this payment.", code="cut-off", hint=hint)
        if "\0" in x.raw:
            raise ValueRefused("The payment holds a NUL character.", code="nul-byte")
        if row.twice & _ESSENTIAL:
            raise ValueRefused("The payment states two dates or two amounts.", code="stated-twice")
        x.day, x.value_day = days.day(x.posted.days), days.day(x.available.days)
        if x.day is None:
            tag = "DTTRAN" if row.tag == "STMTTRNP" else "DTPOSTED"
            stated = row.fields.get(tag, "")
            message = "The date is not a day of the calendar as OFX writes it." if stated else "There is no date."
            raise ValueRefused(message, code="bad-date")
        x.amount = amount(row.fields.get("TRNAMT", ""), x.currency, decimal)
    except ValueRefused as e:
        column = "DTPOSTED" if e.code == "bad-date" else None if e.code in ("cut-off", "nul-byte") else "TRNAMT"
        text = f"{e.message[0].upper()}{e.message[1:]}"
        x.refused = replace(refusal(row.number, e, column=column), message=text.rstrip(".") + ".")
        x.amount = None


# ------------------------------------------------------------------------------------------------------------- entries


def _fill(draft: Draft, parts: list[_Part], decimal: str) -> None:
    """Entries, issues and stated balances into the draft, with numbers of statements and repeated transactions."""
    number = 0
    seen: dict[tuple[str | None, str], dict[str, Any]] = {}
    entries: list[tuple[str | None, Entry, _Line]] = []
    for p in parts:
        numbers = {p.currency: number + 1}
        for x in p.lines:
            if x.amount is not None:
                numbers.setdefault(x.currency, number + 1 + len(numbers))
        if p.currency is None and len(numbers) > 1:
            del numbers[None]  # no line is in the currency that the statement does not name
            numbers = {c: number + 1 + i for i, c in enumerate(numbers)}
        number += len(numbers)
        by_row = {x.row.number: x for x in p.lines}
        for row in p.statement.rows:
            line = by_row.get(row.number)
            if line is None:
                draft.issue(
                    "skipped",
                    "securities",
                    "An event of securities; of an investment account only payments are read.",
                    row=row.number,
                )
            elif line.refused is not None:
                draft.add(line.refused)
            else:
                entry = _entry(p, line, numbers[line.currency])
                entries.append((p.account, entry, line))
                for issue in (*_remarks(p, line, entry, decimal), *_again(seen, p.account, entry)):
                    draft.add(issue)
        _balance(draft, p, numbers, decimal)
    for issue in _corrections(entries):
        draft.add(issue)
    for _, entry, _ in entries:
        draft.add(entry)
    unnamed = sum(account is None for account, _, _ in entries)
    if unnamed:
        draft.issue(
            "warning",
            "account-not-named",
            "The file does not say whose account this is.",
            count=unnamed,
            hint="Name it: --account iban:… or --account acct:BANK:NUMBER",
        )


def _entry(p: _Part, x: _Line, number: int) -> Entry:
    row, f = x.row, x.row.fields
    kind = f.get("TRNTYPE", "")
    name, note = _texts(row)
    other = _account(row.parts.get("BANKACCTTO")) or _account(row.parts.get("CCACCTTO"))
    cheque = next((f[t] for t in ("CHECKNUM", "CHKNUM") if f.get(t, "").strip("0")), None)
    code = kind if re.fullmatch(r"[A-Za-z]{1,20}", kind) else None
    # servicers of investments write CASH for any payment
    channel = None if kind.upper() == "CASH" and p.statement.kind == "investment" else CHANNELS.get(kind.upper())
    pending = row.tag == "STMTTRNP" or kind.upper() == "HOLD"
    return Entry(
        row.number,
        x.raw,
        statement=number,
        account=p.account,
        amount=x.amount,
        currency=x.currency,
        booking_date=x.day,
        value_date=x.value_day,
        booked_at=x.posted.at,
        local_time=x.posted.local,
        local_zone=x.posted.zone if x.posted.local else None,
        counterparty_account=other if other != p.account else None,
        counterparty_name=name,
        remittance_info=note,
        servicer_ref=f.get("FITID") or None,
        transaction_code=code,
        status="pending" if pending else "booked",
        original_currency=_known(row.parts.get("ORIGCURRENCY", {}).get("CURSYM", "")),
        channel=channel,
        cheque_no=cheque,
    )


def _texts(row: Row) -> tuple[str | None, str | None]:
    """The name of the other side, and the note; what has no column stands in the note behind its tag."""
    f, payee = row.fields, row.parts.get("PAYEE", {})
    name, longer = f.get("NAME") or payee.get("NAME", ""), f.get("EXTDNAME", "")
    note = [f.get("MEMO", "")]
    if longer.startswith(name):
        name = longer or name
    elif longer:
        note.append(longer)
    known = {f.get("FITID"), f.get("CHECKNUM"), f.get("CHKNUM"), ""}
    note += [f"{tag}:{f[tag]}" for tag in ("REFNUM", "SIC") if f.get(tag, "") not in known]
    address = [v for t in ("ADDR1", "ADDR2", "ADDR3", "POSTALCODE", "CITY", "STATE", "COUNTRY") if (v := payee.get(t))]
    note += [f"PAYEE:{' '.join(address)}"] if address else []
    note += [f"PHONE:{payee['PHONE']}"] if payee.get("PHONE") else []
    return name or None, " ".join(filter(None, note)) or None


def _remarks(p: _Part, x: _Line, entry: Entry, decimal: str) -> Iterator[Issue]:
    """What a reader of this line must know; equal remarks on many lines become one with a count."""
    row, kind = x.row, x.row.fields.get("TRNTYPE", "").upper()
    assert x.amount is not None
    against = (kind in COMES_IN and x.amount < 0) or (kind in GOES_OUT and x.amount > 0)
    other = _account(row.parts.get("BANKACCTTO")) or _account(row.parts.get("CCACCTTO"))
    unread = [t for t in row.fields if t not in _READ | _IGNORED and row.fields[t]]
    for when, code, message, count in (
        (
            against,
            "type-contradicts-sign",
            "The type of a payment contradicts its sign; the sign stands.",
            1,
        ),
        (x.posted.odd == "time", "odd-date", "The time behind a date is none; the day was read.", 1),
        (x.posted.odd == "zone", "odd-zone", "The zone behind a time is not certain; no instant was made of it.", 1),
        (
            bool(x.posted.days.parts[0]),
            "odd-date",
            "A date is not written as OFX writes it; the whole file shows its order.",
            1,
        ),
        (
            bool(row.fields.get("DTAVAIL")) and x.value_day is None,
            "value-date-unread",
            "The day that the money is available is no date as OFX writes it; none is given.",
            1,
        ),
        (
            grouped(row.fields["TRNAMT"], x.currency, decimal),
            "thousands-mark",
            "An amount groups its thousands, which OFX does not; its marks leave no doubt.",
            1,
        ),
        (
            p.currency not in (None, x.currency),
            "other-currency",
            "Payments are in another currency than their statement; they stand in a statement of their own.",
            1,
        ),
        (
            row.state == "unclosed",
            "unclosed-payment",
            "A payment is not closed; it ends where the next thing begins.",
            1,
        ),
        (bool(row.twice), "stated-twice", "A payment states a thing twice; the first stands.", len(row.twice)),
        (
            bool(unread),
            "unread-tag",
            "Payments hold tags outside the specification; they stand in the raw text only.",
            len(unread),
        ),
        (
            other is not None and other == p.account,
            "other-side-is-own",
            "The other side of a payment is the statement's own account; none was taken.",
            1,
        ),
    ):
        if when:
            yield Issue("warning", code, message, row=row.number, count=count)
    if is_iban_like((p.account or "").removeprefix("acct:")):
        message = "An account looks like an IBAN but its check digits are wrong; it stays a number of its own."
        yield Issue("warning", "not-an-iban", message, row=row.number)


def _again(seen: dict[tuple[str | None, str], dict[str, Any]], account: str | None, entry: Entry) -> Iterator[Issue]:
    """Signal a bank reference that the same account had before. Both lines stay: banks reuse their references."""
    ref = entry.columns["servicer_ref"]
    if ref is None:
        return
    content = {k: v for k, v in entry.columns.items() if k != "statement"}
    before = seen.setdefault((account, ref), content)
    if before is content:
        return
    hint = "Compare the lines: a payment exported twice counts twice here."
    if before == content:
        text = "Two payments with the same bank reference say the same; both are kept."
        yield Issue("warning", "reference-repeated", text, row=entry.row, hint=hint)
    else:
        text = "Two different payments have the same bank reference; both are kept."
        yield Issue("warning", "reference-reused", text, row=entry.row)


def _corrections(entries: list[tuple[str | None, Entry, _Line]]) -> Iterator[Issue]:
    """A payment that replaces or deletes an earlier one (CORRECTFITID): the earlier one does not move money."""
    by_ref: dict[tuple[str | None, str], list[Entry]] = {}
    for account, entry, _ in entries:
        by_ref.setdefault((account, entry.columns["servicer_ref"] or ""), []).append(entry)
    for account, entry, x in entries:
        earlier = x.row.fields.get("CORRECTFITID", "")
        if not earlier:
            continue
        if x.row.fields.get("CORRECTACTION", "").upper() == "DELETE":
            entry.columns |= {"status": "reversed", "flags": "deletes"}
        text = "A payment corrects an earlier one; where that stands in this file, it does not count."
        yield Issue("warning", "correction", text, row=entry.row, hint="An earlier export may still count it.")
        for other in by_ref.get((account, earlier), []):
            if other is not entry and other.row < entry.row:
                other.columns |= {"status": "reversed", "flags": "corrected"}


def _balance(draft: Draft, p: _Part, numbers: dict[str | None, int], decimal: str) -> None:
    """The ledger balance as the closing balance of the statement in its own currency."""
    s = p.statement
    first, last = (stamp(s.fields.get(tag, "")).only for tag in ("DTSTART", "DTEND"))
    own = p.currency if p.currency in numbers else next(iter(numbers))
    stated = s.places.get("LEDGERBAL", {})
    closing: Decimal | None = None
    if stated.get("BALAMT"):
        try:
            closing = amount(stated["BALAMT"], own, decimal)
        except ValueRefused:
            draft.issue("warning", "bad-balance", "The ledger balance of a statement cannot be read.")
    as_of = stamp(stated.get("DTASOF", "")).only
    booked = [x.day for x in p.lines if x.day is not None and x.amount is not None and x.currency == own]
    if closing is not None and as_of is not None and booked and as_of < max(booked):
        draft.issue(
            "warning",
            "balance-before-last-line",
            "The ledger balance is of a day before the last payment; it closes no more than the days up to that one.",
        )
    if s.fields.get("CURDEF") and _known(s.fields["CURDEF"]) is None:
        draft.issue("warning", "unknown-currency", "The currency that a statement names is not known.")
    for currency, number in numbers.items():
        draft.add(
            Stated(
                statement=number,
                account=p.account,
                currency=currency,
                closing=closing if currency == own else None,
                first=first,
                last=last or as_of,
            )
        )
