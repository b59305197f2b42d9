"""Intervals of plausible values."""

import numpy as np
import pytest
from scipy.stats import binomtest

from walkaway_sim.calibrate.central import central_interval


@pytest.mark.parametrize("n", [20, 99, 200, 999])
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_it_covers_exactly_what_it_says(n, level):
    """The mean of the k-th of n uniform numbers is ``k / (n + 1)``, and interpolation commutes with the mean."""
    low, high = central_interval(np.arange(1, n + 1) / (n + 1), level)
    assert high - low == pytest.approx(level, abs=1e-12)
    # NumPy's default covers less; of 200 values 89.1% for 90%.
    inner = np.diff(np.quantile(np.arange(1, n + 1) / (n + 1), (0.5 - level / 2, 0.5 + level / 2)))[0]
    assert inner == pytest.approx(level * (n - 1) / (n + 1), abs=1e-12)


@pytest.mark.statistical
def test_coverage_counted():
    """20 values, as the truth is to the estimate: 20000 sets, a two-sided binomial test at 0.1%."""
    rng = np.random.default_rng(3)
    truth, plausible = rng.standard_normal(20_000), rng.standard_normal((20, 20_000))
    low, high = central_interval(plausible, 0.9)
    assert binomtest(int(np.sum((low <= truth) & (truth <= high))), truth.size, 0.9).pvalue > 1e-3
    # Negative control: the default rank.
    low, high = np.quantile(plausible, (0.05, 0.95), axis=0)
    assert binomtest(int(np.sum((low <= truth) & (truth <= high))), truth.size, 0.9).pvalue < 1e-3
