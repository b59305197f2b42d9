r"""Shared nodes: the expected monthly penalty of an on-time guarantee, given the on-time rate.

Of ``N`` events a month, ``X ~ Binomial(N, 1 - A)`` are late. The penalty of ``x`` late events is
``f(x) = min(cap, 100 rate max(0, g - (N - x)/N))``, and its expectation is the finite sum
``sum_x f(x) C(N, x) A^(N-x) (1-A)^x``. All terms are positive; written as a homogeneous polynomial in
``A`` and ``1 - A`` it needs no division, so on-time rates of exactly 0 and 1 are ordinary numbers. Where
the penalty is capped from few late events on, the complement ``cap - sum_x (cap - f(x)) p(x)`` is shorter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
from scipy.special import bdtr

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.annuities import Number, rows_of

__all__ = ["chances_up_to", "events_a_month", "penalties_of", "penalty_share"]

# C(N, x) <= 2^N stays a finite double, and the powers lose nothing that the sum could show.
_LARGEST_POLYNOMIAL = 896


def events_a_month(guarantee_events: Number | str | None, drops_a_month: Number) -> Number:
    """Return ``N``, the whole number of events that the guarantee measures in a month.

    Parameters
    ----------
    guarantee_events : float, ndarray of shape (n_draws,), None or "deliveries"
        Events measured a month. None or ``"deliveries"``: every drop is one.
    drops_a_month : float or ndarray, shape (n_draws,)
        Drops a month.

    Examples
    --------
    >>> float(events_a_month("deliveries", 3 * 52 / 12)), float(events_a_month(40, 0.0))
    (13.0, 40.0)
    """
    if guarantee_events is None or isinstance(guarantee_events, str):
        guarantee_events = drops_a_month
    result: Number = np.maximum(np.rint(guarantee_events), 0.0)
    return result


def penalty_share(
    guarantee: float,
    events_a_month: Number,
    on_time_at_terms: Number,
    penalty_rate: float,
    penalty_cap: float,
) -> Number:
    """Return the expected penalty of a month as a share of that month's net revenue.

    Parameters
    ----------
    guarantee : float
        Guaranteed on-time rate, ``g`` [fraction].
    events_a_month : float or ndarray, shape (n_draws,)
        Events measured a month, ``N``; without events there is no penalty.
    on_time_at_terms : float or ndarray, shape (n_draws,)
        The draw's probability that an event is on time, ``A`` [0 to 1].
    penalty_rate : float
        Penalty for each percentage point below the guarantee [fraction of net a point].
    penalty_cap : float
        Largest penalty of a month [fraction of net].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Expected penalty [fraction of net], exact to rounding: within about 1e-15 of `penalty_cap` (of
        1e-11 for more than 896 events, which are summed through logarithms).

    Notes
    -----
    About three operations for each of the shorter side's terms. An array of events costs one pass for
    each distinct number.

    Examples
    --------
    One event a month, guaranteed at 90%, late half of the time: 90 points of 0.1%, half of the time.

    >>> round(float(penalty_share(0.9, 1, 0.5, 0.001, 1.0)), 12)
    0.045
    """
    if not isinstance(events_a_month, np.ndarray) or events_a_month.ndim == 0:
        return _expected(int(events_a_month), guarantee, on_time_at_terms, penalty_rate, penalty_cap)
    result = np.empty(events_a_month.shape)
    for count in np.unique(events_a_month):
        rows = np.flatnonzero(events_a_month == count)
        here = rows_of(on_time_at_terms, rows)
        result[rows] = _expected(int(count), guarantee, here, penalty_rate, penalty_cap)
    return result


def _expected(n: int, guarantee: float, on_time: Number, rate: float, cap: float) -> Number:
    """Return the expectation for one number of events."""
    if n == 0:
        return 0.0
    penalties = penalties_of(n, guarantee, rate, cap)
    top = float(penalties[-1])
    if top == 0.0:
        return 0.0
    first = int(np.argmax(penalties > 0.0))
    below = int(np.argmax(penalties >= top))  # how many numbers of late events are not capped
    if below <= n - first:
        kept = _binomial_mean(n, 0, list(top - penalties[:below]), on_time)
        return np.maximum(top - kept, 0.0)  # rounding must not make a penalty a bonus
    return np.minimum(_binomial_mean(n, first, list(penalties[first:]), on_time), top)


def penalties_of(n: int, guarantee: float, rate: float, cap: float) -> FloatArray:
    """Return ``f(x) = min(cap, 100 rate max(0, g - (n - x)/n))`` for ``x = 0 .. n`` late events.

    Examples
    --------
    >>> penalties_of(10, 0.9, 0.01, 0.15)[:5].round(12)
    array([0.  , 0.  , 0.1 , 0.15, 0.15])
    """
    points = np.maximum(0.0, guarantee - (1.0 - np.arange(n + 1) / n))
    result: FloatArray = np.minimum(cap, 100.0 * rate * points)
    return result


def chances_up_to(counts: Iterable[int], n: int, on_time: Number) -> Iterator[Number]:
    """Yield the probability that no more than `x` of `n` events are late, for each `x` of the rising `counts`.

    Examples
    --------
    >>> [round(float(chance), 12) for chance in chances_up_to([0, 1, 3], 3, 0.5)]
    [0.125, 0.5, 1.0]
    """
    if n > _LARGEST_POLYNOMIAL:
        for x in counts:
            yield np.asarray(bdtr(x, n, 1.0 - on_time))
        return
    failed = 1.0 - on_time
    total: Number = 0.0  # of the binomial terms so far, without their common power of on_time
    power: Number = 1.0
    done = 0
    for x in counts:
        for late in range(done, x + 1):
            total = total * on_time + float(math.comb(n, late)) * power
            power = power * failed
        done = x + 1
        yield total * _whole_power(on_time, n - x)


def _binomial_mean(n: int, first: int, weights: list[float], on_time: Number) -> Number:
    """Return ``sum_x weights[x - first] C(n, x) A^(n-x) (1-A)^x`` from ``x = first`` on."""
    if not weights:
        return 0.0
    if n > _LARGEST_POLYNOMIAL:
        return _binomial_mean_in_logs(n, first, weights, on_time)
    failed = 1.0 - on_time
    total: Number = weights[0] * float(math.comb(n, first))
    power: Number = 1.0
    for x, weight in enumerate(weights[1:], first + 1):
        power = power * failed
        total = total * on_time + (weight * float(math.comb(n, x))) * power
    last = first + len(weights) - 1
    return total * _whole_power(on_time, n - last) * _whole_power(failed, first)


def _binomial_mean_in_logs(n: int, first: int, weights: list[float], on_time: Number) -> Number:
    """Return the same for many events, where binomial coefficients overflow: an ``exp`` a term."""
    # A zero becomes a number whose first power underflows, and whose power 0 is still exactly 1.
    log_on_time = np.log(np.maximum(on_time, 1e-300))
    log_failed = np.log(np.maximum(1.0 - on_time, 1e-300))
    total: Number = 0.0
    for x, weight in enumerate(weights, first):
        ways = math.lgamma(n + 1) - math.lgamma(x + 1) - math.lgamma(n - x + 1)
        total = total + weight * np.exp(ways + x * log_failed + (n - x) * log_on_time)
    return total


def _whole_power(base: Number, exponent: int) -> Number:
    """Return ``base^exponent`` by repeated squaring, an eighth of the cost of a general power."""
    result: Number = 1.0
    while exponent:
        if exponent & 1:
            result = result * base
        exponent >>= 1
        if exponent:
            base = base * base
    return result
