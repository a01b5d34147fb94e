"""What a row of digits is in the numbering plans of stated regions, by Google's data (``phonenumbers``).

Nothing is repaired and nothing completed. Ranges that regulators keep for fiction count as valid (:data:`FICTION`), so
that examples and training cases can be read; no subscriber has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from fininit.errors import ValueRefused

FICTION: Final = re.compile(
    r"\+44(?:7700900|1632960|2079460|1134960|1144960|1154960|1164960|1174960|1184960|1214960|1314960|1414960|1514960"
    r"|1614960|1914980|2890180|2920180|3069990|8081570|9098790)[0-9]{3}"
    r"|\+1[2-9][0-9]{2}55501[0-9]{2}"
    r"|\+353(?:209[0-9]{6}|2091[0-9]{5})"
    r"|\+61(?:[2378]5550[0-9]{4}|[2378]7010[0-9]{4}|4915701[0-9]{2}|1800160401|1800975707|1300975707)"
    r"|\+33(?:19900|26191|35301|46571|53649|63998)[0-9]{4}"
)
"""Kept for drama and examples by Ofcom (GB), the NANPA (555-01xx), ComReg (IE), the ACMA (AU) and the ARCEP (FR)."""

_ALIASES: Final = {"UK": "GB"}


def region_codes(regions: str | Iterable[str] | None) -> tuple[str, ...]:
    """Stated regions as sorted ISO 3166-1 alpha-2 codes, each once; ``UK`` is read as ``GB``.

    ``regions`` is one text, in which blanks, commas, slashes or semicolons may separate several, or several texts.
    Raises :class:`ValueRefused` (``region-unknown``) for what is no region with a numbering plan.
    """
    texts = [regions] if isinstance(regions, str) else list(regions or ())
    codes = {c.upper() for t in texts for c in re.split(r"[\s,;/|]+", t.strip()) if c}
    codes = {_ALIASES.get(c, c) for c in codes}
    if codes - phonenumbers.SUPPORTED_REGIONS:
        raise ValueRefused(
            "not a region",
            code="region-unknown",
            hint="A region is a country's two letters (ISO 3166-1), for example US or GB.",
        )
    return tuple(sorted(codes))


class Number(NamedTuple):
    """A number that the plan knows: E.164, and the region whose reading it is (empty for an international one)."""

    e164: str
    region: str


def _checked(number: PhoneNumber) -> str | None:
    """E.164 of a valid number, without an extension; None for others and for digits that count up or down."""
    number.extension = None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not (phonenumbers.is_valid_number(number) or FICTION.fullmatch(e164)):
        return None
    national = phonenumbers.national_significant_number(number)
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(national)}
    return None if steps in ({1}, {9}) else e164


def _international(digits: str) -> str | None:
    try:
        return _checked(phonenumbers.parse(f"+{digits}", None))
    except phonenumbers.NumberParseException:
        return None


@lru_cache(maxsize=256)
def _plan(region: str) -> tuple[re.Pattern[str], str]:
    """A first, cheap look at what may be dialled in a region, and its country code."""
    plan = PhoneMetadata.metadata_for_region(region)
    if plan is None:
        return re.compile(r"(?!)"), ""
    general = plan.general_desc.national_number_pattern if plan.general_desc else None
    trunk = plan.national_prefix_for_parsing or plan.national_prefix or ""
    quick = rf"(?:{trunk})?(?:{general or '[0-9]{4,15}'})|(?:{plan.international_prefix or '00'})[0-9]+"
    return re.compile(rf"{quick}|{plan.country_code}[0-9]+|0[0-9]+"), str(plan.country_code)


def _prefix_missing(number: PhoneNumber, region: str) -> bool:
    """Whether the plan prints the number with its trunk prefix and the text did not."""
    if number.country_code_source != CountryCodeSource.FROM_DEFAULT_COUNTRY:
        return False
    plan = PhoneMetadata.metadata_for_region(region)
    prefix = plan.national_prefix if plan is not None else None
    if not prefix or number.raw_input is None or number.raw_input.startswith(prefix):
        return False
    shown = re.sub(r"[^0-9]", "", phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))
    return shown.startswith(prefix) and shown != phonenumbers.national_significant_number(number)


def _national(digits: str, region: str) -> str | None:
    quick, code = _plan(region)
    if quick.fullmatch(digits) is None:
        return None
    try:
        number = phonenumbers.parse(digits, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    e164 = _checked(number)
    if e164 is not None and _prefix_missing(number, region):
        e164 = None
    if e164 is None and digits.startswith(code) and len(digits) > len(code) + 7:
        return _international(digits)  # the country's own code without the plus: 49 176 … in Germany
    return e164


@lru_cache(maxsize=65_536)
def resolve(digits: str, plus: bool, regions: tuple[str, ...]) -> tuple[Number, ...]:
    """What ``digits`` are: one number, none, or several that differ by region. ``plus``: they stood behind a plus sign.

    ``00`` is the dial-out prefix that the ITU recommends (E.123) and is read as a plus sign everywhere; a region's own
    (``011``, ``0011``) in that region.
    """
    if plus or digits.startswith("00"):
        e164 = _international(digits if plus else digits[2:])
        if e164 or plus:
            return (Number(e164, ""),) if e164 else ()
    out: dict[str, str] = {}
    for region in regions:
        e164 = _national(digits, region)
        if e164:
            out.setdefault(e164, region)
    return tuple(Number(e, r) for e, r in sorted(out.items(), key=lambda item: item[1]))


@lru_cache(maxsize=16_384)
def groupings(e164: str) -> frozenset[tuple[int, ...]]:
    """How many digits the groups of a number have as its country prints it, at home and abroad."""
    number = phonenumbers.parse(e164, None)
    out = set()
    for form in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL):
        out.add(tuple(len(g) for g in re.findall(r"[0-9]+", phonenumbers.format_number(number, form))))
    return frozenset(out)


_KINDS: Final = {
    PhoneNumberType.TOLL_FREE: "toll-free",
    PhoneNumberType.PREMIUM_RATE: "premium-rate",
    PhoneNumberType.SHARED_COST: "shared-cost",
    PhoneNumberType.UAN: "company-number",
    PhoneNumberType.VOICEMAIL: "voicemail",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.VOIP: "voip",
}


@lru_cache(maxsize=16_384)
def about(e164: str) -> tuple[bool, str]:
    """Whether a number may link, and what kind of number it is where that says something about who answers it.

    A number of one or two different digits (0400 000 000) is a stand-in and never links.
    """
    number = phonenumbers.parse(e164, None)
    if len(set(phonenumbers.national_significant_number(number))) <= 2:
        return False, "stand-in"
    return True, _KINDS.get(phonenumbers.number_type(number), "")
