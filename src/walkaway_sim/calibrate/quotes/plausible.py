"""Parameters of a win curve that could be the true ones as well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.quotes.intercepts import Panel
from walkaway_sim.calibrate.quotes.penalised import Estimates, maximise

__all__ = ["plausible_parameters"]


def plausible_parameters(
    panel: Panel,
    estimates: Estimates,
    uncertainty: str,
    n_plausible: int,
    firth: bool,
    generator: np.random.Generator,
) -> FloatArray:
    """Parameters that could be the true ones as well, shape (n_plausible, k)."""
    theta = estimates.coefficients
    if panel.n_customers:
        theta = np.append(theta, np.log(estimates.sd))
    if uncertainty == "normal":
        return generator.multivariate_normal(theta, estimates.covariance, size=n_plausible, method="eigh")
    out = np.empty((n_plausible, theta.size))
    for at in range(n_plausible):
        again = maximise(_resampled(panel, generator), firth=firth, start=estimates)
        out[at, : again.coefficients.size] = again.coefficients
        if panel.n_customers:
            out[at, -1] = np.log(again.sd)
    return out


def _resampled(panel: Panel, generator: np.random.Generator) -> Panel:
    """Draw customers with replacement, each with all its quotes; quotes where customers have no effect."""
    n = panel.sign.size
    while True:
        if panel.n_customers:
            drawn = generator.integers(panel.n_customers, size=panel.n_customers)
            count = np.diff(np.append(panel.starts, n))[drawn]
            starts = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64)
            rows = np.repeat(panel.starts[drawn] - starts, count) + np.arange(count.sum())
            owner = np.repeat(np.arange(drawn.size), count)
        else:
            rows = generator.integers(n, size=n)
            owner = starts = panel.starts
        if np.ptp(panel.sign[rows]) > 0:
            return replace(
                panel, columns=panel.columns[rows], sign=panel.sign[rows], owner=owner, starts=starts
            )
