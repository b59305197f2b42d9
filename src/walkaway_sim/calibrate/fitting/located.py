"""Families of a location and a scale, on the real line or of the logarithm, and two with a third parameter."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.fitting.family import LOG_2PI, Family, Support, columns, moments, stacked
from walkaway_sim.inputs import families as named
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.gaussian import LogNormal, Normal

__all__ = ["LOCATED"]

_MOST_SKEW = 0.995
"""Largest skewness of a skew-normal distribution, rounded down."""

_MOST_SHARE = 1.0 - 1e-6
"""Share of it up to which plausible distributions go."""


def _mean_and_log_sd(x: FloatArray, weight: FloatArray) -> FloatArray:
    mean = (weight * x).sum(axis=-1)
    square = (weight * (x - mean[..., None]) ** 2).sum(axis=-1)
    return stacked(mean, 0.5 * np.log(np.maximum(square, 1e-300)))


# --- location and scale: theta = (location, log scale) -------------------------------------------------


def _located(
    name: str,
    support: Support,
    log_density: Callable[[FloatArray], FloatArray],
    cdf: Callable[[FloatArray], FloatArray],
    sf: Callable[[FloatArray], FloatArray],
    standard: Callable[[np.random.Generator, tuple[int, ...]], FloatArray],
    *,
    centre: float,
    width: float,
    make: Callable[[FloatArray], Distribution],
    closed: bool = False,
) -> Family:
    """Family of a standard distribution, located and scaled; on the positive half-line its logarithm is.

    `centre` and `width` are mean and standard deviation of the standard distribution. With
    `closed` the estimates are the mean and the standard deviation themselves.
    """
    on_log = support == "positive"

    def score(x: FloatArray, theta: FloatArray) -> FloatArray:
        place, log_scale = columns(theta)
        with np.errstate(divide="ignore"):
            return np.asarray(((np.log(x) if on_log else x) - place) * np.exp(-log_scale))

    def logpdf(x: FloatArray, theta: FloatArray) -> FloatArray:
        # The Jacobian of the logarithm keeps every family on the scale of the data.
        jacobian = np.log(x) if on_log else 0.0
        return log_density(score(x, theta)) - theta[:, 1:2] - jacobian

    def draw(rng: np.random.Generator, theta: FloatArray, size: tuple[int, ...]) -> FloatArray:
        x = theta[0] + np.exp(theta[1]) * standard(rng, size)
        return np.asarray(np.exp(x) if on_log else x)

    def start(x: FloatArray, weight: FloatArray) -> list[float]:
        mean, sd, _ = moments(np.log(x) if on_log else x, weight)
        return [mean - centre * sd / width, float(np.log(sd / width))]

    def solved(x: FloatArray, weight: FloatArray) -> FloatArray:
        return _mean_and_log_sd(np.log(x) if on_log else x, weight)

    return Family(
        name=name,
        support=support,
        logpdf=logpdf,
        cdf=lambda x, theta: cdf(score(x, theta)),
        sf=lambda x, theta: sf(score(x, theta)),
        draw=draw,
        start=start,
        spread=lambda theta: np.exp(theta[:, 1]),
        make=make,
        closed=solved if closed else None,
    )


def _log_logistic_density(z: FloatArray) -> FloatArray:
    return -z - 2.0 * np.log1p(np.exp(-np.abs(z))) + np.minimum(z, 0.0) * 2.0


def _least_extreme(z: FloatArray) -> FloatArray:
    return z - np.exp(np.minimum(z, 700.0))


_NORMAL = _located(
    "normal", "real", lambda z: -0.5 * (z * z + LOG_2PI), special.ndtr, lambda z: special.ndtr(-z),
    lambda rng, size: rng.standard_normal(size), centre=0.0, width=1.0,
    make=lambda t: Normal(t[0], np.exp(t[1])), closed=True,
)  # fmt: skip
_LOGISTIC = _located(
    "logistic", "real", _log_logistic_density, special.expit, lambda z: special.expit(-z),
    lambda rng, size: rng.logistic(size=size), centre=0.0, width=np.pi / np.sqrt(3.0),
    make=lambda t: named.logistic(t[0], np.exp(t[1])),
)  # fmt: skip
_GUMBEL = _located(
    "gumbel", "real", lambda z: _least_extreme(-z), lambda z: np.exp(-np.exp(np.minimum(-z, 700.0))),
    lambda z: -np.expm1(-np.exp(np.minimum(-z, 700.0))),
    lambda rng, size: rng.gumbel(size=size), centre=float(np.euler_gamma), width=np.pi / np.sqrt(6.0),
    make=lambda t: named.gumbel(t[0], np.exp(t[1])),
)  # fmt: skip
_LOGNORMAL = _located(
    "lognormal", "positive", lambda z: -0.5 * (z * z + LOG_2PI), special.ndtr, lambda z: special.ndtr(-z),
    lambda rng, size: rng.standard_normal(size), centre=0.0, width=1.0,
    make=lambda t: LogNormal(np.exp(t[0]), np.exp(t[1])), closed=True,
)  # fmt: skip
_LOG_LOGISTIC = _located(
    "log_logistic", "positive", _log_logistic_density, special.expit, lambda z: special.expit(-z),
    lambda rng, size: rng.logistic(size=size), centre=0.0, width=np.pi / np.sqrt(3.0),
    make=lambda t: named.log_logistic(np.exp(t[0]), np.exp(-t[1])),
)  # fmt: skip
# The logarithm of a Weibull variable is of the Gumbel kind, of minima.
_WEIBULL = _located(
    "weibull", "positive", _least_extreme, lambda z: -np.expm1(-np.exp(np.minimum(z, 700.0))),
    lambda z: np.exp(-np.exp(np.minimum(z, 700.0))),
    lambda rng, size: -rng.gumbel(size=size), centre=-float(np.euler_gamma), width=np.pi / np.sqrt(6.0),
    make=lambda t: named.weibull(np.exp(-t[1]), np.exp(t[0])),
)  # fmt: skip


# --- Student t: (location, log scale, root of 1/df); skew-normal: (mean, log sd, skewness unbounded) ---


def _df(theta: FloatArray) -> FloatArray:
    # With the root, a normal sample has its optimum inside, at 0, and no bound is needed.
    return 1.0 / np.clip(theta[..., 2] ** 2, 1e-4, 2.0)


def _t_score(x: FloatArray, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    return (x - theta[:, 0:1]) * np.exp(-theta[:, 1:2]), _df(theta)[:, None]


def _t_logpdf(x: FloatArray, theta: FloatArray) -> FloatArray:
    z, df = _t_score(x, theta)
    constant = special.gammaln(0.5 * (df + 1.0)) - special.gammaln(0.5 * df) - 0.5 * np.log(np.pi * df)
    return constant - 0.5 * (df + 1.0) * np.log1p(z * z / df) - theta[:, 1:2]


def _t_cdf(x: FloatArray, theta: FloatArray) -> FloatArray:
    z, df = _t_score(x, theta)
    return special.stdtr(df, z)


def _t_start(x: FloatArray, weight: FloatArray) -> list[float]:
    mean, sd, _ = moments(x, weight)
    order = np.argsort(x)
    middle = float(x[order][np.searchsorted(np.cumsum(weight[order]), 0.5).clip(0, x.size - 1)])
    return [0.5 * (mean + middle), float(np.log(0.8 * sd)), 0.4]


_STUDENT = Family(
    "student_t", "real", _t_logpdf, _t_cdf, lambda x, theta: _t_cdf(-x, theta * [-1.0, 1.0, 1.0]),
    lambda rng, t, size: t[0] + np.exp(t[1]) * rng.standard_t(float(_df(t)), size),
    _t_start, lambda theta: np.exp(theta[:, 1]),
    lambda t: named.student_t(float(_df(t)), t[0], np.exp(t[1])), even=True,
)  # fmt: skip

_B = float(np.sqrt(2.0 / np.pi))


def _direct(theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Location, scale and slant of a skew-normal distribution from mean, log sd and skewness.

    The likelihood is regular in these (Azzalini 1985, section 4), and singular at slant 0 in the others.
    """
    skewness = _MOST_SKEW * np.tanh(theta[..., 2])
    root = np.cbrt(2.0 * skewness / (4.0 - np.pi))
    mean_z = root / np.sqrt(1.0 + root * root)
    delta = np.clip(mean_z / _B, -0.99999, 0.99999)
    scale = np.exp(theta[..., 1]) / np.sqrt(1.0 - mean_z * mean_z)
    return theta[..., 0] - scale * mean_z, scale, delta / np.sqrt(1.0 - delta * delta)


