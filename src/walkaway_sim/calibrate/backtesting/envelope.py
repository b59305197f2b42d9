"""A test of a whole curve that can be seen: the p-value is small exactly if the curve leaves its band.

Curves drawn under the null are ordered with the observed one by how extreme they are anywhere: each has a rank at
every point, the smaller of those from below and from above, and its smallest ranks decide (extreme rank length:
Myllymäki and others 2017, J. R. Statist. Soc. B 79, 381-404; Narisetty and Nair 2016, J. Am. Statist. Assoc. 111,
1705-1714).
The band is the hull of the curves that are not among the most extreme 5%.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import FloatArray

__all__ = ["Envelope", "envelope_of"]

_POINTS = 400
"""Points at which curves are ranked, if they have more: evenly spread, so that ranks do not take the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """A p-value and its band.

    Attributes
    ----------
    p_value : float
        Exact, if the observed curve is like the drawn ones.
    low, high : ndarray, shape (n_points,)
        What the observed curve leaves exactly if the p-value is at most `alpha`.
    """

    p_value: float
    low: FloatArray
    high: FloatArray


def envelope_of(observed: FloatArray, drawn: FloatArray, alpha: float = 0.05) -> Envelope:
    """Judge a curve by those drawn under the null.

    Parameters
    ----------
    observed : ndarray, shape (n_points,)
    drawn : ndarray, shape (n_drawn, n_points)
    alpha : float

    Examples
    --------
    >>> import numpy as np
    >>> drawn = np.random.default_rng(1).normal(size=(999, 5))
    >>> found = envelope_of(np.array([0.0, 0.0, 4.5, 0.0, 0.0]), drawn)
    >>> found.p_value <= 0.05, bool(found.high[2] < 4.5)
    (True, True)
    """
    from scipy import stats

    points = np.unique(np.linspace(0, observed.size - 1, min(observed.size, _POINTS)).round().astype(int))
    curves = np.vstack([observed[points], drawn[:, points]])
    # Of tied values none is more extreme: each has the rank of the last.
    ranks = np.minimum(
        stats.rankdata(curves, method="max", axis=0), stats.rankdata(-curves, method="max", axis=0)
    )
    ranks.sort(axis=1)
    # The last key counts first.
    order = np.lexsort(ranks.T[::-1])
    place = np.empty(order.size, dtype=np.int64)
    sorted_ranks = ranks[order]
    new = np.append(True, np.any(sorted_ranks[1:] != sorted_ranks[:-1], axis=1))
    # How many are at least as extreme: those up to the last of the same ranks.
    last = np.append(np.flatnonzero(new)[1:], order.size)
    place[order] = last[np.cumsum(new) - 1]
    p_values = place / order.size
    kept = p_values > alpha
    every = drawn[kept[1:]]
    low, high = every.min(axis=0), every.max(axis=0)
    if kept[0]:
        low, high = np.minimum(low, observed), np.maximum(high, observed)
    elif np.all((low <= observed) & (observed <= high)):
        # Only tied values on the edge of the band: not beyond it, so no more extreme than the least extreme edge.
        p_values[0] = p_values[kept].min()
    return Envelope(float(p_values[0]), low, high)
