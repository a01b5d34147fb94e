"""CPU and peak memory of reading a statement into segments, beside what others need for less.

    python benchmarks/ingest.py [--rows 1000000] [--book 200000] [--balance] [--runs 1]

Writes a made-up CSV of ``--rows`` lines and a workbook of ``--book`` lines (0: none) into a temporary folder, then
reads each in a process of its own, in turn: user plus system time and the largest resident size of the child.

- ``fininit`` recognises the file, reads it (every cell strictly, raw text and provenance of every row kept, law of
  rows, balances) and writes its segments as an import does.
- ``polars`` reads all columns as text, casts days and amounts, hashes rows and file, writes Parquet: no check of any
  kind.
- ``pandas`` is ``read_csv`` alone, all columns as text. ``openpyxl`` walks the rows in read-only mode and does nothing
  with them.

``--balance``: the lines have a running balance, which fininit follows line by line.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

PLAIN = ["Transaction Date", "Post Date", "Description", "Category", "Type", "Amount", "Memo"]
BALANCED = ["Date", "Counter Party", "Reference", "Type", "Amount (GBP)", "Balance (GBP)"]


def rows(n: int, *, balance: bool) -> Iterator[list[str]]:
    """Made-up lines: a thousand payees, cents, ten years."""
    chance = random.Random(7)
    day, total = date(2014, 1, 1), 10_000_000
    payees = [f"PAYEE {k:04} EXAMPLE STREET {chance.randrange(99)}" for k in range(1000)]
    for k in range(n):
        when = day + timedelta(days=k * 3650 // n)
        cents = -chance.randrange(1, 50_000) if k % 5 else chance.randrange(1, 250_000)
        total += cents
        payee, text = chance.choice(payees), f"{cents / 100:.2f}"
        if balance:
            yield [f"{when:%d/%m/%Y}", payee, f"REF {k:09}", "FASTER PAYMENT", text, f"{total / 100:.2f}"]
        else:
            stamp = f"{when:%m/%d/%Y}"
            yield [stamp, stamp, f"{payee} {k:09}", "Shopping", "Sale" if cents < 0 else "Return", text, ""]


def write_csv(path: Path, n: int, *, balance: bool) -> None:
    """The lines as CSV."""
    with path.open("w", encoding="utf-8", newline="") as f:
        f.write(",".join(BALANCED if balance else PLAIN) + "\n")
        for row in rows(n, balance=balance):
            f.write(",".join(row) + "\n")


def write_book(path: Path, n: int, *, balance: bool) -> None:
    """The same lines as a workbook: days and amounts as spreadsheets store them."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.append(BALANCED if balance else PLAIN)
    numbers = (4, 5) if balance else (5,)
    for row in rows(n, balance=balance):
        cells = []
        for k, text in enumerate(row):
            if k == 0 or (k == 1 and not balance):
                a, b, year = text.split("/")
                month, day = (b, a) if balance else (a, b)
                cell = WriteOnlyCell(sheet, date(int(year), int(month), int(day)))
                cell.number_format = "yyyy-mm-dd"
                cells.append(cell)
            else:
                cells.append(float(text) if k in numbers else text or None)
        sheet.append(cells)
    book.save(path)


# -------------------------------------------------------------------------------------------------------- what is timed


def fininit(path: Path) -> int:
    """Recognised, read, packed into segments and written."""
    from fininit.importers.base import Options, Source
    from fininit.importers.registry import read_source
    from fininit.ledger.store import Store

    reading = read_source(Source.from_path(path), Options())
    assert reading.status == "read", reading.issues[:3]
    named = reading.named("acct:made:1")
    segments = {"entries": named.entries, "statements": named.statements}
    rows = named.entries.height
    del reading, named
    for name, data in Store.packed(segments).items():
        path.with_suffix(f".{name}.parquet").write_bytes(data)
    return rows


def polars(path: Path) -> int:
    """All text, cast, hash, write Parquet."""
    import hashlib

    import polars as pl

    hashlib.sha256(path.read_bytes()).hexdigest()
    frame = pl.read_csv(path, infer_schema=False)
    names = frame.columns
    day = pl.col(names[0]).str.to_date("%d/%m/%Y" if names[0] == "Date" else "%m/%d/%Y")
    amounts = [pl.col(c).cast(pl.Decimal(38, 18)) for c in names if c.split(" (")[0] in ("Amount", "Balance")]
    frame = frame.with_columns(day, *amounts, row_hash=pl.concat_str(names, ignore_nulls=True).hash())
    frame.write_parquet(path.with_suffix(".parquet"), compression="zstd", compression_level=3)
    return frame.height


def pandas(path: Path) -> int:
    """``read_csv``, all text."""
    import pandas as pd

    return len(pd.read_csv(path, dtype=str))


def openpyxl(path: Path) -> int:
    """Every row in read-only mode."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    sheet = book.worksheets[0]
    return sum(1 for _ in sheet.iter_rows(values_only=True)) - 1


READERS = {"fininit": fininit, "polars": polars, "pandas": pandas, "openpyxl": openpyxl}


def measure(reader: str, path: Path) -> tuple[float, float]:
    """CPU seconds and megabytes of one child."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", reader, str(path)], check=True, capture_output=True, text=True
    )
    cpu, peak = json.loads(done.stdout.splitlines()[-1])
    return cpu, peak


def child(reader: str, path: Path) -> None:
    """One reader in this process; prints what it took."""
    READERS[reader](path)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))


def compare(path: Path, readers: list[str], n: int, runs: int) -> None:
    """Measure in turn, print with the ratio to the first peer."""
    print(f"{path.suffix[1:].upper()}, {n:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in readers}
    for _ in range(runs):
        for name in readers:
            seen[name].append(measure(name, path))
    own = statistics.median(cpu for cpu, _ in seen["fininit"])
    for name, values in seen.items():
        cpu, peak = statistics.median(v[0] for v in values), max(v[1] for v in values)
        ratio = "" if name == "fininit" else f"  fininit takes {own / cpu:5.2f} x its CPU"
        print(f"  {name:9} {cpu:8.2f} s CPU  {cpu / n * 1e6:7.2f} us a row  {peak:7,.0f} MB peak{ratio}")


def main() -> None:
    """Generate, measure, print."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]))
        return
    told = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    told.add_argument("--rows", type=int, default=1_000_000, help="lines of the CSV; 0: none")
    told.add_argument("--book", type=int, default=200_000, help="lines of the workbook; 0: none")
    told.add_argument("--balance", action="store_true", help="lines with a running balance")
    told.add_argument("--runs", type=int, default=1, help="times; the median is printed")
    asked = told.parse_args()
    os.environ.setdefault("POLARS_MAX_THREADS", "2")
    with tempfile.TemporaryDirectory() as folder:
        if asked.rows:
            path = Path(folder) / "made.csv"
            write_csv(path, asked.rows, balance=asked.balance)
            compare(path, ["fininit", "polars", "pandas"], asked.rows, asked.runs)
        if asked.book:
            path = Path(folder) / "made.xlsx"
            write_book(path, asked.book, balance=asked.balance)
            compare(path, ["fininit", "openpyxl"], asked.book, asked.runs)


if __name__ == "__main__":
    main()
