"""Amounts: the grammar, and that the one-cell reader and the column reader are the same reader."""

from __future__ import annotations

import itertools
import time
from decimal import Decimal, getcontext
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.errors import ValueRefused
from fininit.values.money import (
    AMOUNT,
    NumberFormat,
    add_exact,
    amount_expr,
    decimals,
    decimals_expr,
    exact_sum,
    format_amount,
    minor_units,
    parse_amount,
    readings,
    strip_affixes,
)

US = NumberFormat(".", ",")
DE = NumberFormat(",", ".")
PLAIN = NumberFormat(".")
SIGNED = NumberFormat(".", ",", affixes=("$", "£", "USD", "EUR", "Rs"))
MACHINE = NumberFormat(".", ",", exponent=True)
SWIFT = NumberFormat(",", trailing_mark=True)
INDIAN = NumberFormat(".", ",", grouping="indian")
SPACED = NumberFormat(",", (" ", "'"))
FORMATS = (US, DE, PLAIN, SIGNED, MACHINE, SWIFT, INDIAN, SPACED, NumberFormat(",", ".", affixes=("kr.", "zł", "€")))


def code_of(text: str, fmt: NumberFormat, currency: str | None = None) -> str:
    with pytest.raises(ValueRefused) as caught:
        parse_amount(text, fmt, currency=currency)
    assert len(text) < 3 or text not in str(caught.value)
    return caught.value.code


def column(texts: list[str | None], fmt: NumberFormat) -> list[Decimal | None]:
    frame = pl.DataFrame({"amount": texts}, schema={"amount": pl.String}).select(amount_expr(pl.col("amount"), fmt))
    assert frame.schema == {"amount": AMOUNT}
    return frame["amount"].to_list()


@pytest.mark.parametrize(
    ("text", "fmt", "value"),
    [
        *(("0", US, "0"), ("007", US, "7"), ("1234.50", US, "1234.50"), ("1,234.50", US, "1234.50"), (".5", US, "0.5")),
        *(
            ("-,01", DE, "-0.01"),
            ("1.204,11", DE, "1204.11"),
            ("-1.234.567,8", DE, "-1234567.8"),
            ("1234,5", DE, "1234.5"),
        ),
        *(
            ("+5", US, "5"),
            ("-5", US, "-5"),
            ("\u22125", US, "-5"),
            ("- 5", US, "-5"),
            ("5-", US, "-5"),
            ("5+", US, "5"),
        ),
        *(("(75.50)", US, "-75.50"), ("( 75.50 )", US, "-75.50"), ("-.5", US, "-0.5"), ("1,234.5-", US, "-1234.5")),
        *(("  5\u00a0", US, "5"), ("\u202f5\t", US, "5"), ("5\r\n", US, "5"), ("-0.00", US, "0.00")),
        *(("1 234,50", SPACED, "1234.50"), ("1\u00a0234,50", SPACED, "1234.50"), ("1\u202f234,50", SPACED, "1234.50")),
        *(("1\u2009234,50", SPACED, "1234.50"), ("1'234,50", SPACED, "1234.50"), ("1\u2019234'567", SPACED, "1234567")),
        *(("12,34,567.00", INDIAN, "1234567.00"), ("1,234", INDIAN, "1234"), ("1,23,456", INDIAN, "123456")),
        *(("- $220.00", SIGNED, "-220.00"), ("-$7,971.39", SIGNED, "-7971.39"), ("+ £1,100.00", SIGNED, "1100.00")),
        *(("$-5", SIGNED, "-5"), ("$ - 5", SIGNED, "-5"), ("($5)", SIGNED, "-5"), ("$ (5)", SIGNED, "-5")),
        *(("5 USD", SIGNED, "5"), ("5USD", SIGNED, "5"), ("5- USD", SIGNED, "-5"), ("(5) USD", SIGNED, "-5")),
        *(("$5.00 USD", SIGNED, "5.00"), ("$.50", SIGNED, "0.50"), ("Rs 500", SIGNED, "500"), ("Rs500", SIGNED, "500")),
        ("-10,00 PLN", NumberFormat(",", affixes=("PLN",)), "-10.00"),
        ("EUR 12,00", NumberFormat(",", affixes=("EUR",)), "12.00"),
        *(("50,", SWIFT, "50"), ("-50,", SWIFT, "-50"), ("50,5", SWIFT, "50.5"), ("50", SWIFT, "50")),
        *(("1e3", MACHINE, "1000"), ("-1.2e+07", MACHINE, "-12000000"), ("1E-18", MACHINE, "0.000000000000000001")),
        *(("1.50E+05", MACHINE, "150000"), ("12,345.5", MACHINE, "12345.5"), ("1e018", MACHINE, "1000000000000000000")),
        ("99999999999999999999.999999999999999999", US, "99999999999999999999.999999999999999999"),
        ("99,999,999,999,999,999,999.999999999999999999", US, "99999999999999999999.999999999999999999"),
        ("-99999999999999999999.999999999999999999", US, "-99999999999999999999.999999999999999999"),
    ],
)
def test_amounts_are_read_exactly(text: str, fmt: NumberFormat, value: str) -> None:
    assert parse_amount(text, fmt) == Decimal(value)
    assert column([text], fmt) == [Decimal(value)]


