"""Component 6: what waiting for the money costs, less the supplier's own credit."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number

__all__ = ["financing", "financing_rate", "supplier_credit"]


def financing_rate(payment_days: Number, days_late: Number, log_discount: Number) -> Number:
    """Return ``1 - (1+r)^(-(days + late)/365)``, the share of an invoice lost by waiting.

    Parameters
    ----------
    payment_days : float or ndarray, shape (n_draws,)
        Days allowed to pay [days].
    days_late : float or ndarray, shape (n_draws,)
        Days taken beyond these [days]; negative for early payment.
    log_discount : float or ndarray, shape (n_draws,)
        Discounting [log per month].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Share of the invoice [fraction].

    Examples
    --------
    >>> round(float(financing_rate(45.0, 10.0, np.log(1.07) / 12)), 6)
    0.010143
    """
    result: Number = -np.expm1((payment_days + days_late) * (log_discount * (-12.0 / 365.0)))
    return result


def supplier_credit(unit_cost_value: Number, supplier_credit_days: Number, log_discount: Number) -> Number:
    """Return what the supplier gains by paying its own unit cost later [currency].

    ``unit cost x (1 - (1+r)^(-days/365))``, `supplier_credit_days` the days it may take [days].
    """
    share: Number = -np.expm1(supplier_credit_days * (log_discount * (-12.0 / 365.0)))
    return unit_cost_value * share


def financing(net_revenue: Number, financing_rate: Number, supplier_credit: Number) -> Number:
    r"""Return the cost of waiting for payment, less the supplier's own credit.

    .. math:: -net\,(1 - (1+r)^{-(days + late)/365}) + cost\,(1 - (1+r)^{-credit/365})

    Parameters
    ----------
    net_revenue : float or ndarray, shape (n_draws,)
        Invoices, before the rebate [currency].
    financing_rate : float or ndarray, shape (n_draws,)
        Share of an invoice lost by waiting [fraction].
    supplier_credit : float or ndarray, shape (n_draws,)
        Gain from the supplier's own credit days [currency].

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
    return supplier_credit - net_revenue * financing_rate
