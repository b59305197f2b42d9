"""How often intervals held what came, and the tests of it at one level."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.calibrate.backtesting.likelihood_ratios import (
    Significance,
    christoffersen,
    conditional_coverage,
    kupiec,
)
from walkaway_sim.calibrate.backtesting.weighted import judge_weighted

__all__ = ["Coverage", "binomial_interval", "judge_coverage"]

_NOT_WEIGHTED = Significance(math.nan, math.nan, "not judged with weights: neighbours do not count alike")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often an interval of one level held what came.

    Attributes
    ----------
    name : str
        What is counted, such as ``"80% interval"`` or ``"below the median"``.
    level : float
        The share that should hold.
    n, held : int
        Cases scored, and those that held.
    share, low, high : float
        The share that held, weighted where the cases are, and its 95% confidence interval: exact binomial
        (Clopper and Pearson 1934), or of weighted cases by inverting the test of `frequency`.
    frequency : Significance
        Whether it held as often as it should: Kupiec's test; with weights the more cautious of draws of who
        holds, which are right where the weights have nothing to do with what came, and a score test, which is
        right for many cases where they have.
    order : Significance
        Whether misses follow on misses: Christoffersen's test of independence.
    joint : Significance
        Both together: Christoffersen's test of conditional coverage.
    """

    name: str
    level: float
    n: int
    held: int
    share: float
    low: float
    high: float
    frequency: Significance
    order: Significance
    joint: Significance

    @property
    def is_short(self) -> bool:
        """Whether it held less often than it should."""
        return self.share < self.level


def judge_coverage(
    name: str, level: float, held: BoolArray, weights: FloatArray | None, generator: np.random.Generator
) -> Coverage:
    """Count and test one level.

    Parameters
    ----------
    name : str
    level : float
        What the share should be.
    held : ndarray of bool, shape (n,)
        In order of time.
    weights : ndarray, shape (n,), optional
        Weights that are all equal count as none.
    generator : numpy.random.Generator
        For weighted cases.
    """
    n, count = held.size, int(held.sum())
    if weights is None or np.ptp(weights) == 0.0:
        low, high = binomial_interval(count, n)
        return Coverage(
            name, level, n, count, count / n, low, high,
            kupiec(n - count, n, 1.0 - level), christoffersen(~held), conditional_coverage(~held, 1.0 - level),
        )  # fmt: skip
    share = float(weights[held].sum() / weights.sum())
    found = judge_weighted(held, weights, level, generator)
    frequency = Significance(
        found.score, found.p_value, "weighted, the larger p-value of draws and score test"
    )
    return Coverage(
        name, level, n, count, share, found.low, found.high, frequency, _NOT_WEIGHTED, _NOT_WEIGHTED
    )


def binomial_interval(count: int, n: int, confidence_level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a probability from `count` of `n` (Clopper and Pearson 1934).

    Examples
    --------
    >>> [round(end, 4) for end in binomial_interval(8, 10)]
    [0.4439, 0.9748]
    """
    tail = 0.5 * (1.0 - confidence_level)
    low = float(special.betaincinv(count, n - count + 1, tail)) if count else 0.0
    high = float(special.betaincinv(count + 1, n - count, 1.0 - tail)) if count < n else 1.0
    return low, high
