"""Where the accounts stand in the picture: whole-number coordinates, the same on every run.

Up to ``FORCE_LIMIT`` nodes each connected part is arranged by forces (Fruchterman and Reingold 1991, Software: Practice
and Experience 21(11), 1129-1164) and the parts are packed side by side; above, the nodes stand in a sunflower pattern
(Vogel 1979, Mathematical Biosciences 44, 179-189) with the best connected ones in the middle. No two nodes come closer
than ``MIN_DISTANCE``, so that a label can be read.

Position is for legibility only: nearness in the picture is not evidence of anything.
"""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from fininit.kernels.components import components

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Places = NDArray[np.int32]

SPACING = 120
"""Side of the square that a node gets on average: 278 nodes fill about 2000 by 2000."""

MIN_DISTANCE = 70
"""No two nodes stand closer than this."""

FORCE_LIMIT = 800
"""Nodes up to which forces are computed, between every two of them."""

GRAVITY = 1.5
"""Pull towards the middle. Nodes that push each other by 1 / distance and are pulled by g * distance fill a disc
evenly, g / pi of them in a unit of area; the edges draw it together, to about one."""

GOLDEN_ANGLE = 2.399963229728653
"""pi * (3 - sqrt 5)."""


def layout(n: int, u: Ints, v: Ints, weight: Ints | Floats | None = None, *, seed: int = 0) -> Places:
    """Coordinates of ``n`` nodes, int32 of shape ``(n, 2)``, in a box of about ``SPACING * sqrt(n)`` around 0, 0.

    ``u``, ``v``: ends of the edges (direction, order, repetition and loops do not matter); ``weight``: a heavier edge
    pulls a little more. ``seed`` draws the starting positions.
    """
    u, v, pull = _edges(n, u, v, weight)
    if n > FORCE_LIMIT:
        return around(np.bincount(np.concatenate((u, v)), minlength=n))
    part = components(n, u, v)
    boxes: list[tuple[Ints, Ints]] = []
    for head in np.unique(part).tolist():
        members = np.flatnonzero(part == head)
        mine = part[u] == head
        local = np.zeros(n, np.int64)
        local[members] = np.arange(len(members))
        boxes.append((members, _forces(len(members), local[u[mine]], local[v[mine]], pull[mine], seed)))
    return _pack(n, boxes)


def around(strength: Ints | Floats, *, distance: int = MIN_DISTANCE) -> Places:
    """Coordinates of the members of one group, int32 of shape ``(len(strength), 2)``, centred at 0, 0.

    The strongest stands in the middle, the others around it by falling ``strength`` (transfers, neighbours, routes;
    equal ones in their given order), at least ``distance`` apart.
    """
    n = len(strength)
    rank = np.empty(n, np.int64)
    rank[np.argsort(-np.asarray(strength), kind="stable")] = np.arange(n)
    radius = (distance + 2) * np.sqrt(rank)  # 2: what rounding may take away
    angle = GOLDEN_ANGLE * rank
    places: Places = np.rint(np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))).astype(np.int32)
    return places


def ring(angle: Floats, *, inner: int, distance: int = MIN_DISTANCE) -> Places:
    """Coordinates around a group, int32 of shape ``(len(angle), 2)``: as many rings from radius ``inner`` outwards as
    keep neighbours ``distance`` apart, everything spread evenly in the order of its ``angle`` (equal ones as given)."""
    n = len(angle)
    rings = max(1, ceil(n * (distance + 2) / (2 * np.pi * inner)))
    turn = np.empty(n, np.int64)
    turn[np.argsort(angle, kind="stable")] = np.arange(n)
    radius = inner + (turn % rings) * (distance + 2)
    where = 2 * np.pi * turn / max(1, n) - np.pi
    places: Places = np.rint(np.column_stack((radius * np.cos(where), radius * np.sin(where)))).astype(np.int32)
    return places


def _edges(n: int, u: Ints, v: Ints, weight: Ints | Floats | None) -> tuple[Ints, Ints, Floats]:
    """Each pair once, ``u < v``, sorted, with its pull: the fourth root of its summed weight, 3 at most."""
    low, high = np.minimum(u, v), np.maximum(u, v)
    heavy = np.ones(len(u)) if weight is None else weight.astype(np.float64)
    real = low != high
    key, inverse = np.unique(low[real] * n + high[real], return_inverse=True)
    summed = np.zeros(len(key))
    np.add.at(summed, inverse, heavy[real])
    return key // max(n, 1), key % max(n, 1), np.minimum(3.0, np.sqrt(np.sqrt(summed)))


