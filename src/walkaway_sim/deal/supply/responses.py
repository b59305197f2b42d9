"""Shared nodes: what the customer does once terms move, as responses of inputs to terms.

Beliefs about the inputs are beliefs at the proposed terms. A response of 0 means that a term changes
nothing but itself; that is an assumption, and the checks say so.
"""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number

__all__ = ["days_late_at_terms", "on_time_at_terms", "volume_at_terms"]


def volume_at_terms(
    volume: Number, price_elasticity: Number, discount: float, discount_proposed: float
) -> Number:
    """Return the first-year volume at the discount: ``volume ((1 - d)/(1 - d0))^(-elasticity)``.

    Parameters
    ----------
    volume : float or ndarray, shape (n_draws,)
        At the proposed discount [units a year].
    price_elasticity : float or ndarray, shape (n_draws,)
        Per cent of volume that a price lower by one per cent brings; 0 or more.
    discount, discount_proposed : float
        [fraction of list price], below 1.

    Examples
    --------
    >>> round(float(volume_at_terms(1000.0, 1.5, 0.10, 0.05)), 2)
    1084.48
    """
    return volume * np.power((1.0 - discount) / (1.0 - discount_proposed), np.negative(price_elasticity))


def days_late_at_terms(
    days_late: Number, late_days_per_day: Number, payment_days: float, payment_days_proposed: float
) -> Number:
    """Return the days late at the payment days: ``late + response (days - proposed)`` [days]."""
    return days_late + late_days_per_day * (payment_days - payment_days_proposed)


def on_time_at_terms(
    on_time: Number, on_time_response: Number, guarantee: float, guarantee_proposed: float
) -> Number:
    """Return the on-time rate at the guarantee: ``on_time + response (g - g0)``, cut to 0 to 1."""
    result: Number = np.clip(on_time + on_time_response * (guarantee - guarantee_proposed), 0.0, 1.0)
    return result
