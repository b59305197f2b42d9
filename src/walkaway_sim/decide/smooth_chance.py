"""The rule of a chance that is the mean of chances given the rest, and not a share of draws."""

from __future__ import annotations

from dataclasses import dataclass

from walkaway_sim.decide.rules import ExpectedValueRule
from walkaway_sim.simulation.intervals import Bounds, MeanTally

__all__ = ["SmoothChanceRule"]


@dataclass(frozen=True, slots=True)
class SmoothChanceRule(ExpectedValueRule):
    """A chance rule on conditional chances, less the one asked for.

    Parameters
    ----------
    error : float
        How far each of them may be off. It is common to all draws, so their spread knows nothing of it, and
        the bounds are moved out by it.
    """

    error: float = 0.0

    def judge_tally(self, tally: MeanTally, confidence_level: float) -> Bounds:
        """Return the chance less the one asked for, with its bounds, from sums."""
        found = ExpectedValueRule.judge_tally(self, tally, confidence_level)
        return Bounds(
            found.estimate,
            found.low - self.error,
            found.high + self.error,
            found.at_least - self.error,
            found.at_most + self.error,
            found.standard_error,
        )
