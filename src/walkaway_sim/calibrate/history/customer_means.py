r"""Payment delays of customers: means that differ and move, and invoices that spread unequally.

.. math:: y_{ipj} = \mu + u_i + v_{ip} + e_{ipj}, \qquad u_i \sim N(0, \tau^2), \quad v_{ip} \sim N(0, \omega^2), \quad
          e_{ipj} \sim N(0, \sigma_i^2)

for invoice j of customer i in period p, with the customers' :math:`\sigma_i` of `unequal_spreads`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.calibrate.history.grouping import group_sums, numbered
from walkaway_sim.calibrate.history.known_errors import effect_draws, effect_sd, weighted_means
from walkaway_sim.calibrate.history.one_way import Groups, resampled
from walkaway_sim.calibrate.history.unequal_spreads import Spreads, fit_spreads

__all__ = ["Cells", "CustomerMeans", "cells_of", "fit_customer_means"]

_FEWEST_MOVES = 10
_FEWEST_WITHIN = 10
"""Degrees of freedom between periods, and within them, from which movements of a customer's mean are told."""

_MOST_VALUES = 200_000
"""Cells times draws of their spreads, for which the periods' effect is looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Invoices of one customer in one period: count, mean, sum of squares about it; those of a customer side by side.

    Attributes
    ----------
    count, mean, squares : ndarray, shape (n_cells,)
    customer : ndarray of int, shape (n_cells,)
        Number of the customer, ascending.
    """

    count: FloatArray
    mean: FloatArray
    squares: FloatArray
    customer: IntArray

    @property
    def starts(self) -> IntArray:
        """Where each customer's cells begin."""
        return np.flatnonzero(np.diff(self.customer, prepend=-1)).astype(np.int64)

    @property
    def tell_movements(self) -> bool:
        """Whether they are enough to tell how a customer's mean moves."""
        moves = self.count.size - self.starts.size
        return moves >= _FEWEST_MOVES and float((self.count - 1.0).sum()) >= _FEWEST_WITHIN


@dataclass(frozen=True, slots=True, eq=False)
class CustomerMeans:
    """Parameters of the model, estimated, or drawn with a leading place for the draw.

    Attributes
    ----------
    mean, between, period : float or ndarray, shape (n_draws,)
        Mean over customers, and standard deviations between customers and between periods of one of them.
    spreads : Spreads
        Of the invoices of one customer in one period.
    own : ndarray, shape (..., n_customers)
        Each customer's own mean: expected where estimated.
    own_sd : ndarray, shape (..., n_customers)
        Its standard deviation given the other parameters.
    """

    mean: FloatArray
    between: FloatArray
    period: FloatArray
    spreads: Spreads
    own: FloatArray
    own_sd: FloatArray


def cells_of(labels: list[str], periods: IntArray | None, values: FloatArray) -> Cells:
    """Return the cells; with no periods, one a customer."""
    place = numbered(labels)[1]
    period = np.zeros_like(place) if periods is None else periods
    both, cell = np.unique(np.stack([place, period]), axis=1, return_inverse=True)
    cell = cell.ravel()
    count = group_sums(cell, np.ones_like(values))
    mean = group_sums(cell, values) / count
    return Cells(count, mean, group_sums(cell, (values - mean[cell]) ** 2), both[0].astype(np.int64))


def fit_customer_means(
    cells: Cells, groups: Groups | None, n_draws: int, stream: np.random.Generator
) -> tuple[CustomerMeans, CustomerMeans]:
    r"""Return the estimate, and draws that could be the truth as well.

    Parameters
    ----------
    cells : Cells
        Of three customers or more; with more cells than customers, periods have an effect.
    groups : Groups or None
        If given, mean and deviation between customers are drawn by `resampled` from them, and not from the posterior.
    n_draws : int
    stream : numpy Generator

    Notes
    -----
    In turn, each given what came before: the spreads from sums of squares within cells (`fit_spreads`), the periods'
    effect from a customer's cells about its mean, that of customers from their means (`effect_draws`), the mean over
    customers and each customer's own, normal (Searle, Casella, McCulloch 1992, *Variance Components*, chapter 7).
    What later steps would say about earlier ones is left out: sums of squares hold nearly all of it.
    """
    starts, freedom = cells.starts, cells.count - 1.0
    within = np.add.reduceat(freedom, starts), np.add.reduceat(cells.squares, starts)
    usual, drawn = fit_spreads(*within, n_draws, stream)
    errors = usual.own[cells.customer] ** 2 / cells.count
    period, periods = np.array(0.0), np.zeros(n_draws)
    if cells.count.size > starts.size:
        period = np.array(effect_sd(cells.mean, errors, starts))
        # One set of spreads serves several draws where a density for each would take long.
        rows = min(n_draws, max(1, _MOST_VALUES // cells.count.size))
        spread = drawn.own[:rows, cells.customer] ** 2 / cells.count
        periods = effect_draws(cells.mean, spread, starts, n_draws, stream)
    value, error = weighted_means(cells.mean, errors + period**2, starts)
    every = np.zeros(1, dtype=np.int64)
    between = np.array(effect_sd(value, error, every))
    mean, _ = weighted_means(value, error + between**2, every)
    estimate = CustomerMeans(mean[0], between, period, usual, *_shrunk(value, error, mean[0], between))

    spread = drawn.own[:, cells.customer] ** 2 / cells.count + periods[:, None] ** 2
    value, error = weighted_means(cells.mean, spread, starts)
    if groups is None:
        betweens = effect_draws(value, error, every, n_draws, stream)
        centre, variance = weighted_means(value, error + betweens[:, None] ** 2, every)
        means = centre[:, 0] + np.sqrt(variance[:, 0]) * stream.standard_normal(n_draws)
    else:
        again = resampled(groups, n_draws, stream)
        means, betweens = again.mean, again.between
    own, own_sd = _shrunk(value, error, means[:, None], betweens[:, None])
    own = own + own_sd * stream.standard_normal(own.shape)
    return estimate, CustomerMeans(means, betweens, periods, drawn, own, own_sd)


def _shrunk(
    value: FloatArray, error: FloatArray, mean: FloatArray, between: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of customers' own means, given their values with their errors' variances."""
    pull = between**2 / (between**2 + error)
    return mean + pull * (value - mean), np.sqrt(pull * error)
