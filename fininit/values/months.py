"""Names of the months as statements print them, in eight languages.

Full names and abbreviations follow the Unicode CLDR (calendar names of each locale), with forms that banks also print:
the Austrian Jänner and Feber, Polish in both cases, Dutch mrt, and every accented name without its accents, since many
exports cannot write them. Within one language a name belongs to one month; a test holds that.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_NAMES: dict[str, tuple[str, ...]] = {
    "en": (
        *("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august"),
        *("sep sept september", "oct october", "nov november", "dec december"),
    ),
    "de": (
        *(
            "jan januar jän jänner jaen jaenner",
            "feb februar feber",
            "mär mrz märz maerz",
            "apr april",
            "mai",
            "jun juni",
        ),
        *("jul juli", "aug august", "sep sept september", "okt oktober", "nov november", "dez dezember"),
    ),
    "fr": (
        *("janv jan janvier", "févr fév février", "mars mar", "avr avril", "mai", "juin", "juil juillet", "août aoû"),
        *("sept sep septembre", "oct octobre", "nov novembre", "déc décembre"),
    ),
    "es": (
        *("ene enero", "feb febrero", "mar marzo", "abr abril", "may mayo", "jun junio", "jul julio", "ago agosto"),
        *("sep sept set septiembre setiembre", "oct octubre", "nov noviembre", "dic diciembre"),
    ),
    "it": (
        *("gen gennaio", "feb febbraio", "mar marzo", "apr aprile", "mag maggio", "giu giugno", "lug luglio"),
        *("ago agosto", "set sett settembre", "ott ottobre", "nov novembre", "dic dicembre"),
    ),
    "nl": (
        *("jan januari", "feb februari", "mrt maart", "apr april", "mei", "jun juni", "jul juli", "aug augustus"),
        *("sep sept september", "okt oktober", "nov november", "dec december"),
    ),
    "pl": (
        *("sty stycznia styczeń", "lut lutego luty", "mar marca marzec", "kwi kwietnia kwiecień", "maj maja"),
        *("cze czerwca czerwiec", "lip lipca lipiec", "sie sierpnia sierpień", "wrz września wrzesień"),
        *("paź października październik", "lis listopada listopad", "gru grudnia grudzień"),
    ),
    "pt": (
        *("jan janeiro", "fev fevereiro", "mar março", "abr abril", "mai maio", "jun junho", "jul julho", "ago agosto"),
        *("set setembro", "out outubro", "nov novembro", "dez dezembro"),
    ),
}

LANGUAGES: tuple[str, ...] = tuple(_NAMES)


@cache
def months(language: str) -> dict[str, int]:
    """Every accepted name in small letters, accents composed, decomposed or left out -> number of the month.

    Raises ``KeyError`` for a language that is not in ``LANGUAGES``.
    """
    names: dict[str, int] = {}
    for number, forms in enumerate(_NAMES[language], start=1):
        for form in forms.split():
            decomposed = unicodedata.normalize("NFD", form)
            bare = "".join(ch for ch in decomposed if not unicodedata.combining(ch))
            for name in (form, decomposed, bare):
                names[name] = number
    return names


@cache
def months_pattern(language: str) -> str:
    """A regular expression of the names of ``months``, each letter large or small, for Python's dialect and Rust's.

    Letter by letter instead of a case-insensitive flag: folding would let in the long s and the Kelvin sign.
    """
    names = sorted(months(language), key=lambda name: (-len(name), name))
    return "|".join("".join(_letter(ch) for ch in name) for name in names)


def _letter(ch: str) -> str:
    large = ch.upper()
    return ch if large == ch else f"[{large}{ch}]"
