"""Number words, as people spell phone numbers out, and the words that stand around numbers.

All in the folding of :func:`fininit.identifiers.obfuscation.folded`: lower case, no accents. A phrase gives the digits
it stands for when a number is read out: ``fifty five`` is 55, ``soixante-dix`` is 70. Words of hundreds and thousands
are amounts, not parts of a number that is read out, and have no place here (but for ``eight hundred``, an area code).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final


def listed(text: str) -> tuple[str, ...]:
    """The words of a text: a table of words that can be read."""
    return tuple(text.split())


_DIGITS: Final = {
    "en": "zero one two three four five six seven eight nine",
    "de": "null eins zwei drei vier funf sechs sieben acht neun",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "fr": "zero un deux trois quatre cinq six sept huit neuf",
    "it": "zero uno due tre quattro cinque sei sette otto nove",
    "pt": "zero um dois tres quatro cinco seis sete oito nove",
    "nl": "nul een twee drie vier vijf zes zeven acht negen",
    "pl": "zero jeden dwa trzy cztery piec szesc siedem osiem dziewiec",
    "cs": "nula jedna dva tri ctyri pet sest sedm osm devet",
    "ro": "zero unu doi trei patru cinci sase sapte opt noua",
    "hu": "nulla egy ketto harom negy ot hat het nyolc kilenc",
    "tr": "sifir bir iki uc dort bes alti yedi sekiz dokuz",
    "ru": "ноль один два три четыре пять шесть семь восемь девять",
    "uk": "нуль один два три чотири пять шість сім вісім девять",
}
"""0 to 9 by language."""

_MORE: Final = {
    "en": {"nought": "0", "naught": "0", "nil": "0", "niner": "9"},
    "de": {"zwo": "2", "fuenf": "5", "eine": "1"},
    "fr": {"une": "1"},
    "pt": {"meia": "6"},
    "cs": {"jeden": "1"},
    "ru": {"нуль": "0"},
}


def _en() -> Iterator[tuple[str, str]]:
    units = _DIGITS["en"].split()
    teens = listed("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
    yield from ((w, str(10 + i)) for i, w in enumerate(teens))
    for tens, word in enumerate(listed("twenty thirty forty fifty sixty seventy eighty ninety"), 2):
        yield word, f"{tens}0"
        yield from ((f"{word} {u}", f"{tens}{i}") for i, u in enumerate(units) if i)
    yield from ((f"{u} hundred", f"{i}00") for i, u in enumerate(units) if i)


def _de() -> Iterator[tuple[str, str]]:
    units = [("ein", "1"), *((w, str(i)) for i, w in enumerate(_DIGITS["de"].split()) if i > 1), ("fuenf", "5")]
    teens = listed("zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn")
    yield from ((w, str(10 + i)) for i, w in enumerate(teens))
    tens = listed("zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig")
    for i, word in enumerate(tens, 2):
        yield word, f"{i}0"
        yield from ((f"{u}und{word}", f"{i}{n}") for u, n in units)


def _es() -> Iterator[tuple[str, str]]:
    units = _DIGITS["es"].split()
    teens = listed("diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve")
    yield from ((w, str(10 + i)) for i, w in enumerate(teens))
    yield "veinte", "20"
    yield from ((f"veinti{u}", f"2{i}") for i, u in enumerate(units) if i)
    for tens, word in enumerate(listed("treinta cuarenta cincuenta sesenta setenta ochenta noventa"), 3):
        yield word, f"{tens}0"
        yield from ((f"{word} y {u}", f"{tens}{i}") for i, u in enumerate(units) if i)


def _fr() -> Iterator[tuple[str, str]]:
    ones = _DIGITS["fr"].split()
    teens = listed("dix onze douze treize quatorze quinze seize")
    below = [*ones, *teens, *(f"dix {u}" for u in ones[7:])]
    yield from ((w, str(i)) for i, w in enumerate(below) if i > 9)
    for tens, word in ((2, "vingt"), (3, "trente"), (4, "quarante"), (5, "cinquante"), (6, "soixante")):
        yield word, f"{tens}0"
        for i in range(1, 20 if tens == 6 else 10):
            yield f"{word} {below[i]}", str(10 * tens + i)
            if i in (1, 11):
                yield f"{word} et {below[i]}", str(10 * tens + i)
    for word in ("quatre vingt", "quatre vingts"):
        yield word, "80"
        yield from ((f"{word} {below[i]}", str(80 + i)) for i in range(1, 20))
    for tens, word in ((7, "septante"), (8, "huitante"), (9, "nonante")):
        yield word, f"{tens}0"
        yield from ((f"{word} {ones[i]}", f"{tens}{i}") for i in range(1, 10))


def _it() -> Iterator[tuple[str, str]]:
    units = _DIGITS["it"].split()
    teens = listed("dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove")
    yield from ((w, str(10 + i)) for i, w in enumerate(teens))
    for tens, word in enumerate(listed("venti trenta quaranta cinquanta sessanta settanta ottanta novanta"), 2):
        yield word, f"{tens}0"
        for i, unit in enumerate(units):
            if i:
                yield (word[:-1] if i in (1, 8) else word) + unit, f"{tens}{i}"


def _nl() -> Iterator[tuple[str, str]]:
    units = _DIGITS["nl"].split()
    teens = listed("tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien")
    yield from ((w, str(10 + i)) for i, w in enumerate(teens))
    for tens, word in enumerate(listed("twintig dertig veertig vijftig zestig zeventig tachtig negentig"), 2):
        yield word, f"{tens}0"
        yield from ((f"{u}en{word}", f"{tens}{i}") for i, u in enumerate(units) if i)


def _pt() -> Iterator[tuple[str, str]]:
    units = _DIGITS["pt"].split()
    teens = listed("dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove")
    yield from ((w, str(10 + i)) for i, w in enumerate(teens))
    for tens, word in enumerate(listed("vinte trinta quarenta cinquenta sessenta setenta oitenta noventa"), 2):
        yield word, f"{tens}0"
        yield from ((f"{word} e {u}", f"{tens}{i}") for i, u in enumerate(units) if i)


_TWO: Final = {"en": _en, "de": _de, "es": _es, "fr": _fr, "it": _it, "nl": _nl, "pt": _pt}

TIMES: Final = {"double": 2, "dbl": 2, "triple": 3, "treble": 3, "doppel": 2, "doble": 2, "doppio": 2, "dubbel": 2}
"""Words that say how often the next digit stands."""

WEAK: Final = {"oh": "0", "o": "0", "oo": "00", "for": "4", "fore": "4", "to": "2", "too": "2", "won": "1", "ate": "8"}
"""English words that sound like a digit or look like one. They are one only among digits."""

INNER: Final = frozenset({"for", "fore", "to", "too", "won", "ate"})
"""Those of :data:`WEAK` that, standing alone, are a digit between digits only, not at an end."""

FILLERS: Final = frozenset(
    listed(
        "call me text txt dot dots dash hyphen minus space then ok baby babe bb hun hunny honey love hot sexy "
        "kiss dear slash stop star point comma area code zone punkt strich bindestrich schragstrich komma "
        "leer dann guion punto tiret trait tratto trattino kropka kreska my number is the and"
    )
)
"""Words that people put between the digits of a number."""

CUES: Final = listed(
    "call calls called calling text texts txt txts tel telefon telephone telefono telefone telefonnummer "
    "phone fone ph fon cell mobile mob mobil movil cellulare handy whatsapp whatapp whatsup watsapp whats "
    "wa sms contact contacto kontakt kontaktnummer ring reach number numero numer nummer rufnummer nr no "
    "anruf anrufen ruf rufe viber signal telegram msg message dial hit line appelle appelez appeler llama "
    "llamame chiama chiamami ligue bel zadzwon позвони звони тел телефон hotline escort reception wechat "
    "imessage bei unter at"
)
"""Words that announce a number to call."""

ID_WORDS: Final = listed(
    "id ids ref reference order invoice konto kontonummer kontonr kto account acct acc blz iban bic swift "
    "sort tracking track parcel shipment licence license lic licensed permit registration reg rn abn acn "
    "vat ust ustid uid tax steuer steuernummer isbn issn ean upc imei imsi passport ssn member membership "
    "customer kundennummer kunde ticket booking case file zip plz postcode postleitzahl post ad listing "
    "item article artikel product sku serial swa provider profile inserat anzeige anzeigennummer chiffre "
    "card karte verification pin code transaction txn version build model eur euro usd gbp chf aud cad "
    "nzd"
)
"""Words that announce a number of something else."""

UNITS: Final = frozenset(
    listed(
        "h hh hr hrs hour hours qk qv qh hhr min mins minute minutes std stunde stunden minuten am pm uhr yo "
        "yr yrs yrsold year years jahre jahr j ans anos anni lat lb lbs pound pounds kg kilo kilos g gr cm mm "
        "m km ft feet foot in inch inches usd eur euro euros gbp chf aud cad k rose roses dollar dollars "
        "bucks kr zl ron lei st nd rd th d dd ddd e ee f ff g gg c cc b a aa ml oz mi miles gb mb x girls "
        "girl men days day week weeks weekend night nights off pct percent litre litres feets mtr meter m2 "
        "sqm hz w v y yoa cup bust waist hips size"
    )
)
"""What a measured number is followed by: hours, years, weight, size, money."""

SPACED_UNITS: Final = UNITS - frozenset(listed("a b c d e f g h j k l m w v x y st in off m2 cc ff ee aa"))
"""Those of :data:`UNITS` that can be told from an ordinary word or letter when a blank stands before them."""

AGE_WORDS: Final = frozenset(listed("age aged alter edad eta wiek im only just barely i'm"))
"""Words before an age."""


@lru_cache(maxsize=1)
def phrases() -> dict[str, list[tuple[tuple[str, ...], str, frozenset[str]]]]:
    """First word -> the phrases that begin with it, longest first: words, digits, languages in which they say that."""
    said: dict[tuple[tuple[str, ...], str], set[str]] = {}
    for language, words in _DIGITS.items():
        for i, w in enumerate(words.split()):
            said.setdefault(((w,), str(i)), set()).add(language)
        for w, digits in _MORE.get(language, {}).items():
            said.setdefault(((w,), digits), set()).add(language)
    for language, make in _TWO.items():
        for phrase, digits in make():
            said.setdefault((tuple(phrase.split()), digits), set()).add(language)
    out: dict[str, list[tuple[tuple[str, ...], str, frozenset[str]]]] = {}
    for (words_, digits), languages in sorted(said.items()):
        out.setdefault(words_[0], []).append((words_, digits, frozenset(languages)))
    for options in out.values():
        options.sort(key=lambda o: (-len(o[0]), o[0], o[1]))
    return out


@lru_cache(maxsize=1)
def _single() -> dict[str, list[tuple[str, frozenset[str]]]]:
    out: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for word, options in phrases().items():
        for words, digits, languages in options:
            if len(words) == 1:
                out.setdefault(word, []).append((digits, languages))
    return out


@lru_cache(maxsize=1)
def _starts() -> tuple[str, ...]:
    return tuple(sorted({w[:3] for w in _single() if len(w) > 1} | {w for w in WEAK if len(w) > 1}))


LONGEST: Final = 60
"""Letters of a run that is taken apart into number words, at most."""


@lru_cache(maxsize=65_536)
def segment(word: str, *, weak: bool = False) -> tuple[str, frozenset[str]] | None:
    """``word`` as number words written without blanks (``fivefive``, ``zerofor``): digits and languages, or None.

    All of it must be number words of one language. With ``weak`` the English words that only sound like digits count
    too. At most :data:`LONGEST` letters; the work is linear in them.
    """
    if len(word) > LONGEST or not word.startswith(_starts() + (("o",) if weak else ())):
        return None
    single = _single()
    best: dict[int, tuple[str, frozenset[str] | None]] = {0: ("", None)}
    for at in range(len(word)):
        if at not in best:
            continue
        digits, languages = best[at]
        for end in range(at + 1, min(len(word), at + 18) + 1):
            piece = word[at:end]
            options = list(single.get(piece, ()))
            if weak and piece in WEAK:
                options.append((WEAK[piece], frozenset(["en"])))
            for more, spoken in options:
                common = spoken if languages is None else languages & spoken
                if common and (end not in best or len(best[end][0]) > len(digits + more)):
                    best[end] = (digits + more, common)
    whole = best.get(len(word))
    return None if whole is None or whole[1] is None else (whole[0], whole[1])
