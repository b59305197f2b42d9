"""Sums of what a growing stream exceeds another by, month by month, in closed form.

Both streams are geometric, so the one overtakes the other once: the sum is a difference of two geometric
sums over the months on one side of that crossing. No ``(n_draws, n_months)`` array is built.
"""

from __future__ import annotations

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray, IntArray
from walkaway_sim.deal.annuities import Number, ramped_segment, rows_of

__all__ = ["excess_sum", "months_above", "n_draws_of", "scattered"]


def n_draws_of(*values: Number) -> int | None:
    """Return the number of draws of several quantities, or None where all are scalars."""
    sizes = [value.size for value in values if isinstance(value, np.ndarray) and value.ndim]
    return max(sizes) if sizes else None


def scattered(rows: IntArray, values: Number, n_draws: int) -> FloatArray:
    """Return an array of shape ``(n_draws,)`` that has `values` at `rows` and 0 elsewhere."""
    result = np.zeros(n_draws)
    result[rows] = values
    return result


def months_above(
    log_rise: Number, high: Number, low: Number, after: Number, last: Number
) -> tuple[FloatArray, FloatArray]:
    """Return the first and last month in which ``high exp(log_rise (k - 1)) > low``.

    Parameters
    ----------
    log_rise : float or ndarray, shape (n_draws,)
        Logarithm of the ratio of one month to the month before.
    high, low : float or ndarray, shape (n_draws,)
        The stream in month 1, and what it is compared with, 0 or more; `low` may be infinite.
    after, last : float or ndarray, shape (n_draws,)
        Only months ``after + 1 .. last`` count.

    Returns
    -------
    first, last : ndarray
        ``last < first`` where there are none. A month in which the two are equal may count or not.

    Examples
    --------
    >>> first, last = months_above(np.log(2.0), 1.0, 5.0, 0.0, 12.0)
    >>> float(first), float(last)
    (4.0, 12.0)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        # The k - 1 at which the streams meet; NaN where both are level and equal, or both 0: none.
        meet = (np.log(low) - np.log(high)) / log_rise
    level = np.equal(log_rise, 0.0)
    begins = np.where(np.greater(log_rise, 0.0), np.floor(meet) + 2.0, 1.0)
    ends = np.where(np.less(log_rise, 0.0), np.ceil(meet), last)
    ends = np.where(level & ~np.greater(high, low), 0.0, ends)
    first = np.maximum(begins, np.add(after, 1.0))
    found = np.minimum(ends, last)
    never = np.isnan(first) | np.isnan(found)
    return np.where(never, 1.0, first), np.where(never, 0.0, found)


def excess_sum(
    log_ratio: Number,
    log_rise: Number,
    high: Number,
    low: Number,
    last: Number,
    ramp_months: Number,
    *,
    after: Number = 0.0,
) -> Number:
    r"""Sum ``w_k exp(x (k - 1)) max(0, high exp(r (k - 1)) - low)`` over ``k = after + 1 .. last``.

    Parameters
    ----------
    log_ratio : float or ndarray, shape (n_draws,)
        ``x``: logarithm of the ratio of one month's weight to the month before.
    log_rise : float or ndarray, shape (n_draws,)
        ``r``: that of the stream.
    high, low : float or ndarray, shape (n_draws,)
        The stream in month 1, and what it must exceed, 0 or more; `low` may be infinite.
    last : float or ndarray, shape (n_draws,)
        Last month.
    ramp_months : float or ndarray, shape (n_draws,)
        Length of the ramp-up, ``w_k`` its weight [months]; 0 for none.
    after : float or ndarray, shape (n_draws,)
        Months up to this one do not count.

    Returns
    -------
    float or ndarray, shape (n_draws,)
        The sum; the scalar 0 where nothing is exceeded on any draw.

    Notes
    -----
    To sum what a stream falls short by, swap the two: ``max(0, low - high e^{rj})`` is
    ``e^{rj} max(0, low e^{-rj} - high)``. Only draws with an excess are computed.

    Examples
    --------
    A stream of 1, 2, 4, 8 exceeds 3 by 1 and 5.

    >>> round(float(excess_sum(0.0, np.log(2.0), 1.0, 3.0, 4.0, 0.0)), 12)
    6.0
    """
    first, end = months_above(log_rise, high, low, after, last)
    active: BoolArray = np.asarray(np.less_equal(first, end))
    if not active.any():
        return 0.0
    n_draws = n_draws_of(log_ratio, log_rise, high, low, last, ramp_months)
    if n_draws is None or active.all():
        return _excess(log_ratio, log_rise, high, low, first, end, ramp_months)
    rows = np.flatnonzero(np.broadcast_to(active, (n_draws,)))
    each = (log_ratio, log_rise, high, low, first, end, ramp_months)
    return scattered(rows, _excess(*(rows_of(one, rows) for one in each)), n_draws)


def _excess(
    log_ratio: Number,
    log_rise: Number,
    high: Number,
    low: Number,
    first: Number,
    last: Number,
    ramp_months: Number,
) -> Number:
    above = ramped_segment(log_ratio + log_rise, first, last, ramp_months)
    below = ramped_segment(log_ratio, first, last, ramp_months)
    result: Number = np.maximum(high * above - low * below, 0.0)  # rounding must not turn an excess around
    return result
