"""Buying and selling prices of an uncertain outcome: what it is worth to whom has not got it, and to whom has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import logsumexp

from walkaway_sim._checks import check_one_of, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError

__all__ = ["IndifferencePrices", "indifference_prices"]


@dataclass(frozen=True, slots=True)
class IndifferencePrices:
    """Made by `indifference_prices`.

    Attributes
    ----------
    buying : float
        The most that one who has not got the outcome would pay for it [currency].
    selling : float
        The least that one who has it would give it away for [currency].
    """

    buying: float
    selling: float


def indifference_prices(
    outcomes: Sequence[float] | FloatArray,
    utility: Literal["exponential", "log"] = "exponential",
    *,
    risk_tolerance: float | None = None,
    wealth: float | None = None,
    chances: Sequence[float] | FloatArray | None = None,
) -> IndifferencePrices:
    """Return the two prices at which somebody is indifferent between an outcome and a sum.

    Parameters
    ----------
    outcomes : array of float, shape (n,)
        [currency], such as ``sim.surplus()``. No NaN.
    utility : {"exponential", "log"}
    risk_tolerance : float
        Of the exponential utility [currency], above 0.
    wealth : float
        Before the outcome, for the logarithm [currency]; no outcome may take it all.
    chances : array of float, shape (n,), optional
        Of each outcome; all alike by default.

    Returns
    -------
    IndifferencePrices
        Exact for these outcomes. Of draws they are estimates; `CertaintyEquivalentRule` has the interval.

    Raises
    ------
    InputError
        Outcomes or chances that are none; the parameter of the utility missing; an outcome that takes all wealth.

    Notes
    -----
    Selling price s: ``u(w + s) = E u(w + X)``. Buying price b: ``E u(w + X - b) = u(w)``. For the exponential utility a
    sum added to every outcome is worth just that sum (Howard's delta property; Pratt 1964), so both are the certainty
    equivalent, whatever the wealth. For the logarithm they differ, since who has the outcome is richer (Raiffa 1968).

    Examples
    --------
    >>> found = indifference_prices([0, 100], "log", wealth=100)
    >>> round(found.buying, 3), round(found.selling, 3)
    (38.197, 41.421)
    """
    values, weights = _checked(outcomes, chances)
    check_one_of("utility", utility, ("exponential", "log"))
    if utility == "exponential":
        if risk_tolerance is None:
            raise InputError(
                "risk_tolerance must be given for the exponential utility, such as risk_tolerance=50_000"
            )
        tolerance = check_positive("risk_tolerance", risk_tolerance)
        worth = -tolerance * float(logsumexp(-values / tolerance, b=weights))
        return IndifferencePrices(worth, worth)
    if wealth is None:
        raise InputError("wealth must be given for the logarithm, such as wealth=500_000")
    own = check_positive("wealth", wealth)
    worst, best = float(values.min()), float(values.max())
    if own + worst <= 0.0:
        raise InputError(
            f"wealth must be above {-worst:,.6g}, which the worst outcome takes, got {own:,.6g}: the logarithm "
            "knows no ruin. Use the exponential utility, or a larger wealth"
        )
    selling = math.exp(float(weights @ np.log(own + values))) - own
    if worst == best:
        return IndifferencePrices(worst, worst)

    def gained(price: float) -> float:
        return float(weights @ np.log1p((values - price) / own))

    # At the price of the worst outcome one gains; just below the price that would ruin, or at the best, one does not.
    end = own + worst
    high = best
    if best >= end:
        share = 0.5
        while gained(end - share * own) > 0.0 and share > 1e-15:
            share *= 0.5
        high = end - share * own
        if gained(high) > 0.0:
            return IndifferencePrices(high, selling)
    buying = float(brentq(gained, worst, high, xtol=1e-13 * max(abs(worst), abs(high), 1.0)))
    return IndifferencePrices(buying, selling)


def _checked(outcomes: object, chances: object) -> tuple[FloatArray, FloatArray]:
    try:
        values = np.asarray(outcomes, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"outcomes must be numbers, got {outcomes!r}") from None
    if values.ndim != 1 or not values.size or not np.isfinite(values).all():
        raise InputError("outcomes must be one finite number or more in a row")
    if chances is None:
        return values, np.full(values.size, 1.0 / values.size)
    try:
        weights = np.asarray(chances, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"chances must be numbers, got {chances!r}") from None
    if (
        weights.shape != values.shape
        or not (weights >= 0.0).all()
        or not math.isclose(weights.sum(), 1.0, rel_tol=1e-9)
    ):
        raise InputError("chances must be one for each outcome, none of them negative, and add up to 1")
    kept = weights > 0.0
    return values[kept], weights[kept]
