"""Kupiec's and Christoffersen's tests: published figures, and every p-value by brute force."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.reference import agrees, case

from walkaway_sim.calibrate.backtesting.likelihood_ratios import (
    christoffersen,
    conditional_coverage,
    kupiec,
    passing_misses,
    transitions,
)

PUBLISHED = case("G01")


@pytest.mark.parametrize(
    ("n", "misses", "rate", "exact"),
    [
        (*given_, exact)
        for given_, exact in zip(PUBLISHED["inputs"]["cases"], PUBLISHED["exact"], strict=True)
    ],
)
def test_kupiec_as_published(n, misses, rate, exact):
    assert agrees(kupiec(misses, n, rate).statistic, exact, PUBLISHED["tol"])


@pytest.mark.parametrize("label", case("G02")["exact"])
def test_kupiecs_table_of_what_is_not_refused(label):
    rate, n = (float(part.split("=")[1]) for part in label.split(","))
    limit = stats.chi2.ppf(0.95, 1)
    kept = [misses for misses in range(int(n) + 1) if kupiec(misses, int(n), rate).statistic <= limit]
    assert [kept[0], kept[-1]] == case("G02")["exact"][label]
    assert len(kept) == kept[-1] - kept[0] + 1


def series_with(n00, n01, n10, n11):
    """A series with these neighbours: it starts and ends with a hit, so n01 == n10."""
    assert n01 == n10
    runs = [1 + n11, *[1] * (n01 - 1)]
    gaps = [1 + n00, *[1] * n10]
    out = [0] * gaps[0]
    for run, gap in zip(runs, gaps[1:], strict=True):
        out += [1] * run + [0] * gap
    return np.array(out, dtype=bool)


def test_christoffersen_as_published():
    """1043 days, 57 failures, N00 932, N01 53, N10 53, N11 4: 0.25866 and 0.61104.

    The example of `varbacktest.cci` in the documentation of MathWorks' Risk Management Toolbox.
    """
    missed = series_with(932, 53, 53, 4)
    assert missed.size == 1043
    assert missed.sum() == 57
    assert transitions(missed) == (932, 53, 53, 4)
    found = christoffersen(missed)
    assert round(found.statistic, 5) == 0.25866
    assert round(float(stats.chi2.sf(found.statistic, 1)), 5) == 0.61104
    joint = conditional_coverage(missed, 0.05)
    assert joint.statistic == pytest.approx(found.statistic + kupiec(57, 1043, 0.05).statistic, rel=1e-12)
    assert joint.p_value == pytest.approx(stats.chi2.sf(joint.statistic, 2), rel=1e-9)
    assert "asymptotic" in joint.method


def test_christoffersen_by_hand():
    """Neighbours 6, 2, 2, 1, so a miss follows in 2 of 8 after a hit and in 1 of 3 after a miss, in 3 of 11 at all."""
    missed = series_with(6, 2, 2, 1)
    after, at_all = (
        (6 * math.log(6 / 8) + 2 * math.log(2 / 8) + 2 * math.log(2 / 3) + math.log(1 / 3)),
        (8 * math.log(8 / 11) + 3 * math.log(3 / 11)),
    )
    assert transitions(missed) == (6, 2, 2, 1)
    assert christoffersen(missed).statistic == pytest.approx(2 * (after - at_all), abs=1e-12)


@pytest.mark.parametrize(
    ("n", "rate", "limit"), [(10, 0.2, 0.05), (60, 0.05, 0.00625), (255, 0.05, 0.05), (12, 0.5, 0.0125)]
)
def test_counts_that_pass_are_those_that_are_not_refused(n, rate, limit):
    passing = [misses for misses in range(n + 1) if kupiec(misses, n, rate).p_value > limit]
    assert passing_misses(n, rate, limit) == (passing[0], passing[-1])
    assert len(passing) == passing[-1] - passing[0] + 1


@given(st.lists(st.booleans(), min_size=4, max_size=60).map(np.array))
def test_the_statistic_is_the_g_statistic_of_the_table(missed):
    table = np.array(transitions(missed)).reshape(2, 2)
    found = christoffersen(missed)
    if table.sum(axis=0).all() and table.sum(axis=1).all():
        exact = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
        assert found.statistic == pytest.approx(exact, abs=1e-9)


@given(st.integers(2, 60), st.floats(0.02, 0.98), st.data())
def test_kupiecs_p_value_is_that_of_all_counts(n, rate, data):
    misses = data.draw(st.integers(0, n))
    ratios = np.array([kupiec(count, n, rate).statistic for count in range(n + 1)])
    chances = stats.binom.pmf(np.arange(n + 1), n, rate)
    exact = chances[ratios >= ratios[misses] * (1 - 1e-9) - 1e-9].sum()
    assert kupiec(misses, n, rate).p_value == pytest.approx(exact, abs=1e-11)


def test_orders_are_counted_as_by_writing_them_all_down():
    n = 10
    every = np.array(list(itertools.product([False, True], repeat=n)))
    found = [christoffersen(one) for one in every]
    misses = every.sum(axis=1)
    ratios = np.array([one.statistic for one in found])
    for one, count, result in zip(every, misses, found, strict=True):
        if 0 < count < n:
            exact = np.mean(ratios[misses == count] >= result.statistic - 1e-9)
            assert result.p_value == pytest.approx(exact, abs=1e-12), one
        else:
            assert math.isnan(result.p_value)
            assert "not judged" in result.method
    chances = 0.3**misses * 0.7 ** (n - misses)
    joint = np.array([conditional_coverage(one, 0.3).statistic for one in every])
    for row in range(0, len(every), 37):
        exact = chances[joint >= joint[row] - 1e-9].sum()
        assert conditional_coverage(every[row], 0.3).p_value == pytest.approx(exact, abs=1e-9)


def test_the_joint_test_agrees_with_its_limit_where_it_changes_over():
    missed = np.random.default_rng(5).random(1000) < 0.23
    found = conditional_coverage(missed, 0.2)
    assert found.method == "exact, by enumeration"
    assert found.p_value == pytest.approx(stats.chi2.sf(found.statistic, 2), rel=0.1)
