"""Component 15 with an annual cap: the months of the guarantee, simulated one by one.

A cap on the penalties of a contract year binds on the sum of its months, whose expectation has no closed
form: the late events of each month are drawn, and the months gone through with accumulators.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.deal.annuities import Number, ramp_weight
from walkaway_sim.deal.clipped import only_where
from walkaway_sim.deal.supply.penalty_share import chances_up_to, penalties_of
from walkaway_sim.deal.supply.review_schedule import Stretch

__all__ = ["LateUniforms", "late_penalties", "penalties_with_annual_cap"]


class LateUniforms(Protocol):
    """A uniform number for each month of each draw."""

    @property
    def values(self) -> np.ndarray:
        """Shape (n_draws, n_months), in (0, 1)."""


def penalties_with_annual_cap(
    net_revenue: Number,
    penalty_share: Number,
    penalty_annual_cap: float,
    late_uniforms: LateUniforms | None,
    discount: float,
    list_month: Number,
    late_penalties: Number,
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
    late_uniforms : object or None
        As for `late_penalties`; None: the closed form.
    discount : float
        [fraction of list price]
    list_month : float or ndarray, shape (n_draws,)
        A full first month at list price [currency a month].
    late_penalties : float or ndarray, shape (n_draws,)
        The sum, in full first months' net revenue [months].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 12: an annual cap needs the months simulated. Penalties and cap are in
    proportion to the revenue, so its size is a factor, and a search over the discount simulates once.

    Examples
    --------
    >>> uniforms = object()
    >>> float(penalties_with_annual_cap(9_000.0, 0.1, 0.02, uniforms, 0.25, 1_000.0, 0.5))
    -375.0
    """
    if math.isinf(penalty_annual_cap) or late_uniforms is None:
        return -penalty_share * net_revenue
    return (discount - 1.0) * list_month * late_penalties


def late_penalties(
    penalty_annual_cap: float,
    guarantee: float,
    events_a_month: Number,
    on_time_at_terms: Number,
    penalty_rate: float,
    penalty_cap: float,
    late_uniforms: LateUniforms | None,
    log_growth: Number,
    log_discount: Number,
    price_stretches: tuple[Stretch, ...],
    traded: Number,
    ramp_months: Number,
) -> Number:
    """Return the present value of the capped penalties, in full first months' net revenue [months].

    Parameters
    ----------
    penalty_annual_cap : float
        Of a contract year [fraction of its net revenue]; infinite for none, which leaves nothing to simulate.
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
    log_growth, log_discount : float or ndarray, shape (n_draws,)
        Of volume, and discounting [log per month].
    price_stretches : tuple of (before, last, level)
        The stretches of months with one price level.
    traded, ramp_months : float or ndarray, shape (n_draws,)
        Months traded, and of ramp-up [months].
    """
    if math.isinf(penalty_annual_cap) or late_uniforms is None:
        return 0.0
    clauses = guarantee, penalty_rate, penalty_cap, penalty_annual_cap
    each = (
        late_uniforms.values, on_time_at_terms, log_growth, log_discount, traded, ramp_months, price_stretches
    )  # fmt: skip
    total: Number = 0.0
    for count in np.unique(events_a_month):
        rows = np.asarray(np.equal(events_a_month, count))
        total = total + only_where(rows, _paid, int(count), *clauses, *each)
    return total


def _paid(
    n_events: int,
    guarantee: float,
    rate: float,
    cap: float,
    annual_cap: float,
    uniforms: NDArray[Any],
    on_time: Number,
    log_growth: Number,
    log_discount: Number,
    traded: Number,
    ramp_months: Number,
    stretches: tuple[Stretch, ...],
) -> Number:
    """Return the same where the number of events is one."""
    penalties = penalties_of(n_events, guarantee, rate, cap) if n_events else np.zeros(1)
    rises = np.flatnonzero(np.diff(penalties) > 0.0)
    if not rises.size:
        return 0.0
    # Without a late event nothing is due, since no guarantee lies above 100%.
    penalties = penalties[[0, *(rises + 1)]]
    chances = list(chances_up_to(rises, n_events, on_time))
    by_month = _transposed(uniforms)
    total, due, worth, billed, penalty = np.zeros((5, uniforms.shape[0]))
    discounted = np.exp(-log_discount)
    factor: Number = 1.0
    for month, net in enumerate(
        _monthly_net(log_growth, traded, ramp_months, stretches, total.size), start=1
    ):
        factor = factor * discounted
        np.take(penalties, _number_above(chances, by_month[month - 1]), out=penalty, mode="clip")
        penalty *= net
        due += penalty
        penalty *= factor
        worth += penalty
        billed += net
        if month % 12 == 0 or month == stretches[-1][1]:
            _cut_down(worth, due, annual_cap * billed)
            total += worth
            for sums in (due, worth, billed):
                sums[:] = 0.0
    return total


def _transposed(uniforms: NDArray[Any]) -> FloatArray:
    """Return the uniforms with a row for each month, copied in tiles that fit the processor's cache."""
    result = np.empty(uniforms.shape[::-1])
    for first in range(0, uniforms.shape[0], 512):
        result[:, first : first + 512] = uniforms[first : first + 512].T
    return result


def _number_above(chances: Sequence[Number], uniforms: FloatArray) -> NDArray[np.int16]:
    """Return how many of the chances the uniform number of each draw is above."""
    number = np.greater(uniforms, chances[0]).astype(np.int16)
    for chance in chances[1:]:
        number += np.greater(uniforms, chance)
    return number


def _monthly_net(
    log_growth: Number, traded: Number, ramp_months: Number, stretches: tuple[Stretch, ...], n_draws: int
) -> Iterator[FloatArray]:
    """Yield the net revenue of each month as a multiple of a full first month's.

    What is yielded is good until the next month is asked for.
    """
    grown = np.exp(log_growth)
    ended = _ended(np.broadcast_to(traded, (n_draws,)))
    for before, last, level in stretches:
        net = np.empty(n_draws)
        net[:] = level * np.exp(log_growth * before) * np.greater(traded, before)
        for month in range(int(before) + 1, int(last) + 1):
            if month > before + 1:
                net *= grown
                net[ended.get(month - 1, [])] = 0.0
            weight = ramp_weight(month, ramp_months)
            yield net if isinstance(weight, float) and weight == 1.0 else net * weight


def _ended(traded: FloatArray) -> dict[int, IntArray]:
    """Return the draws that end after each month."""
    order = np.argsort(traded.astype(np.int16), kind="stable")
    months, starts = np.unique(traded[order], return_index=True)
    return dict(zip(months.astype(int).tolist(), np.split(order, starts[1:]), strict=True))


def _cut_down(worth: FloatArray, due: FloatArray, limit: FloatArray) -> None:
    """Cut the worth of a year's penalties, in place, in the share by which what is due is over its limit."""
    over = np.flatnonzero(due > limit)
    worth[over] *= limit[over] / due[over]
