"""What the win chance is said to depend on, as columns of numbers.

The price enters by its logarithm against the last price paid: one slope for rises, one for cuts, so a kink at the
reference (Kahneman and Tversky 1979). A quote without a last price enters against its cost or list price, with a
slope of its own. All else is context, which no price moves. What the seller knew of a customer is taken up by the
customer's means of the very columns that a price moves, beside its mean price and the level of the last one: only so
are the slopes those within customers (Mundlak 1978, Econometrica 46, 69-85).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from walkaway_sim._typing import FloatArray

__all__ = ["MEANINGS", "PRICED", "UNSEEN", "USUAL", "Context", "Design", "design_of", "usual_columns"]

MEANINGS: Final = {
    "intercept": "at the last price, all else typical",
    "rise": "log price above the last price",
    "cut": "log price below the last price (below it is negative)",
    "change": "log price against the last price, rises and cuts alike",
    "price": "log price against {scale}, where no last price is known",
    "no_last_price": "no last price is known",
    "quantity": "log quantity",
    "last_price": "log of the last price against {scale}",
    "usual_price": "the customer's mean log price against {scale}",
    "usual_rise": "the customer's mean of rise",
    "usual_cut": "the customer's mean of cut",
    "usual_change": "the customer's mean of change",
    "customer_sd": "standard deviation of the customers' own intercepts",
}
"""What a unit of each column is."""

PRICED: Final = ("rise", "cut", "change", "price")
"""The columns that a price moves."""

USUAL: Final = ("usual_price", "usual_rise", "usual_cut")
"""What is known of a customer, in the order of the columns of `Context.usual`."""

UNSEEN: Final = ("usual_rise", "usual_cut", "usual_change")
"""The columns that are not known of a customer who is not in the history."""

_FEW = 10
_DEPENDENT = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """All that a quote is besides its price, shape (n,): NaN in `reference` where no last price is known.

    `usual` holds the customer's means that `USUAL` names, shape (n, 3): NaN is what customers have on average.
    """

    reference: FloatArray
    scale: FloatArray
    quantity: FloatArray
    usual: FloatArray


@dataclass(frozen=True, slots=True)
class Design:
    """Names of the columns and where each is centred."""

    names: tuple[str, ...]
    centres: tuple[tuple[str, float], ...]

    def centre(self, name: str) -> float:
        """Where a column is zero."""
        return dict(self.centres).get(name, 0.0)

    def columns(self, price: FloatArray, context: Context) -> FloatArray:
        """Return the columns, shape (n, p), of quotes of shape (n,)."""
        every = _every_column(price, context, dict(self.centres))
        return np.column_stack([every[name] for name in self.names])


def _every_column(price: FloatArray, context: Context, centres: dict[str, float]) -> dict[str, FloatArray]:
    known = np.isfinite(context.reference)
    reference = np.where(known, context.reference, price)
    change = np.log(price / reference)
    level = {
        "price": np.log(price / context.scale),
        "quantity": np.log(context.quantity),
        "last_price": np.log(reference / context.scale),
    }
    usual = dict(zip(USUAL, context.usual.T, strict=True))
    usual["usual_change"] = usual["usual_rise"] + usual["usual_cut"]
    level = {name: values - centres.get(name, 0.0) for name, values in level.items()}
    usual = {
        name: np.where(np.isnan(values), 0.0, values - centres.get(name, 0.0))
        for name, values in usual.items()
    }
    return (
        level
        | usual
        | {
            "intercept": np.ones(price.size),
            "rise": np.maximum(change, 0.0),
            "cut": np.minimum(change, 0.0),
            "change": change,
            "price": np.where(known, 0.0, level["price"]),
            "last_price": np.where(known, level["last_price"], 0.0),
            "no_last_price": np.where(known, 0.0, 1.0),
        }
    )


def usual_columns(price: FloatArray, reference: FloatArray, scale: FloatArray) -> FloatArray:
    """Return what the customers' means are taken of, shape (n, 3), in the order of `USUAL`."""
    change = np.where(np.isfinite(reference), np.log(price / reference), 0.0)
    return np.column_stack([np.log(price / scale), np.maximum(change, 0.0), np.minimum(change, 0.0)])


def design_of(
    price: FloatArray, context: Context, *, customers: bool, kink: bool
) -> tuple[Design, tuple[str, ...]]:
    """Choose the columns that these quotes can tell apart, and say what was left out and why.

    Parameters
    ----------
    price : ndarray, shape (n,)
    context : Context
    customers : bool
        Whether customers have effects, and so means of their own.
    kink : bool
        Whether rises and cuts may have slopes of their own.
    """
    known = np.isfinite(context.reference)
    notes = []
    change = np.log(price[known] / context.reference[known])
    rises, cuts = int(np.sum(change > 0)), int(np.sum(change < 0))
    wanted, means = ["intercept"], ["usual_price"]
    if known.any():
        both = kink and min(rises, cuts) >= _FEW
        wanted += ["rise", "cut"] if both else ["change"]
        means += ["usual_rise", "usual_cut"] if both else ["usual_change"]
        if kink and not both:
            notes.append(
                f"rises and cuts share one slope: {rises} quotes are above the last price and {cuts} below it, and "
                f"{_FEW} of each are needed to tell two apart"
            )
    if not known.all():
        wanted += ["price"] + (["no_last_price"] if known.any() else [])
    wanted += ["quantity"] + (["last_price"] if known.any() else []) + (means if customers else [])
    where = {"price": ~known, "last_price": known}
    raw = _every_column(price, context, {})
    centres: dict[str, float] = {
        name: float(np.median(raw[name][where.get(name, np.ones(price.size, dtype=bool))]))
        for name in ("price", "quantity", "last_price", *means)
        if name in wanted
    }
    # A customer not in the history is one like the others on average, from whom it differs by chance.
    centres |= {name: float(np.mean(raw[name])) for name in means if name in UNSEEN and name in wanted}
    every = _every_column(price, context, centres)
    names = _independent(wanted, every)
    quiet = {"quantity"} if np.all(context.quantity == 1.0) else set()
    notes += [
        f"{name} is left out: in these quotes it is constant, or follows from the others"
        for name in wanted
        if name not in names and name not in quiet
    ]
    return Design(names, tuple((name, at) for name, at in centres.items() if name in names)), tuple(notes)


def _independent(wanted: list[str], every: dict[str, FloatArray]) -> tuple[str, ...]:
    """Keep each column that those before it do not determine."""
    names: list[str] = []
    basis = np.empty((every["intercept"].size, 0))
    for name in wanted:
        column = every[name]
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)  # once more, for what rounding left
        size = np.linalg.norm(column)
        if size > 0 and np.linalg.norm(rest) > _DEPENDENT * size:
            names.append(name)
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
    return tuple(names)
