"""Many distributions of one kind as one table of columns, as a deal file writes plausible ones.

    plausible = { kind = "lognormal", median = [980, 1010, 1032], log_sd = [0.24, 0.27, 0.25] }

stands for three lognormal distributions. What is the same for all may stand once: a column is a list,
and a number or a text counts for every distribution.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from walkaway_sim.errors import InputError

__all__ = ["columns_of", "specs_of"]


def columns_of(specs: Sequence[Mapping[str, Any]]) -> dict[str, Any] | list[Any]:
    """Return descriptions as columns, or as they are where their keys or texts differ.

    Parameters
    ----------
    specs : sequence of mapping
        What ``spec()`` returns for each, two or more.

    Returns
    -------
    dict or list
        One table of columns; a list of tables where the kinds or the keys differ.

    Examples
    --------
    >>> from walkaway_sim.inputs.spec_columns import columns_of
    >>> columns_of([{"kind": "normal", "mean": 1, "sd": 2}, {"kind": "normal", "mean": 3, "sd": 4}])
    {'kind': 'normal', 'mean': [1, 3], 'sd': [2, 4]}
    """
    try:
        columns = {key: _column([spec[key] for spec in specs]) for key in _same_keys(specs)}
    except _DifferError:
        return [dict(spec) for spec in specs]
    # What is the same for all stands once, as the end of a support; but one list must say how many there are.
    same = {key: value[0] for key, value in columns.items() if _all_alike(value)}
    lists = [key for key, value in columns.items() if not isinstance(value, str) and key not in same]
    return columns | same if lists else columns


def _all_alike(column: Any) -> bool:
    return (
        isinstance(column, list)
        and not isinstance(column[0], list)
        and all(value == column[0] for value in column)
    )


class _DifferError(Exception):
    """Descriptions of different make."""


def _same_keys(tables: Sequence[Mapping[str, Any]]) -> list[str]:
    keys = list(tables[0])
    if any(list(table) != keys for table in tables):
        raise _DifferError
    return keys


def _column(values: list[Any]) -> Any:
    if all(isinstance(value, Mapping) for value in values):
        return {key: _column([value[key] for value in values]) for key in _same_keys(values)}
    if any(isinstance(value, Mapping) for value in values):
        raise _DifferError
    if isinstance(values[0], str):
        if any(value != values[0] for value in values):
            raise _DifferError
        return values[0]
    return values


def specs_of(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the descriptions that a table of columns stands for: the inverse of `columns_of`.

    Parameters
    ----------
    columns : mapping

    Returns
    -------
    list of dict

    Raises
    ------
    InputError
        Columns of different lengths, or none.

    Examples
    --------
    >>> from walkaway_sim.inputs.spec_columns import specs_of
    >>> specs_of({"kind": "normal", "mean": [1, 3], "sd": 2})
    [{'kind': 'normal', 'mean': 1, 'sd': 2}, {'kind': 'normal', 'mean': 3, 'sd': 2}]
    """
    lengths = dict(_lengths(columns, ""))
    if not lengths:
        raise InputError(
            "plausible must have a list of values in one key at least, got none; write a list for each parameter, "
            "a value for each plausible distribution"
        )
    (first, count), *others = lengths.items()
    for key, length in others:
        if length != count:
            raise InputError(
                f"plausible: {key} must have as many values as {first}, {count}, got {length}; give each plausible "
                "distribution a value in every list"
            )
    return [_row(columns, number) for number in range(count)]


def _lengths(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, int]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _lengths(value, f"{path}{key}.")
        elif isinstance(value, list):
            yield f"{path}{key}", len(value)


def _row(table: Mapping[str, Any], number: int) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            out[key] = _row(value, number)
        else:
            out[key] = value[number] if isinstance(value, list) else value
    return out
