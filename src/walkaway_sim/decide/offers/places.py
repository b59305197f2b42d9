"""The values of a term that may be said at the table: its levels, or whole steps."""

from __future__ import annotations

import math

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.ladder import at_step, whole_steps

__all__ = ["furthest", "places", "step_of", "thinned"]

_HAIR = 1e-9
"""Of a range: two values nearer than this are one."""


def furthest(term: Term) -> float:
    """Return how far a term may be conceded: the policy limit, the last level within it, or the end of the range."""
    if term.policy_limit is None:
        return term.limit
    if term.levels is None:
        return term.policy_limit
    within = [level for level in term.levels if term.sign * (level - term.policy_limit) <= 0.0]
    return max(within, key=lambda level: term.sign * level)


def step_of(term: Term) -> float:
    """Return the step of a range; a hundredth of it where none is given [unit]."""
    return term.step if term.step is not None else (term.high - term.low) / 100.0


def places(term: Term, start: float, end: float) -> tuple[float, ...]:
    """Return the values from one to another that may be said, in that order [unit].

    Parameters
    ----------
    term : Term
    start, end : float
        Either may be the higher one. `start` is a place whatever the step; `end` only where a step ends there.

    Examples
    --------
    >>> places(Term("payment_days", 30, range=(0, 90), step=15), 40, 80)
    (40, 45.0, 60.0, 75.0)
    >>> places(Term("drops", 3, levels=(1, 2, 3, 5)), 3, 1)
    (3, 2.0, 1.0)
    """
    low, high = min(start, end), max(start, end)
    if term.levels is not None:
        between = [level for level in term.levels if low <= level <= high]
    elif term.step is not None:
        first, last = whole_steps(term.step, low, up=True), whole_steps(term.step, high, up=False)
        between = [at_step(term.step, count) for count in range(first, last + 1)]
    else:
        step = step_of(term)
        first = math.ceil((low - term.low) / step - _HAIR)
        last = math.floor((high - term.low) / step + _HAIR)
        between = [term.low + count * step for count in range(first, last + 1)]
    hair = _HAIR * (term.high - term.low)
    others = [value for value in between if abs(value - start) > hair]
    return (start, *(others if start <= end else others[::-1]))


def thinned(values: tuple[float, ...], most: int) -> tuple[float, ...]:
    """Return at most so many of some values, the first and the last among them, evenly spread."""
    if len(values) <= most:
        return values
    last = len(values) - 1
    return tuple(values[round(i * last / (most - 1))] for i in range(most))
