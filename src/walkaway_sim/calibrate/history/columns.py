"""Columns of a table, read once and checked: one clear message, or rows counted by the reason they are left out."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from walkaway_sim._checks import check_integer, nearest
from walkaway_sim._typing import BoolArray, FloatArray, IntArray
from walkaway_sim.calibrate.columns import ROWS_NAMED, labelled_rows, number_cells, repeated_rows
from walkaway_sim.calibrate.history.used import Dropped, Used
from walkaway_sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Columns", "check_draws", "need_spread"]

_YES = {"yes": 1.0, "y": 1.0, "true": 1.0, "1": 1.0, "no": 0.0, "n": 0.0, "false": 0.0, "0": 0.0}

_WHOLE_DATE = re.compile(r"\s*(?:\d{4}(\D)\d{1,2}\1\d{1,2}|\d{8})(?!\d)")
"""Year, month and day, at the start of a text."""

_ZONE = re.compile(r"\d[T ].*\d\s*(Z|[+-]\d{2}(?::?\d{2})?)\s*$")
"""Time zone at the end of a text that has a time."""


class Columns:
    """The columns of one table that a fit reads.

    A value that cannot be right is refused, with its column and its rows named: a text among numbers, an
    amount below 0. A value that is not there is no fault of the table: its row is left out and counted.

    Parameters
    ----------
    what : str
        The function that reads, as it is called; begins every message.
    frame : pandas DataFrame
        One row an observation.
    """

    def __init__(self, what: str, frame: object) -> None:
        import pandas as pd

        if not isinstance(frame, pd.DataFrame):
            raise InputError(f"{what}: frame must be a pandas DataFrame, got {type(frame).__name__}")
        if len(frame) == 0:
            raise InputError(f"{what}: the table has no rows")
        self.what = what
        self.frame = frame
        self._kept: BoolArray = np.ones(len(frame), dtype=bool)
        self._dropped: list[Dropped] = []
        self.notes: list[str] = []

    def numbers(
        self,
        argument: str,
        column: str,
        *,
        low: float = -math.inf,
        above: float = -math.inf,
        high: float = math.inf,
    ) -> FloatArray:
        """Return a column of numbers; rows where one is missing are left out.

        Parameters
        ----------
        argument, column : str
            The argument that names the column, and the column.
        low, above, high : float
            The least it can be, what it must lie above, and the most it can be: anything else is refused.

        Returns
        -------
        ndarray, shape (n_rows,)
            NaN where missing.
        """
        series = self._column(argument, column)
        found, bad = number_cells(series)
        if bad.any():
            raise InputError(
                f"{self.what}: {_named(column, argument)} must hold numbers, got {series.dtype}, such as "
                f"{_shown(series[bad].iloc[0])} in {self._rows(bad)}; turn it into numbers first, for instance with "
                "pandas.to_numeric"
            )
        self._refuse(np.isinf(found), column, argument, "must be finite", found)
        self._refuse(found < low, column, argument, f"must be {low:g} or more", found)
        self._refuse(found <= above, column, argument, f"must be above {above:g}", found)
        self._refuse(found > high, column, argument, f"must be {high:g} or less", found)
        self._drop_missing(np.isnan(found), column, argument)
        return found

    def counts(self, argument: str, column: str) -> FloatArray:
        """Return a column of whole numbers of at least 0, as `numbers` does."""
        found = self.numbers(argument, column, low=0.0)
        self._refuse(
            found != np.floor(found), column, argument, "must hold whole numbers", found, also_nan=False
        )
        return found

    def flags(self, argument: str, column: str) -> FloatArray:
        """Return a column of yes and no as 1 and 0: booleans, 0 and 1, or texts such as "Yes"."""
        series = self._column(argument, column)
        texts = series.astype("object").map(
            lambda one: _YES.get(_flag_text(one), math.nan), na_action="ignore"
        )
        found: FloatArray = np.array(texts.to_numpy(dtype=np.float64, na_value=np.nan))
        bad = np.isnan(found) & series.notna().to_numpy()
        if bad.any():
            raise InputError(
                f"{self.what}: {_named(column, argument)} must hold yes or no, true or false, or 1 or 0, "
                f"got {_shown(series[bad].iloc[0])} in {self._rows(bad)}"
            )
        self._drop_missing(np.isnan(found), column, argument)
        return found

    def labels(self, argument: str, column: str) -> list[str]:
        """Return a column of names as texts; rows without one are left out. Whole numbers lose their ``.0``."""
        series = self._column(argument, column)
        missing = series.isna().to_numpy() | np.array(
            [isinstance(one, str) and not one.strip() for one in series]
        )
        self._drop_missing(missing, column, argument)
        return [_label(one) for one in series]

    def dates(self, argument: str, column: str) -> FloatArray:
        """Return a column of dates as days since 1970; rows without one are left out.

        Texts are read only as whole ISO dates, year first: in any other format day and month can be mistaken, and a
        year or a month alone is no day. Times are read as the clock on the spot showed them, in one time zone.
        """
        import pandas as pd

        series = self._column(argument, column)
        if not pd.api.types.is_datetime64_any_dtype(series):
            texts, filled = series.astype("string"), series.notna().to_numpy()
            cells = ["" if gone else str(one) for one, gone in zip(texts, ~filled, strict=True)]
            self._check_one_zone(cells, filled, column, argument)
            parsed = pd.to_datetime(texts, format="ISO8601", errors="coerce")
            whole = np.array([bool(_WHOLE_DATE.match(one)) for one in cells])
            bad = (parsed.isna().to_numpy() | ~whole) & filled
            if bad.any() or pd.api.types.is_numeric_dtype(series):
                bad = bad if bad.any() else filled
                raise InputError(
                    f"{self.what}: {_named(column, argument)} must hold dates, or texts that all read "
                    f"year-month-day in full; got {_shown(series[bad].iloc[0])} in {self._rows(bad)}; "
                    "read it with pandas.to_datetime(..., format=...) first"
                )
            series = parsed
        if series.dt.tz is not None:
            series = series.dt.tz_localize(None)
        seconds = (series - pd.Timestamp(0)).dt.total_seconds().to_numpy(dtype=np.float64)
        found = np.asarray(seconds, dtype=np.float64) / 86_400.0
        self._drop_missing(np.isnan(found), column, argument)
        return found

    def identifiers(self, argument: str, column: str) -> None:
        """Leave out rows whose identifier stands in a row before."""
        series = self._column(argument, column)
        self.drop(
            series.duplicated().to_numpy() & series.notna().to_numpy(), column, "repeats an earlier row"
        )

    @property
    def left(self) -> int:
        """Rows that are not left out so far."""
        return int(self._kept.sum())

    def drop(self, mask: BoolArray, column: str, reason: str) -> None:
        """Leave out more rows, and count those that were still there."""
        fresh = mask & self._kept
        if fresh.any():
            labels = tuple(str(one) for one in self.frame.index[fresh][:ROWS_NAMED])
            self._dropped.append(Dropped(reason, column, int(fresh.sum()), labels))
            self._kept = self._kept & ~mask

    def refuse(self, mask: BoolArray, column: str, needed: str) -> None:
        """Refuse the table because of some rows."""
        if mask.any():
            raise InputError(f"{self.what}: column {column!r} {needed}, got otherwise in {self._rows(mask)}")

    def keep(self, *, minimum: int, of: str) -> tuple[IntArray, Used]:
        """Return the rows to use, and the report of them.

        Parameters
        ----------
        minimum : int
            The fewest that will do.
        of : str
            What a row is, in the plural.
        """
        rows = np.flatnonzero(self._kept)
        notes = list(self.notes)
        again = int((repeated_rows(self.frame) & self._kept).sum())
        if again:
            notes.append(
                f"{again} rows repeat an earlier one in every column of the table, and were kept: "
                "if the export doubled them, take them out"
            )
        used = Used(len(self.frame), rows.size, tuple(self._dropped), tuple(notes))
        if rows.size < minimum:
            raise InputError(
                f"{self.what}: needs at least {minimum} {of}, got {rows.size} that can be used: {used}; "
                "add data, or use a distribution of your own"
            )
        return rows, used

    def _column(self, argument: str, column: str) -> pd.Series[Any]:
        if column not in self.frame.columns:
            known = [str(one) for one in self.frame.columns]
            raise InputError(
                f"{self.what}: the table has no {_named(column, argument)}{nearest(column, known)}. "
                f"Columns: {', '.join(known[:20])}; name yours with {argument}=..."
            )
        series = self.frame[column]
        if series.ndim != 1:
            raise InputError(f"{self.what}: the table has {_named(column, argument)} twice; rename one")
        if series.isna().all():
            raise InputError(f"{self.what}: {_named(column, argument)} is empty in all {len(series)} rows")
        return series

    def _refuse(
        self,
        mask: BoolArray,
        column: str,
        argument: str,
        needed: str,
        found: FloatArray,
        *,
        also_nan: bool = True,
    ) -> None:
        bad = mask if also_nan else mask & ~np.isnan(found)
        if bad.any():
            raise InputError(
                f"{self.what}: {_named(column, argument)} {needed}, got {found[bad][0]:g} in {self._rows(bad)}; "
                "correct these rows or take them out"
            )

    def _drop_missing(self, mask: BoolArray, column: str, argument: str) -> None:
        if mask.all():
            raise InputError(f"{self.what}: {_named(column, argument)} is empty in all {mask.size} rows")
        self.drop(mask, column, "missing")

    def _check_one_zone(self, cells: list[str], filled: BoolArray, column: str, argument: str) -> None:
        """Refuse texts in several time zones, or some with one and some without: their days cannot be compared."""
        zones = np.array([_zone_of(one) for one in cells])
        (most, _), *others = Counter(zones[filled].tolist()).most_common()
        if others:
            other = (zones != most) & filled
            raise InputError(
                f"{self.what}: {_named(column, argument)} must hold times of one time zone, or all without; most are "
                f"{f'at {most}' if most else 'without'}, but {cells[int(np.argmax(other))]!r} stands in "
                f"{self._rows(other)}; keep the day alone, with .str[:10], or convert the column to one zone first"
            )

    def _rows(self, mask: BoolArray) -> str:
        return labelled_rows(self.frame, mask)


def need_spread(what: str, column: str, values: FloatArray) -> None:
    """Refuse a column in which every value is the same."""
    if values.size and np.ptp(values) == 0.0:
        raise InputError(
            f"{what}: column {column!r} is {values[0]:g} in all {values.size} rows that can be used; "
            "a spread cannot be told from it"
        )


def check_draws(value: object) -> int:
    """Return the number of plausible distributions asked for: at least 2."""
    return check_integer("n_plausible", value, minimum=2)


def _named(column: str, argument: str) -> str:
    return f"column {column!r}" if column == argument else f"column {column!r} ({argument})"


def _shown(one: object) -> str:
    return repr(one.item() if isinstance(one, np.generic) else one)


def _zone_of(text: str) -> str:
    """Offset at the end of a time, as ``+13:00``; empty where there is none."""
    found = _ZONE.search(text)
    if not found:
        return ""
    digits = re.sub(r"\D", "", found[1]).ljust(4, "0")
    return f"{'-' if found[1][0] == '-' else '+'}{digits[:2]}:{digits[2:]}"


def _flag_text(one: object) -> str:
    if isinstance(one, float | np.floating) and float(one).is_integer():
        return str(int(one))
    return str(one).strip().lower()


def _label(one: object) -> str:
    if isinstance(one, float | np.floating) and float(one).is_integer():
        return str(int(one))
    return str(one).strip()
