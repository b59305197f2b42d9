"""What a concession made today costs again: at renewal, and with customers who hear of it."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from walkaway_sim._checks import check_is
from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.decide.aim.precedent_value import PrecedentValue
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.constructors import discrete, uniform
from walkaway_sim.inputs.entry import Input, as_input

__all__ = ["Precedent", "counted_twice", "with_precedent"]

_PREFIX = "precedent."
_CHANCES = ("renewal_chance", "follow_chance")
_HARDLY = 1e-12
"""A chance that is left out of a table of outcomes."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """How often, and how much of, today's concession has to be given again.

    Parameters
    ----------
    renewal_chance : number or distribution
        The chance that the contract is renewed on terms for which today's are the measure, from 0 to 1.
    renewal_worth : number or distribution
        What the concession then costs again, as a share of what it costs today, discounted to today; 0 or more.
    other_customers : number or distribution
        How many other customers could ask for the same; a number must be whole, and what a distribution draws is
        rounded to the nearest whole number, a half to the even one.
    follow_chance : number or distribution
        The chance that one of them gets it, from 0 to 1; each by itself, given that chance.
    follow_worth : number or distribution
        What it costs with one of them, as a share of what it costs today; 0 or more.

    Raises
    ------
    InputError
        A chance that may lie outside [0, 1], a share or number that may be negative, or a number of customers that is
        not whole.

    Notes
    -----
    The whole of what today's concession costs comes ``1 + renewed renewal_worth + followers follow_worth`` times, with
    `renewed` 0 or 1 and `followers` binomial. What happens in the end is drawn, and not its mean, since a rule that
    carries risk has to see it.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> ws.Precedent(renewal_chance=0.6, renewal_worth=0.8, other_customers=5, follow_chance=0.1).mean_multiplier
    0.98
    """

    renewal_chance: Any = 0.0
    renewal_worth: Any = 1.0
    other_customers: Any = 0.0
    follow_chance: Any = 0.0
    follow_worth: Any = 1.0

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _quantity(field.name, getattr(self, field.name)))

    @property
    def mean_multiplier(self) -> float:
        """Expected cost of the precedent as a multiple of what the concession costs today."""
        mean = {field.name: getattr(self, field.name).distribution.mean() for field in fields(self)}
        renewal: float = mean["renewal_chance"] * mean["renewal_worth"]
        others: float = mean["other_customers"] * mean["follow_chance"] * mean["follow_worth"]
        return round(renewal + others, 12)


def with_precedent(deal: Deal, precedent: Precedent) -> Deal:
    """Return a deal whose value counts what its concessions cost as a precedent.

    Parameters
    ----------
    deal : Deal
    precedent : Precedent

    Returns
    -------
    Deal
        With a component ``"precedent"``: on each draw, what the terms cost today beside the proposed ones, times what
        comes again; 0 at the proposed terms, and above 0 where terms are better than these. Its inputs are appended,
        so that no draw of the deal changes. `walkaway`, `assess` and all else work on it; it cannot be written to a
        file.

    Raises
    ------
    InputError
        Not a deal or a precedent, or a deal that has one already.

    Warns
    -----
    UserWarning
        The deal counts a renewal or a strategic value already: what a concession costs at renewal, or for the
        relationship, must not be in both.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> longer = ws.with_precedent(deal, ws.Precedent(renewal_chance=1.0))
    >>> walk = ws.walkaway(ws.simulate(longer, rng=7), ws.ExpectedValueRule())
    >>> print(f"{walk['rebate'].estimate:.1f}")  # 15 more, not 30: each of them is given twice
    85.0
    """
    check_is("deal", deal, Deal, "Deal(...)")
    check_is("precedent", precedent, Precedent, "Precedent(...)")
    if isinstance(deal.value, PrecedentValue):
        raise InputError("deal counts a precedent already; start from the deal without it")
    for text in counted_twice(deal, precedent):
        warnings.warn(text, UserWarning, stacklevel=2)
    given = {f"{_PREFIX}{name}": entry for name, entry in _drawn(precedent).items()}
    return replace(
        deal,
        inputs={**deal.inputs, **given},
        value=PrecedentValue(deal.value, deal.proposed, _PREFIX),
        recipe=None,
    )


def counted_twice(deal: Deal, precedent: Precedent) -> tuple[str, ...]:
    """Return what a deal may count already of what a precedent counts."""
    found = []
    model = deal.value
    renews = isinstance(model, GraphValue) and (
        model.constants.get("renewed", 0.0) != 0.0 or "renewed" in deal.inputs
    )
    if renews and precedent.renewal_chance.distribution.support()[1] > 0.0:
        found.append(
            "the deal counts a renewal, in which today's discount is a precedent already: leave renewal_chance at 0, "
            "or the renewal out of the deal"
        )
    if deal.strategic_value.number != 0.0:
        found.append(
            "the deal has a strategic value: what a concession costs at renewal or with other customers must not be in "
            "it too"
        )
    return tuple(found)


def _drawn(precedent: Precedent) -> dict[str, Input]:
    """Return what a precedent draws.

    Outcomes of a chance that is one number are inputs with atoms, whose counts randomised designs know how to round.
    """
    chance, customers, follow = (
        precedent.renewal_chance,
        precedent.other_customers,
        precedent.follow_chance,
    )
    drawn = {"renewal_worth": precedent.renewal_worth, "follow_worth": precedent.follow_worth}
    if isinstance(chance.distribution, Constant):
        drawn["renewed"] = as_input(_atoms(1, chance.distribution.value))
    else:
        drawn |= {"renewal_chance": chance, "renewed": as_input(uniform(0, 1))}
    if isinstance(customers.distribution, Constant) and isinstance(follow.distribution, Constant):
        asked = round(customers.distribution.value)
        drawn["followers"] = as_input(_atoms(asked, follow.distribution.value))
    else:
        drawn |= {"other_customers": customers, "follow_chance": follow, "followers": as_input(uniform(0, 1))}
    return drawn


def _atoms(number: int, chance: float) -> Distribution | float:
    """Return the binomial distribution, without values that hardly ever come."""
    from scipy.special import bdtr

    if number == 0 or chance in (0.0, 1.0):
        return float(number * chance)
    upto = np.append(bdtr(np.arange(number), number, chance), 1.0)
    each = np.diff(upto, prepend=0.0)
    return discrete({k: float(one) for k, one in enumerate(each) if one > _HARDLY})


def _quantity(name: str, given: object) -> Input:
    try:
        entry = as_input(given)
    except InputError as error:
        raise InputError(f"Precedent: {name} {error}") from None
    law = entry.distribution
    if not isinstance(law, Distribution):
        raise InputError(f"Precedent: {name} needs a number or a distribution, got {given!r}")
    low, high = law.support()
    if name in _CHANCES and not 0.0 <= low <= high <= 1.0:
        raise InputError(
            f"Precedent: {name} must lie between 0 and 1 throughout, got {low:g} to {high:g}; 60% is 0.6"
        )
    if low < 0.0:
        raise InputError(f"Precedent: {name} must be 0 or more throughout, got values from {low:g}")
    if name == "other_customers" and isinstance(law, Constant) and not law.value.is_integer():
        raise InputError(
            f"Precedent: {name} must be a whole number, got {low:g}; where it is not known, give a law such as "
            f"discrete({{{math.floor(low)}: 0.5, {math.ceil(low)}: 0.5}})"
        )
    return entry
