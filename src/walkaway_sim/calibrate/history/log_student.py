"""Growth with heavy tails: Student's t in the logarithm of the ratio of one year to the year before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import optimize, special

from walkaway_sim._checks import check_finite, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution

__all__ = ["LogStudent", "fit_student", "student_draws"]

_DEGREES = 4.0
_DEGREES_LOG_SD = 1.0


@dataclass(frozen=True, slots=True)
class LogStudent(Distribution):
    r"""Growth ``g`` with ``ln(1 + g)`` Student-t distributed, cut off at the ends of what a deal allows.

    Parameters
    ----------
    centre, scale : float
        Location and scale of ``ln(1 + g)``; scale above 0.
    degrees : float
        Degrees of freedom; above 0.
    low, high : float
        Ends of `g`. Without them the mean would not exist: the exponential of a Student t has none.
    """

    centre: float
    scale: float
    degrees: float
    low: float = -0.99
    high: float = 10.0

    kind: ClassVar[str] = "log_student"

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", check_finite("log_student: centre", self.centre))
        object.__setattr__(self, "scale", check_positive("log_student: scale", self.scale))
        object.__setattr__(self, "degrees", check_positive("log_student: degrees", self.degrees))
        if not -1.0 < self.low < self.high < math.inf:
            raise InputError(f"log_student: needs -1 < low < high, got {self.low!r} and {self.high!r}")

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

    def spec(self) -> dict[str, Any]:
        """Refuse: a deal file has no such kind."""
        raise InputError(
            "log_student: cannot be written to a file; write its quantiles as a metalog with lower and upper "
            "ends, or a sample as an empirical distribution"
        )

    def _ppf(self, q: FloatArray) -> FloatArray:
        below, above = self._reached()
        score = special.stdtrit(self.degrees, below + q * (above - below))
        found: FloatArray = np.clip(np.expm1(self.centre + self.scale * score), self.low, self.high)
        return found

    def _cdf(self, x: FloatArray) -> FloatArray:
        below, above = self._reached()
        score = (np.log1p(x) - self.centre) / self.scale
        return np.clip((special.stdtr(self.degrees, score) - below) / (above - below), 0.0, 1.0)

    def _reached(self) -> tuple[float, float]:
        """Return the probabilities of the whole Student t at the two ends."""
        ends = (np.log1p([self.low, self.high]) - self.centre) / self.scale
        below, above = special.stdtr(self.degrees, ends).tolist()
        return below, above

    def _moment(self, of: Any) -> float:
        from scipy.integrate import quad

        below, above = self._reached()
        log_norm = _log_norm(self.degrees) - math.log(self.scale * (above - below))
        first, last = math.log1p(self.low), math.log1p(self.high)

        def weighted(x: float) -> float:
            z = (x - self.centre) / self.scale
            density = math.exp(log_norm - 0.5 * (self.degrees + 1.0) * math.log1p(z * z / self.degrees))
            return float(of(math.expm1(x))) * density

        # Points about the peak keep the adaptive rule from missing it.
        marks = [self.centre + k * self.scale for k in (-30.0, -5.0, 0.0, 5.0, 30.0)]
        inside = [mark for mark in marks if first < mark < last]
        return float(quad(weighted, first, last, points=inside or None, limit=200)[0])


def fit_student(values: FloatArray) -> tuple[float, float, float]:
    r"""Fit location, scale and degrees of freedom by penalised maximum likelihood.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Not all the same.

    Returns
    -------
    tuple of float
        Location, scale, degrees of freedom.

    Notes
    -----
    The logarithm of the degrees of freedom has a normal prior about ln 4 with standard deviation 1, since small
    samples leave it open up to infinity (Lange, Little, Taylor 1989, Journal of the American Statistical
    Association 84, for the likelihood).
    """
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
    width = (high - low) / 1.48 or float(np.std(values))

    def minus(point: FloatArray) -> float:
        degrees = math.exp(point[2])
        z = (values - point[0]) * math.exp(-point[1])
        likelihood = values.size * (_log_norm(degrees) - point[1])
        likelihood -= 0.5 * (degrees + 1.0) * np.log1p(z**2 / degrees).sum()
        return float(0.5 * ((point[2] - math.log(_DEGREES)) / _DEGREES_LOG_SD) ** 2 - likelihood)

    start = np.array([middle, math.log(width), math.log(_DEGREES)])
    bounds = [(None, None), (start[1] - 12.0, start[1] + 5.0), (math.log(0.5), math.log(200.0))]
    # Three parameters and no derivatives: SciPy's L-BFGS-B is 100 times slower where linear algebra is threaded.
    best = optimize.minimize(minus, start, method="Nelder-Mead", tol=1e-8, bounds=bounds).x
    return float(best[0]), math.exp(best[1]), math.exp(best[2])


def student_draws(
    fitted: tuple[float, float, float], n: int, n_draws: int, stream: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Draw plausible location, scale and degrees of freedom, each of shape (n_draws,).

    Notes
    -----
    Normal about the estimate in location, log scale and log degrees of freedom, with the inverse of the expected
    information (Lange, Little, Taylor 1989, appendix B) and the prior's:

    .. math:: I_{\mu\mu} = \frac{\nu + 1}{\nu + 3}\frac{n}{s^2}, \quad
              I_{\ln s \ln s} = \frac{2\nu n}{\nu + 3}, \quad
              I_{\ln s\,\nu} = \frac{-2n}{(\nu + 1)(\nu + 3)}

    and :math:`I_{\nu\nu} = \frac{n}{4}[\psi'(\nu/2) - \psi'((\nu + 1)/2) - 2(\nu + 5)/(\nu(\nu + 1)(\nu + 3))]`.
    """
    centre, scale, nu = fitted
    trigamma = float(special.polygamma(1, 0.5 * nu) - special.polygamma(1, 0.5 * (nu + 1.0)))
    cross = -2.0 * n * nu / ((nu + 1.0) * (nu + 3.0))
    own = 0.25 * n * nu**2 * (trigamma - 2.0 * (nu + 5.0) / (nu * (nu + 1.0) * (nu + 3.0)))
    information = np.array([[2.0 * nu * n / (nu + 3.0), cross], [cross, own + _DEGREES_LOG_SD**-2]])
    spread = scale * math.sqrt((nu + 3.0) / ((nu + 1.0) * n))
    means = centre + spread * stream.standard_normal(n_draws)
    steps = stream.multivariate_normal(np.zeros(2), np.linalg.inv(information), n_draws)
    degrees = np.exp(np.clip(math.log(nu) + steps[:, 1], math.log(0.5), math.log(200.0)))
    return means, scale * np.exp(steps[:, 0]), degrees


def _log_norm(degrees: float) -> float:
    """Return the logarithm of the density's constant at scale 1."""
    return math.lgamma(0.5 * (degrees + 1.0)) - math.lgamma(0.5 * degrees) - 0.5 * math.log(degrees * math.pi)
