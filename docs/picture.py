"""Take the picture of the demo report that the README shows.

    python docs/picture.py

Runs ``fininit demo`` into a temporary folder, opens the page from disk in Chromium, expands a group and writes
``docs/img/report.png``. Needs the dev group and Debian's chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def main() -> None:
    """Write the picture."""
    browser = shutil.which("chromium")
    if browser is None:
        sys.exit("There is no chromium on this machine (Debian: apt-get install chromium).")
    target = HERE / "img" / "report.png"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        subprocess.run([sys.executable, "-m", "fininit", "demo", "-o", folder], check=True, stdout=subprocess.DEVNULL)
        chromium = playwright.chromium.launch(executable_path=browser, args=list(QUIET))
        page = chromium.new_page(viewport={"width": 1366, "height": 768})
        page.goto((Path(folder) / "report.html").as_uri())
        page.wait_for_timeout(1500)
        page.fill("input[type=search]", "Brightwater")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_timeout(1500)
        page.screenshot(path=str(target))
        chromium.close()
    print(target)


if __name__ == "__main__":
    main()
