r"""Component 17: bad debt, an event.

A default ends the trading in its month ``L``. What is lost is a share of the invoices then open: those of
the last ``12 (days + late)/365`` months, the oldest of them in part.
"""

from __future__ import annotations

import numpy as np

from walkaway_sim._typing import BoolArray
from walkaway_sim.deal.annuities import Number, ramp_weight
from walkaway_sim.deal.clipped import only_where
from walkaway_sim.deal.supply.review_schedule import ReviewSchedule, level_in

__all__ = ["bad_debt", "default_loss", "open_invoices", "open_months"]


def open_months(
    payment_days: float, days_late_at_terms: Number, paid_early: Number, early_payment_days: float
) -> Number:
    """Return how many months of invoices are open: ``12/365`` of the days until payment, 0 or more [months].

    The days until payment are ``payment_days + days_late``, or `early_payment_days` for the share of
    invoices that is paid early.
    """
    days = (1.0 - paid_early) * (payment_days + days_late_at_terms) + paid_early * early_payment_days
    result: Number = np.maximum(days * (12.0 / 365.0), 0.0)
    return result


def open_invoices(
    month: Number,
    open_months: Number,
    list_month: Number,
    log_growth: Number,
    ramp_months: Number,
    log_index: Number,
    review_schedule: ReviewSchedule,
) -> Number:
    r"""Return the invoices open at the end of a month, at list price, not discounted [currency].

    .. math:: \sum_{j \ge 0,\ m - j \ge 1} p_0\, p_{m-j}\, Q_{m-j} \min\{1,\ \max\{0,\ O - j\}\}

    Parameters
    ----------
    month : float or ndarray, shape (n_draws,)
        ``m``, a month in which the agreement is traded.
    open_months : float or ndarray, shape (n_draws,)
        ``O``: months of invoices that are open.
    list_month : float or ndarray, shape (n_draws,)
        A full first month at list price [currency a month].
    log_growth, log_index : float or ndarray, shape (n_draws,)
        Of volume and of the index of the reviews [log per month].
    ramp_months : float or ndarray, shape (n_draws,)
        Length of the ramp-up [months].
    review_schedule : ReviewSchedule

    Examples
    --------
    >>> level = ReviewSchedule(36, 12, 0, 0, 1, np.inf, 36)
    >>> float(open_invoices(10.0, 2.25, 100.0, 0.0, 0.0, 0.0, level))
    225.0
    """
    total: Number = 0.0
    reach = np.minimum(open_months, month)
    for back in range(int(np.ceil(np.max(reach, initial=0.0)))):
        here = month - float(back)
        share = np.clip(reach - back, 0.0, 1.0)
        # Before the first month the share is 0: any month will do there.
        here = np.maximum(here, 1.0)
        volume = np.exp(log_growth * (here - 1.0)) * ramp_weight(here, ramp_months)
        total = total + share * volume * level_in(here, review_schedule, log_index)
    return list_month * total


def default_loss(
    defaulted: BoolArray,
    loss_given_default: Number,
    discount_factor_end: Number,
    life: Number,
    open_months: Number,
    list_month: Number,
    log_growth: Number,
    ramp_months: Number,
    log_index: Number,
    review_schedule: ReviewSchedule,
) -> Number:
    r"""Return what a default loses, before the discount: ``LGD x open invoices x v^L``, 0 without one [currency].

    Parameters
    ----------
    defaulted : ndarray of bool, shape (n_draws,) or ()
        Whether a default ended the trading.
    loss_given_default : float or ndarray, shape (n_draws,)
        Share of the open invoices that is lost [fraction].
    discount_factor_end : float or ndarray, shape (n_draws,)
        ``v^L``.
    life : float or ndarray, shape (n_draws,)
        Months traded, ``L``.
    open_months, list_month, log_growth, ramp_months, log_index, review_schedule
        As for `open_invoices`.
    """
    lent = (life, open_months, list_month, log_growth, ramp_months, log_index, review_schedule)
    # Defaults are rare.
    return loss_given_default * discount_factor_end * only_where(defaulted, open_invoices, *lent)


def bad_debt(default_loss: Number, discount: float, life: Number, horizon: Number) -> Number:
    r"""Return the loss from a default of the customer.

    .. math:: -LGD\; v^L \sum_{j \ge 0} net_{L-j} \min\{1,\ \max\{0,\ O - j\}\}

    where the deal ends by default, and 0 elsewhere.

    Parameters
    ----------
    default_loss : float or ndarray, shape (n_draws,)
        At list price after reviews [currency].
    discount : float
        [fraction of list price]
    life, horizon : float or ndarray, shape (n_draws,)
        Months traded, and months that count.

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 14. A default is an event, not a percentage of revenue: what it costs
    grows with payment days.

    Examples
    --------
    >>> float(bad_debt(120_000.0, 0.25, 18.0, np.inf))
    -90000.0
    """
    return default_loss * (discount - 1.0) * np.less_equal(life, horizon)
