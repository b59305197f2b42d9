"""Penalised maximum likelihood, which stays finite where won and lost quotes are separated."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.quotes.intercepts import Nodes, Panel, adapt, marginal
from walkaway_sim.calibrate.quotes.links import weight

__all__ = ["Estimates", "maximise"]

_ROUNDS = 30
_SETTLED = 1e-5  # on the scale of scores, where standard errors are never much below 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Parameters with their covariance.

    Attributes
    ----------
    coefficients : ndarray, shape (p,)
    sd : float
        Standard deviation of the customers' effects; 0 without.
    covariance : ndarray, shape (k, k)
        Of the coefficients and, with customers' effects, of the logarithm of their standard deviation.
    log_likelihood : float
        Without penalties.
    converged : bool
    """

    coefficients: FloatArray
    sd: float
    covariance: FloatArray
    log_likelihood: float
    converged: bool


def maximise(panel: Panel, *, firth: bool, start: Estimates | None = None) -> Estimates:
    """Maximise the penalised likelihood.

    Parameters
    ----------
    panel : Panel
    firth : bool
        Whether to add Jeffreys' penalty, half the log determinant of the information about the coefficients.
    start : Estimates, optional
        Where to begin, such as the fit of which this is a resampling.

    Notes
    -----
    Jeffreys' penalty removes the first-order bias of logit coefficients and keeps them finite under separation:
    Firth (1993), Biometrika 80, 27-38; Heinze and Schemper (2002), Statistics in Medicine 21, 2409-2419; for other
    links Kosmidis and Firth (2021), Biometrika 108, 71-82. With customers' effects it is taken at effects of zero,
    as in Sterzinger and Kosmidis (2023), Statistics and Computing 33, 53. The logarithm of the effects' standard
    deviation is added as well, which keeps that from collapsing to zero: Chung and others (2013), Psychometrika 78,
    685-709. The covariance is the inverse of the observed information, at the penalised estimates.
    """
    # Columns of one size, so that steps are comparable; both penalties do not mind.
    size = np.sqrt(np.mean(panel.columns**2, axis=0))
    scaled = replace(panel, columns=panel.columns / size)
    p = size.size
    theta = np.zeros(p) if start is None else start.coefficients * size
    nodes: Nodes | None = None
    converged = True
    if start is None or not panel.n_customers:
        theta, converged = _climb(scaled, theta, None, firth)
    if panel.n_customers:
        theta = np.append(theta, np.log(0.5 if start is None else start.sd))
        converged = False
        for _ in range(_ROUNDS):
            nodes = adapt(scaled, theta[:p], float(np.exp(theta[p])))
            before = theta
            theta, _ = _climb(scaled, theta, nodes, firth)
            if np.abs(theta - before).max() < _SETTLED:
                converged = True
                break
    sd = float(np.exp(theta[p])) if panel.n_customers else 0.0
    value, _, hessian = marginal(scaled, theta[:p], sd, nodes)
    back = np.append(1.0 / size, np.ones(theta.size - p))
    covariance = np.asarray(np.linalg.inv(-hessian) * np.outer(back, back), dtype=np.float64)
    return Estimates(theta[:p] / size, sd, covariance, value, converged)


def _climb(panel: Panel, start: FloatArray, nodes: Nodes | None, firth: bool) -> tuple[FloatArray, bool]:
    """Climb to the maximum for the nodes in use, by a trust region on exact gradients."""
    p = panel.columns.shape[1]
    last: dict[bytes, tuple[float, FloatArray, FloatArray]] = {}

    def look(theta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        key = theta.tobytes()
        if key not in last:
            last.clear()
            sd = float(np.exp(theta[p])) if nodes is not None else 0.0
            value, slope, bend = marginal(panel, theta[:p], sd, nodes)
            if nodes is not None:
                value += float(theta[p])
                slope[p] += 1.0
            if firth:
                extra, extra_slope = _jeffreys(panel, theta[:p])
                value += extra
                slope[:p] += extra_slope
            last[key] = -value, -slope, -bend
        return last[key]

    # The Hessian is without the penalty's own, which is smaller by the number of quotes.
    found = optimize.minimize(  # type: ignore[call-overload]  # the stubs want shapes that NumPy does not tell
        lambda theta: look(theta)[:2],
        start,
        jac=True,
        hess=lambda theta: look(theta)[2],
        method="trust-exact",
        options={"gtol": 1e-9 * panel.sign.size, "maxiter": 200},
    )
    return np.asarray(found.x), bool(found.success)


def _jeffreys(panel: Panel, coefficients: FloatArray) -> tuple[float, FloatArray]:
    """Half the log determinant of the expected information, and its gradient."""
    x = panel.columns
    one, slope = weight(panel.link, panel.score(coefficients))
    information = (x.T * one) @ x
    sign, size = np.linalg.slogdet(information)
    if sign <= 0:
        return -np.inf, np.zeros(coefficients.size)
    leverage = np.einsum("ij,ij->i", x @ np.linalg.inv(information), x)
    return 0.5 * float(size), 0.5 * x.T @ (leverage * slope)
