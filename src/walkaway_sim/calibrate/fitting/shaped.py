"""Families whose free parameters are a mean and a shape: positive quantities, shares and counts."""

from __future__ import annotations

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.fitting.family import LOG_2PI, Family, columns, moments, stacked
from walkaway_sim.inputs import families as named
from walkaway_sim.inputs.counting import Poisson

__all__ = ["SHAPED"]

# --- positive: theta = (log mean, log of what makes it narrow) ----------------------------------------


def _exponential_start(x: FloatArray, weight: FloatArray) -> list[float]:
    return [float(np.log(weight @ x))]


_EXPONENTIAL = Family(
    "exponential", "positive", lambda x, theta: -theta - x * np.exp(-theta),
    lambda x, theta: -np.expm1(-x * np.exp(-theta)), lambda x, theta: np.exp(-x * np.exp(-theta)),
    lambda rng, t, size: np.exp(t[0]) * rng.standard_exponential(size),
    _exponential_start, lambda theta: np.ones(theta.shape[0]),
    lambda t: named.exponential(np.exp(t[0])),
    closed=lambda x, weight: np.log((weight * x).sum(axis=-1))[..., None],
)  # fmt: skip


def _lower_beta(a: FloatArray, b: FloatArray, x: FloatArray) -> FloatArray:
    return np.asarray(special.betainc(a, b, x), dtype=np.float64)


def _upper_beta(a: FloatArray, b: FloatArray, x: FloatArray) -> FloatArray:
    return np.asarray(special.betaincc(a, b, x), dtype=np.float64)


