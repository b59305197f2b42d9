"""Component 4: the discount off list price."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["discount_given"]


def discount_given(gross_revenue: Number, discount: float) -> Number:
    r"""Return what the discount takes off the list price: ``-d list_revenue``.

    Parameters
    ----------
    gross_revenue : float or ndarray, shape (n_draws,)
        Revenue at list price [currency].
    discount : float
        Discount, ``d`` [fraction of list price].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less for a discount.

    Notes
    -----
    Source: ECONOMICS, component 2. The discount on what reviews add is in `price_reviews`.

    Examples
    --------
    >>> discount_given(1000.0, 0.25)
    -250.0
    """
    return -discount * gross_revenue
