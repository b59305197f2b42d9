"""Find where a rule stops holding along one term, on stored draws.

Every bound of a rule's mean moment is a function of the term's value on the same draws; the
walkaway and the ends of its interval are where the bounds change sign. `Search` evaluates them
all at once, keeps what it evaluated, and refines a crossing between two values.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.optimize import brentq

from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ChanceRule, Rule, replicate_counts
from walkaway_sim.simulation.intervals import Bounds
from walkaway_sim.simulation.profile import Profile

__all__ = ["BoundName", "Search"]

BoundName = Literal["estimate", "low", "high", "at_least", "at_most"]
_MAX_STEPS = 200


class Search:
    """Bounds of a rule along one term, and refined crossings of them.

    Parameters
    ----------
    profile : Profile
        Surplus at any value of the term.
    rule : Rule
    n_replicates : int
    confidence_level : float
    width : float
        Width of the term's range [unit]; a crossing is found to 1e-12 of it.
    """

    def __init__(
        self, profile: Profile, rule: Rule, n_replicates: int, confidence_level: float, width: float
    ) -> None:
        self.profile = profile
        self.rule = rule
        self.n_replicates = n_replicates
        self.confidence_level = confidence_level
        self.tolerance = 1e-12 * width
        self._bounds: dict[float, Bounds] = {}
        self._signs: dict[float, BoolArray] = {}
        self._cells: dict[tuple[float, float], _Cell] = {}

    def bounds(self, value: float) -> Bounds:
        """Return the rule's bounds at `value`, from all draws."""
        known = self._bounds.get(value)
        if known is None:
            surplus = self.profile.at(value)
            known = self._bounds[value] = self.rule.judge(surplus, self.n_replicates, self.confidence_level)
            self._keep_signs(value, surplus)
        return known

    def know(self, value: float, bounds: Bounds) -> None:
        """Take note of the bounds at `value`, from all draws, found elsewhere."""
        self._bounds[value] = bounds

    def _keep_signs(self, value: float, surplus: FloatArray) -> None:
        if isinstance(self.rule, ChanceRule):
            self._signs[value] = surplus >= self.rule.at_least

    def holds(self, name: BoundName, value: float) -> bool:
        """Say whether one bound is 0 or more at `value`."""
        return float(getattr(self.bounds(value), name)) >= 0.0

    def crossing(self, name: BoundName, inside: float, outside: float) -> float:
        """Return the last value from `inside`, where a bound holds, to `outside`, where it does not.

        Between the two the bound is taken to change sign once.
        """
        if isinstance(self.rule, ChanceRule):
            cell = self._cells.get((inside, outside))
            if cell is None:
                cell = self._cells[inside, outside] = self._cell(inside, outside)
            return cell.crossing(name)
        return self._root(name, inside, outside)

    def _root(self, name: BoundName, inside: float, outside: float) -> float:
        def bound(value: float) -> float:
            return float(getattr(self.bounds(value), name))

        root = float(brentq(bound, inside, outside, xtol=self.tolerance, maxiter=_MAX_STEPS, disp=False))
        # Of the values looked at, the last that holds: what is handed out must be acceptable.
        held = [value for value in self._bounds if self.holds(name, value)]
        between = [value for value in held if min(inside, outside) <= value <= max(inside, outside)]
        nearest = min(between, key=lambda value: abs(value - outside))
        if isinstance(self.rule, AllOf):
            return self._last_that_holds(name, nearest, outside)
        if abs(nearest - root) <= 4 * self.tolerance:
            return nearest
        step = 2 * self.tolerance if inside > outside else -2 * self.tolerance
        return root + step

    def _last_that_holds(self, name: BoundName, inside: float, outside: float) -> float:
        """Bisect the sign: a bound made of counts has steps, on which a root finder may stop anywhere."""
        failed = [value for value in self._bounds if not self.holds(name, value)]
        beyond = [value for value in failed if min(inside, outside) <= value <= max(inside, outside)]
        outside = min(beyond, key=lambda value: abs(value - inside))
        while abs(outside - inside) > self.tolerance:
            middle = 0.5 * (inside + outside)
            if middle in (inside, outside):
                break
            if self.holds(name, middle):
                inside = middle
            else:
                outside = middle
        return inside

    def _cell(self, inside: float, outside: float) -> _Cell:
        for value in (inside, outside):
            if value not in self._signs:
                self._keep_signs(value, self.profile.at(value))
        return _Cell(self, inside, outside, self._signs[inside], self._signs[outside])


class _Cell:
    """Exact counts between two values of the term, for the chance rule.

    A draw on the same side of the rule's level at both ends is taken to stay there; only the
    others are valued again, and of them ever fewer as the two ends close in.
    """

    def __init__(
        self, search: Search, inside: float, outside: float, at_inside: BoolArray, at_outside: BoolArray
    ) -> None:
        self.search = search
        self.inside, self.outside = inside, outside
        steady = replicate_counts(at_inside & at_outside, search.n_replicates)
        rows = np.flatnonzero(at_inside != at_outside)
        self.steady = steady
        self.rows = rows
        self.ends = at_inside[rows], at_outside[rows]
        self.profile = search.profile.take(rows) if rows.size else None

    def crossing(self, name: BoundName) -> float:
        """Return the last value at which the bound holds, from `inside` to `outside`."""
        search, rule = self.search, self.search.rule
        if self.profile is None or not isinstance(rule, ChanceRule):
            return self.inside
        inside, outside = self.inside, self.outside
        counts, rows, profile = self.steady.copy(), self.rows, self.profile
        at_inside, at_outside = self.ends
        n_draws = search.profile.n_draws
        for _ in range(_MAX_STEPS):
            middle = 0.5 * (inside + outside)
            if abs(outside - inside) <= search.tolerance or middle in (inside, outside):
                break
            signs = profile.at(middle) >= rule.at_least
            replicates = rows[signs] % search.n_replicates
            here = counts + np.bincount(replicates, minlength=search.n_replicates)
            bounds = rule.judge_counts(here, n_draws, search.confidence_level)
            if float(getattr(bounds, name)) >= 0.0:
                inside, at_inside = middle, signs
            else:
                outside, at_outside = middle, signs
            moving = at_inside != at_outside
            if moving.all():
                continue
            still = ~moving & at_inside
            counts = counts + np.bincount(rows[still] % search.n_replicates, minlength=search.n_replicates)
            kept = np.flatnonzero(moving)
            if kept.size == 0:
                break
            rows, at_inside, at_outside = rows[kept], at_inside[kept], at_outside[kept]
            profile = profile.take(kept)
        return inside
