"""Component 14: handling, returns and claims."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["returns"]


def returns(net_revenue: Number, returns_rate: Number) -> Number:
    r"""Return the cost of handling, returns and claims: ``-returns_rate x net revenue``.

    Parameters
    ----------
    net_revenue : float or ndarray, shape (n_draws,)
        Revenue after discount and price reviews [currency].
    returns_rate : float or ndarray, shape (n_draws,)
        Cost of returns and claims [fraction of net].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 11.

    Examples
    --------
    >>> returns(1000.0, 0.0078125)
    -7.8125
    """
    return -returns_rate * net_revenue
