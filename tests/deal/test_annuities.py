"""Closed form against the plain sum, and against the reference case A17 of growing annuities."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from walkaway_sim.deal.annuities import annuity, geometric_sum, ramp_shortfall, ramped_sum, segment_sum

# Monthly logs of yearly rates from -90% to +100%, with the zeros and near-zeros where formulas break.
LOGS = st.one_of(
    st.floats(-0.2, 0.06),
    st.sampled_from([0.0, -0.0, 1e-300, -1e-300, 5e-324, 1e-17, -1e-12, 1e-9, 1e-6]),
)


def full(_):
    return 1.0


def plain(log_ratio, first, last, weight=full):
    return math.fsum(weight(k) * math.exp(log_ratio * (k - 1)) for k in range(first, last + 1))


def test_growing_annuity_reference_case():
    # A17: end-of-year payments; r = g is the limit n C/(1+r); mid-year payments are worth (1+r)^0.5 more.
    pv = 100 * annuity(np.log1p(0.03), np.log1p(0.08), 5)
    assert pv == pytest.approx(422.035088549123, rel=1e-10)
    assert 100 * annuity(np.log1p(0.05), np.log1p(0.05), 5) == pytest.approx(476.190476190476, rel=1e-10)
    assert pv * math.sqrt(1.08) == pytest.approx(438.591729566346, rel=1e-10)


# Error of expm1 is 1 unit in the last place; of n x, half of one, magnified by n x (at most 12 here).
@given(LOGS, st.integers(1, 60))
@example(0.0, 1)
def test_geometric_sum_is_the_sum(log_ratio, n):
    assert geometric_sum(log_ratio, n) == pytest.approx(plain(log_ratio, 1, n), rel=1e-14)


@given(st.lists(st.tuples(LOGS, st.integers(-2, 60)), min_size=1, max_size=8))
def test_arrays_are_their_elements(pairs):
    x, n = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    together = geometric_sum(x, n)
    apart = [geometric_sum(float(one), float(horizon)) for one, horizon in zip(x, n, strict=True)]
    np.testing.assert_allclose(together, apart, rtol=1e-15)


def test_zero_ratio_is_exactly_the_number_of_payments():
    np.testing.assert_array_equal(
        geometric_sum(np.zeros(4), np.array([0.0, 1.0, 36.0, 359.0])), [0, 1, 36, 359]
    )


def test_no_payments_are_worth_nothing():
    np.testing.assert_array_equal(geometric_sum(0.01, np.array([0.0, -1.0, -np.inf])), np.zeros(3))


def test_nan_stays_nan():
    assert np.isnan(geometric_sum(np.array([np.nan, 0.0]), 3)).tolist() == [True, False]
    assert np.isnan(geometric_sum(0.01, np.nan))


@given(LOGS, st.integers(1, 40), st.integers(0, 40))
def test_segments_add_up(log_ratio, first, extra):
    last = first + extra
    assert segment_sum(log_ratio, first, last) == pytest.approx(plain(log_ratio, first, last), rel=1e-13)
    assert segment_sum(log_ratio, last + 1, last) == 0.0


@given(LOGS, st.integers(1, 40), st.floats(0, 30), st.sampled_from([1.0, 0.0, 0.42, 1.0]))
def test_ramped_sum_is_the_sum(log_ratio, n, ramp, power):
    def weight(k):
        return ((k - 0.5) / ramp) ** power if k <= ramp else 1.0

    expected = plain(log_ratio, 1, n, weight)
    # The ramp is taken off the whole sum: what cancels is at most the whole.
    scale = plain(log_ratio, 1, n)
    assert ramped_sum(log_ratio, n, ramp, power) == pytest.approx(expected, rel=0, abs=1e-13 * scale)


def test_ramp_takes_arrays_of_everything():
    ramps, horizons = np.array([0.0, 2.5, 3.0, 24.0]), np.array([36.0, 36.0, 1.0, 12.0])
    x, powers = np.array([0.0, 0.01, -0.01, 0.02]), np.array([1.0, 0.4, 1.0, 0.5])
    together = ramp_shortfall(x, horizons, ramps, powers)
    apart = [ramp_shortfall(*map(float, one)) for one in zip(x, horizons, ramps, powers, strict=True)]
    np.testing.assert_allclose(together, apart, rtol=1e-14)
    assert together[0] == 0.0


def test_month_one_only_under_a_ramp():
    assert ramped_sum(0.0, 1, 3) == pytest.approx(1 / 6, rel=1e-15)
