"""Amounts: text to exact ``Decimal``, by a stated format and never by a guess.

One grammar, declared once (``_number_pattern``), is read by two engines: Python's ``re`` for one cell
(``parse_amount``) and polars' Rust regex for a column (``amount_expr``). It therefore uses no look-around, no
back-reference and no class whose meaning differs between them (``\\d``, ``\\s``).

What the grammar allows, after outer blanks are taken off:

- a sign before the number (``+``, ``-`` or U+2212) or after it (``+``, ``-``; as SAP prints it), or parentheses for a
  negative; never two of these;
- ASCII digits, at most 20 before and 18 after the decimal mark, leading zeros allowed; the integer part may be missing
  where decimals follow (``-,01``);
- the declared thousands mark, in every place or in none: groups of three (``western``), or two, two ... three
  (``indian``), and no group number starts with 0, so that ``0,123`` is never a hundred and twenty-three;
- where declared: a currency sign or code before or after the number, an exponent, a bare decimal mark at the end.

Refusals are ``ValueRefused`` with one of the codes ``no-amount``, ``bad-amount``, ``non-finite``, ``exponent``,
``too-many-decimals``, ``too-large``; a format that contradicts itself is ``bad-number-format``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import lru_cache
from typing import Literal

import polars as pl

from fininit.errors import ValueRefused
from fininit.values.assets import ISO_4217, ISO_4217_WITHOUT_EXPONENT, exponent

MAX_INTEGER_DIGITS = 20
MAX_DECIMALS = 18
AMOUNT = pl.Decimal(MAX_INTEGER_DIGITS + MAX_DECIMALS, MAX_DECIMALS)
"""The polars type of every amount: 20 digits before the decimal mark, 18 after it."""

MAX_EXPONENT = 18

BLANKS = " \t\r\n\u00a0\u2007\u2009\u202f"
"""What counts as blank around a value: space, tab, line ends, and the no-break, figure, thin and narrow
no-break spaces. Zero-width and direction marks are not blanks: they make a value refused."""

# declared thousands mark -> the characters that may stand for it
_MARKS = {",": ",", ".": ".", " ": " \u00a0\u202f\u2009", "'": "'\u2019"}
_SIGNS = "-+\u2212"
_NEGATIVE = "-\u2212("
_GAP = "[ \u00a0\u2007\u2009\u202f]*"  # within an amount: blanks, but no line break

_EXACT = Context(prec=999, traps=[Inexact, InvalidOperation, Overflow])
# digits on either side of the mark in values that come as Decimal: sums of huge ledgers fit, 1e999999 does not
_SPAN = 60


# debit and credit marks, and marks of a part or a multiple of the unit: taking them off would change the value
_NOT_AFFIXES = frozenset(
    ("cr", "dr", "db", "c", "d", "h", "s", "soll", "haben", "¢", "￠", "₥", "%", "‰", "k", "m", "mio")
)


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of a column are written.

    ``decimal``: the decimal mark. ``thousands``: the marks that may group the integer part, one of ``,`` ``.`` `` ``
    (any of space, no-break, narrow no-break and thin space) and ``'`` (also U+2019), or several as a tuple; empty for
    none. One number uses one of them. ``grouping``: ``western`` (1,234,567) or ``indian`` (12,34,567).
    ``affixes``: currency signs or codes, written exactly so, that may stand before or after the number; one of them,
    or a sign before and a code after (``$10.00 USD``). ``exponent``: numbers as machines write them (``-1.2e+07``), up
    to 18 either way, the mantissa without thousands marks, affixes or parentheses. ``trailing_mark``: a decimal mark
    with nothing behind it (``50,`` in MT940).

    Raises ``ValueRefused`` (``bad-number-format``) when the parts contradict each other.
    """

    decimal: Literal[".", ","]
    thousands: tuple[str, ...] | str = ()
    grouping: Literal["western", "indian"] = "western"
    affixes: tuple[str, ...] | str = ()
    exponent: bool = False
    trailing_mark: bool = False

    def __post_init__(self) -> None:
        marks = (self.thousands,) if isinstance(self.thousands, str) else tuple(self.thousands)
        marks = tuple(sorted({m for m in marks if m}))
        object.__setattr__(self, "thousands", marks)
        object.__setattr__(self, "affixes", (self.affixes,) if isinstance(self.affixes, str) else tuple(self.affixes))
        if self.decimal not in {".", ","}:
            raise ValueRefused("the decimal mark must be a point or a comma", code="bad-number-format")
        if self.grouping not in {"western", "indian"}:
            raise ValueRefused("grouping must be western or indian", code="bad-number-format")
        if not set(marks) <= set(_MARKS):
            raise ValueRefused(
                "a thousands mark must be a comma, a point, a space or an apostrophe", code="bad-number-format"
            )
        if self.decimal in marks:
            raise ValueRefused("the decimal mark cannot also group thousands", code="bad-number-format")
        for affix in self.affixes:
            _check_affix(affix)


