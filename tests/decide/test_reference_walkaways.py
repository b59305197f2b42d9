"""Walkaways of published and closed-form cases, through the public names."""

import math

import numpy as np
import pytest
from scipy.stats import expon, t, uniform
from tests.decide.coverage import KNOWN, RULES
from tests.reference import agrees, case

import walkaway_sim as ws

DESIGNS = ("random", "lhs", "sobol")


def price_deal(worth, low, high):
    return ws.Deal(
        name="V - t",
        inputs={"worth": worth},
        terms=[ws.Term("price", proposed=low + 0.25 * (high - low), range=(low, high))],
        value=lambda inputs, terms: inputs["worth"] - terms["price"],
    )


def walkaways(worth, low, high, rules, design="sobol", n_draws=2**16, rng=7):
    sim = ws.simulate(price_deal(worth, low, high), n_draws, design, rng=rng)
    return {name: ws.walkaway(sim, rule)["price"] for name, rule in rules.items()}


def within(found, exact, k=4.0):
    """Within k of its own standard errors, and what a root search leaves.

    A linearly scrambled net integrates a linear function exactly, so a standard error can be 0.
    """
    assert found.status == "found"
    left = 4e-12 * (found.term.high - found.term.low)
    assert abs(found.estimate - exact) <= k * found.standard_error + left, (found.estimate, exact)


@pytest.mark.parametrize("design", DESIGNS)
def test_a01_normal(design):
    exact = case("A01")["exact"]
    found = walkaways(ws.normal(100, 15), 0, 150, RULES, design)
    for name, key in {"chance": "quantile", "mean": "mean", "shortfall": "cvar", "certainty": "ce"}.items():
        within(found[name], exact[key])


@pytest.mark.parametrize("design", DESIGNS)
def test_a02_lognormal(design):
    exact = case("A02")["exact"]
    found = walkaways(ws.lognormal(math.exp(4.6), 0.3), 0, 150, RULES, design)
    for name, key in {"chance": "quantile", "mean": "mean", "shortfall": "cvar"}.items():
        within(found[name], exact[key])


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("worth", [ws.uniform(80, 140), uniform(80, 60)])
def test_a03_uniform(design, worth):
    exact = case("A03")["exact"]
    found = walkaways(worth, 60, 150, RULES | {"certainty": ws.CertaintyEquivalentRule(20)}, design)
    for name, key in {"chance": "quantile", "mean": "mean", "shortfall": "cvar", "certainty": "ce"}.items():
        within(found[name], exact[key])


@pytest.mark.parametrize("design", DESIGNS)
def test_a04_exponential_of_scipy(design):
    exact = case("A04")["exact"]
    found = walkaways(expon(scale=50), -10, 150, RULES, design)
    for name, key in {"chance": "quantile", "mean": "mean", "shortfall": "cvar", "certainty": "ce"}.items():
        within(found[name], exact[key])


@pytest.mark.parametrize("design", DESIGNS)
def test_a06_student(design):
    exact = case("A06")["exact"]
    found = walkaways(t(4), -5, 5, {"chance": RULES["chance"], "shortfall": RULES["shortfall"]}, design)
    within(found["chance"], exact["quantile"])
    within(found["shortfall"], exact["cvar"])


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("known", ["six normals", "six others"])
def test_six_inputs(known, design):
    one = KNOWN[known]()
    sim = ws.simulate(one.deal(), 2**16, design, rng=7)
    for name, rule in one.rules.items():
        within(ws.walkaway(sim, rule)["price"], one.truth[name])


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a13_price_against_churn(rule, fast):
    """Two crossings, exactly known, whatever the rule since nothing is uncertain."""
    exact = case("A13")["exact"]
    deal = ws.Deal(
        name="price against churn",
        inputs={"nothing": ws.normal(0, 1)},
        terms=[ws.Term("price", proposed=100, range=(0, 400))],
        value=lambda inputs, terms: (
            0 * inputs["nothing"] + terms["price"] * np.exp(-0.01 * terms["price"]) - 20
        ),
    )
    found = ws.walkaway(ws.simulate(deal, 2**12, "random", rng=1), rule, fast=fast)["price"]
    assert found.status == "several_crossings"
    ((low, high),) = found.acceptable_set
    assert agrees(low, exact["p_lo"], case("A13")["tol"])
    assert agrees(high, exact["p_hi"], case("A13")["tol"])
    assert agrees(found.estimate, exact["p_hi"], case("A13")["tol"])
    # What is handed out is acceptable.
    assert found.estimate * math.exp(-0.01 * found.estimate) >= 20


