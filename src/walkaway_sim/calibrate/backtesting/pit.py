"""The probability that each forecast gave to no more than what came, and whether these are spread evenly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.backtesting.likelihood_ratios import Significance

__all__ = ["Curve", "calibration_curve", "randomised", "uniformity"]

_FLIPS = 1999
"""Sign flips for the test of weighted cases."""
_BAND = 0.95
_GRID = np.linspace(0.01, 0.99, 99)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Observed against nominal probabilities.

    Attributes
    ----------
    nominal : ndarray, shape (n_points,)
        Probabilities, rising.
    observed : ndarray, shape (n_points,)
        Share of the realised values at or below the forecast's quantile of that probability.
    low, high : ndarray, shape (n_points,)
        Where that share lies with 95% at each point alone if the forecasts are right: quantiles of the binomial
        distribution (of weighted cases of the normal one).
    reach : float
        How far it may lie from the nominal one anywhere, with 95%: the test of uniformity in the picture.
    """

    nominal: FloatArray
    observed: FloatArray
    low: FloatArray
    high: FloatArray
    reach: float


def randomised(below: FloatArray, upto: FloatArray, generator: np.random.Generator) -> FloatArray:
    """Return the probability integral transform, shape (n,), drawn evenly where a value has probability.

    Parameters
    ----------
    below, upto : ndarray, shape (n,)
        Probability of less than the value, and of no more than it.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n,)
        Uniform from 0 to 1 if the forecasts are right, atoms or not (Brockwell 2007; Czado, Gneiting and Held
        2009).
    """
    return below + (upto - below) * generator.random(below.size)


def uniformity(
    pit: FloatArray, weights: FloatArray | None, generator: np.random.Generator
) -> tuple[Significance, float]:
    """Test whether the transform is spread evenly; return the test, and its critical distance at 5%.

    Parameters
    ----------
    pit : ndarray, shape (n,)
    weights : ndarray, shape (n,), optional
    generator : numpy.random.Generator
        For weighted cases.

    Returns
    -------
    Significance, float
        Kolmogorov's largest distance, its p-value exact for every n (Simard and L'Ecuyer 2011, in SciPy). With
        weights that of the weighted distribution function, judged by flipping the sign of each case's part
        at random (Rademacher multipliers), which holds as the number of cases grows.
    """
    from scipy import stats

    if weights is None:
        found = stats.ks_1samp(pit, stats.uniform.cdf, method="exact")
        critical = _critical(pit.size)
        return Significance(
            float(found.statistic), float(found.pvalue), "Kolmogorov-Smirnov, exact"
        ), critical
    order = np.argsort(pit)
    u, share = pit[order], weights[order] / weights.sum()
    distance = _farthest(share[None, :], u)[0]
    flipped = np.concatenate(
        [_farthest(share * generator.choice((-1.0, 1.0), (100, u.size)), u) for _ in range(_FLIPS // 100 + 1)]
    )[:_FLIPS]
    p_value = (1.0 + float((flipped >= distance).sum())) / (_FLIPS + 1.0)
    return (
        Significance(float(distance), p_value, "Kolmogorov's distance, weighted, by sign flips"),
        float(np.quantile(flipped, _BAND)),
    )


def calibration_curve(
    pit: FloatArray, weights: FloatArray, n_effective: float, reach: float, nominal: FloatArray | None
) -> Curve:
    """Return observed against nominal probabilities, with the band of forecasts that are right."""
    from scipy import stats

    levels = _GRID if nominal is None else nominal
    observed = np.array([weights[pit <= level].sum() for level in levels]) / weights.sum()
    tail = 0.5 * (1.0 - _BAND)
    if np.ptp(weights) == 0.0:
        ends = stats.binom.ppf(np.array([[tail], [1.0 - tail]]), pit.size, levels) / pit.size
        low, high = np.asarray(ends, dtype=np.float64)
    else:
        half = -float(special.ndtri(tail)) * np.sqrt(levels * (1.0 - levels) / n_effective)
        low, high = np.maximum(levels - half, 0.0), np.minimum(levels + half, 1.0)
    return Curve(levels, observed, low, high, reach)


@lru_cache(maxsize=256)
def _critical(n: int) -> float:
    """Distance that `n` right cases exceed with 5%: a root that takes SciPy some milliseconds to find."""
    from scipy import stats

    return float(stats.kstwo.ppf(_BAND, n))


def _farthest(parts: FloatArray, u: FloatArray) -> FloatArray:
    """Largest absolute value over t of ``sum_i parts_i (1{u_i <= t} - t)``, shape (n_rows,); u is sorted."""
    risen = np.cumsum(parts, axis=1)
    drift = parts.sum(axis=1, keepdims=True) * u
    after, before = np.abs(risen - drift), np.abs(risen - parts - drift)
    ends = np.zeros(parts.shape[0])  # at t = 0 and t = 1 the sum is 0
    found: FloatArray = np.maximum(np.maximum(after.max(axis=1), before.max(axis=1)), ends)
    return found
