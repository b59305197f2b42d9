"""What a likelihood of won and lost quotes needs of the logit and the probit link.

Both links are symmetric, ``F(-s) = 1 - F(s)``, so the log-likelihood of a quote is ``log F(z)`` with z the
score for a won quote and its negative for a lost one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray
from walkaway_sim.inputs.links import LinkName

__all__ = ["pull", "shrink", "weight"]

_LOGISTIC_SPREAD = 16.0 * math.sqrt(3.0) / (15.0 * math.pi)
"""A logistic law is closest to a normal one with this many times its scale, inverted (Zeger and others 1988)."""


@dataclass(frozen=True, slots=True, eq=False)
class Pull:
    """First and second derivative of ``log F(z)`` by z, of the shape of z."""

    first: FloatArray
    second: FloatArray


def pull(link: LinkName, z: FloatArray) -> Pull:
    """Return derivatives of ``log F(z)``; the second is negative everywhere, so likelihoods are concave."""
    if link == "logit":
        lose = special.expit(-z)
        return Pull(lose, -lose * (1.0 - lose))
    mills = np.exp(-0.5 * z * z - 0.5 * math.log(2.0 * math.pi) - special.log_ndtr(z))
    return Pull(mills, -mills * (z + mills))


def weight(link: LinkName, score: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the expected information of one quote about its score, and its derivative by the score."""
    if link == "logit":
        win = special.expit(score)
        one = win * special.expit(-score)
        return one, one * (1.0 - 2.0 * win)
    win, lose = pull("probit", score).first, pull("probit", -score).first
    one = win * lose
    return one, one * (lose - win - 2.0 * score)


def shrink(link: LinkName, sd: float | FloatArray) -> FloatArray:
    """Factor on the score that averages the win chance over a normal effect of standard deviation `sd`.

    Exact for probit. For logit the approximation of Zeger, Liang and Albert (1988), Biometrics 44, 1049-1060:
    chances are off by at most 0.007 for an `sd` of 1 and 0.011 for one of 2.
    """
    spread = 1.0 if link == "probit" else _LOGISTIC_SPREAD
    return np.asarray(1.0 / np.sqrt(1.0 + np.square(spread * np.asarray(sd, dtype=np.float64))))
