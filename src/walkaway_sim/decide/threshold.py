"""The walkaway of one term and nothing else: no interval, no curve; for worlds by the hundred."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.search import Search
from walkaway_sim.decide.solve import own_stretch, stretches
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import (
    affine_profile,
    block_profile,
    is_affine_at,
    piece_maker,
)

__all__ = ["threshold"]

POINTS = 17
"""Points of a range, or levels of many, that are looked at first; a stretch that lies between two of them is missed."""


def threshold(
    sim: Simulation, rule: Rule, term: Term, base: Mapping[str, float], n_points: int | None = None
) -> float:
    """Return the end towards concession of the acceptable stretch around the base value, by the estimate.

    Parameters
    ----------
    sim : Simulation
        Kept.
    rule : Rule
    term : Term
    base : mapping of str to float
        At which the other terms are held.
    n_points : int, optional
        Points of the grid, or levels of many, that are looked at first; 17 where not given.

    Returns
    -------
    float
        [unit]; the end of the range where the term is acceptable up to it, NaN where no value is.
    """
    profile = block_profile(sim, piece_maker(sim, term.name, base))
    points = _few(term, base[term.name], n_points or POINTS)
    if term.levels is None:
        affine = affine_profile(profile, term.low, term.high, pilot=profile)
        own = isinstance(sim.deal.value, GraphValue)  # which has neither steps nor dips
        if affine is not None and (own or is_affine_at(affine, profile, *points.tolist())):
            profile = affine
    search = Search(profile, rule, sim.n_replicates, _LEVEL, term.high - term.low)
    good = [search.holds("estimate", value) for value in points.tolist()]
    runs = stretches(good)
    if not runs:
        return math.nan
    start = int(np.flatnonzero(points == base[term.name])[0])
    _, last = own_stretch(runs, start)
    if last == points.size - 1:
        return float(points[-1])
    inside, outside = float(points[last]), float(points[last + 1])
    if term.levels is None:
        return search.crossing("estimate", inside, outside)
    between = [level for level in term.levels if min(inside, outside) < level < max(inside, outside)]
    found = inside
    for level in sorted(between, key=lambda one: term.sign * one):
        if not search.holds("estimate", level):
            break
        found = level
    return found


_LEVEL = 0.95  # of bounds that are not looked at


def _few(term: Term, start: float, n_points: int) -> FloatArray:
    """Return a few points of the term, its ends and its start among them, in the direction of concession."""
    if term.levels is None:
        points = np.linspace(term.low, term.high, n_points)
    else:
        levels = np.array(term.levels)
        points = levels[
            np.unique(np.linspace(0, levels.size - 1, min(n_points, levels.size)).round().astype(int))
        ]
    points = np.unique(np.append(points, start))
    return points if term.sign > 0 else points[::-1]
