"""TrueLayer's shape: ``results``, a list of records, or one record.

Amounts are JSON numbers with a sign. For accounts minus is money out; for cards a purchase is printed positive
(https://github.com/tarioch/beancounttools/pull/54 shows one). The list does not name its account, nor whether it is of
an account or a card; the category does: cards have DEBIT and CREDIT only, accounts PURCHASE, ATM and the like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fininit.errors import ValueRefused
from fininit.identifiers.account import account_id
from fininit.importers.camt.read import joined
from fininit.importers.openbanking.document import Record
from fininit.importers.openbanking.report import Doubt, Line, Report, records
from fininit.importers.openbanking.values import amount, at, code, currency, reference, text, texts, when

KNOWN: Final = frozenset(
    (
        *("timestamp", "description", "transaction_type", "transaction_category", "amount", "currency"),
        *("transaction_id", "provider_transaction_id", "normalised_provider_transaction_id", "merchant_name"),
        *("running_balance", "meta"),
        # declared ignored: they stand in the raw text
        *("transaction_classification", "update_timestamp", "status"),
    )
)

_CHANNEL: Final = {
    "ATM": "atm",
    "CASH": "cash",
    "CHEQUE": "cheque",
    "CHECK": "cheque",
    "DIRECT_DEBIT": "direct_debit",
    "FEE_CHARGE": "fee",
    "INTEREST": "interest",
    "STANDING_ORDER": "standing_order",
}
_OUT: Final = frozenset({"ATM", "BILL_PAYMENT", "DIRECT_DEBIT", "FEE_CHARGE", "PURCHASE", "STANDING_ORDER"})
"""Categories that are money out by their meaning."""

_OF_CARDS: Final = frozenset({"DEBIT", "CREDIT"})


def reports(document: Any) -> list[Report]:
    """One report; the file does not name its account."""
    found = document.get("results") if isinstance(document, Record) else document
    if isinstance(document, Record) and _is_record(document):
        found = [document]
    if not isinstance(found, list) or not any(_is_record(x) for x in found):
        return []
    report = Report()
    report.records = [(r, None) for r in records(found)]
    return [report]


def _is_record(item: Any) -> bool:
    return isinstance(item, Record) and {"transaction_id", "transaction_type", "timestamp", "amount"} <= item.keys()


def line(record: Mapping[str, Any], status: str | None, report: Report, unit: str | None) -> Line:
    """Read one record. Raises ``ValueRefused``."""
    r = record
    unit = currency(r, "currency") or unit
    value = amount(r.get("amount"), unit)
    kind = (text(r, "transaction_type") or "").upper()
    if kind not in ("CREDIT", "DEBIT"):
        raise ValueRefused("The record says neither credit nor debit.", code="bad-mark")
    booked = when(r, "timestamp")
    if booked is None:
        raise ValueRefused("The record states no day.", code="bad-date")
    category = (text(r, "transaction_category") or "").upper()
    own = text(r, "meta", "provider_transaction_category")
    balance = r.get("running_balance")
    same = isinstance(balance, Record) and currency(balance, "currency") == unit
    warnings: list[tuple[str, str]] = []
    agrees = (value > 0) == (kind == "CREDIT")
    if not agrees and value < 0 and category in _OUT:
        message = "A record is called a credit, but its sign and its category say money out; it was read as money out."
        warnings.append(("sign-contradicts", message))
        agrees = True
    columns: dict[str, Any] = {
        "account": report.account,
        "amount": value,
        "currency": unit,
        "booking_date": booked.day,
        "booked_at": booked.instant,
        "local_time": booked.local_time,
        "local_zone": booked.zone,
        "counterparty_account": _account(r),
        "counterparty_name": reference(r, "meta", "counter_party_preferred_name"),
        "servicer_ref": next((x for k in _REFERENCES if (x := reference(r, k))), None),
        "transaction_code": "/".join(x for x in (code(category), code(own)) if x) or None,
        "status": "booked",
        "balance_after": amount(at(balance, "amount"), unit) if same else None,
        "channel": _CHANNEL.get(category),
        "merchant": text(r, "merchant_name"),
        "remittance_info": joined(
            [
                *texts(r, "description"),
                *(x for k in ("provider_reference", "payment_reference") if (x := reference(r, "meta", k))),
                *([own] if own and not code(own) else []),
            ]
        ),
    }
    vote = 0 if not value else 1 if agrees else -1
    return Line(columns, vote=vote, card=category in _OF_CARDS, warnings=warnings)


_REFERENCES: Final = ("provider_transaction_id", "normalised_provider_transaction_id", "transaction_id")
"""The bank's own reference first; TrueLayer's own id can change from one call to the next."""


def _account(r: Mapping[str, Any]) -> str | None:
    return account_id(reference(r, "meta", "counter_party_iban"))


def doubt(lines: Sequence[Line]) -> Doubt:
    """Where the sign contradicts what a record is called: of a card throughout, else not to be known."""
    against = [x for x in lines if x.vote < 0]
    if not against:
        return ""
    if any(x.vote > 0 for x in lines):
        return "rows"
    return "invert" if all(x.card for x in lines) else "ask"
