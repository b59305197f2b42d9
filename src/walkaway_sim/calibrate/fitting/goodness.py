"""How far a sample lies from a distribution: the distances whose null distribution the refits give."""

from __future__ import annotations

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.fitting.family import Family

__all__ = ["distance"]

_LEAST = 1e-300


def distance(
    family: Family, x: FloatArray, weight: FloatArray, theta: FloatArray, n: float, step: float = 0.0
) -> FloatArray:
    """Distance between each sample and the distribution fitted to it.

    Parameters
    ----------
    family : Family
    x : ndarray, shape (b, m)
    weight : ndarray, shape (m,)
        Sums to 1.
    theta : ndarray, shape (b, k)
    n : float
        Observations in a sample.
    step : float, default 0
        What the values were rounded to whole multiples of; then those that are alike are spread evenly, in
        chance, over the values that were rounded to the same, or rounding itself would be a distance.

    Returns
    -------
    ndarray, shape (b,)
        Anderson and Darling's A^2 (1954), which looks at the tails; of counts Cramer and von Mises' W^2
        in the form for discrete distributions of Choulakian, Lockhart and Stephens (1994).
    """
    order = np.argsort(x, axis=1)
    ordered = np.take_along_axis(x, order, axis=1)
    below = np.cumsum(weight[order], axis=1)
    with np.errstate(all="ignore"):
        if family.discrete:
            return n * _cramer_von_mises(family, ordered, below, theta)
        u, v = family.cdf(ordered, theta), family.sf(ordered, theta)
        if step > 0.0:
            half = 0.5 * step
            part = _place_among_alike(ordered, below, weight[order], half)
            low = ordered - half if family.support == "real" else np.maximum(ordered - half, _LEAST)
            high = np.minimum(ordered + half, 1.0) if family.support == "unit" else ordered + half
            u = (1.0 - part) * family.cdf(low, theta) + part * family.cdf(high, theta)
            v = (1.0 - part) * family.sf(low, theta) + part * family.sf(high, theta)
        return n * _anderson_darling(u, v, np.minimum(below, 1.0))


def _place_among_alike(x: FloatArray, below: FloatArray, weight: FloatArray, half: float) -> FloatArray:
    """Share of the weight of equal values that lies before each, itself by half, shape (b, m)."""
    place = np.arange(x.shape[1])
    new = np.diff(x, axis=1, prepend=-np.inf) > half
    first = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    end = np.concatenate([new[:, 1:], np.ones((len(x), 1), dtype=np.bool_)], axis=1)
    last = np.minimum.accumulate(np.where(end, place, x.shape[1] - 1)[:, ::-1], axis=1)[:, ::-1]
    before = np.take_along_axis(below - weight, first, axis=1)
    whole = np.take_along_axis(below, last, axis=1) - before
    return np.asarray((below - 0.5 * weight - before) / whole)


def _anderson_darling(u: FloatArray, v: FloatArray, below: FloatArray) -> FloatArray:
    """``A^2 / n`` of a step function, from cdf and survival at the ordered values and the sum of weights up to each.

    Between two values the step function is a constant c, and the integral of (c - u)^2 / (u (1 - u)) is
    ``c^2 ln u - (1 - c)^2 ln(1 - u) - u``: exact with ties and weights.
    """
    log_u = np.log(np.clip(u, _LEAST, 1.0))
    log_v = np.log(np.clip(v, _LEAST, 1.0))
    inner = below[:, :-1]
    middle = inner**2 * np.diff(log_u, axis=1) - (1.0 - inner) ** 2 * np.diff(log_v, axis=1)
    return np.asarray(middle.sum(axis=1) - log_v[:, 0] - log_u[:, -1] - 1.0)


def _cramer_von_mises(family: Family, x: FloatArray, below: FloatArray, theta: FloatArray) -> FloatArray:
    """``W^2 / n``: squared gaps between the two distribution functions, weighted by the probability of each count."""
    most = float(x.max())
    counts = np.arange(most + 1.0)[None]
    expected = family.cdf(counts, theta)
    chance = np.diff(expected, axis=1, prepend=0.0)
    observed = np.empty_like(expected)
    for row in range(len(x)):
        last = np.searchsorted(x[row], counts[0], side="right")
        observed[row] = np.where(last > 0, below[row][np.maximum(last - 1, 0)], 0.0)
    return np.asarray(((observed - expected) ** 2 * chance).sum(axis=1))
