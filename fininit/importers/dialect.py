"""Dialects: one layout of one institution, written down as data (TOML) and read without a guess.

``docs/dialects.md`` explains every key for a person who writes one. A :class:`Dialect` can also be made in code (that
is how an unknown table becomes a ready draft) and written out with :meth:`Dialect.to_toml`. Whatever is wrong in one
raises :class:`~fininit.errors.DialectError` naming the file, the table, the key and what was probably meant.

Reading a table by a dialect is in :mod:`fininit.importers.reading`; :func:`read_grid` is its door.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from fininit.errors import DialectError, ValueRefused
from fininit.identifiers.numbering import region_codes
from fininit.importers import further
from fininit.importers import leg as legs_of
from fininit.importers import record as records
from fininit.importers.declaring import Keys, bad, key_text, listed, near, quoted, resolve
from fininit.importers.further import Rule, Said
from fininit.importers.heading import CURRENCY, Free
from fininit.importers.leg import Leg
from fininit.importers.record import Record
from fininit.importers.table import Footer
from fininit.schema import CHANNELS, STATUSES
from fininit.values.assets import is_currency
from fininit.values.dates import DateFormat
from fininit.values.money import NumberFormat
from fininit.values.months import LANGUAGES

if TYPE_CHECKING:
    from fininit.importers.base import Options, Reading, Source
    from fininit.importers.table import Grid

KINDS: Final = ("bank", "app", "crypto", "table")

CHAINS: Final = ("eth", "tron")
"""Chains whose tokens are known by the address of their contract."""

CONTAINERS: Final = ("text", "html", "xlsx", "pdf")

DATES: Final = ("booking_date", "value_date", "pending_date")
"""Fields with a day. ``pending_date`` is the day of a line that is not booked and prints no booking date."""

AMOUNTS: Final = ("balance_after", "fee", "net", "original_amount")
"""Fields with a number, besides ``amount``. ``net`` is amount less fee, printed as a check."""

TEXTS: Final = (
    "currency",
    "account",
    "account_name",
    "counterparty_account",
    "counterparty_name",
    "remittance_info",
    "servicer_ref",
    "end_to_end_id",
    "transaction_code",
    "status",
    "original_currency",
    "tx_hash",
    "channel",
    "merchant",
    "mcc",
    "place",
    "cheque_no",
    "card_last4",
    "local_zone",
    "payer_name",
    "payer_account",
    "payee_name",
    "payee_account",
)

FIELDS: Final = (*DATES, "booked_at", *AMOUNTS, *TEXTS)
"""What a column may be mapped to, ``amount`` aside. ``booked_at`` is a column (or several, joined) with a time."""

PAYMENT: Final = ("payer_name", "payer_account", "payee_name", "payee_account")
"""Fields of a statement that prints who pays and who is paid: the sign of the amount says which of them is the holder.
"""

JOINED: Final = frozenset(
    {
        *("booked_at", "remittance_info", "place", "counterparty_name", "merchant", "account_name"),
        *("payer_name", "payee_name", "card_last4"),
    }
)
"""Fields that may be put together from several columns, with one blank between the filled ones."""

Side = Literal["positive", "negative", "same"]
Order = Literal["file", "time"]


@dataclass(frozen=True)
class Match:
    """How a file of this layout is known: its whole header row, verbatim, after outer blanks of each cell.

    Empty only where the layout has no table of transactions: then the headers of its records tell. ``{currency}`` in a
    name stands for an ISO 4217 code, ``{any}`` for any text. ``variants`` are the same columns in other words or
    languages, in the same order. ``rows`` are the forms (regular expressions) of all cells of a row where a file has no
    header row, ``above`` those of the lines over its rows; ``header`` then only names the columns. ``holds`` gives for
    a column a form that a cell of one of its first rows has, where other banks use the same header. With ``proof =
    "balance"`` nothing is read that the running balance does not bear out: for layouts that say too little of
    themselves. Where people choose the columns of their export, ``required`` are those that must be there: a file may
    then leave out any other of ``header``, and have them in any order.
    """

    header: tuple[str, ...] = ()
    container: str = ""
    sheet: str = ""
    variants: tuple[tuple[str, ...], ...] = ()
    rows: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    proof: str = ""
    holds: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[tuple[str, ...], ...]:
        """The header row in all its variants; none where the file has none."""
        if self.rows or not self.header:
            return ()
        return (Free(self.header, self.required),) if self.required else (self.header, *self.variants)


@dataclass(frozen=True)
class AccountRule:
    """Where the file names the holder's account. Never made up: when nothing applies the account stays open.

    ``from_filename`` and ``from_preamble`` are regular expressions with a group ``account`` (or ``last4``), searched in
    the file's name, and in the lines around the table (cells joined by a blank). ``prefix`` is the scheme and
    institution put before what is not an IBAN, as in ``acct:starling``. ``none`` are words that stand where an account
    would, and name none (``linked bank account``). ``country`` is put before a national number that is an IBAN with
    it, here and for the other side (``PL``). ``others`` is the ``prefix`` of the other side in a one-sided table;
    behind an ``app:`` prefix a mail address is taken in small letters, and a phone number of one of ``region`` in its
    international form. With ``one``, the whole file is about one account: rows that name none are about the one that
    the others name, and none is taken where they name several. ``others = "chain"`` takes an address of any chain that
    its checksum bears out. With ``wallet`` the file is about a wallet: where a row names the address at which money
    came in, that is one of its own and not the other side.
    """

    from_filename: str = ""
    from_preamble: str = ""
    from_column: str = ""
    prefix: str = ""
    none: tuple[str, ...] = ()
    country: str = ""
    others: str = ""
    region: tuple[str, ...] = ()
    one: bool = False
    wallet: bool = False


@dataclass(frozen=True)
class Format:
    """How cells are written.

    ``date`` and ``datetime`` are patterns of :mod:`fininit.values.dates`; with several, each cell must fit one, and
    where two would read the same cell differently the whole column must decide. ``zone`` is ``""`` (not stated: no
    instant is made), an IANA name, ``UTC``, or ``suffix`` (a word behind the time, ``EST``). ``empty`` are texts that
    stand for an empty cell in a column of dates or numbers (``-``). ``places`` are the decimals of the unit where
    numbers count its smallest part (8: satoshi). With ``fractions`` amounts may have more decimals than the currency:
    exchanges keep parts of a cent in their books. ``order`` is ``time`` when the running balance
    follows the time column and not the order of the rows.
    """

    encoding: tuple[str, ...] = ()
    delimiter: str = ""
    date: tuple[str, ...] = ()
    datetime: tuple[str, ...] = ()
    language: str = "en"
    zone: str = ""
    decimal: Literal[".", ","] = "."
    thousands: tuple[str, ...] = ()
    grouping: Literal["western", "indian"] = "western"
    affixes: tuple[str, ...] = ()
    exponent: bool = False
    trailing_mark: bool = False
    empty: tuple[str, ...] = ()
    order: Order = "file"
    places: int = 0
    fractions: bool = False

    def number(self) -> NumberFormat:
        """The grammar of amounts."""
        return NumberFormat(
            self.decimal,
            self.thousands,
            grouping=self.grouping,
            affixes=self.affixes,
            exponent=self.exponent,
            trailing_mark=self.trailing_mark,
        )


@dataclass(frozen=True)
class Amount:
    """Which columns carry the amount, and which way its sign goes.

    One of three shapes: ``column`` (signed); ``debit`` and ``credit`` columns, each with the sign it is printed with
    (``same``: exports differ, but all cells of the column have one sign);
    ``unsigned`` with a ``flag`` column whose words in ``plus`` and ``minus`` give the direction; ``also`` is a second
    flag column whose word stands behind the first, and a word that ends with ``*`` is the beginning of any other that
    is not listed in full. The words of ``still`` move nothing but a fee. With ``either`` rows that are money out may
    print a minus or none. ``sign`` is ``holder``
    (+ is money in, as the account holder sees it) or ``inverted`` (a card statement that prints charges positive); it
    applies to ``column`` only.
    """

    column: str = ""
    debit: str = ""
    credit: str = ""
    debit_sign: Side = "positive"
    credit_sign: Side = "positive"
    unsigned: str = ""
    flag: str = ""
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    also: str = ""
    still: tuple[str, ...] = ()
    either: bool = False
    sign: Literal["holder", "inverted"] = "holder"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are used."""
        return tuple(c for c in (self.column, self.debit, self.credit, self.unsigned, self.flag, self.also) if c)