@pytest.mark.parametrize(
    ("text", "fmt", "code"),
    [
        *((text, US, "no-amount") for text in ("", " ", "\u00a0\u202f", "\t\r\n")),
        *(
            (text, US, "non-finite")
            for text in ("NaN", "nan", "sNaN", "inf", "-Infinity", "+INF", "(nan)", "∞", "nan123")
        ),
        *((text, US, "exponent") for text in ("1e3", "1E+3", "-1.2e-07", "1e3000000", "1e5-", "(1e5)")),
        *((text, MACHINE, "exponent") for text in ("1e19", "1e-19", "1e3000000", "1,000e3", "1.e3", "1e5-", "1e0003")),
        *((text, US, "too-many-decimals") for text in ("0.1234567890123456789", "1.0000000000000000000")),
        *((text, MACHINE, "too-many-decimals") for text in ("1.5e-18", "12.345e-17")),
        *((text, US, "too-large") for text in ("100000000000000000000", "000000000000000000001", "1" * 60)),
        ("999,999,999,999,999,999,999", US, "too-large"),
        *((text, MACHINE, "too-large") for text in ("12345678901234567890e1", "1000e18")),
        *(
            (text, US, "bad-amount")
            for text in ("+-5", "--5", "- -5", "(-5)", "-(5)", "-5-", "5--", "(5-)", "5 -", "+5+")
        ),
        *(
            (text, US, "bad-amount")
            for text in ("(5", "5)", "()", "((5))", "-", "+", ".", ",", "-.", "1.", "1.-", "$5", "5%")
        ),
        *(
            (text, US, "bad-amount")
            for text in ("1,23", "12,34,567.00", "0,123", "1,234,5", "1,2345", ",123", "1,,234")
        ),
        *(
            (text, US, "bad-amount")
            for text in ("1.204,11", "1.234,567", "1.2.3", "1 234", "1'234", "1_000", "0x10", "1/2")
        ),
        *(
            (text, US, "bad-amount")
            for text in ("٣", "１２", "๕", "²", "Ⅷ", "5\x00", "\u200e5", "\ufeff5", "5\u200b", "–5")
        ),
        *(
            (text, US, "bad-amount")
            for text in ("=1+1", "1 5", "-\n5", "abc", "5 CR", "e3", "1e", "O.5", "l0", "\ud800")
        ),
        *((text, DE, "bad-amount") for text in ("1,234.50", "1.23", "1,234,567", "12.34,5")),
        *((text, INDIAN, "bad-amount") for text in ("123,456", "1,234,567", "12,3")),
        *((text, SPACED, "bad-amount") for text in ("1 234'567", "1  234", "1 23", "1 234 ,5", "1, 5")),
        *(
            (text, SIGNED, "bad-amount")
            for text in ("Rs.500", "Rs .50", "USD.5", "-$-5", "($-5)", "$", "USD", "$ $5", "5$5")
        ),
        *((text, SIGNED, "bad-amount") for text in ("EUR 5 USD", "5$ USD", "usd 5", "€5", "5 USD-", "US D5")),
        # "50,-" is a price of fifty: the dash stands for no cents, and must not become minus fifty
        *((text, SWIFT, "bad-amount") for text in ("50,-", "50,+", ",", "-,", "(50,)", "50,,")),
    ],
)
def test_what_is_not_an_amount_is_refused(text: str, fmt: NumberFormat, code: str) -> None:
    assert code_of(text, fmt) == code
    if text != "\ud800":  # polars cannot hold half a surrogate pair at all
        assert column([text], fmt) == [None]


