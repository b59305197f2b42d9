"""Directions in which several terms are conceded together, fixed before any draw has been looked at."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term

__all__ = ["Ray", "conceded", "least_directions", "spread_directions"]

_CANDIDATES = 4096
"""Points of the lattice on the simplex among which directions are chosen, at the most."""

_LAGS = (1.0, 0.5, 0.0)
"""Shares of its own concession at which a term that may lag behind is looked at."""

_MOST_LAGGING = 2
"""Terms of which all of these shares are combined; of more, the ends only."""

_HAIR = 1e-9
"""Of a level: rounding that must not keep a ray short of a level that it reaches."""


def conceded(term: Term, start: float, amount: float) -> float:
    """Return a term after a concession, which stops at the end of its range [unit].

    Parameters
    ----------
    term : Term
    start : float
        From where; one of the levels of a term that has them [unit].
    amount : float
        0 or more [unit]; a number of levels for a term that has them, of which the whole ones count.

    Examples
    --------
    >>> conceded(Term("drops", 2, levels=(1, 2, 3, 5)), 2, 1.9)
    3.0
    """
    if term.levels is not None:
        ordered = term.levels[:: term.sign]
        place = ordered.index(start) + math.floor(amount + _HAIR)
        return float(ordered[min(place, len(ordered) - 1)])
    return min(max(start + term.sign * amount, term.low), term.high)


@dataclass(frozen=True, slots=True)
class Ray:
    """Terms that are conceded together, each at its own pace; the number is the share of the way, from 0 to 1.

    Attributes
    ----------
    terms : tuple of Term
        Those that move.
    base : mapping of str to float
        Where they start [their units].
    full : tuple of float
        What each has conceded at share 1 [unit, or levels]; a term stops at the end of its range.
    """

    terms: tuple[Term, ...]
    base: Mapping[str, float]
    full: tuple[float, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The terms that move."""
        return tuple(term.name for term in self.terms)

    def __call__(self, value: float) -> dict[str, float]:
        """Return the package at a share of the way [their units]."""
        return {
            term.name: conceded(term, self.base[term.name], value * full)
            for term, full in zip(self.terms, self.full, strict=True)
        }

    def left_behind(self, lagging: Collection[str]) -> list[Ray]:
        """Return the ray, and the same with some terms not conceded, or half, in every combination."""
        paces: list[tuple[float, ...]]
        paces = [_LAGS if term.name in lagging else (1.0,) for term in self.terms]
        if sum(len(one) > 1 for one in paces) > _MOST_LAGGING:
            paces = [one if len(one) == 1 else (1.0, 0.0) for one in paces]
        return [
            Ray(self.terms, self.base, tuple(pace * full for pace, full in zip(row, self.full, strict=True)))
            for row in itertools.product(*paces)
        ]


def least_directions(n_terms: int) -> int:
    """Return how many directions hold each term alone, each pair and all of them at once."""
    pairs = n_terms * (n_terms - 1) // 2
    return n_terms + pairs + (1 if n_terms > 2 else 0)


def spread_directions(n_terms: int, n_directions: int) -> FloatArray:
    """Return directions spread evenly over all ways of conceding several terms together.

    Parameters
    ----------
    n_terms, n_directions : int
        One or more; of directions `least_directions` or more.

    Returns
    -------
    ndarray, shape (n_directions, n_terms)
        0 or more, the largest of each row 1: each term alone, each pair alike, all alike, and between
        these, one after the other, the point of the simplex lattice of Das and Dennis (1998, SIAM J. Optim. 8, 631)
        that lies furthest from all before it. Fewer where the lattice has no more.

    Examples
    --------
    >>> spread_directions(2, 5).round(2).tolist()
    [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.33, 1.0], [1.0, 0.33]]
    """
    unit = np.eye(n_terms)
    first = [*unit, *(unit[i] + unit[j] for i, j in itertools.combinations(range(n_terms), 2))]
    if n_terms > 2:
        first.append(np.ones(n_terms))
    chosen = [row / row.sum() for row in first]
    lattice = np.array(list(_lattice(n_terms)))
    distance = np.min([_distance(lattice, row) for row in chosen], axis=0)
    while len(chosen) < n_directions:
        furthest = int(
            np.argmax(distance.round(12))
        )  # of points alike far the first, whatever their rounding
        if distance[furthest] <= _HAIR:
            break
        chosen.append(lattice[furthest])
        distance = np.minimum(distance, _distance(lattice, lattice[furthest]))
    found = np.array(chosen)
    directions: FloatArray = found / found.max(axis=1, keepdims=True)
    return directions


def _distance(lattice: FloatArray, row: FloatArray) -> FloatArray:
    distance: FloatArray = np.sqrt(np.square(lattice - row).sum(axis=1))
    return distance


def _lattice(n_terms: int) -> Iterator[FloatArray]:
    """Yield the points of the simplex whose coordinates are whole multiples of one share."""
    parts = 2
    while parts < 128 and math.comb(parts + 2 + n_terms - 1, n_terms - 1) <= _CANDIDATES:
        parts += 2  # even, so that the middle of each pair is among them
    bars = itertools.combinations(range(parts + n_terms - 1), n_terms - 1)
    for places in bars:
        ends = (-1, *places, parts + n_terms - 1)
        yield np.diff(ends).astype(float) / parts - 1.0 / parts
