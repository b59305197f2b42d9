"""How rare the rarest risk of a deal is: fewer draws than it takes to meet it say nothing of means and tails."""

from __future__ import annotations

from walkaway_sim.deal.deal import Deal
from walkaway_sim.inputs.counting import Bernoulli, Poisson
from walkaway_sim.inputs.events import EventRisk

__all__ = ["FEW", "rare_risks", "rarest_chance"]

FEW = 30
"""Draws of a risk below which a mean over them says little."""


def rare_risks(deal: Deal) -> dict[str, float]:
    """Return the chance of the rarer side of every event risk, count and yes or no, by name as drawn."""
    found = {}
    for name, law in deal.sampled.items():
        counted = law.count() if isinstance(law, EventRisk) else law
        if isinstance(counted, Bernoulli | Poisson):
            nothing = float(counted.cdf(0.0))
            found[name] = min(nothing, 1.0 - nothing)
    return {name: chance for name, chance in found.items() if chance > 0.0}


def rarest_chance(deal: Deal) -> float:
    """Return the smallest of these chances; 1 where there is none."""
    return min(rare_risks(deal).values(), default=1.0)
