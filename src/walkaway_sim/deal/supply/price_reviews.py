"""Component 4: price reviews after the hold."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["price_reviews"]


def price_reviews(review_uplift: Number, discount: Number) -> Number:
    r"""Return what the price reviews add to what is invoiced.

    .. math:: \sum_{k=1}^{L} p (1-d)\, \theta \left(\frac{I_{m(k)}}{I_b} - 1\right) q_k v^k

    with ``m(k)`` the last review up to month ``k``; see the module ``review_path`` for the index.

    Parameters
    ----------
    review_uplift : float or ndarray, shape (n_draws,)
        The sum at list price [currency].
    discount : float or ndarray, shape (n_draws,)
        Discount, ``d`` [fraction of list price].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency]; negative where the index falls.

    Notes
    -----
    Source: ECONOMICS, component 4, without a cap on each review. The index may differ from the unit
    cost's inflation: that is the basis risk.

    Examples
    --------
    >>> price_reviews(40.0, 0.25)
    30.0
    """
    return (1.0 - discount) * review_uplift
