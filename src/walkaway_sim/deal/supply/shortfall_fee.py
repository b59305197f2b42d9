"""Component 2: the fee for what falls short of a minimum commitment."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, geometric_sum, ramp_end, ramp_up
from walkaway_sim.deal.clipped import ever_exceeds, excess_in, only_where, sides
from walkaway_sim.deal.supply.review_schedule import Stretch

__all__ = ["shortfall_fee", "shortfall_value"]


def shortfall_value(
    list_price: Number,
    minimum_commitment: float,
    volume_at_terms: Number,
    log_growth: Number,
    volume_ratio: Number,
    log_discount: Number,
    month_discount: Number,
    traded: Number,
    ramp_months: Number,
    price_stretches: tuple[Stretch, ...],
) -> Number:
    r"""Return the present value at list price of what falls short of the commitment [currency].

    .. math:: p_0 \sum_{k=1}^{L} p_k\, ramp_k \max\{0,\ minimum/12 - volume_k\}\, v^k

    The commitment ramps up with the volume. Between two reviews the price level is one number, and the sum
    is a closed form.

    Parameters
    ----------
    list_price : float or ndarray, shape (n_draws,)
        [currency a unit]
    minimum_commitment : float
        [units a year]
    volume_at_terms : float or ndarray, shape (n_draws,)
        First-year rate [units a year].
    log_growth, volume_ratio, log_discount : float or ndarray, shape (n_draws,)
        Growth of volume, of discounted volume, and discounting [log per month].
    month_discount : float or ndarray, shape (n_draws,)
        Discount factor of one month.
    traded, ramp_months : float or ndarray, shape (n_draws,)
        Months traded, and of ramp-up [months].
    price_stretches : tuple of (before, last, level)
        The stretches of months with one price level.
    """
    active = ever_exceeds(-log_growth, minimum_commitment, volume_at_terms, traded)
    total = only_where(
        active, _missing, minimum_commitment, volume_at_terms, log_growth, volume_ratio, log_discount, traded,
        ramp_months, price_stretches,
    )  # fmt: skip
    return list_price * month_discount * total / 12.0


def _missing(
    minimum: float,
    volume: Number,
    log_growth: Number,
    volume_ratio: Number,
    log_discount: Number,
    traded: Number,
    ramp_months: Number,
    stretches: tuple[Stretch, ...],
) -> Number:
    """Return the units that are missing, as a yearly rate, each month's times price level and discounting."""
    stream = volume_ratio, -log_growth, minimum, volume
    (first, last), _ = sides(-log_growth, minimum, volume, ramp_end(traded, ramp_months), traded)

    def up_to(month: Number) -> Number:
        return minimum * geometric_sum(-log_discount, month) - volume * geometric_sum(volume_ratio, month)

    total: Number = 0.0
    before = up_to(first - 1.0)
    for _, end, level in stretches:
        here = up_to(np.clip(end, first - 1.0, last))
        total = total + level * np.maximum(here - before, 0.0)  # rounding must not turn a shortfall around
        before = here
    for month, weight, within in ramp_up(traded, ramp_months):
        level = next(level for _, end, level in stretches if month <= end)
        total = total + level * weight * within * excess_in(month, *stream)
    return total


def shortfall_fee(shortfall_value: Number, collected: Number, discount: float) -> Number:
    """Return the shortfall fee: what is billed up to the minimum, where it is collected.

    Parameters
    ----------
    shortfall_value : float or ndarray, shape (n_draws,)
        What falls short, at list price and the price level of its month [currency].
    collected : float or ndarray, shape (n_draws,)
        1 on draws on which the fee is collected, 0 on the others; or a share.
    discount : float
        [fraction of list price]

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or more.

    Notes
    -----
    Source: ECONOMICS, component 1: ``bill = max(units, minimum)``. No goods are supplied for it, and no
    rebate, penalty or return is due on it.

    Examples
    --------
    >>> shortfall_fee(1000.0, 1.0, 0.1)
    900.0
    """
    return collected * (1.0 - discount) * shortfall_value
