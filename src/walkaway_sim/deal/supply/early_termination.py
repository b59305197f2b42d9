"""Component 15: what an early end costs, and what of the set-up it gives back."""

from __future__ import annotations

import numpy as np

from walkaway_sim.deal.annuities import Number

__all__ = ["early_termination"]


def early_termination(
    life: Number,
    months: Number,
    stranded_cost: Number,
    recovery_share: Number,
    set_up: Number,
    discount_factor_end: Number,
) -> Number:
    r"""Return the cost of an early end, by exit or default, where ``L < T``.

    .. math:: [-stranded + \rho\, set\text{-}up\, (1 - L/T)]\, v^L

    Parameters
    ----------
    life : float or ndarray, shape (n_draws,)
        Months traded, ``L``.
    months : int
        Length of the agreement, ``T`` [months].
    stranded_cost : float or ndarray, shape (n_draws,)
        Stock, leases and people left over [currency].
    recovery_share : float or ndarray, shape (n_draws,)
        Share ``rho`` of the set-up cost that is recovered in proportion to the time left [fraction].
    set_up : float or ndarray, shape (n_draws,)
        Set-up cost [currency].
    discount_factor_end : float or ndarray, shape (n_draws,)
        ``v^L``.

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency]; 0 where the deal runs to its end; positive where the recovery exceeds
        what is stranded.

    Notes
    -----
    Source: ECONOMICS, component 15, without notice or stock buy-back.

    Examples
    --------
    >>> early_termination(np.array([18.0, 36.0]), 36, 12_000.0, 0.5, 60_000.0, 1.0)
    array([3000.,    0.])
    """
    recovered = (recovery_share * set_up) * (1.0 - life / float(months))
    lost: Number = (recovered - stranded_cost) * discount_factor_end
    return np.where(np.less(life, months), lost, 0.0)[()]
