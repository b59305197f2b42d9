"""A quantity that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from walkaway_sim._checks import check_finite
from walkaway_sim._typing import FloatArray
from walkaway_sim.inputs.base import Distribution

__all__ = ["Constant"]


@dataclass(frozen=True, slots=True)
class Constant(Distribution):
    """One value with probability 1: what a plain number becomes.

    Parameters
    ----------
    value : float
        The value, in the unit of the quantity.

    Examples
    --------
    >>> from walkaway_sim.inputs import Constant
    >>> Constant(12).ppf([0.1, 0.9])
    array([12., 12.])
    """

    value: float

    kind: ClassVar[str] = "constant"
    is_discrete: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", check_finite("constant: value", self.value))

    def mean(self) -> float:
        """Return the value itself."""
        return self.value

    def std(self) -> float:
        """Return 0."""
        return 0.0

    def support(self) -> tuple[float, float]:
        """Return the value, twice."""
        return self.value, self.value

    def _ppf(self, q: FloatArray) -> FloatArray:
        return np.full(q.shape, self.value)

    def _cdf(self, x: FloatArray) -> FloatArray:
        return (x >= self.value).astype(np.float64)

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        return np.array([self.value]), np.array([1.0])
