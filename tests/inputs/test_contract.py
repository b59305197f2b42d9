"""What every distribution promises, in one table."""

import dataclasses
import itertools
import math
import pickle

import numpy as np
import pytest
import scipy.stats as st
from hypothesis import given, settings
from scipy import integrate
from tests.strategies import distributions

from walkaway_sim.inputs import (
    Constant,
    Distribution,
    as_distribution,
    bernoulli,
    between,
    discrete,
    empirical,
    from_spec,
    generalised_pareto,
    kinked_reservation,
    log_student,
    lognormal,
    metalog,
    mixture,
    normal,
    pert,
    poisson,
    shifted_lognormal,
    triangular,
    uniform,
)

CONTINUOUS = {
    "normal": (normal(100, 15), st.norm(100, 15)),
    "lognormal": (lognormal(1000, 0.25), st.lognorm(0.25, scale=1000)),
    "uniform": (uniform(80, 140), st.uniform(80, 60)),
    "triangular": (triangular(1, 2, 5), st.triang(0.25, 1, 4)),
    "triangular left": (triangular(1, 1, 5), st.triang(0.0, 1, 4)),
    "triangular right": (triangular(1, 5, 5), st.triang(1.0, 1, 4)),
    "pert": (pert(27, 30, 36), st.beta(7 / 3, 11 / 3, 27, 9)),
    "pert left": (pert(0, 0, 1), st.beta(1, 5, 0, 1)),
    "pert right": (pert(0, 1, 1), st.beta(5, 1, 0, 1)),
    "pert peaked": (pert(0, 0.2, 1, 60), st.beta(13, 49, 0, 1)),
    "between": (between(80, 125), st.lognorm(math.log(125 / 80) / 2 / st.norm.ppf(0.95), scale=100)),
    "between normal": (between(-5, 5, 0.8, family="normal"), st.norm(0, 5 / st.norm.ppf(0.9))),
    "metalog logistic": (metalog({0.1: 3.40832626799134, 0.9: 16.5916737320087}), st.logistic(10, 3)),
    "shifted lognormal": (shifted_lognormal(-30, 5, 0.25), st.lognorm(0.25, -30, 35)),
    "generalised pareto": (generalised_pareto(-0.2, 3), st.genpareto(-0.2, scale=3)),
    "scipy gamma": (as_distribution(st.gamma(2.5, scale=3)), st.gamma(2.5, scale=3)),
    "scipy expon": (as_distribution(st.expon(scale=50)), st.expon(scale=50)),
    "scipy new": (as_distribution(st.Normal(mu=3.0, sigma=2.0)), st.norm(3, 2)),
    "mixture of one": (mixture([(1.0, pert(0, 0.2, 1))]), st.beta(1.8, 4.2)),
}
UNMATCHED = {
    "log student": log_student(4, -0.17, 0.72),
    "kinked reservation": kinked_reservation(10, 0.3, 9, 4),
    "kinked reservation probit": kinked_reservation(10, -0.3, 5, 7, "probit"),
    "metalog": metalog({0.1: 35, 0.5: 50, 0.9: 75}),
    "metalog lower": metalog({0.1: 35, 0.5: 50, 0.9: 75}, lower=0),
    "metalog upper": metalog({0.1: 35, 0.5: 50, 0.9: 75}, upper=100),
    "metalog both": metalog({0.1: 35, 0.5: 50, 0.9: 75}, lower=0, upper=100),
    "metalog five": metalog({0.05: 2, 0.25: 4, 0.5: 5, 0.75: 6.5, 0.95: 10}),
    "mixture": mixture([(0.6, normal(10, 2)), (0.4, pert(5, 20, 30))]),
    "mixture with gap": mixture([(0.5, uniform(0, 1)), (0.5, uniform(5, 6))]),
}
DISCRETE = {
    "constant": (Constant(3), None),
    "bernoulli": (bernoulli(0.3), st.bernoulli(0.3)),
    "poisson": (poisson(2.5), st.poisson(2.5)),
    "poisson large": (poisson(4e4), st.poisson(4e4)),
    "poisson tiny": (poisson(1e-6), st.poisson(1e-6)),
    "discrete": (discrete({0: 0.1, 1: 0.2, 2.5: 0.7}), st.rv_discrete(values=([0, 1, 2], [0.1, 0.2, 0.7]))),
    "empirical": (empirical([3, 1, 2, 2]), None),
    "scipy binom": (as_distribution(st.binom(7, 0.3)), st.binom(7, 0.3)),
    "scipy new binom": (as_distribution(st.Binomial(n=7, p=0.3)), st.binom(7, 0.3)),
    "mixture of values": (mixture([(0.5, bernoulli(0.3)), (0.5, poisson(2))]), None),
}
MIXED = {
    "mixture with atom": mixture([(0.9, 0), (0.1, lognormal(10, 1))]),
    "mixture atoms about": mixture([(0.2, discrete({2: 0.5, 7: 0.5})), (0.1, 4), (0.7, normal(5, 2))]),
    "mixture in a mixture": mixture(
        [(0.5, mixture([(0.3, 5), (0.7, uniform(0, 10))])), (0.2, 3), (0.3, normal(5, 2))]
    ),
    "mixture of a mixed part": mixture(
        [(0.5, mixture([(0.3, 5), (0.7, uniform(0, 10))])), (0.5, normal(4, 2))]
    ),
    "mixture atom inside": mixture([(0.3, 5), (0.7, uniform(0, 10))]),
}
ALL = (
    {name: pair[0] for name, pair in CONTINUOUS.items()}
    | UNMATCHED
    | {name: pair[0] for name, pair in DISCRETE.items()}
    | MIXED
)
SMOOTH = {name: pair[0] for name, pair in CONTINUOUS.items()} | UNMATCHED

