"""Listings: read from files, with their capture facts; the contacts that are printed in them."""
