"""Quantiles of a continuous distribution by SciPy's fast numerical inversion, where exact ones are slow.

`scipy.stats.sampling.NumericalInverseHermite` (Hörmann and Leydold 2003) sets up in milliseconds, in
about one where the slope of the density is known, and then finds a million quantiles in about 15. Here it
works between the probabilities `CUT` and 1 - `CUT`, where no tail is heavy and no density has a pole; the
few draws beyond are exact, so the tails stay sharp. SciPy measures its error only where it looks, so the
set-up is checked here against the distribution function. A distribution that fails keeps its exact
quantiles: the worst this can be is slow.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from walkaway_sim._typing import FloatArray

if TYPE_CHECKING:
    from scipy.stats.sampling import NumericalInverseHermite

__all__ = ["CUT", "TOLERANCE", "Curve", "FastInverse", "fast_inverse"]

CUT = 1e-5
"""Quantiles of probabilities below it and above 1 - CUT are exact."""

TOLERANCE = 5e-10
"""Largest error in probability that the check at set-up lets pass; at 1e-9 the tests draw the line."""

_RESOLUTION = 5e-11  # error in probability that SciPy is asked for
_TAIL = np.geomspace(CUT, 0.01, 200)
_CHECKED = np.concatenate([_TAIL, np.linspace(0.01, 0.99, 2001), 1.0 - _TAIL])

# What a distribution may raise at a single number, and what SciPy raises where it gives up.
_FAILURES = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)

_set_up = threading.RLock()  # may be entered again: parts of a mixture are set up inside of it

_Function = Callable[[FloatArray], FloatArray]


class Curve(Protocol):
    """A distribution as SciPy's set-up wants it: one number at a time.

    Where it has a method ``dpdf``, the derivative of the density, the set-up takes a fifth of the time.
    """

    def cdf(self, x: float, /) -> float:
        """Probability of a value of at most `x`."""

    def pdf(self, x: float, /) -> float:
        """Density at `x`."""


@dataclass(frozen=True, slots=True, eq=False)
class FastInverse:
    """Checked fast quantiles of one distribution.

    Parameters
    ----------
    generator : scipy.stats.sampling.NumericalInverseHermite
        Set up on the part of the distribution between `CUT` and 1 - `CUT`.
    exact : callable
        Exact quantiles, from shape (n,) to shape (n,).
    """

    generator: NumericalInverseHermite
    exact: _Function

    def ppf(self, q: FloatArray) -> FloatArray:
        """Quantiles of `q`, strictly between 0 and 1, shape (n,); each depends on its own q alone."""
        share = (q - CUT) / (1.0 - 2.0 * CUT)
        out = np.asarray(self.generator.ppf(np.clip(share, 0.0, 1.0)), dtype=np.float64)
        tail = (q < CUT) | (q > 1.0 - CUT)
        if tail.any():
            out[tail] = self.exact(q[tail])
        return out


def fast_inverse(
    exact: _Function, cdf: _Function, curve: Curve, kinks: Iterable[float] = ()
) -> FastInverse | None:
    """Set up fast quantiles, and check them.

    Parameters
    ----------
    exact, cdf : callable
        Quantile and distribution function, each from shape (n,) to shape (n,).
    curve : Curve
        The same distribution, one number at a time; a frozen SciPy distribution will do.
    kinks : iterable of float
        Values where the density is not smooth, as far as they are known.

    Returns
    -------
    FastInverse or None
        None where SciPy gives up, or where the check finds an error in probability above `TOLERANCE`.
    """
    orders = (5, 3) if hasattr(curve, "dpdf") else (3,)
    tried = (_checked(exact, cdf, curve, kinks, order) for order in orders)
    return next((found for found in tried if found is not None), None)


def _checked(
    exact: _Function, cdf: _Function, curve: Curve, kinks: Iterable[float], order: int
) -> FastInverse | None:
    """Set up polynomials of one degree; None where SciPy gives up or the check fails."""
    from scipy.stats.sampling import NumericalInverseHermite

    # SciPy's warnings say what the check decides; user code may have turned them into errors.
    with _set_up, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            low, high = exact(np.array([CUT, 1.0 - CUT])).tolist()
            inside = sorted({kink for kink in kinks if low < kink < high})
            generator = NumericalInverseHermite(
                curve,  # type: ignore[arg-type]  # the domain stands in for a support
                domain=(low, high),
                order=order,
                u_resolution=_RESOLUTION,
                construction_points=inside or None,
            )
            found = FastInverse(generator, exact)
            error = np.abs(cdf(found.ppf(_CHECKED)) - _CHECKED)
        except _FAILURES:
            return None
    return found if bool(np.all(error <= TOLERANCE)) else None  # a NaN fails