Q = np.concatenate([[1e-13, 1e-9, 1e-4], np.linspace(0.001, 0.999, 501), [1 - 1e-4, 1 - 1e-9, 1 - 1e-13]])


def by_name(table):
    return pytest.mark.parametrize("name", list(table))


@by_name(SMOOTH)
def test_cdf_inverts_ppf(name):
    distribution = SMOOTH[name]
    # 1e-9 in probability is what the tables promise; the rest is at rounding.
    np.testing.assert_allclose(distribution.cdf(distribution.ppf(Q)), Q, rtol=0, atol=1e-9)


@by_name(ALL)
def test_ppf_is_the_smallest_value_that_reaches_q(name):
    distribution = ALL[name]
    x = distribution.ppf(Q)
    assert np.all(np.diff(x) >= 0)
    assert np.all(distribution.cdf(x) >= Q - 1e-9)
    before = np.nextafter(x, -np.inf) if distribution.is_discrete else x - 1e-6 * (1 + np.abs(x))
    # Some density may be as large as 20 a unit (the narrowest metalog tail); the step is 1e-6.
    assert np.all(distribution.cdf(before) <= Q + 1e-9)


@by_name(DISCRETE)
def test_values_come_back_from_their_cdf(name):
    distribution = DISCRETE[name][0]
    x = np.unique(distribution.ppf(np.linspace(1e-6, 1 - 1e-6, 999)))
    np.testing.assert_array_equal(distribution.ppf(distribution.cdf(x))[:-1], x[:-1])


@by_name({name: pair for name, pair in (CONTINUOUS | DISCRETE).items() if pair[1] is not None})
def test_agrees_with_scipy(name):
    distribution, truth = (CONTINUOUS | DISCRETE)[name]
    if name == "discrete":
        assert distribution.mean() == pytest.approx(1.95)
        assert distribution.std() == pytest.approx(math.sqrt(0.2 + 0.7 * 6.25 - 1.95**2))
        return
    middle = np.linspace(0.001, 0.999, 999)
    # Off by 1e-9 in probability, times the largest slope of the quantiles on this range.
    slope = np.max(np.abs(np.gradient(truth.ppf(middle), middle)))
    tolerance = 1e-12 * np.max(np.abs(truth.ppf(middle))) + 1e-9 * slope
    if distribution.is_discrete:
        tolerance = 0
    np.testing.assert_allclose(distribution.ppf(middle), truth.ppf(middle), rtol=0, atol=tolerance)
    x = np.linspace(*truth.ppf([0.0001, 0.9999]), 301)
    np.testing.assert_allclose(distribution.cdf(x), truth.cdf(x), rtol=0, atol=1e-12)
    assert distribution.mean() == pytest.approx(truth.mean(), rel=1e-12, abs=1e-12)
    assert distribution.std() == pytest.approx(truth.std(), rel=1e-12)


@by_name(SMOOTH)
def test_moments_match_integration(name):
    distribution = SMOOTH[name]

    def weighted(logit, centre, power):
        y = 1 / (1 + math.exp(-logit))
        return (distribution.ppf(y) - centre) ** power * y / (1 + math.exp(logit))

    def moment(centre, power):
        pieces = np.linspace(-34, 34, 35)
        total = 0.0
        for a, b in itertools.pairwise(pieces):
            total += integrate.quad(weighted, a, b, args=(centre, power), epsabs=1e-12, full_output=1)[0]
        return total

    # Quantiles past logits of 34 hold 2e-15 of the probability; kinks and steps cost quad some digits.
    mean = moment(0.0, 1)
    assert distribution.mean() == pytest.approx(mean, rel=1e-7)
    assert distribution.std() == pytest.approx(math.sqrt(moment(mean, 2)), rel=1e-6)


