"""Chances with the no-deal value integrated out: smooth in the terms, and known better from the same draws.

Given everything else, the surplus of a supply agreement is affine and falling in its no-deal value, so the chance
that the deal beats it is a value of that value's distribution function, and no yes or no.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import expit, logit

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.mixtures import Mixture
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.pieces import AffineProfile
from walkaway_sim.simulation.profile import BlockProfile
from walkaway_sim.simulation.valuing import DrawBlock

__all__ = ["Conditioning", "condition_on_the_rest"]


@dataclass(frozen=True, slots=True)
class Conditioning:
    """What it takes to integrate the no-deal value out.

    Attributes
    ----------
    law : Distribution
        Of the no-deal value, independent of all else.
    model : GraphValue
    terms : mapping
        At which the share of the no-deal value that an early end gives back is taken.
    kept : float
        Share of every amount that is left after tax.
    """

    law: Distribution
    model: GraphValue
    terms: Any
    kept: float

    @property
    def error(self) -> float:
        """How far a conditional chance may be off."""
        return cdf_table(self.law).error

    def slope_of(self, block: DrawBlock) -> FloatArray:
        """Return by how much one unit more of the no-deal value lowers each draw's surplus."""
        leaves = {**self.model.leaves(block.inputs, self.terms), "no_deal": 1.0}
        back = self.model.graph.evaluate(leaves, ("freed_capacity",))["freed_capacity"]
        slope: FloatArray = np.broadcast_to(self.kept * (1.0 - np.asarray(back)), (block.size,))
        return slope

    def profile(
        self, given: BlockProfile, blocks: Any, *, at_least: float, probability: float
    ) -> BlockProfile:
        """Return the profile of the conditional chance, less the one asked for, of each draw."""
        pieces = []
        table = cdf_table(self.law)
        for piece, block in zip(given.pieces, blocks, strict=True):
            slope = self.slope_of(block)
            shift = slope * block.beside.no_deal - at_least
            pieces.append(_chance_piece(piece, shift, slope, table, probability))
        return BlockProfile(tuple(pieces), given.n_draws, given.workers)


@dataclass(frozen=True, slots=True, eq=False)
class CdfTable:
    """A distribution function at so many values that a straight line between two of them will do.

    Attributes
    ----------
    values, chances : ndarray
    step : float
        Distance of two values, where all are as far apart; 0 where they are not.
    error : float
        How far it is off at most, found out half-way between the values: where few inputs are uncertain, that is
        more than the spread of a smooth chance says.
    rises : ndarray
        From each chance to the next.
    """

    values: FloatArray
    chances: FloatArray
    step: float = 0.0
    error: float = 0.0
    rises: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rises", np.diff(self.chances))

    def at(self, value: FloatArray) -> FloatArray:
        """Return the distribution function; 0 and 1 beyond the ends."""
        if not self.step:
            result: FloatArray = np.interp(value, self.values, self.chances)
            return result
        return self.at_place((value - self.values[0]) / self.step)

    def at_place(self, place: FloatArray) -> FloatArray:
        """Return the same at places counted in steps from the first value, in the array that is given."""
        np.clip(place, 0.0, np.nextafter(self.values.size - 1.0, 0.0), out=place)
        cell = place.astype(np.intp)
        place -= cell
        place *= self.rises[cell]
        place += self.chances[cell]
        return place


_TAIL = 1e-9
_KNOTS = 2**13
_GOOD = 1e-7


@lru_cache(maxsize=32)
def cdf_table(law: Distribution) -> CdfTable:
    """Return the table of a continuous law.

    Values are evenly spread where that is good to 1e-7, which is found out half-way between them; else evenly, by
    their chance, and out into the tails: a straight line is then never off by more than the chance between two, and
    by some 1e-8 for laws without a sharp peak.
    """
    low, high = law.support()
    if np.isfinite(low) and np.isfinite(high):
        values = np.linspace(low, high, 2 * _KNOTS)
        chances = np.asarray(law.cdf(values))
        error = _error(law, values, chances)
        if error <= _GOOD:
            return CdfTable(values, chances, float(values[1] - values[0]), error)
    far = float(logit(1.0 - _TAIL))
    levels = np.concatenate([np.linspace(_TAIL, 1.0 - _TAIL, _KNOTS), expit(np.linspace(-far, far, _KNOTS))])
    by_chance = law.ppf(np.sort(levels))
    evenly = np.linspace(by_chance[0], by_chance[-1], _KNOTS)
    values = np.unique(np.concatenate([by_chance, evenly]))
    chances = np.array(law.cdf(values))
    chances[0], chances[-1] = 0.0, 1.0
    return CdfTable(values, chances, error=_error(law, values, chances))


