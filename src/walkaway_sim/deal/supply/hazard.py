"""Times of events that come at a constant hazard."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from walkaway_sim._checks import check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution

__all__ = ["HazardTime"]


@dataclass(frozen=True, slots=True)
class HazardTime(Distribution):
    """Exponential time until an event of constant hazard.

    Parameters
    ----------
    hazard : float
        Events a year, above 0. Support from 0 to infinity [years]; mean and standard deviation
        ``1/hazard``.
    """

    hazard: float
    kind: ClassVar[str] = "hazard_time"

    def __post_init__(self) -> None:
        object.__setattr__(self, "hazard", check_positive("hazard", self.hazard))

    def _ppf(self, q: FloatArray) -> FloatArray:
        return np.asarray(np.log1p(-q) / -self.hazard)

    def _cdf(self, x: FloatArray) -> FloatArray:
        return np.asarray(-np.expm1(-self.hazard * np.maximum(x, 0.0)))

    def mean(self) -> float:
        """Return the mean time [years]."""
        return 1.0 / self.hazard

    def std(self) -> float:
        """Return the standard deviation [years]."""
        return 1.0 / self.hazard

    def support(self) -> tuple[float, float]:
        """Return the ends of the support [years]."""
        return 0.0, math.inf

    def spec(self) -> dict[str, Any]:
        """Refuse: a deal file gives the hazard, not the time."""
        raise InputError("a time that comes from a hazard is written to a file as its hazard")
