"""Days by their month, quarter or year, and whether delays drift from one to the next."""

from __future__ import annotations

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.calibrate.history.grouping import group_sums, numbered

__all__ = ["drift_note", "moves_note", "period_numbers"]

_ALARM = 0.01
"""Chance of a false note."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_numbers(days: FloatArray, period: str) -> IntArray:
    """Return the number of the calendar period of each day since 1970.

    Examples
    --------
    >>> period_numbers(np.array([0.0, 31.0, 89.5, 90.0]), "quarter").tolist()
    [0, 0, 0, 1]
    """
    months = np.floor(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // _MONTHS[period]


def moves_note(column: str | None, due: str | None, period: str) -> str:
    """Return the note of a fit that does not know how a customer's mean moves."""
    if column is None:
        return (
            "no dates: how a customer's mean moves over time is not in its inputs, which then say too much of later "
            f"invoices; name a column of dates with date={'...' if due is None else repr(due)}"
        )
    return (
        f"too few customers have invoices in several {period}s of column {column!r}, or several in one: how a "
        "customer's mean moves over time is not in its inputs"
    )


def drift_note(
    labels: list[str], periods: IntArray, values: FloatArray, period: str, unit: str
) -> str | None:
    r"""Return the note that names a drift common to customers, or None where none shows.

    Parameters
    ----------
    labels : list of str
        Customer of each value.
    periods : ndarray of int, shape (n_rows,)
    values : ndarray, shape (n_rows,)
    period, unit : str
        What they are called.

    Notes
    -----
    The slope compares invoices of the same customer; its error is that of refits that each leave a customer out, by
    Student's t (Bell and McCaffrey 2002, Survey Methodology 28).
    """
    from scipy import stats

    place = numbered(labels)[1]
    count = group_sums(place, np.ones_like(values))

    def apart(column: FloatArray) -> FloatArray:
        centred: FloatArray = column - (group_sums(place, column) / count)[place]
        return centred

    x, y = apart(periods.astype(np.float64)), apart(values)
    along, across = group_sums(place, x * x), group_sums(place, x * y)
    told = along > 0.0
    along, across, k = along[told], across[told], int(told.sum())
    if k < 3:
        return None
    slope = float(across.sum() / along.sum())
    without = (across.sum() - across) / (along.sum() - along)
    error = float(np.sqrt((k - 1.0) / k * ((without - slope) ** 2).sum()))
    if abs(slope) <= stats.t.ppf(1.0 - 0.5 * _ALARM, k - 1) * error:
        return None
    reach = stats.t.ppf(0.95, k - 1) * error
    return (
        f"delays of the same customer drift by {slope:+.2g} {unit} a {period} ({slope - reach:+.2g} to "
        f"{slope + reach:+.2g}, 90%): inputs are about the mean of the whole record, and later invoices lie off it; "
        "take the last year alone, or move the input by what you expect"
    )
