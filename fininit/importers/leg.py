"""What else one row of a table moves: the other asset of a trade, a fee in a currency of its own.

A dialect has any number of ``[[legs]]`` sections. Each reads the row once more with other columns for amount and
currency and gives an entry of its own beside the first, with a part number; dates, account, references and words are
those of the row. A row counts once, however many entries it gives. ``docs/dialects.md`` explains every key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from fininit.importers.declaring import Keys, bad, key_text, listed, near, quoted

if TYPE_CHECKING:
    from fininit.importers.dialect import Amount, Dialect

OWN: Final = ("currency", "counterparty_account", "counterparty_name", "tx_hash", "balance_after", "original_currency")
"""Fields that a leg may read from columns of its own."""

_NOT_SHARED: Final = ("fee", "net", "balance_after", "original_amount", "original_currency", "currency")
"""Fields that belong to the first entry of a row alone."""


@dataclass(frozen=True)
class Leg:
    """A further movement of the same row.

    ``amount`` is read as the dialect's own is; with ``fee`` it is what the account was charged, positive. ``currency``
    stands where no column states it. Only rows in which each column of ``where`` holds one of its words have this leg.
    A blank or zero amount is none. An empty list of columns takes a field of the row away from the leg.
    """

    amount: Amount
    fee: bool = False
    currency: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def used(self) -> tuple[str, ...]:
        """Every column it reads."""
        return (*self.amount.columns, *(c for columns in self.columns.values() for c in columns), *self.where)

    def of(self, dialect: Dialect) -> Dialect:
        """The dialect by which this leg is read. Raises :class:`~fininit.errors.DialectError`."""
        shared = {k: v for k, v in dialect.columns.items() if k not in _NOT_SHARED}
        columns = {k: v for k, v in (shared | dict(self.columns)).items() if v}
        values = {k: v for k, v in dialect.values.items() if k in shared} | dict(self.values)
        return replace(
            dialect,
            amount=self.amount,
            columns=columns,
            values=values,
            currency=self.currency or ("" if "currency" in columns else dialect.currency),
            signs={},
            legs=(),
            fees=type(dialect.fees)(),
            contracts="",
            opening="",
            closing="",
            opening_column="",
            closing_column="",
            match=replace(dialect.match, proof=""),
        )


def validate(legs: tuple[Leg, ...], dialect: Dialect, file: str) -> None:
    """Raises :class:`~fininit.errors.DialectError` for whatever is wrong in a section."""
    for number, leg in enumerate(legs, 1):
        where = f"[[legs]] {number}"
        for name in (*leg.columns, *leg.values):
            if name not in OWN:
                raise bad(file, where, f"a leg has no {name!r} of its own.", near(name, OWN))
        made = leg.of(dialect)
        if not made.currency and "currency" not in made.columns:
            raise bad(file, where, "needs currency, a column or a code.")


def from_toml(file: str, data: object, amount: Callable[[Keys, str], Amount]) -> tuple[Leg, ...]:
    """The sections of a dialect. Raises :class:`~fininit.errors.DialectError`."""
    if not isinstance(data, list):
        raise bad(file, "[[legs]]", "must be tables, each under [[legs]].")
    made = []
    for number, table in enumerate(data, 1):
        keys = Keys(file, f"[[legs]] {number}", table)
        fee = "fee" in keys.data
        if fee == ("amount" in keys.data):
            raise bad(file, keys.where, "needs either amount or fee.")
        if fee:
            keys.data["amount"] = keys.data.pop("fee")
        read = amount(keys, file)
        columns = {name: keys.texts(name) for name in OWN if name in keys.data}
        values = Keys(file, f"{keys.where} values", keys.data.get("values", {}))
        where = Keys(file, f"{keys.where} where", keys.data.get("where", {}))
        keys.asked |= {"values", "where"}
        made.append(
            Leg(
                read,
                fee,
                keys.text("code"),
                columns,
                {name: values.words(name) for name in values.data},
                {name: where.words_or_blank(name) for name in where.data},
            )
        )
        keys.close(["amount", "fee", *OWN])
    return tuple(made)


def to_toml(leg: Leg, amount: str) -> list[str]:
    """A section as TOML; ``amount`` is the amount as TOML."""
    lines = ["", "[[legs]]", f"{'fee' if leg.fee else 'amount'} = {amount}"]
    lines += [f"sign = {quoted(leg.amount.sign)}"] if leg.amount.sign != "holder" else []
    lines += [f"code = {quoted(leg.currency)}"] if leg.currency else []
    for name, columns in leg.columns.items():
        lines.append(f"{name} = {quoted(columns[0]) if len(columns) == 1 else listed(columns)}")
    if leg.where:
        lines.append("where = { " + ", ".join(f"{key_text(k)} = {listed(v)}" for k, v in leg.where.items()) + " }")
    for name, words in leg.values.items():
        inner = ", ".join(f"{key_text(word)} = {quoted(meaning)}" for word, meaning in words.items())
        lines.append(f"values.{key_text(name)} = {{ {inner} }}")
    return lines
