"""Which realised values are known, which of them are scored, and what that conditions on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.calibrate.backtesting.rows import as_column, refuse_rows
from walkaway_sim.errors import InputError

__all__ = ["Observed", "as_observed"]

LEAST = 10
"""Cases below which nothing can be told: an 80% interval that holds 5 of 9 may still be right."""


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """What is scored of what was forecast.

    Attributes
    ----------
    rows : ndarray of int, shape (n_scored,)
        Positions of the scored forecasts, in the order given.
    n_forecast, n_unknown, n_left_out : int
        Forecasts in all; those whose value is not known; those with a known value that `selected` leaves out.
    weights : ndarray, shape (n_scored,), or None
        One over the probability of being known; None where all count alike.
    largest : float
        One over the smallest probability of any row, known or not; 1 where all count alike.
    """

    rows: IntArray
    n_forecast: int
    n_unknown: int
    n_left_out: int
    weights: FloatArray | None
    largest: float = 1.0

    @property
    def n_effective(self) -> float:
        """How many equal cases the weighted ones are worth (Kish 1965)."""
        if self.weights is None:
            return float(self.rows.size)
        return float(self.weights.sum() ** 2 / (self.weights @ self.weights))

    @property
    def note(self) -> str:
        """What was scored, and whom the result speaks for."""
        scored, n = self.rows.size, self.n_forecast
        if scored == n and self.weights is None:
            return f"All {n:,} forecasts have a realised value and are scored."
        text = f"{scored:,} of {n:,} forecasts are scored"
        why = []
        if self.n_unknown:
            why.append(f"of {self.n_unknown:,} the realised value is not known")
        if self.n_left_out:
            why.append(f"{self.n_left_out:,} were not selected")
        text += f": {', '.join(why)}." if why else "."
        if self.weights is None:
            return (
                f"{text} What is found holds for cases like those scored, such as deals that were signed; it says "
                f"nothing of the others, unless being scored has nothing to do with how they came out."
            )
        return (
            f"{text} Each counts by one over its probability of being known, so that they stand for all; together "
            f"they are worth {self.n_effective:,.0f} equal cases. That holds if the probabilities are right, and if "
            f"none can be smaller than the smallest one given."
        )


def as_observed(realised: Any, selected: Any, n: int, name: str = "realised") -> tuple[FloatArray, Observed]:
    """Return the realised values that are scored, and which they are.

    Raises
    ------
    InputError
        The columns do not fit the forecasts, a probability lies outside (0, 1], or fewer than 10 cases are left.
    """
    values = as_column(name, realised, size=n)
    known = ~np.isnan(values)
    scored, weights, largest = known, None, 1.0
    if selected is not None:
        chosen = as_column("selected", selected, size=n)
        if np.isin(chosen, (0.0, 1.0)).all():
            scored = known & (chosen == 1.0)
        else:
            refuse_rows(
                "selected",
                ~((chosen > 0.0) & (chosen <= 1.0)),
                "must be true or false, or a probability above 0 and up to 1; where the value is not known as well, "
                "since that says how seldom one is",
                "others",
                of=selected,
            )
            weights, largest = 1.0 / chosen[known], float(1.0 / chosen.min())
    rows = np.flatnonzero(scored)
    if rows.size < LEAST:
        raise InputError(
            f"{name} has {rows.size} values to score of {n} forecasts; a back-test needs {LEAST} or more, since of "
            f"fewer nothing can be told"
        )
    if weights is not None and largest == weights.min():
        weights, largest = None, 1.0
    left_out = int(known.sum()) - rows.size
    return values[rows], Observed(rows, n, n - int(known.sum()), left_out, weights, largest)
