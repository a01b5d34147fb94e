"""Follow tagged money through the accounts of a ledger, under one rule, until each unit has ended somewhere.

One account keeps its money as *lots* (portions), each tagged or not. All transfers of the accounts that money from the
starts could reach are taken in one order (``fininit.tracing.order``), each of them once: the payer's lots give what the
rule takes, and what they gave becomes lots of the payee, in the same sequence. Nothing is visited twice, so circles of
payments end like any other. Adjacent portions of one payment with equal tag and depth arrive as one lot.

What else is laid down:

- **Opening balance.** Where a statement shows it, a lot *before the data* that is not attributed, or an overdraft.
- **Overdraft.** What lots cannot cover is not attributed. In an account with records it makes the balance negative, and
  the next credits repay that first, by the rule out of the arriving portions; tagged money that does so ends there.
- **Unseen money.** In accounts without records (and, if asked for, with an unknown opening balance) what lots cannot
  cover must have been there without the records showing it. There is no overdraft then.
- **Self-transfer.** No money moves: every lot stays in its place.
- **Where money goes on.** To an account with records (``schema.ACCOUNTS``, with lines in this currency), to an account
  that is itself a start, and, with ``through``, to every stated account unless it was cash or a fee. Elsewhere it ends.
- **Limits.** Money that a limit stops ends, and arrives as not attributed: it is there, but is not followed.

All money is in one currency; transfers in others are not touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from fininit.errors import UsageError
from fininit.identifiers.account import scheme
from fininit.ledger.transfers import Ledger
from fininit.tracing import cover, rules
from fininit.tracing.breaks import OPEN_ENDED
from fininit.tracing.flow import Flow, MissingOpening, Parameters, settle
from fininit.tracing.lots import decimals, fine, units
from fininit.tracing.order import Moves, Order, order_of, total_order
from fininit.tracing.printed import as_statements, read
from fininit.tracing.run import Network, Run, nothing_to_trace
from fininit.tracing.start import Limits, Start, check_start


def trace(
    ledger: Ledger,
    start: Start | Sequence[Start],
    *,
    rule: str | None,
    order: Order = "as-printed",
    limits: Limits | None = None,
    currency: str | None = None,
    through: bool = False,
    missing_opening: MissingOpening = "zero",
    statements: pl.DataFrame | None = None,
) -> Flow:
    """The flow of the money of ``start`` under ``rule``; see the head of this module.

    ``start``: one or several starts. ``rule``: a name of ``fininit.tracing.rules.RULES``, for the whole trace.
    ``order`` of the transfers of a day. ``currency``: needed when an account was paid in several. ``through``: go on
    through accounts without records. ``missing_opening``: what stands for an opening balance that nothing shows.
    ``statements`` (``schema.STATEMENTS``): where opening balances are stated; without it they come from the running
    balances of the ledger's lines.

    The order of the ledger's rows changes nothing. Raises :class:`UsageError` with code ``no-rule``, ``unknown-rule``,
    ``rule-not-built``, ``unknown-account``, ``unknown-transfer``, ``same-start``, ``several-currencies``,
    ``other-currency`` or ``nothing-to-trace``; ``FininitError`` ``not-conserved`` if a unit were ever lost.
    """
    chosen = rules.rule(rule)
    sequence = order_of(order)
    limits = limits or Limits()
    if missing_opening not in ("zero", "unseen"):
        raise UsageError("A missing opening balance is taken as zero, or as unseen.")
    starts = (start,) if isinstance(start, Start) else tuple(start)
    _check(ledger, starts)
    money = _currency(ledger, starts, currency)
    table = ledger.transfers.filter(pl.col("currency") == money)
    places = decimals(money, fine(table["amount"]))
    network = _network(ledger, table, starts, money, through)
    reached = sorted(network.why)
    moves = _moves(table, reached, list(network.start_transfers), places)
    prints = read(ledger, moves.ids, money)
    stated = as_statements(prints, money) if statements is None else statements
    opened = cover.openings(stated, moves, reached, money, places)
    parameters = Parameters(chosen.name, sequence, money, places, starts, limits, through, missing_opening)
    run = Run(parameters, chosen.take, moves, network, {a: o.value for a, o in opened.items()})
    for n in total_order(moves, [p.positions for p in prints], frozenset(reached), sequence):
        run.move(n)
    rows = run.finish()
    touched = {a: network.why[a] for a in run.touched()}
    seen = cover.coverage(ledger, stated, money, touched, opened, missing_opening, places)
    return settle(parameters, rows, seen)


def _check(ledger: Ledger, starts: tuple[Start, ...]) -> None:
    if not starts:
        raise UsageError("A trace needs a start: an account or a transfer.")
    named = [s.account or s.transfer_id for s in starts]
    if len(set(named)) < len(named):
        raise UsageError(
            "One account or transfer is given as a start twice.",
            hint="Money has one tag: name each start once.",
            code="same-start",
        )
    for s in starts:
        check_start(ledger, s)


def _currency(ledger: Ledger, starts: tuple[Start, ...], stated: str | None) -> str:
    """The one currency in which the starts were paid; ``stated`` chooses when an account was paid in several."""
    named = [s.transfer_id for s in starts if s.transfer_id is not None]
    brought = pl.col("transfer_id").is_in(named)
    paid = pl.col("creditor_account").is_in([s.account for s in starts if s.account is not None])
    if stated is not None:
        if ledger.transfers.filter(brought, pl.col("currency") != stated).height:
            raise UsageError("A transfer named as a start is in another currency.", code="other-currency")
        return stated
    found = sorted(ledger.transfers.filter(paid | brought)["currency"].unique())
    if not found:
        raise nothing_to_trace()
    if len(found) > 1:
        raise UsageError(
            "The money at this start is in several currencies; a trace follows one at a time.",
            hint=f"Name one: {', '.join(found)}.",
            code="several-currencies",
        )
    return str(found[0])


def _network(ledger: Ledger, table: pl.DataFrame, starts: tuple[Start, ...], currency: str, through: bool) -> Network:
    """The accounts that can be reached from the starts. Days are not looked at: an account too many changes nothing."""
    accounts = {s.account: n for n, s in enumerate(starts) if s.account is not None}
    transfers = {s.transfer_id: n for n, s in enumerate(starts) if s.transfer_id is not None}
    arriving = table.filter(pl.col("transfer_id").is_in(list(transfers)))["creditor_account"].to_list()
    own = cover.own_records(ledger, currency)
    pays: dict[str, set[str]] = defaultdict(set)
    for debtor, creditor in table.select("debtor_account", "creditor_account").unique().iter_rows():
        pays[debtor].add(creditor)
    why: dict[str, str] = {}
    waiting = [*accounts, *arriving]
    while waiting:
        account = waiting.pop()
        if account in why:
            continue
        if account in own:
            why[account] = "records"
        elif scheme(account) in OPEN_ENDED or not (through or account in accounts):
            continue
        else:
            why[account] = "start" if account in accounts else "through"
        waiting += pays[account] - why.keys()
    return Network(why, accounts, transfers)


def _moves(table: pl.DataFrame, accounts: list[str], starts: list[str], places: int) -> Moves:
    """``starts`` and the transfers of ``accounts``, sorted by id: the order of the ledger's rows is forgotten here."""
    ends = pl.col("debtor_account").is_in(accounts) | pl.col("creditor_account").is_in(accounts)
    # A self-transfer moves nothing, so it may not have a say in the order of those that do.
    moving = pl.col("debtor_account") != pl.col("creditor_account")
    kept = table.filter(moving & (ends | pl.col("transfer_id").is_in(starts))).sort("transfer_id")
    return Moves(
        ids=kept["transfer_id"].to_list(),
        debtors=kept["debtor_account"].to_list(),
        creditors=kept["creditor_account"].to_list(),
        amounts=units(kept["amount"], places),
        dates=kept["booking_date"].to_list(),
        stamps=kept["booked_at"].to_list(),
        channels=kept["channel"].to_list(),
    )
