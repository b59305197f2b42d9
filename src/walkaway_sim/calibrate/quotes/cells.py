"""Columns of a table of quotes, each checked; a fault names the column and the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from walkaway_sim._checks import nearest
from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.columns import is_number, labelled_rows, number_cells, only_offending
from walkaway_sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["column_of", "numbers_of", "outcomes_of", "positive_numbers"]


def column_of(frame: pd.DataFrame, argument: str, name: object) -> pd.Series[Any]:
    """Return the column that an argument names."""
    if not isinstance(name, str):
        raise InputError(f"{argument} must be the name of a column, got {name!r}")
    known = [str(one) for one in frame.columns]
    if name not in known:
        raise InputError(
            f"quotes have no column {name!r}, which {argument} names{nearest(name, known)}. Columns: {', '.join(known)}"
        )
    if known.count(name) > 1:
        raise InputError(f"quotes have {known.count(name)} columns {name!r}; {argument} needs one")
    return frame[name]


def numbers_of(frame: pd.DataFrame, argument: str, name: str) -> FloatArray:
    """Return a column of finite numbers, NaN where a cell is empty, shape (n,)."""
    column = column_of(frame, argument, name)
    values, wrong = number_cells(column)
    if wrong.any():
        raise InputError(
            f"column {name!r} must hold numbers; {labelled_rows(frame, wrong)} hold {_some(column[wrong].tolist())}. "
            f"Convert them, with pandas.to_numeric for instance"
        )
    if column.isna().all():
        raise InputError(f"column {name!r} is empty in all {len(frame)} rows; {argument} needs numbers")
    endless = np.isinf(values)
    if endless.any():
        raise InputError(
            f"column {name!r} must hold finite numbers; {labelled_rows(frame, endless)} are infinite"
        )
    return values


def _some(cells: Any) -> str:
    shown = list(dict.fromkeys(repr(one) for one in cells))
    return ", ".join(shown[:3]) + (", ..." if len(shown) > 3 else "")


def positive_numbers(frame: pd.DataFrame, argument: str, name: str) -> FloatArray:
    """Return a column of numbers above zero, NaN where a cell is empty, shape (n,)."""
    values = numbers_of(frame, argument, name)
    wrong = values <= 0
    if wrong.any():
        raise InputError(
            f"column {name!r} must be above 0; {labelled_rows(frame, wrong)} hold {_some(values[wrong].tolist())}. "
            "Leave out what is a credit note or an error; a figure not recorded is an empty cell, not 0"
        )
    return values


def outcomes_of(frame: pd.DataFrame, name: str) -> FloatArray:
    """Return 1 where a quote was won, 0 where it was lost, NaN where the cell is empty, shape (n,)."""
    column = column_of(frame, "won", name)
    empty = column.isna().to_numpy()
    cells = column.to_numpy(dtype=object)
    wrong = np.array(
        [
            not gone and not ((isinstance(one, bool) or is_number(one)) and one in (0, 1))
            for one, gone in zip(cells, empty, strict=True)
        ],
        dtype=bool,
    )
    if wrong.any():
        wrong = only_offending(cells, wrong, ("true", "false", "1", "0", "1.0", "0.0"))
        raise InputError(
            f"column {name!r} must hold True and False, or 1 and 0; {labelled_rows(frame, wrong)} hold "
            f"{_some(cells[wrong])}. Make it so, with quotes['status'] == 'won' for instance"
        )
    if empty.all():
        raise InputError(f"column {name!r} is empty in all {len(frame)} rows; won needs outcomes")
    values = np.full(len(frame), np.nan)
    values[~empty] = np.array([float(one) for one in cells[~empty]])
    return values
