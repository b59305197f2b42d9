"""Where deals are settled with and without a buffer, and what that brings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.aim.threshold_influence import Threshold
from walkaway_sim.decide.customer.along import surplus_along
from walkaway_sim.decide.customer.joined import JoinedCustomer
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import Bounds, mean_tally, tally_bounds
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import Profile

__all__ = ["BufferPoint", "Settled"]

_CELLS = 32
"""Cells of reservations between two walkaways, each settled at its middle: the error falls with their square.
Single reservations that carry probability are settled at themselves."""

_FEW_CELLS = 8
"""The same for the slopes by which the walkaways' errors are carried over."""


@dataclass(frozen=True, slots=True)
class BufferPoint:
    """What one buffer costs.

    Attributes
    ----------
    buffer : float
        [currency]
    walkaway : float
        With it held back [unit]; NaN where no value is acceptable then.
    killed : Estimate
        The chance that it kills a deal worth having: the customer's reservation lies between the two walkaways.
    lost : Estimate
        Expected surplus of these deals, had they been made, times their chance [currency].
    gained : Estimate
        What the deals that are still made bring more, since they are settled nearer to our side [currency].
    """

    buffer: float
    walkaway: float
    killed: Estimate
    lost: Estimate
    gained: Estimate


class Settled:
    """Settlements along one term, our walkaway without a buffer known.

    Parameters
    ----------
    sim : Simulation
    joined : JoinedCustomer
    term : Term
    base : mapping of str to float
        At which the other terms are held.
    split : float
        Our share of the zone.
    without : Threshold
        Our walkaway with nothing held back.
    """

    def __init__(
        self,
        sim: Simulation,
        joined: JoinedCustomer,
        term: Term,
        base: Mapping[str, float],
        split: float,
        without: Threshold,
    ) -> None:
        self.joined, self.term, self.base, self.split, self.without = joined, term, base, split, without
        self.n_replicates, self.lattice = sim.n_replicates, Lattice(sim)
        self.profile: Profile = surplus_along(sim, term, base, buffer=False)
        # Those at our best end settle there with all who would take even less.
        at_best = self._amount(term.best)
        self.atoms: list[float] = [
            x for x in joined.atoms_on(term, base).tolist() if not joined.takes(at_best, self._amount(x))
        ]
        self.reservations: FloatArray = np.array([self._amount(x) for x in self.atoms])

    def point(self, buffer: float, found: Threshold, confidence_level: float) -> BufferPoint:
        """Return what one buffer costs, from the walkaway with it."""
        first, then = self.without, found
        if first.value == then.value:
            nothing = Estimate(0.0, 0.0, 0.0, 0.0)
            return BufferPoint(buffer, then.value, nothing, nothing, nothing)
        nowhere = math.isnan(then.value)
        stop = self.term.best if nowhere else then.value

        def killed(w: float, v: float, n_cells: int) -> float:  # noqa: ARG001  # exact, without cells
            return self._spread_upto(w) - (0.0 if nowhere else self._spread_upto(v))

        def lost(w: float, v: float, n_cells: int) -> FloatArray:
            return self._brought(None if nowhere else v, w, lambda x: self._at(x, w), n_cells)

        def gained(w: float, v: float, n_cells: int) -> FloatArray:
            if nowhere:
                return np.zeros(self.profile.n_draws)
            return self._brought(None, v, lambda x: self._at(x, v) - self._at(x, w), n_cells)

        def one_killed(x: float, w: float, v: float) -> float:  # noqa: ARG001  # wherever it would settle
            return self.joined.law_chance_just_there(self._amount(x))

        def one_lost(x: float, w: float, v: float) -> FloatArray:  # noqa: ARG001  # settles by our walkaway without
            return self._at(x, w) * self.joined.chance_just_there(self._amount(x))

        def one_gained(x: float, w: float, v: float) -> FloatArray:
            return (self._at(x, v) - self._at(x, w)) * self.joined.chance_just_there(self._amount(x))

        def still_made(x: float) -> _Held:
            return _Held(False, False, False) if nowhere else self._held(x, None, then)

        def estimate(spread: _Spread, one: _One, is_held: Callable[[float], _Held]) -> Estimate:
            figure = _Figure(spread, one, {x: is_held(x) for x in self.atoms})
            return self._estimate(figure, first, then, stop, confidence_level)

        rises = self._rise(first, stop) + self._rise(then, stop)
        chance = estimate(killed, one_killed, lambda x: self._held(x, then, first))
        low, high = max(chance.low - rises, 0.0), min(chance.high + rises, 1.0)
        return BufferPoint(
            buffer,
            then.value,
            Estimate(chance.estimate, low, high, chance.standard_error),
            estimate(lost, one_lost, lambda x: self._held(x, then, first)),
            estimate(gained, one_gained, still_made),
        )

    def _estimate(
        self, figure: _Figure, first: Threshold, then: Threshold, stop: float, confidence_level: float
    ) -> Estimate:
        """Return a figure with its interval, that of the draws and of both thresholds."""

        def bounds(held: list[float]) -> tuple[float, Bounds]:
            at = figure(held, first.value, stop, _CELLS)
            # Whose reservation is counted does not move with the thresholds: a jump is no slope, and must not cancel
            # one.
            carried = _carried(lambda w, v: figure(held, w, v, _FEW_CELLS), first, then, stop)
            each = np.zeros(self.profile.n_draws) + at + carried
            tally = mean_tally(each, self.n_replicates)
            floor = self.lattice.error(each)
            return float(np.mean(at)), tally_bounds(tally, confidence_level, skewed=True, floor=floor)

        told = figure.held
        value, found = bounds([x for x, one in told.items() if one.is_in])
        every = [found]
        doubtful = [x for x, one in told.items() if one.may_be and not one.must_be]
        if doubtful:
            # Whether these count, the draws cannot tell: the least and the most that the figure can be.
            sure = [x for x, one in told.items() if one.must_be]
            adds = [float(np.mean(figure.one(x, first.value, stop))) >= 0.0 for x in doubtful]
            for more in (False, True):
                held = [x for x, rises in zip(doubtful, adds, strict=True) if rises == more]
                every.append(bounds(sure + held)[1])
        return Estimate(
            value, min(one.low for one in every), max(one.high for one in every), found.standard_error
        )

    def _rise(self, at: Threshold, stop: float) -> float:
        """Return what one draw of a replicate moves the chance of a yes by, at a threshold that is counted."""
        if at.counted == 0.0:
            return 0.0
        value = stop if math.isnan(at.value) else at.value
        upto, before = (self._spread_upto(value + side * 0.5 * at.counted) for side in (1.0, -1.0))
        return abs(upto - before)

    def _amount(self, value: float) -> float:
        return self.joined.amount({**self.base, self.term.name: value})

    def _reached(self, value: float) -> BoolArray:
        """Return of each single reservation that carries probability whether a value of the term is enough for it."""
        return self.joined.takes(self._amount(value), self.reservations)

    def _spread_upto(self, value: float) -> float:
        """Return the chance of a yes to a value, without that of single reservations beyond our best end."""
        single = (self.joined.law_chance_just_there(one) for one in self.reservations[self._reached(value)])
        return self.joined.chance(self._amount(value)) - math.fsum(single)

    def _held(self, x: float, start: Threshold | None, to: Threshold) -> _Held:
        """Return whether a single reservation lies beyond one threshold and not beyond another."""

        def reached(at: Threshold) -> list[bool]:
            return [
                bool(self.joined.takes(self._amount(value), self._amount(x)))
                for value in (at.value, at.low, at.high)
            ]

        upto = reached(to)
        if start is None or math.isnan(start.value):
            return _Held(upto[0], any(upto), all(upto))
        before = reached(start)
        return _Held(upto[0] and not before[0], any(upto) and not all(before), all(upto) and not any(before))

    def _at(self, reservation: float, walkaway: float) -> FloatArray:
        """Return the surplus where a deal with that reservation is settled, shape ``(n_draws,)``."""
        value = walkaway - self.split * (walkaway - reservation)
        return self.profile.at(min(max(value, self.term.low), self.term.high))

    def _brought(
        self, start: float | None, to: float, surplus: Callable[[float], FloatArray], n_cells: int
    ) -> FloatArray:
        """Return a surplus, 0 without a deal, of reservations beyond `start` and up to `to`, shape ``(n_draws,)``.

        Of all but the single ones that carry probability. Without `start`, from the best end of the range on, where
        those settle too who would take even less.
        """
        first = self.term.best if start is None else start
        edges = np.linspace(first, to, n_cells + 1).tolist()
        total = np.zeros(self.profile.n_draws)
        before = self.joined.chance_given(self._amount(first))
        if start is None:
            total += surplus(first) * before
        reached = self._reached(first)
        for low, high in pairwise(edges):
            upto, reached_then = self.joined.chance_given(self._amount(high)), self._reached(high)
            mass = upto - before
            for one in self.reservations[reached_then & ~reached]:
                mass = mass - self.joined.chance_just_there(float(one))
            for one in self.reservations[reached & ~reached_then]:
                mass = mass + self.joined.chance_just_there(float(one))
            total += surplus(0.5 * (low + high)) * mass
            before, reached = upto, reached_then
        return total


