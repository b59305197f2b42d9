"""Solving many increasing equations at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from walkaway_sim._typing import FloatArray

__all__ = ["solve_increasing"]

# Stands for zero, so that the search goes on to the left end of a flat stretch.
_ABOVE_ZERO = 1e-300
_CLOSE = 4.0 * float(np.finfo(np.float64).eps)


def solve_increasing(
    function: Callable[[FloatArray], FloatArray], target: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Smallest x with ``function(x) >= target``, within a bracket.

    Parameters
    ----------
    function : callable
        Non-decreasing, elementwise, from shape (m,) to shape (m,); jumps and flat stretches are fine.
    target, low, high : ndarray, shape (n,)
        Values to reach, and finite brackets.

    Returns
    -------
    ndarray, shape (n,)
        Solutions to the last bits; the nearer end of the bracket where the bracket has none. An
        element's answer does not depend on the other elements.

    Notes
    -----
    Chandrupatla's (1997) bracketing method, as in `scipy.optimize.elementwise.find_root`. The
    upper end of the last bracket is returned, so at a jump it is the point behind the jump.
    """
    from scipy.optimize.elementwise import find_root

    out = np.where(function(low) >= target, low, high)
    search = (out == high) & (function(high) > target) & (low < high)
    if not search.any():
        return out

    def gap(x: FloatArray, *args: FloatArray) -> FloatArray:
        difference = function(x.reshape(-1)).reshape(x.shape) - args[0]
        return np.where(difference == 0.0, _ABOVE_ZERO, difference)

    found = find_root(
        gap,
        (low[search], high[search]),
        args=(target[search],),
        tolerances={"xatol": 1e-300, "xrtol": _CLOSE, "fatol": 0.0, "frtol": 0.0},
        maxiter=400,
    )
    left, right = found.bracket
    out[search] = np.where(found.f_bracket[0] >= 0.0, left, right)
    return out
