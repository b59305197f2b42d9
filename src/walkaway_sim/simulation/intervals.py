"""Confidence bounds of the mean of a per-draw moment, by the design that drew it.

Everything that the library says with an interval rests on three of them: exact binomial for the
chance rule on independent draws, Student's t (skewness-corrected where asked) for other means of
independent draws, and Student's t over the replicate means of a randomised design.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from scipy.special import bdtr, bdtrc, betaincinv, stdtrit

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.simulation.estimate import Estimate

__all__ = [
    "Bounds",
    "MeanTally",
    "count_needed",
    "count_proven",
    "count_refuted",
    "exact_fraction",
    "mean_bounds",
    "mean_estimate",
    "mean_tally",
    "proportion_bounds",
    "proportion_estimate",
    "replicate_means",
    "t_bounds",
    "tally_bounds",
    "two_sided_quantile",
]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A mean with its two-sided bounds and its two one-sided ones.

    Attributes
    ----------
    estimate : float
    low, high : float
        Two-sided, at the confidence level asked for.
    at_least, at_most : float
        One-sided, each at that level by itself.
    standard_error : float
        Of the estimate. The bounds may lie further out than it says: for skewness, and counts for their lattice.
    """

    estimate: float
    low: float
    high: float
    at_least: float
    at_most: float
    standard_error: float

    def as_estimate(self) -> Estimate:
        """Return the mean with its two-sided interval alone."""
        return Estimate(self.estimate, self.low, self.high, self.standard_error)


def replicate_means(moment: FloatArray, n_replicates: int) -> FloatArray:
    """Return the mean of each replicate of a point-major array, shape ``(n_replicates,)``."""
    means: FloatArray = moment.reshape(-1, n_replicates).mean(axis=0)
    return means


@lru_cache(maxsize=256)
def _quantiles(confidence_level: float, df: float) -> tuple[float, float]:
    """Return the two-sided and the one-sided Student quantile."""
    return (
        float(stdtrit(df, 0.5 + confidence_level / 2)),
        float(stdtrit(df, confidence_level)),
    )


def two_sided_quantile(n_replicates: int, n_draws: int, confidence_level: float) -> float:
    """Return how many standard errors the half-width of a two-sided interval is, for a design."""
    df = n_replicates - 1 if n_replicates > 1 else max(n_draws - 1, 1)
    return _quantiles(confidence_level, df)[0]


def t_bounds(
    estimate: float, standard_error: float, df: float, confidence_level: float, lattice: float = 0.0
) -> Bounds:
    """Return Student bounds; `lattice` widens them where the estimate lives on a lattice of counts."""
    two, one = _quantiles(confidence_level, df)
    return Bounds(
        estimate,
        estimate - two * standard_error - lattice,
        estimate + two * standard_error + lattice,
        estimate - one * standard_error - lattice,
        estimate + one * standard_error + lattice,
        standard_error + lattice / two,  # the spread of replicate counts may be nil where the error is not
    )


def mean_bounds(
    moment: FloatArray, n_replicates: int, confidence_level: float, *, skewed: bool = False
) -> Bounds:
    """Return the bounds of the mean of a per-draw moment.

    Parameters
    ----------
    moment : ndarray, shape (n_draws,)
        Point-major: draw ``i`` belongs to replicate ``i % n_replicates``. No NaN.
    n_replicates : int
        1 for independent draws: Student's t over the draws. Otherwise Student's t over the
        replicate means (L'Ecuyer, Nakayama, Owen and Tuffin 2023), estimate from all draws pooled.
    confidence_level : float
        In (0, 1).
    skewed : bool
        Invert Hall's cubic transformation of t, which corrects for the skewness of rare large
        losses (Hall 1992, "On the removal of skewness by transformation", J. R. Statist. Soc. B 54,
        221-228). Over replicate means each bound is Student's or Hall's, whichever lies further out.

    Returns
    -------
    Bounds
        In the unit of `moment`. All five are equal for a moment that is constant.
    """
    return tally_bounds(mean_tally(moment, n_replicates), confidence_level, skewed=skewed)


