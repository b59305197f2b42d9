"""Component 2: the fee for what falls short of a minimum commitment."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number
from walkaway_sim.deal.clipped import excess_sum
from walkaway_sim.deal.supply.review_schedule import ReviewSchedule, segments

__all__ = ["shortfall_fee", "shortfall_value"]


def shortfall_value(
    list_price: Number,
    minimum_commitment: float,
    volume_at_terms: Number,
    log_growth: Number,
    volume_ratio: Number,
    month_discount: Number,
    traded: Number,
    ramp_months: Number,
    log_index: Number,
    review_schedule: ReviewSchedule,
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
    log_growth, volume_ratio : float or ndarray, shape (n_draws,)
        Growth of volume, and of discounted volume [log per month].
    month_discount : float or ndarray, shape (n_draws,)
        Discount factor of one month.
    traded, ramp_months : float or ndarray, shape (n_draws,)
        Months traded, and of ramp-up [months].
    log_index : float or ndarray, shape (n_draws,)
        Inflation of the index of the reviews [log per month].
    review_schedule : ReviewSchedule
    """
    if minimum_commitment == 0.0:
        return 0.0
    total: Number = 0.0
    for before, last, level in segments(review_schedule, log_index):
        end = np.minimum(traded, last)
        short = excess_sum(
            volume_ratio, -log_growth, minimum_commitment, volume_at_terms, end, ramp_months, after=before
        )
        total = total + level * short
    return list_price * month_discount * total / 12.0


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
