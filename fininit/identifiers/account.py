"""Accounts as ``scheme:value``: ``iban:DE89…``, ``acct:chase:…1234``, ``name:…`` for a party known by name only.

Only equal canonical forms are one account. A name is canonical when case and runs of blanks are set aside (Unicode NFC,
casefold); spelling, legal form and script are not: whether *ABC Ltd* and *ABC Limited* are one party is a judgement
for a person, later, and can be withdrawn.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from fininit.errors import UsageError
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
    """An account as a person types it (``--account``): ``scheme:value`` of a scheme that holds accounts, else text.

    It comes out as files give it, blanks removed and an IBAN checked, so that both are one account. Raises
    :class:`UsageError` for an IBAN that is none and for the schemes that fininit gives itself.
    """
    kind, colon, value = (part.strip() for part in text.partition(":"))
    kind = kind.casefold()
    if not colon or kind not in SCHEMES:
        kind, value = "acct", text
    if kind not in _STATED or not (value := _collapse(value).replace(" ", "")):
        raise UsageError(
            "This is not an account that can be stated.",
            hint="Write it as iban:…, acct:bank:number or app:name:handle.",
        )
    iban = parse_iban(value)
    if kind == "iban" and iban is None:
        raise UsageError("This IBAN does not pass its check.", hint="Compare it with the document, sign by sign.")
    return f"iban:{iban}" if iban is not None and kind in ("iban", "acct") else f"{kind}:{value}"


_STATED: Final = frozenset({"iban", "acct", "app", "card", "btc", "eth", "tron"})
"""Schemes of accounts that a person may state."""

SCHEMES: Final = _STATED | {"name", UNKNOWN, FEE, "source"}
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
