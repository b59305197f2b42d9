"""Component 8: what waiting for the money costs, less the supplier's own credit."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number

__all__ = ["financing", "financing_rate", "supplier_credit"]


def _lost_by_waiting(days: Number, log_discount: Number) -> Number:
    """Return ``1 - (1+r)^(-days/365)``, the share of an amount lost by waiting for it."""
    share: Number = -np.expm1(days * (log_discount * (-12.0 / 365.0)))
    return share


def financing_rate(
    payment_days: float,
    days_late_at_terms: Number,
    early_payment_discount: float,
    early_payment_days: float,
    paid_early: Number,
    gst_rate: Number,
    log_discount: Number,
) -> Number:
    """Return the share of the invoices that is lost by waiting for them.

    Parameters
    ----------
    payment_days : float
        Days allowed to pay [days].
    days_late_at_terms : float or ndarray, shape (n_draws,)
        Days taken beyond these [days]; negative for early payment.
    early_payment_discount, early_payment_days : float
        Offered for payment within so many days [fraction of the invoice, days].
    paid_early : float or ndarray, shape (n_draws,)
        Share of invoices for which that is taken [fraction].
    gst_rate : float or ndarray, shape (n_draws,)
        Sales tax on the invoice that the supplier funds until it is paid [fraction of net].
    log_discount : float or ndarray, shape (n_draws,)
        Discounting [log per month].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Share of the invoices [fraction].

    Examples
    --------
    >>> round(float(financing_rate(45.0, 10.0, 0.0, 10.0, 0.0, 0.0, np.log(1.07) / 12)), 6)
    0.010143
    """
    lost = _lost_by_waiting(payment_days + days_late_at_terms, log_discount)
    if isinstance(paid_early, np.ndarray) or paid_early:
        early = (1.0 - early_payment_discount) * _lost_by_waiting(early_payment_days, log_discount)
        lost = lost * (1.0 - paid_early) + early * paid_early
    return lost if not isinstance(gst_rate, np.ndarray) and gst_rate == 0.0 else lost * (1.0 + gst_rate)


def supplier_credit(
    unit_cost_value: Number, supplier_credit_days: Number, stock_days: Number, log_discount: Number
) -> Number:
    """Return what the supplier gains by paying its own unit cost later, less what stock costs [currency].

    ``unit cost x (1 - (1+r)^(-(credit - stock)/365))``: `supplier_credit_days` the days it may take, and
    `stock_days` the days that goods lie in stock before they are sold [days].
    """
    return unit_cost_value * _lost_by_waiting(supplier_credit_days - stock_days, log_discount)


def financing(invoiced: Number, financing_rate: Number, supplier_credit: Number) -> Number:
    r"""Return the cost of waiting for payment, less the supplier's own credit.

    .. math:: -invoiced\,(1 + gst)\,(1 - (1+r)^{-(days + late)/365}) + cost\,(1 - (1+r)^{-(credit - stock)/365})

    Parameters
    ----------
    invoiced : float or ndarray, shape (n_draws,)
        All invoices, before the rebate: for goods, shortfall fees and billed work [currency].
    financing_rate : float or ndarray, shape (n_draws,)
        Share of an invoice lost by waiting [fraction].
    supplier_credit : float or ndarray, shape (n_draws,)
        Gain from the supplier's own credit days, less the cost of stock [currency].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less without supplier credit and at a positive rate.

    Notes
    -----
    Source: ECONOMICS, component 6. Revenue is booked at invoice date; discounting the late receipt as
    well would count the wait twice.

    Examples
    --------
    >>> financing(1000.0, 0.01, 2.0)
    -8.0
    """
    return supplier_credit - invoiced * financing_rate
