"""Wallet addresses that carry their own proof: Bitcoin, Ethereum, Tron.

- Bitcoin, legacy: Base58Check (version 0x00 or 0x05, 20 bytes, 4 bytes of double SHA-256). Letters' case is part of it.
- Bitcoin, segregated witness: Bech32 (BIP 173) for version 0, Bech32m (BIP 350) for versions 1 to 16.
- Tron: Base58Check with version 0x41.
- Ethereum and the chains that share its addresses: ``0x`` and 40 hex digits. The case of the letters is a checksum
  (EIP-55) only where both cases occur: ``no-checksum`` marks an address without one. Where it is wrong
  (``checksum-failed``), a character is, and nobody knows which: it stays as written and never links.

Which chain an Ethereum address is used on does not stand in it; ``eth:`` is the form of the address.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from fininit.identifiers.found import Found, cut, in_order
from fininit.identifiers.keccak import keccak256
from fininit.identifiers.obfuscation import plain

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32M: Final = 0x2BC830A3

_VERSIONS: Final = {0x00: "btc", 0x05: "btc", 0x41: "tron"}

_WORD: Final = re.compile(r"[0-9A-Za-z]+")


def _base58check(text: str) -> str | None:
    if not 25 <= len(text) <= 36 or text[0] not in "13T":
        return None
    number = 0
    for ch in text:
        digit = _BASE58.find(ch)
        if digit < 0:
            return None
        number = number * 58 + digit
    if number >= 1 << 200:
        return None
    data = number.to_bytes(25, "big")
    zeros = len(text) - len(text.lstrip("1"))
    if zeros != len(data) - len(data.lstrip(b"\0")):
        return None
    if hashlib.sha256(hashlib.sha256(data[:21]).digest()).digest()[:4] != data[21:]:
        return None
    chain = _VERSIONS.get(data[0])
    return f"{chain}:{text}" if chain else None


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(_GENERATOR):
            if top >> i & 1:
                check ^= generator
    return check


def _segwit(text: str) -> str | None:
    if not 14 <= len(text) <= 74 or text not in (text.lower(), text.upper()):
        return None
    text = text.lower()
    if not text.startswith("bc1"):
        return None
    values = [_BECH32.find(ch) for ch in text[3:]]
    if min(values) < 0 or values[0] > 16:
        return None
    check = _polymod([3, 3, 0, 2, 3, *values])  # the human-readable part "bc", expanded
    if check != (1 if values[0] == 0 else _BECH32M):
        return None
    bits = 5 * (len(values) - 7)
    size, rest = divmod(bits, 8)
    if rest > 4 or not 2 <= size <= 40 or (values[0] == 0 and size not in (20, 32)):
        return None
    if values[-7] & ((1 << rest) - 1):
        return None  # the bits that fill up the last group are zero
    return f"btc:{text}"


def checksummed(address: str) -> str:
    """The 40 hex digits of ``address`` (with or without ``0x``) in the case that EIP-55 gives them, with ``0x``."""
    digits = address.removeprefix("0x").removeprefix("0X").lower()
    check = keccak256(digits.encode("ascii")).hex()
    return "0x" + "".join(c.upper() if k >= "8" else c for c, k in zip(digits, check, strict=False))


_HEX: Final = re.compile(r"0[xX][0-9A-Fa-f]{40}")


def _ethereum(text: str) -> tuple[str, bool, str] | None:
    if not _HEX.fullmatch(text):
        return None
    digits = text[2:]
    low = f"eth:0x{digits.lower()}"
    if not digits.strip("0"):
        return low, False, "zero-address"
    if digits in (digits.lower(), digits.upper()):
        return low, True, "no-checksum"
    if checksummed(digits)[2:] != digits:
        return f"eth:0x{digits}", False, "checksum-failed"
    return low, True, ""


def parse_wallet(text: str) -> str | None:
    """The address written in ``text`` as an account id (``btc:…``, ``eth:0x…``, ``tron:…``), or None.

    Legacy Bitcoin and Tron addresses keep their case, which is part of them; the others are in lower case. A mixed-case
    Ethereum address with a wrong EIP-55 checksum gives None.
    """
    hexed = _ethereum(text)
    if hexed is not None:
        return hexed[0] if "checksum-failed" not in hexed[2] else None
    return _base58check(text) or _segwit(text)


def find_wallets(text: str) -> list[Found]:
    """Every wallet address in ``text`` whose checksum is right, and Ethereum addresses without one, marked."""
    head, upto = cut(text)
    fold = plain(head)
    out = []
    for word in _WORD.finditer(fold.chars):
        if not 14 <= word.end() - word.start() <= 74:
            continue
        address = word.group()
        hexed = _ethereum(address)
        if hexed is not None:
            canonical, pivot, note = hexed
        else:
            known = _base58check(address) or _segwit(address)
            if known is None:
                continue
            canonical, pivot, note = known, True, ""
        start, end = fold.span(word.start(), word.end())
        if end <= upto:
            out.append(Found("wallet", canonical, start, end, text[start:end] == address, pivot, note))
    return in_order(out)
