"""Follow the money of one account under a stated rule, and check by hand that nothing is lost.

    python examples/follow_the_money.py

It makes a small practice case in a temporary folder and follows the trace that its answer key plants.
"""

from __future__ import annotations

import tempfile
from decimal import Decimal

import fininit
from fininit.training.score import start_of
from fininit.values.money import format_amount


def shown(amount: Decimal) -> str:
    """An amount in euros, with its cents."""
    return format_amount(amount, "EUR")


def main() -> None:
    """Print what was traced in, and where it ended."""
    with tempfile.TemporaryDirectory() as folder:
        made = fininit.practice_case(folder, size=0.05)
        start = start_of(made.case.ledger(), made.key, "TR-2")
        traced = made.case.trace(start, rule="fifo")
        print(f"rule {traced.rule}: {traced.currency} {shown(traced.total['traced_in'])} traced in")
        for kind, amount in traced.stops.items():
            print(f"{shown(amount):>14}  {kind}")
        assert sum(traced.stops.values()) == traced.total["traced_in"], "money was lost"
        print("every unit stands in exactly one row")


if __name__ == "__main__":
    main()
