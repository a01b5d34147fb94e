"""How well a case does against the answer key of the scene it was made from: numbers, and every miss by name.

Nothing here looks at a case itself: the functions take the ledger, the networks, links or portions that it found. Each
score has ``perfect``; the misses are ids of the key (payments, links, networks) or of the ledger (transfers).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from fininit.errors import UsageError
from fininit.identifiers.account import FEE, UNKNOWN, name_id, scheme
from fininit.ledger.transfers import Ledger

Line = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Key:
    """An answer key as it was written: one list of lines for each of its files."""

    files: list[Line]
    accounts: list[Line]
    parties: list[Line]
    payments: list[Line]
    links: list[Line]
    networks: list[Line]
    trace: list[Line]

    @classmethod
    def load(cls, folder: str | Path) -> Key:
        """The key in ``folder`` (``answer-key`` of a scene). Raises ``UsageError`` when there is none."""
        try:
            return cls(**{name: _lines(Path(folder) / f"{name}.jsonl") for name in cls.__dataclass_fields__})
        except (OSError, ValueError):
            raise UsageError(
                "There is no answer key in this folder.", hint="Name the folder answer-key of a simulated scene."
            ) from None

    @cached_property
    def account(self) -> dict[str, str]:
        """What a ledger may call an account -> its id in the key."""
        return {name: a["account"] for a in self.accounts for name in (a["account"], *a["aliases"])}

    @cached_property
    def rows(self) -> dict[tuple[str, str, int], Line]:
        """(SHA-256 of the file, sheet, row) -> the payment that the row shows."""
        sha = {f["file"]: f["sha256"] for f in self.files}
        return {(sha[r["file"]], r["sheet"], r["row"]): p for p in self.payments for r in p["shown_by"]}


def _lines(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# --- payments


@dataclass(frozen=True)
class PaymentScore:
    """How often each payment that the case's files show is counted in its transfers.

    ``expected``: payments that moved money and of which a file of the case shows a row; ``planted`` of them belong to a
    network; ``once``: counted exactly once, with the right amount, day and accounts. The rest are ids of the key:
    ``missing`` (no transfer), ``twice`` (more than one), ``wrong`` (one, but not what the key says), ``merged`` (one
    transfer for several movements), ``moved`` (pending or failed, and counted all the same). ``unread``: rows of the
    case's files that the key has and the ledger has not. ``unplanned``: transfers that no row of the key shows.
    """

    expected: int
    planted: int
    once: int
    planted_once: int
    in_two: int
    missing: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    unplanned: tuple[str, ...] = ()

    @property
    def perfect(self) -> bool:
        """Everything once, nothing besides."""
        rest = (self.missing, self.twice, self.wrong, self.merged, self.moved, self.unread, self.unplanned)
        return self.once == self.expected and not any(rest)


def payments(ledger: Ledger, key: Key) -> PaymentScore:
    """Score the transfers of a ledger. Only payments with a row in one of the ledger's sources are expected."""
    sources = set(ledger.entries["source"].unique().to_list())
    shown: dict[str, list[str]] = defaultdict(list)
    found: set[tuple[str, str, int]] = set()
    by_entry: dict[str, Line] = {}
    columns = ("entry_id", "source", "sheet", "row")
    for entry, source, sheet, row in ledger.entries.select(columns).iter_rows():
        payment = key.rows.get((source, sheet or "", row))
        if payment is not None:
            found.add((source, sheet or "", row))
            by_entry[entry] = payment
    shows: dict[str, set[str]] = defaultdict(set)
    for transfer, entry in ledger.evidence.select("transfer_id", "entry_id").iter_rows():
        if transfer.startswith(f"{FEE}:"):
            continue
        if entry in by_entry:
            name = by_entry[entry]["payment"]
            shows[transfer].add(name)
            shown[name].append(transfer)
    facts = {r["transfer_id"]: r for r in ledger.transfers.iter_rows(named=True)}
    rows = {place: p for place, p in key.rows.items() if place[0] in sources}
    here = {p["payment"]: p for p in rows.values()}
    seen: dict[str, int] = defaultdict(int)
    for p in rows.values():
        seen[p["payment"]] += 1
    out: dict[str, list[str]] = {k: [] for k in ("missing", "twice", "wrong", "merged", "moved")}
    expected = {n: p for n, p in here.items() if p["status"] == "booked"}
    good = []
    for name, p in sorted(here.items()):
        transfers = sorted(set(shown[name]))
        if p["status"] != "booked":
            out["moved"] += [name] if transfers else []
        elif not transfers:
            out["missing"].append(name)
        elif len(transfers) > 1:
            out["twice"].append(name)
        elif len({here[n]["movement"] or n for n in shows[transfers[0]]}) > 1:
            out["merged"].append(name)
        elif not _fits(facts[transfers[0]], [here[n] for n in sorted(shows[transfers[0]])], key):
            out["wrong"].append(name)
        else:
            good.append(name)
    unread = sorted({p["payment"] for place, p in rows.items() if place not in found})
    unplanned = sorted(t for t in facts if not t.startswith(f"{FEE}:") and t not in shows)
    return PaymentScore(
        expected=len(expected),
        planted=sum(bool(p["network"]) for p in expected.values()),
        once=len(good),
        planted_once=sum(bool(here[n]["network"]) for n in good),
        in_two=sum(seen[n] > 1 for n in expected),
        unread=tuple(unread),
        unplanned=tuple(unplanned),
        **{k: tuple(v) for k, v in out.items()},
    )


