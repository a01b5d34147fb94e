"""The order in which a trace takes the transfers: one for all accounts, whatever the order of rows and files.

1. By booking date.
2. Within a day by the instant, between transfers that state one.
3. Then as a parameter says, because most records state no time:

   ``as-printed``      as each statement prints its lines, oldest first. A statement that runs from the newest line to
                       the oldest is turned round; its running balance shows which way it runs, else its dates do. A
                       transfer that two statements print takes its place in both.
   ``credits-first``   in every account what came in before what went out.
   ``debits-first``    in every account what went out before what came in.

   Where payments of one day run in a circle, no order puts the credits of every account first: payments within the
   circle stay as printed, and what leaves it comes after them (what enters it, under ``debits-first``).
4. What is still open, because no statement prints both or two statements contradict each other, goes by the row of its
   source: hash of the file, sheet, row.
"""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from fininit.errors import UsageError

Order = Literal["as-printed", "credits-first", "debits-first"]

ORDERS: Final[Mapping[Order, str]] = {
    "as-printed": "Lines of one day in the order in which the statements print them.",
    "credits-first": "On each day what came into an account before what left it.",
    "debits-first": "On each day what left an account before what came into it.",
}
"""Same-day orders, one line each for people."""

Key = tuple[str, int, int, int, int, str]

