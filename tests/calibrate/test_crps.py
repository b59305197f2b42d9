"""The CRPS: published figures, closed forms against the integral, properties, and fairness."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats
from tests.reference import agrees, case

import walkaway_sim as ws
from walkaway_sim.calibrate.backtesting.crps import (
    _integrated,
    crps,
    crps_of_draws,
    crps_of_others,
    quantile_losses,
    quantile_weights,
)
from walkaway_sim.calibrate.backtesting.crps_of_mixture import crps_of_mixture
from walkaway_sim.calibrate.backtesting.forecasts import ByDistribution, _quantiles_of_others
from walkaway_sim.inputs.entry import as_distribution

NO_JUMPS = np.empty(0)


@pytest.mark.parametrize(
    ("given_", "exact"), list(zip(case("G04")["inputs"]["cases"], case("G04")["exact"], strict=True))
)
def test_normal_as_published(given_, exact):
    mean, sd, value = given_
    assert agrees(crps(ws.normal(mean, sd), value), exact, case("G04")["tol"])
    assert agrees(_integrated(ws.normal(mean, sd), value, NO_JUMPS), exact, 1e-12)


def test_ensemble_as_published():
    found = case("G05")
    draws, value = found["inputs"]["ens"], float(found["inputs"]["y"])
    plain, fair = found["exact"]
    assert agrees(crps(ws.empirical(draws), value), plain, found["tol"])
    assert agrees(crps_of_draws(np.array([draws], dtype=float), np.array([value]))[0], fair, found["tol"])


def by_quadrature(law, value):
    """The definition in x, by SciPy, split where the value and the corners lie."""
    low, high = law.ppf([1e-13, 1 - 1e-13])
    left = integrate.quad(lambda x: law.cdf(x) ** 2, min(low, value), value, limit=400, epsabs=1e-11)[0]
    right = integrate.quad(lambda x: (1 - law.cdf(x)) ** 2, value, max(high, value), limit=400, epsabs=1e-11)[
        0
    ]
    return left + right


SMOOTH = [
    ws.lognormal(2, 0.6), ws.uniform(-1, 3), ws.pert(0, 3, 10), ws.metalog({0.1: 35, 0.5: 50, 0.9: 75}),
    stats.gamma(2), stats.t(3), stats.Normal(mu=2, sigma=3),
]  # fmt: skip


@pytest.mark.parametrize("law", SMOOTH, ids=range(len(SMOOTH)))
@pytest.mark.parametrize("share", [0.001, 0.3, 0.97])
def test_smooth_distributions_to_the_accuracy_stated(law, share):
    law = as_distribution(law)
    value = law.ppf(share)
    # SciPy's adaptive rule is asked for 1e-11, and cut at 1e-13 of probability; fast inversion is good to 1e-9.
    assert crps(law, value) == pytest.approx(by_quadrature(law, value), abs=1e-8 * law.std())


MIXED = [
    ws.mixture([(0.5, ws.normal(0, 1)), (0.5, ws.normal(8, 1))]),
    ws.mixture([(0.9, ws.normal(0, 0.01)), (0.1, ws.normal(100, 10))]),
    ws.mixture([(0.25, ws.logistic(0.3 * i, 1 + 0.2 * i)) for i in range(4)]),
    ws.mixture([(0.25, ws.uniform(0, 1)), (0.75, ws.pert(0, 3, 10))]),
]


@pytest.mark.parametrize("law", MIXED, ids=range(len(MIXED)))
def test_mixtures_against_scipy(law):
    """Between quantiles of every part, where SciPy's rule meets no corner and misses no narrow part."""
    values = np.concatenate([law.ppf([0.001, 0.3, 0.5, 0.97]), np.array(law.ppf([0.0001, 0.9999])) * 3])
    levels = special.expit(np.arange(-34.0, 34.5, 4.0))
    parts = np.concatenate([part.ppf(levels) for _, part in law.parts])
    found = crps_of_mixture(law, values)
    for value, one in zip(values.tolist(), found.tolist(), strict=True):
        edges = np.unique(np.append(parts, value)).tolist()
        exact = sum(
            integrate.quad(lambda x, v=value: (law.cdf(x) - (x >= v)) ** 2, a, b, epsabs=1e-13)[0]
            for a, b in pairwise(edges)
        )
        assert one == pytest.approx(exact, abs=1e-9 * law.std())
    assert [crps(law, value) for value in values.tolist()] == pytest.approx(found, rel=1e-12)


def test_rows_that_share_a_forecast_are_scored_as_those_that_do_not():
    laws = [MIXED[0], ws.normal(1, 2), MIXED[0], MIXED[3], MIXED[0]]
    values = np.array([0.5, 1.0, 7.0, 2.0, -20.0])
    expected = [crps(law, value) for law, value in zip(laws, values.tolist(), strict=True)]
    assert ByDistribution(tuple(laws)).scores(values) == pytest.approx(expected, rel=1e-12)


