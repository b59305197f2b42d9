"""Find where a rule stops holding along one term, the draws held.

Every bound of a rule's mean moment is a function of the term's value on the same draws; the
walkaway and the ends of its interval are where the bounds change sign. `Search` evaluates them
all at once, keeps what it evaluated, and refines a crossing between two values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.polynomial import Chebyshev
from numpy.polynomial.chebyshev import chebpts1
from scipy.optimize import brentq

from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ChanceRule, Rule
from walkaway_sim.decide.tallies import add_up
from walkaway_sim.decide.zone import LookAtZone, Zone, ZonePart
from walkaway_sim.simulation.intervals import Bounds, two_sided_quantile
from walkaway_sim.simulation.profile import Profile

__all__ = ["BoundName", "Search", "TalliesAt"]

BoundName = Literal["estimate", "low", "high", "at_least", "at_most"]
_MAX_STEPS = 200
_NODES = 8


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
    allow : callable, optional
        ``allow(value)`` gives the rule with what it must allow for there, where that varies along the term.
    """

    def __init__(
        self,
        profile: Profile,
        rule: Rule,
        n_replicates: int,
        confidence_level: float,
        width: float,
        *,
        allow: Callable[[float], Rule] | None = None,
    ) -> None:
        self.profile = profile
        self.rule = rule
        self.n_replicates = n_replicates
        self.confidence_level = confidence_level
        self.tolerance = 1e-12 * width
        self._allow = allow
        self._bounds: dict[float, Bounds] = {}
        self._zones: list[Zone] = []
        self._smooth: list[tuple[float, float, tuple[float, ...]]] = []

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
            rule = self.rule if self._allow is None else self._allow(value)
            self._bounds[value] = rule.judge_tally(add_up(each), self.confidence_level)

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

    def smooth(self, points: Sequence[float]) -> tuple[float, ...]:
        """Take note of a stretch in which bounds may turn out smooth; return the points to be tallied there.

        These are the given ones, in whose direction the stretch goes, and Chebyshev nodes between them.
        """
        near, far = points[0], points[-1]
        middle, half = 0.5 * (near + far), 0.5 * (far - near)
        nodes = tuple((middle + half * chebpts1(_NODES)).tolist())
        self._smooth.append((near, far, nodes))
        return tuple(dict.fromkeys((*points, *nodes)))

    def half_width(self, value: float) -> float:
        """Return half the width of an interval in standard errors, by the bounds known nearest to `value`."""
        if self._bounds:
            near = self._bounds[min(self._bounds, key=lambda known: abs(known - value))]
            wide = near.high - near.low
            if wide > 0.0 and near.standard_error > 0.0 and math.isfinite(wide):
                return 0.5 * wide / near.standard_error
        return two_sided_quantile(self.n_replicates, self.profile.n_draws, self.confidence_level)

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
            ends = _overlap(inside, outside, zone.points[0], zone.points[-1])
            if ends is not None and self._changes(name, *ends):
                return zone.crossing(name, *ends, self.tolerance)
        points = (inside, outside)
        zone = self.know_zone(points, self.profile.each(self.zone_work(points)))
        return zone.crossing(name, inside, outside, self.tolerance)

    def _changes(self, name: BoundName, near: float, far: float) -> bool:
        """Say whether a bound is known to hold at one end, and not at the other."""
        known = near in self._bounds and far in self._bounds
        return known and self.holds(name, near) and not self.holds(name, far)

    def _root(self, name: BoundName, inside: float, outside: float) -> float:
        def bound(value: float) -> float:
            return float(getattr(self.bounds(value), name))

        smooth = self._smooth_root(name, inside, outside)
        if smooth is not None:
            return smooth
        if not self.holds(name, inside) or self.holds(name, outside):
            return outside if self.holds(name, outside) else inside  # a pilot expected otherwise
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

    def _smooth_root(self, name: BoundName, inside: float, outside: float) -> float | None:
        """Return the crossing from values at Chebyshev nodes, where these show the bound to be smooth; else None.

        Sums over draws are smooth where no kink is common to all of them. The last coefficients of the series
        say how well it fits; where they could move the crossing by more than the tolerance, it is not used.
        """
        for near, far, nodes in self._smooth:
            ends = _overlap(inside, outside, near, far)
            known = all(value in self._bounds for value in nodes)
            if ends is None or not known or not self._changes(name, *ends):
                continue
            values = [float(getattr(self._bounds[value], name)) for value in nodes]
            series = Chebyshev.fit(nodes, values, _NODES - 1, domain=sorted((near, far)))
            left = float(np.abs(series.coef[-2:]).sum()) * 0.5 * abs(far - near)
            if left > self.tolerance * abs(float(series.coef[1])):
                continue
            if (float(series(ends[0])) >= 0.0) == (float(series(ends[1])) >= 0.0):
                continue
            root = float(brentq(series, *ends, xtol=0.5 * self.tolerance, maxiter=_MAX_STEPS))
            return root + (2.0 if inside > outside else -2.0) * self.tolerance
        return None

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


def _overlap(inside: float, outside: float, near: float, far: float) -> tuple[float, float] | None:
    """Return what two stretches have in common, in the direction of the first; None for nothing."""
    low = max(min(inside, outside), min(near, far))
    high = min(max(inside, outside), max(near, far))
    if low >= high:
        return None
    return (low, high) if inside <= outside else (high, low)
