"""Location, scale and degrees of freedom of a Student t: a fit that small samples do not upset."""

from __future__ import annotations

import math

import numpy as np
from scipy import optimize

from walkaway_sim._typing import FloatArray
from walkaway_sim.inputs.heavy_growth import student_log_norm

__all__ = ["LEAST_DEGREES", "MOST_DEGREES", "fit_student"]

LEAST_DEGREES, MOST_DEGREES = 0.5, 200.0
"""Degrees of freedom that are looked at."""

_DEGREES = 4.0
_DEGREES_LOG_SD = 1.0


def fit_student(values: FloatArray) -> tuple[float, float, float]:
    r"""Fit location, scale and degrees of freedom by penalised maximum likelihood.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Not all the same.

    Returns
    -------
    tuple of float
        Location, scale, degrees of freedom.

    Notes
    -----
    The logarithm of the degrees of freedom has a normal prior about ln 4 with standard deviation 1, since small
    samples leave it open up to infinity (Lange, Little, Taylor 1989, Journal of the American Statistical
    Association 84, for the likelihood).
    """
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
    width = (high - low) / 1.48 or float(np.std(values))

    def minus(point: FloatArray) -> float:
        degrees = math.exp(point[2])
        z = (values - point[0]) * math.exp(-point[1])
        likelihood = values.size * (student_log_norm(degrees) - point[1])
        likelihood -= 0.5 * (degrees + 1.0) * np.log1p(z**2 / degrees).sum()
        return float(0.5 * ((point[2] - math.log(_DEGREES)) / _DEGREES_LOG_SD) ** 2 - likelihood)

    start = np.array([middle, math.log(width), math.log(_DEGREES)])
    bounds = [
        (None, None),
        (start[1] - 12.0, start[1] + 5.0),
        (math.log(LEAST_DEGREES), math.log(MOST_DEGREES)),
    ]
    # Three parameters and no derivatives: SciPy's L-BFGS-B is 100 times slower where linear algebra is threaded.
    best = optimize.minimize(minus, start, method="Nelder-Mead", tol=1e-8, bounds=bounds).x
    return float(best[0]), math.exp(best[1]), math.exp(best[2])
