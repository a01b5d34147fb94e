"""One transaction of an entry (``TxDtls``): its parties, amounts, references and texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element

from fininit.errors import ValueRefused
from fininit.importers.camt.channels import codes
from fininit.importers.camt.party import Side, side
from fininit.importers.camt.read import Money, given, incoming, money_or_none, text, texts
from fininit.values.money import exact_sum

_AMOUNTS: Final = ("TxAmt", "CntrValAmt", "InstdAmt")
"""Of ``AmtDtls``, in the order in which one of the entry's currency is looked for."""

_ORIGINAL: Final = ("InstdAmt", "TxAmt", "CntrValAmt")

_REFERENCES: Final = ("TxId", "UETR", "MndtId")
"""References without a column that travel along; they go into the note, so that they can be found. The others
(message, payment information, instruction, clearing) are declared ignored."""

KNOWN: Final = frozenset(
    (
        *("Refs", "Amt", "CdtDbtInd", "AmtDtls", "BkTxCd", "Chrgs", "RltdPties", "RltdAgts", "RmtInf", "RltdDts"),
        *("RtrInf", "AddtlTxInf", "CardTx", "Purp"),
        # declared ignored: they stand in the raw text
        *("Avlbty", "Intrst", "LclInstrm", "SttlmInf", "PmtTpInf", "RltdRmtInf", "RltdPric", "RltdQties"),
        *("FinInstrmId", "Tax", "CorpActn", "SfkpgAcct", "CshDpst", "AssoctdBtchRef", "AddtlInfInd", "SplmtryData"),
    )
)
"""Elements of a transaction that are read or ignored by declaration; any other is signalled."""

