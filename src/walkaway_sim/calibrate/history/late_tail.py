"""Days late of late deliveries: lognormal, or generalised Pareto."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.history.grid import mode_and_draws
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.families import generalised_pareto
from walkaway_sim.inputs.gaussian import LogNormal

__all__ = ["LateTail", "fit_tail"]

_SHAPES = (-0.5, 2.0)
"""Shapes of the generalised Pareto distribution that are looked at."""


@dataclass(frozen=True, slots=True)
class LateTail:
    """A fitted tail. Made by `fit_tail`.

    Attributes
    ----------
    family : {"lognormal", "pareto"}
    estimate : tuple of (float, float)
        Lognormal: mean and standard deviation of the logarithm. Pareto: shape, 0 for an exponential tail and heavier
        the larger it is, and scale [days].
    plausible : tuple of such tuples
    log_likelihood : float
        For a comparison of the two families, which have two parameters each.
    seen : tuple of float
        The 5, 25, 50, 75 and 95% quantiles of the sample [days].
    """

    family: Literal["lognormal", "pareto"]
    estimate: tuple[float, float]
    plausible: tuple[tuple[float, float], ...]
    log_likelihood: float
    seen: tuple[float, ...]

    @property
    def names(self) -> tuple[str, str]:
        """Names of the two parameters."""
        return ("log_mean", "log_sd") if self.family == "lognormal" else ("shape", "scale")

    def law(self, parameters: tuple[float, float]) -> Distribution:
        """Return the distribution with given parameters."""
        if self.family == "lognormal":
            return LogNormal(math.exp(parameters[0]), parameters[1])
        return generalised_pareto(*parameters)


def fit_tail(
    days: FloatArray, family: Literal["lognormal", "pareto"], n_plausible: int, stream: np.random.Generator
) -> LateTail:
    r"""Fit one family by maximum likelihood.

    Parameters
    ----------
    days : ndarray, shape (n,)
        Above 0, not all the same.
    family : {"lognormal", "pareto"}
    n_plausible : int
    stream : numpy Generator

    Notes
    -----
    Plausible parameters of the lognormal come from the exact posterior under the prior ``1/sigma^2``; its standard
    deviation is the unbiased one. Those of the Pareto come from the posterior under a prior that is flat in the shape,
    from -1/2 to 2, and in the logarithm of the scale, so that its mode is the maximum likelihood; normal errors about
    it cover too seldom with few late deliveries.

    Examples
    --------
    >>> found = fit_tail(np.exp([0.0, 1.0, 2.0]), "lognormal", 2, np.random.default_rng(1))
    >>> [round(one, 12) for one in found.estimate]
    [1.0, 1.0]
    """
    n, logs = days.size, np.log(days)
    seen = tuple(np.quantile(days, (0.05, 0.25, 0.5, 0.75, 0.95)).tolist())
    if family == "lognormal":
        mean, sd = float(logs.mean()), float(logs.std(ddof=1))
        spread = sd * np.sqrt((n - 1.0) / stream.chisquare(n - 1.0, n_plausible))
        means = mean + spread * stream.standard_normal(n_plausible) / math.sqrt(n)
        likelihood = -logs.sum() - n * (math.log(sd) + 0.5 * math.log(2 * math.pi)) - 0.5 * (n - 1.0)
        return LateTail(
            family,
            (mean, sd),
            tuple(zip(means.tolist(), spread.tolist(), strict=True)),
            float(likelihood),
            seen,
        )

    middle = math.log(days.mean())
    mode, drawn = mode_and_draws(
        lambda shapes, log_scales: _pareto_likelihood(shapes, log_scales, days),
        (_SHAPES, (middle - 5.0, middle + 3.0)),
        n_plausible,
        stream,
    )
    best = float(_pareto_likelihood(mode[:1], mode[1:], days)[0, 0])
    plausible = tuple(zip(drawn[0].tolist(), np.exp(drawn[1]).tolist(), strict=True))
    return LateTail(family, (float(mode[0]), math.exp(mode[1])), plausible, best, seen)


def _pareto_likelihood(shapes: FloatArray, log_scales: FloatArray, days: FloatArray) -> FloatArray:
    """Return the log likelihood at the product of two axes."""
    rows = []
    for shape in shapes.tolist():  # one shape at a time: memory is that of the scales times the sample
        ratio = days[None, :] / np.exp(log_scales)[:, None]
        if abs(shape) < 1e-8:
            rows.append(-days.size * log_scales - ratio.sum(axis=1))
            continue
        inside = 1.0 + shape * ratio
        possible = inside.min(axis=1) > 0.0
        logs = np.log(np.where(possible[:, None], inside, 1.0)).sum(axis=1)
        rows.append(np.where(possible, -days.size * log_scales - (1.0 + 1.0 / shape) * logs, -np.inf))
    return np.stack(rows)
