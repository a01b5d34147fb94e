"""What a dialect may say beyond columns and words: facts that stand within a text, and rows that the balance judges.

Apps write the other side into the description (``Customer Transfer to 0712… - JANE``), and print holds, releases and
pending fundings as rows of their own, which change the balance in some exports and not in others. The first are read
with stated forms (:class:`Said`). Of the second the running balance shows for each row whether it moved
(:func:`judged`); a row that it does not bear out moves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Final

import polars as pl

from fininit.importers.declaring import Keys, bad, key_text, listed, near, quoted
from fininit.ledger.checks import follow
from fininit.schema import CHANNELS

GROUPS: Final = ("counterparty_name", "counterparty_account", "merchant", "place", "card_last4", "end_to_end_id")
"""Fields that a form may find in a text, as named groups."""

_EXACT: Final = Context(prec=80)

Rule = Mapping[str, tuple[str, ...]]
"""Columns with the words that all of them must hold."""


@dataclass(frozen=True)
class Said:
    """What the texts of a column say: ``form`` is a regular expression for the whole cell after outer blanks.

    Its named groups (of :data:`GROUPS`) fill fields that no column fills; ``channel`` likewise; ``flag`` is a remark
    on the row. The first form that gives a field stands.
    """

    column: str
    form: str
    channel: str = ""
    flag: str = ""


def from_toml(file: str, data: object) -> tuple[Said, ...]:
    """The ``[[texts]]`` of a dialect. Raises :class:`~fininit.errors.DialectError`."""
    out: list[Said] = []
    for number, table in enumerate(data if isinstance(data, list) else [data], 1):
        keys = Keys(file, f"[[texts]] {number}", table)
        out.append(Said(keys.text("column"), keys.text("form"), keys.text("channel"), keys.text("flag")))
        keys.close()
    return tuple(out)


def to_toml(said: Sequence[Said]) -> list[str]:
    """Lines that :func:`from_toml` reads back."""
    out: list[str] = []
    for s in said:
        pairs = (("column", s.column), ("form", s.form), ("channel", s.channel), ("flag", s.flag))
        out += ["", "[[texts]]", *(f"{k} = {quoted(v)}" for k, v in pairs if v)]
    return out


def rules_to_toml(name: str, rules: Sequence[Rule]) -> list[str]:
    """``[name]`` or, with several rules, ``[[name]]``."""
    out: list[str] = []
    for rule in rules:
        out += ["", f"[{name}]" if len(rules) == 1 else f"[[{name}]]"]
        out += [f"{key_text(k)} = {listed(v)}" for k, v in rule.items()]
    return out


def validate(said: Sequence[Said], file: str, known: Callable[[str, str], None]) -> None:
    """Raises :class:`~fininit.errors.DialectError` for what is wrong; ``known`` does for a column that is none."""
    for number, s in enumerate(said, 1):
        where = f"[[texts]] {number}"
        known(where, s.column)
        try:
            groups = re.compile(s.form).groupindex
        except re.error:
            raise bad(file, where, "form is not a regular expression.") from None
        for group in groups:
            if group not in GROUPS:
                raise bad(file, where, f"no field {group!r} is taken from a text.", near(group, GROUPS))
        if s.channel and s.channel not in CHANNELS:
            raise bad(file, where, f"{s.channel!r} is not one of {', '.join(CHANNELS)}.", near(s.channel, CHANNELS))
        if s.flag and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", s.flag):
            raise bad(file, where, "a flag is small letters and single dashes.")
        if not (groups or s.channel or s.flag):
            raise bad(file, where, "says nothing: give the form a named group, or state a channel or a flag.")


def taken(said: Said, texts: pl.Series) -> dict[str, dict[str, str]]:
    """For each different text that has the form, what its groups hold (blank ones left out)."""
    form = re.compile(said.form)
    out: dict[str, dict[str, str]] = {}
    for text in texts.drop_nulls().unique().sort().to_list():
        m = form.fullmatch(text)
        if m is not None:
            out[text] = {k: v.strip() for k, v in m.groupdict().items() if v and v.strip()}
    return out


# ------------------------------------------------------------------------------------------------ rows by their balance


def judged(frame: pl.DataFrame, marked: str) -> pl.DataFrame:
    """``frame`` with the status of the rows that ``marked`` (a Boolean column) names settled by the running balance.

    Such a row is booked where the balance printed on it is that of the line before, changed by its amount less its
    fee, whatever its own word is; else a booked one is pending, and any other stays what it is. Rows whose status
    changes are flagged ``counted-in-balance`` or ``not-in-balance``.
    """
    if not frame[marked].any():
        return frame
    moved: set[int] = set()
    indexed = frame.with_row_index("_at")
    for (_,), part in indexed.group_by(["statement"], maintain_order=True):
        moved |= _moved(part.filter(pl.col(marked) | (pl.col("status") == "booked")), marked)
    counts = pl.col("_at").is_in(sorted(moved))
    more = pl.col(marked) & counts & (pl.col("status") != "booked")
    less = pl.col(marked) & ~counts & (pl.col("status") == "booked")
    flag = pl.when(more).then(pl.lit("counted-in-balance")).when(less).then(pl.lit("not-in-balance"))
    flags = pl.concat_str("flags", flag, separator=" ", ignore_nulls=True)
    status = pl.when(more).then(pl.lit("booked")).when(less).then(pl.lit("pending")).otherwise("status")
    return indexed.with_columns(status=status, flags=pl.when(flags != "").then(flags)).drop("_at")


def _moved(part: pl.DataFrame, marked: str) -> set[int]:
    """Positions of the marked rows that changed the balance, as the balance shows."""
    moves: list[Decimal] = [_EXACT.subtract(a, f or Decimal(0)) for a, f in part.select("amount", "fee").iter_rows()]
    balances: list[Decimal | None] = part["balance_after"].to_list()
    days: list[date | None] = part["booking_date"].to_list()
    chain = follow(moves, balances, part["row"].to_list(), days)
    if chain is None:
        return set()
    order = list(range(part.height))
    if chain.order.endswith("reversed"):
        order.reverse()
    if chain.order.startswith("by-date"):
        order.sort(key=lambda i: days[i] or date.min)
    at, doubtful = part["_at"].to_list(), part[marked].to_list()
    out: set[int] = set()
    before: Decimal | None = None
    for i in order:
        balance = balances[i]
        if balance is None:
            # what comes behind a row of which nobody knows whether it moved cannot be compared
            before = None if before is None or doubtful[i] else _EXACT.add(before, moves[i])
            continue
        if doubtful[i] and before is not None and _EXACT.add(before, moves[i]) == balance:
            out.add(at[i])
        before = balance
    return out
