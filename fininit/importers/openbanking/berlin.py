"""The Berlin Group's shape, and those derived from it.

``transactions`` holds ``booked``, ``pending`` and ``information`` (NextGenPSD2 XS2A Implementation Guidelines 1.3,
*Read Transaction List*; GoCardless), or is itself a list whose records state ``status`` and ``creditDebitIndicator``
(STET PSD2 API; Enable Banking with ``snake_case`` keys). Card accounts: ``cardTransactions`` under ``cardAccount``.
An amount carries its sign, minus being money out, unless the record states credit or debit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, Literal

from fininit.errors import ValueRefused
from fininit.identifiers.iban import is_iban_like, parse_iban
from fininit.importers.camt.channels import channel
from fininit.importers.camt.read import When, joined
from fininit.importers.openbanking.document import Record
from fininit.importers.openbanking.report import Doubt, Line, Report, records
from fininit.importers.openbanking.values import (
    account,
    amount,
    at,
    camel,
    code,
    currency,
    last4,
    reference,
    text,
    texts,
    when,
)
from fininit.values.money import exact_sum

KNOWN: Final = frozenset(
    (
        *("transactionId", "entryReference", "endToEndId", "mandateId", "checkId", "creditorId", "bookingDate"),
        *("bookingDateTime", "valueDate", "valueDateTime", "transactionDate", "transactionAmount", "currencyExchange"),
        *("creditorName", "creditorAccount", "ultimateCreditor", "debtorName", "debtorAccount", "ultimateDebtor"),
        *("creditor", "debtor", "relatedParties", "remittanceInformation", "remittanceInformationUnstructured"),
        *("remittanceInformationUnstructuredArray", "remittanceInformationStructured"),
        *("remittanceInformationStructuredArray", "additionalInformation", "purposeCode", "bankTransactionCode"),
        *("proprietaryBankTransactionCode", "balanceAfterTransaction", "creditDebitIndicator", "status"),
        *("bookingStatus", "entryDetails", "merchantCategoryCode", "maskedPan", "maskedPAN", "cardTransactionId"),
        *("originalAmount", "markupFee", "cardAcceptorId", "cardAcceptorAddress", "transactionDetails", "note"),
        *("batchIndicator", "batchNumberOfTransactions", "batchNumberOfTransaction"),
        # declared ignored: they stand in the raw text
        *("_links", "internalTransactionId", "creditorAgent", "debtorAgent", "additionalInformationStructured"),
        *("additionalDataStructured", "terminalId", "invoiced", "markupFeePercentage", "acceptorTransactionDateTime"),
        *("nextGenPSD2", "resourceId", "expectedBookingDate", "exchangeRate", "referenceNumberSchema"),
        *("cardAcceptorPhone", "merchantCategory", "referenceNumber", "debtorAccountAdditionalIdentification"),
        *("creditorAccountAdditionalIdentification", "transactionAmountCurrency"),
    )
)
"""Fields of a record that are read or ignored by declaration; any other is signalled."""

_STATUS: Final = {
    **dict.fromkeys(("BOOK", "BOOKED"), "booked"),
    **dict.fromkeys(("PDNG", "PENDING", "FUTR", "HOLD", "OTHR"), "pending"),
    **dict.fromkeys(("CNCL", "RJCT"), "failed"),
}
_MARK: Final = {"CRDT": True, "CREDIT": True, "DBIT": False, "DEBIT": False}
_OPENING: Final = ("openingBooked", "opening_booked", "OPBD", "previouslyClosedBooked", "PRCD")
_CLOSING: Final = ("closingBooked", "closing_booked", "CLBD")
_BOOKED: Final = frozenset({*_OPENING, *_CLOSING, "interimBooked", "interim_booked", "ITBD", "booked"})


def reports(document: Any) -> list[Report]:
    """The reports in a document: one, a list of them, or bare records."""
    if isinstance(document, list):
        found = [r for item in document for r in (reports(item) if _is_wrapper(item) else [])]
        bare = [item for item in document if not _is_wrapper(item)]
        return [*found, _report(Record([]), {None: bare})] if any(_is_record(x) for x in bare) else found
    if not isinstance(document, Record):
        return []
    if _is_record(document):
        return [_report(Record([]), {None: [document]})]
    for key in ("transactions", "cardTransactions"):
        inner = document.get(key)
        if isinstance(inner, Record) and {"booked", "pending", "information"} & inner.keys():
            return [_report(document, {s: inner.get(s) for s in ("booked", "pending", "information")}, inner)]
        if isinstance(inner, list) and any(_is_record(x) for x in inner):
            return [_report(document, {None: inner})]
    if isinstance(document.get("booked"), list):
        return [_report(Record([]), {s: document.get(s) for s in ("booked", "pending", "information")}, document)]
    return []


def _is_wrapper(item: Any) -> bool:
    return isinstance(item, Record) and bool({"transactions", "cardTransactions"} & item.keys())


def _is_record(item: Any) -> bool:
    return isinstance(item, Record) and bool({"transactionAmount", "transaction_amount"} & item.keys())


def _report(outer: Record, groups: Mapping[str | None, Any], inner: Record | None = None) -> Report:
    owner = outer.get("account") or outer.get("cardAccount")
    report = Report(account=account(owner))
    try:
        report.account_name = text(owner, "ownerName") or text(owner, "name")
    except ValueRefused:
        report.account_name = None
    for status, items in groups.items():
        report.records += [(r, status) for r in records(items)]
    links = [at(x, "_links", "next") for x in (outer, inner)] + [outer.get("continuation_key")]
    if any(links):
        hint = "Ask for the other pages; without them the balances cannot be checked."
        report.warnings.append(("more-pages", "The list goes on on another page.", hint))
    for balance in records(_normal(outer.get("balances"))):
        _balance(balance, report)
    return report


def _balance(balance: Record, report: Report) -> None:
    kind = balance.get("balanceType")
    try:
        unit = currency(balance, "balanceAmount", "currency")
        value = amount(at(balance, "balanceAmount", "amount"), unit)
    except ValueRefused:
        report.warnings.append(("bad-balance", "A balance cannot be read.", ""))
        return
    if unit is None or kind not in (*_OPENING, *_CLOSING):
        return
    end: Literal["opening", "closing"] = "opening" if kind in _OPENING else "closing"
    if report.balances.setdefault((end, unit), value) != value:
        message = "Two different opening or closing balances are stated; the first was used."
        report.warnings.append(("second-balance", message, "Look at both in the file."))


def _normal(value: Any) -> Any:
    """The value with keys in camelCase; only where a key needs it is anything made anew."""
    if isinstance(value, list):
        return [_normal(v) for v in value]
    if not isinstance(value, Record):
        return value
    if not any("_" in key[1:] for key in value) and not any(isinstance(v, Record | list) for v in value.values()):
        return value
    made = Record([(camel(key), _normal(v)) for key, v in value.items()])
    made.raw = value.raw
    if made.twice:
        raise ValueRefused("A field stands twice, in two spellings.", code="duplicate-key")
    return made


# ------------------------------------------------------------------------------------------------------------- records


def line(record: Mapping[str, Any], status: str | None, report: Report, unit: str | None) -> Line:
    """Read one record. Raises ``ValueRefused``."""
    r = _normal(record)
    warnings: list[tuple[str, str]] = []
    unit = currency(r, "transactionAmount", "currency") or unit
    value = amount(at(r, "transactionAmount", "amount"), unit)
    assert unit is not None
    value, fixed = _signed(r, value)
    kept = _status(r, status, warnings)
    booked = when(r, "bookingDateTime") or when(r, "bookingDate")
    written = when(r, "bookingDate")
    if booked is not None and written is not None:
        booked = replace(booked, day=written.day)  # the day is the one stated, whatever the zone of the time
    valued = when(r, "valueDateTime") or when(r, "valueDate")
    day = _day(booked, valued, when(r, "transactionDate"), kept, warnings)
    other, own, which = _sides(r, value, report)
    iso, spare = _codes(r)
    columns: dict[str, Any] = {
        "account": report.account,
        "account_name": report.account_name,
        "amount": value,
        "currency": unit,
        "booking_date": day,
        "value_date": valued.day if valued else None,
        "booked_at": booked.instant if booked else None,
        "local_time": booked.local_time if booked else None,
        "local_zone": booked.zone if booked else None,
        "counterparty_account": other[1],
        "counterparty_name": other[0],
        "servicer_ref": next(
            (x for k in ("entryReference", "transactionId", "cardTransactionId") if (x := reference(r, k))), None
        ),
        "end_to_end_id": reference(r, "endToEndId"),
        "transaction_code": iso,
        "status": kept,
        "balance_after": _after(r, unit),
        "channel": channel(*_parts(iso)) if iso else None,
        "mcc": _mcc(r),
        "place": text(r, "cardAcceptorAddress", "townName") or text(r, "cardAcceptorAddress", "city"),
        "cheque_no": reference(r, "checkId"),
        "card_last4": last4(text(r, "maskedPAN") or text(r, "maskedPan")),
        "remittance_info": joined([*_note(r), *spare, *_more(r, which), *_left(other, own, which, report)]),
    }
    columns |= _original(r, unit)
    found = Line(columns, vote=_vote(value, other, own), fixed=fixed, warnings=warnings)
    for side in ("creditorAccount", "debtorAccount"):
        iban = at(r, side, "iban")
        if isinstance(iban, str) and is_iban_like(iban) and parse_iban(iban) is None:
            message = "An account looks like an IBAN but its check digits are wrong; it stays a number of its own."
            warnings.append(("not-an-iban", message))
    _split(r, found, report)
    return found


def _signed(r: Record, value: Decimal) -> tuple[Decimal, bool]:
    word = text(r, "creditDebitIndicator")
    if word is None:
        return value, False
    credit = _MARK.get(word.upper())
    if credit is None:
        raise ValueRefused("What should say credit or debit says something else.", code="bad-mark")
    if credit and value < 0:
        raise ValueRefused("The record says credit, but its amount has a minus.", code="sign-contradicts")
    return (value if credit else value.copy_abs().copy_negate() if value else value), True


def _status(r: Record, place: str | None, warnings: list[tuple[str, str]]) -> str:
    word = text(r, "status") or text(r, "bookingStatus")
    if word is not None and word.upper() not in _STATUS:
        raise ValueRefused("The record's status is none that the interface has.", code="status-unknown")
    stated = _STATUS[word.upper()] if word else None
    if place is not None and stated is not None and place != stated:
        raise ValueRefused("The record says another status than the list that it stands in.", code="status-contradicts")
    if place or stated:
        return place or str(stated)
    if r.get("bookingDate") or r.get("bookingDateTime"):
        warnings.append(("status-not-stated", "A record states no status; its booking date says that it was booked."))
        return "booked"
    raise ValueRefused("The record does not say whether it was booked.", code="status-missing")


def _day(
    booked: When | None, valued: When | None, made: When | None, status: str, warnings: list[tuple[str, str]]
) -> Any:
    if booked is not None:
        return booked.day
    if valued is not None:
        message = "A record states no booking date; the value date stands for it."
        warnings.append(("booking-date-is-value-date", message))
        return valued.day
    if made is not None and status != "booked":
        message = "A record that is not booked states no booking date; the day of the transaction stands for it."
        warnings.append(("booking-date-is-transaction-date", message))
        return made.day
    raise ValueRefused("The record states no day.", code="bad-date")


_Party = tuple[str | None, str | None]


def _party(r: Record, which: str) -> _Party:
    related = at(r, "relatedParties")
    name = reference(r, f"{which}Name") or reference(r, which, "name") or reference(related, which, "name")
    return name, account(at(r, f"{which}Account")) or account(at(related, f"{which}Account"))


def _sides(r: Record, value: Decimal, report: Report) -> tuple[_Party, _Party, str]:
    """The other side, the holder's, and which the other one is. The holder's own account is never the other side."""
    debtor, creditor = _party(r, "debtor"), _party(r, "creditor")
    mine = report.account
    owns = [mine is not None and side[1] == mine for side in (debtor, creditor)]
    incoming = value > 0 if owns[0] == owns[1] else owns[1]
    return (debtor, creditor, "debtor") if incoming else (creditor, debtor, "creditor")


def _left(other: _Party, own: _Party, which: str, report: Report) -> list[str]:
    """The only party named, where by the sign it is the holder: a shop that pays back is named like this too."""
    if other != (None, None) or own[0] is None or own[0] == report.account_name:
        return []
    if own[1] is not None and own[1] == report.account:
        return []
    return [f"{'creditorName' if which == 'debtor' else 'debtorName'}: {own[0]}"]


def _vote(value: Decimal, other: _Party, own: _Party) -> int:
    """A minus shows that signs are used. Money in that names only who receives may be unsigned money out."""
    if value < 0:
        return 1
    return -1 if value > 0 and other == (None, None) and own != (None, None) else 0


def doubt(lines: Sequence[Line]) -> Doubt:
    """Ask where no amount has a minus and some name only the receiver; a refund beside signed amounts is fine."""
    loose = [x for x in lines if not x.fixed]
    return "ask" if any(x.vote < 0 for x in loose) and not any(x.vote > 0 for x in loose) else ""


def _note(r: Record) -> list[str]:
    out: list[str] = []
    for key in ("Unstructured", "UnstructuredArray", "Structured", "StructuredArray"):
        out += texts(r, f"remittanceInformation{key}")
    inner = r.get("remittanceInformation")
    if isinstance(inner, Record):
        out += texts(inner, "unstructured") + texts(inner, "structured")
    else:
        out += texts(r, "remittanceInformation")
    return [*out, *texts(r, "transactionDetails"), *texts(r, "additionalInformation"), *texts(r, "note")]


def _more(r: Record, which: str) -> list[str]:
    """What has no column of its own, under the interface's own word, so that it can be found."""
    out = [f"{k}: {x}" for k in ("ultimateDebtor", "ultimateCreditor") if (x := _ultimate(r, k))]
    out += [f"{k}: {x}" for k in ("mandateId", "creditorId", "purposeCode", "cardAcceptorId") if (x := reference(r, k))]
    phone = reference(r, f"{which}Account", "msisdn")
    out += [f"msisdn: {phone}"] if phone else []
    card = reference(r, f"{which}Account", "maskedPan")
    out += [f"maskedPan: {card}"] if card else []
    fee, unit = at(r, "markupFee", "amount"), at(r, "markupFee", "currency")
    out += [f"markupFee: {fee} {unit}"] if isinstance(fee, str) and isinstance(unit, str) else []
    return out


