"""Parameters with their intervals, from plausible values of them; and inputs that are one unknown number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from walkaway_sim._checks import check_probability
from walkaway_sim._typing import FloatArray
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Interval", "interval", "number_input", "parameter_table"]

_METHOD: Literal["weibull"] = "weibull"
"""Of quantiles of plausible values: one more value of the same kind lies between them just as often as they say
(Hyndman and Fan 1996, The American Statistician 50, definition 6). NumPy's default holds 89.1% of 90% for 200."""


def parameter_table(parameters: Mapping[str, tuple[float, FloatArray]], level: float) -> pd.DataFrame:
    """Return one row per parameter: estimate, and the central interval of its plausible values.

    Parameters
    ----------
    parameters : mapping of str to (float, ndarray of shape (n_plausible,))
    level : float
        Probability of the interval, strictly between 0 and 1.
    """
    import pandas as pd

    tail = 0.5 * (1.0 - check_probability("level", level, open_ends=True))
    rows = [
        (value, *np.quantile(draws, (tail, 1.0 - tail), method=_METHOD))
        for value, draws in parameters.values()
    ]
    index = pd.Index(list(parameters), name="parameter")
    return pd.DataFrame(rows, columns=["estimate", "low", "high"], index=index)


def number_input(value: float, plausible: FloatArray, *, unit: str, source: str, fitted_with: str) -> Input:
    """Return an input that is one number, known as well as its plausible values say."""
    return Input(
        Constant(value),
        unit=unit,
        source=source,
        plausible=tuple(Constant(one) for one in plausible.tolist()),
        fitted_with=fitted_with,
    )


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the interval that covers what is not known about the parameters.

    Attributes
    ----------
    estimate, low, high : float
    level : float
        Probability of the interval.
    """

    estimate: float
    low: float
    high: float
    level: float


def interval(estimate: float, plausible: FloatArray, level: float) -> Interval:
    """Return the central interval of plausible values, about an estimate."""
    tail = 0.5 * (1.0 - check_probability("level", level, open_ends=True))
    low, high = np.quantile(plausible, (tail, 1.0 - tail), method=_METHOD).tolist()
    return Interval(float(estimate), low, high, level)
