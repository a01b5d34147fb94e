"""Which rows show the same movement of value: the two ends of a payment, where what both state agrees.

The movements come with columns ``entry_id``, ``view``, ``debtor``, ``creditor``, ``amount``, ``currency``, ``day``,
``reference``, ``sides`` and ``row``. A *view* is one record-keeper: an account's own statement (whatever number of
files it came in), or one two-sided file. Rows of one view are never merged with each other (law 8).
"""

from __future__ import annotations

import narwhals as nw
from narwhals.typing import IntoFrameT

from fininit.engine.occurrences import native, number, smallest

_SAME = ("debtor", "creditor", "amount", "currency", "day")


def by_reference(movements: IntoFrameT) -> IntoFrameT:
    """``movements`` with both ends filled in where a payment reference settles them.

    One outgoing and one incoming row of two statements that print the same reference, amount, currency and day are one
    payment, when neither names another counterparty. Exactly one of each: anything else is left alone. What is filled
    in is the end that a row does not state (its account id begins with ``unknown:`` or ``name:``).
    """
    df = native(movements)
    key = ["reference", "amount", "currency", "day"]
    stated = df.filter(~nw.col("reference").is_null(), nw.col("sides") == "one")
    out = stated.filter(nw.col("seen_by") == "debtor").select(*key, o_id="entry_id", o_from="debtor", o_to="creditor")
    into = stated.filter(nw.col("seen_by") == "creditor").select(
        *key, i_id="entry_id", i_from="debtor", i_to="creditor"
    )
    both = out.join(into, on=key, how="inner")
    both = both.with_columns(
        n_out=nw.col("i_id").n_unique().over("o_id"), n_in=nw.col("o_id").n_unique().over("i_id")
    ).filter(
        nw.col("n_out") == 1,
        nw.col("n_in") == 1,
        nw.col("o_from") != nw.col("i_to"),
        (nw.col("o_to") == nw.col("i_to")) | _open("o_to"),
        (nw.col("i_from") == nw.col("o_from")) | _open("i_from"),
    )
    # The same reference can stand on several equal payments; those are paired by account and day instead.
    both = both.with_columns(
        out_rows=nw.col("o_id").n_unique().over(*key), in_rows=nw.col("i_id").n_unique().over(*key)
    ).filter(nw.col("out_rows") == 1, nw.col("in_rows") == 1)
    ends = nw.concat(
        [
            both.select(entry_id="o_id", debtor_ref="o_from", creditor_ref="i_to"),
            both.select(entry_id="i_id", debtor_ref="o_from", creditor_ref="i_to"),
        ],
        how="vertical",
    )
    filled = df.join(ends, on="entry_id", how="left").with_columns(
        debtor=nw.coalesce("debtor_ref", "debtor"), creditor=nw.coalesce("creditor_ref", "creditor")
    )
    paired: IntoFrameT = filled.drop("debtor_ref", "creditor_ref").to_native()
    return paired


def _open(column: str) -> nw.Expr:
    return nw.col(column).str.starts_with("unknown:") | nw.col(column).str.starts_with("name:")


def pair(movements: IntoFrameT) -> IntoFrameT:
    """``movements`` with ``transfer``: the smallest ``entry_id`` of the rows that show the same payment.

    Rows of different views agree when debtor, creditor, amount, currency and day are equal. First those that print the
    same payment reference are put together, the k-th of one view with the k-th of the other. Then the k-th row of a
    view that prints none goes with the k-th payment that this view does not show yet, and what is left over goes
    together by number. Rows that print different references are never one payment.
    """
    df = native(movements)
    columns = [*df.collect_schema().names(), "transfer"]
    order = ["row", "entry_id"]
    told = native(number(df.filter(~nw.col("reference").is_null()).to_native(), [*_SAME, "reference"], ["view"], order))
    told = native(smallest(told.to_native(), [*_SAME, "reference", "occurrence"], "entry_id", "payment"))
    bare = native(number(df.filter(nw.col("reference").is_null()).to_native(), _SAME, ["view"], order))
    shown = told.select(*_SAME, "view", "payment").unique()
    free = (
        bare.select(*_SAME, "view")
        .unique()
        .join(shown.select(*_SAME, "payment").unique(), on=list(_SAME), how="inner")
        .join(shown, on=[*_SAME, "view", "payment"], how="anti")
    )
    places = native(number(free.to_native(), _SAME, ["view"], ["payment"]))
    places = places.with_columns(places=nw.col("occurrence").max().over(*_SAME, "view"))
    counted = places.select(*_SAME, "view", "places").unique()
    bare = bare.join(places.drop("places"), on=[*_SAME, "view", "occurrence"], how="left")
    bare = bare.join(counted, on=[*_SAME, "view"], how="left")
    bare = bare.with_columns(left=nw.col("occurrence") - nw.col("places").fill_null(0))
    known = bare.filter(~nw.col("payment").is_null())
    rest = bare.filter(nw.col("payment").is_null()).drop("payment")
    rest = native(smallest(rest.to_native(), [*_SAME, "left"], "entry_id", "payment"))
    columns[-1] = "payment"
    together = nw.concat([part.select(*columns) for part in (told, known, rest)], how="vertical")
    done = native(smallest(together.to_native(), ["payment"], "entry_id", "transfer"))
    out: IntoFrameT = done.drop("payment").to_native()
    return out
