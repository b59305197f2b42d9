"""The checks that every result carries: what may have been counted twice, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from walkaway_sim.deal.agreement import GUARANTEE_FACTS
from walkaway_sim.deal.check_names import CHECK_NAMES
from walkaway_sim.deal.deal import Deal
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.deal.supply.clauses import TERMS
from walkaway_sim.deal.supply.quantities import QUANTITIES
from walkaway_sim.decide.all_of import AllOf
from walkaway_sim.decide.rules import ExpectedValueRule, Rule
from walkaway_sim.decide.sources import sources
from walkaway_sim.decide.tails import MAX_SHAPE, loss_shape
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.rare import FEW, rare_risks
from walkaway_sim.simulation.revalue import first_block, source_name

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Check", "check_deal", "checks_frame"]

_RESPONSES = {
    "discount": ("price_elasticity", "a discount brings no volume"),
    "payment_days": ("late_days_per_day", "longer payment days bring no later payment"),
    "guarantee": ("on_time_response", "a stiffer guarantee changes nobody's behaviour"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One warning.

    Attributes
    ----------
    name : str
        By which a deal can dismiss it.
    message : str
        What was found, and what to do about it.
    dismissed : str
        The reason why it does not apply; empty where it stands.
    """

    name: str
    message: str
    dismissed: str = ""


def check_deal(sim: Simulation, rule: Rule) -> tuple[Check, ...]:
    """Return what a finance director would ask about a deal and a rule.

    Parameters
    ----------
    sim : Simulation
    rule : Rule

    Returns
    -------
    tuple of Check
        Those that stand first. A check that a deal dismisses keeps its place with the reason.

    Notes
    -----
    The list is that of ECONOMICS, "Checks that every result carries". Most of it reads what only a supply
    agreement says; a deal with a value function of its own is checked for the rest.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> deal = ws.read_deal(example_path("packaging"))
    >>> [check.name for check in ws.check_deal(ws.simulate(deal, 2**14, rng=7), ws.ChanceRule(0.9))]
    ['average_guarantee', 'responses_assumed_zero']
    """
    found = [Check(name, message, sim.deal.dismissed.get(name, "")) for name, message in _found(sim, rule)]
    return tuple(
        sorted(found, key=lambda check: (bool(check.dismissed), list(CHECK_NAMES).index(check.name)))
    )


def checks_frame(checks: tuple[Check, ...]) -> pd.DataFrame:
    """Return one row per check: message, and the reason where it is dismissed."""
    import pandas as pd

    rows = [(check.message, check.dismissed) for check in checks]
    return pd.DataFrame(
        rows, index=pd.Index([check.name for check in checks], name="check"), columns=["message", "dismissed"]
    )


