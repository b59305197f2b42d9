"""What the spread of a few randomisations cannot show: counts of discrete inputs that take two neighbouring values.

In a randomised design each randomisation holds ``n p`` draws of an atom of chance p, rounded down or up. Where the
fraction of ``n p`` is near 0 or 1, all of a few randomisations may be rounded alike: their means then agree, and are
off alike. The chance of either is known, so its variance is too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ChanceRule, ExpectedValueRule, Rule
from walkaway_sim.decide.tail_rules import CertaintyEquivalentRule, ExpectedShortfallRule
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.events import EventRisk
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["Lattice"]

_MOST_ATOMS = 64
"""Atoms looked at; of a count with more the rest is as good as continuous."""


class Heads(Protocol):
    """The surplus along a path, of which the first draws can be had by themselves."""

    def head(self, n_draws: int) -> Heads:
        """Return the same of the first draws."""
        ...

    def at(self, value: float) -> FloatArray:
        """Return the surplus at a place of the path [currency]."""
        ...


class Lattice:
    """Rounding of the counts of a simulation's discrete inputs, looked up once for all moments.

    Parameters
    ----------
    sim : Simulation
        Kept.
    n_draws : int, optional
        Draws that means are of, where `sim` holds the first of them only.

    Notes
    -----
    Of an atom boundary at a cumulative chance c, the count below is ``floor(n c)`` or one more, the second with the
    fraction f of ``n c``: a variance of ``f (1 - f)`` draws. Each draw moves the sum by the step of the moment's
    conditional mean there. Boundaries are added as if they were independent.
    """

    def __init__(self, sim: Simulation, n_draws: int | None = None) -> None:
        self.n_seen = sim.n_draws
        self.n_replicates = sim.n_replicates
        self.points = (sim.n_draws if n_draws is None else n_draws) // sim.n_replicates
        self.inputs: list[_Atoms] = []
        if self.n_replicates > 1:
            found = (_atoms(law, drawn, self.points) for law, drawn in _discrete(sim))
            self.inputs = [one for one in found if one is not None]

    def error(self, moment: FloatArray) -> float:
        """Return the standard error of a mean that comes from rounding.

        Parameters
        ----------
        moment : ndarray, shape (sim.n_draws,)
            Per draw.

        Returns
        -------
        float
            In the unit of `moment`; 0 for independent draws and where no input is discrete.
        """
        variance = 0.0
        for one in self.inputs:
            steps = np.diff(np.bincount(one.where, weights=moment) / one.counts)
            variance += float(np.sum(np.square(steps) * one.spread))
        return math.sqrt(variance / self.n_replicates) / self.points

    def along(self, rule: Rule, profile: Heads) -> Callable[[float], Rule] | None:
        """Return what allows for it at any place of a path, where a term may scale what is rounded; None for nothing.

        Parameters
        ----------
        rule : Rule
        profile : profile
            Its first draws are those of this lattice.
        """
        if not self.inputs or isinstance(rule, ChanceRule):
            return None
        first = profile.head(self.n_seen)
        return lambda value: self.allow_for(rule, first.at(value))

    def allow_for(self, rule: Rule, surplus: FloatArray) -> Rule:
        """Return a rule that allows for it; a chance rule allows for its own.

        Parameters
        ----------
        rule : Rule
        surplus : ndarray, shape (sim.n_draws,)
            At the terms that are judged.
        """
        if not self.inputs:
            return rule
        if isinstance(rule, AllOf):
            return AllOf(*(self.allow_for(one, surplus) for one in rule.rules))
        if isinstance(rule, ExpectedValueRule):
            return replace(rule, lattice_error=self.error(surplus))
        if isinstance(rule, ExpectedShortfallRule):
            return replace(rule, lattice_error=self.error(rule.moment(surplus)))
        if isinstance(rule, CertaintyEquivalentRule):
            weights = np.exp((surplus.min() - surplus) / rule.risk_tolerance)
            return replace(rule, lattice_error=self.error(weights) / float(weights.mean()))
        return rule


@dataclass(frozen=True, slots=True, eq=False)
class _Atoms:
    """A discrete input: the atom of each draw, draws of each atom, and the variance of the count at each boundary."""

    where: IntArray
    counts: IntArray
    spread: FloatArray


def _discrete(sim: Simulation) -> list[tuple[Distribution, FloatArray]]:
    """Return the law and the draws of everything that is a count or takes single values only."""
    found: list[tuple[Distribution, FloatArray]] = []
    blocks: Any = sim.blocks
    for name, law in sim.deal.sampled.items():
        if isinstance(law, EventRisk):
            found.append((law.count(), np.concatenate([block.inputs[name].count for block in blocks])))
        elif isinstance(law, Distribution) and law.is_discrete and not isinstance(law, Constant):
            found.append((law, sim.arrays[name]))
    return found


def _atoms(law: Distribution, drawn: FloatArray, points: int) -> _Atoms | None:
    """Return the atoms of an input; None of one that has one, or so many that it is as good as continuous."""
    whole = drawn.astype(np.int64, copy=False)
    low, high = int(whole.min()), int(whole.max())
    if high - low <= _MOST_ATOMS and (drawn.dtype == whole.dtype or np.array_equal(whole, drawn)):
        where = whole - low if low else whole
        counts = np.bincount(where)
        atoms = np.flatnonzero(counts)
        if atoms.size < counts.size:  # a value between that no draw has
            where, counts = np.searchsorted(atoms, where), counts[atoms]
        values = atoms + low
    else:
        values, where, counts = np.unique(drawn, return_inverse=True, return_counts=True)
    if not 2 <= values.size <= _MOST_ATOMS:
        return None
    share = points * np.asarray(law.cdf(values[:-1].astype(float)))
    share -= np.floor(share)
    return _Atoms(where, counts, share * (1.0 - share))
