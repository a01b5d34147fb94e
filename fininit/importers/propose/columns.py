"""Which column may be what: headers and the shape of the cells under them, nothing else.

:func:`arrange` gives a :class:`Layout`, with every open point listed in it. Where two columns could have one meaning
and do not agree on every row, that is an open point: columns are never chosen by position, and the order of the columns
changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

import polars as pl

from fininit.importers.propose.languages import AMOUNTS, CURRENCIES
from fininit.importers.propose.vocabulary import AMOUNT_WORDS, CURRENCY_WORDS
from fininit.importers.propose.words import (
    Heading,
    balance_line,
    direction_word,
    fold,
    footer_word,
    heading,
    reverses_sides,
    status_word,
    unsettled_word,
)
from fininit.importers.table import Grid, Record, letter
from fininit.values.assets import CRYPTO, ISO_4217
from fininit.values.money import BLANKS

__all__ = [
    "Column",
    "Layout",
    "Open",
    "arrange",
    "header_at",
    "header_words",
    "is_number",
    "names_card",
    "payment_like",
    "table_columns",
]

Point = Literal["columns", "date", "decimal", "sign", "currency", "fee", "status", "header", "sheet", "sides"]

DATE_ROLES: Final = ("booked", "day", "made", "value_date")
AMOUNT_ROLES: Final = ("amount", "account_amount", "original_amount", "gross", "net", "total")
MONEY_ROLES: Final = frozenset((*AMOUNT_ROLES, "debit", "credit", "balance", "fee"))

FEW: Final = 20
"""Lines of totals and balances that a table may hold among its dates."""

_MONTH = r"[^\W\d_]{3,10}\.?"
_DATE = re.compile(
    rf"(?:[0-9]{{1,4}}[./-][0-9]{{1,2}}[./-][0-9]{{1,4}}|[0-9]{{1,2}}[ /-]{_MONTH}[ /-],? ?[0-9]{{2,4}}"
    rf"|{_MONTH} [0-9]{{1,2}},? [0-9]{{4}}|(?:19|20)[0-9]{{6}})(?:\.?$|[T, ].{{0,30}}$|[0-9]{{6}}\[.{{1,12}}\]$)",
)
_NUMBER = re.compile(
    r"[(+\u2212-]?[^\w()]{0,3}[^\W\d_]{0,5}[.$]?[^\w]{0,4}[0-9][0-9.,'\u2019\s]*"
    r"[)+-]?[^\w]{0,2}[^\W\d_]{0,5}\.?\)?"
)
_MACHINE = re.compile(r"[-+]?[0-9.,]+[eE][-+]?[0-9]+")
_CARD = re.compile(r"\b(credit card|card member|kredit\w*karte\w*|carte credit|tarjeta credito|carta credito)\b")
_CODE = re.compile(r"[A-Za-z0-9]{2,10}")
_ACCOUNT = re.compile(r"(?=(?:.*[0-9]){4})[0-9A-Za-z*./ -]{5,42}")


def is_date(text: str) -> bool:
    """Whether a cell has the outer shape of a date; not whether it is one."""
    return _DATE.match(text.strip()) is not None


def is_number(text: str) -> bool:
    """Whether a cell has the outer shape of an amount, an exponent included."""
    bare = text.strip()
    return _NUMBER.fullmatch(bare) is not None or _MACHINE.fullmatch(bare) is not None


@dataclass(frozen=True, slots=True)
class Open:
    """A point that the file leaves open: what it is, the sentence about it, and how to settle it.

    ``row`` counts the rows of the grid from 0; ``field`` is the key of the draft that carries the point.
    """

    point: Point
    message: str
    settle: str
    row: int | None = None
    column: str | None = None
    field: str = ""


@dataclass(frozen=True, eq=False)
class Column:
    """One column: where it stands, what its header may mean, its cells."""

    index: int
    name: str
    heading: Heading
    cells: pl.Series
    stored: pl.Series | None = None
    """In a workbook: which cells are stored as numbers, and so are written with a point whatever the others say."""

    @property
    def shown(self) -> str:
        """How a message names it: by its header when the vocabulary knows it, else by its letter."""
        return f'"{self.heading.text}"' if self.heading.known else f"column {letter(self.index)}"

    @property
    def key(self) -> str:
        """The same for an issue's ``column``."""
        return self.heading.text if self.heading.known else letter(self.index)

    @cached_property
    def unique(self) -> list[str]:
        """The different filled cells."""
        return [str(v) for v in self.cells.drop_nulls().unique().sort().to_list()]

    @cached_property
    def written(self) -> list[str]:
        """The different filled cells that are text, whose way of writing numbers is to be found out."""
        if self.stored is None:
            return self.unique
        return [str(v) for v in self.cells.filter(~self.stored).drop_nulls().unique().sort().to_list()]

    @cached_property
    def filled(self) -> int:
        """How many cells are filled."""
        return self.cells.len() - self.cells.null_count()

    @cached_property
    def dates(self) -> bool:
        """Whether most filled cells have the shape of a date; lines of totals and balances set aside."""
        others = [v for v in self.unique if not is_date(v)]
        dates = len(self.unique) - len(others)
        if len(others) <= FEW:
            others = [v for v in others if footer_word(v) is None]
        return dates > len(others)

    @cached_property
    def numbers(self) -> bool:
        """Whether most filled cells have the shape of a number and no date stands among them."""
        return bool(self.unique) and not self.dates and 2 * sum(map(is_number, self.unique)) > len(self.unique)

    @cached_property
    def codes(self) -> bool:
        """Whether every filled cell is an ISO 4217 code."""
        return bool(self.unique) and all(v.strip().upper() in ISO_4217 for v in self.unique)

    def has(self, *roles: str) -> bool:
        """Whether the header may mean one of ``roles``."""
        return not self.heading.roles.isdisjoint(roles)


