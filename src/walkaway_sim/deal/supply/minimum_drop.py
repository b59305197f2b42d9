r"""Component 12 with a minimum drop: deliveries that would be smaller are joined.

A month whose drops would be smaller than the minimum has fewer drops of that size. The volume being
geometric, the months of either kind lie on the two sides of one crossing: both costs are closed forms.
"""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, ramp_end, ramp_up, segment_sum
from walkaway_sim.deal.clipped import Months, sides

__all__ = ["delivery_with_minimum", "drops_made"]


def delivery_with_minimum(
    drops_a_month: float,
    minimum_drop: float,
    delivery_cost: Number,
    delivery_beta: Number,
    reference_drop: Number,
    each_drop_cost: Number,
    volume_at_terms: Number,
    log_growth: Number,
    delivery_ratio: Number,
    month_discount: Number,
    traded: Number,
    ramp_months: Number,
) -> Number:
    r"""Return the cost of delivering where a drop has a least size.

    .. math:: -\sum_{k=1}^{L} n_k f(s_k) (1+inflation)^{(k-1)/12} v^k, \qquad
              s_k = \max\{Q_k/n,\ minimum\},\quad n_k = Q_k/s_k

    with ``f(s) = stop + c_0 (s/q_0)^beta + (1 - A) c_r``.

    Parameters
    ----------
    drops_a_month : float
        Drops asked for a month, ``n``.
    minimum_drop : float
        Least size of a drop [units]; 0 for none.
    delivery_cost, delivery_beta, reference_drop : float or ndarray, shape (n_draws,)
        ``c_0`` [currency a drop], ``beta`` [elasticity], ``q_0`` [units a drop].
    each_drop_cost : float or ndarray, shape (n_draws,)
        What a drop costs whatever its size [currency a drop].
    volume_at_terms : float or ndarray, shape (n_draws,)
        First-year rate [units a year].
    log_growth, delivery_ratio : float or ndarray, shape (n_draws,)
        Growth of volume, and inflation of a drop's cost less discounting [log per month].
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
    Source: ECONOMICS, component 9. A drop costs no less the larger it is, so its cost is the larger of that
    of ``Q_k/n`` and that of the minimum. The months of ramp-up are added one by one.

    Examples
    --------
    120 units a year in four drops a month: one drop of 10 units instead of four of 2.5.

    >>> float(delivery_with_minimum(4.0, 10.0, 50.0, 0.0, 1.0, 5.0, 120.0, 0.0, 0.0, 1.0, 12.0, 0.0))
    -660.0
    """
    n = drops_a_month
    if n == 0.0:
        return 0.0
    units = volume_at_terms / 12.0
    size_growth = delivery_beta * log_growth
    sized = delivery_cost * (units / (n * reference_drop)) ** delivery_beta
    least = delivery_cost * (minimum_drop / reference_drop) ** delivery_beta
    ramped = ramp_end(traded, ramp_months)
    full: Months = (ramped + 1.0, traded)
    joined: Months | None = None
    if minimum_drop > 0.0:
        full, joined = sides(log_growth, units, n * minimum_drop, ramped, traded)
    total = sized * segment_sum(delivery_ratio + size_growth, *full)
    total = n * (total + each_drop_cost * segment_sum(delivery_ratio, *full))
    if joined is not None:
        drops = units / minimum_drop * segment_sum(delivery_ratio + log_growth, *joined)
        total = total + drops * (least + each_drop_cost)
    for month, weight, within in ramp_up(traded, ramp_months):
        since = month - 1.0
        drop = np.maximum(sized * weight**delivery_beta * np.exp(size_growth * since), least)
        made: Number = n
        if minimum_drop > 0.0:
            made = np.minimum(units * (weight / minimum_drop) * np.exp(log_growth * since), n)
        total = total + made * (drop + each_drop_cost) * np.exp(delivery_ratio * since) * within
    return -month_discount * total


def drops_made(
    drops_a_month: float,
    minimum_drop: float,
    volume_at_terms: Number,
    log_growth: Number,
    traded: Number,
    ramp_months: Number,
) -> Number:
    """Return the number of drops over the months traded; the parameters are those of `delivery_with_minimum`.

    Examples
    --------
    >>> float(drops_made(4.0, 10.0, 120.0, 0.0, 12.0, 0.0))
    12.0
    """
    if minimum_drop == 0.0 or drops_a_month == 0.0:
        return drops_a_month * traded
    # The cost of drops that cost 1 each, whatever their size and month.
    return -delivery_with_minimum(
        drops_a_month, minimum_drop, 0.0, 0.0, 1.0, 1.0, volume_at_terms, log_growth, 0.0, 1.0, traded, ramp_months
    )  # fmt: skip