def test_a_column_keeps_its_nulls_and_its_name_and_its_order() -> None:
    assert column([None, "2", "", "x", "1"], US) == [None, Decimal(2), None, None, Decimal(1)]
    assert column([], MACHINE) == []
    assert column([None, "x"], MACHINE) == [None, None]


def test_several_columns_in_one_expression_are_an_error() -> None:
    # an expression of two columns would take the second's values where the first has none
    with pytest.raises(pl.exceptions.ComputeError):
        amount_expr(pl.col("a", "b"), US)


@pytest.mark.parametrize("stray", ["\x1c", "\x85", "\u3000", "\u2028", "\x0b", "\u200b", "\ufeff"])
def test_only_the_listed_blanks_are_taken_off(stray: str) -> None:
    for text in (stray + "5", "5" + stray):
        assert code_of(text, US) == "bad-amount"
        assert column([text], US) == [None]


def test_zero_has_no_sign() -> None:
    # polars has no minus zero, Python has: the two would print differently
    assert [str(parse_amount(text, MACHINE)) for text in ("-0.00", "(0)", "0-", "-0e5")] == ["0.00", "0", "0", "0"]


def test_the_reason_is_said_without_the_text() -> None:
    messages = []
    for text in ("1.204,11", "-5-", "1,23", "٣", "1.2.3", "7 apples"):
        with pytest.raises(ValueRefused) as caught:
            parse_amount(text, US)
        messages.append(caught.value.message)
    assert messages == [
        "thousands mark after the decimal mark",
        "two signs",
        "digits are not grouped as declared",
        "digits of another script",
        "two decimal marks",
        "characters that do not belong to an amount",
    ]


@pytest.mark.parametrize(
    ("text", "currency"),
    [("10.005", "EUR"), ("100.5", "JPY"), ("1.2345", "KWD"), ("0.001", "DEM"), ("1e-3", "EUR")],
)
def test_decimals_that_the_currency_does_not_have(text: str, currency: str) -> None:
    assert code_of(text, MACHINE, currency) == "too-many-decimals"


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *(("10.00", "EUR"), ("10.000", "EUR"), ("1500", "JPY"), ("1500.00", "JPY"), ("1.234", "KWD")),
        *(("1.23456", "BTC"), ("1.23456", "XAU"), ("1.23456", "???")),
    ],
)
def test_decimals_that_are_zeros_or_not_limited(text: str, currency: str) -> None:
    assert parse_amount(text, US, currency=currency) == Decimal(text)


def test_the_context_of_the_caller_does_not_round() -> None:
    text = "-12345678901234567890.123456789012345678"
    before = getcontext().prec
    getcontext().prec = 5
    try:
        assert str(parse_amount(text, US)) == text
        assert format_amount(Decimal(text)) == text
        assert str(exact_sum([Decimal(text), Decimal("1e-18")])) == "-12345678901234567890.123456789012345677"
        assert str(add_exact(Decimal(text), Decimal(0))) == text
    finally:
        getcontext().prec = before


@pytest.mark.parametrize(
    ("kwargs"),
    [
        {"decimal": "·"},
        {"decimal": ".", "thousands": "."},
        {"decimal": ".", "thousands": (",", ".")},
        {"decimal": ".", "thousands": "_"},
        {"decimal": ".", "thousands": ", "},
        {"decimal": ".", "grouping": "chinese"},
        *(
            {"decimal": ".", "affixes": (a,)}
            for a in ("", " $", "$ ", "-", "R-", "(", "US1", ".kr", "'", "$.", "CR", "Dr.", "¢")
        ),
    ],
)
def test_a_format_that_contradicts_itself_is_refused(kwargs: dict[str, object]) -> None:
    with pytest.raises(ValueRefused) as caught:
        NumberFormat(**kwargs)  # type: ignore[arg-type]
    assert caught.value.code == "bad-number-format"


def test_formats_that_mean_the_same_are_equal() -> None:
    assert NumberFormat(".", ",") == NumberFormat(".", (",",))
    assert NumberFormat(".", "") == NumberFormat(".", ()) == NumberFormat(".")
    assert NumberFormat(".", affixes="EUR") == NumberFormat(".", affixes=("EUR",))
    assert NumberFormat(",", (" ", "'")) == NumberFormat(",", ("'", " "))


