"""Text to identifiers that can link: canonical or nothing. Only equal canonical forms are ever the same thing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fininit.identifiers.found import Found


def extract(text: str, region: str | Iterable[str] | None = None) -> list[Found]:
    """Each identifier of ``text`` once, in the order of the text: phones, mail addresses, handles, IBANs, wallets.

    ``region`` is where national phone numbers are dialled (ISO 3166-1, one or several); without it only international
    numbers are phones. ``.scheme`` and ``.value`` of each are its kind and canonical form. Every occurrence with its
    offsets, and remarks, come from :func:`fininit.identifiers.find.scan`.
    """
    from fininit.identifiers.find import find_all, unique

    return unique(find_all(text, region))
