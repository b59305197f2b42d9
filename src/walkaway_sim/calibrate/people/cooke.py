"""The scores of Cooke's classical model: pure functions of counts and of quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray, IntArray

__all__ = [
    "bin_counts",
    "bin_probabilities",
    "calibration_score",
    "information_scores",
    "intrinsic_ranges",
    "pooled_quantiles",
    "weights_of",
]


def bin_probabilities(quantiles: Sequence[float]) -> FloatArray:
    """Return the probabilities of the bins that quantiles leave, shape (k + 1,)."""
    return np.diff([0.0, *quantiles, 1.0])


def bin_counts(answers: FloatArray, truths: FloatArray) -> IntArray:
    """Count the truths in each bin; one that equals a quantile lies in the bin below it.

    Parameters
    ----------
    answers : ndarray, shape (n, k)
        Quantiles of each question, ascending.
    truths : ndarray, shape (n,)

    Returns
    -------
    ndarray of int, shape (k + 1,)
    """
    place = np.sum(answers < truths[:, None], axis=1)
    return np.bincount(place, minlength=answers.shape[1] + 1).astype(np.int64)


def calibration_score(counts: IntArray, probabilities: FloatArray) -> float:
    """Return the p-value of "the truths fall into the bins with these probabilities".

    Notes
    -----
    ``1 - F(2 n I(s, p))`` with F the chi-square distribution function of as many degrees of freedom as
    there are quantiles, s the shares found, and ``I(s, p) = sum s ln(s/p)``. The chi-square is an
    approximation for many questions; with few, only so many scores can occur.

    References
    ----------
    Cooke (1991), Experts in Uncertainty, Oxford, ch. 8 and 12.
    """
    n = int(counts.sum())
    statistic = 2.0 * n * float(np.sum(special.rel_entr(counts / n, probabilities)))
    return float(special.chdtrc(probabilities.size - 1, max(statistic, 0.0)))


def intrinsic_ranges(answers: FloatArray, truths: FloatArray, overshoot: float) -> FloatArray:
    """Return the range of each question: all quantiles of all people and the truth, and some more.

    Parameters
    ----------
    answers : ndarray, shape (people, n, k)
    truths : ndarray, shape (n,)
    overshoot : float
        Share of that range that is added on each side.

    Returns
    -------
    ndarray, shape (n, 2)
    """
    low = np.minimum(answers.min(axis=(0, 2)), truths)
    high = np.maximum(answers.max(axis=(0, 2)), truths)
    more = overshoot * (high - low)
    return np.stack([low - more, high + more], axis=1)


def information_scores(answers: FloatArray, ranges: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Return how far each answer is concentrated beyond a flat density over the range, shape (n,).

    Notes
    -----
    ``ln(U - L) + sum p ln(p / width)`` over the bins: the relative information of the density that is flat
    within each bin with respect to the one that is flat over the range (Cooke 1991).
    """
    ends = np.concatenate([ranges[:, :1], answers, ranges[:, 1:]], axis=1)
    width = np.diff(ends, axis=1)
    beyond: FloatArray = np.sum(probabilities * np.log(probabilities / width), axis=1)
    return beyond + np.log(ranges[:, 1] - ranges[:, 0])


def weights_of(calibration: FloatArray, information: FloatArray, cutoff: float) -> FloatArray:
    """Return weights in proportion to calibration times information, 0 below the cutoff, shape (people,).

    All are 0 where nobody reaches the cutoff.
    """
    score = np.where(calibration >= cutoff, calibration * information, 0.0)
    total = float(score.sum())
    return score / total if total > 0.0 else score


def pooled_quantiles(
    answers: FloatArray, ranges: FloatArray, weights: FloatArray, quantiles: Sequence[float]
) -> FloatArray:
    """Return the quantiles of the weighted mean of the people's densities, flat within each bin.

    Parameters
    ----------
    answers : ndarray, shape (people, n, k)
    ranges : ndarray, shape (n, 2)
    weights : ndarray, shape (people,)
    quantiles : sequence of float, length k

    Returns
    -------
    ndarray, shape (n, k)
    """
    counted = weights > 0.0
    levels = np.array([0.0, *quantiles, 1.0])
    out = np.empty(answers.shape[1:])
    for question, (low, high) in enumerate(ranges):
        ends = np.pad(answers[counted, question], ((0, 0), (1, 1)))
        ends[:, 0], ends[:, -1] = low, high
        # The pool's distribution function is a straight line between all ends of all bins.
        places = np.unique(ends)
        reached = sum(
            weight * np.interp(places, one, levels)
            for weight, one in zip(weights[counted], ends, strict=True)
        )
        out[question] = np.interp(quantiles, reached, places)
    return out
