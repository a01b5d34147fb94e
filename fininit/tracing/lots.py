"""Portions of money in an account (*lots*): what a rule takes from, and how amounts become whole units and back.

An amount in here is a Python integer of the smallest unit that the currency, or the finest amount of the ledger in it,
needs. Nothing is ever rounded, and nothing overflows.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, Context, Decimal
from typing import Final, NamedTuple

import polars as pl

from fininit.errors import FininitError
from fininit.values.assets import exponent
from fininit.values.money import AMOUNT, MAX_DECIMALS, MAX_INTEGER_DIGITS

_EXACT: Final = Context(prec=80)


class Lot:
    """One portion of money that stands in an account.

    ``seq`` numbers the lots of an account in the order they came, from 1. ``tag`` is the number of the start it comes
    from, None when it is not attributed. ``amount`` is in whole units. ``depth`` counts the payments it has made since
    its start.
    """

    __slots__ = ("amount", "depth", "seq", "tag")

    def __init__(self, seq: int, tag: int | None, amount: int, depth: int) -> None:
        self.seq = seq
        self.tag = tag
        self.amount = amount
        self.depth = depth


class Taken(NamedTuple):
    """What a rule took from one lot: ``amount`` of the ``before`` that stood there."""

    seq: int
    tag: int | None
    depth: int
    before: int
    amount: int


def decimals(currency: str, amounts: Iterable[int]) -> int:
    """How many decimals of ``currency`` whole units need: those of its smallest unit, or more where an amount has more.

    ``amounts`` are integers of 10^-18, as the ledger holds them.
    """
    places = exponent(currency) or 0
    for amount in amounts:
        while amount % 10 ** (MAX_DECIMALS - places):
            places += 1
    return places


def units(column: pl.Series, places: int) -> list[int]:
    """A column of amounts (no nulls) as whole units of ``places`` decimals, exactly."""
    step = 10 ** (MAX_DECIMALS - places)
    return [amount // step for amount in fine(column)]


def fine(column: pl.Series) -> list[int]:
    """A column of amounts (no nulls) as integers of 10^-18: the digits as the table stores them."""
    return column.cast(AMOUNT).to_physical().to_list()


def amount(value: int, places: int) -> Decimal:
    """Whole units as an amount of the currency. Raises ``FininitError`` when it does not fit the ledger's decimals."""
    if abs(value) >= 10 ** (MAX_INTEGER_DIGITS + places):
        raise FininitError(
            "A sum of the trace is larger than the ledger can hold (20 digits before the decimal point).",
            hint="Check the decimals of the asset in the sources: amounts in wei or satoshi belong in whole coins.",
            code="sum-too-large",
        )
    return Decimal(value).scaleb(-places, _EXACT)


def whole(value: Decimal, places: int) -> int | None:
    """An amount as whole units, or None when it is finer than they are."""
    scaled = value.scaleb(places, _EXACT)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def at_least(value: Decimal | None, places: int) -> int:
    """The smallest number of whole units that is not below ``value``; 0 for None."""
    return 0 if value is None else int(value.scaleb(places, _EXACT).to_integral_value(ROUND_CEILING))
