"""The words of a PDF with their places: a program of its own, run by ``pdffile`` in a process with limits.

PDF is the most hostile of the formats that banks send: a page can be made to unpack for hours. So the bytes come in on
standard input, the words go out as JSON on standard output, and time and memory are limited by the system. Nothing of
a PDF is run, fetched or drawn; only letters that stand upright on a page and inside it are taken, each once (bold type
is sometimes printed by printing it twice).
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any, Final

MAX_PAGES: Final = 2000
COVERS: Final = 0.7
"""Part of a page that one picture covers from which on the page is a scan, or may be."""


def words(data: bytes) -> dict[str, Any]:
    """Pages with ``words`` (x0, x1, top, bottom, text), or ``error``: password, damaged, pages."""
    import pdfplumber

    pages: list[dict[str, Any]] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                return {"error": "pages"}
            for page in pdf.pages:
                pages.append(_page(page))
                page.close()
    except MemoryError:
        raise
    except Exception as e:  # the library raises whatever it meets; none of it may pass as a reading
        causes = {type(x).__name__ for x in (e, e.__cause__, e.__context__, *e.args)}
        if "MemoryError" in causes:
            raise MemoryError from None
        return {"error": "password" if causes & {"PDFPasswordIncorrect", "PDFEncryptionError"} else "damaged"}
    return {"pages": pages}


def _page(page: Any) -> dict[str, Any]:
    left, top, right, bottom = page.bbox
    area = max(1.0, (right - left) * (bottom - top))
    covers = [
        (min(i["x1"], right) - max(i["x0"], left)) * (min(i["bottom"], bottom) - max(i["top"], top))
        for i in page.images
    ]

    def inside(o: dict[str, Any]) -> bool:
        across = bool(o["x0"] >= left - 1 and o["x1"] <= right + 1)
        return across and bool(o["top"] >= top - 1 and o["bottom"] <= bottom + 1)

    upright = page.filter(lambda o: o["object_type"] != "char" or bool(o.get("upright", True)))
    seen = upright.filter(lambda o: o["object_type"] != "char" or inside(o))
    found = seen.dedupe_chars(tolerance=0.5).extract_words(use_text_flow=False, keep_blank_chars=False)
    return {
        "picture": any(c >= COVERS * area for c in covers),
        "outside": len(upright.chars) - len(seen.chars),
        "words": [[round(w[k], 2) for k in ("x0", "x1", "top", "bottom")] + [w["text"]] for w in found],
    }


def main(seconds: int, memory: int) -> int:
    """Standard input to standard output. Exit code 3 when there was not enough memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    import logging

    logging.disable(logging.CRITICAL)
    try:
        found = words(sys.stdin.buffer.read())
    except MemoryError:
        return 3
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