@dataclass(frozen=True, slots=True)
class MeanTally:
    """What the bounds of a mean need to know of its draws, so that blocks of draws can be added up.

    Attributes
    ----------
    n : int
        Draws.
    sums : ndarray, shape (n_replicates,)
        Sum of the moment in each replicate.
    mean, square, cube : float
        Mean, and sums of the squares and cubes about it; for independent draws only.
    log_scale : float
        The moment that was tallied is the one meant times ``exp(-log_scale)``.
    """

    n: int
    sums: FloatArray
    mean: float
    square: float
    cube: float
    log_scale: float = 0.0

    def rescaled(self, log_scale: float) -> MeanTally:
        """Return the same on another scale."""
        factor = math.exp(self.log_scale - log_scale)
        if factor == 1.0:
            return self
        return MeanTally(
            self.n,
            self.sums * factor,
            self.mean * factor,
            self.square * factor**2,
            self.cube * factor**3,
            log_scale,
        )

    @staticmethod
    def add_up(parts: Sequence[MeanTally]) -> MeanTally:
        """Return the tally of all draws, the parts in their order (Chan, Golub and LeVeque 1983)."""
        log_scale = max(part.log_scale for part in parts)
        total = parts[0].rescaled(log_scale)
        for part in parts[1:]:
            total = total._with(part.rescaled(log_scale))
        return total

    def _with(self, other: MeanTally) -> MeanTally:
        n = self.n + other.n
        share, apart = other.n / n, other.mean - self.mean
        within = self.n * share
        cross = 3.0 * apart * (self.n * other.square - other.n * self.square) / n
        return MeanTally(
            n,
            self.sums + other.sums,
            self.mean + apart * share,
            self.square + other.square + apart**2 * within,
            self.cube + other.cube + apart**3 * within * (self.n - other.n) / n + cross,
            self.log_scale,
        )


def mean_tally(moment: FloatArray, n_replicates: int, log_scale: float = 0.0) -> MeanTally:
    """Return the tally of a per-draw moment; arguments as for `mean_bounds` and `MeanTally`."""
    if n_replicates > 1:
        sums = moment.reshape(-1, n_replicates).sum(axis=0)
        return MeanTally(moment.size, sums, 0.0, 0.0, 0.0, log_scale)
    mean = float(moment.mean())
    centred = moment - mean
    # No BLAS here: its sums change with its threads, which cost more than they bring.
    powers = centred * centred
    square = float(powers.sum())
    powers *= centred
    return MeanTally(
        moment.size, np.array([mean * moment.size]), mean, square, float(powers.sum()), log_scale
    )


