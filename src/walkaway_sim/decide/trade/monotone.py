"""Whether conceding more of a term is never better for the supplier, by draws and by the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.influence import difference_bounds
from walkaway_sim.decide.rules import Rule
from walkaway_sim.simulation.engine import simulate
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import block_profile, piece_maker

__all__ = ["Monotone", "few_draws", "look_along"]

FEW_DRAWS = 2**12
"""Independent draws on which a surplus that rises with a concession is looked for first: it is in the deal, or not."""

POINTS = 5
"""Values looked at on either side of the base."""

SURE = 0.999
"""Confidence with which what the rule looks at must be seen to rise before a term counts as not monotone: a term
that hardly matters rises and falls by the luck of the draws."""

_ROUNDING = 1e-9
"""Of the largest surplus: what the rounding of its sums can do."""


@dataclass(frozen=True, slots=True)
class Monotone:
    """What was seen of one term.

    Attributes
    ----------
    by : {"every draw", "the rule", "neither"}
        By what conceding more of it, from the base on, is never better for the supplier.
    below : bool
        Whether that is so, on every draw, from the best end of its range on and not only from the base.
    rises : tuple of (float, float) or None
        Two values, the second conceding more, between which what the rule looks at rises; None where it does not
        [unit].
    """

    by: Literal["every draw", "the rule", "neither"]
    below: bool
    rises: tuple[float, float] | None = None

    def and_then(self, other: Monotone) -> Monotone:
        """Return what holds with other terms at two places."""
        order = ("every draw", "the rule", "neither")
        worse = max(self.by, other.by, key=order.index)
        return Monotone(worse, self.below and other.below, self.rises or other.rises)


def few_draws(pilot: Simulation) -> Simulation:
    """Return a few independent draws of the deal, from the seed of the pilot."""
    size = min(FEW_DRAWS, pilot.n_draws)
    return simulate(pilot.deal, size, "random", rng=pilot.seed, max_memory=2**29)


def look_along(
    few: Simulation,
    pilot: Simulation,
    rule: Rule,
    term: Term,
    at: Mapping[str, float],
    start: float,
    far: float,
) -> Monotone:
    """Look along a term, the others held, for values at which conceding more is better for the supplier.

    Parameters
    ----------
    few : Simulation
        From `few_draws`.
    pilot : Simulation
        Kept; looked at where some of the few gain by a concession.
    rule : Rule
        One of the four, or several.
    term : Term
    at : mapping of str to float
        The other terms [their units].
    start, far : float
        The base and the furthest value that is looked at [unit].

    Returns
    -------
    Monotone
        On every draw, where none of the few has a surplus that rises from one of some values to the next;
        by the rule, where what it looks at is not seen to rise, at 99.9%, in paired differences on all draws. That
        is no proof that it does not: `certified_corners` judges what lies behind such a term's corner too.
    """
    after, before = _values(term, start, far), _values(term, term.best, start)
    rough = block_profile(few, piece_maker(few, term.name, at))
    steady, below = (not _some_rise([rough.at(value) for value in values]) for values in (after, before))
    if steady and below:
        return Monotone("every draw", below=True)
    if steady:
        return Monotone("every draw", below=below)
    rises = _rise(block_profile(pilot, piece_maker(pilot, term.name, at)), pilot, rule, after)
    return Monotone("the rule" if rises is None else "neither", below=below, rises=rises)


def _values(term: Term, start: float, far: float) -> list[float]:
    """Return some values from one to another, levels where the term has them, both ends included."""
    if term.levels is None:
        found: list[float] = np.linspace(start, far, POINTS).tolist()
        return found if far != start else [start]
    ordered = term.levels[:: term.sign]
    first, last = ordered.index(start), ordered.index(far)
    places = np.unique(np.linspace(first, last, min(POINTS, last - first + 1)).round().astype(int))
    return [float(ordered[place]) for place in places]


def _some_rise(surpluses: Sequence[FloatArray]) -> bool:
    for less, more in pairwise(surpluses):
        slack = _ROUNDING * float(np.abs(less).max(initial=0.0))
        if bool((more > less + slack).any()):
            return True
    return False


def _rise(profile: Any, pilot: Simulation, rule: Rule, values: Sequence[float]) -> tuple[float, float] | None:
    """Return the first two values between which what the rule looks at is seen to rise."""
    rules = rule.rules if isinstance(rule, AllOf) else (rule,)
    for less, more in pairwise(values):
        before, after = profile.at(less), profile.at(more)
        for one in rules:
            bounds = difference_bounds(one, after, before, pilot.n_replicates, SURE)
            slack = _ROUNDING * float(np.abs(before).max(initial=0.0))
            if bounds.at_least > (slack if one.unit != "probability" else 0.0):  # type: ignore[attr-defined]
                return less, more
    return None
