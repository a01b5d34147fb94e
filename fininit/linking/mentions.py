"""Identifiers in statement lines: in payment notes, in names of the other side, in account numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import polars as pl

from fininit.identifiers import number_words
from fininit.identifiers.find import scan
from fininit.identifiers.numbering import region_codes
from fininit.identifiers.worth import worth_a_look
from fininit.linking import services
from fininit.schema import IDENTIFIERS

SEARCHED: Final = services.SEARCHED
"""Columns of statement lines whose text is searched."""


def mentions(entries: pl.DataFrame, regions: str | Iterable[str] | None = None) -> pl.DataFrame:
    """``schema.IDENTIFIERS`` of the texts of ``entries`` (``schema.ENTRIES``); sorted, whatever the order of the lines.

    ``regions``: those of the case, in which a national phone number is read. Equal texts are searched once. What
    belongs to a payment service itself does not link (:mod:`fininit.linking.services`). Raises
    :class:`~fininit.errors.ValueRefused` for an unknown region.
    """
    codes = region_codes(regions)
    texts = pl.concat(entries[column].rename("_text") for column in SEARCHED).drop_nulls().unique()
    made = [
        f.facts(t[f.start : f.end]) | {"_text": t}
        for t in texts
        if worth_a_look(t)
        for f in (services.judged(f, t) for f in scan(t, codes).found)
    ]
    found = pl.DataFrame(made, schema=_TYPES)
    parts = []
    for column in SEARCHED:
        places = entries.select("source", "sheet", "row", _text=column).unique()
        parts.append(places.join(found, on="_text").drop("_text").with_columns(found_in=pl.lit(column)))
    whole = IDENTIFIERS.conform(pl.concat(parts)).unique()
    return whole.sort("source", "sheet", "row", "found_in", "start", "end", "identifier", "as_written")


_TYPES: Final[dict[str, pl.DataType]] = {"_text": pl.String()} | {
    n: t
    for n, t in IDENTIFIERS.polars().items()
    if n in ("identifier", "kind", "as_written", "recovered", "pivot", "start", "end", "note")
}


def own_identifier(account: str) -> str | None:
    """The identifier that an account is itself the number of, or None.

    An IBAN, a wallet, a payment app's handle (compared in lower case, as the app does), and a phone or mail address
    that an app uses as the account (``app:zelle:+12025550147``).
    """
    scheme, _, value = account.partition(":")
    if scheme == "iban":
        return f"iban:{value}"
    if scheme in ("btc", "eth", "tron"):
        return f"wallet:{scheme}:{value.lower() if scheme == 'eth' else value}"
    app, _, name = value.partition(":")
    if scheme != "app" or not name:
        return None
    if re.fullmatch(r"\+[0-9]{7,15}", name):
        return f"phone:{name}"
    if "@" in name[1:]:
        return f"email:{name.lower()}"
    return f"handle:{app}:{name.lower()}"


MESSENGERS: Final = frozenset(
    number_words.listed(
        "discord instagram kik line onlyfans session signal skype snapchat telegram threema twitter viber wechat wickr"
    )
)
"""Apps whose handles are names to write to. A handle of any other app is the number of an account there."""


def own_account(kind: str, identifier: str) -> str | None:
    """The account that an identifier (``schema.IDENTIFIERS``) is the number of, or None."""
    rest = identifier.partition(":")[2]
    if kind in ("iban", "account"):
        return identifier
    if kind == "wallet":
        return rest
    return f"app:{rest}" if kind == "handle" and rest.partition(":")[0] not in MESSENGERS else None
