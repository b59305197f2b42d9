"""From a score to a chance: the logit and the probit link. Both are symmetric, ``F(-s) = 1 - F(s)``."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray

__all__ = ["LinkName", "chance_of", "log_chance", "score_of"]

LinkName: TypeAlias = Literal["logit", "probit"]


def chance_of(link: LinkName, score: FloatArray) -> FloatArray:
    """Chance F(score), of the shape of `score`."""
    return np.asarray(special.expit(score) if link == "logit" else special.ndtr(score))


def score_of(link: LinkName, chance: FloatArray) -> FloatArray:
    """Score at which the chance is `chance`, of its shape."""
    return np.asarray(special.logit(chance) if link == "logit" else special.ndtri(chance))


def log_chance(link: LinkName, z: FloatArray) -> FloatArray:
    """``log F(z)``, exact in both tails."""
    return np.asarray(special.log_expit(z) if link == "logit" else special.log_ndtr(z))
