"""Writes small PDFs by hand, so that tests know where each word stands: Courier, whose letters are all 0.6 em wide."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

SIZE = 10
WIDE = 0.6 * SIZE

Text = tuple[float, float, str]
"""From the left, from the top (both in points), and what is written there."""


def pdf(*pages: Sequence[Text], extra: str = "", trailer: str = "", pictures: bool = False) -> bytes:
    """A document of pages of 600 by 800 points. ``extra`` goes into each page's content as it is."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b""]
    objects[2] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
    objects.append(b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray ")
    objects[3] += b"/Length 1 >>\nstream\n0\nendstream"
    kids = []
    for page in pages:
        content = "".join(f"BT /F1 {SIZE} Tf {x} {800 - y} Td ({_escaped(t)}) Tj ET\n" for x, y, t in page)
        content += extra + ("q 600 0 0 800 0 0 cm /I1 Do Q\n" if pictures else "")
        packed = zlib.compress(content.encode("cp1252"))
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> /XObject << /I1 4 0 R >> >> >>" % len(objects)
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>".encode()
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def right(x: float, y: float, text: str) -> Text:
    """A text that ends at ``x``."""
    return (x - WIDE * len(text), y, text)
