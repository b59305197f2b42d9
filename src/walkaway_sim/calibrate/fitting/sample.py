"""A column of history, checked: what is used, what is dropped and why, and on which support it lives."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from walkaway_sim._checks import check_one_of
from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.calibrate.columns import is_blank, labels_of, only_offending, rows_by_name, told_rows
from walkaway_sim.calibrate.fitting.family import Support
from walkaway_sim.errors import InputError

__all__ = ["FEWEST", "Sample", "read_sample"]

FEWEST = 8
"""The fewest observations that are fitted, and of those the fewest that are no lower bounds is 5."""

_FEWEST_SEEN = 5
_FAR = 4.0
"""Standard deviations above 0 from which the mean of positive values says that 0 plays no part."""
_FEW_VALUES = 20
"""Whole numbers that take more distinct values are tried as continuous quantities too."""

_LARGEST_COUNT = 1_000.0

_Column: TypeAlias = NDArray[Any]

SUPPORTS = ("real", "positive", "unit", "counts")


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The observations that a fit uses.

    Attributes
    ----------
    values : ndarray, shape (n,)
        In the order of the rows [unit of the column].
    censored : ndarray of bool, shape (n,), or None
        Where the value is a lower bound.
    weight : ndarray, shape (n,)
        How many observations each row stands for.
    n_rows : int
        Rows given.
    dropped : mapping of str to tuple
        Rows left out, by reason: the lines of a file, the labels of a pandas index, or positions counted from 0.
    rows_are : str
        Which of the three.
    step : float
        What the values are whole multiples of, where they were rounded so coarsely that many are alike;
        0 where they were not.
    supports : tuple of str
        Supports whose families make sense.
    notes : tuple of str
    """

    values: FloatArray
    censored: BoolArray | None
    weight: FloatArray
    n_rows: int
    dropped: Mapping[str, tuple[Any, ...]]
    step: float
    supports: tuple[Support, ...]
    notes: tuple[str, ...]
    rows_are: str = "(counted from 0)"

    @property
    def n(self) -> float:
        """Observations: the sum of the weights."""
        return float(self.weight.sum())

    @property
    def n_censored(self) -> int:
        """Rows that are lower bounds."""
        return 0 if self.censored is None else int(self.censored.sum())

    @property
    def share(self) -> FloatArray:
        """Weights that sum to 1, shape (n,)."""
        return np.asarray(self.weight / self.weight.sum())

    def used(self) -> str:
        """Say how many rows are used and how many were dropped, and why."""
        text = f"{self.values.size} of {self.n_rows} rows used"
        if self.dropped:
            reasons = ", ".join(f"{len(rows)} {reason}" for reason, rows in self.dropped.items())
            text += f" (dropped: {reasons})"
        if self.censored is not None:
            text += f", {self.n_censored} of them lower bounds"
        if np.any(self.weight != 1.0):
            text += f", standing for {self.n:g} observations"
        return text

    def left_out(self) -> str:
        """Name the first rows that were left out, by reason; an empty text if all are used."""
        return _reasons(self.dropped, self.rows_are)


def read_sample(
    sample: object,
    *,
    censored: object = None,
    weights: object = None,
    support: str | None = None,
    name: str = "sample",
) -> Sample:
    """Check a column and what goes with it.

    Parameters
    ----------
    sample : array-like of numbers, shape (n,)
    censored : array-like of bool, shape (n,), optional
    weights : array-like of numbers, shape (n,), optional
    support : {"real", "positive", "unit", "counts"}, optional
        None finds it.
    name : str
        What messages call the column.

    Returns
    -------
    Sample

    Raises
    ------
    InputError
        What cannot be fitted: the message names the column and the rows.
    """
    given = _one_dimension(name, sample)
    values, readable = _numbers(given)
    missing = _missing(given)
    texts = ~readable & ~missing
    if texts.sum() > 0.5 * max(len(given) - missing.sum(), 1):
        found = ", ".join(repr(given[row]) for row in np.flatnonzero(texts)[:3])
        raise InputError(
            f"{name} must be a column of numbers, but {texts.sum()} of its {len(given)} rows are none, such as "
            f"{found}. Name another column, or turn dates into days and write decimals with a point"
        )
    bad: dict[str, BoolArray] = {"missing": missing, "not a number": texts}
    bad["infinite"] = np.isinf(values)
    lower = None if censored is None else _flags(f"{name}: censored", censored, len(given))
    weight = np.ones(len(given))
    if weights is not None:
        weight, usable = _numbers(_one_dimension(f"{name}: weights", weights, len(given)))
        bad["without a weight"] = ~usable | ~np.isfinite(weight)
        negative = weight < 0.0
        if negative.any():
            raise InputError(
                f"{name}: weights must be 0 or more, got {weight[negative][0]:g} in "
                f"{rows_by_name(weights, negative)}; they "
                "count how many observations a row stands for"
            )
        bad["with weight 0"] = weight == 0.0
    labels, rows_are = labels_of(sample)
    dropped, keep = _dropped(bad, labels or range(len(given)))
    values, weight = values[keep], weight[keep]
    lower = None if lower is None or not lower[keep].any() else lower[keep]
    _check_enough(name, values, lower, weight, len(given), _reasons(dropped, rows_are), weights is not None)
    supports, notes = _supports(name, values, weight, support)
    if supports != ("counts",):
        notes += _repeats(values)
    return Sample(
        values, lower, weight, len(given), dropped, _step_of(values), supports, tuple(notes), rows_are
    )  # fmt: skip


