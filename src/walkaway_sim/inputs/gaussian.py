"""Normal and lognormal distributions, and either of them from an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from scipy import special

from walkaway_sim._checks import check_finite, check_in, check_one_of, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution

__all__ = ["LogNormal", "Normal", "between"]


@dataclass(frozen=True, slots=True)
class Normal(Distribution):
    """Normal distribution.

    Parameters
    ----------
    mean_value : float
        Expected value, in the unit of the quantity. The public constructor calls it ``mean``.
    sd : float
        Standard deviation, in the same unit; above 0.
    """

    mean_value: float
    sd: float

    kind: ClassVar[str] = "normal"

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean_value", check_finite("normal: mean", self.mean_value))
        object.__setattr__(self, "sd", check_positive("normal: sd", self.sd))

    def mean(self) -> float:
        """Return the expected value."""
        return self.mean_value

    def std(self) -> float:
        """Return the standard deviation."""
        return self.sd

    def support(self) -> tuple[float, float]:
        """Return the whole line."""
        return -math.inf, math.inf

    def spec(self) -> dict[str, float | int | str]:
        """Describe the distribution as a deal file writes it."""
        # A field named `mean` would hide the method, so the field and the key have different names.
        found = super(Normal, self).spec()
        return {"kind": found["kind"], "mean": found["mean_value"], "sd": found["sd"]}

    def _ppf(self, q: FloatArray) -> FloatArray:
        return self._from_normal(special.ndtri(q))

    def _cdf(self, x: FloatArray) -> FloatArray:
        return special.ndtr((x - self.mean_value) / self.sd)

    def _from_normal(self, z: FloatArray) -> FloatArray:
        return self.mean_value + self.sd * z

    def _density(self, x: FloatArray) -> FloatArray:
        return np.exp(-0.5 * ((x - self.mean_value) / self.sd) ** 2) / (self.sd * math.sqrt(2 * math.pi))


@dataclass(frozen=True, slots=True)
class LogNormal(Distribution):
    """Lognormal distribution, by its median and the standard deviation of its logarithm.

    Parameters
    ----------
    median : float
        Median, in the unit of the quantity; above 0.
    log_sd : float
        Standard deviation of the natural logarithm; above 0. A small one is about the coefficient
        of variation.
    """

    median: float
    log_sd: float

    kind: ClassVar[str] = "lognormal"

    def __post_init__(self) -> None:
        object.__setattr__(self, "median", check_positive("lognormal: median", self.median))
        object.__setattr__(self, "log_sd", check_positive("lognormal: log_sd", self.log_sd))

    def mean(self) -> float:
        """Return ``median exp(log_sd^2 / 2)``; infinite where that overflows."""
        return self.median * _exp(0.5 * self.log_sd**2)

    def std(self) -> float:
        """Return ``mean sqrt(exp(log_sd^2) - 1)``; infinite where that overflows."""
        square = self.log_sd**2
        return self.mean() * math.sqrt(math.expm1(square)) if square < 700.0 else math.inf

    def support(self) -> tuple[float, float]:
        """Return the positive half-line."""
        return 0.0, math.inf

    def _ppf(self, q: FloatArray) -> FloatArray:
        return self._from_normal(special.ndtri(q))

    def _cdf(self, x: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            return special.ndtr((np.log(x) - math.log(self.median)) / self.log_sd)

    def _from_normal(self, z: FloatArray) -> FloatArray:
        with np.errstate(over="ignore"):
            return self.median * np.exp(self.log_sd * z)

    def _density(self, x: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            score = (np.log(x) - math.log(self.median)) / self.log_sd
            density = np.exp(-0.5 * score**2) / (x * self.log_sd * math.sqrt(2 * math.pi))
        return np.where(x > 0.0, density, 0.0)


def between(
    low: float, high: float, coverage: float = 0.9, family: Literal["lognormal", "normal"] = "lognormal"
) -> LogNormal | Normal:
    """Make the distribution whose central interval of a given probability is the one you name.

    Parameters
    ----------
    low, high : float
        Ends of the interval, in the unit of the quantity. The probability outside is shared
        equally: half below `low`, half above `high`.
    coverage : float, default 0.9
        Probability of the interval; strictly between 0 and 1.
    family : {"lognormal", "normal"}, default "lognormal"
        Shape. The lognormal one is for positive quantities, and its median is ``sqrt(low high)``.

    Returns
    -------
    LogNormal or Normal
        The distribution with exactly these two quantiles.

    Raises
    ------
    InputError
        If `low` is not below `high`, or is not above 0 with the lognormal family.

    Examples
    --------
    >>> from walkaway_sim.inputs import between
    >>> cost = between(80, 125)
    >>> round(cost.median, 12), cost.ppf([0.05, 0.95]).round(10).tolist()
    (100.0, [80.0, 125.0])
    """
    chosen = check_one_of("between: family", family, ("lognormal", "normal"))
    lower = check_finite("between: low", low)
    upper = check_finite("between: high", high)
    share = check_in("between: coverage", coverage, 0.0, 1.0, open_ends=True)
    if not lower < upper:
        raise InputError(f"between: low must lie below high, got {lower:g} and {upper:g}")
    score = float(special.ndtri(0.5 + 0.5 * share))
    if chosen == "normal":
        return Normal(0.5 * (lower + upper), 0.5 * (upper - lower) / score)
    if lower <= 0.0:
        raise InputError(
            f'between: low must be above 0 for a lognormal, got {lower:g}; family="normal" takes any interval'
        )
    log_low, log_high = math.log(lower), math.log(upper)
    return LogNormal(math.exp(0.5 * (log_low + log_high)), 0.5 * (log_high - log_low) / score)


def _exp(power: float) -> float:
    """Exponential that overflows to infinity instead of raising."""
    return math.exp(power) if power < 709.0 else math.inf