@dataclass(frozen=True)
class Fees:
    """Who bears a fee that a row states, and when.

    ``within``: the amount has it in it, so it is taken out of the amount. ``by_payer``: the network's fee, printed on
    every line and paid by the sender; a line that is money in does not bear it. ``when_failed``: charged also where the
    payment failed (gas); the row then gives a second entry that moves the fee alone.
    """

    within: bool = False
    by_payer: bool = False
    when_failed: bool = False


@dataclass(frozen=True)
class Dialect:
    """One layout: how a file of it is known, and what each column means. Frozen, and valid once it exists.

    ``columns`` gives for a field (of :data:`FIELDS`) its column, or columns where :data:`JOINED` allows several; a
    header that occurs twice is named ``Name#2``. ``values`` holds closed lists of words by field: a word that is not
    listed is refused, unless the list says ``"*"``. Each of ``skip`` names rows that are no transactions, by the
    words that all of its columns hold. ``signs`` says which sign a column's word must have; a file that contradicts
    it is asked about, and a row that must move no money (``0``) but prints some is refused. ``opening`` and
    ``closing`` are regular expressions with a group ``amount`` for balances stated around the table or in rows that
    are skipped, ``opening_column`` and ``closing_column`` the columns that print them on every row;
    ``stated_currency`` has a group ``currency``. ``fee_sign`` is how a fee is printed that was charged. In rows of
    ``turned`` payer and payee stand the other way round; rows of ``by_balance`` move money only where the running
    balance shows it; ``texts`` are facts within texts (both: :mod:`fininit.importers.further`). ``records``
    are the tables that say who holds an account; with them the table of transactions may be left out (no header, no
    columns). ``legs`` are further entries of a row. Each of ``pending`` names rows that are not booked yet, as
    ``skip`` does. ``contracts`` is the chain on which the column ``currency`` names tokens by their contract. The
    constructor raises :class:`DialectError` for whatever is wrong.
    """

    name: str
    match: Match
    amount: Amount = field(default_factory=Amount)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    title: str = ""
    kind: str = "bank"
    institution: str = ""
    documented: str = ""
    sides: Literal["one", "two"] = "one"
    currency: str = ""
    account: AccountRule = field(default_factory=AccountRule)
    format: Format = field(default_factory=Format)
    ignore: tuple[str, ...] = ()
    fee_sign: Side = "positive"
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    skip: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    signs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    footer: Footer = field(default_factory=Footer)
    opening: str = ""
    closing: str = ""
    opening_column: str = ""
    closing_column: str = ""
    stated_currency: str = ""
    texts: tuple[Said, ...] = ()
    turned: tuple[Rule, ...] = ()
    by_balance: tuple[Rule, ...] = ()
    records: tuple[Record, ...] = ()
    legs: tuple[Leg, ...] = ()
    fees: Fees = field(default_factory=Fees)
    pending: tuple[Rule, ...] = ()
    contracts: str = ""
    file: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        _validate(self)

    @classmethod
    def from_toml(cls, text: str, file: str = "dialect") -> Dialect:
        """A dialect from TOML text. Raises :class:`DialectError`."""
        return _from_toml(text, file)

    @classmethod
    def load(cls, path: Path) -> Dialect:
        """A dialect from a file. Raises :class:`DialectError`, also when the file cannot be read."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise DialectError(f"{path.name}: cannot be read as UTF-8 text.", hint="Save it as UTF-8.") from None
        return _from_toml(text, path.name)

    def to_toml(self) -> str:
        """This dialect as TOML; ``from_toml`` gives an equal one back."""
        return _to_toml(self)

    @property
    def tables(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Header and sheet of every table by which a file of this layout is known; the transactions come first."""
        own = [(header, self.match.sheet) for header in self.match.headers]
        return (*own, *((r.header, r.sheet) for r in self.records))

    @property
    def used(self) -> frozenset[str]:
        """Every column that has a meaning here or is declared to have none."""
        mapped = [c for columns in self.columns.values() for c in columns]
        account = [self.account.from_column] if self.account.from_column else []
        skip = [c for rule in (*self.skip, *self.turned, *self.by_balance) for c in rule]
        skip += [s.column for s in self.texts]
        stated = [c for c in (self.opening_column, self.closing_column) if c]
        more = [c for leg in self.legs for c in leg.used] + [c for rule in self.pending for c in rule]
        return frozenset([*mapped, *self.amount.columns, *account, *self.ignore, *skip, *self.signs, *stated, *more])


