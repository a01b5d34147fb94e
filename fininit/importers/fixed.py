"""What the fixed-width statements of European banks (AEB43, CFONB120, CODA) have in common.

Records of a set number of columns, one a line; digits with implied decimals; dates of six digits; national account
numbers from which the IBAN follows by the rules of its country.

IBAN rules: ISO 13616-1 with ISO 7064 MOD 97-10, over the national number (BBAN) with its own check digits.
Spain (AEB, Serie normas y procedimientos bancarios no. 43, annex on the *código cuenta cliente*): entity 4, branch 4,
two control digits, account 10; each control digit is 11 less the sum of the digits times 1, 2, 4, 8, 5, 10, 9, 7, 3, 6
modulo 11, 10 written as 1 and 11 as 0. France (CFONB, *relevé d'identité bancaire*): bank 5, branch 5, account 11
with letters, key 2, the key being 97 less (89 bank + 15 branch + 3 account) modulo 97, letters taken as A J = 1,
B K S = 2 ... I R Z = 9. Belgium (Febelfin): 12 digits, the last two being the first ten modulo 97, 97 for 0.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

from fininit.errors import SourceRefused, ValueRefused
from fininit.identifiers.account import account_id, stated_account
from fininit.identifiers.iban import is_iban_like, parse_iban
from fininit.importers.base import Entry, Options, RowImporter, Source, Stated
from fininit.importers.undecided import FALLBACK, encoding_doubt
from fininit.issues import Issue

_OEM: Final = "cp850"
"""What their programs of the DOS age wrote."""

_LETTERS: Final = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœŸªº°·¿¡€´’")
"""Signs beyond ASCII that a note in a western language holds; an encoding that gives others is not the file's."""

FILL: Final = "\ufffe"
"""Stands in a column that a multi-byte letter takes up beside its own; never in a text that is handed on."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line: its row, its columns (``text``), and where it stands in the decoded file."""

    row: int
    text: str
    start: int
    end: int

    def field(self, first: int, last: int) -> str:
        """Columns ``first`` to ``last``, counted from 1 as the standards do, blanks kept."""
        return self.text[first - 1 : last].replace(FILL, "")


def head(source: Source) -> str:
    """The head of a file for recognising a format, its line ends LF."""
    return source.head().lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


class Records(RowImporter):
    """Base for a text format of records: known by the ``shape`` of its head, decoded by :func:`decode`.

    ``other`` is what a file that is none is told: a sentence, its code, and what such a file looks like.
    """

    shape: ClassVar[re.Pattern[str]]
    other: ClassVar[tuple[str, str, str]]

    def matches(self, source: Source) -> bool:
        """Yes when the head of the file has the shape of the format."""
        return source.container == "text" and self.shape.match(head(source)) is not None

    def rows(self, source: Source, options: Options) -> Iterator[Entry | Issue | Stated]:
        """Entries, skipped and refused lines and warnings, and what each statement says of itself.

        Raises :class:`SourceRefused`: the code of ``other``, ``encoding-undecided``, ``undecodable-bytes``.
        """
        if not self.matches(source):
            message, code, hint = self.other
            raise SourceRefused(message, code=code, hint=hint)
        text, doubts = decode(source, options)
        yield from doubts
        yield from self.records(text, options)

    @abstractmethod
    def records(self, text: str, options: Options) -> Iterable[Entry | Issue | Stated]:
        """The items of the decoded file."""


def decode(source: Source, options: Options) -> tuple[str, list[Issue]]:
    """The text, and a warning where its letters are not certain.

    BOM and UTF-8 first, then what a person states. Else cp1252 (which ISO 8859-1 is a part of) and cp850 are tried:
    where every sign beyond ASCII is a western letter in one of them and not in the other, that one is proved. Where
    both could be, cp1252 stands with a warning: amounts, dates and account numbers are the same in both. Raises
    :class:`SourceRefused` ``encoding-undecided``.
    """
    high = bytes(sorted({b for b in source.data if b > 127}))
    if options.encoding or not high:
        text, _ = source.text([options.encoding] if options.encoding else [])
        return text, []
    proved = [e for e in (FALLBACK, _OEM) if _all_letters(high, e)]
    text, encoding = source.text(proved if len(proved) == 1 else [FALLBACK])
    if encoding != FALLBACK or len(proved) == 1:
        return text, []
    return text, [encoding_doubt("cp1252 (Western) or cp850 (DOS)")]