# Pieces of which amounts are made, and of which they are spoilt.
_PIECES = st.sampled_from(
    [
        *(*"0123456789", *".,'-+() ", *"\u2019\u00a0\u202f\u2009\u2212$£€eE_%\n\x00٣４", "USD", "Rs", "kr.", "zł"),
        *("1e3", "000", "234", "1,234", "12,34,567", "1.204,11", "nan", "inf"),
    ]
)
_DIGITS = st.text("0123456789", min_size=1, max_size=24)


@st.composite
def _written(draw: st.DrawFn) -> str:
    """An amount as somebody might write it, mostly well."""
    whole = draw(_DIGITS)
    mark = draw(st.sampled_from(["", "", ",", ".", " ", "'", "\u00a0", "\u202f", "\u2019"]))
    if mark:
        size = draw(st.sampled_from([3, 3, 3, 2]))
        head, tail = whole[:-3], whole[-3:]
        groups = [head[max(0, end - size) : end] for end in range(len(head), 0, -size)][::-1]
        whole = mark.join([*groups, tail])
    decimal = draw(st.sampled_from([".", ","]))
    rest = draw(st.one_of(st.just(""), st.just(decimal), st.text("0123456789", max_size=20).map(lambda d: decimal + d)))
    power = draw(st.sampled_from(["", "", "", "", "e3", "E+07", "e-05", "e18", "e-18", "e19", "e-300"]))
    number = draw(st.sampled_from([whole, whole, ""])) + rest + power
    affix = draw(st.sampled_from(["", "", "$", "USD", "Rs", "zł", "kr."]))
    gap = draw(st.sampled_from(["", " ", "\u00a0"]))
    sign = draw(st.sampled_from(["", "", "-", "+", "\u2212"]))
    shape = draw(
        st.sampled_from(
            [
                "{s}{g}{a}{g}{n}",
                "{a}{g}{s}{n}",
                "{n}{s}",
                "({n})",
                "({a}{g}{n})",
                "{a}({n})",
                "{s}{n}{g}{a}",
                "{n}{s}{g}{a}",
            ]
        )
    )
    return shape.format(s=sign, g=gap, a=affix, n=number)


@st.composite
def _spoilt(draw: st.DrawFn) -> str:
    text = draw(_written())
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(_PIECES) + text[at + draw(st.integers(0, 1)) :]
    return text


_TEXTS = st.one_of(
    _written(),
    _spoilt(),
    st.lists(_PIECES, max_size=10).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_TEXTS, min_size=1, max_size=20), st.sampled_from(FORMATS))
def test_cell_and_column_agree(texts: list[str], fmt: NumberFormat) -> None:
    expected: list[Decimal | None] = []
    codes: set[str] = set()
    for text in texts:
        try:
            expected.append(parse_amount(text, fmt))
        except ValueRefused as refused:
            codes.add(refused.code)
            expected.append(None)
    assert codes <= {"no-amount", "bad-amount", "non-finite", "exponent", "too-many-decimals", "too-large"}
    assert column([*texts], fmt) == expected


def _independent(text: str) -> Decimal:
    """A second, naive reading of a well-written number without marks: sign and digits, by integer arithmetic."""
    negative = "-" in text or "(" in text or "\u2212" in text
    whole, _, rest = text.strip("+-()\u2212").partition(".")
    value = Decimal((0, tuple(int(d) for d in whole + rest), -len(rest)))
    return value.copy_negate() if negative and any(ch in "123456789" for ch in text) else value


@settings(max_examples=100, deadline=None)
@given(
    st.text("0123456789", min_size=1, max_size=20),
    st.text("0123456789", max_size=18),
    st.sampled_from(["{}", "-{}", "+{}", "\u2212{}", "{}-", "{}+", "({})"]),
)
def test_what_is_read_is_what_is_written(whole: str, rest: str, shape: str) -> None:
    text = shape.format(f"{whole}.{rest}" if rest else whole)
    value = parse_amount(text, US)
    assert value.as_tuple() == _independent(text).as_tuple() or value == _independent(text) == 0
    assert parse_amount(format_amount(value), US) == value
    grouped = format(int(whole), ",")
    for fmt, mark, point in ((US, ",", "."), (DE, ".", ","), (SPACED, "\u202f", ","), (SPACED, "\u2019", ",")):
        again = shape.format(grouped.replace(",", mark) + (point + rest if rest else ""))
        assert parse_amount(again, fmt) == value


