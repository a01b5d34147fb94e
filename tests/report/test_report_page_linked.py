"""Listings, identifiers, links, filters and traces in the page: drawn, counted and told as the model has them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from fininit.report import page as writer
from fininit.report import visible
from fininit.report.model import SHEETS, ReportModel
from fininit.schema import BREAK_KINDS, CAPACITIES
from fininit.strings import PAGE
from fininit.tracing.order import ORDERS
from fininit.tracing.rules import RULES

Factory = Callable[..., ReportModel]
Open = Callable[..., Any]

ALL = ["accounts", "identifiers", "listings", "links", "money"]


def plain(text: str) -> str:
    """Text as read: separators of thousands and line ends are blanks."""
    return re.sub(r"\s+", " ", text.replace("\u202f", ""))


def shown(seen: Any, kind: str) -> set[int]:
    script = "(kind) => fininit.shown().nodes.map(fininit.describe).filter((n) => n.kind === kind).map((n) => n.at)"
    return set(seen.js(script, kind))


# --- what is drawn


def test_an_expanded_group_shows_its_identifiers_and_links(show: Open, linked_model: Factory) -> None:
    model = linked_model()
    seen = show(model)
    first = seen.js("fininit.counts()")
    assert first["nodes"] <= 300 and (first["identifiers"], first["listings"]) == (0, 0)
    seen.js("fininit.unfold('N1')")
    assert shown(seen, "identifier") == {0, 1}
    assert shown(seen, "listing") == set()
    lines = seen.js("fininit.shown().links.map((l) => ({...l, u: fininit.describe(l.u), v: fininit.describe(l.v)}))")
    assert all(line["u"] != line["v"] for line in lines)
    drawn = [k for line in lines for k in line["rows"]]
    assert len(drawn) == len(set(drawn)), "a link stands in one line only"
    kinds = model.links["kind"].to_list()
    assert "chain" not in {kinds[k] for k in drawn}
    between = {(kinds[k], model.links["a"][k], model.links["b"][k]) for k in drawn}
    assert {
        ("subscriber", "i1", "a1"),
        ("note", "i1", "a3"),
        ("own", "i2", "a4"),
        ("note", "i2", "a1"),
        ("instrument", "a1", "a4"),
        ("instrument", "a2", "a6"),
        ("subscriber", "i4", "a1"),
    } == between
    stated = {model.links["kind"][k]: line["stated"] for line in lines for k in line["rows"]}
    assert stated == {"subscriber": True, "note": False, "own": True, "instrument": True}
    seen.quiet()


def test_listings_come_when_asked_for_and_go_again(show: Open, linked_model: Factory) -> None:
    model = linked_model()
    seen = show(model)
    seen.js("fininit.unfold('N1')")
    seen.js("fininit.choose('identifier:i1')")
    seen.page.click("#home .acts button")
    printed = {
        int(a[1:]) - 1
        for kind, a, b in model.links.select("kind", "a", "b").iter_rows()
        if (kind, b) == ("contact", "i1")
    }
    assert shown(seen, "listing") == printed == {0, 1, 2}
    assert seen.page.locator("#home .acts button").inner_text() == PAGE["hide_listings"]
    seen.page.click("#home .acts button")
    assert shown(seen, "listing") == set()
    seen.page.check("#kind-listings")
    assert shown(seen, "listing") == {0, 1, 2, 4}
    seen.js("fininit.unfold('none')")
    assert shown(seen, "listing") == {0, 1, 2, 4, 5} and shown(seen, "identifier") == {0, 1, 4}
    seen.js("['N2', 'N3'].forEach((n) => fininit.unfold(n))")
    counts = seen.js("fininit.counts()")
    assert counts["identifiers"] == model.identifiers.height and counts["listings"] == model.listings.height
    assert counts["accounts"] == model.accounts.height
    drawn = sum(
        1 for a, b, k in model.links.select("a_kind", "b_kind", "kind").iter_rows() if k != "chain" and b != "party"
    )
    assert sum(seen.js("fininit.shown().links.map((l) => l.rows.length)")) == drawn
    seen.quiet()


def test_nodes_stand_apart_and_the_same_each_time(show: Open, linked_model: Factory) -> None:
    places = []
    for _ in range(2):
        seen = show(linked_model())
        seen.js("(kinds) => { ['N1', 'N2', 'none'].forEach((n) => fininit.unfold(n)); fininit.kinds(kinds); }", ALL)
        seen.page.click("#fit")
        places.append(seen.js("fininit.shown().nodes.map((n) => [n, fininit.placeOf(n)])"))
    assert places[0] == places[1]
    spots = [(place["x"], place["y"]) for _, place in places[0]]
    near = [((a - c) ** 2 + (b - d) ** 2) ** 0.5 for i, (a, b) in enumerate(spots) for c, d in spots[:i]]
    assert min(near) > 3


def test_a_group_says_how_many_listings_lead_to_it(show: Open, linked_model: Factory) -> None:
    seen = show(linked_model())
    assert "5 accounts, 4 listings" in plain(seen.page.locator("#home .card").first.inner_text())
    seen.page.mouse.move(*seen.spot(seen.js("fininit.nodeOfGroup('N1')")))
    seen.page.wait_for_selector("#tip:not([hidden])")
    assert "5 accounts, 4 listings" in seen.page.locator("#tip").inner_text()


def test_more_than_fits_is_counted_and_shown_on_demand(show: Open, linked_model: Factory) -> None:
    model = linked_model()
    many = 2600
    columns = {n: [v] * many for n, v in model.listings.row(0, named=True).items()}
    columns["id"] = [f"l{i + 1}" for i in range(many)]
    contact = model.links.filter(pl.col("kind") == "contact").row(0, named=True)
    links = pl.DataFrame(
        {
            **{n: [v] * many for n, v in contact.items()},
            "id": [f"k{i}" for i in range(many)],
            "a": columns["id"],
            "rows": [0] * many,
        },
        schema=model.links.schema,
    )
    none = model.captures.clear()
    seen = show(
        replace(
            model,
            listings=pl.DataFrame(columns, schema=model.listings.schema),
            links=links,
            captures=none,
            link_rows=model.link_rows.clear(),
        )
    )
    seen.js("(kinds) => { fininit.unfold('N1'); fininit.kinds(kinds); }", ALL)
    counts = seen.js("fininit.counts()")
    assert counts["listings"] == 400 - counts["identifiers"]
    assert f"{many - counts['listings']} more identifiers and listings" in plain(
        seen.page.locator("#drawn").inner_text()
    )
    while seen.page.locator("#drawn button").count():
        seen.page.click("#drawn button")
    assert 1990 <= seen.js("fininit.counts()")["nodes"] <= 2000
    seen.quiet()


# --- filters


def within(model: ReportModel, first: date, last: date) -> dict[tuple[str, str, str], list[Decimal]]:
    """The slow way: amounts of every pair and currency in these days."""
    found: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    rows = model.transfers.select("debtor", "creditor", "currency", "amount", "booking_date").iter_rows()
    for debtor, creditor, currency, amount, day in rows:
        if day is not None and first <= day <= last:
            found[debtor, creditor, currency].append(Decimal(amount))
    return found


@pytest.mark.parametrize(
    ("first", "last"), [("2023-03-05", "2023-03-19"), ("2023-04-08", "2023-04-08"), ("2023-03-01", "2023-05-01")]
)
def test_a_date_filter_counts_and_adds_what_is_in_it(show: Open, linked_model: Factory, first: str, last: str) -> None:
    model = linked_model()
    want = within(model, date.fromisoformat(first), date.fromisoformat(last))
    network = dict(model.accounts.select("id", "network").iter_rows())
    seen = show(model)
    seen.page.fill("#filter-from", first)
    seen.page.fill("#filter-to", last)
    drawn = sum(len(v) for (d, c, _), v in want.items() if d != c)
    assert seen.js("fininit.counts().transfers") == drawn > 0
    for account in ("a1", "a2", "a6"):
        seen.js("(id) => fininit.choose(`account:${id}`)", account)
        text = plain(seen.panel())
        sums: Counter[tuple[str, str]] = Counter()
        counts: Counter[tuple[str, str]] = Counter()
        for (debtor, creditor, currency), amounts in want.items():
            for end, way in ((debtor, "out"), (creditor, "in")):
                if end == account and debtor != creditor:
                    sums[currency, way] += sum(amounts)  # type: ignore[assignment]
                    counts[currency, way] += len(amounts)
        for key, total in sums.items():
            assert f"{plain(visible.amount(str(total)))} ({counts[key]})" in text, (account, key)
        listed = sum(len(v) for (d, c, _), v in want.items() if account in (d, c))
        assert f"All {listed}" in text
    for here, there in (("N1", "N2"), ("N2", "N3")):
        seen.js("([a, b]) => fininit.choose(`flow:group:${a}>group:${b}`)", [here, there])
        text = plain(seen.panel())
        amounts = [x for (d, c, k), v in want.items() if (network[d], network[c], k) == (here, there, "EUR") for x in v]
        assert (f"{plain(visible.amount(str(sum(amounts))))} ({len(amounts)})" in text) == bool(amounts)
    seen.page.click("#filter-reset")
    assert (
        seen.js("fininit.counts().transfers")
        == model.edges.filter(pl.col("debtor") != pl.col("creditor"))["transfers"].sum()
    )
    assert "shown and counted" not in seen.panel()
    seen.quiet()


def test_days_also_choose_listings_identifiers_and_links(show: Open, linked_model: Factory) -> None:
    model = linked_model()
    seen = show(model)
    seen.js("(kinds) => { ['N1', 'N2'].forEach((n) => fininit.unfold(n)); fininit.kinds(kinds); }", ALL)
    assert shown(seen, "listing") == {0, 1, 2, 3, 4}
    seen.js("fininit.filter({from: '2023-03-09', to: '2023-03-11'})")
    assert shown(seen, "listing") == {0, 1}, "captures of 9 and 10 March; what has no day is not in these days"
    seen.js("fininit.choose('listing:l1')")
    assert plain(seen.panel()).count("Captured with") == 1
    kinds = {
        (model.links["a"][k], model.links["b"][k])
        for rows in seen.js("fininit.shown().links.map((l) => l.rows)")
        for k in rows
    }
    assert ("l1", "i1") in kinds and ("l3", "i1") not in kinds and ("i3", "a6") not in kinds
    assert shown(seen, "identifier") >= {0, 1} and 0 in shown(seen, "account")
    assert ("i1", "a1") in kinds and ("i2", "a1") not in kinds, "both ends are drawn, their link is of other days"
    assert shown(seen, "account") < {model.accounts["id"].to_list().index(f"a{i}") for i in range(1, 10)}
    assert "not drawn" in seen.page.locator("#drawn").inner_text()


def test_weeks_can_be_chosen_with_the_keyboard_and_by_dragging(show: Open, linked_model: Factory) -> None:
    seen = show(linked_model())
    seen.page.focus("#weeks")
    seen.page.keyboard.press("ArrowRight")
    assert "from=2023-02-27&to=2023-03-26" in seen.js("location.hash")
    seen.page.keyboard.press("ArrowRight")
    assert seen.page.input_value("#filter-from") == "2023-03-06"
    seen.page.keyboard.press("ArrowDown")
    assert seen.page.input_value("#filter-to") == "2023-03-26"
    seen.page.keyboard.press("Home")
    assert seen.page.input_value("#filter-from") == "" and "from" not in seen.js("location.hash")
    box = seen.page.locator("#weeks").bounding_box()
    seen.page.mouse.move(box["x"] + 2, box["y"] + 8)
    seen.page.mouse.down()
    seen.page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 8)
    seen.page.mouse.up()
    assert (seen.page.input_value("#filter-from"), seen.page.input_value("#filter-to")) == ("2023-02-27", "2023-04-30")
    seen.quiet()


def test_kinds_can_be_switched_off_and_are_counted(show: Open, linked_model: Factory) -> None:
    seen = show(linked_model())
    seen.js("fininit.unfold('N1')")
    before = seen.js("fininit.counts()")
    seen.page.uncheck("#kind-money")
    now = seen.js("fininit.counts()")
    assert now["arrows"] == 0 and now["links"] == before["links"] > 0
    assert (
        f"{before['transfers'] - now['transfers']} transfers are switched off"
        in seen.page.locator("#drawn").inner_text()
    )
    seen.page.uncheck("#kind-links")
    assert seen.js("fininit.counts().links") == 0
    seen.page.uncheck("#kind-identifiers")
    assert seen.js("fininit.counts().identifiers") == 0
    seen.page.uncheck("#kind-accounts")
    assert shown(seen, "account") == set() and len(shown(seen, "group")) == 3
    assert "kinds=&" in seen.js("location.hash") + "&"
    seen.page.click("#filter-reset")
    assert seen.js("fininit.counts()") == before
    seen.quiet()


def test_filters_stand_in_the_address(show: Open, linked_model: Factory) -> None:
    fragment = "#from=2023-03-05&to=2023-03-19&kinds=accounts+listings+identifiers&open=group:N1&listings=identifier:i1"
    seen = show(linked_model(), fragment=fragment)
    assert seen.page.input_value("#filter-to") == "2023-03-19"
    assert seen.page.is_checked("#kind-listings") and not seen.page.is_checked("#kind-money")
    assert shown(seen, "listing") == {0, 1}
    wrong = show(
        linked_model(), fragment="#from=2023-99-99x&to=%00&kinds=__proto__&listings=identifier:nobody&open=group:N1"
    )
    assert wrong.js("fininit.counts().nodes") >= 3
    wrong.quiet()


def test_a_part_of_the_transfers_is_said_to_be_a_part(
    show: Open, linked_model: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "TRANSFER_CAP", 8)
    seen = show(linked_model())
    assert seen.page.locator("#filter-carried").is_hidden()
    seen.js("fininit.filter({from: '2023-03-01'})")
    assert seen.js("fininit.counts().transfers") == 8
    for place in ("#filter-carried", "#home .notice"):
        assert "Counted from the 8 of 27 transfers" in seen.page.locator(place).first.inner_text()


# --- the panel


def test_from_a_phone_to_the_row_in_two_clicks(show: Open, linked_model: Factory) -> None:
    model = linked_model()
    seen = show(model)
    seen.js("fininit.unfold('N1')")
    seen.page.mouse.click(*seen.spot(seen.js("fininit.nodeOfIdentifier('i1')")))
    text = plain(seen.panel())
    for words in (
        "+12125550147",
        "printed by 3 listings, tied to 2 accounts",
        "few share it: it links strongly (1)",
        "Harbour Lights Ltd",
        "M. Aldous",
        "Ines Aldous",
        "strength 0.95 of 1",
        "2023-03-01 to 2023-04-30",
        "Tied to 2 accounts",
        "Printed by 3 listings",
        "put together from hidden characters",
    ):
        assert words in text, words
    seen.page.click("#home .ties button.open >> nth=0")
    proof = plain(seen.page.locator("#home .proof").first.inner_text())
    assert "Exhibit A-2 pier.xlsx, sheet Subscribers, row 50" in proof and "Found in Phone" in proof
    assert model.sources["sha256"][1] in proof
    seen.js("fininit.choose('identifier:i4')")
    assert "many share it: it says little (0.05)" in seen.panel()
    seen.quiet()


def test_a_listing_shows_its_captures_contacts_and_where_it_leads(show: Open, linked_model: Factory) -> None:
    seen = show(linked_model())
    seen.js("fininit.choose('listing:l1')")
    text = plain(seen.panel())
    for words in (
        "captured 2 times",
        "board-one",
        "https://board-one.example/1/1",
        "2023-03-09 07:20:00 UTC",
        "Analyst Ferris",
        "page saver 2.1",
        "Quarnhaven",
        "101 EUR",
        "Room by the pier. Call +12125550147",
        "Exhibit B-1 listings.jsonl, row 2",
        "Leads to accounts in 2 ways",
        "via +12125550147",
    ):
        assert words in text, words
    chain = seen.page.locator("#home section", has_text="Leads to accounts").locator("button.open").first
    assert chain.inner_text() == "3", "the rows of the listing and of the account's part together"
    chain.click()
    shown_rows = plain(seen.page.locator("#home tr.detail").inner_text())
    assert "B-1" in shown_rows and "row 2" in shown_rows and "sheet Subscribers, row 50" in shown_rows
    seen.js("fininit.choose('listing:l5')")
    assert "not stated" in seen.panel()
    seen.quiet()


def test_an_account_shows_who_holds_it_and_what_leads_to_it(show: Open, linked_model: Factory) -> None:
    seen = show(linked_model())
    seen.js("fininit.choose('account:a1')")
    text = plain(seen.panel())
    for words in (
        "Who holds or uses it: 2 records",
        "Ines Aldous",
        "holder",
        "2023-03-01 to 2023-03-31",
        "signatory",
        "since 2023-04-01",
        "1 linked account",
        "J. Brandt",
        "3 identifiers",
        "device-77",
        "1 listing leads to it",
        "listing 1",
    ):
        assert words in text, words
    seen.page.locator("#home button.link", has_text="Pier Holdings").click()
    assert "firm" in seen.panel() and "Stated for 1 account" in seen.panel()
    seen.page.locator("#home button.link", has_text="Harbour Lights Ltd").click()
    seen.page.locator("#home button.link", has_text="listing 1").click()
    assert shown(seen, "listing") >= {0}, "what is chosen is drawn"
    seen.quiet()


def test_a_line_opens_the_links_between_its_ends(show: Open, linked_model: Factory) -> None:
    seen = show(linked_model())
    seen.js("fininit.unfold('N1')")
    seen.js("fininit.choose('ties:identifier:i1>account:a3')")
    assert "Reason number 1 of the sample." in seen.panel() and "1 link" in seen.panel()
    seen.js("fininit.choose('ties:group:N2>account:a2')")
    assert "Reason number 9 of the sample." in seen.panel()
    seen.quiet()


def test_the_list_and_the_search_know_them_too(show: Open, linked_model: Factory) -> None:
    seen = show(linked_model())
    seen.js("(kinds) => { fininit.unfold('N1'); fininit.kinds(kinds); }", ALL)
    seen.page.click("#list-toggle")
    tables = seen.page.locator("#listing table")
    counts = seen.js("fininit.counts()")
    assert tables.nth(0).locator("tbody tr").count() == counts["nodes"]
    assert tables.nth(2).locator("tbody tr").count() == counts["links"]
    assert "device" not in tables.nth(0).inner_text() and "@pier_nine" in tables.nth(0).inner_text()
    for query, found in (
        ("5550148", "phone"),
        ("harbour call", "Listing"),
        ("pier holdings", "Party"),
        ("@nobody", "handle"),
    ):
        seen.page.fill("#search", query)
        seen.page.wait_for_selector("#found li[role=option]")
        assert found in seen.page.locator("#found").inner_text()
    seen.page.fill("#search", "by the harbour")
    seen.page.keyboard.press("Enter")
    assert "Captured 3 times" in seen.panel()
    assert shown(seen, "listing") >= {3}
    seen.quiet()


# --- the trace


def picture(seen: Any) -> list[str]:
    """What the bands of the picture say of themselves."""
    script = "[...document.querySelectorAll('.flowchart .ribbon')].map((p) => p.querySelector('title').textContent)"
    return [plain(text.replace("\n", " | ")) for text in seen.js(script)]


def test_the_trace_says_and_draws_what_the_model_holds(show: Open, linked_model: Factory) -> None:
    model = linked_model()
    seen = show(model)
    seen.page.click("nav [data-view=trace]")
    text = plain(seen.page.locator("#view-trace").inner_text())
    total = model.traces.row(0, named=True)
    for words in (
        "first in, first out",
        "S1: 1000.00 EUR of one transfer: 2023-04-08, paid by Harbour Lights Ltd paid to Pier Nine Transfers",
        f"Traced in {total['traced_in']} EUR = ended {total['ended']} EUR + still held {total['remaining']} EUR",
        "the difference is 0.00 EUR",
        "another rule, order or limit may show another result",
        "at most 6 transfers from the start",
        "until 2023-05-30",
        "5 transfers carried it",
        "Where it stopped: 5 portions",
        "One statement is missing.",
        *model.trace_breaks["why"],
    ):
        assert words in text, words
    assert not re.search(r"\b(dirty|clean|taint)", text, re.IGNORECASE)
    assert sorted(picture(seen)) == sorted(
        [
            "Start S1 → Pier Nine Transfers | 1000.00 EUR | 1 transfer",
            "Pier Nine Transfers → L. Carver | 420.00 EUR | 1 transfer",
            "L. Carver → Pier Nine Transfers | 70.00 EUR | 1 transfer | goes back to an account on the left",
            "Pier Nine Transfers → repaid an overdraft: Pier Nine Transfers | 3.50 EUR | 1 transfer",
            "Pier Nine Transfers → paid out in cash: Corner Exchange | 300.00 EUR | 1 transfer",
            "Pier Nine Transfers → account without records: Far Shore Trading | 46.50 EUR | 1 transfer",
            "Pier Nine Transfers → still held: Pier Nine Transfers | 300.00 EUR",
            "L. Carver → still held: L. Carver | 350.00 EUR",
        ]
    )
    rows = seen.page.locator("#view-trace table")
    counted = [rows.nth(i).locator("tbody tr").count() for i in range(rows.count())]
    assert counted == [4, 5, 5, model.trace_coverage.height]
    for part in seen.page.locator("details.schedule summary").all():
        part.click()
    seen.page.wait_for_function(
        "[...document.querySelectorAll('details.schedule')].every((d) => d.querySelector('tr'))"
    )
    lines = seen.page.locator("details.schedule tbody tr").count()
    assert lines == model.trace_schedule.height
    assert seen.js("document.documentElement.scrollHeight <= innerHeight")
    seen.quiet()


def test_bands_and_accounts_of_the_trace_open_their_records(show: Open, linked_model: Factory) -> None:
    seen = show(linked_model())
    seen.page.click("nav [data-view=trace]")
    seen.page.locator(".flowchart .ribbon").nth(1).focus()
    seen.page.keyboard.press("Enter")
    assert seen.js("document.getElementById('view-trace').hidden") is True
    assert "One transfer" in seen.panel()
    seen.page.click("nav [data-view=trace]")
    seen.page.locator(".flowchart .place[role=button]", has_text="L. Carver").first.click()
    assert seen.page.locator("#home h2").inner_text() == "L. Carver"
    seen.page.click("nav [data-view=trace]")
    seen.page.locator("#view-trace td button.link", has_text="2023-03-25").first.click()
    assert "100.00" in seen.panel()
    assert "view=trace" in show(linked_model(), fragment="#view=trace").js("location.hash")
    seen.quiet()


def test_without_a_trace_there_is_no_view_of_it(show: Open, sample_model: Factory) -> None:
    seen = show(sample_model(), fragment="#view=trace")
    assert seen.page.locator("[data-view=trace]").count() == 0
    assert seen.page.locator("#kind-listings").is_hidden() and seen.page.locator("#kind-money").is_visible()
    seen.quiet()


def test_a_trace_that_does_not_add_up_is_not_trusted(show: Open, linked_model: Factory) -> None:
    model = linked_model()
    seen = show(replace(model, traces=model.traces.with_columns(difference=pl.lit("0.01"))))
    seen.page.click("nav [data-view=trace]")
    assert "do not use this trace" in seen.page.locator("#view-trace").inner_text()


@pytest.mark.parametrize("steps", [1, 2, 60, 500])
def test_long_and_short_traces_keep_every_cent(show: Open, traced_model: Factory, steps: int) -> None:
    model = traced_model(steps)
    seen = show(model)
    seen.page.click("nav [data-view=trace]")
    ends: Counter[str] = Counter()
    started = Decimal(0)
    names = {PAGE[f"term.break.{kind}"]: kind for kind in BREAK_KINDS}
    for text in picture(seen):
        way, amount = text.split(" | ")[:2]
        value = Decimal(amount.removesuffix(" EUR"))
        to = way.split(" → ")[1].split(": ")[0]
        started += value if way.startswith("Start ") else 0
        if to in names:
            ends[names[to]] += value  # type: ignore[assignment]
    want: Counter[str] = Counter()
    for kind, amount in model.trace_breaks.select("kind", "amount").iter_rows():
        want[kind] += Decimal(amount)  # type: ignore[assignment]
    assert ends == want and started == Decimal(model.traces["traced_in"][0]) == sum(want.values())
    places = seen.js("[...document.querySelectorAll('.flowchart .place')].map((p) => p.getAttribute('aria-label'))")
    drawn_together = 0
    for kind, count, amount in (re.fullmatch(r"(.+) (\d+) smaller portions? (.+) EUR", plain(p)).groups()  # type: ignore[union-attr]
                                for p in places if "smaller portion" in p):  # fmt: skip
        of_kind = model.trace_breaks.filter(pl.col("kind") == names[kind])
        by_account: dict[str, list[Decimal]] = defaultdict(list)
        for account, value in of_kind.select("account", "amount").iter_rows():
            by_account[account].append(Decimal(value))
        smallest = sorted(by_account.values(), key=sum)
        cuts = [smallest[:n] for n in range(len(smallest) + 1)]
        (cut,) = [c for c in cuts if sum(map(sum, c)) == Decimal(amount)]
        assert sum(map(len, cut)) == int(count)
        drawn_together += 1
    assert (drawn_together > 0) == (steps > 50)
    assert len(places) <= 110
    box = "(t) => { const b = t.getBBox(); return [b.x, b.y, b.width, b.height]; }"
    labels = seen.js(f"[...document.querySelectorAll('.flowchart .who')].map({box})")
    crossing = [
        (a, b)
        for i, a in enumerate(labels)
        for b in labels[:i]
        if a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
    ]
    assert crossing == [], "no name is written over another"
    seen.quiet()


def test_every_code_of_links_and_traces_has_its_words() -> None:
    codes = {"rule": RULES, "order": ORDERS, "break": BREAK_KINDS, "capacity": CAPACITIES}
    for family, names in codes.items():
        for name in names:
            assert f"term.{family}.{name}" in PAGE
    everything = " ".join(v if isinstance(v, str) else " ".join(v) for v in PAGE.values())
    assert not re.search(r"\b(dirty|clean|tainted)\b", everything, re.IGNORECASE)


# --- without scripts


def test_the_static_part_has_traces_and_listings(show: Open, linked_model: Factory) -> None:
    seen = show(linked_model(), javascript=False)
    text = plain(seen.page.locator("body").inner_text())
    for words in ("Traced in", "1000.00", "350.00", "650.00", "may show another result"):
        assert words in text
    cells = seen.page.locator(".static table").nth(1).locator("tbody tr").nth(0).locator("td")
    assert cells.nth(1).inner_text() == "4"
    assert seen.requests == [] and seen.trouble == []


def test_on_paper_the_trace_is_whole(show: Open, linked_model: Factory) -> None:
    model = linked_model()
    seen = show(model)
    seen.page.emulate_media(media="print")
    seen.js("dispatchEvent(new Event('beforeprint'))")
    seen.page.wait_for_timeout(50)
    text = plain(seen.page.locator("#view-trace").inner_text())
    assert (
        "Tracing schedule" in text
        and seen.page.locator("details.schedule tbody tr").count() == model.trace_schedule.height
    )
    assert seen.page.pdf(format="A4").startswith(b"%PDF")


# --- hostile text, and what must not be seen

RUN = "globalThis.executed=(globalThis.executed||0)+1"
HOSTILE = " ".join(
    (
        f"</script><script>{RUN}</script>",
        f"<img src=x onerror={RUN}>",
        f"<svg/onload={RUN}>",
        f"--></noscript></style></textarea></title><script>{RUN}</script><!--",
        f"javascript:{RUN}",
        "\u202e\u2066\x00\x07\ufeff\u2028",
        "__proto__ constructor {{7*7}} ${7*7}",
        "x" * 300,
    )
)
REFERENCES = {
    "id", "network", "debtor", "creditor", "transfer", "transfer_a", "transfer_b", "scope", "direction", "exhibit",
    "currency", "listing", "link", "trace", "a", "b", "via", "a_kind", "b_kind", "other_account",
}  # fmt: skip


def test_hostile_text_in_every_new_field_runs_nothing(show: Open, linked_model: Factory) -> None:
    model = linked_model(redacted=False, identified=HOSTILE, reason=HOSTILE)
    frames = {}
    for sheet in SHEETS:
        keys = REFERENCES | ({"account"} if sheet.name.startswith(("trace_", "account_totals")) else set())
        keys -= {"listing"} if sheet.name == "listings" else set()
        frames[sheet.name] = model.table(sheet).with_columns(
            pl.lit(HOSTILE).alias(n) for n, cell in sheet.columns.items() if cell == "text" and n not in keys
        )
    # Codes that decide where something is drawn stay in a second page.
    for kept in ((), ("links", "trace_breaks", "captures")):
        seen = show(replace(model, **{**frames, **{name: getattr(model, name) for name in kept}}))
        seen.js(
            "(kinds) => { ['N1', 'N2', 'N3', 'none'].forEach((n) => fininit.unfold(n)); fininit.kinds(kinds); }", ALL
        )
        seen.page.click("#fit")
        for node in seen.js("fininit.shown().nodes"):
            spot = seen.spot(node)
            seen.page.mouse.move(*spot)
            seen.page.mouse.click(*spot)
        for choice in ("identifier:i1", "listing:l1", "party:p1", "account:a1", "ties:identifier:i1>account:a1"):
            seen.js("(choice) => fininit.choose(choice)", choice)
            for button in seen.page.locator("#home button.open").all()[:6]:
                button.click()
        seen.page.fill("#search", "<img src=x")
        seen.page.wait_for_selector("#found li")
        seen.page.keyboard.press("Escape")
        seen.page.click("#list-toggle")
        seen.page.click("nav [data-view=trace]")
        for part in seen.page.locator("details.schedule summary").all():
            part.click()
        foreign = "#app img, #app iframe, #app script, #app a:not(.skip), #app svg svg, #app foreignObject"
        assert seen.js("(wanted) => document.querySelectorAll(wanted).length", foreign) == 0
        assert seen.js("document.documentElement.scrollWidth <= innerWidth")
        seen.quiet()


def test_nothing_raw_is_in_a_redacted_page(show: Open, linked_model: Factory) -> None:
    canaries: list[str] = []

    def withheld(text: str) -> str:
        canaries.append(text)
        return f"XX-{len(canaries):04d}"

    model = linked_model(name=withheld)
    assert len(canaries) > 60
    html = writer.write_page(model).decode("ascii")
    assert [c for c in canaries if c in html] == []
    assert "+12125550147" in "".join(canaries)
    seen = show(model)
    seen.js("(kinds) => { ['N1', 'N2', 'none'].forEach((n) => fininit.unfold(n)); fininit.kinds(kinds); }", ALL)
    for choice in ("identifier:i1", "listing:l1", "party:p1", "account:a1"):
        seen.js("(choice) => fininit.choose(choice)", choice)
        text = seen.page.locator("body").inner_text()
        assert [c for c in canaries if c in text] == []
    leaked = show(linked_model())
    leaked.js("fininit.choose('listing:l1')")
    assert "+12125550147" in leaked.panel(), "the same search finds it where it is shown"


def test_texts_beyond_the_cap_are_said_to_be_elsewhere(
    show: Open, linked_model: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "TEXT_CAP", 120)
    monkeypatch.setattr(writer, "SCHEDULE_CAP", 2)
    seen = show(linked_model())
    seen.js("fininit.choose('listing:l6')")
    assert "is not carried in this page" in seen.panel()
    seen.page.click("nav [data-view=trace]")
    assert "carries 2 of" in seen.page.locator("#view-trace").inner_text()
    seen.quiet()
