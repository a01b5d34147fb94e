"""Compilation falls back when its cache cannot be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fininit.kernels import compiled as module


def kernel(cells: list[int]) -> None:
    cells[0] += 1


def test_no_folder_to_write_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def njit(function: Callable[..., None], *, cache: bool) -> Any:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return function

    monkeypatch.setattr(module, "_njit", njit)
    cells = [0]
    module.compiled.__wrapped__(kernel)(cells)
    assert (cells, asked) == ([1], [True, False])


def test_the_disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def njit(function: Callable[..., None], *, cache: bool) -> Any:
        def full(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        return full if cache else function

    monkeypatch.setattr(module, "_njit", njit)
    cells = [0]
    module.compiled.__wrapped__(kernel)(cells)
    assert cells == [1]
