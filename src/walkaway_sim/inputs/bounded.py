"""Uniform, triangular and PERT distributions: a lowest, a likeliest and a highest value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from scipy import special

from walkaway_sim._checks import check_finite, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs._smooth_curves import beta_curve
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.fast_inverse import FastInverse, fast_inverse

__all__ = ["Pert", "Triangular", "Uniform"]


@dataclass(frozen=True, slots=True)
class Uniform(Distribution):
    """Uniform distribution.

    Parameters
    ----------
    low, high : float
        Ends, in the unit of the quantity; `low` below `high`.
    """

    low: float
    high: float

    kind: ClassVar[str] = "uniform"

    def __post_init__(self) -> None:
        low, high = _check_ends(self.kind, self.low, self.high)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)

    def mean(self) -> float:
        """Return the middle."""
        return 0.5 * (self.low + self.high)

    def std(self) -> float:
        """Return the width over the square root of 12."""
        return (self.high - self.low) / math.sqrt(12.0)

    def support(self) -> tuple[float, float]:
        """Return the ends."""
        return self.low, self.high

    def _ppf(self, q: FloatArray) -> FloatArray:
        # The minimum keeps rounding from stepping over the end.
        return np.minimum(self.low + (self.high - self.low) * q, self.high)

    def _cdf(self, x: FloatArray) -> FloatArray:
        return (x - self.low) / (self.high - self.low)

    def _density(self, x: FloatArray) -> FloatArray:
        return np.where((x >= self.low) & (x <= self.high), 1.0 / (self.high - self.low), 0.0)


@dataclass(frozen=True, slots=True)
class Triangular(Distribution):
    """Triangular distribution.

    Parameters
    ----------
    low, mode, high : float
        Lowest, likeliest and highest value, in the unit of the quantity. The mode may be an end.
    """

    low: float
    mode: float
    high: float

    kind: ClassVar[str] = "triangular"

    def __post_init__(self) -> None:
        low, mode, high = _check_mode(self.kind, self.low, self.mode, self.high)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "mode", mode)
        object.__setattr__(self, "high", high)

    def mean(self) -> float:
        """Return the mean of the three values."""
        return (self.low + self.mode + self.high) / 3.0

    def std(self) -> float:
        """Return the standard deviation, in the unit of the quantity."""
        width, rise = self.high - self.low, self.mode - self.low
        return math.sqrt((width * width - rise * (width - rise)) / 18.0)

    def support(self) -> tuple[float, float]:
        """Return the lowest and the highest value."""
        return self.low, self.high

    def _ppf(self, q: FloatArray) -> FloatArray:
        width, rise = self.high - self.low, self.mode - self.low
        below = self.low + np.sqrt(q * (width * rise))
        above = self.high - np.sqrt((1.0 - q) * (width * (width - rise)))
        return np.where(q <= rise / width, below, above)

    def _cdf(self, x: FloatArray) -> FloatArray:
        width, rise = self.high - self.low, self.mode - self.low
        with np.errstate(divide="ignore", invalid="ignore"):
            below = (x - self.low) ** 2 / (width * rise)
            above = 1.0 - (self.high - x) ** 2 / (width * (width - rise))
        return np.where(x < self.mode, below, above)

    def _density(self, x: FloatArray) -> FloatArray:
        width, rise = self.high - self.low, self.mode - self.low
        with np.errstate(divide="ignore", invalid="ignore"):
            below = 2.0 * (x - self.low) / (width * rise)
            above = 2.0 * (self.high - x) / (width * (width - rise))
        return np.where((x < self.low) | (x > self.high), 0.0, np.where(x < self.mode, below, above))


@dataclass(frozen=True, slots=True)
class Pert(Distribution):
    """PERT distribution: a beta distribution on [low, high] with a given mode.

    Its parameters are ``1 + shape (mode - low)/(high - low)`` and ``1 + shape (high - mode)/(high - low)``
    (Vose 2008). The variance is ``(mean - low)(high - mean)/(shape + 3)``, which the rule of thumb
    ``((high - low)/6)^2`` only approximates.

    Parameters
    ----------
    low, mode, high : float
        Lowest, likeliest and highest value, in the unit of the quantity. The mode may be an end.
    shape : float, default 4
        Weight of the mode; above 0. Larger is more peaked.

    Notes
    -----
    Quantiles come from SciPy's fast inversion, with an error in probability below 1e-9 everywhere.
    """

    low: float
    mode: float
    high: float
    shape: float = 4.0

    kind: ClassVar[str] = "pert"

    def __post_init__(self) -> None:
        low, mode, high = _check_mode(self.kind, self.low, self.mode, self.high)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "mode", mode)
        object.__setattr__(self, "high", high)
        object.__setattr__(self, "shape", check_positive("pert: shape", self.shape))

    def mean(self) -> float:
        """Return ``(low + shape mode + high)/(shape + 2)``."""
        return (self.low + self.shape * self.mode + self.high) / (self.shape + 2.0)

    def std(self) -> float:
        """Return ``sqrt((mean - low)(high - mean)/(shape + 3))``."""
        mean = self.mean()
        return math.sqrt((mean - self.low) * (self.high - mean) / (self.shape + 3.0))

    def support(self) -> tuple[float, float]:
        """Return the lowest and the highest value."""
        return self.low, self.high

    def _beta(self) -> tuple[float, float]:
        width = self.high - self.low
        return (
            1.0 + self.shape * (self.mode - self.low) / width,
            1.0 + self.shape * (self.high - self.mode) / width,
        )

    def _ppf(self, q: FloatArray) -> FloatArray:
        share = _beta_quantiles(*self._beta(), q)
        return np.minimum(self.low + (self.high - self.low) * share, self.high)

    def _cdf(self, x: FloatArray) -> FloatArray:
        return special.betainc(*self._beta(), (x - self.low) / (self.high - self.low))

    def _density(self, x: FloatArray) -> FloatArray:
        width = self.high - self.low
        return _beta_density(*self._beta(), (x - self.low) / width) / width


def _beta_quantiles(a: float, b: float, q: FloatArray) -> FloatArray:
    """Quantiles of the beta distribution, `a` and `b` at least 1; closed form where one of them is 1."""
    if a == 1.0:
        return -np.expm1(np.log1p(-q) / b)
    if b == 1.0:
        return np.power(q, 1.0 / a)
    fast = _beta_inverse(a, b)
    return _beta_exact(a, b, q) if fast is None else fast.ppf(q)


def _beta_exact(a: float, b: float, q: FloatArray) -> FloatArray:
    """Quantiles of the beta distribution by SciPy, shape (n,)."""
    x: FloatArray = special.betaincinv(a, b, q)
    lost = np.isnan(x)
    if lost.any():
        # Below some q of 1e-100 or less SciPy finds none; there the first term of the series is exact.
        x[lost] = np.exp((np.log(q[lost]) + math.log(a) + special.betaln(a, b)) / a)
    return x


@lru_cache(maxsize=256)
def _beta_inverse(a: float, b: float) -> FastInverse | None:
    """Fast quantiles for one pair of parameters; set up in about a millisecond."""
    return fast_inverse(lambda q: _beta_exact(a, b, q), lambda x: special.betainc(a, b, x), beta_curve(a, b))


def _beta_density(a: float, b: float, x: FloatArray) -> FloatArray:
    """Density of the beta distribution, shape (n,)."""
    inside = (x >= 0.0) & (x <= 1.0)
    share = np.where(inside, x, 0.5)
    log_density = special.xlogy(a - 1.0, share) + special.xlog1py(b - 1.0, -share) - special.betaln(a, b)
    return np.where(inside, np.exp(log_density), 0.0)


def _check_ends(kind: str, low: float, high: float) -> tuple[float, float]:
    lower = check_finite(f"{kind}: low", low)
    upper = check_finite(f"{kind}: high", high)
    if lower == upper:
        raise InputError(f"{kind}: low and high are both {lower:g}; use a plain number for what is known")
    if lower > upper:
        raise InputError(f"{kind}: low must lie below high, got {lower:g} and {upper:g}")
    return lower, upper


def _check_mode(kind: str, low: float, mode: float, high: float) -> tuple[float, float, float]:
    lower, upper = _check_ends(kind, low, high)
    likeliest = check_finite(f"{kind}: mode", mode)
    if not lower <= likeliest <= upper:
        raise InputError(
            f"{kind}: mode must lie between low ({lower:g}) and high ({upper:g}), got {likeliest:g}"
        )
    return lower, likeliest, upper
