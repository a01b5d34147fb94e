"""What a scene's files say: the same bytes again, sums that add up, and nothing that could be somebody's."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from fininit.errors import UsageError
from fininit.identifiers.iban import LENGTHS
from fininit.training import fiction
from fininit.training.scene import scenarios, write
from fininit.training.score import Key
from fininit.training.world import build

SMALL = 0.05


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a scene by its place in the folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The sheets of a workbook by their names."""
    book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


# --- the folder


def test_the_same_three_arguments_give_the_same_bytes(made: Any, tmp_path: Path) -> None:
    first = contents(made.written.folder)
    again = write(tmp_path / "again", seed=1, size=SMALL)
    assert contents(again.folder) == first
    assert {p.relative_to(again.folder).as_posix() for p in (*again.files, *again.key)} == set(first)
    another = contents(write(tmp_path / "seed", seed=9, size=SMALL).folder)
    assert all(another[name] != data for name, data in first.items() if name in another)


def test_workbooks_know_no_clock(made: Any) -> None:
    books = [f for f in made.written.files if f.suffix == ".xlsx"]
    assert len(books) == 2
    for book in books:
        with zipfile.ZipFile(book) as archive:
            assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            stamps = re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", archive.read("docProps/core.xml").decode())
            assert set(stamps) == {"1980-01-01T00:00:00Z"}


def test_the_parts_of_a_scene(made: Any) -> None:
    of = made.written.of
    assert [len(of(part)) for part in ("subpoena", "chain", "listings")] == [1, 1, 2]
    kinds = Counter(f.suffix for f in of("returns"))
    assert kinds[".sta"] == 6 and kinds[".xlsx"] == 1 and kinds[".csv"] == 1 + len(made.written.accounts)
    assert all(f.parent.name == "answer-key" for f in made.written.key)
    assert [s.name for s in scenarios()] == ["apartments"]


@pytest.mark.parametrize(
    "wrong", [{"scenario": "none"}, {"size": 0}, {"size": -1}, {"size": 11}, {"size": float("nan")}]
)
def test_what_cannot_be_written_is_said(wrong: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write(tmp_path / "scene", **wrong)
    assert not (tmp_path / "scene").exists()


def test_a_scene_replaces_a_scene_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, seed=1, size=SMALL)
    second = write(tmp_path, seed=2, size=SMALL)
    assert set(contents(tmp_path)) == {p.relative_to(tmp_path).as_posix() for p in (*second.files, *second.key)}
    (tmp_path / "returns" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError):
        write(tmp_path, seed=1, size=SMALL)
    (tmp_path / "returns" / "notes.txt").unlink()
    changed = tmp_path / "chain" / "chain-export.csv"
    changed.write_bytes(changed.read_bytes() + b"\n")
    with pytest.raises(UsageError):
        write(tmp_path, seed=1, size=SMALL)
    assert (tmp_path / "answer-key" / "README.md").exists()


def test_the_default_size() -> None:
    world = build("apartments", 1, 1.0)
    shown = [p for p in world.payments if p.shown == "returns"]
    assert len(shown) >= 40_000
    assert len({a.id for p in shown for a in (p.debtor, p.creditor) if a is not None}) >= 2_000


