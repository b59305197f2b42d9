r"""Standard deviations of groups that differ: each group's own, drawn towards what is usual.

.. math:: S_i \sim \sigma_i^2\,\chi^2_{d_i}, \qquad \sigma_i^2 \sim \nu s^2/\chi^2_\nu

with :math:`S_i` the sum of squares of a group about its mean, and :math:`d_i` its degrees of freedom. With
:math:`\nu \to \infty` all groups have the one standard deviation ``s``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.history.grid import mode_and_draws

__all__ = ["Spreads", "fit_spreads"]

_LEAST_FREEDOM = 1.0
"""Of the distribution of variances: with 1, those of two groups differ tenfold more often than not."""

_EVEN = 1e-4
"""Weight of a group's own variance below which groups count as alike."""


@dataclass(frozen=True, slots=True, eq=False)
class Spreads:
    """Standard deviations, estimated or drawn.

    Attributes
    ----------
    usual : float or ndarray, shape (n_draws,)
        ``s``, in the unit of the observations.
    freedom : float or ndarray, shape (n_draws,)
        ``nu``.
    own : ndarray, shape (..., n_groups)
        Of each group.
    """

    usual: FloatArray
    freedom: FloatArray
    own: FloatArray


def fit_spreads(
    freedom: FloatArray, squares: FloatArray, n_draws: int, stream: np.random.Generator
) -> tuple[Spreads, Spreads]:
    r"""Return the estimate, and draws that could be the truth as well.

    Parameters
    ----------
    freedom, squares : ndarray, shape (n_groups,)
        Degrees of freedom of each group, 0 allowed, and its sum of squares; not all 0.
    n_draws : int
    stream : numpy Generator

    Notes
    -----
    The model, and a group's estimate :math:`(S_i + \nu s^2)/(d_i + \nu)`, are Smyth's (2004, Statistical Applications
    in Genetics and Molecular Biology 3). The prior is flat in ``ln s`` and in the weight :math:`d/(d + \nu)` of the
    own variance of a group with the median degrees of freedom d, the uniform shrinkage prior (Christiansen and Morris
    1997, Journal of the American Statistical Association 92; Daniels 1999, Canadian Journal of Statistics 27). The
    estimate has the highest density of both; draws are independent, by `mode_and_draws`. A group whose observations
    are all the same gets the least variance that any other has: zero would say that nothing can ever move it.

    Examples
    --------
    >>> alike, _ = fit_spreads(np.full(20, 9.0), np.full(20, 36.0), 2, np.random.default_rng(1))
    >>> bool(np.allclose(alike.own, 2.0, rtol=1e-3))
    True
    """
    told = freedom > 0.0
    d, s = freedom[told], squares[told]
    variance = s / d
    s = np.maximum(variance, variance[variance > 0.0].min()) * d
    median = float(np.median(d))
    centre = 0.5 * float(np.log(s.sum() / d.sum()))
    best, drawn = mode_and_draws(
        lambda log_sd, weight: _log_likelihood(log_sd, median * (1.0 / weight - 1.0), d, s),
        ((centre - 5.0, centre + 3.0), (_EVEN, median / (median + _LEAST_FREEDOM))),
        n_draws,
        stream,
    )
    whole = np.zeros_like(squares)
    whole[told] = s
    usual, nu = np.exp(best[0]), median * (1.0 / best[1] - 1.0)
    estimate = Spreads(usual, nu, np.sqrt((whole + nu * usual**2) / (freedom + nu)))
    usual, nu = np.exp(drawn[0]), median * (1.0 / drawn[1] - 1.0)
    total = whole + (nu * usual**2)[:, None]
    own = np.sqrt(total / stream.chisquare(freedom + nu[:, None]))
    return estimate, Spreads(usual, nu, own)


def _log_likelihood(log_sd: FloatArray, nu: FloatArray, d: FloatArray, s: FloatArray) -> FloatArray:
    """Return it at the product of two axes: ``S/(nu s^2)`` is beta prime with d/2 and nu/2."""
    normaliser = special.betaln(0.5 * d, 0.5 * nu[:, None]).sum(axis=1)
    rows = []
    for one in log_sd.tolist():  # one at a time: memory is that of one axis times the groups
        log_unit = np.log(nu) + 2.0 * one
        ratio = s * np.exp(-log_unit)[:, None]
        tail = 0.5 * ((d + nu[:, None]) * np.log1p(ratio)).sum(axis=1)
        rows.append(-0.5 * d.sum() * log_unit - tail - normaliser)
    return np.stack(rows)
