"""The interval that plausible values make up."""

from __future__ import annotations

import numpy as np

from walkaway_sim._typing import FloatArray

__all__ = ["central_interval"]


def central_interval(plausible: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the central interval of plausible values, along the first axis.

    Parameters
    ----------
    plausible : ndarray, shape (n_plausible, ...)
        Without NaN.
    level : float
        Probability of the interval, strictly between 0 and 1.

    Returns
    -------
    tuple of two ndarrays, shape (...)

    Notes
    -----
    The k-th of n values lies above the truth with ``k / (n + 1)`` on average, if the truth is to the estimate as a
    plausible value is (Wilks 1941, Ann. Math. Statist. 12, 91-96). So the ends are the values of rank ``p (n + 1)``,
    Weibull's plotting positions. NumPy's default rank, ``1 + p (n - 1)``, lies further in: of 200 values its 90%
    interval holds the truth with 89.1%. Tails that are thinner than ``1 / (n + 1)`` end at the outermost values.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = central_interval(np.arange(1.0, 20.0), 0.9)
    >>> float(low), float(high)
    (1.0, 19.0)
    """
    tail = 0.5 * (1.0 - level)
    low, high = np.quantile(plausible, (tail, 1.0 - tail), axis=0, method="weibull")
    return np.asarray(low), np.asarray(high)
