"""What a fit made of the rows it was given: used, or left out and why."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from walkaway_sim.calibrate.columns import told_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Dropped", "Used", "page"]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows that were left out for one reason.

    Attributes
    ----------
    reason : str
    column : str
        Where the reason lies.
    count : int
        Rows, each counted once: under the first reason that it met.
    rows : tuple of str
        Labels of the first few of them in the table's index.
    """

    reason: str
    column: str
    count: int
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """How many rows were given and used, and which were left out.

    Attributes
    ----------
    given, used : int
        Rows.
    dropped : tuple of Dropped
        One entry a reason; empty if every row was used.
    notes : tuple of str
        What else the reader should know, such as rows that repeat another one.
    """

    given: int
    used: int
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.used} of {self.given} rows used"]
        lines += [
            f"{one.count} left out, {one.reason} in {one.column!r}: {told_rows(one.rows, 'by index', one.count)}"
            for one in self.dropped
        ]
        return "; ".join([*lines, *self.notes])

    def to_frame(self) -> pd.DataFrame:
        """Return one row per reason: column, number of rows, and the first of them."""
        import pandas as pd

        rows = [(one.reason, one.column, one.count, ", ".join(one.rows)) for one in self.dropped]
        return pd.DataFrame(rows, columns=["reason", "column", "count", "first rows"])


def page(title: str, tables: list[pd.DataFrame], used: Used) -> str:
    """Return a fit as HTML for a notebook: its title, its tables, and what was used."""
    parts = [f"<p><b>{html.escape(title)}</b></p>"]
    parts += [table.to_html(max_rows=20, float_format="{:,.4g}".format) for table in tables]
    parts.append(f"<p>{html.escape(str(used))}</p>")
    return "<div>" + "".join(parts) + "</div>"
