"""The survival curve that a sample itself gives, with lower bounds and weights."""

from __future__ import annotations

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray

__all__ = ["kaplan_meier"]


def kaplan_meier(
    values: FloatArray, censored: BoolArray | None, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Estimate the chance of more than each value seen (Kaplan and Meier 1958).

    Parameters
    ----------
    values : ndarray, shape (n,)
    censored : ndarray of bool, shape (n,), or None
        Where the value is a lower bound. Of a value and a lower bound that are equal, the value came first.
    weight : ndarray, shape (n,)
        How many observations each row stands for.

    Returns
    -------
    at : ndarray, shape (m,)
        Distinct values that are no lower bounds, ascending.
    survival : ndarray, shape (m,)
        Chance of more than each.

    Examples
    --------
    >>> import numpy as np
    >>> at, survival = kaplan_meier(np.array([1.0, 2.0, 2.0, 3.0]), np.array([False, False, True, False]), np.ones(4))
    >>> at.tolist(), survival.tolist()
    ([1.0, 2.0, 3.0], [0.75, 0.5, 0.0])
    """
    seen = np.ones(values.size, dtype=np.bool_) if censored is None else ~censored
    at, place = np.unique(values[seen], return_inverse=True)
    ended = np.bincount(place, weights=weight[seen], minlength=at.size)
    order = np.argsort(values)
    beyond = np.append(np.cumsum(weight[order][::-1])[::-1], 0.0)
    at_risk = beyond[np.searchsorted(values[order], at, side="left")]
    return at, np.cumprod(np.maximum(1.0 - ended / at_risk, 0.0))
