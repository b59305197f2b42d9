r"""Component 12: deliveries, and redelivery of those that failed.

With ``n`` drops a month, the cost of a drop follows its size ``q`` with an elasticity ``beta``. Each
month's drops carry the whole month's volume, so ``n`` leaves the sum as a factor ``n^(1 - beta)``: a
search over the number of deliveries re-evaluates three operations.
"""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, ramped_sum

__all__ = ["delivery", "drop_cost_value", "drops_a_month", "each_drop_cost"]


def drops_a_month(deliveries_per_week: float) -> float:
    """Return the number of drops a month: ``n = 52/12 x deliveries_per_week``."""
    return deliveries_per_week * 52.0 / 12.0


def drop_cost_value(
    delivery_cost: Number,
    delivery_beta: Number,
    reference_drop: Number,
    volume_at_terms: Number,
    log_growth: Number,
    delivery_ratio: Number,
    delivery_annuity: Number,
    month_discount: Number,
    traded: Number,
    ramp_months: Number,
) -> Number:
    r"""Return the present value of the size-dependent cost of one drop a month [currency].

    .. math:: c_0 \sum_{k=1}^{L} \left(\frac{Q_k}{q_0}\right)^\beta (1+inflation)^{(k-1)/12} v^k

    Parameters
    ----------
    delivery_cost : float or ndarray, shape (n_draws,)
        Cost of a drop of the reference size, ``c_0`` [currency a drop].
    delivery_beta : float or ndarray, shape (n_draws,)
        Elasticity of that cost to the size of the drop; 0 for a dedicated run.
    reference_drop : float or ndarray, shape (n_draws,)
        The reference size, ``q_0`` [units a drop].
    volume_at_terms : float or ndarray, shape (n_draws,)
        First-year rate [units a year].
    log_growth, delivery_ratio : float or ndarray, shape (n_draws,)
        Growth of volume, and inflation of a drop's cost less discounting [log per month].
    delivery_annuity : float or ndarray, shape (n_draws,)
        The sum at ``beta = 0`` [months].
    month_discount : float or ndarray, shape (n_draws,)
        Discount factor of one month.
    traded, ramp_months : float or ndarray, shape (n_draws,)
        Months traded, and of ramp-up [months].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value for one drop a month; for ``n`` it is this times ``n^(1 - beta)`` [currency].
    """
    if not isinstance(delivery_beta, np.ndarray) and delivery_beta == 0:
        return delivery_cost * delivery_annuity
    ratio = delivery_ratio + delivery_beta * log_growth
    size = (volume_at_terms / (12.0 * reference_drop)) ** delivery_beta
    return delivery_cost * size * month_discount * ramped_sum(ratio, traded, ramp_months, delivery_beta)


def each_drop_cost(stop_cost: Number, redelivery_cost: Number, on_time_at_terms: Number) -> Number:
    """Return what a drop costs whatever its size: the stop, and redelivery where it failed [currency a drop].

    ``stop_cost + (1 - on_time) x redelivery_cost``, `redelivery_cost` [currency a failed drop].
    """
    return stop_cost + (1.0 - on_time_at_terms) * redelivery_cost


def delivery(
    drops_a_month: float,
    delivery_beta: Number,
    drop_cost_value: Number,
    each_drop_cost: Number,
    delivery_annuity: Number,
) -> Number:
    r"""Return the cost of delivering, without a minimum drop.

    .. math:: -\sum_{k=1}^{L} n \left[c_0 \left(\frac{Q_k}{n q_0}\right)^\beta + stop + (1-A)\,c_r\right]
              (1+inflation)^{(k-1)/12} v^k

    Parameters
    ----------
    drops_a_month : float
        Drops a month, ``n``.
    delivery_beta : float or ndarray, shape (n_draws,)
        Elasticity of the cost of a drop to its size, ``beta`` [0 to 1].
    drop_cost_value : float or ndarray, shape (n_draws,)
        The sum that depends on the size, for one drop a month [currency].
    each_drop_cost : float or ndarray, shape (n_draws,)
        What a drop costs whatever its size [currency a drop].
    delivery_annuity : float or ndarray, shape (n_draws,)
        Present value of one drop a month at inflating cost [months].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 9. ``beta`` about 0.42 for part loads.

    Examples
    --------
    >>> delivery(13.0, 0.0, 100.0, 0.5, 20.0)
    -1430.0
    """
    if drops_a_month == 0.0:
        return 0.0
    each = each_drop_cost * delivery_annuity
    if not isinstance(delivery_beta, np.ndarray) and delivery_beta == 0:
        return -drops_a_month * (drop_cost_value + each)
    return -(drops_a_month ** (1.0 - delivery_beta) * drop_cost_value + drops_a_month * each)
