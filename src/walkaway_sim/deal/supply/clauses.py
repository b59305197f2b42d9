"""The clauses of a supply agreement: what may be negotiated, with units, defaults and bounds.

The names are those of the deal-file format. Each may be a negotiated term or a fixed one. Bounds are those
of the domain, both ends included.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

__all__ = ["TERMS", "TermInfo"]


@dataclass(frozen=True, slots=True)
class TermInfo:
    """A clause of the agreement that may be negotiated.

    Parameters
    ----------
    name : str
        Its name in files, terms and results.
    unit : str
        Its unit.
    default : float or None
        Value where the agreement does not give the term. None: it must be given.
    low, high : float
        Bounds of what it may be, both included.
    concession : {"up", "down"}
        Which direction gives way to the customer.
    meaning : str
        What it is.
    whole : bool
        Whether only whole numbers make a difference.
    """

    name: str
    unit: str
    default: float | None
    low: float
    high: float
    concession: Literal["up", "down"]
    meaning: str
    whole: bool = False


_INF = math.inf

TERMS: dict[str, TermInfo] = {
    term.name: term
    for term in (
        TermInfo("discount", "fraction of list price", 0.0, -1.0, 0.99, "up", "discount off list price"),
        TermInfo("payment_days", "days", 0.0, 0.0, 3650.0, "up", "days allowed to pay an invoice"),
        TermInfo("deliveries_per_week", "drops a week", 0.0, 0.0, 1000.0, "up", "deliveries promised"),
        TermInfo("guarantee", "fraction on time", 0.0, 0.0, 1.0, "up", "guaranteed on-time rate"),
        TermInfo("hold", "months", _INF, 0.0, _INF, "up", "months before the first price review"),
        TermInfo("rebate", "fraction of net", 0.0, 0.0, 1.0, "up", "rebate on net revenue"),
        TermInfo("rebate_lag", "months", 0.0, 0.0, 120.0, "down", "months until a rebate is paid"),
        TermInfo("minimum_commitment", "units a year", 0.0, 0.0, _INF, "down", "volume billed at the least"),
        TermInfo("months", "months", None, 1.0, 600.0, "down", "length of the agreement", whole=True),
        TermInfo("notice", "months", 0.0, 0.0, 120.0, "down", "notice that an early exit needs", whole=True),
        TermInfo(
            "termination_recovery", "fraction of set-up", 0.0, 0.0, 1.0, "down", "set-up recovered on an early end"
        ),
        TermInfo("liability_cap", "currency an event", _INF, 0.0, _INF, "up", "most that one event can cost"),
        TermInfo("penalty_rate", "fraction of net a point", 0.01, 0.0, 1.0, "up", "penalty a point short"),
        TermInfo("penalty_cap", "fraction of net", 0.05, 0.0, 1.0, "up", "largest penalty of a month"),
        TermInfo(
            "penalty_annual_cap", "fraction of net", _INF, 0.0, _INF, "up", "largest penalties of a contract year"
        ),
        TermInfo(
            "early_payment_discount", "fraction of invoice", 0.0, 0.0, 0.99, "up", "discount for paying early"
        ),
        TermInfo("early_payment_days", "days", 10.0, 0.0, 3650.0, "up", "days within which early payment counts"),
        TermInfo("minimum_drop", "units a drop", 0.0, 0.0, _INF, "down", "least size of a delivery"),
        TermInfo(
            "excess_work_price", "multiples of work cost", 0.0, 0.0, 100.0, "down", "price of work above the plan"
        ),
        TermInfo("review_every", "months", 6.0, 1.0, 600.0, "up", "months between reviews", whole=True),
        TermInfo("review_lag", "months", 0.0, 0.0, 600.0, "up", "age of the index that a review reads"),
        TermInfo(
            "review_pass_through", "fraction of index", 0.8, 0.0, 1.0, "down", "share that reviews pass on"
        ),
        TermInfo("review_cap", "fraction of price", _INF, 0.0, _INF, "down", "largest rise of one review"),
        TermInfo("catch_up", "0 or 1", 1.0, 0.0, 1.0, "down", "1: reviews count from signing; 0: from hold's end"),
    )
}  # fmt: skip
