"""Shared nodes: yearly rates as logarithms a month, and how they combine.

Every stream of the agreement is geometric from month to month. Its growth, inflation and discounting
are added up as logarithms once per draw, and each power is then one ``exp``.
"""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, nonzero

__all__ = [
    "cost_ratio",
    "log_discount",
    "log_growth",
    "log_index",
    "log_inflation",
    "month_discount",
    "service_ratio",
    "volume_ratio",
]


def log_growth(growth: Number) -> Number:
    """Return ``log(1 + growth)/12`` of the volume [per month]; `growth` [a year]."""
    result: Number = np.log1p(growth) / 12.0
    return result


def log_inflation(inflation: Number) -> Number:
    """Return ``log(1 + inflation)/12`` of the supplier's costs [per month]; `inflation` [a year]."""
    result: Number = np.log1p(inflation) / 12.0
    return result


def log_index(index_inflation: Number | str | None, log_inflation: Number) -> Number:
    """Return ``log(1 + index inflation)/12`` of the contract's price index [per month].

    Parameters
    ----------
    index_inflation : float, ndarray of shape (n_draws,), None or "inflation"
        Rate of the index that the reviews follow [a year]. None or ``"inflation"``: the index follows
        the supplier's own costs, so there is no basis risk.
    log_inflation : float or ndarray, shape (n_draws,)
        The same for the supplier's own costs [per month].

    Examples
    --------
    >>> log_index("inflation", 0.01)
    0.01
    """
    if index_inflation is None or isinstance(index_inflation, str):
        return log_inflation
    result: Number = np.log1p(index_inflation) / 12.0
    return result


def log_discount(annual_rate: Number) -> Number:
    """Return ``log(1 + annual_rate)/12`` [per month]; `annual_rate` nominal, pre-tax [a year]."""
    result: Number = np.log1p(annual_rate) / 12.0
    return result


def month_discount(log_discount: Number) -> Number:
    """Return ``v = (1 + annual_rate)^(-1/12)``, the discount factor of one month."""
    result: Number = np.exp(-log_discount)
    return result


def volume_ratio(log_growth: Number, log_discount: Number) -> Number:
    """Return the log ratio of one month's discounted volume to the month before; never exactly 0."""
    return nonzero(log_growth - log_discount)


def cost_ratio(volume_ratio: Number, log_inflation: Number) -> Number:
    """Return the log ratio of one month's discounted, inflated volume to the month before."""
    return volume_ratio + log_inflation


def service_ratio(log_inflation: Number, log_discount: Number) -> Number:
    """Return the log ratio of one month's discounted, inflated payment to the month before."""
    return log_inflation - log_discount