def header_at(head: Sequence[Record]) -> int | None:
    """The record that reads like the header of a table of money: of several the one with the most known words.

    None when there is none. Records above it that look like payments are for the caller to mind.
    """
    best, most = None, 0
    for i, (_, cells) in enumerate(head):
        known = header_words(cells)
        if known > most:
            best, most = i, known
    return best


def header_words(cells: Sequence[str]) -> int:
    """How many cells of a record are known headers; 0 unless a day and an amount are among them."""
    headings = [heading(c.strip()) for c in cells if c.strip()]
    known = [h.roles for h in headings if h.known]
    day = [r for r in known if r.intersection(DATE_ROLES)]
    money = [r for r in known if r.intersection(MONEY_ROLES)]
    if len(known) > 2 and any(not _AMOUNT_WORDS.isdisjoint(h.name.split()) for h in headings if not h.known):
        money.append(frozenset(("amount",)))
    # "Value" may be either, and one column cannot be both
    if not day or not money or (len(day) == 1 and day == money) or any(is_date(c) for c in cells):
        return 0
    return len(known)


def payment_like(cells: Sequence[str]) -> bool:
    """Whether a record has a day, a number and something else: it may be a payment."""
    filled = [c for c in cells if c.strip()]
    return len(filled) > 2 and any(map(is_date, filled)) and any(is_number(c) and not is_date(c) for c in filled)


def table_columns(grid: Grid) -> list[Column]:
    """The columns of a grid, named as a dialect names them (``Name#2`` for the second of a name)."""
    out: list[Column] = []
    for i, text in enumerate(grid.header):
        bare = text.strip()
        name = bare
        if grid.header.count(bare) > 1:
            name = f"{bare}#{grid.header[: i + 1].count(bare)}"
        cells = grid.cells.select(pl.col(f"c{i}").str.strip_chars(BLANKS).replace("", None)).to_series()
        key = f"c{i}"
        stored = grid.mixed.get(key)
        if key in grid.numeric:
            stored = cells.is_not_null()
        out.append(Column(i, name, heading(bare), cells, stored))
    return out