_PAN: Final = re.compile("[0-9X*xX-]*[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Detail:
    """A transaction as the file has it; whose side is whose is not yet decided. Charges are negative when debited."""

    amounts: tuple[Money, ...]
    originals: tuple[Money, ...]
    credit: bool | None
    odd_mark: bool
    debtor: Side
    creditor: Side
    end_to_end_id: str | None
    servicer_ref: str | None
    cheque_no: str | None
    card_last4: str | None
    mcc: str | None
    code: str | None
    channel: str | None
    charges: tuple[Money, ...]
    returned: bool
    settled: str | None
    note: tuple[str, ...]
    more: tuple[str, ...]
    unread: int

    def amount(self, currency: str) -> Decimal | None:
        """Its amount in the entry's currency, None where it states none there."""
        return next((m.amount for m in self.amounts if m.currency == currency), None)


def detail(element: Element) -> Detail:
    """Read one transaction. Never raises: what cannot be read is left out, and the sum of an entry shows it."""
    parties, agents = element.find("RltdPties"), element.find("RltdAgts")
    try:
        credit, odd = incoming(element), False
    except ValueRefused:
        credit, odd = None, True
    code, channel, spare = codes(element.find("BkTxCd"))
    references = element.find("Refs")
    dates = element.find("RltdDts")
    first = element.findall("Amt")
    stated = [money_or_none(first[0])] if len(first) == 1 else []
    stated += [money_or_none(element.find(f"AmtDtls/{name}/Amt")) for name in _AMOUNTS] if len(first) < 2 else []
    accepted = text(dates, "AccptncDtTm", "TxDtTm")
    returned = element.find("RtrInf")
    note = [
        *texts(element, "RmtInf/Ustrd"),
        *_structured(element),
    ]
    more = [
        *([f"RtrInf: {x}"] if (x := text(returned, "Rsn/Cd", "Rsn/Prtry", "RtrRsn/Cd", "RtrRsn/Prtry")) else []),
        *texts(returned, "AddtlInf"),
        *texts(returned, "AddtlRtrRsnInf"),
        *([f"Purp: {x}"] if (x := text(element, "Purp/Cd", "Purp/Prtry")) else []),
        *([spare] if spare else []),
        *(f"{name}: {x}" for name in _REFERENCES if (x := given(text(references, name)))),
        *(f"Ref: {x}" for x in (given(t) for t in texts(references, "Prtry/Ref")) if x),
        *([f"AccptncDtTm: {accepted}"] if accepted else []),
    ]
    merchant = text(element, "CardTx/POI/Id/Id", "CardTx/POI/SysNm")
    more += [f"POI: {merchant}"] if merchant else []
    return Detail(
        amounts=tuple(m for m in stated if m is not None),
        originals=tuple(originals(element)),
        credit=credit,
        odd_mark=odd,
        debtor=side(parties, agents, "Dbtr"),
        creditor=side(parties, agents, "Cdtr"),
        end_to_end_id=given(text(references, "EndToEndId")),
        servicer_ref=given(text(references, "AcctSvcrRef")),
        cheque_no=given(text(references, "ChqNb")),
        card_last4=last4(element),
        mcc=category(element),
        code=code,
        channel=channel,
        charges=tuple(charges(element)),
        returned=returned is not None,
        settled=text(dates, "IntrBkSttlmDt", "TrfdDt", "AccptncDtTm", "TxDtTm"),
        note=(*note, *texts(element, "AddtlTxInf")),
        more=tuple(more),
        unread=sum(1 for child in element if child.tag not in KNOWN),
    )


def originals(element: Element) -> list[Money]:
    """The amounts of ``AmtDtls`` and the transaction's own: one of another currency is the original amount."""
    found = [money_or_none(element.find(f"AmtDtls/{name}/Amt")) for name in _ORIGINAL]
    return [m for m in (*found, money_or_none(element.find("Amt"))) if m is not None]


def charges(element: Element) -> list[Money]:
    """Charges other than zero, negative where they are debited or nothing is said.

    From version 04 records (``Rcrd``), before one ``Chrgs`` each; where only the total is stated, the total.
    """
    out: list[Money] = []
    for charge in element.findall("Chrgs"):
        records = charge.findall("Rcrd") or ([charge] if charge.find("Amt") is not None else [])
        amounts = [(money_or_none(r.find("Amt")), r) for r in records] or [
            (money_or_none(charge.find("TtlChrgsAndTaxAmt")), charge)
        ]
        for m, record in amounts:
            if m is not None and m.amount:
                back = text(record, "CdtDbtInd") == "CRDT"
                out.append(m if back else Money(m.amount.copy_negate(), m.currency, m.written))
    return out


def total(found: tuple[Money, ...] | list[Money], currency: str) -> Decimal:
    """The sum of those in one currency."""
    return exact_sum(m.amount for m in found if m.currency == currency)


def charge_notes(found: tuple[Money, ...] | list[Money]) -> list[str]:
    """Charges in words: the entry's amount is what was booked, so they never move the balance a second time."""
    return [f"Chrgs: {'-' if m.amount < 0 else ''}{m.written} {m.currency}" for m in found]


def last4(element: Element) -> str | None:
    """The last four digits of the card, from the plain or the masked number."""
    pan = text(element, "CardTx/Card/PlainCardData/PAN", "CardTx/Card/MskdPAN")
    return pan[-4:] if pan and _PAN.fullmatch(pan) else None


def category(element: Element) -> str | None:
    """ISO 18245 category of the merchant."""
    found = text(element, "CardTx/Tx/Indv/MrchntCtgyCd", "CardTx/POI/MrchntCtgyCd", "CardTx/MrchntCtgyCd")
    return found if found and re.fullmatch("[0-9]{4}", found) else None


def _structured(element: Element) -> list[str]:
    """Structured remittance information: the creditor's reference, documents referred to, additional texts."""
    out: list[str] = []
    for s in element.findall("RmtInf/Strd"):
        reference = text(s, "CdtrRefInf/Ref", "CdtrRefInf/CdtrRef")
        out += [f"Ref: {reference}"] if reference else []
        out += [f"RfrdDocInf: {x}" for x in (*texts(s, "RfrdDocInf/Nb"), *texts(s, "RfrdDocInf/RfrdDocNb"))]
        out += texts(s, "AddtlRmtInf")
        out += [f"{name}: {x}" for name in ("Invcr", "Invcee") if (x := text(s, f"{name}/Nm"))]
    return out
