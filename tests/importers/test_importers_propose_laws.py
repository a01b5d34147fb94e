"""Laws of proposing, on statements made at random: what cannot change a reading, and what must destroy its proof."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fininit.importers.base import Options, Reading, Source
from fininit.importers.propose import propose

HEADER = ("Date", "Details", "Amount", "Running balance", "Ccy", "Ref", "Memo")
COUNT = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Line:
    day: dt.date
    note: str
    amount: Decimal
    balance: Decimal
    ref: str


@st.composite
def statements(draw: st.DrawFn) -> list[Line]:
    cents = st.integers(1, 10**7).flatmap(lambda v: st.sampled_from([v, -v]))
    moves = draw(st.lists(cents, min_size=3, max_size=12))
    gaps = draw(st.lists(st.integers(1, 9), min_size=len(moves), max_size=len(moves)))
    day, total, out = dt.date(2024, 1, 20), draw(st.integers(-(10**6), 10**6)), []
    for i, (move, gap) in enumerate(zip(moves, gaps, strict=True)):
        day += dt.timedelta(days=gap)
        total += move
        out.append(Line(day, f"note {i}", Decimal(move).scaleb(-2), Decimal(total).scaleb(-2), f"R{i}"))
    return out


def table(lines: list[Line], order: list[int] | None = None, delimiter: str = ";", pattern: str = "%d/%m/%Y") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    order = order or list(range(len(HEADER)))
    for row in [
        HEADER,
        *((x.day.strftime(pattern), x.note, x.amount, x.balance, "EUR", x.ref, f"memo {x.ref}") for x in lines),
    ]:
        writer.writerow([row[i] for i in order])
    return out.getvalue().encode()


def run(data: bytes, options: Options | None = None) -> Reading:
    return propose(Source.from_bytes("unknown.csv", data), options or Options())


def content(reading: Reading) -> list[tuple[object, ...]]:
    wanted = ("booking_date", "amount", "currency", "balance_after", "remittance_info", "servicer_ref")
    return sorted(reading.entries.select(wanted).rows(), key=str)


@COUNT
@given(statements(), st.permutations(range(len(HEADER))), st.sampled_from(";,\t|"))
def test_the_order_of_columns_changes_nothing(lines: list[Line], order: list[int], delimiter: str) -> None:
    plain, moved = run(table(lines)), run(table(lines, order, delimiter))
    assert plain.status == moved.status == "read"
    assert content(plain) == content(moved)
    assert plain.statements.equals(moved.statements.with_columns(source=plain.statements["source"]))


@COUNT
@given(statements())
def test_newest_first_is_the_same_statement(lines: list[Line]) -> None:
    plain, turned = run(table(lines)), run(table(lines[::-1]))
    assert turned.status == "read", turned.issues
    assert content(plain) == content(turned)
    assert plain.statements["opening"].to_list() == turned.statements["opening"].to_list()


@COUNT
@given(statements(), st.data())
def test_rows_in_any_order_are_the_same_statement_or_asked_about(lines: list[Line], data: st.DataObject) -> None:
    reading = run(table(data.draw(st.permutations(lines))))
    if reading.status == "read":
        assert content(reading) == content(run(table(lines)))
    else:
        assert reading.status == "needs-decision"


@COUNT
@given(statements(), st.data())
def test_one_flipped_sign_destroys_the_proof(lines: list[Line], data: st.DataObject) -> None:
    """Not on the first line: the balance before it is not in the file."""
    at = data.draw(st.integers(1, len(lines) - 1))
    x = lines[at]
    changed = [*lines[:at], Line(x.day, x.note, -x.amount, x.balance, x.ref), *lines[at + 1 :]]
    reading = run(table(changed))
    assert reading.status == "needs-decision"
    assert [i.code for i in reading.issues] == ["sign-undecided"]


@COUNT
@given(statements(), st.data())
def test_one_digit_changed_destroys_the_proof(lines: list[Line], data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(lines) - 1))
    step = data.draw(st.integers(1, 500))
    x = lines[at]
    changed = [*lines[:at], Line(x.day, x.note, x.amount + Decimal(step) / 100, x.balance, x.ref), *lines[at + 1 :]]
    assert run(table(changed)).status == "needs-decision"


@COUNT
@given(statements())
def test_all_signs_turned_is_never_read_as_it_stands(lines: list[Line]) -> None:
    turned = [Line(x.day, x.note, -x.amount, x.balance, x.ref) for x in lines]
    assert run(table(turned)).status == "needs-decision"
    stated = run(table(turned), Options(sign="inverted"))
    assert content(stated) == content(run(table(lines)))


@COUNT
@given(statements(), st.integers(1, 12), st.integers(1, 12))
def test_days_up_to_the_twelfth_ask_and_one_thirteenth_settles(lines: list[Line], month: int, day: int) -> None:
    days = [dt.date(2024, month, 1 + i % 12) for i in range(len(lines))]
    days[0] = dt.date(2024, month, day)
    days.sort()
    small = [Line(d, x.note, x.amount, x.balance, x.ref) for d, x in zip(days, lines, strict=True)]
    asked = run(table(small))
    same = all(d.day == d.month for d in days)
    assert [i.code for i in asked.issues if i.kind == "refused"] == ([] if same else ["date-undecided"])
    last = small[-1]
    settled = [*small[:-1], Line(dt.date(2024, month, 13), last.note, last.amount, last.balance, last.ref)]
    assert run(table(settled)).entries["booking_date"].to_list() == [x.day for x in settled]
    american = run(table(settled, pattern="%m/%d/%Y"))
    assert american.entries["booking_date"].to_list() == [x.day for x in settled]


@COUNT
@given(statements())
def test_twice_the_same(lines: list[Line]) -> None:
    one, two = run(table(lines)), run(table(lines))
    assert one.entries.equals(two.entries)
    assert (one.proof, one.issues, one.draft) == (two.proof, two.issues, two.draft)


@COUNT
@given(statements())
def test_the_law_of_rows(lines: list[Line]) -> None:
    data = table(lines) + b"no day;x;1;2;EUR;R;m\nTotal;;1;;;;\nx;y\n"
    reading = run(data)
    rows = reading.rows
    assert rows.total == len(lines) + 3 == rows.entries + rows.skipped + rows.refused
    assert (rows.skipped, rows.refused) == (1, 2)
