"""Connected components of an undirected edge list, on arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def components(n: int, u: Ints, v: Ints) -> Ints:
    """For each of ``n`` nodes the smallest node it is connected with through the edges ``(u, v)``; shape ``(n,)``.

    Labels are hooked onto the smaller one and shortened by pointer jumping until nothing changes (Shiloach and Vishkin
    1982, Journal of Algorithms 3(1)), so the result depends neither on the order nor on the direction of the edges.
    """
    label = np.arange(n, dtype=np.int64)
    while True:
        a, b = label[u], label[v]
        if np.array_equal(a, b):
            return label
        low = np.minimum(a, b)
        np.minimum.at(label, a, low)
        np.minimum.at(label, b, low)
        while not np.array_equal(label, label[label]):
            label = label[label]
