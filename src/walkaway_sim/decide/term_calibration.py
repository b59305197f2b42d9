"""What not knowing the inputs' parameters does to a walkaway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from walkaway_sim._typing import FloatArray

__all__ = ["TermCalibration"]


@dataclass(frozen=True, slots=True, eq=False)
class TermCalibration:
    """What not knowing the parameters does to the walkaway of one term.

    Attributes
    ----------
    thresholds : ndarray, shape (n_worlds,)
        The walkaway in each plausible world [unit], moved by what the few draws of a world put the estimate off;
        NaN where it is acceptable nowhere.
    low, high : float
        Two-sided interval of them, at the confidence level [unit].
    safe : float
        The bound on the supplier's side that as many of them as the confidence level keep [unit]; NaN where a
        world in which nothing is acceptable is among them.
    predictive : float
        The walkaway where draws come from all worlds alike [unit]: what to go by for one deal, where the rule is
        to hold over parameters and draws together. It need not be near the middle of the thresholds.
    safe_calibrated : float
        The safe walkaway that allows for both errors [unit]: the headline.
    share_nowhere : float
        Share of the worlds in which the term is acceptable nowhere.
    spend_on : {"data", "draws"}
        Which of the two errors is the larger: calibration error, which more data shrinks, or simulation error,
        which more draws shrink.
    """

    thresholds: FloatArray
    low: float
    high: float
    safe: float
    predictive: float
    safe_calibrated: float
    share_nowhere: float
    spend_on: Literal["data", "draws"]
