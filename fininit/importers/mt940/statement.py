"""One message taken apart: whose account, in which currency, its lines, its balances and its own totals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from decimal import Decimal
from typing import Final

from fininit.errors import ValueRefused
from fininit.identifiers.account import account_id
from fininit.identifiers.iban import is_iban_like, parse_iban
from fininit.importers.base import Stated, refusal
from fininit.importers.mt940.details import clean, read_ns
from fininit.importers.mt940.line import Movement, money, parse_movement
from fininit.importers.mt940.tags import DAMAGED, Field, Message
from fininit.issues import Issue
from fininit.values.money import exact_sum

_OPENING: Final = ("60F", "60M", "60")
_CLOSING: Final = ("62F", "62M", "62")
_AHEAD: Final = ("64", "65")
_NOT_READ: Final = frozenset({"20", "21", "28", "28C", "13", "13D"})
"""Declared: references, statement and page numbers and the time of the report have no column."""

_BALANCE: Final = re.compile(r"(?P<mark>[CD])(?P<day>[0-9]{6})(?P<currency>[A-Z]{3})?(?P<amount>[0-9.,]+)")
_FLOOR: Final = re.compile(r"(?P<currency>[A-Z]{3})[CD ]?[0-9.,]*")
_TOTAL: Final = re.compile(r"(?P<count>[0-9]{1,5})(?P<currency>[A-Z]{3})(?P<amount>[0-9.,]+)")
_ING_TOTALS: Final = (
    re.compile(r"D(?P<nd>[0-9]{6})C(?P<nc>[0-9]{6})D(?P<d>[0-9.,]+)C(?P<c>[0-9.,]+)"),
    re.compile(r"/SUM/(?P<nd>[0-9]{1,6})/(?P<nc>[0-9]{1,6})/(?P<d>[0-9.,]+)/(?P<c>[0-9.,]+)/"),
)
_ANY_AMOUNT: Final = re.compile(r"[0-9]{6}(?:[0-9]{4}| {4})?[A-Z]{0,3} ?(?P<amount>[0-9.,]+)", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """A field 61 with the fields that belong to it, and what became of it."""

    field: Field
    notes: list[Field] = made(default_factory=list)
    movement: Movement | None = None
    refused: Issue | None = None

    @property
    def end(self) -> int:
        """Where in the text the line ends, its details included."""
        return self.notes[-1].end if self.notes else self.field.end


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance: ``amount`` with credit as plus, None where it could not be read."""

    row: int
    amount: Decimal | None = None
    currency: str | None = None
    day: date | None = None