def _ultimate(r: Record, key: str) -> str | None:
    return reference(r, key, "name") if isinstance(r.get(key), Record) else reference(r, key)


def _codes(r: Record) -> tuple[str | None, list[str]]:
    """Domain/family/sub-family and the bank's own code; what is no code is a text."""
    given = r.get("bankTransactionCode")
    if isinstance(given, Record):
        keys = ("domain", "family", "subFamily", "code", "subCode")
        found = [x for k in keys if (x := text(given, k))]
        spare = texts(given, "description")
    else:
        found, spare = (text(r, "bankTransactionCode") or "").split("-"), []
    own = text(r, "proprietaryBankTransactionCode")
    parts = [x for x in found if code(x)] if all(code(x) for x in found if x) else []
    spare += [x for x in found if x] if not parts else []
    if own is not None:
        (parts if code(own) else spare).append(own)
    return "/".join(parts) or None, spare


def _parts(iso: str) -> tuple[str | None, str | None, str | None]:
    first = [*iso.split("/"), None, None, None]
    return first[0], first[1], first[2]


def _mcc(r: Record) -> str | None:
    found = text(r, "merchantCategoryCode")
    return found if found and len(found) == 4 and found.isascii() and found.isdigit() else None


def _after(r: Record, unit: str) -> Decimal | None:
    """The booked balance after the transaction; an available or expected one is another."""
    box = r.get("balanceAfterTransaction")
    kind = at(box, "balanceType")
    if not isinstance(box, Record) or (kind is not None and kind not in _BOOKED):
        return None
    inner = box.get("balanceAmount", box)
    if currency(inner, "currency") not in (unit, None):
        return None
    return amount(at(inner, "amount"), unit)


