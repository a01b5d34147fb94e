"""The two sides of a transaction, and which of them is the other one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from xml.etree.ElementTree import Element

from fininit.identifiers.account import account_id
from fininit.identifiers.iban import is_iban_like
from fininit.importers.camt.read import given, text, texts

ACCOUNT: Final = ("IBAN", "Othr/Id", "BBAN", "UPIC", "PrtryAcct/Id")
"""Where an account's number stands; the last three are those of version 01."""

_BANK: Final = (
    *("FinInstnId/BICFI", "FinInstnId/BIC", "FinInstnId/CmbndId/BIC"),
    *("FinInstnId/ClrSysMmbId/MmbId", "FinInstnId/ClrSysMmbId/Id"),
)
_CONTACTS: Final = ("PhneNb", "MobNb", "EmailAdr")


def number(account: Element | None) -> str | None:
    """The account's number as written, None where there is none or a word for nothing."""
    found = given(text(account, *(f"Id/{path}" for path in ACCOUNT)))
    return None if found is None or not found.replace(" ", "").strip("0") else found


def bank(agent: Element | None) -> str:
    """What names a bank: the first eight of its BIC (the rest is a branch), else its number in the clearing."""
    found = "".join((text(agent, *_BANK) or "").split()).upper()
    return found[:8] if found.isalnum() and len(found) in (8, 11) and found[:6].isalpha() else found


def account(written: str | None, servicer: str) -> str | None:
    """``iban:…`` or ``acct:[bank:]…``; what was meant as an IBAN and is none stays a number of its own."""
    if written is None:
        return None
    return account_id(written) if is_iban_like(written) else account_id(written, servicer)


@dataclass(frozen=True, slots=True)
class Side:
    """Debtor or creditor, and its ultimate party. ``notes`` are what has no column: telephone, e-mail, proxy."""

    name: str | None = None
    written: str | None = None
    account: str | None = None
    ultimate: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the file says nothing of this side."""
        return self.name is None and self.account is None

    def owns(self, written: str | None) -> bool:
        """Whether it has the account of that number."""
        return written is not None and self.written is not None and _bare(written) == _bare(self.written)


def _bare(written: str) -> str:
    return "".join(written.split()).upper()


def side(parties: Element | None, agents: Element | None, which: Literal["Dbtr", "Cdtr"]) -> Side:
    """One side of ``RltdPties``; a bank that is itself the party is named under ``Agt``."""
    if parties is None:
        return Side()
    party = parties.find(which)
    own = party.find("Pty") if party is not None and party.find("Pty") is not None else party
    name = given(text(own, "Nm")) or given(text(party, "Agt/FinInstnId/Nm", "Agt/FinInstnId/NmAndAdr/Nm"))
    account_of = parties.find(f"{which}Acct")
    written = number(account_of)
    servicer = bank(agents.find(f"{which}Agt")) if agents is not None else ""
    above = parties.find(f"Ultmt{which}")
    ultimate = given(text(above, "Nm", "Pty/Nm"))
    notes: list[str] = []
    for element in (own, above.find("Pty") if above is not None and above.find("Pty") is not None else above):
        notes += [f"{c}: {found}" for c in _CONTACTS for found in texts(element, f"CtctDtls/{c}")]
    notes += [f"Prxy: {found}" for found in texts(account_of, "Prxy/Id")]
    notes += [f"{which}Agt: {servicer}"] if servicer and name is None and written is None else []
    scheme = given(text(parties, f"{which}/Id/PrvtId/Othr/Id", f"{which}/Pty/Id/PrvtId/Othr/Id"))
    notes += [f"{which}Id: {scheme}"] if scheme else []
    return Side(name, written, account(written, servicer), ultimate, tuple(dict.fromkeys(notes)))


def other(
    debtor: Side, creditor: Side, *, written: str | None, holder: str | None, credit: bool, certain: bool
) -> Side | None:
    """The side that is not the holder; None where the file does not show which it is.

    The holder's own account is never the other side. Else the direction decides: money in comes from the debtor, money
    out goes to the creditor. Where the parties may still be those of the original transaction (a reversal, a return;
    ``certain`` is then false) it does not: then a side that stands alone is the other one, or the one that does not
    have the holder's name.
    """
    if debtor.owns(written) != creditor.owns(written):
        return creditor if debtor.owns(written) else debtor
    if certain or (debtor.empty and creditor.empty):
        return debtor if credit else creditor
    if debtor.empty != creditor.empty:
        alone = creditor if debtor.empty else debtor
        return Side() if alone.owns(written) or _same(alone.name, holder) else alone
    if _same(debtor.name, holder) != _same(creditor.name, holder):
        return creditor if _same(debtor.name, holder) else debtor
    return None


def _same(name: str | None, holder: str | None) -> bool:
    return name is not None and holder is not None and name.casefold() == holder.casefold()
