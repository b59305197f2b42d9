"""The surplus where every input takes its most likely value: what a spreadsheet without chance would say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from walkaway_sim.deal.supply.hazard import HazardTime
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.counting import Bernoulli
from walkaway_sim.inputs.events import EventRisk, Events
from walkaway_sim.inputs.monthly import Monthly, MonthlyUniforms
from walkaway_sim.inputs.records import RecordLaw
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.valuing import total, value_draws

__all__ = ["best_guess"]


def best_guess(sim: Simulation, terms: Mapping[str, float] | None = None) -> float:
    """Return the surplus with every input at its most likely value and nothing going wrong.

    Parameters
    ----------
    sim : Simulation
        Its deal is valued once; its draws are not looked at.
    terms : mapping of str to float, optional
        Changes to the proposed terms [their units].

    Returns
    -------
    float
        [currency]

    Notes
    -----
    A PERT and a triangular distribution at their modes, a yes or no at its probability, all others at
    their medians; no event, and no exit or default that comes from a hazard. It is no estimate of anything:
    where small changes cost more than they bring, it flatters the deal, and the difference from the expected
    surplus says by how much.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"worth": ws.pert(80, 110, 115)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> ws.best_guess(ws.simulate(deal, rng=7))
    40.0
    """
    deal = sim.deal
    at = deal.terms_at(terms)
    drawn = {name: _likely(law) for name, law in deal.sampled.items()}
    done = value_draws(deal, drawn, 0, 1, sim.chosen)
    value = total(deal.value(done.block.inputs, at), 1, deal.kept)
    other = done.block.beside
    beside = np.asarray(other.strategic) - (other.no_deal - other.not_winning) - deal.buffer
    return float((value + deal.kept * beside)[0])


def _likely(law: Distribution | RecordLaw) -> Any:
    """Return a law's most likely draw, as a set of one draw."""
    if isinstance(law, EventRisk):
        nothing, none = np.empty(0), np.empty(0, dtype=np.int64)
        return Events(1, np.zeros(1, dtype=np.int64), none, nothing, nothing)
    if isinstance(law, MonthlyUniforms):
        return Monthly(np.full((1, law.n_months), 0.5, dtype=np.float32))
    if isinstance(law, HazardTime):
        return np.array([math.inf])
    if isinstance(law, Bernoulli):
        return np.array([law.mean()])
    mode = getattr(law, "mode", None)
    return np.array([float(mode) if isinstance(mode, float) else float(law.ppf(0.5))])