# --- nothing real


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file as text: of a workbook the cells, a line each."""
    for name, data in contents(folder).items():
        if name.endswith(".xlsx"):
            rows = (row for sheet in cells(folder / name).values() for row in sheet)
            yield name, "\n".join("\t".join("" if c is None else str(c) for c in row) for row in rows)
        elif name.endswith(".sta"):
            # A note is cut into subfields of 27 characters, and a number in it with it.
            yield name, re.sub(r"(\r\n)?\?2[0-9]", "", data.decode("ascii"))
        else:
            yield name, data.decode("utf-8")


def strangers(text: str) -> list[str]:
    """What in a text could be somebody's."""
    found = [m[0] for m in re.finditer(r"\b[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\b", text) if m[0][:2] in LENGTHS]
    wrong = [iban for iban in found if not fiction.is_reserved_iban(iban)]
    wrong += [h for h in re.findall(r"0x[0-9A-Fa-f]+", text) if not fiction.is_reserved_hex(h)]
    wrong += [h for h in re.findall(r"[\w.+-]+@((?:[\w-]+\.)+\w+)", text) if not fiction.is_reserved_host(h)]
    wrong += [h for h in re.findall(r"https?://([^/\s\"]+)", text) if not fiction.is_reserved_host(h)]
    wrong += [h for h in re.findall(r"(?<![\w@])[@$][A-Za-z]\w+", text) if not h.endswith("_example")]
    wrong += [
        i for i in re.findall(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", text) if not fiction.is_reserved_ip(i)
    ]
    international = (re.sub(r"[^+0-9]", "", m) for m in re.findall(r"(?<![\w+])\+[0-9][0-9 ()-]{6,}[0-9]", text))
    wrong += [n for n in international if not fiction.is_reserved_phone(n)]
    # Long runs of digits could be cards or accounts. What the files count in (blocks, amounts) is shorter.
    return wrong + re.findall(r"(?<![\w.+])[0-9]{12,19}(?![\w.])", text)


@pytest.mark.parametrize("which", ["made", "other"])
def test_no_file_holds_anything_real(which: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(which)
    for name, text in texts(made.written.folder):
        assert text
        assert strangers(text) == [], name


@pytest.mark.parametrize(
    "text",
    [
        "DE89370400440532013000",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "someone@mail.test",
        "https://example.org.test/x",
        "$somebody",
        "call +1 202 555 0200",
        "from 8.8.8.8",
        "card 4111111111111111",
    ],
)
def test_the_rules_know_a_stranger(text: str) -> None:
    assert strangers(f"a line with {text} in it") != []


def national(number: str) -> str:
    """A reserved number as it is dialled within its country."""
    return number[2:] if number.startswith("+1") else "0" + number[3:]


def test_phones_without_country_code_are_reserved_too(made: Any) -> None:
    known = {line["b"].removeprefix("phone:") for line in made.key.links if line["kind"] == "listing-phone"}
    known |= {line["a"].removeprefix("phone:") for line in made.key.links if line["kind"] == "phone-account"}
    assert known and all(fiction.is_reserved_phone(n) for n in known)
    allowed = {national(n) for n in known} | {n[1:] for n in known}
    notes = [n for r in made.readings.values() for n in r.entries["remittance_info"].drop_nulls()]
    ads = [json.loads(line)["text"] for line in made.written.of("listings")[1].read_text("utf-8").splitlines()]
    for text in (*notes, *ads):
        for run in re.findall(r"[0-9(][0-9 ()/.*-]{6,}[0-9]", text):
            # What follows a full stop and a blank is a price. A phone of these plans has ten digits or more.
            for part in re.split(r"\. ", run):
                digits = re.sub(r"\D", "", part)
                assert len(digits) < 10 or digits in allowed, text
    assert any("+49" in n for n in notes) and any(re.search(r" 0[0-9]{9}", n) for n in notes)


def test_names_and_addresses_are_made_up(made: Any) -> None:
    assert all(fiction.is_made_up_name(p["name"]) for p in made.key.parties)
    for file, reading in made.readings.items():
        for column in ("account_name", "counterparty_name"):
            for name in reading.entries[column].drop_nulls().unique():
                assert fiction.is_made_up_name(name) or re.fullmatch(r"ATM [0-9]{2} [A-Z]+", name), file
    head, *rows = cells(made.written.of("subpoena")[0])["Subscriber"]
    for row in rows:
        said = dict(zip(head, row, strict=False))
        assert fiction.is_made_up_name(str(said["Name"]))
        assert re.fullmatch(r"[A-Z][a-z]+(?:gasse|weg|row|lane) 9[0-9]{3}", str(said["Address"]))


# --- money


def cents(text: str) -> int:
    """An exact amount of euros in cents."""
    value = Decimal(text) * 100
    assert value == int(value)
    return int(value)


def test_every_mt940_statement_adds_up_and_joins_the_next(made: Any) -> None:
    closed: dict[str, int] = {}
    statements = 0
    for path in sorted(f for f in made.written.of("returns") if f.suffix == ".sta"):
        account, running = "", 0
        for line in path.read_text("ascii").splitlines():
            assert len(line) <= 69
            if line.startswith(":25:"):
                account = line[4:]
            elif m := re.match(r":(60|62)F:C[0-9]{6}EUR([0-9]+,[0-9]{2})$", line):
                stated = cents(m[2].replace(",", "."))
                if m[1] == "60":
                    assert closed.get(account, stated) == stated
                    running = stated
                else:
                    assert running == stated
                    closed[account] = stated
                    statements += 1
            elif m := re.match(r":61:[0-9]{10}([CD])([0-9]+,[0-9]{2})N", line):
                running += cents(m[2].replace(",", ".")) * (1 if m[1] == "C" else -1)
                assert running >= 0
    assert statements > len(closed) > 5


def test_every_running_balance_of_the_workbook_follows(made: Any) -> None:
    path = next(f for f in made.written.of("returns") if f.suffix == ".xlsx")
    rows = cells(path)["Transactions"]
    head = next(n for n, row in enumerate(rows) if row[:1] == ("Account",))
    balance: dict[str, int] = {}
    for row in rows[head + 1 :]:
        said = dict(zip(rows[head], row, strict=False))  # cells at the end of a row may be missing
        after = cents(str(said["Balance"]))
        if said["Account"] in balance:
            assert balance[str(said["Account"])] + cents(str(said["Amount"])) == after
        assert after >= 0
        balance[str(said["Account"])] = after
    assert len(balance) > 3


def test_app_exports_take_the_fee_off_and_never_run_dry(made: Any) -> None:
    states = Counter()
    for path in made.written.accounts:
        with path.open(encoding="utf-8", newline="") as f:
            rows = list(csv.DictReader(f))
        held = 0
        for row in reversed(rows):
            amount, fee, net = (cents(re.sub("[€,]", "", row[c])) for c in ("Amount", "Fee", "Net Amount"))
            assert amount + fee == net and fee <= 0
            states[row["Status"]] += 1
            if row["Status"] == "COMPLETE":
                held += net
            assert held >= 0
    assert states["COMPLETE"] > 100 and states["FAILED"] and states["PENDING"]


def test_both_sides_of_a_payment_agree(made: Any) -> None:
    """Read back row by row: what two rows show of one payment is the same amount, the one out, the other in."""
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    columns = ("row", "amount", "booking_date", "status", "sides")
    for file, reading in made.readings.items():
        for entry in reading.entries.select(columns).iter_rows(named=True):
            rows[file, entry["row"]] = entry
    twice = 0
    for p in made.key.payments:
        seen = [rows[r["file"], r["row"]] for r in p["shown_by"] if r["file"].startswith("returns/")]
        assert {abs(e["amount"]) for e in seen} <= {Decimal(p["amount"])}
        assert {e["booking_date"].isoformat() for e in seen} <= {p["date"]}
        assert {e["status"] for e in seen} <= {p["status"]}
        ways = [e["amount"] > 0 for e in seen if e["sides"] == "one"]
        assert len(set(ways)) == len(ways)
        twice += len(seen) > 1
    assert twice > 200
    assert len(rows) == sum(r["file"].startswith("returns/") for p in made.key.payments for r in p["shown_by"])


def test_listings_are_posted_again_and_part_of_them_stands_in_both_files(made: Any) -> None:
    twin, every = made.written.of("listings")
    lines = [json.loads(line) for line in every.read_text("utf-8").splitlines()]
    with twin.open(encoding="utf-8", newline="") as f:
        table = list(csv.DictReader(f))
    assert table == [x for x in lines if x["site"] == "board-two"] and 0 < len(table) < len(lines)
    assert all(x["captured_at"] > x["posted_at"] and x["captured_by"] and x["captured_with"] for x in lines)
    assert len({x["url"] for x in lines}) == len(lines)
    by_phone: dict[str, set[str]] = defaultdict(set)
    styles = Counter()
    text = {x["url"]: x["text"] for x in lines}
    for link in made.key.links:
        if link["kind"] == "listing-phone":
            assert text[link["url"]][link["start"] : link["end"]] == link["written"]
            by_phone[link["b"]].add(link["a"])
            styles[link["style"]] += 1
    assert max(map(len, by_phone.values())) > 10
    assert set(styles) == {"plain", "spaced", "spelled", "leet", "keycaps"}


# --- the key


def test_the_key_is_whole(made: Any) -> None:
    key: Key = made.key
    for lines, name in (
        (key.payments, "payment"),
        (key.links, "link"),
        (key.accounts, "account"),
        (key.files, "file"),
        (key.networks, "network"),
    ):
        ids = [line[name] for line in lines]
        assert ids and all(ids) and len(set(ids)) == len(ids)
    known = {f["file"] for f in key.files}
    assert all(r["file"] in known for line in (*key.payments, *key.links) for r in line["shown_by"])
    assert all(p["shown_by"] for p in key.payments) and all(link["shown_by"] for link in key.links)
    ends = {a["account"] for a in key.accounts}
    assert {p[e] for p in key.payments for e in ("debtor", "creditor")} <= ends | {""}
    roles = {p["party"]: p["role"] for p in key.parties}
    members = [m for n in key.networks for m in n["members"]]
    assert all(roles[m["party"]] == m["role"] for m in members)
    assert {m["role"] for m in members} == {"potential_victim", "controller", "buyer", "facilitator"}
    assert {m["position"] for m in members} >= {"collector", "controller", "mule", "front", "cash-out", "buyer"}
    lawful = {"sex-worker", "landlord", "driver", "remitting-family", "small-firm"}
    assert {a["group"] for a in key.accounts} >= lawful


def test_traces_conserve_money(made: Any) -> None:
    names = {line["trace"] for line in made.key.trace}
    assert names == {"TR-1", "TR-2"}
    for name in names:
        total: dict[str, Decimal] = defaultdict(Decimal)
        for line in made.key.trace:
            if line["trace"] == name:
                total[line["what"]] += Decimal(line["amount"])
        assert total["start"] == total["stop"] + total["left"] > 0
    first = [line for line in made.key.trace if line["trace"] == "TR-1"]
    assert len({line["debtor"] for line in first if line["what"] == "portion"}) >= 3