def _gamma_parts(x: FloatArray, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    shape = np.exp(theta[:, 1:2])
    return shape, x * shape * np.exp(-theta[:, 0:1])


def _gamma_logpdf(x: FloatArray, theta: FloatArray) -> FloatArray:
    shape, z = _gamma_parts(x, theta)
    return shape * np.log(z) - z - special.gammaln(shape) - np.log(x)


_GAMMA = Family(
    "gamma", "positive", _gamma_logpdf,
    lambda x, theta: special.gammainc(*_gamma_parts(x, theta)),
    lambda x, theta: special.gammaincc(*_gamma_parts(x, theta)),
    lambda rng, t, size: rng.standard_gamma(np.exp(t[1]), size) * np.exp(t[0] - t[1]),
    lambda x, weight: [float(np.log(moments(x, weight)[0])), -2.0 * _log_ratio(x, weight)],
    lambda theta: np.exp(-0.5 * theta[:, 1]),
    lambda t: named.gamma(np.exp(t[1]), np.exp(t[0] - t[1])),
)  # fmt: skip


def _log_ratio(x: FloatArray, weight: FloatArray) -> float:
    """Logarithm of the coefficient of variation, kept in moderate bounds."""
    mean, sd, _ = moments(x, weight)
    return float(np.clip(np.log(sd / mean), -6.0, 1.5))


def _wald_logpdf(x: FloatArray, theta: FloatArray) -> FloatArray:
    mean, ratio = (np.exp(part) for part in columns(theta))
    constant = 0.5 * (np.log(ratio * mean) - LOG_2PI)
    return np.asarray(constant - 1.5 * np.log(x) - 0.5 * ratio * (x - mean) ** 2 / (mean * x))


def _wald_tails(x: FloatArray, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    mean, ratio = (np.exp(part) for part in columns(theta))
    with np.errstate(divide="ignore"):
        root = np.sqrt(ratio * mean / np.maximum(x, 1e-300))
    above, below = root * (x / mean - 1.0), -root * (x / mean + 1.0)
    far = np.exp(np.minimum(2.0 * ratio + special.log_ndtr(below), 0.0))
    return special.ndtr(above) + far, np.maximum(special.ndtr(-above) - far, 0.0)


def _wald_closed(x: FloatArray, weight: FloatArray) -> FloatArray:
    mean = (weight * x).sum(axis=-1)
    # 1/lambda is the mean of 1/x less 1/mean (Tweedie 1957).
    inverse = np.maximum(mean * (weight / x).sum(axis=-1) - 1.0, 1e-300)
    return stacked(np.log(mean), -np.log(inverse))


_INVERSE_GAUSSIAN = Family(
    "inverse_gaussian", "positive", _wald_logpdf,
    lambda x, theta: np.minimum(_wald_tails(x, theta)[0], 1.0), lambda x, theta: _wald_tails(x, theta)[1],
    lambda rng, t, size: rng.wald(np.exp(t[0]), np.exp(t[0] + t[1]), size),
    lambda x, weight: [float(np.log(moments(x, weight)[0])), -2.0 * _log_ratio(x, weight)],
    lambda theta: np.exp(-0.5 * theta[:, 1]),
    lambda t: named.inverse_gaussian(np.exp(t[0]), np.exp(t[0] + t[1])), closed=_wald_closed,
)  # fmt: skip


# --- the unit interval: (logit of the mean, log of a + b) ----------------------------------------------


def _beta_shapes(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    total = np.exp(theta[..., 1])
    return total * special.expit(theta[..., 0]), total * special.expit(-theta[..., 0])


def _beta_columns(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    a, b = _beta_shapes(theta)
    return a[:, None], b[:, None]


def _beta_logpdf(x: FloatArray, theta: FloatArray) -> FloatArray:
    a, b = _beta_columns(theta)
    return (a - 1.0) * np.log(x) + (b - 1.0) * np.log1p(-x) - special.betaln(a, b)


def _beta_start(x: FloatArray, weight: FloatArray) -> list[float]:
    mean, sd, _ = moments(x, weight)
    total = np.clip(mean * (1.0 - mean) / sd**2 - 1.0, 0.1, 1e8)
    return [float(special.logit(mean)), float(np.log(total))]


def _beta_spread(theta: FloatArray) -> FloatArray:
    mean = special.expit(theta[:, 0])
    return 1.0 / np.sqrt(mean * (1.0 - mean) * (np.exp(theta[:, 1]) + 1.0))


_BETA = Family(
    "beta", "unit", _beta_logpdf,
    lambda x, theta: _lower_beta(*_beta_columns(theta), x),
    lambda x, theta: _upper_beta(*_beta_columns(theta), x),
    lambda rng, t, size: np.clip(rng.beta(*_beta_shapes(t), size), 1e-300, 1.0 - 2.0**-53),
    _beta_start, _beta_spread, lambda t: named.beta(*(float(part) for part in _beta_shapes(t))),
)  # fmt: skip


# --- counts: (root of the mean); (log mean, root of 1/size) --------------------------------------------


def _poisson_logpdf(x: FloatArray, theta: FloatArray) -> FloatArray:
    rate = np.maximum(theta**2, 1e-12)
    return x * np.log(rate) - rate - special.gammaln(x + 1.0)


_POISSON = Family(
    "poisson", "counts", _poisson_logpdf,
    lambda x, theta: special.pdtr(np.floor(x), theta**2),
    lambda x, theta: special.pdtrc(np.floor(x), theta**2),
    lambda rng, t, size: rng.poisson(t[0] ** 2, size).astype(np.float64),
    # The root of a count has nearly the same spread whatever the rate.
    lambda x, weight: [float(np.sqrt(weight @ x))], lambda theta: np.ones(theta.shape[0]),
    lambda t: Poisson(t[0] ** 2), closed=lambda x, weight: np.sqrt((weight * x).sum(axis=-1))[..., None],
)  # fmt: skip


def _size(theta: FloatArray) -> FloatArray:
    return 1.0 / np.clip(theta[..., 1] ** 2, 1e-6, 1e4)


def _chance(theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    mean, size = np.exp(theta[:, 0:1]), _size(theta)[:, None]
    return size, size / (size + mean), mean / (size + mean)


def _negative_logpmf(x: FloatArray, theta: FloatArray) -> FloatArray:
    size, chance, rest = _chance(theta)
    ways = special.gammaln(x + size) - special.gammaln(size) - special.gammaln(x + 1.0)
    return ways + size * np.log(chance) + x * np.log(rest)


def _negative_start(x: FloatArray, weight: FloatArray) -> list[float]:
    mean, sd, _ = moments(x, weight)
    mean = max(mean, 1e-3)
    return [float(np.log(mean)), float(np.sqrt(np.clip((sd**2 - mean) / mean**2, 0.01, 10.0)))]


_NEGATIVE_BINOMIAL = Family(
    "negative_binomial", "counts", _negative_logpmf,
    lambda x, theta: _lower_beta(_chance(theta)[0], np.floor(x) + 1.0, _chance(theta)[1]),
    lambda x, theta: _upper_beta(_chance(theta)[0], np.floor(x) + 1.0, _chance(theta)[1]),
    lambda rng, t, size: rng.poisson(
        rng.standard_gamma(float(_size(t)), size) * np.exp(t[0]) / float(_size(t))
    ).astype(np.float64),
    _negative_start, lambda theta: np.sqrt(np.exp(-theta[:, 0]) + 1.0 / _size(theta)),
    lambda t: named.negative_binomial(np.exp(t[0]), float(_size(t))), even=True,
)  # fmt: skip

SHAPED = (_GAMMA, _INVERSE_GAUSSIAN, _EXPONENTIAL, _BETA, _POISSON, _NEGATIVE_BINOMIAL)
"""Families in the order in which they are tried."""
