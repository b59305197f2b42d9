"""Parameters with their intervals, from plausible values of them; and inputs that are one unknown number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from walkaway_sim._checks import check_probability
from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.central import central_interval
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Interval", "interval", "number_input", "parameter_table"]


def parameter_table(parameters: Mapping[str, tuple[float, FloatArray]], level: float) -> pd.DataFrame:
    """Return one row per parameter: estimate, and the central interval of its plausible values.

    Parameters
    ----------
    parameters : mapping of str to (float, ndarray of shape (n_plausible,))
    level : float
        Probability of the interval, strictly between 0 and 1.
    """
    import pandas as pd

    check_probability("level", level, open_ends=True)
    rows = [(value, *map(float, central_interval(draws, level))) for value, draws in parameters.values()]
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
    low, high = central_interval(plausible, check_probability("level", level, open_ends=True))
    return Interval(float(estimate), float(low), float(high), level)
