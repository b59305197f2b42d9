"""What a rule says of the draws on which the customer says yes: a ratio of two means, and its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.decide.influence import influence_values
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.tail_rules import CertaintyEquivalentRule, ExpectedShortfallRule
from walkaway_sim.decide.tails import MAX_SHAPE, MIN_EFFECTIVE, effective_sample_size, pareto_shape
from walkaway_sim.errors import RuleError
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import Bounds, mean_tally, tally_bounds, two_sided_quantile

__all__ = ["LEAST_ACCEPTED", "Accepted"]

LEAST_ACCEPTED = 1000
"""Draws with a yes below which nothing is said of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Accepted:
    """A surplus, and on which draws the customer says yes.

    Attributes
    ----------
    surplus : ndarray, shape (n_draws,)
        [currency]
    yes : ndarray of bool, shape (n_draws,)
    n_replicates : int
    lattice : Lattice

    Raises
    ------
    RuleError
        Fewer than 1000 draws with a yes.

    Notes
    -----
    Independent draws: those with a yes are themselves independent draws of what is left after a yes, however many
    they are, so that each rule judges them as it judges any; a chance is exact binomial. Randomised designs: the rule
    holds given a yes exactly if ``E[m(S) 1{yes}] >= 0``, which Student's t over the replicate means tests, as for
    any mean; and the figure ``E[v(S) 1{yes}] / P(yes)`` has the influence values
    ``figure + 1{yes} (v - figure) / P(yes)`` (the delta method for a ratio; Fieller 1954 for the sign).
    """

    surplus: FloatArray
    yes: BoolArray
    n_replicates: int
    lattice: Lattice

    def __post_init__(self) -> None:
        if self.n_yes < LEAST_ACCEPTED:
            raise RuleError(
                f"the customer says yes on {self.n_yes} of {self.surplus.size} draws, and at least {LEAST_ACCEPTED} "
                "are needed to tell what its yes says about the deal: take more draws, or an offer that it likes better"
            )

    @property
    def n_yes(self) -> int:
        """Draws with a yes."""
        return int(np.count_nonzero(self.yes))

    @property
    def given(self) -> FloatArray:
        """The surplus on those, shape ``(n_yes,)`` [currency]."""
        return self.surplus[self.yes]

    def judge(self, rule: Rule, confidence_level: float) -> Bounds:
        """Return the rule's mean moment given a yes, with its bounds: it holds where that is 0 or more."""
        given = self.given
        self._check(rule, given)
        if self.n_replicates == 1:
            return rule.judge(given, 1, confidence_level)
        moment = self._spread_out(_moment(rule, given) * (self.surplus.size / given.size))
        return self._widened(rule, self._bounds(moment, confidence_level))

    def measure(self, rule: Rule, confidence_level: float) -> Estimate:
        """Return what the rule looks at, given a yes, in its own unit."""
        given = self.given
        self._check(rule, given)
        if self.n_replicates == 1:
            return rule.measure(given, 1, confidence_level)
        found = self._widened(rule, self._bounds(self._influence(rule, given), confidence_level))
        return _estimate(rule, found)

    def curse(self, rule: Rule, confidence_level: float) -> Estimate:
        """Return by how much a yes changes what the rule looks at, on the same draws: below 0 where it is bad news."""
        given = self.given
        self._check(rule, given)
        apart = self._influence(rule, given) - influence_values(rule, self.surplus)
        found = self._widened(rule, self._bounds(apart, confidence_level), counts=3)
        return found.as_estimate()

    def _influence(self, rule: Rule, given: FloatArray) -> FloatArray:
        values = influence_values(rule, given)
        figure = float(values.mean())
        return figure + self._spread_out((values - figure) * (self.surplus.size / given.size))

    def _spread_out(self, values: FloatArray) -> FloatArray:
        """Put values of the draws with a yes in their places, 0 elsewhere."""
        every = np.zeros(self.surplus.size)
        every[self.yes] = values
        return every

    def _bounds(self, moment: FloatArray, confidence_level: float) -> Bounds:
        tally = mean_tally(moment, self.n_replicates)
        return tally_bounds(tally, confidence_level, skewed=True, floor=self.lattice.error(moment))

    def _widened(self, rule: Rule, found: Bounds, counts: int = 2) -> Bounds:
        """Widen the bounds of a chance over replicates by one draw of a replicate for each count in it."""
        if not isinstance(rule, ChanceRule) or self.n_replicates == 1:
            return found
        wide = counts * self.n_replicates / self.n_yes
        return Bounds(
            found.estimate,
            found.low - wide,
            found.high + wide,
            found.at_least - wide,
            found.at_most + wide,
            found.standard_error + wide / two_sided_quantile(self.n_replicates, self.n_yes, 0.95),
        )

    def _check(self, rule: Rule, given: FloatArray) -> None:
        if isinstance(rule, ExpectedShortfallRule):
            rule.check_draws(given.size)
        elif isinstance(rule, CertaintyEquivalentRule):
            weights = np.exp((given.min() - given) / rule.risk_tolerance)
            effective, shape = effective_sample_size(weights), pareto_shape(weights)
            if effective < MIN_EFFECTIVE or shape > MAX_SHAPE:
                raise RuleError(
                    f"the certainty equivalent at risk_tolerance {rule.risk_tolerance:g} cannot be given after a yes: "
                    f"{effective:.0f} of {given.size} draws carry it (at least {MIN_EFFECTIVE} are needed), Pareto "
                    f"shape {shape:.2f} (at most {MAX_SHAPE}). Raise risk_tolerance, or use another rule"
                )
        elif not isinstance(rule, ChanceRule) and not hasattr(rule, "lattice_error"):
            raise RuleError(f"what a yes says is judged by one rule at a time, got: {rule.label}")


def _moment(rule: Rule, surplus: FloatArray) -> FloatArray:
    """Return values whose mean is 0 or more exactly where the rule holds."""
    if isinstance(rule, ChanceRule):
        return influence_values(rule, surplus) - rule.probability
    if isinstance(rule, CertaintyEquivalentRule):
        scaled = (rule.at_least - surplus) / rule.risk_tolerance
        shift = max(float(scaled.max()), 0.0)
        weights: FloatArray = math.exp(-shift) - np.exp(scaled - shift)
        return weights
    return influence_values(rule, surplus) - rule.at_least


def _estimate(rule: Rule, found: Bounds) -> Estimate:
    low, high = found.low, found.high
    if isinstance(rule, ChanceRule):
        low, high = max(low, 0.0), min(high, 1.0)
    return Estimate(found.estimate, low, high, found.standard_error)
