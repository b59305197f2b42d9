"""A uniform number for each month of each draw, for what has to be simulated month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from walkaway_sim._checks import check_integer
from walkaway_sim._typing import IntArray

__all__ = ["Monthly", "MonthlyUniforms"]


@dataclass(frozen=True, slots=True)
class MonthlyUniforms:
    """Independent uniform numbers, one a month.

    Sampling gives `Monthly`, not numbers, so this is no `Distribution`; nothing can be correlated with it.

    Parameters
    ----------
    n_months : int
        At least 1.
    """

    n_months: int

    def __post_init__(self) -> None:
        check_integer("monthly uniforms: n_months", self.n_months, minimum=1)


@dataclass(frozen=True, slots=True, eq=False)
class Monthly:
    """Sampled monthly numbers of a set of draws.

    Parameters
    ----------
    values : ndarray of float32, shape (n_draws, n_months)
        In (0, 1).

    Examples
    --------
    >>> import numpy as np
    >>> from walkaway_sim.inputs import Monthly
    >>> Monthly(np.array([[0.1, 0.2], [0.3, 0.4]])).take(np.array([1])).values
    array([[0.3, 0.4]])
    """

    values: NDArray[np.float32]

    @property
    def n_draws(self) -> int:
        """Number of draws."""
        return int(self.values.shape[0])

    def take(self, rows: IntArray) -> Monthly:
        """Pick chosen draws, in any order."""
        return Monthly(self.values[rows])

    @staticmethod
    def join(parts: Sequence[Monthly]) -> Monthly:
        """Put the draws of several parts one after another."""
        return Monthly(np.concatenate([part.values for part in parts]))
