"""Field 86, the details: who, from where, why, in the dialects that banks agreed on nationally.

What a dialect names goes to its column; what it names without a column stays in the note as printed (``MREF+…``).
Left out of the columns, and kept in the raw text only: the German posting text (00), journal number (10), text key
supplement (34), the BIC beside an IBAN, and the Dutch type of transaction, where a note is given; all of them say in
words what the transaction code says.

A payer writes the note, and may write ``?31`` or ``/IBAN/`` into it. German subfields come in rising order and Dutch
keywords once: where that is broken, nobody can say which part is the bank's, and no counterparty is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from fininit.identifiers.account import account_id
from fininit.identifiers.iban import is_iban_like, parse_iban
from fininit.importers.mt940.line import reference

WIDTH: Final = 65
"""Characters of a full line of field 86; some banks count the tag among them."""

SUBFIELD: Final = 27
"""Characters of a full German subfield. A full one goes on in the next without a blank."""

END_TO_END: Final = 35
"""Characters of the longest end-to-end reference (ISO 20022, Max35Text)."""

MAX_STRUCTURED: Final = 4000
"""Longer texts are a note and nothing more. The standard allows 6 lines of 65; the longest dialect has some 900."""


@dataclass(slots=True)
class Details:
    """What field 86 says.

    ``gvc`` is the German transaction code, ``kind`` the bank's words for it. ``unread`` counts subfields that nobody
    handles, ``muddled`` says that no counterparty could be told from the note, ``address`` that the name goes on with
    an address.
    """

    note: str | None = None
    name: str | None = None
    account: str | None = None
    end_to_end_id: str | None = None
    gvc: str | None = None
    kind: str | None = None
    unread: int = 0
    muddled: bool = False
    address: bool = False


def clean(text: str) -> str | None:
    """Text with runs of blanks made one, or None when nothing is left."""
    return " ".join(text.split()) or None


def account(number: str, bank: str = "") -> str | None:
    """``iban:…``, ``acct:<bank>:<number>`` or ``acct:<number>``; None for blanks, zeros and words for nothing."""
    value = "".join(number.split())
    if value.strip("0") == "" or reference(value) is None:
        return None
    return account_id(value) if is_iban_like(value) else account_id(value, "".join(bank.split()))


def read(lines: list[str]) -> Details:
    """The details in the lines of one or more fields 86 (without tags)."""
    kept = [line for line in lines if line.strip()]
    if not kept:
        return Details()
    text = unwrap(kept)
    if len(text) <= MAX_STRUCTURED:
        for dialect in _DIALECTS:
            found = dialect(kept, text)
            if found is not None:
                return found
    return Details(note=clean(text))


def unwrap(lines: list[str]) -> str:
    """The lines as one text. A full line was cut mid-word; behind a short one, blanks were lost or words ended."""
    out = [lines[0]]
    for i, line in enumerate(lines[1:]):
        before = lines[i]
        full = len(before) + (4 if i == 0 else 0) >= WIDTH
        blank = before.endswith(" ") or line.startswith(" ")
        # a German subfield begins with the line, or its mark was cut in two
        subfield = re.match(r"[?>^~<|][0-9]{2}", line) or re.search(r"[?>^~<|][0-9]?[0-9]?$", before)
        out += [line] if full or blank or subfield else [" ", line]
    return "".join(out)


# --- the German structure, also of Austria, Hungary, Poland and Triodos: 166?00GUTSCHRIFT?20SVWZ+…?32NAME

_GERMAN: Final = re.compile(r" *(?P<gvc>[0-9]{3})?(?P<mark>[?>^~<|])[0-9]{2}")
_KEYS: Final = re.compile(r"(EREF|KREF|MREF|BREF|RREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|PURP|IBAN|BIC)\+")
_AFTER_NOTE: Final = frozenset({"ABWA", "ABWE"})
_NAMED: Final = {"00", "10", "30", "31", "32", "33", "34", "38"} | {f"{n}" for n in [*range(20, 30), *range(60, 64)]}


def _german(lines: list[str], text: str) -> Details | None:
    head = _GERMAN.match(text)
    if head is None:
        return None
    parts = re.split(re.escape(head["mark"]) + "([0-9]{2})", text)
    codes, values = parts[1::2], parts[2::2]
    sub: dict[str, str] = {}
    for code, value in zip(codes, values, strict=True):
        sub.setdefault(code, value)
    out = Details(gvc=head["gvc"], kind=clean(sub.get("00", "")))
    out.muddled = any(a >= b for a, b in pairwise(codes))
    out.unread = sum(1 for c, v in zip(codes, values, strict=True) if c not in _NAMED and v.strip())
    pieces = [v for c, v in zip(codes, values, strict=True) if c[0] == "2" or c in ("60", "61", "62", "63")]
    rest: list[str] = []
    iban = _purpose(pieces, out, rest)
    out.note = clean(" ".join([out.note or "", *rest])) or out.kind
    if out.muddled:
        out.note, out.end_to_end_id = clean(text), None
    else:
        polish = parse_iban(sub.get("38", ""))
        if head["mark"] == ">" and head["gvc"] == "000":
            # Triodos: 31 is the holder's own account, the other one is in 10 or, since SEPA, in 21
            out.account = account(parse_iban(sub.get("21", "")) or sub.get("10", ""))
        else:
            out.account = account(polish or sub.get("31", "") or iban, sub.get("30", ""))
        out.name = clean(_joined([sub.get("32", ""), sub.get("33", "")])[0])
    return out


def _joined(pieces: list[str]) -> tuple[str, set[int]]:
    """Subfields as one text, and where in it each of them starts."""
    out, starts = "", set()
    for i, piece in enumerate(pieces):
        full = i > 0 and len(pieces[i - 1]) >= SUBFIELD
        if out and not full and not out.endswith(" ") and not piece.startswith(" "):
            out += " "
        starts.add(len(out))
        out += piece
    return out, starts


def _purpose(pieces: list[str], out: Details, rest: list[str]) -> str:
    """Split the purpose by its SEPA keys; returns the IBAN among them. Keys without a column are added to ``rest``."""
    text, starts = _joined(pieces)
    marks: list[tuple[str, int, int]] = []
    note_seen = False
    for m in _KEYS.finditer(text):
        at_start = m.start() in starts or text[m.start() - 1] == " "
        # behind SVWZ+ the payer has the word; only the ultimate parties may follow
        if at_start and (not note_seen or m[1] in _AFTER_NOTE) and m[1] not in [k for k, _, _ in marks]:
            marks.append((m[1], m.start(), m.end()))
            note_seen = note_seen or m[1] == "SVWZ"
    ends = [start for _, start, _ in marks][1:] + [len(text)] * bool(marks)
    keyed = {key: text[end:stop] for (key, _, end), stop in zip(marks, ends, strict=True)}
    iban = keyed.get("IBAN", "") if "SVWZ" in keyed else ""
    note = [text[: marks[0][1]] if marks else text, keyed.pop("SVWZ", "")]
    eref = clean(keyed.get("EREF", ""))
    if eref is None or len(eref) <= END_TO_END:
        out.end_to_end_id = reference(keyed.pop("EREF", ""))
    out.note = clean(" ".join(note))
    rest += [f"{key}+{value.strip()}" for key, value in keyed.items() if value.strip()]
    return iban


# --- keywords between slashes, as Dutch banks write them: /TRTP/SEPA OVERBOEKING/IBAN/…/NAME/…/REMI/…

_LEAD: Final = r"TRTP|IBAN|BBAN|BIC|NAME|EREF|PREF|BENM|ORDP|CSID|MARF|REMI|RTRN|CNTP"
_INNER: Final = r"ACCW|ADDR|CHGS|CREF|EXCH|ID|INFO|IREF|ISDT|OCMT|OGB|PURP|RREF|SVCL|TRCD|ULTB|ULTC|ULTD"
_SLASHED: Final = re.compile(f"/({_LEAD}|{_INNER})/")
_PARTY: Final = frozenset({"BENM", "ORDP", "ULTB", "ULTC", "ULTD"})
_QUIET: Final = frozenset({"BIC", "TRTP", "TRCD"})


def _slashed(lines: list[str], text: str) -> Details | None:
    if not re.match(f" */(?:{_LEAD})/", text):
        return None
    local = re.fullmatch(r"/(?:BENM|ORDP)/([0-9]{5,20})", lines[0].strip())
    if local is not None:
        return _kbs(local[1], lines[1:])
    parts = _SLASHED.split(text.strip())
    words, values = parts[1::2], [v.strip() for v in parts[2::2]]
    values = [v if w == "REMI" else v.rstrip("/") for w, v in zip(words, values, strict=True)]
    out, party = Details(), ""
    found: dict[str, str] = {}
    rest: list[str] = []
    for word, value in zip(words, values, strict=True):
        party = word if word in _PARTY else party
        if word == "NAME" and party.startswith("ULT"):
            rest.append(f"/{party}/NAME/{value}")
        elif word in found:
            out.muddled = True
            rest.append(f"/{word}/{value}")
        else:
            found[word] = value
    if (cntp := found.pop("CNTP", None)) is not None:
        number, bank, name, _ = [*cntp.split("/"), "", "", ""][:4]
        found = {"IBAN": number, "BIC": bank, "NAME": name} | found
    out.kind = clean(found.get("TRTP", ""))
    eref = clean(found.get("EREF", ""))
    if not out.muddled and (eref is None or len(eref) <= END_TO_END):
        out.end_to_end_id = reference(found.pop("EREF", ""))
    if not out.muddled:
        out.account = account(found.pop("IBAN", "") or found.pop("BBAN", ""), found.get("BIC", ""))
        out.name = clean(found.pop("NAME", "")) or clean(" ".join(found.pop(w, "") for w in ("BENM", "ORDP")))
    note = found.pop("REMI", "")
    if note.startswith("USTD//"):  # ING: each part ends with a slash
        note = note.removeprefix("USTD//").rstrip("/")
    rest += [f"/{w}/{v}" for w, v in found.items() if v and w not in _QUIET]
    out.note = clean(" ".join([note, *rest])) or out.kind
    return out


def _kbs(number: str, lines: list[str]) -> Details:
    """Macedonian: ``/BENM/`` and the account, then a line with the name, then the purpose, each behind a slash."""
    rest = [line.strip().strip("/") for line in lines]
    name = clean(rest[0]) if rest else None
    return Details(account=account(number), name=name, note=clean(" ".join(rest[1:])))


# --- sentences


def _mbank(lines: list[str], text: str) -> Details | None:
    """mBank: ``Z RACH.`` from or ``NA RACH.`` to an account, ``OD`` / ``DLA`` name and address, ``TYT.`` the note."""
    head, given, rest = text.partition(" RACH.: ")
    number, _, rest = rest.partition("; ")
    who, _, rest = rest.partition(": ")
    name, titled, rest = rest.partition("; TYT.: ")
    if not given or not titled or not re.search(r"(?:^|; )(?:Z|NA)$", head) or who not in ("OD", "DLA"):
        return None
    note, numbered, tnr = rest.rpartition("; TNR: ")
    head = re.sub(r"(?:; )?(?:Z|NA)$", "", head)
    number = "".join(number.split())
    iban = parse_iban("PL" + number)  # a Polish account number is its IBAN without the country
    return Details(
        note=clean(f"{note} {head} TNR: {tnr}" if numbered else f"{tnr} {head}"),
        name=clean(name),
        account=account(iban or number),
        address=True,
    )


_ORDERER: Final = re.compile(r"\bAUFTRAGGEBER: (?P<name>.+?)(?= [0-9]{6}CH[0-9]| MITTEILUNGEN:|$)")


def _postfinance(lines: list[str], text: str) -> Details | None:
    """PostFinance: ``GIRO AUS … AUFTRAGGEBER: name and address … MITTEILUNGEN: …``."""
    found = _ORDERER.search(text)
    if found is None or not text.startswith(("GIRO ", "GUTSCHRIFT ")):
        return None
    return Details(note=clean(text), name=clean(found["name"]), address=True)


_ABN: Final = re.compile(
    r"(?:(?P<giro>GIRO) +)?(?P<account>(?(giro)[0-9]{1,8}|[0-9]{2,3}(?:\.[0-9]{2}){2}\.[0-9]{3})) "
)


def _abn(lines: list[str], text: str) -> Details | None:
    """ABN AMRO before SEPA: columns of 32 characters, the first of them the other account and its name."""
    found = _ABN.match(lines[0])
    if found is None or len(lines[0]) <= 32 or lines[0][31] != " ":
        return None
    name = clean(lines[0][found.end() : 32])
    return Details(note=clean(text), name=name, account=account(found["account"], found["giro"] or ""))


def _knab(lines: list[str], text: str) -> Details | None:
    """Knab: a last line ``REK: account/NAAM: name``."""
    found = re.fullmatch(r"REK: ([A-Z0-9]+)/NAAM: (.+)", lines[-1].strip())
    if found is None or len(lines) < 2:
        return None
    return Details(note=clean(unwrap(lines[:-1])), name=clean(found[2]), account=account(found[1]))


_DIALECTS: Final[tuple[Callable[[list[str], str], Details | None], ...]] = (
    _german,
    _slashed,
    _mbank,
    _postfinance,
    _abn,
    _knab,
)


# --- field NS, before SEPA: 01-14 purpose, 15 and 16 name, 17 posting text, 33 bank and 34 account of the other side


def read_ns(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Field NS by its two-digit line codes, and the lines without one. A code given twice keeps the first."""
    coded: dict[str, str] = {}
    free: list[str] = []
    for line in lines:
        found = re.match(r"([0-9]{2})(.*)", line)
        if found is None:
            free.append(line)
        else:
            coded.setdefault(found[1], found[2])
    return coded, free


def from_ns(lines: list[str]) -> Details:
    """The details of one statement line in field NS."""
    coded, free = read_ns(lines)
    out = Details(kind=clean(coded.get("17", "")))
    purpose = [coded[f"{n:02}"] for n in range(1, 15) if f"{n:02}" in coded]
    out.note = clean(" ".join([_joined(purpose)[0], *free])) or out.kind
    out.name = clean(_joined([coded.get("15", ""), coded.get("16", "")])[0])
    out.account = account(coded.get("34", ""), coded.get("33", ""))
    known = {f"{n:02}" for n in [*range(1, 21), 33, 34]}  # 18 to 20: journal number, time and text key
    out.unread = sum(1 for code, value in coded.items() if code not in known and value.strip())
    return out
