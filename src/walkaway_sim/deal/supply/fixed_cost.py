"""Components 13 and 23: the fixed cost to serve, and the fixed costs that the deal saves while it trades."""

from __future__ import annotations

from collections.abc import Mapping

from walkaway_sim.deal.annuities import Number

__all__ = ["costs_avoided", "fixed_cost_to_serve", "fixed_year"]


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
    side; what is paid only without it is in `costs_avoided`.

    Examples
    --------
    >>> fixed_cost_to_serve(36_000.0, 30.0)
    -90000.0
    """
    return -fixed_year / 12.0 * fixed_annuity


def costs_avoided(fixed_costs_without: Mapping[str, Number], fixed_annuity: Number) -> Number:
    r"""Return the fixed costs that are paid only without the deal, over the months that it is traded.

    .. math:: \sum_{k=1}^{L} F_{without}/12\, (1+inflation)^{(k-1)/12} v^k

    Parameters
    ----------
    fixed_costs_without : mapping of str to float or ndarray, shape (n_draws,)
        By name [currency a year].
    fixed_annuity : float or ndarray, shape (n_draws,)
        Present value of 1 a month, inflating [months].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or more.

    Notes
    -----
    Source: ECONOMICS, time and money: only avoidable cash, on both sides. A deal that dies early saves such
    a cost no longer than it is traded.

    Examples
    --------
    >>> costs_avoided({"idle crew": 12_000.0}, 30.0)
    30000.0
    """
    return fixed_year(0.0, fixed_costs_without) / 12.0 * fixed_annuity
