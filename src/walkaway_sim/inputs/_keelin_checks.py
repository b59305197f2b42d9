"""What a metalog's quantiles must satisfy, and which one to move when they do not."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from scipy import special

from walkaway_sim._checks import check_finite, check_in
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs._keelin_curve import SLOPE_BOUND, basis, lowest_slope, slope_basis

__all__ = ["Points", "check_inside", "check_points", "check_rising"]

Points = tuple[tuple[float, float], ...]

_MOST_QUANTILES = 6
_ROUNDING = 1e-13


def check_points(quantiles: Mapping[float, float] | Iterable[tuple[float, float]]) -> Points:
    """Return the quantiles as pairs in ascending order, refusing what no distribution has."""
    if isinstance(quantiles, Mapping):
        pairs = list(quantiles.items())
    else:
        try:
            pairs = [(probability, x) for probability, x in quantiles]
        except (TypeError, ValueError):
            raise InputError(
                "metalog: quantiles must map probabilities to values, such as {0.1: 35, 0.9: 75}, "
                f"got {quantiles!r}"
            ) from None
    points = []
    for probability, x in pairs:
        y = check_in("metalog: a quantile's probability", probability, 0.0, 1.0, open_ends=True)
        points.append((y, check_finite(f"metalog: quantile {y:g}", x)))
    if not 2 <= len(points) <= _MOST_QUANTILES:
        raise InputError(f"metalog: needs 2 to {_MOST_QUANTILES} quantiles, got {len(points)}")
    points.sort()
    for (y0, x0), (y1, x1) in itertools.pairwise(points):
        if y0 == y1:
            raise InputError(f"metalog: the probability {y0:g} is given twice")
        if not x0 < x1:
            raise InputError(
                f"metalog: quantiles must rise, but quantile {y0:g} = {x0:g} is not below "
                f"quantile {y1:g} = {x1:g}"
            )
    return tuple(points)


def check_inside(points: Points, lower: float | None, upper: float | None) -> None:
    """Refuse quantiles at or outside the ends."""
    if lower is not None and upper is not None and not lower < upper:
        raise InputError(f"metalog: lower must lie below upper, got {lower:g} and {upper:g}")
    for probability, x in points:
        if lower is not None and x <= lower:
            raise InputError(f"metalog: quantile {probability:g} = {x:g} must lie above lower = {lower:g}")
        if upper is not None and x >= upper:
            raise InputError(f"metalog: quantile {probability:g} = {x:g} must lie below upper = {upper:g}")


def check_rising(
    points: Points,
    coefficients: tuple[float, ...],
    transform: Callable[[FloatArray], FloatArray],
    back: Callable[[FloatArray], FloatArray],
) -> None:
    """Refuse a curve that somewhere does not rise.

    Parameters
    ----------
    points : tuple of (probability, quantile)
        In ascending order.
    coefficients : tuple of float
        Of the curve through them.
    transform, back : callable
        To the scale of the curve, and from it.
    """
    if len(coefficients) == 2:
        return  # one slope, and it has the sign of the rise between the two quantiles
    if len(coefficients) == 3:
        _, a2, a3 = coefficients
        if a2 > 0.0 and abs(a3) < SLOPE_BOUND * a2:
            return
    slope, where = lowest_slope(coefficients)
    scale = max(abs(a) for a in coefficients[1:])
    # A tail whose slope in the logit vanishes is fine (a bounded one, as of the uniform distribution),
    # and the fit leaves a rounding error of either sign there.
    if len(coefficients) > 3 and slope >= -_ROUNDING * scale:
        return
    raise InputError(
        f"metalog: no distribution passes through these quantiles with these ends: the curve would go down "
        f"{_place(points, where)}. {_remedy(points, transform, back)}"
    )


def _place(points: Points, logit: float) -> str:
    """Say between which quantiles a logit lies."""
    y = float(special.expit(logit))
    below = [probability for probability, _ in points if probability <= y]
    if not below:
        return f"below the {points[0][0]:g} quantile"
    if len(below) == len(points):
        return f"above the {points[-1][0]:g} quantile"
    return f"between the {below[-1]:g} and {points[len(below)][0]:g} quantiles"


def _remedy(
    points: Points,
    transform: Callable[[FloatArray], FloatArray],
    back: Callable[[FloatArray], FloatArray],
) -> str:
    """Name the quantile that has to move least, and to where, if moving one is enough.

    The slope at every logit is linear in the (transformed) quantiles, so with all but one of
    them held the feasible values of that one form an interval.
    """
    probability, x = np.array(points).T
    m = transform(x)
    slopes = slope_basis(len(points))
    # Column i: change of the slope, at every logit, per unit of transformed quantile i.
    response = slopes @ np.linalg.inv(basis(special.logit(probability), len(points)))
    best: tuple[float, int, float, float] | None = None
    for i in range(len(points)):
        rest = response @ m - response[:, i] * m[i]
        up, down = response[:, i] > 1e-12, response[:, i] < -1e-12
        low = float(np.max(-rest[up] / response[up, i], initial=-math.inf))
        high = float(np.min(-rest[down] / response[down, i], initial=math.inf))
        if i > 0:
            low = max(low, float(m[i - 1]))
        if i + 1 < len(points):
            high = min(high, float(m[i + 1]))
        if not low < high or np.any(rest[~up & ~down] < -1e-12):
            continue
        move = max(low - m[i], m[i] - high)
        if best is None or move < best[0]:
            best = (move, i, low, high)
    if best is None:
        return "Moving one of them is not enough: give fewer quantiles, or spread them more evenly"
    _, i, low, high = best
    ends = back(np.array([low, high]))
    verb = "raise" if m[i] <= low else "lower"
    bounds = [
        text
        for text in (
            f"above {ends[0]:.4g}" if math.isfinite(low) else "",
            f"below {ends[1]:.4g}" if math.isfinite(high) else "",
        )
        if text
    ]
    return (
        f"{verb.capitalize()} quantile {probability[i]:g} = {x[i]:g}: with the others held it must lie "
        f"{' and '.join(bounds)}. Or give fewer quantiles"
    )
