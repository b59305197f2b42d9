"""How the rate of exchange of two terms changes along the first."""

from __future__ import annotations

import math

import numpy as np

from walkaway_sim._checks import check_integer
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.threshold import threshold
from walkaway_sim.decide.trade.choice import pilot_for
from walkaway_sim.decide.trade.exchange_rates import rate_of, step_cost
from walkaway_sim.decide.trade.pairing import PaidIn
from walkaway_sim.decide.trade.rates import ExchangeCurve, ExchangeRates

__all__ = ["rates_along"]


def rates_along(rates: ExchangeRates, step_of: str, paid_in: str, n_points: int) -> ExchangeCurve:
    """Return the rate of two terms at values of the first.

    Parameters
    ----------
    rates : ExchangeRates
    step_of, paid_in : str
        Two terms.
    n_points : int
        Values, or levels, at the most; 2 or more.
    """
    n_points = check_integer("n_points", n_points, minimum=2)
    sim, rule, base = rates.sim, rates.rule, rates.base
    term, paid = sim.deal.term(step_of), sim.deal.term(paid_in)
    start = base[step_of]
    end = threshold(pilot_for(sim, rule), rule, term, base)
    if math.isnan(end) or term.sign * (end - start) <= 0.0:
        end = term.limit
    step = next(one.step for one in rates.steps if one.term.name == step_of)
    lattice = Lattice(sim)
    found, values = [], []
    for value, size in _steps(term, start, end, step, n_points):
        at = {**base, step_of: value}
        level = rates.confidence_level
        cost, offer = step_cost(sim, rule, term, at, size, level, lattice, sim.surplus(at))
        found.append(rate_of(PaidIn(sim, rule, paid, at, level, lattice), cost, offer))
        values.append(value)
    shown = math.nan if term.levels is not None else step
    return ExchangeCurve(term, paid, shown, tuple(values), tuple(found), rates.confidence_level)


def _steps(term: Term, start: float, end: float, step: float, n_points: int) -> list[tuple[float, float]]:
    """Return values of a term from a start to an end, and the step from each of them [unit]."""
    if math.isnan(step):
        return [(start, math.nan)]
    if term.levels is None:
        last = term.sign * (end - start) - step
        gone = np.linspace(0.0, last, n_points) if last > 0.0 else np.zeros(1)
        return [(float(start + term.sign * one), step) for one in gone]
    ordered = term.levels[:: term.sign]
    first, last_place = ordered.index(start), max(ordered.index(end), ordered.index(start) + 1)
    places = np.unique(
        np.linspace(first, last_place - 1, min(n_points, last_place - first)).round().astype(int)
    )
    return [(float(ordered[place]), abs(ordered[place + 1] - ordered[place])) for place in places]
