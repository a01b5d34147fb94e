"""From what is known of a table to a dialect, and to a draft in TOML in which what is not known is marked.

A draft cannot be used by mistake: every open point stands in it as ``"?"``, which no dialect accepts, under a comment
that says what to write.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from fininit.importers.dialect import AccountRule, Amount, Dialect, Format, Match
from fininit.importers.propose.columns import Column, Layout, Open
from fininit.importers.propose.vocabulary import VERSION
from fininit.importers.propose.words import direction_word, fold, status_word
from fininit.importers.table import Footer, letter
from fininit.values.dates import DateFormat
from fininit.values.money import NumberFormat

__all__ = ["NAME", "Plan", "derived", "dialect", "headless_draft", "skeleton", "write"]

NAME: Final = "table:proved"
"""The name of the format of a table that was read because its meaning was proved."""


@dataclass
class Plan:
    """A layout with everything decided that can be: what a dialect is made of."""

    layout: Layout
    header: tuple[str, ...]
    container: str = ""
    delimiter: str = ""
    encoding: str = ""
    footer: tuple[str, ...] = ()
    dates: dict[int, str] = field(default_factory=dict)
    number: NumberFormat | None = None
    currency: str = ""
    sign: Literal["holder", "inverted"] = "holder"
    debit_sign: Literal["positive", "negative"] = "positive"
    credit_sign: Literal["positive", "negative"] = "positive"
    fee: Literal["", "positive", "negative"] = ""
    by_flag: bool = False
    account: bool = True
    ignore: list[Column] = field(default_factory=list)
    counterparty: tuple[Column, ...] = ()
    stated: dict[str, str] = field(default_factory=dict)
    headless: bool = False
    pinned: frozenset[str] = frozenset()
    """Fields whose column a person stated."""


def dialect(plan: Plan, name: str = "proved_table", title: str = "") -> Dialect:
    """The dialect of a plan. Raises :class:`~fininit.errors.DialectError` when the plan lacks what one needs."""
    lay = plan.layout
    columns: dict[str, tuple[str, ...]] = {}
    timed = {i for i, p in plan.dates.items() if DateFormat(p).has_time}
    if lay.booking is not None:
        columns["booked_at" if lay.booking.index in timed else "booking_date"] = (lay.booking.name,)
    if lay.pending is not None:
        columns["pending_date"] = (lay.pending.name,)
    if lay.value is not None:
        columns["value_date"] = (lay.value.name,)
    for key, one in (("balance_after", lay.balance), ("currency", lay.currency), ("status", lay.status)):
        if one is not None and not (key == "balance_after" and lay.sides == "two"):
            columns[key] = (one.name,)
    if plan.fee and lay.fee is not None:
        columns["fee"] = (lay.fee.name,)
        if lay.net is not None:
            columns["net"] = (lay.net.name,)
    if lay.original is not None and lay.original_currency is not None:
        columns["original_amount"] = (lay.original.name,)
        columns["original_currency"] = (lay.original_currency.name,)
    for side, prefix in ((lay.payer, ""), (lay.payee, "counterparty_")):
        for kind, one in side.items():
            key = prefix + kind if prefix else {"name": "account_name", "account": "account"}[kind]
            columns[key] = (one.name,)
    for key, several in lay.texts.items():
        columns[key] = tuple(c.name for c in several)
    if plan.counterparty:
        columns["counterparty_name"] = tuple(c.name for c in plan.counterparty)
    values: dict[str, dict[str, str]] = {}
    if lay.status is not None:
        values["status"] = {v: s for v in lay.status.unique if (s := status_word(v)) is not None}
        if not values["status"]:
            columns.pop("status")
            values.pop("status")
    number = plan.number or NumberFormat(".")
    patterns = sorted(set(plan.dates.values()))
    return Dialect(
        name=name,
        title=title,
        kind="table",
        match=Match(header=plan.header, container=plan.container),
        amount=_amount(plan),
        columns=columns,
        sides=lay.sides,
        currency=plan.currency,
        account=AccountRule(from_column=lay.account.name if plan.account and lay.account is not None else ""),
        format=Format(
            encoding=(plan.encoding,) if plan.encoding not in ("", "utf-8", "utf-8-sig", "utf-16", "utf-32") else (),
            delimiter=plan.delimiter,
            date=tuple(p for p in patterns if not DateFormat(p).has_time),
            datetime=tuple(p for p in patterns if DateFormat(p).has_time),
            zone=_zone(lay, plan),
            decimal=number.decimal,
            thousands=tuple(number.thousands),
            affixes=tuple(number.affixes),
            exponent=number.exponent,
        ),
        ignore=tuple(c.name for c in plan.ignore),
        fee_sign=plan.fee or "positive",
        values=values,
        footer=Footer(plan.footer),
        opening=_around(plan, "opening"),
        closing=_around(plan, "closing"),
    )


def _around(plan: Plan, which: str) -> str:
    """The regular expression that finds a balance stated beside the table, by the words its line begins with."""
    label = plan.stated.get(which, "")
    return rf"{re.escape(label)}.* (?P<amount>[-+]?[0-9.,'\u2019]*[0-9])(?: [A-Z]{{3}})?$" if label else ""


def _zone(lay: Layout, plan: Plan) -> str:
    """UTC where the header of the time says so; a zone is never assumed."""
    if lay.booking is None or not DateFormat(plan.dates.get(lay.booking.index, "%Y-%m-%d")).has_time:
        return ""
    return "UTC" if "utc" in fold(lay.booking.heading.text).split() else ""


def _amount(plan: Plan) -> Amount:
    lay = plan.layout
    if lay.debit is not None and lay.credit is not None:
        leaving, coming = (lay.debit.name, plan.debit_sign), (lay.credit.name, plan.credit_sign)
        if plan.sign == "inverted":
            leaving, coming = coming, leaving
        return Amount(debit=leaving[0], debit_sign=leaving[1], credit=coming[0], credit_sign=coming[1])
    assert lay.amount is not None
    if plan.by_flag and lay.flag is not None:
        words = lay.flag.unique
        plus = tuple(w for w in words if direction_word(w) == "in")
        minus = tuple(w for w in words if direction_word(w) == "out")
        return Amount(unsigned=lay.amount.name, flag=lay.flag.name, plus=plus or ("+",), minus=minus or ("-",))
    return Amount(column=lay.amount.name, sign=plan.sign)


# ----------------------------------------------------------------------------------------------------------------- TOML


def write(plan: Plan, opens: Sequence[Open]) -> str:
    """The draft: the dialect of the likeliest reading, with each open point as ``"?"`` under its comment."""
    if not plan.currency and plan.layout.currency is None:
        plan = replace(plan, currency="EUR")  # a stand-in: the open point below takes its place
    made = dialect(plan, name="my_table", title="Draft: give it the institution's name, and settle every line with ?")
    lines = made.to_toml().splitlines()
    head = [
        '# A draft made by fininit. Every "?" is a point the file itself does not settle: replace it, then keep the'
    ]
    head.append("# file in ./formats/ or ~/.config/fininit/formats/. docs/dialects.md explains every key.")
    if plan.headless:
        head += _HEADLESS
    for o in opens:
        _mark(lines, o)
    return "\n".join([*head, *lines]) + "\n"


def derived(plan: Plan) -> str:
    """The dialect that a table was read by, once its meaning was proved: to be kept with the proof, and to be used."""
    lines = dialect(plan, title="Derived from one file, whose contents proved it").to_toml().splitlines()
    head = [f"# Derived by fininit from one file (header words: vocabulary {VERSION}). Another file of the same layout"]
    head.append("# is read by it once it stands in ./formats/ or ~/.config/fininit/formats/ under a name of its own.")
    return "\n".join([*head, *(_HEADLESS if plan.headless else ()), *lines]) + "\n"


_KEYS: Final = {
    "date": ("date", "datetime"),
    "decimal": ("decimal",),
    "sign": ("sign",),
    "currency": ("currency",),
    "fee": ("fee_sign",),
}


def _mark(lines: list[str], o: Open) -> None:
    comment = f"# OPEN: {o.message} {o.settle}"
    keys = (o.field,) if o.field else _KEYS.get(o.point, ())
    if o.point == "status":
        _append(lines, "[values.status]", [comment, '"?" = "?"'])
        return
    for key in keys:
        for i, line in enumerate(lines):
            if re.match(rf"{re.escape(key)} = ", line):
                lines[i : i + 1] = [comment, f'{key} = "?"']
                return
    if keys:
        _append(lines, "[columns]", [comment, f'{keys[0]} = "?"'])
    else:
        _append(lines, "[columns]", [comment, 'ignore = "?"'])


def _append(lines: list[str], table: str, new: list[str]) -> None:
    """Add lines at the end of a table, which is made when it is not there."""
    if table not in lines:
        lines += ["", table, *new]
        return
    at = lines.index(table) + 1
    while at < len(lines) and lines[at] and not lines[at].startswith("["):
        at += 1
    lines[at:at] = new


_HEADLESS: Final = [
    "# The table has no header row, so no dialect finds it by one; A, B, C … are its columns by their letters. What is",
    "# open is settled for this one file with --columns, --date and the other options (docs/decisions.md).",
]


def headless_draft(width: int) -> str:
    """A draft for a table without a header of which nothing is known but how many columns it has."""
    return "\n".join([*_HEADLESS, *skeleton([letter(i) for i in range(width)]).splitlines()]) + "\n"


def skeleton(header: Sequence[str]) -> str:
    """A draft for a table with a header of which no word is known: every meaning is to be given."""
    quoted = ", ".join('"' + h.replace("\\", "\\\\").replace('"', '\\"') + '"' for h in header)
    return "\n".join(
        [
            '# A draft made by fininit: no column of this table is known. Replace every "?".',
            'name = "my_table"',
            "",
            "[match]",
            f"header = [{quoted}]",
            "",
            "[format]",
            '# how days are written, e.g. "%d/%m/%Y"',
            'date = "?"',
            'decimal = "?"',
            "",
            "[columns]",
            "# the column of the amount, signed as the account holder sees it; docs/dialects.md shows the other ways",
            'amount = "?"',
            'booking_date = "?"',
            'currency = "?"',
            "",
        ]
    )
