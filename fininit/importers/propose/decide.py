"""From a layout to a decision: every point proved, or left open with the sentence that asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final, Literal

import polars as pl

from fininit.importers.base import Options
from fininit.importers.propose import proof
from fininit.importers.propose.columns import Column, Layout, Open, reversed_sides
from fininit.importers.propose.draft import Plan
from fininit.importers.propose.words import direction_word, side_note, status_word
from fininit.importers.table import Grid, letter
from fininit.values.dates import DateFormat, date_expr

__all__ = ["Decision", "decide"]

NOTES = 5000
"""Different notes looked at for a word that contradicts the sign."""


@dataclass
class Decision:
    """The plan, what proves it, what is open.

    ``chain`` says that a running balance is part of the proof; ``stated`` holds the balances that lines around the
    table state, in multiples of 10**-18.
    """

    plan: Plan
    proof: list[str] = field(default_factory=list)
    opens: list[Open] = field(default_factory=list)
    chain: bool = False
    order: str = ""
    """In which order of the rows the running balance holds, as ``proof.follow`` names it."""
    stated: dict[str, int] = field(default_factory=dict)


def decide(plan: Plan, grid: Grid, options: Options) -> Decision:
    """Prove what can be proved of the plan's layout; ``options`` are what a person has stated."""
    lay = plan.layout
    opens = list(lay.opens)
    said: list[str] = []
    found = proof.dates(lay.days, options.date, [*grid.preamble, *grid.footer])
    if found.open is not None and lay.balance is not None:
        found = _by_order(plan, grid, options) or found
    if found.open is not None:
        opens.append(found.open)
    plan.dates = found.patterns
    said += found.proof
    money = [c for c in lay.money if c.filled]
    numbers = proof.numbers(money, options.decimal)
    if numbers.open is not None:
        opens.append(numbers.open)
    opens += _currency(plan, numbers.currency, options)
    plan.number = numbers.formats[0] if numbers.formats else None
    if not numbers.formats:
        if not any(o.point == "sign" for o in opens) and lay.sides == "one" and not options.sign:
            opens.append(_sign_open("The sign cannot be shown while the amounts cannot be read.", lay))
        return Decision(plan, said, opens)
    tried = [_judge(replace(plan, number=f, ignore=list(plan.ignore)), grid, options) for f in numbers.formats]
    proved = [d for d in tried if d.chain and not d.opens]
    if len(tried) > 1 and len(proved) != 1:
        row, column = proof.telling_number(money, numbers.formats)
        best = tried[0]
        best.opens.insert(
            0,
            Open(
                "decimal",
                "The amounts can be read with a decimal point or with a decimal comma, and no row shows which.",
                "State the decimal mark: --decimal . or --decimal ,",
                row=row,
                column=column.key if column is not None else None,
            ),
        )
    else:
        best = proved[0] if len(tried) > 1 else tried[0]
        if len(tried) > 1:
            said.append("The decimal mark is the one with which the running balance holds.")
    best.proof = [*said, *best.proof]
    best.opens = [*opens, *best.opens]
    return best


DAYS: Final = 3
"""Different days that a column must have before their order says anything."""


def _by_order(plan: Plan, grid: Grid, options: Options) -> proof.Dates | None:
    """The one order of day and month with which the days run as the running balance does; None when it shows none.

    A statement lists its lines in the order in which the bank booked them; the balance, which holds from line to line,
    shows that this one does. Read the wrong way round, the days jump.
    """
    lay = plan.layout
    if lay.booking is None or options.date is not None:
        return None
    fitting: list[proof.Dates] = []
    running = 0
    for order in ("dmy", "mdy", "ymd"):
        found = proof.dates(lay.days, order)
        if found.open is not None:
            continue
        running += 1
        money = [c for c in lay.money if c.filled]
        for number in proof.numbers(money, options.decimal).formats:
            tried = replace(plan, dates=found.patterns, number=number, ignore=list(plan.ignore))
            judged = _judge(tried, grid, options)
            days = [
                d for d in _rows(tried, {c.index: proof.values(c, number) for c in lay.money}).days if d is not None
            ]
            if judged.chain and judged.order in ("file", "reversed") and _runs(days):
                fitting.append(found)
                break
    if running < 2 or len(fitting) != 1:
        return None
    words = {"dmy": "Day comes first", "mdy": "Month comes first", "ymd": "The year comes first"}
    how = proof.order(fitting[0].patterns[lay.booking.index])
    said = f"{words[how]}: only so do the days run in the order of the running balance."
    return proof.Dates(fitting[0].patterns, (said,))


