"""What the built-in value model is made of: its components, nodes, quantities and terms.

The names here are the names of the deal-file format. A quantity may be a number or a distribution; a
term may be negotiable or a constant. Bounds are those of the domain, both ends included.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from walkaway_sim.deal.graph import Node, ValueGraph
from walkaway_sim.deal.supply import (
    bad_debt,
    delivery,
    discount,
    early_termination,
    event_risks,
    financing,
    fixed_cost,
    flows,
    freed_capacity,
    guarantee_penalties,
    life,
    list_revenue,
    net_revenue,
    penalty_share,
    price_reviews,
    rates,
    rebate,
    returns,
    review_path,
    set_up,
    unit_cost,
)

__all__ = [
    "COMPONENTS",
    "CONSTANTS",
    "HAZARDS",
    "NODES",
    "QUANTITIES",
    "TERMS",
    "Quantity",
    "TermInfo",
    "supply_graph",
]


@dataclass(frozen=True, slots=True)
class Quantity:
    """An uncertain quantity of the built-in model.

    Parameters
    ----------
    name : str
        Its name in files, inputs and results.
    unit : str
        Its unit.
    default : float, str or None
        Value where none is given. None: it must be given. A text is a marker: ``"inflation"``, the same
        as that quantity; ``"deliveries"``, every drop is a measured event.
    low, high : float
        Bounds of what it may be, both included.
    meaning : str
        What it is.
    """

    name: str
    unit: str
    default: float | str | None
    low: float
    high: float
    meaning: str


@dataclass(frozen=True, slots=True)
class TermInfo:
    """A clause of the agreement that may be negotiated.

    Parameters
    ----------
    name : str
        Its name in files, terms and results.
    unit : str
        Its unit.
    default : float
        Value where the agreement does not give the term.
    low, high : float
        Bounds of what it may be, both included.
    concession : {"up", "down"}
        Which direction gives way to the customer.
    meaning : str
        What it is.
    """

    name: str
    unit: str
    default: float
    low: float
    high: float
    concession: Literal["up", "down"]
    meaning: str


COMPONENTS: tuple[Node, ...] = (
    Node("list_revenue", list_revenue.list_revenue),
    Node("discount", discount.discount_given),
    Node("rebate", rebate.rebate_paid),
    Node("price_reviews", price_reviews.price_reviews),
    Node("financing", financing.financing),
    Node("unit_cost", unit_cost.unit_cost_paid),
    Node("delivery", delivery.delivery),
    Node("fixed_cost", fixed_cost.fixed_cost_to_serve),
    Node("returns", returns.returns),
    Node("guarantee_penalties", guarantee_penalties.guarantee_penalties),
    Node("event_risks", event_risks.event_risks),
    Node("bad_debt", bad_debt.bad_debt),
    Node("early_termination", early_termination.early_termination),
    Node("set_up", set_up.set_up_paid),
    Node("freed_capacity", freed_capacity.freed_capacity),
)

NODES: tuple[Node, ...] = tuple(
    Node(function.__name__, function)
    for function in (
        rates.log_growth,
        rates.log_inflation,
        rates.log_index,
        rates.log_discount,
        rates.month_discount,
        rates.volume_ratio,
        rates.cost_ratio,
        rates.service_ratio,
        life.life,
        life.discount_factor_end,
        flows.volume_annuity,
        flows.cost_annuity,
        flows.service_annuity,
        flows.time_annuity,
        flows.list_month,
        net_revenue.gross_revenue,
        review_path.volume_step,
        review_path.review_ratio,
        review_path.review_gain,
        review_path.review_annuity,
        review_path.review_uplift,
        net_revenue.net_revenue,
        financing.financing_rate,
        unit_cost.unit_cost_value,
        financing.supplier_credit,
        delivery.drops_a_month,
        delivery.drop_cost_value,
        delivery.redelivery_value,
        penalty_share.events_a_month,
        penalty_share.penalty_share,
        bad_debt.open_months,
        bad_debt.default_level,
        bad_debt.default_exposure,
    )
)

_INF = math.inf

QUANTITIES: dict[str, Quantity] = {
    quantity.name: quantity
    for quantity in (
        Quantity("volume", "units a year", None, 0.0, _INF, "volume, as a rate of the first year"),
        Quantity("list_price", "currency a unit", None, 0.0, _INF, "list price at signing"),
        Quantity("growth", "a year", None, -0.99, 10.0, "growth of the volume"),
        Quantity("unit_cost", "currency a unit", None, 0.0, _INF, "avoidable cost of a unit at signing"),
        Quantity("inflation", "a year", None, -0.99, 10.0, "inflation of unit and delivery costs"),
        Quantity(
            "index_inflation", "a year", "inflation", -0.99, 10.0, "inflation of the index of price reviews"
        ),
        Quantity("days_late", "days", None, -365.0, 3650.0, "days that the customer pays late"),
        Quantity("supplier_credit_days", "days", 0.0, 0.0, 3650.0, "credit days on the supplier's own costs"),
        Quantity("returns_rate", "fraction of net", None, 0.0, 1.0, "handling, returns and claims"),
        Quantity("on_time", "probability", None, 0.0, 1.0, "probability that an event is on time"),
        Quantity("delivery_cost", "currency a drop", None, 0.0, _INF, "cost of a drop of the reference size"),
        Quantity(
            "delivery_beta", "elasticity", 0.0, 0.0, 1.0, "elasticity of the cost of a drop to its size"
        ),
        Quantity("reference_drop", "units a drop", 1.0, 1e-9, _INF, "size of drop that delivery_cost is for"),
        Quantity("redelivery_cost", "currency a failed drop", 0.0, 0.0, _INF, "cost of delivering again"),
        Quantity("fixed_cost", "currency a year", 0.0, 0.0, _INF, "avoidable fixed cost to serve"),
        Quantity("set_up", "currency", 0.0, 0.0, _INF, "set-up cost, paid at signing"),
        Quantity("exit_hazard", "a year", 0.0, 0.0, _INF, "hazard of an early exit; gives exit_time"),
        Quantity("default_hazard", "a year", 0.0, 0.0, _INF, "hazard of a default; gives default_time"),
        Quantity("exit_time", "years", _INF, 0.0, _INF, "when the customer leaves early"),
        Quantity("default_time", "years", _INF, 0.0, _INF, "when the customer defaults"),
        Quantity("stranded_cost", "currency", 0.0, 0.0, _INF, "cost left over by an early end"),
        Quantity(
            "recovery_share", "fraction of set-up", 0.0, 0.0, 1.0, "set-up recovered, for the time left"
        ),
        Quantity(
            "loss_given_default", "fraction of open invoices", 0.85, 0.0, 1.0, "share lost in a default"
        ),
        Quantity(
            "redeploy_share", "fraction of no-deal value", 0.0, 0.0, 1.0, "earned by capacity freed early"
        ),
        Quantity("refill_months", "months", 0.0, 0.0, _INF, "time to redeploy freed capacity"),
        Quantity("ramp_months", "months", 0.0, 0.0, 600.0, "length of the volume's ramp-up"),
        Quantity(
            "guarantee_events", "events a month", "deliveries", 0.0, 1e5, "events the guarantee measures"
        ),
        Quantity("penalty_rate", "fraction of net a point", 0.01, 0.0, 1.0, "penalty a point short"),
        Quantity("penalty_cap", "fraction of net", 0.05, 0.0, 1.0, "largest penalty of a month"),
        Quantity("review_pass_through", "fraction of index", 0.8, 0.0, 1.0, "share that reviews pass on"),
        Quantity("review_every", "months", 6.0, 1.0, 600.0, "months between reviews, rounded to whole ones"),
        Quantity("review_lag", "months", 0.0, 0.0, 600.0, "age of the index that a review reads"),
        Quantity("catch_up", "0 or 1", 1.0, 0.0, 1.0, "1: reviews count from signing; 0: from hold's end"),
    )
}

TERMS: dict[str, TermInfo] = {
    term.name: term
    for term in (
        TermInfo("discount", "fraction of list price", 0.0, -1.0, 1.0, "up", "discount off list price"),
        TermInfo("payment_days", "days", 0.0, 0.0, 3650.0, "up", "days allowed to pay an invoice"),
        TermInfo("deliveries_per_week", "drops a week", 0.0, 0.0, 1000.0, "up", "deliveries promised"),
        TermInfo("guarantee", "fraction on time", 0.0, 0.0, 1.0, "up", "guaranteed on-time rate"),
        TermInfo("hold", "months", _INF, 0.0, _INF, "up", "months before the first price review"),
        TermInfo("rebate", "fraction of net", 0.0, 0.0, 1.0, "up", "rebate on net revenue"),
    )
}

CONSTANTS: dict[str, str] = {
    "months": "length of the agreement [months], a whole number of at least 1",
    "annual_rate": "discount rate [a year], nominal where the inflations are",
    "no_deal": "no-deal value of each draw [currency]",
    "events": "event risks by name, each a record of sampled events; may be empty",
}
"""The leaves of the graph that are neither quantities nor terms, with their meaning."""

HAZARDS: dict[str, str] = {"exit_hazard": "exit_time", "default_hazard": "default_time"}
"""Quantities that the graph does not read, and the sampled time that each of them gives."""


def supply_graph() -> ValueGraph:
    """Return the value model of a supply agreement as a graph.

    Returns
    -------
    ValueGraph
        Its components are those of ECONOMICS, in order; its leaves the quantities but the hazards, the
        terms and the constants of this module.

    Examples
    --------
    >>> graph = supply_graph()
    >>> graph.components[:3], len(graph.components)
    (('list_revenue', 'discount', 'rebate'), 15)
    >>> sorted(graph.touched("guarantee"))
    ['guarantee_penalties', 'penalty_share']
    """
    return ValueGraph(COMPONENTS, NODES)