def _one_dimension(name: str, given: object, length: int | None = None) -> _Column:
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise InputError(
            f"{name} must be a sequence of numbers, such as a column of a DataFrame, got {given!r}"
        )
    array = np.asarray(given if hasattr(given, "__array__") else list(given))
    if array.dtype.kind not in "fiu":
        # NumPy would turn the numbers of a mixed list into texts.
        array = np.asarray(given if hasattr(given, "__array__") else list(given), dtype=object)
    if array.ndim != 1:
        raise InputError(f"{name} must have one dimension, got shape {array.shape}; give one column")
    if length is not None and len(array) != length:
        raise InputError(f"{name} must have a value for each of the {length} rows, got {len(array)}")
    return array


def _numbers(given: _Column) -> tuple[FloatArray, BoolArray]:
    """Return the rows as floats, NaN where they are none, and which were numbers."""
    if given.dtype.kind in "fiu":
        plain = given.astype(np.float64)
        return plain, ~np.isnan(plain)
    values = np.full(len(given), np.nan)
    for row, one in enumerate(given):
        if isinstance(one, bool | np.bool_ | np.datetime64 | np.timedelta64):
            continue
        try:
            values[row] = float(one)
        except (TypeError, ValueError):
            continue
    return values, ~np.isnan(values)


def _missing(given: _Column) -> BoolArray:
    def empty(one: object) -> bool:
        if isinstance(one, str):
            return one.strip().lower() in ("", "nan", "na", "n/a", "null")
        return is_blank(one) or one != one

    if given.dtype.kind in "fiu":
        return np.isnan(given.astype(np.float64))
    return np.array([empty(one) for one in given], dtype=np.bool_)


def _flags(name: str, given: object, length: int) -> BoolArray:
    array = _one_dimension(name, given, length)
    wrong = np.array(
        [not (isinstance(one, bool | np.bool_) or one in (0, 1)) for one in array], dtype=np.bool_
    )
    if wrong.any():
        wrong = only_offending(array, wrong, ("true", "false", "1", "0", "1.0", "0.0"))
        raise InputError(
            f"{name} must be true or false in each row, got {array[wrong][0]!r} in {rows_by_name(given, wrong)}; "
            "true marks a value that is only a lower bound"
        )
    return array.astype(np.bool_)


def _dropped(
    bad: Mapping[str, BoolArray], labels: Sequence[Any]
) -> tuple[dict[str, tuple[Any, ...]], BoolArray]:
    keep = np.ones(len(labels), dtype=np.bool_)
    dropped: dict[str, tuple[Any, ...]] = {}
    for reason, where in bad.items():
        first = where & keep
        if first.any():
            dropped[reason] = tuple(labels[row] for row in np.flatnonzero(first).tolist())
        keep &= ~where
    return dropped, keep


def _reasons(dropped: Mapping[str, tuple[Any, ...]], rows_are: str) -> str:
    return "; ".join(f"{len(rows)} {reason}: {told_rows(rows, rows_are)}" for reason, rows in dropped.items())