@settings(max_examples=100, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_machine_written_exponent_is_exact(value: Decimal) -> None:
    text = f"{value:e}"
    assert parse_amount(text, MACHINE) == value
    assert column([text, text, "1"], MACHINE) == [value, value, Decimal(1)]


# --- which format is it


def formats(texts: list[str]) -> list[tuple[str, str]]:
    return [(f.decimal, "".join(f.thousands)) for f in readings(texts)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1.234"], [(".", ""), (",", ".")]),
        (["1,234"], [(",", ""), (".", ",")]),
        (["1.234", "5.67"], [(".", "")]),
        (["10", "20"], [(".", "")]),
        (["1,234.50"], [(".", ",")]),
        (["1.204,11"], [(",", ".")]),
        (["1.234.567"], [(",", ".")]),
        (["1'234.50", "1\u2019000"], [(".", "'")]),
        (["1 234,50", "1\u202f000"], [(",", " ")]),
        (["1 234"], [(".", " ")]),
        (["-5,5", "(1.000)"], [(",", ".")]),
        (["0.123"], [(".", "")]),
        (["0,5", "1,234"], [(",", "")]),
        (["1.234", "1,234"], [(".", ","), (",", ".")]),
        (["1.5", "1,5"], []),
        (["1.234,50", "1,234.50"], []),
        (["12,34,567.00"], []),
        (["1e3"], []),
        (["$5"], []),
        (["x", "1"], []),
        (["", " ", "10"], [(".", "")]),
        ([], [(".", "")]),
        ([""], [(".", "")]),
    ],
)
def test_which_formats_read_a_column(texts: list[str], expected: list[tuple[str, str]]) -> None:
    assert formats(texts) == expected
    assert formats(texts[::-1]) == expected
    assert formats([*texts, *texts]) == expected


def test_exponents_are_read_where_asked_for() -> None:
    assert readings(["-1.2e+07", "535470.25"], exponent=True) == [NumberFormat(".", exponent=True)]
    assert readings(["5.5"], exponent=True) == [NumberFormat(".")]
    assert readings(["1e400"], exponent=True) == []


def _plain_formats() -> list[NumberFormat]:
    pairs = itertools.product(("", ",", ".", " ", "'"), (".", ","))
    return [NumberFormat(d, t) for t, d in pairs if t != d]  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_written(), st.sampled_from(["", "1.234", "5,5", "1 000", "0.000", "007"])), max_size=4))
def test_readings_are_what_trying_every_format_gives(texts: list[str]) -> None:
    expected: dict[tuple[Decimal, ...], NumberFormat] = {}
    for fmt in _plain_formats():
        try:
            values = tuple(parse_amount(text, fmt) for text in texts if text.strip())
        except ValueRefused:
            continue
        expected.setdefault(values, fmt)
    assert readings(texts) == list(expected.values())


def test_a_million_texts_in_linear_time() -> None:
    texts = (f"{n % 9973},{n % 100:02}" for n in range(1_000_000))
    started = time.process_time()
    assert formats(list(texts)) == [(",", "")]
    assert time.process_time() - started < 10


def test_one_long_cell_does_not_stop_the_reader() -> None:
    size = 40_000
    hostile = [
        "9" * size,
        "5" + " " * size + "x",
        "(" + " " * size,
        "1" + ",234" * size,
        "1e" + "9" * size,
        "1 " * size,
    ]
    started = time.process_time()
    for text, fmt in itertools.product(hostile, (US, SIGNED, MACHINE, SPACED, INDIAN)):
        with pytest.raises(ValueRefused):
            parse_amount(text, fmt)
        assert readings([text]) == []
        assert strip_affixes([text])[1] == ()
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("texts", "bare", "affixes"),
    [
        (["$5", "- $6.00", "($7)", ""], ["5", "- 6.00", "(7)", ""], ("$",)),
        (["EUR 12,00", "-3,00 EUR"], ["12,00", "-3,00"], ("EUR",)),
        (["-10,00 PLN"], ["-10,00"], ("PLN",)),
        (["R$ 1.204,11"], ["1.204,11"], ("R$",)),
        (["Rs.500", "Rs. 1"], ["500", "1"], ("Rs.",)),
        (["100 zł", "5,50\u00a0zł"], ["100", "5,50"], ("zł",)),
        (["$.50"], [".50"], ("$",)),
        (["(5 USD)", "(5) USD"], ["(5 )", "(5)"], ("USD",)),
        # nothing is taken off where the column does not say one thing
        *(
            (texts, texts, ())
            for texts in (
                *(["$5", "€6"], ["$5", "6"], ["1$50"], ["5¢"], ["100 CR"], ["5%"], ["kr 5", "kr. 6"], ["$"], ["USD"]),
                *([""], [], ["10"], ["usd 5"], ["$5 USD"], ["Rs.500", "Rs 500"], ["kr .5"], ["5 UЅD"]),
            )
        ),
    ],
)
def test_one_currency_sign_through_the_column(texts: list[str], bare: list[str], affixes: tuple[str, ...]) -> None:
    assert strip_affixes(texts) == (bare, affixes)