@dataclass
class Layout:
    """What the columns are. ``opens`` lists what is not certain; one without a booking day is none."""

    sides: Literal["one", "two"] = "one"
    booking: Column | None = None
    pending: Column | None = None
    value: Column | None = None
    amount: Column | None = None
    debit: Column | None = None
    credit: Column | None = None
    flag: Column | None = None
    balance: Column | None = None
    fee: Column | None = None
    net: Column | None = None
    currency: Column | None = None
    stated_currency: str = ""
    original: Column | None = None
    original_currency: Column | None = None
    account: Column | None = None
    status: Column | None = None
    payer: dict[str, Column] = field(default_factory=dict)
    payee: dict[str, Column] = field(default_factory=dict)
    half: tuple[Column, Column] | None = None
    """Payer and beneficiary columns that are not both filled on every row: names of the other side, perhaps."""
    texts: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    repeats: list[Column] = field(default_factory=list)
    opens: list[Open] = field(default_factory=list)
    card: bool = False

    @property
    def money(self) -> list[Column]:
        """Every column whose cells are read as amounts."""
        all_ = (self.amount, self.debit, self.credit, self.balance, self.fee, self.net, self.original, *self.repeats)
        return [c for c in all_ if c is not None]

    @property
    def days(self) -> list[Column]:
        """Every column whose cells are read as days."""
        return [c for c in (self.booking, self.value, self.pending) if c is not None]


def arrange(columns: list[Column]) -> Layout | None:
    """What each column is, as far as headers and shapes say; None when this is no table of money.

    A table of money has a column of days and at least one of amounts, both named by a word of the vocabulary.
    """
    layout = Layout()
    filled = [c for c in columns if c.filled]
    _days(layout, filled)
    if layout.booking is None:
        return None
    _parties(layout, filled)
    if not _amounts(layout, columns):
        return None
    _status(layout, filled)
    _flag(layout, filled)
    _account(layout, filled)
    _texts(layout, filled)
    _several_assets(layout, filled)
    _balance_lines(layout)
    few = [v for c in filled if len(c.unique) <= FEW for v in c.unique]
    layout.card = names_card([*(c.heading.text for c in columns), *few])
    return layout


def names_card(texts: Iterable[str]) -> bool:
    """Whether a text speaks of a credit card: then a balance may be what is owed, and plus a charge."""
    return any(_CARD.search(fold(t)) is not None for t in texts if len(t) < 200)


def _same(columns: Sequence[Column]) -> bool:
    """Whether the columns say the same on every row."""
    first = columns[0].cells
    return all(bool(first.eq_missing(c.cells).all()) for c in columns[1:])


_STATED: Final = frozenset(
    ("booking_date", "value_date", "amount", "balance_after", "currency", "fee", "status", "account")
)


def _settle(what: str, key: str, columns: Sequence[Column]) -> str:
    """How to say which of the columns it is."""
    field = {"debit column": "debit", "credit column": "credit", "debit/credit mark": "flag"}.get(what, key)
    if field not in (*_STATED, "debit", "credit", "flag"):
        return f"Write the column of the {what} into the draft."
    return f"State it: {' or '.join(f'--columns {field}={letter(c.index)}' for c in columns[:3])}."


def _pick(layout: Layout, columns: Sequence[Column], what: str, key: str = "") -> Column | None:
    """The one column of a role; several that agree on every row are one, others an open point."""
    if not columns:
        return None
    ordered = sorted(columns, key=lambda c: (c.heading.name, c.index))
    if len(ordered) > 1 and not _same(ordered):
        names = " and ".join(c.shown for c in ordered[:3])
        layout.opens.append(
            Open(
                "columns",
                f"{names} could each be the {what}; nothing in the file says which.",
                _settle(what, key, ordered),
                column=ordered[0].key,
                field=key,
            )
        )
    return ordered[0]


# ---------------------------------------------------------------------------------------------------------------- days


