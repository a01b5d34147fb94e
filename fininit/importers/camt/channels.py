"""How the money moved, where the bank's code says so for certain: a small closed table, and null for all the rest.

Source: ISO 20022 external code set BankTransactionCode (domain, family, sub-family). A domestic credit transfer
(DMCT), a collective booking or a return can run over several rails and stays null.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element

from fininit.importers.camt.read import text

if TYPE_CHECKING:
    from collections.abc import Mapping

_FAMILY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "RDDT": "direct_debit",
        "IDDT": "direct_debit",
        "RCHQ": "cheque",
        "ICHQ": "cheque",
        "CNTR": "cash",
    }
)
_SUB_FAMILY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ESCT": "sepa",
        "XBCT": "wire",
        "STDO": "standing_order",
        "POSD": "card",
        "POSC": "card",
        "POSP": "card",
        "XBCP": "card",
        "SMRT": "card",
        "CHRG": "fee",
        "COMM": "fee",
        "FEES": "fee",
        "INTR": "interest",
    }
)
_CARD: Final = frozenset({"CCRD", "MCRD"})
_CODE: Final = re.compile("[A-Z0-9]{4}")
_OWN_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9+./_-]{0,34}")
"""A bank's own code; what has blanks or small letters is a text, and texts stay in the note."""


def codes(element: Element | None) -> tuple[str | None, str | None, str | None]:
    """From ``BkTxCd``: the code as ``domain/family/sub-family/own``, the channel, and a text that is no code."""
    if element is None:
        return None, None, None
    iso = [text(element, path) for path in ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd")]
    domain, family, sub = (c if c and _CODE.fullmatch(c) else None for c in iso)
    own = text(element, "Prtry/Cd")
    parts = [c for c in (domain, family, sub) if c]
    spare: str | None = None
    if own and _OWN_CODE.fullmatch(own):
        parts.append(own)
    else:
        spare = own
    return "/".join(parts) or None, channel(domain, family, sub), spare


def channel(domain: str | None, family: str | None, sub: str | None) -> str | None:
    """One of ``schema.CHANNELS`` or None, from domain, family and sub-family."""
    if domain is None:
        return None
    if sub in ("CHRG", "COMM", "FEES", "INTR"):
        return _SUB_FAMILY[sub]
    if domain != "PMNT" or family is None:
        return None
    if family in _CARD and sub in ("CWDL", "XBCW"):
        return "atm"
    if family in _CARD and sub in ("CDPT",):
        return "cash"
    if family in _CARD:
        return "card"
    if sub in ("STDO", "ESCT", "XBCT") and family in ("RCDT", "ICDT", "RRCT", "IRCT"):
        return _SUB_FAMILY[sub]
    return _FAMILY.get(family)
