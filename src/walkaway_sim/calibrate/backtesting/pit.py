"""The probability that each forecast gave to no more than what came, and whether these are spread evenly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.backtesting.coverage import passing_shares
from walkaway_sim.calibrate.backtesting.likelihood_ratios import Significance
from walkaway_sim.calibrate.backtesting.weighted import weighted_share

__all__ = ["Curve", "Mark", "band_of", "randomised", "uniformity"]

_DECILES = np.linspace(0.1, 0.9, 9)


@dataclass(frozen=True, slots=True)
class Mark:
    """A share that is judged by itself: of an interval, or of what lies below the median.

    Attributes
    ----------
    name : str
    level, share : float
        What it should be, and what it was.
    low, high : float
        Where the verdict lets it be: beyond, it is refused.
    refused : bool
    """

    name: str
    level: float
    share: float
    low: float
    high: float
    refused: bool


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Observed against nominal probabilities, and where the verdict lets them be.

    Attributes
    ----------
    nominal : ndarray, shape (n_points,)
        Probabilities, never falling.
    observed : ndarray, shape (n_points,)
        Share of the realised values at or below the forecast's quantile of that probability: a line of steps.
        With weights at the deciles, or the quantiles given, which alone are judged.
    low, high : ndarray, shape (n_points,)
        Where the line lies if the forecasts are right. The test of uniformity is refused by the verdict exactly if
        the line leaves this band.
    given : ndarray, shape (k,)
        The quantiles that forecasts had, or the deciles with weights; empty for whole distributions.
    marks : tuple of Mark
        The shares that the verdict judges beside the line.
    """

    nominal: FloatArray
    observed: FloatArray
    low: FloatArray
    high: FloatArray
    given: FloatArray
    marks: tuple[Mark, ...]

    def at(self, level: FloatArray) -> FloatArray:
        """Observed at nominal probabilities, shape of `level`."""
        return self.observed[np.searchsorted(self.nominal, level, side="right") - 1]


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
    pit: FloatArray, weights: FloatArray | None, largest: float = 1.0, given: FloatArray | None = None
) -> Significance:
    """Test whether the transform is spread evenly.

    Parameters
    ----------
    pit : ndarray, shape (n,)
    weights : ndarray, shape (n,), optional
    largest : float
        The largest weight that any case could have.
    given : ndarray, shape (k,), optional
        Where to look if there are weights; the deciles without.

    Returns
    -------
    Significance
        Kolmogorov's largest distance, its p-value exact for every n (Simard and L'Ecuyer 2011, in SciPy). With
        weights the smallest p-value of the shares below each decile, times their number (Bonferroni).
    """
    from scipy import stats

    if weights is None:
        found = stats.ks_1samp(pit, stats.uniform.cdf, method="exact")
        return Significance(float(found.statistic), float(found.pvalue), "Kolmogorov-Smirnov, exact")
    levels = _DECILES if given is None else given
    shares = [weighted_share(pit <= level, weights, largest) for level in levels]
    off = max(abs(float(weights[pit <= level].sum() / weights.sum()) - level) for level in levels)
    p_value = levels.size * min(
        one.p_value(level) for one, level in zip(shares, levels.tolist(), strict=True)
    )
    return Significance(off, min(p_value, 1.0), f"weighted, at {levels.size} probabilities together")


def band_of(
    pit: FloatArray, weights: FloatArray | None, largest: float, limit: float, given: FloatArray | None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return nominal and observed probabilities, the band that `uniformity` lets pass at `limit`, and `given`."""
    if weights is None:
        nominal = np.concatenate([[0.0], np.repeat(np.sort(pit), 2), [1.0]])
        observed = np.repeat(np.arange(pit.size + 1) / pit.size, 2)
        reach = _critical(pit.size, limit)
        low, high = np.maximum(nominal - reach, 0.0), np.minimum(nominal + reach, 1.0)
        return nominal, observed, low, high, np.zeros(0) if given is None else given
    levels = _DECILES if given is None else given
    held = [pit <= level for level in levels]
    ends = [
        passing_shares(level, one, weights, largest, limit / levels.size)
        for one, level in zip(held, levels.tolist(), strict=True)
    ]
    low, high = np.array(ends).T
    return levels, np.array([weights[one].sum() for one in held]) / weights.sum(), low, high, levels


@lru_cache(maxsize=256)
def _critical(n: int, limit: float) -> float:
    """Distance that `n` right cases exceed with `limit`: a root that takes SciPy some milliseconds to find."""
    from scipy import stats

    return float(stats.kstwo.isf(limit, n))
