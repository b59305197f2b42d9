"""Find where a rule stops holding along one term, the draws held.

Every bound of a rule's mean moment is a function of the term's value on the same draws; the
walkaway and the ends of its interval are where the bounds change sign. `Search` evaluates them
all at once, keeps what it evaluated, and refines a crossing between two values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from scipy.optimize import brentq

from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ChanceRule, Rule, add_up
from walkaway_sim.decide.zone import LookAtZone, Zone, ZonePart
from walkaway_sim.simulation.intervals import Bounds
from walkaway_sim.simulation.profile import Profile

__all__ = ["BoundName", "Search", "TalliesAt"]

BoundName = Literal["estimate", "low", "high", "at_least", "at_most"]
_MAX_STEPS = 200


@dataclass(frozen=True, slots=True)
class TalliesAt:
    """Work on a piece of a profile: tally it at some values of the term."""

    rule: Rule
    n_replicates: int
    values: tuple[float, ...]

    def __call__(self, piece: Any) -> tuple[Any, ...]:
        """Return the tally at each value."""
        return tuple(self.rule.tally(piece.at(value), self.n_replicates) for value in self.values)


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
        self._zones: list[Zone] = []

    def bounds(self, value: float) -> Bounds:
        """Return the rule's bounds at `value`, from all draws."""
        known = self._bounds.get(value)
        if known is None:
            self.know_tallies((value,), self._tallied((value,)))
            known = self._bounds[value]
        return known

    def _tallied(self, values: tuple[float, ...]) -> list[tuple[Any, ...]]:
        if self.rule.adds_up:
            return self.profile.each(TalliesAt(self.rule, self.n_replicates, values))
        return [tuple(self.rule.tally(self.profile.at(value), self.n_replicates) for value in values)]

    def know_tallies(self, values: Sequence[float], parts: Sequence[tuple[Any, ...]]) -> None:
        """Take note of the tallies of all blocks at some values."""
        for value, each in zip(values, zip(*parts, strict=True), strict=True):
            self._bounds[value] = self.rule.judge_tally(add_up(each), self.confidence_level)

    def know(self, value: float, bounds: Bounds) -> None:
        """Take note of the bounds at `value`, from all draws, found elsewhere."""
        self._bounds[value] = bounds

    def zone_work(self, points: Sequence[float]) -> LookAtZone:
        """Return the work on a piece whose results `know_zone` takes."""
        return LookAtZone(tuple(points), self.rule.at_least, self.n_replicates)

    def know_zone(self, points: Sequence[float], parts: Sequence[ZonePart]) -> Zone:
        """Take note of what all blocks say of a zone."""
        if not isinstance(self.rule, ChanceRule):
            raise TypeError("zones are for the chance rule")
        zone = Zone(self.rule, self.confidence_level, points, parts)
        for index, value in enumerate(points):
            self._bounds[value] = self.rule.judge_tally(zone.counts(index), self.confidence_level)
        self._zones.append(zone)
        return zone

    def holds(self, name: BoundName, value: float) -> bool:
        """Say whether one bound is 0 or more at `value`."""
        return float(getattr(self.bounds(value), name)) >= 0.0

    def crossing(self, name: BoundName, inside: float, outside: float) -> float:
        """Return the last value from `inside`, where a bound holds, to `outside`, where it does not.

        Between the two the bound is taken to change sign once.
        """
        if not isinstance(self.rule, ChanceRule):
            return self._root(name, inside, outside)
        for zone in self._zones:
            ends = zone.points[0], zone.points[-1]
            near, far = ends if (ends[0] <= ends[1]) == (inside <= outside) else ends[::-1]
            if zone.covers(inside, outside):
                return zone.crossing(name, inside, outside, self.tolerance)
            low, high = sorted((inside, outside))
            between = all(low <= end <= high for end in ends)
            if between and self.holds(name, near) and not self.holds(name, far):
                return zone.crossing(name, near, far, self.tolerance)
        points = (inside, outside)
        zone = self.know_zone(points, self.profile.each(self.zone_work(points)))
        return zone.crossing(name, inside, outside, self.tolerance)

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
