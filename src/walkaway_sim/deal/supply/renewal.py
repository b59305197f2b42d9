"""Component 20: the renewal, where today's discount becomes a precedent."""

from __future__ import annotations

import numpy as np

from walkaway_sim._typing import BoolArray
from walkaway_sim.deal.annuities import Number, geometric_sum, ramp_weight

__all__ = ["renewal", "renewal_units"]


def renewal_units(
    renewed: Number,
    renewal_months: Number,
    volume_at_terms: Number,
    log_growth: Number,
    ramp_months: Number,
    exit_time: Number,
    defaulted: BoolArray,
    term_length: float,
    log_discount: Number,
    month_discount: Number,
) -> Number:
    r"""Return the discounted units of the renewed contract, 0 where it is not renewed [units].

    .. math:: renewed\; Q_T \sum_{k=1}^{R} v^{T+k} \quad \text{where neither notice nor default fell within the term}

    Parameters
    ----------
    renewed : float or ndarray, shape (n_draws,)
        1 on draws on which the customer renews, 0 on the others.
    renewal_months : float or ndarray, shape (n_draws,)
        Length of the renewed contract, rounded to whole months, ``R`` [months].
    volume_at_terms : float or ndarray, shape (n_draws,)
        First-year rate [units a year].
    log_growth, log_discount : float or ndarray, shape (n_draws,)
        Of volume, and discounting [log per month].
    ramp_months : float or ndarray, shape (n_draws,)
        Months of ramp-up.
    exit_time : float or ndarray, shape (n_draws,)
        When the customer gives notice [years]: who has does not renew, though the notice may outlast the term.
    defaulted : ndarray of bool, shape (n_draws,) or ()
        Whether a default ended the trading, if only in its last month.
    term_length : float
        ``T`` [months].
    month_discount : float or ndarray, shape (n_draws,)
        Discount factor of one month.
    """
    last = volume_at_terms / 12.0 * np.exp(log_growth * (term_length - 1.0))
    last = last * ramp_weight(term_length, ramp_months)
    annuity = month_discount * geometric_sum(-log_discount, np.rint(renewal_months))
    through = np.greater(np.multiply(exit_time, 12.0), term_length) & ~defaulted
    return renewed * through * last * annuity * np.exp(-log_discount * term_length)


def renewal(
    renewal_units: Number,
    market_margin: Number,
    market_discount: Number,
    precedent: Number,
    list_price: Number,
    discount: float,
) -> Number:
    r"""Return the value of the renewal.

    .. math:: units \times \max\{0,\ \varphi\, m(d) + (1 - \varphi)\, m\}, \qquad m(d) = m - p_0 (d - d_m)

    Parameters
    ----------
    renewal_units : float or ndarray, shape (n_draws,)
        Discounted units of the renewed contract [units].
    market_margin : float or ndarray, shape (n_draws,)
        What a unit earns at the market's discount, after the cost to serve, ``m`` [currency a unit].
    market_discount : float or ndarray, shape (n_draws,)
        The discount that the market gives, ``d_m`` [fraction of list price].
    precedent : float or ndarray, shape (n_draws,)
        Share of today's gap to the market that carries over, ``phi`` [fraction].
    list_price : float or ndarray, shape (n_draws,)
        ``p_0`` [currency a unit]
    discount : float
        Today's discount, ``d`` [fraction of list price].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or more: nobody renews at a loss.

    Notes
    -----
    Source: ECONOMICS, component 17. It depends on the discount, so it is part of the value and never of
    the strategic value.

    Examples
    --------
    >>> float(renewal(100.0, 50.0, 0.05, 0.5, 400.0, 0.10))
    4000.0
    """
    margin = market_margin - precedent * list_price * (discount - market_discount)
    result: Number = renewal_units * np.maximum(margin, 0.0)
    return result
