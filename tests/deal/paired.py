"""Signs and sizes of differences between two simulations on the same draws, for tests of direction."""

import math

import numpy as np

import walkaway_sim as ws

K = 4.0
"""Standard errors that a difference must lie from zero. By Student's t over 16 replicates, a sign that is
not there passes in fewer than 6 of 10,000 seeds."""

SIZE = 3.0
"""How far from a prototype's figure one of the same size may lie, as a factor. The prototype is another
model (its reviews, its months and its penalties are not ours), so its digits are no reference; but a factor
of three keeps its large effects (4.5 points of discount, 17.4 thousand of penalties) apart from its small
ones (0.5 points, 0.6 thousand)."""


def least_gap(first, second, n_replicates=16):
    """Return the mean of `first` - `second`, draw by draw, and what is left of it after `K` standard errors.

    Shares of draws live on a lattice, so that one draw of a replicate comes off them too.
    """
    gap = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    means = gap.reshape(-1, n_replicates).mean(axis=0)
    error = K * means.std(ddof=1) / math.sqrt(n_replicates)
    if np.asarray(first).dtype == bool:
        error += n_replicates / gap.size
    return gap.mean(), gap.mean() - error


def assert_above(first, second):
    """Assert that `first` is above `second` on average, and return by how much."""
    gap, least = least_gap(first, second)
    assert least > 0.0, (gap, least)
    return gap


def assert_apart(first, second):
    """Assert that one `Estimate` is above another; on the same draws this asks for more than is needed."""
    error = K * math.hypot(first.standard_error, second.standard_error)
    assert first.estimate - second.estimate > error, (first, second)


def assert_beyond(found, *, above=-math.inf, below=math.inf):
    """Assert that an `Estimate` lies above one level and below another."""
    error = K * found.standard_error
    assert above < found.estimate - error, found
    assert found.estimate + error < below, found


def lowered_walkaway(sim, changed, rule, term, terms=None):
    """Return a term's walkaway on `sim` and on `changed`, where it is lower by more than chance.

    At the first one's walkaway fewer draws of the second are acceptable, by `K` standard errors of the paired
    difference; both fall along the term, so the second one's walkaway lies before it.
    """
    first, second = (ws.walkaway(one, rule, terms=terms)[term] for one in (sim, changed))
    assert first.status == second.status == "found"
    there = {**(terms or {}), term: first.estimate}
    assert_above(*(one.surplus(there) >= rule.at_least for one in (sim, changed)))
    assert second.estimate < first.estimate
    return first.estimate, second.estimate


def assert_same_size(found, prototype):
    """Assert that a figure has the sign and the size of the prototype's."""
    assert 1.0 / SIZE < found / prototype < SIZE, (found, prototype)


def assert_own_rows(found, prototype):
    """Assert that each figure of a table lies nearer to its own row of the prototype's than to another.

    The digits may differ by up to half of what the prototype's rows differ by: they are another model's.
    """
    for row, one in enumerate(found):
        assert int(np.argmin(np.abs(np.asarray(prototype) - one))) == row, (found, prototype)
