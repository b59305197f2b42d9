"""Whether some combination of columns tells won from lost quotes without a fault."""

from __future__ import annotations

import numpy as np
from scipy import optimize

from walkaway_sim._typing import FloatArray

__all__ = ["separating_columns"]

_ZERO = 1e-7


def separating_columns(columns: FloatArray, sign: FloatArray) -> tuple[int, ...]:
    """Numbers of the columns along which plain maximum likelihood would run away; empty where it would not.

    Parameters
    ----------
    columns : ndarray, shape (n, p)
    sign : ndarray, shape (n,)
        1 for a won quote, -1 for a lost one.

    Notes
    -----
    A direction d with ``sign * (columns @ d) >= 0`` on every quote, above zero on one, exists exactly where the
    maximum does not (Albert and Anderson 1984, Biometrika 71, 1-10). A linear programme looks for it (Konis 2007).
    """
    signed = sign[:, None] * columns / np.abs(columns).max(axis=0)
    found = optimize.linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(sign.size), bounds=(-1.0, 1.0), method="highs"
    )
    if found.x is None or found.fun is None or -found.fun <= _ZERO * sign.size:
        return ()
    return tuple(int(one) for one in np.flatnonzero(np.abs(found.x) > _ZERO))
