"""The measures that lie beside the project, run as they are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DISPUTED = Path(__file__).resolve().parents[1] / "importers" / "disputed.tsv"
"""Expected figures that are wrong, each with ours and the reason."""


def check(shared: Path, tmp_path: Path, script: str, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a check with this interpreter's fininit."""
    return subprocess.run(
        [sys.executable, str(shared / "check" / script), "--fininit", f"{sys.executable} -m fininit", *args],
        capture_output=True,
        text=True,
        env=os.environ | {"FININIT_KEYS": str(tmp_path / "keys")},
        check=False,
    )


def table(output: str) -> dict[str, int]:
    """The TOTAL line of importers.py as verdict -> count (columns are fixed, empty means 0)."""
    lines = output.splitlines()
    header = next(line for line in lines if line.split()[:2] == ["wrong", "crash"])
    total = next(line for line in lines if line.startswith("TOTAL"))
    columns = [(m.group(), m.end()) for m in re.finditer(r"\S+", header)]
    return {name: int(total[end - 9 : end].strip() or 0) for name, end in columns}


def test_real_laundering_payments(shared: Path, tmp_path: Path) -> None:
    done = check(shared, tmp_path, "laundromat.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "9 of 9" in done.stdout


def test_customer_statements_are_read_right(shared: Path, tmp_path: Path) -> None:
    done = check(shared, tmp_path, "importers.py", "--only", "bank/mt940")
    got = table(done.stdout)
    assert got["wrong"] == got["crash"] == 0, done.stdout
    assert got["exact"] >= 25, done.stdout


@pytest.mark.parametrize("family", ["bank/", "payments/", "crypto/", "fiu/"])
def test_nothing_is_read_wrong(shared: Path, tmp_path: Path, family: str) -> None:
    """What is not understood yet is said; what is read is right."""
    disputed = str(DISPUTED)
    got = table(check(shared, tmp_path, "importers.py", "--only", family, "--disputed", disputed).stdout)
    assert {k: got[k] for k in ("wrong", "crash", "slow", "lax")} == {"wrong": 0, "crash": 0, "slow": 0, "lax": 0}