def _check_affix(affix: str) -> None:
    """An affix must not be able to pass for a part of the number: that is how ``Rs.500`` becomes half a rupee."""
    if not affix or affix != affix.strip(BLANKS):
        raise ValueRefused("an affix must not be empty or start or end with a blank", code="bad-number-format")
    if any(ch.isdigit() or ch in "()" or ch in _SIGNS for ch in affix):
        raise ValueRefused("an affix must not hold a digit, a sign or a parenthesis", code="bad-number-format")
    if affix[0] in ".,'\u2019":
        raise ValueRefused("an affix must not start with a decimal or thousands mark", code="bad-number-format")
    if affix[-1] in ".,'\u2019" and unicodedata.category(affix[-2:-1] or " ") == "Sc":
        raise ValueRefused("a sign with a mark behind it cannot be told from a sign and .50", code="bad-number-format")
    if affix.lower().rstrip(".") in _NOT_AFFIXES:
        raise ValueRefused("an affix must not carry the sign or the scale of the amount", code="bad-number-format")


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The regular expressions of one format. In ``number`` exactly one group takes part in a match: the bare number."""

    number: str
    number_re: re.Pattern[str]
    unbounded_re: re.Pattern[str]
    exponent: str
    exponent_re: re.Pattern[str]
    drop: str
    plain: dict[int, str | None]


@lru_cache(maxsize=256)
def _grammar(fmt: NumberFormat) -> _Grammar:
    number = _number_pattern(fmt, bounded=True)
    drop = "".join(_MARKS[m] for m in fmt.thousands)
    mark = _escape(fmt.decimal)
    mantissa = (
        f"(?:[0-9]{{1,{MAX_INTEGER_DIGITS}}}(?:{mark}[0-9]{{1,{MAX_DECIMALS}}})?|{mark}[0-9]{{1,{MAX_DECIMALS}}})"
    )
    machine = f"[{_class(_SIGNS)}]?{mantissa}[eE][-+]?[0-9]{{1,3}}"
    plain: dict[int, str | None] = {ord(ch): None for ch in drop}
    plain[ord(fmt.decimal)] = "."
    return _Grammar(
        number=f"^(?:{number})$",
        number_re=re.compile(number),
        unbounded_re=re.compile(_number_pattern(fmt, bounded=False)),
        exponent=f"^(?:{machine})$",
        exponent_re=re.compile(machine),
        drop=drop,
        plain=plain,
    )


def _number_pattern(fmt: NumberFormat, *, bounded: bool) -> str:
    """The grammar of the module's head. ``bounded=False`` leaves the limits on digits out, to name which was passed."""
    mark = _escape(fmt.decimal)
    whole = "|".join(
        [_grouped(_MARKS[m], fmt.grouping, bounded=bounded) for m in fmt.thousands] + [_digits(bounded=bounded)]
    )
    decimals = f"{mark}[0-9]{{1,{MAX_DECIMALS if bounded else ''}}}"
    with_whole = f"(?:{whole})(?:{decimals})?"
    either = f"(?:{with_whole}|{decimals})"
    # "50,-" is a price of fifty in half of Europe: a bare mark never goes with a sign behind it
    bare = f"|(?:{whole}){mark}" if fmt.trailing_mark else ""

    # after "Rs" or "EUR" a number must start with a digit: "Rs.500" has an affix that nobody declared
    symbols = [a for a in fmt.affixes if unicodedata.category(a[-1]) == "Sc"]
    words = [a for a in fmt.affixes if a not in symbols]
    behind_any = f"(?:{_GAP}{_any_of(fmt.affixes)})?" if fmt.affixes else ""
    behind_word = f"(?:{_GAP}{_any_of(words)})?" if words else ""
    bodies = [("", either, behind_any)]
    if symbols:
        bodies.append((_any_of(symbols) + _GAP, either, behind_word))
    if words:
        bodies.append((_any_of(words) + _GAP, with_whole, ""))

    sign = f"[{_class(_SIGNS)}]"
    shapes: list[str] = []
    for before, core, after in bodies:
        shapes.append(f"(?:{sign}{_GAP})?{before}({core}{bare}){after}")
        shapes.append(f"{before}({core})[-+]{after}")
        shapes.append(rf"\({_GAP}{before}({core}){after}{_GAP}\)")
        if before:
            shapes.append(f"{before}{sign}{_GAP}({core}){after}")
        if before or after:
            shapes.append(rf"{before}\({_GAP}({core}){_GAP}\){after}")
    return "|".join(shapes)


