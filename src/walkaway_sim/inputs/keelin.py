"""Metalog distributions: a smooth quantile curve through a few quantiles (Keelin 2016).

The public name is `metalog`. With ``y`` the probability and ``L = ln(y/(1-y))``, the curve is

    M(y) = a1 + a2 L + a3 (y-1/2) L + a4 (y-1/2) + a5 (y-1/2)^2 + a6 (y-1/2)^2 L

with as many terms as quantiles, so that it passes through all of them. With a lower end b the
curve is fitted to ``ln(x - b)``, with an upper end u to ``-ln(u - x)``, with both to
``ln((x - b)/(u - x))``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from scipy import special

from walkaway_sim._checks import check_finite
from walkaway_sim._typing import FloatArray
from walkaway_sim.inputs._keelin_checks import Points, check_inside, check_points, check_rising
from walkaway_sim.inputs._keelin_curve import basis, curve, curve_slope, tail_slope
from walkaway_sim.inputs._roots import solve_increasing
from walkaway_sim.inputs.base import Distribution, plain_number

__all__ = ["Metalog"]

_FAR = 750.0  # logits beyond this are probabilities that floating point calls 0 or 1


@dataclass(frozen=True, slots=True)
class Metalog(Distribution):
    """Smooth distribution through two to six quantiles.

    Parameters
    ----------
    quantiles : tuple of (probability, quantile)
        Points of the curve; a mapping is taken too. Kept in ascending order.
    lower, upper : float, optional
        Ends of the support, in the unit of the quantity; None where there is none.

    Raises
    ------
    InputError
        If the quantiles are out of order or outside the ends, or if the curve through them would
        somewhere go down: the message says where, and which quantile to move how far.

    References
    ----------
    Keelin (2016), "The Metalog Distributions", Decision Analysis 13(4).
    """

    quantiles: Points
    lower: float | None = None
    upper: float | None = None

    kind: ClassVar[str] = "metalog"

    def __post_init__(self) -> None:
        points = check_points(self.quantiles)
        lower = None if self.lower is None else check_finite("metalog: lower", self.lower)
        upper = None if self.upper is None else check_finite("metalog: upper", self.upper)
        check_inside(points, lower, upper)
        object.__setattr__(self, "quantiles", points)
        object.__setattr__(self, "lower", lower)
        object.__setattr__(self, "upper", upper)
        check_rising(
            points,
            _coefficients(points, lower, upper),
            lambda x: _transform(x, lower, upper),
            lambda m: _back(m, lower, upper),
        )

    @property
    def coefficients(self) -> tuple[float, ...]:
        """The coefficients a1, a2, ... of the curve M, which is on the transformed scale with ends."""
        return _coefficients(self.quantiles, self.lower, self.upper)

    def mean(self) -> float:
        """Return the expected value; infinite where a half-bounded curve has too heavy a tail."""
        return _moments(self.quantiles, self.lower, self.upper)[0]

    def std(self) -> float:
        """Return the standard deviation; infinite where a half-bounded curve has too heavy a tail."""
        return _moments(self.quantiles, self.lower, self.upper)[1]

    def support(self) -> tuple[float, float]:
        """Return the ends, infinite where none was given."""
        return (
            -math.inf if self.lower is None else self.lower,
            math.inf if self.upper is None else self.upper,
        )

    def spec(self) -> dict[str, Any]:
        """Describe the distribution as a deal file writes it: probabilities are texts there."""
        found: dict[str, Any] = {
            "kind": self.kind,
            "quantiles": {repr(probability): plain_number(x) for probability, x in self.quantiles},
        }
        if self.lower is not None:
            found["lower"] = plain_number(self.lower)
        if self.upper is not None:
            found["upper"] = plain_number(self.upper)
        return found

    def _ppf(self, q: FloatArray) -> FloatArray:
        return _at(special.logit(q), self.coefficients, self.lower, self.upper)

    def _from_normal(self, z: FloatArray) -> FloatArray:
        # From the logarithms of both tails, so that the far upper tail does not round to 1.
        with np.errstate(invalid="ignore"):
            logit = special.log_ndtr(z) - special.log_ndtr(-z)
        low, high = self.support()
        out = np.full(z.shape, np.nan)
        finite = np.isfinite(logit)
        out[finite] = _at(logit[finite], self.coefficients, self.lower, self.upper)
        out[logit == -np.inf] = low
        out[logit == np.inf] = high
        return out

    def _cdf(self, x: FloatArray) -> FloatArray:
        return special.expit(_logit_at(x, self.coefficients, self.lower, self.upper))

    def _density(self, x: FloatArray) -> FloatArray:
        coefficients = self.coefficients
        logit = _logit_at(x, coefficients, self.lower, self.upper)
        y, rest = special.expit(logit), special.expit(-logit)
        rise = curve_slope(logit, coefficients)
        with np.errstate(all="ignore"):
            return y * rest / (rise * _stretch(x, self.lower, self.upper))

    def _cdf_and_density(self, x: float) -> tuple[float, float]:
        # One root serves both, and for a single number Brent's method takes a fiftieth of the time.
        low, high = self.support()
        if not low < x < high:
            return float(x >= high), 0.0
        from scipy.optimize import brentq

        coefficients = self.coefficients
        target = float(_transform(np.array(x), self.lower, self.upper))
        root = brentq(lambda logit: float(curve(logit, coefficients)) - target, -_FAR, _FAR, xtol=1e-13)
        logit = np.array(root)
        y, rest = float(special.expit(logit)), float(special.expit(-logit))
        slope = float(curve_slope(logit, coefficients) * _stretch(np.array(x), self.lower, self.upper))
        return y, y * rest / slope


def _transform(x: FloatArray, lower: float | None, upper: float | None) -> FloatArray:
    """From the quantity to the scale of M: increasing, unbounded."""
    with np.errstate(divide="ignore"):
        if lower is not None and upper is not None:
            return np.log(x - lower) - np.log(upper - x)
        if lower is not None:
            return np.log(x - lower)
        if upper is not None:
            return -np.log(upper - x)
    return x


def _back(m: FloatArray, lower: float | None, upper: float | None) -> FloatArray:
    """From the scale of M to the quantity."""
    with np.errstate(over="ignore"):
        if lower is not None and upper is not None:
            return lower + (upper - lower) * special.expit(m)
        if lower is not None:
            return lower + np.exp(m)
        if upper is not None:
            return upper - np.exp(-m)
    return m


def _stretch(x: FloatArray, lower: float | None, upper: float | None) -> FloatArray | float:
    """Slope of the quantity in M, at the quantity `x`."""
    if lower is not None and upper is not None:
        return (x - lower) * (upper - x) / (upper - lower)
    if lower is not None:
        return x - lower
    if upper is not None:
        return upper - x
    return 1.0


def _at(
    logit: FloatArray, coefficients: tuple[float, ...], lower: float | None, upper: float | None
) -> FloatArray:
    """Quantity at logits, shape (n,)."""
    return _back(curve(logit, coefficients), lower, upper)


def _logit_at(
    x: FloatArray, coefficients: tuple[float, ...], lower: float | None, upper: float | None
) -> FloatArray:
    """Logit of the probability of values within the ends, shape (n,), by bracketing."""
    return solve_increasing(
        lambda logit: curve(logit, coefficients),
        _transform(x, lower, upper),
        np.full(x.shape, -_FAR),
        np.full(x.shape, _FAR),
    )


@lru_cache(maxsize=1024)
def _coefficients(points: Points, lower: float | None, upper: float | None) -> tuple[float, ...]:
    """Solve for the curve through all points."""
    probability, x = np.array(points).T
    matrix = basis(special.logit(probability), len(points))
    return tuple(np.linalg.solve(matrix, _transform(x, lower, upper)).tolist())


@lru_cache(maxsize=1024)
def _moments(points: Points, lower: float | None, upper: float | None) -> tuple[float, float]:
    """Mean and standard deviation: closed form for up to three unbounded terms, else quadrature.

    The integral over y runs over the logit, where the integrand falls off exponentially. Past
    logits of 60 the curve is a straight line to within 1e-24, and its exponential integrates
    in closed form.
    """
    coefficients = _coefficients(points, lower, upper)
    count = len(coefficients)
    a2 = coefficients[1]
    a3 = coefficients[2] if count > 2 else 0.0
    if lower is None and upper is None and count <= 3:
        variance = math.pi**2 * a2**2 / 3.0 + a3**2 * (1.0 / 12.0 + math.pi**2 / 36.0)
        return coefficients[0] + 0.5 * a3, math.sqrt(variance)
    far = 60.0
    node, weight = np.polynomial.legendre.leggauss(16)
    left = np.arange(-far, far, 0.5)
    logit = (left[:, None] + 0.25 * (node + 1.0)).ravel()
    mass = np.tile(0.25 * weight, left.size) * special.expit(logit) * special.expit(-logit)
    if (lower is None) == (upper is None):
        x = _at(logit, coefficients, lower, upper)
        mean = float(mass @ x)
        return mean, math.sqrt(float(mass @ (x - mean) ** 2))
    # One end: the quantity is end + sign exp(sign M), and its open tail lies on the side of the sign.
    sign = 1.0 if lower is not None else -1.0
    end = lower if lower is not None else upper
    tail = tail_slope(coefficients, sign)
    if tail >= 1.0:
        return sign * math.inf, math.inf
    size = np.exp(sign * curve(logit, coefficients))
    start = float(sign * curve(np.array([sign * far]), coefficients)[0])
    tail_size = math.exp(start - far) / (1.0 - tail)
    size_mean = float(mass @ size) + tail_size
    mean = (0.0 if end is None else end) + sign * size_mean
    if 2.0 * tail >= 1.0:
        return mean, math.inf
    tail_square = math.exp(2.0 * start - far) / (1.0 - 2.0 * tail)
    variance = float(mass @ (size - size_mean) ** 2) + tail_square - 2.0 * size_mean * tail_size
    return mean, math.sqrt(variance)