def _runs(days: Sequence[int]) -> bool:
    """Whether days only rise or only fall, over at least :data:`DAYS` different ones."""
    up = all(a <= b for a, b in pairwise(days))
    down = all(a >= b for a, b in pairwise(days))
    return (up or down) and len(set(days)) >= DAYS


def _currency(plan: Plan, beside: str, options: Options) -> list[Open]:
    """The currency: a column, the header, the sign or code beside every number, or what a person states."""
    lay = plan.layout
    if any(o.point == "currency" for o in lay.opens):
        return []
    if lay.currency is not None:
        plan.currency = lay.stated_currency or plan.currency
        return []
    stated = {c for c in (lay.stated_currency, beside) if c}
    if len(stated) > 1:
        return [
            Open(
                "currency",
                "The header names one currency, the code beside the numbers another.",
                "Write the currency into the draft.",
            )
        ]
    if stated:
        plan.currency = stated.pop()
        return []
    if options.currency:
        plan.currency = options.currency
        return []
    return [
        Open(
            "currency", "The file does not state the currency of its amounts.", "State it: --currency EUR (or USD, …)."
        )
    ]


# -------------------------------------------------------------------------------------------------------------- amounts


@dataclass
class _Rows:
    """The rows that would be read, as numbers: amounts in multiples of 10**-18, days since 1970."""

    amount: pl.Series
    live: pl.Series
    balance: pl.Series | None
    fee: pl.Series | None
    days: list[int | None]
    groups: list[object] | None


def _judge(plan: Plan, grid: Grid, options: Options) -> Decision:
    lay = plan.layout
    assert plan.number is not None
    number = plan.number
    out = Decision(plan)
    parsed = {c.index: proof.values(c, number) for c in lay.money}
    rows = _rows(plan, parsed)
    _net(out, parsed, rows)
    if lay.sides == "two":
        _two_sided(out, rows, options)
        return out
    _repeats(out, parsed, rows)
    state = _amount_shape(out, parsed, rows)
    chain = _with_fee(out, parsed, rows, options)
    _sign(out, state, chain, rows, grid, options)
    _half(out, rows)
    return out


def _half(out: Decision, rows: _Rows) -> None:
    """A payer named only where money came in, a beneficiary only where it went out: both are the other side."""
    lay = out.plan.layout
    if lay.half is None or "counterparty_name" in lay.texts or out.opens:
        return
    payer, payee = (c.cells.is_not_null() & rows.live for c in lay.half)
    amount = rows.amount if out.plan.sign == "holder" else pl.select(pl.lit(rows.amount) * -1).to_series()
    wrong = (payer & payee) | (payer & (amount < 0)) | (payee & (amount > 0))
    if not bool(wrong.fill_null(value=False).any()):
        out.plan.counterparty = lay.half


def _rows(plan: Plan, parsed: dict[int, pl.Series]) -> _Rows:
    lay = plan.layout
    assert lay.booking is not None
    assert plan.number is not None
    n = lay.booking.cells.len()
    live = lay.booking.cells.is_not_null()
    days: list[int | None] = [None] * n
    pattern = plan.dates.get(lay.booking.index)
    if pattern is not None:
        read = lay.booking.cells.to_frame("t").select(date_expr(pl.col("t"), DateFormat(pattern)).to_physical())
        series = read.to_series()
        live = series.is_not_null()
        days = series.to_list()
    if lay.status is not None:
        moved = [v for v in lay.status.unique if status_word(v) not in ("pending", "failed", "reversed")]
        live = live & lay.status.cells.is_in(moved)
    amount = parsed[lay.amount.index] if lay.amount is not None else pl.Series([None] * n, dtype=pl.Int128)
    by = [c for c in (lay.account, lay.currency) if c is not None and len(c.unique) > 1]
    groups: list[object] | None = None
    if by:
        groups = list(zip(*(c.cells.to_list() for c in by), strict=True))
    return _Rows(
        amount,
        live,
        parsed[lay.balance.index] if lay.balance is not None else None,
        parsed[lay.fee.index] if lay.fee is not None else None,
        days,
        groups,
    )


