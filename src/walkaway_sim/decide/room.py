"""The room that a rule leaves: what could be given away on every draw with the rule still holding."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.rules import ChanceRule, ExpectedValueRule, Rule
from walkaway_sim.decide.search import BoundName, Search
from walkaway_sim.decide.tail_rules import CertaintyEquivalentRule, ExpectedShortfallRule
from walkaway_sim.decide.tallies import replicate_counts
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import Bounds
from walkaway_sim.simulation.profile import AffineProfile

__all__ = ["room"]

_NAMES: tuple[BoundName, ...] = ("estimate", "low", "high")


def room(rule: Rule, surplus: FloatArray, n_replicates: int, confidence_level: float) -> Estimate:
    """Return the sum whose payment on every draw leaves the rule just holding [currency].

    A mean, a shortfall and a certainty equivalent move one for one with that sum, and so do their intervals. Otherwise
    the surplus is affine in it, so this is a walkaway like any other.
    """
    if isinstance(rule, ExpectedValueRule | ExpectedShortfallRule | CertaintyEquivalentRule):
        seen = rule.measure(surplus, n_replicates, confidence_level)
        level = rule.level
        return Estimate(seen.estimate - level, seen.low - level, seen.high - level, seen.standard_error)
    if isinstance(rule, ChanceRule):
        found = _order_statistics(rule, surplus, n_replicates, confidence_level)
        if found is not None:
            return found
    profile = AffineProfile(surplus, np.ones(surplus.size))
    spread = float(np.ptp(surplus)) + abs(rule.at_least) + 1.0
    low, high = float(surplus.min()) - 2 * spread, float(surplus.max()) + 2 * spread
    search = Search(profile, rule, n_replicates, confidence_level, high - low)
    estimate, safe, most = (search.crossing(name, low, high) for name in _NAMES)
    return Estimate(estimate, safe, most, (most - safe) / (2 * search.half_width(estimate)))


def _order_statistics(
    rule: ChanceRule, surplus: FloatArray, n_replicates: int, confidence_level: float
) -> Estimate | None:
    """Return the room by a chance rule, whose ends are surpluses of single draws; None where they are too far out.

    Paying the k-th lowest surplus leaves all draws from that one on acceptable.
    """
    n = surplus.size
    share = 1.0 - rule.probability
    # Ten standard errors of independent draws around the quantile: of a randomised design, far more.
    reach = 10.0 * math.sqrt(share * (1.0 - share) / n)
    first, last = (min(max(int(n * (share + side * reach)), 0), n - 1) for side in (-1.0, 1.0))
    ends = np.partition(surplus, (first, last))[[first, last]]
    near = np.flatnonzero((surplus >= ends[0]) & (surplus <= ends[1]))
    near = near[np.argsort(surplus[near])]
    above = replicate_counts(surplus > ends[1], n_replicates)
    replicate = near % n_replicates

    def judged(index: int) -> Bounds:
        """Return the bounds where all draws from that one on are acceptable."""
        counts = above + np.bincount(replicate[index:], minlength=n_replicates)
        return rule.judge_counts(counts, n, confidence_level)

    indices = [_last(partial(_holds, judged, name), near.size) for name in _NAMES]
    if None in indices:
        return None
    middle, low, high = (index or 0 for index in indices)
    bounds = judged(middle)
    half = 0.5 * (bounds.high - bounds.low) / bounds.standard_error
    estimate, safe, most = (float(surplus[near[index]]) - rule.at_least for index in (middle, low, high))
    return Estimate(estimate, safe, most, (most - safe) / (2 * half))


def _holds(judged: Callable[[int], Bounds], name: BoundName, index: int) -> bool:
    return float(getattr(judged(index), name)) >= 0.0


def _last(holds: Callable[[int], bool], size: int) -> int | None:
    """Return the last of `size` indices at which a condition holds that ends once; None if not among them."""
    low, high = 0, size - 1
    if not holds(low) or holds(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
