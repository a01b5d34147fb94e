"""Totals, balances and status words in many languages; and no phrase that a header could never fold to."""

from __future__ import annotations

import pytest

from fininit.importers.base import Options, Source
from fininit.importers.propose import languages, propose
from fininit.importers.propose.vocabulary import ROLES
from fininit.importers.propose.words import direction_word, fold, footer_word, heading, status_word

FOOTERS = {
    "uk": ("Усього", "Вхідний залишок", "Вихідний залишок"),
    "hr": ("Ukupno", "Početno stanje", "Novo stanje"),
    "sr": ("Укупно", "Почетно стање", "Крајње стање"),
    "bg": ("Общо", "Начално салдо", "Крайно салдо"),
    "el": ("Σύνολο", "Αρχικό υπόλοιπο", "Τελικό υπόλοιπο"),
    "sk": ("Spolu", "Pociatočný zostatok", "Konečný zostatok"),
    "sv": ("Summa", "Ingående saldo", "Utgående saldo"),
    "da": ("I alt", "Primo saldo", "Ultimo saldo"),
    "no": ("Totalt", "Inngående saldo", "Utgående saldo"),
    "fi": ("Yhteensä", "Alkusaldo", "Loppusaldo"),
    "lt": ("Iš viso", "Pradinis likutis", "Galutinis likutis"),
    "de": ("Summe", "Anfangssaldo", "Endsaldo"),
    "en": ("Total", "Opening balance", "Closing balance"),
}


@pytest.mark.parametrize("language", sorted(FOOTERS))
def test_totals_and_balances_below_a_table_are_none_of_its_payments(language: str) -> None:
    total, opening, closing = FOOTERS[language]
    assert [footer_word(t) for t in (total, opening, closing)] == ["total", "opening", "closing"]
    text = (
        f"{opening};;100.00;\nDate;Text;Amount;Currency\n2024-03-14;a;-5.00;EUR\n2024-03-15;b;7.00;EUR\n"
        f"{total};;2.00;\n{closing};;102.00;\n"
    )
    reading = propose(Source.from_bytes("x.csv", text.encode()), Options())
    assert reading.status == "read", reading.issues
    assert (reading.rows.entries, reading.rows.skipped) == (2, 2)
    assert reading.statements["balance"].to_list() == ["ok"]
    assert "The total that the file states is the sum of its lines." in reading.proof


def test_a_total_that_is_not_the_sum_is_said() -> None:
    text = "Date;Text;Amount;Currency\n2024-03-14;a;-5.00;EUR\n2024-03-15;b;7.00;EUR\nTotal;;3.00;\n"
    reading = propose(Source.from_bytes("x.csv", text.encode()), Options(sign="holder"))
    assert [(i.code, i.row) for i in reading.issues if i.code == "total-differs"] == [("total-differs", 4)]


@pytest.mark.parametrize(("word", "status"), [
    ("Виконано", "booked"), ("Bokförd", "booked"), ("Genomförd", "booked"), ("Odottaa", "pending"),
    ("Σε εκκρεμότητα", "pending"), ("Avvist", "failed"), ("Скасовано", "failed"), ("Återförd", "reversed"),
])  # fmt: skip
def test_status_words(word: str, status: str | None) -> None:
    assert status_word(word) == status


@pytest.mark.parametrize(("word", "way"), [("Χρέωση", "out"), ("Π", "in"), ("Potražuje", "in"), ("Дт", "out")])
def test_marks_of_a_direction(word: str, way: str) -> None:
    assert direction_word(word) == way


@pytest.mark.parametrize("table", [ROLES, languages.FURTHER])
def test_every_phrase_can_be_met(table: dict[str, dict[str, str]]) -> None:
    """A phrase is found under its role when it stands as a header, in capitals and with an underscore."""
    for role, by_language in table.items():
        for phrases in by_language.values():
            for phrase in phrases.split("|"):
                for shown in (phrase, phrase.upper(), phrase.replace(" ", "_")):
                    assert fold(shown) == fold(phrase) or "'" in phrase, shown
                    assert role in heading(phrase).roles, phrase


def test_further_languages_use_the_roles_there_are() -> None:
    assert languages.FURTHER.keys() <= ROLES.keys()
    assert len({lang for by in (*ROLES.values(), *languages.FURTHER.values()) for lang in by}) >= 24
