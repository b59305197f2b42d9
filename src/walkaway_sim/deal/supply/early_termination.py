"""Component 18: what an early end costs, and what of the set-up it gives back."""

from __future__ import annotations

import numpy as np

from walkaway_sim._typing import BoolArray
from walkaway_sim.deal.annuities import Number, ramp_weight

__all__ = ["early_termination", "received", "stock_left"]


def received(defaulted: BoolArray, loss_given_default: Number) -> Number:
    """Return the share of what the customer owes at an early end that it pays: less where it defaulted."""
    return 1.0 - defaulted * loss_given_default


def stock_left(
    unit_cost: Number,
    volume_at_terms: Number,
    log_growth: Number,
    log_inflation: Number,
    life: Number,
    ramp_months: Number,
    stock_days: Number,
    stock_buy_back: Number,
    received: Number,
) -> Number:
    """Return the cost of the stock that an early end leaves and nobody buys back [currency].

    Parameters
    ----------
    unit_cost : float or ndarray, shape (n_draws,)
        At signing [currency a unit].
    volume_at_terms : float or ndarray, shape (n_draws,)
        First-year rate [units a year].
    log_growth, log_inflation : float or ndarray, shape (n_draws,)
        Of volume and of unit cost [log per month].
    life, ramp_months : float or ndarray, shape (n_draws,)
        Months traded, and of ramp-up [months].
    stock_days : float or ndarray, shape (n_draws,)
        Days of sales that lie in stock [days].
    stock_buy_back : float or ndarray, shape (n_draws,)
        Share that the customer buys back at cost [fraction].
    received : float or ndarray, shape (n_draws,)
        Share of what it owes that it pays [fraction].

    Examples
    --------
    >>> round(float(stock_left(10.0, 1200.0, 0.0, 0.0, 6.0, 0.0, 36.5, 0.25, 1.0)), 9)
    900.0
    """
    if not isinstance(stock_days, np.ndarray) and stock_days == 0.0:
        return 0.0
    last = unit_cost * volume_at_terms / 12.0 * np.exp((log_growth + log_inflation) * (life - 1.0))
    last = last * ramp_weight(life, ramp_months)
    return (1.0 - received * stock_buy_back) * last * (stock_days * (12.0 / 365.0))


def early_termination(
    life: Number,
    horizon: Number,
    term_length: float,
    stranded_cost: Number,
    termination_recovery: float,
    set_up: Number,
    received: Number,
    stock_left: Number,
    discount_factor_end: Number,
) -> Number:
    r"""Return the cost of an early end, by exit or default, where ``L < T``.

    .. math:: [-stranded + received\, \rho\, set\text{-}up\, (1 - L/T) - stock\ left]\, v^L

    Parameters
    ----------
    life, horizon : float or ndarray, shape (n_draws,)
        Months traded, ``L``, and months that count.
    term_length : float
        Length of the agreement, ``T`` [months].
    stranded_cost : float or ndarray, shape (n_draws,)
        Leases and people left over [currency]; stock is apart.
    termination_recovery : float
        Share ``rho`` of the set-up cost that is recovered in proportion to the time left [fraction].
    set_up : float or ndarray, shape (n_draws,)
        Set-up cost [currency].
    received : float or ndarray, shape (n_draws,)
        Share of what the customer owes that it pays [fraction].
    stock_left : float or ndarray, shape (n_draws,)
        Stock that nobody buys back, at cost [currency].
    discount_factor_end : float or ndarray, shape (n_draws,)
        ``v^L``.

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency]; 0 where the deal runs to its end; positive where the recovery exceeds
        what is left over.

    Notes
    -----
    Source: ECONOMICS, component 15. The notice is in the months traded. A customer that defaults pays of the
    recovery what it pays of its invoices.

    Examples
    --------
    >>> early_termination(np.array([18.0, 36.0]), np.inf, 36.0, 12_000.0, 0.5, 60_000.0, 1.0, 1_000.0, 1.0)
    array([2000.,    0.])
    """
    recovered = (received * termination_recovery * set_up) * (1.0 - life / term_length)
    lost: Number = (recovered - stranded_cost - stock_left) * discount_factor_end
    early = np.less(life, term_length) & np.less_equal(life, horizon)
    return np.where(early, lost, 0.0)[()]
