"""Draws from a posterior density of two parameters, on a grid that finds where the density lies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import optimize

from walkaway_sim._typing import BoolArray, FloatArray

__all__ = ["mode_and_draws"]

Bounds = tuple[tuple[float, float], tuple[float, float]]

_COARSE, _FINE = 33, 48
_REACH = 14.0
"""Log density below the highest at which the grid ends: what lies beyond has a probability of about 1e-5."""


def mode_and_draws(
    log_density: Callable[[FloatArray, FloatArray], FloatArray],
    bounds: Bounds,
    n_draws: int,
    stream: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Return the mode of a density of two parameters, and independent draws from it.

    Parameters
    ----------
    log_density : callable
        Of two axes, shapes (m,) and (k,): the logarithm of the density at their product, shape (m, k), up to a
        constant; minus infinity where it is 0.
    bounds : pair of (float, float)
        Within which the density is looked for.
    n_draws : int
    stream : numpy Generator

    Returns
    -------
    mode : ndarray, shape (2,)
    draws : ndarray, shape (2, n_draws)

    Notes
    -----
    A coarse grid over the bounds is narrowed twice to where the density is within a factor of exp(14) of its
    highest. A cell of the last grid, 48 by 48, is drawn by its density, and a point in it uniformly: marginal
    standard deviations are too large by about the square of a cell's width over 24 of themselves, some 0.2%.

    Examples
    --------
    >>> normal = lambda x, y: -0.5 * (x[:, None] ** 2 + (y[None, :] - 3.0) ** 2)
    >>> mode, draws = mode_and_draws(normal, ((-9.0, 9.0), (-9.0, 9.0)), 4000, np.random.default_rng(7))
    >>> np.allclose(mode, [0.0, 3.0], atol=1e-4), draws.shape
    (True, (2, 4000))
    """
    axes = [np.linspace(low, high, _COARSE) for low, high in bounds]
    density = log_density(axes[0], axes[1])
    for _ in range(2):
        near = density > density.max() - _REACH
        axes = [_narrowed(axis, near.any(axis=1 - one)) for one, axis in enumerate(axes)]
        density = log_density(axes[0], axes[1])
    top = np.unravel_index(int(np.argmax(density)), density.shape)
    start = np.array([axis[at] for axis, at in zip(axes, top, strict=True)])

    def minus(point: FloatArray) -> float:
        return -float(log_density(point[:1], point[1:])[0, 0])

    found = optimize.minimize(minus, start, method="Nelder-Mead", tol=1e-8, bounds=bounds).x
    return np.asarray(found, dtype=np.float64), _drawn(axes, density, n_draws, stream)


def _narrowed(axis: FloatArray, near: BoolArray) -> FloatArray:
    """Return a finer axis over the part that matters, and one cell beyond on either side."""
    inside = np.flatnonzero(near)
    low, high = max(inside[0] - 1, 0), min(inside[-1] + 1, axis.size - 1)
    return np.linspace(axis[low], axis[high], _FINE)


def _drawn(
    axes: list[FloatArray], density: FloatArray, n_draws: int, stream: np.random.Generator
) -> FloatArray:
    """Draw a cell by its density, and a point in it uniformly."""
    reached = np.cumsum(np.exp(density - density.max()).ravel())
    cell = np.searchsorted(reached, stream.random(n_draws) * reached[-1], side="right")
    places = np.unravel_index(cell, density.shape)
    shift = stream.random((2, n_draws)) - 0.5
    points = [
        np.clip(axis[place] + one * (axis[1] - axis[0]), axis[0], axis[-1])
        for axis, place, one in zip(axes, places, shift, strict=True)
    ]
    return np.stack(points)