def _fits(transfer: Line, legs: list[Line], key: Key) -> bool:
    """Whether a transfer is what its payments say: amount, currency, day, and each end that a record names.

    Several payments are the legs of one movement: a reader who joins them shows the first day and the outer ends.
    """
    amounts = {(Decimal(p["amount"]), p["currency"]) for p in legs}
    if (transfer["amount"], transfer["currency"]) not in amounts:
        return False
    if transfer["booking_date"].isoformat() != min(p["date"] for p in legs):
        return False
    for column, end in (("debtor_account", "debtor"), ("creditor_account", "creditor")):
        named = {p[end] for p in legs if p[end]}
        if named and key.account.get(transfer[column], transfer[column]) not in named:
            return False
    return True


# --- networks


@dataclass(frozen=True)
class NetworkScore:
    """One planted network and the found one that is most like it. ``jaccard`` is exact; ``missed`` and ``extra`` are
    accounts."""

    network: str
    found: str
    members: int
    jaccard: float
    missed: tuple[str, ...]
    extra: tuple[str, ...]


def networks(members: pl.DataFrame, key: Key, *, joined_by: Iterable[str] = ("payments",)) -> list[NetworkScore]:
    """Score networks (columns ``network`` and ``account``, as ``fininit.networks.find`` gives them).

    Compared are the members that the returns tie in by payments; ``joined_by=("payments", "links")`` takes all. Who
    paid or was paid by them and is known to a record by name only has no account: found with them it is left out, found
    with others it is a stranger. The sides that a statement leaves open and the nodes of fees are left out.
    """
    ways = frozenset(joined_by)
    found: dict[str, set[str]] = defaultdict(set)
    for network, account in members.select("network", "account").iter_rows():
        if scheme(account) not in (UNKNOWN, FEE):
            found[network].add(_known(account, key))
    scores = []
    for planted in key.networks:
        wanted = {m["account"] for m in planted["members"] if m["joined_by"] in ways}
        names = _names(planted["payments"], key)
        whole = {name: have - names for name, have in found.items()}
        like = [(len(wanted & have) / len(wanted | have), name) for name, have in whole.items() if wanted & have]
        jaccard, best = max(like, key=lambda x: (x[0], x[1]), default=(0.0, ""))
        have = whole.get(best, set())
        missed, extra = tuple(sorted(wanted - have)), tuple(sorted(have - wanted))
        scores.append(NetworkScore(planted["network"], best, len(wanted), jaccard, missed, extra))
    return scores


