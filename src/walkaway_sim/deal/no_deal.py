"""The no-deal side: what the supplier has if it walks, and what walking costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError, ValueFunctionError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input, as_distribution
from walkaway_sim.inputs.events import EventRisk

__all__ = [
    "Alternative",
    "AmountModel",
    "check_mean",
    "make_alternatives",
    "make_cost",
    "make_quantity",
    "per_draw",
]


@runtime_checkable
class AmountModel(Protocol):
    """A small model of an amount, made of uncertain parts of its own."""

    def parts(self) -> Mapping[str, Distribution]:
        """Return the law of each uncertain part, by name."""
        ...

    def values(self, parts: Mapping[str, Any]) -> FloatArray | float:
        """Return the amount from the draws of its parts [currency]."""
        ...

    def numbers(self) -> Mapping[str, float]:
        """Return the parts that are one number on all draws, by name."""
        ...

    def with_number(self, part: str, number: float) -> AmountModel:
        """Return the model with another number for such a part."""
        ...


@dataclass(frozen=True, slots=True)
class Alternative:
    """An amount that is a number, a distribution, a small model, or a function of the inputs [currency].

    Attributes
    ----------
    name : str
        By which its draws are known; the parts of a model as ``name.part``.
    number : float or None
    distribution : Distribution or None
    function : callable or None
        Takes the mapping of inputs, returns shape ``(n_draws,)``.
    model : AmountModel or None
    label : str
        How a reader knows it.
    about : Input or None
        Owner, source and date, where they are given.
    """

    name: str
    number: float | None = None
    distribution: Distribution | None = None
    function: Callable[[Mapping[str, Any]], Any] | None = None
    model: AmountModel | None = None
    label: str = ""
    about: Input | None = None

    def laws(self) -> dict[str, Distribution]:
        """Return what has to be drawn for it."""
        if self.model is not None:
            return {f"{self.name}.{part}": law for part, law in self.model.parts().items()}
        return {} if self.distribution is None else {self.name: self.distribution}

    def values(self, drawn: Mapping[str, Any], inputs: Mapping[str, Any], n_draws: int) -> FloatArray | float:
        """Return the amount per draw, or the one number that it is on all draws [currency]."""
        if self.number is not None:
            return self.number
        if self.function is not None:
            return per_draw(self.name, self.function(inputs), n_draws)
        if self.model is not None:
            return self.model.values({part: drawn[f"{self.name}.{part}"] for part in self.model.parts()})
        values: FloatArray = drawn[self.name]
        return values


def make_quantity(name: str, given: Any, label: str = "") -> Alternative:
    """Return `given` as an `Alternative`, refusing what has no finite mean."""
    about = given if isinstance(given, Input) else None
    if about is not None:
        given = about.distribution
    if isinstance(given, AmountModel) and not isinstance(given, Distribution):
        raise InputError(
            f"{name} must be a number, a distribution or a function of the inputs, got a small model of an "
            "alternative; it belongs under no_deal"
        )
    try:
        distribution = as_distribution(given)
    except InputError:
        # A frozen SciPy distribution of the old kind is callable too, so functions come second.
        if callable(given):
            return Alternative(name, function=given, label=label)
        if isinstance(given, EventRisk):
            raise InputError(
                f"{name} must be an amount, got an event risk; add it to the inputs instead"
            ) from None
        raise InputError(
            f"{name} must be a number, a distribution or a function of the inputs, got {given!r}"
        ) from None
    if isinstance(distribution, Constant) and not (about is not None and about.plausible):
        return Alternative(name, number=distribution.mean(), label=label, about=about)
    check_mean(name, distribution)
    return Alternative(name, distribution=distribution, label=label, about=about)


def check_mean(name: str, law: Distribution) -> None:
    """Refuse an amount whose mean is not finite."""
    mean = law.mean()
    if not math.isfinite(mean):
        raise InputError(
            f"{name} must have a finite mean, since deals are compared with it; the mean of {law} "
            f"is {mean}. Bound its tail, for instance with metalog(..., lower=, upper=)"
        )


def make_cost(name: str, given: Any) -> Alternative:
    """Return a cost as an `Alternative`, refusing what may be negative."""
    cost = make_quantity(name, given)
    low = cost.number
    if cost.distribution is not None:
        low = cost.distribution.support()[0]
    if low is not None and low < 0.0:
        raise InputError(
            f"{name} must be 0 or more, got {given!r}; what losing the deal saves is an alternative of its own"
        )
    return cost


def make_alternatives(given: Any) -> tuple[Alternative, ...]:
    """Return the no-deal alternatives: ``no_deal``, or ``no_deal.1``, ``no_deal.2``, ... of several.

    Several are given as a list, or as a mapping of their labels to what they are.
    """
    if isinstance(given, Mapping):
        items = [(str(label), one) for label, one in given.items()]
    elif isinstance(given, Sequence) and not isinstance(given, str):
        items = [("", one) for one in given]
    else:
        items = [("", given)]
    if not items:
        raise InputError("no_deal must name one alternative or more, got none; 0 means no other use")
    if len(items) == 1:
        label, one = items[0]
        return (_alternative("no_deal", one, "" if label == "no_deal.1" else label),)
    return tuple(
        _alternative(f"no_deal.{i}", one, "" if label == f"no_deal.{i}" else label)
        for i, (label, one) in enumerate(items, start=1)
    )


def _alternative(name: str, given: Any, label: str) -> Alternative:
    about = given if isinstance(given, Input) else None
    model = given if about is None else about.distribution
    if isinstance(model, AmountModel) and not isinstance(model, Distribution):
        _refuse_infinite_parts(name, model)
        return Alternative(name, model=model, label=label, about=about)
    return make_quantity(name, given, label)


def _refuse_infinite_parts(name: str, model: AmountModel) -> None:
    for part, law in model.parts().items():
        check_mean(f"{name}: {part}", law)


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