def read_grid(
    source: Source,
    grid: Grid,
    dialect: Dialect,
    options: Options,
    *,
    how: Literal["declared", "proved"] = "declared",
    proof: tuple[str, ...] = (),
) -> Reading:
    """What ``grid`` says by ``dialect``: one entry, skipped or refused row for every row of it.

    Never raises for what the file holds. See :mod:`fininit.importers.reading`.
    """
    from fininit.importers.reading import read_grids

    return read_grids(source, [grid], dialect, options, how=how, proof=proof)


# ---------------------------------------------------------------------------------------------------------- validation


def _validate(d: Dialect) -> None:
    file = d.file or d.name
    if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", d.name):
        raise bad(file, "name", "must be small letters, digits and single underscores, e.g. gb_starling_csv")
    for where, value, known in (
        ("kind", d.kind, KINDS),
        ("sides", d.sides, ("one", "two")),
        ("[match] container", d.match.container or "text", CONTAINERS),
        ("[columns] sign", d.amount.sign, ("holder", "inverted")),
        ("[columns] fee_sign", d.fee_sign, ("positive", "negative")),
        ("[columns] amount.debit_sign", d.amount.debit_sign, ("positive", "negative", "same")),
        ("[columns] amount.credit_sign", d.amount.credit_sign, ("positive", "negative", "same")),
        ("[format] order", d.format.order, ("file", "time")),
        ("[format] language", d.format.language, tuple(LANGUAGES)),
        ("[match] proof", d.match.proof or "balance", ("balance",)),
    ):
        if value not in known:
            raise bad(file, where, f"{value!r} is not one of {', '.join(known)}.", near(value, known))
    asset = d.kind == "crypto" and re.fullmatch(r"[A-Z0-9]{2,12}", d.currency)
    if d.currency and not is_currency(d.currency) and not asset:
        raise bad(file, "currency", f"{d.currency!r} is not an ISO 4217 code or known asset.")
    for number, record in enumerate(d.records, 1):
        records.validate(record, file, f"[[records]] {number}")
        if record.dated and d.match.container != "xlsx" and not d.format.date and not d.format.datetime:
            raise bad(file, "[format] date", 'is missing; state how dates are written, e.g. "%d/%m/%Y".')
    if not any(h.strip() for h in d.match.header):
        if not d.records:
            raise bad(file, "[match] header", "is empty; give the whole header row, verbatim.")
        if d.columns or d.amount.columns or d.ignore:
            raise bad(file, "[match] header", "is empty, and [columns] map columns of it.")
    else:
        _validate_columns(d, file)
    _validate_match(d, file)
    _validate_formats(d, file)
    _validate_lists(d, file)
    legs_of.validate(d.legs, d, file)