def _forces(n: int, u: Ints, v: Ints, pull: Floats, seed: int) -> Ints:
    """One connected part, centred at 0, 0, no two nodes closer than ``MIN_DISTANCE``; int64 of shape ``(n, 2)``.

    Unit of length is ``SPACING``. Positions are cut to six decimals in every round: sums may differ in the last bits
    between processors, and the picture must not.
    """
    if n <= 2:
        return np.array([(0, 0), (SPACING, 0)], np.int64)[:n]
    side = sqrt(n)
    place = np.random.Generator(np.random.PCG64(seed)).uniform(-side / 2, side / 2, (n, 2))
    rounds = min(160, 40 + 4 * n) if n <= 300 else 80
    for i in range(rounds):
        dx = place[:, None, 0] - place[None, :, 0]
        dy = place[:, None, 1] - place[None, :, 1]
        push = 1.0 / np.maximum(dx * dx + dy * dy, 0.0001)
        move = np.column_stack(((dx * push).sum(axis=1), (dy * push).sum(axis=1)))
        apart = place[u] - place[v]
        drawn = apart * (np.sqrt((apart * apart).sum(axis=1)) * pull)[:, None]
        np.subtract.at(move, u, drawn)
        np.add.at(move, v, drawn)
        move -= GRAVITY * place
        length = np.sqrt((move * move).sum(axis=1))
        step = np.minimum(length, side / 5 * (1 - i / rounds)) / np.maximum(length, 0.0001)
        place = np.round(place + move * step[:, None], 6)
    degree = np.bincount(np.concatenate((u, v)), minlength=n)
    place -= place[np.argmax(degree)]
    return _spread(place * SPACING, degree)


def _spread(place: Floats, degree: Ints) -> Ints:
    """Whole numbers no two of which are closer than ``MIN_DISTANCE``: nodes are set down by falling degree, and
    one that would stand too close goes to the nearest free place on a spiral around its own."""
    done = np.empty(place.shape, np.int64)
    cells: dict[tuple[int, int], list[int]] = {}
    for i in np.argsort(-degree, kind="stable").tolist():
        x, y = place[i].tolist()
        turn = 0
        while True:
            radius = MIN_DISTANCE / 4 * sqrt(turn)
            at = (round(x + radius * np.cos(GOLDEN_ANGLE * turn)), round(y + radius * np.sin(GOLDEN_ANGLE * turn)))
            cell = (at[0] // MIN_DISTANCE, at[1] // MIN_DISTANCE)
            near = (j for a in (-1, 0, 1) for b in (-1, 0, 1) for j in cells.get((cell[0] + a, cell[1] + b), ()))
            if all((at[0] - done[j, 0]) ** 2 + (at[1] - done[j, 1]) ** 2 >= MIN_DISTANCE**2 for j in near):
                break
            turn += 1
        done[i] = at
        cells.setdefault(cell, []).append(i)
    return done


def _pack(n: int, boxes: list[tuple[Ints, Ints]]) -> Places:
    """The parts in rows, tallest first, in about a square around 0, 0."""
    out = np.zeros((n, 2), np.int64)
    sizes = [place.max(axis=0) - place.min(axis=0) + SPACING for _, place in boxes]
    width = max((ceil(sqrt(sum(int(w) * int(h) for w, h in sizes))), *(int(w) for w, _ in sizes)), default=0)
    x = y = row = 0
    for k in sorted(range(len(boxes)), key=lambda k: (-sizes[k][1], -sizes[k][0], k)):
        members, place = boxes[k]
        if x + sizes[k][0] > width:
            x, y, row = 0, y + row, 0
        out[members] = place - place.min(axis=0) + (x, y)
        x += int(sizes[k][0])
        row = max(row, int(sizes[k][1]))
    if n:
        out -= (out.min(axis=0) + out.max(axis=0)) // 2
    return out.astype(np.int32)