def _all_letters(high: bytes, encoding: str) -> bool:
    try:
        return set(high.decode(encoding)) <= _LETTERS
    except UnicodeError:
        return False


def cut(text: str, width: int) -> Iterator[Record]:
    """The records of a decoded file that are not blank.

    Lines end with LF (a CR before it is part of the line end), or with CR where there is no LF. A file without any
    line end, save at its end, is a sequence of blocks of ``width`` columns; a record's row is then its number.
    """
    inner = text.rstrip("\r\n\x1a")
    mark = "\n" if "\n" in inner else "\r" if "\r" in inner else ""
    if not mark and len(inner) <= width:
        mark = "\n"
    size = len(text)
    start = row = 0
    while start < size:
        row += 1
        if mark:
            at = text.find(mark, start)
            end = size if at < 0 else at
            after = end + 1
        else:
            end = after = min(start + width, size)
        line = text[start:end].rstrip("\r")
        if line.strip(" \t\r\n\x1a"):
            yield Record(row, columns(line, width), start, start + len(line))
        start = after


def columns(line: str, width: int) -> str:
    """The line with one character a column.

    A program that pads by bytes and writes UTF-8 gives lines of too few characters: there, each further byte of a
    letter takes up a column. Trailing blanks make no difference.
    """
    if line.isascii() or len(line.rstrip()) == width:
        return line
    bare = line.rstrip(" ")
    if len(line.encode()) == width or len(bare.encode()) == width:
        return "".join(ch + FILL * (len(ch.encode()) - 1) for ch in line)
    return line


def check(record: Record, shortest: int, width: int) -> None:
    """Refuse a record that is cut off, too long or damaged. Raises ``ValueRefused``: ``nul-byte``, ``bad-length``."""
    if "\0" in record.text:
        raise ValueRefused("The line holds a NUL character.", code="nul-byte")
    bare = record.text.rstrip(" \x1a")
    if len(bare) < shortest and len(record.text) < width:
        raise ValueRefused(f"The line is cut off: the format has {width} columns.", code="bad-length")
    if len(bare) > width:
        raise ValueRefused(f"The line is longer than the {width} columns of the format.", code="bad-length")


def clean(text: str) -> str | None:
    """Text with runs of blanks made one, or None when nothing is left."""
    return " ".join(text.split()) or None


def flow(pieces: list[str], width: int) -> str:
    """Pieces of a text as one: a piece that fills its ``width`` columns goes on in the next without a blank."""
    out = ""
    for i, piece in enumerate(pieces):
        full = i > 0 and len(pieces[i - 1]) >= width and not pieces[i - 1].endswith(" ")
        out += piece if full else " " + piece
    return out


def amount(digits: str, places: int) -> Decimal:
    """An unsigned amount with implied decimals. Raises ``ValueRefused`` ``bad-amount``."""
    if not re.fullmatch("[0-9]{1,20}", digits):
        raise ValueRefused("The amount is not made of digits only.", code="bad-amount")
    value = Decimal((0, tuple(map(int, digits)), -places))  # exact whatever the context
    return value if value else Decimal(0)


def signed(value: Decimal, *, out: bool) -> Decimal:
    """``value`` with the holder's sign: minus where money goes out; zero has none."""
    return value.copy_negate() if out and value else value


def day(text: str, order: str) -> date:
    """A day of six digits, ``ymd`` or ``dmy``; years 69 to 99 are 19xx. Raises ``ValueRefused`` ``bad-date``."""
    if not re.fullmatch("[0-9]{6}", text):
        raise ValueRefused("The date is not made of six digits.", code="bad-date")
    part = {letter: int(text[2 * i : 2 * i + 2]) for i, letter in enumerate(order)}
    try:
        return date(part["y"] + (1900 if part["y"] >= 69 else 2000), part["m"], part["d"])
    except ValueError:
        raise ValueRefused("There is no such day in the calendar.", code="bad-date") from None


