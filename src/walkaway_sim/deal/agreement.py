"""A supply agreement: the built-in value model as a deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from walkaway_sim._checks import check_finite, check_integer, check_known, nearest
from walkaway_sim.deal.deal import Deal, NoDealChoice
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.deal.supply.catalogue import HAZARDS, QUANTITIES, TERMS, Quantity, supply_graph
from walkaway_sim.deal.supply.hazard import HazardTime
from walkaway_sim.deal.term import Term
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input, as_input
from walkaway_sim.inputs.events import EventRisk

__all__ = ["domain_error", "supply_agreement", "term_error"]

_OUTSIDE = 1e-9
"""The probability beyond a quantity's bounds that is let pass."""


def supply_agreement(
    *,
    name: str,
    months: int,
    annual_rate: float,
    inputs: Mapping[str, Any],
    terms: Sequence[Term],
    fixed_terms: Mapping[str, float] | None = None,
    events: Mapping[str, Any] | None = None,
    currency: str = "",
    correlation: Any = None,
    no_deal: Any = 0.0,
    no_deal_choice: NoDealChoice = "expected",
    cost_of_not_winning: float = 0.0,
    strategic: Any = 0.0,
    buffer: float = 0.0,
    red_lines: Sequence[str] = (),
    rule: str | None = None,
    t_df: float | None = None,
    max_repair: float = 0.1,
) -> Deal:
    """Return the deal of a supply agreement, valued month by month in closed form.

    Parameters
    ----------
    name : str
    months : int
        Length of the agreement [months], at least 1.
    annual_rate : float
        Discount rate [a year], above -1. Borrowing cost with a chance, shortfall or
        certainty-equivalent rule; a risk-adjusted rate only with the expected value.
    inputs : mapping of str to number, distribution or Input
        The quantities of the model by name; ``walkaway_sim.deal.supply.QUANTITIES`` has their
        units, defaults and bounds. A hazard is a number [a year].
    terms : sequence of Term
        What is negotiated, of ``walkaway_sim.deal.supply.TERMS``; a unit left empty is filled in.
    fixed_terms : mapping of str to float, optional
        Terms that are not negotiated.
    events : mapping of str to EventRisk or Input, optional
        Event risks by name, their rates over the contract's life.
    currency, correlation, no_deal, no_deal_choice, cost_of_not_winning, strategic, buffer, red_lines, \
rule, t_df, max_repair
        As for `Deal`. Correlations may name quantities, event risks (by their counts),
        ``"exit_time"``, ``"default_time"``, ``"no_deal"`` and ``"strategic"``.

    Returns
    -------
    Deal
        Its value function returns the components of the pocket-price waterfall, in order.

    Raises
    ------
    InputError
        A quantity or term that the model does not know (the nearest is suggested), that is missing,
        or that leaves its bounds.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.supply_agreement(
    ...     name="Crates", months=24, annual_rate=0.07,
    ...     inputs={"volume": ws.lognormal(1000, 0.2), "list_price": 100, "growth": 0.0,
    ...             "unit_cost": ws.pert(60, 64, 75), "inflation": 0.03, "days_late": 5,
    ...             "returns_rate": 0.01, "on_time": 0.97, "delivery_cost": 80},
    ...     terms=[ws.Term("discount", proposed=0.05, range=(0.0, 0.3))],
    ...     fixed_terms={"payment_days": 30, "deliveries_per_week": 1},
    ... )
    >>> list(ws.simulate(deal, 2**14, rng=7).components())[:3]
    ['list_revenue', 'discount', 'rebate']
    """
    check_integer("months", months, minimum=1)
    if check_finite("annual_rate", annual_rate) <= -1.0:
        raise InputError(f"annual_rate must be above -1, got {annual_rate}; 7% is 0.07")
    entries = _quantities(inputs)
    risks = _events(events or {})
    negotiated = [_agreement_term(term) for term in terms]
    fixed = dict(fixed_terms or {})
    check_known("fixed_terms", fixed, TERMS)
    for key, value in fixed.items():
        if error := term_error(key, value):
            raise InputError(f"fixed_terms: {error}")
        if any(term.name == key for term in negotiated):
            raise InputError(f"fixed_terms: {key!r} is among the negotiated terms too; give it once")
        fixed[key] = float(value)
    constants, uncertain = _split(entries)
    constants |= {key: info.default for key, info in TERMS.items() if key not in fixed}
    constants |= fixed
    constants |= {"months": months, "annual_rate": float(annual_rate)}
    for term in negotiated:
        constants.pop(term.name, None)
    given = {
        "name": name,
        "currency": currency,
        "correlation": correlation,
        "no_deal": no_deal,
        "no_deal_choice": no_deal_choice,
        "cost_of_not_winning": cost_of_not_winning,
        "strategic": strategic,
        "buffer": buffer,
        "red_lines": tuple(red_lines),
        "rule": rule,
        "t_df": t_df,
        "max_repair": max_repair,
    }
    recipe = {
        **given,
        "months": months,
        "annual_rate": float(annual_rate),
        "inputs": entries,
        "events": risks,
        "terms": tuple(negotiated),
        "fixed_terms": fixed,
    }
    model = GraphValue(supply_graph(), constants, tuple(risks))
    return Deal(inputs={**uncertain, **risks}, terms=negotiated, value=model, recipe=recipe, **given)


