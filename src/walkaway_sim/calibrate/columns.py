"""What every reader of a user's columns does the same: name rows in a message, read cells, find repeated rows."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ROWS_NAMED",
    "is_blank",
    "is_number",
    "labelled_rows",
    "named_rows",
    "number_cells",
    "numbered_rows",
    "repeated_rows",
]

ROWS_NAMED = 5
"""So many rows a message names; the others are counted."""


def named_rows(rows: Sequence[object], count: int | None = None, *, noun: str = "row") -> str:
    """Name a few rows and count the others.

    Parameters
    ----------
    rows : sequence
        Their labels or numbers, all of them or the first `ROWS_NAMED`.
    count : int, optional
        How many there are; as many as given by default.
    noun : str
        What each is.

    Examples
    --------
    >>> named_rows(["3", "17"], 4), named_rows([3, 17]), named_rows([3], noun="line")
    ('rows 3, 17 and 2 more', 'rows 3 and 17', 'line 3')
    """
    shown = [str(one) for one in rows[:ROWS_NAMED]]
    more = (len(rows) if count is None else count) - len(shown)
    listed = [*shown, f"{more} more"] if more else shown
    text = f"{', '.join(listed[:-1])} and {listed[-1]}" if len(listed) > 1 else listed[0]
    return f"{noun}{'s' if len(listed) > 1 else ''} {text}"


def numbered_rows(bad: BoolArray) -> str:
    """Name the rows of an array where `bad`, shape (n,), by their number."""
    return f"{named_rows(np.flatnonzero(bad).tolist())} (counted from 0)"


def labelled_rows(table: pd.DataFrame | pd.Series[Any], bad: BoolArray) -> str:
    """Name the rows of a table where `bad`, shape (n,), by their labels."""
    return named_rows(table.index[bad][:ROWS_NAMED].tolist(), int(bad.sum()))


def number_cells(series: pd.Series[Any]) -> tuple[FloatArray, BoolArray]:
    """Read a column of numbers.

    Returns
    -------
    values : ndarray, shape (n,)
        NaN where a cell is empty, or is no number.
    wrong : ndarray of bool, shape (n,)
        Where a cell is neither: a text, even one that reads as a number, a yes or no, a date.
    """
    import pandas as pd

    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
        return series.to_numpy(dtype=np.float64, na_value=np.nan), np.zeros(len(series), dtype=bool)
    cells = series.to_numpy(dtype=object)
    filled = series.notna().to_numpy()
    good = filled & np.array([is_number(one) for one in cells], dtype=bool)
    values = np.full(len(series), np.nan)
    values[good] = [float(one) for one in cells[good]]
    return values, filled & ~good


def is_number(cell: object) -> bool:
    """Whether a cell of a table holds a number; a yes or no is none."""
    return isinstance(cell, numbers.Real | Decimal) and not isinstance(cell, bool)


def is_blank(cell: object) -> bool:
    """Whether a cell of a list is None or pandas' own mark of what is missing, which equals nothing."""
    return cell is None or type(cell).__name__ in ("NAType", "NaTType")


def repeated_rows(frame: pd.DataFrame) -> BoolArray:
    """Whether each row repeats an earlier one in every column, shape (n,)."""
    try:
        return frame.duplicated().to_numpy()
    except TypeError:  # cells such as lists, which can only be compared as they are written
        return frame.astype(str).duplicated().to_numpy()