def test_a19_the_walkaway_is_the_break_even_of_rank_101():
    given = case("A19")
    n = given["inputs"]["n"]
    sim = ws.simulate(price_deal(ws.normal(100, 15), 0, 150), n, "random", rng=3)
    ordered = np.sort(sim.draws["worth"])
    found = ws.walkaway(sim, ws.ChanceRule(0.9))["price"]
    assert found.estimate == pytest.approx(ordered[given["exact"]["rank"] - 1], abs=1e-9)
    # B04, through the public names: ranks 82 and 120 of 1000.
    low, high, _ = case("B04")["exact"]["n=1000,p=0.1"]
    assert found.low == pytest.approx(ordered[low - 1], abs=1e-9)
    assert found.high == pytest.approx(ordered[high - 1], abs=1e-9)


def test_b01_the_safe_walkaway_is_wilks():
    """93 draws: the second least break-even bounds the 5% quantile with 95%; 59 draws: the least; 58: none."""
    for n, rank in ((93, 2), (59, 1), (58, None)):
        sim = ws.simulate(price_deal(ws.normal(100, 15), 0, 150), n, "random", rng=3)
        safe = ws.walkaway(sim, ws.ChanceRule(0.95))["price"].safe
        if rank is None:
            assert math.isnan(safe)
        else:
            assert safe == pytest.approx(np.sort(sim.draws["worth"])[rank - 1], abs=1e-9)


def test_j05_howard():
    """Exponential utility: the price at which half a chance of 100 is worth as much as nothing."""
    given = case("J05")
    exact = given["exact"][0]
    sim = ws.simulate(price_deal(ws.discrete({0: 0.5, 100: 0.5}), 0, 100), 2**16, "sobol", rng=1)
    rule = ws.CertaintyEquivalentRule(given["inputs"]["rho"])
    found = ws.walkaway(sim, rule)["price"]
    # A net splits the two outcomes evenly, so the rule itself is exact here.
    assert agrees(found.estimate, exact, 1e-9)
    # Buying and selling price are one: what the lottery is worth does not depend on the price paid.
    verdict = ws.assess(sim, rule, {"price": 10})
    assert verdict.rules[3].measure.estimate == pytest.approx(exact - 10, abs=1e-9)
    assert verdict.room.estimate == pytest.approx(exact - 10, abs=1e-6)


@pytest.mark.statistical
def test_b11_standard_error_of_a_certainty_equivalent():
    """The mean of reported standard errors against the delta method's, and against their actual spread;
    200 seeds, so the spread has a relative standard error of 5%: k = 4."""
    exact, n = case("B11")["exact"], 2**13
    estimates, errors = [], []
    for seed in range(200):
        sim = ws.simulate(price_deal(ws.normal(100, 15), 0, 150), n, "random", rng=seed)
        found = ws.assess(sim, ws.CertaintyEquivalentRule(50)).rules[3].measure
        estimates.append(found.estimate)
        errors.append(found.standard_error)
    assert np.mean(errors) == pytest.approx(exact / math.sqrt(n), rel=0.02)
    assert np.std(estimates, ddof=1) == pytest.approx(exact / math.sqrt(n), rel=0.2)
