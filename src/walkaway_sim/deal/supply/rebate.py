"""Component 5: the rebate on net revenue, and its tiers."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number

__all__ = ["rebate_bonus", "rebate_paid"]


def rebate_bonus(
    billed_by_year: tuple[Number, ...],
    discount: float,
    rebate_tiers: tuple[tuple[float, float], ...],
    retrospective: float,
    rebate_lag: float,
    log_discount: Number,
    life: Number,
    horizon: Number,
) -> Number:
    r"""Return the present value of what the tiers add to the rebate, a positive number [currency].

    .. math:: \sum_y bonus(N_y)\, v^{\min(12 y,\, L) + lag}, \qquad N_y = (1 - d)\, billed_y

    A marginal tier pays its extra rate on what lies above it; a retrospective one, once reached, on the
    whole year's net revenue.

    Parameters
    ----------
    billed_by_year : tuple of float or ndarray, shape (n_draws,)
        Invoiced in each contract year, before discount [currency].
    discount : float
        [fraction of list price]
    rebate_tiers : tuple of (float, float)
        Net revenue of a contract year above which a tier counts [currency], and what it adds to the
        rebate [fraction of net]; both rise.
    retrospective : float
        1 for retrospective tiers, 0 for marginal ones.
    rebate_lag : float
        Months from the end of the year, or of the trading, to the payment.
    log_discount : float or ndarray, shape (n_draws,)
        Discounting [log per month].
    life, horizon : float or ndarray, shape (n_draws,)
        Months traded, and months up to which payments count.

    Examples
    --------
    1 % more above 100, on a net revenue of 150: on 50 of it, or on all.

    >>> [round(float(rebate_bonus((150.0,), 0.0, ((100.0, 0.01),), retro, 0.0, 0.0, 12.0, np.inf)), 9)
    ...  for retro in (0.0, 1.0)]
    [0.5, 1.5]
    """
    total: Number = 0.0
    for year, billed in enumerate(billed_by_year, start=1):
        net = (1.0 - discount) * billed
        bonus: Number = 0.0
        rate = 0.0
        for above, extra in rebate_tiers:
            if retrospective:
                bonus = np.where(np.greater_equal(net, above), extra * net, bonus)
            else:
                bonus = bonus + (extra - rate) * np.maximum(net - above, 0.0)
                rate = extra
        paid = np.minimum(12.0 * year, life) + rebate_lag
        total = total + bonus * np.exp(-log_discount * paid) * np.less_equal(paid, horizon)
    return total


def rebate_paid(
    net_revenue: Number, rebate: float, rebate_lag: float, log_discount: Number, rebate_bonus: Number
) -> Number:
    r"""Return the rebate: ``-rebate x net revenue v^lag``, less what the tiers add.

    Parameters
    ----------
    net_revenue : float or ndarray, shape (n_draws,)
        Revenue after discount and price reviews [currency].
    rebate : float
        Paid on every invoice, `rebate_lag` months later [fraction of net].
    rebate_lag : float
        [months]
    log_discount : float or ndarray, shape (n_draws,)
        Discounting [log per month].
    rebate_bonus : float or ndarray, shape (n_draws,)
        What the tiers add, paid once a contract year [currency].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 3.

    Examples
    --------
    >>> rebate_paid(800.0, 0.125, 0.0, 0.005, 7.0)
    -107.0
    """
    later = np.exp(-log_discount * rebate_lag) if rebate_lag else 1.0
    return -rebate * net_revenue * later - rebate_bonus
