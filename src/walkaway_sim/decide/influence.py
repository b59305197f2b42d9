"""What each draw contributes to what a rule looks at, so that two offers can be compared draw by draw."""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import ChanceRule, ExpectedValueRule, Rule
from walkaway_sim.decide.tail_rules import CertaintyEquivalentRule, ExpectedShortfallRule
from walkaway_sim.errors import RuleError
from walkaway_sim.simulation.intervals import Bounds, mean_tally, proportion_bounds, tally_bounds

__all__ = ["FEW_DIFFER", "difference_bounds", "influence_values"]

FEW_DIFFER = 100
"""Draws on which two offers are not alike, below which a difference of chances is counted exactly."""


def influence_values(rule: Rule, surplus: FloatArray) -> FloatArray:
    """Return values whose mean is what the rule looks at, and whose spread is that of its estimate.

    Parameters
    ----------
    rule : Rule
        One of the four.
    surplus : ndarray, shape (n_draws,)
        [currency]

    Returns
    -------
    ndarray, shape (n_draws,)
        [probability] for a chance, else [currency].

    Raises
    ------
    RuleError
        A rule that is made of several: compare by each of them.

    Notes
    -----
    A chance counts ``1{S >= at_least}``, an expected value S; the values of a shortfall are those of Hong and Liu
    (2009); of a certainty equivalent C those of the delta method, ``C - R (exp(-S/R) / E exp(-S/R) - 1)``.

    Examples
    --------
    >>> import numpy as np
    >>> from walkaway_sim.decide.rules import ChanceRule
    >>> influence_values(ChanceRule(0.9), np.array([-1.0, 0.0, 2.0]))
    array([0., 1., 1.])
    """
    if isinstance(rule, ChanceRule):
        return (surplus >= rule.at_least).astype(np.float64)
    if isinstance(rule, ExpectedValueRule):
        return surplus
    if isinstance(rule, ExpectedShortfallRule):
        return rule.moment(surplus)
    if isinstance(rule, CertaintyEquivalentRule):
        scaled = -surplus / rule.risk_tolerance
        log_mean = float(logsumexp(scaled)) - np.log(surplus.size)
        values: FloatArray = rule.risk_tolerance * (1.0 - log_mean - np.exp(scaled - log_mean))
        return values
    raise RuleError(f"offers are compared by one rule at a time, got: {rule.label}")


def difference_bounds(
    rule: Rule,
    first: FloatArray,
    second: FloatArray,
    n_replicates: int,
    confidence_level: float,
    lattice: Lattice | None = None,
) -> Bounds:
    """Return the bounds of what a rule sees more in one offer than in another, from paired differences.

    Parameters
    ----------
    rule : Rule
        One of the four.
    first, second : ndarray, shape (n_draws,)
        Surplus of the two offers on the same draws [currency].
    n_replicates : int
    confidence_level : float
    lattice : Lattice, optional
        Of these draws: adds what rounding the counts of discrete inputs does.

    Returns
    -------
    Bounds
        [probability] for a chance, else [currency]; 0 with no spread where the two offers are one.

    Notes
    -----
    Student's t over the differences of influence values, corrected for skewness, or over their replicate means. A
    chance over replicates is widened by one draw of a replicate for each of the two counts. Over independent draws of
    which few differ, the counts of those that speak for the one and for the other have exact bounds (Clopper and
    Pearson 1934), each at half of the error. A mean rests on the draws that differ: of very few, see
    `EqualPackages`, nothing should be concluded.
    """
    if isinstance(rule, ChanceRule):
        return _chance_bounds(rule, first, second, n_replicates, confidence_level)
    moment = influence_values(rule, first) - influence_values(rule, second)
    floor = 0.0 if lattice is None else lattice.error(moment)
    return tally_bounds(mean_tally(moment, n_replicates), confidence_level, skewed=True, floor=floor)


def _chance_bounds(
    rule: ChanceRule, first: FloatArray, second: FloatArray, n_replicates: int, confidence_level: float
) -> Bounds:
    """Return the bounds of a difference of two chances: from the draws on which the offers are not alike."""
    moment = influence_values(rule, first) - influence_values(rule, second)
    n = moment.size
    if np.array_equal(first, second):
        return Bounds(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    bounds = tally_bounds(mean_tally(moment, n_replicates), confidence_level, skewed=True)
    if n_replicates > 1:
        wide = 2.0 * n_replicates / n
        return Bounds(
            bounds.estimate,
            bounds.low - wide,
            bounds.high + wide,
            bounds.at_least - wide,
            bounds.at_most + wide,
            bounds.standard_error,
        )
    more, less = int((moment > 0.0).sum()), int((moment < 0.0).sum())
    if more + less >= FEW_DIFFER:
        return bounds
    # Each side takes half of the error: exact for either, and so for both.
    halves = 0.5 * (1.0 + confidence_level)
    up, down = (proportion_bounds(np.array([count]), n, halves) for count in (more, less))
    return Bounds(
        bounds.estimate,
        up.low - down.high,
        up.high - down.low,
        up.at_least - down.at_most,
        up.at_most - down.at_least,
        bounds.standard_error,
    )
