"""Small returns made up for these tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

IBAN_A = "DE46990100000000001001"
IBAN_B = "DE19990100000000001002"


def statement(account: str, lines: list[str], opening: str = "C260105EUR100,00", closing: str = "") -> bytes:
    """An MT940 statement; ``lines`` are the :61: and :86: lines."""
    tail = [f":62F:{closing}"] if closing else []
    return "\r\n".join([":20:T", f":25:{account}", ":28C:1/1", f":60F:{opening}", *lines, *tail, "-", ""]).encode()


OUT = [":61:2601060106D40,00NTRFNONREF", f":86:166?00UEBERWEISUNG?20SVWZ+RENT?31{IBAN_B}?32TESS VANDERLOO"]
INTO = [":61:2601060106C40,00NTRFNONREF", f":86:166?00GUTSCHRIFT?20SVWZ+RENT?31{IBAN_A}?32MIRA OLDENBROOK"]

TABLE = (
    "Payer,Payer account,Beneficiary,Beneficiary account,Date,Amount,Currency,Purpose\n"
    f"TESS VANDERLOO,{IBAN_B},OBERON LTD,GB33BUKB20201555555555,2026-01-07,35.50,EUR,INVOICE 7\n"
    f"MIRA OLDENBROOK,{IBAN_A},OBERON LTD,GB33BUKB20201555555555,2026-01-09,12.00,EUR,INVOICE 8\n"
)


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FININIT_KEYS", str(tmp_path / "keys"))


@pytest.fixture
def returns(tmp_path: Path) -> Callable[[], list[Path]]:
    """Three files: both sides of one payment, and a two-sided table."""

    def write() -> list[Path]:
        folder = tmp_path / "returns"
        folder.mkdir(exist_ok=True)
        files = {
            "a.sta": statement(IBAN_A, OUT, closing="C260106EUR60,00"),
            "b.sta": statement(IBAN_B, INTO, closing="C260106EUR140,00"),
            "order.csv": TABLE.encode(),
        }
        for name, data in files.items():
            (folder / name).write_bytes(data)
        return [folder / n for n in files]

    return write
