"""What the whole file proves: the order of day and month, the decimal mark, the direction of money.

Each function gives what is proved with a sentence for a person, or what stays open with the row that would settle it.
No sentence holds the value of a cell. Nothing is weighed or scored: one reading is left, or a person is asked.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import polars as pl

from fininit.importers.propose.columns import Column, Layout, Open, is_date, is_number
from fininit.importers.propose.words import footer_word, sign_currency
from fininit.importers.table import Record
from fininit.values.dates import DateFormat, date_expr, readings
from fininit.values.money import BLANKS, MAX_EXPONENT, NumberFormat, amount_expr, parse_amount, strip_affixes
from fininit.values.money import readings as number_readings

__all__ = [
    "Chain",
    "Dates",
    "Numbers",
    "Sign",
    "beginning",
    "dates",
    "declared",
    "follow",
    "numbers",
    "order",
    "values",
]

Order = Literal["dmy", "mdy", "ymd"]

# ---------------------------------------------------------------------------------------------------------------- days


def order(pattern: str) -> str:
    """``dmy``, ``mdy`` or ``ymd``: in which order a pattern states day, month and year."""
    return "".join({"b": "m", "y": "y", "Y": "y"}.get(k, k) for k in re.findall(r"%-?([dmbyY])", pattern))


def _frame(pattern: str) -> str:
    """A pattern with its numbers unnamed: what two columns of one file have in common when one tool wrote both."""
    return re.sub(r"%-?[dmy]", "N", re.split(r"[T ,]+%-?[HI]", pattern)[0])


@dataclass(frozen=True)
class Dates:
    """Patterns by column, those of the first reading where there are several; proofs; the open point if any."""

    patterns: dict[int, str]
    proof: tuple[str, ...] = ()
    open: Open | None = None


def dates(columns: Sequence[Column], wanted: str | None, around: Iterable[Record] = ()) -> Dates:
    """How the days of the columns are written. Columns of one frame (``N/N/%Y``) settle each other, and so do days in
    the lines ``around`` the table: the period of a statement is written by the program that wrote its lines.

    ``wanted`` is the order that a person states.
    """
    found: dict[int, list[str]] = {}
    for c in columns:
        found[c.index] = _date_patterns(c)
    for c in columns:
        if not found[c.index]:
            return Dates({}, open=_unwritten(c))
    if wanted:
        found = {i: [p for p in ps if order(p) == wanted] for i, ps in found.items()}
        if not all(found.values()):
            return Dates(
                {},
                open=Open(
                    "date",
                    f"No day order {wanted} fits every row.",
                    "Leave --date out, or state the order that the rows show.",
                ),
            )
    for c in columns:  # one tool writes all its columns alike: what one of them proves holds for its neighbours
        for o in columns:
            if o is not c and {_frame(p) for p in found[c.index]} == {_frame(p) for p in found[o.index]}:
                shown = {order(p) for p in found[o.index]}
                both = [p for p in found[c.index] if order(p) in shown]
                found[c.index] = both or found[c.index]
    stated = _beside(found, around) if not wanted else None
    if stated is not None:
        found = {i: [p for p in ps if order(p) == stated[0]] or ps for i, ps in found.items()}
    chosen: dict[int, str] = {}
    proof: list[str] = []
    for c in columns:
        left = _different(c, found[c.index])
        if len(left) > 1:
            orders = sorted({order(p) for p in left})
            return Dates(
                {i: ps[0] for i, ps in found.items()},
                open=Open(
                    "date",
                    f"{c.shown}: no row shows which number is the day ({' or '.join(orders)}).",
                    f"State the order: {' or '.join('--date ' + o for o in orders)}.",
                    row=_telling_row(c, left),
                    column=c.key,
                ),
            )
        chosen[c.index] = left[0]
        said = stated[1] if stated is not None else _why(c, left[0], stated=bool(wanted))
        if said and said not in proof:
            proof.append(said)
    return Dates(chosen, tuple(proof[:1]))


_STATED: Final = re.compile(r"(?<![0-9./-])[0-9]{1,4}([./-])[0-9]{1,2}\1[0-9]{2,4}(?![0-9./-])")


def _beside(found: dict[int, list[str]], around: Iterable[Record]) -> tuple[str, str] | None:
    """The one order that days in the lines around the table leave, and the sentence about it; None when none is needed
    or they leave several. Only days of the frame in which the columns write theirs count."""
    open_ = [ps for ps in found.values() if len({order(p) for p in ps}) > 1]
    if not open_:
        return None
    frames = {_frame(p) for ps in open_ for p in ps}
    left = {order(p) for ps in open_ for p in ps}
    shown: int | None = None
    for row, cells in around:
        for text in (m[0] for c in cells for m in _STATED.finditer(c)):
            fitting = {order(p) for p in readings([text]) if _frame(p) in frames}
            if fitting and len(fitting & left) < len(left):
                left &= fitting
                shown = row if shown is None else shown
    if len(left) != 1 or shown is None:
        return None
    how = next(iter(left))
    first = {"dmy": "Day comes first", "mdy": "Month comes first", "ymd": "The year comes first"}[how]
    return how, f"{first}: so it is in a date beside the table, in row {shown}."


def _unwritten(c: Column) -> Open:
    """The question about days for which no single pattern is known; those of two orders are named as such."""
    orders = [{order(p) for p in readings([v])} for v in c.unique[:1000] if is_date(v)]
    first, second = {"dmy"}, {"mdy"}
    if first in orders and second in orders:
        at = next(i for i, v in enumerate(c.cells.to_list()) if v and {order(p) for p in readings([v])} == second)
        return Open(
            "date",
            f"Some dates in {c.shown} can only have the day first, others only the month.",
            "Two exports were put together: ask for a fresh one, or for each by itself.",
            row=at,
            column=c.key,
        )
    return Open(
        "date",
        f"The days in {c.shown} are not written in one way that is known.",
        "Write the pattern into the draft.",
        row=_odd_row(c),
        column=c.key,
    )


def _date_patterns(c: Column) -> list[str]:
    """Every pattern that reads all cells of the column that are dates at all; those that are none are refused alone."""
    texts = [v for v in c.unique if is_date(v)]
    if not texts:
        return []
    if all(v.endswith(".") for v in texts):  # 2024.04.19. as Hungary writes it
        bare = Column(c.index, c.name, c.heading, c.cells.str.strip_suffix("."))
        return [f"{p}." for p in _date_patterns(bare)]
    all_ = readings(texts)
    if all_:
        return all_
    frame = pl.DataFrame({"t": texts})
    patterns: dict[str, pl.Series] = {}
    unread = pl.Series([True] * len(texts))
    for _ in range(4):
        left = frame.filter(unread)["t"].to_list()
        for v in left[:: max(1, len(left) // 100)]:
            for p in readings([v]):
                for q in (p, _loose(p)):
                    if q not in patterns:
                        patterns[q] = frame.select(date_expr(pl.col("t"), DateFormat(q))).to_series().is_not_null()
                        unread = unread & ~patterns[q]
        if not unread.any() or unread.all():
            break
    good = ~unread
    if 2 * int(good.sum()) < len(texts):
        return []
    fitting = [p for p, ok in patterns.items() if bool((ok | unread).all())]
    return [p for p in fitting if not (_loose(p) == p and any(_loose(o) == p and o != p for o in fitting))]


def _loose(pattern: str) -> str:
    if pattern.startswith(("%Y%m%d", "%y%m%d")):
        return pattern
    return pattern.replace("%d", "%-d").replace("%m", "%-m").replace("%H", "%-H").replace("%I", "%-I")


def _different(c: Column, patterns: list[str]) -> list[str]:
    """Of several patterns those that differ on some cell; the first stands for those that never do."""
    if len(patterns) < 2:
        return patterns
    frame = pl.DataFrame({"t": c.unique})
    out: list[str] = []
    seen: list[pl.Series] = []
    for p in patterns:
        days = frame.select(date_expr(pl.col("t"), DateFormat(p)).alias("d")).to_series()
        if not any(bool(days.eq_missing(s).all()) for s in seen):
            seen.append(days)
            out.append(p)
    return out


def _telling_row(c: Column, patterns: list[str]) -> int | None:
    frame = c.cells.to_frame("t").select(
        date_expr(pl.col("t"), DateFormat(patterns[0])).alias("a"),
        date_expr(pl.col("t"), DateFormat(patterns[1])).alias("b"),
    )
    at = frame.select((pl.col("a") != pl.col("b")).fill_null(value=False).arg_max()).item()
    return int(at) if at is not None else None


def _odd_row(c: Column) -> int | None:
    for i, v in enumerate(c.cells.to_list()):
        if v is not None and not readings([v]):
            return i
    return None


def _why(c: Column, pattern: str, *, stated: bool) -> str:
    how = order(pattern)
    if stated:
        return f"You stated the order of day, month and year ({how})."
    if "%b" in pattern:
        return "Months are written as names."
    if how == "ymd" and "%Y" in pattern:
        return "Dates are written year first, month, day (ISO 8601 order)."
    place = {"dmy": 0, "mdy": 1}.get(how)
    if place is not None:
        for i, v in enumerate(c.cells.to_list()):
            parts = re.findall(r"[0-9]+", v or "")
            if len(parts) > 1 and len(parts[place]) < 3 and int(parts[place]) > 12:
                words = (
                    ("Day comes first", "a first number") if place == 0 else ("Month comes first", "a second number")
                )
                return f"{words[0]}: row {{row:{i}}} has {words[1]} above 12."
    return {"dmy": "Day comes first in every date.", "mdy": "Month comes first in every date."}.get(how, "")


# ------------------------------------------------------------------------------------------------------------- numbers


@dataclass(frozen=True)
class Numbers:
    """The formats that read every amount, simplest first; the signs or codes beside the numbers; what stays open."""

    formats: tuple[NumberFormat, ...]
    affixes: tuple[str, ...] = ()
    currency: str = ""
    exponents: bool = False
    open: Open | None = None


def numbers(columns: Sequence[Column], wanted: str | None) -> Numbers:
    """How the amounts of all columns together are written.

    An exponent is read only where all the columns are as a machine writes them: point, no thousands marks, no signs or
    codes. ``wanted`` is the decimal mark that a person states.
    """
    texts: set[str] = set()
    affixes: set[str] = set()
    for c in columns:
        shaped = [v.strip(BLANKS) for v in c.written if is_number(v)]
        stripped, affix = strip_affixes(shaped)
        if not affix:
            alone = [strip_affixes([v]) for v in shaped] if any(_has_sign(v) for v in shaped) else []
            if alone:
                stripped = [t[0] for t, _ in alone]
                affix = tuple(sorted({a[0] for _, a in alone if a}))
        affixes.update(affix)
        texts.update(stripped)
    written = {t for t in texts if _EXPONENT.fullmatch(t) is not None}
    machine = bool(written)
    texts -= {t for t in written if abs(int(re.split("[eE]", t)[1])) > MAX_EXPONENT}  # each refuses its own row
    found = number_readings(sorted(texts), exponent=machine)
    if machine:
        plain = all(_MACHINE.fullmatch(t) for t in texts)
        found = [f for f in found if f.decimal == "." and not f.thousands and not affixes and plain]
    marks = tuple(sorted(affixes))
    codes = {sign_currency(a) for a in marks}
    currency = next(iter(codes)) if len(codes) == 1 else None
    if wanted:
        found = [f for f in found if f.decimal == wanted]
    made = tuple(replace(f, affixes=marks) for f in found)
    if not made:
        one = columns[0]
        said = f"with {wanted!r} as decimal mark" if wanted else "in one way that is known"
        return Numbers(
            (),
            marks,
            open=Open(
                "decimal",
                f"The amounts are not all written {said}.",
                "Look at the row, and write the marks into the draft.",
                row=_odd_number(columns),
                column=one.key,
            ),
        )
    return Numbers(made, marks, currency or "", exponents=machine)


_EXPONENT = re.compile(r"[-+]?[0-9.,]+[eE][-+]?[0-9]{1,9}")
_MACHINE = re.compile(r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?")


def exponents(column: Column) -> list[int]:
    """The rows of the grid whose amount is written with an exponent."""
    if not any("e" in v.lower() for v in column.written):
        return []
    at = column.cells.str.contains(r"^[-+]?[0-9.]+[eE][-+]?[0-9]+$").fill_null(value=False)
    return [int(i) for i in at.arg_true().to_list()]


def _has_sign(text: str) -> bool:
    return re.fullmatch(r"[0-9.,'’\s()+\u2212-]*", text) is None


def _odd_number(columns: Sequence[Column]) -> int | None:
    """The first row that no single column mate agrees with: the first whose own reading is not that of most."""
    for c in columns:
        for i, v in enumerate(c.cells.to_list()):
            if v is not None and is_number(v) and not number_readings(strip_affixes([v])[0], exponent=True):
                return i
    return None


def telling_number(columns: Sequence[Column], formats: Sequence[NumberFormat]) -> tuple[int | None, Column | None]:
    """The first cell that two formats read differently."""
    for c in columns:
        for i, v in enumerate(c.cells.to_list()):
            if v is None or not is_number(v):
                continue
            try:
                if parse_amount(v, formats[0]) != parse_amount(v, formats[1]):
                    return i, c
            except Exception:
                continue
    return None, None


def values(column: Column, fmt: NumberFormat) -> pl.Series:
    """The amounts of a column as whole multiples of 10**-18 (``Int128``), exactly; null where it holds none."""
    read = amount_expr(pl.col("t"), fmt)
    if column.stored is not None:
        read = pl.when(pl.lit(column.stored)).then(amount_expr(pl.col("t"), NumberFormat("."))).otherwise(read)
    return column.cells.to_frame("t").select(read.to_physical()).to_series()


# ---------------------------------------------------------------------------------------------------- balance and sign

Sign = Literal["holder", "inverted"]

_BOTH: Final = frozenset((1, -1))


@dataclass(frozen=True, slots=True)
class Chain:
    """What running balances say: with which signs (1: in is plus, -1: in is minus) they hold, on how many links."""

    signs: frozenset[int]
    links: int
    order: str = ""

    @property
    def proves(self) -> bool:
        """Whether it holds with plus for money in, and only so."""
        return self.links > 0 and self.signs == {1}

    @property
    def contradicts(self) -> bool:
        """Whether there is a balance to follow and it does not hold with plus for money in."""
        return self.links > 0 and 1 not in self.signs


def follow(
    moves: Sequence[int | None],
    balances: Sequence[int | None],
    days: Sequence[int | None],
    groups: Sequence[object] | None = None,
) -> Chain:
    """Follow running balances, group by group (accounts, currencies), for both signs at once.

    ``previous + move = balance`` on every line that prints one; lines without a move (not booked) are passed over.
    Statements stand oldest or newest first; the order of the rows, its reverse, and both sorted by day are tried, less
    what the days rule out (the reverse of a file whose days rise, and the other way round). A sign holds when some
    order has no break. Links on which nothing moved prove nothing and are not counted.
    """
    parts: dict[object, list[int]] = {}
    for i in range(len(moves)):
        parts.setdefault(groups[i] if groups is not None else None, []).append(i)
    signs, links, used = _BOTH, 0, ""
    for key in sorted(parts, key=str):
        found, n, name = _follow_one(parts[key], moves, balances, days)
        if n:
            signs, links, used = signs & found, links + n, used or name
    return Chain(signs, links, used)


def _follow_one(
    rows: list[int], moves: Sequence[int | None], balances: Sequence[int | None], days: Sequence[int | None]
) -> tuple[frozenset[int], int, str]:
    rows = [i for i in rows if moves[i] is not None]
    if sum(balances[i] is not None for i in rows) < 2:
        return _BOTH, 0, ""
    known = [d for i in rows if (d := days[i]) is not None]
    rising = all(a <= b for a, b in itertools.pairwise(known))
    falling = all(a >= b for a, b in itertools.pairwise(known))
    orders: dict[str, list[int]] = {}
    if rising or not falling:
        orders["file"] = rows
    if falling or not rising:
        orders["reversed"] = rows[::-1]
    if len(known) == len(rows):
        orders["by-date"] = sorted(rows, key=lambda i: days[i] or 0)
        backwards = rows[::-1]
        orders["by-date-reversed"] = sorted(backwards, key=lambda i: days[i] or 0)
    signs: set[int] = set()
    links, used = 0, ""
    for name, sequence in orders.items():
        n, plus, minus = _walk(sequence, moves, balances)
        links = max(links, n)
        if plus:
            signs.add(1)
            used = used or name
        if minus:
            signs.add(-1)
        if signs == _BOTH:
            break
    return frozenset(signs), links, used


def _walk(rows: list[int], moves: Sequence[int | None], balances: Sequence[int | None]) -> tuple[int, bool, bool]:
    plus = minus = True
    links = since = 0
    last: int | None = None
    for i in rows:
        since += moves[i] or 0
        balance = balances[i]
        if balance is None:
            continue
        if last is not None:
            step = balance - last
            links += bool(since or step)
            plus = plus and step == since
            minus = minus and step == -since
            if not plus and not minus:
                links = max(links, 1)
                break
        last, since = balance, 0
    return links, plus and links > 0, minus and links > 0


def declared(records: Iterable[Record], fmt: NumberFormat) -> dict[str, tuple[int, str]]:
    """Opening and closing balances stated in lines around the table: ``opening``/``closing`` -> (amount, label).

    A line counts when its words say opening or closing balance and it holds one number, and when it stands once. The
    label is how the line begins, letters only.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    for _, cells in records:
        filled = [c.strip() for c in cells if c.strip()]
        said = [c for c in filled if footer_word(c) in ("opening", "closing")]
        if len(said) != 1:
            continue
        numeric = []
        for c in filled:
            if is_number(c) and not is_date(c):
                amount = pl.select(amount_expr(pl.lit(strip_affixes([c])[0][0]), fmt).to_physical()).item()
                if amount is not None:
                    numeric.append(int(amount))
        label = beginning(said[0])
        if len(numeric) == 1 and label:
            found.setdefault(str(footer_word(said[0])), []).append((numeric[0], label))
    return {word: where[0] for word, where in found.items() if len(where) == 1}


