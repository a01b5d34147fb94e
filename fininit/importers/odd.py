"""What is odd about a row that was read all the same: flags on the row, and one warning a file. Nothing is changed.

``mojibake``: UTF-8 that was once decoded as a Western encoding and saved again; the file itself holds it, so the ledger
does, too. ``epoch-date``: a day that programs write where they have none. ``identical-row``: the same text twice in one
file; two equal payments on one day are two (law 8), and a row given twice looks the same. The unseen characters are in
:data:`MARKS`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from fininit.issues import Issue

__all__ = ["EPOCHS", "MARKS", "flags"]

MARKS: Final = {
    "bidi": "[\\x{200E}\\x{200F}\\x{061C}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]",
    "invisible": "[\\x{00AD}\\x{115F}\\x{1160}\\x{180E}\\x{200B}-\\x{200D}\\x{2060}-\\x{2064}\\x{3164}"
    "\\x{FE00}-\\x{FE0F}\\x{FEFF}\\x{FFA0}\\x{E0000}-\\x{E007F}]",
    "control": "[\\x{00}-\\x{08}\\x{0B}\\x{0C}\\x{0E}-\\x{1F}\\x{7F}-\\x{9F}]",
    # the second byte of a two-byte character as Latin-1 or as Windows-1252 shows it
    "mojibake": "\\x{C3}[\\x{80}-\\x{BF}\\x{152}\\x{153}\\x{160}\\x{161}\\x{178}\\x{17D}\\x{17E}\\x{192}\\x{2C6}"
    "\\x{2DC}\\x{2013}\\x{2014}\\x{2018}\\x{201A}\\x{201C}\\x{201E}\\x{2020}-\\x{2022}\\x{2026}\\x{2030}\\x{2039}\\x{203A}"
    "\\x{20AC}\\x{2122}]|\\x{C2}[\\x{80}-\\x{BF}]|\\x{E2}[\\x{20AC}\\x{201A}]|\\x{E2}\\x{80}",
}
"""What the raw text of a row is looked through for, by the name of the flag."""

EPOCHS: Final = (date(1970, 1, 1), date(1900, 1, 1), date(1899, 12, 30), date(1904, 1, 1))
"""Day zero of Unix, of two spreadsheet programs and of a database."""

_SAYS: Final = {
    "mojibake": (
        "mojibake-suspected",
        "Letters look decoded the wrong way before the file was written; they were read as they stand.",
        "Ask for a fresh export in UTF-8; nothing is repaired here.",
    ),
    "epoch-date": (
        "epoch-date",
        "A line has the day with which computers begin to count: perhaps there was none.",
        "Compare it with the original.",
    ),
    "identical-row": (
        "identical-rows",
        "Lines stand here more than once, alike in every letter; each was read.",
        "Two equal payments on one day are two; a page exported twice looks the same.",
    ),
}


def _twice(frame: pl.DataFrame) -> pl.Expr:
    """Rows whose raw text stands in the frame more than once. Hashes say quickly that most do not; the texts decide."""
    likely = frame.select(pl.col("raw").hash(0).is_duplicated()).to_series()
    if not likely.any():
        return pl.lit(value=False)
    texts = frame["raw"].filter(likely)
    return pl.col("raw").is_in(texts.filter(texts.is_duplicated()).unique().implode())


def flags(frame: pl.DataFrame, sheet: str | None) -> tuple[pl.Series, list[Issue]]:
    """The flags of the rows of ``frame`` (``row``, ``raw``, ``booking_date``, any ``_flag…``), and the warnings."""
    # One look for anything but plain text: most files have none of the rare characters.
    plain = not frame.select(pl.col("raw").str.contains(r"[^\t\n\r\x20-\x7E]").any()).item()
    marks = {name: pl.lit(value=False) if plain else pl.col("raw").str.contains(p) for name, p in MARKS.items()}
    marks["epoch-date"] = pl.col("booking_date").is_in(EPOCHS)
    marks["identical-row"] = _twice(frame)
    found = frame.select(pl.col("row"), *(on.fill_null(value=False).alias(name) for name, on in marks.items()))
    own = [pl.col(c) for c in frame.columns if c.startswith("_flag")]
    words = [pl.when(found[name]).then(pl.lit(name)) for name in marks if found[name].any()]
    if not words and not own:
        return pl.Series("flags", [None] * frame.height, dtype=pl.String), []
    joined = pl.concat_str([*words, *own], separator=" ", ignore_nulls=True)
    series = frame.select(flags=pl.when(joined != "").then(joined)).to_series()
    issues = []
    for name, (code, message, hint) in _SAYS.items():
        rows = frame["row"].filter(found[name])
        if rows.len():
            issues.append(Issue("warning", code, message, row=rows[0], sheet=sheet, count=rows.len(), hint=hint))
    return series, issues
