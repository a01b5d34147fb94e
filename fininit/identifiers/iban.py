"""IBANs: ISO 13616-1 structure and check digits (ISO 7064, MOD 97-10), length by country.

The lengths are those of the IBAN registry that SWIFT keeps as registration authority. A country that is not in the
table has no IBAN: its texts are account numbers and nothing more, however well the check digits happen to fit.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_BY_LENGTH: Final = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}

LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {country: length for length, countries in sorted(_BY_LENGTH.items()) for country in countries.split()}
)
"""Country -> characters of its IBANs, country code and check digits included."""

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def _compact(text: str) -> str:
    # only the plain blank groups an IBAN on paper; anything else inside makes it something else
    return text.replace(" ", "").upper() if text.isascii() else ""


def parse_iban(text: str) -> str | None:
    """The IBAN written in ``text``, in capitals and without blanks, or None when it is not one.

    The country must be in :data:`LENGTHS`, the length its own, the check digits 02 to 98 and right. Nothing is
    repaired: an ``O`` for a ``0`` gives None.
    """
    value = _compact(text)
    if not _SHAPE.fullmatch(value) or LENGTHS.get(value[:2]) != len(value):
        return None
    if not 2 <= int(value[2:4]) <= 98:
        return None  # 00, 01 and 99 are never computed, though they can be congruent to a right one
    digits = "".join(str(int(ch, 36)) for ch in value[4:] + value[:4])
    return value if int(digits) % 97 == 1 else None


def is_iban_like(text: str) -> bool:
    """Whether ``text`` has the shape of an IBAN of a country that has them: meant as one, right or not.

    Where this is true and :func:`parse_iban` gives None, a digit is wrong, missing or was put out of sight.
    """
    value = _compact(text)
    return _SHAPE.fullmatch(value) is not None and value[:2] in LENGTHS
