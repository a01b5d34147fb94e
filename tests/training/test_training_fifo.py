"""The simulator's own trace, by hand."""

from __future__ import annotations

from fininit.training.fifo import trace
from fininit.training.money import Account, Book, Party, Payment, exact, workday


def account(name: str, opening: int = 0, records: bool = True) -> Account:
    """An account of somebody."""
    return Account(f"acct:{name}", name, "A", Party(f"party:{name}", name, "person"), records, opening, opening)


def pay(book: Book, day: int, debtor: Account | None, creditor: Account | None, units: int) -> Payment:
    """A planned payment."""
    payment = Payment(day, 0, debtor, creditor, units, "transfer" if creditor is not None else "cash out", "")
    book.plan(payment)
    return payment


def test_the_oldest_money_goes_first() -> None:
    buyer, a, b, shop = (
        account("buyer", records=False),
        account("a", 50),
        account("b", 10),
        account("shop", records=False),
    )
    book = Book()
    start = pay(book, 0, buyer, a, 100)
    first, second, third, cash = (
        pay(book, 1, a, shop, 30),
        pay(book, 2, a, b, 80),
        pay(book, 3, b, shop, 50),
        pay(book, 4, b, None, 15),
    )
    payments = book.settle()
    found = trace("T", payments, [start], [a, b])
    # a held 50 of its own: 30 went to the shop, 20 and 60 traced to b; b held 10 of its own and those 20 before them
    assert found.start == [(start, 100)] and first not in [p for p, _ in found.portions]
    assert found.portions == [(second, 60), (third, 20), (cash, 15)]
    assert found.stops == [(third, 20, "account-without-records"), (cash, 15, "cash-out")]
    assert found.left == [(a, 40), (b, 25)]


def test_money_that_comes_back_is_tagged_once() -> None:
    buyer, a, b = account("buyer", records=False), account("a"), account("b")
    book = Book()
    first = pay(book, 0, buyer, a, 100)
    out = pay(book, 1, a, b, 70)
    back = pay(book, 2, b, a, 70)
    found = trace("T", book.settle(), [first, back], [a, b], a.id)
    assert found.start == [(first, 100), (back, 0)] and found.portions == [(out, 70)] and found.left == [(a, 100)]


def test_what_cannot_be_paid_does_not_happen() -> None:
    a, b = account("a", 100), account("b")
    book = Book()
    late = pay(book, 1, a, b, 60)
    never = pay(book, 2, a, b, 60)
    half = Payment(3, 0, a, b, 0, "transfer", "")
    book.plan(half, lambda held: held // 2)
    failed = Payment(4, 0, a, b, 5, "transfer", "", status="failed")
    book.plan(failed)
    beyond = pay(book, 500, a, b, 1)
    assert book.settle() == [late, half, failed] and half.units == 20 and book.dropped == 1
    assert (a.balance, b.balance) == (20, 80) and never.id == beyond.id == ""
    assert [p.id for p in book.payments] == ["P000001", "P000002", "P000003"]
    assert {p.clock for p in book.payments} == {"00:01"}  # nothing is booked at midnight


def test_amounts_and_days() -> None:
    assert (exact(-123450), exact(5), exact(10**18 + 1, 18)) == ("-1234.50", "0.05", "1.000000000000000001")
    assert [workday(d) for d in (0, 1, 2, 3, 4)] == [0, 1, 4, 4, 4]  # the scene begins on a Thursday
