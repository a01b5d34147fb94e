"""The page as bytes: what stands in it, what cannot stand in it, and that it is the model and nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from fininit.report import page, visible
from fininit.report.model import SHEETS, Facts, ReportModel
from fininit.strings import PAGE, phrase

Factory = Callable[..., ReportModel]

ASSETS = Path(str(resources.files("fininit.report"))) / "assets"
TEMPLATES = ASSETS.parent / "templates"


class Elements(HTMLParser):
    """Every element with its attributes, the text of scripts and styles, and the text outside them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.styles: list[str] = []
        self.text = ""
        self._in = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in = tag
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        if tag == "style":
            self.styles.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)
        elif self._in == "style":
            self.styles[-1] += data
        else:
            self.text += data


def written(model: ReportModel) -> tuple[str, Elements]:
    html = page.write_page(model).decode("ascii")
    return html, Elements(html)


def block(elements: Elements) -> dict[str, Any]:
    (text,) = [text for attrs, text in elements.scripts if attrs.get("type") == "application/json"]
    found: dict[str, Any] = json.loads(text)
    return found


def column(data: dict[str, Any], table: str, name: str) -> list[Any]:
    stored = data["tables"][table]["columns"][name]
    if "v" in stored:
        values: list[Any] = stored["v"]
        return values
    return [None if code < 0 else data["strings"][code] for code in stored["c"]]


def decoded(data: dict[str, Any]) -> ReportModel:
    """The model back out of the page's data, as the page's own script reads it."""
    tables = {}
    for sheet in SHEETS:
        stored = data["tables"][sheet.name]
        columns = []
        for name, cell in sheet.columns.items():
            values = column(data, sheet.name, name)
            assert len(values) == stored["rows"]
            series = pl.Series(name, values, pl.String() if cell == "date" else sheet.polars()[name])
            columns.append(series.str.to_date("%Y-%m-%d") if cell == "date" else series)
        tables[sheet.name] = pl.DataFrame(columns)
    return ReportModel(facts=Facts(**data["facts"]), **tables)


def same(one: ReportModel, other: ReportModel) -> None:
    assert one.facts == other.facts
    for sheet in SHEETS:
        assert one.table(sheet).equals(other.table(sheet)), sheet.name


@pytest.fixture
def tiny_raw_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "RAW_CAP", 700)


# --- the data


def test_the_data_block_is_the_model_exactly(sample_model: Factory, large_model: Factory) -> None:
    for model in (
        sample_model(),
        large_model(300, 1500, 8),
        sample_model(title="\ud800 \x00 </script>", contact="\u202e"),
    ):
        _, elements = written(model)
        same(decoded(block(elements)), model)


def test_amounts_are_text_all_the_way(sample_model: Factory) -> None:
    html, elements = written(sample_model())
    data = block(elements)
    assert "0.123456789012345678" in data["strings"] + data["tables"]["transfers"]["columns"]["amount"].get("v", [])
    numbers = re.findall(r"\d\.\d", json.dumps(data["tables"]).replace('"', " "))
    assert all(
        type(v) is not float for t in data["tables"].values() for c in t["columns"].values() for v in c.get("v", [])
    )
    assert numbers, "amounts are there, as text"
    assert "NaN" not in html.partition('id="fininit-data"')[2].partition("</script>")[0]


def test_a_summary_is_counted_from_the_same_frames(sample_model: Factory) -> None:
    model = sample_model()
    summary = block(written(model)[1])["summary"]
    assert (summary["rows_total"], summary["rows_entries"], summary["rows_skipped"], summary["rows_refused"]) == (
        34,
        30,
        2,
        2,
    )
    assert summary["transfers"] == model.transfers.height == model.totals["transfers"].sum()
    assert (summary["accounts"], summary["grouped"], summary["networks"]) == (15, 12, 3)
    assert (summary["first"], summary["last"]) == ("2023-03-03", "2023-04-24")


