"""Which terms to take back, and which to give for them, so that the customer is hurt least by rough weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.offers.curves import Chunk, TermCurve

__all__ = ["Stretch", "exchanges", "one_for_one"]

_SHARES = 33
"""Amounts of goodwill that are tried for a pair of terms."""

_BEYOND = 4
"""The stretch goes on by one part in so many."""

_HAIR = 1e-9
"""Of a share: what is left of a stretch after rounding."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the way from an offer to the supplier's best package.

    Attributes
    ----------
    mover : str
        The term that moves last along it, and settles how far to go.
    start, end : mapping of str to float
        Packages, the second better for the supplier [their units].
    """

    mover: str
    start: Mapping[str, float]
    end: Mapping[str, float]


def one_for_one(curves: Mapping[str, TermCurve], weights: Mapping[str, float]) -> Stretch | None:
    """Return the exchange of one term for another that leaves the customer as well off and changes least.

    Parameters
    ----------
    curves : mapping of str to TermCurve
        From a pilot; the margins are taken to add up over terms.
    weights : mapping of str to float

    Returns
    -------
    Stretch or None
        To a package at which the rule holds by the pilot; None where no pair has one.
    """
    found, least = None, np.inf
    for taken, one in curves.items():
        for given, other in curves.items():
            amounts = _amounts(one, other, weights[taken], weights[given]) if taken != given else None
            if amounts is None:
                continue
            package = {name: float(each.values[each.offered]) for name, each in curves.items()}
            back, more = _values(one, -amounts / weights[taken]), _values(other, amounts / weights[given])
            short = float(one.margins[one.offered])
            margins = one.along(back) + other.along(more) - short
            good = np.flatnonzero(margins > 0.0)
            if not good.size or amounts[good[0]] >= least:
                continue
            first, least = int(good[0]), float(amounts[good[0]])
            if one.term.levels is None and other.term.levels is None:
                # Margins do not quite add up: the stretch goes on beyond where they would be enough.
                first = min(first + 1 + first // _BEYOND, amounts.size - 1)
            end = {**package, taken: float(back[first]), given: float(more[first])}
            start = {**package, given: end[given]} if other.term.levels is not None else package
            if one.term.levels is not None:
                start = {**package, taken: end[taken]}
            found = Stretch(given if one.term.levels is not None else taken, start, end)
    return found


def _amounts(one: TermCurve, other: TermCurve, weight: float, its_weight: float) -> FloatArray | None:
    """Return amounts of goodwill that one term can be taken back by and another given, rising; None for none."""
    if not weight or not its_weight or (one.term.levels is not None and other.term.levels is not None):
        return None
    have, want = weight * one.shares(-1), its_weight * other.shares(1)
    if not have.size or not want.size:
        return None
    most = min(float(have.max()), float(want.max()))
    stepwise = have if one.term.levels is not None else want if other.term.levels is not None else None
    amounts = np.linspace(0.0, most, _SHARES)[1:] if stepwise is None else np.sort(stepwise[stepwise <= most])
    return amounts if amounts.size else None


def _values(curve: TermCurve, conceded: FloatArray) -> FloatArray:
    """Return the values of a term after concessions from the offer, as shares of its range [unit]."""
    term = curve.term
    moved: FloatArray = curve.values[curve.offered] + term.sign * conceded * (term.high - term.low)
    if term.levels is not None:  # exactly a level, and not the float beside it
        levels: FloatArray = np.array(term.levels)
        moved = levels[np.argmin(np.abs(levels - moved[:, None]), axis=1)]
    return np.clip(moved, term.low, term.high)


class _Way:
    """Where a package is on the way, and what may still be taken and given of each term."""

    def __init__(self, curves: Mapping[str, TermCurve], weights: Mapping[str, float]) -> None:
        self.curves = curves
        self.weights = weights
        self.package = {name: float(one.values[one.offered]) for name, one in curves.items()}
        self.takes = {name: list(one.takes()) for name, one in curves.items()}
        self.gives = {name: list(one.gives()) for name, one in curves.items()}
        self.given: dict[str, list[Chunk]] = {name: [] for name in curves}
        self.taken: set[str] = set()

    def is_stepwise(self, name: str) -> bool:
        return self.curves[name].term.levels is not None

    def take(self, name: str, share: float) -> None:
        self.taken.add(name)
        self.package[name] = self._advance(self.takes[name], share)[1]

    def give(self, name: str, share: float) -> None:
        done, self.package[name] = self._advance(self.gives[name], share)
        self.given[name].append(done)

    @staticmethod
    def _advance(left: list[Chunk], share: float) -> tuple[Chunk, float]:
        chunk = left.pop(0)
        at = chunk.at(share)
        if share < 1.0 - _HAIR:
            left.insert(0, chunk.after(share))
        return Chunk(chunk.start, at, chunk.size * share, chunk.rate), at

    def best_pair(self) -> tuple[str, str, float] | None:
        """Return what to take, what to give for it, and how much goodwill changes hands; None where none pays."""
        found, gain = None, 0.0
        for taken, takes in self.takes.items():
            for given, gives in self.gives.items():
                if taken == given or not takes or not gives or self.given[taken] or given in self.taken:
                    continue
                have, want = self.weights[taken] * takes[0].size, self.weights[given] * gives[0].size
                amount = min(have, want)
                if amount <= 0.0 or not self._is_whole(taken, given, have, want):
                    continue
                more = takes[0].rate / self.weights[taken] - gives[0].rate / self.weights[given]
                if more > gain:
                    found, gain = (taken, given, amount), more
        return found

    def _is_whole(self, taken: str, given: str, have: float, want: float) -> bool:
        """Say whether levels change hands as a whole: one of two, and the other term has enough to match it."""
        if self.is_stepwise(taken):
            return not self.is_stepwise(given) and want >= have
        return have >= want or not self.is_stepwise(given)


def exchanges(curves: Mapping[str, TermCurve], weights: Mapping[str, float]) -> Iterator[Stretch]:
    """Yield the way from an offer to the supplier's best package along which the customer is hurt least.

    Parameters
    ----------
    curves : mapping of str to TermCurve
        From a pilot; the margins are taken to add up over terms.
    weights : mapping of str to float
        Of the terms, their sum 1.

    Yields
    ------
    Stretch
        One after the other, each beginning where the one before ended.

    Notes
    -----
    What weighs nothing is taken back first. Then goodwill changes hands in equal amounts: what gains most for its
    weight is taken back, what costs least for its weight is given, as long as that pays and as far as anybody may
    sign. Then the rest is taken back, again what gains most for its weight first. Where margins are linear and add up
    this is, at every point, the solution of the linear programme "hurt the customer least, but do not pay more than
    what is taken, and of such packages change least" (a greedy one, since there is one constraint: Dantzig 1957).
    Levels change hands as a whole.
    """
    way = _Way(curves, weights)
    free = [(chunk.rate, name) for name, takes in way.takes.items() for chunk in takes if not weights[name]]
    for _, name in sorted(free, key=lambda one: -one[0]):
        yield _taken(way, name)
    while (pair := way.best_pair()) is not None:
        taken, given, amount = pair
        start = dict(way.package)
        size = weights[given] * way.gives[given][0].size
        way.give(given, min(amount / size, 1.0))
        if way.is_stepwise(given):
            start[given] = way.package[given]  # the level is given at once, and paid for by and by
        size = weights[taken] * way.takes[taken][0].size
        way.take(taken, min(amount / size, 1.0))
        mover = given if way.is_stepwise(taken) else taken
        if way.is_stepwise(taken):
            start[taken] = way.package[taken]
        yield Stretch(mover, start, dict(way.package))
    for name, done in way.given.items():
        # What helps the supplier too stays given.
        back = [chunk.undone() for chunk in reversed(done)] if all(one.rate > 0.0 for one in done) else None
        way.takes[name] = [] if back is None else [*back, *way.takes[name]]
    while any(way.takes.values()):
        name = max(
            (name for name, takes in way.takes.items() if takes and weights[name]),
            key=lambda name: way.takes[name][0].rate / weights[name],
            default="",
        )
        if not name:
            return
        yield _taken(way, name)


def _taken(way: _Way, name: str) -> Stretch:
    """Take back the next part of one term."""
    start = dict(way.package)
    way.take(name, 1.0)
    return Stretch(name, start, dict(way.package))