def beginning(text: str) -> str:
    """How a line of totals or balances begins: its first words, letters only, so that no figure or day is kept."""
    match = re.match(r"[^\W\d_]+(?:[ .][^\W\d_]+)*", text)
    return match[0] if match is not None else ""


def fee_identity(
    amount: pl.Series, fee: pl.Series, net: pl.Series
) -> Literal["positive", "negative", "none", "broken"]:
    """How the fee is printed, from amount, fee and net on every row that has all three.

    ``positive``: amount - fee = net; ``negative``: amount + fee = net (a fee printed with minus); ``none``: every fee
    is zero and net is amount; ``broken``: neither holds throughout.
    """
    frame = pl.DataFrame({"a": amount, "f": fee.fill_null(0), "n": net}).drop_nulls()
    if not frame.height:
        return "broken"
    plus = bool((frame["a"] + frame["f"] == frame["n"]).all())
    minus = bool((frame["a"] - frame["f"] == frame["n"]).all())
    if plus and minus:
        return "none"
    return "negative" if plus else "positive" if minus else "broken"


def direction(layout: Layout) -> list[Column]:
    """The columns whose words may contradict a sign: what kind of payment, and the note."""
    return [*layout.texts.get("transaction_code", ()), *layout.texts.get("remittance_info", ())]
