"""The tracing rules: which money a payment takes when several people's money stands in one account.

Which rule a court accepts depends on the jurisdiction, on the remedy asked for (restitution, proprietary claim,
forfeiture, value confiscation) and on what counsel chooses. A trace therefore never has a rule of its own accord: it is
asked for by name and stands in the result. Rules are in this table as soon as they are known, so that the list a
person chooses from says what there will be; one that is not built cannot be chosen.
"""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from fininit.errors import UsageError
from fininit.tracing.lots import Lot, Taken

if TYPE_CHECKING:
    from collections.abc import Mapping

Take = Callable[[deque[Lot], int], list[Taken]]
"""Takes up to an amount (whole units, positive) out of the lots of an account, which stand in the order they came.

It changes the lots in place, drops those that are used up, and tells what it took from which, in the order it took it.
It takes less than asked only when all lots are used up, and never makes or loses a unit.
"""


def take_fifo(lots: deque[Lot], amount: int) -> list[Taken]:
    """First in, first out: the oldest lots first, the last of them in part.

    Definition: every payment out of an account is met from the earliest money in it that has not been paid out yet.
    Source: Clayton's case, Devaynes v Noble (1816) 1 Mer 572, for a running account; needs counsel's choice.
    Use: between innocent claimants in a running bank account in England and in systems that follow it. It was set aside
    where it would be impracticable or unjust: Barlow Clowes International Ltd v Vaughan [1991] EWCA Civ 11.
    """
    taken: list[Taken] = []
    while amount and lots:
        lot = lots[0]
        before = lot.amount
        if before <= amount:
            lots.popleft()
            taken.append(Taken(lot.seq, lot.tag, lot.depth, before, before))
            amount -= before
        else:
            lot.amount = before - amount
            taken.append(Taken(lot.seq, lot.tag, lot.depth, before, amount))
            amount = 0
    return taken


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, one line for people, and how it takes money out of an account (None: not yet built)."""

    name: str
    line: str
    take: Take | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A rule that can be chosen."""

    name: str
    line: str
    take: Take


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        r.name: r
        for r in (
            Rule("fifo", "First in, first out: a payment takes the oldest money first.", take_fifo),
            Rule("lifo", "Last in, first out: a payment takes the newest money first."),
            Rule("pro-rata", "A payment takes of everything in the account, in proportion to what stands there then."),
            Rule("clean-first", "A payment takes money that is not attributed first, then the alleged proceeds."),
            Rule("tainted-first", "A payment takes the alleged proceeds first."),
            Rule("libr", "Lowest intermediate balance: a claim never exceeds the lowest balance since it arose."),
            Rule("pari-passu", "What is left at the end is shared by contributions, whatever their dates."),
            Rule("poison", "Everything paid after the first alleged proceeds: any-contact upper limit, no amount."),
        )
    }
)
"""Name -> rule, in the order they are listed to a person. Read-only."""


def listed() -> str:
    """All rules, one line each, for a person who has to choose."""
    width = max(map(len, RULES))
    return "\n".join(
        f"  {r.name:<{width}}  {r.line}{'' if r.take is not None else ' (not yet built)'}" for r in RULES.values()
    )


def rule(name: str | None) -> Built:
    """The rule called ``name``; case, and ``_`` for ``-``, do not matter.

    Raises :class:`UsageError` that lists all rules when no name is given (``no-rule``), when no rule has it
    (``unknown-rule``), and when the rule is not yet built (``rule-not-built``).
    """
    hint = f"Name one of these (which one a court accepts is counsel's choice):\n{listed()}"
    if not (name or "").strip():
        raise UsageError("A trace needs a rule; there is no default.", hint=hint, code="no-rule")
    wanted = str(name).strip().casefold().replace("_", "-")
    found = RULES.get(wanted)
    if found is None:
        near = difflib.get_close_matches(wanted, RULES, 1)
        text = f"There is no tracing rule of that name.{f' Did you mean {near[0]}?' if near else ''}"
        raise UsageError(text, hint=hint, code="unknown-rule")
    if found.take is None:
        raise UsageError(f"The rule {found.name} is not yet built.", hint=hint, code="rule-not-built")
    return Built(found.name, found.line, found.take)
