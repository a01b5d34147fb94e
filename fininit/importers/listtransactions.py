"""What a Bitcoin Core wallet lists of itself: the JSON of ``listtransactions`` and ``listsinceblock``.

Source of the fields: https://developer.bitcoin.org/reference/rpc/listtransactions.html and the source of Bitcoin Core
(wallet/rpc/transactions.cpp). One element is one output; the fee stands on every output that a transaction of the
wallet pays, each time in full, and is charged once. The wallet's program is used for other coins too and its JSON names
none: bitcoins are proved by an address whose checksum is theirs, or stated by a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from fininit.errors import SourceRefused, ValueRefused
from fininit.identifiers.account import account_id, stated_account
from fininit.identifiers.wallet import parse_wallet
from fininit.importers.base import Entry, Options, RowImporter, Source, Stated, refusal
from fininit.importers.openbanking.document import Number, Record, parse
from fininit.importers.undecided import currency_open
from fininit.issues import Issue
from fininit.values.money import NumberFormat, parse_amount

_NUMBER: Final = NumberFormat(".", exponent=True)
_PLACES: Final = 8
"""Decimals of a bitcoin, and of every coin whose wallet is this one."""

_SECONDS: Final = re.compile("[0-9]{9,10}")
_WHOLE: Final = re.compile("-?[0-9]{1,9}")

_CATEGORIES: Final = {
    "send": "booked",
    "receive": "booked",
    "generate": "booked",
    "immature": "pending",
    "orphan": "failed",
}
"""Category -> status, where nothing else speaks against it. An immature coinbase cannot be spent yet."""

_HEAD: Final = (re.compile(r'"category"\s*:'), re.compile(r'"txid"\s*:'), re.compile(r'"amount"\s*:\s*-?[0-9]'))
"""All of these stand in the head of every such list."""


@dataclass(slots=True)
class _Line:
    """One element and what it says; ``refused`` where it says something else."""

    row: int
    record: Record
    columns: dict[str, Any]
    address: str = ""
    fee: Decimal | None = None
    refused: Issue | None = None


class ListTransactions(RowImporter):
    """Bitcoin Core's list of a wallet's outputs. Row: the running number of the element, from 1; raw: its JSON.

    ``abandoned`` outputs and those of a transaction that another one displaced (``confirmations`` below zero) failed;
    without a confirmation they are pending. Money out to an address at which the wallet was paid is flagged
    ``own-address``.
    """

    name = "bitcoin_core_json"
    title = "Bitcoin Core, listtransactions (JSON)"
    kind = "crypto"

    def matches(self, source: Source) -> bool:
        """Yes when the head is JSON with the fields that every element has."""
        if source.container != "text":
            return False
        head = source.head().lstrip("\ufeff \t\r\n")
        return head.startswith(("{", "[")) and all(p.search(head) is not None for p in _HEAD)

    def rows(self, source: Source, options: Options) -> Iterator[Entry | Issue | Stated]:
        """Entries and refused elements in the order of the file.

        Raises :class:`SourceRefused`: ``broken-json``, ``duplicate-key``, ``too-deep``, ``not-a-wallet-list``.
        """
        text, _ = source.text(filter(None, [options.encoding]))
        lines = [_line(row, item) for row, item in enumerate(_elements(parse(text.removeprefix("\ufeff"))), 1)]
        good = [line for line in lines if line.refused is None]
        coin = any((parse_wallet(line.address) or "").startswith("btc:") for line in good)
        currency = "BTC" if coin else (options.currency or "").strip().upper() or None
        account = stated_account(options.account) if options.account else None
        if good and currency is None:
            yield currency_open(good[0].row, len(good))
        if good and account is None:
            hint = "Name it: --account acct:WALLET:NUMBER"
            yield Issue("warning", "account-not-named", "The file does not say whose wallet this is.", hint=hint)
        own = {line.address for line in good if line.address and line.columns["amount"] > 0}
        charged: set[str] = set()
        for line in lines:
            if line.refused is not None:
                yield line.refused
                continue
            yield _entry(line, own, charged, {"account": account, "currency": currency})


def _elements(document: Any) -> list[Any]:
    """The elements of the list; those of ``removed`` in ``listsinceblock`` are repeated elsewhere in it."""
    if isinstance(document, Record) and isinstance(document.get("result"), Record | list):
        document = document["result"]
    if isinstance(document, Record):
        document = document.get("transactions")
    if isinstance(document, list):
        return document
    raise SourceRefused(
        "There is no list of a wallet's transactions in this JSON file.",
        code="not-a-wallet-list",
        hint="Ask for the output of listtransactions, or for CSV.",
    )


def _line(row: int, item: Any) -> _Line:
    record = item if isinstance(item, Record) else Record([])
    line = _Line(row, record, {})
    try:
        if not isinstance(item, Record):
            raise ValueRefused("the element is not an object", code="bad-type")
        if record.doubled():
            raise ValueRefused("a key stands twice; which holds is not said", code="duplicate-key")
        _fill(line)
    except ValueRefused as e:
        line.refused = refusal(row, e)
    return line


def _fill(line: _Line) -> None:
    record = line.record
    category = _text(record, "category") or ""
    if category not in _CATEGORIES:
        raise ValueRefused("the category is none that a wallet has", code="unknown-code")
    amount = _amount(record.get("amount"))
    if (category == "send" and amount > 0) or (category != "send" and amount < 0):
        raise ValueRefused("the sign contradicts the category", code="bad-sign")
    status = _CATEGORIES[category]
    deep = str(record.get("confirmations", "1"))
    if _WHOLE.fullmatch(deep) is None:
        raise ValueRefused("the number of confirmations is none", code="bad-value")
    if record.get("abandoned") is True or int(deep) < 0:
        status = "failed"
    elif int(deep) == 0 and status == "booked":
        status = "pending"
    when = record.get("blocktime", record.get("time"))
    if not isinstance(when, Number) or _SECONDS.fullmatch(when) is None:
        raise ValueRefused("there is no time", code="bad-date")
    at = datetime.fromtimestamp(int(when), UTC)
    fee = record.get("fee")
    line.fee = -_amount(fee) if fee is not None and status in ("booked", "pending") else None
    line.address = _text(record, "address") or ""
    notes = [_text(record, key) for key in ("comment", "to", "label")]
    line.columns = {
        "amount": amount,
        "booking_date": at.date(),
        "booked_at": at,
        "local_time": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "local_zone": "UTC",
        "status": status,
        "transaction_code": category,
        "tx_hash": _text(record, "txid"),
        "remittance_info": " ".join(n for n in notes if n) or None,
        "channel": "crypto",
    }


def _entry(line: _Line, own: set[str], charged: set[str], known: dict[str, Any]) -> Entry:
    columns = line.columns | known
    sent = columns["transaction_code"] == "send"
    if sent and line.address:
        columns["counterparty_account"] = parse_wallet(line.address) or account_id(line.address)
        if line.address in own:
            columns["flags"] = "own-address"
    if line.fee:
        transaction = columns["tx_hash"] or f"row {line.row}"
        if transaction not in charged:
            columns["fee"] = line.fee
        charged.add(transaction)
    return Entry(line.row, line.record.raw, **columns)


def _text(record: Record, key: str) -> str | None:
    found = record.get(key)
    if found is None:
        return None
    if not isinstance(found, str) or isinstance(found, Number):
        raise ValueRefused("a field that should be a text is none", code="bad-type")
    return " ".join(found.split()) or None


def _amount(found: Any) -> Decimal:
    if not isinstance(found, Number):
        raise ValueRefused("there is no amount", code="no-amount")
    value = parse_amount(found, _NUMBER)
    if value != round(value, _PLACES):
        raise ValueRefused("more than eight decimals; nothing is rounded", code="too-many-decimals")
    return value
