"""Who and what belongs together: listings, identifiers, accounts and parties, each tie with its rows and its reason."""