@pytest.mark.usefixtures("tiny_raw_cap")
def test_raw_rows_beyond_the_cap_are_counted_not_lost(sample_model: Factory) -> None:
    model = sample_model()
    data = block(written(model)[1])
    raw = column(data, "evidence", "raw")
    kept = [text for text in raw if text is not None]
    assert data["kept"]["raw"] == {"kept": len(kept), "all": model.evidence.height, "cap": 700}
    assert 0 < len(kept) < model.evidence.height
    assert sum(len(json.dumps(text)) + 1 for text in kept) <= 700
    assert data["tables"]["evidence"]["rows"] == model.evidence.height
    assert decoded(data).evidence.drop("raw").equals(model.evidence.drop("raw"))
    network = dict(model.accounts.select("id", "network").iter_rows())
    first = {
        t
        for t, d, c in model.transfers.select("id", "debtor", "creditor").iter_rows()
        if "N1" in (network[d], network[c])
    }
    assert {t for t, text in zip(model.evidence["transfer"], raw, strict=True) if text is not None} <= first


def test_transfers_beyond_the_cap_leave_the_sums_whole(sample_model: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "TRANSFER_CAP", 5)
    model = sample_model()
    data = block(written(model)[1])
    carried = decoded(data)
    assert data["kept"]["transfers"] == {"kept": 5, "all": 27}
    assert carried.transfers["id"].to_list() == ["t1", "t2", "t3", "t4", "t5"]
    assert set(carried.evidence["transfer"]) == {"t1", "t2", "t3", "t4", "t5"}
    assert carried.edges.equals(model.edges) and carried.account_totals.equals(model.account_totals)
    assert data["summary"]["transfers"] == 27


def test_a_case_of_real_size_stays_small(large_model: Factory) -> None:
    assert len(page.write_page(large_model())) < 8_000_000


# --- the bytes


def test_bytes_are_ascii_and_the_charset_stands_first(sample_model: Factory) -> None:
    html, elements = written(sample_model(title="Café \u202e \U0001f6a2"))
    assert html.isascii()
    metas = [attrs for tag, attrs in elements.elements if tag == "meta"]
    assert metas[0] == {"charset": "utf-8"}
    assert metas[1]["http-equiv"] == "Content-Security-Policy"
    assert html.index("<meta") < 200


def test_the_policy_names_each_script_and_the_style(sample_model: Factory) -> None:
    _, elements = written(sample_model())
    (policy,) = [a["content"] or "" for t, a in elements.elements if t == "meta" and a.get("http-equiv")]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))

    def hashes(texts: list[str]) -> str:
        return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(t.encode()).digest()).decode()}'" for t in texts)

    assert parts == {
        "default-src": "'none'",
        "script-src": hashes([text for attrs, text in elements.scripts if "type" not in attrs]),
        "style-src": hashes(elements.styles),
        "connect-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_nothing_points_outside(sample_model: Factory) -> None:
    html, elements = written(sample_model())
    assert not {tag for tag, _ in elements.elements} & {
        "img",
        "iframe",
        "link",
        "object",
        "embed",
        "base",
        "form",
        "a ",
    }
    for tag, attrs in elements.elements:
        for name, value in attrs.items():
            assert not name.startswith("on") and name not in ("style", "src", "srcset", "action", "ping"), (tag, name)
            assert name != "href" or value == "#home"
    assert "url(" not in elements.styles[0] and "@import" not in elements.styles[0]
    assert "sourceMappingURL" not in html


def test_the_same_model_gives_the_same_bytes(sample_model: Factory, repository: Path) -> None:
    here = hashlib.sha256(page.write_page(sample_model())).hexdigest()
    assert here == hashlib.sha256(page.write_page(sample_model())).hexdigest()
    code = (
        "import hashlib, importlib.util as u;"
        "s = u.spec_from_file_location('made', 'tests/report/conftest.py');"
        "m = u.module_from_spec(s); s.loader.exec_module(m);"
        "from fininit.report.page import write_page;"
        "print(hashlib.sha256(write_page(m.make_sample())).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "271", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, env=env, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == here


HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}<!--&lt;&#60;\u2028\"'`</noscript></style>"
)


def test_hostile_text_makes_no_element(sample_model: Factory) -> None:
    plain = written(sample_model())[1]
    model = sample_model(
        title=HOSTILE, command=HOSTILE, identified=HOSTILE, reason=HOSTILE, redacted=False, version=HOSTILE
    )
    frames = {}
    for sheet in SHEETS:
        keys = (
            "id",
            "network",
            "account",
            "debtor",
            "creditor",
            "transfer",
            "currency",
            "scope",
            "direction",
            "exhibit",
        )
        columns = [n for n, cell in sheet.columns.items() if cell == "text" and n not in keys]
        frames[sheet.name] = model.table(sheet).with_columns(pl.lit(HOSTILE).alias(n) for n in columns)
    _, elements = written(replace(model, **frames))
    # Without the parts that are different words or more lines, the elements are those of the harmless page.
    counted = {tag for tag, _ in elements.elements}
    assert counted <= {tag for tag, _ in plain.elements} | {"span"}
    assert len(elements.scripts) == 3
    assert block(elements)["facts"]["title"] == HOSTILE
    assert "7*7" in elements.text and "49" not in elements.text.split("7*7")[1][:10]


