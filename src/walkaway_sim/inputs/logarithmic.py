"""The logarithmic pool of several distributions: the weighted geometric mean of their densities.

With weights that sum to 1 the pool exists exactly where the product of the densities is not zero
almost everywhere: by Hölder's inequality its integral is at most 1. Pools of normals, of lognormals
and of uniforms are of the same family. Any other is integrated numerically.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from walkaway_sim._checks import check_non_negative
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs._panels import Panels, panels_of
from walkaway_sim.inputs._roots import solve_increasing
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.bounded import Uniform
from walkaway_sim.inputs.fast_inverse import FastInverse, fast_inverse
from walkaway_sim.inputs.gaussian import LogNormal, Normal

__all__ = ["LogarithmicPool", "logarithmic_pool"]

Parts = tuple[tuple[float, Distribution], ...]

_LOGITS = np.concatenate([np.arange(0.0, 40.0), 40.0 * 1.1 ** np.arange(31)])  # up to probabilities of 1e-303
_LOG_ROOT = 0.5 * math.log(2.0 * math.pi)


def logarithmic_pool(parts: Iterable[tuple[float, Distribution]]) -> Distribution:
    """Make the logarithmic pool of continuous distributions.

    Parameters
    ----------
    parts : iterable of (weight, Distribution)
        Weights of 0 or more, scaled to sum to 1; a part of weight 0 is left out.

    Returns
    -------
    Distribution
        A `Normal`, `LogNormal` or `Uniform` where all parts are; a single part itself; else a
        `LogarithmicPool`.

    Raises
    ------
    InputError
        A part has no density, or no value has a density in all parts: then there is no such pool.

    References
    ----------
    Genest and Zidek (1986), "Combining probability distributions", Statistical Science 1(1).

    Examples
    --------
    >>> from walkaway_sim.inputs import logarithmic_pool, normal
    >>> pooled = logarithmic_pool([(0.6, normal(10, 2)), (0.4, normal(14, 3))])
    >>> round(pooled.mean(), 6), round(pooled.std() ** 2, 6)
    (10.914286, 5.142857)
    """
    checked = _check_parts(parts)
    laws = [law for _, law in checked]
    if len(set(laws)) == 1:
        return laws[0]
    if all(isinstance(law, Normal) for law in laws):
        return Normal(*_precision_weighted([(w, law.mean(), law.std()) for w, law in checked]))
    logs = [(w, math.log(law.median), law.log_sd) for w, law in checked if isinstance(law, LogNormal)]
    if len(logs) == len(checked):
        middle, spread = _precision_weighted(logs)
        return LogNormal(math.exp(middle), spread)
    if all(isinstance(law, Uniform) for law in laws):
        return Uniform(*_common_support(checked))
    return LogarithmicPool(checked)


@dataclass(frozen=True, slots=True)
class LogarithmicPool(Distribution):
    """Logarithmic pool: its density is proportional to the product of its parts' densities to their weights.

    Parameters
    ----------
    parts : tuple of (weight, Distribution)
        Continuous distributions, with weights that are scaled to sum to 1.

    Notes
    -----
    The density is integrated by Gauss-Legendre quadrature on panels that are halved until the last
    Legendre coefficients are below 1e-12 of the whole. Quantiles invert the integral: by bracketing,
    or by SciPy's fast inversion where its check passes (error in probability below 1e-9).
    Mean and standard deviation are by the same quadrature; NaN where a part has none, since then no
    quadrature can tell whether the pool has.
    """

    parts: Parts

    kind: ClassVar[str] = "logarithmic_pool"

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _check_parts(self.parts))
        _panels(self.parts)

    def mean(self) -> float:
        """Return the expected value; NaN where a part has none."""
        if not all(math.isfinite(part.mean()) for _, part in self.parts):
            return math.nan
        return _panels(self.parts).integral(lambda x: x)

    def std(self) -> float:
        """Return the standard deviation; NaN where a part has none."""
        mean = self.mean()
        if not all(math.isfinite(part.std()) for _, part in self.parts):
            return math.nan
        return math.sqrt(_panels(self.parts).integral(lambda x: (x - mean) ** 2))

    def support(self) -> tuple[float, float]:
        """Return the ends of what all parts hold possible."""
        return _common_support(self.parts)

    def spec(self) -> dict[str, Any]:
        """Refuse: a deal file writes the people who were pooled."""
        raise InputError(
            "a logarithmic pool is written to a file by its people; give the deal pool(...).input(), "
            "which keeps them on record"
        )

    def _ppf(self, q: FloatArray) -> FloatArray:
        fast = _inverse(self.parts)
        return self._exact(q) if fast is None else fast.ppf(q)

    def _exact(self, q: FloatArray) -> FloatArray:
        low, high = _panels(self.parts).bracket(q)
        return solve_increasing(self._cdf, q, low, high)

    def _cdf(self, x: FloatArray) -> FloatArray:
        return _panels(self.parts).cdf(x)

    def _density(self, x: FloatArray) -> FloatArray:
        return np.exp(_log_product(self.parts, x) - _panels(self.parts).log_total)


@lru_cache(maxsize=64)
def _panels(parts: Parts) -> Panels:
    """Integrate the product of the densities once."""
    low, high = _common_support(parts)
    edges = [law.ppf(1.0 / (1.0 + np.exp(np.concatenate([_LOGITS, -_LOGITS])))) for _, law in parts]
    scale = None
    if all(math.isfinite(law.mean()) and math.isfinite(law.std()) for _, law in parts):
        middle = math.fsum(w * law.mean() for w, law in parts)
        spread = math.fsum(w * law.std() for w, law in parts)
        scale = middle, spread
    # A kink of one density, such as the end of a part of a mixture, is found by halving.
    found = panels_of(lambda x: _log_product(parts, x), np.concatenate(edges), low, high, scale)
    if found is None:
        raise InputError(
            "logarithmic pool: needs values that all parts hold possible, got densities whose product is 0 "
            "everywhere; use the linear pool"
        )
    return found


@lru_cache(maxsize=64)
def _inverse(parts: Parts) -> FastInverse | None:
    """Fast quantiles; None where the check fails."""
    pool = LogarithmicPool(parts)
    return fast_inverse(pool._exact, pool.cdf, _PoolCurve(pool))


@dataclass(frozen=True, slots=True)
class _PoolCurve:
    """A pool by its integrated panels, one number at a time."""

    pool: LogarithmicPool

    def cdf(self, x: float) -> float:
        return self.pool.cdf(x)

    def pdf(self, x: float) -> float:
        return _panels(self.pool.parts).density(x)


def _log_product(parts: Parts, x: FloatArray) -> FloatArray:
    """Logarithm of the product of the densities to their weights, shape (n,)."""
    total = np.zeros(x.shape)
    for weight, law in parts:
        total += weight * _log_density(law, x)
    return total


def _log_density(law: Distribution, x: FloatArray) -> FloatArray:
    """Logarithm of a density; of the Gaussian ones in closed form, since theirs underflow first."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if isinstance(law, Normal):
            return -0.5 * ((x - law.mean_value) / law.sd) ** 2 - math.log(law.sd) - _LOG_ROOT
        if isinstance(law, LogNormal):
            score = (np.log(x) - math.log(law.median)) / law.log_sd
            found = -0.5 * score**2 - np.log(x) - math.log(law.log_sd) - _LOG_ROOT
            return np.where(x > 0.0, found, -np.inf)
        density = law._density(x)
        low, high = law.support()
        inside = (x > low) & (x < high)
        return np.where(inside, np.log(np.zeros(1) if density is None else density), -np.inf)