def _digits(*, bounded: bool) -> str:
    return f"[0-9]{{1,{MAX_INTEGER_DIGITS}}}" if bounded else "[0-9]+"


def _grouped(characters: str, grouping: str, *, bounded: bool) -> str:
    mark = f"[{_class(characters)}]"
    three, two = f"{mark}[0-9]{{3}}", f"{mark}[0-9]{{2}}"
    if grouping == "indian":
        if not bounded:
            return f"[1-9][0-9]?(?:{two})*{three}"
        return f"[1-9][0-9]?(?:{two}){{0,7}}{three}|[1-9](?:{two}){{8}}{three}"  # at most 20 digits
    if not bounded:
        return f"[1-9][0-9]{{0,2}}(?:{three})+"
    return f"[1-9][0-9]{{0,2}}(?:{three}){{1,5}}|[1-9][0-9]?(?:{three}){{6}}"  # at most 20 digits


def _any_of(affixes: Iterable[str]) -> str:
    return "(?:" + "|".join(_escape(a) for a in sorted(affixes, key=lambda a: (-len(a), a))) + ")"


def _escape(text: str) -> str:
    """``text`` as a literal in both regex dialects; ``re.escape`` also escapes what Rust may refuse to see escaped."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)


def _class(characters: str) -> str:
    """Members of a character class, the hyphen first, where it stands for itself in both dialects."""
    return ("-" if "-" in characters else "") + characters.replace("-", "")


def parse_amount(text: str, fmt: NumberFormat, *, currency: str | None = None) -> Decimal:
    """The exact value of ``text`` written as ``fmt`` says; the decimals as written, zero without a sign.

    With an ISO 4217 ``currency``, decimals that it does not have are refused unless they are zeros; nothing is rounded.
    Raises ``ValueRefused``: ``no-amount``, ``bad-amount``, ``non-finite``, ``exponent``, ``too-many-decimals``,
    ``too-large``.
    """
    bare = text.strip(BLANKS)
    if not bare:
        raise ValueRefused("there is no amount", code="no-amount")
    grammar = _grammar(fmt)
    value = _value(bare, fmt, grammar)
    if value is None:
        raise _refusal(bare, fmt, grammar)
    if currency is not None and decimals(value) > ISO_4217.get(currency, MAX_DECIMALS):
        raise ValueRefused("more decimals than the currency has", code="too-many-decimals")
    return value


def _value(bare: str, fmt: NumberFormat, grammar: _Grammar) -> Decimal | None:
    """The value of a text without outer blanks; ``None`` outside the grammar. An exponent out of bounds raises."""
    match = grammar.number_re.fullmatch(bare)
    if match is not None:
        number = match[match.lastindex or 0].translate(grammar.plain)
        negative = any(ch in bare for ch in _NEGATIVE)
        value = Decimal("-" + number if negative else number)  # from text: unary minus would round to the context
    elif fmt.exponent and grammar.exponent_re.fullmatch(bare) is not None:
        value = _machine_written(bare.replace("\u2212", "-").translate(grammar.plain))
    else:
        return None
    return value if value else value.copy_abs()


def _machine_written(text: str) -> Decimal:
    """The value of ``-1.2e+07``, written out. The grammar has bounded mantissa and exponent to a few digits before."""
    if abs(int(re.split("[eE]", text)[1])) > MAX_EXPONENT:
        raise ValueRefused("the exponent is out of bounds", code="exponent")
    value = Decimal(text)
    if not value:
        return Decimal(0)
    if decimals(value) > MAX_DECIMALS:
        raise ValueRefused(f"more than {MAX_DECIMALS} decimals", code="too-many-decimals")
    if value.adjusted() >= MAX_INTEGER_DIGITS:
        raise ValueRefused(f"more than {MAX_INTEGER_DIGITS} digits before the decimal mark", code="too-large")
    return Decimal(_plain(value))


_NON_FINITE = re.compile(rf"[{_class(_SIGNS)}(]?{_GAP}(?:[sq]?nan[0-9]*|inf(?:inity)?|∞){_GAP}\)?")
_EXPONENT = re.compile(rf"[{_class(_SIGNS)}(]?[0-9.,'’]*[0-9][.,]?[eE][{_class(_SIGNS)}]?[0-9]+[-+)]?")


def _refusal(bare: str, fmt: NumberFormat, grammar: _Grammar) -> ValueRefused:
    """Why a text is not an amount, in the order in which a reader would want to know. Never holds the text."""
    if _NON_FINITE.fullmatch(bare.lower()):
        return ValueRefused("not a finite number", code="non-finite")
    if _EXPONENT.fullmatch(bare):
        if fmt.exponent:
            return ValueRefused("the exponent is out of bounds or not as a machine writes it", code="exponent")
        return ValueRefused("written with an exponent", code="exponent")
    match = grammar.unbounded_re.fullmatch(bare)
    if match is not None:
        whole, _, rest = match[match.lastindex or 0].translate(grammar.plain).partition(".")
        if len(rest) > MAX_DECIMALS:
            return ValueRefused(f"more than {MAX_DECIMALS} decimals", code="too-many-decimals")
        if len(whole) > MAX_INTEGER_DIGITS:
            return ValueRefused(f"more than {MAX_INTEGER_DIGITS} digits before the decimal mark", code="too-large")
    return ValueRefused(_what_is_wrong(bare, fmt, grammar), code="bad-amount")


def _what_is_wrong(bare: str, fmt: NumberFormat, grammar: _Grammar) -> str:
    if any(ch.isdigit() and not ch.isascii() for ch in bare):
        return "digits of another script"
    number = bare
    for affix in fmt.affixes:
        number = number.replace(affix, "")
    if not set(number) <= set("0123456789()" + _SIGNS + fmt.decimal + grammar.drop + BLANKS + ".,'\u2019"):
        return "characters that do not belong to an amount"
    if sum(number.count(sign) for sign in _SIGNS + "(") > 1:
        return "two signs"
    _, found, rest = number.partition(fmt.decimal)
    if found and fmt.decimal in rest:
        return "two decimal marks"
    if found and any(ch in grammar.drop for ch in rest.rstrip(BLANKS + "+-)")):
        return "thousands mark after the decimal mark"
    if any(ch in number for ch in grammar.drop):
        return "digits are not grouped as declared"
    return "not an amount in the declared format"


def amount_expr(column: pl.Expr, fmt: NumberFormat) -> pl.Expr:
    """The amounts of one text column as ``Decimal(38, 18)``; null where ``parse_amount`` would refuse, empty included.

    The text is matched whole before any cast: the cast alone takes ``1e3`` and rounds the 19th decimal without a word.
    """
    name = column.meta.output_name()  # raises for several columns in one expression: coalesce would mix their values
    if fmt.decimal != ".":
        return _amounts(column, fmt).alias(name)

    def read(texts: pl.Series) -> pl.Series:
        # Most columns are plain numbers, which every format with a decimal point reads alike.
        if texts.str.contains(_PLAIN).all():
            return texts.cast(AMOUNT, strict=False)
        return texts.to_frame("text").select(_amounts(pl.col("text"), fmt)).to_series()

    return column.map_batches(read, return_dtype=AMOUNT, is_elementwise=True).alias(name)


_PLAIN = r"^-?[0-9]{1,20}(?:\.[0-9]{1,18})?$"


def _amounts(column: pl.Expr, fmt: NumberFormat) -> pl.Expr:
    grammar = _grammar(fmt)
    text = column.str.strip_chars(BLANKS)
    groups = text.str.extract_groups(grammar.number)
    number = pl.coalesce([groups.struct.field(str(i)) for i in range(1, grammar.number_re.groups + 1)])
    if grammar.drop:
        number = number.str.replace_all(f"[{_class(grammar.drop)}]", "")
    if fmt.decimal != ".":
        number = number.str.replace_all(fmt.decimal, ".", literal=True)
    negative = text.str.contains(f"[{_class(_NEGATIVE)}]")
    signed = pl.concat_str([pl.when(negative).then(pl.lit("-")).otherwise(pl.lit("")), number])
    value = signed.str.strip_chars_end(".").cast(AMOUNT, strict=False)
    if not fmt.exponent:
        return value

    def machine_written(texts: pl.Series) -> pl.Series:
        # few and rare: each distinct one through the scalar, which shifts the mark without arithmetic
        written = texts.filter(texts.str.contains(grammar.exponent)).unique().to_list()
        values = {t: v for t in written if (v := _or_none(t, fmt)) is not None}
        return texts.replace_strict(
            pl.Series(list(values), dtype=pl.String),
            pl.Series(list(values.values()), dtype=AMOUNT),
            default=None,
            return_dtype=AMOUNT,
        )

    return pl.coalesce(value, text.map_batches(machine_written, return_dtype=AMOUNT, is_elementwise=True))


def _or_none(text: str, fmt: NumberFormat) -> Decimal | None:
    """As ``parse_amount``, without asking why not: columns of free text pass here."""
    try:
        return _value(text.strip(BLANKS), fmt, _grammar(fmt))
    except ValueRefused:
        return None


def decimals_expr(amount: pl.Expr, currency: pl.Expr) -> pl.Expr:
    """True where ``amount`` (a decimal column) has more non-zero decimals than its ISO 4217 ``currency`` (text) allows.

    False where the currency is not known or has no minor unit, and where either is null.
    """
    unit = currency.replace_strict(
        pl.Series(list(ISO_4217), dtype=pl.String),
        pl.Series([10 ** (MAX_DECIMALS - e) for e in ISO_4217.values()], dtype=pl.Int64),
        default=None,
        return_dtype=pl.Int64,
    )
    # Decimal(38, 18) is an integer of 10^-18 underneath: the remainder is exact, where rounding could overflow
    return ((amount.cast(AMOUNT).to_physical() % unit.cast(pl.Int128)) != 0).fill_null(value=False)


def readings(texts: Iterable[str], *, exponent: bool = False) -> list[NumberFormat]:
    """The plain formats that could read every non-empty text of a column, the simplest first; formats that give the
    same value for every text are one. Two formats or more: the column does not say what it means; none: it is not a
    column of plain western amounts.

    Considered: decimal point or comma, with no, comma, point, space or apostrophe thousands. A column without any text
    is read by all of them alike, so it gives one. With ``exponent``, machine-written exponents are read too, and
    the formats returned say ``exponent=True`` when the texts hold one. Affixes: see ``strip_affixes``.

    Linear in the texts: which format reads a text, and which two differ on it, depends only on where its digits and
    zeros stand, so each such shape is looked at once.
    """
    shapes = {shape for text in texts if (shape := _shape(text))}
    present = {m for m, characters in _MARKS.items() if any(ch in shape for shape in shapes for ch in characters)}
    has_exponent = exponent and any("e" in shape or "E" in shape for shape in shapes)
    found: list[NumberFormat] = []
    seen: set[tuple[Decimal, ...]] = set()
    ordered = sorted(shapes)
    for mark in ("", ",", ".", " ", "'"):
        if mark and mark not in present:
            continue  # without the mark in any text the format is the one without thousands
        for point in (".", ","):
            if point == mark:
                continue
            fmt = NumberFormat("." if point == "." else ",", mark, exponent=has_exponent)
            values = _all_values(ordered, fmt)
            if values is not None and values not in seen:
                seen.add(values)
                found.append(fmt)
    return found


_SHAPE = str.maketrans("123456789", "9" * 9)


def _shape(text: str) -> str:
    bare = text.strip(BLANKS)
    return bare if "e" in bare or "E" in bare else bare.translate(_SHAPE)


def _all_values(texts: list[str], fmt: NumberFormat) -> tuple[Decimal, ...] | None:
    values: list[Decimal] = []
    for text in texts:
        value = _or_none(text, fmt)
        if value is None:
            return None
        values.append(value)
    return tuple(values)


# The currency signs in use; the cent and mill signs are not among them, they stand for a part of the unit.
_SIGN_MARKS = tuple("$£¥฿៛₡₣₤₦₧₩₪₫€₭₮₱₲₴₵₸₹₺₼₽₾₿")
_SIGN_COMPOUNDS = ("A$", "AU$", "C$", "CA$", "HK$", "MX$", "NT$", "NZ$", "R$", "S$", "US$", "CN¥", "JP¥")
_SIGN_WORDS = (
    *("Fr.", "SFr.", "Ft", "Kč", "Kčs", "kn", "Kr", "Kr.", "kr", "kr.", "Lei", "lei", "Lek", "RM", "Rp", "Rs", "Rs."),
    *("TL", "zł", "ден.", "дин.", "лв", "лв.", "руб.", "р.", "грн", "грн.", "S/", "S/.", "B/.", "Bs", "Bs."),
)


def strip_affixes(texts: Iterable[str]) -> tuple[list[str], tuple[str, ...]]:
    """Takes the one currency sign or ISO 4217 code off a column that carries it in every non-empty text.

    Returns the texts without it and ``(affix,)``, ready for ``NumberFormat.affixes``; or the texts as they came and
    ``()`` when there is none, when there are several, or when one text goes without: such a column does not say one
    thing. The affix stands before or after the number, beside its sign or within its parentheses; one in the middle
    (``1$50``) is a decimal mark and is left alone.
    """
    original = list(texts)
    pattern = _affix_pattern()
    affix: str | None = None
    stripped: dict[str, str] = {}
    for text in set(original):
        bare = text.strip(BLANKS)
        if not bare:
            continue
        match = pattern.fullmatch(bare)
        if match is None or match.lastgroup is None or affix not in {None, match[match.lastgroup]}:
            return original, ()
        affix = match[match.lastgroup]
        start, end = match.span(match.lastgroup)
        stripped[text] = (bare[:start] + bare[end:]).strip(BLANKS)
    if affix is None:
        return original, ()
    return [stripped.get(text, text) for text in original], (affix,)


@lru_cache(maxsize=1)
def _affix_pattern() -> re.Pattern[str]:
    """A text with one affix at an end; the group that takes part is the affix. What is left is not judged here."""
    symbols = [*_SIGN_MARKS, *_SIGN_COMPOUNDS]
    words = [*_SIGN_WORDS, *ISO_4217, *ISO_4217_WITHOUT_EXPONENT]
    sign = f"[{_class(_SIGNS)}]"
    number = r"[0-9](?:[0-9.,'\u2019 \u00a0\u202f\u2009]*[0-9.,)+-])?"
    loose = f"[.,]?{number}"  # behind a letter a number must start with a digit, as in _number_pattern
    opening = rf"(?:{sign}{_GAP})?(?:\({_GAP})?"
    closing = rf"(?:{_GAP}\))?"
    return re.compile(
        rf"{opening}(?:(?P<symbol>{_any_of(symbols)}){_GAP}{opening}{loose}"
        rf"|(?P<word>{_any_of(words)}){_GAP}{opening}{number}"
        rf"|{loose}{_GAP}(?P<behind>{_any_of([*symbols, *words])})){closing}"
    )


def decimals(value: Decimal) -> int:
    """How many decimals ``value`` has, trailing zeros not counted. Raises ``ValueRefused`` (``non-finite``)."""
    _, digits, power = value.as_tuple()
    if not isinstance(power, int):
        raise ValueRefused("not a finite number", code="non-finite")
    if not any(digits):
        return 0
    zeros = next(i for i, d in enumerate(reversed(digits)) if d)
    return max(0, -(power + zeros))


def _check_span(value: Decimal) -> None:
    """Refuses what would cost unbounded time and room to write out: ``Decimal('1e999999')`` is nine characters."""
    if not value.is_finite():
        raise ValueRefused("not a finite number", code="non-finite")
    if (value and value.adjusted() >= _SPAN) or decimals(value) > _SPAN:
        raise ValueRefused("too large or too small for an amount", code="too-large")


def _plain(value: Decimal) -> str:
    """``value`` without exponent and trailing zeros. The caller has bounded it."""
    if not value:
        return "0"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def minor_units(amount: Decimal, currency: str) -> int:
    """``amount`` in the smallest unit of an ISO 4217 currency or native crypto asset: cents, satoshi, wei.

    Exact, or ``ValueRefused``: ``unknown-currency``, ``too-many-decimals``, ``non-finite``, ``too-large``.
    """
    places = exponent(currency)
    if places is None:
        raise ValueRefused("no smallest unit is known for this currency", code="unknown-currency")
    _check_span(amount)
    if decimals(amount) > places:
        raise ValueRefused("more decimals than the currency has", code="too-many-decimals")
    whole, _, rest = _plain(amount).partition(".")
    return int(whole + rest.ljust(places, "0"))


def format_amount(value: Decimal, currency: str | None = None) -> str:
    """``value`` as plain text: no exponent, no thousands mark, a point, and never ``-0``; equal values give equal text.

    No trailing zeros, but at least the decimals of an ISO 4217 ``currency``. Nothing is rounded.
    Raises ``ValueRefused``: ``non-finite``, ``too-large``.
    """
    _check_span(value)
    places = ISO_4217.get(currency, 0) if currency is not None else 0
    whole, _, rest = _plain(value).partition(".")
    rest = rest.ljust(places, "0")
    return f"{whole}.{rest}" if rest else whole


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """The sum of ``values``, exactly and in whatever order; 0 for none. The default context would round at 28 digits.

    Raises ``ValueRefused``: ``non-finite``; ``too-large`` when a value spans more than an amount can.
    """
    total = Decimal(0)
    for value in values:
        _check_span(value)
        total = _EXACT.add(total, value)
    return total if total else total.copy_abs()


def add_exact(first: Decimal, second: Decimal) -> Decimal:
    """``first + second`` exactly; see ``exact_sum``."""
    return exact_sum((first, second))


__all__ = [
    "AMOUNT",
    "BLANKS",
    "MAX_DECIMALS",
    "MAX_EXPONENT",
    "MAX_INTEGER_DIGITS",
    "NumberFormat",
    "add_exact",
    "amount_expr",
    "decimals",
    "decimals_expr",
    "exact_sum",
    "format_amount",
    "minor_units",
    "parse_amount",
    "readings",
    "strip_affixes",
]
