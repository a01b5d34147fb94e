"""Compiling a kernel with numba: late, cached on disk where that is possible, and never a reason to fail.

numba takes most of a second to import, so nothing imports it before a kernel has enough work to pay for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def compiled(kernel: Callable[..., None]) -> Callable[..., None]:
    """``kernel`` compiled by numba, without fast-math and without threads: the same sums in the same order.

    The machine code is cached on disk beside the module, else in the user's cache folder, else where
    ``NUMBA_CACHE_DIR`` points. Where none of them can be written (a read-only installation, a full disk) the kernel is
    compiled again in each process: slower, same result.
    """
    try:
        cached: Callable[..., None] = _njit(kernel, cache=True)
    except RuntimeError:  # numba found no folder it may write to
        fresh: Callable[..., None] = _njit(kernel, cache=False)
        return fresh

    def run(*arguments: Any) -> None:
        try:
            cached(*arguments)
        except OSError:
            # Compilation succeeded and only the write failed, before the kernel touched its arguments.
            _njit(kernel, cache=False)(*arguments)

    return run


def _njit(kernel: Callable[..., None], *, cache: bool) -> Any:
    numba = importlib.import_module("numba")
    return numba.njit(cache=cache)(kernel)
