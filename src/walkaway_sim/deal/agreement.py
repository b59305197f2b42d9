"""A supply agreement: the built-in value model as a deal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from walkaway_sim._checks import check_finite, check_integer, check_known, check_one_of, check_text
from walkaway_sim.deal.agreement_terms import agreement_term, term_error, whole_holds
from walkaway_sim.deal.amounts import FixedCost
from walkaway_sim.deal.assembly import (
    event_inputs,
    features_of,
    fixed_cost_inputs,
    lasting,
    monthly_inputs,
    split_quantities,
    timed,
)
from walkaway_sim.deal.bounding import how_to_bound
from walkaway_sim.deal.clause_checks import clashes
from walkaway_sim.deal.deal import Deal, NoDealChoice
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.deal.supply.catalogue import NAMES, supply_graph
from walkaway_sim.deal.supply.clauses import TERMS
from walkaway_sim.deal.supply.quantities import EVENTS_OF, QUANTITIES, Quantity
from walkaway_sim.deal.term import Term
from walkaway_sim.deal.tiers import RebateTiers
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.constant import Constant
from walkaway_sim.inputs.entry import Input, as_input
from walkaway_sim.inputs.events import EventRisk
from walkaway_sim.inputs.records import RecordLaw

__all__ = ["GUARANTEE_FACTS", "domain_error", "supply_agreement"]

_OUTSIDE = 1e-9
"""The probability beyond a quantity's bounds that is let pass."""

GUARANTEE_FACTS = {
    "measured": "what is measured",
    "window": "over which window",
    "exclusions": "what does not count",
    "sole_remedy": "whether the penalty is the customer's only remedy",
    "chronic_failure": "whether chronic failure lets the customer leave",
}
"""What a guarantee has to state beside its figures."""

Basis = Literal["nominal", "real"]
RateKind = Literal["borrowing", "risk_adjusted"]


