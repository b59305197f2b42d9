r"""Component 17: bad debt, an event.

A default ends the trading in its month ``L``. What is lost is a share of the invoices then open: those of
the last ``12 (days + late)/365`` months, the oldest of them in part: for goods, shortfall fees and billed work.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from walkaway_sim._typing import BoolArray
from walkaway_sim.deal.annuities import Number, ramp_weight
from walkaway_sim.deal.clipped import only_where
from walkaway_sim.deal.supply.review_schedule import ReviewSchedule, level_in

__all__ = [
    "bad_debt",
    "default_loss",
    "default_loss_on_fee",
    "default_loss_on_work",
    "loss_share",
    "open_invoices",
    "open_months",
]


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


def open_invoices(month: Number, open_months: Number, invoiced: Callable[[Number], Number]) -> Number:
    r"""Return the invoices open at the end of a month, not discounted.

    .. math:: \sum_{j \ge 0,\ m - j \ge 1} invoice_{m-j} \min\{1,\ \max\{0,\ O - j\}\}

    Parameters
    ----------
    month : float or ndarray, shape (n_draws,)
        ``m``, a month in which the agreement is traded.
    open_months : float or ndarray, shape (n_draws,)
        ``O``: months of invoices that are open.
    invoiced : callable
        What is invoiced in a month, which may differ from draw to draw.

    Examples
    --------
    >>> float(open_invoices(10.0, 2.25, lambda month: 10.0 * month))
    210.0
    """
    total: Number = 0.0
    reach = np.minimum(open_months, month)
    for back in range(int(np.ceil(np.max(reach, initial=0.0)))):
        share = np.clip(reach - back, 0.0, 1.0)
        # Before the first month the share is 0: any month will do there.
        total = total + share * invoiced(np.maximum(month - float(back), 1.0))
    return total


def loss_share(defaulted: BoolArray, loss_given_default: Number, discount_factor_end: Number) -> Number:
    """Return the share of what is owed at a default that is lost, in today's money; 0 without a default."""
    return defaulted * (loss_given_default * discount_factor_end)


def default_loss(
    defaulted: BoolArray,
    loss_share: Number,
    life: Number,
    open_months: Number,
    list_month: Number,
    log_growth: Number,
    ramp_months: Number,
    log_index: Number,
    review_schedule: ReviewSchedule,
) -> Number:
    """Return what a default loses of the invoices for goods, at list price [currency].

    Parameters
    ----------
    defaulted : ndarray of bool, shape (n_draws,) or ()
        Whether a default ended the trading.
    loss_share : float or ndarray, shape (n_draws,)
        ``LGD v^L`` [fraction].
    life, open_months : float or ndarray, shape (n_draws,)
        Months traded, ``L``, and months of invoices that are open.
    list_month : float or ndarray, shape (n_draws,)
        A full first month at list price [currency a month].
    log_growth, log_index : float or ndarray, shape (n_draws,)
        Of volume and of the index of the reviews [log per month].
    ramp_months : float or ndarray, shape (n_draws,)
        Length of the ramp-up [months].
    review_schedule : ReviewSchedule
    """

    # Defaults are rare.
    def owed(
        life: Number, open_months: Number, first: Number, growth: Number, ramp: Number, index: Number
    ) -> Number:
        def invoiced(month: Number) -> Number:
            volume = np.exp(growth * (month - 1.0)) * ramp_weight(month, ramp)
            return first * volume * level_in(month, review_schedule, index)

        return open_invoices(life, open_months, invoiced)

    return loss_share * only_where(
        defaulted, owed, life, open_months, list_month, log_growth, ramp_months, log_index
    )


