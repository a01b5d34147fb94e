"""Write the made-up case that ``fininit demo`` reads: four returns, nobody in them exists.

    python examples/make_made_up_case.py

The same files come out every time. Account numbers use German bank codes that begin with 9, which are not given out;
names are made up; phone numbers are from the ranges reserved for fiction.

What is planted: three accounts take in many small evening payments and pass nearly all of it on, the same day, to one
firm; the firm pays it out to two companies. Beside them a landlord and a small shop live lawful lives that look alike
in places, so that the report has something to be wrong about.
"""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent / "made-up-case"
BANK = "99010000"
START = date(2026, 1, 5)
CENT = Decimal("0.01")


def iban(number: int) -> str:
    """A German IBAN with right check digits (ISO 13616) on a bank code that does not exist."""
    bban = f"{BANK}{number:010d}"
    check = 98 - int(bban + "131400") % 97
    return f"DE{check:02d}{bban}"


COLLECTORS = {"MIRA OLDENBROOK": iban(1001), "TESS VANDERLOO": iban(1002), "JUN HALVORSEN": iban(1003)}
FIRM = ("BRIGHTWATER EVENTS GMBH", iban(2001))
COMPANIES = {"NORDPOL TRADING LTD": iban(3001), "CASTELLAN CONSULT OU": iban(3002)}
LANDLORD = ("HAUSVERWALTUNG ELMSTRASSE", iban(4001))
SHOP = ("KIOSK AM TOR", iban(5001))
FIRST = ["ADA", "BEN", "CARL", "DORA", "EMIL", "FINN", "GRETA", "HUGO", "IDA", "JAN", "KLARA", "LARS", "MAX", "NORA"]
LAST = ["ASCHE", "BIRKE", "EICHE", "FICHTE", "HASEL", "KIEFER", "LINDE", "ULME"]


def mt940(path: Path, owner: str, lines: list[tuple[date, Decimal, str, str, str]], opening: Decimal) -> None:
    """One statement: (day, signed amount, other name, other IBAN, note), balances that add up."""

    def money(value: Decimal) -> str:
        return f"{abs(value):.2f}".replace(".", ",")

    def mark(value: Decimal) -> str:
        return "D" if value < 0 else "C"

    lines = sorted(lines, key=lambda line: line[0])
    closing = opening + sum((line[1] for line in lines), Decimal(0))
    first, last = lines[0][0], lines[-1][0]
    out = [":20:STARTUMS", f":25:{owner}", ":28C:1/1", f":60F:{mark(opening)}{first:%y%m%d}EUR{money(opening)}"]
    for day, amount, name, other, note in lines:
        out.append(f":61:{day:%y%m%d}{day:%m%d}{mark(amount)}{money(amount)}NTRFNONREF")
        out.append(f":86:166?00UEBERWEISUNG?20SVWZ+{note}?31{other}?32{name}")
    out += [f":62F:{mark(closing)}{last:%y%m%d}EUR{money(closing)}", "-", ""]
    path.write_bytes("\r\n".join(out).encode("ascii"))


def main() -> None:
    """Write all files."""
    rng = random.Random(20260105)
    buyers = [(f"{rng.choice(FIRST)} {rng.choice(LAST)}", iban(6000 + n)) for n in range(36)]
    HERE.mkdir(exist_ok=True)
    firm: list[tuple[str, str, str, str, date, Decimal, str]] = []
    for n, (name, account) in enumerate(COLLECTORS.items()):
        lines: list[tuple[date, Decimal, str, str, str]] = []
        lines.append((START, Decimal("-640.00"), LANDLORD[0], LANDLORD[1], "RENT JANUARY"))
        for week in range(9):
            taken = Decimal(0)
            day = START + timedelta(days=7 * week + 1 + n)
            for buyer in rng.sample(buyers[n * 11 : n * 11 + 14], rng.randint(4, 6)):
                amount = Decimal(rng.choice([80, 100, 100, 120, 150, 150, 200, 250]))
                taken += amount
                lines.append(
                    (day, amount, buyer[0], buyer[1], rng.choice(["THANKS", "TICKET", "AS AGREED", "EVENING"]))
                )
            passed = (taken * Decimal(rng.randint(90, 96)) / 100).quantize(CENT)
            lines.append((day, -passed, FIRM[0], FIRM[1], f"TICKETS WEEK {week + 1}"))
            firm.append((name, account, FIRM[0], FIRM[1], day, passed, f"TICKETS WEEK {week + 1}"))
            lines.append(
                (day + timedelta(days=2), -Decimal(rng.randint(900, 3800)) / 100, SHOP[0], SHOP[1], "THANK YOU")
            )
        mt940(HERE / f"return-bank-{n + 1}.sta", account, lines, Decimal("812.40"))
    for week in range(1, 9, 2):
        company, to = rng.choice(sorted(COMPANIES.items()))
        amount = Decimal(rng.randint(31, 44) * 100)
        day = START + timedelta(days=7 * week + 5)
        firm.append((FIRM[0], FIRM[1], company, to, day, amount, f"INVOICE {230 + week}"))
    firm.append(
        (FIRM[0], FIRM[1], LANDLORD[0], LANDLORD[1], START + timedelta(days=26), Decimal("2100.00"), "OFFICE RENT")
    )
    firm.sort(key=lambda row: (row[4], row[0]))
    with (HERE / "production-order.csv").open("w", newline="", encoding="utf-8") as f:
        table = csv.writer(f)
        table.writerow(
            ["Payer", "Payer account", "Beneficiary", "Beneficiary account", "Date", "Amount", "Currency", "Purpose"]
        )
        for payer, frm, payee, to, day, amount, note in firm:
            table.writerow([payer, frm, payee, to, day.isoformat(), f"{amount:.2f}", "EUR", note])
    app(rng, HERE / "app-export.xlsx")


def app(rng: random.Random, path: Path) -> None:
    """A payment app's export as a workbook, with a running balance and one payment that never went through."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(
        [
            "Type",
            "Product",
            "Started Date",
            "Completed Date",
            "Description",
            "Amount",
            "Fee",
            "Currency",
            "State",
            "Balance",
        ]
    )
    balance = Decimal("55.00")
    for n in range(24):
        day = START + timedelta(days=2 * n)
        begun, done = f"{day.isoformat()} 21:0{n % 10}:12", f"{day.isoformat()} 21:1{n % 10}:40"
        amount = Decimal(rng.choice([40, 60, 80, 120])) if n % 4 else Decimal(-150)
        fee = Decimal("0.00") if amount > 0 else Decimal("0.75")
        word = "Payment from Noor Lindqvist" if amount > 0 else "To Brightwater Events"
        if n == 10:
            sheet.append(
                ["TRANSFER", "Current", begun, None, "To Brightwater Events", -90.0, 0.0, "EUR", "PENDING", None]
            )
            continue
        balance += amount - fee
        kind = "TOPUP" if amount > 0 else "TRANSFER"
        sheet.append(
            [kind, "Current", begun, done, word, float(amount), float(fee), "EUR", "COMPLETED", float(balance)]
        )
    book.save(path)


if __name__ == "__main__":
    main()
