"""Component 3: what volume above the capacity costs beyond its unit cost."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, ramp_end, ramp_up
from walkaway_sim.deal.clipped import ever_exceeds, full_excess, only_where

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
    active = ever_exceeds(log_growth, volume_at_terms, capacity, traded)
    ratio = log_inflation - log_discount
    total = only_where(active, _units, ratio, log_growth, volume_at_terms, capacity, traded, ramp_months)
    return -surge_premium * unit_cost * month_discount * total / 12.0


def _units(
    log_ratio: Number,
    log_growth: Number,
    volume: Number,
    capacity: Number,
    traded: Number,
    ramp_months: Number,
) -> Number:
    """Return the units above the capacity, as a yearly rate, each month's times its weight."""
    total = full_excess(log_ratio, log_growth, volume, capacity, ramp_end(traded, ramp_months), traded)
    for month, weight, within in ramp_up(traded, ramp_months):
        above = np.maximum(volume * np.exp(log_growth * (month - 1.0)) * weight - capacity, 0.0)
        total = total + above * within * np.exp(log_ratio * (month - 1.0))
    return total