def _net(out: Decision, parsed: dict[int, pl.Series], rows: _Rows) -> None:
    """A net or total column must be the amount less the fee on every row; beside no fee it must be the amount."""
    lay = out.plan.layout
    if lay.net is None or lay.amount is None:
        return
    net = parsed[lay.net.index]
    if rows.fee is None:
        if bool(_equal(rows.amount, net, rows.live)):
            out.plan.ignore.append(lay.net)
            lay.net = None
            return
        out.opens.append(
            Open(
                "columns",
                f"{lay.amount.shown} and {lay.net.shown} differ, and no fee column explains it.",
                "Write the column that moved the account into the draft.",
                column=lay.net.key,
                field="amount",
            )
        )


def _equal(a: pl.Series, b: pl.Series, live: pl.Series) -> bool:
    return bool((a.eq_missing(b) | ~live).all())


def _repeats(out: Decision, parsed: dict[int, pl.Series], rows: _Rows) -> None:
    """An amount beside debit and credit must say the same; then it needs no reading of its own."""
    lay = out.plan.layout
    if not lay.repeats or lay.debit is None or lay.credit is None:
        return
    repeat = lay.repeats[0]
    debit, credit = (parsed[c.index].fill_null(0) for c in (lay.debit, lay.credit))
    both = parsed[repeat.index]
    lay.repeats = []
    if _equal(both, credit + debit, rows.live) or _equal(both, credit - debit, rows.live):
        out.plan.ignore.append(repeat)
        out.proof.append(f"{repeat.shown} repeats the debit and credit columns on every row.")
        return
    out.opens.append(
        Open(
            "columns",
            f"{repeat.shown} does not say the same as the debit and credit columns.",
            "Write into the draft which of them is the amount.",
            column=repeat.key,
            field="amount",
        )
    )


_State = Literal["words", "open", "mixed"]


def _amount_shape(out: Decision, parsed: dict[int, pl.Series], rows: _Rows) -> tuple[_State, str]:
    """Which way the amounts go as the file's own words have it; sets ``rows.amount``. ``words`` alone prove it."""
    lay, plan = out.plan.layout, out.plan
    if lay.debit is not None and lay.credit is not None:
        debit, credit = parsed[lay.debit.index], parsed[lay.credit.index]
        live = rows.live
        d, c = debit.filter(live).drop_nulls(), credit.filter(live).drop_nulls()
        d_minus, d_plus = int((d < 0).sum()), int((d > 0).sum())
        c_minus = int((c < 0).sum())
        if c_minus and c_minus == int((c != 0).sum()):
            plan.credit_sign = "negative"
        filled = debit.is_not_null() | credit.is_not_null()
        signed = d_minus > 0 and d_plus == 0
        plan.debit_sign = "negative" if signed else "positive"
        moves = credit.fill_null(0) + debit.fill_null(0) if signed else credit.fill_null(0) - debit.fill_null(0)
        both = (debit.fill_null(0) != 0) & (credit.fill_null(0) != 0)
        rows.amount = moves.zip_with(filled & ~both, pl.Series([None], dtype=pl.Int128).new_from_index(0, moves.len()))
        if c_minus or (d_minus and d_plus):
            return "mixed", (
                f"{lay.credit.shown} holds amounts with a minus" if c_minus else f"{lay.debit.shown} holds both signs"
            )
        if signed and d_minus < 2:
            return "open", f"{lay.debit.shown} holds a single amount, with a minus: a payment, or one taken back"
        return "words", "The debit and credit columns state the direction" + (
            ", and debits carry a minus." if signed else "; no amount in them has a sign."
        )
    assert lay.amount is not None
    values = rows.amount.filter(rows.live).drop_nulls()
    if lay.flag is not None:
        out_words = [v for v in lay.flag.unique if direction_word(v) == "out"]
        leaving = lay.flag.cells.is_in(out_words)
        if not bool((values < 0).any()):
            plan.by_flag = True
            rows.amount = pl.select(pl.lit(rows.amount) * -1).to_series().zip_with(leaving, rows.amount)
            return "words", f"{lay.flag.shown} says on every row whether money went out or came in."
        zero = rows.amount == 0
        agree = ((rows.amount < 0) == leaving) | zero | ~rows.live | rows.amount.is_null()
        if bool(agree.all()):
            return "words", f"{lay.flag.shown} and the sign of the amount agree on every row."
        return "mixed", f"{lay.flag.shown} and the sign of the amount contradict each other"
    return "open", "The amounts carry a sign, and nothing shows whether plus is money in or a charge"


