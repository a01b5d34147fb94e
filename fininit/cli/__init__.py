"""The command line: data on stdout, talk on stderr. Each command lives in a module of its own, loaded when called."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of ``fininit``. Ends the process with one of ``fininit.errors.Exit``."""
    from fininit.cli.app import call

    sys.exit(call())
