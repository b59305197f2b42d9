"""Counts, lists of values, samples, and mixtures with values that carry probability."""

import math

import numpy as np
import pytest
import scipy.stats as st
from tests.strategies import refused

from walkaway_sim.inputs import (
    Empirical,
    Mixture,
    Poisson,
    bernoulli,
    discrete,
    empirical,
    lognormal,
    mixture,
    normal,
    poisson,
    uniform,
)


@pytest.mark.parametrize("rate", [1e-6, 0.1, 1.0, 2.5, 30.0, 1e3, 4e6])
def test_poisson_quantiles_are_exact_far_into_both_tails(rate):
    truth = st.poisson(rate)
    q = np.concatenate([10.0 ** -np.arange(1.0, 250.0, 12.0), 1 - 10.0 ** -np.arange(1.0, 15.0)])
    x = poisson(rate).ppf(q)
    # By definition, as SciPy's own quantiles are one off in places.
    assert np.all(truth.cdf(x) >= q * (1 - 1e-15))
    assert np.all((x == 0) | (truth.cdf(x - 1) < q))
    assert poisson(rate).ppf(1 - 2.0**-53) < math.inf


def test_poisson_above_the_table():
    rate = 3e9
    x = poisson(rate).ppf([1e-12, 0.1, 0.5, 0.9, 1 - 1e-12])
    truth = st.poisson(rate)
    assert np.all(truth.cdf(x) >= np.array([1e-12, 0.1, 0.5, 0.9, 1 - 1e-12]) * (1 - 1e-15))
    # A count has a probability of 1e-17 out there, and the quantile forgives 9e-16 of rounding.
    assert np.all(truth.cdf(x - 1) < np.array([1e-12, 0.1, 0.5, 0.9, 1 - 1e-12]) * (1 + 3e-15))
    assert "use normal" in refused(mixture([(0.5, poisson(rate)), (0.5, 0)]).ppf, 0.3)


def test_no_events():
    assert poisson(0).ppf([0.1, 1.0]).tolist() == [0.0, 0.0]
    assert poisson(0).cdf(0.0) == 1.0
    assert poisson(0).support() == (0.0, 0.0)


def test_counts_fall_as_often_as_they_should():
    """Chi-square on 2**16 stratified levels: within 5 standard errors of each probability."""
    q = (np.arange(2**16) + 0.5) / 2**16
    x = poisson(2.5).ppf(q)
    share = np.bincount(x.astype(int), minlength=12)[:12] / q.size
    # Stratified levels miss a probability by at most one stratum.
    np.testing.assert_allclose(share, st.poisson(2.5).pmf(np.arange(12)), rtol=0, atol=1 / q.size)


def test_discrete_at_its_cumulative_probabilities():
    values = discrete({0: 0.1, 1: 0.2, 2: 0.3, 3: 0.4})
    # 0.1 + 0.2 + 0.3 is 0.6000000000000001 in floats; what a user types is 0.6.
    assert values.ppf([0.1, 0.3, 0.6, 1.0]).tolist() == [0, 1, 2, 3]
    assert values.ppf([0.10000001, 0.30000001, 0.60000001]).tolist() == [1, 2, 3]
    assert bernoulli(0.3).ppf([0.7, 0.7000001]).tolist() == [0, 1]


def test_discrete_forms():
    assert discrete({2: 0.25, 1: 0.75}).values == ((1.0, 0.75), (2.0, 0.25))
    assert discrete({1: 0.5, 2: 0.0, 3: 0.5}).support() == (1.0, 3.0)
    assert len(discrete({1: 0.5, 2: 0.0, 3: 0.5}).values) == 2
    thirds = discrete(dict.fromkeys(range(3), 0.3333333333))
    assert math.fsum(p for _, p in thirds.values) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: discrete({0: 0.7, 1: 0.2}), "they sum to 0.9"),
        (lambda: discrete({}), "at least one value"),
        (lambda: discrete({0: -0.1, 1: 1.1}), "probability of 0"),
        (lambda: discrete([1, 2]), "must map values to probabilities"),
        (lambda: discrete([(1, 0.5), (1, 0.5)]), "given twice"),
        (lambda: discrete({math.inf: 1}), "finite"),
        (lambda: bernoulli(1.2), "bernoulli: probability must lie between 0 and 1, got 1.2"),
        (lambda: poisson(-1), "poisson: rate must be 0 or more"),
        (lambda: poisson(math.nan), "poisson: rate must be a finite number"),
        (lambda: empirical([]), "empty"),
        (lambda: empirical([1, math.nan, math.inf]), "2 NaN or infinite"),
        (lambda: empirical([[1, 2]]), "one dimension"),
        (lambda: empirical("abc"), "sequence of numbers"),
        (lambda: mixture([(0.5, 1), (0.4, 2)]), "they sum to 0.9"),
        (lambda: mixture([]), "at least one part"),
        (lambda: mixture([(0.5, 1), (0.5, "x")]), "part 2"),
        (lambda: mixture([(-0.5, 1), (1.5, 2)]), "weight of part 1"),
        (lambda: mixture([1, 2]), "pairs (weight, distribution)"),
        (lambda: Mixture(((1.0, 3.0),)), "part 1 must be a distribution"),
    ],
)
def test_refusals(make, words):
    assert words in refused(make)


