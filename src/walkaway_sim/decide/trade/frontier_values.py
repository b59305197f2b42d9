"""Which values of the first term a frontier is looked at, chosen on other draws than those that judge it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.ladder import at_step
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.threshold import threshold
from walkaway_sim.decide.trade.along_one import AlongOne, some_values
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["frontier_values"]

JUMP = 0.2
"""Of the range of the second term: what counts as a jump between two neighbouring values of the first, of which a
curve that goes through the range takes a seventeenth or so at a time."""

MOST_JUMPS = 4
"""Jumps that are narrowed down: each adds two values, among which the error of the safe side is shared."""

MOST_LEVELS = 6
"""Levels of the second term of which each has its own values; more of them look like a curve."""

MOST_STEPS = 4
"""Steps of the first term between the ends of such an interval that are all looked at."""

_FINEST = 2.0**-9
"""Of the range of a first term without a step: how closely a jump is looked for."""


def frontier_values(
    pilot: Simulation,
    rule: Rule,
    x: Term,
    y: Term,
    base: Mapping[str, float],
    n_points: int,
    confidence_level: float,
) -> FloatArray:
    """Return the values of the first term at which the second is judged, on its step, rising [unit].

    Parameters
    ----------
    pilot : Simulation
        Independent of the draws that judge.
    rule : Rule
    x, y : Term
    base : mapping of str to float
        All terms [their units].
    n_points : int
        Values, or levels, that are spread evenly.
    confidence_level : float

    Returns
    -------
    ndarray, shape (n_values,)
        Of a term with levels some of these. Else values from its best end to where not even the best end of `y` is
        acceptable, the base value and the limit; both ends of the pilot's interval for the walkaway of `x` with `y` at
        its ends, or at each of its levels, and a value that is safe there; and both sides of what else jumps.
    """
    if x.levels is not None:
        return some_values(x, base[x.name], n_points)
    end = threshold(pilot, rule, x, {**base, y.name: y.best})
    if math.isnan(end) or x.sign * (end - x.best) <= 0.0:
        return some_values(x, base[x.name], n_points)
    even = {_on_step(x, value) for value in np.linspace(x.best, end, n_points).tolist()}
    found = {*even, base[x.name], x.best, x.limit}
    breaks = _breaks(y)
    shared = 1.0 - (1.0 - confidence_level) / (len(found) + 5 * len(breaks))
    for level in breaks:
        found |= _around(pilot, rule, x, {**base, y.name: level}, confidence_level, shared)
    found |= _jumps(pilot, rule, x, y, base, sorted(found))
    return np.array(sorted(found))


def _breaks(y: Term) -> tuple[float, ...]:
    """Return values of the second term at which its curve may break off."""
    if y.levels is not None and len(y.levels) <= MOST_LEVELS:
        return y.levels
    return y.best, y.limit


def _on_step(x: Term, value: float, towards: int = 0) -> float:
    """Return a value on the term's step: the nearest, or the next one down or up."""
    if x.step is None:
        return min(max(value, x.low), x.high)
    steps = value / x.step
    hair = 1e-9 * max(abs(steps), 1.0)
    whole = (
        round(steps) if towards == 0 else math.ceil(steps - hair) if towards > 0 else math.floor(steps + hair)
    )
    return min(max(at_step(x.step, whole), x.low), x.high)


def _around(
    pilot: Simulation,
    rule: Rule,
    x: Term,
    at: Mapping[str, float],
    confidence_level: float,
    shared_level: float,
) -> set[float]:
    """Return values on either side of where the first term stops, as well as the pilot knows it."""
    own, safe = AlongOne(pilot, rule, x, at, confidence_level, Lattice(pilot)).solved(shared_level)
    if own.status == "acceptable_everywhere" or math.isnan(own.estimate):
        return set()
    near, far = (own.low, own.high) if x.sign > 0 else (own.high, own.low)
    # Twice as far in as the pilot's safe value, and as far out, so that other draws, which err as well, find the one
    # safe and the other not acceptable.
    wide = 2.0 * abs(own.estimate - (near if math.isnan(safe) else safe))
    inside, outside = (min(max(own.estimate + sign * wide, x.low), x.high) for sign in (-x.sign, x.sign))
    first, last = _on_step(x, inside, -x.sign), _on_step(x, outside, x.sign)
    found = {first, _on_step(x, near, -x.sign), _on_step(x, own.estimate, -x.sign)}
    found |= {last, _on_step(x, far, x.sign), _on_step(x, own.estimate, x.sign)}
    if x.step is not None and abs(last - first) < (MOST_STEPS + 0.5) * x.step:
        found |= {
            _on_step(x, value) for value in np.arange(min(first, last), max(first, last), x.step).tolist()
        }
    return found


def _jumps(
    pilot: Simulation, rule: Rule, x: Term, y: Term, base: Mapping[str, float], values: list[float]
) -> set[float]:
    """Return values on either side of where the second term jumps, found by bisecting."""
    if y.levels is not None:
        return set()
    wide = JUMP * (y.high - y.low)
    finest = x.step if x.step is not None else _FINEST * (x.high - x.low)

    def reach(value: float) -> float:
        return threshold(pilot, rule, y, {**base, x.name: value})

    at = {value: reach(value) for value in values}
    steep = [
        (abs(at[a] - at[b]), a, b) for a, b in pairwise(values) if abs(at[a] - at[b]) > wide
    ]  # NaN, where it stops, is none of them: that is looked for along the first term
    found: set[float] = set()
    for _, a, b in sorted(steep, reverse=True)[:MOST_JUMPS]:
        while b - a > 1.5 * finest:
            middle = _on_step(x, 0.5 * (a + b))
            if middle in (a, b):
                break
            at[middle] = reach(middle)
            if math.isnan(at[middle]) or abs(at[a] - at[middle]) <= wide >= abs(at[middle] - at[b]):
                break  # it is steep and no jump
            a, b = (a, middle) if abs(at[a] - at[middle]) >= abs(at[middle] - at[b]) else (middle, b)
        found |= {a, b}
    return found