def _validate_match(d: Dialect, file: str) -> None:
    m = d.match
    if m.container == "pdf" and ("balance_after" not in d.columns or not d.opening or d.records or d.sides == "two"):
        what = "a printed page is read only where its balances prove it: map balance_after, and state [stated] opening."
        raise bad(file, "[match] container", what)
    for variant in m.variants:
        if len(variant) != len(m.header):
            raise bad(file, "[match] variants", "each has as many columns as the header, in the same order.")
    if m.rows and len(m.rows) != len(m.header):
        raise bad(file, "[match] rows", "has one form for each name in the header.")
    if m.rows and (m.variants or d.records or m.container != "text" or not d.format.delimiter):
        raise bad(file, "[match] rows", 'is for files without a header: container = "text" and [format] delimiter.')
    if m.above and not m.rows:
        raise bad(file, "[match] above", "is for files without a header, whose rows are given.")
    for column in m.required:
        if m.rows or m.variants or m.holds or resolve([h.strip() for h in m.header], column) is None:
            raise bad(file, "[match] required", "are columns of the one header that there is.", near(column, m.header))
    for column in m.holds:
        if m.rows or resolve([h.strip() for h in m.header], column) is None:
            raise bad(file, "[match] holds", f"the header has no column {column!r}.", near(column, m.header))
    for where, forms in (("rows", m.rows), ("above", m.above), ("holds", tuple(m.holds.values()))):
        for form in forms:
            try:
                re.compile(form)
            except re.error:
                raise bad(file, f"[match] {where}", f"{form!r} is not a regular expression.") from None
    if m.proof and "balance_after" not in d.columns:
        raise bad(file, "[match] proof", "needs balance_after.")
    if d.account.country and not re.fullmatch("[A-Z]{2}", d.account.country):
        raise bad(file, "[account] country", "is two capital letters, as in PL.")
    try:
        region_codes(d.account.region)
    except ValueRefused as e:
        raise bad(file, "[account] region", e.message) from None


