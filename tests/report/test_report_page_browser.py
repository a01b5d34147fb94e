"""The page in a real browser, opened from disk: what it asks for (nothing), what runs (its own scripts), what it shows.

Each detector used here is shown to work by a page that trips it (the last tests).
"""

from __future__ import annotations

import json
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal, localcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from fininit.report import page as writer
from fininit.report import visible
from fininit.report.model import SHEETS, ReportModel

Factory = Callable[..., ReportModel]

RUN = "globalThis.executed=(globalThis.executed||0)+1"
"""What every payload does when something runs it."""

HOSTILE = (
    f"</script><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg/onload={RUN}>",
    f'"><script>{RUN}</script>',
    f"'-({RUN})-'",
    f"javascript:{RUN}",
    f"<a href=javascript:{RUN}>click</a>",
    f"<iframe srcdoc='<script>{RUN}</script>'></iframe>",
    f"--></noscript></style></textarea><script>{RUN}</script><!--",
    "<img src=http://127.0.0.1:9/beacon>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/away'>",
    "{{7*7}} {% for x in y %} ${7*7} <%= 7*7 %> #{7*7}",
    '=HYPERLINK("http://127.0.0.1:9")',
    "pay \u202e00.001\u202c EUR",
    "\u2066\u2067isolated\u2069 \u200e\u200f\u061c",
    "zero\u200bwidth\u200c\u200d\ufeff \u00ad soft",
    "nul \x00 bell \x07 esc \x1b[31m del \x7f",
    "tab\tline\nreturn\r\u2028\u2029\x85",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "\\u003cscript\\u003e",
    "&lt;script&gt; &amp; &#60;",
    "[U+202E] as it is",
    "שלום עולם مرحبا 1234",
    "e\u0301 \U0001f6a2\U0001f3f4\U000e0067\U000e007f 漢字",
    "$&$1$`",
    "%00%0a%3Cscript%3E",
    "\ufffe\uffff\ufdd0",
    " leading and trailing ",
    "x" * 3000,
)


Opened = Any  # conftest.Opened: a page and everything it did
Open = Callable[..., Any]


def tour(seen: Opened) -> None:
    """Every view, every control, every kind of choice."""
    for view in ("exhibits", "exceptions", "method", "overview"):
        seen.page.click(f"nav [data-view={view}]")
    for control in ("#fit", "#zoom-in", "#zoom-out", "#list-toggle", "#list-toggle", "#keys", "#help-close"):
        seen.page.click(control)
    for node in seen.js("fininit.shown().nodes.filter((n) => fininit.describe(n).kind === 'group')"):
        seen.page.mouse.move(*seen.spot(node))
        seen.page.mouse.click(*seen.spot(node))
    seen.page.click("#fold-all")
    seen.page.emulate_media(media="print")
    seen.js("dispatchEvent(new Event('beforeprint'))")
    seen.page.emulate_media(media="screen", color_scheme="dark")
    seen.page.wait_for_timeout(50)


# --- the way a reader goes


def test_a_page_asks_for_nothing_and_says_nothing(show: Open, sample_model: Factory) -> None:
    seen = show(sample_model())
    tour(seen)
    seen.js("fininit.unfold('N1')")
    seen.page.fill("#search", "harbour")
    seen.page.keyboard.press("Enter")
    assert "Harbour Lights Ltd" in seen.panel()
    seen.page.keyboard.press("Escape")
    seen.quiet()


def test_from_a_node_to_file_and_row_in_two_clicks(show: Open, sample_model: Factory) -> None:
    seen = show(sample_model())
    seen.page.mouse.dblclick(*seen.spot(seen.js("fininit.nodeOfGroup('N1')")))
    assert seen.js("fininit.shown().nodes.length") == 8
    seen.page.mouse.click(*seen.spot(seen.js("fininit.nodeOfAccount('a1')")))
    seen.page.click("#home .transfers button.open >> nth=0")
    shown = seen.page.locator("#home .proof >> nth=0").inner_text()
    assert "harbour.csv" in shown and "row 2" in shown and "03.03.2023;Harbour Lights Ltd" in shown
    assert sample_model().sources["sha256"][0] in shown
    second = seen.page.locator("#home .proof >> nth=1").inner_text()
    assert "pier.xlsx" in second and "sheet March" in second and "row 5" in second
    seen.quiet()


