"""The shape of the UK's Open Banking standard (*OBReadTransaction6*): ``Data.Transaction``.

Amounts are unsigned, ``CreditDebitIndicator`` says which way. ``AccountId`` is the interface's own name of the account,
not its number; several of them are several accounts all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from fininit.errors import ValueRefused
from fininit.identifiers.account import account_id
from fininit.importers.camt.channels import channel
from fininit.importers.camt.read import joined
from fininit.importers.openbanking.document import Record
from fininit.importers.openbanking.report import Doubt, Line, Report, records
from fininit.importers.openbanking.values import amount, at, code, currency, last4, reference, text, texts, when

KNOWN: Final = frozenset(
    (
        *("AccountId", "TransactionId", "TransactionReference", "CreditDebitIndicator", "Status", "BookingDateTime"),
        *("ValueDateTime", "TransactionInformation", "Amount", "ChargeAmount", "CurrencyExchange", "Balance"),
        *("BankTransactionCode", "ProprietaryBankTransactionCode", "MerchantDetails", "CreditorAccount"),
        *("DebtorAccount", "CardInstrument", "StatementReference", "UltimateCreditor", "UltimateDebtor"),
        # declared ignored: they stand in the raw text
        *("TransactionMutability", "AddressLine", "CreditorAgent", "DebtorAgent", "SupplementaryData"),
        *("CategoryPurposeCode", "PaymentPurposeCode", "ExtendedProprietaryBankTransactionCodes"),
    )
)

_STATUS: Final = {
    **dict.fromkeys(("BOOKED", "BOOK"), "booked"),
    **dict.fromkeys(("PENDING", "PDNG", "FUTR", "INFO"), "pending"),
    **dict.fromkeys(("REJECTED", "RJCT"), "failed"),
}
_WORD: Final = re.compile("[A-Z][A-Za-z0-9.]{1,59}")
"""A word of the standard's code lists, like ReceivedCreditTransfer."""

_MARK: Final = {"CREDIT": True, "CRDT": True, "DEBIT": False, "DBIT": False}


def reports(document: Any) -> list[Report]:
    """One report for each ``AccountId``."""
    found = records(at(document, "Data", "Transaction"))
    names = list(dict.fromkeys(r.get("AccountId") for r in found if isinstance(r.get("AccountId"), str)))
    report = Report()
    report.records = [(r, None) for r in found]
    if not found and not isinstance(at(document, "Data", "Transaction"), list):
        return []
    if at(document, "Links", "Next"):
        hint = "Ask for the other pages."
        report.warnings.append(("more-pages", "The list goes on on another page.", hint))
    if len(names) < 2:
        return [report]
    several = [Report(account=account_id(f"{name}")) for name in names]
    places = {name: n for n, name in enumerate(names)}
    several[0].warnings += report.warnings
    message = "The list has several accounts, named by the interface's own ids; their numbers are not in the file."
    several[0].warnings.append(("account-by-interface-id", message, ""))
    for r in found:
        index = places[r["AccountId"]] if isinstance(r.get("AccountId"), str) else 0
        several[index].records.append((r, None))
    return several