def _validate_columns(d: Dialect, file: str) -> None:
    header = tuple(h.strip() for h in d.match.header)

    def known(where: str, name: str) -> None:
        if resolve(header, name) is None:
            twice = header.count(name) > 1
            raise bad(
                file,
                where,
                f"the header has {'several columns' if twice else 'no column'} {name!r}.",
                f"Write {name + '#1'!r} for the first." if twice else near(name, header),
            )

    for name, columns in d.columns.items():
        if name not in FIELDS:
            raise bad(file, "[columns]", f"the ledger has no field {name!r}.", near(name, [*FIELDS, "amount"]))
        if not columns or (len(columns) > 1 and name not in JOINED):
            raise bad(file, f"[columns] {name}", "takes one column.")
        for column in columns:
            known(f"[columns] {name}", column)
    a = d.amount
    shapes = [bool(a.column), bool(a.debit or a.credit), bool(a.unsigned or a.flag or a.plus or a.minus)]
    if sum(shapes) != 1:
        raise bad(file, "[columns] amount", "give one column, or debit and credit, or unsigned with flag, plus, minus.")
    if shapes[1] and not (a.debit and a.credit):
        raise bad(file, "[columns] amount", "needs both debit and credit.")
    if shapes[2] and not (a.unsigned and a.flag and a.plus and a.minus):
        raise bad(file, "[columns] amount", "needs unsigned, flag, plus and minus.")
    if a.also and not a.flag:
        raise bad(file, "[columns] amount", "also stands beside flag.")
    if set(a.plus) & set(a.minus):
        raise bad(file, "[columns] amount", "a word cannot be both plus and minus.")
    if a.sign == "inverted" and not a.column:
        raise bad(file, "[columns] sign", "applies to one signed amount column only.")
    for column in a.columns:
        known("[columns] amount", column)
    if not {"booking_date", "booked_at"} & set(d.columns):
        raise bad(file, "[columns]", "needs booking_date, or booked_at.")
    in_header = any(CURRENCY in name for name in d.match.header)
    if "currency" not in d.columns and not d.currency and not in_header and d.sides == "two":
        raise bad(file, "[columns]", "needs currency (or a currency for the whole file).")
    if "net" in d.columns and "fee" not in d.columns:
        raise bad(file, "[columns] net", "is amount less fee: it needs fee.")
    if d.sides == "two" and not {"account", "account_name"} & set(d.columns):
        raise bad(file, "[columns]", "a two-sided table needs account or account_name (who pays).")
    if d.sides == "two" and not {"counterparty_account", "counterparty_name"} & set(d.columns):
        raise bad(file, "[columns]", "a two-sided table needs counterparty_account or counterparty_name (who is paid).")
    if d.account.from_column:
        known("[account] from_column", d.account.from_column)
        if "account" in d.columns:
            raise bad(file, "[account] from_column", "and [columns] account say the same; keep one.")
    for column in d.ignore:
        known("[columns] ignore", column)
    rules = (("[skip]", d.skip), ("[turned]", d.turned), ("[by_balance]", d.by_balance), ("[pending]", d.pending))
    wheres = tuple(leg.where for leg in d.legs)
    for where, tables in (*rules, ("[signs]", (d.signs,)), ("[[legs]] where", wheres)):
        for table in tables:
            for column in table:
                known(where, column)
    for where, tables in rules:
        if not all(tables):
            raise bad(file, where, "an empty rule would fit every row.")
    if d.by_balance and "balance_after" not in d.columns:
        raise bad(file, "[by_balance]", "needs balance_after.")
    if d.turned and not set(PAYMENT) & set(d.columns):
        raise bad(file, "[turned]", "needs payer and payee.")
    further.validate(d.texts, file, known)
    if d.fees != Fees() and "fee" not in d.columns and not any(leg.fee for leg in d.legs):
        raise bad(file, "[fees]", "needs [columns] fee.")
    if d.contracts and (d.contracts not in CHAINS or "currency" not in d.columns):
        raise bad(file, "contracts", f"is one of {', '.join(CHAINS)}, and needs [columns] currency.")
    for where, column in (("opening_column", d.opening_column), ("closing_column", d.closing_column)):
        if column:
            known(f"[stated] {where}", column)
    named_twice = "counterparty_name" in d.columns and {"payer_name", "payee_name"} & set(d.columns)
    if set(PAYMENT) & set(d.columns) and (d.sides == "two" or named_twice):
        raise bad(file, "[columns]", "payer and payee are for a one-sided table, and say who the counterparty is.")
    both = sorted(set(d.ignore) & {c for columns in d.columns.values() for c in columns})
    if both:
        raise bad(file, "[columns] ignore", f"{both[0]!r} is mapped as well.")


