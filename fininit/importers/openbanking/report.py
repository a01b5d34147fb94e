"""What the shapes have in common: a report of one account, and a line of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import ModuleType
from typing import Any, Literal, Protocol, cast

from fininit.importers.openbanking.document import Record

Doubt = Literal["", "ask", "rows", "invert"]
"""What is to be done where other fields contradict the signs: nothing, ask a person, refuse those rows, or read every
amount with the other sign, because the interface is known to write this kind of list so."""


@dataclass(slots=True)
class Report:
    """The transactions of one account. ``records`` are a record and its status, None where its place states none."""

    account: str | None = None
    account_name: str | None = None
    records: list[tuple[Any, str | None]] = field(default_factory=list)
    balances: dict[tuple[Literal["opening", "closing"], str], Decimal] = field(default_factory=dict)
    warnings: list[tuple[str, str, str]] = field(default_factory=list)
    """Code, message and hint of each."""


@dataclass(slots=True)
class Line:
    """One record read. ``vote``: whether its other fields bear its sign out (1), contradict it (-1) or are silent.

    ``fixed`` says that the record states credit or debit itself. ``warnings`` are code and message.
    """

    columns: dict[str, Any]
    vote: int = 0
    fixed: bool = False
    card: bool = False
    parts: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)


class Shape(Protocol):
    """A module that knows one interface."""

    KNOWN: frozenset[str]

    def reports(self, document: Any) -> list[Report]:
        """The reports in a document; none when it has another shape."""
        ...

    def line(self, record: Mapping[str, Any], status: str | None, report: Report, currency: str | None) -> Line:
        """Read one record. Raises ``ValueRefused``."""
        ...

    def doubt(self, lines: Sequence[Line]) -> Doubt:
        """What to do about contradicted signs."""
        ...


def shape(module: ModuleType) -> Shape:
    """A module as a shape."""
    return cast("Shape", module)


def records(value: Any) -> list[Record]:
    """The records of a list; what is no object is kept as an empty record, so that its row is refused and counted."""
    if not isinstance(value, list):
        return []
    return [item if isinstance(item, Record) else Record([]) for item in value]