@by_name(ALL)
def test_ends(name):
    distribution = ALL[name]
    low, high = distribution.support()
    assert low <= high
    assert distribution.ppf(0.0) == low
    assert distribution.ppf(1.0) == high
    assert np.all((distribution.ppf(Q) >= low) & (distribution.ppf(Q) <= high))
    assert distribution.cdf(-np.inf) == 0.0
    assert distribution.cdf(np.inf) == 1.0
    assert distribution.cdf(high) == pytest.approx(1.0, abs=1e-15)
    if math.isfinite(low):
        assert distribution.cdf(np.nextafter(low, -np.inf)) == 0.0


@by_name(ALL)
def test_nan_shapes_and_scalars(name):
    distribution = ALL[name]
    assert np.isnan(distribution.ppf([-0.1, 1.1, np.nan])).all()
    assert math.isnan(distribution.ppf(math.nan))
    assert math.isnan(distribution.cdf(math.nan))
    assert type(distribution.ppf(0.3)) is float
    assert type(distribution.cdf(0.3)) is float
    assert type(distribution.from_normal(0.3)) is float
    grid = np.linspace(0.1, 0.9, 12).reshape(3, 4)
    assert distribution.ppf(grid).shape == (3, 4)
    assert distribution.ppf(np.empty((0, 2))).shape == (0, 2)
    assert distribution.cdf(distribution.ppf(grid)).shape == (3, 4)
    assert distribution.from_normal(np.zeros((2, 2))).shape == (2, 2)
    assert np.isnan(distribution.from_normal(np.array([np.nan, 0.0]))).tolist() == [True, False]


@by_name(ALL)
def test_an_answer_does_not_depend_on_its_neighbours(name):
    distribution = ALL[name]
    q = np.random.default_rng(5).random(1001)
    whole = distribution.ppf(q)
    np.testing.assert_array_equal(distribution.ppf(q[:7]), whole[:7])
    np.testing.assert_array_equal(distribution.ppf(q[::-1]), whole[::-1])
    assert [distribution.ppf(float(p)) for p in q[:5]] == whole[:5].tolist()


@by_name(ALL)
def test_from_normal_is_the_quantile_of_the_score(name):
    distribution = ALL[name]
    z = np.linspace(-4, 4, 81)
    p = st.norm.cdf(z)
    if distribution.is_discrete:
        np.testing.assert_array_equal(distribution.from_normal(z), distribution.ppf(p))
    else:
        np.testing.assert_allclose(distribution.from_normal(z), distribution.ppf(p), rtol=1e-9, atol=1e-9)
    low, high = distribution.support()
    assert distribution.from_normal(-np.inf) == low
    assert distribution.from_normal(np.inf) == high


@by_name(ALL)
def test_value_semantics(name):
    distribution = ALL[name]
    copy = pickle.loads(pickle.dumps(distribution))
    np.testing.assert_array_equal(copy.ppf(Q), distribution.ppf(Q))
    assert copy == distribution
    assert hash(copy) == hash(distribution)
    assert distribution != object()
    assert distribution not in [other for key, other in ALL.items() if key != name]
    with pytest.raises(AttributeError):
        setattr(distribution, dataclasses.fields(distribution)[0].name, 1)
    assert not hasattr(distribution, "__dict__")


@by_name({name: found for name, found in ALL.items() if not name.startswith("scipy")})
def test_spec_round_trip(name):
    distribution = ALL[name]
    again = from_spec(distribution.spec())
    assert again == distribution
    assert again.spec() == distribution.spec()


@given(distributions())
@settings(max_examples=150, deadline=None)
def test_any_distribution_keeps_the_contract(distribution: Distribution):
    q = np.linspace(0.0, 1.0, 41)
    x = distribution.ppf(q)
    assert np.all(np.diff(x) >= 0)
    assert not np.isnan(x).any()
    # A narrow range far from 0 is resolved no finer than the spacing of floats.
    assert np.all(distribution.cdf(np.where(np.isfinite(x), x * (1 + 1e-15 * np.sign(x)), x)) >= q - 1e-9)
    assert from_spec(distribution.spec()) == distribution
    low, high = distribution.support()
    # A rounding error of the sums that make a mean may pass the ends.
    slack = 1e-9 * (1 + abs(distribution.mean()))
    assert low - slack <= distribution.mean() <= high + slack
    assert distribution.std() >= 0