def test_an_arrow_opens_the_transfers_between_its_ends(show: Open, sample_model: Factory) -> None:
    seen = show(sample_model())
    seen.js("fininit.choose('flow:group:N1>group:N2')")
    text = seen.panel()
    assert "10\u202f000.00 (2)" in text and text.count("consulting") == 2
    arrow = ">".join(str(seen.js(f"fininit.nodeOfGroup('{n}')")) for n in ("N3", "N1"))
    box, place = seen.page.locator("#graph").bounding_box(), seen.js("(id) => fininit.middleOf(id)", arrow)
    assert box is not None
    seen.page.mouse.move(box["x"] + place["x"], box["y"] + place["y"])
    seen.page.wait_for_selector("#tip:not([hidden])")
    assert "75.25 EUR" in seen.page.locator("#tip").inner_text()
    seen.page.mouse.click(box["x"] + place["x"], box["y"] + place["y"])
    assert "refund" in seen.panel()
    seen.page.click("#home button.open")
    assert "row 23" in seen.panel()
    seen.quiet()


def test_groups_open_close_and_show_more(show: Open, large_model: Factory) -> None:
    model = large_model(900, 2500, 3)
    members = model.accounts.filter(pl.col("network") == "N1").height
    seen = show(model)
    seen.page.mouse.click(*seen.spot(seen.js("fininit.nodeOfGroup('N1')")))
    seen.page.click("#home button.main")
    drawn = "fininit.shown().nodes.filter((n) => fininit.describe(n).kind === 'account').length"
    assert seen.js(drawn) == 200 < members
    assert f"200 of {members}" in seen.panel()
    seen.page.click("#home .acts button >> nth=1")
    assert seen.js(drawn) == min(400, members)
    seen.page.click("#fold-all")
    assert seen.js(drawn) == 0
    seen.quiet()


@pytest.mark.parametrize("kind", ["sample", "large"])
def test_the_counts_in_the_picture_equal_the_model(
    show: Open, sample_model: Factory, large_model: Factory, kind: str
) -> None:
    model = sample_model() if kind == "sample" else large_model(400, 3000, 12)
    edges = model.edges.filter(pl.col("debtor") != pl.col("creditor"))
    want = {"accounts": model.accounts.height, "transfers": edges["transfers"].sum()}
    seen = show(model)
    for network in (None, "N1", "N2", "N3"):
        if network:
            seen.js("(n) => fininit.unfold(n)", network)
        counts = seen.js("fininit.counts()")
        assert {key: counts[key] for key in want} == want
        drawn = {
            int(n["id"]) if str(n["id"]).isdigit() else n["id"]
            for n in seen.js("fininit.shown().nodes.map((id) => ({id}))")
        }
        assert len(drawn) == counts["nodes"]
    outside = model.accounts.filter(~pl.col("network").is_in(["N1", "N2", "N3"]))["network"].unique()
    opened = model.accounts.filter(pl.col("network").is_in(["N1", "N2", "N3"])).height
    assert seen.js("fininit.counts()")["nodes"] == opened + outside.len()
    assert "self" not in want and model.facts.self_transfers + want["transfers"] == model.transfers.height