@dataclass(slots=True)
class Statement:
    """One message. Made in this order: ``take`` each field, ``head``, ``movements``, ``facts``."""

    number: int
    row: int
    lines: list[Line] = made(default_factory=list)
    issues: list[Issue] = made(default_factory=list)
    account: str | None = None
    currency: str | None = None
    opening: Balance = Balance(0)
    closing: Balance = Balance(0)
    _balances: dict[str, list[Field]] = made(default_factory=dict)
    _holder: list[Field] = made(default_factory=list)
    _floor: list[Field] = made(default_factory=list)
    _totals: list[Field] = made(default_factory=list)
    _texts: list[Field] = made(default_factory=list)
    _ns: list[Field] = made(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether the message says nothing of any account."""
        return not (self.lines or self._balances or self._holder or self._floor or self._totals)

    @property
    def interim(self) -> bool:
        """Whether this is an MT942: movements since the last statement, without balances."""
        return not self._balances and bool(self._floor or self._totals)

    @property
    def holder_name(self) -> str | None:
        """The holder's name, line 22 of field NS; its other lines repeat bank, number and period."""
        names = (clean(read_ns(f.lines)[0].get("22", "")) for f in self._ns)
        return next((name for name in names if name), None)

    def warn(self, code: str, message: str, row: int, *, hint: str = "", count: int = 1) -> None:
        """Add a warning about this statement."""
        self.issues.append(Issue("warning", code, message, row=row, hint=hint, count=count))

    def take(self, f: Field) -> None:
        """Put a field where it belongs; what belongs nowhere is signalled."""
        closed = any(tag in self._balances for tag in _CLOSING)
        one_line = True
        if f.tag in ("61", DAMAGED):
            self.lines.append(Line(f))
            one_line = False
        elif f.tag in ("86", "NS"):
            of_line = bool(self.lines) and not closed
            (self.lines[-1].notes if of_line else self._texts if f.tag == "86" else self._ns).append(f)
            one_line = False
        elif f.tag in (*_OPENING, *_CLOSING, *_AHEAD):
            self._balances.setdefault(f.tag, []).append(f)
        elif f.tag in ("25", "25P"):
            self._holder.append(f)
            one_line = len(f.lines) != 2  # the second is the BIC of the servicer
        elif f.tag == "34F":
            self._floor.append(f)
        elif f.tag in ("90C", "90D"):
            self._totals.append(f)
        elif f.tag not in _NOT_READ:
            self.warn("unread-tag", f"Field {f.tag} is not one of a statement; it was not read.", f.row)
            one_line = False
        if one_line and len(f.lines) > 1:
            message = f"Lines behind field {f.tag}, which has one line, were not read."
            self.warn("unread-text", message, f.row + 1, count=len(f.lines) - 1)

    def amount_marks(self) -> set[str]:
        """The decimal marks in the amounts of this message: a comma, a point, both or none."""
        fields = [x.field for x in self.lines] + [f for many in self._balances.values() for f in many]
        found = [m["amount"] for f in fields if (m := _ANY_AMOUNT.search(f.lines[0]))]
        return {mark for amount in found for mark in amount if mark in ".,"}

    def head(self, *, account: str | None, currency: str | None, point: bool) -> None:
        """Read account, currency and balances. ``account`` and ``currency`` stand in where the file names none."""
        self.opening = self._balance(_OPENING, point)
        self.currency = self.opening.currency
        self.closing = self._balance(_CLOSING, point)
        floors = [_FLOOR.fullmatch(f.lines[0].strip()) for f in self._floor]
        for f, floor in zip(self._floor, floors, strict=True):
            if floor is None:
                self.warn("unread-text", "The floor limit cannot be read.", f.row)
        if self.closing.currency not in (None, self.currency) and self.currency is not None:
            self.warn("currencies-differ", "Opening and closing balance are in different currencies.", self.closing.row)
            self.closing = Balance(self.closing.row)
        stated = [self.currency, self.closing.currency, *(m["currency"] for m in floors if m), currency]
        self.currency = next((c for c in stated if c), None)
        for tag in _AHEAD:
            self._balance((tag,), point)
        if self.opening.amount is not None and not any(tag in self._balances for tag in _CLOSING):
            self.warn("no-closing-balance", "A statement has no closing balance; its end may be missing.", self.row)
        self.account = self._account() or account
        if self.account is None:
            hint = "State it: --account iban:… or acct:bank:number."
            self.warn("account-not-named", "The statement does not name its account.", self.row, hint=hint)

    def _balance(self, among: tuple[str, ...], point: bool) -> Balance:
        """The one balance under some tags. Unreadable and contradicting ones are signalled."""
        read: list[Balance] = []
        currency: str | None = None
        for f in (f for tag in among for f in self._balances.get(tag, [])):
            found = _BALANCE.fullmatch(f.lines[0].strip())
            try:
                if found is None:
                    raise ValueRefused("", code="bad-balance")
                currency = currency or found["currency"]
                amount = money(found["amount"], found["currency"] or self.currency, point=point)
            except ValueRefused:
                self.warn("bad-balance", f"The balance in field {f.tag} cannot be read.", f.row)
                continue
            signed = amount.copy_negate() if found["mark"] == "D" and amount else amount
            read.append(Balance(f.row, signed, found["currency"], _day(found["day"])))
        if among not in (("64",), ("65",)) and len({(b.amount, b.currency) for b in read}) > 1:
            message = "A statement has two different opening or closing balances; neither was used."
            self.warn("second-balance", message, read[1].row)
            return Balance(read[0].row, None, currency)
        return read[0] if read else Balance(self.row, None, currency)

    def _account(self) -> str | None:
        """The account of field 25: an IBAN, ``bank/number`` or a number; a currency behind it is the statement's."""
        if not self._holder:
            return None
        f = self._holder[0]
        text = f.lines[0].strip()
        if self.currency and re.search(rf"[0-9][ +/]?{self.currency}$", text):
            text = text[: -len(self.currency)].rstrip(" +/")
        bank, slash, number = text.partition("/")
        if not slash or not number.strip():
            bank, number = "", text.strip("/ ")
        if is_iban_like(number):
            bank = ""
            self.check_iban(number, f.row)
        return account_id(number, "".join(bank.split()))

    def check_iban(self, text: str, row: int) -> None:
        """Warn where a text is meant as an IBAN and is none."""
        if is_iban_like(text) and parse_iban(text) is None:
            message = "An account looks like an IBAN but its check digits are wrong; it stays a number of its own."
            self.warn("not-an-iban", message, row)

    def movements(self, text: str, *, point: bool) -> None:
        """Read the fields 61; what cannot be read, or what only the balances could prove and do not, is refused."""
        for line in self.lines:
            f = line.field
            try:
                if f.tag == DAMAGED:
                    raise ValueRefused("The tag of a statement line is damaged.", code="damaged-tag")
                if "\0" in text[f.start : line.end]:
                    raise ValueRefused("The line holds a NUL character.", code="nul-byte")
                if self.currency is None:
                    hint = "State it: --currency EUR."
                    raise ValueRefused("The statement names no currency.", code="no-currency", hint=hint)
                line.movement = parse_movement(f.lines, self.currency, point=point)
            except ValueRefused as e:
                line.refused = refusal(f.row, e, column="61")
        if any(m.doubt for m in self._moved()):
            self._prove()

    def _moved(self) -> list[Movement]:
        return [line.movement for line in self.lines if line.movement is not None]

    def _prove(self) -> None:
        """Let the balances decide about lines in which a letter may be a damaged digit.

        Where another line could not be read, or a balance is missing, they prove nothing and deny nothing.
        """
        opening, closing = self.opening.amount, self.closing.amount
        whole = opening is not None and closing is not None and not any(line.refused for line in self.lines)
        holds = exact_sum([opening or Decimal(0), *self._booked()]) == closing
        for line in self.lines:
            m = line.movement
            if m is None or not m.doubt:
                continue
            if (m.doubt == "prove" and not (whole and holds)) or (m.doubt == "unless" and whole and not holds):
                message = "A letter beside the amount may be a damaged digit; the balances do not bear the amount out."
                line.movement = None
                line.refused = refusal(line.field.row, ValueRefused(message, code="bad-amount"), column="61")
            elif m.doubt == "prove":
                message = "The letter before an amount is not the currency's third; the balances bear the amount out."
                self.warn("odd-funds-letter", message, line.field.row)

    def _booked(self) -> list[Decimal]:
        return [m.amount for m in self._moved() if not m.expected]

    def facts(self, *, point: bool) -> Stated:
        """What the message states of itself; its own totals (fields 90, ING's in field 86) are checked on the way."""
        stated: dict[str, tuple[int, Decimal, int]] = {}
        for f in self._totals:
            found = _TOTAL.fullmatch(f.lines[0].strip())
            try:
                if found is None:
                    raise ValueRefused("", code="bad-total")
                total = money(found["amount"], found["currency"], point=point)
                stated[f.tag[2]] = int(found["count"]), total, f.row
            except ValueRefused:
                self.warn("bad-total", f"The totals in field {f.tag} cannot be read.", f.row)
        for f in self._texts:
            ing = next((m for shape in _ING_TOTALS if (m := shape.fullmatch(f.lines[0].strip()))), None)
            try:
                if ing is None:
                    raise ValueRefused("", code="bad-total")
                stated["D"] = int(ing["nd"]), money(ing["d"], self.currency, point=point), f.row
                stated["C"] = int(ing["nc"]), money(ing["c"], self.currency, point=point), f.row
            except ValueRefused:
                message = "A note on the statement as a whole was not read into any line."
                self.warn("statement-text", message, f.row)
        for mark, (_, total, row) in sorted(stated.items()):
            if exact_sum(a.copy_abs() for a in self._booked() if a and (a < 0) == (mark == "D")) != total:
                side = "debits" if mark == "D" else "credits"
                message = f"The statement's own total of its {side} is not that of its lines."
                hint = "Lines are missing, or the producer altered the statement; ask for it again."
                self.warn("total-differs", message, row, hint=hint)
        return Stated(
            statement=self.number,
            account=self.account,
            currency=self.currency,
            opening=self.opening.amount,
            closing=self.closing.amount,
            count=stated["C"][0] + stated["D"][0] if {"C", "D"} <= set(stated) else None,
            first=self.opening.day,
            last=self.closing.day,
            row=self.closing.row or self.row,
        )


def statements(messages: list[Message]) -> list[Statement]:
    """The statements of a file, numbered from 1. A message that says nothing of any account is only signalled."""
    out: list[Statement] = []
    spare: list[Issue] = []
    for message in messages:
        s = Statement(len(out) + 1, message.row, issues=spare)
        for f in message.fields:
            s.take(f)
        if s.empty:
            s.warn("empty-message", "A message has neither an account nor a balance nor a movement.", message.row)
            spare = s.issues
        else:
            out.append(s)
            spare = []
    if out:
        out[-1].issues += spare
    return out


def _day(text: str) -> date | None:
    try:
        return date((1900 if text >= "69" else 2000) + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None