def _days(layout: Layout, columns: list[Column]) -> None:
    by_role = {role: [c for c in columns if c.has(role) and c.dates] for role in DATE_ROLES}
    value = by_role["value_date"]
    booked, day, made = by_role["booked"], by_role["day"], by_role["made"]
    general = _agreeing([*day, *made])
    if booked:
        layout.booking = _pick(layout, booked, "posted date", "booking_date")
        blank = layout.booking is not None and layout.booking.cells.null_count() > 0
        if blank and len(made or day) == 1 and layout.booking is not None:
            other = (made or day)[0]
            if bool((other.cells.is_not_null() & layout.booking.cells.is_null()).any()):
                layout.pending = other
    elif day or made:
        layout.booking = _pick(layout, general or [*day, *made], "posted date", "booking_date")
    elif value:
        layout.booking = _pick(layout, value, "posted date", "booking_date")
    if value and layout.booking is not None:
        layout.value = _pick(layout, value, "value date", "value_date")


def _agreeing(columns: list[Column]) -> list[Column]:
    """``Date`` beside ``Date Time``: where the one is the day of the other on every row, the fuller one is enough."""
    if len(columns) != 2:
        return columns
    short, long = sorted(columns, key=lambda c: max((len(v) for v in c.unique), default=0))
    both = short.cells.is_not_null() & long.cells.is_not_null()
    if short.cells.null_count() == long.cells.null_count() and bool(
        pl.select(pl.lit(long.cells.filter(both)).str.starts_with(pl.lit(short.cells.filter(both))).all()).item()
    ):
        return [short]
    return columns


# ------------------------------------------------------------------------------------------------------------- parties


def _parties(layout: Layout, columns: list[Column]) -> None:
    """Two-sided when a payer and a beneficiary stand in every row with a day; else they are names of one side."""
    names: dict[str, list[Column]] = {}
    for role in ("payer_name", "payer_account", "payee_name", "payee_account"):
        # "From" and "To" may hold the currencies of an exchange, written as codes are
        names[role] = [c for c in columns if c.has(role) and not c.dates and not all(v in ISO_4217 for v in c.unique)]
    for role in ("originator_name", "originator_account"):
        if names["payee_name"] or names["payee_account"]:
            names[role.replace("originator", "payer")] += [c for c in columns if c.has(role)]
    for side in ("payer", "payee"):  # "From" says neither name nor account: its cells do
        numbers = [c for c in names[f"{side}_name"] if "name" not in c.heading.name and _all_accounts(c)]
        names[f"{side}_account"] += numbers
        names[f"{side}_name"] = [c for c in names[f"{side}_name"] if c not in numbers]
    payer = [c for role in ("payer_name", "payer_account") for c in names[role]]
    payee = [c for role in ("payee_name", "payee_account") for c in names[role]]
    if not payer or not payee or layout.booking is None:
        return
    rows = layout.booking.cells.is_not_null()
    sides = [_any_filled(payer).filter(rows), _any_filled(payee).filter(rows)]
    if not sides[0].len() or not (bool(sides[0].all()) and bool(sides[1].all())):
        if len(names["payer_name"]) == 1 and len(names["payee_name"]) == 1:
            layout.half = (names["payer_name"][0], names["payee_name"][0])
        return
    layout.sides = "two"
    for role, found in names.items():
        key = {"payer_name": "account_name", "payer_account": "account"}.get(
            role, role.replace("payee", "counterparty")
        )
        picked = _pick(layout, found, role.replace("_", " ").replace("payee", "beneficiary"), key)
        if picked is not None:
            (layout.payer if role.startswith("payer") else layout.payee)[role.partition("_")[2]] = picked


_ACCOUNT_NUMBER = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9 ]{8,36}|0x[0-9a-fA-F]{40}|(?=(?:.*[0-9]){4})[0-9*xX./ -]{5,40}")


def _all_accounts(column: Column) -> bool:
    return bool(column.unique) and all(_ACCOUNT_NUMBER.fullmatch(v) for v in column.unique)


def _any_filled(columns: Sequence[Column]) -> pl.Series:
    filled = columns[0].cells.is_not_null()
    for c in columns[1:]:
        filled = filled | c.cells.is_not_null()
    return filled


# --------------------------------------------------------------------------------------------------------------- money

