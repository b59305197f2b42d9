"""Component 15: penalties of the on-time guarantee, measured month by month."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["guarantee_penalties"]


def guarantee_penalties(net_revenue: Number, penalty_share: Number) -> Number:
    r"""Return the expected penalties of the guarantee.

    .. math:: -\sum_{k=1}^{L} net_k\, v^k\;
              E\left[\min\{cap,\; 100\, rate\, \max(0, g - (N - X)/N)\} \mid A\right],
              \qquad X \sim Binomial(N, 1 - A)

    Parameters
    ----------
    net_revenue : float or ndarray, shape (n_draws,)
        Revenue after discount and price reviews [currency].
    penalty_share : float or ndarray, shape (n_draws,)
        The expectation, the same in every month of a draw [fraction of the month's net].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 12. The cap is on each month. Months are measured on their own: at the
    contract's average rate the guarantee would look almost free.

    Examples
    --------
    >>> guarantee_penalties(1000.0, 0.03125)
    -31.25
    """
    return -penalty_share * net_revenue
