"""From a listing to the accounts it leads to, with the reason, the strength and the rows of each step.

    python examples/from_listing_to_account.py

It makes a small practice case in a temporary folder. Everything printed is pseudonymised, as it would be in a report.
"""

from __future__ import annotations

import tempfile

import fininit


def main() -> None:
    """Print the three strongest chains, and the rows that show the first."""
    with tempfile.TemporaryDirectory() as folder:
        case = fininit.practice_case(folder, size=0.05).case
        links, rows = case.frame("links"), case.frame("link_rows")
        chains = links.filter(kind="chain").sort("strength", "link_id", descending=[True, False])
        print(f"{chains['a'].n_unique()} listings lead to {chains['b'].n_unique()} accounts")
        for chain in chains.head(3).iter_rows(named=True):
            print(f"{chain['a']} -> {chain['via']} -> {chain['b']}  strength {chain['strength'].normalize():f}")
            print(f"  {chain['reason']}")
        first = chains.row(0, named=True)
        for row in rows.filter(link_id=first["link_id"]).iter_rows(named=True):
            place = f"{row['sheet']} row {row['row']}".strip()
            print(f"  shown by {row['source'][:12]}… {place}, in {row['found_in']}")


if __name__ == "__main__":
    main()
