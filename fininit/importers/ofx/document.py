"""The statements of an OFX file and their transactions, as texts by tag; nothing is read for meaning here.

In SGML the end of an element may be left out, in practice also that of an aggregate; some programs close elements far
too late. So only the aggregates that matter here open and close anything; every other tag is an element whose value is
the text behind it, up to the next tag. Unknown tags are therefore harmless, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from fininit.importers.ofx.tokens import Token, tokens


def _tags(text: str) -> frozenset[str]:
    return frozenset(text.split())


STATEMENTS: Final[dict[str, Literal["bank", "card", "investment"]]] = {
    "STMTRS": "bank",
    "CCSTMTRS": "card",
    "INVSTMTRS": "investment",
}
HOLDERS: Final = frozenset({"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"})
PAYMENTS: Final = frozenset({"STMTTRN", "STMTTRNP"})
SECURITIES: Final = _tags(
    "BUYDEBT BUYMF BUYOPT BUYOTHER BUYSTOCK CLOSUREOPT INCOME INVEXPENSE JRNLFUND JRNLSEC MARGININTEREST REINVEST "
    "RETOFCAP SELLDEBT SELLMF SELLOPT SELLOTHER SELLSTOCK SPLIT TRANSFER"
)
"""The events of an investment account (OFX 1.6 and 2.2, section 13.9.2.4)."""

LOANS: Final = frozenset({"LOANSTMTTRN"})

PARTS: Final = {
    "PAYEE": _tags("NAME ADDR1 ADDR2 ADDR3 CITY STATE POSTALCODE COUNTRY PHONE"),
    "CURRENCY": frozenset({"CURRATE", "CURSYM"}),
    "ORIGCURRENCY": frozenset({"CURRATE", "CURSYM"}),
    "BANKACCTTO": frozenset({"BANKID", "BRANCHID", "ACCTID", "ACCTTYPE", "ACCTKEY"}),
    "CCACCTTO": frozenset({"ACCTID", "ACCTKEY"}),
    "IMAGEDATA": _tags("IMAGETYPE IMAGEREF IMAGEREFTYPE IMAGEDELAY DTIMAGEAVAIL IMAGETTL CHECKSUP"),
}
"""Aggregates within a transaction and their elements; any other element ends one that was not closed."""

_PLACES: Final = HOLDERS | {"LEDGERBAL", "AVAILBAL", "INVBAL", "BALLIST", "STATUS"}
_LISTS: Final = _tags(
    "BANKTRANLIST BANKTRANLISTP INVTRANLIST INVBANKTRAN INVPOSLIST INVOOLIST OFX STMTTRNRS CCSTMTTRNRS INVSTMTTRNRS "
    "LOANSTMTRS SECLIST"
)
_READ_SETS: Final = _tags(
    "SIGNONMSGSRSV1 SIGNUPMSGSRSV1 BANKMSGSRSV1 CREDITCARDMSGSRSV1 INVSTMTMSGSRSV1 SECLISTMSGSRSV1 PROFMSGSRSV1"
)
"""Message sets that are read, or that hold no transaction: sign-on, the list of accounts, securities, the profile."""


@dataclass(slots=True)
class Row:
    """One transaction: its number in the file, its tag, its elements and those of its parts."""

    number: int
    tag: str
    start: int
    end: int = 0
    state: Literal["open", "closed", "unclosed", "cut"] = "open"
    fields: dict[str, str] = field(default_factory=dict)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Statement:
    """One statement: what kind, its own elements, those of its account and balances, and its transactions."""

    kind: Literal["bank", "card", "investment"]
    fields: dict[str, str] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    @property
    def holder(self) -> dict[str, str] | None:
        """The elements of its account, where it names one."""
        return next((self.places[h] for h in sorted(HOLDERS) if h in self.places), None)


@dataclass(slots=True)
class Document:
    """A whole file: its statements, and transactions that no statement here holds (of loans).

    Counted: ``errors`` answers that report an error, ``hidden`` comments with a transaction in them, ``unread_sets``
    message sets that are not read, ``orphans`` transactions outside a statement, ``account_changes`` accounts that
    change within one, ``stray`` texts behind the end of an element.
    """

    statements: list[Statement] = field(default_factory=list)
    loans: list[Row] = field(default_factory=list)
    closed: bool = False
    errors: int = 0
    hidden: int = 0
    unread_sets: int = 0
    orphans: int = 0
    account_changes: int = 0
    stray: int = 0


class _Builder:
    def __init__(self, text: str) -> None:
        self.text = text
        self.document = Document()
        self.statement: Statement | None = None
        self.row: Row | None = None
        self.part = ""
        self.place = ""
        self.leaf = ""
        self.pieces: list[str] = []
        self.numbers = 0

    def build(self, stream: Iterator[Token]) -> Document:
        for t in stream:
            if t.kind == "text":
                self._text(t)
            elif t.kind == "comment":
                if "<STMTTRN" in t.value.upper():
                    self.document.hidden += 1
            else:
                self._leave()
                if t.kind == "close":
                    self._close(t)
                else:
                    self._open(t)
                    if t.kind == "empty":
                        self._leave()
        self._leave()
        if self.row is not None:
            self._end_row(len(self.text), "cut")
        return self.document

    # ------------------------------------------------------------------------------------------------------ elements

    def _text(self, t: Token) -> None:
        if self.leaf:
            self.pieces.append(t.value)
        elif self.row is not None and t.value.strip():
            self.document.stray += 1

    def _leave(self) -> None:
        """The element that was open has its whole value."""
        if not self.leaf:
            return
        name, value = self.leaf, " ".join("".join(self.pieces).split())
        self.leaf, self.pieces = "", []
        row = self.row
        if row is not None:
            into = row.fields
            if self.part and name in PARTS[self.part]:
                into = row.parts.setdefault(self.part, {})
            else:
                self.part = ""
            if value and into.get(name, value) != value:
                row.twice.add(name)
            elif value or name not in into:
                into[name] = value
        elif self.place == "STATUS":
            self.document.errors += name == "SEVERITY" and value.upper() == "ERROR"
        elif self.statement is not None:
            into = self.statement.places.setdefault(self.place, {}) if self.place else self.statement.fields
            into[name] = into.get(name) or value

    # ---------------------------------------------------------------------------------------------------- aggregates

    def _open(self, t: Token) -> None:
        name = t.value
        if name in PAYMENTS or name in LOANS or (name in SECURITIES and self._in_investment()):
            self._begin_row(t)
        elif name in STATEMENTS:
            self._structure(t.start)
            self.statement, self.place = Statement(STATEMENTS[name]), ""
            self.document.statements.append(self.statement)
        elif self.row is not None and name in PARTS:
            self.part = name
            self.row.parts.setdefault(name, {})
        elif name in _PLACES:
            self._structure(t.start)
            self._begin_place(name)
        elif name in _LISTS or name.endswith(("MSGSRSV1", "MSGSRQV1")):
            self._structure(t.start)
            self.place = ""
            self.document.unread_sets += "MSGSR" in name and name not in _READ_SETS
        else:
            self.leaf = name

    def _close(self, t: Token) -> None:
        name = t.value
        if name == "OFX":
            self.document.closed = True
        if self.row is not None and name == self.row.tag:
            self._end_row(t.end, "closed")
        elif name == self.part:
            self.part = ""
        elif name in STATEMENTS:
            self._structure(t.start)
            self.statement, self.place = None, ""
        elif name in _LISTS or name.endswith(("MSGSRSV1", "MSGSRQV1")):
            self._structure(t.start)
            self.place = ""
        elif name == self.place:
            self.place = ""

    def _in_investment(self) -> bool:
        return self.statement is not None and self.statement.kind == "investment"

    def _structure(self, at: int) -> None:
        """A tag of the structure around transactions: one that is still open was not closed."""
        if self.row is not None:
            self._end_row(at, "unclosed")

    def _begin_place(self, name: str) -> None:
        s = self.statement
        if s is not None and name in HOLDERS and any(h in s.places for h in HOLDERS):
            # a second account within one statement: what follows is that one's
            self.document.account_changes += 1
            self.statement = Statement(s.kind, dict(s.fields))
            self.document.statements.append(self.statement)
        self.place = name

    def _begin_row(self, t: Token) -> None:
        self._structure(t.start)
        self.place = ""
        self.numbers += 1
        self.row = Row(self.numbers, t.value, t.start)
        if t.value in LOANS:
            self.document.loans.append(self.row)
            return
        if self.statement is None:
            self.document.orphans += 1
            self.statement = Statement("bank")
            self.document.statements.append(self.statement)
        self.statement.rows.append(self.row)

    def _end_row(self, at: int, state: Literal["closed", "unclosed", "cut"]) -> None:
        assert self.row is not None
        self.row.end, self.row.state = at, state
        self.row, self.part = None, ""


def read(text: str) -> Document:
    """The document in a decoded text. Never raises; linear in its length."""
    return _Builder(text).build(tokens(text))
