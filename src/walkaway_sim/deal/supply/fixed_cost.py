"""Component 13: the fixed cost to serve."""

from __future__ import annotations

from collections.abc import Mapping

from walkaway_sim.deal.annuities import Number

__all__ = ["fixed_cost_to_serve", "fixed_year"]


def fixed_year(fixed_cost: Number, fixed_costs: Mapping[str, Number]) -> Number:
    """Return the avoidable fixed cost of a year: `fixed_cost`, and those declared to come with the deal.

    Examples
    --------
    >>> fixed_year(36_000.0, {"account manager": 4_000.0})
    40000.0
    """
    total: Number = fixed_cost
    for amount in fixed_costs.values():
        total = total + amount
    return total


def fixed_cost_to_serve(fixed_year: Number, fixed_annuity: Number) -> Number:
    r"""Return the fixed cost to serve: ``-sum_k F/12 (1+inflation)^((k-1)/12) v^k`` over the months traded.

    Parameters
    ----------
    fixed_year : float or ndarray, shape (n_draws,)
        Avoidable fixed cost, ``F``: paid only if the deal is won [currency a year].
    fixed_annuity : float or ndarray, shape (n_draws,)
        Present value of 1 a month, inflating [months].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 10. Overheads that are paid with and without the deal are on neither
    side; what is paid only without it is a cost of not winning.

    Examples
    --------
    >>> fixed_cost_to_serve(36_000.0, 30.0)
    -90000.0
    """
    return -fixed_year / 12.0 * fixed_annuity
