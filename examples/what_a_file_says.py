"""What one file says, before anything is stored: format, rows, balances, and what a reader must know.

    python examples/what_a_file_says.py FILE

Without a file it looks at a return of the made-up case that lies beside it.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import fininit
from fininit.values.money import format_amount

MADE_UP = Path(__file__).parent / "made-up-case" / "return-bank-1.sta"


def shown(amount: Decimal | None, currency: str) -> str:
    """An amount with the digits of its currency; a balance that the file does not state is a question mark."""
    return "?" if amount is None else format_amount(amount, currency)


def main() -> None:
    """Print it."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else MADE_UP
    reading = fininit.read(path)
    rows = reading.rows
    print(f"{path.name}: {reading.status}, read as {reading.format}")
    print(f"{rows.total} rows = {rows.entries} read + {rows.skipped} not transactions + {rows.refused} not read")
    for s in reading.statements.iter_rows(named=True):
        opening, total, closing = (shown(s[n], s["currency"]) for n in ("opening", "sum", "closing"))
        print(f"{s['entries']} lines, {opening} + {total} -> {closing} {s['currency']}: {s['balance']}")
    for issue in reading.issues:
        where = f"row {issue.row}: " if issue.row is not None else ""
        print(f"{issue.kind}: {where}{issue.message} {issue.hint}".rstrip())


if __name__ == "__main__":
    main()