def supply_agreement(
    *,
    name: str,
    months: int,
    annual_rate: float,
    inputs: Mapping[str, Any],
    terms: Sequence[Term],
    fixed_terms: Mapping[str, float] | None = None,
    events: Mapping[str, Any] | None = None,
    rebate_tiers: RebateTiers | None = None,
    fixed_costs: Sequence[FixedCost] = (),
    guarantee_clause: Mapping[str, str] | None = None,
    rate_kind: RateKind = "borrowing",
    rate_basis: Basis = "nominal",
    inflation_basis: Basis = "nominal",
    currency: str = "",
    correlation: Any = None,
    no_deal: Any = 0.0,
    no_deal_choice: NoDealChoice = "expected",
    cost_of_not_winning: Any = 0.0,
    strategic: Any = 0.0,
    strategic_reason: str = "",
    buffer: float = 0.0,
    tax_rate: float = 0.0,
    red_lines: Sequence[str] = (),
    dismissed: Mapping[str, str] | None = None,
    rule: str | None = None,
    t_df: float | None = None,
    max_repair: float = 0.1,
) -> Deal:
    """Return the deal of a supply agreement, valued month by month in closed form.

    Parameters
    ----------
    name : str
    months : int
        Length of the agreement [months], at least 1. Where it is negotiated, its proposed value.
    annual_rate : float
        Discount rate [a year], between -1 and 1. Borrowing cost with a chance, shortfall or
        certainty-equivalent rule; a risk-adjusted rate only with the expected value.
    inputs : mapping of str to number, distribution or Input
        The quantities of the model by name; ``walkaway_sim.deal.supply.QUANTITIES`` has their
        units, defaults and bounds. A hazard is a number [a year], a chance one from 0 to 1.
    terms : sequence of Term
        What is negotiated, of ``walkaway_sim.deal.supply.TERMS``; a unit left empty is filled in.
    fixed_terms : mapping of str to float, optional
        Terms that are not negotiated.
    events : mapping of str to EventRisk or Input, optional
        Event risks by name, their rates over the contract's life.
    rebate_tiers : RebateTiers, optional
        What more revenue in a contract year adds to the rebate.
    fixed_costs : sequence of FixedCost
        Each with the side on which it falls: only with the deal, only without it, or both.
    guarantee_clause : mapping of str to str, optional
        What the guarantee states: ``measured``, ``window``, ``exclusions``, ``sole_remedy``,
        ``chronic_failure``.
    rate_kind : {"borrowing", "risk_adjusted"}
        What `annual_rate` is.
    rate_basis, inflation_basis : {"nominal", "real"}
        What `annual_rate` and the inflations are; both the same.
    strategic_reason : str
        What the strategic value stands for.
    currency, correlation, no_deal, no_deal_choice, cost_of_not_winning, strategic, buffer, tax_rate, \
red_lines, dismissed, rule, t_df, max_repair
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
        or that leaves its bounds; clauses that make no sense together.

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
    ['list_revenue', 'shortfall_fee', 'capacity_surge']
    """
    check_integer("months", months, minimum=1)
    if not -1.0 < check_finite("annual_rate", annual_rate) < 1.0:
        raise InputError(f"annual_rate must lie between -1 and 1, got {annual_rate}; 7% is 0.07")
    check_one_of("rate_kind", rate_kind, ("borrowing", "risk_adjusted"))
    for key, basis in (("rate_basis", rate_basis), ("inflation_basis", inflation_basis)):
        check_one_of(key, basis, ("nominal", "real"))
    dismissed = {} if dismissed is None else dismissed
    if rate_basis != inflation_basis and "real_with_nominal" not in dismissed:
        raise InputError(
            f"rate_basis is {rate_basis!r} and inflation_basis {inflation_basis!r}; a real rate goes with real "
            "inflations only, so give both alike, or dismiss the check 'real_with_nominal' with a reason"
        )
    if rebate_tiers is not None and not isinstance(rebate_tiers, RebateTiers):
        raise InputError(f"rebate_tiers must be RebateTiers([(above, extra), ...]), got {rebate_tiers!r}")
    if not isinstance(dismissed, Mapping) or not isinstance(guarantee_clause or {}, Mapping):
        raise InputError("dismissed and guarantee_clause must map names to texts")
    clause = dict(guarantee_clause or {})
    check_known("guarantee_clause", clause, GUARANTEE_FACTS)
    for key, text in clause.items():
        check_text(f"guarantee_clause: {key}", text)
    check_text("strategic_reason", strategic_reason)
    entries = _quantities(inputs)
    risks = _events(events or {})
    negotiated = [agreement_term(term) for term in terms]
    fixed = _fixed_terms(fixed_terms or {}, negotiated, months)
    negotiated = whole_holds(negotiated, fixed)
    costs = _costs(fixed_costs, no_deal)
    proposed = {term.name: term.proposed for term in negotiated}
    if proposed.get("months", months) != months:
        raise InputError(
            f"months is {months}, but the term 'months' proposes {proposed['months']:g}; give both alike"
        )
    for clash in clashes({"months": float(months)} | fixed | proposed):
        raise InputError(str(clash))
    contract: dict[str, Any] = {key: info.default for key, info in TERMS.items()}
    contract |= {"months": float(months)} | fixed
    longest = lasting(negotiated, float(months))
    constants, uncertain = split_quantities(entries)
    constant_costs, drawn_costs, uncertain_costs = fixed_cost_inputs(costs)
    events_drawn = event_inputs(risks, float(months), longest)
    monthly = monthly_inputs(contract, negotiated, longest)
    constants |= contract
    constants |= {
        "annual_rate": float(annual_rate),
        "event_months": longest,
        "horizon": math.inf,
        "rebate_tiers": () if rebate_tiers is None else tuple(rebate_tiers.tiers),
        "retrospective": float(rebate_tiers is not None and rebate_tiers.retrospective),
        **constant_costs,
        "late_uniforms": None,
    }
    for key in ("discount", "payment_days", "guarantee"):
        constants[f"{key}_proposed"] = proposed.get(key, contract[key])
    features = features_of(constants, uncertain, negotiated, costs)
    for key in (*proposed, *monthly):
        constants.pop(key, None)
    given = {
        "name": name,
        "currency": currency,
        "correlation": correlation,
        "no_deal_choice": no_deal_choice,
        "strategic": strategic,
        "buffer": buffer,
        "tax_rate": tax_rate,
        "red_lines": red_lines,
        "dismissed": dismissed,
        "rule": rule,
        "t_df": t_df,
        "max_repair": max_repair,
    }
    recipe = {
        **given,
        "months": months,
        "annual_rate": float(annual_rate),
        "rate_kind": rate_kind,
        "rate_basis": rate_basis,
        "inflation_basis": inflation_basis,
        "inputs": entries,
        "events": risks,
        "terms": tuple(negotiated),
        "fixed_terms": fixed,
        "rebate_tiers": rebate_tiers,
        "fixed_costs": tuple(costs),
        "guarantee_clause": clause,
        "strategic_reason": strategic_reason,
        "no_deal": no_deal,
        "cost_of_not_winning": cost_of_not_winning,
    }
    model = GraphValue(supply_graph(features), constants, tuple(risks), drawn_costs)
    return Deal(
        inputs={**uncertain, **uncertain_costs, **events_drawn, **monthly},
        terms=negotiated,
        value=model,
        no_deal=_timed(no_deal, float(months), float(annual_rate)),
        cost_of_not_winning=cost_of_not_winning,
        recipe=recipe,
        **given,
    )


