"""What every reader of a user's columns does the same: name rows in a message, read cells, find repeated rows."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "LINE",
    "ROWS_NAMED",
    "is_blank",
    "is_number",
    "labelled_rows",
    "labels_of",
    "named_rows",
    "number_cells",
    "only_offending",
    "repeated_rows",
    "rows_by_name",
    "told_rows",
]

LINE = "line of the file"
"""What the index of a table is called that has the lines of its file."""

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


def labels_of(given: object) -> tuple[list[Any] | None, str]:
    """Return what the rows of a column or table are called, and what kind of name that is.

    Parameters
    ----------
    given : DataFrame, Series, array or sequence

    Returns
    -------
    labels : list or None
        The lines of the file, if the index is called `LINE`; else the labels of a pandas index; else None.
    kind : str
        `LINE`, ``"by index"`` or ``"(counted from 0)"``.
    """
    index = getattr(given, "index", None)
    if index is None or callable(index):  # a list has a method of that name
        return None, "(counted from 0)"
    return index.tolist(), LINE if index.name == LINE else "by index"


def rows_by_name(given: object, bad: BoolArray) -> str:
    """Name the rows of `given` where `bad`, shape (n,): by line of the file, label of the index, or position.

    Examples
    --------
    >>> import pandas as pd
    >>> bad = np.array([False, True])
    >>> rows_by_name([4, "x"], bad), rows_by_name(pd.Series([4, "x"], index=[10, 11]), bad)
    ('row 1 (counted from 0)', 'row 11 by index')
    """
    labels, kind = labels_of(given)
    at = np.flatnonzero(bad)
    named = at.tolist() if labels is None else [labels[row] for row in at[:ROWS_NAMED]]
    return told_rows(named, kind, at.size)


def told_rows(labels: Sequence[object], kind: str, count: int | None = None) -> str:
    """Name rows by labels of a kind, as `labels_of` tells it."""
    if kind == LINE:
        return f"{named_rows(labels, count, noun='line')} of the file"
    return f"{named_rows(labels, count)} {kind}"


def labelled_rows(table: pd.DataFrame | pd.Series[Any], bad: BoolArray) -> str:
    """Name the rows of a table where `bad`, shape (n,), by their labels, or by the lines of its file."""
    return rows_by_name(table, bad)


def number_cells(series: pd.Series[Any]) -> tuple[FloatArray, BoolArray]:
    """Read a column of numbers.

    Returns
    -------
    values : ndarray, shape (n,)
        NaN where a cell is empty, or is no number.
    wrong : ndarray of bool, shape (n,)
        Where a cell is neither: a text, even one that reads as a number, a yes or no, a date. Of a column of texts,
        as a file with one wrong cell is read, only those that do not read as numbers, if there are any.
    """
    import pandas as pd

    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
        return series.to_numpy(dtype=np.float64, na_value=np.nan), np.zeros(len(series), dtype=bool)
    cells = series.to_numpy(dtype=object)
    filled = series.notna().to_numpy()
    good = filled & np.array([is_number(one) for one in cells], dtype=bool)
    values = np.full(len(series), np.nan)
    values[good] = [float(one) for one in cells[good]]
    return values, only_offending(cells, filled & ~good)


def only_offending(cells: Any, wrong: BoolArray, good: Iterable[str] = ()) -> BoolArray:
    """Return which cells to name of those that are wrong, shape (n,).

    A file with one wrong cell is read as texts throughout: then those that read right are not to blame.

    Parameters
    ----------
    cells : sequence, n of them
    wrong : ndarray of bool, shape (n,)
    good : iterable of str
        What reads right, in small letters; without it, what reads as a number.
    """
    words = set(good)
    pairs = list(zip(cells, wrong.tolist(), strict=True))
    if not all(bad or is_blank(cell) or cell != cell for cell, bad in pairs):
        return wrong  # some cells are of the right type, so that texts among them are wrong as they are
    worse = np.array([bad and not _reads_right(cell, words) for cell, bad in pairs], dtype=bool)
    return worse if worse.any() else wrong


def _reads_right(cell: object, words: set[str]) -> bool:
    if not isinstance(cell, str):
        return False
    if words:
        return cell.strip().lower() in words
    try:
        float(cell)
    except ValueError:
        return False
    return True


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
