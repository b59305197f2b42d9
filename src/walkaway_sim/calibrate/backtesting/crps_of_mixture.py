"""The continuous ranked probability score of a mixture, such as of what all plausible parameters imply together.

A mixture's quantiles are found by search, each from many looks at every part, while its distribution function is a
sum. So the score is integrated over values and not over probabilities, once for all cases that share the forecast.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray
from walkaway_sim.inputs.mixtures import Mixture

__all__ = ["crps_of_mixture"]

_FARTHEST = 36.0
"""Log-odds to which the integral goes on either side, of the part that reaches furthest there."""
_PANEL = 0.5
_NODES = 12


def crps_of_mixture(forecast: Mixture, values: FloatArray) -> FloatArray:
    """Return the score of one mixture without atoms for each of several values.

    Parameters
    ----------
    forecast : Mixture
    values : ndarray, shape (n,)
        What came [unit of the quantity].

    Returns
    -------
    ndarray, shape (n,)
        ``integral of (F(x) - 1{x >= value})^2 dx`` by Gauss-Legendre panels between quantiles of the parts.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> both = ws.mixture([(0.5, ws.normal(0, 1)), (0.5, ws.normal(0, 1))])
    >>> crps_of_mixture(both, np.array([0.0])).round(9).tolist()  # as of the normal distribution
    [0.233694977]
    """
    odds = np.arange(-_FARTHEST, _FARTHEST + 0.5 * _PANEL, _PANEL)
    levels = special.expit(odds)
    count = len(forecast.parts)
    each = np.sort(np.concatenate([part.ppf(levels) for _, part in forecast.parts]))
    # As many panels as one part would have, and as dense as the parts together are.
    edges = np.unique(np.concatenate([each[::count], each[-1:]]))
    below = _between(forecast, edges[:-1], edges[1:], 0.0)
    above = _between(forecast, edges[:-1], edges[1:], 1.0)
    upto = np.concatenate([[0.0], np.cumsum(below)])
    beyond = np.concatenate([np.cumsum(above[::-1])[::-1], [0.0]])
    # The panel in which a value lies is split there; a value beyond the ends adds the way to it.
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, edges.size - 2)
    inside = np.clip(values, edges[0], edges[-1])
    split = _between(forecast, edges[place], inside, 0.0) + _between(forecast, inside, edges[place + 1], 1.0)
    found: FloatArray = upto[place] + split + beyond[place + 1] + np.abs(values - inside)
    return found


def _between(forecast: Mixture, low: FloatArray, high: FloatArray, reached: float) -> FloatArray:
    """Integrate the squared distance of the distribution function to 0 or 1 from `low` to `high`, each shape (n,)."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    half = 0.5 * (high - low)
    at = (0.5 * (low + high))[:, None] + half[:, None] * nodes
    found: FloatArray = ((forecast.cdf(at) - reached) ** 2 @ weights) * half
    return found
