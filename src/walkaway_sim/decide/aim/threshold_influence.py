"""A walkaway with what each draw contributes to its error, so that figures made from several share it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.customer.along import surplus_along, walkaway_of
from walkaway_sim.decide.influence import influence_values
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.errors import RuleError
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["Threshold", "threshold_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Threshold:
    """A walkaway and its influence values.

    Attributes
    ----------
    value : float
        [unit]; NaN where no value is acceptable.
    influence : ndarray, shape (n_draws,)
        Error of the threshold that comes from each draw, times the draws; its mean is 0 [unit]. All 0 where it
        has no interval, as at an end of the range that is acceptable beyond doubt.
    low, high : float
        Its interval [unit]; the value itself where it has none.
    step : float
        Half the width of its interval, over which slopes are taken [unit]; 0 where there is none.
    counted : float
        How far one draw of a replicate moves it, where it rests on counts of replicates [unit].
    """

    value: float
    influence: FloatArray
    low: float
    high: float
    step: float
    counted: float


def threshold_of(
    sim: Simulation, rule: Rule, term: Term, base: Mapping[str, float], confidence_level: float
) -> Threshold:
    """Return the walkaway of one term with its influence values.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
        One of the four.
    term : Term
        With a range.
    base : mapping of str to float
        At which the others are held.
    confidence_level : float

    Raises
    ------
    RuleError
        The rule cannot be judged on these draws, or it is made of several.

    Notes
    -----
    A threshold w solves ``rho(S(w)) = level``, so that its influence values are those of rho over ``-rho'(w)`` (the
    implicit function theorem). The slope is the secant over the interval of w: at that scale a count is smooth.
    """
    found = walkaway_of(sim, rule, term, base, confidence_level)
    nothing = np.zeros(sim.n_draws)
    if not found.acceptable_set or math.isnan(found.estimate):
        return Threshold(math.nan, nothing, math.nan, math.nan, 0.0, 0.0)
    value = found.estimate
    step = 0.5 * (found.high - found.low)
    if step <= 0.0:
        return Threshold(value, nothing, value, value, 0.0, 0.0)
    profile = surplus_along(sim, term, base)
    ends = [min(max(end, term.low), term.high) for end in (value - step, value + step)]
    at_low, at_high = (float(influence_values(rule, profile.at(end)).mean()) for end in ends)
    slope = (at_high - at_low) / (ends[1] - ends[0])
    if slope == 0.0:
        raise RuleError(
            f"what the rule ({rule.label}) looks at does not change around the walkaway of {term.name!r}, so that its "
            "error cannot be told; take more draws"
        )
    values = influence_values(rule, profile.at(value))
    counted = 0.0
    if isinstance(rule, ChanceRule) and sim.n_replicates > 1:
        counted = sim.n_replicates / sim.n_draws / abs(slope)
    influence = (values - float(values.mean())) / -slope
    return Threshold(value, influence, found.low, found.high, step, counted)
