"""Frozen SciPy distributions, of the old kind and the new, as inputs."""

from __future__ import annotations

import contextlib
import pickle
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs._smooth_curves import FAMILIES, SmoothCurve
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.fast_inverse import FastInverse, fast_inverse

__all__ = ["ScipyInput", "is_frozen_scipy"]

# Old-kind families whose quantiles SciPy iterates for, and whose density and distribution function
# are cheap: 0.4 to 5 microseconds a value, against 0.02 by fast inversion.
_SLOW = frozenset(
    {"beta", "betaprime", "chi2", "erlang", "f", "gamma", "invgamma", "invgauss", "nct", "skewnorm"}
)
_MOST_ATOMS = 1_000_000
_PROBE = np.array([0.01, 0.3, 0.8])


def is_frozen_scipy(x: object) -> bool:
    """Whether `x` is a univariate SciPy distribution with its parameters set."""
    # What SciPy made can only exist once scipy.stats is loaded, so nothing is imported to find out.
    return "scipy.stats" in sys.modules and (_is_old(x) or _is_new(x))


@dataclass(frozen=True, slots=True, eq=False)
class ScipyInput(Distribution):
    """A frozen SciPy distribution, such as ``scipy.stats.gamma(2)`` or ``scipy.stats.Normal(mu=1)``.

    Parameters
    ----------
    frozen : object
        Univariate, with scalar parameters. A mean that is infinite or does not exist is allowed
        here; rules that need one say so.

    Notes
    -----
    Two inputs are equal if their families are SciPy's own and their parameters agree; of families
    that are not, only if they wrap the same object. Families with slow quantiles and a density use
    SciPy's fast inversion (error in probability below 1e-9).
    """

    frozen: Any

    kind: ClassVar[str] = "scipy"

    def __post_init__(self) -> None:
        if not is_frozen_scipy(self.frozen):
            raise InputError(f"scipy: needs a frozen univariate SciPy distribution, got {self.frozen!r}")
        with _quiet():
            shapes = {np.shape(end) for end in self.frozen.support()} | {np.shape(self.frozen.mean())}
        if shapes != {()}:
            raise InputError(
                "scipy: a distribution with array parameters is several inputs; give one for each element"
            )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ScipyInput):
            return NotImplemented
        return self.frozen is other.frozen or _identity(self.frozen) == _identity(other.frozen)

    def __hash__(self) -> int:
        return hash(_identity(self.frozen))

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross a process boundary with all parameters, which SciPy's new kind loses (seen in 1.17)."""
        frozen = self.frozen
        if _is_old(frozen):
            return type(self), (frozen,)
        if _is_own_new(frozen):
            return _rebuild, (type(frozen), dict(frozen._original_parameters))
        copy = pickle.loads(pickle.dumps(frozen))
        if not np.array_equal(copy.icdf(_PROBE), frozen.icdf(_PROBE)):
            raise pickle.PicklingError(
                f"scipy: {frozen!r} loses its parameters when it is pickled; use threads, or one of the "
                "library's own distributions"
            )
        return type(self), (frozen,)

    @property
    def is_discrete(self) -> bool:  # type: ignore[override]  # here it depends on what is wrapped
        """Whether all probability sits on single values."""
        if _is_old(self.frozen):
            return hasattr(self.frozen, "pmf")
        return any(base.__name__ == "DiscreteDistribution" for base in type(self.frozen).__mro__)

    def mean(self) -> float:
        """Return the expected value; may be infinite or NaN."""
        with _quiet():
            return float(self.frozen.mean())

    def std(self) -> float:
        """Return the standard deviation; may be infinite or NaN."""
        with _quiet():
            old = _is_old(self.frozen)
            return float(self.frozen.std() if old else self.frozen.standard_deviation())

    def support(self) -> tuple[float, float]:
        """Return the ends of the support."""
        low, high = self.frozen.support()
        return float(low), float(high)

    def spec(self) -> dict[str, Any]:
        """Refuse: a deal file cannot hold a SciPy object."""
        raise InputError(
            f"scipy: {self.frozen!r} cannot be written to a file; use one of the library's own "
            "distributions, such as metalog with its quantiles, or empirical with a sample"
        )

    def _ppf(self, q: FloatArray) -> FloatArray:
        fast = _inverse(self)
        return self._exact(q) if fast is None else fast.ppf(q)

    def _exact(self, q: FloatArray) -> FloatArray:
        with _quiet():
            found = self.frozen.ppf(q) if _is_old(self.frozen) else self.frozen.icdf(q)
        return np.asarray(found, dtype=np.float64)

    def _cdf(self, x: FloatArray) -> FloatArray:
        if self.is_discrete and not _is_old(self.frozen):
            x = np.floor(x)  # SciPy's new kind interpolates between the whole numbers
        with _quiet():
            return np.asarray(self.frozen.cdf(x), dtype=np.float64)

    def _density(self, x: FloatArray) -> FloatArray | None:
        if self.is_discrete:
            return None
        with _quiet():
            return np.asarray(self.frozen.pdf(x), dtype=np.float64)

    def _atoms(self) -> tuple[FloatArray, FloatArray] | None:
        if not self.is_discrete:
            return None
        tail = 2.0**-53
        low, high = self.ppf([tail, 1.0 - tail]).tolist()
        if not high - low < _MOST_ATOMS:
            raise InputError(
                f"scipy: {self.frozen!r} has too many values for a mixture; replace it by a continuous one"
            )
        # SciPy's discrete families live on whole numbers, shifted by loc.
        values = np.arange(low, high + 1.0)
        return values, self.cdf(values)


