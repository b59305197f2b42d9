"""One of several distributions, each with its probability: linear pooling, and scenarios."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from walkaway_sim._checks import check_probability
from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs._roots import solve_increasing
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.counting import SLACK, atom_quantiles
from walkaway_sim.inputs.fast_inverse import FastInverse, fast_inverse

__all__ = ["Mixture", "leaves"]

Parts = tuple[tuple[float, Distribution], ...]

_LEAST = 2.0**-53
"""How far a probability keeps from 0 and 1, where quantiles may be infinite."""


@dataclass(frozen=True, slots=True)
class Mixture(Distribution):
    """Mixture: its distribution function is the weighted sum of those of its parts.

    Parameters
    ----------
    parts : tuple of (weight, Distribution)
        Weights are probabilities and must sum to 1 within 1e-9; they are then scaled to do so
        exactly. A part of weight 0 is left out.

    Notes
    -----
    Quantiles invert the mixed distribution function, so a mixture has one coordinate of the unit
    cube, like every other input. A continuous mixture whose parts have a density uses SciPy's fast
    inversion (error in probability below 1e-9); single values and one continuous part have a closed
    form; any other is solved by bracketing between the lowest and the highest quantile of its parts.
    """

    parts: Parts

    kind: ClassVar[str] = "mixture"

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _check_parts(self.parts))

    @property
    def is_discrete(self) -> bool:  # type: ignore[override]  # here it depends on the parts
        """Whether all probability sits on single values."""
        return all(part.is_discrete for _, part in self.parts)

    def mean(self) -> float:
        """Return the weighted mean of the parts' means."""
        return math.fsum(weight * part.mean() for weight, part in self.parts)

    def std(self) -> float:
        """Return the standard deviation: within the parts, and between their means."""
        mean = self.mean()
        if not math.isfinite(mean):
            return math.nan if math.isnan(mean) else math.inf
        return math.sqrt(
            math.fsum(weight * (part.std() ** 2 + (part.mean() - mean) ** 2) for weight, part in self.parts)
        )

    def support(self) -> tuple[float, float]:
        """Return the lowest and the highest end of the parts."""
        ends = [part.support() for _, part in self.parts]
        return min(low for low, _ in ends), max(high for _, high in ends)

    def spec(self) -> dict[str, Any]:
        """Describe the distribution as a deal file writes it."""
        parts = [{"weight": weight, "distribution": part.spec()} for weight, part in self.parts]
        return {"kind": self.kind, "parts": parts}

    def _ppf(self, q: FloatArray) -> FloatArray:
        atoms = self._atoms()
        if atoms is None:
            fast = _inverse(self.parts)
            return self._solve(q) if fast is None else fast.ppf(q)
        values, reached = atoms
        if self.is_discrete:
            return atom_quantiles(values, reached, q)
        return self._solve_with_atoms(q, values, reached)

    def _cdf(self, x: FloatArray) -> FloatArray:
        total = np.zeros(x.shape)
        for weight, part in self.parts:
            total += weight * part.cdf(x)
        return np.minimum(total, 1.0)

    def _density(self, x: FloatArray) -> FloatArray | None:
        total = np.zeros(x.shape)
        for weight, part in self.parts:
            density = part._density(x)
            if density is None:
                return None
            total += weight * density
        return total

    def _cdf_and_density(self, x: float) -> tuple[float, float]:
        found = [(weight, *part._cdf_and_density(x)) for weight, part in self.parts]
        return math.fsum(w * reached for w, reached, _ in found), math.fsum(w * rise for w, _, rise in found)

    def _atoms(self) -> tuple[FloatArray, FloatArray] | None:
        return _merged_atoms(self.parts)

    def _solve(self, q: FloatArray) -> FloatArray:
        """Quantiles by bracketing, of parts without atoms or of probabilities between atoms."""
        quantiles = np.stack([part.ppf(q) for _, part in self.parts])
        return solve_increasing(self._cdf, q, quantiles.min(axis=0), quantiles.max(axis=0))

    def _solve_with_atoms(self, q: FloatArray, values: FloatArray, reached: FloatArray) -> FloatArray:
        """Quantiles where some values carry probability: those values exactly, the rest by bracketing."""
        least = q * SLACK
        above = np.searchsorted(reached, least, side="left")
        index = np.minimum(above, values.size - 1)
        at_atom = (q > _before(self.parts)[index]) & (least <= reached[index])
        out = values[index]
        rest = _rest(self.parts)
        if rest is None:
            out[~at_atom] = self._solve(q[~at_atom])
        else:
            out[~at_atom] = rest.ppf(q[~at_atom], above[~at_atom])
        return out


