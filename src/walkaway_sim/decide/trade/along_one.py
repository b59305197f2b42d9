"""The walkaway along one term, the others held, and a side of it that is safe at another level."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.search import BoundName, Search
from walkaway_sim.decide.solve import Line, own_stretch, solve_term, stretches, stricter
from walkaway_sim.decide.table import Curve, TermWalkaway
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import block_profile, piece_maker, straightened

__all__ = ["POINTS", "AlongOne", "some_values"]

POINTS = 17
"""Values of a term that are looked at: what is finer may be missed."""


def some_values(term: Term, start: float, n_points: int) -> FloatArray:
    """Return some values of a term, its ends and its base value among them, rising [unit]."""
    if term.levels is None:
        values = np.linspace(term.low, term.high, n_points)
    else:
        levels = np.array(term.levels)
        places = np.linspace(0, levels.size - 1, min(n_points, levels.size)).round().astype(int)
        values = levels[np.unique(places)]
    found: FloatArray = np.unique(np.append(values, start))
    return found


class AlongOne:
    """The search along one term, for its walkaway and for a safe side at another level too."""

    def __init__(
        self,
        sim: Simulation,
        rule: Rule,
        term: Term,
        at: Mapping[str, float],
        confidence_level: float,
        lattice: Lattice,
    ) -> None:
        self.term, self.rule, self.n_replicates = term, rule, sim.n_replicates
        self.width = term.high - term.low
        self.profile = block_profile(sim, piece_maker(sim, term.name, at))
        points = some_values(term, at[term.name], POINTS)
        self.points = points if term.sign > 0 else points[::-1]
        self.start = int(np.flatnonzero(self.points == at[term.name])[0])
        if term.levels is None:
            self.profile = straightened(sim, self.profile, term.low, term.high, self.points.tolist())
        self.allow = lattice.along(rule, self.profile)
        self.search = self._search(confidence_level)

    def solved(self, shared_level: float) -> tuple[TermWalkaway, float]:
        """Return the walkaway, and the safe one at another confidence level [unit]."""
        line = self._line(self.search)
        nothing = np.empty(0)
        found = solve_term(
            self.term,
            line,
            errors_across=self.search.half_width,
            precision=None,
            curve=Curve(nothing, nothing, nothing, nothing, self.profile.n_draws),
            without_buffer=None,
        )
        runs = stretches(line.acceptable())
        if not runs:
            return found, math.nan
        again = self._search(shared_level)
        return found, stricter(self._line(again), "at_least", *own_stretch(runs, self.start))

    def _search(self, level: float) -> Search:
        return Search(self.profile, self.rule, self.n_replicates, level, self.width, allow=self.allow)

    def _line(self, search: Search) -> Line:
        def holds(name: BoundName, index: int) -> bool:
            return search.holds(name, float(self.points[index]))

        def between(name: BoundName, inside: float, outside: float) -> float:
            if self.term.levels is None:
                return search.crossing(name, inside, outside)
            return _last_level(self.term, search, name, inside, outside)

        return Line(self.points, self.start, holds, between)


def _last_level(term: Term, search: Search, name: BoundName, inside: float, outside: float) -> float:
    """Return the last level at which a bound holds, of those from one to another, one after the other."""
    low, high = min(inside, outside), max(inside, outside)
    between = [level for level in term.levels or () if low < level < high]
    found = inside
    for level in sorted(between, reverse=inside > outside):
        if not search.holds(name, level):
            break
        found = level
    return found