@settings(max_examples=150, deadline=None)
@given(_spoilt(), st.sampled_from([US, DE, SPACED]))
def test_an_affix_taken_off_is_an_affix_read(text: str, fmt: NumberFormat) -> None:
    (bare,), affixes = strip_affixes([text])
    if affixes:
        declared = NumberFormat(fmt.decimal, fmt.thousands, affixes=affixes)
        try:
            value = parse_amount(text, declared)
        except ValueRefused:
            value = None
        try:
            assert parse_amount(bare, fmt) == value
        except ValueRefused:
            assert value is None


# --- arithmetic and output


def test_decimals_beyond_the_currency() -> None:
    frame = pl.DataFrame(
        {
            "amount": [
                *("10.00", "10.005", "100.5", "1500", "1.234", "1.2345", "0.1", "0.1", None, "1", "-0.001"),
                *("99999999999999999999.999999999999999999", "99999999999999999999.99"),
            ],
            "currency": ["EUR", "EUR", "JPY", "JPY", "KWD", "KWD", "XAU", "???", "EUR", None, "USD", "EUR", "EUR"],
        }
    ).with_columns(pl.col("amount").cast(AMOUNT))
    flags = frame.select(decimals_expr(pl.col("amount"), pl.col("currency")).alias("flag"))["flag"]
    assert flags.dtype == pl.Boolean
    assert flags.to_list() == [*(False, True, True, False, False, True, False, False, False, False, True), True, False]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.decimals(-(10**9), 10**9, places=4).map(lambda d: d if d else d.copy_abs()),
            st.sampled_from(["EUR", "JPY", "KWD", "CLF", "BTC", "???"]),
        ),
        min_size=1,
        max_size=10,
    )
)
def test_the_column_check_is_the_cell_check(rows: list[tuple[Decimal, str]]) -> None:
    frame = pl.DataFrame({"a": [a for a, _ in rows], "c": [c for _, c in rows]}, schema={"a": AMOUNT, "c": pl.String})
    expected = []
    for amount, currency in rows:
        try:
            parse_amount(format_amount(amount), PLAIN, currency=currency)
            expected.append(False)
        except ValueRefused:
            expected.append(True)
    assert frame.select(x=decimals_expr(pl.col("a"), pl.col("c")))["x"].to_list() == expected


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        *(
            ("1200.5", "EUR", 120050),
            ("-0.01", "USD", -1),
            ("1500", "JPY", 1500),
            ("1.234", "KWD", 1234),
            ("0", "EUR", 0),
        ),
        *(("-0.00", "EUR", 0), ("10.000", "EUR", 1000), ("1E+3", "JPY", 1000), ("0.00000001", "BTC", 1)),
        ("12345678901.123456789012345678", "ETH", 12345678901123456789012345678),
        ("99999999999999999999.999999999999999999", "ETH", 99999999999999999999999999999999999999),
    ],
)
def test_minor_units(amount: str, currency: str, units: int) -> None:
    assert minor_units(Decimal(amount), currency) == units


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        *(
            ("10.005", "EUR", "too-many-decimals"),
            ("0.5", "JPY", "too-many-decimals"),
            ("1", "XAU", "unknown-currency"),
        ),
        *(("1", "USDT", "unknown-currency"), ("NaN", "EUR", "non-finite"), ("sNaN", "EUR", "non-finite")),
        *(("-Infinity", "EUR", "non-finite"), ("1e999999", "EUR", "too-large"), ("1e-999999", "EUR", "too-large")),
    ],
)
def test_minor_units_are_exact_or_refused(amount: str, currency: str, code: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        minor_units(Decimal(amount), currency)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        *(("1200.5", "EUR", "1200.50"), ("1200.5", None, "1200.5"), ("0", "EUR", "0.00"), ("0", None, "0")),
        *(
            ("-0.00", None, "0"),
            ("-0", "EUR", "0.00"),
            ("-0.5", "JPY", "-0.5"),
            ("100", "JPY", "100"),
            ("1", "KWD", "1.000"),
        ),
        *(
            ("1E+3", None, "1000"),
            ("1E-18", None, "0.000000000000000001"),
            ("1.005", "EUR", "1.005"),
            ("2.500", "EUR", "2.50"),
        ),
        *(
            ("1.10", "BTC", "1.1"),
            ("1.10", "???", "1.1"),
            ("0E+5", None, "0"),
            ("0E-999999", "EUR", "0.00"),
            ("100", None, "100"),
        ),
        ("-99999999999999999999.999999999999999999", "EUR", "-99999999999999999999.999999999999999999"),
    ],
)
def test_amounts_are_printed_plainly(value: str, currency: str | None, text: str) -> None:
    assert format_amount(Decimal(value), currency) == text


