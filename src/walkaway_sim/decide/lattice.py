"""What the spread of a few randomisations cannot show: counts of discrete inputs that take two neighbouring values.

In a randomised design each randomisation holds ``n p`` draws of an atom of chance p, rounded down or up. Where the
fraction of ``n p`` is near 0 or 1, all of a few randomisations may be rounded alike: their means then agree, and are
off alike. The chance of either is known, so its variance is too.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ExpectedValueRule, Rule
from walkaway_sim.decide.tail_rules import CertaintyEquivalentRule, ExpectedShortfallRule
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.events import EventRisk
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["lattice_error", "with_lattice"]

_MOST_ATOMS = 64
"""Atoms looked at; of a count with more the rest is as good as continuous."""


def lattice_error(sim: Simulation, moment: FloatArray, n_draws: int | None = None) -> float:
    """Return the standard error of a mean that comes from rounding the counts of discrete inputs.

    Parameters
    ----------
    sim : Simulation
        Kept.
    moment : ndarray, shape (sim.n_draws,)
        Per draw.
    n_draws : int, optional
        Draws that the mean is of, where `sim` holds the first of them only.

    Returns
    -------
    float
        In the unit of `moment`; 0 for independent draws and where no input is discrete.

    Notes
    -----
    Of an atom boundary at a cumulative chance c, the count below is ``floor(n c)`` or one more, the second with the
    fraction f of ``n c``: a variance of ``f (1 - f)`` draws. Each draw moves the sum by the step of the moment's
    conditional mean there. Boundaries are added as if they were independent.
    """
    if sim.n_replicates == 1:
        return 0.0
    points = (sim.n_draws if n_draws is None else n_draws) // sim.n_replicates
    variance = sum(
        float(np.sum(np.square(steps) * share * (1.0 - share)))
        for steps, share in (_boundaries(*one, moment, points) for one in _discrete(sim))
    )
    return math.sqrt(variance / sim.n_replicates) / points


def with_lattice(rule: Rule, sim: Simulation, surplus: FloatArray, n_draws: int | None = None) -> Rule:
    """Return a rule that allows for the lattice of discrete inputs; a chance rule allows for its own.

    Parameters
    ----------
    rule : Rule
    sim : Simulation
        Kept.
    surplus : ndarray, shape (sim.n_draws,)
        At the terms that the search starts from.
    n_draws : int, optional
        As for `lattice_error`.
    """
    if sim.n_replicates == 1:
        return rule
    if isinstance(rule, AllOf):
        return AllOf(*(with_lattice(one, sim, surplus, n_draws) for one in rule.rules))
    if isinstance(rule, ExpectedValueRule):
        return replace(rule, lattice_error=lattice_error(sim, surplus, n_draws))
    if isinstance(rule, ExpectedShortfallRule):
        return replace(rule, lattice_error=lattice_error(sim, rule.moment(surplus), n_draws))
    if isinstance(rule, CertaintyEquivalentRule):
        weights = np.exp((surplus.min() - surplus) / rule.risk_tolerance)
        relative = lattice_error(sim, weights, n_draws) / float(weights.mean())
        return replace(rule, lattice_error=relative)
    return rule


def _discrete(sim: Simulation) -> list[tuple[Distribution, FloatArray]]:
    """Return the law and the draws of everything that is a count or takes single values only."""
    found: list[tuple[Distribution, FloatArray]] = []
    blocks: Any = sim.blocks
    for name, law in sim.deal.sampled.items():
        if isinstance(law, EventRisk):
            counts = np.concatenate([block.inputs[name].count for block in blocks]).astype(float)
            found.append((law.count(), counts))
        elif isinstance(law, Distribution) and law.is_discrete and not isinstance(law, Constant):
            found.append((law, sim.arrays[name]))
    return found


def _boundaries(
    law: Distribution, drawn: FloatArray, moment: FloatArray, points: int
) -> tuple[FloatArray, FloatArray]:
    """Return the step of the moment's conditional mean at each boundary of two atoms, and the fraction of its count."""
    atoms, where = np.unique(drawn, return_inverse=True)
    if not 2 <= atoms.size <= _MOST_ATOMS:
        return np.zeros(1), np.zeros(1)
    means = np.bincount(where, weights=moment) / np.bincount(where)
    below = points * np.asarray(law.cdf(atoms[:-1]))
    return np.diff(means), below - np.floor(below)
