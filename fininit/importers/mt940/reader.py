"""The importer: statement lines and their details to entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from fininit.errors import SourceRefused, ValueRefused
from fininit.identifiers.account import stated_account
from fininit.identifiers.iban import is_iban_like
from fininit.importers.base import Entry, Options, RowImporter, Source, Stated
from fininit.importers.mt940 import details, tags
from fininit.importers.mt940.channels import channel
from fininit.importers.mt940.details import Details, clean
from fininit.importers.mt940.line import COMMA, Movement, reference
from fininit.importers.mt940.statement import Line, Statement, statements
from fininit.importers.undecided import FALLBACK, encoding_doubt
from fininit.issues import Issue
from fininit.values.money import parse_amount

_ORIGINAL: Final = re.compile(r"/OCMT/(?P<currency>[A-Z]{3})(?P<amount>[0-9]+,[0-9]*)/")
_POINTER: Final = frozenset({"EREF", "KREF", "PREF", "MREF", "MARF"})
"""A customer reference that only says under which keyword of field 86 the reference stands."""

_ING_CODE: Final = re.compile("/TRCD/([0-9]{1,5})/")
_RABOBANK_NUMBER: Final = re.compile("P?[0-9]{7,10}")


class Mt940(RowImporter):
    """SWIFT MT940 and MT950 statements and MT942 interim reports.

    Row: the line of field 61. Raw: that field and its details as they stand in the file. One statement a message, so
    a statement that goes on over several messages (60M, 62M) has a number for each. ``booking_date`` is the entry date
    or, where the bank states none, the value date. A reversed credit (RC) is minus, a reversed debit (RD) plus; both
    are booked and carry the flag ``reversal``; an expected movement (EC, ED in MT942) is pending. ``original_amount``
    is as printed, without a sign. A charge (``/CHGS/``) stays in the note: whether it is inside the amount is not said.
    """

    name = "mt940"
    title = "MT940/MT942 customer statement (SWIFT)"
    kind = "bank"

    def matches(self, source: Source) -> bool:
        """Yes when fields 20, 25 and an opening balance, floor limit or movement follow each other in the head."""
        return source.container == "text" and tags.is_message_start(source.head())

    def rows(self, source: Source, options: Options) -> Iterator[Entry | Issue | Stated]:
        """Entries, refused lines and warnings in the order of the file, and what each statement says of itself.

        Raises :class:`SourceRefused`: ``not-mt940``, ``encoding-undecided``, ``undecodable-bytes``.
        """
        if source.container != "text":
            raise SourceRefused(f"{source.name}: this is not text, so not an MT940 file.", code="not-mt940")
        text, encoding = source.text((*filter(None, [options.encoding]), FALLBACK))
        whole = tags.cut(text)
        found = statements(whole.messages)
        if not found:
            raise SourceRefused(
                f"{source.name}: there is no statement in SWIFT's tag format in this file.",
                code="not-mt940",
                hint="An MT940 file has lines that begin with :20:, :25:, :60F: and :61:.",
            )
        if encoding == FALLBACK and options.encoding != FALLBACK:
            yield encoding_doubt("cp1252 (Western), cp1250 or cp852 (Central European)")
        yield from _lost(whole)
        marks = {mark for s in found for mark in s.amount_marks()}
        account = stated_account(options.account) if options.account else None
        closed: dict[tuple[str | None, str | None], Decimal] = {}
        for s in found:
            s.head(account=account, currency=options.currency, point=marks == {"."})
            s.movements(text, point=marks == {"."})
            _join(s, closed)
            for line in s.lines:
                if line.refused is not None:
                    yield line.refused
                elif line.movement is not None:
                    raw = text[line.field.start : line.end].rstrip("\r")
                    yield _entry(s, line, line.movement, raw, preamble=whole.preamble)
            facts = s.facts(point=marks == {"."})
            yield from sorted(s.issues, key=lambda i: i.row or 0)
            yield facts


def _lost(whole: tags.Cut) -> Iterator[Issue]:
    for rows, code, message in (
        (
            whole.outside,
            "text-outside-statement",
            "Lines before, between or after the statements were not read.",
        ),
        (
            whole.tag_like,
            "tag-like-text",
            "A line of a payment note begins like a field; it was read as text.",
        ),
    ):
        if rows:
            yield Issue("warning", code, message, row=rows[0], count=len(rows))


def _join(s: Statement, closed: dict[tuple[str | None, str | None], Decimal]) -> None:
    """A statement opens with the balance that the one before it of the same account closed with."""
    key = s.account, s.currency
    before = closed.get(key)
    if s.account and s.opening.amount is not None and before is not None and s.opening.amount != before:
        s.warn(
            "statements-do-not-join",
            "A statement does not open with the balance that the one before it closed with.",
            s.row,
            hint="Statements may be missing between them, or stand out of order.",
        )
    if s.closing.amount is not None:
        closed[key] = s.closing.amount


def _entry(s: Statement, line: Line, m: Movement, raw: str, *, preamble: str) -> Entry:
    """One statement line. What its parts say beyond their columns is added to the note, so that it can be found."""
    row = line.field.row
    notes = [x for f in line.notes if f.tag == "86" for x in f.lines if x.strip()]
    ns = [x for f in line.notes if f.tag == "NS" for x in f.lines]
    d = details.from_ns(ns) if ns and not notes else details.read(notes)
    if ns and notes:
        d.note = clean(" ".join([d.note or "", *ns]))
    customer, supplement = _parties_of_61(m, d, notes, preamble=preamble)
    code = [m.code] if m.code else []
    if d.gvc not in (None, "000") and d.gvc not in (m.code or ""):
        code.append(d.gvc)
    if supplement and (ing := _ING_CODE.fullmatch(supplement[0])):
        code.append(ing[1])
        supplement.pop(0)
    cheque = customer if m.code == "NCHK" and customer and customer.isdigit() else None
    more = [x for x in (customer, *supplement) if x and x != cheque and x not in (d.note or "")]
    original, original_currency = _original([*supplement, *notes[:1]])
    _warn(s, m, d, row)
    flags = {
        "details-muddled": d.muddled,
        "expected": m.expected,
        "interim": s.interim,
        "name-with-address": d.address,
        "reversal": m.reversal,
        "value-date-not-in-calendar": m.value_date is None,
    }
    return Entry(
        row,
        raw,
        statement=s.number,
        account=s.account,
        account_name=s.holder_name,
        amount=m.amount,
        currency=s.currency,
        booking_date=m.booking_date,
        value_date=m.value_date,
        counterparty_account=d.account,
        counterparty_name=d.name,
        remittance_info=clean(" ".join([d.note or "", *more])),
        servicer_ref=m.bank_ref,
        end_to_end_id=d.end_to_end_id,
        transaction_code="/".join(code) or None,
        status="pending" if m.expected else "booked",
        original_amount=original,
        original_currency=original_currency,
        channel=channel(m.code, d.gvc, d.kind),
        cheque_no=cheque,
        flags=" ".join(flag for flag, set_ in flags.items() if set_) or None,
    )


def _parties_of_61(m: Movement, d: Details, notes: list[str], *, preamble: str) -> tuple[str | None, list[str]]:
    """Take the other side from field 61, where Dutch banks print it, into ``d``; returns the reference and text left.

    Rabobank before SEPA: the account in 16 places of the customer reference, then the name. Rabobank with SEPA: the
    account on the second line. ASN and SNS: the account as the reference, the name on the second line, and both again
    as the first line of the details.
    """
    customer, supplement = m.customer_ref or "", list(m.supplement)
    rabobank = preamble == ":940:"
    if rabobank and len(customer) > 16:
        d.name = d.name or clean(customer[16:])
        customer = customer[:16]
    customer = reference(customer) or ""
    repeated = bool(supplement and notes) and notes[0].split() == [*customer.split(), *supplement[0].split()]
    if customer and repeated and (is_iban_like(customer) or re.fullmatch("[0-9]{7,10}", customer)):
        d.account, d.name = d.account or details.account(customer), d.name or clean(supplement[0])
        d.note = clean(details.unwrap(notes[1:])) if notes[1:] else None
        return None, supplement[1:]
    if is_iban_like(customer) or (rabobank and _RABOBANK_NUMBER.fullmatch(customer)):
        d.account, customer = d.account or details.account(customer), ""
    if supplement and (is_iban_like(supplement[0]) or (rabobank and _RABOBANK_NUMBER.fullmatch(supplement[0]))):
        d.account = d.account or details.account(supplement.pop(0))
    if "INGBNL2A" in preamble and d.account is None and notes and (found := re.match("([0-9]{10}) ", notes[0])):
        d.account = details.account(found[1])  # ING before SEPA: the account begins the details
    return None if customer.rstrip("+") in _POINTER else customer or None, supplement


def _original(texts: list[str]) -> tuple[Decimal | None, str | None]:
    """The original amount and its currency from ``/OCMT/`` at the start of a line, as printed, without a sign."""
    for text in texts:
        found = _ORIGINAL.match(text)
        if found is not None:
            try:
                return parse_amount(found["amount"], COMMA, currency=found["currency"]), found["currency"]
            except ValueRefused:
                continue
    return None, None


def _warn(s: Statement, m: Movement, d: Details, row: int) -> None:
    """Signal what a reader of this line must know; equal remarks on many lines become one with a count."""
    if d.account and d.account.startswith("acct:"):
        s.check_iban(d.account.removeprefix("acct:"), row)
    if d.muddled:
        s.warn(
            "details-muddled",
            "The parts of the details are out of order or given twice; no counterparty was read from them.",
            row,
            hint="A payment note can imitate the bank's own parts: look at the raw line.",
        )
    if d.unread:
        message = "Parts of the details have no meaning in a known dialect; they stand in the raw line only."
        s.warn("unread-subfield", message, row, count=d.unread)
    if not m.entry_date_stated:
        message = "The bank states no entry date for a line; the value date stands for it."
        s.warn("booking-date-is-value-date", message, row)
    if m.value_date is None:
        message = "A value date is not in the calendar (interest by 30-day months); none is given."
        s.warn("value-date-not-in-calendar", message, row)
