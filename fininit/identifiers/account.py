"""Accounts as ``scheme:value``: ``iban:DE89…``, ``acct:chase:…1234``, ``name:…`` for a party known by name only.

Only equal canonical forms are one account. A name is canonical when case and runs of blanks are set aside (Unicode NFC,
casefold); spelling, legal form and script are not: whether *ABC Ltd* and *ABC Limited* are one party is a judgement
for a person, later, and can be withdrawn.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from fininit.identifiers.iban import parse_iban

UNKNOWN: Final = "unknown"
"""Scheme of the other side of a statement line that names none: one node per statement account, never a shared one."""

FEE: Final = "fee"
"""Scheme of the servicer as receiver of stated fees, one node per statement account."""


def _collapse(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def account_id(text: str | None, prefix: str = "") -> str | None:
    """The account written in ``text``, or None when it is blank.

    A valid IBAN (ISO 13616, mod 97) gives ``iban:…``; anything else ``acct:[prefix:]…`` with blanks removed, the rest
    exactly as written: a number that fails its check is a node of its own and is never merged with a right one.
    """
    value = _collapse(text or "")
    if not value:
        return None
    iban = parse_iban(value)
    if iban is not None:
        return f"iban:{iban}"
    value = value.replace(" ", "")
    return f"acct:{prefix}:{value}" if prefix else f"acct:{value}"


def stated_account(text: str) -> str:
    """An account as a person types it (``--account``): kept when it already is ``scheme:value``, else read as text."""
    scheme, colon, value = text.strip().partition(":")
    if colon and value and scheme in SCHEMES:
        return f"{scheme}:{value}"
    return account_id(text) or f"acct:{text}"


SCHEMES: Final = frozenset({"iban", "acct", "app", "card", "btc", "eth", "tron", "name", UNKNOWN, FEE, "source"})
"""Schemes an account id may begin with."""


def name_id(name: str | None, scope: str = "") -> str | None:
    """``name:…`` for a party of whom only the name is known, or None when it is blank.

    ``scope`` keeps parties apart that share a name in different statements: ``name:jane doe@acct:bank:1``. A two-sided
    source names both ends itself, so there the scope is empty.
    """
    value = _collapse(name or "").casefold()
    if not value:
        return None
    return f"name:{value}@{scope}" if scope else f"name:{value}"


def scheme(account: str) -> str:
    """The part before the first colon."""
    return account.partition(":")[0]


def unknown_side(account: str) -> str:
    """The node that stands for the unstated other side of ``account``'s statement lines."""
    return f"{UNKNOWN}:{account}"


def fee_side(account: str) -> str:
    """The node that receives the fees stated apart on ``account``'s statement lines."""
    return f"{FEE}:{account}"
