"""Component 21: what other customers ask for once they hear of the discount."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number, geometric_sum

__all__ = ["exposed_value", "leakage"]


def exposed_value(
    exposed_revenue: Number,
    leakage_probability: Number,
    term_length: float,
    log_discount: Number,
    month_discount: Number,
) -> Number:
    """Return the present value of the revenue to which the discount may leak [currency].

    ``exposed_revenue/12 x leakage_probability x sum_{k=1}^{T} v^k``: `exposed_revenue` of other customers
    [currency a year] and the probability that they hear of it. What they got stays, also if this contract ends early.
    """
    return (
        exposed_revenue
        / 12.0
        * leakage_probability
        * month_discount
        * geometric_sum(-log_discount, term_length)
    )


def leakage(exposed_value: Number, leakage_reference: Number, discount: float) -> Number:
    """Return the cost of leakage: ``-exposed revenue x probability x max(0, d - reference)``.

    Parameters
    ----------
    exposed_value : float or ndarray, shape (n_draws,)
        Exposed revenue times the probability [currency].
    leakage_reference : float or ndarray, shape (n_draws,)
        The discount that these customers have now [fraction of list price].
    discount : float
        Today's discount, ``d`` [fraction of list price].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 17.

    Examples
    --------
    >>> round(float(leakage(100_000.0, 0.05, 0.08)), 9)
    -3000.0
    """
    result: Number = -exposed_value * np.maximum(discount - leakage_reference, 0.0)
    return result