@lru_cache(maxsize=256)
def _inverse(wrapped: ScipyInput) -> FastInverse | None:
    """Fast quantiles for a family known to be slow; None for any other."""
    frozen = wrapped.frozen
    if not _is_old(frozen) or wrapped.is_discrete or _own_name(frozen) not in _SLOW:
        return None
    # From its own object SciPy sets up 20 times as fast as from its public methods, but some families refuse.
    curves = (_smooth(frozen), frozen, _PlainCurve(frozen))
    tried = (fast_inverse(wrapped._exact, wrapped.cdf, curve) for curve in curves if curve is not None)
    return next((found for found in tried if found is not None), None)


def _smooth(frozen: Any) -> SmoothCurve | None:
    """Return the distribution with the slope of its density, for families whose formula is known here."""
    name, *figures = _identity(frozen)
    return FAMILIES[name](*figures) if name in FAMILIES else None


@dataclass(frozen=True, slots=True, eq=False)
class _PlainCurve:
    """An old-kind distribution by its public methods, one number at a time."""

    frozen: Any

    def cdf(self, x: float) -> float:
        return float(self.frozen.cdf(x))

    def pdf(self, x: float) -> float:
        return float(self.frozen.pdf(x))


def _is_old(x: object) -> bool:
    """Whether `x` is what calling ``scipy.stats.norm(...)`` returns."""
    return all(hasattr(x, name) for name in ("dist", "args", "kwds", "ppf", "cdf", "support", "std"))


def _is_new(x: object) -> bool:
    """Whether `x` is an instance of a class such as ``scipy.stats.Normal``."""
    return not isinstance(x, type) and all(
        hasattr(x, name) for name in ("icdf", "cdf", "support", "standard_deviation")
    )


def _is_own_new(frozen: Any) -> bool:
    """Whether `frozen` is of a new-kind class that SciPy itself defines, not derived from one."""
    return type(frozen).__module__ == "scipy.stats._new_distributions"


def _rebuild(family: Any, parameters: dict[str, Any]) -> ScipyInput:
    """Make the input anew from the family and its parameters."""
    return ScipyInput(family(**parameters))


def _own_name(frozen: Any) -> str | None:
    """Name of the old-kind family if it is SciPy's own; None for a family that someone derived."""
    import scipy.stats

    name = getattr(frozen.dist, "name", None)
    own = getattr(scipy.stats, name, None) if isinstance(name, str) else None
    return name if own is not None and type(own) is type(frozen.dist) else None


def _identity(frozen: Any) -> tuple[Any, ...]:
    """Key that two equal distributions share: family and parameters, or else the object itself."""
    if _is_old(frozen):
        name = _own_name(frozen)
        if name is not None:
            shapes, loc, scale = frozen.dist._parse_args(*frozen.args, **frozen.kwds)
            return name, *(float(value) for value in (*shapes, loc, scale))
    elif _is_own_new(frozen):
        parameters = sorted(frozen._parameters.items())
        return type(frozen).__name__, *((name, float(value)) for name, value in parameters)
    return (id(frozen),)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep SciPy from warning of moments that do not exist: NaN and infinity say it already."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        yield
