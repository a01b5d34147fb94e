"""The importer: finds the shape, settles the signs, numbers the records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from fininit.errors import SourceRefused, ValueRefused
from fininit.identifiers.account import stated_account
from fininit.importers.base import Entry, Options, RowImporter, Source, Stated, refusal
from fininit.importers.openbanking import berlin, obie, truelayer
from fininit.importers.openbanking.document import Record, parse
from fininit.importers.openbanking.report import Line, Report, Shape, shape
from fininit.importers.openbanking.values import camel
from fininit.issues import Issue
from fininit.ledger.checks import follow
from fininit.values.money import exact_sum

_SHAPES: Final = tuple(shape(module) for module in (berlin, obie, truelayer))

_HEADS: Final = (
    re.compile(r'"transaction_?[aA]mount"\s*:\s*\{'),
    re.compile(r'"booked"\s*:\s*\['),
    re.compile(r'"Data"\s*:\s*\{\s*"Transaction"\s*:\s*\['),
    re.compile(r'"transaction_type"\s*:\s*"(?:CREDIT|DEBIT|credit|debit|Credit|Debit)"'),
)
"""One of these stands in the head of every list of these interfaces."""

_TRUELAYER: Final = re.compile(r'"timestamp"\s*:[\s\S]*"transaction_id"\s*:|"transaction_id"\s*:[\s\S]*"timestamp"\s*:')


@dataclass(slots=True)
class _Row:
    """A record of the file and what became of it."""

    row: int
    record: Record
    line: Line | None
    refused: Issue | None = None


class OpenBanking(RowImporter):
    """Lists of transactions from account information interfaces: Berlin Group and its kin, UK Open Banking, TrueLayer.

    Row: the running number of the record in the file, from 1. Raw: its JSON as it stands in the file. Numbers are read
    from their text; a record with a key twice is refused. ``information`` (standing orders) is skipped by declaration.
    ``balance_after`` is taken only from a booked balance. Opening and closing balances are those of the report. One
    statement for each account and currency.
    """

    name = "openbanking"
    title = "Open-banking JSON (Berlin Group NextGenPSD2, UK Open Banking, TrueLayer)"
    kind = "bank"

    def matches(self, source: Source) -> bool:
        """Yes when the head is JSON and has a field of one of the shapes."""
        if source.container != "text":
            return False
        head = source.head().lstrip("\ufeff \t\r\n")
        if not head.startswith(("{", "[")):
            return False
        found = [pattern.search(head) is not None for pattern in _HEADS]
        return any(found[:3]) or (found[3] and _TRUELAYER.search(head) is not None)

    def rows(self, source: Source, options: Options) -> Iterator[Entry | Issue | Stated]:
        """Entries, refused records and warnings in the order of the file, and what each report says of itself.

        Raises :class:`SourceRefused`: ``broken-json``, ``duplicate-key``, ``too-deep``, ``not-openbanking``,
        ``needs-decision`` (nothing shows the sign), and those of ``Source.text``.
        """
        if source.container != "text":
            raise SourceRefused(f"{source.name}: this is not text, so not JSON.", code="not-openbanking")
        text, _ = source.text(filter(None, [options.encoding]))
        document = parse(text.removeprefix("\ufeff"))
        for known in _SHAPES:
            reports = known.reports(document)
            if reports:
                yield from _read(known, reports, options)
                return
        raise SourceRefused(
            "There is no list of transactions of a known interface in this JSON file.",
            code="not-openbanking",
            hint="Known are the Berlin Group's, UK Open Banking's and TrueLayer's; else ask for CSV or XLSX.",
        )


def _read(known: Shape, reports: list[Report], options: Options) -> Iterator[Entry | Issue | Stated]:
    person = stated_account(options.account) if options.account else None
    row = 0
    read: list[tuple[Report, list[_Row]]] = []
    for report in reports:
        report.account = report.account or person
        rows: list[_Row] = []
        for record, status in report.records:
            row += 1
            rows.append(_one(known, report, row, record, status, options))
        read.append((report, rows))
    warnings = _settle(known, read, options)
    number = 0
    for report, rows in read:
        ends = [unit for _, unit in report.balances]
        made = [r.line.columns["currency"] for r in rows if r.line is not None]
        numbers = {unit: number + n for n, unit in enumerate(dict.fromkeys([*ends, *made]), 1)}
        number += len(numbers)
        for r in rows:
            yield from _items(known, r, numbers)
        first = rows[0].row if rows else None
        if report.account is None:
            hint = "State it: --account iban:… or acct:bank:number."
            yield Issue("warning", "account-not-named", "The file does not name its account.", row=first, hint=hint)
        for code, message, hint in report.warnings:
            yield Issue("warning", code, message, row=first, hint=hint)
        for unit, statement in numbers.items():
            yield Stated(
                statement,
                account=report.account,
                currency=unit,
                opening=report.balances.get(("opening", unit)),
                closing=report.balances.get(("closing", unit)),
                row=first,
            )
    yield from warnings
    if row == 0:
        yield Issue("warning", "no-transactions", "The list holds no transaction.")


def _one(known: Shape, report: Report, row: int, record: Record, status: str | None, options: Options) -> _Row:
    try:
        if record.doubled():
            raise ValueRefused("A key stands twice in the record; which holds is not said.", code="duplicate-key")
        if not record:
            raise ValueRefused("There is no object where a transaction should be.", code="bad-type")
        if record.odd_text():
            raise ValueRefused("A text holds a NUL or half a character.", code="bad-text")
        if status == "information":
            message = "A standing order or the like, by the interface's own word; no money moved."
            return _Row(row, record, None, Issue("skipped", "information", message, row=row))
        return _Row(row, record, known.line(record, status, report, options.currency))
    except ValueRefused as e:
        return _Row(row, record, None, refusal(row, e))


def _settle(known: Shape, read: list[tuple[Report, list[_Row]]], options: Options) -> list[Issue]:
    """Decide about signs that other fields contradict: by a person's word, by the balances, else as the shape says."""
    rows = [r for _, rows in read for r in rows if r.line is not None]
    lines = [r.line for r in rows if r.line is not None]
    loose = [x for x in lines if not x.fixed]
    if options.sign == "inverted":
        _invert(loose)
    what = known.doubt(lines)
    if options.sign or not what:
        return []
    if all(_proved(report, group) for report, group in read):
        message = "The sign of an amount contradicts another field; the balances bear the signs out."
        return [Issue("warning", "sign-contradicts", message, row=r.row) for r in rows if r.line and r.line.vote < 0]
    if what == "ask":
        raise SourceRefused(
            "Nothing in the file shows what the sign of an amount means: other fields contradict it.",
            code="needs-decision",
            hint="State it: --sign holder (+ is money in) or --sign inverted (money out is printed positive).",
        )
    if what == "invert":
        _invert(loose)
        message = "The list is of a card: purchases are printed positive, so every sign was turned round."
        return [Issue("warning", "card-signs", message, row=rows[0].row, count=len(rows))]
    if what == "rows":
        for r in rows:
            if r.line is not None and r.line.vote < 0:
                message = "The sign of the amount contradicts what the record says it is."
                hint = "State it: --sign holder (+ is money in) or --sign inverted."
                r.line, r.refused = None, Issue("refused", "sign-contradicts", message, row=r.row, hint=hint)
    return []