def _known(account: str, key: Key) -> str:
    """An account as the key calls it; of one known by name only, the statement that names it."""
    if scheme(account) == "name":
        name, at, statement = account.rpartition("@")
        return f"{name}{at}{key.account.get(statement, statement)}" if at else account
    return key.account.get(account, account)


def _names(inside: Iterable[str], key: Key) -> set[str]:
    """Nodes of those whom a record of a planted payment knows by name only. A cash machine is nobody."""
    planted = set(inside)
    names = set()
    for p in key.payments:
        if p["payment"] in planted and p["kind"] != "cash out" and not (p["debtor"] and p["creditor"]):
            names.add(name_id(p["other_name"], p["debtor"] or p["creditor"]))
    return {n for n in names if n is not None}


# --- links


@dataclass(frozen=True)
class LinkScore:
    """Links of some kinds. ``planted``: those of networks and of the lawful lives; ``missed`` of them by id of the key;
    ``false``: found, and neither planted nor true; ``everyday``: found, true, not planted."""

    planted: int
    found: int
    everyday: int
    missed: tuple[str, ...]
    false: tuple[tuple[str, str, str], ...]
    by_style: dict[str, tuple[int, int]]
    """How the phone was written -> (found, planted), for links of listings."""

    @property
    def perfect(self) -> bool:
        """All that was planted, and nothing that is not so."""
        return not self.missed and not self.false


DIRECT = ("listing-phone", "phone-account")


def found_links(links: pl.DataFrame, rows: pl.DataFrame, listings: pl.DataFrame) -> list[tuple[str, str, str]]:
    """The links of a case (``schema.LINKS``, ``schema.LINK_ROWS``) as :func:`links` takes them, sorted, each once.

    A case has one node for all captures of the same content, the key one for each listing: every listing that shows a
    link, by the address in ``listings`` (``schema.LISTINGS``), counts for itself. What a link is between, not what it
    is shown by, makes its kind; parties are left out, because a case has its own ids for them.
    """
    url = dict(listings.select("capture_id", "url").drop_nulls().iter_rows())
    shown: dict[str, set[str]] = defaultdict(set)
    for link, record in rows.select("link_id", "record").drop_nulls().iter_rows():
        if record in url:
            shown[link].add(url[record])
    made: set[tuple[str, str, str]] = set()
    columns = ("link_id", "a_kind", "a", "b_kind", "b")
    for link, a_kind, a, b_kind, b in links.filter(pl.col("kind") != "own").select(columns).iter_rows():
        first, second = (scheme(n) if k == "identifier" else k for k, n in ((a_kind, a), (b_kind, b)))
        if "party" not in (first, second):
            ends = sorted(shown[link]) if a_kind == "listing" else [a]
            made |= {(f"{first}-{second}", end, b) for end in ends}
    return sorted(made)


def links(found: Iterable[tuple[str, str, str]], key: Key, *, kinds: Iterable[str] = DIRECT) -> LinkScore:
    """Score links, given as (kind, one end, other end) in any order of the ends.

    Ends are ``listing:<site>/<number>`` or the listing's URL, ``phone:+…``, an account, ``party:…``, ``email:…``,
    ``handle:telegram:@…``, ``device:…``. ``kinds``: those of the key that are asked for; others that were found are
    left aside. The key has listing-phone, phone-account, listing-account (through one phone), listing-party,
    listing-handle, listing-email, email-account, device-account, account-account and account-party.
    """
    asked = frozenset(kinds)
    url = {line["url"]: line["a"] for line in key.links if "url" in line}

    def end(node: str) -> str:
        return url.get(node) or key.account.get(node, node)

    have = {(kind, *sorted((end(a), end(b)))) for kind, a, b in found if kind in asked}
    true = {(line["kind"], *sorted((line["a"], line["b"]))): line for line in key.links if line["kind"] in asked}
    planted = {k: line for k, line in true.items() if line["group"]}
    styles: dict[str, tuple[int, int]] = {}
    for k, line in sorted(planted.items()):
        if "style" in line:
            hit, of = styles.get(line["style"], (0, 0))
            styles[line["style"]] = hit + (k in have), of + 1
    return LinkScore(
        planted=len(planted),
        found=len(planted.keys() & have),
        everyday=len((true.keys() - planted.keys()) & have),
        missed=tuple(sorted(line["link"] for k, line in planted.items() if k not in have)),
        false=tuple(sorted((k[0], k[1], k[2]) for k in have - true.keys())),
        by_style=styles,
    )


