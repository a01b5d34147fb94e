"""How the money moved, where the bank's code says so for certain: a small closed table, and null for all the rest.

Sources: SWIFT Standards MT, field 61 subfield 6; Deutsche Kreditwirtschaft, Anlage 3 des DFÜ-Abkommens
(Geschäftsvorfallcodes); ING, ABN AMRO and SNS format descriptions for their Dutch codes. A transfer (TRF), a collective
booking or a return can be several things and stays null.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


def _table(**codes: str) -> Mapping[str, str]:
    return MappingProxyType({code: channel for channel, many in codes.items() for code in many.split()})


SWIFT: Final = _table(
    cheque="CHK TCK",
    direct_debit="DDT IC",  # IC, BA, GM: ING; BEA, GEA: SNS and ASN
    standing_order="STO",
    fee="CHG COM",
    interest="INT",
    card="BA BEA",
    atm="GM GEA",
)
"""Field 61, the three letters behind N, F or S."""

GVC: Final = _table(
    cheque="001 002 003 101 102",
    direct_debit="004 005 104 105 107 171 174 192 196",
    standing_order="008 052 152",
    sepa="116 118 119 153 154 156 166 168 169 177 191 194",
    card="106",
    cash="082 083",
    wire="201",
    fee="808",
    interest="814",
)
"""Geschäftsvorfallcode, the three digits before the German structure of field 86."""

_DUTCH: Final = (
    ("SEPA OVERBOEKING", "sepa"),
    ("SEPA INCASSO", "direct_debit"),
    ("SEPA PERIODIEKE OVERB", "standing_order"),
)


def channel(code: str | None, gvc: str | None, kind: str | None) -> str | None:
    """One of ``schema.CHANNELS`` or None, from the type in field 61, the German code and the Dutch type in words."""
    if gvc is not None:
        return GVC.get(gvc)
    for words, value in _DUTCH:
        if kind is not None and kind.startswith(words):
            return value
    return SWIFT.get(code[1:]) if code else None
