"""Component 1: revenue at list price."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["list_revenue"]


def list_revenue(gross_revenue: Number) -> Number:
    r"""Return the revenue at list price.

    .. math:: \sum_{k=1}^{L} p\, Q_k v^k, \qquad Q_k = \frac{volume}{12} (1+growth)^{(k-1)/12} ramp_k

    Parameters
    ----------
    gross_revenue : float or ndarray, shape (n_draws,)
        That sum, a node because discount, reviews and net revenue read it too [currency].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or more.

    Notes
    -----
    Source: ECONOMICS, component 1. Revenue is booked at invoice date; waiting is `financing`.

    Examples
    --------
    >>> list_revenue(1000.0)
    1000.0
    """
    return gross_revenue