def test_an_asset_that_could_end_its_element_is_refused() -> None:
    for text in ("a</script>", "a</STYLE >", "<!-- b", "\u00e9", "a\r\n"):
        with pytest.raises(ValueError, match="cannot stand inside"):
            page._inert(text)
    page._inert("const a = 1 < 2;\n")


# --- the drawing library


def test_vis_network_comes_from_pyvis_and_means_the_same_in_ascii(repository: Path) -> None:
    library = page._vis()
    raw = resources.files("pyvis").joinpath(page.VIS_FILE).read_bytes()
    assert library.sha256 == hashlib.sha256(raw).hexdigest()
    assert "@version 9.1.2" in raw.decode() and page.VIS_NAME == "vis-network 9.1.2"

    def spelled(text: str) -> str:
        text = re.sub(r"\n//# sourceMappingURL=[^\n]*", "\n", text.replace("\r\n", "\n"))
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), text)
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")

    assert library.text.isascii()
    assert spelled(library.text) == spelled(raw.decode())
    tracked = subprocess.run(["git", "ls-files"], cwd=repository, capture_output=True, text=True, check=False).stdout
    assert "vis-network" not in tracked


def test_pyvis_carries_the_drawing_options() -> None:
    options = page._drawing_options()
    assert options == page.DRAWING
    assert options["physics"] == {"enabled": False}
    assert options["edges"]["arrows"]["to"]["enabled"] is True


# --- our own scripts

FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\bFunction\s*\(|new Function|javascript:|"
    r"\bset(Timeout|Interval)\s*\(\s*[\"'`]|\.on[a-z]+\s*=[^=]|setAttribute\(\s*[\"']on|\.href\s*=|\.src\s*=|"
    r"createContextualFragment|DOMParser|srcdoc|\bfetch\s*\(|XMLHttpRequest|WebSocket|sendBeacon|"
    r"localStorage|sessionStorage|indexedDB|document\.cookie|parseFloat|\bimport\s*\("
)


def test_our_scripts_use_nothing_that_could_run_text() -> None:
    names = {path.name for path in ASSETS.glob("*.js")}
    assert names == set(page.SCRIPTS)
    assert {path.name for path in ASSETS.glob("*.css")} == set(page.STYLES)
    for path in ASSETS.glob("*.js"):
        text = path.read_text("ascii")
        assert not FORBIDDEN.search(text), (path.name, FORBIDDEN.search(text))
        assert len(text.splitlines()) < 640


@pytest.mark.parametrize(
    "slip",
    [
        "a.innerHTML = b",
        "eval(x)",
        "new Function('a')",
        "setTimeout('a()', 1)",
        "b.onclick = go",
        "a.href = row.url",
        "fetch(u)",
    ],
)
def test_the_lint_can_fail(slip: str) -> None:
    assert FORBIDDEN.search(slip)


def test_every_word_is_declared_and_no_sentence_stands_in_a_script() -> None:
    sources = {p.name: p.read_text("utf-8") for p in (*ASSETS.glob("*.js"), *TEMPLATES.glob("*.j2"))}
    for name, text in sources.items():
        for key in re.findall(r"\b(?:t|rich|w|some)\(\s*\"([a-z0-9_]+)\"\s*[,)]", text):
            assert key in PAGE, (name, key)
        if name.endswith(".js"):
            code = re.sub(r"//[^\n]*", "", text)
            for literal in re.findall(r"\"([^\"\n]*)\"|`([^`\n]*)`", code):
                said = re.sub(r"\$\{[^}]*\}", " ", "".join(literal))
                assert not re.search(r"[A-Z][a-z]+ [a-z]{2,}|[a-z]{3,} (?:of|the|and|is|not|to) [a-z]", said), (
                    name,
                    said,
                )
    everything = "\n".join(
        [*sources.values(), (ASSETS.parent / "page.py").read_text(), (ASSETS.parent / "visible.py").read_text()]
    )
    made = ("term.", "kind_", "limit_", "help_", "key_", "view_", "legend_", "filter_", "ties_", "trace_kind_")
    unused = [key for key in PAGE if not key.startswith(made) and not re.search(rf"[\"']{key}[\"']", everything)]
    others = "\n".join(p.read_text() for p in ASSETS.parent.glob("*.py"))
    assert [key for key in unused if f'"{key}"' not in others and key not in ("thousands", "list_comma")] == []


