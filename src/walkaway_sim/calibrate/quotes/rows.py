"""The quotes that can be used, and a report of those that cannot."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.calibrate.columns import labelled_rows, repeated_rows
from walkaway_sim.calibrate.quotes.cells import column_of, numbers_of, outcomes_of, positive_numbers
from walkaway_sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Columns", "Dropped", "Missing", "Quotes", "RowReport", "read_prices", "read_quotes"]

MINIMUM = 30
"""Quotes needed; with fewer, no slope is worth a number."""

_ALPHA = 0.01


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; None where there is none."""

    won: str
    price: str
    reference: str | None
    cost: str | None
    list_price: str | None
    discount: str | None
    quantity: str | None
    customer: str | None

    @property
    def scale(self) -> str | None:
        """What prices are compared with besides the last one paid."""
        return self.cost or self.list_price

    @property
    def priced_by(self) -> str:
        """The column from which the price comes."""
        return self.discount or self.price


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows that could not be used: why, how many, and the first of them by label."""

    reason: str
    count: int
    rows: str


@dataclass(frozen=True, slots=True)
class Missing:
    """How often a column is empty among won and among lost quotes.

    Attributes
    ----------
    column : str
    won_missing, won, lost_missing, lost : int
        Empty cells, and quotes, by outcome.
    p_value : float
        Of Fisher's exact test that emptiness has nothing to do with the outcome.
    own_case : bool
        Whether rows without it are used all the same: quotes without a last price.
    """

    column: str
    won_missing: int
    won: int
    lost_missing: int
    lost: int
    p_value: float
    own_case: bool = False

    @property
    def depends_on_outcome(self) -> bool:
        """Whether the test, at 1%, says that cells are empty more often on one side."""
        return self.p_value < _ALPHA


@dataclass(frozen=True, slots=True)
class RowReport:
    """What was used and what was not.

    Attributes
    ----------
    given, used : int
        Rows in the table and in the fit.
    dropped : tuple of Dropped
        Each row counts once, under the first reason that holds.
    duplicates : int
        Rows that repeat an earlier one in every column. They are kept: two quotes can be alike.
    duplicate_rows : str
    missing : tuple of Missing
    won_used, lost_used : float
        Share of the quotes won, and of those lost, that were used.
    """

    given: int
    used: int
    dropped: tuple[Dropped, ...]
    duplicates: int
    duplicate_rows: str
    missing: tuple[Missing, ...]
    won_used: float
    lost_used: float

    @property
    def one_sided(self) -> tuple[Missing, ...]:
        """Columns that are empty more often on one outcome, at 1%."""
        return tuple(one for one in self.missing if one.depends_on_outcome)

    @property
    def offset(self) -> float:
        """By how much the score of quotes used lies above that of all quotes; 0 where no column is one-sided."""
        lost = any(not one.own_case for one in self.one_sided)
        return math.log(self.won_used / self.lost_used) if lost else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Quotes:
    """Arrays over the quotes used, shape (n,): NaN where no last price is known, 1 for a scale that is not given."""

    won: BoolArray
    price: FloatArray
    reference: FloatArray
    scale: FloatArray
    quantity: FloatArray
    customer: NDArray[np.object_]


def read_prices(frame: pd.DataFrame, columns: Columns) -> dict[str, FloatArray]:
    """Return price, reference, scale and quantity of every row, NaN where not recorded."""
    n = len(frame)
    if columns.discount:
        discount = numbers_of(frame, "discount", columns.discount)
        wrong = (discount < 0) | (discount >= 1)
        if wrong.any():
            raise InputError(
                f"column {columns.discount!r} must hold fractions of the list price from 0 to below 1; "
                f"{labelled_rows(frame, wrong)} do not. Divide percentages by 100"
            )
        price = positive_numbers(frame, "list_price", str(columns.list_price)) * (1.0 - discount)
    else:
        price = positive_numbers(frame, "price", columns.price)

    def optional(argument: str, name: str | None, default: float) -> FloatArray:
        return np.full(n, default) if name is None else positive_numbers(frame, argument, name)

    return {
        "price": price,
        "reference": optional("reference", columns.reference, np.nan),
        "scale": optional("cost" if columns.cost else "list_price", columns.scale, 1.0),
        "quantity": optional("quantity", columns.quantity, 1.0),
    }


def read_quotes(frame: pd.DataFrame, columns: Columns) -> tuple[Quotes, RowReport]:
    """Check the table, set aside rows that lack what is needed, and count them."""
    won = outcomes_of(frame, columns.won)
    values = read_prices(frame, columns)
    customer = np.zeros(len(frame), dtype=object)
    nobody = np.zeros(len(frame), dtype=bool)
    if columns.customer:
        named = column_of(frame, "customer", columns.customer)
        customer, nobody = named.to_numpy(dtype=object), named.isna().to_numpy()
        if nobody.all():
            raise InputError(f"column {columns.customer!r} is empty in all {len(frame)} rows")
        nameless = np.array([not isinstance(one, Hashable) for one in customer], dtype=bool)
        if nameless.any():
            raise InputError(
                f"column {columns.customer!r} must hold names or numbers; {labelled_rows(frame, nameless)} hold "
                f"{type(customer[nameless][0]).__name__}s"
            )
    faults = [
        (f"no outcome in {columns.won!r}", np.isnan(won)),
        (f"no price from {columns.priced_by!r}", np.isnan(values["price"])),
        (f"nothing in {columns.scale!r}", np.isnan(values["scale"])),
        (f"nothing in {columns.quantity!r}", np.isnan(values["quantity"])),
        (f"nobody in {columns.customer!r}", nobody),
    ]
    kept = np.ones(len(frame), dtype=bool)
    dropped = []
    for reason, fault in faults:
        now = fault & kept
        if now.any():
            dropped.append(Dropped(reason, int(now.sum()), labelled_rows(frame, now)))
        kept &= ~fault
    again = repeated_rows(frame)
    report = RowReport(
        given=len(frame),
        used=int(kept.sum()),
        dropped=tuple(dropped),
        duplicates=int(again.sum()),
        duplicate_rows=labelled_rows(frame, again) if again.any() else "",
        missing=_missing(won, values, columns),
        won_used=_share(kept, won == 1.0),
        lost_used=_share(kept, won == 0.0),
    )
    _check_enough(frame, won, kept, values["price"], columns, report)
    quotes = Quotes(
        won[kept] == 1.0, **{key: one[kept] for key, one in values.items()}, customer=customer[kept]
    )
    return quotes, report


def _share(kept: BoolArray, side: BoolArray) -> float:
    return float(kept[side].mean()) if side.any() else 1.0


def _missing(won: FloatArray, values: dict[str, FloatArray], columns: Columns) -> tuple[Missing, ...]:
    """Tabulate empty cells by outcome, for every column that has some."""
    from scipy.stats import fisher_exact

    named = {"price": columns.priced_by, "reference": columns.reference, "scale": columns.scale}
    out = []
    for key, name in (*named.items(), ("quantity", columns.quantity)):
        gone = np.isnan(values[key])
        if name is None or not gone.any():
            continue
        (won_gone, wins), (lost_gone, losses) = (
            (int(np.sum(gone[won == one])), int(np.sum(won == one))) for one in (1, 0)
        )
        table = np.array([[won_gone, wins - won_gone], [lost_gone, losses - lost_gone]])
        out.append(
            Missing(
                name, won_gone, wins, lost_gone, losses, float(fisher_exact(table).pvalue), key == "reference"
            )
        )
    return tuple(out)


def _check_enough(
    frame: pd.DataFrame,
    won: FloatArray,
    kept: BoolArray,
    price: FloatArray,
    columns: Columns,
    report: RowReport,
) -> None:
    """Refuse what no curve can be fitted to."""
    reasons = "".join(f"; {one.count} have {one.reason} ({one.rows})" for one in report.dropped)
    if report.used < MINIMUM:
        raise InputError(
            f"quotes must have at least {MINIMUM} rows with everything needed, got {report.used} of "
            f"{report.given}{reasons}"
        )
    wins = int(np.sum(won[kept] == 1.0))
    if wins in (0, report.used):
        only = "lost" if wins == 0 else "won"
        raise InputError(
            f"column {columns.won!r} has only {only} quotes in the {report.used} rows that can be used{reasons}; a win "
            "curve needs both. Exports of orders leave out quotes that were lost"
        )
    prices = price[kept]
    if prices.min() == prices.max():
        raise InputError(
            f"column {columns.priced_by!r} has the same price, {prices[0]:g}, in all {report.used} rows from "
            f"{frame.index[kept][0]} to {frame.index[kept][-1]}; what a price does cannot be seen from one price"
        )
