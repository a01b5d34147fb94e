"""The scripts in ``examples/`` run, each as its head says, and print what they promise; nobody's name is among it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

PRINTED = {
    "follow_the_money.py": r"rule fifo: EUR [0-9.]+ traced in\n(.+\n)+every unit stands in exactly one row\n",
    "from_listing_to_account.py": r"[0-9]+ listings lead to [0-9]+ accounts\n"
    r"(LI-.+ -> (PH|EM|HD)-.+ -> AC-.+\n.+\n){3}",
    "what_a_file_says.py": r"return-bank-1.sta: read, read as mt940\n"
    r"63 rows = 63 read \+ 0 .+\n63 lines, 812.40 .+: ok\n",
}


def test_every_example_is_tested() -> None:
    scripts = {p.name for p in EXAMPLES.glob("*.py")}
    assert scripts - {"make_made_up_case.py"} == PRINTED.keys()


@pytest.mark.parametrize("name", sorted(PRINTED))
def test_an_example_prints_what_it_promises(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / name],
        cwd=tmp_path,
        env=os.environ | {"FININIT_KEYS": str(tmp_path / "keys")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert re.match(PRINTED[name], done.stdout), done.stdout
    assert "example" not in done.stdout and "iban:" not in done.stdout
