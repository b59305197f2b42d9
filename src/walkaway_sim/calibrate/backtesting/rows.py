"""Columns of numbers from a user: checked once, with the rows at fault in the message."""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.columns import is_blank, only_offending, rows_by_name
from walkaway_sim.errors import InputError

__all__ = ["as_column", "as_table", "check_same_rows", "refuse_rows"]


def as_column(name: str, given: object, *, size: int | None = None) -> FloatArray:
    """Return `given` as a fresh array of numbers, shape (n,), NaN where a value is missing.

    Raises
    ------
    InputError
        It is no column of numbers, has texts or infinite values, or is not of `size`.
    """
    return _shaped(name, given, 1, size)


def as_table(name: str, given: object) -> FloatArray:
    """Return `given` as a fresh array of numbers, shape (n, m), refusing missing values."""
    values = _shaped(name, given, 2, None)
    refuse_rows(name, np.isnan(values).any(axis=1), "needs a number in every column", "empty cells", of=given)
    return values


def refuse_rows(name: str, bad: Any, needed: str, found: str, remedy: str = "", *, of: object = None) -> None:
    """Refuse the rows that are `bad` (bool, shape (n,)), naming the first of them as rows of what was given."""
    if bad.any():
        text = f"{name} {needed}, got {found} in {rows_by_name(of, bad)}"
        raise InputError(f"{text}; {remedy}" if remedy else text)


def check_same_rows(first: str, one: Any, second: str, other: Any) -> None:
    """Refuse two pandas objects whose labels differ: they would be matched by position, not by label."""
    labels = [getattr(given, "index", None) for given in (one, other)]
    if all(hasattr(label, "equals") for label in labels) and not labels[0].equals(labels[1]):  # type: ignore[union-attr]  # a pandas index has it
        raise InputError(
            f"{first} and {second} must have the same index, row by row, and have not; "
            f"sort them alike, or give arrays if the order is right as it is"
        )


def _shaped(name: str, given: Any, dimensions: int, size: int | None) -> FloatArray:
    kind = "a column of numbers" if dimensions == 1 else "a table of numbers"
    if isinstance(given, str | bytes | dict) or not (
        hasattr(given, "__array__") or isinstance(given, Iterable)
    ):
        raise InputError(f"{name} must be {kind}, got {given!r}")
    held = given if hasattr(given, "__array__") else list(given)
    try:
        raw = np.asarray(held)
    except ValueError:
        raise InputError(f"{name} must be {kind}, all rows of one length") from None
    if raw.ndim != dimensions:
        raise InputError(f"{name} must be {kind}, got an array of shape {raw.shape}")
    if size is not None and raw.shape[0] != size:
        raise InputError(f"{name} must have one value for each of the {size} forecasts, got {raw.shape[0]}")
    if not (np.issubdtype(raw.dtype, np.number) or raw.dtype == bool) or np.iscomplexobj(raw):
        raw = _numbers(name, np.asarray(held, dtype=object), given)
    values = np.array(raw, dtype=np.float64)
    infinite = np.isinf(values).reshape(values.shape[0], -1).any(axis=1)
    refuse_rows(name, infinite, "must be finite", "infinity", of=given)
    return values


def _numbers(name: str, raw: Any, given: object) -> FloatArray:
    """Read an array of objects, in which None and pandas' own NA are missing."""
    values = np.full(raw.shape, np.nan)
    bad = np.zeros(raw.shape, dtype=bool)
    for place, one in np.ndenumerate(raw):
        if is_blank(one):
            continue
        if isinstance(one, numbers.Real):
            values[place] = float(one)
        else:
            bad[place] = True
    if bad.any():
        bad = only_offending(raw.ravel(), bad.ravel()).reshape(raw.shape)
        rows = bad.reshape(bad.shape[0], -1).any(axis=1)
        refuse_rows(name, rows, "needs numbers", f"{raw[bad][0]!r}", "turn it into a number or NaN", of=given)
    return values