_ENTRY = re.compile(r"(t|fee):([0-9a-f]*):([0-9]*):([0-9]+)(?:\.([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Moves:
    """Transfers as lists of equal length, an item each; ``amounts`` in whole units."""

    ids: list[str]
    debtors: list[str]
    creditors: list[str]
    amounts: list[int]
    dates: list[date]
    stamps: list[datetime | None]
    channels: list[str | None]


def order_of(name: str) -> Order:
    """The same-day order of that name. Raises :class:`UsageError` that lists them."""
    found = next((o for o in ORDERS if o == name.strip().casefold().replace("_", "-")), None)
    if found is None:
        lines = "\n".join(f"  {o:<13}  {line}" for o, line in ORDERS.items())
        raise UsageError("There is no such order of a day's lines.", hint=f"Name one of these:\n{lines}")
    return found


def total_order(moves: Moves, chains: Iterable[Sequence[int]], followed: frozenset[str], order: Order) -> list[int]:
    """The positions of ``moves`` in the order of this module's head.

    ``chains``: for each statement the positions it prints, oldest first. ``followed``: the accounts whose credits and
    debits ``credits-first`` and ``debits-first`` put in order.
    """
    keys = [row_key(i) for i in moves.ids]
    days: dict[date, list[int]] = defaultdict(list)
    for n, day in enumerate(moves.dates):
        days[day].append(n)
    queues = _queues(chains, moves.dates)
    out: list[int] = []
    for day in sorted(days):
        nodes = days[day]
        if len(nodes) > 1:
            nodes = _arrange(nodes, {n: keys[n] for n in nodes}, moves.stamps, queues[day])
            if order != "as-printed":
                steps = _steps(nodes, moves, followed, order)
                ranks = {n: (*steps[n], place) for place, n in enumerate(nodes)}
                nodes = _arrange(nodes, ranks, moves.stamps, [])
        out += nodes
    return out


def row_key(transfer_id: str) -> Key:
    """Where the first row of a transfer stands: file, sheet, row, part, fees after what they were charged for."""
    found = _ENTRY.fullmatch(transfer_id)
    if found is None:
        return ("", 0, 0, 0, 0, transfer_id)
    what, source, sheet, row, part = found.groups()
    return (source, int(sheet or 0), int(row), int(part or 0), int(what == "fee"), transfer_id)


def _queues(chains: Iterable[Sequence[int]], dates: list[date]) -> dict[date, list[list[int]]]:
    """Day -> for each statement what it prints of that day, in order, each transfer once."""
    queues: dict[date, list[list[int]]] = defaultdict(list)
    for chain in chains:
        of_day: dict[date, list[int]] = defaultdict(list)
        for n in dict.fromkeys(chain):
            of_day[dates[n]].append(n)
        for day, queue in of_day.items():
            if len(queue) > 1:
                queues[day].append(queue)
    return queues


def _arrange(
    nodes: list[int],
    keys: Mapping[int, tuple[Any, ...]],
    stamps: Sequence[datetime | None],
    queues: list[list[int]],
) -> list[int]:
    """``nodes`` of one day: by instant always, as the ``queues`` say as far as that can be, the smallest key first.

    A node is ready when its time has come and it is the first left in every queue it stands in. When none is ready,
    queues contradict each other, or the clock: of those whose time has come, the smallest key goes.
    """
    if not queues and all(stamps[n] is None for n in nodes):
        return sorted(nodes, key=keys.__getitem__)
    standing: dict[int, list[int]] = defaultdict(list)
    for q, queue in enumerate(queues):
        for n in queue:
            standing[n].append(q)
    waiting = {n: len(standing[n]) for n in nodes}
    first = [0] * len(queues)
    groups: dict[datetime, list[int]] = defaultdict(list)
    due = set(nodes)
    for n in nodes:
        stamp = stamps[n]
        if stamp is not None:
            groups[stamp].append(n)
            due.discard(n)
    times = sorted(groups, reverse=True)
    left = 0
    done: set[int] = set()
    open_: list[tuple[tuple[Any, ...], int]] = [(keys[n], n) for n in due]
    ready: list[tuple[tuple[Any, ...], int]] = []
    heapq.heapify(open_)

    def offer(n: int) -> None:
        if not waiting[n] and n in due:
            heapq.heappush(ready, (keys[n], n))

    for queue in queues:
        waiting[queue[0]] -= 1
    for n in due:
        offer(n)
    out: list[int] = []
    while len(out) < len(nodes):
        while not left and times:
            group = groups[times.pop()]
            left = len(group)
            due.update(group)
            for n in group:
                heapq.heappush(open_, (keys[n], n))
                offer(n)
        _, n = heapq.heappop(ready or open_)
        if n in done:
            continue
        done.add(n)
        out.append(n)
        left -= stamps[n] is not None
        for q in standing[n]:
            queue = queues[q]
            while first[q] < len(queue) and queue[first[q]] in done:
                first[q] += 1
                if first[q] < len(queue):
                    waiting[queue[first[q]]] -= 1
                    if queue[first[q]] not in done:
                        offer(queue[first[q]])
    return out


def _steps(nodes: list[int], moves: Moves, followed: frozenset[str], order: Order) -> dict[int, tuple[int, int]]:
    """For each payment of a day how many layers of accounts come before it, and whether it crosses out of a circle.

    ``credits-first`` counts layers from where the day's money enters, ``debits-first`` from where it leaves.
    """
    forward = order == "credits-first"
    ends = {n: (moves.debtors[n], moves.creditors[n]) for n in nodes}
    inner = [e if forward else e[::-1] for e in ends.values() if e[0] in followed and e[1] in followed]
    circle, layer = _layers(inner)
    out = {}
    for n, (debtor, creditor) in ends.items():
        near, far = (debtor, creditor) if forward else (creditor, debtor)
        if near not in followed:
            out[n] = (-1, 0)
        elif near not in circle:
            out[n] = (0, 1)
        else:
            out[n] = (layer[near], int(circle[near] != circle.get(far)))
    return out


def _layers(pairs: list[tuple[str, str]]) -> tuple[dict[str, int], dict[str, int]]:
    """Of a directed graph: node -> number of its circle (strongly connected part), node -> longest way to its circle.

    Kosaraju's two passes; the parts come out in an order in which every edge between two of them runs forward.
    """
    out: dict[str, list[str]] = defaultdict(list)
    into: dict[str, list[str]] = defaultdict(list)
    for a, b in pairs:
        out[a].append(b)
        into[b].append(a)
    finished: list[str] = []
    seen: set[str] = set()
    for root in sorted(out.keys() | into.keys()):
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(out[root]))]
        while stack:
            node, rest = stack[-1]
            step = next((b for b in rest if b not in seen), None)
            if step is None:
                finished.append(node)
                stack.pop()
            else:
                seen.add(step)
                stack.append((step, iter(out[step])))
    circle: dict[str, int] = {}
    layers: list[int] = []
    for root in reversed(finished):
        if root in circle:
            continue
        number = len(layers)
        circle[root] = number
        members = [root]
        for node in members:
            for a in into[node]:
                if a not in circle:
                    circle[a] = number
                    members.append(a)
        before = [layers[circle[a]] for node in members for a in into[node] if circle[a] != number]
        layers.append(max(before, default=-1) + 1)
    return circle, {node: layers[number] for node, number in circle.items()}