def test_sums_are_exact_to_the_last_decimal(show: Open, sample_model: Factory) -> None:
    model = sample_model()
    transfers = model.transfers.with_columns(
        pl.when(pl.col("debtor") == "a1")
        .then(pl.lit("9007199254740993.000000000000000001"))
        .otherwise("amount")
        .alias("amount")
    )
    edges = model.edges.with_columns(
        pl.when(pl.col("debtor") == "a1")
        .then(pl.lit("9007199254740993.000000000000000001"))
        .otherwise("amount")
        .alias("amount")
    )
    seen = show(replace(model, transfers=transfers, edges=edges))
    seen.js("fininit.choose('flow:group:N1>group:N2')")
    assert "9\u202f007\u202f199\u202f254\u202f740\u202f993.000000000000000001 (2)" in seen.panel()
    network = dict(model.accounts.select("id", "network").iter_rows())
    with localcontext(prec=60):
        for here, there in (("N1", "N1"), ("N1", ""), ("N2", "N2")):
            seen.js("([a, b]) => fininit.choose(`flow:group:${a}>group:${b}`)", [here, there or "none"])
            found = [
                Decimal(a)
                for d, c, a, k in edges.select("debtor", "creditor", "amount", "currency").iter_rows()
                if (network[d], network[c], k) == (here, there, "EUR")
            ]
            assert len(found) >= 2
            assert f"{visible.amount(str(sum(found)))} (" in seen.panel()


def test_an_account_shows_what_the_model_says(show: Open, sample_model: Factory) -> None:
    model = sample_model()
    seen = show(model)
    for account, name in model.accounts.select("id", "name").head(4).iter_rows():
        seen.js("(id) => fininit.choose(`account:${id}`)", account)
        text = seen.panel()
        assert name in text
        for amount, n in (
            model.account_totals.filter(pl.col("account") == account).select("amount", "transfers").iter_rows()
        ):
            assert f"{visible.amount(amount)} ({n})" in text
    seen.js("fininit.choose('account:a1')")
    assert "9.87 %" in seen.panel() or "9.8 %" in seen.panel()
    assert "To itself 1" in seen.panel()


def test_an_account_has_one_name_everywhere(show: Open, sample_model: Factory) -> None:
    model = sample_model()
    named = model.accounts.with_columns(name=pl.format("NM-{}", "id"), label=pl.format("AC-{}", "id"))
    seen = show(replace(model, accounts=named))
    seen.js("fininit.unfold('N1')")
    seen.js("fininit.choose('account:a1')")
    assert seen.page.locator("#home h2").inner_text() == "AC-a1"
    text = seen.panel()
    assert "NM-a1" in text and "paid to AC-a2" in text and "NM-a2" not in text
    seen.page.click("#list-toggle")
    assert "AC-a2" in seen.page.locator("#listing").inner_text()
    assert "NM-" not in seen.page.locator("#listing").inner_text()


def test_keys_alone_lead_to_a_row(show: Open, sample_model: Factory) -> None:
    seen = show(sample_model())
    seen.page.focus("#graph")
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        seen.page.keyboard.press(key)
    seen.js("fininit.choose('group:N1')")
    seen.page.focus("#graph")
    before = seen.js("fininit.shown().nodes.length")
    seen.page.keyboard.press("Enter")
    assert seen.js("fininit.shown().nodes.length") == before + 4
    seen.page.keyboard.press("l")
    seen.page.focus("#listing table button >> nth=0")
    seen.page.keyboard.press("Enter")
    seen.page.focus("#home button.open >> nth=0")
    seen.page.keyboard.press("Enter")
    assert "harbour.csv" in seen.panel()
    seen.page.keyboard.press("Backspace")
    seen.page.keyboard.press("Escape")
    assert "Groups of connected accounts" in seen.panel()
    seen.quiet()


def test_the_list_shows_what_the_picture_shows(show: Open, sample_model: Factory) -> None:
    seen = show(sample_model())
    seen.page.click("#list-toggle")
    tables = seen.page.locator("#listing table")
    assert tables.nth(0).locator("tbody tr").count() == seen.js("fininit.counts().nodes") == 4
    assert tables.nth(1).locator("tbody tr").count() == seen.js("fininit.counts().arrows") == 6
    tables.nth(0).locator("button", has_text="Expand").first.click()
    assert tables.nth(0).locator("tbody tr").count() == 8


