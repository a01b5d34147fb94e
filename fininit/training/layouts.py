"""The files of a scene, as institutions would write them. Every row written is noted at its payment.

Three banks: MT940 by month with opening and closing balances; a workbook with running balances; a two-sided table as
an answer to a production order. A payment app: an export for each account in Cash App's columns, and the answer to a
subpoena as a workbook. A chain: a table of transactions. Text files and workbooks have the same bytes every time.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final

from fininit.training.ads import Listing
from fininit.training.apps import Subscriber
from fininit.training.money import MONTHS, START, Account, Payment, Row, exact, month_start

_EPOCH: Final = datetime(1980, 1, 1)  # noqa: DTZ001  (no clock: the first day that a zip archive knows)


def sides(payments: Iterable[Payment], bank: str) -> dict[Account, list[tuple[Payment, int]]]:
    """The statement of each account of a bank whose records are there: payments with what they change, in order."""
    found: dict[Account, list[tuple[Payment, int]]] = {}
    for p in payments:
        if p.shown != "returns":
            continue
        for account, sign in ((p.debtor, -1), (p.creditor, 1)):
            if account is not None and account.bank == bank and account.records:
                found.setdefault(account, []).append((p, sign * p.units))
    return dict(sorted(found.items(), key=lambda item: item[0].id))


def _other(p: Payment, account: Account) -> Account | None:
    return p.creditor if p.debtor is account else p.debtor


# --- bank A: MT940

_GVC: Final = {
    "transfer": ("116", "166"),
    "standing order": ("117", "152"),
    "direct debit": ("105", "171"),
    "card": ("106", "166"),
    "salary": ("116", "153"),
    "cash out": ("083", "083"),
    "cash in": ("082", "082"),
    "fee": ("808", "808"),
}
"""Geschäftsvorfallcodes, money out and money in (Deutsche Kreditwirtschaft, Anlage 3 of the DFÜ-Abkommen)."""

_WORDS: Final = {
    "transfer": "UEBERWEISUNG",
    "standing order": "DAUERAUFTRAG",
    "direct debit": "LASTSCHRIFT",
    "card": "KARTENZAHLUNG",
    "salary": "LOHN GEHALT",
    "cash out": "AUSZAHLUNG",
    "cash in": "EINZAHLUNG",
    "fee": "ENTGELT",
}
_WIDTH: Final = 65
_SUBFIELD: Final = 27


def mt940(payments: Sequence[Payment], folder: str) -> dict[str, bytes]:
    """One file a month, one statement an account, balances as they are."""
    statements = sides(payments, "A")
    balance = {account: account.opening for account in statements}
    files: dict[str, bytes] = {}
    for month, length in enumerate(MONTHS):
        first, last = month_start(month), month_start(month) + length
        name = f"{folder}/bank-a-{START.year}-{month + 1:02}.sta"
        lines: list[str] = []
        for account, moves in statements.items():
            mine = [(p, change) for p, change in moves if first <= p.day < last]
            if not mine:
                continue
            opening = balance[account]
            balance[account] += sum(change for _, change in mine)
            lines += [
                ":20:STARTUMS",
                f":25:{account.number}",
                f":28C:{month + 1:05}/001",
                _balance("60F", opening, first),
            ]
            for p, change in mine:
                p.rows.append(Row(name, "", len(lines) + 1))
                lines += _movement(p, change, _other(p, account))
            lines += [_balance("62F", balance[account], last - 1), "-"]
        if lines:
            files[name] = "\r\n".join([*lines, ""]).encode("ascii")
    return files


def _balance(tag: str, units: int, day: int) -> str:
    on = START + timedelta(days=day)
    return f":{tag}:{'D' if units < 0 else 'C'}{on:%y%m%d}EUR{exact(abs(units)).replace('.', ',')}"


def _movement(p: Payment, change: int, other: Account | None) -> list[str]:
    on, out = p.on, change < 0
    head = f":61:{on:%y%m%d}{on:%m%d}{'D' if out else 'C'}{exact(p.units).replace('.', ',')}NTRFNONREF"
    parts = [("00", _WORDS[p.kind])]
    purpose = [f"EREF+{p.reference}"] if p.reference else []
    purpose += _cut(f"SVWZ+{p.note.upper()}")
    parts += [(f"2{n}", text) for n, text in enumerate(purpose[:10])]
    if other is not None:
        parts.append(("31", other.number))
        parts += [(f"3{n}", text) for n, text in enumerate(_cut(other.name.upper())[:2], 2)]
    lines = [f":86:{_GVC[p.kind][0 if out else 1]}"]
    for code, value in parts:
        # Lines are broken between subfields: a line that begins with a dash or a colon would look like another field.
        if len(lines[-1]) + len(value) + 3 > _WIDTH:
            lines.append("")
        lines[-1] += f"?{code}{value}"
    return [head, *lines]


def _cut(text: str) -> list[str]:
    return [text[i : i + _SUBFIELD] for i in range(0, len(text), _SUBFIELD)]


# --- bank B: a workbook with running balances

_B_HEADER: Final = (
    "Account",
    "Holder",
    "Booking date",
    "Value date",
    "Amount",
    "Currency",
    "Balance",
    "Counterparty",
    "Counterparty IBAN",
    "Type",
    "Purpose",
    "End-to-end reference",
)
_TYPES: Final = {
    "transfer": "Transfer",
    "standing order": "Standing order",
    "direct debit": "Direct debit",
    "card": "Card",
    "salary": "Salary",
    "cash out": "Cash machine",
    "cash in": "Cash machine",
    "fee": "Account charge",
}


def bank_b(payments: Sequence[Payment], folder: str) -> dict[str, bytes]:
    """One sheet, all accounts, each with its running balance; above it what was ordered."""
    name, sheet = f"{folder}/bank-b-production.xlsx", "Transactions"
    rows: list[Sequence[object]] = [
        ("Account statements produced on order",),
        ("Order reference", "ORDER 12 (made up)"),
        (),
    ]
    rows.append(_B_HEADER)
    for account, moves in sides(payments, "B").items():
        balance = account.opening
        for p, change in moves:
            balance += change
            other = _other(p, account)
            p.rows.append(Row(name, sheet, len(rows) + 1))
            rows.append(
                (
                    account.number,
                    account.name,
                    _at(p),
                    p.on,
                    _money(change),
                    "EUR",
                    _money(balance),
                    other.name if other is not None else None,
                    other.number if other is not None else None,
                    _TYPES[p.kind],
                    p.note,
                    p.reference or None,
                )
            )
    return {name: workbook({sheet: rows})}


def _at(p: Payment) -> datetime:
    return datetime.combine(p.on, time(*divmod(p.minute, 60)))


def _money(units: int, decimals: int = 2) -> Decimal:
    return Decimal(exact(units, decimals))


# --- bank C: a two-sided table


_C_HEADER: Final = (
    "Payer",
    "Payer account",
    "Beneficiary",
    "Beneficiary account",
    "Date",
    "Amount",
    "Currency",
    "Purpose",
    "End-to-end reference",
)


def bank_c(payments: Sequence[Payment], folder: str) -> dict[str, bytes]:
    """Every payment with an account of the order at either end, once, payer and beneficiary in a row."""
    name = f"{folder}/bank-c-production-order.csv"
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(_C_HEADER)
    row = 1
    for p in payments:
        ends = (p.debtor, p.creditor)
        if p.shown != "returns" or not any(a is not None and a.bank == "C" and a.records for a in ends):
            continue
        row += 1
        p.rows.append(Row(name, "", row))
        payer, payee = p.debtor, p.creditor
        assert payer is not None
        table.writerow(
            [
                payer.name,
                payer.number,
                payee.name if payee is not None else p.other_name,
                payee.number if payee is not None else "",
                f"{_at(p):%Y-%m-%d %H:%M:%S}",
                p.amount,
                p.asset,
                p.note,
                p.reference,
            ]
        )
    return {name: out.getvalue().encode("ascii")}


# --- the payment app

_APP_HEADER: Final = (
    "Date",
    "Transaction ID",
    "Transaction Type",
    "Currency",
    "Amount",
    "Fee",
    "Net Amount",
    "Asset Type",
    "Asset Price",
    "Asset Amount",
    "Status",
    "Notes",
    "Name of sender/receiver",
    "Account",
)
_APP_STATUS: Final = {"booked": "COMPLETE", "pending": "PENDING", "failed": "FAILED"}
_SUMMER: Final = datetime(2026, 3, 29, 2)  # noqa: DTZ001  (local time: clocks go forward)


def app_exports(payments: Sequence[Payment], folder: str) -> dict[str, bytes]:
    """The activity of each app account among the returns, newest first, as the app writes it."""
    files: dict[str, bytes] = {}
    for account, moves in sides(payments, "app").items():
        name = f"{folder}/app-{account.number.removeprefix('$')}.csv"
        out = io.StringIO()
        table = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        table.writerow(_APP_HEADER)
        for row, (p, change) in enumerate(reversed(moves), 2):
            p.rows.append(Row(name, "", row))
            zone = "CEST" if _at(p) >= _SUMMER else "CET"
            table.writerow(
                [
                    f"{_at(p):%Y-%m-%d %H:%M:%S} {zone}",
                    _app_id(p),
                    "P2P" if p.kind == "p2p" else "Cash out",
                    p.asset,
                    _euro(change),
                    _euro(-p.fee),
                    _euro(change - p.fee),
                    *("", "", ""),
                    _APP_STATUS[p.status],
                    p.note,
                    p.other_name,
                    "Cash Balance",
                ]
            )
        files[name] = out.getvalue().encode("utf-8")
    return files


def _app_id(p: Payment) -> str:
    return f"#{p.id}"


def _euro(units: int) -> str:
    whole, _, part = exact(abs(units)).partition(".")
    return f"{'-' if units < 0 else ''}€{int(whole):,}.{part}"


_MOVED: Final = (
    "Transaction ID",
    "Date (UTC)",
    "From account",
    "From name",
    "To account",
    "To name",
    "Amount",
    "Currency",
    "Fee",
    "Status",
    "Note",
)


def subpoena(
    payments: Sequence[Payment], subscribers: Sequence[Subscriber], folder: str
) -> tuple[dict[str, bytes], dict[tuple[str, str, str], Row]]:
    """The app's answer to a subpoena: subscribers, linked instruments, devices, and the transactions of those accounts
    whose export is not among the returns. The second value is where each fact stands: (sheet, account, fact) -> row."""
    name = f"{folder}/app-subpoena-return.xlsx"
    who: list[Sequence[object]] = [
        ("Account", "Name", "Phone", "E-mail", "Address", "Town", "Created", "Status", "Transactions")
    ]
    linked: list[Sequence[object]] = [("Account", "Instrument", "Institution", "Number", "Holder", "Linked since")]
    devices: list[Sequence[object]] = [("Account", "Device", "IP address", "First seen", "Last seen")]
    moved: list[Sequence[object]] = [_MOVED]
    where: dict[tuple[str, str, str], Row] = {}
    for s in subscribers:
        where["Subscriber", s.account.id, s.phone.e164] = Row(name, "Subscriber", len(who) + 1)
        created = START - timedelta(days=s.created)
        who.append(
            (
                s.account.number,
                s.account.name,
                s.phone.e164,
                s.email,
                s.account.party.street,
                s.account.party.town,
                created,
                "active",
                "separate export" if s.export else "sheet Transactions",
            )
        )
        where["Linked instruments", s.account.id, s.bank.id] = Row(name, "Linked instruments", len(linked) + 1)
        since = created + timedelta(days=1)
        linked.append((s.account.number, "bank account", f"Bank {s.bank.bank}", s.bank.number, s.bank.name, since))
        for d in s.devices:
            where["Devices", s.account.id, d.name] = Row(name, "Devices", len(devices) + 1)
            days = (START + timedelta(days=d.first), START + timedelta(days=d.last))
            devices.append((s.account.number, d.name, d.address, *days))
    for p in payments:
        if p.shown != "subpoena":
            continue
        p.rows.append(Row(name, "Transactions", len(moved) + 1))
        utc = _at(p) - timedelta(hours=2 if _at(p) >= _SUMMER else 1)
        ends = [
            x
            for a in (p.debtor, p.creditor)
            for x in ((a.number, a.name) if a is not None else ("linked bank account", None))
        ]
        fee = _money(p.fee)
        moved.append((_app_id(p), utc, *ends, _money(p.units), p.asset, fee, _APP_STATUS[p.status], p.note or None))
    sheets = {"Subscriber": who, "Linked instruments": linked, "Devices": devices, "Transactions": moved}
    return {name: workbook(sheets)}, where


# --- the chain


def chain(payments: Sequence[Payment], folder: str) -> dict[str, bytes]:
    """Transactions of a made-up test network, one a line, amounts to the last of eighteen decimals."""
    name = f"{folder}/chain-export.csv"
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(
        ["Transaction Hash", "Block", "DateTime (UTC)", "From", "To", "Value", "Asset", "Transaction Fee", "Status"]
    )
    row = 1
    for p in payments:
        if p.shown == "chain":
            row += 1
            p.rows.append(Row(name, "", row))
            assert p.debtor is not None
            assert p.creditor is not None
            block = 1_000_000 + (p.day * 1440 + p.minute) * 5
            table.writerow(
                [
                    p.tx_hash,
                    block,
                    f"{_at(p):%Y-%m-%d %H:%M:%S}",
                    p.debtor.number,
                    p.creditor.number,
                    p.amount,
                    p.asset,
                    exact(p.fee, p.decimals),
                    "success" if p.moves else "failed",
                ]
            )
    return {name: out.getvalue().encode("ascii")}


# --- listings

_LISTING: Final = (
    "listing_id",
    "site",
    "url",
    "region",
    "category",
    "town",
    "title",
    "text",
    "price",
    "posted_at",
    "captured_at",
    "captured_by",
    "captured_with",
    "page_sha256",
)


def listings(made: Sequence[Listing], folder: str) -> tuple[dict[str, bytes], dict[str, list[Row]]]:
    """All listings as JSON Lines, those of the second site as CSV as well, and the rows of each by its node."""
    every, twin = f"{folder}/listings.jsonl", f"{folder}/listings-board-two.csv"
    rows: dict[str, list[Row]] = {}
    lines = []
    for n, x in enumerate(made, 1):
        facts = _facts(x)
        lines.append(json.dumps(facts, ensure_ascii=False))
        rows.setdefault(x.node, []).append(Row(every, "", n))
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(_LISTING)
    for n, x in enumerate((x for x in made if x.site == "board-two"), 2):
        table.writerow(_facts(x).values())
        rows[x.node].append(Row(twin, "", n))
    return {every: ("\n".join(lines) + "\n").encode(), twin: out.getvalue().encode("utf-8")}, rows


def _facts(x: Listing) -> dict[str, str]:
    return {name: x.id if name == "listing_id" else str(getattr(x, name)) for name in _LISTING}


# --- workbooks


def workbook(sheets: dict[str, list[Sequence[object]]]) -> bytes:
    """A workbook of values, its bytes always the same: fixed properties, fixed dates in the archive."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.properties.creator = "made up"
    book.properties.created = book.properties.modified = _EPOCH
    packed = io.BytesIO()
    # Workbook.save would put the hour into the properties.
    ExcelWriter(book, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED)).save()
    out = io.BytesIO()
    with zipfile.ZipFile(packed) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(made.namelist()):
            info = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            archive.writestr(info, made.read(name))
    return out.getvalue()
