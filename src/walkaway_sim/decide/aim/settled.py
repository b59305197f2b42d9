"""Where deals are settled with and without a buffer, and what that brings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.aim.threshold_influence import Threshold
from walkaway_sim.decide.customer.along import surplus_along
from walkaway_sim.decide.customer.joined import JoinedCustomer
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import mean_tally, tally_bounds
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import Profile

__all__ = ["BufferPoint", "Settled"]

_CELLS = 32
"""Cells of reservations between two walkaways, each settled at its middle: the error falls with their square."""

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

    def point(self, buffer: float, found: Threshold, confidence_level: float) -> BufferPoint:
        """Return what one buffer costs, from the walkaway with it."""
        first, then = self.without, found
        if first.value == then.value:
            nothing = Estimate(0.0, 0.0, 0.0, 0.0)
            return BufferPoint(buffer, then.value, nothing, nothing, nothing)
        stop = self.term.best if math.isnan(then.value) else then.value

        def killed(w: float, v: float, n_cells: int) -> float:  # noqa: ARG001  # exact, without cells
            return self._chance(w) - self._below(v, then)

        def lost(w: float, v: float, n_cells: int) -> FloatArray:
            start = None if math.isnan(then.value) else v
            return self._brought(start, w, lambda x: self._at(x, w), n_cells)

        def gained(w: float, v: float, n_cells: int) -> FloatArray:
            if math.isnan(then.value):
                return np.zeros(self.profile.n_draws)
            return self._brought(None, v, lambda x: self._at(x, v) - self._at(x, w), n_cells)

        def estimate(of: _Figure, *, wide: float = 0.0) -> Estimate:
            at = of(first.value, stop, _CELLS)
            each = np.zeros(self.profile.n_draws) + at + _carried(of, first, then, stop)
            bounds = tally_bounds(
                mean_tally(each, self.n_replicates),
                confidence_level,
                skewed=True,
                floor=self.lattice.error(each),
            )
            return Estimate(float(np.mean(at)), bounds.low - wide, bounds.high + wide, bounds.standard_error)

        rises = self._rise(first, stop) + self._rise(then, stop)
        chance = estimate(killed, wide=rises)
        chance = Estimate(chance.estimate, max(chance.low, 0.0), min(chance.high, 1.0), chance.standard_error)
        return BufferPoint(buffer, then.value, chance, estimate(lost), estimate(gained))

    def _rise(self, at: Threshold, stop: float) -> float:
        """Return what one draw of a replicate moves the chance of a yes by, at a threshold that is counted."""
        if at.counted == 0.0:
            return 0.0
        value = stop if math.isnan(at.value) else at.value
        return abs(self._chance(value + 0.5 * at.counted) - self._chance(value - 0.5 * at.counted))

    def _amount(self, value: float) -> float:
        return self.joined.amount({**self.base, self.term.name: value})

    def _chance(self, value: float) -> float:
        return self.joined.chance(self._amount(value))

    def _below(self, value: float, then: Threshold) -> float:
        return 0.0 if math.isnan(then.value) else self._chance(value)

    def _at(self, reservation: float, walkaway: float) -> FloatArray:
        """Return the surplus where a deal with that reservation is settled, shape ``(n_draws,)``."""
        value = walkaway - self.split * (walkaway - reservation)
        return self.profile.at(min(max(value, self.term.low), self.term.high))

    def _brought(
        self, start: float | None, to: float, surplus: Callable[[float], FloatArray], n_cells: int
    ) -> FloatArray:
        """Return a surplus, 0 without a deal, of reservations beyond `start` and up to `to`, shape ``(n_draws,)``.

        Without `start`, from the best end of the range on, where those settle too who would take even less.
        """
        edges = np.linspace(self.term.best if start is None else start, to, n_cells + 1).tolist()
        total = np.zeros(self.profile.n_draws)
        before = 0.0 if start is None else self.joined.chance_given(self._amount(start))
        for low, high in pairwise(edges):
            upto = self.joined.chance_given(self._amount(high))
            total += surplus(0.5 * (low + high)) * (upto - before)
            before = upto
        return total


_Figure = Callable[[float, float, int], FloatArray | float]
"""A figure of the walkaways without and with a buffer, draw by draw or as one number, from so many cells."""


def _carried(of: _Figure, first: Threshold, then: Threshold, stop: float) -> FloatArray | float:
    """Return what the errors of the two thresholds make of a figure, draw by draw, their mean 0."""
    carried: FloatArray | float = 0.0
    w = first.value
    for step, towards, influence in (
        (first.step, (1.0, 0.0), first.influence),
        (then.step, (0.0, 1.0), then.influence),
    ):
        if step > 0.0:
            beyond, before = (
                float(np.mean(of(w + side * step * towards[0], stop + side * step * towards[1], _FEW_CELLS)))
                for side in (1.0, -1.0)
            )
            carried = carried + (beyond - before) / (2.0 * step) * influence
    return carried
