"""Forecasts in the forms that people have them: distributions, draws, or a table of quantiles."""

from __future__ import annotations

import numbers
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray, IntArray
from walkaway_sim.calibrate.backtesting.crps import crps, crps_of_draws, crps_of_others, quantile_losses
from walkaway_sim.calibrate.backtesting.crps_of_mixture import crps_of_mixture
from walkaway_sim.calibrate.backtesting.rows import as_table, refuse_rows
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.counting import Bernoulli
from walkaway_sim.inputs.entry import Input, as_distribution
from walkaway_sim.inputs.mixtures import Mixture

__all__ = ["ByQuantiles", "Forecasts", "as_forecasts", "as_naive", "chances"]


class Forecasts(ABC):
    """One forecast a row, whatever its form."""

    form: str
    score_name = "CRPS"

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def take(self, rows: IntArray) -> Forecasts:
        """Return the forecasts of these rows."""

    @abstractmethod
    def cells(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the probabilities of less than each value, and of no more than it; shapes (n,)."""

    @abstractmethod
    def scores(self, values: FloatArray) -> FloatArray:
        """Return the score of each forecast, less being better, shape (n,) [unit of the quantity]."""

    @abstractmethod
    def quantiles(self, levels: FloatArray) -> FloatArray:
        """Return the quantiles at some probabilities, shape (n, n_levels)."""

    def outside(self, values: FloatArray) -> BoolArray:
        """Whether each value is one that its forecast calls impossible, shape (n,)."""
        return np.zeros(values.size, dtype=bool)

    def scores_of_others(self, values: FloatArray, weights: FloatArray) -> FloatArray:
        """Return the score of each value under the empirical distribution of the other values, shape (n,)."""
        return crps_of_others(values, weights)


@dataclass(frozen=True, slots=True)
class ByDistribution(Forecasts):
    """A distribution a row."""

    laws: tuple[Distribution, ...]

    form = "distributions"

    def __len__(self) -> int:
        return len(self.laws)

    def take(self, rows: IntArray) -> ByDistribution:
        return ByDistribution(tuple(self.laws[row] for row in rows.tolist()))

    def cells(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        below = np.nextafter(values, -np.inf)  # at an atom the two differ by its probability
        both = np.array([law.cdf(pair) for law, pair in zip(self.laws, np.c_[below, values], strict=True)])
        return np.minimum(both[:, 0], both[:, 1]), both[:, 1]

    def scores(self, values: FloatArray) -> FloatArray:
        found = np.empty(values.size)
        rows_of: dict[int, list[int]] = {}
        for row, law in enumerate(self.laws):
            rows_of.setdefault(id(law), []).append(row)
        for rows in rows_of.values():
            law = self.laws[rows[0]]
            if isinstance(law, Mixture) and law._atoms() is None:
                found[rows] = crps_of_mixture(law, values[rows])
            else:
                found[rows] = [crps(law, value) for value in values[rows].tolist()]
        return found

    def quantiles(self, levels: FloatArray) -> FloatArray:
        return np.array([law.ppf(levels) for law in self.laws])

    def outside(self, values: FloatArray) -> BoolArray:
        ends = np.array([law.support() for law in self.laws])
        return (values < ends[:, 0]) | (values > ends[:, 1])


@dataclass(frozen=True, slots=True, eq=False)
class ByDraws(Forecasts):
    """A row of draws a row, shape (n, n_draws)."""

    draws: FloatArray

    form = "draws"

    def __len__(self) -> int:
        return len(self.draws)

    def take(self, rows: IntArray) -> ByDraws:
        return ByDraws(self.draws[rows])

    def cells(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        # With m draws from the truth the value takes each of m + 1 ranks among them with the same chance.
        ranks = self.draws.shape[1] + 1.0
        below = (self.draws < values[:, None]).sum(axis=1)
        upto = (self.draws <= values[:, None]).sum(axis=1)
        return below / ranks, (upto + 1.0) / ranks

    def scores(self, values: FloatArray) -> FloatArray:
        return crps_of_draws(self.draws, values)

    def quantiles(self, levels: FloatArray) -> FloatArray:
        return np.quantile(self.draws, levels, axis=1, method="weibull").T


@dataclass(frozen=True, slots=True, eq=False)
class ByQuantiles(Forecasts):
    """Quantiles a row, shape (n, n_levels), at the same probabilities, rising."""

    table: FloatArray
    levels: FloatArray

    form = "quantiles"
    score_name = "quantile score (the CRPS at the quantiles given)"

    def __len__(self) -> int:
        return len(self.table)

    def take(self, rows: IntArray) -> ByQuantiles:
        """Return the forecasts of these rows."""
        return ByQuantiles(self.table[rows], self.levels)

    def cells(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the probabilities at the quantiles around each value."""
        edges = np.concatenate([[0.0], self.levels, [1.0]])
        below = (self.table < values[:, None]).sum(axis=1)
        upto = (self.table <= values[:, None]).sum(axis=1)
        return edges[below], edges[upto + 1]

    def scores(self, values: FloatArray) -> FloatArray:
        """Return the mean quantile loss of each forecast."""
        return quantile_losses(self.table, self.levels, values)

    def quantiles(self, levels: FloatArray) -> FloatArray:
        """Return the table, at its own probabilities only."""
        if not np.array_equal(levels, self.levels):
            raise InputError("naive: its quantiles must be at the probabilities of the forecasts")
        return self.table

    def scores_of_others(self, values: FloatArray, weights: FloatArray) -> FloatArray:
        """Return the same loss of the quantiles of the other values."""
        return quantile_losses(_quantiles_of_others(values, weights, self.levels), self.levels, values)


def as_forecasts(name: str, given: Any) -> Forecasts:
    """Read forecasts in any of their forms.

    Raises
    ------
    InputError
        They have none of these forms, or some rows cannot be used.
    """
    if hasattr(given, "columns"):
        return _from_frame(name, given)
    if isinstance(given, np.ndarray) and given.dtype != object:
        if given.ndim == 1:
            _refuse_numbers(name)
        draws = as_table(name, given)
        if draws.shape[1] < 2:
            raise InputError(f"{name} needs two draws a row or more, got an array of shape {draws.shape}")
        return ByDraws(draws)
    if isinstance(given, str | Distribution) or not isinstance(given, Iterable):
        raise InputError(
            f"{name} must be a list of distributions, an array of draws of shape (n_deals, n_draws), or a "
            f"DataFrame of quantiles with probabilities as columns, got {given!r}"
        )
    rows = list(given)
    if rows and all(isinstance(row, numbers.Real) for row in rows):
        _refuse_numbers(name)
    # One forecast for many rows is read once, so that its scores can share the work.
    read: dict[int, Distribution] = {}
    for place, row in enumerate(rows):
        if id(row) not in read:
            read[id(row)] = _law(f"{name}: row {place} (counted from 0)", row)
    return ByDistribution(tuple(read[id(row)] for row in rows))


def as_naive(given: Any, like: Forecasts) -> Forecasts:
    """Read the forecasts to beat: as `as_forecasts`, or one distribution for every row."""
    single = isinstance(given, Distribution | Input) or not isinstance(given, Iterable)
    found = ByDistribution((_law("naive", given),) * len(like)) if single else as_forecasts("naive", given)
    if len(found) != len(like):
        raise InputError(
            f"naive must have one forecast for each of the {len(like)} forecasts, got {len(found)}"
        )
    if isinstance(like, ByQuantiles):
        return ByQuantiles(found.quantiles(like.levels), like.levels)
    if isinstance(found, ByQuantiles):
        raise InputError(
            f"naive has quantiles only and the forecasts are {like.form}: their scores do not compare; give both in "
            f"the same form"
        )
    return found


def chances(forecasts: Forecasts) -> FloatArray | None:
    """Return the probabilities where every forecast is a chance of a yes, else None."""
    if isinstance(forecasts, ByDistribution) and all(isinstance(law, Bernoulli) for law in forecasts.laws):
        return np.array([law.mean() for law in forecasts.laws])
    return None


def _law(name: str, given: object) -> Distribution:
    """Read one distribution; an input that was calibrated counts what is not known of its parameters."""
    try:
        if isinstance(given, Input):
            if given.plausible:
                parts = [as_distribution(one) for one in given.plausible]
                return Mixture(tuple((1.0 / len(parts), one) for one in parts))
            return as_distribution(given.distribution)
        return as_distribution(given)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _refuse_numbers(name: str) -> None:
    raise InputError(
        f"{name} are single numbers, which say nothing of how far off they may be; give distributions, draws or "
        f"quantiles, and chances of a yes to reliability(probabilities, outcomes)"
    )


def _from_frame(name: str, frame: Any) -> ByQuantiles:
    levels = np.array([_level(name, column) for column in frame.columns])
    if np.unique(levels).size != levels.size or levels.size < 2:
        raise InputError(
            f"{name} needs two quantiles or more, each probability once, got {list(frame.columns)}"
        )
    order = np.argsort(levels)
    table = as_table(name, frame)[:, order]
    falling = (np.diff(table, axis=1) < 0.0).any(axis=1)
    refuse_rows(name, falling, "needs quantiles that rise with their probability", "some that fall", of=frame)
    return ByQuantiles(table, levels[order])


def _level(name: str, column: object) -> float:
    """Read the probability that names a column: 0.25, "0.25" or "q0.25"."""
    try:
        level = float(column.strip().removeprefix("q")) if isinstance(column, str) else float(column)  # type: ignore[arg-type]  # refused below
    except (TypeError, ValueError):
        level = np.nan
    if not 0.0 < level < 1.0:
        raise InputError(
            f"{name}: its columns must be probabilities strictly between 0 and 1, such as 0.25 or 'q0.25', "
            f"got {column!r}; leave other columns out, as in forecasts[['q0.1', 'q0.5', 'q0.9']]"
        )
    return level


def _quantiles_of_others(values: FloatArray, weights: FloatArray, levels: FloatArray) -> FloatArray:
    """Return quantiles of the sample without each of its values, shape (n, n_levels)."""
    n = values.size
    if np.ptp(weights) > 0.0:
        others = ~np.eye(n, dtype=bool)
        return np.array(
            [
                np.quantile(values[rest], levels, weights=weights[rest], method="inverted_cdf")
                for rest in others
            ]
        )
    order = np.argsort(values, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    # A further value lies below the k-th of n - 1 with probability k / n exactly.
    place = np.clip(levels * n, 1.0, n - 1.0)
    lower = np.floor(place).astype(np.int64)
    ordered = values[order]

    def kth(k: IntArray) -> FloatArray:
        found: FloatArray = ordered[k[None, :] - 1 + (k[None, :] - 1 >= rank[:, None])]
        return found

    low, high = kth(lower), kth(np.minimum(lower + 1, n - 1))
    return low + (place - lower) * (high - low)