def default_loss_on_fee(
    defaulted: BoolArray,
    loss_share: Number,
    life: Number,
    open_months: Number,
    list_price: Number,
    minimum_commitment: float,
    volume_at_terms: Number,
    log_growth: Number,
    ramp_months: Number,
    log_index: Number,
    review_schedule: ReviewSchedule,
) -> Number:
    """Return what a default loses of shortfall fees, at list price and if these are collected [currency].

    `list_price` [currency a unit], `minimum_commitment` and `volume_at_terms` [units a year]; the others as in
    `default_loss`.
    """

    def owed(
        life: Number,
        open_months: Number,
        price: Number,
        volume: Number,
        growth: Number,
        ramp: Number,
        index: Number,
    ) -> Number:
        def invoiced(month: Number) -> Number:
            missing = np.maximum(minimum_commitment - volume * np.exp(growth * (month - 1.0)), 0.0)
            return price * missing * ramp_weight(month, ramp) * level_in(month, review_schedule, index)

        return open_invoices(life, open_months, invoiced)

    total = only_where(
        defaulted, owed, life, open_months, list_price, volume_at_terms, log_growth, ramp_months, log_index
    )
    return loss_share * total / 12.0


def default_loss_on_work(
    defaulted: BoolArray,
    loss_share: Number,
    life: Number,
    open_months: Number,
    volume_at_terms: Number,
    log_growth: Number,
    ramp_months: Number,
    work_cost: Number,
    log_work_inflation: Number,
    work: Number,
    log_work_growth: Number,
    planned_work: Number,
) -> Number:
    """Return what a default loses of work billed above the planned level, at its plain cost [currency].

    The work as in `excess_work_value`; the others as in `default_loss`.
    """

    def owed(
        life: Number,
        open_months: Number,
        volume: Number,
        growth: Number,
        ramp: Number,
        cost: Number,
        inflation: Number,
        work: Number,
        work_growth: Number,
        planned: Number,
    ) -> Number:
        def invoiced(month: Number) -> Number:
            excess = np.maximum(work * np.exp(work_growth * (month - 1.0)) - planned, 0.0)
            units = volume * np.exp((growth + inflation) * (month - 1.0)) * ramp_weight(month, ramp)
            return cost * units * excess

        return open_invoices(life, open_months, invoiced)

    total = only_where(
        defaulted, owed, life, open_months, volume_at_terms, log_growth, ramp_months, work_cost,
        log_work_inflation, work, log_work_growth, planned_work,
    )  # fmt: skip
    return loss_share * total / 12.0


def bad_debt(
    default_loss: Number,
    default_loss_on_fee: Number,
    default_loss_on_work: Number,
    collected: Number,
    excess_work_price: float,
    discount: float,
    early_payment_discount: float,
    paid_early: Number,
    life: Number,
    horizon: Number,
) -> Number:
    r"""Return the loss from a default of the customer.

    .. math:: -LGD\; v^L (1 - e u) \sum_{j \ge 0} bill_{L-j} \min\{1,\ \max\{0,\ O - j\}\}

    where the deal ends by default, and 0 elsewhere.

    Parameters
    ----------
    default_loss, default_loss_on_fee, default_loss_on_work : float or ndarray, shape (n_draws,)
        On goods and on shortfall fees at list price after reviews, and on work at plain cost [currency].
    collected : float or ndarray, shape (n_draws,)
        Whether shortfall fees are collected.
    excess_work_price : float
        Price of work above the planned level [multiples of the plain cost].
    discount : float
        [fraction of list price]
    early_payment_discount, paid_early : float or ndarray, shape (n_draws,)
        The discount for early payment, and the share of invoices that takes it: it is given up already.
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
    >>> float(bad_debt(120_000.0, 4_000.0, 500.0, 1.0, 2.0, 0.25, 0.0, 0.0, 18.0, np.inf))
    -94000.0
    """
    at_list = default_loss + collected * default_loss_on_fee
    lost = at_list * (1.0 - discount) + excess_work_price * default_loss_on_work
    return -lost * (1.0 - early_payment_discount * paid_early) * np.less_equal(life, horizon)
