"""The price at which a customer turns away, where a rise and a cut count differently."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from walkaway_sim._checks import check_finite, check_one_of, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.links import LinkName, chance_of, log_chance, score_of

__all__ = ["KinkedReservation", "kinked_reservation"]


def kinked_reservation(
    kink: float, score: float, above: float, below: float, link: LinkName = "logit"
) -> KinkedReservation:
    """Make a reservation price that falls off at one rate above the last price and at another below it.

    Parameters
    ----------
    kink : float
        The last price paid [currency]; above 0.
    score : float
        Score of the win chance at that price: its logit or probit.
    above, below : float
        By how much the score falls for each unit of log price above and below the kink; above 0.
    link : {"logit", "probit"}, default "logit"
        From the score to the win chance.

    Raises
    ------
    InputError
        If a parameter is not finite or out of its range.

    Examples
    --------
    >>> from walkaway_sim.inputs import kinked_reservation
    >>> law = kinked_reservation(kink=10, score=0, above=8, below=4)
    >>> law.ppf(0.5), round(1 - law.cdf(11), 3)
    (10.0, 0.318)
    """
    return KinkedReservation(kink, score, above, below, link)


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
    """

    kink: float
    score: float
    above: float
    below: float
    link: LinkName = "logit"

    kind: ClassVar[str] = "kinked_reservation"

    def __post_init__(self) -> None:
        object.__setattr__(self, "kink", check_positive("kinked_reservation: kink", self.kink))
        object.__setattr__(self, "score", check_finite("kinked_reservation: score", self.score))
        for name in ("above", "below"):
            object.__setattr__(self, name, check_positive(f"kinked_reservation: {name}", getattr(self, name)))
        check_one_of("kinked_reservation: link", self.link, ("logit", "probit"))

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
