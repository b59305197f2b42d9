"""Metalogs beyond the reference cases: ends, moments, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.strategies import refused

from walkaway_sim.errors import InputError
from walkaway_sim.inputs import metalog

FIVE = {0.05: 2, 0.25: 4, 0.5: 5, 0.75: 6.5, 0.95: 10}
SIX = {0.05: 2, 0.2: 3.5, 0.4: 4.6, 0.6: 5.5, 0.8: 7, 0.95: 10}


@pytest.mark.parametrize("points", [{0.2: 1, 0.7: 3}, {0.1: 35, 0.5: 50, 0.9: 75}, FIVE, SIX])
@pytest.mark.parametrize("ends", [(None, None), (0, None), (None, 100), (0, 100)])
def test_the_curve_passes_through_its_quantiles(points, ends):
    curve = metalog(points, *ends)
    assert curve.ppf(list(points)) == pytest.approx(list(points.values()), rel=1e-11)
    assert curve.cdf(list(points.values())) == pytest.approx(list(points), rel=1e-11)
    assert len(curve.coefficients) == len(points)


def test_tails_stay_inside_the_ends():
    curve = metalog({0.1: 35, 0.5: 50, 0.9: 75}, 0, 100)
    x = curve.ppf(10.0 ** -np.arange(2.0, 300.0, 20.0))
    assert np.all((x >= 0) & (x < 35))
    assert curve.cdf(-1.0) == 0.0
    assert curve.cdf(101.0) == 1.0


def test_half_bounded_two_terms_is_loglogistic():
    """Mean of the log-logistic: alpha (pi/beta)/sin(pi/beta), beta = 1/a2."""
    curve = metalog({0.1: 5, 0.9: 20}, lower=0)
    a1, a2 = curve.coefficients
    mean = math.exp(a1) * math.pi * a2 / math.sin(math.pi * a2)
    square = math.exp(2 * a1) * 2 * math.pi * a2 / math.sin(2 * math.pi * a2)
    assert curve.mean() == pytest.approx(mean, rel=1e-12)
    assert curve.std() == pytest.approx(math.sqrt(square - mean**2), rel=1e-11)
    mirrored = metalog({0.1: -20, 0.9: -5}, upper=0)
    assert mirrored.mean() == pytest.approx(-mean, rel=1e-12)
    assert mirrored.std() == pytest.approx(curve.std(), rel=1e-12)


def test_mean_near_the_limit_of_existence():
    """At a2 = 0.98 most of the mean lies in the far tail, which the closed form adds."""
    step = 0.98 * 2 * math.log(9)
    curve = metalog({0.1: 1, 0.9: math.exp(step)}, lower=0)
    a1, a2 = curve.coefficients
    assert curve.mean() == pytest.approx(math.exp(a1) * math.pi * a2 / math.sin(math.pi * a2), rel=1e-10)
    assert curve.std() == math.inf


def test_no_mean_where_the_tail_is_too_heavy():
    step = 1.01 * 2 * math.log(9)
    assert metalog({0.1: 1, 0.9: math.exp(step)}, lower=0).mean() == math.inf
    assert metalog({0.1: -math.exp(step), 0.9: -1}, upper=0).mean() == -math.inf


@given(st.floats(0.02, 0.98), st.booleans())
@settings(max_examples=60, deadline=None)
def test_three_terms_refused_exactly_where_the_curve_goes_down(share, bounded):
    """The closed bound against the slope on a dense grid, and the remedy against itself."""
    low, high = 10.0, 90.0
    middle = low + share * (high - low)
    ends = (0.0, 100.0) if bounded else (None, None)
    y = 1 / (1 + np.exp(-np.linspace(-30, 30, 6001)))
    logit = np.log(y / (1 - y))

    def scale(x):
        return np.log(x / (100 - x)) if bounded else np.asarray(x)

    basis = np.stack([np.ones_like(y), logit, (y - 0.5) * logit], axis=1)
    at = np.array([0.1, 0.5, 0.9])
    logit_at = np.log(at / (1 - at))
    matrix = np.stack([np.ones(3), logit_at, (at - 0.5) * logit_at], axis=1)
    curve = basis @ np.linalg.solve(matrix, scale(np.array([low, middle, high])))
    rise = np.diff(curve) / np.diff(logit)
    assume(abs(rise.min()) > 1e-3 * rise.max())  # the edge itself is tested in E03
    points = {0.1: low, 0.5: middle, 0.9: high}
    if rise.min() > 0:
        metalog(points, *ends)
    else:
        assert "quantile 0.5" in refused(metalog, points, *ends)


def test_the_remedy_works():
    points = {0.05: 1, 0.25: 5, 0.5: 5.1, 0.75: 9, 0.95: 30}
    message = refused(metalog, points)
    assert "between the 0.25 and 0.5 quantiles" in message
    assert "Raise quantile 0.5 = 5.1: with the others held it must lie above 5.243 and below 7.517" in message
    metalog(points | {0.5: 5.25})
    metalog(points | {0.5: 7.51})
    assert "go down" in refused(metalog, points | {0.5: 7.53})


@pytest.mark.parametrize(
    ("points", "ends", "words"),
    [
        (
            {0.1: 35, 0.5: 37, 0.9: 75},
            {},
            ["below the 0.1 quantile", "Raise quantile 0.5 = 37", "41.66", "68.34"],
        ),
        ({0.1: 35, 0.5: 74, 0.9: 75}, {}, ["above the 0.9 quantile", "Lower quantile 0.5 = 74"]),
        ({0.1: 35, 0.5: 30}, {}, ["must rise", "quantile 0.1 = 35", "quantile 0.5 = 30"]),
        ({0.1: 35, 0.5: 35}, {}, ["must rise"]),
        ({0.0: 1, 0.5: 2}, {}, ["probability", "strictly between 0 and 1"]),
        ({10: 1, 50: 2}, {}, ["strictly between 0 and 1", "10"]),
        ({0.5: 2}, {}, ["2 to 6 quantiles", "got 1"]),
        ({p / 10: p for p in range(1, 8)}, {}, ["2 to 6 quantiles", "got 7"]),
        ({0.1: 1, 0.5: math.nan}, {}, ["quantile 0.5", "finite"]),
        ({0.1: 1, 0.9: 2}, {"lower": 1}, ["quantile 0.1 = 1 must lie above lower = 1"]),
        ({0.1: 1, 0.9: 2}, {"upper": 1.5}, ["quantile 0.9 = 2 must lie below upper = 1.5"]),
        ({0.1: 1, 0.9: 2}, {"lower": 5, "upper": 4}, ["lower must lie below upper"]),
        ([1, 2], {}, ["must map probabilities to values"]),
    ],
)
def test_refusals(points, ends, words):
    message = refused(metalog, points, **ends)
    for word in words:
        assert word in message


def test_pairs_in_any_order():
    assert metalog({0.9: 75, 0.1: 35, 0.5: 50}) == metalog({0.1: 35, 0.5: 50, 0.9: 75})
    with pytest.raises(InputError, match="given twice"):
        metalog([(0.1, 1), (0.1, 2)])


@given(st.lists(st.floats(0.2, 5.0), min_size=3, max_size=5))
@settings(max_examples=80, deadline=None)
def test_what_is_accepted_rises(steps):
    x = np.cumsum([1.0, *steps])
    p = np.linspace(0.05, 0.95, x.size)
    points = dict(zip(p.tolist(), x.tolist(), strict=True))
    try:
        curve = metalog(points)
    except InputError as error:
        assert "go down" in str(error)  # noqa: PT017  # refusal is one of two right answers
        return
    q = 1 / (1 + np.exp(-np.linspace(-34, 34, 20_001)))
    assert np.all(np.diff(curve.ppf(q)) >= -1e-12 * x[-1])
