"""Currencies and crypto assets: what the tables hold, and what only looks like a code."""

from __future__ import annotations

import pytest

from fininit.values.assets import (
    CRYPTO,
    ISO_4217,
    ISO_4217_NUMERIC,
    ISO_4217_WITHOUT_EXPONENT,
    exponent,
    is_currency,
)


@pytest.mark.parametrize(
    ("code", "places"),
    [
        *(("EUR", 2), ("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("ISK", 0), ("HUF", 2), ("MGA", 2), ("XOF", 0)),
        *(("DEM", 2), ("ATS", 2), ("ITL", 0), ("ESP", 0), ("BYR", 0), ("TRL", 0), ("ROL", 2), ("HRK", 2), ("MRO", 2)),
        *(("BTC", 8), ("ETH", 18), ("SOL", 9), ("XMR", 12), ("TRX", 6), ("DOT", 10), ("XLM", 7), ("TON", 9)),
        *(("XAU", None), ("XXX", None), ("XTS", None), ("QQQ", None), ("", None), ("USDT", None), ("eur", None)),
    ],
)
def test_exponents(code: str, places: int | None) -> None:
    assert exponent(code) == places


def test_the_withdrawn_currencies_of_old_records_are_known() -> None:
    old = (
        "DEM ATS NLG BEF FRF ITL ESP PTE IEP FIM GRD LUF SIT MTL CYP SKK EEK LVL LTL HRK "
        "RUR BYR ROL TRL MRO STD VEF ZMK"
    )
    assert [code for code in old.split() if not is_currency(code)] == []


def test_codes_have_the_form_of_the_standard_and_mean_one_thing() -> None:
    assert all(len(code) == 3 and code.isascii() and code.isalpha() and code.isupper() for code in ISO_4217)
    assert not set(ISO_4217) & set(CRYPTO)
    assert not (set(ISO_4217) | set(CRYPTO)) & ISO_4217_WITHOUT_EXPONENT
    assert set(ISO_4217.values()) == {0, 2, 3, 4}
    assert list(ISO_4217) == sorted(ISO_4217)
    assert all(0 < places <= 18 for places in CRYPTO.values())


def test_numbers_lead_to_currencies_in_use() -> None:
    assert {n: ISO_4217_NUMERIC[n] for n in ("978", "840", "826", "756", "036", "008", "946", "532", "924")} == {
        "978": "EUR",
        "840": "USD",
        "826": "GBP",
        "756": "CHF",
        "036": "AUD",
        "008": "ALL",
        "946": "RON",
        "532": "XCG",
        "924": "ZWG",
    }
    assert all(len(n) == 3 and n.isdigit() and code in ISO_4217 for n, code in ISO_4217_NUMERIC.items())
    assert len(set(ISO_4217_NUMERIC.values())) == len(ISO_4217_NUMERIC)  # one number a currency, none given twice
    assert "276" not in ISO_4217_NUMERIC  # a withdrawn number (DEM) may have been given out again


@pytest.mark.parametrize("code", ["EUR", "DEM", "XAU", "XDR", "BTC"])
def test_currencies(code: str) -> None:
    assert is_currency(code)


@pytest.mark.parametrize(
    "code",
    [
        *("", "eur", "Eur", "EUR ", " EUR", "EUR\n", "EU", "EURO", "XXX", "XTS", "USDT", "978", "€"),
        *("ЕUR", "EUЯ", "ＥＵＲ", "EUR\u200b", "U\u0405D"),  # letters of other scripts and widths that look right
    ],
)
def test_what_is_no_currency(code: str) -> None:
    assert not is_currency(code)


def test_the_tables_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        ISO_4217["EUR"] = 3  # type: ignore[index]