def _validate_formats(d: Dialect, file: str) -> None:
    f = d.format
    try:
        f.number()
    except ValueRefused as e:
        raise bad(file, "[format]", e.message) from None
    for where, patterns, timed in (("date", f.date, False), ("datetime", f.datetime, True)):
        for pattern in patterns:
            try:
                made = DateFormat(pattern, f.language)
            except ValueRefused as e:
                raise bad(file, f"[format] {where}", e.message) from None
            if made.has_time is not timed:
                raise bad(file, f"[format] {where}", f"the pattern states {'no' if timed else 'a'} time of day.")
    if "booked_at" in d.columns and not f.datetime:
        raise bad(file, "[format] datetime", "is missing; booked_at needs it.")
    if any(x in d.columns for x in DATES) and not f.date and not f.datetime:
        raise bad(file, "[format] date", 'is missing; state how dates are written, e.g. "%d/%m/%Y".')
    if f.zone and "local_zone" in d.columns:
        raise bad(file, "[format] zone", "and [columns] local_zone say the same; keep one.")
    if f.zone and f.zone != "suffix":
        import zoneinfo

        if f.zone != "UTC" and ("/" not in f.zone or f.zone not in zoneinfo.available_timezones()):
            raise bad(file, "[format] zone", "is not UTC, suffix or a place, as in Europe/Berlin.")
    if len(f.delimiter) > 1 or f.delimiter in ('"', "\r", "\n"):
        raise bad(file, "[format] delimiter", 'is one character; a tab is "\\t".')
    for encoding in f.encoding:
        try:
            "".encode(encoding)
        except LookupError:
            raise bad(file, "[format] encoding", f"{encoding!r} is no encoding.") from None
    for where, pattern, group in (
        ("[account] from_filename", d.account.from_filename, "account"),
        ("[account] from_preamble", d.account.from_preamble, "account"),
        ("[stated] opening", d.opening, "amount"),
        ("[stated] closing", d.closing, "amount"),
        ("[stated] currency", d.stated_currency, "currency"),
    ):
        if not pattern:
            continue
        try:
            groups = re.compile(pattern).groupindex
        except re.error:
            raise bad(file, where, "is not a regular expression.") from None
        if group not in groups and not (group == "account" and "last4" in groups):
            raise bad(file, where, f"needs a group (?P<{group}>…).")


def _validate_lists(d: Dialect, file: str) -> None:
    for name, words in d.values.items():
        where = f"[values.{name}]"
        if name not in d.columns and not (name == "currency" and d.stated_currency):
            raise bad(file, where, "is not mapped in [columns].", near(name, d.columns))
        if name not in TEXTS:
            raise bad(file, where, "only fields that hold words have a list.")
        closed = {"channel": CHANNELS, "status": STATUSES}.get(name)
        for word, meaning in words.items():
            if closed and meaning not in closed and not (name == "channel" and not meaning):
                raise bad(file, where, f"{meaning!r} is not one of {', '.join(closed)}.", near(meaning, closed))
            if word == "*" and name == "currency" and d.kind == "crypto" and meaning == "*":
                continue
            if word == "*" and name in ("status", "currency", "account"):
                raise bad(file, where, 'takes no "*": an unknown word there could move money.')
    for name in ("channel", "status"):
        if name in d.columns and name not in d.values:
            raise bad(file, "[columns]", f"{name} needs its closed list [values.{name}].")
    for column, words in d.signs.items():
        for word, sign in words.items():
            if sign not in ("+", "-", "0"):
                raise bad(file, f"[signs.{column}]", f'{word!r} must be "+", "-" or "0".')
    if any(not s.strip() for s in (*d.footer.starts, *d.footer.ends)):
        raise bad(file, "[footer] starts", "an empty text would make every row a footer.")


# ---------------------------------------------------------------------------------------------------------------- TOML

_TOP: Final = ("name", "title", "kind", "institution", "documented", "sides", "currency", "contracts")
_RULES: Final = ("skip", "turned", "by_balance", "pending")
_TABLES: Final = (
    *("match", "account", "format", "columns", "values", "signs", "footer", "stated", "texts", "records"),
    *("legs", "fees", *_RULES),
)
_AMOUNT: Final = (
    "debit",
    "credit",
    "debit_sign",
    "credit_sign",
    "unsigned",
    "flag",
    "plus",
    "minus",
    "also",
    "still",
    "either",
)


