"""Integrating a density that is known up to a factor, once, for distribution function and moments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre

from walkaway_sim._typing import FloatArray

__all__ = ["Panels", "panels_of"]

_NODES = 12
_X, _W = legendre.leggauss(_NODES)
# From values at the nodes to Legendre coefficients: exact for polynomials of this degree.
_TO_COEFFICIENTS = (legendre.legvander(_X, _NODES - 1) * _W[:, None]).T * (np.arange(_NODES)[:, None] + 0.5)
_RESOLVED = 1e-12
_MOST_ROUNDS = 60
_MOST_PANELS = 20_000

_Function = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Panels:
    """A density on panels, as a polynomial on each.

    Parameters
    ----------
    edges : ndarray, shape (k + 1,)
        Ends of the panels, ascending.
    below : ndarray, shape (k + 1,)
        Probability below each edge.
    coefficients : ndarray, shape (12, k)
        Of the Legendre series of the density on each panel.
    antiderivative : ndarray, shape (13, k)
        Of the Legendre series of the probability from the panel's left edge on.
    nodes, masses : ndarray, shape (k, 12)
        Where the density was looked at, and the probability that each node stands for.
    log_total : float
        Logarithm of the integral of what was given.
    """

    edges: FloatArray
    below: FloatArray
    coefficients: FloatArray
    antiderivative: FloatArray
    nodes: FloatArray
    masses: FloatArray
    log_total: float

    def cdf(self, x: FloatArray) -> FloatArray:
        """Return the probability of at most `x`, shape (n,)."""
        panel, place = self._place(x)
        found = self.below[panel] + legendre.legval(place, self.antiderivative[:, panel], tensor=False)
        # Rounding must not carry a value past its panel: the function would go down there.
        return np.asarray(np.clip(found, self.below[panel], self.below[panel + 1]), dtype=np.float64)

    def density(self, x: float) -> float:
        """Return the density at one value."""
        if not self.edges[0] <= x <= self.edges[-1]:
            return 0.0
        panel, place = self._place(np.array([x]))
        return max(float(legendre.legval(place[0], self.coefficients[:, panel[0]])), 0.0)

    def bracket(self, q: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the ends of the panel in which each quantile lies, shape (n,) each."""
        panel = np.clip(np.searchsorted(self.below, q, side="left") - 1, 0, self.edges.size - 2)
        return self.edges[panel], self.edges[panel + 1]

    def integral(self, function: _Function) -> float:
        """Return the expected value of a function."""
        return float(np.sum(self.masses * function(self.nodes)))

    def _place(self, x: FloatArray) -> tuple[np.ndarray, FloatArray]:
        """Return the panel of each value, and where in it from -1 to 1."""
        panel = np.clip(np.searchsorted(self.edges, x, side="right") - 1, 0, self.edges.size - 2)
        left, right = self.edges[panel], self.edges[panel + 1]
        return panel, np.clip(((x - left) - (right - x)) / (right - left), -1.0, 1.0)


def panels_of(
    log_density: _Function,
    edges: FloatArray,
    low: float,
    high: float,
    scale: tuple[float, float] | None,
) -> Panels | None:
    """Integrate a density that is known up to a factor.

    Parameters
    ----------
    log_density : callable
        Its logarithm, from shape (n,) to shape (n,); minus infinity where the density is 0.
    edges : ndarray
        First guess of the panels, in any order: quantiles of what the density is made of.
    low, high : float
        Ends of the support.
    scale : (float, float) or None
        Middle and spread of the quantity, for second moments that are as exact as the probabilities;
        None where they do not exist.

    Returns
    -------
    Panels or None
        None where the density is 0 wherever it was looked at.

    Notes
    -----
    A panel is halved until its last two Legendre coefficients, times its width, are below 1e-12 of
    the integral: those bound the error of the series between the nodes (Trefethen 2013, ch. 7-8).
    """
    finite = edges[np.isfinite(edges)]
    start = np.unique(np.clip([*finite, *(end for end in (low, high) if np.isfinite(end))], low, high))
    left, right = start[:-1], start[1:]
    logs = _at_nodes(log_density, left, right)
    done: list[tuple[FloatArray, FloatArray, FloatArray]] = []
    peak = -np.inf
    total = np.zeros(2)
    settled = np.zeros(2)
    for _ in range(_MOST_ROUNDS):
        new_peak = max(peak, float(logs.max(initial=-np.inf)))
        if not np.isfinite(new_peak):
            return None
        if np.isfinite(peak):
            settled = settled * np.exp(peak - new_peak)
        peak = new_peak
        values = np.exp(logs - peak)
        weights = [values]
        if scale is not None:
            weights.append(values * ((_nodes(left, right) - scale[0]) / scale[1]) ** 2)
        half = 0.5 * (right - left)
        sums = [half * (one @ _W) for one in weights]
        total[: len(sums)] = settled[: len(sums)] + [float(one.sum()) for one in sums]
        rough = np.zeros(left.size, dtype=bool)
        for one, whole in zip(weights, total, strict=False):
            last = np.abs(one @ _TO_COEFFICIENTS[-2:].T).sum(axis=1)
            rough |= half * last > _RESOLVED * whole
        middle = 0.5 * (left + right)
        rough &= (left < middle) & (middle < right)
        if sum(part[0].size for part in done) + 2 * int(rough.sum()) > _MOST_PANELS:
            rough[:] = False
        settled[: len(sums)] += [float(one[~rough].sum()) for one in sums]
        done.append((left[~rough], right[~rough], logs[~rough]))
        left, right, middle = left[rough], right[rough], middle[rough]
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
        if left.size == 0:
            break
        logs = _at_nodes(log_density, left, right)
    else:
        done.append((left, right, logs))
    lefts, rights, found = (np.concatenate(part) for part in zip(*done, strict=True))
    return _assembled(lefts, rights, found, peak)


def _nodes(left: FloatArray, right: FloatArray) -> FloatArray:
    return 0.5 * (left + right)[:, None] + 0.5 * (right - left)[:, None] * _X


def _at_nodes(log_density: _Function, left: FloatArray, right: FloatArray) -> FloatArray:
    nodes = _nodes(left, right)
    return log_density(nodes.ravel()).reshape(nodes.shape)


def _assembled(left: FloatArray, right: FloatArray, logs: FloatArray, peak: float) -> Panels:
    """Put the panels in order and scale them to a density."""
    order = np.argsort(left)
    left, right, values = left[order], right[order], np.exp(logs[order] - peak)
    half = 0.5 * (right - left)
    masses = half[:, None] * values * _W
    total = float(masses.sum())
    masses /= total
    coefficients = _TO_COEFFICIENTS @ values.T / total
    below = np.concatenate([[0.0], np.cumsum(masses.sum(axis=1))])
    return Panels(
        edges=np.append(left, right[-1]),
        below=below / below[-1],
        coefficients=coefficients,
        antiderivative=legendre.legint(coefficients, lbnd=-1, axis=0) * half,
        nodes=_nodes(left, right),
        masses=masses,
        log_total=peak + float(np.log(total)),
    )