def _found(sim: Simulation, rule: Rule) -> Iterator[tuple[str, str]]:
    deal = sim.deal
    risk_rule = _carries_risk(rule)
    has_strategic = deal.strategic_value.number != 0.0
    if deal.buffer > 0.0 and risk_rule:
        yield (
            "buffer_with_risk_rule",
            f"A buffer of {deal.buffer:,.0f} is held back and the rule ({rule.label}) asks for safety too: one reason "
            "may be counted twice. Keep one of the two.",
        )
    if has_strategic and "need_to_win" in _postures(rule):
        yield (
            "need_to_win_with_strategic",
            "The posture is need to win and the deal has a strategic value: why it must be won may be counted twice. "
            "Keep one of the two.",
        )
    if all(one.number == 0.0 for one in deal.alternatives):
        yield (
            "no_deal_is_zero",
            "No alternative is given, so another use of the capacity is taken to be worth 0: the walkaways are those "
            "of a supplier with nothing else to do. Say what the capacity would earn elsewhere.",
        )
    rare = [source_name(sim, name) for name, chance in rare_risks(deal).items() if chance * sim.n_draws < FEW]
    if rare:
        yield (
            "risk_hardly_drawn",
            f"Of {sim.n_draws:,} draws hardly any has {_listed(rare)}: what it costs on average, and in the worst "
            "cases, is not known from so few, and no interval says so. Take more draws, or look at it apart.",
        )
    shape = loss_shape(sim)
    if shape > MAX_SHAPE:
        yield (
            "heavy_losses",
            f"Losses fall off so slowly (Pareto shape {shape:.1f}, above {MAX_SHAPE:g}) that a few draws make their "
            "mean: what is said of the expected surplus holds less often than it claims. Cap what causes them, or go "
            "by a chance.",
        )
    missing = [one.name for one in sources(sim) if not one.owner or not one.source]
    if missing:
        yield (
            "inputs_without_owner",
            f"No owner or no source: {_listed(missing)}. Somebody has to answer for each figure.",
        )
    yield from _limits(deal)
    recipe = deal.recipe
    if recipe is None or not isinstance(deal.value, GraphValue):
        return
    fast = [
        f"{name} = {entry.distribution.mean():g}"
        for name, entry in recipe["inputs"].items()
        if QUANTITIES[name].unit == "a year" and abs(entry.distribution.mean()) > 1.0
    ]
    if fast:
        yield (
            "rate_beyond_custom",
            f"More than 100% a year: {_listed(fast)}. If a per cent was meant, write 0.05 for 5%.",
        )
    if recipe["rate_kind"] == "risk_adjusted" and risk_rule:
        yield (
            "risk_adjusted_rate",
            f"The discount rate is risk-adjusted and the rule ({rule.label}) carries the risk too: it is counted "
            "twice. Use the borrowing cost here, or the rule mean.",
        )
    if recipe["rate_basis"] != recipe["inflation_basis"]:
        yield (
            "real_with_nominal",
            f"The rate is {recipe['rate_basis']} and the inflations are {recipe['inflation_basis']}. Give both alike.",
        )
    yield from _overheads(recipe)
    yield from _renewal(deal, recipe, has_strategic=has_strategic)
    yield from _terms(deal, recipe)
    yield from _guarantee_once(sim, deal.value, recipe)


def _limits(deal: Deal) -> Iterator[tuple[str, str]]:
    past_policy = [
        f"{term.name} ({term.proposed:g} past {term.policy_limit:g})"
        for term in deal.terms
        if term.policy_limit is not None and term.sign * (term.proposed - term.policy_limit) > 0.0
    ]
    if past_policy:
        yield "proposal_past_policy", f"Policy forbids what is proposed: {_listed(past_policy)}."
    unsigned = [
        f"{term.name} ({term.proposed:g})"
        for term in deal.terms
        if term.authority
        and all(term.sign * (term.proposed - limit) > 0.0 for limit in term.authority.values())
    ]
    if unsigned:
        yield "proposal_past_authority", f"Nobody named may sign what is proposed: {_listed(unsigned)}."


