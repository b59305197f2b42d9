"""The room that a rule leaves: what could be given away on every draw with the rule still holding."""

from __future__ import annotations

import math

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.search import BoundName, Search
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import two_sided_quantile
from walkaway_sim.simulation.profile import AffineProfile

__all__ = ["room"]


def room(rule: Rule, surplus: FloatArray, n_replicates: int, confidence_level: float) -> Estimate:
    """Return the sum whose payment on every draw leaves the rule just holding [currency].

    The surplus is affine in that sum, so this is a walkaway like any other.
    """
    names: tuple[BoundName, ...] = ("estimate", "low", "high")
    found = _order_statistics(rule, surplus, n_replicates, confidence_level, names)
    if found is None:
        profile = AffineProfile(surplus, np.ones(surplus.size))
        spread = float(np.ptp(surplus)) + abs(rule.at_least) + 1.0
        low, high = float(surplus.min()) - 2 * spread, float(surplus.max()) + 2 * spread
        search = Search(profile, rule, n_replicates, confidence_level, high - low)
        if isinstance(rule, ChanceRule):
            near, far = _around(surplus, 1.0 - rule.probability, rule.at_least)
            if all(search.holds(name, near) and not search.holds(name, far) for name in names):
                low, high = near, far  # else the error is larger than that of independent draws
        found = {name: search.crossing(name, low, high) for name in names}
    return Estimate(
        found["estimate"],
        found["low"],
        found["high"],
        (found["high"] - found["low"])
        / (2 * two_sided_quantile(n_replicates, surplus.size, confidence_level)),
    )


def _around(surplus: FloatArray, share: float, at_least: float) -> tuple[float, float]:
    """Return two order statistics, ten standard errors of independent draws below and above a quantile."""
    n = surplus.size
    reach = 10.0 * math.sqrt(share * (1.0 - share) / n)
    ranks = [min(max(int(n * (share + side * reach)), 0), n - 1) for side in (-1.0, 1.0)]
    ordered = np.partition(surplus, ranks)
    return float(ordered[ranks[0]]) - at_least, float(ordered[ranks[1]]) - at_least


def _order_statistics(
    rule: Rule, surplus: FloatArray, n_replicates: int, confidence_level: float, names: tuple[BoundName, ...]
) -> dict[BoundName, float] | None:
    """Return the room by a chance rule on independent draws, which is an order statistic; None for others."""
    if not isinstance(rule, ChanceRule) or n_replicates > 1:
        return None
    needed = rule.counts_needed(surplus.size, confidence_level)
    ranks = {name: surplus.size - needed[name] for name in names}
    if not all(0 <= rank < surplus.size for rank in ranks.values()):
        return None
    ordered = np.partition(surplus, list(ranks.values()))
    return {name: float(ordered[rank]) - rule.at_least for name, rank in ranks.items()}
