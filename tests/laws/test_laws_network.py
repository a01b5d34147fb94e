"""Law 10: nothing opens a connection, neither Python code nor compiled code. Seen at the system call."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

MADE_UP = Path(__file__).resolve().parents[2] / "examples" / "made-up-case"

LOCAL = {"AF_UNIX"}
"""Asking this machine for a user's name may go through a local socket."""


def families(strace: str, tmp_path: Path, *command: str) -> set[str]:
    """Address families of every socket that ``command`` and its children asked for or talked to."""
    log = tmp_path / "calls.txt"
    done = subprocess.run(
        [strace, "-f", "-qq", "-e", "trace=%network", "-e", "signal=none", "-o", str(log), *command],
        cwd=tmp_path,
        env=os.environ | {"FININIT_KEYS": str(tmp_path / "keys")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(re.findall(r"\b[AP]F_[A-Z0-9]+", log.read_text(encoding="utf-8", errors="replace")))


@pytest.mark.parametrize(
    "arguments",
    [("demo", "-o", "out", "--size", "0.05"), ("demo", "-o", "out", "--help"), ("formats",)],
    ids=["demo", "help", "formats"],
)
def test_no_command_opens_a_connection(strace: str, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert families(strace, tmp_path, sys.executable, "-m", "fininit", *arguments) <= LOCAL


def test_both_methods_and_networkx_open_none(strace: str, tmp_path: Path) -> None:
    code = (
        "import fininit\n"
        f"done = fininit.run({str(MADE_UP / '*')!r}, 'out', method='louvain')\n"
        "fininit.Case('out/case').frame('transfers').to_pandas()\n"
    )
    assert families(strace, tmp_path, sys.executable, "-c", code) <= LOCAL


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket().connect_ex(('127.0.0.1', 9))",
        "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "import ctypes; ctypes.CDLL(None).socket(2, 1, 0)",
    ],
    ids=["connect", "datagram", "compiled"],
)
def test_a_connection_would_be_seen(strace: str, tmp_path: Path, code: str) -> None:
    assert families(strace, tmp_path, sys.executable, "-c", code) & {"AF_INET", "AF_INET6"}