def test_the_address_keeps_the_state(show: Open, sample_model: Factory) -> None:
    seen = show(sample_model(), fragment="#show=account:a3&open=group:N1%20group:nobody")
    assert "M. Aldous" in seen.panel()
    assert seen.js("fininit.counts().nodes") == 8
    assert "account%3Aa3" in seen.js("location.hash")
    wrong = show(sample_model(), fragment="#show=%E0%A4%A&open=x&view=../../etc")
    assert "Groups of connected accounts" in wrong.panel()
    wrong.quiet()


def test_the_rows_add_up_on_the_front(show: Open, sample_model: Factory) -> None:
    model = sample_model()
    assert "= 30 read + 2 not transactions + 2 not read" in show(model).page.locator("#facts").inner_text()
    wrong = model.sources.with_columns(pl.col("rows_total") + 1)
    assert "do not add up" in show(replace(model, sources=wrong)).page.locator("#facts").inner_text()


def test_what_is_left_to_the_workbook_is_said(
    show: Open, sample_model: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "RAW_CAP", 300)
    monkeypatch.setattr(writer, "TRANSFER_CAP", 8)
    seen = show(sample_model())
    seen.js("fininit.choose('account:a1')")
    assert "8 of these 12 transfers" in seen.panel()
    seen.js("fininit.choose('transfer:t8')")
    assert "stands in the workbook under exhibit A-1, row 9" in seen.panel()
    seen.page.click("nav [data-view=exhibits]")
    assert "carries 8 of 27 transfers" in seen.page.locator("#view-exhibits").inner_text()
    seen.quiet()


# --- hostile text

RECALL = """(element) => {
  const units = [];
  const walk = (node) => {
    if (node.nodeType === 3) {
      for (let i = 0; i < node.data.length; i += 1) units.push(node.data.charCodeAt(i));
      return;
    }
    if (node.className === 'ctrl') {
      const text = String.fromCodePoint(parseInt(node.textContent.slice(3, -1), 16));
      for (let i = 0; i < text.length; i += 1) units.push(text.charCodeAt(i));
      return;
    }
    node.childNodes.forEach(walk);
  };
  walk(element);
  return units;
}"""
"""The text of an element as the case had it: marks read back, everything else unit by unit."""


def units(text: str) -> list[int]:
    data = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]


FACTS = (
    "title",
    "version",
    "command",
    "fingerprint",
    "method",
    "resolution",
    "modularity",
    "identified",
    "reason",
    "contact",
)


def poisoned(model: ReportModel, text: str) -> ReportModel:
    """``text`` in every text cell that is not a reference between tables."""
    keys = {
        "id",
        "network",
        "debtor",
        "creditor",
        "transfer",
        "transfer_a",
        "transfer_b",
        "scope",
        "direction",
        "exhibit",
        "currency",
    }
    frames = {}
    for sheet in SHEETS:
        frame = model.table(sheet)
        mine = keys | ({"account"} if sheet.name == "account_totals" else set())
        frames[sheet.name] = frame.with_columns(
            pl.lit(text).alias(n) for n, cell in sheet.columns.items() if cell == "text" and n not in mine
        )
    facts = replace(
        model.facts,
        **dict.fromkeys(FACTS, text),
        redacted=False,
    )
    return replace(model, facts=facts, **frames)


def renamed(model: ReportModel, names: dict[str, str]) -> ReportModel:
    """The same case under other ids: every reference in every table follows."""
    frames = {
        sheet.name: model.table(sheet).with_columns(
            pl.col(n).replace(names) for n, cell in sheet.columns.items() if cell == "text"
        )
        for sheet in SHEETS
    }
    return replace(model, **frames)


