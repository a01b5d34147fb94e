"""One small scene, written once, and the case that is made of its returns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

import fininit
from fininit.case import Case
from fininit.importers.base import Reading
from fininit.ledger.transfers import Ledger
from fininit.training.scene import Written, write
from fininit.training.score import Key

SIZE = 0.05


@dataclass(frozen=True)
class Made:
    """A scene, its key, and the ledger of its returns."""

    written: Written
    key: Key
    ledger: Ledger

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """What each return says, by its place in the folder."""
        return {f"returns/{f.name}": fininit.read(f) for f in self.written.of("returns")}


def make(folder: Path, seed: int, size: float) -> Made:
    """Write a scene, import its returns as they are, load its key."""
    written = write(folder / "scene", seed=seed, size=size)
    case: Case = fininit.Case.new(folder / "case")
    case.add(written.of("returns"))
    return Made(written, Key.load(folder / "scene" / "answer-key"), case.ledger())


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Seed 1."""
    return make(tmp_path_factory.mktemp("scene-1"), 1, SIZE)


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Another seed and another size."""
    return make(tmp_path_factory.mktemp("scene-2"), 2, 0.07)
