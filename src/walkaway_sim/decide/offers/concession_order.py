"""In which order small concessions buy the most goodwill for the least surplus, on a pilot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.goodwill import share_conceded
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.offers.holds import holds
from walkaway_sim.decide.offers.places import furthest, places, thinned
from walkaway_sim.decide.rules import Rule
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["Order", "SmallMove", "concession_order", "cut"]

_MOST_PLACES = 101
"""Of one term: finer steps are taken several at once."""


@dataclass(frozen=True, slots=True)
class SmallMove:
    """One step or level of one term.

    Attributes
    ----------
    name : str
    to : float
        Where the term goes [unit].
    cost : float
        Expected surplus given up, on the pilot [currency].
    gain : float
        Goodwill.
    """

    name: str
    to: float
    cost: float
    gain: float


@dataclass(frozen=True, slots=True)
class Order:
    """Small moves one after another, and whether the rule closed any term before its end."""

    moves: tuple[SmallMove, ...]
    closed: bool


def concession_order(
    rough: Simulation,
    pilot: Simulation,
    rule: Rule,
    weights: Mapping[str, float],
    start: Mapping[str, float],
    confidence_level: float,
) -> Order:
    """Return small concessions, the cheapest for their goodwill at the package then on the table first.

    Parameters
    ----------
    rough, pilot : Simulation
        On the first, of few draws, costs are compared; on the second the rule is asked whether it still holds with
        confidence. A term whose next move would break it goes no further.
    rule : Rule
    weights, start : mapping of str to float
        Of all terms. Those that weigh nothing do not move.
    confidence_level : float

    Notes
    -----
    Marginal analysis (Fox 1966): where costs add up over terms and each further step of a term costs no less than
    the one before it, no package with as much goodwill as one on the way costs less. Where later steps are cheaper,
    places 2, 4, 8 ... further and the end are looked at too, so that the way there is weighed as one move: then it
    holds of where such moves end. Where terms interact it is a rule of thumb.
    """
    terms = {term.name: term for term in rough.deal.terms if weights[term.name] > 0.0}
    lanes = {name: _lane(term, start[name]) for name, term in terms.items()}
    at = dict(start)
    lattice = Lattice(pilot)
    moves: list[SmallMove] = []
    closed = False

    known: dict[tuple[str, float], float] = {}

    def mean(name: str, value: float) -> float:
        if (name, value) not in known:
            known[name, value] = float(rough.surplus({**at, name: value}).mean())
        return known[name, value]

    def gain(name: str, value: float) -> float:
        return weights[name] * share_conceded(terms[name], value, at[name])

    here = float(rough.surplus(at).mean())
    while any(lanes.values()):
        tried = [
            ((here - mean(name, lane[ahead])) / gain(name, lane[ahead]), name, ahead)
            for name, lane in lanes.items()
            for ahead in _ahead(len(lane))
        ]
        _, name, ahead = min(tried)
        lane = lanes[name]
        if not holds(rule, pilot.surplus({**at, name: lane[ahead]}), lattice, confidence_level):
            lanes[name], closed = lane[:ahead], True
            continue
        for value in lane[: ahead + 1]:
            there = mean(name, value)
            moves.append(SmallMove(name, value, here - there, gain(name, value)))
            at[name], here = value, there
        lanes[name] = lane[ahead + 1 :]
        known.clear()
    return Order(tuple(moves), closed)


def _ahead(size: int) -> list[int]:
    """Return indices of places ahead: the next, 2, 4, 8 ... further, and the last."""
    return sorted({min(2**power, size) - 1 for power in range(size.bit_length() + 1)}) if size else []


def _lane(term: Term, start: float) -> tuple[float, ...]:
    """Return where a term may go, one small concession after another."""
    end = furthest(term)
    if term.sign * (end - start) <= 0.0:
        return ()
    return thinned(places(term, start, end), _MOST_PLACES)[1:]


def cut(costs: Sequence[float], proportions: Sequence[float]) -> list[int]:
    """Return after how many small moves each round ends, so that their costs are nearest to some proportions.

    Examples
    --------
    >>> cut([1.0] * 10, [4, 3, 2, 1])
    [4, 7, 9, 10]
    """
    if not costs:
        return []
    # A move that costs less than nothing would make the sum fall: it goes with what was there before.
    spent = np.maximum.accumulate(np.cumsum(costs))
    wanted = spent[-1] * np.cumsum(proportions) / np.sum(proportions)
    nearest = [int(np.argmin(np.abs(spent - one))) + 1 for one in wanted[:-1]]
    return sorted({*nearest, len(costs)})
