"""The walkaway of the discount from draws: a quantile of break-evens, with its standard error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import binom

import careful_numpy as careful

CHANCE = 0.9


@dataclass(frozen=True, slots=True)
class Answer:
    """A walkaway and its standard error [fraction]."""

    walkaway: float
    standard_error: float


def break_even_answer(value: Callable[[], Any], no_deal: Any) -> Answer:
    """Return the walkaway of the discount, in which the value is affine, from values at two discounts."""
    kept = careful.TERMS["discount"]
    surplus = []
    for discount in (0.0, 0.2):
        careful.TERMS["discount"] = discount
        surplus.append(np.asarray(value()) - no_deal)
    careful.TERMS["discount"] = kept
    break_even = 0.2 * surplus[0] / (surplus[0] - surplus[1])
    n = break_even.size
    ranks = np.asarray(binom.ppf([0.5, 0.025, 0.975], n, 1 - CHANCE)).astype(int)
    ordered = np.partition(break_even, ranks)[ranks]
    return Answer(float(ordered[0]), float(ordered[2] - ordered[1]) / (2 * 1.96))