def day_or_none(text: str, order: str) -> date | None:
    """As :func:`day`; None where the field is empty, zero or no day."""
    try:
        return day(text, order)
    except ValueRefused:
        return None


def account_of(number: str, bank: str, iban: str | None) -> str | None:
    """An account: its IBAN, else ``bank`` and number; None where the number is blank or zero."""
    if iban:
        return f"iban:{iban}"
    return account_id(number, bank) if number.replace(" ", "").strip("0") else None


def stated(options: Options) -> str | None:
    """The holder's account as a person states it, for a file that does not."""
    return stated_account(options.account) if options.account else None


def make_iban(country: str, bban: str) -> str | None:
    """The IBAN of a national account number that carries its own check digits; None where it gives none."""
    if not re.fullmatch("[A-Z0-9]+", bban):
        return None
    digits = "".join(str(int(ch, 36)) for ch in f"{bban}{country}00")
    return parse_iban(f"{country}{98 - int(digits) % 97:02d}{bban}")


_SPANISH: Final = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)


def _control(digits: str) -> str:
    total = sum(w * int(d) for w, d in zip(_SPANISH, digits.zfill(10), strict=True))
    value = 11 - total % 11
    return {10: "1", 11: "0"}.get(value, str(value))


def spanish_iban(bank: str, branch: str, account: str) -> str | None:
    """The IBAN of a Spanish account given without control digits; None where the parts are not what they must be."""
    if not re.fullmatch("[0-9]{18}", bank + branch + account) or not bank.strip("0") or not account.strip("0"):
        return None
    control = _control(bank + branch) + _control(account)
    return make_iban("ES", bank + branch + control + account)


def french_iban(bank: str, branch: str, account: str) -> str | None:
    """The IBAN of an account in France given without its key; None where the parts are not what they must be."""
    if (
        not re.fullmatch("[0-9]{10}[0-9A-Z]{11}", bank + branch + account)
        or not bank.strip("0")
        or not account.strip("0")
    ):
        return None
    digits = "".join(ch if ch.isdigit() else "12345678912345678923456789"[ord(ch) - 65] for ch in account)
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(digits)) % 97
    return make_iban("FR", f"{bank}{branch}{account}{key:02d}")


def belgian_iban(number: str) -> str | None:
    """The IBAN of a Belgian account of 12 digits; None where its own check digits are wrong."""
    if not re.fullmatch("[0-9]{12}", number) or not number.strip("0"):
        return None
    return make_iban("BE", number) if int(number[:10]) % 97 == int(number[10:]) % 97 and number[10:] != "00" else None


def check_iban(account: str | None, row: int) -> Iterator[Issue]:
    """A warning where an account is meant as an IBAN and is none."""
    if account and account.startswith("acct:") and is_iban_like(account.rpartition(":")[2]):
        message = "An account looks like an IBAN but its check digits are wrong; it stays a number of its own."
        yield Issue("warning", "not-an-iban", message, row=row)


class Chain:
    """Remembers with which balance each account closed, so that a statement can be held against the one before it."""

    def __init__(self) -> None:
        self._closed: dict[tuple[str | None, str | None], Decimal] = {}

    def join(
        self, account: str | None, currency: str | None, opening: Decimal | None, closing: Decimal | None, row: int
    ) -> Iterator[Issue]:
        """A warning where a statement does not open with the balance that the one before it closed with."""
        before = self._closed.get((account, currency))
        if account and opening is not None and before is not None and opening != before:
            yield Issue(
                "warning",
                "statements-do-not-join",
                "A statement does not open with the balance that the one before it closed with.",
                row=row,
                hint="Statements may be missing between them, or stand out of order.",
            )
        if closing is not None:
            self._closed[account, currency] = closing
