"""How far one term is taken back to make up for a step of another, from paired differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.influence import difference_bounds
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.search import BoundName
from walkaway_sim.simulation.intervals import Bounds
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import block_profile, piece_maker, straightened

__all__ = ["Compensation", "PaidIn"]

POINTS = 8
"""Places between the base and either end of a range at which the offer is compared first."""


@dataclass(frozen=True, slots=True)
class Compensation:
    """How far a term is taken back to make up for a step of another.

    Attributes
    ----------
    estimate, low, high : float
        Towards the supplier, from where the term is; negative for conceding more of it [unit]. Infinite where its
        range is too short.
    """

    estimate: float
    low: float
    high: float


class PaidIn:
    """A term that is taken back in return for a step of another, which has been conceded already.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
        One of the four: what it looks at is what must be equal.
    term : Term
    at : mapping of str to float
        All terms after the step of the other one, this one still where it was [their units].
    confidence_level : float
    lattice : Lattice
        Of the draws.
    """

    def __init__(
        self,
        sim: Simulation,
        rule: Rule,
        term: Term,
        at: Mapping[str, float],
        confidence_level: float,
        lattice: Lattice,
    ) -> None:
        self.rule, self.term, self.start = rule, term, at[term.name]
        self.n_replicates, self.confidence_level, self.lattice = sim.n_replicates, confidence_level, lattice
        self._counts = isinstance(rule, ChanceRule) and term.levels is None
        self.back, self.on = _points(term, self.start)
        self.profile = block_profile(sim, piece_maker(sim, term.name, at))
        if term.levels is None:
            places = [self._value(gone) for gone in (*self.back, *self.on)]
            self.profile = straightened(sim, self.profile, term.low, term.high, places)

    def making_up_for(self, before: FloatArray) -> Compensation:
        """Return how far the term is taken back until the offer is worth what it was before the step.

        Parameters
        ----------
        before : ndarray, shape (n_draws,)
            Surplus before the step, on the same draws [currency].

        Returns
        -------
        Compensation
            Where the mean of the paired differences crosses zero, and where the ends of its interval do. Of a term
            with levels the estimate lies between two of them, in proportion to what they cost; the ends are levels,
            of which the lower surely does not more than make up for the step, and the upper surely makes up for it.
        """
        known: dict[float, Bounds] = {}

        def bound(name: BoundName) -> Callable[[float], float]:
            def at(gone: float) -> float:
                if gone not in known:
                    surplus = self.profile.at(self._value(gone))
                    known[gone] = difference_bounds(
                        self.rule, surplus, before, self.n_replicates, self.confidence_level, self.lattice
                    )
                value = float(getattr(known[gone], name))
                if value == 0.0 and self._counts:
                    # No draw tells the two offers apart, on a stretch: that is not to know that they are equal.
                    return {"low": -1.0, "high": 1.0}.get(name, 0.0) / before.size
                return value

            return at

        # What the offer leaves, less what was left before, falls along the concession of the term; taken back, rises.
        estimate, near, far = (
            0.0 - self._crossing(bound(name), name) for name in ("estimate", "high", "low")
        )
        return Compensation(estimate, min(near, estimate), max(far, estimate))

    def _value(self, gone: float) -> float:
        """Return the term after a concession; levels as they were written, in spite of rounding."""
        value = self.start + self.term.sign * gone
        if self.term.levels is not None:
            return min(self.term.levels, key=lambda level: abs(level - value))
        return min(max(value, self.term.low), self.term.high)

    def _crossing(self, bound: Callable[[float], float], name: BoundName) -> float:
        """Return where a bound crosses zero first, going on from the base, or back where it is below already."""
        inside, outside = 0.0, math.inf
        if bound(0.0) >= 0.0:
            for gone in self.on:
                if bound(gone) < 0.0:
                    outside = gone
                    break
                inside = gone
            if outside == math.inf:
                return self.on[-1] if self.on and bound(self.on[-1]) == 0.0 else math.inf
        else:
            outside = 0.0
            for gone in self.back:
                if bound(gone) >= 0.0:
                    inside = gone
                    break
                outside = gone
            else:
                return -math.inf
        if self.term.levels is not None:
            if name != "estimate":
                return inside if name == "low" else outside
            first, last = bound(inside), bound(outside)
            return inside + (outside - inside) * first / (first - last)
        tolerance = 1e-10 * (self.term.high - self.term.low)
        return float(brentq(bound, inside, outside, xtol=tolerance, maxiter=200, disp=False))


def _points(term: Term, start: float) -> tuple[list[float], list[float]]:
    """Return concessions back to the best end of a term, and on to its limit, from the base [unit]."""
    if term.levels is not None:
        gone = [term.sign * (level - start) for level in term.levels]
        return sorted((one for one in gone if one < 0.0), reverse=True), sorted(
            one for one in gone if one > 0.0
        )
    ends = term.sign * (term.best - start), term.sign * (term.limit - start)
    back, on = (np.linspace(0.0, end, POINTS + 1)[1:].tolist() if end else [] for end in ends)
    return back, on
