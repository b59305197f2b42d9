"""Intervals of means and chances: exact ranks, exact coverage, and what skewness does."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest
from tests.reference import agrees, case

from walkaway_sim.simulation.intervals import (
    count_needed,
    count_proven,
    count_refuted,
    exact_fraction,
    mean_bounds,
    proportion_bounds,
    proportion_estimate,
    t_bounds,
)


def bounds_of(k, n, level=0.95):
    return proportion_bounds(np.array([k]), n, level)


def test_a19_rank_of_the_estimate():
    """The last value acceptable is the break-even of rank n - ceil(n c) + 1: 101 of 1000 at 0.9, not 100."""
    given_case = case("A19")
    n = given_case["inputs"]["n"]
    assert n - count_needed(n, 0.9) + 1 == given_case["exact"]["rank"]
    assert int(np.floor(n * (1 - 0.9))) + 1 == given_case["exact"]["naive_float_rank"]


@given(n=st.integers(1, 10**7), tenths=st.integers(1, 999))
def test_counts_are_exact_integers(n, tenths):
    share = Fraction(tenths, 1000)
    assert exact_fraction(tenths / 1000) == share
    assert count_needed(n, tenths / 1000) == -((-n * share.numerator) // share.denominator)


def test_b01_wilks_one_sided():
    """Least n whose m-th largest value bounds the 95% quantile with 95%: all but m - 1 counts proven."""
    for m, expected in enumerate(case("B01")["exact"], start=1):
        n = next(n for n in range(m, 1000) if binom.cdf(n - m, n, 0.95) >= 0.95)
        assert n == expected
        # By the library: a chance of 95% is proven by n - m + 1 ... draws and no fewer draws of them do.
        assert count_proven(n, 0.95, 0.05) <= n - m + 1
        assert count_proven(n - 1, 0.95, 0.05) > n - m


def test_b03_wilks_two_sided():
    """(X_1, X_n) as a tolerance interval is the one-sided m = 2."""
    for (p, level), expected in zip(case("B03")["inputs"]["pairs"], case("B03")["exact"], strict=True):
        proven = [n for n in range(expected - 3, expected + 1) if count_proven(n, p, 1 - level) <= n - 1]
        assert proven == [expected]


@pytest.mark.parametrize(("key", "expected"), case("B04")["exact"].items())
def test_b04_ranks_of_the_interval(key, expected):
    n, p = (part.split("=")[1] for part in key.split(","))
    n, p = int(n), float(p)
    low, high, coverage = expected
    chance = float(
        1 - Fraction(str(p))
    )  # a value is acceptable where at least this share of break-evens lies beyond
    found_low = n - count_proven(n, chance, 0.025) + 1
    found_high = n - count_refuted(n, chance, 0.025) + 1
    assert (found_low, found_high) == (low, high)
    assert agrees(binom.cdf(high - 1, n, p) - binom.cdf(low - 1, n, p), coverage, case("B04")["tol"])


def test_b05_59_just_pass():
    passing, failing = case("B05")["inputs"]["n"]
    assert count_proven(passing, 0.95, 0.05) == passing
    assert count_proven(failing, 0.95, 0.05) == failing + 1  # no count proves it
    for n, exact in zip((passing, failing), case("B05")["exact"], strict=True):
        assert agrees(1 - 0.95**n, exact, case("B05")["tol"])


def test_b06_clopper_pearson():
    given_case = case("B06")
    two_sided = bounds_of(given_case["inputs"]["x"], given_case["inputs"]["n"])
    none = bounds_of(0, given_case["inputs"]["zero_n"])
    for found, exact in zip((two_sided.low, two_sided.high, none.at_most), given_case["exact"], strict=True):
        assert agrees(found, exact, given_case["tol"])


@given(
    n=st.integers(1, 3000),
    share=st.floats(0, 1),
    p=st.sampled_from([0.01, 0.05, 0.5, 0.9, 0.95, 0.999]),
    error=st.sampled_from([0.001, 0.025, 0.05, 0.2]),
)
def test_counts_and_intervals_say_the_same(n, share, p, error):
    """A count proves a chance exactly where the Clopper-Pearson bound at it reaches the chance."""
    k = round(share * n)
    bounds = bounds_of(k, n, 1 - error)
    # On the very edge the two may round apart.
    if abs(bounds.at_least - p) > 1e-9:
        assert (k >= count_proven(n, p, error)) == (bounds.at_least >= p)
    if abs(bounds.at_most - p) > 1e-9:
        assert (k >= count_refuted(n, p, error)) == (bounds.at_most >= p)
    exact = binomtest(k, n).proportion_ci(1 - error, "exact")
    assert (bounds.low, bounds.high) == pytest.approx((exact.low, exact.high), abs=1e-9)


@pytest.mark.parametrize("n", [29, 59, 1000, 8192])
@pytest.mark.parametrize("p", [0.5, 0.9, 0.99])
def test_the_binomial_interval_covers_exactly(n, p):
    """No simulation: the probability of every count, summed over those whose bounds hold the truth."""
    for error in (0.05, 0.01):
        at = np.arange(n + 1)
        mass = binom.pmf(at, n, p)
        assert mass[at >= count_proven(n, p, error)].sum() <= error * (1 + 1e-9)
        assert mass[at < count_refuted(n, p, error)].sum() <= error * (1 + 1e-9)


def test_replicates_add_one_draw_of_a_replicate():
    """In low dimension the counts of replicates hardly vary: what is left is the lattice."""
    counts = np.full(16, 922)
    found = proportion_bounds(counts, 16 * 1024, 0.95)
    assert found.low == pytest.approx(922 / 1024 - 1 / 1024)
    assert found.high == pytest.approx(922 / 1024 + 1 / 1024)
    whole = proportion_estimate(np.full(16, 1024), 16 * 1024, 0.95)
    assert (whole.estimate, whole.high) == (1.0, 1.0)
    assert whole.low < 1.0


def test_a_constant_moment_has_no_error():
    for n_replicates in (1, 16):
        found = mean_bounds(np.full(64, 3.0), n_replicates, 0.95, skewed=True)
        assert (found.estimate, found.low, found.high, found.at_least, found.at_most) == (3.0,) * 5


@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=48, max_size=48),
    n_replicates=st.sampled_from([1, 2, 3, 16]),
    skewed=st.booleans(),
    level=st.sampled_from([0.6, 0.9, 0.95, 0.999]),
)
def test_bounds_are_in_order(values, n_replicates, skewed, level):
    found = mean_bounds(np.array(values), n_replicates, level, skewed=skewed)
    wider = mean_bounds(np.array(values), n_replicates, 1 - (1 - level) / 2, skewed=skewed)
    slack = 1e-9 * max(1.0, np.abs(values).max())
    assert found.low <= found.at_least + slack
    assert found.at_most <= found.high + slack
    assert found.low <= found.high
    assert wider.low <= found.low + slack
    assert found.high <= wider.high + slack
    if not skewed:
        assert found.low <= found.estimate <= found.high


def losses(generator, n):
    """A rare large loss: lognormal severity, one draw in ten."""
    return -np.where(generator.random(n) < 0.1, generator.lognormal(3.0, 1.0, n), 0.0)


@pytest.mark.statistical
def test_hall_covers_where_plain_t_does_not():
    """One-sided 95% lower bounds of the mean of rare lognormal losses, 250 draws, 4000 samples.

    Hall's transformation is judged against 92.5% (it is asymptotic: what it promises is to be
    nearer), and plain t must fail the same binomial test at 0.1%.
    """
    generator = np.random.default_rng(12)
    truth = -0.1 * np.exp(3.0 + 0.5)
    repeats = 4000
    covered = {True: 0, False: 0}
    for _ in range(repeats):
        sample = losses(generator, 250)
        for skewed in covered:
            covered[skewed] += mean_bounds(sample, 1, 0.95, skewed=skewed).at_least <= truth
    assert binomtest(covered[True], repeats, 0.925, alternative="less").pvalue > 1e-3
    assert binomtest(covered[False], repeats, 0.925, alternative="less").pvalue < 1e-3


@pytest.mark.statistical
def test_the_lattice_term_is_needed():
    """One input, 16 nets of 2^10 points: the chance's interval covers with one draw of a replicate added,
    and not without it, since the replicates' counts take two neighbouring values."""
    generator = np.random.default_rng(5)
    n, p, repeats = 1024, 0.96, 2000  # n p is 983.04: mostly all sixteen count 983
    with_term = without = 0
    for _ in range(repeats):
        # A randomly shifted net of one coordinate has floor or ceil(n p) points below p.
        counts = np.floor(n * p) + (generator.random(16) < n * p - np.floor(n * p))
        found = proportion_bounds(counts.astype(np.int64), 16 * n, 0.95)
        spread = counts.std(ddof=1) / n / 4
        plain = t_bounds(found.estimate, spread, 15, 0.95)
        with_term += found.low <= p <= found.high
        without += plain.low <= p <= plain.high
    assert binomtest(with_term, repeats, 0.94, alternative="less").pvalue > 1e-3
    assert binomtest(without, repeats, 0.94, alternative="less").pvalue < 1e-3
