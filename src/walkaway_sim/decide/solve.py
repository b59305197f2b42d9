"""The walkaway of one term: where the acceptable stretch around the proposal ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.search import BoundName
from walkaway_sim.decide.table import Curve, Status, TermWalkaway

__all__ = ["GRID_POINTS", "Line", "own_stretch", "solve_term", "stretches", "stricter"]

GRID_POINTS = 65
"""Points of the grid on which a range is scanned: what is finer than it may be missed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A term laid out in the direction of concession, with what the rule says along it.

    Attributes
    ----------
    points : ndarray, shape (n_points,)
        Values of the term, in the direction of concession [unit].
    start : int
        Index of the value from which concessions are counted.
    holds : callable
        ``holds(bound, index)``: whether a bound of the rule is 0 or more at a point.
    between : callable or None
        ``between(bound, inside, outside)``: the last value at which the bound holds, from one
        point to its neighbour; None where the term knows nothing between its levels.
    """

    points: FloatArray
    start: int
    holds: Callable[[BoundName, int], bool]
    between: Callable[[BoundName, float, float], float] | None

    def acceptable(self) -> list[bool]:
        """Return whether the estimate holds, point by point."""
        return [self.holds("estimate", index) for index in range(self.points.size)]

    def edge(self, bound: BoundName, inside: int, outside: int) -> float:
        """Return the last value at which the bound holds, from point `inside` to its neighbour."""
        if self.between is None:
            return float(self.points[inside])
        return self.between(bound, float(self.points[inside]), float(self.points[outside]))


def stretches(acceptable: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the first and last index of each run of acceptable points."""
    runs: list[tuple[int, int]] = []
    for index, good in enumerate(acceptable):
        if good and runs and runs[-1][1] == index - 1:
            runs[-1] = (runs[-1][0], index)
        elif good:
            runs.append((index, index))
    return runs


def own_stretch(runs: list[tuple[int, int]], start: int) -> tuple[int, int]:
    """Return the run that holds the start, else the last before it, else the first after it."""
    for first, last in runs:
        if first <= start <= last:
            return first, last
    before = [run for run in runs if run[1] < start]
    return before[-1] if before else runs[0]


def stricter(line: Line, bound: BoundName, first: int, last: int) -> float:
    """Return the last value, within points `first` to `last`, up to which a stricter bound holds; NaN if none.

    From the start on, or from the point before it where it holds last; never beyond a dip.
    """
    start = min(max(line.start, first), last)
    while start >= first and not line.holds(bound, start):
        start -= 1
    if start < first:
        # Not up to the start: the first stretch towards concession at which it holds, if there is one.
        start = next((index for index in range(line.start, last + 1) if line.holds(bound, index)), -1)
        if start < 0:
            return math.nan
    while start < last and line.holds(bound, start + 1):
        start += 1
    if start == line.points.size - 1:
        return float(line.points[start])
    return line.edge(bound, start, start + 1)


def _laxer(line: Line, bound: BoundName, last: int) -> float:
    """Return the last value, going on from point `last`, up to which a laxer bound holds throughout."""
    for index in range(last + 1, line.points.size):
        if not line.holds(bound, index):
            return line.edge(bound, index - 1, index)
    return float(line.points[-1])


def solve_term(
    term: Term,
    line: Line,
    *,
    errors_across: Callable[[float], float],
    precision: float | None,
    curve: Curve,
    without_buffer: float | None,
) -> TermWalkaway:
    """Return the walkaway of one term from what the rule says along it.

    Parameters
    ----------
    line : Line
        The term in the direction of concession.
    errors_across : callable
        ``errors_across(value)``: half the width of an interval around a value, in standard errors.
    precision : float or None
        The widest interval allowed [unit].
    without_buffer : float or None
        The estimate were nothing held back; None where nothing is.
    """
    acceptable = line.acceptable()
    runs = stretches(acceptable)
    start = float(line.points[line.start])
    if not runs:
        # Not ruled out everywhere: the walkaway may lie in the range, from its best end on.
        open_to = [index for index in range(line.points.size) if line.holds("high", index)]
        best = float(line.points[0]) if open_to else math.nan
        far = _laxer(line, "high", open_to[-1]) if open_to else math.nan
        return TermWalkaway(
            term=term,
            proposed=start,
            estimate=best,
            low=min(best, far),
            high=max(best, far),
            standard_error=abs(far - best) / (2 * errors_across(best)) if open_to else math.nan,
            safe=math.nan,
            status="unresolved" if open_to else "acceptable_nowhere",
            acceptable_set=(),
            without_buffer=best if without_buffer is None else without_buffer,
            proposal_acceptable=False,
            curve=curve,
        )
    first, last = own_stretch(runs, line.start)
    at_end = last == line.points.size - 1
    estimate = float(line.points[-1]) if at_end else line.edge("estimate", last, last + 1)
    near = stricter(line, "low", first, last)
    far = float(line.points[-1]) if at_end else _laxer(line, "high", last)
    safe = stricter(line, "at_least", first, last)
    unbounded = math.isnan(near)
    near = float(line.points[0]) if unbounded else near
    low, high = min(near, far), max(near, far)
    crossings = sum(a != b for a, b in pairwise(acceptable))
    status: Status = "found"
    if first <= line.start and at_end:
        status = "acceptable_everywhere"
    if crossings > 1:
        status = "several_crossings"
    spans = unbounded and far == float(line.points[-1])
    if spans or (precision is not None and high - low > precision):
        status = "unresolved"
    return TermWalkaway(
        term=term,
        proposed=start,
        estimate=estimate,
        low=low,
        high=high,
        standard_error=(high - low) / (2 * errors_across(estimate)),
        safe=safe,
        status=status,
        acceptable_set=tuple(sorted(_stretch_values(line, run) for run in runs)),
        without_buffer=estimate if without_buffer is None else without_buffer,
        proposal_acceptable=acceptable[line.start],
        curve=curve,
    )


def _stretch_values(line: Line, run: tuple[int, int]) -> tuple[float, float]:
    """Return the two ends of an acceptable stretch, rising [unit]."""
    first, last = run
    entry = float(line.points[0]) if first == 0 else line.edge("estimate", first, first - 1)
    leave = float(line.points[-1]) if last == line.points.size - 1 else line.edge("estimate", last, last + 1)
    return min(entry, leave), max(entry, leave)
