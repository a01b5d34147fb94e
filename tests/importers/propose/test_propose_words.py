"""Headers and coded words: folding, meanings, and that no word means two opposite things."""

from __future__ import annotations

import itertools

import pytest

from fininit.importers.propose.vocabulary import ROLES
from fininit.importers.propose.words import (
    balance_line,
    direction_word,
    fold,
    footer_word,
    heading,
    reverses_sides,
    side_note,
    sign_currency,
    status_word,
)

PHRASES = [(role, phrase) for role, languages in ROLES.items() for p in languages.values() for phrase in p.split("|")]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Début de période", "debut periode"),
        ("#Kwota operacji", "kwota operacji"),
        ("ValueDate", "value date"),
        ("acct_no", "account number"),
        ("Date de l'opération", "date operation"),
        ("N° de transaction", "number transaction"),
        ("D/C", "d c"),
        ("Währung", "wahrung"),
        ("Дата проводки", "дата проводки"),
        ("Łódzka opłata", "lodzka oplata"),
        ("İşlem Tarihi", "islem tarihi"),
        ("Counter Party", "counterparty"),
        ("", ""),
    ],
)
def test_headers_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_every_phrase_is_found_in_any_case() -> None:
    for role, phrase in PHRASES:
        for text in (phrase, phrase.upper(), phrase.title(), phrase.replace(" ", "_"), f" {phrase}: "):
            assert role in heading(text).roles, (role, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *itertools.combinations(("debit", "credit", "balance", "fee", "amount"), 2),
        *itertools.product(("payer_name", "payer_account"), ("payee_name", "payee_account", "debit", "credit")),
        *itertools.combinations(("booked", "value_date", "made"), 2),
    ],
)
def test_no_phrase_has_two_opposite_roles(one: str, other: str) -> None:
    both = [p for _, p in PHRASES if {one, other} <= heading(p).roles]
    assert both == []


@pytest.mark.parametrize(
    ("text", "role", "currency"),
    [
        ("Amount (GBP)", "amount", "GBP"),
        ("Betrag in EUR", "amount", "EUR"),
        ("amount_usd", "amount", "USD"),
        ("Montant (€)", "amount", "EUR"),
        ("Withdrawals (SGD)", "debit", "SGD"),
        ("Balance in CHF", "balance", "CHF"),
        ("USD Amount", "amount", "USD"),
        ("Kwota (zł)", "amount", "PLN"),
        ("Amount ($)", "amount", None),
        ("Amount (total)", "total", None),
        ("Date (UTC)", "day", None),
        ("Total all", "", None),
    ],
)
def test_a_currency_in_a_header(text: str, role: str, currency: str | None) -> None:
    found = heading(text)
    assert (role in found.roles) if role else not found.roles
    assert found.currency == currency


@pytest.mark.parametrize(
    ("affix", "currency"),
    [("€", "EUR"), ("PLN", "PLN"), ("zł", "PLN"), ("$", None), ("£", None), ("kr", None), ("¥", None), ("US$", "USD")],
)
def test_a_sign_stands_for_one_currency_or_none(affix: str, currency: str | None) -> None:
    assert sign_currency(affix) == currency


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Completed", "booked"),
        ("GEBUCHT", "booked"),
        ("Исполнено", "booked"),
        ("pending", "pending"),
        ("Vorgemerkt", "pending"),
        ("В обработке", "pending"),
        ("Declined", "failed"),
        ("Annulé", "failed"),
        ("Refunded", "reversed"),
        ("Zwrócona", "reversed"),
        ("Mediated", None),
        ("", None),
    ],
)
def test_status_words(word: str, status: str | None) -> None:
    assert status_word(word) == status


@pytest.mark.parametrize(
    ("word", "named", "way"),
    [
        ("DR", False, "out"),
        ("credit", False, "in"),
        ("Soll", False, "out"),
        ("-", True, "out"),
        ("+", True, "in"),
        ("H", True, "in"),
        ("H", False, None),
        ("Lastschrift", True, "out"),
        ("Lastschrift", False, None),
        ("Deposit", False, None),
        ("Sale", True, None),
    ],
)
def test_debit_and_credit_marks(word: str, named: bool, way: str | None) -> None:
    assert direction_word(word, named=named) == way


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Total", "total"),
        ("Summe der Umsätze", "total"),
        ("Opening balance", "opening"),
        ("Balance at start of period", "opening"),
        ("Saldo anterior", "opening"),
        ("Closing balance 31/01", "closing"),
        ("Endsaldo", "closing"),
        ("Kontostand (15.01.2024):", "balance"),
        ("Rent", None),
        ("Totally Cool Shop", None),
    ],
)
def test_lines_of_totals_and_balances(text: str, meaning: str | None) -> None:
    assert footer_word(text) == meaning


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Saldo Anterior", True),
        ("S A L D O", True),
        ("OPENING BALANCE", True),
        ("Balance brought forward", True),
        ("Balance transfer to card", False),
        ("Total Energies 75008 Paris", False),
        ("Saldo de la factura", False),
    ],
)
def test_a_note_that_is_only_a_label(text: str, is_one: bool) -> None:
    assert balance_line(text) is is_one


def test_notes_speak_of_one_direction_or_of_none() -> None:
    assert side_note("CARD PURCHASE 12") == "out"
    assert side_note("Salary March") == "in"
    assert side_note("Refund of purchase") is None
    assert side_note("Jane") is None
    assert reverses_sides("Payment Request")
    assert not reverses_sides("Transfer")