def test_hostile_text_in_every_field_runs_nothing(show: Open, sample_model: Factory) -> None:
    everything = " ".join(HOSTILE)
    model = renamed(
        poisoned(sample_model(), everything),
        {
            "a2": "__proto__",
            "a3": "constructor",
            "N2": "__proto__",
            "N3": f"</script><script>{RUN}</script>",
            "EUR": f"<img src=x onerror={RUN}>",
            "A-1": "toString",
            "t1": "valueOf",
        },
    )
    seen = show(model)
    tour(seen)
    for network in ("N1", "__proto__", f"</script><script>{RUN}</script>"):
        seen.js("(id) => fininit.unfold(id)", network)
    seen.page.click("#fit")
    for node in seen.js("fininit.shown().nodes"):
        spot = seen.spot(node)
        seen.page.mouse.move(*spot)
        seen.page.mouse.click(*spot)
    drawn = seen.js("fininit.counts()")
    assert {k: drawn[k] for k in ("nodes", "arrows", "accounts", "transfers")} == {
        "nodes": 13,
        "arrows": 21,
        "accounts": 15,
        "transfers": 26,
    }
    for button in seen.page.locator("#home button.open").all():
        button.click()
    seen.js("fininit.choose('account:__proto__')")
    seen.page.click("#home button.open >> nth=0")
    assert seen.page.locator("#home .proof").count() >= 1
    seen.page.fill("#search", "<img src=x")
    seen.page.wait_for_selector("#found li")
    seen.page.click("#list-toggle")
    assert (
        seen.js(
            "document.querySelectorAll('#app img, #app iframe, #app script, #app a:not(.skip), #app svg svg').length"
        )
        == 0
    )
    seen.quiet()


def test_raw_text_is_whole_unit_by_unit(show: Open, sample_model: Factory) -> None:
    model = sample_model()
    texts = [HOSTILE[i % len(HOSTILE)] + "|" + HOSTILE[(i * 7) % len(HOSTILE)] for i in range(model.evidence.height)]
    texts[-1] = "".join(HOSTILE)
    seen = show(replace(model, evidence=model.evidence.with_columns(pl.Series("raw", texts))))
    for transfer, text in zip(model.evidence["transfer"], texts, strict=True):
        seen.js("(id) => fininit.choose(`transfer:${id}`)", transfer)
        for more in seen.page.locator("#home .raw button").all():
            more.click()
        shown = [seen.page.evaluate(RECALL, handle) for handle in seen.page.locator("#home .raw bdi").element_handles()]
        assert units(text) in shown, text
    for char in "\u202e\u2066\u200b\x00\x07\u2028\ufeff":
        assert char not in seen.page.locator("#home .raw").last.inner_text()
    seen.quiet()


def test_lone_surrogates_are_shown(show: Open, sample_model: Factory) -> None:
    seen = show(sample_model(title="a\ud800b\udfffc"))
    assert seen.page.locator("#title").inner_text() == "a[U+D800]b[U+DFFF]c"
    assert seen.page.evaluate(RECALL, seen.page.locator("#title bdi").element_handle()) == units("a\ud800b\udfffc")


def test_scripts_and_static_part_hide_the_same_characters(show: Open, sample_model: Factory) -> None:
    source = (Path(writer.__file__).parent / "assets" / "format.js").read_text()
    match = re.search(r"const HIDDEN = /(.*)/gu;", source)
    assert match is not None
    page = show(sample_model()).page
    found = set(
        page.evaluate(
            "(source) => { const r = new RegExp(source, 'u'); const out = [];"
            "for (let c = 0; c < 0x110000; c += 1) if (r.test(String.fromCodePoint(c))) out.push(c); return out; }",
            match.group(1),
        )
    )
    # Characters that this Python does not know yet may be known to the browser.
    for code in range(0x110000):
        char = chr(code)
        if unicodedata.category(char) != "Cn" or visible.hidden(char):
            assert visible.hidden(char) == (code in found), hex(code)


