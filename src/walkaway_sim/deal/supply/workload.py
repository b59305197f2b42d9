"""Components 10 and 11: the work that the volume brings, and what of its excess is billed.

Tickets of a service desk, pallets touched, calls: a fixed-fee service lives or dies here.
"""

from __future__ import annotations

from walkaway_sim.deal.annuities import Number, ramped_sum
from walkaway_sim.deal.clipped import excess_sum

__all__ = ["excess_work_billed", "excess_work_value", "work_month", "work_value", "workload"]


def work_month(work_cost: Number, volume_at_terms: Number, month_discount: Number) -> Number:
    """Return a first month's cost of one piece of work for every unit, one month discounted [currency].

    `work_cost` [currency a piece], `volume_at_terms` [units a year].
    """
    return work_cost * volume_at_terms * month_discount / 12.0


def work_value(
    work_month: Number,
    work: Number,
    log_work_growth: Number,
    log_work_inflation: Number,
    volume_ratio: Number,
    traded: Number,
    ramp_months: Number,
) -> Number:
    r"""Return the present value of all work at its plain cost [currency].

    .. math:: \sum_{k=1}^{L} h_k Q_k W_k v^k, \qquad W_k = work\,(1 + work\ growth)^{(k-1)/12}

    Parameters
    ----------
    work_month : float or ndarray, shape (n_draws,)
        A first month's cost of one piece of work a unit [currency].
    work : float or ndarray, shape (n_draws,)
        Pieces of work that a unit brings at signing.
    log_work_growth, log_work_inflation, volume_ratio : float or ndarray, shape (n_draws,)
        Growth of the work of a unit, of its cost, and of discounted volume [log per month].
    traded, ramp_months : float or ndarray, shape (n_draws,)
        Months traded, and of ramp-up [months].
    """
    ratio = volume_ratio + (log_work_growth + log_work_inflation)
    return work_month * work * ramped_sum(ratio, traded, ramp_months)


def excess_work_value(
    work_month: Number,
    work: Number,
    planned_work: Number,
    log_work_growth: Number,
    log_work_inflation: Number,
    volume_ratio: Number,
    traded: Number,
    ramp_months: Number,
) -> Number:
    """Return the present value at plain cost of the work above the planned level [currency].

    ``sum_k h_k Q_k max(0, W_k - planned) v^k``; `planned_work` [pieces a unit], the others as in `work_value`.
    """
    ratio = volume_ratio + log_work_inflation
    excess = excess_sum(ratio, log_work_growth, work, planned_work, traded, ramp_months)
    return work_month * excess


def workload(work_value: Number, excess_work_value: Number, work_surge_premium: Number) -> Number:
    r"""Return the cost of the work, with a premium on what exceeds the planned level.

    .. math:: -\sum_{k=1}^{L} h_k Q_k [W_k + premium \max\{0,\ W_k - planned\}]\, v^k

    Parameters
    ----------
    work_value, excess_work_value : float or ndarray, shape (n_draws,)
        All work, and that above the planned level, at plain cost [currency].
    work_surge_premium : float or ndarray, shape (n_draws,)
        Overtime, temporary staff [fraction of the cost of work].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or less.

    Notes
    -----
    Source: ECONOMICS, component 8.

    Examples
    --------
    >>> workload(1000.0, 100.0, 0.5)
    -1050.0
    """
    return -(work_value + work_surge_premium * excess_work_value)


def excess_work_billed(excess_work_value: Number, excess_work_price: float) -> Number:
    """Return what is billed for work above the planned level.

    Parameters
    ----------
    excess_work_value : float or ndarray, shape (n_draws,)
        That work at plain cost [currency].
    excess_work_price : float
        Its price [multiples of the plain cost].

    Returns
    -------
    float or ndarray, shape (n_draws,)
        Present value [currency], 0 or more.

    Notes
    -----
    Source: ECONOMICS, the managed service: the trade to propose where work may grow beyond the plan.

    Examples
    --------
    >>> excess_work_billed(100.0, 2.0)
    200.0
    """
    return excess_work_price * excess_work_value
