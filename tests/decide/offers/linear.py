"""Deals whose limits, counters and cheapest trades are known in closed form."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.stats import norm

import walkaway_sim as ws

MEAN, SD = 100.0, 15.0
RULES = {
    "chance": ws.ChanceRule(0.9),
    "mean": ws.ExpectedValueRule(),
    "shortfall": ws.ExpectedShortfallRule(0.1),
    "certainty": ws.CertaintyEquivalentRule(50.0),
}
LIMITS = {  # what the rules see in the worth alone
    "chance": MEAN + SD * float(norm.ppf(0.1)),
    "mean": MEAN,
    "shortfall": MEAN - SD * float(norm.pdf(norm.ppf(0.1))) / 0.1,
    "certainty": MEAN - SD**2 / (2 * 50.0),
}
STEP = 1e-6  # so small that rounding to it is no mercy


@dataclass(frozen=True)
class Cost:
    """A term that costs `each` per unit on every draw."""

    name: str
    each: float
    high: float = 100.0
    levels: tuple = None
    proposed: float = 0.0
    step: float = STEP

    def term(self):
        if self.levels:
            return ws.Term(self.name, self.proposed, levels=self.levels)
        return ws.Term(self.name, self.proposed, range=(0, self.high), step=self.step)


def linear_deal(costs):
    """S = worth - sum of costs, the worth the sum of three normals: N(100, 15^2)."""
    parts = np.array([3.0, 2.0, 1.0]) * SD / math.sqrt(14.0)

    def value(inputs, terms):
        worth = inputs["one"] + inputs["two"] + inputs["three"]
        return worth - sum(cost.each * terms[cost.name] for cost in costs)

    return ws.Deal(
        name="Linear",
        inputs={
            name: ws.normal(MEAN / 3, float(sd))
            for name, sd in zip(("one", "two", "three"), parts, strict=True)
        },
        terms=[cost.term() for cost in costs],
        value=value,
    )


def spent(costs, package):
    return sum(cost.each * package[cost.name] for cost in costs)


def least_hurt(costs, weights, offer, limit):
    """Return the least that the customer can be hurt, and the least change at that, by two linear programmes."""
    rates = np.array([cost.each * cost.high for cost in costs])
    w = np.array([weights[cost.name] for cost in costs])
    shares = np.array([offer[cost.name] / cost.high for cost in costs])
    goodwill, gain = np.concatenate([w, -w]), np.concatenate([rates, -rates])
    bounds = [(0, share) for share in shares] + [(0, 1 - share) for share in shares]
    short = spent(costs, offer) - limit
    first = linprog(goodwill, A_ub=[-gain, -goodwill], b_ub=[-short, 0.0], bounds=bounds)
    hurt = first.fun
    then = linprog(
        np.abs(goodwill), A_ub=[-gain, -goodwill, goodwill], b_ub=[-short, 0.0, hurt + 1e-9], bounds=bounds
    )
    return hurt, then.fun
