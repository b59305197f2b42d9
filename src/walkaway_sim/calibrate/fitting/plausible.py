"""What the parameters of a fit could be as well, and how well a family fits: both from the same refits.

Refits to samples drawn from the fitted distribution show how far estimates fall from the truth. The
plausible parameters turn that round: as far as a refit fell above the estimate, so far may the estimate
itself have fallen above the truth. In each parameter free of bounds

    plausible = estimate - (refit - estimate),

and in the first, which says where the distribution lies, the distance is first divided by the spread
at the refit and multiplied by that at the estimate, as in Student's t. For families of a location and a
scale this is exact for every sample size (Lawless 1982; Weerahandi 1993). For the others it is close, as
the tests measure, where quantiles of the refits themselves would carry the bias of the estimate twice. A shape with
bounds is turned round between them: the free number that stands for it runs off to infinity at a bound.

A sample with lower bounds cannot be drawn without knowing what cut it off, so its rows are resampled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.calibrate.fitting.candidates import Candidate, law_of, scale_of
from walkaway_sim.calibrate.fitting.family import Family
from walkaway_sim.calibrate.fitting.goodness import distance
from walkaway_sim.calibrate.fitting.likelihood import maximum_likelihood
from walkaway_sim.calibrate.fitting.sample import Sample
from walkaway_sim.inputs.base import Distribution

__all__ = ["LARGEST_REFIT", "Refits", "refit"]

LARGEST_REFIT = 1000
"""Observations of a refit at the most. Of larger samples the distances are scaled by the root of the ratio."""


@dataclass(frozen=True, slots=True)
class Refits:
    """Refits of one family.

    Attributes
    ----------
    plausible : tuple of Distribution
    goodness : float
        p-value of the distance between sample and fit; NaN with lower bounds.
    n_failed : int
        Refits that did not converge and were drawn again.
    settled : bool
        Whether half the refits that were asked for, or more, converged in the end. If not, little is known of how
        far the estimate can be off, and nothing of how well the family fits.
    """

    plausible: tuple[Distribution, ...]
    goodness: float
    n_failed: int
    settled: bool


@np.errstate(all="ignore")  # as in `fit_family`
def refit(family: Family, candidate: Candidate, sample: Sample, rng: np.random.Generator, n: int) -> Refits:
    """Refit a family to samples like the one at hand.

    Parameters
    ----------
    family : Family
    candidate : Candidate
        Of that family, converged.
    sample : Sample
    rng : numpy Generator
    n : int
        Number of refits.

    Returns
    -------
    Refits
    """
    size = int(min(max(round(sample.n), 2), LARGEST_REFIT))
    estimate = np.array(candidate.theta)
    weight = np.full(size, 1.0 / size)
    plausible: list[Distribution] = []
    distances: list[FloatArray] = []
    scale = scale_of(family, sample)
    step = 0.0 if family.discrete else sample.step / scale.width
    wanted, n_failed = n, 0
    for _ in range(5):
        x, lower = _like(family, estimate, sample, rng, (wanted, size))
        theta, converged = maximum_likelihood(family, x, lower, weight, estimate)
        free = scale.original(family, _turned(family, estimate, theta, np.sqrt(size / sample.n)))
        laws = [law_of(family, one) if good else None for one, good in zip(free, converged, strict=True)]
        made = np.array([one is not None for one in laws])
        plausible += [one for one in laws if one is not None]
        n_failed += int((~made).sum())
        if lower is None and made.any():
            distances.append(distance(family, x[made], weight, theta[made], size, step))
        wanted -= int(made.sum())
        if wanted == 0:
            break
    settled = 2 * len(plausible) >= n
    if sample.censored is not None or not settled:
        return Refits(tuple(plausible), float("nan"), n_failed, settled)
    z = scale.standard(sample.values)[None]
    found = distance(family, z, sample.share, estimate[None], sample.n, step)[0]
    null = np.concatenate(distances)
    p_value = float((1 + (null >= found).sum()) / (1 + null.size))
    return Refits(tuple(plausible), p_value, n_failed, settled)


def _like(
    family: Family, theta: FloatArray, sample: Sample, rng: np.random.Generator, shape: tuple[int, int]
) -> tuple[FloatArray, BoolArray | None]:
    """Draw samples like the one at hand on the scale of the search, and say where they are lower bounds."""
    scale = scale_of(family, sample)
    if sample.censored is not None:
        rows = rng.choice(sample.values.size, size=shape, p=sample.share)
        lower: BoolArray = sample.censored[rows]
        return scale.standard(sample.values[rows]), lower
    x = family.draw(rng, theta, shape)
    if sample.step > 0.0 and not family.discrete:
        # Data that were rounded are compared with draws that are rounded alike.
        step = sample.step / scale.width
        origin = scale.centre / scale.width
        x = np.rint((x + origin) / step) * step - origin
        if family.support == "positive":
            x = np.maximum(x, 0.5 * step)
        elif family.support == "unit":
            x = np.clip(x, 0.5 * step, 1.0 - 0.5 * step)
    return x, None


def _turned(family: Family, estimate: FloatArray, theta: FloatArray, shrink: float) -> FloatArray:
    """Plausible free parameters, shape (b, k), from refits."""
    away = shrink * (theta - estimate)
    at_refit = family.spread(estimate + away)
    away[:, 0] *= family.spread(estimate[None])[0] / at_refit
    turned = np.asarray(estimate - away)
    if family.bounded is not None:
        bounded, free = family.bounded
        here = bounded(estimate[-1])
        turned[:, -1] = free(here - shrink * (bounded(theta[:, -1]) - here))
    return turned
