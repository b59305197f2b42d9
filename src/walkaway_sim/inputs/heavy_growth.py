"""Growth with heavy tails: Student's t in the logarithm of the ratio of one year to the year before."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import special

from walkaway_sim._checks import check_finite, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution

__all__ = ["LogStudent", "log_student", "student_log_norm"]


def log_student(df: float, loc: float, scale: float, low: float = -0.99, high: float = 10.0) -> LogStudent:
    """Make a growth rate `g` with ``ln(1 + g)`` Student-t distributed, cut off at two ends.

    Parameters
    ----------
    df : float
        Degrees of freedom of ``ln(1 + g)``; above 0. The fewer, the heavier both tails.
    loc, scale : float
        Median, and the scale about it (above 0), of ``ln(1 + g)`` before it is cut off.
    low, high : float
        Ends of `g`, by default those that a supply agreement allows [a year]; `low` above -1. Without
        them the mean would not exist: the exponential of a Student t has none.

    Raises
    ------
    InputError
        If a parameter is not finite or out of its range, or nothing lies between the ends.

    Examples
    --------
    >>> from walkaway_sim.inputs import log_student
    >>> growth = log_student(4, -0.17, 0.72)
    >>> round(growth.ppf(0.5), 4), round(growth.mean(), 4)
    (-0.1644, 0.1944)
    """
    return LogStudent(df, loc, scale, low, high)


@dataclass(frozen=True, slots=True)
class LogStudent(Distribution):
    """Growth whose logarithm is Student-t distributed between two ends.

    Parameters
    ----------
    df : float
        Degrees of freedom of ``ln(1 + g)``; above 0.
    loc, scale : float
        Its median before it is cut off, and the scale about it (above 0).
    low, high : float
        Ends of `g`.
    """

    df: float
    loc: float
    scale: float
    low: float = -0.99
    high: float = 10.0

    kind: ClassVar[str] = "log_student"

    def __post_init__(self) -> None:
        object.__setattr__(self, "df", check_positive("log_student: df", self.df))
        object.__setattr__(self, "loc", check_finite("log_student: loc", self.loc))
        object.__setattr__(self, "scale", check_positive("log_student: scale", self.scale))
        low, high = check_finite("log_student: low", self.low), check_finite("log_student: high", self.high)
        if not -1.0 < low < high:
            raise InputError(f"log_student: needs -1 < low < high, got {low:g} and {high:g}")
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)
        below, above = self._reached()
        if not below < above:
            raise InputError(
                f"log_student: nothing lies between low ({low:g}) and high ({high:g}); check loc, {self.loc:g}, "
                "which is the median of the logarithm of 1 plus growth"
            )

    def mean(self) -> float:
        """Return the expected growth, by quadrature."""
        return self._moment(lambda growth: growth)

    def std(self) -> float:
        """Return the standard deviation of the growth, by quadrature."""
        mean = self.mean()
        return math.sqrt(self._moment(lambda growth: (growth - mean) ** 2))

    def support(self) -> tuple[float, float]:
        """Return the ends."""
        return self.low, self.high

    def _ppf(self, q: FloatArray) -> FloatArray:
        below, above = self._reached()
        score = special.stdtrit(self.df, below + q * (above - below))
        found: FloatArray = np.clip(np.expm1(self.loc + self.scale * score), self.low, self.high)
        return found

    def _cdf(self, x: FloatArray) -> FloatArray:
        below, above = self._reached()
        score = (np.log1p(x) - self.loc) / self.scale
        return np.clip((special.stdtr(self.df, score) - below) / (above - below), 0.0, 1.0)

    def _density(self, x: FloatArray) -> FloatArray:
        inside = (x >= self.low) & (x <= self.high)
        growth = np.where(inside, x, self.low)
        z = (np.log1p(growth) - self.loc) / self.scale
        log_density = self._log_norm() - 0.5 * (self.df + 1.0) * np.log1p(z * z / self.df)
        return np.where(inside, np.exp(log_density) / (1.0 + growth), 0.0)

    def _reached(self) -> tuple[float, float]:
        """Return the probabilities of the whole Student t at the two ends."""
        ends = (np.log1p([self.low, self.high]) - self.loc) / self.scale
        below, above = special.stdtr(self.df, ends).tolist()
        return below, above

    def _log_norm(self) -> float:
        """Return the logarithm of the constant of the density of ``ln(1 + g)``."""
        below, above = self._reached()
        return student_log_norm(self.df) - math.log(self.scale * (above - below))

    def _moment(self, of: Callable[[float], float]) -> float:
        from scipy.integrate import quad

        log_norm = self._log_norm()
        first, last = math.log1p(self.low), math.log1p(self.high)

        def weighted(x: float) -> float:
            z = (x - self.loc) / self.scale
            density = math.exp(log_norm - 0.5 * (self.df + 1.0) * math.log1p(z * z / self.df))
            return of(math.expm1(x)) * density

        # Points about the peak keep the adaptive rule from missing it.
        marks = [self.loc + k * self.scale for k in (-30.0, -5.0, 0.0, 5.0, 30.0)]
        inside = [mark for mark in marks if first < mark < last]
        return float(quad(weighted, first, last, points=inside or None, limit=200)[0])


def student_log_norm(df: float) -> float:
    """Return the logarithm of the constant of Student's density at scale 1."""
    return math.lgamma(0.5 * (df + 1.0)) - math.lgamma(0.5 * df) - 0.5 * math.log(df * math.pi)
