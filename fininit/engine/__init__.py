"""Relational steps, written once in narwhals: the same expressions run on polars here and on other engines.

Every function takes and gives a native frame of whatever engine it was called with (``narwhals.from_native`` /
``to_native``). No step depends on the order of rows. Amounts are compared, never multiplied or divided, because
products of decimals differ between engines.
"""
