"""Whether a rule holds on the draws of a simulation, with everything that the error of these draws may hide."""

from __future__ import annotations

import copy
import math

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.tails import check_rule
from walkaway_sim.errors import RuleError
from walkaway_sim.simulation.intervals import Bounds, count_needed
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["Judge", "margin"]


class Judge:
    """A rule at one confidence level, on the draws of one simulation.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
    confidence_level : float
        Of each side of a verdict.
    """

    def __init__(self, sim: Simulation, rule: Rule, confidence_level: float) -> None:
        self.sim = sim
        self.rule = rule
        self.confidence_level = confidence_level
        self._lattice = None if isinstance(rule, ChanceRule) else Lattice(sim)  # a chance allows for its own

    def shared(self, n_tries: int) -> Judge:
        """Return the same judge with the share of the error that each of so many tries has (Bonferroni)."""
        found = copy.copy(self)
        found.confidence_level = 1.0 - (1.0 - self.confidence_level) / n_tries
        return found

    def allowing(self, surplus: FloatArray) -> Rule:
        """Return the rule that allows for rounded counts of discrete inputs, as they move this surplus."""
        return self.rule if self._lattice is None else self._lattice.allow_for(self.rule, surplus)

    def bounds(self, surplus: FloatArray) -> Bounds:
        """Return the rule's mean moment with its bounds, as `assess` judges it."""
        return self.allowing(surplus).judge(surplus, self.sim.n_replicates, self.confidence_level)

    def accepts(self, surplus: FloatArray) -> bool:
        """Say whether the rule holds with the confidence asked for; where it cannot be judged, it does not."""
        try:
            check_rule(self.sim, self.rule, surplus)
        except RuleError:
            return False
        return self.bounds(surplus).at_least >= 0.0


def margin(rule: Rule, surplus: FloatArray) -> float:
    """Return the sum that could be given away on every draw with the rule just holding, by its estimate [currency].

    Parameters
    ----------
    rule : Rule
    surplus : ndarray, shape (n_draws,)
        [currency]

    Notes
    -----
    Of a mean, a shortfall and a certainty equivalent, which move one for one with a sum paid on every draw, what they
    see beyond their level; of a chance the surplus on the draw of the rank that must still be acceptable. Of several
    rules the least. `room` has it with its interval.

    Examples
    --------
    >>> import numpy as np
    >>> from walkaway_sim.decide.rules import ChanceRule
    >>> margin(ChanceRule(0.75), np.array([-5.0, 2.0, 7.0, 9.0]))
    2.0
    """
    if isinstance(rule, AllOf):
        return min(margin(one, surplus) for one in rule.rules)
    if isinstance(rule, ChanceRule):
        rank = surplus.size - max(count_needed(surplus.size, rule.probability), 1)
        return float(np.partition(surplus, rank)[rank]) - rule.at_least
    seen = rule.measure(surplus, 1, 0.95).estimate - rule.level
    return seen if math.isfinite(seen) else -math.inf
