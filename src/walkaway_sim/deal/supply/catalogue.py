"""What the built-in value model is made of: its components, its nodes, and what may be left out of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from walkaway_sim.deal.graph import Node, ValueGraph
from walkaway_sim.deal.supply import (
    annual_cap,
    bad_debt,
    capacity_surge,
    delivery,
    discount,
    early_payment,
    early_termination,
    event_risks,
    financing,
    fixed_cost,
    flows,
    freed_capacity,
    guarantee_penalties,
    leakage,
    life,
    list_revenue,
    minimum_drop,
    net_revenue,
    penalty_share,
    price_reviews,
    rates,
    rebate,
    renewal,
    responses,
    returns,
    review_path,
    review_schedule,
    set_up,
    shortfall_fee,
    unit_cost,
    workload,
)
from walkaway_sim.deal.supply.clauses import TERMS
from walkaway_sim.deal.supply.quantities import QUANTITIES

__all__ = ["COMPONENTS", "CONSTANTS", "FEATURES", "NAMES", "NODES", "supply_graph"]

COMPONENTS: tuple[Node, ...] = (
    Node("list_revenue", list_revenue.list_revenue),
    Node("shortfall_fee", shortfall_fee.shortfall_fee),
    Node("capacity_surge", capacity_surge.capacity_surge),
    Node("discount", discount.discount_given),
    Node("rebate", rebate.rebate_paid),
    Node("price_reviews", price_reviews.price_reviews),
    Node("early_payment_discount", early_payment.early_payment_discount),
    Node("financing", financing.financing),
    Node("unit_cost", unit_cost.unit_cost_paid),
    Node("workload", workload.workload),
    Node("excess_work_billed", workload.excess_work_billed),
    Node("delivery", minimum_drop.delivery_with_minimum),
    Node("fixed_cost", fixed_cost.fixed_cost_to_serve),
    Node("returns", returns.returns),
    Node("guarantee_penalties", annual_cap.penalties_with_annual_cap),
    Node("event_risks", event_risks.event_risks),
    Node("bad_debt", bad_debt.bad_debt),
    Node("early_termination", early_termination.early_termination),
    Node("set_up", set_up.set_up_paid),
    Node("renewal", renewal.renewal),
    Node("leakage", leakage.leakage),
    Node("freed_capacity", freed_capacity.freed_capacity),
    Node("costs_avoided", fixed_cost.costs_avoided),
)

NODES: tuple[Node, ...] = (
    *(
        Node(function.__name__, function)
        for function in (
            rates.log_growth,
            rates.log_inflation,
            rates.log_delivery_inflation,
            rates.log_work_inflation,
            rates.log_work_growth,
            rates.log_index,
            rates.log_discount,
            rates.month_discount,
            rates.volume_ratio,
            rates.cost_ratio,
            rates.delivery_ratio,
            rates.fixed_ratio,
            responses.volume_at_terms,
            responses.days_late_at_terms,
            responses.on_time_at_terms,
            life.term_length,
            life.life,
            life.defaulted,
            life.traded,
            life.discount_factor_end,
            flows.volume_annuity,
            flows.cost_annuity,
            flows.delivery_annuity,
            flows.fixed_annuity,
            flows.list_month,
            net_revenue.gross_revenue,
            net_revenue.net_revenue,
            net_revenue.invoiced,
            net_revenue.billed_by_year,
            review_schedule.review_schedule,
            review_schedule.price_stretches,
            review_path.volume_step,
            review_path.review_ratio,
            review_path.review_gain,
            review_path.review_annuity,
            rebate.rebate_bonus,
            shortfall_fee.shortfall_value,
            early_payment.paid_early,
            financing.financing_rate,
            financing.supplier_credit,
            unit_cost.unit_cost_value,
            workload.work_month,
            workload.work_value,
            workload.excess_work_value,
            delivery.drops_a_month,
            delivery.drop_cost_value,
            delivery.each_drop_cost,
            minimum_drop.drops_made,
            fixed_cost.fixed_year,
            penalty_share.events_a_month,
            penalty_share.penalty_share,
            annual_cap.late_penalties,
            bad_debt.open_months,
            bad_debt.loss_share,
            bad_debt.default_loss,
            bad_debt.default_loss_on_fee,
            bad_debt.default_loss_on_work,
            early_termination.received,
            early_termination.stock_left,
            renewal.renewal_units,
            leakage.exposed_value,
        )
    ),
    Node("review_uplift", review_path.capped_review_uplift),
)


def nothing() -> float:
    """Return 0: stands for what an agreement does not have."""
    return 0.0


def _volume(volume: Any) -> Any:
    return volume


def _days_late(days_late: Any) -> Any:
    return days_late


def _on_time(on_time: Any) -> Any:
    return on_time


FEATURES: dict[str, dict[str, Callable[..., Any]]] = {
    "shortfall_fee": {
        "shortfall_fee": nothing,
        "shortfall_value": nothing,
        "default_loss_on_fee": nothing,
    },
    "capacity_surge": {"capacity_surge": nothing},
    "rebate_tiers": {"rebate_bonus": nothing},
    "review_cap": {"review_uplift": review_path.review_uplift},
    "early_payment": {"early_payment_discount": nothing, "paid_early": nothing},
    "workload": {"workload": nothing},
    "excess_work": {
        "excess_work_value": nothing,
        "excess_work_billed": nothing,
        "default_loss_on_work": nothing,
    },
    "costs_avoided": {"costs_avoided": nothing},
    "minimum_drop": {"delivery": delivery.delivery},
    "penalty_annual_cap": {
        "guarantee_penalties": guarantee_penalties.guarantee_penalties,
        "late_penalties": nothing,
    },
    "renewal": {"renewal": nothing},
    "leakage": {"leakage": nothing},
    "price_elasticity": {"volume_at_terms": _volume},
    "late_days_per_day": {"days_late_at_terms": _days_late},
    "on_time_response": {"on_time_at_terms": _on_time},
}
"""What an agreement may do without, and the functions that then stand in: a term moves less, and costs less."""

CONSTANTS: dict[str, str] = {
    "annual_rate": "discount rate [a year], nominal where the inflations are",
    "no_deal": "no-deal value of each draw, before the cost of not winning [currency]",
    "events": "event risks by name, each a record of sampled events; may be empty",
    "event_months": "months over which events are sampled: the longest agreement on the table",
    "horizon": "months up to which payments count; infinite for the whole value",
    "rebate_tiers": "pairs (net revenue of a contract year, what it adds to the rebate); may be empty",
    "retrospective": "1 where a tier, once reached, counts for the whole year; 0 where for what is above it",
    "fixed_costs": "fixed costs that come with the deal, by name [currency a year]; may be empty",
    "fixed_costs_without": "fixed costs that only losing brings, by name [currency a year]; may be empty",
    "late_uniforms": "a uniform number for each month of each draw; None without an annual cap on penalties",
    "discount_proposed": "the discount at which the volume is believed",
    "payment_days_proposed": "the payment days at which the days late are believed",
    "guarantee_proposed": "the guarantee at which the on-time rate is believed",
}
"""The leaves of the graph that are neither quantities nor terms, with their meaning."""


NAMES: frozenset[str] = frozenset(
    {*(node.name for node in (*COMPONENTS, *NODES)), *CONSTANTS, *QUANTITIES, *TERMS, "strategic"}
    | {"cost_of_not_winning", "no_deal"}
)
"""Every name that the model itself reads or reports: no event may bear one."""


def supply_graph(features: Collection[str] | None = None) -> ValueGraph:
    """Return the value model of a supply agreement as a graph.

    Parameters
    ----------
    features : collection of str, optional
        What of `FEATURES` the agreement has; all where not given. What it does not have costs nothing
        to evaluate, and no term reaches the value through it.

    Returns
    -------
    ValueGraph
        Its components are those of ECONOMICS, in order; its leaves the quantities but those that events
        are sampled from, the terms, and the constants of this module.

    Examples
    --------
    >>> graph = supply_graph()
    >>> graph.components[:3], len(graph.components)
    (('list_revenue', 'shortfall_fee', 'capacity_surge'), 23)
    >>> sorted(supply_graph(()).touched("guarantee"))
    ['guarantee_penalties', 'penalty_share']
    """
    return _graph(frozenset(FEATURES if features is None else features))


@lru_cache(maxsize=64)
def _graph(features: frozenset[str]) -> ValueGraph:
    absent: dict[str, Callable[..., Any]] = {}
    for name, substitutes in FEATURES.items():
        if name not in features:
            absent |= substitutes

    def chosen(nodes: tuple[Node, ...]) -> list[Node]:
        return [Node(node.name, absent.get(node.name, node.function)) for node in nodes]

    return ValueGraph(chosen(COMPONENTS), chosen(NODES))
