"""No header of one packaged layout is that of another, or else the words of its rows tell them apart."""

from __future__ import annotations

from itertools import permutations
from typing import Final

from fininit.importers.dialect import Dialect
from fininit.importers.heading import CURRENCY, fit
from fininit.importers.registry import Declared, importers

PACKAGED: Final[list[Dialect]] = [i.dialect for i in importers() if isinstance(i, Declared)]


def test_no_header_of_a_layout_is_that_of_another() -> None:
    same = [
        (one.name, other.name)
        for one, other in permutations(PACKAGED, 2)
        for header in one.match.headers
        if fit(other.match.headers, [name.replace(CURRENCY, "EUR") for name in header]) is not None
        and one.match.holds == other.match.holds
        and (one.match.container, one.match.sheet) == (other.match.container, other.match.sheet)
    ]
    assert same == []


def test_no_title_stands_twice() -> None:
    titles = [d.title for d in PACKAGED]
    assert sorted(set(titles)) == sorted(titles)