_CURRENCY_WORDS: Final = frozenset(map(fold, f"{CURRENCY_WORDS}|{CURRENCIES}".split("|")))
_NO_AMOUNTS: Final = frozenset(("balance", "saldo", "price", "total"))
_AMOUNT_WORDS: Final = frozenset(map(fold, f"{AMOUNT_WORDS}|{AMOUNTS}".split("|")))


def _stem(name: str) -> frozenset[str]:
    return frozenset(t for t in name.split() if t not in _CURRENCY_WORDS and t not in _AMOUNT_WORDS)


def _paired_amount(column: Column, columns: list[Column]) -> bool:
    """An amount under a header of its own making (``amt_lcy``) beside a currency that shares it (``ccy_lcy``)."""
    words = set(column.heading.name.split())
    if column.heading.known or words.isdisjoint(_AMOUNT_WORDS - _NO_AMOUNTS) or not column.numbers:
        return False
    stem = _stem(column.heading.name)
    return bool(stem) and any(_stem(c.heading.name) == stem for c in columns if _is_currency(c))


def _is_currency(column: Column) -> bool:
    named = column.has("currency", "original_currency")
    if not named and not _CURRENCY_WORDS.intersection(column.heading.name.split()):
        return False
    return (named or column.codes) and not column.numbers and not column.dates


def _amounts(layout: Layout, columns: list[Column]) -> bool:
    """Find the columns of money; False when there is none that could be the amount."""
    of = {role: [c for c in columns if c.has(role) and c.numbers] for role in (*AMOUNT_ROLES, "fee")}
    of["amount"] += [c for c in columns if _paired_amount(c, columns)]
    # a statement without a single deposit leaves that column empty
    of |= {role: [c for c in columns if c.has(role) and (c.numbers or not c.filled)] for role in ("debit", "credit")}
    of |= {role: [c for c in found if c.filled] or found for role, found in of.items()}
    taken = {id(c) for role in AMOUNT_ROLES[:3] for c in of[role]}
    layout.balance = _pick(
        layout,
        [c for c in columns if c.has("balance") and c.numbers and id(c) not in taken],
        "running balance",
        "balance_after",
    )
    layout.fee = _pick(layout, of["fee"], "fee", "fee")
    currencies = [c for c in columns if _is_currency(c)]
    if (of["debit"] or of["credit"]) and layout.sides == "one":
        if _debit_and_credit(layout, columns, of):
            _currency(layout, layout.debit or layout.credit, currencies)
            return True
        if not any(of[r] for r in AMOUNT_ROLES):
            return False
    chosen = _chosen_amount(layout, of, currencies)
    if chosen is None:
        return False
    layout.amount = chosen
    rest = [c for c in (*of["net"], *of["total"]) if c is not chosen]
    if rest:
        layout.net = _pick(layout, rest, "net amount", "net")
    _currency(layout, chosen, currencies)
    return True


def _debit_and_credit(layout: Layout, columns: list[Column], of: dict[str, list[Column]]) -> bool:
    """Two columns, one for each direction. A statement without a single deposit leaves its column empty."""
    debit = _pick(layout, [c for c in of["debit"] if not c.has("fee")] or of["debit"], "debit column", "amount")
    credit = _pick(layout, of["credit"], "credit column", "amount")
    if debit is None or credit is None or debit is credit:
        return False
    layout.debit, layout.credit = debit, credit
    layout.repeats = [c for role in ("amount", "account_amount") for c in of[role] if c not in (debit, credit)][:1]
    others = [c for role in AMOUNT_ROLES for c in of[role] if c not in (debit, credit, *layout.repeats)]
    if of["net"] or of["gross"]:
        layout.net = _pick(layout, [c for c in others if c.has("net")], "net amount", "net")
    return True


def _pair(amount: Column, currencies: list[Column]) -> Column | None:
    """The currency column that belongs to an amount: it shares the stem of its header."""
    stem = _stem(amount.heading.name)
    found = [c for c in currencies if _stem(c.heading.name) == stem]
    return found[0] if len(found) == 1 else None