def test_bidi_text_moves_no_amount(show: Open, sample_model: Factory) -> None:
    def places(note: str) -> list[float]:
        model = sample_model()
        names = model.accounts.with_columns(pl.lit(note).alias("name"), pl.lit(note).alias("label"))
        notes = model.transfers.with_columns(pl.lit(note).alias("note"))
        seen = show(replace(model, accounts=names, transfers=notes))
        seen.js("fininit.choose('account:a1')")
        boxes = [box.bounding_box() for box in seen.page.locator("#home .transfers .money").all()]
        return [round(box["x"] + box["width"], 1) for box in boxes if box]

    assert places("plain words") == places("\u05e9\u05dc\u05d5\u05dd 12 \u202e")


# --- edges of the field


def bare(model: ReportModel, **kept: pl.DataFrame) -> ReportModel:
    """A model with empty tables, but for those given."""
    return replace(model, **{sheet.name: kept.get(sheet.name, model.table(sheet).clear()) for sheet in SHEETS})


def test_a_case_without_transfers(show: Open, sample_model: Factory) -> None:
    model = sample_model(method="leiden", self_transfers=0)
    for kept in (
        {},
        {"sources": model.sources},
        {"accounts": model.accounts.head(1).with_columns(pl.lit("").alias("network"))},
    ):
        seen = show(bare(model, **kept))
        tour(seen)
        seen.page.focus("#graph")
        seen.page.keyboard.press("ArrowRight")
        seen.quiet()
        assert seen.js("fininit.counts().accounts") == len(kept.get("accounts", ()))


@pytest.mark.parametrize("networks", [200, 420])
def test_many_groups_stay_below_the_cap(show: Open, large_model: Factory, networks: int) -> None:
    model = large_model(2500, 4000, networks)
    seen = show(model)
    counts = seen.js("fininit.counts()")
    assert counts["nodes"] <= 300
    assert counts["accounts"] == 2500 and counts["transfers"] == model.edges["transfers"].sum()
    if networks > 290:
        seen.js("fininit.choose('group:rest')")
        assert "All other groups" in seen.panel()
        seen.js("fininit.unfold('rest')")
        assert seen.js("fininit.counts().accounts") == 2500
    seen.quiet()


def test_very_long_names_are_cut_on_screen_only(show: Open, sample_model: Factory) -> None:
    name = "\u05d0" * 20000 + "W" * 20000
    model = sample_model()
    accounts = model.accounts.with_columns(pl.lit(name).alias("name"), pl.lit(name).alias("label"))
    networks = model.networks.with_columns(pl.lit(name).alias("label"))
    seen = show(replace(model, accounts=accounts, networks=networks))
    tour(seen)
    seen.js("fininit.choose('account:a1')")
    heading = seen.page.locator("#home h2")
    assert "Show 39\u202f800 more characters" in heading.inner_text()
    heading.locator("button").click()
    assert seen.page.evaluate(RECALL, heading.locator("bdi").element_handle()) == units(name)
    assert seen.js("document.documentElement.scrollWidth <= innerWidth")
    seen.quiet()


def test_nothing_overflows_sideways(show: Open, sample_model: Factory) -> None:
    seen = show(sample_model(redacted=False, identified="all", reason="r " * 60))
    for width, height in ((1366, 768), (683, 384), (1920, 1080), (390, 700)):
        seen.page.set_viewport_size({"width": width, "height": height})
        for view in ("exhibits", "exceptions", "method", "overview"):
            seen.page.click(f"nav [data-view={view}]")
            assert seen.js("document.documentElement.scrollWidth <= innerWidth"), (width, view)
    seen.quiet()


def test_a_case_of_real_size_is_quick(show: Open, large_model: Factory) -> None:
    path = writer.write_page(large_model())
    start = time.perf_counter()
    seen = show(path)
    assert seen.js("fininit.counts()") == {**seen.js("fininit.counts()"), "accounts": 3000, "transfers": 17000}
    assert time.perf_counter() - start < 4  # target 2 s on an idle machine; 0.6 s measured
    opened = seen.js("() => { const t = performance.now(); fininit.unfold('N1'); return performance.now() - t; }")
    assert opened < 2000  # 0.15-0.3 s measured
    seen.quiet()


# --- without scripts, on paper


