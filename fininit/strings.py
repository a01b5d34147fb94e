"""Every word a person reads on page and paper, in one place, so that a language can be added.

Keys are used in code; values are what people in the field say (statement line, posted date, payment note, paid by).
"""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    # the field's words for ours
    "entry": "statement line",
    "entries": "statement lines",
    "booking_date": "posted date",
    "value_date": "value date",
    "remittance_info": "payment note",
    "servicer_ref": "bank reference",
    "debtor": "paid by",
    "creditor": "paid to",
    "source": "exhibit",
    "sources": "exhibits",
    "issue": "import exception",
    "issues": "import exceptions",
    "refused": "line not read",
    "skipped": "not a transaction",
    "warning": "look at this",
    "manifest": "exhibit and action log",
    "fingerprint": "ledger fingerprint",
    "network": "group of connected accounts",
    "routes": "how many routes pass through",
    "fold": "group",
    "unfold": "expand",
    "conservation": "reconciles to zero",
}
"""Words, keyed by the code's own names."""


def word(key: str) -> str:
    """The word for ``key``; raises ``KeyError`` when nobody has declared it."""
    return WORDS[key]
