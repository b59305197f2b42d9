r"""What else the parameters of a Student t could be: draws from their posterior.

The prior is the independence Jeffreys prior (Fonseca, Ferreira, Migon 2008, Biometrika 95), flat in location and log
scale, and in the degrees of freedom

.. math:: p(\nu) \propto \sqrt{\frac{\nu}{\nu + 3}}
          \sqrt{\psi'(\nu/2) - \psi'((\nu + 1)/2) - \frac{2(\nu + 3)}{\nu(\nu + 1)^2}},

the root of the determinant of the information on scale and degrees of freedom together.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special, stats

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.history.student_fit import LEAST_DEGREES, MOST_DEGREES

__all__ = ["student_draws"]

_NODES, _CELLS, _STEPS = 33, 400, 80
_PROPOSALS_A_DRAW = 10
_ELSEWHERE = 0.02
"""Share of the proposals that are spread over all degrees of freedom, so that none is out of reach."""

_TAILS = 5.0
"""Degrees of freedom of the proposals' own Student t about the conditional mode."""

_CHUNK = 2**21


def student_draws(
    values: FloatArray, n_draws: int, stream: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Draw plausible location, scale and degrees of freedom, each of shape (n_draws,).

    Parameters
    ----------
    values : ndarray, shape (n,)
        Not all the same.
    n_draws : int
    stream : numpy Generator

    Notes
    -----
    Sampling by importance and resampling (Rubin 1988, *Bayesian Statistics* 3; Smith and Gelfand 1992, The American
    Statistician 46). Degrees of freedom are proposed from Laplace's approximation to their density on a grid, location
    and log scale from independent Student's t about their mode for these degrees, with the expected information of
    Lange, Little, Taylor (1989, Journal of the American Statistical Association 84); resampling is systematic.

    Examples
    --------
    >>> stream = np.random.default_rng(1)
    >>> centre, scale, degrees = student_draws(stream.standard_t(4.0, 1000), 500, stream)
    >>> bool(np.quantile(scale, 0.05) < 1.0 < np.quantile(scale, 0.95))
    True
    """
    n = values.size
    log_nodes = np.linspace(math.log(LEAST_DEGREES), math.log(MOST_DEGREES), _NODES)
    centres, log_scales = _conditional_modes(values, np.exp(log_nodes))
    density = _log_density(values, centres, log_scales, log_nodes)
    density -= 0.5 * np.log(np.prod(_information(log_scales, np.exp(log_nodes), n), axis=0))
    edges = np.linspace(log_nodes[0], log_nodes[-1], _CELLS + 1)
    cell_density = np.interp(0.5 * (edges[1:] + edges[:-1]), log_nodes, density)
    chance = np.exp(cell_density - cell_density.max())
    chance = (1.0 - _ELSEWHERE) * chance / chance.sum() + _ELSEWHERE / _CELLS

    m = _PROPOSALS_A_DRAW * n_draws
    cell = np.minimum(np.searchsorted(np.cumsum(chance), stream.random(m)), _CELLS - 1)
    log_nu = edges[cell] + (edges[1] - edges[0]) * stream.random(m)
    step = stream.standard_t(_TAILS, (2, m))
    log_mode = np.interp(log_nu, log_nodes, log_scales)
    error = _information(log_mode, np.exp(log_nu), n) ** -0.5
    centre = np.interp(log_nu, log_nodes, centres) + error[0] * step[0]
    log_scale = log_mode + error[1] * step[1]
    proposed = np.log(chance[cell]) + stats.t.logpdf(step, _TAILS).sum(axis=0) - np.log(error).sum(axis=0)
    weight = _log_density(values, centre, log_scale, log_nu) - proposed
    reached = np.cumsum(np.exp(weight - weight.max()))
    at = (np.arange(n_draws) + stream.random()) / n_draws * reached[-1]
    chosen = stream.permutation(np.minimum(np.searchsorted(reached, at), m - 1))
    return centre[chosen], np.exp(log_scale[chosen]), np.exp(log_nu[chosen])


def _conditional_modes(values: FloatArray, degrees: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return location and log scale of highest likelihood for given degrees of freedom, by reweighting.

    The weights are those of the EM algorithm, their sum in the scale's denominator speeds it up (Kent, Tyler, Vardi
    1994, Communications in Statistics: Simulation and Computation 23).
    """
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
    centre = np.full((degrees.size, 1), middle)
    variance = np.full((degrees.size, 1), ((high - low) / 1.35) ** 2 or float(values.var()))
    for _ in range(_STEPS):
        weight = (degrees[:, None] + 1.0) / (degrees[:, None] + (values - centre) ** 2 / variance)
        whole = weight.sum(axis=1, keepdims=True)
        centre = (weight * values).sum(axis=1, keepdims=True) / whole
        variance = (weight * (values - centre) ** 2).sum(axis=1, keepdims=True) / whole
    return centre[:, 0], 0.5 * np.log(variance[:, 0])


def _information(log_scale: FloatArray, degrees: FloatArray, n: int) -> FloatArray:
    """Return the expected information on location and log scale, shape (2, m)."""
    own = (degrees + 1.0) / (degrees + 3.0) * n
    return np.stack([own * np.exp(-2.0 * log_scale), 2.0 * n * degrees / (degrees + 3.0)])


def _log_density(
    values: FloatArray, centre: FloatArray, log_scale: FloatArray, log_nu: FloatArray
) -> FloatArray:
    """Return the log posterior density of location, log scale and log degrees, up to a constant; shape (m,)."""
    nu = np.exp(log_nu)
    apart = (
        special.polygamma(1, 0.5 * nu)
        - special.polygamma(1, 0.5 * (nu + 1.0))
        - 2.0 * (nu + 3.0) / (nu * (nu + 1.0) ** 2)
    )
    prior = 0.5 * np.log(nu / (nu + 3.0)) + 0.5 * np.log(apart) + log_nu
    constant = special.gammaln(0.5 * (nu + 1.0)) - special.gammaln(0.5 * nu) - 0.5 * np.log(nu)
    total = np.empty_like(nu)
    rows = max(1, _CHUNK // values.size)
    for start in range(0, nu.size, rows):
        some = slice(start, start + rows)
        z = (values - centre[some, None]) * np.exp(-log_scale[some, None])
        total[some] = np.log1p(z**2 / nu[some, None]).sum(axis=1)
    found: FloatArray = values.size * (constant - log_scale) - 0.5 * (nu + 1.0) * total + prior
    return found
