"""Reading the correlations that were asked for: pair by pair, or as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from walkaway_sim._checks import check_finite, nearest
from walkaway_sim.errors import DependenceError, InputError

__all__ = ["Pair", "read_pairs"]

Pair = tuple[str, str]


def read_pairs(names: Sequence[str], correlation: Mapping[Pair, float] | Any) -> dict[Pair, float]:
    """Spearman correlations by pair of different names, each pair once, in alphabetical order.

    Parameters
    ----------
    names : sequence of str
        Names that may be correlated.
    correlation : mapping of (name, name) to float, or DataFrame
        What was asked for.

    Raises
    ------
    DependenceError
        For what names nothing known, is given twice, is no correlation, or is not symmetric.
    """
    if isinstance(correlation, Mapping):
        items = _from_mapping(correlation)
    elif all(hasattr(correlation, name) for name in ("columns", "index", "to_numpy")):
        items = _from_table(correlation)
    else:
        raise DependenceError(
            "correlation must map pairs of names to correlations, such as "
            f"{{('volume', 'unit_cost'): -0.3}}, or be a DataFrame, got {type(correlation).__name__}"
        )
    found: dict[Pair, float] = {}
    for first, second, rho in items:
        for name in (first, second):
            if name not in names:
                listed = ", ".join(names)
                raise DependenceError(
                    f"correlation: no input is named {name!r}{nearest(name, names)}. Known: {listed}"
                )
        if first == second:
            if rho == 1.0:
                continue
            raise DependenceError(
                f"correlation: {first!r} is paired with itself; a pair needs two different inputs"
            )
        if not -1.0 <= rho <= 1.0:
            raise DependenceError(
                f"correlation: ({first!r}, {second!r}) must lie between -1 and 1, got {rho!r}"
            )
        pair = (first, second) if first < second else (second, first)
        if pair in found:
            raise DependenceError(
                f"correlation: the pair {pair} is given twice, as {found[pair]:g} and {rho:g}; "
                "keep one of them"
            )
        found[pair] = rho
    return found


def _from_mapping(correlation: Mapping[Any, Any]) -> list[tuple[str, str, float]]:
    items = []
    for key, value in correlation.items():
        if not (isinstance(key, tuple) and len(key) == 2 and all(isinstance(name, str) for name in key)):
            raise DependenceError(
                f"correlation: a key must be a pair of names, such as ('volume', 'unit_cost'), got {key!r}"
            )
        if key[0] == key[1]:
            raise DependenceError(
                f"correlation: {key[0]!r} is paired with itself; a pair needs two different inputs"
            )
        items.append((key[0], key[1], _number(key, value)))
    return items


def _from_table(table: Any) -> list[tuple[str, str, float]]:
    columns, index = list(table.columns), list(table.index)
    if len(set(columns)) != len(columns) or len(set(index)) != len(index):
        raise DependenceError("correlation: a name stands twice in the table's rows or columns")
    if set(columns) != set(index):
        odd = sorted(str(name) for name in set(columns) ^ set(index))
        raise DependenceError(
            "correlation: the table's rows and columns must have the same names; "
            f"only in one of them: {', '.join(odd)}"
        )
    order = [index.index(name) for name in columns]
    values = np.asarray(table.to_numpy())[order]
    items = []
    for i, first in enumerate(columns):
        diagonal = _number((first, first), values[i, i])
        if abs(diagonal - 1.0) > 1e-12:
            raise DependenceError(
                f"correlation: the table's diagonal must be 1, got {diagonal:g} for {first!r}"
            )
        # Passed on so that a name that is unknown and uncorrelated is still refused.
        items.append((first, first, 1.0))
        for j, second in enumerate(columns[:i]):
            one = _number((first, second), values[i, j])
            other = _number((second, first), values[j, i])
            if abs(one - other) > 1e-12:
                raise DependenceError(
                    f"correlation: the table must be symmetric, but ({first!r}, {second!r}) is {one:g} one "
                    f"way and {other:g} the other"
                )
            # Zero is no statement: a table has to say something for every pair.
            if one != 0.0:
                items.append((first, second, one))
    return items


def _number(pair: tuple[Any, ...], value: Any) -> float:
    try:
        return check_finite(f"correlation: {pair}", value)
    except InputError as error:
        raise DependenceError(str(error)) from None