def line(record: Mapping[str, Any], status: str | None, report: Report, unit: str | None) -> Line:
    """Read one record. Raises ``ValueRefused``."""
    r = record
    if len(r) and report.account is not None and not isinstance(r.get("AccountId"), str):
        raise ValueRefused("The record does not say of which account it is.", code="no-account")
    unit = currency(r, "Amount", "Currency") or unit
    value = amount(at(r, "Amount", "Amount"), unit)
    assert unit is not None
    credit = _MARK.get((text(r, "CreditDebitIndicator") or "").upper())
    if credit is None:
        raise ValueRefused("The record says neither credit nor debit.", code="bad-mark")
    if value < 0:
        raise ValueRefused("The amount has a minus; its sign stands beside it.", code="sign-contradicts")
    word = (text(r, "Status") or "").upper()
    if word not in _STATUS:
        raise ValueRefused("The record's status is none that the interface has.", code="status-unknown")
    booked, valued = when(r, "BookingDateTime"), when(r, "ValueDateTime")
    if booked is None:
        raise ValueRefused("The record states no booking date.", code="bad-date")
    name, number = _other(r, credit=credit)
    iso, spare = _codes(r)
    columns: dict[str, Any] = {
        "account": report.account,
        "amount": value if credit or not value else value.copy_negate(),
        "currency": unit,
        "booking_date": booked.day,
        "value_date": valued.day if valued else None,
        "booked_at": booked.instant,
        "local_time": booked.local_time,
        "local_zone": booked.zone,
        "counterparty_account": number,
        "counterparty_name": name,
        "servicer_ref": reference(r, "TransactionId"),
        "transaction_code": iso,
        "status": _STATUS[word],
        "balance_after": _after(r, unit),
        "channel": channel(*_parts(iso)) if iso else None,
        "merchant": text(r, "MerchantDetails", "MerchantName"),
        "mcc": _mcc(r),
        "card_last4": last4(text(r, "CardInstrument", "Identification")),
        "remittance_info": joined(
            [
                *texts(r, "TransactionInformation"),
                *([x] if (x := reference(r, "TransactionReference")) else []),
                *spare,
                *(f"{k}: {x}" for k in ("UltimateDebtor", "UltimateCreditor") if (x := reference(r, k, "Name"))),
                *_charge(r),
            ]
        ),
    }
    exchange = at(r, "CurrencyExchange", "InstructedAmount")
    other = currency(exchange, "Currency") if isinstance(exchange, Record) else None
    if other is not None and other != unit:
        columns |= {"original_amount": amount(at(exchange, "Amount"), other), "original_currency": other}
    return Line(columns, fixed=True)


def doubt(lines: Sequence[Line]) -> Doubt:
    """Never: each record states credit or debit."""
    return ""


def _other(r: Mapping[str, Any], *, credit: bool) -> tuple[str | None, str | None]:
    """Name and account of the other side: money in comes from the debtor."""
    side = "DebtorAccount" if credit else "CreditorAccount"
    return reference(r, side, "Name"), _account(r.get(side))


def _account(box: Any) -> str | None:
    """The account of a cash account reference; a card number names a card."""
    scheme = text(box, "SchemeName") or ""
    return None if scheme.upper().endswith("PAN") else account_id(reference(box, "Identification"))


def _codes(r: Mapping[str, Any]) -> tuple[str | None, list[str]]:
    found = [text(r, "BankTransactionCode", k) for k in ("Domain", "Family", "Code", "SubFamily", "SubCode")]
    own = text(r, "ProprietaryBankTransactionCode", "Code")
    codes = [x for x in found if x and _WORD.fullmatch(x)] + ([own] if own and code(own) else [])
    return "/".join(codes) or None, [x for x in (*found, own) if x and x not in codes]


def _parts(iso: str) -> tuple[str | None, str | None, str | None]:
    """Codes that begin with the domain; version 3 leaves the domain out and no channel follows."""
    first = [*iso.split("/"), None, None, None]
    return first[0], first[1], first[2]


def _mcc(r: Mapping[str, Any]) -> str | None:
    found = text(r, "MerchantDetails", "MerchantCategoryCode")
    return found if found and len(found) == 4 and found.isascii() and found.isdigit() else None


def _after(r: Mapping[str, Any], unit: str) -> Decimal | None:
    """The booked balance after the transaction; an available or expected one is another."""
    box = r.get("Balance")
    kind = text(box, "Type") or ""
    if not isinstance(box, Record) or not (kind.endswith("Booked") or kind in ("ITBD", "CLBD", "OPBD")):
        return None
    credit = _MARK.get((text(box, "CreditDebitIndicator") or "").upper())
    if credit is None or currency(box, "Amount", "Currency") != unit:
        return None
    value = amount(at(box, "Amount", "Amount"), unit)
    return value if credit or not value else value.copy_negate()


def _charge(r: Mapping[str, Any]) -> list[str]:
    """A charge: whether it is inside the amount is not said, so it stays a note."""
    value, unit = at(r, "ChargeAmount", "Amount"), at(r, "ChargeAmount", "Currency")
    return [f"ChargeAmount: {value} {unit}"] if isinstance(value, str) and isinstance(unit, str) else []