@dataclass(frozen=True, slots=True)
class _MixtureCurve:
    """A mixture whose parts all have a density, one number at a time."""

    mixture: Mixture

    def cdf(self, x: float) -> float:
        return self.mixture._cdf_and_density(x)[0]

    def pdf(self, x: float) -> float:
        return self.mixture._cdf_and_density(x)[1]


@lru_cache(maxsize=64)
def _inverse(parts: Parts) -> FastInverse | None:
    """Fast quantiles of a mixture without atoms.

    None where a part has no density, where the parts leave a gap, or where the check fails.
    """
    mixture = Mixture(parts)
    if mixture._density(np.array([0.0])) is None:
        return None
    supports = sorted(part.support() for _, part in parts)
    reached = supports[0][1]
    for low, high in supports[1:]:
        if low > reached:
            return None  # inside a gap every value has the same probability, and only one is the quantile
        reached = max(reached, high)
    kinks = [end for ends in supports for end in ends]
    return fast_inverse(mixture._solve, mixture.cdf, _MixtureCurve(mixture), kinks)


@dataclass(frozen=True, slots=True, eq=False)
class _Rest:
    """The one part that spreads among single values, and the probability that these have used up.

    Parameters
    ----------
    weight, part : float, Distribution
    passed : ndarray, shape (n + 1,)
        Probability of the first 0 to n single values.
    ends : ndarray, shape (n + 2,)
        The single values, with infinities about them.
    """

    weight: float
    part: Distribution
    passed: FloatArray
    ends: FloatArray

    def ppf(self, q: FloatArray, above: IntArray) -> FloatArray:
        """Quantiles of probabilities that lie past the first `above` single values, both of shape (n,)."""
        share = np.clip((q - self.passed[above]) / self.weight, _LEAST, 1.0 - _LEAST)
        return np.clip(self.part.ppf(share), self.ends[above], self.ends[above + 1])


@lru_cache(maxsize=64)
def _rest(parts: Parts) -> _Rest | None:
    """Return the only part without atoms, where all others are single values."""
    smooth = [(weight, part) for weight, part in leaves(parts) if part._atoms() is None]
    atoms = _merged_atoms(parts)
    if atoms is None or len(smooth) != 1:
        return None
    (weight, part), (values, reached) = smooth[0], atoms
    passed = np.append(0.0, reached - weight * part.cdf(values))
    return _Rest(weight, part, passed, np.concatenate([[-np.inf], values, [np.inf]]))


@lru_cache(maxsize=64)
def _merged_atoms(parts: Parts) -> tuple[FloatArray, FloatArray] | None:
    """Values that carry probability in any part, and the mixed distribution function there."""
    found = [atoms for _, part in parts if (atoms := part._atoms()) is not None]
    if not found:
        return None
    values = np.unique(np.concatenate([value for value, _ in found]))
    cumulative = np.zeros(values.size)
    for weight, part in parts:
        cumulative += weight * part.cdf(values)
    return values, np.minimum(cumulative, 1.0)


@lru_cache(maxsize=64)
def _before(parts: Parts) -> FloatArray:
    """Probability strictly below each value that carries probability."""
    atoms = _merged_atoms(parts)
    if atoms is None:
        return np.empty(0)
    values, reached = atoms
    mass = np.zeros(values.size)
    for weight, part in leaves(parts):
        own = part._atoms()
        if own is not None:
            place = np.searchsorted(values, own[0])
            mass[place] += weight * np.diff(own[1], prepend=0.0)
    return reached - mass


def leaves(parts: Parts) -> Parts:
    """Return the parts, and of mixtures among them their parts: each is single values or has none."""
    out: list[tuple[float, Distribution]] = []
    for weight, part in parts:
        own = leaves(part.parts) if isinstance(part, Mixture) else ((1.0, part),)
        out += [(weight * share, leaf) for share, leaf in own]
    return tuple(out)


def _check_parts(parts: Iterable[tuple[float, Distribution]]) -> Parts:
    """Return the parts with weights that sum to 1."""
    checked = []
    for number, (weight, part) in enumerate(parts, start=1):
        share = check_probability(f"mixture: the weight of part {number}", weight)
        if not isinstance(part, Distribution):
            raise InputError(f"mixture: part {number} must be a distribution or a number, got {part!r}")
        checked.append((share, part))
    if not checked:
        raise InputError("mixture: needs at least one part (weight, distribution)")
    total = math.fsum(weight for weight, _ in checked)
    if abs(total - 1.0) > 1e-9:
        raise InputError(f"mixture: the weights must sum to 1, but they sum to {total:.10g}")
    return tuple((weight if total == 1.0 else weight / total, part) for weight, part in checked if weight > 0)