def _with_fee(out: Decision, parsed: dict[int, pl.Series], rows: _Rows, options: Options) -> proof.Chain:
    """Follow the running balance; with a fee column, in each way the fee may act, and keep the one that is proved."""
    lay, plan = out.plan.layout, out.plan
    fee = rows.fee
    if fee is None or not bool((fee.filter(rows.live).fill_null(0) != 0).any()):
        if fee is not None:
            plan.fee = "positive"
            if lay.net is not None:
                _require_net(out, parsed, rows)
        return _follow(rows, rows.amount)
    fees = fee.fill_null(0)
    if lay.net is not None:
        how = proof.fee_identity(*(s.filter(rows.live) for s in (rows.amount, fees, parsed[lay.net.index])))
        if how in ("positive", "negative"):
            plan.fee = "positive" if how == "positive" else "negative"
            out.proof.append("Amount and fee give the net amount on every row.")
            return _follow(rows, rows.amount - fees if how == "positive" else rows.amount + fees)
    ways: dict[Literal["", "positive", "negative"], proof.Chain] = {
        "": _follow(rows, rows.amount),
        "positive": _follow(rows, rows.amount - fees),
        "negative": _follow(rows, rows.amount + fees),
    }
    holds = [k for k, c in ways.items() if c.proves]
    if len(holds) == 1 and lay.net is None:
        plan.fee = holds[0]
        out.proof.append(
            "The running balance moves by the amount less the fee."
            if holds[0]
            else "The running balance moves by the amount alone: the fee is inside it."
        )
        return ways[holds[0]]
    assert lay.fee is not None
    at = int(((fees != 0) & rows.live).arg_max() or 0)
    out.opens.append(
        Open(
            "fee",
            f"{lay.fee.shown} is not zero, and nothing shows whether the fee is inside the amount or comes on top.",
            f"When the fee is inside the amount, state --columns ignore={letter(lay.fee.index)}; when it comes on top, "
            'write fee_sign = "positive" or "negative" into the draft.',
            row=at,
            column=lay.fee.key,
        )
    )
    plan.fee = "positive"
    return ways[""]


def _require_net(out: Decision, parsed: dict[int, pl.Series], rows: _Rows) -> None:
    lay = out.plan.layout
    assert lay.net is not None
    assert lay.amount is not None
    if not _equal(rows.amount, parsed[lay.net.index], rows.live):
        out.opens.append(
            Open(
                "columns",
                f"{lay.amount.shown} and {lay.net.shown} differ although no fee is charged.",
                "Write the column that moved the account into the draft.",
                column=lay.net.key,
                field="amount",
            )
        )


def _follow(rows: _Rows, moves: pl.Series) -> proof.Chain:
    if rows.balance is None:
        return proof.Chain(frozenset((1, -1)), 0)
    live = rows.live.to_list()
    values = [v if ok else None for v, ok in zip(moves.to_list(), live, strict=True)]
    return proof.follow(values, rows.balance.to_list(), rows.days, rows.groups)


# ----------------------------------------------------------------------------------------------------------------- sign


def _sign_open(message: str, lay: Layout, column: Column | None = None) -> Open:
    settle = "State it: --sign holder when plus is money coming in, --sign inverted when plus is money going out."
    if lay.amount is None:
        settle = (
            "State it: --sign holder when the debit column is money going out, --sign inverted when it is money coming "
            "in (in a draft, swap the two columns)."
        )
    return Open("sign", message, settle, column=column.key if column is not None else None)


