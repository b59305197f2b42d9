"""Component 6: price reviews after the hold."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["price_reviews"]


def price_reviews(review_uplift: Number, discount: float) -> Number:
    r"""Return what the price reviews add to what is invoiced.

    .. math:: \sum_{k=1}^{L} p_0 (1-d) (p_k - 1)\, Q_k v^k

    with ``p_k`` the price level in month ``k``; see the module ``review_schedule``.

    Parameters
    ----------
    review_uplift : float or ndarray, shape (n_draws,)
        The sum at list price [currency].
    discount : float
        Discount, ``d`` [fraction of list price].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency]; negative where the index falls.

    Notes
    -----
    Source: ECONOMICS, component 4. The index may differ from the unit
    cost's inflation: that is the basis risk.

    Examples
    --------
    >>> price_reviews(40.0, 0.25)
    30.0
    """
    return (1.0 - discount) * review_uplift
