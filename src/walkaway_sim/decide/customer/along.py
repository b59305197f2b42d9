"""One term of a simulation: the surplus along it, and how far it can go."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import Rule
from walkaway_sim.decide.scan import TermScan
from walkaway_sim.decide.solve import GRID_POINTS
from walkaway_sim.decide.table import TermWalkaway
from walkaway_sim.decide.tails import check_rule
from walkaway_sim.errors import RuleError
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.profile import Profile, block_profile, piece_maker, straightened

__all__ = ["evenly", "surplus_along", "walkaway_of", "with_buffer"]


def evenly(term: Term, n_points: int = GRID_POINTS) -> list[float]:
    """Return points of a term from its best end for us to the other, or all of its levels."""
    if term.levels is not None:
        return list(term.levels if term.sign > 0 else term.levels[::-1])
    step = (term.limit - term.best) / (n_points - 1)
    return [*(term.best + step * index for index in range(n_points - 1)), term.limit]


def surplus_along(sim: Simulation, term: Term, base: Mapping[str, float], *, buffer: bool = True) -> Profile:
    """Return the surplus along one term, the others held, in affine form where it is affine.

    Parameters
    ----------
    sim : Simulation
        Kept.
    term : Term
    base : mapping of str to float
        At which the others are held.
    buffer : bool
        Whether what management holds back is taken off.
    """
    profile = block_profile(sim, piece_maker(sim, term.name, base, buffer=buffer))
    if term.levels is not None:
        return profile
    return straightened(sim, profile, term.low, term.high, evenly(term, 17))


def walkaway_of(
    sim: Simulation, rule: Rule, term: Term, base: Mapping[str, float], confidence_level: float
) -> TermWalkaway:
    """Return the walkaway of one term, as `walkaway` would, without calibration error.

    Raises
    ------
    RuleError
        The rule cannot be judged on these draws, or not where the walkaway would be.
    """
    surplus: FloatArray = sim.surplus(base)
    check_rule(sim, rule, surplus)
    found = TermScan(sim, rule, confidence_level, term, base, lattice=Lattice(sim)).looked().solved()
    if not math.isnan(found.estimate):
        check_rule(sim, rule, sim.surplus({**base, term.name: found.estimate}))
    if found.reason:
        raise RuleError(found.reason)
    return found


def with_buffer(sim: Simulation, buffer: float) -> Simulation:
    """Return the same draws of a deal of which another sum is held back [currency]."""
    return replace(sim, deal=replace(sim.deal, buffer=buffer))
