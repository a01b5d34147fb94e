"""Where a trace stops, and why: the kinds of break and their sentences."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fininit.identifiers.account import FEE, UNKNOWN, scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

WHY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cash-out": "Taken out in cash; the records do not show what became of it.",
        "account-without-records": "Paid to an account of which no records are in the case.",
        "unknown-side": "The records do not say who was paid.",
        "fee": "Kept by the bank or provider as a fee.",
        "overdraft-repaid": "Covered what the account it reached was overdrawn by.",
        "out-of-scope/depth": "Carried on beyond the number of payments that the trace was limited to.",
        "out-of-scope/date": "Paid on after the last day that the trace was limited to.",
        "out-of-scope/amount": "Carried on in a portion below the smallest amount that the trace was limited to.",
        "still-held": "Not paid on as far as the records go.",
    }
)
"""Kind of break, with its limit where there is one -> why the trace stops there, in one sentence."""

OPEN_ENDED: Final = frozenset({UNKNOWN, FEE})
"""Schemes of nodes that stand for nobody in particular: never followed."""

_CASH: Final = frozenset({"cash", "atm"})


def kind(why: str) -> str:
    """The kind of break (one of ``fininit.schema.BREAK_KINDS``) of a key of ``WHY``."""
    return why.partition("/")[0]


def goes_on(channel: str | None) -> bool:
    """Whether money paid this way can be followed through an account of which there are no records."""
    return channel not in _CASH and channel != "fee"


def without_records(creditor: str, channel: str | None) -> str:
    """The kind of break of a payment to ``creditor``, which is not followed."""
    whose = scheme(creditor)
    if whose == FEE or channel == "fee":
        return "fee"
    if channel in _CASH:
        return "cash-out"
    return "unknown-side" if whose == UNKNOWN else "account-without-records"
