"""What every distribution of an uncertain quantity can do."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray
from scipy import special

from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError

__all__ = ["Distribution", "plain_number"]

_SHOWN = 80
"""Characters of a law that a message shows."""

_Numbers: TypeAlias = NDArray[np.floating[Any]] | Sequence[float]


class Distribution(ABC):
    """A distribution of one uncertain quantity: frozen, hashable, compared by value.

    A subclass is a ``@dataclass(frozen=True, slots=True)`` that checks its parameters when it is
    made and implements the underscored methods on flat arrays; the public methods here take care
    of shapes, of NaN and of the ends.
    """

    __slots__ = ()

    kind: ClassVar[str] = ""
    """Name of the public constructor, as a deal file writes it."""

    is_discrete: ClassVar[bool] = False
    """Whether all probability sits on single values."""

    def __str__(self) -> str:
        """Return the law as it is written: its constructor and its figures."""
        try:
            figures = [str(one) for key, one in self.spec().items() if key != "kind"]
        except InputError:
            return repr(self)
        text = f"{self.kind}({', '.join(figures)})"
        return text if len(text) <= _SHOWN else f"{self.kind}(...)"

    @overload
    def ppf(self, q: float) -> float: ...
    @overload
    def ppf(self, q: _Numbers) -> FloatArray: ...
    def ppf(self, q: float | _Numbers) -> float | FloatArray:
        """Quantile: the smallest x with ``cdf(x) >= q``.

        Parameters
        ----------
        q : float or array of any shape
            Probabilities. 0 and 1 give the ends of the support.

        Returns
        -------
        float or ndarray of the shape of `q`
            Quantiles, in the unit of the quantity; NaN where `q` is NaN or outside [0, 1]. The
            answer for one probability does not depend on what else is in the array.
        """
        probability = np.asarray(q, dtype=np.float64)
        # NumPy's loops over strided memory may round differently from those over contiguous memory.
        flat = np.ascontiguousarray(probability).reshape(-1)
        inside = (flat > 0.0) & (flat < 1.0)
        if inside.all():
            out = self._ppf(flat)
        else:
            low, high = self.support()
            out = np.full(flat.shape, np.nan)
            out[flat == 0.0] = low
            out[flat == 1.0] = high
            out[inside] = self._ppf(flat[inside])
        return float(out[0]) if probability.ndim == 0 else out.reshape(probability.shape)

    @overload
    def cdf(self, x: float) -> float: ...
    @overload
    def cdf(self, x: _Numbers) -> FloatArray: ...
    def cdf(self, x: float | _Numbers) -> float | FloatArray:
        """Probability of a value of at most `x`.

        Parameters
        ----------
        x : float or array of any shape
            Values, in the unit of the quantity; infinite ones are allowed.

        Returns
        -------
        float or ndarray of the shape of `x`
            Probabilities; NaN where `x` is NaN.
        """
        value = np.asarray(x, dtype=np.float64)
        flat = np.ascontiguousarray(value).reshape(-1)
        low, high = self.support()
        out = np.where(flat < low, 0.0, 1.0)
        out[np.isnan(flat)] = np.nan
        # Strictly below the upper end, so that an end at infinity needs no care in the subclass.
        inside = (flat >= low) & (flat < high) & np.isfinite(flat)
        out[inside] = self._cdf(flat[inside])
        out[flat == -np.inf] = 0.0
        return float(out[0]) if value.ndim == 0 else out.reshape(value.shape)

    @overload
    def from_normal(self, z: float) -> float: ...
    @overload
    def from_normal(self, z: _Numbers) -> FloatArray: ...
    def from_normal(self, z: float | _Numbers) -> float | FloatArray:
        """Value at the same quantile as `z` has in the standard normal distribution.

        Parameters
        ----------
        z : float or array of any shape
            Standard normal scores.

        Returns
        -------
        float or ndarray of the shape of `z`
            ``ppf(Phi(z))``, in closed form where there is one; NaN where `z` is NaN.
        """
        score = np.asarray(z, dtype=np.float64)
        out = self._from_normal(np.ascontiguousarray(score).reshape(-1))
        return float(out[0]) if score.ndim == 0 else out.reshape(score.shape)

    @abstractmethod
    def mean(self) -> float:
        """Return the expected value, in the unit of the quantity; infinite or NaN where none exists."""

    @abstractmethod
    def std(self) -> float:
        """Return the standard deviation, in the unit of the quantity; infinite or NaN where none exists."""

    @abstractmethod
    def support(self) -> tuple[float, float]:
        """Lowest and highest possible value; infinite where there is no end."""

    def spec(self) -> dict[str, Any]:
        """Describe the distribution as a deal file writes it.

        Returns
        -------
        dict
            ``"kind"``, the name of the public constructor, and its parameters by name; parameters
            at their defaults are left out. `from_spec` is the inverse.

        Examples
        --------
        >>> from walkaway_sim.inputs import pert
        >>> pert(27, 30, 36).spec()
        {'kind': 'pert', 'low': 27, 'mode': 30, 'high': 36}
        """
        out: dict[str, Any] = {"kind": self.kind}
        for field in dataclasses.fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            value = getattr(self, field.name)
            if value != field.default:
                out[field.name] = value if isinstance(value, str) else plain_number(value)
        return out

    @abstractmethod
    def _ppf(self, q: FloatArray) -> FloatArray:
        """Quantiles of probabilities strictly between 0 and 1, shape (n,)."""

    @abstractmethod
    def _cdf(self, x: FloatArray) -> FloatArray:
        """Probabilities at finite values from the lower end to below the upper one, shape (n,)."""

    def _from_normal(self, z: FloatArray) -> FloatArray:
        """Values for standard normal scores, shape (n,)."""
        return self.ppf(special.ndtr(z))

    def _density(self, x: FloatArray) -> FloatArray | None:  # noqa: ARG002  # for subclasses that have one
        """Probability density, shape (n,); None where it has no formula. Only speeds things up."""
        return None

    def _cdf_and_density(self, x: float) -> tuple[float, float]:
        """Distribution function and density at one finite value; NaN for a density without a formula.

        For the set-up of fast inversion, which asks for one value at a time.
        """
        low, high = self.support()
        density = self._density(np.array([x])) if low <= x <= high else np.zeros(1)
        return self.cdf(x), float("nan") if density is None else float(density[0])

    def _atoms(self) -> tuple[FloatArray, FloatArray] | None:
        """Values that carry probability, ascending, and their cumulative probabilities; None if continuous.

        A distribution with infinitely many values lists those that floating point can tell apart.
        """
        return None


def plain_number(value: float) -> float | int:
    """Return a whole float as an int, which a file shows as it was typed."""
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value
