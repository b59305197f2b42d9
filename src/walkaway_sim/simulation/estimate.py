"""An estimate with its interval."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Estimate"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate and its confidence interval, which covers simulation error.

    Attributes
    ----------
    estimate, low, high : float
        In the unit of what is estimated.
    standard_error : float
        Of the estimate [same unit]. The interval may reach further than a quantile of it says: where the
        estimate is skewed, or a count on a lattice.
    """

    estimate: float
    low: float
    high: float
    standard_error: float
