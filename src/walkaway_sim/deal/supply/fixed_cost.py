"""Component 10: the fixed cost to serve."""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number

__all__ = ["fixed_cost_to_serve"]


def fixed_cost_to_serve(fixed_cost: Number, time_annuity: Number) -> Number:
    r"""Return the fixed cost to serve: ``-sum_k F/12 v^k`` over the months traded, without inflation.

    Parameters
    ----------
    fixed_cost : float or ndarray, shape (n_draws,)
        Avoidable fixed cost, ``F``: paid only if the deal is won [currency a year].
    time_annuity : float or ndarray, shape (n_draws,)
        Present value of 1 a month [months].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 10. Overheads that are paid with and without the deal are on neither
    side.

    Examples
    --------
    >>> fixed_cost_to_serve(36_000.0, 30.0)
    -90000.0
    """
    return -fixed_cost / 12.0 * time_annuity
