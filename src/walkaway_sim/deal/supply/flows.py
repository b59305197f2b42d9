"""Shared nodes: annuities of volume, cost, service and time over the months traded.

Each is the present value, over months ``k = 1 .. L``, of a stream that starts at 1 a month:

====================  ==========================================================
node                  stream of month ``k``
====================  ==========================================================
``volume_annuity``    ``ramp_k (1+growth)^((k-1)/12) v^k``
``cost_annuity``      ``ramp_k ((1+growth)(1+inflation))^((k-1)/12) v^k``
``delivery_annuity``  ``(1+delivery_inflation)^((k-1)/12) v^k``
``fixed_annuity``     ``(1+fixed_inflation)^((k-1)/12) v^k``
====================  ==========================================================

The ramp-up, ``ramp_k = (k - 1/2)/ramp_months`` for ``k <= ramp_months`` and 1 afterwards, is one of
volume: deliveries and fixed costs start in full.
"""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number, geometric_sum, ramped_sum

__all__ = ["cost_annuity", "delivery_annuity", "fixed_annuity", "list_month", "volume_annuity"]


def volume_annuity(
    volume_ratio: Number, month_discount: Number, traded: Number, ramp_months: Number
) -> Number:
    """Return the present value of the volume, in first months' full volume [months].

    Parameters
    ----------
    volume_ratio : float or ndarray, shape (n_draws,)
        Log ratio of discounted volume, month to month.
    month_discount : float or ndarray, shape (n_draws,)
        Discount factor of one month.
    traded : float or ndarray, shape (n_draws,)
        Months traded.
    ramp_months : float or ndarray, shape (n_draws,)
        Length of the ramp-up [months].

    Examples
    --------
    >>> float(volume_annuity(0.0, 1.0, 36.0, 3.0))
    34.5
    """
    return ramped_sum(volume_ratio, traded, ramp_months) * month_discount


def cost_annuity(cost_ratio: Number, month_discount: Number, traded: Number, ramp_months: Number) -> Number:
    """Return the present value of the volume at inflating unit cost [months]; see `volume_annuity`."""
    return ramped_sum(cost_ratio, traded, ramp_months) * month_discount


def delivery_annuity(delivery_ratio: Number, month_discount: Number, traded: Number) -> Number:
    """Return the present value of a constant number of drops a month at inflating cost [months]."""
    return geometric_sum(delivery_ratio, traded) * month_discount


def fixed_annuity(fixed_ratio: Number, month_discount: Number, traded: Number) -> Number:
    """Return the present value of an inflating fixed cost of 1 a month [months]."""
    return geometric_sum(fixed_ratio, traded) * month_discount


def list_month(list_price: Number, volume_at_terms: Number) -> Number:
    """Return a full first month's revenue at list price [currency a month].

    `list_price` [currency a unit], `volume_at_terms` the first-year rate [units a year].
    """
    return list_price * volume_at_terms / 12.0
