"""``report.html``: one file that opens from disk on any desktop, asks for nothing and runs nothing but its own scripts.

The page is written from a :class:`~fininit.report.model.ReportModel` and nothing else. Its four layers against hostile
text, each enough on its own where it applies:

1. all case data stands in one ``application/json`` block, ASCII only, with ``<``, ``>`` and ``&`` escaped;
2. the scripts put text on screen with ``textContent`` and the canvas only;
3. a Content-Security-Policy names the hash of every script and of the style, and opens nothing else;
4. Trusted Types without any policy make a slip in 2. an error instead of an execution.

The drawing library is vis-network as the installed ``pyvis`` package carries it (read when a page is written, never
copied into this repository); ``pyvis.network.Network(directed=True)`` carries the drawing options. Nodes and edges are
handed over in bulk by our own scripts.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import jinja2
import polars as pl
from markupsafe import Markup

from fininit.report import visible
from fininit.report.model import EVIDENCE, SHEETS, TRANSFERS, ReportModel, Sheet
from fininit.strings import PAGE, phrase, whole

RAW_CAP: Final = 6_000_000
"""Bytes of raw rows, as escaped in the page, that a page carries; the text of the other rows is in the workbook."""

TRANSFER_CAP: Final = 50_000
"""Transfers that a page carries one by one; their sums are always complete, the others are in the workbook."""

TEXT_CAP: Final = 3_000_000
"""Bytes of the texts of listings, as escaped in the page; the others are in the workbook."""

SCHEDULE_CAP: Final = 20_000
"""Lines of tracing schedules that a page carries."""

VIS_FILE: Final = "templates/lib/vis-9.1.2/vis-network.min.js"
VIS_NAME: Final = "vis-network 9.1.2"

SCRIPTS: Final = (
    "data.js",
    "format.js",
    "money.js",
    "filter.js",
    "groups.js",
    "linked.js",
    "layout.js",
    "state.js",
    "lists.js",
    "transfers.js",
    "tips.js",
    "ties.js",
    "panel.js",
    "labels.js",
    "graph.js",
    "listing.js",
    "search.js",
    "filterbar.js",
    "flowchart.js",
    "trace.js",
    "views.js",
    "main.js",
)
"""Our own scripts in the order in which they need each other; together they are one inline script."""

STYLES: Final = ("base.css", "picture.css", "linked.css", "trace.css", "print.css")

DRAWING: Final[dict[str, Any]] = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "interaction": {
        "hover": True,
        "hoverConnectedEdges": False,
        "keyboard": {"enabled": False},
        "multiselect": False,
        "selectConnectedEdges": False,
        "tooltipDelay": 3600000,
        "zoomSpeed": 0.7,
    },
    "nodes": {
        "borderWidth": 1.5,
        "borderWidthSelected": 3,
        "chosen": True,
        "shape": "dot",
    },
    "edges": {
        "arrows": {"to": {"enabled": True, "scaleFactor": 0.4}},
        "arrowStrikethrough": False,
        "hoverWidth": 0,
        "selectionWidth": 1.5,
        "smooth": {"enabled": True, "type": "curvedCW", "roundness": 0.12},
    },
}
"""vis-network options. No value comes from the case: pyvis would otherwise carry it into a script."""

_CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src {scripts}; style-src {style}; connect-src 'none'; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def write_page(model: ReportModel) -> bytes:
    """The whole page for ``model``, as ASCII bytes; the same model gives the same bytes.

    The caller writes them to a file in one step. Raises ``ValueError`` when an asset could end its own script element
    or is not ASCII, which is a fault of this package and never of the case.
    """
    vis = _vis()
    scripts = (vis.text, _joined("assets", SCRIPTS, '(() => {\n"use strict";\n', "})();\n"))
    style = _joined("assets", STYLES)
    for text in (*scripts, style):
        _inert(text)
    summary = _summary(model)
    html = (
        _environment()
        .get_template("page.html.j2")
        .render(
            policy=_CONTENT_SECURITY_POLICY.format(scripts=" ".join(map(_hash, scripts)), style=_hash(style)),
            style=Markup(style),
            scripts=[Markup(s) for s in scripts],
            data=Markup(data_block(model, vis=vis, summary=summary)),
            model=model,
            facts=model.facts,
            summary=summary,
            inside=_grouped(model.network_totals.filter(pl.col("scope") == "inside"), "network"),
            reasons={k: [r["reason"] for r in v] for k, v in _grouped(model.reasons, "network").items()},
            drawing=f"{VIS_NAME}, SHA-256 {vis.sha256}",
        )
    )
    return html.encode("ascii", "xmlcharrefreplace")


def data_block(model: ReportModel, *, vis: Library | None = None, summary: dict[str, Any] | None = None) -> str:
    """The JSON of the page, safe inside a script element: ASCII, no ``<``, ``>``, ``&``, NaN or keys from data.

    ``tables`` holds each :class:`Sheet` by columns; a column is ``{"v": [...]}`` or, where that is shorter,
    ``{"c": [...]}`` with indexes into ``strings`` (-1 is null). ``kept`` says what the page carries and what it leaves
    to the workbook.
    """
    library = vis or _vis()
    carried, kept = _within_caps(model)
    strings: dict[str, int] = {}
    payload: dict[str, Any] = {
        "drawing": {"name": VIS_NAME, "sha256": library.sha256},
        "facts": asdict(model.facts),
        "kept": kept,
        "options": _drawing_options(),
        "summary": summary if summary is not None else _summary(model),
        "tables": {s.name: _columnar(s, carried.get(s.name, model.table(s)), strings) for s in SHEETS},
        "words": PAGE,
    }
    payload["strings"] = list(strings)
    text = json.dumps(payload, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _columnar(sheet: Sheet, frame: pl.DataFrame, strings: dict[str, int]) -> dict[str, Any]:
    """One table by columns; repeated texts become indexes into ``strings``, which grows."""
    columns: dict[str, dict[str, list[Any]]] = {}
    for name, cell in sheet.columns.items():
        series = frame.get_column(name)
        if cell == "int":
            columns[name] = {"v": series.to_list()}
            continue
        values = series.dt.to_string("%Y-%m-%d").to_list() if cell == "date" else series.to_list()
        if cell == "date" or series.n_unique() * 2 <= frame.height:
            columns[name] = {"c": [-1 if v is None else strings.setdefault(v, len(strings)) for v in values]}
        else:
            columns[name] = {"v": values}
    return {"columns": columns, "rows": frame.height}


def _within_caps(model: ReportModel) -> tuple[dict[str, pl.DataFrame], dict[str, Any]]:
    """Transfers and evidence within the caps, and the counts of what is carried.

    Transfers of the first networks are kept first, because those are what a reader opens; a raw text beyond the cap
    becomes null, its exhibit and row stay.
    """
    order = {n: i for i, n in enumerate(model.networks.get_column("id").to_list())}
    rank = dict(
        zip(
            model.accounts.get_column("id").to_list(),
            (order.get(n, len(order)) for n in model.accounts.get_column("network").to_list()),
            strict=True,
        )
    )
    transfers = model.transfers
    ranks = [
        min(rank.get(d, len(order)), rank.get(c, len(order)))
        for d, c in zip(
            transfers.get_column("debtor").to_list(), transfers.get_column("creditor").to_list(), strict=True
        )
    ]
    ranked = transfers.with_columns(pl.Series("_rank", ranks, pl.Int64()), pl.int_range(pl.len()).alias("_at"))
    evidence = model.evidence
    if transfers.height > TRANSFER_CAP:
        ranked = ranked.sort("_rank", "_at").head(TRANSFER_CAP).sort("_at")
        transfers = ranked.select(list(TRANSFERS.columns))
        evidence = evidence.filter(pl.col("transfer").is_in(transfers.get_column("id").implode()))
    first = dict(zip(ranked.get_column("id").to_list(), ranked.get_column("_rank").to_list(), strict=True))
    raw: list[str | None] = evidence.get_column("raw").to_list()
    of = evidence.get_column("transfer").to_list()
    room = RAW_CAP
    carried = 0
    for i in sorted(range(len(raw)), key=lambda i: (first.get(of[i], len(order)), i)):
        text = raw[i] or ""
        room -= len(json.dumps(text)) + 1
        if room < 0:
            raw[i] = None
            room = -1  # nothing smaller slips in behind: what is carried is the first part, without holes
        else:
            carried += 1
    kept = {
        "raw": {"kept": carried, "all": model.evidence.height, "cap": RAW_CAP},
        "transfers": {"kept": transfers.height, "all": model.transfers.height},
        "schedule": {"kept": min(SCHEDULE_CAP, model.trace_schedule.height), "all": model.trace_schedule.height},
    }
    evidence = evidence.with_columns(pl.Series("raw", raw, pl.String())).select(list(EVIDENCE.columns))
    texts, kept["texts"] = _texts(model.captures)
    schedule = model.trace_schedule.head(SCHEDULE_CAP)
    return {"transfers": transfers, "evidence": evidence, "captures": texts, "trace_schedule": schedule}, kept


def _texts(captures: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Captures with their texts within the cap, the first ones first, and how many of them; equal texts count once."""
    room = TEXT_CAP
    seen: set[str] = set()
    texts: list[str | None] = captures.get_column("text").to_list()
    carried = 0
    for i, text in enumerate(texts):
        if text not in seen:
            room -= len(json.dumps(text)) + 1
        if room < 0:
            texts[i] = None
            room = -1
        else:
            seen.add(text or "")
            carried += 1
    return captures.with_columns(pl.Series("text", texts, pl.String())), {"kept": carried, "all": captures.height}