def _error(law: Distribution, values: FloatArray, chances: FloatArray) -> float:
    """Return how far straight lines between some values of a distribution function are off; never less than 1e-9."""
    between = np.asarray(law.cdf(0.5 * (values[:-1] + values[1:])))
    return max(float(np.abs(0.5 * (chances[:-1] + chances[1:]) - between).max()), _TAIL)


@dataclass(frozen=True, slots=True)
class ChancePiece:
    """The chance of each draw that the deal beats no deal, given all but the no-deal value, less the one asked for."""

    piece: Any
    shift: FloatArray
    slope: FloatArray
    table: CdfTable
    probability: float

    @property
    def n_draws(self) -> int:
        """Draws held."""
        return self.shift.size

    @property
    def start(self) -> int:
        """Number of the first of them."""
        return int(self.piece.start)

    def at(self, value: float) -> FloatArray:
        """Return it at `value` of the term, shape ``(n_draws,)``."""
        # The highest no-deal value that the deal still beats.
        highest = self.piece.at(value)
        highest += self.shift
        highest /= self.slope
        chance = self.table.at(highest)
        chance -= self.probability
        return chance

    def take(self, rows: IntArray) -> ChancePiece:
        """Return the piece of some of its draws."""
        return ChancePiece(
            self.piece.take(rows), self.shift[rows], self.slope[rows], self.table, self.probability
        )


@dataclass(frozen=True, slots=True)
class AffineChancePiece:
    """The same where the surplus is affine in the term, and the table even: so is the place in the table.

    Attributes
    ----------
    place : AffineProfile
        In steps of the table.
    """

    place: AffineProfile
    table: CdfTable
    probability: float

    @property
    def n_draws(self) -> int:
        """Draws held."""
        return self.place.n_draws

    @property
    def start(self) -> int:
        """Number of the first of them."""
        return self.place.start

    def at(self, value: float) -> FloatArray:
        """Return it at `value` of the term, shape ``(n_draws,)``."""
        chance = self.table.at_place(self.place.at(value))
        chance -= self.probability
        return chance

    def take(self, rows: IntArray) -> AffineChancePiece:
        """Return the piece of some of its draws."""
        return AffineChancePiece(self.place.take(rows), self.table, self.probability)


def _chance_piece(
    piece: Any, shift: FloatArray, slope: FloatArray, table: CdfTable, probability: float
) -> ChancePiece | AffineChancePiece:
    if not table.step or not isinstance(piece, AffineProfile):
        return ChancePiece(piece, shift, slope, table, probability)
    steps = slope * table.step
    first = (piece.intercept + shift - slope * table.values[0]) / steps
    return AffineChancePiece(AffineProfile(first, piece.slope / steps, piece.start), table, probability)


_NARROW = 0.02
"""The width of the no-deal value's distribution, in standard deviations of the rest, below which the chance given
the rest is a yes or no again, and the spread of randomisations says too little of it."""


def _has_atoms(law: Distribution) -> bool:
    return law.is_discrete or (isinstance(law, Mixture) and any(_has_atoms(part) for _, part in law.parts))


def _is_nearly_known(sim: Simulation, law: Distribution) -> bool:
    """Say whether the no-deal value is narrow, at its narrowest peak, beside what the deal beats it by."""
    table = cdf_table(law)
    gaps = np.diff(table.values)
    wide = gaps > 0.0
    width = 1.0 / float((np.diff(table.chances)[wide] / gaps[wide]).max())
    rest = float(np.std(sim.proposed_value + sim.strategic_value + sim.not_winning))
    return width < _NARROW * rest


def condition_on_the_rest(sim: Simulation, terms: Any) -> Conditioning:
    """Return what integrates the no-deal value out.

    Raises
    ------
    InputError
        The deal does not allow it, and why.
    """
    deal = sim.deal
    why = ""
    chosen = deal.alternatives[sim.chosen] if sim.chosen is not None else None
    law = None if chosen is None else chosen.distribution
    if not isinstance(deal.value, GraphValue):
        why = "the deal has a value function of its own"
    elif not sim.is_kept:
        why = "the draws are not kept"
    elif chosen is None or law is None or law.is_discrete:
        why = "the no-deal value that counts is not one continuous distribution"
    elif _has_atoms(law):
        why = "the no-deal value takes single values with a chance of their own"
    elif _is_nearly_known(sim, law):
        why = "the no-deal value is so nearly known, beside what else is uncertain, that no chance would be smooth"
    elif any(chosen.name in pair.names and pair.asked for pair in deal.dependence.pairs):
        why = "the no-deal value is correlated with other inputs"
    elif deal.strategic_value.function is not None or deal.not_winning.function is not None:
        why = "the strategic value or the cost of not winning is a function of the inputs"
    if why or law is None or not isinstance(deal.value, GraphValue):
        raise InputError(f"conditional=True needs to integrate the no-deal value out, but {why}")
    return Conditioning(law, deal.value, dict(terms), deal.kept)