def _sign(
    out: Decision, state: tuple[_State, str], chain: proof.Chain, rows: _Rows, grid: Grid, options: Options
) -> None:
    lay, plan = out.plan.layout, out.plan
    how, sentence = state
    subject = lay.amount or lay.debit
    _accounts(out, rows, chain)
    stated = _declared(out, rows, grid)
    if options.sign is not None:
        plan.sign = "inverted" if options.sign == "inverted" else "holder"
        out.proof.append(f"You stated the sign of the amounts ({plan.sign}).")
        return
    if chain.contradicts:
        message = (
            "The running balance falls where the amounts say that money came in."
            if chain.signs == {-1}
            else "The running balance does not follow from the amounts on every row: a line is missing, or the columns "
            "mean something else."
        )
        out.opens.append(_sign_open(message, lay, lay.balance))
        return
    if stated == -1 or (stated == 0 and not chain.proves):
        text = "Opening balance and lines do not add up to the closing balance that the file states."
        out.opens.append(_sign_open(text, lay, subject))
        return
    if not (chain.proves or stated == 1) and how != "words":
        out.opens.append(_sign_open(f"{sentence}.", lay, subject))
        return
    if how == "mixed" and not chain.proves:
        out.opens.append(_sign_open(f"{sentence}.", lay, subject))
        return
    against = _contradiction(lay, rows)
    if against is not None:
        out.opens.append(
            _sign_open(
                f"{against.shown} speaks of money going out where the amounts say that it came in, or the reverse.",
                lay,
                against,
            )
        )
        return
    if lay.card and chain.proves and rows.balance is not None and not bool((rows.balance < 0).any()):
        out.opens.append(
            _sign_open(
                "This may be a credit card, whose balance is what is owed: plus could be a charge.", lay, subject
            )
        )
        return
    if how == "words":
        out.proof.append(sentence)
    if chain.proves:
        out.chain, out.order = True, chain.order
        lines = "1 step" if chain.links == 1 else f"{chain.links} steps"
        out.proof.append(f"The running balance holds on all {lines} with plus for money in.")
    elif stated == 1:
        out.proof.append("Opening balance and lines add up to the stated closing balance with plus for money in.")


def _accounts(out: Decision, rows: _Rows, chain: proof.Chain) -> None:
    """A column of several accounts is the statement's own account only if the balance runs within each of them."""
    lay = out.plan.layout
    if lay.account is None or len(lay.account.unique) < 2:
        return
    if chain.proves or "account" in out.plan.pinned:
        return
    rows.groups = None
    out.plan.account = False
    out.opens.append(
        Open(
            "columns",
            f"{lay.account.shown} holds several accounts: the statement's own, or the other side's?",
            f"State it: --columns account={letter(lay.account.index)} or "
            f"--columns counterparty_account={letter(lay.account.index)}.",
            column=lay.account.key,
            field="account",
        )
    )


def _declared(out: Decision, rows: _Rows, grid: Grid) -> int | None:
    """1: opening + lines = closing; -1: opening - lines = closing; 0: neither; None: the file does not state both."""
    assert out.plan.number is not None
    found = proof.declared([*grid.preamble, *grid.footer], out.plan.number)
    out.stated = {word: amount for word, (amount, _) in found.items()}
    out.plan.stated = {word: label for word, (_, label) in found.items()}
    if set(found) != {"opening", "closing"}:
        return None
    total = sum(v for v in rows.amount.filter(rows.live).to_list() if v is not None)
    if out.plan.fee and rows.fee is not None:
        fees = sum(v for v in rows.fee.filter(rows.live).to_list() if v is not None)
        total -= fees if out.plan.fee == "positive" else -fees
    step = found["closing"][0] - found["opening"][0]
    if total == 0:
        return None if step == 0 else 0
    return 1 if step == total else -1 if step == -total else 0


def _contradiction(lay: Layout, rows: _Rows) -> Column | None:
    """A type or note column whose words speak against the sign more often than for it."""
    for c in proof.direction(lay):
        frame = pl.DataFrame({"t": c.cells, "a": rows.amount, "live": rows.live}).filter(
            pl.col("live") & pl.col("t").is_not_null() & (pl.col("a") != 0)
        )
        counts = (
            frame.group_by("t")
            .agg((pl.col("a") > 0).sum().alias("in"), (pl.col("a") < 0).sum().alias("out"))
            .sort("t")
            .head(NOTES)
        )
        for_, against = 0, 0
        for text, came, went in counts.iter_rows():
            note = side_note(text)
            if note is not None:
                for_ += came if note == "in" else went
                against += went if note == "in" else came
        if against > for_:
            return c
    return None


# ------------------------------------------------------------------------------------------------------------ two sides


