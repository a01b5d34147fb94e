"""``python -m fininit`` is ``fininit``."""

from fininit.cli import main

main()
