"""A sample taken as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution, plain_number

__all__ = ["Empirical"]


@dataclass(frozen=True, slots=True, eq=False)
class Empirical(Distribution):
    """The distribution that puts the same probability on every observation.

    Parameters
    ----------
    sample : array-like, shape (n,)
        Observations, in the unit of the quantity; finite, in any order. Kept sorted and read-only.

    Notes
    -----
    Quantiles are observations: nothing is interpolated, and nothing lies beyond the extremes seen.
    The standard deviation is that of the distribution, with n, not n - 1, in the denominator.
    """

    sample: FloatArray

    kind: ClassVar[str] = "empirical"
    is_discrete: ClassVar[bool] = True

    def __post_init__(self) -> None:
        values = _check_sample(self.sample)
        values.sort()
        values.flags.writeable = False
        object.__setattr__(self, "sample", values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Empirical):
            return NotImplemented
        return np.array_equal(self.sample, other.sample)

    def __hash__(self) -> int:
        # Adding 0 turns -0.0 into 0.0, to which it is equal.
        return hash((self.kind, (self.sample + 0.0).tobytes()))

    def __repr__(self) -> str:
        return f"Empirical(n={self.sample.size}, min={self.sample[0]:g}, max={self.sample[-1]:g})"

    def __reduce__(self) -> tuple[type[Empirical], tuple[FloatArray]]:
        """Rebuild on unpickling, which makes the sample read-only again."""
        return type(self), (np.array(self.sample),)

    def mean(self) -> float:
        """Return the mean of the sample."""
        return float(self.sample.mean())

    def std(self) -> float:
        """Return the standard deviation of the sample, with n in the denominator."""
        return float(self.sample.std())

    def support(self) -> tuple[float, float]:
        """Return the extremes of the sample."""
        return float(self.sample[0]), float(self.sample[-1])

    def spec(self) -> dict[str, Any]:
        """Describe the distribution as a deal file writes it."""
        return {"kind": self.kind, "sample": [plain_number(x) for x in self.sample.tolist()]}

    def _ppf(self, q: FloatArray) -> FloatArray:
        rank = q * self.sample.size
        # k/n times n can miss k by a rounding error, and the quantile would be off by one rank.
        whole = np.rint(rank)
        near = np.abs(rank - whole) <= 4.0 * np.finfo(np.float64).eps * whole
        rank = np.where(near, whole, np.ceil(rank))
        return self.sample[np.maximum(rank.astype(np.int64) - 1, 0)]

    def _cdf(self, x: FloatArray) -> FloatArray:
        return np.searchsorted(self.sample, x, side="right") / self.sample.size

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        values, count = np.unique(self.sample, return_counts=True)
        return values, np.cumsum(count) / self.sample.size


def _check_sample(sample: object) -> FloatArray:
    """Return a fresh array of the observations."""
    if isinstance(sample, Iterable) and not hasattr(sample, "__array__") and not hasattr(sample, "__len__"):
        sample = list(sample)
    try:
        values = np.array(sample, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError("empirical: sample must be a sequence of numbers") from None
    if values.ndim != 1:
        raise InputError(f"empirical: sample must have one dimension, got shape {values.shape}")
    if values.size == 0:
        raise InputError("empirical: sample is empty; it needs at least one observation")
    bad = int(values.size - np.isfinite(values).sum())
    if bad:
        raise InputError(f"empirical: sample has {bad} NaN or infinite values; leave them out")
    return values
