"""Records in a dialect: sheets that say who holds an account, and what else belongs to it, beside its transactions.

A dialect has any number of ``[[records]]`` sections, each for one table of the file. Here is what such a section may
say; :mod:`fininit.importers.records` reads by it. ``docs/dialects.md`` explains every key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fininit.errors import ValueRefused
from fininit.importers.declaring import Keys, bad, listed, near, quoted, resolve
from fininit.schema import CAPACITIES, PARTIES

KINDS: Final = ("phone", "email", "handle", "iban", "account", "card", "wallet", "device", "ip")
"""What a column may hold that belongs to an account. ``account``: the number of another account, an IBAN or not."""

PARTY_KINDS: Final = PARTIES.column("kind").values


@dataclass(frozen=True)
class Choice:
    """One word for every row (``value``), or a column whose ``words`` have meanings."""

    value: str = ""
    column: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def meanings(self) -> tuple[str, ...]:
        """Everything it can come to."""
        return tuple(self.words.values()) if self.column else (self.value,)


@dataclass(frozen=True)
class PartyColumns:
    """A person or firm named in a row. ``of`` is the column of the instrument whose account it stands to, empty for the
    account of the row; ``start`` and ``end`` are the columns of the first and last day of its capacity."""

    name: tuple[str, ...]
    capacity: Choice
    kind: Choice = field(default_factory=lambda: Choice("unknown"))
    of: str = ""
    start: str = ""
    end: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is read from."""
        return tuple(
            c for c in (*self.name, self.capacity.column, self.kind.column, self.of, self.start, self.end) if c
        )


@dataclass(frozen=True)
class IdentifierColumn:
    """A column with something that belongs to the account of the row.

    ``prefix`` (fixed) or ``institution`` (a column) go before the number of an account that is no IBAN; ``app`` is the
    one whose handles these are; ``region`` are countries in which national phone numbers are read. ``pivot`` says
    whether equal values may link, None for the usual answer of the kind.
    """

    column: str
    kind: Choice
    start: str = ""
    end: str = ""
    prefix: str = ""
    institution: str = ""
    app: str = ""
    region: tuple[str, ...] = ()
    pivot: bool | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is read from."""
        return tuple(c for c in (self.column, self.kind.column, self.start, self.end, self.institution) if c)


@dataclass(frozen=True)
class Record:
    """One table of a file that states facts about accounts. ``prefix`` is that of the dialect's accounts if empty."""

    header: tuple[str, ...]
    account: str
    sheet: str = ""
    prefix: str = ""
    parties: tuple[PartyColumns, ...] = ()
    identifiers: tuple[IdentifierColumn, ...] = ()
    ignore: tuple[str, ...] = ()

    @property
    def used(self) -> frozenset[str]:
        """Every column that has a meaning here or is declared to have none."""
        return frozenset([*self.mapped, *self.ignore])

    @property
    def mapped(self) -> frozenset[str]:
        """Every column that has a meaning here."""
        said = [p.columns for p in self.parties] + [i.columns for i in self.identifiers]
        return frozenset([self.account, *(c for columns in said for c in columns)])

    @property
    def dated(self) -> tuple[str, ...]:
        """The columns that hold days."""
        days = [(p.start, p.end) for p in self.parties] + [(i.start, i.end) for i in self.identifiers]
        return tuple(dict.fromkeys(c for pair in days for c in pair if c))


# ---------------------------------------------------------------------------------------------------------- validation


def validate(record: Record, file: str, where: str) -> None:
    """Raises :class:`~fininit.errors.DialectError` for whatever is wrong in a section."""
    header = tuple(h.strip() for h in record.header)
    if not any(header):
        raise bad(file, f"{where} header", "is empty; give the whole header row, verbatim.")
    if not record.account:
        raise bad(file, f"{where} account", "is missing; name the column that says whose account it is.")
    if not record.parties and not record.identifiers:
        raise bad(file, where, "states nothing of the account; give parties or identifiers.")
    for column in sorted(record.used):
        if resolve(header, column) is None:
            twice = header.count(column) > 1
            what = f"the header has {'several columns' if twice else 'no column'} {column!r}."
            raise bad(file, where, what, f"Write {column + '#1'!r} for the first." if twice else near(column, header))
    both = sorted(set(record.ignore) & record.mapped)
    if both:
        raise bad(file, f"{where} ignore", f"{both[0]!r} is mapped as well.")
    for party in record.parties:
        if not party.name:
            raise bad(file, f"{where} parties", "needs name.")
        _choice(party.capacity, CAPACITIES, file, f"{where} parties capacity")
        _choice(party.kind, PARTY_KINDS, file, f"{where} parties kind")
        accounts = [i.column for i in record.identifiers if {"account", "iban", "wallet"} & set(i.kind.meanings)]
        if party.of and party.of not in accounts:
            raise bad(file, f"{where} parties of", "is not the column of an instrument.", near(party.of, accounts))
    for known in record.identifiers:
        _identifier(known, file, f"{where} identifiers")