def _skew_parts(x: FloatArray, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    place, scale, slant = (part[:, None] for part in _direct(theta))
    return (x - place) / scale, scale, slant


def _skew_logpdf(x: FloatArray, theta: FloatArray) -> FloatArray:
    z, scale, slant = _skew_parts(x, theta)
    return np.log(2.0 / scale) - 0.5 * (z * z + LOG_2PI) + special.log_ndtr(slant * z)


def _skew_cdf(x: FloatArray, theta: FloatArray) -> FloatArray:
    z, _, slant = _skew_parts(x, theta)
    return np.clip(special.ndtr(z) - 2.0 * special.owens_t(z, slant), 0.0, 1.0)


def _skew_draw(rng: np.random.Generator, theta: FloatArray, size: tuple[int, ...]) -> FloatArray:
    place, scale, slant = _direct(theta)
    delta = slant / np.sqrt(1.0 + slant * slant)
    half = np.abs(rng.standard_normal(size))
    return place + scale * (delta * half + np.sqrt(1.0 - delta * delta) * rng.standard_normal(size))


def _skew_start(x: FloatArray, weight: FloatArray) -> list[float]:
    mean, sd, skewness = moments(x, weight)
    return [mean, float(np.log(sd)), float(np.arctanh(np.clip(skewness, -0.8, 0.8) / _MOST_SKEW))]


_SKEW_NORMAL = Family(
    "skew_normal", "real", _skew_logpdf, _skew_cdf,
    lambda x, theta: _skew_cdf(-x, theta * [-1.0, 1.0, -1.0]), _skew_draw, _skew_start,
    lambda theta: np.exp(theta[:, 1]),
    lambda t: named.skew_normal(*(float(part) for part in np.array(_direct(t))[[2, 0, 1]])),
    bounded=(np.tanh, lambda share: np.arctanh(np.clip(share, -_MOST_SHARE, _MOST_SHARE))),
)  # fmt: skip

LOCATED = (_NORMAL, _LOGISTIC, _STUDENT, _SKEW_NORMAL, _GUMBEL, _LOGNORMAL, _WEIBULL, _LOG_LOGISTIC)
"""Families in the order in which they are tried."""
