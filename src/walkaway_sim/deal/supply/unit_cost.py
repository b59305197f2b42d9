"""Component 9: the cost of the goods, under its own inflation."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["unit_cost_paid", "unit_cost_value"]


def unit_cost_value(unit_cost: Number, volume_at_terms: Number, cost_annuity: Number) -> Number:
    """Return the present value of the cost of the goods, a positive number [currency].

    `unit_cost` [currency a unit], `volume_at_terms` [units a year], `cost_annuity` [months].
    """
    return unit_cost * volume_at_terms * cost_annuity / 12.0


def unit_cost_paid(unit_cost_value: Number) -> Number:
    r"""Return the cost of the goods.

    .. math:: -\sum_{k=1}^{L} c\,(1+inflation)^{(k-1)/12} Q_k v^k

    Parameters
    ----------
    unit_cost_value : float or ndarray, shape (n_draws,)
        That sum, positive, a node because `financing` reads it too [currency].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 7.

    Examples
    --------
    >>> unit_cost_paid(640.0)
    -640.0
    """
    return -unit_cost_value
