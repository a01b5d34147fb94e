"""Unknown tables: read when the file proves its meaning, asked about when it does not; in several languages."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from fininit.errors import DialectError
from fininit.importers.base import Options, Reading, Source
from fininit.importers.dialect import Dialect
from fininit.importers.propose import propose
from fininit.issues import Issue

NONE = Options()


def read(text: str, options: Options = NONE, name: str = "unknown.csv") -> Reading:
    return propose(Source.from_bytes(name, text.encode()), options)


def codes(reading: Reading) -> list[str]:
    return [i.code for i in reading.issues]


def amounts(reading: Reading) -> list[str]:
    return [str(a.normalize() + 0) for a in reading.entries["amount"].to_list()]


STATEMENT = """\
Date,Description,Amount,Balance,Currency
02/03/2024,Rent March,-700.00,300.00,GBP
14/03/2024,Salary,1500.50,1800.50,GBP
15/03/2024,Corner shop,-20.25,1780.25,GBP
"""


def test_a_statement_with_a_running_balance_is_read() -> None:
    reading = read(STATEMENT)
    assert (reading.status, reading.how, reading.format) == ("read", "proved", "table:proved")
    assert amounts(reading) == ["-700", "1500.5", "-20.25"]
    assert reading.entries["booking_date"].cast(str).to_list() == ["2024-03-02", "2024-03-14", "2024-03-15"]
    assert reading.statements["balance"].to_list() == ["ok"]
    assert reading.statements["opening"].to_list() == [Decimal(1000)]
    assert reading.statements["closing"].to_list() == [Decimal("1780.25")]
    assert reading.proof == (
        "Day comes first: row 3 has a first number above 12.",
        "The running balance holds on all 2 steps with plus for money in.",
    )
    assert codes(reading) == ["account-not-named"]
    assert reading.draft == reading.question == ""


LANGUAGES = {
    "en": "Posting Date;Details;Withdrawal;Deposit;Running Balance;Currency;Ref No.",
    "de": "Buchungstag;Verwendungszweck;Soll;Haben;Saldo;Währung;Referenz",
    "fr": "Date comptable;Libellé;Débit;Crédit;Solde;Devise;Référence",
    "es": "Fecha contable;Concepto;Cargo;Abono;Saldo;Divisa;Referencia",
    "it": "Data contabile;Causale;Addebiti;Accrediti;Saldo contabile;Divisa;Riferimento",
    "nl": "Boekdatum;Omschrijving;Af;Bij;Saldo;Munt;Referentie",
    "pl": "Data księgowania;Opis operacji;Obciążenia;Uznania;Saldo po operacji;Waluta;Numer transakcji",
    "pt": "Data lançamento;Descrição;Débito;Crédito;Saldo;Moeda;Referência",
    "ru": "Дата проводки;Назначение платежа;Дебет;Кредит;Остаток;Валюта;Номер документа",
    "cs": "Datum zaúčtování;Popis;Na vrub;Ve prospěch;Zůstatek;Měna;ID transakce",
    "hu": "Könyvelés dátuma;Közlemény;Terhelés;Jóváírás;Egyenleg;Devizanem;Tranzakció azonosító",
    "ro": "Data înregistrării;Detalii;Debit;Credit;Sold;Moneda;Referință",
    "tr": "Muhasebe Tarihi;Açıklama;Borç;Alacak;Bakiye;Para Birimi;Referans",
    "uk": "Дата проводки;Призначення платежу;Списання;Зарахування;Залишок;Валюта;Номер документа",
    "hr": "Datum knjiženja;Opis plaćanja;Duguje;Potražuje;Stanje;Valuta računa;Referenca",
    "sr": "Датум књижења;Сврха плаћања;Дугује;Потражује;Стање;Ознака валуте;Број налога",
    "bg": "Дата на осчетоводяване;Основание;Дебит;Кредит;Салдо;Валута;Референция",
    "el": "Ημερομηνία Καταχώρησης;Αιτιολογία;Χρέωση;Πίστωση;Λογιστικό Υπόλοιπο;Νόμισμα;Αριθμός Αναφοράς",
    "sk": "Dátum zaúčtovania;Popis;Na ťarchu;V prospech;Zostatok;Mena;Referencia",
    "sl": "Datum knjiženja;Namen;V breme;V dobro;Stanje;Valuta računa;Referenca",
    "sv": "Bokföringsdag;Rubrik;Uttag;Insättning;Saldo;Valutakod;Verifikationsnummer",
    "da": "Bogføringsdato;Posteringstekst;Hævet;Indsat;Saldo;Valutakode;Bilagsnummer",
    "no": "Bokført;Forklaring;Ut fra konto;Inn på konto;Saldo;Valutakode;Arkivref",
    "fi": "Kirjauspäivä;Viesti;Otto;Pano;Saldo;Valuutta;Arkistointitunnus",
    "et": "Kande kuupäev;Selgitus;Deebet;Kreedit;Jääk;Valuuta;Arhiveerimistunnus",
    "lv": "Datums;Maksājuma mērķis;Debets;Kredīts;Atlikums;Valūta;Dokumenta numurs",
    "lt": "Įrašo data;Paskirtis;Debetas;Kreditas;Likutis;Valiuta;Dokumento numeris",
}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_debit_and_credit_in_many_languages(language: str) -> None:
    reading = read(
        LANGUAGES[language]
        + "\n02.03.2024;alpha;700,00;;300,00;EUR;r1\n14.03.2024;beta;;1.500,50;1.800,50;EUR;r2\n"
        + "15.03.2024;gamma;20,25;0,00;1.780,25;EUR;r3\n"
    )
    assert reading.status == "read", reading.issues
    assert amounts(reading) == ["-700", "1500.5", "-20.25"]
    assert reading.entries["remittance_info"].to_list() == ["alpha", "beta", "gamma"]
    assert codes(reading) == ["account-not-named"] or codes(reading) == ["unread-column", "account-not-named"]


TWO_SIDED = {
    "en": "payer_name,beneficiary_name,date,purpose,amount,currency",
    "sender": "Sender name,Receiver,Transfer date,Message,Amount,Ccy",
    "ordering": "Ordering party,Beneficiary,Execution date,Details,Transaction amount,Currency code",
    "paid": "Paid by,Paid to,Paid on,Note,Sum,Currency",
    "accounts": "From account,To account,Timestamp,Narrative,Amt,Curr",
    "camel": "debtorName,creditorName,bookingDate,remittanceInformation,amount,currency",
    "originator": "Originator,Beneficiary,Date,Reason,Amount,Currency",
    "de": "Auftraggeber,Empfänger,Buchungstag,Verwendungszweck,Betrag,Währung",
    "fr": "Donneur d'ordre,Bénéficiaire,Date de l'opération,Motif,Montant,Devise",
    "es": "Ordenante,Beneficiario,Fecha,Concepto,Importe,Divisa",
    "pl": "Nadawca,Odbiorca,Data operacji,Tytuł,Kwota,Waluta",
    "ru": "Плательщик,Получатель,Дата,Назначение платежа,Сумма,Валюта",
    "hu": "Megbízó,Kedvezményezett,Dátum,Közlemény,Összeg,Devizanem",
    "tr": "Gönderen,Alıcı,Tarih,Açıklama,Tutar,Para Birimi",
    "uk": "Платник,Отримувач,Дата операції,Призначення платежу,Сума,Валюта",
    "sv": "Avsändare,Mottagare,Transaktionsdag,Meddelande,Belopp,Valuta",
    "fi": "Maksaja,Saaja,Maksupäivä,Viesti,Määrä,Valuutta",
    "el": "Εντολέας,Δικαιούχος,Ημερομηνία,Αιτιολογία,Ποσό,Νόμισμα",
}


@pytest.mark.parametrize("header", sorted(TWO_SIDED))
def test_payer_and_beneficiary_in_one_row(header: str) -> None:
    reading = read(
        TWO_SIDED[header]
        + "\nAda Ltd,Bob GmbH,2024-03-14,inv 1,1500.25,USD\nCleo SA,Ada Ltd,2024-03-15,inv 2,20,EUR\n"
        + "Bob GmbH,Cleo SA,2024-03-16,inv 3,-7.10,USD\n"
    )
    assert reading.status == "read", reading.issues
    assert reading.entries["sides"].to_list() == ["two"] * 3
    assert amounts(reading) == ["1500.25", "20", "-7.1"]
    assert reading.statements.select("currency", "entries").rows() == [("EUR", 1), ("USD", 2)]
    assert reading.entries["remittance_info"].to_list() == ["inv 1", "inv 2", "inv 3"]
    assert "these state the direction" in " ".join(reading.proof)


def test_the_amount_is_the_one_whose_currency_column_shares_its_stem() -> None:
    reading = read(
        "payer,beneficiary,date,amount_local_currency,amount_local,amount_usd,amount_eur\n"
        "Ada Ltd,Bob GmbH,2024-03-14,SEK,1000,95.10,88.20\nCleo SA,Dora AG,2024-03-15,GBP,-10,12.50,11.60\n"
    )
    assert reading.status == "read", reading.issues
    assert amounts(reading) == ["1000", "-10"]
    assert reading.entries["currency"].to_list() == ["SEK", "GBP"]
    unread = [i.column for i in reading.issues if i.code == "unread-column"]
    assert unread == ["amount_usd", "amount_eur"]


def test_an_amount_under_a_header_of_its_own_beside_its_currency() -> None:
    reading = read("sender,receiver,date,amt_lcy,ccy_lcy\nAda,Bob,2024-03-14,5,EUR\nBob,Cleo,2024-03-15,6,GBP\n")
    assert amounts(reading) == ["5", "6"]
    two = "sender,receiver,date,amt_lcy,ccy_lcy,amt_fcy,ccy_fcy\nAda,Bob,2024-03-14,5,EUR,6,USD\n"
    assert "columns-undecided" in codes(read(f"{two}Bob,Cleo,2024-03-15,6,GBP,7,USD\n"))


def test_amounts_with_an_exponent_are_exact_and_signalled() -> None:
    reading = read(
        "payer,beneficiary,date,amount,currency\nAda,Bob,2024-03-14,535470,USD\nBob,Cleo,2024-03-15,-2e+05,USD\n"
        "Cleo,Ada,2024-03-16,1.25e+03,USD\n"
    )
    assert amounts(reading) == ["535470", "-200000", "1250"]
    found = next(i for i in reading.issues if i.code == "exponent")
    assert (found.kind, found.row, found.count, found.column) == ("warning", 3, 2, "amount")


@pytest.mark.parametrize("cell", ["1,250.50", "1250.50 USD", "(1250.50)", "1.250,50"])
def test_an_exponent_beside_numbers_no_machine_writes_is_asked_about(cell: str) -> None:
    lines = f'A b,B c,2024-03-14,2e+05,USD\nB c,C d,2024-03-15,"{cell}",USD\n'
    reading = read(f"payer,beneficiary,date,amount,currency\n{lines}")
    assert codes(reading) == ["decimal-undecided"]


def test_an_exponent_out_of_bounds_costs_its_row() -> None:
    lines = "A b,B c,2024-03-14,2e+05,USD\nB c,C d,2024-03-15,1e3000000,USD\n"
    reading = read(f"payer,beneficiary,date,amount,currency\n{lines}")
    assert amounts(reading) == ["200000"]
    assert reading.rows.refused == 1


def test_names_that_are_account_numbers_become_accounts() -> None:
    reading = read(
        "From,To,Date,Amount,Currency\n00998877665544,DE89370400440532013000,2024-03-14,5.00,EUR\n"
        "DE89370400440532013000,00998877665544,2024-03-15,6.00,EUR\n"
    )
    assert reading.entries["account"].to_list() == ["acct:00998877665544", "iban:DE89370400440532013000"]


# ----- what is asked

ASKED = {
    "date": (STATEMENT.replace("14/03", "04/03").replace("15/03", "05/03"), ["date-undecided"]),
    "sign": (
        "Date,Description,Amount,Currency\n2024-03-14,a,-5.00,GBP\n2024-03-15,b,7.00,GBP\n",
        ["sign-undecided"],
    ),
    "currency": (STATEMENT.replace(",Currency", "").replace(",GBP", ""), ["currency-undecided"]),
    "an ambiguous currency sign": (
        "Date,Text,Amount,Balance\n2024-03-14,a,-$5.00,$95.00\n2024-03-15,b,$7.00,$102.00\n",
        ["currency-undecided"],
    ),
    "decimal": (
        'Date,Text,Amount,Balance,Currency\n2024-03-14,a,"1.000","3.000",KWD\n2024-03-15,b,"2.000","5.000",KWD\n',
        ["decimal-undecided"],
    ),
    "a break in the balance": (STATEMENT.replace("1800.50,", "1800.51,"), ["sign-undecided"]),
    "charges printed plus": (
        "Date,Description,Amount,Balance,Currency\n2024-03-14,a,5.00,95.00,GBP\n2024-03-15,b,7.00,88.00,GBP\n",
        ["sign-undecided"],
    ),
    "credits printed minus": (
        "Date,Description,Debit,Credit,Currency\n2024-03-14,shop,5.00,,GBP\n2024-03-15,paid,,-7.00,GBP\n",
        ["sign-undecided"],
    ),
    "one debit with a minus": (
        "Date,Description,Debit,Credit,Currency\n2024-03-14,shop,-5.00,,GBP\n2024-03-15,paid,,7.00,GBP\n",
        ["sign-undecided"],
    ),
    "a balance against debit and credit": (
        "Date,Text,Debit,Credit,Balance,Currency\n2024-03-14,a,5.00,,105.00,GBP\n2024-03-15,b,,7.00,98.00,GBP\n",
        ["sign-undecided"],
    ),
    "what is owed on a card": (
        "Date,Description,Amount,Balance,Currency\n2024-03-14,CARD PURCHASE,5.00,105.00,GBP\n"
        "2024-03-15,CARD PURCHASE,7.00,112.00,GBP\n",
        ["sign-undecided"],
    ),
    "a card by its header": (
        "Date,Text,Credit card,Amount,Balance,Currency\n2024-03-14,a,x,5.00,105.00,GBP\n"
        "2024-03-15,b,x,7.00,112.00,GBP\n",
        ["sign-undecided"],
    ),
    "a card by the lines above": (
        "My Kreditkarte,,,,\nDate,Text,Amount,Balance,Currency\n2024-03-14,a,5.00,105.00,GBP\n"
        "2024-03-15,b,7.00,112.00,GBP\n",
        ["sign-undecided"],
    ),
    "an opening balance that is not the running one": (
        "Opening balance,-100.00,,,\nDate,Text,Amount,Balance,Currency\n2024-03-14,a,5.00,105.00,GBP\n"
        "2024-03-15,b,7.00,112.00,GBP\n",
        ["sign-undecided"],
    ),
    "an unknown status": (
        STATEMENT.replace("Currency", "Currency,Status").replace("GBP", "GBP,Done").replace("GBP,Done", "GBP,Zonk", 1),
        ["status-undecided"],
    ),
    "a status under another name": (
        STATEMENT.replace("Currency", "Currency,Remark2").replace("GBP", "GBP,ok").replace("GBP,ok", "GBP,Declined", 1),
        ["status-undecided"],
    ),
    "a fee that may be inside": (
        "Date,Text,Debit,Credit,Fee,Currency\n2024-03-14,a,5.00,,0.50,GBP\n2024-03-15,b,,7.00,0.00,GBP\n",
        ["fee-undecided"],
    ),
    "fee and net that do not fit": (
        "Date,Text,Gross,Fee,Net,Currency\n2024-03-14,a,-5.00,0.50,-5.60,GBP\n2024-03-15,b,7.00,0.00,7.00,GBP\n",
        ["sign-undecided", "fee-undecided"],
    ),
    "two balances": (
        "Date,Text,Amount,Balance,Ledger balance,Currency\n2024-03-14,a,-5.00,95.00,90.00,GBP\n"
        "2024-03-15,b,7.00,102.00,97.00,GBP\n",
        ["columns-undecided"],
    ),
    "two dates of one meaning": (
        "Booking date,Posted date,Text,Debit,Credit,Currency\n2024-03-14,2024-03-15,a,5.00,,GBP\n",
        ["columns-undecided"],
    ),
    "two converted amounts": (
        "payer,beneficiary,date,amount_usd,amount_eur\nAda,Bob,2024-03-14,5.00,4.00\nBob,Ada,2024-03-14,6.00,5.00\n",
        ["columns-undecided"],
    ),
    "two currencies": (
        "Date,Amount,Currency,Balance,Currency\n2024-03-14,5.00,EUR,105.00,GBP\n2024-03-15,5.00,EUR,110.00,GBP\n",
        ["columns-undecided", "columns-undecided"],
    ),
    "assets": (
        "Date,Amount,Currency,Balance\n2024-03-14,5.00,BTC,105.00\n2024-03-15,5.00,BTC,110.00\n",
        ["currency-undecided"],
    ),
    "assets under another name": (
        "Date,Coin,Amount,Balance\n2024-03-14,BTC,5.00,105.00\n2024-03-15,ETH,5.00,110.00\n",
        ["currency-undecided"],
    ),
    "several accounts by name": (
        "Date,Account,Debit,Credit,Currency\n2024-03-14,Cash,5.00,,GBP\n2024-03-14,Sales,,5.00,GBP\n",
        ["columns-undecided"],
    ),
    "several account numbers without a balance": (
        "Date,Account number,Debit,Credit,Currency\n2024-03-14,11112222,5.00,,GBP\n2024-03-14,33334444,,5.00,GBP\n",
        ["columns-undecided"],
    ),
    "a balance line among the payments": (
        "Date,Description,Debit,Credit,Currency\n2024-03-01,Opening balance,,100.00,GBP\n2024-03-14,shop,5.00,,GBP\n",
        ["columns-undecided"],
    ),
    "stated balances that do not fit": (
        "Opening balance,100.00\nDate,Text,Debit,Credit,Currency\n2024-03-14,a,5.00,,GBP\nClosing balance,,99.00,,\n",
        ["sign-undecided"],
    ),
    "requests in a from and to table": (
        "From,To,Date,Type,Amount,Currency\nAda,Bob,2024-03-14,Payment,5.00,GBP\nBob,Cleo,2024-03-15,Request,5.00,GBP\n",
        ["sides-undecided"],
    ),
    "a holder whose sign contradicts the sides": (
        "From,To,Date,Amount,Currency\nAda,Bob,2024-03-14,-5.00,GBP\nAda,Cleo,2024-03-15,9.00,GBP\n",
        ["sides-undecided"],
    ),
    "a fee between two sides": (
        "payer,beneficiary,date,amount,fee,currency\nAda,Bob,2024-03-14,5.00,0.10,GBP\nBob,Ada,2024-03-15,9.00,0,GBP\n",
        ["fee-undecided"],
    ),
    "two tables in one": (
        STATEMENT + "Date,Description,Amount,Balance,Fee\n16/03/2024,x,-1.00,1779.25,GBP\n",
        ["header-undecided"],
    ),
    "a header nobody knows": ("Dzień;Ilość zł;Kto\n2024-03-14;5,00;a\n2024-03-15;6,00;b\n", ["header-undecided"]),
    "encoding": ("Datum;Betrag\n", ["encoding-undecided"]),
}


@pytest.mark.parametrize("what", sorted(ASKED))
def test_what_is_not_proved_is_asked(what: str) -> None:
    text, expected = ASKED[what]
    data = text.encode()
    if what == "encoding":
        data = "Datum;Betrag;Währung;Text\n14.03.2024;5,00;EUR;Müller\n15.03.2024;5,00;EUR;Jäger\n".encode("cp1252")
    reading = propose(Source.from_bytes("unknown.csv", data), NONE)
    assert reading.status == "needs-decision", reading.proof
    assert [c for c in codes(reading) if c.endswith("-undecided")] == expected
    assert reading.entries.height == reading.rows.total == 0
    assert reading.question
    assert all(i.hint for i in reading.issues if i.kind == "refused")
    if what not in ("encoding",):
        assert '"?"' in reading.draft
        with pytest.raises(DialectError):
            Dialect.from_toml(reading.draft)


def test_the_row_that_would_tell_is_named() -> None:
    found = read(ASKED["date"][0]).issues[0]
    assert (found.row, found.column) == (2, "Date")
    assert read(ASKED["an unknown status"][0]).issues[0].row == 2


# ----- what a person states

SETTLED = [
    ("date", Options(date="dmy"), ["-700", "1500.5", "-20.25"]),
    ("sign", Options(sign="holder"), ["-5", "7"]),
    ("sign", Options(sign="inverted"), ["5", "-7"]),
    ("currency", Options(currency="CHF"), ["-700", "1500.5", "-20.25"]),
    ("decimal", Options(decimal=","), ["1000", "2000"]),
    ("decimal", Options(decimal="."), ["1", "2"]),
    ("credits printed minus", Options(sign="holder"), ["-5", "7"]),
    ("one debit with a minus", Options(sign="holder"), ["-5", "7"]),
    ("one debit with a minus", Options(sign="inverted"), ["5", "-7"]),
    ("charges printed plus", Options(sign="inverted"), ["-5", "-7"]),
    ("what is owed on a card", Options(sign="inverted"), ["-5", "-7"]),
]


@pytest.mark.parametrize(("what", "options", "expected"), SETTLED)
def test_one_statement_settles_it(what: str, options: Options, expected: list[str]) -> None:
    reading = read(ASKED[what][0], options)
    assert reading.status == "read", reading.issues
    assert amounts(reading) == expected
    stated = [o for o in ("date", "sign") if getattr(options, o)]
    assert not stated or any("You stated" in s for s in reading.proof)


def test_a_draft_reads_the_file_once_its_points_are_settled() -> None:
    from fininit.importers.reading import read_grids
    from fininit.importers.table import find_header, open_sheets

    text = ASKED["sign"][0]
    draft = read(text).draft.replace('"?"', '"inverted"')
    dialect = Dialect.from_toml(draft)
    source = Source.from_bytes("unknown.csv", text.encode())
    (sheet,) = open_sheets(source, header=dialect.match.header)
    at = find_header(sheet, dialect.match.header)
    assert at is not None
    assert amounts(read_grids(source, [sheet.grid(at)], dialect, NONE)) == ["5", "-7"]


# ----- what is proved in other ways


def test_a_signed_amount_that_agrees_with_its_debit_mark() -> None:
    reading = read("Date,Amount,D/C,Currency\n2024-03-14,-5.00,D,GBP\n2024-03-15,7.00,C,GBP\n")
    assert amounts(reading) == ["-5", "7"]
    assert any("agree on every row" in s for s in reading.proof)


def test_an_unsigned_amount_with_a_mark() -> None:
    reading = read("Datum;Betrag;S/H;Währung\n14.03.2024;5,00;S;EUR\n15.03.2024;7,00;H;EUR\n")
    assert amounts(reading) == ["-5", "7"]


def test_marks_that_contradict_the_sign_are_asked_about() -> None:
    reading = read("Date,Amount,D/C,Currency\n2024-03-14,5.00,D,GBP\n2024-03-15,-7.00,C,GBP\n")
    assert codes(reading) == ["sign-undecided"]


def test_opening_and_closing_around_the_table_prove_the_sign() -> None:
    reading = read(
        "Account statement,,,\nOpening balance,100.00,,\nDate,Text,Amount,Currency\n2024-03-14,a,-5.00,GBP\n"
        "2024-03-15,b,7.00,GBP\nClosing balance,102.00,,\n"
    )
    assert reading.status == "read", reading.issues
    assert amounts(reading) == ["-5", "7"]
    assert reading.statements["opening"].to_list() == [Decimal(100)]
    assert reading.statements["closing"].to_list() == [Decimal(102)]
    assert reading.statements["balance"].to_list() == ["ok"]
    assert (reading.rows.skipped, codes(reading)[0]) == (1, "footer-row")


def test_totals_are_skipped_and_lines_without_a_day_refused() -> None:
    reading = read(STATEMENT + ",no day here,-5.00,,GBP\nTotal,,780.25,,\n")
    assert reading.status == "read-with-refusals"
    assert (reading.rows.total, reading.rows.entries, reading.rows.skipped, reading.rows.refused) == (5, 3, 1, 1)
    refused = next(i for i in reading.issues if i.kind == "refused")
    assert (refused.row, refused.column) == (5, "Date")


def test_a_payment_named_like_a_total_is_no_footer() -> None:
    text = STATEMENT.replace("Date,Description", "Description,Date")
    for day in ("02", "14", "15"):
        text = text.replace(f"{day}/03/2024,", "").replace("Rent March", "Total Rent,02/03/2024")
    text = text.replace("Salary", "Salary,14/03/2024").replace("Corner shop", "Shop,15/03/2024")
    reading = read(text + "Total,,780.25,,\n")
    assert amounts(reading) == ["-700", "1500.5", "-20.25"]
    assert reading.rows.refused == 1


def test_a_fee_that_the_balance_proves() -> None:
    on_top = read(
        "Date,Text,Amount,Fee,Currency,Balance\n2024-03-13,a,-5.00,0.50,GBP,94.50\n2024-03-14,b,7.00,0.00,GBP,101.50\n"
        "2024-03-15,c,-1.00,0.10,GBP,100.40\n"
    )
    assert on_top.status == "read", on_top.issues
    assert [str(f) for f in on_top.entries["fee"].cast(float)] == ["0.5", "0.0", "0.1"]
    assert on_top.statements["sum"].to_list() == [Decimal("0.40")]
    inside = read(
        "Date,Text,Amount,Fee,Currency,Balance\n2024-03-13,a,-5.00,0.50,GBP,95.00\n2024-03-14,b,7.00,0.00,GBP,102.00\n"
        "2024-03-15,c,-1.00,0.10,GBP,101.00\n"
    )
    assert inside.entries["fee"].null_count() == 3
    assert inside.statements["sum"].to_list() == [Decimal(1)]


@pytest.mark.parametrize(("fee", "net"), [("-0.50", "-5.50"), ("0.50", "-5.50")])
def test_gross_fee_and_net(fee: str, net: str) -> None:
    reading = read(
        f"Date,Text,Gross,Fee,Net,Currency,Balance\n2024-03-13,a,-5.00,{fee},{net},GBP,94.50\n"
        "2024-03-14,b,7.00,0.00,7.00,GBP,101.50\n"
    )
    assert reading.status == "read", reading.issues
    assert amounts(reading) == ["-5", "7"]
    assert reading.entries["fee"].to_list() == [Decimal("0.5"), Decimal(0)]
    assert reading.statements["sum"].to_list() == [Decimal("1.5")]


def test_states_of_payments() -> None:
    reading = read(
        "Date,Text,Amount,Currency,Balance,Status\n2024-03-13,a,-5.00,GBP,95.00,Completed\n"
        "2024-03-14,b,-3.00,GBP,,Declined\n2024-03-14,c,-4.00,GBP,,Pending\n2024-03-15,d,7.00,GBP,102.00,Completed\n"
    )
    assert reading.entries["status"].to_list() == ["booked", "failed", "pending", "booked"]
    assert reading.statements.select("entries", "sum").row(0) == (2, Decimal(2))


def test_accounts_of_one_file_are_statements_of_their_own() -> None:
    reading = read(
        "Date,Account number,Amount,Balance,Currency\n2024-03-13,11112222,-5.00,95.00,GBP\n"
        "2024-03-13,33334444,1.00,8.00,GBP\n2024-03-14,11112222,7.00,102.00,GBP\n2024-03-15,33334444,-2.00,6.00,GBP\n"
    )
    assert reading.status == "read", reading.issues
    assert reading.statements["account"].to_list() == ["acct:11112222", "acct:33334444"]
    assert reading.statements["balance"].to_list() == ["ok", "ok"]


def test_the_other_side_by_the_way_the_money_went() -> None:
    reading = read(
        "Date,Amount,Currency,Running balance,Payer name,Payee name\n2024-03-13,-5.00,GBP,95.00,,Bob\n"
        "2024-03-14,7.00,GBP,102.00,Ada,\n2024-03-15,-1.00,GBP,101.00,,\n"
    )
    assert reading.entries["sides"].to_list() == ["one"] * 3
    assert reading.entries["counterparty_name"].to_list() == ["Bob", "Ada", None]


def test_an_amount_that_repeats_debit_and_credit() -> None:
    text = "Date,Amount,Debit,Credit,Currency\n2024-03-13,-5.00,-5.00,,GBP\n2024-03-14,-6.00,-6.00,,GBP\n"
    text += "2024-03-15,7.00,,7.00,GBP\n"
    reading = read(text)
    assert reading.status == "read", reading.issues
    assert amounts(reading) == ["-5", "-6", "7"]
    assert "unread-column" not in codes(reading)
    assert codes(read(text.replace("-6.00,-6.00", "6.00,-6.00"))) == ["columns-undecided"]


def test_a_workbook_of_real_dates_and_numbers() -> None:
    import datetime as dt

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Date", "Description", "Amount", "Balance", "Currency"])
    for day, text, amount, balance in ((2, "a", -700.5, 299.5), (3, "b", 1500, 1799.5), (4, "c", -0.25, 1799.25)):
        sheet.append([dt.datetime(2024, 3, day), text, amount, balance, "GBP"])  # noqa: DTZ001
    other = book.create_sheet("Notes")
    other.append(["nothing to see"])
    out = io.BytesIO()
    book.save(out)
    reading = propose(Source.from_bytes("unknown.xlsx", out.getvalue()), NONE)
    assert reading.status == "read", reading.issues
    assert amounts(reading) == ["-700.5", "1500", "-0.25"]
    assert reading.statements["balance"].to_list() == ["ok"]
    assert [i.sheet for i in reading.issues if i.code == "unread-sheet"] == ["Notes"]


def test_a_header_without_a_line_is_an_empty_table() -> None:
    reading = read("Date,Description,Amount,Balance,Currency\n")
    assert (reading.status, reading.rows.total, codes(reading)) == ("read", 0, ["no-transactions"])


# ----- what is refused


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name,colour\nAda,red\nBob,blue\n", "format-unknown"),
        ("hello world\n", "format-unknown"),
        ("iban,amount\nDE89370400440532013000,5\n", "format-unknown"),
    ],
)
def test_no_table_of_money_is_refused(text: str, code: str) -> None:
    reading = read(text)
    assert (reading.status, codes(reading)) == ("refused", [code])
    assert reading.issues[0].hint


def test_more_refused_than_read_is_no_reading() -> None:
    reading = read(
        "Date,Debit,Credit,Currency\n2024-03-14,5.00,,GBP\n2024-03-14,6.00,1.00,GBP\n2024-03-16,,,GBP\n"
        "2024-03-17,,,GBP\n"
    )
    assert reading.status == "needs-decision"
    assert "columns-undecided" in codes(reading)


CANARY = "XCANARYX"
PREAMBLES = ("Opening balance", "My Kreditkarte")


def test_no_message_holds_a_cell() -> None:
    """Neither issues, proofs nor questions; and a header that no vocabulary knows is named by its letter."""
    texts = [t for what, (t, _) in ASKED.items() if t.partition(",")[0] not in PREAMBLES] + [STATEMENT]
    for text in texts:
        header, _, body = text.partition("\n")
        wide = f"{header},{CANARY}\n" + "".join(f"{line},{CANARY}7\n" for line in body.splitlines())
        for note in ("Rent March", "Corner shop"):
            wide = wide.replace(f",{note},", f",{CANARY}9,")
        reading = read(wide)
        said: list[Issue] = list(reading.issues)
        words = [reading.question, *reading.proof, *(f"{i.message} {i.hint} {i.column}" for i in said)]
        assert CANARY not in " ".join(words)
        assert f"{CANARY}7" not in reading.draft
        assert f"{CANARY}9" not in reading.draft


def test_sign_stated_by_a_person_wins_over_the_words() -> None:
    turned = read(STATEMENT, replace(NONE, sign="inverted"))
    assert amounts(turned) == ["700", "-1500.5", "20.25"]
    assert "balance-broken" in codes(turned)
