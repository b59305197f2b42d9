"""Shared nodes: how long the agreement is traded, and what its last month is worth today."""

from __future__ import annotations

import math

import numpy as np

from walkaway_sim._typing import BoolArray
from walkaway_sim.deal.annuities import Number

__all__ = ["defaulted", "discount_factor_end", "event_month", "life", "term_length", "traded"]


def term_length(months: float) -> float:
    """Return ``T``, the length of the agreement as a whole number of months of at least 1.

    Examples
    --------
    >>> term_length(36), term_length(0.2)
    (36.0, 1.0)
    """
    return float(max(round(months), 1))


def event_month(time: Number) -> Number:
    """Return the month in which something at `time` [years] happens: ``max(1, ceil(12 time))``.

    Examples
    --------
    >>> event_month(np.array([0.0, 0.5, 0.51, np.inf]))
    array([ 1.,  6.,  7., inf])
    """
    result: Number = np.maximum(np.ceil(12.0 * np.asarray(time)), 1.0)[()]
    return result


def life(term_length: float, exit_time: Number, default_time: Number, notice: float) -> Number:
    """Return the number of months traded: ``L = min(T, exit month + notice, default month)``.

    Parameters
    ----------
    term_length : float
        Length of the agreement, ``T`` [months].
    exit_time, default_time : float or ndarray, shape (n_draws,)
        When the customer gives notice, and when it defaults, from signing [years]; infinite for never.
        The month in which the notice ends, or the default falls, is traded still, and is the last one.
    notice : float
        Notice, rounded to whole months [months].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Months traded, from 1 to ``T`` [months].

    Examples
    --------
    >>> life(36.0, np.array([np.inf, 1.0, 9.0]), np.inf, 3.0)
    array([36., 15., 36.])
    """
    if not notice:
        first: Number = event_month(np.minimum(exit_time, default_time))
    else:
        first = np.minimum(event_month(exit_time) + round(notice), event_month(default_time))
    result: Number = np.minimum(first, term_length)
    return result


def defaulted(exit_time: Number, default_time: Number, notice: float, term_length: float) -> BoolArray:
    """Return whether a default is what ended the trading, within the agreement, shape ``(n_draws,)`` or ``()``."""
    left = np.add(exit_time, round(notice) / 12.0)
    # The default's month is within the agreement where 12 times its time is: months are whole.
    result: BoolArray = np.less(default_time, left) & np.less_equal(
        np.multiply(default_time, 12.0), term_length
    )
    return result


def traded(life: Number, horizon: Number) -> Number:
    """Return the months traded up to a horizon: ``min(L, max(0, floor(h)))`` [months]."""
    if not isinstance(horizon, np.ndarray) and math.isinf(horizon):
        return life
    result: Number = np.minimum(life, np.maximum(np.floor(horizon), 0.0))
    return result


def discount_factor_end(log_discount: Number, life: Number) -> Number:
    """Return ``v^L``, the discount factor of the last month traded."""
    result: Number = np.exp(-log_discount * life)
    return result
