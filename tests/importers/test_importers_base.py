"""What the contract of importers guards for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fininit.errors import SourceRefused
from fininit.importers.base import Draft, Entry, Issue, Options, RowImporter, Source, Stated

SOURCE = Source.from_bytes("x.txt", b"x")


def entry(row: int, **columns: Any) -> Entry:
    base = {"account": "acct:1", "amount": Decimal(1), "currency": "EUR", "booking_date": date(2026, 3, 2)}
    return Entry(row, "x", **(base | columns))


@pytest.mark.parametrize("column", ["amount", "balance_after", "fee", "original_amount"])
@pytest.mark.parametrize("value", ["0.1234567890123456789", "123456789012345678901", "NaN", "Infinity"])
def test_an_amount_that_does_not_fit_is_refused_and_never_rounded(column: str, value: str) -> None:
    draft = Draft(SOURCE, "test")
    draft.add(entry(2, **{column: Decimal(value)}))
    draft.add(entry(3, amount=Decimal("99999999999999999999.123456789012345678")))
    reading = draft.finish()
    assert reading.entries["amount"].to_list() == [Decimal("99999999999999999999.123456789012345678")]
    assert (reading.rows.total, reading.rows.refused) == (2, 1)
    assert [(i.code, i.row) for i in reading.issues] == [("amount-too-long", 2)]


@pytest.mark.parametrize("value", [1.1, 1, "1.1"])
def test_an_amount_is_a_decimal(value: Any) -> None:
    with pytest.raises(TypeError, match="must be a Decimal"):
        entry(2, amount=value)


def test_two_entries_of_one_row_need_parts() -> None:
    """Equal ids would join rows to each other's transfers."""
    draft = Draft(SOURCE, "test")
    draft.add(entry(2))
    draft.add(entry(2))
    with pytest.raises(AssertionError, match="same sheet, row and part"):
        draft.finish()


def test_an_importer_in_code_yields_a_reading() -> None:
    class Two(RowImporter):
        name, title = "two", "Two"

        def matches(self, source: Source) -> bool:
            return True

        def rows(self, source: Source, options: Options) -> Iterator[Entry | Issue | Stated]:
            yield entry(1)
            yield Issue("skipped", "head", "A heading.", row=2)

    reading = Two().read(SOURCE, Options())
    assert (reading.rows.total, reading.rows.entries, reading.rows.skipped) == (2, 1, 1)


def test_a_path_that_cannot_be_opened_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceRefused, match="File name too long"):
        Source.from_path(tmp_path / ("a" * 300))
    path = tmp_path / "x"
    path.write_bytes(b"x")
    opened = os.fdopen

    def failing(*args: Any, **more: Any) -> Any:
        file = opened(*args, **more)
        file.close()
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdopen", failing)
    with pytest.raises(SourceRefused, match="cannot be read to its end"):
        Source.from_path(path)
    monkeypatch.undo()
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(SourceRefused, match="symbolic link"):
        Source.from_path(tmp_path / "link")
