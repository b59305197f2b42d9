"""Shared nodes: revenue at list, net revenue after discount and price reviews, and billings by contract year."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, ramped_segment
from walkaway_sim.deal.supply.review_schedule import ReviewSchedule, segments

__all__ = ["billed_by_year", "gross_revenue", "net_revenue"]


def gross_revenue(list_month: Number, volume_annuity: Number) -> Number:
    """Return the present value of the revenue at list price, booked at invoice date [currency]."""
    return list_month * volume_annuity


def net_revenue(gross_revenue: Number, review_uplift: Number, discount: float) -> Number:
    r"""Return the present value of what is invoiced, before the rebate [currency].

    .. math:: net = (1 - d) (list + reviews\ at\ list)

    Parameters
    ----------
    gross_revenue : float or ndarray, shape (n_draws,)
        Revenue at list price [currency].
    review_uplift : float or ndarray, shape (n_draws,)
        What the price reviews add at list price [currency].
    discount : float
        Discount [fraction of list price].

    Examples
    --------
    >>> net_revenue(1000.0, 40.0, 0.25)
    780.0
    """
    return (gross_revenue + review_uplift) * (1.0 - discount)


def billed_by_year(
    list_month: Number,
    log_growth: Number,
    life: Number,
    ramp_months: Number,
    log_index: Number,
    review_schedule: ReviewSchedule,
) -> tuple[Number, ...]:
    """Return what is invoiced in each contract year, before discount and without discounting [currency].

    Parameters
    ----------
    list_month : float or ndarray, shape (n_draws,)
        A full first month at list price [currency a month].
    log_growth : float or ndarray, shape (n_draws,)
        Growth of the volume [log per month].
    life : float or ndarray, shape (n_draws,)
        Months traded.
    ramp_months : float or ndarray, shape (n_draws,)
        Length of the ramp-up [months].
    log_index : float or ndarray, shape (n_draws,)
        Inflation of the index of the reviews [log per month].
    review_schedule : ReviewSchedule

    Returns
    -------
    tuple of float or ndarray, shape (n_draws,)
        One entry a year, the last one perhaps broken.

    Examples
    --------
    >>> level = ReviewSchedule(12, 12, 0, 0, 1, np.inf, 30)
    >>> [round(float(year), 3) for year in billed_by_year(10.0, 0.0, 30.0, 0.0, np.log(1.1) / 12, level)]
    [120.0, 132.0, 72.6]
    """
    years: list[Number] = [0.0] * int(-(-review_schedule.months // 12))
    for before, last, level in segments(review_schedule, log_index):
        for year in range(int(before // 12), int(-(-last // 12))):
            first = max(before, 12.0 * year) + 1.0
            end = min(last, 12.0 * year + 12.0)
            volume = ramped_segment(log_growth, first, np.minimum(life, end), ramp_months)
            years[year] = years[year] + list_month * level * volume
    return tuple(years)