def _check_enough(
    name: str,
    values: FloatArray,
    lower: BoolArray | None,
    weight: FloatArray,
    n_rows: int,
    reasons: str,
    weighted: bool,
) -> None:
    left = f"of {n_rows} rows" + (f", of which were dropped {reasons}" if reasons else "")
    if values.size == 0:
        raise InputError(f"{name} must hold {FEWEST} numbers or more, got none {left}")
    if weighted and float(weight.sum()) < FEWEST:
        raise InputError(
            f"{name}: weights must count observations, {FEWEST} in all or more, got a sum of {weight.sum():g}. If "
            "they are shares, multiply them by the number of observations behind them"
        )
    if not weighted and values.size < FEWEST:
        raise InputError(
            f"{name} must hold {FEWEST} numbers or more to be fitted, got {values.size} {left}; with so few, ask a "
            "colleague for quantiles and use metalog or between"
        )
    if np.ptp(values) == 0.0:
        raise InputError(
            f"{name} must vary, got {values[0]:g} in all its {values.size} rows; give the number itself"
        )
    if lower is not None and (seen := int((~lower).sum())) < _FEWEST_SEEN:
        raise InputError(
            f"{name} must hold {_FEWEST_SEEN} values or more that are no lower bounds, got {seen} of "
            f"{values.size}; check that censored is true where the end was not seen"
        )


def _supports(
    name: str, values: FloatArray, weight: FloatArray, support: str | None
) -> tuple[tuple[Support, ...], list[str]]:
    """Return the supports whose families are tried, and what to say about it."""
    whole = bool((values == np.rint(values)).all())
    low, high = float(values.min()), float(values.max())
    if support is not None:
        chosen = check_one_of("support", support, SUPPORTS)
        possible = {
            "real": np.ones(values.size, dtype=np.bool_),
            "positive": values > 0.0,
            "unit": (values > 0.0) & (values < 1.0),
            "counts": (values >= 0.0) & (values == np.rint(values)),
        }[chosen]
        if not possible.all():
            wrong = np.flatnonzero(~possible)
            needed = {
                "positive": "be above 0",
                "unit": "lie strictly between 0 and 1",
                "counts": "be whole numbers of at least 0",
            }[chosen]
            raise InputError(
                f"{name} must {needed} for support {chosen!r}, got {values[wrong[0]]:g} and {wrong.size - 1} more "
                "such; leave support out, or clean the column"
            )
        return (chosen,), []  # type: ignore[return-value]  # checked above
    if whole and low >= 0.0 and high <= _LARGEST_COUNT:
        counts: tuple[Support, ...] = ("counts",)
        if np.unique(values).size <= _FEW_VALUES:
            return counts, _zeros(values)
        return (*counts, *(_of_positive(values, weight) if low > 0.0 else ("real",))), _zeros(values)
    if low > 0.0 and high < 1.0:
        return ("unit",), ["all values lie between 0 and 1: taken as shares, which never leave that range"]
    if low > 0.0:
        return _of_positive(values, weight), []
    return ("real",), _zeros(values)


def _of_positive(values: FloatArray, weight: FloatArray) -> tuple[Support, ...]:
    """Supports of positive values: those far above 0 may have any shape, as on the real line."""
    mean = float(np.average(values, weights=weight))
    sd = math.sqrt(float(np.average((values - mean) ** 2, weights=weight)))
    return ("positive", "real") if mean > _FAR * sd else ("positive",)


def _zeros(values: FloatArray) -> list[str]:
    share = float((values == 0.0).mean())
    if values.min() < 0.0 or not 0.05 < share < 1.0:
        return []
    return [
        f"{100 * share:.0f}% of the values are exactly 0: it may be better to fit the others apart and mix them, "
        f"mixture([({share:.3g}, 0), ({1 - share:.3g}, fit(...).distribution)])"
    ]


def _repeats(values: FloatArray) -> list[str]:
    """Say that every value occurs several times, unless they lie so even that rounding explains it."""
    distinct, count = np.unique(values, return_counts=True)
    if count.min() < 2 or np.ptp(distinct) < 2.0 * distinct.size * np.diff(distinct).min():
        return []
    return [
        f"every value occurs {count.min()} times or more, {distinct.size} distinct ones in {values.size} rows: if rows "
        "were doubled on the way here, take the copies out, since they count as observations of their own"
    ]


def _step_of(values: FloatArray) -> float:
    """Step to which the values were rounded, where that left many alike; else 0."""
    if np.unique(values).size > 0.5 * values.size:
        return 0.0
    for digits in range(7):
        scaled = values * 10.0**digits
        if np.abs(scaled - np.rint(scaled)).max() <= 1e-9 * max(1.0, float(np.abs(scaled).max())):
            return float(10.0**-digits)
    return 0.0