def _overheads(recipe: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    without = [cost.name for cost in recipe["fixed_costs"] if cost.paid == "without"]
    if without:
        yield (
            "overheads_on_one_side",
            f"{_listed(without)} counts only against walking away, and so for the deal. That is right only where "
            "winning really avoids the cash; overheads that are paid either way are 'both'.",
        )


def _renewal(deal: Deal, recipe: Mapping[str, Any], *, has_strategic: bool) -> Iterator[tuple[str, str]]:
    model = deal.value
    if not isinstance(model, GraphValue):
        return
    renews = "renewed" in deal.inputs or model.constants.get("renewed", 0.0) != 0.0
    reason = recipe["strategic_reason"].lower()
    names_it = not reason or any(word in reason for word in ("renew", "repeat", "exten", "follow"))
    if renews and has_strategic and names_it:
        says = (
            "does not say what it stands for" if not reason else f"stands for {recipe['strategic_reason']!r}"
        )
        yield (
            "renewal_with_strategic",
            f"The renewal is valued and the strategic value {says}: the renewal may be counted twice. State in "
            "strategic_reason what else it is.",
        )


def _terms(deal: Deal, recipe: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    given = recipe["inputs"]
    negotiated = {term.name for term in deal.terms}
    silent = [
        f"{text} ({response} = 0)"
        for name, (response, text) in _RESPONSES.items()
        if name in negotiated and response not in given
    ]
    if silent:
        yield ("responses_assumed_zero", f"Assumed: {'; '.join(silent)}. Give them if you know better.")
    alternatives = any(one.number != 0.0 for one in (*deal.alternatives, deal.not_winning))
    if "months" in negotiated and alternatives:
        yield (
            "term_length_no_deal",
            f"The length of the agreement is negotiated, but the no-deal value is for {recipe['months']} months "
            "whatever the length.",
        )
    turned = [term.name for term in deal.terms if term.concession != TERMS[term.name].concession]
    if turned:
        yield (
            "concession_unusual",
            f"A concession usually goes the other way: {_listed(turned)}. The search went as the deal says.",
        )
    model = deal.value
    if not isinstance(model, GraphValue):
        return

    def not_zero(name: str) -> bool:
        return name in deal.inputs or model.constants.get(name) != 0.0

    ends = any(
        name in deal.inputs or np.isfinite(model.constants[name]) for name in ("exit_time", "default_time")
    )
    if ends and not_zero("stock_days") and not_zero("stranded_cost"):
        yield (
            "stock_with_stranded_cost",
            "An early end leaves stock (stock_days) and a stranded cost: the second must hold no stock.",
        )


def _guarantee_once(
    sim: Simulation, model: GraphValue, recipe: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Return what is to be said of the guarantee, which takes a look at a block of draws; looked up once."""
    if "guarantee" not in sim.known:
        sim.known["guarantee"] = tuple(_guarantee(sim, model, recipe))
    found: tuple[tuple[str, str], ...] = sim.known["guarantee"]
    return found


def _guarantee(sim: Simulation, model: GraphValue, recipe: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    first = first_block(sim)
    leaves = model.leaves(first.blocks[0].inputs, sim.deal.proposed)
    most = {term.name: term.high for term in sim.deal.terms}
    if not all(most.get(name, leaves[name]) for name in ("guarantee", "penalty_rate", "penalty_cap")):
        return
    clause = recipe["guarantee_clause"]
    unsaid = [key.replace("_", " ") for key in GUARANTEE_FACTS if not clause.get(key)]
    if unsaid:
        yield (
            "guarantee_not_stated",
            f"The guarantee does not say: {', '.join(unsaid)}. State it under guarantee_clause.",
        )
    found = model.graph.evaluate(leaves, ("guarantee_penalties", "net_revenue", "on_time_at_terms"))
    monthly = -float(np.mean(found["guarantee_penalties"]))
    short = np.maximum(leaves["guarantee"] - np.asarray(found["on_time_at_terms"]), 0.0)
    share = np.minimum(leaves["penalty_cap"], 100.0 * leaves["penalty_rate"] * short)
    on_average = float(np.mean(share * found["net_revenue"]))
    if monthly > 2.0 * on_average and monthly > 0.0:
        yield (
            "average_guarantee",
            f"Measured month by month the guarantee costs {monthly:,.0f}; by each draw's average on-time rate it "
            f"would be {on_average:,.0f}. Do not compare the guarantee with average rates.",
        )


def _carries_risk(rule: Rule) -> bool:
    if isinstance(rule, AllOf):
        return any(_carries_risk(one) for one in rule.rules)
    return not isinstance(rule, ExpectedValueRule)


def _postures(rule: Rule) -> set[str]:
    if isinstance(rule, AllOf):
        return {found for one in rule.rules for found in _postures(one)}
    return {str(getattr(rule, "posture", ""))}


def _listed(names: list[str], shown: int = 8) -> str:
    text = ", ".join(names[:shown])
    return text if len(names) <= shown else f"{text} and {len(names) - shown} more"
