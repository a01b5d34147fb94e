"""An account is one account, whether a file or a person writes it."""

from __future__ import annotations

import pytest

from fininit.errors import UsageError
from fininit.identifiers.account import account_id, stated_account

IBAN = "DE89370400440532013000"


@pytest.mark.parametrize(
    ("typed", "account"),
    [
        (IBAN, f"iban:{IBAN}"),
        ("iban:DE89 3704 0044 0532 0130 00", f"iban:{IBAN}"),
        (f"IBAN: {IBAN.lower()}", f"iban:{IBAN}"),
        (f"acct:{IBAN}", f"iban:{IBAN}"),
        ("acct:bank:12 34", "acct:bank:1234"),
        ("12 34", "acct:1234"),
        ("other:12", "acct:other:12"),
        ("app:cashapp:$name", "app:cashapp:$name"),
    ],
)
def test_a_typed_account_is_the_one_that_files_give(typed: str, account: str) -> None:
    assert stated_account(typed) == account


def test_a_stated_iban_meets_the_one_of_a_file() -> None:
    assert stated_account("iban:DE89 3704 0044 0532 0130 00") == account_id("DE89 3704 0044 0532 0130 00")


@pytest.mark.parametrize(
    "typed", ["iban:DE00370400440532013000", "iban:x", "unknown:x", "fee:x", "name:x", "source:x", " "]
)
def test_what_nobody_can_state_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(UsageError) as e:
        stated_account(typed)
    assert "DE00" not in str(e.value)
