"""Law 13: in the outputs of a redacted run no protected value stands, in no encoding."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from fininit.cli.app import app

NAME, NOTE, PHONE = "Zolgensmara Quixby", "meet Zolgensmara at nine", "+12125550147"
OWN, OTHER, THIRD = "DE46990100000000001001", "DE19990100000000001002", "acct-77881199"
CANARIES = (NAME, "Zolgensmara", "Quixby", NOTE, PHONE, "2125550147", OWN, OTHER, THIRD, "77881199", "REFZOLG9")


def plant(folder: Path) -> list[Path]:
    """Canaries in every field that the first formats have, and in a file name."""
    folder.mkdir()
    sta = folder / f"{NAME}.sta"
    sta.write_text(
        "\r\n".join(
            [
                ":20:T",
                f":25:{OWN}",
                ":28C:1/1",
                ":60F:C260105EUR100,00",
                ":61:2601060106D40,00NTRFREFZOLG9//REFZOLG9",
                f":86:166?00UEBERWEISUNG?20EREF+REFZOLG9?21SVWZ+{NOTE} {PHONE}?31{OTHER}?32{NAME}",
                ":61:2601070106XX40,00NTRFREFZOLG9//REFZOLG9",
                f":86:166?00UEBERWEISUNG?20SVWZ+{NOTE}?31{OTHER}?32{NAME}",
                ":62F:C260106EUR60,00",
                "-",
                "",
            ]
        )
    )
    table = folder / "table.csv"
    table.write_text(
        "Payer,Payer account,Beneficiary,Beneficiary account,Date,Amount,Currency,Purpose,Zolgensmara\n"
        f"{NAME},{OWN},{NAME} LTD,{THIRD},2026-01-07,35.50,EUR,{NOTE},{PHONE}\n"
        f"{NAME},{OWN},{NAME} LTD,{THIRD},{NAME},35.50,EUR,{NOTE},{PHONE}\n"
        f"{NAME},{OWN},{NAME} LTD,{THIRD},2026-01-08,{NAME},EUR,{NOTE},{PHONE}\n"
    )
    ask = folder / "ask.csv"
    ask.write_text(f"date,amount,text\n02/01/2026,-3.00,{NAME}\n03/01/2026,4.00,{NOTE}\n")
    headless = folder / "headless.csv"
    headless.write_text(f"{NAME},{OWN},{PHONE}\n{NAME},{OTHER},{PHONE}\n")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Quixby"
    sheet.append(["Payer", "Beneficiary", "Date", "Amount", "Currency", "Purpose"])
    sheet.append([NAME, f"{NAME} LTD", "2026-01-09", "12.00", "EUR", NOTE])
    book.save(folder / "book.xlsx")
    listing = dict.fromkeys(("listing_id", "url", "category", "town", "title", "text", "price", "captured_by"), NAME)
    listing |= {"site": "board-one", "region": "US", "captured_with": "reader 1", "posted_at": NOTE}
    said = listing | {
        "text": f"{NOTE} {PHONE} {NAME} 2125550147 zolgensmara.quixby@example.org REFZOLG9",
        "phone": PHONE,
    }
    (folder / "listings.jsonl").write_text(json.dumps(said) + "\n" + json.dumps(listing | {NAME: PHONE}) + "\n")
    (folder / "listings.csv").write_text("url,text,captured_at\n" + f"{NAME},{NOTE} {PHONE},{NAME}\n")
    held = Workbook()
    held.remove(held.worksheets[0])
    day = "2026-01-05"
    sheets = {
        "Subscriber": [
            ("Account", "Name", "Phone", "E-mail", "Address", "Town", "Created", "Status", "Transactions"),
            ("$Zolgensmara", NAME, PHONE, "zolgensmara.quixby@example.org", NAME, NAME, day, "active", NAME),
            ("$Zolgensmara", NAME, NAME, NAME, NAME, NAME, NAME, NAME, NAME),
        ],
        "Linked instruments": [
            ("Account", "Instrument", "Institution", "Number", "Holder", "Linked since"),
            ("$Zolgensmara", NAME, NAME, OWN, NAME, day),
            ("$Zolgensmara", "bank account", NAME, OWN, NAME, day),
        ],
        "Devices": [
            ("Account", "Device", "IP address", "First seen", "Last seen"),
            ("$Zolgensmara", f"device {NAME}", "198.51.100.7", day, day),
        ],
    }
    for title, rows in sheets.items():
        page = held.create_sheet(title)
        for row in rows:
            page.append(row)
    held.save(folder / "held.xlsx")
    return sorted(folder.iterdir())


def forms(value: str) -> list[bytes]:
    """The value as it could stand in a file: plain, UTF-16, base64 at its three offsets, lower and upper case."""
    out = []
    for text in {value, value.lower(), value.upper()}:
        out += [text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")]
        for lead in range(3):
            coded = base64.b64encode(b"\0" * lead + text.encode())
            out.append(coded[4 if lead else 0 : -4])
    return [f for f in out if len(f) >= 6]


def found(data: bytes) -> set[str]:
    """Which canaries stand in ``data``; a ZIP is searched member by member."""
    parts = [data]
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            parts = [*(z.read(n) for n in z.namelist()), "\n".join(z.namelist()).encode()]
    return {c for c in CANARIES for form in forms(c) for part in parts if form in part}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def outputs(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}


@pytest.mark.parametrize("opened", [[], ["--identify", "controller,victim", "--reason", "hearing"]])
def test_nothing_protected_leaves_a_redacted_run(tmp_path: Path, out: Path, opened: list[str]) -> None:
    files = plant(tmp_path / "in")
    result = CliRunner().invoke(app, ["run", *map(str, files), "-o", str(out), *opened], standalone_mode=False)
    assert result.exception is None, result.exception
    written = outputs(out)
    assert set(written) == {"report.html", "workbook.xlsx", "summary.json"}
    for name, data in written.items():
        assert found(data) == set(), name
    # On the terminal a person sees the file names they typed, and nothing else of it.
    talk = result.output
    for f in files:
        talk = talk.replace(f.name, "")
    assert found(talk.encode()) == set()


def test_the_search_finds_what_is_left_in(tmp_path: Path, out: Path) -> None:
    """Negative control: the same run opened by name must be full of canaries."""
    files = plant(tmp_path / "in")
    args = ["run", *map(str, files), "-o", str(out), "--identify", "all", "--reason", "control"]
    assert CliRunner().invoke(app, args, standalone_mode=False).exception is None
    written = outputs(out)
    assert {NAME, NOTE, PHONE, OWN, OTHER} <= found(written["report.html"])
    assert {NAME, NOTE, PHONE, OWN, OTHER} <= found(written["workbook.xlsx"])
    assert {NAME, OWN} <= found(written["summary.json"])
    summary = json.loads(written["summary.json"])
    # The listings and the records of a subscriber are read and linked, or this would test nothing.
    assert summary["listings"]["captures"] == 3 and summary["links"]["contact"] and summary["links"]["subscriber"]
    assert summary["links"]["capacity"] and summary["links"]["instrument"] and summary["links"]["chain"]
    assert found(base64.b64encode(f"x{NAME}".encode())) and found(NAME.encode("utf-16"))


@pytest.mark.parametrize("command", ["inspect", "case show"])
def test_looking_does_not_tell_either(tmp_path: Path, out: Path, command: str) -> None:
    files = plant(tmp_path / "in")
    runner = CliRunner()
    if command == "inspect":
        calls = [["inspect", str(f), *more] for f in files for more in ([], ["--json"])]
    else:
        runner.invoke(app, ["run", *map(str, files), "-o", str(out)], standalone_mode=False)
        calls = [["case", "show", str(out / "case"), *more] for more in ([], ["--json"])]
    for call in calls:
        result = runner.invoke(app, call, standalone_mode=False)
        assert result.exception is None, (call, result.exception)
        talk = result.output
        for f in files:
            talk = talk.replace(f.name, "")
        assert found(talk.encode()) == set(), call


def test_a_role_opens_no_free_text(tmp_path: Path, out: Path) -> None:
    """Everybody is unknown here: names and accounts open, what anybody wrote about anybody does not."""
    files = plant(tmp_path / "in")
    args = ["run", *map(str, files), "-o", str(out), "--identify", "unknown", "--reason", "hearing"]
    assert CliRunner().invoke(app, args, standalone_mode=False).exception is None
    for name, data in outputs(out).items():
        assert not found(data) & {NOTE, PHONE, "2125550147", "REFZOLG9"}, name
    assert NAME in found(outputs(out)["summary.json"])
