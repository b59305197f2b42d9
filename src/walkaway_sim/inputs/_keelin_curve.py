"""The metalog's quantile curve as a function of the logit, and where such a curve rises (Keelin 2016)."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray

__all__ = ["SLOPE_BOUND", "basis", "curve", "curve_slope", "lowest_slope", "slope_basis", "tail_slope"]

SLOPE_BOUND: Final = 1.6671131192019281
"""Three terms rise everywhere if and only if ``a2 > 0`` and ``|a3|/a2`` is below this: 2/x, x tanh x = 1."""

_GRID = np.linspace(-45.0, 45.0, 9001)  # logits; past 45 the slope is its limit to within 1e-17


def curve(logit: FloatArray, coefficients: tuple[float, ...]) -> FloatArray:
    """Evaluate the curve M at logits, shape (n,)."""
    a1, a2, a3, a4, a5, a6 = _padded(coefficients)
    d = special.expit(logit) - 0.5
    return (a1 + d * (a4 + d * a5)) + (a2 + d * (a3 + d * a6)) * logit


def curve_slope(logit: FloatArray, coefficients: tuple[float, ...]) -> FloatArray:
    """Return the slope dM/dL at logits, shape (n,): of the sign of dM/dy, and bounded."""
    _, a2, a3, a4, a5, a6 = _padded(coefficients)
    y = special.expit(logit)
    d = y - 0.5
    change = y * special.expit(-logit)  # dy/dL
    return (a2 + d * (a3 + d * a6)) + change * (a4 + 2.0 * d * a5 + logit * (a3 + 2.0 * d * a6))


def tail_slope(coefficients: tuple[float, ...], side: float) -> float:
    """Limit of dM/dL in the upper tail (side = 1) or the lower one (side = -1)."""
    _, a2, a3, _, _, a6 = _padded(coefficients)
    return a2 + 0.5 * side * a3 + 0.25 * a6


def basis(logit: FloatArray, count: int) -> FloatArray:
    """Values of the first `count` terms at logits, shape (n, count)."""
    d = special.expit(logit) - 0.5
    terms = [np.ones_like(d), logit, d * logit, d, d**2, d**2 * logit]
    return np.stack(terms[:count], axis=1)


def slope_basis(count: int) -> FloatArray:
    """Slopes dM/dL of the first `count` terms at logits from tail to tail, shape (n, count).

    The first and the last row are the limits in the tails.
    """
    unit = np.eye(count)
    slopes = np.stack([curve_slope(_GRID, tuple(row)) for row in unit], axis=1)
    low = [[tail_slope(tuple(row), -1.0) for row in unit]]
    high = [[tail_slope(tuple(row), 1.0) for row in unit]]
    return np.concatenate([low, slopes, high])


def lowest_slope(coefficients: tuple[float, ...]) -> tuple[float, float]:
    """Least slope dM/dL and the logit where it is taken, which is infinite for a tail.

    A grid of step 0.01 in the logit, refined a thousandfold around its lowest point.
    """
    at_grid = curve_slope(_GRID, coefficients)
    centre = _GRID[int(np.argmin(at_grid))]
    fine = np.linspace(centre - 0.02, centre + 0.02, 2001)
    at_fine = curve_slope(fine, coefficients)
    best = int(np.argmin(at_fine))
    candidates = [
        (float(at_fine[best]), float(fine[best])),
        (tail_slope(coefficients, -1.0), -np.inf),
        (tail_slope(coefficients, 1.0), np.inf),
    ]
    return min(candidates)


def _padded(coefficients: tuple[float, ...]) -> tuple[float, ...]:
    return coefficients + (0.0,) * (6 - len(coefficients))
