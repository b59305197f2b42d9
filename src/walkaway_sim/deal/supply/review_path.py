r"""Shared nodes: the present value of what price reviews add, in closed form.

Between two reviews the stream is geometric, and without a cap so is the price from one review to the next:
the sum over all whole review periods is a closed form too, and only the last, broken period is added
apart. So the cost does not depend on how many reviews there are. With a cap on each review the levels are
no geometric sequence, and the sum goes from review to review.
"""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, nonzero, ramp_weight, ramped_sums
from walkaway_sim.deal.supply.review_schedule import ReviewSchedule, Stretch, months_between

__all__ = [
    "capped_review_uplift",
    "review_annuity",
    "review_gain",
    "review_ratio",
    "review_uplift",
    "volume_step",
]


def volume_step(volume_ratio: Number) -> Number:
    """Return ``expm1(volume_ratio)``, the divisor of every sum of discounted volume."""
    result: Number = np.expm1(nonzero(volume_ratio))
    return result


def review_ratio(volume_ratio: Number, log_index: Number) -> Number:
    """Return the log ratio of discounted volume times index, month to month; never exactly 0."""
    return nonzero(volume_ratio + log_index)


def review_gain(volume_ratio: Number, review_ratio: Number, review_every: float) -> Number:
    """Return how sums over whole review periods convert from months to reviews.

    ``expm1(every x)/expm1(every (x + i))`` with ``x`` the ratio of volume and ``i`` the index's inflation
    [log per month]. It does not depend on the hold, so a search over the hold computes it once.
    """
    every = months_between(review_every)
    result: Number = np.expm1(every * nonzero(volume_ratio)) / np.expm1(every * review_ratio)
    return result


def review_annuity(
    volume_ratio: Number,
    month_discount: Number,
    traded: Number,
    ramp_months: Number,
    log_index: Number,
    volume_step: Number,
    review_ratio: Number,
    review_gain: Number,
    review_schedule: ReviewSchedule,
) -> Number:
    """Return the present value of volume times ``I_m/I_b - 1`` over the months traded [months].

    Parameters
    ----------
    volume_ratio : float or ndarray, shape (n_draws,)
        Log ratio of discounted volume, month to month.
    month_discount : float or ndarray, shape (n_draws,)
        Discount factor of one month.
    traded : float or ndarray, shape (n_draws,)
        Months traded.
    ramp_months : float or ndarray, shape (n_draws,)
        Length of the ramp-up [months].
    log_index : float or ndarray, shape (n_draws,)
        Inflation of the index [log per month].
    volume_step, review_ratio, review_gain : float or ndarray, shape (n_draws,)
        What does not depend on the hold, computed beforehand; see the functions of these names.
    review_schedule : ReviewSchedule
        Without a cap, or with one that is left out here; see `capped_review_uplift`.

    Returns
    -------
    float or ndarray, shape (n_draws,)
        The sum, in first months' full volume [months]; 0 where the hold lasts as long as the deal. Times
        the pass-through it is what reviews add.

    Examples
    --------
    Six months held, then six at an index that rose by 12% a year, with level volume:

    >>> index = np.log(1.12) / 12
    >>> steps = volume_step(0.0), review_ratio(0.0, index), review_gain(0.0, index, 6.0)
    >>> year = ReviewSchedule(6.0, 6.0, 0.0, 0.0, 1.0, np.inf, 12.0)
    >>> round(float(review_annuity(0.0, 1.0, 12.0, 0.0, index, *steps, year)), 6)
    0.349803
    """
    held, every = review_schedule.held, review_schedule.every
    lag, base = review_schedule.lag, review_schedule.base
    if held >= review_schedule.months:
        return 0.0
    x = nonzero(volume_ratio)
    after_hold = np.maximum(traded - held, 0.0)
    whole = np.floor(after_hold / every) * every  # months in whole review periods
    broken = np.expm1(x * (after_hold - whole))  # the volume of the last, broken period
    volume_start = np.exp(x * held)
    volume_grown = np.expm1(x * whole)
    at_base = volume_start * (volume_grown * (1.0 + broken) + broken)
    # Reviews that the lag moves before signing read the index of signing: their price stands still.
    still = max(np.ceil((lag - held) / every), 0.0) * every
    if not still:
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
    result: Number = (total - _ramp_loss(x, traded, ramp_months, log_index, review_schedule)) * month_discount
    return result


def _ramp_loss(
    volume_ratio: Number, traded: Number, ramp_months: Number, log_index: Number, schedule: ReviewSchedule
) -> Number:
    """Return what the ramp-up takes off: a loop over its months that come after the first review."""
    last = int(np.floor(np.max(np.minimum(ramp_months, np.max(traded)))))
    total: Number = 0.0
    for month in range(int(schedule.held) + 1, last + 1):
        reviewed = schedule.held + (month - 1.0 - schedule.held) // schedule.every * schedule.every
        change = np.expm1(log_index * (max(reviewed - schedule.lag, 0.0) - schedule.base))
        lost = (1.0 - ramp_weight(month, ramp_months)) * np.less_equal(month, traded)
        total = total + lost * np.exp(volume_ratio * (month - 1.0)) * change
    return total


def review_uplift(list_month: Number, review_annuity: Number, review_schedule: ReviewSchedule) -> Number:
    """Return what the reviews add at list price, before discount [currency].

    `list_month` is a full first month at list [currency a month], `review_annuity` the volume times the
    index change [months]; the price follows the share ``theta`` of it.
    """
    return list_month * review_schedule.pass_through * review_annuity


def capped_review_uplift(
    list_month: Number,
    volume_ratio: Number,
    month_discount: Number,
    traded: Number,
    ramp_months: Number,
    price_stretches: tuple[Stretch, ...],
) -> Number:
    """Return the same as `review_uplift` where a cap may hold a review back [currency].

    `price_stretches` are the stretches of months with one price level; the other parameters are those of
    `review_annuity` and `review_uplift`.

    Examples
    --------
    Twelve months at list, then twelve at a level of 1.02 instead of 1.1:

    >>> capped = (0.0, 12.0, 1.0), (12.0, 24.0, 1.02)
    >>> round(float(capped_review_uplift(100.0, 0.0, 1.0, 24.0, 0.0, capped)), 9)
    24.0
    """
    volumes = ramped_sums(volume_ratio, [last for _, last, _ in price_stretches], traded, ramp_months)
    total: Number = 0.0
    for (_, _, level), volume in zip(price_stretches, volumes, strict=True):
        total = total + (level - 1.0) * volume
    return list_month * month_discount * total