def _invert(lines: list[Line]) -> None:
    for columns in (c for x in lines for c in (x.columns, *x.parts)):
        value: Decimal = columns["amount"]
        columns["amount"] = value.copy_negate() if value else value
        columns["balance_after"] = None  # whether what is owed is printed with a minus is not said


def _proved(report: Report, rows: list[_Row]) -> bool:
    """Whether the balances of every currency bear the signs out."""
    booked = [r for r in rows if r.line is not None and r.line.columns["status"] == "booked"]
    units = {str(r.line.columns["currency"]) for r in booked if r.line is not None}
    for unit in units:
        own: list[tuple[int, dict[str, Any]]] = [
            (r.row, r.line.columns) for r in booked if r.line is not None and r.line.columns["currency"] == unit
        ]
        amounts = [c["amount"] for _, c in own]
        opening, closing = report.balances.get(("opening", unit)), report.balances.get(("closing", unit))
        if opening is not None and closing is not None and exact_sum([opening, *amounts]) == closing:
            continue
        chain = follow(
            amounts, [c["balance_after"] for _, c in own], [n for n, _ in own], [c["booking_date"] for _, c in own]
        )
        if chain is None or chain.breaks or chain.links < len(own) - 1:
            return False
    return bool(units)


def _items(known: Shape, r: _Row, numbers: dict[str, int]) -> Iterator[Entry | Issue]:
    """A record's line or lines, or its refusal."""
    if r.refused is not None:
        yield r.refused
    if r.line is None:
        return
    statement = numbers[r.line.columns["currency"]]
    for code, message in r.line.warnings:
        yield Issue("warning", code, message, row=r.row)
    made = r.line.parts or [r.line.columns]
    for n, columns in enumerate(made):
        part = n + 1 if r.line.parts else 0
        yield Entry(r.row, r.record.raw, part=part, statement=statement, **columns)
    unread = [k for k, v in r.record.items() if v and not {k, camel(k)} & known.KNOWN]
    if unread:
        message = "Fields that the interface does not have were not read."
        yield Issue("warning", "unread-field", message, row=r.row, count=len(unread))
