"""Component 15 with an annual cap: the months of the guarantee, simulated one by one.

A cap on the penalties of a contract year binds on the sum of its months, whose expectation has no closed
form: the late events of each month are drawn, and the months gone through with accumulators.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from scipy.special import bdtr

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.annuities import Number, ramp_weight, rows_of
from walkaway_sim.deal.clipped import scattered
from walkaway_sim.deal.supply.penalty_share import penalties_of
from walkaway_sim.deal.supply.review_schedule import ReviewSchedule, levels

__all__ = ["LateUniforms", "penalties_with_annual_cap"]


class LateUniforms(Protocol):
    """A uniform number for each month of each draw."""

    @property
    def values(self) -> np.ndarray:
        """Shape (n_draws, n_months), in (0, 1)."""


def penalties_with_annual_cap(
    net_revenue: Number,
    penalty_share: Number,
    penalty_annual_cap: float,
    guarantee: float,
    events_a_month: Number,
    on_time_at_terms: Number,
    penalty_rate: float,
    penalty_cap: float,
    late_uniforms: LateUniforms | None,
    discount: float,
    list_month: Number,
    log_growth: Number,
    log_discount: Number,
    log_index: Number,
    review_schedule: ReviewSchedule,
    traded: Number,
    ramp_months: Number,
) -> Number:
    r"""Return the penalties of the guarantee with a cap on those of a contract year.

    .. math:: -\sum_y s_y \sum_{k \in y,\ k \le L} f(X_k)\, net_k v^k, \qquad
              s_y = \min\left\{1,\ \frac{c\, N_y}{\sum_{k \in y} f(X_k)\, net_k}\right\}

    with ``X_k`` the late events of month ``k``, ``f`` the month's penalty and ``N_y`` the year's net revenue.

    Parameters
    ----------
    net_revenue, penalty_share : float or ndarray, shape (n_draws,)
        For the closed form where the cap is infinite [currency, fraction of net].
    penalty_annual_cap : float
        ``c`` [fraction of the contract year's net revenue]; infinite for none.
    guarantee : float
        Guaranteed on-time rate [fraction].
    events_a_month : float or ndarray, shape (n_draws,)
        Events measured a month.
    on_time_at_terms : float or ndarray, shape (n_draws,)
        Probability that an event is on time.
    penalty_rate, penalty_cap : float
        [fraction of net a point, fraction of the month's net]
    late_uniforms : object with ``values``, ndarray of shape (n_draws, n_months)
        From which the late events are drawn: ``X_k`` is the least x with ``P(X <= x) >= U_k``.
    discount : float
        [fraction of list price]
    list_month : float or ndarray, shape (n_draws,)
        A full first month at list price [currency a month].
    log_growth, log_discount, log_index : float or ndarray, shape (n_draws,)
        Of volume, discounting and the index of the reviews [log per month].
    review_schedule : ReviewSchedule
    traded, ramp_months : float or ndarray, shape (n_draws,)
        Months traded, and of ramp-up [months].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 12: an annual cap needs the months simulated.
    """
    if math.isinf(penalty_annual_cap) or late_uniforms is None:
        return -penalty_share * net_revenue
    uniforms = late_uniforms.values
    n_draws = uniforms.shape[0]
    first_month = (1.0 - discount) * list_month
    total = np.zeros(n_draws)
    counts = np.unique(events_a_month)
    for count in counts:
        rows = np.flatnonzero(np.broadcast_to(np.equal(events_a_month, count), (n_draws,)))
        steps = _steps(int(count), guarantee, penalty_rate, penalty_cap)
        if not steps:
            continue
        if counts.size > 1:
            draws = uniforms[rows]
            each = (
                on_time_at_terms, first_month, log_growth, log_discount, log_index, traded, ramp_months
            )  # fmt: skip
            on_time, month, growth, rate, index, end, ramp = (rows_of(one, rows) for one in each)
            paid = _paid(int(count), steps, draws, on_time, month, growth, rate, index, end, ramp,
                         penalty_annual_cap, review_schedule)  # fmt: skip
            total += scattered(rows, paid, n_draws)
        else:
            total = _paid(int(count), steps, uniforms, on_time_at_terms, first_month, log_growth,
                          log_discount, log_index, traded, ramp_months, penalty_annual_cap,
                          review_schedule)  # fmt: skip
    return -total


def _steps(n: int, guarantee: float, rate: float, cap: float) -> list[tuple[int, float]]:
    """Return by how much the penalty rises when more than ``x`` events are late, for each ``x`` that matters."""
    if n == 0:
        return []
    rises = np.diff(penalties_of(n, guarantee, rate, cap))
    return [(int(x), float(rises[x])) for x in np.flatnonzero(rises > 0.0)]


def _paid(
    n: int,
    steps: list[tuple[int, float]],
    uniforms: np.ndarray,
    on_time: Number,
    first_month: Number,
    log_growth: Number,
    log_discount: Number,
    log_index: Number,
    traded: Number,
    ramp_months: Number,
    annual_cap: float,
    schedule: ReviewSchedule,
) -> FloatArray:
    """Return the present value of the penalties, month by month."""
    n_draws = uniforms.shape[0]
    # Without a late event nothing is due, since no guarantee lies above 100%.
    beyond = [(np.asarray(bdtr(x, n, 1.0 - on_time)), rise) for x, rise in steps]
    grown, discounted = np.exp(log_growth), np.exp(-log_discount)
    reviews = iter([*levels(schedule, log_index), (math.inf, 1.0)])
    review, level_next = next(reviews)
    level: Number = 1.0
    total = np.zeros(n_draws)
    volume: Number = first_month
    factor: Number = 1.0
    last = int(np.max(traded, initial=0))
    for year in range(-(-last // 12)):
        due, worth, net_year = np.zeros(n_draws), np.zeros(n_draws), np.zeros(n_draws)
        for month in range(12 * year + 1, min(12 * year + 12, last) + 1):
            if month >= review:
                level = level_next
                review, level_next = next(reviews)
            factor = factor * discounted
            net = volume * level * ramp_weight(month, ramp_months) * np.less_equal(month, traded)
            volume = volume * grown
            share = np.zeros(n_draws)
            for chance, rise in beyond:
                share += rise * np.greater(uniforms[:, month - 1], chance)
            share *= net
            due += share
            worth += share * factor
            net_year += net
        limit = annual_cap * net_year
        over = due > limit
        total += np.where(over, worth * (limit / np.where(over, due, 1.0)), worth)
    return total
