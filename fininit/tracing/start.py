"""Where a trace starts, how far it goes, and finding the account or transfer that a person names."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from fininit.errors import UsageError
from fininit.identifiers.account import stated_account
from fininit.ledger.transfers import Ledger

NEAR: Final = 3
"""How many near names are told."""

_CUTOFF: Final = 0.6


@dataclass(frozen=True, slots=True)
class Start:
    """What is tagged: all credits of ``account`` (from ``since`` on), or what ``transfer_id`` brings its creditor.

    ``whom`` says of whom or what the money is alleged proceeds; starts that name the same share one tag. Money that
    arrives tagged keeps its tag: a start only tags what is not attributed yet, so that nothing is counted twice when
    money comes back to where it started.

    Raises :class:`UsageError` unless exactly one of ``account`` and ``transfer_id`` is given.
    """

    account: str | None = field(default=None, repr=False)
    transfer_id: str | None = None
    since: date | None = None
    whom: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if (self.account is None) == (self.transfer_id is None):
            raise UsageError("A trace starts at an account or at a transfer: name one of them.")
        if self.transfer_id is not None and self.since is not None:
            raise UsageError("A first day goes with an account; a transfer has its own day.")


@dataclass(frozen=True, slots=True)
class Limits:
    """How far money is followed. None: without limit. What a limit stops ends in a break ``out-of-scope``.

    ``depth``: payments since the start. ``until``: last day on which money is carried on (or tagged). ``least``:
    smallest tagged portion of a payment, in units of the currency, that is carried on.

    Money that leaves the accounts in the case (cash, fees, accounts without records) ends there, whatever the limits.
    """

    depth: int | None = None
    until: date | None = None
    least: Decimal | None = None

    def __post_init__(self) -> None:
        if self.depth is not None and self.depth < 0:
            raise UsageError("A trace cannot go fewer than 0 payments deep.")
        if self.least is not None and not (self.least.is_finite() and self.least >= 0):
            raise UsageError("The smallest amount to follow cannot be below zero.")


def find_start(
    ledger: Ledger,
    text: str,
    *,
    since: date | None = None,
    whom: str = "",
    render: Callable[[str], str] | None = None,
) -> Start:
    """The start that a person means by ``text``: a transfer id, an account as stored, as typed, or as rendered.

    ``render`` turns an account id into what the person may see of it (``Door.render(value, "account")``); a pseudonym
    it gives is understood as well. Raises :class:`UsageError` ``unknown-account`` or ``unknown-transfer``, whose hint
    holds up to three near ones: accounts only as ``render`` gives them, and without it only how many they are.
    """
    text = text.strip()
    if text in set(ledger.transfers["transfer_id"]):
        return Start(transfer_id=text, since=since, whom=whom)
    if text.startswith("t:"):
        raise _no_transfer(ledger, text)
    accounts = ledger.accounts["account"].to_list()
    known = set(accounts)
    for account in (text, stated_account(text)):
        if account in known:
            return Start(account=account, since=since, whom=whom)
    if render is not None:
        shown = [a for a in accounts if render(a) == text]
        if len(shown) == 1:
            return Start(account=shown[0], since=since, whom=whom)
    raise _no_account(ledger, text, render)


def check_start(ledger: Ledger, start: Start) -> None:
    """Raises the :class:`UsageError` of :func:`find_start` when the account or transfer is not in the ledger."""
    if start.transfer_id is not None:
        table = ledger.transfers.filter(pl.col("transfer_id") == start.transfer_id)
        if not table.height:
            raise _no_transfer(ledger, start.transfer_id)
        if table["debtor_account"][0] == table["creditor_account"][0]:
            raise UsageError(
                "This transfer goes from an account to itself: no money moves, so there is nothing to trace.",
                code="nothing-to-trace",
            )
    elif start.account not in set(ledger.accounts["account"]):
        raise _no_account(ledger, str(start.account), None)


def _no_transfer(ledger: Ledger, text: str) -> UsageError:
    """Transfer ids hold a hash and a row, nothing of a person, so the near ones can be told."""
    stem = text[:6]
    ids = sorted(i for i in ledger.transfers["transfer_id"] if i.startswith(stem))
    near = difflib.get_close_matches(text, ids, NEAR)
    hint = f"Near ones: {', '.join(near)}." if near else "None is near. They are named t:<hash>:<sheet>:<row>."
    return UsageError("There is no transfer like that in the ledger.", hint=hint, code="unknown-transfer")


def _no_account(ledger: Ledger, text: str, render: Callable[[str], str] | None) -> UsageError:
    near = nearest(text, ledger.accounts.select("account", "name").iter_rows())
    if not near:
        hint = "None is near either. Accounts are written as in the report, or as scheme:value."
    elif render is None:
        hint = f"{len(near)} in the ledger {'is' if len(near) == 1 else 'are'} near; its accounts stand in the report."
    else:
        hint = f"Near ones: {', '.join(render(a) for a in near)}."
    return UsageError("There is no account like that in the ledger.", hint=hint, code="unknown-account")


def nearest(text: str, accounts: Iterable[tuple[str, str | None]]) -> list[str]:
    """Up to three account ids whose id, value or name is near ``text``, nearest first; ties by id."""
    wanted = text.casefold().replace(" ", "")
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    found: list[tuple[float, str]] = []
    for account, name in accounts:
        best = 0.0
        for form in {account, account.partition(":")[2], name or ""}:
            matcher.set_seq1(form.casefold().replace(" ", ""))
            if matcher.real_quick_ratio() > _CUTOFF and matcher.quick_ratio() > _CUTOFF:
                best = max(best, matcher.ratio())
        if best > _CUTOFF:
            found.append((-best, account))
    return [account for _, account in sorted(found)[:NEAR]]
