"""The one door: closed by default, opened by role with a reason, and stable under a key."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fininit.errors import UsageError
from fininit.evidence.redaction import WITHHELD, Door, Policy
from fininit.schema import TABLES, Protect

KEY = bytes(range(32))
PROTECTED: tuple[Protect, ...] = (
    "account",
    "name",
    "phone",
    "email",
    "handle",
    "reference",
    "text",
    "filename",
    "place",
)


def closed() -> Door:
    return Door(Policy(), KEY)


@given(st.text(min_size=4), st.sampled_from(PROTECTED))
def test_a_closed_door_lets_no_value_through(value: str, protect: Protect) -> None:
    shown = closed().render(value, protect)
    if protect != "filename":
        assert value not in shown or value in ("unknown:", "fee:") or len(set(value)) < 3
    column = closed().column(pl.Series("v", [value, None, ""]), protect)
    assert column.to_list() == [shown, "", ""]


def test_a_pseudonym_is_typed_keyed_and_stable() -> None:
    door = closed()
    account, phone = door.render("+12125550147", "account"), door.render("+12125550147", "phone")
    assert account != phone.replace("PH", "AC")
    assert account == closed().render("+12125550147", "account")
    assert account != Door(Policy(), bytes(32)).render("+12125550147", "account")
    assert account.startswith("AC-") and len(account) == 22


def test_derived_nodes_keep_the_tie_to_their_account() -> None:
    door = closed()
    own = door.render("iban:DE89370400440532013000", "account")
    assert door.render("fee:iban:DE89370400440532013000", "account") == f"fee:{own}"
    assert door.render("unknown:iban:DE89370400440532013000", "account") == f"unknown:{own}"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("jane doe.csv", f"{WITHHELD}.csv"),
        ("STATEMENT.XLSX", f"{WITHHELD}.xlsx"),
        ("jane.doe", WITHHELD),
        ("jane", WITHHELD),
        ("a.jane doe", WITHHELD),
        ("a.+12125550147", WITHHELD),
    ],
)
def test_a_file_name_keeps_its_ending_at_most(name: str, shown: str) -> None:
    assert closed().render(name, "filename") == shown


def test_free_text_is_withheld_whole() -> None:
    assert closed().render("call Jane on 212 555 0147", "text") == WITHHELD


def test_roles_open_their_own_holders_only() -> None:
    door = Door(Policy.stated("controller", "hearing"), KEY)
    assert door.render("Boss", "name", "controller") == "Boss"
    for role in ("unknown", "potential_victim", "victim", "buyer"):
        assert door.render("Jane", "name", role) != "Jane"
    names = door.column(pl.Series(["Boss", "Jane", "Joe"]), "name", pl.Series(["controller", "victim", None]))
    assert names[0] == "Boss" and names[1] != "Jane" and names[2] != "Joe"
    assert door.column(pl.Series(["Jane"]), "text")[0] == WITHHELD
    assert door.withheld == 7


def test_all_opens_everything_and_counts_nothing() -> None:
    door = Door(Policy.stated("all", "check"), KEY)
    assert door.render("Jane", "name") == "Jane"
    assert door.column(pl.Series(["Jane", None]), "text").to_list() == ["Jane", ""]
    assert door.withheld == 0


@pytest.mark.parametrize(("roles", "reason"), [("all", None), ("all", "  "), ("controller", "")])
def test_identities_need_a_reason(roles: str, reason: str | None) -> None:
    with pytest.raises(UsageError, match="reason"):
        Policy.stated(roles, reason)


def test_unknown_roles_and_codes_are_named() -> None:
    with pytest.raises(UsageError, match="boss"):
        Policy.stated("boss", "x")
    with pytest.raises(UsageError, match="secret"):
        Policy.stated(None, None, "secret")


def test_every_column_that_names_someone_is_protected() -> None:
    """A new column whose name speaks of people must say how it is protected."""
    telling = ("account", "name", "phone", "email", "handle", "remittance", "raw", "place", "ref", "holder", "subject")
    plain = {"accounts.scheme"}
    for table in TABLES.values():
        for c in table.columns:
            if c.type == "text" and any(t in c.name for t in telling) and f"{table.name}.{c.name}" not in plain:
                assert c.protect, f"{table.name}.{c.name}"


BOSS, JANE = "acct:bank:1", "acct:bank:2"


def role_door(roles: str) -> Door:
    held = {BOSS: "controller", JANE: "victim", f"name:jane@{BOSS}": "controller", f"name:boss@{JANE}": "controller"}
    return Door(Policy.stated(roles, "hearing"), KEY, held)


@pytest.mark.parametrize("roles", ["controller", "unknown", "controller,unknown"])
def test_roles_never_open_free_text_or_what_has_no_known_holder(roles: str) -> None:
    """A controller's note may name a victim, and so may a file name, a sheet, a reference."""
    door = role_door(roles)
    for protect in ("text", "filename", "reference", "name", "place", "phone"):
        assert door.render("Jane", protect) != "Jane", protect
        assert door.column(pl.Series(["Jane"]), protect)[0] != "Jane", protect
        assert door.column(pl.Series(["Jane"]), protect, pl.Series([None], dtype=pl.String))[0] != "Jane", protect
    for role in roles.split(","):
        assert door.render("Jane", "text", role) != "Jane"
        assert door.column(pl.Series(["Jane"]), "text", pl.Series([role]))[0] != "Jane"


def test_a_role_opens_the_accounts_of_its_holders_and_their_open_sides() -> None:
    door = role_door("controller")
    asked = [BOSS, f"unknown:{BOSS}", f"fee:{BOSS}", JANE, f"unknown:{JANE}", f"fee:{JANE}", "acct:bank:3"]
    asked += [f"name:boss@{JANE}", f"name:jane@{BOSS}", f"{BOSS} {JANE}"]
    shown = door.column(pl.Series(asked), "account").to_list()
    assert shown == [door.render(a, "account") for a in asked]
    assert [s == a for s, a in zip(shown, asked, strict=True)] == [True] * 3 + [False] * 7
    assert JANE not in " ".join(shown)
