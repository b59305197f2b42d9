"""Whether intervals hold as often as they say, and whether misses come in clusters: exact p-values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from walkaway_sim._typing import BoolArray, FloatArray, IntArray

__all__ = [
    "Significance",
    "christoffersen",
    "conditional_coverage",
    "kupiec",
    "passing_misses",
    "transitions",
]

_LONGEST = 1_000
"""Cases up to which the joint test is enumerated: its cost grows with the square."""
_HAIR = 1e-9
"""Relative: a rounding error must not drop a table as likely as the one observed."""
_NEGLIGIBLE = 1e-12
"""Probability of the counts of misses that the enumeration may leave out; it is added to the p-value."""


@dataclass(frozen=True, slots=True)
class Significance:
    """A test's statistic and what it says.

    Attributes
    ----------
    statistic : float
        NaN where there is none.
    p_value : float
        Probability of a statistic at least as extreme if the forecasts are right. NaN where it cannot be
        judged, and `method` says why.
    method : str
        How the p-value was found.
    """

    statistic: float
    p_value: float
    method: str


def kupiec(misses: int, n: int, miss_rate: float) -> Significance:
    """Test whether misses are as frequent as they should be (Kupiec 1995, the proportion of failures).

    Parameters
    ----------
    misses : int
        Cases outside their interval.
    n : int
        Cases.
    miss_rate : float
        What the share should be; strictly between 0 and 1.

    Returns
    -------
    Significance
        ``-2 ln`` of the likelihood ratio. Its p-value is exact, by enumeration of all counts: the chi-square
        with one degree of freedom, to which it tends, is poor where few misses are expected.

    Examples
    --------
    >>> found = kupiec(7, 255, 0.01)
    >>> round(found.statistic, 4), round(found.p_value, 4)
    (5.3163, 0.0151)
    """
    counts = np.arange(n + 1)
    ratios = _kupiec_ratios(counts, n, miss_rate)
    observed = float(ratios[misses])
    extreme = ratios >= observed - _HAIR * max(1.0, observed)
    p_value = float(_binomial(counts, n, miss_rate)[extreme].sum())
    return Significance(observed, min(p_value, 1.0), "exact, by enumeration")


def passing_misses(n: int, miss_rate: float, limit: float) -> tuple[int, int]:
    """Return the least and the largest count of misses whose p-value by `kupiec` is above `limit`, below 1.

    Examples
    --------
    >>> passing_misses(255, 0.05, 0.05), kupiec(21, 255, 0.05).p_value <= 0.05
    ((7, 20), True)
    """
    counts = np.arange(n + 1)
    ratios = _kupiec_ratios(counts, n, miss_rate)
    rising = np.argsort(ratios)
    # Chance of a ratio at least as large, from the largest on; ties and rounding as in `kupiec`.
    chance = np.append(np.cumsum(_binomial(counts, n, miss_rate)[rising][::-1])[::-1], 0.0)
    p_value = chance[np.searchsorted(ratios[rising], ratios - _HAIR * np.maximum(1.0, ratios))]
    passing = np.flatnonzero(p_value > limit)
    return int(passing[0]), int(passing[-1])


def transitions(missed: BoolArray) -> tuple[int, int, int, int]:
    """Count neighbours in time as ``(n00, n01, n10, n11)``, 1 being a miss; `missed` has shape (n,)."""
    code = 2 * missed[:-1].astype(np.int64) + missed[1:]
    n00, n01, n10, n11 = np.bincount(code, minlength=4).tolist()
    return n00, n01, n10, n11


def christoffersen(missed: BoolArray) -> Significance:
    """Test whether a miss is as likely after a miss as after a hit (Christoffersen 1998).

    Parameters
    ----------
    missed : ndarray of bool, shape (n,)
        Whether each case missed its interval, in order of time.

    Returns
    -------
    Significance
        ``-2 ln`` of the ratio of the likelihoods without and with dependence on the case before. Its p-value
        is exact given the number of misses, all orders being equally likely: the orders are counted by
        their runs. NaN where nothing or everything is a miss, since then there is but one order.

    Examples
    --------
    >>> missed = np.zeros(40, dtype=bool)
    >>> missed[10:15] = True
    >>> christoffersen(missed).p_value < 0.001
    True
    """
    n, misses = missed.size, int(missed.sum())
    if not 0 < misses < n:
        return Significance(0.0, math.nan, "not judged: no two kinds of cases to follow one another")
    observed = float(_independence_ratio(*(np.array([count]) for count in transitions(missed)))[0])
    p_value = _chance_of_order(observed, misses, n)
    return Significance(observed, p_value, "exact given the number of misses, over all orders")


def conditional_coverage(missed: BoolArray, miss_rate: float) -> Significance:
    """Test frequency and independence of the misses together (Christoffersen 1998).

    Parameters
    ----------
    missed : ndarray of bool, shape (n,)
        Whether each case missed its interval, in order of time.
    miss_rate : float
        What the share should be; strictly between 0 and 1.

    Returns
    -------
    Significance
        The sum of the statistics of `kupiec` and `christoffersen`. The p-value is exact, by enumeration of counts
        and orders, up to 1000 cases; of more it is that of a chi-square with two degrees of freedom.
    """
    n, misses = missed.size, int(missed.sum())
    counts = np.arange(n + 1)
    frequency = _kupiec_ratios(counts, n, miss_rate)
    order = _independence_ratio(*(np.array([count]) for count in transitions(missed)))
    observed = float(frequency[misses] + order[0])
    if n > _LONGEST:
        return Significance(observed, float(special.chdtrc(2, observed)), "chi-square, asymptotic")
    chance = _binomial(counts, n, miss_rate)
    p_value = 0.0
    # From the most probable count on, so that what is left out is known to be negligible.
    left = 1.0
    for count in np.argsort(-chance):
        if left < _NEGLIGIBLE:
            break
        p_value += chance[count] * _chance_of_order(observed - float(frequency[count]), int(count), n)
        left -= chance[count]
    return Significance(observed, min(p_value + max(left, 0.0), 1.0), "exact, by enumeration")


def _kupiec_ratios(counts: NDArray[np.integer], n: int, miss_rate: float) -> FloatArray:
    """Return the statistic for every count of misses, shape of `counts`."""
    share = counts / n
    likely = special.xlogy(counts, share) + special.xlogy(n - counts, 1.0 - share)
    asked = counts * math.log(miss_rate) + (n - counts) * math.log1p(-miss_rate)
    return np.maximum(2.0 * (likely - asked), 0.0)


def _independence_ratio(n00: IntArray, n01: IntArray, n10: IntArray, n11: IntArray) -> FloatArray:
    """Return the statistic for tables of neighbours, shape (m,): the G statistic of the two-by-two table."""
    total = n00 + n01 + n10 + n11
    cells = sum(special.xlogy(cell, cell) for cell in (n00, n01, n10, n11))
    margins = sum(special.xlogy(side, side) for side in (n00 + n01, n10 + n11, n00 + n10, n01 + n11))
    return np.maximum(2.0 * (cells - margins + special.xlogy(total, total)), 0.0)


def _chance_of_order(at_least: float, misses: int, n: int) -> float:
    """Probability, all orders being equally likely, that the independence statistic is `at_least` or more.

    With `misses` in r runs, and the first and the last case known, the table is fixed; the orders of that
    kind number ``C(misses - 1, r - 1) C(hits - 1, q - 1)``, with q runs of hits (Wald and Wolfowitz 1940).
    """
    if at_least <= 0.0:
        return 1.0
    hits = n - misses
    if misses == 0 or hits == 0:
        return 0.0  # one order only, with a statistic of 0
    first, last = np.array([[[0], [0], [1], [1]], [[0], [1], [0], [1]]])
    runs = np.arange(1, misses + 1)
    hit_runs = runs + 1 - first - last
    possible = (hit_runs >= 1) & (hit_runs <= hits)
    n11, n01, n10 = (
        np.broadcast_to(one, possible.shape)[possible] for one in (misses - runs, runs - first, runs - last)
    )
    ratios = _independence_ratio(n - 1 - n11 - n01 - n10, n01, n10, n11)
    extreme = ratios >= at_least - _HAIR * max(1.0, at_least)
    runs, hit_runs = (misses - n11)[extreme], hit_runs[possible][extreme]
    logs = _log_choose(misses - 1, runs - 1) + _log_choose(hits - 1, hit_runs - 1) - _log_choose(n, misses)
    return min(float(np.exp(logs).sum()), 1.0)


def _log_choose(n: int, k: int | IntArray) -> FloatArray:
    """Logarithm of the binomial coefficient."""
    found: FloatArray = (
        special.gammaln(n + 1) - special.gammaln(np.add(k, 1)) - special.gammaln(n - np.add(k, -1))
    )
    return found


def _binomial(counts: IntArray, n: int, probability: float) -> FloatArray:
    """Probabilities of the counts."""
    logs = (
        _log_choose(n, counts)
        + special.xlogy(counts, probability)
        + special.xlog1py(n - counts, -probability)
    )
    found: FloatArray = np.exp(logs)
    return found