def _quantities(inputs: Mapping[str, Any]) -> dict[str, Input]:
    if not isinstance(inputs, Mapping):
        raise InputError(f"inputs must map quantities to numbers or distributions, got {inputs!r}")
    check_known("a supply agreement", inputs, QUANTITIES)
    missing = [
        name for name, quantity in QUANTITIES.items() if quantity.default is None and name not in inputs
    ]
    if missing:
        wanted = ", ".join(f"{name} [{QUANTITIES[name].unit}]" for name in missing)
        raise InputError(f"inputs must give {wanted}; a quantity that plays no part may be 0")
    entries: dict[str, Input] = {}
    for name, given in inputs.items():
        try:
            entry = as_input(given)
        except InputError as error:
            raise InputError(f"inputs: {name}: {error}") from None
        if problem := domain_error(QUANTITIES[name], entry.distribution):
            raise InputError(f"inputs: {problem}")
        entries[name] = replace(entry, unit=entry.unit or QUANTITIES[name].unit)
    return entries


def domain_error(quantity: Quantity, law: Distribution | EventRisk) -> str | None:
    """Return what is wrong with a distribution of `quantity`, or None."""
    if isinstance(law, EventRisk):
        return (
            f"{quantity.name} must be a number or a distribution, got an event risk; it belongs under events"
        )
    if quantity.name in HAZARDS and not isinstance(law, Constant):
        return f"{quantity.name} must be a number [a year], got {law}; its time is what is uncertain"
    low, high = law.support()
    below = low < quantity.low and float(law.cdf(quantity.low)) > _OUTSIDE
    above = high > quantity.high and 1.0 - float(law.cdf(quantity.high)) > _OUTSIDE
    if isinstance(law, Constant):
        below, above = low < quantity.low, high > quantity.high
    if not below and not above:
        return None
    found = f"{low:g}" if isinstance(law, Constant) else f"{law}, which goes from {low:g} to {high:g}"
    return (
        f"{quantity.name} must stay between {quantity.low:g} and {quantity.high:g} [{quantity.unit}], got {found}; "
        "bound it, for instance with pert(low, mode, high)"
    )


def term_error(name: str, value: object) -> str | None:
    """Return what is wrong with `value` for the term `name` of an agreement, or None."""
    info = TERMS[name]
    try:
        number = check_finite(name, value)
    except InputError as error:
        return str(error)
    if not info.low <= number <= info.high:
        return f"{name} must lie between {info.low:g} and {info.high:g} [{info.unit}], got {number:g}"
    return None


def _agreement_term(term: Term) -> Term:
    if not isinstance(term, Term):
        raise InputError(f"terms must hold Term objects, got {term!r}")
    if term.name not in TERMS:
        listed = ", ".join(TERMS)
        raise InputError(
            f"a supply agreement has no term {term.name!r}{nearest(term.name, TERMS)}. Known: {listed}"
        )
    for value in (term.low, term.high):
        if error := term_error(term.name, value):
            raise InputError(f"term {error}")
    return replace(term, unit=term.unit or TERMS[term.name].unit)


def _events(events: Mapping[str, Any]) -> dict[str, Input]:
    risks: dict[str, Input] = {}
    for name, given in events.items():
        if name in QUANTITIES or name in TERMS:
            raise InputError(
                f"events: {name!r} is a quantity or term of the agreement; call this risk something else"
            )
        entry = as_input(given)
        if not isinstance(entry.distribution, EventRisk):
            raise InputError(
                f"events: {name} must be an event risk such as event_risk(0.1, lognormal(5000, 1)), got {given!r}"
            )
        risks[name] = entry
    return risks


def _split(entries: Mapping[str, Input]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the quantities that are one number on all draws, and those that are drawn."""
    constants: dict[str, Any] = {}
    uncertain: dict[str, Any] = {}
    for name, quantity in QUANTITIES.items():
        if name in HAZARDS:
            continue
        entry = entries.get(name)
        if entry is None:
            constants[name] = quantity.default
        elif isinstance(entry.distribution, Constant):
            constants[name] = entry.distribution.mean()
        else:
            uncertain[name] = entry
    for hazard, time in HAZARDS.items():
        entry = entries.get(hazard)
        rate = 0.0 if entry is None else entry.distribution.mean()
        if rate > 0.0:
            if time in entries:
                raise InputError(f"inputs: give {hazard} or {time}, not both")
            constants.pop(time, None)
            uncertain[time] = Input(HazardTime(rate), unit="years")
    # Coordinates follow the order in which the user wrote the inputs.
    order = {name: position for position, name in enumerate(entries)}
    ranked = sorted(uncertain, key=lambda name: order.get(name, len(order)))
    return constants, {name: uncertain[name] for name in ranked}