# --- traces


@dataclass(frozen=True)
class TraceScore:
    """One planted trace. ``equal``: payments with exactly the expected portion; ``differing``: payment -> (expected,
    found), null where one side has none. Amounts in whole units."""

    trace: str
    expected: int
    equal: int
    differing: dict[str, tuple[Decimal | None, Decimal | None]]

    @property
    def perfect(self) -> bool:
        """Equal to the cent, payment by payment."""
        return not self.differing


def trace(portions: Mapping[str, Decimal], ledger: Ledger, key: Key, name: str = "TR-1") -> TraceScore:
    """Score a trace: ``portions`` gives for each transfer (its id) how much of it is traced money.

    The payments that the trace starts from may be among them or not. Raises ``UsageError`` when the key has no such
    trace.
    """
    lines = [line for line in key.trace if line["trace"] == name]
    if not lines:
        raise _no_trace(key)
    start = {line["payment"] for line in lines if line["what"] == "start"}
    expected = {line["payment"]: Decimal(line["amount"]) for line in lines if line["what"] == "portion"}
    of = payment_of(ledger, key)
    found: dict[str, Decimal] = defaultdict(Decimal)
    for transfer, amount in portions.items():
        name_of = of.get(transfer, transfer)
        if amount and name_of not in start:
            found[name_of] += amount
    differing = {
        p: (expected.get(p), found.get(p))
        for p in sorted(expected.keys() | found.keys())
        if expected.get(p) != found.get(p)
    }
    return TraceScore(name, len(expected), len(expected.keys() - differing.keys()), differing)


def payment_of(ledger: Ledger, key: Key) -> dict[str, str]:
    """Transfer -> payment of the key, by the rows that show it (the smallest id where several do)."""
    of: dict[str, str] = {}
    entries = ledger.entries.select("entry_id", "source", "sheet", "row")
    shown = ledger.evidence.select("transfer_id", "entry_id").join(entries, on="entry_id")
    for transfer, _, source, sheet, row in shown.sort("transfer_id", "entry_id").iter_rows():
        payment = key.rows.get((source, sheet or "", row))
        if payment is not None and not transfer.startswith(f"{FEE}:"):
            of[transfer] = min(of.get(transfer, payment["payment"]), payment["payment"])
    return of


def start_of(ledger: Ledger, key: Key, name: str = "TR-1") -> str:
    """What a planted trace starts from, as the ledger calls it: a transfer or an account, to be given to ``--from``."""
    start = next((line["from"] for line in key.trace if line["trace"] == name), None)
    if start is None:
        raise _no_trace(key)
    if start in key.account:
        names = {a for a, known in key.account.items() if known == start}
        return min(names & set(ledger.accounts["account"]), default=str(start))
    found = min((t for t, p in payment_of(ledger, key).items() if p == start), default=None)
    if found is None:
        raise UsageError(
            "The ledger has no transfer that this trace starts from.", hint="Import all files of the scene."
        )
    return found


def _no_trace(key: Key) -> UsageError:
    names = sorted({line["trace"] for line in key.trace})
    return UsageError("The answer key has no such trace.", hint=f"It has: {', '.join(names)}.")
