"""The best offer under each plausible law of the reservation, on draws that they all share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.customer.along import evenly
from walkaway_sim.decide.customer.doubt import CalibrationInterval, calibrated
from walkaway_sim.decide.customer.joined import JoinedCustomer, join
from walkaway_sim.decide.customer.offer_search import Gain, pick, reach
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.pilot import pilot_of

__all__ = ["OfferDoubt", "offer_doubt"]

MOST_LAWS = 200
"""Laws under which the offer is found again; of more, so many that lie evenly among them, should they have an order."""
LAW_DRAWS = 2**12
"""Draws on which it is: their error is common to all laws, and cancels."""


@dataclass(frozen=True, slots=True)
class OfferDoubt:
    """What the doubt about the reservation's law does to the best offer.

    Attributes
    ----------
    offer : CalibrationInterval or None
        Over the laws under which an offer is worth making [unit]; None with fewer than two of them.
    n_laws : int
        Laws that were tried.
    n_without : int
        Those under which no offer is worth making, since the customer says yes to none.
    """

    offer: CalibrationInterval | None
    n_laws: int
    n_without: int


class _SharedGain(Gain):
    """The gain under one of several laws, which share what does not depend on the law.

    Parameters
    ----------
    own : Gain
        Under the law itself.
    """

    def __init__(self, own: Gain) -> None:
        self.joined, self.term, self.base, self.profile = own.joined, own.term, own.base, own.profile
        self.kept: dict[float, FloatArray] = {}
        self.means: dict[float, float] = {}
        self.last = super().turn()
        for value in evenly(self.term):
            self.kept[value] = self.profile.at(value)

    def __call__(self, value: float) -> FloatArray:
        surplus = self.kept[value] if value in self.kept else self.profile.at(value)
        taken: FloatArray = surplus * self.joined.chance_given(self.amount(value))
        return taken

    def mean(self, value: float) -> float:
        if isinstance(self.joined.score, float):  # one chance for all draws
            return self.surplus(value) * self.chance(value)
        return float(self(value).mean())

    def surplus(self, value: float) -> float:
        if value not in self.means:
            self.means[value] = super().surplus(value)
        return self.means[value]

    def turn(self) -> float:
        return self.last

    def under(self, law: Distribution) -> _SharedGain:
        """Return itself, turned to another law."""
        self.joined = replace(self.joined, law=law)
        return self


def offer_doubt(
    sim: Simulation,
    joined: JoinedCustomer,
    term: Term,
    base: Mapping[str, float],
    offer: float,
    confidence_level: float,
    least_chance: float,
) -> OfferDoubt | None:
    """Return what the plausible laws of the reservation do to the best offer.

    Parameters
    ----------
    sim : Simulation
    joined : JoinedCustomer
    term : Term
    base : mapping of str to float
    offer : float
        The best offer under the law itself [unit]; NaN where there is none.
    confidence_level : float
    least_chance : float
        Of a yes, for an offer to be worth making.

    Returns
    -------
    OfferDoubt or None
        None where the law is known, or yeses are counted: a count has too coarse a top to be compared.

    Notes
    -----
    All laws share their draws, so that the spread of their offers is that of the laws, and nothing has to be
    subtracted; they are moved by what so few draws put the offer under the law itself off.
    """
    if not joined.plausible or not joined.is_smooth:
        return None
    pilot = pilot_of(sim, LAW_DRAWS)
    there = join(pilot, joined.customer)
    gain = _SharedGain(Gain(pilot, there, term, base))
    shift = 0.0
    # At single values that carry probability an offer is exact, or off by a whole jump that other laws have not.
    if not math.isnan(offer) and term.levels is None and not gain.atoms():
        shift = offer - pick(gain)
    every = len(joined.plausible)
    spread = np.linspace(0, every - 1, min(every, MOST_LAWS)).round().astype(int)
    laws = [joined.plausible[index] for index in spread.tolist()]
    found = []
    for law in laws:
        value = pick(gain.under(law), xatol=1e-6)
        if max(gain.chance(value), reach(gain)) >= least_chance:
            found.append(min(max(value + shift, term.low), term.high) if shift else value)
    interval = calibrated(found, confidence_level) if len(found) > 1 else None
    return OfferDoubt(interval, len(laws), len(laws) - len(found))
