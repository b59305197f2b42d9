"""The no-deal side: what the supplier has if it walks, and which alternative that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError, ValueFunctionError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import as_distribution
from walkaway_sim.inputs.events import EventRisk

__all__ = ["Alternative", "make_alternatives", "make_quantity", "per_draw"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """An amount that is a number, a distribution, or a function of the inputs [currency].

    Attributes
    ----------
    name : str
        By which its draws are known.
    number : float or None
    distribution : Distribution or None
    function : callable or None
        Takes the mapping of inputs, returns shape ``(n_draws,)``.
    """

    name: str
    number: float | None = None
    distribution: Distribution | None = None
    function: Callable[[Mapping[str, Any]], Any] | None = None

    def values(self, drawn: Mapping[str, Any], inputs: Mapping[str, Any], n_draws: int) -> FloatArray | float:
        """Return the amount per draw, or the one number that it is on all draws [currency]."""
        if self.number is not None:
            return self.number
        if self.function is not None:
            return per_draw(self.name, self.function(inputs), n_draws)
        values: FloatArray = drawn[self.name]
        return values


def make_quantity(name: str, given: Any) -> Alternative:
    """Return `given` as an `Alternative`, refusing what has no finite mean."""
    try:
        distribution = as_distribution(given)
    except InputError:
        # A frozen SciPy distribution of the old kind is callable too, so functions come second.
        if callable(given):
            return Alternative(name, function=given)
        raise InputError(
            f"{name} must be a number, a distribution or a function of the inputs, got {given!r}"
        ) from None
    if isinstance(distribution, EventRisk):
        raise InputError(f"{name} must be an amount, got an event risk; add it to the inputs instead")
    if isinstance(distribution, Constant):
        return Alternative(name, number=distribution.mean())
    mean = distribution.mean()
    if not math.isfinite(mean):
        raise InputError(
            f"{name} must have a finite mean, since deals are compared with it; the mean of {distribution} "
            f"is {mean}. Bound its tail, for instance with metalog(..., lower=, upper=)"
        )
    return Alternative(name, distribution=distribution)


def make_alternatives(given: Any) -> tuple[Alternative, ...]:
    """Return the no-deal alternatives: ``no_deal``, or ``no_deal.1``, ``no_deal.2``, ... of a list."""
    if isinstance(given, Sequence) and not isinstance(given, str):
        if not given:
            raise InputError(
                "no_deal must name one alternative or more, got an empty list; 0 means no other use"
            )
        if len(given) > 1:
            return tuple(make_quantity(f"no_deal.{i}", one) for i, one in enumerate(given, start=1))
        given = given[0]
    return (make_quantity("no_deal", given),)


def per_draw(name: str, result: Any, n_draws: int) -> FloatArray:
    """Return what a user's function gave as a float array of shape ``(n_draws,)``.

    Raises
    ------
    ValueFunctionError
        It is no array of numbers, or has another shape.
    """
    try:
        values = np.asarray(result, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueFunctionError(
            f"{name} must return one number per draw, an array of shape ({n_draws},); got {type(result).__name__}"
        ) from None
    if values.shape == ():
        return np.full(n_draws, float(values))
    if values.shape != (n_draws,):
        raise ValueFunctionError(
            f"{name} must return one number per draw, an array of shape ({n_draws},); got shape {values.shape}. "
            "Work on whole arrays of draws, element by element, and do not sum over them"
        )
    return values
