"""Messages of M-Pesa: each read as it means itself, no movement made of what failed, nothing linked by half a number.

To write the golden anew, delete it and run ``tests/importers/coded.py`` with the path of ``messages.txt``.
"""

from __future__ import annotations

import importlib.util
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fininit.importers.base import Source
from fininit.importers.mpesa import MpesaMessages
from fininit.importers.registry import read_source
from fininit.linking.mentions import own_identifier

HERE: Final = Path(__file__).parent
CASE: Final = HERE / "messages.txt"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coded", HERE.parent / "coded.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coded = _load()
HEAD = "DT10TH9100 Confirmed. "
TAIL = " on 2/3/26 at 3:16 PM. New M-PESA balance is Ksh10.00."


def test_golden() -> None:
    assert coded.golden(MpesaMessages(), CASE) == coded.golden_of(CASE).read_text(encoding="utf-8")


def test_laws() -> None:
    coded.holds_laws(MpesaMessages(), CASE.read_bytes(), "utf-8")


def test_the_balance_of_the_messages_holds_with_their_costs() -> None:
    reading = MpesaMessages().read(Source.from_path(CASE), coded.Options(account="app:mpesa:+254700000009"))
    statement = reading.statements.row(0, named=True)
    assert (statement["balance"], statement["opening"], statement["closing"]) == ("ok", Decimal(0), Decimal(3600))


@pytest.mark.parametrize(
    ("text", "amount", "who", "account"),
    [
        ("You have received Ksh50.00 from A B 254700000001", 50, "A B", "app:mpesa:+254700000001"),
        ("Ksh50.00 sent to A B 0700000001", -50, "A B", "app:mpesa:+254700000001"),
        ("You have sent KES50 to A B", -50, "A B", None),
        ("Ksh50.00 sent to A B 0700***001", -50, "A B", None),
        ("You have paid Ksh50.00 to EXAMPLE LTD for account 9", -50, "EXAMPLE LTD", None),
        ("You have transferred Ksh50.00 from your M-Shwari account", 50, "M-Shwari", None),
    ],
)
def test_who_and_which_way(text: str, amount: int, who: str, account: str | None) -> None:
    (entry,) = coded.entries(coded.read(MpesaMessages(), HEAD + text + TAIL))
    assert (entry["amount"], entry["counterparty_name"]) == (amount, who)
    assert entry.get("counterparty_account") == account


def test_a_number_in_full_is_an_identifier() -> None:
    (entry,) = coded.entries(coded.read(MpesaMessages(), HEAD + "Ksh50.00 sent to A B 0700000001" + TAIL))
    assert own_identifier(entry["counterparty_account"]) == "phone:+254700000001"


def test_what_undoes_a_payment_points_to_it() -> None:
    text = HEAD + "Transaction DT10TH9002 has been reversed. Ksh5.00 has been returned to your account" + TAIL
    (entry,) = coded.entries(coded.read(MpesaMessages(), text))
    assert (entry["end_to_end_id"], entry["flags"], entry["amount"]) == ("DT10TH9002", "reversal", 5)


@pytest.mark.parametrize(
    "text",
    [
        "DT10TH9100 Transaction failed. You have insufficient funds to send KSh500.00.",
        "Transaction cancelled. KSh250.00 not sent.",
        "Confirm Fuliza of KES 500.00 to complete this transaction. Enter M-Pesa PIN.",
        HEAD + "Your M-PESA balance was Ksh339.00 on 2/7/26 at 6:46 PM.",
    ],
)
def test_no_movement(text: str) -> None:
    reading = coded.read(MpesaMessages(), text)
    assert (reading.rows.skipped, reading.rows.entries, reading.rows.refused) == (1, 0, 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + "Ksh5.00 sent to A B.", "unknown-message"),
        (HEAD + "Ksh5.00 sent to A B on 31/2/26 at 3:16 PM.", "bad-date"),
        (HEAD + "Ksh5.001 sent to A B" + TAIL, "too-many-decimals"),
        ("Dear customer, you have successfully sent Ksh 500.00 to 0700000001 on 12/9/26.", "unknown-message"),
    ],
)
def test_refused(text: str, code: str) -> None:
    reading = coded.read(MpesaMessages(), text)
    assert (coded.codes(reading), reading.rows.refused) == ([code], 1)
    assert "0700000001" not in reading.issues[0].message


def test_it_is_known_by_its_first_lines() -> None:
    assert read_source(Source.from_path(CASE), coded.Options()).format == "ke_mpesa_sms"
    for other in (b"", b"Date,Amount\n1,2\n", b"RECEIPT12 confirmed by phone, EUR 5", b"\xff\xfe\x00"):
        assert not MpesaMessages().matches(Source.from_bytes("made", other))


@given(st.text(max_size=200))
def test_any_text_gives_a_reading(text: str) -> None:
    reading = coded.read(MpesaMessages(), HEAD + text)
    assert reading.rows.total == reading.rows.entries + reading.rows.skipped + reading.rows.refused