_Spread = Callable[[float, float, int], FloatArray | float]
"""A figure of the walkaways without and with a buffer, draw by draw or as one number, from so many cells."""

_One = Callable[[float, float, float], FloatArray | float]
"""What one reservation that carries probability adds to it at these walkaways."""


@dataclass(frozen=True, slots=True)
class _Held:
    """Whether a figure counts a reservation: by the thresholds' estimates, and by some or all of their intervals."""

    is_in: bool
    may_be: bool
    must_be: bool


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure: of what spreads, and of single reservations that carry probability, which are exact."""

    spread: _Spread
    one: _One
    held: dict[float, _Held]

    def __call__(self, held: list[float], w: float, v: float, n_cells: int) -> FloatArray | float:
        """Return it with some of the single reservations counted, as `_Spread`."""
        total = self.spread(w, v, n_cells)
        for x in held:
            total = total + self.one(x, w, v)
        return total


def _carried(
    of: Callable[[float, float], FloatArray | float], first: Threshold, then: Threshold, stop: float
) -> FloatArray | float:
    """Return what the errors of the two thresholds make of a figure, draw by draw, their mean 0."""
    carried: FloatArray | float = 0.0
    w = first.value
    for step, towards, influence in (
        (first.step, (1.0, 0.0), first.influence),
        (then.step, (0.0, 1.0), then.influence),
    ):
        if step > 0.0:
            beyond, before = (
                float(np.mean(of(w + side * step * towards[0], stop + side * step * towards[1])))
                for side in (1.0, -1.0)
            )
            carried = carried + (beyond - before) / (2.0 * step) * influence
    return carried
