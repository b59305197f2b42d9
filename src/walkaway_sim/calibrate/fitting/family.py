"""What a family of distributions must bring so that `fit` can try it.

Every function takes free parameters ``theta`` of shape (b, k), one row per sample, without bounds,
and data of shape (b, n) or (n,), and returns shape (b, n). Families on the real line are searched on
data shifted and scaled to moderate size, those on the positive half-line on data scaled so.

The first free parameter is where the distribution lies; ``spread`` says how the sampling spread of its
estimate depends on the parameters, which the plausible parameters need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.inputs.base import Distribution

__all__ = ["LOG_2PI", "Family", "Support", "columns", "moments", "stacked"]

Support = Literal["real", "positive", "unit", "counts"]

LOG_2PI = float(np.log(2.0 * np.pi))

_Curve = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Family:
    """One family of distributions.

    Parameters
    ----------
    name : str
        As the deal file calls it.
    support : {"real", "positive", "unit", "counts"}
    logpdf, cdf, sf : callable
        ``f(x, theta)``; of counts the logarithm of the probability.
    draw : callable
        ``draw(rng, theta, n)`` with theta of shape (k,): n values.
    start : callable
        Free parameters to begin with, shape (k,), from mean, variance and skewness, on the log scale too.
    spread : callable
        Spread of the estimate of the first free parameter, up to a factor, shape (b,).
    make : callable
        The distribution from free parameters of shape (k,).
    closed : callable or None
        Maximum likelihood in closed form, ``(x, weight) -> theta``, weights summing to 1 along the last axis.
    even : bool
        Whether the last free parameter counts by its size alone.
    bounded : pair of callables or None
        Of a last free parameter that stands for one with bounds: that one, and the way back, its bounds kept. Where
        an estimate lies at a bound, the free one is as good as infinite, and distances from it say nothing.
    """

    name: str
    support: Support
    logpdf: _Curve
    cdf: _Curve
    sf: _Curve
    draw: Callable[[np.random.Generator, FloatArray, tuple[int, ...]], FloatArray]
    start: Callable[[FloatArray, FloatArray], list[float]]
    spread: Callable[[FloatArray], FloatArray]
    make: Callable[[FloatArray], Distribution]
    closed: Callable[[FloatArray, FloatArray], FloatArray] | None = None
    even: bool = False
    bounded: tuple[Callable[[FloatArray], FloatArray], Callable[[FloatArray], FloatArray]] | None = None

    @property
    def discrete(self) -> bool:
        """Whether it is one of counts."""
        return self.support == "counts"


def columns(theta: FloatArray) -> list[FloatArray]:
    """Return each parameter as a column, shape (b, 1)."""
    return [theta[:, i : i + 1] for i in range(theta.shape[1])]


def moments(x: FloatArray, weight: FloatArray) -> tuple[float, float, float]:
    """Weighted mean, standard deviation and skewness."""
    mean = float(weight @ x)
    sd = float(np.sqrt(weight @ (x - mean) ** 2)) or 1e-6
    return mean, sd, float(weight @ ((x - mean) / sd) ** 3)


def stacked(*parts: FloatArray) -> FloatArray:
    """Put parameters side by side, as the last axis."""
    return np.stack(parts, axis=-1)