def _original(r: Record, unit: str) -> dict[str, Any]:
    """The amount in another currency, as printed, without a sign."""
    exchange = r.get("currencyExchange")
    first = exchange[0] if isinstance(exchange, list) and exchange else exchange
    for box in (r.get("originalAmount"), at(first, "instructedAmount")):
        other = currency(box, "currency") if isinstance(box, Record) else None
        if other is not None and other != unit:
            return {"original_amount": amount(at(box, "amount"), other).copy_abs(), "original_currency": other}
    return {}


def _split(r: Record, found: Line, report: Report) -> None:
    """A batch booked as one (``entryDetails``) is a line for each payment when they add up to it."""
    boxes = records(r.get("entryDetails"))
    if not boxes:
        return
    columns = found.columns
    parts: list[dict[str, Any]] = []
    try:
        for box in boxes:
            if currency(box, "transactionAmount", "currency") != columns["currency"]:
                raise ValueRefused("", code="unknown-currency")
            value = amount(at(box, "transactionAmount", "amount"), columns["currency"])
            if columns["amount"] < 0 < value:
                value = value.copy_negate()
            other, _, which = _sides(box, value, report)
            iso, spare = _codes(box)
            own = {
                "amount": value,
                "counterparty_name": other[0],
                "counterparty_account": other[1],
                "end_to_end_id": reference(box, "endToEndId"),
                "cheque_no": reference(box, "checkId"),
                "transaction_code": iso or columns["transaction_code"],
                "remittance_info": joined([*_note(box), *spare, *_more(box, which)]) or columns["remittance_info"],
                "balance_after": None,
                "flags": "part-of-batch",
            }
            parts.append({**columns, **own})
    except ValueRefused:
        parts = []
    if parts and exact_sum(p["amount"] for p in parts) == columns["amount"]:
        parts[-1]["balance_after"] = columns["balance_after"]
        found.parts = parts if len(parts) > 1 else []
        return
    columns |= {"flags": "batch", "counterparty_name": None, "counterparty_account": None}
    message = "The payments of a batch do not add up to it; it was read as one."
    found.warnings.append(("batch-not-split", message))
