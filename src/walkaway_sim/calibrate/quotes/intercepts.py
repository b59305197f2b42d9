"""The likelihood of won and lost quotes whose customers differ, each by an intercept of its own.

The intercepts are ``sd * v`` with v standard normal, and are integrated out by adaptive Gauss-Hermite quadrature
(Liu and Pierce 1994, Biometrika 81, 624-629): one dimension a customer, so 11 nodes give it to far more digits than
data have. Derivatives follow Louis (1982), J. R. Statist. Soc. B 44, 226-233, and are exact for the nodes in use.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.calibrate.quotes.links import pull
from walkaway_sim.inputs.links import LinkName, log_chance

__all__ = ["Effects", "Nodes", "Panel", "adapt", "effects", "marginal"]

N_NODES = 11
_MODE_STEPS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Quotes in the order of their customers.

    Attributes
    ----------
    columns : ndarray, shape (n, p)
    sign : ndarray, shape (n,)
        1 for a won quote, -1 for a lost one.
    owner : ndarray of int, shape (n,)
        Number of the customer, ascending from 0; empty where customers have no effect.
    starts : ndarray of int, shape (m,)
        Where each customer's quotes begin.
    link : {"logit", "probit"}
    offset : float
        Added to every score: by how much being recorded favours the quotes that were won.
    """

    columns: FloatArray
    sign: FloatArray
    owner: IntArray
    starts: IntArray
    link: LinkName
    offset: float = 0.0

    def score(self, coefficients: FloatArray) -> FloatArray:
        """Score of each quote before its customer's effect, shape (n,)."""
        return np.asarray(self.columns @ coefficients + self.offset)

    @property
    def n_customers(self) -> int:
        """How many customers have an effect."""
        return int(self.starts.size)

    def by_customer(self, values: FloatArray) -> FloatArray:
        """Sum over each customer's quotes, along the first axis."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Standardised effects at which each customer's integral is evaluated, and log weights: shape (m, K)."""

    value: FloatArray
    log_weight: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Mean and standard deviation of each customer's effect given its quotes, shape (m,)."""

    mean: FloatArray
    sd: FloatArray


def adapt(panel: Panel, coefficients: FloatArray, sd: float) -> Nodes:
    """Place the nodes where each customer's integrand is: at its mode, as wide as its curvature says."""
    base = panel.score(coefficients)
    mode = np.zeros(panel.n_customers)
    for _ in range(_MODE_STEPS):
        z = panel.sign * (base + sd * mode[panel.owner])
        slopes = pull(panel.link, z)
        slope = sd * panel.by_customer(panel.sign * slopes.first) - mode
        bend = sd * sd * panel.by_customer(slopes.second) - 1.0
        step = slope / bend
        # The integrand is log-concave, and a step of one standard deviation of the prior is never far wrong.
        mode -= np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-9:
            break
    z = panel.sign * (base + sd * mode[panel.owner])
    width = 1.0 / np.sqrt(1.0 - sd * sd * panel.by_customer(pull(panel.link, z).second))
    node, mass = special.roots_hermite(N_NODES)
    value = mode[:, None] + np.sqrt(2.0) * width[:, None] * node
    # sqrt(2) * width * weight * exp(node^2) * phi(value), as a logarithm.
    log_weight = np.log(width)[:, None] + np.log(mass) + node**2 - 0.5 * value**2 - 0.5 * np.log(np.pi)
    return Nodes(value, log_weight)


def _shares(panel: Panel, z: FloatArray, nodes: Nodes) -> tuple[float, FloatArray]:
    """Log-likelihood, and each node's share of its customer's integral, shape (m, K)."""
    joint = panel.by_customer(log_chance(panel.link, z)) + nodes.log_weight
    total = special.logsumexp(joint, axis=1, keepdims=True)
    return float(total.sum()), np.exp(joint - total)


def marginal(
    panel: Panel, coefficients: FloatArray, sd: float, nodes: Nodes | None
) -> tuple[float, FloatArray, FloatArray]:
    """Log-likelihood with the customers' effects integrated out, its gradient and its Hessian.

    Parameters
    ----------
    panel : Panel
    coefficients : ndarray, shape (p,)
    sd : float
        Standard deviation of the effects; above 0.
    nodes : Nodes or None
        None where customers have no effect.

    Returns
    -------
    tuple of float, ndarray of shape (k,) and ndarray of shape (k, k)
        By the p coefficients and, with nodes, by the logarithm of `sd`.
    """
    x = panel.columns
    if nodes is None:
        z = panel.sign * panel.score(coefficients)
        slopes = pull(panel.link, z)
        value = float(log_chance(panel.link, z).sum())
        return value, x.T @ (panel.sign * slopes.first), (x.T * slopes.second) @ x
    effect = nodes.value[panel.owner]
    z = panel.sign[:, None] * (panel.score(coefficients)[:, None] + sd * effect)
    value, share = _shares(panel, z, nodes)
    slopes = pull(panel.link, z)
    slope = panel.sign[:, None] * slopes.first
    # What each node's complete-data score is, by customer: (m, K) for every parameter in turn.
    scores = np.stack(
        [panel.by_customer(slope * one[:, None]) for one in x.T]
        + [sd * nodes.value * panel.by_customer(slope)],
        axis=2,
    )
    mean = np.einsum("mk,mkp->mp", share, scores)
    weighted = (scores * share[:, :, None]).reshape(-1, scores.shape[2])
    hessian = weighted.T @ scores.reshape(-1, scores.shape[2]) - mean.T @ mean
    bend = share[panel.owner] * slopes.second
    p = x.shape[1]
    hessian[:p, :p] += (x.T * bend.sum(axis=1)) @ x
    cross = x.T @ (sd * (bend * effect).sum(axis=1))
    hessian[:p, p] += cross
    hessian[p, :p] += cross
    # By log sd: the second derivative has the first one in it.
    hessian[p, p] += sd * sd * float((bend * effect**2).sum()) + mean[:, p].sum()
    return value, mean.sum(axis=0), hessian


def effects(panel: Panel, coefficients: FloatArray, sd: float) -> Effects:
    """Mean and standard deviation of the customers' effects given their quotes and the parameters."""
    nodes = adapt(panel, coefficients, sd)
    z = panel.sign[:, None] * (panel.score(coefficients)[:, None] + sd * nodes.value[panel.owner])
    _, share = _shares(panel, z, nodes)
    mean = (share * nodes.value).sum(axis=1)
    square = (share * nodes.value**2).sum(axis=1)
    return Effects(sd * mean, sd * np.sqrt(np.maximum(square - mean**2, 0.0)))
