r"""Rates pooled partially over groups: the beta-binomial model.

.. math:: x_i \sim Binomial(n_i, \theta_i), \qquad \theta_i \sim Beta(a, b), \quad
          m = \frac{a}{a + b}, \quad \rho = \frac{1}{a + b + 1}

``m`` is the mean rate, and ``m (1 - m) rho`` the variance of the rate between groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from walkaway_sim._checks import nearest
from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.history.grid import mode_and_draws
from walkaway_sim.calibrate.history.grouping import group_sums, numbered
from walkaway_sim.calibrate.history.intervals import number_input, parameter_table
from walkaway_sim.calibrate.history.used import Used, page
from walkaway_sim.calibrate.seeds import generator, own_seed
from walkaway_sim.calibrate.shown import ShownAsTable
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.families import NamedFamily, beta

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PooledRate", "beta_log_likelihood", "beta_posterior", "pooled_rate"]

_MOST_COUNTS = 400
"""Different counts that are looked up one by one."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PooledRate(ShownAsTable):
    """A rate, pooled over groups such as customers.

    Attributes
    ----------
    what, group : str
        What the rate is of, and what a group is: for labels.
    mean : float
        Mean rate of the groups.
    overdispersion : float
        ``rho``: 0 if all groups have one rate, 1 if each has 0 or 1.
    plausible_mean, plausible_overdispersion : ndarray, shape (n_plausible,)
        The same for parameters that could be true as well.
    names : tuple of str
        Of the groups, sorted.
    trials, hits : ndarray, shape (n_groups,)
    used : Used
    seed : numpy SeedSequence
    """

    what: str
    group: str
    mean: float
    overdispersion: float
    plausible_mean: FloatArray
    plausible_overdispersion: FloatArray
    names: tuple[str, ...]
    trials: FloatArray
    hits: FloatArray
    used: Used
    seed: np.random.SeedSequence

    @property
    def label(self) -> str:
        """What inputs from this fit share."""
        return f"{self.what} ({self.used.used} rows, {len(self.names)} of {self.group})"

    @property
    def between_sd(self) -> float:
        """Standard deviation of the rate between groups."""
        return float(np.sqrt(self.mean * (1.0 - self.mean) * self.overdispersion))

    def known(self, name: str) -> Input:
        """Return the rate of a group that is in the table, drawn towards the others' the fewer its rows are.

        Its distribution is one number, the mean given its rows; how well that is known is in `plausible`.

        Raises
        ------
        InputError
            An unknown group.
        """
        estimate, draws = self.rate(name)
        source = f"{self.label}, {name}"
        return number_input(estimate, draws, unit="fraction", source=source, fitted_with=self.label)

    def rate(self, name: str) -> tuple[float, FloatArray]:
        """Return the rate of a group that is in the table, as `known`, and its plausible values."""
        if name not in self.names:
            raise InputError(
                f"{self.what}: no {self.group} {name!r} in the table{nearest(str(name), self.names)}; "
                "new() is for one without rows"
            )
        place = self.names.index(name)
        hits, misses = self.hits[place], self.trials[place] - self.hits[place]
        first, second = _shapes(self.plausible_mean, self.plausible_overdispersion)
        draws = generator(self.seed, f"group {name}").beta(first + hits, second + misses)
        a, b = _shapes(np.array(self.mean), np.array(self.overdispersion))
        return float((a + hits) / (a + b + hits + misses)), draws

    def new(self) -> Input:
        """Return the rate of a group without rows: it spreads as much as the groups differ."""
        return Input(
            _beta(self.mean, self.overdispersion),
            unit="fraction",
            source=f"{self.label}, a new one",
            plausible=tuple(
                _beta(*both)
                for both in zip(
                    self.plausible_mean.tolist(), self.plausible_overdispersion.tolist(), strict=True
                )
            ),
            fitted_with=self.label,
        )

    def intervals(self, level: float = 0.9) -> pd.DataFrame:
        """Return mean rate, its standard deviation between groups and ``rho``, with their intervals."""
        draws, rho = self.plausible_mean, self.plausible_overdispersion
        return parameter_table(
            {
                "mean": (self.mean, draws),
                "between_sd": (self.between_sd, np.sqrt(draws * (1.0 - draws) * rho)),
                "overdispersion": (self.overdispersion, rho),
            },
            level,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per group: trials, hits, own rate, and the rate drawn towards the others'."""
        import pandas as pd

        a, b = _shapes(np.array(self.mean), np.array(self.overdispersion))
        columns = {
            "trials": self.trials.astype(np.int64),
            "hits": self.hits.astype(np.int64),
            "own_rate": self.hits / self.trials,
            "pooled_rate": (a + self.hits) / (a + b + self.trials),
        }
        return pd.DataFrame(columns, index=pd.Index(self.names, name=self.group))

    def _repr_html_(self) -> str:
        return page(self.label, [self.intervals(), self.to_frame()], self.used)


def pooled_rate(
    labels: list[str],
    hits: FloatArray,
    trials: FloatArray,
    *,
    what: str,
    group: str,
    used: Used,
    n_plausible: int,
    seed: np.random.SeedSequence,
) -> PooledRate:
    """Fit the beta-binomial model.

    Parameters
    ----------
    labels : list of str
        Group of each row.
    hits, trials : ndarray, shape (n_rows,)
        Whole numbers; hits of at most trials.
    what, group, used, n_plausible, seed
        As in `PooledRate`.

    Returns
    -------
    PooledRate

    Notes
    -----
    The prior is ``Beta(1/2, 1/2)`` for the mean rate, which keeps it off 0 where nothing was seen, and flat in
    ``sqrt(rho)``, that is in the standard deviation between groups. The estimate is the highest posterior
    density over the two logits; plausible parameters are independent draws from the posterior, by
    `mode_and_draws` (model: Griffiths 1973, Biometrics 29).
    """
    names, place = numbered(labels)
    x, n = group_sums(place, hits), group_sums(place, trials)
    seed = own_seed(seed, what, x.size, x.sum(), n.sum(), (x**2).sum())
    best, draws = beta_posterior(x, n, n_plausible, generator(seed, "parameters"))
    return PooledRate(
        what,
        group,
        float(best[0]),
        float(best[1]),
        draws[0],
        draws[1],
        names,
        n,
        x,
        used,
        seed,
    )


def beta_posterior(
    hits: FloatArray, trials: FloatArray, n_draws: int, stream: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return mean rate and ``rho`` of highest posterior density, shape (2,), and draws of them, (2, n_draws).

    Hits and trials need not be whole: amounts count for as many trials as their noise says.
    """
    centre = float(special.logit((hits.sum() + 0.5) / (trials.sum() + 1.0)))
    best, draws = mode_and_draws(
        lambda logit_mean, logit_rho: _log_posterior(logit_mean, logit_rho, hits, trials),
        ((centre - 6.0, centre + 6.0), (-12.0, 6.0)),
        n_draws,
        stream,
    )
    return special.expit(best), special.expit(draws)


def beta_log_likelihood(
    mean: FloatArray, rho: FloatArray, hits: FloatArray, trials: FloatArray
) -> FloatArray:
    """Return the log likelihood without its constant, shape of `mean` and `rho` broadcast."""
    a, b = _shapes(mean, rho)
    total = np.zeros(np.broadcast_shapes(a.shape, b.shape))
    # Groups share counts: each value is looked up once, with the number of groups that have it.
    for shape, counts, sign in ((a, hits, 1.0), (b, trials - hits, 1.0), (a + b, trials, -1.0)):
        values, weight = _counted(counts)
        for value, times in zip(values.tolist(), weight.tolist(), strict=True):
            if value:
                total += sign * times * (special.gammaln(shape + value) - special.gammaln(shape))
    return total


def _counted(counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return values and how many groups have each; for very many values, nodes that share them out linearly.

    A step of h between nodes, relative to the value, moves the slope of a group's log likelihood in a shape by h^2/8 at
    most: 3e-4, where groups are thousands.
    """
    values, weight = np.unique(counts, return_counts=True)
    if values.size <= _MOST_COUNTS:
        return values, weight.astype(np.float64)
    positive = values[values > 0.0]
    nodes = np.concatenate([[0.0], np.geomspace(positive[0], positive[-1], _MOST_COUNTS)])
    right = np.clip(np.searchsorted(nodes, values), 1, _MOST_COUNTS)
    share = np.clip((values - nodes[right - 1]) / (nodes[right] - nodes[right - 1]), 0.0, 1.0)
    shared = np.bincount(right, weight * share, nodes.size)
    shared += np.bincount(right - 1, weight * (1.0 - share), nodes.size)
    return nodes, shared.astype(np.float64)


def _log_posterior(logit_mean: FloatArray, logit_rho: FloatArray, x: FloatArray, n: FloatArray) -> FloatArray:
    """Return the log density of the two logits on the product of two axes, up to a constant."""
    mean, rho = special.expit(logit_mean)[:, None], special.expit(logit_rho)[None, :]
    prior = 0.5 * np.log(mean * (1.0 - mean)) + 0.5 * np.log(rho) + np.log1p(-rho)
    return beta_log_likelihood(mean, rho, x, n) + prior


def _shapes(mean: FloatArray, rho: FloatArray) -> tuple[FloatArray, FloatArray]:
    size = 1.0 / rho - 1.0
    return mean * size, (1.0 - mean) * size


def _beta(mean: float, rho: float) -> NamedFamily:
    a, b = _shapes(np.array(mean), np.array(rho))
    return beta(float(a), float(b))