def _from_toml(text: str, file: str) -> Dialect:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise bad(file, "TOML", f"{e}.") from None
    top = Keys(file, "", {k: v for k, v in data.items() if k not in _TABLES})
    name = top.text("name")
    if not name:
        raise bad(file, "name", "is missing.")
    head: dict[str, str] = {key: top.text(key) for key in _TOP if key != "name" and key in data}
    top.close([*_TOP, *_TABLES])

    rules = {key: _rules(file, key, data.get(key, [])) for key in _RULES}
    plain = [key for key in _TABLES if key not in (*_RULES, "texts", "records", "legs")]
    tables = {key: Keys(file, f"[{key}]", data.get(key, {})) for key in plain}
    m, acc, fmt, col = tables["match"], tables["account"], tables["format"], tables["columns"]
    match = Match(
        m.texts("header"),
        m.text("container"),
        m.text("sheet"),
        m.lists("variants"),
        m.texts("rows"),
        m.texts("above"),
        m.text("proof"),
        m.words("holds"),
        m.texts("required"),
    )
    account = AccountRule(
        acc.text("from_filename"),
        acc.text("from_preamble"),
        acc.text("from_column"),
        acc.text("prefix"),
        acc.texts("none"),
        acc.text("country"),
        acc.text("others"),
        acc.texts("region"),
        acc.flag("one"),
        acc.flag("wallet"),
    )
    form = Format(
        encoding=fmt.texts("encoding"),
        delimiter=fmt.text("delimiter"),
        date=fmt.texts("date"),
        datetime=fmt.texts("datetime"),
        language=fmt.text("language", "en"),
        zone=fmt.text("zone"),
        decimal=cast("Literal['.', ',']", fmt.text("decimal", ".")),
        thousands=fmt.texts("thousands"),
        grouping=cast("Literal['western', 'indian']", fmt.text("grouping", "western")),
        affixes=fmt.texts("affixes"),
        exponent=fmt.flag("exponent"),
        trailing_mark=fmt.flag("trailing_mark"),
        empty=fmt.texts("empty"),
        order=cast("Order", fmt.text("order", "file")),
        places=_places(fmt, file),
        fractions=fmt.flag("fractions"),
    )
    amount = Amount()
    if match.header or "records" not in data or "amount" in col.data:
        amount = _amount(col, file)
    ignore, fee_sign = col.texts("ignore"), col.text("fee_sign", "positive")
    columns = {key: col.texts(key) for key in FIELDS if key in col.data}
    col.close(["amount", *FIELDS])
    values = {key: tables["values"].words(key) for key in FIELDS if key in tables["values"].data}
    tables["values"].close(FIELDS)
    signs = {key: tables["signs"].words(key) for key in tables["signs"].data}
    footer = Footer(tables["footer"].texts("starts"), tables["footer"].texts("ends"))
    keys = ("opening", "closing", "opening_column", "closing_column")
    stated = {key: tables["stated"].text(key) for key in keys} | {"stated_currency": tables["stated"].text("currency")}
    fees = Fees(**{key: tables["fees"].flag(key) for key in Fees.__dataclass_fields__})
    for key in ("match", "account", "format", "footer", "stated", "fees"):
        tables[key].close()
    return Dialect(
        name=name,
        match=match,
        amount=amount,
        columns=columns,
        account=account,
        format=form,
        ignore=ignore,
        fee_sign=cast("Side", fee_sign),
        values=values,
        signs=signs,
        footer=footer,
        texts=further.from_toml(file, data.get("texts", [])),
        records=records.from_toml(file, data["records"]) if "records" in data else (),
        legs=legs_of.from_toml(file, data["legs"], _amount) if "legs" in data else (),
        fees=fees,
        file=file,
        **cast("dict[str, Any]", head | stated | rules),
    )


def _rules(file: str, name: str, data: object) -> tuple[dict[str, tuple[str, ...]], ...]:
    tables = [Keys(file, f"[{name}]", rule) for rule in (data if isinstance(data, list) else [data])]
    return tuple({key: keys.words_or_blank(key) for key in keys.data} for keys in tables)