def _chosen_amount(layout: Layout, of: dict[str, list[Column]], currencies: list[Column]) -> Column | None:
    if of["gross"]:
        if of["amount"]:
            _pick(layout, [*of["gross"], *of["amount"]], "amount", "amount")
        return _pick(layout, of["gross"], "gross amount", "amount")
    account_amount = list(of["account_amount"])
    plain = [c for c in of["amount"] if c.heading.currency is None and c not in account_amount]
    converted = [c for c in of["amount"] if c.heading.currency is not None and c not in account_amount]
    original = [c for c in of["original_amount"] if c not in (*plain, *converted, *account_amount)]
    if layout.sides == "two":
        # what was paid, in the currency it was paid in; columns named for a currency are conversions of it
        paired = [
            c for c in (*plain, *account_amount, *original) if _pair(c, currencies) is not None and _full(layout, c)
        ]
        if account_amount and plain:
            return _pick(layout, [*account_amount, *plain], "amount", "amount")
        if len(paired) == 1:
            return paired[0]
        if plain:
            return _pick(layout, plain, "amount", "amount")
        if account_amount:
            return _pick(layout, account_amount, "amount", "amount")
    if account_amount:
        chosen = _pick(layout, account_amount, "amount in the account's currency", "amount")
        layout.original = next(iter([*original, *plain]), None)
    elif plain:
        chosen = _pick(layout, plain, "amount", "amount")
        layout.original = original[0] if len(original) == 1 else None
    elif converted:
        chosen = _pick(layout, converted, "amount", "amount")
        layout.original = original[0] if len(original) == 1 else None
    elif original:
        chosen = _pick(layout, original, "amount", "amount")
    else:
        chosen = _pick(layout, of["net"], "net amount", "amount")
    if layout.original is not None:
        layout.original_currency = _pair(layout.original, currencies) or next(
            (c for c in currencies if c.has("original_currency")), None
        )
        if layout.original_currency is None:
            layout.original = None
    return chosen


def _full(layout: Layout, column: Column) -> bool:
    assert layout.booking is not None
    return not bool((layout.booking.cells.is_not_null() & column.cells.is_null()).any())


def _currency(layout: Layout, amount: Column | None, currencies: list[Column]) -> None:
    """The currency of the amounts: its own column, else the header; a column beside a header must agree with it."""
    assert amount is not None
    stated = {c.heading.currency for c in (amount, layout.debit, layout.credit) if c is not None and c.heading.currency}
    own = [c for c in currencies if c is not layout.original_currency]
    general = [c for c in own if not c.has("original_currency") or c.has("currency")]
    column = _pair(amount, own)
    if column is None and general:
        column = general[0] if len(general) == 1 else _pick(layout, general, "currency", "currency")
    if len(stated) > 1:
        layout.opens.append(
            Open("currency", "The headers of the amount columns name two currencies.", "Set the currency in the draft.")
        )
        return
    _second_currency(layout, amount, column, own)
    if stated:
        code = next(iter(stated))
        if column is None or {v.strip().upper() for v in column.unique} == {code}:
            layout.stated_currency, layout.currency = str(code), column
            return
        if column.filled:  # a header that names one currency and a column that names others: which holds?
            layout.stated_currency = str(code)
            layout.opens.append(
                Open(
                    "currency",
                    f"{amount.shown} names a currency in its header, and {column.shown} states another.",
                    "Write the currency of the amounts into the draft.",
                    column=column.key,
                    field="currency",
                )
            )
        return
    if column is None:
        return
    layout.currency = column
    if not column.codes:
        bad = next((v for v in column.unique if v.strip().upper() not in ISO_4217), "")
        layout.opens.append(
            Open(
                "currency",
                f"{column.shown} holds something that is no ISO 4217 currency (an asset, or a free word).",
                "An exchange or chain export needs its own format; list the words under [values.currency] in the draft "
                "if they are currencies.",
                row=None if not bad else int((column.cells == bad).arg_max() or 0),
                column=column.key,
            )
        )


