"""The doubt about a customer's reservation: what the other laws that could be true make of a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from walkaway_sim.decide.calibration import order_statistic, worlds_needed

__all__ = ["CalibrationInterval", "calibrated", "left_out", "said_share"]


@dataclass(frozen=True, slots=True)
class CalibrationInterval:
    """What not knowing the reservation's law does to a figure. More draws do not shrink it.

    Attributes
    ----------
    low, high : float
        Two-sided interval of the figure over the plausible laws [its unit].
    n_laws : int
        Laws that have the figure.
    is_whole : bool
        Whether they are too few for the confidence level, so that the interval is all that they span.
    """

    low: float
    high: float
    n_laws: int
    is_whole: bool


def calibrated(figures: Sequence[float], confidence_level: float) -> CalibrationInterval:
    """Return the calibration interval of a figure from its values under the plausible laws.

    Parameters
    ----------
    figures : sequence of float
        One for each law, no NaN.
    confidence_level : float

    Notes
    -----
    Order statistics ``k`` and ``n + 1 - k`` of n laws: where the truth lies to the estimate as the plausible laws do,
    it is exchangeable with them and lies between these with the confidence level (Wilks 1941).

    Examples
    --------
    >>> found = calibrated(list(range(1, 40)), 0.95)
    >>> found.low, found.high, found.is_whole
    (1.0, 39.0, False)
    """
    tail = 0.5 * (1.0 - confidence_level)
    array = np.asarray(figures, dtype=np.float64)
    return CalibrationInterval(
        low=order_statistic(array, tail),
        high=order_statistic(array, 1.0 - tail),
        n_laws=array.size,
        is_whole=array.size < worlds_needed(confidence_level),
    )


def left_out(n_plausible: int) -> str:
    """Return the sentence that says what an answer leaves out, or nothing where the law was given as known."""
    if not n_plausible:
        return ""
    laws = f"{n_plausible} plausible laws"
    return f" The reservation's law is taken as known here: the doubt about it ({laws}) is left out."


def said_share(share: float) -> str:
    """Return a chance as a note says it: a whole per cent, and two digits of what is less than one.

    Examples
    --------
    >>> said_share(1.0), said_share(0.126), said_share(0.00018284), said_share(1e-9)
    ('100%', '13%', '0.018%', '0%')
    """
    percent = 100.0 * share
    if percent >= 1.0:
        return f"{percent:.0f}%"
    return f"{percent:.2g}%" if percent >= 1e-3 else "0%"