def _precision_weighted(parts: Iterable[tuple[float, float, float]]) -> tuple[float, float]:
    """Mean and standard deviation of the pool of normals: precisions add up by weight."""
    given = [(weight / sd**2, mean) for weight, mean, sd in parts]
    precision = math.fsum(share for share, _ in given)
    return math.fsum(share * mean for share, mean in given) / precision, 1.0 / math.sqrt(precision)


def _common_support(parts: Parts) -> tuple[float, float]:
    """Return the ends of what all parts hold possible, refusing where there is nothing."""
    ends = [law.support() for _, law in parts]
    low, high = max(low for low, _ in ends), min(high for _, high in ends)
    if not low < high:
        raise InputError(
            "logarithmic pool: needs values that all parts hold possible, got one that begins at "
            f"{low:g} and one that ends at {high:g}; use the linear pool"
        )
    return low, high


def _check_parts(parts: Iterable[tuple[float, Distribution]]) -> Parts:
    """Return the parts of some weight, weights scaled to sum to 1."""
    checked = []
    for number, (weight, law) in enumerate(parts, start=1):
        share = check_non_negative(f"logarithmic pool: weight {number}", weight)
        if not isinstance(law, Distribution):
            raise InputError(f"logarithmic pool: part {number} must be a distribution, got {law!r}")
        if share == 0.0:
            continue
        if law._atoms() is not None or law._density(np.array([law.ppf(0.5)])) is None:
            raise InputError(
                f"logarithmic pool: needs densities, got {law}, which puts probability on single values; "
                "use the linear pool"
            )
        checked.append((share, law))
    total = math.fsum(share for share, _ in checked)
    if not total > 0.0:
        raise InputError("logarithmic pool: needs a part of a weight above 0")
    return tuple((share if total == 1.0 else share / total, law) for share, law in checked)
