"""Wise balance statements as its interface gives them (JSON).

Source: Wise Platform API, *Balance statement* (https://docs.wise.com/api-docs/api-reference/balance-statement): fields
of a statement and of a transaction, kinds of details. ``amount`` is what changed the balance: ``totalFees`` is a part
of it in a compact statement, and stands in transactions of its own in a flat one; so it is never added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from fininit.errors import SourceRefused, ValueRefused
from fininit.identifiers.account import account_id, stated_account
from fininit.identifiers.iban import parse_iban
from fininit.importers.base import Entry, Options, RowImporter, Source, Stated, refusal
from fininit.importers.camt.read import joined
from fininit.importers.openbanking.document import Record, parse
from fininit.importers.openbanking.report import records
from fininit.importers.openbanking.values import amount, at, code, currency, last4, text, when
from fininit.issues import Issue

_CHANNEL: Final = {
    "TRANSFER": "wire",
    "BATCH_TRANSFER": "wire",
    "DEPOSIT": "wire",
    "MONEY_ADDED": "wire",
    "INCOMING_CROSS_BALANCE": "internal",
    "OUTGOING_CROSS_BALANCE": "internal",
    "CONVERSION": "exchange",
    "CARD": "card",
    "CARD_CASHBACK": "refund",
    "CARD_REFUND": "refund",
    "DIRECT_DEBIT": "direct_debit",
    "ACCRUAL_CHARGE": "fee",
    "FEE": "fee",
    "BALANCE_CASHBACK": "interest",
    "BALANCE_INTEREST": "interest",
}

_FIELDS: Final = frozenset(
    (
        *("type", "date", "amount", "totalFees", "details", "exchangeDetails", "runningBalance", "referenceNumber"),
        *("attachment", "activityAssetAttributes"),
    )
)
"""Fields of a transaction; what is not mapped stands in the raw text."""

_HEAD: Final = re.compile(r'"(?:accountHolder|endOfStatementBalance|startOfStatementBalance)"\s*:')
_LIST: Final = re.compile(r'"transactions"\s*:\s*\[')


class WiseJson(RowImporter):
    """A balance statement of Wise. Row: the running number of the transaction, from 1. Raw: its JSON as in the file.

    The account is the IBAN that the statement names, else Wise's own number of the account (``app:wise:…``).
    """

    name = "wise_json"
    title = "Wise, balance statement of the interface (JSON)"
    kind = "app"

    def matches(self, source: Source) -> bool:
        """Yes when the head is a JSON object with a list of transactions and what Wise says of a statement."""
        if source.container != "text":
            return False
        head = source.head().lstrip("\ufeff \t\r\n")
        return head.startswith("{") and _HEAD.search(head) is not None and _of_list(source, head)

    def rows(self, source: Source, options: Options) -> Iterator[Entry | Issue | Stated]:
        """Entries and refused transactions in the order of the file, and the balances of the statement.

        Raises :class:`SourceRefused`: ``broken-json``, ``duplicate-key``, ``too-deep``, ``not-wise`` and those of
        ``Source.text``.
        """
        if source.container != "text":
            raise SourceRefused("This is not text, so not JSON.", code="not-wise", hint="Ask for the file as JSON.")
        document = parse(source.text(filter(None, [options.encoding]))[0].removeprefix("\ufeff"))
        listed = document.get("transactions") if isinstance(document, Record) else None
        if not isinstance(document, Record) or not isinstance(listed, list):
            raise SourceRefused(
                "There is no list of transactions of Wise in this JSON file.",
                code="not-wise",
                hint="Ask for the balance statement, as JSON or CSV.",
            )
        account = _account(document) or (stated_account(options.account) if options.account else None)
        name = _holder(at(document, "accountHolder"))
        units: dict[str, int] = {}
        row = 0
        for record in records(listed):
            row += 1
            try:
                columns = _columns(record, options)
            except ValueRefused as e:
                yield refusal(row, e)
                continue
            number = units.setdefault(columns["currency"], len(units) + 1)
            yield Entry(row, record.raw, statement=number, account=account, account_name=name, **columns)
            if set(record) - _FIELDS:
                message = "Fields that the interface does not have were not read."
                yield Issue("warning", "unread-field", message, row=row, count=len(set(record) - _FIELDS))
        ends = {}
        for key, end in (("startOfStatementBalance", "opening"), ("endOfStatementBalance", "closing")):
            unit = currency(document, key, "currency")
            if unit is not None:
                ends[end] = (unit, amount(at(document, key, "value"), unit))
                units.setdefault(unit, len(units) + 1)
        for unit, number in units.items():
            of = {end: value for end, (own, value) in ends.items() if own == unit}
            yield Stated(number, account, unit, of.get("opening"), of.get("closing"))
        if account is None:
            hint = "State it: --account iban:… or app:wise:number."
            yield Issue("warning", "account-not-named", "The file does not name its account.", hint=hint)
        if row == 0:
            yield Issue("warning", "no-transactions", "The list holds no transaction.")


def _of_list(source: Source, head: str) -> bool:
    """Whether a list of transactions follows: in the head, or behind a long description of the holder."""
    return _LIST.search(head) is not None or (b'"transactions"' in source.data and b'"runningBalance"' in source.data)


def _account(document: Mapping[str, Any]) -> str | None:
    details = at(document, "bankDetails")
    numbers = [
        number.replace(" ", "")
        for bank in (details if isinstance(details, list) else [])
        for each in (at(bank, "accountNumbers") or [])
        if isinstance(number := at(each, "accountNumber"), str)
    ]
    ibans = {iban for number in numbers if (iban := parse_iban(number)) is not None}
    if len(ibans) == 1:
        return f"iban:{ibans.pop()}"
    for key in ("balanceId", "accountId"):
        own = at(document, "query", key)
        if isinstance(own, str) and re.fullmatch(r"[0-9]{1,19}", own):
            return f"app:wise:{own}"
    return None


def _holder(found: Any) -> str | None:
    business = text(found, "businessName")
    if business:
        return business
    return " ".join(t for key in ("firstName", "lastName") if (t := text(found, key))) or None


def _columns(r: Record, options: Options) -> dict[str, Any]:
    """The columns of one transaction. Raises ``ValueRefused``."""
    if not r:
        raise ValueRefused("There is no object where a transaction should be.", code="bad-type")
    if r.doubled():
        raise ValueRefused("A key stands twice in the record; which holds is not said.", code="duplicate-key")
    if r.odd_text():
        raise ValueRefused("A text holds a NUL or half a character.", code="bad-text")
    unit = currency(r, "amount", "currency") or (options.currency or "").strip().upper() or None
    value = amount(at(r, "amount", "value"), unit)
    kind = text(r, "type")
    if kind not in ("CREDIT", "DEBIT"):
        raise ValueRefused("The record says neither credit nor debit.", code="bad-mark")
    if value and (value > 0) != (kind == "CREDIT"):
        raise ValueRefused("The sign of the amount contradicts what the record says it is.", code="sign-contradicts")
    day = when(r, "date")
    if day is None:
        raise ValueRefused("The record states no day.", code="bad-date")
    d = at(r, "details")
    what = code(text(d, "type"))
    incoming = kind == "CREDIT"
    balance = amount(at(r, "runningBalance", "value"), unit) if at(r, "runningBalance") is not None else None
    if balance is not None and currency(r, "runningBalance", "currency") != unit:
        balance = None
    other, other_unit = _other_amount(d, unit, incoming=incoming)
    return {
        "amount": value,
        "currency": unit,
        "booking_date": day.day,
        "booked_at": day.instant,
        "local_time": day.local_time,
        "local_zone": day.zone,
        "counterparty_name": text(d, "senderName") if incoming else text(d, "recipient", "name"),
        "counterparty_account": account_id(
            text(d, "senderAccount") if incoming else text(d, "recipient", "bankAccount")
        ),
        "remittance_info": joined([t for key in ("description", "paymentReference") if (t := text(d, key))]),
        "servicer_ref": text(r, "referenceNumber"),
        "transaction_code": what,
        "status": "booked",
        "balance_after": balance,
        "original_amount": other,
        "original_currency": other_unit,
        "channel": _CHANNEL.get(what or "", "other" if what else None),
        "merchant": text(d, "merchant", "name"),
        "place": " ".join(t for key in ("city", "country") if (t := text(d, "merchant", key))) or None,
        "card_last4": last4(text(d, "cardLastFourDigits")),
    }


def _other_amount(details: Any, unit: str | None, *, incoming: bool) -> tuple[Decimal | None, str | None]:
    """What was paid or exchanged in another currency, if the details say so."""
    for key in ("amount", "sourceAmount" if incoming else "targetAmount"):
        other = currency(details, key, "currency")
        if other is not None and other != unit:
            return abs(amount(at(details, key, "value"), other)), other
    return None, None


__all__ = ["WiseJson"]
