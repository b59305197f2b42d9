"""Whether a weighted share is what it should be, judged by two nulls, since it is not known which of them holds.

Where the weights have nothing to do with what came, as they should if the forecasts are right for every
case, each case holds with the chance `level` whatever its weight, and the distribution of the weighted share is
known: it is drawn. A variance estimated from the cases themselves is far too small then if none of a few dozen
is a miss. Where the weights go with what came, only that estimate is right, for many cases. The less
certain of the two p-values is right in both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from walkaway_sim._typing import BoolArray, FloatArray

__all__ = ["DRAWS", "WeightedShare", "judge_weighted", "thresholds"]

DRAWS = 1999
"""Draws of who holds, with the weights as they are."""
_CHUNK = 100
_HAIR = 1e-9
"""Relative: sums of the same weights in another order must not differ."""


@dataclass(frozen=True, slots=True)
class WeightedShare:
    """What is said of a weighted share.

    Attributes
    ----------
    score : float
        Of the score test, its variance from the cases.
    p_value : float
        Two-sided: the larger one of the drawn null and of the score test.
    low, high : float
        Shares that are not refused at 5% by both.
    """

    score: float
    p_value: float
    low: float
    high: float


def judge_weighted(
    held: BoolArray, weights: FloatArray, level: float, generator: np.random.Generator
) -> WeightedShare:
    """Judge a weighted share.

    Parameters
    ----------
    held : ndarray of bool, shape (n,)
    weights : ndarray, shape (n,)
        Above 0.
    level : float
        What the share should be.
    generator : numpy.random.Generator

    Returns
    -------
    WeightedShare
    """
    at_least, more = thresholds(held, weights, generator)
    part = weights * (held - level)
    score = float(part.sum() / math.sqrt(float(part @ part)))
    by_score = float(2.0 * special.ndtr(-abs(score)))
    tail = min(int((at_least <= level).sum()), int((more >= level).sum()))
    by_draws = 2.0 * (1.0 + tail) / (DRAWS + 1.0)
    # The share at which the p-value is 5%: with so many draws below it.
    rank = round(0.025 * (DRAWS + 1.0)) - 1
    low, high = _score_interval(held, weights)
    return WeightedShare(
        score,
        min(max(by_score, by_draws), 1.0),
        min(low, float(np.sort(at_least)[rank])),
        max(high, float(np.sort(more)[-1 - rank])),
    )


def thresholds(
    held: BoolArray, weights: FloatArray, generator: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return, for each draw, the level from which the weight that holds reaches that observed, and exceeds it.

    A case holds where its uniform number lies below the level, so the weight that holds rises with the
    level: one set of draws serves all levels. With equal weights the two are order statistics, whose quantiles
    are Clopper and Pearson's limits.
    """
    observed = float(weights[held].sum())
    at_least, more = np.zeros(DRAWS), np.ones(DRAWS)
    for start in range(0, DRAWS, _CHUNK):
        rows = slice(start, min(start + _CHUNK, DRAWS))
        u = generator.random((rows.stop - start, weights.size))
        order = np.argsort(u, axis=1)
        rising = np.take_along_axis(u, order, axis=1)
        weight = np.cumsum(weights[order], axis=1)
        reached, exceeded = weight >= observed * (1.0 - _HAIR), weight > observed * (1.0 + _HAIR)
        if held.any():
            at_least[rows] = _first(rising, reached)
        if not held.all():
            more[rows] = _first(rising, exceeded)
    return at_least, more


def _first(rising: FloatArray, there: BoolArray) -> FloatArray:
    found: FloatArray = rising[np.arange(len(rising)), np.argmax(there, axis=1)]
    return found


def _score_interval(held: BoolArray, weights: FloatArray) -> tuple[float, float]:
    """Shares that the score test does not refuse at 5%: the roots of a square equation."""
    z2 = float(special.ndtri(0.975)) ** 2
    total, of_held = float(weights.sum()), float(weights[held].sum())
    squares, squares_held = float(weights @ weights), float(weights[held] @ weights[held])
    a = total**2 - z2 * squares
    b = total * of_held - z2 * squares_held
    c = of_held**2 - z2 * squares_held
    if a <= 0.0:
        return 0.0, 1.0  # as good as a handful of cases: nothing can be ruled out
    root = math.sqrt(max(b**2 - a * c, 0.0))
    return float(np.clip((b - root) / a, 0.0, 1.0)), float(np.clip((b + root) / a, 0.0, 1.0))
