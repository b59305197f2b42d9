"""Component 7: the discount for early payment, where it is offered."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["early_payment_discount", "paid_early"]


def paid_early(early_payment_discount: float, early_payment_uptake: Number) -> Number:
    """Return the share of invoices that is paid early: the uptake where a discount is offered, else 0."""
    return early_payment_uptake if early_payment_discount > 0.0 else 0.0


def early_payment_discount(invoiced: Number, early_payment_discount: float, paid_early: Number) -> Number:
    """Return the discount for early payment: ``-e x share paid early x invoices``.

    Parameters
    ----------
    invoiced : float or ndarray, shape (n_draws,)
        All invoices: for goods, shortfall fees and billed work [currency].
    early_payment_discount : float
        ``e`` [fraction of the invoice].
    paid_early : float or ndarray, shape (n_draws,)
        Share of invoices for which it is taken [fraction].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 5. The interest that early payment saves is in `financing`.

    Examples
    --------
    >>> early_payment_discount(1000.0, 0.02, 0.5)
    -10.0
    """
    return -early_payment_discount * paid_early * invoiced
