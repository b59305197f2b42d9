"""The continuous ranked probability score of one forecast after another, in the unit of the quantity."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.backtesting.crps_of_mixture import crps_of_mixture
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.gaussian import LogNormal, Normal
from walkaway_sim.inputs.mixtures import Mixture

__all__ = ["crps", "crps_of_draws", "crps_of_others", "quantile_losses", "quantile_weights"]

_FARTHEST = 36.0
"""Log-odds to which the integral over probabilities goes: ``2e-16`` of probability is left on each side."""
_PANEL = 0.5
_NODES = 12


def crps(forecast: Distribution, value: float) -> float:
    """Return the score of one distribution, ``integral of (F(x) - 1{x >= value})^2 dx``; less is better.

    Parameters
    ----------
    forecast : Distribution
    value : float
        What came [unit of the quantity].

    Returns
    -------
    float
        In closed form for normal and lognormal distributions (Gneiting and Raftery 2007, eq. 21; Baran and Lerch
        2015) and for those on single values; of mixtures by `crps_of_mixture`. Of any other, twice the quantile
        loss integrated over all probabilities (Laio and Tamea 2007) by Gauss-Legendre panels in log-odds, split
        where the value lies: to 1e-9 of the standard deviation where the quantiles are smooth, to 1e-5 where they
        have a corner.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> round(crps(ws.normal(0, 1), 0), 12), round(crps(ws.bernoulli(0.3), 1), 12)
    (0.233694977255, 0.49)
    """
    if isinstance(forecast, Normal):
        score = (value - forecast.mean_value) / forecast.sd
        density = math.exp(-0.5 * score**2) / math.sqrt(2.0 * math.pi)
        return forecast.sd * (
            score * math.erf(score / math.sqrt(2.0)) + 2.0 * density - 1.0 / math.sqrt(math.pi)
        )
    if isinstance(forecast, LogNormal):
        return _lognormal(forecast, value)
    atoms = forecast._atoms()
    if atoms is not None and forecast.is_discrete:
        return _stepped(*atoms, value)
    if atoms is None and isinstance(forecast, Mixture):
        return float(crps_of_mixture(forecast, np.array([value]))[0])
    return _integrated(forecast, value, np.empty(0) if atoms is None else atoms[1])


def crps_of_draws(draws: FloatArray, values: FloatArray) -> FloatArray:
    """Return the fair score of the distributions that rows of draws come from (Ferro 2014).

    Parameters
    ----------
    draws : ndarray, shape (n, n_draws)
        At least 2 draws a row [unit of the quantity].
    values : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n,)
        ``mean |X - y| - sum_ij |X_i - X_j| / (2 m (m - 1))``: its mean does not depend on the number of draws m.

    Examples
    --------
    >>> crps_of_draws(np.array([[1.0, 2, 4, 7]]), np.array([3.0])).round(12).tolist()
    [0.333333333333]
    """
    m = draws.shape[1]
    ordered = np.sort(draws, axis=1)
    # Over ordered draws, sum over pairs of |X_i - X_j| is a weighted sum: no m by m table.
    spread = ordered @ (2.0 * np.arange(1, m + 1) - m - 1.0)
    found: FloatArray = np.abs(draws - values[:, None]).mean(axis=1) - spread / (m * (m - 1.0))
    return found


def crps_of_others(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the fair score of each value under the sample of all the others.

    Parameters
    ----------
    values, weights : ndarray, shape (n,)
        At least 3 values; weights above 0.

    Returns
    -------
    ndarray, shape (n,)
        `crps_of_draws` with the other values as draws, in ``n log n`` steps.
    """
    order = np.argsort(values, kind="stable")
    x, w = values[order], weights[order]
    mass, moment = np.cumsum(w), np.cumsum(w * x)
    # Sum over j of w_j |x_j - x_i|: what lies below and what lies above.
    apart = x * (2.0 * mass - mass[-1]) + moment[-1] - 2.0 * moment
    total = float(w @ apart)
    others = mass[-1] - w
    pairs = others**2 - (float(w @ w) - w**2)
    found = np.empty(values.size)
    found[order] = apart / others - 0.5 * (total - 2.0 * w * apart) / pairs
    return found


def quantile_losses(quantiles: FloatArray, levels: FloatArray, values: FloatArray) -> FloatArray:
    """Return twice the quantile loss averaged over the levels: the CRPS as far as quantiles tell it.

    Parameters
    ----------
    quantiles : ndarray, shape (n, n_levels)
    levels : ndarray, shape (n_levels,)
        Their probabilities, rising.
    values : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n,)
        Least in the mean for the true quantiles, whatever the weights (`quantile_weights`; Gneiting and Raftery
        2007, section 6; Bracher and others 2021).
    """
    error = values[:, None] - quantiles
    loss = np.maximum(levels * error, (levels - 1.0) * error)
    found: FloatArray = 2.0 * loss @ quantile_weights(levels)
    return found


def quantile_weights(levels: FloatArray) -> FloatArray:
    """Share of the probabilities from 0 to 1 that lie nearest to each of the levels, shape (n_levels,)."""
    middles = 0.5 * (levels[1:] + levels[:-1])
    return np.diff(np.concatenate([[0.0], middles, [1.0]]))


def _lognormal(forecast: LogNormal, value: float) -> float:
    mean, sd = forecast.mean(), forecast.log_sd
    if not math.isfinite(mean):
        return math.inf
    score = (math.log(value) - math.log(forecast.median)) / sd if value > 0.0 else -math.inf
    below, far = float(special.ndtr(score)), float(special.ndtr(score - sd))
    return value * (2.0 * below - 1.0) - 2.0 * mean * (far + float(special.ndtr(sd / math.sqrt(2.0))) - 1.0)


def _stepped(values: FloatArray, reached: FloatArray, value: float) -> float:
    """Score of a distribution on single values: its distribution function is a staircase."""
    place = int(np.searchsorted(values, value, side="right"))
    edges = np.insert(values, place, value)
    heights = np.insert(reached, place, reached[place - 1] if place else 0.0)
    above = edges[:-1] >= value
    return float(np.sum((heights[:-1] - above) ** 2 * np.diff(edges)))


def _integrated(forecast: Distribution, value: float, jumps: FloatArray) -> float:
    """Twice the quantile loss, integrated over probabilities; `jumps` are where the quantiles are flat."""
    reached = float(forecast.cdf(value))
    splits = np.concatenate([[reached], jumps])
    splits = special.logit(splits[(splits > 0.0) & (splits < 1.0)])
    edges = np.arange(-_FARTHEST, _FARTHEST + 0.5 * _PANEL, _PANEL)
    edges = np.unique(np.concatenate([edges, splits[np.abs(splits) < _FARTHEST]]))
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    half = 0.5 * np.diff(edges)
    odds = (0.5 * (edges[1:] + edges[:-1]))[:, None] + half[:, None] * nodes
    share = special.expit(odds)
    quantiles = forecast.ppf(share)
    # Near 1 the distance to it keeps its digits only as the share of the negative log-odds.
    rest = special.expit(-odds)
    loss = np.where(quantiles > value, rest * (quantiles - value), share * (value - quantiles))
    return float(2.0 * np.sum(loss * share * rest * half[:, None] * weights))
