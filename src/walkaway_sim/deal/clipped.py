"""Sums of what a growing stream exceeds another by, month by month, in closed form.

Both streams are geometric, so the one overtakes the other once: the sum is a difference of two geometric
sums over the months on one side of that crossing. No ``(n_draws, n_months)`` array is built.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray, IntArray
from walkaway_sim.deal.annuities import Number, nonzero, ramp_end, ramp_up, rows_of, segment_sum

__all__ = [
    "Months",
    "ever_exceeds",
    "excess_in",
    "excess_sum",
    "full_excess",
    "only_where",
    "scattered",
    "sides",
]

Months = tuple[Number, Number]
"""The first and the last of a stretch of months, both counted; none where the last is before the first."""

_LEAST = 1e-300  # stands in for a stream of 0, whose logarithm is not finite


def scattered(rows: IntArray, values: Number, n_draws: int) -> FloatArray:
    """Return an array of shape ``(n_draws,)`` that has `values` at `rows` and 0 elsewhere."""
    result = np.zeros(n_draws)
    result[rows] = values
    return result


def only_where(active: BoolArray, function: Callable[..., Number], *arguments: Any) -> Number:
    """Return ``function(*arguments)`` on the draws that are active, and 0 on the others.

    What happens on few draws is computed on few: the function is given their rows of each argument.

    Examples
    --------
    >>> only_where(np.array([True, False, True]), np.add, np.array([1.0, 2.0, 3.0]), 0.5)
    array([1.5, 0. , 3.5])
    """
    if not active.any():
        return 0.0
    if active.all():
        return function(*arguments)
    rows = np.flatnonzero(active)
    return scattered(rows, function(*(rows_of(one, rows) for one in arguments)), active.size)


def ever_exceeds(log_rise: Number, high: Number, low: Number, last: Number) -> BoolArray:
    """Return whether ``high exp(log_rise (k - 1)) > low`` in any month from 1 to `last`.

    Examples
    --------
    >>> ever_exceeds(np.log(2.0), 1.0, np.array([3.0, 9.0]), 4.0)
    array([ True, False])
    """
    # The stream is at its highest in the first month or in the last.
    highest = high * np.maximum(np.exp(log_rise * (last - 1.0)), 1.0)
    return np.asarray(np.greater(highest, low))


def sides(log_rise: Number, high: Number, low: Number, after: Number, last: Number) -> tuple[Months, Months]:
    """Return the months in which ``high exp(log_rise (k - 1)) > low``, and those in which it is not.

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
    above, below : tuple of (first, last)
        A month in which the two are equal may be on either side.

    Examples
    --------
    >>> above, below = sides(np.log(2.0), 1.0, 5.0, 0.0, 12.0)
    >>> [float(month) for month in (*above, *below)]
    [4.0, 12.0, 1.0, 3.0]
    """
    x = nonzero(log_rise)
    with np.errstate(divide="ignore", over="ignore"):
        # How many months are on the side on which the stream starts.
        turn = np.floor((np.log(low) - np.log(np.maximum(high, _LEAST))) / x) + 1.0
    end = np.maximum(last, after)
    turn = np.minimum(np.maximum(turn, after), end)
    # Multiplied, not chosen: draws rise and fall at random, and a processor guesses at branches in vain.
    rises = np.greater(x, 0.0).astype(np.float64)
    early, late = (turn - after) * rises, (end - turn) * rises
    above = after + early + 1.0, turn + late
    below = turn - early + 1.0, end - late
    return above, below


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
        The sum, 0 or more; the scalar 0 where nothing is exceeded on any draw.

    Notes
    -----
    To sum what a stream falls short by, swap the two: ``max(0, low - high e^{rj})`` is
    ``e^{rj} max(0, low e^{-rj} - high)``. The months of the ramp-up are added one by one. Only draws with an
    excess are computed.

    Examples
    --------
    A stream of 1, 2, 4, 8 exceeds 3 by 1 and 5.

    >>> round(float(excess_sum(0.0, np.log(2.0), 1.0, 3.0, 4.0, 0.0)), 12)
    6.0
    """
    active = ever_exceeds(log_rise, high, low, last)
    return only_where(active, _ramped_excess, log_ratio, log_rise, high, low, last, ramp_months, after)


def _ramped_excess(
    log_ratio: Number,
    log_rise: Number,
    high: Number,
    low: Number,
    last: Number,
    ramp_months: Number,
    after: Number,
) -> Number:
    begin = np.maximum(after, ramp_end(last, ramp_months))
    total = full_excess(log_ratio, log_rise, high, low, begin, last)
    for month, weight, within in ramp_up(last, ramp_months):
        counts = within & np.greater(month, after)
        total = total + weight * counts * excess_in(month, log_ratio, log_rise, high, low)
    return total


def full_excess(
    log_ratio: Number, log_rise: Number, high: Number, low: Number, after: Number, last: Number
) -> Number:
    """Return `excess_sum` where there is no ramp-up, and `low` is finite: a closed form."""
    above, _ = sides(log_rise, high, low, after, last)
    total = high * segment_sum(log_ratio + log_rise, *above) - low * segment_sum(log_ratio, *above)
    result: Number = np.maximum(total, 0.0)  # rounding must not turn an excess around
    return result


def excess_in(month: float, log_ratio: Number, log_rise: Number, high: Number, low: Number) -> Number:
    """Return one month's term of `excess_sum`, but for its weight in the ramp-up."""
    excess: Number = np.maximum(high * np.exp(log_rise * (month - 1.0)) - low, 0.0)
    return np.exp(log_ratio * (month - 1.0)) * excess