def test_empirical_ranks_are_counted_exactly():
    for n in (3, 7, 10, 49, 1000):
        sample = empirical(np.arange(1, n + 1))
        k = np.arange(1, n + 1)
        np.testing.assert_array_equal(sample.ppf(k / n), k)
        np.testing.assert_array_equal(sample.ppf((k - 0.5) / n), k)
    # floor(1000 (1 - 0.9)) is 99 in floats; the hundredth value is the 0.1 quantile.
    assert empirical(np.arange(1, 1001)).ppf(1 - 0.9) == 100


def test_empirical_cannot_be_changed():
    given = np.array([3.0, 1.0, 2.0])
    sample = empirical(given)
    given[0] = 99.0
    assert sample.support() == (1.0, 3.0)
    with pytest.raises(ValueError, match="read-only"):
        sample.sample[0] = 5.0
    assert hash(Empirical(np.array([0.0]))) == hash(Empirical(np.array([-0.0])))
    assert empirical(x for x in (1, 2)) == empirical([2, 1])
    assert empirical([1, 2]) != empirical([1, 3])
    assert repr(sample) == "Empirical(n=3, min=1, max=3)"


def test_mixture_atoms_come_out_exactly():
    loss = mixture([(0.9, 0), (0.1, lognormal(10, 1))])
    assert loss.ppf([0.01, 0.5, 0.9]).tolist() == [0, 0, 0]
    assert loss.ppf(0.95) == pytest.approx(10, rel=1e-9)
    inside = mixture([(0.3, 5), (0.7, uniform(0, 10))])
    assert inside.ppf([0.35, 0.36, 0.5, 0.65]).tolist()[1:] == [5, 5, 5]
    assert inside.ppf(0.34) == pytest.approx(0.34 / 0.07, rel=1e-12)
    assert inside.ppf(0.66) == pytest.approx(0.36 / 0.07, rel=1e-12)
    assert not inside.is_discrete


def test_mixture_of_scipy_counts_and_a_continuous_part():
    mixed = mixture([(0.5, st.binom(3, 0.5)), (0.5, uniform(0, 4))])
    q = np.linspace(0.001, 0.999, 999)
    x = mixed.ppf(q)
    assert np.all(mixed.cdf(x) >= q - 1e-12)
    assert np.all(mixed.cdf(np.nextafter(x, -np.inf)) <= q + 1e-12)
    assert set(range(4)) <= set(x.tolist())


def test_mixture_gap():
    mixed = mixture([(0.5, uniform(0, 1)), (0.5, uniform(5, 6))])
    assert mixed.ppf(0.5) == pytest.approx(1.0, abs=1e-9)
    assert mixed.ppf(0.5 + 1e-6) == pytest.approx(5.0, abs=1e-5)


def test_mixture_moments_and_weights():
    mixed = mixture([(0.25, normal(0, 1)), (0.75, normal(4, 2)), (0.0, normal(99, 1))])
    assert len(mixed.parts) == 2
    assert mixed.mean() == 3.0
    assert mixed.std() == pytest.approx(math.sqrt(0.25 * 1 + 0.75 * 4 + 0.25 * 9 + 0.75 * 1))
    assert mixture([(0.5, st.cauchy()), (0.5, 1)]).std() != mixture([(1.0, 1)]).std()
    assert mixture([(0.5, st.pareto(0.5)), (0.5, 1)]).mean() == math.inf
    assert mixture([(0.5, st.pareto(0.5)), (0.5, 1)]).std() == math.inf
    assert isinstance(poisson(2), Poisson)
    nested = mixture([(0.5, mixed), (0.5, 1)])
    assert nested.ppf(0.3) == pytest.approx(float(nested.ppf(np.array([0.3]))[0]))
    assert nested.mean() == 2.0
