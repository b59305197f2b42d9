r"""Shared nodes: when prices are reviewed, and the price level that each review leaves.

The first review is in month ``held + 1`` with ``held = ceil(min(hold, T))``, the next ones every
`review_every` months. A review in month ``m`` asks for the level

.. math:: 1 + \theta (I(m - 1)/I(b) - 1), \qquad I(t) = (1 + i)^{\max(t - lag,\,0)/12},

where ``b`` is the signing if the contract catches up on what the index did since then, and the end of the
hold if it does not: both are read from an index that is `lag` months old. A cap on each review keeps the
level from rising by more than that share at once; what it cuts off may come with the next review.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from walkaway_sim.deal.annuities import Number

__all__ = [
    "ReviewSchedule",
    "Stretch",
    "level_in",
    "levels",
    "months_between",
    "price_stretches",
    "review_schedule",
]

Stretch = tuple[float, float, Number]
"""Months with one price level: how many come before them, the last of them, and the level."""


@dataclass(frozen=True, slots=True)
class ReviewSchedule:
    """The clauses of price reviews in whole months.

    Attributes
    ----------
    held : float
        Months before the first review.
    every : float
        Months from one review to the next.
    lag : float
        How old the index is that a review reads [months].
    base : float
        Months from signing to the index that reviews are measured from, as read.
    pass_through : float
        Share of the index's change that the price follows.
    cap : float
        Largest rise of one review [fraction]; infinite for none.
    months : float
        Length of the agreement [months].
    """

    held: float
    every: float
    lag: float
    base: float
    pass_through: float
    cap: float
    months: float


def months_between(review_every: float) -> float:
    """Return the months from one review to the next, as a whole number of at least 1."""
    return float(max(round(review_every), 1))


def review_schedule(
    hold: float,
    review_every: float,
    review_lag: float,
    catch_up: float,
    review_pass_through: float,
    review_cap: float,
    term_length: float,
) -> ReviewSchedule:
    """Return the schedule that the clauses make.

    Examples
    --------
    >>> review_schedule(5.5, 6.0, 2.0, 0.0, 0.8, np.inf, 36.0).base
    3.5
    """
    hold = min(hold, term_length)  # a hold beyond the end is a hold to the end
    base = max(hold - review_lag, 0.0) * (1.0 - catch_up)
    every = months_between(review_every)
    return ReviewSchedule(
        math.ceil(hold), every, review_lag, base, review_pass_through, review_cap, term_length
    )


def levels(schedule: ReviewSchedule, log_index: Number) -> Iterator[tuple[float, Number]]:
    """Yield the month of each review within the agreement, and the price level that it leaves.

    Parameters
    ----------
    schedule : ReviewSchedule
    log_index : float or ndarray, shape (n_draws,)
        Inflation of the index [log per month].

    Yields
    ------
    month : float
    level : float or ndarray, shape (n_draws,)
        Multiple of the price at signing.

    Examples
    --------
    A rise of 6% is due at each review; a cap of 5% lets through less.

    >>> six = np.log(1.06) / 6
    >>> [round(float(level), 4) for _, level in levels(ReviewSchedule(6, 6, 0, 0, 1, 0.05, 18), six)]
    [1.05, 1.1025]
    """
    level: Number = 1.0
    month = schedule.held + 1.0
    while month <= schedule.months:
        months = max(month - 1.0 - schedule.lag, 0.0) - schedule.base
        target: Number = 1.0 + schedule.pass_through * np.expm1(log_index * months)
        level = target if math.isinf(schedule.cap) else np.minimum(target, level * (1.0 + schedule.cap))
        yield month, level
        month += schedule.every


def price_stretches(review_schedule: ReviewSchedule, log_index: Number) -> tuple[Stretch, ...]:
    """Return the stretches of months with one price level, from the first month to the last of the agreement.

    Examples
    --------
    >>> yearly = ReviewSchedule(12, 12, 0, 0, 1, np.inf, 30)
    >>> [(before, last, round(float(level), 3)) for before, last, level in price_stretches(yearly, np.log(1.1) / 12)]
    [(0.0, 12.0, 1.0), (12.0, 24.0, 1.1), (24.0, 30, 1.21)]
    """
    stretches: list[Stretch] = []
    before = 0.0
    level: Number = 1.0
    for month, reviewed in levels(review_schedule, log_index):
        if month > 1.0:
            stretches.append((before, month - 1.0, level))
        before, level = month - 1.0, reviewed
    return (*stretches, (before, review_schedule.months, level))


def level_in(month: Number, schedule: ReviewSchedule, log_index: Number) -> Number:
    """Return the price level in a month, which may differ from draw to draw.

    Examples
    --------
    >>> yearly = ReviewSchedule(12, 12, 0, 0, 1, np.inf, 36)
    >>> level_in(np.array([12.0, 13.0, 30.0]), yearly, np.log(1.1) / 12)
    array([1.  , 1.1 , 1.21])
    """
    level: Number = 1.0
    for reviewed, after in levels(schedule, log_index):
        level = np.where(np.greater_equal(month, reviewed), after, level)
    return level
