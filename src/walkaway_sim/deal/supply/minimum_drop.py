r"""Component 12 with a minimum drop: deliveries that would be smaller are joined.

A month whose drops would be smaller than the minimum has fewer drops of that size. The volume being
geometric, the months of either kind lie on the two sides of one crossing: both costs are closed forms.
"""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, ramp_weight, segment_sum

__all__ = ["delivery_with_minimum", "drops_made"]


def _last_of_ramp(ramp_months: Number, traded: Number) -> float:
    return float(np.floor(np.max(np.minimum(ramp_months, np.max(traded)))))


def _full_months(
    log_growth: Number, size: Number, minimum_drop: float, after: float, traded: Number
) -> tuple[Number, Number, Number, Number]:
    """Return the first and last month with full drops, and those with joined ones, after month `after`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        meet = (np.log(minimum_drop) - np.log(size)) / log_growth
    rises = np.greater(log_growth, 0.0)
    level = np.equal(log_growth, 0.0)
    enough = np.greater_equal(size, minimum_drop)
    # The number of months, from the first, of the kind that the volume starts with.
    turn = np.where(rises, np.ceil(meet), np.floor(meet) + 1.0)
    turn = np.where(level, np.where(enough, 0.0, traded), turn)
    starts_full = ~(rises | level)
    turn = np.where(np.isnan(turn), np.where(starts_full, traded, after), turn)  # no volume, and no minimum
    turn = np.clip(turn, after, np.maximum(traded, after))
    after_turn, end = turn + 1.0, traded
    first_full = np.where(starts_full, after + 1.0, after_turn)
    last_full = np.where(starts_full, turn, end)
    first_joined = np.where(starts_full, after_turn, after + 1.0)
    last_joined = np.where(starts_full, end, turn)
    return first_full, last_full, first_joined, last_joined


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
    Source: ECONOMICS, component 9. The months of ramp-up are added one by one.

    Examples
    --------
    120 units a year in four drops a month: one drop of 10 units instead of four of 2.5.

    >>> float(delivery_with_minimum(4.0, 10.0, 50.0, 0.0, 1.0, 5.0, 120.0, 0.0, 0.0, 1.0, 12.0, 0.0))
    -660.0
    """
    n = drops_a_month
    if n == 0.0:
        return 0.0
    month_units = volume_at_terms / 12.0
    ramped = _last_of_ramp(ramp_months, traded)

    def full(units: Number) -> Number:
        return n * (delivery_cost * (units / (n * reference_drop)) ** delivery_beta + each_drop_cost)

    total: Number = 0.0
    joined: Number = 0.0
    if minimum_drop > 0.0:
        least = delivery_cost * (minimum_drop / reference_drop) ** delivery_beta + each_drop_cost
        joined = least / minimum_drop  # the cost of a unit in a drop of the least size
    for month in range(1, int(ramped) + 1):
        units = month_units * np.exp(log_growth * (month - 1.0)) * ramp_weight(month, ramp_months)
        cost = np.where(np.greater_equal(units, n * minimum_drop), full(units), units * joined)
        total = total + cost * np.exp(delivery_ratio * (month - 1.0)) * np.less_equal(month, traded)
    first, last, first_joined, last_joined = _full_months(
        log_growth, month_units / n, minimum_drop, ramped, traded
    )
    sized = n ** (1.0 - delivery_beta) * delivery_cost * (month_units / reference_drop) ** delivery_beta
    total = total + sized * segment_sum(delivery_ratio + delivery_beta * log_growth, first, last)
    total = total + n * each_drop_cost * segment_sum(delivery_ratio, first, last)
    total = total + joined * month_units * segment_sum(delivery_ratio + log_growth, first_joined, last_joined)
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
