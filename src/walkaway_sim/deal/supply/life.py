"""Shared nodes: how long the agreement is traded, and what its last month is worth today."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number

__all__ = ["discount_factor_end", "last_month", "life"]


def last_month(time: Number) -> Number:
    """Return the month in which something at `time` [years] happens: ``max(1, ceil(12 time))``.

    Examples
    --------
    >>> last_month(np.array([0.0, 0.5, 0.51, np.inf]))
    array([ 1.,  6.,  7., inf])
    """
    result: Number = np.maximum(np.ceil(12.0 * np.asarray(time)), 1.0)[()]
    return result


def life(months: Number, exit_time: Number, default_time: Number) -> Number:
    """Return the number of months traded: ``L = min(T, exit month, default month)``.

    Parameters
    ----------
    months : int
        Length of the agreement, ``T`` [months].
    exit_time, default_time : float or ndarray, shape (n_draws,)
        When the customer leaves early, and when it defaults, from signing [years]; infinite for never.
        The month in which this happens is traded still, and is the last one.

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Months traded, from 1 to ``T`` [months].

    Examples
    --------
    >>> life(36, np.array([np.inf, 1.0, 9.0]), np.inf)
    array([36., 12., 36.])
    """
    result: Number = np.minimum(last_month(np.minimum(exit_time, default_time)), float(months))
    return result


def discount_factor_end(log_discount: Number, life: Number) -> Number:
    """Return ``v^L``, the discount factor of the last month traded."""
    result: Number = np.exp(-log_discount * life)
    return result
