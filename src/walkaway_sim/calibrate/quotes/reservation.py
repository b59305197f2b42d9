"""The price at which a customer turns away, as a distribution that a win curve implies.

A quote at p is won where the reservation price is at least p, so the win curve is the upper tail of that price. With
a score that falls by a constant for each unit of log price, the reservation price is log-logistic under a logit link
and lognormal under a probit one. With a kink at the last price, it is one of these above it and another below.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from walkaway_sim._checks import check_finite, check_one_of, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.quotes.links import LinkName, chance_of, log_chance, score_of
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.gaussian import LogNormal
from walkaway_sim.inputs.keelin import Metalog

__all__ = ["KinkedReservation", "reservation_law"]


def reservation_law(link: LinkName, at: float, score: float, above: float, below: float) -> Distribution:
    """Return the distribution of the reservation price.

    Parameters
    ----------
    link : {"logit", "probit"}
    at : float
        Price at which the score is `score` [currency]; the kink, where there is one.
    score : float
    above, below : float
        By how much the score falls for each unit of log price, above and below `at`; above 0.

    Returns
    -------
    Distribution
        A metalog or a lognormal distribution where both slopes are the same, which a deal file can hold.
    """
    if above != below:
        return KinkedReservation(at, score, above, below, link)
    median = at * math.exp(score / above)
    if link == "probit":
        return LogNormal(median, 1.0 / above)
    spread = math.exp(math.log(9.0) / above)
    return Metalog(((0.1, median / spread), (0.9, median * spread)), lower=0.0)


@dataclass(frozen=True, slots=True)
class KinkedReservation(Distribution):
    """Reservation price that falls off at one rate above the last price and at another below it.

    Parameters
    ----------
    kink : float
        The last price paid [currency]; above 0.
    score : float
        Score of the win chance at that price.
    above, below : float
        By how much the score falls for each unit of log price above and below the kink; above 0.
    link : {"logit", "probit"}

    Notes
    -----
    Under a logit link the mean is finite only for `above` over 1 and the standard deviation for `above` over 2: a
    win chance that falls more slowly leaves, on paper, some customers who would pay any price.

    Examples
    --------
    >>> law = KinkedReservation(kink=10.0, score=0.0, above=8.0, below=4.0)
    >>> law.ppf(0.5), round(1 - law.cdf(11.0), 3)
    (10.0, 0.318)
    """

    kink: float
    score: float
    above: float
    below: float
    link: LinkName = "logit"

    kind: ClassVar[str] = "kinked_reservation"

    def __post_init__(self) -> None:
        object.__setattr__(self, "kink", check_positive("reservation price: kink", self.kink))
        object.__setattr__(self, "score", check_finite("reservation price: score", self.score))
        for name in ("above", "below"):
            object.__setattr__(self, name, check_positive(f"reservation price: {name}", getattr(self, name)))
        check_one_of("reservation price: link", self.link, ("logit", "probit"))

    def mean(self) -> float:
        """Return the expected value; infinite where `above` is 1 or less under a logit link."""
        return _moment(self, 1)

    def std(self) -> float:
        """Return the standard deviation; infinite where `above` is 2 or less under a logit link."""
        square = _moment(self, 2)
        return math.sqrt(square - self.mean() ** 2) if math.isfinite(square) else math.inf

    def support(self) -> tuple[float, float]:
        """Return zero and infinity."""
        return 0.0, math.inf

    def spec(self) -> dict[str, Any]:
        """Refuse: a deal file has no kind for it."""
        points = ", ".join(f'"{q}" = {self.ppf(q):.6g}' for q in (0.1, 0.3, 0.5, 0.7, 0.9))
        raise InputError(
            "a kinked reservation price cannot be written to a file; a metalog through its quantiles is close: "
            f"quantiles = {{ {points} }}, lower = 0"
        )

    def _score(self, x: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            change = np.log(x / self.kink)
        return self.score - np.where(change > 0, self.above, self.below) * change

    def _ppf(self, q: FloatArray) -> FloatArray:
        distance = self.score + score_of(self.link, q)
        return self.kink * np.exp(distance / np.where(distance > 0, self.above, self.below))

    def _cdf(self, x: FloatArray) -> FloatArray:
        return chance_of(self.link, -self._score(x))


@lru_cache(maxsize=1024)
def _moment(law: KinkedReservation, power: int) -> float:
    """Return the expected value of the price to a power, as an integral of the win curve over log price."""
    from scipy.integrate import quad

    if law.link == "logit" and law.above <= power:
        return math.inf

    def piece(change: float, slope: float) -> float:
        score = np.array(law.score - slope * change)
        return math.exp(power * change + float(log_chance(law.link, score)))

    # In units in which the far end falls like exp(-1), whatever the slopes.
    rate = law.above - power if law.link == "logit" else law.above
    up = (
        quad(lambda y: piece(y / rate, law.above), 0.0, math.inf, epsabs=0.0, epsrel=1e-9, limit=200)[0]
        / rate
    )
    down = quad(lambda y: piece(y, law.below), -math.inf, 0.0, epsabs=0.0, epsrel=1e-9, limit=200)[0]
    return float(power * law.kink**power * (up + down))
