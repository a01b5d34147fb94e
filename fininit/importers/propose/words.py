"""Headers and coded words to meanings: folding, and look-ups in ``vocabulary``. No file is looked at here.

A header is folded before it is looked up: accents, case and punctuation are set aside, ``camelCase`` and ``snake_case``
are taken apart, a currency in it ("Amount (GBP)", "Betrag in EUR", "amount_usd") is taken out and kept, small words
("of", "de", "der") are dropped, the usual short forms are written out. What is left must be a phrase, whole.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Literal

from fininit.importers.propose import languages
from fininit.importers.propose.vocabulary import ROLES
from fininit.values.assets import ISO_4217

__all__ = ["Heading", "direction_word", "fold", "footer_word", "heading", "sign_currency", "status_word"]

# Signs that stand for one currency only. "$", "£", "¥", "kr", "Rs" and "Fr." stand for several: they prove nothing.
_SIGNS: Final = {
    "€": "EUR",
    "₽": "RUB",
    "₴": "UAH",
    "₺": "TRY",
    "₹": "INR",
    "₪": "ILS",
    "₫": "VND",
    "₱": "PHP",
    "₦": "NGN",
    "₸": "KZT",
    "₾": "GEL",
    "₼": "AZN",
    "₡": "CRC",
    "₲": "PYG",
    "₵": "GHS",
    "₮": "MNT",
    "₭": "LAK",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "R$": "BRL",
    "US$": "USD",
    "A$": "AUD",
    "AU$": "AUD",
    "CA$": "CAD",
    "HK$": "HKD",
    "NZ$": "NZD",
    "S$": "SGD",
    "NT$": "TWD",
    "MX$": "MXN",
    "CN¥": "CNY",
    "JP¥": "JPY",
    "грн": "UAH",
    "грн.": "UAH",
}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Codes that people write in headers without brackets; the others could be words ("all", "top", "try", "mad", "cup").
_PLAIN_CODES: Final = _set(
    "AED AUD AZN BGN BRL BYN CAD CHF CNY CZK DKK EUR GBP HKD HRK HUF IDR ILS INR ISK JPY KES KRW KZT MDL MKD MXN NGN "
    "NOK NZD PHP PKR PLN RON RSD RUB RUR SEK SGD THB UAH USD VND ZAR"
)

_SMALL: Final = _set("of the de du des la le les der die das den dem del della dell di dos van het w we")

_SHORT: Final = {
    **dict.fromkeys(("nr", "no", "num", "nro", "numero", "nummer", "nbr"), "number"),
    **dict.fromkeys(("acct", "acc", "acnt"), "account"),
    **dict.fromkeys(("amt", "amnt"), "amount"),
    **dict.fromkeys(("trans", "txn", "trx", "transact", "trn", "tran"), "transaction"),
    **dict.fromkeys(("ccy", "curr", "cur"), "currency"),
    **dict.fromkeys(("desc", "descr"), "description"),
    **dict.fromkeys(("ref", "refno"), "reference"),
    **dict.fromkeys(("dt",), "date"),
    **dict.fromkeys(("bal",), "balance"),
    **dict.fromkeys(("cpty", "ctpty"), "counterparty"),
    **dict.fromkeys(("benef", "benefic", "bnf"), "beneficiary"),
    **dict.fromkeys(("chq",), "cheque"),
}
_PAIRS: Final = {
    ("a", "c"): "account",
    ("counter", "party"): "counterparty",
    ("e", "2", "e"): "end to end",
    ("e2", "e"): "end to end",
    ("e2e",): "end to end",
}
_OTHER_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
_CAMEL: Final = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Ý])|(?<=[A-Z])(?=[A-Z][a-zà-ÿ])")
_ELIDED: Final = re.compile(r"\b(?:d|l|dell|all|nell|qu)['\u2019](?=\w)", re.IGNORECASE)
_NUMBER_SIGN: Final = re.compile(r"\b[nN][\u00b0\u00ba]|№")
_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Words of ``text`` in small letters without accents, punctuation, small words; short forms written out."""
    spaced = text
    if not text.isascii():
        spaced = unicodedata.normalize("NFKC", _NUMBER_SIGN.sub(" number ", text))
    if "'" in text or "\u2019" in text:
        spaced = _ELIDED.sub(" ", spaced)
    plain = _CAMEL.sub(" ", spaced).casefold()
    if not plain.isascii():
        plain = plain.translate(_OTHER_LETTERS)
        # й is a letter of its own in Cyrillic, not an и with an accent: only Latin marks are set aside
        plain = "".join(ch if "\u0400" <= ch <= "\u04ff" else _unmarked(ch) for ch in plain)
    tokens = re.findall(r"[^\W_]+", plain)
    return " ".join(_words(tokens))


