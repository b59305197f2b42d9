"""Component 3: what volume above the capacity costs beyond its unit cost."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, ramp_weight
from walkaway_sim.deal.clipped import excess_sum

__all__ = ["capacity_surge"]


def capacity_surge(
    surge_premium: Number,
    capacity: Number,
    unit_cost: Number,
    volume_at_terms: Number,
    log_growth: Number,
    log_inflation: Number,
    log_discount: Number,
    month_discount: Number,
    traded: Number,
    ramp_months: Number,
) -> Number:
    r"""Return the premium on units above the capacity: overtime, bought-in goods, a second carrier.

    .. math:: -premium \sum_{k=1}^{L} c\,(1+inflation)^{(k-1)/12} \max\{0,\ Q_k - capacity/12\}\, v^k

    Parameters
    ----------
    surge_premium : float or ndarray, shape (n_draws,)
        [fraction of unit cost]
    capacity : float or ndarray, shape (n_draws,)
        [units a year]; infinite where none binds.
    unit_cost : float or ndarray, shape (n_draws,)
        [currency a unit]
    volume_at_terms : float or ndarray, shape (n_draws,)
        First-year rate [units a year].
    log_growth, log_inflation, log_discount : float or ndarray, shape (n_draws,)
        Of volume, unit cost and discounting [log per month].
    month_discount : float or ndarray, shape (n_draws,)
        Discount factor of one month.
    traded, ramp_months : float or ndarray, shape (n_draws,)
        Months traded, and of ramp-up [months].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 1. The months of ramp-up are added one by one: the ramp is of the volume,
    not of the capacity.

    Examples
    --------
    >>> float(capacity_surge(0.5, 600.0, 2.0, 720.0, 0.0, 0.0, 0.0, 1.0, 12.0, 0.0))
    -120.0
    """
    ratio = log_inflation - log_discount
    ramped = float(np.floor(np.max(np.minimum(ramp_months, np.max(traded)))))
    total = excess_sum(ratio, log_growth, volume_at_terms, capacity, traded, 0.0, after=ramped)
    for month in range(1, int(ramped) + 1):
        volume = volume_at_terms * np.exp(log_growth * (month - 1.0)) * ramp_weight(month, ramp_months)
        above = np.maximum(volume - capacity, 0.0) * np.less_equal(month, traded)
        total = total + above * np.exp(ratio * (month - 1.0))
    return -surge_premium * unit_cost * month_discount * total / 12.0