def _second_currency(layout: Layout, amount: Column, column: Column | None, currencies: list[Column]) -> None:
    """Another currency column that says something else: there is a second amount, and which one moved the account?"""
    others = [c for c in currencies if c is not column and c is not layout.original_currency]
    if column is None or all(_same([column, c]) for c in others):
        return
    layout.opens.append(
        Open(
            "columns",
            f"{amount.shown} goes with {column.shown}, but {others[0].shown} names another currency: which "
            "amount moved the account?",
            f"State it: --columns amount={letter(amount.index)},currency={letter(column.index)} (or the letters of the "
            "other amount and its currency).",
            column=others[0].key,
            field="amount",
        )
    )


def _several_assets(layout: Layout, columns: list[Column]) -> None:
    """A column of tickers that nobody mapped: crypto assets, or several currencies. Their amounts must not be added."""
    if layout.currency is not None:
        return
    for c in columns:
        if c.has("currency", "original_currency") or not 0 < len(c.unique) <= 500:
            continue
        if not all(_CODE.fullmatch(v) and v == v.upper() for v in c.unique):
            continue
        crypto = sum(v in CRYPTO for v in c.unique)
        known = sum(v in ISO_4217 for v in c.unique) + crypto
        if 2 * known > len(c.unique) and (crypto or len(c.unique) > 1):
            layout.opens.append(
                Open(
                    "currency",
                    f"{c.shown} holds codes of several currencies or assets, and its header does not say so.",
                    "Set the currency column in the draft.",
                    column=c.key,
                )
            )
            return


def _balance_lines(layout: Layout) -> None:
    """Lines with a day and an amount whose note is the label of a balance or a total: are they payments?"""
    moved = [c for c in (layout.amount, layout.debit, layout.credit) if c is not None]
    for c in layout.texts.get("remittance_info", ()):
        labels = [v for v in c.unique if balance_line(v)]
        if not labels or layout.booking is None:
            continue
        at = c.cells.is_in(labels) & layout.booking.cells.is_not_null() & _any_filled(moved)
        if at.any():
            layout.opens.append(
                Open(
                    "columns",
                    f"{c.shown} holds the label of a balance or a total on a line with a day and an amount.",
                    "List such lines under [skip] in the draft, when they are no payments.",
                    row=int(at.arg_max() or 0),
                    column=c.key,
                )
            )
            return


# -------------------------------------------------------------------------------------------------- status, flag, texts


def _status(layout: Layout, columns: list[Column]) -> None:
    """The status column, each word of it known; or the suspicion of one under another header."""
    named = [c for c in columns if c.has("status", "status") and not c.numbers and not c.dates]
    named = [c for c in named if any(status_word(v) for v in c.unique)] or named
    if named:
        layout.status = _pick(layout, named, "status", "status")
        if layout.status is not None:
            column = layout.status
            odd = [v for v in column.unique if status_word(v) is None]
            blank = pl.Series([False]) if layout.booking is None else layout.booking.cells.is_not_null()
            blank = blank & column.cells.is_null()
            if odd or blank.any():
                at = column.cells.is_in(odd) if odd else blank
                odd = odd or [""]
                layout.opens.append(
                    Open(
                        "status",
                        f"{column.shown} holds {len(odd)} word{'s' if len(odd) > 1 else ''} that could mean paid, "
                        "waiting or failed.",
                        "List each word under [values.status] in the draft.",
                        row=int(at.arg_max() or 0),
                        column=column.key,
                    )
                )
        return
    for c in columns:
        if c in layout.days or c in layout.money or c.has("remittance_info") or len(c.unique) > 30:
            continue
        bad = [v for v in c.unique if len(v) <= 30 and unsettled_word(v)]
        if bad and not (c.has("transaction_code") and all(status_word(v) == "reversed" for v in bad)):
            layout.opens.append(
                Open(
                    "status",
                    f"{c.shown} holds words for payments that did not move money, and its header is not a status.",
                    "Map it to status in the draft and list its words.",
                    row=int(c.cells.is_in(bad).arg_max() or 0),
                    column=c.key,
                )
            )
            return


