"""What one cell of a record states: a phone, an account, a device … canonical, or refused with a reason.

Text in, :class:`Said` out. Nothing is repaired: what is not certainly the thing that its column should hold raises
:class:`~fininit.errors.ValueRefused`, whose message never holds the cell.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from fininit.errors import ValueRefused
from fininit.identifiers.account import account_id
from fininit.identifiers.email import find_emails
from fininit.identifiers.handle import account_of_handle, parse_handle
from fininit.identifiers.iban import is_iban_like, parse_iban
from fininit.identifiers.numbering import about, region_codes, resolve
from fininit.identifiers.wallet import parse_wallet

WALLETS: Final = ("btc", "eth", "tron")
"""Prefixes of accounts that are addresses of a chain."""

_PHONE: Final = re.compile(r"(?P<plus>\+?)[ \u00a0]?\(?[0-9](?:[ \u00a0()./-]{0,3}[0-9]){4,18}")
_HIDDEN: Final = re.compile(r"[*•…#]|[xX]{2,}|\.{3,}")
_MASKED: Final = re.compile(r"[*•…#]|[0-9][xX]{2,}|[xX]{2,}[0-9]")
_CARD: Final = re.compile(r"(?P<first>(?:[0-9][ -]?){0,8})(?P<hidden>[*•…xX.][*•…xX. -]*)(?P<last>[0-9]{4})")
_PAN: Final = re.compile(r"[0-9](?:[ -]?[0-9]){11,18}")


class Said(NamedTuple):
    """``kind`` and canonical ``identifier`` as ``schema.IDENTIFIERS`` has them, whether equal ones may link, a note."""

    kind: str
    identifier: str
    pivot: bool = True
    note: str = ""


def account_of(cell: str, prefix: str) -> str | None:
    """The account in a cell, with the scheme and institution that a dialect states; an IBAN needs none.

    An address of a chain comes out in the one form that is compared; one that fails its check stays as written.
    """
    account = account_id(cell)
    if account is None or not prefix or not account.startswith("acct:"):
        return account
    value = account.removeprefix("acct:")
    wallet = parse_wallet(value) if prefix in WALLETS else None
    return wallet if wallet is not None and wallet.startswith(f"{prefix}:") else f"{prefix}:{value}"


def app_account(cell: str, prefix: str, regions: Sequence[str] = ()) -> str | None:
    """An account with a payment app (``app:…``), known there by a mail address, a phone number or a name.

    Mail addresses and names come out in small letters and phone numbers of one of ``regions`` in E.164, so that they
    are the same in every return; whatever else as written. A number that is not shown in full is that of many people,
    and no account (None).
    """
    text = " ".join(cell.split())
    app = prefix.removeprefix("app:")
    if app in ("cashapp", "venmo") or text[:1] in ("@", "$"):
        named = parse_handle(text, app)
        if named is not None:
            return account_of_handle(named)
    for read in (email, lambda t: phone(t, regions)):
        try:
            said = read(text)
        except ValueRefused:
            continue
        return f"{prefix}:{said.identifier.partition(':')[2]}"
    return None if _MASKED.search(text) else account_of(text, prefix)


def institution_prefix(name: str | None) -> str:
    """What stands before the numbers of an institution: ``acct:`` and its name in small letters without blanks."""
    word = "".join((name or "").casefold().replace(":", "").split())
    return f"acct:{word}" if word else ""


def phone(text: str, regions: Sequence[str] = ()) -> Said:
    """A phone in E.164. Raises ``ValueRefused``: ``bad-phone``, ``phone-needs-region``, ``phone-fits-two-regions``."""
    m = _PHONE.fullmatch(text)
    digits = re.sub(r"[^0-9]", "", text)
    numbers = resolve(digits, bool(m["plus"]), region_codes(regions)) if m is not None else ()
    if len(numbers) == 1:
        pivot, note = about(numbers[0].e164)
        return Said("phone", f"phone:{numbers[0].e164}", pivot, note)
    hint = 'Ask the producer for international numbers, or state the country in the format: region = "US".'
    if numbers:
        raise ValueRefused(
            "the number is a right one in several of the stated countries",
            code="phone-fits-two-regions",
            hint=hint,
        )
    if m is not None and not m["plus"] and not digits.startswith("00") and not regions:
        raise ValueRefused(
            "the number has no country code, and nothing says of which country (region) it is",
            code="phone-needs-region",
            hint=hint,
        )
    raise ValueRefused("the cell is not a phone number that a numbering plan has", code="bad-phone")


def email(text: str) -> Said:
    """A mail address in small letters. Raises ``ValueRefused`` (``bad-email``)."""
    found = find_emails(text)
    if len(found) == 1 and (found[0].start, found[0].end, found[0].as_written) == (0, len(text), True):
        return Said("email", found[0].identifier, found[0].pivot, found[0].note)
    raise ValueRefused("the cell is not one mail address", code="bad-email")


def handle(text: str, app: str) -> Said:
    """A name on an app. Raises ``ValueRefused`` (``bad-handle``)."""
    name = parse_handle(text, app)
    if name is None:
        raise ValueRefused("the cell is not one name on the app", code="bad-handle")
    return Said("handle", f"handle:{name}")


def iban(text: str) -> Said:
    """An IBAN. Raises ``ValueRefused`` (``bad-iban``)."""
    value = parse_iban(text)
    if value is None:
        raise ValueRefused("the cell is not an IBAN that passes its check", code="bad-iban")
    return Said("iban", f"iban:{value}")


def account(text: str, prefix: str) -> Said:
    """The number of another account. Raises ``ValueRefused`` (``bad-iban``) for what is meant as an IBAN and is none.

    A number that is not shown in full never links, nor does one of which nothing says whose number it is.
    """
    if is_iban_like(text) or parse_iban(text) is not None:
        return iban(text)
    value = account_of(text, prefix) or ""
    if _HIDDEN.search(text):
        return Said("account", value, False, "number-masked")
    if not prefix:
        return Said("account", value, False, "institution-not-stated")
    return Said("account", value)


def card(text: str) -> Said:
    """A card number that passes its check (ISO/IEC 7812-1, annex B), or what is shown of one, which never links.

    Raises ``ValueRefused`` (``bad-card``).
    """
    digits = re.sub(r"[ -]", "", text)
    if _PAN.fullmatch(text):
        doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
        if sum(d - 9 * (d > 9) for d in doubled) % 10 == 0:
            return Said("card", f"card:{digits}")
    m = _CARD.fullmatch(text)
    if m is not None or re.fullmatch(r"[0-9]{4}", digits):
        first = re.sub(r"[ -]", "", m["first"]) if m is not None else ""
        return Said("card", f"card:{first}…{digits[-4:]}", False, "number-masked")
    raise ValueRefused("the cell is not a card number that passes its check", code="bad-card")


def wallet(text: str) -> Said:
    """An address of a chain. Raises ``ValueRefused`` (``bad-wallet``)."""
    value = parse_wallet(text)
    if value is None:
        raise ValueRefused("the cell is not an address that passes its check", code="bad-wallet")
    return Said("wallet", f"wallet:{value}")


def device(text: str) -> Said:
    """A device as its producer names it, runs of blanks made one."""
    return Said("device", f"device:{' '.join(text.split())}")


def ip(text: str) -> Said:
    """An internet address in its shortest form (RFC 5952); many share one, so it does not link of itself.

    Raises ``ValueRefused`` (``bad-ip``).
    """
    try:
        return Said("ip", f"ip:{ipaddress.ip_address(text)}", False, "ip-shared")
    except ValueError:
        raise ValueRefused("the cell is not an internet address", code="bad-ip") from None


PLAIN: Final[dict[str, Callable[[str], Said]]] = {
    "email": email,
    "iban": iban,
    "card": card,
    "wallet": wallet,
    "device": device,
    "ip": ip,
}
"""Readers of the kinds that need nothing but the cell."""