@lru_cache(maxsize=1024)
def _unmarked(ch: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", ch) if not unicodedata.combining(c))


def _words(tokens: list[str]) -> list[str]:
    out: list[str] = []
    i = 0
    while i < len(tokens):
        for size in (3, 2, 1):
            found = _PAIRS.get(tuple(tokens[i : i + size]))
            if found is not None:
                out.extend(found.split())
                i += size
                break
        else:
            out.append(_SHORT.get(tokens[i], tokens[i]))
            i += 1
    kept = [t for t in out if t not in _SMALL]
    return kept or out


@dataclass(frozen=True, slots=True)
class Heading:
    """A header read: ``roles`` it may have (empty: a word nobody listed), ``currency`` it states, ``name`` folded.

    ``stem`` is the folded name without its last word "currency" (and the like), to pair an amount with its currency.
    """

    text: str
    name: str
    roles: frozenset[str]
    currency: str | None = None

    @property
    def known(self) -> bool:
        """Whether the vocabulary knows it; only then may a message name it."""
        return bool(self.roles)


@cache
def _phrases() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for table in (ROLES, languages.FURTHER):
        for role, by_language in table.items():
            for phrases in by_language.values():
                for phrase in phrases.split("|"):
                    found.setdefault(fold(phrase), set()).add(role)
    return {name: frozenset(roles) for name, roles in found.items()}


@lru_cache(maxsize=4096)
def heading(text: str) -> Heading:
    """What the header ``text`` may mean."""
    phrases = _phrases()
    whole = fold(text)
    if whole in phrases and not _states_currency(text):
        return Heading(text, whole, phrases[whole])
    rest, currency = _without_currency(text)
    name = fold(rest)
    if currency is not None and name:
        return Heading(text, name, phrases.get(name, frozenset()), currency)
    if whole in phrases:
        return Heading(text, whole, phrases[whole])
    # "Amount (total)", "Date (UTC)": what stands in brackets is a remark unless it makes a phrase of its own
    bare = fold(_BRACKETS.sub(" ", text))
    if bare != whole and bare in phrases and fold(" ".join(_BRACKETS.findall(text))) in _REMARKS:
        return Heading(text, bare, phrases[bare])
    return Heading(text, whole, frozenset())


_REMARKS: Final = frozenset(
    ("utc", "gmt", "total", "local", "local time", "dd mm yyyy", "mm dd yyyy", "yyyy mm dd", "signed", "")
)


def _states_currency(text: str) -> bool:
    return _without_currency(text)[1] is not None


def _without_currency(text: str) -> tuple[str, str | None]:
    """``text`` without the currency it states and the code; unchanged and None when it states none or two."""
    found: list[tuple[str, str]] = []
    for match in _BRACKETS.finditer(text):
        code = _code(match[1].removeprefix("in ").strip(), any_code=True)
        if code is not None:
            found.append((text[: match.start()] + " " + text[match.end() :], code))
    if not found:
        tokens = re.split(r"[\s_\-/.]+", text.strip())
        if len(tokens) > 1:
            for i in (len(tokens) - 1, 0):
                code = _code(tokens[i], any_code=False)
                if code is not None:
                    left = tokens[:i] + tokens[i + 1 :]
                    if i and left[-1].casefold() == "in":
                        left.pop()
                    found.append((" ".join(left), code))
                    break
    return found[0] if len(found) == 1 else (text, None)


def _code(token: str, *, any_code: bool) -> str | None:
    if token in _SIGNS:
        return _SIGNS[token]
    code = token.upper()
    if any_code and code in ISO_4217 and len(token) == 3:
        return code
    return code if code in _PLAIN_CODES and token in (code, token.lower()) else None


def sign_currency(affix: str) -> str | None:
    """The one currency that a sign or code beside a number stands for; None when it could be several."""
    if affix in ISO_4217:
        return affix
    return _SIGNS.get(affix)


# ----- words in cells


def _table(*lines: str) -> frozenset[str]:
    return frozenset(fold(word) for line in lines for word in line.split("|"))


_STATUS: dict[str, frozenset[str]] = {
    "booked": _table(
        "completed|complete|booked|posted|settled|cleared|success|successful|succeeded|done|executed|processed|paid|"
        "approved|finished|closed|confirmed|ok|book|final|finalised|finalized|credited|debited",
        "gebucht|abgeschlossen|ausgefuhrt|erledigt|verbucht|umsatz gebucht|erfolgreich",
        "comptabilise|execute|effectue|termine|valide|realise|passe",
        "completado|completada|contabilizado|ejecutado|realizado|liquidado|finalizado",
        "completato|contabilizzato|eseguito|regolato|eseguita",
        "geboekt|voltooid|uitgevoerd|verwerkt",
        "zaksiegowana|zaksiegowano|zrealizowana|zakonczona|wykonana|rozliczona|zrealizowany",
        "concluido|concluida|efetuado|liquidada|realizada|executado",
        "исполнено|исполнен|выполнено|выполнен|проведено|проведен|завершено|успешно|завершен",
        "zauctovano|provedeno|dokonceno|zaúctovana",
        "konyvelt|teljesult|vegrehajtva|lekonyvelt",
        "finalizata|procesata|efectuata|executata|finalizat",
        "tamamlandi|gerceklesti|basarili|onaylandi",
        "bokfort|bogfort",
    ),
    "pending": _table(
        "pending|processing|in progress|authorised|authorized|authorisation|authorization|on hold|hold|scheduled|"
        "pdng|awaiting|in review|under review|open|in transit|initiated|queued|not posted|unposted|blocked|placed",
        "vorgemerkt|ausstehend|offen|in bearbeitung|geplant|umsatz vorgemerkt|angekundigt|reserviert",
        "en attente|en cours|a venir|prevu",
        "pendiente|en proceso|en curso|retenido|programado",
        "in attesa|in sospeso|in corso|da contabilizzare|in lavorazione|autorizzato",
        "in behandeling|gereserveerd|openstaand|gepland",
        "oczekujaca|w realizacji|w toku|nierozliczona|blokada|autoryzacja|oczekuje|nierozliczone",
        "pendente|em processamento|em curso|agendado",
        "в обработке|ожидает|ожидание|в ожидании|обрабатывается|заблокировано",
        "cekajici|nezauctovano|ve zpracovani|blokace",
        "fuggoben|folyamatban|varakozik|zarolt",
        "in asteptare|in curs|in procesare",
        "beklemede|bekliyor|provizyon|isleniyor",
    ),
    "failed": _table(
        "failed|failure|declined|denied|rejected|cancelled|canceled|error|expired|void|voided|unsuccessful|refused|"
        "aborted|blocked by bank|not completed|insufficient funds|fail",
        "fehlgeschlagen|abgelehnt|storniert|abgebrochen|zuruckgewiesen|nicht ausgefuhrt",
        "echoue|refuse|annule|rejete|echec",
        "fallido|rechazado|cancelado|denegado|anulado|fallida|rechazada",
        "fallito|rifiutato|annullato|respinto|non eseguito|stornato",
        "mislukt|geweigerd|geannuleerd|afgewezen",
        "odrzucona|anulowana|nieudana|odmowa|odrzucony|niezrealizowana",
        "falhado|recusado|rejeitado|falhou|anulada",
        "отклонено|отказ|отменено|ошибка|отклонен|не исполнено|отменен|неуспешно",
        "zamitnuto|zruseno|neprovedeno|storno",
        "elutasitva|sikertelen|torolve|visszautasitva",
        "esuata|respinsa|anulata|esuat",
        "basarisiz|reddedildi|iptal|iptal edildi",
    ),
    "reversed": _table(
        "reversed|reverted|returned|refunded|charged back|chargeback|reversal",
        "ruckgangig|zuruckgebucht|erstattet|ruckerstattet",
        "rembourse|contre passe|extourne",
        "devuelto|reembolsado|revertido|retrocedido",
        "rimborsato|riaccreditato",
        "teruggeboekt|terugbetaald|gestorneerd",
        "zwrocona|wycofana|zwrot",
        "devolvido|estornado|reembolsada|estornada",
        "возвращено|возврат|сторно",
        "vraceno|iade|iade edildi|visszavonva|returnata",
    ),
}


_STATUS |= {status: words | _table(languages.STATUS[status]) for status, words in _STATUS.items()}


def status_word(word: str) -> str | None:
    """booked, pending, failed or reversed; None for a word nobody listed: it is asked about, never guessed."""
    folded = fold(word)
    for status, words in _STATUS.items():
        if folded in words:
            return status
    return None


def unsettled_word(word: str) -> bool:
    """Whether a cell is a word for a payment that did not, or not yet, move money, whatever its column is called."""
    return status_word(word) in ("pending", "failed", "reversed")


_FLAGS: Final[dict[str, frozenset[str]]] = {
    "out": _table(
        "d|dr|db|dbit|debit|debits|deb|debet|out|outflow|outgoing|outbound|paid out|money out|withdrawal|dbt",
        "s|soll|belastung|ausgang|lastschrift|debito|dare|cargo|addebito|uscita|salida|egreso|gasto|adeudo",
        "af|bij af af|wn|obciazenie|saida|дебет|д|расход|списание|na vrub|debet|odchozi|terheles|kiadas|t|"
        "debitare|borc|giden|sortie|depense|debe",
        languages.OUT,
    )
    | {"-"},
    "in": _table(
        "c|cr|crdt|credit|credits|cred|kredit|in|inflow|incoming|inbound|paid in|money in|deposit|cdt",
        "h|haben|gutschrift|eingang|credito|avere|abono|accredito|entrata|entrada|ingreso|haber",
        "bij|ma|uznanie|кредит|к|приход|зачисление|ve prospech|prichozi|jovairas|bevetel|j|"
        "creditare|alacak|gelen|entree|recette",
        languages.IN,
    )
    | {"+"},
}


# Those among them that can mean nothing else, whatever the column is called.
_PLAIN_FLAGS: Final = _table(
    "dr|db|dbit|debit|debits|debet|out|outflow|outgoing|outbound|paid out|money out|cr|crdt|credit|credits|kredit|in|"
    "inflow|incoming|inbound|paid in|money in|soll|haben|debito|credito|dare|avere|debe|haber|wn|ma|obciazenie|uznanie|"
    "дебет|кредит|приход|расход|af|bij|terheles|jovairas|borc|alacak|ausgang|eingang|uitgaand|inkomend|dt|ct"
)


def direction_word(word: str, *, named: bool = True) -> Literal["in", "out"] | None:
    """What a debit/credit mark says of the holder's money; None for a word nobody listed.

    In a column that is not ``named`` as such a mark only words count that can mean nothing else: a *Lastschrift* or a
    *deposit* is a kind of payment as well.
    """
    bare = word.strip()
    if not named and fold(bare) not in _PLAIN_FLAGS:
        return None
    folded = fold(bare) or bare
    for direction, words in _FLAGS.items():
        if folded in words or bare in words:
            return "in" if direction == "in" else "out"
    return None


# Words in a type or text column that speak of money going out or coming in. They never prove a sign; they can only
# contradict one (a card prints a purchase positive), and then a person is asked.
_OUTWARD: Final = re.compile(
    r"\b(purchase|sale|withdrawal|atm|cash out|payment to|sent|fee|charge|pos|debit|card payment|direct debit|"
    r"standing order|bill payment|interest charge[ds]?|kartenzahlung|lastschrift|abhebung|auszahlung|dauerauftrag|"
    r"uberweisung an|entgelt|achat|retrait|prelevement|paiement carte|compra|retirada|recibo|pago|acquisto|prelievo|"
    r"addebito|pagamento|aankoop|betaling|geldopname|incasso|zakup|wyplata|platnosc|przelew wychodzacy|saque|"
    r"покупка|списание|снятие|оплата|nakup|vyber|platba kartou|vasarlas|kiadas|plata|retragere|alisveris)\b"
)
_INWARD: Final = re.compile(
    r"\b(deposit|salary|payroll|wages|credit|refund|payment received|received|payment thank you|interest paid|"
    r"interest earned|cash in|gehalt|lohn|gutschrift|einzahlung|zahlungseingang|salaire|virement recu|remboursement|"
    r"nomina|abono|ingreso|stipendio|accredito|salaris|bijschrijving|ontvangen|wynagrodzenie|wplyw|uznanie|salario|"
    r"зарплата|зачисление|поступление|пополнение|vyplata|mzda|jovairas|fizetes|incasare|salariu|maas)\b"
)


def side_note(text: str) -> Literal["in", "out"] | None:
    """What a type or text says of the direction, when it says one thing only."""
    folded = fold(text)
    out, in_ = _OUTWARD.search(folded) is not None, _INWARD.search(folded) is not None
    if out == in_:
        return None
    return "out" if out else "in"


_REVERSED_SIDES: Final = re.compile(
    r"\b(request|requested|charge|collect|collection|direct debit|invoice|refund|reversal|reversed|chargeback|"
    r"lastschrift|einzug|prelevement|recibo|adeudo|incasso|addebito diretto|polecenie zaplaty|ruckbuchung|erstattung|"
    r"storno|remboursement|rimborso|devolucion|zwrot|возврат|inkaso|iade)\b"
)


def reverses_sides(text: str) -> bool:
    """Whether a type says that who asked for the money may stand where who paid it usually stands."""
    return _REVERSED_SIDES.search(fold(text)) is not None


_TOTALS: Final = re.compile(
    r"^(sub ?)?(total|totals|totale|totaux|totales|grand total|sum|summe|gesamt|gesamtsumme|gesamtbetrag|razem|suma|"
    r"suma razem|totaal|somme|итого|всего|celkem|spolu|osszesen|toplam|i alt|summa|total amount|total general|"
    r"total debits?|total credits?|total debits? credits?|total transactions?|obroty|" + languages.TOTALS + r")\b"
)
_BALANCES: Final = re.compile(
    r"^(s a l d o|saldo|balance|solde|kontostand|zustatek|egyenleg|sold|bakiye|остаток|баланс|zostatok|"
    r"(opening|closing|ending|final|start(ing)?|beginning|previous|current|new|old|ledger|book|available) balance|"
    r"balance (at|on|as) (start|end|beginning|close|opening)|"
    r"(anfangs|end|schluss|alter|neuer|anfangs|erster|letzter) ?(saldo|kontostand|bestand)|"
    r"(pocatecni|konecny) zustatek|(вход|исход)ящий остаток|(nyito|zaro) egyenleg|"
    r"(acilis|kapanis|son) bakiye(si)?|(eind|begin|alku|loppu)saldo|stand|"
    rf"(({languages.OPENING}|{languages.CLOSING}) )?({languages.BALANCES}))\b"
)
_OPENING: Final = re.compile(
    r"\b(opening|start|starting|beginning|previous|brought forward|anfangssaldo|alter|anfangsbestand|initial|"
    r"precedent|anterior|inicial|iniziale|precedente|beginsaldo|poczatkowe|pocatecni|входящий|nyito|acilis|old|"
    + languages.OPENING
    + r")\b"
)


def footer_word(text: str) -> Literal["total", "opening", "closing", "balance"] | None:
    """What a line outside the payments states, by its first words: a total, or a balance (opening, closing or some).

    Only for lines that have no date: a payment may be called anything.
    """
    folded = fold(text)
    if not folded:
        return None
    if _TOTALS.search(folded) is not None:
        return "total"
    if _BALANCES.search(folded) is None:
        return None
    if _OPENING.search(folded) is not None:
        return "opening"
    return "closing" if _CLOSING.search(folded) is not None else "balance"


_LINE: Final = re.compile(
    r"(the )?(opening|closing|starting|ending|beginning|previous|new|old|initial|final)( account)? balance"
    r"( (brought|carried) forward)?|balance( (brought|carried) (forward|down))|balance (b f|c f|bf|cf)|"
    r"saldo (anterior|inicial|final|iniziale|finale|precedente|poczatkowe|koncowe|alt|neu|vortrag)|s a l d o|"
    r"(alter|neuer|anfangs|end|schluss) ?(saldo|kontostand)|kontostand|saldovortrag|anfangssaldo|endsaldo|"
    r"solde (initial|final|precedent|nouveau|ancien)|(ancien|nouveau) solde|(grand |sub ?)?totals?|"
    r"total (debits?|credits?)|"
    r"gesamt(summe|betrag)?|summe|razem|totale|totaal|итого( .*)?|всего|(входящий|исходящий) остаток|"
    r"(pocatecni|konecny) zustatek|(nyito|zaro) egyenleg|(acilis|kapanis) bakiyesi|(begin|eind)saldo|"
    r"sold (initial|final)|"
    rf"({languages.TOTALS})|({languages.OPENING}|{languages.CLOSING}) ({languages.BALANCES})"
)


_LABEL: Final = re.compile(  # looked for first, because notes are many
    r"bal|sal|s a l|sold|tot|sum|stan|z[uů]st|egyen|bak|остат|итог|всег|raz|gesam|залиш|усьог|разом|загал|стањ|салд|"
    r"укуп|общо|ukup|υπ[οό]λ|σ[υύ]ν|zost|skup|i alt|yht|kokk|kop|is viso|likut|atlik|svega|наличн",
    re.IGNORECASE,
)


def balance_line(text: str) -> bool:
    """Whether a note is, in whole and but for figures, the label of a balance or a total: then its line may be none of
    the payments, even with a day in it."""
    if len(text) > 60 or _LABEL.search(text) is None:
        return False
    words = [w for w in fold(text).split() if not w.isdigit()]
    return _LINE.fullmatch(" ".join(words)) is not None


_CLOSING: Final = re.compile(
    r"\b(closing|end|ending|final|new|neuer|endsaldo|schlusssaldo|schlussbestand|nouveau|finale?|eindsaldo|koncowe|"
    r"konecny|исходящий|zaro|kapanis|carried forward|" + languages.CLOSING + r")\b"
)
