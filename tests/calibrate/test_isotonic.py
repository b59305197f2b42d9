"""Pooled adjacent violators and win rates in bands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import binomtest
from tests.reference import agrees, case

from walkaway_sim.calibrate.quotes.isotonic import falling_curve, win_rates


def test_violators_are_pooled():
    price = np.array([1, 1, 2, 2, 3, 3, 3, 3, 4, 4], dtype=float)
    won = np.array([1, 1, 1, 0, 1, 1, 1, 0, 0, 0], dtype=bool)
    curve = falling_curve(price, won)
    assert curve.price.tolist() == [1, 2, 3, 4]
    assert curve.quotes.tolist() == [2, 2, 4, 2]
    # One of two at 2 and three of four at 3 break the order: four of six at both.
    assert curve.chance == pytest.approx([1, 4 / 6, 4 / 6, 0])
    assert list(curve.to_frame().columns) == ["price", "win_chance", "quotes"]


def test_the_example_of_robert_and_casella():
    """Monte Carlo Statistical Methods (2004), isotonic regression: 23, 27, 25, 28 become 23, 26, 26, 28.

    Here as won of 100 quotes at each price, the dearest first.
    """
    wins = [28, 25, 27, 23]
    won = np.concatenate([np.arange(100) < one for one in wins])
    curve = falling_curve(np.repeat([1.0, 2.0, 3.0, 4.0], 100), won)
    assert 100 * curve.chance == pytest.approx([28, 26, 26, 23])


@given(some.lists(some.tuples(some.integers(1, 6), some.booleans()), min_size=1, max_size=40))
def test_against_the_formula_of_least_and_greatest_means(quotes):
    """Ayer and others (1955): at each price, the least over lower starts of the greatest mean over higher ends."""
    price, won = (np.array(one) for one in zip(*quotes, strict=True))
    curve = falling_curve(price.astype(float), won.astype(bool))
    for at, chance in zip(curve.price, curve.chance, strict=True):
        best = min(
            max(won[(price >= low) & (price <= high)].mean() for high in curve.price if high >= at)
            for low in curve.price
            if low <= at
        )
        assert chance == pytest.approx(best, abs=1e-12)


def test_bands_have_exact_binomial_intervals():
    price = np.repeat([1.0, 2.0, 3.0], 20)
    won = np.concatenate([np.ones(20), np.arange(20) < 7, np.zeros(20)]).astype(bool)
    found = win_rates(price, won, 0.95, n_bands=3)
    assert found.rate.tolist() == [1.0, 0.35, 0.0]
    for at, wins in enumerate((20, 7, 0)):
        exact = binomtest(wins, 20).proportion_ci(0.95)
        assert (found.low[at], found.high[at]) == pytest.approx((exact.low, exact.high), abs=1e-12)


def test_b06_clopper_pearson():
    low, high, none = case("B06")["exact"]
    tolerance = case("B06")["tol"]
    found = win_rates(np.ones(100), np.arange(100) < 5, 0.95)
    assert agrees(found.low[0], low, tolerance)
    assert agrees(found.high[0], high, tolerance)
    # One-sided at 95% is two-sided at 90%.
    assert agrees(win_rates(np.ones(59), np.zeros(59, dtype=bool), 0.9).high[0], none, tolerance)