def test_one_and_many() -> None:
    assert phrase("n_accounts", n=1) == "1 account"
    assert phrase("n_accounts", n=1234567) == "1\u202f234\u202f567 accounts"
    with pytest.raises(KeyError):
        phrase("n_accounts_of_nobody", n=1)


# --- text of others


def test_what_is_not_seen_is_shown() -> None:
    assert visible.markup("a\u202eb\u200bc") == (
        '<bdi>a<span class="ctrl">[U+202E]</span>b<span class="ctrl">[U+200B]</span>c</bdi>'
    )
    assert visible.markup("<b> & é 漢") == "<bdi>&lt;b&gt; &amp; é 漢</bdi>"
    assert "[U+0000]" in visible.markup("\x00") and "[U+D800]" in visible.markup("\ud800")
    assert visible.markup("x" * 2100).endswith('<span class="ctrl">[100 more characters]</span></bdi>')
    for char in "\t\n\x7f\xa0\xad\u061c\u200d\u2066\u2800\u3164\ufe0f\ufeff\U000e0041":
        assert visible.hidden(char), hex(ord(char))
    for char in " aé漢\u0301€\U0001f6a2":
        assert not visible.hidden(char), hex(ord(char))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1200.50", "1 200.50"),
        ("-1234567.1", "-1 234 567.1"),
        ("0.000000000000000001", "0.000000000000000001"),
        ("12", "12"),
        ("", ""),
        ("x", "x"),
    ],
)
def test_amounts_get_separators_and_keep_their_digits(text: str, shown: str) -> None:
    assert visible.amount(text).replace("\u202f", " ") == shown


# --- without scripts, and colours


def test_the_static_part_holds_the_main_facts(sample_model: Factory) -> None:
    model = sample_model(title="Lantern\u202e")
    html, _ = written(model)
    static = Elements(re.search(r"<noscript>(.*?)</noscript>", html, re.DOTALL).group(1))  # type: ignore[union-attr]
    text = static.text
    for value in (
        *model.sources["sha256"],
        *model.networks["label"],
        *model.totals["currency"],
        model.facts.fingerprint,
    ):
        assert value in text
    assert "[U+202E]" in text and "34 rows" in text and phrase("limit_leads") in text
    assert "The amount is not a number." in text


def test_who_is_named_is_said(sample_model: Factory) -> None:
    opened = written(sample_model(redacted=False, identified="controller buyer", reason="order 7"))[1].text
    assert "controller buyer" in opened and "order 7" in opened
    closed = written(sample_model())[1].text
    assert phrase("redacted", n=64) in closed and "order 7" not in closed


def _palettes() -> dict[str, dict[str, str]]:
    css = (ASSETS / "base.css").read_text()
    light, dark = (re.search(p, css, re.DOTALL).group(1) for p in (r":root \{(.*?)\}", r"dark\) \{\s*:root \{(.*?)\}"))  # type: ignore[union-attr]
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", light))
    return {"light": found, "dark": found | dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", dark))}


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme: str) -> None:
    c = _palettes()[theme]
    pairs = [
        (ink, ground) for ink in ("ink", "ink2", "accent", "good", "bad") for ground in ("panel", "bg", "accent-bg")
    ]
    pairs += [("warn", "warn-bg"), ("ctrl", "ctrl-bg"), ("ink", "group"), ("panel", "accent")]
    for ink, ground in pairs:
        assert _contrast(c[ink], c[ground]) >= 4.5, (ink, ground)
    assert _contrast(c["group-line"], c["panel"]) >= 3 and _contrast(c["edge-strong"], c["panel"]) >= 3


def test_facts_without_case_data_have_no_gaps(sample_model: Factory) -> None:
    facts = block(written(sample_model())[1])["facts"]
    assert facts == asdict(sample_model().facts)
