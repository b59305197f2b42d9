"""Signs that prices were set knowing the customer.

A seller who asks more of those who will pay more leaves a history in which dear quotes win as often as cheap ones.
Nothing in the quotes proves the contrary, but two signs can be computed: the win chance hardly moves with the price,
and customers who are quoted more on average win more often than the same customers do when they are quoted more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.calibrate.quotes.intercepts import Panel
from walkaway_sim.calibrate.quotes.penalised import maximise
from walkaway_sim.inputs.links import LinkName, chance_of

__all__ = ["Endogeneity", "Slope", "look_for_endogeneity"]

_ALPHA = 0.01
_FLAT = 0.10
"""Between a low and a high price, a win chance that moves by less than this is almost flat."""


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope of the score by log price, with its interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Endogeneity:
    """What can be computed about prices that were set knowing the customer.

    Attributes
    ----------
    naive : Slope
        Won on log price against the scale, and nothing else: what a win-rate curve shows.
    swing : Slope
        By how much the naive win chance moves from the 10% to the 90% quantile of that price.
    within, between : Slope or None
        The same customer at other prices; other customers at other prices. None without repeated customers.
    p_value : float
        Of the test that the two are equal (Mundlak 1978, Econometrica 46, 69-85); NaN without.
    """

    naive: Slope
    swing: Slope
    within: Slope | None
    between: Slope | None
    p_value: float

    @property
    def flat(self) -> bool:
        """Whether the naive win chance hardly falls: its swing is surely above minus ten points."""
        return self.swing.low > -_FLAT

    @property
    def differs(self) -> bool:
        """Whether slopes within and between customers differ, at 1%."""
        return self.p_value < _ALPHA

    @property
    def signs(self) -> tuple[str, ...]:
        """The signs found, in words."""
        out = []
        if self.flat:
            out.append(
                f"acceptance is almost flat in price: from a low price to a high one the win rate moves by "
                f"{100 * self.swing.estimate:+.0f} points"
            )
        if self.differs and self.within is not None and self.between is not None:
            out.append(
                f"slopes differ within and between customers ({self.within.estimate:.2f} and "
                f"{self.between.estimate:.2f}, p = {self.p_value:.2g})"
            )
        return tuple(out)


def look_for_endogeneity(
    level: FloatArray,
    sign: FloatArray,
    owner: IntArray,
    starts: IntArray,
    link: LinkName,
    confidence_level: float,
) -> Endogeneity:
    """Fit the naive curve and, with repeated customers, the one that tells within from between.

    Parameters
    ----------
    level : ndarray, shape (n,)
        Log price against the scale, quotes in the order of their customers.
    sign, owner, starts
        As in `Panel`; `starts` is empty without repeated customers.
    """
    z = float(special.ndtri(0.5 + 0.5 * confidence_level))
    nobody = np.zeros(0, dtype=np.int64)
    centred = level - level.mean()
    columns = np.column_stack([np.ones(level.size), centred])
    plain = maximise(Panel(columns, sign, nobody, nobody, link), firth=True)
    slope, se = float(plain.coefficients[1]), float(np.sqrt(plain.covariance[1, 1]))
    low, high = np.quantile(centred, (0.1, 0.9))
    ends = np.array([[1.0, low], [1.0, high]])
    chance = chance_of(link, ends @ plain.coefficients)
    # A step by which a chance is differentiated numerically, of the covariance's own size.
    step = 1e-6
    gradient = ((chance_of(link, ends @ plain.coefficients + step) - chance) / step)[:, None] * ends
    towards = gradient[1] - gradient[0]
    swing, swing_se = float(chance[1] - chance[0]), float(np.sqrt(towards @ plain.covariance @ towards))
    within = between = None
    p_value = float("nan")
    usual = np.add.reduceat(centred, starts)[owner] / np.bincount(owner)[owner] if starts.size else centred
    own = centred - usual
    if starts.size and np.ptp(own) > 0 and np.ptp(usual) > 0:
        columns = np.column_stack([np.ones(level.size), own, usual])
        split = maximise(Panel(columns, sign, owner, starts, link), firth=True)
        within, between = (
            _slope(float(split.coefficients[at]), float(np.sqrt(split.covariance[at, at])), z)
            for at in (1, 2)
        )
        towards = np.array([0.0, -1.0, 1.0])
        gap = float(towards @ split.coefficients)
        gap_se = float(np.sqrt(towards @ split.covariance[:3, :3] @ towards))
        p_value = float(2.0 * special.ndtr(-abs(gap) / gap_se))
    return Endogeneity(_slope(slope, se, z), _slope(swing, swing_se, z), within, between, p_value)


def _slope(estimate: float, se: float, z: float) -> Slope:
    return Slope(estimate, estimate - z * se, estimate + z * se)
