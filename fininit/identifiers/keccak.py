"""Keccak-256 as Ethereum uses it: the sponge of FIPS 202 with the padding of the submission that won (0x01, not 0x06).

The standard library has SHA3-256 only, which differs from it in one byte of padding; a test runs this sponge with that
byte and holds it equal to ``hashlib.sha3_256``. A hash takes well under a millisecond, and only addresses whose letters
are of both cases need one.
"""

from __future__ import annotations

from typing import Final

_MASK: Final = (1 << 64) - 1
_RATE: Final = 136


def _constants() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Round constants (FIPS 202, 3.2.5, by its shift register) and rotations by lane (3.2.2)."""
    rounds, bits = [], 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            if bits & 1:
                constant |= 1 << ((1 << j) - 1)
            bits = (bits << 1) ^ ((bits >> 7) * 0x171)
        rounds.append(constant)
    turns, x, y = [0] * 25, 1, 0
    for t in range(24):
        turns[x + 5 * y] = ((t + 1) * (t + 2) // 2) % 64
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(rounds), tuple(turns)


_ROUNDS, _TURNS = _constants()


def _left(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _MASK if by else lane


def _permute(a: list[int]) -> list[int]:
    for constant in _ROUNDS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[(x + 4) % 5] ^ _left(c[(x + 1) % 5], 1) for x in range(5)]
        a = [lane ^ d[i % 5] for i, lane in enumerate(a)]
        b = [0] * 25
        for y in range(5):
            for x in range(5):
                b[y + 5 * ((2 * x + 3 * y) % 5)] = _left(a[x + 5 * y], _TURNS[x + 5 * y])
        a = [b[i] ^ (~b[(i + 1) % 5 + i - i % 5] & b[(i + 2) % 5 + i - i % 5]) for i in range(25)]
        a[0] ^= constant
    return a


def keccak256(data: bytes, padding: int = 0x01) -> bytes:
    """The 32 bytes of Keccak-256; with ``padding=0x06`` those of SHA3-256."""
    padded = bytearray(data)
    padded.append(padding)
    padded += bytes(-len(padded) % _RATE)
    padded[-1] |= 0x80
    state = [0] * 25
    for at in range(0, len(padded), _RATE):
        for i in range(_RATE // 8):
            state[i] ^= int.from_bytes(padded[at + 8 * i : at + 8 * i + 8], "little")
        state = _permute(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])
