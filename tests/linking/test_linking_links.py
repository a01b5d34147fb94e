"""Links: each kind with its reason, strength and rows; the same whatever the order; and none that rows do not show."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fininit.linking.links import Links, links
from fininit.linking.mentions import mentions
from fininit.linking.weights import BASE
from fininit.listings.contacts import contacts
from fininit.schema import (
    CAPACITIES_TABLE,
    ENTRIES,
    IDENTIFIERS,
    LINK_ENDS,
    LINK_KINDS,
    LINK_ROWS,
    LINKS,
    LISTINGS,
    PARTIES,
    Table,
)

PHONE = "phone:+12025550147"
NOTE = "top up 202 555 0147"
BANK, OTHER, BOARD, COURT = "a" * 64, "b" * 64, "c" * 64, "d" * 64


def rows_of(table: Table, usual: dict[str, Any], rows: tuple[dict[str, Any], ...]) -> pl.DataFrame:
    """Rows of a table; what is not said is usual."""
    made = [usual | {"row": n} | row for n, row in enumerate(rows, 2)]
    types = {n: t for n, t in table.polars().items() if any(n in r for r in made)}
    return table.conform(pl.DataFrame(made, schema=types))


def entries(*lines: dict[str, Any], source: str = BANK) -> pl.DataFrame:
    """Statement lines of one file: payments out of ``acct:payer``."""
    usual = {
        "source": source, "sheet": "", "statement": 1, "sides": "one", "account": "acct:payer", "amount": Decimal(-10),
        "currency": "USD", "booking_date": date(2026, 3, 4), "status": "booked", "counterparty_account": "acct:payee",
    }  # fmt: skip
    named = tuple({"entry_id": f"{source[:16]}::{n}"} | line for n, line in enumerate(lines, 2))
    return rows_of(ENTRIES, usual, named)


def listings(*records: dict[str, Any], source: str = BOARD) -> pl.DataFrame:
    """Listings of one file."""
    named = tuple(
        {"capture_id": f"{source[:16]}:{n}", "listing_id": f"listing:{r.get('text', '')}"}
        | ({"posted_on": date(2026, 2, 1)} if "captured_at" not in r else {})
        | r
        for n, r in enumerate(records, 2)
    )
    return rows_of(LISTINGS, {"source": source, "sheet": "", "region": "US"}, named)


def stated(*rows: dict[str, Any]) -> pl.DataFrame:
    """Identifiers of a record of subscribers."""
    usual = {
        "source": COURT, "sheet": "Subscriber", "kind": "phone", "identifier": PHONE, "recovered": False, "pivot": True,
        "found_in": "Phone", "account": "app:cashapp:$anna", "as_written": "2025550147", "start": 0, "end": 10,
    }  # fmt: skip
    return rows_of(IDENTIFIERS, usual, rows)


def parties(*rows: dict[str, Any]) -> pl.DataFrame:
    """Parties of the same record."""
    usual = {"source": COURT, "sheet": "Subscriber", "party_id": "party:1", "kind": "person", "role": "unknown"}
    return rows_of(PARTIES, usual, rows)


def capacities(*rows: dict[str, Any]) -> pl.DataFrame:
    """What they are to an account."""
    usual = {
        "source": COURT, "sheet": "Subscriber", "account": "app:cashapp:$anna", "party_id": "party:1",
        "capacity": "holder",
    }  # fmt: skip
    return rows_of(CAPACITIES_TABLE, usual, rows)


def join(region: str = "US", **tables: pl.DataFrame) -> Links:
    """Links of tables, with the contacts and mentions in them."""
    if "listings" in tables:
        tables.setdefault("contacts", contacts(tables["listings"], region).identifiers)
    if "entries" in tables:
        tables.setdefault("mentions", mentions(tables["entries"], region))
    made = links(**tables)
    check(made, tables)
    return made


def check(made: Links, tables: dict[str, pl.DataFrame]) -> None:
    """What holds of all links, whatever they are."""
    assert dict(made.links.schema) == LINKS.polars() and dict(made.rows.schema) == LINK_ROWS.polars()
    assert made.links["link_id"].is_unique().all() and made.rows.select(LINK_ROWS.key).is_unique().all()
    assert set(made.links["link_id"]) == set(made.rows["link_id"])
    at = ["source", "sheet", "row"]
    places = pl.concat([t.select("source", pl.col("sheet").fill_null(""), "row") for t in tables.values()]).unique()
    assert made.rows.join(places, on=at, how="anti").is_empty()
    counted = made.rows.group_by("link_id").agg(n=pl.struct(at).n_unique())
    assert (made.links.join(counted, on="link_id")["rows"] == made.links.join(counted, on="link_id")["n"]).all()
    assert set(made.links["kind"]) <= set(LINK_KINDS)
    for a_kind, b_kind, a, b, via, reason in made.links.select(
        "a_kind", "b_kind", "a", "b", "via", "reason"
    ).iter_rows():
        assert LINK_ENDS.index(a_kind) <= LINK_ENDS.index(b_kind) and (a_kind, a) != (b_kind, b)
        assert reason.endswith(".") and not any(v and v in reason for v in (a, b, via))
    assert made.links["strength"].is_between(Decimal(0), Decimal(1), closed="right").all()
    records = [t.get_column(n) for t in tables.values() for n in ("entry_id", "capture_id") if n in t.columns]
    known = set(pl.concat(records)) if records else set()
    assert set(made.rows["record"].drop_nulls()) <= known


def only(made: Links, kind: str) -> dict[str, Any]:
    """The one link of a kind."""
    (link,) = made.links.filter(pl.col("kind") == kind).to_dicts()
    return link


def kinds(made: Links) -> list[str]:
    """The kinds of all links."""
    return made.links["kind"].to_list()


def ends(made: Links, kind: str) -> list[tuple[str, str]]:
    """Ends of the links of a kind."""
    return made.links.filter(pl.col("kind") == kind).select("a", "b").rows()


# --- each kind


def test_contact() -> None:
    made = join(
        listings=listings(
            {"text": "Call 202 555 0147"},
            {"text": "Call 202 555 0147", "posted_on": date(2026, 2, 9)},
            {"text": "none"},
        )
    )
    link = only(made, "contact")
    assert (link["a_kind"], link["a"], link["b_kind"], link["b"]) == (
        "listing", "listing:Call 202 555 0147", "identifier", PHONE,
    )  # fmt: skip
    assert (link["strength"], link["specificity"], link["rows"]) == (Decimal("0.9"), Decimal(1), 2)
    assert link["reason"] == "The listing prints it." and not link["recovered"]
    assert (link["from_date"], link["to_date"]) == (date(2026, 2, 1), date(2026, 2, 9))
    assert made.showing(link["link_id"]).select("record", "row", "found_in", "start", "end").rows() == [
        (f"{BOARD[:16]}:2", 2, "text", 5, 17),
        (f"{BOARD[:16]}:3", 3, "text", 5, 17),
    ]
    assert kinds(made) == ["contact"]


def test_what_is_hidden_is_weaker_unless_it_is_written_somewhere_too() -> None:
    hidden = {"text": "Call two zero two five five five zero one four seven"}
    link = only(join(listings=listings(hidden)), "contact")
    assert link["recovered"] and link["strength"] == Decimal("0.6")
    assert link["reason"] == "The listing prints it. It was hidden in the text and put together."
    both = only(join(listings=listings(hidden | {"phone": "202 555 0147"})), "contact")
    assert not both["recovered"] and both["strength"] == Decimal("0.9") and both["rows"] == 1


def test_a_listing_without_a_day_of_posting_has_that_of_its_capture() -> None:
    seen = datetime(2026, 2, 3, 23, 30, tzinfo=UTC)
    link = only(join(listings=listings({"text": "Call 202 555 0147", "captured_at": seen})), "contact")
    assert (link["from_date"], link["to_date"]) == (date(2026, 2, 3), date(2026, 2, 3))


def test_note_is_the_payers_whosever_statement_it_is() -> None:
    out = entries({"remittance_info": NOTE})
    into = entries(
        {"remittance_info": NOTE, "amount": Decimal(10), "account": "acct:payee", "counterparty_account": "acct:payer"},
        source=OTHER,
    )
    two = entries({"remittance_info": NOTE, "sides": "two", "amount": Decimal(10)}, source=COURT)
    for lines in (out, into, two):
        made = join(entries=lines)
        assert ends(made, "note") == [(PHONE, "acct:payer")] and kinds(made) == ["note"]
    link = only(join(entries=pl.concat([out, into, two])), "note")
    assert (link["rows"], link["strength"]) == (3, Decimal("0.7"))
    assert link["reason"] == "A payment note of the payer names it."
    assert (link["from_date"], link["to_date"]) == (date(2026, 3, 4), date(2026, 3, 4))


def test_note_of_a_payer_who_is_not_named_or_of_nothing_paid() -> None:
    into = {"remittance_info": NOTE, "amount": Decimal(10), "account": "acct:payee", "counterparty_account": None}
    assert kinds(join(entries=entries(into))) == []
    named = join(entries=entries(into | {"counterparty_name": "Jane  Doe"}))
    assert ends(named, "note") == [(PHONE, "name:jane doe@acct:payee")]
    assert kinds(join(entries=entries({"remittance_info": NOTE, "amount": Decimal(0)}))) == []
    open_side = {"remittance_info": NOTE, "sides": "two", "account": "unknown:acct:payee", "amount": Decimal(10)}
    assert kinds(join(entries=entries(open_side))) == []


def test_counterparty() -> None:
    lines = [{"counterparty_name": "JANE 202-555-0147"}, {"merchant": "202-555-0147", "amount": Decimal(10)}]
    made = join(entries=entries(*lines))
    link = only(made, "counterparty")
    assert (link["a"], link["b"], link["rows"], link["strength"]) == (PHONE, "acct:payee", 2, Decimal("0.9"))
    assert link["reason"] == "A statement line names it for the other side."
    assert set(made.rows["found_in"]) == {"counterparty_name", "merchant"}
    unnamed = join(entries=entries(lines[0] | {"counterparty_account": None}))
    assert ends(unnamed, "counterparty") == [(PHONE, "name:jane 202-555-0147@acct:payer")]
    nobody = join(entries=entries(lines[1] | {"counterparty_account": None}))
    assert kinds(nobody) == []


def test_own() -> None:
    iban = "iban:DE89370400440532013000"
    text = f"deposit to {iban[5:]} or $Anna_Pay"
    lines = entries({"account": iban}, {"counterparty_account": "app:cashapp:$Anna_Pay"}, {})
    made = join(listings=listings({"text": text}), entries=lines)
    assert ends(made, "own") == [("handle:cashapp:$anna_pay", "app:cashapp:$Anna_Pay"), (iban, iban)]
    link = made.links.filter((pl.col("kind") == "own") & (pl.col("b") == iban)).to_dicts()[0]
    assert (link["strength"], link["rows"], link["reason"]) == (Decimal(1), 1, "It is the account's own number.")
    assert made.showing(link["link_id"]).select("row", "found_in").rows() == [(2, "account")]
    assert "own" not in kinds(join(entries=lines))  # nobody prints them


def test_subscriber() -> None:
    days = {"from_date": date(2025, 1, 2), "to_date": date(2025, 6, 7)}
    made = join(subscribers=stated(days), parties=parties({}))
    account, party = made.links.filter(pl.col("kind") == "subscriber").sort("b").to_dicts()
    assert (account["b_kind"], account["b"]) == ("account", "app:cashapp:$anna")
    assert (party["b_kind"], party["b"]) == ("party", "party:1")
    for link in (account, party):
        assert (link["a"], link["strength"], link["rows"]) == (PHONE, Decimal(1), 1)
        assert (link["from_date"], link["to_date"]) == (days["from_date"], days["to_date"])
        assert link["reason"] == "A record of the servicer states it from 2025-01-02 to 2025-06-07."
    assert made.rows.select("record", "sheet", "row", "found_in", "start", "end").unique().rows() == [
        (None, "Subscriber", 2, "Phone", 0, 10)
    ]
    elsewhere = join(subscribers=stated({}), parties=parties({"row": 3}))
    assert ends(elsewhere, "subscriber") == [(PHONE, "app:cashapp:$anna")]


def test_two_records_with_other_dates_are_two_links() -> None:
    made = join(subscribers=stated({}, {"from_date": date(2025, 1, 2)}, {}))
    said = {
        (rows, first): reason for rows, first, reason in made.links.select("rows", "from_date", "reason").iter_rows()
    }
    assert said == {
        (1, date(2025, 1, 2)): "A record of the servicer states it from 2025-01-02.",
        (2, None): "A record of the servicer states it.",
    }


def test_instrument() -> None:
    bank = {"kind": "account", "identifier": "acct:bank:1234", "found_in": "Linked account"}
    iban = {"kind": "iban", "identifier": "iban:DE89370400440532013000"}
    made = join(subscribers=stated(bank, iban), parties=parties({}, {"row": 3}))
    assert ends(made, "instrument") == [
        ("app:cashapp:$anna", "acct:bank:1234"),
        ("app:cashapp:$anna", "iban:DE89370400440532013000"),
    ]
    link = made.links.filter(pl.col("b") == "acct:bank:1234").to_dicts()[0]
    assert (link["a_kind"], link["b_kind"], link["strength"]) == ("account", "account", Decimal(1))
    assert link["specificity"] is None and link["reason"] == "A record of the servicer states it as linked."
    assert "subscriber" not in kinds(made)  # the number of an account is nobody's contact
    itself = {"kind": "handle", "identifier": "handle:cashapp:$anna"}
    assert kinds(join(subscribers=stated(itself))) == []


def test_a_messengers_name_is_a_contact_and_no_account() -> None:
    name = {"kind": "handle", "identifier": "handle:telegram:@anna_example"}
    made = join(subscribers=stated(name), listings=listings({"text": "Telegram @anna_example"}))
    assert ends(made, "subscriber") == [("handle:telegram:@anna_example", "app:cashapp:$anna")]
    assert ends(made, "chain") == [("listing:Telegram @anna_example", "app:cashapp:$anna")]


def test_capacity() -> None:
    made = join(capacities=capacities({}, {"capacity": "authorised_user", "from_date": date(2025, 1, 2)}))
    said = made.links.select("kind", "a", "b", "capacity", "reason", "strength", "from_date").rows()
    ends_ = ("capacity", "app:cashapp:$anna", "party:1")
    assert sorted(said) == [
        (*ends_, "authorised_user", "A record of the servicer states it as authorised user from 2025-01-02.",
         Decimal(1), date(2025, 1, 2)),
        (*ends_, "holder", "A record of the servicer states it as holder.", Decimal(1), None),
    ]  # fmt: skip
    assert set(made.rows["found_in"]) == {"capacity"}


def test_chain() -> None:
    made = join(listings=listings({"text": "Call 202 555 0147"}), entries=entries({"remittance_info": NOTE}))
    link = only(made, "chain")
    assert (link["a_kind"], link["a"], link["b_kind"], link["b"], link["via"]) == (
        "listing", "listing:Call 202 555 0147", "account", "acct:payer", PHONE,
    )  # fmt: skip
    assert link["strength"] == Decimal("0.63") and link["rows"] == 2
    assert link["reason"] == (
        "One phone stands in the listing and belongs to the account: a payment note of the account names it."
    )
    assert (link["from_date"], link["to_date"]) == (date(2026, 2, 1), date(2026, 3, 4))
    assert made.showing(link["link_id"]).select("source", "row").rows() == [(BANK, 2), (BOARD, 2)]
    before = entries({"remittance_info": NOTE, "booking_date": date(2026, 1, 9)})
    link = only(join(listings=listings({"text": "Call 202 555 0147"}), entries=before), "chain")
    assert (link["from_date"], link["to_date"]) == (date(2026, 1, 9), date(2026, 2, 1))


def test_the_strongest_way_makes_the_chain() -> None:
    account = "acct:payer"
    made = join(
        listings=listings({"text": "Call 202 555 0147"}),
        entries=entries({"remittance_info": NOTE}),
        subscribers=stated({"account": account}),
    )
    assert sorted(kinds(made)) == ["chain", "contact", "note", "subscriber"]
    link = only(made, "chain")
    assert link["strength"] == Decimal("0.9") and "a record of the servicer states it." in link["reason"]


# --- what makes none


@pytest.mark.parametrize("table", ["contacts", "mentions", "subscribers"])
def test_an_identifier_that_may_not_link_makes_no_link(table: str) -> None:
    made = {"listings": listings({"text": "Call 202 555 0147"}), "entries": entries({"remittance_info": NOTE})}
    tables = made | {
        "contacts": contacts(made["listings"]).identifiers,
        "mentions": mentions(made["entries"], "US"),
        "subscribers": stated({}),
    }
    have = join(**tables)
    tables[table] = tables[table].with_columns(pivot=False)
    kind = {"contacts": "contact", "mentions": "note", "subscribers": "subscriber"}[table]
    left = join(**tables)
    assert kind in kinds(have) and kind not in kinds(left)
    assert len(ends(left, "chain")) == (0 if table == "contacts" else 1)


def test_an_own_number_that_may_not_link_makes_no_link() -> None:
    tables = {
        "listings": listings({"text": "pay $anna_pay"}),
        "entries": entries({"account": "app:cashapp:$anna_pay"}),
    }
    printed = contacts(tables["listings"]).identifiers
    assert "own" in kinds(join(**tables, contacts=printed))
    assert kinds(join(**tables, contacts=printed.with_columns(pivot=False))) == []


def test_a_help_line_that_many_share_makes_no_chain_and_stays_listed() -> None:
    many = entries(*({"account": f"acct:{n}", "remittance_info": NOTE} for n in range(101)))
    made = join(listings=listings({"text": "Call 202 555 0147"}), entries=many)
    assert len(ends(made, "note")) == 101 and ends(made, "chain") == []
    contact = only(made, "contact")
    assert (contact["specificity"], contact["strength"]) == (Decimal("0.1"), Decimal("0.09"))
    assert "It says less, because 1 listings and 101 accounts share it." in contact["reason"]
    fewer = join(listings=listings({"text": "Call 202 555 0147"}), entries=many.head(100))
    assert len(ends(fewer, "chain")) == 100
    assert set(fewer.links.filter(pl.col("kind") == "chain")["strength"]) == {Decimal("0.189")}


def test_a_number_in_very_many_listings_makes_no_chain() -> None:
    n = 10_001
    board = listings(*({"text": f"ad {i}"} for i in range(n)))
    printed = pl.DataFrame(
        {
            "identifier": PHONE, "kind": "phone", "recovered": False, "pivot": True, "found_in": "text",
            "source": BOARD, "sheet": "", "row": range(2, n + 2), "start": 0, "end": 1,
        }
    )  # fmt: skip
    tables = {
        "listings": board,
        "contacts": IDENTIFIERS.conform(printed),
        "entries": entries({"remittance_info": NOTE}),
    }
    assert "chain" not in kinds(join(**tables))
    # the same listing posted again is one
    again = join(**(tables | {"listings": board.with_columns(listing_id=pl.lit("listing:x"))}))
    assert again.links.height == 3 and only(again, "chain")["strength"] == Decimal("0.63")


def test_two_lines_in_one_row_are_told_apart() -> None:
    """A part of a row ties only what its own text holds."""
    lines = entries(
        {"row": 9, "entry_id": "x::9", "remittance_info": NOTE},
        {"row": 9, "entry_id": "x::9.1", "remittance_info": "rent for march", "account": "acct:else"},
        {"row": 9, "entry_id": "x::9.2", "account": "acct:third"},
    )
    made = join(entries=lines)
    assert ends(made, "note") == [(PHONE, "acct:payer")] and made.rows["record"].to_list() == ["x::9"]


def test_sheets_of_a_workbook_are_told_apart() -> None:
    lines = entries(
        {"sheet": "one", "remittance_info": NOTE, "row": 2}, {"sheet": "two", "row": 2, "account": "acct:else"}
    )
    assert ends(join(entries=lines), "note") == [(PHONE, "acct:payer")]
    no_sheet = lines.with_columns(sheet=pl.lit(None, pl.String))[:1]
    assert ends(join(entries=no_sheet), "note") == [(PHONE, "acct:payer")]


def test_nothing_gives_nothing() -> None:
    made = links()
    assert made.links.is_empty() and made.rows.is_empty()
    check(made, {"entries": ENTRIES.empty()})
    assert kinds(join(entries=entries({"remittance_info": "rent"}), listings=listings({"text": "none"}))) == []


# --- laws


def everything() -> dict[str, pl.DataFrame]:
    """One of everything, some of it twice, in two files of a kind."""
    texts = ["Call 202 555 0147", "two zero two five five five zero one four eight", "$anna_pay or 202 555 0147"]
    boards = [
        listings(*({"text": t, "posted_on": date(2026, 2, d)} for d, t in enumerate(texts, 1))),
        listings({"text": texts[0], "posted_on": date(2026, 1, 5)}, source="e" * 64),
    ]
    banks = [
        entries(
            {"remittance_info": NOTE},
            {"remittance_info": "202 555 0148", "counterparty_account": None, "amount": Decimal(5)},
            {"counterparty_name": "Anna 202 555 0148", "booking_date": date(2026, 3, 9)},
            {"account": "app:cashapp:$anna_pay", "remittance_info": NOTE},
            {"account": "app:cashapp:$anna_pay"},
        ),
        entries(
            {
                "amount": Decimal(3),
                "account": "acct:payee",
                "counterparty_account": "acct:payer",
                "remittance_info": NOTE,
            },
            {"merchant": "$anna_pay", "counterparty_account": "app:cashapp:$anna_pay"},
            {"counterparty_account": "app:cashapp:$anna_pay"},
            source=OTHER,
        ),
    ]
    day = date(2025, 1, 1)
    return {
        "listings": pl.concat(boards),
        "entries": pl.concat(banks),
        "subscribers": stated({}, {"from_date": day}, {"identifier": "acct:bank:9", "kind": "account"}, {"row": 2}),
        "parties": parties({}, {"party_id": "party:2"}, {"row": 2, "party_id": "party:3"}),
        "capacities": capacities({}, {"from_date": day}, {"capacity": "joint", "party_id": "party:2"}),
    }


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_order_of_rows_and_files_changes_nothing(seed: int) -> None:
    tables = everything()
    want = join(**tables)
    assert set(kinds(want)) == set(LINK_KINDS)
    mixed = {n: t.sample(fraction=1, shuffle=True, seed=seed + k) for k, (n, t) in enumerate(tables.items())}
    mixed["contacts"] = contacts(mixed["listings"], "US").identifiers.sample(fraction=1, shuffle=True, seed=seed)
    mixed["mentions"] = mentions(mixed["entries"], "US").sample(fraction=1, shuffle=True, seed=seed)
    got = join(**mixed)
    assert got.links.equals(want.links) and got.rows.equals(want.rows)


def test_the_same_rows_twice_say_nothing_more() -> None:
    tables = everything()
    once = join(**tables)
    printed, named = contacts(tables["listings"], "US").identifiers, mentions(tables["entries"], "US")
    twice = join(**tables, contacts=pl.concat([printed, printed]), mentions=pl.concat([named, named]))
    assert twice.links.equals(once.links) and twice.rows.equals(once.rows)


def test_strength_is_what_shows_it_times_how_specific_it_is() -> None:
    made = join(**everything()).links
    for kind, recovered, specific, strength in made.select("kind", "recovered", "specificity", "strength").iter_rows():
        if kind != "chain":
            assert strength == BASE[kind, recovered] * (specific if specific is not None else 1)
    whole = made.filter(pl.col("kind") != "chain")
    by_ends = {(k, a, b): s for k, a, b, s in whole.select("kind", "a", "b", "strength").iter_rows()}
    for a, b, via, strength in made.filter(pl.col("kind") == "chain").select("a", "b", "via", "strength").iter_rows():
        ways = [s for (_, x, y), s in by_ends.items() if (x, y) == (via, b)]
        assert strength == by_ends["contact", a, via] * max(ways)


def test_more_rows_never_take_a_direct_link_away() -> None:
    tables = everything()
    ids = set(join(**tables).links.filter(pl.col("kind") != "chain")["link_id"])
    for n in range(1, tables["entries"].height):
        fewer = join(**(tables | {"entries": tables["entries"].head(n)}))
        assert set(fewer.links.filter(pl.col("kind") != "chain")["link_id"]) <= ids
