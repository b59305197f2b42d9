"""Shared nodes: revenue at list, and net revenue after discount and price reviews."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["gross_revenue", "net_revenue"]


def gross_revenue(list_month: Number, volume_annuity: Number) -> Number:
    """Return the present value of the revenue at list price, booked at invoice date [currency]."""
    return list_month * volume_annuity


def net_revenue(gross_revenue: Number, review_uplift: Number, discount: Number) -> Number:
    r"""Return the present value of what is invoiced, before the rebate [currency].

    .. math:: net = (1 - d) (list + reviews\ at\ list)

    Parameters
    ----------
    gross_revenue : float or ndarray, shape (n_draws,)
        Revenue at list price [currency].
    review_uplift : float or ndarray, shape (n_draws,)
        What the price reviews add at list price [currency].
    discount : float or ndarray, shape (n_draws,)
        Discount [fraction of list price].

    Examples
    --------
    >>> net_revenue(1000.0, 40.0, 0.25)
    780.0
    """
    return (gross_revenue + review_uplift) * (1.0 - discount)