def _two_sided(out: Decision, rows: _Rows, options: Options) -> None:
    """Payer and beneficiary state the direction; a holder on every row must not contradict a signed amount."""
    lay, plan = out.plan.layout, out.plan
    if rows.fee is not None and bool((rows.fee.filter(rows.live).fill_null(0) != 0).any()):
        assert lay.fee is not None
        out.opens.append(
            Open(
                "fee",
                f"{lay.fee.shown} is not zero, and nothing shows who paid the fee and whether the amount holds it.",
                f"State --columns ignore={letter(lay.fee.index)} when the fee is inside the amount; else describe it "
                "in a dialect.",
                column=lay.fee.key,
            )
        )
    if rows.fee is not None and lay.fee is not None:
        plan.ignore.append(lay.fee)
    if lay.net is not None:
        plan.ignore.append(lay.net)
    values = rows.amount.filter(rows.live).drop_nulls()
    signed = bool((values < 0).any())
    if signed and options.sign is None:
        at = _holder_contradiction(lay, rows)
        if at is not None:
            out.opens.append(
                Open(
                    "sides",
                    "One party stands on every row, and the sign of the amount contradicts payer and beneficiary.",
                    'Write into the draft which of them states the direction (sides = "one" or "two").',
                    row=at,
                    column=lay.amount.key if lay.amount is not None else None,
                    field="sides",
                )
            )
            return
    weak = _says_only_from_to(lay)
    kind = reversed_sides(c for cs in lay.texts.values() for c in cs) if weak else None
    if kind is not None and options.sign is None:
        out.opens.append(
            Open(
                "sides",
                f"{kind.shown} speaks of requests or refunds: their sender is not who paid.",
                "State --sign holder when the columns always show who paid; else describe the types in the draft.",
                column=kind.key,
                field="sides",
            )
        )
        return
    payer, payee = (next(iter(side.values())).shown for side in (lay.payer, lay.payee))
    out.proof.append(f"Every row names who paid ({payer}) and who was paid ({payee}); these state the direction.")
    if signed:
        out.proof.append("Some amounts have a minus; the sign is kept, the direction is that of the two columns.")


def _says_only_from_to(lay: Layout) -> bool:
    """Whether the two sides are named by words that may also mean sender and receiver of a message."""
    plain = {
        "from",
        "to",
        "sender",
        "receiver",
        "recipient",
        "von",
        "an",
        "de",
        "a",
        "desde",
        "hasta",
        "da",
        "od",
        "do",
        "fran",
        "till",
        "fra",
        "til",
    }
    words = {t for side in (lay.payer, lay.payee) for c in side.values() for t in c.heading.name.split()}
    return not words.isdisjoint(plain)


def _parties(side: dict[str, Column]) -> pl.Series:
    columns = [side[k] for k in ("account", "name") if k in side]
    texts = [c.cells.str.to_lowercase().str.replace_all(r"\s+", " ") for c in columns]
    return pl.select(pl.coalesce(texts)).to_series()


def _holder_contradiction(lay: Layout, rows: _Rows) -> int | None:
    """The first row whose sign contradicts the sides, when one party stands on every row; None when none does."""
    keys: list[tuple[dict[str, Column], dict[str, Column]]] = [(lay.payer, lay.payee)]
    if "name" in lay.payer and "name" in lay.payee:
        keys.append(({"name": lay.payer["name"]}, {"name": lay.payee["name"]}))
    for left, right in keys:
        frame = pl.DataFrame(
            {"p": _parties(left), "b": _parties(right), "a": rows.amount, "live": rows.live}
        ).with_row_index("at")
        frame = frame.filter(pl.col("live") & (pl.col("a") != 0))
        if frame.height < 2:
            continue
        first: dict[str, Any] = frame.row(0, named=True)
        for who in sorted({first["p"], first["b"]}):
            here = (pl.col("p") == who) | (pl.col("b") == who)
            if not bool(frame.select(here.all()).item()):
                continue
            wrong = frame.filter(
                ((pl.col("p") == who) & (pl.col("b") != who) & (pl.col("a") > 0))
                | ((pl.col("b") == who) & (pl.col("p") != who) & (pl.col("a") < 0))
            )
            if wrong.height:
                return int(wrong["at"][0])
    return None
