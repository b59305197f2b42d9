"""Maximum likelihood for many samples at once, with weights and right-censoring."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray, IntArray
from walkaway_sim.calibrate.fitting.family import Family

__all__ = ["log_likelihood", "maximise", "maximum_likelihood"]

_STEP = 1e-4
"""Step of the differences: squared, it is the relative error of the slope; in exact steps, 1e-8."""

_MOST_STEPS = 80
_TOLERANCE = 1e-10
"""Gain per observation that the last step still promised; it was taken, and errors square."""

_WORST = -1e10
_LEAST = 1e-300


def log_likelihood(
    family: Family, x: FloatArray, censored: BoolArray | None, weight: FloatArray, theta: FloatArray
) -> FloatArray:
    """Weighted log-likelihood of each sample: ``log f`` where seen, ``log S`` where only a lower bound was.

    Parameters
    ----------
    family : Family
    x : ndarray, shape (b, n) or (1, n)
    censored : ndarray of bool of the shape of `x`, or None
        Where the value is a lower bound.
    weight : ndarray, shape (n,)
    theta : ndarray, shape (b, k)

    Returns
    -------
    ndarray, shape (b,)
        Hugely negative where the density vanishes or is no number.
    """
    with np.errstate(all="ignore"):
        each = family.logpdf(x, theta)
        if censored is not None:
            row, column = np.nonzero(censored)
            # Of counts, a lower bound of x means x or more.
            bound = x[row, column, None] - (1.0 if family.discrete else 0.0)
            tail = family.sf(bound, theta[row])[:, 0]
            each[row, column] = np.log(np.maximum(tail, _LEAST))
        total = each @ weight
    return np.where(np.isfinite(total), total, _WORST)


def maximum_likelihood(
    family: Family,
    x: FloatArray,
    censored: BoolArray | None,
    weight: FloatArray,
    start: FloatArray,
) -> tuple[FloatArray, BoolArray]:
    """Estimate the free parameters of each sample.

    Parameters
    ----------
    family : Family
    x : ndarray, shape (b, n)
    censored : ndarray of bool, shape (b, n), or None
    weight : ndarray, shape (n,)
        Sums to 1.
    start : ndarray, shape (k,)

    Returns
    -------
    theta : ndarray, shape (b, k)
    converged : ndarray of bool, shape (b,)
    """
    if family.closed is not None and censored is None:
        theta = family.closed(x, weight)
        return theta, np.asarray((np.isfinite(theta) & (theta > -300.0)).all(axis=1))

    def objective(theta: FloatArray, rows: IntArray) -> FloatArray:
        lower = None if censored is None else censored[rows]
        return log_likelihood(family, x[rows], lower, weight, theta)

    theta, converged = maximise(objective, np.tile(start, (x.shape[0], 1)))
    if family.even:
        theta[:, -1] = np.abs(theta[:, -1])
    return theta, converged


def maximise(
    objective: Callable[[FloatArray, IntArray], FloatArray], start: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Climb many functions at once by damped Newton steps (Levenberg 1944).

    Parameters
    ----------
    objective : callable
        ``objective(theta, rows)`` with theta of shape (m, k) and the numbers of the functions, shape (m,):
        their values, shape (m,).
    start : ndarray, shape (b, k)

    Returns
    -------
    theta : ndarray, shape (b, k)
    converged : ndarray of bool, shape (b,)
    """
    theta = start.copy()
    value = objective(theta, np.arange(len(theta)))
    damping = np.full(len(theta), 1e-3)
    active = np.arange(len(theta))
    converged = np.zeros(len(theta), dtype=np.bool_)
    for _ in range(_MOST_STEPS):
        slope, bend = _derivatives(objective, theta[active], value[active], active)
        step, promise = _steps(slope, bend, damping[active])
        found = objective(theta[active] + step, active)
        better = found >= value[active] - 1e-13
        moved = active[better]
        theta[moved] += step[better]
        value[moved] = found[better]
        damping[active] = np.where(better, damping[active] * 0.1, damping[active] * 10.0)
        # A step that promises nothing and gains nothing is at the top too, to rounding.
        done = (promise < _TOLERANCE) | (damping[active] > 1e12)
        converged[active[done]] = promise[done] < 1e-6
        active = active[~done]
        if active.size == 0:
            break
    return theta, converged & (value > 0.5 * _WORST)


def _derivatives(
    objective: Callable[[FloatArray, IntArray], FloatArray],
    theta: FloatArray,
    value: FloatArray,
    rows: IntArray,
) -> tuple[FloatArray, FloatArray]:
    """Gradient, shape (m, k), and Hessian, shape (m, k, k), by central differences."""
    count, k = theta.shape
    slope, bend = np.empty((count, k)), np.empty((count, k, k))
    unit = _STEP * np.eye(k)
    up = [objective(theta + unit[i], rows) for i in range(k)]
    down = [objective(theta - unit[i], rows) for i in range(k)]
    for i in range(k):
        slope[:, i] = (up[i] - down[i]) / (2.0 * _STEP)
        bend[:, i, i] = (up[i] - 2.0 * value + down[i]) / _STEP**2
        for j in range(i):
            both = unit[i] + unit[j]
            corner = objective(theta + both, rows) + objective(theta - both, rows)
            cross = (corner - up[i] - down[i] - up[j] - down[j] + 2.0 * value) / (2.0 * _STEP**2)
            bend[:, i, j] = bend[:, j, i] = cross
    return slope, bend


def _steps(slope: FloatArray, bend: FloatArray, damping: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Damped Newton steps uphill, shape (m, k), and what each promises, shape (m,)."""
    curvature, axes = np.linalg.eigh(-bend)
    # Where the function bends upwards, the size of the bend still tells how far to go.
    size = np.maximum(np.abs(curvature), 1e-8) + damping[:, None]
    along = np.einsum("mij,mi->mj", axes, slope)
    step = np.einsum("mij,mj->mi", axes, along / size)
    length = np.abs(step).max(axis=1, keepdims=True)
    return step * np.minimum(1.0, 2.0 / np.maximum(length, 1e-300)), np.sum(along**2 / size, axis=1)
