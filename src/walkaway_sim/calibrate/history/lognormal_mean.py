"""The mean of several independent lognormal amounts, as a lognormal."""

from __future__ import annotations

import math

__all__ = ["lognormal_mean"]


def lognormal_mean(centre: float, sd: float, n: int) -> tuple[float, float]:
    """Return mean and standard deviation of the logarithm of the lognormal with the mean's first two moments.

    Parameters
    ----------
    centre, sd : float
        Of the logarithm of one amount.
    n : int
        How many amounts are averaged.

    Notes
    -----
    Source: Fenton 1960, IRE Transactions on Communications Systems 8. Mean and variance are exact, the shape is
    not; for one amount it is.

    Examples
    --------
    >>> lognormal_mean(2.0, 0.5, 1)
    (2.0, 0.5)
    >>> centre, sd = lognormal_mean(2.0, 0.5, 4)
    >>> round(centre + sd**2 / 2, 12)
    2.125
    """
    squared = math.log1p(math.expm1(sd**2) / n)
    return (centre, sd) if n == 1 else (centre + 0.5 * (sd**2 - squared), math.sqrt(squared))
