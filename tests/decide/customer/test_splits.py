"""Splits of a zone and prices of indifference, against theory."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from tests.reference import agrees, case

import walkaway_sim as ws


@pytest.mark.parametrize("power", [0.0, 0.3, 0.5, 1.0])
def test_nash_maximises_the_product_of_gains(power):
    found = ws.nash_split(60, 80, power)
    assert found.supplier + found.customer == pytest.approx(20)
    assert found.price == pytest.approx(60 + found.supplier)
    if 0 < power < 1:
        best = minimize_scalar(
            lambda x: -power * math.log(x - 60) - (1 - power) * math.log(80 - x),
            bounds=(60 + 1e-9, 80 - 1e-9),
            method="bounded",
            options={"xatol": 1e-9},
        ).x
        assert found.price == pytest.approx(best, abs=1e-5)


def test_rubinstein_solves_the_two_indifferences():
    """The first offers x, the second y: each makes the other just willing, 1 - x = d2 (1 - y) and y = d1 x."""
    d1, d2 = 0.9, 0.8
    x = ws.rubinstein_split(d1, d2)
    y = d1 * x
    assert 1 - x == pytest.approx(d2 * (1 - y))
    assert ws.rubinstein_split(0.5, 0.0) == 1.0
    assert ws.rubinstein_split(0.0, 0.6) == pytest.approx(0.4)


def test_rubinstein_becomes_nash_as_rounds_get_short():
    """Discount rates of 10% and 30%: powers of 3/4 and 1/4 (Binmore, Rubinstein and Wolinsky 1986)."""
    round_length = 1e-6
    share = ws.rubinstein_split(math.exp(-0.1 * round_length), math.exp(-0.3 * round_length))
    assert share == pytest.approx(ws.nash_split(0, 1, 0.75).price, abs=1e-6)


def test_howards_delta_property_and_the_two_prices_of_the_logarithm():
    """Case J05."""
    certain, selling, buying = case("J05")["exact"]
    given = case("J05")["inputs"]
    exponential = ws.indifference_prices(given["lottery"], risk_tolerance=given["rho"])
    assert agrees(exponential.buying, certain, 1e-10)
    assert exponential.selling == exponential.buying
    log = ws.indifference_prices(given["lottery"], "log", wealth=given["wealth"])
    assert agrees(log.selling, selling, 1e-10)
    assert agrees(log.buying, buying, 1e-10)
    more = ws.indifference_prices([one + 7 for one in given["lottery"]], risk_tolerance=given["rho"])
    assert more.buying == pytest.approx(certain + 7, abs=1e-10)


def test_the_definitions_of_the_two_prices():
    values, chances = np.array([-40.0, 10.0, 90.0]), np.array([0.2, 0.5, 0.3])
    found = ws.indifference_prices(values, "log", wealth=60.0, chances=chances)
    assert chances @ np.log(60 + values) == pytest.approx(math.log(60 + found.selling))
    assert chances @ np.log(60 + values - found.buying) == pytest.approx(math.log(60))
    wild = ws.indifference_prices([0.0, 1e6], "log", wealth=10.0)
    assert 0 < wild.buying < 10 < wild.selling
    sure = ws.indifference_prices([5.0, 5.0], "log", wealth=10.0)
    assert (sure.buying, sure.selling) == (5.0, 5.0)


def test_what_the_certainty_equivalent_rule_sees_is_that_price():
    sim = np.random.default_rng(3).normal(10, 5, 2**14)
    seen = ws.CertaintyEquivalentRule(40.0).measure(sim, 1, 0.95).estimate
    assert ws.indifference_prices(sim, risk_tolerance=40.0).buying == pytest.approx(seen, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ws.nash_split(80, 60), "no overlap"),
        (lambda: ws.nash_split(60, 80, 1.2), "power must lie between 0 and 1"),
        (lambda: ws.nash_split(float("nan"), 80), "finite"),
        (lambda: ws.rubinstein_split(1.0, 0.5), "below 1"),
        (lambda: ws.rubinstein_split(-0.1, 0.5), "between 0 and 1"),
        (lambda: ws.indifference_prices([1, 2]), "risk_tolerance must be given"),
        (lambda: ws.indifference_prices([1, 2], risk_tolerance=0), "above 0"),
        (lambda: ws.indifference_prices([1, 2], "log"), "wealth must be given"),
        (lambda: ws.indifference_prices([-100, 2], "log", wealth=100), "wealth must be above 100"),
        (lambda: ws.indifference_prices([1, 2], "square"), "must be one of"),
        (lambda: ws.indifference_prices([]), "one finite number or more"),
        (lambda: ws.indifference_prices([1, float("nan")]), "one finite number or more"),
        (lambda: ws.indifference_prices("ab"), "outcomes must be numbers"),
        (lambda: ws.indifference_prices([1, 2], risk_tolerance=1, chances=[0.5, 0.6]), "add up to 1"),
    ],
)
def test_what_is_refused(call, words):
    with pytest.raises(ws.InputError, match=words):
        call()
