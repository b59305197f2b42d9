"""Frozen SciPy distributions as inputs."""

import math
import pickle

import numpy as np
import pytest
import scipy.stats as st
from tests.strategies import refused

from walkaway_sim.inputs import as_distribution


def test_equality_by_family_and_parameters():
    assert as_distribution(st.norm(1, 2)) == as_distribution(st.norm(loc=1, scale=2))
    assert hash(as_distribution(st.norm(1, 2))) == hash(as_distribution(st.norm(loc=1, scale=2)))
    assert as_distribution(st.norm(1, 2)) != as_distribution(st.norm(1, 3))
    assert as_distribution(st.norm(1, 2)) != as_distribution(st.cauchy(1, 2))
    assert as_distribution(st.Normal(mu=1.0, sigma=2.0)) == as_distribution(st.Normal(mu=1.0, sigma=2.0))
    one, other = (st.rv_histogram(np.histogram(data, 4)) for data in ([1, 2, 3], [7, 8, 9]))
    assert as_distribution(one()) != as_distribution(other())


@pytest.mark.parametrize(
    "make",
    [
        lambda: st.Normal(mu=3.0, sigma=2.0),
        lambda: st.Normal(),
        lambda: st.Uniform(a=1.0, b=3.0),
        lambda: st.Binomial(n=5, p=0.2),
        lambda: st.gamma(2.5),
    ],
)
def test_crosses_a_process_boundary(make):
    wrapped = as_distribution(make())
    copy = pickle.loads(pickle.dumps(wrapped))
    assert copy.ppf([0.2, 0.9]).tolist() == wrapped.ppf([0.2, 0.9]).tolist()
    assert copy == wrapped


def test_refuses_to_be_pickled_wrongly():
    with pytest.raises(pickle.PicklingError, match="loses its parameters"):
        pickle.dumps(as_distribution(2 * st.Normal(mu=1.0, sigma=3.0) + 1))


def test_missing_moments_are_allowed():
    assert math.isnan(as_distribution(st.cauchy()).mean())
    assert as_distribution(st.pareto(0.5)).mean() == math.inf
    assert as_distribution(st.pareto(1.5)).std() == math.inf


def test_discrete_ends_and_steps():
    counts = as_distribution(st.poisson(3, loc=2))
    assert counts.is_discrete
    assert counts.ppf(0.0) == 2.0
    new = as_distribution(st.Binomial(n=7, p=0.3))
    assert new.cdf(2.999) == pytest.approx(st.binom(7, 0.3).cdf(2))


@pytest.mark.parametrize(
    "given", [st.norm([1, 2], 1), st.Normal(mu=[0.0, 1.0]), st.norm(0, [[1, 2]]), st.gamma([1, 2, 3])]
)
def test_array_parameters_are_refused(given):
    assert "one for each" in refused(as_distribution, given)


@pytest.mark.parametrize(
    "given", [st.norm, st.multivariate_normal([0, 0]), st.Normal, "normal", None, True, 1j]
)
def test_other_things_are_refused(given):
    message = refused(as_distribution, given)
    assert "a number" in message
    assert "frozen univariate SciPy distribution" in message


def test_cannot_be_written():
    assert "cannot be written to a file" in refused(as_distribution(st.gamma(2)).spec)