def _places(fmt: Keys, file: str) -> int:
    fmt.asked.add("places")
    value = fmt.data.get("places", 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 18:
        raise bad(file, "[format] places", "is a number from 0 to 18.")
    return value


def _amount(col: Keys, file: str) -> Amount:
    col.asked.add("amount")
    sign = cast("Literal['holder', 'inverted']", col.text("sign", "holder"))
    value = col.data.get("amount")
    if value is None:
        raise bad(file, "[columns] amount", "is missing.")
    if isinstance(value, str):
        return Amount(column=value, sign=sign)
    t = Keys(file, "[columns] amount", value)
    made = Amount(
        debit=t.text("debit"),
        credit=t.text("credit"),
        debit_sign=cast("Side", t.text("debit_sign", "positive")),
        credit_sign=cast("Side", t.text("credit_sign", "positive")),
        unsigned=t.text("unsigned"),
        flag=t.text("flag"),
        plus=t.texts("plus"),
        minus=t.texts("minus"),
        also=t.text("also"),
        still=t.texts("still"),
        either=t.flag("either"),
        sign=sign,
    )
    t.close(_AMOUNT)
    if made.debit and not {"debit_sign", "credit_sign"} <= set(t.data):
        raise bad(
            file, "[columns] amount", "state debit_sign and credit_sign: is a debit printed positive or negative?"
        )
    return made


def _to_toml(d: Dialect) -> str:
    top = {"name": d.name, "title": d.title, "kind": d.kind, "institution": d.institution, "documented": d.documented}
    lines = [f"{k} = {quoted(v)}" for k, v in top.items() if v]
    lines += [f"sides = {quoted(d.sides)}"] if d.sides != "one" else []
    lines += [f"{k} = {quoted(v)}" for k, v in (("currency", d.currency), ("contracts", d.contracts)) if v]
    lines += ["", "[match]"]
    lines += [f"header = {listed(d.match.header)}"] if d.match.header else []
    m = d.match
    lines += [f"variants = [{', '.join(listed(v) for v in m.variants)}]"] if m.variants else []
    lines += [f"{k} = {listed(v)}" for k, v in (("rows", m.rows), ("above", m.above)) if v]
    lines += [
        f"{k} = {quoted(v)}" for k, v in (("container", m.container), ("sheet", m.sheet), ("proof", m.proof)) if v
    ]
    lines += [f"required = {listed(m.required)}"] if m.required else []
    if m.holds:
        lines.append("holds = { " + ", ".join(f"{key_text(k)} = {quoted(v)}" for k, v in m.holds.items()) + " }")
    a, f = d.account, d.format
    keys = ("from_filename", "from_preamble", "from_column", "prefix", "country", "others")
    rules = {k: getattr(a, k) for k in keys if getattr(a, k)}
    if rules or a.none or a.region or a.one or a.wallet:
        lines += ["", "[account]", *(f"{k} = {quoted(v)}" for k, v in rules.items())]
        lines += [f"{k} = {listed(v)}" for k, v in (("none", a.none), ("region", a.region)) if v]
        lines += [f"{k} = true" for k in ("one", "wallet") if getattr(a, k)]
    lines += ["", "[format]"]
    for key in ("encoding", "date", "datetime", "thousands", "affixes", "empty"):
        value = getattr(f, key)
        if value:
            lines.append(f"{key} = {quoted(value[0]) if len(value) == 1 else listed(value)}")
    lines.append(f"decimal = {quoted(f.decimal)}")
    default = Format()
    for key in ("delimiter", "language", "zone", "grouping", "order"):
        if getattr(f, key) != getattr(default, key):
            lines.append(f"{key} = {quoted(getattr(f, key))}")
    lines += [f"{key} = true" for key in ("exponent", "trailing_mark", "fractions") if getattr(f, key)]
    lines += [f"places = {f.places}"] if f.places else []
    lines += ["", "[columns]", f"amount = {_amount_toml(d.amount)}"] if d.match.header else []
    lines += [f"sign = {quoted(d.amount.sign)}"] if d.amount.sign != "holder" else []
    for key, columns in d.columns.items():
        lines.append(f"{key} = {quoted(columns[0]) if len(columns) == 1 else listed(columns)}")
    lines += [f"fee_sign = {quoted(d.fee_sign)}"] if d.fee_sign != "positive" else []
    lines += [f"ignore = {listed(d.ignore)}"] if d.ignore else []
    for kind, table in (("values", d.values), ("signs", d.signs)):
        for key, words in table.items():
            lines += ["", f"[{kind}.{key_text(key)}]", *(f"{key_text(w)} = {quoted(m)}" for w, m in words.items())]
    if d.fees != Fees():
        lines += ["", "[fees]", *(f"{key} = true" for key in Fees.__dataclass_fields__ if getattr(d.fees, key))]
    for name in _RULES:
        lines += further.rules_to_toml(name, getattr(d, name))
    lines += further.to_toml(d.texts)
    if d.footer.starts or d.footer.ends:
        lines += ["", "[footer]"]
        lines += [f"{k} = {listed(v)}" for k, v in (("starts", d.footer.starts), ("ends", d.footer.ends)) if v]
    stated = {k: getattr(d, k) for k in ("opening", "closing", "opening_column", "closing_column")}
    stated["currency"] = d.stated_currency
    if any(stated.values()):
        lines += ["", "[stated]", *(f"{k} = {quoted(v)}" for k, v in stated.items() if v)]
    lines += [line for leg in d.legs for line in legs_of.to_toml(leg, _amount_toml(leg.amount))]
    lines += [line for record in d.records for line in records.to_toml(record)]
    return "\n".join(lines) + "\n"


def _amount_toml(a: Amount) -> str:
    if a.column:
        return quoted(a.column)
    if a.debit:
        parts = {"debit": a.debit, "debit_sign": a.debit_sign, "credit": a.credit, "credit_sign": a.credit_sign}
        return "{ " + ", ".join(f"{k} = {quoted(v)}" for k, v in parts.items()) + " }"
    return (
        f"{{ unsigned = {quoted(a.unsigned)}, flag = {quoted(a.flag)}, "
        f"plus = {listed(a.plus)}, minus = {listed(a.minus)}"
        + (f", also = {quoted(a.also)}" if a.also else "")
        + (f", still = {listed(a.still)}" if a.still else "")
        + (", either = true }" if a.either else " }")
    )
