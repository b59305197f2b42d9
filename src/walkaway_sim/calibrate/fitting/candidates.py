"""One family fitted to one sample, and the ranking of families."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.fitting.family import Family
from walkaway_sim.calibrate.fitting.likelihood import log_likelihood, maximum_likelihood
from walkaway_sim.calibrate.fitting.sample import Sample
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution

__all__ = ["Candidate", "Scale", "fit_family", "law_of", "scale_of", "unconverged"]


@dataclass(frozen=True, slots=True)
class Scale:
    """Shift and factor between the data and what is searched on, so that steps have a moderate size.

    Parameters
    ----------
    centre, width : float
        ``z = (x - centre) / width`` [unit of the column]; the centre is 0 except on the real line.
    """

    centre: float
    width: float

    def standard(self, x: FloatArray) -> FloatArray:
        """Return data on the scale of the search."""
        return (x - self.centre) / self.width

    def original(self, family: Family, theta: FloatArray) -> FloatArray:
        """Return free parameters, shape (b, k), as they are on the scale of the data."""
        out = theta.copy()
        if family.support == "real":
            out[:, 0] = self.centre + self.width * theta[:, 0]
            out[:, 1] += math.log(self.width)
        elif family.support == "positive":
            out[:, 0] += math.log(self.width)
        return out


def scale_of(family: Family, sample: Sample) -> Scale:
    """Return the scale on which a family is searched."""
    if family.support == "positive":
        return Scale(0.0, float(np.median(sample.values)))
    if family.support == "real":
        middle = float(np.median(sample.values))
        return Scale(middle, float(np.sqrt(sample.share @ (sample.values - middle) ** 2)))
    return Scale(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One family, fitted by maximum likelihood.

    Attributes
    ----------
    family : str
    distribution : Distribution or None
        At the estimate; None where the search failed.
    theta : tuple of float
        Free parameters on the scale of the search.
    log_likelihood : float
        On the scale of the data, for every family; of lower bounds the logarithm of the probability beyond.
    aicc : float
        ``2k - 2 log L + 2k(k + 1)/(n - k - 1)`` (Hurvich and Tsai 1989); infinite where the search failed
        or n is too small for k.
    goodness : float
        p-value of the goodness of fit; NaN where it was not asked for or there is none.
    share : float
        Of the plausible distributions, how many are of this family.
    """

    family: str
    distribution: Distribution | None
    theta: tuple[float, ...]
    log_likelihood: float
    aicc: float
    goodness: float = math.nan
    share: float = 0.0

    @property
    def n_parameters(self) -> int:
        """Number of parameters estimated."""
        return len(self.theta)


def law_of(family: Family, theta: FloatArray) -> Distribution | None:
    """Return the distribution with free parameters of shape (k,), or None where there is none such.

    A search can end so far out that a parameter is no finite number on the scale of the data.
    """
    try:
        return family.make(theta)
    except InputError:
        return None


def unconverged(family: str, theta: tuple[float, ...]) -> Candidate:
    """Return the candidate of a search that failed."""
    return Candidate(family, None, theta, math.nan, math.inf)


@np.errstate(all="ignore")  # a search may pass numbers beyond floats: what it ends at must be finite
def fit_family(family: Family, sample: Sample) -> Candidate:
    """Fit one family by maximum likelihood.

    Parameters
    ----------
    family : Family
    sample : Sample

    Returns
    -------
    Candidate
    """
    scale = scale_of(family, sample)
    z = scale.standard(sample.values)
    lower = None if sample.censored is None else sample.censored[None]
    start = np.array(family.start(z, sample.share))
    theta, converged = maximum_likelihood(family, z[None], lower, sample.share, start)
    per_observation = log_likelihood(family, z[None], lower, sample.share, theta)[0]
    seen = 1.0 if sample.censored is None else float(sample.share @ ~sample.censored)
    total = sample.n * (per_observation - seen * math.log(scale.width))
    k = theta.shape[1]
    room = sample.n - k - 1.0
    law = None
    if converged[0] and math.isfinite(total) and room > 0.0:
        law = law_of(family, scale.original(family, theta)[0])
    if law is None:
        return unconverged(family.name, tuple(theta[0].tolist()))
    aicc = 2.0 * k - 2.0 * total + 2.0 * k * (k + 1.0) / room
    return Candidate(family.name, law, tuple(theta[0].tolist()), total, aicc)
