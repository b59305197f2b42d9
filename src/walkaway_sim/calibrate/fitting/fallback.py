"""What describes a sample that no family fits: a metalog through its quantiles, or the sample itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.fitting.sample import Sample
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.keelin import Metalog
from walkaway_sim.inputs.sampled import Empirical

__all__ = ["KEPT", "describe", "thinned"]

KEPT = 2000
"""Values of an empirical distribution at the most: more are averaged in as many equal slices, which keeps the mean."""

_POINTS = ((0.05, 0.25, 0.5, 0.75, 0.95), (0.1, 0.5, 0.9))
_BAND = 0.05
_TRIES = 3


def describe(
    sample: Sample, rng: np.random.Generator, n: int
) -> tuple[Distribution, tuple[Distribution, ...], str]:
    """Describe a sample without a family.

    Parameters
    ----------
    sample : Sample
        Without lower bounds.
    rng : numpy Generator
    n : int
        Number of plausible distributions, each from the rows resampled.

    Returns
    -------
    distribution : Metalog or Empirical
        A metalog through five quantiles, or three, if it stays within the 95% band of Dvoretzky, Kiefer,
        Wolfowitz and Massart (1990) about the sample; else the sample as it is.
    plausible : tuple of the same
    why : str
    """
    order = np.argsort(sample.values)
    values, weight = sample.values[order], sample.weight[order]
    lower = 0.0 if values[0] > 0.0 else None
    upper = 1.0 if sample.supports == ("unit",) else None
    # A metalog of counts would give fractions of them.
    for points in () if sample.supports == ("counts",) else _POINTS:
        law = _metalog(values, weight, points, lower, upper)
        if law is None or not _within_band(law, values, sample.share[order], sample.n, sample.step):
            continue
        laws = (
            _metalog(values, counts, points, lower, upper) for counts in _resampled(weight, rng, _TRIES * n)
        )
        plausible = list(islice((one for one in laws if one is not None), n))
        if len(plausible) == n:
            return law, tuple(plausible), f"a metalog through {len(points)} quantiles of the sample"
    sampled = [Empirical(_slices(values, counts, KEPT)) for counts in _resampled(weight, rng, n)]
    why = "the sample as it is, nothing beyond its extremes"
    return Empirical(_slices(values, weight, KEPT)), tuple(sampled), why


def thinned(law: Empirical, count: int) -> Empirical:
    """Return an empirical distribution of `count` values at the most: averages of equal slices of the sample."""
    if law.sample.size <= count:
        return law
    return Empirical(_slices(law.sample, np.ones(law.sample.size), count))


def _resampled(weight: FloatArray, rng: np.random.Generator, times: int) -> Iterator[FloatArray]:
    """Weights of the ordered values in samples of the rows, one after the other."""
    size = max(round(float(weight.sum())), 1)
    for _ in range(times):
        yield rng.multinomial(size, weight / weight.sum()).astype(np.float64)


def _middle(values: FloatArray, weight: FloatArray, chance: FloatArray) -> FloatArray:
    """Quantiles between the middles of the steps, which rounded data do not make jump (Parzen 2004)."""
    unique, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, weights=weight / weight.sum())
    unique, mass = unique[mass > 0.0], mass[mass > 0.0]
    return np.interp(chance, np.cumsum(mass) - 0.5 * mass, unique)


def _slices(values: FloatArray, weight: FloatArray, count: int) -> FloatArray:
    """Averages of the ordered values over `count` slices of equal weight; the values themselves if so few."""
    if float(weight.sum()) <= count and (weight == np.rint(weight)).all():
        return np.repeat(values, weight.astype(np.int64))
    share = weight / weight.sum()
    # The sum up to a chance is linear in it between two values.
    chance = np.concatenate([[0.0], np.cumsum(share)])
    total = np.concatenate([[0.0], np.cumsum(share * values)])
    return np.asarray(np.diff(np.interp(np.arange(count + 1) / count, chance, total)) * count)


def _metalog(
    values: FloatArray,
    weight: FloatArray,
    points: tuple[float, ...],
    lower: float | None,
    upper: float | None,
) -> Metalog | None:
    at = _middle(values, weight, np.array(points))
    try:
        return Metalog(tuple(zip(points, at.tolist(), strict=True)), lower, upper)
    except InputError:
        return None


def _within_band(law: Metalog, values: FloatArray, share: FloatArray, n: float, step: float) -> bool:
    # What was rounded to a value lies within half a step of it.
    unique, first = np.unique(values, return_index=True)
    below = np.concatenate([[0.0], np.cumsum(share)])[first]
    upto = np.append(below[1:], 1.0)
    gap = max(
        float(np.abs(law.cdf(unique + 0.5 * step) - upto).max()),
        float(np.abs(law.cdf(unique - 0.5 * step) - below).max()),
    )
    return gap <= math.sqrt(math.log(2.0 / _BAND) / (2.0 * n))
