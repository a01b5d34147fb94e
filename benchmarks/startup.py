"""CPU of ``import fininit`` and ``fininit --help`` beside a bare interpreter and ``import click``.

    python benchmarks/startup.py [RUNS]

Whole processes in turn, user plus system time of each child; the median of RUNS (default 9) is printed with the ratio
to the bare interpreter. Budget: import 0.2 s, help 0.3 s.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

CASES = {
    "bare interpreter": ["-c", "pass"],
    "import click": ["-c", "import click"],
    "import fininit": ["-c", "import fininit"],
    "fininit --help": ["-m", "fininit", "--help"],
}


def cpu(arguments: list[str]) -> float:
    """CPU seconds of one child."""
    before = os.times()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def main() -> None:
    """Measure in turn and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    seen: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(runs):
        for name, arguments in CASES.items():
            seen[name].append(cpu(arguments))
    bare = statistics.median(seen["bare interpreter"])
    for name, values in seen.items():
        middle = statistics.median(values)
        print(f"{name:18} {middle:6.3f} s CPU  {middle / bare if bare else 0:5.1f} x bare")


if __name__ == "__main__":
    main()
