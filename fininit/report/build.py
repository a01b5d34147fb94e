"""From the ledger to the report model: counted once, rendered once, through the one door."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from fininit import strings
from fininit._version import __version__
from fininit.evidence.redaction import BRIEF, TOKEN, Door
from fininit.graph.betweenness import Betweenness
from fininit.graph.build import Graph
from fininit.graph.communities import Communities
from fininit.graph.layout import around, layout
from fininit.graph.totals import totals
from fininit.ledger.transfers import Ledger
from fininit.networks.find import Networks
from fininit.report import model as sheets
from fininit.report.linked import LinkedTables
from fininit.report.model import Facts, ReportModel
from fininit.report.traced import traced
from fininit.schema import SOURCES, TABLES, Protect
from fininit.tracing.flow import Flow
from fininit.values.money import format_amount


@dataclass(frozen=True)
class Material:
    """What a report is made of. ``sources``, ``statements``, ``issues``, ``listings``, ``parties``, ``links`` and
    ``link_rows`` have the columns of ``fininit.schema``; ``flows`` are the traces that were asked for."""

    title: str
    command: str
    fingerprint: str
    ledger: Ledger
    sources: pl.DataFrame
    statements: pl.DataFrame
    issues: pl.DataFrame
    graph: Graph
    communities: Communities
    betweenness: Betweenness
    networks: Networks
    listings: pl.DataFrame
    parties: pl.DataFrame
    links: pl.DataFrame
    link_rows: pl.DataFrame
    flows: Sequence[Flow] = ()
    contact: str = ""


def build(material: Material, door: Door) -> ReportModel:
    """The report model of ``material`` as ``door`` lets it leave. Same material, same key: same model."""
    return _Builder(material, door).build()


def amounts(amount: pl.Series, currency: pl.Series) -> pl.Series:
    """Amounts as text with at least the digits of their currency; null stays null."""
    frame = pl.DataFrame({"a": amount, "c": currency})
    unique = frame.unique().filter(pl.col("a").is_not_null())
    text = [format_amount(a, c) for a, c in unique.iter_rows()]
    known = unique.with_columns(text=pl.Series(text, dtype=pl.String))
    return frame.join(known, on=["a", "c"], how="left", maintain_order="left", nulls_equal=True)["text"]


def _protect(table: str, column: str) -> Protect:
    return TABLES[table].column(column).protect


class _Builder:
    def __init__(self, material: Material, door: Door) -> None:
        self.m, self.door = material, door
        door.roles = dict(material.ledger.accounts.select("account", "role").iter_rows())
        numbers = material.sources.select("source", "exhibit_no").with_row_index("n", offset=1)
        shown = door.column(numbers["exhibit_no"], _protect("sources", "exhibit_no"))
        numbers = numbers.with_columns(exhibit=pl.when(shown == "").then(pl.col("n").cast(pl.String)).otherwise(shown))
        # Files of one production may share a number; a row must still lead to one file.
        several = pl.len().over("exhibit") > 1
        self.exhibits = numbers.select(
            "source", exhibit=pl.when(several).then(pl.format("{}/{}", "exhibit", "n")).otherwise("exhibit")
        )
        self.accounts = self._accounts()
        self.ids = self.accounts.select("key", "id")
        self.transfers = self._transfers()

    def build(self) -> ReportModel:
        m = self.m
        ordered = totals(m.ledger.transfers, ["currency"])
        networks = self._networks()
        evidence = self._evidence()
        tables = {
            "totals": ordered.select(
                "currency", "transfers", amount=amounts(ordered["amount"], ordered["currency"])
            ).sort("transfers", "currency", descending=[True, False]),
            "sources": self._sources(),
            "statements": self._statements(),
            "issues": self._issues(),
            "accounts": self.accounts.drop("key"),
            "account_totals": self._account_totals(),
            "networks": networks,
            "network_totals": self._network_totals(),
            "reasons": self._reasons(),
            "edges": self._edges(),
            "transfers": self.transfers.drop("key"),
            "evidence": evidence,
            "proposals": self._proposals(),
        }
        linked = LinkedTables(
            self.accounts,
            self.exhibits,
            self.door,
            listings=m.listings,
            parties=m.parties,
            links=m.links,
            link_rows=m.link_rows,
        )
        tables |= linked.tables()
        tables |= traced(m.flows, dict(self.ids.iter_rows()), dict(self.transfers.select("key", "id").iter_rows()))
        c, b = m.communities, m.betweenness
        booked = m.ledger.entries.filter((pl.col("status") == "booked") & (pl.col("entry_id") == pl.col("line"))).height
        facts = Facts(
            title=m.title,
            version=f"fininit {__version__}",
            command=m.command,
            fingerprint=m.fingerprint,
            redacted=self.door.policy.redacted,
            identified=" ".join(sorted(self.door.policy.roles)),
            reason=self.door.policy.reason,
            withheld=self.door.withheld,
            method=c.method,
            resolution=f"{c.resolution:g}",
            seed=c.seed,
            modularity=f"{c.modularity:.6f}",
            routes_exact=b.exact,
            routes_sources=b.sources,
            self_transfers=m.graph.self_transfers,
            entries=m.ledger.entries.height,
            booked=booked,
            duplicates=m.ledger.duplicates,
            merged=m.ledger.merged,
            contact=m.contact,
        )
        return ReportModel(facts=facts, **tables)

    # --- exhibits, statements, exceptions

    def _sources(self) -> pl.DataFrame:
        out = self.m.sources.join(self.exhibits, on="source", how="left", maintain_order="left")
        kept = [c for c in sheets.SOURCES.columns if c not in ("exhibit", "sha256")]
        return out.select(
            "exhibit",
            pl.col("source").alias("sha256"),
            *(self._render(out[c], SOURCES.column(c).protect).alias(c) if _text(c) else pl.col(c) for c in kept),
        )

    def _render(self, values: pl.Series, protect: Protect) -> pl.Series:
        return self.door.column(values, protect)

    def _statements(self) -> pl.DataFrame:
        s = self.m.statements.join(self.exhibits, on="source", how="left", maintain_order="left")
        money = {c: amounts(s[c], s["currency"]).alias(c) for c in ("sum", "opening", "closing")}
        return s.with_columns(self.door.column(s["account"], "account").alias("account"), *money.values()).select(
            *sheets.STATEMENTS.columns
        )

    def _issues(self) -> pl.DataFrame:
        i = self.m.issues.join(self.exhibits, on="source", how="left", maintain_order="left")
        i = i.with_columns(sheet=self.door.column(i["sheet"], _protect("issues", "sheet")))
        return i.sort("exhibit", "kind", "row", "code", nulls_last=True, maintain_order=True).select(
            *sheets.ISSUES.columns
        )

    # --- accounts

    def _known(self) -> pl.DataFrame:
        """``schema.ACCOUNTS`` of the ledger, and those that only a record of subscribers names."""
        known, links = self.m.ledger.accounts, self.m.links
        ends = pl.concat(links.filter(pl.col(f"{e}_kind") == "account").select(account=e) for e in ("a", "b")).unique()
        more = ends.join(known, on="account", how="anti").with_columns(
            scheme=pl.col("account").str.split(":").list.first(),
            role=pl.lit("unknown"),
            has_records=pl.lit(value=False),
            transfers_in=pl.lit(0),
            transfers_out=pl.lit(0),
        )
        return pl.concat([known, TABLES["accounts"].conform(more)])

    def _accounts(self) -> pl.DataFrame:
        m, g = self.m, self.m.graph
        routes = pl.DataFrame(
            {
                "key": pl.Series(g.accounts, dtype=pl.String),
                "between": m.betweenness.routes,
                "share": m.betweenness.score,
            }
        )
        member = m.networks.members.select(key="account", network="network")
        a = (
            self._known()
            .rename({"account": "key"})
            .join(routes, on="key", how="left")
            .join(member, on="key", how="left")
        )
        a = a.with_columns(pl.col("between").fill_null(0))
        a = a.with_columns(
            account=self.door.column(a["key"], "account").rename("account"),
            shown=self.door.column(a["name"], "name", a["role"]),
            routes=pl.Series([f"{s or 0:.9f}" for s in a["share"]], dtype=pl.String),
            busy=pl.col("transfers_in") + pl.col("transfers_out"),
        )
        # Among equals the rendered id decides, so that a pseudonymised order says nothing about names.
        a = a.sort("between", "busy", "account", descending=[True, True, False]).with_row_index("n", offset=1)
        labels = [_label(s, n, i) for s, n, i in a.select("scheme", "shown", "account").iter_rows()]
        return self._placed(a).select(
            "key",
            "account",
            "scheme",
            "role",
            "routes",
            "transfers_in",
            "transfers_out",
            "first",
            "last",
            "x",
            "y",
            id=pl.format("a{}", "n"),
            name="shown",
            label=pl.Series(labels, dtype=pl.String),
            records=pl.when("has_records").then(pl.lit("yes")).otherwise(pl.lit("no")),
            network=pl.col("network").fill_null(""),
        )

    @staticmethod
    def _placed(a: pl.DataFrame) -> pl.DataFrame:
        """Places inside each group: the busiest in the middle."""
        x, y = np.zeros(a.height, np.int64), np.zeros(a.height, np.int64)
        group = a["network"].fill_null("").to_numpy()
        busy = a["busy"].to_numpy()
        for name in np.unique(group):
            at = np.flatnonzero(group == name)
            places = around(busy[at])
            x[at], y[at] = places[:, 0], places[:, 1]
        return a.with_columns(x=pl.Series(x), y=pl.Series(y))

    def _account_totals(self) -> pl.DataFrame:
        t = self.m.ledger.transfers.filter(pl.col("debtor_account") != pl.col("creditor_account"))
        both = pl.concat(
            [
                t.select("amount", "currency", "booking_date", key=end, direction=pl.lit(way))
                for end, way in (("debtor_account", "out"), ("creditor_account", "in"))
            ]
        )
        summed = totals(both, ["key", "direction", "currency"])
        ranked = self.ids.with_row_index("rank")
        out = summed.join(ranked, on="key", how="left").sort("rank", "direction", "currency")
        return out.select(
            "direction",
            "currency",
            "transfers",
            account="id",
            amount=amounts(out["amount"], out["currency"]),
        )

    # --- networks

    def _networks(self) -> pl.DataFrame:
        n = self.m.networks.table
        member = dict(self.m.networks.members.select("account", "network").iter_rows())
        number = {name: i for i, name in enumerate(n["network"])}
        accounts = self.m.graph.accounts
        ends = self.m.graph.edges.select("debtor", "creditor", "transfers").iter_rows()
        weights: dict[tuple[int, int], int] = {}
        for debtor, creditor, count in ends:
            u, v = member.get(accounts[debtor]), member.get(accounts[creditor])
            if u is not None and v is not None and u != v:
                a, b = sorted((number[u], number[v]))
                weights[a, b] = weights.get((a, b), 0) + count
        pairs = sorted(weights)
        places = layout(
            n.height,
            np.array([p[0] for p in pairs], np.int64),
            np.array([p[1] for p in pairs], np.int64),
            np.array([weights[p] for p in pairs], np.int64),
        )
        labels = n.join(
            self.accounts.select(most_between="key", middle="label"),
            on="most_between",
            how="left",
            maintain_order="left",
        )
        return labels.select(
            "accounts",
            "transfers",
            "listings",
            "first",
            "last",
            id="network",
            label=pl.when(pl.col("middle").is_null())
            .then("network")
            .otherwise(pl.format(strings.WORDS["network_label"], "network", "middle")),
            x=pl.Series(places[:, 0], dtype=pl.Int64),
            y=pl.Series(places[:, 1], dtype=pl.Int64),
        )

    def _network_totals(self) -> pl.DataFrame:
        inside = self.m.networks.totals.with_columns(scope=pl.lit("inside"))
        across = self.m.networks.border.rename({"direction": "scope"})
        columns = ["network", "scope", "currency", "transfers", "amount"]
        order = self.m.networks.table.select("network").with_row_index("n")
        both = pl.concat([inside.select(columns), across.select(columns)]).join(order, on="network", how="left")
        both = both.sort("n", "scope", "transfers", "currency", descending=[False, False, True, False]).select(columns)
        return both.with_columns(amount=amounts(both["amount"], both["currency"]))

    def _reasons(self) -> pl.DataFrame:
        label = dict(self.accounts.select("key", "label").iter_rows())
        rows = [
            (
                network,
                strings.why(code, value, label.get(debtor, ""), label.get(creditor, "")),
            )
            for network, code, value, debtor, creditor in self.m.networks.reasons.iter_rows()
        ]
        return pl.DataFrame(rows, schema={"network": pl.String, "reason": pl.String}, orient="row")

    # --- money

    def _edges(self) -> pl.DataFrame:
        e = self.m.graph.edges
        key = pl.Series(self.m.graph.accounts, dtype=pl.String)
        ranked = self.ids.with_row_index("rank")
        named = e.with_columns(d=key.gather(e["debtor"]), c=key.gather(e["creditor"]))
        named = named.join(ranked.select(d="key", di="id", dr="rank"), on="d", how="left").join(
            ranked.select(c="key", ci="id", cr="rank"), on="c", how="left"
        )
        named = named.sort("dr", "cr", "currency")
        return named.select(
            "currency",
            "transfers",
            "first",
            "last",
            debtor="di",
            creditor="ci",
            amount=amounts(named["amount"], named["currency"]),
        )

    def _transfers(self) -> pl.DataFrame:
        t = self.m.ledger.transfers.with_row_index("n", offset=1)
        t = t.join(self.ids.select(debtor_account="key", debtor="id"), on="debtor_account", how="left")
        t = t.join(self.ids.select(creditor_account="key", creditor="id"), on="creditor_account", how="left")
        t = t.sort("n")
        return t.select(
            "debtor",
            "creditor",
            "currency",
            "booking_date",
            "channel",
            "how",
            "rows",
            key="transfer_id",
            id=pl.format("t{}", "n"),
            amount=amounts(t["amount"], t["currency"]),
            note=self.door.column(t["remittance_info"], _protect("transfers", "remittance_info")),
        )

    def _evidence(self) -> pl.DataFrame:
        e = self.m.ledger.evidence.join(
            self.m.ledger.entries.select("entry_id", "source", "sheet", "row", "raw"), on="entry_id", how="left"
        )
        e = e.join(self.exhibits, on="source", how="left").join(
            self.transfers.select(transfer_id="key", transfer="id").with_row_index("n"), on="transfer_id", how="left"
        )
        e = e.sort("n", "entry_id")
        return e.select(
            "transfer",
            "exhibit",
            "row",
            "seen_by",
            sheet=self.door.column(e["sheet"], _protect("entries", "sheet")),
            raw=self.door.column(e["raw"], _protect("entries", "raw")),
        )

    def _proposals(self) -> pl.DataFrame:
        ids = self.transfers.select("key", "id")
        p = self.m.ledger.proposals
        p = p.join(ids.rename({"key": "transfer_a", "id": "a"}), on="transfer_a", how="left")
        p = p.join(ids.rename({"key": "transfer_b", "id": "b"}), on="transfer_b", how="left")
        return p.sort("kind", "transfer_a", "transfer_b").select("kind", "reason", transfer_a="a", transfer_b="b")


def _label(kind: str, name: str, account: str) -> str:
    """What stands under a node: the name, else the account without its scheme."""
    if kind in ("unknown", "fee"):
        inner = account.partition(":")[2]
        return f"{strings.WORDS[f'scheme_{kind}']} {_short(inner)}"
    if re.match(TOKEN, account):
        # Pseudonymised: one stand-in under the node is enough, and the account's is the one that tables name.
        return _short(account)
    return name or _short(account)


def _short(account: str) -> str:
    """An account as it fits under a node: a pseudonym to its first two groups, an id without its scheme."""
    if re.match(TOKEN, account):
        return account[:BRIEF]
    return account.partition(":")[2] or account


def _text(column: str) -> bool:
    return sheets.SOURCES.columns[column] == "text"