def _choice(choice: Choice, known: Sequence[str], file: str, where: str) -> None:
    if not choice.meanings or (choice.column and choice.value):
        raise bad(file, where, f"give one of {', '.join(known)}, or a column and its words.")
    for meaning in choice.meanings:
        if meaning not in known:
            raise bad(file, where, f"{meaning!r} is not one of {', '.join(known)}.", near(meaning, known))


def _identifier(known: IdentifierColumn, file: str, where: str) -> None:
    if not known.column:
        raise bad(file, where, "needs column.")
    _choice(known.kind, KINDS, file, f"{where} kind")
    kinds = set(known.kind.meanings)
    for key, value, kind in (
        ("prefix", known.prefix, "account"),
        ("institution", known.institution, "account"),
        ("app", known.app, "handle"),
        ("region", known.region, "phone"),
    ):
        if value and kind not in kinds:
            raise bad(file, f"{where} {key}", f"goes with the kind {kind}.")
    if known.prefix and known.institution:
        raise bad(file, f"{where} institution", "and prefix say the same; keep one.")
    if "handle" in kinds and not re.fullmatch(r"[a-z0-9]+", known.app):
        raise bad(file, f"{where} app", "name the app whose handles these are, as in telegram.")
    if not known.region:
        return
    from fininit.identifiers.numbering import region_codes

    try:
        region_codes(known.region)
    except ValueRefused as e:
        raise bad(file, f"{where} region", f"{e.message}.", e.hint) from None


# ---------------------------------------------------------------------------------------------------------------- TOML


def from_toml(file: str, data: object) -> tuple[Record, ...]:
    """The ``[[records]]`` sections of a dialect. Raises :class:`~fininit.errors.DialectError`."""
    if not isinstance(data, list):
        raise bad(file, "records", "must be sections: [[records]].")
    return tuple(_record(Keys(file, f"[[records]] {n}", section)) for n, section in enumerate(data, 1))


def _record(keys: Keys) -> Record:
    header, sheet, account, prefix = keys.texts("header"), keys.text("sheet"), keys.text("account"), keys.text("prefix")
    parties = tuple(_party(k) for k in keys.tables("parties"))
    identifiers = tuple(_known(k) for k in keys.tables("identifiers"))
    ignore = keys.texts("ignore")
    keys.close()
    return Record(header, account, sheet, prefix, parties, identifiers, ignore)


def _party(keys: Keys) -> PartyColumns:
    made = PartyColumns(
        name=keys.texts("name"),
        capacity=_words(keys, "capacity"),
        kind=_words(keys, "kind", "unknown"),
        of=keys.text("of"),
        start=keys.text("from"),
        end=keys.text("to"),
    )
    keys.close()
    return made


def _known(keys: Keys) -> IdentifierColumn:
    made = IdentifierColumn(
        column=keys.text("column"),
        kind=_words(keys, "kind"),
        start=keys.text("from"),
        end=keys.text("to"),
        prefix=keys.text("prefix"),
        institution=keys.text("institution"),
        app=keys.text("app"),
        region=keys.texts("region"),
        pivot=keys.flag("pivot") if "pivot" in keys.data else None,
    )
    keys.close()
    return made


def _words(keys: Keys, key: str, default: str = "") -> Choice:
    value = keys.data.get(key, default)
    if not isinstance(value, dict):
        return Choice(keys.text(key, default))
    keys.asked.add(key)
    inner = Keys(keys.file, f"{keys.where} {key}", value)
    made = Choice(column=inner.text("column"), words=inner.words("words"))
    inner.close()
    if not made.column:
        raise bad(keys.file, f"{keys.where} {key}", "needs column.")
    return made


def to_toml(record: Record) -> list[str]:
    """The lines of a section."""
    lines = ["", "[[records]]"]
    lines += [f"sheet = {quoted(record.sheet)}"] if record.sheet else []
    lines += [f"header = {listed(record.header)}", f"account = {quoted(record.account)}"]
    lines += [f"prefix = {quoted(record.prefix)}"] if record.prefix else []
    for party in record.parties:
        pairs: dict[str, Any] = {"name": party.name, "capacity": party.capacity, "kind": party.kind, "of": party.of}
        lines += ["[[records.parties]]", *_lines(pairs | {"from": party.start, "to": party.end})]
    for known in record.identifiers:
        pairs = {"column": known.column, "kind": known.kind, "from": known.start, "to": known.end}
        pairs |= {"prefix": known.prefix, "institution": known.institution, "app": known.app, "region": known.region}
        lines += ["[[records.identifiers]]", *_lines(pairs)]
        lines += [f"pivot = {str(known.pivot).lower()}"] if known.pivot is not None else []
    if record.ignore:
        # keys of a section stand before its own tables
        lines.insert(2, f"ignore = {listed(record.ignore)}")
    return lines


def _lines(pairs: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in pairs.items() if value]


def _value(value: str | tuple[str, ...] | Choice) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, tuple):
        return quoted(value[0]) if len(value) == 1 else listed(value)
    if not value.column:
        return quoted(value.value)
    words = ", ".join(f"{quoted(w)} = {quoted(m)}" for w, m in value.words.items())
    return f"{{ column = {quoted(value.column)}, words = {{ {words} }} }}"
