"""Small made-up ledgers for tracing: written as statement lines, so that the whole way from lines to a flow is used."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from fininit.ledger.transfers import Ledger, build
from fininit.schema import ACCOUNTS, ENTRIES, EVIDENCE, PROPOSALS, TRANSFERS
from fininit.tracing.flow import Flow

DAY = date(2026, 3, 1)


@dataclass(frozen=True)
class Pay:
    """One payment. ``seen``: whose statements print it, ``d``ebtor and ``c``reditor; ``day`` counts from 1 March."""

    day: int
    debtor: str
    creditor: str
    amount: str
    seen: str = "dc"
    channel: str | None = None
    currency: str = "EUR"
    at: datetime | None = None


class Book:
    """Makes ledgers: every account has a statement of its own in a file of its own, lines in the order given."""

    Pay = Pay

    @staticmethod
    def account(name: str) -> str:
        """Short names are accounts; ``scheme:value`` stays."""
        return name if ":" in name else f"acct:{name}"

    @staticmethod
    def day(n: int) -> date:
        return DAY + timedelta(days=n - 1)

    def entries(
        self,
        pays: Sequence[Pay],
        openings: dict[str, str] | None = None,
        newest_first: Sequence[str] = (),
        mixed: random.Random | None = None,
    ) -> pl.DataFrame:
        """Statement lines by day, within a day as given, or ``mixed`` anew for each statement.

        An account in ``openings`` prints running balances from there.
        """
        lines = self._lines(pays, openings, newest_first, mixed)
        return ENTRIES.conform(pl.DataFrame([line for _, line in lines], schema=ENTRIES.polars()))

    def _lines(
        self,
        pays: Sequence[Pay],
        openings: dict[str, str] | None,
        newest_first: Sequence[str],
        mixed: random.Random | None,
    ) -> list[tuple[int, dict[str, Any]]]:
        """The lines, each with the number of its payment."""
        lines: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        for n, p in sorted(enumerate(pays), key=lambda np: np[1].day):
            debtor, creditor = self.account(p.debtor), self.account(p.creditor)
            for who, sign, other, letter in ((debtor, "-", creditor, "d"), (creditor, "", debtor, "c")):
                if letter in p.seen and not (debtor == creditor and letter == "c"):
                    lines.setdefault(who, []).append((n, self._line(p, who, other, Decimal(sign + p.amount))))
        made: list[tuple[int, dict[str, Any]]] = []
        for who in sorted(lines):
            mine = lines[who]
            if mixed is not None:
                mine = sorted(mine, key=lambda line: (line[1]["booking_date"], mixed.random()))
            balance = Decimal((openings or {}).get(self.short(who), "0"))
            for _, line in mine:
                balance += line["amount"]
                line["balance_after"] = balance if self.short(who) in (openings or {}) else None
            source = hashlib.sha256(who.encode()).hexdigest()
            for row, (n, line) in enumerate(mine[::-1] if self.short(who) in newest_first else mine, 2):
                made.append((n, {"source": source, "entry_id": f"{source[:16]}::{row}", "row": row} | line))
        return made

    def _line(self, p: Pay, who: str, other: str, amount: Decimal) -> dict[str, Any]:
        return {
            "sheet": "",
            "raw": "",
            "statement": 1,
            "sides": "one",
            "status": "booked",
            "account": who,
            "amount": amount,
            "counterparty_account": None if other.startswith(("unknown:", "name:")) else other,
            "counterparty_name": other.partition(":")[2] if other.startswith("name:") else None,
            "currency": p.currency,
            "booking_date": self.day(p.day),
            "booked_at": p.at,
            "channel": p.channel,
        }

    def ledger(self, pays: Sequence[Pay], openings: dict[str, str] | None = None, **more: Any) -> Ledger:
        return build(self.entries(pays, openings, **more))

    def quick(self, pays: Sequence[Pay], openings: dict[str, str] | None = None, **more: Any) -> Ledger:
        """The ledger put together by hand, without pairing: what ``ledger`` gives, in a tenth of the time."""
        lines = self._lines(pays, openings, more.get("newest_first", ()), more.get("mixed"))
        shown: dict[int, list[dict[str, Any]]] = {}
        for n, line in lines:
            shown.setdefault(n, []).append(line)
        transfers, evidence = [], []
        for n, mine in shown.items():
            p = pays[n]
            transfer = f"t:{min(line['entry_id'] for line in mine)}"
            debtor, creditor = (self._end(end, other) for end, other in self._ends(p))
            transfers.append(
                {
                    "transfer_id": transfer,
                    "debtor_account": debtor,
                    "creditor_account": creditor,
                    "amount": Decimal(p.amount),
                    "currency": p.currency,
                    "booking_date": self.day(p.day),
                    "booked_at": p.at,
                    "channel": p.channel,
                    "rows": len(mine),
                    "how": "both-sides" if len(mine) > 1 else "one-side",
                }
            )
            evidence += [
                {
                    "transfer_id": transfer,
                    "entry_id": line["entry_id"],
                    "seen_by": "debtor" if line["amount"] < 0 else "creditor",
                }
                for line in mine
            ]
        table = TRANSFERS.conform(pl.DataFrame(transfers, schema=TRANSFERS.polars())).sort("transfer_id")
        names = sorted({*table["debtor_account"], *table["creditor_account"]})
        own = {line["account"] for _, line in lines}
        accounts = [{"account": a, "scheme": a.partition(":")[0], "has_records": a in own} for a in names]
        entries = ENTRIES.conform(pl.DataFrame([line for _, line in lines], schema=ENTRIES.polars()))
        return Ledger(
            entries=entries.with_columns(line="entry_id"),
            transfers=table,
            evidence=EVIDENCE.conform(pl.DataFrame(evidence, schema=EVIDENCE.polars())),
            accounts=ACCOUNTS.conform(pl.DataFrame(accounts, schema=ACCOUNTS.polars())),
            proposals=PROPOSALS.empty(),
            duplicates=0,
            merged=0,
            unmoved=0,
        )

    def _ends(self, p: Pay) -> list[tuple[str, str]]:
        debtor, creditor = self.account(p.debtor), self.account(p.creditor)
        return [(debtor, creditor), (creditor, debtor)]

    @staticmethod
    def _end(end: str, other: str) -> str:
        """A party known by name only is scoped to the statement that names it."""
        return f"{end}@{other}" if end.startswith("name:") else end

    @staticmethod
    def short(account: str) -> str:
        return account.removeprefix("acct:")

    def transfer(self, ledger: Ledger, debtor: str, creditor: str, amount: str | None = None) -> str:
        """The id of the first payment between two accounts (of that amount)."""
        found = ledger.transfers.filter(
            pl.col("debtor_account") == self.account(debtor), pl.col("creditor_account") == self.account(creditor)
        )
        if amount is not None:
            found = found.filter(pl.col("amount") == Decimal(amount))
        return str(found.sort("booking_date", "transfer_id")["transfer_id"][0])

    # --- reading a flow

    def steps(self, flow: Flow) -> list[tuple[str, str, str]]:
        """(paid by, paid to, traced) of each step."""
        rows = flow.steps.select("debtor_account", "creditor_account", "traced").iter_rows()
        return [(self.short(a), self.short(b), f"{t:.2f}") for a, b, t in rows]

    def parts(self, flow: Flow, debtor: str, creditor: str) -> list[tuple[str | None, str]]:
        """(tag, amount) of the portions of the steps between two accounts, in order."""
        ids = flow.steps.filter(
            pl.col("debtor_account") == self.account(debtor), pl.col("creditor_account") == self.account(creditor)
        )["order"]
        rows = flow.portions.filter(pl.col("order").is_in(ids.implode())).select("tag", "amount").iter_rows()
        return [(tag, f"{a:.2f}") for tag, a in rows]

    def breaks(self, flow: Flow) -> list[tuple[str, str, str, str]]:
        """(kind, account, tag, amount) of each end."""
        rows = flow.breaks.select("kind", "account", "tag", "amount").iter_rows()
        return [(k, self.short(a), t, f"{v:.2f}") for k, a, t, v in rows]

    def left(self, flow: Flow) -> dict[tuple[str, str], str]:
        """(account, tag) -> what is still held."""
        rows = flow.remaining.group_by("account", "tag").agg(pl.col("amount").sum()).iter_rows()
        return {(self.short(a), t): f"{v:.2f}" for a, t, v in rows}


@pytest.fixture(scope="session")
def book() -> Book:
    return Book()
