"""The answer key: what is true of a scene, and where each of it stands in the files. Kept apart from what is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from fininit.training.fifo import Traced
from fininit.training.money import Account, Payment, Row, exact
from fininit.training.world import World

README: Final = """# Answer key

Nobody in this scene exists. Scenario `{scenario}`, seed {seed}, size {size:g}. Do not lay this folder beside the files
that are to be read: it says who is who. One JSON object a line; amounts are texts in whole units; `shown_by` lists the
rows (file, sheet, row as a spreadsheet counts it; in MT940 the line of field 61) in which a thing stands.

* `files.jsonl`: a file, its SHA-256, and the account it is of where it does not say so itself.
* `accounts.jsonl`: an account. `aliases`: what a reader may call it who has only the file. `records`: its own statement
  is among the files. `group`: the network or the lawful life it was planted with.
* `parties.jsonl`: a person or firm, with the role it has in the scene.
* `payments.jsonl`: a payment, once, however many rows show it. `plant` and `network` are empty for everyday life;
  `debtor` or `creditor` where no record names an account (`other_name`: what it says instead). Only those with status
  `booked` moved money. `movement` ties the legs of one movement across institutions.
* `links.jsonl`: two things that belong together, with the rows that say so. `group` is empty for everyday life: such a
  link is true as well, and not a false one when it is found.
* `networks.jsonl`: a planted network and its members. `joined_by` is `payments` where the returns alone tie the member
  in, else `links`.
* `trace.jsonl`: a line of a planted trace: `start` (what a payment tagged), `portion` (how much of a further payment),
  `stop` (where it ends, and why) or `left` (in an account). `from`: the payment or account the trace starts from.

In payment notes a number without country code is German. Listings state their region.

The traces follow first in, first out. They follow accounts whose own statement is among the returns (banks A and B; the
table of bank C shows payments, not statements), take the opening balance as the oldest portion and the rows of a day in
the order in which the statement prints them. `start` = `stop` + `left`, to the cent.

Payments: {payments}. Accounts: {accounts}. Listings: {listings}. Links: {links}.
"""


def phone(number: str) -> str:
    """A phone's node."""
    return f"phone:{number}"


def write(
    world: World, files: dict[str, bytes], listed: dict[str, list[Row]], facts: dict[tuple[str, str, str], Row]
) -> dict[str, bytes]:
    """The files of the key. ``listed``: rows of each listing; ``facts``: rows of the subpoena workbook."""
    accounts = _accounts(world, files)
    payments = [_payment(p) for p in world.payments]
    links = _links(world, listed, facts)
    key = {
        "files.jsonl": _files(world, files),
        "accounts.jsonl": accounts,
        "parties.jsonl": [
            {"party": p.id, "name": p.name, "kind": p.kind, "role": p.role, "town": p.town} for p in _seen(world)
        ],
        "payments.jsonl": payments,
        "links.jsonl": links,
        "networks.jsonl": _networks(world),
        "trace.jsonl": [line for traced in world.traces for line in _trace(traced)],
    }
    made = {f"answer-key/{name}": _jsonl(lines) for name, lines in key.items()}
    text = README.format(
        scenario=world.scenario, seed=world.seed, size=world.size, payments=len(payments), accounts=len(accounts),
        listings=len(world.listings), links=len(links),
    )  # fmt: skip
    return made | {"answer-key/README.md": text.encode("utf-8")}


