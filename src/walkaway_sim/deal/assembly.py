"""From the figures of a supply agreement to what is drawn, what is constant, and which features it has."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from walkaway_sim.deal.amounts import FixedCost, FreedCapacity
from walkaway_sim.deal.supply.hazard import HazardTime
from walkaway_sim.deal.supply.quantities import EVENTS_OF, QUANTITIES
from walkaway_sim.deal.term import Term
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.counting import Bernoulli
from walkaway_sim.inputs.entry import Input, as_input
from walkaway_sim.inputs.monthly import MonthlyUniforms

__all__ = [
    "COST_LEAVES",
    "event_inputs",
    "features_of",
    "fixed_cost_inputs",
    "lasting",
    "monthly_inputs",
    "split_quantities",
    "timed",
]


def split_quantities(entries: Mapping[str, Input]) -> tuple[dict[str, Any], dict[str, Input]]:
    """Return the quantities that are one number on all draws, and those that are drawn."""
    constants: dict[str, Any] = {}
    uncertain: dict[str, Input] = {}
    for name, quantity in QUANTITIES.items():
        if name in EVENTS_OF:
            continue
        entry = entries.get(name)
        if entry is None:
            constants[name] = quantity.default
        elif isinstance(entry.distribution, Constant) and not entry.plausible:
            constants[name] = entry.distribution.mean()
        else:
            uncertain[name] = entry
    for source, event in EVENTS_OF.items():
        entry = entries.get(source)
        if entry is None:
            continue
        if event in entries:
            raise InputError(f"inputs: give {source} or {event}, not both")
        law = _event_law(source, entry.distribution.mean())  # type: ignore[union-attr]  # a number, as checked
        if entry.plausible:
            constants.pop(event, None)
            uncertain[event] = _plausible_event(entry, source, event)
        elif isinstance(law, float):
            constants[event] = law
        else:
            constants.pop(event, None)
            uncertain[event] = replace(entry, distribution=law, unit=QUANTITIES[event].unit)
    # Coordinates follow the order in which the user wrote the inputs.
    order = {name: position for position, name in enumerate(entries)}
    ranked = sorted(uncertain, key=lambda name: order.get(name, len(order)))
    return constants, {name: uncertain[name] for name in ranked}


def _event_law(source: str, number: float) -> Distribution | float:
    """Return the law of the time of an event with a hazard, or of a yes or no with a chance; a number if certain."""
    if source.endswith("hazard"):
        return HazardTime(number) if number > 0.0 else math.inf
    return Bernoulli(number) if 0.0 < number < 1.0 else number


_NEVER = 1e-12
"""A hazard so low that nothing happens, for a plausible one of 0 [events a year]."""


def _plausible_event(entry: Input, source: str, event: str) -> Input:
    """Return the input of an event whose hazard or chance is itself uncertain."""

    def law(number: float) -> Distribution:
        found = _event_law(source, max(number, _NEVER) if source.endswith("hazard") else number)
        return Constant(found) if isinstance(found, float) else found

    numbers = [one.mean() for one in (entry.distribution, *entry.plausible)]  # type: ignore[union-attr]  # numbers, as checked
    best, *others = (law(number) for number in numbers)
    return replace(entry, distribution=best, plausible=tuple(others), unit=QUANTITIES[event].unit)


def lasting(terms: Sequence[Term], months: float) -> float:
    """Return the longest agreement on the table, in whole months."""
    return max([months, *(float(max(round(term.high), 1)) for term in terms if term.name == "months")])


def event_inputs(risks: Mapping[str, Input], months: float, longest: float) -> dict[str, Input]:
    """Return the event risks, sampled over the longest agreement on the table."""
    if longest == months:
        return dict(risks)

    def longer(risk: Any) -> Any:
        return replace(risk, longer=longest / months)

    return {
        name: replace(
            risk,
            distribution=longer(risk.distribution),
            plausible=tuple(longer(one) for one in risk.plausible),
        )
        for name, risk in risks.items()
    }


def monthly_inputs(values: Mapping[str, float], terms: Sequence[Term], longest: float) -> dict[str, Input]:
    """Return the uniform numbers that an annual cap on penalties needs, where there is one."""
    negotiated = any(term.name == "penalty_annual_cap" for term in terms)
    if not negotiated and math.isinf(values["penalty_annual_cap"]):
        return {}
    return {"late_uniforms": Input(MonthlyUniforms(max(round(longest), 1)))}


COST_LEAVES = {"with": "fixed_costs", "without": "fixed_costs_without"}
"""The leaf of the value model that holds the fixed costs of each side; those paid either way are on neither."""


def fixed_cost_inputs(
    costs: Sequence[FixedCost],
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, str]], dict[str, Input]]:
    """Return the constant fixed costs by leaf, the names of the uncertain ones likewise, and these."""
    constant: dict[str, dict[str, float]] = {leaf: {} for leaf in COST_LEAVES.values()}
    names: dict[str, dict[str, str]] = {leaf: {} for leaf in COST_LEAVES.values()}
    uncertain: dict[str, Input] = {}
    for cost in costs:
        if cost.paid == "both":
            continue
        leaf = COST_LEAVES[cost.paid]
        entry = as_input(cost.amount)
        if isinstance(entry.distribution, Constant) and not entry.plausible:
            constant[leaf][cost.name] = entry.distribution.value
        else:
            names[leaf][cost.name] = f"fixed_cost.{cost.name}"
            uncertain[f"fixed_cost.{cost.name}"] = replace(entry, unit=entry.unit or "currency a year")
    return constant, names, uncertain


def features_of(
    constants: Mapping[str, Any],
    uncertain: Mapping[str, Any],
    terms: Sequence[Term],
    costs: Sequence[FixedCost],
) -> frozenset[str]:
    """Return which features of the value model the agreement has."""
    moving = {term.name for term in terms} | set(uncertain)

    def differs(name: str, neutral: float) -> bool:
        return name in moving or constants[name] != neutral

    work = differs("work", 0.0) and differs("work_cost", 0.0)
    excess = work and differs("planned_work", math.inf)
    has = {
        "shortfall_fee": differs("minimum_commitment", 0.0),
        "capacity_surge": differs("capacity", math.inf) and differs("surge_premium", 0.0),
        "rebate_tiers": bool(constants["rebate_tiers"]),
        "review_cap": differs("review_cap", math.inf),
        "early_payment": differs("early_payment_discount", 0.0),
        "workload": work,
        "excess_work": excess and (differs("work_surge_premium", 0.0) or differs("excess_work_price", 0.0)),
        "minimum_drop": differs("minimum_drop", 0.0),
        "penalty_annual_cap": differs("penalty_annual_cap", math.inf),
        "renewal": differs("renewed", 0.0),
        "costs_avoided": any(cost.paid == "without" for cost in costs),
        "leakage": differs("exposed_revenue", 0.0) and differs("leakage_probability", 0.0),
    }
    responses = ("price_elasticity", "late_days_per_day", "on_time_response")
    acting = {"discount", "payment_days", "guarantee"} & {term.name for term in terms}
    pairs = dict(zip(responses, ("discount", "payment_days", "guarantee"), strict=True))
    has |= {name: pairs[name] in acting and differs(name, 0.0) for name in responses}
    return frozenset(name for name, present in has.items() if present)


def timed(alternative: Any, months: float, annual_rate: float) -> Any:
    """Return a no-deal alternative with the agreement's months and rate, where it asks for them."""
    if isinstance(alternative, FreedCapacity):
        length = months if alternative.months is None else alternative.months
        if alternative.after >= length:
            raise InputError(
                f"freed_capacity: after must be less than the {length:g} months, got {alternative.after:g}; capacity "
                "that is never sold is worth 0, and no alternative"
            )
        return replace(
            alternative,
            months=length,
            annual_rate=annual_rate if alternative.annual_rate is None else alternative.annual_rate,
        )
    return alternative