def _summary(model: ReportModel) -> dict[str, Any]:
    """Counts of the front, from the same frames as everything else; dates as text."""
    rows = {name: int(model.sources.get_column(name).sum() or 0) for name in model.sources.columns if "rows_" in name}
    dates = model.transfers.get_column("booking_date").drop_nulls()
    first, last = dates.min(), dates.max()
    return {
        **rows,
        "exhibits": model.sources.height,
        "accounts": model.accounts.height,
        "grouped": model.accounts.filter(pl.col("network") != "").height,
        "transfers": model.transfers.height,
        "networks": model.networks.filter(pl.col("id") != "rest").height,
        "first": "" if first is None else str(first),
        "last": "" if last is None else str(last),
        "exceptions": int(model.issues.get_column("count").sum() or 0),
    }


def _grouped(frame: pl.DataFrame, key: str) -> dict[str, list[dict[str, Any]]]:
    """Rows of ``frame`` under the value of ``key``, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row[key], []).append(row)
    return found


@cache
def _drawing_options() -> dict[str, Any]:
    """The drawing options as pyvis carries them."""
    from pyvis.network import Network  # heavy: brings IPython

    network = Network(directed=True)
    network.set_options(json.dumps(DRAWING))
    options: dict[str, Any] = network.options
    return options


@dataclass(frozen=True, slots=True)
class Library:
    """The drawing library as it stands in the page, and the hash of the file it came from."""

    text: str
    sha256: str


@cache
def _vis() -> Library:
    """vis-network out of the installed pyvis, as ASCII and without the address of its source map.

    Every character outside ASCII stands in a string, a regular expression or a comment of that file, where ``\\uXXXX``
    means the same. Developer tools would fetch the source map: a request, so its comment goes.
    """
    raw = resources.files("pyvis").joinpath(VIS_FILE).read_bytes()
    text = raw.decode("utf-8").replace("\r\n", "\n")
    text = re.sub(r"\n//# sourceMappingURL=[^\n]*", "\n", text)
    units = re.sub(r"[^\x00-\x7f]", lambda m: json.dumps(m.group())[1:-1], text)
    return Library(units, hashlib.sha256(raw).hexdigest())


def _joined(folder: str, names: tuple[str, ...], head: str = "", tail: str = "") -> str:
    """Files of this package, one after the other."""
    root = resources.files("fininit.report").joinpath(folder)
    return head + "".join(root.joinpath(name).read_bytes().decode("ascii") for name in names) + tail


def _inert(text: str) -> None:
    """Refuse an asset that could end its element, change under the parser's newline rules or leave ASCII."""
    if not text.isascii() or "\r" in text or re.search(r"</(script|style)|<!--|\]\]>", text, re.IGNORECASE):
        raise ValueError("an asset of the page cannot stand inside its element")


def _hash(text: str) -> str:
    """CSP source expression for an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('ascii')).digest()).decode()}'"


@cache
def _environment() -> jinja2.Environment:
    """jinja2 with everything escaped and nothing undefined."""
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("fininit.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals.update(w=phrase, words=PAGE, whole=whole)
    env.filters.update(visible=visible.markup, amount=visible.amount, term=_term)
    return env


def _term(value: str, family: str) -> str | Markup:
    """The words for a code such as ``refused``; a code without words is shown as it is."""
    known = PAGE.get(f"term.{family}.{value}")
    return known if isinstance(known, str) else visible.markup(value)
