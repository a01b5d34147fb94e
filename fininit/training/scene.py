"""Made-up cases of any size, with an answer key. Nobody in them exists, and nothing in them can be a real number.

    write("demo", scenario="apartments", seed=1, size=1.0)

writes ``returns/`` (three banks, a payment app), ``subpoena/``, ``chain/``, ``listings/`` and, apart from them,
``answer-key/``. Same scenario, seed and size: same bytes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from fininit.errors import UsageError
from fininit.training import key, layouts
from fininit.training.world import Progress, World, build

LARGEST: Final = 10
"""Greatest size. The ranges of phone numbers that are kept free for fiction end somewhere."""

KEY: Final = "answer-key"


SETTINGS: Final[dict[str, str]] = {"zone": "Europe/Berlin", "base_currency": "EUR", "region": "DE"}
"""What a case of a scene is told once (``case.toml``): time zone, currency, and the region of phones in notes."""


class Scenario(NamedTuple):
    """A kind of scene: its name and what happens in it."""

    name: str
    title: str


_SCENARIOS: Final = (
    Scenario(
        "apartments",
        "A trafficking network over six months: accounts run in the names of others, mules, a front firm, cash-out; "
        "beside it five lawful lives that look alike, and everyday payments",
    ),
)


def scenarios() -> tuple[Scenario, ...]:
    """The scenes there are."""
    return _SCENARIOS


@dataclass(frozen=True)
class Written:
    """What was written: files to read and files of the key, sorted. ``accounts`` names the account of each file that
    does not name its own (exports of the payment app), as ``--account`` takes it."""

    folder: Path
    files: tuple[Path, ...]
    key: tuple[Path, ...]
    accounts: dict[Path, str]

    def of(self, part: str) -> tuple[Path, ...]:
        """The files of one folder: returns, subpoena, chain or listings."""
        return tuple(f for f in self.files if f.parent.name == part)


def write(
    folder: str | Path,
    *,
    scenario: str = "apartments",
    seed: int = 1,
    size: float = 1.0,
    progress: Progress | None = None,
) -> Written:
    """Write a scene. Size 1 has over 2,000 accounts and 40,000 payments; 0.05 does for a test.

    ``folder`` must be new or empty, or hold a scene and nothing else, which is then replaced. Raises ``UsageError`` for
    an unknown scenario, a size out of range, or a folder with other files.
    """
    step = progress or (lambda *_: None)
    if scenario not in [s.name for s in _SCENARIOS]:
        raise UsageError(
            "There is no such scenario.", hint=f"The scenarios are: {', '.join(s.name for s in _SCENARIOS)}."
        )
    if not 0 < size <= LARGEST:
        raise UsageError(f"The size of a scene is above 0 and at most {LARGEST}.", hint="1 is usual; 0.05 is small.")
    place = Path(folder)
    old = _old(place)
    step("making up people and payments", 0, 3)
    world = build(scenario, seed, size)
    step("writing statements", 1, 3)
    files, answers = _render(world)
    step("writing files", 2, 3)
    for path in old:
        path.unlink()
    for name, data in (files | answers).items():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    step("", 3, 3)
    of = {key.export_of(a): a.id for a in world.people.accounts if a.bank == "app"}
    return Written(
        place,
        tuple(place / name for name in sorted(files)),
        tuple(place / name for name in sorted(answers)),
        {place / name: of[name] for name in sorted(files) if name in of},
    )


def _render(world: World) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The bytes of every file, by its place in the folder: what is read, and the key."""
    files = layouts.mt940(world.payments, "returns")
    files |= layouts.bank_b(world.payments, "returns")
    files |= layouts.bank_c(world.payments, "returns")
    files |= layouts.app_exports(world.payments, "returns")
    answer, facts = layouts.subpoena(world.payments, world.subscribers, "subpoena")
    files |= answer
    files |= layouts.chain(world.payments, "chain")
    ads, listed = layouts.listings(world.listings, "listings")
    files |= ads
    return files, key.write(world, files, listed, facts)


def _old(place: Path) -> list[Path]:
    """The files of a scene that lies in the folder already. Raises ``UsageError`` when anything else does."""
    found = sorted(p for p in place.rglob("*") if not p.is_dir()) if place.exists() else []
    if not found:
        return []
    try:
        listed = [json.loads(line) for line in (place / KEY / "files.jsonl").read_text(encoding="utf-8").splitlines()]
        known = {line["file"]: line["sha256"] for line in listed}
        rest = [p.relative_to(place) for p in found if p.parent != place / KEY]
        ours = all(hashlib.sha256((place / p).read_bytes()).hexdigest() == known.get(p.as_posix()) for p in rest)
    except (OSError, ValueError, KeyError, TypeError):
        ours = False
    if not ours:
        raise UsageError(
            "The folder holds other files, or a scene that was changed; nothing was written.",
            hint="Name a new folder.",
        )
    return found


__all__ = ["SETTINGS", "Scenario", "Written", "scenarios", "write"]
