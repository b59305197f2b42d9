"""The expected penalty against SciPy's binomial law and limits known in closed form."""

import numpy as np
import pytest
from scipy.stats import binom

from walkaway_sim.deal.supply.penalty_share import events_a_month, penalty_share

RATES = np.array([0.0, 1e-15, 1e-9, 0.02, 0.5, 0.9, 0.93, 0.97, 1 - 1e-9, 1 - 1e-15, 1.0])


def by_scipy(guarantee, n, on_time, rate, cap):
    x = np.arange(n + 1)
    penalty = np.minimum(cap, 100 * rate * np.maximum(0.0, guarantee - (n - x) / n))
    # Late events counted: the chance of each is exact where A is near 0 and 1 too.
    return np.array([np.sum(penalty * binom.pmf(x, n, 1 - a)) for a in on_time])


@pytest.mark.parametrize("n", [1, 2, 13, 22, 40, 200, 896, 897, 5000])
@pytest.mark.parametrize("guarantee", [0.3, 0.93, 1.0])
@pytest.mark.parametrize(("rate", "cap"), [(0.01, 0.05), (0.02, 0.15), (0.01, 1.0), (1.0, 0.02)])
def test_equals_the_finite_sum(n, guarantee, rate, cap):
    got = penalty_share(guarantee, n, RATES, rate, cap)
    # SciPy's pmf is good to about n units in the last place; the penalty is at most the cap.
    np.testing.assert_allclose(got, by_scipy(guarantee, n, RATES, rate, cap), rtol=1e-9, atol=1e-11 * cap)
    assert np.all((got >= 0.0) & (got <= cap))


def test_never_late_costs_nothing_and_always_late_the_cap():
    np.testing.assert_array_equal(penalty_share(0.93, 13, np.array([1.0, 0.0]), 0.01, 0.05), [0.0, 0.05])


def test_cap_that_never_binds_leaves_the_mean_shortfall():
    # At a guarantee of 1 the shortfall is X/N, whose mean is 1 - A.
    on_time = np.linspace(0, 1, 11)
    got = penalty_share(1.0, 13, on_time, 0.01, 1.0)
    np.testing.assert_allclose(got, 100 * 0.01 * (1 - on_time), atol=1e-15)


def test_cap_that_always_binds_is_the_chance_of_any_event_late():
    # With a guarantee of 1 and a tiny cap, one late event costs the whole cap.
    on_time = np.array([0.9, 0.97, 0.99])
    got = penalty_share(1.0, 13, on_time, 1.0, 0.001)
    np.testing.assert_allclose(got, 0.001 * (1 - on_time**13), rtol=1e-12)


def test_judging_by_the_average_rate_would_miss_it():
    # The negative control: on average the guarantee of 93% is kept, month by month it is not.
    assert penalty_share(0.93, 13, 0.96, 0.01, 0.05) > 0.004
    assert max(0.0, 0.93 - 0.96) == 0.0


def test_an_array_of_events_is_its_elements():
    events, on_time = np.array([0.0, 1.0, 13.0, 22.0]), np.array([0.9, 0.95, 0.97, 0.99])
    together = penalty_share(0.93, events, on_time, 0.01, 0.05)
    for row in range(4):
        one = penalty_share(0.93, events[row], on_time[row], 0.01, 0.05)
        assert together[row] == pytest.approx(one, rel=1e-12, abs=1e-17)


def test_events_are_whole_and_never_negative():
    assert events_a_month(None, 3 * 52 / 12) == 13
    assert events_a_month("deliveries", 2 * 52 / 12) == 9
    assert events_a_month(40, 13.0) == 40
    np.testing.assert_array_equal(events_a_month(np.array([0.2, 39.6]), 13.0), [0, 40])


def test_no_events_no_penalty():
    assert penalty_share(0.93, 0.0, np.array([0.5]), 0.01, 0.05) == 0.0
