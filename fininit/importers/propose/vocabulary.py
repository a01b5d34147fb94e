"""What column headers say, in the languages that bank files come in. Data only; ``words`` matches them.

Phrases are in any case, without accents or punctuation, and short forms are written out ("account number", "currency");
``words.fold`` brings a header to the same shape. A header may stand under several roles ("Valor" is a value date in
Spain and an amount in Brazil); which one holds is for the data to say. A word is listed when it is the field's ordinary
word in that language, never because one file had it.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = 2
"""Raised when a word is added or its meaning changes: a table may be read today that was not read before."""

ROLES: Final[dict[str, dict[str, str]]] = {
    # ----- days. booked: the servicer put it on the account; day: just "date"; made: the customer did it
    "booked": {
        "en": "booking date|booked date|date booked|posting date|post date|posted date|date posted|posted on|posted|"
        "completed date|date completed|completion date|"
        "completion time|completed at|completed on|entry date|ledger date|clearing date|date processed|"
        "processed date|processing date|accounting date|date booked on|settlement date|booked on",
        "de": "buchungstag|buchungsdatum|buchung|verbuchungsdatum|verbucht am|gebucht am|abgeschlossen am|"
        "datum buchung|buchungstermin",
        "fr": "date comptable|date comptabilisation|date ecriture|date enregistrement|date imputation|date traitement",
        "es": "fecha contable|fecha contabilizacion|fecha asiento|fecha apunte|f contable",
        "it": "data contabile|data registrazione|data contabilizzazione",
        "nl": "boekdatum|boekingsdatum|datum boeking|datum verrekening|verwerkingsdatum",
        "pl": "data ksiegowania|data zaksiegowania",
        "pt": "data contabilistica|data lancamento|data contabil|data processamento",
        "ru": "дата проводки|дата обработки|дата обработки операции|дата списания",
        "cs": "datum zauctovani|zauctovano|datum uctovani",
        "sk": "datum zauctovania|datum uctovania",
        "hu": "konyveles datuma|konyvelesi datum|konyveles napja",
        "ro": "data inregistrarii|data contabilizarii|data procesarii",
        "tr": "muhasebe tarihi|kayit tarihi",
        "sv": "bokforingsdag|bokforingsdatum|bokford",
        "da": "bogforingsdato|bogfort",
        "no": "bokforingsdato|bokfort",
        "fi": "kirjauspaiva|kirjauspaivamaara",
    },
    "day": {
        "en": "date|dates|day|datetime|date time|timestamp|date and time|date time utc|time stamp|date utc|"
        "timestamp utc|datetime utc",
        "de": "datum|tag|datum uhrzeit|datum zeit|zeitpunkt",
        "fr": "date|date heure|jour",
        "es": "fecha|fecha hora|dia",
        "it": "data|data ora|giorno",
        "nl": "datum|datum tijd",
        "pl": "data|data czas|data i czas",
        "pt": "data|data hora|dia",
        "ru": "дата|дата время|дата и время",
        "cs": "datum|datum cas",
        "hu": "datum|datum ido|kelt",
        "ro": "data|data ora",
        "tr": "tarih|tarih saat",
        "sv": "datum",
        "da": "dato",
        "fi": "pvm|paivamaara",
    },
    "made": {
        "en": "transaction date|date transaction|transaction datetime|transaction timestamp|transaction time|"
        "transaction date time|operation date|execution date|executed date|trade date|purchase date|payment date|"
        "started date|date started|initiated date|order date|transfer date|paid on|payment timestamp|"
        "transaction day|created|created date|created at|date created|event date|activity date",
        "de": "belegdatum|transaktionsdatum|ausfuhrungsdatum|auftragsdatum|zahlungsdatum|umsatzdatum|kaufdatum|"
        "transaktionszeit|datum transaktion|datum ausfuhrung|uberweisungsdatum",
        "fr": "date operation|date transaction|date execution|date achat|date paiement|date ordre|date virement",
        "es": "fecha operacion|fecha transaccion|fecha movimiento|fecha ejecucion|fecha pago|f operacion|"
        "fecha transferencia",
        "it": "data operazione|data transazione|data esecuzione|data pagamento|data movimento|data bonifico",
        "nl": "transactiedatum|datum verrichting|uitvoeringsdatum|datum transactie|betaaldatum|datum betaling",
        "pl": "data operacji|data transakcji|data wykonania|data zlecenia|data platnosci|data przelewu",
        "pt": "data operacao|data transacao|data movimento|data pagamento|data execucao|data transferencia",
        "ru": "дата операции|дата совершения операции|дата транзакции|дата платежа|дата совершения|дата перевода",
        "cs": "datum provedeni|datum transakce|datum operace|datum platby|datum pohybu",
        "sk": "datum transakcie|datum operacie|datum platby",
        "hu": "tranzakcio datuma|tranzakcio ideje|tranzakcio napja|teljesites datuma|datum tranzakcio",
        "ro": "data tranzactie|data tranzactiei|data operatiunii|data operatiei|data platii",
        "tr": "islem tarihi|odeme tarihi|islem zamani",
        "sv": "transaktionsdag|transaktionsdatum",
    },
    "value_date": {
        "en": "value date|value|value dt|date value|val date|value day",
        "de": "valuta|valutadatum|valuta datum|wertstellung|wertstellungsdatum|wertstellungstag|wert|valutierung|"
        "datum valuta",
        "fr": "date valeur|valeur",
        "es": "fecha valor|valor|f valor",
        "it": "data valuta|valuta",
        "nl": "valutadatum|rentedatum|valuta|datum valuta",
        "pl": "data waluty",
        "pt": "data valor",
        "ru": "дата валютирования",
        "cs": "datum valuty|valuta|datum splatnosti",
        "hu": "erteknap|ertek napja",
        "ro": "data valuta|data valutei",
        "tr": "valor|valor tarihi",
        "sv": "valutadag|valutadatum",
    },
    "clock": {
        "en": "time|hour|transaction time|time utc",
        "de": "uhrzeit|zeit",
        "fr": "heure",
        "es": "hora",
        "it": "ora|orario",
        "nl": "tijd|tijdstip",
        "pl": "godzina|czas",
        "pt": "hora",
        "ru": "время",
        "cs": "cas",
        "hu": "ido",
        "tr": "saat",
    },
    # ----- money
    "amount": {
        "en": "amount|amounts|transaction amount|amount transaction|payment amount|value|sum|transfer amount|"
        "amount paid|amount transferred|paid amount|settled amount|posted amount|base amount|booked amount|"
        "billing amount|amount signed|signed amount|operation amount|amount value|money|"
        "amount2|amount 2|amount1|amount 1",
        "de": "betrag|umsatz|buchungsbetrag|summe|transaktionsbetrag|zahlungsbetrag|betrag transaktion|"
        "uberweisungsbetrag",
        "fr": "montant|montant operation|montant transaction|somme|montant paiement|montant virement",
        "es": "importe|cantidad|monto|importe operacion|importe transaccion|monto transaccion|importe movimiento",
        "it": "importo|importo operazione|ammontare|importo transazione|somma|importo movimento",
        "nl": "bedrag|transactiebedrag|bedrag transactie",
        "pl": "kwota|kwota transakcji|kwota operacji|suma|kwota przelewu|kwota platnosci",
        "pt": "valor|montante|importancia|valor operacao|valor transacao|quantia|valor movimento",
        "ru": "сумма|сумма операции|сумма платежа|сумма транзакции|сумма перевода",
        "cs": "castka|objem|suma|castka transakce",
        "sk": "suma|ciastka|suma transakcie",
        "hu": "osszeg|tranzakcio osszege|tranzakcio osszeg|atutalas osszege",
        "ro": "suma|valoare|suma tranzactiei|valoarea|suma tranzactie",
        "tr": "tutar|islem tutari|miktar|meblag|tutari",
        "sv": "belopp",
        "da": "belob",
        "no": "belop",
        "fi": "maara|summa",
    },
    "account_amount": {
        "en": "amount account currency|account amount|account currency amount|amount in account currency|"
        "local amount|amount local currency|settlement amount",
        "de": "betrag kontowahrung|betrag in kontowahrung|kontowahrungsbetrag",
        "fr": "montant devise compte|montant en devise compte|contrevaleur",
        "es": "importe divisa cuenta|importe moneda cuenta",
        "it": "importo divisa conto|importo valuta conto",
        "nl": "bedrag rekeningvaluta",
        "pl": "kwota w walucie rachunku|kwota waluta rachunku|kwota transakcji waluta rachunku",
        "ru": "сумма в валюте счета|сумма в валюте счёта|сумма пересчитанная в валюту счета|сумма в валюте карты",
        "cs": "castka v mene uctu|zauctovana castka|castka uctu",
        "hu": "osszeg szamla devizanemeben",
    },
    "original_amount": {
        "en": "original amount|amount original|foreign amount|amount foreign currency|foreign currency amount|"
        "amount orig|orig amount|amount in original currency|amount currency|amount transaction currency|"
        "amount in transaction currency|source amount|instructed amount|original transaction amount",
        "de": "originalbetrag|fremdwahrungsbetrag|betrag fremdwahrung|betrag originalwahrung|ursprungsbetrag",
        "fr": "montant origine|montant devise|montant devise origine|montant en devise",
        "es": "importe original|importe divisa|importe moneda original|monto original",
        "it": "importo originale|importo valuta originale|importo divisa",
        "nl": "origineel bedrag|bedrag vreemde valuta",
        "pl": "kwota oryginalna|kwota w walucie operacji|kwota w walucie oryginalnej",
        "pt": "valor original|montante original",
        "ru": "сумма в валюте операции|исходная сумма",
        "cs": "puvodni castka",
        "hu": "eredeti osszeg",
        "ro": "suma originala",
        "tr": "orijinal tutar",
    },
    "gross": {
        "en": "gross|gross amount|amount gross|gross value",
        "de": "brutto|bruttobetrag",
        "fr": "brut|montant brut",
        "es": "bruto|importe bruto",
        "it": "lordo|importo lordo",
        "nl": "bruto|brutobedrag",
        "pl": "brutto|kwota brutto",
        "pt": "bruto|valor bruto",
        "ru": "брутто",
        "cs": "hruba castka",
    },
    "net": {
        "en": "net|net amount|amount net|net value|net total",
        "de": "netto|nettobetrag",
        "fr": "net|montant net",
        "es": "neto|importe neto",
        "it": "netto|importo netto",
        "nl": "netto|nettobedrag",
        "pl": "netto|kwota netto",
        "pt": "liquido|valor liquido",
        "ru": "нетто",
        "cs": "cista castka",
    },
    "total": {
        "en": "total|total amount|amount total|total incl fee|total including fees",
        "de": "gesamt|gesamtbetrag",
        "fr": "total|montant total",
        "es": "total|importe total",
        "it": "totale",
        "nl": "totaal",
        "pl": "razem",
        "pt": "total|valor total",
    },
    "fee": {
        "en": "fee|fees|charge|charges|commission|transaction fee|total fees|bank charges|fee amount|amount fee|"
        "service fee|processing fee|transaction fees|commissions|bank fee|bank fees|transfer fee|operation fees",
        "de": "gebuhr|gebuhren|entgelt|spesen|provision|kosten",
        "fr": "frais|commission|commissions|frais bancaires",
        "es": "comision|comisiones|gastos|tarifa",
        "it": "commissione|commissioni|spese",
        "nl": "kosten|kosten op verrichting|provisie",
        "pl": "oplata|prowizja|oplaty",
        "pt": "taxa|comissao|tarifa|encargos|despesas",
        "ru": "комиссия|сбор",
        "cs": "poplatek|poplatky",
        "hu": "dij|jutalek|koltseg",
        "ro": "comision|comisioane|taxa",
        "tr": "komisyon|masraf|ucret",
    },
    "debit": {
        "en": "debit|debits|debit amount|amount debit|withdrawal|withdrawals|withdrawal amount|withdrawn|paid out|"
        "money out|out|outflow|outgoing|payments out|amount out|payment out|spent|money sent|debit value|debited|"
        "debited amount|amount debited|withdrawals debits|amount withdrawn|dr amount|debit dr|withdrawal dr",
        "de": "soll|lastschrift|belastung|belastungen|ausgang|auszahlung|ausgabe|ausgaben|abgang|sollbetrag|"
        "betrag soll|umsatz soll",
        "fr": "debit|debits|montant debit|retrait|retraits|sortie|sorties|depense|depenses",
        "es": "debe|cargo|cargos|retiro|retiros|debito|debitos|salida|salidas|adeudo|adeudos|egreso|egresos|gasto",
        "it": "dare|addebito|addebiti|uscite|uscita|importo dare",
        "nl": "debet|af|uitgaven|uit|opname",
        "pl": "obciazenie|obciazenia|wydatki|wyplata|wyplaty|wn|kwota wn|rozchod",
        "pt": "debito|debitos|saida|saidas|despesa",
        "ru": "дебет|расход|списание|списано|сумма списания|расходная операция",
        "cs": "debet|na vrub|vydaj|vydaje",
        "hu": "terheles|kiadas|terhelesek",
        "ro": "debit|suma debit|debitare|iesiri|plati",
        "tr": "borc|giden|borc tutari|cikan|cikis",
        "sv": "uttag|ut",
        "da": "ud|udbetaling",
        "fi": "otto|otot",
    },
    "credit": {
        "en": "credit|credits|credit amount|amount credit|deposit|deposits|deposit amount|paid in|money in|in|inflow|"
        "incoming|payments in|amount in|payment in|received|money received|credit value|credited|credited amount|"
        "amount credited|deposits credits|amount deposited|cr amount|credit cr|deposit cr",
        "de": "haben|gutschrift|gutschriften|eingang|einzahlung|einnahme|einnahmen|zugang|habenbetrag|betrag haben|"
        "umsatz haben",
        "fr": "credit|credits|montant credit|depot|depots|versement|versements|entree|entrees|recette|recettes",
        "es": "haber|abono|abonos|deposito|depositos|credito|creditos|entrada|entradas|ingreso|ingresos",
        "it": "avere|accredito|accrediti|entrate|entrata|importo avere",
        "nl": "credit|bij|inkomsten|in|storting",
        "pl": "uznanie|uznania|wplywy|wplata|wplaty|ma|kwota ma|przychod",
        "pt": "credito|creditos|entrada|entradas|receita",
        "ru": "кредит|приход|зачисление|зачислено|поступление|сумма зачисления|приходная операция",
        "cs": "kredit|ve prospech|prijem|prijmy",
        "hu": "jovairas|bevetel|jovairasok",
        "ro": "credit|suma credit|creditare|intrari|incasari",
        "tr": "alacak|gelen|alacak tutari|giren|giris",
        "sv": "insattning|insattningar",
        "da": "ind|indbetaling",
        "fi": "pano|panot",
    },
    "flag": {
        "en": "d c|dc|dr cr|cr dr|c d|cd|debit credit|credit debit|debit or credit|credit or debit|in out|sign|"
        "direction|debit credit indicator|credit debit indicator|cdt dbt ind|dc indicator|d c indicator|"
        "debit credit flag|dr cr indicator|debit credit code|transaction direction",
        "de": "s h|sh|soll haben|soll haben kennzeichen|lastschrift gutschrift|eingang ausgang|h s|"
        "soll haben kz|vorzeichen",
        "fr": "sens|debit credit|sens operation",
        "es": "debe haber|signo|cargo abono|ingreso gasto",
        "it": "dare avere|segno|d a",
        "nl": "af bij|bij af|debet credit",
        "pl": "wn ma|obciazenie uznanie|strona|znak",
        "pt": "debito credito|d c|natureza",
        "ru": "дебет кредит|приход расход|знак",
        "cs": "debet kredit|smer",
        "hu": "bevetel kiadas|terheles jovairas|t j|irany",
        "ro": "debit credit|semn",
        "tr": "borc alacak|b a|yon",
    },
    "balance": {
        "en": "balance|running balance|balance after|account balance|balance after transaction|current balance|"
        "closing balance|ledger balance|new balance|net cash balance|cash balance|balance amount|book balance|"
        "end balance|balance carried forward|wallet balance|ending balance",
        "de": "saldo|kontostand|guthaben|neuer saldo|saldo nach buchung|saldo neu|kontosaldo",
        "fr": "solde|solde apres operation|solde comptable|solde courant",
        "es": "saldo|saldo posterior|saldo contable|saldo disponible tras operacion|saldo despues",
        "it": "saldo|saldo contabile|saldo progressivo|saldo finale",
        "nl": "saldo|saldo na mutatie|saldo na trn|nieuw saldo|saldo na boeking",
        "pl": "saldo|saldo po operacji|saldo po transakcji|saldo koncowe",
        "pt": "saldo|saldo contabilistico|saldo apos|saldo apos movimento|saldo final",
        "ru": "остаток|баланс|остаток на счете|остаток после операции|исходящий остаток",
        "cs": "zustatek|zustatek po transakci|konecny zustatek",
        "sk": "zostatok|zostatok po transakcii",
        "hu": "egyenleg|konyvelt egyenleg|egyenleg tranzakcio utan|zaro egyenleg",
        "ro": "sold|sold contabil|sold final|sold dupa tranzactie",
        "tr": "bakiye|kalan bakiye|son bakiye",
        "sv": "saldo",
        "da": "saldo",
        "fi": "saldo",
    },
    "other_balance": {
        "en": "available balance|opening balance|beginning balance|start balance|previous balance|old balance|"
        "initial balance|balance before|final balance|balance brought forward|available",
        "de": "alter saldo|anfangssaldo|verfugbarer saldo|saldo alt",
        "fr": "solde initial|solde disponible|solde precedent",
        "es": "saldo inicial|saldo anterior|saldo disponible",
        "it": "saldo iniziale|saldo disponibile|saldo precedente",
        "nl": "beginsaldo|saldo voor mutatie",
        "pl": "saldo poczatkowe|saldo dostepne|saldo przed",
        "pt": "saldo inicial|saldo anterior|saldo disponivel",
        "ru": "входящий остаток|доступный остаток",
        "tr": "onceki bakiye|kullanilabilir bakiye",
    },
    "rate": {
        "en": "rate|exchange rate|fx rate|currency rate|conversion rate|rate exchange",
        "de": "kurs|wechselkurs|umrechnungskurs",
        "fr": "taux|taux change|cours|taux de change",
        "es": "tipo cambio|tasa cambio|cambio",
        "it": "cambio|tasso cambio",
        "nl": "koers|wisselkoers",
        "pl": "kurs|kurs wymiany|kurs walutowy",
        "pt": "taxa cambio|cambio",
        "ru": "курс",
        "cs": "kurz",
        "hu": "arfolyam",
        "ro": "curs|curs valutar|curs schimb",
        "tr": "kur|doviz kuru",
    },
    "part": {  # a share of a payment, not the payment
        "en": "tax|vat|tip|tips|discount|discounts|shipping|sales tax|amount tax|amount tip|interest|principal|price|"
        "quantity|unit price|refund|cashback|amount refunded|subtotal|sub total|gift|donation|amount discount|"
        "handling|insurance amount|shipping and handling amount",
        "de": "mwst|umsatzsteuer|steuer|trinkgeld|rabatt|preis|menge|zinsen",
        "fr": "tva|taxe|pourboire|remise|prix|quantite",
        "es": "iva|impuesto|propina|descuento|precio",
        "it": "iva|mancia|sconto|prezzo",
        "nl": "btw|prijs|korting|fooi",
        "pl": "vat|rabat|cena|ilosc|napiwek",
        "pt": "iva|gorjeta|desconto|preco",
        "ru": "ндс|скидка|цена",
    },
    "currency": {
        "en": "currency|currency code|transaction currency|account currency|amount currency|currency account|"
        "payment currency|iso currency|currency iso|currency transaction|currency type|"
        "settlement currency|base currency|local currency|currency2|currency 2|currency1|currency 1",
        "de": "wahrung|waehrung|kontowahrung|wrg|whg|wahrungscode|wahrung konto",
        "fr": "devise|monnaie|monn|devise compte|code devise|dev",
        "es": "divisa|moneda|divisa cuenta|codigo divisa",
        "it": "divisa|valuta|moneta|div",
        "nl": "munt|valuta|muntsoort|valutacode|muntcode",
        "pl": "waluta|waluta rachunku|waluta operacji|waluta transakcji",
        "pt": "moeda|divisa|codigo moeda",
        "ru": "валюта|валюта операции|валюта счета|валюта счёта|код валюты|валюта платежа",
        "cs": "mena|mena uctu|kod meny",
        "hu": "deviza|devizanem|penznem|tranzakcio devizaneme",
        "ro": "moneda|valuta|deviza|moneda cont",
        "tr": "para birimi|doviz|doviz cinsi|doviz kodu|doviz turu",
        "sv": "valuta",
        "fi": "valuutta",
    },
    "original_currency": {
        "en": "original currency|foreign currency|type foreign currency|currency original|orig currency|"
        "original transaction currency|source currency|currency foreign|foreign currency code",
        "de": "originalwahrung|fremdwahrung|wahrung fremdwahrung",
        "fr": "devise origine|devise etrangere",
        "es": "divisa original|moneda original",
        "it": "valuta originale|divisa originale",
        "nl": "originele valuta|vreemde valuta",
        "pl": "waluta oryginalna",
        "pt": "moeda original",
        "cs": "puvodni mena",
        "hu": "eredeti deviza|eredeti devizanem",
    },
    # ----- parties. counterparty: the other side, whichever it is
    "counterparty_name": {
        "en": "counterparty|counterparty name|name counterparty|partner|partner name|payee payer|payer payee|"
        "name sender receiver|sender receiver|sender recipient|other party|third party|contact|counterpart|"
        "counterpart name|opposing party|other party name|payer payee name|payee or payer|recipient sender|"
        "remitter beneficiary|beneficiary remitter",
        "de": "auftraggeber empfanger|empfanger auftraggeber|begunstigter zahlungspflichtiger|beguenstigter "
        "zahlungspflichtiger|zahlungspflichtiger begunstigter|name zahlungsbeteiligter|zahlungsbeteiligter|partner|"
        "partnername|gegenpartei|name gegenpartei|empfanger zahlungspflichtiger|zahlungsempfanger zahlungspflichtiger|"
        "zahlungspflichtiger zahlungsempfanger|name gegenkonto|auftraggeber begunstigter",
        "fr": "contrepartie|nom contrepartie|tiers|beneficiaire emetteur|emetteur beneficiaire",
        "es": "contraparte|nombre contraparte|ordenante beneficiario|beneficiario ordenante",
        "it": "controparte|nome controparte|ordinante beneficiario",
        "nl": "tegenpartij|naam tegenpartij|naam tegenrekening",
        "pl": "kontrahent|nazwa kontrahenta|dane kontrahenta|nadawca odbiorca|odbiorca nadawca",
        "pt": "contraparte|nome contraparte",
        "ru": "контрагент|наименование контрагента|корреспондент",
        "cs": "protistrana|nazev protistrany|nazev protiuctu|nazev protistrany protiuctu",
        "hu": "partner|partner neve|ellenoldal",
        "ro": "contrapartida|partener|nume partener",
        "tr": "karsi taraf|karsi taraf adi",
    },
    "counterparty_account": {
        "en": "counterparty account|counterparty account number|counterparty iban|account counterparty|partner iban|"
        "partner account|other account|contra account|opposing account|payee account number|counterpart account|"
        "counterpart iban|other party account|iban counterparty|partner account number|payee payer account",
        "de": "gegenkonto|gegenkonto iban|iban gegenkonto|iban zahlungsbeteiligter|kontonummer iban|partner iban|"
        "partner konto|iban gegenpartei|konto gegenpartei",
        "fr": "compte contrepartie|iban contrepartie|compte tiers",
        "es": "cuenta contraparte|iban contraparte|cuenta contrapartida",
        "it": "conto controparte|iban controparte",
        "nl": "tegenrekening|rekening tegenpartij|iban tegenpartij|tegenrekening iban|rekeningnummer tegenpartij",
        "pl": "rachunek kontrahenta|nr rachunku kontrahenta|konto kontrahenta|numer rachunku kontrahenta",
        "pt": "conta contraparte",
        "ru": "счет контрагента|счёт контрагента",
        "cs": "protiucet|cislo protiuctu",
        "hu": "partner szamlaszama|ellenszamla",
        "ro": "cont partener|iban partener",
        "tr": "karsi hesap|karsi hesap no|karsi iban",
    },
    "payer_name": {
        "en": "payer|payer name|name payer|payor|payor name|paid by|sender|sender name|name sender|from|from name|"
        "name from|from party|debtor|debtor name|name debtor|remitter|remitter name|ordering party|"
        "ordering party name|ordering customer|ordering customer name|orderer|money from|sent by|transferor|"
        "transferor name|from customer|sender full name|remitting party|by order|ordering institution|from person|"
        "from entity",
        "de": "auftraggeber|name auftraggeber|auftraggeber name|zahler|name zahler|zahlungspflichtiger|"
        "zahlungspflichtige|zahlungspflichtige r|name zahlungspflichtiger|absender|absendername|name absender|von|"
        "einzahler|bezahlt von|sender",
        "fr": "payeur|nom payeur|donneur ordre|nom donneur ordre|emetteur|nom emetteur|debiteur|nom debiteur|"
        "expediteur|nom expediteur|paye par",
        "es": "ordenante|nombre ordenante|pagador|nombre pagador|remitente|nombre remitente|emisor|nombre emisor|"
        "deudor|nombre deudor|pagado por|desde",
        "it": "ordinante|nome ordinante|pagatore|nome pagatore|mittente|nome mittente|debitore|nome debitore|"
        "pagato da|da",
        "nl": "betaler|naam betaler|opdrachtgever|naam opdrachtgever|afzender|naam afzender|betaald door|van",
        "pl": "nadawca|nazwa nadawcy|zleceniodawca|nazwa zleceniodawcy|platnik|nazwa platnika|dluznik|od|od kogo",
        "pt": "ordenante|nome ordenante|pagador|nome pagador|remetente|nome remetente|devedor|pago por",
        "ru": "плательщик|наименование плательщика|отправитель|имя отправителя|наименование отправителя|от кого|"
        "фио отправителя|фио плательщика",
        "cs": "platce|nazev platce|odesilatel|prikazce|nazev prikazce|jmeno platce|od",
        "sk": "platitel|odosielatel|prikazca",
        "hu": "fizeto|fizeto neve|kuldo|kuldo neve|megbizo|megbizo neve|utalo",
        "ro": "platitor|nume platitor|ordonator|nume ordonator|expeditor|nume expeditor",
        "tr": "gonderen|gonderen adi|odeyen|gonderici|gonderici adi|odeyen adi",
    },
    "payer_account": {
        "en": "payer account|payer account number|payer iban|payer account iban|from account|from account number|"
        "account from|from iban|sender account|sender account number|sender iban|debtor account|debtor iban|"
        "debtor account number|ordering account|ordering party account|ordering customer account|remitter account|"
        "remitter account number|orig account|source account|source iban|debit account|debit account number|"
        "account payer|account sender|iban sender|iban payer|ordering party iban|origin account|from wallet|"
        "debited account|remitter iban|from account id|sender account id|source account number|nameorig",
        "de": "konto auftraggeber|iban auftraggeber|auftraggeber iban|auftraggeber konto|zahler iban|iban zahler|"
        "absender iban|absenderkonto|konto absender|von konto|belastungskonto|konto zahler|quellkonto",
        "fr": "compte payeur|iban payeur|compte emetteur|iban emetteur|compte donneur ordre|iban donneur ordre|"
        "compte debiteur|iban debiteur|compte a debiter|compte source",
        "es": "cuenta ordenante|iban ordenante|cuenta pagador|cuenta remitente|cuenta origen|iban origen|"
        "cuenta cargo|cuenta emisor",
        "it": "conto ordinante|iban ordinante|conto pagatore|conto mittente|iban mittente|conto addebito",
        "nl": "rekening betaler|iban betaler|rekening opdrachtgever|iban opdrachtgever|van rekening|rekening afzender",
        "pl": "numer rachunku nadawcy|rachunek nadawcy|konto nadawcy|rachunek zleceniodawcy|rachunek platnika|"
        "nr rachunku nadawcy|z rachunku|rachunek obciazany",
        "pt": "conta ordenante|iban ordenante|conta origem|conta remetente|conta pagador",
        "ru": "счет плательщика|счёт плательщика|счет отправителя|счёт отправителя|со счета|со счёта",
        "cs": "ucet platce|cislo uctu platce|ucet odesilatele|ucet prikazce|z uctu",
        "hu": "fizeto szamlaszama|kuldo szamlaszama|megbizo szamlaszama|terhelendo szamla",
        "ro": "cont platitor|iban platitor|cont ordonator|cont sursa",
        "tr": "gonderen hesap|gonderen iban|gonderen hesap no|borclu hesap",
    },
    "payee_name": {
        "en": "beneficiary|beneficiary name|name beneficiary|bene|bene name|payee|payee name|name payee|paid to|"
        "receiver|receiver name|name receiver|recipient|recipient name|name recipient|to|to name|name to|to party|"
        "creditor|creditor name|name creditor|ben name|transferee|transferee name|sent to|money to|"
        "receiving party|beneficiary customer|to customer|receiver full name|recipient full name|to person|to entity",
        "de": "empfanger|name empfanger|empfanger name|begunstigter|begunstigte|beguenstigter|name begunstigter|"
        "zahlungsempfanger|zahlungsempfanger in|name zahlungsempfanger|empfangername|an|bezahlt an|glaubiger",
        "fr": "beneficiaire|nom beneficiaire|destinataire|nom destinataire|creancier|nom creancier|crediteur|paye a",
        "es": "beneficiario|nombre beneficiario|destinatario|nombre destinatario|acreedor|receptor|nombre receptor|"
        "pagado a|hasta",
        "it": "beneficiario|nome beneficiario|destinatario|nome destinatario|creditore|nome creditore|pagato a|a",
        "nl": "begunstigde|naam begunstigde|ontvanger|naam ontvanger|betaald aan|aan|naar",
        "pl": "odbiorca|nazwa odbiorcy|beneficjent|nazwa beneficjenta|wierzyciel|do|do kogo",
        "pt": "beneficiario|nome beneficiario|destinatario|nome destinatario|credor|recebedor|pago a",
        "ru": "получатель|наименование получателя|бенефициар|имя получателя|кому|фио получателя",
        "cs": "prijemce|nazev prijemce|beneficient|jmeno prijemce|komu",
        "sk": "prijemca|nazov prijemcu",
        "hu": "kedvezmenyezett|kedvezmenyezett neve|cimzett|cimzett neve",
        "ro": "beneficiar|nume beneficiar|destinatar|nume destinatar",
        "tr": "alici|alici adi|lehdar|lehdar adi|alacakli",
    },
    "payee_account": {
        "en": "beneficiary account|beneficiary account number|beneficiary iban|bene account|bene account number|"
        "payee account|payee iban|payee account number|receiver account|receiver iban|receiver account number|"
        "recipient account|recipient iban|recipient account number|to account|to account number|to iban|account to|"
        "creditor account|creditor iban|creditor account number|dest account|destination account|destination iban|"
        "credit account|credit account number|account beneficiary|account receiver|iban beneficiary|iban receiver|"
        "ben account|target account|to wallet|credited account|to account id|receiver account id|"
        "destination account number|namedest",
        "de": "konto empfanger|iban empfanger|empfanger iban|empfanger konto|begunstigten iban|empfangerkonto|"
        "iban begunstigter|konto begunstigter|zahlungsempfanger iban|an konto|gutschriftskonto|zielkonto|"
        "iban zahlungsempfanger",
        "fr": "compte beneficiaire|iban beneficiaire|compte destinataire|iban destinataire|compte a crediter|"
        "compte creancier|compte destination",
        "es": "cuenta beneficiario|iban beneficiario|cuenta destinatario|cuenta destino|iban destino|cuenta abono|"
        "cuenta receptor",
        "it": "conto beneficiario|iban beneficiario|conto destinatario|iban destinatario|conto accredito",
        "nl": "rekening begunstigde|iban begunstigde|rekening ontvanger|naar rekening|iban ontvanger",
        "pl": "numer rachunku odbiorcy|rachunek odbiorcy|konto odbiorcy|rachunek beneficjenta|nr rachunku odbiorcy|"
        "na rachunek|rachunek uznawany",
        "pt": "conta beneficiario|iban beneficiario|conta destino|conta destinatario",
        "ru": "счет получателя|счёт получателя|на счет|на счёт",
        "cs": "ucet prijemce|cislo uctu prijemce|na ucet",
        "hu": "kedvezmenyezett szamlaszama|cimzett szamlaszama",
        "ro": "cont beneficiar|iban beneficiar|cont destinatar|cont destinatie",
        "tr": "alici hesap|alici iban|alici hesap no|alacakli hesap",
    },
    "originator_name": {  # the payer beside a beneficiary (FATF); in ACH whoever started it: alone it says nothing
        "en": "originator|originator name|name originator|orig name|originating party"
    },
    "originator_account": {
        "en": "originator account|originator account number|originator iban|originating account|orig account number"
    },
    # ----- the account that the file is about
    "account": {
        "en": "account|account number|account id|iban|account iban|iban account|own account|my account|account no|"
        "bank account number|statement account|our account|bank account iban",
        "de": "konto|kontonummer|iban|auftragskonto|konto nr|auftraggeberkonto|iban auftraggeberkonto|konto iban|"
        "eigenes konto|iban kontoinhaber|kontonr",
        "fr": "compte|numero compte|iban|iban compte|compte number",
        "es": "cuenta|numero cuenta|iban|cuenta number",
        "it": "conto|numero conto|iban|conto corrente|conto number",
        "nl": "rekening|rekeningnummer|iban|iban bban|rekeningnr",
        "pl": "konto|rachunek|numer rachunku|numer konta|iban|rachunek number",
        "pt": "conta|numero conta|iban|conta number",
        "ru": "счет|счёт|номер счета|номер счёта",
        "cs": "ucet|cislo uctu",
        "hu": "szamla|szamlaszam",
        "ro": "cont|numar cont|iban",
        "tr": "hesap|hesap no|hesap numarasi|iban|hesap number",
    },
    "account_name": {
        "en": "account name|account holder|account holder name|holder|holder name|account owner|customer name|"
        "cardholder|card holder|cardholder name|card member|member name",
        "de": "kontoinhaber|kontobezeichnung|kontoname|name kontoinhaber|karteninhaber|inhaber",
        "fr": "titulaire|nom compte|titulaire compte|intitule compte",
        "es": "titular|nombre cuenta|titular cuenta",
        "it": "intestatario|nome conto|titolare",
        "nl": "rekeninghouder|naam rekening|rekeningnaam|kaarthouder",
        "pl": "nazwa rachunku|posiadacz|wlasciciel rachunku",
        "pt": "titular|nome conta",
        "ru": "владелец счета|владелец счёта|владелец",
        "cs": "nazev uctu|majitel uctu",
        "hu": "szamla neve|szamlatulajdonos",
        "ro": "titular|titular cont|nume cont",
        "tr": "hesap adi|hesap sahibi",
    },
    # ----- texts and codes
    "remittance_info": {
        "en": "description|details|detail|purpose|purpose payment|payment purpose|narrative|narration|memo|note|notes|"
        "remark|remarks|message|text|label|payment details|transaction description|transaction details|particulars|"
        "remittance information|remittance info|remittance|payment description|reason|comment|comments|"
        "payment note|payment reference|transaction text|additional information|transactions|transaction|subject|"
        "notification text|details payment|original description|payment text|unstructured|reason payment",
        "de": "verwendungszweck|zahlungszweck|beschreibung|text|buchungsdetails|bemerkung|notiz|buchungstext|details|"
        "zweck|vorgang|betreff|buchungsinformation|beschreibung1|zahlungsgrund|mitteilung|"
        "buchungs details|avisierungstext",
        "fr": "libelle|description|motif|detail|communication|details|libelle operation|detail ecriture|"
        "objet|remarque|nature operation|libelle ecriture|motif paiement|informations|commentaire",
        "es": "concepto|descripcion|detalle|detalles|observaciones|motivo|asunto|concepto pago|comentario|"
        "concepto operacion",
        "it": "descrizione|causale|dettagli|descrizione operazione|note|causale pagamento|dettaglio",
        "nl": "omschrijving|mededeling|mededelingen|beschrijving|vrije mededeling|toelichting|kenmerk omschrijving",
        "pl": "opis|opis operacji|tytul|tytul operacji|tytul przelewu|szczegoly|szczegoly transakcji|opis transakcji|"
        "tytulem",
        "pt": "descricao|historico|descritivo|detalhes|descricao operacao|observacoes|motivo",
        "ru": "описание|описание операции|назначение|назначение платежа|основание|детали операции|комментарий",
        "cs": "popis|zprava|poznamka|zprava pro prijemce|popis transakce|ucel platby|popis operace",
        "hu": "kozlemeny|leiras|megjegyzes|reszletek",
        "ro": "descriere|detalii|explicatii|descrierea tranzactiei|detalii tranzactie|detalii plata",
        "tr": "aciklama|islem aciklamasi|odeme aciklamasi",
        "sv": "text|meddelande|beskrivning",
        "da": "tekst|besked",
        "fi": "viesti|selite",
    },
    "servicer_ref": {
        "en": "transaction id|reference|reference number|bank reference|transaction reference|reference id|"
        "transaction number|receipt number|operation number|transaction reference number|confirmation number|id|"
        "payment id|trace number|unique id|transfer id|journal number|entry reference|document number|"
        "balance transaction id|sequence number|tran id",
        "de": "referenz|referenznummer|transaktionscode|transaktionsnummer|belegnummer|bankreferenz|transaktionsid|"
        "buchungsreferenz|auftragsnummer|transaktion id|laufende nummer",
        "fr": "reference|numero transaction|number transaction|numero operation|reference operation|transaction number",
        "es": "referencia|numero operacion|numero movimiento|referencia operacion|numero referencia",
        "it": "riferimento|numero operazione|id transazione|cro|numero riferimento",
        "nl": "referentie|transactienummer|volgnummer|transactie referentie|transactiereferentie",
        "pl": "referencje|numer transakcji|numer referencyjny|id transakcji|numer operacji",
        "pt": "referencia|numero documento|numero operacao|number documento",
        "ru": "референс|номер операции|номер документа|номер транзакции|номер платежа",
        "cs": "id transakce|referencni cislo|cislo transakce|id operace|reference",
        "hu": "tranzakcio azonosito|megbizas azonosito|azonosito|referencia",
        "ro": "referinta|referinta tranzactiei|numar tranzactie|numar document",
        "tr": "referans|islem no|dekont no|referans no|fis no",
    },
    "end_to_end_id": {
        "en": "end to end id|end to end reference|endtoendid|e2e id|end to end identification|end to end",
        "de": "ende zu ende referenz|end to end referenz|kundenreferenz|kundenreferenz end to end|eref",
    },
    "transaction_code": {
        "en": "type|transaction type|transaction code|payment type|type transaction|operation type|tran type|"
        "transaction kind|entry type|tx type|kind|reporting category|payment method|operation|transaction type code|"
        "type code|category code|method",
        "de": "umsatzart|umsatztyp|typ|art|transaktionstyp|buchungsart|transaktionsart|geschaftsvorfall",
        "fr": "type|type operation|nature|type transaction|code operation",
        "es": "tipo|tipo operacion|tipo movimiento|tipo transaccion",
        "it": "tipo|tipo operazione|tipologia|causale abi|tipo movimento",
        "nl": "type|mutatiesoort|soort|code|transactietype|soort transactie",
        "pl": "typ|typ transakcji|rodzaj|rodzaj operacji|rodzaj transakcji|typ operacji",
        "pt": "tipo|tipo operacao|tipo movimento|tipo transacao",
        "ru": "тип|тип операции|вид операции",
        "cs": "typ|typ transakce|kategorie transakce|druh|typ operace",
        "hu": "tipus|tranzakcio tipusa|tranzakcio jellege",
        "ro": "tip|tip tranzactie|tipul tranzactiei|tip operatiune",
        "tr": "tur|islem turu|islem tipi|tip",
    },
    "status": {
        "en": "status|state|transaction status|payment status|booking status|status code|transaction state|"
        "state type|posting status|current status|result|cleared",
        "de": "status|buchungsstatus|zustand|transaktionsstatus|zahlungsstatus",
        "fr": "statut|etat|statut operation|etat operation",
        "es": "estado|estatus|situacion|estado operacion",
        "it": "stato|stato operazione|esito",
        "nl": "status|toestand",
        "pl": "status|stan|status transakcji|status operacji",
        "pt": "estado|situacao|estado operacao|status",
        "ru": "статус|состояние|статус операции|статус платежа",
        "cs": "stav|status|stav transakce",
        "hu": "statusz|allapot",
        "ro": "stare|statut|status",
        "tr": "durum|islem durumu",
    },
    "tx_hash": {"en": "transaction hash|txhash|tx hash|hash|transaction hash id"},
    "cheque_no": {
        "en": "check number|cheque number|checknumber|check|cheque|check or slip number|chequenumber|chq number",
        "de": "schecknummer|scheck",
        "fr": "numero cheque|cheque number",
        "es": "numero cheque|cheque number",
    },
    "mcc": {"en": "mcc|mcc code|merchant category code|merchant category"},
    "merchant": {
        "en": "merchant|merchant name|store name|shop",
        "de": "handler|haendler|handlername",
        "fr": "commercant|nom commercant",
        "es": "comercio|nombre comercio",
        "it": "esercente|negozio",
        "nl": "handelaar|winkel|naam handelaar",
    },
    "place": {
        "en": "location|place|city|town|branch|city state|merchant place|terminal|merchant city",
        "de": "ort|filiale",
        "fr": "lieu|ville|agence",
        "es": "lugar|ciudad|oficina|sucursal",
        "it": "luogo|citta|filiale",
        "nl": "locatie|plaats",
        "pl": "miejsce|miasto",
        "ru": "город|место|город совершения операции",
    },
    "card_last4": {"en": "card last four digits|last four digits|last 4 digits|card last4|card last 4|card last four"},
}
"""Role -> language -> phrases, parted by ``|``. Data: a language is widened here and nowhere else."""

CURRENCY_WORDS: Final = (
    "currency|currencies|wahrung|waehrung|devise|devises|monnaie|divisa|divisas|moneda|valuta|valute|waluta|walucie|"
    "waluty|mena|mene|meny|moeda|валюта|валюте|deviza|devizanem|devizaneme|devizanemeben|penznem|doviz|munt|para|birimi"
)
"""Words for a currency in a header, in the cases they stand in; without them a header pairs with its amount."""

AMOUNT_WORDS: Final = (
    "amount|value|sum|total|betrag|umsatz|montant|somme|importe|monto|cantidad|importo|bedrag|kwota|suma|valor|"
    "сумма|сумме|castka|osszeg|osszege|tutar|tutari|belopp|balance|saldo|price"
)
"""Words for an amount in a header; without them a header pairs with its currency."""
