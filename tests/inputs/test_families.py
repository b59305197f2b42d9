"""Families that SciPy computes, by the names and parameters of a deal file."""

import pickle

import numpy as np
import pytest
import scipy.stats as st
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.inputs import KINDS, families, from_spec

CASES = {
    "beta": (ws.beta(2, 5), st.beta(2, 5)),
    "exponential": (ws.exponential(50), st.expon(scale=50)),
    "gamma": (ws.gamma(2.5, 3), st.gamma(2.5, scale=3)),
    "generalised_pareto": (ws.generalised_pareto(0.25, 3), st.genpareto(0.25, scale=3)),
    "gumbel": (ws.gumbel(10, 2), st.gumbel_r(10, 2)),
    "inverse_gaussian": (ws.inverse_gaussian(4, 16), st.invgauss(0.25, scale=16)),
    "log_logistic": (ws.log_logistic(20, 3), st.fisk(3, scale=20)),
    "logistic": (ws.logistic(10, 2), st.logistic(10, 2)),
    "negative_binomial": (ws.negative_binomial(4, 2), st.nbinom(2, 1 / 3)),
    "shifted_lognormal": (ws.shifted_lognormal(-30, 5, 0.25), st.lognorm(0.25, -30, 35)),
    "skew_normal": (ws.skew_normal(3, 10, 2), st.skewnorm(3, 10, 2)),
    "student_t": (ws.student_t(4, 10, 2), st.t(4, 10, 2)),
    "weibull": (ws.weibull(1.5, 10), st.weibull_min(1.5, scale=10)),
}


def test_there_is_a_case_for_each():
    assert set(CASES) == set(families.__all__) - {"NamedFamily"}
    assert all(KINDS[name] is getattr(ws, name) for name in CASES)


@pytest.mark.parametrize("name", CASES)
def test_each_is_scipys_and_is_written_as_it_was_made(name):
    own, other = CASES[name]
    q = np.linspace(0.01, 0.99, 33)
    np.testing.assert_allclose(own.cdf(other.ppf(q)), other.cdf(other.ppf(q)), rtol=1e-12)
    np.testing.assert_allclose(other.cdf(own.ppf(q)), other.cdf(other.ppf(q)), atol=1e-9)
    assert own.mean() == pytest.approx(other.mean(), rel=1e-12)
    assert own.std() == pytest.approx(other.std(), rel=1e-12)
    assert own.is_discrete == (name == "negative_binomial")
    again = from_spec(own.spec())
    assert own.spec()["kind"] == own.kind == name
    assert again == own
    assert hash(again) == hash(own)
    assert pickle.loads(pickle.dumps(own)) == own
    assert str(own).startswith(f"{name}(")
    assert own != ws.normal(0, 1)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ws.gamma(0, 1), "gamma: shape must be above 0"),
        (lambda: ws.weibull(1, -1), "weibull: scale must be above 0"),
        (lambda: ws.student_t(3, float("nan"), 1), "student_t: loc must be a finite number"),
        (lambda: ws.shifted_lognormal(5, 5, 1), "low must lie below median, got 5 and 5"),
        (lambda: ws.generalised_pareto(float("inf"), 1), "generalised_pareto: shape must be a finite number"),
        (lambda: ws.beta("1", 2), "beta: a must be a finite number"),
        (lambda: from_spec({"kind": "gama", "shape": 1, "scale": 1}), "did you mean 'gamma'"),
        (lambda: from_spec({"kind": "gamma", "shape": 1}), "scale is missing"),
    ],
)
def test_refusals(make, words):
    assert words in refused(make)
