"""Which account a register belongs to. QIF knows labels that its user chose, rarely a number.

*Checking* on two computers is not one account. A label that holds a number names its account everywhere; any other is
used within its file only: ``source:<first 8 of the hash>:<label>`` where the file has several accounts, none where it
has one, which a person then names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from fininit.identifiers.account import account_id
from fininit.identifiers.iban import is_iban_like
from fininit.importers.qif.records import Section

DIGITS: Final = 6
"""A label with fewer digits is no account number: the last four are shared by thousands."""

_TRANSFER: Final = re.compile(r"\[([^\[\]]+)\](?:[/|].*)?")


def transfer_label(category: str) -> str | None:
    """The account in brackets that a category names: the other side of a transfer."""
    m = _TRANSFER.fullmatch(category)
    return m[1].strip() or None if m else None


def numbered(label: str) -> str | None:
    """The account whose number the label holds, or None."""
    if is_iban_like(label) or sum(ch.isdigit() for ch in label) >= DIGITS:
        return account_id(label)
    return None


@dataclass(slots=True)
class Accounts:
    """The accounts of one file: keys are labels, or the type of a register without one."""

    hash8: str
    keys: list[tuple[str, str]]
    stated: str | None

    def key(self, section: Section) -> tuple[str, str]:
        """What tells the account of a section from the others of its file."""
        return ("label", section.label) if section.label else ("type", section.kind)

    def own(self, section: Section) -> str | None:
        """The account of a register: its number, what a person stated, or a name of this file."""
        if section.label and (number := numbered(section.label)):
            return number
        if len(self.keys) == 1:
            return self.stated
        return self.local(self.key(section)[1])

    def other(self, label: str, section: Section) -> str | None:
        """The other side of a transfer; None for the register's own account."""
        if label == section.label:
            return None
        return numbered(label) or self.local(label)

    def local(self, label: str) -> str:
        """An account that only this file knows."""
        return f"source:{self.hash8}:{label}"


def accounts(sections: list[Section], sha256: str, stated: str | None) -> Accounts:
    """The accounts of the registers that hold anything."""
    out = Accounts(sha256[:8], [], stated)
    for s in sections:
        if s.records and out.key(s) not in out.keys:
            out.keys.append(out.key(s))
    return out
