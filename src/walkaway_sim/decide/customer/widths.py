"""Chance and width of a zone of agreement, as functions of our walkaway."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from walkaway_sim.deal.term import Term
from walkaway_sim.decide.customer.doubt import CalibrationInterval, calibrated
from walkaway_sim.decide.customer.joined import JoinedCustomer
from walkaway_sim.decide.table import TermWalkaway

__all__ = ["Widths", "ZoneDoubt"]

_CELLS = 2**13
"""Cells of the integral of a chance, which end at its jumps too: it is off by less than a cell's width times half the
rise of the chance between these."""

_LAW_CELLS = 2**10
"""The same for each of many laws."""

_DIVISIBLE = 1e-9
"""The chance of a zone below which no width is given that there is one."""


class Widths:
    """Chance and expected width of the zone, as functions of our walkaway.

    Parameters
    ----------
    joined : JoinedCustomer
    term : Term
    base : mapping of str to float
        At which the other terms are held.
    n_cells : int
    """

    def __init__(
        self, joined: JoinedCustomer, term: Term, base: Mapping[str, float], n_cells: int = _CELLS
    ) -> None:
        self.joined, self.term, self.base = joined, term, base
        values = np.linspace(term.best, term.limit, n_cells + 1)
        self.atoms = joined.atoms_on(term, base)
        if self.atoms.size:
            values = np.unique(np.concatenate([values, self.atoms]))[:: term.sign]
        amounts = joined.amounts_along(term, base, values)
        chances = joined.chances(amounts)
        before = joined.chances(joined.short_of(amounts)) if self.atoms.size else chances
        steps = np.abs(np.diff(values)) * 0.5 * (before[1:] + chances[:-1])
        self.far = np.abs(values - term.best)
        self.integral = np.concatenate([[0.0], np.cumsum(steps)])

    def chance(self, value: float) -> float:
        """Return the chance that the customer takes a value of the term."""
        return self.joined.chance(self.joined.amount({**self.base, self.term.name: value}))

    def at(self, value: float) -> tuple[float, float, float]:
        """Return chance, expected width, and expected width given a zone; 0 where no value is acceptable."""
        if math.isnan(value):
            return 0.0, 0.0, 0.0
        chance = self.chance(value)
        width = float(np.interp(abs(value - self.term.best), self.far, self.integral))
        return chance, width, width / chance if chance >= _DIVISIBLE else 0.0

    def _short_of(self, value: float) -> tuple[float, float, float]:
        """Return the same as `at` just short of a value."""
        amount = self.joined.amount({**self.base, self.term.name: value})
        chance, width = self.joined.chance(self.joined.short_of(amount)), self.at(value)[1]
        return chance, width, width / chance if chance >= _DIVISIBLE else 0.0

    def interval(self, walk: TermWalkaway) -> tuple[tuple[float, float, float], ...]:
        """Return estimate, low and high of each of the three."""
        # What the estimate says of a range that is acceptable nowhere is said by its best end; it is none.
        nowhere = not walk.acceptable_set
        value = math.nan if nowhere else walk.estimate
        ends = (math.nan,) if math.isnan(walk.estimate) else (math.nan,) * nowhere + (walk.low, walk.high)
        between = () if math.isnan(walk.estimate) else tuple(np.linspace(walk.low, walk.high, 17).tolist())
        middle = self.at(value)
        every = [self.at(one) for one in (value, *ends, *between)]
        if between:
            # Where the chance jumps the width given a zone is highest just short of it, and lowest there.
            jumps = [one for one in self.atoms.tolist() if walk.low < one <= walk.high]
            every += [found for one in jumps for found in (self.at(one), self._short_of(one))]
        return tuple(
            (middle[k], min(one[k] for one in every), max(one[k] for one in every)) for k in range(3)
        )


@dataclass(frozen=True, slots=True)
class ZoneDoubt:
    """What the doubt about the reservation's law does to a zone, our walkaway held at its estimate.

    Attributes
    ----------
    exists, width : CalibrationInterval
        Of the chance that there is a zone, and of its expected width [unit].
    width_given : CalibrationInterval or None
        Of its expected width where there is one [unit], over the laws that have one; None with fewer than two.
    """

    exists: CalibrationInterval
    width: CalibrationInterval
    width_given: CalibrationInterval | None

    @classmethod
    def of(
        cls, joined: JoinedCustomer, term: Term, base: Mapping[str, float], stop: float, level: float
    ) -> ZoneDoubt:
        """Return it from the distribution function of each plausible law at our walkaway `stop`."""
        every = [
            Widths(replace(joined, law=law), term, base, _LAW_CELLS).at(stop) for law in joined.plausible
        ]
        given = [one[2] for one in every if one[0] >= _DIVISIBLE]
        return cls(
            calibrated([one[0] for one in every], level),
            calibrated([one[1] for one in every], level),
            calibrated(given, level) if len(given) > 1 else None,
        )
