r"""Effects that differ by a normal distribution, seen with errors of known variance.

.. math:: y_c = m_{i(c)} + v_c + e_c, \qquad v_c \sim N(0, \omega^2), \quad e_c \sim N(0, V_c)

with a mean of its own, left free, for each set ``i`` of values: one set of all customers' means tells how customers
differ, a set a customer of its periods' means how its periods do.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize

from walkaway_sim._typing import FloatArray, IntArray

__all__ = ["effect_draws", "effect_sd", "weighted_means"]

_COARSE, _FINE = 120, 96
_REACH = 14.0
"""Log density below the highest at which the grid ends: what lies beyond has a probability of about 1e-5."""

_AT_ONCE = 2**19
"""Values times deviations that are looked at in one pass."""

_LEAST, _MOST = 1e-3, 1e3
"""Effects that are looked at: from this share of the errors, to so many times what the values show."""


def weighted_means(
    values: FloatArray, variances: FloatArray, starts: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return the mean of each set, weighted by precision, and its variance; shapes (..., n_sets).

    Parameters
    ----------
    values, variances : ndarray, shape (..., n_values)
        Values of one set side by side.
    starts : ndarray, shape (n_sets,)
        Where each set begins.
    """
    weight = 1.0 / variances
    whole = np.add.reduceat(weight, starts, axis=-1)
    return np.add.reduceat(weight * values, starts, axis=-1) / whole, 1.0 / whole


def effect_sd(values: FloatArray, variances: FloatArray, starts: IntArray) -> float:
    """Return the restricted maximum likelihood estimate of the effects' standard deviation; 0 where none shows.

    Parameters
    ----------
    values, variances : ndarray, shape (n_values,)
    starts : ndarray, shape (n_sets,)

    Notes
    -----
    Source: Harville 1977, Journal of the American Statistical Association 72.

    Examples
    --------
    >>> value = effect_sd(np.array([0.0, 6.0, 3.0]), np.full(3, 4.0), np.array([0]))
    >>> round(value**2, 6)  # mean square 9, less the errors' 4
    5.0
    """

    def minus(log_sd: float) -> float:
        return -float(_log_restricted(np.array([log_sd]), values[None], variances[None], starts)[0, 0])

    grid = _log_grid(values, variances, _unit(variances))
    best = int(np.argmax(_log_restricted(grid, values[None], variances[None], starts)[0]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    found = float(optimize.minimize_scalar(minus, bounds=(low, high), options={"xatol": 1e-10}).x)
    return 0.0 if minus(-np.inf) <= minus(found) else float(np.exp(found))


def effect_draws(
    values: FloatArray,
    variances: FloatArray,
    starts: IntArray,
    n_draws: int,
    stream: np.random.Generator,
) -> FloatArray:
    r"""Draw the effects' standard deviation from its posterior.

    Parameters
    ----------
    values, variances : ndarray, shape (n_rows, n_values)
        Rows differ where the variances are themselves drawn; draws take them in turn. Values may be one row for all.
    starts : ndarray, shape (n_sets,)
        At least two values more than sets.
    n_draws : int
    stream : numpy Generator

    Returns
    -------
    ndarray, shape (n_draws,)

    Notes
    -----
    The prior is :math:`p(\omega^2) \propto 1/(\omega^2 + \bar V)`, with the errors' harmonic mean variance: Tiao and
    Tan's (1965, Biometrika 52), under which intervals of balanced data, and of their mean, are the exact ones of
    chi-square and Student's t where effects are large beside errors; flat in the standard deviation (Gelman 2006),
    the mean of few groups is covered too often. The density is taken on a grid over the logarithm.
    """
    values = np.broadcast_to(values, variances.shape)
    unit = _unit(variances)

    def log_density(log_sd: FloatArray, y: FloatArray, errors: FloatArray) -> FloatArray:
        ratio = 2.0 * (log_sd - np.log(unit))
        found: FloatArray = _log_restricted(log_sd, y, errors, starts) + ratio - np.logaddexp(0.0, ratio)
        return found

    middle = values.mean(axis=0), 1.0 / (1.0 / variances).mean(axis=0)
    coarse = _log_grid(*middle, unit)
    looked = log_density(coarse, middle[0][None], middle[1][None])[0]
    near = np.flatnonzero(looked > looked.max() - _REACH)
    low, high = coarse[max(near[0] - 1, 0)], coarse[min(near[-1] + 1, coarse.size - 1)]
    wider = 0.5 * (high - low)  # since rows differ
    axis = np.linspace(max(low - wider, coarse[0]), min(high + wider, coarse[-1]), _FINE)
    density = log_density(axis, values, variances)
    reached = np.cumsum(np.exp(density - density.max(axis=1, keepdims=True)), axis=1)
    reached = reached[np.arange(n_draws) % len(reached)]
    chosen = (reached < stream.random(n_draws)[:, None] * reached[:, -1:]).sum(axis=1)
    drawn: FloatArray = np.exp(axis[chosen] + (axis[1] - axis[0]) * (stream.random(chosen.size) - 0.5))
    return drawn


def _unit(variances: FloatArray) -> float:
    return float(1.0 / np.sqrt((1.0 / variances).mean()))


def _log_grid(values: FloatArray, variances: FloatArray, unit: float) -> FloatArray:
    top = float(np.hypot(np.sqrt(variances.max()), values.std()))
    return np.linspace(np.log(_LEAST * unit), np.log(_MOST * top), _COARSE)


def _log_restricted(
    log_sd: FloatArray, values: FloatArray, variances: FloatArray, starts: IntArray
) -> FloatArray:
    """Return the restricted log likelihood, shape (n_draws, n_sds), up to a constant a row."""
    sizes = np.diff(starts, append=values.shape[-1])

    def at(spread: FloatArray) -> FloatArray:
        centre, error = weighted_means(values, spread, starts)
        apart = values - np.repeat(centre, sizes, axis=-1)
        fit = (np.log(spread) + apart**2 / spread).sum(axis=-1)
        found: FloatArray = 0.5 * np.log(error).sum(axis=-1) - 0.5 * fit
        return found

    squares = np.exp(2.0 * log_sd)
    if len(variances) == 1 and variances.size * log_sd.size <= _AT_ONCE:
        return at(variances + squares[:, None])[None]
    return np.stack([at(variances + one) for one in squares.tolist()], axis=-1)
