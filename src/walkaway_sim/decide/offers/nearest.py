"""The smallest change of one term that makes an offer acceptable, found on the draws of a simulation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.offers.judge import Judge
from walkaway_sim.decide.offers.steps import on_side, spoken_step
from walkaway_sim.decide.rules import ChanceRule
from walkaway_sim.decide.search import Search
from walkaway_sim.simulation.profile import BlockProfile, straightened

__all__ = ["last_acceptable", "on_line"]

_TRIES = 16
"""Steps by which a value that was found is moved on where the draws, looked at again there, do not accept it."""

_SEQUENCES = 3
"""Sequences of tests along a line on which they are not nested: outward from a start, outward from the safest value,
and from the last that holds to what lies between it and the next."""

_FEW_DRAWS = 2**12
"""Draws on which an affine form is checked."""

_TOLERANCE = 1e-3
"""Of a step, to which a crossing is found."""


def on_line(judge: Judge, *, nested: bool) -> Judge:
    """Return the judge of the values along a line: with all of the error where tests are nested, else with a share."""
    return judge if nested else judge.shared(_SEQUENCES)


def last_acceptable(
    judge: Judge, profile: BlockProfile, term: Term, line: Sequence[float], start: int, *, nested: bool
) -> float | None:
    """Return the value furthest along a line at which the rule holds with confidence.

    Parameters
    ----------
    judge : Judge
    profile : BlockProfile
        Surplus at any value of the term, others as they are to be.
    term : Term
    line : sequence of float
        Values from the safest to the offered one [unit], fixed before these draws were looked at.
    start : int
        Index from which to look, where a pilot expects the rule to hold.
    nested : bool
        Whether no value further along is better on any draw of the pilot.

    Returns
    -------
    float or None
        A level, or a whole number of steps, rounded towards the start of the line [unit]; None where the rule holds
        neither at `start` nor, as far as was looked, before it. The last of the line where it holds there.

    Notes
    -----
    From `start` the line is walked to its last point that holds before one that fails; between these two the bound is
    taken to change sign once. The value handed out was judged itself, on all draws.

    Where the rule fails at `start` already, more is looked at, each a chance to err. Where every value is on every draw
    no better than those before it, what is accepted at one is accepted at all before it: whatever the order, the
    outcome is that of the fixed sequence from the safest value outward, at the full level (Maurer, Hothorn and
    Lehmacher 1995). Else the line is walked once more, from its safest value outward, and the levels between two of its
    points one after another: three sequences fixed in advance, which share the error (Bonferroni).
    """
    judge = on_line(judge, nested=nested)
    search = _search(judge, profile, term, line)
    at = start
    _look(search, line, at)
    while not search.holds("at_least", line[at]):
        if at == 0:
            return None
        at = at - 1 if nested else 0
        _look(search, line, at)
    while at + 1 < len(line) and search.holds("at_least", line[at + 1]):
        at += 1
        _look(search, line, at)
    if at + 1 == len(line):
        return line[-1] if judge.accepts(profile.at(line[-1])) else None
    inside, outside = line[at], line[at + 1]
    if term.levels is not None:
        return _last_level(judge, profile, term, inside, outside, nested=nested)
    up = line[0] > line[-1]
    value = on_side(term, search.crossing("at_least", inside, outside), up=up)
    step = spoken_step(term) if up else -spoken_step(term)
    for _ in range(_TRIES):
        if judge.accepts(profile.at(value)):
            return value
        if value == line[0]:
            return None
        value = on_side(term, value + step, up=up)
        value = min(value, line[0]) if up else max(value, line[0])
    return None


def _search(judge: Judge, profile: BlockProfile, term: Term, line: Sequence[float]) -> Search:
    rule = judge.allowing(profile.at(line[-1])) if not isinstance(judge.rule, ChanceRule) else judge.rule
    used = profile
    low, high = min(line), max(line)
    if term.levels is None and not isinstance(rule, ChanceRule):  # of a chance, two looks do as well
        head = profile.head(min(_FEW_DRAWS, profile.n_draws))
        used = straightened(judge.sim, profile, low, high, line, pilot=head)
    search = Search(used, rule, judge.sim.n_replicates, judge.confidence_level, term.high - term.low)
    if term.levels is None:
        search.tolerance = _TOLERANCE * spoken_step(term)
    return search


def _look(search: Search, line: Sequence[float], at: int) -> None:
    """Look at a point and the next one together, where draws that decide a chance between them are kept."""
    points = tuple(line[at : at + 2])
    if isinstance(search.rule, ChanceRule) and len(points) == 2:
        search.know_zone(points, search.profile.each(search.zone_work(points)))


def _last_level(
    judge: Judge, profile: BlockProfile, term: Term, inside: float, outside: float, *, nested: bool
) -> float | None:
    """Return the last level that holds, from one that does to one that does not: by halves, or one after another."""
    levels = np.array(term.levels)
    first, last = (int(np.flatnonzero(levels == level)[0]) for level in (inside, outside))
    found = None
    while abs(last - first) > 1:
        middle = (first + last) // 2 if nested else first + (1 if last > first else -1)
        if judge.accepts(profile.at(float(levels[middle]))):
            first, found = middle, float(levels[middle])
        else:
            last = middle
    if found is None and judge.accepts(profile.at(float(levels[first]))):
        found = float(levels[first])
    return found