def test_without_scripts_the_main_facts_can_be_read(show: Open, sample_model: Factory) -> None:
    model = sample_model()
    seen = show(model, javascript=False)
    text = seen.page.locator("body").inner_text()
    for value in (
        model.facts.title,
        *model.sources["sha256"],
        *model.networks["label"],
        "34 rows",
        "Groups and positions are leads",
    ):
        assert value in text
    tables = seen.page.locator(".static table")
    rows = [tables.nth(i).locator("tbody tr").count() for i in range(tables.count())]
    assert rows == [model.totals.height, model.networks.height, model.sources.height, model.issues.height]
    assert seen.requests == [] and seen.trouble == []


def test_on_paper_every_part_is_there(show: Open, sample_model: Factory) -> None:
    seen = show(sample_model(), color_scheme="dark")
    assert seen.page.pdf(format="A4").startswith(b"%PDF")
    seen.page.emulate_media(media="print", color_scheme="dark")
    seen.js("dispatchEvent(new Event('beforeprint'))")
    text = seen.page.locator("#app").inner_text()
    for part in (
        "Groups of connected accounts",
        "Arrows shown now",
        "Do the statements reconcile?",
        "What was not read",
        "How to check it",
    ):
        assert part in text
    assert seen.js("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert seen.js("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    seen.quiet()


# --- the detectors can fail

_POLICY = re.compile(rb"<meta http-equiv=\"Content-Security-Policy\"[^>]*>")


def unescaped(model: ReportModel, *, policy: bool) -> bytes:
    """The page as ``json.dumps`` alone would make it: the mistake that this page's data block does not make."""
    html = writer.write_page(model)
    raw = json.dumps({"title": model.facts.title}).encode()
    html = re.sub(
        rb'(<script type="application/json"[^>]*>).*?(</script>)', lambda m: m[1] + raw + m[2], html, flags=re.DOTALL
    )
    return html if policy else _POLICY.sub(b"", html)


def test_control_unescaped_data_is_caught(show: Open, sample_model: Factory) -> None:
    model = sample_model(title=f"</script><script>{RUN}</script>")
    seen = show(unescaped(model, policy=False))
    assert seen.js("globalThis.executed") == 1
    with pytest.raises(AssertionError):
        seen.quiet()
    held = show(unescaped(model, policy=True))
    assert held.js("globalThis.executed ?? 0") == 0, "the policy is a second belt"
    assert held.js("globalThis.violations") != []
    good = show(model)
    good.quiet()


@pytest.fixture
def beacon() -> Iterator[tuple[str, list[str]]]:
    """A server of our own that notes who calls."""
    hits: list[str] = []

    class Note(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Note) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/beacon.png", hits
        server.shutdown()


def test_control_a_request_is_caught(show: Open, sample_model: Factory, beacon: tuple[str, list[str]]) -> None:
    address, hits = beacon
    html = writer.write_page(sample_model()).replace(b"<body>", f'<body><img src="{address}">'.encode())
    seen = show(_POLICY.sub(b"", html))
    assert seen.requests == [address] and hits == ["/beacon.png"]
    with pytest.raises(AssertionError):
        seen.quiet()
    held = show(html)
    assert held.js("globalThis.violations") == ["img-src"] and hits == ["/beacon.png"]


def test_control_a_slip_in_a_script_is_an_error(show: Open, sample_model: Factory) -> None:
    seen = show(sample_model())
    slip = "() => { try { document.body.innerHTML = '<b>x</b>'; return 'done'; } catch (e) { return e.name; } }"
    assert seen.js(slip) == "TypeError"


def test_control_lost_accounts_are_caught(show: Open, sample_model: Factory) -> None:
    model = sample_model()
    html = writer.write_page(model).replace(b"group.members.push(a);", b"if (a !== 3) { group.members.push(a); }")
    seen = show(_POLICY.sub(b"", html))
    assert seen.js("fininit.counts().accounts") == model.accounts.height - 1