@pytest.mark.parametrize(
    ("value", "code"), [("NaN", "non-finite"), ("1e999999", "too-large"), ("1e-999999", "too-large")]
)
def test_what_cannot_be_printed_is_refused(value: str, code: str) -> None:
    for call in (format_amount, lambda v: exact_sum([v])):
        with pytest.raises(ValueRefused) as caught:
            call(Decimal(value))
        assert caught.value.code == code


@settings(max_examples=60, deadline=None)
@given(st.lists(st.decimals(-(10**19), 10**19, places=18), max_size=30), st.randoms())
def test_sums_are_exact_in_any_order(values: list[Decimal], random: object) -> None:
    total = exact_sum(values)
    assert format_amount(total) == format_amount(exact_sum(reversed(values)))
    units = sum(minor_units(v, "ETH") for v in values)
    assert minor_units(total, "ETH") == units


def test_the_default_context_would_have_rounded() -> None:
    values = [Decimal("12345678901234567890.123456789012345678"), Decimal("0.000000000000000001")]
    assert sum(values) != exact_sum(values)  # the danger that exact_sum is there for
    assert str(exact_sum(values)) == "12345678901234567890.123456789012345679"
    assert str(exact_sum([])) == "0"
    assert str(exact_sum([Decimal("-0.00")])) == "0.00"


def test_no_float_becomes_money() -> None:
    with pytest.raises((TypeError, AttributeError)):
        exact_sum([0.1])  # type: ignore[list-item]
    with pytest.raises((TypeError, AttributeError)):
        minor_units(0.1, "EUR")  # type: ignore[arg-type]


def test_decimals_are_counted_without_trailing_zeros() -> None:
    assert [decimals(Decimal(t)) for t in ("1", "1.50", "1.05", "1E+3", "0.000", "100", "1E-18")] == [
        0,
        1,
        2,
        0,
        0,
        0,
        18,
    ]


@pytest.mark.parametrize("thousands", ["", ",", " ", "'"])
@pytest.mark.parametrize("more", [{}, {"affixes": ("$",)}, {"trailing_mark": True}, {"exponent": True}])
@given(texts=st.lists(st.from_regex(r"\A-?[0-9]{1,20}(\.[0-9]{1,18})?\Z"), min_size=1, max_size=8))
@settings(max_examples=15, deadline=None)
def test_a_column_of_plain_numbers_is_read_as_each_of_them_is(
    thousands: Any, more: dict[str, Any], texts: list[str]
) -> None:
    """All of them are plain, so the column takes the short way; one that is not takes the long way for all."""
    fmt = NumberFormat(".", thousands, **more)
    short = pl.DataFrame({"a": texts}).select(amount_expr(pl.col("a"), fmt))["a"].to_list()
    long = pl.DataFrame({"a": [*texts, "x"]}).select(amount_expr(pl.col("a"), fmt))["a"].to_list()
    assert short == [parse_amount(t, fmt) for t in texts] == long[:-1]
    assert long[-1] is None
