"""How strong a link is: what shows it, times how specific the identifier is. Two small tables, both declared here.

The numbers order links; they are no probabilities. Whoever disagrees changes a table, and every link says which row of
it was used (``kind``, ``recovered``, ``specificity``).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

BASE: Final[dict[tuple[str, bool], Decimal]] = {
    ("subscriber", False): Decimal("1.0"),
    ("subscriber", True): Decimal("1.0"),
    ("own", False): Decimal("1.0"),
    ("own", True): Decimal("1.0"),
    ("instrument", False): Decimal("1.0"),
    ("capacity", False): Decimal("1.0"),
    ("contact", False): Decimal("0.9"),
    ("contact", True): Decimal("0.6"),
    ("counterparty", False): Decimal("0.9"),
    ("counterparty", True): Decimal("0.6"),
    ("note", False): Decimal("0.7"),
    ("note", True): Decimal("0.4"),
}
"""(kind of link, recovered) -> strength before specificity. A note says only that the payer wrote the number down."""

BY_LISTINGS: Final = ((100, Decimal("1.0")), (1_000, Decimal("0.7")), (10_000, Decimal("0.3")))
BY_ACCOUNTS: Final = ((5, Decimal("1.0")), (20, Decimal("0.7")), (100, Decimal("0.3")))
"""Up to so many different listings, or accounts, an identifier is so specific. The same listing posted again is one."""

CROWDED: Final = Decimal("0.1")
"""Specificity of an identifier that even more share: a help line, a bank's own phone, a site's."""

LEAST: Final = Decimal("0.3")
"""Below this specificity no listing and account are tied through an identifier; its own links stay listed."""


def specificity(listings: int, accounts: int) -> Decimal:
    """How specific an identifier is that stands in ``listings`` different listings and with ``accounts`` accounts."""
    return min(_step(listings, BY_LISTINGS), _step(accounts, BY_ACCOUNTS))


def _step(count: int, table: tuple[tuple[int, Decimal], ...]) -> Decimal:
    return next((weight for most, weight in table if count <= most), CROWDED)
