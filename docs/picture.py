"""Take the picture of the demo report that the README shows.

    python docs/picture.py

Runs ``fininit demo`` into a temporary folder, opens the page from disk in Chromium, expands the first group, chooses
the phone that most listings print and writes ``docs/img/report.png``. Needs the dev group and Debian's chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import sync_playwright

from fininit.strings import WORKBOOK

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


def most_printed(workbook: Path) -> str:
    """The phone that most listings print: the first row of its sheet."""
    sheet = load_workbook(workbook, read_only=True)[WORKBOOK["sheet.identifiers"]]
    head, first = (list(row) for row in sheet.iter_rows(max_row=2, values_only=True))
    return str(first[head.index(WORKBOOK["label"])])


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
        page.get_by_role("button", name="Expand").first.click()
        page.wait_for_timeout(1500)
        page.fill("input[type=search]", most_printed(Path(folder) / "workbook.xlsx"))
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_timeout(1500)
        page.screenshot(path=str(target))
        chromium.close()
    print(target)


if __name__ == "__main__":
    main()
