"""Component 22: what the capacity earns that an early end sets free."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number

__all__ = ["freed_capacity"]


def freed_capacity(
    life: Number, term_length: float, redeploy_share: Number, refill_months: Number, no_deal: Number
) -> Number:
    r"""Return what the freed capacity earns after an early end.

    .. math:: \delta \cdot no\text{-}deal \cdot \frac{\max(0, T - L - refill)}{T}

    Parameters
    ----------
    life : float or ndarray, shape (n_draws,)
        Months traded, ``L``.
    term_length : float
        Length of the agreement, ``T`` [months].
    redeploy_share : float or ndarray, shape (n_draws,)
        Share ``delta`` of the no-deal value that can be had later still [fraction].
    refill_months : float or ndarray, shape (n_draws,)
        Time needed to find other work [months].
    no_deal : float or ndarray, shape (n_draws,)
        The no-deal value of this draw [currency].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Value [currency], of the sign of the no-deal value; 0 where the deal runs to its end.

    Notes
    -----
    Source: ECONOMICS, component 18. Without it a deal that dies young is charged the whole no-deal
    value. The no-deal value is a present value already, and is not discounted again.

    Examples
    --------
    >>> freed_capacity(np.array([12.0, 36.0]), 36.0, 0.5, 6.0, 40_000.0)
    array([10000.,     0.])
    """
    left: Number = np.maximum(term_length - life - refill_months, 0.0)
    return redeploy_share * no_deal * (left / term_length)
