"""Whether a rule holds with confidence at an offer."""

from __future__ import annotations

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.rules import Rule

__all__ = ["holds"]


def holds(rule: Rule, surplus: FloatArray, lattice: Lattice, confidence_level: float) -> bool:
    """Say whether the one-sided lower bound of a rule is 0 or more.

    Parameters
    ----------
    rule : Rule
    surplus : ndarray, shape (n_draws,)
        At the offer [currency].
    lattice : Lattice
        Of these draws.
    confidence_level : float
        Of the bound.
    """
    allowed = lattice.allow_for(rule, surplus)
    return allowed.judge(surplus, lattice.n_replicates, confidence_level).at_least >= 0.0
