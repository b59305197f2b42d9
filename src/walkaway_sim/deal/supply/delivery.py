r"""Component 9: deliveries, and redelivery of those that failed.

With ``n`` drops a month, the cost of a drop follows its size ``q`` with an elasticity ``beta``. Each
month's drops carry the whole month's volume, so ``n`` leaves the sum as a factor ``n^(1 - beta)``: a
search over the number of deliveries re-evaluates three operations.
"""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, ramped_sum

__all__ = ["delivery", "drop_cost_value", "drops_a_month", "redelivery_value"]


def drops_a_month(deliveries_per_week: Number) -> Number:
    """Return the number of drops a month: ``n = 52/12 x deliveries_per_week``."""
    return deliveries_per_week * 52.0 / 12.0


def drop_cost_value(
    delivery_cost: Number,
    delivery_beta: Number,
    reference_drop: Number,
    volume: Number,
    log_growth: Number,
    service_ratio: Number,
    service_annuity: Number,
    month_discount: Number,
    life: Number,
    ramp_months: Number,
) -> Number:
    r"""Return the present value of delivering with one drop a month [currency].

    .. math:: c_0 \sum_{k=1}^{L} \left(\frac{q_k}{q_0}\right)^\beta (1+inflation)^{(k-1)/12} v^k

    Parameters
    ----------
    delivery_cost : float or ndarray, shape (n_draws,)
        Cost of a drop of the reference size, ``c_0`` [currency a drop].
    delivery_beta : float or ndarray, shape (n_draws,)
        Elasticity of that cost to the size of the drop; 0 for a dedicated run.
    reference_drop : float or ndarray, shape (n_draws,)
        The reference size, ``q_0`` [units a drop].
    volume : float or ndarray, shape (n_draws,)
        First-year rate [units a year].
    log_growth, service_ratio : float or ndarray, shape (n_draws,)
        Growth of volume, and inflation less discounting [log per month].
    service_annuity : float or ndarray, shape (n_draws,)
        The sum at ``beta = 0`` [months].
    month_discount : float or ndarray, shape (n_draws,)
        Discount factor of one month.
    life, ramp_months : float or ndarray, shape (n_draws,)
        Months traded, and of ramp-up [months].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value for one drop a month; for ``n`` it is this times ``n^(1 - beta)`` [currency].
    """
    if not isinstance(delivery_beta, np.ndarray) and delivery_beta == 0:
        return delivery_cost * service_annuity
    ratio = service_ratio + delivery_beta * log_growth
    size = (volume / (12.0 * reference_drop)) ** delivery_beta
    return delivery_cost * size * month_discount * ramped_sum(ratio, life, ramp_months, delivery_beta)


def redelivery_value(redelivery_cost: Number, on_time: Number, service_annuity: Number) -> Number:
    """Return the present value of redelivering what failed, per drop a month [currency].

    ``(1 - on_time) x redelivery_cost x service_annuity``, `redelivery_cost` [currency a failed drop].
    """
    return (1.0 - on_time) * (redelivery_cost * service_annuity)


def delivery(
    drops_a_month: Number, delivery_beta: Number, drop_cost_value: Number, redelivery_value: Number
) -> Number:
    r"""Return the cost of delivering.

    .. math:: -\sum_{k=1}^{L} n \left[c_0 \left(\frac{q_k}{n q_0}\right)^\beta + (1-A)\,c_r\right]
              (1+inflation)^{(k-1)/12} v^k

    Parameters
    ----------
    drops_a_month : float or ndarray, shape (n_draws,)
        Drops a month, ``n``.
    delivery_beta : float or ndarray, shape (n_draws,)
        Elasticity of the cost of a drop to its size, ``beta`` [0 to 1].
    drop_cost_value, redelivery_value : float or ndarray, shape (n_draws,)
        The two sums for one drop a month [currency].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 9, without a minimum drop. ``beta`` about 0.42 for part loads.

    Examples
    --------
    >>> delivery(13.0, 0.0, 100.0, 10.0)
    -1430.0
    """
    if not isinstance(delivery_beta, np.ndarray) and delivery_beta == 0:
        return -drops_a_month * (drop_cost_value + redelivery_value)
    return -(drops_a_month ** (1.0 - delivery_beta) * drop_cost_value + drops_a_month * redelivery_value)
