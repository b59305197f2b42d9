"""Families: density, tails and draws agree with the distribution that they make, and the search finds the top."""

import dataclasses

import numpy as np
import pytest
import scipy.stats as st

import walkaway_sim as ws
from walkaway_sim.calibrate.fitting.families import FAMILIES
from walkaway_sim.calibrate.fitting.likelihood import log_likelihood, maximum_likelihood

THETA = {
    "normal": [0.3, 0.2], "logistic": [0.3, -0.2], "student_t": [0.2, 0.1, 0.5], "skew_normal": [0.1, 0.2, 0.6],
    "gumbel": [0.2, 0.3], "lognormal": [0.4, -0.7], "weibull": [0.2, -0.5], "log_logistic": [0.3, -1.2],
    "gamma": [0.5, 0.8], "inverse_gaussian": [0.4, 0.7], "exponential": [0.6], "beta": [0.8, 2.0],
    "poisson": [1.8], "negative_binomial": [1.1, 0.6],
}  # fmt: skip
SCIPY = {
    "normal": (st.norm, {}), "logistic": (st.logistic, {}), "gumbel": (st.gumbel_r, {}),
    "lognormal": (st.lognorm, {"floc": 0}), "weibull": (st.weibull_min, {"floc": 0}), "gamma": (st.gamma, {"floc": 0}),
    "log_logistic": (st.fisk, {"floc": 0}), "inverse_gaussian": (st.invgauss, {"floc": 0}),
    "exponential": (st.expon, {"floc": 0}), "beta": (st.beta, {"floc": 0, "fscale": 1}),
}  # fmt: skip


def test_there_is_a_case_for_each():
    assert set(THETA) == set(FAMILIES)


@pytest.mark.parametrize("name", THETA)
def test_each_is_the_distribution_that_it_makes(name):
    family, theta = FAMILIES[name], np.array(THETA[name])
    law = family.make(theta)
    assert law.kind == name
    x = np.unique(family.draw(np.random.default_rng(3), theta, (300,)))
    row = theta[None]
    np.testing.assert_allclose(family.cdf(x[None], row)[0], law.cdf(x), atol=1e-13)
    np.testing.assert_allclose(family.sf(x[None], row)[0], 1.0 - law.cdf(x), atol=1e-13)
    chance = law.cdf(x) - law.cdf(x - 1.0) if family.discrete else law._density(x)
    np.testing.assert_allclose(np.exp(family.logpdf(x[None], row)[0]), chance, rtol=1e-9)


@pytest.mark.parametrize("name", THETA)
def test_draws_come_from_it(name):
    """A chi-squared test on ten cells; each of the 14 false alarms has a chance of 1e-4."""
    family, theta = FAMILIES[name], np.array(THETA[name])
    law, n = family.make(theta), 20_000
    x = family.draw(np.random.default_rng(8), theta, (n,))
    edges = np.unique(law.ppf(np.linspace(0.1, 0.9, 9)))
    expected = n * np.diff(law.cdf(edges), prepend=0.0, append=1.0)
    observed = np.bincount(np.searchsorted(edges, x), minlength=edges.size + 1)
    assert st.chisquare(observed, expected).pvalue > 1e-4


@pytest.mark.parametrize("name", THETA)
def test_many_samples_are_fitted_at_once_and_each_is_at_the_top(name):
    family, theta = FAMILIES[name], np.array(THETA[name])
    x = family.draw(np.random.default_rng(5), theta, (20, 80))
    weight = np.full(80, 1 / 80)
    searched = dataclasses.replace(family, closed=None)
    found, converged = maximum_likelihood(searched, x, None, weight, np.array(family.start(x[0], weight)))
    assert converged.all()
    top = log_likelihood(family, x, None, weight, found)
    for i in range(theta.size):
        for step in (-1e-3, 1e-3):
            moved = found + step * np.eye(theta.size)[i]
            assert (log_likelihood(family, x, None, weight, moved) <= top + 1e-12).all()
    if family.closed is not None:
        # The search stops where the slope by differences vanishes, which is off by the square of their step.
        np.testing.assert_allclose(found, family.closed(x, weight), atol=10 * 1e-8)
    if name in SCIPY:
        dist, fixed = SCIPY[name]
        theirs = dist.logpdf(x[0], *dist.fit(x[0], **fixed)).mean()
        assert top[0] >= theirs - 1e-9


@pytest.mark.parametrize("name", ["normal", "weibull", "gamma", "lognormal"])
def test_lower_bounds_enter_as_scipy_has_them(name):
    family, theta = FAMILIES[name], np.array(THETA[name])
    x = family.draw(np.random.default_rng(9), theta, (60,))
    cut = float(np.quantile(x, 0.7))
    lower = x > cut
    seen = np.minimum(x, cut)
    weight = np.full(60, 1 / 60)
    found, converged = maximum_likelihood(
        family, seen[None], lower[None], weight, np.array(family.start(seen, weight))
    )
    dist, fixed = SCIPY[name]
    data = st.CensoredData(uncensored=x[~lower], right=seen[lower])
    theirs = dist(*dist.fit(data, **fixed))
    own = family.make(found[0])
    assert converged.all()
    # SciPy's simplex stops at 1e-4 of the parameters.
    np.testing.assert_allclose(own.ppf([0.1, 0.5, 0.9]), theirs.ppf([0.1, 0.5, 0.9]), rtol=1e-3)


@pytest.mark.parametrize("seed", [0, 1])  # whose skewness is above 1
def test_a_shape_at_its_bound_is_not_turned_into_its_mirror(seed):
    """57 values with a long tail above: refits whose shape ran to its bound once gave laws with the tail below."""
    x = st.skewnorm(4, 0, 10).rvs(57, random_state=seed)
    found = ws.fit(x, families=["skew_normal"], n_plausible=100, rng=0)
    points = np.array([law.ppf(np.array([0.05, 0.5, 0.95])) for law in found.plausible])
    assert ((points[:, 2] - points[:, 1]) > (points[:, 1] - points[:, 0])).all()