def tally_bounds(
    tally: MeanTally, confidence_level: float, *, skewed: bool = False, floor: float = 0.0
) -> Bounds:
    """Return the bounds of a mean from its tally; arguments as for `mean_bounds`.

    `floor` is a standard error that the spread of replicates may not show, added to it by the root of squares.
    """
    n, n_replicates = tally.n, tally.sums.size
    if n_replicates > 1:
        centred = tally.sums / (n // n_replicates)
        estimate = float(centred.sum()) / n_replicates
        centred -= estimate
        squared = centred * centred
        square = float(squared.sum())
        spread = math.sqrt(square / (n_replicates - 1) / n_replicates)
        plain = t_bounds(estimate, math.hypot(spread, floor), n_replicates - 1, confidence_level)
        if not skewed or n_replicates < 3 or spread == 0.0:
            return plain
        squared *= centred
        skewness = float(squared.sum()) / n_replicates / (square / n_replicates) ** 1.5
        return _moved_out(plain, skewness, n_replicates, confidence_level)
    estimate = tally.mean
    if n < 2:
        return Bounds(estimate, -math.inf, math.inf, -math.inf, math.inf, math.inf)
    variance = tally.square / (n - 1)
    standard_error = math.sqrt(variance / n)
    if not skewed or standard_error == 0.0:
        return t_bounds(estimate, standard_error, n - 1, confidence_level)
    skewness = tally.cube / n / variance**1.5
    two, one = _quantiles(confidence_level, n - 1)
    return Bounds(
        estimate,
        estimate - standard_error * _hall(two, skewness, n),
        estimate - standard_error * _hall(-two, skewness, n),
        estimate - standard_error * _hall(one, skewness, n),
        estimate - standard_error * _hall(-one, skewness, n),
        standard_error,
    )


_SKEWNESS_MISSED = 1.5
"""The skewness of a few replicate means is estimated too near 0 where it matters most: with one
input, the extreme stratum of each replicate carries the error of a tail. Measured on a normal input
over 16 randomisations of 2^10 points: 95% intervals of a shortfall and of a certainty equivalent
cover 0.92 and 0.91 by Student's t, 0.95 and 0.95 with this factor; their safe sides 0.90 and 0.89,
then 0.94 and 0.93. With six inputs the intervals are a sixth wider than Student's."""


def _moved_out(plain: Bounds, skewness: float, n: int, confidence_level: float) -> Bounds:
    """Return Student bounds over `n` replicate means, each moved out to Hall's where that lies further."""
    spread = plain.standard_error
    skewness *= _SKEWNESS_MISSED * math.sqrt(n * (n - 1)) / (n - 2)
    two, one = _quantiles(confidence_level, n - 1)

    def moved(quantile: float) -> float:
        return plain.estimate - spread * _hall(quantile, skewness, n)

    return Bounds(
        plain.estimate,
        min(plain.low, moved(two)),
        max(plain.high, moved(-two)),
        min(plain.at_least, moved(one)),
        max(plain.at_most, moved(-one)),
        spread,
    )


def _hall(quantile: float, skewness: float, n: int) -> float:
    """Return the quantile of t that Hall's transformation sends to `quantile`."""
    slope = skewness / math.sqrt(n)
    if abs(slope) < 1e-9:
        return quantile
    inside = 1.0 + slope * (quantile - slope / 6.0)
    return 3.0 / slope * (math.copysign(abs(inside) ** (1.0 / 3.0), inside) - 1.0)


def mean_estimate(
    moment: FloatArray,
    n_replicates: int,
    confidence_level: float,
    *,
    skewed: bool = False,
    floor: float = 0.0,
) -> Estimate:
    """Return the mean of a per-draw moment as an `Estimate`; arguments as for `mean_bounds` and `tally_bounds`."""
    bounds = tally_bounds(mean_tally(moment, n_replicates), confidence_level, skewed=skewed, floor=floor)
    return bounds.as_estimate()


def exact_fraction(number: float) -> Fraction:
    """Return the decimal that `number` was written as: 0.9 is nine tenths, not the float beside it."""
    return Fraction(repr(float(number)))


@lru_cache(maxsize=256)
def count_needed(n: int, probability: float) -> int:
    """Return the least count of draws that is a share of `probability`: ``ceil(n p)``, exactly.

    Examples
    --------
    >>> count_needed(1000, 0.9)  # in floats, 1000 * (1 - 0.9) is 99.99999999999997
    900
    """
    return math.ceil(n * exact_fraction(probability))


@lru_cache(maxsize=256)
def count_proven(n: int, probability: float, error: float) -> int:
    """Return the least count of `n` independent draws that proves a chance of `probability`.

    The least k with ``P(Bin(n, p) >= k) <= error``: from k on, the one-sided Clopper-Pearson lower
    bound reaches p (Clopper and Pearson 1934). ``n + 1`` where no count would prove it.
    """
    return _least(n, lambda k: _at_least(k, n, probability) <= error)


@lru_cache(maxsize=256)
def count_refuted(n: int, probability: float, error: float) -> int:
    """Return the least count of `n` independent draws that does not refute a chance of `probability`.

    The least k with ``P(Bin(n, p) <= k) > error``.
    """
    return _least(n, lambda k: float(bdtr(k, n, probability)) > error)


def _at_least(k: int, n: int, probability: float) -> float:
    return 1.0 if k <= 0 else float(bdtrc(k - 1, n, probability)) if k <= n else 0.0


def _least(n: int, holds: Callable[[int], bool]) -> int:
    """Return the least k in 0..n+1 from which the monotone condition `holds`."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def proportion_bounds(counts: IntArray, n_draws: int, confidence_level: float) -> Bounds:
    """Return the bounds of a chance from counts of draws.

    Independent draws: exact (Clopper and Pearson 1934). Replicates: Student's t over their
    shares, and one draw of a replicate more, since in low dimension the counts of replicates take
    two neighbouring values and their spread collapses.

    Parameters
    ----------
    counts : ndarray of int, shape (n_replicates,)
    n_draws : int
    confidence_level : float
    """
    total = int(counts.sum())
    estimate = total / n_draws
    error = 1.0 - confidence_level
    if counts.size == 1:
        low, high = _clopper_low(total, n_draws, error / 2), _clopper_high(total, n_draws, error / 2)
        return Bounds(
            estimate,
            low,
            high,
            _clopper_low(total, n_draws, error),
            _clopper_high(total, n_draws, error),
            (high - low) / (2 * two_sided_quantile(1, n_draws, confidence_level)),
        )
    # In whole numbers: exact, and less work than the same in floats.
    squares = counts.size * int(counts @ counts) - total**2
    spread = math.sqrt(squares / (counts.size - 1)) / n_draws
    return t_bounds(estimate, spread, counts.size - 1, confidence_level, lattice=float(counts.size) / n_draws)


def _clopper_low(k: int, n: int, error: float) -> float:
    return 0.0 if k == 0 else float(betaincinv(k, n - k + 1, error))


def _clopper_high(k: int, n: int, error: float) -> float:
    return 1.0 if k == n else float(betaincinv(k + 1, n - k, 1.0 - error))


def proportion_estimate(counts: IntArray, n_draws: int, confidence_level: float) -> Estimate:
    """Return a chance as an `Estimate`, its ends cut to [0, 1]; arguments as for `proportion_bounds`."""
    bounds = proportion_bounds(counts, n_draws, confidence_level)
    return Estimate(bounds.estimate, max(bounds.low, 0.0), min(bounds.high, 1.0), bounds.standard_error)
