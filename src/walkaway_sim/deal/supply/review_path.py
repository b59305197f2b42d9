r"""Shared nodes: what price reviews add, as a share of the price before them.

The first review is in month ``m_0 = ceil(hold) + 1``, the next ones every `review_every` months. From
a review in month ``m`` until the next, the price stands at

.. math:: p_m = p_0 (1 - d) [1 + \theta (I_m/I_b - 1)], \qquad
          I_m/I_b = (1 + i)^{(\max(m - 1 - lag,\,0) - b)/12},

with ``b = 0`` where the contract catches up on what the index did since signing, and ``b = hold`` where
it does not. Between two reviews the stream is geometric, and from one review to the next so is the price:
the sum over all whole review periods is a closed form too, and only the last, broken period is added
apart. So the cost does not depend on how many reviews there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from walkaway_sim.deal.annuities import Number, nonzero, ramp_weight

__all__ = ["index_change", "review_annuity", "review_gain", "review_ratio", "review_uplift", "volume_step"]


@dataclass(frozen=True, slots=True)
class _Schedule:
    """When prices are reviewed: months before the first review, the period, the lag and the base."""

    held: Number
    every: Number
    lag: Number
    base: Number


def _schedule(
    hold: Number, review_every: Number, review_lag: Number, catch_up: Number, months: Number
) -> _Schedule:
    hold = np.minimum(hold, float(months))  # a hold beyond the end is a hold to the end
    base = hold * (1.0 - np.asarray(catch_up, dtype=np.float64))
    return _Schedule(np.ceil(hold), whole_months(review_every), review_lag, base)


def _index_change(month: Number, log_index: Number, schedule: _Schedule) -> Number:
    """Return ``I/I_b - 1`` in force in `month`; 0 before the first review."""
    since = month - 1.0 - schedule.held
    last = schedule.held + np.floor(since / schedule.every) * schedule.every
    exponent = np.maximum(last - schedule.lag, 0.0) - schedule.base
    change: Number = np.expm1(log_index * np.where(since >= 0, exponent, 0.0))
    return change


def index_change(
    month: Number,
    log_index: Number,
    hold: Number,
    review_every: Number,
    review_lag: Number,
    catch_up: Number,
    months: Number,
) -> Number:
    """Return ``I_m/I_b - 1`` in force in a month, 0 before the first review.

    Parameters
    ----------
    month : float or ndarray, shape (n_draws,)
        The month asked about, from 1.
    log_index : float or ndarray, shape (n_draws,)
        Inflation of the index [log per month].
    hold, review_every, review_lag, catch_up, months
        As in `review_annuity`.

    Examples
    --------
    >>> [round(float(index_change(k, np.log(1.12) / 12, 6, 6, 0, True, 36)), 3) for k in (6, 7, 13)]
    [0.0, 0.058, 0.12]
    """
    return _index_change(month, log_index, _schedule(hold, review_every, review_lag, catch_up, months))


def volume_step(volume_ratio: Number) -> Number:
    """Return ``expm1(volume_ratio)``, the divisor of every sum of discounted volume."""
    result: Number = np.expm1(nonzero(volume_ratio))
    return result


def review_ratio(volume_ratio: Number, log_index: Number) -> Number:
    """Return the log ratio of discounted volume times index, month to month; never exactly 0."""
    return nonzero(volume_ratio + log_index)


def review_gain(volume_ratio: Number, review_ratio: Number, review_every: Number) -> Number:
    """Return how sums over whole review periods convert from months to reviews.

    ``expm1(every x)/expm1(every (x + i))`` with ``x`` the ratio of volume and ``i`` the index's inflation
    [log per month]. It does not depend on the hold, so a search over the hold computes it once.
    """
    every = whole_months(review_every)
    result: Number = np.expm1(every * nonzero(volume_ratio)) / np.expm1(every * review_ratio)
    return result


def whole_months(review_every: Number) -> Number:
    """Return the months between reviews as a whole number of at least 1."""
    result: Number = np.maximum(np.rint(review_every), 1.0)
    return result


def review_annuity(
    volume_ratio: Number,
    month_discount: Number,
    life: Number,
    ramp_months: Number,
    log_index: Number,
    volume_step: Number,
    review_ratio: Number,
    review_gain: Number,
    hold: Number,
    review_every: Number,
    review_lag: Number,
    catch_up: Number,
    months: Number,
) -> Number:
    """Return the present value of volume times ``I_m/I_b - 1`` over the months traded [months].

    Parameters
    ----------
    volume_ratio : float or ndarray, shape (n_draws,)
        Log ratio of discounted volume, month to month.
    month_discount : float or ndarray, shape (n_draws,)
        Discount factor of one month.
    life : float or ndarray, shape (n_draws,)
        Months traded.
    ramp_months : float or ndarray, shape (n_draws,)
        Length of the ramp-up [months].
    log_index : float or ndarray, shape (n_draws,)
        Inflation of the index [log per month].
    volume_step, review_ratio, review_gain : float or ndarray, shape (n_draws,)
        What does not depend on the hold, computed beforehand; see the functions of these names.
    hold : float or ndarray, shape (n_draws,)
        Months in which the price is held [months]; beyond `months` it is `months`.
    review_every : float or ndarray, shape (n_draws,)
        Months from one review to the next; rounded to whole months.
    review_lag : float or ndarray, shape (n_draws,)
        How old the index is that a review reads [months].
    catch_up : bool, float or ndarray, shape (n_draws,)
        1 where the base of the index is the signing, 0 where it is the end of the hold.
    months : int
        Length of the agreement [months].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        The sum, in first months' full volume [months]; 0 where the hold lasts as long as the deal.

    Examples
    --------
    Six months held, then six at an index that rose by 12% a year, with level volume:

    >>> index = np.log(1.12) / 12
    >>> steps = volume_step(0.0), review_ratio(0.0, index), review_gain(0.0, index, 6)
    >>> round(float(review_annuity(0.0, 1.0, 12, 0, index, *steps, 6, 6, 0, True, 12)), 6)
    0.349803
    """
    schedule = _schedule(hold, review_every, review_lag, catch_up, months)
    held, every, lag, base = schedule.held, schedule.every, schedule.lag, schedule.base
    if np.min(held) >= months:
        return 0.0
    x = nonzero(volume_ratio)
    traded = np.maximum(life - held, 0.0)
    whole = np.floor(traded / every) * every  # months in whole review periods
    broken = np.expm1(x * (traded - whole))  # the volume of the last, broken period
    volume_start = np.exp(x * held)
    volume_grown = np.expm1(x * whole)
    at_base = volume_start * (volume_grown * (1.0 + broken) + broken)
    # Reviews that the lag moves before signing read the index of signing: their price stands still.
    still = np.maximum(np.ceil((lag - held) / every), 0.0) * every
    if not np.any(still > 0.0):
        start = np.exp(review_ratio * held - log_index * (lag + base))
        grown = np.expm1(review_ratio * whole)
        at_index = start * (grown * (review_gain + broken) + broken)
    else:
        start = np.exp(review_ratio * (held + still) - log_index * (lag + base))
        grown = np.expm1(review_ratio * np.maximum(whole - still, 0.0))
        still_start = volume_start * np.exp(-log_index * base)
        still_grown = np.expm1(x * np.minimum(still, whole))
        last = np.where(whole < still, still_start * (1.0 + volume_grown), start * (1.0 + grown))
        at_index = start * grown * review_gain + still_start * still_grown + last * broken
    total = (at_index - at_base) / volume_step
    result: Number = (total - _ramp_loss(x, life, ramp_months, log_index, schedule)) * month_discount
    return result


def _ramp_loss(
    volume_ratio: Number, life: Number, ramp_months: Number, log_index: Number, schedule: _Schedule
) -> Number:
    """Return what the ramp-up takes off: a loop over its months that come after the first review."""
    first = int(np.min(schedule.held)) + 1
    last = int(np.floor(np.max(np.minimum(ramp_months, np.max(life)))))
    total: Number = 0.0
    for month in range(first, last + 1):
        lost = (1.0 - ramp_weight(month, ramp_months)) * np.less_equal(month, life)
        change = _index_change(month, log_index, schedule)
        total = total + lost * np.exp(volume_ratio * (month - 1.0)) * change
    return total


def review_uplift(list_month: Number, review_annuity: Number, review_pass_through: Number) -> Number:
    """Return what the reviews add at list price, before discount [currency].

    `list_month` is a full first month at list [currency a month], `review_annuity` the volume times the
    index change [months], `review_pass_through` the share ``theta`` of the index that the price follows.
    """
    return list_month * review_pass_through * review_annuity
