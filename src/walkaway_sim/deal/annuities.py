"""Present values of geometric payment streams, in closed form, with an array for every argument.

Months are numbered from 1. A payment of month ``k`` is made at its end. Every stream here is geometric:
the payment of month ``k`` is ``exp(log_growth (k - 1))``, discounted by ``exp(-log_discount k)``. Rates
enter as logarithms per period, computed once by the caller, because every power is then an ``exp`` and
growth, inflation and discounting combine by addition. No ``(n_draws, n_months)`` array is ever built.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from walkaway_sim._typing import BoolArray, IntArray

__all__ = [
    "Number",
    "annuity",
    "geometric_sum",
    "nonzero",
    "ramp_end",
    "ramp_shortfall",
    "ramp_up",
    "ramp_weight",
    "ramped_sum",
    "ramped_sums",
    "rows_of",
    "segment_sum",
]

Number: TypeAlias = float | NDArray[np.floating[Any]]

# Stands in for a ratio of exactly 1. A power of two: expm1(n x)/expm1(x) is then exactly n.
_TINY = 2.0**-960


def nonzero(log_ratio: Number) -> Number:
    """Return `log_ratio` with zeros replaced by a number so small that every limit at 0 is exact."""
    if isinstance(log_ratio, np.ndarray):
        return log_ratio if log_ratio.all() else np.where(log_ratio == 0.0, _TINY, log_ratio)
    return log_ratio or _TINY


def rows_of(value: Any, rows: IntArray) -> Any:
    """Return some draws of a quantity, or of each quantity in a tuple; a scalar holds for all of them.

    Examples
    --------
    >>> rows_of((2.0, np.array([5.0, 6.0, 7.0])), np.array([0, 2]))
    (2.0, array([5., 7.]))
    """
    if isinstance(value, tuple):
        return tuple(rows_of(one, rows) for one in value)
    return value[rows] if isinstance(value, np.ndarray) and value.ndim else value


def geometric_sum(log_ratio: Number, n: Number) -> Number:
    r"""Sum ``exp(log_ratio j)`` over ``j = 0 .. n - 1``.

    Parameters
    ----------
    log_ratio : float or ndarray, shape (n_draws,)
        Logarithm ``x`` of the ratio of one payment to the one before [per period].
    n : float or ndarray, shape (n_draws,)
        Number of payments [periods]. At 0 and below the sum is 0.

    Returns
    -------
    float or ndarray, shape (n_draws,)
        The sum [payments]. NaN where an argument is NaN.

    Notes
    -----
    .. math:: \sum_{j=0}^{n-1} e^{xj} = \frac{e^{nx} - 1}{e^x - 1} \to n \text{ as } x \to 0,

    both differences by ``expm1``, so that no digits are lost near ``x = 0``. A horizon that is no whole
    number is interpolated by the same formula.

    Examples
    --------
    >>> geometric_sum(np.log([1.0, 2.0, 0.5]), 3).round(12)
    array([3.  , 7.  , 1.75])
    """
    x = nonzero(log_ratio)
    result: Number = np.expm1(x * np.maximum(n, 0.0)) / np.expm1(x)
    return result


def annuity(log_growth: Number, log_discount: Number, n: Number) -> Number:
    """Present value of `n` growing payments, the first of 1, each at the end of its period.

    Parameters
    ----------
    log_growth : float or ndarray, shape (n_draws,)
        ``log(1 + growth)`` of the payments [per period].
    log_discount : float or ndarray, shape (n_draws,)
        ``log(1 + rate)`` of the discounting [per period].
    n : float or ndarray, shape (n_draws,)
        Number of payments [periods].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value one period before the first payment [first payments].

    References
    ----------
    Brealey, Myers and Allen, Principles of Corporate Finance, growing annuity:
    ``C / (r - g) (1 - ((1 + g)/(1 + r))^n)``; at ``r = g`` its limit ``n C/(1 + r)``.

    Examples
    --------
    >>> round(float(100 * annuity(np.log1p(0.03), np.log1p(0.08), 5)), 9)
    422.035088549
    """
    return np.exp(-log_discount) * geometric_sum(log_growth - log_discount, n)


def segment_sum(log_ratio: Number, first: Number, last: Number) -> Number:
    """Sum ``exp(log_ratio (k - 1))`` over months ``k = first .. last``.

    Parameters
    ----------
    log_ratio : float or ndarray, shape (n_draws,)
        Logarithm of the ratio of one month to the month before.
    first, last : float or ndarray, shape (n_draws,)
        First and last month, both counted. The sum is 0 where ``last < first``.

    Returns
    -------
    float or ndarray, shape (n_draws,)
        The sum [payments of month 1].

    Examples
    --------
    >>> float(segment_sum(0.0, 7, 12))
    6.0
    """
    return np.exp(log_ratio * (first - 1.0)) * geometric_sum(log_ratio, last - first + 1.0)


def ramp_shortfall(log_ratio: Number, n: Number, ramp_months: Number, power: Number = 1.0) -> Number:
    """Sum what a ramp-up takes off: ``(1 - w_k^power) exp(log_ratio (k - 1))`` over ``k = 1 .. n``.

    The ramp weight is ``w_k = (k - 1/2)/ramp_months`` for ``k <= ramp_months`` and 1 afterwards.

    Parameters
    ----------
    log_ratio : float or ndarray, shape (n_draws,)
        Logarithm of the ratio of one month to the month before.
    n : float or ndarray, shape (n_draws,)
        Number of months.
    ramp_months : float or ndarray, shape (n_draws,)
        Length of the ramp-up [months]; 0 for none.
    power : float or ndarray, shape (n_draws,), default 1
        Power of the weight, 0 or more: an elasticity to volume.

    Returns
    -------
    float or ndarray, shape (n_draws,)
        The shortfall [payments of month 1].

    Notes
    -----
    A loop over the ramp's few months: the closed form of the arithmetic-geometric sum cancels its
    leading digits near a ratio of 1, and costs more for the ramps that deals have.

    Examples
    --------
    >>> float(ramp_shortfall(0.0, 36, 3))
    1.5
    """
    last = ramp_end(n, ramp_months)
    if last < 1:
        return 0.0
    # Horner's scheme over all months of the ramp, whether a draw trades them all or not.
    ratio = np.exp(log_ratio)
    total: Number = 1.0 - ramp_weight(last, ramp_months, power)
    for month in range(last - 1, 0, -1):
        total = total * ratio + (1.0 - ramp_weight(month, ramp_months, power))
    if np.min(n) >= last:
        return total
    # The draws that end within the ramp-up are few: for them, a small array of draws by months.
    ended = np.less(n, last)
    shape = np.broadcast_shapes(np.shape(total), ended.shape)
    total = np.broadcast_to(total, shape).copy()
    rows = np.flatnonzero(np.broadcast_to(ended, shape))
    every = np.arange(1.0, last + 1.0)
    lost = 1.0 - ramp_weight(every, _column(ramp_months, rows), _column(power, rows))
    paid = np.exp(_column(log_ratio, rows) * (every - 1.0)) * (every <= _column(n, rows))
    total.reshape(-1)[rows] = np.sum(paid * lost, axis=-1)
    return total[()]


def _column(value: Number, rows: IntArray) -> Number:
    """Return some draws of a quantity as a column, to be paired with a row of months."""
    return value[rows, None] if isinstance(value, np.ndarray) and value.ndim else value


def ramp_end(n: Number, ramp_months: Number) -> int:
    """Return the last whole month of the ramp-up that any draw with its `n` months gets to."""
    return int(np.floor(np.max(np.minimum(ramp_months, np.max(n)))))


def ramp_up(n: Number, ramp_months: Number) -> Iterator[tuple[int, Number, BoolArray]]:
    """Yield the months of the ramp-up one by one: the month, its weight, and whether it is one of the `n`.

    Examples
    --------
    >>> [(month, round(float(weight), 3), bool(within)) for month, weight, within in ramp_up(2.0, 3.0)]
    [(1, 0.167, True), (2, 0.5, True)]
    """
    for month in range(1, ramp_end(n, ramp_months) + 1):
        yield month, ramp_weight(month, ramp_months), np.asarray(np.less_equal(month, n))


def ramp_weight(month: Number, ramp_months: Number, power: Number = 1.0) -> Number:
    """Return ``((month - 1/2)/ramp_months)^power`` up to month `ramp_months`, and 1 afterwards."""
    share: Number
    if not isinstance(month, np.ndarray) and not isinstance(ramp_months, np.ndarray):
        share = (month - 0.5) / ramp_months if month <= ramp_months else 1.0
    else:
        inside = np.less_equal(month, ramp_months)
        share = np.where(inside, (month - 0.5) / np.where(inside, ramp_months, 1.0), 1.0)
    weight: Number = share if isinstance(power, float) and power == 1.0 else share**power
    return weight


def ramped_sum(log_ratio: Number, n: Number, ramp_months: Number, power: Number = 1.0) -> Number:
    """Sum ``w_k^power exp(log_ratio (k - 1))`` over ``k = 1 .. n``, ``w_k`` the ramp-up's weight.

    Parameters
    ----------
    log_ratio : float or ndarray, shape (n_draws,)
        Logarithm of the ratio of one month to the month before.
    n : float or ndarray, shape (n_draws,)
        Number of months.
    ramp_months : float or ndarray, shape (n_draws,)
        Length of the ramp-up [months]; 0 for none. See `ramp_shortfall`.
    power : float or ndarray, shape (n_draws,), default 1
        Power of the weight.

    Returns
    -------
    float or ndarray, shape (n_draws,)
        The sum [payments of month 1 at full volume].

    Examples
    --------
    >>> float(ramped_sum(0.0, 36, 3))
    34.5
    """
    return geometric_sum(log_ratio, n) - ramp_shortfall(log_ratio, n, ramp_months, power)


def ramped_sums(log_ratio: Number, ends: Sequence[float], n: Number, ramp_months: Number) -> list[Number]:
    """Sum ``w_k exp(log_ratio (k - 1))`` over stretches of months that follow each other.

    Parameters
    ----------
    log_ratio : float or ndarray, shape (n_draws,)
        Logarithm of the ratio of one month to the month before.
    ends : sequence of float
        Last month of each stretch, rising; the first stretch begins with month 1, the others after the
        one before. The last end is no less than any `n`.
    n : float or ndarray, shape (n_draws,)
        Number of months; those after it are left out.
    ramp_months : float or ndarray, shape (n_draws,)
        Length of the ramp-up, ``w_k`` its weight [months]; 0 for none.

    Returns
    -------
    list of float or ndarray, shape (n_draws,)
        A sum for each stretch [payments of month 1 at full volume].

    Notes
    -----
    One ``expm1`` a stretch. As differences of sums from month 1 on, they are exact to the rounding of the
    whole sum.

    Examples
    --------
    >>> [float(total) for total in ramped_sums(0.0, (6.0, 12.0), 9.0, 3.0)]
    [4.5, 3.0]
    """
    x = nonzero(log_ratio)
    step = np.expm1(x)
    sums: list[Number] = []
    before: Number = 0.0
    for end in ends:
        grown = np.expm1(x * np.minimum(n, end))
        sums.append((grown - before) / step)
        before = grown
    power: Number = 1.0
    stretch = 0
    for month, weight, within in ramp_up(n, ramp_months):
        while month > ends[stretch]:
            stretch += 1
        sums[stretch] = sums[stretch] - (1.0 - weight) * within * power
        power = power * (step + 1.0)
    return sums
