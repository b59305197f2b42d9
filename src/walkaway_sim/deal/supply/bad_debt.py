r"""Component 14: bad debt, an event.

A default ends the trading in its month ``L``. What is lost is a share of the invoices then open: those of
the last ``min(L, 12 (days + late)/365)`` months, each taken at the level of the last month's net revenue.
That level is an approximation: it overstates the older open invoices by their growth, and where open
invoices reach back into the ramp-up; it needs no second sum.
"""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, ramp_weight, rows_of
from walkaway_sim.deal.supply.review_path import index_change

__all__ = ["bad_debt", "default_exposure", "default_level", "open_months"]


def open_months(payment_days: Number, days_late: Number, life: Number) -> Number:
    """Return how many months of invoices are open at the end: ``min(L, 12 (days + late)/365)``.

    `payment_days` and `days_late` [days], `life` [months]; 0 where invoices are paid in advance.
    """
    result: Number = np.minimum(life, np.maximum((payment_days + days_late) * (12.0 / 365.0), 0.0))
    return result


def default_level(
    exit_time: Number,
    default_time: Number,
    months: Number,
    life: Number,
    list_month: Number,
    log_growth: Number,
    ramp_months: Number,
    loss_given_default: Number,
    discount_factor_end: Number,
) -> Number:
    r"""Return what a default loses for each month of open invoices, at list price before reviews.

    .. math:: LGD\; p\, q_L\, v^L \quad \text{where the default ends the deal, else } 0

    Parameters
    ----------
    exit_time, default_time : float or ndarray, shape (n_draws,)
        When the customer leaves, and when it defaults [years]. The default counts where it comes first
        and falls within the agreement.
    months : int
        Length of the agreement [months].
    life : float or ndarray, shape (n_draws,)
        Months traded, ``L``.
    list_month : float or ndarray, shape (n_draws,)
        A full first month at list price [currency a month].
    log_growth : float or ndarray, shape (n_draws,)
        Growth of volume [log per month].
    ramp_months : float or ndarray, shape (n_draws,)
        Length of the ramp-up [months].
    loss_given_default : float or ndarray, shape (n_draws,)
        Share of the open invoices that is lost [fraction].
    discount_factor_end : float or ndarray, shape (n_draws,)
        ``v^L``.

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Loss for each month of open invoices [currency a month].
    """
    # The default's month is within the agreement where 12 times its time is: months are whole.
    defaulted = np.less(default_time, exit_time) & np.less_equal(np.multiply(default_time, 12.0), months)
    if not defaulted.ndim:
        if not defaulted:
            return 0.0
        grown = np.exp(log_growth * (life - 1.0)) * ramp_weight(life, ramp_months)
        return loss_given_default * list_month * grown * discount_factor_end
    # Defaults are rare: work on their rows only.
    rows = np.flatnonzero(defaulted)
    end = rows_of(life, rows)
    grown = np.exp(rows_of(log_growth, rows) * (end - 1.0)) * ramp_weight(end, rows_of(ramp_months, rows))
    result = np.zeros(defaulted.shape)
    result[rows] = rows_of(loss_given_default, rows) * rows_of(list_month, rows) * grown
    result[rows] *= rows_of(discount_factor_end, rows)
    return result


def default_exposure(
    default_level: Number,
    life: Number,
    log_index: Number,
    hold: Number,
    review_every: Number,
    review_lag: Number,
    catch_up: Number,
    months: Number,
    review_pass_through: Number,
) -> Number:
    """Return `default_level` at the price after reviews in the last month [currency a month].

    The factor is ``1 + theta (I_L/I_b - 1)``. The parameters are those of ``review_annuity``.
    """
    if not isinstance(default_level, np.ndarray) or not default_level.ndim:
        if np.all(default_level == 0.0):
            return default_level
        change = index_change(life, log_index, hold, review_every, review_lag, catch_up, months)
        return default_level * (1.0 + review_pass_through * change)
    rows = np.flatnonzero(default_level != 0.0)
    change = index_change(
        rows_of(life, rows),
        rows_of(log_index, rows),
        rows_of(hold, rows),
        rows_of(review_every, rows),
        rows_of(review_lag, rows),
        rows_of(catch_up, rows),
        months,
    )
    result = np.zeros(default_level.shape)
    result[rows] = default_level[rows] * (1.0 + rows_of(review_pass_through, rows) * change)
    return result


def bad_debt(default_exposure: Number, open_months: Number, discount: Number) -> Number:
    r"""Return the loss from a default of the customer.

    .. math:: -LGD\; net_L\, \min\{L,\, 12(days + late)/365\}\, v^L

    where the deal ends by default, and 0 elsewhere.

    Parameters
    ----------
    default_exposure : float or ndarray, shape (n_draws,)
        Loss for each month of open invoices, at list price after reviews [currency a month].
    open_months : float or ndarray, shape (n_draws,)
        Months of invoices open [months].
    discount : float or ndarray, shape (n_draws,)
        Discount [fraction of list price].

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
    >>> bad_debt(80_000.0, 1.5, 0.25)
    -90000.0
    """
    return default_exposure * open_months * (discount - 1.0)
