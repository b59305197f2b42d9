"""Sums of an excess in closed form, against a loop over the months."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from walkaway_sim.deal.clipped import excess_sum

rates = st.one_of(st.sampled_from([0.0, 1e-12, -1e-12]), st.floats(-0.1, 0.1))
amounts = st.one_of(st.just(0.0), st.floats(0.01, 10.0))


def slow(log_ratio, log_rise, high, low, last, ramp, after):
    """Add up month by month what is above."""
    total = []
    for k in range(int(after) + 1, int(last) + 1):
        weight = (k - 0.5) / ramp if k <= ramp else 1.0
        above = max(0.0, high * math.exp(log_rise * (k - 1)) - low)
        total.append(weight * math.exp(log_ratio * (k - 1)) * above)
    return math.fsum(total)


@given(
    st.lists(st.tuples(rates, rates, amounts, amounts, st.integers(0, 40)), min_size=1, max_size=4),
    st.sampled_from([0.0, 2.0, 3.5, 60.0]),
    st.sampled_from([0.0, 1.0, 6.0]),
)
@example([(0.0, 0.0, 2.0, 2.0, 12)], 0.0, 0.0)
@example([(0.01, 0.02, 0.0, 0.0, 12)], 3.0, 0.0)
def test_the_closed_form_is_the_sum_over_months(rows, ramp, after):
    ratio, rise, high, low, last = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    got = np.broadcast_to(excess_sum(ratio, rise, high, low, last, ramp, after=after), ratio.shape)
    for row in range(ratio.size):
        each = (ratio[row], rise[row], high[row], low[row], last[row])
        expected = slow(*each, ramp, after)
        # A difference of two sums cannot be better than these are: some 40 terms, each rounded to 1e-16.
        scale = (high[row] * math.exp(4.0) + low[row]) * math.exp(4.0) * 40
        assert got[row] == pytest.approx(expected, rel=1e-9, abs=1e-13 * scale)


def test_nothing_exceeds_an_infinite_limit():
    assert excess_sum(0.0, np.array([0.1, -0.1]), 5.0, math.inf, 36.0, 3.0) == 0.0


def test_scalars_give_a_scalar():
    assert float(excess_sum(0.0, 0.0, 3.0, 1.0, 5.0, 0.0)) == 10.0


@pytest.mark.parametrize(("rise", "expected"), [(1e-308, 0.0), (-1e-310, 0.0)])
def test_growth_near_underflow_gives_no_warning(rise, expected):
    assert float(excess_sum(0.0, rise, 1.0, 2.0, 12.0, 0.0)) == expected


def test_streams_that_are_level_and_equal_exceed_nothing():
    assert float(excess_sum(0.0, 0.0, 1.0, 1.0, 12.0, 0.0)) == 0.0
