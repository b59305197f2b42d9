"""A judge of coverage: central intervals of plausible values, counted over many data sets."""

from scipy.stats import binomtest

from walkaway_sim.calibrate.central import central_interval


def holds(truth, plausible, level=0.9):
    """Whether the central interval of plausible values holds the truth."""
    low, high = central_interval(plausible, level)
    return bool(low <= truth <= high)


def accepted(covered, n, level=0.9):
    """Whether a count of coverage is one that intervals of this level give, at a false-alarm rate of 0.1%."""
    return binomtest(int(covered), n, level).pvalue > 1e-3


def too_few(covered, n, level=0.9):
    """Whether it is refused for covering too seldom, at the same false-alarm rate."""
    return binomtest(int(covered), n, level, alternative="less").pvalue < 1e-3
