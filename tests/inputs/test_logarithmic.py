"""Logarithmic pools: closed forms, the numerical pool against them, properties, refusals."""

import math
import pickle

import numpy as np
import pytest
import scipy.stats as st
from hypothesis import given
from hypothesis import strategies as hs
from tests.reference import agrees, case
from tests.strategies import refused

from walkaway_sim.inputs import (
    Constant,
    LogarithmicPool,
    LogNormal,
    Normal,
    Uniform,
    as_distribution,
    from_spec,
    logarithmic_pool,
    lognormal,
    metalog,
    mixture,
    normal,
    pert,
    poisson,
    uniform,
)

Q = np.unique(
    [*np.geomspace(1e-12, 0.01, 30), *np.linspace(0.01, 0.99, 199), *(1 - np.geomspace(1e-12, 0.01, 30))]
)
KNOWN = {
    "normals": ([(0.6, normal(10, 2)), (0.4, normal(14, 3))], None),
    "normals far apart": ([(0.5, normal(0, 1)), (0.5, normal(50, 1))], None),
    "lognormals": ([(0.5, lognormal(100, 0.3)), (0.5, lognormal(200, 1))], None),
    "uniforms": ([(0.3, uniform(0, 10)), (0.7, uniform(5, 12))], None),
    "a pole": ([(0.5, as_distribution(st.gamma(0.3))), (0.5, as_distribution(st.gamma(0.6)))], st.gamma(0.45)),
    "heavy tails": ([(0.5, as_distribution(st.pareto(4))), (0.5, as_distribution(st.pareto(6)))], st.pareto(5)),
    "betas": ([(0.25, pert(0, 1, 4)), (0.75, pert(0, 3, 4))], st.beta(3.5, 2.5, 0, 4)),
}  # fmt: skip


def test_the_published_case():
    found = case("E10")
    (means, sds, weights), exact = found["inputs"].values(), found["exact"]
    parts = [(w, normal(mean, sd)) for w, mean, sd in zip(weights, means, sds, strict=True)]
    for pooled in (logarithmic_pool(parts), LogarithmicPool(tuple(parts))):
        assert agrees(pooled.mean(), exact[2], found["tol"])
        assert agrees(pooled.std() ** 2, exact[3], found["tol"])


@pytest.mark.parametrize("name", KNOWN)
def test_the_numerical_pool_is_the_closed_form(name):
    parts, known = KNOWN[name]
    exact = logarithmic_pool(parts) if known is None else as_distribution(known)
    found = LogarithmicPool(tuple(parts))
    assert isinstance(exact, LogNormal | Normal | Uniform) == (known is None)
    # Quadrature resolves each of some hundred panels to 1e-12 of the whole; quantiles are inverted to 1e-9.
    assert found.mean() == pytest.approx(exact.mean(), rel=1e-9, abs=1e-9 * exact.std())
    assert found.std() == pytest.approx(exact.std(), rel=1e-9)
    assert exact.cdf(found.ppf(Q)) == pytest.approx(Q, abs=1e-9)
    assert found.cdf(exact.ppf(Q)) == pytest.approx(Q, abs=1e-10)
    x = exact.ppf(Q[::7])
    assert found._density(x) == pytest.approx(exact._density(x), rel=1e-8)
    assert found.support() == exact.support()


def test_a_pool_that_ignores_the_weights_is_told_apart():
    """Negative control: equal weights in place of 0.6 and 0.4 must fail the comparison above."""
    parts, _ = KNOWN["normals"]
    wrong = LogarithmicPool(tuple((0.5, law) for _, law in parts))
    assert np.abs(logarithmic_pool(parts).cdf(wrong.ppf(Q)) - Q).max() > 1e-2


@given(
    hs.lists(hs.tuples(hs.floats(0.05, 5), hs.floats(-50, 50), hs.floats(0.2, 20)), min_size=2, max_size=4),
    hs.floats(0.01, 100),
)
def test_normals_pool_to_the_precision_weighted_normal(given_parts, scale):
    parts = [(w, normal(mean, sd)) for w, mean, sd in given_parts]
    weights, means, sds = (np.array(one) for one in zip(*given_parts, strict=True))
    precision = weights / weights.sum() / sds**2
    pooled = logarithmic_pool([(scale * w, law) for w, law in parts])
    assert pooled.mean() == pytest.approx((precision @ means) / precision.sum(), rel=1e-9, abs=1e-9)
    assert pooled.std() == pytest.approx(precision.sum() ** -0.5, rel=1e-9)


