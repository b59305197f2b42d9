"""The price at which a customer turns away, as a distribution that a win curve implies.

A quote at p is won where the reservation price is at least p, so the win curve is the upper tail of that price. With
a score that falls by a constant for each unit of log price, the reservation price is log-logistic under a logit link
and lognormal under a probit one. With a kink at the last price, it is one of these above it and another below.
"""

from __future__ import annotations

import math
import sys

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.gaussian import LogNormal
from walkaway_sim.inputs.keelin import Metalog
from walkaway_sim.inputs.kinked import KinkedReservation
from walkaway_sim.inputs.links import LinkName

__all__ = ["has_law", "reservation_law"]

_LARGEST = math.log(sys.float_info.max)


def has_law(at: FloatArray, score: FloatArray, above: FloatArray, below: FloatArray) -> BoolArray:
    """Whether a reservation price follows, elementwise: the score falls, and its middle 80% are positive numbers.

    Of a score that hardly falls, nine tenths of the customers would pay any price that a computer can write.
    """
    slope = np.minimum(above, below)
    with np.errstate(divide="ignore", invalid="ignore"):
        far = np.abs(np.log(at)) + (np.abs(score) + math.log(9.0)) / slope
    return np.asarray((slope > 0) & (far < _LARGEST))


def reservation_law(link: LinkName, at: float, score: float, above: float, below: float) -> Distribution:
    """Return the distribution of the reservation price.

    Parameters
    ----------
    link : {"logit", "probit"}
    at : float
        Price at which the score is `score` [currency]; the kink, where there is one.
    score : float
    above, below : float
        By how much the score falls for each unit of log price, above and below `at`; above 0.

    Returns
    -------
    Distribution
        A metalog or a lognormal distribution where both slopes are the same, else a kinked one.
    """
    if above != below:
        return KinkedReservation(at, score, above, below, link)
    median = at * math.exp(score / above)
    if link == "probit":
        return LogNormal(median, 1.0 / above)
    spread = math.exp(math.log(9.0) / above)
    return Metalog(((0.1, median / spread), (0.9, median * spread)), lower=0.0)
