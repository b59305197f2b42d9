"""A price, a normal cost and a normal reservation price that go together: everything has a closed form.

S = price - C with C normal(60, 10); the customer pays up to R, normal(75, 8); the two have correlation r on the normal
scale. Given R >= t the cost has density ``phi(z) P(R >= t | z) / P(R >= t)``.
"""

import math

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

import walkaway_sim as ws

COST, COST_SD = 60.0, 10.0
WORTH, WORTH_SD = 75.0, 8.0
R = 0.6
SPEARMAN = 6.0 / math.pi * math.asin(R / 2.0)
N_DRAWS = 2**14


def deal(proposed=70.0, **options):
    return ws.Deal(
        name="One price",
        inputs={"cost": ws.normal(COST, COST_SD)},
        terms=[ws.Term("price", proposed=proposed, range=(20, 140), concession="down")],
        value=lambda inputs, terms: terms["price"] - inputs["cost"],
        **options,
    )


def with_input(proposed=70.0):
    """The same with the reservation as an input of the deal."""
    return ws.Deal(
        name="One price",
        inputs={"cost": ws.normal(COST, COST_SD), "worth": ws.normal(WORTH, WORTH_SD)},
        correlation={("cost", "worth"): SPEARMAN},
        terms=[ws.Term("price", proposed=proposed, range=(20, 140), concession="down")],
        value=lambda inputs, terms: terms["price"] - inputs["cost"],
    )


def customer(r=R):
    correlation = {"cost": 6.0 / math.pi * math.asin(r / 2.0)} if r else {}
    return ws.Customer(ws.normal(WORTH, WORTH_SD), term="price", correlation=correlation)


def chance_of_yes(price):
    return float(norm.sf(price, WORTH, WORTH_SD))


def surplus_given_yes(price, r=R):
    """mu - rho sigma phi/Phi of the lecture notes, for R >= t."""
    a = (price - WORTH) / WORTH_SD
    return price - COST - r * COST_SD * float(norm.pdf(a) / norm.sf(a))


def gain(price, r=R):
    return chance_of_yes(price) * surplus_given_yes(price, r)


def _density(z, price, r):
    """Density of the cost's score given a yes."""
    a = (price - WORTH) / WORTH_SD
    return norm.pdf(z) * norm.cdf((r * z - a) / math.sqrt(1 - r * r)) / norm.sf(a)


def _integral(function, low=-9.0, high=9.0):
    return quad(function, low, high, epsabs=1e-13, epsrel=1e-12, limit=200)[0]


def chance_given_yes(price, level=0.0, r=R):
    """P(S >= level | yes)."""
    return _integral(lambda z: _density(z, price, r), high=(price - level - COST) / COST_SD)


def shortfall_given_yes(price, fraction=0.1, r=R):
    worst = brentq(lambda z: _integral(lambda y: _density(y, price, r), low=z) - fraction, -8, 8, xtol=1e-13)
    mean = _integral(lambda z: z * _density(z, price, r), low=worst) / fraction
    return price - COST - COST_SD * mean


def certainty_given_yes(price, tolerance=40.0, r=R):
    """E[exp(C/T) 1{R >= t}] tilts both normals: the reservation's mean moves by r sd sd/T."""
    shifted = norm.sf((price - WORTH - r * WORTH_SD * COST_SD / tolerance) / WORTH_SD)
    log_mean = COST / tolerance + COST_SD**2 / (2 * tolerance**2) + math.log(shifted / chance_of_yes(price))
    return price - tolerance * log_mean


def exact(price, r=R):
    """What each of the four rules sees given a yes to a price."""
    return {
        "chance": chance_given_yes(price, r=r),
        "mean": surplus_given_yes(price, r),
        "shortfall": shortfall_given_yes(price, r=r),
        "certainty": certainty_given_yes(price, r=r),
    }


def unconditional(price):
    z = norm.ppf(0.1)
    return {
        "chance": float(norm.cdf((price - COST) / COST_SD)),
        "mean": price - COST,
        "shortfall": price - COST - COST_SD * float(norm.pdf(z)) / 0.1,
        "certainty": price - COST - COST_SD**2 / 80.0,
    }


def rules(levels=None):
    """The four, asking for given levels, or for nothing."""
    at = levels or {"chance": 0.9, "mean": 0.0, "shortfall": 0.0, "certainty": 0.0}
    return {
        "chance": ws.ChanceRule(at["chance"]),
        "mean": ws.ExpectedValueRule(at["mean"]),
        "shortfall": ws.ExpectedShortfallRule(0.1, at["shortfall"]),
        "certainty": ws.CertaintyEquivalentRule(40.0, at["certainty"]),
    }


def simulated(design, seed, made=None):
    return ws.simulate(made or deal(), N_DRAWS, design, rng=seed)


def spread(found):
    """Standard error by the interval, which may be wider than the one given."""
    return max(found.standard_error, (found.high - found.low) / (2 * 1.96))


assert np.isclose(_integral(lambda z: _density(z, 70.0, R)), 1.0)
