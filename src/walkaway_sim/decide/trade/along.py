"""How the rate of exchange of two terms changes along the first."""

from __future__ import annotations

import math

import numpy as np

from walkaway_sim._checks import check_integer
from walkaway_sim.deal.term import Term
from walkaway_sim.decide.ladder import on_step
from walkaway_sim.decide.lattice import Lattice
from walkaway_sim.decide.threshold import threshold
from walkaway_sim.decide.trade.choice import pilot_for
from walkaway_sim.decide.trade.exchange_rates import rate_of, step_cost
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
    step = next(one.step for one in rates.steps if one.term.name == step_of)
    end, ends_at = threshold(pilot_for(sim, rule), rule, term, base), "its walkaway"
    if math.isnan(end) or term.sign * (end - start) <= 0.0:
        end, ends_at = (
            term.limit,
            "its last step",
        )  # not acceptable where it is: there is no walkaway to go to
    if not math.isnan(step) and term.sign * (term.limit - end) < step:
        end, ends_at = term.limit - term.sign * step, "its last step"
    lattice = Lattice(sim)
    found, values = [], []
    for value, size in _steps(term, start, end, step, n_points):
        at = {**base, step_of: value}
        level = rates.confidence_level
        here = sim.surplus(at)
        cost = step_cost(sim, rule, term, at, size, level, lattice, here)
        found.append(rate_of(sim, rule, cost, paid, at, level, lattice, here))
        values.append(value)
    shown = math.nan if term.levels is not None else step
    return ExchangeCurve(
        term,
        paid,
        shown,
        tuple(values),
        tuple(found),
        rates.confidence_level,
        rates.deal_name,
        rates.measure,
        ends_at,
    )


def _steps(term: Term, start: float, end: float, step: float, n_points: int) -> list[tuple[float, float]]:
    """Return values of a term from a start to an end, and the step from each of them [unit]."""
    if math.isnan(step):
        return [(start, math.nan)]
    if term.levels is None:
        gone = np.linspace(0.0, max(term.sign * (end - start), 0.0), n_points)
        values = [start + term.sign * one for one in gone.tolist()]
        if term.step is not None:
            values = [start, *(on_step(term, value) for value in values[1:])]
        ahead = dict.fromkeys(value for value in values if term.sign * (value - start) >= 0.0)
        return [(value, step) for value in ahead]
    ordered = term.levels[:: term.sign]
    # Levels are counted one by one; the last has no step after it.
    places = [ordered.index(level) for level in ordered if term.sign * (level - start) >= 0.0]
    ahead_of = [place for place in places[:-1] if term.sign * (ordered[place] - end) <= 0.0]
    chosen = np.unique(np.linspace(0, len(ahead_of) - 1, min(n_points, len(ahead_of))).round().astype(int))
    return [
        (float(ordered[place]), abs(ordered[place + 1] - ordered[place]))
        for place in (ahead_of[one] for one in chosen.tolist())
    ]