def _jsonl(lines: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode("utf-8")


def _rows(rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [{"file": r.file, "sheet": r.sheet, "row": r.row} for r in rows]


def _id(account: Account | None) -> str:
    return account.id if account is not None else ""


def export_of(account: Account) -> str:
    """The file that is the export of an app account."""
    return f"returns/app-{account.number.removeprefix('$')}.csv"


def _files(world: World, files: dict[str, bytes]) -> list[dict[str, Any]]:
    of = {export_of(a): a.id for a in world.people.accounts if a.bank == "app"}
    return [
        {"file": name, "sha256": hashlib.sha256(data).hexdigest(), "account": of.get(name, "")}
        for name, data in sorted(files.items())
    ]


def _used(world: World) -> set[str]:
    ends = {_id(a) for p in world.payments for a in (p.debtor, p.creditor)}
    return ends | {s.account.id for s in world.subscribers}


def _seen(world: World) -> list[Any]:
    used = _used(world)
    return list(dict.fromkeys(a.party for a in world.people.accounts if a.id in used))


def _accounts(world: World, files: dict[str, bytes]) -> list[dict[str, Any]]:
    used, kinds = _used(world), {a.id: kind for kind, a in world.near.accounts}
    made = []
    for a in world.people.accounts:
        if a.id not in used:
            continue
        export = files.get(export_of(a)) if a.bank == "app" else None
        aliases = [f"source:{hashlib.sha256(export).hexdigest()[:8]}"] if export is not None else []
        made.append(
            {
                "account": a.id,
                "aliases": aliases,
                "name": a.name,
                "party": a.party.id,
                "bank": a.bank,
                "records": a.records,
                "group": a.network or kinds.get(a.id, ""),
                "position": a.position,
            }
        )
    return made


def _payment(p: Payment) -> dict[str, Any]:
    return {
        "payment": p.id,
        "debtor": _id(p.debtor),
        "creditor": _id(p.creditor),
        "other_name": p.other_name,
        "amount": p.amount,
        "fee": exact(p.fee, p.decimals),
        "currency": p.asset,
        "date": p.on.isoformat(),
        "time": p.clock,
        "status": p.status,
        "kind": p.kind,
        "plant": p.plant,
        "network": p.network,
        "movement": p.movement,
        "shown_by": _rows(p.rows),
    }


# --- links


def _links(world: World, listed: dict[str, list[Row]], facts: dict[tuple[str, str, str], Row]) -> list[dict[str, Any]]:
    made: dict[tuple[str, str, str], dict[str, Any]] = {}

    def add(kind: str, a: str, b: str, group: str, rows: Sequence[Row], **more: Any) -> None:
        link = made.setdefault((kind, a, b), {"kind": kind, "a": a, "b": b, "group": group, "shown_by": []} | more)
        link["group"] = link["group"] or group
        link["shown_by"] += [r for r in _rows(rows) if r not in link["shown_by"]]

    groups = _phone_groups(world)
    for x in world.listings:
        group = groups.get(x.phone.e164, "")
        where = {"url": x.url, "style": x.style, "start": x.start, "end": x.end, "written": x.text[x.start : x.end]}
        add("listing-phone", x.node, phone(x.phone.e164), group, listed[x.node], **where)
        if x.party is not None:
            add("listing-party", x.node, x.party.id, group, listed[x.node])
        if x.handle:
            add("listing-handle", x.node, f"handle:telegram:{x.handle}", group, listed[x.node])
        if x.email:
            add("listing-email", x.node, f"email:{x.email}", group, listed[x.node])
    for top in world.top_ups:
        rows = [r for r in top.payment.rows if r.file.startswith("returns/")]
        add("phone-account", phone(top.phone.e164), _id(top.payment.debtor), groups.get(top.phone.e164, ""), rows)
    kinds = {a.id: kind for kind, a in world.near.accounts}
    for s in world.subscribers:
        group = s.account.network or kinds.get(s.account.id, "")
        row = facts["Subscriber", s.account.id, s.phone.e164]
        add("phone-account", phone(s.phone.e164), s.account.id, group, [row])
        add("email-account", f"email:{s.email}", s.account.id, group, [row])
        add("account-party", s.account.id, s.account.party.id, group, [row], capacity="holder")
        bank = facts["Linked instruments", s.account.id, s.bank.id]
        add("account-account", s.account.id, s.bank.id, group, [bank])
        add("account-party", s.bank.id, s.bank.party.id, group, [bank], capacity="holder")
        for d in s.devices:
            add("device-account", f"device:{d.name}", s.account.id, group, [facts["Devices", s.account.id, d.name]])
    _controlled(world, facts, add)
    _through(made)
    return [{"link": f"L{n:06}"} | made[k] for n, k in enumerate(sorted(made), 1)]


def _phone_groups(world: World) -> dict[str, str]:
    groups = {p.e164: net.id for net in world.networks for p in net.phones}
    near = world.near
    return groups | {
        near.worker_phone.e164: "sex-worker",
        near.driver_phone.e164: "driver",
        near.studio_phone.e164: "small-firm",
    }


def _controlled(world: World, facts: dict[tuple[str, str, str], Row], add: Any) -> None:
    """A device of the controller's that was also used with somebody else's account."""
    for net in world.networks:
        own = {d.name for s in world.subscribers if s.account.party is net.controllers[0].party for d in s.devices}
        for s in world.subscribers:
            if s.account.network == net.id and s.account.party is not net.controllers[0].party:
                rows = [facts["Devices", s.account.id, d.name] for d in s.devices if d.name in own]
                if rows:
                    party = net.controllers[0].party.id
                    add("account-party", s.account.id, party, net.id, rows, capacity="controller")


def _through(made: dict[tuple[str, str, str], dict[str, Any]]) -> None:
    """Listing and account that one phone ties together."""
    accounts: dict[str, list[str]] = {}
    for kind, a, b in sorted(made):
        if kind == "phone-account":
            accounts.setdefault(a, []).append(b)
    for kind, listing, number in sorted(made):
        if kind != "listing-phone":
            continue
        for account in accounts.get(number, []):
            first, second = made[kind, listing, number], made["phone-account", number, account]
            made["listing-account", listing, account] = {
                "kind": "listing-account",
                "a": listing,
                "b": account,
                "group": first["group"] if second["group"] else "",
                "shown_by": first["shown_by"] + second["shown_by"],
                "via": number,
            }


# --- networks


def _networks(world: World) -> list[dict[str, Any]]:
    booked = [p for p in world.payments if p.moves]
    tied = {_id(a) for p in booked if p.shown == "returns" and p.network for a in (p.debtor, p.creditor)}
    used = _used(world)
    made = []
    for net in world.networks:
        by_payments = {a.id for a in net.members} & tied
        members = [
            {
                "account": a.id,
                "party": a.party.id,
                "role": a.party.role,
                "position": a.position,
                "joined_by": "payments" if a.id in by_payments else "links",
            }
            for a in world.people.accounts
            if a.network == net.id and a.id in used
        ]
        inside = [p for p in booked if p.network == net.id]
        made.append({"network": net.id, "members": members, "payments": [p.id for p in inside]})
    return made


# --- traces


def _trace(traced: Traced) -> list[dict[str, Any]]:
    head = {"trace": traced.name, "from": traced.account or traced.start[0][0].id}
    ends = [("start", p, units, "") for p, units in traced.start]
    ends += [("portion", p, units, "") for p, units in traced.portions]
    ends += [("stop", p, units, reason) for p, units, reason in traced.stops]
    lines: list[dict[str, Any]] = []
    for what, p, units, reason in ends:
        line = {"what": what, "payment": p.id, "debtor": _id(p.debtor), "creditor": _id(p.creditor)}
        lines.append(head | line | {"amount": exact(units), "reason": reason})
    for account, units in traced.left:
        line = {"what": "left", "payment": "", "debtor": account.id, "creditor": ""}
        lines.append(head | line | {"amount": exact(units), "reason": "still-held"})
    return lines