@pytest.mark.parametrize(
    "parts",
    [
        [(0.5, metalog({0.1: 0.01, 0.5: 0.03, 0.9: 0.045})), (0.3, metalog({0.1: 0.05, 0.5: 0.08, 0.9: 0.11})), (0.2, normal(0.02, 0.05))],
        [(0.5, metalog({0.1: 1, 0.5: 2, 0.9: 3})), (0.5, metalog({0.1: 101, 0.5: 102, 0.9: 103}))],
        [(0.5, mixture([(0.5, uniform(0, 1)), (0.5, uniform(3, 4))])), (0.5, normal(2, 1))],
        [(0.4, metalog({0.1: 35, 0.5: 50, 0.9: 75}, lower=0)), (0.6, pert(20, 60, 90))],
    ],
    ids=["metalogs", "metalogs far apart", "a gap", "bounded"],
)  # fmt: skip
def test_what_has_no_closed_form_agrees_with_quadrature(parts):
    from scipy.integrate import tanhsinh

    pooled = LogarithmicPool(tuple(parts))

    def product(x):
        found = np.ones(x.size)
        for w, law in parts:
            inside = (x.ravel() > law.support()[0]) & (x.ravel() < law.support()[1])
            found *= np.where(inside, law._density(x.ravel()), 0.0) ** w
        return found.reshape(x.shape)

    low, middle, high = pooled.ppf([1e-10, 0.3, 1 - 1e-10])
    kinks = [end for _, law in parts for _, one in getattr(law, "parts", ()) for end in one.support()]

    def mass(below):
        ends = np.unique(
            [one for one in (low, *kinks, *pooled.ppf([0.01, 0.5, 0.99]), below) if low <= one <= below]
        )
        return tanhsinh(product, ends[:-1], ends[1:], rtol=1e-11).integral.sum()

    # What is left out in the tails is 2e-10 at most, and quantiles are inverted to 1e-9.
    assert mass(middle) / mass(high) == pytest.approx(0.3, abs=2e-9)
    assert pooled.cdf(pooled.ppf(Q)) == pytest.approx(Q, abs=1e-9)
    assert (np.diff(pooled.ppf(Q)) >= 0).all()


def test_quantiles_do_not_depend_on_what_else_is_asked_and_survive_a_pickle():
    pooled = LogarithmicPool(((0.5, metalog({0.1: 1, 0.5: 2, 0.9: 4})), (0.5, normal(3, 1))))
    together = pooled.ppf(Q)
    assert all(pooled.ppf(float(q)) == x for q, x in zip(Q[::20], together[::20], strict=True))
    assert (pickle.loads(pickle.dumps(pooled)).ppf(Q) == together).all()
    assert hash(pooled) == hash(pickle.loads(pickle.dumps(pooled)))


def test_what_alone_is_left_is_itself():
    only = metalog({0.1: 1, 0.5: 2, 0.9: 4})
    assert logarithmic_pool([(2, only)]) is only
    assert logarithmic_pool([(1, only), (0, normal(9, 1))]) is only
    assert logarithmic_pool([(1, only), (3, only)]) == only


def test_moments_that_a_part_has_not_are_not_made_up():
    pooled = LogarithmicPool(((0.5, as_distribution(st.cauchy(3))), (0.5, normal(0, 1))))
    assert math.isnan(pooled.mean())
    assert math.isnan(pooled.std())
    assert math.isfinite(pooled.ppf(0.5))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([(1, uniform(0, 1)), (1, uniform(2, 3))], "begins at 2 and one that ends at 1"),
        ([(1, mixture([(0.5, uniform(0, 1)), (0.5, uniform(4, 5))])), (1, uniform(2, 3))], "product is 0 everywhere"),
        ([(1, normal(0, 1)), (1, poisson(3))], "single values; use the linear pool"),
        ([(1, normal(0, 1)), (1, Constant(3))], "single values"),
        ([(1, normal(0, 1)), (-1, normal(0, 2))], "0 or more"),
        ([(0, normal(0, 1))], "a weight above 0"),
        ([], "a weight above 0"),
        ([(1, 3)], "part 1 must be a distribution"),
    ],
)  # fmt: skip
def test_refusals(parts, words):
    assert words in refused(logarithmic_pool, parts)


def test_a_file_writes_people_and_no_pool():
    pooled = LogarithmicPool(((0.5, normal(0, 1)), (0.5, uniform(0, 1))))
    assert "written to a file by its people" in refused(pooled.spec)
    assert "LogarithmicPool" in str(pooled)
    assert "logarithmic_pool" in refused(from_spec, {"kind": "logarithmic_pool"})