def _fixed_terms(given: Mapping[str, float], negotiated: Sequence[Term], months: int) -> dict[str, float]:
    fixed = dict(given)
    check_known("fixed_terms", fixed, TERMS)
    for key, value in fixed.items():
        if error := term_error(key, value):
            raise InputError(f"fixed_terms: {error}")
        if any(term.name == key for term in negotiated):
            raise InputError(f"fixed_terms: {key!r} is among the negotiated terms too; give it once")
        fixed[key] = float(value)
    if fixed.get("months", months) != months:
        raise InputError(f"fixed_terms: months is {fixed['months']:g}, but the agreement's is {months}")
    return fixed


def _costs(fixed_costs: Sequence[FixedCost], no_deal: Any) -> list[FixedCost]:
    if not isinstance(fixed_costs, Sequence):
        raise InputError(f"fixed_costs must be a list of FixedCost objects, got {fixed_costs!r}")
    costs = list(fixed_costs)
    seen: set[str] = set()
    for cost in costs:
        if not isinstance(cost, FixedCost):
            raise InputError(f"fixed_costs must hold FixedCost objects, got {cost!r}")
        if cost.name in seen:
            raise InputError(f"fixed_costs: {cost.name!r} stands twice; give each cost a name of its own")
        seen.add(cost.name)
        if cost.paid == "without" and isinstance(no_deal, Mapping) and cost.name in no_deal:
            raise InputError(
                f"fixed_costs: {cost.name!r} is paid without the deal and is a no-deal alternative too, so it would "
                "count twice; remove one of the two"
            )
    return costs


def _timed(no_deal: Any, months: float, annual_rate: float) -> Any:
    if isinstance(no_deal, Mapping):
        return {label: timed(one, months, annual_rate) for label, one in no_deal.items()}
    if isinstance(no_deal, list | tuple):
        return [timed(one, months, annual_rate) for one in no_deal]
    return timed(no_deal, months, annual_rate)


def _quantities(inputs: Mapping[str, Any]) -> dict[str, Input]:
    if not isinstance(inputs, Mapping):
        raise InputError(f"inputs must map quantities to numbers or distributions, got {inputs!r}")
    for name in inputs:
        if name in TERMS:
            raise InputError(
                f"inputs: {name!r} is a clause of the agreement; give it under terms or fixed_terms"
            )
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
        for law in (entry.distribution, *entry.plausible):
            if problem := domain_error(QUANTITIES[name], law):
                raise InputError(f"inputs: {problem}")
        entries[name] = replace(entry, unit=entry.unit or QUANTITIES[name].unit)
    return entries


def domain_error(quantity: Quantity, law: Distribution | RecordLaw) -> str | None:
    """Return what is wrong with a distribution of `quantity`, or None."""
    if not isinstance(law, Distribution):
        return (
            f"{quantity.name} must be a number or a distribution, got an event risk; it belongs under events"
        )
    if quantity.name in EVENTS_OF and not isinstance(law, Constant):
        event = EVENTS_OF[quantity.name]
        return (
            f"{quantity.name} must be a number [{quantity.unit}], got {law}; its {event} is what is uncertain"
        )
    low, high = law.support()
    below = low < quantity.low and float(law.cdf(quantity.low)) > _OUTSIDE
    above = high > quantity.high and 1.0 - float(law.cdf(quantity.high)) > _OUTSIDE
    if isinstance(law, Constant):
        below, above = low < quantity.low, high > quantity.high
    if not below and not above:
        return None
    bounds = f"lie between {quantity.low:g} and {quantity.high:g}"
    if math.isinf(quantity.high):
        bounds = f"be {quantity.low:g} or more"
    needed = f"{quantity.name} must {bounds} [{quantity.unit}], got"
    if isinstance(law, Constant):
        return f"{needed} {low:g}"
    # Every end that is open, since one end more leaves more beyond the other.
    ends = quantity.low if low < quantity.low else None, quantity.high if high > quantity.high else None
    remedy = how_to_bound(law, *ends)
    return f"{needed} {law}, which goes from {low:g} to {high:g}; {remedy}"


def _events(events: Mapping[str, Any]) -> dict[str, Input]:
    risks: dict[str, Input] = {}
    for name, given in events.items():
        if name in NAMES or "." in name:
            raise InputError(f"events: {name!r} is a name of the model itself; call this risk something else")
        entry = as_input(given)
        if not isinstance(entry.distribution, EventRisk):
            raise InputError(
                f"events: {name} must be an event risk such as event_risk(0.1, lognormal(5000, 1)), got {given!r}"
            )
        if entry.distribution.longer != 1.0:
            raise InputError(f"events: {name}: longer must be 1, since the agreement sets it")
        risks[name] = entry
    return risks
