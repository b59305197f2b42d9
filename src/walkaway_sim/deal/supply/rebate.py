"""Component 3: the rebate on net revenue."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["rebate_paid"]


def rebate_paid(net_revenue: Number, rebate: Number) -> Number:
    r"""Return the rebate: ``-rebate x net revenue``, paid as invoiced.

    Parameters
    ----------
    net_revenue : float or ndarray, shape (n_draws,)
        Revenue after discount and price reviews [currency].
    rebate : float or ndarray, shape (n_draws,)
        Flat rebate [fraction of net].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 3, without tiers or payment lag.

    Examples
    --------
    >>> rebate_paid(800.0, 0.125)
    -100.0
    """
    return -rebate * net_revenue