CORNERED = [
    ws.triangular(0, 0.3, 1),
    ws.mixture([(0.5, ws.normal(0, 1)), (0.5, ws.normal(8, 1))]),
    ws.mixture([(0.3, ws.discrete({0: 1.0})), (0.7, ws.lognormal(5, 0.5))]),
]


@pytest.mark.parametrize("law", CORNERED, ids=range(len(CORNERED)))
@pytest.mark.parametrize("share", [0.05, 0.4, 0.9])
def test_distributions_with_corners_to_the_accuracy_stated(law, share):
    value = law.ppf(share) + 0.013
    assert crps(law, value) == pytest.approx(by_quadrature(law, value), abs=2e-5 * law.std())


def test_values_beyond_the_support_cost_the_way_to_it():
    inside = crps(ws.uniform(0, 1), 1.0)
    assert crps(ws.uniform(0, 1), 3.0) == pytest.approx(inside + 2.0, rel=1e-12)
    assert crps(ws.lognormal(2, 0.6), -1.0) == pytest.approx(crps(ws.lognormal(2, 0.6), 0.0) + 1.0, rel=1e-12)
    assert crps(ws.discrete({0: 0.5, 2: 0.5}), -1.0) == pytest.approx(1.0 + 0.5, rel=1e-12)
    assert crps(as_distribution(4.0), 1.0) == 3.0


@given(st.floats(0, 1), st.sampled_from([0.0, 1.0]))
def test_that_of_a_chance_is_the_squared_error(chance, came):
    assert crps(ws.bernoulli(chance), came) == pytest.approx((chance - came) ** 2, abs=1e-15)


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=12), st.floats(-60, 60))
def test_the_staircase_is_the_energy_form(sample, value):
    x = np.array(sample)
    energy = np.abs(x - value).mean() - 0.5 * np.abs(x[:, None] - x).mean()
    assert crps(ws.empirical(sample), value) == pytest.approx(energy, abs=1e-10)


@given(st.lists(st.floats(-50, 50), min_size=3, max_size=12), st.data())
def test_the_others_are_every_value_but_one(sample, data):
    x = np.array(sample)
    exact = [crps_of_draws(np.delete(x, i)[None], x[i : i + 1])[0] for i in range(x.size)]
    np.testing.assert_allclose(crps_of_others(x, np.ones(x.size)), exact, atol=1e-9)
    # A whole weight is as good as a copy, but for the pairs of copies that the fair form does not count.
    w = np.array(data.draw(st.lists(st.floats(0.5, 3), min_size=x.size, max_size=x.size)))
    for i, found in enumerate(crps_of_others(x, w)):
        rest, v = np.delete(x, i), np.delete(w, i)
        pairs = (np.outer(v, v) * np.abs(rest[:, None] - rest)).sum() / (v.sum() ** 2 - v @ v)
        assert found == pytest.approx(v @ np.abs(rest - x[i]) / v.sum() - 0.5 * pairs, abs=1e-9)


def test_few_draws_are_scored_fairly():
    """The mean fair score from 3 draws is that of their distribution, within 4 standard errors; the plain is not."""
    generator = np.random.default_rng(11)
    draws, values = generator.normal(size=(20_000, 3)), generator.normal(size=20_000)
    truth = 1 / np.sqrt(np.pi)
    fair = crps_of_draws(draws, values)
    assert abs(fair.mean() - truth) < 4 * fair.std() / np.sqrt(fair.size)
    plain = fair + np.abs(draws[:, :, None] - draws[:, None]).mean(axis=(1, 2)) / 4
    assert plain.mean() - truth > 20 * plain.std() / np.sqrt(plain.size)


def test_quantiles_tell_the_score_as_they_become_dense():
    levels = (np.arange(2000) + 0.5) / 2000
    law = ws.normal(10, 2)
    found = quantile_losses(law.ppf(levels)[None], levels, np.array([13.0]))[0]
    assert found == pytest.approx(case("G04")["exact"][2], abs=2e-3)
    assert quantile_weights(np.array([0.1, 0.5, 0.9])) == pytest.approx([0.3, 0.4, 0.3])


@given(st.lists(st.floats(-5, 5), min_size=4, max_size=10))
def test_quantiles_of_the_others_leave_the_case_out(sample):
    x, levels = np.array(sample), np.array([0.02, 0.3, 0.5, 0.9])
    found = _quantiles_of_others(x, np.ones(x.size), levels)
    exact = [np.quantile(np.delete(x, i), levels, method="weibull") for i in range(x.size)]
    np.testing.assert_allclose(found, exact, atol=1e-12)
    weighted = _quantiles_of_others(x, 1.0 + np.arange(x.size), levels)
    assert np.isin(weighted, x).all()
