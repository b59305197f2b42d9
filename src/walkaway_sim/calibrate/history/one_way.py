r"""Partial pooling of groups that differ: the normal model with one variance between groups and one within.

.. math:: y_{ij} = \mu + u_i + e_{ij}, \qquad u_i \sim N(0, \tau^2), \quad e_{ij} \sim N(0, \sigma^2)

Everything is computed from three numbers a group: how many observations, their mean, and the sum of squares
about it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.history.grouping import group_sums, numbered

__all__ = ["Groups", "OneWay", "grouped", "reml", "resampled"]


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """What is needed of each group.

    Attributes
    ----------
    names : tuple of str
        Sorted.
    count, mean, squares : ndarray, shape (n_groups,)
        Observations, their mean, and the sum of squared deviations from it.
    """

    names: tuple[str, ...]
    count: FloatArray
    mean: FloatArray
    squares: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class OneWay:
    """Parameters of the model: floats, or arrays of shape (n_draws,).

    Attributes
    ----------
    mean, between, within : float or ndarray
        Mean of the groups' means, and the two standard deviations, in the unit of the observations.
    """

    mean: FloatArray
    between: FloatArray
    within: FloatArray


def grouped(labels: list[str], values: FloatArray) -> Groups:
    """Return count, mean and sum of squares of each group.

    Examples
    --------
    >>> found = grouped(["b", "a", "b"], np.array([1.0, 5.0, 3.0]))
    >>> found.names, found.count.tolist(), found.mean.tolist(), found.squares.tolist()
    (('a', 'b'), [1.0, 2.0], [5.0, 2.0], [0.0, 2.0])
    """
    names, place = numbered(labels)
    count = group_sums(place, np.ones_like(values))
    mean = group_sums(place, values) / count
    return Groups(names, count, mean, group_sums(place, (values - mean[place]) ** 2))


def reml(count: FloatArray, mean: FloatArray, squares: FloatArray) -> OneWay:
    r"""Estimate the parameters by restricted maximum likelihood.

    Parameters
    ----------
    count, mean, squares : ndarray, shape (..., n_groups)
        Of each group; one fit for each of the leading places, such as bootstrap replicates.

    Returns
    -------
    OneWay
        Of shape ``(...)``.

    Notes
    -----
    With :math:`\lambda = \tau^2/\sigma^2` and :math:`w_i = n_i/(1 + n_i\lambda)`, minus twice the restricted
    log likelihood is, with :math:`\sigma^2` profiled out,
    :math:`(N - 1)\ln Q + \sum\ln(1 + n_i\lambda) + \ln\sum w_i`, where :math:`Q` is the sum of squares within
    groups plus :math:`\sum w_i(\bar y_i - \hat\mu)^2` (Harville 1977, Journal of the American Statistical
    Association 72). Balanced data give :math:`\hat\sigma^2 = MSW` and
    :math:`\hat\tau^2 = (MSB - MSW)/n`, or 0. The minimum over :math:`\arctan\sqrt\lambda` is found on a grid and
    by golden sections of its cell.
    """
    grid = np.linspace(0.0, np.pi / 2, 65)[:-1]
    looked = np.stack([_criterion(np.full(mean.shape[:-1], one), count, mean, squares)[0] for one in grid])
    best = np.argmin(looked, axis=0)
    width = grid[1]
    low, high = np.maximum(grid[best] - width, 0.0), np.minimum(grid[best] + width, np.pi / 2 - 1e-6)
    share = (np.sqrt(5.0) - 1.0) / 2.0
    for _ in range(45):  # each keeps 0.618 of the bracket: 45 leave 4e-10 of it
        left, right = high - share * (high - low), low + share * (high - low)
        lower = _criterion(left, count, mean, squares)[0] <= _criterion(right, count, mean, squares)[0]
        low, high = np.where(lower, low, left), np.where(lower, right, high)
    angle = 0.5 * (low + high)
    at_zero = _criterion(np.zeros_like(angle), count, mean, squares)[0]
    angle = np.where(at_zero <= _criterion(angle, count, mean, squares)[0], 0.0, angle)
    _, centre, total, _ = _criterion(angle, count, mean, squares)
    within = np.sqrt(total / (count.sum(axis=-1) - 1.0))
    return OneWay(centre, within * np.tan(angle), within)


def resampled(groups: Groups, n_draws: int, stream: np.random.Generator) -> OneWay:
    """Refit to groups drawn with replacement, as whole groups: the cluster bootstrap.

    It trusts no normal distribution between or within groups, but it needs many groups.
    """
    chosen = stream.integers(0, groups.count.size, (n_draws, groups.count.size))
    return reml(groups.count[chosen], groups.mean[chosen], groups.squares[chosen])


def _criterion(
    angle: FloatArray, count: FloatArray, mean: FloatArray, squares: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the criterion, the estimated mean, ``Q``, and the sum of weights, at ``lambda = tan(angle)^2``."""
    ratio = np.tan(angle)[..., None] ** 2
    inflated = 1.0 + count * ratio
    weight = count / inflated
    whole = weight.sum(axis=-1)
    centre = (weight * mean).sum(axis=-1) / whole
    total = squares.sum(axis=-1) + (weight * (mean - centre[..., None]) ** 2).sum(axis=-1)
    n = count.sum(axis=-1)
    return (n - 1.0) * np.log(total) + np.log(inflated).sum(axis=-1) + np.log(whole), centre, total, whole
