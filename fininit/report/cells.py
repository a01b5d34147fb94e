"""Cells of a spreadsheet as XML: text that cannot act, numbers that survive the trip, dates that are dates.

SpreadsheetML is ISO/IEC 29500-1 (ECMA-376). Text is always an inline string, so nothing a payer wrote can become a
formula, a link or an error value. Limits are those that Microsoft publishes for Excel ("Excel specifications and
limits"): 1,048,576 rows, 32,767 characters in a cell, 65,530 links in a sheet, 15 significant digits in a number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import polars as pl

from fininit.report.visible import mark
from fininit.strings import phrase
from fininit.values.assets import ISO_4217
from fininit.values.money import format_amount

TEXT_LIMIT: Final = 32_767
"""Characters of a cell as Excel counts them, in UTF-16 units."""

SHORT: Final = TEXT_LIMIT // 8
"""A text of so many characters fits however it is written; a mark such as ``[U+000B]`` is eight long."""

DIGITS: Final = 15
"""Significant digits that a spreadsheet keeps; a longer number is written as text."""

MAX_DECIMALS: Final = 30
"""Decimals that a number format may ask for."""

FIRST_DAY: Final = dt.date(1900, 3, 1)
"""Serial numbers count a 29 February 1900 that never was; from this day on every program reads them alike."""

_EPOCH: Final = dt.date(1899, 12, 30)
_LONGEST_NUMBER: Final = 60
_NOTE: Final = 64  # room for the words that say how much is missing

# Not allowed in XML 1.0 (section 2.2, production 2), and the underscore that would begin an escape of a spreadsheet
# string (ST_Xstring, ISO/IEC 29500-1, 22.9.2.19: "_x000B_" stands for one character).
_SPECIAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def escape(text: str) -> str:
    """``text`` as the content of ``<t>``: every character kept, or shown by its number where XML forbids it.

    What does not fit a cell is cut, and the number of missing characters stands at the end.
    """
    if len(text) > TEXT_LIMIT // 2 or _SPECIAL.search(text):
        text = _fitting(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A parser turns a plain carriage return into a line feed; a reference it keeps.
    return text.replace("\r", "&#13;") if "\r" in text else text


def is_cut(text: str) -> bool:
    """Whether a cell is too small for ``text``."""
    return len(text) > SHORT and _units(_marked(text)) > TEXT_LIMIT


def _fitting(text: str) -> str:
    shown = _marked(text)
    if _units(shown) <= TEXT_LIMIT:
        return shown
    low, high = 0, min(len(text), TEXT_LIMIT)
    while low < high:  # the longest beginning that leaves room for the note
        middle = (low + high + 1) // 2
        if _units(_marked(text[:middle])) <= TEXT_LIMIT - _NOTE:
            low = middle
        else:
            high = middle - 1
    return f"{_marked(text[:low])} {phrase('characters_more', n=len(text) - low)}"


def _marked(text: str) -> str:
    return _SPECIAL.sub(lambda m: "_x005F_" if m[0] == "_" else mark(m[0]), text)


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def text_cell(ref: str, text: str, style: int) -> str:
    """``<c>`` with ``text``, or nothing when there is none."""
    if not text:
        return ""
    return f'<c r="{ref}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def number_cell(ref: str, number: int | str, style: int) -> str:
    """``<c>`` with a number whose digits are written as they are; ``number`` is an ``int`` or passed :func:`exact`."""
    return f'<c r="{ref}" s="{style}"><v>{number}</v></c>'


def int_cell(ref: str, value: int | None, number: int, text: int) -> str:
    """A whole number in style ``number``; one that a spreadsheet would round is text in style ``text``."""
    if value is None:
        return ""
    if abs(value) >= 10**DIGITS:
        return text_cell(ref, str(value), text)
    return number_cell(ref, value, number)


def date_cell(ref: str, value: dt.date | None, date: int, text: int) -> str:
    """A real date in style ``date``; a day that spreadsheets do not agree on is text in style ``text``."""
    if value is None:
        return ""
    if value < FIRST_DAY:
        return text_cell(ref, value.isoformat(), text)
    return number_cell(ref, (value - _EPOCH).days, date)


def exact(amount: pl.Expr) -> pl.Expr:
    """Whether the text of an amount, as a number, keeps each of its digits: at most 15 that count.

    Zeros before the first digit and after the last decimal do not count; those at the end of a whole number do.
    """
    digits = (
        amount.str.strip_prefix("-")
        .str.replace(r"(\.[0-9]*?)0+$", "${1}")
        .str.replace(".", "", literal=True)
        .str.strip_chars_start("0")
    )
    return (
        amount.str.contains(r"^-?[0-9]+(?:\.[0-9]+)?$")
        & (amount.str.len_bytes() <= _LONGEST_NUMBER)
        & (digits.str.len_bytes() <= DIGITS)
    )


def decimals(amount: pl.Expr, currency: pl.Expr, currencies: Iterable[str]) -> pl.Expr:
    """Decimals to show: those of the ISO 4217 currency, more where the amount has more, at most :data:`MAX_DECIMALS`.

    ``currencies`` are the codes that ``currency`` may hold. A crypto asset shows the decimals that are written: its
    smallest unit (18 for ether) would only be zeros.
    """
    known = {code: ISO_4217.get(code, 0) for code in sorted(set(currencies))}
    own = currency.replace_strict(list(known), list(known.values()), default=0, return_dtype=pl.Int64)
    written = amount.str.extract(r"\.([0-9]+)$").str.len_bytes().cast(pl.Int64).fill_null(0)
    return pl.max_horizontal(own, written).clip(0, MAX_DECIMALS)


def zero(currency: str) -> str:
    """Nothing, with the decimals of the currency: ``0.00``."""
    return format_amount(Decimal(0), currency)


def number_format(places: int) -> str:
    """``#,##0.00`` for two decimals."""
    return "#,##0" + ("." + "0" * places if places else "")


def letter(index: int) -> str:
    """Letter of the column with this index from 0: A, B ... Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
