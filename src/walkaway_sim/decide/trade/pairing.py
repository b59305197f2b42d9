"""The concession of one term that is worth as much as a given offer, from paired differences."""

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
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.search import BoundName
from walkaway_sim.simulation.intervals import Bounds
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import block_profile, piece_maker, straightened

__all__ = ["Equal", "PaidIn"]

POINTS = 8
"""Places between the base and either end of a range at which the two offers are compared first."""


@dataclass(frozen=True, slots=True)
class Equal:
    """How much of a term is worth as much as an offer.

    Attributes
    ----------
    estimate, low, high : float
        Concession from the base, negative for taking some back [unit]. Infinite where its range is too short.
    """

    estimate: float
    low: float
    high: float


class PaidIn:
    """A term in which other concessions are paid.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
        One of the four: what it looks at is what must be equal.
    term : Term
    base : mapping of str to float
        From which its concessions are counted, and at which the others are held [their units].
    confidence_level : float
    lattice : Lattice
        Of the draws.
    """

    def __init__(
        self,
        sim: Simulation,
        rule: Rule,
        term: Term,
        base: Mapping[str, float],
        confidence_level: float,
        lattice: Lattice,
    ) -> None:
        self.rule, self.term, self.start = rule, term, base[term.name]
        self.n_replicates, self.confidence_level, self.lattice = sim.n_replicates, confidence_level, lattice
        self.back, self.on = _points(term, self.start)
        self.profile = block_profile(sim, piece_maker(sim, term.name, base))
        if term.levels is None:
            places = [self._value(gone) for gone in (*self.back, *self.on)]
            self.profile = straightened(sim, self.profile, term.low, term.high, places)

    def equal_to(self, offer: FloatArray) -> Equal:
        """Return the concession that is worth as much as another offer.

        Parameters
        ----------
        offer : ndarray, shape (n_draws,)
            Surplus of the other offer, on the same draws [currency].

        Returns
        -------
        Equal
            Where the mean of the paired differences crosses zero, and where the ends of its interval do. Of a term
            with levels the estimate lies between two of them, in proportion to what they cost; the ends are levels,
            of which the lower surely costs no more than the offer, and the upper no less.
        """
        known: dict[float, Bounds] = {}

        def bound(name: BoundName) -> Callable[[float], float]:
            def at(gone: float) -> float:
                if gone not in known:
                    surplus = self.profile.at(self._value(gone))
                    known[gone] = difference_bounds(
                        self.rule, surplus, offer, self.n_replicates, self.confidence_level, self.lattice
                    )
                return float(getattr(known[gone], name))

            return at

        # What is left with the term conceded, less what the offer leaves, falls along the term.
        estimate, low, high = (self._crossing(bound(name), name) for name in ("estimate", "low", "high"))
        return Equal(estimate, min(low, estimate), max(high, estimate))

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
