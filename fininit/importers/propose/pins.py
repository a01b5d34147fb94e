"""What a person states of the columns of a table: ``booking_date=A,amount=C``.

A stated column has that one meaning, whatever its header says, and no other column competes for it. Columns are named
by the letters of a spreadsheet, because a table may have no header, or the same word twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fininit.errors import UsageError
from fininit.importers.propose.columns import Column
from fininit.importers.propose.words import Heading
from fininit.importers.table import letter

__all__ = ["FIELDS", "IGNORE", "pinned", "pins"]

IGNORE: Final = "ignore"
"""Stated of a column that says nothing of its own, and need not be read."""

FIELDS: Final[dict[str, str]] = {
    "booking_date": "booked",
    "value_date": "value_date",
    "amount": "amount",
    "debit": "debit",
    "credit": "credit",
    "flag": "flag",
    "balance_after": "balance",
    "currency": "currency",
    "fee": "fee",
    "original_amount": "original_amount",
    "original_currency": "original_currency",
    "status": "status",
    "remittance_info": "remittance_info",
    "transaction_code": "transaction_code",
    "counterparty_name": "counterparty_name",
    "counterparty_account": "counterparty_account",
    "account": "account",
    "servicer_ref": "servicer_ref",
    IGNORE: "",
}
"""What may be stated, by the names of the ledger (``debit``, ``credit``, ``flag``: the ways an amount is printed)."""

_DAYS: Final = frozenset(("booked", "day", "made"))
_AMOUNTS: Final = frozenset(("amount", "account_amount", "gross", "net", "total", "debit", "credit"))
_RIVALS: Final[dict[str, frozenset[str]]] = {
    "booked": _DAYS,
    "amount": _AMOUNTS,
    "debit": _AMOUNTS,
    "credit": _AMOUNTS,
    "balance": frozenset(("balance",)),
    "currency": frozenset(("currency",)),
    "fee": frozenset(("fee",)),
    "flag": frozenset(("flag",)),
    "status": frozenset(("status",)),
    "account": frozenset(("account", "account_name")),
    "value_date": frozenset(("value_date",)),
}
"""What other columns cannot be any more once one is stated to be it."""


def pins(text: str | None) -> dict[int, str]:
    """The stated columns: position from 0 -> field. Raises :class:`UsageError` for what is none of :data:`FIELDS`."""
    found: dict[int, str] = {}
    for part in (text or "").split(","):
        if not part.strip():
            continue
        name, _, where = (p.strip() for p in part.partition("="))
        if name not in FIELDS or re.fullmatch(r"[A-Za-z]{1,3}", where) is None:
            raise UsageError(
                "A column is stated as NAME=LETTER, for example booking_date=A,amount=C.",
                hint=f"The names are: {', '.join(FIELDS)}.",
            )
        at = -1
        for ch in where.upper():
            at = (at + 1) * 26 + ord(ch) - 65
        if found.setdefault(at, name) != name:
            raise UsageError("One column is stated to be two things.", hint="State each letter once.")
    return found


def pinned(columns: Sequence[Column], stated: dict[int, str]) -> list[Column]:
    """The columns with what was stated of them in the place of their headers.

    Raises :class:`UsageError` for a column that the table does not have.
    """
    if not stated:
        return list(columns)
    if max(stated) >= len(columns):
        raise UsageError(f"The table has {len(columns)} columns; a column beyond them was stated.")
    roles = {i: FIELDS[name] for i, name in stated.items()}
    taken = frozenset[str]().union(*(_RIVALS.get(role, frozenset()) for role in roles.values()))
    out: list[Column] = []
    for c in columns:
        h = c.heading
        if c.index in roles:
            role = roles[c.index]
            own = frozenset((role,)) if role else frozenset[str]()
            # a header that nobody knows could be data: its letter stands for it
            out.append(replace(c, heading=Heading(h.text if h.known else letter(c.index), h.name, own, h.currency)))
        else:
            out.append(replace(c, heading=Heading(h.text, h.name, h.roles - taken, h.currency)))
    return out
