"""Component 19: the set-up cost."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["set_up_paid"]


def set_up_paid(set_up: Number) -> Number:
    """Return the set-up cost, paid at signing: ``-set_up``.

    Parameters
    ----------
    set_up : float or ndarray, shape (n_draws,)
        Set-up cost [currency].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 16.

    Examples
    --------
    >>> set_up_paid(60_000.0)
    -60000.0
    """
    return -set_up
