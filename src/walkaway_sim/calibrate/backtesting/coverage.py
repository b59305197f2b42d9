"""How often intervals held what came, and the tests of it at one level."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.calibrate.backtesting.likelihood_ratios import (
    Significance,
    christoffersen,
    conditional_coverage,
    kupiec,
    passing_misses,
)
from walkaway_sim.calibrate.backtesting.weighted import weighted_share

__all__ = ["Coverage", "binomial_interval", "judge_coverage", "passing_shares"]

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
        Whether it held as often as it should: Kupiec's test; with weights by gamma intervals of what held and of
        what did not (Fay and Feuer 1997).
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
    name: str, level: float, held: BoolArray, weights: FloatArray | None = None, largest: float = 1.0
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
    largest : float
        The largest weight that any case could have.
    """
    n, count = held.size, int(held.sum())
    if weights is None:
        low, high = binomial_interval(count, n)
        return Coverage(
            name, level, n, count, count / n, low, high,
            kupiec(n - count, n, 1.0 - level), christoffersen(~held), conditional_coverage(~held, 1.0 - level),
        )  # fmt: skip
    found = weighted_share(held, weights, largest)
    frequency = Significance(found.gap(level), found.p_value(level), "weighted, by gamma intervals")
    share = float(weights[held].sum() / weights.sum())
    return Coverage(
        name, level, n, count, share, *found.interval(0.05), frequency, _NOT_WEIGHTED, _NOT_WEIGHTED
    )


def passing_shares(
    level: float, held: BoolArray, weights: FloatArray | None, largest: float, limit: float
) -> tuple[float, float]:
    """Return the least and the largest share that the test of `judge_coverage` lets pass at `limit`, about `level`.

    With weights, the shares that lie off by no more than the interval about the share seen reaches.
    """
    n = held.size
    if weights is None:
        least, most = passing_misses(n, 1.0 - level, limit)
        return 1.0 - most / n, 1.0 - least / n
    share = float(weights[held].sum() / weights.sum())
    low, high = weighted_share(held, weights, largest).interval(limit)
    return max(level - (high - share), 0.0), min(level + (share - low), 1.0)


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
