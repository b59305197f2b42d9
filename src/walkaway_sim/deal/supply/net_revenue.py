"""Shared nodes: revenue at list, net of discount and price reviews, all that is invoiced, and net by contract year."""

from __future__ import annotations

import math

import numpy as np

from walkaway_sim.deal.annuities import Number, ramped_sums
from walkaway_sim.deal.supply.review_schedule import Stretch
from walkaway_sim.deal.supply.shortfall_fee import shortfall_fee
from walkaway_sim.deal.supply.workload import excess_work_billed

__all__ = ["billed_by_year", "gross_revenue", "invoiced", "net_revenue"]


def gross_revenue(list_month: Number, volume_annuity: Number) -> Number:
    """Return the present value of the revenue at list price, booked at invoice date [currency]."""
    return list_month * volume_annuity


def net_revenue(gross_revenue: Number, review_uplift: Number, discount: float) -> Number:
    r"""Return the present value of what is invoiced for goods, before the rebate [currency].

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


def invoiced(
    net_revenue: Number,
    shortfall_value: Number,
    excess_work_value: Number,
    collected: Number,
    excess_work_price: float,
    discount: float,
) -> Number:
    """Return the present value of all invoices: for goods, shortfall fees and work above the planned level.

    Parameters
    ----------
    net_revenue : float or ndarray, shape (n_draws,)
        After discount and price reviews [currency].
    shortfall_value, excess_work_value : float or ndarray, shape (n_draws,)
        What falls short of the commitment at list price, and work above plan at plain cost [currency].
    collected : float or ndarray, shape (n_draws,)
        Whether shortfall fees are collected.
    excess_work_price, discount : float
        [multiples of the plain cost, fraction of list price]

    Examples
    --------
    >>> invoiced(1000.0, 100.0, 20.0, 1.0, 2.0, 0.25)
    1115.0
    """
    return (
        net_revenue
        + shortfall_fee(shortfall_value, collected, discount)
        + excess_work_billed(excess_work_value, excess_work_price)
    )


def billed_by_year(
    list_month: Number,
    log_growth: Number,
    life: Number,
    ramp_months: Number,
    price_stretches: tuple[Stretch, ...],
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
    price_stretches : tuple of (before, last, level)
        The stretches of months with one price level.

    Returns
    -------
    tuple of float or ndarray, shape (n_draws,)
        One entry a year, the last one perhaps broken.

    Examples
    --------
    >>> stretches = (0.0, 12.0, 1.0), (12.0, 24.0, 1.1), (24.0, 30.0, 1.21)
    >>> [round(float(year), 3) for year in billed_by_year(10.0, 0.0, 30.0, 0.0, stretches)]
    [120.0, 132.0, 72.6]
    """
    months = price_stretches[-1][1]
    ends = sorted({last for _, last, _ in price_stretches} | set(np.arange(12.0, months, 12.0)))
    volumes = iter(zip(ends, ramped_sums(log_growth, ends, life, ramp_months), strict=True))
    years: list[Number] = [0.0] * math.ceil(months / 12.0)
    for _, last, level in price_stretches:
        end = 0.0
        while end < last:
            end, volume = next(volumes)
            year = math.ceil(end / 12.0) - 1
            years[year] = years[year] + level * volume
    return tuple(list_month * year for year in years)
