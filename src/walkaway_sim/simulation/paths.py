"""Paths through the terms of a deal: which of them move together, and where they are along the way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from walkaway_sim.deal.term import Term

__all__ = ["OneTerm", "Path", "StraightPath"]

_HAIR = 1e-12
"""Of a share: rounding that must not keep a path short of a level that it reaches."""


class Path(Protocol):
    """Terms that move together, as a function of one number."""

    @property
    def names(self) -> tuple[str, ...]:
        """The terms that move."""
        ...

    def __call__(self, value: float) -> dict[str, float]:
        """Return where they are [their units]."""
        ...


@dataclass(frozen=True, slots=True)
class OneTerm:
    """One term moving by itself: the number is its value [unit]."""

    name: str

    @property
    def names(self) -> tuple[str, ...]:
        """The term."""
        return (self.name,)

    def __call__(self, value: float) -> dict[str, float]:
        """Return the term at `value`."""
        return {self.name: value}


@dataclass(frozen=True, slots=True)
class StraightPath:
    """Several terms going from one package to another; the number is the share of the way, from 0 to 1.

    Attributes
    ----------
    terms : tuple of Term
        Those that move.
    start, end : mapping of str to float
        Where they begin and end [their units]; other names are ignored.

    Notes
    -----
    A range is gone through evenly. A term with levels is at the last one that the share has reached, counting
    levels evenly, so that a share never concedes more than a range would.

    Examples
    --------
    >>> from walkaway_sim.deal import Term
    >>> discount = Term("discount", 0.05, range=(0, 0.3))
    >>> drops = Term("drops", 1, levels=(1, 2, 3, 5))
    >>> path = StraightPath((discount, drops), {"discount": 0.05, "drops": 1}, {"discount": 0.25, "drops": 5})
    >>> {name: round(at, 3) for name, at in path(0.5).items()}
    {'discount': 0.15, 'drops': 2.0}
    """

    terms: tuple[Term, ...]
    start: Mapping[str, float]
    end: Mapping[str, float]

    @property
    def names(self) -> tuple[str, ...]:
        """The terms that move."""
        return tuple(term.name for term in self.terms)

    def __call__(self, value: float) -> dict[str, float]:
        """Return the package at a share of the way [their units]."""
        return {
            term.name: _between(term, self.start[term.name], self.end[term.name], value)
            for term in self.terms
        }


def _between(term: Term, start: float, end: float, share: float) -> float:
    if term.levels is not None:
        return _reached(term.levels, start, end, share)
    if share == 1.0:
        return end
    return min(max(start + share * (end - start), term.low), term.high)


def _reached(levels: Sequence[float], start: float, end: float, share: float) -> float:
    first, last = levels.index(start), levels.index(end)
    steps = math.floor(share * abs(last - first) + _HAIR)
    return float(levels[first + steps if last > first else first - steps])
