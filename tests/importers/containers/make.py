"""One made-up statement in every container that holds tables; run it only to change the fixtures.

python tests/importers/containers/make.py            # writes the files that are missing, and missing goldens
"""

from __future__ import annotations

import importlib.util
import sys
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
ACCOUNT = "DE02 1203 0000 0000 2020 51"
HEADER = ["Datum", "Text", "Konto", "Soll", "Haben", "Saldo"]
LINES = [
    (date(2026, 1, 2), "Miete Jänner", "DE02500105170137075030", -75000, 25000),
    (date(2026, 1, 13), "Gehalt <b>Blüte</b> & Söhne", "DE02300209000106531065", 210055, 235055),
    (date(2026, 1, 13), "Kiosk", "", -250, 234805),
    (date(2026, 1, 13), "Kiosk", "", -250, 234555),
    (date(2026, 2, 1), "Erstattung", "DE02300209000106531065", 45, 234600),
]
OPENING = 100000


def load(name: str, path: Path) -> ModuleType:
    """A module beside the tests; their folders are no packages."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def money(cents: int) -> str:
    """As a German bank prints it."""
    whole, rest = divmod(abs(cents), 100)
    return f"{whole:,}".replace(",", ".") + f",{rest:02}"


def printed() -> list[list[str]]:
    """The lines as text."""
    return [
        [f"{d:%d.%m.%Y}", t, k, money(a) if a < 0 else "", money(a) if a > 0 else "", money(b)]
        for d, t, k, a, b in LINES
    ]


def page() -> bytes:
    """HTML under the name .xls, in an encoding that the page declares."""
    escaped = [[c.replace("&", "&amp;").replace("<", "&lt;") for c in line] for line in printed()]
    rows = "".join("<tr>" + "".join(f"<td>{c or '&nbsp;'}</td>" for c in line) + "</tr>\r\n" for line in escaped)
    return (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'
        f"<title>Konto</title></head><body><p>Konto <b>{ACCOUNT}</b><br>Anfangssaldo {money(OPENING)}</p>\r\n"
        f"<table border=1>\r\n<tr>{''.join(f'<th>{h}' for h in HEADER)}</tr>\r\n{rows}"
        f"<tr><td colspan=5>Endsaldo<td>{money(LINES[-1][4])}</tr>\r\n</table></body></html>\r\n"
    ).encode("cp1252")


def old(new: bool) -> bytes:
    """BIFF8 or BIFF5: dates and amounts as numbers."""
    biff = load("biff", HERE.parent / "xls" / "biff.py")
    cells = biff.rows([f"Konto {ACCOUNT}"], [f"Anfangssaldo {money(OPENING)}"], HEADER)
    styles = {}
    for at, (d, t, k, a, b) in enumerate(LINES, 3):
        values = [(d - date(1899, 12, 30)) // timedelta(1), t, k or None, -a / 100 if a < 0 else None]
        values += [a / 100 if a > 0 else None, b / 100]
        cells |= {(at, c): v for c, v in enumerate(values) if v is not None}
        styles[at, 0] = 1
    cells[len(LINES) + 3, 0], cells[len(LINES) + 3, 5] = "Endsaldo", LINES[-1][4] / 100
    sheet = biff.Sheet("Umsätze" if new else "Konto", cells, styles)
    made: bytes = biff.workbook(sheet, styles=(0, 14), new=new, codepage=1200 if new else 1252)
    return made


def xml() -> bytes:
    """The XML spreadsheet of 2003."""

    def cell(value: object, kind: str = "String", at: int = 0) -> str:
        place = f' ss:Index="{at}"' if at else ""
        text = str(value).replace("&", "&amp;").replace("<", "&lt;")
        return f'<Cell{place}><Data ss:Type="{kind}">{text}</Data></Cell>'

    rows = f"<Row>{cell(f'Konto {ACCOUNT}')}</Row>\n<Row>{cell(f'Anfangssaldo {money(OPENING)}')}</Row>\n"
    rows += "<Row>" + "".join(map(cell, HEADER)) + "</Row>\n"
    for d, t, k, a, b in LINES:
        rows += f"<Row>{cell(f'{d}T00:00:00.000', 'DateTime')}{cell(t)}{cell(k)}"
        rows += (
            cell(f"{abs(a) / 100:.15g}", "Number", 4 if a < 0 else 5)
            + cell(f"{b / 100:.15g}", "Number", 6)
            + "</Row>\n"
        )
    rows += f"<Row>{cell('Endsaldo')}{cell(LINES[-1][4] // 100, 'Number', 6)}</Row>\n"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">\n'
        f'<Worksheet ss:Name="Umsätze"><Table>\n{rows}</Table></Worksheet></Workbook>\n'
    ).encode()


def paper() -> bytes:
    """Two printed pages."""
    made = load("pages", HERE.parent / "pdf" / "pages.py")
    edges = (40, 110, 285, 470, 530, 590)

    def line(y: float, cells: list[str]) -> list[tuple[float, float, str]]:
        left = [(x, y, c) for x, c in zip(edges[:3], cells[:3], strict=True) if c]
        return left + [made.right(x, y, c) for x, c in zip(edges[3:], cells[3:], strict=True) if c]

    first = [(40, 40, "Meadow Bank"), (40, 60, f"Konto {ACCOUNT}"), (40, 75, f"Anfangssaldo {money(OPENING)}")]
    first += line(100, HEADER)
    second = line(60, HEADER)
    for n, cells in enumerate(printed()):
        (first if n < 3 else second).extend(line((115 if n < 3 else 30) + 15 * n, cells))
    second += line(105, ["Endsaldo", "", "", "", "", money(LINES[-1][4])])
    first.append((260, 780, "Seite 1 / 2"))
    second.append((260, 780, "Seite 2 / 2"))
    data: bytes = made.pdf(first, second)
    return data


def main() -> int:
    """Write what is missing."""
    sys.path.insert(0, str(HERE.parent))
    golden = load("containers_golden", HERE / "test_importers_containers.py")
    files = {"page.xls": page, "biff8.xls": lambda: old(True), "biff5.xls": lambda: old(False), "xml2003.xls": xml}
    for name, make in (files | {"printed.pdf": paper}).items():
        path = HERE / name
        if not path.exists():
            path.write_bytes(make())
            print(f"written  {name}")
        lines = path.with_name(path.name + ".golden.jsonl")
        if not lines.exists():
            lines.write_text(golden.render(path), encoding="utf-8")
            print(f"written  {lines.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
