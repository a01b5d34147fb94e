"""Counting equal rows: the k-th of one file is the k-th of another, so overlaps add nothing and repeats stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT


def native(frame: Any) -> nw.DataFrame[Any]:
    """``frame`` as a narwhals frame. Typed as eager; every method used here exists on lazy frames too."""
    return nw.from_native(frame)  # type: ignore[no-any-return]


def number(
    frame: IntoFrameT, keys: Sequence[str], within: Sequence[str], order: Sequence[str], name: str = "occurrence"
) -> IntoFrameT:
    """``frame`` with ``name``: 1 for the first row of its ``keys`` inside ``within``, 2 for the second, …

    ``order`` settles which is first; its columns are never null and order the rows of a group without ties. A missing
    key equals a missing key.
    """
    rank = nw.col(order[0]).cum_count().over(*keys, *within, order_by=list(order))
    out: IntoFrameT = native(frame).with_columns(rank.cast(nw.Int64).alias(name)).to_native()
    return out


def smallest(frame: IntoFrameT, keys: Sequence[str], value: str, name: str) -> IntoFrameT:
    """``frame`` with ``name`` = the smallest ``value`` among the rows that share ``keys``."""
    out: IntoFrameT = native(frame).with_columns(nw.col(value).min().over(*keys).alias(name)).to_native()
    return out
