"""Shared nodes: yearly rates as logarithms a month, and how they combine.

Every stream of the agreement is geometric from month to month. Its growth, inflation and discounting
are added up as logarithms once per draw, and each power is then one ``exp``.
"""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, nonzero

__all__ = [
    "cost_ratio",
    "delivery_ratio",
    "fixed_ratio",
    "log_delivery_inflation",
    "log_discount",
    "log_growth",
    "log_index",
    "log_inflation",
    "log_work_growth",
    "log_work_inflation",
    "month_discount",
    "volume_ratio",
]


def _log_month(rate: Number) -> Number:
    """Return ``log(1 + rate)/12`` [per month] of a yearly rate."""
    result: Number = np.log1p(rate) / 12.0
    return result


def _own_or(rate: Number | str | None, log_inflation: Number) -> Number:
    """Return the logarithm of a rate of its own, or `log_inflation` where it has none."""
    return log_inflation if rate is None or isinstance(rate, str) else _log_month(rate)


def log_growth(growth: Number) -> Number:
    """Return ``log(1 + growth)/12`` of the volume [per month]; `growth` [a year]."""
    return _log_month(growth)


def log_inflation(inflation: Number) -> Number:
    """Return ``log(1 + inflation)/12`` of unit costs [per month]; `inflation` [a year]."""
    return _log_month(inflation)


def log_delivery_inflation(delivery_inflation: Number | str | None, log_inflation: Number) -> Number:
    """Return the same of delivery costs; None or ``"inflation"``: as unit costs."""
    return _own_or(delivery_inflation, log_inflation)


def log_work_inflation(work_inflation: Number | str | None, log_inflation: Number) -> Number:
    """Return the same of the cost of work; None or ``"inflation"``: as unit costs."""
    return _own_or(work_inflation, log_inflation)


def log_index(index_inflation: Number | str | None, log_inflation: Number) -> Number:
    """Return the same of the contract's price index; None or ``"inflation"``: as unit costs, so no basis risk.

    Examples
    --------
    >>> log_index("inflation", 0.01)
    0.01
    """
    return _own_or(index_inflation, log_inflation)


def log_work_growth(work_growth: Number) -> Number:
    """Return ``log(1 + growth)/12`` of the work that a unit needs [per month]; `work_growth` [a year]."""
    return _log_month(work_growth)


def log_discount(annual_rate: Number) -> Number:
    """Return ``log(1 + annual_rate)/12`` [per month]; `annual_rate` nominal, pre-tax [a year]."""
    return _log_month(annual_rate)


def month_discount(log_discount: Number) -> Number:
    """Return ``v = (1 + annual_rate)^(-1/12)``, the discount factor of one month."""
    result: Number = np.exp(-log_discount)
    return result


def volume_ratio(log_growth: Number, log_discount: Number) -> Number:
    """Return the log ratio of one month's discounted volume to the month before; never exactly 0."""
    return nonzero(log_growth - log_discount)


def cost_ratio(volume_ratio: Number, log_inflation: Number) -> Number:
    """Return the log ratio of one month's discounted volume at inflating unit cost to the month before."""
    return volume_ratio + log_inflation


def delivery_ratio(log_delivery_inflation: Number, log_discount: Number) -> Number:
    """Return the log ratio of one month's discounted, inflating cost of a drop to the month before."""
    return log_delivery_inflation - log_discount


def fixed_ratio(fixed_inflation: Number, log_discount: Number) -> Number:
    """Return the log ratio of one month's discounted fixed cost to the month before."""
    return _log_month(fixed_inflation) - log_discount