def _flag(layout: Layout, columns: list[Column]) -> None:
    """A column of debit/credit marks beside one amount, whatever its header: every filled cell is such a mark."""
    if layout.sides == "two" or layout.amount is None or layout.booking is None:
        return
    found: list[Column] = []
    for c in columns:
        if c in layout.money or c in layout.days or len(c.unique) > 12 or c is layout.currency:
            continue
        named = c.has("flag")
        if c.has("remittance_info") and not named:
            continue
        if all(direction_word(v, named=named) is not None for v in c.unique) and _full(layout, c):
            found.append(c)
        elif c.has("flag"):
            layout.opens.append(
                Open(
                    "sign",
                    f"{c.shown} should say debit or credit, and holds something else.",
                    "State the words for each direction in the draft.",
                    column=c.key,
                )
            )
    by_name = [c for c in found if c.has("flag")]
    layout.flag = _pick(layout, by_name or found, "debit/credit mark", "amount")


_ACCOUNT_WORDS = re.compile(
    r"(account|konto|compte|cuenta|rachunek|rachunku|rekening|conto|conta|ucet|uctu|hesap|szamla|cont|счет|счёт|счета)\w*"
)


def _account(layout: Layout, columns: list[Column]) -> None:
    """The holder's own account: a column named account with one value throughout, which looks like an account."""
    if layout.sides == "two":
        return
    found = [
        c for c in columns if c.has("account") and not c.dates and all(_ACCOUNT.fullmatch(v.strip()) for v in c.unique)
    ]
    one = [c for c in found if len(c.unique) == 1]
    if len(one) == 1:
        layout.account = one[0]
    elif not one and len(found) == 1:
        layout.account = found[0]  # several: for the running balance to say whether each is a statement of its own
    for c in columns:
        # a ledger with its accounts, or several accounts by name: one statement would mix them
        named = c.has("account", "account_name") and c not in found
        if named and len(c.unique) > 1 and any(_ACCOUNT_WORDS.fullmatch(t) for t in c.heading.name.split()):
            layout.opens.append(
                Open(
                    "columns",
                    f"{c.shown} holds several accounts by name; the lines of each must not be mixed.",
                    f"State --columns ignore={letter(c.index)} when it is not the statement's own; else ask for "
                    "one file an account.",
                    row=int((c.cells == c.unique[-1]).arg_max() or 0),
                    column=c.key,
                    field="account",
                )
            )
            return


_TEXT_ROLES: Final = (
    "remittance_info",
    "servicer_ref",
    "end_to_end_id",
    "transaction_code",
    "tx_hash",
    "cheque_no",
    "mcc",
    "merchant",
    "place",
    "account_name",
    "counterparty_name",
    "counterparty_account",
)
_JOINED: Final = frozenset({"remittance_info", "place", "merchant"})


def _texts(layout: Layout, columns: list[Column]) -> None:
    used = {id(c) for c in (*layout.days, *layout.money, layout.currency, layout.original_currency, layout.account)}
    used |= {id(c) for c in (layout.flag, layout.status, *layout.payer.values(), *layout.payee.values())}
    free = [c for c in columns if id(c) not in used]
    for role in _TEXT_ROLES:
        if layout.sides == "two" and role in ("account_name", "counterparty_name", "counterparty_account"):
            continue
        found = [c for c in free if c.has(role)]
        if role == "counterparty_name" and not found and not layout.payer:
            # a payee column alone is the other side, as budget programs and several banks use the word
            alone = [c for c in free if c.has("payee_name", "payer_name")]
            found = [c for c in alone if c.heading.name in ("payee", "payee name")] if len(alone) == 1 else []
        if role not in _JOINED and len(found) > 1:
            full = max(len(c.unique) for c in found)
            found = sorted((c for c in found if len(c.unique) == full), key=lambda c: (c.heading.name, c.index))[:1]
        if found:
            layout.texts[role] = tuple(sorted(found, key=lambda c: (c.heading.name, c.index)))
            free = [c for c in free if c not in found]


def reversed_sides(columns: Iterable[Column]) -> Column | None:
    """A type column that speaks of requests, collections or refunds: there "from" need not be who paid."""
    for c in columns:
        if c.has("transaction_code") and len(c.unique) <= 200 and any(reverses_sides(v) for v in c.unique):
            return c
    return None
