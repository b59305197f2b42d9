"""Quotes put in the order of their customers, and what is known of each."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray
from walkaway_sim.calibrate.quotes.design import UNSEEN, USUAL, Context, Design, usual_columns
from walkaway_sim.calibrate.quotes.intercepts import Panel, effects
from walkaway_sim.calibrate.quotes.model import Customer, Typical
from walkaway_sim.calibrate.quotes.penalised import Estimates
from walkaway_sim.calibrate.quotes.rows import Columns, Quotes
from walkaway_sim.inputs.links import LinkName

__all__ = ["REPEATED", "History", "customers_of", "history_of", "panel_of", "typical_of", "unseen_of"]

REPEATED = 10
"""Customers with two quotes or more that are needed to tell customers apart."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Quotes put in the order of their customers; `starts` is empty where customers have no effect."""

    order: IntArray
    owner: IntArray
    starts: IntArray
    labels: tuple[Hashable, ...]
    context: Context


def history_of(used: Quotes, columns: Columns) -> History:
    """Order the quotes, and take each customer's means, where enough customers have several."""
    import pandas as pd

    nobody = np.zeros(0, dtype=np.int64)
    n = used.won.size
    order, owner, starts, named = np.arange(n), nobody, nobody, ()
    if columns.customer:
        code, label = pd.factorize(used.customer)
        count = np.bincount(code)
        if np.sum(count >= 2) >= REPEATED:
            order = np.argsort(code, kind="stable")
            owner = code[order].astype(np.int64)
            starts = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64)
            named = tuple(label)
    usual = np.full((n, len(USUAL)), np.nan)
    if starts.size:
        each = usual_columns(used.price, used.reference, used.scale)[order]
        usual = (np.add.reduceat(each, starts, axis=0) / np.bincount(owner)[:, None])[owner]
    context = Context(used.reference[order], used.scale[order], used.quantity[order], usual)
    return History(order, owner, starts, named, context)


def panel_of(used: Quotes, history: History, design: Design, link: LinkName, offset: float) -> Panel:
    """Return the likelihood's data."""
    sign = np.where(used.won[history.order], 1.0, -1.0)
    return Panel(
        design.columns(used.price[history.order], history.context),
        sign,
        history.owner,
        history.starts,
        link,
        offset,
    )


def unseen_of(panel: Panel, design: Design) -> FloatArray:
    """Return the covariance between customers of the columns `UNSEEN`, zero for all others, shape (p, p)."""
    out = np.zeros((len(design.names), len(design.names)))
    at = np.flatnonzero([name in UNSEEN for name in design.names])
    if panel.n_customers and at.size:
        out[np.ix_(at, at)] = np.cov(panel.columns[np.ix_(panel.starts, at)], rowvar=False)
    return out


def customers_of(panel: Panel, estimates: Estimates, history: History) -> dict[Hashable, Customer]:
    """Return each customer's effect given its quotes; none where customers have no effect."""
    if not panel.n_customers:
        return {}
    found = effects(panel, estimates.coefficients, estimates.sd)
    usual, count = history.context.usual[history.starts], np.bincount(history.owner)
    rows = zip(
        history.labels, found.mean.tolist(), found.sd.tolist(), usual.tolist(), count.tolist(), strict=True
    )
    return {label: Customer(mean, sd, tuple(at), quotes) for label, mean, sd, at, quotes in rows}


def typical_of(used: Quotes) -> Typical:
    """Return medians over the quotes, and where their prices lay."""
    known = np.isfinite(used.reference)
    last = np.log(used.reference[known] / used.scale[known])
    level = (used.price / used.scale)[~known]
    change = (used.price / used.reference)[known]
    return Typical(
        seen_change=_middle(change),
        seen_level=_middle(level),
        scale=float(np.median(used.scale)),
        last_price=float(np.median(last)) if known.any() else float("nan"),
        quantity=float(np.median(used.quantity)),
    )


def _middle(multiple: FloatArray) -> tuple[float, float]:
    if not multiple.size:
        return 0.0, float("inf")
    low, high = np.quantile(multiple, (0.01, 0.99)).tolist()
    return low, high
