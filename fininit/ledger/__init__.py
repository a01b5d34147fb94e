"""The ledger: entries, the transfers they show, and the arithmetic that tests them."""
